"""Which column of a file is which column of the pack: by its name, by a usual name, by what it holds.

A name that is only like one of the pack's is a suggestion with its score, never a decision: what scores highest is
too often something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.language.schema import Attribute, Schema
    from indicator_engine.store.inspection.columns import Cells
    from indicator_engine.store.inspection.proposal import Sure

What = Literal["events", "register"]

LIKE = 72
"""Of 100: from so much likeness on, a name is suggested."""

_MOST_NEAR = 3
LONGEST = 80
"""Characters of a name that are compared for likeness."""

_USUAL = {
    "event_id": (
        "id", "event id", "ref", "reference", "ref no", "reference no", "reference number", "record id", "case id",
        "case number", "case ref", "case reference", "response id", "row id", "unique id",
    ),
    "type": ("event type", "type of event", "event", "kind of event"),
    "occurred_on": ("date", "day", "event date", "date of event", "occurred", "date occurred", "happened on"),
    "recorded_at": (
        "recorded", "recorded on", "date recorded", "entered", "entered on", "date entered", "created", "created at",
        "created on", "date created", "timestamp", "submitted", "submitted at", "submitted on", "date submitted",
        "completion time", "modified", "last modified", "date received", "received on",
    ),
    "retracted": ("withdrawn", "void", "voided", "deleted", "cancelled record"),
}  # fmt: skip
"""What columns that every event has are called elsewhere; compared as `plain` makes them."""


_OF_EVENTS = {"event_id": "key", "type": "key", "occurred_on": "date", "recorded_at": "instant", "retracted": "truth"}
"""The columns that every event has, with what they hold."""


@dataclass(frozen=True)
class Target:
    """A column of the pack: its name, its label, what else it is usually called, the types of its values."""

    name: str
    labels: frozenset[str] = frozenset()
    usual: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def likeness(self, name: str) -> int:
        """How much a plain name is like its own, of 100."""
        return max(_likeness(name, one) for one in {plain(self.name), *self.labels} if one)


@dataclass
class Naming:
    """What each column was found to be, by its place in the file, how sure that is and why."""

    means: dict[int, str] = field(default_factory=dict)
    sure: dict[int, Sure] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    near: dict[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def give(self, place: int, name: str, sure: Sure, why: str) -> None:
        """Name a column."""
        self.means[place], self.sure[place], self.why[place] = name, sure, why

    def place_of(self, name: str) -> int | None:
        """The column of a name."""
        return next((place for place, one in self.means.items() if one == name), None)


def plain(name: str) -> str:
    """A name as it is compared: small letters, words parted by one space, nothing but letters and digits.

    >>> plain("OccurredOn"), plain("  Date_of-Birth (est.)")
    ('occurred on', 'date of birth est')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    return " ".join(re.findall(r"[^\W_]+", parted.casefold()))


def targets(schema: Schema, what: What) -> list[Target]:
    """What columns can be, in events or in a register."""
    singular, plural = schema.subject.singular, schema.subject.plural
    subject = Target(singular, frozenset({plain(plural)}), _names_of(singular), frozenset({"key"}))
    if what == "register":
        others = [Target("name"), _of_record("recorded_at", "instant"), *_of_attributes([schema.subject.attributes])]
    else:
        others = [_of_record(name, sort) for name, sort in _OF_EVENTS.items()]
        others += _of_attributes([event.attributes for event in schema.events.values()])
    return list({target.name: target for target in [*others, subject]}.values())


def _names_of(singular: str) -> frozenset[str]:
    word = plain(singular)
    others = {word.replace("isation", "ization"), word.replace("ization", "isation")}
    return frozenset(
        f"{form}".format(word=one)
        for one in {word, *others}
        for form in ("{word}", "{word} name", "{word} id", "{word} code", "name of {word}", "name of the {word}")
    )


def _of_record(name: str, sort: str) -> Target:
    return Target(name, frozenset(), frozenset(_USUAL.get(name, ())), frozenset({sort}))


def _of_attributes(tables: Iterable[Mapping[str, Attribute]]) -> Iterator[Target]:
    """One target a name, though several event types may have it."""
    found: dict[str, list[Attribute]] = {}
    for table in tables:
        for name, attribute in table.items():
            found.setdefault(name, []).append(attribute)
    for name, attributes in found.items():
        labels = frozenset(plain(one.label) for one in attributes if one.label)
        yield Target(name, labels, frozenset(), frozenset(one.type for one in attributes))


def known_words(schema: Schema) -> frozenset[str]:
    """Every plain name that a column of the pack goes by, in events or in a register."""
    every = [*targets(schema, "events"), *targets(schema, "register")]
    return frozenset(word for one in every for word in {plain(one.name), *one.labels, *one.usual} if word)


def agreeing(header: Sequence[str], schema: Schema, what: What) -> set[str]:
    """The targets that some column is called like, beside the subject and what every event has."""
    every = {plain(one.name): one.name for one in targets(schema, what) if not {"key", "instant"} & one.types}
    return {every[word] for word in map(plain, header) if word in every}


# ── by name ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def by_name(header: Sequence[str], every: Sequence[Target], naming: Naming) -> None:
    """Name the columns whose names say what they are: the pack's own, then labels, then usual ones."""
    steps: list[tuple[Callable[[str, Target], bool], Sure, str]] = [
        (lambda name, one: name == one.name, "proved", "the pack's own name"),
        (lambda name, one: plain(name) == plain(one.name), "likely", "the pack's name but for its spelling"),
        (lambda name, one: plain(name) in one.labels, "likely", "the label that the pack gives"),
        (lambda name, one: plain(name) in one.usual, "likely", "often called so"),
    ]
    for fits, sure, why in steps:
        _step(header, every, naming, fits, sure, why)


def _step(
    header: Sequence[str],
    every: Sequence[Target],
    naming: Naming,
    fits: Callable[[str, Target], bool],
    sure: Sure,
    why: str,
) -> None:
    """One way of matching; where two columns fit one target, or two targets one column, nothing is decided."""
    taken = set(naming.means.values())
    free = [place for place in range(len(header)) if place not in naming.means and header[place]]
    found = [(place, one.name) for place in free for one in every if one.name not in taken and fits(header[place], one)]
    places, names = Counter(place for place, _ in found), Counter(name for _, name in found)
    for place, name in found:
        if places[place] == 1 and names[name] == 1:
            naming.give(place, name, sure, why)
        else:
            naming.near[place] = (*naming.near.get(place, ()), (name, 100))


def near_names(header: Sequence[str], every: Sequence[Target], naming: Naming) -> None:
    """Suggest names for the columns that are still without one."""
    taken = set(naming.means.values())
    for place, name in enumerate(header):
        word = plain(name[:LONGEST])
        if place in naming.means or not word:
            continue
        scored = {one.name: one.likeness(word) for one in every if one.name not in taken}
        scored |= {name: score for name, score in naming.near.get(place, ()) if name not in taken}
        best = sorted(scored.items(), key=lambda pair: (-pair[1], pair[0]))
        alike = tuple(pair for pair in best[:_MOST_NEAR] if pair[1] >= LIKE)
        naming.near[place] = alike or naming.near.get(place, ())


def _likeness(one: str, other: str) -> int:
    """How alike two plain names are, of 100, whatever the order of their words."""
    try:
        from rapidfuzz import fuzz  # an extra
    except ImportError:
        first, second = " ".join(sorted(one.split())), " ".join(sorted(other.split()))
        return round(100 * SequenceMatcher(None, first, second, autojunk=False).ratio())
    return round(fuzz.token_sort_ratio(one, other))


# ── by what they hold ────────────────────────────────────────────────────────────────────────────────────────────────


def by_contents(columns: Sequence[Cells], every: Sequence[Target], naming: Naming) -> None:
    """Name the day of events where there is but one column of days, and the pack has no like name for another."""
    if "occurred_on" not in {one.name for one in every} - set(naming.means.values()):
        return
    days = [one for one in columns if one.kind == "day" and one.name and one.index not in naming.means]
    ends = [one for one in every if one.types == {"date"} and one.name != "occurred_on"]
    like_others = [one for one in days if any(end.likeness(plain(one.name[:LONGEST])) >= LIKE for end in ends)]
    if len(days) == 1 and not like_others:
        naming.give(days[0].index, "occurred_on", "likely", "no other column of days is without a name")
        return
    for one in days:
        if one not in like_others:
            naming.near[one.index] = (("occurred_on", 0),)


def suggest_subject(columns: Sequence[Cells], subject: str, naming: Naming) -> None:
    """Suggest the columns of text without gaps for whose each row is, where no column is known to say it."""
    if naming.place_of(subject) is not None:
        return
    of_types = [place for place, near in naming.near.items() if near == (("type", 0),)]
    for one in columns:
        if one.kind == "text" and one.name and not one.blank and one.index not in naming.means:
            near = naming.near.get(one.index, ())
            either = one.index in of_types and len(of_types) > 1
            naming.near[one.index] = (*near, (subject, 0)) if either else near or ((subject, 0),)
