"""The tables that sources of a pack map to its events and its register: checked, and written as queries.

What a table cannot give is refused when it is opened, with what to write instead. Rows that cannot be used are found
out by one query for each table, set aside and told, as an import keeps them in quarantine.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled import columns
from indicator_engine.evaluation.compiled.columns import Fault
from indicator_engine.evaluation.compiled.ground import plain
from indicator_engine.evaluation.compiled.relations import column, day_literal, instant_literal
from indicator_engine.frozen import dataclass
from indicator_engine.problems import DataError, Location, Problem, did_you_mean
from indicator_engine.store.catalog import COLUMN_TYPES, quoted
from indicator_engine.store.cells import (
    EDGES,
    CellError,
    read_instant,
    read_occurrence,
    read_text,
    read_truth,
    read_value,
)
from indicator_engine.store.layout import formats_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.evaluation.compiled.columns import Told
    from indicator_engine.evaluation.compiled.connections import Column, Connection
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.language.schema import Attribute, Population, Schema, Subject
    from indicator_engine.store.cells import Formats

_SHOWN = {
    "whole": "whole numbers", "decimal": "decimal numbers", "float": "floating-point numbers", "text": "texts",
    "date": "days", "instant": "instants", "zoned": "instants with a zone", "truth": "truths", "texts": "lists",
}  # fmt: skip

_FITS = {
    "BIGINT": ("whole",), "DECIMAL(38,20)": ("whole", "decimal"), "VARCHAR": ("text", "whole"),
    "DATE": ("date", "instant"), "BOOLEAN": ("truth",), "VARCHAR[]": ("texts",),
    "TIMESTAMP": ("instant", "zoned", "date"),
}  # fmt: skip
"""Which columns can give each type."""

_CASTS = {
    "float": "floating-point numbers are not exact: map a view that has the column as numeric(18, 2) or the like",
    "files": "write the files anew, with the column of one type in all of them: in DuckDB, `CAST({name} AS {kind})`",
    "text": "map a view that has the column as what it is, such as `CAST({name} AS {kind})`",
}


@dataclass
class MappedTable:
    """One table: what it says under the names of the pack, as expressions of its columns; None where it says nothing.

    `types` are the event types that its rows can be of; none for a table of the register.
    """

    mapping: SourceMapping
    relation: str
    where: Location
    types: tuple[str, ...] = ()
    kind: str = ""
    """What says of which of these a row is."""
    told: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    """What it says where no row has to be set aside, as far as that is less to ask."""
    faults: list[Fault] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    """Where a text has something at its ends that is no part of it."""
    is_edged: bool = False
    """Whether any has."""
    unfit: list[str] = field(default_factory=list)
    """Where a column has what it cannot say, also in rows that are used: of other types, or that take events back."""
    is_unfit: bool = False
    """Whether any has."""
    kept_out: list[str] = field(default_factory=list)
    """The conditions of rows that are set aside, of which there are any."""

    @property
    def usable(self) -> str:
        """The condition of the rows that are used."""
        parts = [f"NOT coalesce({one}, FALSE)" for one in self.kept_out]
        if self.mapping.only_where:
            parts.append(f"{quoted(self.mapping.only_where)} IS NOT NULL")
        return " AND ".join(parts) or "TRUE"

    def tells(self, name: str) -> str | None:
        """What it says under a name."""
        return self.told.get(name)


def mapped_tables(
    connection: Connection,
    mappings: Iterable[SourceMapping],
    schema: Schema,
    program: Program,
    today: date | None = None,
) -> tuple[list[MappedTable], list[Problem], int]:
    """The tables that sources declare, what is told of their rows, and how many of these are set aside.

    What happens is expected as in an import of `today`. Raises DataError with everything that is wrong with the tables
    themselves.
    """
    problems: list[Problem] = []
    mappers = [
        _Mapper(connection, one, schema, program, problems, formats_of(one, today)) for one in mappings if one.table
    ]
    tables = [one.mapped() for one in mappers]
    if not tables:
        fact = f"no source of the pack maps a table of {connection.shown} to its events"
        raise DataError([Problem("IE381", fact, 'declare one: `[source.pledges]` with `table = "schema.pledges"`')])
    if problems:
        raise DataError(problems)
    told, aside = _set_aside(connection, tables, program)
    if any(table.is_edged for table in tables):
        tables = [one.mapped(is_edged=table.is_edged) for one, table in zip(mappers, tables, strict=True)]
        told, aside = _set_aside(connection, tables, program)
    for table in tables:
        table.told |= {} if table.is_unfit else table.plain
    return tables, told, aside


def _set_aside(connection: Connection, tables: Sequence[MappedTable], program: Program) -> tuple[list[Problem], int]:
    """Find out in one query which faults there are in all tables, and keep their rows out."""
    most = max((len(table.faults) for table in tables), default=0)
    query = " UNION ALL ".join(_counted(number, table, most) for number, table in enumerate(tables) if table.faults)
    if not query:
        return [], 0
    values = program.values(query)
    problems, aside = [], 0
    for number, rows, edged, unfit, *found in connection.rows(connection.dialect.translated(query, values), values):
        table = tables[int(number)]
        aside += int(rows)
        table.is_edged, table.is_unfit = bool(edged), bool(unfit)
        for fault, count in zip(table.faults, found, strict=False):
            if count:
                table.kept_out.append(fault.condition)
                fact = f"{_rows(int(count))} set aside: {fault.fact}"
                problems.append(Problem(fault.code, fact, fault.hint, "warning", table.where))
    return problems, aside


def _counted(number: int, table: MappedTable, most: int) -> str:
    """How many rows of a table have each of its faults, and how many have any."""
    count = "coalesce(sum(CASE WHEN {} THEN 1 ELSE 0 END), 0)"
    columns = [count.format(one.condition) for one in table.faults] + ["0"] * (most - len(table.faults))
    any_, edged, unfit = (
        count.format(" OR ".join(f"coalesce({one}, FALSE)" for one in conditions)) if conditions else "0"
        for conditions in ([one.condition for one in table.faults], table.edges, table.unfit)
    )
    named = ", ".join(f"{text} AS f{index}" for index, text in enumerate(columns))
    told = f"{number} AS number, {any_} AS n, {edged} AS edged, {unfit} AS unfit, {named}"
    return f"SELECT {told} FROM {table.relation} t WHERE {table.usable}"


def _rows(number: int) -> str:
    return "1 row is" if number == 1 else f"{number:,} rows are"


class _Mapper:
    """Reads one mapping against the columns of its table."""

    def __init__(
        self,
        connection: Connection,
        mapping: SourceMapping,
        schema: Schema,
        program: Program,
        problems: list[Problem],
        formats: Formats,
    ) -> None:
        self.connection, self.mapping, self.schema, self.program = connection, mapping, schema, program
        self.problems, self.formats = problems, formats
        self.dialect = connection.dialect
        self.where = Location(f"{connection.shown}: {mapping.table}")
        self.is_edged = False
        self.table = self._nothing()
        self.columns: Mapping[str, Column] = {}
        self._cells: dict[str, str] = {}
        """What stands in the column of a name, before it is read."""

    def _nothing(self) -> MappedTable:
        return MappedTable(self.mapping, self.connection.relation(self.mapping.table), self.where)

    def mapped(self, *, is_edged: bool = False) -> MappedTable:
        """The table, or problems; where texts are edged, all is taken off their ends that an import takes off."""
        self.is_edged, self.table = is_edged, self._nothing()
        if re.fullmatch(r"step\d+", self.mapping.table, re.IGNORECASE):
            fact = f"`{self.mapping.table}` is what queries call a step of their own"
            self._problem("IE372", fact, f"name it with its schema, as in `public.{self.mapping.table}`")
            return self.table
        columns = self.connection.columns(self.mapping.table)
        if columns is None:
            known = self.connection.tables()
            hint = did_you_mean(self.mapping.table, known) or _listed(known)
            self._problem("IE372", f"there is no table `{self.mapping.table}`", hint)
            return self.table
        self.columns = columns
        self._check_columns()
        if self.mapping.kind == "register":
            self._key(self.schema.subject.singular)
            self._instant()
            self._attributes(self.schema.subject.attributes)
        else:
            self._events()
        return self.table

    def _check_columns(self) -> None:
        asked = [*self.mapping.columns, *([self.mapping.only_where] if self.mapping.only_where else [])]
        asked += [self.mapping.recorded_at] if isinstance(self.mapping.recorded_at, str) else []
        for name in asked:
            if name not in self.columns:
                self._problem("IE373", f"the table has no column `{name}`", did_you_mean(name, self.columns))

    def _events(self) -> None:
        subject, told = self.schema.subject.singular, self.table.told
        self._cell("retracted", "BOOLEAN")
        self._type()
        self._key(subject)
        self._cell("occurred_on", "DATE")
        self._instant()
        attributes: dict[str, Attribute] = {}
        for name in self.table.types:
            attributes |= self.schema.events[name].attributes
        self._attributes(attributes)
        self._id()
        for name in ("occurred_on", subject, "event_id"):
            if name not in told:
                hint = f"declare which it is: `columns = {{ … = {name!r} }}`".replace("'", '"')
                hint += '; ids can be made: `id_from = ["type", …]`' if name == "event_id" else ""
                self._problem("IE376", f"no column of the table is `{name}`", hint)
        for name in ("event_id", subject, "occurred_on"):
            if name in told:
                self._blank(name)
        if "retracted" in told and "recorded_at" not in told:
            fact = "a column says which rows are taken back, and none when they were recorded"
            self._problem("IE302", fact, "declare `recorded_at`, or nobody could say when the event ceased to stand")

    def _type(self) -> None:
        """The types of the rows: one for all, or those that a column names."""
        given = self.mapping.constants.get("type")
        if given is not None:
            self.table.types = (given,) if given in self.schema.events else ()
            self.table.told["type"] = self.table.kind = self.program.bound(str(given))
            return
        self._cell("type", "VARCHAR")
        if "type" not in self.table.told:
            hint = 'declare it for all rows: `constants = { type = "…" }`, or which column it is'
            self._problem("IE376", "no column of the table is `type`", hint)
            return
        self.table.types = tuple(self.schema.events)
        known = ", ".join(self.program.bound(name) for name in self.schema.events)
        told = self.table.kind = self.table.told["type"]
        self._fault("type", f"{told} NOT IN ({known})", "IE304", "the pack has no such event type")
        self._blank("type")
        if back := self._taken_back():
            any_, strange = self.program.bound(self.table.types[0]), f"coalesce({told} NOT IN ({known}), TRUE)"
            self.table.kind = f"CASE WHEN {back} AND {strange} THEN {any_} ELSE {told} END"

    def _taken_back(self) -> str:
        """Where a row takes its event back: its id alone says which, and nothing else that it says is looked at."""
        told = self.table.told.get("retracted")
        return f"coalesce({told}, FALSE)" if told else ""

    def _key(self, name: str) -> None:
        """What things are known by: a text, or a whole number as a text."""
        self._cell(name, "VARCHAR")
        told = self.table.told.get(name)
        if told is None:
            if self.mapping.kind == "register":
                self._problem("IE376", f"no column of the table is `{name}`", "declare which it is under `columns`")
            return
        if name == self.schema.subject.singular and self.mapping.aliases:
            self.table.told[name] = self._meant(told, self.mapping.aliases)
        if self.mapping.kind == "register":
            self._blank(name)

    def _id(self) -> None:
        """The id, or what it is made of."""
        if not self.mapping.id_from:
            self._key("event_id")
            return
        parts = []
        for name in self.mapping.id_from:
            told = self.table.told.get(name)
            if told is None:
                self._problem("IE376", f"no column of the table is `{name}`, of which ids are made", "")
                continue
            kind = self._kind(name)
            text = self.dialect.iso(told) if kind == "DATE" else f"CAST({told} AS VARCHAR)"
            bar, slash = (f"chr({ord(one)})" for one in "\\/")
            escaped = f"replace(replace({text}, {bar}, {bar} || {bar}), {slash}, {bar} || {slash})"
            parts.append(f"coalesce({escaped}, '')")
        self.table.told["event_id"] = self.dialect.text(" || '/' || ".join(parts) or "''")

    def _kind(self, name: str) -> str:
        if name == "occurred_on":
            return "DATE"
        types = (self.schema.events[one].attributes for one in self.table.types)
        return next((COLUMN_TYPES[one[name].type] for one in types if name in one), "VARCHAR")

    def _instant(self) -> None:
        """When it was recorded; without a word of that, when it happened."""
        given = self.mapping.recorded_at
        if isinstance(given, datetime | date):
            instant = read_instant(given)
            self.table.told["recorded_at"] = instant_literal(instant) if instant else "NULL"
        elif isinstance(given, str):
            if given in self.columns:
                self._column("recorded_at", given, "TIMESTAMP")
        else:
            self._cell("recorded_at", "TIMESTAMP")
        if self.mapping.kind == "events" and "recorded_at" in self.table.told:
            self._blank("recorded_at")

    # ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _attributes(self, attributes: Mapping[str, Attribute]) -> None:
        for name, attribute in attributes.items():
            self._cell(name, COLUMN_TYPES[attribute.type], attribute)
            if (told := self.table.told.get(name)) and name not in self.mapping.constants:
                for one, types in self._meanings(attribute).items():
                    self._check_limits(one, told, types)

    def _meanings(self, attribute: Attribute) -> dict[Attribute, list[str]]:
        """What an attribute is in the types of the table, with those in which it is that; none for the register."""
        if not self.table.types:
            return {attribute: []}
        found: dict[Attribute, list[str]] = {}
        for name in self.table.types:
            if one := self.schema.events[name].attributes.get(attribute.name):
                found.setdefault(replace(one, label=""), []).append(name)
        return found

    def _check_limits(self, attribute: Attribute, told: str, types: Sequence[str]) -> None:
        name = attribute.name
        if attribute.minimum is not None:
            fault = f"{told} < {_number(attribute.minimum)}"
            self._fault(name, fault, "IE356", f"{name} is below {attribute.minimum}", types)
        if attribute.maximum is not None:
            fault = f"{told} > {_number(attribute.maximum)}"
            self._fault(name, fault, "IE356", f"{name} is above {attribute.maximum}", types)
        if attribute.choices and not attribute.open:
            known = [*map(self.program.bound, attribute.choices)]
            fault, fact = f"{told} NOT IN ({', '.join(known)})", f"{name} is none of its choices"
            if attribute.type == "list":
                fault = f"NOT {self.dialect.within(told, self.dialect.list_of(known))}"
                fact = f"{name} has a word that is none of its choices"
            self._fault(name, fault, "IE358", fact, types)

    def _cell(self, name: str, kind: str, attribute: Attribute | None = None) -> None:
        """What the table says under a name: a constant, the column declared, the one of that name, or nothing."""
        if name in self.mapping.constants:
            self._constant(name, self.mapping.constants[name], kind, attribute)
            return
        declared = next((one for one, meant in self.mapping.columns.items() if meant == name), None)
        found = declared or (name if name in self.columns and name not in self.mapping.ignore else None)
        if found is not None and found in self.columns:
            self._column(name, found, kind)

    def _column(self, name: str, found: str, kind: str) -> None:
        holds = self.columns[found].holds
        if holds not in _FITS[kind]:
            fact = f"the column `{found}` holds {_SHOWN.get(holds, holds)}, and `{name}` takes {_taken(kind)}"
            cast = "files" if self.columns[found].differs else holds
            hint = _CASTS.get(cast, _CASTS["text"]).format(name=found, kind=self._spelt(kind))
            self._problem("IE380", fact, hint)
            return
        raw = f"t.{quoted(found)}"
        self.table.told[name] = self._typed(name, raw, self.columns[found], kind)

    def _spelt(self, kind: str) -> str:
        return self.dialect.translated(self.dialect.kind(kind))

    def _typed(self, name: str, raw: str, column_: Column, kind: str) -> str:
        match kind:
            case "VARCHAR":
                return self._text(name, raw, column_)
            case "VARCHAR[]":
                return self.dialect.tidy(raw, self.program.bound(EDGES))
            case "BIGINT" | "DECIMAL(38,20)":
                return self._fitting(name, raw, columns.number(name, raw, kind, column_, self.dialect))
            case "TIMESTAMP":
                return self._fitting(name, raw, columns.instant(name, raw, column_))
            case "DATE" if name == "occurred_on":
                years = columns.Years(self.formats.earliest, self.formats.latest, _SLIP)
                return self._fitting(name, raw, columns.day(name, raw, column_, years=years))
            case "DATE":
                return self._fitting(name, raw, columns.day(name, raw, column_, self._without_end(name)))
        return f"CAST({raw} AS {kind})"

    def _fitting(self, name: str, raw: str, told: Told) -> str:
        """What a column says; rows that do not fit are set aside."""
        for fault in told.faults:
            self._fault(name, fault.condition, fault.code, fault.fact, hint=fault.hint)
            self.table.unfit.append(fault.condition)
        self._cells[name], self.table.plain[name] = raw, told.plain
        return told.text

    def _without_end(self, name: str) -> str:
        """The day that says no more than a blank: after all others of a last day, before all others of a first one."""
        spells: tuple[Subject | Population, ...] = (self.schema.subject, *self.schema.populations.values())
        first, last = {one.start for one in spells}, {one.end for one in spells}
        if self.mapping.kind == "events":
            first, last = set(), {self.schema.events[one].ends_on for one in self.table.types}
        return self.dialect.without_end(before=name in first) if (name in first) != (name in last) else ""

    def _text(self, name: str, raw: str, column_: Column) -> str:
        """A text without spaces round it, or what it means; none where it is blank, or says that nothing is known."""
        if column_.holds == "text":
            long = columns.too_long(name, raw, self.dialect)
            self._fault(name, long.condition, long.code, long.fact)
        text = f"nullif(trim({self.dialect.text(raw)}), '')"
        if column_.holds == "text" and self.is_edged:
            text = f"nullif(trim(BOTH {self.program.bound(EDGES)} FROM {self.dialect.text(raw)}), '')"
        elif column_.holds == "text":
            self.table.edges.append(columns.is_edged(raw, self.program.bound(EDGES), self.dialect))
        if self.mapping.missing:
            gaps = ", ".join(map(self.program.bound, self.mapping.missing))
            text = f"CASE WHEN {text} NOT IN ({gaps}) THEN {text} END"
        return self._meant(text, self.mapping.values.get(name, {}))

    def _meant(self, text: str, words: Mapping[str, str]) -> str:
        """A text, or what it means."""
        if not words:
            return text
        bound = self.program.bound
        cases = " ".join(f"WHEN {bound(word)} THEN {bound(meant)}" for word, meant in words.items())
        return self.dialect.text(f"CASE {text} {cases} ELSE {text} END")

    def _constant(self, name: str, value: Any, kind: str, attribute: Attribute | None) -> None:
        read: Callable[[Any], Any] = _READ.get(name, read_text)
        if name == "occurred_on":
            read = partial(read_occurrence, formats=self.formats)
        if attribute:
            read = lambda cell: read_value(cell, attribute)  # noqa: E731  # of this attribute
        try:
            found = read(value)
        except CellError as fault:
            self._problem(fault.code, f"the constant {name}: {fault.fact}", fault.hint)
            return
        if found is not None:
            self.table.told[name] = self._literal(plain(found), kind)

    def _literal(self, value: Any, kind: str) -> str:
        match value:
            case bool():
                return "TRUE" if value else "FALSE"
            case datetime():
                return instant_literal(value)
            case date():
                return day_literal(value)
            case list():
                return self.dialect.list_of([self.program.bound(one) for one in value])
            case str():
                return self.dialect.text(self.program.bound(value))
        return f"CAST({Decimal(value):f} AS {kind})"

    # ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _blank(self, name: str) -> None:
        """Rows that say nothing under a name."""
        self._fault(name, f"{self._cells.get(name, self.table.told[name])} IS NULL", "IE302", f"{name} is blank")

    def _fault(
        self, name: str, condition: str, code: str, fact: str, types: Sequence[str] | None = None, hint: str = ""
    ) -> None:
        """Rows with which something is wrong under a name: of `types`, or else of those that have it.

        A row that takes its event back needs its id and its recording, and nothing else is looked at.
        """
        if types is None:
            types = [one for one in self.table.types if name in self.schema.events[one].attributes]
        parts = [condition]
        if types and len(types) < len(self.table.types):
            parts.append(f"{self.table.kind} IN ({', '.join(map(self.program.bound, types))})")
        if name not in _OF_EVERY_ROW and (back := self._taken_back()):
            parts.append(f"NOT {back}")
        condition = f"({' AND '.join(parts)})" if len(parts) > 1 else condition
        self.table.faults.append(Fault(condition, code, fact, hint))

    def _problem(self, code: str, fact: str, hint: str) -> None:
        self.problems.append(Problem(code, fact, hint, where=self.where))


_OF_EVERY_ROW = ("event_id", "recorded_at")
"""What rows that take their event back have to say as well."""

_SLIP = "look for a slip of the pen in the year; if it is right, declare `earliest` or `latest`"

_READ: dict[str, Callable[[Any], Any]] = {"recorded_at": read_instant, "retracted": read_truth}


def _taken(kind: str) -> str:
    return " or ".join(_SHOWN[one] for one in _FITS[kind])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{one}`" for one in sorted(names)[:12])
    return f"there is {shown}" + (" …" if len(names) > 12 else "") if names else "there is none"


def _number(value: Any) -> str:
    found = plain(value)
    return f"CAST({Decimal(found):f} AS DECIMAL(38,20))"


def attribute_columns(table: MappedTable, attributes: Mapping[str, Attribute], connection: Connection) -> Iterator[str]:
    """What a table says of each attribute, under the names that queries use."""
    for name, one in attributes.items():
        kind = connection.dialect.kind(COLUMN_TYPES[one.type])
        nothing = connection.dialect.list_of([]) if one.type == "list" else f"CAST(NULL AS {kind})"
        yield f"{table.tells(name) or nothing} AS {column(name)}"
