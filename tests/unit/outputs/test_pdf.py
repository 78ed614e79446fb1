"""The PDF, opened again."""

from __future__ import annotations

import builtins
import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pikepdf
import pypdf
import pytest

from indicator_engine.builtin.output_pdf import render
from indicator_engine.conventions import Look, Vocabulary
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError


def opened(results, *, details=False):
    """The file about results."""
    return pikepdf.open(io.BytesIO(render(results, Page(details=details))))


def text(results, *, details=False):
    """What the file reads, a space for each end of a line."""
    pages = pypdf.PdfReader(io.BytesIO(render(results, Page(details=details)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def changed(results, look=None, **convention):
    """The results in a county that differs in these."""
    own = replace(results.convention, **convention, **({"look": look} if look else {}))
    return replace(results, statement=replace(results.statement, convention=own))


def with_course(results):
    """The results with a course of the first indicator."""
    course = ((date(2009, 9, 30), Fraction(12)), (date(2009, 12, 31), Fraction(19)), (date(2010, 3, 31), Fraction(17)))
    return replace(results, series={"pledges": course})


def tags(found):
    """Every element of the structure, from above to below."""
    waiting: list[pikepdf.Object] = [found.Root.StructTreeRoot]
    seen = []
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, pikepdf.Dictionary):
            seen.append(one)
            kids: pikepdf.Object = one.get("/K", pikepdf.Array())
            waiting += list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [one for one in seen if "/S" in one]


def test_for_every_reader(results):
    """Tagged, named, in a language, with the outline and the claim of PDF/UA."""
    found = opened(results)

    assert found.Root.MarkInfo.Marked
    assert (True, "en") == (found.Root.ViewerPreferences.DisplayDocTitle, str(found.Root.Lang))
    assert "Statement of Priorities" == found.open_metadata()["dc:title"]
    assert "1" == found.open_metadata()["pdfuaid:part"]
    with found.open_outline() as outline:
        assert "Priority 1: Support the Skills Pledge" in [one.title for one in outline.root]


def test_structure(results):
    """Tables have headings, headings have levels, and a chart is told to those who do not see it."""
    file = opened(with_course(results))
    found = tags(file)
    kinds = {str(one.S) for one in found}
    told = [str(one.Alt) for one in found if "/Alt" in one]

    assert {"/Table", "/TH", "/TD", "/H1", "/H2", "/Figure"} <= kinds
    assert any("3 figures from 12 (30 September 2009) to 17 (31 March 2010)." in one for one in told)


def test_says_what_the_page_says(results):
    """The headline, the county's table, why a status is what it is."""
    found = text(results)

    assert "0 of 2 met; 2 missed" in found
    assert "20 Compact member organisations to commit to the Pledge by March 2010" in found
    assert "✘ Missed 17 of 20 3 more needed" in found
    assert "Missed: the deadline has come and the target is not reached." in found
    assert "N77 is not in the register" in found


def test_details(results):
    """Who counted and who did not is listed where that is asked for."""
    fact = "not counted, no pledge by 31 March 2010 (1): N3"

    assert fact not in text(results)
    assert fact in text(results, details=True)


@pytest.mark.parametrize("hostile", ['#import "/etc/passwd"', "*bold* $x$ <s0> @s0 // no", '#"a" \\ "', "= Head"])
def test_text_is_no_markup(results, hostile):
    """What others wrote is shown as it was written."""
    found = replace(results, statement=replace(results.statement, title=hostile))

    assert hostile in text(found)


def test_characters_that_no_typeface_has(results):
    """They are written out: PDF/UA allows no empty boxes."""
    found = replace(results, statement=replace(results.statement, title="Kent 肯特 🙂 Ŵyn"))

    assert "Kent \\u80af\\u7279 \\U0001f642 Ŵyn" in text(found)


def test_same_results_same_bytes(results):
    """Nothing of the moment of writing is in the file; its date is that of the results."""
    found = with_course(results)

    assert render(found, Page()) == render(found, Page())
    assert "2010-03-31T00:00:00Z" == opened(found).open_metadata()["xmp:CreateDate"]


@pytest.mark.parametrize(
    ("language", "expected"), [("cy", ("cy", "/L2R")), ("en-IE", ("en-IE", "/L2R")), ("ar", ("ar", "/R2L"))]
)
def test_language(results, language, expected):
    """The file says its language, and which way it is read."""
    file = opened(changed(results, language=language))

    assert expected == (str(file.Root.Lang), str(file.Root.ViewerPreferences.Direction))


def test_language_that_is_none(results):
    """What is no code of a language does no harm."""
    assert "en" == str(opened(changed(results, language="Welsh #1")).Root.Lang)


def test_typefaces_are_in_the_file(results):
    """Every typeface is embedded, and no other than those that ship."""
    file = opened(with_course(results))
    found = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
    names = {str(one.FontName).partition("+")[2].partition("-")[0] for one in found}

    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in found)
    assert {"LibertinusSerif"} <= names <= {"LibertinusSerif", "DejaVuSansMono"}


def test_typeface_of_the_county_that_is_none(results):
    """A typeface that is not in its file is told."""
    expected = "look.fonts of the convention has no `County Sans` in its files; there is"

    with pytest.raises(IndicatorEngineError, match=expected):
        text(changed(results, Look(fonts={"County Sans": b"no typeface"})))


def test_columns_of_the_county(results):
    """The county's columns come first."""
    words = Vocabulary(outcome="Outcome", columns=("Priority", "Outcomes", "Indicators & Targets"))

    assert "Priority Outcomes Indicators & Targets Status Value against target" in text(
        changed(results, vocabulary=words)
    )


def test_no_indicators(results):
    """A statement without indicators gives a file that opens."""
    assert "There are no indicators." in text(replace(results, results=()))


def test_library_that_is_missing(results, monkeypatch):
    """Without typst the message says what to install."""
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "indicator_engine.rendering.pdf":
            raise ModuleNotFoundError("No module named 'typst'", name="typst")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    expected = "PDF is written with typst, which is not installed: pip install 'indicator-engine[pdf]'"

    with pytest.raises(IndicatorEngineError) as caught:
        render(results, Page())
    assert expected == str(caught.value)


def test_whose_page_it_is(results):
    """A county's title stands at the head and is the author; the neutral convention, which is nobody's, names none."""
    county = changed(results, name="rutland", title="Rutland")

    assert ("Rutland Statement", "Statement") == (text(county)[:17], text(results)[:9])
    assert ["Rutland", None] == [one.docinfo.get("/Author") for one in (opened(county), opened(results))]
