"""Rows of typed cells, as databases and Parquet files have them, as lines of a table.

A cell is a plain value or a list of plain values. Tables within cells, bytes and values of kinds that nobody knows here
make the line one that cannot be read; what a plain value means for a pack is `intake.py`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from indicator_engine.store.tables import Fault, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN = frozenset({type(None), str, bool, int, float, Decimal, date, datetime, time, timedelta, UUID})


def line_of(number: int, cells: Iterable[Any], columns: Sequence[str]) -> Line:
    """A row as a line of its number."""
    kept = tuple(cells)
    if _PLAIN.issuperset(map(type, kept)):
        return Line(number, kept)
    for column, cell in zip(columns, kept, strict=True):
        if what := _not_plain(cell):
            fact = f"the column `{column:.60}` has {what}"
            return Line(number, kept, Fault("IE349", fact, "a cell is a value, or a list of values", column))
    return Line(number, kept)


def _not_plain(cell: Any) -> str:
    """What a cell is that is neither a value nor a list of values; "" for those that are."""
    if type(cell) in _PLAIN or (isinstance(cell, list | tuple) and _PLAIN.issuperset(map(type, cell))):
        return ""
    if isinstance(cell, list | tuple | dict):
        return "a table within a cell"
    return "bytes" if isinstance(cell, bytes | memoryview) else f"a value of the kind {type(cell).__name__:.40}"
