"""Each part of an indicator is changed in turn, and a change that no test notices is found."""

from __future__ import annotations

import pytest
from tests.helpers import pack

from indicator_engine.testing.mutation import changes

TEST = """
[[test]]
name = "two pledges"
as_of = 2010-03-31
given.register = [{ organisation = "A", kind = "member" }, { organisation = "B", kind = "member" }]
given.events = [
  { type = "pledge", organisation = "A", occurred_on = 2009-05-01, stage = 2 },
  { type = "pledge", organisation = "B", occurred_on = 2009-05-01, stage = 2 },
]
expect.one = { value = 2, verdict = "met" }
"""


def found(text, tests=TEST):
    """The changes of a pack's only indicator, in words, with whether they are noticed."""
    return {f"{one.what}: {one.fact}": one.noticed for one in changes(pack(text + tests))}


def facts(text):
    """The changes alone."""
    return list(found(text, ""))


def test_target_comparator_and_deadline():
    """A number is moved either way, a comparator by its edge, a deadline by a day."""
    text = 'measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 2 }\ndue = "by March 2010"\n'

    assert {
        "target: at least 2 becomes at least 3": True,
        "target: at least 2 becomes at least 1": False,
        "comparator: at least 2 becomes more than 2": True,
        "deadline: 31 March 2010 becomes 30 March 2010": False,
        "deadline: 31 March 2010 becomes 1 April 2010": False,
    } == found(text)


def test_filter():
    """A filter is taken out, and its comparison moved by the edge."""
    text = 'kind = "monitored"\nmeasure = "count(pledge[stage >= 2])"\n'

    assert {"filter: `[stage >= 2]` is taken out": False, "filter: `stage >= 2` becomes `stage > 2`": True} == {
        fact: noticed
        for fact, noticed in found(text, TEST.replace(', verdict = "met"', "")).items()
        if fact.startswith("filter")
    }


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            "count(members & organisations(pledge))",
            [
                "set operator: `members & organisations(pledge)` with `|`",
                "set operator: `members & organisations(pledge)` with `-`",
            ],
        ),
        ("count(in_force(pledge))", ["filter: `in_force(pledge)` becomes `pledge`"]),
        ("count(in_period(pledge))", ["filter: `in_period(pledge)` becomes `pledge`"]),
        ("sum(latest(training).people)", ["filter: `latest(training)` takes the other end"]),
        (
            "count(members[every(tender, code_included)])",
            [
                "filter: `[every(tender, code_included)]` is taken out",
                "filter: `every(tender, code_included)` asks for one of them only",
            ],
        ),
        (
            "count(tender[viable and not code_included])",
            [
                "filter: `[viable and not code_included]` is taken out",
                "filter: `viable` is taken out",
                "filter: `not code_included` is taken out",
                "filter: `not code_included` becomes `code_included`",
            ],
        ),
    ],
)
def test_each_part_of_an_expression(measure, expected):
    """What selects is taken out or turned round, one at a time."""
    text = f'kind = "monitored"\nmeasure = "{measure}"\n'

    assert expected == [fact for fact in facts(text) if not fact.startswith("deadline")]


def test_a_name_used_twice_is_changed_everywhere():
    """A macro that stands in two places is one thing to change."""
    text = """
    kind = "monitored"
    measure = "ratio(early & members, early)"
    [define]
    early = "organisations(pledge[stage == 1])"
    """

    assert 1 == sum("is taken out" in fact for fact in facts(text))


def test_parts():
    """A change of a part is told by its name, and noticed by tests of the part or of the whole."""
    text = """
    require = "all"
    [[priority.indicator.part]]
    id = "few"
    measure = "count(pledge)"
    better = "higher"
    target = { at_least = 2 }
    """
    tests = TEST.replace("value = 2, ", "")

    assert {("one/few", True), ("one/few", False)} == {
        (one.indicator, one.noticed) for one in changes(pack(text + tests))
    }


def test_indicator_without_tests():
    """What no test expects anything of, none notices."""
    text = 'measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 2 }\n'

    assert all(not one.noticed and one.tests == 0 for one in changes(pack(text)))
