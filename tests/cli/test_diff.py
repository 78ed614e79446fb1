"""Differences with their causes, from the command line: days, instants, imports, editions, packs."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

pytestmark = pytest.mark.slow

EVENTS = """event_id,type,organisation,occurred_on,recorded_at,participants
P1,pledge,alder,2026-05-01,2026-05-02,
P2,pledge,birch,2026-06-01,2026-06-02,
P3,pledge,cedar,2026-07-01,2026-07-02,
T1,training,alder,2026-08-01,2026-08-02,10
T2,training,birch,2026-08-05,2026-08-06,20
"""
REGISTER = """organisation,kind,member_from,member_to
alder,member,2026-04-01,
birch,member,2026-04-01,2026-11-30
cedar,member,2026-04-01,
damson,member,2026-10-01,
"""


@pytest.fixture
def pack(starter):
    """The starter's pack with a quiet register and a few events of our own."""
    (starter / "events.csv").write_text(EVENTS, encoding="utf-8")
    (starter / "register.csv").write_text(REGISTER, encoding="utf-8")
    return starter


@pytest.fixture
def on(pack, store, indicators):
    """Run a command on the store that has them, recorded in April; everything later is recorded in September."""
    first = ("import", pack, pack / "events.csv", "--register", pack / "register.csv", "--recorded-at", "2026-04-01")

    def run(*arguments):
        return indicators(*arguments, "--store", store)

    assert 0 == run(*first).exit_code
    return run


@pytest.fixture
def told(on, pack):
    """The differences that a command finds, by indicator; and whatever else it says."""

    def run(*options, packs=True):
        found = on("diff", *([pack] if packs else []), *options, "--format", "json")
        assert 0 == found.exit_code, found.stderr
        whole = json.loads(found.stdout)
        return {one["id"]: one for one in whole["differences"]}, whole

    return run


def late(on, pack, text):
    """Import rows in September."""
    rows = pack / "late.csv"
    rows.write_text(EVENTS.splitlines()[0] + "\n" + text, encoding="utf-8")
    assert 0 == on("import", pack, rows, "--recorded-at", "2026-09-10").exit_code


SEPTEMBER = ("--as-of", "2026-09-01", "--known-at", "2026-09-01")


def test_new_events(told):
    """What happened after the earlier day."""
    found, whole = told("--as-of", "2026-06-15", "--and-as-of", "2026-07-15")

    assert {"new_events": ["P3"]} == whole["events"]
    assert ({"new_events": 1}, 1) == (found["pledges"]["parts"], found["pledges"]["change"])


def test_a_late_event(on, pack, told):
    """What happened on the earlier day or before, and was told later."""
    late(on, pack, "P4,pledge,alder,2026-08-20,2026-09-10,\nT3,training,cedar,2026-08-20,2026-09-10,5\n")
    found, whole = told(*SEPTEMBER)

    assert {"late_events": ["P4", "T3"]} == whole["events"]
    assert {"late_events": 5} == found["participants"]["parts"]
    assert "pledges" in whole["unchanged"]


def test_a_correction_and_a_retraction(on, told):
    """Each contributes its own part; the parts sum to the whole."""
    on("correct", "T1", "participants=7", "--reason", "misread", "--recorded-at", "2026-09-10")
    on("retract", "T2", "--reason", "cancelled", "--recorded-at", "2026-09-11")
    found, whole = told(*SEPTEMBER)

    assert {"corrections": ["T1"], "retractions": ["T2"]} == whole["events"]
    assert ({"corrections": -3, "retractions": -20}, -23) == (
        found["participants"]["parts"], found["participants"]["change"],
    )  # fmt: skip


def test_membership_by_the_day(told):
    """Who joined or left between the days, nothing else having happened."""
    found, whole = told("--as-of", "2026-09-01", "--and-as-of", "2026-12-01")

    assert ({}, {"membership": -1}) == (whole["events"], found["pledges"]["parts"])


def test_membership_by_what_is_known(on, pack, told):
    """A register that says something else of the same day."""
    text = REGISTER.replace("cedar,member", "cedar,supplier")
    (pack / "register.csv").write_text(text, encoding="utf-8")
    on("import", pack, "--register", pack / "register.csv", "--recorded-at", "2026-09-10")
    found, _ = told(*SEPTEMBER)

    assert {"membership": -1} == found["pledges"]["parts"]


def test_a_name_that_means_another(on, told):
    """That two names are one organisation is a matter of who belongs, and makes no event late or corrected."""
    on("alias", "add", "cedar", "alder", "--reason", "one body", "--recorded-at", "2026-09-10")
    found, whole = told(*SEPTEMBER)

    assert ({}, {"membership": -1}) == (whole["events"], found["pledges"]["parts"])


def test_a_deadline_that_passes(told):
    """The verdict turns with the deadline, the figure does not."""
    found, _ = told("--as-of", "2026-12-01", "--and-as-of", "2027-03-31")

    assert [{"cause": "deadline_passed", "before": "not_yet_due", "after": "missed"}] == found["pledges"]["verdict"]
    assert {} == found["pledges"]["parts"]


def test_two_versions_of_a_pack(pack, told):
    """A target that was revised is told apart from a measure that was."""
    other = pack.parent / "other"
    other.mkdir()
    text = (pack / "pack.toml").read_text(encoding="utf-8")
    text = text.partition("# Tests:")[0].replace("target = { at_least = 4 }", "target = { at_least = 3 }")
    text = text.replace("sum(in_period(training).participants)", "2 * sum(in_period(training).participants)")
    (other / "pack.toml").write_text(text, encoding="utf-8")
    found, whole = told("--as-of", "2026-09-01", "--and-pack", other)

    assert whole["before"]["pack"] != whole["after"]["pack"]
    assert [("target_revised", "met")] == [(one["cause"], one["after"]) for one in found["pledges"]["verdict"]]
    assert {"definition_changed": 30} == found["participants"]["parts"]


@pytest.fixture
def repository(pack, monkeypatch):
    """The pack in a repository of git, committed, and changed since."""

    def git(*arguments):
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=pack.parent, check=True, capture_output=True)  # noqa: S607

    git("init", "-q")
    git("add", pack.name)
    git("commit", "-q", "-m", "as agreed")
    text = (pack / "pack.toml").read_text(encoding="utf-8").partition("# Tests:")[0]
    (pack / "pack.toml").write_text(text.replace("{ at_least = 4 }", "{ at_least = 3 }"), encoding="utf-8")
    monkeypatch.chdir(pack.parent)
    return pack.name


def test_a_revision_of_git(repository, on):
    """The pack as it was committed, before the one that is there; the file and the folder name the same."""
    for name in (repository, f"{repository}/pack.toml"):
        found = on("diff", f"HEAD:{name}", "--and-pack", repository, "--as-of", "2026-09-01", "--format", "json")
        (one,) = json.loads(found.stdout)["differences"]

        assert [("target_revised", "met")] == [(turn["cause"], turn["after"]) for turn in one["verdict"]]


@pytest.mark.parametrize("name", ["HEAD:none/pack.toml", "nowhere:starter", "--all:starter"])
def test_a_revision_that_there_is_not(repository, on, name):
    """What git says is told, without a traceback."""
    found = on("diff", "--as-of", "2026-09-01", "--and-pack", name, repository)

    assert 2 == found.exit_code
    assert found.stderr.startswith("indicators: ")


def test_two_imports(on, pack, told):
    """As the store stood after one and after the other."""
    late(on, pack, "T3,training,cedar,2026-08-20,2026-08-21,5\n")
    found, _ = told("--as-of", "2026-09-01", "--at-import", 2)

    assert {"late_events": 5} == found["participants"]["parts"]


def test_editions(on, pack, told):
    """From one to the other, or to the pack as it is now, each at its own import."""
    on("publish", pack, "--as-of", "2026-09-01", "--edition", "autumn")
    late(on, pack, "T3,training,cedar,2026-08-20,2026-09-10,5\n")
    on("publish", pack, "--as-of", "2026-09-30", "--edition", "winter")
    between, whole = told("--edition", "autumn", "--and-edition", "winter", packs=False)
    since, _ = told("--edition", "autumn", packs=False)

    assert ("autumn", "winter") == (whole["before"]["edition"], whole["after"]["edition"])
    assert {"late_events": 5} == between["participants"]["parts"] == since["participants"]["parts"]


def test_parts_are_shown_in_words(on, pack):
    """The sides, the events of each cause, and for each figure what it was made of."""
    late(on, pack, "T3,training,cedar,2026-08-20,2026-09-10,5\n")
    on("correct", "T1", "participants=7", "--reason", "misread", "--recorded-at", "2026-09-10")
    shown, _, rests = on("diff", pack, *SEPTEMBER).stdout.partition("\nRests on\n")

    assert ["pack", "data", "store import 4", "engine"] == re.findall(
        r"^    (pack|data|store import \d|engine) ", rests, re.MULTILINE
    )
    assert shown == (
        "From  1 September 2026, as known on 1 September 2026, at import 4\n"
        "to    1 September 2026, everything imported by import 4\n"
        "late events: 1 (T3)\n"
        "corrections: 1 (T1)\n"
        "\n"
        "training-held: Half of the member organisations to hold a training day by December 2026\n"
        "    66.7% (2 of 3) → 100% (3 of 3)\n"
        "    +33.3 percentage points: late events\n"
        "\n"
        "participants: A number (TBC) of employees to take part in training days by March 2027\n"
        "    30 → 32\n"
        "    +2: +5 late events, −3 corrections\n"
        "\n"
        "1 of 3 figures is unchanged.\n"
    )


def test_turns_are_shown_in_words(on, pack):
    """A verdict that turned is told with what turned it."""
    assert "    Not yet due → Missed: deadline passed\n" in on(
        "diff", pack, "--as-of", "2026-12-01", "--and-as-of", "2027-03-31"
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-of", "2026-12-01", "--and-as-of", "2026-06-01"], "name the earlier one first"),
        ([], "--as-of is missing"),
        (["--edition", "autumn", "--at-import", "1"], "leave out --at-import"),
        (["--as-of", "2026-09-01", "--and-edition", "x", "--and-as-of", "2026-10-01"], "leave out --and-as-of"),
        (["--edition", "none"], "the store has no edition `none`"),
    ],
)
def test_what_does_not_go_together_is_refused(on, pack, options, message):
    """With what to do instead."""
    found = on("diff", pack, *options)

    assert 2 == found.exit_code
    assert message in found.stderr


def test_a_pack_or_an_edition_is_needed(on):
    """Something to compare from."""
    assert "name the PACK, or the edition" in on("diff", "--as-of", "2026-09-01").stderr


def test_select(told, on, pack):
    """Only the indicators named are compared, and only events that they ask for are told."""
    every, _ = told("--as-of", "2026-05-31", "--and-as-of", "2026-09-30")
    some, whole = told("--as-of", "2026-05-31", "--and-as-of", "2026-09-30", "--select", "pledges")

    assert {"pledges"} == set(some)
    assert every["pledges"] == some["pledges"]
    assert {"new_events": ["P2", "P3"]} == whole["events"]
    assert "did you mean `pledges`?" in on("diff", pack, "--as-of", "2026-05-31", "--select", "pledge").stderr
