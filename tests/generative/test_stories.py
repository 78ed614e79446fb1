"""Who counted and who did not share out the candidates, and each one's story says what the evaluator says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from tests.generative.drawing import World, law, wild_worlds, worlds

from indicator_engine.definitions.model import Indicator
from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.answer import Working
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.stories import story_of
from indicator_engine.evaluation.tree import steps
from indicator_engine.evaluation.values import Members, Selection
from indicator_engine.language import kinds, nodes
from indicator_engine.testing.strategies import ORGANISATIONS

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

pytestmark = pytest.mark.generative

COUNTED = worlds(("set", "events")) | wild_worlds()
OF_SUBJECTS = {kinds.SUBJECT}


def measure_of(tree: Node) -> Node:
    """What counts a set or a selection; anything else as it is."""
    if tree.kind.name == "set":
        return nodes.CountMembers(tree)
    return nodes.CountRecords(tree) if tree.kind.name == "events" else tree


def working_of(world: World) -> Working:
    """How a world's figure is worked out."""
    reference = Reference(world.schema, world.records, world.frame)
    return Working(Indicator("one"), measure_of(world.tree), reference, world.moment)


@law
@given(COUNTED)
def test_who_and_why_not_share_out_the_candidates(world: World):
    """Nobody is in both, everybody on the list has a reason, and whoever is surely or perhaps counted is in one."""
    working = working_of(world)
    working.reference.value(working.node, working.moment)
    found = evidence.of(working.node, working.reference, working.moment)

    assert set() == set(found.who) & set(found.why_not)
    assert all(found.why_not.values())
    node, moment = evidence.counted(working.node, working.reference, working.moment)
    value = working.reference.value(node, moment) if node else None
    if isinstance(value, Members) and node and node.kind.key in OF_SUBJECTS:
        assert set(value.yes) == set(found.who)
        assert set(value.possible) <= set(found.who) | set(found.why_not)
    if isinstance(value, Selection):
        assert {record.subject for record in value.yes} == set(found.who)


@law
@given(COUNTED)
def test_every_story_agrees_with_the_evaluator(world: World):
    """One counted is told as counted with all conditions met, one who did not as not, with one that is not."""
    working = working_of(world)
    working.reference.value(working.node, working.moment)
    found = evidence.of(working.node, working.reference, working.moment)
    for subject in ORGANISATIONS:
        story = story_of(working_of(world), subject)

        assert (subject in found.who) == (story.outcome == "counted")
        assert (subject in found.why_not) <= (story.outcome in {"not_counted", "undecided"})
        assert found.why_not.get(subject, "") == story.reason
        node, _ = evidence.counted(working.node, working.reference, working.moment)
        if node and (node.kind.name == "events" or node.kind.key in OF_SUBJECTS):
            assert (story.outcome == "counted") == all(one.holds is True for one in story.conditions)
            assert (story.outcome == "counted") == (not story.lacking)


@law
@given(COUNTED)
def test_events_of_a_story_are_those_behind_the_figure(world: World):
    """Every event behind the figure is told as counted in its subject's story, and no other is."""
    working = working_of(world)
    working.reference.value(working.node, working.moment)
    found = evidence.of(working.node, working.reference, working.moment)
    node, _ = evidence.counted(working.node, working.reference, working.moment)
    stories = [story_of(working_of(world), subject) for subject in ORGANISATIONS]

    if node is not None:
        told = {event.event_id for story in stories for event in story.events if event.counted}
        assert told <= set(found.events)
        assert all(event.reason for story in stories for event in story.events if not event.counted)


@law
@given(worlds() | wild_worlds())
def test_every_tree_can_be_told_step_by_step(world: World):
    """Each step has the value that the evaluator gives it, and a filter's parts add up to what it was given."""
    reference = Reference(world.schema, world.records, world.frame)
    top = steps(world.tree, reference, world.moment)

    assert reference.value(world.tree, world.moment) == top.value
    assert list(top.lines())
    assert top.to_dict()["steps"] == [step.to_dict() for step in top.steps]
    waiting = [top]
    while waiting:
        step = waiting.pop()
        waiting += step.steps
        if step.dropped is not None:
            assert step.dropped >= 0
