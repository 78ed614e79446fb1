from indicator_engine.definitions.checks.dates_outside import CODE


def test_a_deadline_in_another_year(told):
    """A deadline before or after the period is told where it is written."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 20 }
        due = "by March 2011"
    """)  # fmt: skip

    assert [("warning", "the deadline, 31 March 2011, is outside the period", '"by March 2011"')] == found


def test_deadlines_within_the_period(told):
    """The first and the last day belong to the period."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "higher"
        target = [{ at_least = 1, due = 2009-04-01 }, { at_least = 20, due = 2010-03-31 }]
    """)  # fmt: skip

    assert [] == found


def test_a_stage_in_another_year(told):
    """The deadline of a stage is told once, at the stage."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "higher"
        target = [{ at_least = 1, due = 2009-09-30 }, { at_least = 20, due = 2019-03-31 }]
    """)  # fmt: skip

    assert [("warning", "the deadline, 31 March 2019, is outside the period", "2019-03-31")] == found


def test_a_deadline_that_parts_share(told):
    """A deadline that the parts of an indicator take from it is told once."""
    found = told(CODE.code, """
        [[priority.indicator]]
        id = "events"
        due = "by March 2001"
        [[priority.indicator.part]]
        id = "held"
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 2 }
        [[priority.indicator.part]]
        id = "seminar"
        measure = "count(pledge[stage == 3])"
        better = "higher"
        target = { at_least = 1 }
    """)  # fmt: skip

    assert ['"by March 2001"'] == [t.at for t in found]


def test_the_deadline_of_the_statement(told):
    """A deadline that all indicators take from the statement is told once, there."""
    found = told(CODE.code, """
        [statement]
        id = "sample"
        title = "Sample"
        period = "09-10"
        due = "by March 2009"

        [[priority.indicator]]
        id = "first"
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 20 }
    """)  # fmt: skip

    assert [("warning", "the deadline, 31 March 2009, is outside the period", '"by March 2009"')] == found


def test_a_point_of_the_path(told):
    """A point of the path before the period is told."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        better = "higher"
        target = { at_least = 20 }
        path = { 2008-09-30 = 8, 2009-12-31 = 14 }
    """)  # fmt: skip

    assert ["a point of the path, 30 September 2008, is outside the period"] == [t.message for t in found]


def test_a_decision_far_away(told):
    """A decision may be a year away from the period and no more."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = [{ at_least = 20, known_from = 2008-04-01 }, { at_least = 22, known_from = 2019-11-01 }]

        [population.members]
        deemed = [{ size = 50 }, { size = 51, known_from = 2001-11-01 }]
    """)  # fmt: skip

    assert [
        "the day this was decided, 1 November 2019, is more than a year from the period",
        "the day this number was decided, 1 November 2001, is more than a year from the period",
    ] == [t.message for t in found]
