"""Totals, means and extremes over values of which some are missing and some may not belong.

The value is over what is known and surely belongs; the bounds enclose every outcome once the rest is settled.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.evaluation.values import NO_DATA, UNDECIDED, Bound, Number, Unknown, number, total
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


@dataclass(frozen=True)
class Span:
    """One value to aggregate: what it is (None: missing), the least and most it could be, whether it surely counts."""

    value: Fraction | None
    low: Bound
    high: Bound
    sure: bool


def span(value: Fraction | None, floor: Bound, ceiling: Bound, *, sure: bool) -> Span:
    """A value with its bounds: itself when known, else the range its attribute declares."""
    return Span(value, floor, ceiling, sure) if value is None else Span(value, value, value, sure)


def _known(spans: list[Span]) -> list[Fraction]:
    return [span.value for span in spans if span.sure and span.value is not None]


def _sum(spans: list[Span]) -> Number:
    """The bounds reach to the sum of what is known, even where a missing value cannot be nothing."""
    value = sum(_known(spans), Fraction(0))
    low = total(span.low if span.sure else min(span.low, Fraction(0)) for span in spans)
    high = total(span.high if span.sure else max(span.high, Fraction(0)) for span in spans)
    return Number(value, min(low, value), max(high, value))


def _between(spans: list[Span], value: Callable[[list[Fraction]], Fraction]) -> Number | Unknown:
    """A middle value: undecided ones could pull it anywhere between the least and the most of all."""
    known = _known(spans)
    if not known:
        return Unknown.because(UNDECIDED if spans else NO_DATA)
    if len(known) == len(spans):
        return number(value(known))
    return Number(value(known), min(span.low for span in spans), max(span.high for span in spans))


def _least(spans: list[Span]) -> Number | Unknown:
    known = _known(spans)
    if not known:
        return Unknown.because(UNDECIDED if spans else NO_DATA)
    return Number(min(known), min(span.low for span in spans), min(span.high for span in spans if span.sure))


def _most(spans: list[Span]) -> Number | Unknown:
    known = _known(spans)
    if not known:
        return Unknown.because(UNDECIDED if spans else NO_DATA)
    return Number(max(known), max(span.low for span in spans if span.sure), max(span.high for span in spans))


def _middle(values: list[Fraction]) -> Fraction:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


AGGREGATES: dict[str, Callable[[list[Span]], Number | Unknown]] = {
    "sum": _sum,
    "mean": lambda spans: _between(spans, lambda known: sum(known, Fraction(0)) / len(known)),
    "median": lambda spans: _between(spans, _middle),
    "min": _least,
    "max": _most,
}


def date_of(function: str, pairs: list[tuple[date | None, bool]]) -> date | Unknown:
    """The first or last date, if no undecided record could change it."""
    sure = [day for day, certain in pairs if certain and day is not None]
    if not sure:
        return Unknown.because(UNDECIDED if pairs else NO_DATA)
    best = min(sure) if function == "min" else max(sure)
    rivals = [day for day, certain in pairs if not certain or day is None]
    if any(day is None or (day < best if function == "min" else day > best) for day in rivals):
        return Unknown.because(UNDECIDED)
    return best
