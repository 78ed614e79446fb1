"""How plans are spelt in the words of each engine: every one is SQL of that engine, and a few are held to the letter.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; the difference is then reviewed like code.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot
from tests.databases.asking import DATA, EXPRESSIONS
from tests.databases.filling import mappings_of, tables_of

from indicator_engine.evaluation.compiled.connections import Column, Connection
from indicator_engine.evaluation.compiled.course import Course
from indicator_engine.evaluation.compiled.dialects import DUCKDB, POSTGRES, SPARK, Dialect
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.flat import Batch
from indicator_engine.evaluation.compiled.leaves import is_figure, leaf_of
from indicator_engine.evaluation.compiled.mapped import MappedGround
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.reference import Frame, Moment
from indicator_engine.language import nodes
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store.records import FOREVER, Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIALECTS = {one.name: one for one in (DUCKDB, POSTGRES, SPARK)}
HERE = Path(__file__).parent / "plans"
MOMENT = Moment(date(2010, 3, 31), FOREVER, DATA.statement.period)
TOGETHER = (
    "count(members & organisations(pledge[stage >= 2]))", "count(organisations(pledge) - organisations(withdrawal))",
    "sum(training.people)", "count(tender[viable and not code_included])",
)  # fmt: skip
BY_ITSELF = ("median(training.hours)", "count(latest(pledge))", 'count(contract[item == "pens"])')
HELD = {"VARCHAR": "text", "DATE": "date", "TIMESTAMP": "instant", "BOOLEAN": "truth", "BIGINT": "whole",
        "DECIMAL(38,20)": "decimal", "VARCHAR[]": "texts"}  # fmt: skip


class Asked(Connection):
    """A database without rows, which remembers what it was asked."""

    shown = "nowhere"

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.asked: list[str] = []
        self.held = {
            name: {one: Column(HELD[kind]) for one, kind in columns.items()}
            for name, columns, _ in tables_of(DATA.statement.schema, Records())
        }

    def tables(self) -> list[str]:
        """Those that are mapped."""
        return list(self.held)

    def columns(self, table: str) -> Mapping[str, Column] | None:
        """As attributes are."""
        return self.held[table]

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """None."""
        self.asked.append(query)
        return []

    def close(self) -> None:
        """Nothing is open."""


def queries(dialect: Dialect) -> Iterator[tuple[str, str]]:
    """What is asked of each expression, and what opening tables asks."""
    connection = Asked(dialect)
    schema = DATA.statement.schema
    answers = Answers(MappedGround(connection, schema, mappings_of(schema)))
    yield from (("opening", query) for query in connection.asked)
    trees = {text: elaborate(text, schema).node for text in (*TOGETHER, *BY_ITSELF, *EXPRESSIONS)}
    batch, course = Batch(answers.ground, answers.program), Course(answers.ground, answers.program, days())
    for text in TOGETHER:
        assert batch.take((trees[text], MOMENT, Frame()), Compiled(answers))
        assert course.follow(trees[text], MOMENT, Compiled(answers))
    found = {"together": batch.query(), "course": course.query()}
    for text, tree in trees.items():
        for node in (one for one in nodes.walk(tree) if is_figure(one)):
            leaf = leaf_of(node, Place.of(MOMENT), Compiled(answers).compiler)
            found[text] = leaf.query(by_day=False)  # type: ignore[union-attr]  # all of them are covered
            break
    for name, query in found.items():
        yield name, dialect.translated(answers.program.written(query))


def days() -> list[date]:
    """Three ends of months."""
    return [date(2009, 10, 31), date(2009, 11, 30), date(2009, 12, 31)]


@pytest.mark.parametrize("name", DIALECTS)
def test_each_query_is_sql_of_its_engine(name: str):
    """A parser of the engine's SQL reads each as one query that changes nothing."""
    told = dict(queries(DIALECTS[name]))
    assert len(told) > 15
    for query in told.values():
        (parsed,) = sqlglot.parse(query, read=name)
        assert isinstance(parsed, sqlglot.exp.Query), query


@pytest.mark.parametrize("name", DIALECTS)
def test_plans_are_spelt_as_reviewed(name: str):
    """To the letter."""
    told = {key: text for key, text in queries(DIALECTS[name]) if key in ("together", "course", *BY_ITSELF)}
    text = "".join(f"-- {key}\n{query.replace('), step', f'),{chr(10)}step')}\n\n" for key, query in told.items())
    file = HERE / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
