"""Rows in, typed versions out: every cell is read by the type its attribute declares, and nothing is guessed.

A row is a mapping of column to cell, from a CSV file (all text), a list of dicts or a test in a pack. What cannot be
read is a `Problem` with its file, line and column; rows are never dropped without one.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.problems import Location, Problem, Severity, did_you_mean
from indicator_engine.store import oddities
from indicator_engine.store.records import Records, RegisterRow, Value, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indicator_engine.language.schema import Attribute, EventType, Schema

EVENT_COLUMNS = ("event_id", "type", "occurred_on", "recorded_at", "retracted")
TRUE_WORDS = frozenset({"yes", "true", "y", "1"})
FALSE_WORDS = frozenset({"no", "false", "n", "0"})
UNKNOWN_WORDS = frozenset({"", "unknown", "not known", "n/k", "?"})
DIGITS = 40


@dataclass(frozen=True)
class Row:
    """One row as it came, and where it stands."""

    cells: Mapping[str, Any]
    where: Location


@dataclass(frozen=True)
class Intake:
    """What a set of rows came to: records to evaluate and everything wrong or odd about the rows."""

    records: Records
    problems: tuple[Problem, ...]


class _UnreadableError(Exception):
    """A cell that its type cannot hold; the message says what would be right."""


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
    listed = {_text(row.cells.get(schema.subject.singular)) for row in told}
    problems += oddities.of_register(register_rows, told[0].cells if told else {}, schema)
    problems += oddities.of_events(versions, listed, schema)
    records = Records(tuple(versions), tuple(register_rows), None if covered is None else frozenset(covered))
    return Intake(records, tuple(problems))


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_events(rows: list[Row], schema: Schema, problems: list[Problem]) -> list[Version]:
    _report_columns(rows, {*EVENT_COLUMNS, schema.subject.singular, *_all_attributes(schema)}, "events", problems)
    retracted_only = _known_ids(rows)
    found = []
    foreign: Counter[str] = Counter()
    for row in rows:
        name = _text(row.cells.get("type"))
        if name and name not in schema.events:
            foreign[name] += 1
            continue
        if version := _read_event(row, schema, problems, retracted_only):
            found.append(version)
    _report_foreign(foreign, rows, schema, problems)
    return found


def _known_ids(rows: list[Row]) -> frozenset[str]:
    """Ids that some row tells in full, so that a retraction may give the id alone."""
    return frozenset(_text(row.cells.get("event_id")) for row in rows if _text(row.cells.get("type")))


def _read_event(row: Row, schema: Schema, problems: list[Problem], known_ids: frozenset[str]) -> Version | None:
    """One version, or None when a cell it cannot do without is missing or unreadable."""
    reader = _RowReader(row, problems)
    retracted = reader.truth("retracted") is True
    event_id = reader.required("event_id")
    name, subject = _text(row.cells.get("type")), _text(row.cells.get(schema.subject.singular))
    recorded_at = reader.read("recorded_at", read_instant)
    if retracted:
        return _retraction(reader, event_id, recorded_at, name, subject, told=event_id in known_ids)
    occurred_on = reader.read("occurred_on", read_day, needed=True)
    reader.required("type")
    reader.required(schema.subject.singular)
    event = schema.events.get(name)
    attributes = _read_attributes(reader, event.attributes if event else {})
    if event:
        _report_misplaced(row, event, schema, problems)
    if reader.failed or not event or occurred_on is None:
        return None
    recorded = recorded_at or datetime.combine(occurred_on, datetime.min.time())
    return Version(event_id, recorded, name, subject, occurred_on, attributes, source=str(row.where))


def _retraction(
    reader: _RowReader, event_id: str, recorded_at: datetime | None, name: str, subject: str, *, told: bool
) -> Version | None:
    """A retraction needs an id and its instant; without the instant nobody could say when the event ceased to stand."""
    if recorded_at is None and not reader.failed:
        reader.note("IE302", "recorded_at is blank; a retraction must say when it was recorded")
        return None
    if recorded_at is None or not event_id:
        return None
    if not told:
        reader.note("IE310", f"event {event_id} is retracted, but no row tells what it was", "warning")
    return Version(event_id, recorded_at, name, subject, retracted=True, source=str(reader.row.where))


def _read_attributes(reader: _RowReader, attributes: Mapping[str, Attribute]) -> dict[str, Value]:
    return {name: reader.read(name, partial(read_value, attribute=one)) for name, one in attributes.items()}


class _RowReader:
    """Reads the cells of one row and reports each that cannot be read."""

    def __init__(self, row: Row, problems: list[Problem]) -> None:
        self.row = row
        self.problems = problems
        self.failed = False

    def read(self, column: str, read: Callable[[Any], Any], *, needed: bool = False) -> Any:
        """A typed cell; None when blank or unreadable (then reported)."""
        try:
            value = read(self.row.cells.get(column))
        except _UnreadableError as fault:
            self.failed = True
            return self.note("IE301", f"{column}: {fault}")
        if value is None and needed:
            self.failed = True
            self.note("IE302", f"{column} is blank")
        return value

    def truth(self, column: str) -> bool | None:
        """A yes or no cell."""
        found: bool | None = self.read(column, _read_truth)
        return found

    def required(self, column: str) -> str:
        """A text cell that may not be blank."""
        found = _text(self.row.cells.get(column))
        if not found:
            self.failed = True
            self.note("IE302", f"{column} is blank")
        return found

    def note(self, code: str, fact: str, severity: Severity = "error") -> None:
        """Report something about this row."""
        self.problems.append(Problem(code, fact, "", severity, self.row.where))


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_register(rows: list[Row], schema: Schema, problems: list[Problem]) -> list[RegisterRow]:
    subject = schema.subject
    _report_columns(rows, {subject.singular, "name", *subject.attributes}, "register", problems)
    found = []
    for row in rows:
        reader = _RowReader(row, problems)
        key = reader.required(subject.singular)
        attributes = _read_attributes(reader, subject.attributes)
        if "name" not in attributes:
            attributes["name"] = _text(row.cells.get("name")) or None
        if not reader.failed:
            found.append(RegisterRow(key, attributes, row.where))
    return found


# ── one cell ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_value(cell: Any, attribute: Attribute) -> Value:
    """A cell as its attribute's type; None when blank. Raises _UnreadableError with what would be right."""
    if attribute.type == "list":
        return _read_list(cell, attribute)
    if attribute.type == "truth":
        return _read_truth(cell)
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if attribute.type == "date":
        return read_day(cell)
    if attribute.type in ("integer", "decimal", "money"):
        return _read_number(cell, attribute)
    return _read_word(cell, attribute)


def read_day(cell: Any) -> date | None:
    """A day: a date, or text year first. A date and time is refused unless it is midnight."""
    if isinstance(cell, datetime):
        if cell.time() != datetime.min.time():
            raise _UnreadableError(f"{cell.isoformat()} has a time of day; a day is needed")
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    text = _text(cell)
    if not text:
        return None
    day = periods.day_from(text) if len(text) == 10 and text[4] == "-" else None
    if day is None:
        raise _UnreadableError(f'"{_cut(text)}" is not a day; write it year first, like 2010-03-31')
    return day


def _plausible(day: date) -> date:
    if not periods.EARLIEST <= day <= periods.LATEST:
        raise _UnreadableError(f"{day.isoformat()} is outside {periods.EARLIEST.year} to {periods.LATEST.year}")
    return day


def read_instant(cell: Any) -> datetime | None:
    """When something was recorded: a day (its start) or a day and time; with a zone it is brought to UTC."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
    if isinstance(cell, date):
        return datetime.combine(_plausible(cell), datetime.min.time())
    text = _text(cell)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text) if text[:4].isdigit() and text[4:5] == "-" else None
    except ValueError:
        found = None
    if found is None:
        raise _UnreadableError(f'"{_cut(text)}" is not a day or a day and time; write 2010-03-31 or 2010-03-31T14:30')
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _read_truth(cell: Any) -> bool | None:
    if cell is None or isinstance(cell, bool):
        return cell
    word = _text(cell).casefold()
    if word in UNKNOWN_WORDS:
        return None
    if word in TRUE_WORDS or word in FALSE_WORDS:
        return word in TRUE_WORDS
    raise _UnreadableError(f'"{_cut(word)}" is neither yes, no nor unknown')


def _read_number(cell: Any, attribute: Attribute) -> Fraction:
    number = _exact(cell)
    if number is None:
        raise _UnreadableError(f'"{_cut(str(cell))}" is not a number; write digits and a point, like 1204 or 2.5')
    if attribute.type == "integer" and number.denominator != 1:
        raise _UnreadableError(f"{cell} is not a whole number")
    if attribute.minimum is not None and number < attribute.minimum:
        raise _UnreadableError(f"{cell} is below the least the pack allows, {attribute.minimum}")
    if attribute.maximum is not None and number > attribute.maximum:
        raise _UnreadableError(f"{cell} is above the most the pack allows, {attribute.maximum}")
    return number


def _exact(cell: Any) -> Fraction | None:
    """A number without loss: floats by what they show (0.1 is a tenth); NaN, infinity and booleans are none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | Fraction):
        return Fraction(cell) if len(str(abs(int(cell)))) <= DIGITS else None
    text = repr(cell) if isinstance(cell, float) else _text(cell)
    if len(text) > DIGITS or not text.isascii() or "_" in text or "e+" in text.casefold():
        return None
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return None
    small = decimal.is_finite() and -DIGITS <= (decimal.adjusted() if decimal else 0) <= DIGITS
    return Fraction(decimal) if small else None


def _read_list(cell: Any, attribute: Attribute) -> tuple[str, ...]:
    items = cell if isinstance(cell, list | tuple) else _text(cell).split(";")
    words = tuple(dict.fromkeys(_text(item) for item in items if _text(item)))
    for word in words:
        _check_choice(word, attribute)
    return words


def _read_word(cell: Any, attribute: Attribute) -> str:
    word = _text(cell)
    if attribute.type == "choice":
        _check_choice(word, attribute)
    return word


def _check_choice(word: str, attribute: Attribute) -> None:
    if attribute.choices and not attribute.open and word not in attribute.choices:
        hint = did_you_mean(word, attribute.choices)
        raise _UnreadableError(f'"{_cut(word)}" is not one of the choices' + (f"; {hint}" if hint else ""))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and math.isnan(cell):  # as data frames write a blank
        return ""
    return str(cell).strip()


def _cut(text: str) -> str:
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:60])
    return shown + ("…" if len(text) > 60 else "")


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _all_attributes(schema: Schema) -> set[str]:
    return {name for event in schema.events.values() for name in event.attributes}


def _report_columns(rows: list[Row], known: set[str], what: str, problems: list[Problem]) -> None:
    """Columns that the pack does not know are named once; they are not read."""
    first: dict[str, Row] = {}
    for row in rows:
        for column in row.cells:
            if column not in known and not _is_blank(row.cells[column]):
                first.setdefault(str(column), row)
    for column, row in first.items():
        fact = f"the {what} {'has' if what == 'register' else 'have'} a column `{_cut(column)}`, unknown to the pack"
        problems.append(
            Problem("IE303", fact, did_you_mean(column, known) if len(column) < 60 else "", "warning", row.where)
        )


def _is_blank(cell: Any) -> bool:
    return _text(cell) == ""


def _report_foreign(foreign: Counter[str], rows: list[Row], schema: Schema, problems: list[Problem]) -> None:
    for name, count in foreign.items():
        where = next(row.where for row in rows if _text(row.cells.get("type")) == name)
        rows_are = f"{count} rows" if count > 1 else "1 row"
        fact = f"{rows_are} of type `{_cut(name)}`, which the pack does not have: not counted"
        problems.append(Problem("IE304", fact, did_you_mean(name, schema.events), "warning", where))


def _report_misplaced(row: Row, event: EventType, schema: Schema, problems: list[Problem]) -> None:
    """A cell filled in a column that this type of event does not have."""
    others = _all_attributes(schema) - event.attributes.keys() - {*EVENT_COLUMNS, schema.subject.singular}
    for column in sorted(others):
        if not _is_blank(row.cells.get(column)):
            fact = f"`{event.name}` has no attribute `{column}`; the cell is not read"
            problems.append(Problem("IE305", fact, "", "warning", row.where))
