"""Everything that a store says, as JSON can keep it: how a store is held against what an earlier release made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.engine.stores import evaluate_store
from indicator_engine.store.staging import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.records import Value
    from indicator_engine.store.store import Store

DAYS = ("2009-09-30", "2010-03-31")


def described(store: Store, statement: Statement) -> dict[str, Any]:
    """Imports, versions, register, aliases, quarantine, and the answers to a pack on several days."""
    taken = store.intake(statement.schema)
    return {
        "store": store.meta,
        "imports": [vars(entry) for entry in store.imports()],
        "versions": [
            {
                "event": one.event_id, "recorded_at": one.recorded_at.isoformat(), "type": one.type,
                "subject": one.subject, "occurred_on": None if one.retracted else one.occurred_on.isoformat(),
                "attributes": _texts(one.attributes), "source": one.source, "import": one.position,
            }
            for one in taken.records.versions
        ],
        "register": [{"subject": one.subject, **_texts(one.attributes)} for one in taken.records.register],
        "oddities": [one.code for one in taken.problems],
        "aliases": [[one.name, one.means, one.since and one.since.isoformat()] for one in store.aliases()],
        "quarantine": [[one.mark, one.code, one.fact, *one.cells, one.how] for one in store.quarantine(resolved=True)],
        "answers": {day: _answers(store, statement, day) for day in DAYS},
    }  # fmt: skip


def _texts(attributes: Mapping[str, Value]) -> dict[str, str | None]:
    """What attributes say; one that says nothing may as well not be there."""
    return {name: as_text(value) for name, value in attributes.items() if value not in (None, ())}


def _answers(store: Store, statement: Statement, day: str) -> dict[str, list[str]]:
    found = evaluate_store(statement, store, as_of=day)
    return {one.id: [str(one.value), one.verdict] for one in found}
