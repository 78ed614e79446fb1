from indicator_engine.definitions.checks.target_out_of_reach import CODE


def test_more_than_the_deemed_number(told):
    """A count of members cannot reach a target above the number they are deemed to have."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = { at_least = 60 }
    """)  # fmt: skip

    assert [
        ("error", "the target of at least 60 can never be met: `members` is deemed to be 50", "{ at_least = 60 }")
    ] == found


def test_as_many_as_the_deemed_number(told):
    """All of them is a hard target, and no impossible one."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = { at_least = 50 }
    """)  # fmt: skip

    assert [] == found


def test_more_than_all_of_them(told):
    """More than the deemed number is out of reach from the first one on."""
    found = told(CODE.code, """
        measure = "count(members[exists(pledge)])"
        better = "higher"
        target = { more_than = 50 }
    """)  # fmt: skip

    assert ["the target of more than 50 can never be met: `members` is deemed to be 50"] == [t.message for t in found]


def test_a_percentage_above_the_whole(told):
    """A share of a whole cannot reach 110%."""
    found = told(CODE.code, """
        measure = "ratio(members & organisations(pledge), members)"
        better = "higher"
        target = { at_least = "110%" }
    """)  # fmt: skip

    assert [
        "the target of at least 110% can never be met: a share of a whole is never above 100%"
    ] == [t.message for t in found]  # fmt: skip


def test_a_ratio_that_is_no_share(told):
    """A ratio whose numerator need not be inside its denominator may pass 100%."""
    found = told(CODE.code, """
        measure = "ratio(organisations(pledge), members)"
        better = "higher"
        target = { at_least = "110%" }
    """)  # fmt: skip

    assert [] == found


def test_a_mean_above_the_maximum(told):
    """A mean of an attribute cannot pass its declared maximum."""
    found = told(CODE.code, """
        measure = "mean(latest(pledge).stage)"
        better = "higher"
        target = { at_least = 4 }
    """)  # fmt: skip

    assert [
        "the target of at least 4 can never be met: `stage` is declared to be at most 3"
    ] == [t.message for t in found]  # fmt: skip


def test_fewer_than_none(told):
    """Fewer than 0 is out of reach for any count."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "lower"
        target = { less_than = 0 }
    """)  # fmt: skip

    assert ["the target of less than 0 can never be met: a count is never below 0"] == [t.message for t in found]


def test_a_range_above_everything(told):
    """A range is out of reach where it begins above what is possible."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        target = { between = [51, 60] }
    """)  # fmt: skip

    assert [
        "the target of between 51 and 60 can never be met: `members` is deemed to be 50"
    ] == [t.message for t in found]  # fmt: skip


def test_more_additional_ones_than_there_are(told):
    """Additional ones are no more than all of them."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        target = { additional = 51, since = 2009-04-01 }
    """)  # fmt: skip

    assert ["the target of 51 additional can never be met: `members` is deemed to be 50"] == [t.message for t in found]


def test_more_choices_than_declared(told):
    """There are no more different values than declared choices."""
    found = told(CODE.code, """
        measure = "count(distinct(pledge.sector))"
        better = "higher"
        target = { at_least = 3 }

        [event.pledge.attributes]
        sector = { type = "choice", choices = ["health", "education"] }
    """)  # fmt: skip

    assert [
        "the target of at least 3 can never be met: `sector` has only 2 choices"
    ] == [t.message for t in found]  # fmt: skip


def test_a_size_still_to_be_confirmed(told):
    """A population that may yet be deemed to have any number puts nothing out of reach."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = { at_least = 60 }

        [population.members]
        deemed = [{ size = 50 }, { size = "TBC", known_from = 2009-11-01 }]
    """)  # fmt: skip

    assert [] == found


def test_a_size_that_was_once_larger(told):
    """Any of the numbers a population has been deemed to have is taken for possible."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = { at_least = 60 }

        [population.members]
        deemed = [{ size = 70 }, { size = 50, known_from = 2009-11-01 }]
    """)  # fmt: skip

    assert [] == found


def test_a_version_that_has_been_replaced(told):
    """Only the newest version of a target is looked at; the others are history."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = [{ at_least = 60 }, { at_least = 20, known_from = 2009-11-01 }]
    """)  # fmt: skip

    assert [] == found
