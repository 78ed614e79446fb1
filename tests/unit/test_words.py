"""The figures of a result in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import inf

import pytest

from indicator_engine.conventions import VERDICTS, Due
from indicator_engine.definitions.model import Target
from indicator_engine.evaluation.results import Result, Trend
from indicator_engine.rendering import words

TWENTY = Target(value=Fraction(20))
HALF = Target(value=Fraction(1, 2), unit="ratio")
DELIVERED = Target(delivered=True)


def result(**fields):
    """A result with a count of things in it."""
    return Result("a", "p", "missed", **{"unit": "count", **fields})


def counted(value, target=TWENTY, **fields):
    """A count beside its target."""
    return result(value=Fraction(value), target=target, target_value=target.value, **fields)


def share(numerator, denominator, target=HALF, **fields):
    """A share of a whole beside its target."""
    return result(
        value=Fraction(numerator, denominator),
        numerator=Fraction(numerator),
        denominator=Fraction(denominator),
        unit="ratio",
        target=target,
        target_value=target.value,
        **fields,
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(counted(17), "17 of 20", id="still to go"),
        pytest.param(counted(20), "20 of 20", id="just there"),
        pytest.param(counted(23), "23", id="beyond"),
        pytest.param(counted(3, replace(TWENTY, comparator="at_most")), "3", id="a limit"),
        pytest.param(counted(3, replace(TWENTY, comparator="more_than")), "3", id="more than"),
        pytest.param(counted(7, Target(value=Fraction(10), relative="additional")), "7 of 10", id="additional"),
        pytest.param(counted(7, Target(value=Fraction(10), relative="increase_by")), "7", id="movement"),
        pytest.param(share(9, 17), "52.9% (9 of 17)", id="share"),
        pytest.param(result(value=Fraction(1, 3), unit="ratio"), "33.3%", id="share of no things"),
        pytest.param(result(value=Fraction(2500), unit="money"), "£2,500.00", id="money"),
        pytest.param(result(value=Fraction(0)), "0", id="nought is a value"),
        pytest.param(result(value=True, target=DELIVERED), "delivered", id="delivered"),
        pytest.param(result(value=False, target=DELIVERED), "not delivered", id="not delivered"),
        pytest.param(result(value=False, target=DELIVERED, flags=("claimed",)), "claimed, no evidence", id="claimed"),
        pytest.param(result(value=True), "yes", id="monitored truth"),
        pytest.param(result(value=False), "no", id="monitored untruth"),
        pytest.param(result(unknown=("no data", "tbc")), "no data, TBC", id="unknown"),
        pytest.param(result(unknown=("eaten by the dog",)), "eaten by the dog", id="unknown for another reason"),
        pytest.param(
            result(value=Fraction(1), kind="compound", parts=(result(), result())), "1 of 2 parts", id="parts"
        ),
    ],
)
def test_value(found, expected):
    """A value reads as people say it."""
    assert expected == words.value(found)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (TWENTY, "at least 20"),
        (replace(TWENTY, comparator="at_most"), "at most 20"),
        (replace(TWENTY, comparator="exactly"), "exactly 20"),
        (replace(TWENTY, comparator="more_than"), "more than 20"),
        (replace(TWENTY, comparator="less_than"), "less than 20"),
        (replace(TWENTY, comparator="between", upper=Fraction(30)), "between 20 and 30"),
        (Target(tbc=True), "TBC"),
        (Target(tbc=True, owed_by="Steering Group"), "TBC (owed by Steering Group)"),
        (
            Target(tbc=True, owed_by="Steering Group", owed_on=date(2009, 9, 30)),
            "TBC (owed by Steering Group by 30 September 2009)",
        ),
        (Target(relative="increase"), "an increase"),
        (Target(relative="decrease", baseline_date=date(2009, 3, 31)), "a decrease (on 31 March 2009)"),
        (Target(relative="additional", value=Fraction(10)), "10 additional"),
        (Target(relative="increase_by", value=Fraction(1, 10), unit="ratio"), "10% more"),
        (None, ""),
    ],
)
def test_target(target, expected):
    """A target reads as people say it."""
    assert expected == words.target(result(target=target))


@pytest.mark.parametrize(("evidence", "expected"), [(None, "delivered"), ("link", "delivered, with evidence")])
def test_deliverable(evidence, expected):
    """A deliverable's target says whether it takes evidence."""
    assert expected == words.target(result(unit="number", target=replace(DELIVERED, evidence=evidence)))


@pytest.mark.parametrize(
    ("comparator", "expected"),
    [
        ("at_least", "at least 50%: 9 of 17"),
        ("more_than", "more than 50%: 9 of 17"),
        ("at_most", "at most 50%: 8 of 17"),
        ("less_than", "less than 50%: 8 of 17"),
        ("exactly", "exactly 50%"),
    ],
)
def test_share_in_numbers(comparator, expected):
    """A share of a known whole comes with the whole number it means, never rounded in anybody's favour."""
    assert expected == words.target(share(8, 17, replace(HALF, comparator=comparator)))


@pytest.mark.parametrize(("comparator", "expected"), [("more_than", "9"), ("less_than", "7"), ("at_least", "8")])
def test_share_that_comes_out_even(comparator, expected):
    """More than half of 16 is 9, less than half is 7."""
    assert words.target(share(8, 16, replace(HALF, comparator=comparator))).endswith(f": {expected} of 16")


def test_share_of_money():
    """A share whose whole is no whole number is left as it is."""
    assert "at least 50%" == words.target(replace(share(1, 2), denominator=Fraction(5, 2)))


@pytest.mark.parametrize(
    ("relative", "value", "unit", "goal", "expected"),
    [
        ("increase", None, "number", 40, "an increase on 40"),
        ("decrease", None, "number", 40, "a decrease on 40"),
        ("increase_by", Fraction(1, 10), "ratio", 44, "10% more than 40: 44"),
        ("decrease_by", Fraction(3), "number", 37, "3 less than 40: 37"),
    ],
)
def test_movement(relative, value, unit, goal, expected):
    """A movement is told with its baseline and what it comes to."""
    target = Target(relative=relative, value=value, unit=unit)
    found = result(target=target, baseline=Fraction(40), target_value=Fraction(goal))

    assert expected == words.target(found)


@pytest.mark.parametrize(
    "found", [result(target=DELIVERED), result(target=DELIVERED, value=Fraction(17), unit="number")]
)
def test_figure_to_be_established(found):
    """A figure that is to be found out is established, not delivered."""
    assert "established" == words.target(found)


def test_money_target():
    """A plain number is shown in the unit of the measure."""
    assert "at least £20.00" == words.target(result(target=TWENTY, unit="money"))


@pytest.mark.parametrize(("require", "expected"), [(2, "all 2 parts met"), (1, "1 of 2 parts met"), (0, "parts met")])
def test_target_of_parts(require, expected):
    """A compound indicator's target is how many parts must be met."""
    assert expected == words.target(result(kind="compound", parts=(result(), result())), require)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (Due(date(2010, 3, 31), "by March 2010"), "by March 2010 (31 March 2010)"),
        (Due(date(2010, 3, 31), "2010-03-31"), "31 March 2010"),
        (Due(date(2010, 3, 31)), "31 March 2010"),
        (Due(date(2010, 3, 31), inherited=True), "31 March 2010 (inherited)"),
        (Due(date(2010, 3, 31), "by March 2010", inherited=True), "by March 2010 (31 March 2010, inherited)"),
        (None, ""),
    ],
)
def test_due(due, expected):
    """A deadline is the literal phrase and the day it means."""
    assert expected == words.due(result(due=due))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (counted(17, needed=Fraction(3)), "3 more"),
        (counted(20, needed=Fraction(0)), ""),
        (counted(20), ""),
        (share(8, 17, needed=Fraction(1)), "1 more"),
        (result(unit="ratio", needed=Fraction(1, 20)), "5 percentage points more"),
        (result(unit="ratio", needed=Fraction(1, 100)), "1 percentage point more"),
        (result(unit="money", needed=Fraction(3)), "£3.00 more"),
        (result(kind="compound", needed=Fraction(1)), "1 more part"),
        (result(kind="compound", needed=Fraction(2)), "2 more parts"),
    ],
)
def test_needed(found, expected):
    """What is lacking is told in whole things."""
    assert expected == words.needed(found)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((Fraction(17), Fraction(20)), "between 17 and 20"),
        ((Fraction(17), Fraction(17)), ""),
        ((Fraction(17), inf), "17 or more"),
        ((-inf, Fraction(17)), "17 or less"),
        ((-inf, inf), "could be anything"),
        (None, ""),
    ],
)
def test_bounds(bounds, expected):
    """What is undecided shows as the range the value could be in."""
    assert expected == words.bounds(result(bounds=bounds))


@pytest.mark.parametrize(
    ("word", "change", "unit", "expected"),
    [
        ("up", Fraction(2), "count", "up 2 since 31 December 2009"),
        ("down", Fraction(-2), "count", "down 2 since 31 December 2009"),
        ("level", Fraction(0), "count", "unchanged since 31 December 2009"),
        ("up", Fraction(1, 20), "ratio", "up 5 percentage points since 31 December 2009"),
    ],
)
def test_trend(word, change, unit, expected):
    """A movement is told in words, a share's in percentage points."""
    assert expected == words.trend(result(unit=unit, trend=Trend(word, change, date(2009, 12, 31))))


def test_no_trend():
    """Without a movement there is nothing to say."""
    assert "" == words.trend(result())


def test_expected():
    """The path's figure is told with its day."""
    found = result(expected=Fraction(14), evaluated_on=date(2009, 12, 31))

    assert "14 expected by 31 December 2009" == words.expected(found)


def test_every_verdict_is_counted():
    """The headline has words for every verdict but those that mean met."""
    silent = [verdict for verdict in VERDICTS if not words.counted(verdict, 2)]

    assert ["met", "met_known_late"] == silent


@pytest.mark.parametrize(("count", "expected"), [(1, "1 has no target yet"), (2, "2 have no target yet")])
def test_counted(count, expected):
    """One has, two have."""
    assert expected == words.counted("no_target_yet", count)


def test_unknown_flag():
    """A flag of somebody else's is shown by its name."""
    assert ("late paper", "") == (words.flag("late_paper"), words.meaning("late_paper"))


def test_flags_in_order():
    """Flags are explained in one order, unknown ones last."""
    assert ["provisional", "claimed", "mine"] == words.ordered({"mine", "claimed", "provisional"})
