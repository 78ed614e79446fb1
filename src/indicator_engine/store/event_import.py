"""The story of an import of events: rows are read, typed and staged; what is new is stored, the rest kept aside.

Rows that the store has already are duplicates, so the same file can be imported again at any time and changes nothing.
A row that says when it was recorded is a duplicate of a version with that recording; one that does not, of any version
that says the same, so that a stale copy never undoes a correction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.store import quarantine, strangers
from indicator_engine.store.accounts import Counting, settled
from indicator_engine.store.bulk_import import BulkImport
from indicator_engine.store.catalog import quoted
from indicator_engine.store.cells import text_of
from indicator_engine.store.event_remarks import Remarks
from indicator_engine.store.intake import EventReader
from indicator_engine.store.layout import Blank, Row, Rows, Unusable, formats_of
from indicator_engine.store.quarantine import Mended, Waiting
from indicator_engine.store.receipts import Receipt
from indicator_engine.store.staging import Staged, Staging, name_subjects

if TYPE_CHECKING:
    from datetime import datetime

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.database import Database
    from indicator_engine.store.tables import Table

CHUNK = 250_000
"""Rows that are staged before they are stored, so that an import of any size needs the same memory."""

STEP = 1_000
"""Lines between two reports of progress."""


class EventImport:
    """One file of events on its way into the store; `number` is what the import will be called."""

    def __init__(
        self, database: Database, number: int, table: Table, mapping: SourceMapping, schema: Schema, terms: Terms
    ) -> None:
        self.database, self.number, self.table, self.terms = database, number, table, terms
        self.schema = schema
        self.rows = Rows(table, mapping, schema, formats_of(mapping, terms.at.date()))
        entries = tuple(one for one in quarantine.entries(database) if one.kind == "events")
        mended = Mended(entries, table.name, table.sheet)
        self.counting = Counting(Waiting(database, number), table, mended, self.rows.layout.header)
        self.staging = Staging(database, schema)
        self.reader = EventReader(schema, recorded=terms.at, strict=True)
        self.staged = self.stored = 0
        given = {*self.rows.layout.targets, *mapping.constants}
        self.remarks = Remarks(database, number, table, schema.subject.plural, given)

    def receipt(self) -> Receipt:
        """Read, stage and store everything. Raises RefusedImportError where the terms do not allow what came of it."""
        self.read()
        self.store()
        self.counting.waiting.flush()
        counting = self.counting
        counting.told += self.remarks.of_all(self.stored)
        mended = [*counting.resolved, *counting.mended.told(self._told_anew())]
        resolved = quarantine.resolve(self.database, self.number, mended, "repaired")
        quarantine.resolve(self.database, self.number, counting.replaced, "came again")
        odd = strangers.of_import(self.database, self.number, self.schema, self.table.at, self.remarks.own)
        return settled(
            Receipt(
                number=self.number,
                file=self.table.place,
                read=counting.read,
                stored=self.stored,
                duplicate=self.staged - self.stored,
                quarantined=counting.quarantined,
                blank=counting.blank,
                reasons=dict(counting.reasons.most_common()),
                resolved=resolved,
                notes=(*self.rows.notes, *counting.told, *odd),
            ),
            self.terms,
        )

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self) -> None:
        """Every line becomes a staged version, an entry of the quarantine, or a blank."""
        bulk = BulkImport(self)
        if bulk.possible():
            bulk.read()
            return
        for item in self.rows:
            self.take(item)

    def take(self, item: Row | Unusable | Blank) -> None:
        """One line."""
        counting = self.counting
        counting.read += 1
        if isinstance(item, Row):
            self._take_row(item)
        elif isinstance(item, Blank):
            counting.blank += 1
        else:
            counting.set_aside(item.line, (item.fault,), item.raw)
        if counting.read % STEP == 0:
            self.tell_progress()
        if self.staging.rows >= CHUNK:
            self.store()

    def _take_row(self, row: Row) -> None:
        typed = self.reader.read(row)
        if typed.version is None:
            self.counting.set_aside(row.line, typed.faults, row.raw, text_of(row.cells.get("event_id")))
            return
        self.staging.add(row.line, typed)
        self.counting.good(row.line, row.raw)

    def tell_progress(self, ahead: int = 0, done: int | None = None) -> None:
        """Say how far the reading is; `ahead` lines are read and not counted yet."""
        if self.terms.progress:
            self.terms.progress(self.counting.read + ahead, self.table.done() if done is None else done)

    # ── storing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def store(self) -> None:
        """Store what is staged and not in the store yet; what is left are duplicates."""
        self.staging.flush()
        for staged in self.staging.tables.values():
            self.staged += int(self.database.value(f"SELECT count(*) FROM {quoted(staged.name)}"))
            store = self._store_retractions if staged.home == "retraction" else self._store_events
            self.stored += store(staged)
        self.staging.drop()

    def _store_events(self, staged: Staged) -> int:
        name, home = quoted(staged.name), quoted(staged.home)
        name_subjects(self.database, staged.name, self.number)
        again = self._find_again(staged)
        if again:
            self._find_duplicates(staged)
            self.remarks.count_lost(staged)
        attributes = "".join(f", i.{quoted(one)}" for one in staged.attributes)
        columns = ", ".join(
            map(quoted, ("_import", "_line", "_event", "_subject", "_occurred", "_recorded", *staged.attributes))
        )
        count = self.database.run(
            f"INSERT INTO {home} ({columns}) SELECT ?, i._line, i._event, s.number, i._occurred, "
            f"coalesce(i._recorded, ?){attributes} FROM {name} i JOIN subject s ON s.name = i._subject "
            + ("WHERE i._line NOT IN (SELECT _line FROM in_duplicate)" if again else ""),
            [self.number, self.recording],
        )
        if count:
            self.remarks.homes.add(staged.home)
        if again:
            self.counting.told += [*self.remarks.contradictions(staged), *self.remarks.used_again(staged)]
        return count

    @property
    def recording(self) -> datetime:
        """When rows were recorded that do not say it."""
        return self.terms.recorded_at or self.terms.at

    def _find_again(self, staged: Staged) -> bool:
        """Whether any event that is staged has a version in the store already, or another one in the file."""
        name, home = quoted(staged.name), quoted(staged.home)
        count = self.database.run(
            f"CREATE OR REPLACE TEMP TABLE in_again AS SELECT _event FROM {name} GROUP BY _event HAVING count(*) > 1 "
            f"UNION SELECT _event FROM {name} WHERE _event IN (SELECT _event FROM {home})"
        )
        return count > 0

    def _find_duplicates(self, staged: Staged) -> None:
        """Of what comes again, lines that say what another line of the file, or a version in the store, says."""
        name, home = quoted(staged.name), quoted(staged.home)
        same = "".join(f" AND i.{quoted(one)} IS NOT DISTINCT FROM e.{quoted(one)}" for one in staged.attributes)
        content = ", ".join(map(quoted, ("_event", "_subject", "_occurred", *staged.attributes)))
        self.database.run(
            "CREATE OR REPLACE TEMP TABLE in_duplicate AS "
            f"WITH again AS (SELECT * FROM {name} WHERE _event IN (SELECT _event FROM in_again)), "
            f"known AS (SELECT i._line FROM again i SEMI JOIN (SELECT e.*, s.name AS _name FROM {home} e "
            "JOIN subject s ON s.number = e._subject WHERE e._event IN (SELECT _event FROM in_again)) e "
            "ON i._event = e._event AND i._subject = e._name AND i._occurred = e._occurred "
            f"AND (i._recorded IS NULL OR i._recorded = e._recorded){same}), "
            "ranked AS (SELECT _line, _recorded, "
            f"row_number() OVER (PARTITION BY {content}, _recorded ORDER BY _line) AS place, "
            f"max(_recorded) OVER (PARTITION BY {content}) AS dated FROM again "
            "WHERE _line NOT IN (SELECT _line FROM known)) "
            "SELECT _line FROM known UNION ALL "
            "SELECT _line FROM ranked WHERE place > 1 OR (_recorded IS NULL AND dated IS NOT NULL)"
        )

    def _store_retractions(self, staged: Staged) -> int:
        name = quoted(staged.name)
        self.database.run(
            "CREATE OR REPLACE TEMP TABLE in_duplicate AS "
            f"WITH known AS (SELECT i._line FROM {name} i SEMI JOIN retraction r ON i._event = r._event "
            "AND (i._recorded IS NULL OR i._recorded = r._recorded)), "
            "ranked AS (SELECT _line, _recorded, "
            "row_number() OVER (PARTITION BY _event, _recorded ORDER BY _line) AS place, "
            f"max(_recorded) OVER (PARTITION BY _event) AS dated FROM {name} "
            "WHERE _line NOT IN (SELECT _line FROM known)) "
            "SELECT _line FROM known UNION ALL "
            "SELECT _line FROM ranked WHERE place > 1 OR (_recorded IS NULL AND dated IS NOT NULL)"
        )
        return self.database.run(
            "INSERT INTO retraction SELECT ?, _line, _event, coalesce(_recorded, ?), type, subject "
            f"FROM {name} WHERE _line NOT IN (SELECT _line FROM in_duplicate)",
            [self.number, self.recording],
        )

    def _told_anew(self) -> set[str]:
        """The events in quarantine of which this import has stored a version: what they said has been said again.

        A row that says what was known before says nothing of one that could not be used.
        """
        wanted = [one.event for one in self.counting.mended.open if one.event]
        if not wanted:
            return set()
        homes = [kept.table for kept in self.database.kept() if kept.table.startswith(("event_", "retraction"))]
        query = " UNION ".join(
            f"SELECT _event FROM {quoted(one)} WHERE _import = $number AND list_contains($events, _event)"
            for one in homes
        )
        return {row[0] for row in self.database.rows(query, {"number": self.number, "events": wanted})}
