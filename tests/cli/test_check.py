"""`indicators check`."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def warned(starter):
    """The starter's pack with something to warn of."""
    path = starter / "pack.toml"
    text = path.read_text(encoding="utf-8").replace("[define]", '[define]\nunused = "organisations(pledge)"')
    path.write_text(text, encoding="utf-8")
    return path


def test_fine(starter, indicators):
    """Success says how much was checked."""
    found = indicators("check", starter)

    assert (0, "All 3 indicators of 1 pack checked: no problems.\n", "") == (
        found.exit_code,
        found.stdout,
        found.stderr,
    )


def test_errors(mistake, indicators):
    """Errors are told with place, source line, caret and hint, and end with exit code 1."""
    found = indicators("check", mistake)

    assert 1 == found.exit_code
    assert "error[IE103]" in found.stdout
    assert "did you mean `members`?" in found.stdout
    assert found.stdout.endswith("1 error\n")


def test_warnings(warned, indicators):
    """Warnings are told, but only with --strict do they count."""
    plain, strict = indicators("check", warned), indicators("check", warned, "--strict")

    assert "warning[" in plain.stdout
    assert "no errors." in plain.stdout
    assert (0, 1) == (plain.exit_code, strict.exit_code)


def test_missing(indicators):
    """A path that is not there cannot be checked."""
    found = indicators("check", "none.toml")

    assert 2 == found.exit_code
    assert "there is no such file" in found.stdout


def test_several(starter, mistake, indicators):
    """Problems of several packs come in one go."""
    found = indicators("check", starter, mistake)

    assert (1, 1) == (found.exit_code, found.stdout.count("error["))


def test_json(mistake, indicators):
    """JSON is one object."""
    found = json.loads(indicators("check", mistake, "--format", "json").stdout)

    assert (False, 1, ["IE103"]) == (found["ok"], found["packs"], [one["code"] for one in found["diagnostics"]])


def test_json_when_fine(starter, indicators):
    """JSON says so, too, when there is nothing to say."""
    found = json.loads(indicators("check", starter, "--format", "json").stdout)

    assert (True, 1, 3, []) == (found["ok"], found["packs"], found["indicators"], found["diagnostics"])


def test_github(mistake, starter, indicators):
    """Annotations for GitHub are one line a problem, and nothing when there is none."""
    assert indicators("check", mistake, "--format", "github").stdout.startswith("::error file=")
    assert "" == indicators("check", starter, "--format", "github").stdout


def test_sarif(mistake, indicators):
    """The code scanners' format names the rule."""
    found = json.loads(indicators("check", mistake, "--format", "sarif").stdout)
    rules = found["runs"][0]["tool"]["driver"]["rules"]

    assert [("IE103", "unknown name")] == [(rule["id"], rule["shortDescription"]["text"]) for rule in rules]


def test_unknown_format(starter, indicators):
    """An unknown format is refused with those there are."""
    found = indicators("check", starter, "--format", "xml")

    assert 2 == found.exit_code
    assert "'text', 'json', 'github', 'sarif'" in found.stderr
