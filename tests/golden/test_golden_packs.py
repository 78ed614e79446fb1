"""Packs as files: good ones have no problems, bad ones have exactly those in the `.out` file beside them.

`UPDATE_GOLDEN=1 pytest tests/golden` writes the `.out` files anew; the difference is then reviewed like code.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indicator_engine.conventions import NEUTRAL
from indicator_engine.definitions.codes_structure import CODES
from indicator_engine.definitions.files import find_packs
from indicator_engine.definitions.load import load
from indicator_engine.problems import file_order
from indicator_engine.rendering.problems import as_text

if TYPE_CHECKING:
    from indicator_engine.problems import Problem

HERE = Path(__file__).parent
CONVENTIONS = {
    "county": replace(
        NEUTRAL,
        name="county",
        title="County",
        default_comparator="at_least",
        defines={"county_pledged": "organisations(pledged)"},
    ),
    "strict": replace(NEUTRAL, name="strict", title="Strict", required=("statement", "due"), forbidden=("outcome",)),
}


def packs(folder: str) -> list[Path]:
    """The packs of a folder: a file each, or a folder each where a pack has several files."""
    return sorted(path for path in (HERE / folder).iterdir() if path.suffix == ".toml" or path.is_dir())


def problems_of(path: Path) -> tuple[list[Problem], dict[str, str]]:
    """Every problem of a pack, and the texts of its files."""
    start = path if path.is_dir() else path.parent
    loaded = [load(files, CONVENTIONS) for files in find_packs([path], start)]
    sources = {file: text for each in loaded for file, text in each.sources.items()}
    return file_order(problem for each in loaded for problem in each.problems), sources


def told(path: Path) -> str:
    """What an author is told about a pack."""
    problems, sources = problems_of(path)
    return as_text(problems, sources, color=False) + "\n"


@pytest.mark.parametrize("path", packs("good"), ids=lambda path: path.stem)
def test_good_pack(path):
    """A good pack has no problems."""
    assert [] == problems_of(path)[0]


@pytest.mark.parametrize("path", packs("bad"), ids=lambda path: path.stem)
def test_bad_pack(path):
    """A bad pack has exactly the problems that were reviewed."""
    expected = path.with_suffix(".out") if path.suffix == ".toml" else path.with_name(f"{path.name}.out")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(told(path), "utf-8")

    assert expected.read_text("utf-8") == told(path)


def test_every_code_is_shown():
    """Each code that loading can report is reported of some bad pack."""
    outputs = (HERE / "bad").glob("*.out")
    shown = {code for output in outputs for code in re.findall(r"\[(IE\d{3})\]", output.read_text("utf-8"))}

    assert [] == [code.code for code in CODES if code.code not in shown]


def test_every_output_has_its_pack():
    """No output is left behind by a pack that is gone."""
    names = {path.stem if path.suffix == ".toml" else path.name for path in packs("bad")}

    assert names == {output.stem for output in (HERE / "bad").glob("*.out")}
