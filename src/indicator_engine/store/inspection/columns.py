"""The cells of a column, told by what sort of thing each could be: a day, a number, a word for yes or no, a text.

Cells that are written alike are looked at once, with how often they occur and on which line first.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.frozen import dataclass
from indicator_engine.store.cells import FALSE_WORDS, TRUE_WORDS, CellError, refuse_error_value, text_of
from indicator_engine.store.inspection.days import day_part, is_day
from indicator_engine.store.inspection.numbers import is_number
from indicator_engine.store.inspection.proposal import Example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.store.tables import Line

Kind = Literal["day", "instant", "number", "truth", "missing", "error", "text"]

YES_WORDS = frozenset({"ja", "j", "oui", "si", "sí", "t", "✓", "✔", "☑", "✅"})
NO_WORDS = frozenset({"nein", "non", "f", "✗", "✘", "☒", "❌"})
"""Words for yes and no that can hardly mean anything else, and have to be declared."""

MISSING_WORDS = frozenset({
    "n/a", "na", "n.a.", "not applicable", "not available", "n/k", "not known", "unknown", "tbc", "tba", "tbd", "?",
    "null", "nan", "..", "-", "--", "–", "—", ".", "…", "...", "nil", "none",
})  # fmt: skip

_WORDS: dict[Kind, tuple[str, str]] = {
    "day": ("day", "days"),
    "instant": ("day with a time", "days with a time"),
    "number": ("number", "numbers"),
    "truth": ("yes or no", "yes or no"),
    "missing": ("word for “not known”", "words for “not known”"),
    "error": ("spreadsheet error", "spreadsheet errors"),
    "text": ("text", "texts"),
}
_MOST_SHOWN = 200


@dataclass(frozen=True)
class Seen:
    """One way in which cells of a column are written: how often, and on which line first."""

    cell: Any
    text: str
    kind: Kind
    count: int
    line: int

    @property
    def example(self) -> Example:
        """Where to see it."""
        return Example(self.line, self.text[:_MOST_SHOWN])


@dataclass(frozen=True)
class Cells:
    """One column: its name in the file, its place, everything that stands in it."""

    name: str
    index: int
    seen: tuple[Seen, ...]
    blank: int = 0

    @cached_property
    def counts(self) -> Counter[Kind]:
        """How many cells there are of each kind."""
        found: Counter[Kind] = Counter()
        for one in self.seen:
            found[one.kind] += one.count
        return found

    @property
    def filled(self) -> int:
        """Cells that hold something."""
        return self.counts.total()

    @cached_property
    def kind(self) -> Kind | None:
        """The kind of more than half of the cells, words for gaps left aside; None where nothing stands in it."""
        counts = Counter({kind: count for kind, count in self.counts.items() if kind != "missing"})
        if not counts:
            return "missing" if self.counts else None
        ((kind, count),) = counts.most_common(1)
        return kind if 2 * count > counts.total() else "text"

    @property
    def unique(self) -> bool:
        """Whether every cell is filled, and none is like another."""
        return bool(self.seen) and not self.blank and len(self.seen) == self.filled

    @property
    def holds(self) -> str:
        """What stands in it, in words."""
        parts = [f"{count} {_WORDS[kind][count != 1]}" for kind, count in self.counts.most_common()]
        return ", ".join([*parts, f"{self.blank} blank"] if self.blank or not parts else parts)

    @property
    def examples(self) -> list[Example]:
        """Where the first of its cells is, if it has any."""
        return [one.example for one in self.seen[:1]]

    def of(self, *kinds: Kind) -> tuple[Seen, ...]:
        """Those of some kinds, in the order of the file."""
        return tuple(one for one in self.seen if one.kind in kinds)


def cells_of(name: str, index: int, lines: Iterable[Line]) -> Cells:
    """A column of some lines."""
    first: dict[tuple[str, str], tuple[Any, int]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    blank = 0
    for line in lines:
        cell = line.cells[index] if index < len(line.cells) else None
        text = text_of(cell)
        if cell is None or not text:
            blank += 1
            continue
        key = (type(cell).__name__, text)
        first.setdefault(key, (cell, line.number))
        counts[key] += 1
    return Cells(name, index, tuple(_seen(first, counts)), blank)


def _seen(first: dict[tuple[str, str], tuple[Any, int]], counts: Counter[tuple[str, str]]) -> Iterator[Seen]:
    for key, (cell, line) in first.items():
        yield Seen(cell, key[1], kind_of(cell), counts[key], line)


def kind_of(cell: Any) -> Kind:
    """What a cell that is not blank could be."""
    if isinstance(cell, bool):
        return "truth"
    if isinstance(cell, datetime):
        return "day" if cell.time() == datetime.min.time() else "instant"
    if isinstance(cell, date):
        return "day"
    if isinstance(cell, int | float | Decimal):
        return "number"
    return _kind_of_text(text_of(cell))


def _kind_of_text(text: str) -> Kind:
    word = text.casefold()
    if _is_error(text):
        return "error"
    if word in MISSING_WORDS:
        return "missing"
    if is_day(text):
        return "day"
    if is_day(day_part(text)):
        return "instant"
    if is_number(text):
        return "number"
    return "truth" if word in TRUE_WORDS | FALSE_WORDS | YES_WORDS | NO_WORDS else "text"


def _is_error(text: str) -> bool:
    try:
        refuse_error_value(text)
    except CellError:
        return True
    return False
