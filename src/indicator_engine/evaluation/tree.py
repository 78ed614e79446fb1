"""The calculation of one figure as a tree of text: each step in the language's own words, and what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.reasons import shown
from indicator_engine.evaluation.values import Members, NoneArose, Number, Selection, Unknown
from indicator_engine.language import nodes
from indicator_engine.language.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.reference import Moment, Reference
    from indicator_engine.language.nodes import Node

LISTED = 12
"""Keys of a set that are listed by name."""


def calculation(measure: Node, reference: Reference, moment: Moment) -> list[str]:
    """Lines, indented two spaces a step: `count(members & pledged) = 19`."""
    return list(_lines(measure, reference, moment, 0))


def _lines(node: Node, reference: Reference, moment: Moment, depth: int) -> Iterator[str]:
    value = reference.value(node, moment)
    yield f"{'  ' * depth}{text(node, reference.schema)} = {told(value)}"
    if isinstance(node, nodes.Constant | nodes.NamedDate | nodes.Events | nodes.Members):
        return
    for child in _steps(node):
        yield from _lines(child, reference, moment, depth + 1)


def _steps(node: Node) -> tuple[Node, ...]:
    """The steps that can be shown apart: not conditions over a record, nor what happens at another moment."""
    match node:
        case nodes.Filter(source, _):
            return (source,)
        case nodes.Every(events, _):
            return (events,)
        case nodes.Aggregate(_, nodes.Values(events, _, _)) | nodes.Distinct(nodes.Values(events, _, _)):
            return (events,)
        case nodes.At(date, _) | nodes.AsKnownOn(date, _):
            return (date,)
        case nodes.Previous() | nodes.Overall() | nodes.Each() | nodes.Change():
            return ()
    return nodes.children(node)


def told(value: Any) -> str:
    """A value of any kind on one line."""
    if isinstance(value, Unknown):
        return f"unknown ({', '.join(value.reasons)})"
    if isinstance(value, NoneArose):
        return "none arose"
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, Members):
        return _members(value)
    if isinstance(value, Selection):
        return _selection(value)
    return shown(value)


def _number(value: Number) -> str:
    parts = f" ({told(value.numerator)} of {told(value.denominator)})" if value.numerator and value.denominator else ""
    if value.is_decided:
        return f"{shown(value)}{parts}"
    ends = ["any number" if isinstance(end, float) else shown(Number(end, end, end)) for end in (value.low, value.high)]
    return f"{shown(value)}{parts}, between {ends[0]} and {ends[1]}"


def _members(value: Members) -> str:
    words = f"{len(value.yes)}{_names(value.yes)}"
    open_ = len(value.maybe) + value.unnamed
    return f"{words}, {open_} undecided{_names(value.maybe)}" if open_ else words


def _selection(value: Selection) -> str:
    words = f"{len(value.yes)} record{'' if len(value.yes) == 1 else 's'}"
    return f"{words}, {len(value.maybe)} undecided" if value.maybe else words


def _names(keys: frozenset[object]) -> str:
    if not keys:
        return ""
    names = sorted(str(key) for key in keys)
    return f": {', '.join(names[:LISTED])}{' …' if len(names) > LISTED else ''}"
