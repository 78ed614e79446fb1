"""The workbook, read back by another library than the one that wrote it."""

from __future__ import annotations

import builtins
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.unit.outputs.workbooks import opened, parts, rows_below

from indicator_engine.builtin.output_excel import render
from indicator_engine.evaluation.results import Listed
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering.audience import published
from indicator_engine.rendering.sheets import LONGEST, Book, Column, Figure, cell_text, number_format, row_height

FIRST, SECOND = "Priority 1 Support the Skills P", "Priority 4 Employment"


@pytest.fixture
def charted(results):
    """The results, with the course of one figure."""
    course = tuple((date(2009, month, 30), Fraction(month)) for month in (6, 9, 11))
    return replace(results, series={"pledges": course})


def test_sheets(charted):
    """There is a summary, a sheet a priority, the numbers of the charts, the evidence, the data and the provenance."""
    expected = ["Summary", FIRST, SECOND, "Course", "Evidence", "Data quality", "Provenance"]

    assert expected == opened(render(charted, Page())).sheet_names


def test_summary(results):
    """Each indicator and each part has a row; numbers are numbers, and what is none is in words."""
    rows = rows_below(render(results, Page()), "Summary", "Due")

    assert ["pledges", "matrix", "matrix/updated", "matrix/shared"] == [row["Id"] for row in rows]
    assert [17, 1, 9 / 17, "claimed, no evidence"] == [row["Figure"] for row in rows]
    assert [20, "", 0.5, ""] == [row["Target as a number"] for row in rows]
    assert ["✘ Missed", "✘ Missed", "✔ Met", "✘ Missed"] == [row["Status"] for row in rows]
    assert "17 of 20" == rows[0]["Value against target"]


def test_summary_counts(results):
    """How many have each verdict stands above."""
    rows = rows_below(render(results, Page()), "Summary", "Count")

    assert [("✘ Missed", 2, "red")] == [(row["Status"], row["Count"], row["Light"]) for row in rows]


def test_priority_in_the_countys_columns(results):
    """A priority's sheet begins with the columns of the county's own table."""
    (row,) = rows_below(render(results, Page()), FIRST, "Light")

    assert ["Priority", "Indicator", "Target", "Status", "Figure"] == list(row)[:5]
    assert "at least 20\nby March 2010 (31 March 2010)" == row["Target"]


def test_evidence(results):
    """Who counted, who did not and why, and what is undecided has a row each, by id and name."""
    rows = rows_below(render(replace(results, names={"N1": "Quill College"}), Page()), "Evidence", "Standing")

    assert [
        ("counted", "N1", "Quill College", ""),
        ("counted", "N2", "", ""),
        ("not counted", "N3", "", "no pledge by 31 March 2010"),
        ("undecided", "", "", "N4 (record E9): stage not known"),
    ] == [tuple(row.values())[1:] for row in rows]


def test_public_edition_has_no_evidence(results):
    """An edition for the public has no sheet of evidence."""
    assert "Evidence" not in opened(render(published(results), Page())).sheet_names


def test_data_and_provenance(results):
    """What was odd about the data, and what the figures rest on."""
    data = render(results, Page())

    notes = [str(row["What there is to say"]) for row in rows_below(data, "Data quality", "Topic")]
    assert "e.csv:2:1: warning IE306: N77 is not in the register" in notes
    assert {"Topic": "Engine", "What there is to say": "0.1.0"} in rows_below(data, "Provenance", "Topic")


def test_chart(charted):
    """The course is drawn as a native line chart from the sheet of its numbers, and is told in words as well."""
    data = render(charted, Page())

    lines = [text for text in parts(data, "xl/charts/").values() if "<c:lineChart>" in text]
    assert ["Course!$D$1", "Course!$E$1"] == re.findall(r"<c:f>(Course!\$[DE]\$1)</c:f>", lines[0])
    assert 1 == len(lines)
    assert any("3 figures from 6 (30 June 2009)" in text for text in parts(data, "xl/drawings/drawing").values())
    assert [6, 9, 11] == [row["Figure"] for row in rows_below(data, "Course", "Title") if row["Figure"] != ""]


def test_verdicts_have_colours_by_rule(results):
    """The colour of a status follows the name of the light in its own row, so that sorting keeps it right."""
    sheet = parts(render(results, Page()), "xl/worksheets/sheet2.xml")["xl/worksheets/sheet2.xml"]

    assert '<formula>$J3="red"</formula>' in sheet


def test_sheets_are_ready_for_paper(results):
    """A4 on its side, one page wide, the heading on each page and in sight."""
    data = render(results, Page())
    sheet = parts(data, "xl/worksheets/sheet2.xml")["xl/worksheets/sheet2.xml"]

    assert 'orientation="landscape"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert '<pane ySplit="2"' in sheet
    assert "Print_Titles" in parts(data, "xl/workbook.xml")["xl/workbook.xml"]


def test_tables_are_tables(results):
    """Each list is a table of Excel, with a filter."""
    tables = parts(render(results, Page()), "xl/tables/")

    assert 7 < len(tables)
    assert all("<autoFilter" in text for text in tables.values())


def test_same_results_same_bytes(charted):
    """Nothing of the moment of writing is in the file."""
    assert render(charted, Page()) == render(charted, Page())


def test_no_indicators(results):
    """A statement without indicators gives a workbook that opens."""
    assert "Summary" in opened(render(replace(results, results=()), Page())).sheet_names


@pytest.mark.parametrize(
    "start", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "http://evil.test", "internal:A1", "{=1}", "007"]
)
def test_texts_stay_texts(results, pledges, start):
    """What looks like a formula, a link or a number is written as the text that it is."""
    hostile = replace(pledges, label=start, who=(start,), listed=(Listed(start, (start,)),))
    data = render(replace(results, results=(hostile,), names={start: start}), Page())

    sheets = "".join(parts(data, "xl/worksheets/sheet").values())
    assert start == rows_below(data, "Summary", "Due")[0]["Indicator"]
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets


def test_charts_take_no_formula_from_a_title(charted, pledges):
    """A name that looks like a place in a workbook is a title like any other."""
    named = replace(charted, results=(replace(pledges, label="Course!$A$1"),))
    data = render(named, Page())

    found = {place for text in parts(data, "xl/charts/").values() for place in re.findall("<c:f>(.*?)</c:f>", text)}
    assert not any(place.startswith("Course!$A") for place in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\x00b", "a\\x00b"), ("\ufffe", "\\ufffe"), ("\ud800", "\\ud800"), ("a\nb", "a\nb"), ("_x0041_", "_x0041_")],
)
def test_characters_that_xml_has_not(text, expected):
    """What a workbook cannot hold is written out."""
    assert expected == cell_text(text)


def test_long_texts_are_cut_with_a_mark():
    """Excel would drop a text that is too long as a whole; characters outside the first plane count twice."""
    found = cell_text("😀" * LONGEST)

    assert (LONGEST // 2 + 1, "…") == (len(found), found[-1])


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (Figure(Fraction(9, 17), "ratio"), "0.0%"),
        (Figure(Fraction(1250), "money"), '"£"#,##0.00'),
        (Figure(Fraction(20), "count"), "#,##0"),
        (Figure(Fraction(5, 2), "number"), "#,##0.00"),
        (Figure(Fraction(14), "days"), '[=1]0" day";#,##0" days"'),
    ],
)
def test_number_formats(figure, expected):
    """A number is shown in its unit."""
    assert expected == number_format(figure)


def test_numbers_that_excel_would_round_stay_exact(results, pledges):
    """A number of more digits than Excel keeps is written as text."""
    huge = replace(pledges, value=Fraction(10**18 + 1))

    (row,) = rows_below(render(replace(results, results=(huge,)), Page()), "Summary", "Due")
    assert "1000000000000000001" == row["Figure"]


def test_names_of_sheets():
    """Names of sheets are as Excel lets them be, and no two are the same."""
    book = Book(date(2010, 3, 31))
    names = ["A/B: [x]?", "a b x", "History", "'quoted'", "x" * 40, "x" * 41, "", "😀" * 20]

    found = [book.sheet(name).name for name in names]

    assert ["A B x", "a b x (2)", "History (2)", "quoted"] == found[:4]
    assert ["x" * 31, "x" * 27 + " (2)", "Sheet", "😀" * 15] == found[4:]


def test_library_that_is_missing(results, monkeypatch):
    """Without xlsxwriter the message says what to install."""
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "indicator_engine.rendering.workbook":
            raise ModuleNotFoundError("No module named 'xlsxwriter'", name="xlsxwriter")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    expected = "workbooks are written with xlsxwriter, which is not installed: pip install 'indicator-engine[excel]'"

    with pytest.raises(IndicatorEngineError) as caught:
        render(results, Page())
    assert expected == str(caught.value)


def test_rows_are_as_high_as_their_texts(results):
    """The height of a row is in the file, since not every program works it out: three lines are as high as three."""
    sheet = parts(render(results, Page()), "xl/worksheets/sheet2.xml")["xl/worksheets/sheet2.xml"]
    (found,) = re.findall(r'<row r="3" [^>]* ht="([0-9.]+)"', sheet)

    assert "45" == found


@pytest.mark.parametrize(("rtl", "side"), [(False, "left"), (True, "right")])
def test_texts_of_tables_stand_apart_from_numbers(rtl, side):
    """A text beside a number is indented, for which it has to say on which side it begins."""
    book = Book(date(2010, 1, 31), right_to_left=rtl)
    book.sheet("One").table([Column("A", 10), Column("B", 10)], [(Figure(Fraction(4)), "4 of 4")])
    book.book.close()
    styles = parts(book.file.getvalue(), "xl/styles.xml")["xl/styles.xml"]

    assert f'<alignment horizontal="{side}" vertical="top" indent="1" wrapText="1"/>' in styles


@pytest.mark.parametrize(
    ("cells", "height"),
    [(["short", 12, None], 15), (["a\nb\nc"], 45), (["word " * 40], 210), (["x" * 10_000], 409), ([], 15)],
)
def test_height_of_a_row(cells, height):
    """Lines are counted as they wrap in a column 20 wide; no row is higher than Excel allows."""
    assert height == row_height(cells, [20, 14, 14])
