"""A pack and data full of hostile text, from files to the browser: it is shown, and does nothing."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner
from tests.browser.readers import violations

from indicator_engine.cli import main

pytestmark = pytest.mark.slow

SCRIPT = (
    '</title></style></svg><script>window.owned = 1</script><img src="http://evil.test/x" onerror="window.owned = 2">'
)
NAMES = [
    SCRIPT,
    "x" * 300,
    "שלום " * 20,
    "\u202eexe.txt",
    "a\x07b",
    "{{ 7 * 7 }}{% raw %}",
    "=cmd|' /C calc'!A0",
    "\"'><b>",
]

PACK = """
[statement]
id = "hostile"
title = '''{script}'''
source = '''<a href="javascript:owned=3">source</a>'''
period = "2009-10"
notes = ['''{script}''', "{long}"]

[[aim]]
id = "1"
text = '''{script}'''

[subject.attributes]
kind = {{ type = "choice", choices = ["member"] }}

[population.members]
label = '''{script}'''
where = 'kind == "member"'

[event.pledge]
label = '''{script}'''

[[priority]]
id = "first"
title = '''{script}'''
outcomes = ["{long}", "العربية من اليمين"]
aims = ["1"]

  [[priority.indicator]]
  id = "pledges"
  statement = '''{script} {{{{ 7 * 7 }}}}'''
  measure = "count(members & organisations(pledge))"
  better = "higher"
  target = {{ at_least = 20, set_by = '''{script}''' }}
  notes = ["{long}"]
"""


@pytest.fixture
def hostile_page(tmp_path):
    """The page that the command writes about the pack."""
    pack, events, register = (tmp_path / name for name in ("pack.toml", "events.csv", "register.csv"))
    pack.write_text(PACK.format(script=SCRIPT, long="word" * 90), encoding="utf-8")
    ids = [f"N{number} {name}" for number, name in enumerate(NAMES)]
    write(
        register,
        ["organisation", "name", "kind"],
        [[one, name, "member"] for one, name in zip(ids, NAMES, strict=True)],
    )
    rows = [[f"e{at}", "pledge", one, "2009-06-01"] for at, one in enumerate(ids[::2])]
    write(events, ["event_id", "type", "organisation", "occurred_on"], rows)
    out = tmp_path / "page.html"
    data = ["--events", str(events), "--register", str(register), "--as-of", "2010-03-31", "--no-plugins"]
    done = CliRunner().invoke(main, ["report", str(pack), *data, "--out", str(out)])
    assert 0 == done.exit_code, done.output
    return out


def write(path, head, rows):
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])


def test_nothing_runs_and_nothing_is_asked_for(hostile_page, opened):
    """No script runs, no picture is fetched, no browser complains."""
    page = opened(hostile_page)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert ([hostile_page.as_uri()], [], None) == (page.asked, page.said, page.evaluate("window.owned ?? null"))
    assert 0 == page.locator("script, img, iframe, a[href^='javascript']").count()


def test_texts_are_shown_as_they_were_written(hostile_page, opened):
    """The title reads as it was written, tags and braces and all."""
    page = opened(hostile_page)

    assert SCRIPT in page.locator("h1").inner_text()
    assert "{{ 7 * 7 }}" in page.locator("tbody .indicator").first.inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_pushed_out_of_the_page(hostile_page, opened, width):
    """Names of three hundred letters wrap."""
    page = opened(hostile_page, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert width == page.evaluate("document.documentElement.scrollWidth")


def test_axe_finds_nothing(hostile_page, opened):
    """Hostile text does not break what a reader's program relies on."""
    assert [] == violations(opened(hostile_page))
