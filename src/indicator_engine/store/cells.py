"""One cell: what came, read as what its attribute declares, in the ways its source declares; nothing is guessed.

`Formats` is how a source writes days, numbers, truth and gaps. A cell that cannot be read raises `CellError` with a
reason of the closed list in `codes.py` and with what would be right.
"""

from __future__ import annotations

import math
import re
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.definitions import mappings
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.periods import DayFormat
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from indicator_engine.language.schema import Attribute
    from indicator_engine.store.records import Value

TRUE_WORDS = mappings.TRUE_WORDS
FALSE_WORDS = mappings.FALSE_WORDS
UNKNOWN_WORDS = mappings.UNKNOWN_WORDS

WHOLE_DIGITS = 18
"""Digits a number may have before its point."""

DECIMAL_DIGITS = 20
"""Digits a number may have after its point."""

_SPREADSHEET_ERRORS = frozenset({
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA",
})  # fmt: skip

_DAY_0 = date(1899, 12, 30)
"""The day from which spreadsheets count, as they count from March 1900 on."""

NO_VALUE = "#NO VALUE!"
"""What readers of workbooks hand over for a formula that was never worked out, as an error comes as its text."""

_DAY_AND_TIME = late(
    r"(?P<day>.{6,}?)[T ](?P<hours>\d{1,2}):(?P<minutes>\d\d)(:(?P<seconds>\d\d)([.,](?P<fraction>\d+))?)?"
    r"\s?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


class CellError(Exception):
    """A cell that its type cannot hold: a code, the fact, what would be right."""

    def __init__(self, code: str, fact: str, hint: str = "") -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint = code, fact, hint


@dataclass(frozen=True)
class Formats:
    """How a source writes its cells, beyond what everybody is understood to mean."""

    dates: tuple[DayFormat, ...] = ()
    serial_dates: bool = False
    decimal: str = "."
    thousands: str = ""
    yes: frozenset[str] = field(default_factory=frozenset)
    no: frozenset[str] = field(default_factory=frozenset)
    earliest: date = periods.EARLIEST
    latest: date = periods.LATEST


PLAIN = Formats()
"""Days year first, a decimal point, yes, no and unknown."""


def read_value(cell: Any, attribute: Attribute, formats: Formats = PLAIN) -> Value:
    """A cell as its attribute's type; None when blank. Raises CellError with what would be right."""
    refuse_error_value(cell)
    if attribute.type == "list":
        return _read_list(cell, attribute)
    if attribute.type == "truth":
        return read_truth(cell, formats)
    if attribute.type in ("integer", "decimal", "money"):
        return None if _holds_no_number(cell) else _read_number(cell, attribute, formats)
    if is_blank(cell):
        return None
    return read_day(cell, formats) if attribute.type == "date" else _read_word(cell, attribute)


def refuse_error_value(cell: Any) -> None:
    """An error value of a spreadsheet is nobody's answer, and neither is a formula without a value."""
    if not isinstance(cell, str) or "#" not in cell:
        return
    if cell == NO_VALUE:
        hint = "open the file in a spreadsheet program, which works it out, and save it there"
        raise CellError("IE361", "a formula without a value", hint)
    if cell.strip().upper() in _SPREADSHEET_ERRORS:
        raise CellError("IE360", f"{cell.strip()} is a spreadsheet's error", "mend the formula in the spreadsheet")


# ── days and instants ────────────────────────────────────────────────────────────────────────────────────────────────


def read_day(cell: Any, formats: Formats = PLAIN) -> date | None:
    """A day: a date, text year first, or as the source declares. A date and time is refused unless it is midnight."""
    refuse_error_value(cell)
    if isinstance(cell, datetime):
        if cell.time() != datetime.min.time():
            raise CellError("IE353", f"{cell.isoformat()} has a time of day; a day is needed", "leave the time out")
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    text = text_of(cell)
    if not text:
        return None
    if day := _written_day(text, formats):
        return day
    if found := _DAY_AND_TIME.fullmatch(text):
        day = _written_day(found["day"].strip(), formats)
        if day and int(found["hours"]) < 24 and int(found["minutes"]) < 60:
            return _of_midnight(day, found)
    fact = periods.no_such_day(text) or f'"{cut(text)}" is not a day; {_days_wanted(formats)}'
    raise CellError("IE350", fact, _day_hint(text, formats))


def _written_day(text: str, formats: Formats) -> date | None:
    """A text year first or as its source declares; None where it is neither."""
    if len(text) == 10 and text[4] == text[7] == "-" and (day := _year_first(text)):
        return day
    return _declared_day(text, formats)


def _year_first(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text.isascii() else None
    except ValueError:
        return None
    return _plausible(found) if found else None


def _declared_day(text: str, formats: Formats) -> date | None:
    """A text in the formats that the source declares; two that disagree on it make it ambiguous."""
    found = {day for one in formats.dates if (day := one.in_any_year(text))}
    if len(found) > 1:
        shown = " or ".join(day.isoformat() for day in sorted(found))
        raise CellError("IE351", f'"{cut(text)}" could be {shown}', "declare one format for days, not several")
    if found:
        return _plausible(found.pop())
    if formats.serial_dates and re.fullmatch(r"\d{1,6}(\.\d+)?", text, re.ASCII):
        return _of_serial(text)
    return None


def _of_midnight(day: date, written: re.Match[str]) -> date:
    """The day of a day and time, where that is midnight, as programs write plain days."""
    if written["zone"] or any(int(written[one] or 0) for one in ("hours", "minutes", "seconds", "fraction")):
        raise CellError("IE353", f'"{cut(written[0])}" has a time of day; a day is needed', "leave the time out")
    return day


def _of_serial(text: str) -> date:
    """The day a spreadsheet counts so; before March 1900 spreadsheets disagree, and 60 is a day that never was."""
    number, _, rest = text.partition(".")
    if rest.strip("0"):
        raise CellError("IE353", f'"{cut(text)}" is a day and a time; a day is needed', "leave the time out")
    if int(number) <= 60:
        raise CellError("IE350", f"{number} is no day: spreadsheets disagree on days before March 1900")
    return _plausible(_DAY_0 + timedelta(days=int(number)))


def _days_wanted(formats: Formats) -> str:
    if not formats.dates:
        return "write it year first, like 2010-03-31"
    return f"days here are written {' or '.join(one.text for one in formats.dates)}"


_FORMS = tuple((late(pattern, re.ASCII), formats) for pattern, formats in (
    (r"\d{1,2}([/. -])\d{1,2}\1\d{4}", ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")),
    (r"\d{1,2}([/. -])\d{1,2}\1\d{2}", ("%d{0}%m{0}%y", "%m{0}%d{0}%y")),
    (r"\d{4}([/. -])\d{1,2}\1\d{1,2}", ("%Y{0}%m{0}%d",)),
    (r"\d{1,2}([/. -])[A-Za-z]{3,}\1\d{4}", ("%d{0}%B{0}%Y",)),
    (r"\d{1,2}([/. -])[A-Za-z]{3,}\1\d{2}", ("%d{0}%B{0}%y",)),
    (r"[A-Za-z]{3,}( )\d{1,2}, \d{4}", ("%B %d, %Y",)),
    (r"(\d)\d{7}", ("%Y%m%d",)),
    (r"\d{1,2}(?:st|nd|rd|th)( )[A-Za-z]{3,} \d{4}", ()),
))  # fmt: skip
"""What days look like in files, with the formats that such a text could be in."""


def _day_hint(text: str, formats: Formats) -> str:
    """What to declare if a text is a day after all."""
    if re.fullmatch(r"\d{5}(\.0+)?", text, re.ASCII):
        shown = (_DAY_0 + timedelta(days=int(float(text)))).isoformat()
        return f'a spreadsheet counts {shown} so; if that is meant, declare `dates = ["excel serial"]`'
    found = next(((match, names) for form, names in _FORMS if (match := form.fullmatch(text))), None)
    if not found:
        return ""
    if not found[1]:
        return 'write it without st, nd, rd or th, and declare `dates = ["%d %B %Y"]`'
    names = [name.format(found[0][1]) for name in found[1]]
    fitting = [name for name in names if DayFormat(name).in_any_year(text)]
    if not fitting:
        return "no calendar has such a day: look for a slip of the pen"
    if len(names) > 1 and any(one.text in names for one in formats.dates):
        day = DayFormat(fitting[0]).in_any_year(text)
        return f"in the format {fitting[0]} it is {day}: does the file have days in both orders?"
    or_else = f', or `["{names[1]}"]` where the month comes first' if len(names) > 1 else ""
    return f'declare how days are written: `dates = ["{names[0]}"]`{or_else}'


def _plausible(day: date) -> date:
    if not periods.EARLIEST <= day <= periods.LATEST:
        fact = f"{day.isoformat()} is outside {periods.EARLIEST.year} to {periods.LATEST.year}"
        raise CellError("IE352", fact, "look for a slip of the pen in the year")
    return day


def read_occurrence(cell: Any, formats: Formats = PLAIN) -> date | None:
    """The day something happened, within the years that its source allows."""
    day = read_day(cell, formats)
    if day and not formats.earliest <= day <= formats.latest:
        span = f"{formats.earliest.isoformat()} to {formats.latest.isoformat()}"
        hint = "look for a slip of the pen in the year; if it is right, declare `earliest` or `latest`"
        raise CellError("IE352", f"{day.isoformat()} is outside {span}", hint)
    return day


def read_instant(cell: Any, formats: Formats = PLAIN) -> datetime | None:
    """When something was recorded: a day (its start) or a day and time; with a zone it is brought to UTC."""
    refuse_error_value(cell)
    if isinstance(cell, datetime):
        return _without_zone(cell)
    text = "" if isinstance(cell, date) else text_of(cell)
    if not isinstance(cell, date) and not text:
        return None
    if found := _day_and_time(text):
        return _without_zone(found)
    try:
        if instant := _declared_instant(text, formats):
            return _without_zone(instant)
        day = read_day(cell, formats)
    except CellError as fault:
        if fault.code != "IE350":
            raise
        fact = f'"{cut(text)}" is not a day or a day and time; write 2010-03-31 or 2010-03-31T14:30'
        raise CellError("IE359", fact, fault.hint) from None
    return datetime.combine(day, datetime.min.time()) if day else None


def _day_and_time(text: str) -> datetime | None:
    """A text year first, with a time after a T or a space; weeks and days of the year are none."""
    if text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in ("", "T", "t", " "):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _declared_instant(text: str, formats: Formats) -> datetime | None:
    """A day as its source writes days, with a time after it."""
    found = _DAY_AND_TIME.fullmatch(text)
    day = _declared_day(found["day"].strip(), formats) if found else None
    if not found or not day:
        return None
    zone = (found["zone"] or "").upper().replace("Z", "+00:00")
    time = f"{int(found['hours']):02}:{found['minutes']}:{found['seconds'] or '00'}.{found['fraction'] or '0'}"
    return _day_and_time(f"{day.isoformat()}T{time}{zone}")


def _without_zone(instant: datetime) -> datetime:
    try:
        plain = instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    except OverflowError:
        plain = instant.replace(tzinfo=None)
    _plausible(plain.date())
    return plain


# ── truth and numbers ────────────────────────────────────────────────────────────────────────────────────────────────


def read_truth(cell: Any, formats: Formats = PLAIN) -> bool | None:
    """Yes, no, or None where nobody knows."""
    if cell is None or isinstance(cell, bool):
        return cell
    refuse_error_value(cell)
    word = _number_as_text(cell).casefold()
    if word in TRUE_WORDS or word in formats.yes:
        return True
    if word in FALSE_WORDS or word in formats.no:
        return False
    if word in UNKNOWN_WORDS:
        return None
    raise CellError(
        "IE357", f'"{cut(word)}" is neither yes, no nor unknown', "declare other words under `yes` and `no`"
    )


def _number_as_text(cell: Any) -> str:
    """A whole number without the point that spreadsheets keep it with."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else text_of(cell)


def _read_number(cell: Any, attribute: Attribute, formats: Formats) -> Fraction:
    number = _exact(cell, formats)
    if number is None:
        raise CellError("IE354", f'"{cut(str(cell))}" is not a number; write digits and a point, like 1204 or 2.5',
                        _number_hint(cell, formats))  # fmt: skip
    if attribute.type == "integer" and number.denominator != 1:
        raise CellError("IE355", f"{cut(str(cell))} is not a whole number")
    if abs(number) >= 10**WHOLE_DIGITS or (number * 10**DECIMAL_DIGITS).denominator != 1:
        fact = f"{cut(str(cell))} has more than {WHOLE_DIGITS} digits before its point, or {DECIMAL_DIGITS} after it"
        raise CellError("IE363", fact, "round it where it is made")
    if attribute.minimum is not None and number < attribute.minimum:
        raise CellError("IE356", f"{cut(str(cell))} is below the least the pack allows, {attribute.minimum}")
    if attribute.maximum is not None and number > attribute.maximum:
        raise CellError("IE356", f"{cut(str(cell))} is above the most the pack allows, {attribute.maximum}")
    return number


def _holds_no_number(cell: Any) -> bool:
    """Whether a cell is blank. What is no number at all (NaN) is not: it was worked out, and wrongly."""
    return cell is None or (not isinstance(cell, float) and is_blank(cell))


def _exact(cell: Any, formats: Formats) -> Fraction | None:
    """A number without loss: floats by what they show (0.1 is a tenth); NaN, infinity and booleans are none.

    Only texts are written as their source declares; numbers have no marks that could be taken for others.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | Fraction):
        return Fraction(cell)
    typed = isinstance(cell, float | Decimal)
    text = str(cell) if typed else _with_point(text_of(cell), formats)
    if len(text) > 2 * (WHOLE_DIGITS + DECIMAL_DIGITS) or not text.isascii() or "_" in text:
        return None
    if "e+" in text.casefold() and not typed:
        return None
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return None
    return Fraction(decimal) if decimal.is_finite() and abs(decimal.adjusted()) < 100 else None


def _with_point(text: str, formats: Formats) -> str:
    """A number as the source writes it, with a point and without marks between thousands."""
    if formats.thousands == " ":
        text = _SPACES.sub(" ", text)
    if formats.thousands and formats.thousands in text:
        mark, point = re.escape(formats.thousands), re.escape(formats.decimal)
        if not re.fullmatch(rf"[+-]?(?!0{mark})\d{{1,3}}({mark}\d{{3}})+({point}\d+)?", text, re.ASCII):
            return ""
        text = text.replace(formats.thousands, "")
    if formats.decimal == ".":
        return text
    return "" if "." in text else text.replace(formats.decimal, ".")


_SPACES = late("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]")
"""What else is put between thousands where a space is meant."""

_GAP = 7
"""Characters of the longest word without a digit that is taken for one that says that nothing is known."""

_NUMBER_HINTS = tuple((late(pattern, re.ASCII | re.IGNORECASE), hint) for pattern, hint in (
    (r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", 'if the commas part thousands, declare `thousands = ","`'),
    (r"[+-]?\d+,\d+", 'if the comma is the decimal point, declare `decimal = ","`'),
    (r"[+-]?\d{1,3}( \d{3})+([.,]\d+)?", 'if the spaces part thousands, declare `thousands = " "`'),
    (r"[+-]?\d{1,3}(\.\d{3})+,\d+", 'if the points part thousands, declare `thousands = "."` and `decimal = ","`'),
    (r"[+-]?\d+\.\d+", 'if the point is the decimal point, declare `decimal = "."`'),
    (r"[+-]?[\d.]+e\+\d+", "a spreadsheet shortened it to an exponent: show the column in full, and export it again"),
    (r".*%", "write it without the %, in the measure that the pack counts in: 45, or 0.45"),
    (r"[£$€¥].*|.*[£$€¥]", "write the number without the sign of the currency, such as £"),
))  # fmt: skip
"""What numbers look like that nobody declared to be written so, and what to do about it."""


def _number_hint(cell: Any, formats: Formats) -> str:
    """What to declare, or to write, if a text is a number after all, or none on purpose."""
    if not isinstance(cell, str):
        return ""
    text = _SPACES.sub(" ", cell.strip())
    for form, hint in _NUMBER_HINTS:
        if form.fullmatch(text):
            return "" if _clashes(hint, formats) else hint
    if len(text) <= _GAP and not any(map(str.isdigit, text)):
        return f'if it says that nothing is known, declare `missing = ["{cut(text)}"]`; else leave the cell blank'
    return ""


def _clashes(hint: str, formats: Formats) -> bool:
    """Whether what a hint says to declare is declared already, or cannot be beside what is."""
    point, mark = f'"{formats.decimal}"', f'"{formats.thousands}"'
    if f"decimal = {point}" in hint or f"thousands = {mark}" in hint:
        return True
    both = "decimal" in hint and "thousands" in hint
    return not both and (f"thousands = {point}" in hint or f"decimal = {mark}" in hint)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_list(cell: Any, attribute: Attribute) -> tuple[str, ...]:
    items = cell if isinstance(cell, list | tuple) else text_of(cell).split(";")
    words = tuple(dict.fromkeys(word for item in items if (word := read_text(item))))
    for word in words:
        _check_choice(word, attribute)
    return words


def _read_word(cell: Any, attribute: Attribute) -> str:
    word = read_text(cell)
    if attribute.type == "choice":
        _check_choice(word, attribute)
    return word


def read_text(cell: Any) -> str:
    """A text that any file and any database can hold."""
    refuse_error_value(cell)
    text = text_of(cell)
    if not text.isprintable() and (any(one in text for one in _NO_TEXT) or not encodes(text)):
        raise CellError("IE342", "it has a character that no text has", "export the file again; it may be damaged")
    return text


_NO_TEXT = "\0\x1e\x1f"
"""NUL, which ends texts elsewhere, and what parts records and units, also where ours are compared as texts."""


def encodes(text: str) -> bool:
    """Whether a text is one that a file can have; half a character is none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_choice(word: str, attribute: Attribute) -> None:
    if attribute.choices and not attribute.open and word not in attribute.choices:
        hint = did_you_mean(word, attribute.choices)
        fact = f'"{cut(word)}" is not one of the choices' + (f"; {hint}" if hint else "")
        means = f'values.{attribute.name} = {{ "{cut(word)}" = "…" }}'
        raise CellError("IE358", fact, f"mend the word; or declare what it means here: `{means}`")


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing."""
    if isinstance(cell, str) and (not cell or cell.isalnum()):
        return not cell
    return cell is None or (not isinstance(cell, list | tuple) and text_of(cell) == "")


EDGES = "".join(one for one in map(chr, range(0x3001)) if one.isspace()) + "\u200b\u200e\u200f\u2060\ufeff"
"""What is no part of a text where it stands at its ends: spaces, and marks of no width."""


def text_of(cell: Any) -> str:
    """A cell as text, without spaces round it; "" for nothing, and for what data frames write for it."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    text = str(cell).strip()
    return text if text.isascii() else text.strip(EDGES)


def cut(text: str) -> str:
    """The beginning of a text, harmless to show."""
    shown = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text[:60])
    return shown + ("…" if len(text) > 60 else "")
