"""Other names of subjects: spellings, renamings, mergers, each reviewed by somebody and with its day.

A name without a day always meant the other one. With a day it means it from then on: what happened before stays with
the old name, and so does the old name's place in the register, until the day before.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, Problem, did_you_mean
from indicator_engine.store.catalog import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indicator_engine.language.schema import Attribute, Schema
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import RegisterRow, Value, Version

LONGEST_CHAIN = 20
"""Names that may lead from one to the next."""


@dataclass(frozen=True)
class Alias:
    """One name and what it means, from a day on (None: always), as recorded at an instant."""

    name: str
    means: str
    since: date | None
    recorded_at: datetime
    number: int = 0
    """Of the import that recorded it."""


def standing(database: Database, known_at: datetime | None = None, at_import: int | None = None) -> list[Alias]:
    """The aliases as known at an instant and as the store stood after an import; the newest of each name stands.

    One that means its own name was taken back.
    """
    told = database.rows("SELECT name, means, since, _recorded, _import FROM alias ORDER BY name, _recorded, _import")
    found = {
        one.name: one
        for one in (Alias(*row) for row in told)
        if (known_at is None or one.recorded_at <= known_at) and (at_import is None or one.number <= at_import)
    }
    return [one for one in found.values() if one.name != one.means]


def fault(database: Database, new: Alias) -> str:
    """Why an alias cannot be recorded beside those that stand with it at any instant; "" when it can."""
    if not new.name or not new.means:
        return "a name cannot be blank"
    query = "SELECT name, means, since, _recorded, _import FROM alias ORDER BY _recorded, _import"
    every = [Alias(*row) for row in database.rows(query)]
    for instant in sorted({new.recorded_at, *(one.recorded_at for one in every if one.recorded_at > new.recorded_at)}):
        newest = {one.name: one for one in every if one.recorded_at <= instant}
        if newest.get(new.name, new).recorded_at > new.recorded_at:
            return ""
        if reason := _fault({one.name: one.means for one in newest.values() if one.name != one.means}, new):
            return reason
    return ""


def _fault(names: dict[str, str], new: Alias) -> str:
    """Why a name cannot mean another beside the names that do."""
    if new.name == new.means:
        return ""
    if new.name in _leading_from(new.means, names):
        return f"`{new.means}` means `{new.name}` already, and names cannot mean each other"
    names = {**names, new.name: new.means}
    longest = max(len(list(_leading_from(name, names))) - 1 for name in names)
    return "" if longest <= LONGEST_CHAIN else f"more than {LONGEST_CHAIN} names would lead from one to the next"


def _leading_from(name: str, names: Mapping[str, str]) -> Iterator[str]:
    """A name and those that it leads to, one after the other, up to one too many."""
    for _ in range(LONGEST_CHAIN + 2):
        yield name
        if name not in names:
            return
        name = names[name]


def doubts(database: Database, schema: Schema | None, name: str, means: str) -> list[str]:
    """What is odd about an alias: that nothing which was stored has the name, or what it leads to in the end."""
    told = ("has the name `{}`", f"has the name that `{name}` leads to, `{{}}`")
    wanted = zip(told, (name, Names(standing(database)).meant(means, date.max)), strict=True)
    stored = _stored_names(database, schema)
    return [
        f"no event and no row of the register {words.format(one)}{_nearest(database, stored, one)}"
        for words, one in wanted
        if not database.value(f"SELECT count(*) FROM ({stored}) WHERE name = ?", [one])
    ]


def _stored_names(database: Database, schema: Schema | None) -> str:
    """Asks for every name that something stored has: its subject's, or one in a column that names subjects."""
    naming = {f"event_{event}": names for event, names in subject_attributes(schema).items()} if schema else {}
    naming["register"] = _naming(schema.subject.attributes) if schema else ()
    columns = (
        f"SELECT CAST({quoted(column)} AS VARCHAR) FROM {quoted(table)}"
        for table, columns in database.tables().items()
        for column in columns
        if column.casefold() in map(str.casefold, naming.get(table, ()))
    )
    return " UNION ALL ".join(["SELECT name FROM subject", *columns])


def _nearest(database: Database, stored: str, name: str) -> str:
    """A hint with the nearest of the names."""
    query = f"SELECT DISTINCT name FROM ({stored}) ORDER BY jaro_winkler_similarity(name, ?) DESC, name LIMIT 20"
    hint = did_you_mean(name, [one for (one,) in database.rows(query, [name]) if one])
    return f"; {hint}" if hint.startswith("did") else ""


class Names:
    """What each name means on each day."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self.by_name = {one.name: one for one in aliases}

    def meant(self, name: str, day: date) -> str:
        """The subject that a name means for something that happened on a day."""
        for _ in range(LONGEST_CHAIN + 1):
            alias = self.by_name.get(name)
            if alias is None or (alias.since and day < alias.since):
                return name
            name = alias.means
        raise IndicatorEngineError(f"the aliases of `{name}` lead round in a circle")

    def version(self, version: Version, subjects: Mapping[str, tuple[str, ...]]) -> Version:
        """A version under the names that are meant; `subjects` are the attributes of each type that name subjects."""
        if not self.by_name or version.retracted:
            return version
        day = version.occurred_on
        changed: dict[str, Value] = {}
        for name in subjects.get(version.type, ()):
            if isinstance(value := version.attributes.get(name), str):
                changed[name] = self.meant(value, day)
        return replace(version, subject=self.meant(version.subject, day), attributes={**version.attributes, **changed})

    def register(self, rows: Mapping[str, list[RegisterRow]], schema: Schema) -> Iterator[RegisterRow]:
        """The rows of a register under the names that are meant. What was merged away ends the day before."""
        if not self.by_name:
            yield from (row for own in rows.values() for row in own)
            return
        ends = [one for one in (schema.subject.end, *(p.end for p in schema.populations.values())) if one]
        naming = _naming(schema.subject.attributes)
        for key, own in rows.items():
            usual = self.meant(key, date.min)
            if usual != key and usual in rows:
                continue
            merged = self.by_name.get(usual)
            for row in own:
                named = self._named(row, usual, naming)
                yield _ended(named, ends, merged.since - timedelta(days=1)) if merged and merged.since else named

    def _named(self, row: RegisterRow, usual: str, naming: Iterable[str]) -> RegisterRow:
        """A row of the register under the names that were always meant, its subject's and those in its columns."""
        values = {name: row.attributes.get(name) for name in naming}
        changed = {name: self.meant(one, date.min) for name, one in values.items() if isinstance(one, str)}
        return replace(row, subject=usual, attributes={**row.attributes, **changed})

    def remarks(self, rows: Mapping[str, list[RegisterRow]], schema: Schema) -> Iterator[Problem]:
        """Mergers that a register has no column for: the old name still belongs where it did."""
        endless = sorted(name for name, one in schema.populations.items() if not one.end)
        for alias in self.by_name.values():
            if alias.since and endless and alias.name in rows:
                fact = (
                    f"`{alias.name}` means `{alias.means}` from {alias.since}, but {', '.join(endless)} has no last day"
                )
                yield Problem(
                    "IE318", fact, f"take `{alias.name}` out of the register where it no longer belongs", "warning"
                )


def _ended(row: RegisterRow, columns: list[str], last: date) -> RegisterRow:
    """A row of the register that ends on a day, if it does not end before."""
    changed = {}
    for column in columns:
        end = row.attributes.get(column)
        changed[column] = min(end, last) if isinstance(end, date) else last
    return replace(row, attributes={**row.attributes, **changed})


def _naming(attributes: Mapping[str, Attribute]) -> tuple[str, ...]:
    """The attributes that name subjects."""
    return tuple(name for name, one in attributes.items() if one.type == "subject")


def subject_attributes(schema: Schema) -> dict[str, tuple[str, ...]]:
    """The attributes of each event type that name subjects."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for event in schema.events.values():
        found[event.name] = _naming(event.attributes)
    return found
