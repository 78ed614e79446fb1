"""Records in memory as tables that queries can look at, for tests and for evaluations without a store."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.ground import Ground, plain
from indicator_engine.store import catalog
from indicator_engine.store.catalog import quoted
from indicator_engine.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import Records, RegisterRow, Version


def ground_of(records: Records, schema: Schema, database: Database | None = None) -> Ground:
    """The relations of records in memory; a `database` of the same vocabulary is emptied and used again."""
    database = emptied(schema, database)
    numbers = _subjects(database, records)
    for version in records.versions:
        write(database, version, numbers, schema)
    for line, row in enumerate(records.register):
        write_register(database, row, numbers, schema, line=line)
    return Ground(database, schema, covered=records.covered)


def emptied(schema: Schema, database: Database | None = None) -> Database:
    """A database for a vocabulary, with nothing in it."""
    if database is None:
        database = Database(None, read_only=False)
        database.create(uuid.uuid4().hex)
        database.grow(schema)
    else:
        for table in ("subject", *(kept.table for kept in database.kept())):
            database.run(f"DELETE FROM {quoted(table)}")
    return database


_ALWAYS = "1900-01-01"


def _subjects(database: Database, records: Records) -> dict[str, int]:
    names = sorted({one.subject for one in records.versions} | {row.subject for row in records.register})
    for number, name in enumerate(names, 1):
        database.run("INSERT INTO subject VALUES (?, ?, 1)", [number, name])
    return {name: number for number, name in enumerate(names, 1)}


def write(database: Database, version: Version, numbers: dict[str, int], schema: Schema) -> None:
    """Put a version into its table, or a retraction into theirs."""
    if version.retracted:
        values = [version.position, 0, version.event_id, version.recorded_at, version.type, version.subject]
        database.run("INSERT INTO retraction VALUES (?, ?, ?, ?, ?, ?)", values)
        return
    attributes = schema.events[version.type].attributes
    columns = [*catalog.EVENT, *attributes]
    values = [
        version.position, 0, version.event_id, numbers[version.subject], version.occurred_on, version.recorded_at,
        *(plain(version.attributes.get(one)) for one in attributes),
    ]  # fmt: skip
    _insert(database, catalog.event_table(version.type), columns, values)


def write_register(
    database: Database, row: RegisterRow, numbers: dict[str, int], schema: Schema, *, line: int, position: int = 1
) -> None:
    """Put a row of the register, which was always known, into its table."""
    attributes = schema.subject.attributes
    columns = ["_import", "_line", "_subject", "_recorded", "_listed", *attributes]
    values = [position, line, numbers[row.subject], _ALWAYS, True]
    _insert(database, "register", columns, [*values, *(plain(row.attributes.get(one)) for one in attributes)])


def _insert(database: Database, table: str, columns: Iterable[str], values: list[object]) -> None:
    names = ", ".join(map(quoted, columns))
    database.run(f"INSERT INTO {quoted(table)} ({names}) VALUES ({', '.join('?' * len(values))})", values)
