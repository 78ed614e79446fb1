"""A disk that is full: an import that was not stored says so, and so does one that was; either can be done again."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.reliability import stores
from tests.reliability.stores import file_of, made, said, take

from indicator_engine.problems import StoreError
from indicator_engine.store import archive
from indicator_engine.store.database import CommittedError
from indicator_engine.store.store import open_store

if sys.platform == "win32":
    pytest.skip("files are not limited so there", allow_module_level=True)

import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reliability.stores import File

KIB = 1024
ROOM = [0, 12, 40, 200, 400, 900]
"""KiB that are free while an import runs: what it writes first fits, or what it writes next, or none of it."""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[File]:
    """A file that is in the store, and one that is to come."""
    folder = tmp_path_factory.mktemp("files")
    return [file_of(folder, "first", 100), file_of(folder, "second", 300)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, files) -> Path:
    """A store that has the first."""
    return made(tmp_path_factory.mktemp("whole") / "the.store", files[0])


@pytest.fixture
def disk(tmp_path):
    """A small disk, where one can be had."""
    with stores.disk(tmp_path / "disk") as there:
        if not there:
            pytest.skip("only root has disks made")
        yield tmp_path / "disk"


@contextmanager
def filled(disk: Path, room: int) -> Iterator[None]:
    """The disk with so much room left, in KiB."""
    filler = disk / "filler"
    found = os.statvfs(disk)
    filler.write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - room * KIB)))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def limited(path: Path, room: int) -> Iterator[None]:
    """No file may become longer than a store is now, and so many KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + room * KIB, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def copied(whole: Path, folder: Path) -> Path:
    """A copy of a store."""
    for ending in ("", ".ledger"):
        shutil.copy(f"{whole}{ending}", folder / f"the.store{ending}")
    return folder / "the.store"


def attempt(path: Path, file: File) -> str:
    """Import a file, and say what came of it."""
    try:
        with open_store(path, writable=True) as store:
            take(store, file)
    except StoreError as fault:
        told = str(fault)
        return told if isinstance(fault, CommittedError) == told.startswith("import 2 is stored") else f"wrong: {told}"
    return ""


def imports(path: Path) -> int:
    """How many imports a store has, by itself and by its ledger; all of them are well."""
    with open_store(path) as store:
        assert (store.imports(), []) == (store.ledger.entries(), stores.faults(store))
        return len(store.imports())


def assert_honest(path: Path, files: list[File], message: str) -> None:
    """Hold what was said against what is there, while there still is no room."""
    assert not message or "the disk is full" in message
    assert (1 if "nothing of this was stored" in message else 2) == imports(path)
    assert (100 if imports(path) == 1 else 400) == len(said(path)[1])


def assert_as_if_nothing_had_happened(path: Path, files: list[File]) -> None:
    """Import everything once more, with room."""
    with open_store(path, writable=True) as store:
        there = len(store.imports())
        assert [0, 300 if there == 1 else 0] == [take(store, file).stored for file in files]
    assert (2, 400) == (imports(path), len(said(path)[1]))
    assert {"", ".ledger", ".lock"} == stores.names_beside(path)


@pytest.mark.slow
def test_a_full_disk(disk, whole, files):
    """Wherever on its way an import runs out of room, what is said of it is true, and it can be done again."""
    heard = set()
    for room in ROOM:
        path = copied(whole, disk)
        with filled(disk, room):
            message = attempt(path, files[1])
            assert_honest(path, files, message)
        assert_as_if_nothing_had_happened(path, files)
        heard.add(re.split("[,:]", message)[0])
    assert {"the disk is full", "import 2 is stored", ""} == heard


@pytest.mark.slow
def test_files_that_may_not_grow(tmp_path, whole, files):
    """So it is where files may not become longer, without any disk being full."""
    heard = set()
    for room in ROOM:
        path = copied(whole, tmp_path)
        with limited(path, room):
            message = attempt(path, files[1])
            assert_honest(path, files, message)
        assert_as_if_nothing_had_happened(path, files)
        heard.add(re.split("[,:]", message)[0])
    assert {"import 2 is stored", ""} <= heard


def test_no_room_for_a_new_store(disk, files):
    """Where there is no room for a new store, there is none afterwards either."""
    with filled(disk, 8):
        with pytest.raises(StoreError, match=r"the disk is full|No space left") as fault:
            open_store(disk / "new.store", writable=True)
        assert 4 == fault.value.exit_code
        assert stores.names_beside(disk / "new.store") <= {".lock"}
    made(disk / "new.store", files[0])
    assert 1 == imports(disk / "new.store")


def test_no_room_for_what_is_on_its_way(disk, whole, tmp_path, monkeypatch):
    """A large import needs room for temporary files too, and leaves none of them behind."""
    path, large = copied(whole, tmp_path), file_of(tmp_path, "large", 21_000)
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    with filled(disk, 64):
        assert attempt(path, large).startswith("the disk is full: rows could not be put into ")
        assert [disk / "filler"] == list(disk.iterdir())
    assert 1 == imports(path)


def test_no_room_for_an_export(disk, whole):
    """An export that does not fit says so; nothing happens to the store."""
    with (
        filled(disk, 8),
        open_store(whole) as store,
        pytest.raises(StoreError, match=r"cannot be written: .*No space left"),
    ):
        archive.export(store, disk / "export")
    assert 1 == imports(whole)


def test_no_room_for_the_ledger(tmp_path, whole, files, monkeypatch):
    """An import whose line of the ledger finds no room is stored; the line is written when the store is next used."""
    path = copied(whole, tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_store(path, writable=True) as store:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(
                CommittedError, match=r"^import 2 is stored, but the ledger .* cannot be written: No space"
            ):
                take(store, files[1])
        assert (0, 2) == (take(store, files[1]).stored, len(store.imports()))
    open_store(path, writable=True).close()
    assert_as_if_nothing_had_happened(path, files)
