"""What a store said then: every command that evaluates over it can be asked as of an instant, and as of an import.

Three organisations have pledged. Of one that was recorded in September nothing was known in August; another was known
then by the dates it bears, but was only imported later.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil

import pytest
from click.testing import CliRunner

from indicator_engine.cli import main

pytestmark = pytest.mark.slow

HEAD = "event_id,type,organisation,occurred_on,recorded_at\n"
FIRST = f"{HEAD}P1,pledge,alder,2026-05-01,2026-05-02\n"
LATER = f"{HEAD}P2,pledge,birch,2026-06-01,2026-06-02\nP3,pledge,cedar,2026-07-01,2026-09-15\n"
REGISTER = "organisation,kind,member_from\n" + "".join(
    f"{one},member,2026-04-01\n" for one in ("alder", "birch", "cedar")
)

THEN = {"now": (), "known at": ("--known-at", "2026-08-31"), "at import": ("--at-import", "2")}
DAY = ("--as-of", "2026-12-31")


def say(*arguments):
    """What a command prints; it must not fail."""
    found = CliRunner().invoke(main, [str(one) for one in (*arguments, "--no-plugins")])
    assert 0 == found.exit_code, found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A folder with a pack, its store after three imports, and the same store before the third."""
    folder = tmp_path_factory.mktemp("then")
    pack, store = folder / "starter", folder / "a.store"
    CliRunner().invoke(main, ["init", str(pack)])
    for name, text in (("register.csv", REGISTER), ("first.csv", FIRST), ("later.csv", LATER)):
        (pack / name).write_text(text, encoding="utf-8")
    terms = ("--recorded-at", "2026-04-01", "--store", store)
    say("import", pack, pack / "first.csv", "--register", pack / "register.csv", *terms)
    (folder / "before").mkdir()
    for one in folder.glob("a.store*"):
        shutil.copy(one, folder / "before" / one.name)
    say("import", pack, pack / "later.csv", *terms)
    return folder


def number(result):
    """The pledges of a JSON with results."""
    return next(one["value"] for one in json.loads(result)["results"] if one["id"] == "pledges")


def of_csv(text):
    """The pledges of a table of results."""
    return next(int(row["value"]) for row in csv.DictReader(io.StringIO(text)) if row["id"] == "pledges")


def before(text):
    """The pledges of the earlier side of a comparison; where nothing changed, those of today."""
    moved = {one["id"]: one["before"]["value"] for one in json.loads(text)["differences"]}
    return moved.get("pledges", 3)


NEW = ("--at-least", "9", "--set-by", "Committee", "--set-on", "2026-05-01", "--dry-run")
COMMANDS = {
    "run": (("run", "PACK", "--format", "json"), number),
    "run, csv": (("run", "PACK", "--format", "csv"), of_csv),
    "run, by queries": (("run", "PACK", "--format", "json", "--evaluator", "compiled", "--no-evidence"), number),
    "explain": (("explain", "PACK", "pledges", "--format", "json"), number),
    "figures": (
        ("figures", "PACK", "--select", "pledges", "--format", "json"),
        lambda text: json.loads(text)["figures"][0]["value"],
    ),
    "diff": (("diff", "PACK", "--format", "json"), before),
    "settle": (
        ("settle", "PACK", "pledges", *NEW),
        lambda text: int(re.findall(r"^  before  (\d+)", text, re.MULTILINE)[0]),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_as_it_was(there, command):
    """A late event is not known before its day, and nothing of a later import at an earlier one."""
    arguments, read = COMMANDS[command]
    asked = [there / "starter" if one == "PACK" else one for one in arguments]
    told = {name: read(say(*asked, "--store", there / "a.store", *DAY, *then)) for name, then in THEN.items()}

    assert {"now": 3, "known at": 2, "at import": 1} == told


@pytest.mark.parametrize(("subject", "outcomes"), [("cedar", "yes no no"), ("birch", "yes yes no")])
def test_a_story_is_told_as_it_was(there, subject, outcomes):
    """Also of one organisation alone."""
    asked = (
        "explain",
        there / "starter",
        "pledges",
        "--subject",
        subject,
        "--json",
        "--store",
        there / "a.store",
        *DAY,
    )
    told = [json.loads(say(*asked, *then))["stories"][0]["outcome"] for then in THEN.values()]

    assert outcomes.split() == ["yes" if one == "counted" else "no" for one in told]


@pytest.mark.parametrize("then", THEN)
def test_an_edition_is_published_as_it_was(there, tmp_path, then):
    """It keeps what was asked."""
    for one in there.glob("a.store*"):
        shutil.copy(one, tmp_path / one.name)
    store = ("--store", tmp_path / "a.store")
    say("publish", there / "starter", *store, *DAY, "--edition", "annual", *THEN[then])
    edition = CliRunner().invoke(main, ["editions", "annual", *map(str, store)]).stdout

    assert {"now": 3, "known at": 2, "at import": 1}[then] == number(edition)
    assert "byte for byte" in say("reproduce", "annual", *store)


@pytest.mark.parametrize("form", ["table", "markdown", "openmetrics", "excel", "word", "html"])
def test_every_output_is_what_it_was(there, tmp_path, form):
    """What was written before an import can be written again, to the byte; what was known then is something else."""
    written = {}
    for name, then in THEN.items():
        say(
            "run",
            there / "starter",
            "--store",
            there / "a.store",
            *DAY,
            "--format",
            form,
            "--out",
            tmp_path / name,
            *then,
        )
        written[name] = (tmp_path / name).read_bytes()
    say(
        "run",
        there / "starter",
        "--store",
        there / "before" / "a.store",
        *DAY,
        "--format",
        form,
        "--out",
        tmp_path / "x",
    )

    assert written["at import"] == (tmp_path / "x").read_bytes()
    assert 3 == len({*written.values()})


def test_queries_are_shown_as_they_were(there):
    """What they bind says when."""
    asked = ("explain", there / "starter", "pledges", "--sql", "--store", there / "a.store", *DAY)

    assert 3 == len({say(*asked, *then) for then in THEN.values()})


def test_what_an_answer_rests_on_is_always_said(there):
    """The pack, the store's import and its ledger, and the engine; of histories that were thought up, no store."""
    pack, store = there / "starter", ("--store", there / "a.store", *DAY)
    told = (
        say("figures", pack, *store), say("diff", pack, *store), say("settle", pack, "pledges", *NEW, *store),
        say("explain", pack, "pledges", *store), say("explain", pack, "pledges", "--subject", "cedar", *store),
    )  # fmt: skip
    digest, ledger = (
        json.loads(say("run", pack, "--format", "json", *store))["provenance"][one] for one in ("pack", "ledger")
    )

    assert [] == [one for one in told if digest not in one or f"import 3 {ledger}" not in one or "engine " not in one]
    assert f"pack {digest}" in say("witness", pack, "pledges")


def test_programs_are_told_what_an_answer_rests_on_too(there):
    """In one shape, whatever was asked; of a comparison for either side."""
    pack, data = there / "starter", ("--format", "json", "--store", there / "a.store", *DAY)
    asked = (
        ("run", pack),
        ("figures", pack),
        ("explain", pack, "pledges"),
        ("explain", pack, "pledges", "--subject", "cedar"),
    )
    run, *others = (json.loads(say(*one, *data))["provenance"] for one in asked)
    sides = json.loads(say("diff", pack, *data, "--at-import", 2))["provenance"]
    thought_up = json.loads(say("witness", pack, "pledges", "--format", "json"))["provenance"]

    assert [{**run, "data": run["ledger"]}] * 4 == [*others, sides["after"]]
    assert 2 == sides["before"]["store_import"]
    assert {**run, "data": "", "store_import": None, "ledger": None} == thought_up
