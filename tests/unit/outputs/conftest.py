"""Results of a small statement, for every output to show."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import Indicator, Priority, Statement, Target
from indicator_engine.evaluation.results import Provenances, Result, Results, Trend, Undecided
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period
from indicator_engine.problems import Location, Problem

DUE = Due(date(2010, 3, 31), "by March 2010")


@pytest.fixture
def pledges():
    """An indicator missed by three."""
    return Result(
        "pledges",
        "skills",
        "missed",
        statement="20 Compact member organisations to commit to the Pledge by March 2010",
        value=Fraction(17),
        unit="count",
        bounds=(Fraction(17), Fraction(20)),
        target=Target(value=Fraction(20)),
        target_value=Fraction(20),
        due=DUE,
        evaluated_on=date(2010, 3, 31),
        needed=Fraction(3),
        flags=("to_be_reviewed",),
        trend=Trend("down", Fraction(-2), date(2009, 12, 31)),
        who=("N1", "N2"),
        why_not={"N3": "no pledge by 31 March 2010"},
        undecided=(Undecided("N4", "E9", "stage not known"),),
        assumptions=("a pledge of any stage counts",),
        expression="count(members & organisations(pledge))",
        says="the number of members with a pledge",
        defined_at=Location("p.toml", 4, 1),
        better="higher",
    )


@pytest.fixture
def matrix():
    """A compound indicator with a share and a deliverable."""
    share = Result(
        "updated",
        "jobs",
        "met",
        statement="updated quarterly",
        value=Fraction(9, 17),
        numerator=Fraction(9),
        denominator=Fraction(17),
        unit="ratio",
        target=Target(value=Fraction(1, 2), unit="ratio"),
        target_value=Fraction(1, 2),
        due=DUE,
    )
    claimed = Result("shared", "jobs", "missed", value=False, target=Target(delivered=True), flags=("claimed",))
    return Result(
        "matrix",
        "jobs",
        "missed",
        label="Employment matrix",
        statement="Establish a matrix",
        kind="compound",
        value=Fraction(1),
        unit="count",
        needed=Fraction(1),
        parts=(share, claimed),
    )


@pytest.fixture
def results(pledges, matrix):
    """Results of two priorities."""
    priorities = (
        Priority(
            "skills", "Support the Skills Pledge", "1", outcomes=("More skills",), indicators=(Indicator("pledges"),)
        ),
        Priority("jobs", "Employment", "4", indicators=(Indicator("matrix", require=2),)),
    )
    period = Period(date(2009, 4, 1), date(2010, 3, 31), "09-10")
    statement = Statement("s", "Statement of Priorities", period, NEUTRAL, Schema(), priorities=priorities)
    return Results(
        statement,
        date(2010, 3, 31),
        None,
        (pledges, matrix),
        Provenances("3f" * 32, "9c" * 32, "0.1.0", (("rutland", "2"),)),
        (Problem("IE306", "N77 is not in the register", "", "warning", Location("e.csv", 2, 1)),),
        ("the period is 1 April 2009 to 31 March 2010",),
    )
