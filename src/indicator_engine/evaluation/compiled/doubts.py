"""What could not be decided on the way to a figure, by queries: each record or subject once for each condition.

The places where the reference notes something are gone through as it does (`sites.py`), and a query finds who is noted
there. Within a condition something is noted when the first of those that ask comes to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.base import IN_ORDER, listed
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.sites import Once, Own, Site, Sites, turn_of_members, turn_of_records
from indicator_engine.evaluation.compiled.truths import either
from indicator_engine.evaluation.later import Paged
from indicator_engine.evaluation.reasons import Reasons
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.results import Undecided
from indicator_engine.evaluation.values import Unknown
from indicator_engine.language import nodes
from indicator_engine.store.records import Records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.places import Cell
    from indicator_engine.evaluation.compiled.teller import Few, Teller
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node

_Doubt = tuple[str, str, int]
"""A subject, the id of its event or "", and the number of the condition."""

_Noted = tuple[int, _Doubt, str]
"""The turn of whoever comes to it, what is noted, and what is not known of a record, in words."""


def undecided(
    teller: Teller, asked: Iterable[tuple[Node, Moment]], concerned: Collection[str], at: Moment, few: Few
) -> tuple[Sequence[Undecided], Sequence[str]]:
    """What is undecided of the subjects concerned, in words that are found as they are looked at; for whom none arose.

    Raises NotCompiledError where that has no plan.
    """
    found, sites = _Doubts(teller, at), Sites(teller)
    told: dict[_Doubt, str] = {}
    for node, moment in asked:
        for site in sites.of(node, moment):
            for _, doubt, words in found.at(site):
                if doubt[0] in concerned:
                    told.setdefault(doubt, words)
    find = partial(_in_words, teller, found.conditions, told, at, few)
    twice = Counter(doubt[:2] for doubt in told)
    several = [doubt for doubt in told if twice[doubt[:2]] > 1]
    same = dict(zip(several, find(several), strict=True)) if several else {}
    first: dict[Undecided | _Doubt, _Doubt] = {}
    for doubt in told:
        first.setdefault(same.get(doubt, doubt), doubt)
    return Paged(list(first.values()), find), tuple(sorted(found.none_arose & set(concerned)))


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
    """Finds who is noted where."""

    def __init__(self, teller: Teller, told_at: Moment) -> None:
        """What is not known is told as of a moment."""
        self.teller, self.told_at = teller, told_at
        self.conditions: list[Node] = []
        self.none_arose: set[str] = set()
        self._words: dict[tuple[str, int, str], str] = {}

    def at(self, site: Site) -> Iterable[_Noted]:
        """What is noted at a place, in order."""
        if not site.among:
            return self._noted(site)
        own = [list[_Noted]() for _ in site.conditions]
        for noted in self._noted(site):
            own[site.conditions.index(self.conditions[noted[1][2]])].append(noted)
        turns = iter(own)
        among = [next(turns) if isinstance(one, Own) else self._within(one) for one in site.among]
        return sorted((noted for part in among for noted in part), key=lambda noted: noted[0])

    def _within(self, within: Once | Site) -> Iterable[_Noted]:
        """What is noted besides, by those that ask."""
        if isinstance(within, Site):
            return self._noted(within)
        return [(1, doubt, words) for one in within.sites for _, doubt, words in self.at(one)]

    def _noted(self, site: Site) -> Iterator[_Noted]:
        numbers = [self._number(one) for one in site.conditions]
        query = self._of_members(site) if site.source.kind.name == "set" else self._of_records(site)
        for turn, subject, event, type_, *lacking in self.teller.answers.rows(query) if query else ():
            for number, lacks in zip(numbers, lacking, strict=True):
                if lacks is not None:
                    yield turn, (subject, event, number), self._in_words(type_, number, lacks) if event else ""

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

    def _of_records(self, site: Site) -> str:
        """The query of the records that are noted: their turn, whose they are, which, and what each condition lacks."""
        if site.place.known_at != self.told_at.known_at:
            raise NotCompiledError("what was undecided as known on another day")
        compiler, place = self.teller.compiler, site.place
        found = compiler.selection(site.source, place)
        if isinstance(found, Unknown):
            return ""
        lacking = [f"u{index}" for index in range(len(site.conditions))]

        def columns(cell: Cell) -> dict[str, str]:
            unknown = zip(site.conditions, _unknown(site, compiler, cell), strict=True)
            lacks = [f"CASE WHEN {open_} THEN {_lacks(one, compiler, cell)} END" for one, open_ in unknown]
            named = {} if place.own else {"s": "s"}
            named["type"] = f"CAST({compiler.program.bound(cell.record)} AS VARCHAR)"
            answers = compiler.answers(site.conditions[0], cell) if site.of_every else {}
            return {**IN_ORDER, **named, **dict(zip(lacking, lacks, strict=True)), **answers}

        pooled = compiler.pooled(found, place, columns)
        if site.of_every and site.asking:
            self.none_arose |= self._without(pooled, site)
        if site.of_every:
            pooled = self._without_failing(pooled, place.keys)
        return self._asked(pooled, site, lacking) if site.asking else self._in_turn(pooled, site, lacking)

    def _in_turn(self, pooled: str, site: Site, lacking: list[str]) -> str:
        """Records that nobody asks for; their turns are told where something else is noted between them."""
        if site.among:
            pooled = f"(SELECT *, {turn_of_records('')} AS turn FROM {pooled})"
        return (
            f"SELECT {'p.turn' if site.among else '0'}, n.name, p.event, p.type, {listed(lacking)} FROM {pooled} p "
            f"JOIN {self.teller.answers.ground.names} n ON n.s = p.s WHERE {_any_of(lacking)} "
            "ORDER BY p.day, p.recorded, p.event"
        )

    def _asked(self, pooled: str, site: Site, lacking: list[str]) -> str:
        """Records within a condition, each in the turn of the first that asks for it."""
        keys = site.place.keys
        open_ = f"(SELECT * FROM {pooled} WHERE {_any_of(lacking)})"
        told = f"n.name, p.event, p.type, {listed(lacking)}"
        return (
            f"SELECT min(a.turn), {told} FROM {open_} p JOIN {site.asking} a ON {_alike(keys)} "
            f"JOIN {self.teller.answers.ground.names} n ON n.s = p.s GROUP BY {told}, p.day, p.recorded "
            "ORDER BY p.day, p.recorded, p.event"
        )

    @staticmethod
    def _without_failing(pooled: str, keys: tuple[str, ...]) -> str:
        """Records of those that have none which surely fails."""
        fails = "max(CASE WHEN yes AND NOT possible THEN 1 ELSE 0 END)"
        within = f"SELECT *, {fails} OVER (PARTITION BY {listed(keys)}) AS fails FROM {pooled}"
        return f"(SELECT * FROM ({within}) WHERE fails = 0)"

    def _without(self, pooled: str, site: Site) -> set[str]:
        """Those that ask and have no record."""
        query = (
            f"SELECT n.name FROM {site.asking} a JOIN {self.teller.answers.ground.names} n ON n.s = a.s "
            f"WHERE NOT EXISTS (SELECT 1 FROM {pooled} p WHERE {_alike(site.place.keys)})"
        )
        return {name for (name,) in self.teller.answers.rows(query)}

    def _of_members(self, site: Site) -> str:
        """The same of members of a set."""
        compiler = self.teller.compiler
        cell = compiler.everybody(site.place)
        found: Any = compiler.within(site.source, cell)
        if isinstance(found, Unknown):
            return ""
        inside = replace(cell, place=replace(cell.place, own=True), subject=True)
        flags = _unknown(site, compiler, inside)
        lacking = [f"u{index}" for index in range(len(flags))]
        columns = ", ".join(f"CASE WHEN {one} THEN '' END AS {name}" for one, name in zip(flags, lacking, strict=True))
        within = f"SELECT s, {columns} FROM {cell.frame.step} WHERE {found[0].possible}"
        placed = (
            f"SELECT {turn_of_members('n.')} AS turn, n.name, f.* EXCLUDE (s) FROM ({within}) f "
            f"JOIN {self.teller.answers.ground.names} n ON n.s = f.s"
        )
        return (
            f"SELECT turn, name, '' AS event, '' AS type, {listed(lacking)} FROM ({placed}) "
            f"WHERE {_any_of(lacking)} ORDER BY name"
        )


def _any_of(lacking: Iterable[str]) -> str:
    return either(*(f"({one} IS NOT NULL)" for one in lacking))


def _alike(keys: Iterable[str]) -> str:
    return " AND ".join(f"a.{key} = p.{key}" for key in keys)


def _unknown(site: Site, compiler: Compiler, cell: Cell) -> list[str]:
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
    """The attributes of a record that a condition asks for, as they come; not those of records that it looks at."""
    if isinstance(condition, nodes.RecordAttribute):
        return [condition.name]
    if isinstance(condition, nodes.Every | nodes.Filter):
        return []
    return [name for child in nodes.children(condition) for name in _attributes(child)]
