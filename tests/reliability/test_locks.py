"""Who may have a store at the same time, and what an interrupt leaves of an import."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import completed
from tests.reliability import stores
from tests.reliability.stores import ROOT, file_of, made, said, take

from indicator_engine.problems import StoreError
from indicator_engine.store import locks
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reliability.stores import File

    from indicator_engine.store.store import Store

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="locks and signals are others there"),
    pytest.mark.slow,
]

OPEN = """
import sys
from indicator_engine.problems import StoreError
from indicator_engine.store.store import open_store

try:
    store = open_store(sys.argv[1], writable=sys.argv[2] == "writing")
except StoreError as fault:
    print(fault, flush=True)
else:
    print("open", flush=True)
    sys.stdin.read()
    store.close()
"""
"""A program that has a store open until its input ends, or says why it cannot."""

FORK = """
import json, os, sys
from pathlib import Path
from indicator_engine.problems import StoreError
from indicator_engine.store.store import open_store
from tests.reliability.stores import take

path, first, second = map(Path, sys.argv[1:])
with open_store(path, writable=True) as store:
    take(store, first)
    child = os.fork()
    if not child:
        try:
            take(store, second)
        except StoreError as fault:
            os.write(1, (str(fault) + "\\n").encode())
        sys.exit(7)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, take(store, second).stored]))
"""
"""A program that forks while it has a store open: what the child is told, how it ends, and what the parent stores."""


def program(code: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A program of its own."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


@contextmanager
def another(path: Path, how: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that wants a store for reading or writing, and what it said."""
    with program(OPEN, path, how) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


@pytest.fixture
def store(tmp_path) -> Path:
    """A store with one import."""
    return made(tmp_path / "the.store", file_of(tmp_path, "first", 40))


@pytest.fixture
def second(tmp_path) -> File:
    """A file to import."""
    return file_of(tmp_path, "second", 50)


# ── several at once ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("writable", [False, True])
def test_beside_a_writer(store, writable):
    """Beside a writer there is nobody else, and who asks is told who it is."""
    with another(store, "writing") as (writer, said_first):
        assert "open" == said_first
        message = f"^{re.escape(str(store))} is in use by process {writer.pid}: wait until that is done, or stop it$"
        with pytest.raises(StoreError, match=message) as fault:
            open_store(store, writable=writable)
        assert 4 == fault.value.exit_code
    assert 40 == len(said(store)[1])


def test_beside_a_reader(store, monkeypatch):
    """Readers have a store together, in one process and in several; a writer waits for them, and not for ever."""
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    with another(store, "reading") as (_, said_first), open_store(store), open_store(store):
        assert ("open", 40) == (said_first, len(said(store)[1]))
        with pytest.raises(StoreError, match="is in use by others who read it: wait until that is done"):
            open_store(store, writable=True)


def test_twice_in_one_process(store):
    """Nor does a process get beside itself."""
    with open_store(store, writable=True):
        for writable in (False, True):
            with pytest.raises(StoreError, match=f"is in use by process {os.getpid()}"):
                open_store(store, writable=writable)


def test_after_a_writer_that_was_killed(store, second, monkeypatch):
    """Nothing has to be cleared away after a process that was killed, and nobody is told its number."""
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    with another(store, "writing") as (writer, _):
        writer.kill()
    with another(store, "reading"), pytest.raises(StoreError, match="is in use by others who read it"):
        open_store(store, writable=True)
    with open_store(store, writable=True) as opened:
        assert 50 == take(opened, second).stored


def test_after_the_file_was_read(store, second):
    """A writer that opens and closes its own file otherwise, such as for a copy, stays the only one."""
    with open_store(store, writable=True) as opened:
        with store.open("rb") as file:
            file.read()
        for how in ("writing", "reading"):
            with another(store, how) as (_, told):
                assert f"{store} is in use by process {os.getpid()}: wait until that is done, or stop it" == told
        assert 50 == take(opened, second).stored
    assert 90 == len(said(store)[1])


def test_a_name_that_is_no_store_is_not_kept_locked(store, tmp_path):
    """What could not be opened is in nobody's way."""
    (tmp_path / "no.store").write_text("no store", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(StoreError, match="is no event store"):
            open_store(tmp_path / "no.store", writable=True)


# ── where nothing can be written ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sealed(tmp_path, store):
    """The store in a folder in which nothing can be written."""
    folder = tmp_path / "sealed"
    with stores.disk(folder) as there:
        for ending in ("", ".ledger"):
            shutil.copy(f"{store}{ending}", folder)
        if there:
            stores.seal(folder)
        elif os.geteuid():
            folder.chmod(0o555)
        else:
            pytest.skip("root may write everywhere here")
        yield folder / "the.store"
        if not there:
            folder.chmod(0o755)


def test_a_folder_that_can_only_be_read(sealed, store):
    """A reader needs to write nothing; a writer is told that it cannot."""
    assert said(store) == said(sealed)
    with pytest.raises(StoreError, match=r"the\.store\.lock cannot be written: ") as fault:
        open_store(sealed, writable=True)
    assert 4 == fault.value.exit_code


# ── forks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_fork(tmp_path, second):
    """A child has no use of its parent's store, is told so, and ends as it wants to; the parent goes on."""
    path, first = tmp_path / "forked.store", file_of(tmp_path, "first", 40)
    output, _ = program(FORK, path, first.path, second.path).communicate()
    refused, parent = output.splitlines()
    assert "this store was opened before the process was forked; open it again in this one" == refused
    assert [7, 50] == json.loads(parent)
    assert ([], 90) == (said(path)[0], len(said(path)[1]))


# ── interrupts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_interrupt_while_the_database_works(store):
    """An interrupt in the middle of a long statement is an interrupt, and no fault of the store."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with open_store(store, writable=True) as opened, pytest.raises(KeyboardInterrupt):
            work_long(opened)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ([], 40) == (said(store)[0], len(said(store)[1]))


def work_long(store: Store) -> None:
    """Work for far longer than until the interrupt, in the middle of an import, in several threads of the database."""
    with store._import():
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        store.database.rows("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")


@pytest.mark.slow
def test_an_interrupt_of_the_command(tmp_path):
    """Ctrl-C in a long import ends it with exit code 130 and no traceback; nothing is stored, nothing left behind."""
    pack, data, path = tmp_path / "pack.toml", tmp_path / "many.csv", tmp_path / "the.store"
    pack.write_text(completed("measure = 'count(pledge)'\nkind = \"monitored\""), encoding="utf-8")
    head = "event_id,type,organisation,occurred_on,stage\n"
    rows = (f"e{row},pledge,body {row % 90},2009-05-{1 + row % 28:02},{1 + row % 3}\n" for row in range(60_000))
    data.write_text(head + "".join(rows), encoding="utf-8")
    span = min(interrupted(tmp_path, pack, data, tmp_path / f"undisturbed{turn}.store", 600)[2] for turn in range(2))
    outcomes = []
    for share in (0.05, 0.1, 0.3, 0.5, 0.7):
        path = tmp_path / f"{share}.store"
        code, errors, _ = interrupted(tmp_path, pack, data, path, share * span)
        assert ([], False) == ([one.name for one in (tmp_path / "temporary").iterdir()], "Traceback" in errors)
        open_store(path, writable=True).close()
        stored = imported(path)  # an interrupt after the commit undoes nothing
        assert stored in ({60_000} if code == 0 else {0, 60_000})
        assert ({"", ".ledger", ".lock"} if stored else {"", ".lock"}) == stores.names_beside(path)
        outcomes.append((code, stored))
    done = {(130, 60_000), (0, 60_000), (-signal.SIGINT, 60_000)}  # the last: interrupted while the interpreter ends
    assert {(130, 0)} <= set(outcomes) <= {(130, 0), *done}


def imported(path: Path) -> int:
    """How many rows a store has; all of them are well."""
    with open_store(path) as store:
        assert [] == stores.faults(store)
        return sum(entry.stored for entry in store.imports())


def interrupted(folder: Path, pack: Path, data: Path, path: Path, moment: float) -> tuple[int, str, float]:
    """Import by the command, interrupted so many seconds after it began: exit code, errors, and how long it ran."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "indicator_engine", "import", str(pack), str(data), "--store", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(temporary)}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what ignores it has children that do
    try:
        process = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        while process.poll() is None and not path.exists():
            time.sleep(0.005)
        start = time.perf_counter()
        try:
            _, errors = process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
    return process.returncode, errors, time.perf_counter() - start
