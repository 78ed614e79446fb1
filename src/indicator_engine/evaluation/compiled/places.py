"""Where an expression is compiled: at which day and knowledge, over whose records, beside which row.

A place whose day differs from row to row has the days it is asked about as a step of their own, so that records are
looked at once for each day there is, not once for each row that asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from datetime import date, datetime

    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.periods import Period


@dataclass(frozen=True)
class Place:
    """The times, and whose records count. `as_of` None: each row has its own day, and `days` is the step of them."""

    as_of: date | None
    known_at: datetime
    period: Period
    window: date | None = None
    own: bool = False
    days: str = ""
    """The step of the days asked about: `asked`, and `s` where `own`."""
    first: date | None = None
    """A day before which none of them is, if one is known."""
    beside: bool = False
    """Whether whoever asks tells by itself where a day is before records of a type were kept."""
    whenever: bool = False
    """Whether it stands for every day: nothing may be looked up of the days that are asked about."""

    @staticmethod
    def of(moment: Moment) -> Place:
        """Where a figure is asked for at a moment."""
        return Place(moment.as_of, moment.known_at, moment.period, moment.window)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell apart what is asked."""
        return ("s",) * self.own + ("asked",) * (self.as_of is None)


class Shelf(NamedTuple):
    """The records of a type as they were known at an instant: of each event the version that stood then."""

    name: str
    known_at: datetime


class Frame:
    """A relation whose rows are looked at, and which gains columns on the way, each of them once."""

    def __init__(self, program: Program, step: str) -> None:
        """`step` names the relation."""
        self.program = program
        self.step = self.start = step
        self._gained: dict[str, list[str]] = {}
        """The names of columns, by what they are."""

    def bind(self, expression: str) -> str:
        """An expression over the columns there are, as a column."""
        if expression.isidentifier():
            return expression
        if expression not in self._gained:
            name = self.program.column(self.step, expression)
            self.step = self.program.step(f"SELECT f.*, {expression} AS {name} FROM {self.step} f")
            self._gained[expression] = [name]
        return self._gained[expression][0]

    def join(self, step: str, on: dict[str, str], columns: dict[str, str], also: str = "") -> list[str]:
        """Columns of another step, joined where its columns equal expressions of ours; with what stands where none is.

        The other step has at most one row for each key. `also` is a condition besides, on rows `j` of it and `f` of
        ours.
        """
        bound = {theirs: self.bind(ours) for theirs, ours in on.items()}
        equal = " AND ".join([*(f"j.{theirs} = f.{ours}" for theirs, ours in bound.items()), *([also] if also else [])])
        joined = f"{step} {equal} {columns}"
        if joined not in self._gained:
            names = {one: self.program.column(self.step, f"{step} {equal} {one} {columns[one]}") for one in columns}
            picked = "".join(
                f", coalesce(j.{column}, {default}) AS {names[column]}"
                if default
                else f", j.{column} AS {names[column]}"
                for column, default in columns.items()
            )
            self.step = self.program.step(f"SELECT f.*{picked} FROM {self.step} f LEFT JOIN {step} j ON {equal}")
            self._gained[joined] = list(names.values())
        return self._gained[joined]

    def join_stretch(self, step: str, subject: str, day: str, column: str) -> str:
        """A column of a step of stretches of days, `since` one and before another (`until`), that do not overlap."""
        own, at = self.bind(subject), self.bind(day)
        joined = f"{step} {own} {at} {column}"
        if joined not in self._gained:
            name = self.program.column(self.step, joined)
            on = f"j.s = f.{own} AND f.{at} >= j.since AND (j.until IS NULL OR f.{at} < j.until)"
            self.step = self.program.step(
                f"SELECT f.*, j.{column} AS {name} FROM {self.step} f LEFT JOIN {step} j ON {on}"
            )
            self._gained[joined] = [name]
        return self._gained[joined][0]

    @property
    def state(self) -> tuple[str, int]:
        """What there is of it, to go `back` to."""
        return self.step, len(self._gained)

    def back(self, state: tuple[str, int]) -> None:
        """Leave out the columns gained since."""
        self.step, count = state
        for gained in list(self._gained)[count:]:
            del self._gained[gained]


@dataclass(frozen=True)
class Cell:
    """A row of a frame at hand: a record's (of the type `record`), a subject's, or a register row's.

    `subject` says that the row stands for a subject of a set; `asked` is its day, written out or a column.
    """

    frame: Frame
    place: Place
    at: str
    record: str = ""
    subject: bool = False
    register: bool = False

    def on(self, day: date) -> Cell:
        """The same on an earlier day."""
        return replace(self, place=replace(self.place, as_of=day, window=None, days=""), at=day_literal(day))

    @property
    def joining(self) -> dict[str, str]:
        """By which expressions of ours facts about this place are joined."""
        return {key: "s" if key == "s" else self.at for key in self.place.keys}
