"""The command as a whole: help, errors on the way out, terminals and pipes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from indicator_engine import plugins
from indicator_engine.engine import packs


def test_help_lists_commands_in_order(indicators):
    """The commands stand in the order in which they are first needed."""
    lines = indicators("--help").stdout.partition("Commands:")[2].split("\n")

    expected = ["init", "check", "test", "inspect", "import", "run", "report", "figures", "explain"]
    assert expected == [line.split()[0] for line in lines[1:10]]


def test_help_is_not_cut(indicators):
    """Every command is told in a whole sentence."""
    assert "..." not in indicators("--help").stdout.partition("Commands:")[2]


def test_version(indicators):
    """The version is the engine's."""
    assert f"indicators {plugins.own_version() or '(not installed)'}\n" == indicators("--version").stdout


def test_unknown_command(indicators):
    """An unknown command is answered with the nearest."""
    found = indicators("chekc")

    assert 2 == found.exit_code
    assert "check" in found.stderr


def test_traceback_on_request(starter, indicators):
    """Where an error arose is shown when asked for."""
    found = indicators("--traceback", "explain", "nothing", starter)

    assert "has no indicator" in str(found.exception)
    assert "" == found.stderr


def test_interrupt(starter, indicators, monkeypatch):
    """An interrupt ends a command quietly."""

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(packs, "load_packs", interrupt)
    found = indicators("check", starter)

    assert (130, "", "") == (found.exit_code, found.stdout, found.stderr)


@pytest.mark.slow
def test_messages_and_data_are_kept_apart(starter, program):
    """As a program, too, data go to the standard output and messages to the standard error."""
    fine, wrong = program("check", starter), program("explain", "nothing", starter)

    assert (0, b"") == (fine.returncode, fine.stderr)
    assert (2, b"") == (wrong.returncode, wrong.stdout)
    assert wrong.stderr.startswith(b"indicators: ")


@pytest.mark.slow
def test_output_is_utf_8(starter, program):
    """Where the locale knows no letters but ASCII, the table still is UTF-8."""
    data = ("--events", starter / "events.csv", "--register", starter / "register.csv", "--as-of", "2026-12-31")
    found = program("run", starter, *data, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})

    assert 0 == found.returncode
    assert "✔ Met" in found.stdout.decode()


def test_other_encodings(program):
    """A letter that the terminal's encoding lacks is written as an escape."""
    found = program("functions", "--format", "markdown", env={"PYTHONIOENCODING": "latin-1"})

    assert (0, b"") == (found.returncode, found.stderr)
    assert rb"patients(\u2026)" in found.stdout


def test_closed_pipe(program):
    """A reader who has seen enough ends the program without a complaint."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        found = program(
            "functions", "--format", "markdown", stdout=closed, stderr=subprocess.PIPE, capture_output=False
        )

    assert (141, b"") == (found.returncode, found.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("environment", "colour"), [({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_on_a_terminal(mistake, program, environment, colour):
    """On a terminal there is colour, unless its owner wants none."""
    import pty

    parent, child = pty.openpty()
    environment |= {"TERM": "xterm"}
    found = program("check", mistake, stdout=child, stderr=subprocess.PIPE, capture_output=False, env=environment)
    os.close(child)
    shown = os.read(parent, 100_000)
    os.close(parent)

    assert 1 == found.returncode
    assert colour == (b"\x1b[1;31m" in shown)
