"""What every compiled expression stands on: frames of rows, what asks nothing of a row, what is moved in time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, cast

from indicator_engine import periods
from indicator_engine.evaluation.compiled.numbers import Amount, NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.reference import never_established
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.reference import Frame as Fixed
    from indicator_engine.language.nodes import Node


class Asked(Protocol):
    """Evaluates what asks nothing of a row."""

    def at_place(self, node: Node, place: Place) -> Any:
        """The value of a node where nothing is at hand."""


@dataclass(frozen=True)
class Keys:
    """A set keyed by values: a step of its keys (`v`, `yes`), and one of how many more there may be (`n`), if any."""

    step: str
    unnamed: str = ""


Selection = dict[str, Truth]
"""For each event type, which of its records belong, as a condition on its frame."""

LONG = 160
"""Characters from which on an expression becomes a column, so that it is not written again and again."""


class Base(ABC):
    """Compiles expressions of one pack over one ground, for indicators that fix the same things."""

    def __init__(self, ground: Relations, program: Program, fixed: Fixed, asked: Asked) -> None:
        self.ground, self.program, self.fixed, self.asked = ground, program, fixed, asked
        self.schema = ground.schema
        self.dialect = program.dialect
        self._frames: dict[tuple[object, ...], Frame] = {}
        self._free: dict[tuple[int, bool], bool] = {}
        self._kept: list[Node] = []

    # ── frames ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def records(self, name: str, place: Place) -> Frame:
        """The records of a type that are known at a place; where days differ, those that had happened by each."""
        key = (name, place.known_at, place.days, place.own and bool(place.days))
        if key not in self._frames:
            standing = self.standing(name, place)
            if place.days:
                same = " AND r.s = x.s" if place.own else ""
                query = f"SELECT r.*, x.asked FROM {place.days} x JOIN {standing} r ON r.day <= x.asked{same}"
                standing = self.program.step(query)
            self._frames[key] = Frame(self.program, standing)
        return self._frames[key]

    def standing(self, name: str, place: Place) -> str:
        """The step of a type's records that are known at a place, whenever they happen."""
        return self.program.step(self.ground.standing(name, place.known_at, self.fixed.basis))

    def standing_or_twin(self, name: str, place: Place) -> str:
        """The same with records that say what another says, for sets."""
        return self.program.step(self.ground.standing_or_twin(name, place.known_at, self.fixed.basis))

    def subjects(self, place: Place) -> Frame:
        """Every subject there is; where days differ, those asked about, each with its days."""
        key = ("", place.days)
        if key not in self._frames:
            self._frames[key] = Frame(self.program, place.days or self.ground.names)
        return self._frames[key]

    def everybody(self, place: Place) -> Cell:
        """The row of a subject, for a figure over all of them; where days differ, on each of these days."""
        if place.days and not place.own:
            pairs = self.program.step(f"SELECT n.s, x.asked FROM {self.ground.names} n CROSS JOIN {place.days} x")
            place = replace(place, own=True, days=pairs)
        return self.subject_cell(place)

    def untouched(self) -> bool:
        """Whether no frame has gained a column: everything is said of the rows' own columns."""
        return all(frame.step == frame.start for frame in self._frames.values())

    def subject_cell(self, place: Place) -> Cell:
        """The row of a subject of a set."""
        return Cell(self.subjects(place), replace(place, own=True), self.day_of(place), subject=True)

    @staticmethod
    def day_of(place: Place) -> str:
        return day_literal(place.as_of) if place.as_of else "asked"

    def record_cell(self, name: str, place: Place) -> Cell:
        """The row of a record."""
        return Cell(self.records(name, place), place, self.day_of(place), record=name)

    # ── what asks nothing of a row ───────────────────────────────────────────────────────────────────────────────────

    def is_free(self, node: Node, *, own: bool) -> bool:
        """Whether a node is the same whatever row is at hand."""
        key = (id(node), own)
        if key not in self._free:
            self._kept.append(node)
            self._free[key] = self._finds_free(node, own=own)
        return self._free[key]

    def _finds_free(self, node: Node, *, own: bool) -> bool:
        match node:
            case nodes.RecordAttribute() | nodes.RegisterAttribute() | nodes.TheSubject():
                return False
            case nodes.Events():
                return not own
            case nodes.Filter(source, _) if source.kind.name == "set":
                return self.is_free(source, own=own)
            case nodes.Filter(source, condition) | nodes.Every(source, condition):
                return self.is_free(source, own=own) and self._condition_is_free(condition, own=own)
            case nodes.Subjects(operand) | nodes.Overall(operand):
                return self.is_free(operand, own=False)
        return all(self.is_free(child, own=own) for child in nodes.children(node))

    def _condition_is_free(self, node: Node, *, own: bool) -> bool:
        """Whether a condition on records looks at nothing but the record and what is the same for all."""
        match node:
            case nodes.RecordAttribute() | nodes.TheSubject():
                return True
            case nodes.RegisterAttribute():
                return False
            case nodes.Filter(source, _) if source.kind.name == "set":
                return self._condition_is_free(source, own=own)
            case nodes.Subjects(operand) | nodes.Overall(operand):
                return self._condition_is_free(operand, own=False)
            case nodes.Events():
                return not own
        return all(self._condition_is_free(child, own=own) for child in nodes.children(node))

    def settled(self, node: Node, cell: Cell) -> Any:
        """The value of a node that asks nothing of the row; None where it does."""
        if isinstance(node, nodes.Constant | nodes.Tbc):
            return self.asked.at_place(node, cell.place)
        if isinstance(node, nodes.NamedDate):
            if node.name == "as_of" and cell.place.as_of is None:
                return None
            return self.asked.at_place(node, cell.place)
        if cell.place.as_of is None or not self.is_free(node, own=cell.place.own):
            return None
        return self.asked.at_place(node, replace(cell.place, own=False))

    # ── moved in time ────────────────────────────────────────────────────────────────────────────────────────────────

    def moved(self, node: Node, cell: Cell) -> tuple[Node, Cell, str] | None:
        """What a node that moves another in time looks at, from where, and where that is known; None for others."""
        match node:
            case nodes.At(day, operand):
                return operand, *self._on(day, cell)
            case nodes.AsKnownOn(day, operand):
                return operand, *self._known_on(day, cell)
            case nodes.Previous(operand):
                return operand, self.previously(cell), YES
            case nodes.Overall(operand):
                return operand, replace(cell, place=self._overall(cell.place)), YES
        return None

    def _on(self, day: Node, cell: Cell) -> tuple[Cell, str]:
        found = self.settled(day, cell)
        if isinstance(found, Unknown):
            return cell, NO
        latest = cell.place.as_of or cell.place.first
        if isinstance(found, date) and latest and (cell.place.as_of or found <= latest):
            return cell.on(min(found, latest)), YES
        if isinstance(found, date):
            return self._on_own_days(f"least({day_literal(found)}, {cell.at})", YES, cell)
        then = self.day(day, cell)
        known = cell.frame.bind(f"({then}) IS NOT NULL")
        return self._on_own_days(
            f"CASE WHEN {known} THEN least({then}, {cell.at}) ELSE DATE '0001-01-01' END", known, cell
        )

    def _on_own_days(self, day: str, known: str, cell: Cell) -> tuple[Cell, str]:
        """The row on a day of its own."""
        at = cell.frame.bind(day)
        place = replace(cell.place, as_of=None, window=None, days="own days", first=None)
        return replace(cell, place=place, at=at), known

    def _known_on(self, day: Node, cell: Cell) -> tuple[Cell, str]:
        found = self.settled(day, cell)
        if found is None:
            raise NotCompiledError("what was known on a day that differs from row to row")
        if isinstance(found, Unknown):
            return cell, NO
        return replace(cell, place=replace(cell.place, known_at=min(end_of(found), cell.place.known_at))), YES

    def previously(self, cell: Cell) -> Cell:
        place = cell.place
        if place.as_of is None:
            raise NotCompiledError("the previous period, seen from a day that differs from row to row")
        period = periods.previous(place.period)
        months = periods.months_between(period.start, place.period.start)
        whole = periods.shift(period.start, months=months) == place.period.start
        days = (period.start - place.period.start).days
        day = periods.shift(place.as_of, months=-months) if whole else periods.shift(place.as_of, days=days)
        window = period.start if place.window else None
        return replace(cell, place=replace(place, as_of=day, period=period, window=window), at=day_literal(day))

    def _overall(self, place: Place) -> Place:
        return replace(place, own=False)

    def asking(self, cell: Cell) -> Place:
        """The place from which records are asked for: where days differ, with the step of all that are."""
        place = cell.place
        if place.as_of is not None:
            return place
        columns = "s, " if place.own else ""
        days = self.program.step(f"SELECT DISTINCT {columns}{cell.at} AS asked FROM {cell.frame.step}")
        return replace(place, days=days)

    def moment_of(self, day: Node, place: Place) -> date | Unknown:
        if place.as_of is None or not self.is_free(day, own=place.own):
            raise NotCompiledError("a selection on a day that differs from row to row")
        found = self.asked.at_place(day, replace(place, own=False))
        return never_established(found) if isinstance(found, Unknown) else cast("date", found)

    def shortened(self, truth: Truth, cell: Cell) -> Truth:
        """A condition of which nothing is long: what is, becomes a column."""
        parts = [
            cell.frame.bind(part) if len(part) > LONG else part for part in (truth.true, truth.possible, truth.none)
        ]
        return Truth(*parts)

    # ── said elsewhere ───────────────────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def truth(self, node: Node, cell: Cell) -> Truth:
        """A condition beside a row."""

    @abstractmethod
    def amount(self, node: Node, cell: Cell) -> Amount:
        """A number beside a row."""

    @abstractmethod
    def day(self, node: Node, cell: Cell) -> str:
        """A day beside a row; NULL where it is unknown."""

    @abstractmethod
    def text(self, node: Node, cell: Cell) -> str:
        """A text beside a row; NULL where it is unknown."""

    @abstractmethod
    def texts(self, node: Node, cell: Cell) -> str:
        """A list of texts beside a row; NULL where it is unknown."""

    @abstractmethod
    def attribute(self, name: str, cell: Cell) -> str:
        """An attribute of the record at hand; NULL where it is missing."""

    @abstractmethod
    def register_value(self, node: nodes.RegisterAttribute, cell: Cell) -> str:
        """The value of a column of the register for the subject at hand; NULL where it is not known."""

    @abstractmethod
    def subject_number(self, node: Node, cell: Cell) -> str:
        """The number of the subject that an item names; NULL where it is unknown."""

    @abstractmethod
    def count_of(self, events: Node, cell: Cell) -> Amount:
        """How many records of a selection the row's subject, or its day, has."""

    @abstractmethod
    def population(self, name: str, place: Place) -> str:
        """The step of who belongs to a population: `s` (and `asked`), whether surely."""

    @abstractmethod
    def counted_by(self, events: Node, place: Place) -> str | Unknown:
        """The step of how many records of a selection there are: the place's keys, `yes` surely, `possible` at most."""

    @abstractmethod
    def selection(self, node: Node, place: Place) -> Selection | Unknown:
        """Which records belong to a selection, by type; unknown where there is no data."""

    @abstractmethod
    def pooled(
        self, found: Selection, place: Place, more: Callable[[Cell], Mapping[str, str]] = lambda _cell: {}
    ) -> str:
        """The step of all records that are or may be in a selection: keys, `yes`, and what `more` says."""

    @abstractmethod
    def member(self, node: Node, cell: Cell) -> tuple[Truth, str, Frame] | Unknown:
        """Whether the subject at hand is in a set, how many more may be in it, and the frame of which that is said."""

    @abstractmethod
    def keys(self, node: Node, place: Place) -> Keys | Unknown:
        """A set of values of an attribute."""


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Columns one after the other."""
    return ", ".join(names)


def where(known: str, truth: Truth) -> Truth:
    """A truth, undecided where something is not known."""
    if known == YES:
        return truth
    return Truth(both(known, truth.true), either(negated(known), truth.possible), both(known, truth.none))
