"""The imports of a store, as its database knows them, held against the ledger outside it.

The two say the same. The database may be one import ahead, when the process died between committing and writing the
ledger: that line is written now. Everything else is a fault that is told: commits that are gone, lines that are gone.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from indicator_engine.problems import StoreError
from indicator_engine.store.ledger import Entry, Ledger, broken_chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.store.database import Database

_FIELDS = tuple(one.name for one in fields(Entry))


def recorded(database: Database) -> list[Entry]:
    """The imports that the database has, oldest first."""
    columns = ", ".join(f'"{name}"' for name in _FIELDS)
    return [Entry(*row) for row in database.rows(f"SELECT {columns} FROM import ORDER BY number")]


def record(database: Database, entry: Entry, header: str, mapped: str) -> None:
    """Write an import's row; `header` and `mapped` are its columns and its mapping, as JSON."""
    values = [*(getattr(entry, name) for name in _FIELDS), header, mapped]
    columns = ", ".join(f'"{name}"' for name in (*_FIELDS, "header", "mapped"))
    database.run(f"INSERT INTO import ({columns}) VALUES ({', '.join('?' * len(values))})", values)


def lost(entries: Sequence[Entry]) -> set[int]:
    """The imports that a doctor has written off: their files may be imported again."""
    return {int(word) for entry in entries if entry.kind == "lost" for word in entry.reason.split() if word.isdigit()}


def reconciled(database: Database, ledger: Ledger, inside: Sequence[Entry]) -> Entry | None:
    """The last import, after what is missing in the ledger has been written where that can be.

    `inside` are the imports that the database has. Raises StoreError, naming the imports, where database and ledger
    disagree on more than that.
    """
    outside = ledger.entries()
    if fault := disagreement(inside, outside):
        raise StoreError(f"{fault}; see `indicators doctor --store {database.path}`")
    last = unwritten(inside, outside)
    if last and not database.read_only:
        ledger.append(last[0])
    return max((*outside, *inside), key=lambda entry: entry.number, default=None)


def missing(inside: Sequence[Entry], outside: Sequence[Entry]) -> list[Entry]:
    """The imports that the ledger has and the database lacks, but for those that are written off."""
    gone, there = lost(outside), set(map(_told, inside))
    return [one for one in outside if one.kind != "lost" and one.number not in gone and _told(one) not in there]


def unwritten(inside: Sequence[Entry], outside: Sequence[Entry]) -> list[Entry]:
    """The imports that the database has and the ledger lacks."""
    there = set(map(_told, outside))
    return [one for one in inside if _told(one) not in there]


def _told(entry: Entry) -> Entry:
    """What an entry says, wherever in a ledger it stands: one that was written anew may follow another line."""
    return replace(entry, running="")


def disagreement(inside: Sequence[Entry], outside: Sequence[Entry]) -> str:
    """What the database and the ledger disagree on, in words; "" when all is well."""
    if broken := broken_chain(outside):
        return f"line {broken.number} of the ledger does not follow from the line before: the ledger was changed"
    if lacking := missing(inside, outside):
        return f"the store lacks import {named(lacking)}, which its ledger has"
    ahead = unwritten(inside, outside)
    if ahead and (len(ahead) > 1 or ahead[0].number < max((one.number for one in outside), default=0)):
        return f"the ledger lacks import {named(ahead)}, which the store has"
    return ""


def named(entries: Sequence[Entry]) -> str:
    """The numbers of entries."""
    return ", ".join(str(one.number) for one in entries)
