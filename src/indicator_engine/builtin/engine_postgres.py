"""PostgreSQL as an engine: queries run there, in one transaction that sees one state and can write nothing."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.connections import Column, Connection
from indicator_engine.evaluation.compiled.dialects import POSTGRES
from indicator_engine.hookspecs import Engine, hookimpl
from indicator_engine.problems import IndicatorEngineError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import psycopg

_HOLDS = {
    "int2": "whole", "int4": "whole", "int8": "whole", "float4": "float", "float8": "float",
    "text": "text", "varchar": "text", "bpchar": "text", "name": "text", "citext": "text", "uuid": "text",
    "date": "date", "timestamp": "instant", "timestamptz": "zoned", "bool": "truth", "_text": "texts",
    "_varchar": "texts",
}  # fmt: skip
"""What columns of a type hold; an enumeration holds texts as well."""

_SETTINGS = (
    "SET default_transaction_read_only = on",
    "SET TIME ZONE 'UTC'",
    "SET DateStyle = 'ISO'",
    "SET application_name = 'indicators'",
    "SET jit = off",
)
"""Compiling a query takes longer than it saves."""

_ROOM = """
SELECT set_config('work_mem', '64MB', false)
WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')
"""
"""What a step of a query may take of memory, if the server gives less: with the usual 4 MB, rows are sorted on disk."""


@hookimpl
def register_engines(register: Callable[[Engine], None]) -> None:
    """Register PostgreSQL."""
    register(Engine("postgresql", _opened, also=("postgres",)))


def _opened(address: str) -> PostgresConnection:
    try:
        import psycopg
        from psycopg import conninfo
    except ImportError as fault:
        hint = "pip install 'indicator-engine[postgres]'"
        raise IndicatorEngineError(f"PostgreSQL takes a library that is not installed: {hint}") from fault
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.Error:
        hint = "write postgresql://user:password@host/database; in a password, @ is written %40 and / is written %2F"
        raise IndicatorEngineError(f"the address of the database cannot be read: {hint}") from None
    shown = f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"
    secret = str(parts.get("password") or "")
    with _faults(shown, secret):
        return PostgresConnection(psycopg.connect(address, autocommit=True), shown, secret)


class PostgresConnection(Connection):
    """A session that can only read, in one transaction: all figures of a run are of one state of the database."""

    dialect = POSTGRES

    def __init__(self, connection: psycopg.Connection[Any], shown: str, secret: str) -> None:
        self.shown, self._secret, self._connection = shown, secret, connection
        for setting in (*_SETTINGS, _ROOM):
            connection.execute(setting)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def tables(self) -> Sequence[str]:
        """Tables and views; those outside the search path with their schema."""
        query = (
            "SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%%' ORDER BY 1"
        )
        return [name for (name,) in self.rows(query, {})]

    def columns(self, table: str) -> Mapping[str, Column] | None:
        """By the catalogue; a domain holds what its base type does."""
        query = (
            "SELECT a.attname, coalesce(b.typname, t.typname), t.typtype, "
            "CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END FROM pg_attribute a "
            "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd' "
            "WHERE a.attrelid = to_regclass(%(name)s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )
        found = self.rows(query, {"name": self.relation(table)})
        return {name: _held(word, kind, typmod) for name, word, kind, typmod in found} or None

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row; a query that fails leaves the transaction as it was."""
        with _faults(self.shown, self._secret), self._connection.transaction():
            return self._connection.execute(query, values).fetchall()

    def ways(self) -> Sequence[str]:
        """How steps are taken."""
        return ["steps that only look at rows are looked at wherever they are named, by several processes; others once"]

    def close(self) -> None:
        """Close it."""
        with suppress(Exception):
            self._connection.close()


def _held(word: str, kind: str, typmod: int) -> Column:
    if word == "numeric":  # of any length, or with its precision and scale in one number
        return Column("decimal", 10**6, 10**6) if typmod < 0 else Column.decimal(typmod - 4 >> 16, typmod - 4 & 1023)
    return Column("text" if kind == "e" else _HOLDS.get(word, word))


@contextmanager
def _faults(shown: str, secret: str) -> Iterator[None]:
    """Whatever goes wrong as StoreError, without the password."""
    import psycopg

    try:
        yield
    except psycopg.Error as fault:
        told = " ".join(str(fault).split())[:500]
        told = "the reason is not shown, for it has the password" if secret and secret in told else told
        raise StoreError(f"the database {shown} fails: {told}") from None
