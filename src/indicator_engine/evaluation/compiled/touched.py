"""The subjects that imports after a given one have told anything of, and the relations of these alone, then and now.

A subject is touched by a new version of an event, by a retraction, by what the register newly says of it; and so are
the subjects that other versions of such an event were of. All records of a touched subject are looked at, and every
version of each of its events: so what becomes of versions, and what says the same as what, is found out of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.ground import Ground
from indicator_engine.evaluation.compiled.relations import instant_literal
from indicator_engine.evaluation.compiled.retold import Retold
from indicator_engine.store import catalog
from indicator_engine.store.catalog import quoted
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.database import Database

    ToldBefore = Callable[[str], tuple[str, int]]

FEW = 10_000
"""So many new rows are always few."""

BEFORE = 1 << 30
"""Is added to the number of a subject for what it was before."""

SHARE = 10
"""One in so many rows may be new: of more, everything is found out anew."""


def touched_since(
    number: int, database: Database, schema: Schema, fates: str, name: str, told_before: ToldBefore
) -> int | None:
    """Make the table of subjects touched since an import; how many they are, None for too many to be worth it.

    `fates` is the table of what became of contested versions, as known then or later; `told_before` gives, for the
    table of what is new, a query for the subjects of events of the same ids, and up to which import it holds.
    """
    tables = [catalog.event_table(event) for event in schema.events]
    there = database.tables()
    kept = [quoted(table) for table in tables if table in there]
    new = [f"SELECT _event AS event, _subject AS s FROM {table} WHERE _import > {number}" for table in kept]
    new += [
        f"SELECT _event, NULL FROM retraction WHERE _import > {number}",
        f"SELECT NULL, _subject FROM register WHERE _import > {number}",
    ]
    news = f"{name}_news"
    database.run(f"CREATE OR REPLACE TEMP TABLE {news} AS {' UNION ALL '.join(new)}")
    count = database.value(f"SELECT count(*) FROM {news}")
    if count > FEW:
        whole = sum(database.value(f"SELECT count(*) FROM {table}") for table in (*kept, "register"))
        if count * SHARE > whole:
            return None
    before = told_before(news) if count <= FEW else ("", 0)
    of_others = [*_of_other_versions(kept, news, *before), "SELECT NULL::INTEGER WHERE FALSE"]
    database.run(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT s FROM {news} WHERE s IS NOT NULL "
        f"UNION {' UNION '.join(of_others)}"
    )
    others = (
        f"SELECT DISTINCT b.s FROM {fates} a JOIN {fates} b ON b.event = a.event "
        f"WHERE a.s IN (SELECT s FROM {name}) AND b.s NOT IN (SELECT s FROM {name})"
    )
    while database.run(f"INSERT INTO {name} {others}"):
        pass
    return int(database.value(f"SELECT count(*) FROM {name}"))


def _of_other_versions(tables: Iterable[str], news: str, before: str, upto: int) -> list[str]:
    """Queries for the subjects of all versions of events of which there is anything new, and perhaps of others.

    Those `upto` an import are known by the query `before`; to look for them among all ids takes longer.
    """
    events = f"SELECT event FROM {news} WHERE event IS NOT NULL"
    later = f"_import > {upto} AND " if before else ""
    found = [f"SELECT _subject FROM {table} WHERE {later}_event IN ({events})" for table in tables]
    return [before, *found] if before else found


@dataclass
class Touched(Ground):
    """The relations of some subjects, each twice: as it stands now, and as it stood after an import.

    What a subject was then counts against what it is now: `weight` is 1 for the one and -1 for the other. Of both there
    are all records, under names of their own for subjects and events, so that one question finds what has changed.
    """

    subjects: str = ""
    """The table of the subjects."""
    news: str = ""
    """The table of the events and subjects of which there is anything new."""
    fates: str = ""
    """The table of what had become of contested versions after that import, to be brought up; "" if that is unknown."""
    since: int = 0
    retold: Retold | None = None
    """What has brought them up to date."""
    _rid: str = "_rid"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._waiting.clear()
        self._counts = {name: {"TRUE": 2, "moved": 1} for name in self.schema.events}
        self._make_names()
        own = f"_subject IN (SELECT s FROM {self.subjects})"
        events = [table for event in self.schema.events if (table := catalog.event_table(event)) in self._there]
        earlier = f"_subject + {BEFORE} AS _subject"
        for table in events:
            rows = f"SELECT rowid AS _rid, * EXCLUDE (_line) FROM {quoted(table)} WHERE {own}"
            self._make_twice(table, rows, f"{earlier}, chr(1) || _event AS _event, -1 - _rid AS _rid")
        self._make_twice("register", f"SELECT * FROM register WHERE {own}", earlier)
        told = [f"SELECT _event FROM {self._now(table)}" for table in events]
        are_any = told and self.database.rows("SELECT 1 FROM retraction LIMIT 1")
        own = f"_event IN ({' UNION ALL '.join(told)})" if are_any else "FALSE"
        self._make_twice("retraction", f"SELECT * FROM retraction WHERE {own}", "chr(1) || _event AS _event")
        self._waiting[self._pool] = self._make_pool
        self._make_register()
        self._make_contested()

    @property
    def weight(self) -> str:
        """What a subject `s` counts."""
        return f"CASE WHEN s >= {BEFORE} THEN -1 ELSE 1 END"

    def _make_twice(self, table: str, rows: str, earlier: str) -> None:
        """A table with these rows; and a view of them, and again of those that were there before, told apart."""
        now = self._now(table)
        self._temp(now, rows)
        self._view(
            self._source(table),
            f"SELECT * FROM {now} UNION ALL SELECT * REPLACE ({earlier}) FROM {now} WHERE _import <= {self.since}",
        )

    def _make_names(self) -> None:
        named = f"SELECT number AS s, name FROM subject WHERE number IN (SELECT s FROM {self.subjects})"
        self._temp(self.names, f"WITH now AS ({named}) SELECT * FROM now UNION ALL SELECT s + {BEFORE}, name FROM now")

    def _source(self, table: str) -> str:
        return quoted(f"{self.prefix}_of_{table}")

    def _now(self, table: str) -> str:
        """The rows of a table of the store as they stand now."""
        return quoted(f"{self.prefix}_now_{table}")

    # ── what becomes of versions ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def _pool(self) -> str:
        """The table of all versions and retractions, with what each says: few rows, of all types together."""
        return f"{self.prefix}_pool"

    def _find_fates(self, table: str) -> None:
        """By what had become of them before, where that is known; what is new becomes part of that."""
        if not self.fates:
            super()._find_fates(table)
            return
        own = f"FROM {self.fates} WHERE s IN (SELECT s FROM {self.subjects})"
        then = f"{self.prefix}_then"
        self._temp(then, f"SELECT type, -1 - rid AS rid, moved, first, twin {own}")
        self.retold = Retold(self.database, self.schema, named=self.names, news=self.news, of=self._now)
        self.retold.bring_up(self.fates)
        self._temp(table, f"SELECT type, rid, moved, first, twin {own} UNION ALL SELECT * FROM {then}")

    def _found_contested(self) -> str:
        several = f"SELECT event FROM {self._pool} GROUP BY event HAVING count(*) > 1"
        alike = f"SELECT mark FROM {self._pool} WHERE type >= 0 GROUP BY mark HAVING count(*) > 1"
        return (
            f"SELECT type, rid, event IN ({several}) AS moved, event, s FROM {self._pool} "
            f"WHERE type >= 0 AND (event IN ({several}) OR mark IN ({alike}))"
        )

    def _make_pool(self) -> None:
        told = [
            f"SELECT {self._number(event.name)} AS type, rid, event, s, recorded, position, '{event.name}' AS kind, "
            f"{self._beside_subject(event)} AS rest FROM ({self._all_versions(event)}) v"
            for event in self.schema.events.values()
            if self._kept(event.name)
        ]
        told.append(
            "SELECT -1 AS type, 0 AS rid, _event AS event, NULL AS s, _recorded AS recorded, _import AS position, "
            f"'' AS kind, '' AS rest FROM {self._source('retraction')}"
        )
        self._temp(self._pool, f"SELECT *, hash(type, s, rest) AS mark FROM ({' UNION ALL '.join(told)})")

    def _said(self, contested: str, known_at: datetime) -> str:  # noqa: ARG002  # they are a step of the query
        known = "TRUE" if known_at == FOREVER else f"p.recorded <= {instant_literal(known_at)}"
        earlier = f"CASE WHEN p.s >= {BEFORE} THEN chr(1) ELSE '' END"
        said = f"coalesce({earlier} || p.kind || chr(31) || n.name || chr(31) || p.rest, '')"
        return (
            f"SELECT p.event, p.recorded, p.position, p.type < 0 AS retracted, {said} AS said, p.type, p.rid "
            f"FROM {self._pool} p LEFT JOIN contested c ON c.type = p.type AND c.rid = p.rid "
            f"LEFT JOIN {self.names} n ON n.s = p.s WHERE {known} AND (p.type < 0 OR c.rid IS NOT NULL)"
        )
