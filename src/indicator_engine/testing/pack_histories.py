"""Hypothesis strategies over one pack: histories of what its indicators mention, days on which its answers turn.

Needs Hypothesis. Users find these in `indicator_engine.testing.strategies`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from indicator_engine import periods
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.testing.drawing import scenes
from indicator_engine.testing.grounds import grounds_of
from indicator_engine.testing.scenes import Scene, together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn, SearchStrategy

    from indicator_engine.definitions.model import Indicator, Statement

MOST_ALIKE = 60
"""Organisations that did the same in one history."""


@dataclass(frozen=True)
class History:
    """Events and a register, in the columns of a pack: what `evaluate` takes."""

    events: tuple[dict[str, Any], ...]
    register: tuple[dict[str, Any], ...]


def histories_of(statement: Statement, *names: str) -> SearchStrategy[History]:
    """Histories of what a pack's indicators mention: of one of them, or of two at once; `names` keeps some."""
    found = {one.id: one for _, one in statement.indicators() if one.measure or one.parts}
    chosen = [one for name, one in found.items() if not names or name in names]
    if not chosen:
        raise IndicatorEngineError(f"{statement.id} has no measured indicator" + " of these names" * bool(names))
    strategies = [_scenes(statement, one) for one in chosen]

    @st.composite
    def drawn(draw: DrawFn) -> History:
        scene = draw(draw(st.sampled_from(strategies)))
        if draw(st.sampled_from((False, False, True))):
            scene = together(scene, draw(draw(st.sampled_from(strategies))))
        cases = tuple(replace(one, copies=min(one.copies, MOST_ALIKE)) for one in scene.cases)
        events, register = Scene(cases).rows(statement.schema)
        return History(tuple(events), tuple(register))

    return drawn()


def _scenes(statement: Statement, indicator: Indicator) -> SearchStrategy[Scene]:
    return scenes(grounds_of(statement, indicator, last_day(statement, indicator)), enders=True)


def monotone_pairs(statement: Statement, *names: str) -> SearchStrategy[tuple[History, History]]:
    """Two histories of which the second has every event of the first, and mostly more, over one register."""

    @st.composite
    def drawn(draw: DrawFn) -> tuple[History, History]:
        more = draw(histories_of(statement, *names))
        kept = draw(st.lists(st.booleans(), min_size=len(more.events), max_size=len(more.events)))
        fewer = tuple(one for one, stays in zip(more.events, kept, strict=True) if stays)
        return History(fewer, more.register), more

    return drawn()


def days_of(statement: Statement) -> SearchStrategy[date]:
    """Days on which answers of a pack turn, and the days around them: deadlines, decisions, ends of months."""
    near = st.sampled_from((0, 0, 0, -1, 1))
    return st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(sorted(set(_turning(statement)))), near)


def _turning(statement: Statement) -> Iterator[date]:
    period = statement.period
    yield from (period.start, period.end)
    yield from (bucket.end for bucket in periods.buckets(period, "month"))
    for _, indicator in statement.indicators():
        yield last_day(statement, indicator)
        for one in (indicator, *indicator.parts):
            for target in (version for stage in one.stages for version in stage):
                days = (target.due and target.due.day, target.known_from, target.effective_from)
                yield from (day for day in days if day)


def last_day(statement: Statement, indicator: Indicator) -> date:
    """The day from which on nothing of an indicator changes any more."""
    every = (indicator, *indicator.parts)
    dues = [one.due for one in every] + [stage[-1].due for one in every for stage in one.stages]
    days = [due.day for due in (*dues, statement.default_due) if due]
    inherited = statement.convention.inherited_due(statement.period)
    return max([*days, *([inherited.day] if inherited else [])], default=statement.period.end)
