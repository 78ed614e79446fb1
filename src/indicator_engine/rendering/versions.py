"""A version of a target, and a deadline, told from their definition alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.evaluation.results import Result
from indicator_engine.rendering import words
from indicator_engine.rendering.sources import by, provenance, when
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.model import Indicator, Target


def told(target: Target, indicator: Indicator) -> Iterator[str]:
    """A version of a target in clauses."""
    unit = indicator.measure.node.kind.unit if indicator.measure else "number"
    yield clean(words.target(Result(indicator.id, "", "", target=target, unit=unit, kind=indicator.kind))) or "none"
    if target.comparator_inherited:
        yield "the comparator is inherited"
    if target.baseline:
        yield f"baseline {clean(target.baseline.text)}"
    if target.since:
        yield f"since {clean(target.since.text)}"
    if target.evidence:
        yield f"counts once {clean(target.evidence)} is known"
    if target.due:
        yield f"due {due_told(target.due, indicator)}"
    if target.known_from:
        yield f"decided on {periods.shown(target.known_from)}"
    if target.effective_from:
        yield f"effective from {periods.shown(target.effective_from)}"
    if target.to_be_reviewed:
        yield "to be reviewed" + by(target.reviewed_by, when(target.review_on))
    yield from provenance(target.provenance)


def due_told(due: Due, indicator: Indicator) -> str:
    """The literal phrase, and how it was read."""
    day = periods.shown(due.day)
    if due.inherited:
        read = f"{day}, inherited from the statement: the indicator names no date"
    elif due.phrase and periods.day_from(due.phrase) != due.day:
        read = f"“{clean(due.phrase)}”, read as {day}"
    else:
        read = day
    counts = "is recorded" if indicator.basis == "recorded" else "happens"
    return f"{read}; that day is in time; what counts is the day a thing {counts}"
