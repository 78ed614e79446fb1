"""What queries found out about a store, kept in a file beside it: disposable, and true of one state of the store only.

The file is written under another name and put in its place whole. Where it is missing, of another state, or cannot be
read or written, everything is found out anew; no answer ever depends on it being there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicator_engine.problems import StoreError
from indicator_engine.store.catalog import created
from indicator_engine.store.database import Database, discard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = {"contested": {"type": "INTEGER", "rid": "BIGINT"},
          "picked": {"type": "INTEGER", "rid": "BIGINT", "first": "TIMESTAMP"}}  # fmt: skip
"""Rows that do not simply stand, by the type of their event; and those of them that stand as far as is known now."""


@dataclass(frozen=True)
class Findings:
    """What was found in one `state`: the store's last import, and the vocabulary."""

    path: Path
    state: str

    @staticmethod
    def beside(store: Path, state: str) -> Findings:
        """Those of a store."""
        return Findings(store.with_name(store.name + ".findings"), state)

    def read_into(self, database: Database, tables: Mapping[str, str]) -> bool:
        """Put the rows into tables of these names; whether there are any of this state."""
        if not self.path.exists():
            return False
        with suppress(StoreError):
            file = Database(self.path, read_only=True)
            try:
                return self._copied(file, database, tables)
            finally:
                file.close()
        return False

    def _copied(self, file: Database, database: Database, tables: Mapping[str, str]) -> bool:
        if file.rows("SELECT state FROM of_state") != [(self.state,)]:
            return False
        for ours, theirs in tables.items():
            with database.stream("found", file.relation(f"SELECT {', '.join(TABLES[ours])} FROM {ours}")):
                database.run(f"INSERT INTO {theirs} SELECT * FROM found")
        return True

    def keep(self, database: Database, tables: Mapping[str, str]) -> None:
        """Keep the rows of tables; where that cannot be done, they are found out anew next time."""
        half = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with suppress(StoreError, OSError):
            try:
                self._write(half, database, tables)
                half.replace(self.path)
            finally:
                discard(half)

    def _write(self, half: Path, database: Database, tables: Mapping[str, str]) -> None:
        file = Database(half, read_only=False)
        try:
            file.run("CREATE TABLE of_state (state VARCHAR)")
            for ours, theirs in tables.items():
                file.run(created(ours, TABLES[ours]))
                with file.stream("found", database.relation(f"SELECT {', '.join(TABLES[ours])} FROM {theirs}")):
                    file.run(f"INSERT INTO {ours} SELECT * FROM found")
            file.run("INSERT INTO of_state VALUES (?)", [self.state])
        finally:
            file.close()
