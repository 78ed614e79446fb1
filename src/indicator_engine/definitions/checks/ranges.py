"""Between which ends a number can lie, whatever the data: by what it counts, and by what the pack declares.

A count is never negative; a share of a whole is never above 100%; the members of a population are no more than it
is deemed to have; an attribute keeps to its declared minimum and maximum. Each end says why it is one, so that a
check can tell the author. `None` is "no end that is known".
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.definitions.checks import containment, logic
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indicator_engine.definitions.model import Statement
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Attribute, Schema
    from indicator_engine.periods import Period


@dataclass(frozen=True)
class End:
    """One end of a range, and why it is one."""

    value: Fraction
    why: str = ""


@dataclass(frozen=True)
class Range:
    """Both ends, included."""

    low: End | None = None
    high: End | None = None


ANYTHING = Range()
NOT_NEGATIVE = Range(End(Fraction(0), "a count is never below 0"))
SHARE = Range(End(Fraction(0), "a share is never below 0%"), End(Fraction(1), "a share of a whole is never above 100%"))


@dataclass(frozen=True)
class Setting:
    """Where an expression stands: the pack's schema and period, and the event types of the record at hand, if any."""

    schema: Schema
    period: Period
    record: tuple[str, ...] = ()

    @classmethod
    def of(cls, statement: Statement) -> Setting:
        """Outside all brackets."""
        return cls(statement.schema, statement.period)

    def inside(self, source: Node) -> Setting:
        """Inside the brackets after a selection of records, or after a set."""
        return replace(self, record=source.kind.types if source.kind.name == "events" else ())


def range_of(node: Node, setting: Setting) -> Range:
    """Between which ends a number or a date can lie; dates are counted in days."""
    value = logic.constant(node, setting.period)
    if isinstance(value, Fraction):
        return Range(End(value), End(value))
    rule = _RULES.get(type(node))
    return rule(node, setting) if rule else ANYTHING


def size_of(node: Node, setting: Setting) -> End | None:
    """The most that a set can have; None where nothing limits it."""
    match node:
        case nodes.Members(population):
            return _deemed(population, setting).high
        case nodes.Combined(operator, left, right):
            return _joined_size(operator, size_of(left, setting), size_of(right, setting))
        case nodes.Subjects(events):
            return _least(size_of(around, setting) for around in containment.sets_around(events))
        case nodes.Distinct(nodes.Values(events, attribute)):
            return _choices(_attributes(attribute, events.kind.types, setting.schema))
        case (
            nodes.Filter(source=inner) | nodes.At(operand=inner) | nodes.AsKnownOn(operand=inner)
            | nodes.Overall(operand=inner) | nodes.Previous(operand=inner)
        ):  # fmt: skip
            return size_of(inner, setting)
        case _:
            return None


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _joined_size(operator: str, left: End | None, right: End | None) -> End | None:
    if operator == "-":
        return left
    if operator == "&":
        return _least((left, right))
    return End(left.value + right.value, f"{left.why} and {right.why}") if left and right else None


def _least(ends: Iterable[End | None]) -> End | None:
    return min((end for end in ends if end), key=_value, default=None)


def _deemed(population: str, setting: Setting) -> Range:
    """From its smallest to its largest deemed size; a size that is now "TBC" may become anything."""
    versions = setting.schema.populations[population].deemed
    sizes = [version.size for version in versions if version.size is not None]
    if not sizes or versions[-1].size is None:
        return NOT_NEGATIVE
    low, high = min(sizes), max(sizes)
    return Range(
        End(Fraction(low), f"`{population}` is deemed to be {low}"),
        End(Fraction(high), f"`{population}` is deemed to be {high}"),
    )


def _choices(attributes: list[Attribute]) -> End | None:
    """How many different values there are of an attribute whose values are all declared."""
    if not attributes or any(a.type != "choice" or a.open for a in attributes):
        return None
    words = {word for a in attributes for word in a.choices}
    return End(Fraction(len(words)), f"`{attributes[0].name}` has only {len(words)} choices")


# ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _attributes(name: str, types: tuple[str, ...], schema: Schema) -> list[Attribute]:
    found = [schema.events[event].attributes.get(name) for event in types if event in schema.events]
    return [attribute for attribute in found if attribute]


def _declared(attributes: list[Attribute]) -> Range:
    """From the smallest declared minimum to the largest declared maximum."""
    if not attributes:
        return ANYTHING
    name, low, high = attributes[0].name, [a.minimum for a in attributes], [a.maximum for a in attributes]
    lows, highs = [m for m in low if m is not None], [m for m in high if m is not None]
    return Range(
        End(min(lows), f"`{name}` is declared to be at least {min(lows)}") if len(lows) == len(low) else None,
        End(max(highs), f"`{name}` is declared to be at most {max(highs)}") if len(highs) == len(high) else None,
    )


def _of_record(node: nodes.RecordAttribute, setting: Setting) -> Range:
    return _declared(_attributes(node.name, setting.record, setting.schema))


def _of_register(node: nodes.RegisterAttribute, setting: Setting) -> Range:
    attribute = setting.schema.subject.attributes.get(node.name)
    return _declared([attribute] if attribute else [])


def _aggregate(node: nodes.Aggregate, setting: Setting) -> Range:
    values = node.values
    if not isinstance(values, nodes.Values):
        return ANYTHING
    declared = _declared(_attributes(values.attribute, values.events.kind.types, setting.schema))
    if node.function != "sum":
        return declared
    never_negative = declared.low is not None and declared.low.value >= 0
    return Range(End(Fraction(0), declared.low.why)) if declared.low and never_negative else ANYTHING


# ── numbers made of numbers ──────────────────────────────────────────────────────────────────────────────────────────


def _count(node: nodes.CountMembers, setting: Setting) -> Range:
    return replace(NOT_NEGATIVE, high=size_of(node.members, setting))


def _ratio(node: nodes.Ratio, _setting: Setting) -> Range:
    contained = containment.share_is_contained(node)
    if contained:
        return SHARE
    return ANYTHING if contained is None else replace(SHARE, high=None)


def _arithmetic(node: nodes.Arithmetic, setting: Setting) -> Range:
    left, right = range_of(node.left, setting), range_of(node.right, setting)
    if node.operator == "+":
        return Range(_plus(left.low, right.low), _plus(left.high, right.high))
    if node.operator == "-":
        turned = _turned(right)
        return Range(_plus(left.low, turned.low), _plus(left.high, turned.high))
    factor, other = (right, left) if right.low and right.low == right.high else (left, right)
    if not (factor.low and factor.low == factor.high) or (node.operator == "/" and factor is left):
        return ANYTHING
    return _times(other, factor.low.value, divided=node.operator == "/")


def _plus(one: End | None, other: End | None) -> End | None:
    if not (one and other):
        return None
    return End(one.value + other.value, " and ".join(dict.fromkeys(why for why in (one.why, other.why) if why)))


def _turned(it: Range) -> Range:
    return Range(it.high and End(-it.high.value, it.high.why), it.low and End(-it.low.value, it.low.why))


def _times(it: Range, factor: Fraction, *, divided: bool) -> Range:
    if factor == 0:
        return ANYTHING
    by = 1 / factor if divided else factor
    low, high = (end and End(end.value * by, end.why) for end in (it.low, it.high))
    return Range(low, high) if by > 0 else Range(high, low)


def _negative(node: nodes.Negative, setting: Setting) -> Range:
    return _turned(range_of(node.operand, setting))


def _absolute(node: nodes.Absolute, setting: Setting) -> Range:
    inner = range_of(node.operand, setting)
    if inner.low and inner.low.value >= 0:
        return inner
    return Range(End(Fraction(0), "a number without its sign is never below 0"))


def _clamp(node: nodes.Clamp, setting: Setting) -> Range:
    one, other = range_of(node.operand, setting), range_of(node.limit, setting)
    either = _either(one, other)
    if node.side == "at_least":
        return replace(either, low=max(filter(None, (one.low, other.low)), key=_value, default=None))
    return replace(either, high=_least((one.high, other.high)))


def _value(end: End) -> Fraction:
    return end.value


def _all_of(ends: list[End | None], choose: Callable[..., End]) -> End | None:
    """The smallest or largest end, where all are known."""
    known = [end for end in ends if end]
    return choose(known, key=_value) if known and len(known) == len(ends) else None


def _either(one: Range, other: Range) -> Range:
    return Range(_all_of([one.low, other.low], min), _all_of([one.high, other.high], max))


def _coalesce(node: nodes.Coalesce, setting: Setting) -> Range:
    return _either(range_of(node.first, setting), range_of(node.second, setting))


def _conditional(node: nodes.Conditional, setting: Setting) -> Range:
    return _either(range_of(node.then, setting), range_of(node.otherwise, setting))


def _change(node: nodes.Change, setting: Setting) -> Range:
    inner = range_of(node.operand, setting)
    turned = _turned(inner)
    return Range(_plus(inner.low, turned.low), _plus(inner.high, turned.high))


def _within(node: nodes.At | nodes.AsKnownOn | nodes.Overall | nodes.Previous, setting: Setting) -> Range:
    return range_of(node.operand, setting)


_RULES: dict[type[Node], Callable[..., Range]] = {
    nodes.CountRecords: lambda _node, _setting: NOT_NEGATIVE, nodes.CountMembers: _count,
    nodes.Deemed: lambda node, setting: _deemed(node.population, setting), nodes.Ratio: _ratio,
    nodes.Each: lambda _node, _setting: SHARE, nodes.Aggregate: _aggregate,
    nodes.RecordAttribute: _of_record, nodes.RegisterAttribute: _of_register,
    nodes.Arithmetic: _arithmetic, nodes.Negative: _negative, nodes.Absolute: _absolute, nodes.Clamp: _clamp,
    nodes.Coalesce: _coalesce, nodes.Conditional: _conditional, nodes.Change: _change,
    nodes.At: _within, nodes.AsKnownOn: _within, nodes.Overall: _within, nodes.Previous: _within,
}  # fmt: skip
