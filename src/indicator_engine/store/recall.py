"""What the store says, as it was known: versions and registers read back as records to evaluate.

`at_import` leaves out what later imports brought; the instant at which things were recorded is for the evaluator, which
asks the records with it. Names are those that the aliases say were meant.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from indicator_engine.store import aliases, catalog, oddities
from indicator_engine.store.aliases import Names
from indicator_engine.store.catalog import Kept, quoted
from indicator_engine.store.intake import Intake
from indicator_engine.store.records import Records, Version
from indicator_engine.store.registers import standing_rows, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.language.schema import Schema
    from indicator_engine.problems import Problem
    from indicator_engine.store.database import Database


def intake(
    database: Database,
    schema: Schema,
    *,
    known_at: datetime | None = None,
    at_import: int | None = None,
    covered: Iterable[str] | None = None,
) -> Intake:
    """Everything a pack can ask of the store, with what is odd about it."""
    names = Names(aliases.standing(database, known_at, at_import))
    columns = dict.fromkeys(("name", *schema.subject.attributes))
    rows = standing_rows(database, columns, known_at, at_import)
    subjects = aliases.subject_attributes(schema)
    found = tuple(names.version(one, subjects) for one in versions(database, schema, at_import))
    register = tuple(names.register(rows, schema))
    problems: list[Problem] = [*names.remarks(rows, schema)]
    problems += oddities.of_register(list(register), _register_columns(database, schema, at_import), schema)
    problems += oddities.of_events(list(found), {row.subject for row in register}, schema)
    records = Records(found, register, None if covered is None else frozenset(covered))
    return Intake(records, tuple(problems))


def _register_columns(database: Database, schema: Schema, at_import: int | None) -> list[str]:
    """The columns of the register that the store had after an import, as the pack calls them."""
    query = "SELECT spec FROM vocabulary WHERE _import <= ? OR ? IS NULL"
    specs = [catalog.schema_of(spec) for (spec,) in database.rows(query, [at_import, at_import])]
    there = {"name", *(name.casefold() for one in specs for name in one.subject.attributes)}
    return [name for name in ("name", *schema.subject.attributes) if name.casefold() in there]


def versions(
    database: Database, schema: Schema, at_import: int | None = None, event_id: str | None = None
) -> Iterator[Version]:
    """Every version of the pack's event types, with the retractions, in the order in which they were stored."""
    tables = {kept.table: kept for kept in database.kept()}
    for event in schema.events.values():
        kept = tables.get(catalog.event_table(event.name))
        if kept:
            yield from _of_type(database, kept, event.name, list(event.attributes), at_import, event_id)
    query = (
        "SELECT r._event, r._recorded, r.type, r.subject, i.file, i.sheet, r._line, r._import "
        f"FROM retraction r JOIN import i ON i.number = r._import WHERE {_WHERE} ORDER BY r._import, r._line"
    )
    for event, recorded, type_, subject, file, sheet, line, number in _found(database, query, at_import, event_id):
        place = _place(file, sheet, line)
        yield Version(event, recorded, type_ or "", subject or "", retracted=True, source=place, position=number)


_WHERE = "(r._import <= ? OR ? IS NULL) AND (r._event = ? OR ? IS NULL)"


def _found(database: Database, query: str, at_import: int | None, event_id: str | None) -> Iterator[tuple[Any, ...]]:
    for chunk in database.chunks(query, [at_import, at_import, event_id, event_id]):
        yield from chunk


def _of_type(
    database: Database, kept: Kept, name: str, attributes: list[str], at_import: int | None, event_id: str | None
) -> Iterator[Version]:
    there = {column.casefold(): column for column in kept.columns}
    columns = [there.get(one.casefold()) for one in attributes]
    kinds = [kept.columns[column] if column else "" for column in columns]
    picked = "".join(f", r.{quoted(column)}" if column else ", NULL" for column in columns)
    query = (
        f"SELECT r._event, r._recorded, s.name, r._occurred, i.file, i.sheet, r._line, r._import{picked} "
        f"FROM {quoted(kept.table)} r JOIN subject s ON s.number = r._subject JOIN import i ON i.number = r._import "
        f"WHERE {_WHERE} ORDER BY r._import, r._line"
    )
    for event, recorded, subject, day, file, sheet, line, number, *values in _found(
        database, query, at_import, event_id
    ):
        said = {one: value_of(value, kind) for one, value, kind in zip(attributes, values, kinds, strict=True)}
        yield Version(event, recorded, name, subject, day, said, source=_place(file, sheet, line), position=number)


def _place(file: str, sheet: str, line: int) -> str:
    """Where a row stood, as messages name it."""
    return f"{file}{f'[{sheet}]' if sheet else ''}{f':{line}:1' if line else ''}"


def subjects(database: Database, schema: Schema) -> set[str]:
    """Every subject that the register lists."""
    return set(standing_rows(database, schema.subject.attributes))


def first_register(database: Database) -> date | None:
    """The day on which anything of a register was first recorded."""
    found = database.value("SELECT min(_recorded) FROM register")
    return found.date() if isinstance(found, datetime) else None
