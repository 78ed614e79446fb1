"""Exact numbers as SQL: quotients of whole or decimal expressions, with the bounds of what is undecided.

Nothing here is ever a floating-point number. A decimal has twenty places; what would need more, or a product of two
decimals, is refused with `NotCompiledError`, never rounded.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.values import Number, Unknown
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.language.nodes import Comparing

PLACES = 20
DECIMAL = f"DECIMAL(38,{PLACES})"


class NotCompiledError(Exception):
    """An expression for which there is no plan; the message says which part of it."""


@dataclass(frozen=True)
class Quotient:
    """An exact number: a numerator over a denominator above nought; `decimal` where the numerator has places."""

    top: str
    bottom: str = "1"
    decimal: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is its numerator."""
        return self.bottom == "1"


NOUGHT = Quotient("0")


def literal(value: Fraction) -> Quotient:
    """A number written out."""
    if max(abs(value.numerator), value.denominator) >= 10**18:
        raise NotCompiledError("a number of more than eighteen digits")
    return Quotient(str(value.numerator), str(value.denominator))


@dataclass(frozen=True)
class Amount:
    """A number with its bounds; where it is not `known`, everything else of it says nothing."""

    value: Quotient
    low: Quotient
    high: Quotient
    known: str = YES
    endless_low: str = NO
    endless_high: str = NO
    bare: str = ""
    """A shorter text of the value that is NULL where it is not known, if there is one."""

    @property
    def is_decided(self) -> bool:
        """Whether nothing undecided can ever move it."""
        return self.value == self.low == self.high and self.endless_low == self.endless_high == NO


def decided(value: Quotient, known: str = YES) -> Amount:
    """A number that nothing can move."""
    return Amount(value, value, value, known)


UNKNOWN = decided(NOUGHT, NO)


def of_value(value: Number | Unknown) -> Amount:
    """A number that is known before anything is asked of the data."""
    if isinstance(value, Unknown):
        return UNKNOWN
    sides = [NOUGHT if isinstance(side, float) else literal(side) for side in (value.low, value.high)]
    endless = [YES if isinstance(side, float) else NO for side in (value.low, value.high)]
    return Amount(literal(value.value), sides[0], sides[1], YES, endless[0], endless[1])


# ── quotients ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_decimal(one: Quotient) -> str:
    return one.top if one.decimal else f"CAST({one.top} AS {DECIMAL})"


def _whole(text: str) -> str:
    return text if text.lstrip("-").isdigit() else f"CAST({text} AS HUGEINT)"


def _product(one: Quotient, factor: str) -> str:
    """A numerator times a whole number."""
    if factor == "1":
        return one.top
    if one.decimal:
        return f"CAST({one.top} * CAST({factor} AS DECIMAL(18,0)) AS {DECIMAL})"
    if one.top in ("0", "1"):
        return factor if one.top == "1" else "0"
    return f"({_whole(one.top)} * {_whole(factor)})"


def _of_wholes(one: str, other: str) -> str:
    return _product(Quotient(one), other)


def _aligned(one: Quotient, other: Quotient) -> tuple[Quotient, Quotient, str]:
    """Two numerators over the same denominator, of the same type, and that denominator."""
    if one.bottom == other.bottom:
        a, b, bottom = one, other, one.bottom
    else:
        a = Quotient(_product(one, other.bottom), "1", one.decimal)
        b = Quotient(_product(other, one.bottom), "1", other.decimal)
        bottom = _of_wholes(one.bottom, other.bottom)
    if a.decimal != b.decimal:
        a, b = (Quotient(_as_decimal(side), "1", decimal=True) for side in (a, b))
    return a, b, bottom


def compare(operator: str, one: Quotient, other: Quotient) -> str:
    """An exact comparison."""
    a, b, _ = _aligned(one, other)
    return f"({a.top} {operator} {b.top})"


def plus(one: Quotient, other: Quotient) -> Quotient:
    """The sum."""
    a, b, bottom = _aligned(one, other)
    return Quotient(f"({a.top} + {b.top})", bottom, a.decimal)


def minus(one: Quotient) -> Quotient:
    """With its sign turned."""
    return Quotient(f"(-{one.top})" if not one.top.startswith("-") else f"(-({one.top}))", one.bottom, one.decimal)


def times(one: Quotient, other: Quotient) -> Quotient:
    """The product."""
    if one.decimal and other.decimal:
        raise NotCompiledError("a product of two decimal numbers")
    if other.decimal:
        one, other = other, one
    return Quotient(_product(one, other.top), _of_wholes(one.bottom, other.bottom), one.decimal)


def over(one: Quotient, other: Quotient) -> Quotient:
    """The quotient; where the second is nought it says nothing."""
    if other.decimal:
        if not one.decimal:
            one = Quotient(_as_decimal(one), one.bottom, decimal=True)
        return _decimals_over(one, other)
    size, sign = f"abs({_whole(other.top)})", f"sign({other.top})"
    top = _product(Quotient(_product(one, f"CAST({sign} AS HUGEINT)"), "1", one.decimal), other.bottom)
    bottom = _of_wholes(one.bottom, f"CASE WHEN {other.top} = 0 THEN 1 ELSE {size} END")
    return Quotient(top, bottom, one.decimal)


def _decimals_over(one: Quotient, other: Quotient) -> Quotient:
    """A decimal over a decimal: both times ten to the twentieth are whole."""
    a, b = (Quotient(_scaled(side.top), side.bottom) for side in (one, other))
    return over(a, b)


def _scaled(text: str) -> str:
    """A decimal, in its last places."""
    return f"CAST({text} * CAST(10000000000 AS DECIMAL(11,0)) * CAST(10000000000 AS DECIMAL(11,0)) AS HUGEINT)"


def least(one: Quotient, other: Quotient) -> Quotient:
    """The smaller of two."""
    return _one_of(one, other, "<=")


def greatest(one: Quotient, other: Quotient) -> Quotient:
    """The larger of two."""
    return _one_of(one, other, ">=")


def _one_of(one: Quotient, other: Quotient, operator: str) -> Quotient:
    return picked(compare(operator, one, other), one, other) if one != other else one


def picked(condition: str, one: Quotient, other: Quotient) -> Quotient:
    """One or the other, by a condition that is never NULL."""
    if condition in (YES, NO) or one == other:
        return one if condition == YES else other
    a, b, bottom = _aligned(one, other)
    return Quotient(f"CASE WHEN {condition} THEN {a.top} ELSE {b.top} END", bottom, a.decimal)


# ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def added(a: Amount, b: Amount) -> Amount:
    """The sum."""
    known = both(a.known, b.known)
    if a.is_decided and b.is_decided:
        return decided(plus(a.value, b.value), known)
    return Amount(
        plus(a.value, b.value), plus(a.low, b.low), plus(a.high, b.high), known,
        either(a.endless_low, b.endless_low), either(a.endless_high, b.endless_high),
    )  # fmt: skip


def negative(a: Amount) -> Amount:
    """With its sign turned."""
    if a.is_decided:
        return decided(minus(a.value), a.known)
    return Amount(minus(a.value), minus(a.high), minus(a.low), a.known, a.endless_high, a.endless_low)


def multiplied(a: Amount, b: Amount) -> Amount:
    """The product of which at least one side is decided."""
    if a.is_decided and b.is_decided:
        return decided(times(a.value, b.value), both(a.known, b.known))
    if not (a.is_decided or b.is_decided):
        raise NotCompiledError("a product of two numbers that may both be undecided")
    a, b = (b, a) if a.is_decided else (a, b)
    low, high = times(a.low, b.value), times(a.high, b.value)
    rises, falls = compare(">", b.value, NOUGHT), compare("<", b.value, NOUGHT)
    return Amount(
        times(a.value, b.value), picked(falls, high, low), picked(falls, low, high), both(a.known, b.known),
        either(both(rises, a.endless_low), both(falls, a.endless_high)),
        either(both(rises, a.endless_high), both(falls, a.endless_low)),
    )  # fmt: skip


def divided(a: Amount, b: Amount) -> Amount:
    """The quotient by a number; unknown where that is or may be nought."""
    if b.is_decided:
        known = both(a.known, b.known, compare("<>", b.value, NOUGHT))
        if a.is_decided:
            return decided(over(a.value, b.value), known)
        return replace(multiplied(a, decided(over(Quotient("1"), b.value))), known=known)
    if not (a.endless_low == a.endless_high == b.endless_low == b.endless_high == NO):
        raise NotCompiledError("a share of numbers that may have no bounds")
    above, below = compare(">", b.low, NOUGHT), compare("<", b.high, NOUGHT)
    corners = [over(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = corners[0], corners[0]
    for corner in corners[1:]:
        low, high = least(low, corner), greatest(high, corner)
    return Amount(over(a.value, b.value), low, high, both(a.known, b.known, either(above, below)))


def absolute(a: Amount) -> Amount:
    """Without its sign."""
    value = picked(compare("<", a.value, NOUGHT), minus(a.value), a.value)
    if a.is_decided:
        return decided(value, a.known)
    rises = both(negated(a.endless_low), compare(">", a.low, NOUGHT))
    falls = both(negated(a.endless_high), compare("<", a.high, NOUGHT))
    turned_low, turned_high = minus(a.high), minus(a.low)
    low = picked(rises, a.low, picked(falls, turned_low, NOUGHT))
    return Amount(
        value, low, greatest(a.high, turned_high), a.known, NO, either(a.endless_low, a.endless_high)
    )  # fmt: skip


def clamped(side: str, a: Amount, limit: Amount) -> Amount:
    """Held at or above, or at or below, another."""
    known = both(a.known, limit.known)
    if side == "at_least":
        if a.is_decided and limit.is_decided:
            return decided(greatest(a.value, limit.value), known)
        low = picked(a.endless_low, limit.low, picked(limit.endless_low, a.low, greatest(a.low, limit.low)))
        return Amount(
            greatest(a.value, limit.value), low, greatest(a.high, limit.high), known,
            both(a.endless_low, limit.endless_low), either(a.endless_high, limit.endless_high),
        )  # fmt: skip
    return negative(clamped("at_least", negative(a), negative(limit)))


def compared(operator: Comparing, a: Amount, b: Amount) -> Truth:
    """A comparison, decided where it is the same at both ends of the bounds."""
    known = both(a.known, b.known)
    if a.is_decided and b.is_decided:
        sql = {"==": "=", "!=": "<>"}.get(operator, operator)
        if known != YES and all(side.bare or side.known == YES for side in (a, b)):
            return truths.bare(compare(sql, _bare(a), _bare(b)))
        holds = compare(sql, a.value, b.value)
        return Truth(both(known, holds), either(negated(known), holds))
    return _COMPARED[operator](known, a, b)


def _bare(a: Amount) -> Quotient:
    return Quotient(a.bare, "1", a.value.decimal) if a.bare else a.value


def _is_less(known: str, a: Amount, b: Amount, *, strictly: bool) -> Truth:
    surely = both(_finite(a.endless_high, b.endless_low), compare("<" if strictly else "<=", a.high, b.low))
    never = both(_finite(a.endless_low, b.endless_high), compare(">=" if strictly else ">", a.low, b.high))
    return Truth(both(known, surely), either(negated(known), negated(never)))


def _is_equal(known: str, a: Amount, b: Amount) -> Truth:
    apart = either(
        both(_finite(a.endless_high, b.endless_low), compare("<", a.high, b.low)),
        both(_finite(b.endless_high, a.endless_low), compare("<", b.high, a.low)),
    )
    settled = [both(_finite(side.endless_low, side.endless_high), compare("=", side.low, side.high)) for side in (a, b)]
    return Truth(both(known, *settled, negated(apart)), either(negated(known), negated(apart)))


def _finite(*endless: str) -> str:
    return negated(either(*endless))


def _is_unequal(known: str, a: Amount, b: Amount) -> Truth:
    equal = _is_equal(known, a, b)
    return Truth(negated(equal.possible), negated(equal.true))


_COMPARED: dict[str, Callable[[str, Amount, Amount], Truth]] = {
    "<": lambda known, a, b: _is_less(known, a, b, strictly=True),
    "<=": lambda known, a, b: _is_less(known, a, b, strictly=False),
    ">": lambda known, a, b: _is_less(known, b, a, strictly=True),
    ">=": lambda known, a, b: _is_less(known, b, a, strictly=False),
    "==": _is_equal,
    "!=": _is_unequal,
}


def chosen(condition: str, then: Amount, otherwise: Amount) -> Amount:
    """One or the other, by a condition that is never NULL."""
    known = either(both(condition, then.known), both(negated(condition), otherwise.known))
    value = picked(condition, then.value, otherwise.value)
    if then.is_decided and otherwise.is_decided:
        return decided(value, known)
    return Amount(
        value, picked(condition, then.low, otherwise.low), picked(condition, then.high, otherwise.high), known,
        either(both(condition, then.endless_low), both(negated(condition), otherwise.endless_low)),
        either(both(condition, then.endless_high), both(negated(condition), otherwise.endless_high)),
    )  # fmt: skip


def bound(side: float | Fraction) -> tuple[Quotient, str]:
    """A declared bound, and whether there is none."""
    return (NOUGHT, YES) if isinstance(side, float) and math.isinf(side) else (literal(Fraction(side)), NO)
