"""Which target is in force, and what it comes to: versions, stages, baselines, paths.

A version counts once it is known (`known_from`) and effective; one decided after its own deadline never counts. All
numbers stay exact.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.evaluation.values import UNDECIDED, Number, TruthValue, Unknown, all_of, compared, number
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from indicator_engine.conventions import Due
    from indicator_engine.definitions.model import Indicator, Target
    from indicator_engine.periods import Period

LIMITS = ("at_most", "less_than", "exactly", "between")
"""Comparators that hold something within limits: satisfied is not met before the deadline, it could still be broken."""


@dataclass(frozen=True)
class InForce:
    """The target an indicator is judged by: its version, how manieth of its stage, its deadline and stage."""

    target: Target
    version: int
    due: Due | None
    stage: int
    previous: Target | None = None


def stage_in_force(indicator: Indicator, as_of: date, known_at: datetime) -> int:
    """The first stage whose deadline, as known at an instant, has not passed, else the last.

    Stages are in order of their deadlines.
    """
    for index, stage in enumerate(indicator.stages):
        standing = in_force(indicator, index, as_of, known_at)
        due = standing.due if standing else stage[0].due or indicator.due
        if due is None or as_of <= due.day:
            return index
    return len(indicator.stages) - 1


def in_force(indicator: Indicator, stage: int, as_of: date, known_at: datetime) -> InForce | None:
    """The version of a stage that stands on a day as known at an instant; None before the first is known."""
    found = None
    versions = indicator.stages[stage]
    for index, version in enumerate(versions):
        due = version.due or indicator.due
        day = min(as_of, due.day) if due else as_of
        effective = version.effective_from or version.known_from or date.min
        if (version.known_from or date.min) <= known_at.date() and effective <= day:
            found = InForce(version, index + 1, due, stage, versions[index - 1] if index else None)
    return found


def is_set(target: Target, as_of: date, known_at: datetime) -> bool:
    """Whether the target had been set by the day; a date known only roughly counts from its last day."""
    set_on = target.provenance.set_on
    return set_on is None or set_on.latest <= min(as_of, known_at.date())


def comes_to(target: Target, baseline: Number | None) -> Fraction | None:
    """The number the value must reach: the target's own, or what a movement from its baseline makes of it."""
    if target.relative in (None, "additional"):
        return target.value
    if baseline is None:
        return None
    if target.relative in ("increase", "decrease"):
        return baseline.value
    return _moved(target, baseline.value)


def _moved(target: Target, baseline: Fraction) -> Fraction:
    """The baseline moved by the target's number or share of it; a share of a debt is of its size."""
    by = (target.value or Fraction(0)) * (abs(baseline) if target.unit == "ratio" else 1)
    return baseline + by if target.relative == "increase_by" else baseline - by


def satisfied(target: Target, value: Number, goal: Fraction, baseline: Number | None) -> TruthValue:
    """Whether a value satisfies a target; unknown when it could go either way."""
    if target.relative in ("increase", "decrease"):
        return compared(">" if target.relative == "increase" else "<", value, baseline or number(goal))
    if target.relative in ("increase_by", "decrease_by"):
        return _moved_enough(target, value, baseline or number(0))
    if target.relative == "additional":
        return compared(">=", value, number(goal))
    if target.comparator == "between":
        upper = goal if target.upper is None else target.upper
        return all_of((compared(">=", value, number(goal)), compared("<=", value, number(upper))))
    return compared(_OPERATORS[target.comparator], value, number(goal))


def _moved_enough(target: Target, value: Number, baseline: Number) -> TruthValue:
    """A movement compared with every goal that the baseline could set: at both its ends, and where its sign turns."""
    if isinstance(baseline.low, float) or isinstance(baseline.high, float):
        return Unknown.because(UNDECIDED)
    turns = [Fraction(0)] if baseline.low < 0 < baseline.high else []
    goals = [_moved(target, end) for end in (baseline.low, baseline.high, *turns)]
    goal = number(_moved(target, baseline.value), min(goals), max(goals))
    return compared(">=" if target.relative == "increase_by" else "<=", value, goal)


_OPERATORS = {"at_least": ">=", "at_most": "<=", "exactly": "==", "more_than": ">", "less_than": "<"}


def expected_by(
    indicator: Indicator, goal: Fraction | None, start: Fraction, day: date, due: Due | None, period: Period
) -> Fraction | None:
    """Where the declared path says the value should be on a day; None without a path, or before its first point."""
    path = indicator.trajectory
    if path is None:
        return None
    if path.linear:
        if goal is None or due is None or due.day <= period.start:
            return None
        elapsed = max((min(day, due.day) - period.start).days, 0)
        return start + (goal - start) * Fraction(elapsed, (due.day - period.start).days)
    reached = [value for when, value in path.points if when <= day]
    return reached[-1] if reached else None


def still_needed(target: Target, value: Number, goal: Fraction | None, *, whole: bool) -> Fraction | None:
    """How many more are needed: whole ones of what is counted in `whole` ones and for shares of a known whole.

    None where it makes no sense.
    """
    falls = target.relative in ("decrease", "decrease_by")
    if goal is None or target.delivered or target.comparator not in ("at_least", "more_than", "exactly") or falls:
        return None
    strictly = target.comparator == "more_than" or target.relative == "increase"
    if value.numerator and value.denominator and value.denominator.is_decided:
        return _lacking(goal * value.denominator.value, value.numerator.value, strictly=strictly, whole=True)
    return _lacking(goal, value.value, strictly=strictly, whole=whole)


def _lacking(goal: Fraction, value: Fraction, *, strictly: bool, whole: bool) -> Fraction:
    if whole:
        least = math.floor(goal) + 1 if strictly else math.ceil(goal)
        return max(Fraction(least) - value, Fraction(0))
    return max(goal - value, Fraction(0))
