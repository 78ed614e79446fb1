"""Whether the rows of a test fit the vocabulary: their columns, their types, their values.

Rows are inline tables, whose values TOML has typed, or lines of a CSV file, whose values are all text. A blank cell
is an unknown value and fits everywhere. Those of a file are looked at by columns, where a word that stands in each row
is one word; only where something does not fit, row by row, to tell what.
"""

from __future__ import annotations

import re
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from indicator_engine import amounts, periods
from indicator_engine.definitions.refused import Refused
from indicator_engine.definitions.wording import hint_for_key, listed, quoted, sort_of
from indicator_engine.frozen import dataclass
from indicator_engine.language.schema import Attribute
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.language.schema import Schema

Row = dict[str, Any]

TRUTH_WORDS = ("yes", "no", "unknown", "true", "false")

EVENT_COLUMNS = ("event_id", "type", "occurred_on", "recorded_at", "retracted")
"""Columns that every event can have, beside the subject's."""

_RECORD = {
    "event_id": Attribute("event_id", "text"),
    "occurred_on": Attribute("occurred_on", "date"),
    "retracted": Attribute("retracted", "truth"),
}


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one cell; `on_key` where it is the column and not the value, `key` "" for the whole row."""

    code: str
    key: str
    fact: str
    hint: str = ""
    on_key: bool = False


class RowKind(NamedTuple):
    """What the rows are of: its name, what is wrong with one row, whether rows of a file surely fit."""

    name: str
    faults: Callable[[Row], Iterator[RowFault]]
    surely_fit: Callable[[Sequence[Row]], bool]


@dataclass(frozen=True)
class Rows:
    """Checks rows against a schema. What was `refused` where it was declared is let pass."""

    schema: Schema
    refused: Refused = field(default_factory=Refused)

    @property
    def events(self) -> RowKind:
        """How events are checked."""
        return RowKind("events", self.faults_of_event, self.events_surely_fit)

    @property
    def register(self) -> RowKind:
        """How rows of the register are checked."""
        return RowKind("register", self.faults_of_register, self.register_surely_fits)

    def faults_of_event(self, row: Row) -> Iterator[RowFault]:
        """What is wrong with one event."""
        needed = ("type", self.schema.subject.singular, "occurred_on") if _is_whole_event(row) else ("event_id",)
        yield from self._lacking(row, *needed)
        yield from self._cells(row, _RECORD)
        yield from self._moment(row)
        name = row.get("type")
        if not isinstance(name, str):
            if _given(name):
                yield _wrong_type("type", "text", name)
        elif name in self.schema.events:
            attributes = self.schema.events[name].attributes
            known = (*EVENT_COLUMNS, self.schema.subject.singular, *attributes)
            yield from self._unknown_keys(row, known, f"`{name}`")
            yield from self._cells(row, attributes)
        elif name and name not in self.refused:
            hint = did_you_mean(name, self.schema.events)
            yield RowFault("IE070", "type", f"there is no event type {quoted(name)}", hint)

    def faults_of_register(self, row: Row) -> Iterator[RowFault]:
        """What is wrong with one row of the register."""
        yield from self._lacking(row, self.schema.subject.singular)
        columns = (self.schema.subject.singular, "name", *self.schema.subject.attributes)
        yield from self._unknown_keys(row, columns, "the register")
        yield from self._cells(row, self.schema.subject.attributes)

    def events_surely_fit(self, rows: Sequence[Row]) -> bool:
        """Whether no event of a file has a fault. Where this is not sure, False."""
        retractions = [row for row in rows if not _is_whole_event(row)]
        return not any(fault for row in retractions for fault in self.faults_of_event(row)) and all(
            name in self.schema.events and self._surely_fit(name, _columns(group))
            for name, group in _by_type(row for row in rows if _is_whole_event(row)).items()
        )

    def _surely_fit(self, event_type: str, columns: Mapping[str, set[str]]) -> bool:
        needed = ("type", self.schema.subject.singular, "occurred_on")
        attributes = (*_RECORD.values(), *self.schema.events[event_type].attributes.values())
        return _fit(columns, needed, EVENT_COLUMNS, attributes) and all(
            map(_is_moment, columns.get("recorded_at", _BLANK) - _BLANK)
        )

    def register_surely_fits(self, rows: Sequence[Row]) -> bool:
        """Whether no row of a register's file has a fault. Where this is not sure, False."""
        attributes = self.schema.subject.attributes
        return _fit(_columns(rows), (self.schema.subject.singular,), ("name",), tuple(attributes.values()))

    def _lacking(self, row: Row, *keys: str) -> Iterator[RowFault]:
        for key in keys:
            if not _given(row.get(key)):
                example = _EXAMPLES.get(key, f'`{key} = "N1"`')
                yield RowFault("IE073", "", f"this row has no `{key}`", f"add {example}")
            elif key == self.schema.subject.singular and not isinstance(row[key], str):
                yield _wrong_type(key, "text", row[key])

    def _unknown_keys(self, row: Row, known: Iterable[str], owner: str) -> Iterator[RowFault]:
        names = list(known)
        for key, value in row.items():
            if key not in names and key not in self.refused and _given(value):
                hint = hint_for_key(key, names)
                yield RowFault("IE071", key, f"{owner} has no attribute `{key}`", hint, on_key=True)

    @staticmethod
    def _cells(row: Row, attributes: Mapping[str, Attribute]) -> Iterator[RowFault]:
        for name, attribute in attributes.items():
            if _given(row.get(name)) and (fault := misfit(attribute, row[name])):
                yield fault

    @staticmethod
    def _moment(row: Row) -> Iterator[RowFault]:
        value = row.get("recorded_at")
        if _given(value) and not isinstance(value, date) and not _is_moment(value):
            yield _wrong_type("recorded_at", "a date, with or without a time", value)


def _is_whole_event(row: Row) -> bool:
    """Whether a row tells all of an event, and does not only retract one."""
    return row.get("retracted") in (None, False, "", "no")


_BLANK = frozenset(("",))


def _by_type(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("type", ""), []).append(row)
    return found


def _columns(rows: Sequence[Row]) -> dict[str, set[str]]:
    """The words of each column of a file."""
    return {name: {row[name] for row in rows} for name in rows[0]} if rows else {}


def _fit(
    columns: Mapping[str, set[str]], needed: Sequence[str], also: Sequence[str], attributes: Sequence[Attribute]
) -> bool:
    """Whether there is a word in each cell of the columns needed, no word in unknown columns, and each word fits."""
    known = {*needed, *also, *(one.name for one in attributes)}
    return (
        all("" not in columns.get(name, _BLANK) for name in needed)
        and all(name in known or words == _BLANK for name, words in columns.items())
        and all(not misfit(one, word) for one in attributes for word in columns.get(one.name, _BLANK) - _BLANK)
    )


_EXAMPLES = {
    "type": '`type = "pledge"`',
    "occurred_on": "`occurred_on = 2010-03-31`",
    "event_id": '`event_id = "E1"`, the event that is retracted',
}


def _given(value: object) -> bool:
    return value is not None and value != ""


def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def misfit(attribute: Attribute, value: object) -> RowFault | None:
    """What is wrong with a value of an attribute; None when it fits."""
    wanted, fits = _FITTING[attribute.type]
    if not fits(value):
        return _wrong_type(attribute.name, wanted, value)
    return _not_a_choice(attribute, value) or _out_of_range(attribute, value)


def _wrong_type(name: str, wanted: str, value: object) -> RowFault:
    what = quoted(value) if isinstance(value, str) else sort_of(value)
    hint = "write it year first: 2010-03-31" if wanted.startswith("a date") else ""
    if wanted == "text" and not isinstance(value, str | list | dict):
        hint = f'put it in quotes: `"{value}"`'
    return RowFault("IE072", name, f"`{name}` must be {wanted}, and this is {what}", hint)


def _not_a_choice(attribute: Attribute, value: object) -> RowFault | None:
    if not attribute.choices or attribute.open:
        return None
    for word in _words(value):
        if word not in attribute.choices:
            near = did_you_mean(word, attribute.choices) or f"it can be {listed(attribute.choices)}"
            return RowFault("IE072", attribute.name, f"`{attribute.name}` cannot be {quoted(word)}", near)
    return None


def _words(value: object) -> list[str]:
    """The words of a list, also of one written in a cell."""
    if isinstance(value, list):
        return value
    return [word.strip() for word in str(value).split(";")]


def _out_of_range(attribute: Attribute, value: object) -> RowFault | None:
    number = amounts.read(value) if attribute.type in ("integer", "decimal", "money") else None
    if number is None:
        return None
    low, high = attribute.minimum, attribute.maximum
    if low is not None and number.value < low:
        fact = f"`{attribute.name}` is at least {amounts.shown(low)}, and this is {value}"
    elif high is not None and number.value > high:
        fact = f"`{attribute.name}` is at most {amounts.shown(high)}, and this is {value}"
    else:
        return None
    return RowFault("IE072", attribute.name, fact, "mend the value, or the attribute's limits")


# ── one rule a type ──────────────────────────────────────────────────────────────────────────────────────────────────


def _is_whole(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and bool(re.fullmatch(r"[+-]?\d+", value.strip(), re.ASCII))
    )


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"[+-]?\d+(?:\.\d+)?", value.strip(), re.ASCII))
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII)) and bool(periods.day_from(value))
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_truth(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value.strip().casefold() in TRUTH_WORDS)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


_FITTING = {
    "integer": ("a whole number", _is_whole),
    "decimal": ("a number", _is_number),
    "money": ("a number", _is_number),
    "text": ("text", _is_text),
    "date": ("a date", _is_day),
    "truth": ('true, false or "unknown"', _is_truth),
    "choice": ("text", _is_text),
    "subject": ("text", _is_text),
    "evidence": ("text", _is_text),
    "list": ("a list of texts", _is_list),
}
