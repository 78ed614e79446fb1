"""Where something may be noted on the way through an expression, in the order in which the reference comes to it.

Within a condition, records or members of a set ask for other records: on a day of their own, or for those of one
subject. What is asked for but once, whoever asks, is as any other place; what differs is a place with those that ask.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled.base import IN_ORDER, listed
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.values import Number, Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.places import Cell
    from indicator_engine.evaluation.compiled.teller import Teller
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema

_IN_TURN = (
    nodes.CountRecords, nodes.CountMembers, nodes.Exists, nodes.Ratio, nodes.Arithmetic, nodes.Negative, nodes.Absolute,
    nodes.Clamp, nodes.Comparison, nodes.AllOf, nodes.AnyOf, nodes.Not, nodes.IsIn, nodes.IsOneOf, nodes.Holds,
    nodes.Known, nodes.Missing, nodes.Definitely, nodes.Elapsed, nodes.Shifted, nodes.Combined, nodes.InPeriod,
)  # fmt: skip
"""What looks at each node below it in turn, where it is looked at itself."""

_ALWAYS_KNOWN = ("occurred_on", "recorded_on")


@dataclass(frozen=True)
class Site:
    """A place where something may be noted: of each record or member of `source`, what of `conditions` is not known.

    `among` tells what else is come to between them. `asking` is the step of those that ask for the records: the keys of
    the place, and their `turn`.
    """

    source: Node
    conditions: tuple[Node, ...]
    place: Place
    among: tuple[Within, ...] = ()
    asking: str = ""
    of_every: bool = False
    """Whether nothing is noted where one record surely fails."""


@dataclass(frozen=True)
class Own:
    """A condition on those that ask."""

    condition: Node


@dataclass(frozen=True)
class Once:
    """What is the same whoever asks, and noted when the first does."""

    sites: tuple[Site, ...]


Within = Own | Once | Site


@dataclass(frozen=True)
class _Asker:
    """The records or members of `source`, looked at within its condition at a moment; `day` where each has its own."""

    source: Node
    first: Moment
    moment: Moment
    own: bool
    day: Node | None = None


class Sites:
    """Goes through a tree as the reference evaluates it."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.schema = teller.schema

    def of(self, node: Node, moment: Moment) -> Iterator[Site]:
        """The places where something may be noted, in the order in which they are come to."""
        if not _may_doubt(node, self.schema):
            return
        match node:
            case nodes.Filter(source, condition):
                yield from self.of(source, moment)
                yield self._of_filter(source, condition, moment)
            case nodes.Every():
                yield from self._of_every(node, moment)
            case nodes.Aggregate(_, values) | nodes.Distinct(values):
                yield from self._of_values(cast("nodes.Values", values), moment)
            case nodes.Conditional(condition, then, otherwise):
                yield from self.of(condition, moment)
                if isinstance(holds := self.teller.value(condition, moment), bool):
                    yield from self.of(then if holds else otherwise, moment)
            case nodes.Coalesce(first, second):
                yield from self.of(first, moment)
                if isinstance(self.teller.value(first, moment), Unknown):
                    yield from self.of(second, moment)
            case _:
                yield from self._elsewhere(node, moment)

    def _of_filter(self, source: Node, condition: Node, moment: Moment) -> Site:
        asker = _Asker(source, moment, moment, own=source.kind.name == "set")
        among = (*self._within(condition, asker), Own(condition))
        conditions = tuple(one.condition for one in among if isinstance(one, Own))
        return Site(source, conditions, Place.of(moment), () if len(conditions) == len(among) else among)

    def _of_every(self, node: nodes.Every, moment: Moment) -> Iterator[Site]:
        """Nothing is noted where one record surely fails, but for what is settled within its condition."""
        yield from self.of(node.events, moment)
        if any(_definite(node.condition, self.schema)):
            raise NotCompiledError("what is undecided within a condition on every record")
        if self.teller.value(node, moment) is not False:
            yield Site(node.events, (node.condition,), Place.of(moment))

    def _of_values(self, values: nodes.Values, moment: Moment) -> Iterator[Site]:
        yield from self.of(values.events, moment)
        if not _always_known(values, self.schema):
            yield Site(values.events, (_attribute_of(values),), Place.of(moment))

    def _elsewhere(self, node: Node, moment: Moment) -> Iterator[Site]:
        """Those of what looks at other nodes, there or at another moment."""
        match node:
            case nodes.At(day, operand):
                yield from self.of(day, moment)
                if isinstance(when := self.teller.value(day, moment), date):
                    yield from self.of(operand, replace(moment, as_of=min(when, moment.as_of), window=None))
            case nodes.AsKnownOn(day, operand):
                yield from self.of(day, moment)
                if isinstance(when := self.teller.value(day, moment), date):
                    yield from self.of(operand, replace(moment, known_at=min(end_of(when), moment.known_at)))
            case nodes.Change(operand, since):
                there = replace(moment, window=None)
                yield from self.of(operand, there)
                yield from self.of(nodes.At(since or nodes.Constant(moment.period.opening), operand), there)
            case nodes.Latest(events, _, _) | nodes.InForce(events):
                yield from self.of(events, replace(moment, window=None))
            case nodes.Subjects(operand) | nodes.Overall(operand):
                yield from self.of(operand, replace(moment, own=None))
            case _ if isinstance(node, _IN_TURN):
                for child in nodes.children(node):
                    yield from self.of(child, moment)
            case _:
                raise NotCompiledError(f"what is undecided within `{type(node).__name__}`")

    # ── within a condition ───────────────────────────────────────────────────────────────────────────────────────────

    def _within(self, node: Node, asker: _Asker) -> Iterator[Within]:
        """What a condition comes to beside those that ask."""
        if not _may_doubt(node, self.schema):
            return
        if isinstance(node, nodes.Definitely):
            yield from self._within(node.operand, asker)
            yield Own(node.operand)
        elif not asker.day and self._is_asked_once(node, asker):
            if self._anyone(asker):
                yield Once(tuple(self.of(node, asker.moment)))
        elif isinstance(node, nodes.Filter | nodes.Every | nodes.Aggregate | nodes.Distinct):
            yield from self._asked_for(node, asker)
        else:
            yield from self._further(node, asker)

    def _is_asked_once(self, node: Node, asker: _Asker) -> bool:
        """Whether a node is the same whoever asks, and nothing is noted of those that ask themselves."""
        theirs = any(isinstance(one, nodes.Definitely | nodes.Every) for one in _beside(node))
        return not theirs and self.teller.compiler.is_free(node, own=asker.own)

    def _anyone(self, asker: _Asker) -> bool:
        """Whether there is any record or member that asks."""
        counting = nodes.CountMembers if asker.own else nodes.CountRecords
        found = self.teller.value(counting(asker.source), asker.first)
        return isinstance(found, Number) and found.high > 0

    def _further(self, node: Node, asker: _Asker) -> Iterator[Within]:
        """The same of what looks at other nodes, there or on another day."""
        match node:
            case nodes.At(day, operand):
                yield from self._within(day, asker)
                if there := self._on(day, asker):
                    yield from self._within(operand, there)
            case nodes.Latest(events, _, _) | nodes.InForce(events):
                yield from self._within(events, replace(asker, moment=replace(asker.moment, window=None)))
            case nodes.Subjects(operand) | nodes.Overall(operand):
                yield from self._within(operand, replace(asker, own=False))
            case _ if isinstance(node, _IN_TURN):
                for child in nodes.children(node):
                    yield from self._within(child, asker)
            case _:
                raise NotCompiledError(f"what is undecided within `{type(node).__name__}` in a condition")

    def _on(self, day: Node, asker: _Asker) -> _Asker | None:
        """Those that ask, on another day; None where that is not known of any."""
        if asker.day:
            raise NotCompiledError("what is undecided on a day that is moved twice")
        moment = asker.moment
        if not self.teller.compiler.is_free(day, own=asker.own):
            return replace(asker, moment=replace(moment, window=None), day=day)
        when = self.teller.value(day, moment)
        if not isinstance(when, date):
            return None
        return replace(asker, moment=replace(moment, as_of=min(when, moment.as_of), window=None))

    def _asked_for(self, node: Node, asker: _Asker) -> Iterator[Within]:
        """Places with records that each of those that ask asks for."""
        match node:
            case nodes.Filter(source, condition) if source.kind.name == "events":
                yield from self._within(source, asker)
                yield self._asked(source, (*_definite(condition, self.schema), condition), asker)
            case nodes.Every(events, condition):
                yield from self._within(events, asker)
                if any(_definite(condition, self.schema)) or not asker.own or asker.day:
                    raise NotCompiledError("what is undecided within a condition on every record")
                yield replace(self._asked(events, (condition,), asker), of_every=True)
            case nodes.Aggregate(_, nodes.Values() as values) | nodes.Distinct(nodes.Values() as values):
                yield from self._within(values.events, asker)
                if not _always_known(values, self.schema):
                    yield self._asked(values.events, (_attribute_of(values),), asker)
            case _:
                raise NotCompiledError("what is undecided about members of a set within a condition")

    def _asked(self, source: Node, conditions: tuple[Node, ...], asker: _Asker) -> Site:
        if not asker.own and not asker.day:
            raise NotCompiledError("what is undecided about records that look at those that ask for them")
        place = replace(Place.of(asker.moment), own=asker.own)
        if asker.day:
            place = replace(place, as_of=None, window=None)
        asking = self.asking(asker, place.keys)
        return Site(source, conditions, replace(place, days=asking if asker.day else ""), asking=asking)

    def asking(self, asker: _Asker, keys: tuple[str, ...]) -> str:
        """The step of those that ask: their keys, each once, with the `turn` of the first that has them."""
        found = self._members(asker) if asker.source.kind.name == "set" else self._records(asker)
        known = " WHERE asked IS NOT NULL" if asker.day else ""
        query = f"SELECT {listed(keys)}, min(turn) AS turn FROM {found}{known} GROUP BY {listed(keys)}"
        return self.teller.answers.program.step(query)

    def _records(self, asker: _Asker) -> str:
        compiler, place = self.teller.compiler, Place.of(asker.first)
        found = compiler.selection(asker.source, place)
        if isinstance(found, Unknown):
            return f"(SELECT 0 AS s, NULL AS asked, 0 AS turn FROM {self.teller.answers.ground.names} WHERE FALSE)"
        pooled = compiler.pooled(found, place, lambda cell: {**IN_ORDER, "asked": self._day(asker, cell, compiler)})
        return f"(SELECT asked, {turn_of_records('')} AS turn FROM {pooled})"

    def _members(self, asker: _Asker) -> str:
        compiler, names = self.teller.compiler, self.teller.answers.ground.names
        cell = compiler.everybody(Place.of(asker.first))
        found: Any = compiler.within(asker.source, cell)
        possible = "FALSE" if isinstance(found, Unknown) else found[0].possible
        inside = replace(cell, place=replace(cell.place, own=True), subject=True)
        asked = self._day(asker, inside, compiler)
        who = f"SELECT s, {asked} AS asked FROM {cell.frame.step} WHERE {possible}"
        return f"(SELECT f.s, f.asked, {turn_of_members('n.')} AS turn FROM ({who}) f JOIN {names} n ON n.s = f.s)"

    def _day(self, asker: _Asker, cell: Cell, compiler: Compiler) -> str:
        """The day on which one of those that ask looks at what it asks for: none later than its own."""
        if not asker.day:
            return "NULL"
        day, latest = cell.frame.bind(f"({compiler.day(asker.day, cell)})"), day_literal(asker.moment.as_of)
        return f"CASE WHEN {day} IS NOT NULL THEN least({day}, {latest}) END"


def turn_of_records(table: str) -> str:
    """The place of each record among others."""
    return f"row_number() OVER (ORDER BY {', '.join(f'{table}{one}' for one in ('day', 'recorded', 'event'))})"


def turn_of_members(table: str) -> str:
    """The place of each member of a set among others."""
    return f"row_number() OVER (ORDER BY {table}name)"


def _attribute_of(values: nodes.Values) -> Node:
    return nodes.RecordAttribute(values.attribute, values.of)


def _beside(node: Node) -> Iterator[Node]:
    """What of a node is evaluated with those at hand that ask for it."""
    yield node
    children = (node.source,) if isinstance(node, nodes.Filter) else nodes.children(node)
    for child in children:
        yield from _beside(child)


def _may_doubt(node: Node, schema: Schema) -> bool:
    """Whether the reference could note anything on its way through a node."""
    return any(_notes(one, schema) for one in nodes.walk(node))


def _notes(node: Node, schema: Schema) -> bool:
    match node:
        case nodes.Filter() | nodes.Every() | nodes.Definitely():
            return True
        case nodes.Aggregate(_, nodes.Values() as values) | nodes.Distinct(nodes.Values() as values):
            return not _always_known(values, schema)
        case nodes.Members(name):
            where = schema.populations[name].where
            if where is not None and _may_doubt(where, schema):
                raise NotCompiledError("what is undecided about who belongs to a population")
    return False


def _always_known(values: nodes.Values, schema: Schema) -> bool:
    return values.attribute in (*_ALWAYS_KNOWN, schema.subject.singular)


def _definite(condition: Node, schema: Schema) -> Iterator[Node]:
    """What a condition on one record or subject takes as settled, the innermost first; noted where it is not."""
    if isinstance(condition, nodes.Conditional | nodes.Coalesce) and _may_doubt(condition, schema):
        raise NotCompiledError("what is undecided within a choice")
    for child in nodes.children(condition):
        yield from _definite(child, schema)
    if isinstance(condition, nodes.Definitely):
        yield condition.operand
    elif _notes(condition, schema):
        raise NotCompiledError("what is undecided within a condition")
