"""What every compiled expression stands on: frames of rows, what asks nothing of a row, what is said elsewhere."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.evaluation.compiled.places import Cell, Frame, Place, Shelf
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.truths import YES, Truth, all_of, any_of, both, difference, either, negated
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from indicator_engine.evaluation.compiled.numbers import Amount
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.reference import Frame as Fixed
    from indicator_engine.evaluation.values import Unknown
    from indicator_engine.language.nodes import Node


class Asked(Protocol):
    """Evaluates what asks nothing of a row."""

    def at_place(self, node: Node, place: Place) -> Any:
        """The value of a node where nothing is at hand."""

    def days_in(self, column: str, step: str) -> set[date]:
        """The days there are in a column of a step."""


@dataclass(frozen=True)
class Keys:
    """A set keyed by values: a step of its keys (`v`, `yes`), and one of how many more there may be (`n`), if any."""

    step: str
    unnamed: str = ""


Frames = dict[tuple[object, ...], Frame]
"""Relations that are looked at, by whose rows they are and where."""

States = dict[tuple[object, ...], tuple[str, int]]

Selection = dict[Shelf, Truth]
"""For each event type, as known at an instant, which of its records belong, as a condition on its frame."""

IN_ORDER = {"event": "event", "day": "day", "recorded": "recorded"}
"""The columns of a record that put it in its place."""

OF_EVERYBODY = "records of everybody, looked at anew by each subject"
"""What is left to the records, for these are all pairs of a subject and a record."""

_FIRST = re.compile(r"\bfirst\b")
"""Where a query asks when events were told first."""

LONG = 160
"""Characters from which on an expression becomes a column, so that it is not written again and again."""


class Base(ABC):
    """Compiles expressions of one pack over one ground, for indicators that fix the same things."""

    def __init__(self, ground: Relations, program: Program, fixed: Fixed, asked: Asked, frames: Frames) -> None:
        """`frames` are those that figures of the same basis share, where they are asked together."""
        self.ground, self.program, self.fixed, self.asked = ground, program, fixed, asked
        self.schema = ground.schema
        self.dialect = program.dialect
        self._frames = frames
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
        return self._standing(name, place, twins=False)

    def standing_or_twin(self, name: str, place: Place) -> str:
        """The same with records that say what another says, for sets."""
        return self._standing(name, place, twins=True)

    def _standing(self, name: str, place: Place, *, twins: bool) -> str:
        """The step of either; one that costs less stands in its place where nobody asks when events were told first."""
        ground, known_at, basis = self.ground, place.known_at, self.fixed.basis
        if step := self.program.standing.get((name, known_at, basis, twins), ""):
            return step
        step = self.program.step((ground.standing_or_twin if twins else ground.standing)(name, known_at, basis))
        bench = ground.workbench
        if bench and (shorter := bench.standing_without_first(name, known_at, basis, twins=twins)):
            whole = self.program.steps[step]
            self.program.narrowed[step] = lambda _needed, told: whole if _FIRST.search(told) else shorter
        self.program.standing[name, known_at, basis, twins] = step
        return step

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

    def state(self) -> States:
        """What there is of the frames, to go `back` to."""
        return {key: frame.state for key, frame in self._frames.items()}

    def back(self, states: States) -> None:
        """Leave out what frames gained since."""
        for key in list(self._frames):
            if key in states:
                self._frames[key].back(states[key])
            else:
                del self._frames[key]

    def untouched(self) -> bool:
        """Whether no frame has gained a column: everything is said of the rows' own columns."""
        return all(frame.step == frame.start for frame in self._frames.values())

    def subject_cell(self, place: Place) -> Cell:
        """The row of a subject of a set."""
        return Cell(self.subjects(place), replace(place, own=True), self.day_of(place), subject=True)

    @staticmethod
    def day_of(place: Place) -> str:
        return day_literal(place.as_of) if place.as_of else "asked"

    def shelf(self, shelf: Shelf, place: Place) -> Frame:
        """The records of a shelf, as a place sees them."""
        return self.records(shelf.name, replace(place, known_at=shelf.known_at))

    def record_cell(self, shelf: Shelf, place: Place) -> Cell:
        """The row of a record."""
        return Cell(self.shelf(shelf, place), place, self.day_of(place), record=shelf.name)

    def is_told(self, node: Node, cell: Cell) -> bool:
        """Whether a value is missing beside no row, as far as that is known."""
        bench = self.ground.workbench
        match node:
            case nodes.Constant():
                return True
            case nodes.RecordAttribute(name) if cell.record:
                return name == "occurred_on" or (bench is not None and bench.always_told(name, cell.record))
            case nodes.RegisterAttribute(name) if cell.register:
                return bench is not None and bench.always_told(name)
        return False

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

    def shortened(self, truth: Truth, cell: Cell) -> Truth:
        """A condition of which nothing is long: what is, becomes a column."""
        parts = (truth.true, truth.possible, truth.none)
        if all(len(part) <= LONG for part in parts):
            return truth
        return Truth(*(cell.frame.bind(part) if len(part) > LONG else part for part in parts))

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
    def require_own(self, events: Node) -> None:
        """Only what looks at no other subject's records can be asked about one subject alone."""

    @abstractmethod
    def keys(self, node: Node, place: Place) -> Keys | Unknown:
        """A set of values of an attribute."""


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Columns one after the other."""
    return ", ".join(names)


def algebra(members: Node) -> Iterator[Node]:
    """A set and those that it is made of, but not what their conditions look at."""
    yield members
    for child in nodes.children(members):
        if child.kind.name == "set":
            yield from algebra(child)


def combined_unnamed(operator: str, one: Truth, other: Truth, more: str, others: str) -> tuple[Truth, str]:
    """Sets of which either may have members whose key is not known."""
    if more == others == "0":
        return COMBINED[operator](one, other), "0"
    if operator == "|":
        return any_of([one, other]), f"({more} + {others})"
    if operator == "&":
        possible = either(
            both(one.possible, other.possible), both(f"({more} > 0)", other.possible),
            both(f"({others} > 0)", one.possible),
        )  # fmt: skip
        return Truth(both(one.true, other.true), possible), f"least({more}, {others})"
    surely = both(one.true, negated(other.possible), f"({others} = 0)")
    return Truth(surely, both(one.possible, negated(other.true))), more


COMBINED: dict[str, Callable[[Truth, Truth], Truth]] = {
    "|": lambda a, b: any_of([a, b]), "&": lambda a, b: all_of([a, b]), "-": difference,
}  # fmt: skip


def where(known: str, truth: Truth) -> Truth:
    """A truth, undecided where something is not known."""
    if known == YES:
        return truth
    return Truth(both(known, truth.true), either(negated(known), truth.possible), both(known, truth.none))
