from indicator_engine.definitions.checks.tbc_owed_by_nobody import CODE as NOBODY
from indicator_engine.definitions.checks.tbc_owed_late import CODE as LATE

PART = """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = {{ at_least = "TBC", {rest} }}
due = "{due}"
"""


def test_owed_after_the_year(told):
    """A number owed after its time is over comes too late."""
    rest = 'owed_by = "Steering Group", owed_on = 2010-04-01'
    found = told(LATE.code, PART.format(rest=rest, due="by December 2009"))

    fact = "the number is owed on 1 April 2010, and the time it is for ends on 31 March 2010"
    assert [("warning", fact, "2010-04-01")] == found


def test_owed_within_the_year(told):
    """A number owed by the last day of the period may still be of use."""
    rest = 'owed_by = "Steering Group", owed_on = 2010-03-31'

    assert [] == told(LATE.code, PART.format(rest=rest, due="by December 2009"))


def test_owed_within_a_longer_time(told):
    """A target due after the period leaves more time for its number."""
    rest = 'owed_by = "Steering Group", owed_on = 2010-04-01'

    assert [] == told(LATE.code, PART.format(rest=rest, due="by December 2010"))


def test_owed_by_nobody(told):
    """A bare TBC says neither who owes the number nor by when."""
    found = told(NOBODY.code, """
        measure = "ratio(members & organisations(pledge), members)"
        better = "higher"
        target = "TBC"
    """)  # fmt: skip

    fact = "this number is still to be confirmed, and it is not said by whom or by when"
    assert [("warning", fact, '"TBC"')] == found


def test_owed_without_a_day(told):
    """Half of it is not enough."""
    found = told(NOBODY.code, PART.format(rest='owed_by = "Steering Group"', due="by March 2010"))

    assert ["this number is still to be confirmed, and it is not said by when"] == [t.message for t in found]


def test_owed_by_somebody(told):
    """A TBC with an owner and a day is in order."""
    rest = 'owed_by = "Steering Group", owed_on = 2009-09-30'

    assert [] == told(NOBODY.code, PART.format(rest=rest, due="by March 2010"))


def test_a_number_that_has_been_given_since(told):
    """A TBC that a later version has replaced is history."""
    found = told(NOBODY.code, """
        measure = "ratio(members & organisations(pledge), members)"
        better = "higher"
        target = ["TBC", { at_least = "40%", known_from = 2010-02-10 }]
    """)  # fmt: skip

    assert [] == found
