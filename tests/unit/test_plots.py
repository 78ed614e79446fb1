"""What a chart shows, and where its marks lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from indicator_engine.conventions import Due
from indicator_engine.definitions.model import Indicator, Target, Trajectory
from indicator_engine.evaluation.results import Result
from indicator_engine.periods import Period
from indicator_engine.rendering import drawings
from indicator_engine.rendering.phrases import Phrases
from indicator_engine.rendering.plots import Plot, Step, Strip, plot_of, standing_on, strip_of

PERIOD = Period(date(2009, 4, 1), date(2010, 3, 31), "09-10")
DUE = date(2010, 3, 31)
AIMED = Target(value=Fraction(20))
SAY = Phrases()


def result(value=17, **fields):
    """A result that counts, due at the end of the period."""
    base = Result("a", "p", "not_yet_due", value=Fraction(value), unit="count", target=AIMED, target_version=1,
                  target_value=Fraction(20), due=Due(DUE), evaluated_on=date(2010, 1, 31))  # fmt: skip
    return replace(base, **fields)


def course(*values, unit=Fraction):
    """The figure at the ends of the months from April."""
    ends = (30, 31, 30, 31, 31, 30)
    return tuple((date(2009, 4 + at, ends[at]), None if one is None else unit(one)) for at, one in enumerate(values))


def plot(*values, indicator=None, tolerance=0, **fields):
    """The chart of a course."""
    return plot_of(result(**fields), indicator or Indicator("a"), course(*values), PERIOD, Fraction(tolerance))


def test_target_stands_over_the_period():
    """The line of a target runs from the start of the period to the deadline."""
    assert (Step(PERIOD.start, DUE, Fraction(20)),) == plot(1, 2).goals


def test_nothing_to_draw():
    """One day is no course, and days that are not known are none."""
    assert [None, None, None] == [plot(), plot(1), plot(None, 2)]


def test_revised_target_is_a_step():
    """Each version of a target stands from the day it was decided to the day the next one was."""
    second = replace(AIMED, value=Fraction(30), known_from=date(2009, 9, 15))
    indicator = Indicator("a", stages=((AIMED, second),))
    found = plot(1, 2, indicator=indicator, target=second, target_version=2, target_value=Fraction(30))

    assert [(date(2009, 4, 1), 20), (date(2009, 9, 15), 30)] == [(step.start, step.value) for step in found.goals]
    assert [30] == [step.value for step in found.revised]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (Trajectory(linear=True), [(date(2009, 4, 1), 0), (DUE, 20)]),
        (
            Trajectory(((date(2009, 6, 30), Fraction(5)), (date(2009, 12, 31), Fraction(15)))),
            [(date(2009, 6, 30), 5), (date(2009, 12, 31), 5), (date(2009, 12, 31), 15), (DUE, 15)],
        ),
        (None, []),
    ],
)
def test_path(way, expected):
    """A straight path has two ends; declared points hold until the next one."""
    assert expected == list(plot(1, 2, indicator=Indicator("a", trajectory=way), expected=Fraction(1)).path)


@pytest.mark.parametrize(("better", "expected"), [("higher", 16), ("lower", 24)])
def test_tolerance_lies_on_the_worse_side(better, expected):
    """What still counts as near the path lies below it, or above it where less is better."""
    indicator = Indicator("a", trajectory=Trajectory(linear=True))
    found = plot(1, 2, indicator=indicator, tolerance=Fraction(1, 5), expected=Fraction(1), better=better)

    assert expected == found.tolerance[-1][1]


def test_deliverable_has_a_strip():
    """A thing to be delivered shows since when it has been."""
    points = course(1, 0, 1, 1, unit=bool)
    found = strip_of(replace(result(), value=True), points, PERIOD)

    assert Strip(PERIOD.start, DUE, DUE, date(2010, 1, 31), date(2009, 6, 30)) == found


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ((18, 20), "count", (5, 0, 20)),
        ((1, 3), "count", (1, 0, 3)),
        ((0, 0), "count", (1, 0, 1)),
        ((Fraction(9, 10),), "ratio", (Fraction(1, 4), 0, 1)),
        ((Fraction(1, 10),), "ratio", (Fraction(1, 40), 0, Fraction(1, 10))),
        ((-5, 7), "amount", (5, -5, 10)),
        ((123456,), "amount", (50000, 0, 150000)),
    ],
)
def test_axis_has_round_numbers(values, unit, expected):
    """An axis begins at nothing, or below what lies below it, and its steps are round; counts have whole steps."""
    assert expected == drawings._axis(map(Fraction, values), unit)


def test_drawing_keeps_inside():
    """Every mark lies inside the chart, in both sizes."""
    found = plot(3, 9, 4, 12, 17)
    for width, height in (drawings.WIDE, drawings.NARROW):
        drawn = drawings.drawing_of(found, SAY, (width, height))
        places = [tuple(map(float, place.split(","))) for place in f"{drawn.actual} {drawn.area}".split()]

        assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


def test_months_below():
    """As many months as there is room for, with the year at the first and at each new one."""
    drawn = drawings.drawing_of(plot(1, 2, 3), SAY)

    assert ["Apr 2009", "Jun", "Aug", "Oct", "Dec", "Feb 2010"] == [label.text for label in drawn.below]


def test_value_stands_clear_of_the_target():
    """A last figure on the line of the target is written below it."""
    reached, below = (drawings.drawing_of(plot(1, value), SAY) for value in (20, 5))
    gaps = [float(one.value.y) - float(one.dots[-1][1]) for one in (reached, below)]

    assert [22, 5] == gaps


@pytest.mark.parametrize(
    ("value", "goal", "expected"),
    [(18, 20, ("86.4", "96")), (30, 20, ("100", "66.7")), (0, 20, ("0", "96")), (-1, 20, None), (3, 0, None)],
)
def test_bullet(value, goal, expected):
    """A bar and the mark it is to reach; nothing where there is nothing to reach."""
    found = drawings.bullet_of(Fraction(value), Fraction(goal))

    assert expected == (found and (found.value, found.goal))


def test_shares_fill_the_bar():
    """A bar is parted by how many there are of each, from its start."""
    found = drawings.shares_of([("green", False, 1), ("grey", True, 3)])

    assert [("0", "24.6"), ("25", "74.6")] == [(share.x, share.width) for share in found]


STEPS = (
    Step(date(2009, 4, 1), date(2009, 6, 30), Fraction(10)),
    Step(date(2009, 7, 1), date(2010, 3, 31), Fraction(20)),
)
CORNERS = ((date(2009, 4, 1), Fraction(0)), (date(2009, 4, 11), Fraction(10)), (date(2009, 4, 11), Fraction(12)))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2009, 3, 31), (None, None, None)),
        (date(2009, 4, 1), (10, None, 0)),
        (date(2009, 4, 6), (10, None, 5)),
        (date(2009, 4, 11), (10, None, 12)),
        (date(2009, 7, 1), (20, None, None)),
    ],
)
def test_target_and_path_on_a_day(day, expected):
    """The target in force on a day, and where the path is: straight between its corners, landed where it jumps."""
    plot = Plot("number", (), STEPS, CORNERS, (), date(2009, 4, 1), date(2010, 3, 31), None, date(2010, 3, 31))

    assert expected == standing_on(plot, day)
