"""Versions of events that do not simply stand, and what becomes of them.

Nearly every event has one version and no twin. The few rows of which that is not so (events with several versions, or
retracted, and events that say what another says) are found once; which of them stands is told for each instant of
knowledge.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.evaluation.compiled.relations import column
from indicator_engine.evaluation.compiled.versions import Versions
from indicator_engine.frozen import dataclass
from indicator_engine.store.catalog import event_table
from indicator_engine.store.findings import COUNTED
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from indicator_engine.language.schema import EventType


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
class Contested(Versions):
    """What becomes of contested versions."""

    earlier: Earlier | None = None
    """What was found out before about the store."""
    _fates: dict[datetime, str] = field(default_factory=dict)
    _counts: dict[str, dict[str, int]] = field(default_factory=dict)

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
        return (
            f"WITH contested AS ({contested}), said AS ({self._said(contested, known_at)}), "
            "turns AS (SELECT type, rid, event, said, retracted, min(recorded) OVER (PARTITION BY event) AS "
            "first, row_number() OVER (PARTITION BY event ORDER BY recorded DESC, position DESC, retracted DESC, "
            "said DESC) AS turn FROM said), "
            "standing AS (SELECT type, rid, first, row_number() OVER (PARTITION BY said ORDER BY first, event) > 1 AS "
            "twin FROM turns WHERE turn = 1 AND NOT retracted) "
            "SELECT c.*, s.first, coalesce(s.twin, FALSE) AS twin FROM contested c "
            "LEFT JOIN standing s ON s.type = c.type AND s.rid = c.rid"
        )

    def _said(self, contested: str, known_at: datetime) -> str:
        """The query of what the `contested` versions say, and of retractions, as known at an instant."""
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
        return " UNION ALL ".join(said)

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
        events = self._types_told()
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

    def _types_told(self) -> list[EventType]:
        """The types of which there may be a version: nothing is asked of tables that are empty."""
        events = [event for event in self.schema.events.values() if self._kept(event.name)]
        if not events:
            return events
        asked = (
            f"(SELECT {self._number(event.name)} FROM {self._source(event_table(event.name))} LIMIT 1)"
            for event in events
        )
        there = {number for (number,) in self.database.rows(" UNION ALL ".join(asked))}
        return [event for event in events if self._number(event.name) in there]

    def _rows_of(self, event: EventType, contested: str) -> str:
        return (
            f"SELECT {self._number(event.name)}, v.rid, bool_or(c.moved), v.event, v.s "
            f"FROM ({self._all_versions(event)}) v JOIN {contested} c ON c.event = v.event GROUP BY v.rid, v.event, v.s"
        )

    def _twins(self, event: EventType) -> str:
        """Events with the same mark as another one; that they say the same is looked at where versions are picked."""
        mark = f"hash({', '.join(('s', 'occurred', *map(column, event.attributes)))})"
        marked = f"SELECT event, {mark} AS mark FROM ({self._all_versions(event)})"
        return (
            f"WITH marked AS ({marked}) "
            "SELECT event, FALSE FROM marked WHERE mark IN (SELECT mark FROM marked GROUP BY mark HAVING count(*) > 1)"
        )

    def _insert(self, table: str, queries: Iterable[str]) -> None:
        """Put what queries find into a table, one after the other."""
        for query in queries:
            self.need(query)
            self.database.run(f"INSERT INTO {table} {query}")
