"""The two shipped packs: whole, in the documents' own words, tested on their boundaries, and right on the example data.

`sources/` has the two documents as they are. Figures on the example data are compared with `tests/golden/packs/`, which
`UPDATE_GOLDEN=1` writes anew; the packs' own tests hold the ones that were worked out by hand.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from indicator_engine import Results, Statement, evaluate, load_packs, plugins
from indicator_engine.testing.pack_tests import run_checks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicator_engine import Result
    from indicator_engine.definitions.load import Loaded

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
INDICATORS = ROOT / "indicators"
SOURCES = Path(__file__).parent / "sources"
GOLDEN = ROOT / "tests" / "golden" / "packs"


class Shipped(NamedTuple):
    """One pack: where it is, its ids in the order of the document, the days its example data are looked at."""

    id: str
    path: str
    ids: str
    days: Sequence[str]


NOTTINGHAMSHIRE = Shipped(
    "nottinghamshire-2009-10",
    "nottinghamshire/2009-10",
    """
    skills-analyses action-plans pledge-commitment pledge-stage-2 pledge-stage-3 sfl-literacy sfl-numeracy sfl-esol
    test-the-organisation sfl-participants sfl-identified sfl-enrolled apprentices-employed schemes-operational
    without-apprenticeship-scheme apprenticeship-scheme-support code-of-practice social-enterprise volume-procurement
    supplier-pledges employment-matrix procurement-documents lep-agreements recession-information coaching-paper
    wbl-learners work-based-learning
    """,
    ("2009-09-30", "2009-12-31", "2010-03-31"),
)
DERBYSHIRE = Shipped(
    "derbyshire-2008-09",
    "derbyshire/2008-09",
    """
    additional-pledges jobs-pledge training-needs-analyses good-practice-events charter-endorsements meeting-attendance
    commitment-before-seat minimum-stay
    """,
    ("2008-09-20", "2008-12-31", "2009-03-31"),
)
PACKS = (NOTTINGHAMSHIRE, DERBYSHIRE)
LOOKS = [(pack, day) for pack in PACKS for day in pack.days]
each_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
each_look = pytest.mark.parametrize(("pack", "day"), LOOKS, ids=[f"{pack.id} on {day}" for pack, day in LOOKS])


@pytest.fixture(scope="module")
def loaded() -> dict[str, Loaded]:
    registered = plugins.load()
    return {pack.id: load_packs([INDICATORS / f"{pack.path}.toml"], registered=registered)[0] for pack in PACKS}


@pytest.fixture(scope="module")
def statements(loaded) -> dict[str, Statement]:
    return {name: one.statement for name, one in loaded.items()}


@pytest.fixture(scope="module")
def answers(statements) -> dict[tuple[str, str], Results]:
    """The example data of each pack, looked at on each of its days."""
    return {
        (pack.id, day): evaluate(statements[pack.id], table(pack, "events"), table(pack, "register"), as_of=day)
        for pack, day in LOOKS
    }


def table(pack: Shipped, name: str) -> list[dict[str, str]]:
    """A file of example data."""
    with (INDICATORS / f"{pack.path}.{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ── the definitions ──────────────────────────────────────────────────────────────────────────────────────────────────


@each_pack
def test_a_shipped_pack_has_neither_errors_nor_warnings(pack, loaded):
    """Loading a shipped pack finds nothing but notes."""
    assert [] == [f"{one.where} {one.code} {one.message}" for one in loaded[pack.id].problems if one.severity != "note"]


@each_pack
def test_a_shipped_pack_has_every_indicator_in_the_order_of_the_document(pack, statements):
    """Nothing of the document is left out or put elsewhere."""
    assert pack.ids.split() == [indicator.id for _, indicator in statements[pack.id].indicators()]


def test_the_matrix_and_the_events_have_their_parts(statements):
    """The two compound indicators name the limbs of their sentences."""
    parts = {
        indicator.id: [part.id for part in indicator.parts]
        for statement in statements.values()
        for _, indicator in statement.indicators()
        if indicator.parts
    }
    assert {
        "employment-matrix": ["established", "shared", "updated"],
        "good-practice-events": ["events", "seminar"],
    } == parts


@each_pack
def test_every_word_quoted_is_a_word_of_the_document(pack, statements):
    """Statements, titles, outcomes and aims stand in the document as they are, slips and all."""
    source = plain((SOURCES / f"{pack.id}.txt").read_text(encoding="utf-8"))
    assert [] == [words for words in quoted(statements[pack.id]) if not stands_in(source, words)]


def plain(text: str) -> str:
    """A text with every stretch of white space as one space."""
    return " ".join(text.split())


def stands_in(source: str, words: str) -> bool:
    """Whether words stand in a text; “…” is for words left out."""
    pieces = [re.escape(piece.strip()) for piece in plain(words).split("…")]
    return re.search(".*?".join(pieces), source) is not None


def quoted(statement: Statement) -> Iterator[str]:
    """Everything a pack gives as the document's own words. The charter's part of a table has a heading of ours."""
    yield from (aim.text for aim in statement.aims)
    yield from (deemed.quote for one in statement.schema.populations.values() for deemed in one.deemed)
    for priority in statement.priorities:
        yield from () if priority.id == "membership" else (priority.title,)
        yield from (*priority.outcomes, *priority.text)
        yield from (words for one in priority.indicators for words in (one.statement, one.outcome))


@each_pack
def test_every_sentence_of_the_table_is_in_the_pack(pack, statements):
    """No success measure or performance indicator of the document is missing from the pack."""
    told = plain(" ".join(indicator.statement for _, indicator in statements[pack.id].indicators()))
    assert [] == [sentence for sentence in MEASURES[pack.id] if sentence not in told]


MEASURES = {
    NOTTINGHAMSHIRE.id: (
        "20 Compact member organisations to commit", "12 Compact member organisations to reach stage 2",
        "10 Compact member organisations to reach stage 3", "25 Compact member organisations to have committed",
        "The Compact to establish how many", "Then to support 50%", "That four (to be reviewed)",
        "Three (to be reviewed)", "Identify volume procurement", "Secure a minimum of six",
        "Establish an employment opportunity matrix",
        "Six sector organisations", "Increase in the number of public sector organisations signing a LEP agreement",
        "Facilitate the dissemination", "A discussion paper", "A percentage (TBC)",
    ),
    DERBYSHIRE.id: (
        "A target of 10 additional Skills Pledges", "A target of 6 completed organisational TNAs",
        "A target of 2 Good Practice Events and 1 informal", "Membership will be for a minimum period of 2 years",
        "a minimum of 2 meetings per year", "formal, written commitment",
    ),
}  # fmt: skip


# ── their own tests ──────────────────────────────────────────────────────────────────────────────────────────────────


@each_pack
def test_every_test_of_a_shipped_pack_passes(pack, statements):
    """What was worked out by hand is what is computed."""
    outcomes = run_checks(statements[pack.id])
    assert [] == [(one.name, one.failures, one.problems) for one in outcomes if not one.passed]


@each_pack
def test_every_indicator_has_two_tests(pack, statements):
    """No indicator, monitored and narrative ones and parts among them, goes with less than two tests."""
    statement = statements[pack.id]
    counted = Counter(key for check in statement.checks for key in check.expect)
    names = [name for _, indicator in statement.indicators() for name in (indicator.id, *part_names(indicator))]
    assert [] == [name for name in names if counted[name] < 2]


def part_names(indicator: Any) -> list[str]:
    return [f"{indicator.id}/{part.id}" for part in indicator.parts]


# ── the example data ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_data_come_out_the_same_again(tmp_path):
    """Writing the example data anew gives the files that are there, byte for byte."""
    script = INDICATORS / "make_examples.py"
    told = subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True, text=True)
    written = [Path(line) for line in told.stdout.splitlines()]
    assert [] == [
        path.name for path in written if path.read_bytes() != (INDICATORS / path.relative_to(tmp_path)).read_bytes()
    ]
    assert len(written) == 4


@each_look
def test_the_example_data_are_read_without_a_complaint(pack, day, answers):
    """Every column is known and every organisation is in the register."""
    assert [] == [problem.message for problem in answers[pack.id, day].problems if problem.severity != "note"]


@each_look
def test_the_figures_on_the_example_data_are_the_reviewed_ones(pack, day, answers):
    """Verdicts, values and who counted are those that were last looked through."""
    path = GOLDEN / f"{pack.id}.{day}.json"
    found = written([figures(result) for result in answers[pack.id, day]])
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def written(results: list[dict[str, Any]]) -> str:
    """JSON with a field a line, so that a difference can be read."""
    told = [",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in one.items()) for one in results]
    return "[\n" + ",\n".join(f" {{\n{one}\n }}" for one in told) + "\n]\n"


TOLD = (
    "id", "verdict", "value", "unknown", "numerator", "denominator", "unit", "bounds", "needed", "baseline", "flags",
    "trend", "who", "events", "none_arose",
)  # fmt: skip


def figures(result: Result) -> dict[str, Any]:
    """What of a result is a figure and no wording."""
    told = result.to_dict()
    return {
        **{name: told[name] for name in TOLD},
        "undecided": [one["event_id"] or one["subject"] for one in told["undecided"]],
        "why_not": sorted(told["why_not"]),
        "listed": {one["label"]: one["events"] for one in told["listed"]},
        "parts": [figures(part) for part in result.parts],
    }


@each_look
def test_everyone_counts_or_is_told_why_not(pack, day, answers):
    """Nobody is on both lists, and every reason says something."""
    results = [one for result in answers[pack.id, day] for one in (result, *result.parts)]
    assert [] == [one.id for one in results if set(one.who) & set(one.why_not) or not all(one.why_not.values())]


@pytest.mark.parametrize("day", NOTTINGHAMSHIRE.days)
@pytest.mark.parametrize(
    ("indicator", "event"),
    [
        ("pledge-commitment", "pledge_stage"),
        ("test-the-organisation", "tto_committed"),
        ("work-based-learning", "commit_14_19"),
    ],
)
def test_members_and_whoever_did_the_thing_are_the_candidates(indicator, event, day, answers):
    """The two lists together are the members of the day and every organisation with a record of it, and nobody else."""
    result = answers[NOTTINGHAMSHIRE.id, day][indicator]
    candidates = members_on(day) | with_event(event, day)
    assert candidates == {*result.who, *result.why_not}


def members_on(day: str) -> set[str]:
    """Members by the register, read without the engine; both ends of a membership count."""
    return {
        row["organisation"]
        for row in table(NOTTINGHAMSHIRE, "register")
        if row["kind"] == "member" and row["member_from"] <= day and (not row["member_to"] or day <= row["member_to"])
    }


def with_event(event: str, day: str) -> set[str]:
    """Organisations with an event of a type by a day, read without the engine: the newest version of each stands."""
    newest = {row["event_id"]: row for row in table(NOTTINGHAMSHIRE, "events")}  # rows are in the order of recording
    return {
        row["organisation"]
        for row in newest.values()
        if row["type"] == event and row["occurred_on"] <= day and not row["retracted"]
    }


def test_figures_that_nobody_recorded_are_listed(answers):
    """A duty to record is kept or not: events without a figure, and one with more people identified than present."""
    results = answers[NOTTINGHAMSHIRE.id, "2010-03-31"]
    listed = [one for name in ("participants", "identified", "enrolled") for one in results[f"sfl-{name}"].listed]
    assert [2, 1, 1, 1] == [len(one.events) for one in listed]


def test_the_log_of_a_narrative_indicator_has_what_was_disseminated(answers):
    """Nine events of the year make the log, and no verdict."""
    result = answers[NOTTINGHAMSHIRE.id, "2010-03-31"]["recession-information"]
    assert ("narrative", [9]) == (result.verdict, [len(one.events) for one in result.listed])


def test_the_register_has_forty_eight_members_where_fifty_are_deemed(answers):
    """The share is of fifty, the difference is flagged and told."""
    result = answers[NOTTINGHAMSHIRE.id, "2010-03-31"]["work-based-learning"]
    assert 48 == len(members_on("2010-03-31"))
    assert (50, True) == (result.denominator, "deemed_differs" in result.flags)
    assert any("the register has 48" in words for words in result.assumptions)


def test_aims_that_no_priority_serves_are_told(answers):
    """Every aim of the charter is cited: “2” stands for 2.1 to 2.4 as well."""
    assert () == answers[DERBYSHIRE.id, "2009-03-31"].uncited_aims


def test_what_was_known_on_the_last_evening_can_be_had_again(statements):
    """As known on 31 March 2010 one pledge of 30 March is missing; as known on 9 April it is there, late."""
    told = [pledges_as_known_on(day, statements) for day in (date(2010, 3, 31), date(2010, 4, 9))]
    assert [(19, "missed"), (20, "met_known_late")] == [(result.value, result.verdict) for result in told]


def pledges_as_known_on(day: date, statements: dict[str, Statement]) -> Result:
    pack = NOTTINGHAMSHIRE
    rows = table(pack, "events"), table(pack, "register")
    chosen = ["pledge-commitment"]
    return evaluate(statements[pack.id], *rows, as_of="2010-03-31", known_at=day, select=chosen)[chosen[0]]
