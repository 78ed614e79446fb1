"""A database connection of its own for reading and writing data files, which can touch the files named and no others.

It loads no extension, sees no variable of the program, and what it reads comes out as values or as an Arrow stream.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb

    from indicator_engine.store.tables import Stream


class ArrowStream:
    """Whatever can hand its rows over as an Arrow stream, and nothing else of it: one connection reads another's so."""

    def __init__(self, source: Stream) -> None:
        self._source = source

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule with the stream."""
        return self._source.__arrow_c_stream__(requested_schema)


@contextmanager
def sandbox(
    *, paths: Iterable[Path | str] = (), folders: Iterable[Path | str] = ()
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read and write the files at these paths and in these folders, and nothing else."""
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET allow_community_extensions = false",
            "SET python_enable_replacements = false",
            "SET enable_progress_bar = false",
            "SET memory_limit = '800MB'",
            f"SET allowed_paths = {_listed(paths)}",
            f"SET allowed_directories = {_listed(folders)}",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            connection.execute(setting)
        yield connection
    finally:
        connection.close()


def _listed(paths: Iterable[Path | str]) -> str:
    quoted = ("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"[{', '.join(quoted)}]"
