"""Data frames, relations and whatever else hands its rows over as an Arrow stream."""

from __future__ import annotations

import math
from datetime import date

import duckdb
import polars as pl
import pytest

from indicator_engine.problems import DataError
from indicator_engine.store.cells import is_blank
from indicator_engine.store.sandbox import ArrowStream
from indicator_engine.store.tables import table_of_stream


def read(data):
    """The rows of a table, as (number, cells)."""
    return [(line.number, line.cells) for line in table_of_stream(data, "events").lines]


def streamed(table):
    """The rows of all streams of a table, each read as it comes."""
    found = []
    for stream in table.streams():
        with duckdb.connect() as connection:
            connection.register("incoming", ArrowStream(stream))
            found += connection.sql("SELECT * FROM incoming").fetchall()
    return found


class Handed:
    """Something with a stream, and nothing else."""

    def __init__(self, stream):
        self._stream = stream

    def __arrow_c_stream__(self, requested_schema=None):
        return self._stream()


def test_polars():
    """A data frame of Polars: its columns, its rows in their order, its lists and its gaps."""
    frame = pl.DataFrame(
        {"id": ["E1", "E2"], "day": [date(2010, 3, 31), None], "tags": [["a"], []], "n": [math.nan, 0.5]}
    )
    table = table_of_stream(frame, "events")
    (_, first), (_, second) = [(line.number, line.cells) for line in table.lines]

    assert (("id", "day", "tags", "n"), 2, "events", "") == (table.columns, table.size, table.place, table.digest)
    assert ("E1", date(2010, 3, 31), ["a"]) == first[:3]
    assert is_blank(first[3])
    assert ("E2", None, [], 0.5) == second


def test_relation():
    """A relation of DuckDB's own, of another connection."""
    with duckdb.connect() as connection:
        relation = connection.sql("SELECT range AS a, 'x' || range AS b FROM range(3)")

        assert [(1, (0, "x0")), (2, (1, "x1")), (3, (2, "x2"))] == read(relation)


def test_size_unknown():
    """What has only a stream has no size that could be told."""
    frame = pl.DataFrame({"a": [1, 2]})
    table = table_of_stream(Handed(frame.__arrow_c_stream__), "events")

    assert (0, [(1,), (2,)]) == (table.size, [line.cells for line in table.lines])


def test_streams():
    """The stream for a bulk load has the same rows, without a line having been read, and after."""
    table = table_of_stream(pl.DataFrame({"a": range(10_000)}), "events")
    expected = [(number,) for number in range(10_000)]

    assert expected == streamed(table)
    assert expected == [line.cells for line in table.lines]


def test_progress():
    """Progress counts rows."""
    table = table_of_stream(pl.DataFrame({"a": [1, 2, 3]}), "events")
    lines = iter(table.lines)
    next(lines), next(lines)

    assert (3, 2) == (table.size, table.done())


def test_table_within_a_cell():
    """A cell that is a table makes its line one that cannot be read."""
    (line,) = table_of_stream(pl.DataFrame({"id": [1], "odd": [{"a": 1}]}), "events").lines

    assert line.fault
    assert ("IE349", "odd") == (line.fault.code, line.fault.column)


def test_no_rows():
    """A frame without rows has columns and no lines."""
    table = table_of_stream(pl.DataFrame(schema={"a": pl.String}), "events")

    assert (("a",), []) == (table.columns, list(table.lines))


def test_only_once():
    """What can be asked only once cannot be read, and is told so."""
    streams = [pl.DataFrame({"a": [1]}).__arrow_c_stream__()]

    with pytest.raises(DataError) as caught:
        table_of_stream(Handed(streams.pop), "events")
    assert [("IE349", "events")] == [(one.code, str(one.where)) for one in caught.value.problems]


def test_library_missing():
    """A data frame that needs another library for it says which."""

    def refuse():
        raise ImportError("pyarrow>=16 is required to hand over a stream")

    with pytest.raises(DataError) as caught:
        table_of_stream(Handed(refuse), "events")
    assert [("IE375", "pip install pyarrow")] == [(one.code, one.hint) for one in caught.value.problems]
