"""The marks of sheets in .xls workbooks: how far their cells reach, and their errors.

Such a workbook is a file system of sectors, in which one stream holds records of a number, a length and data. A formula
in it always has a value. The reader takes every sheet in at once and makes room for whatever the records claim, so that
a single wrong byte could ask for all memory; it is given nothing that was not looked at here before.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from indicator_engine.store.workbooks.marks import Marks
from indicator_engine.store.workbooks.refusals import damaged, encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN, _END, _SHEET, _FILE_PASS, _SIZE, _1904 = 0x0809, 0x000A, 0x0085, 0x002F, 0x0200, 0x0022
_ROW = 0x0208
_FORMULAS, _ERROR_OR_TRUTH, _MANY = {0x0006, 0x0206, 0x0406}, 0x0205, 0x00BD
_CELLS = {0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x00D6, 0x0006, 0x0206, 0x0406}
"""Records of cells that hold something; each begins with its row and its column."""

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

_LAST = 0xFFFFFFFA
"""From here on a sector's number says that there is none."""


def marks_of_sheets(content: bytes) -> list[Marks]:
    """For each sheet, in the order of the workbook, its marks. Raises RefusedError for what is damaged or encrypted."""
    try:
        stream = _Sectors(content).workbook()
        return [_marks(stream, place) for place in _sheets(stream)]
    except (struct.error, IndexError, OverflowError) as fault:
        raise damaged() from fault


def counts_from_1904(content: bytes) -> bool:
    """Whether a workbook counts days from 1904, and not from 1900; it is one whose marks were told."""
    records = _records(_Sectors(content).workbook(), 0)
    return any(kind == _1904 and data[:1] == b"\x01" for kind, data in records)


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place on, to the end of what begins there. Raises IndexError where the stream ends before."""
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
    raise IndexError(place)


def _sheets(stream: bytes) -> list[int]:
    """Where each sheet begins."""
    found = []
    for kind, data in _records(stream, 0):
        if kind == _FILE_PASS:
            raise encrypted()
        if kind == _SHEET:
            found.append(struct.unpack_from("<I", data)[0])
    return found


def _marks(stream: bytes, place: int) -> Marks:
    marks = Marks()
    for kind, data in _records(stream, place):
        if kind == _SIZE:
            _check_size(data)
        elif kind == _ROW:
            marks.hidden += _is_hidden(data)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", data)
            last = struct.unpack_from("<H", data, len(data) - 2)[0] if kind == _MANY else column
            marks.reach(row, max(column, last))
            if error := _error(kind, data):
                marks.keep_error(row, column, error)
    return marks


def _is_hidden(data: bytes) -> bool:
    """Whether a row has cells and is hidden."""
    if len(data) < 16:
        return False
    first, last = struct.unpack_from("<HH", data, 2)
    return first < last and bool(data[12] & 0x20)


def _check_size(data: bytes) -> None:
    """The size that a sheet claims, by its first row and column and those after its last, is no more than can be."""
    first, last, left, right = struct.unpack_from("<IIHH" if len(data) >= 12 else "<HHHH", data)
    if last < first or right < left:
        raise damaged()
    Marks().reach(last, right)


def _error(kind: int, data: bytes) -> str | None:
    """The error that a cell holds, if it does: as a value, or as what its formula came to."""
    if kind == _ERROR_OR_TRUTH:
        value, is_error = struct.unpack_from("<BB", data, 6)
        return _ERRORS.get(value, "#VALUE!") if is_error else None
    if kind in _FORMULAS and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#VALUE!")
    return None


class _Sectors:
    """The file system that an old workbook is."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, small_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or small_shift != 6:
            raise damaged()
        self._size, self._small = 1 << shift, 1 << small_shift
        (self._folder, _, self._least, self._small_table) = struct.unpack_from("<IIII", content, 48)
        self._table = self._numbers(b"".join(map(self._sector, self._table_sectors())))

    def workbook(self) -> bytes:
        """The stream that holds the workbook."""
        folder = self._chain(self._folder)
        entries = [folder[place : place + 128] for place in range(0, len(folder) - 127, 128)]
        for entry in entries:
            name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
            if name.casefold() in {"workbook", "book"}:
                return self._stream(entry, entries[0])
        raise damaged("this is an office document, but not a workbook")

    def _stream(self, entry: bytes, root: bytes) -> bytes:
        start, size = struct.unpack_from("<II", entry, 116)
        if size >= self._least:
            return self._chain(start)[:size]
        table = self._numbers(self._chain(self._small_table))
        small = self._chain(struct.unpack_from("<I", root, 116)[0])
        places = _followed(start, table)
        return b"".join(small[place * self._small : (place + 1) * self._small] for place in places)[:size]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _followed(start, self._table)))

    def _sector(self, number: int) -> bytes:
        place = (number + 1) * self._size
        if place >= len(self._content):
            raise IndexError(number)
        return self._content[place : place + self._size]

    def _table_sectors(self) -> list[int]:
        """The sectors of the table that says which sector follows which."""
        found = list(struct.unpack_from("<109I", self._content, 76))
        following, count = struct.unpack_from("<II", self._content, 68)
        for _ in range(min(count, len(self._content) // self._size)):
            *more, following = self._numbers(self._sector(following))
            found += more
        return [number for number in found if number < _LAST]

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _followed(start: int, table: tuple[int, ...]) -> list[int]:
    """The sectors of one chain. Raises IndexError where it leaves the file, or never ends."""
    found: list[int] = []
    while start < _LAST:
        if len(found) > len(table):
            raise IndexError(start)
        found.append(start)
        start = table[start]
    return found
