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
from indicator_engine.store.inspection.naming import plain
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
        """Name the column whose words are event types, where none is called so."""
        if self._named("type") or not self.schema.events:
            return
        for column in self._free():
            known = sum(one.count for one in column.seen if one.text in self.schema.events)
            if 2 * known > column.filled:
                why = f"{known} of its {column.filled} cells are event types"
                self.naming.give(column.index, "type", "likely", why)
                return

    def propose_type(self, *, has_pack: bool) -> None:
        """Propose of which type the rows are, or tell the words that are no types of the pack."""
        column = self._named("type")
        if column is None:
            self._leave_type()
        elif has_pack:
            strange = [one for one in column.seen if one.text not in self.schema.events]
            if strange:
                shown = ", ".join(f"{cut(one.text)}{self._labelled(one.text)}" for one in strange[:6])
                says = f"{_count(strange)} of {column.filled} rows are of types that the pack does not have: {shown}"
                self.findings.leave("type", says, examples=[one.example for one in strange])

    def _labelled(self, word: str) -> str:
        labels = {name: plain(event.label) for name, event in self.schema.events.items() if event.label}
        names = [name for name, label in labels.items() if label == plain(word)]
        return f" (the label of `{names[0]}`)" if len(names) == 1 else ""

    def _leave_type(self) -> None:
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
