"""Figures on many days that have no plan by masks, in one query: each a relation with a row for each of its days.

Where a figure is a sum over subjects it is found by the days on which they change, else of everything on each day.
Figures that look at the same subjects on the same days are columns of the same rows.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.calendars import periods
from indicator_engine.evaluation.compiled.changes import changing, running
from indicator_engine.evaluation.compiled.leaves import leaf_of
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.changes import Changing
    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.leaves import Leaf
    from indicator_engine.evaluation.compiled.places import Frame
    from indicator_engine.evaluation.compiled.plans import Way
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node

Days = tuple["date", ...]
WAYS: tuple[Way, ...] = ("changes", "many days")
"""In the order in which they are tried."""


@dataclass(frozen=True)
class _Taken:
    """A figure of the query: its days, what its columns mean, and where they are."""

    days: Days
    leaf: Leaf
    there: str
    columns: tuple[str, ...]


@dataclass
class _Sums:
    """What subjects add to figures on some days: one column for each different sum."""

    days: Days
    changing: Changing
    adds: list[str] = field(default_factory=list)

    def column(self, add: str) -> int:
        """The number of a sum's column."""
        if add not in self.adds:
            self.adds.append(add)
        return self.adds.index(add)


@dataclass
class Many:
    """Figures that are asked of many days in one query."""

    program: Program
    _taken: list[_Taken] = field(default_factory=list)
    _sums: dict[tuple[str, Frame | str], tuple[str, _Sums]] = field(default_factory=dict)
    """By the step of subjects and days, and the rows."""
    _relations: dict[str, str] = field(default_factory=dict)
    """The relations of figures that are no sums, by their names."""

    def __len__(self) -> int:
        return len(self._taken)

    def take(
        self, node: Node, moment: Moment, days: Iterable[date], compiler: Compiler, ways: Iterable[Way]
    ) -> Way | None:
        """Take a figure into the query by the first of some ways that it has; None where it has none of them."""
        asked = tuple(sorted(set(days)))
        for way in WAYS:
            if way in ways:
                kept = compiler.state()
                try:
                    taken = self._by(way, node, moment, asked, compiler)
                except NotCompiledError:
                    taken = None
                if taken:
                    self._taken.append(taken)
                    return way
                compiler.back(kept)
        return None

    def _by(self, way: Way, node: Node, moment: Moment, days: Days, compiler: Compiler) -> _Taken | None:
        if way == "many days":
            leaf = _on_each(node, moment, days, compiler)
            return None if isinstance(leaf, Unknown) else self._on_each(leaf, days)
        found = changing(node, moment, days, compiler)
        return None if isinstance(found, Unknown) else self._added(found, days)

    def _added(self, found: Changing, days: Days) -> _Taken:
        key = (found.place.days, found.rows)
        name, sums = self._sums.setdefault(key, (f"r{len(self._sums) + len(self._relations)}", _Sums(days, found)))
        columns = tuple(f"{name}.n{sums.column(add)}" for add in found.leaf.adds)
        return _Taken(days, found.leaf, f"{name}.asked", columns)

    def _on_each(self, leaf: Leaf, days: Days) -> _Taken:
        name = f"r{len(self._sums) + len(self._relations)}"
        columns = ", ".join(f"{one} AS n{index}" for index, one in enumerate(leaf.columns))
        group = " GROUP BY asked" if leaf.grouped else ""
        self._relations[name] = f"SELECT asked, {columns} FROM {leaf.source}{group}"
        return _Taken(days, leaf, f"{name}.asked", tuple(f"{name}.n{index}" for index in range(len(leaf.columns))))

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day."""
        relations = dict(self._relations)
        for name, sums in self._sums.values():
            relations[name] = running(sums.changing, sums.adds, sums.days, self.program)
        joined = "".join(f" LEFT JOIN ({query}) {name} ON {name}.asked = x.asked" for name, query in relations.items())
        return f"SELECT x.asked, {', '.join(self._columns)} FROM {periods(self.program, self._days)} x{joined}"

    @property
    def _days(self) -> list[date]:
        return sorted({day for one in self._taken for day in one.days})

    @property
    def _columns(self) -> list[str]:
        return list(dict.fromkeys(column for one in self._taken for column in (one.there, *one.columns)))

    def values(self, rows: Sequence[tuple[Any, ...]]) -> list[dict[date, Any]]:
        """The value of each figure that was taken, on each of its days."""
        at = {column: place for place, column in enumerate(self._columns, 1)}
        by_day = {row[0]: row for row in rows}
        return [{day: _value(one, by_day[day], at) for day in one.days} for one in self._taken]


def _value(one: _Taken, row: tuple[Any, ...], at: dict[str, int]) -> Any:
    there = row[at[one.there]] is not None
    return one.leaf.meaning(tuple(row[at[column]] for column in one.columns) if there else one.leaf.nothing)


def _on_each(node: Node, moment: Moment, days: Days, compiler: Compiler) -> Leaf | Unknown:
    """A figure asked of everything on each day."""
    listed = compiler.program.step(f"SELECT asked FROM {periods(compiler.program, days)}")
    place = Place(None, moment.known_at, moment.period, moment.window, days=listed, first=days[0])
    return leaf_of(node, place, compiler)
