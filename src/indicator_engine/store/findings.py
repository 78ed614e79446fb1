"""What queries found out about a store, kept in a file beside it: disposable, and true of one state of the store only.

The file is written under another name and put in its place whole. Where it is missing, of another store, vocabulary or
release, or cannot be read or written, everything is found out anew; no answer ever depends on it being there.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.problems import StoreError
from indicator_engine.store.catalog import created, quoted
from indicator_engine.store.database import Database, discard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

TABLES: dict[str, dict[str, str]] = {
    "fates": {
        "type": "INTEGER", "rid": "BIGINT", "moved": "BOOLEAN", "event": "VARCHAR", "s": "INTEGER",
        "first": "TIMESTAMP", "twin": "BOOLEAN",
    },
    "counts": {"type": "INTEGER", "many": "BIGINT", "moved": "BIGINT"},
    "figures": {"figure": "INTEGER", "key": "VARCHAR", "import": "INTEGER"},
    "course": {"figure": "INTEGER", "day": "DATE", **{f"n{place}": "DECIMAL(38,20)" for place in range(7)}},
}  # fmt: skip
"""Rows that do not simply stand, and what becomes of them, and how many there are; figures, and the import up to which
each is known; what is added to each on which days."""

COUNTED = "SELECT type, count(*) AS many, sum(CASE WHEN moved THEN 1 ELSE 0 END) AS moved FROM {fates} GROUP BY type"
"""Asks how many rows of each type do not simply stand, and how many of them for more than their twins."""

IDS: dict[str, str] = {"mark": "UINTEGER", "s": "INTEGER"}
"""The table `ids`: a mark of the id of each version of an event up to the import in `of_ids`, and its subject."""

MARK = "CAST(hash({event}) % 4294967296 AS UINTEGER)"
"""The mark of an id; a few others have the same one."""

SHAPE = "6"
"""Which tables there are: files of another shape are made anew."""

OF_STATE = {
    "vocabulary": "VARCHAR", "import": "INTEGER", "running": "VARCHAR", "written": "VARCHAR", "whole": "BIGINT",
}  # fmt: skip
"""What the file is true of; by what it was `written` it is told from others; how many rows of courses it had when it
was last written whole."""
OF_IDS = {"import": "INTEGER"}

_STATE = "SELECT vocabulary, import, running, written, whole FROM {found}of_state"


def listed(table: str) -> str:
    """The columns of a table."""
    return ", ".join(map(quoted, TABLES[table]))


def path_beside(store: Path) -> Path:
    """Where what was found out about a store is kept."""
    return store.with_name(store.name + ".findings")


LONG_SINCE = 86_400
"""Seconds after which nobody is still writing a file, though a process of that number lives: it is another one."""


def leftovers(store: Path) -> list[Path]:
    """Half-written files of findings, left by processes or threads that are gone; those that still write are spared."""
    beside = path_beside(store)
    half = re.compile(rf"({re.escape(beside.name)}\.(\d+)-(\d+))(?:\.wal|\.tmp)?")
    there = [found for one in store.parent.iterdir() if (found := half.fullmatch(one.name))]
    gone = {one[1] for one in there if _is_gone(beside.with_name(one[0]), int(one[2]), int(one[3]))}
    return [beside.with_name(name) for name in sorted(gone)]


def remove_leftovers(store: Path) -> list[Path]:
    """Remove them; those that there were."""
    found = leftovers(store)
    for one in found:
        discard(one)
        shutil.rmtree(one.with_name(one.name + ".tmp"), ignore_errors=True)
    return found


def _is_gone(half: Path, process: int, thread: int) -> bool:
    """Whether who was writing a file has stopped."""
    if process == os.getpid():
        return thread not in {one.ident for one in threading.enumerate()}
    return not _lives(process) or (half.exists() and time.time() - half.stat().st_mtime > LONG_SINCE)


def _lives(process: int) -> bool:
    """Whether there is a process of this number; where that cannot be asked, there may be."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # another user's
        return True
    return True


@dataclass(frozen=True)
class Added:
    """What is put to a file of which `written` says which it is: statements, and the queries that they call `found`."""

    written: str
    statements: Mapping[str, str]


class Look:
    """What was found, while it is looked into; queries name its tables `{found}fates` and so on."""

    def __init__(self, found: str, source: Database, database: Database) -> None:
        """`source` is asked, in which its tables go by a prefix; `database` is what some of it is put into."""
        self._found, self._source, self._database = found, source, database
        self.since = 0
        """Up to which import it holds."""
        self.written = ""
        self.whole = 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self._source.rows(query.format(found=self._found))

    def into(self, table: str, query: str) -> None:
        """Make a table of what a query finds."""
        self._database.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {query.format(found=self._found)}")


class _Streamed(Look):
    """A look at a database of its own, for one that cannot attach it."""

    def into(self, table: str, query: str) -> None:
        with self._database.stream("found", self._source.relation(query.format(found=""))):
            self._database.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM found")


@dataclass(frozen=True)
class Findings:
    """What was found in one `state`: up to which import, and in which vocabulary.

    `imports` are those of the store, each with the hash that says what it and all before it were.
    """

    path: Path
    vocabulary: str
    imports: Mapping[int, str] = field(repr=False)

    @staticmethod
    def beside(store: Path, vocabulary: str, imports: Mapping[int, str]) -> Findings:
        """Those of a store."""
        import duckdb

        return Findings(path_beside(store), f"{SHAPE} {duckdb.__version__} {vocabulary}", imports)

    @property
    def last(self) -> int:
        """The store's last import; 0 where it has none."""
        return max(self.imports, default=0)

    def look(self, database: Database, take: Callable[[Look], None]) -> bool:
        """Have something taken from what was found into a database; False where nothing holds, or it cannot be read."""
        if not self.path.exists():
            return False
        with suppress(StoreError), database.alone:
            if database.inside:  # a fault in the file must not end the transaction
                file = Database(self.path, read_only=True)
                try:
                    return self._taken(_Streamed("", file, database), take)
                finally:
                    file.close()
            with database.looking_beside() as beside:
                return self._taken(Look(f"{beside}.", database, database), take)
        return False

    def _taken(self, look: Look, take: Callable[[Look], None]) -> bool:
        told = look.rows(_STATE)
        if not self._holds(told):
            return False
        ((_, look.since, _, look.written, look.whole),) = told
        take(look)
        return True

    def _holds(self, told: Sequence[tuple[Any, ...]]) -> bool:
        """Whether what a file says of itself is true of the store."""
        return len(told) == 1 and told[0][0] == self.vocabulary and self.imports.get(told[0][1], "") == told[0][2]

    def keep(self, database: Database, queries: Mapping[str, str], ids: str = "", added: Added | None = None) -> None:
        """Keep what queries find, and the ids that one finds; without it, those stay that there are.

        Where the file is still the one that something is to be `added` to, only that is done. Where nothing can be
        kept, it is found out anew next time. What others left half-written, who are gone, is removed.
        """
        with suppress(OSError):
            remove_leftovers(self.path.with_suffix(""))
        half = self.path.with_name(f"{self.path.name}.{os.getpid()}-{threading.get_ident()}")
        with suppress(StoreError, OSError), database.alone:
            try:
                discard(half)
                if added and not ids and (file := self._copy(half, added.written)):
                    self._add(file, database, added)
                else:
                    file = self._begun(half) if ids else self._copy(half) or self._begun(half)
                    self._write(file, database, queries, ids)
                half.replace(self.path)
            finally:
                discard(half)

    @staticmethod
    def _begun(half: Path) -> Database:
        """A new file, without any ids."""
        file = Database(half, read_only=False)
        for name, columns in {"of_state": OF_STATE, "of_ids": OF_IDS, "ids": IDS, **TABLES}.items():
            file.run(created(name, columns))
        return file

    def _copy(self, half: Path, written: str = "") -> Database | None:
        """A copy of the file there is, if it was so written; else with nothing but its ids, None where it has none."""
        with suppress(StoreError, OSError):
            shutil.copyfile(self.path, half)
            file = Database(half, read_only=False)
            try:
                if written:
                    if file.rows("SELECT written FROM of_state") == [(written,)]:
                        return file
                elif self._holds(file.rows(_STATE.format(found=""))) and file.rows("SELECT * FROM of_ids"):
                    for name in ("of_state", *TABLES):
                        file.run(f"DROP TABLE {name}")
                        file.run(created(name, TABLES.get(name, OF_STATE)))
                    return file
            except StoreError:
                file.close()
                raise
            file.close()
        discard(half)
        return None

    def _write(self, file: Database, database: Database, queries: Mapping[str, str], ids: str) -> None:
        try:
            for name, query in {**queries, **({"ids": ids} if ids else {})}.items():
                with file.stream("found", database.relation(query)):
                    file.run(f"INSERT INTO {name} SELECT * FROM found")
            if ids:
                file.run("INSERT INTO of_ids VALUES (?)", [self.last])
            self._count(file)
            values = [self.vocabulary, self.last, self.imports.get(self.last, ""), uuid.uuid4().hex]
            file.run("INSERT INTO of_state VALUES (?, ?, ?, ?, (SELECT count(*) FROM course))", values)
            file.checkpoint()
        finally:
            file.close()

    @staticmethod
    def _count(file: Database) -> None:
        file.run("DELETE FROM counts")
        file.run(f"INSERT INTO counts {COUNTED.format(fates='fates')}")

    def _add(self, file: Database, database: Database, added: Added) -> None:
        try:
            for statement, query in added.statements.items():
                with file.stream("found", database.relation(query)):
                    file.run(statement)
            self._count(file)
            values = [self.last, self.imports.get(self.last, ""), uuid.uuid4().hex]
            file.run('UPDATE of_state SET "import" = ?, running = ?, written = ?', values)
            file.checkpoint()
        finally:
            file.close()
