"""Where the table of a file begins and ends: the line that names its columns, its rows, totals and footers.

A line names the columns when it holds words where the lines below hold values, is as wide as they are, and only emptier
lines stand above it; names that the pack knows settle it. A file without such a line is told as one: its first row is
not taken for names.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.frozen import dataclass
from indicator_engine.store.cells import cut, text_of
from indicator_engine.store.inspection.columns import kind_of
from indicator_engine.store.inspection.naming import plain
from indicator_engine.store.inspection.proposal import Example
from indicator_engine.store.inspection.writing import writable
from indicator_engine.store.layout import HEADER_WITHIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.store.inspection.proposal import Findings, Sure
    from indicator_engine.store.tables import Fault, Line, Table

_BELOW = 50
"""Lines below a line by which it is judged."""

_TOTAL = re.compile(r"(grand|overall|sub|sheet)?[ -]?(totals?|sums?)\b[ :]*(.*)", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
_LONGEST_WORD = 60
_VALUES = frozenset({"day", "instant", "number"})


@dataclass(frozen=True)
class Frame:
    """The table within a file: the names of its columns, its rows, and whether anything names the columns at all."""

    header: tuple[str, ...]
    rows: tuple[Line, ...]
    named: bool = True


class _Row(NamedTuple):
    """A line with its cells as the names of columns are read; blank ones at the end are none."""

    line: Line
    words: tuple[str, ...]

    @property
    def filled(self) -> int:
        """Cells that hold something."""
        return sum(map(bool, self.words))

    @property
    def first(self) -> str:
        """The first cell that holds something."""
        return next((text for cell in self.line.cells if (text := text_of(cell))), "")

    @property
    def example(self) -> Example:
        """Where it is, and in short what it holds."""
        return _example(self.line)


def _row(line: Line) -> _Row:
    words = [" ".join(text_of(cell).split()) for cell in line.cells]
    while words and not words[-1]:
        words.pop()
    return _Row(line, tuple(words))


def _example(line: Line) -> Example:
    shown = " | ".join(text for cell in line.cells[:8] if (text := text_of(cell)[:30]))
    return Example(line.number, cut(shown))


def find(findings: Findings, table: Table, lines: Sequence[Line], known: frozenset[str], *, whole: bool) -> Frame:
    """The table within the lines of a file; `known` are the names that columns of the pack go by."""
    _tell_faults(findings, [line for line in lines if line.fault])
    rows = [row for line in lines if (not line.fault or line.fault.column) and (row := _row(line)).words]
    if table.columns is not None:
        return Frame(tuple(table.columns), tuple(row.line for row in rows))
    place = _framed(findings, rows, known)
    if place is None:
        return _unnamed(findings, rows)
    header = rows[place].words
    below = _without_repeats(findings, header, rows[place + 1 :])
    return Frame(header, tuple(row.line for row in _without_end(findings, below, whole=whole)))


def _tell_faults(findings: Findings, lines: Sequence[Line]) -> None:
    """Lines that cannot be read as cells, told by what is wrong with them."""
    by_code: dict[str, list[tuple[Line, Fault]]] = {}
    for line in lines:
        if line.fault:
            by_code.setdefault(line.fault.code, []).append((line, line.fault))
    for code, found in by_code.items():
        lines_are = "1 line" if len(found) == 1 else f"{len(found)} lines"
        says = f"{lines_are} cannot be read ({code}), the first because {cut(found[0][1].fact)}"
        findings.tell("", says, [_example(line) for line, _ in found])


# ── the line that names the columns ──────────────────────────────────────────────────────────────────────────────────


def _framed(findings: Findings, rows: Sequence[_Row], known: frozenset[str]) -> int | None:
    """The place of the line that names the columns."""
    found = _header(rows, known)
    if found is None:
        return None
    place, sure, says = found
    if place:
        says += f"; {place} filled {'line stands' if place == 1 else 'lines stand'} above it"
        examples = [row.example for row in (rows[place], *rows[:place])]
        findings.decide("header_row", rows[place].line.number, sure, says, examples)
    else:
        findings.tell("header_row", says, [rows[0].example], sure=sure)
    return place


def _header(rows: Sequence[_Row], known: frozenset[str]) -> tuple[int, Sure, str] | None:
    """The place of the line that names the columns, how sure that is, and why."""
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        words = [plain(word) for word in row.words]
        if (count := len(known & set(words))) >= 2 and 2 * count >= len(words):
            return place, "proved", f"{count} of its {len(words)} cells are names that the pack knows"
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        if any(one.filled >= row.filled for one in rows[:place]):
            continue
        below = rows[place + 1 : place + 1 + _BELOW]
        if _could_name(row, below):
            if valued := _valued(row, below):
                return place, "proved", f"{valued} of its words stand above days or numbers"
            return place, "likely", "it is the first line of words that the lines below fit under"
    return None


def _could_name(row: _Row, below: Sequence[_Row]) -> bool:
    """Whether a line has words for the columns of those below: most filled, none a value, and not seen again."""
    width = len(row.words)
    if 3 * row.filled < 2 * width or any(map(_is_value, row.words)):
        return False
    fitting = sum(len(one.words) <= width and one.filled >= min(2, width) for one in below)
    return 2 * fitting >= len(below) and not _comes_again(row, below)


def _is_value(word: str) -> bool:
    return bool(word) and kind_of(word) in _VALUES and not _YEAR.fullmatch(word)


def _comes_again(row: _Row, below: Sequence[_Row]) -> bool:
    """Whether half of the words stand in their own columns again: then they are values, not names."""
    others = [one.words for one in below if one.words != row.words]
    again = sum(
        any(words[place : place + 1] == (word,) for words in others) for place, word in enumerate(row.words) if word
    )
    return 2 * again >= row.filled


def _valued(row: _Row, below: Sequence[_Row]) -> int:
    """How many words of a line stand above days or numbers."""
    count = 0
    for place, word in enumerate(row.words):
        cells = [one.line.cells[place] for one in below if place < len(one.words) and one.words[place]]
        values = sum(kind_of(cell) in _VALUES for cell in cells)
        count += bool(word and cells and 2 * values > len(cells))
    return count


def _unnamed(findings: Findings, rows: Sequence[_Row]) -> Frame:
    """A file in which no line names the columns."""
    why = "no line names the columns; put one above the first row, then inspect the file again"
    findings.leave("header_row", why if rows else "the file is empty", examples=[row.example for row in rows[:1]])
    width = max((len(row.words) for row in rows), default=0)
    header = tuple(f"column {place}" for place in range(1, width + 1))
    return Frame(header, tuple(row.line for row in rows), named=False)


# ── the rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _without_repeats(findings: Findings, header: tuple[str, ...], rows: Sequence[_Row]) -> list[_Row]:
    names = _folded(header)
    repeats = [row for row in rows if _folded(row.words) == names]
    if repeats:
        times = "once" if len(repeats) == 1 else f"{len(repeats)} times"
        says = f"the line of column names comes again {times}; such lines cannot be used"
        findings.tell("header_row", says, [row.example for row in repeats])
    kept = [row for row in rows if _folded(row.words) != names] if repeats else list(rows)
    ragged = [row for row in kept if len(row.line.cells) < len(header) or len(row.words) > len(header)]
    if ragged:
        lines_have = "1 line has" if len(ragged) == 1 else f"{len(ragged)} lines have"
        says = f"{lines_have} more or fewer cells than the {len(header)} columns that are named, and cannot be used"
        findings.tell("", says, [row.example for row in ragged])
    return kept


def _folded(words: Iterable[str]) -> list[str]:
    return [word.casefold() for word in words]


def _without_end(findings: Findings, rows: list[_Row], *, whole: bool) -> list[_Row]:
    """The rows before a line of totals, or before lines that are no rows, at the end of the file."""
    if len(rows) < 2:
        return rows
    filled = [row.filled for row in rows]
    ((usual, _),) = Counter(filled).most_common(1)
    totals = [place for place, row in enumerate(rows) if _is_total(row, usual)]
    last = max((place for place, count in enumerate(filled) if 2 * count > usual and place not in totals), default=-1)
    _tell_amid(findings, [rows[place] for place in totals if place < last])
    ending = [place for place in totals if place > last]
    if whole and ending:
        return _ended(findings, rows, ending[0])
    rest = max((place for place, count in enumerate(filled) if count > 1), default=-1) + 1
    return _with_footer(findings, rows, rest) if whole and usual > 2 and 0 < rest < len(rows) else rows


def _is_total(row: _Row, usual: int) -> bool:
    """Whether a line looks like totals; one that begins with a longer name must also be emptier than others."""
    found = _TOTAL.fullmatch(row.first)
    return bool(found and (not found[3] or row.filled < usual))


def _tell_amid(findings: Findings, rows: Sequence[_Row]) -> None:
    if rows:
        says = "there are totals amid the rows; `only_where` can pass over lines in which a column is blank"
        findings.tell("stop_at", says, [row.example for row in rows])


def _ended(findings: Findings, rows: list[_Row], place: int) -> list[_Row]:
    row, below = rows[place], len(rows) - place - 1
    word = _total_word(row)
    too_early = next((one for one in rows[:place] if _stops(one, word)), None)
    if too_early or not writable(word):
        says = "the table ends with totals, which no word in their first cell tells from the rows"
        says += f": `{cut(word)}` would end it at line {too_early.line.number}" if too_early else ""
        findings.leave("stop_at", says, why=says, examples=[row.example])
    else:
        says = f"its first cell says that it is totals; {_lines(below) if below else 'nothing'} below it"
        findings.decide("stop_at", (word,), "likely", says, [row.example])
    return rows[:place]


def _with_footer(findings: Findings, rows: list[_Row], place: int) -> list[_Row]:
    """The rows before lines of a single cell at the end; what they are is left to a person."""
    footers, word = rows[place:], _stop_word(rows[place])
    says = f"at the end, {_lines(len(footers))} with a single cell: a footer, or rows with gaps?"
    ways = [{"stop_at": [word]}] if writable(word) and not any(_stops(one, word) for one in rows[:place]) else []
    why, examples = "a footer, or rows with gaps?", [row.example for row in footers]
    findings.leave("stop_at", says, *ways, why=why, examples=examples)
    return rows[:place]


def _lines(count: int) -> str:
    return "1 filled line" if count == 1 else f"{count} filled lines"


def _total_word(row: _Row) -> str:
    """The first cell or, where it goes on with figures, which will be others another time, only its words of totals."""
    found = _TOTAL.fullmatch(row.first)
    if found and any(map(str.isdigit, found[3])) and _stops(row, word := row.first[: found.start(3)].strip()):
        return word
    return _stop_word(row)


def _stop_word(row: _Row) -> str:
    """The first cell, or its first words where it is long."""
    first = row.first
    return first if len(first) <= _LONGEST_WORD else first[:_LONGEST_WORD].rpartition(" ")[0] or first


def _stops(row: _Row, word: str) -> bool:
    """Whether a table that stops at a word would stop at a line."""
    first = row.first.casefold()
    return first == word.casefold() or first.startswith(f"{word.casefold()} ")
