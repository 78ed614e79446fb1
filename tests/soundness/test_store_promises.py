"""What a store promises, where it would be easy to break a promise and say nothing."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import completed, event, members, pack

from indicator_engine import plugins
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.store import requeue
from indicator_engine.store.accounts import Terms
from indicator_engine.store.ledger import Ledger
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, Store, memory_store
from indicator_engine.store.tables import Reading, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.receipts import Receipt

pytestmark = pytest.mark.slow

CSV = plugins.load(installed=False).sources["csv"]
PACK = "measure = 'count(members)'\nkind = \"monitored\""
NOW = datetime.fromisoformat("2010-03-01T12:00")


@pytest.fixture
def statement() -> Statement:
    """A pack that counts members."""
    return pack(PACK)


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store."""
    with memory_store() as made:
        yield made


@pytest.fixture
def take(store: Store, statement: Statement):
    """Import rows of events, on a day of March 2010."""

    def import_them(*rows: dict[str, Any], day: int = 1, name: str = "events") -> Receipt:
        return store.take_in(table_of(rows, name), statement.schema, PLAIN_EVENTS, Terms(at=NOW.replace(day=day)))

    return import_them


@pytest.fixture
def register(store: Store, statement: Statement):
    """Import rows of a register, on a day of March 2010."""

    def import_them(*rows: dict[str, Any], day: int = 1, name: str = "register", **terms: Any) -> Receipt:
        given = Terms(at=NOW.replace(day=day), **terms)
        return store.take_in(table_of(rows, name), statement.schema, PLAIN_REGISTER, given)

    return import_them


@pytest.fixture
def listed(store: Store, statement: Statement):
    """The register as it is, or was known: subjects, each with one of its columns."""

    def find(column: str = "kind", **when: Any) -> list[tuple[str, Any]]:
        rows = store.intake(statement.schema, **when).records.register
        return sorted((row.subject, row.attributes[column]) for row in rows)

    return find


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_register_that_says_nothing_new_is_no_import(register):
    """The same rows in another file are duplicates."""
    register(*members("A", "B"))
    receipt = register(*members("B", "A"), name="another", day=2)
    assert (0, 2, 0) == (receipt.stored, receipt.duplicate, receipt.number)


def test_who_is_in_a_complete_register_no_more_has_left(register, listed):
    """Also where that is all the file says, and where the very same file was imported before as a part."""
    register(*members("A", "B"))
    register(*members("A"), day=2)
    receipt = register(*members("A"), day=3, complete=True)
    assert (1, [("A", "member")]) == (receipt.removed, listed())


def test_who_stands_in_a_complete_register_has_not_left(register, listed):
    """Not even where the row cannot be used: the file names them."""
    register(*members("A", "B"))
    register(*members("A"), {"organisation": "B", "kind": "membre"}, day=2, complete=True)
    assert [("A", "member"), ("B", "member")] == listed()


def test_a_register_can_be_known_from_an_earlier_day(register, listed):
    """Importing the very same file once more, as recorded earlier, is not importing it again."""
    register(*members("A"), day=5)
    assert [] == listed(known_at=NOW)
    register(*members("A"), day=6, recorded_at=NOW)
    assert [("A", "member")] == listed(known_at=NOW)


def test_a_spell_that_was_mended_joins_the_others(store: Store, register, listed, statement: Statement, tmp_path: Path):
    """A row that comes back from the quarantine does not put out those of its file that could be used at once."""
    first = {"organisation": "A", "kind": "member", "member_from": "2008-01-01", "member_to": "2008-12-31"}
    register(first, {**first, "member_from": "2009-06-31", "member_to": "2010-12-31"})
    mended(store, statement, tmp_path, {"2009-06-31": "2009-06-30"}, PLAIN_REGISTER)
    assert [("A", date(2008, 1, 1)), ("A", date(2009, 6, 30))] == listed("member_from")


# ── the quarantine ───────────────────────────────────────────────────────────────────────────────────────────────────


def mended(store: Store, statement: Statement, folder: Path, cells: dict[str, str], mapping: SourceMapping) -> Receipt:
    """Export the quarantine, replace cells, and import the file."""
    path = folder / "repaired.csv"
    rows = csv.reader(io.StringIO(requeue.as_csv(store.quarantine()).decode(), newline=""))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([cells.get(cell, cell) for cell in row] for row in rows)
    return store.take_in(CSV.open(str(path), Reading()), statement.schema, mapping, Terms(at=NOW.replace(day=20)))


def test_an_old_row_does_not_mend_a_newer_one(store: Store, take):
    """A row that tells what was known before says nothing of the correction that could not be used."""
    told = event("pledge", stage="1", event_id="e1")
    take(told)
    take({**told, "stage": "9"}, day=2, name="corrections")
    take(told, event("pledge", "B"), day=3, name="everything so far")
    assert ["IE356"] == [one.code for one in store.quarantine()]


def test_what_was_mended_wrongly_can_be_mended_again(store: Store, take, statement: Statement, tmp_path: Path):
    """A repaired file whose rows are faulty still can be exported, repaired and imported like the first."""
    take(event("pledge", stage="=9", event_id="e1"))
    first = mended(store, statement, tmp_path, {"'=9": "'=8"}, PLAIN_EVENTS)
    second = mended(store, statement, tmp_path, {"'=8": "3"}, PLAIN_EVENTS)
    assert (1, 1) == (first.quarantined, second.resolved)
    assert [] == store.quarantine()


def test_a_repaired_file_mends_once(store: Store, take, statement: Statement, tmp_path: Path):
    """A repaired file that comes again in other bytes has nothing left to mend."""
    take(event("pledge", stage="9", event_id="e1"))
    mended(store, statement, tmp_path, {"9": "3"}, PLAIN_EVENTS)
    path = tmp_path / "repaired.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    receipt = store.take_in(CSV.open(str(path), Reading()), statement.schema, PLAIN_EVENTS, Terms(at=NOW))
    assert (1, 0, 0) == (receipt.duplicate, receipt.resolved, receipt.number)


def test_a_file_is_read_again_when_the_pack_has_changed(store: Store, take, statement: Statement):
    """What a file's import has left in quarantine is not left there because another file came first."""
    rows = [event("pledge", stage="9", event_id="e1")]
    take(*rows)
    wider = pack(completed(PACK).replace("maximum = 3", "maximum = 9")).schema
    store.take_in(table_of([event("pledge", "B")], "more"), wider, PLAIN_EVENTS, Terms(at=NOW))
    assert 1 == store.take_in(table_of(rows, "events"), wider, PLAIN_EVENTS, Terms(at=NOW)).stored


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_never_mean_each_other_at_any_time(store: Store, take, statement: Statement):
    """Nor at an instant of the past, to which an alias may be recorded."""
    take(event("pledge", "A"))
    store.alias("A", "B", Terms(at=NOW.replace(day=10)))
    store.alias("A", "A", Terms(at=NOW.replace(day=11)))
    with pytest.raises(IndicatorEngineError, match="names cannot mean each other"):
        store.alias("B", "A", Terms(at=NOW.replace(day=12), recorded_at=NOW))
    assert ["B"] == [
        one.subject for one in store.intake(statement.schema, known_at=NOW.replace(day=10)).records.versions
    ]


def test_a_chain_of_names_is_never_too_long_to_follow(store: Store, take, statement: Statement):
    """Whichever end it grows at."""
    take(event("pledge", "name 0"))
    for number in range(20):
        store.alias(f"name {number}", f"name {number + 1}", Terms(at=NOW))
    with pytest.raises(IndicatorEngineError, match="more than 20 names"):
        store.alias("name 20", "name 21", Terms(at=NOW))
    assert ["name 20"] == [one.subject for one in store.intake(statement.schema).records.versions]


def test_a_spelling_of_a_name_that_was_merged_away(store: Store, register, listed):
    """The register's row is of the name that the spelling always meant, and ends with it."""
    register(*members("A ltd"))
    store.alias("A ltd", "A", Terms(at=NOW))
    store.alias("A", "B", Terms(at=NOW), since=date(2010, 1, 1))
    assert [("A", date(2009, 12, 31))] == listed("member_to")


def test_names_in_columns_of_the_register_are_names_too(store: Store):
    """A column that names a subject names the one that is meant."""
    parent = 'parent = { type = "subject" }\n'
    statement = pack(completed(PACK).replace("[subject.attributes]\n", f"[subject.attributes]\n{parent}"))
    rows = [{"organisation": "A", "kind": "member", "parent": "B ltd"}]
    store.take_in(table_of(rows, "register"), statement.schema, PLAIN_REGISTER, Terms(at=NOW))
    store.alias("B ltd", "B", Terms(at=NOW))
    assert ["B"] == [row.attributes["parent"] for row in store.intake(statement.schema).records.register]


def test_a_register_is_answered_from_as_of_an_import(store: Store, register, statement: Statement):
    """What a figure was as the store stood after an import is what it is as of that import, whatever came since."""
    register(*members("A", "B"))
    register(*members("A"), day=2, complete=True)
    found = [
        evaluate_store(statement, store, as_of="2010-03-31", at_import=number).results[0].value for number in (1, 2)
    ]
    assert [2, 1] == found


def test_a_rehearsal_takes_no_number(store: Store, take, statement: Statement, monkeypatch: pytest.MonkeyPatch):
    """Nor does one after an import that was committed, and whose line of the ledger could not be written."""

    def fails(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", fails)
        with pytest.raises(StoreError):
            take(event("pledge", "A"))
    with store.rehearsal():
        take(event("pledge", "B"), name="rehearsed")
    assert 2 == take(event("pledge", "C"), name="another").number
    assert ["A", "C"] == [one.subject for one in store.intake(statement.schema).records.versions]
    assert store.imports() == store.ledger.entries()
