"""On which days a subject may come into a set or leave it: those that its own records and register rows tell of.

Between two of these days nothing happens to the subject, so that sets need not be asked about each subject on each
day. A day too many costs a row; a day too few would be a wrong number. So every node is named here: what is not, or
what looks at anybody else's records or at the clock in another way than beside a date, has no plan by days of change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.evaluation.compiled.base import Base
    from indicator_engine.evaluation.compiled.places import Place
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.language.nodes import Node

_PLAIN = (
    nodes.Constant, nodes.Tbc, nodes.RecordAttribute, nodes.TheSubject, nodes.Arithmetic, nodes.Negative, nodes.AllOf,
    nodes.AnyOf, nodes.Not, nodes.IsOneOf, nodes.Holds, nodes.Conditional, nodes.Known, nodes.Missing, nodes.Definitely,
    nodes.Coalesce, nodes.Absolute, nodes.Clamp, nodes.Elapsed, nodes.Shifted, nodes.Comparison, nodes.Combined,
    nodes.Filter, nodes.InPeriod,
)  # fmt: skip
"""What asks nothing of any day, or other record, but what is below it."""

_PARTS = (
    *_PLAIN, nodes.CountRecords, nodes.Aggregate, nodes.Ratio, nodes.Exists, nodes.Every, nodes.Latest, nodes.Values,
    nodes.Subjects, nodes.CountMembers, nodes.Distinct, nodes.At,
)  # fmt: skip
"""What changes on no day but those on which something below it does."""

_LAST = date.max

STAYS = 4
"""So many days may a clock that is moved by months stay on a date, or come to it late: the ends of months."""


_STILL = (*_PLAIN, nodes.Events)
"""What, beside a record, is the same on every day."""


def stays(events: Node, ground: Relations) -> bool:
    """Whether records, once in a selection, are in it on every day from then on."""
    match events:
        case nodes.IsIn(item, members) if members.kind.key == kinds.SUBJECT:
            return _is_then(members) and stays(item, ground)
        case nodes.NamedDate(name):
            return name != "as_of"
        case nodes.RegisterAttribute():
            return not ground.has_spells
    return isinstance(events, _STILL) and all(stays(child, ground) for child in nodes.children(events))


def _is_then(members: Node) -> bool:
    """Whether a set is looked at on the day on which the record at hand happened, and so the same ever after."""
    match members:
        case nodes.At(nodes.RecordAttribute("occurred_on"), _):
            return True
    return False


def of_subjects(node: Node) -> bool:
    """Whether a count or share is of sets of subjects that are found of everybody."""
    return any(
        one.kind.key == kinds.SUBJECT and not isinstance(one, nodes.Distinct)
        for one in nodes.children(node)
        if one.kind.name == "set"
    )


def looks_at_others(node: Node, subject: str) -> bool:
    """Whether what is said about a subject hangs on another one: on whether that is in a set, or on its records."""
    return any(_looks_at_others(one, subject, is_figure=one is node) for one in nodes.walk(node))


def _looks_at_others(node: Node, subject: str, *, is_figure: bool) -> bool:
    match node:
        case nodes.IsIn(item, members) if members.kind.key == kinds.SUBJECT:
            return not isinstance(item, nodes.TheSubject)
        case nodes.Subjects(events):
            return bool(shared(events, subject))
        case nodes.CountMembers() | nodes.Ratio():
            return not is_figure and of_subjects(node)
    return isinstance(node, nodes.Overall)


def shared(events: Node, subject: str) -> str:
    """What of a selection looks at the records of others than each subject by itself, in words; "" for nothing."""
    for node in nodes.walk(events):
        if isinstance(node, nodes.Latest) and node.by and subject not in node.by:
            return "the latest over several subjects"
        if isinstance(node, nodes.CountRecords | nodes.Aggregate | nodes.Exists | nodes.Every | nodes.Distinct):
            return "what is counted within a condition"
        if isinstance(node, nodes.CountMembers | nodes.Ratio):
            return "what is counted within a condition"
    return ""


class Turns:
    """Collects the days of change of what is said about each subject by itself, as queries of `s` and `day`."""

    def __init__(self, compiler: Base, place: Place) -> None:
        self.compiler, self.place = compiler, place
        self.program, self.ground, self.schema = compiler.program, compiler.ground, compiler.schema

    def of(self, *parts: Node) -> list[str]:
        """The queries for some sets or selections; raises NotCompiledError where there is no such plan."""
        return list(dict.fromkeys(query for part in parts for query in self._of(part, ())))

    def _of(self, node: Node, types: tuple[str, ...]) -> Iterator[str]:
        """`types` are those of the record at hand, if one is."""
        match node:
            case nodes.NamedDate(name) if name != "as_of":
                return
            case nodes.Events(name):
                yield from (*self._of_records((name,), "day"), *self._of_gap(name))
            case nodes.InForce(events):
                yield from (*self._of(events, types), *self._of_endings(events))
            case nodes.Members(name):
                yield from self._of_population(name)
            case nodes.RegisterAttribute():
                if self.ground.has_spells:
                    yield from self._of_spells(self.schema.subject.start, self.schema.subject.end)
            case nodes.IsIn() | nodes.Comparison():
                yield from self._of_condition(node, types)
            case _ if isinstance(node, _PARTS):
                yield from self._of_parts(node, types)
            case _:
                raise NotCompiledError(f"{type(node).__name__} by the days on which it changes")

    def _of_condition(self, node: nodes.IsIn | nodes.Comparison, types: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, nodes.Comparison):
            yield from self._of_dates(node, types) if _is_of_dates(node) else self._of_parts(node, types)
            return
        if node.members.kind.key != kinds.SUBJECT:
            raise NotCompiledError("a set of values by the days on which it changes")
        yield from self._of(node.item, types)
        if any(isinstance(one, nodes.Distinct) for one in nodes.walk(node.members)):
            yield from self._of(node.members, types)  # what the subject's own records name
        if not _is_then(node.members):
            yield from self._seen_from(node.item, types, self._of(node.members, types))

    def _of_parts(self, node: Node, types: tuple[str, ...]) -> Iterator[str]:
        if isinstance(node, nodes.Subjects):
            self.compiler.require_own(node.events)
        elif isinstance(node, nodes.CountMembers | nodes.Ratio) and of_subjects(node):
            raise NotCompiledError("the size of a set by the days on which each subject changes")
        for child in nodes.children(node):
            yield from self._of(child, _types_at(node, child, types))

    # ── records and the register ─────────────────────────────────────────────────────────────────────────────────────

    def _of_records(self, types: Iterable[str], column_: str, *, after: int = 0) -> Iterator[str]:
        for name in types:
            yield self._days_of(self.compiler.standing(name, self.place), column_, after)

    def _days_of(self, step: str, day: str, after: int = 0) -> str:
        return f"SELECT s, {self._later(day, after)} AS day FROM {step} WHERE {day} IS NOT NULL"

    def _later(self, day: str, days: int) -> str:
        """A day so many days later, but never after the last there is."""
        last = day_literal(_LAST - timedelta(days=days))
        return self.compiler.dialect.shifted(f"least({day}, {last})", 0, days) if days else day

    def _of_endings(self, events: Node) -> Iterator[str]:
        for name in events.kind.types:
            event = self.schema.events[name]
            if event.ends_on:
                yield from self._of_records((name,), column(event.ends_on), after=1)
            yield from self._of_records((ending.type for ending in event.ended_by), "day")
            for ending in event.ended_by:
                yield from self._of_gap(ending.type)

    def _of_gap(self, name: str) -> Iterator[str]:
        """The day from which on records of a type were kept: before, nobody knows."""
        if since := self.schema.events[name].covered_from:
            yield f"SELECT s, {day_literal(since)} AS day FROM {self.ground.names}"

    def _of_population(self, name: str) -> Iterator[str]:
        population = self.schema.populations[name]
        yield from self._of_spells(population.start, population.end)
        if self.ground.has_spells and self.schema.picks_rows(population):
            yield from self._of_spells(self.schema.subject.start, self.schema.subject.end)
        if population.where is not None:
            yield from self._of(population.where, ())

    def _of_spells(self, start: str | None, end: str | None) -> Iterator[str]:
        if start:
            yield self._days_of(self.ground.register_at(self.place.known_at), column(start))
        if end:
            yield self._days_of(self.ground.register_at(self.place.known_at), column(end), after=1)

    def _seen_from(self, item: Node, types: tuple[str, ...], turns: Iterable[str]) -> Iterator[str]:
        """The days on which the subject changes that an item names: the one at hand, or one that its records name."""
        if isinstance(item, nodes.TheSubject):
            yield from turns
            return
        if not types:
            raise NotCompiledError("a set asked about another subject, by the days on which it changes")
        steps = [self.program.step(turn) for turn in turns]
        for name in types if steps else ():
            frame = Frame(self.program, self.compiler.standing(name, self.place))
            cell = Cell(frame, replace(self.place, as_of=_LAST, days="", own=True), day_literal(_LAST), record=name)
            other = frame.bind(self.compiler.subject_number(item, cell))
            named = self.program.step(f"SELECT DISTINCT s, {other} AS other FROM {frame.step}")
            yield from (f"SELECT n.s, t.day FROM {named} n JOIN {step} t ON t.s = n.other" for step in steps)

    # ── dates beside the clock ───────────────────────────────────────────────────────────────────────────────────────

    def _of_dates(self, node: nodes.Comparison, types: tuple[str, ...]) -> Iterator[str]:
        """A comparison of dates changes where a side does, and where the clock comes to the other one."""
        left, right = list(_alternatives(node.left)), list(_alternatives(node.right))
        still = [one for one in (*left, *right) if not _runs(one)]
        for part in (*_choices(node.left), *_choices(node.right), *still):
            yield from self._of(part, types)
        for clock, others in ((left, right), (right, left)):
            for running in filter(_runs, clock):
                for other in others:
                    yield from self._crossing(running, other, types)

    def _crossing(self, running: Node, other: Node, types: tuple[str, ...]) -> Iterator[str]:
        """Days on which the clock, or the clock so much later or earlier, comes to a date or goes on from it."""
        if _runs(other):
            if other != running:
                raise NotCompiledError("two clocks beside each other")
            return
        back, late = moved_back(other, running)
        for values in self._values(back, types):
            step = self.program.step(values)
            yield from (self._days_of(step, "day", after) for after in range(late + 1))

    def _values(self, node: Node, types: tuple[str, ...]) -> Iterator[str]:
        """Every date that a side may be for a subject, whichever record or row it comes from."""
        source = node
        while isinstance(source, nodes.Shifted):
            source = source.date
        match source:
            case nodes.Constant() | nodes.NamedDate():
                yield self._picked(node, Frame(self.program, self.ground.names), subject=True)
            case nodes.RegisterAttribute():
                register = self.ground.register_at(self.place.known_at)
                yield self._picked(node, Frame(self.program, register), subject=True, register=True)
            case nodes.RecordAttribute():
                yield from self._of_each_record(node, types)
            case nodes.Aggregate(_, nodes.Values(events, attribute, _)):
                plain = nodes.RecordAttribute(attribute, kinds.DATE)
                yield from self._of_each_record(_in_place_of(source, plain, node), events.kind.types)
            case _:
                raise NotCompiledError(f"{type(source).__name__} beside the clock")

    def _of_each_record(self, node: Node, types: tuple[str, ...]) -> Iterator[str]:
        for name in types:
            yield self._picked(node, Frame(self.program, self.compiler.standing(name, self.place)), record=name)

    def _picked(
        self, node: Node, frame: Frame, *, record: str = "", subject: bool = False, register: bool = False
    ) -> str:
        place = replace(self.place, as_of=_LAST, days="", own=True)
        cell = Cell(frame, place, day_literal(_LAST), record=record, subject=subject, register=register)
        day = self.compiler.day(node, cell)
        return f"SELECT s, CAST({day} AS DATE) AS day FROM {cell.frame.step}"


def _types_at(node: Node, child: Node, types: tuple[str, ...]) -> tuple[str, ...]:
    """The types of the record at hand beside a part of a node: a condition on records is beside one of them."""
    match node:
        case nodes.Filter(source, condition) | nodes.Every(source, condition):
            return source.kind.types if child is condition and source.kind.name == "events" else types
    return types


def moved_back(day: Node, running: Node) -> tuple[Node, int]:
    """When a clock that is moved by `running` comes to a day, and how many days after that it may still change."""
    late = 1
    while isinstance(running, nodes.Shifted):
        day = nodes.Shifted(day, days=-running.days) if running.days else day
        if months := running.years * 12 + running.months:
            day, late = nodes.Shifted(day, months=-months), late + STAYS
        running = running.date
    return day, late


def _is_of_dates(node: nodes.Comparison) -> bool:
    return "date" in (node.left.kind.name, node.right.kind.name)


def _alternatives(node: Node) -> Iterator[Node]:
    """What a date may come from."""
    match node:
        case nodes.Coalesce(first, second) | nodes.Conditional(_, first, second):
            yield from _alternatives(first)
            yield from _alternatives(second)
        case _:
            yield node


def _choices(node: Node) -> Iterator[Node]:
    """The conditions by which it is decided from where."""
    match node:
        case nodes.Conditional(condition, then, otherwise):
            yield condition
            yield from _choices(then)
            yield from _choices(otherwise)
        case nodes.Coalesce(first, second):
            yield from _choices(first)
            yield from _choices(second)


def _runs(node: Node) -> bool:
    """Whether a date is the clock itself, or so much before or after it."""
    while isinstance(node, nodes.Shifted):
        node = node.date
    return node == nodes.NamedDate("as_of")


def _in_place_of(old: Node, new: Node, within: Node) -> Node:
    if within is old:
        return new
    return replace(cast("nodes.Shifted", within), date=_in_place_of(old, new, cast("nodes.Shifted", within).date))
