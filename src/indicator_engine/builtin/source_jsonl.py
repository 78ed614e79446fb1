"""Rows from JSON: one object a line (`.jsonl`, `.ndjson`), or one list of objects (`.json`).

Numbers stay exact: decimals are read as `Decimal`, never as binary floats. NaN and infinity, a key given twice and
anything that is not an object are refused.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError, Location
from indicator_engine.store.files import place, problem, read_text
from indicator_engine.store.intake import Row

if TYPE_CHECKING:
    from collections.abc import Callable


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register JSON lines and JSON."""
    register(Source("jsonl", (".jsonl", ".ndjson"), _read_lines))
    register(Source("json", (".json",), _read_list))


class _RefusedError(ValueError):
    """What is not JSON, or not a row; `line` counts within the text that was read."""

    def __init__(self, code: str, fact: str, hint: str = "", line: int = 1) -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint, self.line = code, fact, hint, line


def _read_lines(path: str) -> list[Row]:
    """Every row of a file with one object a line. Raises DataError with all that is wrong."""
    rows, problems = [], []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            try:
                rows.append(Row(_cells(_parsed(line), "this line"), place(path, number)))
            except _RefusedError as fault:
                problems.append(problem(path, number, fault.code, fault.fact, fault.hint))
    if problems:
        raise DataError(problems)
    return rows


def _read_list(path: str) -> list[Row]:
    """Every row of a file that is one list of objects; rows are placed by their number in it. Raises DataError."""
    rows, problems = [], []
    try:
        items = _listed(_parsed(read_text(path)))
    except _RefusedError as fault:
        raise DataError([problem(path, fault.line, fault.code, fault.fact, fault.hint)]) from fault
    for number, item in enumerate(items, 1):
        try:
            rows.append(Row(_cells(item, f"item {number}"), Location(f"{path}[item {number}]")))
        except _RefusedError as fault:
            problems.append(problem(path, 0, fault.code, fault.fact, fault.hint))
    if problems:
        raise DataError(problems)
    return rows


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_once_each)
    except json.JSONDecodeError as fault:
        fact = f"this is not JSON: {fault.msg} (column {fault.colno})"
        raise _RefusedError("IE348", fact, line=fault.lineno) from fault
    except _RefusedError:
        raise
    except (RecursionError, ValueError) as fault:
        raise _RefusedError("IE348", "this nests too deeply, or has a number with too many digits") from fault


def _no_constant(name: str) -> NoReturn:
    raise _RefusedError("IE348", f"{name} is not a number", "leave out what is not known")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError("IE344", f"the key `{twice:.60}` is given twice")
    return found


def _listed(found: object) -> list[Any]:
    if not isinstance(found, list):
        hint = 'write [ { "event_id": … }, … ]; with one object a line the file is a .jsonl'
        raise _RefusedError("IE349", "the file is not a list of objects", hint)
    return found


def _cells(item: object, name: str) -> dict[str, Any]:
    """The cells of one row. Raises _RefusedError when it is not an object, or holds objects."""
    if not isinstance(item, dict):
        raise _RefusedError("IE349", f"{name} is not an object", 'write { "event_id": …, … }')
    for key, cell in item.items():
        inside = cell if isinstance(cell, list) else [cell]
        if any(isinstance(one, dict | list) for one in inside):
            raise _RefusedError("IE349", f"{name} has a table in `{key:.60}`", "a cell is a value, or a list of values")
    return item
