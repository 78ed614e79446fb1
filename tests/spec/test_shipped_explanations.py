"""For every indicator of both statements, at four dates, the steps of its calculation recount to its figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from indicator_engine import plugins
from indicator_engine.engine.explaining import explain, explain_records, explain_store, stories_of_store
from indicator_engine.engine.importing import import_rows
from indicator_engine.engine.packs import load_pack
from indicator_engine.engine.stores import intake_of_store
from indicator_engine.evaluation.aggregates import AGGREGATES, date_of, span
from indicator_engine.evaluation.answer import Question, workings
from indicator_engine.evaluation.stories import stories_of
from indicator_engine.evaluation.values import (
    ARITHMETIC,
    COMBINED,
    Members,
    Number,
    Selection,
    Unknown,
    compared,
    number,
    share,
)
from indicator_engine.language import nodes
from indicator_engine.rendering.explained import as_text, evaluated
from indicator_engine.store.intake import take_in
from indicator_engine.store.store import memory_store

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

PACKS = {
    "indicators/nottinghamshire/2009-10": ("2009-06-30", "2009-12-31", "2010-03-31", "2010-06-30"),
    "indicators/derbyshire/2008-09": ("2008-09-09", "2008-12-31", "2009-03-31", "2010-03-31"),
}
LOADED = {path: load_pack(f"{path}.toml") for path in PACKS}
EVERY = [
    pytest.param(path, one.id, as_of, id=f"{one.id}-{as_of}")
    for path, dates in PACKS.items()
    for _, one in LOADED[path].indicators()
    for as_of in dates
]


def rows(path):
    """The rows of a file."""
    source, address = plugins.load().source(path)
    return list(source.read(address))


DATA = {path: (rows(f"{path}.events.csv"), rows(f"{path}.register.csv")) for path in PACKS}


TAKEN = {path: take_in(*DATA[path], LOADED[path].schema) for path in PACKS}
RECORDS = {path: taken.records for path, taken in TAKEN.items()}


def recounted(step):
    """What a step comes to from the steps below it, counted anew; its own value where it is a leaf."""
    below = [recounted(one) for one in step.steps]
    again = AGAIN.get(type(step.node))
    if not below or not again or any(isinstance(one, Unknown) for one in below):
        return step.value
    return again(step, *below)


def members_counted(_, members):
    """A set, key by key."""
    sure, possible = len(list(members.yes)), len(list(members.possible))
    return number(sure, sure, possible + members.unnamed)


def records_counted(_, selection):
    """A selection, record by record."""
    return number(len(selection.yes), len(selection.yes), len(selection.yes) + len(selection.maybe))


def subjects_of(_, selection):
    """Whose records they are."""
    sure, open_ = (frozenset(one.subject for one in part) for part in (selection.yes, selection.maybe))
    return Members(sure, open_)


def shared(step, top, bottom):
    """One number as a share of another; the upper bound may know that one lies within the other."""
    parts = [members_counted(None, one) if isinstance(one, Members) else one for one in (top, bottom)]
    found = share(*parts)
    return Number(found.value, found.low, step.value.high) if isinstance(found, Number) else found


def filtered(step, source):
    """What was kept and what was dropped make up what there was."""
    given, kept = (len(one.all()) if isinstance(one, Selection) else len(one.possible) for one in (source, step.value))
    assert given == kept + step.dropped
    return step.value


def aggregated(node, selection):
    """An aggregate over the records of a selection."""
    pairs = [
        (one.day if node.values.attribute == "occurred_on" else one.version.attributes.get(node.values.attribute), sure)
        for one, sure in selection.all()
    ]
    if node.kind.name == "date":
        return date_of(node.function, pairs)
    return AGGREGATES[node.function]([span(value, 0, float("inf"), sure=sure) for value, sure in pairs])


AGAIN: dict[type, Callable[..., Any]] = {
    nodes.CountMembers: members_counted,
    nodes.CountRecords: records_counted,
    nodes.Exists: lambda _, selection: compared(">", records_counted(None, selection), number(0)),
    nodes.Combined: lambda step, left, right: COMBINED[step.node.operator](left, right),
    nodes.Arithmetic: lambda step, left, right: ARITHMETIC[step.node.operator](left, right),
    nodes.Subjects: subjects_of,
    nodes.Ratio: shared,
    nodes.Filter: filtered,
    nodes.At: lambda _, _day, operand: operand,
    nodes.Aggregate: lambda step, selection: aggregated(step.node, selection),
}
"""How each kind of step is counted anew."""


@pytest.mark.parametrize(("path", "name", "as_of"), EVERY)
def test_recounts(path, name, as_of):
    """Counted up from the records and the register, the tree gives the figure of the result."""
    found = explain_records(LOADED[path], name, TAKEN[path], as_of=as_of)
    (result,) = found.results
    shown = {part.id: part for part in result.parts} if found.indicator.parts else {name: result}

    for calculation in found.calculations:
        value = recounted(calculation.step)
        assert value == calculation.step.value
        if isinstance(value, Number):
            assert value.value == shown[calculation.id].value
        if isinstance(calculation.step.value, Selection):
            assert calculation.step.dropped is None


@pytest.mark.parametrize(("path", "name", "as_of"), EVERY)
def test_subjects(path, name, as_of):
    """For every organisation the story says what the result says."""
    statement, records = LOADED[path], RECORDS[path]
    question = Question(statement, records, date.fromisoformat(as_of))
    priority, indicator = next(pair for pair in statement.indicators() if pair[1].id == name)
    result = question.answer(indicator, priority.id)
    results = {part.id: part for part in result.parts} if indicator.parts else {name: result}
    subjects = sorted({*records.rows, *(version.subject for version in records.versions)})

    for working in workings(question, indicator):
        own = results[working.indicator.id]
        for story in stories_of(working, subjects):
            assert (story.subject in own.who) == (story.outcome == "counted")
            assert own.why_not.get(story.subject, "") == story.reason


@pytest.mark.parametrize("path", PACKS)
def test_story_through_the_public_api(path):
    """`explain` hands the same story out."""
    statement = LOADED[path]
    subject = min(RECORDS[path].rows)
    name = next(one.id for _, one in statement.indicators() if one.stages)
    found = explain(statement, name, *DATA[path], as_of=PACKS[path][2], subject=subject)

    story = found.subject_story
    assert story
    assert subject == story.subject
    assert found.results[name].why_not.get(subject, "") == story.reason


@pytest.mark.parametrize("path", PACKS)
def test_a_store_explains_the_same(path):
    """What is read of a store for one figure, or for one organisation, tells what all its records tell."""
    statement, as_of = LOADED[path], PACKS[path][2]
    with memory_store() as store:
        import_rows(store, statement, f"{path}.register.csv", register=True, recorded_at=datetime(2005, 1, 1))  # noqa: DTZ001
        import_rows(store, statement, f"{path}.events.csv")
        taken = intake_of_store(statement, store)
        for name in [one.id for _, one in statement.indicators()][::3]:
            subject = min(taken.records.rows)
            every = explain_records(statement, name, taken, as_of=as_of, subject=subject)
            some = explain_store(statement, store, name, as_of=as_of, subject=subject)

            assert every.results.results == some.results.results
            assert [one.step.to_dict() for one in every.calculations] == [
                one.step.to_dict() for one in some.calculations
            ]
            assert every.stories == some.stories
            assert every.stories == stories_of_store(statement, store, name, subject, as_of=as_of).stories
            assert some.results.provenance.ledger == store.imports()[-1].running


@pytest.mark.parametrize("path", PACKS)
def test_queries_explain_the_same(path):
    """How a figure came about is told of a large store, by queries, as from its records: to the letter, and as JSON."""
    statement, as_of = LOADED[path], PACKS[path][2]
    with memory_store() as store:
        import_rows(store, statement, f"{path}.register.csv", register=True, recorded_at=datetime(2005, 1, 1))  # noqa: DTZ001
        import_rows(store, statement, f"{path}.events.csv")
        for name in [one.id for _, one in statement.indicators()][1::4]:
            by_queries, by_records = (
                explain_store(statement, store, name, as_of=as_of, evaluator=one) for one in ("compiled", "reference")
            )
            assert {**by_queries.to_dict(), "left": []} == by_records.to_dict()
            plain = replace(by_queries, left=())
            assert as_text(evaluated(plain)) == as_text(evaluated(by_records))
