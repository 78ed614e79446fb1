"""What follows from conditions: which imply each other, which cannot hold together.

Conditions are compared as they are written, one constant at a time; nothing here knows what an attribute may be
(`ranges` does). What cannot be proved is taken for possible, so a proof is never wrong, only sometimes missing.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from fractions import Fraction
from functools import reduce
from math import inf
from operator import and_
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.language.nodes import Comparing, Node
    from indicator_engine.periods import Period

Value = Fraction | str | bool
"""A constant's value; dates are counted in days so that they have an order like numbers."""

FLIPPED: dict[Comparing, Comparing] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
NEGATED: dict[Comparing, Comparing] = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def terms(condition: Node) -> tuple[Node, ...]:
    """The conditions that a condition says must all hold."""
    if isinstance(condition, nodes.AllOf):
        return tuple(inner for term in condition.terms for inner in terms(term))
    return terms(condition.operand) if isinstance(condition, nodes.Definitely) else (condition,)


def negation(condition: Node) -> Node:
    """The opposite of a condition, with `not` moved inwards as far as it goes."""
    match condition:
        case nodes.Not(operand):
            return operand
        case nodes.Comparison(operator, left, right):
            return nodes.Comparison(NEGATED[operator], left, right)
        case nodes.AllOf(inner):
            return nodes.AnyOf(tuple(map(negation, inner)))
        case nodes.AnyOf(inner):
            return nodes.AllOf(tuple(map(negation, inner)))
        case _:
            return nodes.Not(condition)


def constant(node: Node, period: Period | None = None) -> Value | None:
    """The value of something written out; the period's own dates count as written out where it is known."""
    if isinstance(node, nodes.NamedDate) and period:
        day = {"period_start": period.start, "period_end": period.end}.get(node.name)
        return Fraction(day.toordinal()) if day else None
    if not isinstance(node, nodes.Constant):
        return None
    return Fraction(node.value.toordinal()) if isinstance(node.value, date) else node.value


@dataclass(frozen=True)
class Allowed:
    """The values that conditions leave to one thing: between two ends, among `only`, none of `never`."""

    low: Fraction | None = None
    high: Fraction | None = None
    without_low: bool = False
    without_high: bool = False
    only: frozenset[Value] | None = None
    never: frozenset[Value] = field(default_factory=frozenset)

    def __and__(self, other: Allowed) -> Allowed:
        higher = self if self._from() >= other._from() else other
        lower = self if self._to() <= other._to() else other
        only = other.only if self.only is None else self.only if other.only is None else self.only & other.only
        return Allowed(
            higher.low, lower.high, higher.without_low, lower.without_high, only, self.never | other.never
        )  # fmt: skip

    def _from(self) -> tuple[Fraction | float, bool]:
        return (-inf if self.low is None else self.low), self.without_low

    def _to(self) -> tuple[Fraction | float, bool]:
        return (inf if self.high is None else self.high), not self.without_high

    def has(self, value: Value) -> bool:
        """Whether a value is left."""
        if value in self.never or (self.only is not None and value not in self.only):
            return False
        return not isinstance(value, Fraction) or self._between(value)

    def _between(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.without_low)
        below = self.high is None or value < self.high or (value == self.high and not self.without_high)
        return above and below

    @property
    def empty(self) -> bool:
        """Whether no value is left."""
        if self.only is not None:
            return not any(map(self.has, self.only))
        if self.low is None or self.high is None:
            return False
        one_left = self.low == self.high and not (self.without_low or self.without_high)
        return not (self.low < self.high or (one_left and self.low not in self.never))

    def within(self, other: Allowed) -> bool:
        """Whether every value that is left is left by the other, too."""
        if self.only is not None:
            return all(other.has(value) for value in self.only if self.has(value))
        if other.only is not None or any(map(self.has, other.never)):
            return False
        return self._from() >= other._from() and self._to() <= other._to()


def allowed(condition: Node, period: Period | None = None) -> tuple[Node, Allowed] | None:
    """What one condition leaves to one thing; None when it is not of that sort."""
    match condition:
        case nodes.Comparison(operator, left, right):
            return _compared(operator, left, right, period)
        case nodes.IsOneOf(item, values):
            return item, Allowed(only=_values_of(values))
        case nodes.Not(nodes.IsOneOf(item, values)):
            return item, Allowed(never=_values_of(values))
        case nodes.Not(operand):
            return operand, Allowed(only=frozenset({False}))
        case nodes.AllOf() | nodes.AnyOf():
            return None
        case _:
            return condition, Allowed(only=frozenset({True}))


def _values_of(constants: Iterable[Node]) -> frozenset[Value]:
    return frozenset(value for node in constants if (value := constant(node)) is not None)


def _compared(operator: Comparing, left: Node, right: Node, period: Period | None) -> tuple[Node, Allowed] | None:
    if (value := constant(right, period)) is None:
        left, operator, value = right, FLIPPED[operator], constant(left, period)
    if value is None or constant(left, period) is not None:
        return None
    if operator in ("==", "!="):
        same = frozenset({value})
        return left, Allowed(only=same) if operator == "==" else Allowed(never=same)
    if not isinstance(value, Fraction):
        return None
    strict = operator in ("<", ">")
    return left, Allowed(high=value, without_high=strict) if operator in ("<", "<=") else Allowed(
        low=value, without_low=strict
    )


def implies(given: Iterable[Node], wanted: Node) -> bool:
    """Whether a condition holds wherever all the given ones do."""
    given = tuple(given)
    if not given or wanted in given:
        return bool(given)
    if isinstance(wanted, nodes.AnyOf):
        return any(implies(given, term) for term in wanted.terms)
    if (parts := terms(wanted)) != (wanted,):
        return all(implies(given, part) for part in parts)
    if isinstance(wanted, nodes.Known):
        return _left_to(wanted.operand, given) is not None
    needed = allowed(wanted)
    left = _left_to(needed[0], given) if needed else None
    return bool(left and needed and left.within(needed[1]))


def _left_to(thing: Node, conditions: Iterable[Node]) -> Allowed | None:
    """What conditions that hold together leave to one thing; None where none of them is about it."""
    about = [values for other, values in filter(None, map(allowed, conditions)) if other == thing]
    return reduce(and_, about) if about else None


def clash(conditions: Iterable[Node], period: Period | None = None) -> tuple[Node, ...]:
    """The conditions about one thing that cannot all hold; () when no such thing is found."""
    known: dict[Node, tuple[Allowed, tuple[Node, ...]]] = {}
    for condition in conditions:
        if (found := allowed(condition, period)) is None:
            continue
        left, about = known.get(found[0], (Allowed(), ()))
        known[found[0]] = left & found[1], (*about, condition)
        if known[found[0]][0].empty:
            return known[found[0]][1]
    return ()
