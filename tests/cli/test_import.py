"""`indicators import`, and what it tells of every row."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow

MAPPING = """
[source.training-returns]
file = "training-returns*.csv"
header_contains = ["Ref", "Date held"]
stop_at = "Total"
columns."Ref" = "event_id"
columns."Organisation" = "organisation"
columns."Date held" = "occurred_on"
columns."People" = "participants"
constants = { type = "training" }
dates = ["%d/%m/%Y"]
missing = ["n/a"]
ignore = ["Remarks"]
aliases = { "Alder Academy" = "alder", "Birch Borough Council" = "birch", "Cedar Care" = "cedar" }
"""


@pytest.fixture
def returns(starter, indicators, store):
    """Import the starter's messy returns, by the mapping above; more options may follow."""
    (starter / "returns.toml").write_text(MAPPING)

    def run(*more):
        mapping = ("--mapping", starter / "returns.toml", "--store", store)
        return indicators("import", starter / "pack.toml", starter / "training-returns.csv", *mapping, *more)

    return run


def counts(found):
    """The counts of the only file, as the JSON output has them."""
    (one,) = json.loads(found.stdout)["files"]
    return {key: one[key] for key in ("read", "stored", "duplicate", "quarantined", "blank")}


def test_every_row_is_accounted_for(filled):
    """What was stored, a duplicate, in quarantine and blank makes what was read, for each file."""
    assert 0 == filled.exit_code
    assert [
        "  6 stored + 0 duplicate + 0 in quarantine + 0 blank = 6",
        "  8 stored + 0 duplicate + 0 in quarantine + 0 blank = 8",
    ] == [line for line in filled.stdout.splitlines() if " = " in line]


def test_the_same_file_again_changes_nothing(starter, store, filled, indicators):
    """It is known by its bytes, and the ledger gains no line."""
    again = indicators("import", starter, starter / "events.csv", "--store", store)

    assert 0 == again.exit_code
    assert "8 rows read, imported before as import 2: nothing changed" in again.stdout
    assert "  0 stored + 8 duplicate + 0 in quarantine + 0 blank = 8" in again.stdout
    assert 2 == len(json.loads(indicators("store", "log", "--store", store, "--format", "json").stdout))


def test_messy_returns(filled, returns):
    """Titles, a totals line, gaps, days as they are written here: declared, and read; what is wrong goes aside."""
    found = returns("--format", "json")

    assert 3 == found.exit_code
    assert {"read": 6, "stored": 4, "duplicate": 0, "quarantined": 1, "blank": 1} == counts(found)
    assert {"IE350": 1} == json.loads(found.stdout)["files"][0]["reasons"]


def test_what_went_wrong_is_told_where_it_stands(filled, returns):
    """File and line, the file's own column, what is wrong, what to write; strangers with who may be meant."""
    found = returns()

    assert "1 IE350 not a day" in found.stdout
    assert 'error[IE350]: Date held: "31/11/2026" is not a day; days here are written %d/%m/%Y' in found.stderr
    assert "training-returns.csv:6:1" in found.stderr
    assert "organisation `Damson Hsg` has 1 event but is not in the register" in found.stderr
    assert "did you mean `damson` (Damson Housing)?" in found.stderr


def test_dry_run(filled, returns, store, indicators):
    """Nothing is stored, and the figures that would move are told."""
    before = indicators("store", "info", "--store", store).stdout
    found = returns("--dry-run", "--as-of", "2026-12-31")

    assert 3 == found.exit_code
    assert "1 figure would move as of 2026-12-31:" in found.stdout
    assert "participants  43  →  84  no_target_yet  →  no_target_yet" in found.stdout
    assert found.stdout.endswith("Nothing was stored: this was a dry run.\n")
    assert before == indicators("store", "info", "--store", store).stdout


@pytest.mark.parametrize(("options", "stored"), [(["--all-or-nothing"], 0), (["--max-quarantine", "5%"], 0),
                                                 (["--max-quarantine", "20%"], 4)])  # fmt: skip
def test_terms(filled, returns, store, indicators, options, stored):
    """Too many rows that cannot be used, and nothing is stored."""
    found = returns(*options)
    log = json.loads(indicators("store", "log", "--store", store, "--format", "json").stdout)

    assert (3 if stored else 2) == found.exit_code
    assert stored == sum(entry["stored"] for entry in log[2:])
    if not stored:
        assert "nothing was stored" in found.stderr
        assert "1 in quarantine" in found.stderr


def test_columns_nobody_declared_are_refused(starter, filled, store, indicators):
    """With the nearest name; `--ignore` says that a column is not to be read."""
    (starter / "odd.csv").write_text("event_id,type,organisation,occurred_on,Notes\nX1,pledge,alder,2026-05-01,hello\n")
    refused = indicators("import", starter, starter / "odd.csv", "--store", store)
    taken = indicators("import", starter, starter / "odd.csv", "--store", store, "--ignore", "Notes")

    assert (2, 0) == (refused.exit_code, taken.exit_code)
    assert "error[IE303]: nothing says what the column `Notes` is" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a file of events, or a register with --register"),
        (("events.csv", "--max-quarantine", "many"), "--max-quarantine must be a share such as 5%"),
        (("events.csv", "--source", "returns"), "there is no source `returns`"),
        (("events.csv", "--as-of", "2026-12-31"), "--as-of belongs to --dry-run"),
        (("none.csv",), "the file cannot be read"),
        (("pack.pdf",), "nothing reads"),
        (("events.csv", "--recorded-at", "yesterday"), "is not a day or a day and time"),
    ],
)
def test_what_cannot_be_asked(starter, store, indicators, arguments, message):
    """Each is refused in words, with exit code 2."""
    given = [starter / one if "." in one and not one.startswith("-") else one for one in arguments]
    found = indicators("import", starter / "pack.toml", *given, "--store", store)

    assert 2 == found.exit_code
    assert message in found.stderr


def test_a_mapping_with_mistakes(starter, store, indicators):
    """Each is told with its line, column and what to write."""
    (starter.parent / "m.toml").write_text('[source.r]\ncolumns = { "Date" = "ocurred_on" }\n')
    given = ("--mapping", starter.parent / "m.toml", "--store", store)
    found = indicators("import", starter, starter / "events.csv", *given)

    assert 1 == found.exit_code
    assert 'error[IE080]: the pack has no attribute of an event called "ocurred_on"' in found.stderr
    assert "= help: did you mean `occurred_on`?" in found.stderr
    assert "m.toml:2:" in found.stderr


def test_run_from_the_store(starter, store, filled, run_starter, indicators):
    """A run over the store answers as one over the files, and names the import it stands at."""
    files = json.loads(run_starter("--format", "json").stdout)
    over = ("run", starter, "--store", store, "--as-of", "2026-12-31", "--no-plugins", "--format", "json")
    stored = json.loads(indicators(*over).stdout)

    assert files["results"] == stored["results"]
    assert files["provenance"]["data"] == stored["provenance"]["data"]
    assert (None, 2) == (files["provenance"]["store_import"], stored["provenance"]["store_import"])


def test_as_the_store_stood(starter, store, filled, returns, indicators):
    """`--at-import` answers as after an earlier import."""
    returns()

    def participants(*more):
        over = ("run", starter / "pack.toml", "--store", store, "--as-of", "2026-12-31", "--format", "json", *more)
        return json.loads(indicators(*over).stdout)["results"][2]["value"]

    assert (84, 43) == (participants(), participants("--at-import", "2"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--at-import", "9"], "the store has no import 9; the last one is 2"),
        (["--known-at", "2026-01-01"], "nothing of the register was known then"),
        (["--events", "events.csv"], "--store and files of events or of the register exclude each other"),
    ],
)
def test_runs_that_cannot_be(starter, store, filled, indicators, options, message):
    """Each is refused in words."""
    found = indicators("run", starter, "--store", store, "--as-of", "2026-12-31", *options)

    assert 2 == found.exit_code
    assert message in found.stderr


def test_a_store_that_is_not_there(starter, tmp_path, indicators):
    """Evaluation makes none: exit code 4."""
    found = indicators("run", starter, "--store", tmp_path / "none.store", "--as-of", "2026-12-31")

    assert 4 == found.exit_code
    assert "there is no store" in found.stderr
    assert not list(tmp_path.glob("none.store*"))


def test_run_reads_files_as_the_pack_declares(starter, returns, indicators):
    """Without a store, too, a source of the pack says how a file of its name is read."""
    text = (starter / "training-returns.csv").read_text().replace("31/11/2026", "30/11/2026")
    (starter / "training-returns-2.csv").write_text(text)
    files = ("--events", starter / "training-returns-2.csv", "--register", starter / "register.csv")
    found = indicators("run", starter, *files, "--as-of", "2026-12-31", "--format", "json")

    assert (0, 50) == (found.exit_code, json.loads(found.stdout)["results"][2]["value"])


def test_a_mapping_given_for_an_import_is_for_its_files(starter, store, filled, indicators):
    """Where the file of sources has a single `[source]` that names no files, it is meant."""
    mapping = MAPPING.replace("[source.training-returns]", "[source]").replace('file = "training-returns*.csv"', "")
    (starter.parent / "m.toml").write_text(mapping)
    given = ("--mapping", starter.parent / "m.toml", "--store", store, "--format", "json")
    found = indicators("import", starter, starter / "training-returns.csv", *given)

    assert {"read": 6, "stored": 4, "duplicate": 0, "quarantined": 1, "blank": 1} == counts(found)


def test_a_file_without_names_and_with_words_of_its_own(starter, store, filled, indicators):
    """`names` stands in for the line that is not there, `values` says what the file's words mean."""
    (starter / "log.csv").write_text("L1,Skills Pledge,fir,2026-10-01\nL2,Workshop,fir,2026-10-02\n")
    (starter.parent / "m.toml").write_text(
        '[source]\nnames = ["event_id", "type", "organisation", "occurred_on"]\n'
        'values.type = { "Skills Pledge" = "pledge" }\n'
    )
    given = ("--mapping", starter.parent / "m.toml", "--store", store, "--format", "json")
    found = indicators("import", starter, starter / "log.csv", *given)

    assert {"read": 2, "stored": 1, "duplicate": 0, "quarantined": 1, "blank": 0} == counts(found)
    assert {"IE304": 1} == json.loads(found.stdout)["files"][0]["reasons"]


# ── files that another way of reading fits ───────────────────────────────────────────────────────────────────────────


def test_a_repaired_file_under_another_name(starter, returns, store, indicators):
    """The source that fits is named once, in place of a problem for each column; with it the file is taken."""
    returns()
    repaired, mapping = starter / "repair.csv", ("--mapping", starter / "returns.toml")
    indicators("quarantine", "export", "--store", store, "--out", repaired)
    plain = indicators("import", starter, repaired, *mapping, "--store", store)
    named = indicators("import", starter, repaired, *mapping, "--store", store, "--source", "training-returns")

    assert (2, 1) == (plain.exit_code, plain.stderr.count("error["))
    assert "no [source] is for files of this name, and its columns are those of [source.training-returns]" in (
        plain.stderr
    )
    assert "use --source training-returns\n" in plain.stderr
    assert "error[IE383]" not in named.stderr


@pytest.mark.parametrize(
    ("arguments", "fact", "hint"),
    [
        (("register.csv",), "this looks like a register, by its columns", "use --register"),
        (
            ("--register", "events.csv"),
            "this looks like a file of events, by its columns",
            "give it without --register",
        ),
    ],
)
def test_a_register_among_events(arguments, fact, hint, starter, store, indicators):
    """A register given as events, or the other way round, is told as that and nothing else."""
    files = [one if one.startswith("--") else starter / one for one in arguments]
    found = indicators("import", starter, *files, "--store", store)

    assert (2, 1) == (found.exit_code, found.stderr.count("error["))
    assert fact in found.stderr
    assert hint in found.stderr


def test_columns_that_fit_nothing(starter, store, indicators):
    """Where no way of reading fits, each column is told, and the one that was meant is named."""
    (starter / "bad.csv").write_text((starter / "events.csv").read_text().replace("occurred_on", "occured_on", 1))
    found = indicators("import", starter, starter / "bad.csv", "--store", store)

    assert 'declare it: `columns = { "occured_on" = "occurred_on" }`' in found.stderr
