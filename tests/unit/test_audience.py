"""The edition for the public: no names, no small counts, and nothing that tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from indicator_engine import plugins
from indicator_engine.conventions import NEUTRAL
from indicator_engine.definitions.model import Indicator, Priority, Statement, Target
from indicator_engine.evaluation.results import Listed, Provenances, Result, Results, Trend, Undecided
from indicator_engine.hookspecs import Page
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period
from indicator_engine.problems import Location, Problem
from indicator_engine.rendering.audience import published

OUTPUTS = plugins.load(installed=False).outputs
FORMS = ["table", "markdown", "csv", "csv-raw", "json", "html"]
PERIOD = Period(date(2009, 4, 1), date(2010, 3, 31), "09-10")


def edition(*found, smallest=5, **fields):
    """The public edition of some results."""
    convention = replace(NEUTRAL, smallest_published=smallest)
    priority = Priority("p", "Skills", indicators=tuple(Indicator(one.id) for one in found))
    statement = Statement("s", "Priorities", PERIOD, convention, Schema(), priorities=(priority,))
    return published(Results(statement, date(2010, 3, 31), None, found, Provenances("p", "d", "e"), **fields))


def counted(value, **fields):
    """A result that counts something, against a target of twenty."""
    target = Target(value=Fraction(20))
    given_fields = {"verdict": "missed", "target": target, "target_value": Fraction(20), "needed": 20 - Fraction(value)}
    return Result("a", "p", value=Fraction(value), unit="count", **{**given_fields, **fields})


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (1, None), (4, None), (5, 5), (17, 17)])
def test_small_counts_are_not_told(value, expected):
    """A count from one to four is unknown to the public; none and five are told."""
    (found,) = edition(counted(value))

    assert (expected, expected is None) == (found.value, found.unknown == ("small",))


def test_what_would_tell_a_small_count_is_not_told():
    """What is lacking, its bounds, its movement and its course go with a small figure."""
    trend = Trend("up", Fraction(1), date(2009, 12, 31))
    given_result = counted(3, trend=trend, bounds=(Fraction(3), Fraction(9)))
    found = edition(given_result, series={"a": ((date(2010, 3, 31), Fraction(3)),)})

    assert (None, None, None, {}) == (found["a"].needed, found["a"].bounds, found["a"].trend, found.series)


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"),
    [(9, 17, True), (2, 17, False), (15, 17, False), (0, 17, True), (17, 17, True), (1, 3, False)],
)
def test_shares_tell_no_small_count(numerator, denominator, told):
    """A share is told where neither those in it, nor those left out of it, nor all of them are few."""
    share = Result("a", "p", "met", value=Fraction(numerator, denominator), unit="ratio",
                   numerator=Fraction(numerator), denominator=Fraction(denominator))  # fmt: skip

    assert told == (edition(share)["a"].value is not None)


@pytest.mark.parametrize(("goal", "verdict"), [(20, "missed"), (3, "withheld"), (5, "withheld"), (6, "missed")])
def test_verdict_is_withheld_where_it_would_tell(goal, verdict):
    """A verdict by a target that is itself small would part one small figure from another."""
    found = counted(2, target=Target(value=Fraction(goal)), target_value=Fraction(goal))

    assert verdict == edition(found)["a"].verdict


def test_whole_is_withheld_with_its_part():
    """How many parts are met would tell the verdict that is withheld."""
    part = replace(counted(2), id="b", target_value=Fraction(2))
    whole = Result("a", "p", "met", kind="compound", value=Fraction(1), unit="count", parts=(part,))

    assert ("withheld", None) == (edition(whole)["a"].verdict, edition(whole)["a"].value)


def test_small_baseline_is_not_told():
    """A movement from a small figure keeps the figure and loses what it is measured from."""
    moved = counted(17, target=Target(relative="increase"), baseline=Fraction(3), target_value=Fraction(3))
    found = edition(moved)["a"]

    assert (17, None, None, None) == (found.value, found.baseline, found.target_value, found.needed)


@pytest.mark.parametrize(
    ("change", "bounds", "told"),
    [(5, (17, 30), (True, True)), (15, (17, 18), (False, False)), (17, (17, 17), (True, True))],
)
def test_movement_and_bounds(change, bounds, told):
    """A movement tells where it began, and bounds tell how many are undecided: either is told where that is not few."""
    trend = Trend("up", Fraction(change), date(2009, 12, 31))
    found = edition(counted(17, trend=trend, bounds=tuple(map(Fraction, bounds))))["a"]

    assert told == (found.trend is not None, found.bounds is not None)


def test_course_has_gaps_where_it_was_small():
    """Of a figure that is told today, the days on which it was small are left out."""
    days = [date(2009, month, 28) for month in (5, 6, 7)]
    course = tuple(zip(days, map(Fraction, (0, 3, 6)), strict=True))
    found = edition(counted(6), series={"a": course})

    assert [0, 6] == [value for _, value in found.series["a"]]


NAMED = "Quillingham"


@pytest.mark.parametrize("form", FORMS)
def test_no_form_names_anybody(form):
    """Those who count, those who do not, records, lists and remarks about the data name nobody in any form."""
    named = counted(
        17,
        who=(NAMED,),
        why_not={NAMED: f"{NAMED} left"},
        events=(NAMED,),
        undecided=(Undecided(NAMED, NAMED, NAMED),),
        none_arose=(NAMED,),
        listed=(Listed("open", (NAMED,)),),
        defined_at=Location(NAMED, 1, 1),
    )
    problem = Problem("IE306", f"{NAMED} is not in the register", f"mend {NAMED}", "warning", Location(NAMED, 1, 1))
    found = edition(named, problems=(problem, problem), names={NAMED: NAMED})

    assert NAMED not in OUTPUTS[form].render(found, Page(details=True)).decode()


def test_convention_may_publish_everything():
    """A county whose figures are nobody's secret tells them all."""
    assert 1 == edition(counted(1), smallest=1)["a"].value


def test_published_twice_is_published_once():
    """The public edition of a public edition is itself."""
    found = edition(counted(2), counted(17))

    assert found == published(found)
