"""A figure on many days, by the days on which each subject changes: what changes is added up, and runs on.

Where a condition may cease to hold, bits that last are not enough. But a subject is asked about only on days on which
something happens to it; what it adds to the figure since the day before is what it adds to all days from then on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.base import listed
from indicator_engine.evaluation.compiled.calendars import calendar, periods, sparsely
from indicator_engine.evaluation.compiled.leaves import added_up, leaf_of
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.leaves import Leaf
    from indicator_engine.evaluation.compiled.places import Frame
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node


@dataclass(frozen=True)
class Changing:
    """A sum over subjects: the place of all of them on the days on which they change, and the rows that add to it."""

    leaf: Leaf
    place: Place
    frame: Frame | None
    """The rows, where each is a subject on a day, which may gain columns yet."""

    @property
    def rows(self) -> Frame | str:
        """What tells the rows apart from others."""
        return self.frame or self.leaf.source


def changing(node: Node, moment: Moment, days: Sequence[date], compiler: Compiler) -> Changing | Unknown:
    """A figure on some days in order; raises NotCompiledError without this plan."""
    if moment.window:
        raise NotCompiledError("a bucket of time by the days on which subjects change")
    place = Place(None, moment.known_at, moment.period, own=True, first=days[0])
    place = replace(place, days=_pairs(Turns(compiler, place).of(*_parts(node, compiler)), days, compiler))
    leaf = _leaf_of(node, place, compiler)
    if isinstance(leaf, Unknown):
        return leaf
    _require_sums(leaf)
    subjects = compiler.subjects(place)
    return Changing(leaf, place, subjects if leaf.source == subjects.step else None)


def running(found: Changing, adds: Sequence[str], days: Sequence[date], program: Program) -> str:
    """The query of what all subjects add up to, on each day: what comes on it, without what had come until then.

    A row counts from its day on until the next one of its subject.
    """
    names = [f"n{index}" for index in range(len(adds))]
    added = ", ".join(f"sum({add}) AS {name}" for add, name in zip(adds, names, strict=True))
    rows = found.frame.step if found.frame else _until(found, program)
    few = program.step(f"SELECT asked, until, {added} FROM {rows} GROUP BY asked, until")
    back = ", ".join(f"-{name} AS {name}" for name in names)
    gone = f"SELECT until AS asked, {back} FROM {few} WHERE until IS NOT NULL"
    moved = f"SELECT asked, {listed(names)} FROM {few} UNION ALL {gone}"
    sums = ", ".join(f"sum({name}) AS {name}" for name in names)
    by_day = program.step(f"SELECT asked, {sums} FROM ({moved}) moved GROUP BY asked")
    total = ", ".join(f"sum(coalesce(m.{name}, 0)) OVER (ORDER BY x.asked) AS {name}" for name in names)
    return f"SELECT x.asked, {total} FROM {periods(program, days)} x LEFT JOIN {by_day} m ON m.asked = x.asked"


def _until(found: Changing, program: Program) -> str:
    """The rows of a figure, with the next day of their subject."""
    return program.step(
        f"SELECT l.*, x.until FROM {found.leaf.source} l JOIN {found.place.days} x ON x.s = l.s AND x.asked = l.asked"
    )


def course_of(node: Node, moment: Moment, compiler: Compiler, weight: str = "1") -> tuple[str, tuple[str, ...]]:
    """What is added to a figure on each day there is: a step of `asked` and columns; raises NotCompiledError.

    `weight` is what a subject `s` counts.
    """
    place = Place(None, moment.known_at, moment.period, own=True)
    turns = Turns(compiler, place).of(*_parts(node, compiler))
    first = day_literal(date.min)
    pairs = [f"SELECT s, {first} AS asked FROM {compiler.ground.names}"]
    pairs += [f"SELECT s, day AS asked FROM ({turn}) turn WHERE day > {first}" for turn in turns]
    place = replace(place, days=compiler.program.step(" UNION ".join(pairs)))
    leaf = _leaf_of(node, place, compiler)
    if isinstance(leaf, Unknown):
        raise NotCompiledError("what is unknown whatever the records hold")
    _require_sums(leaf)
    names = tuple(f"n{index}" for index in range(len(leaf.adds)))
    return _by_day(leaf, names, place, compiler, weight), names


def _require_sums(leaf: Leaf) -> None:
    if not leaf.adds:
        raise NotCompiledError("what is no sum over subjects by the days on which they change")


def summed(node: Node) -> tuple[Node, ...]:
    """The sets or records of a figure that is a sum over subjects; none of any other."""
    match node:
        case nodes.CountMembers(members) if members.kind.key == kinds.SUBJECT:
            return (members,)
        case nodes.Ratio(part, whole) if part.kind.key == whole.kind.key == kinds.SUBJECT:
            return part, whole
        case nodes.CountRecords(events) | nodes.Exists(events):
            return (events,)
        case nodes.Aggregate("sum", nodes.Values(events)) if node.kind.name == "number":
            return (events,)
    return ()


def _parts(node: Node, compiler: Compiler) -> tuple[Node, ...]:
    """The same; raises NotCompiledError where there are none, or where they look at others than each subject."""
    parts = summed(node)
    if not parts:
        raise NotCompiledError(f"{type(node).__name__} by the days on which subjects change")
    for part in parts:
        if part.kind.name == "events":
            compiler.require_own(part)
    return parts


def _leaf_of(node: Node, place: Place, compiler: Compiler) -> Leaf | Unknown:
    """The leaf of a figure that is a sum."""
    return added_up(node, place, compiler) if isinstance(node, nodes.Aggregate) else leaf_of(node, place, compiler)


def _pairs(turns: Sequence[str], days: Sequence[date], compiler: Compiler) -> str:
    """Every subject on the first day, and on the next that is asked about after something happened to it.

    Each with the next of these days of its subject (`until`).
    """
    program, first, last = compiler.program, day_literal(days[0]), day_literal(days[-1])
    pairs = [f"SELECT s, {first} AS asked FROM {compiler.ground.names}"]
    if turns:
        told = program.step(" UNION ALL ".join(turns))
        later = program.step(f"SELECT DISTINCT s, day FROM {told} WHERE day > {first} AND day <= {last}")
        pairs.append(f"SELECT t.s, c.asked FROM {later} t JOIN {calendar(program, days)} c ON c.day = t.day")
    until = "lead(asked) OVER (PARTITION BY s ORDER BY asked) AS until"
    return program.step(f"SELECT s, asked, {until} FROM {program.step(' UNION '.join(pairs))}")


def _by_day(leaf: Leaf, names: Sequence[str], place: Place, compiler: Compiler, weight: str = "1") -> str:
    """The step of what all subjects add on each day to what they came to before."""
    program = compiler.program
    adds = ", ".join(f"{add} AS {name}" for add, name in zip(leaf.adds, names, strict=True))
    each = program.step(f"SELECT s, asked, {adds} FROM {leaf.source}")
    if not leaf.by_subject:
        sums = ", ".join(f"sum({name}) AS {name}" for name in names)
        each = _with_nothing(
            program.step(f"SELECT s, asked, {sums} FROM {each} GROUP BY s, asked"), names, place, compiler
        )
    moved = ", ".join(f"{name} - lag({name}, 1, 0) OVER (PARTITION BY s ORDER BY asked) AS {name}" for name in names)
    moves = program.step(f"SELECT s, asked, {moved} FROM {each}")
    weighed = "" if weight == "1" else f"({weight}) * "
    sums = ", ".join(f"sum({weighed}{name}) AS {name}" for name in names)
    key, day = sparsely("asked")
    return program.step(f"SELECT {day} AS asked, {sums} FROM {moves} GROUP BY {key}")


def _with_nothing(each: str, names: Sequence[str], place: Place, compiler: Compiler) -> str:
    """A row also for each subject and day on which it adds nothing."""
    columns = ", ".join(f"coalesce(e.{name}, 0) AS {name}" for name in names)
    return compiler.program.step(
        f"SELECT x.s, x.asked, {columns} FROM {place.days} x LEFT JOIN {each} e ON e.s = x.s AND e.asked = x.asked"
    )
