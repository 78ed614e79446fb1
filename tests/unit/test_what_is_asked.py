"""What stores in memory share and keep apart, and what is asked of a store: no more than can have an answer."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from tests.reliability.stores import GROWN, SCHEMA, TERMS, file_of, grown_file_of, take

from indicator_engine.store import database, instances
from indicator_engine.store.care import verify
from indicator_engine.store.recall import Wanted, versions
from indicator_engine.store.store import PLAIN_EVENTS, Store, memory_store
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from pathlib import Path


def told(store: Store, *rows: dict[str, Any]) -> None:
    """Import events."""
    store.take_in(table_of(list(rows), "events"), SCHEMA, PLAIN_EVENTS, TERMS)


def event(number: int, kind: str, **cells: Any) -> dict[str, Any]:
    """An event of one organisation."""
    return {"event_id": f"e{number}", "type": kind, "organisation": "a", "occurred_on": "2010-02-03", **cells}


def attached() -> int:
    """How many databases in memory there are."""
    with memory_store() as store:
        shared = instances.shared(tuple(store.database._settings()))
    return len(shared.root.execute("SELECT * FROM duckdb_databases() WHERE NOT internal").fetchall())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What databases are asked."""
    found: list[str] = []
    rows, chunks = database.Database.rows, database.Database.chunks

    def noted(ask: Any) -> Any:
        def asking(self: Any, query: str, *more: Any) -> Any:
            found.append(query)
            return ask(self, query, *more)

        return asking

    monkeypatch.setattr(database.Database, "rows", noted(rows))
    monkeypatch.setattr(database.Database, "chunks", noted(chunks))
    return found


def test_stores_in_memory_are_apart():
    """Each says what it was told, also after another was closed."""
    with memory_store() as one, memory_store() as other:
        told(one, event(1, "pledge", stage=1))
        told(other, event(1, "visit", people=2), event(2, "visit", people=3))
        said = [[version.type for version in store.intake(SCHEMA).records.versions] for store in (one, other)]
        one.close()
        assert [["pledge"], ["visit", "visit"]] == said
        assert 2 == len(other.intake(SCHEMA).records.versions)


def test_what_a_store_in_memory_held_is_freed():
    """When it is closed, and when nobody has it any more."""
    gc.collect()
    before = attached()
    kept, closed = memory_store(), memory_store()
    closed.close()
    assert before + 1 == attached()
    del kept
    gc.collect()
    assert before == attached()


def test_tables_are_those_that_there_are(tmp_path: Path):
    """After a rehearsal that made the store grow it has the tables it had, and grows when it is meant."""
    with memory_store() as store:
        take(store, file_of(tmp_path, "first", 4))
        before = store.database.tables()
        with store.rehearsal():
            take(store, grown_file_of(tmp_path, "second", 4), GROWN)
            assert "event_tender" in store.database.tables()
        assert before == store.database.tables()
        assert 4 == take(store, grown_file_of(tmp_path, "second", 4), GROWN).stored
        assert "event_tender" in store.database.tables()


def test_records_of_a_few_are_read_from_types_that_have_any(asked: list[str]):
    """Where an event was told of another type before, that is read as well; of other types nothing is asked."""
    wanted = Wanted(frozenset({"visit"}), ("a",))
    with memory_store() as store:
        told(store, event(1, "visit", people=2), event(2, "pledge", stage=1))
        asked.clear()
        assert ["visit"] == [one.type for one in versions(store.database, SCHEMA, wanted=wanted)]
        assert not [query for query in asked if "_recorded" in query and "event_pledge" in query]
        told(store, event(2, "visit", people=3, recorded_at="2010-07-01"))
        found = versions(store.database, SCHEMA, wanted=wanted)
        assert ["pledge", "visit", "visit"] == sorted(one.type for one in found)


def test_a_recount_asks_once_a_table(tmp_path: Path, asked: list[str]):
    """However many imports there are."""
    counts = []
    with memory_store() as store:
        for name in ("first", "second", "third"):
            take(store, file_of(tmp_path, name, 4))
            asked.clear()
            assert all(one.well for one in verify(store))
            counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
