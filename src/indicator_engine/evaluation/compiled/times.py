"""What is looked at on another day, or as known then: which day, where that is known, and whose rows have which."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from indicator_engine import periods
from indicator_engine.evaluation.compiled.base import Base
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.truths import NO, YES, both
from indicator_engine.evaluation.reference import never_established
from indicator_engine.evaluation.values import Unknown
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.compiled.places import Cell, Place
    from indicator_engine.language.nodes import Node

MOST_DAYS = 40
"""By so many days of the rows that ask an expression is worked out one by one, where it has no other plan."""


class Times(Base):
    """Moves rows in time."""

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
        days = (period.start - place.period.start).days
        place = replace(place, period=period, window=period.start if place.window else None)
        if place.as_of is None:
            at = cell.frame.bind(self._same_point(cell.at, -months) if whole else self.moved_by(cell.at, 0, days))
            return replace(cell, place=replace(place, days="own days", first=None), at=at)
        day = periods.same_point(place.as_of, months=-months) if whole else periods.shift(place.as_of, days=days)
        return replace(cell, place=replace(place, as_of=day), at=day_literal(day))

    def _same_point(self, day: str, months: int) -> str:
        """A day, in a column, moved by months, the last day of a month to the last day of another."""
        last, moved = self.dialect.last_of_month, self.moved_by(day, months, 0)
        return f"CASE WHEN {day} = {last(day)} THEN {last(f'({moved})')} ELSE {moved} END"

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
        if cell.place.whenever:
            raise fault
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
