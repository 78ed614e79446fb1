"""One writer at a time: a lock on a file beside the store, held as long as the store is open.

DuckDB locks its file too, but the kernel drops that lock when the process opens and closes the file by any other way.
This one is on a file that nobody has a reason to open, and it knows who holds it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from indicator_engine.problems import StoreError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows, where DuckDB's own lock cannot be lost so
    fcntl = None


PATIENCE = 5.0
"""Seconds for which a writer waits until readers are done; another writer is not waited for."""


class StoreLock:
    """A lock for one store: exclusive for a writer, shared for readers. Raises StoreError when somebody else has it."""

    def __init__(self, store: Path, *, exclusive: bool) -> None:
        self.path = store.with_name(store.name + ".lock")
        self._file = self._opened(exclusive=exclusive)
        if self._file:
            self._take(store, exclusive=exclusive)

    def _opened(self, *, exclusive: bool) -> IO[bytes] | None:
        try:
            return self.path.open("ab+", buffering=0)
        except OSError as fault:
            if exclusive:
                raise StoreError(f"{self.path} cannot be written: {fault.strerror}") from fault
        with suppress(OSError):
            return self.path.open("rb", buffering=0)
        return None  # a reader of a store on a disk that only can be read

    def _take(self, store: Path, *, exclusive: bool) -> None:
        if fcntl is None or self._file is None:
            return
        if not self._taken(exclusive=exclusive):
            holder = self._holder()
            self._file.close()
            raise StoreError(f"{store} is in use{holder}: wait until that is done, or stop it") from None
        if exclusive:
            with suppress(OSError):  # on a full disk nobody is told who has it
                self._file.truncate(0)
                self._file.write(f"{os.getpid()}\n".encode())

    def _taken(self, *, exclusive: bool) -> bool:
        """Whether it could be had, for a writer as soon as readers were done."""
        until = time.monotonic() + PATIENCE
        while not self._locked(exclusive=exclusive):
            if not exclusive or time.monotonic() > until or not self._is_read():
                return False
            time.sleep(0.02)
        return True

    def _locked(self, *, exclusive: bool) -> bool:
        how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH  # type: ignore[union-attr]  # asked before
        try:
            fcntl.flock(self._file, how | fcntl.LOCK_NB)  # type: ignore[union-attr]  # as above
        except OSError:
            return False
        return True

    def _is_read(self) -> bool:
        """Whether it is readers who have it; that was just found out by being one for a moment."""
        found = self._locked(exclusive=False)
        if found:
            fcntl.flock(self._file, fcntl.LOCK_UN)  # type: ignore[union-attr]  # as above
        return found

    def _holder(self) -> str:
        """Who has it: its writer, who has left a number, or readers, who have not."""
        if fcntl is not None and self._file:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return " by others who read it"
        with suppress(OSError, ValueError):
            return f" by process {int(self.path.read_text(encoding='ascii'))}"
        return ""

    def release(self) -> None:
        """Let others in."""
        if self._file:
            self._file.close()
