"""Numbers beside a row."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from indicator_engine import periods
from indicator_engine.evaluation.compiled import numbers
from indicator_engine.evaluation.compiled.base import LONG, Keys, algebra, listed
from indicator_engine.evaluation.compiled.facts import FACTS, amount_of, facts_of, named
from indicator_engine.evaluation.compiled.numbers import DECIMAL, Amount, NotCompiledError, Quotient
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.times import Times
from indicator_engine.evaluation.compiled.truths import NO, both, either, negated
from indicator_engine.evaluation.reference import deemed_size, lies_inside
from indicator_engine.evaluation.values import Number, Unknown, number
from indicator_engine.language import kinds, nodes
from indicator_engine.store.catalog import COLUMN_TYPES

if TYPE_CHECKING:
    from fractions import Fraction

    from indicator_engine.evaluation.compiled.places import Cell
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import DeemedSize


class Amounts(Times):
    """Numbers: attributes, arithmetic, counts, totals, shares, what changed."""

    def amount(self, node: Node, cell: Cell) -> Amount:
        """A number beside a row."""
        found = self.settled(node, cell)
        if found is not None:
            return numbers.of_value(found) if isinstance(found, Number | Unknown) else numbers.UNKNOWN
        try:
            return self._amount(node, cell)
        except NotCompiledError as fault:
            _, cases = self.by_days(node, cell, fault)
            answer = numbers.UNKNOWN
            for is_so, same in cases:
                answer = self._bound_amount(numbers.chosen(is_so, self.amount(same, cell), answer), cell)
            return answer

    def _amount(self, node: Node, cell: Cell) -> Amount:
        if change := self.moved(node, cell):
            operand, there, known = change
            if known == NO:
                return numbers.UNKNOWN
            amount = self.amount(operand, there)
            return replace(amount, known=both(known, amount.known), bare="")
        return self._bound_amount(getattr(self, f"amount_{type(node).__name__}")(node, cell), cell)

    def _bound_amount(self, amount: Amount, cell: Cell) -> Amount:
        def short(text: str) -> str:
            return _short(text, cell)

        def quotient(one: Quotient) -> Quotient:
            return Quotient(short(one.top), short(one.bottom), one.decimal)

        value = quotient(amount.value)
        low, high = (value if side == amount.value else quotient(side) for side in (amount.low, amount.high))
        ends = short(amount.endless_low), short(amount.endless_high)
        return Amount(value, low, high, short(amount.known), *ends, amount.bare)

    def amount_RecordAttribute(self, node: nodes.RecordAttribute, cell: Cell) -> Amount:
        kind = COLUMN_TYPES[self.schema.events[cell.record].attributes[node.name].type]
        return self._amount_kept(node, column(node.name), kind, cell)

    def _amount_kept(self, node: Node, value: str, kind: str, cell: Cell) -> Amount:
        """A number of a table, by the type of its column."""
        if self.is_told(node, cell):
            return numbers.decided(Quotient(value, "1", kind == DECIMAL))
        return _kept_number(value, kind)

    def amount_RegisterAttribute(self, node: nodes.RegisterAttribute, cell: Cell) -> Amount:
        kind = COLUMN_TYPES[self.schema.subject.attributes[node.name].type]
        return self._amount_kept(node, self.register_value(node, cell), kind, cell)

    def amount_Arithmetic(self, node: nodes.Arithmetic, cell: Cell) -> Amount:
        left, right = self.amount(node.left, cell), self.amount(node.right, cell)
        match node.operator:
            case "+":
                return numbers.added(left, right)
            case "-":
                return numbers.added(left, numbers.negative(right))
            case "*":
                return numbers.multiplied(left, right, lambda text: _short(text, cell))
        return numbers.divided(left, right, lambda text: _short(text, cell))

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
        events, there, known = self.reached(events, cell)
        fact = self.counted_by(events, self.asking(there))
        if isinstance(fact, Unknown) or known == NO:
            return numbers.UNKNOWN
        yes, possible = cell.frame.join(fact, there.joining, {"yes": "0", "possible": "0"})
        return replace(_counted(yes, possible), known=both(known, self.covered(events, there)))

    def amount_CountMembers(self, node: nodes.CountMembers, cell: Cell) -> Amount:
        members, there, known = self.reached(node.members, cell)
        if known == NO:
            return numbers.UNKNOWN
        if self._is_of_everybody(members, there):
            found = self._sizes_of_day((members,), there)
            sizes = found and found[0][:2]
        else:
            keys = self.keys(members, self.asking(there))
            sizes = None if isinstance(keys, Unknown) else self._sizes_of_keys(keys, there)
        if sizes is None:
            return numbers.UNKNOWN
        return replace(_counted(*sizes), known=both(known, self.covered(members, there)))

    def _sizes_of_keys(self, found: Keys, cell: Cell) -> tuple[str, str]:
        """How many values a set has surely, and at most, beside the row that asks."""
        keys = listed(cell.place.keys)
        fact = self.program.step(
            f"SELECT {keys}, sum(CASE WHEN yes THEN 1 ELSE 0 END) AS yes, count(*) AS possible "
            f"FROM {found.step} GROUP BY {keys}"
        )
        yes, possible = cell.frame.join(fact, cell.joining, {"yes": "0", "possible": "0"})
        if not found.unnamed:
            return yes, possible
        (unnamed,) = cell.frame.join(found.unnamed, cell.joining, {"n": "0"})
        return yes, f"({possible} + {unnamed})"

    def _is_of_everybody(self, members: Node, cell: Cell) -> bool:
        """Whether a set of subjects is the same for all rows that ask on a day, and all of its members have names."""
        is_named = not any(isinstance(one, nodes.Distinct) for one in algebra(members))
        return members.kind.key == kinds.SUBJECT and is_named and self.is_free(members, own=cell.place.own)

    def _sizes_of_day(self, sets: tuple[Node, ...], cell: Cell) -> list[tuple[str, str, str]] | None:
        """Of sets of subjects on the day of a row: how many surely, how many at most, how many with the one before.

        The last: those that may be in the set before, or are in this one. None where one is unknown on every day.
        """
        place = self.asking(replace(cell, place=replace(cell.place, own=False)))
        everybody = self.everybody(place)
        found = [self.member(one, everybody) for one in sets]
        if any(isinstance(one, Unknown) for one in found):
            return None
        truths_ = [one[0] for one in found if not isinstance(one, Unknown)]
        before = [truths_[0], *truths_][: len(truths_)]
        sums = [
            (one.true, one.possible, either(earlier.possible, one.true))
            for one, earlier in zip(truths_, before, strict=True)
        ]
        names = [f"n{index}" for index in range(3 * len(sums))]
        columns = ", ".join(
            f"sum(CASE WHEN {one} THEN 1 ELSE 0 END) AS {name}"
            for one, name in zip((one for three in sums for one in three), names, strict=True)
        )
        fact = self.program.step(f"SELECT asked, {columns} FROM {everybody.frame.step} GROUP BY asked")
        joined = cell.frame.join(fact, {"asked": cell.at}, dict.fromkeys(names, "0"))
        return [(joined[at], joined[at + 1], joined[at + 2]) for at in range(0, len(joined), 3)]

    def amount_Aggregate(self, node: nodes.Aggregate, cell: Cell) -> Amount:
        values = cast("nodes.Values", node.values)
        events, there, reached = self.reached(values.events, cell)
        place = self.asking(there)
        found = self.selection(events, place)
        if isinstance(found, Unknown) or reached == NO:
            return numbers.UNKNOWN
        pooled = self.pooled(found, place, lambda record: {"x": self.attribute(values.attribute, record)})
        fact = self.program.step(
            f"SELECT {listed(place.keys)}, {named(self.facts_of(node.function, values))} "
            f"FROM {pooled} GROUP BY {listed(place.keys)}"
        )
        defaults = dict.fromkeys(FACTS[node.function], "0")
        joined = dict(zip(defaults, cell.frame.join(fact, there.joining, defaults), strict=True))
        amount = amount_of(node.function, joined, decimal=self.is_decimal(values), bounds=self.range_of(values))
        return replace(amount, known=both(reached, self.covered(events, there), amount.known))

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
        """Whether an attribute, or what stands for a missing value of it, has places."""
        declared = [self.schema.events[name].attributes[values.attribute] for name in values.events.kind.types]
        sides = (side for one in declared for side in (one.minimum, one.maximum) if side is not None)
        return any(COLUMN_TYPES[one.type] == DECIMAL for one in declared) or any(one.denominator > 1 for one in sides)

    def amount_Ratio(self, node: nodes.Ratio, cell: Cell) -> Amount:
        if node.numerator.kind.name != "set":
            sides = self.amount(node.numerator, cell), self.amount(node.denominator, cell)
            return numbers.divided(*sides, lambda text: _short(text, cell))
        sets = (node.numerator, node.denominator)
        covered = both(*(self.covered(one, cell) for one in sets))
        if all(self._is_of_everybody(one, cell) for one in sets):
            found = self._sizes_of_day(sets, cell)
            if found is None:
                return numbers.UNKNOWN
            (yes, possible, _), (all_, at_most, either_) = found
            share = numbers.divided(_counted(yes, possible), _counted(all_, at_most))
            most = Quotient(possible, f"CASE WHEN {either_} = 0 THEN 1 ELSE {either_} END")
        else:
            keyed = self._share_of_keys(sets, cell)
            if keyed is None:
                return numbers.UNKNOWN
            share, most = keyed
        if lies_inside(*sets):
            share = replace(share, high=numbers.least(share.high, most))
        return replace(share, known=both(covered, share.known), bare="")

    def _share_of_keys(self, sets: tuple[Node, Node], cell: Cell) -> tuple[Amount, Quotient] | None:
        """A share of sets of values beside the row that asks, and the most that it is of a part of the whole."""
        place = self.asking(cell)
        part, whole = (self.keys(one, place) for one in sets)
        if isinstance(part, Unknown) or isinstance(whole, Unknown):
            return None
        keys = listed(place.keys)
        told = (
            f"SELECT {keys}, v, 1 AS part, 0 AS whole FROM {part.step} UNION ALL "
            f"SELECT {keys}, v, 0 AS part, CASE WHEN yes THEN 1 ELSE 0 END AS whole FROM {whole.step}"
        )
        each = self.program.step(
            f"SELECT {keys}, v, max(part) AS part, max(whole) AS whole FROM ({told}) told GROUP BY {keys}, v"
        )
        fact = self.program.step(
            f"SELECT {keys}, sum(CASE WHEN part + whole > 0 THEN 1 ELSE 0 END) AS n FROM {each} GROUP BY {keys}"
        )
        (either_,) = cell.frame.join(fact, cell.joining, {"n": "0"})
        (yes, possible), (all_, at_most) = (self._sizes_of_keys(one, cell) for one in (part, whole))
        share = numbers.divided(_counted(yes, possible), _counted(all_, at_most))
        named = self._sizes_of_keys(Keys(part.step), cell)[1]
        most = Quotient(named, f"CASE WHEN {either_} = 0 THEN 1 ELSE {either_} END")
        if whole.unnamed:
            (unnamed,) = cell.frame.join(whole.unnamed, cell.joining, {"n": "0"})
            most = numbers.picked(f"({unnamed} > 0)", Quotient("1"), most)
        return share, most

    def amount_Deemed(self, node: nodes.Deemed, cell: Cell) -> Amount:
        population, known_at = self.schema.populations[node.population], cell.place.known_at
        if cell.place.as_of is not None:
            return _size_of(deemed_size(population, cell.place.as_of, known_at))
        turns = sorted({date.min, *(one.effective_from or one.known_from or date.min for one in population.deemed)})
        found = _size_of(deemed_size(population, turns[0], known_at))
        for day in turns[1:]:
            later = _size_of(deemed_size(population, day, known_at))
            found = numbers.chosen(f"({cell.at} >= {day_literal(day)})", later, found)
        return found

    def amount_Change(self, node: nodes.Change, cell: Cell) -> Amount:
        since = node.since or nodes.Constant(cell.place.period.opening)
        wide = replace(cell, place=replace(cell.place, window=None))
        then = self.amount(nodes.At(since, node.operand), wide)
        return numbers.added(self.amount(node.operand, wide), numbers.negative(then))

    def amount_Each(self, node: nodes.Each, cell: Cell) -> Amount:
        place = cell.place
        since = f"{day_literal(place.period.start)}" if node.since is None else self.day(node.since, cell)
        if since == "NULL":
            return numbers.UNKNOWN
        since = cell.frame.bind(f"CAST({since} AS DATE)")
        held, open_, ended = ["0"], ["0"], ["0"]
        for bucket in periods.buckets(place.period, node.unit):
            if place.as_of and bucket.end > place.as_of:
                continue
            within = replace(place, as_of=bucket.end, period=bucket, window=bucket.start, days="", first=None)
            answer = self.truth(node.condition, replace(cell, place=within, at=day_literal(bucket.end)))
            counts = f"({since} <= {day_literal(bucket.end)})"
            if place.as_of is None:
                counts = both(counts, f"({day_literal(bucket.end)} <= {cell.at})")
            held.append(f"CASE WHEN {both(counts, answer.true)} THEN 1 ELSE 0 END")
            open_.append(f"CASE WHEN {both(counts, answer.undecided)} THEN 1 ELSE 0 END")
            ended.append(f"CASE WHEN {counts} THEN 1 ELSE 0 END")
        yes, maybe, all_ = (cell.frame.bind(f"coalesce({' + '.join(one)}, 0)") for one in (held, open_, ended))
        found = numbers.divided(_counted(yes, f"({yes} + {maybe})"), numbers.decided(Quotient(all_)))
        return replace(found, known=both(f"({since} IS NOT NULL)", found.known), bare="")


def _short(text: str, cell: Cell) -> str:
    """An expression or, where it is long, a column of it."""
    return cell.frame.bind(text) if len(text) > LONG else text


def _size_of(standing: DeemedSize | None) -> Amount:
    return numbers.UNKNOWN if standing is None or standing.size is None else numbers.of_value(number(standing.size))


def _kept_number(name: str, kind: str) -> Amount:
    found = numbers.decided(Quotient(f"coalesce({name}, 0)", "1", kind == DECIMAL), f"({name} IS NOT NULL)")
    return replace(found, bare=name)


def _counted(yes: str, possible: str) -> Amount:
    low = Quotient(yes)
    return Amount(low, low, Quotient(possible))
