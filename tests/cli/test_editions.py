"""Editions: frozen once, listed, worked out anew to the same bytes wherever and however that is done."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def published(filled, starter, store, indicators):
    """The starter's results as an edition; the fixture is what publishing printed."""
    terms = ("--edition", "annual", "--by", "Ann", "--reason", "council")
    return indicators("publish", starter, "--store", store, "--as-of", "2026-12-31", *terms)


@pytest.fixture
def on(published, store, indicators):
    """Run a command on the store that has the edition."""
    assert 0 == published.exit_code

    def run(*arguments):
        return indicators(*arguments, "--store", store)

    return run


def test_publishing_says_what_was_kept(published):
    """The edition stands at the import before it."""
    assert "Published `annual` as of 2026-12-31, at import 2.\n" == published.stderr


def test_editions_are_listed(on):
    """Each with its day, its import, who published it and why."""
    heads, line = on("editions").stdout.splitlines()

    assert "edition  as of       known at    import" in heads
    assert "annual   2026-12-31  everything       2" in line
    assert line.endswith("council")


def test_editions_as_json(on):
    """What names an answer exactly is there."""
    (one,) = json.loads(on("editions", "--format", "json").stdout)

    assert ("annual", "Ann", "council", 2, None) == (
        one["name"], one["by"], one["reason"], one["at_import"], one["known_at"],
    )  # fmt: skip
    assert 64 == len(one["pack"]) == len(one["ledger"]) == len(one["sha256"])


def test_a_store_without_editions_says_so(filled, store, indicators):
    """Nothing is listed."""
    assert "No editions.\n" == indicators("editions", "--store", store).stdout


def test_the_published_results_are_printed(on, starter, store, indicators):
    """They are those of `run`, but for the names of files, which are the pack's own."""
    frozen = json.loads(on("editions", "annual").stdout)
    run = ("run", starter, "--as-of", "2026-12-31", "--at-import", 2, "--format", "json")
    fresh = json.loads(indicators(*run, "--store", store).stdout)
    frozen_figures, fresh_figures = ([{**one, "defined_at": ""} for one in each["results"]] for each in (frozen, fresh))

    assert fresh_figures == frozen_figures
    assert fresh["provenance"] == frozen["provenance"]
    assert frozen["results"][0]["defined_at"].startswith("pack.toml:")


def test_a_name_is_used_once(on, starter):
    """An edition never changes."""
    again = on("publish", starter, "--as-of", "2026-12-31", "--edition", "annual")

    assert 2 == again.exit_code
    assert "never changes: give this one another name" in again.stderr


@pytest.mark.parametrize("name", ["", " ", "a/b", "../x", "-x", "a" * 101, "a\nb"])
def test_a_name_is_plain(filled, starter, store, indicators, name):
    """Names that would be trouble in a list or a path are refused, and nothing is kept."""
    found = indicators("publish", starter, "--store", store, "--as-of", "2026-12-31", f"--edition={name}")

    assert 2 == found.exit_code
    assert "an edition cannot be called" in found.stderr
    assert 2 == json.loads(indicators("store", "info", "--store", store, "--format", "json").stdout)["imports"]


def test_a_store_that_is_not_there_is_not_made(starter, store, indicators):
    """Publishing needs something to publish."""
    found = indicators("publish", starter, "--store", store, "--as-of", "2026-12-31", "--edition", "annual")

    assert "there is no store" in found.stderr
    assert not store.exists()


def test_an_unknown_edition_is_told_with_the_nearest(on):
    """The name that was meant is near."""
    assert "did you mean `annual`?" in on("reproduce", "anual").stderr


def test_an_edition_survives_what_the_store_and_the_pack_become(on, starter):
    """Corrections, retractions, renamings, new columns of the register and a rewritten pack change nothing of it."""
    on("correct", "E3", "participants=20", "--reason", "misread")
    on("retract", "E8", "--reason", "cancelled")
    on("alias", "add", "alder", "birch", "--reason", "merged")
    pack = starter / "pack.toml"
    text = pack.read_text(encoding="utf-8").replace("participants", "people", 1)
    pack.write_text(text + "\n# rewritten\n", encoding="utf-8")

    assert on("reproduce", "annual").stdout.startswith("`annual` comes out the same, byte for byte.")


def test_a_register_that_grows_leaves_the_notes_of_an_edition(filled, starter, store, indicators):
    """That a column was not in the register then is still said when a later import has brought it."""
    pack, register = starter / "pack.toml", starter / "register.csv"
    text = pack.read_text(encoding="utf-8").replace('to = "member_to"', 'to = "left_on"')
    added = '[subject.attributes]\nleft_on = { type = "date" }\n'
    pack.write_text(text.replace("[subject.attributes]\n", added), encoding="utf-8")
    indicators("publish", starter, "--store", store, "--as-of", "2026-12-31", "--edition", "early")
    lines = register.read_text(encoding="utf-8").splitlines()
    register.write_text(
        "\n".join([f"{lines[0]},left_on", *(f"{line},2027-03-01" for line in lines[1:])]) + "\n", encoding="utf-8"
    )
    grown = indicators("import", starter, "--register", register, "--store", store, "--recorded-at", "2098-05-01")

    assert 0 == grown.exit_code
    assert 0 == indicators("reproduce", "early", "--store", store).exit_code
    assert "`left_on`" in indicators("editions", "early", "--store", store).stdout


def test_a_past_answer_can_be_published(on, starter):
    """As it was known then, and as the store stood then."""
    asked = ("--as-of", "2026-12-31", "--known-at", "2099-07-31", "--at-import", 2)
    on("correct", "E3", "participants=20", "--reason", "misread")

    assert 0 == on("publish", starter, *asked, "--edition", "summer").exit_code
    assert 0 == on("reproduce", "summer").exit_code
    told = json.loads(on("editions", "--format", "json").stdout)[1]
    assert (2, "2099-07-31T23:59:59.999999") == (told["at_import"], told["known_at"])


def test_another_engine_is_named(on, monkeypatch):
    """Where only a version differs, that is said, and that every figure is the same."""
    monkeypatch.setattr("indicator_engine.plugins.own_version", lambda: "9.9.9")
    found = on("reproduce", "annual")

    assert 1 == found.exit_code
    assert "    the engine was 0.1.0 and is 9.9.9\n" in found.stdout
    assert "every figure and every verdict is the same" in found.stdout


def test_another_figure_is_named(on, monkeypatch):
    """The indicator, the field, what it was and what it is."""
    monkeypatch.setattr("indicator_engine.evaluation.verdicts.of_value", lambda judged: "undecided")
    found = on("reproduce", "annual")
    told = json.loads(on("reproduce", "annual", "--format", "json").stdout)

    assert 1 == found.exit_code
    assert "pledge-commitment: verdict was " in found.stdout or "training-held: verdict was " in found.stdout
    assert {"undecided"} == {one["after"] for one in told["changes"] if one["place"].endswith(": verdict")}
    assert not told["same"]


def test_export_and_restore_take_editions_along(on, tmp_path, indicators):
    """A restored store lists and reproduces what was published."""
    copy = tmp_path / "copy.store"
    on("export", "--parquet", tmp_path / "archive")
    indicators("restore", tmp_path / "archive", "--store", copy)

    assert on("editions").stdout == indicators("editions", "--store", copy).stdout
    assert 0 == indicators("reproduce", "annual", "--store", copy).exit_code
    assert "the one edition is what was published" in indicators("verify", "--store", copy).stdout


@pytest.mark.slow
@pytest.mark.parametrize("where", [("0", "UTC"), ("1", "Asia/Kathmandu"), ("42", "America/St_Johns")])
def test_reproduction_is_the_same_everywhere(on, store, program, tmp_path, where):
    """Another process, time zone, hash seed and folder give the same bytes; threads are tested with larger stores."""
    names = ("PYTHONHASHSEED", "TZ")
    environment = {**dict(zip(names, where, strict=True)), "LC_ALL": "C"}
    found = program("reproduce", "annual", "--store", store, env=environment, cwd=tmp_path)

    assert (0, b"") == (found.returncode, found.stderr)
    assert b"the same, byte for byte" in found.stdout
