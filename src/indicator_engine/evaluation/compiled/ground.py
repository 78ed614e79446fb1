"""The tables of an event store as relations of standing records, subjects and register rows.

Nearly every event has one version and no twin, and its row stands as it is. The few that do not are found once, their
standing version is picked for each instant of knowledge, and everything else passes them by.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.evaluation.compiled.program import Program
from indicator_engine.evaluation.compiled.relations import SEVERAL_ROWS, column, instant_literal
from indicator_engine.frozen import dataclass
from indicator_engine.store import aliases, catalog
from indicator_engine.store.aliases import Names
from indicator_engine.store.catalog import COLUMN_TYPES, quoted
from indicator_engine.store.records import FOREVER
from indicator_engine.store.registers import standing_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.language.schema import EventType, Schema
    from indicator_engine.store.aliases import Alias
    from indicator_engine.store.database import Database

_serial = count(1)

COUNTED = "SELECT type, count(*) AS many, sum(CASE WHEN moved THEN 1 ELSE 0 END) AS moved FROM {fates} GROUP BY type"
"""Asks how many rows of each type are contested, and how many of them for more than their twins."""


class Earlier(Protocol):
    """What was found out before, of the newest state of a store and one vocabulary."""

    def counted(self) -> list[tuple[Any, ...]] | None:
        """How many contested versions of each type there are, as COUNTED asks; None where that is not known yet."""

    @property
    def fates_table(self) -> str:
        """The table of what becomes of contested versions."""

    def fates(self) -> bool:
        """Read them into their table; whether they are known."""

    def found(self) -> None:
        """They were found out, and are in the table now."""


@dataclass
class Ground:
    """The relations of one state of a store in the vocabulary of one pack.

    `known_at` and `at_import` say as of when the register and the names are; records are asked for with an instant of
    their own.
    """

    database: Database
    schema: Schema
    known_at: datetime = FOREVER
    at_import: int | None = None
    covered: frozenset[str] | None = None
    earlier: Earlier | None = None
    """What was found out before about the store."""
    nobody: str = "-2147483648"
    """The number of a subject that there is not."""
    few: bool = False
    """Whether there are so few rows that asking costs more than looking at them."""
    _rid: str = "rowid"
    """What a version's row is known by."""
    _fates: dict[datetime, str] = field(default_factory=dict)
    _counts: dict[str, dict[str, int]] = field(default_factory=dict)
    _waiting: dict[str, Callable[[], None]] = field(default_factory=dict)
    """Relations that are made once a query looks at them."""

    def program(self) -> Program:
        """A program for queries over these relations."""
        return Program()

    def part(self, _rows: str) -> None:
        """A store has a table for each event type."""

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        self.need(query)
        return self.database.rows(query, values)

    def need(self, query: str) -> None:
        """Make the relations that a query looks at, where they are not there yet."""
        for name in [name for name in self._waiting if name in query]:
            self._waiting.pop(name, lambda: None)()

    def __post_init__(self) -> None:
        self.prefix = f"ground{next(_serial)}"
        self._there = self.database.tables()
        instant = None if self.known_at == FOREVER else self.known_at
        self._aliases = aliases.standing(self.database, instant, self.at_import)
        for one in (self.names, f"{self.prefix}_means"):
            self._waiting[one] = self._make_names
        self._waiting[self.register] = lambda: self._make_register(instant)

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

    # ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def register(self) -> str:
        """The relation of register rows: `s`, the order `place` of those of one, and a column for each attribute."""
        return f"{self.prefix}_register"

    @property
    def has_register(self) -> bool:
        """Whether the register has any row."""
        came_at_once, lists_anyone = self._register_told
        if came_at_once and not self._aliases:
            return lists_anyone
        known = self._until(None if self.known_at == FOREVER else self.known_at)
        newest = (
            f"SELECT _listed FROM register WHERE {known} ORDER BY _recorded DESC, _import DESC, _listed DESC LIMIT 1"
        )
        if not self._aliases and self.database.rows(newest) == [(True,)]:
            return True  # nothing newer takes the place of what was said last
        return bool(self.rows(f"SELECT 1 FROM {self.register} LIMIT 1", {}))

    @cached_property
    def _register_told(self) -> tuple[bool, bool]:
        """Whether all of the register that was known came at once, and whether it lists anybody."""
        told = "min(_recorded) = max(_recorded) AND min(_import) = max(_import), bool_or(_listed)"
        known = self._until(None if self.known_at == FOREVER else self.known_at)
        ((at_once, listed),) = self.database.rows(f"SELECT {told} FROM {self._source('register')} WHERE {known}")
        return bool(at_once), bool(listed)

    @cached_property
    def has_spells(self) -> bool:
        """Whether the register has several rows of one subject, each with its days."""
        return bool(self.rows(SEVERAL_ROWS.format(register=self.register), {}))

    def _make_register(self, instant: datetime | None) -> None:
        if self._aliases:
            self._make_register_of_rows(instant)
            return
        there = self._kept_register()
        columns = ", ".join(
            f"{f'r.{quoted(there[name.casefold()])}' if name.casefold() in there else 'NULL'}"
            f"::{COLUMN_TYPES[one.type]} AS {column(name)}"
            for name, one in self.schema.subject.attributes.items()
        )
        source, known = self._source("register"), self._until(instant)
        query = f"SELECT r._subject AS s, r._line AS place{f', {columns}' if columns else ''} FROM "
        if self._register_told[0]:
            self._view(self.register, f"{query}{source} r WHERE r._listed AND {known}")
            return
        latest = "QUALIFY rank() OVER (PARTITION BY _subject ORDER BY _recorded DESC, _import DESC) = 1"
        self._temp(self.register, f"{query}(SELECT * FROM {source} WHERE {known} {latest}) r WHERE r._listed")

    def _make_register_of_rows(self, instant: datetime | None) -> None:
        """With aliases the register is small and read by the rows, under the names that are meant."""
        attributes = self.schema.subject.attributes
        rows = standing_rows(self.database, dict.fromkeys(("name", *attributes)), instant, self.at_import)
        columns = ", ".join(f"{column(name)} {COLUMN_TYPES[one.type]}" for name, one in attributes.items())
        self.database.run(
            f"CREATE TEMP TABLE {self.register} (s INTEGER, place BIGINT{f', {columns}' if columns else ''})"
        )
        numbers = dict(self.rows(f"SELECT name, s FROM {self.names}", {}))
        marks = ", ".join("?" * (2 + len(attributes)))
        for place, row in enumerate(Names(self._aliases).register(rows, self.schema)):
            values = [plain(row.attributes.get(name)) for name in attributes]
            self.database.run(f"INSERT INTO {self.register} VALUES ({marks})", [numbers[row.subject], place, *values])

    def _source(self, table: str) -> str:
        """Where a table of the store is."""
        return quoted(table)

    # ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def standing(self, name: str, known_at: datetime, basis: Basis) -> str:
        """A query for the records of a type as known at an instant.

        Columns: `rid` (unique in its type), `event`, `s`, `day`, `recorded` (of the version that stands), `first` (of
        the event), and one for each attribute.
        """
        return self._standing(name, known_at, basis)

    def standing_or_twin(self, name: str, known_at: datetime, basis: Basis) -> str:
        """The same, and with them the records that say what another says and was recorded later.

        For sets, which have a subject once however many records put it there; twins cost a join.
        """
        return self._standing(name, known_at, basis, "TRUE" if basis == "recorded" else "moved")

    def _standing(self, name: str, known_at: datetime, basis: Basis, looked_at: str = "TRUE") -> str:
        """Versions of a type that stand; those of which that is not plain, and are `looked_at`, by what was found."""
        event, contested = self.schema.events[name], self.contested[name]
        stands = "first" if looked_at == "moved" else "CASE WHEN NOT twin THEN first END AS first"
        if contested["TRUE"] == contested["moved"]:
            looked_at = "moved"
        if not contested[looked_at] and self._kept(name):
            day = "CAST(v._recorded AS DATE)" if basis == "recorded" else "v._occurred"
            columns = f"v._recorded AS recorded, v._recorded AS first, {day} AS day"
            return self._rows_told(event, columns, self._known(known_at))
        day, versions = "CAST(first AS DATE)" if basis == "recorded" else "occurred", self._versions(event, known_at)
        if not contested[looked_at]:
            return f"SELECT v.*, recorded AS first, occurred AS day FROM ({versions}) v"
        fates = (
            f"SELECT rid, {stands} FROM {self._fates_at(known_at)} WHERE type = {self._number(name)} AND {looked_at}"
        )
        return (
            f"SELECT *, {day} AS day FROM (SELECT v.*, coalesce(f.first, v.recorded) AS first FROM ({versions}) v "
            f"LEFT JOIN ({fates}) f ON f.rid = v.rid WHERE f.rid IS NULL OR f.first IS NOT NULL)"
        )

    def _fates_at(self, known_at: datetime) -> str:
        """The relation of what becomes of contested versions as known at an instant.

        `type`, `rid`; `moved`: the event has several versions or was retracted; `first`: when it was recorded first,
        NULL for versions that do not stand; `twin`: another event says the same, and was there before it.
        """
        if known_at == FOREVER:
            return self._found_fates()
        if known_at not in self._fates:
            name = f"{self.prefix}_fates{len(self._fates) + 1}"
            self._temp(name, self._fate_query(f"SELECT type, rid, moved FROM {self._fates_at(FOREVER)}", known_at))
            self._fates[known_at] = name
        return self._fates[known_at]

    def _fate_query(self, contested: str, known_at: datetime) -> str:
        there = {number for (number,) in self.rows(f"SELECT DISTINCT type FROM ({contested})", {})}
        types = [event for event in self.schema.events.values() if self._number(event.name) in there]
        said = [
            f"SELECT event, recorded, position, FALSE AS retracted, {self._content(event)} AS said, "
            f"{self._number(event.name)} AS type, rid FROM ({self._versions(event, known_at)}) v WHERE rid IN "
            f"(SELECT rid FROM contested WHERE type = {self._number(event.name)})"
            for event in types
        ]
        said.append(
            "SELECT _event AS event, _recorded AS recorded, _import AS position, TRUE AS retracted, '' AS said, "
            f"-1 AS type, 0 AS rid FROM {self._source('retraction')} "
            f"WHERE {self._until(None if known_at == FOREVER else known_at)}"
        )
        return (
            f"WITH contested AS ({contested}), said AS ({' UNION ALL '.join(said)}), "
            "turns AS (SELECT type, rid, event, said, retracted, min(recorded) OVER (PARTITION BY event) AS "
            "first, row_number() OVER (PARTITION BY event ORDER BY recorded DESC, position DESC, retracted DESC, "
            "said DESC) AS turn FROM said), "
            "standing AS (SELECT type, rid, first, row_number() OVER (PARTITION BY said ORDER BY first, event) > 1 AS "
            "twin FROM turns WHERE turn = 1 AND NOT retracted) "
            "SELECT c.*, s.first, coalesce(s.twin, FALSE) AS twin FROM contested c "
            "LEFT JOIN standing s ON s.type = c.type AND s.rid = c.rid"
        )

    @property
    def contested(self) -> dict[str, dict[str, int]]:
        """How many rows of each type are contested, and how many of them for more than their twins."""
        if not self._counts:
            self._make_contested()
        return self._counts

    def _make_contested(self) -> None:
        """Rows of events that have more than one version, were retracted, or say what another event says."""
        counted = self.earlier.counted() if self.earlier else None
        if counted is None:
            counted = self.database.rows(COUNTED.format(fates=self._found_fates()))
        found = {number: counts for number, *counts in counted}
        self._counts = {
            name: dict(zip(("TRUE", "moved"), found.get(self._number(name), (0, 0)), strict=True))
            for name in self.schema.events
        }

    def _found_fates(self) -> str:
        """The table of what becomes of contested versions; what was found before is read once a query looks at it."""
        if FOREVER not in self._fates:
            self._fates[FOREVER] = table = self.earlier.fates_table if self.earlier else f"{self.prefix}_fates"
            if self.earlier and self.earlier.counted() is not None:
                self._waiting[table] = self._make_fates
            else:
                self._make_fates()
        return self._fates[FOREVER]

    def _make_fates(self) -> None:
        if self.earlier is None:
            self._find_fates(self._fates[FOREVER])
        elif not self.earlier.fates():
            self._find_fates(self._fates[FOREVER])
            self.earlier.found()

    def _find_fates(self, table: str) -> None:
        self._temp(table, self._fate_query(self._found_contested(), FOREVER))

    def _found_contested(self) -> str:
        """The query of contested rows: `type`, `rid`, `moved`, `event`, `s`."""
        events = [event for event in self.schema.events.values() if self._kept(event.name)]
        every = [f"SELECT event FROM ({self._all_versions(event)})" for event in events]
        every.append(f"SELECT _event AS event FROM {self._source('retraction')}")
        contested, rows = f"{self.prefix}_contested", f"{self.prefix}_contested_rows"
        self._temp(
            contested,
            f"SELECT event, TRUE AS moved FROM ({' UNION ALL '.join(every)}) GROUP BY event HAVING count(*) > 1",
        )
        self._temp(
            rows,
            "SELECT 0 AS type, CAST(0 AS BIGINT) AS rid, FALSE AS moved, '' AS event, CAST(0 AS INTEGER) AS s LIMIT 0",
        )
        self._insert(contested, map(self._twins, events))
        self._insert(rows, (self._rows_of(event, contested) for event in events))
        return f"SELECT type, rid, moved, event, s FROM {rows}"

    def _rows_of(self, event: EventType, contested: str) -> str:
        return (
            f"SELECT {self._number(event.name)}, v.rid, bool_or(c.moved), v.event, v.s "
            f"FROM ({self._all_versions(event)}) v JOIN {contested} c ON c.event = v.event GROUP BY v.rid, v.event, v.s"
        )

    def _twins(self, event: EventType) -> str:
        """Events with the same mark as another one; that they say the same is looked at where versions are picked."""
        mark = f"hash({', '.join(('s', 'occurred', *map(column, event.attributes)))})"
        marked = f"SELECT event, {mark} AS mark FROM ({self._all_versions(event)})"
        if self.few:
            same = f"SELECT event, count(*) OVER (PARTITION BY mark) AS same FROM ({marked})"
            return f"SELECT event, FALSE FROM ({same}) WHERE same > 1"
        return (
            f"WITH marked AS ({marked}) "
            "SELECT event, FALSE FROM marked WHERE mark IN (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1)"
        )

    def _insert(self, table: str, queries: Iterable[str]) -> None:
        """Put what queries find into a table: one after the other, but few rows at once."""
        together = [" UNION ALL ".join(queries)] if self.few else list(queries)
        for query in filter(None, together):
            self.need(query)
            self.database.run(f"INSERT INTO {table} {query}")

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
        parts = [f"'{event.name}'", f"(SELECT n.name FROM {self.names} n WHERE n.s = v.s)"]
        parts.append("strftime(v.occurred, '%Y-%m-%d')")
        told = [
            _told(name, f"v.{column(name)}", COLUMN_TYPES[one.type]) for name, one in sorted(event.attributes.items())
        ]
        return " || ".join([" || chr(31) || ".join(parts), *told])

    # ── what is odd ──────────────────────────────────────────────────────────────────────────────────────────────────

    def moved(self, types: Iterable[str]) -> str:
        """A query for the ids of events of some types that have several versions or were retracted; "" for none."""
        query = " UNION ALL ".join(
            f"SELECT v._event FROM {quoted(catalog.event_table(name))} v WHERE v.rowid IN "
            f"(SELECT rid FROM {self._found_fates()} WHERE type = {self._number(name)} AND moved)"
            for name in sorted(types)
            if self.contested[name]["moved"]
        )
        self.need(query)
        return query

    def said(self, types: Iterable[str]) -> dict[str, str]:
        """What events of some types say, as `Version.said` has it: those of one version that say what another says."""
        queries = [
            f"SELECT event, {self._content(self.schema.events[name])} FROM "
            f"({self._versions(self.schema.events[name], FOREVER)}) v WHERE rid IN "
            f"(SELECT rid FROM {self._found_fates()} WHERE type = {self._number(name)} AND NOT moved)"
            for name in sorted(types)
            if self.contested[name]["TRUE"] > self.contested[name]["moved"]
        ]
        return dict(self.rows(" UNION ALL ".join(queries), {})) if queries else {}

    def strangers(self, types: Iterable[str]) -> list[str]:
        """The subjects of events of some types that the register does not list."""
        versions = [f"SELECT s FROM ({self._versions(self.schema.events[name], FOREVER)})" for name in sorted(types)]
        if not versions or not self.has_register:
            return []
        query = (
            f"SELECT DISTINCT s FROM ({' UNION ALL '.join(versions)}) WHERE s NOT IN (SELECT s FROM {self.register})"
        )
        return [name for (name,) in self.rows(f"SELECT name FROM {self.names} WHERE s IN ({query})", {})]

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _until(self, instant: datetime | None, of: str = "") -> str:
        known = [f"{of}_recorded <= {instant_literal(instant)}"] if instant else []
        stored = [f"{of}_import <= {self.at_import}"] if self.at_import is not None else []
        return " AND ".join([*known, *stored]) or "TRUE"

    def _number(self, name: str) -> int:
        """The number of a type: the same in every pack of one vocabulary, in whatever order it declares its types."""
        return sorted(self.schema.events).index(name)

    def _kept(self, name: str) -> dict[str, str]:
        """The columns of an event type's table, by their names without capitals; none where there is no table."""
        return {one.casefold(): one for one in self._there.get(catalog.event_table(name), ())}

    def _kept_register(self) -> dict[str, str]:
        return {one.casefold(): one for one in self._there["register"]}

    def _temp(self, name: str, query: str) -> None:
        self.need(query)
        self.database.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def _view(self, name: str, query: str) -> None:
        self.need(query)
        self.database.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def close(self) -> None:
        """Take the relations away."""
        for kind in ("view", "table"):
            query = f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE temporary AND starts_with({kind}_name, ?)"
            for (name,) in self.database.rows(query, [self.prefix + "_"]):
                self.database.run(f"DROP {kind} temp.{quoted(name)}")


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


def plain(value: Any) -> Any:
    """A value of a record as the database takes it."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Fraction):
        with localcontext(prec=60):
            return Decimal(value.numerator) / Decimal(value.denominator)
    return value
