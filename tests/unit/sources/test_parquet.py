"""Rows of Parquet files: typed cells, in their order, from the one file that was asked for."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from indicator_engine.builtin import source_parquet as module
from indicator_engine.problems import DataError
from indicator_engine.store import cells as reading
from indicator_engine.store import relations
from indicator_engine.store.sandbox import ArrowStream


@pytest.fixture
def written(tmp_path):
    """The path of a Parquet file with what a query gives; its name may have folders."""

    def write(query, name="events.parquet"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.sql(query).write_parquet(str(path))
        return path

    return write


@pytest.fixture
def streamed():
    """The rows of every stream of a table."""

    def fetch(table):
        found = []
        for stream in table.streams():
            with duckdb.connect() as connection:
                connection.register("incoming", ArrowStream(stream))
                found.append(connection.sql("SELECT * FROM incoming").fetchall())
        return found

    return fetch


def test_rows(opened, written):
    """Cells keep their types; rows are numbered from 1; blanks are None."""
    path = written(
        "SELECT 'E1' AS id, DATE '2010-03-31' AS day, 1.50::DECIMAL(9, 2) AS amount, true AS paid, ['a', 'b'] AS tags "
        "UNION ALL SELECT NULL, NULL, NULL, NULL, []"
    )
    table = opened(path)

    assert ("id", "day", "amount", "paid", "tags") == table.columns
    assert [
        (1, ("E1", date(2010, 3, 31), Decimal("1.50"), True, ["a", "b"])),
        (2, (None, None, None, None, [])),
    ] == [(line.number, line.cells) for line in table.lines]


def test_digest_and_progress(opened, written):
    """The digest is that of the file's bytes; progress counts rows."""
    path = written("SELECT 1 AS a UNION ALL SELECT 2")
    table = opened(path)
    next(iter(table.lines))

    assert (hashlib.sha256(path.read_bytes()).hexdigest(), 2, 1) == (table.digest, table.size, table.done())


def test_no_rows(opened, written, streamed):
    """A file without rows has columns, and no lines and no streams."""
    table = opened(written("SELECT 1 AS a WHERE false"))

    assert (("a",), [], [], 0) == (table.columns, list(table.lines), streamed(table), table.size)


def test_order(rows, written, monkeypatch):
    """Rows come in the order of the file, however many are fetched at a time."""
    monkeypatch.setattr(relations, "FETCHED", 999)
    path = written("SELECT range AS a FROM range(300000)")

    assert [(number, (number - 1,)) for number in range(1, 300_001)] == rows(path)


@pytest.mark.parametrize(
    ("part", "expected"), [(2, [[(0,), (1,)], [(2,), (3,)], [(4,)]]), (5, [[(0,), (1,), (2,), (3,), (4,)]])]
)
def test_streams(opened, written, streamed, monkeypatch, part, expected):
    """Streams have the same rows in the same order, part by part, without a line having been read."""
    monkeypatch.setattr(module, "PART", part)
    table = opened(written("SELECT range AS a FROM range(5)"))

    assert expected == streamed(table)
    assert [0, 1, 2, 3, 4] == [line.cells[0] for line in table.lines]


def test_streams_while_lines_are_read(opened, written, streamed):
    """Neither gets into the other's way."""
    table = opened(written("SELECT range AS a FROM range(20000)"))
    lines = iter(table.lines)
    next(lines)

    assert (20_000, 1) == (len(streamed(table)[0]), next(lines).cells[0])


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("{'a': 1}", "a table within a cell"),
        ("MAP {'a': 1}", "a table within a cell"),
        ("[['a']]", "a table within a cell"),
        ("[{'a': 1}]", "a table within a cell"),
        ("'ab'::BLOB", "bytes"),
    ],
)
def test_tables_within_cells(opened, written, value, what):
    """A cell that is a table, or bytes, makes its line one that cannot be read; where it is blank, it does no harm."""
    first, second = opened(written(f"SELECT 1 AS id, {value} AS odd UNION ALL SELECT 2, NULL")).lines

    assert first.fault
    assert ("IE349", f"the column `odd` has {what}", "odd") == (first.fault.code, first.fault.fact, first.fault.column)
    assert ((2, None), None) == (second.cells, second.fault)


def test_instants_with_a_zone(opened, written, streamed):
    """An instant with a zone is told in UTC, wherever the computer stands."""
    instant = datetime(2010, 3, 31, 22, 30)  # noqa: DTZ001  # UTC, without saying so
    table = opened(written("""SELECT 1 AS id, TIMESTAMPTZ '2010-04-01 00:30:00+02' AS "recorded ""at" """))

    assert ([(1, instant)], [[(1, instant)]]) == ([line.cells for line in table.lines], streamed(table))


@pytest.mark.parametrize(("value", "code"), [("'infinity'", "IE352"), ("'10000-01-01'", "IE350")])
def test_days_beyond_all_calendars(rows, written, value, code):
    """Days that Python cannot hold are refused like others that nobody can mean."""
    ((_, (day,)),) = rows(written(f"SELECT DATE {value} AS day"))

    with pytest.raises(reading.CellError) as caught:
        reading.read_day(day)
    assert code == caught.value.code


def test_folders_are_no_columns(opened, written):
    """A folder such as `year=2010` is no column."""
    assert ("a",) == opened(written("SELECT 1 AS a", "year=2010/events.parquet")).columns


def test_name_with_a_quotation_mark(rows, written):
    """A name is a name, whatever is in it."""
    assert [(1, (1,))] == rows(written("SELECT 1 AS a", "it's; DROP.parquet"))


@pytest.mark.parametrize("name", ["a*.parquet", "a[1].parquet", "a?.parquet"])
def test_name_that_is_a_pattern(refusal, written, name):
    """A name that would be read as a pattern of many files is refused."""
    written("SELECT 'another' AS a", "a1.parquet")

    code, _, hint = refusal(written("SELECT 1 AS a", name))

    assert ("IE340", "rename it, or put it into another folder") == (code, hint)


@pytest.mark.parametrize(
    "content",
    [b"", b"PAR1", b"id,day\n1,2010-03-31\n", b"PAR1" + bytes(100) + b"PAR1"],
    ids=["empty", "mark", "text", "no footer"],
)
def test_damaged(refusal, content):
    """What is no Parquet file is refused."""
    assert "IE371" == refusal(content, "events.parquet")[0]


def test_cut(refusal, written):
    """A file that is cut short is refused."""
    content = written("SELECT range AS a FROM range(100)").read_bytes()

    assert "IE371" == refusal(content[:-20], "cut.parquet")[0]


def test_damaged_within(opened, written):
    """Damage that shows only as rows are read is told then."""
    content = bytearray(written("SELECT 'text ' || range AS a FROM range(1000)").read_bytes())
    content[20:400] = b"\xff" * 380
    table = opened(bytes(content), "damaged.parquet")

    with pytest.raises(DataError) as caught:
        list(table.lines)
    assert ["IE371"] == [problem.code for problem in caught.value.problems]


def test_missing_file(refusal, tmp_path):
    """A file that is not there is told like any other."""
    assert ("IE340", "the file cannot be read: No such file or directory") == refusal(tmp_path / "none.parquet")[:2]
