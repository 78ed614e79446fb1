"""Nottinghamshire's words, years, phrases and rules."""

from datetime import date
from fractions import Fraction

import pytest

from indicator_engine import load_pack, plugins
from indicator_engine_nottinghamshire import CONVENTION, member_indicators_need_the_deemed_number

YEAR = CONVENTION.period("09-10")


def test_it_is_registered_by_its_entry_point():
    """An installed plugin is found without being named."""
    assert CONVENTION.title == plugins.load().conventions["nottinghamshire"].title


def test_a_year_label_is_a_financial_year():
    """“09-10” is 1 April 2009 to 31 March 2010."""
    assert YEAR is not None
    assert (date(2009, 4, 1), date(2010, 3, 31)) == (YEAR.start, YEAR.end)


@pytest.mark.parametrize("label", ["09-11", "2009-2011", "nine-ten", ""])
def test_other_labels_are_refused(label):
    """A label that names no two consecutive years is none."""
    assert CONVENTION.period(label) is None


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("by March 2010", date(2010, 3, 31)),
        ("by December 2009", date(2009, 12, 31)),
        ("by the end of March 2010", date(2010, 3, 31)),
        ("by 28 February 2010", date(2010, 2, 28)),
    ],
)
def test_by_a_month_includes_its_last_day(phrase, day):
    """“by March” is in time on 31 March."""
    assert YEAR is not None
    found = CONVENTION.due(phrase, YEAR)
    assert found is not None
    assert (day, phrase, None) == (found.day, found.phrase, found.basis)


def test_its_statement_has_outcomes_and_no_references_to_aims():
    """The table has the columns of the document."""
    expected = ("Priority", "Outcomes", "Performance Indicators & Targets")
    assert expected == CONVENTION.vocabulary.columns
    assert ("aims",) == CONVENTION.forbidden


def test_behind_by_more_than_a_tenth_is_red():
    """Within the tolerance of a tenth amber, beyond it red; the verdict is the same."""
    assert "amber" == CONVENTION.status("behind", behind_by=Fraction(1, 10)).light
    assert "red" == CONVENTION.status("behind", behind_by=Fraction(11, 100)).light


def test_member_indicators_want_the_deemed_number(tmp_path):
    """Without the deemed 50 every indicator that counts members is told."""
    pack = tmp_path / "pack.toml"
    pack.write_text(
        """
[statement]
id = "s"
title = "S"
period = "09-10"
convention = "nottinghamshire"
[event.pledge]
[population.members]
[[priority]]
id = "p"
title = "P"
[[priority.indicator]]
id = "i"
measure = "count(members & organisations(pledge))"
better = "higher"
target = { at_least = 20 }
"""
    )

    found = list(member_indicators_need_the_deemed_number(load_pack(pack)))

    assert ["IE230"] == [problem.code for problem in found]
