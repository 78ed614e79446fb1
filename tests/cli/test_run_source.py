"""`indicators run --source`: a statement evaluated in a database."""

from __future__ import annotations

import json

import duckdb
import pytest

SOURCES = """
[source.register]
kind = "register"
table = "members"

[source.events]
table = "events"
"""


@pytest.fixture
def source(starter):
    """The starter's events and register in a database of DuckDB, and a file of sources for them."""
    (starter.parent / "tables.toml").write_text(SOURCES)
    with duckdb.connect(str(starter / "works.duckdb")) as connection:
        for table, file in (("events", "events.csv"), ("members", "register.csv")):
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv(?)", [str(starter / file)])  # noqa: S608  # ours
        connection.execute("ALTER TABLE members ALTER member_to TYPE DATE")  # nobody has left, so that nothing told it
    return ("--source", f"duckdb:{starter / 'works.duckdb'}", "--mapping", starter.parent / "tables.toml")


def test_results_are_those_of_the_files(starter, indicators, run_starter, source):
    """In every field."""
    found = indicators("run", starter, *source, "--as-of", "2026-12-31", "--no-plugins", "--format", "json")
    assert (0, "") == (found.exit_code, found.stderr)
    expected = json.loads(run_starter("--format", "json").stdout)
    assert expected["results"] == json.loads(found.stdout)["results"]


def test_rows_that_are_set_aside_are_told(starter, indicators, source):
    """On the standard error."""
    with duckdb.connect(str(starter / "works.duckdb")) as connection:
        connection.execute("UPDATE events SET participants = -1 WHERE type = 'training'")
    found = indicators("run", starter, *source, "--as-of", "2026-12-31", "--no-plugins")
    assert 0 == found.exit_code
    assert "warning[IE356]: 3 rows are set aside: participants is below 0" in found.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "x", "--store", "a.store"), "--source and --store"),
        (("--source", "x", "--events", "a.csv"), "--source and --store, or files"),
        (("--mapping", "tables.toml", "--events", "a.csv"), "--mapping belongs to --source"),
        (("--source", "x", "--at-import", "3"), "--at-import belongs to --store"),
        (("--source", "sqlite://x"), "nothing evaluates over `sqlite:` addresses"),
        (("--source", "parquet:no-such-folder"), "there is no folder no-such-folder"),
    ],
)
def test_what_does_not_go_together(starter, indicators, options, said):
    """It is refused, with the reason."""
    found = indicators("run", starter, "--as-of", "2026-12-31", "--no-plugins", *options)
    assert 0 != found.exit_code
    assert said in found.stderr


def test_how_figures_are_found(starter, indicators, source):
    """The plan with what is particular to the database, and the queries of an indicator."""
    found = indicators("explain", starter, *source, "--as-of", "2026-12-31", "--plan")
    assert (0, "") == (found.exit_code, found.stderr)
    assert "In this database\n  events: looked at once for its" in found.stdout
    assert "with others, by masks" in found.stdout
    (indicator, *_) = json.loads(
        indicators("run", starter, *source, "--as-of", "2026-12-31", "--no-plugins", "--format", "json").stdout
    )["results"]
    found = indicators("explain", starter, indicator["id"], *source, "--as-of", "2026-12-31", "--sql")
    assert 0 == found.exit_code
    assert 'FROM "events" t' in found.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--source", "x", "--as-of", "2026-12-31"), "--source belongs to --plan and --sql"),
        (("--source", "x", "--plan"), "--as-of is missing"),
        (("--source", "x", "--plan", "--events", "a.csv"), "exclude each other"),
        (("--source", "x", "--plan", "--at-import", "3"), "--at-import belongs to --store"),
        (("--mapping", "tables.toml", "--plan"), "--mapping belongs to --source"),
    ],
)
def test_what_does_not_go_together_when_explained(starter, indicators, options, said):
    """The same of a plan."""
    found = indicators("explain", starter, *options)
    assert 2 == found.exit_code
    assert said in found.stderr
