from indicator_engine.definitions.checks.stage_asks_nothing import CODE

PART = """
measure = "count(pledge)"
better = "{better}"
target = [
    {{ {form} = {first}, due = "by September 2009" }},
    {{ {form} = {last}, due = "by March 2010" }},
]
"""


def test_a_later_stage_that_asks_for_less(told):
    """A later stage that asks for less, or for the same, asks for nothing."""
    less = told(CODE.code, PART.format(better="higher", form="at_least", first=20, last=14))
    same = told(CODE.code, PART.format(better="higher", form="at_least", first=14, last=14))

    fact = "this stage (at least 14) is met as soon as the one before it (at least {}) is"
    at = '{ at_least = 14, due = "by March 2010" }'
    assert [("warning", fact.format(20), at), ("warning", fact.format(14), at)] == less + same


def test_stages_that_lead_on(told):
    """Each stage asks for more than the one before, or for less where lower is better."""
    assert [] == told(CODE.code, PART.format(better="higher", form="at_least", first=14, last=20))
    assert [] == told(CODE.code, PART.format(better="lower", form="at_most", first=20, last=14))


def test_lower_is_better(told):
    """Where lower is better, a later stage must ask for less."""
    found = told(CODE.code, PART.format(better="lower", form="at_most", first=14, last=20))

    assert [
        "this stage (at most 20) is met as soon as the one before it (at most 14) is"
    ] == [t.message for t in found]  # fmt: skip


def test_a_measure_that_each_stage_has_for_itself(told):
    """What counts back from the deadline counts other records for each stage; what names the period does not."""
    part = PART.format(better="higher", form="at_least", first=20, last=14)
    found = [
        told(CODE.code, part.replace("count(pledge)", f"count(pledge[occurred_on > shift({day}, months=-6)])"))
        for day in ("due", "period_end")
    ]

    assert [0, 1] == [len(each) for each in found]
