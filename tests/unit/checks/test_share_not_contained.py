import pytest

from indicator_engine.definitions.checks.share_not_contained import CODE


def test_others_are_counted_too(told):
    """Organisations with a pledge need not be members, so they are no share of these."""
    found = told(CODE.code, 'measure = "ratio(organisations(pledge), members)"')

    fact = "`organisations(pledge)` need not be part of `members`, so this share can pass 100%"
    assert [("warning", fact, "ratio(organisations(pledge), members)")] == found


def test_a_problem_in_a_macro(told):
    """What stands in a macro is told there, once for all who use it."""
    found = told(CODE.code, """
        [define]
        share = "ratio(organisations(pledge), members)"

        [[priority.indicator]]
        id = "first"
        measure = "share"

        [[priority.indicator]]
        id = "second"
        measure = "change(share)"
    """)  # fmt: skip

    assert ["ratio(organisations(pledge), members)"] == [t.at for t in found]


def test_records_and_sets(told):
    """Pledges are no share of organisations, which may have several."""
    found = told(CODE.code, 'measure = "ratio(count(pledge), count(organisations(pledge)))"')

    assert ["`pledge` need not be part of `organisations(pledge)`, so this share can pass 100%"] == [
        t.message for t in found
    ]


@pytest.mark.parametrize(
    "measure",
    [
        "ratio(members & organisations(pledge), members)",
        "ratio(members[exists(pledge)], members)",
        "ratio(members - organisations(pledge), members)",
        "ratio(count(pledge[stage >= 3]), count(pledge[stage >= 2]))",
        "ratio(organisations(pledge[organisation in members]), members)",
        "ratio(sum(pledge.stage), count(members))",
        "ratio(at(period_start, count(members - organisations(pledge))), at(period_start, count(members)))",
        "ratio(3, 4)",
    ],
)
def test_a_share_of_those(told, measure):
    """What is provably part of the denominator, or no count of things, is let pass."""
    assert [] == told(CODE.code, f"measure = '{measure}'")
