"""A store does what a list would: whatever happens to it, in whatever order, it says what a model in plain Python says.

The machine imports, repairs, corrects, renames, rehearses, fails, closes and restores; after each step the store is
asked and held against the model (`storing.py`). No step looks at the clock: each has its own instant.
"""

from __future__ import annotations

import csv
import hashlib
import io
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.generative.drawing import law
from tests.generative.storing import Cells, Counts, Entry, File, Line, Mark, Model, Named

from indicator_engine import plugins
from indicator_engine.language.schema import Attribute, EventType, Population, Schema, Subject
from indicator_engine.problems import DataError, IndicatorEngineError, StoreError
from indicator_engine.store import archive, journal, requeue, tables
from indicator_engine.store.accounts import Terms
from indicator_engine.store.care import verify
from indicator_engine.store.ledger import Entry as LedgerEntry
from indicator_engine.store.ledger import Ledger
from indicator_engine.store.receipts import Receipt, RefusedImportError
from indicator_engine.store.records import FOREVER, Record
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, Store, memory_store, open_store
from indicator_engine.store.tables import Fault, Reading, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.generative

CSV = plugins.load(installed=False).sources["csv"]
START = datetime.fromisoformat("2010-01-01T12:00")


def _schema(most: int) -> Schema:
    """The vocabulary, in which a pledge has at most so many stages."""
    stage = Attribute("stage", "integer", minimum=Fraction(1), maximum=Fraction(most))
    columns = (Attribute("kind", "choice", choices=("member", "public")), Attribute("size", "integer"),
               Attribute("member_to", "date"))  # fmt: skip
    return Schema(
        Subject("organisation", "organisations", {one.name: one for one in columns}),
        {
            "pledge": EventType("pledge", attributes={"stage": stage, "partner": Attribute("partner", "subject")}),
            "visit": EventType("visit", attributes={"people": Attribute("people", "integer")}),
        },
        {"members": Population("members", end="member_to")},
    )


NARROW, WIDE = _schema(3), _schema(9)
EVENT_COLUMNS = (
    "event_id", "type", "organisation", "occurred_on", "recorded_at", "retracted", "stage", "partner", "people",
)  # fmt: skip
REGISTER_COLUMNS = ("organisation", "recorded_at", "kind", "size", "member_to")


def _in_order(cells: Cells) -> Cells:
    """Cells in the order of their columns."""
    columns = EVENT_COLUMNS if "event_id" in cells else REGISTER_COLUMNS
    return {name: cells[name] for name in columns}


# ── what files have ──────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = st.sampled_from(("ashfield", "bassetlaw", "clifton"))
DAYS = st.sampled_from(("2009-05-01", "2009-12-31", "2010-01-03"))
RECORDINGS = st.integers(0, 12).map(lambda days: (START + timedelta(days=days)).isoformat())
MAYBE_RECORDED = st.just("") | RECORDINGS
PLEDGES = st.fixed_dictionaries({
    "event_id": st.sampled_from(("e1", "e2", "e3")), "type": st.just("pledge"), "organisation": NAMES,
    "occurred_on": DAYS, "recorded_at": MAYBE_RECORDED, "retracted": st.just(""),
    "stage": st.sampled_from(("", "1", "2")), "partner": st.just("") | NAMES, "people": st.just(""),
}).map(_in_order)  # fmt: skip
VISITS = st.fixed_dictionaries({
    "event_id": st.sampled_from(("e3", "e4")), "type": st.just("visit"), "organisation": NAMES, "occurred_on": DAYS,
    "recorded_at": MAYBE_RECORDED, "retracted": st.just(""), "stage": st.just(""), "partner": st.just(""),
    "people": st.sampled_from(("", "0", "7")),
}).map(_in_order)  # fmt: skip
RETRACTIONS = st.fixed_dictionaries({
    "event_id": st.sampled_from(("e1", "e2", "e3", "e4", "e9")), "type": st.just(""), "organisation": st.just(""),
    "occurred_on": st.just(""), "recorded_at": MAYBE_RECORDED, "retracted": st.just("yes"), "stage": st.just(""),
    "partner": st.just(""), "people": st.just(""),
}).map(_in_order)  # fmt: skip
MEMBERS = st.fixed_dictionaries({
    "organisation": NAMES, "recorded_at": MAYBE_RECORDED, "kind": st.sampled_from(("member", "public")),
    "size": st.sampled_from(("", "5")), "member_to": st.just("") | DAYS,
}).map(_in_order)  # fmt: skip
TOO_HIGH = ("stage", "9", "IE356")
"""A fault that a wider vocabulary does away with."""
WRONG = st.sampled_from((
    ("occurred_on", "31/12/2009", "IE350"), ("occurred_on", "", "IE302"), ("organisation", "", "IE302"),
    ("type", "plegde", "IE304"), ("recorded_at", "soon", "IE359"), ("retracted", "perhaps", "IE357"), TOO_HIGH,
    TOO_HIGH,
))  # fmt: skip
WRONG_MEMBERS = st.sampled_from((
    ("kind", "membre", "IE358"), ("member_to", "2009", "IE350"), ("size", "a few", "IE354"),
    ("organisation", "", "IE302"),
))  # fmt: skip


@st.composite
def event_lines(draw: st.DrawFn, at: datetime) -> tuple[Line, ...]:
    """Lines of a file of events: good, bad, too short, blank; no two good ones that contradict each other."""
    found: list[Line] = []
    for _ in range(draw(st.integers(1, 5))):
        what = draw(st.sampled_from(("good", "good", "good", "good", "bad", "bad", "retracted", "short", "blank")))
        if what == "blank":
            found.append(Line(dict.fromkeys(EVENT_COLUMNS, "")))
        elif what == "retracted":
            found.append(Line(draw(RETRACTIONS)))
        else:
            found.append(_made(draw(PLEDGES | VISITS), draw(WRONG) if what == "bad" else None, short=what == "short"))
    return tuple(line for place, line in enumerate(found) if not _contradicted(line, found[:place], at))


def _made(cells: Cells, wrong: tuple[str, str, str] | None, *, short: bool = False) -> Line:
    """A line with a cell that is wrong, or with too few cells."""
    if short:
        return Line(dict(list(cells.items())[:4]), cells, "IE345")
    if wrong is None:
        return Line(cells)
    column, cell, code = wrong
    if column == "stage" and cells["type"] == "visit":
        code = "IE305"
    return Line({**cells, column: cell}, cells, code, column)


def _contradicted(line: Line, before: Sequence[Line], at: datetime) -> bool:
    """Whether an event that a line tells of is told otherwise, at the same instant."""
    if "event_id" not in line.cells:
        return False
    said = [line.mended or line.cells, *(one.mended or one.cells for one in before)]
    keys = [(one.get("event_id"), one.get("recorded_at") or at.isoformat()) for one in said]
    return any(
        key == keys[0] and {**one, "recorded_at": ""} != {**said[0], "recorded_at": ""}
        for key, one in zip(keys[1:], said[1:], strict=True)
    )


@st.composite
def register_lines(draw: st.DrawFn) -> tuple[Line, ...]:
    """Lines of a register, now and then with a bad or a blank one."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        what = draw(st.sampled_from(("good", "good", "good", "good", "bad", "blank")))
        cells = dict.fromkeys(REGISTER_COLUMNS, "") if what == "blank" else draw(MEMBERS)
        found.append(_made(cells, draw(WRONG_MEMBERS) if what == "bad" else None))
    return tuple(found)


def table(file: File) -> Table:
    """A file as its reader hands it over."""
    columns = EVENT_COLUMNS if file.kind == "events" else REGISTER_COLUMNS
    rows = [tuple(line.cells.values()) for line in file.lines]
    lines = [tables.Line(number, cells) for number, cells in enumerate(rows, file.first)]
    return Table(file.name, lines, columns, digest=hashlib.sha256(repr(rows).encode()).hexdigest(), text=True)


class BrokenError(Exception):
    """Breaks an import off in the middle."""


# ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────────


class StoreMachine(RuleBasedStateMachine):
    """A store, a model of it, and what can happen to both."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store: Store
        self.model = Model()
        self.schema = NARROW
        self.steps = 0
        self.answers: dict[int, Any] = {}
        """What was said after each import."""
        self.just_said: Any = None
        """What was said last, where nothing has been done since."""
        self.seen: dict[tuple[str, str], int] = {}
        """The imports of files by the vocabulary of now, by their kinds and digests."""

    @initialize(data=st.data(), on_file=st.sampled_from((False, False, False, True)))
    def begin(self, data: st.DataObject, *, on_file: bool) -> None:
        """Make a store, mostly in memory, and import something into it."""
        self.store = open_store(self.path("first"), writable=True) if on_file else memory_store()
        self.import_events(data)

    def path(self, name: str) -> Path:
        """A path for a store or a file."""
        return Path(self.folder.name) / name

    def teardown(self) -> None:
        """Everything is well at the end, and every past answer is what it was."""
        try:
            if hasattr(self, "store"):
                self.nothing_was_forgotten()
                assert [one for one in verify(self.store) if not one.well] == []
                inside, outside = self.store.imports(), self.store.ledger.entries()
                assert outside == inside[: max(len(outside), len(inside) - 1)]
                self.store.close()
        finally:
            self.folder.cleanup()

    def nothing_was_forgotten(self) -> None:
        """23: what the store said after an import is what it says as of that import, whatever has come since."""
        for number, answer in self.answers.items():
            assert answer == self.said(FOREVER, number)

    def now(self) -> datetime:
        """The instant of the next step."""
        self.steps += 1
        return START + timedelta(days=self.steps)

    # ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(data=st.data())
    def import_events(self, data: st.DataObject) -> None:
        """Import a file of events."""
        at = self.now()
        self.take(File(f"file {self.steps}", self.drawn(data, at)), Terms(at))

    @rule(data=st.data(), complete=st.booleans(), days=st.none() | st.integers(0, 12))
    def import_register(self, data: st.DataObject, *, complete: bool, days: int | None) -> None:
        """Import a register, at times the whole of it, at times as if it had been recorded on another day."""
        at = self.now()
        recorded = None if days is None else START + timedelta(days=days)
        file = File(f"register {self.steps}", data.draw(register_lines(), "lines"), kind="register")
        self.take(file, Terms(at, complete=complete, recorded_at=recorded))

    def own_files(self) -> list[File]:
        """The files that came from elsewhere, and not from the quarantine."""
        return [file for file in self.model.files.values() if not any(line.mark for line in file.lines)]

    @precondition(lambda self: self.own_files())
    @rule(data=st.data())
    def import_again(self, data: st.DataObject) -> None:
        """13: importing the very same file again changes nothing, and says so."""
        file = data.draw(st.sampled_from(self.own_files()), "file")
        self.take(replace(file, lines=tuple(map(self.as_read, file.lines))), Terms(self.now()))

    @precondition(lambda self: self.own_files())
    @rule(data=st.data())
    def import_more(self, data: st.DataObject) -> None:
        """Import a file that has grown: what was in it is there already, bad lines come again, or are mended in it."""
        at = self.now()
        file = data.draw(st.sampled_from(self.own_files()), "file")
        mend = data.draw(st.booleans(), "mend")
        lines = [self.mended(line) if mend else self.as_read(line) for line in file.lines]
        lines += self.drawn(data, at) if file.kind == "events" else data.draw(register_lines(), "lines")
        kept = [line for place, line in enumerate(lines) if not _contradicted(line, lines[:place], at)]
        self.take(replace(file, lines=tuple(kept)), Terms(at))

    @rule(data=st.data())
    def import_nothing(self, data: st.DataObject) -> None:
        """A file that breaks off, or that has a column nobody declared, leaves everything as it was."""
        file = File("broken", self.drawn(data, self.now()))
        whole = table(file)

        def breaks_off() -> Iterator[tables.Line]:
            yield from whole.lines
            raise DataError([whole.problem(9, Fault("IE341", "this line is not UTF-8"))])

        if data.draw(st.booleans(), "breaks off"):
            broken = replace(whole, lines=breaks_off(), digest="another")
        else:
            broken = replace(whole, columns=("what is this", *EVENT_COLUMNS[1:]), digest="another")
        with pytest.raises(DataError):
            self.store.take_in(broken, self.schema, PLAIN_EVENTS, Terms(self.now()))

    @rule(data=st.data(), most=st.none() | st.sampled_from((Fraction(0), Fraction(1, 3), Fraction(1, 2))))
    def import_under_terms(self, data: st.DataObject, most: Fraction | None) -> None:
        """All or nothing, or nothing where too many rows are bad."""
        at = self.now()
        file = File(f"file {self.steps}", self.drawn(data, at))
        bad, telling = sum(1 for one in file.lines if one.code), sum(1 for one in file.lines if not one.is_blank)
        refused = bad > 0 if most is None else bool(telling) and Fraction(bad, telling) > most
        terms = Terms(at, all_or_nothing=most is None, most_quarantined=most)
        if not refused:
            self.take(file, terms)
            return
        with pytest.raises(RefusedImportError) as caught:
            self.store.take_in(table(file), self.schema, PLAIN_EVENTS, terms)
        assert bad == caught.value.receipt.quarantined
        assert caught.value.receipt.balanced

    @rule(data=st.data(), when=st.sampled_from(("before it is recorded", "after it is committed")))
    def import_and_die(self, data: st.DataObject, when: str) -> None:
        """An import that breaks off has stored nothing; one that breaks off once it is committed has stored all."""
        at = self.now()
        file = File(f"file {self.steps}", self.drawn(data, at))

        def breaks_off(*_: Any) -> None:
            raise BrokenError

        def fills_the_disk(ledger: Ledger, entry: LedgerEntry) -> None:
            if entry.number > self.model.imports:
                raise StoreError("the disk is full")
            append(ledger, entry)

        append = Ledger.append
        with pytest.MonkeyPatch.context() as patch, suppress(StoreError, BrokenError):
            if when == "after it is committed":
                patch.setattr(Ledger, "append", fills_the_disk)
            else:
                patch.setattr(journal, "record", breaks_off)
            self.store.take_in(table(file), self.schema, PLAIN_EVENTS, Terms(at))
        if when == "after it is committed" and not self.is_known(table(file)) and self.model.take_in(file, at).is_news:
            self.remember(table(file))
        self.close_and_reopen()

    def take(self, file: File, terms: Terms, opened: Table | None = None) -> None:
        """Import a file and hold its receipt against what the model says of it."""
        read = opened or table(file)
        receipt = self.store.take_in(read, self.schema, mapping_of(file), terms)
        assert receipt.balanced
        if number := self.is_known(read, file.kind, terms):
            bad, blank = (sum(1 for _ in filter(which, file.lines)) for which in (_is_bad, _is_blank))
            assert (number, 0, bad, blank) == (receipt.already, receipt.stored, receipt.quarantined, receipt.blank)
            return
        counts = self.model.take_in(file, terms.recorded_at or terms.at, complete=terms.complete)
        assert counts == counted(receipt)
        assert (self.model.imports if counts.is_news else 0, 0) == (receipt.number, receipt.already)
        if counts.is_news:
            self.remember(read, file.kind)

    def is_known(self, read: Table, kind: str = "events", terms: Terms | None = None) -> int:
        """The import that took the very same file in, if it is not to mean something else now; else 0."""
        means_more = kind == "register" and terms and (terms.complete or terms.recorded_at)
        return 0 if means_more else self.seen.get((kind, read.digest), 0)

    def remember(self, read: Table | None = None, kind: str = "events") -> None:
        """Keep what is said after an import, and of which file it was."""
        self.answers[self.model.imports] = self.just_said = self.said(FOREVER)
        if read:
            self.seen[kind, read.digest] = self.model.imports

    # ── changes by hand ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(event=st.sampled_from(("e1", "e2", "e3", "e4")), organisation=NAMES, day=DAYS)
    def correct(self, event: str, organisation: str, day: str) -> None:
        """Correct an event, or fail where it does not stand or says so already."""
        at, newest = self.now(), self.model.newest(event)
        says = (newest.says[0], organisation, date.fromisoformat(day), newest.says[3]) if newest else ()
        values = {"organisation": organisation, "occurred_on": day}
        if newest is None or says == newest.says:
            with pytest.raises(IndicatorEngineError):
                self.store.correct(event, values, Terms(at))
            return
        self.store.correct(event, values, Terms(at))
        self.changed(event, at, newest.recorded, says)

    @rule(event=st.sampled_from(("e1", "e2", "e3", "e4")))
    def retract(self, event: str) -> None:
        """Take an event back, or fail where it does not stand."""
        at, newest = self.now(), self.model.newest(event)
        if newest is None:
            with pytest.raises(IndicatorEngineError):
                self.store.retract(event, Terms(at))
            return
        self.store.retract(event, Terms(at))
        self.changed(event, at, newest.recorded, ())

    def changed(self, event: str, at: datetime, before: datetime, says: tuple[Any, ...]) -> None:
        """What a change by hand is to the model: recorded after the version that it replaces."""
        recorded = max(at, before + timedelta(microseconds=1))
        self.model.change(event, recorded, says)
        self.remember()

    @rule(name=NAMES, means=NAMES, day=st.none() | DAYS, days=st.none() | st.integers(0, 12))
    def rename(self, name: str, means: str, day: str | None, days: int | None) -> None:
        """Say what a name means, always or from a day on; that it means itself takes it back."""
        at = self.now()
        recorded = at if days is None else START + timedelta(days=days)
        named = Named(name, means, date.fromisoformat(day) if day else None, recorded, self.model.imports + 1)
        terms = Terms(at, recorded_at=None if days is None else recorded)
        if self.model.leads_round(named):
            with pytest.raises(IndicatorEngineError, match="names cannot mean each other"):
                self.store.alias(name, means, terms, named.since)
            return
        self.store.alias(name, means, terms, named.since)
        self.model.rename(named)
        self.remember()

    # ── the quarantine ───────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.model.open())
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        """Export the entries of one import, mend some, and import the file."""
        at = self.now()
        number = data.draw(st.sampled_from(sorted({mark[0] for mark, _ in self.model.open()})), "number")
        entries = [one for one in self.store.quarantine() if one.number == number]
        chosen = {(one.number, one.line): self.model.quarantine[one.number, one.line] for one in entries}
        mend = data.draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)), "mend")
        lines = [
            replace(self.mended(one.line) if good else self.as_read(one.line), mark=mark)
            for (mark, one), good in zip(chosen.items(), mend, strict=True)
        ]
        kind = entries[0].kind
        path = self.path(f"repaired {self.steps}.csv")
        path.write_bytes(_with_cells(requeue.as_csv(entries), lines))
        self.take(File(str(path), tuple(lines), 2, kind), Terms(at), CSV.open(str(path), Reading()))

    @precondition(lambda self: self.model.open())
    @rule()
    def try_again(self) -> None:
        """Read the quarantine once more: what a wider vocabulary allows is stored, the rest stays."""
        at = self.now()
        by_import: dict[int, list[tuple[Mark, Entry]]] = {}
        for mark, one in self.model.open():
            if self.good_now(one.line):
                by_import.setdefault(mark[0], []).append((mark, one))
        receipts = requeue.retry(self.store, self.schema, Terms(at))
        assert len(by_import) == len(receipts)
        for receipt, (_, found) in zip(receipts, sorted(by_import.items()), strict=True):
            lines = tuple(replace(self.mended(one.line), cells=one.line.cells, mark=mark) for mark, one in found)
            file = replace(found[0][1].file, lines=lines, name="from quarantine")
            assert self.model.take_in(file, at) == counted(receipt)
            self.remember()

    @precondition(lambda self: self.model.open())
    @rule(data=st.data())
    def dismiss(self, data: st.DataObject) -> None:
        """Give up on an entry."""
        mark = data.draw(st.sampled_from([mark for mark, _ in self.model.open()]), "mark")
        with pytest.raises(IndicatorEngineError, match="there is no row 99:1"):
            self.store.dismiss([mark, (99, 1)], Terms(self.now()))
        assert self.store.dismiss([mark], Terms(self.now(), reason="never mind")) == 1
        self.model.dismiss(mark)
        self.remember()

    @precondition(lambda self: self.schema is NARROW)
    @rule()
    def widen(self) -> None:
        """From now on the pack allows more."""
        self.schema = WIDE
        self.seen.clear()

    def as_read(self, line: Line) -> Line:
        """A line as it is read by the vocabulary of now, which may have come to allow what it has."""
        return Line(line.cells) if self.good_now(line) else line

    def good_now(self, line: Line) -> bool:
        """Whether the vocabulary has come to allow what a line has."""
        return self.schema is WIDE and (line.column, line.cells.get("stage"), line.code) == TOO_HIGH

    def drawn(self, data: st.DataObject, at: datetime) -> tuple[Line, ...]:
        """Lines of a file of events, as they are read now; at times one was told before, recorded anew."""
        lines = [self.as_read(line) for line in data.draw(event_lines(at), "lines")]
        before = [line.cells for file in self.own_files() for line in file.lines if not (line.code or line.is_blank)]
        events = [cells for cells in before if "event_id" in cells]
        again = data.draw(st.none() | st.sampled_from(events), "again") if events else None
        if again:
            line = Line({**again, "recorded_at": data.draw(MAYBE_RECORDED, "recorded")})
            lines += [line] if not _contradicted(line, lines, at) else []
        return tuple(lines)

    @staticmethod
    def mended(line: Line) -> Line:
        """A line with its faulty cell mended."""
        return Line(line.mended) if line.code else line

    # ── what leaves no trace ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(data=st.data())
    def rehearse(self, data: st.DataObject) -> None:
        """A rehearsal comes to what the import would, and leaves everything as it was."""
        at = self.now()
        file = File(f"rehearsed {self.steps}", self.drawn(data, at))
        before = self.everything()
        with self.store.rehearsal():
            rehearsed = self.store.take_in(table(file), self.schema, PLAIN_EVENTS, Terms(at))
            with suppress(IndicatorEngineError):
                self.store.retract("e1", Terms(at))
        assert before == self.everything()
        assert len(self.store.ledger.entries()) <= self.model.imports
        if data.draw(st.booleans(), "for real"):
            self.take(file, Terms(at))
        assert rehearsed.balanced

    @precondition(lambda self: self.store.path)
    @rule()
    def close_and_reopen(self) -> None:
        """What is in a file is there when the file is opened again."""
        if path := self.store.path:
            self.store.close()
            self.store = open_store(path, writable=True)
            self.just_said = None

    @rule()
    def restore(self) -> None:
        """Export the store, restore it into a new file, and go on with that one."""
        folder, path = self.path(f"export {self.steps}"), self.path(f"restored {self.steps}")
        if folder.exists():
            return
        archive.export(self.store, folder)
        self.store.close()
        archive.restore(folder, path)
        self.store = open_store(path, writable=True)

    # ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(days=st.none() | st.integers(0, 30), share=st.none() | st.integers(0, 100))
    def ask(self, days: int | None, share: int | None) -> None:
        """What was known at an instant, and as the store stood after an import."""
        known = FOREVER if days is None else START + timedelta(days=days)
        last = None if share is None else share * self.model.imports // 100
        assert (self.model.standing(known, last), self.model.register(known, last)) == self.said(known, last)

    @invariant()
    def says_what_the_model_says(self) -> None:
        """Events, register and quarantine, now."""
        if hasattr(self, "store"):
            said, self.just_said = self.just_said or self.said(FOREVER), None
            assert (self.model.standing(FOREVER), self.model.register(FOREVER)) == said
            expected = {mark: (one.line.code, tuple(one.line.cells.values())) for mark, one in self.model.open()}
            waiting = {(one.number, one.line): (one.code, _own_cells(one)) for one in self.store.quarantine()}
            assert expected == waiting

    def said(self, known: datetime, last: int | None = None) -> Any:
        """What the store says, in the words of the model."""
        taken = self.store.intake(self.schema, known_at=None if known is FOREVER else known, at_import=last).records
        standing = {kind: sorted(map(_said, found)) for kind, found in taken.standing(known).items()}
        return standing, sorted((row.subject, _plain(row.attributes)) for row in taken.register)

    def everything(self) -> Any:
        """Whatever the store has."""
        return self.said(FOREVER), self.store.imports(), self.store.quarantine(resolved=True), self.store.aliases()


def _is_bad(line: Line) -> bool:
    return bool(line.code)


def _is_blank(line: Line) -> bool:
    return line.is_blank


def mapping_of(file: File) -> Any:
    """How a file is read."""
    return PLAIN_EVENTS if file.kind == "events" else PLAIN_REGISTER


def counted(receipt: Receipt) -> Counts:
    """What a receipt says, in the words of the model."""
    return Counts(
        receipt.read, receipt.stored, receipt.duplicate, receipt.quarantined, receipt.blank, receipt.resolved,
        receipt.removed, dict(receipt.reasons),
    )  # fmt: skip


def _said(record: Record) -> tuple[Any, ...]:
    """An event and what its version says."""
    version = record.version
    return (record.event_id, version.type, version.subject, version.occurred_on, _plain(version.attributes))


def _plain(attributes: Any) -> tuple[tuple[str, Any], ...]:
    """The attributes that have a value, numbers as numbers of Python's."""
    return tuple(
        sorted(
            (name, int(value) if isinstance(value, Fraction) else value)
            for name, value in attributes.items()
            if value is not None
        )
    )


def _own_cells(entry: Any) -> tuple[str, ...]:
    """The cells of an entry without those that an export has put in front."""
    return tuple(entry.cells[2:] if entry.header[:1] == (tables.MARK,) else entry.cells)


def _with_cells(exported: bytes, lines: Sequence[Line]) -> bytes:
    """An exported file with the cells of these lines."""
    header, *rows = csv.reader(io.StringIO(exported.decode(), newline=""))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    for row, line in zip(rows, lines, strict=True):
        writer.writerow([*row[:2], *line.cells.values()])
    return text.getvalue().encode()


TestStore = pytest.mark.slow(StoreMachine.TestCase)
TestStore.settings = settings(law, max_examples=max(law.max_examples // 14, 3), stateful_step_count=20)
