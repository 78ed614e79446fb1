"""Spark says what the reference says: of everything that engines spell each in their own way, and of the shipped packs.

A query costs Spark a second whatever it asks, so what is asked is chosen, and all of it is about the same tables.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from tests.databases.asking import DATA, EXPRESSIONS, PACKS, shipped
from tests.databases.filling import WIDE, fill_duckdb, fill_spark, mappings_of, prefixed, tables_of, wide_tables
from tests.helpers import PRIORITY, pack

from indicator_engine import plugins
from indicator_engine.engine.databases import evaluate_source, figures_of_source
from indicator_engine.engine.rows import evaluate_records
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.mapped import MappedGround
from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.evaluation.values import Members
from indicator_engine.language.elaborate import elaborate
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.store.records import FOREVER, Records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.plans import Way

pytestmark = [pytest.mark.slow]

MOVING = (
    "count(organisations(in_force(contract)))",
    "ratio(everyone[exists(contract[ends_on > shift(as_of, months=3)])], everyone)",
)
"""Figures of which something ceases to hold as the days pass."""
TABLES = ("pledges", "contracts", "figures", "papers")
SHIPPED = ("charter_signed", "good_practice_event"), ("charter-endorsements", "good-practice-events")
"""Event types of a shipped pack, and the indicators that look at no others."""


@pytest.fixture(scope="module")
def records() -> Records:
    """Several data sets of the language by example as one."""
    found = [DATA.records(name) for name in TABLES]
    versions = tuple(
        replace(one, event_id=f"{name}-{one.event_id}")
        for name, each in zip(TABLES, found, strict=True)
        for one in each.versions
    )
    return Records(versions, found[0].register)


@pytest.fixture(scope="module")
def ground(spark: Any, records: Records) -> Iterator[MappedGround]:
    """The same as views of Spark."""
    schema = DATA.statement.schema
    mappings = _filled(spark, "some_", DATA.statement, records, ("pledge", "contract", "training", "deliverable"))
    opened = MappedGround(plugins.load().engine("spark:").open("spark:local[2]?"), schema, mappings)
    yield opened
    opened.close()


def _filled(
    spark: Any, prefix: str, statement: Statement, records: Records, types: tuple[str, ...]
) -> tuple[SourceMapping, ...]:
    """Put the events of some types and the register into views, and map them."""
    mappings = [one for one in mappings_of(statement.schema) if one.constants.get("type", types[0]) in types]
    wanted = {one.table for one in mappings}
    fill_spark(spark, [one for one in tables_of(statement.schema, records) if one[0] in wanted], prefix)
    return prefixed(mappings, f"global_temp.{prefix}")


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_engines_spell_each_in_their_own_way(ground: MappedGround, records: Records, text: str):
    """The same value, bounds, members and records as the reference finds."""
    node = elaborate(text, ground.schema).node
    moment = Moment(date(2010, 3, 31), FOREVER, DATA.statement.period)
    compiled, reference = Compiled(Answers(ground)), Reference(ground.schema, records)
    expected = reference.value(node, moment)
    if node.kind.name == "events":
        assert {one.event_id: sure for one, sure in expected.all()} == compiled.events_in(node, moment)
    elif isinstance(expected, Members):
        assert expected == compiled.members_in(node, moment)
    else:
        assert expected == compiled.value(node, moment)


@pytest.mark.parametrize("way", ["changes", "many days"])
def test_figures_of_many_days(ground: MappedGround, records: Records, way: Way):
    """A query for all days, whichever way they are asked: things end, terms run out, numbers differ by subject."""
    frame, moment = Frame(), Moment(date(2010, 3, 31), FOREVER, DATA.statement.period)
    reference, days = Reference(ground.schema, records), [date(2009, month, 28) for month in (4, 5, 8, 10)]
    for text in MOVING:
        node = elaborate(text, ground.schema).node
        compiled = Compiled(Answers(ground, allowed=frozenset({way})), frame)
        compiled.on_days(node, moment, days)
        expected = {(node, replace(moment, as_of=day), frame): day for day in days}
        assert {key: reference.value(node, replace(moment, as_of=day)) for key, day in expected.items()} == (
            compiled.answers.figures
        ), text


def test_results_of_a_shipped_pack(spark: Any):
    """Figures and verdicts."""
    name = "derbyshire/2008-09"
    statement, taken = shipped(name)
    mappings = _filled(spark, "shipped_", statement, taken.records, tuple(statement.schema.events))
    terms: dict[str, Any] = {"as_of": PACKS[name]}
    found = evaluate_source(statement, "spark:local[2]?", mappings=mappings, evidence=False, **terms)
    expected = evaluate_records(statement, taken, **terms)
    assert all(one.value is not None for one in found.results)
    assert [(one.id, one.value, one.verdict) for one in expected.results] == [
        (one.id, one.value, one.verdict) for one in found.results
    ]


def test_one_table_of_all_event_types(spark: Any, tmp_path: Path):
    """It is looked at once for all of them, and what is named again is kept until the end: figures are DuckDB's."""
    before = kept_by(spark)
    (_, select), name = SHIPPED, "derbyshire/2008-09"
    statement = _in_one_table(name, tmp_path)
    terms: dict[str, Any] = {
        "mappings": WIDE, "select": select, "days": [date(2008, 9, 30), date(2008, 12, 31), date(2009, 3, 31)],
    }  # fmt: skip
    found = figures_of_source(statement, f"spark:local[2]?path={tmp_path}", **terms)
    assert found.figures == figures_of_source(statement, f"parquet:{tmp_path}", **terms).figures
    assert all(one.value is not None for one in found.figures)
    assert kept_by(spark) == before


def _in_one_table(name: str, folder: Path) -> Statement:
    """A shipped pack, and its events as one table among the files of a folder."""
    statement, taken = shipped(name)
    tables = wide_tables(statement.schema, taken.records)
    connection = duckdb.connect()
    fill_duckdb(connection, tables)
    for table, *_ in tables:
        connection.execute(f"COPY {table} TO '{folder}/{table}.parquet'")
    return statement


def test_a_cluster_of_workers(java: None, tmp_path: Path):
    """Workers are processes to which everything is sent; in a program of its own, since a Spark runs in this one."""
    (_, select), name = SHIPPED, "derbyshire/2008-09"
    statement = _in_one_table(name, tmp_path)
    asked = (
        "from datetime import date\n"
        "from tests.databases.asking import shipped\n"
        "from tests.databases.filling import WIDE\n"
        "from indicator_engine.engine.databases import figures_of_source\n"
        f"found = figures_of_source(shipped({name!r})[0], 'spark:local-cluster[1,1,1024]?path={tmp_path}', "
        f"mappings=WIDE, select={select!r}, days=[date(2009, 3, 31)])\n"
        "print([(one.indicator, str(one.value)) for one in found.figures])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    terms: dict[str, Any] = {"mappings": WIDE, "select": select, "days": [date(2009, 3, 31)]}
    expected = figures_of_source(statement, f"parquet:{tmp_path}", **terms).figures
    assert told.stdout.splitlines()[-1:] == [str([(one.indicator, str(one.value)) for one in expected])], told.stderr


def kept_by(spark: Any) -> int:
    """How much a session keeps; connections of other tests may be open."""
    return len(spark.sparkContext._jsc.getPersistentRDDs())


def test_a_folder_of_files(spark: Any, tmp_path: Path):
    """Files of Parquet are tables, and what is not there is said."""
    connection = duckdb.connect()
    fill_duckdb(connection, [("pledges", {"id": "INTEGER", "paid": "DECIMAL(12,2)", "at": "TIMESTAMPTZ"}, [])])
    connection.execute(f"COPY pledges TO '{tmp_path}/pledges.parquet' (FORMAT parquet)")
    opened = plugins.load().engine("spark:").open(f"spark:{tmp_path}")
    assert list(opened.tables()) == ["pledges"]
    columns = opened.columns("pledges") or {}
    assert {name: one.holds for name, one in columns.items()} == {"id": "whole", "paid": "decimal", "at": "zoned"}
    assert (columns["paid"].digits, columns["paid"].places) == (10, 2)
    assert opened.columns("pledge") is None
    opened.close()


def test_why_spark_does_not_start(java: None):
    """The reason is told, not where in Spark it was found; in a program of its own, since one runs here."""
    asked = (
        "from indicator_engine import plugins; plugins.load().engine('spark:').open('spark:local-cluster[1,1,600]?')"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False).stderr
    said = (
        "StoreError: Spark does not start: Asked to launch cluster with 600 MiB/worker but requested 1024 MiB/executor"
    )
    assert told.splitlines()[-1].endswith(said), told


def test_what_spark_refuses(spark: Any):
    """It is told in a line, with what overflowed."""
    opened = plugins.load().engine("spark:").open("spark:local[2]?")
    with pytest.raises(StoreError, match=r"(?i)overflow"):
        opened.rows("SELECT CAST(9223372036854775807 AS BIGINT) + id AS n FROM range(1, 2)", {})
    with pytest.raises(IndicatorEngineError, match="take `path` and `database`"):
        plugins.load().engine("spark:").open("spark:local[2]?table=x")
    with pytest.raises(IndicatorEngineError, match="there is no folder"):
        plugins.load().engine("spark:").open("spark:/no/such/folder")


def test_files_of_one_table_that_differ(spark: Any, tmp_path: Path):
    """What the first file lacks, or has as another type, is there in the others; what does not go together says so."""
    (tmp_path / "pledges").mkdir()
    with duckdb.connect() as connection:
        for index, part in enumerate(
            (
                "1 AS id, 2 AS cost, DATE '2009-05-01' AS day, 1 AS mixed",
                "2 AS id, 2.50::DECIMAL(12, 2) AS cost, TIMESTAMP '2009-05-01 23:30:00' AS day, 1.5::DOUBLE AS mixed",
                "3 AS id, DATE '2009-05-02' AS day, 'late' AS more, 1 AS mixed",
            )
        ):
            connection.execute(f"COPY (SELECT {part}) TO '{tmp_path}/pledges/{index}.parquet'")
    opened = plugins.load().engine("spark:").open(f"spark:{tmp_path}")
    columns = {name: one.holds for name, one in (opened.columns("pledges") or {}).items()}
    assert columns == {
        "id": "whole", "cost": "decimal", "day": "instant", "more": "text",
        "mixed": "INTEGER in 0.parquet and DOUBLE in 1.parquet",
    }  # fmt: skip
    assert opened.rows("SELECT id, cost, day, more FROM `pledges` ORDER BY id", {}) == [
        (1, 2, datetime.fromisoformat("2009-05-01"), None),
        (2, Decimal("2.50"), datetime.fromisoformat("2009-05-01T23:30"), None),
        (3, None, datetime.fromisoformat("2009-05-02"), "late"),
    ]
    opened.close()


def test_rows_that_cannot_be_used(spark: Any, tmp_path: Path):
    """The same are set aside as over DuckDB, and the same is told of them; lists are tidy."""
    with duckdb.connect() as connection:
        connection.execute(f"""
            COPY (SELECT 'A' AS organisation, DATE '2009-01-01' AS first_day, DATE '9999-12-31' AS last_day
                  UNION ALL SELECT 'B', NULL, DATE '2010-01-01')
            TO '{tmp_path}/bodies.parquet';
            COPY (SELECT * FROM (VALUES
                ('1', 'A', DATE '2009-05-01', 5, ['\ta', 'b', 'a'], NULL), ('2', 'B', DATE '1949-05-01', 1, [], NULL),
                ('3', 'B', DATE '2009-05-01', 9000000000000000000, [], NULL),
                ('4', 'B', DATE '2009-05-01', 1, ['z'], NULL), ('4', 'B', DATE '2009-05-01', 2, [], NULL),
                (chr(9) || '5', 'A', DATE '2009-05-01', 6, [], NULL),
                ('5', 'A', DATE '2009-05-01', 6, [], NULL),
                ('4', NULL, NULL, 99999, [], TRUE)
            ) t(event_id, organisation, occurred_on, people, tags, retracted),
            (SELECT TIMESTAMP '2009-06-01' AS recorded_at))
            TO '{tmp_path}/visits.parquet'
        """)
    statement = pack(UNTIDY)
    by_files = evaluate_source(statement, f"parquet:{tmp_path}", as_of="2010-03-31")
    found = evaluate_source(statement, f"spark:{tmp_path}", as_of="2010-03-31")
    assert by_files.results == found.results
    assert [2, 1, 11] == [one.value for one in found.results]
    aside = [(one.code, one.message) for one in found.problems if "aside" in one.message]
    assert [(one.code, one.message) for one in by_files.problems if "aside" in one.message] == aside
    assert ["IE352", "IE352", "IE363", "IE358"] == [code for code, _ in aside]


UNTIDY = f"""
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[subject.attributes]
first_day = {{ type = "date" }}
last_day = {{ type = "date" }}

[population.everyone]
from = "first_day"
to = "last_day"

[event.visit]
attributes.people = {{ type = "integer", minimum = 0, maximum = 1000 }}
attributes.tags = {{ type = "list", choices = ["a", "b"] }}

[source.bodies]
kind = "register"
table = "bodies"

[source.visits]
table = "visits"
constants = {{ type = "visit" }}
{PRIORITY}
[[priority.indicator]]
id = "visits"
measure = "count(visit)"

[[priority.indicator]]
id = "of-a"
measure = "count(visit['a' in tags])"

[[priority.indicator]]
id = "people"
measure = "sum(visit.people)"
"""
