"""The figures of a pack on many days, in one pass: the masks of `flat.py`, by the period in which their bits arise.

A condition on a record's own attributes, once true, stays true; so the bits of a subject in a period are those of all
periods up to it. Membership comes and goes, and is looked at on each day. One more grouping counts the subjects of each
mask on each day, and totals of records run on from day to day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.flat import Batch, sum_of_bits
from indicator_engine.evaluation.compiled.ground import day_literal
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.ground import Relations
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.truths import Truth
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node


class Course(Batch):
    """Figures that are asked of many days in one query."""

    def __init__(self, ground: Relations, program: Program, days: Sequence[date]) -> None:
        super().__init__(ground, program)
        self.days = sorted(set(days))
        rows = (f"SELECT {number} AS p, {day_literal(day)} AS asked" for number, day in enumerate(self.days, 1))
        self._periods = program.step(" UNION ALL ".join(rows))
        self._spells = program.step(f"SELECT g.*, x.p, x.asked FROM {ground.register} g CROSS JOIN {self._periods} x")

    def follow(self, node: Node, moment: Moment, evaluator: Compiled) -> bool:
        """Take a figure into the query, if it has a plain plan on all days."""
        if moment.window:
            return False
        days = self.program.step(f"SELECT asked FROM {self._periods}")
        return self.take_at(node, Place(None, moment.known_at, moment.period, days=days), evaluator)

    def _on(self, _day: Node, _place: Place, _evaluator: Compiled) -> Place | None:
        return None

    def _population(self, name: str, place: Place, evaluator: Compiled) -> Truth | None:
        found = evaluator.compiler.belonging(name, place)
        return None if found is None else self._masked(found[0], self._spells)

    def _flat(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        compiler = evaluator.compiler
        found = compiler.selection(events, place)
        if isinstance(found, Unknown) or not compiler.untouched():
            return None
        if any("asked" in part for truth in found.values() for part in (truth.true, truth.possible)):
            raise NotCompiledError("a condition that looks at the day")
        return [(truth, compiler.standing(name, place)) for name, truth in found.items()]

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
        turns = " UNION ALL ".join(
            f"SELECT {self.program.dialect.days(day_literal(before), day_literal(day))} AS day, {number} AS p"
            for number, (before, day) in enumerate(zip(self.days, self.days[1:], strict=False), 2)
        )
        calendar = self.program.step(turns or "SELECT DATE '0001-01-01' AS day, 0 AS p LIMIT 0")
        return self.program.step(
            f"SELECT r.*, CASE WHEN r.day <= {first} THEN 1 ELSE c.p END AS p FROM {rows} r "
            f"LEFT JOIN {calendar} c ON c.day = r.day WHERE r.day <= {last}"
        )

    def _sets_query(self) -> str:
        names = [f"m{number}" for number in range(self._masks)]
        masks, joined = ", ".join(names), ", ".join(f"bit_or({one}) AS {one}" for one in names)
        parts = [self._lasting(masks, joined), *self._spell_branches()]
        states = self.program.step(f"SELECT s, p, {joined} FROM ({' UNION ALL '.join(parts)}) marks GROUP BY s, p")
        few = self.program.step(f"SELECT p, {masks}, count(*) AS n FROM {states} GROUP BY p, {masks}")
        columns = ", ".join(
            f"coalesce(sum(CASE WHEN {one} THEN n ELSE 0 END), 0) AS n{index}" for index, one in enumerate(self._sets)
        )
        return f"SELECT x.p, {columns} FROM {self._periods} x LEFT JOIN {few} k ON k.p = x.p GROUP BY x.p"

    def _lasting(self, masks: str, joined: str) -> str:
        """The bits of records in each period, those of earlier ones among them."""
        branches = list(self._branches())
        if not branches:
            empty = ", ".join(f"CAST(0 AS BIGINT) AS m{number}" for number in range(self._masks))
            return f"SELECT s, CAST(0 AS BIGINT) AS p, {empty} FROM {self.ground.names} WHERE FALSE"
        new = self.program.step(f"SELECT s, p, {joined} FROM ({' UNION ALL '.join(branches)}) marks GROUP BY s, p")
        running = ", ".join(
            f"bit_or(m{number}) OVER (PARTITION BY s ORDER BY p) AS m{number}" for number in range(self._masks)
        )
        until = f"lead(p, 1, {len(self.days) + 1}) OVER (PARTITION BY s ORDER BY p) AS until"
        lasting = self.program.step(f"SELECT s, p, {until}, {running} FROM {new}")
        return f"SELECT s, {self.program.dialect.numbers('p', 'until')} AS p, {masks} FROM {lasting}"

    def _branches(self) -> Iterator[str]:
        for rows in dict.fromkeys(rows for rows, _ in self._bits if rows != self._spells):
            yield self._masked_rows(rows, self._dated(rows))

    def _spell_branches(self) -> Iterator[str]:
        if any(rows == self._spells for rows, _ in self._bits):
            yield self._masked_rows(self._spells, self._spells)

    def _masked_rows(self, of: str, rows: str) -> str:
        """Subjects and periods with the bits of each row."""
        own = [(condition, place) for (step, condition), place in self._bits.items() if step == of]
        masks = ", ".join(f"CAST({sum_of_bits(own, number)} AS BIGINT) AS m{number}" for number in range(self._masks))
        any_ = " OR ".join(f"m{number} <> 0" for number in range(self._masks))
        return f"SELECT * FROM (SELECT s, CAST(p AS BIGINT) AS p, {masks} FROM {rows}) marked WHERE {any_}"

    def values_on(self, rows: list[tuple[Any, ...]]) -> dict[date, list[Any]]:
        """For each day, the value of each figure that was taken."""
        return {day: self.values(tuple(cells)) for day, *cells in rows}
