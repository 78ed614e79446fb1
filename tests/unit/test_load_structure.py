"""The shape of a file: what editors are told of it, and that every fault of it is told once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from indicator_engine.definitions import forms, shape_models
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.definitions.structure import TABLES

GOLDEN = Path(__file__).parents[1] / "golden"
STATEMENT = '[statement]\nid = "sample"\ntitle = "Statement"\nperiod = "09-10"\n'


def loaded(text: str) -> Loaded:
    """A pack of one file."""
    return load(PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", text.encode()),)), {})


def told(text: str) -> list[str]:
    """Line, code and message of each problem."""
    return [
        f"{problem.where.line} {problem.code} {problem.message}" for problem in loaded(text).problems if problem.where
    ]


def as_json(data: object) -> object:
    """TOML as an editor's checker sees it: dates are text."""
    if isinstance(data, dict):
        return {key: as_json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_json(item) for item in data]
    return data.isoformat() if isinstance(data, dt.date) else data


def test_the_schema_is_one():
    """What editors get is a JSON Schema."""
    schema = shape_models.json_schema()

    jsonschema.Draft202012Validator.check_schema(schema)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]


def test_every_reference_of_the_schema_leads_somewhere():
    """No form is named that is not described."""
    schema = shape_models.json_schema()

    wanted = set(re.findall(r"#/\$defs/(\w+)", str(schema)))

    assert set() == wanted - set(schema["$defs"])
    assert set() == set(forms.NAMED) - wanted


def test_every_key_is_described():
    """Each key of each table has a sentence for the reference page."""
    described = shape_models.json_schema()["$defs"]

    bare = [
        f"{table.__name__}.{key}"
        for table in TABLES
        for key, about in described[table.__name__]["properties"].items()
        if not about.get("description", "").endswith((".", "`"))
    ]

    assert [] == bare


def test_a_good_pack_fits_the_schema():
    """What the loader takes, an editor takes."""
    data = tomllib.loads((GOLDEN / "good" / "every-form.toml").read_text("utf-8"))

    assert [] == [
        error.message
        for error in jsonschema.Draft202012Validator(shape_models.json_schema()).iter_errors(as_json(data))
    ]


@pytest.mark.parametrize("name", ["unknown-keys", "wrong-types", "words"])
def test_a_bad_pack_does_not(name):
    """What is wrong with a pack's shape shows in an editor, too."""
    data = tomllib.loads((GOLDEN / "bad" / f"{name}.toml").read_text("utf-8"))

    assert list(jsonschema.Draft202012Validator(shape_models.json_schema()).iter_errors(as_json(data)))


def test_an_unknown_key_says_where_it_belongs():
    """A key under the wrong header is led home."""
    problem = loaded(f'{STATEMENT}[[priority]]\nid = "a"\ntitle = "A"\nmeasure = "1"\n').problems[0]

    assert "IE010" == problem.code
    assert (
        "`measure` belongs under [[priority.indicator]]; a line belongs to the nearest header above it" == problem.hint
    )


def test_all_faults_are_told_together():
    """Faults of shape, names, references and expressions are told in one go, in the order of the lines."""
    text = f"""{STATEMENT}colour = "green"
[event.pledge-stage]
[[priority]]
id = "a"
title = 3
  [[priority.indicator]]
  id = "b"
  measure = "count(nobody)"
"""

    assert [
        "5 IE010 there is no `colour` in [statement]",
        '6 IE016 "pledge-stage" cannot be a name: letters a to z, digits and `_`, a letter first, at most 64 of them',
        "9 IE012 `title` must be text, and this is a number",
        "12 IE103 nothing is called `nobody`",
    ] == told(text)


def test_a_missing_key_is_told_at_the_header():
    """What is not there is told where it should be."""
    assert ["5 IE011 [[priority]] needs `id`"] == told(f'{STATEMENT}[[priority]]\ntitle = "A"\n')


def test_an_item_that_is_no_table():
    """One wrong item of a list leaves the others where they are."""
    text = 'priority = ["a", { id = "b", title = "B", number = true }]\n' + STATEMENT

    assert [
        "1 IE012 item 1 of `priority` must be a table, and this is text",
        "1 IE012 `number` must be a number or text, and this is true or false",
    ] == told(text)


def test_no_statement_without_errors():
    """There is a statement exactly when there are no errors."""
    assert loaded(STATEMENT).statement
    assert loaded(f"{STATEMENT}colour = 1\n").statement is None


def test_problems_stand_on_the_file_where_nothing_else_is_known():
    """A file that cannot be read at all is told as such, with its text for whoever shows it."""
    found = loaded(STATEMENT + "x = \n")

    assert ["IE001"] == [problem.code for problem in found.problems]
    assert {"pack.toml"} == set(found.sources)
