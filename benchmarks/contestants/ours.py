"""The engine, by its public API, with everything it does: reading the pack, checking it, planning, asking, fetching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine import load_pack, open_store
from indicator_engine.engine.stores import figures_of_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Answers, Course
    from indicator_engine.evaluation.figures import Figures


def answers(store: Path, pack: Path, day: date, known_at: str | None = None) -> Answers:
    """The figures of a pack on a day."""
    return course(store, pack, [day], known_at)[day]


def course(store: Path, pack: Path, days: Sequence[date], known_at: str | None = None) -> Course:
    """The figures of a pack on some days."""
    with open_store(store) as opened:
        found = figures_of_store(
            load_pack(pack), opened, days=list(days), known_at=known_at, evaluator="compiled"
        )  # fmt: skip
    return told(found, days)


def told(found: Figures, days: Sequence[date]) -> Course:
    """Figures by day and indicator."""
    course: dict[date, dict[str, Any]] = {day: {} for day in days}
    for figure in found.figures:
        course[figure.day][figure.indicator] = figure.value
    return course


def run(store: Path, pack: Path, day: date) -> Answers:
    """The same with what `indicators run` adds: verdicts, and the trend since three months ago, a second day."""
    from indicator_engine.engine.stores import evaluate_store

    with open_store(store) as opened:
        found = evaluate_store(load_pack(pack), opened, as_of=day, evaluator="compiled", evidence=False)
    figures: dict[str, Any] = {one.id: one.value for one in found.results}
    return figures
