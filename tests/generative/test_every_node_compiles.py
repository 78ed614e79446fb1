"""What hangs on the row that asks, on what was known on another day, on keys that lack a part: all by queries.

Each of these had no plan at one time and was left to the records. Now none is, and what a query finds is what the
reference says.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.drawing import DAYS, World, costly, populated
from tests.generative.test_compiled_agrees import asked, ground, instants

from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.reference import Reference
from indicator_engine.language.elaborate import elaborate
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from datetime import datetime

    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.language.nodes import Node

pytestmark = [pytest.mark.generative, pytest.mark.slow]

KNOWN_THEN = (
    "count(as_known_on(period_start, pledge))",
    'tender - as_known_on(date("2010-01-01"), tender[viable])',
    'tender[viable] | as_known_on(date("2010-01-01"), tender[included])',
    'latest(tender | as_known_on(date("2010-01-01"), tender), by=item)',
    'in_force(as_known_on(date("2010-01-01"), scheme)) & scheme',
    'everyone[count(tender[viable] | as_known_on(date("2009-12-31"), tender)) >= 2]',
    "tender[as_known_on(occurred_on, organisation in organisations(training))]",
    "tender[as_known_on(occurred_on, count(training)) >= 1]",
    "everyone[exists(as_known_on(joined_on, contract)[occurred_on <= as_of])]",
    'everyone[as_known_on(joined_on, kind) == "member"]',
)
KEYS = (
    "latest(training, by=(item, participant))",
    "first(training, by=(item, participant, organisation))",
    "latest(training, by=(item, participant, held_on))",
    "everyone[sum(first(training, by=(hours, people)).people) >= 2]",
)
NUMBERS = (
    "training[people * hours >= 2.5 and hours / (hours + 1) < 1]",
    "training[hours * hours > 2]",
    "everyone[sum(training.hours) * sum(training.hours) > 2]",
    "everyone[(sum(training.hours) - 1) * (count(training[hours > 1]) - 2) > 0]",
    "everyone[count(training[hours > 1]) * count(training[hours < 2]) >= 2]",
    "everyone[sum(training.hours) / (sum(training[people > 1].hours) + 2.5) > 0.3]",
    "everyone[count(training[hours > 1]) / (count(tender[viable]) + 1) >= 1]",
    "everyone[sum(training[hours > 1].people) / (count(tender[viable]) - 1) > 0]",
    "everyone[count(training[people > 1]) * 1.000000000000000000000000001 >= 2]",
)
SOUGHT = (
    "tender[organisation in at(occurred_on, previous(organisations(training)))]",
    "tender[organisation in (members & at(occurred_on, everyone[size >= 1]))]",
    "tender[organisation in at(occurred_on, at(period_start, members))]",
    "contract[partner in at(ends_on, at(occurred_on, organisations(training)))]",
    "everyone[parent in distinct(contract.partner)]",
    "everyone[parent in (everyone & at(joined_on, members))]",
    "everyone[organisation in (distinct(contract.partner) | at(joined_on, members))[size >= 1]]",
    "contract[partner in at(occurred_on, distinct(contract.partner) - members)]",
    "tender[at(occurred_on, item in distinct(training.item))]",
    "everyone[sector in (distinct(training.item) | distinct(scheme.item))]",
    "training[people / 2 in distinct(scheme.people)]",
    "everyone[count(training[hours > 1]) in distinct(scheme.people)]",
    "tender[organisation in at(occurred_on, organisations(latest(training, by=item)))]",
    "tender[organisation in at(occurred_on, organisations(training[hours >= mean(training.hours)]))]",
)
OWN_DAYS = (
    "tender[at(occurred_on, count(members)) >= 2]",
    "contract[at(ends_on, count(organisations(training) - members)) >= 1]",
    "everyone[at(joined_on, ratio(members & organisations(training), members)) > 0]",
    "everyone[count(distinct(contract.partner) & members) >= 1]",
    "everyone[count(distinct(contract.partner) | members[size >= 2]) >= 2]",
    "everyone[ratio(distinct(contract.partner)[size >= 1], distinct(contract.partner)) > 0]",
    "everyone[at(joined_on, count(distinct(training.item) - distinct(scheme.item))) >= 1]",
    "tender[at(occurred_on, deemed(members)) >= 3]",
    "tender[at(occurred_on, each(month, exists(training))) > 0]",
    "everyone[at(joined_on, each(quarter, exists(training))) > 0]",
    "everyone[at(joined_on, previous(count(training))) >= 1]",
    "tender[at(occurred_on, exists(deliverable))]",
    "everyone[organisation in at(joined_on, organisations(deliverable) | members)]",
    "everyone[exists(at(joined_on, contract)[occurred_on < as_of])]",
    "everyone[exists(in_force(at(joined_on, scheme)) | scheme[people >= 2])]",
    "tender[exists(in_force(at(occurred_on, scheme)))]",
    "tender[exists(at(occurred_on, training)[hours > 1])]",
    "everyone[exists(latest(previous(training)) & at(joined_on, training))]",
    "everyone[overall(size) >= 2]",
)
HARD = (*KNOWN_THEN, *KEYS, *NUMBERS, *SOUGHT, *OWN_DAYS)
SCHEMA = strategies.rich_schema()


@cache
def node_of(text: str) -> Node:
    """What a text means."""
    found = elaborate(text, SCHEMA)
    assert not [problem for problem in found.problems if problem.severity == "error"], text
    return found.node


@st.composite
def crowded(draw: st.DrawFn) -> World:
    """A world of many records of every type that is looked at."""
    events, register = draw(populated(SCHEMA, map(node_of, HARD), 30))
    return World(SCHEMA, node_of(HARD[0]), events, register, draw(st.sampled_from(DAYS[:5])))


@settings(costly, max_examples=max(costly.max_examples // 20, 1))
@given(st.data(), crowded())
def test_each_is_found_by_queries(data: st.DataObject, world: World):
    """The value, members or records that the reference finds; nothing is left to it."""
    assert differing(world, data.draw(instants(world)), ground(world)) == []


def differing(world: World, known_at: datetime, tables: Relations) -> list[tuple[str, Any, Any]]:
    """Those of which queries over tables find something else than the reference: text, what it says, what they find."""
    moment, reference = replace(world.moment, known_at=known_at), Reference(world.schema, world.records, world.frame)

    def found(text: str, evaluator: Reference) -> Any:
        return asked(evaluator, replace(world, tree=node_of(text)), moment)

    pairs = ((text, found(text, reference), found(text, Compiled(Answers(tables), world.frame))) for text in HARD)
    return [(text, told, by_queries) for text, told, by_queries in pairs if told != by_queries]
