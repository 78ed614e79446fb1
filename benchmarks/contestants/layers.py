"""Ibis, the layer over databases that analysts are most likely to take for this: one expression an indicator."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from benchmarks.contestants.layouts import CLUSTERED
from benchmarks.questions import MEMBERS, fold

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Answers, Condition, Questions, Total


def answers(path: Path, questions: Questions, day: date) -> Answers:
    """Sets of organisations by intersection, union and difference of tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Ibis asks DuckDB by names that have become old
        return _answers(path, questions, day)


def _answers(path: Path, questions: Questions, day: date) -> Answers:
    import ibis

    connection = ibis.duckdb.connect(str(path), read_only=True)
    try:
        happened = connection.table(CLUSTERED.events)
        happened = happened.filter(happened.occurred_on <= day)
        register = connection.table("register")

        def people(name: str) -> Any:
            if name == MEMBERS:
                return _members(register, day)
            return _having(happened, questions.conditions[name])

        asked = [*questions.counts.values(), *(one for pair in questions.shares.values() for one in pair)]
        counted = {
            formula: fold(formula, people, lambda a, b: a.intersect(b), lambda a, b: a.union(b, distinct=True),
                          lambda a, b: a.difference(b)).organisation.nunique().execute()
            for formula in asked
        }  # fmt: skip
        totals = {name: _total(happened, total) for name, total in questions.totals.items()}
    finally:
        connection.disconnect()
    return questions.answers({formula: int(size) for formula, size in counted.items()}, totals)


def _members(register: Any, day: date) -> Any:
    since, until = (register.member_from <= day).fill_null(YES), (register.member_to >= day).fill_null(YES)
    return register.filter(register.kind == "member", since, until).select("organisation")


def _having(happened: Any, condition: Condition) -> Any:
    rows = happened.filter(happened.type == condition.type)
    for part in filter(None, condition.python.split(" and ")):
        column, comparison, value = part.split(" ")
        rows = rows.filter(
            _COMPARED[comparison](rows[column], _VALUES.get(value) if value in _VALUES else _read(value))
        )
    return rows.select("organisation")


def _read(value: str) -> Any:
    return value.strip("'") if value.startswith("'") else int(value)


YES: Any = True
_VALUES = {"True": True, "False": False}
_COMPARED = {
    "==": lambda column, value: column == value,
    "!=": lambda column, value: (column != value).fill_null(YES),
    ">=": lambda column, value: column >= value,
}


def _total(happened: Any, total: Total) -> Any:
    rows = happened.filter(happened.type == total.type)
    if total.least:
        rows = rows.filter(rows[total.least[0]] >= total.least[1])
    found = (rows[total.column].sum() if total.column else rows.count()).execute()
    return found if total.column == "" or hasattr(found, "as_tuple") else int(found)
