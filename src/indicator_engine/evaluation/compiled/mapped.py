"""The ground of tables of somebody else's database: the same relations as of a store's, as queries and nothing else.

Nothing is written there, so there are no tables of our own: subjects are known by their names, events by their ids.
That events have several versions, or twins, is found out once; where none has, every row stands as it is.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.program import Program
from indicator_engine.evaluation.compiled.relations import SEVERAL_ROWS, column, instant_literal
from indicator_engine.evaluation.compiled.tables import attribute_columns, mapped_tables
from indicator_engine.frozen import dataclass
from indicator_engine.store.catalog import COLUMN_TYPES
from indicator_engine.store.records import FOREVER, Records, RegisterRow, Version
from indicator_engine.store.registers import instant_of, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.evaluation.compiled.connections import Connection
    from indicator_engine.evaluation.compiled.tables import MappedTable
    from indicator_engine.language.schema import EventType, Schema

_NOBODY = "'' AS s"
_VERSION = "event, s, occurred, recorded, retracted"
_ALWAYS = "TIMESTAMP '1900-01-01 00:00:00'"
"""When rows of a register were recorded of whose subject nothing says it."""
_LAST = "max(recorded) OVER (PARTITION BY s)"


@dataclass(frozen=True)
class _Pool:
    """A step with every version in a table of several types, each with its `kind`, and the columns of attributes."""

    step: str
    columns: tuple[str, ...]


class MappedGround:
    """The relations of the tables that sources of a pack map, in its vocabulary.

    `known_at` says as of when the register is; what happens is expected as in an import of `today`. Event types that no
    table has are not covered: of them there is no data.
    """

    nobody = "''"
    """The name of a subject that there is not."""

    def __init__(
        self,
        connection: Connection,
        schema: Schema,
        mappings: Iterable[SourceMapping],
        known_at: datetime = FOREVER,
        covered: frozenset[str] | None = None,
        today: date | None = None,
    ) -> None:
        """Raises DataError with everything that is wrong with the tables, StoreError where the database fails."""
        self.connection, self.schema, self.known_at = connection, schema, known_at
        self._program = Program(connection.dialect)
        self.tables, self.problems, self.set_aside = mapped_tables(connection, mappings, schema, self._program, today)
        there = frozenset(name for table in self.tables for name in table.types)
        self.covered = (there if covered is None else there & covered) if there != {*schema.events} else covered
        self._pools = {table.relation: pool for table in self.tables if (pool := self._pool(table))}
        """By their relations, the tables that hold several types and can be looked at once for all of them."""
        self._parts: dict[str, tuple[str, int]] = {}
        self._versions = {event.name: self._program.step(self._versions_of(event)) for event in schema.events.values()}
        self._every_row, self._instants = self._register_told()
        self.register = self._register_as_of(known_at)
        self.names = self._program.step(self._names_query({*self._versions.values()}))
        self._program.narrowed[self.names] = self._names_query
        self._earlier: dict[str, Mapping[str, tuple[RegisterRow, ...]]] = {}
        self._shared = False
        """Whether events of several types have one id."""
        self._contested: set[str] = set()
        self._twins: set[str] = set()
        self._find_contested()

    @property
    def workbench(self) -> None:
        """Nothing is written to a database of somebody else's."""

    def program(self) -> Program:
        """The program of all queries over these relations."""
        return self._program

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        return self.connection.answer(self._program.parts(query), values)

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        text = self._program.written(query)
        return self.rows(text, self._program.values(text))

    def register_at(self, known_at: datetime) -> str:
        """The relation of register rows as known at an instant."""
        instant = None if known_at >= self.known_at else instant_of(self._instants, known_at)
        return self.register if instant is None else self._register_as_of(instant)

    @cached_property
    def has_spells(self) -> bool:
        """Whether a register has several rows of one subject, each with its days, whenever that was known."""
        registers = dict.fromkeys([self.register, *map(self.register_at, self._instants)])
        return any(self._asked(SEVERAL_ROWS.format(register=one)) for one in registers)

    @property
    def has_register(self) -> bool:
        """Whether the register has any row."""
        return bool(self._asked(f"SELECT 1 AS one FROM {self.register} LIMIT 1"))

    @property
    def events(self) -> int:
        """How many versions of events there are."""
        every = " UNION ALL ".join(f"SELECT count(*) AS n FROM {one}" for one in self._versions.values())
        return int(self._asked(f"SELECT coalesce(sum(n), 0) AS n FROM ({every}) counts")[0][0])

    # ── relations ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of(self, name: str) -> list[MappedTable]:
        return [table for table in self.tables if name in table.types]

    def _versions_of(self, event: EventType) -> str:
        """Every version of a type's events: ids, subjects, days, recordings, and its attributes."""
        parts = [self._version_query(table, event) for table in self._of(event.name)]
        return " UNION ALL ".join(parts) or self._nothing(event)

    def _version_query(self, table: MappedTable, event: EventType) -> str:
        if pool := self._pools.get(table.relation):
            listed = "".join(f", {column(name)}" for name in event.attributes)
            return f"SELECT {_VERSION}{listed} FROM {pool.step} WHERE kind = {self._number(event.name)}"
        columns = [*self._told(table), *attribute_columns(table, event.attributes, self.connection)]
        alone = "type" in table.mapping.constants
        is_of = "" if alone else f" AND {table.kind} = {self._program.bound(event.name)}"
        return f"SELECT {', '.join(columns)} FROM {table.relation} t WHERE {table.usable}{is_of}"

    def _told(self, table: MappedTable) -> list[str]:
        """What a table says of every version."""
        told, subject = table.told, self.schema.subject.singular
        recorded = told.get("recorded_at") or f"CAST({told['occurred_on']} AS TIMESTAMP)"
        retracted = f"coalesce({told['retracted']}, FALSE)" if "retracted" in told else "FALSE"
        return [
            f"{told['event_id']} AS event", f"{told[subject]} AS s", f"{told['occurred_on']} AS occurred",
            f"{recorded} AS recorded", f"{retracted} AS retracted",
        ]  # fmt: skip

    def _pool(self, table: MappedTable) -> _Pool | None:
        """Every version of a table of several types; None where types have columns of one name and another kind."""
        if len(table.types) < 2 or sum(table.relation == one.relation for one in self.tables) > 1:
            return None
        columns: dict[str, str] = {}
        for name in table.types:
            attributes = self.schema.events[name].attributes
            told = attribute_columns(table, attributes, self.connection)
            for one, text in zip(map(column, attributes), told, strict=True):
                if columns.setdefault(one, text) != text:
                    return None
        said = ", ".join([f"{self._kind(table)} AS kind", *self._told(table), *columns.values()])
        query = f"SELECT {said} FROM {table.relation} t WHERE {table.usable}"
        step = self._program.step(self.connection.dialect.apart(query))
        return _Pool(step, tuple(columns))

    def _kind(self, table: MappedTable) -> str:
        """The number of a row's type."""
        if "type" in table.mapping.constants:
            return str(self._number(table.types[0]))
        numbers = " ".join(f"WHEN {self._program.bound(name)} THEN {self._number(name)}" for name in table.types)
        return f"CASE {table.kind} {numbers} END"

    def _nothing(self, event: EventType) -> str:
        dialect = self.connection.dialect
        columns = [
            "'' AS event", "'' AS s", "DATE '2000-01-01' AS occurred", "TIMESTAMP '2000-01-01 00:00:00' AS recorded",
            "FALSE AS retracted",
        ]  # fmt: skip
        for name, one in event.attributes.items():
            kind = COLUMN_TYPES[one.type]
            empty = dialect.list_of([]) if kind.endswith("[]") else f"CAST(NULL AS {dialect.kind(kind)})"
            columns.append(f"{empty} AS {column(name)}")
        return f"SELECT {', '.join(columns)} WHERE FALSE"

    def _register_told(self) -> tuple[str, list[datetime]]:
        """The step of all rows of a register, "" where no table has any; and when they were recorded, oldest first.

        One that does not say when it was recorded was with the last of its subject that do, as in an import.
        """
        subject, attributes = self.schema.subject, self.schema.subject.attributes
        parts = []
        for table in (one for one in self.tables if one.mapping.kind == "register"):
            columns = [
                f"{table.told[subject.singular]} AS s", f"{table.tells('recorded_at') or _ALWAYS} AS recorded",
                *attribute_columns(table, attributes, self.connection),
            ]  # fmt: skip
            parts.append(f"SELECT {', '.join(columns)} FROM {table.relation} t WHERE {table.usable}")
        if not parts:
            return "", []
        every = self._program.step(" UNION ALL ".join(parts))
        if not any(one.tells("recorded_at") for one in self.tables if one.mapping.kind == "register"):
            return every, []
        listed = ", ".join(["s", f"coalesce(recorded, {_LAST}, {_ALWAYS}) AS recorded", *map(column, attributes)])
        every = self._program.step(f"SELECT {listed} FROM {every}")
        known = self._until(self.known_at)
        return every, sorted(one for (one,) in self._asked(f"SELECT DISTINCT recorded FROM {every}{known}"))

    @staticmethod
    def _until(known_at: datetime) -> str:
        return "" if known_at == FOREVER else f" WHERE recorded <= {instant_literal(known_at)}"

    def _register_as_of(self, known_at: datetime) -> str:
        """The step of the rows of the register that hold as known: those that were recorded last of their subject."""
        names, every = [column(name) for name in self.schema.subject.attributes], self._every_row
        if not every:
            nothing = [f"{self._empty(name)} AS {column(name)}" for name in self.schema.subject.attributes]
            return self._program.step(f"SELECT {', '.join([_NOBODY, '1 AS place', *nothing])} WHERE FALSE")
        known = self._until(known_at)
        turns = f"SELECT *, rank() OVER (PARTITION BY s ORDER BY recorded DESC) AS turn FROM {every}{known}"
        order = ", ".join(["s", *(f"{name} NULLS FIRST" for name in names)])
        listed = "".join(f", {name}" for name in names)
        return self._program.step(
            f"SELECT s, row_number() OVER (ORDER BY {order}) AS place{listed} FROM ({turns}) standing WHERE turn = 1"
        )

    def _empty(self, name: str) -> str:
        kind = COLUMN_TYPES[self.schema.subject.attributes[name].type]
        dialect = self.connection.dialect
        return dialect.list_of([]) if kind.endswith("[]") else f"CAST(NULL AS {dialect.kind(kind)})"

    def _names_query(self, needed: set[str], _told: str = "") -> str:
        """Everybody of whom the tables that are looked at have an event, who is referred to, and the register's.

        Nobody else can be in anything that a query asks for.
        """
        told = [f"SELECT s FROM {self.register}"]
        for event in self.schema.events.values():
            if (versions := self._versions[event.name]) in needed:
                told.append(f"SELECT s FROM {versions}")
                told += [
                    f"SELECT {column(name)} AS s FROM {versions}"
                    for name, one in event.attributes.items()
                    if one.type == "subject"
                ]
        told += [
            f"SELECT {column(name)} AS s FROM {self.register}"
            for name, one in self.schema.subject.attributes.items()
            if one.type == "subject"
        ]
        return f"SELECT s, s AS name FROM ({' UNION '.join(told)}) everybody WHERE s IS NOT NULL"

    # ── which version stands ─────────────────────────────────────────────────────────────────────────────────────────

    def standing(self, name: str, known_at: datetime, basis: Basis) -> str:
        """A query for the records of a type as known at an instant, as `Ground.standing` has it."""
        is_contested = self._shared or name in self._contested or name in self._twins
        return self._standing(name, known_at, basis, is_contested=is_contested)

    def standing_or_twin(self, name: str, known_at: datetime, basis: Basis) -> str:
        """The same with records that say what another says, for sets; by days of recording, twins are of other days."""
        if basis == "recorded":
            return self.standing(name, known_at, basis)
        return self._standing(name, known_at, basis, is_contested=self._shared or name in self._contested)

    def told(self, name: str, known_at: datetime, basis: Basis) -> str:
        """The same."""
        return self.standing(name, known_at, basis)

    def _standing(self, name: str, known_at: datetime, basis: Basis, *, is_contested: bool) -> str:
        event = self.schema.events[name]
        source = self._picked(event, known_at) if is_contested else self._plain(event, known_at)
        query = _standing(map(column, event.attributes), source, basis)
        if not is_contested and (pool := self._pool_of(name)):
            every = self._program.step(f"SELECT *, recorded AS first FROM {pool.step} {_is_known(known_at)}")
            every = self._program.step(_standing(("kind", *pool.columns), every, basis))
            self._parts[self._program.step(query)] = (every, self._number(name))
        return query

    def _pool_of(self, name: str) -> _Pool | None:
        """What the only table that a type is in has of several."""
        tables = self._of(name)
        return self._pools.get(tables[0].relation) if len(tables) == 1 else None

    def part(self, rows: str) -> tuple[str, int] | None:
        """The relation of records of several types that a step is part of, and their `kind` in it; None: it is none."""
        return self._parts.get(rows)

    def _plain(self, event: EventType, known_at: datetime) -> str:
        """Each row as it is."""
        return self._program.step(
            f"SELECT *, recorded AS first FROM {self._versions[event.name]} {_is_known(known_at)}"
        )

    def _picked(self, event: EventType, known_at: datetime) -> str:
        """The last version of each event, unless it was taken back; of twins, the one that was told first."""
        last = self._program.step(
            f"SELECT *, {_turn()} AS turn, min(recorded) OVER (PARTITION BY event) AS first "
            f"FROM {self._said(event)} WHERE {_known(known_at)}"
        )
        source = f"SELECT * FROM {last} WHERE turn = 1 AND NOT retracted"
        if self._shared:
            columns = ", ".join(["event", "s", "occurred", "recorded", "said", *map(column, event.attributes)])
            listed = ", ".join(f"l.{one}" for one in columns.split(", "))
            source = (
                f"SELECT {listed}, a.first FROM {last} l JOIN {self._across(known_at)} a ON a.event = l.event "
                f"WHERE l.turn = 1 AND a.type = {self._number(event.name)}"
            )
        twins = self._program.step(
            f"SELECT *, row_number() OVER (PARTITION BY said ORDER BY first, event) AS twin FROM ({source}) stands"
        )
        return self._program.step(f"SELECT * FROM {twins} WHERE twin = 1")

    def _across(self, known_at: datetime) -> str:
        """Of each event that stands: its type and its first recording, whatever types its versions are of."""
        every = " UNION ALL ".join(
            f"SELECT event, recorded, retracted, said, {self._number(event.name)} AS type FROM {self._said(event)}"
            for event in self.schema.events.values()
        )
        turns = self._program.step(
            f"SELECT *, {_turn()} AS turn, min(recorded) OVER (PARTITION BY event) AS first "
            f"FROM ({every}) told WHERE {_known(known_at)}"
        )
        return self._program.step(f"SELECT event, type, first FROM {turns} WHERE turn = 1 AND NOT retracted")

    def _said(self, event: EventType) -> str:
        """The versions of a type, each with everything it says as a text, as `Version.said` has it."""
        dialect = self.connection.dialect
        head = f"{self._program.bound(event.name)} || chr(31) || s || chr(31) || {dialect.iso('occurred')}"
        parts = [head]
        for name, one in sorted(event.attributes.items()):
            kept, kind = column(name), COLUMN_TYPES[one.type]
            text = {
                "BIGINT": f"CAST(CAST({kept} AS DECIMAL(38,20)) AS VARCHAR)",
                "VARCHAR[]": dialect.joined(kept),
                "DATE": dialect.iso(kept),
            }.get(kind, f"CAST({kept} AS VARCHAR)")
            parts.append(
                f"CASE WHEN {kept} IS NULL THEN '' ELSE chr(31) || {self._program.bound(name)} || '=' || {text} END"
            )
        said = dialect.text(f"coalesce({' || '.join(parts)}, '')")
        return self._program.step(f"SELECT *, {said} AS said FROM {self._versions[event.name]}")

    def _number(self, name: str) -> int:
        return sorted(self.schema.events).index(name)

    def _find_contested(self) -> None:
        """Which types have events with several versions, or twins."""
        there = [event for event in self.schema.events.values() if self._of(event.name)]
        if not there:
            return
        every = " UNION ALL ".join(self._ids(table) for table in self.tables if table.types)
        several = f"SELECT min(type) AS low, max(type) AS high FROM ({every}) told GROUP BY event HAVING count(*) > 1"
        numbers = sorted(self.schema.events)
        for low, high in self._asked(f"SELECT DISTINCT low, high FROM ({several}) several"):
            self._contested |= {numbers[low], numbers[high]}
            self._shared = self._shared or low != high
        twins = " UNION ALL ".join(self._twins_queries(there))
        self._twins |= {numbers[one] for (one,) in self._asked(f"SELECT DISTINCT type FROM ({twins}) twins")}

    def _ids(self, table: MappedTable) -> str:
        """The ids in a table, each with the number of its type."""
        if pool := self._pools.get(table.relation):
            return f"SELECT event, kind AS type FROM {pool.step}"
        return (
            f"SELECT {table.told['event_id']} AS event, {self._kind(table)} AS type "
            f"FROM {table.relation} t WHERE {table.usable}"
        )

    def _twins_queries(self, events: Iterable[EventType]) -> Iterator[str]:
        """The numbers of types of which several versions say the same."""
        pooled: dict[str, list[EventType]] = {}
        for event in events:
            if pool := self._pool_of(event.name):
                pooled.setdefault(pool.step, []).append(event)
                continue
            said = ["s", "occurred", *map(column, event.attributes)]
            yield (
                f"SELECT {self._number(event.name)} AS type FROM {self._versions[event.name]} WHERE NOT retracted "
                f"GROUP BY {', '.join(said)} HAVING count(*) > 1"
            )
        for step, each in pooled.items():
            yield self._twins_of_several(step, each)

    def _twins_of_several(self, step: str, events: Sequence[EventType]) -> str:
        """The same of several types in one table: what a type has no attribute for, it does not say."""
        having: dict[str, list[int]] = {}
        for event in events:
            for name in event.attributes:
                having.setdefault(column(name), []).append(self._number(event.name))
        numbers = ", ".join(str(self._number(event.name)) for event in events)
        columns = "".join(
            f", CASE WHEN kind IN ({', '.join(map(str, kinds))}) THEN {name} END AS {name}"
            for name, kinds in having.items()
        )
        said = f"SELECT kind, s, occurred{columns} FROM {step} WHERE NOT retracted AND kind IN ({numbers})"
        listed = ", ".join(["kind", "s", "occurred", *having])
        return f"SELECT kind AS type FROM ({said}) said GROUP BY {listed} HAVING count(*) > 1"

    # ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def records(self) -> Records:
        """Everything that the tables say, as records in memory: for what has no plan, and for who counted."""
        return Records(tuple(self._read_versions()), tuple(self._rows_of(self.register)), self.covered, self)

    def at(self, known_at: datetime) -> Mapping[str, tuple[RegisterRow, ...]] | None:
        """The rows of each subject as known at an instant; None where they are those that there are."""
        register = self.register_at(known_at)
        if register == self.register:
            return None
        if register not in self._earlier:
            found: dict[str, list[RegisterRow]] = defaultdict(list)
            for row in self._rows_of(register):
                found[row.subject].append(row)
            self._earlier[register] = {key: tuple(found[key]) for key in sorted(found)}
        return self._earlier[register]

    def _read_versions(self) -> Iterator[Version]:
        for event in self.schema.events.values():
            if not self._of(event.name):
                continue
            kinds = {name: COLUMN_TYPES[one.type] for name, one in event.attributes.items()}
            listed = "".join(f", {column(name)}" for name in kinds)
            source = self.connection.shown
            for row in self._asked(f"SELECT {_VERSION}{listed} FROM {self._versions[event.name]}"):
                key, subject, occurred, recorded, retracted, *cells = row
                if retracted:
                    yield Version(key, recorded, event.name, subject or "", retracted=True, source=source)
                    continue
                told = zip(kinds.items(), cells, strict=True)
                attributes = {name: value_of(value, kind) for (name, kind), value in told}
                yield Version(key, recorded, event.name, subject, occurred, attributes, source=source)

    def _rows_of(self, register: str) -> Iterator[RegisterRow]:
        kinds = {name: COLUMN_TYPES[one.type] for name, one in self.schema.subject.attributes.items()}
        listed = "".join(f", {column(name)}" for name in kinds)
        for subject, *cells in self._asked(f"SELECT s{listed} FROM {register} ORDER BY place"):
            told = zip(kinds.items(), cells, strict=True)
            yield RegisterRow(subject, {name: value_of(value, kind) for (name, kind), value in told})

    def ways(self) -> tuple[str, ...]:
        """What is done in a way that comes of these tables, or of the engine."""
        pooled = [
            f"{table.mapping.table}: looked at once for its {len(table.types)} event types"
            for table in self.tables
            if table.relation in self._pools
        ]
        picked = {
            "the last version of each event is picked": self._contested,
            "of events that say the same, one is counted": self._twins,
        }
        told = [f"{', '.join(sorted(types))}: {what}" for what, types in picked.items() if types]
        return (*pooled, *told, *self.connection.ways())

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _standing(columns: Iterable[str], source: str, basis: Basis) -> str:
    listed = "".join(f", {one}" for one in columns)
    day = "CAST(first AS DATE)" if basis == "recorded" else "occurred"
    return f"SELECT event AS rid, event, s, {day} AS day, recorded, first{listed} FROM {source}"


def _is_known(known_at: datetime) -> str:
    """Of rows that stand as they are, those that do."""
    return f"WHERE NOT retracted AND {_known(known_at)}"


def _known(known_at: datetime) -> str:
    return "TRUE" if known_at == FOREVER else f"recorded <= {instant_literal(known_at)}"


def _turn() -> str:
    return "row_number() OVER (PARTITION BY event ORDER BY recorded DESC, retracted DESC, said DESC)"
