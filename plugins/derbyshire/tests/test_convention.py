"""Derbyshire's words, years, phrases and rules."""

from dataclasses import replace
from datetime import date

import pytest

from indicator_engine import DueReading, plugins
from indicator_engine.periods import Period
from indicator_engine_derbyshire import CONVENTION, read_provenance

YEAR = Period(date(2008, 4, 1), date(2009, 3, 31), "2008-09")

PLEDGES = (
    "A target of 10 additional Skills Pledges from the Public Sector in Derbyshire to be recorded before the end of "
    "March 2009 was set in early September 2008 by the Skills Pledge Task Group. Ratified by Steering Group at their "
    "September meeting."
)
TNAS = "The TNAs to have specific reference to … (Target set by the Steering Group at their September meeting)"
EVENTS = "… to be held before the end of March 2009 set by the Steering Group at their September meeting."


def test_it_is_registered_by_its_entry_point():
    """An installed plugin is found without being named."""
    assert CONVENTION.title == plugins.load().conventions["derbyshire"].title


def test_a_year_label_is_a_financial_year():
    """“2008-09” is 1 April 2008 to 31 March 2009."""
    found = CONVENTION.period("2008-09")
    assert found is not None
    assert (YEAR.start, YEAR.end) == (found.start, found.end)


@pytest.mark.parametrize(
    ("phrase", "basis"),
    [
        ("before the end of March 2009", None),
        ("to be held before the end of March 2009", None),
        ("to be recorded before the end of March 2009", "recorded"),
    ],
)
def test_before_the_end_includes_the_last_day(phrase, basis):
    """The last day of March is in time; what is to be recorded counts by the day of recording."""
    found = CONVENTION.due(phrase, YEAR)
    assert found is not None
    assert (date(2009, 3, 31), basis) == (found.day, found.basis)


def test_the_strict_reading_is_one_field_away():
    """Read strictly, “before the end of March” is over on 30 March."""
    strict = replace(CONVENTION, due_reading=DueReading(before_end="strict"))
    found = strict.due("before the end of March 2009", YEAR)
    assert found is not None
    assert date(2009, 3, 30) == found.day


def test_who_set_a_target_is_read_from_its_words():
    """Set, then ratified: each by whom, and when as far as it is known."""
    found = read_provenance(PLEDGES, YEAR)
    assert found is not None
    assert ("Skills Pledge Task Group", "Steering Group") == (found.set_by, found.ratified_by)
    assert found.set_on is not None
    assert found.ratified_on is not None
    assert (date(2008, 9, 1), date(2008, 9, 10)) == (found.set_on.earliest, found.set_on.latest)
    assert (date(2008, 9, 1), date(2008, 9, 30)) == (found.ratified_on.earliest, found.ratified_on.latest)


@pytest.mark.parametrize("words", [TNAS, EVENTS])
def test_a_meeting_named_by_its_month_is_the_one_of_the_year(words):
    """“their September meeting” is some day of September 2008; nothing is said of a ratification."""
    found = read_provenance(words, YEAR)
    assert found is not None
    assert found.set_on is not None
    expected = ("Steering Group", date(2008, 9, 30), "", None)
    assert expected == (found.set_by, found.set_on.latest, found.ratified_by, found.ratified_on)


def test_a_meeting_early_in_the_next_year_is_found():
    """A February meeting of 2008-09 was in 2009."""
    found = read_provenance("set by the Steering Group at their February meeting.", YEAR)
    assert found is not None
    assert found.set_on is not None
    assert date(2009, 2, 28) == found.set_on.latest


def test_words_that_name_nobody_give_nothing():
    """Nothing is made up where the words do not say who set a target."""
    assert read_provenance("6 completed organisational TNAs", YEAR) is None


def test_references_are_read_from_prose():
    """“1,2,3 and 4” are four aims."""
    assert ("1", "2", "3", "4") == CONVENTION.read_references("1,2,3 and 4")
