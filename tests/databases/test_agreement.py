"""Postgres and DuckDB over tables of somebody else's say what the reference says of the records in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.databases.asking import DATA, PACKS, cases, differing, shipped
from tests.databases.filling import WIDE, fill_duckdb, fill_postgres, mappings_of, tables_of, wide_tables
from tests.generative.drawing import World, costly, wild_worlds, worlds
from tests.generative.test_compiled_agrees import asked, instants
from tests.generative.test_every_node_compiles import crowded
from tests.generative.test_every_node_compiles import differing as differing_of

from indicator_engine import plugins
from indicator_engine.builtin.engine_duckdb import of_streams
from indicator_engine.engine.databases import evaluate_source, figures_of_source, plan_of_source
from indicator_engine.engine.rows import evaluate_records
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled, NotCompiledError
from indicator_engine.evaluation.compiled.mapped import MappedGround
from indicator_engine.evaluation.reference import Reference
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indicator_engine.evaluation.compiled.connections import Connection
    from indicator_engine.evaluation.results import Results
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import Records
    from indicator_engine.testing.conformance import Row

    Filled = Callable[[str, Schema, Records], str | dict[str, Any]]

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def writer(postgres: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that fills tables."""
    with psycopg.connect(postgres) as connection:
        yield connection


@pytest.fixture(params=["postgres", "duckdb"])
def filled(request: pytest.FixtureRequest) -> Filled:
    """Puts records into tables, and says where they are."""
    if request.param == "duckdb":
        return lambda _, schema, records: _streams(schema, records)
    writer, address = request.getfixturevalue("writer"), request.getfixturevalue("postgres")

    def into_postgres(name: str, schema: Schema, records: Records) -> str:
        return _postgres(writer, address, name, schema, records)

    return into_postgres


def _postgres(writer: psycopg.Connection[Any], address: str, name: str, schema: Schema, records: Records) -> str:
    place = name.replace("/", "_").replace("-", "_")
    fill_postgres(writer, list(tables_of(schema, records)), place)
    writer.commit()
    return f"{address}&options=-csearch_path%3D{place}"


def _streams(schema: Schema, records: Records) -> dict[str, Any]:
    connection = duckdb.connect()
    tables = list(tables_of(schema, records))
    fill_duckdb(connection, tables)
    return {name: connection.table(f'"{name}"') for name, *_ in tables}


def _connected(source: str | dict[str, Any]) -> Connection:
    return plugins.load().engine(source).open(source) if isinstance(source, str) else of_streams(source)


@pytest.mark.parametrize("filled", ["postgres"], indirect=True)
def test_every_conformance_case(filled: Filled):
    """The whole table of the language by example."""
    assert _differing(filled, cases()) == []


@pytest.mark.parametrize("filled", ["duckdb"], indirect=True)
def test_conformance_cases_over_streams(filled: Filled):
    """A fourth of the table; what is otherwise than in a store is the ground, not the queries."""
    assert _differing(filled, cases()[::4]) == []


def _differing(filled: Filled, asked_: Iterable[Row]) -> list[tuple[str, str, str]]:
    schema = DATA.statement.schema

    def opened(name: str, records: Records, covered: frozenset[str] | None) -> MappedGround:
        connection = _connected(filled(name, schema, records))
        return MappedGround(connection, schema, mappings_of(schema), covered=covered)

    return list(differing(asked_, opened))


SHIPPED = pytest.mark.parametrize(
    ("name", "known_at"),
    [("nottinghamshire/2009-10", "2009-11-15"), ("derbyshire/2008-09", None)],
)


@cache
def _expected(name: str, known_at: str | None) -> Results:
    """What the reference says of a shipped pack, worked out once for all databases."""
    return evaluate_records(*shipped(name), as_of=PACKS[name], known_at=known_at, series=True)


@SHIPPED
def test_every_result_of_the_shipped_packs(filled: Filled, name: str, known_at: str | None):
    """Figures, verdicts, who counted and who did not, and the course of the year."""
    found, expected = _evaluated(filled, name, known_at, series=True), _expected(name, known_at)
    assert expected.results == found.results
    assert (expected.series, expected.restated, expected.groups) == (found.series, found.restated, found.groups)


@pytest.mark.parametrize("kind", ["postgres", "duckdb"])
def test_a_pack_over_one_table_of_all_event_types(request: pytest.FixtureRequest, kind: str):
    """It is looked at once for all of them: a day with its verdicts, and the course of three months."""
    name = "derbyshire/2008-09"
    statement, taken = shipped(name)
    tables = wide_tables(statement.schema, taken.records)
    source: str | dict[str, Any]
    if kind == "duckdb":
        connection = duckdb.connect()
        fill_duckdb(connection, tables)
        source = {table: connection.table(table) for table, *_ in tables}
    else:
        writer = request.getfixturevalue("writer")
        fill_postgres(writer, tables, "wide")
        writer.commit()
        source = f"{request.getfixturevalue('postgres')}&options=-csearch_path%3Dwide"
    found = evaluate_source(statement, source, mappings=WIDE, evidence=True, as_of=PACKS[name])
    assert _expected(name, None).results == found.results
    days = [date(2008, 9, 30), date(2008, 10, 31), date(2009, 3, 31)]
    ours = figures_of_source(statement, source, mappings=WIDE, days=days)
    by_type = _streams(statement.schema, taken.records)
    theirs = figures_of_source(statement, by_type, mappings=mappings_of(statement.schema), days=days)
    assert theirs.figures == ours.figures
    plan, queries = plan_of_source(statement, source, mappings=WIDE, as_of=PACKS[name])
    assert "ev_all: looked at once for its 7 event types" in str(plan)
    assert any("kind IN (" in one.text for one in queries)


def _evaluated(filled: Filled, name: str, known_at: str | None, **more: Any) -> Results:
    statement, taken = shipped(name)
    source = filled(name, statement.schema, taken.records)
    return evaluate_source(
        statement, source, mappings=mappings_of(statement.schema), evidence=True, as_of=PACKS[name],
        known_at=known_at, **more,
    )  # fmt: skip


@pytest.mark.generative
@costly
@given(st.data(), worlds() | wild_worlds())
def test_postgres_says_what_the_reference_says(
    postgres: str, writer: psycopg.Connection[Any], data: st.DataObject, world: World
):
    """Whatever a tree is and whatever befell the records."""
    source = _postgres(writer, postgres, f"world{_number(world.schema)}", world.schema, world.records)
    moment = replace(world.moment, known_at=data.draw(instants(world)))
    ground = MappedGround(_connected(source), world.schema, mappings_of(world.schema))
    try:
        found = asked(Compiled(Answers(ground), world.frame), world, moment)
    except NotCompiledError:
        return
    finally:
        ground.close()
    assert asked(Reference(world.schema, world.records, world.frame), world, moment) == found


@pytest.mark.generative
@settings(costly, max_examples=max(costly.max_examples // 40, 1))
@given(crowded())
def test_postgres_finds_what_hangs_on_rows(postgres: str, writer: psycopg.Connection[Any], world: World):
    """What was known on another day, sets and counts on days of their own, keys that lack a part, products."""
    source = _postgres(writer, postgres, "crowded", world.schema, world.records)
    ground = MappedGround(_connected(source), world.schema, mappings_of(world.schema))
    assert differing_of(world, FOREVER, ground) == []
    ground.close()


_schemas: list[Schema] = []


def _number(schema: Schema) -> int:
    if schema not in _schemas:
        _schemas.append(schema)
    return _schemas.index(schema)
