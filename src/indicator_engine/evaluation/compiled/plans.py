"""How figures were found: which selections and sets they ask for, each named once, and the plan that each figure took.

The first half is the logical plan, the same for every engine and every state of a store; the second says which of the
physical plans each figure got, and for want of which plan the rest was left to the records.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import field
from typing import TYPE_CHECKING, Literal, get_args

from indicator_engine import periods
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.text import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema

Way = Literal["kept", "masks", "onsets", "running masks", "changes", "many days", "alone", "records"]
WAYS: frozenset[Way] = frozenset(get_args(Way))
MEANINGS: dict[Way, str] = {
    "kept": "by what was kept",
    "masks": "with others, by masks",
    "onsets": "with others, by the days on which conditions begin and end",
    "running masks": "with others, by masks that run from day to day",
    "changes": "by the days on which subjects change",
    "many days": "by a query of its own for all days",
    "alone": "by a query of its own",
    "records": "from the records one by one",
}
DIGITS = 6
"""Of the hash that names a part of a plan."""


@dataclass(frozen=True)
class Part:
    """A selection of records, or a population, that figures ask for."""

    mark: str
    """A short hash of what it is: the same in every pack and at every time."""
    text: str
    figures: int


@dataclass(frozen=True)
class Planned:
    """A figure: its expression, the parts it asks for, and on which days it was found in which way."""

    text: str
    parts: tuple[str, ...]
    ways: tuple[tuple[Way, tuple[date, ...]], ...]


@dataclass(frozen=True)
class Plan:
    """The parts and figures of some answers, the number of queries asked, and why figures were left to the records."""

    parts: tuple[Part, ...]
    figures: tuple[Planned, ...]
    queries: int
    left: tuple[str, ...] = ()
    subjects: int = 0
    """How many subjects were looked at anew, to bring what was kept up to the store."""
    database: tuple[str, ...] = ()
    """What a database of somebody else's does in a way of its own."""

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{_many(self.figures, 'figure')} over {_many(self.parts, 'selection')}, {_asked(self.queries)}"
        yield from _titled("Selections and populations", [
            (part.mark, part.text, f"in {_many(range(part.figures), 'figure')}") for part in self.parts
        ])  # fmt: skip
        for figure in self.figures:
            yield from ("", figure.text)
            yield from (f"  {_way(way, days, self.subjects)}" for way, days in figure.ways)
            yield f"  asks for {', '.join(figure.parts)}"
        if self.database:
            yield from ("", "In this database", *(f"  {one}" for one in self.database))
        if self.left:
            yield from ("", "Left to the records for want of a plan", *(f"  {one}" for one in self.left))


@dataclass
class Course:
    """What is noted while figures are found."""

    ways: dict[Node, dict[Way, set[date]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def note(self, node: Node, way: Way, *days: date) -> None:
        """Note how a figure was found on some days."""
        self.ways[node][way].update(days)

    def plan(self, schema: Schema, queries: int, left: Iterable[str], subjects: int = 0) -> Plan:
        """The plan that came of it, in an order that hangs on nothing but the expressions."""
        figures = sorted(
            (
                Planned(text(node, schema), tuple(dict.fromkeys(_marks(node, schema))), _in_order(ways))
                for node, ways in self.ways.items()
            ),
            key=lambda one: one.text,
        )
        named = {mark: words for node in self.ways for mark, words in _named(node, schema)}
        parts = [
            Part(mark, words, sum(mark in figure.parts for figure in figures))
            for mark, words in sorted(named.items(), key=lambda pair: pair[1])
        ]
        return Plan(tuple(parts), tuple(figures), queries, tuple(sorted(left)), subjects)


def _in_order(ways: dict[Way, set[date]]) -> tuple[tuple[Way, tuple[date, ...]], ...]:
    return tuple((way, tuple(sorted(days))) for way, days in sorted(ways.items()))


def _named(node: Node, schema: Schema) -> Iterator[tuple[str, str]]:
    for part in _parts(node):
        words = text(part, schema)
        yield hashlib.sha256(words.encode()).hexdigest()[:DIGITS], words


def _marks(node: Node, schema: Schema) -> Iterator[str]:
    return (mark for mark, _ in _named(node, schema))


def _parts(node: Node) -> Iterator[Node]:
    """The widest selections of records in an expression, and its populations."""
    if node.kind.name == "events" or isinstance(node, nodes.Members):
        yield node
    else:
        for child in nodes.children(node):
            yield from _parts(child)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _many(things: Sequence[object] | Iterable[object], noun: str) -> str:
    count = len(list(things))
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _asked(queries: int) -> str:
    return "no query" if not queries else _many(range(queries), "query").replace("querys", "queries")


def _way(way: Way, days: tuple[date, ...], subjects: int) -> str:
    means = MEANINGS[way]
    if way == "kept" and subjects:
        means += f", and {subjects:,} subject{'' if subjects == 1 else 's'} of new events"
    shown = periods.shown(days[0]) if len(days) == 1 else f"{len(days)} days to {periods.shown(days[-1])}"
    return f"{means} ({shown})"


def _titled(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        yield from ("", title)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
