"""Run the benchmarks: `python -m benchmarks [WHAT] --size s|m|l [--repeats N] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import evaluation, explaining, incremental, store

BENCHMARKS = {"store": store.run, "evaluation": evaluation.run, "explaining": explaining.run,
              "incremental": incremental.run}  # fmt: skip


def table(lines: list[dict[str, object]]) -> str:
    """Figures in columns, under their names."""
    rows = [
        list(lines[0]),
        *([f"{one:,}" if isinstance(one, int | float) else str(one) for one in line.values()] for line in lines),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first, *others = widths
    return "\n".join(
        "  ".join([row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))])
        for row in rows
    )


def main() -> None:
    """Run what the arguments ask for and print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=list(BENCHMARKS), default="store")
    parser.add_argument("--size", choices=list(store.SIZES), default="s", help="events: 100 k, 1 M or 10 M")
    parser.add_argument("--repeats", type=int, default=3, help="rounds that count, after one to warm up")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    lines = BENCHMARKS[given.what](given.size, given.repeats)
    print(table(lines))
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1))


if __name__ == "__main__":
    main()
