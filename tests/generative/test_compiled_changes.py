"""By the days on which each subject changes, a figure is on every day what the reference says of that day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.drawing import DAYS, World, costly, law, populated, wild_worlds, worlds
from tests.generative.test_compiled_agrees import asked, ground, instants

from indicator_engine import periods
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.turns import moved_back
from indicator_engine.evaluation.reference import Reference
from indicator_engine.language import kinds, nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

pytestmark = [pytest.mark.generative, pytest.mark.slow]

TURNS = [day + timedelta(days=by) for day in DAYS for by in (0, 1)]
TOLD: Counter[str] = Counter()
"""How many figures had the plan, how many had none, and how many moved within their days."""

CLOCKS = (
    "as_of <= left_on",
    "left_on < shift(as_of, months=-1)",
    "shift(as_of, months=1, days=2) >= joined_on",
    "joined_on == shift(as_of, months=-1)",
    "joined_on != shift(as_of, months=11)",
    "coalesce(left_on, as_of) >= shift(joined_on, years=1)",
    "(left_on if exists(training) else as_of) <= shift(joined_on, months=7)",
    "known(joined_on) and as_of == shift(joined_on, days=1)",
    'as_of >= date("2009-12-31")',
    "max(training.occurred_on) > shift(as_of, months=-3)",
    "min(contract.ends_on) == shift(as_of, days=-7)",
    "count(training[occurred_on > shift(as_of, months=-2)]) >= 1",
    "exists(contract[ends_on >= as_of])",
    "not (shift(as_of, years=-1) < min(pledge.occurred_on))",
)
"""Conditions on subjects that begin or cease to hold as the days pass, of themselves."""


FIGURES = (
    "count({plural}(contract[partner in members]))",
    "count(in_force(contract[partner in members and {singular} in public_bodies]))",
    "exists(in_force(contract[partner in at(occurred_on, members)]))",
    "count(members & {plural}(training[{singular} in at(occurred_on, members)]))",
    "count(members & {plural}(in_force(scheme)))",
    "count({plural}(in_force(scheme[people >= 2])) - {plural}(in_force(contract)))",
    "count(in_force(scheme[{singular} in public_bodies]))",
    "count({plural}(pledge[{singular} in at(occurred_on, {plural}(in_force(contract[partner in members])))]))",
    "count({plural}(training[{singular} in at(held_on, members)]))",
    "count(at(date('2009-12-31'), members & {plural}(latest(training))))",
    "count((members & at(date('2010-01-01'), members)) - at(date('2009-06-30'), {plural}(in_force(scheme))))",
    "ratio(members & at(date('2009-12-30'), {plural}(in_force(pledge))), at(date('2009-12-30'), members))",
    "sum(training.people)",
    "sum(training[{singular} in at(occurred_on, members)].people)",
    "sum(training[{singular} in at(occurred_on, {plural}(in_force(scheme)))].hours)",
    "sum(latest(training[{singular} in members]).people)",
    "sum(in_force(scheme).people)",
    "sum(in_period(tender[viable]).price)",
    "count(everyone[exists(deliverable)])",
    "count(everyone[exists(contract[partner in distinct(in_force(contract).partner)])])",
    "count(everyone[not every(deliverable[approved], known(evidence))])",
    "count(members[{singular} in at(joined_on, {plural}(deliverable)) or count(deliverable) == 0])",
)
"""Totals, sets of a fixed day, sets that records are seen from, and what is in force: all go by their own ways."""


@st.composite
def figures(draw: st.DrawFn) -> World:
    """A world whose tree is a figure, at times with the clock beside its subjects."""
    return draw(drawn_figures() if draw(st.integers(0, 2)) else written_figures())


@st.composite
def written_figures(draw: st.DrawFn) -> World:
    """A world of which one of the figures above is asked."""
    schema = draw(strategies.schemas())
    names = {"singular": schema.subject.singular, "plural": schema.subject.plural}
    tree = elaborate(draw(st.sampled_from(FIGURES)).format(**names), schema).node
    events, register = draw(populated(schema, [tree]))
    return World(schema, tree, events, register)


@st.composite
def drawn_figures(draw: st.DrawFn) -> World:
    """A world whose tree counts records or subjects, or is a share of subjects; at times with the clock beside them."""
    world = draw(worlds(("set", "set", "events")) if draw(st.integers(0, 3)) else wild_worlds(kinds=("set", "events")))
    register = [{**row, "left_on": draw(st.sampled_from((None, *DAYS)))} for row in world.register]
    return replace(world, tree=draw(trees(world)), register=register)


def trees(world: World) -> st.SearchStrategy[Node]:
    """Figures of a world's tree."""
    tree, everyone = world.tree, elaborate("members | everyone", world.schema).node
    if tree.kind.name == "events":
        return st.sampled_from([nodes.CountRecords(tree), nodes.Exists(tree)])
    if tree.kind.key != kinds.SUBJECT:
        tree = everyone
    beside = [nodes.Filter(tree, condition(elaborate(f"members[{clock}]", world.schema).node)) for clock in CLOCKS]
    sets = st.just(tree) | st.sampled_from(beside)
    return sets.flatmap(lambda one: st.sampled_from([nodes.CountMembers(one), nodes.Ratio(one, everyone)]))


def condition(node: Node) -> Node:
    """The condition of a filtered set."""
    assert isinstance(node, nodes.Filter), node
    return node.condition


@costly
@given(st.data(), figures())
def test_changes_add_up_to_the_figure_of_each_day(data: st.DataObject, world: World):
    """Whatever happens to the subjects, and however the clock stands beside their dates."""
    first, every = data.draw(st.sampled_from(DAYS)), data.draw(st.sampled_from((1, 7)))
    days = sorted({first + timedelta(days=every * turn) for turn in range(-7, 8)} | set(TURNS))
    moment = replace(world.moment, known_at=data.draw(instants(world)))
    moments = [replace(moment, as_of=day) for day in days]
    evaluator = Compiled(Answers(ground(world), allowed=frozenset({"changes"})), world.frame)
    evaluator.on_days(world.tree, moment, days)
    found = evaluator.answers.figures
    if not found:
        TOLD["left"] += 1
        return
    reference = Reference(world.schema, world.records, world.frame)
    expected = [asked(reference, world, moment) for moment in moments]
    TOLD["planned"] += 1
    TOLD["moving"] += len(set(map(str, expected))) > 1
    assert [asked(evaluator, world, moment) for moment in moments] == expected


def test_many_figures_have_the_plan_and_move():
    """Of the figures above."""
    assert TOLD["planned"] >= 0.3 * (TOLD["planned"] + TOLD["left"])
    assert TOLD["moving"] >= 0.2 * TOLD["planned"]


# ── the clock beside a date ──────────────────────────────────────────────────────────────────────────────────────────

MOVES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict, years=st.sampled_from((0, 0, 1, -1)), months=st.sampled_from((0, 1, -1, 11, -11, 3, -6, 13)),
    days=st.sampled_from((0, 0, 1, -1, 30, -28)),
)  # fmt: skip
ENDS = st.dates(date(2008, 1, 1), date(2010, 12, 31)).map(lambda day: periods.month_end(day.year, day.month))


def day_of(node: Node, as_of: date) -> date:
    """A moved clock, or a date."""
    match node:
        case nodes.Shifted(day, years, months, days):
            return periods.shift(periods.shift(day_of(day, as_of), months=years * 12 + months), days=days)
        case nodes.Constant(date() as day):
            return day
    return as_of


@law
@given(st.lists(MOVES, min_size=1, max_size=2), ENDS | st.dates(date(2008, 1, 1), date(2010, 12, 31)))
def test_a_moved_clock_changes_beside_a_date_only_when_it_is_said_to(moves: list[dict[str, Any]], day: date):
    """On the day that is worked out, or so many days later at the most."""
    running: Node = nodes.NamedDate("as_of")
    for move in moves:
        running = nodes.Shifted(running, **move)
    back, late = moved_back(nodes.Constant(day), running)
    comes = day_of(back, day)
    around = [comes + timedelta(days=by) for by in range(-40, 41)]
    stands = {one: (day_of(running, one) < day, day_of(running, one) > day) for one in around}
    changes = [(one - comes).days for before, one in pairwise(around) if stands[before] != stands[one]]
    assert changes
    assert all(0 <= change <= late for change in changes)
