"""Exact numbers: how they are read, compared by unit, and shown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from indicator_engine import amounts
from indicator_engine.amounts import Amount


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        (20, Fraction(20), "number"),
        (0, Fraction(0), "number"),
        (-3, Fraction(-3), "number"),
        (Decimal("2.5"), Fraction(5, 2), "number"),
        (Decimal("0.1"), Fraction(1, 10), "number"),
        (Fraction(9, 17), Fraction(9, 17), "number"),
        ("20", Fraction(20), "number"),
        (" 2.50 ", Fraction(5, 2), "number"),
        ("-1.5", Fraction(-3, 2), "number"),
        ("9/17", Fraction(9, 17), "number"),
        ("50%", Fraction(1, 2), "ratio"),
        ("12.5 %", Fraction(1, 8), "ratio"),
        ("95 per cent", Fraction(19, 20), "ratio"),
        ("95 percent", Fraction(19, 20), "ratio"),
        ("0%", Fraction(0), "ratio"),
        ("150%", Fraction(3, 2), "ratio"),
    ],
    ids=repr,
)
def test_an_amount_is_read_exactly(written: object, value: Fraction, unit: str):
    """A number, a decimal, a fraction or a percentage is read without loss."""
    assert Amount(value, unit) == amounts.read(written)  # type: ignore[arg-type]  # one of the units


@pytest.mark.parametrize(
    "written",
    [True, False, None, "", "TBC", "many", "1e3", "1,000", "50%%", "1/0", ".5", "5.", "٣", "nan", "inf", 0.5, [],
     "9" * 81, Decimal("NaN"), Decimal("Infinity")],
    ids=repr,
)  # fmt: skip
def test_what_is_no_amount_is_none(written: object):
    """Truth values, floats, words, and numbers written in other ways are not read."""
    assert amounts.read(written) is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("count", "count", True),
        ("count", "amount", True),
        ("number", "ratio", True),
        ("money", "number", True),
        ("count", "ratio", False),
        ("money", "amount", False),
        ("days", "count", False),
        ("days", "days", True),
    ],
)
def test_units_that_fit(left: amounts.Unit, right: amounts.Unit, *, expected: bool):
    """Quantities go with quantities, a plain number with anything, the rest with its own kind."""
    assert expected == amounts.comparable(left, right)
    assert expected == amounts.comparable(right, left)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(20), 20),
        (Fraction(0), 0),
        (Fraction(-5), -5),
        (Fraction(1, 2), "0.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(9, 17), "0.5294117647058823529411764706"),
        (Fraction(100, 3), "33.33333333333333333333333333"),
        (Fraction(1, 2**20), "0.00000095367431640625"),
    ],
    ids=str,
)
def test_the_number_for_machines_is_exact_where_decimals_end(value: Fraction, expected: object):
    """An integer, or all decimals, or 28 significant digits."""
    assert expected == amounts.exact(value)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("20", "count", "20"),
        ("12345.678", "number", "12,345.68"),
        ("2.5", "number", "2.5"),
        ("0.005", "number", "0.01"),
        ("-0.005", "number", "-0.01"),
        ("-0.004", "number", "0"),
        ("0.5", "ratio", "50%"),
        ("9/17", "ratio", "52.9%"),
        ("0.9995", "ratio", "100%"),
        ("0.99949", "ratio", "99.9%"),
        ("-0.0625", "ratio", "-6.3%"),
        ("1250", "money", "£1,250.00"),
        ("0.005", "money", "£0.01"),
        ("1", "days", "1 day"),
        ("14", "days", "14 days"),
        ("0", "days", "0 days"),
    ],
)
def test_the_number_for_people_is_rounded_half_away_from_nought(value: str, unit: amounts.Unit, expected: str):
    """At most two decimals, one in a percentage, always two in money."""
    assert expected == amounts.shown(Fraction(value), unit)
