"""Conditions beside a row."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled import numbers, truths
from indicator_engine.evaluation.compiled.base import Base, listed, where
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.evaluation.values import Unknown
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
    from indicator_engine.language.nodes import Node


class Conditions(Base):
    """Truths: comparisons, membership, what exists and what holds of every record."""

    def truth(self, node: Node, cell: Cell) -> Truth:
        """A condition beside a row."""
        found = self.settled(node, cell)
        if found is not None:
            return truths.of_value(found)
        if change := self.moved(node, cell):
            operand, there, known = change
            return where(known, self.truth(operand, there)) if known != NO else truths.UNKNOWN
        return self.shortened(getattr(self, f"truth_{type(node).__name__}")(node, cell), cell)

    def truth_RecordAttribute(self, node: nodes.RecordAttribute, _cell: Cell) -> Truth:
        return truths.bare(column(node.name))

    def truth_RegisterAttribute(self, node: nodes.RegisterAttribute, cell: Cell) -> Truth:
        return truths.bare(self.register_value(node, cell))

    def truth_Comparison(self, node: nodes.Comparison, cell: Cell) -> Truth:
        kind = node.right.kind.name if node.left.kind.name == "unknown" else node.left.kind.name
        match kind:
            case "number":
                return numbers.compared(node.operator, self.amount(node.left, cell), self.amount(node.right, cell))
            case "truth":
                return _alike(node.operator, self.truth(node.left, cell), self.truth(node.right, cell))
            case "date" | "text":
                read = self.day if kind == "date" else self.text
                return _compared(node.operator, read(node.left, cell), read(node.right, cell))
        return truths.UNKNOWN

    def truth_AllOf(self, node: nodes.AllOf, cell: Cell) -> Truth:
        return truths.all_of([self.truth(term, cell) for term in node.terms])

    def truth_AnyOf(self, node: nodes.AnyOf, cell: Cell) -> Truth:
        return truths.any_of([self.truth(term, cell) for term in node.terms])

    def truth_Not(self, node: nodes.Not, cell: Cell) -> Truth:
        return truths.opposite(self.truth(node.operand, cell))

    def truth_IsOneOf(self, node: nodes.IsOneOf, cell: Cell) -> Truth:
        pairs = [nodes.Comparison("==", node.item, constant) for constant in node.values]
        return truths.any_of([self.truth(pair, cell) for pair in pairs])

    def truth_Holds(self, node: nodes.Holds, cell: Cell) -> Truth:
        values, item = self.texts(node.values, cell), self.text(node.item, cell)
        if "NULL" in (values, item):
            return truths.UNKNOWN
        known = f"({values} IS NOT NULL AND {item} IS NOT NULL)"
        return truths.where_known(known, f"coalesce({self.dialect.contains(values, item)}, FALSE)")

    def truth_Conditional(self, node: nodes.Conditional, cell: Cell) -> Truth:
        condition, then, otherwise = (self.truth(one, cell) for one in (node.condition, node.then, node.otherwise))
        return truths.chosen(condition, then, otherwise)

    def truth_Known(self, node: nodes.Known, cell: Cell) -> Truth:
        return truths.plain(negated(self.unknown(node.operand, cell)))

    def truth_Missing(self, node: nodes.Missing, cell: Cell) -> Truth:
        return truths.plain(self.unknown(node.operand, cell))

    def unknown(self, node: Node, cell: Cell) -> str:
        """Where a value of any kind is unknown."""
        match node.kind.name:
            case "truth":
                return self.truth(node, cell).undecided
            case "number":
                return negated(self.amount(node, cell).known)
            case "date" | "text" | "list":
                read = {"date": self.day, "text": self.text, "list": self.texts}[node.kind.name]
                return f"({read(node, cell)} IS NULL)"
        return YES

    def truth_Definitely(self, node: nodes.Definitely, cell: Cell) -> Truth:
        return truths.plain(self.truth(node.operand, cell).true)

    def truth_Coalesce(self, node: nodes.Coalesce, cell: Cell) -> Truth:
        first, second = self.truth(node.first, cell), self.truth(node.second, cell)
        return truths.chosen(truths.plain(first.undecided), second, first)

    def truth_Exists(self, node: nodes.Exists, cell: Cell) -> Truth:
        found = self.count_of(node.events, cell)
        return numbers.compared(">", found, numbers.decided(numbers.NOUGHT))

    def truth_Every(self, node: nodes.Every, cell: Cell) -> Truth:
        place = self.asking(cell)
        found = self.selection(node.events, place)
        if isinstance(found, Unknown):
            return truths.UNKNOWN
        pooled = self.pooled(found, place, lambda record: self.answers(node.condition, record))
        fact = self.program.step(
            f"SELECT {listed(place.keys)}, max(CASE WHEN yes AND NOT possible THEN 1 ELSE 0 END) AS fails, "
            "max(CASE WHEN yes THEN 1 ELSE 0 END) AS sure, max(CASE WHEN holds THEN 0 ELSE 1 END) AS open "
            f"FROM {pooled} GROUP BY {listed(place.keys)}"
        )
        fails, sure, open_ = cell.frame.join(fact, cell.joining, {"fails": "0", "sure": "0", "open": "-1"})
        none = f"({open_} = -1)"
        return Truth(f"({fails} = 0 AND {sure} = 1 AND {open_} = 0)", f"({fails} = 0)", none)

    def answers(self, condition: Node, record: Cell) -> dict[str, str]:
        answer = truths.without_none(self.truth(condition, record))
        return {"holds": answer.true, "possible": answer.possible}

    def truth_IsIn(self, node: nodes.IsIn, cell: Cell) -> Truth:
        if node.members.kind.key == kinds.SUBJECT:
            return self._is_subject_in(node.item, node.members, cell)
        return self._is_value_in(node, cell)

    def _is_subject_in(self, item: Node, members: Node, cell: Cell) -> Truth:
        if change := self.moved(members, cell):
            operand, there, known = change
            return truths.UNKNOWN if known == NO else where(known, self._is_asked_in(item, cell, operand, there))
        return self._is_asked_in(item, cell, members, cell)

    def _is_asked_in(self, item: Node, here: Cell, members: Node, there: Cell) -> Truth:
        """Whether the subject that an item gives here is in a set as it is there."""
        if self.moved(members, there):
            raise NotCompiledError("a set moved in time twice, seen from a row")
        number_ = here.frame.bind(self.subject_number(item, here))
        known = f"({number_} IS NOT NULL)"
        own = there.place.own and not self.is_free(members, own=True)
        if own:
            raise NotCompiledError("a set of the subject's own values, seen from a row")
        place = replace(there.place, own=False)
        if place.as_of is None and (spells := self._spells_of(members, place)):
            return where(known, self._within(here.frame, number_, there.at, spells))
        on = {"s": f"coalesce({number_}, {self.ground.nobody})"}
        if place.as_of is None:
            asked = (
                f"SELECT DISTINCT {number_} AS s, {there.at} AS asked FROM {here.frame.step} "
                f"WHERE {number_} IS NOT NULL"
            )
            place = replace(place, own=True, days=self.program.step(asked))
            on["asked"] = there.at
        sets = self.member(members, self.subject_cell(place))
        if isinstance(sets, Unknown):
            return truths.UNKNOWN
        truth, unnamed, frame = sets
        columns = "s, asked" if place.as_of is None else "s"
        step = self.program.step(f"SELECT {columns}, {truth.true} AS yes FROM {frame.step} WHERE {truth.possible}")
        (yes,) = here.frame.join(step, on, {"yes": ""})
        surely, perhaps = f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)"
        if unnamed != "0":
            perhaps = either(perhaps, f"({unnamed} > 0)")
        return where(known, Truth(surely, perhaps))

    def _spells_of(self, members: Node, place: Place) -> str:
        """The step of when each subject is in a set of which the register alone decides; "" for other sets.

        Of each stretch: `s`, the day `since`, the first one after it (`until`; NULL: none), and whether surely (`yes`).
        """
        if any(isinstance(node, nodes.Events) for node in nodes.walk(members)):
            return ""
        with suppress(NotCompiledError):
            turns = (f"SELECT s, day AS asked FROM ({one}) turn" for one in Turns(self, place).of(members))
            always = f"SELECT s, {day_literal(date.min)} AS asked FROM {self.ground.names}"
            days = self.program.step(" UNION ".join([always, *turns]))
            found = self.member(members, self.subject_cell(replace(place, own=True, days=days, first=None)))
            if not isinstance(found, Unknown):
                return self._stretches(found[0], found[2])
        return ""

    def _stretches(self, truth: Truth, frame: Frame) -> str:
        """From rows of subjects on days of change, the stretches on which they are, or may be, in a set."""
        until = "lead(asked) OVER (PARTITION BY s ORDER BY asked)"
        stood = self.program.step(
            f"SELECT s, asked AS since, {until} AS until, {truth.true} AS yes, {truth.possible} AS possible "
            f"FROM {frame.step}"
        )
        return self.program.step(f"SELECT s, since, until, yes FROM {stood} WHERE possible")

    @staticmethod
    def _within(frame: Frame, subject: str, day: str, spells: str) -> Truth:
        """Whether a subject is in a set on a day, by the stretches of days on which it is."""
        yes = frame.join_stretch(spells, subject, day, "yes")
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")

    def _is_value_in(self, node: nodes.IsIn, cell: Cell) -> Truth:
        if cell.place.as_of is None or (cell.place.own and not self.is_free(node.members, own=True)):
            raise NotCompiledError("a set of values that differs from row to row")
        found = self.keys(node.members, replace(cell.place, own=False))
        if isinstance(found, Unknown):
            return truths.UNKNOWN
        item, known = self._value(node.item, cell)
        (yes,) = cell.frame.join(found.step, {"v": item}, {"yes": ""})
        perhaps = f"({yes} IS NOT NULL)"
        if found.unnamed:
            perhaps = either(perhaps, f"((SELECT n FROM {found.unnamed}) > 0)")
        return where(known, Truth(f"coalesce({yes}, FALSE)", perhaps))

    def _value(self, node: Node, cell: Cell) -> tuple[str, str]:
        """A value as it is kept as a key, and where it is known."""
        match node.kind.name:
            case "number":
                amount = self.amount(node, cell)
                if not amount.is_decided or not amount.value.is_plain:
                    raise NotCompiledError("a number that may be undecided, or a fraction, looked for in a set")
                value = amount.value.top if amount.value.decimal else f"CAST({amount.value.top} AS {DECIMAL})"
                return value, amount.known
            case "date":
                day = self.day(node, cell)
                return f"CAST({day} AS DATE)", f"({day} IS NOT NULL)"
            case "truth":
                truth = self.truth(node, cell)
                return truth.true, negated(truth.undecided)
        text = self.text(node, cell)
        return f"CAST({text} AS VARCHAR)", f"({text} IS NOT NULL)"


def _alike(operator: str, a: Truth, b: Truth) -> Truth:
    """Whether two truths are the same."""
    unknown = either(a.undecided, b.undecided)
    none = both(negated(unknown), either(a.none, b.none))
    same = either(both(a.true, b.true), both(negated(a.possible), negated(b.possible)))
    if operator == "!=":
        same = negated(same)
    decided = negated(either(unknown, none))
    return Truth(both(decided, same), either(unknown, none, same), none)


def _compared(operator: str, one: str, other: str) -> Truth:
    """A comparison of days or texts."""
    if "NULL" in (one, other):
        return truths.UNKNOWN
    sql = {"==": "=", "!=": "<>"}.get(operator, operator)
    return truths.bare(f"{one} {sql} {other}")
