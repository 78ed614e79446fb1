"""How a figure came about is told by queries as from the records: each step, who counted and why not, what is odd."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.drawing import DAYS, World, costly, populated
from tests.generative.test_compiled_agrees import instants
from tests.generative.test_reads import crowded_worlds, stored, working

from indicator_engine.definitions.model import Expression, Indicator
from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.answer import Working
from indicator_engine.evaluation.compiled import witness
from indicator_engine.evaluation.compiled.evaluator import Answers
from indicator_engine.evaluation.compiled.few import Page, tells_story
from indicator_engine.evaluation.compiled.ground import Ground
from indicator_engine.evaluation.compiled.teller import Teller
from indicator_engine.evaluation.reads import tells_by_own_events, types_read
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.stories import story_of
from indicator_engine.evaluation.tree import steps
from indicator_engine.language import nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store import recall
from indicator_engine.store.recall import Wanted
from indicator_engine.testing.strategies import ORGANISATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.database import Database
    from indicator_engine.store.records import Records

pytestmark = [pytest.mark.generative, pytest.mark.slow]

TOLD: Counter[str] = Counter()
"""What of the evidence was told by queries alone."""


@dataclass(frozen=True)
class FewOf:
    """Reads a few records of a database."""

    database: Database
    schema: Schema

    def of(self, subjects: Sequence[str], types: frozenset[str]) -> Records:
        """The records of some subjects, of some types."""
        return recall.records_of(self.database, self.schema, Wanted(types, tuple(subjects)), subjects)

    def listed(self, subjects: Sequence[str]) -> Records:
        """Their rows of the register."""
        return self.of(subjects, frozenset())


PLAIN = (
    "count(tender[viable])", "sum(training[hours >= 2].people)", "count(organisations(tender[viable and included]))",
    "count(members & organisations(tender[definitely(viable)]) - organisations(tender[not included]))",
    "every(training[hours >= 2], people >= 1)", "count(distinct(training.participant))",
    "ratio(members[size >= 2], members)", "count(everyone[signed and definitely(size >= 1)])",
    "count(latest(tender)[viable]) + count(tender[viable and price >= 100])",
    "change(count(organisations(tender[viable])), period_start)", "count(at(period_start, members[size >= 2]))",
    "coalesce(mean(training[hours >= 2].people), count(tender[viable]))",
)  # fmt: skip
"""Measures in which much is not known."""


WITHIN = (
    "count(everyone[count(distinct(training[hours >= 2].participant)) >= 1])",
    "count(everyone[sum(training[hours >= 2].people) >= 2 and size >= 1])",
    "ratio(members[exists(tender[viable and included])], members)",
    "count(everyone[every(tender[definitely(viable)], included)])",
    "count(everyone[every(in_period(tender), included)])",
    "count(everyone[exists(latest(training)[occurred_on <= joined_on and hours >= 2]) or definitely(signed)])",
    "count(everyone[at(period_start, exists(tender[viable]))])",
    "count(everyone[at(joined_on, exists(tender[viable]))])",
    "count(everyone[organisation in at(joined_on, organisations(tender[viable]))])",
    "sum(training[occurred_on >= surveyed_on].people)",
    "count(everyone & organisations(tender[occurred_on >= surveyed_on and included]))",
    "count(tender[viable and organisation in at(occurred_on, organisations(training[hours >= 2]))])",
    "count(tender[organisation in at(occurred_on, organisations(in_force(contract[partner in members])))])",
    "count(organisations(training[organisation in at(held_on, organisations(tender)) and definitely(hours >= 2)]))",
)  # fmt: skip
"""Measures in whose conditions much is not known."""

OF_OTHERS = (
    "count(everyone & organisations(contract[partner in members]))",
    "count(organisations(contract[partner in organisations(tender[viable])]))",
    "count(organisations(contract[partner in at(occurred_on, members)]) - organisations(tender[viable]))",
    "count(organisations(contract[partner in organisations(contract[partner in public_bodies])]))",
    "count(everyone[exists(contract[partner in organisations(tender[viable])])])",
    "count(at(surveyed_on, everyone & organisations(tender[viable])))",
    "ratio(everyone & organisations(training[occurred_on >= surveyed_on]), everyone)",
    "count(everyone[count(tender[viable]) >= count(members)])", "count(training[hours >= mean(training.hours)])",
    "count(organisations(tender[organisation in at(occurred_on, organisations(contract[partner in everyone]))]))",
)  # fmt: skip
"""Measures of which the records of others decide who counts."""


@st.composite
def open_worlds(draw: st.DrawFn, texts: tuple[str, ...] = PLAIN) -> World:
    """A world of one of some measures, of whose events much is not known."""
    world = draw(crowded_worlds())
    subject = world.schema.subject
    text = (
        draw(st.sampled_from(texts)).replace("organisations", subject.plural).replace("organisation", subject.singular)
    )
    tree = elaborate(text, world.schema).node
    (events, register), (more, _) = (draw(populated(world.schema, [tree], 24)) for _ in range(2))
    events += [{**row, "event_id": f"more-{row['event_id']}"} if "event_id" in row else row for row in more]
    return replace(world, tree=tree, events=events, register=register, as_of=max(DAYS))


def looks_within(measure: Node) -> bool:
    """Whether something may be noted within a condition."""
    conditions = [node.condition for node in nodes.walk(measure) if isinstance(node, nodes.Filter | nodes.Every)]
    noted = (nodes.Filter, nodes.Every, nodes.Aggregate, nodes.Distinct)
    return any(isinstance(node, noted) for condition in conditions for node in nodes.walk(condition))


@settings(costly, max_examples=max(costly.max_examples * 5 // 8, 1))
@given(
    st.data(),
    open_worlds() | open_worlds(WITHIN) | open_worlds(OF_OTHERS) | open_worlds(OF_OTHERS) | crowded_worlds(),
    st.none() | st.tuples(st.sampled_from(ORGANISATIONS), st.just("ashfield")),
)
def test_told_by_queries_as_from_the_records(data: st.DataObject, world: World, alias: tuple[str, str] | None):
    """The same tree, the same evidence in the same order, the same oddities."""
    alias = alias if alias and alias[0] != alias[1] else None
    database, schema = stored(world, alias), world.schema
    measure = working(world, world.records).node
    moment = replace(world.moment, known_at=data.draw(st.just(world.known_at) | instants(world)))
    types = types_read([Indicator("one", measure=Expression("", measure))], schema)
    read = recall.intake(database, schema, wanted=Wanted(types))
    reference, ground = Reference(schema, read.records, world.frame), Ground(database, schema)
    by_records = Reference(schema, read.records, world.frame)
    teller = Teller(Answers(ground), world.frame, lambda: by_records)

    tree, same_tree = (steps(measure, one, moment) for one in (reference, teller))
    assert list(tree.lines()) == list(same_tree.lines())
    assert tree.to_dict() == same_tree.to_dict()
    assert reference.standing_counts(types, moment.known_at) == teller.standing_counts(types, moment.known_at)

    fresh = Reference(schema, read.records, world.frame)
    fresh.value(measure, moment)
    expected = evidence.sought(measure, fresh, moment)
    asked = Teller(teller.answers, world.frame, lambda: by_records)
    asked.answers.left.clear()
    asked.value(measure, moment)
    found = witness.sought(measure, asked, moment, FewOf(database, schema))
    assert list(found.who) == list(expected.who)
    assert dict(found.why_not) == dict(expected.why_not)
    assert list(found.events) == list(expected.events)
    assert list(found.undecided) == list(expected.undecided)
    assert list(found.none_arose) == list(expected.none_arose)
    by_queries, others = not asked.answers.left, not tells_by_own_events(measure, schema)
    TOLD["by records"] += not by_queries
    TOLD["by queries"] += by_queries
    TOLD["undecided by queries"] += by_queries and bool(found.undecided)
    TOLD["undecided within conditions"] += by_queries and bool(found.undecided) and looks_within(measure)
    TOLD["reasons that rest on others"] += by_queries and bool(found.why_not) and others
    if tells_story(measure, asked, moment):
        few = FewOf(database, schema)
        for subject in ORGANISATIONS[:3]:
            page = Page(asked, few, few.of((subject,), types))
            alone = Working(Indicator("one"), measure, page.alone(subject), moment)
            story = story_of(replace(alone, reference=fresh), subject)
            assert story_of(alone, subject) == story
            TOLD["stories that rest on others"] += others and story.outcome == "not_counted"

    wanted = Wanted(types, tuple(ground.strangers(types)), picked=ground.moved(types))
    odd = recall.intake(database, schema, wanted=wanted, said=ground.said(types))
    assert list(odd.problems) == list(read.problems)
    ground.close()


def test_most_was_told_by_queries():
    """The law was about something: most was told by queries, and much of it hangs together."""
    told = TOLD["by queries"] + TOLD["by records"]
    assert TOLD["by queries"] > 0.6 * told, TOLD
    assert TOLD["undecided by queries"] > 0.12 * told, TOLD
    assert TOLD["undecided within conditions"] > 0.02 * told, TOLD
    assert TOLD["reasons that rest on others"] > 0.02 * told, TOLD
    assert TOLD["stories that rest on others"] > 0.02 * told, TOLD
