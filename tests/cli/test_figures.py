"""`indicators figures`."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import pytest

from indicator_engine.cli import screen


@pytest.fixture
def figures(indicators, starter):
    """Run the command over the starter's files."""

    def run(*arguments):
        files = ("--events", starter / "events.csv", "--register", starter / "register.csv")
        return indicators("figures", starter, *files, "--as-of", "2026-12-31", *arguments)

    return run


def test_over_time(figures):
    """A column for each quarter that has ended, and the as-of date; a figure that could still move has a mark."""
    lines = figures("--series", "quarterly").stdout.splitlines()

    assert ["2026-06-30", "2026-09-30", "2026-12-31"] == lines[0].split()
    assert "pledges" == lines[1].split()[0]


def test_over_listed_days(figures):
    """Days may be named; the as-of date is always among them."""
    found = json.loads(figures("--series", "2026-05-01", "--format", "json").stdout)

    assert ["2026-05-01", "2026-12-31"] == found["days"]


def test_by_a_column(figures, starter):
    """Groups of a column with those of whom it is not known; a share says that its groups need not add up."""
    found = figures("--by", "kind").stdout

    assert "not known" in found
    assert "training-held: the groups need not come to the whole: a share is of each group's own" in found


def test_csv(figures):
    """A line a figure, the whole under the name all."""
    rows = list(csv.DictReader(io.StringIO(figures("--by", "kind", "--format", "csv", "--select", "pledges").stdout)))
    whole, *groups = [int(row["value"]) for row in rows]

    assert "all" == rows[0]["kind"]
    assert whole == sum(groups)


def test_from_a_store(figures, indicators, starter, filled, store):
    """A store gives the same; what each rests on is said below."""
    over_store = indicators("figures", starter, "--store", store, "--as-of", "2026-12-31", "--by", "kind")
    tables, rests = zip(
        *(one.stdout.split("\n\nRests on\n") for one in (figures("--by", "kind"), over_store)), strict=True
    )

    assert tables[0] == tables[1]
    assert ["with everything recorded so far"] * 2 == [one.splitlines()[0].strip() for one in rests]
    assert "    store import 2 " not in rests[0]
    assert "    store import 2 " in rests[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "kin"], "the register has no column `kin`; did you mean `kind`?"),
        (["--series", "weekly"], "--series takes monthly, quarterly, yearly, or days with commas"),
        (["--series", "2027-01-01"], "is after the as-of date"),
        (["--series", "2026-04-31"], "not a day of the calendar: April 2026 ends on 2026-04-30"),
        (["--select", "pledge"], "did you mean `pledges`?"),
    ],
)
def test_what_cannot_be(figures, arguments, message):
    """What is wrong is said, with what to write."""
    found = figures(*arguments)

    assert 2 == found.exit_code
    assert message in found.stderr


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Fraction(4, 7), "0.5714"),
        (Fraction(20), "20"),
        (Fraction(95_500_501, 1000), "95,500.5"),
        (True, "yes"),
        (False, "no"),
        (None, "–"),
    ],
)
def test_a_figure_on_the_screen(value, told):
    """A table rounds and says yes or no; CSV and JSON have the exact figure."""
    assert told == screen.figure(value)


def test_truths_in_csv(figures, starter):
    """CSV has what JSON has: true and false."""
    pack = starter / "pack.toml"
    truth = '\n[[priority.indicator]]\nid = "held"\nmeasure = "exists(training)"\ntarget = { delivered = true }\n'
    pack.write_text(pack.read_text(encoding="utf-8").replace("\n# Tests:", f"{truth}\n# Tests:"), encoding="utf-8")
    lines = figures("--select", "held", "--format", "csv").stdout.splitlines()

    assert ["held", "2026-12-31", "true"] == lines[1].split(",")[:3]
