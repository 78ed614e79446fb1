"""Records as tables of a database: one for each event type and one of the register, with the sources that map them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.evaluation.compiled.dialects import POSTGRES, SPARK
from indicator_engine.evaluation.compiled.ground import plain
from indicator_engine.store.catalog import COLUMN_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import psycopg

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import Records

Table = tuple[str, dict[str, str], list[list[Any]]]
"""Its name, its columns with their types, its rows."""


def mappings_of(schema: Schema) -> tuple[SourceMapping, ...]:
    """A source for each event type, and one for the register; columns are called as in the pack."""
    events = [SourceMapping(name, table=f"ev_{name}".casefold(), constants={"type": name}) for name in schema.events]
    return (*events, SourceMapping("register", kind="register", table="listed"))


def prefixed(mappings: Sequence[SourceMapping], prefix: str) -> tuple[SourceMapping, ...]:
    """The same sources for tables with something in front of their names."""
    return tuple(replace(one, table=f"{prefix}{one.table}") for one in mappings)


def tables_of(schema: Schema, records: Records) -> Iterator[Table]:
    """The tables that hold records, under the names that `mappings_of` gives them."""
    subject = schema.subject.singular
    fixed = {"event_id": "VARCHAR", subject: "VARCHAR", "occurred_on": "DATE", "recorded_at": "TIMESTAMP",
             "retracted": "BOOLEAN"}  # fmt: skip
    first = next(iter(schema.events))
    for name, event in schema.events.items():
        columns = {**fixed, **_typed(event.attributes)}
        rows = [
            [one.event_id, one.subject or None, None if one.retracted else one.occurred_on, one.recorded_at,
             one.retracted, *(plain(one.attributes.get(each)) for each in event.attributes)]
            for one in records.versions
            if (one.type or first) == name
        ]  # fmt: skip
        yield f"ev_{name}".casefold(), columns, rows
    listed = {subject: "VARCHAR", **_typed(schema.subject.attributes)}
    rows = [[one.subject, *(plain(one.attributes.get(each)) for each in schema.subject.attributes)]
            for one in records.register]  # fmt: skip
    yield "listed", listed, rows


def wide_tables(schema: Schema, records: Records) -> list[Table]:
    """The same records as one table of all event types, and that of the register.

    No two types may have attributes of one name that are not of one kind.
    """
    *several, listed = tables_of(schema, records)
    columns: dict[str, str] = {"type": "VARCHAR"}
    for _, each, _ in several:
        columns |= each
    assert all(columns[one] == kind for _, each, _ in several for one, kind in each.items()), "two kinds of one name"
    rows = [
        [{"type": name, **dict(zip(each, row, strict=True))}.get(one) for one in columns]
        for name, (_, each, told) in zip(schema.events, several, strict=True)
        for row in told
    ]
    return [("ev_all", columns, rows), listed]


WIDE = (SourceMapping("all", table="ev_all"), SourceMapping("register", kind="register", table="listed"))
"""The sources of those."""


def _typed(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: COLUMN_TYPES[one.type] for name, one in attributes.items()}


def fill_postgres(connection: psycopg.Connection[Any], tables: Sequence[Table], schema: str = "public") -> None:
    """Make the tables in a schema of their own, or empty them and fill them again."""
    with connection.transaction():
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        connection.execute(f'SET LOCAL search_path = "{schema}"')
        for name, columns, rows in tables:
            typed = ", ".join(f'"{one}" {POSTGRES.translated(kind)}' for one, kind in columns.items())
            connection.execute(f'CREATE TABLE IF NOT EXISTS "{name}" ({typed})')
            connection.execute(f'DELETE FROM "{name}"')
            if rows:
                marks = ", ".join(["%s"] * len(columns))
                connection.cursor().executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)


def fill_duckdb(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> None:
    """Make the tables in a database of DuckDB."""
    for name, columns, rows in tables:
        typed = ", ".join(f'"{one}" {kind}' for one, kind in columns.items())
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" ({typed})')
        if rows:
            connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)


def fill_spark(session: Any, tables: Sequence[Table], prefix: str) -> None:
    """Make views that every session of the program sees; their rows stand in the query that makes them."""
    for name, columns, rows in tables:
        typed = ", ".join(
            f"CAST(c{index} AS {SPARK.translated(SPARK.kind(kind))}) AS `{one}`"
            for index, (one, kind) in enumerate(columns.items())
        )
        names = ", ".join(f"c{index}" for index in range(len(columns)))
        values = ", ".join(f"({', '.join(map(_spark, row))})" for row in rows)
        nothing = f"({', '.join(['NULL'] * len(columns))})"
        session.sql(
            f"CREATE OR REPLACE GLOBAL TEMP VIEW `{prefix}{name}` AS SELECT {typed} "
            f"FROM VALUES {values or nothing} AS t({names}){'' if rows else ' WHERE FALSE'}"
        )


def _spark(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case list():
            return f"array({', '.join(map(_spark, value))})"
        case datetime():
            return f"TIMESTAMP_NTZ '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
    return SPARK.literal(str(value))
