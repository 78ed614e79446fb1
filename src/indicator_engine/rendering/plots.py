"""What the chart of one indicator shows, in the measure's own numbers: its course, the target, the path, the deadline.

`plot_of` gathers it from a result, its definition and its series; where there is nothing to draw it gives None. Where
things lie on paper is `drawings.py`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.evaluation.targets import expected_by
from indicator_engine.frozen import dataclass
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from indicator_engine.amounts import Unit
    from indicator_engine.definitions.model import Indicator, Target
    from indicator_engine.evaluation.results import Grouped, Point, Result
    from indicator_engine.periods import Period
    from indicator_engine.rendering.phrases import Phrases


@dataclass(frozen=True)
class Step:
    """A target over the days on which it stood; `upper` is the other end of a target that is a range."""

    start: date
    end: date
    value: Fraction
    upper: Fraction | None = None


@dataclass(frozen=True)
class Plot:
    """One indicator's chart. `points` has only days whose figure is known; `goals` are in order of time."""

    unit: Unit
    points: tuple[tuple[date, Fraction], ...]
    goals: tuple[Step, ...]
    path: tuple[tuple[date, Fraction], ...]
    tolerance: tuple[tuple[date, Fraction], ...]
    """Where the value is so far off the path that it no longer counts as near it."""
    start: date
    end: date
    due: date | None
    day: date
    """The day the figure is judged on."""
    restated: tuple[tuple[date, Fraction], ...] = ()
    """What some of the points had been told as before later recordings changed them."""

    @property
    def revised(self) -> tuple[Step, ...]:
        """The targets that took the place of another."""
        return self.goals[1:]

    @property
    def days(self) -> tuple[date, ...]:
        """Each day on which there is a figure, or a corner of the target or of the path."""
        corners = (day for step in self.goals for day in (step.start, step.end))
        return tuple(sorted({*dict(self.points), *corners, *dict(self.path)}))


@dataclass(frozen=True)
class Strip:
    """A thing to be delivered, on the line from the period's start to its deadline."""

    start: date
    end: date
    due: date | None
    day: date
    delivered: date | None
    """The first day of those looked at on which it was delivered, and has been since."""


def plot_of(
    result: Result,
    indicator: Indicator | None,
    points: Sequence[Point],
    period: Period,
    tolerance: Fraction,
    told_then: Sequence[Point] = (),
) -> Plot | None:
    """The chart of a figure; None where it is no number, or where less than two of its days are known."""
    known = tuple((day, value) for day, value in points if isinstance(value, Fraction))
    if len(known) < 2 or isinstance(result.value, bool):
        return None
    due = result.due.day if result.due else None
    end = max(filter(None, (due, known[-1][0], min(period.end, result.evaluated_on))))
    start = min(period.start, known[0][0])
    path = tuple(_path(result, indicator, period))
    return Plot(
        unit=result.unit,
        points=known,
        goals=tuple(_goals(result, indicator, start, end)),
        path=path,
        tolerance=tuple(_within(path, tolerance, falls=result.better == "lower")) if tolerance else (),
        start=start,
        end=end,
        due=due,
        day=result.evaluated_on,
        restated=tuple((day, value) for day, value in told_then if isinstance(value, Fraction) and day in dict(known)),
    )


def standing_on(plot: Plot, day: date) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """The target on a day, its upper end where it is a range, and where the path is; None where there is none."""
    step = next((one for one in reversed(plot.goals) if one.start <= day <= one.end), None)
    return step.value if step else None, step.upper if step else None, _on_path(plot.path, day)


def _on_path(path: Sequence[tuple[date, Fraction]], day: date) -> Fraction | None:
    """Where a path is on a day, straight between its corners; where it jumps, where it lands."""
    before = next(((at, value) for at, value in reversed(path) if at <= day), None)
    after = next(((at, value) for at, value in path if at > day), None)
    if before is None or (after is None and before[0] != day):
        return None
    if after is None or before[0] == day:
        return before[1]
    share = Fraction((day - before[0]).days, (after[0] - before[0]).days)
    return before[1] + (after[1] - before[1]) * share


def strip_of(result: Result, points: Sequence[Point], period: Period) -> Strip | None:
    """The line of a thing to be delivered; None for what is counted."""
    if not isinstance(result.value, bool) or not points:
        return None
    due = result.due.day if result.due else None
    delivered = None
    for day, value in reversed(points):
        if value is not True:
            break
        delivered = day
    end = max(filter(None, (due, points[-1][0])))
    return Strip(min(period.start, points[0][0]), end, due, result.evaluated_on, delivered)


def table_of(
    points: Sequence[Point], result: Result, say: Phrases, told_then: Sequence[Point] = ()
) -> tuple[tuple[str, str], ...]:
    """The chart's numbers, a day a row; where one was told as another before, that too."""
    then = dict(told_then)
    return tuple(
        (
            say.day(day),
            say("restated_from", value=_cell(value, result, say), before=_cell(then[day], result, say))
            if day in then
            else _cell(value, result, say),
        )
        for day, value in points
    )


@dataclass(frozen=True)
class Small:
    """A small chart that stands beside others of its kind: a group, its course, and the last figure in words."""

    name: str
    points: tuple[tuple[date, Fraction], ...]
    value: str


FEW_GROUPS = 5
"""So many groups at nought are named; of more it is said how many there are."""


@dataclass(frozen=True)
class Multiples:
    """Small charts of one figure by groups, all on one scale."""

    smalls: tuple[Small, ...]
    start: date
    end: date
    low: Fraction
    high: Fraction
    without: str
    """Which groups have a figure of nought throughout, or how many."""


def multiples_of(found: Grouped | None, name: str, result: Result, say: Phrases) -> Multiples | None:
    """The small charts of a figure; None where it has none."""
    if found is None or name not in found.courses:
        return None
    courses = tuple(zip(found.groups, found.courses[name], strict=True))
    smalls = tuple(small for group, course in courses if (small := _small(group, course, result, say)))
    without = [_named(group, say) for group, course in courses if group is not None and _is_nought(course)]
    days = [day for small in smalls for day, _ in small.points]
    values = [Fraction(0), *(value for small in smalls for _, value in small.points)]
    return Multiples(smalls, min(days), max(days), min(values), max(values), _without(without, say)) if smalls else None


def _without(names: Sequence[str], say: Phrases) -> str:
    if not names:
        return ""
    few = len(names) <= FEW_GROUPS
    return say("groups_without", names=", ".join(names)) if few else say("groups_without_many", count=len(names))


def _is_nought(course: Sequence[Point]) -> bool:
    """Whether a figure is known and nought on each day."""
    return all(value == 0 and not isinstance(value, bool) for _, value in course if value is not None) and any(
        value is not None for _, value in course
    )


def _named(group: str | bool | None, say: Phrases) -> str:  # noqa: FBT001  # a group may be one
    if isinstance(group, str):
        return clean(group)
    return say("not_known" if group is None else "yes" if group else "no")


def _small(group: str | bool | None, course: Sequence[Point], result: Result, say: Phrases) -> Small | None:  # noqa: FBT001
    known = tuple((day, value) for day, value in course if isinstance(value, Fraction))
    if not any(value for _, value in known):
        return None
    return Small(_named(group, say), known, amounts.shown(known[-1][1], result.unit))


def _cell(value: Fraction | bool | None, result: Result, say: Phrases) -> str:  # noqa: FBT001  # a figure, no switch
    if value is None:
        return say("not_known")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    return amounts.shown(value, result.unit)


# ── the target over time ─────────────────────────────────────────────────────────────────────────────────────────────


def _goals(result: Result, indicator: Indicator | None, start: date, end: date) -> Iterator[Step]:
    """The target as it stood: every version up to the one in force, or what a movement comes to."""
    if result.target_value is None or result.target is None:
        return
    versions = _versions(indicator, result)
    if len(versions) < 2:
        set_on = result.target.provenance.set_on
        begin = max(start, min(set_on.latest, end)) if set_on else start
        yield Step(begin, end, result.target_value, result.target.upper)
        return
    begins = [max(_effective(version) or start, start) for version in versions]
    for version, first, last in zip(versions, begins, [*begins[1:], end], strict=True):
        if version.value is not None and first <= last:
            yield Step(first, last, version.value, version.upper)


def _steps(points: Sequence[tuple[date, Fraction]], last: date) -> Iterator[tuple[date, Fraction]]:
    for (day, value), (until, _) in zip(points, [*points[1:], (last, Fraction(0))], strict=True):
        yield day, value
        yield until, value


def _within(
    path: Sequence[tuple[date, Fraction]], tolerance: Fraction, *, falls: bool
) -> Iterator[tuple[date, Fraction]]:
    """How far off the path the value may be."""
    for day, value in path:
        yield day, value + abs(value) * (tolerance if falls else -tolerance)


def _versions(indicator: Indicator | None, result: Result) -> list[Target]:
    """The versions of the target in force and of those before it, where all of them are plain numbers."""
    stages = indicator.stages if indicator else ()
    stage = next((one for one in stages if result.target in one), ())
    found = list(stage[: result.target_version])
    plain = all(one.relative in (None, "additional") and not one.delivered for one in found)
    return found if plain else []


def _effective(version: Target) -> date | None:
    return version.effective_from or version.known_from


def _path(result: Result, indicator: Indicator | None, period: Period) -> Iterator[tuple[date, Fraction]]:
    """The corners of the path to the target; declared points hold until the next one, so they are steps."""
    way = indicator.trajectory if indicator else None
    if indicator is None or way is None or result.expected is None:
        return
    if not way.linear:
        yield from _steps(way.points, result.due.day if result.due else period.end)
        return
    begin = result.baseline if result.baseline and result.target and result.target.relative != "additional" else None
    for day in (period.start, result.due.day if result.due else period.end):
        value = expected_by(indicator, result.target_value, begin or Fraction(0), day, result.due, period)
        if value is not None:
            yield day, value
