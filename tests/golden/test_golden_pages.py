"""What the pages of the two shipped statements say, line by line, as it was reviewed.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the files anew; the difference is then reviewed like code. How the pages
look is for the pictures of `tests/browser`; here a line is a heading, a paragraph, a cell or an item.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.markup import Elements

from indicator_engine import evaluate, load_pack, plugins
from indicator_engine.evaluation.results import Provenances
from indicator_engine.hookspecs import Page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "pages"
LINES = {"h1", "h2", "h3", "h4", "p", "th", "td", "li", "dt", "dd", "title", "desc", "caption", "summary", "blockquote"}
MARK = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "title": "[chart] ", "desc": "[chart] "}


def told(name, day):
    """What a statement's page says, a line a piece of text."""
    registered = plugins.load()
    read = registered.sources["csv"].read
    place = ROOT / "indicators" / name
    pack = load_pack(f"{place}.toml", registered=registered)
    events, register = (read(f"{place}.{kind}.csv") for kind in ("events", "register"))
    results = evaluate(pack, events, register, as_of=day, series=True, registered=registered)
    results = replace(results, provenance=Provenances("(pack)", "(data)", "(engine)"))
    text = registered.outputs["html"].render(results, Page()).decode()
    return "\n".join(lines(Elements(text.replace(f"{ROOT}/", "")))) + "\n"


def lines(elements):
    """Each innermost piece of text; charts are drawn twice and told once."""
    before = ""
    for tag, _attributes, text in elements.found:
        shown = " ".join(text.split())
        if tag in LINES and shown and not (tag in {"td", "li", "dd"} and len(shown) > 1000):
            line = MARK.get(tag, "") + shown
            if line != before:
                yield line
            before = line


@pytest.mark.parametrize(
    ("name", "day"), [("nottinghamshire/2009-10", "2010-01-31"), ("derbyshire/2008-09", "2008-12-31")]
)
def test_page_of_a_shipped_statement(name, day):
    """The page says what was reviewed."""
    path = HERE / f"{name.replace('/', '-')}.{day}.txt"
    found = re.sub(r"\.toml:\d+:\d+", ".toml", told(name, day))
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == found
