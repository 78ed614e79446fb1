"""What a run of the benchmarks found, as a table for people, as Markdown for the README and as JSON for programs.

    python -m benchmarks.told FILE.json

prints the Markdown of a JSON file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.day import OURS
from benchmarks.timing import Gate, Report, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HEAD = ("contestant", "processor ms", "wall ms", "beside ours", "MiB", "")


def as_text(report: Report) -> str:
    """Tables of the terminal, then the gates."""
    parts = []
    for title, rows in _tables(report):
        parts.append(f"{title}\n{_columns([HEAD, *rows])}")
    gates = [f"{'met   ' if one.is_met else 'MISSED'}  {_gate(one)}" for one in report.gates]
    return "\n\n".join([*parts, *(["\n".join(gates)] if gates else [])])


def table(lines: Sequence[Mapping[str, object]]) -> str:
    """Figures in columns, under their names."""
    cells = [[f"{one:,}" if isinstance(one, int | float) else str(one) for one in line.values()] for line in lines]
    return _columns([[*map(str, lines[0]), ""], *([*row, ""] for row in cells)])


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, numbers to the right, and a note at the end."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:-1], widths[1:-1]), row[-1]] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def as_markdown(report: Report) -> str:
    """The same for the README."""
    about = ", ".join(f"{name} {value}" for name, value in report.about.items())
    parts = [f"{about}."]
    for title, rows in _tables(report):
        lines = [f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *rows)]
        parts.append("\n".join([f"**{title}**", "", *lines]))
    lines = ["| gate | found | |", "|---|---|---|"]
    lines += [
        f"| {one.workload}, {one.data}: {one.what} {_bound(one)} | {one.found:,.2f} | {_met(one)} |"
        for one in report.gates
    ]
    return "\n\n".join([*parts, *(["\n".join(lines)] if report.gates else [])])


def _tables(report: Report) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    groups: dict[tuple[str, str], list[Taken]] = {}
    for one in report.taken:
        groups.setdefault((one.workload, one.data), []).append(one)
    for (workload, data), found in groups.items():
        yield f"{workload}: {data}", [_row(one, found) for one in found]


def _row(one: Taken, others: Sequence[Taken]) -> tuple[str, ...]:
    first = next((other.cpu_ms for other in others if other.contestant.startswith(OURS) and other.cpu_ms), None)
    beside = f"{one.cpu_ms / first:,.2f}" if first and one.cpu_ms else ""
    few = f"{one.rounds} round" if one.rounds == 1 else ""
    note = "; ".join(filter(None, (one.note, few)))
    return one.contestant, _number(one.cpu_ms), _number(one.wall_ms), beside, _number(one.memory_mib), note


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _gate(one: Gate) -> str:
    return f"{one.workload}, {one.data}: {one.what} is {one.found:,.2f}, asked for {_bound(one)}"


def _bound(one: Gate) -> str:
    return f"{'≤' if one.at_most else '≥'} {one.bound:,g}"


def _met(one: Gate) -> str:
    return "met" if one.is_met else "**missed**"


def as_json(report: Report) -> str:
    """Everything, for programs."""
    told = {
        "about": report.about,
        "taken": [vars(one) for one in report.taken],
        "gates": [{**vars(one), "is_met": one.is_met} for one in report.gates],
    }
    return json.dumps(told, indent=1)


def read(path: Path) -> Report:
    """What a JSON file tells."""
    found = json.loads(path.read_text("utf-8"))
    gates = [Gate(**{name: value for name, value in one.items() if name != "is_met"}) for one in found["gates"]]
    return Report(found["about"], [Taken(**one) for one in found["taken"]], gates)


if __name__ == "__main__":
    print(as_markdown(read(Path(sys.argv[1]))))
