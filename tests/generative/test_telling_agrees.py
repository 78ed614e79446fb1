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
from indicator_engine.evaluation.compiled import witness
from indicator_engine.evaluation.compiled.evaluator import Answers
from indicator_engine.evaluation.compiled.ground import Ground
from indicator_engine.evaluation.compiled.teller import Teller
from indicator_engine.evaluation.reads import types_read
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.tree import steps
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store import recall
from indicator_engine.store.recall import Wanted
from indicator_engine.testing.strategies import ORGANISATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@st.composite
def open_worlds(draw: st.DrawFn) -> World:
    """A world of a plain measure, of whose events much is not known."""
    world = draw(crowded_worlds())
    text = draw(st.sampled_from(PLAIN)).replace("organisations", world.schema.subject.plural)
    tree = elaborate(text, world.schema).node
    events, register = draw(populated(world.schema, [tree], 16))
    return replace(world, tree=tree, events=events, register=register, as_of=DAYS[-1])


@settings(costly, max_examples=max(costly.max_examples * 5 // 8, 1))
@given(
    st.data(),
    open_worlds() | crowded_worlds(),
    st.none() | st.tuples(st.sampled_from(ORGANISATIONS), st.just("ashfield")),
)
def test_told_by_queries_as_from_the_records(data: st.DataObject, world: World, alias: tuple[str, str] | None):
    """The same tree, the same evidence in the same order, the same oddities."""
    alias = alias if alias and alias[0] != alias[1] else None
    database, schema = stored(world, alias), world.schema
    measure = working(world, world.records).node
    moment = replace(world.moment, known_at=data.draw(instants(world)))
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
    TOLD["by records"] += bool(asked.answers.left)
    TOLD["by queries"] += not asked.answers.left
    TOLD["undecided by queries"] += bool(found.undecided) and not asked.answers.left

    wanted = Wanted(types, tuple(ground.strangers(types)), picked=ground.moved(types))
    odd = recall.intake(database, schema, wanted=wanted, said=ground.said(types))
    assert list(odd.problems) == list(read.problems)
    ground.close()


def test_most_was_told_by_queries():
    """The law was about something."""
    assert TOLD["by queries"] > 0.5 * (TOLD["by queries"] + TOLD["by records"]), TOLD
    assert TOLD["undecided by queries"] > 0, TOLD
