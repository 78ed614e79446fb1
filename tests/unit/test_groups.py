"""What points of a course had been told as, and courses by groups of the register: how they are found and shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack, results

from indicator_engine import evaluate, evaluate_store, import_rows, memory_store, published
from indicator_engine.builtin.output_html import render
from indicator_engine.conventions import NEUTRAL
from indicator_engine.hookspecs import Page

COUNTED = """
    measure = "count(members & organisations(pledge))"
    better = "higher"
    target = { at_least = 3 }
"""
WITH_TOWN = VOCABULARY.replace("[subject.attributes]", '[subject.attributes]\ntown = { type = "text" }')
TOWNS = f"""{WITH_TOWN}{PRIORITY}
[[priority.indicator]]
id = "one"
{COUNTED}
"""
JUNE, JULY, AUGUST = date(2009, 6, 30), date(2009, 7, 31), date(2009, 8, 31)


def late(name, day, recorded, **cells):
    """An event that was recorded on another day than it happened."""
    return event("pledge", name, day, recorded_at=recorded, **cells)


def register(**towns):
    """Members of a town each."""
    return [row for name, town in towns.items() for row in members(name, town=town)]


def courses(found):
    """The courses of the indicator by its groups, as numbers."""
    told = zip(found.groups.groups, found.groups.courses["one"], strict=True)
    return {group: [value for _, value in course] for group, course in told}


# ── what was told then ───────────────────────────────────────────────────────────────────────────────────────────────


def test_point_that_was_told_as_another():
    """A record that came after the next figure was made changes what had been told, until it was known."""
    events = [late("A", "2009-05-01", "2009-05-02"), late("B", "2009-06-10", "2009-08-15")]
    found = results(COUNTED, *events, as_of="2009-09-30", series=True)

    assert {"one": ((JUNE, 1),)} == found.restated
    assert 2 == dict(found.series["one"])[JUNE]


def test_usual_lag_is_no_restatement():
    """What is recorded before the next figure is made is in the figure."""
    events = [late("A", "2009-05-01", "2009-05-02"), late("B", "2009-06-29", "2009-07-20")]

    assert {} == results(COUNTED, *events, as_of="2009-09-30", series=True).restated


def test_what_was_first_told_later_is_not_told_anew():
    """Of days on which nothing had been recorded nothing had been told."""
    events = [late("A", "2009-05-01", "2010-01-01")]

    assert {} == results(COUNTED, *events, series=True).restated


def test_point_that_was_taken_back():
    """A retraction restates as well."""
    first = late("A", "2009-05-01", "2009-05-02", event_id="a")
    second = late("B", "2009-05-03", "2009-05-04", event_id="b")
    back = {**second, "recorded_at": "2009-09-15", "retracted": "true"}
    found = results(COUNTED, first, second, back, as_of="2009-10-31", series=True)

    assert [(date(2009, 5, 31), 2), (JUNE, 2), (JULY, 2)] == list(found.restated["one"])


def test_restated_points_are_shown():
    """The chart has a mark where the figure was first told, its table and its description say what it was."""
    events = [late("A", "2009-05-01", "2009-05-02"), late("B", "2009-06-10", "2009-08-15")]
    page = render(results(COUNTED, *events, as_of="2009-09-30", series=True), Page()).decode()

    assert '<g class="restated">' in page
    assert '<td class="n">2 (first told as 1)</td>' in page
    assert "The figure of 30 June 2009 had been told as 1 and is 2." in page


# ── groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_courses_of_groups():
    """Each group has its own course; whose group is not known is one too."""
    events = [
        event("pledge", "A", "2009-05-01"),
        event("pledge", "C", "2009-06-01"),
        event("pledge", "D", "2009-06-02"),
    ]
    rows = register(A="Ely", B="Ely", C="Wem", D=None)
    found = evaluate(pack(TOWNS), events, rows, as_of="2009-06-30", series=True)

    assert found.groups
    assert "town" == found.groups.column
    assert {"Ely": [0, 1, 1], "Wem": [0, 0, 1], None: [0, 0, 1]} == courses(found)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(register(A="Ely", B="Ely"), id="one group"),
        pytest.param(register(A="Ely", B="Ely", C="Wem"), id="only one has a part in it"),
        pytest.param(register(**{f"A{at}": f"Town {at}" for at in range(13)}), id="too many groups"),
    ],
)
def test_what_has_no_groups(rows):
    """Where there is nothing to set beside each other there are no groups."""
    events = [event("pledge", row["organisation"]) for row in rows if row["town"] != "Wem"]

    assert evaluate(pack(TOWNS), events, rows, as_of="2009-06-30", series=True).groups is None


def test_column_that_the_county_names():
    """The county's choice wins, also over a column that a population is made of."""
    statement = pack(TOWNS)
    named = replace(statement, convention=replace(NEUTRAL, grouped_by="kind"))
    events = [event("pledge", "A"), event("pledge", "B")]
    rows = [*register(A="Ely", B="Wem"), {"organisation": "P", "kind": "public"}]

    found = evaluate(statement, events, rows, as_of="2009-06-30", series=True).groups
    assert found is not None
    assert "town" == found.column
    assert evaluate(named, events, rows, as_of="2009-06-30", series=True).groups is None


def test_nothing_unless_asked():
    """Without the course nothing of this is worked out."""
    found = evaluate(pack(TOWNS), [event("pledge")], register(A="Ely", B="Wem"), as_of="2009-06-30")

    assert ({}, None) == (found.restated, found.groups)


def test_both_evaluators_agree():
    """Queries and records tell the same."""
    statement, store = pack(TOWNS), memory_store()
    rows = register(A="Ely", B="Wem", C="Wem")
    import_rows(store, statement, rows, register=True, recorded_at=date(2009, 1, 1))
    events = [
        late("A", "2009-05-01", "2009-05-02"),
        late("B", "2009-06-10", "2009-08-15"),
        late("C", "2009-07-01", "2009-07-02"),
    ]
    import_rows(store, statement, events)
    one, other = (
        evaluate_store(statement, store, as_of="2009-09-30", series=True, evaluator=name)
        for name in ("compiled", "reference")
    )

    assert one.restated
    assert one.groups
    assert (one.restated, one.groups) == (other.restated, other.groups)


def test_groups_are_shown():
    """The page has a small chart for each group that has a part in the figure, and names those that have none."""
    events = [event("pledge", name) for name in "ABC"]
    rows = register(A="Ely", B="Ely", C="Wem", D="Ham")
    found = evaluate(pack(TOWNS), events, rows, as_of="2009-06-30", series=True)
    page = render(found, Page()).decode()
    assert "At 0 throughout: Ham." in page
    texts = re.findall(r"<li><span>(\w+)</span> <b>(\d+)</b><svg", page)

    assert [("Ely", "2"), ("Wem", "1")] == texts


# ── the public ───────────────────────────────────────────────────────────────────────────────────────────────────────


def edition(large, small):
    """The public edition of pledges from two towns that the county named."""
    towns = {f"A{at}": "Ely" for at in range(large)} | {f"B{at}": "Wem" for at in range(small)}
    statement = pack(TOWNS)
    named = replace(statement, convention=replace(NEUTRAL, grouped_by="town"))
    events = [event("pledge", name, "2009-04-02") for name in towns]
    return published(evaluate(named, events, register(**towns), as_of="2009-06-30", series=True))


def test_public_is_told_groups_that_are_large():
    """Groups of five and more are told."""
    assert {"Ely": [7, 7, 7], "Wem": [5, 5, 5], None: [0, 0, 0]} == courses(edition(7, 5))


@pytest.mark.parametrize("small", [1, 4])
def test_public_is_told_no_group_beside_a_small_one(small):
    """One small group takes the others with it: what is missing from the whole would tell it."""
    assert edition(7, small).groups is None


def test_public_is_told_no_words_of_a_register():
    """Groups of a column that nobody named may be places or people: they are not told."""
    towns = {f"A{at}": "Ely" for at in range(7)} | {f"B{at}": "Wem" for at in range(7)}
    events = [event("pledge", name, "2009-04-02") for name in towns]
    found = evaluate(pack(TOWNS), events, register(**towns), as_of="2009-06-30", series=True)

    assert (True, None) == (found.groups is not None, published(found).groups)


def test_public_is_told_no_small_point_as_it_was():
    """What a point had been told as is told only where both are."""
    found = results(COUNTED, event("pledge"), series=True)
    told = {"one": ((JUNE, Fraction(3)), (JULY, Fraction(7)), (AUGUST, Fraction(8)))}
    now = {"one": ((JUNE, Fraction(9)), (JULY, Fraction(9)), (AUGUST, Fraction(2)), (date(2009, 9, 30), Fraction(9)))}
    nine = replace(found, results=(replace(found["one"], value=Fraction(9)),), series=now, restated=told)

    assert {"one": ((JULY, 7),)} == published(nine).restated
