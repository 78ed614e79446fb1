"""Lines of a sheet of a workbook: .xlsx, .xlsm, .xls and .ods, numbered as a spreadsheet program numbers its rows.

Days, numbers and truth come as the workbook has them. An error comes as its text, such as `#REF!`, and so does a
formula that was never worked out; an .xls workbook always has a value for each formula. What is no workbook, or grows
too large when unpacked, is refused before it is read; which line names the columns is `store/layout.py`.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard, TypeVar

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError, did_you_mean
from indicator_engine.store.files import problem, read_bytes, shown_name
from indicator_engine.store.tables import Fault, Line, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from python_calamine import CalamineSheet, CalamineWorkbook

    from indicator_engine.store.tables import Reading
    from indicator_engine.store.workbooks.marks import Marks, Merged
    from indicator_engine.store.workbooks.refusals import RefusedError

T = TypeVar("T")


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register workbooks."""
    register(Source("excel", (".xlsx", ".xlsm", ".xls", ".ods"), _open))


def _open(path: str, reading: Reading) -> Table:
    from hashlib import sha256

    from indicator_engine.store.workbooks.refusals import RefusedError

    try:
        content = _content(path)
        book = _opened(content)
        sheet = _chosen(book, reading.sheet)
    except RefusedError as fault:
        raise DataError([problem(path, 0, fault.code, fault.fact, fault.hint)]) from fault
    lines = _Lines(sheet, fill=reading.fill_merged)
    digest = sha256(content).hexdigest()
    table = Table(
        shown_name(path), lines, sheet=sheet.name, digest=digest, size=lines.size, done=lambda: lines.done,
        from_1904=book.from_1904,
    )  # fmt: skip
    faults = [*_of_hidden(book, reading.sheet), *_of_hidden_rows(sheet), *_of_merged(sheet, fill=reading.fill_merged)]
    return replace(table, notes=tuple(replace(table.problem(0, fault), severity="note") for fault in faults))


def _content(path: str) -> bytes:
    """The bytes of a file, if they are not more than any archive may unpack to."""
    from indicator_engine.store.workbooks import archive
    from indicator_engine.store.workbooks.refusals import RefusedError

    if path != "-" and "\0" not in path and Path(path).is_file() and Path(path).stat().st_size > archive.LARGEST:
        fact = f"the file has more than {archive.LARGEST // 1_000_000} MB"
        raise RefusedError("IE370", fact, "save what is needed as a workbook of its own")
    return read_bytes(path)


# ── the workbook ─────────────────────────────────────────────────────────────────────────────────────────────────────


class _Sheet(NamedTuple):
    """One sheet: its name, its cells, and what those do not tell."""

    name: str
    cells: CalamineSheet
    marks: Marks
    merged: Sequence[Merged]

    @property
    def size(self) -> int:
        """Rows from the first of the sheet to the last that holds anything."""
        return 1 + max((self.cells.end or (-1, -1))[0], *(row for row, _ in self.marks.special), -1)

    @property
    def width(self) -> int:
        """Columns likewise."""
        return 1 + max((self.cells.end or (-1, -1))[1], *(column for _, column in self.marks.special), -1)


class _Book(NamedTuple):
    """A workbook, and what tells the marks of each of its sheets."""

    workbook: CalamineWorkbook
    marks: Sequence[Callable[[], Marks]]
    from_1904: bool
    """Whether it counts days from 1904."""

    def names(self, *, hidden: bool) -> list[str]:
        """The names of the sheets of cells that are hidden, or of those that are not."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        sheets = [one for one in self.workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        return [one.name for one in sheets if (one.visible != SheetVisibleEnum.Visible) is hidden]

    def sheet(self, name: str) -> _Sheet:
        """One sheet. Raises RefusedError where it is too large or damaged."""
        from indicator_engine.store.workbooks.refusals import RefusedError

        place = self.workbook.sheet_names.index(name)
        try:
            marks = self.marks[place]()
            cells = _guarded(lambda: self.workbook.get_sheet_by_index(place))
            return _Sheet(name, cells, marks, _guarded(lambda: _merged(cells)) or marks.merged)
        except RefusedError as fault:
            raise RefusedError(fault.code, f"sheet `{name}`: {fault.fact}", fault.hint) from fault


def _opened(content: bytes) -> _Book:
    """A workbook, of which nothing has been read that was not looked at first."""
    from indicator_engine.store.workbooks import archive, refusals, xls, xlsx

    load = _library()
    if content.startswith(refusals.ZIP):
        texts = archive.unpacked(content)
        marks, readable = _marks_of_texts(texts), archive.packed(texts)
        from_1904 = "mimetype" not in texts and xlsx.counts_from_1904(texts)
    elif content.startswith(refusals.OLE) and not refusals.is_encrypted(content):
        marks, readable = _known(xls.marks_of_sheets(content)), io.BytesIO(content)
        from_1904 = xls.counts_from_1904(content)
    else:
        raise refusals.no_workbook(content)
    workbook = _guarded(lambda: load(readable))
    if len(workbook.sheet_names) != len(marks):
        raise refusals.damaged()
    return _Book(workbook, marks, from_1904)


def _merged(cells: CalamineSheet) -> list[Merged]:
    """The merged ranges of a sheet, where the library tells them."""
    from indicator_engine.store.workbooks.marks import Merged

    return [Merged(*first, *last) for first, last in cells.merged_cell_ranges or ()]


def _library() -> Callable[[io.BytesIO], CalamineWorkbook]:
    from indicator_engine.store.workbooks.refusals import RefusedError

    try:
        from python_calamine import load_workbook
    except ImportError as fault:
        fact = "workbooks are read with a library that is not installed"
        raise RefusedError("IE375", fact, "pip install 'indicator-engine[excel]'") from fault
    return load_workbook


def _marks_of_texts(texts: Mapping[str, bytes]) -> list[Callable[[], Marks]]:
    from indicator_engine.store.workbooks import ods, xlsx

    return _known(ods.marks_of_sheets(texts)) if "mimetype" in texts else xlsx.marks_of_sheets(texts)


def _known(marks: list[Marks]) -> list[Callable[[], Marks]]:
    return [partial(_itself, one) for one in marks]


def _itself(marks: Marks) -> Marks:
    return marks


def _guarded(read: Callable[[], T]) -> T:
    """What the library reads. Raises RefusedError for whatever it cannot."""
    from python_calamine import CalamineError, PasswordError

    from indicator_engine.store.workbooks import refusals

    try:
        return read()
    except PasswordError as fault:
        raise refusals.encrypted() from fault
    except (CalamineError, IndexError, OSError, ValueError) as fault:
        raise refusals.damaged(f"the workbook is damaged: {fault!s:.200}") from fault
    except BaseException as fault:
        if not _is_of_library(fault):
            raise
        raise refusals.damaged() from fault


def _is_of_library(fault: BaseException) -> bool:
    """Whether the library could not make a value, or stumbled, which it does with what is no Exception."""
    return isinstance(fault, OverflowError | ValueError) or type(fault).__name__ == "PanicException"


# ── the sheet ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(book: _Book, wanted: str) -> _Sheet:
    """The sheet that is asked for, or the only visible one. Raises RefusedError where there is none such."""
    from indicator_engine.store.workbooks.refusals import RefusedError

    visible, hidden = book.names(hidden=False), book.names(hidden=True)
    if wanted:
        if wanted not in visible + hidden:
            raise _unknown(wanted, visible + hidden)
        return book.sheet(wanted)
    if not visible:
        hint = f"declare a hidden one: {_declared(hidden)}"
        raise RefusedError("IE372", "the workbook has no visible sheet", hint)
    if len(visible) == 1:
        return book.sheet(visible[0])
    sheets = [book.sheet(name) for name in visible]
    filled = [sheet for sheet in sheets if sheet.size] or sheets[:1]
    if len(filled) > 1:
        names = [sheet.name for sheet in filled]
        fact = f"the workbook has several sheets with content: {_listed(names)}"
        raise RefusedError("IE372", fact, f"declare {_declared(names[:1])}, or another of them")
    return filled[0]


def _unknown(wanted: str, names: list[str]) -> RefusedError:
    from indicator_engine.store.workbooks.refusals import RefusedError

    near = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    hint = f"did you mean `{near[0]}`?" if near else did_you_mean(wanted, names)
    return RefusedError("IE372", f"the workbook has no sheet `{wanted:.80}`", hint)


def _declared(names: list[str]) -> str:
    return " or ".join(f'`sheet = "{name}"`' for name in names[:3])


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:12]) + (" …" if len(names) > 12 else "")


class _Lines:
    """The lines of a sheet, blank ones too; `done` is how many of `size` have been read."""

    def __init__(self, sheet: _Sheet, *, fill: bool) -> None:
        self._sheet, self._fill = sheet, fill
        self.size, self.done = sheet.size, 0

    def __iter__(self) -> Iterator[Line]:
        """Each row from the first of the sheet on, its cells from the first column on."""
        from indicator_engine.store.workbooks.overlay import Overlay

        before = ("",) * (self._sheet.cells.start or (0, 0))[1]
        filled = self._sheet.merged if self._fill else []
        overlay = Overlay(self._sheet.marks, filled, self._sheet.width)
        bare = not filled and not self._sheet.marks.special
        rows = chain(self._sheet.cells.iter_rows(), repeat([]))
        for number in range(1, self.size + 1):
            self.done = number
            try:
                cells = (*before, *next(rows))
            except BaseException as fault:
                if not _is_of_library(fault):
                    raise
                yield Line(number, (), Fault("IE350", "this row has a day or a time that no calendar has"))
            else:
                if any(map(_is_early, cells)):
                    cells = tuple(_counted(cell) if _is_early(cell) else cell for cell in cells)
                yield Line(number, cells) if bare else overlay.line(number, cells)


def _is_early(cell: Any) -> TypeGuard[date]:
    """Whether a cell is a day on which spreadsheets disagree: before March 1900 some count one that never was."""
    return isinstance(cell, date) and (cell.year, cell.month) < (1900, 3)


def _counted(cell: date) -> int:
    """Such a day as the number that it is; whoever reads it as a day is told."""
    return (date(cell.year, cell.month, cell.day) - date(1899, 12, 31)).days


# ── what is told with it ─────────────────────────────────────────────────────────────────────────────────────────────


def _of_hidden(book: _Book, wanted: str) -> Iterator[Fault]:
    hidden = book.names(hidden=True)
    if wanted in hidden:
        yield Fault("IE378", f"the sheet `{wanted}` is hidden in the workbook")
    elif hidden and not wanted:
        are = "a hidden sheet is not read" if len(hidden) == 1 else f"{len(hidden)} hidden sheets are not read"
        yield Fault("IE378", f"{are}: {_listed(hidden)}", f"if its rows are meant, declare {_declared(hidden[:1])}")


def _of_hidden_rows(sheet: _Sheet) -> Iterator[Fault]:
    """Rows that are hidden, by hand or by a filter."""
    if count := sheet.marks.hidden:
        rows = (
            "1 row of the sheet is hidden, and is" if count == 1 else f"{count:,} rows of the sheet are hidden, and are"
        )
        yield Fault("IE378", f"{rows} read like the others", "where they are not meant, delete them in the workbook")


def _of_merged(sheet: _Sheet, *, fill: bool) -> Iterator[Fault]:
    """Ranges over several rows, below the first, that are not filled."""
    first = (sheet.cells.start or (0, 0))[0]
    count = sum(1 for one in sheet.merged if one.bottom > one.top > first)
    if count and not fill:
        are = "1 merged range goes" if count == 1 else f"{count} merged ranges go"
        fact = f"{are} over several rows: only the first of them has the value"
        yield Fault("IE379", fact, "declare `fill_merged = true` if every row is to have it")
