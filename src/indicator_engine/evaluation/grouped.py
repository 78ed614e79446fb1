"""The courses of figures in each group of the register, for charts that stand beside each other.

The column is the county's own choice, else the first of words with few values that no population is made of. Only
measures that more than one group has a part in are told; how many days are asked about follows from how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.answer import workings
from indicator_engine.evaluation.figures import in_order, within
from indicator_engine.evaluation.reference import Frame
from indicator_engine.evaluation.results import Grouped
from indicator_engine.evaluation.values import Number
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.answer import Question, Working
    from indicator_engine.evaluation.results import Point
    from indicator_engine.language.schema import Schema

MOST_GROUPS, MOST_NAMED = 12, 24
"""So many groups a column may have that was looked for, and one that the county named."""
MOST_FIGURES = 3_000
"""So many figures of groups are worked out for a report; the more there are to draw, the fewer days each has."""
MOST_DAYS = 12


def grouped(
    question: Question, indicators: Sequence[Indicator], series: Mapping[str, Sequence[Point]]
) -> Grouped | None:
    """The courses in each group of the register; None where no column tells groups, or there are too many to draw."""
    found = _column(question)
    if found is None:
        return None
    column, groups = found
    asked = dict(_asked(question, indicators, series))
    each = min(MOST_FIGURES // max(len(asked) * len(groups), 1), MOST_DAYS)
    if each < 2:
        return None
    days = {name: _thinned([day for day, _ in series[name]], each) for name in asked}
    courses = _courses(question.statement.schema, column, groups, asked, days, question)
    closed = bool(question.statement.schema.subject.attributes[column].choices) or _is_named(question, column)
    return Grouped(column, tuple(groups), courses, closed) if courses else None


def _is_named(question: Question, column: str) -> bool:
    return question.statement.convention.grouped_by == column


def _column(question: Question) -> tuple[str, list[str | bool | None]] | None:
    """The column that tells groups, and its values."""
    schema, evaluator = question.statement.schema, question.evaluator(Frame())
    named = question.statement.convention.grouped_by
    for name in _candidates(schema, named):
        values = evaluator.register_values(name)
        if 2 <= len(values) <= (MOST_NAMED if named else MOST_GROUPS):
            return name, in_order(values)
    return None


def _candidates(schema: Schema, named: str) -> Iterator[str]:
    attributes = schema.subject.attributes
    if named:
        yield from (named,) if named in attributes else ()
        return
    made_of = {
        node.name
        for population in schema.populations.values()
        for node in (nodes.walk(population.where) if population.where else ())
        if isinstance(node, nodes.RegisterAttribute)
    }
    for name, attribute in attributes.items():
        if attribute.type in ("choice", "text") and name not in made_of and name != "name":
            yield name


def _asked(
    question: Question, indicators: Sequence[Indicator], series: Mapping[str, Sequence[Point]]
) -> Iterator[tuple[str, Working]]:
    for indicator in indicators:
        for working in workings(question, indicator):
            part = f"/{working.indicator.id}" if working.indicator.id != indicator.id else ""
            if len(series.get(indicator.id + part, ())) >= 2:
                yield indicator.id + part, working


def _thinned(days: Sequence[date], most: int) -> list[date]:
    """So many days, evenly apart, the first and the last among them."""
    if len(days) <= most:
        return list(days)
    return [days[round(at * (len(days) - 1) / (most - 1))] for at in range(most)]


def _courses(
    schema: Schema,
    column: str,
    groups: Sequence[str | bool | None],
    asked: Mapping[str, Working],
    days: Mapping[str, Sequence[date]],
    question: Question,
) -> dict[str, tuple[tuple[Point, ...], ...]]:
    nodes_of = {name: [within(one.node, (group,), [column], schema) for group in groups] for name, one in asked.items()}
    question.foresee_all(
        (asked[name].reference.frame, node, [asked[name].moment.on(day) for day in days[name]])
        for name, each in nodes_of.items()
        for node in each
    )
    found = {
        name: tuple(tuple(_points(asked[name], node, days[name])) for node in each) for name, each in nodes_of.items()
    }
    return {name: courses for name, courses in found.items() if _is_told(courses)}


def _points(working: Working, node: nodes.Node, days: Sequence[date]) -> Iterator[Point]:
    for day in days:
        value = working.reference.value(node, working.moment.on(day))
        yield day, value.value if isinstance(value, Number) else None


def _is_told(courses: Sequence[Sequence[Point]]) -> bool:
    """Whether more than one group has a part in the figure."""
    return sum(any(value for _, value in course) for course in courses) >= 2
