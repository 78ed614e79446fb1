"""Cells that could not be read, shown in the lines of their file."""

from __future__ import annotations

import json

import pytest

from indicator_engine import plugins
from indicator_engine.cli.pointing import pointed
from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.problems import Location, Problem

SHIPPED = plugins.load(installed=False)


def of_cell(place, line=2):
    """A problem of a cell, as an import tells it."""
    return Problem("IE354", "no number", where=Location("a.csv", line, 1), path=(place,))


@pytest.mark.parametrize(
    ("line", "place", "marked"),
    [
        ("a,b,c", 0, "a"),
        ("a,b,c", 2, "c"),
        ('a,"b, or ""c""",d', 1, '"b, or ""c"""'),
        ('a,"b, or c",d', 2, "d"),
        ("a,b,c\r", 2, "c"),
    ],
)
def test_the_characters_of_a_cell(tmp_path, line, place, marked):
    """A cell is marked with its quotation marks, whatever they hold."""
    file = tmp_path / "a.csv"
    file.write_text(f"x,y,z\n{line}\n", encoding="utf-8", newline="")
    (found,), texts = pointed([of_cell(place)], str(file), SourceMapping(), SHIPPED)

    assert found.where
    assert marked == texts["a.csv"].split("\n")[1][found.where.column - 1 : found.where.end_column - 1]


@pytest.mark.parametrize("content", ['x,y\n"a\nb",c\n', "x,y\n", "x,y\na\n"])
def test_a_cell_that_is_not_in_the_line(tmp_path, content):
    """What goes on over lines, or is not there, is told at its line as before."""
    file = tmp_path / "a.csv"
    file.write_text(content, encoding="utf-8")

    problem = of_cell(1, 3 if content == "x,y\n" else 2)

    assert [problem] == pointed([problem], str(file), SourceMapping(), SHIPPED)[0]


@pytest.mark.parametrize("address", ["nowhere.csv", "csv:-", "a.json"])
def test_files_that_are_not_read_again(address):
    """What is gone, was a stream or has no lines is told without its lines."""
    assert ([of_cell(1)], {}) == pointed([of_cell(1)], address, SourceMapping(), SHIPPED)


def test_other_marks_and_letters(tmp_path):
    """The source says what parts cells and how letters are encoded."""
    file = tmp_path / "a.txt"
    file.write_bytes("x;y\né;5 €\n".encode("cp1252"))
    (found,), _ = pointed([of_cell(1)], str(file), SourceMapping(encoding="cp1252", delimiter=";"), SHIPPED)

    assert found.where
    assert (3, 6) == (found.where.column, found.where.end_column)


@pytest.mark.slow
def test_import_shows_the_cell(starter, store, indicators):
    """The row is shown with the cell marked; a program is told the same columns."""
    (starter / "bad.csv").write_text("event_id,type,organisation,occurred_on\nE1,pledge,alder,31/11/2026\n")
    command = ("import", starter, starter / "bad.csv", "--store", store)
    shown = indicators(*command).stderr
    (starter / "bad.csv").write_text((starter / "bad.csv").read_text().replace("E1", "E2"))
    note = json.loads(indicators(*command, "--format", "json").stdout)["files"][0]["notes"][0]

    assert (2, 17, 27) == (note["line"], note["column"], note["end_column"])
    assert "2 | E1,pledge,alder,31/11/2026\n  |                 ^^^^^^^^^^\n" in shown
