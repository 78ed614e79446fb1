"""Figures by what was kept of earlier runs, brought up to what the store has been told since.

What is kept of a figure is its course: what is added to it on which days, over all days there are. A figure on a day
is then a sum over a small table. After imports, the subjects that these have touched are taken out of the course as
they stood before, and put in as they stand now; nobody else is looked at.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.calendars import sparsely
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.leaves import meaning_of
from indicator_engine.evaluation.compiled.readings import added_within, day_in, exactly, reading_of
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.touched import SHARE, Touched, touched_since
from indicator_engine.evaluation.compiled.whole_courses import COLUMNS, WholeCourses
from indicator_engine.problems import StoreError
from indicator_engine.store.catalog import created, quoted
from indicator_engine.store.findings import MARK, TABLES, Added, listed
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.evaluation.compiled.ground import Ground
    from indicator_engine.evaluation.compiled.readings import Reading
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.database import Database
    from indicator_engine.store.findings import Findings, Look

    Figure = tuple[Node, Moment, Frame]

MOST = 1_000
"""So many figures are kept; those that were asked for longest ago are not."""

LARGE = 3_000_000
"""Events from which on courses are made unasked; below, looking at everything takes no longer than looking for news."""

MOST_INSTANTS = 3
"""Of figures as known at so many instants courses are made; deadlines are few, the months of a report are not."""

LOOKED_UP = "type, rid, moved, first, twin"
"""Columns of what becomes of versions that queries look up; the others are for bringing it up to date."""

_serial = count(1)


@dataclass
class Kept:
    """What was found out before about a store as it is now, and what is found out this time.

    `build`: whether courses are made of figures that have none; None: where the store has grown since a run of which
    something was kept, for then it will be asked again.
    """

    database: Database
    schema: Schema
    findings: Findings
    covered: frozenset[str] | None = None
    build: bool | None = None
    subjects: int = 0
    """How many subjects imports have touched since what was kept."""
    _opened: bool = False
    _since: int | None = None
    """Up to which import the file that was found holds."""
    _fates_known: bool = False
    _course_is_here: bool = False
    """Whether its table has been made."""
    _fates_are_here: bool = False
    """Whether they have been read, those that are known."""
    _fates_are_whole: bool = False
    """Whether they have been read with all of their columns."""
    _written: str = ""
    """By what the file that was read is told from others; "" where nothing can be added to it."""
    _whole: int = 0
    """How many rows of courses it had when it was written whole."""
    _read_rows: int = 0
    """How many it has."""
    _counts: list[tuple[Any, ...]] | None = None
    """How many of them there are, as the file has them."""
    _changed: bool = False
    _ids_fail: bool = False
    """Whether the ids that were kept could not be read."""
    _numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The figures that there are: by their keys, their numbers and up to which import they are known."""
    _touched: dict[int, Touched | None] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.prefix = f"kept{next(_serial)}"
        told = repr((self.schema.subject, self.schema.events, self.schema.populations, self.covered))
        self._told = hashlib.sha256(told.encode()).hexdigest()

    # ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _table(self, name: str) -> str:
        return f"{self.prefix}_{name}"

    def _open(self) -> None:
        """Read what was kept, once."""
        if self._opened:
            return
        self._opened = True
        if not self.findings.look(self.database, self._take):
            self._start_anew()
        elif self._since is not None and self._since < self.findings.last:
            self._fates_known = self._fates_brought_up(self._since)

    def _take(self, found: Look) -> None:
        """Read what was kept but for what becomes of versions, of which only what has to be brought up to date."""
        counts, figures = (
            found.rows(f"SELECT {listed(name)} FROM {{found}}{name}") for name in ("counts", "figures")
        )  # fmt: skip
        if figures:
            found.into(self._table("course"), f"SELECT {listed('course')} FROM {{found}}course")
            self._read_rows = self._course_rows()
            self._course_is_here = True
        if found.since < self.findings.last:
            self._take_fates(found, listed("fates"))
        else:
            self._fates_known, self._counts = True, counts
            if any(moved for *_, moved in counts) and not figures:  # most figures, all asked for, look at these
                self._take_fates(found, LOOKED_UP)
        self._since, self._written, self._whole = found.since, found.written, found.whole
        self._numbers = {key: (number, since) for number, key, since in figures}

    def _take_fates(self, found: Look, columns: str) -> None:
        """Read what was kept of what becomes of versions, if it is of the same state as the rest."""
        if self._since in (None, found.since):
            found.into(self._table("fates"), f"SELECT {columns} FROM {{found}}fates")
            self._fates_are_here, self._fates_are_whole = True, columns == listed("fates")

    def _read_fates(self, columns: str) -> bool:
        """The same later; whether it is there."""
        self._fates_are_here = self._fates_are_whole = False
        return (
            self.findings.look(self.database, lambda found: self._take_fates(found, columns)) and self._fates_are_here
        )

    def _start_anew(self) -> None:
        """With nothing that was kept."""
        self._since, self._counts, self._fates_known, self._numbers, self._written = None, None, False, {}, ""
        self._make("fates")
        self._make("course")
        self._fates_are_here = self._fates_are_whole = self._course_is_here = True

    def _make(self, name: str) -> None:
        table = created(self._table(name), TABLES[name])
        self.database.run(table.replace("CREATE TABLE", "CREATE OR REPLACE TEMP TABLE", 1))

    @property
    def _course(self) -> str:
        """The table of courses, which is made when it is first needed if none were kept."""
        if not self._course_is_here:
            self._make("course")
            self._course_is_here = True
        return self._table("course")

    def _course_rows(self) -> int:
        return int(self.database.value(f"SELECT count(*) FROM {self._table('course')}"))

    def keep(self) -> None:
        """Keep what was found out, for the next run."""
        if not self._changed or not self._fates_known or self.database.inside:
            return  # within a rehearsal nothing is worth keeping
        ids = self._ids()
        added = None if ids else self._added()
        if not added and self._counts is not None and not self._read_fates(listed("fates")):
            return
        sums = ", ".join(f"sum({name}) AS {name}" for name in COLUMNS)
        some = " OR ".join(f"sum({name}) <> 0" for name in COLUMNS)
        key, day = sparsely("day")
        course = f"SELECT figure, {day} AS day, {sums} FROM {self._course} GROUP BY figure, {key} HAVING {some}"
        figures = self._figures()
        self.findings.keep(self.database, {
            "fates": f"SELECT {listed('fates')} FROM {self._table('fates')}",
            "figures": figures,
            "course": f"SELECT * FROM ({course}) WHERE figure IN (SELECT figure FROM ({figures}))",
        }, ids, added)  # fmt: skip
        self._changed, self._written = False, ""

    def _figures(self) -> str:
        """A query for the figures that there are, but for those that were asked for longest ago."""
        newest = sorted(((since, number, key) for key, (number, since) in self._numbers.items()), reverse=True)[:MOST]
        rows = ", ".join(f"({number}, '{key}', {since})" for since, number, key in newest) or "(NULL, NULL, NULL)"
        return f'SELECT * FROM (VALUES {rows}) t(figure, "key", "import") WHERE figure IS NOT NULL'

    def _added(self) -> Added | None:
        """What was found out is put to what the file has; None where it has to be written whole, as from time to time.

        Courses are sums, so that rows for days that they have already may be added.
        """
        if not self._written or len(self._numbers) > MOST:
            return None
        course, figures = self._course, self._figures()
        if self._course_rows() > 2 * self._whole:
            return None
        statements: dict[str, str] = {}
        if self._counts is None:
            touched = self._touched.get(self._since or 0)
            if touched is None or touched.retold is None:
                return None
            changes = touched.retold.changes()
            statements = {one.format(fates="fates", found="found"): query for one, query in changes.items()}
        statements |= {
            "DELETE FROM figures WHERE figure IN (SELECT figure FROM found)": figures,
            "INSERT INTO figures SELECT * FROM found": figures,
            "INSERT INTO course SELECT * FROM found":
                f"SELECT {listed('course')} FROM {course} WHERE rowid >= {self._read_rows}",
        }  # fmt: skip
        return Added(self._written, statements)

    # ── what becomes of versions ─────────────────────────────────────────────────────────────────────────────────────

    @property
    def fates_table(self) -> str:
        """The table of what becomes of contested versions."""
        return self._table("fates")

    def fates(self) -> bool:
        """Read them into their table; whether they are known."""
        self._open()
        if not self._fates_are_here and not self._read_fates(LOOKED_UP):
            self._start_anew()
        return self._fates_known

    def counted(self) -> list[tuple[Any, ...]] | None:
        """How many contested versions of each type there are, as COUNTED asks; None where that is not known yet."""
        self._open()
        return self._counts

    def found(self) -> None:
        """They were found out, and are in the table now."""
        self._fates_known = self._changed = True

    def _fates_brought_up(self, since: int) -> bool:
        """Find out anew what becomes of versions of touched subjects; False where too many are."""
        touched = self._touched_since(since)
        if touched is None:
            return False
        self._changed = True
        return True

    def _touched_since(self, since: int) -> Touched | None:
        """The subjects touched since an import, None for too many; those since what was kept bring fates up to date."""
        if since not in self._touched and not (self._fates_are_whole or self._read_fates(listed("fates"))):
            self._touched[since] = None
        if since not in self._touched:
            name = f"{self.prefix}_touched{since}"
            many = touched_since(since, self.database, self.schema, self._table("fates"), name, self._told_before)
            self.subjects = max(self.subjects, many or 0)
            self._touched[since] = None
            if many is not None:
                self._touched[since] = Touched(
                    self.database, self.schema, covered=self.covered, subjects=name, news=f"{name}_news", since=since,
                    fates=self._table("fates") if since == self._since else "",
                )  # fmt: skip
        return self._touched[since]

    def _told_before(self, news: str) -> tuple[str, int]:
        """A query for the subjects of what had the ids of events in a table, up to an import; "" if no ids are kept."""
        again = self._table("again")
        marks = f"SELECT {MARK.format(event='event')} FROM {news} WHERE event IS NOT NULL"
        wanted = self.database.rows(f"SELECT DISTINCT mark FROM ({marks}) AS t(mark)")
        every = ", ".join(str(mark) for (mark,) in wanted)
        upto: list[int] = []

        def take(found: Look) -> None:
            upto.extend(number for (number,) in found.rows("SELECT import FROM {found}of_ids"))
            wanted = f"SELECT unnest([{every}]::UINTEGER[])"
            found.into(again, f"SELECT DISTINCT s FROM {{found}}ids WHERE mark IN ({wanted})")

        self._ids_fail = not self.findings.look(self.database, take)
        return (f"SELECT s FROM {again}", upto[0]) if upto and not self._ids_fail else ("", 0)

    def _ids(self) -> str:
        """A query for the ids to keep, with their subjects; "" where none are, or those that are will do."""
        stored = "SELECT coalesce(sum(stored), 0) FROM import"
        count = self.database.value(stored)
        if not self._numbers or count < LARGE:
            return ""
        upto: list[int] = []
        self.findings.look(self.database, lambda found: upto.extend(
            number for (number,) in found.rows("SELECT import FROM {found}of_ids")
        ))  # fmt: skip
        if upto and not self._ids_fail:
            news = self.database.value(f"{stored} WHERE number > {upto[0]}")
            if news * SHARE <= count:
                return ""
        mark = MARK.format(event="_event")
        tables = self._event_tables()
        return " UNION ALL ".join(f"SELECT {mark} AS mark, _subject AS s FROM {one}" for one in tables)

    def _event_tables(self) -> list[str]:
        return [quoted(kept.table) for kept in self.database.kept() if kept.table.startswith("event_")]

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def values(self, figures: Iterable[Figure], ground: Ground) -> dict[Figure, Any]:
        """The values of those figures whose courses are kept, or made now."""
        self._open()
        asked: dict[Figure, list[Reading]] = defaultdict(list)
        if ground.known_at == FOREVER and (self._numbers or self._builds):
            for one in figures:
                if reading := reading_of(one, ground):
                    asked[reading.course].append(reading)
        if not asked:
            return {}
        keys = {one: self._key(*one) for one in asked}
        self._bring_up(keys)
        self._build(_of_few_instants(keys), ground)
        known = {one: self._numbers[key][0] for one, key in keys.items() if key in self._numbers}
        return self._read_all({one: (number, asked[one]) for one, number in known.items()}, keys, ground)

    def _key(self, node: Node, moment: Moment, frame: Frame) -> str:
        """What tells a figure apart from every other one, in every pack and at every time."""
        told = repr((node, moment.period.start, moment.period.end, moment.known_at, frame, self._told))
        return hashlib.sha256(told.encode()).hexdigest()

    def _bring_up(self, keys: dict[Figure, str]) -> None:
        """Put what imports have changed to the courses of figures; those of which too much has, have none."""
        behind: dict[int, list[Figure]] = defaultdict(list)
        for one, key in keys.items():
            if key in self._numbers and self._numbers[key][1] < self.findings.last:
                behind[self._numbers[key][1]].append(one)
        for since, figures in behind.items():
            touched = self._touched_since(since)
            done = set() if touched is None else self._moved(figures, touched, keys)
            for one in figures:
                if one not in done:
                    self._forget(keys[one])
            self._changed = True

    def _moved(self, figures: Sequence[Figure], touched: Touched, keys: dict[Figure, str]) -> set[Figure]:
        """Take out of courses what touched subjects came to before, put in what they come to now; which were done."""
        numbers = {one: self._numbers[keys[one]][0] for one in figures}
        done = WholeCourses(touched, figures, touched.weight).added(self._course, numbers)
        for one in done:
            self._numbers[keys[one]] = (numbers[one], self.findings.last)
        return done

    def _build(self, keys: dict[Figure, str], ground: Ground) -> None:
        """Make the courses of figures that have none, where that is wanted."""
        if not self._builds:
            return
        missing = [one for one, key in keys.items() if key not in self._numbers and key not in self._tried]
        self._tried |= {keys[one] for one in missing}
        if not missing or len(self._numbers) + len(missing) > MOST:
            return
        first = max((number for number, _ in self._numbers.values()), default=0) + 1
        numbers = {one: number for number, one in enumerate(missing, first)}
        for one in WholeCourses(ground, missing).added(self._course, numbers):
            self._numbers[keys[one]] = (numbers[one], self.findings.last)
            self._changed = True

    @cached_property
    def _builds(self) -> bool:
        """Whether courses are made: where that is asked for, or of a large store grown since it was evaluated."""
        if self.build is not None:
            return self.build
        if self._since is None or self._since == self.findings.last:
            return False
        return sum(int(self.database.value(f"SELECT count(*) FROM {one}")) for one in self._event_tables()) >= LARGE

    def _forget(self, key: str) -> None:
        number, _ = self._numbers.pop(key)
        self._written = ""
        self.database.run(f"DELETE FROM {self._course} WHERE figure = {number}")

    def _read_all(
        self, wanted: dict[Figure, tuple[int, list[Reading]]], keys: dict[Figure, str], ground: Ground
    ) -> dict[Figure, Any]:
        """The values of figures; courses whose totals are too large for the database to add up serve no more."""
        try:
            return self._read(wanted, ground)
        except StoreError:
            if self.database.inside:
                raise
        found: dict[Figure, Any] = {}
        for one, told in wanted.items():
            try:
                found |= self._read({one: told}, ground)
            except StoreError:
                self._forget(keys[one])
                self._changed = True
        return found

    def _read(self, wanted: dict[Figure, tuple[int, list[Reading]]], ground: Ground) -> dict[Figure, Any]:
        """The values of figures, by the numbers of their courses."""
        if not wanted:
            return {}
        readings = [reading for _, asked in wanted.values() for reading in asked]
        days = sorted({day for reading in readings for day in _days_of(reading.figure[1])})
        sums = self._sums([number for number, _ in wanted.values()], days)
        by_day = self._by_day({number for number, asked in wanted.values() if any(one.way in DAYS for one in asked)})
        answers, found = Answers(ground), dict[Any, Any]()
        for (node, _, frame), (number, asked) in wanted.items():
            meaning = meaning_of(node, Compiled(answers, frame).compiler)
            for one in asked:
                moment = one.figure[1]
                if one.way in DAYS:
                    found[one.figure] = day_in(one.way, by_day[number], moment)
                    continue
                told = sums[number][moment.as_of]
                if one.way == "within":
                    told = added_within(told, sums[number][_days_of(moment)[-1]])
                found[one.figure] = meaning(told)
        return found

    def _by_day(self, numbers: set[int]) -> dict[int, list[tuple[date, int, int]]]:
        """What is added to courses on each day, surely and at most."""
        found: dict[int, list[tuple[date, int, int]]] = {number: [] for number in numbers}
        if numbers:
            for number, day, yes, possible in self.database.rows(
                f"SELECT figure, day, sum(n0), sum(n1) FROM {self._course} "
                f"WHERE figure IN ({', '.join(map(str, sorted(numbers)))}) GROUP BY figure, day"
            ):
                found[number].append((day, int(yes), int(possible)))
        return found

    def _sums(self, numbers: Sequence[int], days: Sequence[date]) -> dict[int, dict[date, tuple[Any, ...]]]:
        """What has been added to courses up to each of some days."""
        listed = ", ".join(f"({day_literal(day)})" for day in days)
        sums = ", ".join(f"sum(c.{name})" for name in COLUMNS)
        rows = self.database.rows(
            f"SELECT c.figure, d.asked, {sums} FROM {self._course} c "
            f"ASOF JOIN (SELECT * FROM (VALUES {listed}) v(asked)) d ON c.day <= d.asked "
            f"WHERE c.figure IN ({', '.join(map(str, numbers))}) GROUP BY c.figure, d.asked"
        )
        added = {(figure, day): tuple(row) for figure, day, *row in rows}
        found: dict[int, dict[date, tuple[Any, ...]]] = {}
        for number in numbers:
            total: tuple[Any, ...] = (0,) * len(COLUMNS)
            found[number] = {}
            for day in days:
                if (number, day) in added:
                    with exactly():
                        total = tuple(a + b for a, b in zip(total, added[number, day], strict=True))
                found[number][day] = total
        return found


DAYS = ("first", "last")
"""Readings that give a day."""


def _days_of(moment: Moment) -> list[date]:
    """The day of a figure and, of a bucket of time, the day before it."""
    before = [moment.window - timedelta(days=1)] if moment.window and moment.window > date.min else []
    return [moment.as_of, *before]


def _of_few_instants(keys: dict[Figure, str]) -> dict[Figure, str]:
    """Figures without those as known then, where these are of many instants: each takes a look at everything."""
    instants = {moment.known_at for _, moment, _ in keys} - {FOREVER}
    if len(instants) <= MOST_INSTANTS:
        return keys
    return {one: key for one, key in keys.items() if one[1].known_at == FOREVER}
