"""What a reader of workbooks does not tell of a sheet: how far its cells reach, its errors, its missing values.

The reader leaves blank what is an error or a formula that was never worked out, and makes room for every cell between
the first and the last. So each format's own module looks at the sheet first, and leaves its `Marks`.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from indicator_engine.frozen import dataclass
from indicator_engine.store.cells import CellError, refuse_error_value
from indicator_engine.store.workbooks.refusals import RefusedError, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AREA = 20_000_000
"""Cells, blank ones too, that a sheet may have from its first to its last; they are all held in memory at once."""


SPECIAL = 1_000_000
"""Cells of a sheet that may be errors, or formulas without a value."""


class Merged(NamedTuple):
    """A merged range: its first and last row and column, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Marks:
    """Of one sheet: how many rows and columns its cells reach over, and what stands in cells that look blank."""

    rows: int = 0
    columns: int = 0
    special: dict[tuple[int, int], object] = field(default_factory=dict)
    """By row and column, from 0: the text of an error, or NO_VALUE of `cells.py`."""
    merged: list[Merged] = field(default_factory=list)
    hidden: int = 0
    """Rows with cells that nobody sees who looks at the sheet."""

    def reach(self, row: int, column: int) -> None:
        """There is something in this cell. Raises RefusedError where that makes the sheet too large."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.rows * self.columns > AREA:
            fact = f"its cells reach to {cell_name(self.rows - 1, self.columns - 1)}; at most {AREA:,} cells are read"
            raise RefusedError("IE370", fact, "delete the rows and columns far from the table, and save the workbook")

    def keep_error(self, row: int, column: int, text: str) -> None:
        """An error; one by a name that `cells.py` does not know would be taken for a text there."""
        try:
            refuse_error_value(text)
        except CellError:
            self.keep(row, column, text)
        else:
            self.keep(row, column, "#VALUE!")

    def keep(self, row: int, column: int, value: object) -> None:
        """What stands in a cell that looks blank. Raises RefusedError where there are too many of them."""
        self.special[row, column] = value
        if len(self.special) > SPECIAL:
            fact = f"more than {SPECIAL} cells of the sheet are errors, or formulas without a value"
            raise RefusedError("IE370", fact, "open it in a spreadsheet program, mend the formulas and save it")


def cell_name(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, such as `B5`."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0: `A` to `Z`, `AA` and so on."""
    found = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        found = chr(ord("A") + letter) + found
        column -= 1
    return found


def walk(
    text: bytes,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Tell each element of an XML text, its namespace before its name. Raises RefusedError for one that is damaged."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.buffer_text = True
    try:
        parser.Parse(text, True)  # noqa: FBT003  # this is the end of it
    except expat.ExpatError as fault:
        raise damaged() from fault


def _refuse_declaration(*_: object) -> None:
    fact = "the workbook declares a kind of document of its own, which no spreadsheet program writes"
    raise RefusedError("IE370", fact, "open it in a spreadsheet program and save it as a new workbook")


def local(name: str) -> str:
    """The name of an element or an attribute without its namespace."""
    return name.rpartition(" ")[2]
