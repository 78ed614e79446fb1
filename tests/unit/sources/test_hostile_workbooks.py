"""Workbooks that are too large, ill-willed, damaged or no workbooks at all: each is refused in plain words."""

from __future__ import annotations

import struct
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
import xlwt  # type: ignore[import-untyped]  # ships no types

from indicator_engine.problems import DataError
from indicator_engine.store.cells import NO_VALUE
from indicator_engine.store.workbooks import archive as limits
from indicator_engine.store.workbooks import marks, xlsx
from indicator_engine.store.workbooks.refusals import RefusedError

FIRST = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(scope="module")
def bomb():
    """A workbook of some 400 KB, one part of which unpacks to 400 MB."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file, file.open(FIRST, "w") as part:
        for _ in range(400):
            part.write(b" " * 1_000_000)
    return content.getvalue()


class TestLimits:
    """How much a workbook may be, at the limit and one past it."""

    @pytest.fixture
    def sizes(self, cells):
        """A workbook, the sum of the sizes of its parts, and their number."""
        content = cells(A1="id")
        with zipfile.ZipFile(BytesIO(content)) as file:
            members = file.infolist()
        return content, sum(member.file_size for member in members), len(members)

    def test_size(self, rows, refusal, monkeypatch, sizes):
        """So many bytes, unpacked, are read, and not one more."""
        content, size, _ = sizes
        monkeypatch.setattr(limits, "LARGEST", size)
        assert [(1, ("id",))] == rows(content)

        monkeypatch.setattr(limits, "LARGEST", size - 1)
        assert "IE370" == refusal(content)[0]

    def test_size_of_the_file(self, refusal, monkeypatch):
        """A file that is larger than that is not even opened."""
        monkeypatch.setattr(limits, "LARGEST", 9)

        assert ("IE370", "the file has more than 0 MB") == refusal(b"PK\x03\x04 and so on")[:2]

    def test_members(self, rows, refusal, monkeypatch, sizes):
        """So many parts are read, and not one more."""
        content, _, members = sizes
        monkeypatch.setattr(limits, "MEMBERS", members)
        assert [(1, ("id",))] == rows(content)

        monkeypatch.setattr(limits, "MEMBERS", members - 1)
        assert ("IE370", f"the workbook has {members} parts; at most {members - 1} are read") == refusal(content)[:2]

    def test_ratio(self):
        """A part may unpack to so many times its size in the archive, and not to one byte more."""
        limits._check_ratio("it", limits.RATIO * 20_000, 20_000)
        with pytest.raises(RefusedError, match=r"too densely: it unpacks from 20000 bytes to 2\.0 MB"):
            limits._check_ratio("it", limits.RATIO * 20_000 + 1, 20_000)

    def test_few_bytes_may_be_dense(self, rows, cells, repacked):
        """A small part may unpack to many times its size."""
        content = repacked(cells(A1="id"), {"xl/media/blank.bin": b" " * (limits.RATIO_FROM // 2)})

        assert [(1, ("id",))] == rows(content)

    def test_many_bytes_may_not(self, refusal, cells, repacked):
        """A larger one may not."""
        content = repacked(cells(A1="id"), {"xl/media/blank.bin": b" " * (limits.RATIO_FROM + 1)})

        assert "its part xl/media/blank.bin unpacks from" in refusal(content)[1]

    @pytest.mark.parametrize(("area", "expected"), [(12, [(1, ("a", "", ""))]), (11, None)])
    def test_area(self, rows, refusal, monkeypatch, cells, area, expected):
        """So many cells may lie between the first and the last, and not one more."""
        monkeypatch.setattr(marks, "AREA", area)
        monkeypatch.setattr(xlsx, "AREA", area)
        monkeypatch.setattr(xlsx, "_FAR", xlsx._ROWS)
        content = cells(A1="a", C4="b")

        if expected:
            assert expected == rows(content)[:1]
        else:
            fact = "sheet `Data`: its cells reach to C4; at most 11 cells are read"
            assert ("IE370", fact) == refusal(content)[:2]

    def test_marks(self, rows, refusal, monkeypatch, sheet):
        """So many formulas may have no value, and not one more."""
        content = sheet(b'<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>1</f></c></row>')
        monkeypatch.setattr(marks, "SPECIAL", 2)
        assert [(1, (NO_VALUE, NO_VALUE))] == rows(content)

        monkeypatch.setattr(marks, "SPECIAL", 1)
        assert "IE370" == refusal(content)[0]


class TestBombs:
    """Small files that would take all memory."""

    @pytest.mark.slow
    def test_size(self, refusal, bomb):
        """What unpacks to a thousand times its size is refused."""
        assert 500_000 > len(bomb)
        assert ("IE370", f"its part {FIRST} unpacks from 0.4 MB to 400.0 MB") == _about(refusal(bomb))

    @pytest.mark.slow
    def test_size_not_told(self, refusal, bomb):
        """An archive that says less of itself is read as far as that, and is damaged."""
        true, told = struct.pack("<I", 400_000_000), struct.pack("<I", 1_000)

        assert "IE371" == refusal(bomb.replace(true, told))[0]

    def test_two_cells(self, refusal, sheet):
        """Two cells in opposite corners would take half a terabyte."""
        content = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

        assert ("IE370", "its cells reach to XFD1048576; at most 20,000,000 cells are read") == _about(
            refusal(sheet(content))
        )

    @pytest.mark.parametrize(
        "cell",
        [
            b'<row r="4000000000"><c><v>1</v></c></row>',
            b"<row r='9999999'><c r='XFD9999999'><v>1</v></c></row>",
            b'<row r="1"><c r="xfd1048576"><v>1</v></c></row>',
        ],
    )
    def test_two_cells_written_otherwise(self, refusal, sheet, cell):
        """However they are written."""
        assert refusal(sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' + cell))[0] in {"IE370", "IE371"}

    def test_blank_cells_do_not_count(self, rows, sheet):
        """A cell that only has a style takes nothing."""
        content = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'

        assert [(1, (1.0,))] == rows(sheet(content))

    def test_many_times(self, refusal, ods):
        """A cell that comes in every column of every row is refused."""
        cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
        row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'

        assert "IE370" == refusal(ods(f'<table:table table:name="Data">{row}</table:table>'), "book.ods")[0]

    def test_errors_many_times(self, refusal, monkeypatch, ods):
        """So is an error, or a formula without a value, that comes in a million rows."""
        monkeypatch.setattr(marks, "SPECIAL", 1_000)
        row = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:formula="of:=1"/>'
        tables = f'<table:table table:name="Data">{row}</table:table-row></table:table>'

        assert "more than 1000 cells of the sheet are errors" in refusal(ods(tables), "book.ods")[1]

    @pytest.mark.parametrize(
        ("first", "last", "left", "right"), [(0, 65_535, 0, 65_535), (7, 3, 0, 1), (0, 4_000_000_000, 0, 1)]
    )
    def test_claims(self, refusal, first, last, left, right):
        """An old workbook that claims to have more cells than there can be is refused."""
        content, book = BytesIO(), xlwt.Workbook()
        book.add_sheet("Data").write(0, 0, "id")
        book.save(content)
        head, true = b"\x00\x02\x0e\x00", struct.pack("<IIHHH", 0, 1, 0, 1, 0)
        assert 1 == content.getvalue().count(head + true)
        crafted = content.getvalue().replace(head + true, head + struct.pack("<IIHHH", first, last, left, right, 0))

        assert refusal(crafted, "book.xls")[0] in {"IE370", "IE371"}


class TestMarkup:
    """XML that does what no spreadsheet program needs."""

    @pytest.mark.parametrize(
        "declaration",
        [
            '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
            '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!doctype a SYSTEM "http://example.org/a.dtd">',
        ],
    )
    @pytest.mark.parametrize("part", [FIRST, "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_declaration(self, refusal, cells, repacked, declaration, part, encoding):
        """A declaration of a kind of document is refused wherever it stands: it reads files, or grows without end."""
        text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<a>&e;</a>'

        code, fact, _ = refusal(repacked(cells(A1="id"), {part: text.encode(encoding)}))

        assert ("IE370", True) == (code, f"the workbook's part {part} declares a kind of document of its own" in fact)

    @pytest.mark.parametrize("cell", ["<v>&e;</v>", "<f>1</f><v></v>", "<is><t>&e;</t></is>"])
    def test_late_declaration(self, rows, cells, repacked, tmp_path, cell):
        """One that stands later brings nothing in, either."""
        (tmp_path / "secret").write_text("secret")
        text = (
            f'<?xml version="1.0"?><!--{" " * limits.HEAD}--><!DOCTYPE a [<!ENTITY e SYSTEM "{tmp_path}/secret">]>'
            f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">{cell}</c></row></sheetData>'
            "</worksheet>"
        )
        found = []
        with suppress(DataError):
            found = rows(repacked(cells(A1="id"), {FIRST: text.encode()}))

        assert "secret" not in str(found)

    def test_late_declaration_is_seen(self, refusal, cells, repacked):
        """Where every element is looked at, it is refused."""
        text = (
            f"<?xml version='1.0'?><!--{' ' * limits.HEAD}--><!DOCTYPE a [<!ENTITY e 'x'>]>"
            f"<worksheet xmlns='{MAIN}'><sheetData/></worksheet>"
        )

        assert "IE370" == refusal(repacked(cells(A1="id"), {FIRST: text.encode()}))[0]

    @pytest.mark.parametrize(
        "name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml", "C:\\evil.xml", "xl/../../a"]
    )
    def test_names(self, refusal, cells, repacked, name):
        """A part that lies outside of the workbook is refused."""
        code, fact, _ = refusal(repacked(cells(A1="id"), {name: b""}))

        assert ("IE370", True) == (code, fact.endswith("which lies outside of it"))


class TestPacking:
    """Archives that are packed as no workbook is."""

    @pytest.mark.parametrize(
        ("flags", "method", "fact"),
        [(1, 8, "this workbook is encrypted"), (0, 12, "the workbook is packed in a way that workbooks are not")],
    )
    def test_part(self, refusal, cells, flags, method, fact):
        """A part behind a password, or one packed by a method that could not be stopped in time, is refused."""
        content = bytearray(cells(A1="id"))
        place = content.rindex(b"PK\x01\x02")
        struct.pack_into("<HH", content, place + 8, flags, method)

        assert ("IE371", fact) == refusal(bytes(content))[:2]


class TestNoWorkbooks:
    """What people send under the ending of a workbook."""

    @pytest.mark.parametrize(
        ("content", "fact"),
        [
            pytest.param(b"", "the file is empty", id="empty"),
            pytest.param(
                b"\xef\xbb\xbf\r\n<HTML><table><tr><td>id", "this is a web page, named like a workbook", id="web page"
            ),
            pytest.param(b"<table border=1>", "this is a web page, named like a workbook", id="web table"),
            pytest.param(b"MIME-Version: 1.0\r\n", "this is a web page, named like a workbook", id="web archive"),
            pytest.param(
                b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
                "this is a workbook in the XML of 2003, not a workbook of today",
                id="XML of 2003",
            ),
            pytest.param(b'<?xml version="1.0"?><a/>', "this is XML, not a workbook of today", id="XML"),
            pytest.param(b"%PDF-1.7", "this is a PDF, not a workbook", id="PDF"),
            pytest.param("id,day\nÉ1,2010".encode(), "this is plain text, not a workbook", id="CSV"),
            pytest.param(bytes(range(256)), "this is not a workbook, or it is damaged", id="bytes"),
            pytest.param(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
                "this workbook is encrypted",
                id="password",
            ),
            pytest.param(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
                "the workbook is damaged or cut short",
                id="old and cut",
            ),
        ],
    )
    def test_content(self, refusal, content, fact):
        """Each is told as what it is."""
        assert ("IE371", fact) == refusal(content)[:2]

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
    def test_cut(self, refusal, cells, share):
        """A workbook that is cut short is told as one."""
        content = cells(A1="id")

        assert ("IE371", "the workbook is damaged or cut short") == refusal(content[: int(len(content) * share)])[:2]

    @pytest.mark.parametrize(
        ("parts", "fact"),
        [
            ({"a.txt": b"text"}, "this is an archive, but not a workbook"),
            ({"xl/workbook.xml": b"<document/>"}, "this is an archive, but not a workbook"),
            (
                {
                    "_rels/.rels": b"<Relationships>"
                    b'<Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>'
                },
                "this is a binary workbook (.xlsb)",
            ),
        ],
    )
    def test_archives(self, refusal, archive, parts, fact):
        """An archive that is no workbook is told as one."""
        assert ("IE371", fact) == refusal(archive(parts))[:2]

    @pytest.mark.parametrize(
        ("part", "content"),
        [
            (FIRST, None),
            (FIRST, b"<worksheet><sheetData>"),
            (FIRST, f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row>'.encode()),
            ("xl/workbook.xml", b"<workbook>"),
            ("xl/_rels/workbook.xml.rels", None),
        ],
    )
    def test_damage(self, refusal, cells, repacked, part, content):
        """A workbook that does not hold together is refused."""
        assert "IE371" == refusal(repacked(cells(A1="id"), {part: content}))[0]


def _about(refusal):
    """The code of a refusal, and the middle of its fact."""
    code, fact, _ = refusal
    return code, fact.partition(": ")[2].partition("; at most 100")[0]
