"""Small readings that many tables share: texts, days, dates known only roughly, due phrases, provenance, numbers.

Each takes a place and what an author wrote there, gives the value, and reports what it cannot read. A `County` holds
what the readings depend on: the convention and the period.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.amounts import Amount, read
from indicator_engine.conventions import Convention, Due, Provenance
from indicator_engine.definitions.wording import hint_for_key, quoted, report_type, sort_of
from indicator_engine.frozen import dataclass
from indicator_engine.periods import EARLIEST, LATEST, FuzzyDate, Period, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indicator_engine.definitions.sources import Place


@dataclass(frozen=True)
class County:
    """The convention and the period of a statement.

    `known` is False where one of them could not be read and another stands in; what cannot be read with the
    stand-in is then not reported, since it may well be right.
    """

    convention: Convention
    period: Period
    known: bool = True

    def due(self, place: Place, given: object) -> Due | None:
        """A deadline, written as a date or in the document's words."""
        if isinstance(given, str):
            return self._phrase(place, given)
        if isinstance(given, date):
            found = day(place, given)
            return Due(found, found.isoformat()) if found else None
        report_type(place, "a date, or the words of the document", given)
        return None

    def _phrase(self, place: Place, phrase: str) -> Due | None:
        found = self.convention.due(phrase, self.period)
        if found and EARLIEST <= found.day <= LATEST:
            return found
        if self.known and (fact := periods.no_such_day_in(phrase)):
            place.report("IE021", fact, "look at the day and the month")
        elif self.known:
            fact = f"the {self.convention.title} convention does not understand the due date {quoted(phrase)}"
            place.report("IE021", fact, f"write it like one of these: {self.phrases()}")
        return None

    def phrases(self) -> str:
        """Ways to write a due date that this convention understands."""
        end = self.period.end
        month = f"{periods.MONTH_NAMES[end.month - 1]} {end.year}"
        year = f"{end.year - (end.month < 12)}-{end.year % 100:02}" if end.month < 12 else f"{end.year}"
        ways = (
            f"by {month}", f"by {shown(end)}", f"before the end of {month}", f"{month}", "by the end of the year",
            *[f"by the end of {year}", "by the end of the period"] * (self.period.months > 12),
        )  # fmt: skip
        known = [quoted(way) for way in ways if self.convention.due(way, self.period)]
        return "; ".join([*known, end.isoformat()])

    def references(self, place: Place, given: object) -> tuple[str, ...]:
        """Numbers of aims: a list of texts, or prose such as "1,2 and 4"; none where nothing is given."""
        if isinstance(given, str):
            found = self.convention.read_references(given)
            if found is None and self.known:
                fact = f"no numbers of aims can be read from {quoted(given)}"
                place.report("IE022", fact, 'write them as a list: `aims = ["1", "2"]`')
            return found or ()
        return texts(place, given)


def texts(place: Place, given: object) -> tuple[str, ...]:
    """One text or a list of them."""
    if given is None:
        return ()
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, list):
        report_type(place, "a text or a list of texts", given)
        return ()
    for position, item in enumerate(given):
        if not isinstance(item, str):
            report_type(place / position, "text", item)
    return tuple(item for item in given if isinstance(item, str))


def text(place: Place, given: object) -> str:
    """A text."""
    if given is None or isinstance(given, str):
        return given or ""
    report_type(place, "text", given)
    return ""


def day(place: Place, given: object) -> date | None:
    """A day, as TOML writes it."""
    if given is None:
        return None
    if isinstance(given, datetime) or not isinstance(given, date):
        report_type(place, "a date", given)
        return None
    if EARLIEST <= given <= LATEST:
        return given
    fact = f"{given.isoformat()} is before {EARLIEST.year} or after {LATEST.year}"
    place.report("IE018", fact, "look for a slip of the pen in the year")
    return None


def fuzzy(place: Place, given: object) -> FuzzyDate | None:
    """A day, or a text that says roughly which."""
    if not isinstance(given, str):
        found = day(place, given)
        return periods.exactly(found) if found else None
    roughly = periods.fuzzy_from(given)
    if roughly is None:
        hint = 'write a day (2008-09-10), a month ("September 2008") or a part of one ("early September 2008")'
        place.report("IE018", f"{quoted(given)} is not a date, not even roughly", hint)
    return roughly


def provenance(place: Place, table: Mapping[str, Any]) -> Provenance:
    """Who set and ratified a thing, when, and where it is written."""
    return Provenance(
        set_by=text(place / "set_by", table.get("set_by")),
        set_on=fuzzy(place / "set_on", table.get("set_on")),
        ratified_by=text(place / "ratified_by", table.get("ratified_by")),
        ratified_on=fuzzy(place / "ratified_on", table.get("ratified_on")),
        source=text(place / "source", table.get("source")),
        quote=text(place / "quote", table.get("quote")),
    )


def amount(place: Place, given: object) -> Amount | None:
    """A number: 20, 2.5, "50%" or "9/17"."""
    found = read(given)
    if found is None:
        what = quoted(given) if isinstance(given, str) else sort_of(given)
        number = _NUMBER_WORDS.get(given.strip().casefold()) if isinstance(given, str) else None
        hint = 'write 20, 2.5, "50%" or "TBC"' if number is None else f"write {number}"
        place.report("IE043", f"{what} is not a number", hint)
    return found


def digits(text: str) -> str:
    """A number written as a word, in digits; other text as it is."""
    return str(_NUMBER_WORDS.get(text.casefold(), text))


_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
}  # fmt: skip


def is_tbc(given: object) -> bool:
    """Whether an author wrote that a number is still to be agreed."""
    return isinstance(given, str) and given.strip().casefold() == "tbc"


def flag(place: Place, given: object) -> bool:
    """True or false."""
    if given is None or isinstance(given, bool):
        return bool(given)
    report_type(place, "true or false", given)
    return False


def written_with_point(given: object) -> bool:
    """Whether a number has a decimal point, so that nobody can take it for a count or a percentage."""
    if isinstance(given, Decimal):
        return True
    return isinstance(given, str) and ("." in given or "/" in given)


def check_keys(place: Place, table: Mapping[str, Any], known: Iterable[str], header: str) -> None:
    """Report each key of a table that it cannot have."""
    names = list(known)
    for key in table:
        if key not in names:
            (place / key).report("IE010", f"there is no `{key}` in {header}", hint_for_key(key, names), on_key=True)
