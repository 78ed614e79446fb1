"""Results as a page: complete, self-contained, escaped, the county's own in words, columns, colours and templates."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.markup import Elements

from indicator_engine.builtin.output_html import render
from indicator_engine.conventions import NEUTRAL, Look, Provenance, Vocabulary
from indicator_engine.definitions.model import Aim, Target
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.rendering.view import view_of

CAPTION = "20 Compact member organisations to commit to the Pledge by March 2010: the figure day by day"


@pytest.fixture
def page(results):
    """The page's elements, of these results or of some like them; `convention` changes the county's."""

    def elements(found=results, **convention):
        if convention:
            county = replace(found.convention, **convention)
            found = replace(found, statement=replace(found.statement, convention=county))
        return Elements(render(found, Page()).decode())

    return elements


def test_every_element_is_closed(page):
    """What is opened is closed, in order."""
    assert ([], []) == (page().faults, page().open)


def test_headline_and_tiles(page):
    """The sentence that all outputs share, and a tile for each verdict."""
    assert ["0 of 2 met; 2 missed"] == page().all("p", of="headline")
    assert ["2 ✘Missed"] == page().all("li", of="tile")


def test_whose_page_it_is(page):
    """A county's page bears its title; that of the neutral convention, which is nobody's, bears none."""
    assert ["Rutland"] == page(name="rutland", title="Rutland").all("p", of="county")
    assert [] == page().all("p", of="county")


def test_columns_are_the_countys(page):
    """The table has the county's columns first, then what was found."""
    words = Vocabulary(priority="Priority", outcome="Outcome", indicator="Performance Indicator",
                       columns=("Priority", "Outcomes", "Performance Indicators & Targets"))  # fmt: skip
    county = ["Priority", "Outcomes", "Performance Indicators & Targets"]

    assert [*county, "Status", "Value against target", "Trend"] == page(vocabulary=words).all("th")[:6]


def test_columns_always_hold_priority_and_indicator(page):
    """A county that names neither has them under its words for them."""
    heads = page(vocabulary=Vocabulary(priority="Theme", indicator="Measure", columns=("Target",))).all("th")[:3]

    assert ["Theme", "Target", "Measure"] == heads


def test_nothing_to_report(page, results):
    """A run that selects nothing is a page that says so."""
    found = page(replace(results, results=()))

    assert (["There are no indicators."], []) == (found.all("p", of="headline"), found.faults)


def test_quarantine_is_told(page, results):
    """Rows that wait in the store's quarantine are counted out."""
    found = page(replace(results, set_aside=3))

    assert "3 rows of the event store wait in quarantine and are in no figure." in found.all("p")


def test_figures_are_those_of_the_other_outputs(page, results):
    """Every value, status and deadline on the page is, letter for letter, what the other outputs say."""
    view = view_of(results)
    lines = [one for section in view.sections for line in section.lines for one in (line, *line.parts)]
    found = page()

    assert [line.value for line in lines] == found.all("span", of="figure")
    assert [f"{line.status.symbol}{line.status.word}" for line in lines] == found.all("td", of="status")

    told = [text for text in found.all("th", of="indicator") if text != "Indicator"]
    assert [True] * len(lines) == [line.due in text for line, text in zip(lines, told, strict=True)]


def test_indicator(page):
    """A row tells the literal words, the status in word and shape, the value against its target, and what is needed."""
    found = page()

    assert "17 of 20 3 more neededbetween 17 and 20" == found.all("td", of="value")[0]
    assert "✘Missed" == found.all("td", of="status")[0]
    assert "Due by March 2010 (31 March 2010)" in found.all("th", of="indicator")[1]
    assert "down 2 since 31 December 2009" == found.all("td", of="trend")[0]


def test_reasons(page):
    """Below, the page tells why, who counts, who does not and why, and what is undecided."""
    panel = page().all("div", of="panel")[0]

    assert "17 of 20: 3 more were needed by 31 March 2010" in panel
    assert "the figure is 17 of 20." in panel
    assert "Counted (2) N1, N2" in panel
    assert "Not counted, and why (1) no pledge by 31 March 2010 N3" in panel
    assert "Not decided yet (1) N4 (record E9): stage not known" in panel


def test_names_of_the_register_stand_for_ids(page, results):
    """Whoever the register names is called so."""
    found = page(replace(results, names={"N1": "Quillingham", "N3": "Larkmere"}))

    assert "Counted (2) Quillingham, N2" in found.all("div", of="panel")[0]
    assert "no pledge by 31 March 2010 Larkmere" in found.all("div", of="panel")[0]


def test_long_lists_are_counted_out(page, results, pledges):
    """Of many names the first are told, and how many more there are."""
    many = replace(pledges, who=tuple(f"N{number}" for number in range(1000)))
    found = page(replace(results, results=(many,)))

    assert "N99 and 900 more" in found.all("div", of="panel")[0]


def test_provenance_of_the_target(page, results, pledges):
    """Who set a target, where it is written, and in which words."""
    told = Provenance(set_by="Task Group", source="minutes", quote="20 members")
    aimed = replace(pledges, target=Target(value=Fraction(20), provenance=told))
    panel = page(replace(results, results=(aimed,))).all("div", of="panel")[0]

    assert "Where the target comes from set by Task Group source: minutes 20 members" in panel


def test_what_waits_for_a_target_is_dashed(page, results, pledges):
    """A target that is still to come is drawn dashed, and never in the colour of a failure."""
    waiting = replace(pledges, verdict="no_target_yet", target=Target(tbc=True), target_value=None)
    found = page(replace(results, results=(waiting,)))

    assert {"tag grey dashed"} == found.classes("tag")


def test_course(page, results):
    """A series becomes a chart titled with its message, drawn for two widths, and a table of its numbers."""
    course = ((date(2009, 6, 30), Fraction(5)), (date(2010, 3, 31), Fraction(17)))
    found = page(replace(results, series={"pledges": course}))

    assert ["17 of 20: 3 more were needed by 31 March 2010"] * 2 == found.all("title")[1:]
    assert "2 figures from 5 (30 June 2009) to 17 (31 March 2010). The target is at least 20." in found.all("desc")[0]
    assert f"{CAPTION} Day Figure 30 June 2009 5 31 March 2010 17" in found.all("table", of="plain")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"needed": Fraction(1)}, "17 of 20: 1 more was needed by 31 March 2010"),
        ({"verdict": "met_then_lost", "evaluated_on": date(2010, 3, 30)}, "17 of 20: 3 more needed by 31 March 2010"),
    ],
)
def test_what_is_needed_agrees_with_the_day(page, results, pledges, fields, message):
    """One thing was needed, several were; before the deadline they still are."""
    found = page(replace(results, results=(replace(pledges, **fields),)))

    assert message in found.all("div", of="panel")[0]


@pytest.mark.parametrize(
    ("verdict", "fields", "meaning"),
    [
        ("behind", {}, "Behind: not due yet, and short of its path."),
        ("behind", {"target": Target("at_most", Fraction(3))}, "Behind: not due yet, and the limit is broken."),
        ("on_track", {"kind": "compound"}, "On track: not due yet, and each of its parts is met or on track."),
    ],
)
def test_why_gives_the_ground_that_holds(page, results, pledges, verdict, fields, meaning):
    """A verdict with several grounds is explained by its own."""
    found = page(replace(results, results=(replace(pledges, verdict=verdict, **fields),)))

    assert meaning in found.all("div", of="panel")[0]


def test_aims(page, results):
    """Each aim with what serves it; one that nothing refers to says so."""
    (skills, jobs) = results.statement.priorities
    priorities = (replace(skills, aims=("1",)), jobs)
    statement = replace(
        results.statement, aims=(Aim("1", "grow"), Aim("1.1", "fast"), Aim("2", "share")), priorities=priorities
    )
    rows = page(replace(results, statement=statement)).all("tr")

    assert "1 grow Support the Skills Pledge ✘ 1 Missed" in rows
    assert "1.1 fast Support the Skills Pledge ✘ 1 Missed" in rows
    assert "2 share nothing refers to it" in rows


def test_places_are_found_and_named_once(page):
    """Every link leads to a place of the page, and no two places have one name."""
    elements = page().found
    names = [one[1]["id"] for one in elements if "id" in one[1]]
    links = [one[1]["href"] for one in elements if one[0] == "a"]
    referred = [name for one in elements for name in (one[1].get("aria-labelledby") or "").split()]

    assert len(names) == len(set(names))
    assert {*(link.removeprefix("#") for link in links), *referred} <= set(names)


def test_nothing_is_fetched_and_nothing_runs(results):
    """The page has no address in it, no script and no style but its own sheet, which the policy names."""
    text = render(results, Page()).decode()
    sheet = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()

    assert [] == re.findall(r"(?:src|href)=\"(?!#)|<script|javascript:|\son\w+=|\sstyle=|@import|url\(", text)
    assert f"style-src &#39;sha256-{digest}&#39;" in text


def test_same_results_same_bytes(results):
    """The page holds no clock and no chance."""
    assert render(results, Page()) == render(results, Page())


# ── the county's own ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_language(page):
    """A county's words take the place of the page's, in its language; figures and dates follow."""
    words = {
        "status": "Statws", "counted_met": "cyflawnwyd {count} o {total}", "counted_missed": "methwyd {count}",
        "date": "{day} {month} {year}", "unchanged": "dim newid",
        "months": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr",
    }  # fmt: skip
    found = page(language="cy", vocabulary=replace(NEUTRAL.vocabulary, words=words))

    assert "cy" == next(one[1]["lang"] for one in found.found if one[0] == "html")
    assert ["cyflawnwyd 0 o 2; methwyd 2"] == found.all("p", of="headline")
    assert "Statws" in found.all("th")
    assert "by March 2010 (31 Mawrth 2010)" in " ".join(found.all("th", of="indicator"))


def test_colours(results):
    """The county's accents are those of the sheet."""
    convention = replace(results.convention, look=Look("#112233", "#ddeeff"))
    text = render(replace(results, statement=replace(results.statement, convention=convention)), Page()).decode()

    assert ":root{--accent-light:#112233;--accent-dark:#ddeeff}" in text


def test_block_of_a_template(page):
    """A county fills one block of the page, and all others stay the engine's."""
    template = (
        '{% extends "shipped/page.html" %}{% block footer %}<footer>Rutland {{ view.day }}</footer>{% endblock %}'
    )
    found = page(look=Look(templates={"page.html": template}))

    assert ["Rutland 31 March 2010"] == found.all("footer")
    assert ["0 of 2 met; 2 missed"] == found.all("p", of="headline")


def test_template_of_a_part(page):
    """A county replaces how an indicator is laid out as a whole."""
    found = page(look=Look(templates={"detail.html": "<p class='own'>{{ line.name }}</p>"}))

    assert "Employment matrix" in found.all("p", of="own")


def test_own_sheet(results):
    """A county's rules follow the engine's, and cannot end the sheet."""
    look = Look(templates={"county.css": ".top{color:red}</style><script>"})
    convention = replace(results.convention, look=look)
    text = render(replace(results, statement=replace(results.statement, convention=convention)), Page()).decode()

    assert ".top{color:red}" in text
    assert 1 == text.count("</style>")


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ nothing }}", "page.html.*'nothing' is undefined|'nothing' is undefined"),
        ("{% if %}", "page.html, line 1: TemplateSyntaxError"),
        ("{% extends 'none.html' %}", "none.html"),
    ],
)
def test_template_that_does_not_work(page, template, fault):
    """A template with a mistake is reported, with its place where it has one."""
    with pytest.raises(IndicatorEngineError, match=fault):
        page(look=Look(templates={"page.html": template}))


def test_look_is_checked():
    """A colour is six digits, so that it cannot be anything but a colour."""
    assert "look.accent is 'red;}'; a colour is written like #1d4f7c" == replace(NEUTRAL, look=Look("red;}")).fault()
    assert "look.accent_dark" in replace(NEUTRAL, look=Look(accent_dark="#12")).fault()
    assert "" == NEUTRAL.fault()


# ── notebooks ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_notebook_shows_results(results):
    """Results show as a table with its own sheet; nothing of it reaches the notebook around it."""
    text = results._repr_html_()
    found = Elements(text)
    selectors = re.findall(r"^([^@\s][^{]*)\{", text.partition("<style>")[2].partition("</style>")[0], re.MULTILINE)

    assert ([], []) == (found.faults, found.open)
    assert "17 of 203 more needed" in found.all("td", of="figure")
    assert {True} == {one.startswith(".indicators") for one in selectors}


def test_notebook_shows_one_result(pledges):
    """One result shows by itself, in neutral words."""
    found = Elements(pledges._repr_html_())

    assert ["17 of 203 more needed"] == found.all("td", of="figure")
    assert ["✘Missed"] == found.all("span", of="tag")
