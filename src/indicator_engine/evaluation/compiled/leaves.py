"""Figures over records and sets: what a query has to find for each, and what its answer means.

A leaf is asked of one day, or of many at once; then the query gives a row for each day on which there is anything.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.compiled import truths
from indicator_engine.evaluation.compiled.facts import FACTS, added, amount_of, extreme_day, named
from indicator_engine.evaluation.compiled.numbers import DECIMAL, NotCompiledError
from indicator_engine.evaluation.reference import lies_inside
from indicator_engine.evaluation.values import (
    NO_DATA,
    NONE,
    UNDECIDED,
    Number,
    Unknown,
    compared,
    merged,
    number,
    share,
)
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.numbers import Amount
    from indicator_engine.evaluation.compiled.places import Cell, Frame, Place
    from indicator_engine.evaluation.compiled.truths import Truth
    from indicator_engine.language.nodes import Node

FIGURES = (nodes.CountRecords, nodes.CountMembers, nodes.Exists, nodes.Every, nodes.Aggregate, nodes.Ratio)


def is_figure(node: Node) -> bool:
    """Whether a node is asked of records or sets; a share of numbers is worked out from theirs."""
    return isinstance(node, FIGURES) and not (isinstance(node, nodes.Ratio) and node.numerator.kind.name != "set")


@dataclass(frozen=True)
class Leaf:
    """What a query selects from a step, the row that stands where there is nothing, and what a row means."""

    columns: tuple[str, ...]
    source: str
    nothing: tuple[Any, ...]
    meaning: Callable[[tuple[Any, ...]], Any]
    grouped: bool = True
    """Whether the columns are over all rows of the step, or of a day; else it has one row, or one for each day."""
    adds: tuple[str, ...] = ()
    """Where each column is a sum over rows: what a row adds to it, a whole number."""
    by_subject: bool = False
    """Whether the step has one row for each subject, on each day."""

    def query(self, *, by_day: bool) -> str:
        """The query: one row, or one for each day."""
        columns = ", ".join(self.columns)
        if by_day:
            group = " GROUP BY asked" if self.grouped else ""
            return f"SELECT asked, {columns} FROM {self.source}{group}"
        return f"SELECT {columns} FROM {self.source}"


def leaf_of(node: Node, place: Place, compiler: Compiler) -> Leaf | Unknown:
    """The leaf of a figure at a place; unknown where that is so whatever the records hold."""
    match node:
        case nodes.CountRecords(events):
            return _records(events, place, compiler, lambda found: found)
        case nodes.Exists(events):
            return _records(events, place, compiler, lambda found: compared(">", found, number(0)))
        case nodes.Every():
            return _every(node, place, compiler)
        case nodes.Aggregate():
            return _aggregate(node, place, compiler)
        case nodes.CountMembers(members):
            return _members(members, place, compiler)
    return _share(cast("nodes.Ratio", node), place, compiler)


def meaning_of(node: Node, compiler: Compiler) -> Callable[[tuple[Any, ...]], Any]:
    """What a row of the sums of a figure means, of one that is a sum over subjects or over records."""
    match node:
        case nodes.Exists():
            return lambda row: compared(">", between(row[0], row[1]), number(0))
        case nodes.Ratio(part, whole):
            inside = lies_inside(part, whole)
            return lambda row: shared(row, inside=inside)
        case nodes.Aggregate(_, nodes.Values() as values):
            bounds = compiler.range_of(values)
            return lambda row: total_between(row, bounds)
    return lambda row: between(row[0], row[1])


def counted(condition: str) -> str:
    """How many rows satisfy a condition."""
    return f"coalesce(sum({_one_if(condition)}), 0)"


def _one_if(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pooled(
    events: Node, place: Place, compiler: Compiler, more: Callable[[Cell], dict[str, str]] = lambda _cell: {}
) -> str | Unknown:
    found = compiler.selection(events, place)
    return found if isinstance(found, Unknown) else compiler.pooled(found, place, more)


def _records(events: Node, place: Place, compiler: Compiler, meaning: Callable[[Number], Any]) -> Leaf | Unknown:
    runs_on = compiler.runs_on(events, place)
    source = compiler.counted_by(events, place) if runs_on else _pooled(events, place, compiler)
    if isinstance(source, Unknown):
        return source
    adds = ("yes", "possible") if runs_on else (_one_if("yes"), "1")
    columns = tuple(f"coalesce(sum({add}), 0)" for add in adds)
    return Leaf(columns, source, (0, 0), lambda row: meaning(between(row[0], row[1])), adds=adds, by_subject=runs_on)


def between(yes: int, possible: int) -> Number:
    """A count between what surely is and what may be."""
    return number(int(yes), int(yes), int(possible))


def _every(node: nodes.Every, place: Place, compiler: Compiler) -> Leaf | Unknown:
    pooled = _pooled(node.events, place, compiler, lambda cell: compiler.answers(node.condition, cell))
    if isinstance(pooled, Unknown):
        return pooled
    columns = ("yes AND NOT possible", "yes", "NOT holds", "TRUE")
    return Leaf(tuple(map(counted, columns)), pooled, (0, 0, 0, 0), _whether_every)


def _whether_every(row: tuple[Any, ...]) -> Any:
    fails, sure, open_, rows = row
    if not rows:
        return NONE
    if fails:
        return False
    return True if sure and not open_ else Unknown.because(UNDECIDED)


def _aggregate(node: nodes.Aggregate, place: Place, compiler: Compiler) -> Leaf | Unknown:
    values = cast("nodes.Values", node.values)
    pooled = _pooled(values.events, place, compiler, lambda cell: {"x": compiler.attribute(values.attribute, cell)})
    if isinstance(pooled, Unknown):
        return pooled
    if node.kind.name == "date":
        return Leaf((extreme_day(node.function), "count(*)"), pooled, (None, 0), _day)
    bounds, decimal = compiler.range_of(values), compiler.is_decimal(values)
    by = "asked, " if place.as_of is None else ""
    group = " GROUP BY asked" if by else ""
    facts = compiler.program.step(
        f"SELECT {by}{named(compiler.facts_of(node.function, values))}, count(*) AS many FROM {pooled}{group}"
    )
    names = {name: name for name in FACTS[node.function]}
    amount = amount_of(node.function, names, decimal=decimal, bounds=bounds)
    columns = [*parts_of(amount), "many"]
    picked = ", ".join(f"{one} AS p{index}" for index, one in enumerate(columns))
    step = compiler.program.step(f"SELECT {by}{picked} FROM {facts}")
    empty = Unknown.because(NO_DATA) if "known" in names else number(0)
    return Leaf(
        tuple(f"p{index}" for index in range(len(columns))), step, (0,) * len(columns),
        lambda row: amount_in(row) if row[-1] else empty, grouped=False,
    )  # fmt: skip


def added_up(node: nodes.Aggregate, place: Place, compiler: Compiler) -> Leaf | Unknown:
    """A total over records, as sums of what each adds: surely, at the least, at the most, and whether that is open."""
    values = cast("nodes.Values", node.values)
    pooled = _pooled(values.events, place, compiler, lambda cell: {"x": compiler.attribute(values.attribute, cell)})
    if isinstance(pooled, Unknown):
        return pooled
    bounds = compiler.range_of(values)
    kind = DECIMAL if compiler.is_decimal(values) else "HUGEINT"
    adds = (
        *(f"CAST({one} AS {kind})" for one in added(truths.Truth("yes", truths.YES), "x", bounds, kind)),
        _one_if("x IS NULL"),
    )
    columns = tuple(f"coalesce(sum({add}), 0)" for add in adds)
    return Leaf(columns, pooled, (0,) * len(adds), lambda row: total_between(row, bounds), adds=adds)


def parts_of(amount: Amount) -> list[str]:
    """The columns of a number."""
    parts = [part for side in (amount.value, amount.low, amount.high) for part in (side.top, side.bottom)]
    return [*parts, amount.known, amount.endless_low, amount.endless_high]


def _day(row: tuple[Any, ...]) -> Any:
    return row[0] or Unknown.because(UNDECIDED if row[1] else NO_DATA)


def amount_in(row: tuple[Any, ...]) -> Number | Unknown:
    """The number that a row of its columns, and of how many records there are, tells of."""
    *parts, known, endless_low, endless_high, _ = row
    if not known:
        return Unknown.because(UNDECIDED)
    value, low, high = (exact(parts[at], parts[at + 1]) for at in (0, 2, 4))
    return Number(value, -math.inf if endless_low else low, math.inf if endless_high else high)


def total_between(row: tuple[Any, ...], bounds: tuple[Fraction | float, Fraction | float]) -> Number:
    """A total of what is surely there, its bounds, and how many values are missing of which these are declared."""
    value, low, high = map(exact, row[:3])
    endless = [row[3] and isinstance(side, float) for side in bounds]
    return Number(value, -math.inf if endless[0] else min(low, value), math.inf if endless[1] else max(high, value))


def exact(top: Any, bottom: Any = 1) -> Fraction:
    """What the database gives as an exact number."""
    return Fraction(Decimal(top) if isinstance(top, Decimal) else int(top)) / int(bottom)


# ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _members(members: Node, place: Place, compiler: Compiler) -> Leaf | Unknown:
    if members.kind.key != kinds.SUBJECT:
        return _values(members, place, compiler)
    found = _sets((members,), place, compiler)
    if isinstance(found, Unknown):
        return found
    ((truth, more),), frame = found
    columns = (counted(truth.true), counted(truth.possible), more)
    adds = (_one_if(truth.true), _one_if(truth.possible), "0") if more == "0" else ()
    return Leaf(
        columns, frame.step, (0, 0, 0), lambda row: between(row[0], row[1] + row[2]), adds=adds, by_subject=True
    )


def _sets(
    members: tuple[Node, ...], place: Place, compiler: Compiler
) -> tuple[list[tuple[Truth, str]], Frame] | Unknown:
    """Whether each subject is in each of some sets, and how many more may be, over one frame."""
    cell = compiler.everybody(place)
    found = [compiler.member(one, cell) for one in members]
    if any(isinstance(one, Unknown) for one in found):
        return merged(*found)
    return [(one[0], one[1]) for one in found if not isinstance(one, Unknown)], cell.frame


def _share(node: nodes.Ratio, place: Place, compiler: Compiler) -> Leaf | Unknown:
    inside = lies_inside(node.numerator, node.denominator)
    if node.numerator.kind.key != kinds.SUBJECT:
        return _share_of_values(node, place, compiler, inside=inside)
    found = _sets((node.numerator, node.denominator), place, compiler)
    if isinstance(found, Unknown):
        return found
    ((part, more), (whole, others)), frame = found
    either = truths.either(part.possible, whole.true)
    conditions = [part.true, part.possible, "", whole.true, whole.possible, "", either]
    columns = [counted(one) for one in conditions]
    columns[2], columns[5] = more, others
    adds = [_one_if(one) if one else "0" for one in conditions] if more == others == "0" else []
    return Leaf(
        tuple(columns), frame.step, (0,) * len(columns), lambda row: shared(row, inside=inside), adds=tuple(adds),
        by_subject=True,
    )  # fmt: skip


def shared(row: tuple[Any, ...], *, inside: bool) -> Number | Unknown:
    """A share of two sets: of each how many surely, how many at most, how many more; and how many in either."""
    yes, possible, more, whole_yes, whole_possible, others, either_ = map(int, row)
    plain = share(between(yes, possible + more), between(whole_yes, whole_possible + others))
    if isinstance(plain, Unknown) or not inside:
        return plain
    return replace(plain, high=min(plain.high, Fraction(1) if others else Fraction(possible, either_)))


def _values(members: Node, place: Place, compiler: Compiler) -> Leaf | Unknown:
    found = compiler.keys(members, place)
    if isinstance(found, Unknown):
        return found
    if place.as_of is None and found.unnamed:
        raise NotCompiledError("sets of values on many days")
    more = f"(SELECT n FROM {found.unnamed})" if found.unnamed else "0"
    return Leaf((counted("yes"), "count(*)", more), found.step, (0, 0, 0), lambda row: between(row[0], row[1] + row[2]))


def _share_of_values(node: nodes.Ratio, place: Place, compiler: Compiler, *, inside: bool) -> Leaf | Unknown:
    if place.as_of is None:
        raise NotCompiledError("a share of sets of values on many days")
    part, whole = compiler.keys(node.numerator, place), compiler.keys(node.denominator, place)
    if isinstance(part, Unknown) or isinstance(whole, Unknown):
        return merged(part, whole)
    more, others = (f"(SELECT n FROM {one.unnamed})" if one.unnamed else "0" for one in (part, whole))
    both = compiler.program.step(
        f"SELECT coalesce(a.yes, FALSE) AS a_yes, a.v IS NOT NULL AS a_may, coalesce(b.yes, FALSE) AS b_yes, "
        f"b.v IS NOT NULL AS b_may FROM {part.step} a FULL JOIN {whole.step} b ON a.v = b.v"
    )
    columns = (
        counted("a_yes"), counted("a_may"), more, counted("b_yes"), counted("b_may"), others, counted("a_may OR b_yes")
    )  # fmt: skip
    return Leaf(columns, both, (0,) * len(columns), lambda row: shared(row, inside=inside))
