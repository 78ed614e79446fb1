"""What is opened one after the other in a process has one DuckDB, and nothing of it stays from one to the next."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.reliability.stores import file_of, take

from indicator_engine.problems import StoreError
from indicator_engine.store import instances
from indicator_engine.store.database import DENSE_BITS, Database
from indicator_engine.store.store import memory_store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOW_MANY = "SELECT (SELECT count(*) FROM event_pledge) + (SELECT count(*) FROM event_visit)"


@pytest.fixture(autouse=True)
def none_wait() -> Iterator[None]:
    """No instance waits from another test."""
    instances._waiting.clear()
    yield
    instances._waiting.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of four events."""
    found = tmp_path / "a.store"
    with open_store(found, writable=True) as store:
        take(store, file_of(tmp_path, "first", 4))
    return found


def reading(path: Path) -> Database:
    """A store's database, to be read."""
    return Database(path, read_only=True, beside=path.with_name("a.store.findings"))


def root(database: Database) -> Any:
    """The connection by which an instance is known."""
    peeked: Any = database._leave.peek() if database._leave else None
    return peeked[1].__self__.root


def test_a_file_is_opened_again_where_it_was(path: Path):
    """One after the other in one instance; two at the same time have one each."""
    first = reading(path)
    one = root(first)
    first.close()
    again, beside = reading(path), reading(path)
    assert one is root(again)
    assert one is not root(beside)
    assert again.rows(HOW_MANY) == beside.rows(HOW_MANY) == [(4,)]
    again.close()
    beside.close()
    assert 2 == len(instances._waiting)


def test_what_was_told_since_is_read(path: Path, tmp_path: Path):
    """By an import, and by another store that took the place of this."""
    with open_store(path) as store:
        assert [(4,)] == store.database.rows(HOW_MANY)
    with open_store(path, writable=True) as store:
        take(store, file_of(tmp_path, "second", 7))
    with open_store(path) as store:
        assert [(11,)] == store.database.rows(HOW_MANY)
    other = tmp_path / "other.store"
    with open_store(other, writable=True) as store:
        take(store, file_of(tmp_path, "third", 2))
    shutil.copy(other, path)
    shutil.copy(other.with_name("other.store.ledger"), path.with_name("a.store.ledger"))
    with open_store(path) as store:
        assert [(2,)] == store.database.rows(HOW_MANY)


def test_a_name_means_what_it_means_from_here(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another file of the same name, in another folder."""
    monkeypatch.chdir(tmp_path)
    with open_store(path.name) as store:
        assert [(4,)] == store.database.rows(HOW_MANY)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with open_store(path.name, writable=True) as store:
        take(store, file_of(elsewhere, "second", 7))
    with open_store(path.name) as store:
        assert [(7,)] == store.database.rows(HOW_MANY)


def test_nothing_stays_of_an_earlier_opening(path: Path):
    """No table, no transaction, no rows that were not fetched, nothing that was attached."""
    first = reading(path)
    shutil.copy(path, path.with_name("a.store.findings"))
    first.run("CREATE TEMP TABLE made AS SELECT 1 AS one")
    first.run("BEGIN TRANSACTION")
    next(first.chunks("SELECT * FROM event_pledge", size=1))
    first.close()
    second = reading(path)
    assert [] == second.rows("SELECT table_name FROM duckdb_tables() WHERE temporary")
    with pytest.raises(StoreError, match="is closed"), second.looking_beside():
        second.close()
    third = reading(path)
    with third.looking_beside():
        assert [(2,)] == third.rows("SELECT count(*) FROM beside.event_pledge")
    third.close()
    assert 1 == len(instances._waiting)


def test_others_may_write_what_was_read(path: Path):
    """Another process has the file for itself once it is closed here."""
    reading(path).close()
    assert 1 == len(instances._waiting)
    write = f"import duckdb; duckdb.connect({str(path)!r}).execute('CREATE TABLE more (one INTEGER)')"
    subprocess.run([sys.executable, "-c", write], check=True, timeout=60)
    again = reading(path)
    assert "more" in again.tables()
    again.close()


@pytest.mark.parametrize("in_memory", [False, True])
def test_hardened(path: Path, *, in_memory: bool):
    """No file but its own, no value of the program under a table's name, no other settings; by place, not by hash."""
    secret = path.with_name("secret.csv")
    secret.write_text("one\n1\n")
    variable = [1]
    database = memory_store().database if in_memory else reading(path)
    assert variable
    for statement in (
        f"CREATE TEMP TABLE told AS FROM read_csv('{secret}')",
        f"ATTACH '{path.with_name('new.duckdb')}' AS new",
        "SELECT * FROM variable",
        "SET enable_external_access = true",
        "SET python_enable_replacements = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(StoreError):
            database.run(statement)
    if not in_memory:
        assert DENSE_BITS == database.value("SELECT current_setting('perfect_ht_threshold')")
    database.close()


def test_what_has_failed_does_not_wait(path: Path, tmp_path: Path):
    """Nor one that has a folder to spill to; and no file that is none is opened by one that does wait."""
    failed = reading(path)
    root(failed).close()
    failed.close()
    assert not instances._waiting
    spilled = reading(path)
    spilled_to = path.with_name("a.store.tmp")
    spilled_to.mkdir()
    spilled.close()
    assert not instances._waiting
    spilled_to.rmdir()
    reading(path).close()
    path.write_bytes(b"nothing")
    with pytest.raises(StoreError, match="another kind of file"):
        reading(path)
    assert not instances._waiting


def test_few_wait(path: Path):
    """The first that was left goes when too many wait."""
    several = [reading(path) for _ in range(instances.WAITING + 2)]
    roots = [root(one) for one in several]
    for one in several:
        one.close()
    assert roots[2:] == [one.root for one in instances._waiting]


def test_nobody_closes_it(path: Path):
    """A database that nobody has any more is left."""
    reading(path)
    assert 1 == len(instances._waiting)
