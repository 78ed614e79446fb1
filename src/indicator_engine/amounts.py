"""Exact numbers and their units: reading them, comparing units, showing them.

Every number is a `Fraction`; nothing passes through binary floats. Rounding happens only in `shown`, half away
from zero, and never before a comparison.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late

Unit = Literal["number", "count", "amount", "ratio", "money", "days"]

# A count of things and a sum of head-counts can be compared with each other; shares, money and days only with
# their own kind or with a plain number.
QUANTITIES: frozenset[Unit] = frozenset({"number", "count", "amount"})

_PERCENT = late(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:%|per ?cent|percent)\s*", re.ASCII)
_FRACTION = late(r"\s*([+-]?\d+)\s*/\s*(\d+)\s*", re.ASCII)
_PLAIN = late(r"\s*([+-]?\d+(?:\.\d+)?)\s*", re.ASCII)

DIGITS_SHOWN = 28
"""Significant digits of a decimal that does not end, such as nine seventeenths, in machine-readable outputs."""


@dataclass(frozen=True)
class Amount:
    """An exact number and the unit it was written in (`number` when nothing was said)."""

    value: Fraction
    unit: Unit = "number"


def read(raw: object) -> Amount | None:
    """An amount as an author may write it: 20, 2.5, "50%", "9/17"; None when it is none of these.

    >>> read("50%")
    Amount(value=Fraction(1, 2), unit='ratio')
    """
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | Fraction):
        return Amount(Fraction(raw))
    if isinstance(raw, Decimal):
        return Amount(Fraction(raw)) if raw.is_finite() else None
    return _read_text(raw) if isinstance(raw, str) and len(raw) <= 80 else None


def _read_text(raw: str) -> Amount | None:
    if match := _PERCENT.fullmatch(raw):
        return Amount(Fraction(match[1]) / 100, "ratio")
    if (match := _FRACTION.fullmatch(raw)) and int(match[2]):
        return Amount(Fraction(int(match[1]), int(match[2])))
    if match := _PLAIN.fullmatch(raw):
        return Amount(Fraction(match[1]))
    return None


def comparable(left: Unit, right: Unit) -> bool:
    """Whether two numbers of these units may be compared, added or subtracted."""
    return left == right or "number" in (left, right) or {left, right} <= QUANTITIES


def exact(value: Fraction) -> int | str:
    """The number for machines: an integer, or a decimal string (28 significant digits where it never ends).

    >>> exact(Fraction(9, 17)), exact(Fraction(20)), exact(Fraction(1, 2))
    ('0.5294117647058823529411764706', 20, '0.5')
    """
    if value.denominator == 1:
        return value.numerator
    return _decimal_text(value)


def _decimal_text(value: Fraction) -> str:
    places = _places_needed(value.denominator)
    if places is None:
        whole = len(str(abs(value.numerator) // value.denominator))
        leading = DIGITS_SHOWN if abs(value) < 1 else max(DIGITS_SHOWN - whole, 1)
        return _rounded(value, leading)
    return _rounded(value, places)


def _places_needed(denominator: int) -> int | None:
    """Decimal places that write 1/denominator exactly; None when it never ends."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _rounded(value: Fraction, places: int) -> str:
    """Half away from zero, with exactly `places` decimals."""
    scaled = abs(value) * 10**places
    units = int(scaled + Fraction(1, 2))
    text = str(units).rjust(places + 1, "0")
    sign = "-" if value < 0 and units else ""
    return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)


def shown(value: Fraction, unit: Unit = "number") -> str:
    """The number for people: `20`, `52.9%`, `£1,250.00`, `14 days`; at most two decimals, thousands parted.

    >>> shown(Fraction(9, 17), "ratio"), shown(Fraction(1, 2), "ratio"), shown(Fraction(12345))
    ('52.9%', '50%', '12,345')
    """
    if unit == "ratio":
        return f"{_grouped(_trimmed(value * 100, 1))}%"
    if unit == "money":
        return f"£{_grouped(_rounded(value, 2))}"
    text = _grouped(_trimmed(value, 2))
    return f"{text} day{'' if value == 1 else 's'}" if unit == "days" else text


def _trimmed(value: Fraction, places: int) -> str:
    text = _rounded(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{rest}"
