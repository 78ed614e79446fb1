"""Who set and ratified something, when, and where it is written, in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.conventions import Provenance
    from indicator_engine.periods import FuzzyDate


def provenance(found: Provenance) -> Iterator[str]:
    """Who set and ratified something, when, and where it is written."""
    if found.set_by or found.set_on:
        yield "set" + by(found.set_by, when(found.set_on))
    if found.ratified_by or found.ratified_on:
        yield "ratified" + by(found.ratified_by, when(found.ratified_on))
    if found.source:
        yield f"source: {clean(found.source)}"


def by(who: str, day: str) -> str:
    """` by the Task Group on 10 September 2008`."""
    return (f" by {clean(who)}" if who else "") + (f" {clean(day)}" if day else "")


def when(day: FuzzyDate | date | None) -> str:
    """`on 10 September 2008`, `in early September 2008`."""
    if day is None:
        return ""
    if isinstance(day, date):
        return f"on {periods.shown(day)}"
    return f"on {periods.shown(day.latest)}" if day.is_exact else f"in {clean(day.text)}"
