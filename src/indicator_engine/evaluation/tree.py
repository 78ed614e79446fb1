"""The calculation of one figure as a tree: each step in the language's own words, and what it came to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.reasons import shown
from indicator_engine.evaluation.results import exact
from indicator_engine.evaluation.values import Members, NoneArose, Number, Selection, Tally, Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.says import says
from indicator_engine.language.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.reference import Moment, Reference
    from indicator_engine.language.nodes import Node

LISTED = 12
"""Keys of a set that are listed by name."""


@dataclass(frozen=True)
class Step:
    """One step of a calculation: the node, its text and English, its value, and the steps it rests on.

    A filter also tells how many it dropped. What is below `at(day, …)` is told as of that day, and what is below
    `each(quarter, …)` for each that has ended: `when` says which.
    """

    node: Node
    text: str
    says: str
    value: Any
    as_of: date
    dropped: int | None = None
    steps: tuple[Step, ...] = ()
    when: str = ""

    @property
    def led_in(self) -> str:
        """What stands before its words."""
        return f"{self.when}: " if self.when else ""

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as text, indented two spaces a step: `count(members & pledged) = 19`."""
        dropped = f", {self.dropped} dropped" if self.dropped else ""
        yield f"{'  ' * depth}{self.led_in}{self.text} = {told(self.value)}{dropped}"
        for step in self.steps:
            yield from step.lines(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape."""
        return {
            "expression": self.text,
            "says": self.says,
            "as_of": self.as_of.isoformat(),
            **_data(self.value),
            "dropped": self.dropped,
            "steps": [step.to_dict() for step in self.steps],
        }


def steps(measure: Node, reference: Reference, moment: Moment) -> Step:
    """The calculation of a measure at a moment, down to records and register."""
    value = reference.value(measure, moment)
    below = tuple(_steps_below(measure, reference, moment))
    dropped = None
    if isinstance(measure, nodes.Filter) and below and not isinstance(value, Unknown):
        dropped = _possible(below[0].value) - _possible(value)
    schema = reference.schema
    return Step(measure, text(measure, schema), says(measure, schema), value, moment.as_of, dropped, below)


def _steps_below(measure: Node, reference: Reference, moment: Moment) -> Iterator[Step]:
    """What a step rests on; of many quarters (or months, or years) only what each came to."""
    below = list(_below(measure, reference, moment))
    for child, at in below:
        if not isinstance(measure, nodes.Each):
            yield steps(child, reference, at)
        elif len(below) <= LISTED:
            yield replace(steps(child, reference, at), when=at.bucket)
        else:
            schema = reference.schema
            value = reference.value(child, at)
            yield Step(child, text(child, schema), says(child, schema), value, at.as_of, when=at.bucket)


def calculation(measure: Node, reference: Reference, moment: Moment) -> list[str]:
    """The calculation as lines."""
    return list(steps(measure, reference, moment).lines())


def _possible(value: Any) -> int:
    if isinstance(value, Tally):
        return value.yes + value.maybe
    return len(value.all()) if isinstance(value, Selection) else len(value.possible)


def _below(node: Node, reference: Reference, moment: Moment) -> Iterator[tuple[Node, Moment]]:
    """The steps that can be shown apart, each with its moment: not conditions over a record, nor earlier periods."""
    match node:
        case nodes.Constant() | nodes.NamedDate() | nodes.Events() | nodes.Members():
            return
        case nodes.Previous() | nodes.Overall() | nodes.Change():
            return
        case nodes.Each():
            ended = reference.buckets_ended(node, moment)
            yield from () if isinstance(ended, Unknown) else ((node.condition, at) for at in ended)
        case nodes.Filter(source, _):
            yield source, moment
        case nodes.Every(events, _):
            yield events, moment
        case nodes.Aggregate(_, nodes.Values(events, _, _)) | nodes.Distinct(nodes.Values(events, _, _)):
            yield events, moment
        case nodes.At(day, operand):
            yield day, moment
            when = reference.value(day, moment)
            if isinstance(when, date):
                yield operand, replace(moment, as_of=min(when, moment.as_of), window=None)
        case nodes.AsKnownOn(day, _):
            yield day, moment
        case _:
            told = (child for child in nodes.children(node) if not isinstance(child, nodes.Constant))
            yield from ((child, moment) for child in told)


def _data(value: Any) -> dict[str, Any]:
    """A value for machines; sets and selections with what they hold and what may be in them."""
    if isinstance(value, Unknown):
        return {"value": None, "unknown": list(value.reasons)}
    if isinstance(value, Number):
        parts = {"numerator": value.numerator, "denominator": value.denominator}
        return {
            "value": exact(value.value),
            "bounds": [exact(value.low), exact(value.high)],
            **{name: exact(part.value) for name, part in parts.items() if part},
        }
    if isinstance(value, Members):
        sure, open_ = (sorted(map(_key, keys)) for keys in (value.yes, value.maybe))
        return {"members": sure, "undecided": open_, "unnamed": value.unnamed}
    if isinstance(value, Selection):
        sure, open_ = ([record.event_id for record in part] for part in (value.yes, value.maybe))
        return {"events": sure, "undecided": open_}
    if isinstance(value, Tally):
        return {"events": list(value.sure), "undecided": list(value.open)}
    return {"value": value if isinstance(value, bool) else "none arose" if isinstance(value, NoneArose) else str(value)}


def _key(key: object) -> str:
    return str(key)


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
        return _selection(len(value.yes), len(value.maybe))
    if isinstance(value, Tally):
        return _selection(value.yes, value.maybe)
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


def _selection(yes: int, maybe: int) -> str:
    words = f"{yes} record{'' if yes == 1 else 's'}"
    return f"{words}, {maybe} undecided" if maybe else words


def _names(keys: frozenset[object]) -> str:
    if not keys:
        return ""
    names = sorted(str(key) for key in keys)
    return f": {', '.join(names[:LISTED])}{' …' if len(names) > LISTED else ''}"
