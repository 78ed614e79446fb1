"""What could not be decided on the way to a figure, by queries: each record or subject once for each condition.

The places where the reference notes something are gone through as it does, and a query finds who is noted there. What
is noted within a condition, about the records that a condition looks at, has no plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.teller import IN_ORDER
from indicator_engine.evaluation.compiled.truths import either
from indicator_engine.evaluation.later import Paged
from indicator_engine.evaluation.reasons import Reasons
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.results import Undecided
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.store.records import Records, end_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.places import Cell
    from indicator_engine.evaluation.compiled.teller import Few, Teller
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema

_Doubt = tuple[str, str, int]
"""A subject, the id of its event or "", and the number of the condition."""

_IN_TURN = (
    nodes.CountRecords, nodes.CountMembers, nodes.Exists, nodes.Ratio, nodes.Arithmetic, nodes.Negative, nodes.Absolute,
    nodes.Clamp, nodes.Comparison, nodes.AllOf, nodes.AnyOf, nodes.Not, nodes.IsIn, nodes.IsOneOf, nodes.Holds,
    nodes.Known, nodes.Missing, nodes.Definitely, nodes.Elapsed, nodes.Shifted, nodes.Combined, nodes.InPeriod,
)  # fmt: skip
"""What looks at each node below it in turn, where it is looked at itself."""

_ALWAYS_KNOWN = ("occurred_on", "recorded_on")


@dataclass(frozen=True)
class _Site:
    """A place where something may be noted: of each record or member of `source`, what of `conditions` is not known."""

    source: Node
    conditions: tuple[Node, ...]
    moment: Moment


def undecided(
    teller: Teller, asked: Iterable[tuple[Node, Moment]], concerned: Collection[str], at: Moment, few: Few
) -> Sequence[Undecided]:
    """What is undecided of the subjects concerned; in which words is found as it is looked at.

    Raises NotCompiledError where that has no plan.
    """
    found = _Doubts(teller, at)
    told: dict[_Doubt, str] = {}
    for node, moment in asked:
        for site in found.sites(node, moment):
            for doubt, words in found.at(site):
                if doubt[0] in concerned:
                    told.setdefault(doubt, words)
    find = partial(_in_words, teller, found.conditions, told, at, few)
    twice = Counter(doubt[:2] for doubt in told)
    several = [doubt for doubt in told if twice[doubt[:2]] > 1]
    same = dict(zip(several, find(several), strict=True)) if several else {}
    first: dict[Undecided | _Doubt, _Doubt] = {}
    for doubt in told:
        first.setdefault(same.get(doubt, doubt), doubt)
    return Paged(list(first.values()), find)


def _in_words(
    teller: Teller, conditions: Sequence[Node], told: Mapping[_Doubt, str], at: Moment, few: Few, some: Sequence[_Doubt]
) -> list[Undecided]:
    """What is not known: of records as it was found, of subjects by their rows of the register."""
    members = [subject for subject, event, _ in some if not event]
    reasons = Reasons(Reference(teller.schema, few.listed(members) if members else Records(), teller.frame))
    return [
        Undecided(subject, event, told[subject, event, number])
        if event
        else Undecided(subject, event, reasons.unknown_words(subject, event, conditions[number], at))
        for subject, event, number in some
    ]


class _Doubts:
    """Goes through a tree as the reference evaluates it."""

    def __init__(self, teller: Teller, told_at: Moment) -> None:
        """What is not known is told as of a moment."""
        self.teller, self.told_at = teller, told_at
        self.conditions: list[Node] = []
        self._words: dict[tuple[str, int, str], str] = {}

    def sites(self, node: Node, moment: Moment) -> Iterator[_Site]:
        """The places where something may be noted, in the order in which they are come to."""
        if not _may_doubt(node, self.teller.schema):
            return
        match node:
            case nodes.Filter(source, condition):
                yield from self.sites(source, moment)
                yield _Site(source, (*_definite(condition, self.teller.schema), condition), moment)
            case nodes.Every():
                yield from self._of_every(node, moment)
            case nodes.Aggregate(_, values) | nodes.Distinct(values):
                yield from self._of_values(cast("nodes.Values", values), moment)
            case nodes.Conditional(condition, then, otherwise):
                yield from self.sites(condition, moment)
                if isinstance(holds := self.teller.value(condition, moment), bool):
                    yield from self.sites(then if holds else otherwise, moment)
            case nodes.Coalesce(first, second):
                yield from self.sites(first, moment)
                if isinstance(self.teller.value(first, moment), Unknown):
                    yield from self.sites(second, moment)
            case _:
                yield from self._elsewhere(node, moment)

    def _of_every(self, node: nodes.Every, moment: Moment) -> Iterator[_Site]:
        """Nothing is noted where one record surely fails, but for what is settled within its condition."""
        yield from self.sites(node.events, moment)
        if any(_definite(node.condition, self.teller.schema)):
            raise NotCompiledError("what is undecided within a condition on every record")
        if self.teller.value(node, moment) is not False:
            yield _Site(node.events, (node.condition,), moment)

    def _of_values(self, values: nodes.Values, moment: Moment) -> Iterator[_Site]:
        yield from self.sites(values.events, moment)
        if not _always_known(values, self.teller.schema):
            yield _Site(values.events, (nodes.RecordAttribute(values.attribute, values.of),), moment)

    def _elsewhere(self, node: Node, moment: Moment) -> Iterator[_Site]:
        """Those of what looks at other nodes, there or at another moment."""
        match node:
            case nodes.At(day, operand):
                yield from self.sites(day, moment)
                if isinstance(when := self.teller.value(day, moment), date):
                    yield from self.sites(operand, replace(moment, as_of=min(when, moment.as_of), window=None))
            case nodes.AsKnownOn(day, operand):
                yield from self.sites(day, moment)
                if isinstance(when := self.teller.value(day, moment), date):
                    yield from self.sites(operand, replace(moment, known_at=min(end_of(when), moment.known_at)))
            case nodes.Change(operand, since):
                there = replace(moment, window=None)
                yield from self.sites(operand, there)
                yield from self.sites(nodes.At(since or nodes.Constant(moment.period.opening), operand), there)
            case nodes.Latest(events, _, _) | nodes.InForce(events):
                yield from self.sites(events, replace(moment, window=None))
            case nodes.Subjects(operand) | nodes.Overall(operand):
                yield from self.sites(operand, replace(moment, own=None))
            case _ if isinstance(node, _IN_TURN):
                for child in nodes.children(node):
                    yield from self.sites(child, moment)
            case _:
                raise NotCompiledError(f"what is undecided within `{type(node).__name__}`")

    # ── who is noted ─────────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, site: _Site) -> Iterator[tuple[_Doubt, str]]:
        """What is noted at a place, in order, each with what is not known of a record, in words."""
        numbers = [self._number(one) for one in site.conditions]
        query = self._of_members(site) if site.source.kind.name == "set" else self._of_records(site)
        for subject, event, type_, *lacking in self.teller.answers.rows(query) if query else ():
            for number, lacks in zip(numbers, lacking, strict=True):
                if lacks is not None:
                    yield (subject, event, number), self._in_words(type_, number, lacks) if event else ""

    def _number(self, condition: Node) -> int:
        if condition not in self.conditions:
            self.conditions.append(condition)
        return self.conditions.index(condition)

    def _in_words(self, event_type: str, number: int, lacks: str) -> str:
        """What a record lacks, by the places of its attributes in a condition."""
        key = (event_type, number, lacks)
        if key not in self._words:
            attributes, known = _attributes(self.conditions[number]), self.teller.schema.events[event_type].attributes
            names = [attributes[int(place)] for place in lacks.split(",")[:-1]]
            labels = dict.fromkeys((known[one].label if one in known else "") or one.replace("_", " ") for one in names)
            self._words[key] = f"{', '.join(labels)} not known" if labels else "undecided"
        return self._words[key]

    def _of_records(self, site: _Site) -> str:
        if site.moment.known_at != self.told_at.known_at:
            raise NotCompiledError("what was undecided as known on another day")
        compiler, place = self.teller.compiler, Place.of(site.moment)
        found = compiler.selection(site.source, place)
        if isinstance(found, Unknown):
            return ""
        lacking = [f"u{index}" for index in range(len(site.conditions))]

        def columns(cell: Cell) -> dict[str, str]:
            unknown = zip(site.conditions, _unknown(site, compiler, cell), strict=True)
            lacks = [f"CASE WHEN {open_} THEN {_lacks(one, compiler, cell)} END" for one, open_ in unknown]
            named = {"s": "s", "type": f"CAST({compiler.program.bound(cell.record)} AS VARCHAR)"}
            return {**IN_ORDER, **named, **dict(zip(lacking, lacks, strict=True))}

        pooled = compiler.pooled(found, place, columns)
        anything = either(*(f"({one} IS NOT NULL)" for one in lacking))
        return (
            f"SELECT n.name, p.event, p.type, {', '.join(lacking)} FROM {pooled} p "
            f"JOIN {self.teller.answers.ground.names} n ON n.s = p.s WHERE {anything} "
            "ORDER BY p.day, p.recorded, p.event"
        )

    def _of_members(self, site: _Site) -> str:
        compiler = self.teller.compiler
        cell = compiler.everybody(Place.of(site.moment))
        found: Any = compiler.within(site.source, cell)
        if isinstance(found, Unknown):
            return ""
        inside = replace(cell, place=replace(cell.place, own=True), subject=True)
        flags = _unknown(site, compiler, inside)
        columns = ", ".join(f"CASE WHEN {one} THEN '' END AS u{index}" for index, one in enumerate(flags))
        within = f"SELECT s, {columns} FROM {cell.frame.step} WHERE {found[0].possible} AND {either(*flags)}"
        return (
            f"SELECT n.name, '' AS event, '' AS type, f.* EXCLUDE (s) FROM ({within}) f "
            f"JOIN {self.teller.answers.ground.names} n ON n.s = f.s ORDER BY n.name"
        )


def _unknown(site: _Site, compiler: Compiler, cell: Cell) -> list[str]:
    """Where each condition of a place is unknown, beside a row."""
    return [
        f"({compiler.attribute(one.name, cell)} IS NULL)"
        if isinstance(one, nodes.RecordAttribute)
        else compiler.unknown(one, cell)
        for one in site.conditions
    ]


def _lacks(condition: Node, compiler: Compiler, cell: Cell) -> str:
    """Which attributes of a condition the record at hand lacks, by their places, as a text."""
    names = enumerate(_attributes(condition))
    parts = [f"CASE WHEN {compiler.attribute(name, cell)} IS NULL THEN '{place},' ELSE '' END" for place, name in names]
    return f"({' || '.join(parts)})" if parts else "''"


def _attributes(condition: Node) -> list[str]:
    """The attributes of a record that a condition asks for, as they come."""
    return [node.name for node in nodes.walk(condition) if isinstance(node, nodes.RecordAttribute)]


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
