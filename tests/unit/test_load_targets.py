"""Targets in all their forms, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from indicator_engine.conventions import NEUTRAL, Convention, Provenance
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.definitions.model import Indicator, Target
from indicator_engine.language import nodes
from indicator_engine.periods import FuzzyDate

PACK = """
[statement]
id = "sample"
title = "Statement"
period = "09-10"

[event.pledge]
attributes.stage = { type = "integer" }
attributes.paper = { type = "evidence" }

[population.members]
deemed = 50

[[priority]]
id = "p"
title = "P"

[[priority.indicator]]
id = "i"
"""
COUNT = 'measure = "count(pledge)"\n'
SHARE = 'measure = "ratio(members & organisations(pledge), members)"\n'
TRUTH = 'measure = "exists(pledge)"\n'
HIGHER = 'better = "higher"\n'
LOWER = 'better = "lower"\n'


def loaded(keys: str, convention: Convention = NEUTRAL) -> Loaded:
    """A pack with one indicator of these keys."""
    content = (PACK + keys).encode()
    return load(PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", content),)), {"neutral": convention})


def indicator(keys: str, convention: Convention = NEUTRAL) -> Indicator:
    """The indicator of a pack without problems."""
    found = loaded(keys, convention)
    assert () == found.problems
    assert found.statement
    return next(one for _, one in found.statement.indicators())


def target(keys: str) -> Target:
    """The one version of its one target, its place left out."""
    ((version,),) = indicator(keys).stages
    return replace(version, path=())


def codes(keys: str, convention: Convention = NEUTRAL) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in loaded(keys, convention).problems]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (COUNT + HIGHER + "target = { at_least = 20 }", Target("at_least", Fraction(20))),
        (COUNT + LOWER + "target = { at_most = 2.5 }", Target("at_most", Fraction(5, 2))),
        (COUNT + "target = { exactly = -3 }", Target("exactly", Fraction(-3))),
        (COUNT + "target = { between = [20, 30] }", Target("between", Fraction(20), Fraction(30))),
        (SHARE + HIGHER + 'target = { more_than = "95%" }', Target("more_than", Fraction(19, 20), unit="ratio")),
        (SHARE + LOWER + "target = { less_than = 0.5 }", Target("less_than", Fraction(1, 2), unit="ratio")),
        (SHARE + HIGHER + "target = { at_least = 1.0 }", Target("at_least", Fraction(1), unit="ratio")),
        (SHARE + LOWER + "target = { at_most = 0 }", Target("at_most", Fraction(0), unit="ratio")),
        (SHARE + HIGHER + 'target = { at_least = "9/17" }', Target("at_least", Fraction(9, 17), unit="ratio")),
        (
            SHARE + HIGHER + 'target = { at_least = 40, unit = "percent" }',
            Target("at_least", Fraction(2, 5), unit="ratio"),
        ),
        (COUNT + 'target = "TBC"', Target(tbc=True, comparator_inherited=True)),
        (SHARE + 'target = "tbc"', Target(tbc=True, unit="ratio", comparator_inherited=True)),
        (COUNT + HIGHER + 'target = { at_least = "TBC" }', Target("at_least", tbc=True)),
        (
            SHARE + HIGHER + 'target = { at_least = "TBC", unit = "percent", owed_by = "Group", owed_on = 2009-09-30 }',
            Target("at_least", unit="ratio", tbc=True, owed_by="Group", owed_on=date(2009, 9, 30)),
        ),
        (COUNT + 'target = { between = ["TBC", "TBC"] }', Target("between", tbc=True)),
        (
            COUNT + HIGHER + "target = { at_least = 4, to_be_reviewed = true }",
            Target("at_least", Fraction(4), to_be_reviewed=True),
        ),
        (
            COUNT + HIGHER + 'target = { at_least = 4, reviewed_by = "Group", review_on = 2009-09-30 }',
            Target("at_least", Fraction(4), to_be_reviewed=True, reviewed_by="Group", review_on=date(2009, 9, 30)),
        ),
        (COUNT + "target = { increase = true }", Target(relative="increase")),
        (
            COUNT + 'target = { increase_by = "10%" }',
            Target(relative="increase_by", value=Fraction(1, 10), unit="ratio"),
        ),
        (COUNT + "target = { decrease_by = 5 }", Target(relative="decrease_by", value=Fraction(5))),
        (COUNT + 'target = { increase_by = "TBC" }', Target(relative="increase_by", tbc=True)),
        (TRUTH + "target = { delivered = true }", Target(delivered=True)),
        (TRUTH + 'target = { delivered = true, evidence = "paper" }', Target(delivered=True, evidence="paper")),
        (COUNT + "target = { established = true }", Target(delivered=True)),
    ],
)
def test_forms(keys, expected):
    """Each way to write a target is read as what it says."""
    assert expected == target(keys)


def test_a_baseline_that_is_a_number():
    """A number is a baseline by itself."""
    found = target(COUNT + "target = { increase = true, baseline = 40, baseline_date = 2009-03-31 }")

    assert found.baseline
    assert (nodes.Constant(Fraction(40)), "40") == (found.baseline.node, found.baseline.text)
    assert date(2009, 3, 31) == found.baseline_date


def test_a_baseline_that_is_an_expression():
    """An expression is a baseline, read in the pack's vocabulary."""
    found = target(COUNT + 'target = { increase_by = "10%", baseline = "at(period_start, count(pledge))" }')

    assert found.baseline
    assert isinstance(found.baseline.node, nodes.At)


def test_a_baseline_with_its_source():
    """Where a baseline comes from is listed with the result."""
    found = indicator(
        COUNT + 'target = { increase = true, baseline = { value = 40, date = 2009-03-31, source = "p. 4" } }'
    )

    assert date(2009, 3, 31) == found.stages[0][0].baseline_date
    assert "the baseline is taken from: p. 4" in found.assumptions


def test_a_baseline_that_is_a_day():
    """A day alone means the measure itself as it stood then, and that is listed."""
    found = indicator(COUNT + "target = { increase = true, baseline_date = 2009-03-31 }")

    baseline = found.stages[0][0].baseline
    assert baseline
    assert 'at(date("2009-03-31"), count(pledge))' == baseline.text
    assert nodes.At(nodes.Constant(date(2009, 3, 31)), nodes.CountRecords(nodes.Events("pledge"))) == baseline.node
    assert "the baseline is the measure itself as it stood on 31 March 2009" in found.assumptions


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ('"target_set_on"', nodes.NamedDate("target_set_on")),
        ("2009-04-01", nodes.Constant(date(2009, 4, 1))),
        ('"shift(period_start, months=1)"', nodes.Shifted(nodes.NamedDate("period_start"), months=1)),
    ],
)
def test_additional_since(since, expected):
    """Additional ones count from a day, a named date or a date that an expression gives."""
    found = target(COUNT + f"target = {{ additional = 10, since = {since} }}")

    assert found.since
    assert (Fraction(10), expected) == (found.value, found.since.node)


def test_ten_percent_of_a_share():
    """A percentage by which a share shall rise is read as a share of the baseline, and that is listed."""
    found = indicator(SHARE + 'target = { increase_by = "10%", baseline = "40%" }')

    assert "“10%” is read as a share of the baseline, not as percentage points" in found.assumptions


def test_provenance():
    """Who set and ratified a target, and when, is kept as roughly as it is known."""
    found = target(
        COUNT + HIGHER + 'target = { at_least = 10, set_by = "Task Group", set_on = "early September 2008", '
        'ratified_by = "Steering Group", ratified_on = 2008-09-24, source = "Annexe 1", quote = "A target of 10" }'
    )

    assert (
        Provenance(
            "Task Group",
            FuzzyDate(date(2008, 9, 1), date(2008, 9, 10), "early September 2008"),
            "Steering Group",
            FuzzyDate(date(2008, 9, 24), date(2008, 9, 24), "2008-09-24"),
            "Annexe 1",
            "A target of 10",
        )
        == found.provenance
    )


def test_provenance_from_the_words():
    """A convention reads the provenance out of the statement's words where the target has none; that is listed."""
    said = Provenance("Task Group")
    county = replace(NEUTRAL, read_provenance=lambda words, _period: said if "set by" in words else None)
    keys = 'statement = "10 pledges, set by the Task Group"\n' + COUNT + HIGHER

    read = indicator(keys + "target = { at_least = 10 }", county)
    own = indicator(keys + 'target = { at_least = 10, source = "p. 1" }', county)

    assert said == read.stages[0][0].provenance
    assert "who set the target and when is read from the statement's words" in read.assumptions
    assert Provenance(source="p. 1") == own.stages[0][0].provenance


def test_stages():
    """Stages come in the order of their deadlines, whatever the order in which they are written."""
    found = indicator(
        COUNT
        + HIGHER
        + 'target = [{ at_least = 20, due = "by March 2010" }, { at_least = 10, due = "by September 2009" }]'
    )

    assert [(Fraction(10), date(2009, 9, 30)), (Fraction(20), date(2010, 3, 31))] == [
        (stage[0].value, stage[0].due.day) for stage in found.stages if stage[0].due
    ]
    assert found.due
    assert (date(2010, 3, 31), False) == (found.due.day, found.due.inherited)


def test_versions():
    """Versions come in the order in which they became known."""
    found = indicator(SHARE + HIGHER + 'target = [{ at_least = "40%", known_from = 2010-02-10 }, "TBC"]')

    ((first, second),) = found.stages
    assert (True, None) == (first.tbc, first.known_from)
    assert (Fraction(2, 5), date(2010, 2, 10)) == (second.value, second.known_from)


def test_versions_of_stages():
    """A stage has versions of its own, which take its deadline unless they have another."""
    found = indicator(
        COUNT + HIGHER + 'target = [{ due = "by September 2009", versions = [{ at_least = 10 }, '
        '{ at_least = 12, known_from = 2009-06-01, due = "by October 2009" }] }, '
        '{ at_least = 20, due = "by March 2010" }]'
    )

    assert [[date(2009, 9, 30), date(2009, 10, 31)], [date(2010, 3, 31)]] == [
        [version.due.day for version in stage if version.due] for stage in found.stages
    ]


@pytest.mark.parametrize("comparator", ["at_least", "at_most", "exactly"])
def test_a_bare_number(comparator):
    """A bare number means what the statement says it does, and that is listed."""
    text = PACK.replace('"09-10"', f'"09-10"\ncomparator = "{comparator}"')
    better = {"at_least": HIGHER, "at_most": LOWER}.get(comparator, "")
    content = (text + COUNT + better + "target = 20\n").encode()

    statement = load(PackFiles(Path(), (PackFile(Path("p.toml"), "p.toml", content),)), {}).statement

    assert statement
    found = next(one for _, one in statement.indicators())
    assert (comparator, True) == (found.stages[0][0].comparator, found.stages[0][0].comparator_inherited)
    words = comparator.replace("_", " ")
    assert f"the target is a bare number: “{words}” is understood, the default of the statement" in found.assumptions


def test_a_bare_number_by_the_convention():
    """A bare number means what the convention says it does."""
    county = replace(NEUTRAL, title="County", default_comparator="at_least")

    found = indicator(COUNT + HIGHER + "target = 20", county)

    assert (
        "the target is a bare number: “at least” is understood, the default of the County convention"
        in found.assumptions
    )


@pytest.mark.parametrize(
    ("measure", "form", "expected"),
    [
        (COUNT, '{ at_least = "50%" }', "IE050"),
        (COUNT, '{ at_least = "TBC", unit = "percent" }', "IE050"),
        (SHARE, "{ at_least = 20 }", "IE051"),
        (SHARE, "{ at_least = 1 }", "IE051"),
        (SHARE, '{ at_least = "1" }', "IE051"),
        (SHARE, "{ at_least = 1.5 }", "IE051"),
        (SHARE, "{ at_least = -1 }", "IE051"),
        (TRUTH, "{ at_least = 1 }", "IE052"),
        (COUNT, "{ delivered = true }", "IE052"),
        (TRUTH, "{ established = true }", "IE052"),
    ],
)
def test_what_cannot_be_compared(measure, form, expected):
    """A target that does not go with its measure is refused."""
    assert [expected] == codes(f"{measure}{HIGHER}target = {form}\n")


def test_a_plain_number_goes_with_a_percentage():
    """A quotient of counts has no unit, so either way of writing a share will do."""
    measure = 'measure = "count(pledge) / deemed(members)"\n'

    assert [] == codes(measure + HIGHER + 'target = { at_least = "50%" }\n')
    assert [] == codes(measure + HIGHER + "target = { at_least = 2 }\n")


def test_a_broken_measure_is_told_alone():
    """Nothing is said about a target whose measure cannot be read."""
    assert ["IE103"] == codes(
        'measure = "count(nobody)"\n' + HIGHER + 'target = { at_least = "50%" }\npath = { 2009-09-30 = 8 }\n'
    )
