"""Numbers beside a row."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from indicator_engine import periods
from indicator_engine.evaluation.compiled import numbers
from indicator_engine.evaluation.compiled.base import LONG, Base, listed
from indicator_engine.evaluation.compiled.facts import FACTS, amount_of, facts_of, named
from indicator_engine.evaluation.compiled.numbers import DECIMAL, Amount, NotCompiledError, Quotient
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.truths import NO, both, either, negated
from indicator_engine.evaluation.reference import deemed_size
from indicator_engine.evaluation.values import Number, Unknown, number
from indicator_engine.language import kinds, nodes
from indicator_engine.store.catalog import COLUMN_TYPES

if TYPE_CHECKING:
    from fractions import Fraction

    from indicator_engine.evaluation.compiled.places import Cell
    from indicator_engine.language.nodes import Node


class Amounts(Base):
    """Numbers: attributes, arithmetic, counts, totals, shares, what changed."""

    def amount(self, node: Node, cell: Cell) -> Amount:
        """A number beside a row."""
        found = self.settled(node, cell)
        if found is not None:
            return numbers.of_value(found) if isinstance(found, Number | Unknown) else numbers.UNKNOWN
        if change := self.moved(node, cell):
            operand, there, known = change
            if known == NO:
                return numbers.UNKNOWN
            amount = self.amount(operand, there)
            return replace(amount, known=both(known, amount.known), bare="")
        return self._bound_amount(getattr(self, f"amount_{type(node).__name__}")(node, cell), cell)

    def _bound_amount(self, amount: Amount, cell: Cell) -> Amount:
        def short(text: str) -> str:
            return cell.frame.bind(text) if len(text) > LONG else text

        def quotient(one: Quotient) -> Quotient:
            return Quotient(short(one.top), short(one.bottom), one.decimal)

        value = quotient(amount.value)
        low, high = (value if side == amount.value else quotient(side) for side in (amount.low, amount.high))
        ends = short(amount.endless_low), short(amount.endless_high)
        return Amount(value, low, high, short(amount.known), *ends, amount.bare)

    def amount_RecordAttribute(self, node: nodes.RecordAttribute, cell: Cell) -> Amount:
        kind = COLUMN_TYPES[self.schema.events[cell.record].attributes[node.name].type]
        return _kept_number(column(node.name), kind)

    def amount_RegisterAttribute(self, node: nodes.RegisterAttribute, cell: Cell) -> Amount:
        kind = COLUMN_TYPES[self.schema.subject.attributes[node.name].type]
        return _kept_number(self.register_value(node, cell), kind)

    def amount_Arithmetic(self, node: nodes.Arithmetic, cell: Cell) -> Amount:
        left, right = self.amount(node.left, cell), self.amount(node.right, cell)
        match node.operator:
            case "+":
                return numbers.added(left, right)
            case "-":
                return numbers.added(left, numbers.negative(right))
            case "*":
                return numbers.multiplied(left, right)
        return numbers.divided(left, right)

    def amount_Negative(self, node: nodes.Negative, cell: Cell) -> Amount:
        return numbers.negative(self.amount(node.operand, cell))

    def amount_Absolute(self, node: nodes.Absolute, cell: Cell) -> Amount:
        return numbers.absolute(self.amount(node.operand, cell))

    def amount_Clamp(self, node: nodes.Clamp, cell: Cell) -> Amount:
        return numbers.clamped(node.side, self.amount(node.operand, cell), self.amount(node.limit, cell))

    def amount_Conditional(self, node: nodes.Conditional, cell: Cell) -> Amount:
        condition = self.truth(node.condition, cell)
        then, otherwise = self.amount(node.then, cell), self.amount(node.otherwise, cell)
        is_decided = either(condition.true, negated(condition.possible))
        chosen = numbers.chosen(condition.true, then, otherwise)
        return replace(chosen, known=both(is_decided, chosen.known))

    def amount_Coalesce(self, node: nodes.Coalesce, cell: Cell) -> Amount:
        first, second = self.amount(node.first, cell), self.amount(node.second, cell)
        return numbers.chosen(first.known, first, second)

    def amount_Elapsed(self, node: nodes.Elapsed, cell: Cell) -> Amount:
        start, end = (cell.frame.bind(f"CAST({self.day(one, cell)} AS DATE)") for one in (node.start, node.end))
        known = f"({start} IS NOT NULL AND {end} IS NOT NULL)"
        if node.unit == "days":
            count = self.dialect.days_between(start, end)
        else:
            months = f"CASE WHEN {end} < {start} THEN -{self._months(end, start)} ELSE {self._months(start, end)} END"
            count = months if node.unit == "months" else f"CAST((({months}) - mod({months}, 12)) / 12 AS BIGINT)"
        return numbers.decided(Quotient(f"CASE WHEN {known} THEN {count} ELSE 0 END"), known)

    def _months(self, start: str, end: str) -> str:
        """Whole months between two days of which the first is no later."""
        last = self.dialect.last_of_month(end)
        return (
            f"((EXTRACT(YEAR FROM {end}) - EXTRACT(YEAR FROM {start})) * 12 + EXTRACT(MONTH FROM {end}) - "
            f"EXTRACT(MONTH FROM {start}) - CASE WHEN least(EXTRACT(DAY FROM {start}), EXTRACT(DAY FROM {last})) > "
            f"EXTRACT(DAY FROM {end}) THEN 1 ELSE 0 END)"
        )

    def amount_CountRecords(self, node: nodes.CountRecords, cell: Cell) -> Amount:
        return self.count_of(node.events, cell)

    def count_of(self, events: Node, cell: Cell) -> Amount:
        """How many records of a selection the row's subject, or its day, has."""
        place = self.asking(cell)
        fact = self.counted_by(events, place)
        if isinstance(fact, Unknown):
            return numbers.UNKNOWN
        yes, possible = cell.frame.join(fact, cell.joining, {"yes": "0", "possible": "0"})
        return _counted(yes, possible)

    def amount_CountMembers(self, node: nodes.CountMembers, cell: Cell) -> Amount:
        place = self.asking(cell)
        if node.members.kind.key == kinds.SUBJECT and not isinstance(node.members, nodes.Distinct):
            raise NotCompiledError("the size of a set that differs from row to row")
        found = self.keys(node.members, place)
        if isinstance(found, Unknown):
            return numbers.UNKNOWN
        keys = listed(place.keys)
        fact = self.program.step(
            f"SELECT {keys}, sum(CASE WHEN yes THEN 1 ELSE 0 END) AS yes, count(*) AS possible "
            f"FROM {found.step} GROUP BY {keys}"
        )
        yes, possible = cell.frame.join(fact, cell.joining, {"yes": "0", "possible": "0"})
        if not found.unnamed:
            return _counted(yes, possible)
        (unnamed,) = cell.frame.join(found.unnamed, cell.joining, {"n": "0"})
        return _counted(yes, f"({possible} + {unnamed})")

    def amount_Aggregate(self, node: nodes.Aggregate, cell: Cell) -> Amount:
        values, place = cast("nodes.Values", node.values), self.asking(cell)
        found = self.selection(values.events, place)
        if isinstance(found, Unknown):
            return numbers.UNKNOWN
        pooled = self.pooled(found, place, lambda record: {"x": self.attribute(values.attribute, record)})
        fact = self.program.step(
            f"SELECT {listed(place.keys)}, {named(self.facts_of(node.function, values))} "
            f"FROM {pooled} GROUP BY {listed(place.keys)}"
        )
        defaults = dict.fromkeys(FACTS[node.function], "0")
        joined = dict(zip(defaults, cell.frame.join(fact, cell.joining, defaults), strict=True))
        return amount_of(node.function, joined, decimal=self.is_decimal(values), bounds=self.range_of(values))

    def facts_of(self, function: str, values: nodes.Values) -> dict[str, str]:
        """What has to be found out of rows with `yes` and `x` for a function of values."""
        return facts_of(function, self.range_of(values), self.dialect, decimal=self.is_decimal(values))

    def range_of(self, values: nodes.Values) -> tuple[Fraction | float, Fraction | float]:
        """The declared least and greatest value of an attribute, over all event types of the selection."""
        declared = [self.schema.events[name].attributes[values.attribute] for name in values.events.kind.types]
        low = [-math.inf if one.minimum is None else one.minimum for one in declared]
        high = [math.inf if one.maximum is None else one.maximum for one in declared]
        return min(low), max(high)

    def is_decimal(self, values: nodes.Values) -> bool:
        """Whether an attribute has places."""
        declared = [self.schema.events[name].attributes[values.attribute] for name in values.events.kind.types]
        return any(COLUMN_TYPES[one.type] == DECIMAL for one in declared)

    def amount_Ratio(self, node: nodes.Ratio, cell: Cell) -> Amount:
        if node.numerator.kind.name == "set":
            raise NotCompiledError("a share of sets that differ from row to row")
        return numbers.divided(self.amount(node.numerator, cell), self.amount(node.denominator, cell))

    def amount_Deemed(self, node: nodes.Deemed, cell: Cell) -> Amount:
        if cell.place.as_of is None:
            raise NotCompiledError("a deemed number on a day that differs from row to row")
        standing = deemed_size(self.schema.populations[node.population], cell.place.as_of, cell.place.known_at)
        if standing is None or standing.size is None:
            return numbers.UNKNOWN
        return numbers.of_value(number(standing.size))

    def amount_Change(self, node: nodes.Change, cell: Cell) -> Amount:
        since = node.since or nodes.Constant(cell.place.period.opening)
        wide = replace(cell, place=replace(cell.place, window=None))
        then = self.amount(nodes.At(since, node.operand), wide)
        return numbers.added(self.amount(node.operand, wide), numbers.negative(then))

    def amount_Each(self, node: nodes.Each, cell: Cell) -> Amount:
        place = cell.place
        if place.as_of is None:
            raise NotCompiledError("buckets of time, seen from a day that differs from row to row")
        since = f"{day_literal(place.period.start)}" if node.since is None else self.day(node.since, cell)
        if since == "NULL":
            return numbers.UNKNOWN
        since = cell.frame.bind(f"CAST({since} AS DATE)")
        held, open_, ended = ["0"], ["0"], ["0"]
        for bucket in periods.buckets(place.period, node.unit):
            if bucket.end > place.as_of:
                continue
            within = replace(place, as_of=bucket.end, period=bucket, window=bucket.start)
            answer = self.truth(node.condition, replace(cell, place=within, at=day_literal(bucket.end)))
            counts = f"({since} <= {day_literal(bucket.end)})"
            held.append(f"CASE WHEN {both(counts, answer.true)} THEN 1 ELSE 0 END")
            open_.append(f"CASE WHEN {both(counts, answer.undecided)} THEN 1 ELSE 0 END")
            ended.append(f"CASE WHEN {counts} THEN 1 ELSE 0 END")
        yes, maybe, all_ = (cell.frame.bind(f"coalesce({' + '.join(one)}, 0)") for one in (held, open_, ended))
        found = numbers.divided(_counted(yes, f"({yes} + {maybe})"), numbers.decided(Quotient(all_)))
        return replace(found, known=both(f"({since} IS NOT NULL)", found.known), bare="")


def _kept_number(name: str, kind: str) -> Amount:
    found = numbers.decided(Quotient(f"coalesce({name}, 0)", "1", kind == DECIMAL), f"({name} IS NOT NULL)")
    return replace(found, bare=name)


def _counted(yes: str, possible: str) -> Amount:
    low = Quotient(yes)
    return Amount(low, low, Quotient(possible))
