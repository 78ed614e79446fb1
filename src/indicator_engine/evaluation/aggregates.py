"""Totals, means and extremes over values of which some are missing and some may not belong.

The value is over what is known and surely belongs; the bounds enclose every outcome once the rest is settled.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.evaluation.values import NO_DATA, UNDECIDED, Bound, Number, Unknown, total
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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


def _mean(spans: list[Span]) -> Number | Unknown:
    """Missing values are at one end, and then at the other; so are those that may not belong, or they do not."""
    known = _known(spans)
    if not known:
        return Unknown.because(UNDECIDED if spans else NO_DATA)
    sure, loose = [span for span in spans if span.sure], [span for span in spans if not span.sure]
    return Number(
        sum(known, Fraction(0)) / len(known),
        _mean_at_the(min, [span.low for span in sure], [span.low for span in loose]),
        _mean_at_the(max, [span.high for span in sure], [span.high for span in loose]),
    )


def _mean_at_the(end: Callable[..., Bound], sure: list[Bound], loose: list[Bound]) -> Bound:
    """The mean at one end, where all that may not belong is as far out as any of it can be, or does not belong."""
    settled = total(sure) / len(sure)
    if not loose:
        return settled
    pulled = total([*sure, *[end(loose)] * len(loose)]) / (len(sure) + len(loose))
    return end(settled, pulled)


def _median(spans: list[Span]) -> Number | Unknown:
    """Where all surely belong, missing values are at one end, then at the other; else it could be anything of all."""
    known = _known(spans)
    if not known:
        return Unknown.because(UNDECIDED if spans else NO_DATA)
    value = Fraction(_middle(known))
    lows, highs = [span.low for span in spans], [span.high for span in spans]
    if all(span.sure for span in spans):
        return Number(value, _middle(lows), _middle(highs))
    return Number(value, min(lows), max(highs))


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


def _middle(values: Sequence[Bound]) -> Bound:
    """The middle value; where any of them has no end, that is none either."""
    if endless := [value for value in values if isinstance(value, float)]:
        return endless[0]
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


AGGREGATES: dict[str, Callable[[list[Span]], Number | Unknown]] = {
    "sum": _sum,
    "mean": _mean,
    "median": _median,
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
