"""The figures of a pack on many days, in one pass: the masks of `flat.py`, by the period in which their bits arise.

A condition on a record's own attributes, once true, stays true; so the bits of a subject in a period are those of all
periods up to it. Membership comes and goes, and is looked at in those periods in which something happens to a subject.
Subjects are counted by mask as they come to it and as they leave it; these moves, and totals of records, run on from
day to day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled.calendars import calendar, periods
from indicator_engine.evaluation.compiled.flat import Batch
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.compiled.truths import Truth
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node


KEYS = ("s", "p")


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
        if found is None:
            return None
        self._turns |= dict.fromkeys(Turns(evaluator.compiler, place).of(nodes.Members(name)))
        return self._marks.of(self.ground.register, found[0])

    def _whenever(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator, twins=True)

    def _flat(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator)

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day."""
        joined = "".join(
            f" JOIN ({self._totals_query(parts)}) of_{name} ON of_{name}.p = x.p"
            for name, parts in self._pooled(self._totals).items()
        )
        joined += f" JOIN ({self._sets_query()}) sets ON sets.p = x.p" if self._sets else ""
        return f"SELECT x.asked, {self._listed()} FROM {self._periods} x{joined}"

    def _totals_query(self, parts: Mapping[str, int]) -> str:
        names = [f"n{index}" for index in range(sum(len(self._totals[rows]) for rows in parts))]
        if len(parts) == 1:
            (rows,) = parts
            columns = ", ".join(f"{one} AS {name}" for one, name in zip(self._totals[rows], names, strict=True))
            each = self.program.step(f"SELECT p, {columns} FROM {self._dated(rows)} GROUP BY p")
        else:
            name, _ = cast("tuple[str, int]", self.ground.part(next(iter(parts))))
            by_kind = self._by_kind(parts, self._dated(name), "p")
            each = self.program.step(f"SELECT p, {self._picked(parts)} FROM {by_kind} GROUP BY p")
        running = ", ".join(f"coalesce(sum(t.{name}) OVER (ORDER BY x.p), 0) AS {name}" for name in names)
        return f"SELECT x.p, {running} FROM {self._periods} x LEFT JOIN {each} t ON t.p = x.p"

    def _dated(self, rows: str) -> str:
        """Records with the first of the days on which they had happened."""
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
        spells = program.step(
            f"SELECT g.*, l.p, x.asked FROM {lasting} l JOIN {register} g ON g.s = l.s "
            f"JOIN {self._periods} x ON x.p = l.p"
        )
        joined = ", ".join(f"bit_or({name}) AS {name}" for name in words)
        there = program.step(
            f"SELECT s, p, {joined} FROM ({self._marks.query(register, KEYS, spells)}) marks GROUP BY s, p"
        )
        both = ", ".join(f"l.{name} + coalesce(k.{name}, 0) AS {name}" for name in words)
        return program.step(
            f"SELECT l.s, l.p, l.until, {both} FROM {lasting} l LEFT JOIN {there} k ON k.s = l.s AND k.p = l.p"
        )

    def _lasting(self) -> str:
        """The step of the bits of records, those of earlier ones among them, whenever anything happens to a subject."""
        program, words, register = self.program, self._marks.words, self.ground.register
        branches = self._masked([rows for rows in self._marks.rows if rows != register], KEYS, self._dated)
        if register in self._marks.rows:
            nothing = ", ".join(f"CAST(0 AS BIGINT) AS {name}" for name in words)
            branches.append(f"SELECT s, 1 AS p, {nothing} FROM {register}")
            days = calendar(program, self.days)
            turns = (program.step(query) for query in self._turns)
            branches += [f"SELECT t.s, c.p, {nothing} FROM {turn} t JOIN {days} c ON c.day = t.day" for turn in turns]
        joined = ", ".join(f"bit_or({name}) AS {name}" for name in words)
        new = program.step(f"SELECT s, p, {joined} FROM ({' UNION ALL '.join(branches)}) marks GROUP BY s, p")
        running = ", ".join(f"bit_or({name}) OVER (PARTITION BY s ORDER BY p) AS {name}" for name in words)
        until = f"lead(p, 1, {len(self.days) + 1}) OVER (PARTITION BY s ORDER BY p) AS until"
        return program.step(f"SELECT s, p, {until}, {running} FROM {new}")

    def values_on(self, rows: list[tuple[Any, ...]]) -> dict[date, list[Any]]:
        """For each day, the value of each figure that was taken."""
        return {day: self.values(tuple(cells)) for day, *cells in rows}
