"""A model of an event store in plain Python: lists of what was told, looked through from the beginning each time.

It knows nothing of databases, digests or batches. Rows are dicts of texts, as a file has them; what cannot be used is
told to it, so that it need not find out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Cells = dict[str, str]
Mark = tuple[int, int]

NUMBERS = ("stage", "people", "size")
DAYS = ("occurred_on", "member_to")
OWN = ("event_id", "type", "organisation", "occurred_on", "recorded_at", "retracted")


@dataclass(frozen=True)
class Line:
    """One line of a file: its cells, what they are once they are mended, and why they cannot be used ("": they can)."""

    cells: Cells
    mended: Cells = field(default_factory=dict)
    code: str = ""
    column: str = ""
    mark: Mark | None = None
    """Which entry of the quarantine it says it is."""

    @property
    def is_blank(self) -> bool:
        """Whether it tells nothing."""
        return not any(self.cells.values())

    @property
    def recorded(self) -> datetime | None:
        """When it says that it was recorded."""
        return datetime.fromisoformat(self.cells["recorded_at"]) if self.cells.get("recorded_at") else None


@dataclass(frozen=True)
class File:
    """A file: its name, its lines, the number of the first."""

    name: str
    lines: tuple[Line, ...]
    first: int = 1
    kind: str = "events"

    def numbered(self) -> Iterable[tuple[int, Line]]:
        """Its lines with their numbers."""
        return enumerate(self.lines, self.first)


@dataclass(frozen=True)
class Told:
    """One version of an event, or a retraction."""

    event: str
    recorded: datetime
    number: int
    retracted: bool
    says: tuple[Any, ...]


@dataclass(frozen=True)
class Listed:
    """What the register says of a subject from an instant on; no rows where it is in it no more."""

    subject: str
    recorded: datetime
    number: int
    rows: frozenset[tuple[tuple[str, Any], ...]]


@dataclass(frozen=True)
class Named:
    """What a name means from a day on."""

    name: str
    means: str
    since: date | None
    recorded: datetime
    number: int


@dataclass
class Entry:
    """A line in quarantine."""

    file: File
    at: int
    line: Line
    event: str
    is_open: bool = True


@dataclass
class Counts:
    """What an import comes to."""

    read: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    blank: int = 0
    resolved: int = 0
    removed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether anything has changed by it."""
        return bool(self.stored or self.quarantined or self.resolved or self.removed)


@dataclass
class Model:
    """Everything that was ever told, in the order in which it was."""

    told: list[Told] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    quarantine: dict[Mark, Entry] = field(default_factory=dict)
    imports: int = 0
    files: dict[int, File] = field(default_factory=dict)

    # ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_in(self, file: File, at: datetime, *, complete: bool = False) -> Counts:
        """Take a file in; where it is news, it is the next import."""
        number = self.imports + 1
        good = [(at_line, line) for at_line, line in file.numbered() if not line.is_blank and not line.code]
        bad = [(at_line, line) for at_line, line in file.numbered() if line.code]
        counts = Counts(
            read=len(file.lines),
            quarantined=len(bad),
            blank=len(file.lines) - len(good) - len(bad),
            reasons=dict(Counter(line.code for _, line in bad)),
        )
        rows = [line for _, line in good]
        if file.kind == "register":
            named = {line.cells["organisation"] for line in file.lines}
            news = self._register_news(rows, at, number)
            gone = self._gone(named, at, number) if complete else []
            counts.stored, counts.removed = sum(len(one.fresh) for one in news), len(gone)
            listed, told = [*(one.listed for one in news), *gone], []
        else:
            listed, told = [], self._event_news(rows, at, number)
            counts.stored = len(told)
        counts.duplicate = len(good) - counts.stored
        mended = {mark for at_line, line in good for mark in self._mended_by(file, at_line, line)}
        mended |= {mark for mark, one in self.open() if one.event and one.event in {each.event for each in told}}
        again = {mark for _, line in bad for mark in self._again(file, line)}
        counts.resolved = len(mended)
        if counts.is_news:
            self.imports = number
            self.files[number] = file
            self.told += told
            self.listed += listed
            for mark in mended | again:
                self.quarantine[mark].is_open = False
            for at_line, line in bad:
                event = line.cells.get("event_id", "") if file.kind == "events" and line.code != "IE345" else ""
                self.quarantine[number, at_line] = Entry(file, at_line, line, event)
        return counts

    def _event_news(self, rows: Sequence[Line], at: datetime, number: int) -> list[Told]:
        """What rows of events tell that nobody has told: with its recording, or at all where a row has none."""
        found: list[Told] = []
        dated = {(*_telling(line), line.recorded) for line in rows if line.recorded}
        before = {(one.event, one.retracted, one.says, one.recorded) for one in self.told}
        known = {key[:3] for key in before | dated}
        for line in rows:
            key = _telling(line)
            if ((*key, line.recorded) in before) if line.recorded else (key in known):
                continue
            before.add((*key, line.recorded or at))
            known.add(key)
            event, retracted, says = key
            found.append(Told(event, line.recorded or at, number, retracted, says))
        return found

    def _register_news(self, rows: Sequence[Line], at: datetime, number: int) -> list[_News]:
        """What rows of a register say of a subject that it did not say, as known then."""
        found = []
        for subject in dict.fromkeys(line.cells["organisation"] for line in rows):
            own = [line for line in rows if line.cells["organisation"] == subject]
            recorded = max((line.recorded for line in own if line.recorded), default=at)
            says = frozenset(map(_attributes, (line.cells for line in own)))
            standing = self._standing_rows(recorded).get(subject, frozenset())
            whole = says | (standing if any(line.mark for line in own) else frozenset())
            if whole != standing:
                found.append(_News(Listed(subject, recorded, number, whole), says))
        return found

    def _gone(self, named: set[str], at: datetime, number: int) -> list[Listed]:
        return [Listed(one, at, number, frozenset()) for one in self._standing_rows(at) if one not in named]

    # ── changes by hand ──────────────────────────────────────────────────────────────────────────────────────────────

    def change(self, event: str, recorded: datetime, says: tuple[Any, ...]) -> None:
        """Correct an event, or take it back where nothing is said of it."""
        self.imports += 1
        self.told.append(Told(event, recorded, self.imports, not says, says))

    def leads_round(self, new: Named) -> bool:
        """Whether names would mean each other at an instant at which a new one stands."""
        then = Model(named=[*self.named, new])
        instants = {one.recorded for one in then.named if one.recorded >= new.recorded}
        return any(names.get(new.name) == new and _comes_back(new.name, names) for names in map(then.names, instants))

    def rename(self, named: Named) -> None:
        """Say what a name means."""
        self.imports = named.number
        self.named.append(named)

    def dismiss(self, mark: Mark) -> None:
        """Give up on an entry."""
        self.imports += 1
        self.quarantine[mark].is_open = False

    # ── the quarantine ───────────────────────────────────────────────────────────────────────────────────────────────

    def open(self) -> list[tuple[Mark, Entry]]:
        """What is in quarantine."""
        return [(mark, one) for mark, one in self.quarantine.items() if one.is_open]

    def _mended_by(self, file: File, at: int, line: Line) -> set[Mark]:
        """The entries that a good line names, or whose line it is with only the faulty cell changed."""
        return {mark for mark, one in self.open() if mark == line.mark or _is_mended(one, Entry(file, at, line, ""))}

    def _again(self, file: File, line: Line) -> set[Mark]:
        """The entries that a bad line names or is once more."""
        return {
            mark
            for mark, one in self.open()
            if mark == line.mark
            or ((file.kind, file.name) == (one.file.kind, one.file.name) and one.line.cells == line.cells)
        }

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def standing(self, known: datetime, last: int | None = None) -> dict[str, list[tuple[Any, ...]]]:
        """The events of each type that stand, with what they say, under the names that were meant."""
        names = self.names(known, last)
        events: dict[str, list[Told]] = {}
        for one in sorted(
            self._of(self.told, known, last), key=lambda one: (one.recorded, one.number, one.retracted, repr(one.says))
        ):
            events.setdefault(one.event, []).append(one)
        once: dict[tuple[Any, ...], tuple[datetime, str]] = {}
        for event, versions in events.items():
            if not versions[-1].retracted:
                says, first = _renamed(versions[-1].says, names), (versions[0].recorded, event)
                once[says] = min(once.get(says, first), first)
        found: dict[str, list[tuple[Any, ...]]] = {}
        for says, (_, event) in once.items():
            found.setdefault(says[0], []).append((event, *says))
        return {kind: sorted(ones) for kind, ones in found.items()}

    def register(self, known: datetime, last: int | None = None) -> list[tuple[Any, ...]]:
        """The rows of the register, under the names that were meant; what was merged away ends the day before."""
        names, rows = self.names(known, last), self._standing_rows(known, last)
        found = []
        for subject, own in rows.items():
            usual = meant(subject, date.min, names)
            if usual != subject and usual in rows:
                continue
            merged = names[usual].since if usual in names else None
            found += [(usual, _ended(row, merged)) for row in own]
        return sorted(found)

    def names(self, known: datetime, last: int | None = None) -> dict[str, Named]:
        """What each name means."""
        newest: dict[str, Named] = {}
        for one in sorted(self._of(self.named, known, last), key=lambda one: (one.recorded, one.number)):
            newest[one.name] = one
        return {name: one for name, one in newest.items() if one.means != name}

    def _standing_rows(self, known: datetime, last: int | None = None) -> dict[str, frozenset[Any]]:
        newest: dict[str, Listed] = {}
        for one in sorted(self._of(self.listed, known, last), key=lambda one: (one.recorded, one.number)):
            newest[one.subject] = one
        return {subject: one.rows for subject, one in newest.items() if one.rows}

    @staticmethod
    def _of(things: Iterable[Any], known: datetime, last: int | None) -> list[Any]:
        return [one for one in things if one.recorded <= known and (last is None or one.number <= last)]

    def newest(self, event: str) -> Told | None:
        """The version of an event that stands; None where there is none, or where it was taken back."""
        versions = [one for one in self.told if one.event == event]
        last = max(versions, key=lambda one: (one.recorded, one.number, one.retracted, repr(one.says)), default=None)
        return None if last is None or last.retracted else last


@dataclass(frozen=True)
class _News:
    """What is new of a subject in the register, and the rows that were not there."""

    listed: Listed
    fresh: frozenset[Any]


def meant(name: str, day: date, names: Mapping[str, Named]) -> str:
    """The subject that a name means on a day."""
    seen = {name}
    while (one := names.get(name)) and (one.since is None or one.since <= day):
        name = one.means
        assert name not in seen, f"{seen} mean each other"
        seen.add(name)
    return name


def _comes_back(name: str, names: Mapping[str, Named]) -> bool:
    """Whether what a name means leads back to it."""
    here = names[name].means
    while here != name and here in names:
        here = names[here].means
    return here == name


def _telling(line: Line) -> tuple[str, bool, tuple[Any, ...]]:
    """The event of a row, whether it retracts it, and what it says."""
    cells = line.cells
    if cells.get("retracted"):
        return cells["event_id"], True, ()
    own = (cells["type"], cells["organisation"], date.fromisoformat(cells["occurred_on"]))
    return cells["event_id"], False, (*own, _attributes(cells))


def _attributes(cells: Cells) -> tuple[tuple[str, Any], ...]:
    """The attributes that a row has, typed."""
    return tuple(sorted((name, _typed(name, cell)) for name, cell in cells.items() if name not in OWN and cell))


def _typed(name: str, cell: str) -> Any:
    if name in NUMBERS:
        return int(cell)
    return date.fromisoformat(cell) if name in DAYS else cell


def _renamed(says: tuple[Any, ...], names: Mapping[str, Named]) -> tuple[Any, ...]:
    kind, subject, day, attributes = says
    partners = tuple((name, meant(value, day, names) if name == "partner" else value) for name, value in attributes)
    return (kind, meant(subject, day, names), day, partners)


def _ended(row: tuple[tuple[str, Any], ...], merged: date | None) -> tuple[tuple[str, Any], ...]:
    if merged is None:
        return row
    cells, last = dict(row), merged - timedelta(days=1)
    return tuple(sorted({**cells, "member_to": min(cells.get("member_to", last), last)}.items()))


def _is_mended(one: Entry, other: Entry) -> bool:
    """Whether an entry is the same line of the same file as another, but for its faulty cell."""
    places = [(each.file.kind, each.file.name, each.at) for each in (one, other)]
    cells = [_without(each.line.cells, one.line.column) for each in (one, other)]
    return bool(one.line.column) and places[0] == places[1] and cells[0] == cells[1]


def _without(cells: Cells, column: str) -> Cells:
    return {name: cell for name, cell in cells.items() if name != column}
