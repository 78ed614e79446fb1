"""Typed rows on their way into the database: held in temporary tables until it is known which of them are new.

There is one such table for each event type, shaped as the table it is for. Values go in as text that says exactly what
they are; a recording that the row does not tell stays blank, for the import to fill.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import field
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.frozen import dataclass
from indicator_engine.store import catalog
from indicator_engine.store.catalog import EVENT, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.database import Database
    from indicator_engine.store.intake import Typed
    from indicator_engine.store.records import Version

BATCH = 5_000
"""Rows that are handed to the database at a time."""

_OWN = {"_line": "BIGINT", "_event": "VARCHAR", "_subject": "VARCHAR", "_occurred": "DATE", "_recorded": "TIMESTAMP"}
_RETRACTION = {
    "_line": "BIGINT",
    "_event": "VARCHAR",
    "_recorded": "TIMESTAMP",
    "type": "VARCHAR",
    "subject": "VARCHAR",
}


@dataclass(frozen=True)
class Staged:
    """The temporary table of one event type, or of retractions: its name, its columns, the table it is for."""

    name: str
    columns: Mapping[str, str]
    home: str

    @property
    def attributes(self) -> list[str]:
        """Its columns beside those that every such table has."""
        return [name for name in self.columns if name not in _OWN]


@dataclass
class Staging:
    """The temporary tables of one import; they are made when the first row of their type comes."""

    database: Database
    schema: Schema
    tables: dict[str, Staged] = field(default_factory=dict)
    rows: int = 0
    """Rows staged since the tables were made."""
    _waiting: dict[str, list[list[Any]]] = field(default_factory=lambda: defaultdict(list))

    def table(self, type_: str) -> Staged:
        """The temporary table of an event type; "" for that of retractions."""
        if type_ not in self.tables:
            self.tables[type_] = self._created(type_)
        return self.tables[type_]

    def _created(self, type_: str) -> Staged:
        if type_:
            own = {
                name: kind for name, kind in catalog.columns_of(self.schema.events[type_]).items() if name not in EVENT
            }
            staged = Staged(f"in_{catalog.event_table(type_)}", {**_OWN, **own}, catalog.event_table(type_))
        else:
            staged = Staged("in_retraction", _RETRACTION, "retraction")
        self.database.run(
            catalog.created(staged.name, staged.columns).replace("CREATE TABLE", "CREATE OR REPLACE TEMP TABLE")
        )
        return staged

    def add(self, line: int, typed: Typed) -> None:
        """One version."""
        version = typed.version
        if version is None:
            return
        self.rows += 1
        name = "" if version.retracted else version.type
        self._waiting[name].append(_row(line, version, dated=typed.dated))
        if len(self._waiting[name]) >= BATCH:
            self._hand_over(name)

    def flush(self) -> None:
        """Hand over what is still waiting."""
        for name in list(self._waiting):
            self._hand_over(name)

    def _hand_over(self, name: str) -> None:
        rows = self._waiting.pop(name, [])
        if rows:
            staged = self.table(name)
            self.database.run(f"INSERT INTO {quoted(staged.name)} {values_query(staged.columns)}", [as_values(rows)])

    def drop(self) -> None:
        """Remove the temporary tables."""
        for staged in self.tables.values():
            self.database.run(f"DROP TABLE {quoted(staged.name)}")
        self.tables.clear()
        self.rows = 0


def name_subjects(database: Database, table: str, number: int) -> None:
    """Give a number to each subject of a temporary table that the store has not met, for an import of that number."""
    database.run(
        "INSERT INTO subject SELECT (SELECT coalesce(max(number), 0) FROM subject) "
        "+ row_number() OVER (ORDER BY first), name, ? FROM (SELECT _subject AS name, min(_line) AS first "
        f"FROM {quoted(table)} GROUP BY _subject) WHERE name NOT IN (SELECT name FROM subject)",
        [number],
    )


def as_values(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as one text, for `values_query`."""
    return json.dumps(rows, ensure_ascii=False)


def values_query(columns: Mapping[str, str]) -> str:
    """A query for rows of these columns, which are bound as one text that `as_values` wrote."""
    cells = ", ".join(
        f"{_cell(place, kind)} AS {quoted(name)}" for place, (name, kind) in enumerate(columns.items(), 1)
    )
    return f"SELECT {cells} FROM (SELECT unnest(from_json(?, '[[\"VARCHAR\"]]')) AS r)"


def _cell(place: int, kind: str) -> str:
    if kind == "VARCHAR":
        return f"r[{place}]"
    return f"from_json(r[{place}], '[\"VARCHAR\"]')" if kind == "VARCHAR[]" else f"CAST(r[{place}] AS {kind})"


def _row(line: int, version: Version, *, dated: bool) -> list[Any]:
    recorded = version.recorded_at.isoformat() if dated else None
    if version.retracted:
        return [str(line), version.event_id, recorded, version.type or None, version.subject or None]
    own = [str(line), version.event_id, version.subject, version.occurred_on.isoformat(), recorded]
    return [*own, *map(as_text, version.attributes.values())]


def as_text(value: Any) -> str | None:
    """A typed value as text that says exactly what it is; nothing, and an empty list, as None."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return str(amounts.exact(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else str(value)
