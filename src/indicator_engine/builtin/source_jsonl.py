"""Lines of JSON: one object a line (`.jsonl`, `.ndjson`), or one list of objects (`.json`).

Numbers stay exact: decimals are read as `Decimal`, never as binary floats. NaN and infinity, a key given twice and
anything that is not an object cannot be read, and is told with its line.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.problems import DataError
from indicator_engine.store.files import problem, read_text, shown_name
from indicator_engine.store.tables import Fault, Line, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indicator_engine.store.tables import Reading


MOST_COLUMNS = 1_000
"""Different keys that the objects of one file may have between them."""


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register JSON lines and JSON."""
    register(Source("jsonl", (".jsonl", ".ndjson"), _open_lines))
    register(Source("json", (".json",), _open_list))


class _RefusedError(ValueError):
    """What is not JSON, or not a row; `line` counts within the text that was read."""

    def __init__(self, code: str, fact: str, hint: str = "", line: int = 1) -> None:
        super().__init__(fact)
        self.code, self.fact, self.hint, self.line = code, fact, hint, line


def _open_lines(path: str, reading: Reading) -> Table:
    """A file with one object a line. The columns are all keys, in the order in which they first come."""
    text, digest = read_text(path, reading.encoding)
    found: list[_Item] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        if line.strip():
            found.append(_item(number, partial(_parsed, line), "this line", line))
        else:
            found.append((number, {}, None, line))
    return _table(path, found, digest)


def _open_list(path: str, reading: Reading) -> Table:
    """A file that is one list of objects; rows are numbered by their place in it. Raises DataError when it is none."""
    text, digest = read_text(path, reading.encoding)
    try:
        items = _listed(_parsed(text))
    except _RefusedError as fault:
        raise DataError([problem(path, fault.line, fault.code, fault.fact, fault.hint)]) from fault
    found = [_item(number, partial(_same, item), f"item {number}", item) for number, item in enumerate(items, 1)]
    return _table(path, found, digest, sheet="items")


def _same(item: Any) -> Any:
    return item


_Item = tuple[int, dict[str, Any], Fault | None, Any]


def _item(number: int, read: Callable[[], Any], name: str, raw: Any) -> _Item:
    try:
        return number, _cells(read(), name), None, raw
    except _RefusedError as fault:
        return number, {}, Fault(fault.code, fault.fact, fault.hint), raw


def _table(path: str, items: list[_Item], digest: str, sheet: str = "") -> Table:
    columns = tuple(dict.fromkeys(key for _, cells, _, _ in items for key in cells))
    if len(columns) > MOST_COLUMNS:
        fact = f"the objects have {len(columns)} different keys between them, more than {MOST_COLUMNS}"
        raise DataError([problem(path, 0, "IE349", fact, "rows of one table have the same keys")])
    return Table(shown_name(path), _lines(items, columns), columns, sheet=sheet, digest=digest, size=len(items))


def _lines(items: list[_Item], columns: tuple[str, ...]) -> Iterator[Line]:
    for number, cells, fault, raw in items:
        yield Line(number, (_as_text(raw),), fault) if fault else Line(number, tuple(map(cells.get, columns)))


def _as_text(raw: Any) -> str:
    import json

    try:
        return raw if isinstance(raw, str) else json.dumps(raw, default=str)
    except RecursionError:
        return "…"


def _parsed(text: str) -> Any:
    import json

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
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
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
