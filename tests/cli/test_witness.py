"""`indicators witness`."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.generative


@pytest.fixture
def witness(starter, indicators):
    """Show the witnesses of an indicator of the starter's pack."""

    def run(*more):
        return indicators("witness", starter, *more, "--no-plugins")

    return run


def test_tables(witness):
    """Each history is a little table in plain words."""
    found = witness("pledges")

    assert 0 == found.exit_code
    for part in (
        "The smallest history that meets it  →  4 of 4; Met  (as of 31 March 2027)",
        "    A1 to A4  on the register                kind “member”\n              Skills Pledge    1 April 2026\n",
        "A history that misses it by one  →  3 of 4; Missed",
        "The last day on which this counts: 31 March 2027",
        "A day later, 1 April 2027",
        "A history that leaves it undecided  →  3 of 4; between 3 and 4; Undecided",
        "A history in which it is met, and then lost",
        "withdrawal of the Skills Pledge",
    ):
        assert part in found.stdout


def test_json(witness):
    """JSON has the rows of each history."""
    (found,) = json.loads(witness("pledges", "--format", "json").stdout)["indicators"]

    met = found["witnesses"][0]
    assert ("met", 4, 4) == (met["kind"], len(met["events"]), len(met["register"]))
    assert found["sound"]


@pytest.mark.slow
def test_save(witness, starter, indicators):
    """Saved histories are tests of the pack, which pass; saved again, they stay as they are."""
    found = witness("pledges", "training-held", "--save")
    saved = (starter / "pack.tests.toml").read_bytes()

    assert "Added 12 tests to" in found.stderr
    assert 0 == indicators("test", starter, "--no-plugins").exit_code
    assert "There is a test" in witness("pledges", "--save").stderr
    assert saved == (starter / "pack.tests.toml").read_bytes()


def test_impossible_target(starter, indicators):
    """A target that nothing can meet is told, with exit code 1."""
    pack = starter / "pack.toml"
    text = pack.read_text(encoding="utf-8").replace('"count(members & pledged)"', '"count(pledged - pledged)"')
    pack.write_text(text, encoding="utf-8")
    found = indicators("witness", pack, "pledges", "--no-plugins")

    assert 1 == found.exit_code
    assert "No history was found that meets it" in found.stdout
    assert "the pack must be wrong" in found.stdout


def test_unknown_indicator(witness):
    """An unknown indicator is answered with the nearest."""
    found = witness("pledge")

    assert 2 == found.exit_code
    assert "did you mean `pledges`?" in found.stderr
