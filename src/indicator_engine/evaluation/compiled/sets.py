"""Sets of subjects and of values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.base import Base, Keys, listed
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
from indicator_engine.evaluation.compiled.selections import COMBINED
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.reference import never_established
from indicator_engine.evaluation.values import Unknown, merged
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from datetime import date

    from indicator_engine.language.nodes import Node


class Sets(Base):
    """Who and what is in a set, surely or perhaps."""

    def member(self, node: Node, cell: Cell) -> tuple[Truth, str, Frame] | Unknown:
        """Whether the subject at hand is in a set, how many more may be in it, and the frame of which that is said."""
        found = self.within(node, cell)
        return found if isinstance(found, Unknown) else (*found, cell.frame)

    def within(self, node: Node, cell: Cell) -> tuple[Truth, str] | Unknown:
        if change := self.moved(node, replace(cell, place=replace(cell.place, own=False))):
            operand, there, known = change
            if known == NO:
                day = cast("nodes.At | nodes.AsKnownOn", node).date
                return never_established(self.settled(day, replace(cell, place=replace(cell.place, own=False))))
            if known != YES:
                raise NotCompiledError("a set on a day of its own for each of its members")
            there = replace(there, place=replace(there.place, own=True))
            has_own_day = there.place.as_of is None and there.at != cell.at
            return self._then(operand, there) if has_own_day else self.within(operand, there)
        found = getattr(self, f"member_{type(node).__name__}")(node, cell)
        if isinstance(found, Unknown):
            return found
        truth, unnamed = found
        return self.shortened(truth, cell), unnamed

    def _then(self, operand: Node, cell: Cell) -> tuple[Truth, str] | Unknown:
        """Whether the subject at hand is in a set as it was on a day of the row's own."""
        asked = self.subject_cell(self.asking(cell))
        found = self.within(operand, asked)
        if isinstance(found, Unknown):
            return found
        truth, unnamed = found
        if unnamed != "0":
            raise NotCompiledError("a set with members of no name, on a day of its own for each of its members")
        step = self.program.step(f"SELECT s, asked, {truth.true} AS yes FROM {asked.frame.step} WHERE {truth.possible}")
        (yes,) = cell.frame.join(step, {"s": "s", "asked": cell.at}, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)"), unnamed

    def member_Members(self, node: nodes.Members, cell: Cell) -> tuple[Truth, str]:
        step = self.population(node.population, cell.place)
        on = {"s": "s", **({"asked": cell.at} if cell.place.as_of is None else {})}
        (yes,) = cell.frame.join(step, on, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)"), "0"

    def member_Subjects(self, node: nodes.Subjects, cell: Cell) -> tuple[Truth, str] | Unknown:
        place = cell.place if cell.place.as_of is None else replace(cell.place, own=False)
        if place.as_of is None:
            self.require_own(node.events)
            fact = self.counted_by(node.events, place)
            if isinstance(fact, Unknown):
                return fact
            (yes, possible) = cell.frame.join(fact, {"s": "s", "asked": cell.at}, {"yes": "0", "possible": "0"})
            return Truth(f"({yes} > 0)", f"({possible} > 0)"), "0"
        found = self.selection(node.events, place)
        if isinstance(found, Unknown):
            return found
        parts = [
            f"SELECT s, {truth.true} AS yes FROM {self.records(name, place).step} WHERE {truth.possible}"
            for name, truth in found.items()
        ]
        pooled = self.program.step(" UNION ALL ".join(parts))
        fact = self.program.step(f"SELECT s, max(CASE WHEN yes THEN 1 ELSE 0 END) AS yes FROM {pooled} GROUP BY s")
        (yes,) = cell.frame.join(fact, {"s": "s"}, {"yes": "-1"})
        return Truth(f"({yes} = 1)", f"({yes} >= 0)"), "0"

    def require_own(self, events: Node) -> None:
        """Only what looks at no other subject's records can be asked about one subject alone."""
        subject = self.schema.subject.singular
        for node in nodes.walk(events):
            if isinstance(node, nodes.Latest) and node.by and subject not in node.by:
                raise NotCompiledError("the latest over several subjects, on a day that differs from row to row")
            if isinstance(node, nodes.CountRecords | nodes.Aggregate | nodes.Exists | nodes.Every | nodes.Distinct):
                raise NotCompiledError("what is counted within a condition, on a day that differs from row to row")

    def member_Filter(self, node: nodes.Filter, cell: Cell) -> tuple[Truth, str] | Unknown:
        found = self.within(node.source, cell)
        if isinstance(found, Unknown):
            return found
        truth, unnamed = found
        inside = replace(cell, place=replace(cell.place, own=True), subject=True)
        return truths.all_of([truth, truths.without_none(self.truth(node.condition, inside))]), unnamed

    def member_Combined(self, node: nodes.Combined, cell: Cell) -> tuple[Truth, str] | Unknown:
        left, right = self.within(node.left, cell), self.within(node.right, cell)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merged(left, right)
        (one, more), (other, others) = left, right
        if more == others == "0":
            return COMBINED[node.operator](one, other), "0"
        return combined_unnamed(node.operator, one, other, more, others)

    def member_Distinct(self, node: nodes.Distinct, cell: Cell) -> tuple[Truth, str] | Unknown:
        values = cast("nodes.Values", node.values)
        if cell.place.as_of is None:
            raise NotCompiledError("the distinct values on a day that differs from row to row")
        if not self.is_free(node, own=False):
            raise NotCompiledError("the distinct values of a selection beside a row")
        found = self.keys(node, replace(cell.place, own=False))
        if isinstance(found, Unknown):
            return found
        numbered = self.program.step(
            f"SELECT n.s, k.yes FROM {found.step} k JOIN {self.ground.names} n ON n.name = k.v"
        )
        (yes,) = cell.frame.join(numbered, {"s": "s"}, {"yes": ""})
        truth = Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")
        never = values.attribute == self.schema.subject.singular
        return truth, "0" if never or not found.unnamed else f"(SELECT n FROM {found.unnamed})"

    # ── sets of values ───────────────────────────────────────────────────────────────────────────────────────────────

    def keys(self, node: Node, place: Place) -> Keys | Unknown:
        """A set of values of an attribute: the place's keys, the value `v`, whether it surely belongs."""
        match node:
            case nodes.Distinct():
                return self._distinct(node, place)
            case nodes.Combined():
                return self._combined_keys(node, place)
            case nodes.At(day, operand):
                found = self.moment_of(day, place)
                if isinstance(found, Unknown):
                    return found
                return self.keys(operand, replace(place, as_of=min(found, cast("date", place.as_of)), window=None))
            case nodes.Previous(operand):
                return self.keys(operand, self.previously(Cell(cast("Frame", None), place, "")).place)
            case nodes.Overall(operand) if not place.own:
                return self.keys(operand, place)
            case nodes.AsKnownOn(day, operand):
                found = self.moment_of(day, place)
                if isinstance(found, Unknown):
                    return found
                return self.keys(operand, replace(place, known_at=min(end_of(found), place.known_at)))
        raise NotCompiledError(f"{type(node).__name__} as a set of values")

    def _distinct(self, node: nodes.Distinct, place: Place) -> Keys | Unknown:
        values = cast("nodes.Values", node.values)
        found = self.selection(values.events, place)
        if isinstance(found, Unknown):
            return found
        pooled = self.pooled(found, place, lambda record: {"v": self._key(values, record)})
        source = pooled
        if self._is_list(values):
            item = self.dialect.each("v")
            source = self.program.step(
                f"SELECT {''.join(f'{key}, ' for key in place.keys)}yes, {item} AS v FROM {pooled} WHERE v IS NOT NULL"
            )
        keys = listed((*place.keys, "v"))
        step = self.program.step(
            f"SELECT {keys}, max(CASE WHEN yes THEN 1 ELSE 0 END) = 1 AS yes FROM {source} "
            f"WHERE v IS NOT NULL GROUP BY {keys}"
        )
        group = f" GROUP BY {listed(place.keys)}" if place.keys else ""
        unnamed = self.program.step(
            f"SELECT {''.join(f'{key}, ' for key in place.keys)}count(*) AS n FROM {pooled} WHERE v IS NULL{group}"
        )
        return Keys(step, unnamed)

    def _key(self, values: nodes.Values, record: Cell) -> str:
        """A value as it is kept as a key: numbers with all their places."""
        text = self.attribute(values.attribute, record)
        return f"CAST({text} AS {DECIMAL})" if values.kind.of and values.kind.of.name == "number" else text

    def _is_list(self, values: nodes.Values) -> bool:
        return bool(values.kind.of and values.kind.of.name == "list")

    def _combined_keys(self, node: nodes.Combined, place: Place) -> Keys | Unknown:
        left, right = self.keys(node.left, place), self.keys(node.right, place)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merged(left, right)
        if place.keys:
            raise NotCompiledError("sets of a subject's own values, joined")
        mores = [f"(SELECT n FROM {one.unnamed})" if one.unnamed else "0" for one in (left, right)]
        joined = self.program.step(
            "SELECT coalesce(a.v, b.v) AS v, coalesce(a.yes, FALSE) AS one_yes, a.yes IS NOT NULL AS one_may, "
            f"coalesce(b.yes, FALSE) AS other_yes, b.yes IS NOT NULL AS other_may "
            f"FROM {left.step} a FULL JOIN {right.step} b "
            "ON a.v = b.v"
        )
        truth, more = combined_unnamed(
            node.operator, Truth("one_yes", "one_may"), Truth("other_yes", "other_may"), *mores
        )
        step = self.program.step(f"SELECT v, {truth.true} AS yes FROM {joined} WHERE {truth.possible}")
        return Keys(step, self.program.step(f"SELECT {more} AS n"))


def combined_unnamed(operator: str, one: Truth, other: Truth, more: str, others: str) -> tuple[Truth, str]:
    """Sets of which either may have members whose key is not known."""
    if operator == "|":
        return truths.any_of([one, other]), f"({more} + {others})"
    if operator == "&":
        possible = either(
            both(one.possible, other.possible), both(f"({more} > 0)", other.possible),
            both(f"({others} > 0)", one.possible),
        )  # fmt: skip
        return Truth(both(one.true, other.true), possible), f"least({more}, {others})"
    surely = both(one.true, negated(other.possible), f"({others} = 0)")
    return Truth(surely, both(one.possible, negated(other.true))), more
