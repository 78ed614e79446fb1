"""The marks of sheets in .xlsx and .xlsm workbooks, from their XML.

A sheet may have millions of cells and seldom has a mark, so its bytes are searched for what marks look like, and only
the cells found are parsed. A sheet that is written in an unusual way is parsed as a whole.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from indicator_engine.store.cells import NO_VALUE
from indicator_engine.store.workbooks.marks import AREA, Marks, local, walk
from indicator_engine.store.workbooks.refusals import SAVE_AGAIN, RefusedError, damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

_UNUSUAL = (b"\0", b"='", b' ="', b'= "')
"""What no common program writes into a sheet. Where it is found, every element is looked at, which takes longer."""

_FAR = re.compile(rb' r="(?:[A-Za-z]{2}|[A-Za-z]?(?:[7-9]\d{5}|\d{7}))')
"""A column after Z or a row from 700 000 on; a sheet without them is not too large."""

_COLUMNS, _ROWS = re.compile(rb' r="([A-Za-z]+)'), re.compile(rb' r="[A-Za-z]*(\d{1,9})')

_BLANK = rb"\s*<(?:/c>|v(?:\s[^>]*)?(?:/>|>\s*</v>))"
_SPECIAL = (re.compile(rb't="e"'), re.compile(rb"</f>" + _BLANK), re.compile(rb"<f(?:\s[^>]*)?/>" + _BLANK))
"""What stands in a cell that is an error, or in one whose formula has no value."""

_HIDDEN = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden=["'](?:1|true)["'][^>]*(?<!/)>""")
"""A row that is hidden, and has cells."""

_FEW = 50_000
"""Cells that are quicker looked at one by one than with all the others."""


def marks_of_sheets(texts: Mapping[str, bytes]) -> list[Callable[[], Marks]]:
    """For each sheet, in the workbook's order, what tells its marks. Raises RefusedError for what is no workbook."""
    names = {name.casefold(): name for name in texts}
    related = _Related(texts, names)
    workbook = next(iter(related.of("", "officeDocument").values()), "xl/workbook.xml")
    if workbook.endswith(".bin"):
        raise RefusedError("IE371", "this is a binary workbook (.xlsb)", SAVE_AGAIN)
    parts = related.of(workbook)
    paths = [names.get(parts.get(one, "").casefold(), "") for one in _sheets(texts, names, workbook)]
    return [partial(_marks, texts.get(path)) for path in paths]


def counts_from_1904(texts: Mapping[str, bytes]) -> bool:
    """Whether a workbook counts days from 1904, and not from 1900."""
    names = {name.casefold(): name for name in texts}
    workbook = next(iter(_Related(texts, names).of("", "officeDocument").values()), "xl/workbook.xml")
    found: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "workbookPr":
            found.append(attributes.get("date1904", ""))

    if path := names.get(workbook.casefold()):
        walk(texts[path], start)
    return any(one in {"1", "true"} for one in found)


class _Related:
    """The relations between the parts of a workbook."""

    def __init__(self, texts: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self._texts, self._names = texts, names

    def of(self, part: str, kind: str = "") -> dict[str, str]:
        """The parts that a part refers to, by the ids it gives them; only those of a kind, if one is asked for."""
        folder, name = posixpath.split(part)
        found: dict[str, str] = {}

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if local(tag) == "Relationship" and attributes.get("Type", "").endswith(kind):
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = target.lstrip("/")

        path = self._names.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
        if path:
            walk(self._texts[path], start)
        return found


def _sheets(texts: Mapping[str, bytes], names: Mapping[str, str], workbook: str) -> list[str]:
    """The ids by which a workbook refers to its sheets."""
    path = names.get(workbook.casefold())
    found: list[str] = []
    elements: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        elements.append(local(tag))
        if local(tag) == "sheet":
            found.append(next((value for key, value in attributes.items() if key.endswith("relationships id")), ""))

    if path:
        walk(texts[path], start)
    if elements[:1] != ["workbook"]:
        raise RefusedError("IE371", "this is an archive, but not a workbook", SAVE_AGAIN)
    return found


def _marks(text: bytes | None) -> Marks:
    """The marks of a sheet, by the quickest way that is sure to find them."""
    if text is None:
        raise damaged("the workbook is damaged: it lacks a sheet that it lists")
    marks = _found(text)
    marks.hidden = len(_HIDDEN.findall(text))
    return marks


def _found(text: bytes) -> Marks:
    if not _is_usual(text):
        return _of_all(text)
    found = chain.from_iterable(pattern.finditer(text) for pattern in _SPECIAL)
    places = [one.start() for one in islice(found, _FEW)]
    if len(places) < _FEW:
        with suppress(RefusedError):
            return _of_some(text, places)
    return _of_all(text)


def _is_usual(text: bytes) -> bool:
    """Whether a sheet is written as all common programs do, and is surely not too large."""
    start = text.find(b"?>", 0, 200) + 1  # some programs write the declaration before it with other quotation marks
    if any(text.find(one, start) >= 0 for one in _UNUSUAL) or (b"<row" in text and b"<c " not in text):
        return False
    if not _FAR.search(text):
        return True
    rows = max(map(int, _ROWS.findall(text)), default=0)
    columns = max((_column(letters.decode().upper()) for letters in set(_COLUMNS.findall(text))), default=-1)
    return rows * (columns + 1) <= AREA


def _of_some(text: bytes, places: Iterable[int]) -> Marks:
    """The marks of the cells in which these places lie. Raises RefusedError where one cannot be read by itself."""
    sheet = _Sheet()
    for place in places:
        cell = text[text.rfind(b"<c ", 0, place) : text.find(b"</c>", place) + 4]
        if b' r="' not in cell.partition(b">")[0]:
            raise damaged()
        walk(cell, sheet.start, sheet.end, sheet.characters)
    return sheet.marks


def _of_all(text: bytes) -> Marks:
    """The marks of all cells."""
    sheet = _Sheet()
    walk(text, sheet.start, sheet.end, sheet.characters)
    return sheet.marks


class _Sheet:
    """Reads the cells of one sheet."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._row = self._column = -1
        self._kind = ""
        self._formula = self._valued = self._listening = False
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        match local(tag):
            case "row":
                self._row, self._column = _row(attributes.get("r", ""), self._row + 1), -1
            case "c":
                self._begin(attributes)
            case "f":
                self._formula = True
            case "v" | "is":
                self._valued = self._listening = True

    def end(self, tag: str) -> None:
        """An element ends."""
        match local(tag):
            case "v" | "is":
                self._listening = False
            case "c":
                self._finish()

    def characters(self, text: str) -> None:
        """Text, of which that of values is kept."""
        if self._listening:
            self._text.append(text)

    def _begin(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        if reference := attributes.get("r"):
            self._row, self._column = _position(reference)
        self._kind = attributes.get("t", "")
        self._formula = self._valued = False
        self._text.clear()

    def _finish(self) -> None:
        """Keep what is special of a cell. A formula whose value is a text of no letters has a value."""
        text = "".join(self._text).strip()
        lacking = self._formula and not text and not (self._kind == "str" and self._valued)
        if text or lacking:
            self.marks.reach(self._row, self._column)
        if lacking:
            self.marks.keep(self._row, self._column, NO_VALUE)
        elif text and self._kind == "e":
            self.marks.keep_error(self._row, self._column, text)


def _row(written: str, following: int) -> int:
    """A row by its number, counted from 0; the following one where it has none."""
    if not written:
        return following
    if not written.isdecimal() or len(written) > 9:
        raise damaged(f"the workbook is damaged: a row is called {written[:20]!r}")
    return int(written) - 1


def _position(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference.upper())
    if not found:
        raise damaged(f"the workbook is damaged: a cell is called {reference[:20]!r}")
    return int(found[2]) - 1, _column(found[1])


def _column(letters: str) -> int:
    """A column by its letters, counted from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1
