"""`indicators test`."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture
def failing(starter):
    """The starter's pack with a test that expects too much."""
    path = starter / "pack.toml"
    text = path.read_text(encoding="utf-8").replace("expect.pledges = { value = 1,", "expect.pledges = { value = 7,")
    path.write_text(text, encoding="utf-8")
    return path


def test_pass(starter, indicators):
    """Success says how many tests there were."""
    found = indicators("test", starter)

    assert (0, "All 2 tests of 1 pack passed.\n") == (found.exit_code, found.stdout)


def test_failure(failing, indicators):
    """A failure tells the place, what was expected and computed, and the calculation."""
    found = indicators("test", failing)

    assert 1 == found.exit_code
    assert "FAILED: a pledge counts until it is withdrawn, and a supplier's does not" in found.stdout
    assert "pledges, value" in found.stdout
    assert "    expected 7\n    computed 1\n" in found.stdout
    assert "count(members" in found.stdout
    assert found.stdout.endswith("1 of 2 tests of 1 pack failed.\n")


def test_unknown_indicator(starter, indicators):
    """A test of an indicator that is not there does not pass."""
    path = starter / "pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("expect.participants", "expect.participant"))

    assert 1 == indicators("test", path).exit_code


def test_no_tests(starter, indicators):
    """That there are no tests is said."""
    path = starter / "pack.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[[test]]")[0], encoding="utf-8")

    assert "There are no tests in 1 pack.\n" == indicators("test", path).stdout


def test_errors_in_the_pack(mistake, indicators):
    """A pack with errors is not tested."""
    found = indicators("test", mistake)

    assert (1, "") == (found.exit_code, found.stdout)
    assert "error[IE103]" in found.stderr


def test_json(failing, indicators):
    """JSON has every test and every failure."""
    found = json.loads(indicators("test", failing, "--format", "json").stdout)
    (failure,) = found["tests"][0]["failures"]

    assert (False, [False, True]) == (found["ok"], [test["passed"] for test in found["tests"]])
    assert ("pledges", "value", "7", "1") == tuple(
        failure[key] for key in ("indicator", "field", "expected", "computed")
    )


def test_junit(failing, indicators):
    """The XML has a suite a pack and a case a test."""
    root = ET.fromstring(indicators("test", failing, "--format", "junit").stdout)  # noqa: S314  # our own text
    (suite,) = root

    assert ("riverside-2026-27", "2", "1") == (suite.get("name"), suite.get("tests"), suite.get("failures"))
    assert ["failure"] == [child.tag for case in suite for child in case]


class TestMutate:
    """`indicators test --mutate`."""

    def test_text(self, starter, indicators):
        """What no test notices is told with its place, and ends with exit code 1."""
        found = indicators("test", starter, "--mutate", "--no-plugins")

        assert 1 == found.exit_code
        assert "pledges: target: at least 4 becomes at least 3: none of 1 test notices" in found.stdout
        assert "changes are noticed" in found.stdout

    def test_json(self, starter, indicators):
        """JSON has every change."""
        found = json.loads(indicators("test", starter, "--mutate", "--format", "json", "--no-plugins").stdout)

        assert not found["ok"]
        assert {"indicator", "what", "fact", "where", "noticed", "tests", "statement"} == set(found["changes"][0])

    def test_failing_tests_come_first(self, failing, indicators):
        """Nothing is changed while a test fails."""
        found = indicators("test", failing, "--mutate", "--no-plugins")

        assert 1 == found.exit_code
        assert "becomes" not in found.stdout

    def test_junit(self, starter, indicators):
        """A list of changes has no form that services read."""
        found = indicators("test", starter, "--mutate", "--format", "junit", "--no-plugins")

        assert 2 == found.exit_code
        assert "text or json" in found.stderr


class TestUpdate:
    """`--update`: the tests are made to expect what is computed, once somebody has read the change."""

    def test_the_change_is_shown_and_asked_about(self, failing, indicators):
        """Nothing is written without a yes."""
        before = failing.read_bytes()
        found = indicators("test", failing, "--update", stdin="n\n")

        assert 1 == found.exit_code
        assert "-expect.pledges = { value = 7," in found.stdout
        assert "+expect.pledges = { value = 1," in found.stdout
        assert "Nothing was written." in found.stdout
        assert before == failing.read_bytes()

    def test_only_what_differs_is_written(self, failing, starter, indicators):
        """The file is then the one that passed before, comments and all."""
        wanted = failing.read_text(encoding="utf-8").replace("{ value = 7,", "{ value = 1,")
        found = indicators("test", starter, "--update", "--yes")

        assert 0 == found.exit_code
        assert found.stdout.endswith("pack.toml.\nAll 2 tests of 1 pack passed.\n")
        assert wanted == failing.read_text(encoding="utf-8")

    def test_values_keep_their_ways(self, starter, indicators):
        """A share stays a percentage, a list a list, wherever it stands."""
        path, right = starter / "pack.toml", '{ value = "50%", who = ["A"], needed = 0, due = 2026-12-31 }'
        wrong = '{ value = "20%", who = ["B"], needed = 1, due = 2026-12-30 }'
        also = "also = [{{ as_of = 2026-12-31, expect.training-held = {} }}] # {}\n"
        text = path.read_text(encoding="utf-8")
        path.write_text(text + also.format(wrong, "later"), encoding="utf-8")

        assert 0 == indicators("test", path, "--update", "--yes").exit_code
        assert text + also.format(right, "later") == path.read_text(encoding="utf-8")

    def test_what_cannot_be_written_is_told(self, starter, indicators):
        """There is no numerator to expect."""
        path = starter / "pack.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("expect.participants = { value = 20,", "expect.participants = { numerator = 2,"))
        found = indicators("test", path, "--update", "--yes")

        assert 1 == found.exit_code
        assert "To be written by hand: " in found.stdout
        assert "participants, numerator: unknown" in found.stdout

    def test_what_does_not_go_together(self, starter, indicators):
        """`--yes` is nothing by itself."""
        assert "--yes belongs to --update" in indicators("test", starter, "--yes").stderr


def test_several_days(starter, indicators):
    """What is given once is asked about on several days, each a test of its own with its place."""
    path = starter / "pack.toml"
    text = path.read_text(encoding="utf-8")
    also = "also = [{ as_of = 2026-12-30, expect.training-held = { numerator = 1 } }]\n"
    path.write_text(text + also, encoding="utf-8")
    found = indicators("test", path)

    assert 1 == found.exit_code
    assert "one on the day after does not, as of 2026-12-30" in found.stdout
    assert "    expected 1\n    computed 0\n" in found.stdout
    assert found.stdout.endswith("1 of 3 tests of 1 pack failed.\n")
