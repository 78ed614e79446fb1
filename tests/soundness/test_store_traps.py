"""Traps that a database lays for whoever lets it read texts: what it takes for plain must mean what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import xlsxwriter

from indicator_engine import plugins
from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.language.schema import Attribute, EventType, Schema
from indicator_engine.periods import DayFormat
from indicator_engine.problems import DataError, StoreError
from indicator_engine.store import bulk_import
from indicator_engine.store.accounts import Terms
from indicator_engine.store.database import CommittedError, Database
from indicator_engine.store.layout import reading_of
from indicator_engine.store.ledger import Ledger
from indicator_engine.store.requeue import as_csv, retry
from indicator_engine.store.sandbox import ArrowStream
from indicator_engine.store.store import memory_store, open_store
from indicator_engine.store.tables import Line, Reading, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.store.records import Version

pytestmark = pytest.mark.slow

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


# ── files as people make them ────────────────────────────────────────────────────────────────────────────────────────

REGISTERED = plugins.load(installed=False)
HEAD = ",".join((*VISIT, "note"))
PLAIN, REGISTER = SourceMapping(), SourceMapping(kind="register")


def visit(number: int, note: str, organisation: str = "A") -> str:
    """A line of a visit."""
    return f"e{number},visit,{organisation},2010-02-03,{note}"


@pytest.fixture
def file(tmp_path: Path):
    """A file of these lines, or of these bytes, open as its mapping says."""

    def write(*lines: str | bytes, name: str = "events.csv", mapping: SourceMapping = PLAIN) -> Table:
        path = tmp_path / name
        path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
        source, address = REGISTERED.source(str(path))
        return source.open(address, reading_of(mapping))

    return write


def workbook(*rows: tuple[Any, ...], **options: Any) -> bytes:
    """A workbook of one sheet with these rows; a pair is a number and the format in which it is shown."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    sheet.write_number(row, column, cell[0], book.add_format({"num_format": cell[1]}))
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(row, column, cell, None, "")
                else:
                    sheet.write(row, column, cell)
    return content.getvalue()


def test_a_quotation_mark_that_another_one_closes(file, way: str):
    """The rows between two stray marks are no text of the first: they are kept, and told."""
    table = file(HEAD, visit(1, '"heard'), visit(2, "two"), visit(3, 'noted"'), visit(4, "four"))
    assert ([{"note": "four"}], ["IE346"]) == found(table, PLAIN)


def test_text_of_a_cell_that_only_looks_a_little_like_a_row(file, way: str):
    """Lines within a cell that have as many commas as a row are text, if they are not rows."""
    note = "safety\ncare, fire, first aid, and, more"
    assert ([{"note": note}], []) == found(file(HEAD, visit(1, f'"{note}"')), PLAIN)


def test_utf8_that_is_declared_to_be_another_encoding(file, way: str):
    """Nearly every byte is a letter in cp1252, so that names would become other names without a word."""
    with pytest.raises(DataError, match="the file is UTF-8 to its last byte"):
        file(HEAD, visit(1, "", "Café"), mapping=SourceMapping(encoding="cp1252"))


def test_an_organisation_called_like_the_end_of_the_table(file, way: str):
    """A row is a row, though it begins with the word that ends the table."""
    mapping = SourceMapping(stop_at=("Total",), id_from=("organisation", "occurred_on"), constants={"type": "visit"})
    lines = ("organisation,occurred_on,note", "Total Housing,2010-02-03,one", "B,2010-02-03,two", "Total of all,,2")
    assert ([{"note": "one"}, {"note": "two"}], []) == found(file(*lines), mapping)


def test_the_mark_of_an_encoding_in_the_middle_of_a_file(file, way: str):
    """Files that were put together have it before an id, which is the same id all the same."""
    table = file(HEAD, visit(1, "one"), b"\xef\xbb\xbf" + visit(1, "one").encode(), "\u200b" + visit(2, "two"))
    with memory_store() as store:
        receipt = store.take_in(table, SCHEMA, PLAIN, TERMS)
        assert (2, 1, {"e1", "e2"}) == (
            receipt.stored, receipt.duplicate, {one.event_id for one in store.intake(SCHEMA).records.versions}
        )  # fmt: skip


def test_ids_that_a_spreadsheet_shortened(file, way: str):
    """They have become one, and would be versions of one event."""
    lines = (f"1.23457E+11,visit,{name},2010-02-03,x" for name in "AB")
    assert ([], ["IE362", "IE362"]) == found(file(HEAD, *lines), PLAIN)


def test_an_id_that_is_used_again(file, way: str):
    """Files that number their events from 1 each replace those of the file before, which is told."""
    with memory_store() as store:
        store.take_in(file(HEAD, visit(1, "x", "A")), SCHEMA, PLAIN, TERMS)
        receipt = store.take_in(file(HEAD, visit(1, "x", "B")), SCHEMA, PLAIN, TERMS)
        assert ["event e1 is told of 2 organisations, A and B; only the version recorded last counts"] == [
            one.message for one in receipt.notes
        ]


def test_a_column_that_a_later_file_lacks(file, way: str):
    """Its blanks replace what the store has, which is told."""
    with memory_store() as store:
        store.take_in(file(HEAD, visit(1, "x")), SCHEMA, PLAIN, TERMS)
        receipt = store.take_in(
            file(HEAD.removesuffix(",note"), visit(1, "x").removesuffix(",x")), SCHEMA, PLAIN, TERMS
        )
        assert [("IE319", "warning")] == [(one.code, one.severity) for one in receipt.notes]


def test_the_names_of_columns_once_more_in_a_register(file):
    """They are no subject, in whatever capitals, and do not become one where the quarantine is read again."""
    with memory_store() as store:
        store.take_in(file("organisation,name", "A,Aber", "Organisation,NAME", "B,Bryn"), SCHEMA, REGISTER, TERMS)
        retry(store, SCHEMA, TERMS)
        assert ({"A", "B"}, ["IE364"]) == (
            {row.subject for row in store.intake(SCHEMA).records.register}, [one.code for one in store.quarantine()]
        )  # fmt: skip


def test_a_total_in_a_register(file):
    """It is listed, for nobody can know that it is none; but it is told."""
    with memory_store() as store:
        receipt = store.take_in(file("organisation,name", "A,Aber", "Total: 1,"), SCHEMA, REGISTER, TERMS)
        assert [("IE311", 3)] == [(one.code, one.where.line) for one in receipt.notes if one.where]


def test_rows_within_a_cell_do_not_come_back_from_the_quarantine(file, tmp_path: Path):
    """Neither when it is read again, nor when it is exported and imported as it is."""
    with memory_store() as store:
        store.take_in(file(HEAD, visit(1, '"heard'), visit(2, "two"), visit(3, 'noted"')), SCHEMA, PLAIN, TERMS)
        retry(store, SCHEMA, TERMS)
        store.take_in(file(as_csv(store.quarantine()), name="repair.csv"), SCHEMA, PLAIN, TERMS)
        assert ([], ["IE346"]) == (
            list(store.intake(SCHEMA).records.versions), [one.code for one in store.quarantine()]
        )  # fmt: skip


def test_a_formula_that_was_never_worked_out(file):
    """It is no blank: not in the workbook, not in the export of the quarantine, and not when that is imported."""
    content = workbook((*VISIT, "cost"), (*VISIT.values(), "=1+1"))
    with memory_store() as store:
        store.take_in(file(content, name="events.xlsx"), SCHEMA, PLAIN, TERMS)
        assert [("IE361", "cost")] == [(one.code, one.column) for one in store.quarantine()]
        store.take_in(file(as_csv(store.quarantine()), name="repair.csv"), SCHEMA, PLAIN, TERMS)
        assert ([], ["IE361"]) == (
            list(store.intake(SCHEMA).records.versions), [one.code for one in store.quarantine()]
        )  # fmt: skip


COMMAS = SourceMapping(decimal=",", thousands=".")


@pytest.mark.parametrize("mapping", [PLAIN, COMMAS], ids=["points", "commas"])
def test_a_row_of_a_workbook_comes_back_from_quarantine_as_itself(file, mapping: SourceMapping):
    """Numbers of a workbook have a point: the event 6.0 was told of beside event 6, 2.125 was two thousand."""
    head = (*VISIT, "people", "cost", "note", "viable")
    row = (6, *list(VISIT.values())[1:3], datetime.fromisoformat("2010-02-03"))
    content = workbook(head, (*row, "many", 2.125, 12, True), default_date_format="yyyy-mm-dd")
    meant = workbook(head, (*row, 3, 2.125, 12, True), default_date_format="yyyy-mm-dd")
    with memory_store() as store:
        store.take_in(file(content, name="events.xlsx"), SCHEMA, mapping, TERMS)
        assert ["IE354"] == [one.code for one in store.quarantine()]
        mended = as_csv(store.quarantine()).replace(b"many", b"3")
        store.take_in(file(mended, name="repair.csv", mapping=mapping), SCHEMA, mapping, TERMS)
        assert not store.quarantine()
        store.take_in(file(meant, name="later.xlsx"), SCHEMA, mapping, TERMS)
        versions = store.intake(SCHEMA).records.versions
        assert ["6"] == [one.event_id for one in versions]
        assert {"people": 3, "cost": Fraction("2.125"), "note": "12", "viable": True} == said(versions[0])


@pytest.mark.parametrize("mark", ["\x1e", "\x1f"])
def test_what_parts_records_is_in_no_text(imported, mark: str):
    """Texts are compared with such marks between them: two that differ could have been taken for one."""
    assert ([], ["IE342"]) == imported(PLAIN, note=f"a{mark}b")


def test_a_fraction_in_quarantine():
    """It is read again, for numbers of a program may have no end as decimals."""
    with memory_store() as store:
        store.take_in(table_of([VISIT | {"cost": Fraction(1, 3)}], "rows"), SCHEMA, PLAIN, TERMS)
        (entry,) = store.quarantine()
        assert Fraction(1, 3) == entry.cells[entry.header.index("cost")]
        assert b"1/3" in as_csv([entry])


def test_a_formula_in_a_column_that_is_not_read(file):
    """What stands there does not matter, and puts no row aside."""
    content = workbook((*VISIT, "Check"), (*VISIT.values(), "=1+1"))
    assert ([{}], []) == found(file(content, name="events.xlsx"), SourceMapping(ignore=("Check",)))


def test_days_that_are_counted_from_1904(file):
    """Plain numbers in a workbook that counts otherwise would be days four years off."""
    rows = (tuple(VISIT), (*list(VISIT.values())[:3], 38750))
    mapping = SourceMapping(serial_dates=True)
    assert 1 == len(found(file(workbook(*rows), name="events.xlsx"), mapping)[0])
    with pytest.raises(DataError, match="counts days from 1904"):
        found(file(workbook(*rows, date_1904=True), name="events.xlsx"), mapping)


def test_a_day_that_never_was(file):
    """Spreadsheets show 29 February 1900, and their readers make another day of it."""
    schema = Schema(events={"visit": EventType("visit", attributes={"ends": Attribute("ends", "date")})})
    content = workbook((*VISIT, "ends"), (*VISIT.values(), (60, "yyyy-mm-dd")))
    with memory_store() as store:
        receipt = store.take_in(file(content, name="events.xlsx"), schema, PLAIN, TERMS)
        assert (0, {"IE350": 1}) == (receipt.stored, receipt.reasons)


def test_the_same_bad_row_again_is_one_row_in_quarantine(file):
    """Also where a cell is of a kind that JSON does not have, or is not equal to itself."""
    content = workbook((*VISIT, "cost"), (*VISIT.values(), (0.5, "hh:mm")))
    nan = replace(table_of([VISIT | {"cost": float("nan")}], "frame"), digest="")
    with memory_store() as store:
        for table in (file(content, name="events.xlsx"), nan, nan, file(content, name="events.xlsx")):
            store.take_in(replace(table, digest=""), SCHEMA, PLAIN, TERMS)
        assert 2 == len(store.quarantine())


def test_half_a_character_can_be_exported():
    """With a mark in its place; one such row does not keep the others in."""
    with memory_store() as store:
        store.take_in(table_of([VISIT | {"note": "\ud800"}], "rows"), SCHEMA, PLAIN, TERMS)
        assert b"?" in as_csv(store.quarantine())
