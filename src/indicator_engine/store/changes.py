"""What people change by hand: corrections and retractions, each a newer version with who, when and why.

A correction is told as the values that change; the rest stays as it stands. Nothing is ever overwritten.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from indicator_engine.problems import DataError, IndicatorEngineError, Location, Problem, did_you_mean
from indicator_engine.store.catalog import quoted
from indicator_engine.store.intake import EventReader, Typed
from indicator_engine.store.layout import Row
from indicator_engine.store.staging import Staging, name_subjects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import Version


def corrected(version: Version, values: Mapping[str, str], schema: Schema, terms: Terms) -> Version:
    """A version with other values. Raises DataError with every value that cannot be read, or is of nothing."""
    event, subject = schema.events[version.type], schema.subject.singular
    known = [subject, "occurred_on", *event.attributes]
    unknown = [
        Problem("IE303", f"`{name}` is no attribute of `{event.name}`", did_you_mean(name, known))
        for name in values
        if name not in known
    ]
    if unknown:
        raise DataError(unknown)
    cells = {
        **version.attributes,
        "event_id": version.event_id,
        "type": version.type,
        subject: version.subject,
        "occurred_on": version.occurred_on,
        "recorded_at": _later(version, terms),
        **{name: value or None for name, value in values.items()},
    }
    typed = EventReader(schema, strict=True).read(Row(cells, Location("the correction")))
    if typed.version is None:
        raise DataError([Problem(one.code, one.fact, one.hint) for one in typed.faults])
    if typed.version.content == version.content:
        raise IndicatorEngineError(f"event `{version.event_id}` says so already: nothing to correct")
    return typed.version


def _later(version: Version, terms: Terms) -> object:
    """The instant of a change: its own, and never before or at that of the version it replaces."""
    at = terms.recorded_at or terms.at
    return max(at, version.recorded_at + timedelta(microseconds=1)) if terms.recorded_at is None else at


def write(database: Database, number: int, version: Version, schema: Schema) -> None:
    """Store one version."""
    staging = Staging(database, schema)
    staging.add(1, Typed(version, dated=True))
    staging.flush()
    (staged,) = staging.tables.values()
    columns = ", ".join(
        map(quoted, ("_import", "_line", "_event", "_subject", "_occurred", "_recorded", *staged.attributes))
    )
    picked = "".join(f", i.{quoted(name)}" for name in staged.attributes)
    name_subjects(database, staged.name, number)
    database.run(
        f"INSERT INTO {quoted(staged.home)} ({columns}) "
        f"SELECT ?, i._line, i._event, s.number, i._occurred, i._recorded{picked} "
        f"FROM {quoted(staged.name)} i JOIN subject s ON s.name = i._subject",
        [number],
    )
    staging.drop()


def take_back(database: Database, number: int, version: Version, terms: Terms) -> None:
    """Store a retraction."""
    values = [number, version.event_id, _later(version, terms), version.type, version.subject]
    database.run("INSERT INTO retraction VALUES (?, 1, ?, ?, ?, ?)", values)


def near_ids(database: Database, event_id: str) -> str:
    """A hint with the nearest ids that the store has."""
    tables = [kept.table for kept in database.kept() if kept.table.startswith("event_")]
    if not tables:
        return ""
    union = " UNION ".join(f"SELECT _event FROM {quoted(one)}" for one in tables)
    found = database.rows(
        f"SELECT _event FROM ({union}) ORDER BY jaro_winkler_similarity(_event, ?) DESC, _event LIMIT 20", [event_id]
    )
    hint = did_you_mean(event_id, [row[0] for row in found])
    return f"; {hint}" if hint.startswith("did") else ""
