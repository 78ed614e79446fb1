"""What is added to figures on which days, for many figures in one pass: the masks of `flat.py`, and when they change.

A subject's mask changes on few days: where a bit of a record arises, which then lasts, and where a row of the register
begins or ceases to count. What all subjects' changes add up to by day is the course of each figure.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.calendars import sparsely
from indicator_engine.evaluation.compiled.course import Course
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.leaves import Leaf
    from indicator_engine.evaluation.compiled.places import Place
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.language.nodes import Node

FIRST = date.min
"""On this day stands what was always so."""


class Transitions(Course):
    """Figures whose courses are asked for in one query."""

    def __init__(self, ground: Relations, program: Program, weight: str = "1") -> None:
        """`weight` is what a subject `s`, or a record of its, counts."""
        super().__init__(ground, program, [FIRST], bounded=True)
        self._spells = ground.register
        self._weight = weight

    def _plain(self, node: Node, place: Place, evaluator: Compiled) -> Leaf | None:
        if isinstance(node, nodes.Exists):
            return self._count(node.events, place, evaluator)
        return super()._plain(node, place, evaluator)

    def start_of(self, index: int) -> int:
        """The first column of a figure that was taken."""
        return self._taken[index].start

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day on which anything changes, with every column of every figure."""
        parts = {f"of_{rows}": self._totals_by_day(rows) for rows in self._totals}
        if self._sets:
            parts["sets"] = self._sets_by_day()
        every = " UNION ".join(f"SELECT day FROM {step}" for step in parts.values())
        days = self.program.step(every or f"SELECT {day_literal(FIRST)} AS day")
        joined = "".join(f" JOIN ({self._filled(name, step, days)}) {name} ON {name}.day = d.day"
                         for name, step in parts.items())  # fmt: skip
        named = ", ".join(f"{one} AS c{index}" for index, one in enumerate(self._columns))
        return f"SELECT d.day, {named} FROM {days} d{joined}"

    def _filled(self, name: str, step: str, days: str) -> str:
        """A part with a row for every day."""
        count = len(self._sets) if name == "sets" else len(self._totals[name.removeprefix("of_")])
        columns = ", ".join(f"coalesce(p.n{index}, 0) AS n{index}" for index in range(count))
        return f"SELECT x.day, {columns} FROM {days} x LEFT JOIN {step} p ON p.day = x.day"

    def _totals_by_day(self, rows: str) -> str:
        columns = ", ".join(f"{one} AS n{index}" for index, one in enumerate(self._totals[rows]))
        if self._weight == "1":
            return self.program.step(f"SELECT day, {columns} FROM {rows} GROUP BY day")
        source = f"(SELECT *, {self._weight} AS weight FROM {rows}) weighed"
        weighed = self.program.step(f"SELECT day, weight, {columns} FROM {source} GROUP BY day, weight")
        sums = ", ".join(f"sum(weight * n{index}) AS n{index}" for index in range(len(self._totals[rows])))
        return self.program.step(f"SELECT day, {sums} FROM {weighed} GROUP BY day")

    def _sets_by_day(self) -> str:
        words = self._marks.words
        listed = ", ".join(words)
        columns = ", ".join(
            f"coalesce(sum(CASE WHEN {self._marks.written(one)} THEN n ELSE 0 END), 0) AS n{index}"
            for index, one in enumerate(self._sets)
        )
        moved = self.program.step(
            f"SELECT day, {listed}, sum(n) AS n FROM ({self._moves()}) moves GROUP BY day, {listed} HAVING sum(n) <> 0"
        )
        key, day = sparsely("day")
        return self.program.step(f"SELECT {day} AS day, {columns} FROM {moved} GROUP BY {key}")

    def _moves(self) -> str:
        """On each day, the masks that subjects have from then on, and, with `n` below nought, those they had before."""
        words = self._marks.words
        changes = self.program.step(" UNION ALL ".join([self._lasting_bits(), *self._spell_bits()]))
        joined = ", ".join(f"bit_or({one}) AS {one}, max(r{one}) AS r{one}" for one in words)
        key, day = sparsely("day")
        by_day = self.program.step(f"SELECT s, {day} AS day, {joined} FROM {changes} GROUP BY s, {key}")
        until = "OVER (PARTITION BY s ORDER BY day)"
        running = ", ".join(
            f"bit_or({one}) {until} + coalesce(last_value(r{one} IGNORE NULLS) {until}, 0) AS {one}" for one in words
        )
        states = self.program.step(f"SELECT s, day, {running} FROM {by_day}")
        before = ", ".join(f"lag({one}, 1, 0) {until} AS {one}" for one in words)
        listed = ", ".join(words)
        return (
            f"SELECT day, {listed}, {self._weight} AS n FROM {states} UNION ALL "
            f"SELECT day, {listed}, -({self._weight}) AS n FROM (SELECT s, day, {before} FROM {states}) before"
        )

    def _lasting_bits(self) -> str:
        """The bits of records of each subject, on the first day on which a record has them."""
        words = self._marks.words
        listed, nothing = ", ".join(words), ", ".join(f"CAST(NULL AS BIGINT) AS r{one}" for one in words)
        branches = [self._marks.query(rows, ("s", "day")) for rows in self._marks.rows if rows != self._spells]
        if not branches:
            return f"SELECT s, {day_literal(FIRST)} AS day, {_noughts(words)}, {nothing} FROM {self.ground.names}"
        return (
            f"SELECT s, min(day) AS day, {listed}, {nothing} FROM ({' UNION ALL '.join(branches)}) marks "
            f"GROUP BY s, {listed}"
        )

    def _spell_bits(self) -> list[str]:
        """The bits of the register's rows of each subject, on every day on which any of them may change."""
        if self._spells not in self._marks.rows:
            return []
        first = f"SELECT s, {day_literal(FIRST)} AS day FROM {self.ground.register}"
        days = self.program.step(" UNION ".join([first, *(f"SELECT s, day FROM ({one}) turn" for one in self._turns)]))
        rows = self.program.step(f"SELECT g.*, t.day AS asked FROM {days} t JOIN {self.ground.register} g ON g.s = t.s")
        words = self._marks.words
        joined = ", ".join(f"bit_or({one}) AS r{one}" for one in words)
        marked = self._marks.query(self._spells, ("s", "asked"), rows)
        key, day = sparsely("asked")
        return [f"SELECT s, {day} AS day, {_noughts(words)}, {joined} FROM ({marked}) marks GROUP BY s, {key}"]


def _noughts(words: list[str]) -> str:
    return ", ".join(f"CAST(0 AS BIGINT) AS {one}" for one in words)
