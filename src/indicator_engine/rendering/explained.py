"""One indicator, told from its definition alone: its literal words, what is measured, the target and who set it.

`explanation` gives headings with their lines, ready for a screen or a page. What an evaluation adds is in `view.py`.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from indicator_engine import amounts, periods
from indicator_engine.evaluation.results import Result
from indicator_engine.language.says import says
from indicator_engine.language.text import text as written
from indicator_engine.rendering import words
from indicator_engine.rendering.sources import by, provenance, when
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.model import Indicator, Priority, Statement, Target

Entry = tuple[str, list[str]]
WIDTH = 96


def as_text(entries: list[Entry]) -> str:
    """Headings with their lines below, set in; texts longer than a line are wrapped."""
    return "\n\n".join(f"{heading}\n{_indented(lines)}" for heading, lines in entries)


def _indented(lines: list[str]) -> str:
    return "\n".join(fill(line, WIDTH, initial_indent="    ", subsequent_indent="    ") for line in lines)


def explanation(statement: Statement, priority: Priority, indicator: Indicator) -> list[Entry]:
    """Everything the pack says of an indicator, under headings; a heading with nothing to say is left out."""
    vocabulary = statement.convention.vocabulary
    entries = [
        (
            f"{indicator.id}: {clean(indicator.label)}" if indicator.label else indicator.id,
            _whereabouts(statement, priority, indicator),
        ),
        *_definition(statement, indicator),
        (vocabulary.outcome, [clean(indicator.outcome)] if indicator.outcome else []),
        (vocabulary.aim, [", ".join(map(clean, indicator.aims))] if indicator.aims else []),
        ("Told", [clean(indicator.text)] if indicator.text else []),
        *(entry for part in indicator.parts for entry in _part(statement, part)),
        ("Parts that must be met", [_required(indicator)] if indicator.parts else []),
        ("Listed beside the result", [f"{clean(one.label)}: {clean(one.select.text)}" for one in indicator.watches]),
        ("Assumptions", list(map(clean, indicator.assumptions))),
        ("Notes", list(map(clean, indicator.notes))),
    ]
    return [(heading, lines) for heading, lines in entries if lines]


def _whereabouts(statement: Statement, priority: Priority, indicator: Indicator) -> list[str]:
    number = f" {clean(priority.number)}" if priority.number else ""
    lines = [f"{statement.convention.vocabulary.priority}{number}: {clean(priority.title)}", clean(statement.title)]
    return [*lines, f"defined at {clean(str(indicator.where))}"] if indicator.where else lines


def _part(statement: Statement, part: Indicator) -> Iterator[Entry]:
    yield f"Part {part.id}", [clean(part.label or part.statement or "—")]
    for heading, lines in _definition(statement, part, literal=not part.label and bool(part.statement)):
        yield f"Part {part.id}: {heading[0].lower()}{heading[1:]}", lines


def _required(indicator: Indicator) -> str:
    return "all" if indicator.require >= len(indicator.parts) else f"{indicator.require} of {len(indicator.parts)}"


def _definition(statement: Statement, indicator: Indicator, *, literal: bool = False) -> Iterator[Entry]:
    """What an indicator and a part of one have in common; `literal`: its words have been given already."""
    if indicator.statement and not literal:
        yield "Literal words", [f"“{clean(indicator.statement)}”"]
    if indicator.measure:
        node, schema = indicator.measure.node, statement.schema
        yield "Measures", [clean(says(node, schema))]
        full = written(node, schema)
        yield "Expression", [clean(indicator.measure.text), *_written_out(full, indicator.measure.text)]
    if indicator.better:
        yield "Better", [indicator.better]
    for number, stage in enumerate(indicator.stages, 1):
        yield "Target" if len(indicator.stages) == 1 else f"Target, stage {number}", list(_versions(stage, indicator))
    if indicator.due:
        yield "Due", [_due(indicator.due, indicator)]
    if indicator.trajectory:
        yield "Path", list(_path(indicator))


def _written_out(full: str, short: str) -> list[str]:
    """The expression with its macros written out, where it has any."""
    return [f"written out: {clean(full)}"] if "".join(full.split()) != "".join(short.split()) else []


# ── target and provenance ────────────────────────────────────────────────────────────────────────────────────────────


def _versions(stage: tuple[Target, ...], indicator: Indicator) -> Iterator[str]:
    for number, target in enumerate(stage, 1):
        head = f"version {number}: " if len(stage) > 1 else ""
        yield head + "; ".join(told(target, indicator))
        if target.provenance.quote:
            yield f"“{clean(target.provenance.quote)}”"


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
        yield f"due {_due(target.due, indicator)}"
    if target.known_from:
        yield f"decided on {periods.shown(target.known_from)}"
    if target.effective_from:
        yield f"effective from {periods.shown(target.effective_from)}"
    if target.to_be_reviewed:
        yield "to be reviewed" + by(target.reviewed_by, when(target.review_on))
    yield from provenance(target.provenance)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _due(due: Due, indicator: Indicator) -> str:
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


def _path(indicator: Indicator) -> Iterator[str]:
    path = indicator.trajectory
    if path and path.linear:
        yield "in a straight line from the start of the period to the target"
    for day, value in path.points if path else ():
        yield f"{amounts.shown(value)} by {periods.shown(day)}"
