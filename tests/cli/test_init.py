"""`indicators init`."""

from __future__ import annotations

import shlex


def test_everything_it_suggests_works(tmp_path, indicators):
    """The commands that `init` suggests all succeed, and leave nothing to warn of."""
    found = indicators("init", tmp_path / "new" / "pack")
    commands = [shlex.split(line)[1:] for line in found.stdout.splitlines() if line.startswith("    indicators")]
    done = {command[0]: indicators(*command) for command in commands}

    assert {"check": 0, "test": 0, "run": 0} == {name: one.exit_code for name, one in done.items()}
    assert done["check"].stdout.endswith("no problems.\n")
    assert "" == done["run"].stderr


def test_schema_is_beside_the_pack(starter):
    """The editor's schema stands where the pack's first line says."""
    first = (starter / "pack.toml").read_text(encoding="utf-8").partition("\n")[0]

    assert (starter / first.removeprefix("#:schema ")).is_file()


def test_nothing_is_overwritten(starter, indicators):
    """Files that are there stay; none of the others is written."""
    (starter / "pack.toml").write_text("mine")
    (starter / "events.csv").unlink()
    found = indicators("init", starter)

    assert 2 == found.exit_code
    assert (
        "has pack.toml, register.csv, training-returns.csv, statement.schema.json already; nothing is overwritten"
        in found.stderr
    )
    assert "mine" == (starter / "pack.toml").read_text()
    assert not (starter / "events.csv").exists()


def test_folder_cannot_be_made(tmp_path, indicators):
    """A folder that cannot be made is told."""
    (tmp_path / "file").write_text("")

    assert 2 == indicators("init", tmp_path / "file" / "pack").exit_code
