"""indicator_engine: declarative indicators of a partnership's priorities, computed from events, every figure explained.

    from indicator_engine import evaluate, load_pack
    results = evaluate(load_pack("indicators/derbyshire/2008-09.toml"), events, register, as_of="2009-03-31")

This module re-exports the public names; each is loaded when it is first asked for, so that importing costs little.
Inside the package, import from the module that defines a name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicator_engine.conventions import NEUTRAL, Convention, DueReading, Look, Provenance, Status, Vocabulary
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Indicator, Priority, Statement, Target
    from indicator_engine.engine.databases import evaluate_source
    from indicator_engine.engine.explaining import explain, explain_store, stories_of_store
    from indicator_engine.engine.importing import import_rows
    from indicator_engine.engine.packs import load_pack, load_packs
    from indicator_engine.engine.rows import evaluate
    from indicator_engine.engine.stores import evaluate_store
    from indicator_engine.evaluation.differences import Difference, Differences
    from indicator_engine.evaluation.explaining import Explanation
    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.evaluation.unsettled import unsettled
    from indicator_engine.history.differences import differences, edition_side, side_of, store_side
    from indicator_engine.history.editions import Edition, editions_of, publish, reproduce
    from indicator_engine.hookspecs import hookimpl
    from indicator_engine.problems import DataError, IndicatorEngineError, Location, PackError, Problem, StoreError
    from indicator_engine.rendering.audience import published
    from indicator_engine.store.receipts import Receipt, RefusedImportError
    from indicator_engine.store.store import Store, memory_store, open_store
    from indicator_engine.testing.witnesses import witnesses

_HOMES = {
    "evaluate": "engine.rows",
    "evaluate_source": "engine.databases",
    "evaluate_store": "engine.stores",
    "explain": "engine.explaining",
    "explain_store": "engine.explaining",
    "stories_of_store": "engine.explaining",
    "Difference": "evaluation.differences",
    "Differences": "evaluation.differences",
    "differences": "history.differences",
    "edition_side": "history.differences",
    "side_of": "history.differences",
    "store_side": "history.differences",
    "Edition": "history.editions",
    "editions_of": "history.editions",
    "publish": "history.editions",
    "reproduce": "history.editions",
    "unsettled": "evaluation.unsettled",
    "witnesses": "testing.witnesses",
    "import_rows": "engine.importing",
    "load_pack": "engine.packs",
    "load_packs": "engine.packs",
    "Explanation": "evaluation.explaining",
    "Result": "evaluation.results",
    "Results": "evaluation.results",
    "SourceMapping": "definitions.mappings",
    "Store": "store.store",
    "memory_store": "store.store",
    "open_store": "store.store",
    "Receipt": "store.receipts",
    "RefusedImportError": "store.receipts",
    "Statement": "definitions.model",
    "Priority": "definitions.model",
    "Indicator": "definitions.model",
    "Target": "definitions.model",
    "Convention": "conventions",
    "DueReading": "conventions",
    "Provenance": "conventions",
    "Status": "conventions",
    "Look": "conventions",
    "Vocabulary": "conventions",
    "NEUTRAL": "conventions",
    "hookimpl": "hookspecs",
    "published": "rendering.audience",
    "Problem": "problems",
    "Location": "problems",
    "PackError": "problems",
    "DataError": "problems",
    "StoreError": "problems",
    "IndicatorEngineError": "problems",
}

__all__ = [
    "NEUTRAL", "Convention", "DataError", "Difference", "Differences", "DueReading", "Edition", "Explanation",
    "Indicator", "IndicatorEngineError", "Location", "Look", "PackError", "Priority", "Problem", "Provenance",
    "Receipt", "RefusedImportError", "Result", "Results", "SourceMapping", "Statement", "Status", "Store",
    "StoreError", "Target", "Vocabulary", "differences", "edition_side", "editions_of", "evaluate", "evaluate_source",
    "evaluate_store", "explain", "explain_store", "hookimpl", "import_rows", "load_pack", "load_packs", "memory_store",
    "open_store", "publish", "published", "reproduce", "side_of", "store_side", "stories_of_store", "unsettled",
    "witnesses",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """The public name, from the module that defines it."""
    if name in _HOMES:
        return getattr(import_module(f"indicator_engine.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
