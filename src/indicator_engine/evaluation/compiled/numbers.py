"""Exact numbers as SQL: quotients of whole or decimal expressions, with the bounds of what is undecided.

Nothing here is ever a floating-point number. A decimal has twenty places; what needs more is refused, never rounded:
with `NotCompiledError` where the expression alone says so, else by the database, whose numbers have 38 digits.
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
DIGITS = 37
"""Of a number written out; no database has whole numbers of more than 38."""


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
    if max(abs(value.numerator), value.denominator) >= 10**DIGITS:
        raise NotCompiledError(f"a number of more than {DIGITS} digits")
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


def settled(a: Amount) -> str:
    """Where nothing undecided could move a number."""
    if a.is_decided:
        return YES
    return both(negated(either(a.endless_low, a.endless_high)), compare("=", a.low, a.high))


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
        if factor.lstrip("-").isdigit() and len(factor.lstrip("-")) > 18:
            raise NotCompiledError("a number of more than eighteen digits beside one with places")
        return f"CAST({one.top} * CAST({factor} AS DECIMAL(18,0)) AS {DECIMAL})"
    if one.top in ("0", "1"):
        return factor if one.top == "1" else "0"
    return f"({_whole(one.top)} * {_whole(factor)})"


def _of_wholes(one: str, other: str) -> str:
    return _product(Quotient(one), other)


FEW_PLACES = (0, 2, 6)
"""Places that a decimal may do with, fewest first."""


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
        one, other = (_in_wholes(side)[0] for side in (one, other))
    if other.decimal:
        one, other = other, one
    return Quotient(_product(one, other.top), _of_wholes(one.bottom, other.bottom), one.decimal)


def over(one: Quotient, other: Quotient) -> Quotient:
    """The quotient; where the second is nought it says nothing."""
    if other.decimal:
        if not one.decimal:
            one = Quotient(_as_decimal(one), one.bottom, decimal=True)
        (one,), (other,) = _in_wholes(one), _in_wholes(other)
    size, sign = f"abs({_whole(other.top)})", f"sign({other.top})"
    top = _product(Quotient(_product(one, f"CAST({sign} AS HUGEINT)"), "1", one.decimal), other.bottom)
    bottom = _of_wholes(one.bottom, f"CASE WHEN {other.top} = 0 THEN 1 ELSE {size} END")
    return Quotient(top, bottom, one.decimal)


def scaled(text: str) -> str:
    """A decimal, in its last places; in two halves, since neither ten to the twentieth nor the whole fits into one."""
    half, ten = f"CAST({text} AS DECIMAL(38,{PLACES // 2}))", f"CAST({10 ** (PLACES // 2)} AS DECIMAL(11,0))"
    rest = f"({text} - CAST({half} AS {DECIMAL}))"
    return f"(CAST({half} * {ten} AS HUGEINT) * {10 ** (PLACES // 2)} + CAST({rest} * {ten} * {ten} AS HUGEINT))"


def in_last_places(one: Quotient) -> tuple[str, str]:
    """A number times ten to the twentieth: whole numerator and denominator."""
    return (scaled(one.top) if one.decimal else _product(Quotient(one.top), str(10**PLACES))), one.bottom


def _in_wholes(*parts: Quotient) -> list[Quotient]:
    """Decimals as whole numbers over the same power of ten, no larger than the places of any of them need."""
    texts = [_as_decimal(one) for one in parts]
    steps = [(places, both(*(_has_places(text, places) for text in dict.fromkeys(texts)))) for places in FEW_PLACES]
    size = "".join(f"WHEN {is_so} THEN {10**places} " for places, is_so in steps)
    power = f"CAST(CASE {size}ELSE {10**PLACES} END AS HUGEINT)"
    return [
        Quotient(
            "CASE " + "".join(f"WHEN {is_so} THEN {_times_ten(text, places)} " for places, is_so in steps)
            + f"ELSE {scaled(text)} END",
            _of_wholes(power, one.bottom),
        )
        for one, text in zip(parts, texts, strict=True)
    ]  # fmt: skip


def _has_places(text: str, places: int) -> str:
    """Whether a decimal has no more places than these; compared as one with all, since engines widen differently."""
    return f"(CAST(CAST({text} AS DECIMAL(38,{places})) AS {DECIMAL}) = {text})"


def _times_ten(text: str, places: int) -> str:
    """A decimal of so few places as a whole number."""
    return f"CAST(CAST({text} AS DECIMAL(38,{places})) * CAST({10**places} AS DECIMAL({places + 1},0)) AS HUGEINT)"


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


def multiplied(a: Amount, b: Amount, short: Callable[[str], str] = str) -> Amount:
    """The product, over all corners of the bounds; `short` makes columns of what would be written again and again."""
    if a.is_decided and b.is_decided:
        return decided(times(a.value, b.value), both(a.known, b.known))
    if a.value.decimal and b.value.decimal:
        a, b = _with_alike(a, short), _with_alike(b, short)
    corners = [_times(x, y) for x in _ends(a) for y in _ends(b)]
    return _between(times(a.value, b.value), corners, both(a.known, b.known), short)


def _with_alike(a: Amount, short: Callable[[str], str]) -> Amount:
    """A decimal number with its bounds, all over the same power of ten."""
    value, low, high = (_shortened(one, short) for one in _in_wholes(a.value, a.low, a.high))
    return replace(a, value=value, low=low, high=high, bare="")


def divided(a: Amount, b: Amount, short: Callable[[str], str] = str) -> Amount:
    """The quotient by a number; unknown where that is or may be nought."""
    if b.is_decided:
        known = both(a.known, b.known, compare("<>", b.value, NOUGHT))
        if a.is_decided:
            return decided(over(a.value, b.value), known)
        return replace(multiplied(a, decided(over(Quotient("1"), b.value)), short), known=known)
    above = both(negated(b.endless_low), compare(">", b.low, NOUGHT))
    below = both(negated(b.endless_high), compare("<", b.high, NOUGHT))
    if a.value.decimal and b.value.decimal:
        a, b = _with_alike(a, short), _with_alike(b, short)
    corners = [_over(x, y) for y in _ends(b) for x in _ends(a)]
    return _between(over(a.value, b.value), corners, both(a.known, b.known, either(above, below)), short)


@dataclass(frozen=True)
class _End:
    """A bound: what it is where it is finite, and where it is below or above everything."""

    value: Quotient
    lowest: str = NO
    highest: str = NO

    def shortened(self, short: Callable[[str], str]) -> _End:
        """The same of columns where it is long."""
        return _End(_shortened(self.value, short), short(self.lowest), short(self.highest))

    @property
    def endless(self) -> str:
        """Where it is below or above everything."""
        return either(self.lowest, self.highest)

    @property
    def falls(self) -> str:
        """Where it is below nought."""
        return either(self.lowest, both(negated(self.highest), compare("<", self.value, NOUGHT)))

    @property
    def rises(self) -> str:
        """Where it is above nought."""
        return either(self.highest, both(negated(self.lowest), compare(">", self.value, NOUGHT)))


def _ends(a: Amount) -> list[_End]:
    if a.is_decided:
        return [_End(a.value)]
    return [_End(a.low, lowest=a.endless_low), _End(a.high, highest=a.endless_high)]


def _times(x: _End, y: _End) -> _End:
    """A product of bounds, in which nought times what has no end is nought."""
    if x.endless == y.endless == NO:
        return _End(times(x.value, y.value))
    endless = either(x.endless, y.endless)
    return _End(
        picked(endless, NOUGHT, times(x.value, y.value)),
        both(endless, either(both(x.falls, y.rises), both(x.rises, y.falls))),
        both(endless, either(both(x.rises, y.rises), both(x.falls, y.falls))),
    )


def _over(x: _End, y: _End) -> _End:
    """A quotient of bounds of which the second is not nought; what is finite over what has no end is nought."""
    endless = either(x.endless, y.endless)
    found = over(x.value, y.value)
    return _End(
        picked(endless, NOUGHT, found) if endless != NO else found,
        both(x.endless, either(both(x.falls, y.rises), both(x.rises, y.falls))),
        both(x.endless, either(both(x.rises, y.rises), both(x.falls, y.falls))),
    )


def _between(value: Quotient, corners: list[_End], known: str, short: Callable[[str], str]) -> Amount:
    """A number between the least and the most of some corners, of which not all are without end on one side."""
    told = [one.shortened(short) for one in corners]
    low, high = _extreme(told, "<=", short), _extreme(told, ">=", short)
    return Amount(_shortened(value, short), low.value, high.value, known, low.lowest, high.highest)


def _extreme(corners: list[_End], operator: str, short: Callable[[str], str]) -> _End:
    """The least or the most of two or four bounds; of those over one denominator first, so that numbers stay small."""
    if len(corners) == 1:
        return corners[0]
    half = len(corners) // 2
    one, other = _extreme(corners[:half], operator, short), _extreme(corners[half:], operator, short)
    join = (either, both) if operator == "<=" else (both, either)
    value = _finite_of(one, other, operator)
    return _End(value, join[0](one.lowest, other.lowest), join[1](one.highest, other.highest)).shortened(short)


def _shortened(one: Quotient, short: Callable[[str], str]) -> Quotient:
    return Quotient(short(one.top), short(one.bottom), one.decimal)


def _finite_of(one: _End, other: _End, operator: str) -> Quotient:
    """The smaller or larger of two; where one of them has no end, the other."""
    return picked(one.endless, other.value, picked(other.endless, one.value, _one_of(one.value, other.value, operator)))


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
