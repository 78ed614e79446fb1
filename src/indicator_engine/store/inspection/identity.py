"""What each row is: of which type, whose, and by which id it can be found again.

Ids decide whether an event that comes twice counts twice, and subjects whose it is; so both are proposed only where
the cells bear them out, and another spelling of a subject is left for a person to accept.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.store.cells import cut, text_of
from indicator_engine.store.inspection.naming import LIKE, LONGEST, Target, plain
from indicator_engine.store.inspection.proposal import Example
from indicator_engine.store.inspection.writing import writable
from indicator_engine.store.strangers import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.inspection.columns import Cells, Seen
    from indicator_engine.store.inspection.naming import Naming
    from indicator_engine.store.inspection.proposal import Findings
    from indicator_engine.store.tables import Line

_ID = re.compile(r"(?ai)[a-z]{1,8}[-/_. ]?\d{1,12}([-/]\d{1,6})?|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}")
_FEWEST = 3
"""Rows that it takes to tell an id by its shape."""

_MOST_LIKE = 3
"""Types suggested for one word."""

_MOST_TYPES = 30
"""Different words of a column that may be of types."""

_MOST_STRANGE = 30
"""Names that no subject has, for which like ones are looked up."""


@dataclass(frozen=True)
class Identity:
    """The rows of a file, its columns and what they were named, the pack they are for."""

    findings: Findings
    columns: Sequence[Cells]
    rows: Sequence[Line]
    naming: Naming
    schema: Schema

    @property
    def subject(self) -> str:
        """The word for what is counted."""
        return self.schema.subject.singular

    def _named(self, name: str) -> Cells | None:
        place = self.naming.place_of(name)
        return None if place is None else self.columns[place]

    def _free(self) -> list[Cells]:
        return [one for one in self.columns if one.index not in self.naming.means and one.seen and one.name]

    # ── types ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def find_type(self) -> None:
        """Name the column whose words are event types or mean them, where none is called so; else suggest some."""
        if self._named("type") or not self.schema.events:
            return
        for column in self._free():
            known = sum(one.count for one in column.seen if one.text in self.schema.events)
            meant = sum(one.count for one in column.seen if self._meant(one.text))
            if 2 * meant > column.filled:
                what = "event types" if known == meant else "event types, or their labels or names written otherwise"
                self.naming.give(column.index, "type", "likely", f"{meant} of its {column.filled} cells are {what}")
                return
        for column in filter(_says_of_which_sort, self._free()):
            self.naming.near[column.index] = (("type", 0),)

    def _meant(self, word: str) -> str:
        """The one event type whose name or label a word is, however it is written; "" where none or several are."""
        if word in self.schema.events:
            return word
        found = [name for name, event in self.schema.events.items() if plain(word) in {plain(name), plain(event.label)}]
        return found[0] if len(found) == 1 and plain(word) else ""

    def propose_type(self, *, has_pack: bool) -> None:
        """Propose of which type the rows are, or tell the words that are no types of the pack."""
        column = self._named("type")
        if column is None:
            self._leave_type()
        elif has_pack:
            self._propose_words(column)

    def _propose_words(self, column: Cells) -> None:
        """What words of the column of types mean in the pack, where they are written otherwise there."""
        others = [one for one in column.seen if one.text not in self.schema.events and writable(one.text)]
        for one in others:
            if name := self._meant(one.text):
                is_label = plain(one.text) == plain(self.schema.events[name].label)
                says = f"it is {'the label' if is_label else 'the name'} of `{name}`"
                self.findings.enter("values.type", one.text, name, "likely", says, [one.example])
        strange = [one for one in column.seen if not self._meant(one.text)]
        if strange:
            shown = ", ".join(cut(one.text) for one in strange[:6])
            says = f"{_count(strange)} of {column.filled} rows are of types that the pack does not have: {shown}"
            self.findings.leave("type", says, examples=[one.example for one in strange])
            self._leave_words(strange)

    def _leave_words(self, words: Iterable[Seen]) -> None:
        """A line to fill in for each word, with the types whose names are like it."""
        every = [Target(name, frozenset({plain(one.label)})) for name, one in self.schema.events.items()]
        for one in [one for one in words if writable(one.text)][:_MOST_STRANGE]:
            alike = sorted((-each.likeness(plain(one.text[:LONGEST])), each.name) for each in every)
            near = [name for score, name in alike if -score >= LIKE][:_MOST_LIKE]
            why = "its name is like that of the type" if near else "the type that it means"
            ways = [{one.text: name} for name in near or ["…"]]
            says = f"{cut(one.text)}: {why}"
            self.findings.leave("values.type", says, *ways, why=why, table="values.type", examples=[one.example])

    def _leave_type(self) -> None:
        candidates = [one for one in self._free() if ("type", 0) in self.naming.near.get(one.index, ())]
        if candidates:
            shown = " or ".join(f"`{cut(one.name)}` ({len(one.seen)} words in {one.filled} rows)" for one in candidates)
            self.findings.tell("type", f"no column is called so; {shown} may say of which type the rows are")
            for column in candidates[:1]:
                self._leave_words(column.seen)
            return
        used = set(self.naming.means.values())
        every = {name for event in self.schema.events.values() for name in event.attributes}
        fitting = [name for name, event in self.schema.events.items() if used & every <= event.attributes.keys()]
        why = "no column says of which type the rows are"
        ways = [{"constants": {"type": name}} for name in fitting or self.schema.events]
        self.findings.leave("constants", why, *(ways or [{"constants": {"type": "…"}}]), why=why)

    # ── ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def find_id(self) -> None:
        """Name a column that looks like ids, where none is called so."""
        if self._named("event_id"):
            return
        for column in self._free():
            if column.unique and len(column.seen) >= _FEWEST and _look_like_ids(column):
                why = f"its {column.filled} cells are filled, look like ids, and none is like another"
                self.naming.give(column.index, "event_id", "likely", why)
                return

    def propose_id(self) -> None:
        """Tell ids that come twice; or leave open what ids are made of."""
        column = self._named("event_id")
        if column is None:
            self._leave_id()
            return
        twice = [one for one in column.seen if one.count > 1]
        if twice:
            says = f"{_many(len(twice), 'id')} in more than one row: newer versions of an event, or mistakes"
            self.findings.tell("event_id", says, [one.example for one in twice], column=column.name)
        if column.blank:
            says = f"{_many(column.blank, 'row')} without an id, and cannot be used"
            self.findings.tell("event_id", says, column=column.name)

    def _leave_id(self) -> None:
        parts = ["type", self.subject, "occurred_on"]
        places = [place for name in parts if (place := self.naming.place_of(name)) is not None]
        made = Counter(tuple(_text(line, place) for place in places) for line in self.rows)
        twice = [key for key, count in made.items() if count > 1]
        count = sum(made[key] for key in twice)
        why = f"no column holds ids; made of {', '.join(parts)}, "
        why += f"{count} rows share theirs with others" if twice else "each row has its own"
        lines = [line for line in self.rows if tuple(_text(line, place) for place in places) in set(twice)]
        examples = [Example(line.number, " / ".join(_text(line, place) for place in places)) for line in lines[:3]]
        self.findings.leave("id_from", why, {"id_from": parts}, why=why, examples=examples)

    # ── subjects ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def find_subject(self, known: Mapping[str, str]) -> None:
        """Name the column whose cells are subjects of the register, by their keys rather than by their names."""
        names = set(map(plain, known.values())) - {""}
        ways = ((set(known), True, "subjects of the register"), (names, False, "names in the register"))
        for words, exact, what in ways:
            shares = {one.index: _share(one, words, exact=exact) for one in self.columns if one.seen and one.name}
            best = max(shares, key=lambda index: shares[index], default=None)
            if best is not None and 2 * shares[best] > self.columns[best].filled:
                why = f"{shares[best]} of its {self.columns[best].filled} cells are {what}"
                self.naming.give(best, self.subject, "proved" if self._is_whole(best, shares) else "likely", why)
                return

    def _is_whole(self, place: int, shares: Mapping[int, int]) -> bool:
        return shares[place] == self.columns[place].filled and list(shares.values()).count(shares[place]) == 1

    def propose_aliases(self, known: Mapping[str, str]) -> None:
        """Propose what names mean that the register has otherwise; like ones are only suggested."""
        column = self._named(self.subject)
        strange = [one for one in column.seen if one.text not in known] if column and known else []
        by_name: dict[str, list[str]] = {}
        for key, name in known.items():
            for word in {plain(key), plain(name)} - {""}:
                by_name.setdefault(word, []).append(key)
        found = {one.text: by_name.get(plain(one.text), []) for one in strange if writable(one.text)}
        same = {text: keys[0] for text, keys in found.items() if len(keys) == 1 and writable(keys[0])}
        for one in strange:
            if one.text in same:
                says = f"in the register it is the name of {cut(same[one.text])}"
                self.findings.enter("aliases", one.text, same[one.text], "likely", says, [one.example])
        self._leave_strangers([one for one in strange if one.text not in same], known)

    def _leave_strangers(self, strange: Sequence[Seen], known: Mapping[str, str]) -> None:
        if strange:
            says = f"{_many(_count(strange), 'row')} of subjects that the register does not have"
            self.findings.tell(self.subject, says, [one.example for one in strange])
        for one in strange[:_MOST_STRANGE]:
            near = [key for key in nearest(one.text, known) if writable(key)]
            if near and writable(one.text):
                why = "its name is like that of " + " or ".join(cut(known[key] or key) for key in near)
                says, ways = f"{cut(one.text)}: {why}", [{one.text: key} for key in near]
                self.findings.leave("aliases", says, *ways, why=why, table="aliases", examples=[one.example])


def _says_of_which_sort(column: Cells) -> bool:
    """Whether a column is filled throughout with few words that come again and again."""
    words = len(column.seen)
    return column.kind == "text" and not column.blank and 2 <= words <= _MOST_TYPES and column.filled >= 2 * words


def _share(column: Cells, words: set[str], *, exact: bool) -> int:
    """How many cells are one of some words."""
    return sum(one.count for one in column.seen if (one.text if exact else plain(one.text)) in words)


def _look_like_ids(column: Cells) -> bool:
    """Letters with digits, or numbers that count up."""
    if all(_ID.fullmatch(one.text) for one in column.seen):
        return True
    numbers = [int(one.text) for one in column.seen if one.text.isascii() and one.text.isdigit() and len(one.text) < 16]
    return len(numbers) == len(column.seen) and all(second == first + 1 for first, second in pairwise(numbers))


def _text(line: Line, place: int) -> str:
    return text_of(line.cells[place]) if place < len(line.cells) else ""


def _count(seen: Iterable[Seen]) -> int:
    return sum(one.count for one in seen)


def _many(count: int, noun: str) -> str:
    """As in: 1 id is, 3 ids are; what they are is said after it."""
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"
