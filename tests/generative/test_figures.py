"""Figures by groups: every part of a count or total is somewhere, once; queries say what the records say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.drawing import World, costly, worlds
from tests.generative.test_compiled_agrees import ground

from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled, NotCompiledError
from indicator_engine.evaluation.figures import in_order, whole_or_why, within
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.values import Number

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

pytestmark = [pytest.mark.generative, pytest.mark.slow]

COLUMNS = ("kind", "sector", "signed", "size", "parent", "joined_on")


def grouped(world: World, column: str) -> list[Node]:
    """The world's tree for each group of a column."""
    values = Reference(world.schema, world.records, world.frame).register_values(column)
    return [within(world.tree, (value,), (column,), world.schema) for value in in_order(values)]


@costly
@given(worlds(("number",)), st.sampled_from(COLUMNS))
def test_groups_come_to_the_whole(world: World, column: str):
    """Where nothing is said against it, the figures of all groups add up to that of all."""
    whole = world.value()
    if whole_or_why(world.tree) or not isinstance(whole, Number):
        return
    parts = [world.value(tree) for tree in grouped(world, column)]
    assert whole.value == sum(part.value for part in parts if isinstance(part, Number))


@costly
@given(worlds(("number", "truth")), st.sampled_from(COLUMNS))
def test_queries_say_what_the_records_say(world: World, column: str):
    """Of every group, both evaluators give the same."""
    reference = Reference(world.schema, world.records, world.frame)
    compiled = Compiled(Answers(ground(world)), world.frame)
    for tree in grouped(replace(world), column):
        try:
            found = compiled.value(tree, world.moment)
        except NotCompiledError:
            continue
        assert reference.value(tree, world.moment) == found
