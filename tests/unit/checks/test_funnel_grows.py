from indicator_engine.definitions.checks.funnel_grows import CODE

LADDER = """
[[priority.indicator]]
id = "stage-1"
measure = "count(members & organisations(in_force(pledge)))"
better = "higher"
target = {{ at_least = {first} }}

[[priority.indicator]]
id = "stage-2"
measure = "count(members & organisations(in_force(pledge)[stage >= 2]))"
better = "higher"
target = {{ at_least = {second} }}
due = "{due}"

[[priority.indicator]]
id = "stage-3"
measure = "count(members & organisations(in_force(pledge)[stage >= 3]))"
better = "higher"
target = {{ at_least = {third} }}
"""


def test_a_funnel_that_narrows(told):
    """20, 12 and 10 on three rungs are a funnel."""
    found = told(CODE.code, LADDER.format(first=20, second=12, third=10, due="by March 2010"))

    assert [] == found


def test_equal_rungs(told):
    """Two rungs with the same target may be meant."""
    found = told(CODE.code, LADDER.format(first=20, second=12, third=12, due="by March 2010"))

    assert [] == found


def test_a_funnel_that_grows(told):
    """More organisations at stage 3 than at stage 2 cannot be meant."""
    found = told(CODE.code, LADDER.format(first=20, second=10, third=12, due="by March 2010"))

    fact = "the target of 12 exceeds the 10 of `stage-2`, which counts all of these and more"
    assert [("warning", fact, "{ at_least = 12 }")] == found


def test_a_higher_target_that_is_due_later(told):
    """The narrower count may have the higher target where it has more time."""
    found = told(CODE.code, LADDER.format(first=20, second=10, third=12, due="by September 2009"))

    assert [] == found


def test_counts_of_different_things(told):
    """Two counts form no funnel unless one is provably part of the other."""
    found = told(CODE.code, """
        [[priority.indicator]]
        id = "analyses"
        measure = "count(organisations(analysis))"
        better = "higher"
        target = { at_least = 10 }

        [[priority.indicator]]
        id = "pledges"
        measure = "count(organisations(pledge))"
        better = "higher"
        target = { at_least = 20 }

        [event.analysis]
        label = "skills analysis"
    """)  # fmt: skip

    assert [] == found


def test_two_priorities(told):
    """Indicators of two priorities are not compared."""
    found = told(CODE.code, """
        [[priority]]
        id = "one"
        title = "One"
        [[priority.indicator]]
        id = "stage-2"
        measure = "count(organisations(pledge[stage >= 2]))"
        better = "higher"
        target = { at_least = 10 }

        [[priority]]
        id = "two"
        title = "Two"
        [[priority.indicator]]
        id = "stage-3"
        measure = "count(organisations(pledge[stage >= 3]))"
        better = "higher"
        target = { at_least = 12 }
    """)  # fmt: skip

    assert [] == found
