"""A program that is killed while it keeps what it found out leaves a file behind: not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.reliability.stores import file_of, take

from indicator_engine.cli import main
from indicator_engine.store.care import diagnose
from indicator_engine.store.database import Database
from indicator_engine.store.findings import LONG_SINCE, Findings, leftovers, path_beside
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of four events."""
    found = tmp_path / "a.store"
    with open_store(found, writable=True) as store:
        take(store, file_of(tmp_path, "first", 4))
    return found


def half(store: Path, process: int, thread: int = 1, ending: str = "") -> Path:
    """A half-written file of findings."""
    made = store.with_name(f"{store.name}.findings.{process}-{thread}{ending}")
    made.write_bytes(b"half")
    return made


def kept(store: Path) -> bool:
    """Whether something could be kept."""
    database = Database(None, read_only=False)
    Findings(path_beside(store), "some", {1: "so it was"}).keep(database, {})
    database.close()
    return path_beside(store).exists()


def test_what_programs_that_are_gone_left_is_removed(path: Path, gone: int):
    """When something is kept next; what belongs to a file, its log and what it spilled, goes with it."""
    left = [half(path, gone), half(path, gone, ending=".wal"), half(path, os.getpid(), thread=1)]
    spilled = path.with_name(f"{path.name}.findings.{gone}-1.tmp")
    spilled.mkdir()
    (spilled / "block").write_bytes(b"half")

    assert kept(path)
    assert [False] * 4 == [one.exists() for one in (*left, spilled)]


def test_who_still_writes_is_spared(path: Path, gone: int):
    """Another process that lives, another thread of this one; nor is a file of another store touched."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    spared = [
        half(path, os.getppid()),
        half(path, os.getpid(), thread.ident or 0),
        half(path.with_name("a.store.findings.store"), gone),
        half(path.with_name("b.store"), gone),
    ]

    assert kept(path)
    assert [True] * 4 == [one.exists() for one in spared]
    done.set()
    thread.join()
    assert [spared[1]] == leftovers(path)


def test_a_process_of_the_same_number_does_not_keep_it_for_ever(path: Path):
    """Nobody writes for a day: the process that lives is another one."""
    left = half(path, os.getppid())
    long_ago = time.time() - LONG_SINCE - 60
    os.utime(left, (long_ago, long_ago))

    assert [left] == leftovers(path)


def test_doctor_tells_and_removes(path: Path, gone: int):
    """Without --repair it is a fault with what to do; with it, it is gone, and the store is well."""
    left = half(path, gone)
    (told,) = [one for one in diagnose(path) if not one.well]
    codes = [CliRunner().invoke(main, ["doctor", "--store", str(path), *more]).exit_code for more in ([], ["--repair"])]

    assert (f"half-written findings of programs that were stopped are left: {left.name}", [4, 0]) == (told.what, codes)
    assert ("--repair" in told.remedy, left.exists()) == (True, False)
    assert all(one.well for one in diagnose(path))
