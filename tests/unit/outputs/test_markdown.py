"""The Markdown page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicator_engine.builtin.output_markdown import escaped, render
from indicator_engine.conventions import Vocabulary
from indicator_engine.hookspecs import Page


def test_page(results):
    """The page is this, letter for letter."""
    expected = """\
# Statement of Priorities

Agreed · 09-10 (1 April 2009 to 31 March 2010)\x20\x20
As of 31 March 2010, with everything recorded so far

**0 of 2 met; 2 missed**

## Priority 1: Support the Skills Pledge

Outcome: More skills

| Status | Indicator | Value | Target | Due | Remarks |
|---|---|---|---|---|---|
| ✘ Missed | **20 Compact member organisations to commit to the Pledge by March 2010**<br>pledges | 17 of 20 | \
at least 20 | by March 2010 (31 March 2010) | between 17 and 20; 3 more needed; down 2 since 31 December 2009; \
1 undecided; to be reviewed |

## Priority 4: Employment

| Status | Indicator | Value | Target | Due | Remarks |
|---|---|---|---|---|---|
| ✘ Missed | **Employment matrix**<br>Establish a matrix<br>matrix | 1 of 2 parts | all 2 parts met |  | \
1 more part needed |
| ✔ Met | – updated quarterly<br>updated | 52.9% (9 of 17) | at least 50%: 9 of 17 | \
by March 2010 (31 March 2010) |  |
| ✘ Missed | – shared | claimed, no evidence | delivered |  | claimed |

## What the flags mean

- to be reviewed: the document itself says that the target will be reviewed
- claimed: recorded as delivered, but the evidence is not recorded: it does not count yet

## Assumptions

- the period is 1 April 2009 to 31 March 2010
- a pledge of any stage counts (pledges)

## About the data

- e.csv:2:1: warning IE306: N77 is not in the register

"""

    assert expected == render(results, Page()).decode().rpartition("pack ")[0]


def test_details(results):
    """On request the page tells who counted, who did not and why."""
    page = render(results, Page(details=True)).decode()

    assert "### pledges\n\n- Measures: the number of members with a pledge\n- Counted: N1, N2\n- Not N3: no" in page
    assert "### matrix / updated" in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("`x`", r"\`x\`"),
        ("*b* _i_ snake_case", r"\*b\* \_i\_ snake_case"),
        ("[x](http://y)", r"\[x\](http\://y)"),
        ("<script>", r"\<script\>"),
        ("&lt;", r"\&lt;"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("1. item", r"1\. item"),
        ("2010 was", "2010 was"),
        ("52.9%", "52.9%"),
        ("-5", "-5"),
        ("---", r"\---"),
        ("=== rule", r"\=== rule"),
        ("www.x.org", r"www\.x.org"),
        ("a\\b", r"a\\b"),
        ("plain (text), 50% – fine", "plain (text), 50% – fine"),
    ],
)
def test_escaped(text, expected):
    """Nothing in a text is markup; ordinary punctuation stays as it is."""
    assert expected == escaped(text)


def test_words_of_the_county(results):
    """Headings are in the county's language, by the keys of its vocabulary."""
    words = {"status": "Statws", "value_told": "Gwerth", "target": "Targed", "due": "Erbyn", "remarks": "Sylwadau"}
    vocabulary = Vocabulary("Blaenoriaeth", indicator="Dangosydd", words={**words, "data": "Am y data"})
    convention = replace(results.convention, language="cy", vocabulary=vocabulary)
    text = render(replace(results, statement=replace(results.statement, convention=convention)), Page()).decode()

    assert "| Statws | Dangosydd | Gwerth | Targed | Erbyn | Sylwadau |" in text
    assert "## Blaenoriaeth 1: Support the Skills Pledge" in text
    assert "## Am y data" in text
