"""Stores of earlier releases, of later ones, and files that are none: what can be read is read, the rest is refused."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.reliability import stores
from tests.reliability.old_stores import described
from tests.reliability.stores import take

from indicator_engine.engine.packs import load_pack
from indicator_engine.problems import StoreError
from indicator_engine.store import archive, care
from indicator_engine.store.database import Database
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDERS = sorted((Path(__file__).parent / "fixtures").glob("format-*"))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest):
    """The folder of each release that has written stores of a layout of its own."""
    return request.param


@pytest.fixture
def store(folder, tmp_path):
    """A copy of the store that it wrote."""
    for name in ("the.store", "the.store.ledger"):
        (tmp_path / name).write_bytes(gzip.decompress((folder / f"{name}.gz").read_bytes()))
    return tmp_path / "the.store"


@pytest.fixture
def statement(folder):
    """The pack it was made with."""
    return load_pack(folder / "pack.toml")


@pytest.fixture
def expected(folder):
    """What it said when it was made."""
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("writable", [False, True])
def test_an_old_store_says_what_it_said(store, statement, expected, writable):
    """A store of an earlier release opens for readers and for writers, is well, and answers as it did then."""
    with open_store(store, writable=writable) as opened:
        assert ([], expected) == (stores.faults(opened), json.loads(json.dumps(described(opened, statement))))


def test_a_reader_leaves_an_old_store_as_it_is(store, folder):
    """Reading changes not a byte of it."""
    open_store(store).close()
    assert gzip.decompress((folder / "the.store.gz").read_bytes()) == store.read_bytes()
    assert gzip.decompress((folder / "the.store.ledger.gz").read_bytes()) == Path(f"{store}.ledger").read_bytes()


def test_an_old_store_takes_what_is_new(store, folder, expected):
    """It takes a pack with one more attribute and type, and decimal numbers; what it said before it says still."""
    later = load_pack(folder / "later.toml")
    with open_store(store, writable=True) as opened:
        again = take(opened, folder / "events.csv", later.schema)
        new = take(opened, folder / "later.csv", later.schema)
        assert (0, 2, []) == (again.stored, new.stored, stores.faults(opened))
        said = described(opened, later)
    added = {"v5": {"people": "2.5", "venue": "the hall"}, "t1": {"viable": "true"}}
    assert added == {one["event"]: one["attributes"] for one in said["versions"] if one["import"] == new.number}
    by_import = {one["number"]: one for one in said["imports"]}
    assert expected["imports"] == [by_import[one["number"]] for one in expected["imports"]]
    assert expected["versions"] == [one for one in said["versions"] if one["import"] <= len(expected["imports"])]
    assert ["51/2", "monitored"] == said["answers"]["2010-03-31"]["people"]


def test_an_old_store_can_be_archived(store, statement, expected, tmp_path):
    """It can be exported and restored, and the store that comes of it says the same."""
    with open_store(store) as opened:
        archive.export(opened, tmp_path / "export")
    archive.restore(tmp_path / "export", tmp_path / "restored.store")
    with open_store(tmp_path / "restored.store") as opened:
        assert expected == json.loads(json.dumps(described(opened, statement)))


def test_an_old_store_has_its_own_expectations(folder):
    """The folder of each layout says how it was made, and is of that layout."""
    said = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert folder.name == f"format-{said['store']['format']}"
    assert (folder / "make.py").exists()


# ── later, or none at all ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("writable", [False, True])
def test_a_later_store(tmp_path, writable):
    """A store that says a later layout is refused, by the doctor too, and nothing in it is touched."""
    path = stores.made(tmp_path / "the.store")
    database = Database(path, read_only=False)
    database.run("UPDATE meta SET value = '2' WHERE key = 'format'")
    database.close()
    before, message = path.read_bytes(), "was written by a later release"
    with pytest.raises(StoreError, match=message) as fault:
        open_store(path, writable=writable)
    assert 4 == fault.value.exit_code
    with pytest.raises(StoreError, match=message):
        care.diagnose(path, repair=True)
    assert before == path.read_bytes()


def of_text(path: Path) -> None:
    """A file of text."""
    path.write_text("event_id,type\n1,visit\n" * 2000, encoding="utf-8")


def of_nothing(path: Path) -> None:
    """An empty file."""
    path.touch()


def of_sqlite(path: Path) -> None:
    """Another database altogether."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.commit()
    connection.close()


def of_tables(*statements: str) -> Callable[[Path], None]:
    """A database of the right kind with other tables."""

    def make(path: Path) -> None:
        with duckdb.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)

    return make


OTHERS = {
    "text": (of_text, "is no event store: it is another kind of file, or damaged at its beginning"),
    "nothing": (of_nothing, "is no event store: it is another kind of file, or damaged at its beginning"),
    "SQLite": (of_sqlite, "is no event store: it is another kind of file, or damaged at its beginning"),
    "a folder": (Path.mkdir, "fails: IO Error: .*Is a directory"),
    "no tables": (of_tables(), "is a database, but no event store"),
    "other tables": (of_tables("CREATE TABLE t (a INTEGER)"), "is a database, but no event store"),
    "another meta": (of_tables("CREATE TABLE meta (format INTEGER)"), "is a database, but no event store"),
    "an empty meta": (of_tables("CREATE TABLE meta (key TEXT, value TEXT)"), "is a database, but no event store"),
    "an odd meta": (
        of_tables("CREATE TABLE meta (key TEXT, value TEXT)", "INSERT INTO meta VALUES ('format', 'x')"),
        "is a database, but no event store",
    ),
}
"""Files that are no store, and what is said of them."""


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize(("make", "message"), OTHERS.values(), ids=OTHERS)
def test_no_store_at_all(tmp_path, make, message, writable):
    """What is no store is refused plainly, and stays as it is."""
    path = tmp_path / "other.store"
    make(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises(StoreError, match=f"other.store {message}") as fault:
        open_store(path, writable=writable)
    assert (4, before) == (fault.value.exit_code, path.is_file() and path.read_bytes())


@pytest.mark.parametrize(("writable", "message"), [(False, "there is no store"), (True, "there is no folder")])
def test_a_folder_that_is_not_there(tmp_path, writable, message):
    """Nothing is made where there is nothing."""
    with pytest.raises(StoreError, match=message):
        open_store(tmp_path / "none" / "the.store", writable=writable)
    assert [] == list(tmp_path.iterdir())
