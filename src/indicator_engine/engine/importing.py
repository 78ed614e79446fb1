"""Rows, files and tables, taken into an event store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine import plugins
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.store.layout import Row, reading_of
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, terms_of
from indicator_engine.store.tables import Table, table_of, table_of_stream

if TYPE_CHECKING:
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.engine.rows import Rows
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.store import Store
    from indicator_engine.store.tables import Stream


def import_rows(
    store: Store,
    statement: Statement,
    data: str | Path | Rows | Table | Stream,
    *,
    register: bool = False,
    mapping: SourceMapping | str | None = None,
    registered: Plugins | None = None,
    **terms: Any,
) -> Receipt:
    """Take events, or a register, into an event store by the vocabulary of a statement.

    `data` is the path or address of something a source plugin reads, a list of dicts, or anything that hands its rows
    over as an Arrow stream. `mapping` is a `[source.<name>]` of the pack by its name, or one of your own; without one,
    columns are called as in the pack. `terms` are those of `indicator_engine.store.accounts.Terms`, such as `at`, `by`,
    `recorded_at`, `all_or_nothing`. Raises DataError, RefusedImportError or StoreError; nothing is stored then.
    """
    plain = PLAIN_REGISTER if register else PLAIN_EVENTS
    chosen = _named_mapping(statement, mapping) if isinstance(mapping, str) else mapping or plain
    table = _table_of(data, chosen, registered)
    return store.take_in(table, statement.schema, chosen, terms_of(pack=statement.digest, **terms))


def _named_mapping(statement: Statement, name: str) -> SourceMapping:
    found = {one.name: one for one in statement.mappings}
    if name not in found:
        hint = did_you_mean(name, found) or "the pack declares none"
        raise IndicatorEngineError(f"there is no source `{name}`; {hint}")
    return found[name]


def _table_of(data: str | Path | Rows | Table | Stream, mapping: SourceMapping, registered: Plugins | None) -> Table:

    if isinstance(data, Table):
        return data
    if isinstance(data, str | Path):
        source, address = (registered or plugins.load()).source(str(data))
        return source.open(address, reading_of(mapping))
    if hasattr(data, "__arrow_c_stream__"):
        return table_of_stream(data, type(data).__name__)
    return table_of([row.cells if isinstance(row, Row) else row for row in data], "rows")
