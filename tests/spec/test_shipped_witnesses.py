"""Every indicator of the two shipped statements can be met and missed, and the engine confirms each history."""

from __future__ import annotations

from datetime import date

import pytest

from indicator_engine.engine import evaluate_store, import_rows, load_pack
from indicator_engine.store.store import memory_store
from indicator_engine.testing.witness_words import as_data, told
from indicator_engine.testing.witnesses import confirm, witnesses

pytestmark = [pytest.mark.slow, pytest.mark.generative]

PACKS = [load_pack("indicators/nottinghamshire/2009-10.toml"), load_pack("indicators/derbyshire/2008-09.toml")]
EVERY = [pytest.param(pack, one.id, id=one.id) for pack in PACKS for _, one in pack.indicators()]
WITH_ALL_SIX = {
    "pledge-commitment", "pledge-stage-2", "pledge-stage-3", "test-the-organisation", "code-of-practice",
    "social-enterprise", "procurement-documents",
}  # fmt: skip


@pytest.mark.parametrize(("pack", "name"), EVERY)
def test_indicator(pack, name):
    """It is sound, each kind of history says what it is to say, and the public API says the same."""
    found = witnesses(pack, name)

    assert found.is_sound, told(pack, found)
    for one in found.found:
        assert one.result == confirm(pack, one)
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


@pytest.mark.parametrize(("pack", "name"), [(PACKS[0], "social-enterprise"), (PACKS[1], "additional-pledges")])
def test_the_store_says_the_same(pack, name):
    """Taken into an event store and asked by queries, the history that meets a target meets it, too."""
    met = witnesses(pack, name).of("met")
    assert met
    events = [{"recorded_at": row["occurred_on"], **row} for row in met.events]
    register = [{"recorded_at": date(2000, 1, 1), **row} for row in met.register]
    with memory_store() as store:
        import_rows(store, pack, register, register=True)
        import_rows(store, pack, events)
        found = evaluate_store(pack, store, as_of=met.as_of, select=[name], evaluator="compiled", evidence=False)[name]

    assert (met.result.verdict, met.result.value, met.result.bounds) == (found.verdict, found.value, found.bounds)
