import pytest

from indicator_engine.definitions.checks.condition_settled import CODE

PART = """
measure = '{measure}'

[event.pledge.attributes]
stage = {{ type = "integer", minimum = 1, maximum = 3 }}
sector = {{ type = "choice", choices = ["health", "education", "police"] }}
viable = {{ type = "truth" }}
"""


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ("stage >= 4", "`stage >= 4` is never true: `stage` is declared to be at most 3"),
        ("4 <= stage", "`4 <= stage` is never true: `stage` is declared to be at most 3"),
        ("stage > 3", "`stage > 3` is never true: `stage` is declared to be at most 3"),
        ("stage < 1", "`stage < 1` is never true: `stage` is declared to be at least 1"),
        ("stage == 5", "`stage == 5` is never true: `stage` is declared to be at most 3"),
        ("stage != 5", "`stage != 5` is always true: `stage` is declared to be at most 3"),
        ("stage >= 0", "`stage >= 0` is always true: `stage` is declared to be at least 1"),
        ("stage == stage", "`stage == stage` is always true: both sides are the same"),
        ("2 > 1", "`2 > 1` is always true"),
        ('"a" == "b"', '`"a" == "b"` is never true'),
        ('"a" in ("a", "b")', '`"a" in ("a", "b")` is always true'),
        ("count(pledge) >= 0", "`count(pledge) >= 0` is always true: a count is never below 0"),
        ("stage > 2 and stage < 2", "`stage > 2 and stage < 2` is never true: they exclude each other"),
        (
            'sector == "health" and sector == "police"',
            '`sector == "health" and sector == "police"` is never true: they exclude each other',
        ),
        (
            'sector != "health" or sector != "police"',
            '`sector != "health" or sector != "police"` is always true: one of them always holds',
        ),
        (
            'sector in ("health", "police") and sector == "education"',
            '`sector in ("health", "police") and sector == "education"` is never true: they exclude each other',
        ),
        ("stage < 3 or stage >= 2", "`stage < 3 or stage >= 2` is always true: one of them always holds"),
        ("viable and not viable", "`viable and not viable` is never true: they exclude each other"),
        (
            'occurred_on >= period_start and occurred_on < date("2009-01-01")',
            '`occurred_on >= period_start and occurred_on < date("2009-01-01")` is never true: they exclude each other',
        ),
    ],
)
def test_a_condition_that_decides_nothing(told, condition, fact):
    """A condition that is always or never true is told, with the reason."""
    found = told(CODE.code, PART.format(measure=f"count(pledge[{condition}])"))

    assert [("warning", fact, condition)] == found


@pytest.mark.parametrize(
    "condition",
    [
        "stage >= 1",
        "stage <= 3",
        "stage >= 3",
        "stage == 2 or stage == 3",
        "stage > 1 and stage < 3",
        'sector == "health" or sector == "police"',
        'sector != "health" and sector != "police"',
        "viable or missing(viable)",
        "viable == False",
        "occurred_on >= period_start and occurred_on <= due",
    ],
)
def test_a_condition_that_decides_something(told, condition):
    """A condition that can go either way is let pass; so is the first rung of a ladder."""
    assert [] == told(CODE.code, PART.format(measure=f"count(pledge[{condition}])"))


def test_a_filter_against_an_earlier_one(told):
    """A filter that excludes all that the one before it let through keeps nothing."""
    found = told(CODE.code, PART.format(measure="count(pledge[stage >= 3][stage < 3])"))

    fact = "`stage >= 3 and stage < 3` is never true: the two exclude each other"
    assert [("warning", fact, "stage < 3")] == found


def test_a_condition_in_a_macro(told):
    """What stands in a macro is told there, once for all who use it."""
    found = told(CODE.code, """
        [define]
        advanced = "pledge[stage >= 4]"

        [[priority.indicator]]
        id = "first"
        measure = "count(advanced)"

        [[priority.indicator]]
        id = "second"
        measure = "count(organisations(advanced))"
    """)  # fmt: skip

    assert ["stage >= 4"] == [t.at for t in found]


def test_a_population_that_nobody_is_in(told):
    """The conditions of populations are looked at, too."""
    found = told(CODE.code, """
        measure = "count(members)"

        [population.members]
        where = 'kind == "member" and kind == "contractor"'
    """)  # fmt: skip

    assert ['kind == "member" and kind == "contractor"'] == [t.at for t in found]


def test_a_measure_that_is_a_condition(told):
    """A deliverable that can never be delivered is told as well."""
    found = told(CODE.code, """
        measure = "count(members & organisations(pledge)) > 50"
        target = { delivered = true }
    """)  # fmt: skip

    assert [
        "`count(members & organisations(pledge)) > 50` is never true: `members` is deemed to be 50"
    ] == [t.message for t in found]  # fmt: skip
