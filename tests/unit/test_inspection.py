"""What an inspection proposes, what it leaves open, and the evidence that it shows for both."""

from __future__ import annotations

import io
import sys
import tomllib
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import PRIORITY, pack

from indicator_engine.builtin import source_csv, source_jsonl
from indicator_engine.definitions.mapping_files import load_mappings
from indicator_engine.definitions.toml_text import quoted, toml_value
from indicator_engine.engine.packs import load_packs
from indicator_engine.problems import DataError, Location, Problem
from indicator_engine.store.inspection import Example, File, Proposal, Sheet, inspect, toml_of, written
from indicator_engine.store.inspection.naming import Target, plain
from indicator_engine.store.inspection.proposing import source_name
from indicator_engine.store.inspection.writing import writable
from indicator_engine.store.layout import Row, Rows, formats_of, reading_of
from indicator_engine.store.tables import Line, Reading, Table

if TYPE_CHECKING:
    from indicator_engine.hookspecs import Source
    from indicator_engine.language.schema import Schema

PACK = """
[statement]
id = "sample"
title = "Sample"
period = "2009-10"

[subject.attributes]
kind = { type = "choice", choices = ["member", "public"] }
member_from = { type = "date" }

[event.pledge]
label = "Skills Pledge"
attributes.stage = { type = "integer", label = "Stage reached" }
attributes.cost = { type = "money" }
attributes.ends_on = { type = "date", label = "Until" }

[event.tender]
attributes.viable = { type = "truth" }
"""
SCHEMA = pack(PACK + PRIORITY).schema
HEADER = "event_id,type,organisation,occurred_on"


def _sources() -> dict[str, Source]:
    found: dict[str, Source] = {}
    for module in (source_csv, source_jsonl):
        module.register_sources(lambda one: found.setdefault(one.name, one))
    return found


SOURCES = _sources()


def file_at(path: Path) -> File:
    """A file of text as the command line makes it."""
    source = SOURCES[path.suffix.removeprefix(".")]
    delimiter = {"csv": ",", "tsv": "\t"}.get(source.name, "")
    return File(str(path), partial(source.open, str(path)), lambda: path.open("rb"), delimiter)


@pytest.fixture
def look(tmp_path):
    """Inspect a file of these contents, for the sample pack unless another schema is given."""

    def looked(
        content: str | bytes, name: str = "returns.csv", schema: Schema | None = SCHEMA, **options: Any
    ) -> Proposal:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return inspect(file_at(path), schema, **options)

    return looked


def days(*texts: str, header: str = HEADER) -> str:
    """A file of pledges on these days."""
    rows = (f"E{number},pledge,Org {number},{text}" for number, text in enumerate(texts, 1))
    return "\n".join((header, *rows)) + "\n"


def about(proposal: Proposal, key: str, column: str = "") -> list[tuple[str, str]]:
    """How sure each thing about a key is, and what is said."""
    return [(one.sure, one.says) for one in proposal.evidence if one.key == key and column in ("", one.column)]


def ways(proposal: Proposal, key: str) -> list[Any]:
    """The ways to settle what is open about a key."""
    return [dict(way) for one in proposal.choices if one.key == key for way in one.ways]


def formats(proposal: Proposal) -> list[str]:
    return [one.text for one in proposal.mapping.dates]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_days_that_prove_nothing(look):
    """Where every day could be read either way, neither format is proposed, and both are shown."""
    found = look(days("03/04/2010", "05/06/2010"))

    assert [] == formats(found)
    assert [{"dates": ["%d/%m/%Y"]}, {"dates": ["%m/%d/%Y"]}] == ways(found, "dates")
    assert '# dates = ["%d/%m/%Y"]  # or ["%m/%d/%Y"], nothing proves which; 03/04/2010 could be' in toml_of(found)


def test_days_that_prove_the_day_first(look):
    """Twelve days of forty prove the order, and the first of them is shown with its line."""
    found = look(days(*["03/04/2010"] * 28, *["25/03/2010"] * 12))

    says = "12 of 40 days prove that the day comes first, 28 could be read either way"
    assert ["%d/%m/%Y"] == formats(found)
    assert [("proved", says)] == about(found, "dates")
    assert [Example(30, "25/03/2010")] == [
        example for one in found.evidence if one.key == "dates" for example in one.examples
    ]


def test_days_that_prove_the_month_first(look):
    """So do days whose month would be none if the day came first."""
    found = look(days("03/04/2010", "03/25/2010"))

    assert ["%m/%d/%Y"] == formats(found)
    assert [("proved", "1 of 2 days proves that the month comes first, 1 could be read either way")] == about(
        found, "dates"
    )


def test_days_in_both_orders(look):
    """A column with days in both orders has no format, and the lines that prove it are named."""
    found = look(days("25/03/2010", "03/25/2010", "03/04/2010"))

    ((sure, says),) = about(found, "dates")
    assert [] == formats(found)
    assert [] == ways(found, "dates")
    assert "open" == sure
    assert says.startswith("`occurred_on` mixes orders, and no format reads that: ")
    assert "1 of 3 days proves that the day comes first (line 2)" in says
    assert "1 of 3 days proves that the month comes first (line 3)" in says


def test_days_of_two_columns(look):
    """One column proves for another how days are written, because a source has one list of formats."""
    text = HEADER + ",Until\nE1,pledge,A,25/03/2010,03/04/2011\nE2,pledge,B,26/03/2010,05/04/2011\n"
    found = look(text)

    says = "2 days could be read either way; `occurred_on` proves how days are written here"
    assert ["%d/%m/%Y"] == formats(found)
    assert [("likely", says)] == about(found, "dates", "Until")


def test_days_of_columns_in_different_orders(look):
    """Two columns in different orders cannot be read by one source."""
    found = look(HEADER + ",Until\nE1,pledge,A,25/03/2010,03/25/2011\n")

    ((_, says),) = about(found, "dates")
    assert [] == formats(found)
    assert says.startswith("columns are written in different orders, and no format reads that")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("31 March 2010", "1 May 2010"), ["%d %B %Y"]),
        (("31-Mar-10", "01-Apr-10"), ["%d-%b-%y"]),
        (('"March 31, 2010"',), ["%B %d, %Y"]),
        (("2010/03/31",), ["%Y/%m/%d"]),
        (("25.03.2010", "31 March 2010"), ["%d.%m.%Y", "%d %B %Y"]),
        (("2010-03-31", "2010-04-01"), []),
        (("20100331",), ["%Y%m%d"]),
    ],
)
def test_other_ways_of_writing_days(look, texts, expected):
    """Names of months, years in front and days without anything between their parts leave one way to read them."""
    found = look(days(*texts))

    assert expected == formats(found)
    assert () == found.choices


def test_days_with_short_years(look):
    """A year of two digits could stand first, so an order that days prove otherwise is only likely."""
    found = look(days("25/03/10", "03/04/10"))

    ((sure, says),) = about(found, "dates")
    assert (["%d/%m/%y"], "likely") == (formats(found), sure)
    assert says.endswith("the year could stand first as well")


def test_days_that_a_spreadsheet_counts(look):
    """Numbers in a column of days are proposed as a spreadsheet's count, with a day to check it by."""
    found = look(days("40267", "40300"))

    assert found.mapping.serial_dates
    assert ["excel serial"] == written(found.mapping)["dates"]
    assert [
        ("likely", "2 of its cells are numbers with which spreadsheets count days: 40267 would be 2010-03-30")
    ] == about(found, "dates")


def test_numbers_only_some_of_which_are_days(look):
    """Where only some numbers can be a spreadsheet's days, it is left open whether they are."""
    found = look(days("40267", "12"))

    assert [{"dates": ["excel serial"]}] == ways(found, "dates")
    assert [True] == [
        says.endswith("40267 would be 2010-03-30; 1 are other numbers") for _, says in about(found, "dates")
    ]


def test_days_with_times(look):
    """A time behind a day does not keep the day from proving how days are written."""
    assert ["%d/%m/%Y"] == formats(look(days("25/03/2010 00:00", "03/04/2010 00:00")))


def test_cells_that_are_no_days(look):
    """What cannot be a day in any format is told with its line."""
    found = look(days("25/03/2010", "31/02/2010", "soon"))

    assert [("seen", "2 cells are not a day, which the pack asks for in this column")] == [
        one for one in about(found, "columns", "occurred_on") if one[0] == "seen"
    ]


def test_times_of_day(look):
    """A day with a time is an instant, but a day only at midnight; what neither reader takes is told."""
    row = "E{},pledge,A,{},{}\n"
    text = f"{HEADER},recorded_at\n" + row.format(1, "25/03/2010 00:00", "25/03/2010 14:30")
    text += row.format(2, "25/03/2010 14:30", "25/03/2010 27:30")
    found = look(text)

    says = "1 cell is not a {}, which the pack asks for in this column"
    assert ["%d/%m/%Y"] == formats(found)
    assert ("seen", says.format("day")) in about(found, "columns", "occurred_on")
    assert ("seen", says.format("day, or a day and time")) in about(found, "columns", "recorded_at")


# ── the text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ascii(look):
    """A file of plain letters needs no encoding, and says so."""
    found = look(days("2010-03-31"))

    assert "encoding" not in written(found.mapping)
    assert [("proved", "every byte is ASCII, which is UTF-8 as well")] == about(found, "encoding")


def test_utf8(look):
    """Letters beyond ASCII prove UTF-8; the mark of a spreadsheet does no harm."""
    found = look(b"\xef\xbb\xbf" + days("2010-03-31").replace("Org 1", "Café").encode())

    assert "encoding" not in written(found.mapping)
    assert ["proved"] == [sure for sure, _ in about(found, "encoding")]


def test_windows_1252(look):
    """Bytes that are not UTF-8 are likely Windows-1252, and are shown as what they would be there."""
    found = look(days("2010-03-31").replace("Org 1", "Café £").encode("cp1252"))

    says = "there is 1 line with bytes that are not UTF-8; as Windows-1252 they read a3 £, e9 é"
    assert "cp1252" == found.mapping.encoding
    assert [("likely", says)] == about(found, "encoding")
    assert "Café £" in found.evidence[0].examples[0].text


def test_bytes_that_windows_does_not_have(look):
    """A byte that is no letter of Windows-1252 leaves the encoding open."""
    found = look(days("2010-03-31").replace("Org 1", "M\u00fcller").encode("cp850"))

    assert "encoding" not in written(found.mapping)
    assert [{"encoding": "cp850"}, {"encoding": "mac-roman"}] == ways(found, "encoding")


def test_mixed_encodings(look):
    """A file with both sorts of lines is in neither encoding."""
    lines = days("2010-03-31", "2010-04-01").replace("Org 2", "Café").encode()
    found = look(lines.replace(b"Org 1", b"Caf\xe9"))

    assert [{"encoding": "cp1252"}] == ways(found, "encoding")
    assert "the file mixes encodings" in about(found, "encoding")[0][1]


@pytest.mark.parametrize(("encoding", "sure"), [("utf-16", "proved"), ("utf-16-le", "likely"), ("utf-16-be", "likely")])
def test_utf16(look, encoding, sure):
    """UTF-16 is known by its mark or, without one, by its zero bytes."""
    found = look(days("2010-03-31", "2010-04-01").encode(encoding))

    assert encoding == found.mapping.encoding
    assert [sure] == [each for each, _ in about(found, "encoding")]
    assert 4 == len(found.mapping.columns)


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright strokes")])
def test_what_parts_cells(look, mark, name):
    """What parts cells is what gives most lines the same number of them."""
    found = look(days("2010-03-31", "2010-04-01").replace(",", mark))

    assert mark == found.mapping.delimiter
    assert [("proved", f"3 of 3 lines have 4 cells parted by {name}")] == about(found, "delimiter")


def test_semicolons_beside_decimal_commas(look):
    """Commas within cells do not pass for what parts them, where the line of names has none."""
    found = look(
        "event_id;type;organisation;occurred_on;cost\nE1;pledge;A;2010-03-31;1,5\nE2;pledge;B;2010-03-31;2,5\n"
    )

    assert (";", ",") == (found.mapping.delimiter, found.mapping.decimal)


def test_one_column(look):
    """A file of single cells has nothing that parts them."""
    assert [""] == [look("organisation\nA\nB\n").mapping.delimiter]


def test_line_ends_and_nul(look):
    """Mixed line ends and NUL characters are noted with their lines."""
    found = look(days("2010-03-31", "2010-04-01").replace("\n", "\r\n", 1).replace("Org 2", "Org\0"))

    told = [one.says for one in found.evidence if not one.key]
    assert "lines end in several ways, which does no harm: 1 with CR LF, 2 with LF" in told
    assert "there is 1 line with NUL characters: the file may be damaged, and such rows cannot be used" in told


def test_quotation_marks_that_do_not_fit(look):
    """Lines that cannot be read as cells are told with the reader's code."""
    found = look(days("2010-03-31", "2010-04-01").replace("Org 2", '"Org" 2'))

    assert [("seen", True)] == [
        (sure, "cannot be read (IE346)" in says) for sure, says in about(found, "") if "IE346" in says
    ][:1]


def test_marks_round_cells(look):
    """Single quotation marks may be those of the file; one before a formula is what our own output writes."""
    text = "event_id,type,organisation,occurred_on\nE1,pledge,{},2010-03-31\n"

    assert [{"quote": "'"}] == ways(look(text.format("'A'")), "quote")
    assert [{"neutralised": True}] == ways(look(text.format("'=A'")), "neutralised")


def test_no_text(look):
    """A workbook or a picture that is named like a text is left to its reader, which refuses it."""
    with pytest.raises(DataError):
        look(b"PK\x03\x04\x81\x8d")


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_header_below_other_lines(look):
    """The line of names is proposed when lines stand above it, which are shown."""
    found = look("Return for the second quarter\nSend to the office,\n\n" + days("2010-03-31"))

    assert 4 == found.mapping.header_row
    assert [Example(1, "Return for the second quarter"), Example(2, "Send to the office")] == list(
        next(one for one in found.evidence if one.key == "header_row").examples[1:]
    )


def test_header_by_what_stands_below(look):
    """Without a pack, words above days and numbers are names."""
    found = look("Return\nFirm,Signed,Number\nA,2010-03-31,4\nB,2010-04-01,5\n", schema=None)

    assert 2 == found.mapping.header_row
    assert ["Firm", "Signed", "Number"] == [one.name for one in found.columns]


def test_header_of_texts(look):
    """A line of words above words is only likely to be names."""
    found = look("Firm,Town\nBoots,Nottingham\nToyota,Burnaston\n", schema=None)

    assert [("likely", "it is the first line of words that the lines below fit under")] == about(found, "header_row")


def test_no_header(look):
    """A file whose first line is a row has no names; nothing is made of it."""
    found = look("E1,pledge,A,2010-03-31\nE2,pledge,B,2010-04-01\n")

    assert {} == found.mapping.columns
    assert [("open", "no line names the columns; put one above the first row, then inspect the file again")] == about(
        found, "header_row"
    )
    assert ["column 1", "column 2", "column 3", "column 4"] == [one.name for one in found.columns]


def test_no_header_among_texts(look):
    """Words that come again in their own columns are values."""
    found = look("Boots,Nottingham\nToyota,Nottingham\nBoots,Derby\n", schema=None)

    assert ["column 1", "column 2"] == [one.name for one in found.columns]


def test_empty_file(look):
    """An empty file is told as one."""
    assert ["the file is empty"] == [one.why for one in look("").choices]


def test_names_that_come_again(look):
    """Lines that repeat the names are told, and are not taken for rows."""
    found = look(days("2010-03-31") + days("2010-04-01", header=HEADER.title()))

    assert ("seen", "the line of column names comes again once; such lines cannot be used") in about(
        found, "header_row"
    )
    assert "2 days" == found.columns[3].holds


def test_rows_of_another_width(look):
    """Lines with too few or too many cells are told with their lines."""
    found = look(days("2010-03-31", "2010-04-01") + "E3,pledge\n")

    told = [one for one in found.evidence if "more or fewer cells" in one.says]
    assert [(Example(4, "E3 | pledge"),)] == [one.examples for one in told]


def test_totals(look):
    """A line of totals at the end is where the table stops; it is no row."""
    found = look(days("2010-03-31", "2010-04-01") + "Total,,2,\nPrinted on Monday,,,\n")

    assert ("Total",) == found.mapping.stop_at
    assert [("likely", "its first cell says that it is totals; 1 filled line below it")] == about(found, "stop_at")
    assert "2 texts" == found.columns[0].holds


def test_totals_with_figures(look):
    """Figures in a line of totals will be others another time, so only its words are proposed."""
    found = look(days("2010-03-31", "2010-04-01") + "Total: 2,,,\n")

    assert ("Total:",) == found.mapping.stop_at


def test_totals_like_a_row(look):
    """A word that would end the table too early is not proposed."""
    found = look("organisation,type,event_id,occurred_on\nTotal Produce,pledge,E1,2010-03-31\nTotal,,1,\n")

    assert () == found.mapping.stop_at
    assert [True] == [says.endswith("`Total` would end it at line 2") for _, says in about(found, "stop_at")]


def test_totals_amid_rows(look):
    """Totals with rows below them end nothing."""
    found = look(days("2010-03-31") + "Subtotal,,1,\n" + "E9,pledge,C,2010-04-01\n")

    assert () == found.mapping.stop_at
    assert ["seen"] == [sure for sure, _ in about(found, "stop_at")]


def test_footer(look):
    """Lines of one cell at the end may be a footer; that is left to a person."""
    found = look(days("2010-03-31", "2010-04-01") + "Source: the monitoring team,,,\n")

    assert [{"stop_at": ["Source: the monitoring team"]}] == ways(found, "stop_at")
    assert "2 texts" == found.columns[0].holds


def test_only_some_lines(look):
    """Of a long file only so many lines are looked at, and nothing is said of its end."""
    found = look(days(*["2010-03-31"] * 30) + "Total,,30,\n", lines=10)

    assert (10, False, ()) == (found.lines, found.whole, found.mapping.stop_at)
    assert "from its first 10 lines" in toml_of(found)


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_labels_and_usual_names(look):
    """Columns are named by the pack's own names, by their spelling, by its labels, by what they are often called."""
    found = look("Ref No,TYPE,Organisation,Date,Stage Reached,recorded\nE1,pledge,A,2010-03-31,2,2010-04-01\n")

    assert {
        "Ref No": "event_id", "TYPE": "type", "Organisation": "organisation", "Date": "occurred_on",
        "Stage Reached": "stage", "recorded": "recorded_at",
    } == found.mapping.columns  # fmt: skip
    assert {"likely"} == {one.sure for one in found.columns}
    assert () == found.choices


def test_near_names_are_suggested(look):
    """A name that is only like one of the pack's stays open, with its score."""
    found = look(days("2010-03-31").replace("occurred_on", "occurred_on,stge reached").replace("-31", "-31,2"))

    assert {"stge reached": "stage"} == ways(found, "columns")[0]
    assert "stge reached" not in found.mapping.columns
    assert '# "stge reached" = "stage"  # like it, ' in toml_of(found)


def test_near_names_without_the_extra(look, monkeypatch):
    """The same without the library for likeness."""
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)

    assert 96 == Target("stage", frozenset({"stage reached"})).likeness("stge reached")
    assert 100 == Target("stage").likeness("stage")


def test_empty_columns_with_near_names(look):
    """An empty column whose name is like one of the pack's is not left out: it may be filled another time."""
    found = look(days("2010-03-31").replace("occurred_on", "occurred_on,stge reached").replace("-31", "-31,"))

    assert ((), [{"stge reached": "stage"}]) == (found.mapping.ignore, ways(found, "columns"))


def test_unknown_columns(look):
    """A column that nothing is like stays open; one in which nothing stands is left out."""
    text = "event_id,type,organisation,occurred_on,Zweck,,Blank\nE1,pledge,A,2010-03-31,x,,\n"
    found = look(text)

    assert ("Blank", "") == tuple(sorted(found.mapping.ignore, reverse=True))
    assert [{"ignore": ["", "Blank", "Zweck"]}] == ways(found, "ignore")


def test_columns_without_names(look):
    """A column without a name is left out only where all such columns are empty."""
    text = "event_id,type,organisation,occurred_on,,,Blank\nE1,pledge,A,2010-03-31,,{},\n"
    empty, filled = look(text.format("")), look(text.format("x"))

    assert (("", "Blank"), ("Blank",)) == (empty.mapping.ignore, filled.mapping.ignore)
    assert [{"ignore": ["Blank", ""]}] == ways(filled, "ignore")


def test_columns_with_one_name(look):
    """Names that differ in nothing but capitals cannot be told apart."""
    found = look("event_id,type,organisation,occurred_on,Cost,COST\nE1,pledge,A,2010-03-31,1,2\n")

    assert [True] == [
        one.why.startswith("columns have the same name: `Cost`, `COST`") for one in found.choices if not one.ways
    ]


def test_the_only_column_of_days(look):
    """The only column of days is when it happened; of two, neither is."""
    one = look("event_id,type,organisation,Signed\nE1,pledge,A,2010-03-31\n")
    two = look("event_id,type,organisation,Signed,Sealed\nE1,pledge,A,2010-03-31,2010-04-01\n")
    other = look("event_id,type,organisation,Untill\nE1,pledge,A,2010-03-31\n")

    assert "occurred_on" == one.mapping.columns["Signed"]
    assert [{"Signed": "occurred_on"}, {"Sealed": "occurred_on"}] == ways(two, "columns")
    assert [{"Untill": "ends_on"}] == ways(other, "columns")


def test_type_by_its_words(look):
    """A column of event types is the type, whatever it is called."""
    found = look("event_id,what,organisation,occurred_on\nE1,pledge,A,2010-03-31\nE2,tender,A,2010-03-31\n")

    assert "type" == found.mapping.columns["what"]


def test_words_that_are_no_types(look):
    """Labels of event types are proposed as what they mean; words that mean no type of the pack are left open."""
    found = look(
        f"{HEADER}\nE1,Skills pledge,A,2010-03-31\nE2,TENDER,A,2010-03-31\nE3,tendr,A,2010-03-31\nE4,x,A,2010-03-31\n"
    )

    says = "2 of 4 rows are of types that the pack does not have: tendr, x"
    assert {"type": {"Skills pledge": "pledge", "TENDER": "tender"}} == found.mapping.values
    assert [("open", says)] == about(found, "type")
    assert [{"tendr": "tender"}, {"x": "…"}] == ways(found, "values.type")
    assert '[source.returns.values.type]\n"Skills pledge" = "pledge"  # likely: it is the label of `pledge`' in toml_of(
        found
    )


def test_types_under_other_words(look):
    """A column of few words that come again is suggested as the type, with a line for each word."""
    rows = "".join(
        f"E{n},{what},A,2010-03-{n:02}\n" for n, what in enumerate(["Skills pledges", "Something else"] * 3, 1)
    )
    found = look(f"event_id,What,organisation,occurred_on\n{rows}")

    says = "no column is called so; `What` (2 words in 6 rows) may say of which type the rows are"
    assert [("seen", says)] == about(found, "type")
    assert ([{"What": "type"}], []) == (ways(found, "columns"), ways(found, "constants"))
    assert [{"Skills pledges": "pledge"}, {"Something else": "…"}] == ways(found, "values.type")
    assert '# [source.returns.values.type]\n# "Skills pledges" = "pledge"' in toml_of(found)
    assert {"What": "type"}.items() <= look(rows_of_labels()).mapping.columns.items()


def rows_of_labels():
    """Rows whose column of types has another name, and the labels of the types in it."""
    return "event_id,What,organisation,occurred_on\nE1,Skills Pledge,A,2010-03-31\nE2,Tender,A,2010-03-31\n"


def test_no_type(look):
    """Without a column of types, the types that have the columns of the file are shown."""
    found = look("event_id,organisation,occurred_on,viable\nE1,A,2010-03-31,yes\n")

    assert [{"constants": {"type": "tender"}}] == ways(found, "constants")


def test_ids_by_their_shape(look):
    """A column of its own, filled, of letters with digits is likely the id."""
    found = look("Zeichen,type,organisation,occurred_on\n" + "".join(f"R-{n},pledge,A,2010-03-31\n" for n in range(3)))

    assert ("event_id", "likely") == (found.columns[0].means, found.columns[0].sure)


def test_ids_that_come_twice(look):
    """Ids in more than one row are told: newer versions, or mistakes."""
    found = look(days("2010-03-31", "2010-04-01").replace("E2", "E1"))

    assert [("seen", "1 id is in more than one row: newer versions of an event, or mistakes")] == about(
        found, "event_id"
    )


def test_no_ids(look):
    """Without ids it stays open what they are made of, and how many rows would share theirs."""
    found = look("type,organisation,occurred_on\npledge,A,2010-03-31\npledge,A,2010-03-31\npledge,B,2010-03-31\n")

    assert [{"id_from": ["type", "organisation", "occurred_on"]}] == ways(found, "id_from")
    assert [True] == [says.endswith("2 rows share theirs with others") for _, says in about(found, "id_from")]


def test_recording(look):
    """Where no column says when rows were recorded, the import does."""
    assert "import" == look(days("2010-03-31")).mapping.recorded_at


def test_subjects_of_the_register(look):
    """The column whose cells are the register's keys says whose a row is, also where another has the name for it."""
    text = (
        "event_id,type,organisation,code,occurred_on\nE1,pledge,Boots,N1,2010-03-31\nE2,pledge,Toyota,N2,2010-03-31\n"
    )
    found = look(text, subjects={"N1": "Boots", "N2": "Toyota UK"})

    assert "organisation" == found.mapping.columns["code"]
    assert "organisation" not in found.mapping.columns


def test_names_of_the_register(look):
    """A subject's name is an alias of its key; a name like it is a suggestion."""
    rows = (f"E{number},pledge,{name},2010-03-31" for number, name in enumerate(("boots", "Boots", "Toyota")))
    text = "\n".join(("event_id,type,Firm,occurred_on", *rows))
    found = look(text, subjects={"N1": "Boots", "N2": "Toyota Ltd"})

    assert {"boots": "N1", "Boots": "N1"} == found.mapping.aliases
    assert [{"Toyota": "N2"}] == ways(found, "aliases")
    assert '[source.returns.aliases]\n"boots" = "N1"  # likely: in the register it is the name of N1\n' in toml_of(
        found
    )


def test_register(look):
    """A file with the register's columns is a register."""
    found = look("Organisation,name,kind,member_from\nN1,Boots,member,2009-04-01\n")

    assert "register" == found.mapping.kind
    assert () == found.choices


def test_without_a_pack(look):
    """Without a pack only what every event has is known; the rest is offered as it could be called."""
    found = look("Reference,Organisation,Date,Stage reached\nE1,A,25/03/2010,2\n", schema=None)

    assert {"Reference": "event_id", "Organisation": "organisation", "Date": "occurred_on"} == found.mapping.columns
    assert [{"Stage reached": "stage_reached"}] == ways(found, "columns")


# ── numbers and words ────────────────────────────────────────────────────────────────────────────────────────────────


def costs(*texts: str) -> str:
    rows = (f'E{number},pledge,A,2010-03-31,"{text}"' for number, text in enumerate(texts, 1))
    return "\n".join((f"{HEADER},cost", *rows)) + "\n"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("1204", "2.5"), {}),
        (("1,204.50", "350"), {"thousands": ","}),
        (("1,204", "1,204,000"), {"thousands": ","}),
        (("2,5", "1,204"), {"decimal": ","}),
        (("1.204,50", "1.204"), {"decimal": ",", "thousands": "."}),
        (("1 204",), {"thousands": " "}),
        (("1 204,5",), {"decimal": ",", "thousands": " "}),
        (("1'204",), {"thousands": "'"}),
        (("1.204", "0.125"), {}),
    ],
)
def test_numbers(look, texts, expected):
    """Marks between thousands and decimal commas are proposed where the cells leave no other way to read them."""
    found = look(costs(*texts))

    assert expected == {key: value for key, value in written(found.mapping).items() if key in ("decimal", "thousands")}
    assert () == found.choices


def test_numbers_that_prove_nothing(look):
    """1,204 is a thousand or little more than one: both ways are shown."""
    found = look(costs("1,204", "350"))

    says = "1 of 1 numbers with marks in them could be read in more than one way: 1,204 could be 1204 or 1.204"
    assert [{"thousands": ","}, {"decimal": ","}] == ways(found, "thousands")
    assert [("open", says)] == about(found, "thousands")
    assert '# thousands = ","  # or decimal = ",", 1,204 could be 1204 or 1.204' in toml_of(found)


def test_points_that_prove_nothing(look):
    """Nor does 1.204 prove what its point is."""
    found = look(costs("1.204"))

    assert [{"decimal": ",", "thousands": "."}] == ways(found, "thousands")
    assert '# decimal = ","\n# thousands = "."  # 1.204 could be 1.204 or 1204; left out, the point' in toml_of(found)


def test_numbers_in_several_ways(look):
    """Where no way reads all numbers, those that the best way does not read are shown."""
    found = look(costs("1,204.50", "2,204.50", "2.204,50"))

    assert [{"thousands": ","}] == ways(found, "thousands")
    assert [Example(4, "2.204,50")] == [
        example for one in found.evidence if one.key == "thousands" for example in one.examples
    ]


def viable(*words: str) -> str:
    rows = (f"E{number},tender,A,2010-03-31,{word}" for number, word in enumerate(words, 1))
    return "\n".join((f"{HEADER},viable", *rows)) + "\n"


def test_words_for_yes_and_no(look):
    """Words that can hardly mean anything else are proposed; what is understood anyhow is not."""
    found = look(viable("Ja", "ja", "Nein", "Y", "N", "?", "✓"))

    assert (("Ja", "✓"), ("Nein",)) == (found.mapping.yes, found.mapping.no)
    assert () == found.choices
    assert ("seen", "its words are ja 2 ×, nein 1 ×, y 1 ×, n 1 ×, ? 1 ×, ✓ 1 ×") in about(found, "yes", "viable")


def test_words_that_may_be_yes_or_no(look):
    """A cross may be either."""
    found = look(viable("x", "yes", "Ja"))

    assert [{"yes": ["Ja", "x"]}, {"no": ["x"]}] == ways(found, "yes")
    assert '# yes = ["Ja", "x"]  # instead of the line above: or no = ["x"], nothing says' in toml_of(found)


def test_words_for_what_is_missing(look):
    """Words for what nobody knows are proposed from columns of days; a dash among numbers may be nought."""
    found = look(
        f"{HEADER},cost\nE1,pledge,A,2010-03-31,-\nE2,pledge,A,tbc,5\nE3,pledge,A,2010-04-01,n/a\nE4,pledge,A,2010-04-01,7\n"
    )

    assert ("tbc", "n/a") == found.mapping.missing
    assert [{"missing": ["tbc", "n/a", "-"]}] == ways(found, "missing")


# ── workbooks and other formats ──────────────────────────────────────────────────────────────────────────────────────

MIDNIGHT, NOON = datetime.fromisoformat("2010-03-31"), datetime.fromisoformat("2010-03-31T12:00")
CELLS = [("event_id", "type", "organisation", "occurred_on"), ("E1", "pledge", "A", MIDNIGHT)]


def workbook(*sheets: Sheet, notes: tuple[Problem, ...] = (), cells: Any = CELLS) -> tuple[File, list[str]]:
    """A workbook whose sheets all hold these cells, and the names of the sheets that were opened."""
    opened: list[str] = []

    def open_sheet(reading: Reading) -> Table:
        opened.append(reading.sheet)
        lines = [Line(number, tuple(row)) for number, row in enumerate(cells, 1)]
        return Table("book.xlsx", lines, sheet=reading.sheet, notes=notes)

    return File("book.xlsx", open_sheet, sheets=lambda: sheets), opened


def test_hidden_first_sheet(look):
    """Hidden sheets are named and not looked at; of two that can be seen and hold something, none is chosen."""
    file, opened = workbook(Sheet("Old", visible=False), Sheet("Events"), Sheet("More"), Sheet("Empty", filled=False))
    found = inspect(file, SCHEMA)

    assert ["Events"] == opened
    assert [{"sheet": "Events"}, {"sheet": "More"}] == ways(found, "sheet")
    assert ("seen", "hidden, and not looked at: “Old”") in about(found, "sheet")
    assert '# sheet = "Events"  # or "More", several hold something' in toml_of(found)


def test_only_sheet():
    """A sheet that is the only one with something in it need not be named."""
    file, opened = workbook(Sheet("Cover", filled=False), Sheet("Events"))
    found = inspect(file, SCHEMA)

    assert (["Events"], "", ()) == (opened, found.mapping.sheet, found.choices)
    assert "proved" == about(found, "sheet")[0][0]


def test_sheet_that_was_asked_for():
    """A sheet that was asked for is proposed, also a hidden one."""
    file, opened = workbook(Sheet("Old", visible=False), Sheet("Events"))

    assert ("Old", ["Old"]) == (inspect(file, SCHEMA, sheet="Old").mapping.sheet, opened)


def test_notes_of_a_workbook():
    """What the reader of a workbook notes is told; whether merged cells count for all their rows stays open."""
    merged = Problem("IE379", "1 merged range", "declare it", "note", Location("book.xlsx", 3, 1))
    other = Problem("IE378", "something", "", "note")
    file, _ = workbook(Sheet("Events"), notes=(merged, other))
    found = inspect(file, SCHEMA)

    assert [{"fill_merged": True}] == ways(found, "fill_merged")
    assert ("seen", "something (IE378)") in about(found, "")


def test_days_of_a_spreadsheet():
    """Days, numbers and truths that a spreadsheet keeps as such need nothing declared."""
    cells = [("event_id", "type", "organisation", "occurred_on", "viable", "when", "cost"),
             ("E1", "tender", "A", MIDNIGHT, True, NOON, 2.5),
             ("E2", "tender", "A", date(2010, 4, 1), False, None, 3)]  # fmt: skip
    found = inspect(workbook(Sheet("Events"), cells=cells)[0], SCHEMA)

    assert ["event_id", "type", "organisation", "occurred_on", "viable", "cost"] == list(found.mapping.columns.values())
    assert ["2 texts", "2 texts", "2 texts", "2 days", "2 yes or no", "1 day with a time, 1 blank", "2 numbers"] == [
        one.holds for one in found.columns
    ]


def test_json(look):
    """A format that names its columns itself has no line of names to look for, and nothing that parts cells."""
    found = look(
        '{"event_id": "E1", "type": "pledge", "organisation": "A", "occurred_on": "25/03/2010", "cost": 2.5}\n',
        "a.jsonl",
    )

    assert (["%d/%m/%Y"], "", None) == (formats(found), found.mapping.delimiter, found.mapping.header_row)
    assert () == found.choices


# ── the text of a proposal ───────────────────────────────────────────────────────────────────────────────────────────


def test_trial(look):
    """The lines are read by the proposal, and rows that an import could not use are counted with the reason."""
    found = look(days("25/03/2010", "soon"))

    assert ("seen", "read so, 1 of 2 rows can be used") in about(found, "")
    assert ("seen", "1 row would be kept aside (IE350)") in about(found, "")


@pytest.mark.parametrize("own_file", [True, False])
def test_round_trip(tmp_path, look, own_file):
    """A proposal with nothing open is a source of the pack, and reads every row of the file without a fault."""
    text = "Return\n" + days("25/03/2010", "03/04/2010").replace("Org 1", "Café").replace(
        "occurred_on", "Date signed"
    ).replace(",", ";")
    found = look((text + "Total;;2;\n").encode("cp1252"), "Q1 [new].csv")
    mapping = _loaded(tmp_path, toml_of(found), own_file=own_file)

    assert () == found.choices
    assert found.mapping == mapping
    assert mapping.is_for("q1 [NEW].csv")
    assert [("E1", "Café", date(2010, 3, 25)), ("E2", "Org 2", date(2010, 4, 3))] == [
        (row.cells["event_id"], row.cells["organisation"], mapping.dates[0].day(row.cells["occurred_on"]))
        for row in _rows(tmp_path / "Q1 [new].csv", mapping)
    ]


def _loaded(folder: Path, text: str, *, own_file: bool) -> Any:
    """The source of a TOML text, read beside a pack or as a file of its own."""
    pack_file, sources = folder / "pack.toml", folder / "pack.sources.toml"
    pack_file.write_text(PACK + PRIORITY, encoding="utf-8")
    sources.write_text(text, encoding="utf-8")
    if own_file:
        return load_mappings(sources, SCHEMA)[0]
    (loaded,) = load_packs([pack_file])
    assert loaded.statement
    return loaded.statement.mappings[0]


def _rows(path: Path, mapping: Any) -> list[Row]:
    table = SOURCES["csv"].open(str(path), reading_of(mapping))
    rows = list(Rows(table, mapping, SCHEMA, formats_of(mapping)))
    assert all(isinstance(row, Row) for row in rows)
    return [row for row in rows if isinstance(row, Row)]


def test_names_that_would_break_a_file(look):
    """Quotes, backslashes, controls and reading marks in names are escaped, and come back as they were."""
    name = 'a "b" \\ \x1b[31m \u202e é 日'
    found = look(
        f'event_id,type,organisation,occurred_on,"{name.replace(chr(34), chr(34) * 2)}"\nE1,pledge,A,2010-03-31,\n'
    )
    text = toml_of(found)

    assert [name] == tomllib.loads(text)["source"]["returns"]["ignore"]
    assert all(one.isprintable() or one == "\n" for one in text)


def test_name_of_a_source():
    """A source is called like its file, in letters that a name can have."""
    assert ["q2-returns-final", "source", "returns-2010"] == [
        source_name(file) for file in ("Q2 Returns (final).xlsx", "日本.csv", "/folder.d/returns.2010.csv")
    ]


def test_values():
    """Every sort of value is written as TOML has it."""
    values = {"text": 'a"b\x7f\U000e0001', "yes": True, "number": 4, "day": date(2010, 3, 31), "list": ["a", ["b"]],
              "no": False, "table": {"a b": "c"}}  # fmt: skip

    assert values == tomllib.loads("\n".join(f"{key} = {toml_value(value)}" for key, value in values.items()))


@pytest.mark.generative
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting(text):
    """Any text comes back from its TOML."""
    assert text == tomllib.loads(f"{quoted(text)} = {quoted(text)}")[text]


def test_unwritable():
    """Half a surrogate and a very long name cannot be written."""
    assert [True, False, False] == [writable(text) for text in ("a", "\ud800", "a" * 1000)]


def test_plain_names():
    """Names are compared without capitals, marks and underscores, and with words parted."""
    assert ["occurred on", "ref no", "date of birth", ""] == [
        plain(name) for name in ("occurredOn", "Ref. No.", "date_of_birth ", "£")
    ]


# ── anything at all ──────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from([
    "", " ", "event_id", "Type", "organisation", "Date", "stage", "pledge", "tender", "25/03/2010", "03/04/2010",
    "03/25/10", "2010-03-31", "2010-03-31 12:00", "31 March 2010", "40267", "1,204", "1.204,5", "2,5", "12", "n/a",
    "-", "Ja", "x", "Total", "#REF!", "\x00", "\x1b[31m", "\u202e", '"', "a\nb", "\\", "\ud800", "a" * 500,
])  # fmt: skip
CELL = st.one_of(WORDS, st.text(max_size=8), st.text("0123456789/.-, :", max_size=12))
ANY_CELL = st.one_of(
    CELL, st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(), st.lists(CELL, max_size=2)
)


def _assert_sound(
    cells: list[list[Any]], columns: tuple[str, ...] | None, schema: Schema | None, subjects: dict[str, str]
) -> None:
    """A proposal for a table can be written, is TOML, and shows nothing that cannot be seen."""
    lines = [Line(number, tuple(row)) for number, row in enumerate(cells, 1)]
    file = File("table.csv", lambda _: Table("table.csv", lines, columns))
    proposal = inspect(file, schema, subjects=subjects)
    text = toml_of(proposal)

    with TemporaryDirectory() as folder:
        path = Path(folder) / "sources.toml"
        path.write_text(text, encoding="utf-8")
        assert (proposal.mapping,) == load_mappings(path, SCHEMA)
    if proposal.complete and schema:
        Rows(file.open(Reading()), proposal.mapping, schema, formats_of(proposal.mapping))
    assert "table" in tomllib.loads(text)["source"]
    assert all(one.isprintable() or one == "\n" for one in text)
    assert max(map(len, text.splitlines())) < 8192


@pytest.mark.generative
@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, max_size=6), max_size=8), st.booleans(), st.dictionaries(CELL, CELL, max_size=3))
def test_any_table_of_text(cells, with_pack, subjects):
    """Whatever stands in a table of text, its proposal is TOML."""
    _assert_sound(cells, None, SCHEMA if with_pack else None, subjects)


@pytest.mark.generative
@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(ANY_CELL, min_size=3, max_size=3), max_size=6), st.booleans(), st.tuples(CELL, CELL, CELL))
def test_any_table_of_cells(cells, named, columns):
    """So it is for cells of every type, and for columns that have names of their own."""
    _assert_sound(cells, columns if named else None, SCHEMA, {})


@pytest.mark.generative
@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["csv", "tsv"]))
def test_any_bytes(content, ending):
    """Any bytes can be looked at as a file of text."""
    source = SOURCES[ending]

    def open_bytes(reading: Reading) -> Table:
        text = io.TextIOWrapper(io.BytesIO(content), reading.encoding, errors="replace", newline="")
        return Table(
            f"table.{ending}", [Line(n, tuple(line.split(reading.delimiter))) for n, line in enumerate(text, 1)]
        )

    file = File(f"table.{ending}", open_bytes, lambda: io.BytesIO(content), "," if source.name == "csv" else "\t")

    assert "source" in tomllib.loads(toml_of(inspect(file, SCHEMA)))
