"""Records in memory, in two times: when something happened, and when it was recorded.

Each event has one or more versions. As known at an instant, the newest version recorded by then stands, unless it
retracts the event; rows that say the same of the same day under another id count once. A register has one or more
rows a subject. Reading and typing rows is `intake.py`; the durable store answers the same questions.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field
from datetime import date, datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indicator_engine.conventions import Basis
    from indicator_engine.problems import Location

Value = Fraction | str | bool | date | tuple[str, ...] | None
FOREVER = datetime.max  # noqa: DTZ901  # instants here are local to the organisation and carry no zone


@dataclass(frozen=True)
class Version:
    """One version of one event, as recorded at an instant; a retraction may leave the rest blank."""

    event_id: str
    recorded_at: datetime
    type: str = ""
    subject: str = ""
    occurred_on: date = date.min
    attributes: Mapping[str, Value] = field(default_factory=dict)
    retracted: bool = False
    source: str = ""
    position: int = 0
    """The import that brought it; of versions recorded at one instant, the one imported last stands."""

    @property
    def content(self) -> tuple[object, ...]:
        """Everything it says, but for id and recording."""
        known = ((name, value) for name, value in self.attributes.items() if value is not None)
        return (self.type, self.subject, self.occurred_on, tuple(sorted(known, key=lambda pair: pair[0])))

    @property
    def said(self) -> str:
        """The same as a text, by which versions of one instant are put in order; databases write the same one."""
        known = sorted((one for one in self.attributes.items() if one[1] is not None), key=lambda one: one[0])
        told = (f"\x1f{name}={_text_of(value)}" for name, value in known)
        return "".join((f"{self.type}\x1f{self.subject}\x1f{self.occurred_on.isoformat()}", *told))

    @property
    def order(self) -> tuple[datetime, int, bool, str]:
        """Oldest first; at one instant the later import comes last, and within one import a retraction.

        Then what a version says decides, never the order of rows.
        """
        return (self.recorded_at, self.position, self.retracted, self.said)


@dataclass(frozen=True, eq=False)
class Record:
    """An event as it stands at some knowledge: its newest version, when it was first recorded, the day that counts.

    That `day` is when it happened or, where a target counts by recording, when it was first recorded.
    """

    version: Version
    first_recorded: datetime
    day: date

    @property
    def event_id(self) -> str:
        """The event's id."""
        return self.version.event_id

    @property
    def subject(self) -> str:
        """Whose event it is."""
        return self.version.subject

    @property
    def recorded_on(self) -> date:
        """The day it was first recorded; a later correction does not move it."""
        return self.first_recorded.date()

    @property
    def order(self) -> tuple[date, datetime, str]:
        """By day, then by recording, then by id."""
        return (self.day, self.version.recorded_at, self.version.event_id)


def end_of(day: date) -> datetime:
    """The last instant of a day."""
    return datetime.combine(day, time.max)


@dataclass(frozen=True, eq=False)
class RegisterRow:
    """One row of the register: a subject and its typed columns."""

    subject: str
    attributes: Mapping[str, Value]
    where: Location | None = None


class Earlier(Protocol):
    """What registers said before the one that there is."""

    def at(self, known_at: datetime) -> Mapping[str, tuple[RegisterRow, ...]] | None:
        """The rows of each subject as known at an instant; None where they are those that there are."""


@dataclass
class Records:
    """All versions and register rows of one evaluation. Treat as frozen: what it finds out is remembered."""

    versions: tuple[Version, ...] = ()
    register: tuple[RegisterRow, ...] = ()
    covered: frozenset[str] | None = None
    """Event types that the sources cover (None: all). Nothing recorded of a type not covered is no data, not 0."""
    earlier: Earlier | None = field(default=None, repr=False, compare=False)
    _standing: dict[tuple[datetime, Basis], dict[str, tuple[Record, ...]]] = field(default_factory=dict, repr=False)

    _by_id: dict[tuple[datetime, Basis], Mapping[str, Record]] = field(default_factory=dict, repr=False)
    _own: dict[tuple[datetime, Basis, str], Mapping[str, list[Record]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        by_event: dict[str, list[Version]] = defaultdict(list)
        for version in self.versions:
            by_event[version.event_id].append(version)
        self._events = {
            key: in_version_order(found) if len(found) > 1 else found for key, found in sorted(by_event.items())
        }
        rows: dict[str, list[RegisterRow]] = defaultdict(list)
        for row in self.register:
            rows[row.subject].append(row)
        self.rows: Mapping[str, tuple[RegisterRow, ...]] = {key: tuple(found) for key, found in sorted(rows.items())}

    def rows_at(self, known_at: datetime) -> Mapping[str, tuple[RegisterRow, ...]]:
        """The rows of each subject as known at an instant; before any register was recorded, as first told."""
        found = self.earlier.at(known_at) if self.earlier else None
        return self.rows if found is None else found

    def standing(self, known_at: datetime, basis: Basis = "occurred") -> Mapping[str, tuple[Record, ...]]:
        """Records by event type as known at an instant, in order of the day that counts, recording and id."""
        if (known_at, basis) not in self._standing:
            self._standing[known_at, basis] = self._find_standing(known_at, basis)
        return self._standing[known_at, basis]

    def own(self, subject: str, type_name: str, known_at: datetime, basis: Basis = "occurred") -> Sequence[Record]:
        """The records of one type that are a subject's, in their order."""
        key = (known_at, basis, type_name)
        if key not in self._own:
            found: dict[str, list[Record]] = defaultdict(list)
            for record in self.standing(known_at, basis).get(type_name, ()):
                found[record.subject].append(record)
            self._own[key] = dict(found)
        return self._own[key].get(subject, ())

    def record(self, event_id: str, known_at: datetime, basis: Basis = "occurred") -> Record | None:
        """The record of an event as it stands; None where it does not."""
        key = (known_at, basis)
        if key not in self._by_id:
            standing = self.standing(known_at, basis).values()
            self._by_id[key] = {one.event_id: one for records in standing for one in records}
        return self._by_id[key].get(event_id)

    def _find_standing(self, known_at: datetime, basis: Basis) -> dict[str, tuple[Record, ...]]:
        by_content: dict[tuple[object, ...], Record] = {}
        for versions in self._events.values():
            known = [version for version in versions if version.recorded_at <= known_at]
            if not known or known[-1].retracted:
                continue
            recorded = known[0].recorded_at
            record = Record(known[-1], recorded, recorded.date() if basis == "recorded" else known[-1].occurred_on)
            twin = by_content.get(record.version.content)
            if twin is None or _seniority(record) < _seniority(twin):
                by_content[record.version.content] = record
        by_type: dict[str, list[Record]] = defaultdict(list)
        for record in by_content.values():
            by_type[record.version.type].append(record)
        return {name: tuple(sorted(found, key=lambda record: record.order)) for name, found in by_type.items()}

    def history(self, event_id: str) -> tuple[Version, ...]:
        """Every version of an event, oldest first."""
        return tuple(self._events.get(event_id, ()))

    def last_recording(self) -> datetime | None:
        """The newest instant at which anything was recorded."""
        return max((version.recorded_at for version in self.versions), default=None)


def in_version_order(versions: Iterable[Version]) -> list[Version]:
    """Versions of one event, oldest first; the last one stands."""
    return sorted(versions, key=lambda version: version.order)


def _text_of(value: Value) -> str:
    """A value as databases write it: numbers with twenty places, truths in small letters."""
    if isinstance(value, Fraction):
        whole, rest = divmod(int(abs(value) * 10**20), 10**20)
        return f"{'-' if value < 0 else ''}{whole}.{rest:020}"
    if isinstance(value, bool):
        return str(value).lower()
    return "\x1e".join(value) if isinstance(value, tuple) else str(value)


def _seniority(record: Record) -> tuple[datetime, str]:
    return (record.first_recorded, record.event_id)


def subjects_of(records: Iterable[Record]) -> frozenset[str]:
    """The subjects that have any of these records."""
    return frozenset(record.subject for record in records)
