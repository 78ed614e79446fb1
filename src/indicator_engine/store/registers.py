"""Registers in the store: each import that names a subject says anew what its rows are, from its recording on.

So registers have a history like everything else, and a past answer finds the members as they were known then.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location
from indicator_engine.store.catalog import quoted
from indicator_engine.store.records import RegisterRow, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indicator_engine.store.database import Database


@dataclass(frozen=True)
class Statement:
    """What an import says of a subject: its rows from an instant on; none where it is listed no more."""

    recorded_at: datetime
    rows: tuple[RegisterRow, ...]


def standing_rows(
    database: Database,
    attributes: Mapping[str, str],
    known_at: datetime | None = None,
    at_import: int | None = None,
    subjects: Sequence[str] | None = None,
) -> dict[str, list[RegisterRow]]:
    """The rows of each subject (or of some) as known at an instant, and as the store stood after an import.

    `attributes` are the columns that are wanted, with how each is kept.
    """
    which = (
        "WHERE (r._recorded <= $known OR $known IS NULL) AND (r._import <= $at OR $at IS NULL) "
        "AND ($anyone OR s.name IN $names) "
        "QUALIFY rank() OVER (PARTITION BY r._subject ORDER BY r._recorded DESC, r._import DESC) = 1"
    )
    values = {"known": known_at, "at": at_import, "anyone": subjects is None, "names": list(subjects or ("",))}
    found: dict[str, list[RegisterRow]] = defaultdict(list)
    for row, *_, listed in _rows(database, attributes, which, values):
        if listed:
            found[row.subject].append(row)
    return dict(found)


def instants(database: Database, known_at: datetime | None = None, at_import: int | None = None) -> list[datetime]:
    """When anything of a register was recorded, oldest first."""
    query = (
        "SELECT DISTINCT _recorded FROM register WHERE (_recorded <= $known OR $known IS NULL) "
        "AND (_import <= $at OR $at IS NULL) ORDER BY _recorded"
    )
    return [one for (one,) in database.rows(query, {"known": known_at, "at": at_import})]


def instant_of(told: Sequence[datetime], known_at: datetime) -> datetime | None:
    """The one of some instants whose register stood as known at another; None where that is the last, or there is none.

    Before anything was recorded that is the first: a register that was typed in late was no secret before.
    """
    if len(told) < 2 or known_at >= told[-1]:
        return None
    return max((one for one in told if one <= known_at), default=told[0])


def lists_anyone(database: Database, known_at: datetime | None = None, at_import: int | None = None) -> bool:
    """Whether the register had any row, as known at an instant and as the store stood after an import."""
    query = (
        "SELECT count(*) FROM (SELECT * FROM register WHERE (_recorded <= $known OR $known IS NULL) "
        "AND (_import <= $at OR $at IS NULL) "
        "QUALIFY rank() OVER (PARTITION BY _subject ORDER BY _recorded DESC, _import DESC) = 1) WHERE _listed"
    )
    return bool(database.value(query, {"known": known_at, "at": at_import}))


def statements(database: Database, attributes: Mapping[str, str]) -> dict[str, list[Statement]]:
    """All that was ever said of each subject; of what was known at an instant, the last stands."""
    found: dict[str, dict[tuple[datetime, int], list[RegisterRow]]] = defaultdict(lambda: defaultdict(list))
    for row, recorded, number, listed in _rows(database, attributes, "", []):
        found[row.subject][recorded, number] += [row] if listed else []
    return {
        subject: [
            Statement(recorded, tuple(rows)) for (recorded, _), rows in sorted(said.items(), key=lambda one: one[0])
        ]
        for subject, said in found.items()
    }


def known(said: Sequence[Statement], instant: datetime) -> tuple[RegisterRow, ...]:
    """The rows of a subject as known at an instant."""
    return next((one.rows for one in reversed(said) if one.recorded_at <= instant), ())


def _rows(
    database: Database, attributes: Mapping[str, str], which: str, values: Sequence[Any] | Mapping[str, Any]
) -> Iterator[tuple[RegisterRow, datetime, int, bool]]:
    """Rows of the register, each with its recording, its import, and whether it lists its subject."""
    there = database.tables()["register"]
    by_key = {name.casefold(): name for name in there}
    columns = {name: by_key.get(name.casefold(), "") for name in attributes}
    kinds = [there.get(columns[name], kind) for name, kind in attributes.items()]
    picked = "".join(f", r.{quoted(column)}" if column else ", NULL" for column in columns.values())
    query = (
        f"SELECT s.name, r._recorded, r._import, r._listed, i.file, i.sheet, r._line{picked} "
        "FROM register r JOIN subject s ON s.number = r._subject "
        f"JOIN import i ON i.number = r._import {which} ORDER BY s.name, r._line"
    )
    for subject, recorded, number, listed, file, sheet, line, *cells in database.rows(query, values):
        place = Location(f"{file}[{sheet}]" if sheet else file, line, 1)
        told = {name: value_of(cell, kind) for name, cell, kind in zip(columns, cells, kinds, strict=True)}
        yield RegisterRow(subject, told, place), recorded, number, listed


def value_of(value: Any, kind: str) -> Value:
    """A value of the database as the engine has it: numbers exact, lists as tuples."""
    if isinstance(value, list):
        return tuple(value)
    if kind == "VARCHAR[]" and value is None:
        return ()
    if isinstance(value, bool | str | date) or value is None:
        return value
    return Fraction(value)
