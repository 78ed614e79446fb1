"""The marks of sheets in .ods workbooks, all read in one pass over their XML.

Equal cells and rows are written once with how often they come, so that a short file can stand for a vast sheet; what
is blank at the end of a row or a sheet does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.store.cells import NO_VALUE
from indicator_engine.store.workbooks.marks import Marks, Merged, walk
from indicator_engine.store.workbooks.refusals import SAVE_AGAIN, RefusedError, damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Mapping

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_ROWS, _COLUMNS = f"{_TABLE} number-rows-repeated", f"{_TABLE} number-columns-repeated"
_ROWS_SPANNED, _COLUMNS_SPANNED = f"{_TABLE} number-rows-spanned", f"{_TABLE} number-columns-spanned"
_KIND, _FORMULA, _VISIBILITY = f"{_OFFICE} value-type", f"{_TABLE} formula", f"{_TABLE} visibility"
_ERROR = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"


def marks_of_sheets(texts: Mapping[str, bytes]) -> list[Marks]:
    """For each sheet, in the order of the workbook, its marks. Raises RefusedError for what is no workbook."""
    if b"encryption-data" in texts.get("META-INF/manifest.xml", b""):
        raise encrypted()
    if not texts["mimetype"].startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise RefusedError("IE371", "this is an office document, but not a workbook", SAVE_AGAIN)
    if "content.xml" not in texts:
        raise damaged()
    content = _Content()
    errors = b"error" in texts["content.xml"]
    walk(texts["content.xml"], content.start, characters=content.characters if errors else None)
    content.finish()
    return content.sheets


class _Content:
    """Reads the cells of all sheets, as their elements begin; a sheet may have a great many of them."""

    def __init__(self) -> None:
        self.sheets: list[Marks] = []
        self._marks = Marks()
        self._row = self._column = 0
        self._rows = 0
        """How often the row that is being read comes."""
        self._filled = -1
        """The last column of it that is filled."""
        self._is_hidden = False
        self._error: tuple[int, int] | None = None
        """The column of the error that is being read, and how often it comes."""
        self._text: list[str] = []
        self._begin = {
            f"{_TABLE} table": self._table,
            f"{_TABLE} table-row": self._next_row,
            f"{_TABLE} table-cell": self._cell,
            f"{_TABLE} covered-table-cell": self._cell,
        }

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if begin := self._begin.get(tag):
            begin(attributes)

    def characters(self, text: str) -> None:
        """Text, which is kept where it is that of an error."""
        if self._error:
            self._text.append(text)

    def finish(self) -> None:
        """Nothing more comes."""
        self._end_cell()
        self._end_row()

    def _table(self, _: Mapping[str, str]) -> None:
        self.finish()
        self._marks = Marks()
        self.sheets.append(self._marks)
        self._row = self._rows = 0

    def _next_row(self, attributes: Mapping[str, str]) -> None:
        self.finish()
        self._row += self._rows
        self._rows, self._column = _times(attributes, _ROWS), 0
        self._is_hidden = attributes.get(_VISIBILITY) in {"collapse", "filter"}

    def _end_row(self) -> None:
        if self._filled >= 0:
            self._marks.hidden += self._rows if self._is_hidden else 0
            self._marks.reach(self._row + self._rows - 1, self._filled)
        self._filled = -1

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self._end_cell()
        columns = _times(attributes, _COLUMNS) if _COLUMNS in attributes else 1
        if _KIND in attributes:
            self._filled = self._column + columns - 1
            self._look_at(attributes, columns)
        elif _FORMULA in attributes:
            self._filled = self._column + columns - 1
            self._keep(self._column, columns)
        self._column += columns

    def _look_at(self, attributes: Mapping[str, str], columns: int) -> None:
        """A cell that has something is an error, or the first of a merged range, or neither."""
        if attributes.get(_ERROR) == "error":
            self._error = self._column, columns
        if _ROWS_SPANNED in attributes or _COLUMNS_SPANNED in attributes:
            rows, across = _times(attributes, _ROWS_SPANNED), _times(attributes, _COLUMNS_SPANNED)
            merged = Merged(self._row, self._column, self._row + rows - 1, self._column + across - 1)
            self._marks.merged.append(merged)

    def _end_cell(self) -> None:
        """All the text of an error has come."""
        if self._error:
            self._keep(*self._error, "".join(self._text).strip())
        self._error = None
        self._text.clear()

    def _keep(self, first: int, columns: int, error: str | None = None) -> None:
        """Keep an error, or where there is none a formula without a value, as often as it comes."""
        for row in range(self._row, self._row + self._rows):
            for column in range(first, first + columns):
                if error is None:
                    self._marks.keep(row, column, NO_VALUE)
                else:
                    self._marks.keep_error(row, column, error)


def _times(attributes: Mapping[str, str], name: str) -> int:
    written = attributes.get(name, "1")
    if not written.isdecimal() or len(written) > 10:
        raise damaged(f"the workbook is damaged: a cell comes {written[:20]!r} times")
    return max(int(written), 1)
