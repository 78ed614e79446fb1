"""What a store is not asked for makes no difference: a figure, its tree and every story are those of all records."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.drawing import World, bare, costly, populated, wild_worlds, worlds

from indicator_engine.definitions.model import Expression, Indicator
from indicator_engine.evaluation.answer import Working
from indicator_engine.evaluation.compiled.memory import ground_of
from indicator_engine.evaluation.reads import tells_by_own_events, types_read
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.stories import story_of
from indicator_engine.evaluation.tree import steps
from indicator_engine.language import nodes
from indicator_engine.store import recall
from indicator_engine.store.catalog import quoted
from indicator_engine.store.recall import Wanted
from indicator_engine.testing.strategies import ORGANISATIONS

if TYPE_CHECKING:
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import Records

pytestmark = [pytest.mark.generative, pytest.mark.slow]

TOLD: Counter[bool] = Counter()
"""How many stories were told by own events, and how many were not."""

_databases: list[tuple[Schema, Database]] = []


@st.composite
def crowded_worlds(draw: st.DrawFn) -> World:
    """A world with events of every type, of which some have the ids of others."""
    world = draw(worlds(("number", "set", "set", "events", "truth")) | wild_worlds())
    events, register = draw(populated(world.schema, [world.tree, *map(nodes.Events, world.schema.events)], 16))
    shared = draw(st.lists(st.integers(0, max(len(events) - 1, 0)), max_size=4))
    for index in shared if events else ():
        events[index] = {**events[index], "event_id": events[0]["event_id"]}
    return replace(world, events=events, register=register)


def stored(world: World, alias: tuple[str, str] | None) -> Database:
    """The records of a world as a store has them, one name meaning another where that is so."""
    before = next((database for schema, database in _databases if schema == world.schema), None)
    ground = ground_of(world.records, world.schema, before)
    ground.close()
    database = ground.database
    if before is None:
        _databases.append((world.schema, database))
        for number in (0, 1):
            database.run("INSERT INTO import (number, file, sheet) VALUES (?, 'events', '')", [number])
    for kept in database.kept():
        database.run(f"UPDATE {quoted(kept.table)} SET _line = rowid")  # noqa: S608  # our own tables
    if alias:
        database.run("INSERT INTO alias VALUES (1, 1, ?, ?, NULL, TIMESTAMP '2000-01-01')", list(alias))
    return database


def working(world: World, records: Records) -> Working:
    """How the figure of a world is worked out from records."""
    tree = world.tree
    measure = {"set": nodes.CountMembers, "events": nodes.CountRecords}.get(tree.kind.name)
    node = measure(tree) if measure else tree
    return Working(Indicator("one"), node, Reference(world.schema, records, world.frame), world.moment)


def figure(world: World, records: Records) -> tuple[Any, ...]:
    """The value of a world, and how it came about."""
    found = working(world, records)
    return bare(found.reference.value(found.node, found.moment)), steps(found.node, found.reference, found.moment)


@settings(costly, max_examples=costly.max_examples // 2)
@given(crowded_worlds(), st.none() | st.tuples(st.sampled_from(ORGANISATIONS), st.just("ashfield")))
def test_what_is_not_read_makes_no_difference(world, alias):
    """Reading the types that are asked for gives the same value and tree; own events give the same story."""
    alias = alias if alias and alias[0] != alias[1] else None
    database = stored(world, alias)
    measure = working(world, world.records).node
    types = types_read([Indicator("one", measure=Expression("", measure))], world.schema)
    every = recall.intake(database, world.schema).records
    some = recall.intake(database, world.schema, wanted=Wanted(types)).records

    (value, tree), (same, same_tree) = figure(world, every), figure(world, some)
    assert value == same
    assert tree.to_dict() == same_tree.to_dict()
    for subject in ORGANISATIONS[:3]:
        assert story_of(working(world, every), subject) == story_of(working(world, some), subject)
        TOLD[tells_by_own_events(measure, world.schema)] += 1
        if tells_by_own_events(measure, world.schema):
            own = recall.records_of(database, world.schema, Wanted(types, (subject,)), (subject,))
            assert story_of(working(world, every), subject) == story_of(working(world, own), subject)


def test_both_sorts_of_story_were_told():
    """The law was about something."""
    assert min(TOLD[True], TOLD[False]) > sum(TOLD.values()) / 12
