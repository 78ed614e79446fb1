"""Selections of records, as conditions on the rows of their types."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.base import COMBINED, OF_EVERYBODY, Selection, listed
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place, Shelf
from indicator_engine.evaluation.compiled.relations import column, day_literal, happened_by
from indicator_engine.evaluation.compiled.times import Times
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either, negated
from indicator_engine.evaluation.compiled.turns import stays
from indicator_engine.evaluation.values import NO_DATA, Unknown, merged
from indicator_engine.language import nodes
from indicator_engine.language.schema import RECORD_DATES
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Ending


WITHIN = "a selection on a day that differs from row to row, within a selection"
"""What is left to the records: those who ask are days or subjects, of which nobody knows the row it is asked beside."""


class Selections(Times):
    """Which records belong: filtered, joined, the latest, those in force."""

    def selection(self, node: Node, place: Place) -> Selection | Unknown:
        """Which records belong to a selection, by type; unknown where there is no data."""
        return cast("Selection | Unknown", getattr(self, f"select_{type(node).__name__}")(node, place))

    def select_Events(self, node: nodes.Events, place: Place) -> Selection | Unknown:
        gap = self.gap(node.type, place)
        if gap:
            return gap
        return {Shelf(node.type, place.known_at): truths.plain(self.happened(place))}

    def happened(self, place: Place) -> str:
        """Where a record had happened by a place's day, and since its window opened."""
        happened = YES if place.as_of in (None, date.max) else happened_by(place.as_of)
        return both(happened, f"day >= {day_literal(place.window)}" if place.window else YES)

    def gap(self, name: str, place: Place) -> Unknown | None:
        """`no data` where records of a type are not covered by the sources, or were not kept yet on the day."""
        covered, since = self.ground.covered, self.schema.events[name].covered_from
        if covered is not None and name not in covered:
            return Unknown.because(NO_DATA)
        if since and place.as_of is None and not place.beside:
            raise NotCompiledError("records that were not always kept, on a day that differs from row to row")
        return Unknown.because(NO_DATA) if since and place.as_of and since > place.as_of else None

    def select_Filter(self, node: nodes.Filter, place: Place) -> Selection | Unknown:
        source = self.selection(node.source, place)
        if isinstance(source, Unknown):
            return source
        found = {}
        for shelf, truth in source.items():
            cell = self.record_cell(shelf, place)
            condition = truths.without_none(self.truth(node.condition, cell))
            found[shelf] = self.shortened(truths.all_of([truth, condition]), cell)
        return found

    def select_Combined(self, node: nodes.Combined, place: Place) -> Selection | Unknown:
        left, right = self.selection(node.left, place), self.selection(node.right, place)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merged(left, right)
        shelves = _shelves(node.operator, left, right)
        if len({shelf.known_at for shelf in (*left, *right)}) > 1:
            return {shelf: self._combined_by_event(node.operator, left, right, shelf, place) for shelf in shelves}
        nobody = truths.plain(NO)
        return {shelf: COMBINED[node.operator](left.get(shelf, nobody), right.get(shelf, nobody)) for shelf in shelves}

    def _combined_by_event(self, operator: str, left: Selection, right: Selection, shelf: Shelf, place: Place) -> Truth:
        """Of a shelf, where records as known at several instants are joined: an event is one, told as known last."""
        own, theirs = (found.get(shelf, truths.plain(NO)) for found in (left, right))
        if operator == "-":
            return truths.difference(own, self._in_any(right, shelf, place))
        found = COMBINED[operator](self._in_any(left, shelf, place), self._in_any(right, shelf, place))
        later = self._on_shelves([left, right], shelf, place, lambda other: other.known_at > shelf.known_at)
        is_here = both(either(own.possible, theirs.possible), negated(later.possible))
        return truths.all_of([found, truths.plain(is_here)])

    def _in_any(self, found: Selection, shelf: Shelf, place: Place) -> Truth:
        """Whether the event of a record is in a selection, as known at whatever instant."""
        there = self._on_shelves([found], shelf, place, lambda other: other.known_at != shelf.known_at)
        return truths.any_of([found.get(shelf, truths.plain(NO)), there])

    def _on_shelves(
        self, selections: list[Selection], shelf: Shelf, place: Place, wanted: Callable[[Shelf], bool]
    ) -> Truth:
        """Whether the event of a record of a shelf is in any of some selections, on those other shelves."""
        parts = [
            self.pooled(others, place, lambda _record: {"event": "event"})
            for found in selections
            if (others := {other: truth for other, truth in found.items() if wanted(other)})
        ]
        if not parts:
            return truths.plain(NO)
        keys = listed((*place.keys, "event"))
        told = self.program.step(" UNION ALL ".join(f"SELECT {keys}, yes FROM {part}" for part in parts))
        step = self.program.step(
            f"SELECT {keys}, max(CASE WHEN yes THEN 1 ELSE 0 END) = 1 AS yes FROM {told} GROUP BY {keys}"
        )
        (yes,) = self.shelf(shelf, place).join(step, {key: key for key in (*place.keys, "event")}, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")

    def select_InPeriod(self, node: nodes.InPeriod, place: Place) -> Selection | Unknown:
        found = self.selection(node.events, place)
        if isinstance(found, Unknown):
            return found
        inside = f"day BETWEEN {day_literal(place.period.start)} AND {day_literal(place.period.end)}"
        return {shelf: truths.all_of([truth, truths.plain(inside)]) for shelf, truth in found.items()}

    def select_Latest(self, node: nodes.Latest, place: Place) -> Selection | Unknown:
        """The last (or first) record of each key; those that may not belong leave what they could replace undecided."""
        found = self.selection(node.events, replace(place, window=None))
        if isinstance(found, Unknown):
            return found
        by = node.by or (self.schema.subject.singular,)
        ranked = self._ranked(found, by, place, first=node.first)
        return {shelf: self._returned(index, shelf, ranked, place) for index, shelf in enumerate(found)}

    def _ranked(self, found: Selection, by: tuple[str, ...], place: Place, *, first: bool) -> str:
        """The step of the records that are, or may be, the last of their key: `shelf` (its number), `rid`, `yes`."""
        subject = self.schema.subject.singular
        parts = [name for name in by if name != subject]
        numbers = {self.shelf(shelf, place).start: index for index, shelf in enumerate(found)}
        pooled = self.pooled(
            found, place,
            lambda record: {f"k{index}": self.attribute(name, record) for index, name in enumerate(parts)}
            | {"shelf": str(numbers[record.frame.start]), "rid": "rid", "day": "day", "recorded": "recorded",
               "event": "event", "who": "s"},
        )  # fmt: skip
        within = [*place.keys, *(["who"] if subject in by and "s" not in place.keys else [])]
        within += [f"k{index}" for index, name in enumerate(parts) if name in RECORD_DATES]
        keys = [f"k{index}" for index, name in enumerate(parts) if name not in RECORD_DATES]
        way = "" if first else " DESC"
        order = f"day{way}, recorded{way}, event{way}"
        partition, window = (_partition((*within, *some)) for some in (keys, ()))
        turns = f"row_number() OVER ({partition} ORDER BY {order}) AS turn"
        if keys:
            lacks = " + ".join(f"CASE WHEN {key} IS NULL THEN {1 << at} ELSE 0 END" for at, key in enumerate(keys))
            turns += f", {lacks} AS lacks, row_number() OVER ({window} ORDER BY {order}) AS overall"
        placed = self.program.step(f"SELECT *, {turns} FROM {pooled}")
        rivals = list(_rivals(within, keys))
        firsts = "".join(f", {one} AS rival{index}" for index, (one, _) in enumerate(rivals))
        seen = self.program.step(
            f"SELECT *, min(CASE WHEN yes THEN turn END) OVER ({partition}) AS settled{firsts} FROM {placed}"
        )
        ahead = either(
            *(f"coalesce({which} AND rival{index} < overall, FALSE)" for index, (_, which) in enumerate(rivals))
        )
        keeps = either(*["lacks > 0"] * bool(keys), "settled IS NULL", "turn <= settled")
        return self.program.step(
            f"SELECT {listed((*place.keys, 'shelf', 'rid'))}, {both('yes', 'turn = 1', negated(ahead))} AS yes "
            f"FROM {seen} WHERE {keeps}"
        )

    def _returned(self, number: int, shelf: Shelf, ranked: str, place: Place) -> Truth:
        """What a step of records says of each record of a shelf."""
        own = self.program.step(f"SELECT * FROM {ranked} WHERE shelf = {number}")
        on = {"rid": "rid", **{key: key for key in place.keys if place.days}}
        (yes,) = self.shelf(shelf, place).join(own, on, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")

    def select_InForce(self, node: nodes.InForce, place: Place) -> Selection | Unknown:
        found = self.selection(node.events, replace(place, window=None))
        endings = {ending.type for name in node.kind.types for ending in self.schema.events[name].ended_by}
        without = [gap for name in endings if (gap := self.gap(name, place))]
        if isinstance(found, Unknown) or without:
            return merged(found, *without)
        return {shelf: self._in_force(shelf, truth, place) for shelf, truth in found.items()}

    def _in_force(self, shelf: Shelf, truth: Truth, place: Place) -> Truth:
        event, frame = self.schema.events[shelf.name], self.shelf(shelf, place)
        ended = [truths.plain(NO)]
        if event.ends_on:
            ended.append(truths.plain(self._has_come(column(event.ends_on), place, "<")))
        ended += [self._ended_by(frame, shelf, ending, place) for ending in event.ended_by]
        return truths.difference(truth, truths.any_of(ended))

    def _has_come(self, day: str, place: Place, before: str = "<=") -> str:
        return f"coalesce({day} {before} {self.day_of(place)}, FALSE)"

    def _ended_by(self, frame: Frame, shelf: Shelf, ending: Ending, place: Place) -> Truth:
        """Whether an event of a type, of the same subject, that day or later, ends a record."""
        keys = tuple(column(one) for one in ending.match)
        ends = self.standing(ending.type, place)
        if place.as_of is not None:
            surely = self._ended_until(frame, ends, keys, place.as_of)
        else:
            surely = self._has_come(self._joined(frame, self._next_ends(shelf, ends, keys, place)), place)
        if not keys:
            return truths.plain(surely)
        perhaps = self._has_come(self._joined(frame, self._perhaps_ends(shelf, ends, keys, place)), place)
        return Truth(surely, either(surely, perhaps))

    def _joined(self, frame: Frame, ends: str) -> str:
        (day,) = frame.join(ends, {"rid": "rid"}, {"ends": ""})
        return day

    def _ended_until(self, frame: Frame, ends: str, keys: tuple[str, ...], as_of: date) -> str:
        """Where an event with the same values ends a record by a day: the last one there is, if that is no earlier."""
        named = "".join(f", {key} AS m{index}" for index, key in enumerate(keys))
        last = self.program.step(
            f"SELECT s{named}, max(day) AS last FROM {ends} WHERE day <= {day_literal(as_of)} GROUP BY "
            f"{listed(('s', *keys))}"
        )
        (found,) = frame.join(last, {"s": "s"} | {f"m{at}": key for at, key in enumerate(keys)}, {"last": ""})
        return f"coalesce({found} >= day, FALSE)"

    def of_shelf(self, shelf: Shelf, place: Place) -> str:
        """The step of the records of a shelf, whenever they happen."""
        return self.standing(shelf.name, replace(place, known_at=shelf.known_at))

    def _next_ends(self, shelf: Shelf, ends: str, keys: tuple[str, ...], place: Place) -> str:
        """The step of records that are ended by an event with the same values: `rid`, and the first day of one."""
        group, known = listed(("s", *keys)), both(*(f"{key} IS NOT NULL" for key in keys))
        told = self.program.step(
            f"SELECT NULL AS rid, {group}, day, day AS ends FROM {ends} WHERE {known} UNION ALL "
            f"SELECT rid, {group}, day, NULL AS ends FROM {self.of_shelf(shelf, place)} WHERE {known}"
        )
        following = f"PARTITION BY {group} ORDER BY day RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
        found = self.program.step(f"SELECT rid, min(ends) OVER ({following}) AS ends FROM {told}")
        return self.program.step(f"SELECT rid, ends FROM {found} WHERE rid IS NOT NULL AND ends IS NOT NULL")

    def _perhaps_ends(self, shelf: Shelf, ends: str, keys: tuple[str, ...], place: Place) -> str:
        """The same of events that may have the same values, since one of them is missing on either side."""
        standing, missing = self.of_shelf(shelf, place), [f"{{}}.{key} IS NULL" for key in keys]
        alike = both(*(f"coalesce(e.{key} = f.{key}, TRUE)" for key in keys))
        parts = [
            f"SELECT f.rid, e.day FROM {standing} f JOIN {ends} e ON e.s = f.s AND e.day >= f.day AND {alike} "
            f"WHERE {either(*(one.format(side) for one in missing))}"
            for side in ("f", "e")
        ]
        return self.program.step(f"SELECT rid, min(day) AS ends FROM ({' UNION ALL '.join(parts)}) alike GROUP BY rid")

    def select_At(self, node: nodes.At, place: Place) -> Selection | Unknown:
        found = self.moment_of(node.date, place)
        if isinstance(found, Unknown):
            return found
        if found is None or place.as_of is None:
            return self._on_days_of(place, partial(self._as_seen_then, node.date), node.operand)
        return self.selection(node.operand, replace(place, as_of=min(found, place.as_of), window=None))

    def _as_seen_then(self, day: Node, cell: Cell) -> Cell:
        """A row as seen on a day of its own."""
        if _is_of_a_record(day):
            raise NotCompiledError(WITHIN)
        there, known = self._on(day, cell)
        if known != YES and cell.place.as_of is None and not cell.place.beside:
            raise NotCompiledError("records on a day that may not be known, where nobody else tells so")
        return there

    def select_AsKnownOn(self, node: nodes.AsKnownOn, place: Place) -> Selection | Unknown:
        found = self.one_day(node.date, place)
        if isinstance(found, Unknown):
            return found
        return self.selection(node.operand, replace(place, known_at=min(end_of(found), place.known_at)))

    def select_Previous(self, node: nodes.Previous, place: Place) -> Selection | Unknown:
        if place.as_of is None:
            return self._on_days_of(place, self.previously, node.operand)
        cell = self.previously(Cell(cast("Frame", None), place, ""))
        return self.selection(node.operand, cell.place)

    def _on_days_of(self, place: Place, move: Callable[[Cell], Cell], operand: Node) -> Selection | Unknown:
        """A selection on another day for each of those that ask."""
        if place.as_of is None:
            asking = Frame(self.program, place.days)
        elif place.own:
            asking = Frame(self.program, self.ground.names)
        else:
            raise NotCompiledError(WITHIN)
        there = move(Cell(asking, place, self.day_of(place), subject=place.own))
        at, keys = asking.bind(f"({there.at})"), place.keys
        own = "s, " if place.own else ""
        days = self.program.step(f"SELECT DISTINCT {own}{at} AS asked FROM {asking.step}")
        then = replace(there.place, as_of=None, days=days)
        found = self.selection(operand, then)
        if isinstance(found, Unknown):
            return found
        moves = self.program.step(f"SELECT {listed((*keys, f'{at} AS moved'))} FROM {asking.step}")
        return {shelf: self._moved_back(shelf, truth, then, place, moves) for shelf, truth in found.items()}

    def _moved_back(self, shelf: Shelf, truth: Truth, then: Place, place: Place, moves: str) -> Truth:
        """What is said of a record on a day of whoever asks, beside the record as these see it."""
        on = " AND ".join(f"t.{key} = {'m.moved' if key == 'asked' else f'm.{key}'}" for key in then.keys)
        told = self.program.step(
            f"SELECT rid, {listed(then.keys)}, {truth.true} AS yes FROM {self.shelf(shelf, then).step} "
            f"WHERE {truth.possible}"
        )
        keys = "".join(f"m.{key}, " for key in place.keys)
        step = self.program.step(f"SELECT {keys}t.rid, t.yes FROM {told} t JOIN {moves} m ON {on}")
        (yes,) = self.shelf(shelf, place).join(step, {key: key for key in ("rid", *place.keys)}, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")

    def select_Overall(self, node: nodes.Overall, place: Place) -> Selection | Unknown:
        if place.own:
            raise NotCompiledError(OF_EVERYBODY)
        return self.selection(node.operand, place)

    def counted_by(self, events: Node, place: Place) -> str | Unknown:
        """The step of how many records of a selection there are: the place's keys, `yes` surely, `possible` at most."""
        if self.runs_on(events, place):
            return self._counted_up(events, place)
        found, keys = self.selection(events, place), listed(place.keys)
        if isinstance(found, Unknown):
            return found
        return self.program.step(
            f"SELECT {keys}, sum(CASE WHEN yes THEN 1 ELSE 0 END) AS yes, count(*) AS possible "
            f"FROM {self.pooled(found, place)} GROUP BY {keys}"
        )

    def runs_on(self, events: Node, place: Place) -> bool:
        """Whether records come to a selection when they happen, and leave it at their ends at most."""
        lasting = events.events if isinstance(events, nodes.InForce) else events
        return bool(place.own and place.days and not place.window) and stays(lasting, self.ground)

    def _counted_up(self, events: Node, place: Place) -> str | Unknown:
        """The same where records come and go once: their number runs on from day to day."""
        if gaps := [gap for name in self._types_of(events) if (gap := self.gap(name, place))]:
            return merged(*gaps)
        lasting = events.events if isinstance(events, nodes.InForce) else events
        at_last = replace(place, as_of=date.max, days="")
        found = cast("Selection", self.selection(lasting, at_last))
        surely = "CASE WHEN yes THEN 1 ELSE 0 END"
        ends = self._ends if lasting is not events else lambda _record: {}
        pooled = self.pooled(found, at_last, lambda record: {"day": "day", **ends(record)})
        told = [("day", surely, "1", "0", pooled)]
        if lasting is not events:
            told += [("greatest(day, may_end)", f"-{surely}", "0", "0", f"{pooled} WHERE may_end IS NOT NULL"),
                     ("greatest(day, ends)", "0", "-1", "0", f"{pooled} WHERE ends IS NOT NULL")]  # fmt: skip
        told.append(("asked", "0", "0", "1", place.days))
        moves = self.program.step(" UNION ALL ".join(
            f"SELECT s, {day} AS day, {yes} AS yes, {possible} AS possible, {asks} AS asks FROM {rows}"
            for day, yes, possible, asks, rows in told
        ))  # fmt: skip
        running = ", ".join(f"sum({one}) OVER (PARTITION BY s ORDER BY day) AS {one}" for one in ("yes", "possible"))
        counted = self.program.step(f"SELECT s, day AS asked, asks, {running} FROM {moves}")
        return self.program.step(f"SELECT s, asked, yes, possible FROM {counted} WHERE asks = 1")

    def _types_of(self, events: Node) -> dict[str, None]:
        """The types of the records of a selection, and of those that end them."""
        types = dict.fromkeys(events.kind.types)
        if isinstance(events, nodes.InForce):
            types |= {ending.type: None for name in events.kind.types for ending in self.schema.events[name].ended_by}
        return types

    def _ends(self, record: Cell) -> dict[str, str]:
        """The first day on which a record is surely not in force any more, and on which it may not be."""
        event, frame = self.schema.events[record.record], record.frame
        shelf = Shelf(event.name, record.place.known_at)
        surely, perhaps = [], []
        if event.ends_on:
            last = column(event.ends_on)
            surely.append(f"CASE WHEN {last} < {day_literal(date.max)} THEN {self.dialect.shifted(last, 0, 1)} END")
        for ending in event.ended_by:
            keys = tuple(column(one) for one in ending.match)
            ends = self.standing(ending.type, record.place)
            surely.append(self._joined(frame, self._next_ends(shelf, ends, keys, record.place)))
            if keys:
                perhaps.append(self._joined(frame, self._perhaps_ends(shelf, ends, keys, record.place)))
        return {"ends": _first(surely), "may_end": _first([*surely, *perhaps])}

    def pooled(
        self, found: Selection, place: Place, more: Callable[[Cell], Mapping[str, str]] = lambda _cell: {}
    ) -> str:
        """The step of all records that are or may be in a selection: the place's keys, `yes`, and what `more` says."""
        parts = []
        for shelf, truth in found.items():
            cell = self.record_cell(shelf, place)
            columns = more(cell)
            picked = "".join(f", {text} AS {label}" for label, text in columns.items())
            keys = "".join(f"{key}, " for key in place.keys)
            parts.append(f"SELECT {keys}{truth.true} AS yes{picked} FROM {cell.frame.step} WHERE {truth.possible}")
        return self.program.step(" UNION ALL ".join(parts))


def _first(days: list[str]) -> str:
    """The first of some days, of which any may be missing."""
    listed_ = [f"CAST({day} AS DATE)" for day in days]
    return f"least({listed(listed_)})" if len(listed_) > 1 else listed_[0] if listed_ else "CAST(NULL AS DATE)"


def _is_of_a_record(node: Node) -> bool:
    """Whether a day is told by the record at hand; conditions on records have their own at hand."""
    match node:
        case nodes.RecordAttribute():
            return True
        case nodes.Filter(source, _) | nodes.Every(source, _):
            return _is_of_a_record(source)
    return any(_is_of_a_record(child) for child in nodes.children(node))


def _shelves(operator: str, left: Selection, right: Selection) -> list[Shelf]:
    """The shelves on which records of two selections, joined, may stand."""
    if operator == "-":
        return list(left)
    names = {one.name for one in left}
    return [one for one in dict.fromkeys((*left, *right)) if operator == "|" or one.name in names]


def _partition(columns: tuple[str, ...]) -> str:
    return f"PARTITION BY {listed(columns)}" if columns else ""


def _rivals(within: list[str], keys: list[str]) -> Iterator[tuple[str, str]]:
    """The place of the first record whose key may turn out to be that of the one at hand, and for which ones it is so.

    Of two keys of which parts are missing, the parts that neither lacks have to be alike. So for each such choice of
    parts, and each choice of those that the other record lacks, there is a first one.
    """
    every = (1 << len(keys)) - 1
    for lacked in range(1, every + 1):
        alike = _partition((*within, *(key for at, key in enumerate(keys) if not lacked >> at & 1)))
        for theirs in range(every + 1):
            ours = [one for one in range(every + 1) if one | theirs == lacked]
            if ours:
                yield (
                    f"min(CASE WHEN lacks = {theirs} THEN overall END) OVER ({alike})",
                    f"lacks IN ({listed([str(one) for one in ours])})",
                )
