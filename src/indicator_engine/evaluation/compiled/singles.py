"""Days, texts and lists beside a row, and what the register says of its subject."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.base import LONG, listed
from indicator_engine.evaluation.compiled.facts import extreme_day
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.times import Times
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, negated
from indicator_engine.evaluation.values import NoneArose, Unknown
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Population


class Singles(Times):
    """Values that are NULL where they are unknown."""

    def day(self, node: Node, cell: Cell) -> str:
        """A day beside a row; NULL where it is unknown."""
        return self._single(node, cell, "day", self.day, day_literal)

    def text(self, node: Node, cell: Cell) -> str:
        """A text beside a row; NULL where it is unknown."""
        return self._single(node, cell, "text", self.text, self.program.bound)

    def texts(self, node: Node, cell: Cell) -> str:
        """A list of texts beside a row; NULL where it is unknown."""
        return self._single(node, cell, "texts", self.texts, self._list_literal)

    def _list_literal(self, values: tuple[str, ...]) -> str:
        return self.dialect.list_of([self.program.bound(value) for value in values])

    def _single(
        self, node: Node, cell: Cell, kind: str, again: Callable[[Node, Cell], str], literal: Callable[[Any], str]
    ) -> str:
        found = self.settled(node, cell)
        if found is not None:
            return "NULL" if isinstance(found, Unknown | NoneArose) else literal(found)
        try:
            change = self.moved(node, cell)
        except NotCompiledError as fault:
            _, cases = self.by_days(node, cell, fault)
            told = " ".join(f"WHEN {is_so} THEN {again(same, cell)}" for is_so, same in cases)
            return f"CASE {told} END" if told else "NULL"
        if change:
            operand, there, known = change
            if known == NO:
                return "NULL"
            value = again(operand, there)
            return value if known == YES else f"CASE WHEN {known} THEN {value} END"
        if isinstance(node, nodes.Conditional):
            condition = self.truth(node.condition, cell)
            then, otherwise = again(node.then, cell), again(node.otherwise, cell)
            return f"CASE WHEN {condition.true} THEN {then} WHEN {negated(condition.possible)} THEN {otherwise} END"
        if isinstance(node, nodes.Coalesce):
            return f"coalesce({again(node.first, cell)}, {again(node.second, cell)})"
        value = getattr(self, f"{kind}_{type(node).__name__}")(node, cell)
        return cell.frame.bind(value) if len(value) > LONG else value

    def day_NamedDate(self, _node: nodes.NamedDate, cell: Cell) -> str:
        return cell.at

    def day_RecordAttribute(self, node: nodes.RecordAttribute, cell: Cell) -> str:
        return self.attribute(node.name, cell)

    def day_RegisterAttribute(self, node: nodes.RegisterAttribute, cell: Cell) -> str:
        return self.register_value(node, cell)

    text_RecordAttribute = texts_RecordAttribute = day_RecordAttribute
    text_RegisterAttribute = texts_RegisterAttribute = day_RegisterAttribute

    def day_Shifted(self, node: nodes.Shifted, cell: Cell) -> str:
        day = cell.frame.bind(f"CAST({self.day(node.date, cell)} AS DATE)")
        months = node.years * 12 + node.months
        return self.moved_by(day, months, node.days)

    def day_Aggregate(self, node: nodes.Aggregate, cell: Cell) -> str:
        values = cast("nodes.Values", node.values)
        events, there, known = self.reached(values.events, cell)
        place = self.asking(there)
        found = self.selection(events, place)
        if isinstance(found, Unknown) or known == NO:
            return "NULL"
        pooled = self.pooled(found, place, lambda record: {"x": self.attribute(values.attribute, record)})
        keys = listed(place.keys)
        fact = self.program.step(f"SELECT {keys}, {extreme_day(node.function)} AS x FROM {pooled} GROUP BY {keys}")
        (found_,) = cell.frame.join(fact, there.joining, {"x": ""})
        covered = both(known, self.covered(events, there))
        return found_ if covered == YES else f"CASE WHEN {covered} THEN {found_} END"

    def text_TheSubject(self, _node: nodes.TheSubject, cell: Cell) -> str:
        (name,) = cell.frame.join(
            self.program.step(f"SELECT s, name FROM {self.ground.names}"), {"s": "s"}, {"name": ""}
        )
        return name

    def attribute(self, name: str, cell: Cell) -> str:
        """An attribute of the record at hand, its day, its recording or its subject's name; NULL where missing."""
        if name == "occurred_on":
            return "day"
        if name == "recorded_on":
            return "CAST(first AS DATE)"
        if name == self.schema.subject.singular:
            return self.text_TheSubject(nodes.TheSubject(), cell)
        return column(name)

    def subject_number(self, node: Node, cell: Cell) -> str:
        """The number of the subject that an item names; NULL where it is unknown."""
        if isinstance(node, nodes.TheSubject):
            return "s"
        text = self.text(node, cell)
        names = self.program.step(f"SELECT name, s FROM {self.ground.names}")
        (number_,) = cell.frame.join(names, {"name": f"CAST({text} AS VARCHAR)"}, {"s": self.ground.nobody})
        return f"CASE WHEN {text} IS NOT NULL THEN {number_} END"

    # ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────

    def register_value(self, node: nodes.RegisterAttribute, cell: Cell) -> str:
        """The value of a column of the register for the subject at hand; NULL where it is not known."""
        if cell.register:
            return column(node.name)
        if not cell.place.own and not cell.subject:
            raise NotCompiledError("a column of the register, beside records of everybody")
        cell = replace(cell, place=replace(cell.place, own=True))
        name = column(node.name)
        if not self.ground.has_spells:
            register = self.ground.register_at(cell.place.known_at)
            (found,) = cell.frame.join(self.program.step(f"SELECT s, {name} AS x FROM {register}"),
                                       {"s": "s"}, {"x": ""})  # fmt: skip
            return found
        place = self.asking(cell)
        keys, is_truth = listed(place.keys), self.schema.subject.attributes[node.name].type == "truth"
        truth = f"CASE WHEN count({name}) > 0 THEN max(CASE WHEN {name} THEN 1 ELSE 0 END) = 1 END"
        only = truth if is_truth else f"min({name})"
        step = self.program.step(
            f"SELECT {keys}, CASE WHEN count(DISTINCT {name}) + max(CASE WHEN {name} IS NULL THEN 1 ELSE 0 END) = 1 "
            f"THEN {only} END AS x FROM {self._rows_that_hold(place)} GROUP BY {keys}"
        )
        (found,) = cell.frame.join(step, cell.joining, {"x": ""})
        return found

    def _rows_that_hold(self, place: Place) -> str:
        """The rows of each subject that hold on a day: those that cover it, else the last begun, else the first."""
        about, day, keys = self.schema.subject, self.day_of(place), listed(place.keys)
        register = self.ground.register_at(place.known_at)
        rows = f"SELECT g.*, x.asked FROM {place.days} x JOIN {register} g ON g.s = x.s"
        source = f"({rows}) g" if place.days else register
        start = f"coalesce({column(about.start)}, DATE '0001-01-01')" if about.start else "DATE '0001-01-01'"
        covering = covers(about.start, about.end, day)
        ranked = self.program.step(
            f"SELECT *, CASE WHEN {covering} THEN 2 WHEN {start} <= {day} THEN 1 ELSE 0 END AS rank, {start} AS start "
            f"FROM {source}"
        )
        best = self.program.step(f"SELECT *, max(rank) OVER (PARTITION BY {keys}) AS best FROM {ranked}")
        since = self.dialect.days_between("DATE '0001-01-01'", "start")
        placed = self.program.step(
            f"SELECT *, row_number() OVER (PARTITION BY {keys} ORDER BY CASE WHEN rank = 1 THEN -({since}) "
            f"ELSE {since} END, CASE WHEN rank = 1 THEN -place ELSE place END) AS turn "
            f"FROM {best} WHERE rank = best"
        )
        return self.program.step(f"SELECT * FROM {placed} WHERE rank = 2 OR turn = 1")

    def population(self, name: str, place: Place) -> str:
        """The step of who belongs to a population: `s` (and `asked`), whether surely."""
        population = self.schema.populations[name]
        frame = self._register_frame(population, place)
        keys = listed(("s", *(("asked",) if place.as_of is None else ())))
        truth = truths.plain(YES)
        if population.where is not None:
            where_place = replace(place, own=True, window=None)
            cell = Cell(frame, where_place, self.day_of(place), subject=True, register=True)
            truth = truths.without_none(self.truth(population.where, cell))
        yes = f"max(CASE WHEN {truth.true} THEN 1 ELSE 0 END) = 1"
        return self.program.step(
            f"SELECT {keys}, {yes} AS yes FROM {frame.step} WHERE {truth.possible} GROUP BY {keys}"
        )

    def _register_frame(self, population: Population, place: Place) -> Frame:
        covering = covers(population.start, population.end, self.day_of(place))
        if self._picks_rows(population):
            rows = self._rows_that_hold(replace(place, own=True))
            return Frame(self.program, self.program.step(f"SELECT * FROM {rows} WHERE {covering}"))
        register = self.ground.register_at(place.known_at)
        if place.as_of is None:
            query = f"SELECT g.*, x.asked FROM {place.days} x JOIN {register} g ON g.s = x.s WHERE {covering}"
        else:
            query = f"SELECT * FROM {register} WHERE {covering}"
        return Frame(self.program, self.program.step(query))

    def _picks_rows(self, population: Population) -> bool:
        """Whether those of a subject's rows must be picked that hold on the day."""
        return self.schema.picks_rows(population) and self.ground.has_spells

    def belonging(self, name: str, place: Place) -> tuple[Truth, str] | None:
        """Who belongs to a population, as a condition on rows of a step; None where that needs more than its row."""
        population = self.schema.populations[name]
        if self._picks_rows(population):
            return None
        frame = Frame(self.program, self.ground.register_at(place.known_at))
        truth = truths.plain(covers(population.start, population.end, self.day_of(place)))
        if population.where is not None:
            cell = Cell(frame, replace(place, own=True, window=None), self.day_of(place), subject=True, register=True)
            truth = truths.all_of([truth, truths.without_none(self.truth(population.where, cell))])
        return (truth, frame.step) if frame.step == frame.start else None


def covers(start: str | None, end: str | None, day: str) -> str:
    """Whether a row of the register, by its columns of dates, holds on a day."""
    begun = f"coalesce({column(start)} <= {day}, TRUE)" if start else YES
    lasts = f"coalesce({day} <= {column(end)}, TRUE)" if end else YES
    return both(begun, lasts)
