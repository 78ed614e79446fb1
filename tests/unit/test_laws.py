"""Laws as functions: they hold of a sound engine, and tell the smallest history when something breaks them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.helpers import pack

from indicator_engine.evaluation.results import Result
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.testing import laws

if TYPE_CHECKING:
    from datetime import date

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.records import Records

pytestmark = pytest.mark.generative

PLEDGES = """
id = "pledges"
statement = "2 members to pledge by March 2010"
measure = "count(members & organisations(in_force(pledge[stage >= 2])))"
better = "higher"
target = { at_least = 2 }
due = 2010-03-31
"""
LAWS = (
    laws.check_order_independent, laws.check_idempotent, laws.check_deadline_edge, laws.check_unknown_refines,
)  # fmt: skip


@pytest.fixture(scope="module")
def statement():
    """A pack of one indicator whose figure can fall."""
    return pack(PLEDGES)


@dataclass(frozen=True)
class Faulty:
    """An engine that judges by what it should not: the order of rows, how often they were told, when it is asked."""

    statement: Statement
    records: Records
    as_of: date

    def answer(self, indicator, _priority):
        """A figure over everything that must make no difference."""
        versions = self.records.versions
        first = "".join(one.event_id for one in versions[:1]).endswith("2")
        unknown = any(value is None for one in versions for value in one.attributes.values())
        chance = len(versions) + first * 100 + self.as_of.toordinal()
        verdict = "met" if unknown else "missed"
        return Result(indicator.id, "p", verdict, value=Fraction(chance))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_holds_of_a_sound_engine(statement, law):
    """Nothing is raised."""
    law(statement, "pledges", examples=20)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_faulty_engine_breaks_it(statement, law, monkeypatch):
    """The breach names the indicator, the law, and a history."""
    monkeypatch.setattr(laws, "Question", Faulty)

    with pytest.raises(laws.LawBrokenError, match=r"pledges: .*; but [^\n]*\n    (register|event): "):
        law(statement, examples=200)


def test_a_figure_that_can_fall_is_not_monotone(statement):
    """The smallest history that shows it: a pledge, and its withdrawal."""
    with pytest.raises(laws.LawBrokenError) as breach:
        laws.check_monotone(statement)
    register, pledge, withdrawal = str(breach.value).splitlines()[1:4]

    assert "organisation A, kind member" in register
    assert "type pledge, organisation A" in pledge
    assert "type withdrawal, organisation A" in withdrawal


def test_a_figure_that_only_counts_is_monotone():
    """Nothing is raised where nothing takes an event back."""
    laws.check_monotone(pack(PLEDGES.replace("in_force(pledge[stage >= 2])", "pledge[stage >= 2]")), examples=20)


def test_an_indicator_that_there_is_not(statement):
    """The nearest name is told."""
    with pytest.raises(IndicatorEngineError, match="did you mean `pledges`"):
        laws.check_idempotent(statement, "pledge")
