"""What holds of the value of any tree over any records: there is one, of its kind, in its bounds, come what may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.generative.drawing import (
    DAYS,
    World,
    agrees_with,
    bare,
    law,
    monotone,
    refined,
    rising,
    same_events_stand,
    trees,
    wild_worlds,
    worlds,
)  # fmt: skip

from indicator_engine.evaluation.measures import only_rises, with_evidence
from indicator_engine.evaluation.reference import Moment, Reference
from indicator_engine.evaluation.values import Members, NoneArose, Number, Selection, Unknown
from indicator_engine.language import nodes
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

pytestmark = pytest.mark.generative

ANY_WORLD = worlds() | wild_worlds()
KINDS: dict[str, tuple[type, ...]] = {
    "number": (Number, Unknown),
    "truth": (bool, NoneArose, Unknown),
    "date": (date, Unknown),
    "text": (str, Unknown),
    "list": (tuple, Unknown),
    "set": (Members, Unknown),
    "events": (Selection, Unknown),
    "unknown": (Unknown,),
}


@law
@given(ANY_WORLD)
def test_any_tree_has_a_value_of_its_kind(world: World):
    """Evaluation is total: any tree over any history gives, without an exception, a value of its kind or unknown."""
    assert isinstance(world.value(), KINDS[world.tree.kind.name])


@law
@given(worlds(("number", "set")) | wild_worlds())
def test_a_number_lies_within_its_bounds(world: World):
    """The number shown is one of those it could be once everything is known."""
    found = world.value()
    if isinstance(found, Members):
        found = found.count()
    if isinstance(found, Number):
        assert found.low <= found.value <= found.high


@law
@given(st.data(), worlds() | wild_worlds(monotone))
def test_bounds_are_sound(data: st.DataObject, world: World):
    """Refinement: whatever the missing values turn out to be, what was decided stays, and the rest stays in bounds.

    `known`, `missing`, `definitely` and `coalesce` are left out: they are there to tell known from unknown. So is what
    makes two rows duplicates, or no longer duplicates: which rows tell one event is settled by what they say.
    """
    later = data.draw(refined(world))
    assume(same_events_stand(world.records, later.records))
    assert agrees_with(later.value(), world.value())


@law
@given(ANY_WORLD)
def test_as_it_stands_today_is_as_it_is(world: World):
    """`at(as_of, x)` is x."""
    assert bare(world.value()) == bare(world.value(nodes.At(nodes.NamedDate("as_of"), world.tree)))


@law
@given(ANY_WORLD, st.sampled_from(DAYS))
def test_looking_back_is_having_asked_then(world: World, day: date):
    """`at(d, x)` on a later day is what x was on day d, whatever of x reads the day itself."""
    asked_then = world.value(as_of=min(day, world.as_of))
    assert bare(asked_then) == bare(world.value(nodes.At(nodes.Constant(day), world.tree)))


@law
@given(ANY_WORLD, st.lists(strategies.as_of_dates(), min_size=1, max_size=4))
def test_a_series_is_the_answer_of_each_day(world: World, days: list[date]):
    """One evaluator asked about several days gives for each what a fresh one gives."""
    reference = Reference(world.schema, world.records, world.frame)
    series = [bare(reference.value(world.tree, replace(world.moment, as_of=day))) for day in days]
    assert [bare(world.value(as_of=day)) for day in days] == series


class Forgetful(Reference):
    """The reference without its memory: every node is evaluated whenever it is met."""

    def value(self, node: Node, moment: Moment) -> Any:
        """What a node gives, found anew."""
        return self._visit(node, moment)


@law
@given(ANY_WORLD)
def test_remembering_changes_nothing(world: World):
    """Evaluation gives the same, and notes the same, with its memory and without."""
    found = [kind(world.schema, world.records, world.frame) for kind in (Reference, Forgetful)]
    remembered, anew = (bare(each.value(world.tree, world.moment)) for each in found)
    assert anew == remembered
    notes = [{(note.kind, note.subject, note.event_id) for note in each.notes} for each in found]
    assert notes[1] == notes[0]


@law
@given(
    worlds(("occurrences", "set", "truth"), depth=3, change=rising),
    st.lists(st.sampled_from(DAYS), min_size=2, max_size=4),
)
def test_what_only_rises_never_falls(world: World, days: list[date]):
    """9: where `only_rises` says so, no later day has a lower value, fewer members or a truth less true."""
    assume(only_rises(world.tree, world.schema))
    found = [world.value(as_of=day) for day in sorted(days)]
    if any(isinstance(each, Unknown) and each.reasons == ("no data",) for each in found):
        return
    for before, after in pairwise(found):
        assert least(before) <= least(after)


def least(found: Any) -> Any:
    """What is certain of a value: its lower bound, its sure members, whether it is true."""
    if isinstance(found, Number):
        return found.low
    if isinstance(found, Members):
        return found.yes
    return found is True


@law
@given(worlds(depth=3) | wild_worlds(), st.sampled_from(("evidence", "item", "held_on", "nowhere")))
def test_asking_for_evidence_keeps_the_kind(world: World, attribute: str):
    """`with_evidence` gives a tree of the same kind that still evaluates, and selects no more than the first did."""
    asked = with_evidence(world.tree, attribute, world.schema)
    assert world.tree.kind == asked.kind
    found = world.value(asked)
    assert isinstance(found, KINDS[asked.kind.name])


@law
@given(worlds("date"), st.integers(-3, 3), st.integers(-40, 40))
def test_moving_a_date_is_told_by_the_days_between(world: World, months: int, days: int):
    """A date moved by whole days and back is the same day, and the days between are those it was moved by."""
    here, there = world.value(), world.value(nodes.Shifted(world.tree, months=months, days=days))
    if isinstance(here, date):
        within = world.value(nodes.Shifted(world.tree, days=days))
        assert here + timedelta(days=days) == within
        assert days == world.value(nodes.Elapsed("days", world.tree, nodes.Constant(within))).value
        assert isinstance(there, date)


def test_every_sort_of_node_is_drawn():
    """No operation of the language escapes these laws: each occurs in some tree that they are put to."""
    wanted = {*nodes.OPERATIONS} - {nodes.Broken}
    met: set[type[Node]] = set()

    @settings(law, max_examples=1000, derandomize=True)
    @given(trees())
    def collect(tree: Node) -> None:
        met.update(type(node) for node in nodes.walk(tree))

    collect()
    assert set() == wanted - met
