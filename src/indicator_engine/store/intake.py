"""Rows in, typed versions out: every cell is read by the type its attribute declares, and nothing is guessed.

A row is a mapping of column to cell, from a file, a list of dicts or a test in a pack. What cannot be read is a `Fault`
with its column, and the row is told with its file and line; rows are never dropped without one. An import into a store
reads rows strictly: what belongs to no declared type or attribute is refused, so that it is kept in quarantine.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.rows import EVENT_COLUMNS
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.problems import Location, Problem, did_you_mean
from indicator_engine.store import oddities
from indicator_engine.store.cells import (
    CellError,
    cut,
    is_blank,
    read_instant,
    read_occurrence,
    read_text,
    read_truth,
    read_value,
    text_of,
)
from indicator_engine.store.layout import Row
from indicator_engine.store.records import Records, RegisterRow, Value, Version
from indicator_engine.store.tables import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indicator_engine.language.schema import Attribute, EventType, Schema


_SHORTENED = late(r"\d(\.\d+)?E\+\d\d+", re.ASCII | re.IGNORECASE)
"""What becomes of a long number in a narrow column."""


@dataclass(frozen=True)
class Intake:
    """What a set of rows came to: records to evaluate and everything wrong or odd about the rows."""

    records: Records
    problems: tuple[Problem, ...]


def rows_of(data: Iterable[Mapping[str, Any]], name: str) -> list[Row]:
    """Rows of a list of dicts, placed as the first, second, … of `name`."""
    return [Row(cells, Location(f"{name}[{index}]")) for index, cells in enumerate(data)]


def take_in(
    events: Iterable[Row], register: Iterable[Row], schema: Schema, *, covered: Iterable[str] | None = None
) -> Intake:
    """Typed records of a pack's schema. Problems of severity "error" mean a row could not be used."""
    problems: list[Problem] = []
    told = list(register)
    register_rows = _read_register(told, schema, problems)
    versions = _read_events(list(events), schema, problems)
    listed = {text_of(row.cells.get(schema.subject.singular)) for row in told}
    problems += oddities.of_register(register_rows, told[0].cells if told else {}, schema)
    problems += oddities.of_events(versions, listed, schema)
    records = Records(tuple(versions), tuple(register_rows), None if covered is None else frozenset(covered))
    return Intake(records, tuple(problems))


def _read_events(rows: list[Row], schema: Schema, problems: list[Problem]) -> list[Version]:
    _report_columns(rows, {*EVENT_COLUMNS, schema.subject.singular, *_all_attributes(schema)}, "events", problems)
    reader = EventReader(schema)
    known_ids = _known_ids(rows)
    found = []
    foreign: Counter[str] = Counter()
    for row in rows:
        name = text_of(row.cells.get("type"))
        if name and name not in schema.events:
            foreign[name] += 1
            continue
        typed = reader.read(row)
        problems += typed.problems(row)
        version = typed.version
        if version and version.retracted and version.event_id not in known_ids:
            fact = f"event {version.event_id} is retracted, but no row tells what it was"
            problems.append(Problem("IE310", fact, "", "warning", row.where))
        if version:
            found.append(version)
    _report_foreign(foreign, rows, schema, problems)
    return found


def _known_ids(rows: list[Row]) -> frozenset[str]:
    """Ids that some row tells in full, so that a retraction may give the id alone."""
    return frozenset(text_of(row.cells.get("event_id")) for row in rows if text_of(row.cells.get("type")))


def _read_register(rows: list[Row], schema: Schema, problems: list[Problem]) -> list[RegisterRow]:
    subject = schema.subject
    _report_columns(rows, {subject.singular, "name", "recorded_at", *subject.attributes}, "register", problems)
    found = []
    for row in rows:
        typed = read_register_row(row, schema)
        problems += typed.problems(row)
        if typed.row:
            found.append(typed.row)
    return found


# ── one row ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Typed:
    """What one row came to: a version, or the faults that forbid it; `remarks` are cells that were passed over.

    `dated` is whether the row itself says when it was recorded.
    """

    version: Version | None = None
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    dated: bool = False

    def problems(self, row: Row) -> list[Problem]:
        """Faults as errors, remarks as warnings, at the place of the row."""
        return [
            *(Problem(one.code, one.fact, one.hint, "error", row.where) for one in self.faults),
            *(Problem(one.code, one.fact, one.hint, "warning", row.where) for one in self.remarks),
        ]


@dataclass(frozen=True)
class TypedRegisterRow(Typed):
    """The same for a row of the register; `recorded_at` is when it was recorded, where the row says so."""

    row: RegisterRow | None = None
    recorded_at: datetime | None = None


class EventReader:
    """Reads rows of events. `recorded` is the recording of rows that do not say theirs (None: the day they are of).

    Strictly, a type or a cell that the pack has no place for is a fault; else cells are passed over with a remark.
    """

    def __init__(self, schema: Schema, *, recorded: datetime | None = None, strict: bool = False) -> None:
        self.schema, self.recorded, self.strict = schema, recorded, strict
        everything = _all_attributes(schema) - {*EVENT_COLUMNS, schema.subject.singular}
        self._others = {name: sorted(everything - event.attributes.keys()) for name, event in schema.events.items()}

    def read(self, row: Row) -> Typed:
        """One version, or every fault of the row."""
        cells = _Cells(row)
        retracted = cells.read("retracted", partial(read_truth, formats=row.formats)) is True
        event_id = cells.key("event_id")
        name, subject = cells.text("type"), cells.text(self.schema.subject.singular)
        recorded_at = cells.read("recorded_at", partial(read_instant, formats=row.formats))
        if retracted:
            return self._retraction(cells, event_id, recorded_at, name, subject)
        occurred_on = cells.read("occurred_on", partial(read_occurrence, formats=row.formats), needed=True)
        cells.required("type")
        cells.key(self.schema.subject.singular)
        event = self.schema.events.get(name)
        if name and not event:
            cells.fault(_unknown_type(name, self.schema))
        attributes = _read_attributes(cells, event.attributes if event else {})
        remarks = tuple(self._misplaced(cells, event)) if event else ()
        if self.strict:
            cells.faults += remarks
        if cells.faults or not event or occurred_on is None:
            return Typed(None, tuple(cells.faults), () if self.strict else remarks)
        recorded = recorded_at or self.recorded or datetime.combine(occurred_on, time.min)
        version = Version(event_id, recorded, name, subject, occurred_on, attributes, source=str(row.where))
        return Typed(version, (), remarks, dated=recorded_at is not None)

    def _retraction(self, cells: _Cells, event_id: str, recorded_at: datetime | None, name: str, subject: str) -> Typed:
        """A retraction needs an id and its instant, or nobody could say when the event ceased to stand."""
        recorded = recorded_at or self.recorded
        if recorded is None and not cells.faults:
            fact = "recorded_at is blank; a retraction must say when it was recorded"
            cells.fault(Fault("IE302", fact, "", "recorded_at"))
        if cells.faults or recorded is None:
            return Typed(None, tuple(cells.faults))
        version = Version(event_id, recorded, name, subject, retracted=True, source=str(cells.row.where))
        return Typed(version, dated=recorded_at is not None)

    def _misplaced(self, cells: _Cells, event: EventType) -> Iterable[Fault]:
        """Cells filled in under a column that events of this type do not have."""
        for column in self._others[event.name]:
            if not is_blank(cells.row.cells.get(column)):
                fact = f"`{event.name}` has no attribute `{column}`"
                fact += "" if self.strict else "; the cell is not read"
                yield Fault("IE305", fact, "move the value, or declare the attribute for this type", cells.name(column))


def _unknown_type(name: str, schema: Schema) -> Fault:
    return Fault("IE304", f"the pack has no event type `{cut(name)}`", did_you_mean(name, schema.events), "type")


def read_register_row(row: Row, schema: Schema) -> TypedRegisterRow:
    """One row of the register, or every fault of it."""
    cells = _Cells(row)
    key = cells.key(schema.subject.singular)
    recorded_at = cells.read("recorded_at", partial(read_instant, formats=row.formats))
    attributes = _read_attributes(cells, schema.subject.attributes)
    if "name" not in attributes:
        attributes["name"] = cells.text("name") or None
    if cells.faults:
        return TypedRegisterRow(faults=tuple(cells.faults))
    return TypedRegisterRow(row=RegisterRow(key, attributes, row.where), recorded_at=recorded_at)


def _read_attributes(cells: _Cells, attributes: Mapping[str, Attribute]) -> dict[str, Value]:
    formats = cells.row.formats
    return {
        name: cells.read(name, partial(read_value, attribute=attribute, formats=formats))
        for name, attribute in attributes.items()
    }


class _Cells:
    """Reads the cells of one row and collects a fault for each that cannot be read."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[Fault] = []

    def name(self, column: str) -> str:
        """What a column is called in the file."""
        return self.row.names.get(column, column)

    def read(self, column: str, read: Callable[[Any], Any], *, needed: bool = False) -> Any:
        """A typed cell; None when blank or unreadable (then it is a fault)."""
        try:
            value = read(self.row.cells.get(column))
        except CellError as error:
            return self.fault(Fault(error.code, f"{self.name(column)}: {error.fact}", error.hint, self.name(column)))
        if value is None and needed:
            self._blank(column)
        return value

    def text(self, column: str) -> str:
        """A text cell."""
        return self.read(column, read_text) or ""

    def required(self, column: str) -> str:
        """A text cell that may not be blank."""
        found = self.text(column)
        if not found and all(fault.column != self.name(column) for fault in self.faults):
            self._blank(column)
        return found

    def key(self, column: str) -> str:
        """The same for what things are known by, which is no more what it was where a spreadsheet has shortened it."""
        found = self.required(column)
        if _SHORTENED.fullmatch(found):
            fact = f'{self.name(column)}: "{found}" is a number that a spreadsheet has shortened'
            hint = "show the column as text there, and export it again; others may have become the same"
            self.fault(Fault("IE362", fact, hint, self.name(column)))
        return found

    def _blank(self, column: str) -> None:
        hint = "fill it in; where this is a total or a note below the table, declare `stop_at`"
        self.fault(Fault("IE302", f"{self.name(column)} is blank", hint, self.name(column)))

    def fault(self, fault: Fault) -> None:
        """Something wrong with this row."""
        if fault not in self.faults:
            self.faults.append(fault)


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _all_attributes(schema: Schema) -> set[str]:
    return {name for event in schema.events.values() for name in event.attributes}


def _report_columns(rows: list[Row], known: set[str], what: str, problems: list[Problem]) -> None:
    """Columns that the pack does not know are named once; they are not read."""
    first: dict[str, Row] = {}
    for row in rows:
        for column in row.cells:
            if column not in known and not is_blank(row.cells[column]):
                first.setdefault(str(column), row)
    for column, row in first.items():
        fact = f"the {what} {'has' if what == 'register' else 'have'} a column `{cut(column)}`, unknown to the pack"
        problems.append(
            Problem("IE303", fact, did_you_mean(column, known) if len(column) < 60 else "", "warning", row.where)
        )


def _report_foreign(foreign: Counter[str], rows: list[Row], schema: Schema, problems: list[Problem]) -> None:
    for name, count in foreign.items():
        where = next(row.where for row in rows if text_of(row.cells.get("type")) == name)
        rows_are = f"{count} rows" if count > 1 else "1 row"
        fact = f"{rows_are} of type `{cut(name)}`, which the pack does not have: not counted"
        problems.append(Problem("IE304", fact, did_you_mean(name, schema.events), "warning", where))
