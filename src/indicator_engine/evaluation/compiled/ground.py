"""The tables of an event store as relations of standing records, subjects and register rows.

Nearly every event has one version and no twin, and its row stands as it is. The few that do not are found once, their
standing version is picked for each instant of knowledge, and everything else passes them by.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.contested import Contested
from indicator_engine.evaluation.compiled.program import Program
from indicator_engine.evaluation.compiled.relations import SEVERAL_ROWS, column
from indicator_engine.frozen import dataclass
from indicator_engine.store import catalog
from indicator_engine.store.aliases import Names
from indicator_engine.store.catalog import COLUMN_TYPES, quoted
from indicator_engine.store.records import FOREVER
from indicator_engine.store.registers import instant_of, standing_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.evaluation.compiled.relations import Workbench

MANY_SUBJECTS = 100_000
"""Subjects from which on a row for each takes less time than its masks, and a look for what is never missing pays."""


@dataclass
class Ground(Contested):
    """The relations of one state of a store in the vocabulary of one pack."""

    nobody: str = "-2147483648"
    """The number of a subject that there is not."""
    _made: Iterator[int] = field(default_factory=count)
    _told: dict[tuple[str, str], bool] = field(default_factory=dict)
    _registers: set[str] = field(default_factory=set)
    """The relations of registers as they were known before."""

    @property
    def everybody(self) -> str:
        """A relation with every subject that a row is of: `s`."""
        return self.names if self._aliases else "(SELECT CAST(number AS INTEGER) AS s FROM subject)"

    @cached_property
    def has_many_subjects(self) -> bool:
        """Whether these are so many that plans which take a row for each take less time than others."""
        return bool(self.database.value("SELECT count(*) FROM subject") >= MANY_SUBJECTS)

    def always_told(self, attribute: str, event: str = "") -> bool:
        """Whether every version of a type says what an attribute is, or every row of the register ever told.

        False where it was not looked at: a look pays where there are many subjects.
        """
        if not self.has_many_subjects or self._aliases:
            return False
        if (attribute, event) not in self._told:
            there = self._kept(event) if event else self._kept_register()
            name = there.get(attribute.casefold(), "")
            table = quoted(catalog.event_table(event) if event else "register")
            query = f"SELECT count(*) = count({quoted(name)}) FROM {table}"
            self._told[attribute, event] = bool(name and self.database.value(query))
        return self._told[attribute, event]

    @property
    def workbench(self) -> Workbench:
        """A store is ours."""
        return self

    def make(self, query: str, values: Mapping[str, str]) -> str:
        """Make a table of what a query finds; its name."""
        table = f"{self.prefix}_made{next(self._made)}"
        self.need(query)
        self.database.run(f"CREATE TEMP TABLE {table} AS {query}", values)
        return table

    def drop(self, table: str) -> None:
        """Take back a table that was made."""
        self.database.run(f"DROP TABLE {table}")

    def program(self) -> Program:
        """A program for queries over these relations."""
        return Program()

    def part(self, _rows: str) -> None:
        """A store has a table for each event type."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._waiting[self.register] = self._make_register

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
        known = self._until(self._instant)
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
        known = self._until(self._instant)
        ((at_once, listed),) = self.database.rows(f"SELECT {told} FROM {self._source('register')} WHERE {known}")
        return bool(at_once), bool(listed)

    def register_at(self, known_at: datetime) -> str:
        """The relation of register rows as known at an instant."""
        instant = None if known_at >= self.known_at else instant_of(self._register_instants, known_at)
        if instant is None:
            return self.register
        name = f"{self.prefix}_earlier{self._register_instants.index(instant)}_register"
        if name not in self._registers:
            self._registers.add(name)
            self._waiting[name] = partial(self._make_register, name, instant)
        return name

    @cached_property
    def _register_instants(self) -> list[datetime]:
        """When anything of the register was recorded, oldest first; nothing where all of it came at once."""
        if self._register_told[0]:
            return []
        query = f"SELECT DISTINCT _recorded FROM {self._source('register')} WHERE {self._until(self._instant)}"
        return sorted(one for (one,) in self.database.rows(query))

    @cached_property
    def has_spells(self) -> bool:
        """Whether a register has several rows of one subject, each with its days, whenever that was known."""
        if self.rows(SEVERAL_ROWS.format(register=self.register), {}):
            return True
        if len(self._register_instants) < 2:
            return False
        several = f"{self._until(self._instant)} GROUP BY _subject, _recorded, _import HAVING count(*) > 1"
        query = f"SELECT 1 FROM {self._source('register')} WHERE _listed AND {several} LIMIT 1"
        return bool(self._aliases or self.database.rows(query))

    def _make_register(self, name: str = "", instant: datetime | None = None) -> None:
        """The register, or under another name what it was as known at an instant."""
        if self._aliases:
            self._make_register_of_rows(name, instant)
            return
        there = self._kept_register()
        columns = ", ".join(
            f"{_kept_as(quoted(there.get(name.casefold(), '')), kind)} AS {column(name)}"
            for name, kind in catalog.typed(self.schema.subject.attributes).items()
        )
        source, known = self._source("register"), self._until(instant or self._instant)
        query = f"SELECT r._subject AS s, r._line AS place{f', {columns}' if columns else ''} FROM "
        if self._register_told[0] and not instant:
            self._view(self.register, f"{query}{source} r WHERE r._listed AND {known}")
            return
        latest = "QUALIFY rank() OVER (PARTITION BY _subject ORDER BY _recorded DESC, _import DESC) = 1"
        self._temp(name or self.register, f"{query}(SELECT * FROM {source} WHERE {known} {latest}) r WHERE r._listed")

    def _make_register_of_rows(self, name: str, instant: datetime | None) -> None:
        """With aliases the register is small and read by the rows, under the names that are meant."""
        attributes = self.schema.subject.attributes
        columns_told = catalog.columns_told(self.schema.subject)
        rows = standing_rows(self.database, columns_told, instant or self._instant, self.at_import)
        register = name or self.register
        columns = ", ".join(f"{column(name)} {COLUMN_TYPES[one.type]}" for name, one in attributes.items())
        self.database.run(f"CREATE TEMP TABLE {register} (s INTEGER, place BIGINT{f', {columns}' if columns else ''})")
        numbers = dict(self.rows(f"SELECT name, s FROM {self.names}", {}))
        marks = ", ".join("?" * (2 + len(attributes)))
        for place, row in enumerate(Names(self._aliases).register(rows, self.schema)):
            values = [plain(row.attributes.get(name)) for name in attributes]
            self.database.run(f"INSERT INTO {register} VALUES ({marks})", [numbers[row.subject], place, *values])

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

    def standing_without_first(self, name: str, known_at: datetime, basis: Basis, *, twins: bool) -> str:
        """The records that stand: those that do not are left out, and nothing is joined to the others."""
        looked_at = "moved" if twins else "TRUE"
        if basis == "recorded" or not self.contested[name][looked_at]:
            return ""
        gone = "first IS NULL" if twins else "(twin OR first IS NULL)"
        fates = (
            f"SELECT rid FROM {self._fates_at(known_at)} WHERE type = {self._number(name)} AND {looked_at} AND {gone}"
        )
        versions = self._versions(self.schema.events[name], known_at)
        return f"SELECT v.*, recorded AS first, occurred AS day FROM ({versions}) v WHERE v.rid NOT IN ({fates})"

    def told(self, name: str, known_at: datetime, basis: Basis) -> str:
        """A query for `day` and attributes of the records that stand, and of every other version."""
        day = "CAST(recorded AS DATE)" if basis == "recorded" else "occurred"
        return f"SELECT *, {day} AS day FROM ({self._versions(self.schema.events[name], known_at)})"

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

    def close(self) -> None:
        """Take the relations away."""
        for kind in ("view", "table"):
            query = f"SELECT {kind}_name FROM duckdb_{kind}s() WHERE temporary AND starts_with({kind}_name, ?)"
            for (name,) in self.database.rows(query, [self.prefix + "_"]):
                self.database.run(f"DROP {kind} temp.{quoted(name)}")


def _kept_as(name: str, kind: str) -> str:
    """A column of the register, or what stands where it has none; of a blank list nothing is listed."""
    kept = f"r.{name}" if name != quoted("") else "NULL"
    return f"coalesce({kept}::{kind}, [])" if kind.endswith("[]") else f"{kept}::{kind}"


def plain(value: Any) -> Any:
    """A value of a record as the database takes it."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Fraction):
        with localcontext(prec=60):
            return Decimal(value.numerator) / Decimal(value.denominator)
    return value
