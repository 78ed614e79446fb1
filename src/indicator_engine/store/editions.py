"""Editions in the store: documents that were published, kept letter for letter, each named once and for ever.

The table is made with the first edition, so stores that have none stay as they are. An import's digest leaves editions
out, because earlier releases do not know them; the ledger's line has the SHA-256 of the whole document instead.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, StoreError, did_you_mean
from indicator_engine.store.catalog import created

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.store.database import Database
    from indicator_engine.store.ledger import Entry

COLUMNS = {"_import": "INTEGER", "name": "VARCHAR", "document": "VARCHAR"}

_NAME = re.compile(r"\w[\w .-]{0,98}\w|\w")


@dataclass(frozen=True)
class Kept:
    """One edition as the store has it: the line of the ledger that it is named in, and the document."""

    entry: Entry
    document: str

    @property
    def name(self) -> str:
        """What it was published as."""
        return self.entry.file


def digest_of(document: str) -> str:
    """SHA-256 over a document."""
    return hashlib.sha256(document.encode()).hexdigest()


def published(entries: Sequence[Entry]) -> list[Entry]:
    """The lines of editions among those of a ledger."""
    return [one for one in entries if one.kind == "edition"]


def refuse(name: str, entries: Sequence[Entry]) -> None:
    """Raise IndicatorEngineError for a name that an edition cannot have."""
    if not _NAME.fullmatch(name):
        raise IndicatorEngineError(
            f"an edition cannot be called {name!r}: write letters, digits, spaces and . _ -, at most 100 of them"
        )
    if earlier := next((one for one in published(entries) if one.file == name), None):
        raise IndicatorEngineError(
            f"edition `{name}` was published on {earlier.at[:10]} and never changes: give this one another name"
        )


def write(database: Database, number: int, name: str, document: str) -> None:
    """Store a document, in the table that is made with the first."""
    if "edition" not in database.tables():
        database.run(created("edition", COLUMNS))
    database.run("INSERT INTO edition VALUES (?, ?, ?)", [number, name, document])


def read(database: Database, name: str, entries: Sequence[Entry]) -> Kept:
    """An edition by its name. Raises IndicatorEngineError, or StoreError where it is not what was published."""
    found = published(entries)
    entry = next((one for one in found if one.file == name), None)
    if entry is None:
        hint = did_you_mean(name, [one.file for one in found]) or "`indicators editions` lists those there are"
        raise IndicatorEngineError(f"the store has no edition `{name}`; {hint}")
    document = _document(database, entry)
    if document is None or digest_of(document) != entry.sha256:
        raise StoreError(f"edition `{name}` is not what was published; see `indicators verify`")
    return Kept(entry, document)


def faults(database: Database, entries: Sequence[Entry]) -> list[str]:
    """What is wrong with editions, in words."""
    found = []
    for entry in published(entries):
        document = _document(database, entry)
        if document is None:
            found.append(f"edition `{entry.file}` of import {entry.number} is gone")
        elif digest_of(document) != entry.sha256:
            found.append(f"edition `{entry.file}` of import {entry.number} is not what was published")
    return found


def _document(database: Database, entry: Entry) -> str | None:
    if "edition" not in database.tables():
        return None
    rows = database.rows("SELECT document FROM edition WHERE _import = ? AND name = ?", [entry.number, entry.file])
    return rows[0][0] if len(rows) == 1 else None
