from indicator_engine.definitions.checks.review_by_nobody import CODE as NOBODY
from indicator_engine.definitions.checks.review_late import CODE as LATE

PART = """
measure = "count(pledge)"
better = "higher"
target = {{ at_least = 4, {rest} }}
due = "by December 2009"
"""


def test_reviewed_after_the_deadline(told):
    """A review after the deadline could only change the past."""
    found = told(LATE.code, PART.format(rest='reviewed_by = "Board", review_on = 2010-01-01'))

    fact = "the review is on 1 January 2010, and the target is due on 31 December 2009"
    assert [("warning", fact, "2010-01-01")] == found


def test_reviewed_in_time(told):
    """A review on the last day is in time."""
    assert [] == told(LATE.code, PART.format(rest='reviewed_by = "Board", review_on = 2009-12-31'))


def test_reviewed_by_nobody(told):
    """A review without a reviewer or a day is noted."""
    found = told(NOBODY.code, PART.format(rest="to_be_reviewed = true"))

    fact = "this target is to be reviewed, but it is not said by whom or when"
    assert [("note", fact, "{ at_least = 4, to_be_reviewed = true }")] == found


def test_reviewed_by_somebody(told):
    """A review with both is in order, and so is a target that is not to be reviewed."""
    assert [] == told(NOBODY.code, PART.format(rest='reviewed_by = "Board", review_on = 2009-12-31'))
    assert [] == told(NOBODY.code, PART.format(rest='set_by = "Board"'))
