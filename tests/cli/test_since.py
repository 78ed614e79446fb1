"""What has changed since an edition, told with the results of today, in every form."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from indicator_engine.rendering.results_schema import json_schema

pytestmark = pytest.mark.slow

TITLE = "Changed since edition “summer” (1 September 2026)"
FORMS = ("table", "markdown", "html")


@pytest.fixture
def on(filled, starter, store, indicators):
    """Run a command on a store with an edition of September and an event that was recorded after it."""
    rows = starter / "late.csv"
    rows.write_text("event_id,type,organisation,occurred_on,participants\nL1,training,damson,2026-08-20,5\n")
    terms = ("--as-of", "2026-09-01", "--edition", "summer")
    assert 0 == indicators("publish", starter, "--store", store, *terms).exit_code
    assert 0 == indicators("import", starter, rows, "--store", store).exit_code

    def run(*options, as_of="2026-10-01"):
        return indicators("run", starter, "--store", store, "--as-of", as_of, "--no-plugins", *options)

    return run


def told(done):
    """What a run of JSON has on what changed."""
    assert 0 == done.exit_code, done.stderr
    whole = json.loads(done.stdout)
    assert [] == list(Draft202012Validator(json_schema()).iter_errors(whole))
    return whole


@pytest.mark.parametrize("edition", ["summer", "last"])
def test_json(on, edition):
    """Each change with its causes, by the published schema; the edition by its name, or as the newest."""
    whole = told(on("--since", edition, "--format", "json"))
    (one,) = [one for one in whole["since"]["differences"] if one["id"] == "participants"]

    assert ("summer", {"late_events": 5}) == (whole["since"]["before"]["edition"], one["parts"])


def test_restated_figures_are_flagged(on):
    """A figure that later recordings moved carries a flag, and no other does."""
    whole = told(on("--since", "last", "--format", "json"))

    assert {"training-held", "participants"} == {one["id"] for one in whole["results"] if "restated" in one["flags"]}


@pytest.mark.parametrize("form", FORMS)
def test_texts(on, form):
    """The table stands in every form that is read."""
    found = " ".join(on("--since", "last", "--format", form).stdout.split())

    assert TITLE in found
    assert "late events +5" in found


@pytest.mark.parametrize("form", ["excel", "word", "pdf"])
def test_files(on, form, tmp_path):
    """The files that are no text have it too: they differ from those without."""
    plain, since = tmp_path / "plain", tmp_path / "since"
    assert 0 == on("--format", form, "--out", plain).exit_code
    assert 0 == on("--since", "last", "--format", form, "--out", since).exit_code

    assert plain.read_bytes() != since.read_bytes()


def test_public(on):
    """The public is told the figures, and not why they moved."""
    whole = told(on("--since", "last", "--format", "json", "--audience", "public"))

    assert {} == whole["since"]["events"]
    assert all(one["steps"] == [] for one in whole["since"]["differences"])


def test_selected(on):
    """Only of the indicators that are asked for."""
    whole = told(on("--since", "last", "--format", "json", "--select", "pledges"))

    assert {"pledges"} >= {one["id"].partition("/")[0] for one in whole["since"]["differences"]}
    assert {"pledges"} >= {one.partition("/")[0] for one in whole["since"]["unchanged"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "spring"), "spring"),
        (("--since", "last", "--known-at", "2020-01-01"), "register"),
    ],
)
def test_refusals(on, options, said):
    """An edition that there is not, and results that know less than it, are told."""
    done = on(*options)

    assert 0 != done.exit_code
    assert said in done.stderr


def test_no_edition(filled, starter, store, indicators):
    """A store without editions says how to make one."""
    done = indicators("run", starter, "--store", store, "--as-of", "2026-10-01", "--since", "last")

    assert "the store has no edition yet: `indicators publish` makes one" in done.stderr


def test_files_have_no_editions(run_starter):
    """Without a store there is nothing to compare with."""
    assert "--since belongs to --store" in run_starter("--since", "last").stderr
