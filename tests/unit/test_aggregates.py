"""Totals, means and extremes of values that may be missing or may not belong: every outcome lies within the bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement, product
from statistics import mean, median
from typing import TYPE_CHECKING

import pytest

from indicator_engine.evaluation.aggregates import AGGREGATES, Span, span
from indicator_engine.evaluation.values import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEAST, MOST = Fraction(-1), Fraction(2)
POINTS = (LEAST, Fraction(0), MOST)
"""What a value can be."""
ONES = [span(value, LEAST, MOST, sure=sure) for value in (*POINTS, None) for sure in (True, False)]
PLAIN: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "sum": lambda values: sum(values, Fraction(0)), "mean": mean, "median": median, "min": min, "max": max,
}  # fmt: skip


def outcomes(spans: tuple[Span, ...]) -> Iterator[list[Fraction]]:
    """What values can turn out to be: each that may not belong is there or not, each missing one is something."""
    each = [
        [*([] if one.sure else [None]), *(POINTS if one.value is None else [one.value])] for one in spans
    ]  # fmt: skip
    for outcome in product(*each):
        yield [value for value in outcome if value is not None]


def worlds() -> Iterator[tuple[Span, ...]]:
    """Up to three values beside one that is known and belongs."""
    for known in POINTS:
        for many in range(4):
            for others in combinations_with_replacement(ONES, many):
                yield (span(known, LEAST, MOST, sure=True), *others)


@pytest.mark.parametrize("function", PLAIN)
def test_every_outcome_is_within_the_bounds(function: str):
    """And where nothing but missing values is open, both ends are outcomes."""
    for spans in worlds():
        found = AGGREGATES[function](list(spans))
        assert isinstance(found, Number)
        came = [PLAIN[function](one) for one in outcomes(spans)]
        assert found.low <= min(came)
        assert max(came) <= found.high
        if all(one.sure for one in spans):
            ends = (
                (min([*came, found.value]), max([*came, found.value])) if function == "sum" else (min(came), max(came))
            )
            assert ends == (found.low, found.high)


def test_a_mean_is_pulled_no_further_than_it_can_be():
    """Its ends are outcomes wherever those that may not belong could be equally far out."""
    for spans in worlds():
        found, loose = AGGREGATES["mean"](list(spans)), [one for one in spans if not one.sure]
        assert isinstance(found, Number)
        came = [mean(one) for one in outcomes(spans)]
        if len({one.low for one in loose}) <= 1:
            assert min(came) == found.low
        if len({one.high for one in loose}) <= 1:
            assert max(came) == found.high


@pytest.mark.parametrize("function", ["mean", "median"])
def test_what_has_no_end(function: str):
    """One missing value that could be anything leaves the end open that it could be far out at."""
    known = [span(Fraction(5), LEAST, MOST, sure=True)] * 3
    for sure in (True, False):
        above = AGGREGATES[function]([*known, span(None, Fraction(0), math.inf, sure=sure)])
        below = AGGREGATES[function]([*known, span(None, -math.inf, Fraction(9), sure=sure)])
        assert isinstance(above, Number)
        assert isinstance(below, Number)
        assert math.inf == above.high
        assert -math.inf == below.low


def test_one_blank_among_many_decides_nothing_away():
    """A hundred answers of 5 and a blank one are a mean of at least 4, whatever the blank was."""
    found = AGGREGATES["mean"]([
        *[span(Fraction(5), Fraction(1), Fraction(5), sure=True)] * 100,
        span(None, Fraction(1), Fraction(5), sure=True),
    ])  # fmt: skip
    assert Number(Fraction(5), Fraction(501, 101), Fraction(5)) == found
