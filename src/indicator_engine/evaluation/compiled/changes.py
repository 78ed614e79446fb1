"""A figure on many days, by the days on which each subject changes: what changes is added up, and runs on.

Where a condition may cease to hold, bits that last are not enough. But a subject is asked about only on days on which
something happens to it; what it adds to the figure since the day before is what it adds to all days from then on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.calendars import calendar, periods, sparsely
from indicator_engine.evaluation.compiled.leaves import added_up, leaf_of
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.evaluation.compiled.turns import Turns
from indicator_engine.evaluation.values import Unknown
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.leaves import Leaf
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node


def changing(node: Node, moment: Moment, days: Sequence[date], compiler: Compiler) -> Leaf | Unknown:
    """A figure on some days in order, of a step with a row for each; raises NotCompiledError without this plan."""
    if moment.window:
        raise NotCompiledError("a bucket of time by the days on which subjects change")
    place = Place(None, moment.known_at, moment.period, own=True, first=days[0])
    place = replace(place, days=_pairs(Turns(compiler, place).of(*_parts(node, compiler)), days, compiler))
    leaf = _leaf_of(node, place, compiler)
    if isinstance(leaf, Unknown):
        return leaf
    names = _names(leaf)
    by_day = _by_day(leaf, names, place, compiler)
    return replace(leaf, columns=names, source=_running(by_day, names, days, compiler), grouped=False)


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
    names = _names(leaf)
    return _by_day(leaf, names, place, compiler, weight), names


def _names(leaf: Leaf) -> tuple[str, ...]:
    if not leaf.adds:
        raise NotCompiledError("what is no sum over subjects by the days on which they change")
    return tuple(f"n{index}" for index in range(len(leaf.adds)))


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


def _leaf_of(node: Node, place: Place, compiler: Compiler) -> Leaf | Unknown:
    """The leaf of a figure, of which each column is a sum."""
    return added_up(node, place, compiler) if isinstance(node, nodes.Aggregate) else leaf_of(node, place, compiler)


def _parts(node: Node, compiler: Compiler) -> tuple[Node, ...]:
    """The same; raises NotCompiledError where there are none, or where they look at others than each subject."""
    parts = summed(node)
    if not parts:
        raise NotCompiledError(f"{type(node).__name__} by the days on which subjects change")
    for part in parts:
        if part.kind.name == "events":
            compiler.require_own(part)
    return parts


def _pairs(turns: Sequence[str], days: Sequence[date], compiler: Compiler) -> str:
    """Every subject on the first day, and on the next that is asked about after something happened to it."""
    program, first, last = compiler.program, day_literal(days[0]), day_literal(days[-1])
    pairs = [f"SELECT s, {first} AS asked FROM {compiler.ground.names}"]
    if turns:
        told = program.step(" UNION ALL ".join(turns))
        later = program.step(f"SELECT DISTINCT s, day FROM {told} WHERE day > {first} AND day <= {last}")
        pairs.append(f"SELECT t.s, c.asked FROM {later} t JOIN {calendar(program, days)} c ON c.day = t.day")
    return program.step(" UNION ".join(pairs))


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
    key, day = ("asked", "asked") if place.first else sparsely("asked")
    return program.step(f"SELECT {day} AS asked, {sums} FROM {moves} GROUP BY {key}")


def _running(by_day: str, names: Sequence[str], days: Sequence[date], compiler: Compiler) -> str:
    """The step of what all subjects add up to, on each day."""
    program = compiler.program
    running = ", ".join(f"sum(coalesce(m.{name}, 0)) OVER (ORDER BY x.asked) AS {name}" for name in names)
    return program.step(
        f"SELECT x.asked, {running} FROM {periods(program, days)} x LEFT JOIN {by_day} m ON m.asked = x.asked"
    )


def _with_nothing(each: str, names: Sequence[str], place: Place, compiler: Compiler) -> str:
    """A row also for each subject and day on which it adds nothing."""
    columns = ", ".join(f"coalesce(e.{name}, 0) AS {name}" for name in names)
    return compiler.program.step(
        f"SELECT x.s, x.asked, {columns} FROM {place.days} x LEFT JOIN {each} e ON e.s = x.s AND e.asked = x.asked"
    )
