"""Differences in words: what a table "changed since the last edition" says of each indicator, ready to be laid out.

`changed` gives a row for each indicator that moved, texts of others made visible; `as_text` lays them out for a
terminal. Numbers are shown rounded, and sum up exactly only in the JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.evaluation.differences import CAUSES
from indicator_engine.frozen import dataclass
from indicator_engine.rendering import words
from indicator_engine.rendering.phrases import IN_ENGLISH, phrases_of
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.conventions import Convention
    from indicator_engine.evaluation.differences import Cause, Difference, Differences, Figure, Named, Step
    from indicator_engine.evaluation.results import Provenances, Result
    from indicator_engine.rendering.phrases import Phrases

EVENTS_SHOWN = 10
"""Events of one cause that are named."""


@dataclass(frozen=True)
class Changed:
    """One indicator or part: its figures and statuses before and after, the change and its parts, the turns."""

    id: str
    name: str
    before: str
    after: str
    status_before: str
    status_after: str
    change: str
    """The number's change with its sign; "" where it is none."""
    parts: tuple[tuple[str, str], ...]
    """Each cause with its part of the change."""
    turns: tuple[tuple[str, str, str], ...]
    """Each change of the verdict: its cause, the status before and after."""
    causes: tuple[str, ...]
    """Every cause that changed anything, each once."""
    moved: bool
    """Whether the later figure is another than the earlier; False where causes cancelled each other out."""


@dataclass(frozen=True)
class Changes:
    """The table "changed since an edition": since which, its headings, its rows, and how many are as before."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[ChangedLine, ...]
    quiet: str
    sheet: str
    """What a sheet of a workbook is called that has it."""


@dataclass(frozen=True)
class ChangedLine:
    """One row of that table, in words."""

    id: str
    name: str
    before: str
    after: str
    change: str
    status: str
    """The status, or the statuses before and after."""
    causes: tuple[str, ...]
    """Each cause with what it contributed."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row under its headings."""
        return self.name, self.before, self.after, self.change, self.status, "; ".join(self.causes)


def changes_of(found: Differences, convention: Convention) -> Changes:
    """What has changed since an edition, ready to be laid out."""
    say, rows = phrases_of(convention), changed(found, convention)
    quiet = len(found.differences) - len(rows)
    day = say.day(found.before.as_of)
    name = clean(found.before.edition)
    return Changes(
        say("changed_since", edition=name, day=day) if name else say("changed_since_day", day=day),
        (clean(convention.vocabulary.indicator), *(say(key) for key in ("then", "now", "change", "status", "reason"))),
        tuple(_line(row) for row in rows),
        say.plural("unchanged_figures", quiet) if rows else say("nothing_changed"),
        say("sheet_changes"),
    )


def _line(row: Changed) -> ChangedLine:
    same = row.status_before == row.status_after
    told = dict(row.parts)
    return ChangedLine(
        row.id, row.name or row.id, row.before, row.after, row.change,
        row.status_after if same else f"{row.status_before} → {row.status_after}",
        tuple(f"{cause} {told[cause]}" if cause in told else cause for cause in row.causes),
    )  # fmt: skip


def changed(found: Differences, convention: Convention) -> tuple[Changed, ...]:
    """A row for each indicator in which anything happened, in the order of the document."""
    return tuple(_row(one, convention) for one in found.told)


def _row(one: Difference, convention: Convention) -> Changed:
    result = one.after_result or one.before_result
    unit, change, say = result.unit if result else "number", one.change, phrases_of(convention)
    absent = say("absent")
    return Changed(
        clean(one.id),
        clean(result.label or result.statement) if result else "",
        _value(one.before_result, say) or absent,
        _value(one.after_result, say) or absent,
        _status(one.before, convention) or absent,
        _status(one.after, convention) or absent,
        words.movement(change, unit, say) if change else "",
        tuple((named(cause, say), words.movement(part, unit, say)) for cause, part in one.parts.items()),
        tuple((named(step.cause, say), *_turn(step, convention)) for step in one.turns),
        tuple(dict.fromkeys(named(step.cause, say) for step in one.steps)),
        one.has_moved,
    )


def named(cause: Cause, say: Phrases = IN_ENGLISH) -> str:
    """A cause in words."""
    return say(f"cause_{cause}")


def _value(result: Result | None, say: Phrases) -> str:
    return clean(words.value(result, say)) or "—" if result else ""


def _status(figure: Figure | None, convention: Convention) -> str:
    return clean(convention.status(figure.verdict).word) if figure else ""


def _turn(step: Step, convention: Convention) -> tuple[str, str]:
    absent = phrases_of(convention)("absent")
    return _status(step.before, convention) or absent, _status(step.after, convention) or absent


# ── as text ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_text(found: Differences, convention: Convention) -> str:
    """The comparison for a terminal: its sides, the events of each cause, then each indicator that moved."""
    rows = changed(found, convention)
    blocks = ["\n".join(_head(found)), *("\n".join(_block(row)) for row in rows)]
    quiet = len(found.differences) - len(rows)
    if quiet:
        blocks.append(f"{quiet} of {len(found.differences)} figures {'is' if quiet == 1 else 'are'} unchanged.")
    if resting := list(_rests(found.before.provenance, found.after.provenance)):
        blocks.append("\n    ".join(["Rests on", *resting]))
    return "\n\n".join(blocks)


def _rests(before: Provenances | None, after: Provenances | None) -> Iterator[str]:
    """What the two sides rest on; what both do is said once."""
    first, second = (dict(words.rests_on(one)) if one else {} for one in (before, after))
    for name in {**first, **second}:
        if first.get(name) == second.get(name):
            yield f"{name} {first[name]}"
        else:
            sides = (("before", first), ("after", second))
            yield from (f"{name} {side} {one[name]}" for side, one in sides if name in one)


def _head(found: Differences) -> Iterator[str]:
    yield f"From  {_side(found.before)}"
    yield f"to    {_side(found.after)}"
    if found.before.pack != found.after.pack:
        yield f"by another pack: {found.before.pack[:12]}, then {found.after.pack[:12]}"
    for cause in CAUSES:
        if events := found.events.get(cause):
            more = f" and {len(events) - EVENTS_SHOWN} more" if len(events) > EVENTS_SHOWN else ""
            yield f"{named(cause)}: {len(events)} ({', '.join(map(clean, events[:EVENTS_SHOWN]))}{more})"


def _side(side: Named) -> str:
    edition = f"edition {clean(side.edition)}, " if side.edition else ""
    number = side.at_import
    everything = side.known_at is None and number is not None
    recorded = "everything" if everything else words.known(side.known_at)
    until = "" if number is None else f" imported by import {number}" if everything else f", at import {number}"
    return f"{edition}{periods.shown(side.as_of)}, {recorded}{until}"


def _block(row: Changed) -> Iterator[str]:
    yield f"{row.id}: {row.name}" if row.name else row.id
    same = "" if row.moved else " (unchanged in the end)"
    yield f"    {row.before} → {row.after}{same}" if row.before != row.after else f"    {row.after}{same}"
    if len(row.parts) == 1:
        yield f"    {row.change}: {row.parts[0][0]}"
    elif row.parts:
        sums = ", ".join(f"{part} {cause}" for cause, part in row.parts)
        yield f"    {row.change or 'no change'}: {sums}"
    elif not row.turns:
        yield f"    by: {', '.join(row.causes)}"
    for cause, before, after in row.turns:
        yield f"    {before} → {after}: {cause}"
