"""The JSON Schema of results: everything that is written is valid by it, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from tests.helpers import event, members
from tests.helpers import results as evaluated

from indicator_engine import plugins
from indicator_engine.cli import main
from indicator_engine.engine.packs import load_pack
from indicator_engine.engine.rows import evaluate
from indicator_engine.rendering.audience import published
from indicator_engine.rendering.results_schema import json_schema

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(found):
    """What of the published object is not as the schema says."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(json.loads(json.dumps(found)))]


def test_schema_is_one():
    """The schema itself is valid."""
    Draft202012Validator.check_schema(json_schema())


def test_results_are_valid(results):
    """Every kind of value of the sample is as the schema says, in both editions."""
    assert [] == faults(results.to_dict())
    assert [] == faults(published(results).to_dict())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "day"), [("nottinghamshire/2009-10", "2010-01-31"), ("derbyshire/2008-09", "2008-12-31")]
)
def test_shipped_statements_are_valid(name, day):
    """So are the results of the two shipped statements."""
    registered = plugins.load()
    place = ROOT / "indicators" / name
    events, register = (registered.sources["csv"].read(f"{place}.{kind}.csv") for kind in ("events", "register"))
    pack = load_pack(f"{place}.toml", registered=registered)

    assert [] == faults(evaluate(pack, events, register, as_of=day, registered=registered).to_dict())


def test_bounds_without_a_limit_are_valid():
    """A bound that is infinite is null."""
    found = evaluated(
        'measure = "sum(training.people)"', event("training", "M0", people=""), register=members("M0", "M1")
    )

    assert [] == faults(found.to_dict())


def test_refusals_are_valid(tmp_path):
    """A run that could not be made is told as the schema says."""
    path = tmp_path / "pack.toml"
    path.write_text("[statement]\n", encoding="utf-8")
    done = CliRunner().invoke(
        main, ["run", str(path), "--events", "none.csv", "--as-of", "2010-03-31", "--format", "json"]
    )

    assert [] == faults(json.loads(done.stdout))


def test_a_key_too_many_is_a_fault(results):
    """A key that the schema does not have is noticed."""
    expected = ["$: Additional properties are not allowed ('more' was unexpected)"]

    assert expected == faults({**results.to_dict(), "more": 1})
