"""The words of a page, which a county may give in its own language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indicator_engine.conventions import NEUTRAL
from indicator_engine.rendering import phrases
from indicator_engine.rendering.phrases import ENGLISH, Phrases, fault, phrases_of


def test_own_words_come_first():
    """A county's phrase stands where it has one, English where it has none."""
    say = Phrases({"needed": "{needed} yn eisiau"})

    assert ("3 yn eisiau", "at least 20") == (say("needed", needed=3), say("at_least", value=20))


@pytest.mark.parametrize(("count", "expected"), [(1, "1 is behind"), (2, "2 are behind")])
def test_forms_for_one_and_for_several(count, expected):
    """A phrase with two forms gives the one that fits."""
    assert expected == Phrases().plural("counted_behind", count)


def test_one_form_serves_all():
    """A language with one form for all numbers gives one."""
    assert "5 methwyd" == Phrases({"counted_missed": "{count} methwyd"}).plural("counted_missed", 5)


def test_days():
    """A day is written in the county's order and with its names."""
    months = "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr"

    assert "31 March 2010" == Phrases().day(date(2010, 3, 31))
    assert "31. Mawrth" == Phrases({"months": months, "date": "{day}. {month}"}).day(date(2010, 3, 31))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, ""),
        ({"needed": "{needed} yn eisiau"}, ""),
        ({"neded": "x"}, "vocabulary.words has no phrase `neded`; did you mean `needed` or `undecided`?"),
        ({"needed": "{value} x"}, "vocabulary.words['needed'] has a place for value, which is not given"),
        ({"months": "Ionawr Chwefror"}, "vocabulary.words['months'] is not twelve names parted by spaces"),
    ],
)
def test_faults(words, expected):
    """A key there is not, a place that is not filled and a calendar with gaps are told when a plugin is loaded."""
    assert expected == fault(words)


def test_own_words_are_made_visible():
    """What a reader could not see in a county's words is written out."""
    convention = replace(NEUTRAL, vocabulary=replace(NEUTRAL.vocabulary, words={"needed": "\u202e{needed}"}))

    assert "\\u202e3" == phrases_of(convention)("needed", needed=3)


def test_english_has_no_fault():
    """The engine's own phrases pass its own check."""
    assert "" == fault(ENGLISH)


DYNAMIC = ("counted_", "means_", "ground_", "flag_", "unknown_", "digest_", "tbc", "cause_")
"""Beginnings of keys that are put together."""


def test_every_phrase_is_said():
    """No phrase is left behind by what said it; those whose keys are put together aside."""
    folder = Path(phrases.__file__).parent
    files = [*sorted(folder.rglob("*")), *sorted((folder.parent / "builtin").glob("output_*.py"))]
    texts = [path.read_text("utf-8") for path in files if path.suffix in {".py", ".html"}]
    said = " ".join(text.split("class Phrases")[-1] for text in texts)
    others = {"higher", "lower", "exactly", "more_than_base", "less_than_base", "more_by", "less_by"}

    assert [] == [
        key for key in ENGLISH if f'"{key}"' not in said and key not in others and not key.startswith(DYNAMIC)
    ]
