"""A server's threads borrow stores from each other: nobody is answered with what another one asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import event, members, pack

from indicator_engine import plugins
from indicator_engine.engine import stores
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.evaluation.compiled import kept
from indicator_engine.problems import StoreError
from indicator_engine.server import answers
from indicator_engine.server.answers import Answers, Limits, Place
from indicator_engine.server.api import result_dict
from indicator_engine.server.snapshots import Snapshots
from indicator_engine.store.accounts import Terms
from indicator_engine.store.database import Database
from indicator_engine.store.findings import path_beside
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, open_store
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.store.store import Store

pytestmark = pytest.mark.slow

PACK = """
id = "people"
measure = "sum(training.people)"
kind = "monitored"
watch = [{ label = "few", select = "training[people <= 2]" }]
"""
FEW = ["t0", "t1", "t2"]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A pack with a list beside its figure, over a store of a few events that is treated like a large one."""
    monkeypatch.setattr(answers, "PLAIN_WORK", 0)
    monkeypatch.setattr(stores, "is_small", lambda _: False)
    statement, terms = pack(PACK), Terms(datetime.fromisoformat("2009-04-01"))
    rows = [
        event("training", "A", f"2009-05-{number + 1:02}", event_id=f"t{number}", people=number) for number in range(9)
    ]
    with open_store(tmp_path / "a.store", writable=True) as store:
        store.take_in(table_of(members("A"), "register"), statement.schema, PLAIN_REGISTER, terms)
        store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, terms)
    snapshots = Snapshots(tmp_path / "a.store")
    yield Place(statement, snapshots.current, date(2010, 3, 31))
    snapshots.close()


@pytest.fixture
def told() -> Answers:
    """Answers for the partnership."""
    return Answers(plugins.load(installed=False), "internal", Limits())


def asked_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that a store is asked from now on."""
    found: list[str] = []
    rows = store.database.rows

    def told(query: str, values: Any = ()) -> list[tuple[Any, ...]]:
        found.append(query)
        return rows(query, values)

    monkeypatch.setattr(store.database, "rows", told)
    return found


def test_a_list_is_not_looked_up_in_a_store_that_another_has(at: Place, told: Answers, monkeypatch: pytest.MonkeyPatch):
    """It was found in a store that was given back since: another thread may have that, in the midst of its query."""
    (result,) = told.results(at)
    (few,) = result.listed
    with at.snapshot.lent() as another:
        queries = asked_of(another, monkeypatch)
        found = (len(few.events), list(few.events))

    assert ((len(FEW), FEW), []) == (found, queries)


def test_a_list_that_is_left_out_is_not_looked_up(at: Place, told: Answers, monkeypatch: pytest.MonkeyPatch):
    """The API has results without who counted and what is listed: no store is opened for that."""
    (result,) = told.results(at)
    monkeypatch.setattr(stores, "open_store", None)
    with at.snapshot.lent() as another:
        queries = asked_of(another, monkeypatch)
        found = result_dict(result)

    assert ((36, False), []) == ((found["value"], "listed" in found), queries)


def test_a_file_is_written_while_its_store_is_borrowed(at: Place, told: Answers, monkeypatch: pytest.MonkeyPatch):
    """What is written of long lists is looked up as it is written."""
    lent: list[int] = []

    def render(results: Any, _: Any) -> bytes:
        lent.append(at.snapshot._lent)
        return ",".join(results["people"].listed[0].events).encode()

    output = SimpleNamespace(wants_series=False, render=render)
    monkeypatch.setattr(told, "registered", SimpleNamespace(output=lambda _: output, names=(), outputs={}))

    assert (",".join(FEW).encode(), [1]) == (told.whole(at, "own"), lent)


def test_threads_that_share_a_database_get_their_own_rows():
    """Each query's rows go to the thread that asked it, though all use one connection."""
    database = Database(None, read_only=False)
    query = "SELECT count(*) + $own FROM range(20000) AS t(one) WHERE one % 7 <> 8"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda own: database.value(query, {"own": own}), range(400)))

    assert [20_000 + own for own in range(400)] == found


def test_rows_that_another_query_cut_off_are_no_answer():
    """A query between two portions of another one's rows would end them early, and unnoticed."""
    database = Database(None, read_only=False)
    portions = database.chunks("SELECT * FROM range(10)", size=4)
    first = next(portions)
    database.rows("SELECT 1")
    with pytest.raises(StoreError, match="asked something else"):
        next(portions)

    whole = database.chunks("SELECT * FROM range(3)", size=4)
    assert ([(0,), (1,), (2,), (3,)], [(0,), (1,), (2,)]) == (first, next(whole))
    database.rows("SELECT 1")
    assert [] == list(whole)


def test_what_threads_that_share_a_store_found_out_is_kept_as_it_is(at: Place, monkeypatch: pytest.MonkeyPatch):
    """No row of one thread's query is kept beside the store as what another one found: the next run would use it."""
    monkeypatch.setattr(kept, "LARGE", 0)
    days = [date(2009, 5, day) for day in range(1, 17)]

    def figure(day: date, store: Store, **how: Any) -> Any:
        return evaluate_store(at.statement, store, as_of=day, evidence=False, **how)["people"].value

    with open_store(at.snapshot.path) as store, ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda day: figure(day, store, state=True), days))
    with open_store(at.snapshot.path) as store:
        afterwards = [figure(day, store, state=True) for day in days]
        expected = [figure(day, store, evaluator="reference") for day in days]

    assert [expected] * 2 == [together, afterwards]
    assert path_beside(at.snapshot.path).exists()
