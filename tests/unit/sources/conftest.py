"""Files to read, as programs and ill-wishers make them."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from indicator_engine import plugins
from indicator_engine.problems import DataError
from indicator_engine.store.tables import Reading

SOURCES = plugins.load(installed=False).sources

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:{place}"'
    for name, place in {
        "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "oasis:names:tc:opendocument:xmlns:style:1.0",
        "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)


@pytest.fixture
def opened(tmp_path):
    """A table of a file with this content, or of the file at this path."""

    def open_it(content, name="book.xlsx", **reading):
        path = content
        if isinstance(content, bytes):
            path = tmp_path / name
            path.write_bytes(content)
        (source,) = (one for one in SOURCES.values() if str(path).endswith(one.suffixes or "\n"))
        return source.open(str(path), Reading(**reading))

    return open_it


@pytest.fixture
def rows(opened):
    """The lines of a file, as (number, cells)."""
    return lambda *content, **reading: [(line.number, line.cells) for line in opened(*content, **reading).lines]


@pytest.fixture
def faults(opened):
    """The faults of the lines of a file, as (number, code, column)."""

    def find(*content, **reading):
        lines = opened(*content, **reading).lines
        return [(line.number, line.fault.code, line.fault.column) for line in lines if line.fault]

    return find


@pytest.fixture
def refusal(opened):
    """Why a file is refused: the code, the fact and what to do."""

    def find(*content, **reading):
        with pytest.raises(DataError) as caught:
            list(opened(*content, **reading).lines)
        (problem,) = caught.value.problems
        return problem.code, problem.message, problem.hint

    return find


@pytest.fixture
def xlsx():
    """The bytes of a workbook; a function fills its first sheet, or an empty one is made."""

    def make(fill=lambda book, sheet: None, **options):
        content = BytesIO()
        with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
            fill(book, book.add_worksheet("Data"))
        return content.getvalue()

    return make


@pytest.fixture
def cells(xlsx):
    """The bytes of a workbook whose first sheet has these cells, by their names."""

    def make(**named):
        def fill(book, sheet):
            for name, value in named.items():
                sheet.write(name, value)

        return xlsx(fill)

    return make


@pytest.fixture
def sheet(cells):
    """The bytes of a workbook whose sheet is this XML."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'

    def make(data, **changes):
        content = data if data.startswith(b"<?xml") else head + b"<sheetData>" + data + b"</sheetData></worksheet>"
        return _repacked(cells(), {"xl/worksheets/sheet1.xml": content, **changes})

    return make


@pytest.fixture
def ods():
    """The bytes of an .ods workbook with these tables; an optional style hides the sheets that have it."""

    def make(tables, **changes):
        hidden = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/>'
        content = (
            f"<office:document-content {NAMESPACES}><office:automatic-styles>{hidden}</style:style>"
            f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>"
        )
        manifest = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
        parts = {"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": content.encode(), **changes}
        return _archive({name: part for name, part in parts.items() if part is not None})

    return make


@pytest.fixture
def compound():
    """The bytes of an old office file with one short stream, kept among the short ones."""

    def make(stream, name="Workbook"):
        short = stream + bytes(-len(stream) % 512)
        sectors, small = len(short) // 512, -(-len(stream) // 64)
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 62, 3, 0xFFFE, 9, 6)
        head += struct.pack("<9I", 0, 1, 1, 0, 4096, 2, 1, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
        table = [_TABLE, _END, _END, *range(4, 3 + sectors), _END]
        folder = _entry("Root Entry", 5, 3, len(short), child=1) + _entry(name, 2, 0, len(stream))
        return head + _sector(table) + folder + bytes(256) + _sector([*range(1, small), _END]) + short

    return make


_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _sector(numbers):
    return struct.pack("<128I", *numbers, *[_FREE] * (128 - len(numbers)))


def _entry(name, kind, start, size, child=_FREE):
    text = name.encode("utf-16-le")
    head = text + bytes(64 - len(text)) + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


@pytest.fixture
def archive():
    """The bytes of a zip archive with these parts."""
    return _archive


@pytest.fixture
def repacked():
    """The bytes of an archive with some of its parts changed, left out (None) or added."""
    return _repacked


def _archive(parts):
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def _repacked(content, changes):
    with zipfile.ZipFile(BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()} | changes
    return _archive({name: part for name, part in parts.items() if part is not None})
