"""Rows that could not be used, kept as they came: with their file, sheet, line, column, reason and every cell.

Nothing leaves the quarantine but by a row that took its place, or by somebody's decision; both are recorded. A repaired
row is known by the mark that the export gave it, as the same line with only the faulty cell changed, or by its event's
id where it says of the event what nobody has said before.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.store.catalog import FIXED
from indicator_engine.store.cells import text_of
from indicator_engine.store.staging import as_values, values_query

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from indicator_engine.store.database import Database
    from indicator_engine.store.tables import Fault

_BATCH = 2_000


@dataclass(frozen=True)
class Entry:
    """One row in quarantine. `header` are the columns of its file, `cells` what stood in them."""

    number: int
    """Of the import that read it."""
    line: int
    code: str
    column: str
    fact: str
    hint: str
    file: str
    sheet: str
    sha256: str
    kind: str
    header: tuple[str, ...]
    cells: tuple[Any, ...]
    event: str = ""
    how: str = ""
    """How it left the quarantine; "" while it is in it."""
    mapping: str = ""
    """The mapping its file was read by, as JSON."""

    @property
    def mark(self) -> str:
        """What it is called: the import and the line."""
        return f"{self.number}:{self.line}"

    @property
    def place(self) -> str:
        """Where it stands, as messages name it."""
        return f"{self.file}{f'[{self.sheet}]' if self.sheet else ''}:{self.line}"


class Waiting:
    """Rows on their way into quarantine, handed over some at a time."""

    def __init__(self, database: Database, number: int) -> None:
        self.database, self.number = database, number
        self._rows: list[list[str | None]] = []

    def add(self, line: int, faults: Sequence[Fault], cells: Sequence[Any], event: str) -> None:
        """One row with all its faults; the first names the reason."""
        first = faults[0]
        fact = "; ".join(fault.fact for fault in faults)
        row = [str(self.number), str(line), first.code, first.column, fact[:2000], first.hint, written(cells), event]
        self._rows.append([_clean(one) for one in row])
        if len(self._rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Hand over what is still waiting."""
        if self._rows:
            self.database.run(f"INSERT INTO quarantine {values_query(FIXED['quarantine'])}", [as_values(self._rows)])
            self._rows.clear()


def _clean(text: str) -> str:
    """A text without what no database can hold; where it is cells, that stands as an escape in the JSON."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


# ── cells as text and back ───────────────────────────────────────────────────────────────────────────────────────────


def written(cells: Sequence[Any]) -> str:
    """Raw cells as JSON that `cells_of` reads back."""
    return json.dumps([_plain(cell) for cell in cells])


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    if isinstance(cell, datetime):
        return {"instant": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, Decimal | Fraction):
        return {"number": str(cell)}
    if isinstance(cell, list | tuple):
        return {"list": [_plain(one) for one in cell]}
    return {"time": cell.isoformat()} if isinstance(cell, time) else {"text": str(cell)}


_MEANT: Mapping[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "number": lambda text: Fraction(text) if "/" in text else Decimal(text),
    "list": list,
    "text": str,
}


def cells_of(text: str) -> tuple[Any, ...]:
    """The raw cells that `written` wrote."""
    return tuple(json.loads(text, object_hook=_meant))


def _meant(found: dict[str, Any]) -> Any:
    ((sort, value),) = found.items()
    return _MEANT[sort](value)


def cell_text(cell: Any, decimal: str = ".") -> str:
    """A raw cell as a text file has it, from which the same is read; `decimal` is the point of its numbers.

    Spreadsheets keep a whole number with a point, which no name has that is one.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | tuple):
        return ";".join(map(cell_text, cell))
    text = "NaN" if isinstance(cell, float) and math.isnan(cell) else text_of(cell)
    return text.replace(".", decimal) if isinstance(cell, float | Decimal) else text


# ── what is in it, and what leaves it ────────────────────────────────────────────────────────────────────────────────

_ENTRIES = """
SELECT q._import, q._line, q.code, q."column", q.fact, q.hint, i.file, i.sheet, i.sha256, i.kind, i.header, q.cells,
       q.event, coalesce(r.how, ''), i.mapped
FROM quarantine q JOIN import i ON i.number = q._import
LEFT JOIN (SELECT of_import, of_line, min(how) AS how FROM resolution GROUP BY ALL) r
       ON r.of_import = q._import AND r.of_line = q._line
"""


def entries(database: Database, *, resolved: bool = False) -> list[Entry]:
    """The rows in quarantine, oldest import first; with `resolved`, also those that have left it."""
    where = "" if resolved else "WHERE r.how IS NULL"
    found = database.rows(f"{_ENTRIES} {where} ORDER BY q._import, q._line, q.cells")
    return [_entry(row) for row in found]


def _entry(row: tuple[Any, ...]) -> Entry:
    *head, header, cells, event, how, mapping = row
    columns = tuple(json.loads(header or "[]"))
    return Entry(*head, columns, cells_of(cells), event or "", how, mapping or "")  # type: ignore[call-arg]  # the query's


def resolve(database: Database, number: int, marks: Iterable[tuple[int, int]], how: str) -> int:
    """Record that rows have left the quarantine by an import; how many."""
    rows = [[str(number), str(of_import), str(of_line), how] for of_import, of_line in dict.fromkeys(marks)]
    if rows:
        database.run(f"INSERT INTO resolution {values_query(FIXED['resolution'])}", [as_values(rows)])
    return len(rows)


def mark_of(cell: Any) -> tuple[int, int] | None:
    """The import and line that an exported row names; None for anything else."""
    number, colon, line = str(cell or "").strip().partition(":")
    return (int(number), int(line)) if colon and number.isdecimal() and line.isdecimal() else None


@dataclass(frozen=True)
class Mended:
    """Finds out which rows in quarantine a row of a file takes the place of."""

    open: tuple[Entry, ...]
    file: str
    sheet: str

    @cached_property
    def marks(self) -> frozenset[tuple[int, int]]:
        """The entries as exported rows name them."""
        return frozenset((entry.number, entry.line) for entry in self.open)

    def by(self, line: int, cells: Sequence[Any]) -> Iterable[tuple[int, int]]:
        """The entries that a good row is, mended."""
        for entry in self._by_line.get(line, ()):
            if self._is_mended(entry, cells):
                yield entry.number, entry.line

    def told(self, events: Collection[str]) -> Iterable[tuple[int, int]]:
        """The entries of events that are told anew."""
        for entry in self.open:
            if entry.event and entry.event in events:
                yield entry.number, entry.line

    def again(self, cells: Sequence[Any]) -> Iterable[tuple[int, int]]:
        """The entries that a bad row is once more: the same cells in a file of the same name."""
        if self.open:
            for entry in self._by_cells.get(written(cells_of(written(cells))), ()):
                yield entry.number, entry.line

    @cached_property
    def _by_line(self) -> Mapping[int, list[Entry]]:
        found: dict[int, list[Entry]] = defaultdict(list)
        for entry in filter(self._is_of_file, self.open):
            found[entry.line].append(entry)
        return found

    @cached_property
    def _by_cells(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in filter(self._is_of_file, self.open):
            found[written(entry.cells)].append(entry)
        return found

    def _is_of_file(self, entry: Entry) -> bool:
        return entry.sheet == self.sheet and PurePath(entry.file).name == PurePath(self.file).name

    @staticmethod
    def _is_mended(entry: Entry, cells: Sequence[Any]) -> bool:
        """Whether a row of the same line is an entry with nothing but the faulty cell changed."""
        if entry.column not in entry.header or len(entry.cells) != len(cells):
            return False
        faulty = entry.header.index(entry.column)
        return all(a == b for place, (a, b) in enumerate(zip(entry.cells, cells, strict=True)) if place != faulty)
