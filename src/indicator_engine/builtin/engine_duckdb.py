"""DuckDB as an engine over what is there: a folder of Parquet files, a DuckDB database, or tables in memory.

Files are reached by a connection that can read them and nothing else.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.connections import Column, Connection
from indicator_engine.evaluation.compiled.dialects import DUCKDB
from indicator_engine.evaluation.compiled.folders import folder_of, read
from indicator_engine.hookspecs import Engine, hookimpl
from indicator_engine.problems import StoreError
from indicator_engine.store.database import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import duckdb

    from indicator_engine.evaluation.compiled.folders import Folder
    from indicator_engine.store.tables import Stream

_HOLDS = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "whole"),
    "FLOAT": "float", "DOUBLE": "float", "VARCHAR": "text", "UUID": "text", "DATE": "date", "BOOLEAN": "truth",
    "TIMESTAMP": "instant", "TIMESTAMP_S": "instant", "TIMESTAMP_MS": "instant", "TIMESTAMP_NS": "instant",
    "TIMESTAMP WITH TIME ZONE": "zoned", "VARCHAR[]": "texts",
}  # fmt: skip


_TABLE = re.compile(r'(?:FROM|DESCRIBE) "((?:[^"]|"")*(?:"\."(?:[^"]|"")*)*)"')
"""A table that a query looks at; its own steps have no quotes."""


@hookimpl
def register_engines(register: Callable[[Engine], None]) -> None:
    """Register folders of Parquet files, and databases of DuckDB."""
    register(Engine("parquet", _folder))
    register(Engine("duckdb", _database))


def _folder(address: str) -> DuckDBConnection:
    """Each file `name.parquet`, or folder `name` of such files, is the table `name`."""
    folder = Path(address.partition(":")[2])
    if not folder.is_dir():
        raise StoreError(f"there is no folder {folder}")
    tables: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet" and path.is_file():
            tables[path.stem] = [str(path.resolve())]
        elif path.is_dir() and (files := [*map(str, path.resolve().glob("*.parquet"))]):
            tables[path.name] = files
    if not tables:
        raise StoreError(f"the folder {folder} has no Parquet files")
    connection = DuckDBConnection(f"parquet:{folder}", folders=[str(folder.resolve())])
    for name, files in tables.items():
        connection.read(name, files)
    return connection


def _database(address: str) -> DuckDBConnection:
    path = Path(address.partition(":")[2])
    if not path.is_file():
        raise StoreError(f"there is no database {path}")
    connection = DuckDBConnection(f"duckdb:{path}", paths=[str(path.resolve()), f"{path.resolve()}.wal"])
    connection.run(f"ATTACH {DUCKDB.literal(str(path.resolve()))} AS theirs (READ_ONLY)")
    connection.run("USE theirs")
    return connection


def of_streams(tables: Mapping[str, Stream]) -> DuckDBConnection:
    """Tables in memory by their names: anything that hands its rows over as Arrow."""
    connection = DuckDBConnection("the tables in memory")
    for name, table in tables.items():
        connection.add(name, table)
    return connection


def _name(name: str) -> str:
    return DUCKDB.identifier(name)


class DuckDBConnection(Connection):
    """A connection of its own."""

    dialect = DUCKDB

    def __init__(self, shown: str, *, folders: Sequence[str] = (), paths: Sequence[str] = ()) -> None:
        import duckdb

        self.shown = shown
        self._differing: dict[str, Mapping[str, Column]] = {}
        """The columns that are not of one type in all files of a table, by their small names."""
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        for setting in (
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            "SET allow_community_extensions = false",
            "SET python_enable_replacements = false",
            "SET enable_progress_bar = false",
            "SET TimeZone = 'UTC'",
            f"SET disabled_optimizers = '{','.join(LEFT_OUT)}'",
            f"SET allowed_paths = {_listed(paths)}",
            f"SET allowed_directories = {_listed(folders)}",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            with suppress(duckdb.CatalogException):  # zones come with an extension that is not everywhere
                self._connection.execute(setting)

    def add(self, name: str, table: Stream) -> None:
        """A table in memory."""
        from indicator_engine.store.sandbox import ArrowStream

        with _faults(f"{self.shown} ({name})"):
            self._connection.register("incoming", ArrowStream(table))
            self._connection.execute(f"CREATE TEMP TABLE {_name(name)} AS SELECT * FROM incoming")  # noqa: S608  # quoted
            self._connection.unregister("incoming")

    def read(self, name: str, files: Sequence[str]) -> None:
        """Files of Parquet as a table."""
        found = folder_of(files, lambda query: self.rows(query, {}))
        self._differing[name] = found.differing
        self.run(f"CREATE TEMP VIEW {_name(name)} AS {' UNION ALL BY NAME '.join(_rows_of(found))}")

    def run(self, statement: str) -> None:
        """Run a statement of our own."""
        with _faults(self.shown):
            self._connection.execute(statement)

    def tables(self) -> Sequence[str]:
        """Tables and views; those outside the main schema with theirs."""
        query = (
            "SELECT CASE WHEN table_schema = 'main' THEN table_name ELSE table_schema || '.' || table_name END "
            "FROM information_schema.tables WHERE table_catalog IN ('theirs', 'temp') ORDER BY 1"
        )
        return [name for (name,) in self.rows(query, {})]

    def columns(self, table: str) -> Mapping[str, Column] | None:
        """As the table says."""
        if table not in self.tables() and f"main.{table}" not in self.tables():
            return None
        found = self.rows(f"DESCRIBE {self.relation(table)}", {})
        differing = self._differing.get(table.removeprefix("main."), {})
        return {name: differing.get(name.casefold()) or _held(kind) for name, kind, *_ in found}

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row."""
        named = dict.fromkeys(one.replace('"."', ".").replace('""', '"') for one in _TABLE.findall(query))
        with _faults(f"{self.shown} ({', '.join(named)})" if named else self.shown):
            return self._connection.execute(query, dict(values)).fetchall()

    def close(self) -> None:
        """Close it."""
        self._connection.close()


def _held(kind: str) -> Column:
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return Column.decimal(int(found[1]), int(found[2]))
    return Column("text" if kind.startswith("ENUM") else _HOLDS.get(kind, kind.lower()))


def _rows_of(folder: Folder) -> Iterator[str]:
    """Queries for the rows of the files of a table, for each part of them."""
    for part in folder.parts:
        casts = (f"CAST({_name(name)} AS {kind}) AS {_name(name)}" for name, kind in folder.cast(part).items())
        replaced = ", ".join(casts)
        columns = f"* REPLACE ({replaced})" if replaced else "*"
        yield f"SELECT {columns} FROM {read(part.files)}"  # noqa: S608  # quoted


def _listed(paths: Sequence[str]) -> str:
    return f"[{', '.join(map(DUCKDB.literal, paths))}]"


@contextmanager
def _faults(shown: str) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.InterruptException as fault:
        raise KeyboardInterrupt from fault
    except duckdb.Error as fault:
        raise StoreError(f"DuckDB fails over {shown}: {' '.join(str(fault).split())[:500]}") from fault
