"""Whatever a writer of CSV wrote is read as it was; whatever else a file holds, every line of it is accounted for."""

from __future__ import annotations

import csv
import io
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicator_engine import plugins
from indicator_engine.store.tables import Line, Reading, neutralised, restored

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.generative

CSV = plugins.load(installed=False).sources["csv"]
CHARACTERS = st.one_of(
    st.sampled_from("\",;\t\r\n'| aé😀\x0b\x85\u2028\ufeff"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
CELLS = st.one_of(
    st.text(CHARACTERS, max_size=12), st.sampled_from(["", '"', '""', ",", "\r", "\n", "\r\n", ' "', '"a', 'a"b'])
)
TABLES = st.lists(st.lists(CELLS, max_size=5).map(tuple), max_size=12)
TANGLES = st.text(st.sampled_from('""",,\n\n\rab'), max_size=60)
"""Texts in which quotation marks hardly ever fit."""


def lines(text: str, reading: Reading) -> list[Line]:
    """The lines of a file with this text."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/t.csv"
        with open(path, "w", encoding=reading.encoding, newline="") as file:  # noqa: PTH123  # pathlib of 3.11 too
            file.write(text)
        return list(CSV.open(path, reading).lines)


def parts(text: str) -> list[str]:
    """A text cut after each end of a line."""
    return list(io.StringIO(text, newline=""))


@settings(deadline=None)
@given(
    TABLES, st.sampled_from(",;\t|"), st.sampled_from("\"'"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)  # fmt: skip
def test_what_was_written_is_read(rows: list[tuple[str, ...]], delimiter: str, quote: str, quoting: int, encoding: str):
    """Cell by cell, each row under the number of the line on which it begins."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quotechar=quote, quoting=quoting)  # type: ignore[arg-type]  # one of its own
    expected, number = [], 1
    for row in rows:
        start = file.tell()
        writer.writerow(row)
        expected.append((number, row))
        number += len(parts(file.getvalue()[start:]))
    text = file.getvalue()
    if encoding == "utf-8" and text.startswith("\ufeff"):
        expected = [(1, without_mark(rows[0])), *expected[1:]]
    found = lines(text, Reading(encoding=encoding, delimiter=delimiter, quote=quote))
    assert [(number, row, None) for number, row in expected] == [
        (line.number, line.cells, line.fault) for line in found
    ]


def without_mark(row: Sequence[str]) -> tuple[str, ...]:
    """A first row whose first character is taken for the mark that says how a file is encoded."""
    return (row[0].removeprefix("\ufeff"), *row[1:])


@settings(deadline=None)
@given(TANGLES)
def test_every_line_is_accounted_for(text: str):
    """Each begins a row, goes on with one or cannot be read; no letter is lost and none is told twice."""
    found, there = lines(text, Reading()), parts(text)
    numbers = [line.number for line in found]
    assert numbers == sorted(set(numbers))
    assert ([1] if there else []) == numbers[:1]
    for line, after in zip(found, [*numbers, len(there) + 1][1:], strict=True):
        raw = "".join(there[line.number - 1 : after - 1])
        assert letters(raw) == letters("".join(line.cells))
        assert line.fault is None or after == line.number + 1


def letters(text: str) -> str:
    return "".join(c for c in text if c in "ab")


@settings(deadline=None)
@given(TANGLES)
def test_lines_are_read_as_though_each_were_tried_afresh(text: str):
    """What is known of lines that could not be read only saves reading them again."""
    found = [(line.number, line.fault and line.fault.code, line.cells) for line in lines(text, Reading())]
    assert afresh(parts(text)) == found


def afresh(there: list[str]) -> list[tuple[int, str | None, tuple[str, ...]]]:
    """The rows of these lines; where one cannot be read, its first line is given up and all others are tried again."""
    found: list[tuple[int, str | None, tuple[str, ...]]] = []
    at = 0
    while at < len(there):
        reader = csv.reader(there[at:], strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            found.append((at + 1, "IE346", (there[at].rstrip("\r\n"),)))
            at += 1
        else:
            found.append((at + 1, None, tuple(cells)))
            at += reader.line_num
    return found


@given(st.text(st.sampled_from("'=+-@\t\r＝ a1") | st.characters(), max_size=8))
def test_what_was_made_harmless_is_restored(text: str):
    """Whatever it began with; and no spreadsheet takes it for a formula meanwhile."""
    shown = neutralised(text)
    assert text == restored(shown)
    assert not shown.lstrip().startswith(tuple("=+-@＝＋－＠"))
