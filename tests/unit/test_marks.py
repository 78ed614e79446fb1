"""Masks: every bit is where it is looked for, however many conditions and days there are."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from indicator_engine.evaluation.compiled.marks import BITS, Marks
from indicator_engine.evaluation.compiled.truths import NO, YES, Truth, plain

FIRST = date(2009, 4, 1)
ROWS = [(row % 7, FIRST + timedelta(days=row * 5 % 60), row % 13 if row % 5 else None) for row in range(80)]
"""A subject, a day, and a number that is sometimes missing."""


def at_least(number: int) -> Truth:
    return Truth(f"coalesce(x >= {number}, FALSE)", f"coalesce(x >= {number}, TRUE)")


@pytest.fixture
def connection():
    """A table with the rows."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE r (s INTEGER, day DATE, x INTEGER)")
        connection.executemany("INSERT INTO r VALUES (?, ?, ?)", ROWS)
        yield connection


@pytest.mark.parametrize("conditions", [1, 3, 13])
@pytest.mark.parametrize("days", [0, 1, 2, 5, BITS // 2 + 3])
def test_each_bit_says_its_condition(connection, conditions, days):
    """The subjects that have a bit are those that have such a row, whatever else is in the mask."""
    marks = Marks()
    turns: list[date | None] = [FIRST + timedelta(days=2 * number) for number in range(days)]
    asked = [(number, day) for number in range(conditions) for day in turns or [None]]
    truths = [marks.of("r", at_least(number), day) for number, day in asked]
    masks = ", ".join(f"bit_or({word}) AS {word}" for word in marks.words)
    sides = ", ".join(marks.written(side) for truth in truths for side in (truth.true, truth.possible))
    query = f"SELECT s, {sides} FROM (SELECT s, {masks} FROM ({marks.query('r', ('s',))}) GROUP BY s)"  # noqa: S608  # our own
    for subject, *found in connection.execute(query).fetchall():
        own = [(day, x) for of, day, x in ROWS if of == subject]
        expected = [
            any((until is None or day <= until) and (perhaps if x is None else x >= number) for day, x in own)
            for number, until in asked for perhaps in (False, True)
        ]  # fmt: skip
        assert expected == found


def test_what_needs_no_row_has_no_bit():
    """What is never so has no bit; what always is has one, for whoever has any row."""
    marks = Marks()
    assert plain(NO) == marks.of("r", plain(NO))
    assert not marks
    surely, perhaps = marks.of("r", plain(YES)), marks.of("r", Truth(NO, YES))
    assert surely.true == surely.possible
    assert (NO, "(m0 & 2 <> 0)") == (perhaps.true, marks.written(perhaps.possible))
    assert "SELECT s, g0 AS m0 FROM (SELECT s, CAST(1 + 2 AS BIGINT) AS g0 FROM r) marked" == marks.query("r", ("s",))
