"""The figures of a pack on single days, in one pass: a mask of bits for each subject, and totals for each event type.

A condition on a record's own attributes is a bit. One scan of each type's table sets the bits of each record, one
grouping joins them by subject, one more counts the subjects of each mask; every set of the pack is then some terms over
a few masks. Counts and totals of records are columns of one query for each type.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import accumulate, count
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled import leaves, truths
from indicator_engine.evaluation.compiled.base import COMBINED
from indicator_engine.evaluation.compiled.facts import added
from indicator_engine.evaluation.compiled.leaves import Leaf, counted
from indicator_engine.evaluation.compiled.marks import BITS, Marks
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import column, happened_by
from indicator_engine.evaluation.compiled.terms import terms_of
from indicator_engine.evaluation.compiled.truths import NO, YES, both
from indicator_engine.evaluation.compiled.turns import stays
from indicator_engine.evaluation.reference import lies_inside
from indicator_engine.evaluation.values import Unknown, number
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.evaluator import Compiled
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.compiled.terms import Term
    from indicator_engine.evaluation.compiled.truths import Truth
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.language.nodes import Node

_TOTAL = re.compile(r"\bof_\w+\.n\d+\b")
_RECORDED_ON = nodes.RecordAttribute("recorded_on", kinds.DATE)
NOT_PLAIN = object()
"""Stands for a figure that has to be asked by itself after all."""


@dataclass(frozen=True)
class _Taken:
    """A figure of the batch: from which column on its row begins, how long it is, what it means."""

    leaf: Leaf
    start: int


class Batch:
    """Figures that are asked in one query."""

    def __init__(self, ground: Relations, program: Program, *, bounded: bool = False) -> None:
        """`bounded` asks totals with their bounds; otherwise those of which something is open are NOT_PLAIN."""
        self.ground, self.program, self.bounded = ground, program, bounded
        self._marks = Marks()
        self._sets: list[str] = []
        self._totals: dict[str, list[str]] = {}
        self._until: dict[str, set[date | None]] = defaultdict(set)
        """Up to which days totals of some rows are asked for: no record belongs to a selection before it happened."""
        self._columns: list[str] = []
        self._taken: list[_Taken] = []
        self._alone: list[str] = []

    def take(self, figure: tuple[Node, Moment, Frame], evaluator: Compiled) -> bool:
        """Take a figure into the query, if it has a plain plan."""
        node, moment, _ = figure
        return self.take_at(node, Place.of(moment), evaluator)

    def take_at(self, node: Node, place: Place, evaluator: Compiled) -> bool:
        """The same at a place."""
        try:
            leaf = self._plain(node, place, evaluator) or self._by_itself(node, place, evaluator)
        except NotCompiledError:
            return False
        if leaf is None:
            return False
        self._taken.append(_Taken(leaf, len(self._columns)))
        self._columns += leaf.columns
        return True

    def _by_itself(self, node: Node, place: Place, evaluator: Compiled) -> Leaf | None:
        """A figure that is no sum over rows or masks, as a relation of one row."""
        leaf = leaves.leaf_of(node, place, evaluator.compiler)
        if isinstance(leaf, Unknown):
            return Leaf((), "", (), lambda _row: leaf)
        columns = ", ".join(f"{one} AS n{index}" for index, one in enumerate(leaf.columns))
        name = f"alone{len(self._alone)}"
        self._alone.append(f"SELECT {columns} FROM {leaf.source}")
        return replace(leaf, columns=tuple(f"{name}.n{index}" for index in range(len(leaf.columns))))

    def _plain(self, node: Node, place: Place, evaluator: Compiled) -> Leaf | None:
        match node:
            case nodes.CountMembers(members) if members.kind.key == kinds.SUBJECT:
                truth = self._member(members, place, evaluator)
                columns = None if truth is None else [self._set(truth.true), self._set(truth.possible)]
                return columns and Leaf(tuple(columns), "", (), lambda row: leaves.between(row[0], row[1]))  # type: ignore[return-value]
            case nodes.Ratio(part, whole) if part.kind.key == kinds.SUBJECT:
                return self._share(part, whole, place, evaluator)
            case nodes.CountRecords(events):
                return self._count(events, place, evaluator)
            case nodes.Aggregate("sum", _):
                return self._sum(node, place, evaluator)
        return None

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _share(self, part: Node, whole: Node, place: Place, evaluator: Compiled) -> Leaf | None:
        one, other = self._member(part, place, evaluator), self._member(whole, place, evaluator)
        if one is None or other is None:
            return None
        columns = [one.true, one.possible, other.true, other.possible, truths.either(one.possible, other.true)]
        inside = lies_inside(part, whole)
        return Leaf(
            tuple(map(self._set, columns)), "", (),
            lambda row: leaves.shared((row[0], row[1], 0, row[2], row[3], 0, row[4]), inside=inside),
        )  # fmt: skip

    def _set(self, condition: str) -> str:
        """A column of how many subjects' masks satisfy a condition."""
        if condition == NO:
            return "0"
        if condition not in self._sets:
            self._sets.append(condition)
        return f"sets.n{self._sets.index(condition)}"

    def _member(self, node: Node, place: Place, evaluator: Compiled) -> Truth | None:
        """Whether a subject is in a set, as a condition on its mask; None where that needs more than bits."""
        match node:
            case nodes.Members(name):
                return self._population(name, place, evaluator)
            case nodes.Subjects(events):
                return self._subjects(events, place, evaluator)
            case nodes.Combined(operator, left, right):
                one, other = self._member(left, place, evaluator), self._member(right, place, evaluator)
                return None if one is None or other is None else COMBINED[operator](one, other)
            case nodes.At(day, operand):
                there = self._on(day, place, evaluator)
                return None if there is None else self._member(operand, there, evaluator)
        return None

    def _on(self, day: Node, place: Place, evaluator: Compiled) -> Place | None:
        """The place on an earlier day, where that is written out."""
        if not isinstance(day, nodes.NamedDate | nodes.Constant):
            return None
        found = evaluator.at_place(day, place)
        if isinstance(found, Unknown):
            return None
        return replace(place, as_of=min(found, cast("date", place.as_of)), window=None)

    def _population(self, name: str, place: Place, evaluator: Compiled) -> Truth | None:
        compiler = evaluator.compiler
        found = compiler.belonging(name, replace(place, own=False))
        if found is None:
            return None
        truth, rows = found
        return self._marks.of(rows, truth)

    def _subjects(self, events: Node, place: Place, evaluator: Compiled) -> Truth | None:
        parts, day = self._whenever(events, place, evaluator), place.as_of
        if parts is None:
            parts, day = self._flat(events, place, evaluator), None
        return None if parts is None else truths.any_of([self._marks.of(rows, truth, day) for truth, rows in parts])

    def _whenever(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        """Conditions that are the same on every day on which a record had happened; None where some are not."""
        if place.window:
            return None
        days = self.program.step(f"SELECT s AS asked FROM {self.ground.names}")
        try:
            everyday = replace(place, as_of=None, own=False, days=days, whenever=True)
            return self._undated(events, everyday, evaluator, twins=True)
        except NotCompiledError:
            return None

    def _undated(
        self, events: Node, place: Place, evaluator: Compiled, *, twins: bool = False
    ) -> list[tuple[Truth, str]] | None:
        """The conditions on the records of each type, whenever they happened, and the step of those.

        `twins`: records that say what another says may stand beside it, where no condition can tell them apart.
        """
        compiler, twins = evaluator.compiler, twins and _RECORDED_ON not in nodes.walk(events)
        if stays(events, self.ground):
            return self._staying(events, place, compiler, twins=twins)
        found = compiler.selection(events, place)
        if isinstance(found, Unknown) or not compiler.untouched():
            return None
        if any("asked" in part for truth in found.values() for part in (truth.true, truth.possible)):
            raise NotCompiledError("a condition that looks at the day")
        standing = compiler.standing_or_twin if twins else compiler.standing
        return [
            (truth, standing(shelf.name, replace(place, known_at=shelf.known_at))) for shelf, truth in found.items()
        ]

    def _staying(
        self, events: Node, place: Place, compiler: Compiler, *, twins: bool
    ) -> list[tuple[Truth, str]] | None:
        """The same of records that, once they have happened, belong for ever."""
        if any(compiler.gap(name, place) for name in events.kind.types):
            return None
        at_last = replace(place, as_of=date.max, days="", own=False)
        found = compiler.selection(events, at_last)
        if isinstance(found, Unknown):
            return None
        frames = {shelf: compiler.shelf(shelf, at_last) for shelf in found}
        return [
            (truth, compiler.standing_or_twin(one.name, at_last) if twins and frame.step == frame.start else frame.step)
            for (one, frame), truth in zip(frames.items(), found.values(), strict=True)
        ]

    def _flat(self, events: Node, place: Place, evaluator: Compiled) -> list[tuple[Truth, str]] | None:
        """The conditions on the records of each type, and the step of those; None where more has to be looked at."""
        compiler = evaluator.compiler
        found = compiler.selection(events, replace(place, own=False))
        if isinstance(found, Unknown):
            return None
        return [(truth, compiler.shelf(shelf, place).step) for shelf, truth in found.items()]

    # ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _count(self, events: Node, place: Place, evaluator: Compiled) -> Leaf | None:
        parts = self._flat(events, place, evaluator)
        if parts is None:
            return None
        sides = ["holds", "possible"]
        columns = [
            " + ".join(self._total(rows, counted(getattr(truth, side)), place) for truth, rows in parts) or "0"
            for side in sides
        ]
        return Leaf(tuple(columns), "", (), lambda row: leaves.between(row[0], row[1]))

    def _sum(self, node: nodes.Aggregate, place: Place, evaluator: Compiled) -> Leaf | None:
        """A total over the records of one type."""
        values, compiler = cast("nodes.Values", node.values), evaluator.compiler
        parts = self._flat(values.events, place, evaluator)
        if parts is None or len(parts) != 1:
            return None
        ((truth, rows),) = parts
        x, kind = column(values.attribute), DECIMAL if compiler.is_decimal(values) else "HUGEINT"
        surely = f"CASE WHEN {truth.holds} THEN {x} END"
        if not self.bounded:
            columns = [self._added(rows, surely, kind, place), self._total(rows, counted(_open(truth, x)), place)]
            return Leaf(tuple(columns), "", (), lambda row: NOT_PLAIN if row[1] else number(leaves.exact(row[0])))
        bounds = compiler.range_of(values)
        columns = [self._added(rows, one, kind, place) for one in added(truth, x, bounds, kind)]
        columns.append(self._total(rows, counted(both(truth.possible, f"({x} IS NULL)")), place))
        return Leaf(tuple(columns), "", (), lambda row: leaves.total_between(row, bounds))

    def _added(self, rows: str, expression: str, kind: str, place: Place) -> str:
        return self._total(rows, f"CAST(coalesce(sum({expression}), 0) AS {kind})", place)

    def _total(self, rows: str, expression: str, place: Place) -> str:
        """A column of the totals over a type's records that belong at a place."""
        totals = self._totals.setdefault(rows, [])
        self._until[rows].add(place.as_of)
        if expression not in totals:
            totals.append(expression)
        return f"of_{rows}.n{totals.index(expression)}"

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """One row with everything: each column once, and the sizes of all sets together."""
        relations = [f"({self._totals_query(parts)}) of_{name}" for name, parts in self._pooled(self._totals).items()]
        if self._sets:
            relations.append(f"({self._sets_query()}) sets")
        relations += [f"({query}) alone{number}" for number, query in enumerate(self._alone)]
        columns = [*self._placed(self._single_columns()), *["sets.sizes"] * bool(self._sets)]
        return f"SELECT {', '.join(columns)}" + (f" FROM {', '.join(relations)}" if relations else "")

    def _single_columns(self) -> list[str]:
        return list(dict.fromkeys(one for one in self._columns if not one.startswith("sets.")))

    def _placed(self, columns: Iterable[str]) -> list[str]:
        """Columns of figures, by the relations that totals are in."""
        places = {
            f"of_{rows}.n{number}": f"of_{name}.n{number + start}"
            for name, parts in self._pooled(self._totals).items()
            for rows, start in zip(parts, self._starts(parts), strict=True)
            for number in range(len(self._totals[rows]))
        }
        return [_TOTAL.sub(lambda found: places[found[0]], one) for one in columns]

    def _starts(self, parts: Iterable[str]) -> list[int]:
        """Where the totals of each part begin among those of all."""
        return list(accumulate((len(self._totals[rows]) for rows in parts), initial=0))[:-1]

    def _pooled(self, every: Iterable[str]) -> dict[str, dict[str, int]]:
        """Relations to look at for some rows: those that are parts of the same one together, with the kind of each."""
        found: dict[str, dict[str, int]] = {}
        for rows in every:
            name, kind = self.ground.part(rows) or (rows, 0)
            found.setdefault(name, {})[rows] = kind
        return {name if len(parts) > 1 else next(iter(parts)): parts for name, parts in found.items()}

    def _totals_query(self, parts: Mapping[str, int]) -> str:
        """The totals of one relation's rows, or of those of several that are parts of one."""
        if len(parts) == 1:
            (rows,) = parts
            columns = ", ".join(f"{one} AS n{index}" for index, one in enumerate(self._totals[rows]))
            (day, *others) = self._until[rows]
            if others or not day:
                return f"SELECT {columns} FROM {rows}"
            happened = happened_by(day)
            decided = re.sub(rf'(?<![\w."]){re.escape(happened)}', YES, columns)
            return f"SELECT {decided} FROM {rows} WHERE {happened}"
        name, _ = cast("tuple[str, int]", self.ground.part(next(iter(parts))))
        return f"SELECT {self._picked(parts)} FROM {self._by_kind(parts, name)}"

    def _by_kind(self, parts: Mapping[str, int], source: str, key: str = "") -> str:
        """The step of every total of every kind of rows, by a key as well."""
        columns = ", ".join(f"{one} AS e{index}" for index, one in enumerate(self._different(parts)))
        kinds_, keys = ", ".join(map(str, parts.values())), ", ".join(["kind", *([key] if key else [])])
        return self.program.step(f"SELECT {keys}, {columns} FROM {source} WHERE kind IN ({kinds_}) GROUP BY {keys}")

    def _picked(self, parts: Mapping[str, int]) -> str:
        """The totals that were asked for of each kind."""
        places = {one: index for index, one in enumerate(self._different(parts))}
        wanted = [(kind, places[one]) for rows, kind in parts.items() for one in self._totals[rows]]
        return ", ".join(
            f"coalesce(max(CASE WHEN kind = {kind} THEN e{place} END), 0) AS n{index}"
            for index, (kind, place) in enumerate(wanted)
        )

    def _different(self, parts: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(one for rows in parts for one in self._totals[rows]))

    def _masked(self, every: Iterable[str], keys: Sequence[str], source: Callable[[str], str] = str) -> list[str]:
        """Queries of the masks of some rows; `source` gives the relation to look at in place of another."""
        return [
            self._marks.query(name, keys, source(name))
            if len(parts) == 1
            else self._marks.query_of_several(parts, keys, source(name))
            for name, parts in self._pooled(every).items()
        ]

    def _sets_query(self) -> str:
        """The list of the sizes of all sets."""
        masks = self._marks.words
        joined = ", ".join(f"bit_or({one}) AS {one}" for one in masks)
        branches = " UNION ALL ".join(self._masked(self._marks.rows, ("s",)))
        each = self.program.step(f"SELECT s, {joined} FROM ({branches}) marks GROUP BY s")
        few = self.program.step(f"SELECT {', '.join(masks)}, count(*) AS n FROM {each} GROUP BY {', '.join(masks)}")
        terms = [terms_of(one) for one in self._sets]
        long = [one for one, found in zip(self._sets, terms, strict=True) if found is None]
        if long:
            few = self.program.step(f"SELECT *, {', '.join(self._as_bits(long, len(masks)))} FROM {few}")
            masks = [*masks, *(f"m{len(masks) + index}" for index in range(-(-len(long) // BITS)))]
        asked = self._asked(terms, len(self._marks.words), masks)
        equal = " AND ".join(f"(k.{one} & t.asked_{one}) = t.set_{one}" for one in masks)
        sizes = self.program.step(
            f"SELECT t.number, coalesce(sum(k.n), 0) AS size FROM {asked} t LEFT JOIN {few} k ON {equal or 'TRUE'} "
            "GROUP BY t.number"
        )
        return f"SELECT {self.program.dialect.in_order('size', 'number')} AS sizes FROM {sizes}"

    def _as_bits(self, conditions: Sequence[str], first: int) -> Iterator[str]:
        """Columns of the mask for conditions that have too many terms: a bit for each."""
        for start in range(0, len(conditions), BITS):
            cases = (
                f"CASE WHEN {self._marks.written(one)} THEN {1 << place} ELSE 0 END"
                for place, one in enumerate(conditions[start : start + BITS])
            )
            yield f"CAST({' + '.join(cases)} AS BIGINT) AS m{first + start // BITS}"

    def _asked(self, terms: Sequence[Sequence[Term] | None], first: int, masks: Sequence[str]) -> str:
        """The step of all terms: of which set each is, and of each mask which bits it asks and which of these are set.

        Conditions without terms of their own are bits from the `first` mask that is not of marks.
        """
        rows, long = [], count()
        for index, found in enumerate(terms):
            if found is None:
                word, place = divmod(next(long), BITS)
                rows.append((index, *_bits_of({(first + word, 1 << place): True}, len(masks))))
                continue
            bits = ({self._marks.bit(name): is_set for name, is_set in term.items()} for term in found)
            rows += [(index, *_bits_of(one, len(masks))) for one in bits]
            if not found:
                rows.append((index, 0, 1, *[0, 0] * (len(masks) - 1)))  # nothing asked is never set
        columns = ", ".join(f"asked_{one}, set_{one}" for one in masks)
        listed = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
        return self.program.step(f"SELECT v.* FROM (VALUES {listed}) AS v(number, {columns})")

    def values(self, row: tuple[Any, ...]) -> list[Any]:
        """The value of each figure that was taken, in order, by the row of the query."""
        columns = self._single_columns()
        sizes = enumerate(row[len(columns)] if self._sets else ())
        single = dict(zip(columns, row, strict=False))
        return self._values(single | {f"sets.n{number}": size for number, size in sizes})

    def _values(self, found: Mapping[str, Any]) -> list[Any]:
        """The same by the values of all columns."""
        return [
            taken.leaf.meaning(tuple(found[one] for one in self._columns[taken.start :][: len(taken.leaf.columns)]))
            for taken in self._taken
        ]


def _open(truth: Truth, value: str) -> str:
    """Where a record may belong and that, or its value, is not known."""
    missing = f"({value} IS NULL)"
    if truth.true == truth.possible:
        return both(truth.possible, missing)
    if truth.bare:
        return f"(({truth.bare}) IS NULL OR ({truth.bare} AND {missing}))"
    return both(truth.possible, truths.either(missing, truths.negated(truth.true)))


def _bits_of(bits: Mapping[tuple[int, int], bool], masks: int) -> Iterator[int]:
    """Of each mask, which bits are asked, and which of these are set."""
    for word in range(masks):
        asked = [(bit, is_set) for (of, bit), is_set in bits.items() if of == word]
        yield sum(bit for bit, _ in asked)
        yield sum(bit for bit, is_set in asked if is_set)
