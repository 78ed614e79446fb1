"""How figures came about: their courses month by month, as they were first told, and those of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.answer import Course, Question
    from indicator_engine.evaluation.results import Point, Results

MOST_POINTS = 48
"""A figure's course has at most so many points; over longer periods they are further apart than a month."""


def courses(question: Question, results: Results) -> dict[str, Any]:
    """What results say of how figures came about: their courses, what was told of them then, those of groups."""
    from indicator_engine.evaluation.grouped import grouped

    wanted = {result.id for result in results}
    chosen = [one for _, one in question.statement.indicators() if one.id in wanted]
    days = month_ends(question.statement.period.start, question.as_of)
    found = {name: course for name, one in _named(chosen) if (course := question.course(one, days))}
    series = _series(question, found)
    return {
        "series": series,
        "restated": _restated(question, found, series),
        "groups": grouped(question, chosen, series),
    }


def _named(chosen: Iterable[Indicator]) -> Iterator[tuple[str, Indicator]]:
    """Indicators, and the parts of each, by the names of their courses."""
    for one in chosen:
        yield one.id, one
        yield from ((f"{one.id}/{part.id}", part) for part in one.parts)


def _series(question: Question, found: Mapping[str, Course]) -> dict[str, tuple[Point, ...]]:
    """How each figure came about, at the ends of the period's months up to the day asked for."""
    question.foresee_all(course.foreseen() for course in found.values())
    return {name: course.points() for name, course in found.items()}


def _restated(
    question: Question, found: Mapping[str, Course], series: Mapping[str, tuple[Point, ...]]
) -> dict[str, tuple[Point, ...]]:
    """What was told of the points of each course before later recordings changed them."""
    question.foresee_all(course.foreseen_then() for course in found.values())
    return {name: told for name, course in found.items() if (told := course.told_then(series[name]))}


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months between two days, thinned out evenly where they are many."""
    months = max(periods.months_between(first, last), 0) + 1
    step = -(-months // MOST_POINTS)
    starts = (periods.shift(first.replace(day=1), months=number) for number in range(step - 1, months, step))
    return [day for day in (periods.month_end(one.year, one.month) for one in starts) if day < last]
