"""What the checks say of an expression must be true of what the reference evaluator makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from tests.generative.drawing import YEAR, World, law, worlds

from indicator_engine.definitions.checks.condition_settled import settled_in
from indicator_engine.definitions.checks.containment import inside
from indicator_engine.definitions.checks.ranges import Setting, range_of
from indicator_engine.evaluation.values import Members, Number, Unknown
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.language.nodes import Node

pytestmark = [pytest.mark.generative, pytest.mark.slow]


def setting(world: World) -> Setting:
    """Where the tree stands. A deemed number limits no register, so none is deemed here."""
    populations = {name: replace(each, deemed=()) for name, each in world.schema.populations.items()}
    return Setting(replace(world.schema, populations=populations), YEAR)


def deems(tree: Node) -> bool:
    """Whether a tree uses a deemed number."""
    return any(isinstance(node, nodes.Deemed) for node in nodes.walk(tree))


def selections(tree: Node) -> Iterator[Node]:
    """A selection or a set, and those it is made of at the same moment."""
    yield tree
    made_of = (nodes.Combined, nodes.Filter, nodes.InForce, nodes.InPeriod, nodes.Latest, nodes.Subjects)
    if isinstance(tree, made_of):
        for child in nodes.children(tree):
            if child.kind.name in ("set", "events"):
                yield from selections(child)


def keys(value: Any) -> frozenset[object]:
    """What is surely in a set or a selection."""
    return value.yes if isinstance(value, Members) else frozenset(record.event_id for record in value.yes)


@law
@given(worlds("number"))
def test_numbers_keep_to_their_range(world):
    """A number lies between the ends that are said to limit it."""
    assume(not deems(world.tree))
    found, limits = world.value(), range_of(world.tree, setting(world))

    if isinstance(found, Number):
        assert limits.low is None or limits.low.value <= found.value
        assert limits.high is None or found.value <= limits.high.value


@law
@given(worlds("truth"))
def test_settled_conditions_are_settled(world):
    """A condition that is said to be always or never true is so wherever it is known."""
    assume(not deems(world.tree))
    found = world.value()

    for settled in settled_in(world.tree, setting(world)):
        if settled.condition == world.tree and isinstance(found, bool):
            assert settled.always == found


@law
@given(worlds(("set", "events")))
def test_parts_are_inside(world):
    """Of the parts of a selection, one that is provably inside another holds nothing that the other does not."""
    parts = list(selections(world.tree))
    for part in parts:
        for whole in parts:
            if part.kind.name == whole.kind.name and inside(part, whole):
                inner, outer = world.value(part), world.value(whole)

                assert isinstance(inner, Unknown) or isinstance(outer, Unknown) or keys(inner) <= keys(outer)
