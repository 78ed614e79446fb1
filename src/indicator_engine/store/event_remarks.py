"""What is odd about an import of events, asked of the store that it went into.

Ids used twice, the same thing told twice, values that are taken away: nothing is refused for it. Each may be just what
is meant, and each changes a figure; so each is told once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field, replace
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.store.accounts import TOLD
from indicator_engine.store.catalog import quoted
from indicator_engine.store.tables import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from indicator_engine.problems import Problem, Severity
    from indicator_engine.store.catalog import Kept
    from indicator_engine.store.database import Database
    from indicator_engine.store.staging import Staged
    from indicator_engine.store.tables import Table

MOST = 1_000_000
"""Rows of the largest import of which the whole is compared; the evaluation of a store tells of all that it has."""

_ONE_EVENT = "if these are two events, give one of them an id of its own"


@dataclass
class Remarks:
    """What there is to tell of one import; `number` is the import's, `given` the columns that its file has."""

    database: Database
    number: int
    table: Table
    subjects: str
    given: Collection[str]
    lost: Counter[str] = field(default_factory=Counter)
    """For columns that the file lacks: how many events had something in them, and have it no more."""
    homes: set[str] = field(default_factory=set)
    """The tables of the types that events have been stored of."""

    @property
    def own(self) -> list[Kept]:
        """The same tables with their columns, in their order."""
        return [kept for kept in self.database.kept() if kept.table in self.homes]

    # ── while the rows are being stored ──────────────────────────────────────────────────────────────────────────────

    def count_lost(self, staged: Staged) -> None:
        """Events that are about to get a version without a column that the store has filled, and the file lacks."""
        lacking = [one for one in staged.attributes if one not in self.given]
        if not lacking:
            return
        name, home = quoted(staged.name), quoted(staged.home)
        counts = ", ".join(f"count(DISTINCT _event) FILTER ({quoted(one)} IS NOT NULL)" for one in lacking)
        (row,) = self.database.rows(
            f"SELECT {counts} FROM {home} WHERE _import < ? AND _event IN (SELECT _event FROM in_again) "
            f"AND _event IN (SELECT _event FROM {name} WHERE _line NOT IN (SELECT _line FROM in_duplicate))",
            [self.number],
        )
        self.lost.update(dict(zip(lacking, row, strict=True)))

    def contradictions(self, staged: Staged) -> Iterator[Problem]:
        """Rows of this file that give one event two versions at one instant: nobody can say which came last."""
        twice = self.database.rows(
            f"SELECT _event, list(_line ORDER BY _line) FROM {quoted(staged.home)} "
            "WHERE _import = ? AND _event IN (SELECT _event FROM in_again) "
            "GROUP BY _event, _recorded HAVING count(*) > 1 ORDER BY min(_line) LIMIT ?",
            [self.number, TOLD],
        )
        for event, lines in twice:
            where = " and ".join(map(str, lines))
            fact = f"event {event} has versions in lines {where}, recorded at the same instant, that differ"
            hint = "give the later one a later recorded_at; until then a fixed rule, not the order of rows, decides"
            yield self._told(lines[-1], Fault("IE307", fact, hint))

    def used_again(self, staged: Staged) -> Iterator[Problem]:
        """Ids that an older version has for another subject: a correction, or an id that is used twice."""
        home = quoted(staged.home)
        versions = f"(SELECT * FROM {home} WHERE _event IN (SELECT _event FROM in_again))"
        found = self.database.rows(
            "SELECT i._event, max(i._line), list(DISTINCT s.name), list(DISTINCT o.name) "
            f"FROM {versions} i JOIN {versions} e ON i._event = e._event AND i._subject <> e._subject "
            "AND (i._recorded, i._import) <> (e._recorded, e._import) "
            "JOIN subject s ON s.number = i._subject JOIN subject o ON o.number = e._subject "
            "WHERE i._import = ? GROUP BY i._event ORDER BY 2 LIMIT ?",
            [self.number, TOLD],
        )
        for event, line, here, elsewhere in found:
            names = sorted({*here, *elsewhere})
            shown = " and ".join(names) if len(names) < 4 else f"{', '.join(names[:3])} and others"
            fact = f"event {event} is told of {len(names)} {self.subjects}, {shown}"
            yield self._told(line, Fault("IE312", f"{fact}; only the version recorded last counts", _ONE_EVENT))

    # ── when they are stored ─────────────────────────────────────────────────────────────────────────────────────────

    def of_all(self, stored: int) -> Iterator[Problem]:
        """What can be told when all rows are stored; so many are."""
        yield from self._unknown()
        if 0 < stored <= MOST:
            yield from self._of_two_types()
            yield from self._alike()
        for column, count in self.lost.items():
            if count:
                events = "1 event" if count == 1 else f"{count:,} events"
                fact = f"the file has no column `{column}`, which earlier imports filled: it is blank now for {events}"
                yield self._told(0, Fault("IE319", fact, "import a file that has the column"))

    def _unknown(self) -> Iterator[Problem]:
        """Retractions of events that neither the store nor this file tells of."""
        if not self.database.value("SELECT count(*) FROM retraction WHERE _import = ?", [self.number]):
            return
        known = " UNION ALL ".join(f"SELECT _event FROM {quoted(one)}" for one in self._homes()) or "SELECT ''"
        query = (
            f"SELECT _event, _line FROM retraction WHERE _import = ? AND _event NOT IN ({known}) ORDER BY _line LIMIT ?"
        )
        for event, line in self.database.rows(query, [self.number, TOLD]):
            yield self._told(line, Fault("IE310", f"event {event} is retracted, but no row tells what it was"))

    def _of_two_types(self) -> Iterator[Problem]:
        """Ids that events of another type have as well."""
        found: dict[str, tuple[int, str]] = {}
        for home in (kept.table for kept in self.own):
            others = [other for other in self._homes() if other != home]
            queries = [
                f"(SELECT _event, min(_line), {place} FROM {quoted(home)} WHERE _import = $number AND _event IN "
                f"(SELECT _event FROM {quoted(other)}) GROUP BY _event ORDER BY 2 LIMIT $most)"
                for place, other in enumerate(others)
            ]
            if not queries:
                continue
            values = {"number": self.number, "most": TOLD}
            for event, line, place in self.database.rows(" UNION ALL ".join(queries), values):
                types = " and ".join(sorted(one.removeprefix("event_") for one in (home, others[place])))
                found[event] = max(found.get(event, (0, "")), (line, types))
        told = sorted((line, event, types) for event, (line, types) in found.items())
        for line, event, types in told[:TOLD]:
            fact = f"event {event} is told of 2 types, {types}; only the version recorded last counts"
            yield self._told(line, Fault("IE312", fact, _ONE_EVENT))

    def _alike(self) -> Iterator[Problem]:
        """Events of this file that have different ids and agree in all else: they count once."""
        found: list[tuple[int, str, str, int]] = []
        for kept in self.own:
            content = ", ".join(map(quoted, ("_subject", "_occurred", *kept.attributes)))
            once = (
                f"SELECT min(_line) AS _line, _event, {content} FROM {quoted(kept.table)} WHERE _import = ? "
                f"GROUP BY _event, {content}"
            )
            query = (
                "SELECT list(_line ORDER BY _line)[2], list(_event ORDER BY _line)[2], list(_event ORDER BY _line)[1], "
                f"count(*) FROM ({once}) GROUP BY {content} HAVING count(*) > 1"
            )
            found += self.database.rows(query, [self.number])
        for line, event, other, count in sorted(found)[:TOLD]:
            more = f", and so {'does 1' if count == 3 else f'do {count - 2}'} more" if count > 2 else ""
            fact = f"event {event} says the same as event {other}{more}; they count once"
            yield self._told(
                line, Fault("IE313", fact, "if they are different things, a column must tell them apart"), "note"
            )
        if len(found) > TOLD:
            yield self._told(0, Fault("IE313", f"and {len(found) - TOLD} more that others say the same as"), "note")

    def _homes(self) -> list[str]:
        """The tables of event types."""
        return [kept.table for kept in self.database.kept() if kept.table.startswith("event_")]

    def _told(self, line: int, fault: Fault, severity: Severity = "warning") -> Problem:
        return replace(self.table.problem(line, fault), severity=severity)
