from indicator_engine.definitions.checks.lints import CODE_DEEMED, CODE_PROVENANCE

PART = """
[statement]
id = "sample"
title = "Sample"
period = "09-10"
convention = "{convention}"

[population.members]
{deemed}

[[priority.indicator]]
id = "members-pledge"
measure = "count(members & organisations(pledge))"
better = "higher"
target = {{ at_least = 20{rest} }}
"""


def test_members_without_a_deemed_number(told):
    """A convention that wants the deemed number is told which indicators need it."""
    found = told(CODE_DEEMED.code, PART.format(convention="nottinghamshire", deemed="", rest=""))

    fact = "this counts within `members`, and there is no number that `members` is deemed to have"
    assert [("warning", fact, '"count(members & organisations(pledge))"')] == found


def test_members_with_a_deemed_number(told):
    """The number itself will do, and so will the word that it is still to be confirmed."""
    given = PART.format(convention="nottinghamshire", deemed="deemed = 50", rest="")
    owed = PART.format(convention="nottinghamshire", deemed='deemed = "TBC"', rest="")

    assert [[], []] == [told(CODE_DEEMED.code, part) for part in (given, owed)]


def test_a_target_that_nobody_set(told):
    """A convention that wants to know who set each target is told which ones do not say it."""
    found = told(CODE_PROVENANCE.code, PART.format(convention="derbyshire", deemed="", rest=""))

    assert [("warning", "it is not said who set this target", "{ at_least = 20 }")] == found


def test_a_target_that_somebody_set(told):
    """A target with `set_by` is in order."""
    found = told(CODE_PROVENANCE.code, PART.format(convention="derbyshire", deemed="", rest=', set_by = "Group"'))

    assert [] == found


def test_a_convention_that_does_not_ask(told):
    """Without a convention that asks for them, neither lint runs."""
    part = PART.format(convention="neutral", deemed="", rest="")

    assert [[], []] == [told(code.code, part) for code in (CODE_DEEMED, CODE_PROVENANCE)]
