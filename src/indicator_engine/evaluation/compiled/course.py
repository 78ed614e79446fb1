"""The figures of a pack on many days, in one pass: the masks of `flat.py`, by the period in which their bits arise.

A condition on a record's own attributes, once true, stays true; so each bit of a subject has a first day, and the bits
in a period are those that arose in any up to it. Membership comes and goes, and is looked at in those periods in which
something happens to a subject.
Subjects are counted by mask as they come to it and as they leave it; these moves, and totals of records, run on from
day to day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled.base import listed
from indicator_engine.evaluation.compiled.calendars import calendar, periods
from indicator_engine.evaluation.compiled.flat import Batch
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.truths import YES
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.compiled.truths import Truth
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node


class Course(Batch):
    """Figures that are asked of many days in one query."""

    def __init__(self, ground: Relations, program: Program, days: Sequence[date], *, bounded: bool = False) -> None:
        super().__init__(ground, program, bounded=bounded)
        self.days = sorted(set(days))
        self._periods = periods(program, self.days)
        self._turns: dict[str, None] = {}
        """Queries of the days on which a membership may begin or end."""

    def follow(self, node: Node, moment: Moment, evaluator: Compiled) -> bool:
        """Take a figure into the query, if it has a plain plan on all days."""
        if moment.window:
            return False
        days = self.program.step(f"SELECT asked FROM {self._periods}")
        return self.take_at(node, Place(None, moment.known_at, moment.period, days=days), evaluator)

    def _by_itself(self, _node: Node, _place: Place, _evaluator: Compiled) -> None:
        """Such a figure is asked of its days by another query."""

    def _on(self, _day: Node, _place: Place, _evaluator: Compiled) -> Place | None:
        return None

    def _population(self, name: str, place: Place, evaluator: Compiled) -> Truth | None:
        found = evaluator.compiler.belonging(name, place)
        if found is None or found[1] != self.ground.register:
            return None
        self._turns |= dict.fromkeys(Turns(evaluator.compiler, place).of(nodes.Members(name)))
        return self._marks.of(self.ground.register, found[0])

    def _whenever(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator, twins=True)

    def _flat(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator)

    @property
    def is_planned(self) -> bool:
        """Whether all sets that were asked for can be asked in this way."""
        return True

    def prepare(self, everybody: str, make: Callable[[str], str]) -> None:
        """Make the tables that the query looks at, where it looks at any: `make` gives the name of one."""

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day."""
        joined = "".join(
            f" JOIN ({self._totals_query(parts)}) of_{name} ON of_{name}.p = x.p"
            for name, parts in self._pooled(self._totals).items()
        )
        joined += f" JOIN ({self._sets_query()}) sets ON sets.p = x.p" if self._sets else ""
        return f"SELECT x.asked, {', '.join(self._placed(self._columns))} FROM {self._periods} x{joined}"

    def _totals_query(self, parts: Mapping[str, int]) -> str:
        """Totals by day, of which there are few, then by period, and running on."""
        names = [f"n{index}" for index in range(sum(len(self._totals[rows]) for rows in parts))]
        sums = ", ".join(f"sum({name}) AS {name}" for name in names)
        by_day = self._totals_of_one(*parts) if len(parts) == 1 else self._totals_of_several(parts)
        each = self.program.step(f"SELECT p, {sums} FROM {self._dated(by_day)} GROUP BY p")
        running = ", ".join(f"coalesce(sum(t.{name}) OVER (ORDER BY x.p), 0) AS {name}" for name in names)
        return f"SELECT x.p, {running} FROM {self._periods} x LEFT JOIN {each} t ON t.p = x.p"

    def _totals_of_one(self, rows: str) -> str:
        """The step of the totals of one relation's rows by day, those before the first day asked about on that day."""
        first, last = day_literal(self.days[0]), day_literal(self.days[-1])
        columns = ", ".join(f"{one} AS n{index}" for index, one in enumerate(self._totals[rows]))
        return self.program.step(
            f"SELECT greatest(day, {first}) AS day, {columns} FROM {rows} WHERE day <= {last} "
            f"GROUP BY greatest(day, {first})"
        )

    def _totals_of_several(self, parts: Mapping[str, int]) -> str:
        """The same of several that are parts of one, by the kind of each row; each day by itself."""
        name, _ = cast("tuple[str, int]", self.ground.part(next(iter(parts))))
        return self.program.step(
            f"SELECT day, {self._picked(parts)} FROM {self._by_kind(parts, name, 'day')} GROUP BY day"
        )

    def _dated(self, rows: str) -> str:
        """Rows of a day with the first of the days asked about on which they had happened."""
        first, last = day_literal(self.days[0]), day_literal(self.days[-1])
        return self.program.step(
            f"SELECT r.*, CASE WHEN r.day <= {first} THEN 1 ELSE c.p END AS p FROM {rows} r "
            f"LEFT JOIN {calendar(self.program, self.days)} c ON c.day = r.day WHERE r.day <= {last}"
        )

    def _sets_query(self) -> str:
        """How many subjects are in each set, as moves from day to day that run on."""
        masks, states = ", ".join(self._marks.words), self._states()
        come = f"SELECT p, {masks}, 1 AS n FROM {states}"
        leave = f"SELECT until AS p, {masks}, -1 AS n FROM {states} WHERE until <= {len(self.days)}"
        few = self.program.step(
            f"SELECT p, {masks}, sum(n) AS n FROM ({come} UNION ALL {leave}) moves GROUP BY p, {masks}"
        )
        names = [f"n{index}" for index in range(len(self._sets))]
        columns = ", ".join(
            f"sum(CASE WHEN {self._marks.written(one)} THEN n ELSE 0 END) AS {name}"
            for one, name in zip(self._sets, names, strict=True)
        )
        each = self.program.step(f"SELECT p, {columns} FROM {few} GROUP BY p")
        running = ", ".join(f"coalesce(sum(k.{name}) OVER (ORDER BY x.p), 0) AS {name}" for name in names)
        return f"SELECT x.p, {running} FROM {self._periods} x LEFT JOIN {each} k ON k.p = x.p"

    def _states(self) -> str:
        """The step of each subject's masks, each from a period on `until` another."""
        program, words, register = self.program, self._marks.words, self.ground.register
        lasting = self._lasting()
        if register not in self._marks.rows:
            return lasting
        before = ", ".join(f"l.{name} AS l{name}" for name in words)
        spells = program.step(
            f"SELECT g.*, l.p, l.until, {before}, x.asked FROM {lasting} l JOIN {register} g ON g.s = l.s "
            f"JOIN {self._periods} x ON x.p = l.p"
        )
        keys = ("s", "p", "until", *(f"l{name}" for name in words))
        marked = self._marks.query(register, keys, spells)
        if self.ground.has_spells:
            joined = ", ".join(f"bit_or({name}) AS {name}" for name in words)
            marked = f"SELECT {listed(keys)}, {joined} FROM ({marked}) each_row GROUP BY {listed(keys)}"
        both = ", ".join(f"l{name} + {name} AS {name}" for name in words)
        alone = ", ".join(f"l.{name}" for name in ("s", "p", "until", *words))
        return program.step(
            f"SELECT s, p, until, {both} FROM ({marked}) marks UNION ALL "
            f"SELECT {alone} FROM {lasting} l LEFT JOIN {register} g ON g.s = l.s WHERE g.s IS NULL"
        )

    def _lasting(self) -> str:
        """The step of the bits of records, those of earlier ones among them, whenever anything happens to a subject."""
        program, words, register = self.program, self._marks.words, self.ground.register
        branches = [
            self._firsts(*parts) if len(parts) == 1 else self._firsts_of_several(parts, name)
            for name, parts in self._pooled(rows for rows in self._marks.rows if rows != register).items()
        ]
        if register in self._marks.rows:
            nothing = ", ".join(f"CAST(0 AS BIGINT) AS {name}" for name in words)
            branches.append(f"SELECT s, {day_literal(self.days[0])} AS day, {nothing} FROM {register}")
            branches += [f"SELECT s, day, {nothing} FROM ({turn}) turn" for turn in self._turns]
        joined = ", ".join(f"bit_or({name}) AS {name}" for name in words)
        arisen = program.step(" UNION ALL ".join(branches))
        new = program.step(f"SELECT s, p, {joined} FROM {self._dated(arisen)} GROUP BY s, p")
        running = ", ".join(f"bit_or({name}) OVER (PARTITION BY s ORDER BY p) AS {name}" for name in words)
        until = f"lead(p, 1, {len(self.days) + 1}) OVER (PARTITION BY s ORDER BY p) AS until"
        return program.step(f"SELECT s, p, {until}, {running} FROM {new}")

    def _firsts(self, rows: str) -> str:
        """A query for the bits of each subject's records, each on the first day on which there is one that has it."""
        bits = self._marks.bits(rows)
        firsts = ", ".join(
            f"min({'day' if condition == YES else f'CASE WHEN {condition} THEN day END'}) AS f{index}"
            for index, (condition, _, _) in enumerate(bits)
        )
        last = day_literal(self.days[-1])
        first = self.program.step(f"SELECT s, {firsts} FROM {rows} WHERE day <= {last} GROUP BY s")
        turns = ", ".join(f"({index})" for index in range(len(bits)))
        day = " ".join(f"WHEN {index} THEN f.f{index}" for index in range(len(bits)))
        words = ", ".join(f"{_word(bits, number)} AS {name}" for number, name in enumerate(self._marks.words))
        return f"SELECT f.s, CASE k.i {day} END AS day, {words} FROM {first} f CROSS JOIN (VALUES {turns}) AS k(i)"

    def _firsts_of_several(self, parts: Mapping[str, int], name: str) -> str:
        """The same of rows that are parts of one relation: each mask of a record on the first day that has it."""
        listed_ = listed(self._marks.words)
        marked = self._marks.query_of_several(parts, ("s", "day"), name)
        return f"SELECT s, min(day) AS day, {listed_} FROM ({marked}) kinds GROUP BY s, {listed_}"

    def values_on(self, rows: list[tuple[Any, ...]]) -> dict[date, list[Any]]:
        """For each day, the value of each figure that was taken."""
        return {day: self._values(dict(zip(self._columns, cells, strict=True))) for day, *cells in rows}


def _word(bits: Sequence[tuple[str, int, int]], number: int) -> str:
    """A word of the mask, by the number of the bit that arises."""
    cases = "".join(f" WHEN {index} THEN {bit}" for index, (_, word, bit) in enumerate(bits) if word == number)
    return f"CAST(CASE k.i{cases} ELSE 0 END AS BIGINT)" if cases else "CAST(0 AS BIGINT)"
