"""Rows from CSV and JSON files: each with its place, and every fault with its line."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from indicator_engine import plugins
from indicator_engine.problems import DataError
from indicator_engine.store.files import CELL_LENGTH

SOURCES = plugins.load(installed=False).sources


@pytest.fixture
def read(tmp_path):
    """Rows of a file with this content, as (line, cells); its name's ending says what it is."""

    def read_it(content, name="events.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rows = SOURCES[name.rpartition(".")[2]].read(str(path))
        return [(row.where.line, dict(row.cells)) for row in rows]

    return read_it


@pytest.fixture
def faults(read):
    """The faults of a file with this content, as (code, line)."""

    def find(content, name="events.csv"):
        with pytest.raises(DataError) as caught:
            read(content, name)
        return [(problem.code, problem.where.line if problem.where else None) for problem in caught.value.problems]

    return find


class TestCsv:
    """CSV and TSV."""

    def test_rows(self, read):
        """Every cell stays text, placed at its line."""
        assert [(2, {"id": "1", "day": "2010-03-31"}), (3, {"id": "2", "day": ""})] == read(
            "id,day\n1,2010-03-31\n2,\n"
        )

    def test_line_of_a_row_is_its_first(self, read):
        """A cell over several lines does not shift the places of the rows after it."""
        assert [2, 5] == [line for line, _ in read('id,note\n1,"a\nb\nc"\n2,d\n')]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends(self, read, end):
        """All three ways to end a line are read."""
        assert [(2, {"a": "1"}), (3, {"a": "2"})] == read(f"a{end}1{end}2{end}")

    def test_byte_order_mark(self, read):
        """The mark that spreadsheets put in front is no part of the first column's name."""
        assert [(2, {"id": "1"})] == read(b"\xef\xbb\xbfid\n1\n")

    def test_blank_lines_are_skipped(self, read):
        """Empty lines and lines with only separators are no rows."""
        assert [(4, {"a": "1", "b": "2"})] == read("a,b\n\n,\n1,2\n , \n")

    def test_names_are_stripped(self, read):
        """Spaces round a column's name do not count."""
        assert [(2, {"a": "1", "b": "2"})] == read("a , b\n1,2\n")

    def test_only_a_header(self, read):
        """A file with no rows has no rows."""
        assert [] == read("a,b\n")

    def test_tabs(self, read):
        """A .tsv file parts its cells with tabs."""
        assert [(2, {"a": "1,5", "b": "2"})] == read("a\tb\n1,5\t2\n", "events.tsv")

    def test_standard_input(self, monkeypatch):
        """A hyphen is the standard input."""

        class Input:
            buffer = io.BytesIO(b"a\n1\n")

        monkeypatch.setattr("sys.stdin", Input)
        (row,) = SOURCES["csv"].read("-")

        assert ({"a": "1"}, "standard input:2:1") == (row.cells, str(row.where))

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param("", [("IE343", 0)], id="empty"),
            pytest.param("id;day\n1;2\n", [("IE343", 1)], id="semicolons"),
            pytest.param("a,,b\n1,2,3\n", [("IE343", 1)], id="nameless column"),
            pytest.param("a,b,a\n1,2,3\n", [("IE344", 1)], id="two columns of one name"),
            pytest.param("a,b\n1\n1,2,3\n1,2\n", [("IE345", 2), ("IE345", 3)], id="ragged"),
            pytest.param('a,b\n1,2\n3,"4\n5,6\n', [("IE346", 3)], id="never closed"),
            pytest.param('a,b\n1,"2" 3\n', [("IE346", 2)], id="closed too early"),
            pytest.param("a\n1\n\0\n", [("IE342", 3)], id="nul"),
            pytest.param(b"a\n1\n\xe9t\xe9\n", [("IE341", 3)], id="windows-1252"),
            pytest.param("a\n1\n".encode("utf-16"), [("IE341", 0)], id="utf-16"),
            pytest.param(f"a\n{'x' * CELL_LENGTH}\n{'x' * (CELL_LENGTH + 1)}\n", [("IE347", 3)], id="long cell"),
            pytest.param(f'a\n"{"x" * 200_000}"\n', [("IE347", 2)], id="very long cell"),
        ],
    )
    def test_faults(self, faults, content, expected):
        """What does not fit is told with its line."""
        assert expected == faults(content)

    def test_missing_file(self):
        """A file that is not there is told by its name."""
        with pytest.raises(DataError, match=r"none\.csv .*No such file"):
            SOURCES["csv"].read("none.csv")

    def test_folder(self, tmp_path):
        """A folder is no file."""
        with pytest.raises(DataError, match="cannot be read"):
            SOURCES["csv"].read(str(tmp_path))

    def test_name_with_nul(self):
        """A name no file can have is a problem like any other."""
        with pytest.raises(DataError, match="cannot be read"):
            SOURCES["csv"].read("a\0b")


class TestJson:
    """JSON lines and JSON."""

    def test_lines(self, read):
        """Each line is a row; blank ones are skipped; decimals stay exact."""
        assert [(1, {"a": 1}), (3, {"a": Decimal("0.1")})] == read('{"a": 1}\n\n{"a": 0.1}\n', "events.jsonl")

    def test_list(self, read):
        """A .json file is one list of rows; cells may be lists."""
        assert [(0, {"a": ["x", "y"]}), (0, {"a": None})] == read('[{"a": ["x", "y"]}, {"a": null}]', "events.json")

    def test_rows_of_a_list_are_numbered(self, tmp_path):
        """A row of a list is placed by its number."""
        path = tmp_path / "events.json"
        path.write_text('[{"a": 1}, {"a": 2}]')

        assert [f"{path}[item 1]", f"{path}[item 2]"] == [str(row.where) for row in SOURCES["json"].read(str(path))]

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param('{"a": 1}\n{"a":}\n', [("IE348", 2)], id="no json"),
            pytest.param('{"a": NaN}\n{"a": Infinity}', [("IE348", 1), ("IE348", 2)], id="nan"),
            pytest.param('{"a": 1, "a": 2}', [("IE344", 1)], id="key twice"),
            pytest.param('1\n"x"\n[]\nnull\n', [("IE349", line) for line in (1, 2, 3, 4)], id="no objects"),
            pytest.param('{"a": {"b": 1}}\n{"a": [[1]]}', [("IE349", 1), ("IE349", 2)], id="nested"),
            pytest.param('{"a": ' + "[" * 100_000, [("IE348", 1)], id="deep"),
            pytest.param('{"a": ' + "1" * 5000 + "}", [("IE348", 1)], id="huge number"),
        ],
    )
    def test_faults_of_lines(self, faults, content, expected):
        """What is no row is told with its line."""
        assert expected == faults(content, "events.jsonl")

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param('[{"a": 1},\n {"a":}]', [("IE348", 2)], id="no json"),
            pytest.param('{"a": 1}', [("IE349", 1)], id="no list"),
            pytest.param("null", [("IE349", 1)], id="null"),
            pytest.param("", [("IE348", 1)], id="empty"),
            pytest.param('[1, {"a": 1}, {"a": {}}]', [("IE349", 0), ("IE349", 0)], id="no rows"),
        ],
    )
    def test_faults_of_a_list(self, faults, content, expected):
        """What is no list of rows is told."""
        assert expected == faults(content, "events.json")
