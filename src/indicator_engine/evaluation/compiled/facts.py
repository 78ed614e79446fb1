"""What has to be found out of records for a total, a mean or an extreme, and the number that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled import numbers
from indicator_engine.evaluation.compiled.numbers import DECIMAL, Amount, NotCompiledError, Quotient
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth

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
    "mean": ("total", "known", "rows", "low", "high", "open"),
    "median": ("lower", "upper", "known", "rows", "low", "high", "open"),
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
    facts = {
        "value": f"coalesce({function}({sure}), 0)",
        "total": f"coalesce(sum({sure}), 0)",
        "open_low": f"max(CASE WHEN {x} IS NULL THEN {endless[0]} ELSE 0 END)",
        "open_high": f"max(CASE WHEN {x} IS NULL THEN {endless[1]} ELSE 0 END)",
        "known": f"sum(CASE WHEN {yes} AND {x} IS NOT NULL THEN 1 ELSE 0 END)",
        "rows": "count(*)",
        "low": f"min(coalesce({x}, {low}))",
        "high": f"max(coalesce({x}, {high}))",
        "open": f"max(CASE WHEN {x} IS NULL THEN 1 ELSE 0 END)",
        "lower": f"coalesce({dialect.middle(sure)}, 0)",
        "upper": f"coalesce({dialect.middle(sure, upper=True)}, 0)",
        "firm": f"{function}(CASE WHEN {yes} THEN {_firm(function, bounds, low, high, x)} END)",
    }
    if function == "sum":
        _, least, most = added(Truth(yes, YES), x, bounds, kind)
        facts |= {"low": f"sum({least})", "high": f"sum({most})"}
    return {name: facts[name] if name in _COUNTED else f"CAST({facts[name]} AS {kind})" for name in FACTS[function]}


_COUNTED = {"known", "rows", "open", "open_low", "open_high"}
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
    known, whole = f"({facts['known']} > 0)", f"({facts['known']} = {facts['rows']})"
    floorless, ceilingless = (isinstance(side, float) for side in bounds)
    if function in ("mean", "median"):
        value = _middle(function, q, facts)
        open_ = f"({facts['open']} = 1)"
        return Amount(
            value, numbers.picked(whole, value, q["low"]), numbers.picked(whole, value, q["high"]), known,
            open_ if floorless else NO, open_ if ceilingless else NO,
        )  # fmt: skip
    open_ = f"({facts['open']} = 1)"
    if function == "min":
        return Amount(q["value"], q["low"], q["firm"], known, open_ if floorless else NO, NO)
    return Amount(q["value"], q["firm"], q["high"], known, NO, open_ if ceilingless else NO)


def _middle(function: str, q: Mapping[str, Quotient], facts: Mapping[str, str]) -> Quotient:
    if function == "mean":
        count = f"CASE WHEN {facts['known']} = 0 THEN 1 ELSE {facts['known']} END"
        return Quotient(q["total"].top, count, q["total"].decimal)
    both_ = numbers.plus(q["lower"], q["upper"])
    return Quotient(both_.top, "2", both_.decimal)
