"""The figures of a pack on many days, in one pass: the masks of `flat.py`, by the period in which their bits arise.

A condition on a record's own attributes, once true, stays true; so the bits of a subject in a period are those of all
periods up to it. Membership comes and goes, and is looked at on each day. One more grouping counts the subjects of each
mask on each day, and totals of records run on from day to day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.calendars import calendar, periods
from indicator_engine.evaluation.compiled.flat import Batch
from indicator_engine.evaluation.compiled.ground import day_literal
from indicator_engine.evaluation.compiled.places import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.ground import Relations
    from indicator_engine.evaluation.compiled.program import Program
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
        self._spells = program.step(f"SELECT g.*, x.p, x.asked FROM {ground.register} g CROSS JOIN {self._periods} x")

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
        return None if found is None else self._marks.of(self._spells, found[0])

    def _whenever(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator, twins=True)

    def _flat(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        return self._undated(events, place, evaluator)

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day."""
        joined = "".join(f" JOIN ({self._totals_query(rows)}) of_{rows} ON of_{rows}.p = x.p" for rows in self._totals)
        joined += f" JOIN ({self._sets_query()}) sets ON sets.p = x.p" if self._sets else ""
        return f"SELECT x.asked, {', '.join(self._columns)} FROM {self._periods} x{joined}"

    def _totals_query(self, rows: str) -> str:
        names = [f"n{index}" for index in range(len(self._totals[rows]))]
        columns = ", ".join(f"{one} AS {name}" for one, name in zip(self._totals[rows], names, strict=True))
        each = self.program.step(f"SELECT p, {columns} FROM {self._dated(rows)} GROUP BY p")
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
        names = self._marks.words
        masks, joined = ", ".join(names), ", ".join(f"bit_or({one}) AS {one}" for one in names)
        parts = [self._lasting(masks, joined)]
        parts += [self._marks.query(self._spells, KEYS)] if self._spells in self._marks.rows else []
        states = self.program.step(f"SELECT s, p, {joined} FROM ({' UNION ALL '.join(parts)}) marks GROUP BY s, p")
        few = self.program.step(f"SELECT p, {masks}, count(*) AS n FROM {states} GROUP BY p, {masks}")
        columns = ", ".join(
            f"coalesce(sum(CASE WHEN {self._marks.written(one)} THEN n ELSE 0 END), 0) AS n{index}"
            for index, one in enumerate(self._sets)
        )
        return f"SELECT x.p, {columns} FROM {self._periods} x LEFT JOIN {few} k ON k.p = x.p GROUP BY x.p"

    def _lasting(self, masks: str, joined: str) -> str:
        """The bits of records in each period, those of earlier ones among them."""
        branches = [
            self._marks.query(rows, KEYS, self._dated(rows)) for rows in self._marks.rows if rows != self._spells
        ]
        if not branches:
            empty = ", ".join(f"CAST(0 AS BIGINT) AS {name}" for name in self._marks.words)
            return f"SELECT s, CAST(0 AS BIGINT) AS p, {empty} FROM {self.ground.names} WHERE FALSE"
        new = self.program.step(f"SELECT s, p, {joined} FROM ({' UNION ALL '.join(branches)}) marks GROUP BY s, p")
        running = ", ".join(f"bit_or({name}) OVER (PARTITION BY s ORDER BY p) AS {name}" for name in self._marks.words)
        until = f"lead(p, 1, {len(self.days) + 1}) OVER (PARTITION BY s ORDER BY p) AS until"
        lasting = self.program.step(f"SELECT s, p, {until}, {running} FROM {new}")
        return f"SELECT s, {self.program.dialect.numbers('p', 'until')} AS p, {masks} FROM {lasting}"

    def values_on(self, rows: list[tuple[Any, ...]]) -> dict[date, list[Any]]:
        """For each day, the value of each figure that was taken."""
        return {day: self.values(tuple(cells)) for day, *cells in rows}
