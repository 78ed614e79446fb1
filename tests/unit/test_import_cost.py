"""What importing the package, and asking for help, may cost: heavy libraries wait until they are needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
HEAVY = {
    "docx",
    "duckdb",
    "hypothesis",
    "jinja2",
    "pandas",
    "pluggy",
    "polars",
    "pyarrow",
    "pydantic",
    "rich",
    "simpleeval",
    "tomli_w",
    "xlsxwriter",
}


SLOW = {"asyncio", "email", "json", "socket", "unittest", "zipfile"}
"""Parts of the standard library that take long to import."""

PACK = SOURCE.parent / "indicators" / "derbyshire" / "2008-09.toml"


def modules_after(code):
    """The top-level modules that a program of its own has imported after this code."""
    return {name.partition(".")[0] for name in all_modules_after(code)}


def all_modules_after(code):
    """All modules that a program of its own has imported after this code."""
    listing = "sys.stderr.write(' '.join(sys.modules))"
    program = f"import sys\n{code}\n{listing}"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(found.stderr.split())


def test_import():
    """Importing the package imports no library at all."""
    assert set() == modules_after("import indicator_engine") & (HEAVY | {"click"})


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["check", "--help"]])
def test_help(arguments):
    """Help needs click and nothing else."""
    code = f"from indicator_engine.cli import main\nmain({arguments!r}, standalone_mode=False)"

    assert {"click"} == modules_after(code) & (HEAVY | {"click"})


def test_check():
    """A check of a pack without faults needs what finds plugins and what walks expressions, and no more."""
    code = f"from indicator_engine.cli import main\nmain(['check', {str(PACK)!r}], standalone_mode=False)"

    assert {"click", "pluggy", "simpleeval"} == modules_after(code) & (HEAVY | SLOW | {"click"})


def test_check_of_faults():
    """A check shows problems without rich."""
    code = "from indicator_engine.cli import main\nmain(['check', 'none.toml'], standalone_mode=False)"

    assert set() == modules_after(code) & {"rich", "duckdb", "jinja2", "pandas"}


def test_check_imports_nothing_else():
    """Nothing that evaluates, renders results, maps or keeps events is imported for a check, nor any other command."""
    code = f"from indicator_engine.cli import main\nmain(['check', {str(PACK)!r}], standalone_mode=False)"
    others = {
        "cli.run", "definitions.mappings", "evaluation.answer", "evaluation.reference", "evaluation.results",
        "rendering.page", "rendering.view", "store.intake", "store.store",
    }  # fmt: skip

    found = {name.removeprefix("indicator_engine.") for name in all_modules_after(code)}

    assert {"cli.check", "definitions.load"} <= found
    assert set() == others & found
