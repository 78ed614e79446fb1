"""The table for a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from indicator_engine.builtin.output_table import NOTES_SHOWN, render
from indicator_engine.hookspecs import Page
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from indicator_engine.evaluation.results import Results


def words_in(text):
    """Every word, in order, whatever the lines."""
    return re.sub(r"[\s─]+", " ", text)


def test_small_table(results):
    """At 80 columns the table is this, letter for letter."""
    expected = """\
Statement of Priorities
Agreed · 09-10 (1 April 2009 to 31 March 2010)
As of 31 March 2010, with everything recorded so far

0 of 2 met; 2 missed

Status        Indicator                         Value        Target, due date

Priority 1: Support the Skills Pledge
Outcome: More skills
────────────────────────────────────────────────────────────────────────────────
✘ Missed      20 Compact member organisations   17 of 20     at least 20
              to commit to the Pledge by March               by March 2010
              2010                                           (31 March 2010)
              pledges · between 17 and 20 · 3
              more needed · down 2 since 31
              December 2009 · 1 undecided · to
              be reviewed

Priority 4: Employment
────────────────────────────────────────────────────────────────────────────────
✘ Missed      Employment matrix                 1 of 2 parts all 2 parts met
              Establish a matrix
              matrix · 1 more part needed
✔ Met           updated quarterly               52.9%        at least 50%: 9 of
                updated                         (9 of 17)    17
                                                             by March 2010
                                                             (31 March 2010)
✘ Missed        shared                          claimed, no  delivered
                claimed                         evidence

What the flags mean
- to be reviewed: the document itself says that the target will be reviewed
- claimed: recorded as delivered, but the evidence is not recorded: it does not
  count yet

Assumptions
- the period is 1 April 2009 to 31 March 2010
- a pledge of any stage counts (pledges)

About the data
- e.csv:2:1: warning IE306: N77 is not in the register

pack 3f3f3f3f3f3f… · data 9c9c9c9c9c9c… · engine 0.1.0 · plugins rutland 2
"""

    assert expected == render(results, Page(columns=80)).decode()


def test_wide_table_has_a_column_for_the_deadline(results):
    """At 140 columns target and deadline stand side by side."""
    lines = render(results, Page(columns=140)).decode().splitlines()

    assert any(re.search(r"17 of 20 +at least 20 +by March 2010$", line) for line in lines)


@pytest.mark.parametrize("columns", [10, 80, 100, 119, 120, 200])
def test_no_line_is_too_long(results, columns):
    """No line is wider than the page; a page is never narrower than the table can be."""
    lines = render(results, Page(columns=columns, details=True)).decode().splitlines()

    assert max(map(cell_len, lines)) <= max(columns, 68)


def test_nothing_is_cut(results, pledges):
    """A long name, and one long word, go on in the next lines."""
    long = replace(pledges, statement=f"{'many words ' * 80}{'x' * 300} end")
    text = render(replace(results, results=(long,)), Page(columns=80)).decode()

    assert 80 == words_in(text).count("many")
    assert 300 == text.count("x" * 33) * 33 + sum(len(run) % 33 for run in re.findall("x{2,}", text))
    assert "end" in text
    assert "…" not in text.partition("pack ")[0]


def test_colour(results):
    """With colour, red is bold, green is not, and the words stay."""
    text = render(results, Page(columns=80, colour=True)).decode()

    assert "\x1b[1;31m✘" in text
    assert "\x1b[32m✔" in text
    assert words_in(render(results, Page(columns=80)).decode()) == words_in(re.sub(r"\x1b\[[\d;]*m", "", text))


def test_no_colour(results, monkeypatch):
    """Without colour there is no escape, whatever the environment says."""
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert b"\x1b" not in render(results, Page())


def test_details(results):
    """On request the table tells who counted and who did not."""
    text = words_in(render(results, Page(columns=200, details=True)).decode())

    assert "Counted: N1, N2 Not N3: no pledge by 31 March 2010 Undecided: N4 (record E9): stage not known" in text


def test_markup_is_text(results, pledges):
    """What looks like markup is shown as it is."""
    text = render(replace(results, results=(replace(pledges, statement="[bold]x[/bold] :smile:"),)), Page()).decode()

    assert "[bold]x[/bold] :smile:" in text


def test_many_notes_are_counted(results):
    """Of very many notes about the data only some are listed, and how many more there are is said."""
    problems = tuple(Problem("IE306", f"N{number} is not in the register") for number in range(NOTES_SHOWN + 7))
    text = render(replace(results, problems=problems), Page()).decode()

    assert "and 7 more, which --format json lists" in text


def test_nothing_selected(results):
    """No results are a table without sections."""
    empty: Results = replace(results, results=())

    assert "There are no indicators." in render(empty, Page()).decode()
