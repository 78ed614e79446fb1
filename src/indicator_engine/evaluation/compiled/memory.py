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
    with database.transaction():
        numbers = _subjects(database, records)
        told = [_told(version, numbers, schema) for version in records.versions]
        listed = [_listed(row, numbers, schema, line=line) for line, row in enumerate(records.register)]
        _insert(database, [*told, *listed])
    return Ground(database, schema, covered=records.covered)


def emptied(schema: Schema, database: Database | None = None) -> Database:
    """A database for a vocabulary, with nothing in it."""
    if database is None:
        database = Database(None, read_only=False)
        database.create(uuid.uuid4().hex)
        database.grow(schema)
    else:
        tables = ("subject", *(kept.table for kept in database.kept()))
        asked = " UNION ALL ".join(
            f"(SELECT {place} FROM {quoted(table)} LIMIT 1)" for place, table in enumerate(tables)
        )
        with database.transaction():
            for (place,) in database.rows(asked):
                database.run(f"DELETE FROM {quoted(tables[place])}")
    return database


_ALWAYS = "1900-01-01"

_Row = tuple[str, tuple[str, ...], list[object]]
"""A table, columns of it, and what stands in them."""


def _subjects(database: Database, records: Records) -> dict[str, int]:
    names = sorted({one.subject for one in records.versions} | {row.subject for row in records.register})
    numbers = {name: number for number, name in enumerate(names, 1)}
    _insert(
        database, [("subject", ("number", "name", "_import"), [number, name, 1]) for name, number in numbers.items()]
    )
    return numbers


def write(database: Database, version: Version, numbers: dict[str, int], schema: Schema) -> None:
    """Put a version into its table, or a retraction into theirs."""
    _insert(database, [_told(version, numbers, schema)])


def write_register(
    database: Database, row: RegisterRow, numbers: dict[str, int], schema: Schema, *, line: int, position: int = 1
) -> None:
    """Put a row of the register, which was always known, into its table."""
    _insert(database, [_listed(row, numbers, schema, line=line, position=position)])


def _told(version: Version, numbers: dict[str, int], schema: Schema) -> _Row:
    if version.retracted:
        told = [version.position, 0, version.event_id, version.recorded_at, version.type, version.subject]
        return "retraction", tuple(catalog.FIXED["retraction"]), told
    attributes = schema.events[version.type].attributes
    values = [
        version.position, 0, version.event_id, numbers[version.subject], version.occurred_on, version.recorded_at,
        *(plain(version.attributes.get(one)) for one in attributes),
    ]  # fmt: skip
    return catalog.event_table(version.type), (*catalog.EVENT, *attributes), values


def _listed(row: RegisterRow, numbers: dict[str, int], schema: Schema, *, line: int, position: int = 1) -> _Row:
    attributes = schema.subject.attributes
    columns = ("_import", "_line", "_subject", "_recorded", "_listed", *attributes)
    values = [position, line, numbers[row.subject], _ALWAYS, True]
    return "register", columns, [*values, *(plain(row.attributes.get(one)) for one in attributes)]


def _insert(database: Database, rows: Iterable[_Row]) -> None:
    """Put rows into their tables, those of one table together."""
    together: dict[tuple[str, tuple[str, ...]], list[list[object]]] = {}
    for table, columns, values in rows:
        together.setdefault((table, columns), []).append(values)
    for (table, columns), found in together.items():
        marks = f"({', '.join('?' * len(columns))})"
        database.run(
            f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, columns))}) VALUES {', '.join([marks] * len(found))}",
            [value for values in found for value in values],
        )
