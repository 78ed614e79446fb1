"""Rows of a table or a view of a database, by an address that SQLAlchemy knows, such as `postgresql://host/database`.

Nothing is written, and nothing but the one table is read: in the order of its primary key where it has one, else as the
rows come. Cells are as the database's driver hands them over. No password is shown, in whatever goes wrong.
"""

from __future__ import annotations

from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, quote_plus

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError, Location, Problem, did_you_mean
from indicator_engine.store.tables import Table
from indicator_engine.store.typed_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection, CursorResult, Inspector, Select

    from indicator_engine.store.tables import Line, Reading

FETCHED = 1_000
"""Rows that are fetched at a time."""

READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
"""What makes a connection one that cannot write, where a database has such a thing."""

SHOWN = 12
"""Names of tables that a message lists."""


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register databases."""
    register(Source("sql", (), _open))


def _open(address: str, reading: Reading) -> Table:
    database = _database(address)
    with database.faults():
        connection = database.connected()
        try:
            name = _chosen(connection, reading.sheet, database)
            result = connection.execute(_all_rows(connection, name), execution_options={"yield_per": FETCHED})
        except BaseException:
            connection.close()
            raise
    lines = _Lines(database, connection, result)
    return Table(database.shown, lines, tuple(result.keys()), sheet=str(name), done=lambda: lines.done)


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _database(address: str) -> _Database:
    """The database of an address. Raises DataError where that is none; it is not shown, for it may have a password."""
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as fault:
        hint = "pip install 'indicator-engine[sql]'"
        raise DataError([Problem("IE375", "databases are read with a library that is not installed", hint)]) from fault
    hint = "write dialect://user:password@host/database; in a password, @ is written %40 and / is written %2F"
    if address.count("@") > 1:  # what stands between them would be taken for the host, and shown
        raise DataError([Problem("IE340", "the address of the database has more than one @", hint)])
    try:
        return _Database(make_url(address))
    except (ArgumentError, ValueError):
        raise DataError([Problem("IE340", "the address of the database cannot be read", hint)]) from None


class _Database:
    """A database by its address; `shown` is what messages call it."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self.shown = url.set(query={}).render_as_string(hide_password=True)

    def connected(self) -> Connection:
        """A connection that cannot write, where there is such a thing."""
        from sqlalchemy import NullPool, create_engine, text

        self._refuse_new_file()
        connection = create_engine(self._url, poolclass=NullPool, hide_parameters=True).connect()
        if statement := READ_ONLY.get(connection.dialect.name):
            connection.execute(text(statement))
        return connection

    def problem(self, code: str, fact: str, hint: str = "") -> Problem:
        """A problem of this database."""
        return Problem(code, fact, hint, where=Location(self.shown))

    @contextmanager
    def faults(self, read: Callable[[], int] = lambda: 0) -> Iterator[None]:
        """Whatever goes wrong as DataError. `read` is how many rows came before it did."""
        try:
            yield
        except DataError:
            raise
        except ImportError as fault:
            hint = f"install it: pip install {fault.name}" if fault.name else ""
            raise DataError([self.problem("IE375", "the driver of this database is not installed", hint)]) from None
        except Exception as fault:  # noqa: BLE001  # drivers raise what they like, and may tell the password in it
            after = f" after {read()} rows" if read() else ""
            raise DataError([self.problem("IE340", f"it cannot be read{after}: {self._reason(fault)}")]) from None

    def _refuse_new_file(self) -> None:
        """SQLite would make a file that is not there."""
        file = self._url.database or ""
        if self._url.get_backend_name() == "sqlite" and not file.startswith("file:") and not Path(file).is_file():
            raise DataError([self.problem("IE340", "it cannot be read: there is no such file")])

    def _reason(self, fault: Exception) -> str:
        """What a fault says, on one line; nothing of it where that has what must not be shown."""
        told = " ".join(str(getattr(fault, "orig", None) or fault).split())
        return "the reason is not shown, for it has the password" if self._is_secret(told) else f"{told:.300}"

    def _is_secret(self, told: str) -> bool:
        """Whether a text has the password, or anything that the address hands on to the driver."""
        options = chain.from_iterable(self._url.normalized_query.values())
        kept = [str(self._url.password or ""), *options]
        return any(form in told for one in kept if one for form in (one, quote(one, safe=""), quote_plus(one)))


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Name(NamedTuple):
    """A table or a view, and its schema; None for the one in which the database looks first."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


def _chosen(connection: Connection, wanted: str, database: _Database) -> _Name:
    """The table that is asked for, or the only one. Raises DataError where there is none such."""
    from sqlalchemy import inspect

    inspector = inspect(connection)
    known = _names(inspector, None)
    if wanted in known or (not wanted and len(known) == 1):
        return _Name(None, wanted or known[0])
    schema, _, name = wanted.rpartition(".")
    if schema and schema in inspector.get_schema_names() and name in _names(inspector, schema):
        return _Name(schema, name)
    if wanted:
        fact = f"the database has no table or view `{wanted:.80}`"
        raise DataError([database.problem("IE372", fact, did_you_mean(wanted, known))])
    shown = ", ".join(f"`{one}`" for one in known[:SHOWN]) + (" …" if len(known) > SHOWN else "")
    fact = f"the database has several tables: {shown}" if known else "the database has no tables"
    raise DataError([database.problem("IE372", fact, f'declare `sheet = "{known[0]}"`' if known else "")])


def _names(inspector: Inspector, schema: str | None) -> list[str]:
    """The tables and views of a schema."""
    found = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    with suppress(NotImplementedError):
        found += inspector.get_materialized_view_names(schema)
    return found


def _all_rows(connection: Connection, name: _Name) -> Select[Any]:
    """Every row, by the primary key where there is one. Columns get no types here, so that values stay as they are."""
    from sqlalchemy import column, inspect, literal_column, select, table
    from sqlalchemy.exc import NoSuchTableError

    key: list[str] = []
    with suppress(NoSuchTableError, NotImplementedError):
        key = inspect(connection).get_pk_constraint(name.name, name.schema)["constrained_columns"]
    rows = table(name.name, schema=name.schema)
    return select(literal_column("*")).select_from(rows).order_by(*map(column, key))


class _Lines:
    """The rows of a table, numbered from 1 as they come; `done` is how many have been read."""

    def __init__(self, database: _Database, connection: Connection, result: CursorResult[Any]) -> None:
        self._database, self._connection, self._result = database, connection, result
        self.done = 0

    def __iter__(self) -> Iterator[Line]:
        """Each row; then the connection is closed."""
        columns = tuple(self._result.keys())
        with self._database.faults(lambda: self.done), closing(self._connection):
            for cells in self._result:
                self.done += 1
                yield line_of(self.done, cells, columns)
