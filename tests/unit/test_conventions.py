"""What a county decides: how its phrases, years and references read, how verdicts look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from indicator_engine.conventions import NEUTRAL, VERDICTS, Convention, Due, DueReading, Status, split_references
from indicator_engine.periods import Period

YEAR = Period(date(2009, 4, 1), date(2010, 3, 31))
DAY_BEFORE = DueReading(by_month="day_before")
STRICT = DueReading(before_end="strict")


def county(reading: DueReading) -> Convention:
    return replace(NEUTRAL, due_reading=reading)


@pytest.mark.parametrize(
    ("phrase", "expected", "by_day_before", "strictly"),
    [
        ("by March 2010", "2010-03-31", "2010-02-28", None),
        ("By MARCH 2010", "2010-03-31", "2010-02-28", None),
        ("by December 2009", "2009-12-31", "2009-11-30", None),
        ("by February 2008", "2008-02-29", "2008-01-31", None),
        ("by the end of March 2010", "2010-03-31", None, None),
        ("by end of March 2010", "2010-03-31", None, None),
        ("by end March 2010", "2010-03-31", None, None),
        ("at the end of March 2010", "2010-03-31", None, None),
        ("before the end of March 2010", "2010-03-31", None, "2010-03-30"),
        ("before end of March 2010", "2010-03-31", None, "2010-03-30"),
        ("to be recorded before the end of March 2009", "2009-03-31", None, "2009-03-30"),
        ("to be held before the end of March 2009", "2009-03-31", None, "2009-03-30"),
        ("before March 2010", "2010-02-28", None, None),
        ("before March 2008", "2008-02-29", None, None),
        ("on or before 31 March 2010", "2010-03-31", None, None),
        ("by 31 March 2010", "2010-03-31", None, None),
        ("by 2010-03-31", "2010-03-31", None, None),
        ("before 31 March 2010", "2010-03-30", None, None),
        ("until 31 March 2010", "2010-03-31", None, None),
        ("in March 2010", "2010-03-31", None, None),
        ("during 2009-10", "2010-03-31", None, None),
        ("by 2010-11", "2011-03-31", "2010-03-31", None),
        ("by the end of the year", "2010-03-31", None, None),
        ("by the end of the financial year", "2010-03-31", None, None),
        ("during the year", "2010-03-31", None, None),
        ("2010-03-31", "2010-03-31", None, None),
        ("31 March 2010", "2010-03-31", None, None),
    ],
)
def test_a_due_phrase_is_the_last_day_that_counts(
    phrase: str, expected: str, by_day_before: str | None, strictly: str | None
):
    """Each phrase in the neutral reading, and in the two others, which differ only where it says so."""
    found = [county(reading).due(phrase, YEAR) for reading in (DueReading(), DAY_BEFORE, STRICT)]
    days = [each.day.isoformat() if each else None for each in found]
    assert [expected, by_day_before or expected, strictly or expected] == days
    assert [phrase] * 3 == [each.phrase for each in found if each]


@pytest.mark.parametrize(
    "phrase",
    ["soon", "by spring", "March", "by March", "by 31/03/2010", "within a year", "", "by 09-11", "after March 2010"],
)
def test_a_phrase_that_is_not_understood_is_not_guessed(phrase: str):
    """No day is made up."""
    assert NEUTRAL.due(phrase, YEAR) is None


def test_the_year_of_a_statement_of_several_is_none_of_them():
    """It was taken for the last; the period is the period, and a year that is named is that year."""
    three = Period(date(2026, 4, 1), date(2029, 3, 31))
    phrases = (
        "by the end of the financial year",
        "during the year",
        "by the end of the period",
        "by the end of 2026-27",
    )
    found = [NEUTRAL.due(phrase, three) for phrase in phrases]
    assert [None, None, date(2029, 3, 31), date(2027, 3, 31)] == [one and one.day for one in found]


@pytest.mark.parametrize(
    ("phrase", "basis"),
    [
        ("to be recorded before the end of March 2009", "recorded"),
        ("recorded by March 2009", "recorded"),
        ("to be held before the end of March 2009", None),
        ("by March 2009", None),
    ],
)
def test_to_be_recorded_makes_the_recording_count(phrase: str, basis: str | None):
    """Unless the county takes it for a manner of speaking."""
    found, manner = (county(reading).due(phrase, YEAR) for reading in (DueReading(), DueReading(recorded_counts=False)))
    assert found
    assert manner
    assert (basis, None) == (found.basis, manner.basis)


def test_a_target_without_a_date_is_due_at_the_years_end():
    """It inherits the deadline, and says so; or there is none, if the county has it so."""
    assert Due(YEAR.end, "", inherited=True) == NEUTRAL.inherited_due(YEAR)
    assert replace(NEUTRAL, default_due="none").inherited_due(YEAR) is None


def test_a_year_begins_where_the_county_says():
    """April in the neutral reading; a school year in September."""
    assert [date(2009, 4, 1), date(2009, 9, 1)] == [
        found.start for each in (NEUTRAL, replace(NEUTRAL, year_start=(9, 1))) if (found := each.period("09-10"))
    ]
    assert NEUTRAL.period("next year") is None


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("1,2,3 and 4", ("1", "2", "3", "4")),
        ("1, 3, 4 and 5", ("1", "3", "4", "5")),
        ("2", ("2",)),
        ("2.1 & 2.4", ("2.1", "2.4")),
        ("1; 2.", ("1", "2")),
        ("all of them", None),
        ("", None),
        ("1 to 4", None),
    ],
)
def test_references_are_taken_out_of_prose(prose: str, expected: tuple[str, ...] | None):
    """A list of numbers, however its parts are joined; nothing else."""
    assert expected == split_references(prose)


def test_every_verdict_has_a_look():
    """Each has a light, a word and a symbol, in the order of reports."""
    assert [*VERDICTS, "withheld"] == list(NEUTRAL.statuses)
    assert all(isinstance(NEUTRAL.status(verdict), Status) for verdict in VERDICTS)


@pytest.mark.parametrize(
    ("behind_by", "light"), [(None, "amber"), ("0.1", "amber"), ("0.1000001", "red"), ("0", "amber")]
)
def test_behind_is_amber_within_the_tolerance_and_red_beyond_it(behind_by: str | None, light: str):
    """A tenth behind is just within a tolerance of a tenth."""
    tolerant = replace(NEUTRAL, tolerance=Fraction(1, 10))
    found = tolerant.status("behind", behind_by=None if behind_by is None else Fraction(behind_by))
    assert (light, "Behind", "▲") == (found.light, found.word, found.symbol)


def test_a_county_may_say_verdicts_in_its_own_words():
    """What it leaves out looks as in the neutral convention."""
    own = replace(NEUTRAL, statuses={"met": Status("green", "Achieved", "✔")})
    assert ["Achieved", "Missed"] == [own.status(verdict).word for verdict in ("met", "missed")]
