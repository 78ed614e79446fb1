"""What a figure reads off a course: how it stands on a day, what came within some days, or the first or last of them.

A course says what is added to a figure on which days. Of records that stay where they are once they have happened, it
says on which days they happened; so a bucket of time is the difference of two days, and the first record of all that
there are is the first day on which anything is added.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import localcontext
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.evaluation.compiled.changes import summed
from indicator_engine.evaluation.compiled.turns import stays
from indicator_engine.evaluation.values import NO_DATA, UNDECIDED, Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from decimal import Context

    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema

    Figure = tuple[Node, Moment, Frame]

Way = Literal["stands", "within", "first", "last"]
ALWAYS = Period(date.min, date.max, "")
"""The period of a course that looks at none."""


@dataclass(frozen=True)
class Reading:
    """A figure, the one whose course tells of it, and how that is read."""

    figure: Figure
    course: Figure
    way: Way


def reading_of(figure: Figure, ground: Relations) -> Reading | None:
    """How a figure is read off a course; None where it cannot be."""
    node, moment, frame = figure
    if any(isinstance(one, nodes.AsKnownOn) for one in nodes.walk(node)):
        return None
    match node:
        case nodes.Aggregate("min" | "max" as function, nodes.Values(events, "occurred_on")):
            if not _happens(events, ground):
                return None
            way: Way = "first" if function == "min" else "last"
            return Reading(figure, (nodes.CountRecords(events), _at_any_time(moment), frame), way)
    if not summed(node):
        return None
    if not moment.window:
        return Reading(figure, (node, replace(moment, as_of=moment.period.start), frame), "stands")
    if _looks_back(node):
        there = replace(moment, window=None, as_of=moment.period.start)
        there = there if _looks_at_periods(node, ground.schema) else _at_any_time(moment)
        return Reading(figure, (node, there, frame), "stands")
    if _is_of_records(node) and all(_happens(one, ground) for one in summed(node)):
        return Reading(figure, (node, _at_any_time(moment), frame), "within")
    return None


def day_in(way: Way, rows: Iterable[tuple[date, int, int]], moment: Moment) -> date | Unknown:
    """The first or last day of records by then, of what is added on which days, surely and at most."""
    since = moment.window or date.min
    there = [row for row in sorted(rows) if since <= row[0] <= moment.as_of and row[2]]
    sure = [day for day, yes, _ in there if yes]
    if not sure:
        return Unknown.because(UNDECIDED if there else NO_DATA)
    best = sure[0] if way == "first" else sure[-1]
    open_ = [day for day, yes, possible in there if possible > yes]
    beyond = any(day < best if way == "first" else day > best for day in open_)
    return Unknown.because(UNDECIDED) if beyond else best


def _at_any_time(moment: Moment) -> Moment:
    return replace(moment, as_of=ALWAYS.start, period=ALWAYS, window=None)


def _is_of_records(node: Node) -> bool:
    return isinstance(node, nodes.CountRecords | nodes.Exists | nodes.Aggregate)


def _happens(events: Node, ground: Relations) -> bool:
    """Whether records belong to a selection from their day on, whatever the period is."""
    return stays(events, ground) and not _looks_at_periods(events, ground.schema)


def _looks_back(node: Node) -> bool:
    """Whether a figure is the same within a bucket of time as without: all its records are looked for further back."""
    match node:
        case nodes.Events():
            return False
        case nodes.Latest() | nodes.InForce() | nodes.At():
            return True
    return all(_looks_back(child) for child in nodes.children(node))


def _looks_at_periods(node: Node, schema: Schema) -> bool:
    """Whether what a node says may hang on the period."""
    match node:
        case nodes.NamedDate(name):
            return name in ("period_start", "period_end")
        case nodes.Members(name):
            where = schema.populations[name].where
            return where is not None and _looks_at_periods(where, schema)
        case nodes.InPeriod() | nodes.Change() | nodes.Previous() | nodes.Each():
            return True
    return any(_looks_at_periods(child, schema) for child in nodes.children(node))


def added_within(until: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Any, ...]:
    """What came after one day and up to another."""
    with exactly():
        return tuple(a - b for a, b in zip(until, before, strict=True))


def exactly() -> AbstractContextManager[Context]:
    """Where sums and differences of decimals keep all digits that a database keeps; by itself Python rounds to 28."""
    return localcontext(prec=80)
