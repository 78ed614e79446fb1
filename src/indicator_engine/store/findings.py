"""What queries found out about a store, kept in a file beside it: disposable, and true of one state of the store only.

The file is written under another name and put in its place whole. Where it is missing, of another state, or cannot be
read or written, everything is found out anew; no answer ever depends on it being there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import StoreError
from indicator_engine.store.catalog import created
from indicator_engine.store.database import Database, discard

if TYPE_CHECKING:
    from pathlib import Path

FATES = {"type": "INTEGER", "rid": "BIGINT", "moved": "BOOLEAN", "first": "TIMESTAMP", "twin": "BOOLEAN"}
"""Rows that do not simply stand, by the type of their event, and what becomes of them as far as is known now."""
SHAPE = "2"
"""Which columns there are: files of another shape are made anew."""


@dataclass(frozen=True)
class Findings:
    """What was found in one `state`: the store's last import, and the vocabulary."""

    path: Path
    state: str

    @staticmethod
    def beside(store: Path, state: str) -> Findings:
        """Those of a store."""
        return Findings(store.with_name(store.name + ".findings"), f"{SHAPE} {state}")

    def read_into(self, database: Database, table: str) -> bool:
        """Put the rows into a table; whether there are any of this state."""
        if not self.path.exists():
            return False
        with suppress(StoreError):
            file = Database(self.path, read_only=True)
            try:
                return self._copied(file, database, table)
            finally:
                file.close()
        return False

    def _copied(self, file: Database, database: Database, table: str) -> bool:
        if file.rows("SELECT state FROM of_state") != [(self.state,)]:
            return False
        with database.stream("found", file.relation(f"SELECT {', '.join(FATES)} FROM fates")):
            database.run(f"INSERT INTO {table} SELECT * FROM found")
        return True

    def keep(self, database: Database, table: str) -> None:
        """Keep the rows of a table; where that cannot be done, they are found out anew next time."""
        half = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with suppress(StoreError, OSError):
            try:
                self._write(half, database, table)
                half.replace(self.path)
            finally:
                discard(half)

    def _write(self, half: Path, database: Database, table: str) -> None:
        file = Database(half, read_only=False)
        try:
            file.run("CREATE TABLE of_state (state VARCHAR)")
            file.run(created("fates", FATES))
            with file.stream("found", database.relation(f"SELECT {', '.join(FATES)} FROM {table}")):
                file.run("INSERT INTO fates SELECT * FROM found")
            file.run("INSERT INTO of_state VALUES (?)", [self.state])
        finally:
            file.close()
