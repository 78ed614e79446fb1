"""The Word document, opened again."""

from __future__ import annotations

import builtins
import io
from dataclasses import replace
from datetime import datetime

import docx
import pytest
from docx.enum.section import WD_ORIENT
from tests.unit.outputs.workbooks import parts

from indicator_engine.builtin.output_word import render
from indicator_engine.conventions import Look, Vocabulary
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError

COLUMNS = ("Priority", "Outcomes", "Indicators & Targets")


def opened(results, *, details=False):
    """The document about results."""
    return docx.Document(io.BytesIO(render(results, Page(details=details))))


def texts(row):
    """The texts of a row's cells."""
    return [cell.text for cell in row.cells]


def with_look(results, look=Look(), columns=COLUMNS):  # noqa: B008  # a value that never changes
    """The results in a county of these columns."""
    words = Vocabulary(outcome="Outcome", columns=columns)
    convention = replace(results.convention, look=look, vocabulary=words)
    return replace(results, statement=replace(results.statement, convention=convention))


def test_headings(results):
    """Headings have the styles of headings, so that the document has an outline."""
    found = [one.text for one in opened(results).paragraphs if one.style.name == "Heading 1"]

    assert ["Priority 1: Support the Skills Pledge", "Priority 4: Employment", "About the data"] == found[:3]
    assert "Statement of Priorities" == opened(results).paragraphs[0].text


def test_table_of_the_county(results):
    """The county's columns come first, then the results; parts have rows of their own."""
    table = opened(with_look(results)).tables[2]

    assert [*COLUMNS, "Status", "Value against target"] == texts(table.rows[0])
    assert [
        (
            "Employment matrix\nEstablish a matrix\nTarget: all 2 parts met",
            "✘ Missed",
            "1 of 2 parts\n1 more part needed",
        ),
        (
            "updated quarterly\nTarget: at least 50%: 9 of 17\nDue: by March 2010 (31 March 2010)",
            "✔ Met",
            "52.9% (9 of 17)",
        ),
        ("shared\nTarget: delivered", "✘ Missed", "claimed, no evidence\nclaimed"),
    ] == [tuple(texts(row)[2:]) for row in table.rows[1:]]


def test_priority_is_told_once(results):
    """The cells of the priority as a whole are one cell over all its rows."""
    table = opened(with_look(results)).tables[2]

    assert table.cell(1, 0)._tc is table.cell(3, 0)._tc
    assert "4 Employment" == table.cell(1, 0).text


def test_heading_is_repeated_and_rows_stay_whole(results):
    """A table that goes on over the page keeps its heading, and no row is torn."""
    for table in opened(results).tables:
        assert 1 == len(table.rows[0]._tr.xpath("w:trPr/w:tblHeader"))
        assert len(table.rows) == len(table._tbl.xpath("w:tr/w:trPr/w:cantSplit"))


def test_verdicts_have_their_colour(results):
    """A verdict stands on the paper of its light."""
    (fill,) = opened(results).tables[1].cell(1, 3)._tc.xpath("w:tcPr/w:shd/@w:fill")

    assert "FBE4E6" == fill


def test_paper(results):
    """A4 on its side, with the number of the page below."""
    section = opened(results).sections[0]

    assert (WD_ORIENT.LANDSCAPE, 297, 210) == (
        section.orientation, round(section.page_width.mm), round(section.page_height.mm),
    )  # fmt: skip
    assert 'w:instr="PAGE"' in parts(render(results, Page()), "word/footer1.xml")["word/footer1.xml"]


@pytest.mark.parametrize(("language", "expected"), [("en", "en-GB"), ("cy", "cy-GB"), ("en-IE", "en-IE")])
def test_language(results, language, expected):
    """The document says in which language it is, so that it is read aloud and checked in that one."""
    convention = replace(results.convention, language=language)
    found = opened(replace(results, statement=replace(results.statement, convention=convention)))

    assert [expected] == found.styles.element.xpath("w:docDefaults//w:lang/@w:val")


def test_details(results):
    """Who counted and who did not is listed where that is asked for."""
    fact = "Not N3: no pledge by 31 March 2010"

    assert fact not in [one.text for one in opened(results).paragraphs]
    assert fact in [one.text for one in opened(results, details=True).paragraphs]


def test_same_results_same_bytes(results):
    """Nothing of the moment of writing is in the file; its date is that of the results."""
    assert render(results, Page()) == render(results, Page())
    assert datetime(2010, 3, 31) == opened(results).core_properties.created.replace(tzinfo=None)  # noqa: DTZ001


def test_document_of_the_county(results):
    """A county's own document gives the page and what stands before; styles that it lacks are left out."""
    own, file = docx.Document(), io.BytesIO()
    own.add_paragraph("Issued by the Compact office")
    own.styles["Table Grid"].delete()
    own.styles["List Bullet"].delete()
    own.save(file)
    found = opened(with_look(results, Look(document=file.getvalue())))

    assert "Issued by the Compact office" == found.paragraphs[0].text
    assert WD_ORIENT.PORTRAIT == found.sections[0].orientation
    assert "Statement of Priorities" == found.paragraphs[1].text


@pytest.mark.parametrize("data", [b"no document", b"PK\x05\x06" + b"\0" * 18])
def test_document_that_is_none(results, data):
    """What is no Word document is told."""
    with pytest.raises(IndicatorEngineError, match=r"look\.document of the convention is no Word document"):
        opened(with_look(results, Look(document=data)))


def test_no_indicators(results):
    """A statement without indicators gives a document that opens."""
    assert "There are no indicators." in [one.text for one in opened(replace(results, results=())).paragraphs]


def test_library_that_is_missing(results, monkeypatch):
    """Without python-docx the message says what to install."""
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "indicator_engine.rendering.document":
            raise ModuleNotFoundError("No module named 'docx'", name="docx")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    expected = "documents are written with python-docx, and there is no docx: pip install 'indicator-engine[word]'"

    with pytest.raises(IndicatorEngineError) as caught:
        render(results, Page())
    assert expected == str(caught.value)


def test_whose_document_it_is(results):
    """A county's title stands below that of the statement; the neutral convention, which is nobody's, names none."""
    county = replace(results.convention, name="rutland", title="Rutland")
    of_county = replace(results, statement=replace(results.statement, convention=county))
    second = [opened(one).paragraphs[1].text for one in (of_county, results)]

    assert ("Rutland", True) == (second[0], second[1].startswith("Agreed"))
