"""Which tables the database of a store has: one for each event type, with a typed column for each attribute.

Tables only grow: a pack that gains a type or an attribute adds a table or a column before anything is imported, and
nothing else ever changes. Columns of the store's own begin with `_`, which no attribute's name can.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.language.schema import Attribute, AttributeType, EventType, Schema, Subject
from indicator_engine.problems import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = 1
"""The layout of the tables; a store of another one is migrated when it is opened for writing, or refused."""

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that can read the file."""

_NUMBER = "DECIMAL(38,20)"
COLUMN_TYPES: Mapping[str, str] = {
    "integer": "BIGINT", "decimal": _NUMBER, "money": _NUMBER, "text": "VARCHAR", "date": "DATE", "truth": "BOOLEAN",
    "choice": "VARCHAR", "subject": "VARCHAR", "evidence": "VARCHAR", "list": "VARCHAR[]",
}  # fmt: skip
"""How each type of attribute is kept."""

EVENT = {
    "_import": "INTEGER", "_line": "BIGINT", "_event": "VARCHAR", "_subject": "INTEGER", "_occurred": "DATE",
    "_recorded": "TIMESTAMP",
}  # fmt: skip
"""The first columns of every table of events: import, line of its file, id, subject, and the two times."""

REGISTER = {
    "_import": "INTEGER", "_line": "BIGINT", "_subject": "INTEGER", "_recorded": "TIMESTAMP", "_listed": "BOOLEAN",
}  # fmt: skip
"""Those of the register; `_listed` is false where an import says that a subject is no longer in it."""

FIXED: Mapping[str, Mapping[str, str]] = {
    "meta": {"key": "VARCHAR", "value": "VARCHAR"},
    "import": {
        "number": "INTEGER", "kind": "VARCHAR", "at": "VARCHAR", "by": "VARCHAR", "file": "VARCHAR", "sheet": "VARCHAR",
        "sha256": "VARCHAR", "mapping": "VARCHAR", "pack": "VARCHAR", "reason": "VARCHAR", "read": "BIGINT",
        "stored": "BIGINT", "duplicate": "BIGINT", "quarantined": "BIGINT", "blank": "BIGINT", "digest": "VARCHAR",
        "running": "VARCHAR", "header": "VARCHAR", "mapped": "VARCHAR",
    },
    "vocabulary": {"_import": "INTEGER", "spec": "VARCHAR"},
    "subject": {"number": "INTEGER", "name": "VARCHAR", "_import": "INTEGER"},
    "retraction": {
        "_import": "INTEGER", "_line": "BIGINT", "_event": "VARCHAR", "_recorded": "TIMESTAMP", "type": "VARCHAR",
        "subject": "VARCHAR",
    },
    "register": {**REGISTER, "name": "VARCHAR"},
    "alias": {
        "_import": "INTEGER", "_line": "BIGINT", "name": "VARCHAR", "means": "VARCHAR", "since": "DATE",
        "_recorded": "TIMESTAMP",
    },
    "quarantine": {
        "_import": "INTEGER", "_line": "BIGINT", "code": "VARCHAR", "column": "VARCHAR", "fact": "VARCHAR",
        "hint": "VARCHAR", "cells": "VARCHAR", "event": "VARCHAR",
    },
    "resolution": {"_import": "INTEGER", "of_import": "INTEGER", "of_line": "BIGINT", "how": "VARCHAR"},
}  # fmt: skip
"""The tables that every store has, with their columns."""


def quoted(name: str) -> str:
    """An identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def event_table(name: str) -> str:
    """The table of an event type. Databases do not tell capitals apart, and packs do not either."""
    return f"event_{name.casefold()}"


def created(table: str, columns: Mapping[str, str]) -> str:
    """The statement that creates a table."""
    inside = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    return f"CREATE TABLE {quoted(table)} ({inside})"


def columns_of(event: EventType) -> dict[str, str]:
    """The columns of an event type's table."""
    return {**EVENT, **typed(event.attributes)}


def columns_of_register(subject: Subject) -> dict[str, str]:
    """The columns of the register's table."""
    return {**REGISTER, **columns_told(subject)}


def columns_told(subject: Subject) -> dict[str, str]:
    """The columns of the register that files tell of."""
    return {"name": "VARCHAR", **typed(subject.attributes)}


def as_kept(schema: Schema, there: Mapping[str, Mapping[str, str]]) -> Schema:
    """A vocabulary as a store has it, which other packs have told of as well.

    What a pack calls whole numbers has places where another has told some. Event types and attributes that it does not
    declare are there too: an event may have been corrected to such a type, and two may differ in nothing else.
    """
    known = {event_table(name): event for name, event in schema.events.items()}
    others = {
        table.removeprefix("event_"): EventType(table.removeprefix("event_"))
        for table in there
        if table.startswith("event_") and table not in known
    }
    events = {
        name: replace(event, attributes={**event.attributes, **told})
        for name, event in {**schema.events, **others}.items()
        if (told := _told_otherwise(event.attributes, there.get(event_table(name), {}), every=True))
    }
    told = _told_otherwise(schema.subject.attributes, there.get("register", {}), every=False)
    if not (events or told or others):
        return schema
    about = replace(schema.subject, attributes={**schema.subject.attributes, **told})
    return replace(schema, events={**schema.events, **others, **events}, subject=about)


def _told_otherwise(
    attributes: Mapping[str, Attribute], columns: Mapping[str, str], *, every: bool
) -> dict[str, Attribute]:
    """Attributes that a table has otherwise than a pack says; with `every`, those that it does not declare as well."""
    own = {name.casefold(): one for name, one in attributes.items()}
    found = {}
    for column, kind in columns.items():
        one = own.get(column.casefold())
        if one and one.type == "integer" and kind == _NUMBER:
            found[one.name] = replace(one, type="decimal")
        elif every and not one and not column.startswith("_"):
            found[column] = Attribute(column, _TYPE_OF[kind])
    return found


_TYPE_OF: Mapping[str, AttributeType] = {
    "BIGINT": "integer", _NUMBER: "decimal", "VARCHAR": "text", "DATE": "date", "BOOLEAN": "truth", "VARCHAR[]": "list",
}  # fmt: skip


def typed(attributes: Mapping[str, Attribute]) -> dict[str, str]:
    """How each attribute is kept."""
    return {name: COLUMN_TYPES[attribute.type] for name, attribute in attributes.items()}


def growth(schema: Schema, there: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The statements that make room for a pack's vocabulary in the tables that there are.

    Raises StoreError where an attribute is kept as another type already.
    """
    wanted = {event_table(event.name): columns_of(event) for event in schema.events.values()}
    wanted["register"] = columns_of_register(schema.subject)
    for table, columns in wanted.items():
        if table not in there:
            yield created(table, columns)
            continue
        kept = {name.casefold(): kind for name, kind in there[table].items()}
        for name, kind in columns.items():
            if name.casefold() not in kept:
                yield f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {kind}"
            elif kept[name.casefold()] != kind:
                yield from _widened(table, name, kept[name.casefold()], kind)


def _widened(table: str, name: str, kept: str, kind: str) -> Iterator[str]:
    """Whole numbers may become decimal ones; nothing else can become another thing."""
    if (kept, kind) == (_NUMBER, "BIGINT"):
        return
    if (kept, kind) != ("BIGINT", _NUMBER):
        words = {
            "BIGINT": "whole numbers",
            _NUMBER: "numbers",
            "VARCHAR": "texts",
            "DATE": "days",
            "BOOLEAN": "yes and no",
        }
        what = f"`{name}` of {table.removeprefix('event_')}"
        raise StoreError(
            f"the store keeps {what} as {words.get(kept, 'lists')}, and the pack declares {words.get(kind, 'lists')}: "
            "give the attribute another name, or import into a new store"
        )
    yield f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(name)} SET DATA TYPE {kind}"


# ── the vocabulary as the store remembers it ─────────────────────────────────────────────────────────────────────────


def spec_of(schema: Schema) -> str:
    """What a store must know of a pack's vocabulary to type a correction: types, attributes and their limits."""
    return json.dumps(
        {
            "singular": schema.subject.singular,
            "plural": schema.subject.plural,
            "from": schema.subject.start,
            "to": schema.subject.end,
            "register": {name: _spec(one) for name, one in schema.subject.attributes.items()},
            "events": {
                name: {key: _spec(one) for key, one in event.attributes.items()}
                for name, event in schema.events.items()
            },
        },
        sort_keys=True,
        ensure_ascii=False,
    )


def _spec(attribute: Attribute) -> dict[str, Any]:
    found = {key: value for key, value in asdict(attribute).items() if value or isinstance(value, Fraction)}
    return {key: str(value) if isinstance(value, Fraction) else value for key, value in found.items()}


def schema_of(spec: str) -> Schema:
    """The vocabulary that a store remembers."""
    found = json.loads(spec)
    subject = Subject(found["singular"], found["plural"], _attributes(found["register"]), found["from"], found["to"])
    events = {name: EventType(name, attributes=_attributes(one)) for name, one in found["events"].items()}
    return Schema(subject, events)


def _attributes(specs: Mapping[str, dict[str, Any]]) -> dict[str, Attribute]:
    return {name: _attribute(spec) for name, spec in specs.items()}


def _attribute(spec: dict[str, Any]) -> Attribute:
    limits: dict[str, Any] = {key: Fraction(spec[key]) for key in ("minimum", "maximum") if key in spec}
    given: dict[str, Any] = {**spec, **limits, "choices": tuple(spec.get("choices", ()))}
    return Attribute(**given)


@dataclass(frozen=True)
class Kept:
    """One table of versions, with the columns it has in the database."""

    table: str
    columns: Mapping[str, str]

    @property
    def attributes(self) -> list[str]:
        """The columns that are attributes."""
        return [name for name in self.columns if not name.startswith("_")]

    def digest(self, where: str) -> str:
        """A query for the digest of the rows that satisfy a condition: over what each says, in no order.

        A column without a value says nothing, so tables may gain columns, and whole numbers become decimal ones.
        """
        return f"SELECT count(*), {self._digest} FROM {quoted(self.table)} WHERE {where}"

    def digests(self) -> str:
        """A query for the digest of the rows of each import."""
        return f"SELECT _import, count(*), {self._digest} FROM {quoted(self.table)} GROUP BY _import"

    @property
    def _digest(self) -> str:
        parts = [_said(name, kind) for name, kind in self.columns.items() if name != "_import"]
        text = " || ".join([f"'{self.table}'", *parts])
        return f"bit_xor(md5_number({text}))"


def _said(name: str, kind: str) -> str:
    column = quoted(name)
    texts: dict[str, str] = {
        "BIGINT": f"CAST(CAST({column} AS {_NUMBER}) AS VARCHAR)"
        if not name.startswith("_")
        else f"CAST({column} AS VARCHAR)",
        "VARCHAR[]": f"array_to_string({column}, chr(30))",
        "TIMESTAMP": f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%f')",
        "DATE": f"strftime({column}, '%Y-%m-%d')",
    }
    text = texts.get(kind, f"CAST({column} AS VARCHAR)")
    return f"CASE WHEN {column} IS NULL THEN '' ELSE chr(31) || '{name}=' || {text} END"
