"""W10: the most memory that each holds, in a process of its own, libraries and all."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from benchmarks.contestants import by_hand, frames, one_by_one, ours
from benchmarks.contestants.layouts import CLUSTERED
from benchmarks.day import BY_HAND, EACH, FILTER, OURS, PANDAS, POLARS
from benchmarks.questions import DAY, MONTHS, PACK, THIRTY
from benchmarks.timing import Gate, Taken, memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.timing import Report
    from benchmarks.world import World

DAY_MOST, SERIES_MOST = 300, 700
"""Mebibytes."""


def run(world: World, report: Report, workload: str, _repeats: int) -> None:
    """Everybody once, one day and 36 months."""
    found = {}
    for what, name, needs, job in _jobs(world):
        if needs and find_spec(needs) is None:
            report.taken.append(
                Taken(f"{workload}, {what}", world.told, name, note=f"absent: {needs} is not installed")
            )
            continue
        found[what, name] = memory(job)
        report.taken.append(Taken(f"{workload}, {what}", world.told, name, memory_mib=found[what, name]))
    if world.events < 10_000_000:
        return
    for what, most in (("a day", DAY_MOST), ("36 months", SERIES_MOST)):
        told = f"ours, {what}, MiB"
        report.gates.append(Gate(workload, world.told, told, found[what, OURS], most))
    if ("a day", PANDAS) in found:
        ratio = found["a day", OURS] / found["a day", PANDAS]
        report.gates.append(Gate(workload, world.told, "ours / pandas, a day", ratio, 0.2))


def _jobs(world: World) -> Iterator[tuple[str, str, str, Callable[[], Any]]]:
    yield "a day", OURS, "", partial(ours.answers, world.store, PACK, DAY)
    yield "a day", BY_HAND, "", partial(by_hand.answers, world.store, THIRTY, DAY)
    yield "a day", EACH, "", partial(one_by_one.answers, world.tables, CLUSTERED, THIRTY, DAY)
    yield "a day", FILTER, "", partial(one_by_one.filtered, world.tables, THIRTY, [DAY])
    yield "a day", POLARS, "polars", partial(frames.lazy, world.parquet, world.register, THIRTY, DAY)
    yield "a day", PANDAS, "pandas", partial(_pandas, world.tables)
    yield "36 months", OURS, "", partial(ours.course, world.store, PACK, MONTHS)
    yield "36 months", BY_HAND, "", partial(by_hand.course, world.store, THIRTY, MONTHS)
    yield "36 months", EACH, "", partial(one_by_one.course, world.tables, CLUSTERED, THIRTY, MONTHS)


def _pandas(path: Path) -> None:
    frames.script(*frames.helped(path), THIRTY, DAY)
