"""Rows from CSV and JSON files: each with its place, and every fault with its line."""

from __future__ import annotations

import hashlib
import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from indicator_engine import plugins
from indicator_engine.problems import DataError
from indicator_engine.store.layout import Rows, Unusable
from indicator_engine.store.tables import CELL_LENGTH, Reading

SOURCES = plugins.load(installed=False).sources
FIFTY = [f"{number},note {number}\n" for number in range(1, 51)]


def opened(path, content, name="events.csv", **reading):
    """The lines of a file with this content, and what it is known by."""
    path = path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return SOURCES[name.rpartition(".")[2]].open(str(path), Reading(**reading))


def told(path, content, **reading):
    """The number of each line with its cells or, where it cannot be read, its code."""
    return [
        (line.number, line.fault.code if line.fault else line.cells) for line in opened(path, content, **reading).lines
    ]


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


class TestQuotes:
    """Quotation marks that do not fit lose the line they stand in, and no other."""

    @pytest.mark.parametrize(
        ("third", "code"),
        [
            pytest.param('3,"note', "IE346", id="never closed"),
            pytest.param('"3,note', "IE346", id="never closed, at the start"),
            pytest.param('3,"note" 3', "IE346", id="closed too early"),
            pytest.param('3,"note"3"', "IE346", id="inside a cell in quotes"),
            pytest.param('"3"x,note', "IE346", id="closed too early, first cell"),
            pytest.param('3,"note 3""', "IE346", id="doubled at the end"),
            pytest.param(f'3,"{"x" * 200_000}', "IE347", id="never closed, long"),
        ],
    )
    def test_only_that_line_is_lost(self, tmp_path, third, code):
        """Of fifty lines forty-nine are read, each under its number."""
        lines = [*FIFTY[:2], f"{third}\n", *FIFTY[3:]]
        expected = [(number, (str(number), f"note {number}")) for number in range(1, 51)]
        assert [*expected[:2], (3, code), *expected[3:]] == told(tmp_path, "".join(lines))

    def test_several_places(self, tmp_path):
        """Each is told by itself, at the beginning, in the middle and at the end."""
        lines = ['"1,note 1\n', *FIFTY[1:24], '25,"note 25"x\n', *FIFTY[25:49], '50,"note 50']
        found = told(tmp_path, "".join(lines))
        assert [(1, "IE346"), (25, "IE346"), (50, "IE346")] == [one for one in found if one[1] == "IE346"]
        assert list(range(1, 51)) == [number for number, _ in found]

    def test_a_row_over_several_lines_after_it(self, tmp_path):
        """It is read whole, though a mark before it was never closed."""
        found = told(tmp_path, '1,"a\n2,b\n3,"c\nd",e\n4,f\n')
        assert [(1, "IE346"), (2, ("2", "b")), (3, ("3", "c\nd", "e")), (5, ("4", "f"))] == found

    def test_a_mark_in_the_middle_of_a_plain_cell(self, tmp_path):
        """It is part of the cell, as spreadsheets write inches."""
        assert [(1, ("1", '6" pipe')), (2, ("2", "x"))] == told(tmp_path, '1,6" pipe\n2,x\n')

    def test_the_line_that_is_lost_is_kept(self, tmp_path):
        """As it came, without its end, and no longer than a cell may be."""
        lines = list(opened(tmp_path, f'1,"a\r\n2,"{"x" * 200_000}\r\n').lines)
        assert [('1,"a',), (f'2,"{"x" * (CELL_LENGTH - 3)}',)] == [line.cells for line in lines]

    @pytest.mark.slow
    @pytest.mark.parametrize("line", ['a","\n', 'a","\r\n', '"\n', '","\n', '"a\nb\n'])
    def test_very_many_of_them(self, tmp_path, line):
        """Reading takes no longer a line than where all fit."""
        count = 50_000
        start = time.process_time()
        found = [line.number for line in opened(tmp_path, line * count).lines]
        assert (1, True) == (found[0], found == sorted(set(found)))
        assert time.process_time() - start < 10

    @pytest.mark.slow
    def test_rows_without_an_end(self, tmp_path):
        """A row of very many lines is given up, and the lines after it are read."""
        lines = ['1,"a\n', *['x","y\n'] * 200_000, "2,b\n"]
        found = opened(tmp_path, "".join(lines)).lines
        first, *rest = ((line.number, line.fault and line.fault.code) for line in found)
        assert ((1, "IE346"), (200_002, None)) == (first, rest[-1])

    def test_no_quotes(self, tmp_path):
        """Where the mapping says that nothing is quoted, a mark is a character like any other."""
        assert [(1, ('"a', 'b"')), (2, ("'c'", '"'))] == told(tmp_path, '"a,b"\n\'c\',"\n', quote="")

    def test_other_quotes(self, tmp_path):
        """The mapping says which."""
        found = told(tmp_path, "'a,''b';\"\n'c\nd';e\n", quote="'", delimiter=";")
        assert [(1, ("a,'b", '"')), (2, ("c\nd", "e"))] == found


class TestText:
    """Line ends, encodings, long cells and characters that no text has."""

    def test_mixed_line_ends(self, tmp_path):
        """CR, LF and CR LF each end a line, also inside quotes, where they stay as they are."""
        found = told(tmp_path, 'a\rb\nc\r\n"d\re\r\nf\ng"\rh\r\r\n\ni')
        assert [
            (1, ("a",)), (2, ("b",)), (3, ("c",)), (4, ("d\re\r\nf\ng",)), (8, ("h",)), (9, ()), (10, ()), (11, ("i",)),
        ] == found  # fmt: skip

    @pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"], ids=ascii)
    def test_what_ends_no_line(self, tmp_path, character):
        """Only CR and LF do."""
        assert [(1, (f"a{character}b",)), (2, ("c",))] == told(tmp_path, f"a{character}b\nc\n")

    @pytest.mark.parametrize(
        ("encoding", "text"),
        [
            ("cp1252", "Größe – 5 €"),
            ("latin-1", "Größe"),
            ("utf-16", "Größe – 😀"),
            ("utf-16-le", "Größe – 😀"),
            ("utf-16-be", "Größe – 😀"),
            ("utf-32", "Größe – 😀"),
            ("utf-8", "Größe – 😀"),
            ("utf-8-sig", "Größe – 😀"),
            ("UTF8", "Größe – 😀"),
            ("mac-roman", "Größe"),
        ],
    )
    def test_declared_encodings(self, tmp_path, encoding, text):
        """Each is read as declared."""
        assert [(1, ("a", text)), (2, ("b", "c"))] == told(
            tmp_path, f"a,{text}\nb,c\n".encode(encoding), encoding=encoding
        )

    @pytest.mark.parametrize(
        ("mark", "encoding"),
        [(b"\xef\xbb\xbf", "utf-8"), (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"),
         (b"\xfe\xff", "utf-16-be")],
    )  # fmt: skip
    def test_a_mark_in_front_is_no_part_of_the_text(self, tmp_path, mark, encoding):
        """Whichever way the encoding is called."""
        text = "a,b\n".encode("utf-8" if encoding == "utf-8-sig" else encoding)
        assert [(1, ("a", "b"))] == told(tmp_path, mark + text, encoding=encoding)

    @pytest.mark.parametrize(
        ("content", "encoding", "hint"),
        [
            ("a,b\n".encode("utf-16"), "utf-8", "utf-16"),
            ("a,b\n".encode("utf-16"), "cp1252", "utf-16"),
            ("Größe\n".encode("utf-8-sig"), "cp1252", "utf-8"),
            ("Größe\n".encode("utf-8-sig"), "latin-1", "utf-8"),
        ],
    )
    def test_a_file_that_is_plainly_encoded_otherwise(self, tmp_path, content, encoding, hint):
        """The mark in front says so; its letters would become others."""
        with pytest.raises(DataError) as caught:
            opened(tmp_path, content, encoding=encoding)
        (problem,) = caught.value.problems
        assert ("IE341", True) == (problem.code, f'encoding = "{hint}"' in problem.hint)

    @pytest.mark.parametrize(
        ("content", "encoding", "line"),
        [
            (b"a\nb\n\xe9\n", "utf-8", 3),
            (b"a\rb\r\xe9\r", "utf-8", 3),
            (b"a\r\nb\r\n\xe9\r\n", "utf-8", 3),
            (b"a\n\rb\n\xe9\n", "utf-8", 4),
            (b"\xe9\n", "utf-8", 1),
            (b"a\n" * 100_000 + b"\xe9\n", "utf-8", 100_001),
            (b"a\nb\n\x81\n", "cp1252", 3),
            ("a\nb\nc".encode("utf-16") + b"\x00", "utf-16", 3),
            (b"a\nb\n\xe9", "ascii", 3),
            ("a\nb\n".encode("utf-16-le"), "utf-16", 0),
        ],
        ids=["lf", "cr", "cr lf", "mixed", "first", "far down", "cp1252", "utf-16", "ascii", "utf-16 without a mark"],
    )
    def test_bytes_that_are_none_of_the_encoding(self, tmp_path, content, encoding, line):
        """The line is told, however lines end."""
        with pytest.raises(DataError) as caught:
            told(tmp_path, content, encoding=encoding)
        (problem,) = caught.value.problems
        assert ("IE341", line) == (problem.code, problem.where.line if problem.where else -1)

    def test_bytes_of_the_standard_input(self, monkeypatch):
        """It can be read but once, and the line is told all the same."""

        class Input:
            buffer = io.BytesIO(b"a\n\xe9\n")

        monkeypatch.setattr("sys.stdin", Input)
        with pytest.raises(DataError) as caught:
            list(SOURCES["csv"].open("-", Reading()).lines)
        assert ["standard input:2:1"] == [str(problem.where) for problem in caught.value.problems]

    @pytest.mark.parametrize("quoted", [True, False])
    def test_a_cell_of_ten_megabytes(self, tmp_path, *, quoted):
        """It is refused, and the lines round it are read."""
        cell = "x" * 10_000_000
        content = f'1,a\n2,"{cell}"\n3,b\n' if quoted else f"1,a\n2,{cell}\n3,b\n"
        assert [(1, ("1", "a")), (2, "IE347"), (3, ("3", "b"))] == told(tmp_path, content)

    def test_a_cell_of_ten_megabytes_over_many_lines(self, tmp_path):
        """Its first line is refused; the others are read as lines of their own."""
        found = told(tmp_path, '1,a\n2,"' + "x" * 99 + "\n" + ("x" * 99 + "\n") * 100_000 + '"\n3,b\n')
        assert [(1, ("1", "a")), (2, "IE347"), (3, ("x" * 99,))] == found[:3]

    def test_a_nul_faults_its_own_line(self, tmp_path):
        """The others are rows."""
        rows = Rows(opened(tmp_path, "a,b\n1,2\n3,\0\n5,6\n"))
        found = [(item.line, item.fault.code if isinstance(item, Unusable) else "row") for item in rows]
        assert [(2, "row"), (3, "IE342"), (4, "row")] == found

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("", []),
            ("\n", [(1, ())]),
            ("a", [(1, ("a",))]),
            ("a\n\n", [(1, ("a",)), (2, ())]),
            (",\n", [(1, ("", ""))]),
            ('""\n', [(1, ("",))]),
            (" \n", [(1, (" ",))]),
            (" a , b ", [(1, (" a ", " b "))]),
        ],
        ids=repr,
    )
    def test_every_line_is_accounted_for(self, tmp_path, content, expected):
        """Blank ones too; cells keep their spaces."""
        assert expected == told(tmp_path, content)

    def test_a_file_is_known_by_its_bytes(self, tmp_path):
        """Their SHA-256, however they are read; how many have been read is told meanwhile."""
        content = b"a;b\n1;2\n"
        table = opened(tmp_path, content, delimiter=";")
        size = len(content)
        assert (hashlib.sha256(content).hexdigest(), size, 0) == (table.digest, table.size, table.done())
        assert (2, size) == (len(list(table.lines)), table.done())

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
    def test_a_pipe(self, tmp_path):
        """What can be read but once is read once."""
        path = tmp_path / "pipe.csv"
        os.mkfifo(path)
        with ThreadPoolExecutor() as pool:
            pool.submit(path.write_bytes, b"a\n1\n")
            table = SOURCES["csv"].open(str(path), Reading())
        assert [("a",), ("1",)] == [line.cells for line in table.lines]


class TestJson:
    """JSON lines and JSON."""

    def test_lines(self, read):
        """Each line is a row; blank ones are skipped; decimals stay exact."""
        assert [(1, {"a": 1}), (3, {"a": Decimal("0.1")})] == read('{"a": 1}\n\n{"a": 0.1}\n', "events.jsonl")

    def test_list(self, read):
        """A .json file is one list of rows; cells may be lists."""
        rows = read('[{"a": ["x", "y"]}, {"a": null, "b": 1}]', "events.json")
        assert [(1, {"a": ["x", "y"], "b": None}), (2, {"a": None, "b": 1})] == rows

    def test_faulty_lines_are_kept(self, tmp_path):
        """As they came; items of a list as JSON."""
        lines = opened(tmp_path, '{"a": 1}\n[2, 0.1]\n', "events.jsonl").lines
        items = opened(tmp_path, '[{"a": 1}, [2, 0.1]]', "events.json").lines
        assert [[(1,), ("[2, 0.1]",)], [(1,), ('[2, "0.1"]',)]] == [
            [one.cells for one in each] for each in (lines, items)
        ]

    @pytest.mark.parametrize("depth", [10, 100, 500, 900, 950, 990, 1000, 5000])
    def test_nesting(self, faults, depth):
        """However deep, an item is no row or no JSON, and nothing breaks."""
        ((code, _),) = faults(f'[{{"a": {"[" * depth}{"]" * depth}}}]', "events.json")
        assert code in ("IE348", "IE349")

    @pytest.mark.parametrize(("escape", "code"), [("\\u0000", "IE342")])
    def test_characters_that_no_text_has(self, faults, escape, code):
        """JSON can name them."""
        assert [(code, 1)] == faults(f'{{"a": "{escape}"}}\n{{"a": 1}}', "events.jsonl")

    def test_rows_of_a_list_are_numbered(self, tmp_path):
        """A row of a list is placed by its number."""
        path = tmp_path / "events.json"
        path.write_text('[{"a": 1}, {"a": 2}]')

        assert [f"{path}[items]:1:1", f"{path}[items]:2:1"] == [
            str(row.where) for row in SOURCES["json"].read(str(path))
        ]

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
            pytest.param("".join(f'{{"k{n}": 1}}\n' for n in range(5000)), [("IE349", 0)], id="many keys"),
            pytest.param("{" + '"a": 1, ' * 200_000 + '"a": 1}', [("IE344", 1)], id="very many keys, twice"),
            pytest.param(
                "{" + "".join(f'"k{n}": 1, ' for n in range(50_000)) + '"k49999": 1}',
                [("IE344", 1)],
                id="very many keys, the last one twice",
            ),
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
            pytest.param('[1, {"a": 1}, {"a": {}}]', [("IE349", 1), ("IE349", 3)], id="no rows"),
        ],
    )
    def test_faults_of_a_list(self, faults, content, expected):
        """What is no list of rows is told."""
        assert expected == faults(content, "events.json")
