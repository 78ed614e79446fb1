"""Lines of workbooks: their numbers, their cells, the sheet they are of, and what a workbook hides."""

from __future__ import annotations

import hashlib
import struct
import sys
from datetime import date
from io import BytesIO

import pytest
import python_calamine
import xlwt  # type: ignore[import-untyped]  # ships no types

from indicator_engine.language.schema import Attribute
from indicator_engine.store import cells as reading
from indicator_engine.store.workbooks import xlsx as module

DAY = date(2010, 3, 31)


@pytest.fixture
def dated(xlsx):
    """The bytes of a workbook with these numbers in one column, shown in a format."""

    def make(*numbers, form="yyyy-mm-dd", **options):
        def fill(book, sheet):
            for row, number in enumerate(numbers):
                sheet.write_number(row, 0, number, book.add_format({"num_format": form}))

        return xlsx(fill, **options)

    return make


@pytest.fixture
def only(rows):
    """The cells of the first column."""
    return lambda *content, **reading: [cells[0] for _, cells in rows(*content, **reading)]


def code_of(read, *arguments):
    """The code with which a cell is refused."""
    with pytest.raises(reading.CellError) as caught:
        read(*arguments)
    return caught.value.code


class TestCells:
    """What cells come as, and where."""

    def test_kinds(self, rows, xlsx):
        """Days, numbers, truth and text come as the workbook has them."""

        def fill(book, sheet):
            sheet.write_row(0, 0, ["text", 3, 0.1, True])
            sheet.write_datetime(0, 4, DAY, book.add_format({"num_format": "dd/mm/yy"}))

        assert [(1, ("text", 3.0, 0.1, True, DAY))] == rows(xlsx(fill))

    def test_place(self, rows, cells):
        """A table that begins at C5 has the numbers and the columns that a spreadsheet program shows."""
        blank = ("", "", "", "")

        assert [
            *((number, blank) for number in (1, 2, 3, 4)),
            (5, ("", "", "id", "day")),
            (6, blank),
            (7, ("", "", "", "x")),
        ] == rows(cells(C5="id", D5="day", D7="x"))

    def test_blank_sheet(self, opened, xlsx):
        """A sheet with nothing in it has no lines."""
        table = opened(xlsx())

        assert ([], 0, "Data") == (list(table.lines), table.size, table.sheet)

    def test_digest_and_progress(self, opened, cells):
        """The digest is that of the file's bytes; progress counts rows."""
        content = cells(A1="id", A3="x")
        table = opened(content)
        lines = iter(table.lines)
        next(lines), next(lines)

        assert (hashlib.sha256(content).hexdigest(), 3, 2) == (table.digest, table.size, table.done())

    def test_1904(self, only, dated):
        """Days counted from 1904 are the days that were meant."""
        assert [DAY, date(1904, 1, 2)] == only(dated(38806, 1, date_1904=True))

    def test_serial_60(self, only, dated):
        """The day that never was, and those before it, come as the numbers they are: nobody takes them for days."""
        cells = only(dated(60, 59, 1, 61))

        assert [59, 59, 1, date(1900, 3, 1)] == cells
        assert ["IE350"] * 3 == [code_of(reading.read_day, day) for day in cells[:3]]

    @pytest.mark.parametrize(
        ("number", "form"),
        [(0, "yyyy-mm-dd"), (-1, "yyyy-mm-dd"), (0.5, "hh:mm"), (1.5, "[h]:mm"), (2958466, "yyyy-mm-dd")],
    )
    def test_no_day(self, only, dated, number, form):
        """A time, a span of time and a day after the year 9999 are no days, and no numbers of days either."""
        (cell,) = only(dated(number, form=form))

        assert "IE350" == code_of(reading.read_day, cell)
        assert "IE359" == code_of(reading.read_instant, cell)

    def test_time_is_no_number(self, only, dated):
        """A span of time is no number, though a spreadsheet counts it as one."""
        (cell,) = only(dated(1.5, form="[h]:mm"))

        assert "IE354" == code_of(reading.read_value, cell, Attribute("hours", "decimal"))

    def test_time_beyond_all_calendars(self, only, opened, dated):
        """A span of time that no calendar has is a fault of its line, and the next line is read."""
        content = dated(1, 2147483647, 2, form="[h]:mm")

        assert [None, "IE350", None] == [line.fault and line.fault.code for line in opened(content).lines]

    @pytest.mark.slow
    def test_stray_cell(self, opened, cells):
        """A cell in the last row of all costs neither memory nor much time; the blank lines before it are told."""
        table = opened(cells(A1="id", B2="x", A1048576="stray"))
        number = 0
        for number, line in enumerate(table.lines, 1):  # noqa: B007  # the last is looked at
            pass

        assert (1_048_576, 1_048_576, "stray") == (number, line.number, line.cells[0])


class TestErrors:
    """What looks blank and is not: errors, and formulas that were never worked out."""

    @pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
    def test_error(self, only, xlsx, error):
        """An error comes as its text, which no attribute takes."""
        (cell,) = only(xlsx(lambda _, sheet: sheet.write_formula("A1", "=A2", None, error)))

        assert (error, "IE360") == (cell, code_of(reading.read_value, cell, Attribute("name", "text")))

    def test_unknown_error(self, refusal, sheet):
        """An error that no spreadsheet program has is taken for damage."""
        content = b'<row r="1"><c r="A1" t="e"><f>A2</f><v>#XYZ!</v></c></row>'

        assert "IE371" == refusal(sheet(content))[0]

    def test_error_elsewhere(self, rows, xlsx):
        """An error in the last row or column of a sheet is told, too."""

        def fill(_, sheet):
            sheet.write("B2", "x")
            sheet.write_formula("D4", "=A1", None, "#N/A")

        assert [(3, ("",) * 4), (4, ("", "", "", "#N/A"))] == rows(xlsx(fill))[2:]

    @pytest.mark.parametrize(
        "cell",
        [
            b'<c r="B1"><f>A1</f></c>',
            b'<c r="B1"><f>A1</f><v/></c>',
            b'<c r="B1"><f>A1</f><v></v></c>',
            b'<c r="B1" t="n"><f>A1</f> <v></v></c>',
            b'<c r="B1"><f>A1</f><v xml:space="preserve"></v></c>',
            b'<c r="B1"><f/></c>',
            b'<c r="B1"><f t="shared" si="0"/></c>',
            b'<c r="B1"><f t="shared" si="0"/><v></v></c>',
            b"<c r='B1'><f>A1</f></c>",
            b"<c ><f>A1</f></c>",
        ],
    )
    def test_no_value(self, opened, sheet, cell):
        """A formula without a value is no blank, however it is written: whoever reads the cell is told."""
        (line,) = opened(sheet(b'<row r="1"><c r="A1"><v>1</v></c>' + cell + b"</row>")).lines

        assert (1.0, reading.NO_VALUE) == line.cells
        assert ("IE361", "IE361") == (
            code_of(reading.read_text, line.cells[1]),
            code_of(reading.read_day, line.cells[1]),
        )

    def test_text_without_letters(self, faults, sheet):
        """A formula that came to a text without letters, or to a number, has a value."""
        content = b'<c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><v>1</v></c>'

        assert [] == faults(sheet(b'<row r="1">' + content + b"</row>"))

    def test_only_formulas_without_values(self, rows, sheet):
        """A line with nothing else in it is no blank line."""
        assert [(1, ("",)), (2, (reading.NO_VALUE,))] == rows(sheet(b'<row r="2"><c r="A2"><f>B2</f></c></row>'))

    def test_every_way_agrees(self, rows, faults, monkeypatch, sheet):
        """Looking at few cells and looking at all of them finds the same."""
        content = sheet(
            b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>A2</f><v>#REF!</v></c><c r="C1" t="e"/></row>'
            b'<row r="3"><c r="A3"><f>B3</f></c><c r="B3" t="inlineStr"><is><t>t="e" &lt;f></t></is></c></row>'
        )
        before = rows(content), faults(content)
        monkeypatch.setattr(module, "_FEW", 0)

        assert before == (rows(content), faults(content))
        assert [(1, (1.0, "#REF!")), (2, ("", "")), (3, (reading.NO_VALUE, 't="e" <f>'))] == before[0]

    def test_declaration(self, rows, monkeypatch, sheet):
        """How the XML declaration is written does not make a sheet unusual."""
        monkeypatch.setattr(module, "_of_all", None)
        content = (
            b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            b'<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row></sheetData></worksheet>'
        )

        assert [(1, ("#REF!",))] == rows(sheet(content))

    def test_namespace_prefix(self, rows, sheet):
        """A sheet whose elements have a prefix is read like any other."""
        content = (
            b'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<x:sheetData><x:row r="1"><x:c r="A1" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c></x:row></x:sheetData>'
            b"</x:worksheet>"
        )

        assert [(1, ("#DIV/0!",))] == rows(sheet(content))


class TestSheets:
    """Which sheet of a workbook is read."""

    @pytest.fixture
    def book(self, xlsx):
        """A workbook with sheets of these names; `hide` has those that are hidden, `blank` those without a cell."""

        def make(*names, hide=(), blank=()):
            def fill(book, sheet):
                sheet.name = names[0]
                for name in names:
                    one = sheet if name == names[0] else book.add_worksheet(name)
                    if name not in blank:
                        one.write("A1", name)
                    one.hide() if name in hide else one.activate()

            return xlsx(fill)

        return make

    def test_only_one(self, opened, book):
        """The only sheet is read, and messages name it."""
        assert opened(book("Returns")).place.endswith("book.xlsx[Returns]")

    def test_others_are_blank(self, opened, book):
        """Sheets without a cell do not count."""
        assert "Returns" == opened(book("Sheet2", "Returns", "Sheet3", blank=("Sheet2", "Sheet3"))).sheet

    def test_all_are_blank(self, opened, book):
        """Where all are blank, there is nothing to choose from, and the first has no lines."""
        assert "A" == opened(book("A", "B", blank=("A", "B"))).sheet

    def test_several(self, refusal, book):
        """Of several sheets none is guessed."""
        assert (
            "IE372",
            "the workbook has several sheets with content: `A`, `B`",
            'declare `sheet = "A"`, or another of them',
        ) == refusal(book("A", "B"))

    def test_named(self, only, book):
        """A sheet that is declared is read."""
        assert ["B"] == only(book("A", "B"), sheet="B")

    @pytest.mark.parametrize("wanted", ["Retruns", "RETURNS", " returns "])
    def test_near(self, refusal, book, wanted):
        """A name that is not quite that of a sheet is refused with the nearest."""
        assert ("IE372", f"the workbook has no sheet `{wanted}`", "did you mean `Returns`?") == refusal(
            book("Returns", "Notes"), sheet=wanted
        )

    def test_hidden_first(self, opened, book):
        """A hidden sheet is not read, and it is told so."""
        table = opened(book("Old", "Returns", hide=("Old",)))

        assert ("Returns", [("IE378", "note", "a hidden sheet is not read: `Old`")]) == (
            table.sheet,
            [(note.code, note.severity, note.message) for note in table.notes],
        )

    def test_hidden_named(self, opened, book):
        """A hidden sheet that is declared is read, and it is told so."""
        table = opened(book("Old", "Returns", hide=("Old",)), sheet="Old")

        assert ("Old", ["the sheet `Old` is hidden in the workbook"]) == (
            table.sheet,
            [note.message for note in table.notes],
        )

    def test_hidden_others(self, opened, book):
        """Of hidden sheets nothing is told where another is declared."""
        assert () == opened(book("Old", "Returns", hide=("Old",)), sheet="Returns").notes

    def test_all_hidden(self, refusal, book, repacked):
        """A workbook in which nobody can see a sheet is refused."""
        content = repacked(
            book("Returns"),
            {
                "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
                b'<sheet name="Returns" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>'
            },
        )

        assert ("IE372", "the workbook has no visible sheet", 'declare a hidden one: `sheet = "Returns"`') == refusal(
            content
        )

    def test_chart(self, opened, xlsx):
        """A sheet that is a chart is no sheet of cells."""

        def fill(book, sheet):
            sheet.write("A1", 1)
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=Data!$A$1:$A$1"})
            book.add_chartsheet("Chart").set_chart(chart)

        assert "Data" == opened(xlsx(fill)).sheet


class TestMerged:
    """Ranges of cells that are merged into one."""

    @pytest.fixture
    def content(self, xlsx):
        """A title over four columns, a table of which two cells go over several rows, and one over two columns."""

        def fill(_, sheet):
            sheet.merge_range("A1:D1", "Title")
            sheet.write_row("A2", ["id", "org", "a", "b"])
            for row in range(3, 8):
                sheet.write(f"A{row}", row)
            sheet.merge_range("B3:B5", "Aber")
            sheet.merge_range("B6:B7", "Bryn")
            sheet.merge_range("C4:D5", "wide")

        return xlsx(fill)

    def test_left_blank(self, opened, content):
        """Only the first cell of a range has its value; ranges over several rows are told."""
        table = opened(content)
        found = [(line.cells[1], line.cells[2:]) for line in table.lines][2:]

        assert [("Aber", ("", "")), ("", ("wide", "")), ("", ("", "")), ("Bryn", ("", "")), ("", ("", ""))] == found
        assert [("IE379", "note", "3 merged ranges go over several rows: only the first of them has the value")] == [
            (note.code, note.severity, note.message) for note in table.notes
        ]

    def test_filled(self, opened, content):
        """Each cell of a range has its value, if that is declared."""
        table = opened(content, fill_merged=True)
        found = [(line.cells[1], line.cells[2:]) for line in table.lines]

        assert [
            ("Title", ("Title", "Title")),
            ("org", ("a", "b")),
            ("Aber", ("", "")),
            ("Aber", ("wide", "wide")),
            ("Aber", ("wide", "wide")),
            ("Bryn", ("", "")),
            ("Bryn", ("", "")),
        ] == found
        assert () == table.notes

    def test_only_titles(self, opened, xlsx):
        """Ranges within a row, and those of the first row, are not told."""

        def fill(_, sheet):
            sheet.merge_range("B2:C3", "Title")
            sheet.merge_range("B4:C4", "Subtitle")

        assert () == opened(xlsx(fill)).notes

    def test_no_value(self, rows, xlsx):
        """A formula without a value is one in every line of its range, if ranges are filled."""

        def fill(_, sheet):
            sheet.merge_range("A2:A4", "")
            sheet.write_formula("A2", "=B1", None, "")
            sheet.write_column("B1", [1, 2, 3, 4])

        lacking = reading.NO_VALUE
        assert ["", lacking, "", ""] == [cells[0] for _, cells in rows(xlsx(fill))]
        assert ["", lacking, lacking, lacking] == [cells[0] for _, cells in rows(xlsx(fill), fill_merged=True)]


class TestOds:
    """Workbooks of LibreOffice."""

    def test_cells(self, rows, ods):
        """Cells come as in other workbooks; what comes several times is there several times."""
        content = ods(
            '<table:table table:name="Data">'
            '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row>'
            '<table:table-cell table:number-columns-repeated="2"/>'
            '<table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell>'
            '<table:table-cell office:value-type="date" office:date-value="2010-03-31"/>'
            '<table:table-cell office:value-type="float" office:value="3" table:number-columns-repeated="2"/>'
            '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
        )

        blank = ("",) * 7
        assert [(1, blank), (2, blank), (3, ("", "", "id", DAY, 3.0, 3.0, True))] == rows(content, "book.ods")

    def test_errors(self, rows, faults, ods):
        """Errors come as their texts, formulas without a value as faults."""
        content = ods(
            '<table:table table:name="Data"><table:table-row table:number-rows-repeated="2">'
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
            '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
            '<table:table-row><table:table-cell/><table:table-cell table:formula="of:=A1"/></table:table-row>'
            "</table:table>"
        )

        lacking = reading.NO_VALUE
        assert [(1, ("#DIV/0!", "x")), (2, ("#DIV/0!", "x")), (3, ("", lacking))] == rows(content, "book.ods")

    @pytest.mark.parametrize("error", ["Err:502", "#NV", ""])
    def test_error_of_another_name(self, only, ods, error):
        """An error that nobody here knows by its name is an error all the same."""
        cell = f'office:value-type="string" calcext:value-type="error"><text:p>{error}</text:p>'
        row = f'<table:table-row><table:table-cell table:formula="of:=1/" {cell}</table:table-cell></table:table-row>'

        assert ["#VALUE!"] == only(ods(f'<table:table table:name="Data">{row}</table:table>'), "book.ods")

    def test_hidden(self, opened, ods):
        """A hidden sheet is not read."""
        row = '<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
        tables = f'<table:table table:name="Old" table:style-name="h">{row}</table:table>'
        table = opened(ods(f'{tables}<table:table table:name="New">{row}</table:table>'), "book.ods")

        assert ("New", ["IE378"]) == (table.sheet, [note.code for note in table.notes])

    def test_merged(self, only, opened, ods):
        """Merged ranges are filled if that is declared, and told if not."""
        content = ods(
            '<table:table table:name="Data"><table:table-row><table:table-cell office:value-type="float" '
            'office:value="1"/></table:table-row><table:table-row><table:table-cell office:value-type="string" '
            'table:number-rows-spanned="2" table:number-columns-spanned="1"><text:p>x</text:p></table:table-cell>'
            '<table:table-cell office:value-type="float" office:value="1"/></table:table-row><table:table-row>'
            '<table:covered-table-cell/><table:table-cell office:value-type="float" office:value="2"/>'
            "</table:table-row></table:table>"
        )

        assert [1.0, "x", ""] == only(content, "book.ods")
        assert [1.0, "x", "x"] == only(content, "book.ods", fill_merged=True)
        assert ["IE379"] == [note.code for note in opened(content, "book.ods").notes]

    @pytest.mark.parametrize(
        ("changes", "fact"),
        [
            pytest.param(
                {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}, "this workbook is encrypted", id="encrypted"
            ),
            pytest.param(
                {"mimetype": b"application/vnd.oasis.opendocument.text"},
                "this is an office document, but not a workbook",
                id="a letter",
            ),
            pytest.param({"content.xml": b"<a><b></a>"}, "the workbook is damaged or cut short", id="not XML"),
            pytest.param({"content.xml": None}, "the workbook is damaged or cut short", id="no content"),
        ],
    )
    def test_refused(self, refusal, ods, changes, fact):
        """What is no workbook is refused."""
        assert ("IE371", fact) == refusal(ods("", **changes), "book.ods")[:2]

    @pytest.mark.parametrize("times", ["many", "-1", "99999999999"])
    def test_times(self, refusal, ods, times):
        """A cell that comes in no number of columns is refused."""
        cell = f'<table:table-cell table:number-columns-repeated="{times}"/>'
        content = ods(f'<table:table table:name="Data"><table:table-row>{cell}</table:table-row></table:table>')

        assert ("IE371", f"the workbook is damaged: a cell comes {times!r} times") == refusal(content, "book.ods")[:2]


class TestXls:
    """Workbooks of old."""

    @pytest.fixture
    def old(self):
        """The bytes of an old workbook, filled by a function."""

        def make(fill):
            content, book = BytesIO(), xlwt.Workbook()
            fill(book, book.add_sheet("Data"))
            book.save(content)
            return content.getvalue()

        return make

    def test_cells(self, rows, old):
        """Cells come as in other workbooks."""

        def fill(_, sheet):
            sheet.write(1, 1, "id")
            sheet.write(2, 1, DAY, xlwt.easyxf(num_format_str="DD/MM/YY"))
            sheet.write(3, 1, True)  # noqa: FBT003  # a cell
            sheet.write(4, 1, 2.5)

        assert [(1, ("", "")), (2, ("", "id")), (3, ("", DAY)), (4, ("", True)), (5, ("", 2.5))] == rows(
            old(fill), "book.xls"
        )

    def test_errors(self, only, old):
        """Errors come as their texts."""

        def fill(_, sheet):
            sheet.write(0, 0, "id")
            sheet.row(1).set_cell_error(0, 0x17)
            sheet.row(2).set_cell_error(0, 0x2A)

        assert ["id", "#REF!", "#N/A"] == only(old(fill), "book.xls")

    def test_error_of_a_formula(self, only, old):
        """So do those that a formula came to."""
        content = old(lambda _, sheet: (sheet.write(0, 0, "id"), sheet.write(1, 0, xlwt.Formula("1/0"))))
        value = b"\x03\x00\x00\x00\x00\x00\xff\xff"
        assert 1 == content.count(value)

        assert ["id", "#DIV/0!"] == only(content.replace(value, b"\x02\x00\x07\x00\x00\x00\xff\xff"), "book.xls")

    def test_hidden_and_merged(self, opened, old):
        """Hidden sheets are not read; merged ranges are filled if that is declared."""

        def fill(book, sheet):
            sheet.write(0, 0, "id")
            sheet.write_merge(1, 2, 0, 0, "x")
            sheet.write(2, 1, 2)
            hidden = book.add_sheet("Old")
            hidden.visibility = 1

        table = opened(old(fill), "book.xls", fill_merged=True)

        assert (["id", "x", "x"], ["IE378"]) == (
            [line.cells[0] for line in table.lines],
            [note.code for note in table.notes],
        )

    def test_large(self, only, old):
        """A workbook of many sectors is read to its end."""

        def fill(_, sheet):
            for row in range(5_000):
                sheet.write(row, 0, f"text {row}")

        assert [f"text {row}" for row in range(5_000)] == only(old(fill), "book.xls")

    @pytest.mark.slow
    def test_very_large(self, only, old):
        """So is one so large that the table of its sectors needs sectors of its own."""
        content = old(lambda _, sheet: [sheet.write(row, 0, f"{row}{'x' * 900}") for row in range(9_000)])

        assert 7_500_000 < len(content)
        assert [f"{row}{'x' * 900}" for row in range(9_000)] == only(content, "book.xls")

    @pytest.fixture
    def short(self):
        """The records of a workbook with one cell, an error; `first` are others that come before its sheet."""

        def record(kind, data=b""):
            return struct.pack("<HH", kind, len(data)) + data

        def make(first=b""):
            begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
            place = 20 + len(first) + 4 + 12 + 4
            sheets = record(0x85, struct.pack("<IBBBB", place, 0, 0, 4, 0) + b"Data")
            cell = record(0x0205, struct.pack("<HHHBB", 0, 0, 0, 0x2A, 1))
            return record(0x0809, begin) + first + sheets + record(0x0A) + record(0x0809, begin) + cell + record(0x0A)

        return make

    def test_short(self, only, compound, short):
        """A workbook that is short is kept elsewhere in its file, and read from there."""
        assert ["#N/A"] == only(compound(short()), "book.xls")

    def test_password(self, refusal, compound, short):
        """One with a password is refused."""
        content = compound(short(b"\x2f\x00\x06\x00" + bytes(6)))

        assert ("IE371", "this workbook is encrypted") == refusal(content, "book.xls")[:2]

    def test_letter(self, refusal, compound, short):
        """An old office document of another kind is told as one."""
        content = compound(short(), "WordDocument")

        assert ("IE371", "this is an office document, but not a workbook") == refusal(content, "book.xls")[:2]

    def test_no_end(self, refusal, compound, short):
        """Records that end before their sheet does are damage."""
        assert "IE371" == refusal(compound(short()[:-4]), "book.xls")[0]

    def test_kind_is_told_by_content(self, only, old):
        """An old workbook under a new ending is read as what it is."""
        assert ["id"] == only(old(lambda _, sheet: sheet.write(0, 0, "id")), "book.xlsx")

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
    def test_cut(self, refusal, old, share):
        """One that is cut short is refused."""
        content = old(lambda _, sheet: [sheet.write(row, 0, f"text {row}") for row in range(1_000)])

        assert "IE371" == refusal(content[: int(len(content) * share)], "book.xls")[0]


def test_library_missing(monkeypatch, refusal, xlsx):
    """Without the library it is said how to get it."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    assert ("IE375", "pip install 'indicator-engine[excel]'") == refusal(xlsx())[::2]


@pytest.mark.parametrize(
    ("fault", "fact"),
    [
        (python_calamine.PasswordError("locked"), "this workbook is encrypted"),
        (python_calamine.CalamineError("no such part"), "the workbook is damaged: no such part"),
        (IndexError("9"), "the workbook is damaged: 9"),
        (type("PanicException", (BaseException,), {})(), "the workbook is damaged or cut short"),
    ],
)
def test_library_stumbles(monkeypatch, refusal, xlsx, fault, fact):
    """Whatever the library says, and even where it falls over, the workbook is refused."""

    def stumble(_):
        raise fault

    monkeypatch.setattr(python_calamine, "load_workbook", stumble)

    assert ("IE371", fact) == refusal(xlsx())[:2]


def test_interrupted(monkeypatch, opened, xlsx):
    """An interruption is no fault of a workbook."""

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(python_calamine, "load_workbook", interrupt)

    with pytest.raises(KeyboardInterrupt):
        opened(xlsx())


def test_missing_file(refusal, tmp_path):
    """A file that is not there is told like any other."""
    assert "IE340" == refusal(tmp_path / "none.xlsx")[0]
