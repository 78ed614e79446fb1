"""The command line as a test runs it: inside this process, or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from indicator_engine.cli import main

PACKAGE = Path(__file__).parents[2] / "src"


@pytest.fixture
def indicators():
    """Run a command; the result has `exit_code`, `stdout`, `stderr`."""

    def run(*arguments, stdin=None):
        return CliRunner().invoke(main, [str(one) for one in arguments], input=stdin)

    return run


@pytest.fixture
def program():
    """Run a command as a program of its own; gives a finished process with its output as bytes."""

    def run(*arguments, **options):
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), **options.pop("env", {})}
        command = [sys.executable, "-m", "indicator_engine", *map(str, arguments)]
        return subprocess.run(command, env=environment, check=False, **{"capture_output": True, **options})

    return run


@pytest.fixture
def starter(tmp_path, indicators):
    """A folder with the pack that `init` writes."""
    folder = tmp_path / "starter"
    assert 0 == indicators("init", folder).exit_code
    return folder


@pytest.fixture
def run_starter(starter, indicators):
    """Run the starter's pack as of a day of its period; more options may follow."""

    def run(*more, as_of="2026-12-31", events="events.csv"):
        data = ("--events", starter / events, "--register", starter / "register.csv")
        return indicators("run", starter, *data, "--as-of", as_of, "--no-plugins", *more)

    return run


@pytest.fixture
def mistake(starter):
    """A file like the starter's pack with a misspelt name in it."""
    text = (starter / "pack.toml").read_text(encoding="utf-8")
    folder = starter.parent / "mistake"
    folder.mkdir()
    (folder / "pack.toml").write_text(text.replace("members & pledged", "memmbers & pledged"), encoding="utf-8")
    return folder / "pack.toml"


@pytest.fixture
def store(tmp_path):
    """Where a test keeps its event store."""
    return tmp_path / "riverside.store"


@pytest.fixture
def filled(starter, store, indicators):
    """The store after the starter's register and events; the fixture is what the import printed."""
    register = ("--register", starter / "register.csv")
    return indicators("import", starter, starter / "events.csv", *register, "--store", store)
