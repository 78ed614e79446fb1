"""A path that leads away from its target, or past it, or stops short of it on the day it is due."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.definitions.checks.contents import due_of, indicators, standing
from indicator_engine.definitions.codes import Code
from indicator_engine.periods import shown
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from fractions import Fraction

    from indicator_engine.definitions.model import Indicator, Statement, Target

    Points = tuple[tuple[date, Fraction], ...]

CODE = Code(
    "IE214",
    "path that goes astray",
    "A point of the path asks for less than an earlier one although higher is better (or for more although lower is), "
    "or the path asks for more than the target, or for less on the day the target is due.",
    "The path decides who is on track. One that leads elsewhere than to the target calls people behind who will meet "
    "it, or on track who will not.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by March 2010"
path = { 2009-09-30 = 14, 2009-12-31 = 8 }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by March 2010"
path = { 2009-09-30 = 8, 2009-12-31 = 14 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each point that lies in the wrong direction, past the target, or short of it when it is due."""
    for indicator in indicators(statement):
        points = indicator.trajectory.points if indicator.trajectory else ()
        if points and indicator.better:
            yield from _backwards(indicator, points)
            targets = [target for target in standing(indicator) if target.value is not None and not target.relative]
            yield from _past_or_short(indicator, targets[-1], points) if targets else ()


def _backwards(indicator: Indicator, points: Points) -> Iterator[Problem]:
    for (_, before), (day, value) in pairwise(points):
        if _is_better(before, value, indicator):
            less = "less" if indicator.better == "higher" else "more"
            fact = f"by {shown(day)} the path asks for {less} than before, although {indicator.better} is better"
            yield _problem(indicator, day, fact, "put the numbers of the path in order, or correct `better`")


def _past_or_short(indicator: Indicator, target: Target, points: Points) -> Iterator[Problem]:
    day, value = points[-1]
    goal, due = target.value, due_of(target, indicator)
    if goal is None or value == goal:
        return
    past = _is_better(value, goal, indicator)
    if past or (due and day >= due.day):
        asked, wanted = amounts.shown(value, target.unit), amounts.shown(goal, target.unit)
        fact = f"the path ends {'past' if past else 'short of'} the target: at {asked}, not {wanted}"
        yield _problem(indicator, day, fact, "end the path at the target, or leave its last point out")


def _is_better(one: Fraction, other: Fraction, indicator: Indicator) -> bool:
    return one > other if indicator.better == "higher" else one < other


def _problem(indicator: Indicator, day: date, fact: str, hint: str) -> Problem:
    return Problem(CODE.code, fact, hint, "warning", path=(*indicator.path, "path", day.isoformat()))
