"""Where the marks of a chart lie on paper: scales, lines, ticks and labels, as numbers that a template writes into SVG.

Everything is worked out here so that templates only place it. Coordinates have one decimal, so that the same figures
give the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import amounts, periods
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.amounts import Unit
    from indicator_engine.rendering.phrases import Phrases
    from indicator_engine.rendering.plots import Multiples, Plot, Small, Strip

TEXT = 13
"""Height of the letters of a chart, in the units of its coordinates."""
LETTER = 7
"""About how wide one of them is."""


@dataclass(frozen=True)
class Label:
    """A text at a place; `anchor` is where of the text the place is: `start`, `middle` or `end`."""

    x: str
    y: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Mark:
    """A line from one place to another, with its label."""

    x1: str
    y1: str
    x2: str
    y2: str
    label: Label | None = None


@dataclass(frozen=True)
class Drawing:
    """A chart, ready to be written as SVG. Lines are lists of places, `x,y x,y`; empty where there is none."""

    width: int
    height: int
    actual: str
    area: str
    dots: tuple[tuple[str, str], ...]
    """Where each figure is; the last is the one that is reported."""
    value: Label
    goals: tuple[Mark, ...]
    band: tuple[str, str, str, str] | None
    """A target that is a range: left, top, width, height."""
    path: str
    tolerance: str
    due: Mark | None
    revisions: tuple[Mark, ...]
    across: tuple[Mark, ...]
    """A line for each number on the upright axis."""
    below: tuple[Label, ...]
    """The months below."""
    restated: tuple[Mark, ...]
    """From what a figure had been told as to what it is."""
    floor: str


@dataclass(frozen=True)
class Spark:
    """A course in the size of a word."""

    line: str
    end: tuple[str, str]
    goal: str
    """Where the target's line is; empty where there is none."""


@dataclass(frozen=True)
class Bullet:
    """A value as a bar against the mark of its target, in hundredths of the width."""

    value: str
    goal: str


@dataclass(frozen=True)
class StripDrawing:
    """A deliverable on its line, in hundredths of the width; empty where a mark is not to be drawn."""

    passed: str
    due: str
    delivered: str


@dataclass(frozen=True)
class Share:
    """One stretch of a bar that parts a whole, in hundredths of its width."""

    light: str
    dashed: bool
    x: str
    width: str


@dataclass(frozen=True)
class Scale:
    """From one stretch of numbers to another."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float | Fraction) -> float:
        """Where a number lies."""
        share = (float(value) - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.start + share * (self.end - self.start)


WIDE = (760, 290)
NARROW = (300, 250)


def drawing_of(plot: Plot, say: Phrases, size: tuple[int, int] = WIDE) -> Drawing:
    """The chart of a plot in this size."""
    return _Canvas(plot, say, *size).drawing()


class _Canvas:
    """A plot on its way to paper: the two scales and what is placed by them."""

    def __init__(self, plot: Plot, say: Phrases, width: int, height: int) -> None:
        self.plot, self.say, self.width, self.height = plot, say, width, height
        self.step, low, high = _axis(_numbers(plot), plot.unit)
        ends = [amounts.shown(value, plot.unit) for value in (low, high)]
        left, right = 14 + LETTER * max(map(len, ends)), width - self._room_right()
        self.x = Scale(plot.start.toordinal(), plot.end.toordinal(), left, right)
        self.y = Scale(float(low), float(high), height - 34, 44)
        self.low, self.high = low, high

    def _room_right(self) -> int:
        """Room for the value beside the last point, where that is near the edge."""
        return 18 + LETTER * len(amounts.shown(self.plot.points[-1][1], self.plot.unit))

    def drawing(self) -> Drawing:
        """Everything in its place."""
        plot = self.plot
        actual = self._line(plot.points)
        first, last = plot.points[0][0], plot.points[-1][0]
        floor = self.y(max(self.low, Fraction(0)) if self.high > 0 else self.high)
        return Drawing(
            width=self.width,
            height=self.height,
            actual=actual,
            area=f"{_n(self._x(first))},{_n(floor)} {actual} {_n(self._x(last))},{_n(floor)}",
            dots=tuple((_n(self._x(day)), _n(self.y(value))) for day, value in plot.points),
            value=self._value(),
            goals=tuple(self._goals()),
            band=self._band(),
            path=self._line(plot.path),
            tolerance=self._line((*plot.path, *reversed(plot.tolerance))) if plot.tolerance else "",
            due=self._due(),
            revisions=tuple(self._revisions()),
            across=tuple(self._across()),
            below=tuple(self._below()),
            restated=tuple(self._restated()),
            floor=_n(floor),
        )

    def _x(self, day: date) -> float:
        return self.x(min(max(day, self.plot.start), self.plot.end).toordinal())

    def _line(self, points: Iterable[tuple[date, Fraction]]) -> str:
        return " ".join(f"{_n(self._x(day))},{_n(self.y(value))}" for day, value in points)

    def _value(self) -> Label:
        """The last figure beside its dot, below it where the line of the target would run through."""
        day, value = self.plot.points[-1]
        y = self.y(value)
        struck = any(abs(self.y(step.value) - y) < TEXT and step.end > day for step in self.plot.goals)
        return Label(_n(self._x(day) + 8), _n(y + (22 if struck else 5)), amounts.shown(value, self.plot.unit))

    def _goals(self) -> Iterator[Mark]:
        for number, step in enumerate(self.plot.goals):
            y, x1, x2 = self.y(step.value), self._x(step.start), self._x(step.end)
            text = self.say("chart_target", value=amounts.shown(step.value, self.plot.unit))
            last = number == len(self.plot.goals) - 1
            label = Label(_n(x1 + 2), _n(y - 7), text) if last or x2 - x1 > LETTER * len(text) else None
            yield Mark(_n(x1), _n(y), _n(x2), _n(y), label)

    def _band(self) -> tuple[str, str, str, str] | None:
        step = self.plot.goals[-1] if self.plot.goals else None
        if step is None or step.upper is None:
            return None
        top, bottom = self.y(step.upper), self.y(step.value)
        return _n(self._x(step.start)), _n(top), _n(self._x(step.end) - self._x(step.start)), _n(bottom - top)

    def _due(self) -> Mark | None:
        due = self.plot.due
        if due is None or not self.plot.start <= due <= self.plot.end:
            return None
        x, text = self._x(due), self.say("chart_due", day=_short(due, self.say))
        fits = x + LETTER * len(text) / 2 < self.width
        label = Label(_n(x), _n(16), text, "middle") if fits else Label(_n(self.width - 4), _n(16), text, "end")
        return Mark(_n(x), _n(22), _n(x), _n(self.y.start), label)

    def _restated(self) -> Iterator[Mark]:
        now = dict(self.plot.points)
        for day, before in self.plot.restated:
            x = _n(self._x(day))
            yield Mark(x, _n(self.y(before)), x, _n(self.y(now[day])))

    def _revisions(self) -> Iterator[Mark]:
        for before, step in zip(self.plot.goals, self.plot.revised, strict=False):
            x = self._x(step.start)
            text = self.say("chart_revised", day=_short(step.start, self.say))
            middle = (self.y(before.value) + self.y(step.value)) / 2
            yield Mark(
                _n(x), _n(self.y(before.value)), _n(x), _n(self.y(step.value)), Label(_n(x + 5), _n(middle), text)
            )

    def _across(self) -> Iterator[Mark]:
        value = self.low
        while value <= self.high:
            y = self.y(value)
            label = Label(_n(self.x.start - 8), _n(y + 4.5), amounts.shown(value, self.plot.unit), "end")
            yield Mark(_n(self.x.start), _n(y), _n(self.x.end), _n(y), label)
            value += self.step

    def _below(self) -> Iterator[Label]:
        """So many months as there is room for; the year stands at the first and at each January."""
        firsts = _month_starts(self.plot.start, self.plot.end)
        room = max(int((self.x.end - self.x.start) / (LETTER * 9.5)), 1)
        every = next((gap for gap in (1, 2, 3, 6, 12, 24, 60, 120) if len(firsts) / gap <= room), 240)
        shown = firsts[::every]
        for number, day in enumerate(shown):
            new_year = number == 0 or day.year != shown[number - 1].year
            month = self.say("months_short").split()[day.month - 1]
            text = f"{month} {day.year}" if new_year else month
            x, anchor = self._x(day), "middle"
            if number == 0:
                x, anchor = self.x.start, "start"
            yield Label(_n(x), _n(self.height - 12), text, anchor)


def spark_of(plot: Plot) -> Spark:
    """The course in the size of a word, 120 by 32, with the target it stands at now."""
    low, high = _ends(_numbers(replace(plot, path=(), tolerance=(), restated=(), goals=plot.goals[-1:])))
    x = Scale(plot.start.toordinal(), plot.end.toordinal(), 3, 112)
    y = Scale(float(low), float(high), 28, 5)
    line = [(_n(x(day.toordinal())), _n(y(value))) for day, value in plot.points]
    goal = _n(y(plot.goals[-1].value)) if plot.goals else ""
    return Spark(" ".join(f"{left},{top}" for left, top in line), line[-1], goal)


SMALL = (132, 52)
"""The size of a chart that stands beside others."""


def small_of(small: Small, among: Multiples) -> Spark:
    """A small chart on the scale of those beside it; a single figure is a dot."""
    width, height = SMALL
    x = Scale(among.start.toordinal(), among.end.toordinal(), 4, width - 4)
    y = Scale(float(among.low), float(among.high), height - 2, 5)
    line = [(_n(x(day.toordinal())), _n(y(value))) for day, value in small.points]
    return Spark(" ".join(f"{left},{top}" for left, top in line), line[-1], "")


def bullet_of(value: Fraction, goal: Fraction) -> Bullet | None:
    """A value against its target; None where either is below nothing."""
    most = max(value, goal)
    if value < 0 or goal <= 0:
        return None
    full = Scale(0, float(most), 0, 100 if value > goal else 96)
    return Bullet(_n(full(value)), _n(full(goal)))


def strip_drawing_of(strip: Strip) -> StripDrawing:
    """A deliverable's line."""
    x = Scale(strip.start.toordinal(), max(strip.end, strip.day).toordinal(), 2, 98)
    return StripDrawing(
        passed=_n(x(strip.day.toordinal())),
        due=_n(x(strip.due.toordinal())) if strip.due else "",
        delivered=_n(x(strip.delivered.toordinal())) if strip.delivered else "",
    )


def shares_of(parts: Sequence[tuple[str, bool, int]]) -> tuple[Share, ...]:
    """A bar parted by how many there are of each: light, whether dashed, count."""
    whole, at, found = sum(count for _, _, count in parts), 0.0, []
    for light, dashed, count in parts:
        width = 100 * count / whole
        found.append(Share(light, dashed, _n(at), _n(max(width - 0.4, 0.3))))
        at += width
    return tuple(found)


# ── scales ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _numbers(plot: Plot) -> list[Fraction]:
    found = [value for _, value in (*plot.points, *plot.restated, *plot.path, *plot.tolerance)]
    return [
        *found,
        *(step.value for step in plot.goals),
        *(step.upper for step in plot.goals if step.upper is not None),
    ]


def _ends(values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    """From nothing, or from the lowest below it, to the highest."""
    values = [Fraction(0), *values]
    return min(values), max(values) if max(values) > min(values) else min(values) + 1


def _axis(values: Iterable[Fraction], unit: Unit) -> tuple[Fraction, Fraction, Fraction]:
    """The step of an axis and its two ends, in round numbers; counts have whole steps."""
    low, high = _ends(values)
    if unit == "ratio" and low == 0 and Fraction(1, 2) < high <= 1:
        return Fraction(1, 4), low, Fraction(1)
    raw = (high - low) / 4
    power = Fraction(10) ** math.floor(math.log10(raw))
    step = next(power * size for size in (1, 2, Fraction(5, 2), 5, 10) if power * size >= raw)
    if unit == "count":
        step = Fraction(max(math.ceil(step), 1))
    return step, step * math.floor(low / step), step * math.ceil(high / step)


def _month_starts(start: date, end: date) -> list[date]:
    first = start if start.day == 1 else periods.month_end(start.year, start.month) + timedelta(days=1)
    months = max(periods.months_between(first, end), 0) + 1
    return [day for day in (periods.shift(first, months=number) for number in range(months)) if day <= end]


def _short(day: date, say: Phrases) -> str:
    return say("date", day=day.day, month=say("months_short").split()[day.month - 1], year=day.year)


def _n(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
