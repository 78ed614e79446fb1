"""Hostile texts in a statement and in its data reach no output as anything but text."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date
from fractions import Fraction
from pathlib import Path

import docx
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.unit.outputs.workbooks import opened, parts

from indicator_engine import plugins
from indicator_engine.builtin.output_csv import harmless
from indicator_engine.builtin.output_markdown import escaped
from indicator_engine.conventions import Convention, Due, Provenance, Status, Vocabulary
from indicator_engine.definitions.model import Aim, Indicator, Priority, Statement, Target
from indicator_engine.evaluation.results import Listed, Provenances, Result, Results, Undecided
from indicator_engine.hookspecs import Page
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period
from indicator_engine.problems import Location, Problem

pytestmark = pytest.mark.slow

OUTPUTS = plugins.load(installed=False).outputs

HOSTILE = {
    "formula": '=HYPERLINK("http://evil","x")',
    "spaced formula": " \t@SUM(1+1)*cmd|' /C calc'!A0",
    "wide formula": "＝1+1",
    "escape": "\x1b]0;owned\x07\x1b[2J\x9b31m",
    "bidi": "\u202etxt.exe\u2066\u200b\ufeff",
    "lines": "a\nb\r\nc\u2028d\x0b\x0c",
    "nul": "\0\x7f",
    "surrogate": "\ud800",
    "markdown": "a|b `c` [d](javascript:alert(1)) <img src=x onerror=1> **e**\n# f\n\n- g",
    "rich markup": "[red]x[/red][link=http://evil]y[/link] :bomb:",
    "percent": "%s %(x)s {0} ${x}",
    "long": "x" * 5000,
    "many words": "word " * 800,
}


def results_with(text):
    """Results in which every text that others write is this one."""
    provenance = Provenance(set_by=text, ratified_by=text, source=text)
    target = Target(tbc=True, owed_by=text, owed_on=date(2009, 9, 30), provenance=provenance)
    result = Result(
        text,
        "p",
        "no_target_yet",
        statement=text,
        label=f"label {text}",
        outcome=text,
        value=Fraction(17),
        unknown=(text,),
        unit="count",
        target=target,
        due=Due(date(2010, 3, 31), text),
        flags=(text,),
        who=(text,),
        why_not={text: text},
        events=(text,),
        undecided=(Undecided(text, text, text),),
        none_arose=(text,),
        listed=(Listed(text, (text,)),),
        assumptions=(text,),
        text=text,
        notes=(text,),
        aims=(text,),
        expression=text,
        says=text,
        defined_at=Location(text, 1, 1),
    )
    unknown = Result("unknown", "p", "no_data", unknown=(text,), target=Target(delivered=True, evidence=text))
    priority = Priority(
        "p", text, text, text=(text,), outcomes=(text,), aims=(text,), notes=(text,), indicators=(Indicator("a"),)
    )
    words = Vocabulary(priority=text, outcome=text, indicator=text, aim=text)
    convention = Convention("c", vocabulary=words, statuses={"no_data": Status("grey", text, "?")})
    statement = Statement(
        "s",
        text,
        Period(date(2009, 4, 1), date(2010, 3, 31), text),
        convention,
        Schema(),
        source=text,
        notes=(text,),
        aims=(Aim(text, text),),
        priorities=(priority,),
    )
    problem = Problem("IE306", text, text, "warning", Location(text, 1, 1))
    provenances = Provenances(text, text, text, ((text, text),))
    found = (result, unknown)
    return Results(statement, date(2010, 3, 31), None, found, provenances, (problem,), (text,), (text,))


def unseen(text, allowed="\n"):
    """Characters that a reader cannot see, or that a terminal would act on."""
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and c not in allowed}


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def hostile(request):
    """Results full of one hostile text."""
    return results_with(request.param)


@pytest.mark.parametrize("name", ["table", "markdown", "json", "csv", "html"])
def test_nothing_unseen(hostile, name):
    """No output for people or programs has a character that a terminal would act on."""
    text = OUTPUTS[name].render(hostile, Page(columns=80, details=True)).decode()

    assert set() == unseen(text, "\r\n" if name == "csv" else "\n")


def test_colour_comes_from_us_only(hostile):
    """With colour, the only escapes are those that set a style."""
    text = OUTPUTS["table"].render(hostile, Page(columns=80, colour=True, details=True)).decode()

    assert set() == unseen(re.sub(r"\x1b\[[\d;]*m", "", text))


@pytest.mark.parametrize("columns", [80, 140])
def test_table_keeps_its_width(hostile, columns):
    """No text pushes a line of the table over the page's edge."""
    lines = OUTPUTS["table"].render(hostile, Page(columns=columns, details=True)).decode().splitlines()

    assert max(map(cell_len, lines)) <= columns


def test_no_cell_is_a_formula(hostile):
    """No cell of the CSV begins like a formula, unless it is a number of ours; every row has every column."""
    text = OUTPUTS["csv"].render(hostile, Page()).decode()
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert {len(rows[0])} == {len(row) for row in rows}
    assert [] == [cell for row in rows for cell in row if re.match(r"\s*[=+\-@＝＋－＠]", cell)]


def test_json_says_what_was_said(hostile):
    """JSON reads back to the very same texts."""
    text = OUTPUTS["json"].render(hostile, Page()).decode()

    assert hostile.to_dict() == json.loads(text)


def test_markdown_tables_keep_their_columns(hostile):
    """No text adds a column, a row, a heading, a link or a tag to the page."""
    text = OUTPUTS["markdown"].render(hostile, Page(details=True)).decode()
    rows = [line for line in text.splitlines() if line.startswith("|")]

    assert 4 == len(rows)
    assert {7} == {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert [] == re.findall(r"(?<!\\)(?:\[|`)|(?<!\\)<(?!br>)", text)


@pytest.mark.generative
@given(st.text())
def test_any_text_is_harmless_in_a_cell(text):
    """Whatever a text begins with, its cell does not begin like a formula."""
    assert not re.match(r"\s*[=+\-@＝＋－＠]", harmless(text))
    assert set() == unseen(harmless(text), "")


@pytest.mark.generative
@given(st.text(alphabet="|`[]<>*#\\ab -=1.\n"))
def test_any_text_is_harmless_in_markdown(text):
    """Before every mark stands an odd number of backslashes, so that none of them is markup."""
    shown = escaped(text)

    for mark in re.finditer(r"[|`\[\]<>*#]", shown):
        before = re.search(r"\\*$", shown[: mark.start()])
        assert before
        assert len(before[0]) % 2 == 1


def test_hostile_problem_on_the_command_line(tmp_path):
    """A file's name and its cells cannot act on the terminal either."""
    from click.testing import CliRunner

    from indicator_engine.cli import main

    path = tmp_path / "e\x1b[2J\u202e.csv"
    path.write_text("event_id,\x1b[31m\n1,2,3\n", encoding="utf-8")
    CliRunner().invoke(main, ["init", str(tmp_path / "s")])
    data = ["--events", str(path), "--register", str(tmp_path / "s" / "register.csv")]
    found = CliRunner().invoke(main, ["run", str(tmp_path / "s"), *data, "--as-of", "2026-12-31"])

    assert 2 == found.exit_code
    assert "IE376" in found.stderr
    assert set() == unseen(found.stderr)


def test_workbook_has_only_texts(hostile):
    """No cell of the workbook is a formula or a link, and none has a character that a reader could not see."""
    data = OUTPUTS["excel"].render(hostile, Page())
    sheets = parts(data, "xl/worksheets/")
    cells = {cell for name in opened(data).sheet_names for row in opened(data).get_sheet_by_name(name).to_python()
             for cell in row if isinstance(cell, str)}  # fmt: skip

    assert [] == [name for name, text in sheets.items() if "<f>" in text or "<hyperlink" in text or "External" in text]
    assert set() == unseen("".join(cells))


def test_document_has_only_texts(hostile):
    """The document has no field, no link and no picture of others, and no character that a reader could not see."""
    data = OUTPUTS["word"].render(hostile, Page(details=True))
    found = docx.Document(io.BytesIO(data))
    body = parts(data, "word/document.xml")["word/document.xml"]
    texts = [paragraph.text for table in found.tables for row in table.rows for cell in row.cells
             for paragraph in (*found.paragraphs, *cell.paragraphs)]  # fmt: skip

    assert [] == re.findall("<w:(?:fldSimple|instrText|hyperlink|drawing|object)", body)
    assert set() == unseen("".join(texts))


def test_pdf_has_only_texts(hostile):
    """The PDF has no link to elsewhere, no script, no file, and as many pictures and headings as with other text."""
    file = pikepdf.open(io.BytesIO(OUTPUTS["pdf"].render(hostile, Page(details=True))))
    found = [one for one in file.objects if isinstance(one, pikepdf.Dictionary)]
    actions = {str(one["/S"]) for one in found if str(one.get("/Type", "")) == "/Action"}

    assert set() == {key for one in found for key in ("/JS", "/URI", "/Launch", "/EmbeddedFiles", "/AA") if key in one}
    assert actions <= {"/GoTo"}
    assert 0 == sum(one.get("/S") == "/Figure" for one in found)


def test_html_has_only_its_own_elements(hostile):
    """No text adds an element, an attribute, a link or a rule to the page: with other text it has the same ones."""
    plain = OUTPUTS["html"].render(results_with("plain"), Page(details=True)).decode()
    text = OUTPUTS["html"].render(hostile, Page(details=True)).decode()

    marks = re.compile(r"<(?!bdi)[a-z0-9]+|\s[a-z-]+=\"")

    assert marks.findall(plain) == marks.findall(text)


def test_html_sets_other_directions_apart():
    """A text that reads from right to left stands in an element of its own, and moves nothing around it."""
    text = OUTPUTS["html"].render(results_with("\u05d0\u05d1"), Page()).decode()

    assert "<h1><bdi>\u05d0\u05d1</bdi></h1>" in text


def test_ids_do_not_become_places(hostile):
    """Names of places of the page are letters, digits and hyphens, whatever the ids are; links lead to no other."""
    text = OUTPUTS["html"].render(hostile, Page()).decode()

    assert [] == [name for name in re.findall(r"\sid=\"([^\"]*)\"", text) if not re.fullmatch(r"[a-z0-9-]+", name)]
    assert [] == re.findall(r"href=\"(?!#[a-z0-9-]+\")", text)


def test_templates_trust_nothing():
    """No template marks a text as safe, or turns escaping off."""
    from indicator_engine.rendering import page

    folder = Path(page.__file__).parent / "templates"
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.html"))]

    assert texts
    forbidden = r"\|\s*safe|autoescape|<script|\sstyle=|\son\w+="
    assert [] == [word for text in texts for word in re.findall(forbidden, text)]
