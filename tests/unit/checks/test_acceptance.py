"""Warnings that were looked at and accepted where they arise."""

PART = """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
due = 2011-03-31
"""
ACCEPTED = PART + 'accept = { IE213 = "the charter runs to 2011" }\n'


def test_an_accepted_warning_is_gone(told):
    """A warning accepted at its indicator is no longer told."""
    assert 1 == len(told("IE213", PART))
    assert [] == told("IE213", ACCEPTED)
    assert [] == told("IE220", ACCEPTED)


def test_an_acceptance_of_nothing_is_told(told):
    """An acceptance that takes no warning away is a warning itself, at its code."""
    part = PART.replace("2011", "2010") + 'accept = { IE213 = "the charter runs to 2011" }\n'

    assert [("warning", "IE213 is accepted here, and there is no such warning", "IE213")] == told("IE220", part)


def test_an_acceptance_reaches_no_other_indicator(told):
    """The same warning of another indicator is still told."""
    other = '\n[[priority.indicator]]\nid = "other"\n' + PART.replace("20 }", "21 }").lstrip()

    assert 1 == len(told("IE213", ACCEPTED + other))


def test_an_error_cannot_be_accepted(told):
    """An error stays, and its acceptance is told too."""
    part = PART.replace("20 }", "60 }").replace("count(pledge)", "count(members & organisations(pledge))")

    assert 1 == len(told("IE200", part + 'accept = { IE200 = "never mind" }\n'))
