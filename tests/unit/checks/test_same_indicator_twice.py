from indicator_engine.definitions.checks.same_indicator_twice import CODE

PART = """
[[priority.indicator]]
id = "first"
measure = "count(organisations(pledge))"
better = "higher"
target = {{ at_least = 20 }}
due = "by March 2010"

[[priority.indicator]]
id = "second"
measure = "{measure}"
better = "higher"
target = {{ at_least = {number} }}
due = {due}

[define]
pledged = "organisations(pledge)"
"""


def test_a_copied_indicator(told):
    """The same measure, target and deadline are told however they are written."""
    found = told(CODE.code, PART.format(measure="count(pledged)", number='"20"', due="2010-03-31"))

    assert [("warning", "`second` has the same measure, target and deadline as `first`", '"count(pledged)"')] == found


def test_another_measure_target_or_deadline(told):
    """A difference in any of the three makes another indicator of it."""
    measure = PART.format(measure="count(pledge)", number=20, due="2010-03-31")
    target = PART.format(measure="count(pledged)", number=21, due="2010-03-31")
    due = PART.format(measure="count(pledged)", number=20, due="2009-12-31")

    assert [[], [], []] == [told(CODE.code, part) for part in (measure, target, due)]
