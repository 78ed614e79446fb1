"""The connection to a store's database: hardened, in one process, one transaction an import.

No SQL reaches it but the package's own, with values bound and names of the store's own tables. It reads and writes no
file but its own: what comes in, comes as values or as an Arrow stream. DuckDB's faults become `StoreError`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakSet, finalize

from indicator_engine.problems import StoreError
from indicator_engine.store import catalog, instances
from indicator_engine.store.catalog import FIXED, FORMAT, STORAGE_VERSION, Kept, created
from indicator_engine.store.instances import NO_EXTENSIONS, keep_for_ever, shared, taken
from indicator_engine.store.interrupts import told_at_once
from indicator_engine.store.sandbox import ArrowStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.tables import Stream

MEMORY = "1200MB"
"""What the database may hold in memory; the rest of a large import goes to a folder beside the store."""

DENSE_BITS = 21
"""Two million organisations are whole numbers without gaps: groups of them are found by place, not by hash.

Only where nothing is written: an import groups by other numbers, and has its own use for the memory.
"""

LEFT_OUT = ("projection_pullup", "projection_placement")
"""Passes of DuckDB's optimiser that take longer over queries of many steps than what they save."""

ENDINGS = ("", ".wal", ".wal.recovery", ".wal.checkpoint")
"""What the names of a database's own files end with."""

_BESIDE = "beside"
"""What queries call the database beside a store."""

_CHANGE_TABLES = ("CREATE TABLE", "ALTER TABLE", "ROLLBACK")
"""How statements begin after which a store can have other tables; none is ever dropped."""


class CommittedError(StoreError):
    """What was told is stored, in the log of changes, but could not be put to the file itself."""


class Database:
    """One open database. `path` None is one in memory."""

    def __init__(self, path: Path | None, *, read_only: bool, beside: Path | None = None) -> None:
        """`beside` is the only other database that it may look into."""
        self.path, self.read_only = path, read_only
        self._beside = beside.absolute() if beside else None
        self._process = os.getpid()
        self.inside = False
        """Whether a transaction is open."""
        self.alone = RLock()
        """Held from a query until its rows are fetched: between the two, another thread's query would be given them."""
        self._asked = 0
        """How many queries there were."""
        self._tables: dict[str, dict[str, str]] | None = None
        """The tables as they were found; None where that has to be asked."""
        self.name = "store" if path else f"memory_{next(_numbers)}"
        """What the connection calls it."""
        self._leave: finalize[..., Any] | None = None
        """Takes it out of an instance that others use, now or later."""
        by_itself = path is not None and not read_only
        self._connection: duckdb.DuckDBPyConnection | None = self._connected() if by_itself else self._among_others()
        _all.add(self)

    # ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────────

    def _connected(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        with _faults(self.path):
            connection = duckdb.connect(":memory:")
            try:
                for statement in (*NO_EXTENSIONS, f"ATTACH {self._where()}", *self._settings()):
                    connection.execute(statement)
                connection.execute(f"USE {self.name}")
            except BaseException:
                connection.close()
                raise
        return connection

    def _among_others(self) -> duckdb.DuckDBPyConnection:
        """A connection to an instance that runs: starting one takes longer than most questions."""
        settings = tuple(self._settings())
        with _faults(self.path):
            instance = taken(settings) if self.path else shared(settings)
            connection = instance.opened(self.name, self._where())
        self._leave = finalize(self, instance.left, (self.name, *[_BESIDE] * bool(self._beside)), self._spill)
        self._leave.atexit = False
        return connection

    def _where(self) -> str:
        new = self.path is not None and not self.path.exists()
        more = ["READ_ONLY"] * self.read_only + [f"STORAGE_VERSION '{STORAGE_VERSION}'"] * new
        return f"{_text(str(self._file or ':memory:'))} AS {self.name} ({', '.join(['TYPE duckdb', *more])})"

    @property
    def _file(self) -> Path | None:
        """Its whole path: what it is from here, an instance that waits would take from where it was started."""
        return self.path.absolute() if self.path else None

    @property
    def _spill(self) -> str:
        """The folder for what does not fit into memory."""
        return f"{self._file}.tmp" if self.path else str(Path(tempfile.gettempdir()) / f"indicators-{os.getpid()}.tmp")

    def _settings(self) -> list[str]:
        own = [f"{self._file}{ending}" for ending in ENDINGS if self._file]
        paths = [*own, *[f"{self._beside}{ending}" for ending in ("", ".wal") if self._beside]]
        return [
            f"SET memory_limit = '{MEMORY}'",
            f"SET temp_directory = {_text(self._spill)}",
            *[f"SET GLOBAL perfect_ht_threshold = {DENSE_BITS}"] * self.read_only,
            f"SET disabled_optimizers = '{','.join(LEFT_OUT)}'",
            "SET GLOBAL python_enable_replacements = false",
            "SET enable_progress_bar = false",
            f"SET allowed_paths = [{', '.join(map(_text, paths))}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ]

    def close(self) -> None:
        """Close it. Closing twice does nothing."""
        if self._connection:
            with suppress(Exception):  # a database that has failed is closed all the same
                self._connection.close()
        self._connection = None
        if self._leave:
            self._leave()

    def abandon(self) -> None:
        """Never close it, in a process that only has it because it was forked."""
        keep_for_ever(self._connection)
        self._connection = None
        if self._leave:
            self._leave.detach()

    @property
    def is_open(self) -> bool:
        """Whether it was not closed, and not left behind by a fork."""
        return self._connection is not None and self._process == os.getpid()

    @property
    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._process != os.getpid():
            raise StoreError("this store was opened before the process was forked; open it again in this one")
        if self._connection is None:
            raise StoreError("the store is closed")
        return self._connection

    # ── asking and telling ───────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _asking(self, again: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """The connection, for one thread until this ends; `again`: for more rows of that query, if it was the last."""
        connection = self._open
        with self.alone, _faults(self.path):
            if again not in {None, self._asked}:
                raise StoreError("the store was asked something else before all rows were read: open it once for each")
            self._asked += again is None
            yield connection

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Every row that a query finds."""
        with self._asking() as connection:
            found: list[tuple[Any, ...]] = connection.execute(query, _bound(values)).fetchall()
            return found

    def chunks(
        self, query: str, values: Sequence[Any] | Mapping[str, Any] = (), size: int = 10_000
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows that a query finds, some at a time; StoreError where another query was asked meanwhile."""
        with self._asking() as connection:
            cursor = connection.execute(query, _bound(values))
            mine, found = self._asked, cursor.fetchmany(size)
        while found:
            yield found
            if len(found) < size:
                return
            with self._asking(mine):
                found = cursor.fetchmany(size)

    def value(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """The first column of the only row."""
        return self.rows(query, values)[0][0]

    def run(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Run a statement; the number of rows it wrote."""
        with self._asking() as connection:
            if statement.startswith(_CHANGE_TABLES):
                self._tables = None
            found = connection.execute(statement, _bound(values)).fetchall()
        return int(found[0][0]) if found and isinstance(found[0][0], int) else 0

    def relation(self, query: str) -> Stream:
        """What a query finds, as an Arrow stream for another connection; no other query may be asked meanwhile."""
        with self._asking() as connection:
            return ArrowStream(connection.sql(query))

    @contextmanager
    def stream(self, name: str, stream: Stream) -> Iterator[None]:
        """An Arrow stream as a table of that name, to be read once."""
        connection = self._open
        with _faults(self.path):
            connection.register(name, ArrowStream(stream))
            try:
                yield
            except BaseException:
                with suppress(Exception):  # after a statement that failed, DuckDB does nothing but roll back
                    connection.unregister(name)
                raise
            connection.unregister(name)

    @contextmanager
    def looking_beside(self) -> Iterator[str]:
        """The database beside this one, under a name for queries; not within a transaction, which a fault would end."""
        self.run(f"ATTACH {_text(str(self._beside))} AS {_BESIDE} (TYPE duckdb, READ_ONLY)")
        try:
            yield _BESIDE
        finally:
            self.run(f"DETACH {_BESIDE}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; then everything is put to the file itself. One within another is part of it.

        Raises StoreError where nothing of it is stored, and CommittedError where all of it is.
        """
        if self.inside:
            yield
            return
        self.run("BEGIN TRANSACTION")
        self.inside = True
        try:
            with told_at_once(self._open.interrupt):
                yield
            self.run("COMMIT")
        except BaseException:
            with suppress(StoreError):
                self.run("ROLLBACK")
            raise
        finally:
            self.inside = False
        self.checkpoint()

    def checkpoint(self) -> None:
        """Put everything to the file itself, so that nothing need ever be replayed. Raises CommittedError."""
        if self.path is None:
            return
        try:
            self.run(f"CHECKPOINT {self.name}")
        except StoreError as fault:
            full = any(word in str(fault.__cause__) for word in _FULL)
            why = "the disk is full: make room, and open the store again" if full else str(fault)
            raise CommittedError(f"the file {self.path} could not be brought up to date: {why}") from fault

    # ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def create(self, identity: str) -> None:
        """The tables that every store has."""
        with self.transaction():
            for table, columns in FIXED.items():
                self.run(created(table, columns))
            for key, value in (("format", str(FORMAT)), ("store", identity), ("storage", STORAGE_VERSION)):
                self.run("INSERT INTO meta VALUES (?, ?)", [key, value])

    def tables(self) -> dict[str, dict[str, str]]:
        """The columns of every table, with their types, in their order."""
        if self._tables is None:
            self._tables = self._found_tables()
        return {table: dict(columns) for table, columns in self._tables.items()}

    def _found_tables(self) -> dict[str, dict[str, str]]:
        query = (
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = ? AND NOT internal ORDER BY table_name, column_index"
        )
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in self.rows(query, [self.name]):
            found.setdefault(table, {})[column] = kind
        return found

    def columns(self, table: str) -> dict[str, str]:
        """The columns of one table, also of a temporary one, with their types."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {catalog.quoted(table)}")}

    def kept(self) -> list[Kept]:
        """The tables of versions: events of each type, retractions, the register, aliases."""
        tables = self.tables()
        names = [name for name in tables if name.startswith("event_")]
        return [Kept(name, tables[name]) for name in (*names, "retraction", "register", "alias")]

    def grow(self, schema: Schema) -> bool:
        """Make room for a pack's vocabulary, put to the file at once; whether anything had to be made."""
        statements = list(catalog.growth(schema, self.tables()))
        if not statements:
            return False
        with self.transaction():
            for statement in statements:
                self.run(statement)
        return True


def discard(path: Path) -> None:
    """Take away what there is of a database that was being made."""
    for left in (path, path.with_name(path.name + ".wal")):
        left.unlink(missing_ok=True)


_all: WeakSet[Database] = WeakSet()
_numbers = count(1)


def _abandon_all() -> None:
    for database in tuple(_all):
        database.abandon()
    instances.abandon_all()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)


def _bound(values: Sequence[Any] | Mapping[str, Any]) -> Any:
    return dict(values) if isinstance(values, Mapping) else list(values)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def _faults(path: Path | None) -> Iterator[None]:
    """DuckDB's faults as ours: the first line, cut, and what to do about it."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException as fault:
        raise KeyboardInterrupt from fault
    except duckdb.Error as fault:
        if any(sign in str(fault) for sign in _INTERRUPTED):
            raise KeyboardInterrupt from fault
        raise StoreError(_told(fault, path)) from fault
    except RuntimeError as fault:
        if str(fault) == "Query interrupted":  # what DuckDB makes of an interrupt while a statement runs
            raise KeyboardInterrupt from fault
        raise
    except OSError as fault:
        raise StoreError(f"the store {path or 'in memory'} fails: {fault.strerror or fault}") from fault


_INTERRUPTED = ("RuntimeError: Query interrupted", "failed: KeyboardInterrupt")
"""How DuckDB tells of an interrupt that came while it asked a stream for its columns."""

_FULL = ("No space left", "not enough space", "File too large")

_MEANINGS = (
    (
        ("because of a previous fatal error", "invalidated because"),
        "the store {name} failed before this, and has to be opened again",
    ),
    (_FULL, "the disk is full: nothing of this was stored, and the store {name} is as it was before"),
    (
        ("Conflicting lock", "Could not set lock"),
        "the store {name} is in use by another process: wait until that is done, or stop it",
    ),
    (
        ("replay", "Replay", "WAL"),
        "the store {name} has a log of changes that cannot be replayed: run `indicators doctor --store {name}`",
    ),
    (("newer version of DuckDB",), "the store {name} was written by a later release than this one"),
    (("not a valid DuckDB",), "{name} is no event store: it is another kind of file, or damaged at its beginning"),
    (
        ("hecksum", "orrupt", "Could not read enough bytes"),
        "the store {name} is damaged: {text:.300}; restore it from an export, see `indicators doctor --store {name}`",
    ),
)
"""What DuckDB's faults have in them, and what they mean to whoever uses a store."""


def _told(fault: Exception, path: Path | None) -> str:
    text = " ".join(str(fault).split())
    for words, meaning in _MEANINGS:
        if any(word in text for word in words):
            return meaning.format(name=path or "in memory", text=text)
    return f"the store {path or 'in memory'} fails: {text[:500]}"
