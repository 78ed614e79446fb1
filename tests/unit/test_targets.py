"""Which target stands on a day, what it comes to, and whether a value satisfies it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from indicator_engine.conventions import Due, Provenance
from indicator_engine.definitions.model import Indicator, Target, Trajectory
from indicator_engine.evaluation import targets
from indicator_engine.evaluation.values import Number, Unknown, number
from indicator_engine.periods import Period, exactly, fuzzy_from
from indicator_engine.store.records import FOREVER, end_of

YEAR = Period(date(2009, 4, 1), date(2010, 3, 31))
END = Due(YEAR.end)
UNDECIDED = Unknown.because("undecided")


def day(text: str) -> date:
    return date.fromisoformat(text)


def indicator(*stages: tuple[Target, ...], **more: Any) -> Indicator:
    return Indicator("one", stages=stages, due=more.pop("due", END), **more)


def at_least(value: str, **more: Any) -> Target:
    return Target("at_least", Fraction(value), **more)


# ── which one stands ─────────────────────────────────────────────────────────────────────────────────────────────────

VERSIONS = (
    Target("at_least", tbc=True),
    at_least("40", known_from=day("2010-02-10")),
    at_least("45", known_from=day("2010-02-20"), effective_from=day("2010-03-01")),
)


@pytest.mark.parametrize(
    ("as_of", "known_at", "expected"),
    [
        ("2010-02-09", "2010-02-09", 1),
        ("2010-02-10", "2010-02-10", 2),
        ("2010-02-09", "2010-12-31", 1),
        ("2010-02-28", "2010-12-31", 2),
        ("2010-03-01", "2010-12-31", 3),
        ("2010-03-01", "2010-02-19", 2),
        ("2010-12-31", "2010-02-09", 1),
        ("2010-12-31", "2010-12-31", 3),
    ],
)
def test_the_version_that_is_known_and_effective_stands(as_of: str, known_at: str, expected: int):
    """A decision counts from its own day, or from the day it names; history is not rewritten."""
    found = targets.in_force(indicator(VERSIONS), 0, day(as_of), end_of(day(known_at)))
    assert found
    assert (expected, VERSIONS[expected - 1]) == (found.version, found.target)
    assert (VERSIONS[expected - 2] if expected > 1 else None) == found.previous


def test_a_decision_after_the_deadline_never_counts():
    """What is decided in April does not change what was due in March."""
    versions = (at_least("20"), at_least("5", known_from=day("2010-04-01")))
    found = targets.in_force(indicator(versions), 0, day("2010-06-30"), FOREVER)
    assert found
    assert (1, Fraction(20)) == (found.version, found.target.value)


def test_a_decision_may_reach_back():
    """A target agreed in June for the whole year is in force from April, for those who know of it."""
    versions = (at_least("20", known_from=day("2009-06-10"), effective_from=day("2009-04-01")),)
    known, unknown = (
        targets.in_force(indicator(versions), 0, day("2009-05-01"), end_of(day(at)))
        for at in ("2009-06-10", "2009-06-09")
    )
    assert (True, True) == (known is not None, unknown is None)


STAGES = (
    (at_least("8", due=Due(day("2009-09-30"))),),
    (at_least("14", due=Due(day("2009-12-31"))),),
    (at_least("20"),),
)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2009-04-01", 0), ("2009-09-30", 0), ("2009-10-01", 1), ("2009-12-31", 1), ("2010-01-01", 2), ("2011-01-01", 2)],
)
def test_the_next_stage_is_judged_until_its_deadline_has_passed(as_of: str, expected: int):
    """On its last day a stage is still the one in force; after the last of all, that one remains."""
    assert expected == targets.stage_in_force(indicator(*STAGES), day(as_of), FOREVER)


def test_a_stage_brings_its_own_deadline():
    """One that names none has the indicator's."""
    found = [targets.in_force(indicator(*STAGES), stage, day("2009-05-01"), FOREVER) for stage in (0, 2)]
    assert [day("2009-09-30"), YEAR.end] == [each.due.day for each in found if each and each.due]


@pytest.mark.parametrize(
    ("set_on", "as_of", "known_at", "expected"),
    [
        (None, "1990-01-01", "1990-01-01", True),
        (exactly(date(2008, 9, 10)), "2008-09-09", "2010-01-01", False),
        (exactly(date(2008, 9, 10)), "2008-09-10", "2010-01-01", True),
        (exactly(date(2008, 9, 10)), "2010-01-01", "2008-09-09", False),
        (fuzzy_from("early September 2008"), "2008-09-09", "2010-01-01", False),
        (fuzzy_from("early September 2008"), "2008-09-10", "2010-01-01", True),
    ],
)
def test_a_target_is_set_from_the_last_day_it_may_have_been(set_on: Any, as_of: str, known_at: str, *, expected: bool):
    """A day known only roughly counts from its end; and what is not known yet is not set yet."""
    target = at_least("10", provenance=Provenance(set_on=set_on))
    assert expected == targets.is_set(target, day(as_of), end_of(day(known_at)))


# ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────────


def moving(relative: Any, value: str | None = None, unit: Any = "number") -> Target:
    return Target(relative=relative, value=None if value is None else Fraction(value), unit=unit)


@pytest.mark.parametrize(
    ("target", "baseline", "expected"),
    [
        (at_least("20"), None, "20"),
        (at_least("0"), "7", "0"),
        (moving("additional", "10"), "40", "10"),
        (moving("increase"), "40", "40"),
        (moving("decrease"), "0", "0"),
        (moving("increase_by", "3"), "40", "43"),
        (moving("decrease_by", "3"), "40", "37"),
        (moving("increase_by", "0.1", "ratio"), "50", "55"),
        (moving("decrease_by", "0.1", "ratio"), "50", "45"),
        (moving("increase_by", "0.1", "ratio"), "0", "0"),
        (moving("increase_by", "0.5", "ratio"), "-10", "-5"),
        (moving("decrease_by", "0.5", "ratio"), "-10", "-15"),
        (moving("increase_by", "1/3", "ratio"), "1", "4/3"),
        (moving("increase"), None, None),
        (moving("increase_by", "3"), None, None),
    ],
)
def test_a_target_comes_to_a_number(target: Target, baseline: str | None, expected: str | None):
    """Its own, or its baseline moved; nothing where there is no baseline."""
    found = targets.comes_to(target, None if baseline is None else number(Fraction(baseline)))
    assert (None if expected is None else Fraction(expected)) == found


# ── satisfied ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        ("at_least", False, True, True),
        ("at_most", True, True, False),
        ("more_than", False, False, True),
        ("less_than", True, False, False),
        ("exactly", False, True, False),
    ],
)
def test_a_comparison_is_exact(comparator: Any, *, below: bool, at: bool, above: bool):
    """A hair below, at the very number, a hair above."""
    target, hair = Target(comparator, Fraction(97, 100)), Fraction(1, 10**12)
    values = (Fraction(97, 100) + by for by in (-hair, 0, hair))
    assert [below, at, above] == [targets.satisfied(target, number(value), Fraction(97, 100), None) for value in values]


@pytest.mark.parametrize(("value", "expected"), [(19, False), (20, True), (30, True), (31, False)])
def test_a_range_has_both_its_ends(value: int, *, expected: bool):
    """20 to 30, both in."""
    target = Target("between", Fraction(20), Fraction(30))
    assert expected == targets.satisfied(target, number(value), Fraction(20), None)


@pytest.mark.parametrize(("value", "expected"), [(-6, False), (-5, True), (0, True), (1, False)])
def test_a_range_may_end_at_nought(value: int, *, expected: bool):
    """An upper end of 0 is an upper end."""
    target = Target("between", Fraction(-5), Fraction(0))
    assert expected == targets.satisfied(target, number(value), Fraction(-5), None)


@pytest.mark.parametrize(
    ("comparator", "low", "high", "expected"),
    [
        ("at_least", 17, 19, False),
        ("at_least", 17, 20, UNDECIDED),
        ("at_least", 20, 25, True),
        ("at_most", 20, 25, UNDECIDED),
        ("at_most", 21, 25, False),
        ("exactly", 17, 20, UNDECIDED),
        ("exactly", 17, 19, False),
        ("exactly", 20, 20, True),
        ("at_least", 17, math.inf, UNDECIDED),
        ("at_least", 20, math.inf, True),
        ("at_most", 21, math.inf, False),
    ],
)
def test_bounds_that_agree_decide(comparator: Any, low: int, high: float, expected: object):
    """At both ends the same: decided; else undecided."""
    target = Target(comparator, Fraction(20))
    assert expected == targets.satisfied(target, number(low, low, high), Fraction(20), None)


@pytest.mark.parametrize(
    ("target", "value", "baseline", "expected"),
    [
        (moving("increase"), number(41), number(40), True),
        (moving("increase"), number(40), number(40), False),
        (moving("increase"), number(1), number(0), True),
        (moving("decrease"), number(39), number(40), True),
        (moving("decrease"), number(40), number(40), False),
        (moving("increase_by", "0.1", "ratio"), number(55), number(50), True),
        (moving("increase_by", "0.1", "ratio"), number(54), number(50), False),
        (moving("decrease_by", "5"), number(45), number(50), True),
        (moving("decrease_by", "5"), number(46), number(50), False),
        (moving("additional", "10"), number(10), number(40), True),
        (moving("additional", "10"), number(9), number(40), False),
        (moving("increase"), number(45), number(40, 40, 44), True),
        (moving("increase"), number(42), number(40, 40, 44), UNDECIDED),
        (moving("increase_by", "0.1", "ratio"), number(55), number(50, 50, 60), UNDECIDED),
        (moving("increase_by", "0.1", "ratio"), number(66), number(50, 50, 60), True),
        (moving("increase_by", "0.1", "ratio"), number(54), number(50, 50, 60), False),
        (moving("increase_by", "3", "ratio"), number(1), number(-1, -1, 1), UNDECIDED),
        (moving("increase_by", "1"), number(5), number(1, 1, math.inf), UNDECIDED),
    ],
)
def test_a_movement_is_measured_from_all_its_baseline_could_be(
    target: Target, value: Number, baseline: Number, expected: object
):
    """Decided where every baseline gives the same answer."""
    goal = targets.comes_to(target, baseline)
    assert goal is not None
    assert expected == targets.satisfied(target, value, goal, baseline)


# ── the way there ────────────────────────────────────────────────────────────────────────────────────────────────────


def expected_on(
    path: Trajectory, text: str, goal: str = "20", start: str = "0", due: Due | None = END
) -> Fraction | None:
    return targets.expected_by(indicator((), trajectory=path), Fraction(goal), Fraction(start), day(text), due, YEAR)


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2009-09-29", None), ("2009-09-30", 8), ("2009-12-30", 8), ("2009-12-31", 14), ("2010-06-30", 14)],
)
def test_a_point_of_the_path_holds_until_the_next(on: str, expected: int | None):
    """Before the first there is nothing to be behind."""
    path = Trajectory(((day("2009-09-30"), Fraction(8)), (day("2009-12-31"), Fraction(14))))
    assert expected == expected_on(path, on)


@pytest.mark.parametrize(
    ("on", "goal", "start", "expected"),
    [
        ("2009-04-01", "20", "0", Fraction(0)),
        ("2009-03-01", "20", "0", Fraction(0)),
        ("2010-03-31", "20", "0", Fraction(20)),
        ("2010-09-30", "20", "0", Fraction(20)),
        ("2009-09-30", "20", "0", Fraction(20 * 182, 364)),
        ("2009-09-30", "20", "40", Fraction(30)),
        ("2009-04-02", "1", "0", Fraction(1, 364)),
    ],
)
def test_a_straight_line_runs_from_the_years_start_to_the_deadline(on: str, goal: str, start: str, expected: Fraction):
    """By the day and exactly, upwards or downwards."""
    assert expected == expected_on(Trajectory(linear=True), on, goal, start)


def test_no_line_leads_to_no_deadline():
    """Nor to one that lies before the year, nor is there any without a path."""
    line = Trajectory(linear=True)
    assert [None, None] == [expected_on(line, "2009-09-30", due=due) for due in (None, Due(YEAR.start))]
    assert targets.expected_by(indicator(()), Fraction(20), Fraction(0), YEAR.end, END, YEAR) is None


# ── how many more ────────────────────────────────────────────────────────────────────────────────────────────────────


def share(n: int, d: int) -> Number:
    return replace(number(Fraction(n, d)), numerator=number(n), denominator=number(d))


@pytest.mark.parametrize(
    ("target", "value", "goal", "expected"),
    [
        (at_least("20"), number(17), "20", 3),
        (at_least("20"), number(20), "20", 0),
        (at_least("20"), number(25), "20", 0),
        (at_least("8.5"), number(8), "8.5", 1),
        (Target("more_than", Fraction(20)), number(20), "20", 1),
        (Target("exactly", Fraction(20)), number(17), "20", 3),
        (at_least("1/2", unit="ratio"), share(8, 17), "1/2", 1),
        (at_least("1/2", unit="ratio"), share(0, 17), "1/2", 9),
        (at_least("1/2", unit="ratio"), share(9, 17), "1/2", 0),
        (Target("more_than", Fraction(1, 2), unit="ratio"), share(5, 10), "1/2", 1),
        (at_least("1", unit="ratio"), share(3, 4), "1", 1),
        (at_least("2.5"), number(Fraction("0.5")), "2.5", 2),
        (moving("increase"), number(40), "40", 1),
        (moving("increase_by", "3"), number(40), "43", 3),
        (moving("additional", "10"), number(4), "10", 6),
        (Target("at_most", Fraction(5)), number(7), "5", None),
        (Target("between", Fraction(5), Fraction(7)), number(3), "5", None),
        (moving("decrease"), number(40), "40", None),
        (Target(delivered=True), number(1), "1", None),
        (at_least("20"), number(17), None, None),
    ],
)
def test_how_many_more_are_needed(target: Target, value: Number, goal: str | None, expected: int | None):
    """Whole ones, never rounded down: half of seventeen is nine."""
    whole = value.value.denominator == 1
    assert expected == targets.still_needed(target, value, None if goal is None else Fraction(goal), whole=whole)


def test_of_a_whole_that_is_not_decided_the_share_itself_is_lacking():
    """How many organisations half would be cannot be said yet."""
    value = replace(number(Fraction(1, 4)), numerator=number(1), denominator=number(4, 4, 6))
    assert Fraction(1, 4) == targets.still_needed(at_least("1/2", unit="ratio"), value, Fraction(1, 2), whole=False)


def test_of_what_comes_in_parts_a_part_is_lacking():
    """Also where there are whole ones by now."""
    assert Fraction("0.5") == targets.still_needed(at_least("8.5"), number(8), Fraction("8.5"), whole=False)


def test_the_instants_of_these_tests_are_days():
    """As known on a day means at its end."""
    assert datetime.fromisoformat("2010-02-10T23:59:59.999999") == end_of(day("2010-02-10"))
