"""What a statement leaves open is listed with who owes it, since when, and whether it is overdue."""

from __future__ import annotations

from datetime import date

import pytest
from tests.helpers import VOCABULARY, pack

from indicator_engine.engine.packs import load_pack
from indicator_engine.evaluation.unsettled import MATTERS, unsettled

MEASURE = 'measure = "count(members & organisations(pledge))"\nbetter = "higher"\n'


def matters(text, as_of=None):
    """What is open in a pack of one indicator."""
    return [item.matter for item in unsettled(pack(MEASURE + text), as_of)]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("target = { at_least = 20 }", []),
        ("target = 'TBC'", ["tbc"]),
        ('target = { at_least = "TBC" }', ["tbc"]),
        ("target = { at_least = 4, to_be_reviewed = true }", ["to_be_reviewed"]),
        ('target = { at_least = 4, set_by = "A", ratified_by = "B" }', ["unratified"]),
        ("target = { increase = true }", ["no_baseline"]),
        ("target = { increase = true, baseline = 3 }", []),
        ("target = { increase = true, baseline_date = 2009-03-31 }", []),
        ('target = [{ at_least = "TBC" }, { at_least = 3, known_from = 2010-02-10 }]', []),
        ('target = [{ at_least = 3, due = "by June 2009" }, { at_least = "TBC", due = "by March 2010" }]', ["tbc"]),
    ],
)
def test_each_matter(target, expected):
    """Each thing that can be open is found, and nothing that is settled."""
    assert expected == matters(target)


def test_what_was_open_on_a_day():
    """With a day, the version that stood then counts."""
    text = 'target = [{ at_least = "TBC" }, { at_least = 3, known_from = 2010-02-10 }]'

    assert ["tbc"] == matters(text, date(2010, 2, 9))
    assert [] == matters(text, date(2010, 2, 10))


@pytest.mark.parametrize(("as_of", "expected"), [(None, None), (date(2009, 9, 30), False), (date(2009, 10, 1), True)])
def test_overdue(as_of, expected):
    """Something is overdue from the day after it was owed, and without a day it cannot be told."""
    text = 'target = { at_least = "TBC", owed_by = "Steering Group", owed_on = 2009-09-30 }'
    (item,) = unsettled(pack(MEASURE + text), as_of)

    assert (expected, "Steering Group", date(2009, 9, 30)) == (item.overdue, item.owed_by, item.owed_on)


def test_since():
    """It is open since it was decided, else since it was set, else since the period began."""
    said = 'target = { at_least = "TBC", known_from = 2009-06-01, set_on = 2009-05-01 }'
    was_set = 'target = { at_least = "TBC", set_on = "early May 2009" }'
    neither = 'target = { at_least = "TBC" }'

    found = [unsettled(pack(MEASURE + text))[0].since for text in (said, was_set, neither)]

    assert [date(2009, 6, 1), date(2009, 5, 10), date(2009, 4, 1)] == found


def test_not_set_yet_and_not_ratified_yet():
    """Before a target was set, and between then and its ratification, that is open."""
    text = "target = { at_least = 4, set_by = 'A', set_on = 2009-09-10, ratified_by = 'B', ratified_on = 2009-09-30 }"

    found = [matters(text, date(2009, 9, day)) for day in (9, 10, 29, 30)]

    assert [["not_set_yet", "unratified"], ["unratified"], ["unratified"], []] == found


def test_drafts_and_deemed_sizes():
    """A draft is open as a whole, and so is the size of a population that is still to be agreed."""
    text = VOCABULARY.replace('title = "Sample"', 'title = "Sample"\nstatus = "draft"')
    text = text.replace('to = "member_to"\n\n[event', 'to = "member_to"\ndeemed = "TBC"\n\n[event', 1)
    found = unsettled(pack(text))

    assert [("", "draft"), ("members", "deemed_size")] == [(item.indicator, item.matter) for item in found]


def test_parts_and_stages_are_named():
    """A part is named after its indicator, and so is a stage of several."""
    text = """
    require = "all"
    [[priority.indicator.part]]
    id = "start"
    measure = "count(pledge)"
    better = "higher"
    target = [{ at_least = "TBC", due = "by June 2009" }, { at_least = 3, due = "by March 2010" }]
    [[priority.indicator.part]]
    id = "second"
    measure = "count(pledge)"
    better = "higher"
    target = { at_least = "TBC" }
    """

    assert ["one/start/stage-1", "one/second"] == [item.indicator for item in unsettled(pack(text))]


def test_shipped_statements():
    """The registers of the two shipped statements are what the documents leave open."""
    nottinghamshire = unsettled(load_pack("indicators/nottinghamshire/2009-10.toml"))
    derbyshire = unsettled(load_pack("indicators/derbyshire/2008-09.toml"), date(2008, 9, 12))

    assert {"no_baseline": 9, "to_be_reviewed": 2, "tbc": 1} == {
        matter: count for matter in MATTERS if (count := sum(item.matter == matter for item in nottinghamshire))
    }
    assert [("", "draft"), ("additional-pledges", "unratified")] == [
        (item.indicator, item.matter) for item in derbyshire
    ][:2]
