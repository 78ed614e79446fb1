"""What a measure's tree tells of it: with its evidence, since a day, whether and when it can move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.evaluation.reads import types_in
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from indicator_engine.evaluation.reference import Reference
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema


def with_evidence(measure: Node, attribute: str, schema: Schema) -> Node:
    """The measure over records whose evidence attribute is known, wherever a type has that attribute.

    The condition stands behind the measure's own, so that a reason names a missing item before missing evidence.
    """
    if _is_filtered_type(measure):
        types = [schema.events[name] for name in measure.kind.types]
        has_it = all(attribute in event.attributes for event in types)
        known = nodes.Known(nodes.RecordAttribute(attribute, kinds.TEXT))
        return nodes.Filter(measure, known) if has_it else measure
    changes = {
        name: _each_with_evidence(child, attribute, schema)
        for name, child in vars(measure).items()
        if isinstance(child, nodes.Node | tuple)
    }
    return replace(measure, **changes) if changes else measure


def _each_with_evidence(child: Any, attribute: str, schema: Schema) -> Any:
    if isinstance(child, tuple):
        return tuple(_each_with_evidence(one, attribute, schema) for one in child)
    return with_evidence(child, attribute, schema) if isinstance(child, nodes.Node) else child


def _is_filtered_type(node: Node) -> bool:
    """An event type, or conditions on one."""
    while isinstance(node, nodes.Filter):
        node = node.source
    return isinstance(node, nodes.Events)


def additional_to(measure: Node, since: Node | None) -> Node:
    """What a measure has gained: new members of a set since a date, or the change of any other number."""
    match measure:
        case nodes.CountMembers(members) if since is not None:
            return nodes.CountMembers(nodes.Combined("-", members, nodes.At(since, members)))
    return nodes.Change(measure, since)


_RISING = (
    nodes.CountMembers, nodes.CountRecords, nodes.Subjects, nodes.Distinct, nodes.Values, nodes.Events, nodes.Exists,
    nodes.InPeriod,
)  # fmt: skip
_FIXED = (
    nodes.Constant, nodes.RecordAttribute, nodes.TheSubject, nodes.Comparison, nodes.AllOf, nodes.AnyOf, nodes.Not,
    nodes.IsOneOf, nodes.Holds, nodes.Known, nodes.Missing, nodes.Definitely,
)  # fmt: skip


def only_rises(node: Node, schema: Schema) -> bool:
    """Whether a value can never fall as days pass: counts of what has happened, under conditions that never change."""
    if isinstance(node, nodes.Filter):
        return only_rises(node.source, schema) and all(isinstance(one, _FIXED) for one in nodes.walk(node.condition))
    if isinstance(node, nodes.Members):
        population = schema.populations[node.population]
        where = population.where
        if population.end is not None or schema.picks_rows(population):
            return False
        return not (where and any(isinstance(one, nodes.NamedDate) for one in nodes.walk(where)))
    if isinstance(node, nodes.Combined):
        return node.operator != "-" and only_rises(node.left, schema) and only_rises(node.right, schema)
    return isinstance(node, _RISING) and all(only_rises(child, schema) for child in nodes.children(node))


def looks_at_the_clock(measure: Node) -> bool:
    """Whether a measure can move on a day on which nothing happens, as a trailing window does."""
    return any(
        isinstance(node, nodes.Previous | nodes.Each) or node == nodes.NamedDate("as_of")
        for node in nodes.walk(measure)
    )


_WITHOUT_DATES = (nodes.Previous, nodes.Each, nodes.AsKnownOn)
_AS_OF = nodes.NamedDate("as_of")


def moves_unseen(measure: Node, schema: Schema) -> bool:
    """Whether a measure can move on a day that no date in the data tells of, so that every day must be looked at.

    `as_of` that is only compared with dates of records and of the register, also with shifted ones, moves nothing but
    on those and the days after.
    """
    every = _with_populations(measure, schema)
    if any(isinstance(node, _WITHOUT_DATES) for node in every):
        return looks_at_the_clock(measure)
    compared = [node for node in every if isinstance(node, nodes.Comparison) and _compares_dates(node)]
    told = sum(inner == _AS_OF for node in compared for inner in nodes.walk(node))
    return sum(node == _AS_OF for node in every) > told


def _with_populations(measure: Node, schema: Schema) -> list[Node]:
    """Every node of a measure, and of the conditions of the populations that it names."""
    own = list(nodes.walk(measure))
    named = {node.population for node in own if isinstance(node, nodes.Members | nodes.Deemed)}
    wheres = [where for name in sorted(named) if (where := schema.populations[name].where)]
    return [*own, *(node for where in wheres for node in nodes.walk(where))]


def _compares_dates(node: nodes.Comparison) -> bool:
    return all(side == _AS_OF or _is_date_told(side) or _is_either(side) for side in (node.left, node.right))


def _is_either(node: Node) -> bool:
    """One date or else another."""
    return isinstance(node, nodes.Coalesce) and all(
        one == _AS_OF or _is_date_told(one) for one in (node.first, node.second)
    )


def _is_date_told(node: Node) -> bool:
    """A date that stands in a record or the register, or that of one moved by so many years, months and days."""
    if isinstance(node, nodes.Shifted):
        return not isinstance(node.date, nodes.Shifted) and _is_date_told(node.date)
    if isinstance(node, nodes.RecordAttribute):
        return node.name != "recorded_on"
    return isinstance(node, nodes.RegisterAttribute) or (
        isinstance(node, nodes.Constant) and isinstance(node.value, date)
    )


def moving_days(measure: Node, evaluator: Reference, known_at: datetime) -> Iterator[date]:
    """Days on which a measure could move: its records' days, the dates in the data, and the days after.

    Where `as_of` is compared, also the dates that it is compared with.
    """
    every, types = _with_populations(measure, evaluator.schema), sorted(types_in(measure, evaluator.schema))
    happened, dated = evaluator.days_of(types, known_at)
    told = happened | dated | _days_declared(every, types, evaluator.schema)
    if _AS_OF in every:
        told |= {node.value for node in every if isinstance(node, nodes.Constant) and isinstance(node.value, date)}
        shifts = {(node.years, node.months, node.days) for node in every if isinstance(node, nodes.Shifted)}
        told |= {periods.shift(day, years=y, months=m, days=d) for day in told for y, m, d in shifts}
    yield from told
    yield from (day + timedelta(days=1) for day in told - {date.max})


def _days_declared(every: Iterable[Node], types: Iterable[str], schema: Schema) -> set[date]:
    """Days from which records of some types were kept, or from which a population has another deemed size."""
    named = {node.population for node in every if isinstance(node, nodes.Members | nodes.Deemed)}
    sizes = [size for name in named for size in schema.populations[name].deemed]
    since = [schema.events[name].covered_from for name in types]
    return {day for day in (*since, *(one.known_from for one in sizes), *(one.effective_from for one in sizes)) if day}


_WHOLE = (nodes.CountMembers, nodes.CountRecords, nodes.Deemed)
_AS_WHOLE = (
    nodes.At, nodes.AsKnownOn, nodes.Previous, nodes.Change, nodes.Overall, nodes.Arithmetic, nodes.Negative,
    nodes.Absolute,
)  # fmt: skip


def is_whole(measure: Node, schema: Schema) -> bool:
    """Whether a measure comes in whole ones, as counts and totals of whole numbers do."""
    match measure:
        case nodes.Constant(value):
            return isinstance(value, int) or (isinstance(value, Fraction) and value.denominator == 1)
        case nodes.Aggregate("sum" | "min" | "max", nodes.Values(events, name, _)):
            return all(schema.events[one].attributes[name].type == "integer" for one in events.kind.types)
        case nodes.Arithmetic("/", _, _):
            return False
        case nodes.At(_, operand) | nodes.AsKnownOn(_, operand) | nodes.Change(operand, _):
            return is_whole(operand, schema)
    if isinstance(measure, _AS_WHOLE):
        return all(is_whole(child, schema) for child in nodes.children(measure))
    return isinstance(measure, _WHOLE)
