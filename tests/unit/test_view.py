"""Results as a page of words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import pytest

from indicator_engine.conventions import NEUTRAL, Convention, Status, Vocabulary
from indicator_engine.definitions.model import Aim, Indicator, Priority, Statement, Target
from indicator_engine.evaluation.results import Listed, Provenances, Result, Results, Undecided
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period
from indicator_engine.problems import Location, Problem
from indicator_engine.rendering.details import behind_by
from indicator_engine.rendering.view import headline, view_of
from indicator_engine.rendering.words import known
from indicator_engine.store.records import FOREVER

PERIOD = Period(date(2009, 4, 1), date(2010, 3, 31), "09-10")


def result(name="a", verdict="met", **fields):
    """A result of the priority `p`."""
    return Result(name, "p", verdict, **fields)


def results_of(*found, convention=NEUTRAL, statement=None, **fields):
    """Results of a statement with one priority."""
    priority = Priority("p", "Skills", "1", indicators=tuple(Indicator(one.id, require=1) for one in found))
    statement = statement or Statement("s", "Priorities", PERIOD, convention, Schema(), priorities=(priority,))
    return Results(statement, date(2010, 3, 31), None, found, Provenances("p1", "d1", "e1"), **fields)


def only_line(*found, **fields):
    """The line of one result."""
    ((line,),) = [section.lines for section in view_of(results_of(*found, **fields)).sections]
    return line


def test_head():
    """The page tells the title, the document, the day and what was known."""
    view = view_of(results_of(result()))

    assert ("Priorities", "Agreed · 09-10 (1 April 2009 to 31 March 2010)") == (view.title, view.document)
    assert "As of 31 March 2010, with everything recorded so far" == view.dates


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (None, "with everything recorded so far"),
        (FOREVER, "with everything recorded so far"),
        (datetime(2010, 2, 10, 23, 59, 59, 999999), "as known on 10 February 2010"),  # noqa: DTZ001  # as the store has it
        (datetime(2010, 2, 10, 14, 30), "as known on 10 February 2010 at 14:30"),  # noqa: DTZ001  # as the store has it
    ],
)
def test_known(known_at, expected):
    """The instant of knowledge is told in words."""
    assert expected == known(known_at)


def test_headline():
    """The headline counts the verdicts in one order, what is met first."""
    verdicts = ["no_target_yet", "missed", "met", "met_known_late", "missed", "no_target_yet", "undecided"]
    found = [result(verdict=verdict) for verdict in verdicts]

    assert "2 of 7 met (1 of them known late); 2 missed; 2 have no target yet; 1 is undecided" == headline(found)


def test_headline_of_nothing():
    """Nothing selected is said, not shown as a failure."""
    assert "There are no indicators." == headline([])


def test_vocabulary_of_the_county():
    """Headings are in the county's own words."""
    words = Vocabulary(priority="Annual Priority", outcome="Result", aim="Reference (Aims)")
    convention = Convention("rutland", vocabulary=words)
    priority = Priority("p", "Skills", "2", outcomes=("More skills",), aims=("1", "2.1"))
    statement = Statement("s", "T", PERIOD, convention, Schema(), priorities=(priority,))
    (section,) = view_of(results_of(result(), statement=statement)).sections

    assert "Annual Priority 2: Skills" == section.heading
    assert ("Result: More skills",) == section.outcomes
    assert "Reference (Aims): 1, 2.1" == section.aims


def test_priorities_without_results_are_left_out():
    """A selection shows only the priorities it touches."""
    statement = Statement(
        "s", "T", PERIOD, NEUTRAL, Schema(), priorities=(Priority("other", "Other"), Priority("p", "Skills"))
    )

    assert ["Priority: Skills"] == [one.heading for one in view_of(results_of(result(), statement=statement)).sections]


@pytest.mark.parametrize(
    ("fields", "name", "statement"),
    [({"label": "L", "statement": "W"}, "L", "W"), ({"statement": "W"}, "W", ""), ({}, "a", "")],
)
def test_name(fields, name, statement):
    """A label stands in front of the literal words; without one the words are the name, without words the id."""
    line = only_line(result(**fields))

    assert (name, statement) == (line.name, line.statement)


def test_status_is_the_countys():
    """Word, symbol and light are the convention's."""
    convention = replace(NEUTRAL, statuses={"met": Status("amber", "Done", "!")})

    assert Status("amber", "Done", "!") == only_line(result(), convention=convention).status


def test_behind_beyond_tolerance_is_red():
    """How far behind its path an indicator is decides its light."""
    convention = replace(NEUTRAL, tolerance=Fraction(1, 10))
    near = result(verdict="behind", value=Fraction(9), expected=Fraction(10), better="higher")
    far = replace(near, value=Fraction(8))

    assert ["amber", "red"] == [only_line(one, convention=convention).status.light for one in (near, far)]


@pytest.mark.parametrize(
    ("value", "expected", "better", "answer"),
    [
        (Fraction(8), Fraction(10), "higher", Fraction(1, 5)),
        (Fraction(12), Fraction(10), "lower", Fraction(1, 5)),
        (Fraction(1), Fraction(0), "lower", Fraction(1)),
        (Fraction(8), None, "higher", None),
        (None, Fraction(10), "higher", None),
        (True, Fraction(10), "higher", None),
    ],
)
def test_behind_by(value, expected, better, answer):
    """The share of the path's value that is lacking; nothing without a path."""
    assert answer == behind_by(result(value=value, expected=expected, better=better))


def test_parts_are_inside():
    """A compound indicator's parts are lines within its own, and its target is how many must be met."""
    found = result(kind="compound", value=Fraction(1), parts=(result("x"), result("y", "missed")))
    line = only_line(found)

    assert ["x", "y"] == [part.id for part in line.parts]
    assert ("1 of 2 parts", "1 of 2 parts met") == (line.value, line.target)


def test_remarks():
    """Bounds, what is lacking, how much is undecided or listed, and flags are told beside the figure."""
    found = result(
        value=Fraction(17),
        unit="count",
        bounds=(Fraction(17), Fraction(20)),
        needed=Fraction(3),
        flags=("to_be_reviewed",),
        target=Target(value=Fraction(20)),
        undecided=(Undecided("N4", "E9", "viable not known"),),
        none_arose=("N6", "N7"),
        listed=(Listed("Tenders", ("E1",)),),
    )

    assert (
        "between 17 and 20",
        "3 more needed",
        "1 undecided",
        "none arose for 2",
        "Tenders: 1",
        "to be reviewed",
    ) == only_line(found).remarks


def test_facts():
    """Who counted, who did not and why, what is undecided and what is listed stand with the result."""
    found = result(
        says="the number of members",
        who=("N1", "N2"),
        why_not={"N3": "no pledge"},
        undecided=(Undecided("N4", "E9", "viable not known"), Undecided("N5", "", "kind not known")),
        none_arose=("N6",),
        listed=(Listed("Tenders", ("E1",)), Listed("Others", ())),
        notes=("the document says 20",),
        defined_at=Location("p.toml", 4, 1),
    )

    assert (
        "Measures: the number of members",
        "Counted: N1, N2",
        "Not N3: no pledge",
        "Undecided: N4 (record E9): viable not known",
        "Undecided: N5: kind not known",
        "None arose: N6",
        "Tenders: E1",
        "Others: none",
        "Note: the document says 20",
        "Defined at p.toml:4:1",
    ) == only_line(found).facts


def test_assumptions_are_told_once():
    """An assumption names its indicators; one that holds for all of them, or for the statement, names none."""
    some = result("a", assumptions=("all", "some"), expression="1", parts=(result("x", assumptions=("some",)),))
    other = result("b", assumptions=("all",), expression="1")
    view = view_of(results_of(some, other, assumptions=("whole",)))

    assert (("whole", ()), ("all", ()), ("some", ("a", "a/x"))) == view.assumptions


def test_flags_are_explained():
    """Only flags that occur, in parts too, are explained."""
    view = view_of(results_of(result(parts=(result(flags=("claimed",)),))))

    assert ["claimed"] == [flag for flag, _ in view.flags]


def test_data_notes():
    """Problems of the data and aims nobody refers to are told."""
    statement = Statement("s", "T", PERIOD, NEUTRAL, Schema(), aims=(Aim("5", "Promote"), Aim("6")))
    problem = Problem("IE306", "N77 is not in the register", "did you mean `N7`?", "warning", Location("e.csv", 2, 1))
    view = view_of(results_of(result(), statement=statement, problems=(problem,), uncited_aims=("5", "6")))

    assert (
        "nothing refers to aim 5: Promote",
        "nothing refers to aim 6",
        "e.csv:2:1: warning IE306: N77 is not in the register (did you mean `N7`?)",
    ) == view.data_notes


def test_provenance():
    """The page names the pack, the data, the engine and the plugins it rests on."""
    found = replace(results_of(result()), provenance=Provenances("p1", "d1", "", (("rutland", "2"), ("own", ""))))

    assert (("pack", "p1"), ("data", "d1"), ("plugins", "rutland 2, own")) == view_of(found).provenance
