"""Traps that a database lays for whoever lets it read texts: what it takes for plain must mean what it says."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from indicator_engine import plugins
from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.language.schema import Attribute, EventType, Schema
from indicator_engine.periods import DayFormat
from indicator_engine.problems import StoreError
from indicator_engine.store import bulk_import
from indicator_engine.store.accounts import Terms
from indicator_engine.store.database import CommittedError, Database
from indicator_engine.store.ledger import Ledger
from indicator_engine.store.sandbox import ArrowStream
from indicator_engine.store.store import memory_store, open_store
from indicator_engine.store.tables import Line, Reading, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.store.records import Version

CSV = plugins.load(installed=False).sources["csv"]
ATTRIBUTES = (
    Attribute("people", "integer"), Attribute("cost", "money"), Attribute("viable", "truth"), Attribute("note", "text"),
)  # fmt: skip
SCHEMA = Schema(events={"visit": EventType("visit", attributes={one.name: one for one in ATTRIBUTES})})
TERMS = Terms(at=datetime.fromisoformat("2010-06-01T12:00"))
VISIT = {"event_id": "e1", "type": "visit", "organisation": "A", "occurred_on": "2010-02-03"}


@pytest.fixture(params=["carefully", "in bulk"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """Both ways of an import, one after the other: what is true of the one is true of the other."""
    monkeypatch.setattr(bulk_import, "WORTHWHILE", 0 if request.param == "in bulk" else 10**9)
    return request.param


@pytest.fixture
def imported(way: str, tmp_path: Path):
    """What the store has, and the codes of what it has in quarantine, once a file of one visit is imported."""

    def import_it(mapping: SourceMapping, **cells: str) -> tuple[list[dict[str, Any]], list[str]]:
        row = {name: cell for name, cell in (VISIT | cells).items() if name not in mapping.constants}
        path = tmp_path / "events.csv"
        path.write_text(f"{';'.join(row)}\n{';'.join(row.values())}\n", encoding="utf-8")
        return found(CSV.open(str(path), Reading(delimiter=";")), mapping)

    return import_it


def found(table: Table, mapping: SourceMapping) -> tuple[list[dict[str, Any]], list[str]]:
    """What a store says of a table: the attributes that its versions have, and the codes of its quarantine."""
    with memory_store() as store:
        store.take_in(table, SCHEMA, mapping, TERMS)
        versions = store.intake(SCHEMA).records.versions
        return [said(one) for one in versions], [one.code for one in store.quarantine()]


def said(version: Version) -> dict[str, Any]:
    """What a version says, without what it leaves blank."""
    return {name: value for name, value in version.attributes.items() if value is not None}


def test_a_point_between_thousands_is_no_decimal_point(imported):
    """Where the comma is the decimal point, 1.500 is fifteen hundred."""
    mapping = SourceMapping(decimal=",", thousands=".")
    assert ([{"cost": Fraction(1500)}], []) == imported(mapping, cost="1.500")


def test_a_point_is_no_number_where_the_comma_is_the_point(imported):
    """Where nothing parts thousands, 1.5 is no number beside 1,5."""
    assert ([], ["IE354"]) == imported(SourceMapping(decimal=","), cost="1.5")


@pytest.mark.parametrize("column", ["viable", "retracted"])
def test_capitals_of_other_alphabets(imported, column: str):
    """The Turkish capital İ is no I: a database that makes it a plain i would find a word that is not there."""
    assert ([], ["IE357"]) == imported(SourceMapping(no=("si",)), **{column: "Sİ"})


def test_an_error_of_a_spreadsheet_that_is_a_constant(imported):
    """What holds for every row is looked at as if it stood in each."""
    assert ([], ["IE360"]) == imported(SourceMapping(constants={"note": "#REF!"}))


def test_no_source_can_allow_what_no_day_can_be(imported):
    """A source that allows 1800 does not allow more than any day can be."""
    assert ([], ["IE352"]) == imported(SourceMapping(earliest=date(1800, 1, 1)), occurred_on="1850-01-01")


def test_a_sign_after_the_day(imported):
    """A percent sign that ends a way of writing days is a sign, not the beginning of a directive."""
    assert ([{}], []) == imported(SourceMapping(dates=(DayFormat("%d/%m/%Y%"),)), occurred_on="01/04/2010%")


def test_half_a_character(way: str):
    """A text that no encoding has goes into quarantine, and takes no other row with it."""
    lines = [Line(2, (*VISIT.values(), "\ud800")), Line(3, ("e2", *list(VISIT.values())[1:], "whole"))]
    table = Table("events.csv", lines, (*VISIT, "note"), text=True)
    assert ([{"note": "whole"}], ["IE342"]) == found(table, SourceMapping())


# ── columns that have types ──────────────────────────────────────────────────────────────────────────────────────────


def typed(column: str, value: str) -> Table:
    """A table of one visit with a typed column, which it hands over as rows and as an Arrow stream."""
    texts = ", ".join(f"'{cell}' AS {name}" for name, cell in VISIT.items())
    query = f"SELECT {texts}, {value} AS {column}"

    def streams() -> Iterator[ArrowStream]:
        with duckdb.connect() as connection:
            yield ArrowStream(connection.sql(query))

    with duckdb.connect() as connection:
        lines = [Line(number, row) for number, row in enumerate(connection.sql(query).fetchall(), 1)]
    return Table("events.parquet", lines, (*VISIT, column), streams=streams, size=1)


def test_a_number_is_no_gap(way: str):
    """What is written for a gap is text; the number 99 is 99."""
    assert ([{"people": Fraction(99)}], []) == found(typed("people", "99"), SourceMapping(missing=("99",)))


def test_a_number_of_half_precision(way: str):
    """A number of single precision is handed over with more digits than it shows."""
    expected = Fraction("0.10000000149011612")
    assert ([{"cost": expected}], []) == found(typed("cost", "0.1::FLOAT"), SourceMapping())


# ── files in blocks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_quotation_mark_within_a_cell_is_none(imported, way: str, tmp_path: Path):
    """A cell that has a quotation mark in its middle, and one that is opened after it, make a line that goes on."""
    path = tmp_path / "events.csv"
    head = ",".join((*VISIT, "note", "cost"))
    path.write_text(f'{head}\ne"1,visit,A,2010-02-03,"goes\non",5\n', encoding="utf-8")
    assert ([{"note": "goes\non", "cost": Fraction(5)}], []) == found(CSV.open(str(path), Reading()), SourceMapping())
    path.write_text(f'{head}\ne"1,visit,A,2010-02-03,"goes\non",5"\n', encoding="utf-8")
    assert ([], ["IE354"]) == found(CSV.open(str(path), Reading()), SourceMapping())


# ── what comes after the commit ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [StoreError("the disk is full"), KeyboardInterrupt()], ids=["full disk", "interrupt"])
def test_a_number_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException):
    """An import that is committed has its number, also where its line of the ledger was not written."""

    def fail(*_: object) -> None:
        raise fault

    with open_store(tmp_path / "the.store", writable=True) as store:
        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "append", fail)
            with pytest.raises(type(fault)):
                store.take_in(table_of([VISIT], "first"), SCHEMA, terms=TERMS)
        assert 2 == store.take_in(table_of([VISIT | {"event_id": "e2"}], "second"), SCHEMA, terms=TERMS).number
        assert [1, 2] == [one.position for one in store.intake(SCHEMA).records.versions]
        assert store.imports() == store.ledger.entries()


def test_what_is_stored_is_not_said_to_be_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A disk that is full only after the commit does not undo it, and nobody is told that it did."""
    run = Database.run

    def full(self: Database, statement: str, values: Any = ()) -> int:
        if statement.startswith("CHECKPOINT"):
            fault = duckdb.IOException('Could not write file "the.store": No space left on device')
            raise StoreError("the disk is full: nothing of this was stored") from fault
        return run(self, statement, values)

    with open_store(tmp_path / "the.store", writable=True) as store, monkeypatch.context() as patch:
        patch.setattr(Database, "run", full)
        with pytest.raises(CommittedError, match=r"^import 1 is stored, but .*: the disk is full: make room") as told:
            store.take_in(table_of([VISIT], "first"), SCHEMA, terms=TERMS)
        assert "nothing of this was stored" not in str(told.value)
    with open_store(tmp_path / "the.store") as store:
        assert [1] == [one.number for one in store.imports()] == [one.number for one in store.ledger.entries()]
