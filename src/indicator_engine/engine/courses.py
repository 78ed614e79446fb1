"""How figures came about: their courses month by month, as they were first told, and those of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.evaluation.results import Point, Results

MOST_POINTS = 48
"""A figure's course has at most so many points; over longer periods they are further apart than a month."""


def courses(question: Question, results: Results) -> dict[str, Any]:
    """What results say of how figures came about: their courses, what was told of them then, those of groups."""
    from indicator_engine.evaluation.grouped import grouped

    series = _series(question, results)
    wanted = {result.id for result in results}
    chosen = [one for _, one in question.statement.indicators() if one.id in wanted]
    return {
        "series": series,
        "restated": dict(_restated(question, chosen, series)),
        "groups": grouped(question, chosen, series),
    }


def _restated(
    question: Question, chosen: Iterable[Indicator], series: Mapping[str, tuple[Point, ...]]
) -> Iterable[tuple[str, tuple[Point, ...]]]:
    """What was told of the points of each course before later recordings changed them."""
    measured = [(f"{one.id}/{part.id}", part) for one in chosen for part in one.parts]
    for name, indicator in [*((one.id, one) for one in chosen), *measured]:
        if name in series and (found := question.told_then(indicator, series[name])):
            yield name, found


def _series(question: Question, results: Results) -> dict[str, tuple[Point, ...]]:
    """How each figure came about, at the ends of the period's months up to the day asked for."""
    days = month_ends(question.statement.period.start, question.as_of)
    wanted = {result.id for result in results}
    found = {}
    for indicator in (one for _, one in question.statement.indicators() if one.id in wanted):
        found[indicator.id] = question.course(indicator, days)
        found |= {f"{indicator.id}/{part.id}": question.course(part, days) for part in indicator.parts}
    return {name: points for name, points in found.items() if points}


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months between two days, thinned out evenly where they are many."""
    months = max(periods.months_between(first, last), 0) + 1
    step = -(-months // MOST_POINTS)
    starts = (periods.shift(first.replace(day=1), months=number) for number in range(step - 1, months, step))
    return [day for day in (periods.month_end(one.year, one.month) for one in starts) if day < last]
