"""What a case of messy data is: what is odd, the file, how it is declared, and what a good importer must say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PACK = """
[statement]
id = "returns"
title = "Returns as they come"
period = "2009-10"

[subject]
from = "since"
to = "until"

[subject.attributes]
kind = { type = "choice", choices = ["member", "supplier"] }
since = { type = "date" }
until = { type = "date" }

[event.pledge]
attributes.stage = { type = "integer", minimum = 1, maximum = 3 }

[event.training]
attributes.people = { type = "integer", minimum = 0 }
attributes.cost = { type = "money" }
attributes.paid = { type = "truth" }
attributes.topic = { type = "choice", choices = ["safety", "care"] }
attributes.note = { type = "text" }
attributes.ends = { type = "date" }

[[priority]]
id = "first"
title = "First"

[[priority.indicator]]
id = "people"
measure = "sum(training.people)"
"""
"""The pack whose vocabulary the cases are read by."""

AT = datetime(2010, 6, 1, 12)  # noqa: DTZ001  # instants of the store carry no zone
"""When the file of a case is imported; those that were imported before it came a minute after one another."""

Aside = tuple[int, str, str]
"""A row in quarantine: its number, the code, the column."""

Told = tuple[str, int]
"""What is told with the rows: the code, and the line (0: the file as a whole)."""


@dataclass(frozen=True)
class Taken:
    """The file is taken in: each row is stored, a duplicate, in quarantine or blank."""

    read: int
    stored: int = 0
    duplicate: int = 0
    blank: int = 0
    aside: tuple[Aside, ...] = ()
    told: tuple[Told, ...] = ()
    """Notes and warnings, without what is told of rows in quarantine."""
    holds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By event or, in a register, by subject: values that must stand in the store afterwards."""
    gone: tuple[str, ...] = ()
    """Events that must not stand afterwards."""


@dataclass(frozen=True)
class Refused:
    """The file as a whole is refused, and nothing is stored."""

    told: tuple[Told, ...]
    column: int = 0
    """In a mapping: the column of the first mistake."""


@dataclass(frozen=True)
class Case:
    """One messy file. `content` is its bytes, or makes them; `source` are the keys of its `[source.<name>]`."""

    name: str
    odd: str
    content: bytes | Callable[[], bytes]
    expected: Taken | Refused
    source: str = ""
    file: str = "returns.csv"
    register: bool = False
    before: tuple[tuple[str, bytes], ...] = ()
    """Files that were imported before it, by their names; one whose name begins with "register" is a register."""
    says: tuple[str, ...] = ()
    """Words that must stand in what is told, hints included."""
    group: str = ""

    @cached_property
    def bytes(self) -> bytes:
        """What the file holds."""
        return self.content if isinstance(self.content, bytes) else self.content()

    @property
    def is_about_its_mapping(self) -> bool:
        """Whether it is the mapping that is at fault; then the file is not even opened."""
        return self.group == "Mappings"


# ── small files ──────────────────────────────────────────────────────────────────────────────────────────────────────

FIXED = "event_id,type,organisation,occurred_on"


def text(*lines: str, end: str = "\n") -> bytes:
    """A text file of these lines."""
    return "".join(line + end for line in lines).encode()


def days(*written: str) -> bytes:
    """A file of pledges E1, E2, … whose days are written so."""
    return text(FIXED, *(f"E{number},pledge,{who(number)},{day}" for number, day in enumerate(written, 1)))


def cells(column: str, *written: str) -> bytes:
    """A file of training days E1, E2, … that have these cells, as a CSV file has them, in a column."""
    return text(f"{FIXED},{column}", *(row(number, cell) for number, cell in enumerate(written, 1)))


def row(number: int, cell: str, *, day: str = "2009-06-05", organisation: str | None = None) -> str:
    """A line of a training day, of an organisation of its own unless one is named."""
    return f"E{number},training,{who(number) if organisation is None else organisation},{day},{cell}"


def who(number: int) -> str:
    """An organisation for each event, so that no two say the same."""
    return chr(ord("A") + number - 1) if number <= 26 else f"A{number}"


def people(**of: int) -> dict[str, dict[str, Any]]:
    """What training days must hold: so many people each."""
    return {event: {"people": count} for event, count in of.items()}
