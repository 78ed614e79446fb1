"""What a measure's tree tells of it: with its evidence, since a day, whether and when it can move."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

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
        return population.end is None and not (where and any(isinstance(n, nodes.NamedDate) for n in nodes.walk(where)))
    if isinstance(node, nodes.Combined):
        return node.operator != "-" and only_rises(node.left, schema) and only_rises(node.right, schema)
    return isinstance(node, _RISING) and all(only_rises(child, schema) for child in nodes.children(node))


def looks_at_the_clock(measure: Node) -> bool:
    """Whether a measure can move on a day on which nothing happens, as a trailing window does."""
    return any(
        isinstance(node, nodes.Previous | nodes.Each) or node == nodes.NamedDate("as_of")
        for node in nodes.walk(measure)
    )


def moving_days(measure: Node, evaluator: Reference, known_at: datetime) -> Iterator[date]:
    """Days on which a measure could move: its records' days and ends, the register's dates and the days after."""
    schema = evaluator.schema
    types = {node.type for node in nodes.walk(measure) if isinstance(node, nodes.Events)}
    types |= {ending.type for name in types for ending in schema.events[name].ended_by}
    happened, dated = evaluator.days_of(sorted(types), known_at)
    yield from happened
    for day in dated:
        yield day
        yield day + timedelta(days=1)
