from indicator_engine.definitions.checks.unused import CODE


def test_an_event_type_nobody_counts(told):
    """An event type that no indicator uses is told at its name."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge))"

        [event.jobs_pledge]
        label = "Jobs Pledge"
    """)  # fmt: skip

    assert [("warning", "no indicator uses the event type `jobs_pledge`", "[event.jobs_pledge]")] == found


def test_a_chain_that_nobody_uses(told):
    """What is used only by something unused is unused, too."""
    found = told(CODE.code, """
        measure = "count(pledge)"

        [define]
        committed = "members & pledged"
        pledged = "organisations(pledge)"
    """)  # fmt: skip

    assert [
        "no indicator uses the population `members`",
        "no indicator uses the macro `committed`",
        "no indicator uses the macro `pledged`",
    ] == [t.message for t in found]


def test_a_chain_that_somebody_uses(told):
    """Macros, what they use, and what ends a used event type are used."""
    found = told(CODE.code, """
        measure = "count(committed)"

        [define]
        committed = "members & pledged"
        pledged = "organisations(in_force(pledge))"

        [event.pledge]
        ended_by = ["pledge_withdrawn"]

        [event.pledge_withdrawn]
        label = "withdrawal"
    """)  # fmt: skip

    assert [] == found


def test_a_baseline_uses_what_it_names(told):
    """Baselines and watches count as use."""
    found = told(CODE.code, """
        measure = "count(pledge)"
        target = { increase = true, baseline = "at(period_start, count(analysis))" }
        watch = [{ label = "to be settled", select = "members - organisations(pledge)" }]

        [event.analysis]
        label = "skills analysis"
    """)  # fmt: skip

    assert [] == found


def test_a_word_in_quotation_marks(told):
    """A word in quotation marks is no name."""
    found = told(CODE.code, """
        measure = 'count(pledge[sector == "members"])'

        [event.pledge.attributes]
        sector = { type = "text" }
    """)  # fmt: skip

    assert ["no indicator uses the population `members`"] == [t.message for t in found]
