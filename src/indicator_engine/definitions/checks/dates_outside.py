"""Deadlines, points of a path and days of decision that lie outside the statement's period.

A deadline may belong to a later year on purpose; then the warning tells the reader that this statement's own reports
will never judge it. Days of decision may well lie before the period, but hardly a year before or after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import indicators, standing, versions
from indicator_engine.definitions.codes import Code
from indicator_engine.periods import shift, shown
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from indicator_engine.definitions.checks.contents import DataPath
    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.language.schema import DeemedSize

    Dated = tuple[str, date | None, DataPath]

CODE = Code(
    "IE213",
    "date outside the period",
    "A deadline or a point of a path lies before or after the statement's period, or a decision is dated more than a "
    "year away from it.",
    "Most such dates are slips: the year that was being written instead of the year that was meant. A target due "
    "before the period starts is missed from the first day.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by March 2001"
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = "by March 2010"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each date outside the period, or for days of decision far outside it."""
    start, end = statement.period.start, statement.period.end
    yield from _outside(_deadlines(statement), start, end, "outside the period")
    far = "more than a year from the period"
    yield from _outside(_decisions(statement), shift(start, years=-1), shift(end, years=1), far)


def _outside(dates: Iterable[Dated], first: date, last: date, where: str) -> Iterator[Problem]:
    for what, day, path in dates:
        if day and not first <= day <= last:
            fact = f"{what}, {shown(day)}, is {where}"
            hint = "look for a slip of the pen in the year; nothing need be done if it is meant"
            yield Problem(CODE.code, fact, hint, "warning", path=path)


def _deadlines(statement: Statement) -> Iterator[Dated]:
    if statement.default_due:
        yield "the deadline", statement.default_due.day, ("statement", "due")
    for _, indicator in statement.indicators():
        told: set[date] = set()
        for what, day, path in _deadlines_of(indicator):
            if day not in told:
                told.add(day)
                yield what, day, path


def _deadlines_of(indicator: Indicator) -> Iterator[tuple[str, date, DataPath]]:
    """Those of the stages, of the indicator, of its parts; what they share is written at one of them only."""
    for target in standing(indicator):
        if target.due:
            yield "the deadline", target.due.day, (*target.path, "due")
    if indicator.due and not indicator.due.inherited:
        yield "the deadline", indicator.due.day, (*indicator.path, "due")
    for day, _ in indicator.trajectory.points if indicator.trajectory else ():
        yield "a point of the path", day, (*indicator.path, "path", day.isoformat())
    for part in indicator.parts:
        yield from _deadlines_of(part)


def _decisions(statement: Statement) -> Iterator[Dated]:
    for indicator in indicators(statement):
        for target in versions(indicator):
            yield "the day this was decided", target.known_from, (*target.path, "known_from")
            yield "the day from which this applies", target.effective_from, (*target.path, "effective_from")
    for name, population in statement.schema.populations.items():
        for size in population.deemed:
            yield from _decisions_of(size, ("population", name, "deemed"))


def _decisions_of(size: DeemedSize, path: DataPath) -> Iterator[Dated]:
    yield "the day this number was decided", size.known_from, path
    yield "the day from which this number applies", size.effective_from, path
