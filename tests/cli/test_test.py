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
