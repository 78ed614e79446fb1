"""On which days a measure can move: every other day gives what the day before gave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.helpers import event, pack

from indicator_engine import evaluate
from indicator_engine.evaluation.measures import moves_unseen, moving_days
from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.language.elaborate import elaborate
from indicator_engine.periods import Period
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER

YEAR = Period(date(2009, 4, 1), date(2010, 3, 31))
DAYS = [date(2008, 10, 1) + timedelta(days=number) for number in range(600)]
PACK = """
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[subject.attributes]
seated_from = { type = "date" }
seated_to = { type = "date" }

[event.pledge]
attributes.until = { type = "date" }

[population.everybody]
label = "everybody"

[population.seated]
label = "seated"
from = "seated_from"
to = "seated_to"

[population.settled]
label = "settled"
where = "as_of >= shift(seated_from, years=1)"
"""
EVENTS = [
    event("pledge", "A", "2009-06-10", until="2009-08-15"),
    event("pledge", "B", "2009-07-01", until=None),
    event("pledge", "C", "2009-11-30", until="2010-02-28"),
]
REGISTER: list[dict[str, Any]] = [
    {"organisation": "A", "seated_from": "2007-08-31", "seated_to": "2009-12-24"},
    {"organisation": "B", "seated_from": "2008-02-29", "seated_to": None},
    {"organisation": "C", "seated_from": "2009-05-05", "seated_to": "2009-05-06"},
    {"organisation": "D", "seated_from": None, "seated_to": None},
]
TOLD = [
    "count(everybody[as_of >= shift(seated_from, years=2, days=-1)])",
    "count(everybody[coalesce(seated_to, as_of) > shift(seated_from, months=12)])",
    "count(everybody[as_of == seated_to])",
    "count(everybody[as_of != seated_to or as_of < seated_from])",
    "count(pledge[until <= as_of])",
    "count(pledge[shift(occurred_on, months=2) < as_of and as_of <= coalesce(until, date('2009-12-31'))])",
    "count(everybody[exists(pledge[as_of >= shift(occurred_on, days=40)])])",
    "ratio(seated, everybody)",
    "count(organisations(pledge) - everybody[as_of > date('2009-09-30')])",
    "count(everybody & settled)",
]
UNSEEN = [
    "count(everybody[days(seated_from, as_of) >= 700])",
    "count(pledge[occurred_on >= shift(as_of, months=-2)])",
    "count(pledge[as_of >= shift(shift(occurred_on, months=1), days=3)])",
    "count(pledge[recorded_on < as_of])",
    "count(everybody[as_of <= due])",
]


@pytest.fixture(scope="module")
def schema():
    """A register with dates, a type of events with one, and populations that hang on dates."""
    return pack(PACK).schema


@pytest.fixture(scope="module")
def evaluator(schema):
    """What evaluates over the rows."""
    taken = take_in(rows_of(EVENTS, "events"), rows_of(REGISTER, "register"), schema)
    assert [] == [problem for problem in taken.problems if problem.severity == "error"]
    return Reference(schema, taken.records, Frame(due=date(2010, 1, 31)))


def read(text, schema):
    """The tree of an expression."""
    found = elaborate(text, schema)
    assert () == found.problems
    return found.node


@pytest.mark.parametrize("text", TOLD)
def test_moves_on_days_that_dates_tell(text, schema, evaluator):
    """Between the days named, a measure stays what it was; and it does move within the two years."""
    measure = read(text, schema)
    assert not moves_unseen(measure, schema)
    named = set(moving_days(measure, evaluator, FOREVER))
    values = {day: evaluator.value(measure, Moment(day, FOREVER, YEAR)) for day in DAYS}
    moved = {day for day in DAYS[1:] if values[day] != values[day - timedelta(days=1)]}

    assert moved
    assert set() == moved - named
    assert len(named & set(DAYS)) < len(DAYS) / 4


@pytest.mark.parametrize("text", UNSEEN)
def test_moves_on_other_days(text, schema):
    """Where the day is reckoned with in any other way, every day has to be looked at."""
    assert moves_unseen(read(text, schema), schema)


def test_lost_on_a_day_that_is_reckoned():
    """A target met until a day that only a shifted date tells is found to have been met and lost."""
    text = f"""{PACK}
[[priority]]
id = "seats"
title = "Seats"
[[priority.indicator]]
id = "one"
measure = "count(everybody[as_of < shift(seated_from, years=2, days=-1)])"
better = "higher"
target = {{ at_least = 2 }}
"""
    found = evaluate(pack(text), EVENTS, REGISTER[:3], as_of="2010-03-31")

    assert ["met_then_lost"] == [one.verdict for one in found]
