"""The document: the statement's tables as the county lays them out, with the results, for people who edit them.

It has real headings, tables whose heading is repeated on each page, and A4 on its side; a county's own Word document
(`Look.document`) gives its page, its styles, header and footer instead. The same results give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering import county_table
from indicator_engine.rendering.county_table import with_parts
from indicator_engine.rendering.text import for_xml
from indicator_engine.rendering.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from docx.document import Document
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph

    from indicator_engine.conventions import Light, Look, Status
    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.differences import Changes
    from indicator_engine.rendering.view import Line, Section, View

LIGHTS: Mapping[Light, tuple[str, str]] = {
    "green": ("0B6B37", "E2F3E8"),
    "amber": ("7A4A00", "FDF0D3"),
    "red": ("9B1526", "FBE4E6"),
    "grey": ("46525E", "EDF0F3"),
}
"""The ink and the paper of each light, as on the page."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""What a ZIP archive says of every file in it; it knows no earlier day."""


def document(results: Results, *, details: bool = False) -> bytes:
    """The whole file; `details` lists who counted, who did not and why."""
    view = view_of(results)
    writer = _Writer(_begun(results.convention.look, view.language), right_to_left=view.direction == "rtl")
    _named(writer.document, view, results.as_of)
    _head(writer, view)
    if view.changes:
        _changes(writer, view.changes)
    for section in view.sections:
        _section(writer, section, view, details=details)
    _foot(writer, view)
    return _same_bytes(writer.document)


# ── the document as it is begun, and as it is written ────────────────────────────────────────────────────────────────


def _begun(look: Look, language: str) -> Document:
    """The county's own document, or an empty one on A4 on its side."""
    if look.document:
        try:
            return docx.Document(io.BytesIO(look.document))
        except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as fault:
            raise IndicatorEngineError(f"look.document of the convention is no Word document: {fault}") from fault
    empty = docx.Document()
    section = empty.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(16)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        _in_one_face(empty, name, look.accent)
    empty.styles["Normal"].font.size = Pt(10)
    for said in empty.styles.element.xpath("w:docDefaults//w:lang"):
        said.set(qn("w:val"), language if "-" in language else f"{language}-GB")
    _page_numbers(section.footer.paragraphs[0])
    return empty


def _in_one_face(document: Document, name: str, accent: str) -> None:
    """One typeface that every office has; headings in the county's accent."""
    style = document.styles[name]
    style.font.name = "Arial"
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for which in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{which}"), None)
    if name != "Normal":
        style.font.color.rgb = RGBColor.from_string(accent.removeprefix("#").upper())


def _page_numbers(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  # the library has no fields


def _named(document: Document, view: View, day: date) -> None:
    """What the file says of itself; its date is that of the results."""
    about, moment = document.core_properties, datetime.combine(day, time())
    about.title, about.subject, about.author = (for_xml(text)[:255] for text in (view.title, view.dates, view.county))
    about.language, about.comments, about.last_modified_by = for_xml(view.language)[:255], "", ""
    about.created = about.modified = moment
    about.revision = 1


def _same_bytes(document: Document) -> bytes:
    """The file, its archive packed anew without the moment of writing."""
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as found, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in found.namelist():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), found.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@dataclass(frozen=True)
class _Writer:
    """Adds to a document; a style that the county's document lacks is left out."""

    document: Document
    right_to_left: bool = False

    def text(self, text: str, style: str = "Normal", *, bold: bool = False) -> None:
        """A paragraph."""
        if text:
            paragraph = self.document.add_paragraph(style=self._style(style))
            paragraph.add_run(for_xml(text)).bold = bold or None
            _turned(paragraph, self.right_to_left)

    def listed(self, heading: str, items: Iterable[str]) -> None:
        """A heading and a list; neither where there is nothing to list."""
        found = list(items)
        if found:
            self.text(heading, "Heading 1")
            for item in found:
                self.text(item, "List Bullet")

    def table(self, headings: Sequence[str], shares: Sequence[float]) -> _Table:
        """A table of no rows yet, whose heading is repeated on each page; `shares` says how wide the columns are."""
        table = self.document.add_table(rows=0, cols=len(headings), style=self._style("Table Grid"))
        table.autofit = False
        page = self.document.sections[-1]
        room = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
        widths = [Length(int(room * share / sum(shares))) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        made = _Table(table, tuple(widths), self.right_to_left)
        _padded(table)
        if self.right_to_left:
            table._tbl.tblPr.find(qn("w:tblStyle")).addnext(OxmlElement("w:bidiVisual"))  # noqa: SLF001  # as below
        row = made.row([(heading,) for heading in headings], bold=True)
        _marked(row, "w:tblHeader")
        for cell in row.cells:
            _shaded(cell, "EDF0F3")
        return made

    def _style(self, name: str) -> str | None:
        return name if name in self.document.styles else None


@dataclass(frozen=True)
class _Table:
    """A table under way."""

    table: Table
    widths: tuple[Length, ...]
    right_to_left: bool = False

    def row(self, cells: Sequence[Sequence[str]], *, bold: bool = False) -> _Row:
        """A row that stays on one page; each cell has its paragraphs, the first of them bold where asked for."""
        row: _Row = self.table.add_row()  # type: ignore[no-untyped-call]
        _marked(row, "w:cantSplit")
        for cell, paragraphs, width in zip(row.cells, cells, self.widths, strict=True):
            cell.width = width
            for at, text in enumerate(paragraphs):
                paragraph = cell.add_paragraph() if at else cell.paragraphs[0]
                paragraph.add_run(for_xml(text)).bold = bold or None
                _turned(paragraph, self.right_to_left)
        return row


def _turned(paragraph: Paragraph, right_to_left: bool) -> None:  # noqa: FBT001  # from one place
    """Mark a paragraph as read from right to left."""
    if right_to_left:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001  # the library has no such property


def _marked(row: _Row, mark: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(mark))  # noqa: SLF001  # the library has no such property


def _padded(table: Table) -> None:
    """Room around the text of each cell, in twentieths of a point."""
    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", 50), ("bottom", 50)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(room))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr  # noqa: SLF001  # the library has no such property
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _coloured(cell: _Cell, status: Status) -> None:
    """The paper and the ink of a verdict."""
    ink, paper = LIGHTS[status.light]
    _shaded(cell, paper)
    for run in cell.paragraphs[0].runs:
        run.bold, run.font.color.rgb = True, RGBColor.from_string(ink)


def _shaded(cell: _Cell, paper: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", paper)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  # the library has no shading


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(writer: _Writer, view: View) -> None:
    writer.text(view.title, "Title")
    if view.county:
        writer.text(view.county)
    writer.text(view.document)
    writer.text(view.dates)
    if view.public:
        writer.text(view.say("public", subjects=view.subjects, most=view.smallest - 1))
    writer.text(view.headline, bold=True)
    if view.tally:
        table = writer.table((view.say("status"), view.say("count")), (2, 1))
        for _, status, count in view.tally:
            _coloured(table.row([(_word(status),), (str(count),)]).cells[0], status)


def _word(status: Status) -> str:
    return f"{status.symbol} {status.word}".strip()


def _changes(writer: _Writer, changes: Changes) -> None:
    writer.text(changes.title, "Heading 1")
    if changes.rows:
        table = writer.table(changes.headings, (6, 3, 3, 2, 4, 4))
        for row in changes.rows:
            table.row([(text,) for text in row.cells[:-1]] + [row.causes])
    writer.text(changes.quiet)


_SHARES: Mapping[str, float] = {"priority": 3, "outcome": 4, "aim": 2, "indicator": 7, "target": 4}


def _section(writer: _Writer, section: Section, view: View, *, details: bool) -> None:
    """A priority: the county's columns, those of the priority as a whole once for all its rows, then the results."""
    writer.text(section.heading, "Heading 1")
    for note in section.notes:
        writer.text(note)
    around = [column for column in view.columns if column[0] in county_table.AROUND]
    inside = [column for column in view.columns if column[0] not in county_table.AROUND]
    headings = [*(heading for _, heading in (*around, *inside)), view.say("status"), view.say("value")]
    table = writer.table(headings, [*(_SHARES[kind] for kind, _ in (*around, *inside)), 3, 5])
    for _, line in with_parts(section.lines):
        first = len(table.table.rows) == 1
        told = [(county_table.around(kind, section),) if first else () for kind, _ in around]
        row = table.row([
            *told,
            *(county_table.inside(kind, line, view) for kind, _ in inside),
            (_word(line.status),),
            (line.value, *county_table.remarks(line, view)),
        ])  # fmt: skip
        _coloured(row.cells[len(view.columns)], line.status)
        for at in (len(around), len(view.columns) + 1):  # what it is called, and its figure
            for run in row.cells[at].paragraphs[0].runs:
                run.bold = True
    for column in range(len(around)):
        table.table.cell(1, column).merge(table.table.cell(len(table.table.rows) - 1, column))
    if details:
        _facts(writer, section.lines)


def _facts(writer: _Writer, lines: tuple[Line, ...]) -> None:
    for name, line in with_parts(lines):
        writer.text(f"{line.name} ({name})", "Heading 2")
        for fact in line.facts:
            writer.text(fact, "List Bullet")


def _foot(writer: _Writer, view: View) -> None:
    say = view.say
    writer.listed(say("statement_notes"), view.notes)
    writer.listed(say("data"), _data(view))
    writer.listed(
        say("assumptions"), (f"{text} ({', '.join(names)})" if names else text for text, names in view.assumptions)
    )
    writer.text(say("meanings"), "Heading 1")
    table = writer.table((say("word"), say("means")), (1, 4))
    for _, status, meaning in view.meanings:
        _coloured(table.row([(_word(status),), (meaning,)]).cells[0], status)
    for flag, meaning in view.flags:
        table.row([(flag,), (meaning,)])
    writer.listed(say("provenance"), (f"{say(f'digest_{name}')}: {value}" for name, value in view.provenance))
    writer.text(say("provenance_told"))


def _data(view: View) -> Iterable[str]:
    if view.undecided:
        yield view.say.plural("data_undecided", view.undecided)
    if view.set_aside:
        yield view.say.plural("data_set_aside", view.set_aside)
    yield from view.data_notes
