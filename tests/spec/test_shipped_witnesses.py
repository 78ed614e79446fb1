"""Every indicator of the two shipped statements can be met and missed, and the engine confirms each history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indicator_engine.engine.packs import load_pack
from indicator_engine.evaluation.compiled.evaluator import Answers
from indicator_engine.evaluation.compiled.memory import ground_of
from indicator_engine.evaluation.compiled.question import StoreQuestion
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import Records
from indicator_engine.testing.witness_words import as_data, told
from indicator_engine.testing.witnesses import confirm, witnesses

if TYPE_CHECKING:
    from indicator_engine.store.database import Database

pytestmark = [pytest.mark.slow, pytest.mark.generative]

DATABASES: dict[str, Database] = {}
"""A database of each vocabulary, emptied and used again."""

PACKS = [load_pack("indicators/nottinghamshire/2009-10.toml"), load_pack("indicators/derbyshire/2008-09.toml")]
EVERY = [pytest.param(pack, one.id, id=one.id) for pack in PACKS for _, one in pack.indicators()]
WITH_ALL_SIX = {
    "pledge-commitment", "pledge-stage-2", "pledge-stage-3", "test-the-organisation", "code-of-practice",
    "social-enterprise", "procurement-documents",
}  # fmt: skip


def said(result):
    """What a figure is and what became of it."""
    return (result.verdict, result.value, result.bounds, result.needed, result.numerator, result.denominator)


@pytest.mark.parametrize(("pack", "name"), EVERY)
def test_indicator(pack, name):
    """It is sound, each kind of history says what it is to say, and both evaluators say the same."""
    found = witnesses(pack, name)

    assert found.is_sound, told(pack, found)
    for one in found.found:
        assert one.result == confirm(pack, one)
        other, left = by_queries(pack, one)
        assert not left
        assert said(one.result) == said(other)
    verdicts = {one.kind: one.result.verdict for one in found.found}
    if "met" in verdicts:
        assert verdicts["met"] == "met"
        assert verdicts["missed"] in {"missed", "not_established"}
        assert verdicts.get("in_time", "met") == "met"
        assert verdicts.get("late", "") != "met"
        assert verdicts.get("undecided", "undecided") == "undecided"
        assert verdicts.get("lost", "met_then_lost") == "met_then_lost"
    if name in WITH_ALL_SIX:
        assert {"met", "missed", "in_time", "late", "undecided", "lost"} == set(verdicts)
    assert name == as_data(found)["indicator"]


def by_queries(pack, witness):
    """What queries over tables of the same history say, and what they left to the reference."""
    rows = (rows_of(witness.events, "events"), rows_of(witness.register, "register"))
    records = take_in(*rows, pack.schema).records
    ground = ground_of(records, pack.schema, DATABASES.get(pack.id))
    DATABASES[pack.id] = ground.database
    question = StoreQuestion(
        pack, Records(), witness.as_of, answers=Answers(ground), read=lambda: records, with_evidence=False
    )
    name, _, part = witness.indicator.partition("/")
    priority, indicator = next((one.id, found) for one, found in pack.indicators() if found.id == name)
    result = question.answer(indicator, priority)
    ground.close()
    return next((one for one in result.parts if one.id == part), result), question.answers.left
