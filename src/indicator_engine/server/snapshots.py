"""A published snapshot of an event store: a copy in a folder of its own, made anew when the ledger has moved.

The writer's file is copied under the store's own lock and never opened as a database. Until a new copy is whole,
answers come from the old one; an old one goes when nobody reads it any more.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine.problems import StoreError
from indicator_engine.store.locks import StoreLock
from indicator_engine.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BESIDE = ("", ".wal", ".ledger", ".findings")
"""The endings of the files that make a store: database, log of changes, ledger, what was found out before."""

Mark = tuple[tuple[int, int], ...]
"""Size and time of each file of a store: another mark, another state."""


class Snapshot:
    """One copy of a store, which threads borrow. `position` is the running hash of its ledger, `number` its import."""

    def __init__(self, path: Path, mark: Mark) -> None:
        self.path, self.mark = path, mark
        self._lock = threading.Lock()
        self._idle: list[Store] = [open_store(path)]
        self._lent = 0
        self._retired = False
        last = self._idle[0].imports()[-1:]
        self.number, self.position = (last[0].number, last[0].running) if last else (0, "")
        self.recorded_at = last[0].at if last else ""
        self.events = self._idle[0].events()
        self.set_aside = len(self._idle[0].quarantine())

    @contextmanager
    def lent(self) -> Iterator[Store]:
        """An open store for one thread. Raises StoreError where the snapshot is gone.

        What came of it and is looked up only later never asks it again: another thread may have it by then.
        """
        store = self._taken()
        try:
            yield store
        finally:
            store.loans += 1
            with self._lock:
                self._lent -= 1
                self._idle.append(store)
            self._discard_if_done()

    def _taken(self) -> Store:
        with self._lock:
            if self._retired and not self._lent:
                raise StoreError("the snapshot of the store is gone: ask again")
            self._lent += 1
            if self._idle:
                return self._idle.pop()
        try:
            return open_store(self.path)
        except BaseException:
            with self._lock:
                self._lent -= 1
            raise

    def retire(self) -> None:
        """Go as soon as nobody reads it."""
        self._retired = True
        self._discard_if_done()

    def _discard_if_done(self) -> None:
        with self._lock:
            if not self._retired or self._lent:
                return
            stores, self._idle = self._idle, []
        for store in stores:
            store.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


class Snapshots:
    """The snapshot of a store that stands now."""

    def __init__(self, store: Path, *, every: float = 1.0) -> None:
        self.store, self.every = store, every
        self.fault = ""
        """Why there is no newer snapshot, where there should be one; "" when all is well."""
        self._folder = tempfile.TemporaryDirectory(prefix="indicators-serve-", ignore_cleanup_errors=True)
        self._busy = threading.Lock()
        self._made = 0
        self._looked = time.monotonic()
        try:
            self._current = self._copied()
        except BaseException:
            self._folder.cleanup()
            raise

    @property
    def current(self) -> Snapshot:
        """The one that stands."""
        return self._current

    def is_due(self) -> bool:
        """Whether the store has moved on; looked at once in a while only."""
        now = time.monotonic()
        if now - self._looked < self.every:
            return False
        self._looked = now
        return mark_of(self.store) != self._current.mark

    def refresh(self, prepare: Callable[[Snapshot], None] | None = None) -> bool:
        """Copy the store anew where it has moved; whether a new snapshot stands.

        Where an import is running, the old one stays, and it is tried again later.
        """
        if not self._busy.acquire(blocking=False):
            return False
        try:
            if mark_of(self.store) == self._current.mark:
                return False
            try:
                new = self._copied()
            except (StoreError, OSError) as fault:
                self.fault = str(fault)
                return False
            self.fault = ""
            if new.position == self._current.position:  # other bytes, the same imports
                self._current.mark = new.mark
                new.retire()
                return False
            if prepare:
                prepare(new)
            old, self._current = self._current, new
            old.retire()
            return True
        finally:
            self._busy.release()

    def _copied(self) -> Snapshot:
        if not self.store.exists():
            raise StoreError(f"there is no store {self.store}: `indicators import` makes one")
        self._made += 1
        folder = Path(self._folder.name) / str(self._made)
        folder.mkdir()
        lock = StoreLock(self.store, exclusive=False)
        try:
            mark = mark_of(self.store)
            for ending in BESIDE:
                source = _beside(self.store, ending)
                if source.exists():
                    shutil.copyfile(source, _beside(folder / "snapshot.store", ending))
        finally:
            lock.release()
        try:
            return Snapshot(folder / "snapshot.store", mark)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Take everything away."""
        self._current.retire()
        with suppress(OSError):
            self._folder.cleanup()


def mark_of(store: Path) -> Mark:
    """Size and time of the database and its ledger; nothing is opened."""
    return tuple(_stat(_beside(store, ending)) for ending in ("", ".wal", ".ledger"))


def _stat(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def _beside(store: Path, ending: str) -> Path:
    return store.with_name(store.name + ending)
