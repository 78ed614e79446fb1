"""Sets of subjects and of values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.base import COMBINED, OF_EVERYBODY, Keys, combined_unnamed, listed
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
from indicator_engine.evaluation.compiled.times import Times
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth
from indicator_engine.evaluation.compiled.turns import shared
from indicator_engine.evaluation.reference import never_established
from indicator_engine.evaluation.values import Unknown, merged
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node


class Sets(Times):
    """Who and what is in a set, surely or perhaps."""

    def member(self, node: Node, cell: Cell) -> tuple[Truth, str, Frame] | Unknown:
        """Whether the subject at hand is in a set, how many more may be in it, and the frame of which that is said."""
        found = self.within(node, cell)
        return found if isinstance(found, Unknown) else (*found, cell.frame)

    def within(self, node: Node, cell: Cell) -> tuple[Truth, str] | Unknown:
        if isinstance(node, nodes.At | nodes.AsKnownOn) and not self.is_free(node.date, own=False):
            raise NotCompiledError("a set on a day of its own for each of those that ask")
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
        asked = self.subject_cell(replace(self.asking(cell), beside=cell.place.beside))
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
        if place.as_of is None and shared(node.events, self.schema.subject.singular):
            return self._among_everybody(node.events, cell)
        if place.as_of is None:
            fact = self.counted_by(node.events, place)
            if isinstance(fact, Unknown):
                return fact
            (yes, possible) = cell.frame.join(fact, {"s": "s", "asked": cell.at}, {"yes": "0", "possible": "0"})
            return Truth(f"({yes} > 0)", f"({possible} > 0)"), "0"
        found = self.selection(node.events, place)
        if isinstance(found, Unknown):
            return found
        parts = [
            f"SELECT s, {truth.true} AS yes FROM {self.shelf(shelf, place).step} WHERE {truth.possible}"
            for shelf, truth in found.items()
        ]
        pooled = self.program.step(" UNION ALL ".join(parts))
        fact = self.program.step(f"SELECT s, max(CASE WHEN yes THEN 1 ELSE 0 END) AS yes FROM {pooled} GROUP BY s")
        (yes,) = cell.frame.join(fact, {"s": "s"}, {"yes": "-1"})
        return Truth(f"({yes} = 1)", f"({yes} >= 0)"), "0"

    def _among_everybody(self, events: Node, cell: Cell) -> tuple[Truth, str] | Unknown:
        """Who has a record of a selection that looks at everybody's, on the days of those asked about."""
        days = self.program.step(f"SELECT DISTINCT {cell.at} AS asked FROM {cell.frame.step}")
        place = replace(cell.place, own=False, days=days)
        found = self.selection(events, place)
        if isinstance(found, Unknown):
            return found
        pooled = self.pooled(found, place, lambda _record: {"s": "s"})
        fact = self.program.step(
            f"SELECT s, asked, max(CASE WHEN yes THEN 1 ELSE 0 END) AS yes FROM {pooled} GROUP BY s, asked"
        )
        (yes,) = cell.frame.join(fact, {"s": "s", "asked": cell.at}, {"yes": "-1"})
        return Truth(f"({yes} = 1)", f"({yes} >= 0)"), "0"

    def require_own(self, events: Node) -> None:
        """Only what looks at no other subject's records can be asked about one subject alone."""
        if why := shared(events, self.schema.subject.singular):
            raise NotCompiledError(f"{why}, on a day that differs from row to row")

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
        """A set of values of an attribute: the place's keys, the value `v`, whether it surely belongs.

        Of subjects, the values are their names.
        """
        match node:
            case nodes.Distinct():
                return self._distinct(node, place)
            case nodes.Combined():
                return self._combined_keys(node, place)
            case nodes.AsKnownOn(day, operand):
                found = self.one_day(day, place)
                if isinstance(found, Unknown):
                    return found
                return self.keys(operand, replace(place, known_at=min(end_of(found), place.known_at)))
            case nodes.Overall(operand) if not place.own:
                return self.keys(operand, place)
            case nodes.Overall(operand):
                return self._for_each(operand, place)
            case nodes.Members() | nodes.Subjects() | nodes.Filter() if self.is_free(node, own=place.own):
                return self._named(node, place)
            case nodes.Filter(source, condition):
                return self._filtered(source, condition, place)
            case nodes.Members() | nodes.Subjects():
                raise NotCompiledError(OF_EVERYBODY)
        return self._keys_then(node, place)

    def _keys_then(self, node: Node, place: Place) -> Keys | Unknown:
        """A set of values on another day."""
        match node:
            case nodes.At(day, operand) if place.as_of is not None:
                found = self.moment_of(day, place)
                if isinstance(found, Unknown):
                    return found
                if found is not None:
                    return self.keys(operand, replace(place, as_of=min(found, place.as_of), window=None))
            case nodes.Previous(operand) if place.as_of is not None:
                return self.keys(operand, self.previously(Cell(cast("Frame", None), place, "")).place)
        raise NotCompiledError("a set on a day that differs from row to row, within a set")

    def _for_each(self, node: Node, place: Place) -> Keys | Unknown:
        """A set that is the same for every subject, for each of those that ask."""
        days = place.days and self.program.step(f"SELECT DISTINCT asked FROM {place.days}")
        wide = replace(place, own=False, days=days)
        found = self.keys(node, wide)
        if isinstance(found, Unknown):
            return found
        who, on = place.days or self.ground.names, "x.asked = k.asked" if days else "TRUE"
        keys = "".join(f"x.{key}, " for key in place.keys)
        step, unnamed = (
            one and self.program.step(f"SELECT {keys}k.{more} FROM {who} x JOIN {one} k ON {on}")
            for one, more in ((found.step, "v, k.yes"), (found.unnamed, "n"))
        )
        return Keys(step, unnamed)

    def _named(self, node: Node, place: Place) -> Keys | Unknown:
        """A set of subjects that is the same for all that ask, by their names."""
        if place.own:
            return self._for_each(node, place)
        found = self.member(node, self.everybody(place))
        if isinstance(found, Unknown):
            return found
        truth, unnamed, frame = found
        asked = "asked, " if place.as_of is None else ""
        within = f"SELECT s, {asked}{truth.true} AS yes FROM {frame.step} WHERE {truth.possible}"
        step = self.program.step(
            f"SELECT {asked}n.name AS v, f.yes FROM ({within}) f JOIN {self.ground.names} n ON n.s = f.s"
        )
        if unnamed != "0" and place.keys:
            raise NotCompiledError("a set with members of no name, within a set of a day of its own")
        return Keys(step, "" if unnamed == "0" else self.program.step(f"SELECT {unnamed} AS n"))

    def _filtered(self, source: Node, condition: Node, place: Place) -> Keys | Unknown:
        """Those of a subject's own set that satisfy a condition."""
        found = self.keys(source, place)
        if isinstance(found, Unknown):
            return found
        days = place.days and self.program.step(f"SELECT DISTINCT asked FROM {place.days}")
        cell = self.everybody(replace(place, own=False, days=days))
        inside = replace(cell, place=replace(cell.place, own=True), subject=True)
        truth = truths.without_none(self.truth(condition, inside))
        asked = "asked, " if days else ""
        holds = self.program.step(f"SELECT s AS member, {asked}{truth.true} AS yes FROM {cell.frame.step} "
                                  f"WHERE {truth.possible}")  # fmt: skip
        keys = "".join(f"k.{key}, " for key in place.keys)
        on = "c.member = n.s AND c.asked = k.asked" if days else "c.member = n.s"
        step = self.program.step(
            f"SELECT {keys}k.v, (k.yes AND c.yes) AS yes FROM {found.step} k JOIN {self.ground.names} n "
            f"ON n.name = k.v JOIN {holds} c ON {on}"
        )
        return Keys(step, found.unnamed)

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
            return self._combined_by_key(node.operator, left, right, place)
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

    def _combined_by_key(self, operator: str, left: Keys, right: Keys, place: Place) -> Keys:
        """The same of sets that differ by who asks, or when."""
        keys = (*place.keys, "v")
        same = " AND ".join(f"a.{key} = b.{key}" for key in keys)
        named = ", ".join(f"coalesce(a.{key}, b.{key}) AS {key}" for key in keys)
        joined = self.program.step(
            f"SELECT {named}, coalesce(a.yes, FALSE) AS one_yes, a.yes IS NOT NULL AS one_may, "
            f"coalesce(b.yes, FALSE) AS other_yes, b.yes IS NOT NULL AS other_may FROM {left.step} a "
            f"FULL JOIN {right.step} b ON {same}"
        )
        frame, on = Frame(self.program, joined), {key: key for key in place.keys}
        more, others = (frame.join(one.unnamed, on, {"n": "0"})[0] if one.unnamed else "0" for one in (left, right))
        truth, _ = combined_unnamed(
            operator, Truth("one_yes", "one_may"), Truth("other_yes", "other_may"), more, others
        )
        step = self.program.step(f"SELECT {listed(keys)}, {truth.true} AS yes FROM {frame.step} WHERE {truth.possible}")
        return Keys(step, self._unnamed_by_key(operator, left.unnamed, right.unnamed, place))

    def _unnamed_by_key(self, operator: str, more: str, others: str, place: Place) -> str:
        """The step of how many members of no name two sets joined may have."""
        keys = listed(place.keys)
        match operator:
            case "-":
                return more
            case "|" if more and others:
                both_ = f"SELECT {keys}, n FROM {more} UNION ALL SELECT {keys}, n FROM {others}"
                return self.program.step(f"SELECT {keys}, sum(n) AS n FROM ({both_}) unnamed GROUP BY {keys}")
            case "&" if more and others:
                same = " AND ".join(f"a.{key} = b.{key}" for key in place.keys)
                named = ", ".join(f"a.{key}" for key in place.keys)
                return self.program.step(
                    f"SELECT {named}, least(a.n, b.n) AS n FROM {more} a JOIN {others} b ON {same}"
                )
        return (more or others) if operator == "|" else ""
