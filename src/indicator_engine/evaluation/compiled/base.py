"""What every compiled expression stands on: frames of rows, what asks nothing of a row, what is moved in time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, cast

from indicator_engine import periods
from indicator_engine.evaluation.compiled.numbers import Amount, NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place, Shelf
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.truths import (
    NO,
    YES,
    Truth,
    all_of,
    any_of,
    both,
    difference,
    either,
    negated,
)  # fmt: skip
from indicator_engine.evaluation.reference import never_established
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.reference import Frame as Fixed
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

MOST_DAYS = 40
"""By so many days of the rows that ask an expression is worked out one by one, where it has no other plan."""

OF_EVERYBODY = "records of everybody, looked at anew by each subject"
"""What is left to the records, for these are all pairs of a subject and a record."""

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
        period = periods.previous(place.period)
        months = periods.months_between(period.start, place.period.start)
        whole = periods.shift(period.start, months=months) == place.period.start
        by = {"months": -months} if whole else {"days": (period.start - place.period.start).days}
        place = replace(place, period=period, window=period.start if place.window else None)
        if place.as_of is None:
            at = cell.frame.bind(self.moved_by(cell.at, by.get("months", 0), by.get("days", 0)))
            return replace(cell, place=replace(place, days="own days", first=None), at=at)
        day = periods.shift(place.as_of, **by)
        return replace(cell, place=replace(place, as_of=day), at=day_literal(day))

    def moved_by(self, day: str, months: int, days: int) -> str:
        """A day, in a column, moved by months and days, but never out of the years there are; NULL where it is."""
        count = f"(EXTRACT(YEAR FROM {day}) * 12 + EXTRACT(MONTH FROM {day}) - 1 + {months})"
        shifted = self.dialect.shifted(day, months, days)
        clamped = f"least(greatest({shifted}, DATE '0001-01-01'), DATE '9999-12-31')"
        return (
            f"CASE WHEN {day} IS NULL THEN NULL WHEN {count} < 12 THEN DATE '0001-01-01' "
            f"WHEN {count} >= 120000 THEN DATE '9999-12-31' ELSE {clamped} END"
        )

    # ── days that differ from row to row ─────────────────────────────────────────────────────────────────────────────

    def reached(self, node: Node, cell: Cell) -> tuple[Node, Cell, str]:
        """A selection or set without what moves all of it in time; the row as seen from there, and where known."""
        known = YES
        while change := self.moved(self._hoisted(node, cell), cell):
            node, cell, then = change
            known = both(known, then)
        return node, cell, known

    def _hoisted(self, node: Node, cell: Cell) -> Node:
        """A selection on a day of the row's own, where all of it may as well be seen on that day."""
        match node:
            case nodes.Filter(source, condition) if node.kind.name == "events" and _is_still(condition):
                found = self._hoisted(source, cell)
                return nodes.At(found.date, replace(node, source=found.operand)) if _is_then(found) else node
            case nodes.Latest(events, _, _) | nodes.InPeriod(events):
                found = self._hoisted(events, cell)
                return nodes.At(found.date, replace(node, events=found.operand)) if _is_then(found) else node
        return node

    def by_days(self, node: Node, cell: Cell, fault: NotCompiledError) -> tuple[str, list[tuple[str, Node]]]:
        """The day of the row's own that a node looks at, and the node for each such day that there is.

        Each with where it is that day. For what has no plan of its own on a day that differs from row to row; raises
        NotCompiledError where there is no such day, or too many of them.
        """
        for day in _days_looked_at(node):
            if self.settled(day, cell) is None:
                at = cell.frame.bind(f"CAST({self.day(day, cell)} AS DATE)")
                days = self.asked.days_in(at, cell.frame.step)
                if len(days) > MOST_DAYS:
                    raise NotCompiledError(f"{fault}, of which there are more than {MOST_DAYS}")
                return at, [
                    (f"coalesce({at} = {day_literal(one)}, FALSE)", _with(node, day, nodes.Constant(one)))
                    for one in sorted(days)
                ]
        raise fault

    def _overall(self, place: Place) -> Place:
        return replace(place, own=False)

    def asking(self, cell: Cell) -> Place:
        """The place from which records are asked for: where days differ, with the step of all that are."""
        place = cell.place
        if place.as_of is not None:
            return place
        columns = "s, " if place.own else ""
        days = self.program.step(f"SELECT DISTINCT {columns}{cell.at} AS asked FROM {cell.frame.step}")
        return replace(place, days=days, beside=True)

    def moment_of(self, day: Node, place: Place) -> date | Unknown | None:
        """A day that is the same for all that ask; None where it is not."""
        same = place.as_of is not None or not any(_runs(one) for one in nodes.walk(day))
        if not same or not self.is_free(day, own=place.own):
            return None
        found = self.asked.at_place(day, replace(place, own=False))
        return never_established(found) if isinstance(found, Unknown) else cast("date", found)

    def one_day(self, day: Node, place: Place) -> date | Unknown:
        """The same; raises NotCompiledError where it differs."""
        found = self.moment_of(day, place)
        if found is None:
            raise NotCompiledError("what was known on a day that differs from row to row")
        return found

    # ── where a selection is known ───────────────────────────────────────────────────────────────────────────────────

    def covered(self, node: Node, cell: Cell) -> str:
        """Where, beside a row that asks, a selection or set is known: its days are, and records were kept by then."""
        if node.kind.name not in ("events", "set", "values"):
            return YES
        if cell.place.as_of is not None and not any(True for _ in _days_looked_at(node)):
            return YES
        match node:
            case nodes.Events(name):
                return self._kept_by(name, cell)
            case nodes.InForce(events):
                endings = {ending.type for name in node.kind.types for ending in self.schema.events[name].ended_by}
                return both(self.covered(events, cell), *(self._kept_by(name, cell) for name in sorted(endings)))
            case nodes.Filter(source, _):
                return self.covered(source, cell)
        if change := self.moved(node, cell):
            operand, there, known = change
            return both(known, self.covered(operand, there)) if known != NO else NO
        return both(*(self.covered(child, cell) for child in nodes.children(node)))

    def _kept_by(self, name: str, cell: Cell) -> str:
        since = self.schema.events[name].covered_from
        return f"({cell.at} >= {day_literal(since)})" if since and cell.place.as_of is None else YES

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


def _is_then(node: Node) -> TypeGuard[nodes.At]:
    return isinstance(node, nodes.At)


def _is_still(condition: Node) -> bool:
    """Whether a condition on a record says the same of it on every day."""
    return all(isinstance(node, STILL) or _is_fixed(node) for node in nodes.walk(condition))


def _is_fixed(node: Node) -> bool:
    return isinstance(node, nodes.NamedDate) and node.name != "as_of"


STILL = (
    nodes.Constant, nodes.Tbc, nodes.RecordAttribute, nodes.TheSubject, nodes.Arithmetic, nodes.Negative, nodes.AllOf,
    nodes.AnyOf, nodes.Not, nodes.IsOneOf, nodes.Holds, nodes.Conditional, nodes.Known, nodes.Missing, nodes.Definitely,
    nodes.Coalesce, nodes.Absolute, nodes.Clamp, nodes.Elapsed, nodes.Shifted, nodes.Comparison,
)  # fmt: skip
"""What, beside a record, is the same on every day."""


def _days_looked_at(node: Node) -> Iterator[Node]:
    """The days on which a value looks at its selections and sets, but not those within their conditions."""
    match node:
        case nodes.At(day, operand) | nodes.AsKnownOn(day, operand):
            yield day
            yield from _days_looked_at(operand)
        case nodes.Filter(source, _) | nodes.Every(source, _):
            yield from _days_looked_at(source)
        case nodes.IsIn(_, members):
            yield from _days_looked_at(members)
        case _ if node.kind.name in ("events", "set", "values") or isinstance(node, _OF_SELECTIONS):
            for child in nodes.children(node):
                yield from _days_looked_at(child)


_OF_SELECTIONS = (nodes.CountRecords, nodes.CountMembers, nodes.Exists, nodes.Aggregate, nodes.Ratio)


def _with(node: Node, day: Node, written: Node) -> Node:
    """A node with a day written out wherever it is looked at as such."""
    changed: dict[str, Any] = {}
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, nodes.Node) and one.name != "condition":
            changed[one.name] = written if one.name == "date" and value == day else _with(value, day, written)
    return replace(node, **changed) if changed else node


def _runs(node: Node) -> bool:
    """Whether what a node says may hang on the day."""
    match node:
        case nodes.NamedDate(name):
            return name == "as_of"
    return not isinstance(node, nodes.Constant | nodes.Tbc | nodes.Shifted | nodes.Coalesce | nodes.Conditional)


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
