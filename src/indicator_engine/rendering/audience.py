"""The edition of results that may be published: nobody named, and no small count told, in whatever form it is written.

`published` works on results, before any output sees them, so that an output of a plugin keeps the same promise. What a
figure could give away by subtraction (what is lacking, how it moved, its bounds) goes with it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.amounts import QUANTITIES
from indicator_engine.evaluation.answer import REGISTER_HAS
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from indicator_engine.evaluation.differences import Difference, Differences
    from indicator_engine.evaluation.results import Grouped, Point, Result, Results

WITHHELD = "withheld"
"""The verdict of a figure that is not told, where the verdict alone would tell it."""

SMALL = "small"
"""Why a figure is unknown to the public."""


def published(results: Results) -> Results:
    """The same results without names, and without counts below the convention's smallest that is published."""
    smallest = results.convention.smallest_published
    found = tuple(_published(result, smallest) for result in results)
    kept = {name for name, result in _named(found) if _may_tell_course(result)}
    return replace(
        results,
        results=found,
        since=_differences(results.since, smallest) if results.since else None,
        problems=tuple(_remarks(results.problems)),
        series={name: _course(points, smallest) for name, points in results.series.items() if name in kept},
        restated={
            name: _restated(points, results.series.get(name, ()), smallest)
            for name, points in results.restated.items()
            if name in kept
        },
        groups=_grouped(results, kept, smallest) if results.groups else None,
        names={},
        set_aside=0,
        audience="public",
    )


def _differences(found: Differences, smallest: int) -> Differences:
    """What has changed between the figures that are published; not why, since that counts records."""
    told = (_difference(one, smallest) for one in found.differences)
    return replace(found, differences=tuple(told), events={})


def _difference(one: Difference, smallest: int) -> Difference:
    before, after = (result and _published(result, smallest) for result in (one.before_result, one.after_result))
    return replace(one, before_result=before, after_result=after, steps=())


def _named(results: Iterable[Result]) -> Iterable[tuple[str, Result]]:
    for result in results:
        yield result.id, result
        yield from ((f"{result.id}/{part.id}", part) for part in result.parts)


def _published(result: Result, smallest: int) -> Result:
    parts = tuple(_published(part, smallest) for part in result.parts)
    unnamed = replace(
        result,
        parts=parts,
        who=(),
        why_not={},
        events=(),
        undecided=(),
        none_arose=(),
        listed=(),
        defined_at=None,
        assumptions=tuple(text for text in result.assumptions if REGISTER_HAS not in text),
    )
    if result.kind == "compound":
        return _without_figure(unnamed) if any(part.verdict == WITHHELD for part in parts) else unnamed
    return _without_small(_without_small_baseline(unnamed, smallest), smallest)


def _without_small(result: Result, smallest: int) -> Result:
    if _is_small(result, smallest):
        return _without_figure(result, keep_verdict=not _tells(result, smallest))
    return replace(
        result,
        trend=result.trend if _may_tell_trend(result, smallest) else None,
        bounds=result.bounds if _may_tell_bounds(result, smallest) else None,
    )


def _without_small_baseline(result: Result, smallest: int) -> Result:
    """Without the figure that a movement is measured from, and what follows from it, where that is small."""
    if result.baseline is None or not _between(result.baseline, smallest):
        return result
    plain = result.target is not None and result.target.relative == "additional"
    return replace(
        result,
        baseline=None,
        target_value=result.target_value if plain else None,
        expected=result.expected if plain else None,
        needed=result.needed if plain else None,
    )


def _without_figure(result: Result, *, keep_verdict: bool = False) -> Result:
    return replace(
        result,
        flags=tuple(flag for flag in result.flags if flag != "restated"),
        verdict=result.verdict if keep_verdict else WITHHELD,
        value=None,
        unknown=(SMALL,),
        numerator=None,
        denominator=None,
        bounds=None,
        needed=None,
        trend=None,
    )


# ── what is small ────────────────────────────────────────────────────────────────────────────────────────────────────


def _between(number: Fraction, smallest: int) -> bool:
    return 0 < abs(number) < smallest


def _is_small(result: Result, smallest: int) -> bool:
    """Whether a figure is, or is made of, a count that is not told; of a share also whoever it leaves out."""
    if result.unit == "ratio" and result.numerator is not None and result.denominator is not None:
        left_out = result.denominator - result.numerator
        return any(_between(count, smallest) for count in (result.numerator, result.denominator, left_out))
    counted = result.unit in QUANTITIES and isinstance(result.value, Fraction)
    return counted and _between(Fraction(result.value or 0), smallest)


def _tells(result: Result, smallest: int) -> bool:
    """Whether the verdict parts one small figure from another: where what it is compared with is small itself."""
    if result.unit == "ratio":
        return result.target is not None
    upper = result.target.upper if result.target else None
    compared = (result.target_value, result.expected, upper, result.baseline)
    return any(number is not None and abs(number) <= smallest for number in compared)


def _may_tell_trend(result: Result, smallest: int) -> bool:
    """A movement tells the figure that it started from."""
    if result.trend is None or result.unit == "ratio" or not isinstance(result.value, Fraction):
        return False
    return result.unit not in QUANTITIES or not _between(result.value - result.trend.change, smallest)


def _may_tell_course(result: Result) -> bool:
    """Earlier figures are told where today's is; not of shares, whose parts on those days are not known here."""
    return isinstance(result.value, bool) or (result.unit != "ratio" and result.value is not None)


def _may_tell_bounds(result: Result, smallest: int) -> bool:
    """Bounds tell how many are undecided."""
    if result.bounds is None or result.unit == "ratio":
        return False
    low, high = result.bounds
    if isinstance(low, float) or isinstance(high, float):
        return False
    return not any(_between(Fraction(number), smallest) for number in (low, high, high - low))


def _course(points: Iterable[Point], smallest: int) -> tuple[Point, ...]:
    return tuple(
        (day, value)
        for day, value in points
        if isinstance(value, bool) or value is None or not _between(value, smallest)
    )


def _restated(points: Iterable[Point], course: Iterable[Point], smallest: int) -> tuple[Point, ...]:
    """What had been told of points that are told to the public."""
    told = {day for day, _ in _course(course, smallest)}
    return tuple((day, value) for day, value in _course(points, smallest) if day in told)


def _grouped(results: Results, kept: Collection[str], smallest: int) -> Grouped | None:
    """Groups whose words name nobody, of figures of which no group has a small part: one missing would tell itself."""
    found = results.groups
    if found is None or not found.closed:
        return None
    courses = {
        name: parts
        for name, parts in found.courses.items()
        if name in kept and _all_told((results.series.get(name, ()), *parts), smallest)
    }
    return replace(found, courses=courses) if courses else None


def _all_told(courses: Iterable[tuple[Point, ...]], smallest: int) -> bool:
    return all(_course(points, smallest) == points for points in courses)


def _remarks(problems: Iterable[Problem]) -> Iterable[Problem]:
    """That there are problems of a kind, once a kind, without what they name."""
    kinds: Mapping[tuple[str, str], Problem] = {(one.code, one.severity): one for one in problems}
    for one in kinds.values():
        yield Problem(one.code, "the data has something of this kind; the internal edition says what", "", one.severity)
