"""What rows say of their subjects, as bits of a few whole numbers: a mask.

A condition on a row has two bits, one where it holds and one where it possibly does, or a single one where these are
the same. A condition asked of several days is written once: its bits are repeated for each day on which the row had
happened.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import field
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.relations import happened_by
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

BITS = 60
"""Bits of one number."""

Days = tuple["date", ...]
_NAMED = re.compile(r"\bmark\d+_(?:true|possible)\b")


@dataclass(frozen=True)
class _Block:
    """Conditions that are asked of the same days: each day has the same bits, one day's after another's."""

    rows: str
    days: Days
    truths: tuple[Truth, ...]
    word: int
    shift: int

    @property
    def width(self) -> int:
        return sum(map(_width, self.truths))

    def is_once(self, last: date | None) -> bool:
        """Whether its bits stand in one place only, for every row up to a last day."""
        return not self.days or self.days == (last,)


@dataclass
class Marks:
    """The conditions that were asked for, and where their bits are."""

    _numbers: dict[tuple[str, Truth, date | None], int] = field(default_factory=dict)
    _placed: list[_Block] = field(default_factory=list)
    _bits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The number and the bit of each name."""

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def of(self, rows: str, truth: Truth, day: date | None = None) -> Truth:
        """A condition on rows, or on those that had happened by a day, as one on the masks of their subjects.

        It is written with names in place of bits until `written` puts them in.
        """
        truth = Truth(truth.true, truth.possible, bare=truth.bare)
        if truth.possible == NO:
            return truth
        number = self._numbers.setdefault((rows, truth, day), len(self._numbers))
        self._placed.clear()
        self._bits.clear()
        possible = f"mark{number}_possible"
        return Truth(NO if truth.true == NO else possible if truth.true == truth.possible else f"mark{number}_true",
                     possible)  # fmt: skip

    @property
    def rows(self) -> list[str]:
        """The relations that have conditions, in the order in which they were asked for."""
        return list(dict.fromkeys(rows for rows, _, _ in self._numbers))

    @property
    def words(self) -> list[str]:
        """The columns of the mask."""
        return [f"m{number}" for number in range(1 + max((block.word for block in self._blocks), default=-1))]

    def written(self, condition: str) -> str:
        """A condition with the bits in the place of their names."""
        return _NAMED.sub(lambda found: "(m{} & {} <> 0)".format(*self.bit(found[0])), condition)

    def bit(self, name: str) -> tuple[int, int]:
        """Of which number of the mask which bit a name stands for."""
        if not self._bits:
            self._bits |= self._places()
        return self._bits[name]

    def query(self, rows: str, keys: Sequence[str], source: str = "") -> str:
        """The keys of rows with their masks."""
        blocks = [block for block in self._blocks if block.rows == rows]
        days = [block.days for block in blocks]
        last = max((day for one in days for day in one), default=None) if all(days) else None
        parts = [_bits(block.truths, block.shift if block.is_once(last) else 0) for block in blocks]
        columns = ", ".join(f"CAST({part} AS BIGINT) AS g{index}" for index, part in enumerate(parts))
        dated = any(days)
        inner = f"SELECT {', '.join(keys)}{', day' * dated}, {columns} FROM {source or rows}"
        inner += f" WHERE {happened_by(last)}" if last else ""
        words = ", ".join(f"{_word(blocks, number, last)} AS {name}" for number, name in enumerate(self.words))
        return f"SELECT {', '.join(keys)}, {words} FROM ({inner}) marked"

    def bits(self, rows: str) -> list[tuple[str, int, int]]:
        """What arises from rows that are asked of no day: the condition on a row for it, its word, and its bits there.

        What holds is possible too; where a condition is undecided, only that it is possible arises.
        """
        found = []
        for block in self._blocks:
            at = block.shift
            for truth in block.truths if block.rows == rows and not block.days else ():
                if _width(truth) == 1:
                    found.append((truth.possible, block.word, 1 << at))
                else:
                    undecided = f"({truth.bare}) IS NULL" if truth.bare else truth.undecided
                    found += [(truth.holds, block.word, 3 << at), (undecided, block.word, 2 << at)]
                at += _width(truth)
        return found

    def lasting(self, rows: str) -> dict[str, str]:
        """What rows that are asked of no day say of how long each condition lasts: `lasts` where it holds, else 0."""
        found = {}
        for (of, truth, day), number in self._numbers.items():
            if of != rows or day:
                continue
            if _width(truth) == 2:
                found[f"mark{number}_true"] = f"CASE WHEN {truth.holds} THEN lasts ELSE 0 END"
            perhaps = f"CASE WHEN ({truth.bare}) = FALSE THEN 0 ELSE lasts END" if truth.bare else ""
            if _width(truth) == 1 or not perhaps:
                perhaps = f"CASE WHEN {truth.possible} THEN lasts ELSE 0 END"
            found[f"mark{number}_possible"] = "lasts" if truth.possible == YES else perhaps
        return found

    def query_of_several(self, parts: Mapping[str, int], keys: Sequence[str], source: str) -> str:
        """The same of the rows that are parts of one relation, by the `kind` of each."""
        blocks = {kind: [block for block in self._blocks if block.rows == rows] for rows, kind in parts.items()}
        days = [block.days for each in blocks.values() for block in each]
        last = max((day for one in days for day in one), default=None) if all(days) else None
        bits = {
            kind: [_bits(block.truths, block.shift if block.is_once(last) else 0) for block in each]
            for kind, each in blocks.items()
        }
        each_kind = [
            {kind: one[index] for kind, one in bits.items() if index < len(one)}
            for index in range(max(map(len, bits.values())))
        ]
        columns = ", ".join(f"CAST({_by_kind(one)} AS BIGINT) AS g{index}" for index, one in enumerate(each_kind))
        dated = any(days)
        inner = f"SELECT {', '.join(keys)}, kind{', day' * dated}, {columns} FROM {source} "
        inner += f"WHERE kind IN ({', '.join(map(str, blocks))})" + (f" AND {happened_by(last)}" if last else "")
        words = ", ".join(
            f"{_by_kind({kind: _word(each, number, last) for kind, each in blocks.items()})} AS {name}"
            for number, name in enumerate(self.words)
        )
        return f"SELECT {', '.join(keys)}, {words} FROM ({inner}) marked"

    # ── where bits are ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _blocks(self) -> list[_Block]:
        if not self._placed:
            self._placed.extend(self._laid_out())
        return self._placed

    def _laid_out(self) -> Iterator[_Block]:
        """Blocks one after the other, each within one number."""
        word, used = 0, 0
        for rows, days, truths in self._groups():
            size = sum(map(_width, truths)) * max(len(days), 1)
            if used + size > BITS:
                word, used = word + 1, 0
            yield _Block(rows, days, truths, word, used)
            used += size

    def _groups(self) -> Iterator[tuple[str, Days, tuple[Truth, ...]]]:
        asked: dict[tuple[str, Truth], set[date | None]] = defaultdict(set)
        for rows, truth, day in self._numbers:
            asked[rows, truth].add(day)
        groups: dict[tuple[str, Days], list[Truth]] = defaultdict(list)
        for (rows, truth), days in asked.items():
            dated = sorted(day for day in days if day)
            for start in range(0, len(dated), BITS // 2):
                groups[rows, tuple(dated[start : start + BITS // 2])].append(truth)
            if None in days:
                groups[rows, ()].append(truth)
        for (rows, turns), truths in groups.items():
            yield from ((rows, turns, part) for part in _fitting(truths, BITS // max(len(turns), 1)))

    def _places(self) -> dict[str, tuple[int, int]]:
        found = {}
        for block in self._blocks:
            for number, day in enumerate(block.days or (None,)):
                at = block.shift + number * block.width
                for truth in block.truths:
                    mark = self._numbers.get((block.rows, truth, day))
                    at += _width(truth)
                    if mark is not None:
                        found[f"mark{mark}_possible"] = block.word, 1 << (at - 1)
                        found[f"mark{mark}_true"] = block.word, 1 << (at - _width(truth))
        return found


def _by_kind(expressions: Mapping[int, str]) -> str:
    """An expression for each kind of row; for those of which it is the same, once."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for kind, expression in expressions.items():
        kinds[expression].append(kind)
    nothing = "CAST(0 AS BIGINT)"
    cases = " ".join(
        f"WHEN kind IN ({', '.join(map(str, each))}) THEN {expression}"
        for expression, each in kinds.items()
        if expression != nothing
    )
    return f"CASE {cases} ELSE {nothing} END" if cases else nothing


def _width(truth: Truth) -> int:
    return 1 if truth.true in (truth.possible, NO) else 2


def _fitting(truths: Iterable[Truth], room: int) -> Iterator[tuple[Truth, ...]]:
    """The conditions, as many together as there is room for."""
    part: list[Truth] = []
    used = 0
    for truth in truths:
        if used + _width(truth) > room:
            yield tuple(part)
            part, used = [], 0
        part.append(truth)
        used += _width(truth)
    yield tuple(part)


def _bits(truths: Sequence[Truth], at: int) -> str:
    """The bits of a row from a place on, for a day on which it had happened."""
    parts = []
    for truth in truths:
        parts.append(_pair(truth, at))
        at += _width(truth)
    return " + ".join(parts)


def _pair(truth: Truth, at: int) -> str:
    if _width(truth) == 1:
        return str(1 << at) if truth.possible == YES else f"CASE WHEN {truth.possible} THEN {1 << at} ELSE 0 END"
    if truth.bare:
        return f"CASE WHEN ({truth.bare}) = FALSE THEN 0 WHEN {truth.bare} THEN {3 << at} ELSE {2 << at} END"
    otherwise = str(2 << at) if truth.possible == YES else f"CASE WHEN {truth.possible} THEN {2 << at} ELSE 0 END"
    return f"CASE WHEN {truth.true} THEN {3 << at} ELSE {otherwise} END"


def _word(blocks: Sequence[_Block], number: int, last: date | None) -> str:
    """One number of the mask: bits never overlap, so their sum is the mask."""
    parts = [_repeated(block, f"g{index}", last) for index, block in enumerate(blocks) if block.word == number]
    return " + ".join(parts) or "CAST(0 AS BIGINT)"


def _repeated(block: _Block, bits: str, last: date | None) -> str:
    """A block's bits in each day's place, for the days on which the row had happened."""
    if block.is_once(last):
        return bits
    places = [1 << block.shift + number * block.width for number in range(len(block.days))]
    turns = [
        (f"WHEN {happened_by(day)} THEN", _times(bits, sum(places[number:]))) for number, day in enumerate(block.days)
    ]
    otherwise = turns.pop()[1] if block.days[-1] == last else "0"
    cases = " ".join(f"{when} {then}" for when, then in turns)
    return f"CASE {cases} ELSE {otherwise} END" if turns else otherwise


def _times(bits: str, factor: int) -> str:
    return bits if factor == 1 else f"{bits} * CAST({factor} AS BIGINT)"
