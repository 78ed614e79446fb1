"""What sort of thing each part of an expression is, so that nonsense is refused when a pack is loaded.

A kind is a small frozen value; `unit` refines numbers, `types` names the event types of a selection, `key` says what
a set is a set of (the subject, or an attribute's name).
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from indicator_engine.amounts import Unit
    from indicator_engine.language.schema import Attribute

KindName = Literal["events", "values", "set", "number", "date", "text", "truth", "list", "unknown", "broken"]

SUBJECT = "the subject"
"""The key of a set of subjects; other sets are keyed by an attribute's name, which cannot have a space."""


@dataclass(frozen=True)
class Kind:
    """The kind of one node. `of` is the kind of the single values in a `values` selection or a set."""

    name: KindName
    unit: Unit = "number"
    key: str = ""
    types: tuple[str, ...] = ()
    of: Kind | None = field(default=None)

    def __str__(self) -> str:
        """The kind in an author's words."""
        return _WORDS[self.name].format(unit=UNIT_WORDS[self.unit], key=self.key, types=" | ".join(self.types))


UNIT_WORDS: dict[Unit, str] = {
    "number": "a number",
    "count": "a count",
    "amount": "an amount",
    "ratio": "a percentage",
    "money": "an amount of money",
    "days": "a number of days",
}
_WORDS: dict[KindName, str] = {
    "events": "records ({types})",
    "values": "values of an attribute",
    "set": "a set ({key})",
    "number": "{unit}",
    "date": "a date",
    "text": "text",
    "truth": "true or false",
    "list": "a list",
    "unknown": "not known yet (TBC)",
    "broken": "something that could not be read",
}

TRUTH = Kind("truth")
DATE = Kind("date")
TEXT = Kind("text")
LIST = Kind("list")
UNKNOWN = Kind("unknown")
BROKEN = Kind("broken")
SUBJECTS = Kind("set", key=SUBJECT)


def number(unit: Unit = "number") -> Kind:
    """A number in a unit."""
    return Kind("number", unit=unit)


def events(*types: str) -> Kind:
    """A selection of records of these event types."""
    return Kind("events", types=tuple(sorted(set(types))))


def set_of(key: str, of: Kind | None = None) -> Kind:
    """A set of distinct keys; `of` is the kind of the keys, but for subjects, which are known by their key."""
    return Kind("set", key=key, of=None if key == SUBJECT else of)


def values(of: Kind, key: str) -> Kind:
    """One attribute over a selection; `key` is what `distinct` of it is a set of."""
    return Kind("values", of=of, key=key)


_BY_ATTRIBUTE: dict[str, Kind] = {
    "integer": number("amount"),
    "decimal": number("amount"),
    "money": number("money"),
    "text": TEXT,
    "choice": TEXT,
    "evidence": TEXT,
    "date": DATE,
    "truth": TRUTH,
    "list": LIST,
    "subject": Kind("text", key=SUBJECT),
}


def of_attribute(attribute: Attribute) -> Kind:
    """The kind of an attribute's values; a reference to a subject is text that may be looked up in a set."""
    return _BY_ATTRIBUTE[attribute.type]
