"""Derbyshire Public Sector Compact: the county's words, years, phrases and rules.

Its statements are tables of Annual Priority, Reference (Aims) and Success Measures for a year such as "2008-09", below
a charter of aims. Who set a target and when is told in the words of the measure itself, and what is "to be recorded"
by a day counts by the day it was recorded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.conventions import Convention, Look, Provenance, Vocabulary
from indicator_engine.definitions.checks import lints
from indicator_engine.hookspecs import hookimpl
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.periods import FuzzyDate, Period

_SET = late(
    r"\bset\s+(?:in\s+(?P<when>[\w\s]+?\d{4})\s+)?by\s+the\s+(?P<who>[A-Z][\w ]*?)"
    r"(?:\s+at\s+their\s+(?P<meeting>[A-Z][a-z]+)\s+meeting)?(?=[.)]|$)"
)
_RATIFIED = late(
    r"\bRatified\s+by\s+(?:the\s+)?(?P<who>[A-Z][\w ]*?)\s+at\s+their\s+(?P<meeting>[A-Z][a-z]+)\s+meeting"
)


def read_provenance(words: str, period: Period) -> Provenance | None:
    """Who set and ratified a target, and when, out of the prose of a success measure; None when it does not say.

    A meeting named by its month alone is the one in the statement's period; its day is known only as that month.
    """
    setting = _SET.search(words)
    if not setting:
        return None
    ratified = _RATIFIED.search(words)
    when = periods.fuzzy_from(setting["when"]) if setting["when"] else _meeting(setting["meeting"], period)
    return Provenance(
        set_by=setting["who"],
        set_on=when,
        ratified_by=ratified["who"] if ratified else "",
        ratified_on=_meeting(ratified["meeting"], period) if ratified else None,
    )


def _meeting(month: str | None, period: Period) -> FuzzyDate | None:
    """The month of a meeting, in the year in which the period has it."""
    years = range(period.start.year, period.end.year + 1)
    found = [periods.fuzzy_from(f"{month} {year}") for year in years] if month else []
    return next((one for one in found if one and one.earliest in period), None)


CONVENTION = Convention(
    name="derbyshire",
    title="Derbyshire Public Sector Compact",
    vocabulary=Vocabulary(
        priority="Annual Priority",
        outcome="",
        indicator="Success Measure",
        aim="Aim",
        columns=("Annual Priority", "Reference (Aims)", "Success Measures"),
    ),
    default_comparator="at_least",
    marks={},
    tolerance=Fraction(0),
    forbidden=("outcome",),
    look=Look("#801650", "#f0a6cf"),
    grouped_by="area",
    lints=(lints.measures_without_provenance,),
    read_provenance=read_provenance,
)


@hookimpl
def register_conventions(register: Callable[[Convention], None]) -> None:
    """Offer the county's convention to packs that name it."""
    register(CONVENTION)
