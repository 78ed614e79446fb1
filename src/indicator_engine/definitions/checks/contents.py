"""What a statement contains, as checks go through it: indicators with their parts, targets, expressions.

Nothing here judges; the checks beside it do, one in each module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.definitions.checks.logic import Allowed
from indicator_engine.language import nodes
from indicator_engine.periods import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.model import Expression, Indicator, Statement, Target
    from indicator_engine.periods import FuzzyDate

DataPath = tuple[str | int, ...]


def indicators(statement: Statement) -> Iterator[Indicator]:
    """Every indicator and, after a compound one, its parts."""
    for _, indicator in statement.indicators():
        yield from with_parts(indicator)


def with_parts(indicator: Indicator) -> Iterator[Indicator]:
    """An indicator and its parts."""
    yield indicator
    for part in indicator.parts:
        yield from with_parts(part)


def versions(indicator: Indicator) -> Iterator[Target]:
    """Every version of every stage of an indicator's target, in the order of the file."""
    for stage in indicator.stages:
        yield from stage


def standing(indicator: Indicator) -> Iterator[Target]:
    """The newest version of each stage: what an author can still put right. The older ones are history."""
    for stage in indicator.stages:
        if stage:
            yield stage[-1]


def due_of(target: Target, indicator: Indicator) -> Due | None:
    """The deadline that holds for one target: its own, or else the indicator's."""
    return target.due or indicator.due


def expressions(statement: Statement) -> Iterator[Expression]:
    """Every expression that an indicator uses: measures, baselines, dates to count from, watches."""
    for indicator in indicators(statement):
        yield from expressions_of(indicator)


def expressions_of(indicator: Indicator) -> Iterator[Expression]:
    """The expressions of one indicator, without those of its parts."""
    if indicator.measure:
        yield indicator.measure
    for target in versions(indicator):
        yield from (expression for expression in (target.baseline, target.since) if expression)
    for watch in indicator.watches:
        yield watch.select


def measure_of(indicator: Indicator) -> nodes.Node | None:
    """The query tree of what an indicator measures; None where there is none or it could not be read."""
    node = indicator.measure.node if indicator.measure else None
    return None if isinstance(node, nodes.Broken) else node


def target_words(target: Target) -> str:
    """The number of a target as it would be said: "at least 20", "10 additional", "between 20% and 30%"."""
    if target.value is None:
        return "no number yet"
    number = amounts.shown(target.value, target.unit)
    if target.relative:
        words = target.relative.replace("_", " ")
        return f"{number} {words}" if target.relative == "additional" else f"{words} {number}"
    if target.upper is not None:
        return f"between {number} and {amounts.shown(target.upper, target.unit)}"
    return f"{target.comparator.replace('_', ' ')} {number}"


def when(day: FuzzyDate) -> str:
    """A date as it is known: "on 5 September 2009", "in early September 2009"."""
    return f"on {shown(day.earliest)}" if day.is_exact else f"in {day}"


def accepted(target: Target) -> Allowed | None:
    """The values that meet a target; None where that depends on more than the value, or is not known yet."""
    if target.value is None or target.relative:
        return None
    match target.comparator:
        case "at_least" | "more_than":
            return Allowed(low=target.value, without_low=target.comparator == "more_than")
        case "at_most" | "less_than":
            return Allowed(high=target.value, without_high=target.comparator == "less_than")
        case _:
            return Allowed(low=target.value, high=target.value if target.upper is None else target.upper)
