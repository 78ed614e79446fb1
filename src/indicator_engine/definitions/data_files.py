"""The CSV files that the tests of a pack name: each read and checked once, however many tests name it.

A file is a plain table of text: a line of column names, then rows. What is wrong with it is told where it is first
named, with the number of the row.
"""

from __future__ import annotations

import csv
import io
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine.definitions.wording import quoted
from indicator_engine.frozen import dataclass
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.rows import Row, RowFault, RowKind
    from indicator_engine.definitions.sources import Place

LARGEST_DATA = 1024 * 1024
"""Bytes of one file."""

MOST_TOLD = 10
"""Problems told of one file."""


@dataclass(frozen=True)
class DataFiles:
    """Reads the CSV files of a pack; `known` remembers them by name and by what their rows are of."""

    files: PackFiles
    known: dict[tuple[str, str], tuple[Row, ...]] = field(default_factory=dict)

    def rows(self, place: Place, name: str, kind: RowKind) -> tuple[Row, ...]:
        """The rows of a file; none where it cannot be read, which has been reported."""
        asked = (name, kind.name)
        if asked not in self.known:
            self.known[asked] = self._read(place, name, kind)
        return self.known[asked]

    def _read(self, place: Place, name: str, kind: RowKind) -> tuple[Row, ...]:
        path = self.files.beside(name)
        if not isinstance(path, Path):
            near = did_you_mean(name, (file.name for file in self.files.folder.glob("*.csv")))
            place.report("IE076", f"{quoted(name)} {path}", near if path == "is not there" else "")
            return ()
        try:
            lines = _lines(path)
        except (OSError, UnicodeDecodeError, csv.Error, ValueError) as fault:
            place.report("IE076", f"{quoted(name)} cannot be read: {_reason(fault)}", "save it as CSV in UTF-8")
            return ()
        rows = tuple(row for _, row in lines)
        if not kind.surely_fit(rows):
            _report(place, name, [(number, found) for number, row in lines for found in kind.faults(row)])
        return rows


def _report(place: Place, name: str, wrong: Sequence[tuple[int, RowFault]]) -> None:
    for number, found in wrong[:MOST_TOLD]:
        place.report(found.code, f"{name}, row {number}: {found.fact}", found.hint)
    if len(wrong) > MOST_TOLD:
        place.report("IE076", f"{name} has {len(wrong) - MOST_TOLD} more such faults", "mend the first ones first")


def _lines(path: Path) -> list[tuple[int, Row]]:
    """The rows under the line of column names, each with the number of its line; blank ones are left out."""
    with path.open("rb") as file:
        content = file.read(LARGEST_DATA + 1)
    if len(content) > LARGEST_DATA:
        raise ValueError(f"it has more than {LARGEST_DATA:,} bytes")
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    header = [name.strip() for name in next(lines, [])]
    if not header or len(set(header)) < len(header) or not all(header):
        raise ValueError("its first line must name each column once")
    found: list[tuple[int, Row]] = []
    for cells in lines:
        if any(cells):
            if len(cells) != len(header):
                raise ValueError(f"row {lines.line_num} has {len(cells)} cells, and there are {len(header)} columns")
            found.append((lines.line_num, dict(zip(header, cells, strict=True))))
    return found


def _reason(fault: Exception) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return "it is not UTF-8"
    return fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
