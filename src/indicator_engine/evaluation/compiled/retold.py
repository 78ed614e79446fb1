"""What becomes of the versions of events of which imports have told anything, and of those that say the same.

Of a subject that was touched few events are: only of these, of what says the same as a version of theirs, and of the
other versions of such events is it looked at who stands. What became of all others stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.contested import Contested
from indicator_engine.evaluation.compiled.relations import column
from indicator_engine.frozen import dataclass
from indicator_engine.store.findings import listed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from indicator_engine.language.schema import EventType


@dataclass
class Retold(Contested):
    """Versions of some subjects, of whose events some are in the table `news`.

    `of` gives the table of their rows for one of the store; `named` is the relation of their names.
    """

    named: str = ""
    news: str = ""
    of: Callable[[str], str] = str
    _rid: str = "_rid"

    def bring_up(self, fates: str) -> None:
        """Find out what becomes of contested versions now, and put that into the table of all of them."""
        self._find_fates(f"{self.prefix}_fates")
        for statement, query in self.changes().items():
            self.database.run(statement.format(fates=fates, found=f"({query})"))

    def changes(self) -> dict[str, str]:
        """Statements that bring a table `fates` up to date by what queries have found, each with its query."""
        return {
            "DELETE FROM {fates} WHERE (type, rid) IN (SELECT (type, rid) FROM {found})": (
                f"SELECT type, rid FROM {self._picked} WHERE is_told"
            ),
            "INSERT INTO {fates} SELECT * FROM {found}": f"SELECT {listed('fates')} FROM {self.prefix}_fates",
        }

    @property
    def _picked(self) -> str:
        """The table of the versions that are looked at; `is_told`: it says what is told of, perhaps elsewhere."""
        return f"{self.prefix}_picked"

    def _source(self, table: str) -> str:
        return self.of(table)

    def _found_contested(self) -> str:
        self._pick()
        again = f"SELECT _event FROM retraction WHERE _event IN (SELECT event FROM {self._picked})"
        several, alike = f"{self.prefix}_several", f"{self.prefix}_alike"
        events = f"SELECT event FROM {self._picked} UNION ALL {again}"
        self._temp(several, f"SELECT event FROM ({events}) GROUP BY event HAVING count(*) > 1")
        self._temp(alike, f"SELECT mark FROM {self._picked} WHERE is_told GROUP BY mark HAVING count(*) > 1")
        moved = f"event IN (SELECT event FROM {several})"
        return (
            f"SELECT type, rid, {moved} AS moved, event, s FROM {self._picked} "
            f"WHERE is_told AND ({moved} OR mark IN (SELECT mark FROM {alike}))"
        )

    def _pick(self) -> None:
        """Make the table of versions: of events told of, of those that say the same, and all others of their events."""
        pool, told = f"{self.prefix}_pool", f"{self.prefix}_told"
        self._temp(pool, " UNION ALL ".join(self._marked(event) for event in self.schema.events.values()))
        self._temp(told, f"SELECT DISTINCT mark FROM {pool} WHERE event IN (SELECT event FROM {self.news})")
        alike = f"mark IN (SELECT mark FROM {told})"
        self._temp(
            self._picked,
            f"SELECT *, {alike} AS is_told FROM {pool} WHERE event IN (SELECT event FROM {pool} WHERE {alike})",
        )

    def _marked(self, event: EventType) -> str:
        """A query for the versions of a type, with a mark of what each says."""
        said = ", ".join((str(self._number(event.name)), "s", "occurred", *map(column, event.attributes)))
        return (
            f"SELECT {self._number(event.name)} AS type, rid, event, s, recorded, position, hash({said}) AS mark "
            f"FROM ({self._all_versions(event)})"
        )

    def _said(self, contested: str, known_at: datetime) -> str:  # noqa: ARG002  # all that is picked is looked at
        self._tell()
        return (
            "SELECT p.event, p.recorded, p.position, FALSE AS retracted, t.kind || chr(31) || n.name || chr(31) || "
            f"t.rest AS said, p.type, p.rid FROM {self._picked} p JOIN {self._texts} t ON t.type = p.type "
            f"AND t.rid = p.rid JOIN {self.named} n ON n.s = p.s UNION ALL "
            "SELECT _event AS event, _recorded AS recorded, _import AS position, TRUE AS retracted, '' AS said, "
            f"-1 AS type, 0 AS rid FROM retraction WHERE _event IN (SELECT event FROM {self._picked})"
        )

    @property
    def _texts(self) -> str:
        """The table of what versions that are looked at say besides whose they are."""
        return f"{self.prefix}_texts"

    def _tell(self) -> None:
        self._temp(self._texts, "SELECT 0 AS type, CAST(0 AS BIGINT) AS rid, '' AS kind, '' AS rest LIMIT 0")
        there = {number for (number,) in self.database.rows(f"SELECT DISTINCT type FROM {self._picked}")}
        told = [
            f"SELECT {self._number(event.name)}, rid, '{event.name}', {self._beside_subject(event)} "
            f"FROM ({self._all_versions(event)}) v WHERE rid IN "
            f"(SELECT rid FROM {self._picked} WHERE type = {self._number(event.name)})"
            for event in self.schema.events.values()
            if self._number(event.name) in there
        ]
        if told:
            self._insert(self._texts, [" UNION ALL ".join(told)])
