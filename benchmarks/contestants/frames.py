"""Data frames: a script of pandas, and a lazy query of Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants.layouts import CLUSTERED, LISTED, opened
from benchmarks.questions import MEMBERS, fold

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Answers, Questions


Frames = tuple[Any, Any]
"""Events and the register."""

# ── pandas ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def loaded(path: Path) -> Frames:
    """The events and the register in memory, texts as they come, what is not known as no number; it is not timed."""
    events, register = _read(path)
    for column in ("viable", "has_scheme"):
        events[column] = events[column].astype("boolean").to_numpy("float64", na_value=float("nan"))
    return events, register


def helped(path: Path) -> Frames:
    """The same with few values as categories."""
    events, register = _read(path)
    for column in ("type", "organisation", "code", "viable", "has_scheme"):
        events[column] = events[column].astype("category")
    return events, register


def _read(path: Path) -> Frames:
    with opened(path) as connection:
        events = connection.execute(f"FROM {CLUSTERED.events}").df()
        register = connection.execute("FROM register").df()
    return events.drop(columns=["event_id", "recorded_at", "item"]), register


def script(events: Any, register: Any, questions: Questions, day: date) -> Answers:
    """Masks over the rows of each type, which are parted once, and sets of organisations."""
    import pandas as pd

    moment = pd.Timestamp(day)
    happened = events[events["occurred_on"] <= moment]
    of_type = {name: happened[happened["type"] == name] for name in {*questions.types, *questions.totals_of}}
    return _told(of_type, register, questions, moment)


def plain_script(events: Any, register: Any, questions: Questions, day: date) -> Answers:
    """A mask over all rows for each condition, as one comes to it."""
    import pandas as pd

    moment = pd.Timestamp(day)
    return _told(_EachTime(events, moment), register, questions, moment)


class _EachTime:
    """The rows of a type that had happened, looked for whenever they are asked for."""

    def __init__(self, events: Any, moment: Any) -> None:
        self._events, self._moment = events, moment

    def __getitem__(self, name: str) -> Any:
        return self._events[(self._events["type"] == name) & (self._events["occurred_on"] <= self._moment)]


def _told(of_type: Any, register: Any, questions: Questions, moment: Any) -> Answers:
    """Sets of organisations by the rows of each type, and totals."""
    sets = {
        one.name: set(of_type[one.type].query(one.python)["organisation"].unique() if one.python
                      else of_type[one.type]["organisation"].unique())
        for one in questions.conditions.values()
    }  # fmt: skip
    listed = register[register["kind"] == "member"]
    since, until = listed["member_from"], listed["member_to"]
    there = (since.isna() | (since <= moment)) & (until.isna() | (until >= moment))
    sets[MEMBERS] = set(listed[there]["organisation"])
    totals: dict[str, Any] = {}
    for name, total in questions.totals.items():
        rows = of_type[total.type]
        rows = rows[rows[total.least[0]] >= total.least[1]] if total.least else rows
        totals[name] = float(rows[total.column].sum()) if total.column else len(rows)
    return questions.answers({one: len(_set(one, sets)) for one in questions.formulas}, totals)


def _set(formula: str, sets: dict[str, set[Any]]) -> set[Any]:
    return fold(formula, sets.__getitem__, lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a - b)


# ── Polars ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def lazy(parquet: Path, register: Path, questions: Questions, day: date) -> Answers:
    """One grouping by organisation over the file, joined with the register, and one more query for the totals."""
    import polars as pl

    happened = pl.scan_parquet(parquet).filter(pl.col("occurred_on") <= day)
    holds = {
        one.name: (pl.col("type") == one.type) & (pl.sql_expr(one.sql) if one.sql else pl.lit(value=True))
        for one in questions.conditions.values()
    }
    flags = happened.group_by("organisation").agg(
        [one.fill_null(value=False).any().alias(name) for name, one in holds.items()]
    )
    listed = pl.scan_csv(register, try_parse_dates=True).select(
        "organisation",
        (pl.sql_expr(LISTED) & (pl.col("member_from") <= day).fill_null(value=True)
         & (pl.col("member_to") >= day).fill_null(value=True)).alias(MEMBERS),
    )  # fmt: skip
    everybody = listed.join(flags, on="organisation", how="left").with_columns(pl.col(*holds).fill_null(value=False))
    sizes = everybody.select([_expression(one).sum().alias(f"n{n}") for n, one in enumerate(questions.formulas)])
    sums = happened.select([_total(total).alias(name) for name, total in questions.totals.items()])
    counted, totals = (one.row(0) for one in pl.collect_all([sizes, sums], engine="streaming"))
    return questions.answers(
        dict(zip(questions.formulas, counted, strict=True)), dict(zip(questions.totals, totals, strict=True))
    )


def _expression(formula: str) -> Any:
    import polars as pl

    return fold(formula, pl.col, lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a & ~b)


def _total(total: Any) -> Any:
    import polars as pl

    rows = pl.col("type") == total.type
    if total.least:
        rows &= pl.col(total.least[0]) >= total.least[1]
    return pl.col(total.column).filter(rows).sum() if total.column else rows.sum()
