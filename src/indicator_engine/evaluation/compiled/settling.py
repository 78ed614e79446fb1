"""Days that are worked out of records, put into expressions once they are known.

"Of those that had no scheme when the survey was delivered" looks at a day that is the same for everybody, but comes out
of records. Where such a day is settled first, figures that hang on it are asked of many days together, as others are.
A day that has not come is today: figures on the days before it need not look at it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.leaves import is_figure
from indicator_engine.evaluation.reference import lies_inside
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indicator_engine.language.nodes import Node

_SEEN_FROM_THERE = (
    nodes.Ratio, nodes.CountMembers, nodes.CountRecords, nodes.Exists, nodes.Combined, nodes.Subjects, nodes.Aggregate,
    nodes.Values, nodes.Distinct,
)  # fmt: skip
"""What looks at everything below it on the day on which it is looked at itself."""

_OF_A_ROW = (nodes.RecordAttribute, nodes.RegisterAttribute, nodes.TheSubject)


def days_in(node: Node) -> Iterator[Node]:
    """The days that a figure's records decide, as seen from where the figure is."""
    match node:
        case nodes.At(day, _):
            if _is_settled_by_records(day):
                yield day
        case nodes.Filter(source, condition) if source.kind.name == "events":
            yield from days_in(source)
            if isinstance(condition, nodes.Comparison):
                yield from filter(_is_settled_by_records, (condition.left, condition.right))
        case nodes.Filter(source, _):
            yield from days_in(source)
        case _ if isinstance(node, _SEEN_FROM_THERE):
            for child in nodes.children(node):
                yield from days_in(child)


def fixed_days_in(node: Node) -> Iterator[Node]:
    """The days written out that a figure looks at, as seen from where it is."""
    match node:
        case nodes.At(day, operand):
            if isinstance(day, nodes.Constant | nodes.NamedDate):
                yield day
            yield from fixed_days_in(operand)
        case nodes.Filter(source, _):
            yield from fixed_days_in(source)
        case _ if isinstance(node, _SEEN_FROM_THERE):
            for child in nodes.children(node):
                yield from fixed_days_in(child)


@lru_cache(maxsize=8192)
def looks_at_fixed_days(node: Node) -> bool:
    """Whether there are such days."""
    return any(True for _ in fixed_days_in(node))


def come(node: Node, as_of: date, day_of: Callable[[Node], Any]) -> Node:
    """A figure of a day, without those of these days that have not come by it."""
    later = {id(one) for one in fixed_days_in(node) if isinstance(found := day_of(one), date) and found >= as_of}
    return _alike(node, _without(node, later)) if later else node


def _without(node: Node, later: set[int]) -> Node:
    if isinstance(node, nodes.At) and id(node.date) in later:
        return _without(node.operand, later)
    return _changed(node, lambda child: _without(child, later))


@lru_cache(maxsize=8192)
def hangs_on_days(node: Node) -> bool:
    """Whether there are such days; asked of a figure for each day on which it is looked at."""
    return any(True for _ in days_in(node))


def _is_settled_by_records(node: Node) -> bool:
    """Whether a day is made of figures, and of nothing of the row at hand."""
    parts = list(_down_to_figures(node))
    return (
        node.kind.name == "date" and any(map(is_figure, parts)) and not any(isinstance(one, _OF_A_ROW) for one in parts)
    )


def _down_to_figures(node: Node) -> Iterator[Node]:
    yield node
    if not is_figure(node):
        for child in nodes.children(node):
            yield from _down_to_figures(child)


def settled(node: Node, day_of: Callable[[Node], Any]) -> Node:
    """A figure with these days written out, where they are known."""
    days = {id(one): found for one in days_in(node) if isinstance(found := day_of(one), date)}
    return _alike(node, _with(node, days)) if days else node


def _alike(node: Node, new: Node) -> Node:
    """The new figure, unless by its words alone it would be a share of a part where the old one is not."""
    if isinstance(node, nodes.Ratio) and isinstance(new, nodes.Ratio):
        inside = [lies_inside(one.numerator, one.denominator) for one in (node, new)]
        return node if inside[0] != inside[1] else new
    return new


def _with(node: Node, days: dict[int, date]) -> Node:
    return nodes.Constant(days[id(node)]) if id(node) in days else _changed(node, lambda child: _with(child, days))


def _changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """A node with its parts changed; itself where none is."""
    changed = {}
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, nodes.Node) and (new := change(value)) is not value:
            changed[one.name] = new
    return replace(node, **changed) if changed else node
