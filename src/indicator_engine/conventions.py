"""What a county decides: its words, its years, how its phrases read, its colours, its own rules.

A `Convention` is a frozen value; plugins register theirs, packs name one, and `dataclasses.replace` gives a variant
with one reading flipped. `NEUTRAL` is what the core ships. The engine's verdicts never depend on colours or words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from indicator_engine import periods
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.periods import Period
from indicator_engine.problems import Problem

Basis = Literal["occurred", "recorded"]
Light = Literal["green", "amber", "red", "grey"]

VERDICTS = (
    "met", "met_known_late", "on_track", "behind", "not_yet_due", "missed", "met_then_lost", "monitored", "narrative",
    "no_target_yet", "not_set_yet", "not_established", "no_baseline", "no_data", "none_arose", "undecided",
)  # fmt: skip
"""Every verdict the engine can give, in the order in which reports list them."""


@dataclass(frozen=True)
class Due:
    """A deadline: the last day that counts, the literal phrase, and what it says of the counting basis, if anything."""

    day: date
    phrase: str = ""
    basis: Basis | None = None
    inherited: bool = False


@dataclass(frozen=True)
class DueReading:
    """How a county reads its own phrases; flip one field to get the other reading.

    `by_month`: "by March 2010" lasts to the month's `last_day`, or ends the `day_before` 1 March.
    `before_end`: "before the end of March" includes 31 March (`inclusive`) or ends on the 30th (`strict`).
    `recorded_counts`: whether "to be recorded before …" makes the day of recording the one that counts.
    """

    by_month: Literal["last_day", "day_before"] = "last_day"
    before_end: Literal["inclusive", "strict"] = "inclusive"
    recorded_counts: bool = True


@dataclass(frozen=True)
class Status:
    """How one verdict looks: a light, a word, a symbol. Word and symbol always stand beside the colour."""

    light: Light
    word: str
    symbol: str


NEUTRAL_STATUS: Mapping[str, Status] = {
    "met": Status("green", "Met", "✔"),
    "met_known_late": Status("green", "Met (known late)", "✔"),
    "on_track": Status("green", "On track", "●"),
    "behind": Status("amber", "Behind", "▲"),
    "not_yet_due": Status("grey", "Not yet due", "○"),
    "missed": Status("red", "Missed", "✘"),
    "met_then_lost": Status("red", "Met, then lost", "▼"),
    "monitored": Status("grey", "Monitored", "–"),
    "narrative": Status("grey", "Narrative", "¶"),
    "no_target_yet": Status("grey", "No target yet (TBC)", "◇"),
    "not_set_yet": Status("grey", "Not set yet", "◇"),
    "not_established": Status("grey", "Not established", "◇"),
    "no_baseline": Status("grey", "No baseline", "◇"),
    "no_data": Status("grey", "No data", "?"),
    "none_arose": Status("grey", "None arose", "–"),
    "undecided": Status("grey", "Undecided", "?"),
    "withheld": Status("grey", "Not published", "◌"),
}
"""How each verdict looks. The last is not the engine's: it stands where a verdict would tell too small a figure."""


@dataclass(frozen=True)
class Vocabulary:
    """The county's own words for the parts of its statement, and the columns its table is laid out in."""

    priority: str = "Priority"
    outcome: str = "Outcome"
    indicator: str = "Indicator"
    aim: str = "Aim"
    columns: tuple[str, ...] = ("Priority", "Indicator", "Target")
    words: Mapping[str, str] = field(default_factory=dict)
    """The page's own words in the county's language, by the keys of `rendering.phrases.ENGLISH`."""


@dataclass(frozen=True)
class Look:
    """How the county's page looks: one accent, on light paper and on dark, and templates of its own.

    `templates` are Jinja2 texts by name. One called `page.html` may say `{% extends "shipped/page.html" %}` and fill
    only the blocks that differ.
    """

    accent: str = "#1d4f7c"
    accent_dark: str = "#8cc4f2"
    templates: Mapping[str, str] = field(default_factory=dict)
    document: bytes = field(default=b"", repr=False)
    """A Word document that reports are written into: its page, its styles, its header and footer."""
    fonts: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Typefaces for PDF by the name of their family, the first preferred: OpenType or TrueType files."""

    def fault(self) -> str:
        """What is wrong with it; "" when nothing is."""
        for name, colour in (("accent", self.accent), ("accent_dark", self.accent_dark)):
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                return f"look.{name} is {colour!r}; a colour is written like #1d4f7c"
        return ""


@dataclass(frozen=True)
class Provenance:
    """Who set or ratified something, when (possibly only roughly), and where it is written."""

    set_by: str = ""
    set_on: periods.FuzzyDate | None = None
    ratified_by: str = ""
    ratified_on: periods.FuzzyDate | None = None
    source: str = ""
    quote: str = ""


# A lint looks at a whole statement (`definitions.model.Statement`) and gives the problems it sees.
Lint = Callable[[Any], Iterable[Problem]]


def split_references(text: str) -> tuple[str, ...] | None:
    """Aim numbers out of prose: "1,2,3 and 4" gives ("1", "2", "3", "4"); None when it is not such a list.

    >>> split_references("1, 3, 4 and 5")
    ('1', '3', '4', '5')
    """
    words = re.split(r"\s*(?:,|;|&|\band\b)\s*", text.strip())
    found = tuple(word.rstrip(".") for word in words if word)
    return found if found and all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.]*", word) for word in found) else None


def no_provenance(_text: str, _period: Period) -> Provenance | None:
    """The neutral reading: nothing about who set a target is taken from its words."""
    return None


def read_due(text: str, period: Period, reading: DueReading) -> Due | None:
    """A due phrase as the last day that counts; None when it is not one we know.

    Understands "by", "before", "by/before the end of", "on or before", "in", "during" with a month, a day, a
    reporting year or "the year", with "to be recorded", "to be held" and the like in front.

    >>> read_due("by March 2010", Period(date(2009, 4, 1), date(2010, 3, 31)), DueReading()).day
    datetime.date(2010, 3, 31)
    """
    match = _DUE.fullmatch(text)
    if not match:
        day = periods.day_from(text)
        return Due(day, text) if day else None
    when = _span_of(match["when"], period)
    if not when:
        return None
    recorded = (match["verb"] or "").casefold() == "recorded" and reading.recorded_counts
    day = _last_day(match["how"].casefold(), when, reading)
    return Due(day, text, "recorded" if recorded else None)


_DUE = late(
    r"\s*(?:to\s+be\s+)?(?:(?P<verb>recorded|held|completed|delivered|achieved)\s+)?"
    r"(?P<how>(?:by|before|at|until)\s+(?:the\s+)?end\s+of|by\s+end|by|on\s+or\s+before|before|in|during|until)"
    r"\s+(?P<when>\S.*?)\s*",
    re.ASCII | re.IGNORECASE,
)


def _span_of(text: str, period: Period) -> Period | None:
    """The stretch of days a phrase names: a day, a month, a reporting year, "the year" of a statement of one."""
    if day := periods.day_from(text):
        return Period(day, day)
    if month := periods.month_from(text):
        return Period(month, periods.month_end(month.year, month.month))
    if named := re.fullmatch(r"(?:the|this)\s+(?:reporting\s+|financial\s+)?(year|period)", text, re.IGNORECASE):
        return period if period.months <= 12 or named[1].casefold() == "period" else None  # which of its years?
    return periods.year_from(text, period.start.month, period.start.day)


def _last_day(how: str, when: Period, reading: DueReading) -> date:
    words = how.split()
    one_day = when.start == when.end
    if words[0] == "before":
        if len(words) == 1:
            return when.start - timedelta(days=1)
        return when.end if reading.before_end == "inclusive" else when.end - timedelta(days=1)
    if words == ["by"] and not one_day and reading.by_month == "day_before":
        return when.start - timedelta(days=1)
    return when.end


def _is_day_of_year(value: object) -> bool:
    """Whether it is a month and a day that every year has."""
    if not (isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value)):
        return False
    try:
        date(2001, *value)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Convention:
    """Everything one county decides. All fields have neutral defaults; a plugin gives its own."""

    name: str = "neutral"
    title: str = "Neutral"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    year_start: tuple[int, int] = (4, 1)
    """Month and day on which the reporting year begins."""
    due_reading: DueReading = field(default_factory=DueReading)
    default_due: Literal["period_end", "none"] = "period_end"
    default_comparator: Literal["at_least", "none"] = "none"
    """What a bare number means as a target; "none" makes it an error."""
    default_basis: Basis = "occurred"
    marks: Mapping[str, str] = field(default_factory=lambda: {"(TBC)": "tbc", "(to be reviewed)": "to_be_reviewed"})
    """Marks of uncertainty in the literal words, and what the target must then say."""
    statuses: Mapping[str, Status] = field(default_factory=lambda: NEUTRAL_STATUS)
    tolerance: Fraction = Fraction(0)
    """A value behind its path by no more than this share of it is shown amber; further behind, red."""
    defines: Mapping[str, str] = field(default_factory=dict)
    """Macros every pack of this convention may use; a pack's own [define] wins."""
    required: tuple[str, ...] = ()
    """Indicator fields that must be given."""
    forbidden: tuple[str, ...] = ()
    """Indicator fields that this county's statements never have."""
    lints: tuple[Lint, ...] = ()
    read_references: Callable[[str], tuple[str, ...] | None] = split_references
    read_provenance: Callable[[str, Period], Provenance | None] = no_provenance
    language: str = "en"
    look: Look = field(default_factory=Look)
    grouped_by: str = ""
    """The column of the register whose groups have charts of their own; "" lets the engine look for one."""
    smallest_published: int = 5
    """A count between 0 and this number is not told to the public; 1 tells every count."""

    def fault(self) -> str:
        """What is wrong with the values given; "" when nothing is. Asked once, when a plugin registers it."""
        choices = (
            ("due_reading.by_month", self.due_reading.by_month, ("last_day", "day_before")),
            ("due_reading.before_end", self.due_reading.before_end, ("inclusive", "strict")),
            ("default_due", self.default_due, ("period_end", "none")),
            ("default_comparator", self.default_comparator, ("at_least", "none")),
            ("default_basis", self.default_basis, ("occurred", "recorded")),
        )
        for name, value, known in choices:
            if value not in known:
                return f"{name} is {value!r}; it is one of {', '.join(known)}"
        if not _is_day_of_year(self.year_start):
            return f"year_start is {self.year_start!r}; it is a month and a day, like (9, 1)"
        tolerance: object = self.tolerance
        if not isinstance(tolerance, Fraction):
            return f"tolerance is {tolerance!r}; write Fraction(1, 10)"
        return self.look.fault()

    def period(self, label: str) -> Period | None:
        """The reporting year a label such as "09-10" names; None when it is not a year label."""
        return periods.year_from(label, *self.year_start)

    def due(self, phrase: str, period: Period) -> Due | None:
        """The deadline a phrase means to this county; None when it is not understood."""
        return read_due(phrase, period, self.due_reading)

    def inherited_due(self, period: Period) -> Due | None:
        """The deadline of a target that names none."""
        return Due(period.end, "", inherited=True) if self.default_due == "period_end" else None

    def status(self, verdict: str, *, behind_by: Fraction | None = None) -> Status:
        """How a verdict looks here; `behind_by` is the share of the path's value that is lacking."""
        found = self.statuses.get(verdict, NEUTRAL_STATUS[verdict])
        if verdict == "behind" and behind_by is not None and behind_by > self.tolerance:
            return Status("red", found.word, found.symbol)
        return found


NEUTRAL = Convention()
