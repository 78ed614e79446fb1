from indicator_engine.definitions.checks.path_astray import CODE

PART = """
measure = "count(pledge)"
better = "{better}"
target = {{ {target} }}
due = "by March 2010"
path = {{ 2009-09-30 = {first}, {day} = {last} }}
"""


def test_a_path_that_falls(told):
    """A path that asks for less than before is told at that point."""
    part = PART.format(better="higher", target="at_least = 20", first=14, day="2009-12-31", last=8)
    found = told(CODE.code, part)

    fact = "by 31 December 2009 the path asks for less than before, although higher is better"
    assert [("warning", fact, "8")] == found


def test_a_path_that_rises_where_lower_is_better(told):
    """Where lower is better, the path must not rise."""
    part = PART.format(better="lower", target="at_most = 5", first=8, day="2009-12-31", last=14)

    assert [
        "by 31 December 2009 the path asks for more than before, although lower is better"
    ] == [t.message for t in told(CODE.code, part)]  # fmt: skip


def test_a_path_past_the_target(told):
    """A path that asks for more than the target is told."""
    part = PART.format(better="higher", target="at_least = 20", first=14, day="2009-12-31", last=25)

    assert ["the path ends past the target: at 25, not 20"] == [t.message for t in told(CODE.code, part)]


def test_a_path_short_of_the_target(told):
    """A path that asks for less than the target on the day it is due is told."""
    part = PART.format(better="higher", target="at_least = 20", first=14, day="2010-03-31", last=18)

    assert ["the path ends short of the target: at 18, not 20"] == [t.message for t in told(CODE.code, part)]


def test_a_path_that_leads_there(told):
    """A path may end at the target, or before it is due anywhere on the way."""
    ends = PART.format(better="higher", target="at_least = 20", first=14, day="2010-03-31", last=20)
    leads = PART.format(better="higher", target="at_least = 20", first=14, day="2009-12-31", last=14)
    falls = PART.format(better="lower", target="at_most = 5", first=9, day="2009-12-31", last=6)

    assert [[], [], []] == [told(CODE.code, part) for part in (ends, leads, falls)]
