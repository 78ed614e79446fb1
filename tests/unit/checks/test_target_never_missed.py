from indicator_engine.definitions.checks.target_never_missed import CODE


def test_at_least_nothing(told):
    """At least 0 is met by doing nothing."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 0 }
    """)  # fmt: skip

    assert [
        ("warning", "the target of at least 0 cannot be missed: a count is never below 0", "{ at_least = 0 }")
    ] == found


def test_at_most_all_of_them(told):
    """At most as many as there are is no limit."""
    found = told(CODE.code, """
        measure = "count(members - organisations(pledge))"
        better = "lower"
        target = { at_most = 50 }
    """)  # fmt: skip

    assert ["the target of at most 50 cannot be missed: `members` is deemed to be 50"] == [t.message for t in found]


def test_between_nothing_and_everything(told):
    """A range that holds every possible value is always kept."""
    found = told(CODE.code, """
        measure = "ratio(members & organisations(pledge), members)"
        target = { between = ["0%", "100%"] }
    """)  # fmt: skip

    why = "a share is never below 0% and a share of a whole is never above 100%"
    assert [f"the target of between 0% and 100% cannot be missed: {why}"] == [t.message for t in found]


def test_a_target_above_nothing(told):
    """At least 1 can be missed, and so can at most 49 of 50."""
    part = """
        measure = "count(members & organisations(pledge))"
        better = "{better}"
        target = {{ {form} }}
    """

    assert [] == told(CODE.code, part.format(better="higher", form="at_least = 1"))
    assert [] == told(CODE.code, part.format(better="higher", form="more_than = 0"))
    assert [] == told(CODE.code, part.format(better="lower", form="at_most = 49"))


def test_an_amount_that_can_be_negative(told):
    """A change can be below 0, so at least 0 of it asks for something."""
    found = told(CODE.code, """
        measure = "change(count(organisations(pledge)))"
        better = "higher"
        target = { at_least = 0 }
    """)  # fmt: skip

    assert [] == found
