"""Conditions beside a row."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled import numbers, truths
from indicator_engine.evaluation.compiled.base import algebra, combined_unnamed, listed, where
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.times import Times
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.evaluation.compiled.numbers import Amount
    from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
    from indicator_engine.language.nodes import Node


class Conditions(Times):
    """Truths: comparisons, membership, what exists and what holds of every record."""

    def truth(self, node: Node, cell: Cell) -> Truth:
        """A condition beside a row."""
        found = self.settled(node, cell)
        if found is not None:
            return truths.of_value(found)
        try:
            return self._truth(node, cell)
        except NotCompiledError as fault:
            at, cases = self.by_days(node, cell, fault)
            answers = [(is_so, self.truth(same, cell)) for is_so, same in cases]
        true, possible, none = (
            either(*(both(is_so, getattr(answer, part)) for is_so, answer in answers))
            for part in ("true", "possible", "none")
        )
        return self.shortened(where(f"({at} IS NOT NULL)", Truth(true, possible, none)), cell)

    def _truth(self, node: Node, cell: Cell) -> Truth:
        if change := self.moved(node, cell):
            operand, there, known = change
            return where(known, self.truth(operand, there)) if known != NO else truths.UNKNOWN
        return self.shortened(getattr(self, f"truth_{type(node).__name__}")(node, cell), cell)

    def truth_RecordAttribute(self, node: nodes.RecordAttribute, cell: Cell) -> Truth:
        value = column(node.name)
        return truths.plain(value) if self.is_told(node, cell) else truths.bare(value)

    def truth_RegisterAttribute(self, node: nodes.RegisterAttribute, cell: Cell) -> Truth:
        value = self.register_value(node, cell)
        return truths.plain(value) if self.is_told(node, cell) else truths.bare(value)

    def truth_Comparison(self, node: nodes.Comparison, cell: Cell) -> Truth:
        kind = node.right.kind.name if node.left.kind.name == "unknown" else node.left.kind.name
        match kind:
            case "number":
                return numbers.compared(node.operator, self.amount(node.left, cell), self.amount(node.right, cell))
            case "truth":
                return _alike(node.operator, self.truth(node.left, cell), self.truth(node.right, cell))
            case "date" | "text":
                read, sides = self.day if kind == "date" else self.text, (node.left, node.right)
                told = all(self.is_told(side, cell) for side in sides)
                return _compared(node.operator, *(read(side, cell) for side in sides), told=told)
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
        events, there, known = self.reached(node.events, cell)
        place = self.asking(there)
        found = self.selection(events, place)
        if isinstance(found, Unknown) or known == NO:
            return truths.UNKNOWN
        pooled = self.pooled(found, place, lambda record: self.answers(node.condition, record))
        fact = self.program.step(
            f"SELECT {listed(place.keys)}, max(CASE WHEN yes AND NOT possible THEN 1 ELSE 0 END) AS fails, "
            "max(CASE WHEN yes THEN 1 ELSE 0 END) AS sure, max(CASE WHEN holds THEN 0 ELSE 1 END) AS open "
            f"FROM {pooled} GROUP BY {listed(place.keys)}"
        )
        fails, sure, open_ = cell.frame.join(fact, there.joining, {"fails": "0", "sure": "0", "open": "-1"})
        none = f"({open_} = -1)"
        answer = Truth(f"({fails} = 0 AND {sure} = 1 AND {open_} = 0)", f"({fails} = 0)", none)
        return where(both(known, self.covered(events, there)), answer)

    def answers(self, condition: Node, record: Cell) -> dict[str, str]:
        answer = truths.without_none(self.truth(condition, record))
        return {"holds": answer.true, "possible": answer.possible}

    def truth_IsIn(self, node: nodes.IsIn, cell: Cell) -> Truth:
        if node.members.kind.key == kinds.SUBJECT:
            return self._is_subject_in(node.item, node.members, cell)
        return self._is_value_in(node, cell)

    def _is_subject_in(self, item: Node, members: Node, cell: Cell) -> Truth:
        number_ = cell.frame.bind(self.subject_number(item, cell))
        found = self._sought(_Item(f"({number_} IS NOT NULL)", number_), members, cell, cell)
        return found.answer(f"({number_} IS NOT NULL)") if found else truths.UNKNOWN

    def _sought(self, item: _Item, members: Node, here: Cell, there: Cell) -> _Sought | None:
        """Whether what an item gives here is in a set as it is there; None where the set is unknown.

        What of the set hangs on the row that asks is looked at beside it, all else once for all that are asked about.
        """
        if change := self.moved(members, there):
            operand, where_, known = change
            found = None if known == NO else self._sought(item, operand, here, where_)
            return found and replace(found, known=both(known, found.known))
        if self._is_of_no_row(members, there.place):
            return self._sought_in_one(item, members, here, there)
        match members:
            case nodes.Combined(operator, left, right):
                one, other = self._sought(item, left, here, there), self._sought(item, right, here, there)
                if one is None or other is None:
                    return None
                truth, unnamed = combined_unnamed(operator, one.truth, other.truth, one.unnamed, other.unnamed)
                return _Sought(self.shortened(truth, here), unnamed, both(one.known, other.known))
            case nodes.Filter(source, condition):
                found = self._sought(item, source, here, there)
                if found is None:
                    return None
                holds = self._asked_of(item, here, there, lambda cell: self._keeps(condition, cell))
                return replace(found, truth=truths.all_of([found.truth, cast("_Sought", holds).truth]))
        return self._sought_among_values(item, members, here, there)

    def _is_of_no_row(self, members: Node, place: Place) -> bool:
        """Whether a set of subjects is the same for all rows that ask on a day."""
        if members.kind.key != kinds.SUBJECT or not self.is_free(members, own=place.own):
            return False
        return place.as_of is not None or not any(isinstance(one, nodes.Distinct) for one in algebra(members))

    def _keeps(self, condition: Node, cell: Cell) -> tuple[Truth, str, Frame]:
        return truths.without_none(self.truth(condition, cell)), "0", cell.frame

    def _sought_in_one(self, item: _Item, members: Node, here: Cell, there: Cell) -> _Sought | None:
        place = replace(there.place, own=False)
        covered = self.covered(members, there)
        if place.as_of is None and (spells := self._spells_of(members, place)):
            return _Sought(self._within(here.frame, item.text, there.at, spells), known=covered)
        found = self._asked_of(item, here, there, lambda cell: self.member(members, cell))
        return found and replace(found, known=covered)

    def _asked_of(
        self, item: _Item, here: Cell, there: Cell, ask: Callable[[Cell], tuple[Truth, str, Frame] | Unknown]
    ) -> _Sought | None:
        """What is asked of the subject that an item gives, as it is there, beside the row that asks."""
        place = replace(there.place, own=False)
        on = {"s": f"coalesce({item.text}, {self.ground.nobody})"}
        if place.as_of is None:
            asked = (
                f"SELECT DISTINCT {item.text} AS s, {there.at} AS asked FROM {here.frame.step} "
                f"WHERE {item.text} IS NOT NULL"
            )
            place = replace(place, own=True, days=self.program.step(asked), beside=True)
            on["asked"] = there.at
        found = ask(self.subject_cell(place))
        if isinstance(found, Unknown):
            return None
        truth, unnamed, frame = found
        columns = "s, asked" if place.as_of is None else "s"
        step = self.program.step(f"SELECT {columns}, {truth.true} AS yes FROM {frame.step} WHERE {truth.possible}")
        (yes,) = here.frame.join(step, on, {"yes": ""})
        return _Sought(Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)"), unnamed)

    def _sought_among_values(self, item: _Item, members: Node, here: Cell, there: Cell) -> _Sought | None:
        """The same of the values of an attribute, by the keys of the place from which they are asked for."""
        place = self.asking(there)
        if there.place.own and self.is_free(members, own=True):
            place = self.asking(replace(there, place=replace(there.place, own=False)))
        found = self.keys(members, place)
        if isinstance(found, Unknown):
            return None
        on = {key: "s" if key == "s" else there.at for key in place.keys}
        step, theirs = found.step, {"v": item.text}
        if members.kind.key == kinds.SUBJECT:
            keys = "".join(f"k.{key}, " for key in place.keys)
            step = self.program.step(
                f"SELECT {keys}n.s AS member, k.yes FROM {step} k JOIN {self.ground.names} n ON n.name = k.v"
            )
            theirs = {"member": f"coalesce({item.text}, {self.ground.nobody})"}
        (yes,) = here.frame.join(step, on if item.also else {**theirs, **on}, {"yes": ""}, item.also)
        unnamed = "0"
        if found.unnamed:
            (unnamed,) = here.frame.join(found.unnamed, on, {"n": "0"}) if on else [f"(SELECT n FROM {found.unnamed})"]
        truth = Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")
        return _Sought(truth, unnamed, self.covered(members, there))

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
        item = self._value(node.item, cell)
        found = self._sought(item, node.members, cell, cell)
        return found.answer(item.known) if found else truths.UNKNOWN

    def _value(self, node: Node, cell: Cell) -> _Item:
        """A value as it is kept as a key, and where it is known."""
        match node.kind.name:
            case "number":
                return self._number(self.amount(node, cell), cell)
            case "date":
                day = self.day(node, cell)
                return _Item(f"({day} IS NOT NULL)", f"CAST({day} AS DATE)")
            case "truth":
                truth = self.truth(node, cell)
                return _Item(negated(truth.undecided), truth.true)
        text = self.text(node, cell)
        return _Item(f"({text} IS NOT NULL)", f"CAST({text} AS VARCHAR)")

    @staticmethod
    def _number(amount: Amount, cell: Cell) -> _Item:
        """A number as a key: known where nothing could move it; a fraction is the same where times its own it is."""
        known = both(amount.known, numbers.settled(amount))
        value = amount.value
        if value.is_plain:
            return _Item(known, value.top if value.decimal else f"CAST({value.top} AS {DECIMAL})")
        top, bottom = (cell.frame.bind(f"CAST({part} AS HUGEINT)") for part in numbers.in_last_places(value))
        return _Item(known, top, f"{numbers.scaled('j.v')} * f.{bottom} = f.{top}")


@dataclass(frozen=True)
class _Item:
    """What is looked for in a set: where it is known, and its number or value; `also`: how rows are joined instead."""

    known: str
    text: str
    also: str = ""


@dataclass(frozen=True)
class _Sought:
    """Whether something is in a set, how many more may be in it, and where the set is known."""

    truth: Truth
    unnamed: str = "0"
    known: str = YES

    def answer(self, known: str) -> Truth:
        """Whether it is in it, once that itself is known."""
        more = NO if self.unnamed == "0" else f"({self.unnamed} > 0)"
        return where(both(known, self.known), Truth(self.truth.true, either(self.truth.possible, more)))


def _alike(operator: str, a: Truth, b: Truth) -> Truth:
    """Whether two truths are the same."""
    unknown = either(a.undecided, b.undecided)
    none = both(negated(unknown), either(a.none, b.none))
    same = either(both(a.true, b.true), both(negated(a.possible), negated(b.possible)))
    if operator == "!=":
        same = negated(same)
    decided = negated(either(unknown, none))
    return Truth(both(decided, same), either(unknown, none, same), none)


def _compared(operator: str, one: str, other: str, *, told: bool) -> Truth:
    """A comparison of days or texts; whether both are `told` wherever it is made."""
    if "NULL" in (one, other):
        return truths.UNKNOWN
    sql = {"==": "=", "!=": "<>"}.get(operator, operator)
    return truths.plain(f"({one} {sql} {other})") if told else truths.bare(f"{one} {sql} {other}")
