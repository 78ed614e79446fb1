"""The small domains from which generated packs and records are drawn, so that they meet.

Five organisations, a few texts and numbers, the days around the ends of quarters. Needs Hypothesis.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ORGANISATIONS = ("ashfield", "bassetlaw", "clifton", "dukeries", "eastwood")
TEXTS = ("survey", "report", "cost")
QUOTED = ("the council's survey", 'the "survey"', "", "Überblick – 50 %")
"""Texts that only expressions use: with either quotation mark, empty, beyond plain letters."""
NUMBERS = tuple(map(Fraction, ("0", "1", "2", "3", "4", "0.5", "2.5", "-1", "0.125", "1000000")))
FIRST_DAY, LAST_DAY = date(2008, 4, 1), date(2010, 6, 30)
_QUARTER_ENDS = tuple(
    date(year, month, day)
    for year in (2008, 2009, 2010)
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
    if FIRST_DAY < date(year, month, day) < LAST_DAY
)
TURNING_DAYS = tuple(end + timedelta(days=by) for end in _QUARTER_ENDS for by in (-1, 0, 1))
"""The last days of quarters, with the day before and the day after."""
OTHER_DAYS = (FIRST_DAY, date(2009, 1, 31), date(2009, 2, 28), date(2009, 5, 15), LAST_DAY)


@cache
def days() -> SearchStrategy[date]:
    """Days of 2008-04 to 2010-06, the ends of quarters more often than others."""
    return st.sampled_from(TURNING_DAYS) | st.sampled_from(OTHER_DAYS) | st.dates(FIRST_DAY, LAST_DAY)


def as_of_dates() -> SearchStrategy[date]:
    """Days worth asking about: those on which records fall, the ends of periods, and the days around both."""
    near = st.sampled_from((0, 0, 0, -1, 1))
    return st.builds(lambda day, by: day + timedelta(days=by), days(), near)
