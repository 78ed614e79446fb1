"""What an indicator reads of the records: the event types it asks for, and whether one subject's own events would do.

So that a question to a large store need not read all of it. What is said here holds of the tree, whatever the data.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.model import Expression
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema


def types_read(indicators: Iterable[Indicator], schema: Schema) -> frozenset[str]:
    """The event types that some indicators ask for: measures, targets and whatever else of them is an expression."""
    return _types([one.node for indicator in indicators for one in _expressions(indicator)], schema)


def types_in(node: Node, schema: Schema) -> frozenset[str]:
    """The event types that an expression asks for."""
    return _types([node], schema)


def _types(trees: list[Node], schema: Schema) -> frozenset[str]:
    every = [node for tree in trees for node in nodes.walk(tree)]
    named = {node.population for node in every if isinstance(node, nodes.Members | nodes.Deemed)}
    wheres = [where for name in named if (where := schema.populations[name].where)]
    found = {node.type for tree in (*trees, *wheres) for node in nodes.walk(tree) if isinstance(node, nodes.Events)}
    return frozenset(found | {ending.type for name in found for ending in schema.events[name].ended_by})


def _expressions(thing: Any) -> Iterator[Expression]:
    """Every expression within a frozen value."""
    if isinstance(thing, Expression):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _expressions(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for one in thing:
            yield from _expressions(one)


def tells_by_own_events(measure: Node, schema: Schema) -> bool:
    """Whether what one subject has to do with a measure can be told by its own events."""
    match measure:
        case nodes.CountMembers(counted) | nodes.CountRecords(counted) | nodes.Exists(counted):
            return needs_only_own(counted, schema)
        case nodes.Every(counted, condition):
            return needs_only_own(counted, schema) and _asks_only_own(condition, schema, own=False)
        case nodes.Aggregate(_, nodes.Values(counted, _, _)):
            return needs_only_own(counted, schema)
        case nodes.Ratio(numerator, _) if numerator.kind.name == "set":
            return needs_only_own(numerator, schema)
    return measure.kind.name in {"set", "events"} and needs_only_own(measure, schema)


def needs_only_own(node: Node, schema: Schema) -> bool:
    """Whether a subject's place in a set of subjects, or its records in a selection, rest on its own events alone."""
    match node:
        case nodes.Events():
            return True
        case nodes.Members(population):
            where = schema.populations[population].where
            return where is None or not any(isinstance(one, nodes.Events) for one in nodes.walk(where))
        case nodes.Filter(source, condition):
            return needs_only_own(source, schema) and _asks_only_own(condition, schema, own=source.kind.name == "set")
        case nodes.At(day, operand):
            return needs_only_own(operand, schema) and _asks_only_own(day, schema, own=False)
        case nodes.Latest(events, by, _):
            return not by and needs_only_own(events, schema)
        case nodes.Combined() | nodes.Subjects() | nodes.InForce() | nodes.InPeriod():
            return all(needs_only_own(one, schema) for one in nodes.children(node))
    return False


def _asks_only_own(node: Node, schema: Schema, *, own: bool) -> bool:
    """The same of a condition; `own` where events in it are those of the subject at hand."""
    match node:
        case nodes.IsIn(nodes.TheSubject(), members) if members.kind.key == kinds.SUBJECT:
            return needs_only_own(members, schema)
        case nodes.Overall():
            return False
        case nodes.Distinct(values):
            return own and needs_only_own(values.events, schema) if isinstance(values, nodes.Values) else False
        case nodes.Values(events, _, _):
            return own and needs_only_own(events, schema)
    if node.kind.name == "events":
        return own and needs_only_own(node, schema)
    if node.kind.name == "set":
        return False
    return all(_asks_only_own(one, schema, own=own) for one in nodes.children(node))
