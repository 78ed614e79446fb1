"""Results as columns with types, for those who go on calculating: an Arrow stream, and frames of pandas and Polars.

One row an indicator or part of one, under the names that CSV has. Numbers are floating-point, as such tools expect;
who needs them exact asks for `to_dicts`. Libraries are loaded only when a frame of theirs is asked for.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd
    import polars as pl

    from indicator_engine.evaluation.results import Result, Results


@dataclass(frozen=True)
class Row:
    """One result, what it is a part of, and the results that it is among."""

    result: Result
    above: str
    results: Results


COLUMNS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "statement_id": ("VARCHAR", lambda row: row.results.statement.id),
    "as_of": ("DATE", lambda row: row.results.as_of),
    "priority": ("VARCHAR", lambda row: row.result.priority),
    "part_of": ("VARCHAR", lambda row: row.above),
    "id": ("VARCHAR", lambda row: row.result.id),
    "label": ("VARCHAR", lambda row: row.result.label),
    "statement": ("VARCHAR", lambda row: row.result.statement),
    "outcome": ("VARCHAR", lambda row: row.result.outcome),
    "verdict": ("VARCHAR", lambda row: row.result.verdict),
    "status": ("VARCHAR", lambda row: row.results.convention.status(row.result.verdict).word),
    "value": ("DOUBLE", lambda row: row.result.value),
    "delivered": ("BOOLEAN", lambda row: row.result.value if isinstance(row.result.value, bool) else None),
    "numerator": ("DOUBLE", lambda row: row.result.numerator),
    "denominator": ("DOUBLE", lambda row: row.result.denominator),
    "unit": ("VARCHAR", lambda row: row.result.unit),
    "unknown": ("VARCHAR[]", lambda row: row.result.unknown),
    "low": ("DOUBLE", lambda row: row.result.bounds[0] if row.result.bounds else None),
    "high": ("DOUBLE", lambda row: row.result.bounds[1] if row.result.bounds else None),
    "target_comes_to": ("DOUBLE", lambda row: row.result.target_value),
    "target_tbc": ("BOOLEAN", lambda row: row.result.target.tbc if row.result.target else None),
    "due": ("DATE", lambda row: row.result.due.day if row.result.due else None),
    "needed": ("DOUBLE", lambda row: row.result.needed),
    "expected": ("DOUBLE", lambda row: row.result.expected),
    "baseline": ("DOUBLE", lambda row: row.result.baseline),
    "better": ("VARCHAR", lambda row: row.result.better),
    "trend_word": ("VARCHAR", lambda row: row.result.trend.word if row.result.trend else None),
    "trend_change": ("DOUBLE", lambda row: row.result.trend.change if row.result.trend else None),
    "trend_since": ("DATE", lambda row: row.result.trend.since if row.result.trend else None),
    "flags": ("VARCHAR[]", lambda row: row.result.flags),
    "who": ("VARCHAR[]", lambda row: row.result.who),
    "none_arose": ("VARCHAR[]", lambda row: row.result.none_arose),
    "aims": ("VARCHAR[]", lambda row: row.result.aims),
    "expression": ("VARCHAR", lambda row: row.result.expression),
    "says": ("VARCHAR", lambda row: row.result.says),
}
"""Each column: its type, and what it holds of a result."""


def arrow_stream(results: Results) -> object:
    """A capsule with the rows as an Arrow stream; DuckDB makes it, so that nobody needs pyarrow."""
    from indicator_engine.store.sandbox import sandbox

    named = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    with sandbox() as connection:
        connection.execute(f"CREATE TABLE results ({named})")
        if rows := [list(_cells(row)) for row in _rows(results)]:
            connection.executemany(f"INSERT INTO results VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        return connection.sql("FROM results ORDER BY rowid").__arrow_c_stream__()


def to_polars(results: Results) -> pl.DataFrame:
    """A frame of Polars. Raises IndicatorEngineError where it is not installed."""
    try:
        import polars as pl
    except ImportError as fault:
        raise IndicatorEngineError("Polars is not installed: pip install polars") from fault
    return pl.DataFrame(results)


def to_pandas(results: Results) -> pd.DataFrame:
    """A frame of pandas. Raises IndicatorEngineError where it is not installed."""
    try:
        import pandas as pd
    except ImportError as fault:
        raise IndicatorEngineError("pandas is not installed: pip install pandas") from fault
    columns = zip(*map(_cells, _rows(results)), strict=True) if len(results) else ([] for _ in COLUMNS)
    kinds = {"VARCHAR": "str", "DOUBLE": "float64", "BOOLEAN": "boolean", "DATE": "datetime64[s]"}
    return pd.DataFrame(
        {
            name: pd.Series(list(cells), dtype=kinds.get(kind, "object"))
            for (name, (kind, _)), cells in zip(COLUMNS.items(), columns, strict=True)
        }
    )


def _rows(results: Results) -> Iterator[Row]:
    yield from (Row(result, above, results) for above, result in _with_parts(results))


def _with_parts(results: Iterable[Result], above: str = "") -> Iterator[tuple[str, Result]]:
    for result in results:
        yield above, result
        yield from _with_parts(result.parts, f"{above}/{result.id}".lstrip("/"))


def _cells(row: Row) -> Iterator[Any]:
    for kind, cell in COLUMNS.values():
        value = cell(row)
        yield _number(value) if kind == "DOUBLE" else _plain(value)


def _number(value: Fraction | float | None) -> float | None:
    """A number; what is a truth, unknown or without a limit is none."""
    return float(value) if isinstance(value, Fraction) and math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """A value as an Arrow stream can hold it: half of a character is written out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return list(map(_plain, value)) if isinstance(value, tuple) else value
