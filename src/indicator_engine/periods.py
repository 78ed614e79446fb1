"""Calendars: periods and their buckets, calendar arithmetic, dates that are only roughly known.

Dates are days. Arithmetic counts from its anchor and clamps at the end of a month, so a month after 31 January
is the last day of February, and two months after it is 31 March.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from indicator_engine.frozen import dataclass

BucketUnit = Literal["month", "quarter", "year"]
MONTHS_IN: dict[BucketUnit, int] = {"month": 1, "quarter": 3, "year": 12}

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MONTHS = {name.casefold(): number for number, name in enumerate(MONTH_NAMES, 1)} | {
    name[:3].casefold(): number for number, name in enumerate(MONTH_NAMES, 1)
}

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)
"""Dates outside these years are taken for typing errors wherever a person or a file supplies one."""

WITHIN_MEMORY = date(1950, 1, 1)
"""What an import says happened before this day is taken for a typing error, unless its source says otherwise."""


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole days, both ends included, with the label it was written as."""

    start: date
    end: date
    label: str = ""

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def opening(self) -> date:
        """The day before the period begins: its close is the opening position."""
        return self.start - timedelta(days=1) if self.start > date.min else self.start

    @property
    def months(self) -> int:
        """Whole months the period lasts."""
        return months_between(self.start, self.end + timedelta(days=1))


@dataclass(frozen=True)
class FuzzyDate:
    """A date known only to lie within a range: "early September 2008" is 1 to 10 September, both included."""

    earliest: date
    latest: date
    text: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether it is one certain day."""
        return self.earliest == self.latest

    def __str__(self) -> str:
        return self.text or self.earliest.isoformat()


def exactly(day: date) -> FuzzyDate:
    """A day known for certain."""
    return FuzzyDate(day, day, day.isoformat())


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def shift(day: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """`day` moved by years and months (clamped at the month's end), then by days; stays within Python's dates.

    >>> shift(date(2008, 2, 29), years=1), shift(date(2009, 1, 31), months=1)
    (datetime.date(2009, 2, 28), datetime.date(2009, 2, 28))
    """
    count = day.year * 12 + day.month - 1 + years * 12 + months
    if not 12 <= count < 120000:
        return date.min if count < 12 else date.max
    year, month = divmod(count, 12)
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    try:
        return moved + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def same_point(day: date, *, months: int) -> date:
    """`day` moved by months, the last day of a month to the last day of another.

    >>> same_point(date(2009, 9, 30), months=-6), same_point(date(2009, 2, 28), months=-12)
    (datetime.date(2009, 3, 31), datetime.date(2008, 2, 29))
    """
    moved = shift(day, months=months)
    return month_end(moved.year, moved.month) if day == month_end(day.year, day.month) else moved


def months_between(start: date, end: date) -> int:
    """Whole months from start to end, counted from the earlier day; negative when end comes first.

    >>> months_between(date(2009, 1, 31), date(2009, 2, 28)), months_between(date(2009, 1, 31), date(2009, 2, 27))
    (1, 0)
    """
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if shift(start, months=months) <= end else months - 1


def years_between(start: date, end: date) -> int:
    """Whole years from start to end; negative when end comes first."""
    months = months_between(start, end)
    return months // 12 if months >= 0 else -(-months // 12)


def buckets(period: Period, unit: BucketUnit) -> tuple[Period, ...]:
    """The months, quarters or years of a period, counted from its start; the last may be cut by its end."""
    step = MONTHS_IN[unit]
    found: list[Period] = []
    index = 0
    while (start := shift(period.start, months=step * index)) <= period.end:
        last = shift(period.start, months=step * (index + 1)) - timedelta(days=1)
        found.append(Period(start, min(last, period.end), f"{unit} {index + 1}"))
        index += 1
    return tuple(found)


def previous(period: Period) -> Period:
    """The period of the same length that ends the day before this one starts."""
    if shift(period.start, months=period.months) == period.end + timedelta(days=1):
        return Period(shift(period.start, months=-period.months), period.opening)
    length = period.end - period.start
    return Period(period.opening - length, period.opening)


def year_from(label: str, start_month: int = 1, start_day: int = 1) -> Period | None:
    """A reporting year from its label: "09-10", "2008-09", "2009/10", "2009"; None when it is not one.

    Two-digit years are of this century. A label of two years must name consecutive ones.

    >>> year_from("09-10", 4).end
    datetime.date(2010, 3, 31)
    """
    match = re.fullmatch(r"\s*(\d{4}|\d{2})(?:\s*[-/–]\s*(\d{4}|\d{2}))?\s*", label, re.ASCII)
    if not match:
        return None
    first = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    if match[2] and int(match[2]) % 100 != (first + 1) % 100:
        return None
    if len(match[2] or "") == 4 and int(match[2]) != first + 1:
        return None
    if not EARLIEST.year <= first <= LATEST.year - 1:
        return None
    start = date(first, start_month, start_day)
    return Period(start, shift(start, years=1) - timedelta(days=1), label.strip())


def month_from(text: str) -> date | None:
    """The first day of a month written as "March 2010" or "Mar 2010"; None when it is not one."""
    match = re.fullmatch(r"\s*([A-Za-z]+)\.?\s+(\d{4})\s*", text, re.ASCII)
    month = _MONTHS.get(match[1].casefold()) if match else None
    if not match or not month or not EARLIEST.year <= int(match[2]) <= LATEST.year:
        return None
    return date(int(match[2]), month, 1)


def day_from(text: str) -> date | None:
    """A day written as 2010-03-31, "31 March 2010" or "31st March 2010"; None for anything ambiguous."""
    parts = _parts_of_day(text)
    return _day_or_none(*parts) if parts else None


def _parts_of_day(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of what is written like a day, whether or not there is such a one."""
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return int(text[:4]), int(text[5:7]), int(text[8:])
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]+)\.?\s+(\d{4})", text, re.ASCII)
    month = _MONTHS.get(match[2].casefold()) if match else None
    return (int(match[3]), month, int(match[1])) if match and month else None


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def no_day(text: str) -> str:
    """Why a text is no day, in a sentence; "" where it is one.

    >>> no_day("2009-02-29")
    '"2009-02-29" is not a day of the calendar: February 2009 ends on 2009-02-28'
    """
    return no_such_day(text) or (
        "" if day_from(text) else f'"{text}" is not a day; write it year first, like 2010-03-31'
    )


def no_such_day(text: str) -> str:
    """The same of what is written like a day; "" for every other text as well."""
    parts = _parts_of_day(text)
    if not parts or day_from(text):
        return ""
    year, month, day = parts
    if not EARLIEST.year <= year <= LATEST.year:
        return f'"{text}" is outside {EARLIEST.isoformat()} to {LATEST.isoformat()}; look for a slip in the year'
    if not 1 <= month <= 12:
        return f'"{text}" is not a day of the calendar: it has the months 01 to 12'
    edge = date(year, month, monthrange(year, month)[1] if day else 1)
    named = f"{MONTH_NAMES[month - 1]} {year} {'ends' if day else 'begins'}"
    return f'"{text}" is not a day of the calendar: {named} on {edge.isoformat()}'


def no_such_day_in(phrase: str) -> str:
    """The same of the day that a phrase names: "by 31 June 2027"."""
    found = re.search(r"(?<![\d-])\d{1,2}(?:st|nd|rd|th)?\s+[A-Za-z]+\.?\s+\d{4}(?!\d)", phrase, re.ASCII)
    return no_such_day(found[0]) if found else ""


_DIRECTIVES = {
    "d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})",
    "B": r"(?P<B>[A-Za-z]+)", "b": r"(?P<b>[A-Za-z]+)",
}  # fmt: skip


class DayFormat:
    """A way of writing days, declared by whoever knows the file: `%d/%m/%Y`, `%d %B %Y`, `%d.%m.%y`.

    `%d` and `%m` are one or two digits, but two where nothing parts them from what is beside them; `%Y` is four, `%y`
    two (69 to 99 are 1969 to 1999), `%B` and `%b` the English name of a month, whole or its first three letters. Raises
    ValueError, with the reason, for a text that is no such format.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.directives = tuple(re.findall(r"%(.)", text))
        if fault := self._fault():
            raise ValueError(fault)
        parts = re.split(r"%(.)", text)
        pattern = "".join(_DIRECTIVES[part] if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
        if "" in parts[2:-2:2]:
            pattern = pattern.replace("{1,2}", "{2}")
        self._pattern = re.compile(pattern, re.ASCII)

    def __repr__(self) -> str:
        return f"DayFormat({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DayFormat) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _fault(self) -> str:
        unknown = [one for one in self.directives if one not in _DIRECTIVES]
        if unknown:
            return f"`%{unknown[0]}` is none of %d, %m, %Y, %y, %B and %b"
        given = sorted("Y" if one in "Yy" else "m" if one in "mBb" else one for one in self.directives)
        if given != ["Y", "d", "m"]:
            return "it must have the day, the month and the year, each once"
        return (
            "" if not re.search(r"[A-Za-z0-9]", re.sub(r"%.", "", self.text)) else "it has letters or digits of its own"
        )

    @property
    def month_first(self) -> bool:
        """Whether the month, in digits, stands before the day."""
        return "m" in self.directives and self.directives.index("m") < self.directives.index("d")

    def day(self, text: str) -> date | None:
        """The day a text means; None when it is not written so, or there is no such day from 1900 to 2200."""
        found = self.in_any_year(text)
        return found if found and EARLIEST <= found <= LATEST else None

    def in_any_year(self, text: str) -> date | None:
        """The same, in years that must be typing errors as well."""
        found = self._pattern.fullmatch(text)
        if not found:
            return None
        parts = found.groupdict()
        name = parts.get("B") or parts.get("b")
        month = _MONTHS.get(name.casefold()) if name else int(parts["m"])
        year = int(parts["Y"]) if "Y" in parts else int(parts["y"]) + (1900 if int(parts["y"]) >= 69 else 2000)
        try:
            return date(year, month or 0, int(parts["d"]))
        except ValueError:
            return None


_PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


def fuzzy_from(text: str) -> FuzzyDate | None:
    """A date as people write it: a day, a month, or "early", "mid" or "late" in a month, as the range it means.

    >>> fuzzy_from("early September 2008").latest
    datetime.date(2008, 9, 10)
    """
    if day := day_from(text):
        return FuzzyDate(day, day, text.strip())
    match = re.fullmatch(r"\s*(?:(early|mid|late)[\s-]+)?(?:in\s+)?(.+?)\s*", text, re.ASCII | re.IGNORECASE)
    month = month_from(match[2]) if match else None
    if not match or not month:
        return None
    last = monthrange(month.year, month.month)[1]
    first_day, last_day = _PARTS_OF_MONTH.get((match[1] or "").casefold(), (1, last))
    return FuzzyDate(month.replace(day=first_day), month.replace(day=min(last_day, last)), text.strip())


def shown(day: date) -> str:
    """A day for people: `31 March 2010`."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
