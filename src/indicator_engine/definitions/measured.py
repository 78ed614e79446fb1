"""One indicator that has a measure, or one part of a compound one.

The order is the reader's: what it measures, what is to be reached, by when, which day counts, which way is better,
and the way there. Whatever was inherited and not written is listed in the indicator's assumptions.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

from indicator_engine.definitions.baselines import Judged
from indicator_engine.definitions.model import Expression, Indicator, Watch
from indicator_engine.definitions.readings import texts
from indicator_engine.definitions.targets import Bare, TargetReader
from indicator_engine.definitions.trajectories import read_trajectory
from indicator_engine.frozen import dataclass
from indicator_engine.periods import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.conventions import Basis, Due
    from indicator_engine.definitions.expressions import Expressions
    from indicator_engine.definitions.model import Target, Trajectory
    from indicator_engine.definitions.readings import County
    from indicator_engine.definitions.shape import MeasuredTable, WatchTable
    from indicator_engine.definitions.sources import Place
    from indicator_engine.definitions.targets import Stages

Better = Literal["higher", "lower"]

_HIGHER = ("at_least", "more_than", "increase", "increase_by", "additional")
_LOWER = ("at_most", "less_than", "decrease", "decrease_by")
_BASIS_WORDS = {
    "occurred": "the day a thing happened counts, not the day it was recorded",
    "recorded": "the day a thing was recorded counts, not the day it happened",
}


@dataclass(frozen=True)
class Inherited:
    """What an indicator takes from the statement, or a part from its indicator, where it says nothing itself."""

    due: Due | None = None
    bare: Bare = field(default_factory=Bare)
    basis: Basis | None = None
    better: Better | None = None
    statement: str = ""
    own_due: bool = False
    """Whether `due` is the indicator's own, which its parts share, and not the statement's default."""


def read_measured(
    county: County, expressions: Expressions, place: Place, table: MeasuredTable, inherited: Inherited
) -> Indicator:
    """An indicator or part with a measure; what is at fault is reported and left out."""
    judged = Judged(county, expressions, None, table.statement or inherited.statement)
    judged.measure = _measure(judged, place, table.measure)
    stages: Stages = ()
    if table.target is not None:
        stages = TargetReader(judged, inherited.bare).stages(place / "target", table.target)
    due = _due(judged, place, table, inherited, stages)
    return Indicator(
        table.id,
        table.statement,
        table.label,
        measure=judged.measure,
        better=_better(place, table.better, inherited.better, stages),
        stages=stages,
        trajectory=_path(judged, place, table, stages, due),
        due=due,
        basis=_basis(judged, table.basis or inherited.basis, due),
        notes=texts(place / "notes", table.notes),
        assumptions=tuple(dict.fromkeys(judged.assumptions)),
        watches=read_watches(expressions, place / "watch", table.watch),
        path=place.path_in_pack,
        place=lambda: place.location,
    )


# ── what it measures ─────────────────────────────────────────────────────────────────────────────────────────────────


def _measure(judged: Judged, place: Place, text: str) -> Expression | None:
    there = place / "measure"
    if not text.strip():
        if not there.spoiled:
            place.report("IE011", "`measure` is missing: the expression that is looked at",
                         'write `measure = "count(…)"`, or `kind = "narrative"` if nothing is counted')  # fmt: skip
        return None
    found = judged.expressions.read(there, text)
    if found and found.node.kind.name not in ("number", "truth", "unknown"):
        what = judged.expressions.words_for(found.node.kind)
        there.report("IE060", f"a measure must be a number or a condition, and this is {what}", _as_number(found))
        return None
    return found


def _as_number(measure: Expression) -> str:
    text, kind = measure.text.strip(), measure.node.kind.name
    if len(text) > 60:  # what fits into a hint
        text = "…"
    if kind in ("set", "events"):
        return f"write `count({text})` for how many there are"
    if kind == "values":
        return f"write `sum({text})`, `mean({text})` or `count(distinct({text}))`"
    return "count something, or compare it with something"


def read_watches(expressions: Expressions, place: Place, tables: Iterable[WatchTable]) -> tuple[Watch, ...]:
    """What to list beside a result."""
    read = [
        (table.label, read_selection(expressions, place / position / "select", table.select))
        for position, table in enumerate(tables)
        if table.select.strip()
    ]
    return tuple(Watch(label, selection) for label, selection in read if selection)


def read_selection(expressions: Expressions, place: Place, text: str) -> Expression | None:
    """An expression that selects records or a set."""
    found = expressions.read(place, text)
    if found and found.node.kind.name not in ("events", "set"):
        what = expressions.words_for(found.node.kind)
        place.report("IE064", f"this must select records or a set, and it is {what}",
                     "write the selection itself: `tender[missing(viable)]`")  # fmt: skip
        return None
    return found


# ── which way is better ──────────────────────────────────────────────────────────────────────────────────────────────


def _better(place: Place, own: Better | None, inherited: Better | None, stages: Stages) -> Better | None:
    found = own or inherited
    forms = [form for stage in stages for target in stage if (form := _form_of(target))]
    against = _HIGHER if found == "lower" else _LOWER
    if found and (form := next((form for form in forms if form in against), "")):
        other = "higher" if found == "lower" else "lower"
        (place / "better" if own else place).report(
            "IE046", f'`better = "{found}"` and `{form}` contradict each other',
            f'write `better = "{other}"`, or another target',
        )  # fmt: skip
    if found or (place / "better").spoiled:
        return found
    if direction := _direction_of_movement(stages):
        return direction
    _report_no_direction(place, forms)
    return None


def _form_of(target: Target) -> str:
    """The key a target is written with; "" for a deliverable, and for "TBC" without any."""
    if target.relative:
        return target.relative
    return "" if target.delivered or (target.tbc and target.comparator_inherited) else target.comparator


def _direction_of_movement(stages: Stages) -> Better | None:
    """A movement says itself which way is better; a comparison does not."""
    movement = next((target.relative for stage in stages for target in stage if target.relative), None)
    if movement is None:
        return None
    return "higher" if movement in _HIGHER else "lower"


def _report_no_direction(place: Place, forms: list[str]) -> None:
    form = next((form for form in forms if form in (*_HIGHER, *_LOWER)), "")
    if form:
        likely = "higher" if form in _HIGHER else "lower"
        place.report("IE045", f"`{form}` compares, and nothing says which way is better",
                     f'write `better = "{likely}"` if a {likely} figure is better')  # fmt: skip


# ── by when, and which day counts ────────────────────────────────────────────────────────────────────────────────────


def own_due(county: County, place: Place, table: MeasuredTable) -> Due | None:
    """The deadline that the table itself names."""
    return county.due(place / "due", table.due) if table.due is not None else None


def _due(judged: Judged, place: Place, table: MeasuredTable, inherited: Inherited, stages: Stages) -> Due | None:
    if table.due is not None:
        return own_due(judged.county, place, table)
    of_stages = [target.due for stage in stages for target in stage[-1:] if target.due]
    if of_stages:
        return max(of_stages, key=lambda due: due.day)
    if inherited.due and inherited.own_due:
        return inherited.due
    due = inherited.due or judged.county.convention.inherited_due(judged.county.period)
    if due is None:
        return None
    judged.assumptions.append(f"no due date in the text: {_whose(judged.county, due, inherited)} is used")
    return replace(due, inherited=True)


def _whose(county: County, due: Due, inherited: Inherited) -> str:
    if inherited.due and due.phrase == due.day.isoformat():
        return f"the statement's default, {shown(due.day)},"
    if inherited.due:
        return f"the statement's default, “{due.phrase}” ({shown(due.day)}),"
    if due.day == county.period.end:
        return f"the statement's year end, {shown(due.day)},"
    return f"the default of the {county.convention.title} convention, {shown(due.day)},"


def _basis(judged: Judged, given: Basis | None, due: Due | None) -> Basis:
    if given:
        return given
    if due and due.basis:
        judged.assumptions.append(f"{_BASIS_WORDS[due.basis]}: so “{due.phrase}” is read")
        return due.basis
    convention = judged.county.convention
    judged.assumptions.append(
        f"{_BASIS_WORDS[convention.default_basis]}: the rule of the {convention.title} convention"
    )
    return convention.default_basis


# ── the way there ────────────────────────────────────────────────────────────────────────────────────────────────────


def _path(judged: Judged, place: Place, table: MeasuredTable, stages: Stages, due: Due | None) -> Trajectory | None:
    there = place / "path"
    if table.path is not None and stages and all(target.delivered for stage in stages for target in stage):
        there.report(
            "IE054", "a deliverable has no path; it is delivered or it is not", "leave `path` out", on_key=True
        )
        return None
    if table.path == "linear" and due is None and table.due is None:
        there.report("IE054", "a straight line needs a day to end on", 'add `due = "by March 2010"`')
    return read_trajectory(judged, there, table.path, due)
