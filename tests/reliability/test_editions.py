"""Editions keep their word: in stores of earlier releases, when somebody meddles, when a pack has data files."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

import indicator_engine
from indicator_engine import plugins
from indicator_engine.engine import answering
from indicator_engine.engine.importing import import_rows
from indicator_engine.engine.packs import load_pack
from indicator_engine.history import editions
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.store import care
from indicator_engine.store.database import Database
from indicator_engine.store.store import memory_store, open_store

pytestmark = pytest.mark.slow

FIXTURE = Path(__file__).parent / "fixtures" / "format-1"
STARTER = Path(indicator_engine.__file__).parent / "cli" / "starter" / "pack.toml"
SEVERAL = Path(__file__).parents[1] / "golden" / "good" / "several-files"


@pytest.fixture
def old(tmp_path):
    """A store that an earlier release wrote."""
    for name in ("the.store", "the.store.ledger"):
        (tmp_path / name).write_bytes(gzip.decompress((FIXTURE / f"{name}.gz").read_bytes()))
    return tmp_path / "the.store"


@pytest.fixture
def bare():
    """A registry of the plugins the engine ships."""
    return plugins.load()


def test_a_store_of_an_earlier_release_takes_editions(old, bare):
    """It is well afterwards, and gives the edition again, also to somebody who only reads."""
    with open_store(old, writable=True) as store:
        editions.publish(store, FIXTURE / "pack.toml", "first", as_of="2010-03-31", registered=bare)
    with open_store(old) as store:
        assert editions.reproduce(store, "first", registered=bare).same
        assert [] == [one.what for one in care.verify(store) if not one.well]


def test_the_digest_of_an_edition_is_one_that_earlier_releases_compute(old, bare):
    """They know no table of editions, so it is no part of what an import's rows come to."""
    with open_store(old, writable=True) as store:
        editions.publish(store, FIXTURE / "pack.toml", "first", as_of="2010-03-31", registered=bare)

        assert "" == store.imports()[-1].digest


def test_meddling_is_found(old, bare):
    """An edition that is not what was published is told by `verify`, and never shown."""
    with open_store(old, writable=True) as store:
        editions.publish(store, FIXTURE / "pack.toml", "first", as_of="2010-03-31", registered=bare)
        store.database.run("UPDATE edition SET document = replace(document, 'met', 'mет')")

        assert ["edition `first` of import"] == [one.what[:25] for one in care.verify(store) if not one.well]
        with pytest.raises(StoreError, match="is not what was published"):
            editions.edition_of(store, "first")


def test_an_edition_that_is_gone_is_found(old, bare):
    """The ledger knows of it."""
    with open_store(old, writable=True) as store:
        editions.publish(store, FIXTURE / "pack.toml", "first", as_of="2010-03-31", registered=bare)
        store.database.run("DELETE FROM edition")

        assert any("is gone" in one.what for one in care.verify(store) if not one.well)


def test_the_files_a_pack_names_are_frozen_too(tmp_path, bare):
    """A pack of several files comes back whole, also its tests' data, when the folder has gone."""
    frozen = editions.frozen_pack(SEVERAL, bare)
    statement = load_pack(SEVERAL, registered=bare)

    assert ["2009-10.toml", "events.toml", "pledges.toml", "tests.toml"] == sorted(frozen.files)
    assert ["data/events.csv"] == list(frozen.data)
    assert statement.digest == editions.thawed(frozen, bare).digest


def test_a_frozen_file_never_leaves_its_folder(bare):
    """A document that names a file elsewhere is refused."""
    frozen = replace(editions.frozen_pack(SEVERAL, bare), data={"../outside.csv": "x"})

    with pytest.raises(StoreError, match="outside its folder"):
        editions.thawed(frozen, bare)


def test_where_nothing_can_be_evaluated_nothing_is_published(bare):
    """A store that nothing was imported into is refused, and stays as it was."""
    store = memory_store()

    with pytest.raises(IndicatorEngineError, match="nothing was imported into the store yet"):
        editions.publish(store, FIXTURE / "pack.toml", "first", as_of="2010-03-31", registered=bare)
    assert [] == store.imports()


def test_a_document_of_a_later_release_is_refused(old, bare):
    """Its schema is named."""
    with open_store(old, writable=True) as store:
        from indicator_engine.store.store import terms_of

        store.publish("first", '{"schema": "indicator-engine/edition/v2"}', terms_of())

        with pytest.raises(StoreError, match="published by a later release, as indicator-engine/edition/v2"):
            editions.edition_of(store, "first")


# ── threads ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def told(number):
    """One of many events: a pledge, a training day of some people, or a withdrawal."""
    kind = ("pledge", "training", "training", "pledge_withdrawn")[number % 7 % 4]
    people = number % 40 if kind == "training" and number % 11 else ""
    return f"e{number},{kind},N{number * 7919 % 500},2026-{4 + number % 9:02}-{1 + number % 28:02},{people}"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A store of more rows than one thread of the database takes at a time, some told twice, some with blanks."""
    folder = tmp_path_factory.mktemp("large")
    events = map(told, range(5_000))
    (folder / "events.csv").write_text(
        "event_id,type,organisation,occurred_on,participants\n" + "\n".join(events), encoding="utf-8"
    )
    register = "\n".join(f"N{n},{'member' if n % 3 else 'supplier'},2026-0{1 + n % 9}-01" for n in range(500))
    (folder / "register.csv").write_text(f"organisation,kind,member_from\n{register}", encoding="utf-8")
    pack = load_pack(STARTER)
    with open_store(folder / "a.store", writable=True) as store:
        import_rows(store, pack, folder / "register.csv", register=True)
        import_rows(store, pack, folder / "events.csv")
    return folder / "a.store"


def with_threads(monkeypatch, number):
    """Have databases use so many threads, also for tables that one would do for."""
    settings = Database._settings
    more = [f"SET threads = {number}", "PRAGMA verify_parallelism"]
    monkeypatch.setattr(Database, "_settings", lambda self: [*more, *settings(self)])


@pytest.mark.parametrize("most", [0, 1_000_000], ids=["by queries", "by records"])
def test_reproduction_is_the_same_in_any_number_of_threads(large, bare, monkeypatch, most):
    """The database works out the same bytes, whether figures come from its queries or it only reads the records."""
    monkeypatch.setattr(answering, "EVIDENCE_EVENTS", most)
    name = f"edition-{most}"
    with open_store(large, writable=True) as store:
        edition = editions.publish(store, STARTER, name, as_of="2026-12-31", registered=bare)
    assert edition.asked.evidence is bool(most)

    for number in (1, 2, 7):
        with monkeypatch.context() as patch:
            with_threads(patch, number)
            with open_store(large) as store:
                assert number == int(store.database.value("SELECT current_setting('threads')"))
                assert editions.reproduce(store, name, registered=bare).same, number
