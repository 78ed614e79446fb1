"""Calendars: moving a day, counting between days, buckets of a period, dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from indicator_engine import periods
from indicator_engine.periods import FuzzyDate, Period

YEAR = Period(date(2009, 4, 1), date(2010, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "by", "expected"),
    [
        ("2009-01-31", {"months": 1}, "2009-02-28"),
        ("2008-01-31", {"months": 1}, "2008-02-29"),
        ("2009-01-31", {"months": 2}, "2009-03-31"),
        ("2009-03-31", {"months": -1}, "2009-02-28"),
        ("2008-02-29", {"years": 1}, "2009-02-28"),
        ("2008-02-29", {"years": 4}, "2012-02-29"),
        ("2009-12-15", {"months": 1}, "2010-01-15"),
        ("2009-01-15", {"months": -1}, "2008-12-15"),
        ("2009-01-31", {"months": 1, "days": 1}, "2009-03-01"),
        ("2008-04-01", {"years": 2, "days": -1}, "2010-03-31"),
        ("2009-01-31", {}, "2009-01-31"),
    ],
)
def test_a_day_moves_by_whole_units_and_clamps_at_the_months_end(start: str, by: dict[str, int], expected: str):
    """Years and months first, clamped; days after that."""
    assert day(expected) == periods.shift(day(start), **by)


@pytest.mark.parametrize(
    ("start", "by", "expected"),
    [
        (date.max, {"days": 1}, date.max),
        (date.max, {"years": 10_000}, date.max),
        (date.min, {"days": -1}, date.min),
        (date.min, {"months": -1}, date.min),
        (date(2009, 1, 1), {"days": 10**9}, date.max),
        (date(2009, 1, 1), {"days": -(10**8)}, date.min),
    ],
)
def test_a_day_never_leaves_the_calendar(start: date, by: dict[str, int], expected: date):
    """What would lie before the first day or after the last is that day."""
    assert expected == periods.shift(start, **by)


@pytest.mark.parametrize(
    ("start", "end", "months", "years"),
    [
        ("2009-01-31", "2009-02-27", 0, 0),
        ("2009-01-31", "2009-02-28", 1, 0),
        ("2009-01-31", "2009-03-30", 1, 0),
        ("2009-01-31", "2009-03-31", 2, 0),
        ("2008-04-01", "2010-03-31", 23, 1),
        ("2008-04-01", "2010-04-01", 24, 2),
        ("2008-02-29", "2009-02-28", 12, 1),
        ("2010-04-01", "2008-04-01", -24, -2),
        ("2009-03-31", "2009-01-31", -2, 0),
        ("2009-01-01", "2009-01-01", 0, 0),
    ],
)
def test_whole_months_and_years_between_two_days(start: str, end: str, months: int, years: int):
    """Counted from the earlier day; an anniversary on a clamped day completes it."""
    assert (months, years) == (
        periods.months_between(day(start), day(end)), periods.years_between(day(start), day(end))
    )  # fmt: skip


def test_a_period_has_both_its_ends():
    """The first day and the last belong to it; the day before opens it."""
    assert [False, True, True, False] == [
        each in YEAR for each in map(day, ("2009-03-31", "2009-04-01", "2010-03-31", "2010-04-01"))
    ]
    assert (day("2009-03-31"), 12) == (YEAR.opening, YEAR.months)


def test_the_first_period_of_all_opens_on_its_own_first_day():
    """There is no day before the calendar's first."""
    assert date.min == Period(date.min, date.max).opening


@pytest.mark.parametrize(
    ("unit", "count", "second"),
    [("month", 12, ("2009-05-01", "2009-05-31")), ("quarter", 4, ("2009-07-01", "2009-09-30")), ("year", 1, None)],
)
def test_buckets_are_counted_from_the_start(unit: periods.BucketUnit, count: int, second: tuple[str, str] | None):
    """They follow each other without a gap and end with the period."""
    found = periods.buckets(YEAR, unit)
    assert (count, YEAR.start, YEAR.end) == (len(found), found[0].start, found[-1].end)
    if second:
        assert tuple(map(day, second)) == (found[1].start, found[1].end)


def test_the_last_bucket_is_cut_by_the_end_of_the_period():
    """Ten months have three quarters and a month."""
    found = periods.buckets(Period(day("2009-04-01"), day("2010-01-31")), "quarter")
    assert [day("2009-06-30"), day("2009-09-30"), day("2009-12-31"), day("2010-01-31")] == [each.end for each in found]


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2009-04-01", "2010-03-31", ("2008-04-01", "2009-03-31")),
        ("2008-03-01", "2008-03-31", ("2008-02-01", "2008-02-29")),
        ("2009-04-10", "2009-04-12", ("2009-04-07", "2009-04-09")),
        ("2009-04-01", "2009-04-01", ("2009-03-31", "2009-03-31")),
    ],
)
def test_the_previous_period_ends_the_day_before(start: str, end: str, before: tuple[str, str]):
    """As many whole months as this one has, or else as many days."""
    found = periods.previous(Period(day(start), day(end)))
    assert tuple(map(day, before)) == (found.start, found.end)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("09-10", "2009-04-01"),
        ("2009-10", "2009-04-01"),
        ("2009/10", "2009-04-01"),
        ("2009–2010", "2009-04-01"),
        ("2009", "2009-04-01"),
        (" 99-00 ", "2099-04-01"),
        ("09-11", None),
        ("2009-2011", None),
        ("2009-1910", None),
        ("09", "2009-04-01"),
        ("1899-00", None),
        ("2200-01", None),
        ("year 1", None),
        ("", None),
        ("٠٩-١٠", None),
    ],
)
def test_a_year_is_read_from_its_label(label: str, expected: str | None):
    """Two digits are of this century; two years must follow each other."""
    found = periods.year_from(label, 4)
    assert expected == (found.start.isoformat() if found else None)


def test_a_year_that_begins_on_29_february_ends_the_day_before_the_next_begins():
    """An anniversary clamps to the month's end."""
    found = periods.year_from("2008-09", 2, 29)
    assert found
    assert (day("2008-02-29"), day("2009-02-27")) == (found.start, found.end)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010-03-31", "2010-03-31"),
        ("31 March 2010", "2010-03-31"),
        ("31st March 2010", "2010-03-31"),
        ("1 Mar 2010", "2010-03-01"),
        ("1 Mar. 2010", "2010-03-01"),
        ("2nd SEPTEMBER 2008", "2008-09-02"),
        ("29 February 2008", "2008-02-29"),
        ("29 February 2009", None),
        ("2010-02-30", None),
        ("31/03/2010", None),
        ("03/04/2010", None),
        ("2010-3-31", None),
        ("March 2010", None),
        ("1899-12-31", None),
        ("2201-01-01", None),
        ("", None),
    ],
)
def test_a_day_is_read_only_where_it_can_mean_one_thing(text: str, expected: str | None):
    """Year first, or with the month in words; what is ambiguous is not read."""
    found = periods.day_from(text)
    assert expected == (found.isoformat() if found else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2009-02-29", '"2009-02-29" is not a day of the calendar: February 2009 ends on 2009-02-28'),
        ("2027-06-31", '"2027-06-31" is not a day of the calendar: June 2027 ends on 2027-06-30'),
        ("31 June 2027", '"31 June 2027" is not a day of the calendar: June 2027 ends on 2027-06-30'),
        ("2027-06-00", '"2027-06-00" is not a day of the calendar: June 2027 begins on 2027-06-01'),
        ("2027-13-01", '"2027-13-01" is not a day of the calendar: it has the months 01 to 12'),
        ("2201-01-01", '"2201-01-01" is outside 1900-01-01 to 2200-12-31; look for a slip in the year'),
        ("1899-12-31", '"1899-12-31" is outside 1900-01-01 to 2200-12-31; look for a slip in the year'),
        ("0000-01-01", '"0000-01-01" is outside 1900-01-01 to 2200-12-31; look for a slip in the year'),
        ("31/06/2027", '"31/06/2027" is not a day; write it year first, like 2010-03-31'),
        ("2027-06-30", ""),
        ("30 June 2027", ""),
    ],
)
def test_why_a_text_is_no_day(text: str, expected: str):
    """Who wrote it year first is not told to do so, but where the month ends, or which days there are."""
    assert expected == periods.no_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by 31 June 2027", '"31 June 2027" is not a day of the calendar: June 2027 ends on 2027-06-30'),
        (
            "on or before the 30th Feb 2028",
            '"30th Feb 2028" is not a day of the calendar: February 2028 ends on 2028-02-29',
        ),
        ("by 0 March 2027", '"0 March 2027" is not a day of the calendar: March 2027 begins on 2027-03-01'),
        ("by 31 March 2027", ""),
        ("by 31 Juni 2027", ""),
        ("by June 2027", ""),
    ],
)
def test_a_day_beyond_its_month_is_told(text: str, expected: str):
    """A phrase names a day that its month does not have: where the month ends, or begins."""
    assert expected == periods.no_such_day_in(text)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("early September 2008", "2008-09-01", "2008-09-10"),
        ("mid September 2008", "2008-09-11", "2008-09-20"),
        ("mid-September 2008", "2008-09-11", "2008-09-20"),
        ("late February 2008", "2008-02-21", "2008-02-29"),
        ("September 2008", "2008-09-01", "2008-09-30"),
        ("in September 2008", "2008-09-01", "2008-09-30"),
        ("12 September 2008", "2008-09-12", "2008-09-12"),
        ("2008-09-12", "2008-09-12", "2008-09-12"),
    ],
)
def test_a_date_known_roughly_is_a_range(text: str, earliest: str, latest: str):
    """The words are kept, and stand for the days that they may mean."""
    found = periods.fuzzy_from(text)
    assert found
    assert FuzzyDate(day(earliest), day(latest), text) == found
    assert (text, earliest == latest) == (str(found), found.is_exact)


@pytest.mark.parametrize("text", ["soon", "early 2008", "very early September 2008", "", "Septembre 2008"])
def test_what_is_no_date_is_not_read_roughly(text: str):
    """A guess is not made."""
    assert periods.fuzzy_from(text) is None


def test_a_day_is_shown_in_words():
    """31 March 2010, without noughts."""
    assert "31 March 2010" == periods.shown(day("2010-03-31"))
    assert "1 May 2009" == periods.shown(day("2009-05-01"))
