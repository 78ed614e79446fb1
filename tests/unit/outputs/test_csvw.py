"""The archive of a table and its description, by CSV on the Web."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from indicator_engine import plugins
from indicator_engine.hookspecs import Page
from indicator_engine.rendering.csvw import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

OUTPUTS = plugins.load(installed=False).outputs

READ: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "decimal": lambda text: re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text),
    "boolean": lambda text: re.fullmatch("true|false", text),
    "string": str,
}
"""How a cell of each type is read."""


@pytest.fixture
def archive(results):
    """The archive about the results."""
    data = OUTPUTS["csvw"].render(replace(results, known_at=datetime(2010, 4, 1, tzinfo=UTC)), Page())
    return zipfile.ZipFile(io.BytesIO(data))


@pytest.fixture
def described(archive):
    """The description of the table."""
    return json.loads(archive.read("results.csv-metadata.json"))


def test_table_is_the_output_csv(archive, results):
    """The table is what `csv` writes."""
    known = replace(results, known_at=datetime(2010, 4, 1, tzinfo=UTC))

    assert OUTPUTS["csv"].render(known, Page()) == archive.read("results.csv")


def test_every_column_is_described_in_order(archive, described):
    """The columns described are those of the table, in their order, and each says what it holds."""
    heading = next(csv.reader(io.StringIO(archive.read("results.csv").decode(), newline="")))
    columns = described["tableSchema"]["columns"]

    assert heading == [column["name"] for column in columns]
    assert all(column["dc:description"] for column in columns)


def test_every_cell_is_of_its_columns_type(archive, described):
    """Each cell that is not empty reads as the type its column is said to have."""
    rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode(), newline="")))
    for column in described["tableSchema"]["columns"]:
        kind = column["datatype"]
        for cell in filter(None, (row[column["name"]] for row in rows)):
            assert re.fullmatch(kind["format"], cell) if isinstance(kind, dict) else READ[kind](cell)


def test_key_parts_the_rows(archive, described):
    """No two rows have the same key."""
    rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode(), newline="")))
    keys = [tuple(row[name] for name in described["tableSchema"]["primaryKey"]) for row in rows]

    assert sorted(set(keys)) == sorted(keys)


def test_same_results_same_bytes(results):
    """The archive does not tell when it was written."""
    first, second = (OUTPUTS["csvw"].render(results, Page()) for _ in range(2))

    assert first == second


def test_publisher(results):
    """A county publishes; the neutral convention, which is nobody's, does not."""
    county = replace(results.convention, name="rutland", title="Rutland")
    of_county = replace(results, statement=replace(results.statement, convention=county))

    assert ["Rutland", None] == [metadata(one).get("dc:publisher") for one in (of_county, results)]
