"""The story of an inspection: how the file is encoded, where its table is, what its columns are, how cells are written.

Each step proposes what the file itself bears out and tells the evidence; what it does not bear out is left open. At
the end the lines are read by what is proposed, to see how many rows an import could use.
"""

from __future__ import annotations

import glob
import re
from dataclasses import field
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from indicator_engine.definitions.mappings import IMPORT
from indicator_engine.frozen import dataclass
from indicator_engine.language.schema import Schema
from indicator_engine.store.cells import cut, read_day, read_instant
from indicator_engine.store.inspection import days, headers, naming, numbers, texts, trial, words
from indicator_engine.store.inspection.columns import Cells, cells_of
from indicator_engine.store.inspection.identity import Identity
from indicator_engine.store.inspection.proposal import Column, Example, Findings, Proposal
from indicator_engine.store.inspection.writing import writable
from indicator_engine.store.tables import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicator_engine.store.inspection.headers import Frame
    from indicator_engine.store.inspection.naming import Naming, What
    from indicator_engine.store.inspection.proposal import File, Sheet
    from indicator_engine.store.tables import Table

MOST_LINES = 10_000
"""Lines that are looked at, unless somebody asks for more."""

MERGED = "IE379"
"""The code under which readers of workbooks tell of merged ranges."""

_FORMULA_STARTS = ("=", "+", "-", "@")

Sort = Literal["day", "instant", "number", "truth"]

_SORTS: Mapping[str, Sort] = MappingProxyType({
    "date": "day", "instant": "instant", "integer": "number", "decimal": "number", "money": "number", "truth": "truth",
})  # fmt: skip
_NOUNS: Mapping[Sort, str] = MappingProxyType({
    "day": "a day", "instant": "a day, or a day and time", "number": "a number", "truth": "yes or no",
})  # fmt: skip

_FITTING: Mapping[Sort, frozenset[str]] = MappingProxyType({
    "day": frozenset({"day", "missing"}),
    "instant": frozenset({"day", "missing"}),
    "number": frozenset({"number", "missing"}),
    "truth": frozenset({"truth", "number", "text", "missing"}),
})  # fmt: skip


def inspect(
    file: File,
    schema: Schema | None = None,
    *,
    subjects: Mapping[str, str] | None = None,
    kind: What | None = None,
    sheet: str = "",
    name: str = "",
    lines: int = MOST_LINES,
) -> Proposal:
    """How a file could be read for a pack (None: for any), with what shows it.

    `subjects` are the keys of the register with their names; `sheet` and `kind` settle what is known beforehand.
    Raises DataError when the file cannot be read at all.
    """
    inspector = _Inspector(file, schema or Schema(), has_pack=schema is not None, subjects=subjects or {})
    return inspector.proposal(kind, sheet, name, lines)


@dataclass
class _Inspector:
    """Looks at one file."""

    file: File
    schema: Schema
    has_pack: bool
    subjects: Mapping[str, str]
    findings: Findings = field(default_factory=Findings)

    def proposal(self, kind: What | None, sheet: str, name: str, most: int) -> Proposal:
        """The story."""
        if writable(file := PurePath(self.file.name).name):
            self.findings.values["files"] = (glob.escape(file),)
        table = self.file.open(self._reading(sheet))
        lines = list(texts.lines_of(table, most + 1))
        whole, lines = len(lines) <= most, lines[:most]
        self._tell_notes(table)
        frame = headers.find(self.findings, table, lines, naming.known_words(self.schema), whole=whole)
        columns = [cells_of(head, place, frame.rows) for place, head in enumerate(frame.header)]
        what = self._kind(kind, frame)
        named = self._named(columns, frame, what)
        self._leave_marks(columns)
        self._propose_cells(columns, named, what)
        self._propose_columns(columns, named, frame)
        mapping = self.findings.mapping(name or source_name(self.file.name))
        if frame.named and self.has_pack:
            trial.tell(self.findings, table, lines, mapping, self.schema)
        return Proposal(
            self.file.name,
            mapping,
            tuple(_shown(column, named) for column in columns),
            tuple(self.findings.evidence),
            tuple(self.findings.choices),
            len(lines),
            whole,
        )

    # ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _reading(self, sheet: str) -> Reading:
        """What to open the file with."""
        if self.file.sheets:
            return Reading(sheet=self._sheet(sheet, self.file.sheets()))
        if sheet:
            self.findings.decide("sheet", sheet, "proved", "it was asked for")
        encoding = texts.propose_encoding(self.findings, self.file.data) if self.file.data else "utf-8"
        delimiter = texts.propose_delimiter(self.findings, self.file, encoding) if self.file.delimiter else ""
        return Reading(encoding, delimiter, sheet=sheet)

    def _sheet(self, wanted: str, sheets: Sequence[Sheet]) -> str:
        """The sheet to look at; it has to be declared where more than one can be seen."""
        hidden = [one for one in sheets if not one.visible]
        visible = [one for one in sheets if one.visible]
        filled = [one for one in visible if one.filled]
        if hidden:
            self.findings.tell("sheet", f"hidden, and not looked at: {_names(hidden)}")
        if wanted:
            self.findings.decide("sheet", wanted, "proved", "it was asked for")
            return wanted
        if len(filled) > 1:
            says = f"several sheets hold something: {_names(filled)}; the first was looked at"
            self.findings.leave("sheet", says, *({"sheet": one.name} for one in filled), why="several hold something")
        elif filled:
            others = f" of {len(visible)} that can be seen" if len(visible) > 1 else ""
            says = f"{_names(filled)} is the only sheet{others} that holds something, so it need not be named"
            self.findings.tell("sheet", says, sure="proved")
        return next(iter([*filled, *visible, *sheets])).name if sheets else ""

    def _tell_notes(self, table: Table) -> None:
        for note in table.notes:
            line = note.where.line if note.where else 0
            says = f"{note.message} ({note.code})" + (f"; {note.hint}" if note.hint else "")
            if note.code == MERGED:
                self.findings.leave("fill_merged", says, {"fill_merged": True}, why=note.message)
            else:
                self.findings.tell("", says, [Example(line)] if line else [])

    def _leave_marks(self, columns: Sequence[Cells]) -> None:
        """Marks before or round cells that may be none of what they say."""
        texts_in = [one for column in columns for one in column.of("text") if one.text.startswith("'")]
        before = [one for one in texts_in if one.text[1:].lstrip().startswith(_FORMULA_STARTS)]
        around = [one for one in texts_in if one.text.endswith("'") and len(one.text) > 1]
        if before:
            why = "cells have ' before what could be a formula, as this program's own CSV output has"
            self.findings.leave("neutralised", why, {"neutralised": True}, examples=[one.example for one in before])
        elif around and self.file.delimiter:
            why = "cells stand between ', as if those were quotation marks"
            self.findings.leave("quote", why, {"quote": "'"}, examples=[one.example for one in around])

    # ── the columns ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _kind(self, wanted: What | None, frame: Frame) -> What:
        """Whether the rows are events or a register: by which of the two has more of the columns' names."""
        register = naming.agreeing(frame.header, self.schema, "register")
        events = naming.agreeing(frame.header, self.schema, "events")
        of_events = "occurred on" in map(naming.plain, frame.header)
        if wanted == "register" or (not wanted and len(register) > len(events) and not of_events):
            says = f"{len(register)} columns are called as in the register, {len(events)} as in events"
            self.findings.decide("kind", "register", "proved" if wanted else "likely", "asked for" if wanted else says)
            return "register"
        return "events"

    def _named(self, columns: Sequence[Cells], frame: Frame, what: What) -> Naming:
        """What each column is."""
        found = naming.Naming()
        every = naming.targets(self.schema, what)
        identity = Identity(self.findings, columns, frame.rows, found, self.schema)
        if not frame.named:
            return found
        if self.subjects:
            identity.find_subject(self.subjects)
        naming.by_name(frame.header, every, found)
        if what == "events":
            identity.find_type()
            naming.by_contents(columns, every, found)
            identity.find_id()
        naming.near_names(frame.header, every, found)
        naming.suggest_subject(columns, self.schema.subject.singular, found)
        self._propose_identity(identity, what)
        return found

    def _propose_identity(self, identity: Identity, what: What) -> None:
        """What rows are of, whose they are, when they were recorded."""
        if what == "events":
            identity.propose_type(has_pack=self.has_pack)
            identity.propose_id()
        identity.propose_aliases(self.subjects)
        if identity.naming.place_of("recorded_at") is None:
            self.findings.decide("recorded_at", IMPORT, "likely", "no column says when rows were recorded")
        needed = [self.schema.subject.singular, *(["occurred_on"] if what == "events" else [])]
        for name in needed:
            if identity.naming.place_of(name) is None:
                why = f"no column is known to be `{name}`, which every row must have"
                self.findings.leave("columns", why, why=why)

    def _propose_cells(self, columns: Sequence[Cells], named: Naming, what: What) -> None:
        """How days, numbers, yes and no, and gaps are written."""
        sorts = self._sorts(columns, named, what)
        of_pack = self._sorts(columns, named, what, only_named=True)

        def places(found: Mapping[int, Sort], *wanted: Sort) -> frozenset[int]:
            return frozenset(place for place, sort in found.items() if sort in wanted)

        def those(*wanted: Sort) -> list[Cells]:
            return [columns[place] for place in sorted(places(sorts, *wanted))]

        days.propose(self.findings, those("day", "instant"), places(of_pack, "day"))
        numbers.propose(self.findings, those("number"))
        words.propose_truth(self.findings, those("truth"), places(of_pack, "truth"))
        typed = those("day", "instant", "number", "truth")
        words.propose_missing(self.findings, typed, places(sorts, "number"), places(sorts, "truth"))
        for place, sort in of_pack.items():
            self._tell_misfits(columns[place], sort)

    def _sorts(
        self, columns: Sequence[Cells], named: Naming, what: What, *, only_named: bool = False
    ) -> dict[int, Sort]:
        """What sort of values each column is to hold: as the pack says or, where it does not, as most cells are."""
        types = {one.name: one.types for one in naming.targets(self.schema, what)}
        found: dict[int, Sort] = {}
        for column in columns:
            name = named.means.get(column.index)
            sorts = {_SORTS.get(one) for one in types[name]} if name else {None if only_named else _sort_of(column)}
            if len(sorts) == 1 and (sort := sorts.pop()):
                found[column.index] = sort
        return found

    def _tell_misfits(self, column: Cells, sort: Sort) -> None:
        """Cells that are not what the pack says that their column holds, in whatever way they may be written."""
        wrong = [one for one in column.seen if one.kind not in _FITTING[sort]]
        if sort in {"day", "instant"}:
            read = read_day if sort == "day" else read_instant
            wrong = [one for one in wrong if not (one.kind == "instant" and days.is_readable(one, read))]
        if sort == "day":
            wrong = [one for one in wrong if not days.could_be(one.text)]
        if wrong:
            count = sum(one.count for one in wrong)
            cells_are = "1 cell is" if count == 1 else f"{count} cells are"
            says = f"{cells_are} not {_NOUNS[sort]}, which the pack asks for in this column"
            self.findings.tell("columns", says, [one.example for one in wrong], column=column.name)

    def _propose_columns(self, columns: Sequence[Cells], named: Naming, frame: Frame) -> None:
        """What each column is called in the pack, and which are not to be read."""
        if not frame.named:
            return
        twice = self._tell_twice(frame.header)
        for place, name in sorted(named.means.items()):
            self._propose_column(columns[place], name, named)
        others = [one for one in columns if one.index not in named.means]
        others = [one for one in others if _folded(one.name) not in twice]
        empty = self._empty([one for one in others if not named.near.get(one.index)], frame)
        if empty:
            self.findings.decide("ignore", tuple(dict.fromkeys(empty)), "likely", "nothing stands in them")
        self._leave_columns([one for one in others if one.seen or one.name not in empty], named, empty)

    @staticmethod
    def _empty(columns: Sequence[Cells], frame: Frame) -> list[str]:
        """The names of columns in which nothing stands; none where cells could not be read."""
        if any(line.fault for line in frame.rows):
            return []
        filled = {_folded(one.name) for one in columns if one.seen}
        return [one.name for one in columns if writable(one.name) and _folded(one.name) not in filled]

    def _propose_column(self, column: Cells, name: str, named: Naming) -> None:
        if not writable(column.name):
            why = f"the name of column {column.index + 1} cannot be written in a pack; rename it in the file"
            self.findings.leave("columns", why, why=why)
            return
        says = f"{named.why[column.index]}; {column.holds}"
        self.findings.enter("columns", column.name, name, named.sure[column.index], says, column.examples)

    def _leave_columns(self, others: Sequence[Cells], named: Naming, ignored: Sequence[str]) -> None:
        """Columns that nobody knows: with names they are like, or else to be left out."""
        unknown = []
        for column in others:
            near = named.near.get(column.index, ())
            if near and writable(column.name):
                self._leave_near(column, near)
            elif not self.has_pack and writable(column.name) and naming.plain(column.name):
                self._leave_unpacked(column)
            else:
                unknown.append(column)
        if unknown:
            names = list(dict.fromkeys(one.name for one in unknown if writable(one.name)))
            why = "nothing in the pack is called so: name them under columns, or take the # away to leave them out"
            out: list[dict[str, list[str]]] = [{"ignore": [*ignored, *names]}] if names else []
            examples = [example for one in unknown for example in one.examples]
            says = f"nothing in the pack is called like {', '.join(map(_called, unknown))}"
            self.findings.leave("ignore", says, *out, why=why, examples=examples)

    def _leave_near(self, column: Cells, near: Sequence[tuple[str, int]]) -> None:
        why = " or ".join(_likeness(score) for _, score in near)
        shown = " or ".join(f"`{one}` ({_likeness(score)})" for one, score in near)
        ways = [{column.name: one} for one, _ in near]
        says = f"`{cut(column.name)}` could be {shown}"
        self.findings.leave("columns", says, *ways, why=why, table="columns", examples=column.examples)

    def _leave_unpacked(self, column: Cells) -> None:
        """A column that only a pack could tell what it is."""
        way = {column.name: naming.plain(column.name).replace(" ", "_")}
        says = f"without a pack nothing tells what `{cut(column.name)}` is"
        why = "if the pack has such an attribute; else put it under ignore"
        self.findings.leave("columns", says, way, why=why, table="columns", examples=column.examples)

    def _tell_twice(self, header: Sequence[str]) -> set[str]:
        """Names that more than one column has, capitals and spaces aside."""
        folded = [_folded(name) for name in header]
        twice = {name for name in folded if name and folded.count(name) > 1}
        if twice:
            shown = ", ".join(f"`{cut(name)}`" for name in header if _folded(name) in twice)
            why = f"columns have the same name: {shown}; rename all but one in the file"
            self.findings.leave("columns", why, why=why)
        return twice


def source_name(file: str) -> str:
    """A name for a source: the file's, in small letters, without what a name should not have.

    >>> source_name("Q2 Returns (final).xlsx")
    'q2-returns-final'
    """
    words_in = re.findall(r"[a-z0-9]+", PurePath(file).stem.casefold())
    return "-".join(words_in) or "source"


def _sort_of(column: Cells) -> Sort | None:
    kind = column.kind
    return kind if kind in {"day", "instant", "number", "truth"} else None


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _called(column: Cells) -> str:
    return f"`{cut(column.name)}`" if column.name else f"column {column.index + 1}, which has no name"


def _shown(column: Cells, named: Naming) -> Column:
    place = column.index
    example = next(iter(column.examples), None)
    sure = named.sure.get(place, "open" if column.seen else "likely")
    return Column(column.name, column.holds, example, named.means.get(place, ""), sure, named.near.get(place, ()))


def _likeness(score: int) -> str:
    return f"like it, {score} of 100" if score else "going by what it holds"


def _names(sheets: Sequence[Sheet]) -> str:
    return ", ".join(f"“{cut(one.name)}”" for one in sheets)
