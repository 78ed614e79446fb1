"""Phrases of plain English that can be put together without being misheard, and the small words between them.

A phrase knows how far it reaches, and whoever puts one inside another brackets what reaches too far. What is said of
each operation is told in `says.py` and, for records and sets, in `says_selections.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from indicator_engine import amounts
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.scopes import REGISTER, TOP, Scope
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from indicator_engine.amounts import Unit
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema


class Reach(IntEnum):
    """How far a phrase reaches: what follows one that is not closed could be heard as part of it."""

    CLOSED = 0
    """A noun, a number, a day: nothing can be mistaken."""
    NOUN = 1
    """With a word or two behind it: "in force", "is at least 2"."""
    MODIFIED = 2
    """With a whole phrase behind it: "with a pledge", "as at 31 March 2010"."""
    OPEN = 3
    """Ends in a clause: "where stage is at least 2"."""
    JOINED = 4
    """Joined by "and", "or", "plus", "otherwise"."""


class Said(NamedTuple):
    """A phrase and how far it reaches."""

    words: str
    reach: Reach = Reach.CLOSED


Speaker = Callable[[Any, "Here"], Said]
TRUTH_VALUES = (nodes.Constant, nodes.RecordAttribute, nodes.RegisterAttribute)
"""What is a truth without being a clause: a column, `True`, `False`."""


@dataclass(frozen=True)
class Here:
    """Where a phrase stands: the scope of its names, whose records are meant, how a register's column is introduced.

    `overall` lifts the limit to the subject's own records; `bare` leaves out whose column it is.
    """

    schema: Schema
    speakers: Mapping[type[Node], Speaker]
    scope: Scope = TOP
    overall: bool = False
    bare: bool = False

    @property
    def own(self) -> bool:
        """Whether records are only those of the subject at hand."""
        return self.scope.subject and not self.overall

    def inside(self, source: Node) -> Here:
        """In the square brackets after `source`."""
        if source.kind.name == "events":
            return replace(self, scope=self.scope.of_record(source.kind.types), bare=False)
        return Here(self.schema, self.speakers, REGISTER)

    def said(self, node: Node) -> Said:
        """A node in the form that suits its kind; a truth is said as a clause."""
        if node.kind.name != "truth" or not isinstance(node, TRUTH_VALUES):
            return self.speakers[type(node)](node, self)
        if isinstance(node, nodes.Constant):
            return Said("it is always so" if node.value else "it is never so", Reach.NOUN)
        return Said(f"{self.value(node)} is true", Reach.NOUN)

    def value(self, node: Node, at_most: Reach = Reach.MODIFIED, unit: Unit = "number") -> str:
        """A node as the subject or object of a clause; `unit` is what a bare number is to be understood in."""
        if isinstance(node, nodes.Constant) and isinstance(node.value, Fraction):
            return number_says(node.value, unit)
        if node.kind.name == "truth" and not isinstance(node, TRUTH_VALUES):
            return f"whether {put(self.said(node), Reach.CLOSED)}"
        return put(self.speakers[type(node)](node, self), at_most)

    def event_label(self, name: str) -> str:
        """What one record of an event type is called."""
        return self.schema.events[name].label or plain(name)

    def population_label(self, name: str) -> str:
        """What the members of a population are called."""
        return self.schema.populations[name].label or plain(name)

    def attribute_label(self, name: str, types: Iterable[str]) -> str:
        """What the first of the event types calls an attribute; without types, what any event type calls it."""
        events = self.schema.events
        known = (events[each].attributes.get(name) for each in types or events)
        return next((attribute.label for attribute in known if attribute and attribute.label), plain(name))

    def column_label(self, name: str) -> str:
        """What a column of the register is called."""
        column = self.schema.subject.attributes.get(name)
        return (column.label if column else "") or plain(name)


def put(said: Said, at_most: Reach) -> str:
    """A phrase inside another, in brackets where it would reach too far."""
    return said.words if said.reach <= at_most else f"({said.words})"


def reaching(words: str, said: Said) -> Said:
    """`words` before a phrase that may reach to the end."""
    return Said(f"{words} {said.words}", min(max(said.reach, Reach.NOUN), Reach.OPEN))


def clause(words: str, rest: Said) -> Said:
    """A clause reaches as far as what stands at its end."""
    reach = Reach.NOUN if rest.reach == Reach.CLOSED else min(max(rest.reach, Reach.MODIFIED), Reach.OPEN)
    return Said(f"{words} {put(rest, Reach.OPEN)}", reach)


def joined(terms: Sequence[Node], word: str, here: Here) -> Said:
    """Conditions joined by `and` or `or`; one alone as it is."""
    if len(terms) == 1:
        return here.said(terms[0])
    return Said(f" {word} ".join(put(here.said(term), Reach.NOUN) for term in terms), Reach.JOINED)


def listed(words: Sequence[str], last: str) -> str:
    """`a, b or c`."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def plain(name: str) -> str:
    """A name without a label, as words."""
    return name.replace("_", " ")


def number_says(value: Fraction, unit: Unit) -> str:
    """As `amounts` shows it, unless that would round it away."""
    if (value * (1000 if unit == "ratio" else 100)).denominator == 1:
        return amounts.shown(value, unit)
    exact = str(amounts.exact(value * 100 if unit == "ratio" else value))
    return {"ratio": f"{exact}%", "money": f"£{exact}", "days": f"{exact} days"}.get(unit, exact)


_SOUNDS_LIKE_YOU = late(r"eu|u(?:ni(?:on|t|v|q|f|c)|s[aeiu])|one\b|once\b", re.IGNORECASE)
_VOWEL = late(r"[aeiou]|hour|hono|heir|8|11\b|18\b", re.IGNORECASE)
_SPELT_WITH_A_VOWEL = frozenset("AEFHILMNORSX")


def with_article(noun: str) -> str:
    """`a pledge`, `an action plan`, `an LEP agreement`, `an SfL qualification`, `a unit`."""
    first = re.split("[ -]", noun, maxsplit=1)[0]
    if first[:1].isupper() and first[-1:].isupper():
        vowel = first[0] in _SPELT_WITH_A_VOWEL
    else:
        vowel = bool(_VOWEL.match(noun)) and not _SOUNDS_LIKE_YOU.match(noun)
    return f"{'an' if vowel else 'a'} {noun}"
