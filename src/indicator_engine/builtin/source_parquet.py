"""Rows of Parquet files, numbered from 1 in the order in which the file has them; cells keep the types they have.

A file is read by a connection that can reach it and nothing else. Columns that hold tables or bytes make their lines
ones that cannot be read; what the others mean for a pack is `store/intake.py`.
"""

from __future__ import annotations

from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError
from indicator_engine.store.files import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.store.relations import Rows
    from indicator_engine.store.tables import Reading, Table

PART = 500_000
"""Rows of one stream of a bulk load."""

_MARK = b"PAR1"
"""What such a file begins and ends with."""

_NUMBER = "file_row_number"
"""The column by which the library numbers the rows of a file, from 0."""


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register Parquet."""
    register(Source("parquet", (".parquet",), _open))


def _open(path: str, _: Reading) -> Table:
    from indicator_engine.store.relations import table_of_rows

    digest = _digest(path)
    _refuse_patterns(path)
    rows = _rows(path)
    with rows.connected() as connection:
        size = len(connection.sql(rows.query))
    spans = ((first, min(first + PART, size) - 1) for first in range(0, size, PART))
    parts = [f"{rows.query} WHERE {_NUMBER} BETWEEN {first} AND {last}" for first, last in spans]
    return table_of_rows(rows._replace(parts=parts), digest=digest, size=size)


def _rows(path: str) -> Rows:
    from indicator_engine.store.relations import Rows
    from indicator_engine.store.sandbox import sandbox

    place = str(Path(path).resolve())
    escaped = place.replace("'", "''")
    file = f"read_parquet('{escaped}', hive_partitioning = false, {_NUMBER} = true)"
    query = f"SELECT * EXCLUDE ({_NUMBER}) FROM {file}"  # noqa: S608  # the path is quoted
    return Rows(path, partial(sandbox, paths=[place]), query, (), "IE371")


def _digest(path: str) -> str:
    from hashlib import file_digest

    try:
        with Path(path).open("rb") as file:
            _refuse_others(path, file)
            return file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise DataError([problem(path, 0, "IE340", f"the file cannot be read: {reason}")]) from fault


def _refuse_others(path: str, file: BinaryIO) -> None:
    """What does not begin and end as Parquet does is cut short, or is something else."""
    start = file.read(len(_MARK))
    file.seek(-min(len(_MARK), file.seek(0, SEEK_END)), SEEK_END)
    end = file.read()
    file.seek(0)
    if start != _MARK or end != _MARK:
        what = "it is cut short" if start == _MARK else "this is no Parquet file"
        raise DataError(
            [problem(path, 0, "IE371", what, "fetch it again; or let its name end as that of such a file does")]
        )


def _refuse_patterns(path: str) -> None:
    """A path with these marks would be read as a pattern of many paths."""
    if any(mark in str(Path(path).resolve()) for mark in "*?["):
        hint = "rename it, or put it into another folder"
        raise DataError([problem(path, 0, "IE340", "the file cannot be read: its path has one of * ? [", hint)])
