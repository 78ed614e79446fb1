"""A law of outputs: every form of one run tells the same figures, read back from the file by another program."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from math import isclose

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tests.helpers import event, members, results
from tests.markup import Elements
from tests.unit.outputs.workbooks import rows_below

from indicator_engine import amounts, plugins
from indicator_engine.conventions import NEUTRAL
from indicator_engine.hookspecs import Page
from indicator_engine.rendering.audience import published
from indicator_engine.rendering.county_table import with_parts
from indicator_engine.rendering.view import view_of

OUTPUTS = plugins.load().outputs

PACK = """
    id = "counted"
    measure = "count(members & organisations(pledge))"
    better = "higher"
    target = { at_least = GOAL }
    due = "by March 2010"
    [[priority.indicator]]
    id = "shared"
    measure = "ratio(members & organisations(pledge), members)"
    better = "higher"
    target = { at_least = "50%" }
    [[priority.indicator]]
    id = "paid"
    measure = "sum(training.cost)"
    better = "lower"
    target = { at_most = 5000 }
    [[priority.indicator]]
    id = "scored"
    measure = "sum(training.score)"
"""


@pytest.mark.generative
@settings(deadline=None, max_examples=20)
@given(
    pledges=st.integers(0, 30),
    goal=st.integers(1, 30),
    costs=st.lists(st.decimals(0, 10**9, places=2), max_size=4),
    scores=st.lists(st.decimals(-99, 99, places=3), max_size=3),
    public=st.booleans(),
)
def test_every_form_tells_the_same_figures(pledges, goal, costs, scores, public):
    """JSON and CSV to the last digit, the workbook as numbers, page, document and Markdown in the same words."""
    events = [event("pledge", f"M{at}") for at in range(pledges)]
    events += [event("training", "M0", cost=f"{cost:f}", event_id=f"c{at}") for at, cost in enumerate(costs)]
    events += [event("training", "M1", score=f"{score:f}", event_id=f"s{at}") for at, score in enumerate(scores)]
    found = results(PACK.replace("GOAL", str(goal)), *events, register=members(*(f"M{at}" for at in range(30))))
    edition = published(found) if public else found
    files = {form: OUTPUTS[form].render(edition, Page(details=True)) for form in READERS}
    lines = [(name, line) for section in view_of(edition).sections for name, line in with_parts(section.lines)]

    for form, read in READERS.items():
        told = read(files[form])
        assert [name for name, _ in lines] == list(told)
        for name, line in lines:
            assert agrees(told[name], edition[name].value, line.value)


def agrees(told, value, words):
    """Whether a figure read back is that of the results: its words, or its number as exact as the form is."""
    if isinstance(told, str):
        return told == words
    if isinstance(told, Share):
        return value is not None and isclose(told, value, rel_tol=1e-9)
    if isinstance(told, float | int):
        return value is not None and isclose(told, value, rel_tol=1e-15)
    return told == (None if value is None else exact(amounts.exact(value)))


def from_json(data):
    """Exact figures by name."""
    return {one["id"]: exact(one["value"]) for one in json.loads(data)["results"]}


def from_csv(data):
    """Exact figures by name."""
    return {row["id"]: exact(row["value"] or None) for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}


def exact(value):
    """A number as JSON or CSV has it."""
    return None if value is None else Fraction(str(value))


def from_excel(data):
    """Numbers by name, or the words where there is none."""
    return {row["Id"]: row["Figure"] for row in rows_below(data, "Summary", "Due")}


def from_html(data):
    """The words of each figure; a row without one has an empty cell."""
    figures = {}
    for tag, attributes, text in Elements(data.decode()).found:
        if tag == "tr" and attributes.get("class", "").startswith("row"):
            figures[attributes["id"].removeprefix("i-")] = ""
        if attributes.get("class") == "figure":
            figures[list(figures)[-1]] = text
    return figures


def from_markdown(data):
    """The words of each figure."""
    rows = [line.split(" | ") for line in data.decode().splitlines() if line.startswith("| ") and "Status" not in line]
    return {row[1].split("<br>")[-1].strip("*"): row[2].replace("\\", "") for row in rows}


def from_word(data):
    """The words of each figure, from the tables of the priorities."""
    tables = docx.Document(io.BytesIO(data)).tables
    rows = [row for table in tables for row in table.rows[1:] if len(row.cells) > 2]
    return {row.cells[1].paragraphs[0].text: row.cells[4].paragraphs[0].text for row in rows}


def from_pdf(data):
    """The words of each figure, from the table of the priority: behind the name, the target and the verdict."""
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    table = text.partition("Value against target\n")[2]
    words = "|".join(re.escape(f"{one.symbol} {one.word}") for one in map(NEUTRAL.status, NEUTRAL.statuses))
    row = re.compile(rf"(counted|shared|paid|scored)\b.*?(?:{words})[ \n]?([^\n]*)", re.DOTALL)
    return {found[1]: found[2] for found in row.finditer(table.partition("Why “")[0])}


def from_openmetrics(data):
    """Numbers by name; None where there is no sample."""
    families = {one.name: one.samples for one in text_string_to_metric_families(data.decode())}
    known = {one.labels["indicator"]: one.value for one in families["indicators_value"]}
    return {one.labels["indicator"]: known.get(one.labels["indicator"]) for one in families["indicators_verdict"]}


def from_sdmx(data):
    """Exact figures by name; the one that is judged comes last and has a verdict."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return {row["INDICATOR"]: exact(row["OBS_VALUE"] or None) for row in rows if row["VERDICT"]}


def from_iati(data):
    """Exact figures by name; a share is told in percent."""
    found = {}
    for one in ET.fromstring(data).iter("indicator"):  # noqa: S314  # our own file
        actual = one.find("period/actual")
        value = None if actual is None else exact(actual.get("value"))
        is_share = one.get("measure") == "2"
        found[one.findtext("title/narrative")] = value if value is None or not is_share else Share(value / 100)
    return found


class Share(Fraction):
    """A share that was told in percent, whose last digit is lost in the division."""


READERS = {
    "json": from_json, "csv": from_csv, "excel": from_excel, "html": from_html, "markdown": from_markdown,
    "word": from_word,
    "openmetrics": from_openmetrics, "pdf": from_pdf, "sdmx-csv": from_sdmx, "iati": from_iati,
}  # fmt: skip
