"""W5 and beyond: what grows with the conditions of a pack, with its indicators and with the days of a series.

Ours, the query by hand and the filtered scan are asked for 16 to 1,000 conditions of one day (the last of them by 500
indicators), then thirty indicators for one day up to ten years of days. A contestant that has become slow is not asked
for more. `plot.py` draws it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import world as worlds
from benchmarks.contestants import by_hand, one_by_one, ours
from benchmarks.day import BY_HAND, FILTER, OURS, agreeing
from benchmarks.questions import DAY, PACK, THIRTY, grown, pack_of
from benchmarks.series import agreeing_on
from benchmarks.timing import SLOW, Contestant, Gate, Taken, contest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.timing import Report
    from benchmarks.world import World

CONDITIONS = (16, 32, 60, 120, 250, 500, 1000)
INDICATORS = 500
"""The most indicators of a pack; each then asks for several conditions."""

DAYS = (1, 12, 120, 365, 1826, 3652)
"""Ends of months up to 120, then days in a row: ten years of them at last."""

LAST = date(2015, 3, 31)
BY_CONDITIONS, BY_DAYS = "W5, conditions", "W5, days"


def run(world: World, report: Report, _workload: str, repeats: int) -> None:
    """Both growths; the series over ten years of as many events, from which at most a tenth of the organisations."""
    conditions(world, report, CONDITIONS, repeats)
    ten_years = worlds.made(world.folder.parent, world.events // 10, max(world.organisations // 10, 1000), months=120)
    days(ten_years, report, DAYS, repeats)


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def conditions(world: World, report: Report, numbers: Sequence[int], repeats: int) -> None:
    """More and more conditions as of a day."""
    slow: set[str] = set()
    for number in numbers:
        asked = [one for one in _asked(world, number) if one.name not in slow]
        found = contest(f"{BY_CONDITIONS}: {number}", world.told, asked, repeats)
        slow |= {one.contestant for one in found if (one.cpu_ms or 0) > SLOW * 250}
        report.taken += found
    if {16, 120} <= set(numbers):
        few, many = (report.cpu(f"{BY_CONDITIONS}: {number}", world.told, OURS) for number in (16, 120))
        report.gates.append(Gate(BY_CONDITIONS, world.told, "ours, 120 conditions / 16", many / few, 9))


def _asked(world: World, number: int) -> Iterator[Contestant]:
    questions = grown(number, min(number, INDICATORS))
    pack = pack_of(questions, world.folder / f"{number}-conditions.toml")
    agrees = agreeing(lambda: by_hand.answers(world.store, questions, DAY))
    yield Contestant(OURS, lambda: ours.answers(world.store, pack, DAY), agrees)
    yield Contestant(BY_HAND, lambda: by_hand.answers(world.store, questions, DAY), agrees)
    yield Contestant(FILTER, lambda: one_by_one.filtered(world.tables, questions, [DAY])[DAY], agrees)


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def days(world: World, report: Report, numbers: Sequence[int], repeats: int) -> None:
    """More and more days of thirty indicators."""
    pack = _of_ten_years(world.folder / "ten-years.toml")
    for number in numbers:
        asked = _days(number)
        agrees = agreeing_on(partial(by_hand.course, world.store, THIRTY, asked))
        contestants = [
            Contestant(OURS, partial(ours.course, world.store, pack, asked), agrees),
            Contestant(BY_HAND, partial(by_hand.course, world.store, THIRTY, asked), agrees),
        ]
        found = contest(f"{BY_DAYS}: {number}", world.told, contestants, repeats)
        report.taken += [replace(one, note=f"{number * len(THIRTY.indicators):,} figures") for one in found]
    if {1, 120} <= set(numbers):
        one, many = (report.cpu(f"{BY_DAYS}: {number}", world.told, OURS) for number in (1, 120))
        report.gates.append(Gate(BY_DAYS, world.told, "ours, 120 ends of months / 1", many / one, 2))


def _days(number: int) -> list[date]:
    if number <= 120:
        months = [(LAST.year * 12 + LAST.month - 1 - back) for back in range(number)]
        return sorted(date((one + 1) // 12, (one + 1) % 12 + 1, 1) - timedelta(days=1) for one in months)
    return [LAST - timedelta(days=back) for back in range(number)][::-1]


def _of_ten_years(path: Path) -> Path:
    """The thirty indicators over a period of ten years."""
    path.write_text(PACK.read_text("utf-8").replace("end = 2010-03-31", f"end = {LAST}"), "utf-8")
    return path


def figures(taken: Sequence[Taken], workload: str) -> dict[str, list[tuple[int, float]]]:
    """Of each contestant, its processor seconds by what grew."""
    found: dict[str, list[tuple[int, float]]] = {}
    for one in taken:
        kind, _, number = one.workload.partition(": ")
        if kind == workload and one.cpu_ms is not None:
            found.setdefault(one.contestant, []).append((int(number), one.cpu_ms / 1000))
    return found
