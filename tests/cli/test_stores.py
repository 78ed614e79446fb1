"""Commands that look after a store and change what it says."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def on(filled, store, indicators):
    """Run a command on the filled store."""

    def run(*arguments):
        return indicators(*arguments, "--store", store)

    return run


def test_info(on):
    """What the store holds, by type."""
    found = json.loads(on("store", "info", "--format", "json").stdout)

    assert {"pledge": 4, "pledge_withdrawn": 1, "training": 3} == found["events"]
    assert (2, 6, 0) == (found["imports"], found["register_rows"], found["in_quarantine"])
    assert "pledge_withdrawn         1" in on("store", "info").stdout


def test_log(on):
    """Each import on a line, with what became of its rows."""
    lines = on("store", "log").stdout.splitlines()

    assert ["import", "at", "by", "kind", "read", "stored", "duplicate", "quarantined", "blank", "what"] == lines[
        0
    ].split()
    assert ["register", "events"] == [line.split()[3] for line in lines[1:]]


def test_correct_and_history(on):
    """A newer version stands; every one is shown with who, when and why."""
    assert 0 == on("correct", "E3", "participants=20", "--reason", "misread", "--by", "Ann").exit_code
    shown = on("history", "E3").stdout
    told = json.loads(on("history", "E3", "--format", "json").stdout)

    assert "1. training of birch on 2026-07-14: participants 18\n" in shown
    assert "2. training of birch on 2026-07-14: participants 20  (stands)" in shown
    assert "by Ann\n   because: misread" in shown
    assert ["18", "20"] == [one["attributes"]["participants"] for one in told]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["participants=many"], '"many" is not a number'),
        (["partcipants=3"], "did you mean `participants`?"),
        (["participants=-1"], "below the least the pack allows"),
        (["occurred_on=14/07/2026"], "is not a day"),
        (["occurred_on=2026-06-31"], "not a day of the calendar: June 2026 ends on 2026-06-30"),
        (["participants=20", "--recorded-at", "2026-06-31T10:00"], "June 2026 ends on 2026-06-30"),
        (["participants=20", "--recorded-at", "2201-01-01"], '"2201-01-01" is outside 1900-01-01 to 2200-12-31'),
        (["participants=18"], "says so already"),
        (["participants"], "write what changes as NAME=VALUE"),
    ],
)
def test_corrections_that_cannot_be(on, changes, message):
    """Each is refused in words, and nothing is recorded."""
    found = on("correct", "E3", *changes, "--reason", "x")

    assert 2 == found.exit_code
    assert message in found.stderr
    assert 1 == len(json.loads(on("history", "E3", "--format", "json").stdout))


def test_retract(on):
    """The event no longer stands; retracting or correcting it again is refused, and so is one nobody knows."""
    assert 0 == on("retract", "E3", "--reason", "never held").exit_code
    assert "2. retracted  (stands)" in on("history", "E3").stdout
    assert "was retracted on" in on("retract", "E3", "--reason", "again").stderr
    assert "was retracted on" in on("correct", "E3", "participants=3", "--reason", "again").stderr
    assert "the store has no event `E33`; did you mean `E3`" in on("retract", "E33", "--reason", "x").stderr


def test_aliases(on):
    """Names that mean somebody else are listed, taken back, and cannot lead round in a circle."""
    assert "No aliases." in on("alias", "list").stdout
    assert 0 == on("alias", "add", "alder", "birch", "--from", "2026-10-01", "--reason", "merger").exit_code
    assert "alder  birch  2026-10-01  import 3" in on("alias", "list").stdout
    assert "cannot mean each other" in on("alias", "add", "birch", "alder", "--reason", "x").stderr
    assert 0 == on("alias", "remove", "alder", "--reason", "mistake").exit_code
    assert "No aliases." in on("alias", "list").stdout
    assert "`alder` is no alias" in on("alias", "remove", "alder", "--reason", "x").stderr


@pytest.mark.parametrize(
    ("name", "means", "told"),
    [
        ("aldr", "alder", ["has the name `aldr`; did you mean `alder`?"]),
        ("alder", "brich", ["has the name that `alder` leads to, `brich`; did you mean `birch`?"]),
        (
            "nobody at all",
            "no such",
            ["has the name `nobody at all`", "the name that `nobody at all` leads to, `no such`"],
        ),
        (" alder ", "birch", []),
    ],
)
def test_an_alias_of_names_that_nothing_has(on, name, means, told):
    """It is recorded, for names may come with a later import; that nothing has them yet is said, with the nearest."""
    found = on("alias", "add", name, means, "--reason", "spelling")
    *lines, last = found.stderr.splitlines()

    assert (0, f"`{name}` means `{means}`.") == (found.exit_code, last)
    rows = [re.split(" {2,}", line)[:3] for line in on("alias", "list").stdout.splitlines()]
    assert [name.strip(), means, "always"] in rows
    assert len(told) + bool(told) == len(lines)
    assert all(words in line for words, line in zip(told, lines, strict=False))


def test_a_chain_of_aliases_is_followed_to_its_end(on):
    """Who leads to another alias leads to what that means."""
    on("alias", "add", "aldr", "alder", "--reason", "spelling")
    found = on("alias", "add", "alder", "aldr2", "--reason", "renamed")
    again = on("alias", "add", "birch", "aldr", "--reason", "merger")

    assert "has the name that `alder` leads to, `aldr2`; did you mean `alder`?" in found.stderr
    assert "has the name that `birch` leads to, `aldr2`" in again.stderr


@pytest.mark.parametrize("name", ["alder", " alder "])
def test_an_alias_to_itself(on, name):
    """It would say nothing, or take another one back unasked."""
    found = on("alias", "add", name, "alder", "--reason", "x")

    assert (2, True) == (found.exit_code, "means itself as it is" in found.stderr)
    assert 2 == len(on("store", "log").stdout.splitlines()) - 1


def test_verify_and_doctor(on, store):
    """A store that is well says so; one whose ledger was changed does not."""
    assert (0, 0) == (on("verify").exit_code, on("doctor").exit_code)
    ledger = store.with_name(store.name + ".ledger")
    ledger.write_text(ledger.read_text().replace('"stored":8', '"stored":9'))
    found = on("verify")

    assert 4 == found.exit_code
    assert "the ledger was changed" in found.stdout + found.stderr


def test_export_and_restore(on, store, tmp_path, indicators, starter):
    """A store comes back from its Parquet files as it was, and answers the same."""
    folder, copy = tmp_path / "archive", tmp_path / "copy.store"
    assert 0 == on("export", "--parquet", folder).exit_code
    assert 0 == indicators("restore", folder, "--store", copy).exit_code
    assert 0 == indicators("verify", "--store", copy).exit_code

    def answers(path):
        return json.loads(
            indicators("run", starter, "--store", path, "--as-of", "2026-12-31", "--format", "json").stdout
        )

    assert answers(store) == answers(copy)
    assert "is not empty" in on("export", "--parquet", folder).stderr
    assert "is there already" in indicators("restore", folder, "--store", copy).stderr


def test_an_export_that_was_changed_is_refused(on, tmp_path, indicators):
    """Each file is checked before anything is made."""
    folder = tmp_path / "archive"
    on("export", "--parquet", folder)
    (folder / "subject.parquet").write_bytes(b"other")
    (folder / "event_pledge.parquet").unlink()
    found = indicators("restore", folder, "--store", tmp_path / "copy.store")

    assert 4 == found.exit_code
    assert "event_pledge.parquet is missing; subject.parquet is not the file that was exported" in found.stderr
    assert not (tmp_path / "copy.store").exists()


@pytest.fixture
def spoiled(starter, on):
    """The filled store after a file with two rows that cannot be used."""
    header = "event_id,type,organisation,occurred_on,participants"
    rows = ("Q1,training,alder,2026-13-01,5", "Q2,training,elm,2026-10-02,x")
    (starter / "spoiled.csv").write_text("\n".join([header, *rows, ""]))
    assert 3 == on("import", starter / "pack.toml", starter / "spoiled.csv").exit_code


def test_quarantine_list(spoiled, on):
    """Where each row stands, why, and every cell as it came."""
    shown = on("quarantine", "list").stdout
    told = json.loads(on("quarantine", "list", "--format", "json").stdout)

    assert '3:2  IE350  occurred_on: "2026-13-01" is not a day' in shown
    assert "spoiled.csv:3: Q2 | training | elm | 2026-10-02 | x" in shown
    assert [("3:2", "occurred_on"), ("3:3", "participants")] == [(one["id"], one["column"]) for one in told]
    assert "Nothing is in quarantine." in on("quarantine", "list", "--import", "1").stdout


def test_quarantine_repair(spoiled, on, starter):
    """Rows that were exported, repaired and imported leave the quarantine; what is written is text, and so named."""
    refused = on("quarantine", "export", "--out", starter / "repair.xlsx")
    assert 2 == refused.exit_code
    assert "name the file" in refused.stderr
    assert not (starter / "repair.xlsx").exists()
    assert 0 == on("quarantine", "export", "--out", starter / "repair.csv").exit_code
    text = (starter / "repair.csv").read_text()
    (starter / "repair.csv").write_text(text.replace("2026-13-01,5", "2026-12-01,5").replace(",x", ",7"))
    found = on("import", starter / "pack.toml", starter / "repair.csv")

    assert 0 == found.exit_code
    assert "2 rows of earlier imports left the quarantine" in found.stdout
    assert "Nothing is in quarantine." in on("quarantine", "list").stdout
    assert "left the quarantine: repaired" in on("quarantine", "list", "--resolved").stdout


def test_quarantine_repaired_file(spoiled, on, starter):
    """So do rows of the same file, repaired in place."""
    text = (starter / "spoiled.csv").read_text()
    (starter / "spoiled.csv").write_text(text.replace("2026-13-01", "2026-12-01"))

    assert 3 == on("import", starter / "pack.toml", starter / "spoiled.csv").exit_code
    assert ["Q2"] == [
        one["cells"]["event_id"] for one in json.loads(on("quarantine", "list", "--format", "json").stdout)
    ]


def test_quarantine_retry(spoiled, on, starter):
    """Rows that can be used since the pack has changed are stored; the others stay."""
    (starter / "visits.csv").write_text("event_id,type,organisation,occurred_on\nV1,visit,alder,2026-05-01\n")
    assert 3 == on("import", starter / "pack.toml", starter / "visits.csv").exit_code
    assert "0 of 3 rows left the quarantine, 3 stay.\n" == on("quarantine", "retry", starter / "pack.toml").stdout

    pack = (starter / "pack.toml").read_text()
    (starter / "pack.toml").write_text(pack.replace("[define]", "[event.visit]\n\n[define]"))
    found = on("quarantine", "retry", starter / "pack.toml")

    assert (3, "1 of 3 rows left the quarantine, 2 stay.\n") == (found.exit_code, found.stdout)
    assert "1. visit of alder on 2026-05-01  (stands)" in on("history", "V1").stdout


def test_quarantine_dismiss(spoiled, on):
    """A decision ends it, and is kept."""
    assert 0 == on("quarantine", "dismiss", "3:2", "3:3", "--reason", "test data").exit_code
    assert "left the quarantine: dismissed: test data" in on("quarantine", "list", "--resolved").stdout
    assert "there is no row 3:2 in quarantine" in on("quarantine", "dismiss", "3:2", "--reason", "x").stderr
    assert "`three` is no row in quarantine" in on("quarantine", "dismiss", "three", "--reason", "x").stderr
