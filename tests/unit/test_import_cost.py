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


def modules_after(code):
    """The top-level modules that a program of its own has imported after this code."""
    listing = "sys.stderr.write(' '.join(name.partition('.')[0] for name in sys.modules))"
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
    """A check shows its problems without rich."""
    code = "from indicator_engine.cli import main\nmain(['check', 'none.toml'], standalone_mode=False)"

    assert set() == modules_after(code) & {"rich", "duckdb", "jinja2", "pandas"}
