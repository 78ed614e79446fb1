"""Tables that sources map: what they may say, what is refused, what is set aside; and engines of plugins."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from tests.helpers import PRIORITY, VOCABULARY, codes, event, members, pack

from indicator_engine import evaluate, evaluate_source, plugins
from indicator_engine.builtin.engine_duckdb import DuckDBConnection, of_streams
from indicator_engine.engine.databases import figures_of_source
from indicator_engine.engine.rows import figures
from indicator_engine.evaluation.compiled.dialects import Dialect
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.mapped import MappedGround
from indicator_engine.evaluation.reference import Moment
from indicator_engine.language.elaborate import elaborate
from indicator_engine.periods import shift
from indicator_engine.problems import DataError, IndicatorEngineError, StoreError
from indicator_engine.store.records import FOREVER
from indicator_engine.store.store import now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.results import Results

pytestmark = pytest.mark.slow

MEASURES = (
    "count(members & organisations(pledge))", "sum(training.people)", "sum(training.cost)", "median(training.people)",
    "count(tender[viable])",
)  # fmt: skip
SOURCES = """
[source.register]
kind = "register"
table = "bodies"
columns = { "key" = "organisation" }

[source.deeds]
table = "deeds"
columns = { "id" = "event_id", "what" = "type", "body" = "organisation", "day" = "occurred_on", "known" = "recorded_at", "undone" = "retracted" }
values = { type = { "T" = "training", "P" = "pledge" } }
aliases = { "Alpha" = "A" }
missing = ["n/k"]
"""  # noqa: E501  # TOML has inline tables on one line
TABLES = """
CREATE TABLE bodies AS SELECT * FROM (VALUES ('A', 'member'), ('B', 'member'), ('C', 'public')) t(key, kind);
CREATE TABLE deeds (id TEXT, what TEXT, body TEXT, day DATE, known TIMESTAMP, undone BOOLEAN, people INTEGER,
                    cost DECIMAL(12,2), stage INTEGER);
INSERT INTO deeds VALUES
    ('1', 'P', 'Alpha', '2009-05-01', '2009-05-02 10:00:00', FALSE, NULL, NULL, 2),
    ('2', 'P', 'B', '2009-05-01', '2009-05-02 00:00:00', FALSE, NULL, NULL, 1),
    ('2', 'P', 'B', '2009-05-01', '2009-09-01 00:00:00', TRUE, NULL, NULL, 1),
    ('3', 'T', 'A', '2009-06-01', '2009-06-02 00:00:00', NULL, 3, 10.25, NULL),
    ('3', 'T', 'A', '2009-06-01', '2009-07-02 00:00:00', NULL, 4, 10.25, NULL),
    ('4', 'T', 'C', '2009-06-01', '2009-06-02 00:00:00', NULL, 6, 0.50, NULL),
    ('5', 'T', 'C', '2009-06-01', '2009-06-03 00:00:00', NULL, 6, 0.50, NULL)
"""
ROWS = [
    event("pledge", "A", "2009-05-01", event_id="1", recorded_at="2009-05-02T10:00", stage=2),
    event("pledge", "B", "2009-05-01", event_id="2", recorded_at="2009-05-02", stage=1),
    event("pledge", "B", "2009-05-01", event_id="2", recorded_at="2009-09-01", retracted=True),
    event("training", "A", "2009-06-01", event_id="3", recorded_at="2009-06-02", people=3, cost="10.25"),
    event("training", "A", "2009-06-01", event_id="3", recorded_at="2009-07-02", people=4, cost="10.25"),
    event("training", "C", "2009-06-01", event_id="4", recorded_at="2009-06-02", people=6, cost="0.50"),
    event("training", "C", "2009-06-01", event_id="5", recorded_at="2009-06-03", people=6, cost="0.50"),
]
"""The same as the rows of the table: a correction, something taken back, the same thing told twice."""
REGISTER = [*members("A", "B"), {"organisation": "C", "kind": "public"}]
ON = "2010-03-31"


def statement(sources: str = SOURCES, measures: tuple[str, ...] = MEASURES) -> Statement:
    """A pack with sources."""
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\n" for index, text in enumerate(measures)
    )
    return pack(f"{VOCABULARY}{PRIORITY}{indicators}{dedent(sources)}")


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The tables in a file of DuckDB."""
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(TABLES)
    return f"duckdb:{tmp_path / 'a.duckdb'}"


@pytest.fixture
def schema(postgres: str) -> Iterator[str]:
    """The tables in Postgres, in a schema of their own."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA works; SET search_path = works")
        connection.execute(TABLES)
        yield f"{postgres}&options=-csearch_path%3Dworks"
        connection.execute("DROP SCHEMA works CASCADE")


def values(results: Results) -> list[object]:
    """The figures."""
    return [one.value for one in results.results]


@pytest.mark.parametrize("evaluator", ["compiled", "reference"])
@pytest.mark.parametrize("known_at", [None, "2009-06-30", "2009-08-01"])
@pytest.mark.parametrize("source", ["database", "schema"])
def test_one_table_of_several_types(request: Any, source: str, known_at: str | None, evaluator: Any):
    """Words that mean types, other spellings, versions, retractions and twins: as if the rows had been imported."""
    asked: dict[str, Any] = {"as_of": ON, "known_at": known_at}
    found = evaluate_source(statement(), request.getfixturevalue(source), evaluator=evaluator, **asked)
    assert values(evaluate(statement(), ROWS, REGISTER, **asked)) == values(found)


def test_what_a_type_has_no_attribute_for_is_not_said(tmp_path: Path):
    """Two trainings are the same whatever stands in the column of pledges."""
    first, *_ = TABLES.split("INSERT")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(first)
        connection.execute(
            "INSERT INTO deeds VALUES ('4', 'T', 'C', '2009-06-01', '2009-06-02', NULL, 6, 0.50, 1), "
            "('5', 'T', 'C', '2009-06-01', '2009-06-03', NULL, 6, 0.50, 2), "
            "('6', 'P', 'A', '2009-06-01', '2009-06-03', NULL, 7, NULL, 2)"
        )
    found = evaluate_source(statement(), f"duckdb:{tmp_path / 'a.duckdb'}", as_of=ON)
    assert values(evaluate(statement(), [ROWS[0], *ROWS[-2:]], REGISTER, as_of=ON)) == values(found)


def test_figures_of_several_days(database: str):
    """By groups of the register, too."""
    days = ["2009-05-31", "2009-12-31"]
    found = figures_of_source(statement(), database, days=days, by=["kind"])
    same = replace(figures(statement(), ROWS, REGISTER, days=days, by=["kind"]), provenance=found.provenance)
    assert same == found
    assert found.provenance
    assert statement().digest == found.provenance.pack


def test_event_types_of_no_table_are_no_data(database: str):
    """Nothing recorded of them is not nought."""
    only = SOURCES.replace('"what" = "type", ', "").replace("values = ", 'constants = { type = "training" }\n# ')
    found = evaluate_source(statement(only), database, as_of=ON)
    assert [None, None] == [values(found)[0], values(found)[4]]
    assert 10 == values(found)[1]


@pytest.mark.parametrize("source", ["database", "schema"])
def test_names_can_have_anything_in_them(request: Any, source: str):
    """Percent signs, quotes, what looks like a step or a bound text: names are quoted, and nothing else."""
    address, odd = request.getfixturevalue(source), 'step99 "%s" $t0 100%; --'
    rename = f"ALTER TABLE deeds RENAME people TO {Dialect().identifier(odd)}"
    if source == "database":
        with duckdb.connect(address.partition(":")[2]) as connection:
            connection.execute(rename)
    else:
        with psycopg.connect(address) as writer:
            writer.execute(rename.encode())
    mapped = SOURCES.replace('"id" = ', f'\'{odd}\' = "people", "id" = ')
    found = evaluate_source(statement(mapped), address, as_of=ON)
    assert values(evaluate(statement(), ROWS, REGISTER, as_of=ON)) == values(found)


def test_a_table_that_is_called_as_steps_are_needs_its_schema(database: str):
    """Or a query would look at its own step in its place."""
    (found,) = problems_of(SOURCES.replace('"deeds"', '"step3"'), database)
    assert found == (
        "IE372", "`step3` is what queries call a step of their own", "name it with its schema, as in `public.step3`",
    )  # fmt: skip


def problems_of(sources: str, database: str) -> list[tuple[str, str, str]]:
    """What is wrong with tables."""
    with pytest.raises(DataError) as caught:
        evaluate_source(statement(sources), database, as_of=ON)
    return [(one.code, one.message, one.hint) for one in caught.value.problems]


def test_what_is_not_there_is_refused_with_what_is(database: str):
    """A table, a column; all of it at once."""
    found = problems_of(SOURCES.replace('"deeds"', '"deed"').replace('"key"', '"keys"'), database)
    assert found == [
        ("IE373", "the table has no column `keys`", "did you mean `key`?"),
        ("IE376", "no column of the table is `organisation`", "declare which it is under `columns`"),
        ("IE372", "there is no table `deed`", "did you mean `deeds`?"),
    ]


def test_types_that_cannot_hold_are_refused(tmp_path: Path, database: str):
    """A text is no day, and a floating-point number no amount."""
    with duckdb.connect(database.partition(":")[2]) as connection:
        connection.execute("ALTER TABLE deeds ALTER day TYPE TEXT; ALTER TABLE deeds ALTER cost TYPE DOUBLE")
    found = problems_of(SOURCES, database)
    assert ("IE380", "IE380") == tuple(code for code, *_ in found if code == "IE380")
    assert "the column `day` holds texts, and `occurred_on` takes days or instants" in [fact for _, fact, _ in found]
    assert "floating-point numbers are not exact" in next(hint for _, fact, hint in found if "`cost`" in fact)


def test_a_pack_that_maps_no_table_is_refused(database: str):
    """Tables are not guessed by their names."""
    with pytest.raises(DataError, match="no source of the pack maps a table"):
        evaluate_source(statement(""), database, as_of=ON)


@pytest.mark.parametrize("source", ["database", "schema"])
def test_rows_that_cannot_be_used_are_set_aside_and_told(request: Any, source: str):
    """As an import keeps them in quarantine."""
    address = request.getfixturevalue(source)
    insert = (
        "INSERT INTO deeds VALUES ('9', 'T', 'A', '2009-06-09', NULL, NULL, -1, NULL, NULL), "
        "(NULL, 'X', 'A', NULL, NULL, NULL, 1, NULL, 9), "
        "('8', 'T', 'n/k', '2009-06-09', '2009-06-09', NULL, 500, NULL, NULL)"
    )
    if source == "database":
        with duckdb.connect(address.partition(":")[2]) as connection:
            connection.execute(insert)
    else:
        with psycopg.connect(address) as writer:
            writer.execute(insert)
    found = evaluate_source(statement(), address, as_of=ON)
    assert values(evaluate(statement(), ROWS, REGISTER, as_of=ON)) == values(found)
    told = [one.message for one in found.problems if "set aside" in one.message]
    assert told == [
        "1 row is set aside: the pack has no such event type",
        "2 rows are set aside: recorded_at is blank",
        "1 row is set aside: people is below 0",
        "1 row is set aside: event_id is blank",
        "1 row is set aside: organisation is blank",
        "1 row is set aside: occurred_on is blank",
    ]


def test_nothing_can_be_written(schema: str, database: str):
    """Whatever SQL came through a connection."""
    for address in (schema, database):
        connection = plugins.load().engine(address).open(address)
        with pytest.raises(StoreError, match=r"read-only|read only"):
            connection.rows("DELETE FROM deeds", {})
        connection.close()


@pytest.mark.parametrize("source", ["database", "schema"])
def test_what_has_no_plan_is_worked_out_from_the_records(request: Any, source: str):
    """And that is told."""
    one = statement(measures=("count(members[exists(overall(training)[occurred_on > min(training.occurred_on)])])",))
    found = evaluate_source(one, request.getfixturevalue(source), as_of=ON, evidence=False)
    assert values(evaluate(one, ROWS, REGISTER, as_of=ON)) == values(found)
    assert [("IE382", "note")] == [(one.code, one.severity) for one in found.problems]


def test_ids_are_made_of_what_rows_say(database: str):
    """Where a table has none."""
    made = SOURCES.replace('"id" = "event_id", ', "")
    made += 'id_from = ["type", "organisation", "occurred_on"]\n'
    found = evaluate_source(statement(made), database, as_of=ON)
    assert values(found)[:2] == [1, 10]


# ── engines of plugins ───────────────────────────────────────────────────────────────────────────────────────────────


class Unbound(Dialect):
    """A database that takes no texts beside a query, and has other words for types."""

    name = "unbound"
    binds = False
    types = {"HUGEINT": "INT128", "VARCHAR": "STRING"}  # noqa: RUF012  # as a plugin would write it


class UnboundConnection(DuckDBConnection):
    """DuckDB, spoken to as such a one."""

    dialect = Unbound()
    asked: list[str] = []  # noqa: RUF012

    def rows(self, query: str, values: Any) -> list[tuple[Any, ...]]:
        """What was asked is remembered."""
        self.asked.append(query)
        return super().rows(query, {})


def test_a_plugin_adds_an_engine(tmp_path: Path):
    """By its name, with a dialect of its own; and what a pack says stays a text."""
    (tmp_path / "theirs.py").write_text(
        "from indicator_engine.hookspecs import Engine, hookimpl\n"
        "@hookimpl\n"
        "def register_engines(register):\n"
        "    register(Engine('theirs', opened, also=('other',)))\n"
        "def opened(address):\n"
        "    raise ValueError(address)\n"
    )
    registered = plugins.load(folder=tmp_path)
    assert [registered.engine(one).name for one in ("theirs:x", "other:x", "postgres://x")] == [
        "theirs", "theirs", "postgresql",
    ]  # fmt: skip
    with pytest.raises(
        IndicatorEngineError, match=r"plugin `theirs` failed in its engine theirs: ValueError: theirs:x"
    ):
        registered.engine("theirs:x").open("theirs:x")
    with pytest.raises(IndicatorEngineError, match="nothing evaluates over `their:` addresses"):
        registered.engine("their:x")
    with pytest.raises(IndicatorEngineError, match="takes an address that begins with"):
        registered.engine("theirs")


def test_texts_are_quoted_where_they_cannot_be_bound():
    """A text that would be SQL is a text."""
    nasty = "x') OR TRUE; --"
    connection = UnboundConnection("theirs")
    connection.run("CREATE TEMP TABLE papers (event_id VARCHAR, organisation VARCHAR, occurred_on DATE, item VARCHAR)")
    connection.run(f"INSERT INTO papers VALUES ('1', 'A', '2009-05-01', '{nasty.replace(chr(39), chr(39) * 2)}')")
    connection.run("INSERT INTO papers VALUES ('2', 'A', '2009-05-01', 'y')")
    sources = '[source.papers]\ntable = "papers"\nconstants = { type = "paper" }'
    one = statement(sources, ("count(paper)",))
    ground = MappedGround(connection, one.schema, one.mappings)
    node = elaborate(f'count(paper[item == "{nasty}"])', one.schema).node
    found = Compiled(Answers(ground)).value(node, Moment(one.period.end, FOREVER, one.period))
    assert found.value == 1
    assert any("'x'') OR TRUE; --'" in query for query in connection.asked)


def test_arrow_tables_in_memory():
    """By the names that sources have for them."""
    connection = duckdb.connect()
    connection.execute(TABLES)
    tables = {name: connection.table(name) for name in ("deeds", "bodies")}
    found = evaluate_source(statement(), tables, as_of=ON)
    assert values(evaluate(statement(), ROWS, REGISTER, as_of=ON)) == values(found)
    assert sorted(of_streams(tables).tables()) == ["bodies", "deeds"]


@pytest.mark.parametrize(
    "text",
    ['file = "a.csv"', 'dates = ["%d/%m/%Y"]', 'recorded_at = "import"', "header_row = 3"],
)
def test_a_source_of_a_table_says_nothing_of_files(text: str):
    """What only files have contradicts it."""
    assert codes(f"{VOCABULARY}{PRIORITY}[[priority.indicator]]\nid = 'a'\nmeasure = 'count(pledge)'\n"
                 f'[source.deeds]\ntable = "deeds"\n{text}\n') == ["IE082"]  # fmt: skip


# ── what a source and an import say alike ────────────────────────────────────────────────────────────────────────────


def filled(address: str, statements: str) -> str:
    """A source after some more statements: in DuckDB's file, or in Postgres."""
    if address.startswith("duckdb:"):
        with duckdb.connect(address.partition(":")[2]) as connection:
            connection.execute(statements)
    else:
        with psycopg.connect(address) as writer:
            writer.execute(statements.encode())
    return address


def by_both(source: Any, measures: tuple[str, ...], sources: str = SOURCES, more: str = "") -> list[object]:
    """The values of measures over a source, which are the same by its queries and by its records."""
    indicators = "".join(f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = \"{one}\"\nkind = 'monitored'\n{more}"
                         for index, one in enumerate(measures))  # fmt: skip
    one = pack(f"{VOCABULARY}{PRIORITY}{indicators}{dedent(sources)}")
    compiled, reference = (
        values(evaluate_source(one, source, as_of=ON, evaluator=evaluator, evidence=False))
        for evaluator in ("compiled", "reference")
    )
    assert reference == compiled
    return compiled


BOTH = pytest.mark.parametrize("source", ["database", "schema"])


@BOTH
def test_twins_of_sets_that_go_by_recording(request: Any, source: str):
    """What was told again later was not recorded later: by days of recording a twin is of another day."""
    again = (
        "DELETE FROM deeds WHERE id = '2'; "
        "INSERT INTO deeds VALUES ('6', 'P', 'Alpha', '2009-05-01', '2009-08-01', FALSE, NULL, NULL, 2)"
    )
    measures = (
        "count(members & organisations(pledge[recorded_on >= date('2009-07-01')]))",
        "count(organisations(pledge) - at(date('2009-06-30'), organisations(pledge)))",
        "count(members & organisations(pledge[occurred_on >= date('2009-07-01')]))",
    )
    found = by_both(filled(request.getfixturevalue(source), again), measures, more="basis = 'recorded'\n")
    assert [0, 0, 0] == found


@pytest.mark.parametrize(("known_at", "expected"), [(None, 4), ("2009-03-31", 3)])
@BOTH
def test_rows_of_a_register_that_do_not_say_when_they_were_recorded(
    request: Any, source: str, known_at: str | None, expected: int
):
    """They were with the last of their subject that do, as in an import; with none, they hold always."""
    made = (
        "DROP TABLE bodies; CREATE TABLE bodies (key TEXT, kind TEXT, known TIMESTAMP); INSERT INTO bodies VALUES "
        "('A', 'public', '2009-01-01'), ('A', 'member', NULL), ('B', 'member', '2009-01-01'), ('B', 'public', NULL), "
        "('C', 'member', NULL), ('D', 'public', '2009-06-01'), ('D', 'member', NULL)"
    )
    sources = SOURCES.replace('"key" = "organisation"', '"key" = "organisation", "known" = "recorded_at"')
    one, address = statement(sources, ("count(members)",)), filled(request.getfixturevalue(source), made)
    for evaluator in ("compiled", "reference"):
        found = evaluate_source(one, address, as_of=ON, known_at=known_at, evaluator=evaluator, evidence=False)
        assert [expected] == values(found), evaluator


@BOTH
def test_a_register_is_asked_as_it_was_known(request: Any, source: str):
    """As in a store: what was known on a day knew the register of that day; before any, the first."""
    made = (
        "DROP TABLE bodies; CREATE TABLE bodies (key TEXT, kind TEXT, known TIMESTAMP); INSERT INTO bodies VALUES "
        "('A', 'member', '2009-01-01'), ('B', 'public', '2009-01-01'), ('B', 'member', '2009-06-01'), "
        "('C', 'member', '2009-06-01')"
    )
    sources = SOURCES.replace('"key" = "organisation"', '"key" = "organisation", "known" = "recorded_at"')
    days = ("2009-05-31", "2008-12-31", "2009-06-01")
    measures = [f'count(as_known_on(date("{day}"), members))' for day in days]
    measures.append('count(members - as_known_on(date("2009-05-31"), members))')
    one, address = statement(sources, tuple(measures)), filled(request.getfixturevalue(source), made)
    for evaluator in ("compiled", "reference"):
        found = evaluate_source(one, address, as_of=ON, evaluator=evaluator, evidence=False)
        assert [1, 1, 3, 2] == values(found), evaluator


@pytest.mark.parametrize(
    "row",
    [
        "'1', NULL, NULL, NULL, '2009-07-02', TRUE, NULL, NULL, NULL",
        "'1', 'X', 'A', '2009-05-01', '2009-07-02', TRUE, NULL, NULL, NULL",
        "'1', 'P', 'A', '2009-05-01', '2009-07-02', TRUE, NULL, NULL, 9",
    ],
)
@BOTH
def test_a_row_that_takes_its_event_back_needs_an_id_and_its_recording(request: Any, source: str, row: str):
    """Of what type it was, and what it said, is not asked: set aside, the event would go on counting."""
    address = filled(request.getfixturevalue(source), f"INSERT INTO deeds VALUES ({row})")
    assert [0, 2] == by_both(address, ("count(pledge)", "count(training)"))
    assert [] == [
        one.message for one in evaluate_source(statement(), address, as_of=ON).problems if "aside" in one.message
    ]


@BOTH
def test_limits_are_those_of_a_rows_own_type(request: Any, source: str):
    """Of a type that has no such attribute, and of one that has other limits, nothing is asked."""
    inserted = (
        "INSERT INTO deeds VALUES ('8', 'T', 'A', '2009-06-09', '2009-06-09', NULL, 2, NULL, 9), "
        "('9', 'P', 'B', '2009-06-09', '2009-06-09', NULL, -1, NULL, 1)"
    )
    assert [12, 2] == by_both(
        filled(request.getfixturevalue(source), inserted), ("sum(training.people)", "count(pledge)")
    )


def told_aside(source: Any, sources: str = SOURCES) -> list[tuple[str, str]]:
    """What is told of rows that are set aside: the code of each reason, and the fact without how many."""
    found = evaluate_source(statement(sources), source, as_of=ON).problems
    return [(one.code, one.message.partition("aside: ")[2]) for one in found if "set aside" in one.message]


DEED = "INSERT INTO deeds VALUES ('9', 'T', 'A', '2009-06-09', '2009-06-10', NULL, 1, 1, NULL); "
YEARS = f"1950-01-01 to {shift(now().date(), years=1)}"


@pytest.mark.parametrize(
    ("changed", "code", "fact"),
    [
        ("day = '12009-06-01'", "IE352", f"occurred_on is outside {YEARS}"),
        ("day = '0044-03-15 (BC)'", "IE352", f"occurred_on is outside {YEARS}"),
        ("day = 'infinity'", "IE352", f"occurred_on is outside {YEARS}"),
        ("day = '-infinity'", "IE352", f"occurred_on is outside {YEARS}"),
        ("day = '1949-12-31'", "IE352", f"occurred_on is outside {YEARS}"),
        ("day = '2109-06-01'", "IE352", f"occurred_on is outside {YEARS}"),
        ("known = 'infinity'", "IE352", "recorded_at is outside 1900-01-01 to 2200-12-31"),
        ("known = '-infinity'", "IE352", "recorded_at is outside 1900-01-01 to 2200-12-31"),
        ("known = '1899-12-31 23:59:59'", "IE352", "recorded_at is outside 1900-01-01 to 2200-12-31"),
        ("people = 1000000000000000000", "IE363", "people has more digits than are kept"),
        ("people = -9223372036854775808", "IE363", "people has more digits than are kept"),
        ("stage = 9000000000000000000, what = 'P'", "IE363", "stage has more digits than are kept"),
        ("id = repeat('9', 65537)", "IE347", "event_id has more than 65,536 characters"),
    ],
)
@BOTH
def test_what_an_import_would_refuse_is_set_aside(request: Any, source: str, changed: str, code: str, fact: str):
    """Under the same code; the figures are those of the other rows, whoever counts."""
    wide = "ALTER TABLE deeds ALTER people TYPE BIGINT; ALTER TABLE deeds ALTER stage TYPE BIGINT; "
    if source == "schema":
        changed = changed.replace("(BC)", "BC")
    address = filled(request.getfixturevalue(source), f"{wide}{DEED}UPDATE deeds SET {changed} WHERE id = '9'")
    assert [10, Fraction(43, 4)] == by_both(address, ("sum(training.people)", "sum(training.cost)"))
    assert (code, fact) in told_aside(address)


@pytest.mark.parametrize(
    "row",
    [
        "'3', 'T', 'A', 'infinity', '2009-08-01', TRUE, 9000000000000000000, 0, 9000000000000000000",
        "'9', 'P', 'C', '2009-06-01', '2009-08-01', NULL, 9000000000000000000, 0, 1",
    ],
)
@BOTH
def test_what_is_not_looked_at_in_a_row_can_be_anything(request: Any, source: str, row: str):
    """Of a row that takes its event back, or in a column that its type does not have."""
    wide = "ALTER TABLE deeds ALTER people TYPE BIGINT; ALTER TABLE deeds ALTER stage TYPE BIGINT; "
    address = filled(request.getfixturevalue(source), f"{wide}INSERT INTO deeds VALUES ({row})")
    expected = [6, 1] if row.startswith("'3'") else [10, 2]
    assert expected == by_both(address, ("sum(training.people)", "count(organisations(pledge))"))
    assert [] == told_aside(address)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("kind", ["numeric(12, 2)", "numeric"])
def test_what_is_no_number_is_set_aside(schema: str, kind: str, number: str):
    """NaN passes for the greatest number in Postgres, and for none in sums."""
    if "(" in kind and number != "NaN":
        return  # with so many digits, no number is endless
    address = filled(schema, f"ALTER TABLE deeds ALTER cost TYPE {kind}; {DEED}")
    filled(schema, f"UPDATE deeds SET cost = '{number}' WHERE id = '9'")
    measures = ("sum(training.cost)", "count(training[cost >= 5])", "max(training.cost)", "sum(training.people)")
    assert [Fraction(43, 4), 1, Fraction(41, 4), 10] == by_both(address, measures)
    assert [("IE354", "cost is not a number")] == told_aside(address)


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP"])
@BOTH
def test_days_without_end_are_blanks_of_spells(request: Any, source: str, kind: str):
    """A member to infinity still is one, one from before all days always was; the other way round it is no day."""
    made = (
        f"ALTER TABLE bodies ADD member_from {kind}; ALTER TABLE bodies ADD member_to {kind}; "
        "UPDATE bodies SET member_to = 'infinity' WHERE key = 'A'; "
        "UPDATE bodies SET member_from = '-infinity', member_to = '2100-01-01' WHERE key = 'B'; "
        "INSERT INTO bodies VALUES ('D', 'member', 'infinity', NULL), ('E', 'member', NULL, '-infinity'), "
        "('F', 'member', NULL, '9999-12-31')"
    )
    address = filled(request.getfixturevalue(source), made)
    measures = ("count(members)", "count(members[known(member_from)])", "count(members[known(member_to)])")
    assert [2, 0, 1] == by_both(address, measures)
    assert told_aside(address) == [
        ("IE352", "member_from is outside 1900-01-01 to 2200-12-31"),
        ("IE352", "member_to is outside 1900-01-01 to 2200-12-31"),
    ]


def test_a_source_can_say_when_things_happened(database: str):
    """As of files: from `earliest` to `latest`."""
    filled(database, f"{DEED}UPDATE deeds SET day = '1949-12-31' WHERE id = '9'")
    assert [11] == by_both(database, ("sum(training.people)",), f"{SOURCES}earliest = 1940-01-01\n")
    told = told_aside(database, f"{SOURCES}latest = 2009-05-31\n")
    assert [("IE352", "occurred_on is outside 1950-01-01 to 2009-05-31")] == told


LISTS = """
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[event.visit]
attributes.tags = { type = "list", choices = ["a", "b"] }
attributes.marks = { type = "list" }

[source.visits]
table = "visits"
constants = { type = "visit" }
"""


def visits(array: str) -> str:
    """A table with lists of which some are untidy, and one has a word that is no choice."""
    return f"""
CREATE TABLE visits (event_id TEXT, organisation TEXT, occurred_on DATE, tags {array}, marks {array});
INSERT INTO visits VALUES ('1', 'A', '2009-05-01', {{'a', ' b '}}, {{'x ', 'y', '\tx', NULL, ' '}}),
    ('2', 'A', '2009-05-01', {{'a ', 'b', 'a'}}, {{'x', 'y'}}), ('3', 'A', '2009-05-01', NULL, NULL),
    ('4', 'A', '2009-05-01', {{'z'}}, {{'z'}})
"""


@BOTH
def test_lists_are_tidy_and_have_no_words_but_their_choices(request: Any, source: str):
    """Words are without spaces round them, each once, and none is blank; a list with another word is set aside."""
    made = visits("TEXT[]")
    made = (
        made.replace("{", "[").replace("}", "]")
        if source == "database"
        else made.replace("{", "ARRAY[").replace("}", "]")
    )
    address = filled(request.getfixturevalue(source), made)
    measures = ("count(visit)", "count(visit['b' in tags])", "count(visit['x' in marks])")
    one = pack(
        LISTS
        + PRIORITY
        + "".join(
            f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = \"{each}\"\nkind = 'monitored'\n"
            for index, each in enumerate(measures)
        )
    )
    for evaluator in ("compiled", "reference"):
        found = evaluate_source(one, address, as_of=ON, evaluator=evaluator)
        assert [2, 1, 1] == values(found), evaluator
        told = [(each.code, each.message) for each in found.problems if "aside" in each.message]
        assert [("IE358", "1 row is set aside: tags has a word that is none of its choices")] == told


@pytest.mark.parametrize("mark", ["\t", "\n", "\u00a0", " \u2009 ", "\ufeff"])
@BOTH
def test_what_is_no_part_of_a_text_is_taken_off_its_ends(request: Any, source: str, mark: str):
    """As an import does, and in all databases alike; some take off plain spaces only, others some more."""
    told = [f"'{mark}{one}{mark}'" for one in ("9", "T", "A")]
    inserted = f"INSERT INTO deeds VALUES ({', '.join(told)}, '2009-06-09', '2009-06-10', NULL, 1, 0, 1);"
    again = "INSERT INTO deeds VALUES ('9', 'T', 'A', '2009-06-09', '2009-06-11', NULL, 2, 0, 1);"
    blank = f"INSERT INTO deeds VALUES ('10', 'T', '{mark}', '2009-06-09', '2009-06-11', NULL, 2, 0, 1)"
    address = filled(request.getfixturevalue(source), inserted + again + blank)
    assert [12, 1] == by_both(address, ("sum(training.people)", "count(members & organisations(training))"))
    assert [("IE302", "organisation is blank")] == told_aside(address)


# ── folders of files ─────────────────────────────────────────────────────────────────────────────────────────────────


def folder(place: Path, *parts: str) -> str:
    """A folder with the register, and with a table of trainings that is one file for each query."""
    (place / "deeds").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'A' AS key, 'member' AS kind) TO '{place}/bodies.parquet'")
        for index, part in enumerate(parts):
            told = f"'{index}' AS id, 'T' AS what, 'A' AS body, TIMESTAMP '2009-07-01' AS known, {part}"
            days = "" if " AS day" in part else ", DATE '2009-06-01' AS day"
            undone = "" if " AS undone" in part else ", FALSE AS undone"
            connection.execute(f"COPY (SELECT {told}{days}{undone}) TO '{place}/deeds/{index}.parquet'")
    return f"parquet:{place}"


SUMS = ("count(training)", "sum(training.people)", "sum(training.cost)")
WHOLE = "2 AS people, 1 AS cost"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((WHOLE, "3 AS people, 2.50::DECIMAL(12, 2) AS cost"), [2, 5, Fraction(7, 2)]),
        ((WHOLE, "3::BIGINT AS people, 2.5::DECIMAL(4, 1) AS cost", "0 AS people, 0.125 AS cost"),
         [3, 5, Fraction(29, 8)]),
        (("2 AS people", "3 AS people, 2.25::DECIMAL(12, 2) AS cost"), [2, 5, Fraction(9, 4)]),
        ((WHOLE, "3::UTINYINT AS people, 5 AS COST"), [2, 5, 6]),
        ((WHOLE, "3 AS people, 1 AS cost, TRUE AS undone"), [1, 2, 1]),
        ((WHOLE, "3 AS people, 1 AS cost, TIMESTAMP '2009-06-02 23:30:00' AS day"), [1, 2, 1]),
        ((WHOLE, "3 AS people, 1 AS cost, TIMESTAMP '2009-06-02' AS day"), [2, 5, 2]),
        ((WHOLE, "3 AS people, 1 AS cost, 2.5::DOUBLE AS unread"), [2, 5, 2]),
        ((WHOLE + ", 'x' AS unread", "3 AS people, 1 AS cost, 2.5::DOUBLE AS unread"), [2, 5, 2]),
    ],
)  # fmt: skip
def test_files_of_one_table_that_differ_are_read_without_loss(
    tmp_path: Path, parts: tuple[str, ...], expected: list[int]
):
    """What the first file lacks, or has as another type, is there in the others."""
    assert expected == by_both(folder(tmp_path, *parts), SUMS)


def test_files_and_folders_can_be_called_anything(tmp_path: Path):
    """Also what would be a pattern."""
    address = folder(tmp_path, WHOLE, "3 AS people, 1.5 AS cost")
    (tmp_path / "deeds/0.parquet").rename(tmp_path / "deeds/[1]*?.parquet")
    (tmp_path / "deeds").rename(tmp_path / "d[e]*")
    assert [2, 5, Fraction(5, 2)] == by_both(address, SUMS, SOURCES.replace('"deeds"', '"d[e]*"'))


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("2.5::DOUBLE AS people, 1 AS cost", "`people` holds INTEGER in 0.parquet and DOUBLE in 1.parquet"),
        ("2 AS people, 1.5::DOUBLE AS cost", "`cost` holds INTEGER in 0.parquet and DOUBLE in 1.parquet"),
        ("2 AS people, 1::DECIMAL(38, 30) AS cost",
         "`cost` holds INTEGER in 0.parquet and DECIMAL(38,30) in 1.parquet"),
        ("'2' AS people, 1 AS cost", "`people` holds INTEGER in 0.parquet and VARCHAR in 1.parquet"),
        (f"{WHOLE}, TIMESTAMPTZ '2009-06-01' AS day",
         "`day` holds DATE in 0.parquet and TIMESTAMP WITH TIME ZONE in 1.parquet"),
    ],
)  # fmt: skip
def test_files_of_one_table_that_do_not_go_together_are_named(tmp_path: Path, part: str, found: str):
    """With the column and both types, before anything is worked out."""
    code, fact, hint = problems_of(SOURCES, folder(tmp_path, WHOLE, part))[0]
    assert ("IE380", True, True) == (code, f"the column {found}, and" in fact, "write the files anew" in hint)


def test_a_fault_names_its_tables(tmp_path: Path):
    """Of many in memory, or in a folder."""
    here = duckdb.connect()
    here.execute("CREATE TABLE deeds AS SELECT 'x' AS id; CREATE TABLE bodies AS SELECT 'y' AS key")
    connection = of_streams({name: here.table(name) for name in ("deeds", "bodies")})
    with pytest.raises(StoreError, match=r"^DuckDB fails over the tables in memory \(deeds\): Conversion Error"):
        connection.rows('SELECT CAST(id AS INTEGER) FROM "deeds" t', {})
    opened = plugins.load().engine("parquet:").open(folder(tmp_path, WHOLE))
    with pytest.raises(StoreError, match=r"^DuckDB fails over parquet:\S+ \(bodies, deeds\): Conversion Error"):
        opened.rows('SELECT CAST(key AS INTEGER) FROM "bodies" t UNION SELECT people FROM "deeds" t', {})
