"""Every indicator of the two shipped statements can be met and missed, and the engine confirms each history."""

from __future__ import annotations

import pytest

from indicator_engine.engine import load_pack
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
