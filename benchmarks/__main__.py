"""Run the contest: `python -m benchmarks --size s|m|l [--only W1,W3] [--repeats N] [--json FILE] [--folder FOLDER]`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks import day, engines, growth, known, loading, memory, series, told, world
from benchmarks.timing import Report, WrongAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.world import World


@dataclass(frozen=True)
class Workload:
    """Something that is measured: over the world of the size, or over that of a million organisations."""

    title: str
    run: Callable[[World, Report, str, int], None]
    many: bool = False


WORKLOADS = {
    "W1": Workload("thirty indicators as of a day, beside everybody (W6 as well)", day.run),
    "W2": Workload("the same, a million organisations", day.run, many=True),
    "W3": Workload("thirty indicators at 36 ends of months", series.run),
    "W4": Workload("the same, a million organisations", series.run, many=True),
    "W5": Workload("growth of a pack and of a series", growth.run),
    "W7": Workload("events into a store", loading.run),
    "W10": Workload("memory", memory.run),
    "W11": Workload("the same figures from every database", engines.run),
    "known": Workload("knowledge time: one record in a hundred corrected", known.run),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, print tables, and say which gates are missed; they do not change the exit code."""
    given = _parser().parse_args(arguments)
    chosen = given.only.split(",") if given.only else [name for name in WORKLOADS if _is_usual(name, given.size)]
    if unknown := [name for name in chosen if name not in WORKLOADS]:
        print(f"there is no workload {', '.join(unknown)}; there are {', '.join(WORKLOADS)}", file=sys.stderr)
        return 2
    report = Report(_about(given.size))
    try:
        with TemporaryDirectory() as temporary:
            folder = given.folder or Path(temporary)
            for name in chosen:
                one = WORKLOADS[name]
                events, organisations = world.SIZES[given.size]
                there = world.made(folder, events, world.MANY if one.many else organisations)
                one.run(there, report, name, given.repeats)
    except WrongAnswerError as fault:
        print(fault, file=sys.stderr)
        return 1
    finally:
        if given.json:
            given.json.write_text(told.as_json(report), "utf-8")
    print(told.as_text(report))
    return 0


def _is_usual(name: str, size: str) -> bool:
    """A million organisations are asked for at ten million events, or by name."""
    return size == "l" or not WORKLOADS[name].many


def _parser() -> argparse.ArgumentParser:
    listed = "; ".join(f"{name}: {one.title}" for name, one in WORKLOADS.items())
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, epilog=listed)
    parser.add_argument("--size", choices=list(world.SIZES), default="s", help="events: 100 k, 1 M or 10 M")
    parser.add_argument("--only", help="workloads, with commas")
    parser.add_argument(
        "--repeats", type=int, default=5, help="rounds that count, after one to warm up; 0 only compares answers"
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--folder", type=Path, help="keep the data here, and use what is there")
    return parser


def _about(size: str) -> dict[str, str]:
    """What the figures were found on."""
    import platform

    import duckdb

    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return {
        "size": size, "begun": datetime.now(UTC).isoformat(timespec="minutes"), "cores": str(os.cpu_count()),
        "machine": platform.machine(), "load": load, "python": platform.python_version(), "duckdb": duckdb.__version__,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
