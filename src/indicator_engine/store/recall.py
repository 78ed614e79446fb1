"""What the store says, as it was known: versions and registers read back as records to evaluate.

`at_import` leaves out what later imports brought; the instant at which things were recorded is for the evaluator, which
asks the records with it. Names are those that the aliases say were meant.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location
from indicator_engine.store import aliases, catalog, oddities
from indicator_engine.store.aliases import Names
from indicator_engine.store.catalog import Kept, quoted
from indicator_engine.store.cells import text_of
from indicator_engine.store.intake import Intake
from indicator_engine.store.records import FOREVER, Records, Version
from indicator_engine.store.registers import instant_of, instants, standing_rows, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from indicator_engine.language.schema import Schema
    from indicator_engine.problems import Problem
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import RegisterRow


@dataclass(frozen=True)
class Wanted:
    """Which events are wanted: those of some types; of these those of some subjects and those picked out, if any are.

    What else is known of such an event comes along: retractions, versions of another type or subject. So what stands
    of them is what stands of them among all events.
    """

    types: frozenset[str]
    subjects: tuple[str, ...] | None = None
    events: tuple[str, ...] | None = None
    """Ids of events that are wanted whosever they are."""
    picked: str = ""
    """A query for such ids."""

    @property
    def whole(self) -> frozenset[str]:
        """The types of which every event is wanted."""
        picks = self.subjects is not None or self.events is not None or self.picked
        return frozenset() if picks else self.types


def intake(
    database: Database,
    schema: Schema,
    *,
    known_at: datetime | None = None,
    at_import: int | None = None,
    covered: Iterable[str] | None = None,
    wanted: Wanted | None = None,
    said: Mapping[str, str] | None = None,
) -> Intake:
    """Everything a pack can ask of the store, or what is wanted of it, with what is odd about that.

    `said` is what events of one version say that are not wanted, but told of where they are odd.
    """
    names = Names(aliases.standing(database, known_at, at_import))
    rows = _rows_of(database, schema, known_at, at_import)
    wide = catalog.as_kept(schema, database.tables())
    found = _told(database, wide, names, at_import, wanted or Wanted(frozenset(schema.events)))
    register = tuple(names.register(rows, schema))
    problems: list[Problem] = [*names.remarks(rows, schema)]
    problems += oddities.of_register(list(register), _register_columns(database, schema, at_import), schema)
    twins = None if said is None else oddities.Twins(said, lambda ids: _placed(database, schema, ids))
    problems += oddities.of_events(list(found), {row.subject for row in register}, wide, twins)
    earlier = _Earlier(database, schema, names, known_at, at_import)
    records = Records(found, register, None if covered is None else frozenset(covered), earlier)
    return Intake(records, tuple(problems))


def _placed(database: Database, schema: Schema, ids: Sequence[str]) -> dict[str, Location]:
    """Where events of one version are."""
    wanted = Wanted(frozenset(schema.events), events=tuple(ids))
    return {one.event_id: Location(one.source) for one in versions(database, schema, wanted=wanted)}


def records_of(
    database: Database,
    schema: Schema,
    wanted: Wanted,
    listed: Sequence[str],
    *,
    known_at: datetime | None = None,
    at_import: int | None = None,
    covered: frozenset[str] | None = None,
) -> Records:
    """The records that are wanted, with the rows of the register of the subjects `listed` and nobody else's."""
    names = Names(aliases.standing(database, known_at, at_import))
    rows = _rows_of(database, schema, known_at, at_import, None if names.by_name else listed)
    whose = frozenset(listed)
    register = tuple(row for row in names.register(rows, schema) if row.subject in whose)
    earlier = _Earlier(database, schema, names, known_at, at_import, whose)
    wide = catalog.as_kept(schema, database.tables())
    return Records(_told(database, wide, names, at_import, wanted), register, covered, earlier)


@dataclass
class _Earlier:
    """What registers of a store said before, read when it is asked for; of some subjects, where that is said."""

    database: Database
    schema: Schema
    names: Names
    known_at: datetime | None
    at_import: int | None
    whose: frozenset[str] | None = None
    _found: dict[datetime, Mapping[str, tuple[RegisterRow, ...]]] = field(default_factory=dict)

    @cached_property
    def _told(self) -> list[datetime]:
        return instants(self.database, self.known_at, self.at_import)

    def at(self, known_at: datetime) -> Mapping[str, tuple[RegisterRow, ...]] | None:
        """The rows of each subject as known at an instant; None where they are those that there are."""
        if known_at in {FOREVER, self.known_at}:
            return None
        instant = instant_of(self._told, known_at)
        if instant is not None and instant not in self._found:
            rows = _rows_of(self.database, self.schema, instant, self.at_import)
            found: dict[str, list[RegisterRow]] = defaultdict(list)
            for row in self.names.register(rows, self.schema):
                if self.whose is None or row.subject in self.whose:
                    found[row.subject].append(row)
            self._found[instant] = {key: tuple(found[key]) for key in sorted(found)}
        return None if instant is None else self._found[instant]


def _rows_of(
    database: Database,
    schema: Schema,
    known_at: datetime | None,
    at_import: int | None,
    subjects: Sequence[str] | None = None,
) -> dict[str, list[RegisterRow]]:
    return standing_rows(database, catalog.columns_told(schema.subject), known_at, at_import, subjects)


def _told(
    database: Database, schema: Schema, names: Names, at_import: int | None, wanted: Wanted | None
) -> tuple[Version, ...]:
    """The versions, under the names that are meant."""
    subjects = aliases.subject_attributes(schema)
    told = versions(database, schema, at_import, wanted=wanted, names=names.by_name)
    return tuple(names.version(one, subjects) for one in told)


def _register_columns(database: Database, schema: Schema, at_import: int | None) -> list[str]:
    """The columns of the register that the store had after an import, as the pack calls them."""
    query = "SELECT spec FROM vocabulary WHERE _import <= ? OR ? IS NULL"
    specs = [catalog.schema_of(spec) for (spec,) in database.rows(query, [at_import, at_import])]
    there = {"name", *(name.casefold() for one in specs for name in one.subject.attributes)}
    return [name for name in ("name", *schema.subject.attributes) if name.casefold() in there]


def versions(
    database: Database,
    schema: Schema,
    at_import: int | None = None,
    event_id: str | None = None,
    wanted: Wanted | None = None,
    names: Iterable[str] = (),
) -> Iterator[Version]:
    """Every version of the pack's event types, with the retractions, in the order in which they were stored.

    Of one event, or of those that are `wanted`, if that is said; `names` are those that may mean another subject.
    """
    tables = {kept.table: kept for kept in database.kept()}
    there = {
        event.name: kept for event in schema.events.values() if (kept := tables.get(catalog.event_table(event.name)))
    }
    ask = _Asking(database, at_import, event_id, _Choice.of(wanted, there, names))
    having = ask.having(there)
    for name, kept in there.items():
        if name in having:
            yield from _of_type(ask, kept, name, catalog.typed(schema.events[name].attributes))
    query = (
        "SELECT r._event, r._recorded, r.type, r.subject, i.file, i.sheet, r._line, r._import "
        f"FROM retraction r JOIN import i ON i.number = r._import WHERE {_WHERE}"
    )
    for event, recorded, type_, subject, file, sheet, line, number in ask.rows(query, ""):
        place = _place(file, sheet, line)
        yield Version(event, recorded, type_ or "", subject or "", retracted=True, source=place, position=number)


_WHERE = "(r._import <= $at OR $at IS NULL) AND (r._event = $event OR $event IS NULL)"


@dataclass(frozen=True)
class _Choice:
    """Which events are wanted, as conditions: `whole` types have none."""

    whole: frozenset[str]
    types: frozenset[str]
    """Those of which some events are wanted."""
    ids: str
    """A query for the ids of those of other types; "" for none."""
    bound: Mapping[str, list[str]]
    """What is bound to it."""

    @classmethod
    def of(cls, wanted: Wanted | None, there: Mapping[str, Kept], names: Iterable[str]) -> _Choice | None:
        """The choice of what is wanted from the tables that there are; None for everything."""
        if wanted is None:
            return None
        whose = " WHERE _subject IN (SELECT number FROM subject WHERE name IN $names)" if wanted.subjects else ""
        asked = sorted(wanted.types & there.keys()) if wanted.subjects or wanted.whole else ()
        ids = [f"SELECT _event FROM {quoted(there[name].table)}{whose}" for name in asked]
        bound = {"names": [*wanted.subjects, *names]} if wanted.subjects and ids else {}
        if wanted.events:
            ids, bound = [*ids, "SELECT unnest($events)"], bound | {"events": list(wanted.events)}
        picked = [wanted.picked] if wanted.picked else []
        return cls(wanted.whole, frozenset(asked), " UNION ALL ".join([*ids, *picked]), bound)


@dataclass(frozen=True)
class _Asking:
    """Asks for rows in the order in which they were stored."""

    database: Database
    at_import: int | None
    event_id: str | None
    choice: _Choice | None

    def having(self, there: Mapping[str, Kept]) -> set[str]:
        """The types that have any of what is asked for: an event can have been told of another type before.

        One query finds out of all types; asking each for its rows takes many times as long where they are many.
        """
        choice = self.choice
        if choice is None and self.event_id is None:
            return {*there}
        sure = {*there} & (choice.whole | choice.types) if choice else set()
        if choice and not choice.ids:
            return sure
        others = [name for name in there if name not in sure]
        if not others:
            return sure
        every = " UNION ALL ".join(
            f"SELECT {place} AS place, _event FROM {quoted(there[name].table)}" for place, name in enumerate(others)
        )
        which = f"_event IN ({choice.ids})" if choice else "_event = $event"
        values = choice.bound if choice else {"event": self.event_id}
        found = self.database.rows(f"SELECT DISTINCT place FROM ({every}) WHERE {which}", values)
        return sure | {others[place] for (place,) in found}

    def rows(self, query: str, type_name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query for a type's table, or ("") for retractions."""
        values: dict[str, Any] = {"at": self.at_import, "event": self.event_id}
        if self.choice and type_name not in self.choice.whole:
            if not self.choice.ids:
                return
            query += f" AND r._event IN ({self.choice.ids})"
            values |= self.choice.bound
        for chunk in self.database.chunks(f"{query} ORDER BY r._import, r._line", values):
            yield from chunk


def _of_type(ask: _Asking, kept: Kept, name: str, attributes: Mapping[str, str]) -> Iterator[Version]:
    there = {column.casefold(): column for column in kept.columns}
    columns = [there.get(one.casefold()) for one in attributes]
    kinds = [kept.columns.get(there.get(one.casefold(), ""), kind) for one, kind in attributes.items()]
    picked = "".join(f", r.{quoted(column)}" if column else ", NULL" for column in columns)
    query = (
        f"SELECT r._event, r._recorded, s.name, r._occurred, i.file, i.sheet, r._line, r._import{picked} "
        f"FROM {quoted(kept.table)} r JOIN subject s ON s.number = r._subject JOIN import i ON i.number = r._import "
        f"WHERE {_WHERE}"
    )
    for event, recorded, subject, day, file, sheet, line, number, *values in ask.rows(query, name):
        said = {one: value_of(value, kind) for one, value, kind in zip(attributes, values, kinds, strict=True)}
        yield Version(event, recorded, name, subject, day, said, source=_place(file, sheet, line), position=number)


def _place(file: str, sheet: str, line: int) -> str:
    """Where a row stood, as messages name it."""
    return f"{file}{f'[{sheet}]' if sheet else ''}{f':{line}:1' if line else ''}"


def is_subject(database: Database, name: str, at_import: int | None = None) -> bool:
    """Whether anything was stored of a subject by an import."""
    query = "SELECT count(*) FROM subject WHERE name = ? AND (_import <= ? OR ? IS NULL)"
    return bool(database.value(query, [name, at_import, at_import]))


def subject_names(database: Database) -> set[str]:
    """Every subject that anything was stored of."""
    return {name for (name,) in database.rows("SELECT name FROM subject")}


def register_names(database: Database, at_import: int | None = None) -> dict[str, str]:
    """What the register calls each subject, where it has a name for it."""
    rows = standing_rows(database, {"name": "VARCHAR"}, None, at_import)
    last = {subject: text_of(told[-1].attributes.get("name")) for subject, told in rows.items()}
    return {subject: name for subject, name in last.items() if name}


def subjects(database: Database, schema: Schema) -> set[str]:
    """Every subject that the register lists."""
    return set(standing_rows(database, catalog.columns_told(schema.subject)))


def first_register(database: Database) -> date | None:
    """The day on which anything of a register was first recorded."""
    found = database.value("SELECT min(_recorded) FROM register")
    return found.date() if isinstance(found, datetime) else None
