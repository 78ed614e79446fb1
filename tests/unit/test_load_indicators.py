"""Indicators: their kinds, what they inherit, and what is listed as an assumption."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from indicator_engine.conventions import NEUTRAL, Convention, Due
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.definitions.model import Indicator, Statement, Trajectory
from indicator_engine.periods import Period
from indicator_engine.problems import Location

STATEMENT = """
[statement]
id = "sample"
title = "Statement"
period = "09-10"
"""
REST = """
[event.pledge]
attributes.stage = { type = "integer" }

[[aim]]
id = "1"
text = "one"

[[priority]]
number = 4
id = "p"
title = "P"
text = ["first", "second"]
outcomes = "more"
aims = "1"
notes = "a note"

[[priority.indicator]]
id = "i"
"""
COUNT = 'measure = "count(pledge)"\n'
TARGET = 'better = "higher"\ntarget = { at_least = 20 }\n'
PART = """
[[priority.indicator.part]]
id = "{0}"
measure = "count(pledge)"
better = "higher"
target = {{ at_least = 2 }}
"""
HAPPENED = "the day a thing happened counts, not the day it was recorded: the rule of the Neutral convention"
YEAR_END = "no due date in the text: the statement's year end, 31 March 2010, is used"


def loaded(keys: str, convention: Convention = NEUTRAL, statement: str = "") -> Loaded:
    """A pack with one indicator of these keys."""
    content = (STATEMENT + statement + REST + keys).encode()
    return load(PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", content),)), {"neutral": convention})


def read(keys: str, convention: Convention = NEUTRAL, statement: str = "") -> Statement:
    """The statement of a pack without problems."""
    found = loaded(keys, convention, statement)
    assert () == found.problems
    assert found.statement
    return found.statement


def indicator(keys: str, convention: Convention = NEUTRAL, statement: str = "") -> Indicator:
    """Its indicator."""
    return next(one for _, one in read(keys, convention, statement).indicators())


def codes(keys: str, convention: Convention = NEUTRAL) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in loaded(keys, convention).problems]


# ── statement and priorities ─────────────────────────────────────────────────────────────────────────────────────────


def test_statement():
    """The statement has its words, its period and its files' digest."""
    found = read(COUNT + TARGET, statement='status = "draft"\nsource = "p. 1"\nnotes = ["a", "b"]\ndue = 2010-02-28\n')

    assert ("sample", "Statement", "draft", "p. 1", ("a", "b")) == (
        found.id, found.title, found.status, found.source, found.notes,
    )  # fmt: skip
    assert Period(date(2009, 4, 1), date(2010, 3, 31), "09-10") == found.period
    assert Due(date(2010, 2, 28), "2010-02-28") == found.default_due
    assert ("pack.toml", 64) == (found.file, len(found.digest))


def test_priority():
    """A priority has its number as text, and one text or several read alike."""
    (found,) = read(COUNT + TARGET).priorities

    assert ("4", "p", "P", ("first", "second"), ("more",), ("1",), ("a note",)) == (
        found.number, found.id, found.title, found.text, found.outcomes, found.aims, found.notes,
    )  # fmt: skip
    assert ("priority", 0) == found.path


def test_where():
    """An indicator knows its line."""
    assert Location("pack.toml", 23, 1, 23, 23) == indicator(COUNT + TARGET).where


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (COUNT + TARGET, "measured"),
        (COUNT + TARGET + 'kind = "measured"\n', "measured"),
        (COUNT, "monitored"),
        (COUNT + 'kind = "monitored"\n', "monitored"),
        ('kind = "narrative"\n', "narrative"),
        (PART.format("a"), "compound"),
    ],
)
def test_kinds(keys, kind):
    """An indicator is of the kind it says, or of the one it shows."""
    assert kind == indicator(keys).kind


def test_narrative():
    """A narrative indicator has a text, and its log comes first in what is listed."""
    found = indicator(
        'kind = "narrative"\nstatement = "words"\ntext = "told"\nlog = "pledge"\ndue = "by March 2010"\n'
        'watch = [{ label = "advanced", select = "pledge[stage >= 2]" }]\n'
    )

    assert ("words", "told", None, ()) == (found.statement, found.text, found.measure, found.stages)
    assert [("Evidence log", "pledge"), ("advanced", "pledge[stage >= 2]")] == [
        (watch.label, watch.select.text) for watch in found.watches
    ]
    assert found.due
    assert date(2010, 3, 31) == found.due.day


@pytest.mark.parametrize(("require", "expected"), [("", 2), ('"all"', 2), ('"any"', 1), ("1", 1), ("2", 2)])
def test_require(require, expected):
    """How many parts must be met is all of them unless it is said."""
    line = f"require = {require}\n" if require else ""

    assert expected == indicator(line + PART.format("a") + PART.format("b")).require


def test_a_part_may_be_named():
    """`name` is another word for a part's id."""
    found = indicator(PART.format("a").replace("id =", "name =")).parts

    assert ["a"] == [part.id for part in found]


def test_parts_share_what_their_indicator_says():
    """Parts take the deadline, the direction and the counting basis of their indicator, each unless it has its own."""
    keys = 'due = "by December 2009"\nbasis = "recorded"\nbetter = "lower"\n'
    part = PART.replace('better = "higher"\n', "").replace("at_least", "at_most")
    found = indicator(keys + part.format("a") + part.format("b") + 'due = "by March 2010"\nbasis = "occurred"\n').parts

    assert [(date(2009, 12, 31), "recorded", "lower"), (date(2010, 3, 31), "occurred", "lower")] == [
        (part.due.day, part.basis, part.better) for part in found if part.due
    ]
    assert [(), ()] == [part.assumptions for part in found]


def test_a_compound_indicator_is_due_with_its_last_part():
    """Without a deadline of its own, the whole is due when its last part is."""
    found = indicator(PART.format("a") + 'due = "by December 2009"\n' + PART.format("b") + 'due = "by March 2010"\n')

    assert found.due
    assert date(2010, 3, 31) == found.due.day


# ── by when ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_own_due():
    """The literal phrase is kept with the day it means."""
    found = indicator(COUNT + TARGET + 'due = "before the end of February 2010"\n')

    assert Due(date(2010, 2, 28), "before the end of February 2010") == found.due
    assert (HAPPENED,) == found.assumptions


def test_due_as_a_date():
    """A date is a deadline, too."""
    assert Due(date(2010, 2, 28), "2010-02-28") == indicator(COUNT + TARGET + "due = 2010-02-28\n").due


def test_due_of_the_statement():
    """The statement's default is taken where the text has none, and that is listed."""
    found = indicator(COUNT + TARGET, statement='due = "by February 2010"\n')

    assert Due(date(2010, 2, 28), "by February 2010", inherited=True) == found.due
    assert (
        "no due date in the text: the statement's default, “by February 2010” (28 February 2010), is used",
        HAPPENED,
    ) == found.assumptions


def test_due_of_the_convention():
    """The year's end is taken where nothing else is said, and that is listed."""
    found = indicator(COUNT + TARGET)

    assert Due(date(2010, 3, 31), "", inherited=True) == found.due
    assert (YEAR_END, HAPPENED) == found.assumptions


def test_no_due_at_all():
    """Where the convention has no default either, there is no deadline."""
    found = indicator(COUNT + TARGET, replace(NEUTRAL, default_due="none"))

    assert found.due is None
    assert (HAPPENED,) == found.assumptions


def test_a_phrase_with_a_basis():
    """A phrase that names the day of recording decides which day counts, unless the basis is given."""
    phrase = 'due = "to be recorded before the end of March 2010"\n'

    read_from_it = indicator(COUNT + TARGET + phrase)
    given = indicator(COUNT + TARGET + phrase + 'basis = "occurred"\n')

    assert "recorded" == read_from_it.basis
    listed = (
        "the day a thing was recorded counts, not the day it happened: "
        "so “to be recorded before the end of March 2010” is read"
    )
    assert (listed,) == read_from_it.assumptions
    assert ("occurred", ()) == (given.basis, given.assumptions)


def test_basis_of_the_convention():
    """The convention's basis is taken where nothing is said, and that is listed."""
    found = indicator(COUNT + TARGET, replace(NEUTRAL, title="County", default_basis="recorded"))

    assert "recorded" == found.basis
    assert (
        "the day a thing was recorded counts, not the day it happened: the rule of the County convention"
        in found.assumptions
    )


def test_a_phrase_that_is_not_understood():
    """The ways to write it that the convention understands are told."""
    (problem,) = loaded(COUNT + TARGET + 'due = "by spring"\n').problems

    assert (
        'write it like one of these: "by March 2010"; "by 31 March 2010"; "before the end of March 2010"; '
        '"by the end of the year"; 2010-03-31'
    ) == problem.hint


# ── which way is better ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("{ at_least = 20 }", ["IE045"]),
        ("{ at_most = 20 }", ["IE045"]),
        ("{ more_than = 20 }", ["IE045"]),
        ("{ less_than = 20 }", ["IE045"]),
        ('{ at_least = "TBC" }', ["IE045"]),
        ("{ exactly = 20 }", []),
        ("{ between = [20, 30] }", []),
        ("{ established = true }", []),
        ("{ increase = true }", []),
        ('"TBC"', []),
    ],
)
def test_direction(target, expected):
    """Which way is better must be said wherever a target compares, and only there."""
    assert expected == codes(f"{COUNT}target = {target}\n")


@pytest.mark.parametrize(("form", "better"), [("increase", "higher"), ("decrease", "lower")])
def test_a_movement_says_its_direction(form, better):
    """Whoever asks for an increase has said which way is better."""
    assert better == indicator(f"{COUNT}target = {{ {form} = true }}\n").better


# ── the way there ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_path():
    """A path is a number for each of some days, in the order of the days."""
    found = indicator(COUNT + TARGET + 'path = { 2009-12-31 = 14, "by September 2009" = 8 }\n').trajectory

    assert Trajectory(((date(2009, 9, 30), Fraction(8)), (date(2009, 12, 31), Fraction(14)))) == found


def test_linear_path():
    """A path can be a straight line."""
    assert Trajectory(linear=True) == indicator(COUNT + TARGET + 'path = "linear"\n').trajectory


def test_a_line_to_nowhere():
    """A straight line needs a day to end on."""
    keys = COUNT + TARGET + 'path = "linear"\n'

    assert ["IE054"] == codes(keys, replace(NEUTRAL, default_due="none"))


# ── what a convention asks for ───────────────────────────────────────────────────────────────────────────────────────


def test_required_keys():
    """A convention can want a key of every indicator that can have it."""
    county = replace(NEUTRAL, required=("statement", "target"))

    assert ["IE065"] == codes(COUNT + TARGET, county)
    assert ["IE065"] == codes('kind = "narrative"\n', county)
    assert [] == codes('statement = "words"\n' + COUNT + TARGET, county)


def test_forbidden_keys():
    """A convention can have no use for a key."""
    assert ["IE066"] == codes(COUNT + TARGET + 'outcome = "more"\n', replace(NEUTRAL, forbidden=("outcome",)))


def test_ids_are_unique_across_the_pack():
    """Priorities, indicators and parts share one set of ids, capitals apart."""
    assert ["IE015"] == codes(COUNT + '[[priority]]\nid = "i"\ntitle = "Q"\n')
    assert ["IE015"] == codes(PART.format("i"))
