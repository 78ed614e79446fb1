"""Rows that a sandboxed connection of DuckDB's reads, from Parquet files and Arrow streams, as a table.

They come as lines or as streams for a bulk load, whichever is asked for; each has a connection of its own, which is
closed when it has been read. Instants with a zone come as they are in UTC. What they mean for a pack is `intake.py`.
"""

from __future__ import annotations

from collections.abc import Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from indicator_engine.problems import DataError, Location, Problem
from indicator_engine.store.catalog import quoted
from indicator_engine.store.sandbox import ArrowStream, sandbox
from indicator_engine.store.tables import Table
from indicator_engine.store.typed_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from indicator_engine.store.tables import Line, Stream

FETCHED = 5_000
"""Rows that are fetched at a time."""

_ZONED = "TIMESTAMP WITH TIME ZONE"


class Rows(NamedTuple):
    """Rows that there are to read: what they are called, what connects to them, and the query that gives them.

    `parts` are queries that give them one part after the other; `code` is what a fault of theirs is told as.
    """

    name: str
    connect: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
    query: str
    parts: Sequence[str]
    code: str

    @contextmanager
    def connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection; its faults become DataError."""
        with _faults(self.name, self.code), self.connect() as connection:
            yield connection


@contextmanager
def _faults(name: str, code: str) -> Iterator[None]:
    """Faults of the library, and of what hands it its rows, as those of the data."""
    try:
        yield
    except duckdb.Error as fault:
        reason = str(fault).partition("\n")[0]
        hint = "pip install pyarrow" if "pyarrow" in reason else ""
        told = Problem("IE375" if hint else code, f"the rows cannot be read: {reason:.400}", hint, where=Location(name))
        raise DataError([told]) from fault


def table_of_rows(rows: Rows, *, digest: str = "", size: int = 0) -> Table:
    """Rows as a table. Raises DataError where there are none to be had."""
    with rows.connected() as connection:
        relation = connection.sql(rows.query)
        columns = tuple(relation.columns)
        zoned = [name for name, kind in zip(columns, relation.types, strict=True) if str(kind) == _ZONED]
    plain = rows._replace(query=_in_utc(rows.query, zoned), parts=[_in_utc(part, zoned) for part in rows.parts])
    lines = _Lines(plain, columns)
    return Table(
        rows.name, lines, columns, digest=digest, streams=lambda: _streams(plain), size=size, done=lambda: lines.done
    )


def table_of_arrow(data: Stream, name: str) -> Table:
    """Whatever hands its rows over as an Arrow stream, as a table. It is asked for them more than once."""

    @contextmanager
    def connect() -> Iterator[duckdb.DuckDBPyConnection]:
        with sandbox() as connection:
            connection.register("incoming", ArrowStream(data))
            yield connection

    query = "SELECT * FROM incoming"
    with _faults(name, "IE349"):
        size = len(data) if isinstance(data, Sized) else 0
    return table_of_rows(Rows(name, connect, query, [query], "IE349"), size=size)


def _in_utc(query: str, zoned: Sequence[str]) -> str:
    if not zoned:
        return query
    replaced = ", ".join(f"timezone('UTC', {quoted(name)}) AS {quoted(name)}" for name in zoned)
    return f"SELECT * REPLACE ({replaced}) FROM ({query})"


def _streams(rows: Rows) -> Iterator[Stream]:
    """Each part as a stream, which is to be read before the next is asked for."""
    with rows.connected() as connection:
        for part in rows.parts:
            yield connection.sql(part)


class _Lines:
    """The lines of rows, numbered from 1; `done` is how many have been read."""

    def __init__(self, rows: Rows, columns: Sequence[str]) -> None:
        self._rows, self._columns = rows, columns
        self.done = 0

    def __iter__(self) -> Iterator[Line]:
        """Each row, as it comes."""
        with self._rows.connected() as connection:
            result = connection.execute(self._rows.query)
            while fetched := result.fetchmany(FETCHED):
                for cells in fetched:
                    self.done += 1
                    yield line_of(self.done, cells, self._columns)
