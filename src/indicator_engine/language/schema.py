"""What an expression may name: the subject, event types and their attributes, populations, macros.

The loader builds a `Schema` from a pack; everything in the language reads it and nothing here reads TOML.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from indicator_engine.language.nodes import Node
    from indicator_engine.periods import FuzzyDate

AttributeType = Literal[
    "integer", "decimal", "money", "text", "date", "truth", "choice", "subject", "evidence", "list"
]  # fmt: skip
ATTRIBUTE_TYPES: tuple[AttributeType, ...] = (
    "integer", "decimal", "money", "text", "date", "truth", "choice", "subject", "evidence", "list",
)  # fmt: skip

NAMED_DATES = ("as_of", "period_start", "period_end", "due", "baseline_date", "target_set_on")
RECORD_DATES = ("occurred_on", "recorded_on")


@dataclass(frozen=True)
class Attribute:
    """One attribute of an event type or of the register.

    `minimum` and `maximum` bound what a missing number could be; `choices` closes a list of words when `open`
    is false.
    """

    name: str
    type: AttributeType
    label: str = ""
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    choices: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True)
class Ending:
    """Events of `type` for the same subject (and equal in the `match` attributes) end those of another type."""

    type: str
    match: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventType:
    """One kind of record: its attributes, what ends it, and since when such records are kept."""

    name: str
    label: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    ended_by: tuple[Ending, ...] = ()
    ends_on: str | None = None
    covered_from: date | None = None


@dataclass(frozen=True)
class DeemedSize:
    """A number a population is taken to have, whatever the register counts; `size` None is "TBC"."""

    size: int | None
    known_from: date | None = None
    effective_from: date | None = None
    source: str = ""
    quote: str = ""
    set_by: str = ""
    set_on: FuzzyDate | None = None
    ratified_by: str = ""
    ratified_on: FuzzyDate | None = None


@dataclass(frozen=True)
class Population:
    """Subjects whose register row satisfies `where` and whose dates cover the day (both ends included).

    `start` and `end` name register columns; a blank start means always, a blank end means still.
    """

    name: str
    label: str = ""
    where_text: str = ""
    where: Node | None = None
    start: str | None = None
    end: str | None = None
    deemed: tuple[DeemedSize, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What is counted: an organisation, a school, a patient; its register's columns and their spell dates.

    When a subject has several rows, `start` and `end` name the columns that say which row holds on a day: those that
    cover it, else the one that began last before it, else the first. That something holds does not make it belong.
    """

    singular: str = "organisation"
    plural: str = "organisations"
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Schema:
    """Everything an expression of one pack may name."""

    subject: Subject = field(default_factory=Subject)
    events: Mapping[str, EventType] = field(default_factory=dict)
    populations: Mapping[str, Population] = field(default_factory=dict)
    defines: Mapping[str, str] = field(default_factory=dict)

    def picks_rows(self, population: Population) -> bool:
        """Whether of several rows of a subject those must be picked that hold on the day, to say whether it belongs."""
        about = self.subject
        if population.where is None or not (about.start or about.end):
            return False
        return (population.start, population.end) != (about.start, about.end)

    def shared_attributes(self, types: tuple[str, ...]) -> dict[str, Attribute]:
        """Attributes that every one of the event types has, with the same type."""
        first, *rest = (self.events[name].attributes for name in types)
        return {
            name: attribute
            for name, attribute in first.items()
            if all(name in other and other[name].type == attribute.type for other in rest)
        }
