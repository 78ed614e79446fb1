"""Makes the workbooks of the cases, good ones and bad ones."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt  # type: ignore[import-untyped]  # ships no types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Formula(NamedTuple):
    """A formula, and what came of it; "" where it was never worked out."""

    text: str
    value: Any = ""


class Shown(NamedTuple):
    """A number, shown by a spreadsheet in a format of its own."""

    number: float
    format: str


class Sheet(NamedTuple):
    """A sheet: its rows from a cell on, whether it can be seen, and what else is done to it."""

    name: str
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    top: int = 0
    left: int = 0
    merged: Sequence[tuple[int, int, int, int, Any]] = ()
    hidden_rows: Sequence[int] = ()
    stray: tuple[int, int, str] | None = None
    """A cell by itself: its row and column, and what is in it."""


def xlsx(*sheets: Sheet, then: Mapping[str, bytes] | None = None, **options: Any) -> bytes:
    """A workbook of today; `then` are parts of the archive that are put in place of those there are, or beside them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        for sheet in sheets:
            made = book.add_worksheet(sheet.name)
            for row, cells in enumerate(sheet.rows, sheet.top):
                for column, cell in enumerate(cells, sheet.left):
                    _write(book, made, row, column, cell)
            for *place, value in sheet.merged:
                made.merge_range(*place, value)
            for row in sheet.hidden_rows:
                made.set_row(row, None, None, {"hidden": True})
            if sheet.stray:
                made.write_string(*sheet.stray)
            if sheet.hidden:
                made.hide()
            elif sheets[0].hidden:
                made.activate()
                made.set_first_sheet()
    return repacked(file.getvalue(), then) if then else file.getvalue()


def _write(book: Any, sheet: Any, row: int, column: int, cell: Any) -> None:
    match cell:
        case Formula():
            sheet.write_formula(row, column, cell.text, None, cell.value)
        case Shown():
            sheet.write_number(row, column, cell.number, book.add_format({"num_format": cell.format}))
        case bool():
            sheet.write_boolean(row, column, cell)
        case datetime():
            sheet.write_datetime(row, column, cell, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        case date():
            sheet.write_datetime(row, column, cell, book.add_format({"num_format": "dd/mm/yyyy"}))
        case int() | float():
            sheet.write_number(row, column, cell)
        case str():
            sheet.write_string(row, column, cell)


def xls(rows: Sequence[Sequence[Any]], hidden_row: int = -1) -> bytes:
    """A workbook of 1997 to 2003."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Returns")
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write(row, column, cell, day)
            elif cell is not None:
                sheet.write(row, column, cell)
    if hidden_row >= 0:
        sheet.row(hidden_row).hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Returns">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def _visibility(rows: Sequence[Any], hidden_row: int) -> list[str]:
    return [' table:visibility="filter"' if number == hidden_row else "" for number in range(len(rows))]


def ods(rows: Sequence[Sequence[Any]], hidden_row: int = -1) -> bytes:
    """A workbook of OpenDocument."""
    written = "".join(f"<table:table-row{hidden}>{''.join(map(_ods_cell, cells))}</table:table-row>"
                      for cells, hidden in zip(rows, _visibility(rows, hidden_row), strict=True))  # fmt: skip
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": _MANIFEST.encode(),
        "content.xml": _ODS.format(rows=written).encode(),
    }
    return zipped(parts)


def _ods_cell(cell: Any) -> str:
    shown = f"<text:p>{escape(str(cell))}</text:p>"
    match cell:
        case None | "":
            return "<table:table-cell/>"
        case Formula(text, ""):
            return f'<table:table-cell table:formula="of:{escape(text)}"/>'
        case date():
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}">{shown}'
                "</table:table-cell>"
            )
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{cell}">{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="string">{shown}</table:table-cell>'


# ── archives ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def repacked(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An archive with some of its parts replaced, or with more of them."""
    return zipped(parts_of(content) | dict(parts))


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one of its parts changed."""
    return repacked(content, {part: change(parts_of(content)[part])})
