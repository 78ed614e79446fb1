"""Results as CSV, one row an indicator or part: `csv` for spreadsheets, `csv-raw` for programs, `csvw` to publish.

Numbers are exact. In `csv` a text that a spreadsheet would take for a formula gets an apostrophe in front, and every
cell is in quotation marks; `csv-raw` writes texts as they are, so it must not be opened in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING, Any

from indicator_engine.hookspecs import Output, Page, hookimpl
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indicator_engine.evaluation.results import Result, Results

_FORMULA_STARTS = tuple("=+-@＝＋－＠")
_IGNORED = "\u0020\u00a0\u200b\ufeff"
Cell = int | str | bool | None


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register CSV, its raw variant, and the archive of CSV and what describes it."""
    register(Output("csv", (".csv",), partial(_render, safe=harmless)))
    register(Output("csv-raw", (), partial(_render, safe=str)))
    register(Output("csvw", (".zip",), _archive))


def harmless(text: str) -> str:
    r"""A text that no spreadsheet takes for a formula, on one line.

    >>> harmless("=1+1"), harmless(" @SUM(A1)"), harmless("1-1")
    ("'=1+1", "'@SUM(A1)", '1-1')
    """
    shown = clean(text.lstrip(_IGNORED))
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def _render(results: Results, _page: Page, *, safe: Callable[[str], str]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows = [dict(_cells(result, above, results)) for above, result in _with_parts(results)]
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_written(cell, safe) for cell in row.values()] for row in rows)
    return file.getvalue().encode("utf-8", "backslashreplace")


def _archive(results: Results, page: Page) -> bytes:
    """The table and its description, by the names at which CSV on the Web looks for the one beside the other."""
    import zipfile

    from indicator_engine.rendering.csvw import NAME, metadata
    from indicator_engine.rendering.data import json_text

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in (
            (NAME, _render(results, page, safe=harmless)),
            (f"{NAME}-metadata.json", json_text(metadata(results)).encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _written(cell: Cell, safe: Callable[[str], str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell) if isinstance(cell, int | _Number) else safe(cell)


class _Number(str):
    """Digits that the engine has written: a minus in front is no formula."""

    __slots__ = ()


def _with_parts(results: Iterable[Result], above: str = "") -> Iterator[tuple[str, Result]]:
    for result in results:
        yield above, result
        yield from _with_parts(result.parts, f"{above}/{result.id}".lstrip("/"))


def _cells(result: Result, above: str, results: Results) -> Iterator[tuple[str, Cell]]:
    """The columns of one row, by name. Lists are parted by semicolons."""
    data = result.to_dict()
    target, due, trend = data["target"] or {}, data["due"] or {}, data["trend"] or {}
    low, high = data["bounds"] or (None, None)
    yield "statement_id", results.statement.id
    yield "as_of", results.as_of.isoformat()
    yield "known_at", results.known_at.isoformat() if results.known_at else ""
    yield "priority", result.priority
    yield "part_of", above
    for name in ("id", "label", "statement", "outcome", "verdict"):
        yield name, data[name]
    yield "status", results.convention.status(result.verdict).word
    for name in ("value", "numerator", "denominator", "unit"):
        yield name, _cell(data[name])
    yield "unknown", "; ".join(result.unknown)
    yield "low", _cell(low)
    yield "high", _cell(high)
    for name in ("form", "value", "upper", "unit", "comes_to", "tbc", "set_by", "ratified_by", "source"):
        yield f"target_{name}", _cell(target.get(name))
    yield "due", due.get("date")
    yield "due_phrase", due.get("phrase")
    for name in ("needed", "expected", "baseline", "better"):
        yield name, _cell(data[name])
    for name in ("word", "change", "since"):
        yield f"trend_{name}", _cell(trend.get(name))
    for name in ("flags", "who", "events", "none_arose", "assumptions", "notes", "aims"):
        yield name, "; ".join(data[name])
    yield "why_not", "; ".join(f"{who}: {reason}" for who, reason in result.why_not.items())
    yield "undecided", "; ".join(f"{one.subject} {one.event_id}: {one.reason}" for one in result.undecided)
    for name in ("expression", "says", "defined_at"):
        yield name, data[name]
    yield "pack", results.provenance.pack
    yield "data", results.provenance.data
    yield "engine", results.provenance.engine


_NUMERIC = frozenset("-.0123456789")


def _cell(value: Any) -> Cell:
    """A value of the published shape; numbers that are written as text stay numbers."""
    if isinstance(value, str) and value and set(value) <= _NUMERIC:
        return _Number(value)
    return value  # type: ignore[no-any-return]  # JSON
