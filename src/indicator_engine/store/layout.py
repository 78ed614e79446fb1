"""From the lines of a table to rows of a pack, by the mapping that its source declares.

The line that names the columns is found, each column is given its name in the pack, and every line below becomes a
row, a blank, or a line that cannot be used with the reason. Nothing is passed over without being told: what a table
lacks that its mapping promises, and what it has that nobody declared, refuses the table as a whole.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator
from dataclasses import field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.definitions.mappings import IMPORT, SourceMapping, key_of
from indicator_engine.definitions.rows import EVENT_COLUMNS
from indicator_engine.frozen import dataclass
from indicator_engine.language.schema import Attribute
from indicator_engine.problems import DataError, Location, Problem, did_you_mean
from indicator_engine.store.cells import PLAIN, CellError, Formats, cut, is_blank, read_value, text_of
from indicator_engine.store.tables import CELL_LENGTH, MARK, REASON, Fault, Line, Reading, Table, restored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from indicator_engine.language.schema import Schema
    from indicator_engine.problems import Severity

HEADER_WITHIN = 100
"""Lines among which the one that names the columns is looked for."""

_NUL_IN_NAMES = Fault("IE342", "the line of column names has a NUL character", "is the file UTF-16? declare `encoding`")
_DAY = Attribute("occurred_on", "date")


_ABOVE = frozenset({"IE345", "IE361"})
"""Faults that a line above the one that names the columns may have, such as a title with a formula."""


@dataclass(frozen=True)
class Row:
    """One row as it came: its cells by their names in the pack, and where it stands.

    `raw` is the line as it came and `names` what its columns are called there; `formats` is how its cells are written.
    """

    cells: Mapping[str, Any]
    where: Location
    line: int = 0
    raw: tuple[Any, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    formats: Formats = PLAIN


@dataclass(frozen=True)
class Unusable:
    """A line that cannot be made a row of, and why."""

    line: int
    raw: tuple[Any, ...]
    fault: Fault


@dataclass(frozen=True)
class Blank:
    """A line that tells nothing."""

    line: int


def plain_rows(table: Table) -> list[Row]:
    """Every row under the names of its own columns. Raises DataError with all that is wrong with the table."""
    return usable_rows(Rows(table))


def usable_rows(rows: Rows) -> list[Row]:
    """Every row of a table that has no other lines than rows and blanks. Raises DataError with all the others."""
    found: list[Row] = []
    problems: list[Problem] = []
    for item in rows:
        if isinstance(item, Unusable):
            problems.append(rows.table.problem(item.line, item.fault))
        elif isinstance(item, Row):
            found.append(item)
    if problems:
        raise DataError(problems)
    return found


def reading_of(mapping: SourceMapping) -> Reading:
    """What a reader of files needs to know of a mapping."""
    return Reading(mapping.encoding, mapping.delimiter, mapping.quote, mapping.sheet, mapping.fill_merged)


def formats_of(mapping: SourceMapping, today: date | None = None) -> Formats:
    """How the cells of a mapping's source are written; what happened is at the latest a year from `today`."""
    latest = mapping.latest or (periods.shift(today, years=1) if today else periods.LATEST)
    return Formats(
        mapping.dates,
        mapping.serial_dates,
        mapping.decimal,
        mapping.thousands,
        frozenset(word.casefold() for word in mapping.yes),
        frozenset(word.casefold() for word in mapping.no),
        mapping.earliest or (periods.WITHIN_MEMORY if today else periods.EARLIEST),
        latest,
    )


@dataclass(frozen=True)
class Layout:
    """The columns of one table: what each is called in the file, and what it is in the pack ("" where not read)."""

    header: tuple[str, ...]
    targets: tuple[str, ...]
    line: int = 0
    """The line that names the columns; 0 where the format has names of its own."""


@dataclass
class Rows:
    """The rows of a table, read once. Raises DataError when the table as a whole does not fit its mapping."""

    table: Table
    mapping: SourceMapping = field(default_factory=SourceMapping)
    schema: Schema | None = None
    """What columns can be; None takes every column under its own name."""
    formats: Formats = PLAIN
    notes: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notes += self.table.notes
        if self.table.from_1904 and self.mapping.serial_dates:
            fact = "the workbook counts days from 1904, and its source declares numbers that are counted from 1900"
            hint = "make the column one of days in the spreadsheet, and leave out `excel serial`"
            raise DataError([self.table.problem(0, Fault("IE350", fact, hint))])
        self._lines: Iterator[Line] = iter(self.table.lines)
        self._above: list[Line] = []
        try:
            self.layout = self._laid_out()
        except DataError:
            self.close()
            raise
        self._names = {name: head for head, name in zip(self.layout.header, self.layout.targets, strict=True) if name}
        self._added = _added(self.layout.header)
        self._names_compared = list(map(key_of, self.layout.header[self._added :]))
        self._missing = {word.casefold() for word in self.mapping.missing}

    def __iter__(self) -> Iterator[Row | Unusable | Blank]:
        for line in self.until_end():
            yield self.item(line)

    def close(self) -> None:
        """Read no further: a file that is open is closed."""
        if isinstance(self.table.lines, Generator):
            self.table.lines.close()

    def until_end(self) -> Iterator[Line]:
        """The lines below the names of the columns, up to the one that ends the table."""
        for line in self._lines:
            if self._ends(line):
                self._tell_end(line)
                return
            yield line

    def first(self, count: int) -> int:
        """How many lines there are, up to a count; they are still to be read."""
        taken = list(islice(self._lines, count))
        self._lines = chain(taken, self._lines)
        return len(taken)

    # ── the columns ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _laid_out(self) -> Layout:
        if self.table.columns is not None:
            if not self.table.columns and self.schema:
                raise DataError([self.table.problem(0, Fault("IE343", "there are no rows, and so no columns"))])
            return self._matched(self.table.columns, 0)
        if self.mapping.names and not self._is_our_export():
            return self._matched(self.mapping.names, 0)
        line = self._header_line()
        if self.schema and line.cells[:2] != (MARK, REASON) and not self._knows(line):
            raise DataError([self.table.problem(line.number, self._names_nothing(line))])
        return self._matched(self._names_in(line), line.number)

    def _header_line(self) -> Line:
        """The line that names the columns: by its number, by what it contains, or the first that is not blank."""
        if self._is_our_export():
            return next(self._lines)
        wanted = {key_of(word) for word in self.mapping.header_contains}
        for seen, line in enumerate(self._lines, 1):
            self._above.append(line)
            words = {key_of(text_of(cell)) for cell in line.cells}
            if line.fault and (line.fault.code not in _ABOVE or not (wanted or self.mapping.header_row)):
                raise DataError([self.table.problem(line.number, line.fault)])
            if self.mapping.header_row:
                if line.number >= self.mapping.header_row:
                    return self._at_row(line)
            elif wanted:
                if wanted <= words:
                    return line
            elif words - {""}:
                return line
            if seen >= HEADER_WITHIN and not self.mapping.header_row:
                break
        raise DataError([self.table.problem(0, self._no_header(wanted))])

    def _is_our_export(self) -> bool:
        """Whether the table is rows of the quarantine, whose first line always names the columns."""
        first = next(self._lines, None)
        if first is None:
            return False
        self._lines = chain([first], self._lines)
        return first.cells[:2] == (MARK, REASON)

    def _at_row(self, line: Line) -> Line:
        if line.number > (self.mapping.header_row or 0) or not any(map(text_of, line.cells)):
            fact = f"line {self.mapping.header_row} is to name the columns, and it is blank"
            raise DataError([self.table.problem(self.mapping.header_row or 0, Fault("IE343", fact))])
        return line

    def _no_header(self, wanted: set[str]) -> Fault:
        if wanted:
            words = ", ".join(f'"{word}"' for word in self.mapping.header_contains)
            return Fault(
                "IE374", f"no line among the first {HEADER_WITHIN} has the cells {words}", "mend `header_contains`"
            )
        if self.mapping.header_row:
            return Fault("IE374", f"the table ends before line {self.mapping.header_row}", "mend `header_row`")
        what = "sheet" if self.table.sheet else "file"
        return Fault("IE343", f"the {what} is empty", "its first line must name the columns")

    def _knows(self, line: Line) -> bool:
        """Whether a line has any name of a column that the pack or the source knows."""
        return not self._known_names().isdisjoint(key_of(text_of(cell)) for cell in line.cells)

    def _known_names(self) -> set[str]:
        """The names that columns of the file can have, as they are compared."""
        written = [*self.mapping.columns, *self.mapping.ignore, self.mapping.only_where, *self._known()]
        if isinstance(self.mapping.recorded_at, str):
            written.append(self.mapping.recorded_at)
        return {key_of(name) for name in written} - {""}

    def _names_nothing(self, line: Line) -> Fault:
        """Why a line that is to name the columns has no name that anybody knows."""
        texts = [text for text in map(text_of, line.cells) if text]
        if any("\0" in text for text in texts):
            return _NUL_IN_NAMES
        if mark := self._mark_between(line):
            return Fault("IE343", "this line names a single column", self._parting_hint(mark))
        shown = ", ".join(f'"{cut(text)}"' for text in texts[:3]) + (", …" if len(texts) > 3 else "")
        fact = f"this line is to name the columns, and nobody knows any of its names: {shown}"
        for other in (one for one in (*self._above, *islice(self._lines, HEADER_WITHIN)) if not one.fault):
            if self._knows(other):
                hint = f"line {other.number} has names that are known: declare `header_row = {other.number}`"
                return Fault("IE374", fact, hint)
            if mark := self._mark_between(other):
                hint = f"line {other.number} has names that are known: declare `header_row = {other.number}`; and "
                return Fault("IE374", fact, hint + self._parting_hint(mark))
        if len(texts) == 1 and (found := max(";\t|", key=texts[0].count)) in texts[0]:
            return Fault("IE343", "this line names a single column", self._parting_hint(found))
        hint = "if no line names the columns, declare `names`; if they have other names than in the pack, `columns`"
        return Fault("IE374", fact, hint)

    def _mark_between(self, line: Line) -> str:
        """What parts the names of columns that stand in one cell together; "" where none do."""
        texts = [text for text in map(text_of, line.cells) if text]
        known = self._known_names()
        marks = ",;\t|" if len(texts) == 1 else ""
        return next((one for one in marks if not known.isdisjoint(map(key_of, texts[0].split(one)))), "")

    def _parting_hint(self, mark: str) -> str:
        """What to do where all names stand in one cell, with a mark between them."""
        if not self.table.text:
            return "each line stands in one cell: save it as a text file, and import that"
        if mark == self._delimiter:
            return "each line stands in quotation marks as a whole: export the file without them"
        return (
            "a .csv file parts its columns with commas, a .tsv file with tabs; this one has other marks: declare "
            + (f'`delimiter = "{mark}"`'.replace("\t", r"\t"))
        )

    @property
    def _delimiter(self) -> str:
        """What parts the cells of a text file."""
        tabs = re.search(r"\.(tsv|tab)\b", self.table.name, re.IGNORECASE)
        return self.mapping.delimiter or ("\t" if tabs else ",")

    def _names_in(self, line: Line) -> tuple[str, ...]:
        """The names of the columns; blank ones at the end are no columns."""
        names = [" ".join(text_of(cell).split()) for cell in line.cells]
        while names and not names[-1]:
            names.pop()
        faults = list(self._faults_of(names, _added(tuple(names))))
        if faults:
            raise DataError([self.table.problem(line.number, fault) for fault in faults])
        return tuple(names)

    def _faults_of(self, names: list[str], added: int) -> Iterator[Fault]:
        if len(names) == 1 and any(mark in names[0] for mark in ",;\t|"):
            hint = "a .csv file parts its columns with commas, a .tsv file with tabs; declare another `delimiter`"
            yield Fault("IE343", "this line names a single column", hint)
        for index, name in enumerate(names):
            if "\0" in name:
                yield _NUL_IN_NAMES
                return
            if not name and not self._is_ignored(name):
                if not added and self._has_values(index):
                    hint = 'name it, leave the column out, or declare `ignore = [""]`'
                    yield Fault("IE343", f"column {index + 1} has values and no name", hint)
            elif name in names[added:index] and not self._is_ignored(name):
                yield Fault("IE344", f"there are two columns called `{cut(name)}`", "rename or remove one of them")

    def _has_values(self, place: int) -> bool:
        """Whether the lines to come have anything in a column; those that are looked at are still to be read."""
        coming = list(islice(self._lines, HEADER_WITHIN))
        self._lines = chain(coming, self._lines)
        return any(not one.fault and not is_blank(cell) for one in coming for cell in one.cells[place : place + 1])

    def _is_ignored(self, name: str) -> bool:
        return key_of(name) in {key_of(one) for one in self.mapping.ignore}

    def _matched(self, header: tuple[str, ...], line: int) -> Layout:
        """Each column's name in the pack; what does not match refuses the table."""
        if self.schema is None:
            return Layout(header, header, line)
        declared = {key_of(column): name for column, name in self.mapping.columns.items()}
        if isinstance(self.mapping.recorded_at, str) and self.mapping.recorded_at != IMPORT:
            declared[key_of(self.mapping.recorded_at)] = "recorded_at"
        known, added = self._known(), _added(header)
        own = header[added:]
        targets = tuple(self._target(column, declared, known) for column in own)
        problems = [
            *self._promised(own, declared, line), *self._taken_twice(own, targets, line),
            *self._strange(own, targets, known, declared, line),
        ]  # fmt: skip
        if any(problem.severity == "error" for problem in problems):
            raise DataError(problems)
        self.notes += problems
        return Layout(header, ("",) * added + targets, line)

    def _target(self, column: str, declared: Mapping[str, str], known: set[str]) -> str:
        if self._is_ignored(column):
            return ""
        if name := declared.get(key_of(column)):
            return name
        taken = {*declared.values(), *self.mapping.constants}
        if self.mapping.recorded_at is not None:
            taken.add("recorded_at")
        return column if column in known and column not in taken else ""

    def _known(self) -> set[str]:
        if self.schema is None:
            return set()
        subject = self.schema.subject
        if self.mapping.kind == "register":
            return {subject.singular, "name", "recorded_at", *subject.attributes}
        return {*EVENT_COLUMNS, subject.singular, *(name for e in self.schema.events.values() for name in e.attributes)}

    def _promised(self, header: tuple[str, ...], declared: Mapping[str, str], line: int) -> Iterator[Problem]:
        """Columns that the mapping names and the table lacks; what every row must have, and has nowhere."""
        there = {key_of(column) for column in header}
        written = [*self.mapping.columns, self.mapping.only_where]
        if isinstance(self.mapping.recorded_at, str) and self.mapping.recorded_at != IMPORT:
            written.append(self.mapping.recorded_at)
        for column in written:
            if column and key_of(column) not in there:
                fact = f"the table has no column `{cut(column)}`, which its source declares"
                yield self.table.problem(line, Fault("IE373", fact, did_you_mean(column, header)))
        given = {self._target(column, declared, self._known()) for column in header}
        given |= {*self.mapping.constants, *declared.values()}
        for name in self._needed():
            if name not in given:
                meant = next((one for one in header if did_you_mean(one, [name]).startswith("did")), "…")
                hint = f'declare it: `columns = {{ "{cut(meant)}" = "{name}" }}`' + (
                    '; ids can be made: `id_from = ["type", …]`' if name == "event_id" else ""
                )  # fmt: skip
                yield self.table.problem(line, Fault("IE376", f"no column of the table is `{name}`", hint))

    def _needed(self) -> list[str]:
        subject = self.schema.subject.singular if self.schema else ""
        if self.mapping.kind == "register":
            return [subject]
        ids = self.mapping.id_from or ("event_id",)
        return list(dict.fromkeys([*ids, "type", subject, "occurred_on"]))

    def _taken_twice(self, header: tuple[str, ...], targets: tuple[str, ...], line: int) -> Iterator[Problem]:
        first: dict[str, str] = {}
        for column, name in zip(header, targets, strict=True):
            if name and name in first:
                fact = f"both `{cut(first[name])}` and `{cut(column)}` are `{name}`"
                yield self.table.problem(line, Fault("IE344", fact, "put one of them under `ignore`"))
            first.setdefault(name, column)

    def _strange(
        self, header: tuple[str, ...], targets: tuple[str, ...], known: set[str], declared: Mapping[str, str], line: int
    ) -> Iterator[Problem]:
        """Columns that nobody declared."""
        for column, name in zip(header, targets, strict=True):
            if (
                not name
                and column
                and not self._is_ignored(column)
                and key_of(column) not in declared
                and key_of(column) != key_of(self.mapping.only_where)
            ):
                fact = f"nothing says what the column `{cut(column)}` is"
                if column in known:
                    hint = f'its source gives `{column}` otherwise: put this one under `ignore = ["{column}"]`'
                    yield self.table.problem(line, Fault("IE303", fact, hint))
                    continue
                near = did_you_mean(column, known) if len(column) < 60 else ""
                either = f"{near} If not, " if near.startswith("did") else ""
                hint = f'{either}declare it under `columns`, or `ignore = ["{cut(column)}"]`'
                yield self.table.problem(line, Fault("IE303", fact, hint))

    # ── the lines ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ends(self, line: Line) -> bool:
        """Whether a line begins with a word of `stop_at`. More words may follow it, but not where they begin a row."""
        if not self.mapping.stop_at:
            return False
        words = [text_of(cell).casefold() for cell in line.cells]
        first = next((word for word in words if word), "")
        ends = [word.casefold() for word in self.mapping.stop_at]
        if first in ends:
            return True
        longer = any(first.startswith(word) and not first[len(word)].isalnum() for word in ends)
        return longer and not self._is_whole(line)

    def _is_whole(self, line: Line) -> bool:
        """Whether a line has everything that every row needs."""
        if line.fault or len(line.cells) < len(self.layout.header):
            return False
        given = {name for name, cell in zip(self.layout.targets, line.cells, strict=False) if not is_blank(cell)}
        needed = {*self._needed(), *(["occurred_on"] if self.mapping.kind == "events" else [])}
        return needed <= given | {*self.mapping.constants} and len(given) > 1

    def _tell_end(self, line: Line) -> None:
        """Say where the table ended, and whether there is anything below that looks like more of it."""
        below = [one for one in self._lines if one.fault or not all(map(is_blank, one.cells))]
        fact = f'the table ends here, at "{cut(next(filter(None, map(text_of, line.cells)), ""))}"'
        fact += f"; {len(below)} filled {'line' if len(below) == 1 else 'lines'} below not read" if below else ""
        rows, hint = sum(map(self._is_whole, below)), ""
        if rows:
            fact += f", {rows} of {'which looks like a row' if rows == 1 else 'which look like rows'}"
            hint = "declare another `stop_at`, or none, if those rows are to be read"
        severity: Severity = "warning" if rows else "note"
        self.notes.append(replace(self.table.problem(line.number, Fault("IE377", fact, hint)), severity=severity))

    def item(self, line: Line) -> Row | Unusable | Blank:
        """What a line is: a row, a blank, or neither with the reason."""
        if line.fault:
            return Unusable(line.number, line.cells, line.fault)
        if all(map(is_blank, line.cells)):
            return Blank(line.number)
        if fault := self._misfit(line):
            return Unusable(line.number, line.cells, fault)
        cells = self._cells(line)
        if self.mapping.only_where and is_blank(self._of_column(line, self.mapping.only_where)):
            return Blank(line.number)
        return Row(cells, self.table.at(line.number), line.number, line.cells, self._names, self.formats)

    def _misfit(self, line: Line) -> Fault | None:
        width, header = len(line.cells), self.layout.header
        if any(isinstance(cell, str) and "\0" in cell for cell in line.cells):
            places = [place for place, cell in enumerate(line.cells) if isinstance(cell, str) and "\0" in cell]
            column = header[places[0]] if width == len(header) else ""
            hint = "the file may be damaged, or be no text at all"
            return Fault("IE342", "a cell has a NUL character", hint, column)
        if width < len(header) or any(not is_blank(cell) for cell in line.cells[len(header) :]):
            return self._wrong_width(width)
        if self._names_columns(line.cells[self._added : len(header)]):
            return Fault("IE364", "this line names the columns once more", "take it out")
        for place, (column, cell) in enumerate(zip(header, line.cells, strict=False)):
            if not column and not is_blank(cell) and not self._is_ignored(column):
                fact = f"column {place + 1}, which has no name, has a value in this row"
                return Fault("IE345", fact, "name the column, or clear the cell")
            if isinstance(cell, str) and (fault := self._unreadable(column, cell)):
                return fault
        return None

    def _names_columns(self, cells: Sequence[Any]) -> bool:
        """Whether cells are the names of the columns; nearly always the first one tells that they are not."""
        wanted = self._names_compared
        return key_of(text_of(cells[0])) == wanted[0] and [key_of(text_of(cell)) for cell in cells] == wanted

    def _wrong_width(self, width: int) -> Fault:
        header = len(self.layout.header)
        named = f"line {self.layout.line} names" if self.layout.line else "there are names for"
        fact = f"this row has {width} {'cell' if width == 1 else 'cells'}, and {named} {header} columns"
        if width > header:
            return Fault("IE345", fact, "is a cell with a comma in it written without quotation marks?")
        hint = "is a line broken in two? Or does the table end above: then declare `stop_at`"
        return Fault("IE345", fact, hint)

    def _unreadable(self, column: str, cell: str) -> Fault | None:
        """Why a text cannot be read, whatever its column is."""
        if len(cell) > CELL_LENGTH:
            fact = f"a cell has more than {CELL_LENGTH:,} characters"
            return Fault("IE347", fact, "was a quotation mark never closed?", column)
        if ("\n" in cell or "\r" in cell) and (rows := self._rows_within(cell)):
            look = "a line that looks like a row" if rows == 1 else f"{rows} lines that look like rows"
            fact = f"a cell goes on over {look}: a quotation mark was opened here, and another one far below closed it"
            hint = 'close it on its own line, or write a quotation mark inside a cell twice: ""'
            return Fault("IE346", fact, hint, column)
        return None

    def _rows_within(self, cell: str) -> int:
        """How many lines within a cell are rows by themselves, as far as can be told of them."""
        if self.schema is None or not self.mapping.quote:
            return 0
        count = 0
        for text in cell.splitlines()[1:]:
            for cells in csv.reader([text], delimiter=self._delimiter, quotechar=self.mapping.quote):
                own = ("",) * self._added + tuple(cells)
                count += len(own) == len(self.layout.header) and self._is_plainly_row(Line(0, own))
        return count

    def _is_plainly_row(self, line: Line) -> bool:
        """Whether a line has a known type and a day, or what else a row of a register needs, where that is needed."""
        found = {name: cell for name, cell in zip(self.layout.targets, line.cells, strict=True) if name}
        if not self._is_whole(line) or self.schema is None:
            return False
        if self.mapping.kind == "events":
            types = {text_of(found["type"])} if "type" in found else set()
            return types <= set(self.schema.events) and self._reads(found["occurred_on"], _DAY)
        typed = {name: self.schema.subject.attributes[name] for name in found if name in self.schema.subject.attributes}
        told = [name for name, one in typed.items() if one.type != "text" and not is_blank(found[name])]
        return bool(told) and all(self._reads(found[name], typed[name]) for name in typed)

    def _reads(self, cell: Any, attribute: Attribute) -> bool:
        try:
            return read_value(self._plain(cell), attribute, self.formats) is not None or is_blank(cell)
        except CellError:
            return False

    def _of_column(self, line: Line, column: str) -> Any:
        heads = [key_of(head) for head in self.layout.header]
        heads[: self._added] = [""] * self._added
        return line.cells[heads.index(key_of(column))] if key_of(column) in heads else None

    def _cells(self, line: Line) -> dict[str, Any]:
        """The cells by their names in the pack, gaps as None, subjects by their usual names, constants added."""
        mapping, cells = self.mapping, dict(self.mapping.constants)
        for name, cell in zip(self.layout.targets, line.cells, strict=False):
            if name:
                cells[name] = self._plain(cell)
        for name, words in mapping.values.items():
            cells[name] = words.get(text_of(cells.get(name)), cells.get(name))
        subject = self.schema.subject.singular if self.schema else ""
        if mapping.aliases and (usual := mapping.aliases.get(text_of(cells.get(subject)))):
            cells[subject] = usual
        if mapping.id_from:
            made = [text_of(cells.get(name)).replace("\\", "\\\\").replace("/", "\\/") for name in mapping.id_from]
            cells["event_id"] = "/".join(made) if any(made) else None
        if self.mapping.recorded_at is not None and not isinstance(self.mapping.recorded_at, str):
            cells["recorded_at"] = self.mapping.recorded_at
        return cells

    def _plain(self, cell: Any) -> Any:
        """A cell without the mark that our own output puts before what could be a formula; gaps as None."""
        if not isinstance(cell, str):
            return cell
        for marked in (self._added, self.mapping.neutralised):
            cell = restored(cell) if marked else cell
        return None if self._missing and cell.strip().casefold() in self._missing else cell


def _added(header: tuple[str, ...]) -> int:
    """How many columns an export of the quarantine has put before those of the file."""
    return 2 if header[:2] == (MARK, REASON) else 0
