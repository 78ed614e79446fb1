"""Every version of a store's events, as the tables of event types have them, and the names that they are under."""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.relations import column, instant_literal
from indicator_engine.frozen import dataclass
from indicator_engine.store import aliases, catalog
from indicator_engine.store.aliases import Names
from indicator_engine.store.catalog import COLUMN_TYPES, quoted
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from indicator_engine.language.schema import EventType, Schema
    from indicator_engine.store.aliases import Alias
    from indicator_engine.store.database import Database


_serial = count(1)


@dataclass
class Versions:
    """The versions in one state of a store, in the vocabulary of one pack.

    `known_at` and `at_import` say as of when the register and the names are; versions are asked for with an instant of
    their own.
    """

    database: Database
    schema: Schema
    known_at: datetime = FOREVER
    at_import: int | None = None
    covered: frozenset[str] | None = None
    _rid: str = "rowid"
    """What a version's row is known by."""
    _waiting: dict[str, Callable[[], None]] = field(default_factory=dict)
    """Relations that are made once a query looks at them."""
    _columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.prefix = f"ground{next(_serial)}"
        self._there = self.database.tables()
        self._instant = None if self.known_at == FOREVER else self.known_at
        self._aliases = aliases.standing(self.database, self._instant, self.at_import)
        for one in (self.names, f"{self.prefix}_means"):
            self._waiting[one] = self._make_names

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        self.need(query)
        return self.database.rows(query, values)

    def need(self, query: str) -> None:
        """Make the relations that a query looks at, where they are not there yet."""
        for name in [name for name in self._waiting if name in query]:
            self._waiting.pop(name, lambda: None)()

    def _temp(self, name: str, query: str) -> None:
        self.need(query)
        self.database.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _view(self, name: str, query: str) -> None:
        self.need(query)
        self.database.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def names(self) -> str:
        """The relation of subjects: `s`, `name`."""
        return f"{self.prefix}_names"

    def _make_names(self) -> None:
        """Every name there is, with its number; names that no event or register row is of have numbers below nought."""
        self._waiting = {name: make for name, make in self._waiting.items() if make != self._make_names}
        query, told = "SELECT number AS s, name FROM subject", self._names_told()
        if told:
            self._temp(
                f"{self.names}_told",
                f"SELECT -row_number() OVER () AS s, name FROM ({' UNION '.join(told)}) "
                "WHERE name IS NOT NULL AND name NOT IN (SELECT name FROM subject)",
            )
            query += f" UNION ALL SELECT s, name FROM {self.names}_told"
        self._view(self.names, query)
        if self._aliases:
            self._make_meanings(self._aliases)

    def _names_told(self) -> list[str]:
        """Queries for the names that attributes hold, and those that aliases lead to."""
        told = [
            f"SELECT {quoted(self._kept(event.name)[attribute.casefold()])} AS name "
            f"FROM {quoted(catalog.event_table(event.name))}"
            for event in self.schema.events.values()
            for attribute, one in event.attributes.items()
            if one.type == "subject" and attribute.casefold() in self._kept(event.name)
        ]
        told += [
            f"SELECT {quoted(self._kept_register()[name.casefold()])} AS name FROM register"
            for name, one in self.schema.subject.attributes.items()
            if one.type == "subject" and name.casefold() in self._kept_register()
        ]
        return [*told, *["SELECT means AS name FROM alias"] * bool(self._aliases)]

    def _make_meanings(self, standing: list[Alias]) -> None:
        """What each name that means another does mean on each day, as stretches of days."""
        self.database.run(
            f"CREATE TEMP TABLE {self.prefix}_means (s INTEGER, name VARCHAR, since DATE, until DATE, means INTEGER, "
            "meant VARCHAR)"
        )
        numbers = dict(self.database.rows(f"SELECT name, s FROM {self.names}"))
        for row in stretches(standing):
            name, since, until, means = row
            if name in numbers:
                self.database.run(
                    f"INSERT INTO {self.prefix}_means VALUES (?, ?, ?, ?, ?, ?)",
                    [numbers[name], name, since, until, numbers[means], means],
                )

    # ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _all_versions(self, event: EventType) -> str:
        """Every version whatever import brought it: what is contested at the end is looked at with care throughout."""
        return self._versions(event, FOREVER, whenever=True)

    def _versions(self, event: EventType, known_at: datetime, *, whenever: bool = False) -> str:
        """Every version of a type's events recorded by an instant, under the names that are meant."""
        if not self._kept(event.name):
            return self._nothing(event)
        columns = "v._occurred AS occurred, v._recorded AS recorded, v._import AS position"
        return self._rows_told(event, columns, "TRUE" if whenever else self._known(known_at))

    def _known(self, known_at: datetime) -> str:
        """Where a version `v` was known at an instant."""
        return self._until(None if known_at == FOREVER else known_at, "v.")

    def _rows_told(self, event: EventType, columns: str, which: str) -> str:
        """The rows of a type's table, under the names that are meant."""
        there = self._kept(event.name)
        attributes = "".join(f", {self._attribute(event, name, there)} AS {column(name)}" for name in event.attributes)
        subject, joins = ("v._subject", "") if not self._aliases else self._meant(event, there)
        where = "" if which == "TRUE" else f" WHERE {which}"
        return (
            f"SELECT v.{self._rid} AS rid, v._event AS event, {subject} AS s, {columns}{attributes} "
            f"FROM {self._source(catalog.event_table(event.name))} v{joins}{where}"
        )

    def _attribute(self, event: EventType, name: str, there: dict[str, str]) -> str:
        kind = COLUMN_TYPES[event.attributes[name].type]
        if name.casefold() not in there:
            return f"[]::{kind}" if kind.endswith("[]") else f"NULL::{kind}"
        kept = f"v.{quoted(there[name.casefold()])}"
        if self._aliases and event.attributes[name].type == "subject":
            return f"coalesce({quoted('m_' + name.casefold())}.meant, {kept})"
        if kind.endswith("[]"):
            return f"coalesce({kept}, [])"
        is_so = self._there[catalog.event_table(event.name)][there[name.casefold()]] == kind
        return kept if is_so else f"{kept}::{kind}"

    def _meant(self, event: EventType, there: dict[str, str]) -> tuple[str, str]:
        """The subject that is meant, and what has to be joined for it and for the attributes that name subjects."""
        day = "(m.since IS NULL OR v._occurred >= m.since) AND (m.until IS NULL OR v._occurred <= m.until)"
        means = f"{self.prefix}_means"
        joins = f" LEFT JOIN {means} m ON m.s = v._subject AND {day}"
        for name, attribute in event.attributes.items():
            if attribute.type == "subject" and name.casefold() in there:
                alias = quoted("m_" + name.casefold())
                joins += (
                    f" LEFT JOIN {means} {alias} ON {alias}.name = v.{quoted(there[name.casefold()])} "
                    f"AND {day.replace('m.', alias + '.')}"
                )
        return "coalesce(m.means, v._subject)", joins

    def _nothing(self, event: EventType) -> str:
        attributes = "".join(
            f", {'[]' if COLUMN_TYPES[one.type].endswith('[]') else 'NULL'}::{COLUMN_TYPES[one.type]} AS {column(name)}"
            for name, one in event.attributes.items()
        )
        return (
            "SELECT 0::BIGINT AS rid, '' AS event, 0 AS s, DATE '2000-01-01' AS occurred, "
            f"TIMESTAMP '2000-01-01' AS recorded, 0 AS position{attributes} LIMIT 0"
        )

    def _content(self, event: EventType) -> str:
        """Everything a version `v` says, but for its id and recording, as a text, as `Version.said` has it."""
        name = f"(SELECT n.name FROM {self.names} n WHERE n.s = v.s)"
        return f"'{event.name}' || chr(31) || {name} || chr(31) || {self._beside_subject(event)}"

    @staticmethod
    def _beside_subject(event: EventType) -> str:
        """What a version of a type `v` says besides whose it is."""
        told = [
            _told(name, f"v.{column(name)}", COLUMN_TYPES[one.type]) for name, one in sorted(event.attributes.items())
        ]
        return " || ".join(["strftime(v.occurred, '%Y-%m-%d')", *told])

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _source(self, table: str) -> str:
        """Where a table of the store is."""
        return quoted(table)

    def _until(self, instant: datetime | None, of: str = "") -> str:
        known = [f"{of}_recorded <= {instant_literal(instant)}"] if instant else []
        stored = [f"{of}_import <= {self.at_import}"] if self.at_import is not None else []
        return " AND ".join([*known, *stored]) or "TRUE"

    def _number(self, name: str) -> int:
        """The number of a type: the same in every pack of one vocabulary, in whatever order it declares its types."""
        return sorted(self.schema.events).index(name)

    def _kept(self, name: str) -> dict[str, str]:
        """The columns of an event type's table, by their names without capitals; none where there is no table."""
        if name not in self._columns:
            self._columns[name] = {one.casefold(): one for one in self._there.get(catalog.event_table(name), ())}
        return self._columns[name]

    def _kept_register(self) -> dict[str, str]:
        return {one.casefold(): one for one in self._there["register"]}


def _told(name: str, kept: str, kind: str) -> str:
    """An attribute and its value as a text; nothing where it has none."""
    texts = {
        "BIGINT": f"CAST(CAST({kept} AS DECIMAL(38,20)) AS VARCHAR)",
        "VARCHAR[]": f"array_to_string({kept}, chr(30))",
        "DATE": f"strftime({kept}, '%Y-%m-%d')",
    }
    text = texts.get(kind, f"CAST({kept} AS VARCHAR)")
    return f"CASE WHEN {kept} IS NULL THEN '' ELSE chr(31) || '{name}=' || {text} END"


def stretches(standing: Iterable[Alias]) -> Iterator[tuple[str, date | None, date | None, str]]:
    """For each name that means another: from which day to which (None: always) it means what."""
    names = Names(standing)
    turns = sorted({one.since for one in names.by_name.values() if one.since})
    for name in names.by_name:
        for start, end in zip([None, *turns], [*turns, None], strict=True):
            means = names.meant(name, start or date.min)
            if means != name:
                yield name, start, end - timedelta(days=1) if end else None, means
