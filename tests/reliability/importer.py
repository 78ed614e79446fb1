"""A program that imports files into a store and says so after each; it can be told to die at a certain place.

    importer.py STORE PLACE VOCABULARY FILE...

`tests/reliability/stores.py` starts it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb  # noqa: F401  # so that no import of a library is among what is waited for
from tests.reliability.stores import DEAD, GROWN, SCHEMA, take

from indicator_engine.store import database, ledger
from indicator_engine.store.database import Database
from indicator_engine.store.ledger import Ledger
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable


def die(*_: object, **__: object) -> Any:
    """End here and now, as a killed process does: nothing is flushed, nothing is closed."""
    os._exit(DEAD)


def before(owner: object, name: str) -> Callable[[], None]:
    """To die instead of calling this."""
    return lambda: setattr(owner, name, die)


def after_statement(start: str, count: int) -> Callable[[], None]:
    """To die right after so many statements that begin so."""
    left = count
    run = Database.run

    def dying(self: Database, statement: str, values: Any = ()) -> int:
        nonlocal left
        found = run(self, statement, values)
        left -= statement.startswith(start)
        return found if left else die()

    return lambda: setattr(Database, "run", dying)


def within_checkpoint(where: str) -> Callable[[], None]:
    """To die in the middle of a checkpoint, where DuckDB can be told to give it up."""

    def checkpoint(self: Database) -> None:
        self.run(f"SET debug_checkpoint_abort = '{where}'")
        try:
            self.run("CHECKPOINT store")
        finally:
            die()

    def arm() -> None:
        Database.checkpoint = checkpoint  # type: ignore[method-assign]

    return arm


def half_a_line() -> None:
    """To die when half of a line of the ledger is written."""

    def append(self: Ledger, entry: ledger.Entry) -> None:
        assert self.path is not None
        with self.path.open("ab") as file:
            file.write(ledger._text(entry).encode()[:100])
        die()

    Ledger.append = append  # type: ignore[method-assign]


WHILE_MAKING = {
    "before it is made": before(database.Database, "_connected"),
    "before its tables": before(Database, "create"),
    "among its tables": after_statement("CREATE TABLE", 5),
    "with its tables, not yet committed": after_statement("INSERT INTO meta", 3),
    "with its tables, not yet put to the file": before(Database, "checkpoint"),
    "whole, without its name": before(Path, "rename"),
}
"""Places while a store is made, where nothing is imported yet."""

BEFORE_COMMIT = {
    "before the first row": after_statement("BEGIN", 1),
    "among the rows": after_statement("INSERT INTO subject", 1),
    "before the commit": after_statement("INSERT INTO import", 1),
}
"""Places in an import of which nothing is stored."""

GROWING = {
    "when a table has grown": after_statement("ALTER TABLE", 1),
    "when a column has widened": after_statement("ALTER TABLE", 2),
    "when a table is new": after_statement("CREATE TABLE", 1),
}
"""The same, in an import for which the store has to grow."""

AFTER_COMMIT = {
    "after the commit": before(Database, "checkpoint"),
    "before the header": within_checkpoint("before_header"),
    "after the free list": within_checkpoint("after_free_list_write"),
    "before the log is cut": within_checkpoint("before_truncate"),
    "before the log is finished": within_checkpoint("before_wal_finish"),
    "before the ledger": before(Ledger, "append"),
    "in the ledger": half_a_line,
}
"""Places in an import of which everything is stored."""


def main(path: str, place: str, vocabulary: str, *files: str) -> None:
    """Import the files."""
    schema = GROWN if vocabulary else SCHEMA
    if place:
        Database._settings = unlocked(Database._settings)  # type: ignore[assignment, method-assign]
    tell("ready")
    if place in WHILE_MAKING:
        WHILE_MAKING[place]()
    with open_store(path, writable=True) as store:
        if place and place not in WHILE_MAKING:
            {**BEFORE_COMMIT, **GROWING, **AFTER_COMMIT}[place]()
        for file in files:
            receipt = take(store, Path(file), schema)
            told = {"file": file, "number": receipt.number, "stored": receipt.stored}
            tell(json.dumps(told))


def tell(line: str) -> None:
    """Write a line, at once and whole."""
    os.write(1, f"{line}\n".encode())


def unlocked(settings: Callable[[Database], list[str]]) -> Callable[[Database], list[str]]:
    """The settings of a database, but for the one that locks them."""
    return lambda self: [one for one in settings(self) if "lock_configuration" not in one]


if __name__ == "__main__":
    main(*sys.argv[1:])
