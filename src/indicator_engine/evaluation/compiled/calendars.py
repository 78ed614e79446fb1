"""The days that are asked about, as steps of a query: by themselves, and every day with the first of them to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.relations import day_literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.program import Program


SPARSE = "CAST({day} AS TIMESTAMP)"
"""A day to group by among which the first day there is stands far from all others: DuckDB would make room for each
day between them."""


def sparsely(day: str) -> tuple[str, str]:
    """What to group by in place of such a day, and the day of a group."""
    key = SPARSE.format(day=day)
    return key, f"CAST({key} AS DATE)"


def periods(program: Program, days: Sequence[date]) -> str:
    """The step of days in order: each as `asked`, its number `p` from 1, and the one `before` it."""
    rows = ", ".join(f"({number}, {day_literal(day)})" for number, day in enumerate(days, 1))
    numbered = program.step(f"SELECT v.p, v.asked FROM (VALUES {rows}) AS v(p, asked)")
    return program.step(f"SELECT p, asked, lag(asked) OVER (ORDER BY p) AS before FROM {numbered}")


def calendar(program: Program, days: Sequence[date]) -> str:
    """The step of every `day` after the first of some days in order, up to the last; and the next of them, as above."""
    between = program.dialect.days("before", "asked")
    return program.step(f"SELECT {between} AS day, p, asked FROM {periods(program, days)} WHERE before IS NOT NULL")
