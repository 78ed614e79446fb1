"""An expression for each row, by an interpreter of small expressions: how many an application of rules does it.

Asked of a sample, since all rows would take hours. Expressions are parsed once, or, as the interpreter's own
documentation shows it, for each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contestants.layouts import SAMPLE, opened
from benchmarks.questions import MEMBERS, fold

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    import duckdb

    from benchmarks.questions import Answers, Questions

    Rows = list[dict[str, Any]]
    Holds = Callable[[str, dict[str, Any]], bool]

SAMPLED = 20_000
"""Events of the sample."""


def loaded(path: Path) -> tuple[Rows, Rows]:
    """The events of the sample and the register as dicts; it does not count as time."""
    with opened(path) as connection:
        return _dicts(connection, SAMPLE.events), _dicts(connection, "register")


def _dicts(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    rows = connection.execute(f"FROM {table}").fetchall()
    names = [column[0] for column in connection.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows]


def answers(events: Rows, register: Rows, questions: Questions, day: date) -> Answers:
    """Each condition of a row's type asked of the row; expressions are parsed once."""
    from simpleeval import SimpleEval

    interpreter = SimpleEval()
    parsed = {one.python: interpreter.parse(one.python) for one in questions.conditions.values() if one.python}

    def holds(expression: str, row: dict[str, Any]) -> bool:
        interpreter.names = row
        return bool(interpreter.eval(expression, previously_parsed=parsed[expression]))

    return _told(events, register, questions, day, holds)


def plain_answers(events: Rows, register: Rows, questions: Questions, day: date) -> Answers:
    """The same by a call for each row and condition."""
    from simpleeval import simple_eval

    return _told(events, register, questions, day, lambda expression, row: bool(simple_eval(expression, names=row)))


def _told(events: Rows, register: Rows, questions: Questions, day: date, holds: Holds) -> Answers:
    sets: dict[str, set[str]] = {name: set() for name in questions.conditions}
    totals: dict[str, Any] = dict.fromkeys(questions.totals, 0)
    for row in events:
        if row["occurred_on"] > day:
            continue
        for one in questions.types.get(row["type"], ()):
            if not one.python or holds(one.python, row):
                sets[one.name].add(row["organisation"])
        for name, total in questions.totals_of.get(row["type"], ()):
            if not total.least or row[total.least[0]] >= total.least[1]:
                totals[name] += row[total.column] if total.column else 1
    sets[MEMBERS] = {
        row["organisation"]
        for row in register
        if row["kind"] == "member"
        and (row["member_from"] is None or row["member_from"] <= day)
        and (row["member_to"] is None or row["member_to"] >= day)
    }
    counted = {
        formula: len(fold(formula, sets.__getitem__, lambda a, b: a & b, lambda a, b: a | b, lambda a, b: a - b))
        for formula in questions.formulas
    }
    return questions.answers(counted, totals)
