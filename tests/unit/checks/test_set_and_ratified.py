from indicator_engine.definitions.checks.ratified_before_set import CODE as RATIFIED
from indicator_engine.definitions.checks.set_after_due import CODE as SET

PART = """
measure = "count(pledge)"
better = "higher"
target = {{ at_least = 10, {rest} }}
due = "by September 2009"
"""


def test_set_after_the_deadline(told):
    """A target set after its deadline is an error."""
    found = told(SET.code, PART.format(rest="set_on = 2009-10-01"))

    assert [
        ("error", "the target was set on 1 October 2009, and it is due on 30 September 2009", "2009-10-01")
    ] == found


def test_set_perhaps_after_the_deadline(told):
    """A date known only roughly is an error only where all of it is too late."""
    assert [] == told(SET.code, PART.format(rest='set_on = "September 2009"'))
    assert [] == told(SET.code, PART.format(rest="set_on = 2009-09-30"))
    assert [
        "the target was set in October 2009, and it is due on 30 September 2009"
    ] == [t.message for t in told(SET.code, PART.format(rest='set_on = "October 2009"'))]  # fmt: skip


def test_revised_after_the_deadline(told):
    """A later version may be decided after the deadline; that is a warning."""
    found = told(SET.code, """
        measure = "count(pledge)"
        better = "higher"
        target = [{ at_least = 10 }, { at_least = 8, known_from = 2009-11-01, set_on = 2009-11-01 }]
        due = "by September 2009"
    """)  # fmt: skip

    assert ["warning"] == [t.severity for t in found]


def test_ratified_before_it_was_set(told):
    """A ratification before the setting is an error."""
    found = told(RATIFIED.code, PART.format(rest="set_on = 2009-09-05, ratified_on = 2009-05-09"))

    fact = "this was ratified on 9 May 2009, before it was set on 5 September 2009"
    assert [("error", fact, "2009-05-09")] == found


def test_ratified_perhaps_before_it_was_set(told):
    """Both may have happened in one month, in either order."""
    found = told(RATIFIED.code, PART.format(rest='set_on = "late September 2009", ratified_on = "September 2009"'))

    assert [] == found


def test_a_deemed_size_ratified_before_it_was_set(told):
    """Deemed sizes are ratified in the same order."""
    found = told(RATIFIED.code, """
        measure = "count(members & organisations(pledge))"

        [population.members]
        deemed = { size = 50, set_on = 2009-09-05, ratified_on = "August 2009" }
    """)  # fmt: skip

    assert ["this was ratified in August 2009, before it was set on 5 September 2009"] == [t.message for t in found]
