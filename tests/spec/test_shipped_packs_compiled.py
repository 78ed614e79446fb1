"""Both shipped packs over a store of their example events: queries answer what the records answer, in every field."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indicator_engine import import_rows, load_pack
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.store.store import memory_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.store import Store

pytestmark = pytest.mark.slow

PACKS = Path(__file__).parents[2] / "indicators"
ALWAYS = datetime(2005, 1, 1)  # noqa: DTZ001  # instants of a store carry no zone


@pytest.fixture(scope="module", params=["nottinghamshire/2009-10", "derbyshire/2008-09"])
def filled(request: pytest.FixtureRequest) -> Iterator[tuple[Statement, Store]]:
    """A pack and a store of its example events."""
    statement = load_pack(PACKS / f"{request.param}.toml")
    with memory_store() as store:
        import_rows(store, statement, PACKS / f"{request.param}.register.csv", register=True, recorded_at=ALWAYS)
        import_rows(store, statement, PACKS / f"{request.param}.events.csv")
        yield statement, store


@pytest.mark.parametrize("known_at", [None, "2009-11-15"])
@pytest.mark.parametrize("as_of", ["2009-03-31", "2010-03-31"])
def test_queries_answer_what_the_records_answer(filled: tuple[Statement, Store], as_of: str, known_at: str | None):
    """On two days and as known at two instants, with everybody who counted and did not."""
    expected, found = (
        evaluate_store(*filled, as_of=as_of, known_at=known_at, evaluator=one, evidence=True)
        for one in ("reference", "compiled")
    )
    assert expected.results == found.results
