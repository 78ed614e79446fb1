"""Selections of records, as conditions on the rows of their types."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.base import Base, Selection, listed
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
from indicator_engine.evaluation.compiled.relations import column, day_literal
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both, either
from indicator_engine.evaluation.compiled.turns import stays
from indicator_engine.evaluation.values import NO_DATA, Unknown, merged
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Ending


class Selections(Base):
    """Which records belong: filtered, joined, the latest, those in force."""

    def selection(self, node: Node, place: Place) -> Selection | Unknown:
        """Which records belong to a selection, by type; unknown where there is no data."""
        return cast("Selection | Unknown", getattr(self, f"select_{type(node).__name__}")(node, place))

    def select_Events(self, node: nodes.Events, place: Place) -> Selection | Unknown:
        gap = self.gap(node.type, place)
        if gap:
            return gap
        return {node.type: truths.plain(self.happened(place))}

    def happened(self, place: Place) -> str:
        """Where a record had happened by a place's day, and since its window opened."""
        happened = YES if place.as_of in (None, date.max) else f"day <= {day_literal(place.as_of)}"
        return both(happened, f"day >= {day_literal(place.window)}" if place.window else YES)

    def gap(self, name: str, place: Place) -> Unknown | None:
        """`no data` where records of a type are not covered by the sources, or were not kept yet on the day."""
        covered, since = self.ground.covered, self.schema.events[name].covered_from
        if covered is not None and name not in covered:
            return Unknown.because(NO_DATA)
        if since and place.as_of is None:
            raise NotCompiledError("records that were not always kept, on a day that differs from row to row")
        return Unknown.because(NO_DATA) if since and place.as_of and since > place.as_of else None

    def select_Filter(self, node: nodes.Filter, place: Place) -> Selection | Unknown:
        source = self.selection(node.source, place)
        if isinstance(source, Unknown):
            return source
        found = {}
        for name, truth in source.items():
            cell = self.record_cell(name, place)
            condition = truths.without_none(self.truth(node.condition, cell))
            found[name] = self.shortened(truths.all_of([truth, condition]), cell)
        return found

    def select_Combined(self, node: nodes.Combined, place: Place) -> Selection | Unknown:
        left, right = self.selection(node.left, place), self.selection(node.right, place)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return merged(left, right)
        names = dict.fromkeys((*left, *right)) if node.operator == "|" else dict.fromkeys(left)
        nobody = truths.plain(NO)
        return {name: COMBINED[node.operator](left.get(name, nobody), right.get(name, nobody)) for name in names}

    def select_InPeriod(self, node: nodes.InPeriod, place: Place) -> Selection | Unknown:
        found = self.selection(node.events, place)
        if isinstance(found, Unknown):
            return found
        inside = f"day BETWEEN {day_literal(place.period.start)} AND {day_literal(place.period.end)}"
        return {name: truths.all_of([truth, truths.plain(inside)]) for name, truth in found.items()}

    def select_Latest(self, node: nodes.Latest, place: Place) -> Selection | Unknown:
        """The last (or first) record of each key; those that may not belong leave what they could replace undecided."""
        found = self.selection(node.events, replace(place, window=None))
        if isinstance(found, Unknown):
            return found
        by = node.by or (self.schema.subject.singular,)
        ranked = self._ranked(found, by, place, first=node.first)
        return {name: self._returned(name, ranked, place) for name in found}

    def _ranked(self, found: Selection, by: tuple[str, ...], place: Place, *, first: bool) -> str:
        """The step of the records that are, or may be, the last of their key: `type`, `rid`, `yes`."""
        subject = self.schema.subject.singular
        parts = [name for name in by if name != subject]
        pooled = self.pooled(
            found, place,
            lambda record: {f"k{index}": self.attribute(name, record) for index, name in enumerate(parts)}
            | {"type": str(self._type(record.record)), "rid": "rid", "day": "day", "recorded": "recorded",
               "event": "event", "who": "s"},
        )  # fmt: skip
        within = [*place.keys, *(["who"] if subject in by and "s" not in place.keys else [])]
        keys = [f"k{index}" for index in range(len(parts))]
        way = "" if first else " DESC"
        order = f"day{way}, recorded{way}, event{way}"
        loose = either(*(f"({key} IS NULL)" for key in keys))
        if len(keys) > 1 and loose != NO:
            raise NotCompiledError("the latest by several attributes that may be missing")
        partition = f"PARTITION BY {listed((*within, *keys))}" if within or keys else ""
        window = f"PARTITION BY {listed(within)}" if within else ""
        placed = self.program.step(
            f"SELECT *, {loose} AS loose, row_number() OVER ({partition} ORDER BY {order}) AS turn, "
            f"row_number() OVER ({window} ORDER BY {order}) AS overall FROM {pooled}"
        )
        seen = self.program.step(
            f"SELECT *, min(CASE WHEN yes THEN turn END) OVER ({partition}) AS settled, "
            f"min(CASE WHEN loose THEN overall END) OVER ({window}) AS first_loose, "
            f"min(CASE WHEN loose THEN NULL ELSE overall END) OVER ({window}) AS first_firm FROM {placed}"
        )
        ahead = "coalesce(CASE WHEN loose THEN first_firm ELSE first_loose END < overall, FALSE)"
        keeps = "loose OR settled IS NULL OR turn <= settled"
        return self.program.step(
            f"SELECT {listed((*place.keys, 'type', 'rid'))}, (yes AND turn = 1 AND NOT {ahead}) AS yes "
            f"FROM {seen} WHERE {keeps}"
        )

    def _returned(self, name: str, ranked: str, place: Place) -> Truth:
        """What a step of records says of each record of a type."""
        frame = self.records(name, place)
        own = self.program.step(f"SELECT * FROM {ranked} WHERE type = {self._type(name)}")
        on = {"rid": "rid", **{key: key for key in place.keys if place.days}}
        (yes,) = frame.join(own, on, {"yes": ""})
        return Truth(f"coalesce({yes}, FALSE)", f"({yes} IS NOT NULL)")

    def _type(self, name: str) -> int:
        return list(self.schema.events).index(name)

    def select_InForce(self, node: nodes.InForce, place: Place) -> Selection | Unknown:
        found = self.selection(node.events, replace(place, window=None))
        endings = {ending.type for name in node.kind.types for ending in self.schema.events[name].ended_by}
        without = [gap for name in endings if (gap := self.gap(name, place))]
        if isinstance(found, Unknown) or without:
            return merged(found, *without)
        return {name: self._in_force(name, truth, place) for name, truth in found.items()}

    def _in_force(self, name: str, truth: Truth, place: Place) -> Truth:
        event, frame = self.schema.events[name], self.records(name, place)
        ended = [truths.plain(NO)]
        if event.ends_on:
            ended.append(truths.plain(self._has_come(column(event.ends_on), place, "<")))
        ended += [self._ended_by(frame, name, ending, place) for ending in event.ended_by]
        return truths.difference(truth, truths.any_of(ended))

    def _has_come(self, day: str, place: Place, before: str = "<=") -> str:
        return f"coalesce({day} {before} {self.day_of(place)}, FALSE)"

    def _ended_by(self, frame: Frame, name: str, ending: Ending, place: Place) -> Truth:
        """Whether an event of a type, of the same subject, that day or later, ends a record."""
        keys = tuple(column(one) for one in ending.match)
        ends = self.standing(ending.type, place)
        if place.as_of is not None:
            surely = self._ended_until(frame, ends, keys, place.as_of)
        else:
            surely = self._has_come(self._joined(frame, self._next_ends(name, ends, keys, place)), place)
        if not keys:
            return truths.plain(surely)
        perhaps = self._has_come(self._joined(frame, self._perhaps_ends(name, ends, keys, place)), place)
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

    def _next_ends(self, name: str, ends: str, keys: tuple[str, ...], place: Place) -> str:
        """The step of records that are ended by an event with the same values: `rid`, and the first day of one."""
        group, known = listed(("s", *keys)), both(*(f"{key} IS NOT NULL" for key in keys))
        told = self.program.step(
            f"SELECT NULL AS rid, {group}, day, day AS ends FROM {ends} WHERE {known} UNION ALL "
            f"SELECT rid, {group}, day, NULL AS ends FROM {self.standing(name, place)} WHERE {known}"
        )
        following = f"PARTITION BY {group} ORDER BY day RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
        found = self.program.step(f"SELECT rid, min(ends) OVER ({following}) AS ends FROM {told}")
        return self.program.step(f"SELECT rid, ends FROM {found} WHERE rid IS NOT NULL AND ends IS NOT NULL")

    def _perhaps_ends(self, name: str, ends: str, keys: tuple[str, ...], place: Place) -> str:
        """The same of events that may have the same values, since one of them is missing on either side."""
        standing, missing = self.standing(name, place), [f"{{}}.{key} IS NULL" for key in keys]
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
        return self.selection(node.operand, replace(place, as_of=min(found, cast("date", place.as_of)), window=None))

    def select_AsKnownOn(self, node: nodes.AsKnownOn, place: Place) -> Selection | Unknown:
        found = self.moment_of(node.date, place)
        if isinstance(found, Unknown):
            return found
        known_at = min(end_of(found), place.known_at)
        if known_at != place.known_at:
            raise NotCompiledError("a selection of records as they were known on another day")
        return self.selection(node.operand, place)

    def select_Previous(self, node: nodes.Previous, place: Place) -> Selection | Unknown:
        cell = self.previously(Cell(cast("Frame", None), place, ""))
        return self.selection(node.operand, cell.place)

    def select_Overall(self, node: nodes.Overall, place: Place) -> Selection | Unknown:
        if place.own:
            raise NotCompiledError("records of everybody, beside one subject")
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
        has_spells = self.ground.has_spells
        return bool(place.own and place.days and not place.window) and stays(lasting, has_spells=has_spells)

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
        surely, perhaps = [], []
        if event.ends_on:
            last = column(event.ends_on)
            surely.append(f"CASE WHEN {last} < {day_literal(date.max)} THEN {self.dialect.shifted(last, 0, 1)} END")
        for ending in event.ended_by:
            keys = tuple(column(one) for one in ending.match)
            ends = self.standing(ending.type, record.place)
            surely.append(self._joined(frame, self._next_ends(event.name, ends, keys, record.place)))
            if keys:
                perhaps.append(self._joined(frame, self._perhaps_ends(event.name, ends, keys, record.place)))
        return {"ends": _first(surely), "may_end": _first([*surely, *perhaps])}

    def pooled(
        self, found: Selection, place: Place, more: Callable[[Cell], Mapping[str, str]] = lambda _cell: {}
    ) -> str:
        """The step of all records that are or may be in a selection: the place's keys, `yes`, and what `more` says."""
        parts = []
        for name, truth in found.items():
            cell = self.record_cell(name, place)
            columns = more(cell)
            picked = "".join(f", {text} AS {label}" for label, text in columns.items())
            keys = "".join(f"{key}, " for key in place.keys)
            parts.append(f"SELECT {keys}{truth.true} AS yes{picked} FROM {cell.frame.step} WHERE {truth.possible}")
        return self.program.step(" UNION ALL ".join(parts))


def _first(days: list[str]) -> str:
    """The first of some days, of which any may be missing."""
    listed_ = [f"CAST({day} AS DATE)" for day in days]
    return f"least({listed(listed_)})" if len(listed_) > 1 else listed_[0] if listed_ else "CAST(NULL AS DATE)"


COMBINED: dict[str, Callable[[Truth, Truth], Truth]] = {
    "|": lambda a, b: truths.any_of([a, b]), "&": lambda a, b: truths.all_of([a, b]), "-": truths.difference,
}  # fmt: skip
