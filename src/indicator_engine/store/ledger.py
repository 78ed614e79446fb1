"""The ledger: one line for each import, outside the database, each hashed with the one before.

A database that loses its last commits does not know it; the ledger does. Lines are only ever appended, whole and put to
disk before an import is acknowledged, so a line may be missing for the very last import, never a commit for a line.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.frozen import dataclass
from indicator_engine.problems import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Kind = Literal["events", "register", "correction", "retraction", "alias", "retry", "restore", "lost", "edition"]


@dataclass(frozen=True)
class Entry:
    """What one import did: from which file, how many rows became what, who did it, when and why."""

    number: int
    kind: Kind
    at: str
    by: str = ""
    file: str = ""
    sheet: str = ""
    sha256: str = ""
    mapping: str = ""
    """SHA-256 of the mapping the file was read by."""
    pack: str = ""
    """SHA-256 of the pack whose vocabulary typed the rows."""
    reason: str = ""
    read: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    blank: int = 0
    digest: str = ""
    """Over the rows stored, in no order."""
    running: str = ""
    """SHA-256 over this line and the running hash of the line before."""

    def after(self, running: str) -> Entry:
        """The entry with its running hash, as the one after an entry with that running hash."""
        return replace(self, running=_hash(running, replace(self, running="")))


def _hash(running: str, entry: Entry) -> str:
    return hashlib.sha256(f"{running}\n{_text(entry)}".encode()).hexdigest()


def _text(entry: Entry) -> str:
    return json.dumps(asdict(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def broken_chain(entries: Iterable[Entry]) -> Entry | None:
    """The first entry that does not follow from the one before; None when all do."""
    running = ""
    for entry in entries:
        if entry.after(running).running != entry.running:
            return entry
        running = entry.running
    return None


class Ledger:
    """The ledger of one store: a file of JSON lines beside it, or nothing for a store in memory."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._memory: list[Entry] = []

    @classmethod
    def beside(cls, store: Path) -> Ledger:
        """The ledger of a store's file."""
        return cls(store.with_name(store.name + ".ledger"))

    def entries(self) -> list[Entry]:
        """Every whole line, oldest first; a last line that was cut short while it was written is none."""
        if self.path is None:
            return list(self._memory)
        if not self.path.exists():
            return []
        whole = self._bytes()
        lines = whole[: whole.rfind(b"\n") + 1].splitlines()
        return [self._entry(number, line) for number, line in enumerate(lines, 1)]

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes() if self.path else b""
        except OSError as fault:
            raise StoreError(f"the ledger {self.path} cannot be read: {fault.strerror}") from fault

    def _entry(self, number: int, line: bytes) -> Entry:
        try:
            found: dict[str, Any] = json.loads(line)
            return Entry(**found)
        except (ValueError, TypeError) as fault:
            raise StoreError(f"line {number} of the ledger {self.path} is damaged; see `indicators doctor`") from fault

    def append(self, entry: Entry) -> None:
        """Add a line and put it to disk; what a line cut short has left goes first."""
        if self.path is None:
            self._memory.append(entry)
            return
        try:
            with self.path.open("ab+") as file:
                file.seek(0)
                content = file.read()
                file.truncate(content.rfind(b"\n") + 1)
                file.write(_text(entry).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(self.path.parent)
        except OSError as fault:
            raise StoreError(f"the ledger {self.path} cannot be written: {fault.strerror}") from fault


def _sync_folder(folder: Path) -> None:
    """Put to disk that a file is there; not every system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
