"""The same pack, data and day give the same bytes in every form, wherever and however the program runs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from indicator_engine import plugins

WRITE = """
import hashlib, sys
from indicator_engine import evaluate, load_pack, plugins
from indicator_engine.hookspecs import Page
registered = plugins.load(installed=False)
folder = sys.argv[1]
read = registered.sources["csv"].read
events, register = read(folder + "/events.csv"), read(folder + "/register.csv")
results = evaluate(load_pack(folder, registered=registered), events, register, as_of="2026-12-31", series=True)
for name, output in registered.outputs.items():
    print(name, hashlib.sha256(output.render(results, Page(details=True))).hexdigest())
"""


@pytest.fixture
def python():
    """Run a text as a program of its own; gives what it prints."""

    def run(text, *arguments, env):
        command = [sys.executable, "-c", text, *map(str, arguments)]
        done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=True)
        return done.stdout

    return run


@pytest.mark.slow
def test_same_bytes(starter, python):
    """Hashing, the time zone, the language of the system and the day today make no difference to any output."""
    first = python(WRITE, starter, env={"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"})
    other = python(WRITE, starter, env={"PYTHONHASHSEED": "7", "TZ": "America/Anchorage", "LC_ALL": "C"})

    assert set(plugins.load(installed=False).outputs) == {line.split()[0] for line in first.splitlines()}
    assert first == other
