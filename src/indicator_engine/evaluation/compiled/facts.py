"""What has to be found out of records for a total, a mean or an extreme, and the number that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled import numbers
from indicator_engine.evaluation.compiled.numbers import DECIMAL, Amount, NotCompiledError, Quotient
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, both

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from indicator_engine.evaluation.compiled.dialects import Dialect


def named(columns: Mapping[str, str]) -> str:
    """Expressions with their names."""
    return ", ".join(f"{text} AS {name}" for name, text in columns.items())


def extreme_day(function: str) -> str:
    """The first or last day of rows with `yes` and `x`, if none that is undecided could change it; else NULL."""
    sure = f"{function}(CASE WHEN yes THEN x END)"
    rival = f"{function}(CASE WHEN yes THEN NULL ELSE x END)"
    missing = "max(CASE WHEN x IS NULL THEN 1 ELSE 0 END)"
    beyond = "<" if function == "min" else ">"
    return f"CASE WHEN {missing} = 1 OR coalesce({rival} {beyond} {sure}, FALSE) THEN NULL ELSE {sure} END"


FACTS: dict[str, tuple[str, ...]] = {
    "sum": ("value", "low", "high", "open_low", "open_high"),
    "mean": ("total", "known", "rows", "sure", "least", "most", "loose_low", "loose_high", "open"),
    "median": (
        "lower",
        "upper",
        "known",
        "rows",
        "sure",
        "low",
        "high",
        "open",
        "low_lower",
        "low_upper",
        "high_lower",
        "high_upper",
    ),
    "min": ("value", "known", "rows", "low", "high", "open", "firm"),
    "max": ("value", "known", "rows", "low", "high", "open", "firm"),
}
"""What has to be found out of rows with `yes` and `x` for each function."""


def facts_of(
    function: str,
    bounds: tuple[Fraction | float, Fraction | float],
    dialect: Dialect,
    *,
    decimal: bool,
    yes: str = "yes",
    x: str = "x",
) -> dict[str, str]:
    """The facts of a function over rows: `yes` says which surely belong, `x` their values; `bounds` are declared."""
    kind = DECIMAL if decimal else "HUGEINT"
    low, high = sides_of(bounds, kind)
    endless = [int(isinstance(side, float)) for side in bounds]
    sure = f"CASE WHEN {yes} THEN {x} END"
    least, most = f"coalesce({x}, {low})", f"coalesce({x}, {high})"
    facts = {
        "value": f"coalesce({function}({sure}), 0)",
        "total": f"coalesce(sum({sure}), 0)",
        "open_low": f"max(CASE WHEN {x} IS NULL THEN {endless[0]} ELSE 0 END)",
        "open_high": f"max(CASE WHEN {x} IS NULL THEN {endless[1]} ELSE 0 END)",
        "known": f"sum(CASE WHEN {yes} AND {x} IS NOT NULL THEN 1 ELSE 0 END)",
        "rows": "count(*)",
        "sure": f"sum(CASE WHEN {yes} THEN 1 ELSE 0 END)",
        "least": f"coalesce(sum(CASE WHEN {yes} THEN {least} END), 0)",
        "most": f"coalesce(sum(CASE WHEN {yes} THEN {most} END), 0)",
        "loose_low": f"coalesce(min(CASE WHEN {yes} THEN NULL ELSE {least} END), 0)",
        "loose_high": f"coalesce(max(CASE WHEN {yes} THEN NULL ELSE {most} END), 0)",
        "low": f"min({least})",
        "high": f"max({most})",
        "open": f"max(CASE WHEN {x} IS NULL THEN 1 ELSE 0 END)",
        "lower": f"coalesce({dialect.middle(sure)}, 0)",
        "upper": f"coalesce({dialect.middle(sure, upper=True)}, 0)",
        "low_lower": dialect.middle(least),
        "low_upper": dialect.middle(least, upper=True),
        "high_lower": dialect.middle(most),
        "high_upper": dialect.middle(most, upper=True),
        "firm": f"{function}(CASE WHEN {yes} THEN {_firm(function, bounds, low, high, x)} END)",
    }
    if function == "sum":
        _, lowest, highest = added(Truth(yes, YES), x, bounds, kind)
        facts |= {"low": f"sum({lowest})", "high": f"sum({highest})"}
    return {name: facts[name] if name in _COUNTED else f"CAST({facts[name]} AS {kind})" for name in FACTS[function]}


_COUNTED = {"known", "rows", "sure", "open", "open_low", "open_high"}
"""Facts that are no values of the attribute."""


def added(truth: Truth, x: str, bounds: tuple[Fraction | float, Fraction | float], kind: str) -> tuple[str, str, str]:
    """What a record adds to a total: what is surely there, at the least, and at the most."""
    surely = f"CASE WHEN {truth.true} THEN coalesce({x}, 0) ELSE 0 END"
    low, high = (
        f"CASE WHEN {truth.true} THEN coalesce({x}, {side}) WHEN {truth.possible} "
        f"THEN {hold}(coalesce({x}, {side}), 0) ELSE 0 END"
        for side, hold in zip(sides_of(bounds, kind), ("least", "greatest"), strict=True)
    )
    return surely, low, high


def sides_of(bounds: tuple[Fraction | float, Fraction | float], kind: str) -> tuple[str, str]:
    """What stands for a missing value at the least, and at the most."""
    return _side(bounds[0], kind), _side(bounds[1], kind)


def _side(value: Fraction | float, kind: str) -> str:
    """A declared bound; nought where there is none, which then does not count."""
    if isinstance(value, float):
        return "0"
    return _literal(value, kind)


def _firm(function: str, bounds: tuple[Fraction | float, Fraction | float], low: str, high: str, x: str) -> str:
    """What a record that surely belongs holds the least (or the most) to; a missing value, to its bound."""
    side, text = (bounds[1], high) if function == "min" else (bounds[0], low)
    return x if isinstance(side, float) else f"coalesce({x}, {text})"


def _literal(value: Fraction, kind: str) -> str:
    found = numbers.literal(value)
    if found.is_plain:
        return f"CAST({found.top} AS {kind})"
    scaled = value * 10**numbers.PLACES
    if scaled.denominator != 1:
        raise NotCompiledError("a declared bound of more than twenty places")
    whole, rest = divmod(abs(scaled.numerator), 10**numbers.PLACES)
    return f"CAST({'-' if value < 0 else ''}{whole}.{rest:0{numbers.PLACES}} AS {kind})"


def amount_of(
    function: str, facts: Mapping[str, str], *, decimal: bool, bounds: tuple[Fraction | float, Fraction | float]
) -> Amount:
    """The number that facts of a function come to, as `aggregates.py` defines it."""
    q = {name: Quotient(text, "1", decimal) for name, text in facts.items()}
    if function == "sum":
        return Amount(
            q["value"], numbers.least(q["low"], q["value"]), numbers.greatest(q["high"], q["value"]), YES,
            f"({facts['open_low']} = 1)", f"({facts['open_high']} = 1)",
        )  # fmt: skip
    known, open_ = f"({facts['known']} > 0)", f"({facts['open']} = 1)"
    floorless, ceilingless = (isinstance(side, float) for side in bounds)
    if function in ("mean", "median"):
        parts = _mean(q, facts) if function == "mean" else _median(q, facts)
        return Amount(*parts, known, open_ if floorless else NO, open_ if ceilingless else NO)
    if function == "min":
        return Amount(q["value"], q["low"], q["firm"], known, open_ if floorless else NO, NO)
    return Amount(q["value"], q["firm"], q["high"], known, NO, open_ if ceilingless else NO)


def _mean(q: Mapping[str, Quotient], facts: Mapping[str, str]) -> tuple[Quotient, Quotient, Quotient]:
    """What is known of a mean, and its two ends."""
    value = Quotient(q["total"].top, _above_nought(facts["known"]), q["total"].decimal)
    return value, _end_of_mean("<", "least", "loose_low", q, facts), _end_of_mean(">", "most", "loose_high", q, facts)


def _end_of_mean(
    beyond: str, settled: str, loose: str, q: Mapping[str, Quotient], facts: Mapping[str, str]
) -> Quotient:
    """One end of it: with all that may not belong, as far out as any of it can be, where that pulls it further."""
    count, rest = Quotient(f"CAST({facts['sure']} AS HUGEINT)"), f"({facts['rows']} - {facts['sure']})"
    pulls = both(f"({rest} > 0)", numbers.compare(beyond, numbers.times(q[loose], count), q[settled]))
    pulled = numbers.plus(q[settled], numbers.times(q[loose], Quotient(f"CAST({rest} AS HUGEINT)")))
    return Quotient(
        f"CASE WHEN {pulls} THEN {pulled.top} ELSE {q[settled].top} END",
        f"CASE WHEN {pulls} THEN {facts['rows']} ELSE {_above_nought(facts['sure'])} END",
        pulled.decimal,
    )


def _above_nought(count: str) -> str:
    return f"CASE WHEN {count} = 0 THEN 1 ELSE {count} END"


def _median(q: Mapping[str, Quotient], facts: Mapping[str, str]) -> tuple[Quotient, Quotient, Quotient]:
    """What is known of a median, and its two ends."""
    all_belong = f"({facts['sure']} = {facts['rows']})"
    low, high = (numbers.picked(all_belong, _between(q[f"{end}_lower"], q[f"{end}_upper"]), q[end]) for end in _ENDS)
    return _between(q["lower"], q["upper"]), low, high


_ENDS = ("low", "high")


def _between(one: Quotient, other: Quotient) -> Quotient:
    """Halfway from one number to another."""
    both_ = numbers.plus(one, other)
    return Quotient(both_.top, "2", both_.decimal)
