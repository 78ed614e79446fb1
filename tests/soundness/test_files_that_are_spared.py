"""A file that a command writes takes the place of nothing that it reads: a store that is written over is lost."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from click.testing import CliRunner

from indicator_engine.cli import main
from indicator_engine.store.findings import path_beside
from indicator_engine.store.ledger import Ledger

if TYPE_CHECKING:
    from click.testing import Result

pytestmark = pytest.mark.slow

DAY = ("--as-of", "2026-12-31")
WRITERS = {
    "run": ("run", "pack", *DAY, "--format", "json"),
    "report": ("report", "pack", *DAY),
    "figures": ("figures", "pack", *DAY, "--format", "json"),
    "quarantine export": ("quarantine", "export"),
}


def indicators(*arguments: str) -> Result:
    """What a command answers."""
    return CliRunner().invoke(main, arguments)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pack that `init` writes, and a store of its events."""
    folder = tmp_path_factory.mktemp("filled")
    pack, store = folder / "pack", folder / "my.store"
    assert 0 == indicators("init", str(pack)).exit_code
    data = (str(pack / "events.csv"), "--register", str(pack / "register.csv"), "--store", str(store))
    assert 0 == indicators("import", str(pack), *data).exit_code
    return folder


@pytest.fixture
def here(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the current folder."""
    shutil.copytree(filled, tmp_path / "here")
    path_beside(tmp_path / "here/my.store").write_bytes(b"what was found out")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def files_in(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, but for locks."""
    return {one.name: one.read_bytes() for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock"}


@pytest.mark.parametrize("command", WRITERS)
@pytest.mark.parametrize("ending", ["", ".ledger", ".findings", ".wal"])
def test_a_store_is_not_written_over(here: Path, command: str, ending: str):
    """Nor its ledger, what was found out about it, or the log of its changes; whatever writes a file."""
    before = files_in(here)
    found = indicators(*WRITERS[command], "--store", "my.store", "--out", f"my.store{ending}")

    assert (2, before) == (found.exit_code, files_in(here))
    assert "by this run: name another file for --out" in found.stderr


@pytest.mark.parametrize("spelling", ["./pack/../my.store", "symbolic.store", "hard.store", "whole"])
def test_another_name_of_a_store_is_that_store(here: Path, spelling: str):
    """With other folders on the way, as a link of either kind, from the root."""
    (here / "symbolic.store").symlink_to("my.store")
    (here / "hard.store").hardlink_to("my.store")
    out, before = str(here / "my.store") if spelling == "whole" else spelling, files_in(here)
    found = indicators(*WRITERS["run"], "--store", "my.store", "--out", out)

    assert (2, before) == (found.exit_code, files_in(here))


def test_a_store_that_a_link_leads_to_is_not_written_over(here: Path):
    """Named by the link, it is the file behind it that would be lost."""
    (here / "symbolic.store").symlink_to("my.store")
    before = Ledger.beside(here / "my.store").entries()
    (here / "symbolic.store.ledger").symlink_to("my.store.ledger")
    found = indicators(*WRITERS["run"], "--store", "symbolic.store", "--out", "my.store")

    assert (2, before) == (found.exit_code, Ledger.beside(here / "my.store").entries())


def test_a_database_is_not_written_over(here: Path):
    """Neither one that is evaluated in, nor one that events are read from."""
    with duckdb.connect("a.duckdb") as database:
        database.execute("CREATE TABLE returns AS SELECT 1 AS one")
    with sqlite3.connect("b.sqlite") as other:
        other.execute("CREATE TABLE returns (one INTEGER)")
    before = files_in(here)
    sides = [("a.duckdb", "--source", "duckdb:a.duckdb"), ("b.sqlite", "--events", "sqlite:///b.sqlite?table=returns")]
    told = [indicators("run", "pack", *DAY, *how, "--out", file, "--format", "json").stderr for file, *how in sides]

    assert [f"indicators: {file} is read by this run: name another file for --out\n" for file, *_ in sides] == told
    assert before == files_in(here)


@pytest.mark.parametrize("out", ["tables/returns.parquet", "pack/pack.tests.toml", "own/shout.py"])
def test_a_file_of_a_folder_that_is_read_is_not_written_over(here: Path, out: str):
    """A table of Parquet files, a part of the pack, a plugin."""
    for folder in ("tables", "own"):
        (here / folder).mkdir()
    Path(out).write_text("there", encoding="utf-8")
    before = files_in(here)
    options = ("--source", "parquet:tables", "--plugins-dir", "own", "--format", "json", "--out", out)
    found = indicators("run", "pack/pack.toml", *DAY, *options)

    assert (2, before) == (found.exit_code, files_in(here))
    assert f"{out} belongs to" in found.stderr


def test_what_is_not_read_is_written_again(here: Path):
    """A report beside the pack and beside the store replaces the last one."""
    for out in ("pack/report.html", "my.store.html", "report.html"):
        (here / out).write_text("the last one", encoding="utf-8")
        found = indicators(*WRITERS["report"], "--store", "my.store", "--out", out)

        assert (0, f"Wrote {out}.\n") == (found.exit_code, found.stderr)
        assert b"the last one" != (here / out).read_bytes()
