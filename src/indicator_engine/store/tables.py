"""A table as its reader hands it over: lines of cells, each with its number, nothing typed and nothing left out.

Readers of files (plugins) make a `Table`; what its columns mean is `layout.py`, what its cells mean `cells.py`. A line
that cannot be read as cells is a line too, with its fault, so that every line of a file is accounted for.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from indicator_engine.store.raw_text import RawText

CELL_LENGTH = 65_536
"""Characters one cell may hold; a longer one is nearly always a quotation mark that was never closed."""


MARK = "quarantine"
"""The column that an export of the quarantine adds, by which a repaired row is known."""

REASON = "reason"
"""The other column that it adds."""

_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True)
class Fault:
    """Why a line, or one cell of it, cannot be used: a code of `codes.py`, the fact, what to do, the column's name."""

    code: str
    fact: str
    hint: str = ""
    column: str = ""


class Line(NamedTuple):
    """One line as it came: its number in the file or sheet (from 1), its cells, and why they cannot be read."""

    number: int
    cells: tuple[Any, ...]
    fault: Fault | None = None


class Stream(Protocol):
    """Whatever hands its rows over as an Arrow stream: a data frame, a relation, a table."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule with the stream."""


@dataclass(frozen=True)
class Reading:
    """How a file is written, where its mapping says so. Nothing here is ever guessed."""

    encoding: str = "utf-8"
    delimiter: str = ""
    """What parts cells; "" is what the ending of the file says."""
    quote: str = '"'
    sheet: str = ""
    """The sheet of a workbook, or the table of a database; "" where there is but one."""
    fill_merged: bool = False
    """Whether each cell of a merged range holds what the range holds."""


@dataclass(frozen=True)
class Table:
    """A file, a sheet or a list, open for reading once.

    `columns` are the names of the columns where the format has them; None where a line of the table names them.
    `digest` is the SHA-256 of what is read; "" where there are no bytes to hash. `streams` gives the same rows for a
    bulk load, one Arrow stream after the other, with their columns as in `columns`. `done` says how many of `size`
    bytes or rows have been read.
    """

    name: str
    lines: Iterable[Line]
    columns: tuple[str, ...] | None = None
    sheet: str = ""
    digest: str = ""
    notes: tuple[Problem, ...] = ()
    text: bool = False
    """Whether every cell is text as the file has it."""
    raw: RawText | None = None
    """The file itself, where its lines can be told without looking into cells."""
    streams: Callable[[], Iterator[Stream]] | None = None
    size: int = 0
    from_1904: bool = False
    """Whether it is of a workbook that counts days from 1904, as few do."""
    done: Callable[[], int] = field(default=lambda: 0)

    @property
    def place(self) -> str:
        """How messages call it: the file, and its sheet."""
        return f"{self.name}[{self.sheet}]" if self.sheet else self.name

    def at(self, line: int = 0) -> Location:
        """A line of it, or the whole."""
        return Location(self.place, line, 1 if line else 0)

    def problem(self, line: int, fault: Fault, *, cell: int | None = None) -> Problem:
        """A fault of one line (0: of the whole), or of one of its cells, as a problem.

        A sheet has cells for columns. Of a text nobody knows any more where in its line a cell stood; the problem's
        path has its number.
        """
        where = self.at(line)
        if cell is None or not line:
            return Problem(fault.code, fault.fact, fault.hint, where=where)
        if not self.text:
            where = replace(where, column=cell + 1)
        return Problem(fault.code, fault.fact, fault.hint, where=where, path=(cell,))


def neutralised(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with `'` in front, which `restored` takes away again."""
    return f"'{text}" if _is_formula(text) else text


def restored(text: str) -> str:
    """The text that `neutralised` was given."""
    return text[1:] if text[:1] == "'" and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    """Whether a text looks like a formula, also behind spaces or marks of its own."""
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA_STARTS) or bare.lstrip().startswith(_FORMULA_STARTS)


def table_of(rows: Iterable[Mapping[str, Any]], name: str) -> Table:
    """A list of dicts as a table; its columns are all the keys, in the order in which they first come."""
    told = [{str(key): cell for key, cell in row.items()} for row in rows]
    columns = tuple(dict.fromkeys(key for row in told for key in row))
    return Table(name, list(_lines(told, columns)), columns, digest=_digest(told), size=len(told))


def table_of_stream(data: Stream, name: str) -> Table:
    """Whatever hands its rows over as an Arrow stream, such as a data frame, as a table. Raises DataError."""
    from indicator_engine.store.relations import table_of_arrow

    return table_of_arrow(data, name)


def _lines(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        yield Line(number, tuple(row.get(column) for column in columns))


def _digest(rows: list[dict[str, Any]]) -> str:
    import json
    from hashlib import sha256

    digest = sha256()
    for row in rows:
        digest.update(json.dumps(row, default=repr, sort_keys=True).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
