"""The CSV tables."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from indicator_engine import plugins
from indicator_engine.builtin.output_csv import harmless
from indicator_engine.hookspecs import Page
from indicator_engine.problems import Location

OUTPUTS = plugins.load(installed=False).outputs


def rows_of(results, name="csv"):
    """The rows of the output, by column."""
    text = OUTPUTS[name].render(results, Page()).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_one_row_an_indicator_or_part(results):
    """Parts have rows of their own that name what they are part of."""
    assert [("", "pledges"), ("", "matrix"), ("matrix", "updated"), ("matrix", "shared")] == [
        (row["part_of"], row["id"]) for row in rows_of(results)
    ]


def test_values(results):
    """Figures, target, deadline and reasons are there."""
    row = rows_of(results)[0]
    expected = {
        "value": "17",
        "low": "17",
        "high": "20",
        "target_form": "at_least",
        "target_value": "20",
        "due": "2010-03-31",
        "due_phrase": "by March 2010",
        "needed": "3",
        "trend_change": "-2",
        "verdict": "missed",
        "status": "Missed",
        "flags": "to_be_reviewed",
        "who": "N1; N2",
        "why_not": "N3: no pledge by 31 March 2010",
        "undecided": "N4 E9: stage not known",
        "defined_at": "p.toml:4:1",
    }

    assert expected == {name: row[name] for name in expected}


def test_exact_share(results):
    """A share comes as a decimal and as numerator and denominator."""
    row = rows_of(results)[2]

    assert ("0.5294117647058823529411764706", "9", "17") == (row["value"], row["numerator"], row["denominator"])


def test_truth_and_nothing(results):
    """A deliverable is true or false; what is not known is blank."""
    row = rows_of(results)[3]

    assert ("false", "", "") == (row["value"], row["due"], row["numerator"])


def test_negative_number_is_a_number(results, pledges):
    """A minus in front of a number the engine has written is no formula."""
    (row,) = rows_of(replace(results, results=(replace(pledges, value=Fraction(-1, 2)),)))

    assert "-0.5" == row["value"]


def test_nothing_selected(results):
    """No results are no rows."""
    assert [] == rows_of(replace(results, results=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+44", "'+44"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" \t=1", "'=1"),
        ("\ufeff=1", "'=1"),
        ("＝1", "'＝1"),
        ("\r=1", "'=1"),
        ("a=1", "a=1"),
        ("two\nlines", "two lines"),
        ("\0=1", "\\x00=1"),
        ("", ""),
    ],
)
def test_harmless(text, expected):
    """A text that a spreadsheet would calculate gets an apostrophe in front."""
    assert expected == harmless(text)


def test_raw_is_raw(results, pledges):
    """The raw variant writes texts as they are."""
    changed = replace(pledges, statement="=1+1\nx", defined_at=Location("a.toml"))

    assert ["=1+1\nx"] == [row["statement"] for row in rows_of(replace(results, results=(changed,)), "csv-raw")]
