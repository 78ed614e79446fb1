"""Rows from CSV files (commas) and TSV files (tabs), read strictly: what does not fit is a problem, never a guess.

The first line names the columns. Every cell stays text, dates and numbers too; typing them is `store/intake.py`. A row
is placed at the line on which it begins, also when a cell in quotes goes on over several lines. Lines that are empty,
or have only separators, are skipped.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError
from indicator_engine.store.files import CELL_LENGTH, place, problem, read_text
from indicator_engine.store.intake import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indicator_engine.problems import Problem

_Line = tuple[int, list[str]]


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register CSV and TSV."""
    register(Source("csv", (".csv",), lambda path: _read(path, ",")))
    register(Source("tsv", (".tsv", ".tab"), lambda path: _read(path, "\t")))


def _read(path: str, separator: str) -> list[Row]:
    """Every row of a file. Raises DataError with all that is wrong with it."""
    text = read_text(path)
    problems: list[Problem] = []
    lines = _lines(path, text, separator, problems)
    header_line, header = next(lines, (1, []))
    columns = _columns(path, header_line, header, problems)
    rows = [row for line, cells in lines if (row := _row(path, line, columns, cells, problems))]
    if problems:
        raise DataError(problems)
    return rows


def _lines(path: str, text: str, separator: str, problems: list[Problem]) -> Iterator[_Line]:
    """Each record that is not blank, with the line it begins on. A fault of quoting ends the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            problems.append(problem(path, line, *_quoting_fault(str(fault))))
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _quoting_fault(message: str) -> tuple[str, str, str]:
    if "field limit" in message:
        return _TOO_LONG
    if "end of data" in message:
        return "IE346", "a quotation mark opened here is never closed", 'write a quotation mark inside a cell twice: ""'
    return "IE346", f"the quotation marks of this row do not fit: {message}", 'write one inside a cell twice: ""'


_TOO_LONG = ("IE347", f"a cell has more than {CELL_LENGTH} characters", "was a quotation mark never closed?")


def _columns(path: str, line: int, header: list[str], problems: list[Problem]) -> list[str]:
    """The column names. Names missing or given twice are reported."""
    names = [name.strip() for name in header]
    if not names:
        problems.append(problem(path, 0, "IE343", "the file is empty", "its first line must name the columns"))
    if len(names) == 1 and any(mark in names[0] for mark in ",;\t|"):
        hint = "a .csv file parts its columns with commas, a .tsv file with tabs"
        problems.append(problem(path, line, "IE343", "the first line names a single column", hint))
    for index, name in enumerate(names):
        if not name:
            problems.append(problem(path, line, "IE343", f"column {index + 1} has no name", "the first line names all"))
        elif name in names[:index]:
            problems.append(problem(path, line, "IE344", f"there are two columns called `{name:.60}`"))
    return names


def _row(path: str, line: int, columns: list[str], cells: list[str], problems: list[Problem]) -> Row | None:
    if len(cells) != len(columns):
        cell_word = "cell" if len(cells) == 1 else "cells"
        fact = f"this row has {len(cells)} {cell_word}, and the first line names {len(columns)} columns"
        hint = "is a cell with a comma in it written without quotation marks?" if len(cells) > len(columns) else ""
        problems.append(problem(path, line, "IE345", fact, hint))
        return None
    if any(len(cell) > CELL_LENGTH for cell in cells):
        problems.append(problem(path, line, *_TOO_LONG))
        return None
    return Row(dict(zip(columns, cells, strict=True)), place(path, line))
