"""From a file's data to its tables, with every fault of shape reported in an author's words.

Pydantic finds the faults, and is loaded where there are any; here each becomes a problem, and what is at fault is
taken out and remembered as spoiled, so that the rest is read as if it had been left out and nothing follows from one
fault but itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from indicator_engine.definitions import shape
from indicator_engine.definitions.shape import AttributeTable, MisfitError, PackTable, Table, keys
from indicator_engine.definitions.sources import is_only_source
from indicator_engine.definitions.wording import hint_for_key, hint_for_word, is_near, name_of, quoted, report_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from indicator_engine.definitions.positions import DataPath
    from indicator_engine.definitions.sources import Place, Source

MOST_ROUNDS = 5
"""Taking out what is at fault never brings new faults of shape to light more often than tables nest."""


def read_structure(source: Source) -> PackTable:
    """The tables of one file. What is wrong is reported and left out."""
    data = _copied(source.data)
    if is_only_source(data.get("source")):
        data["source"] = {"source": data["source"]}
    for _ in range(MOST_ROUNDS):
        try:
            table = shape.read(PackTable, data)
        except MisfitError:
            for fault in _faults(data):
                _report(source, fault)
                _take_out(data, source, fault["loc"])
        else:
            _report_missing(source.root, table)
            return table
    return PackTable()


def _faults(data: object) -> Sequence[ErrorDetails]:
    from indicator_engine.definitions import shape_models  # noqa: PLC0415  # pydantic waits until there is a fault

    return shape_models.faults(data)


def _copied(value: Any) -> Any:  # TOML
    """A copy of the tables and lists that faults can be taken out of."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _take_out(data: Any, source: Source, path: DataPath) -> None:  # TOML
    """Remove what stands at a path. An item of a list of tables becomes an empty one, so that none moves."""
    if any(path[:length] in source.spoiled for length in range(1, len(path))):
        return
    around = [data]
    for step in path[:-1]:
        around.append(around[-1][step])
    last = len(path) - 1
    if isinstance(around[last], list) and _model_at(path) is not None:
        around[last][path[last]] = {}
        source.spoiled.add(path)
        return
    while isinstance(around[last], list):
        last -= 1
    around[last].pop(path[last], None)
    source.spoiled.add(path[: last + 1])


# ── what is wrong, in words ──────────────────────────────────────────────────────────────────────────────────────────


def _report(source: Source, fault: ErrorDetails) -> None:
    place, kind, given = source.root, fault["type"], fault["input"]
    for step in fault["loc"]:
        place /= step
    if kind == "extra_forbidden":
        _report_unknown_key(place, str(place.path[-1]))
    elif kind == "literal_error" and isinstance(given, str):
        hint = hint_for_word(given, _words_at(place.path))
        place.report("IE013", f"{name_of(place)} cannot be {quoted(given)}", hint)
    else:
        report_type(place, _WANTED.get(kind, "text"), given)


def _report_unknown_key(place: Place, key: str) -> None:
    model = _model_at(place.path[:-1]) or PackTable
    home = "" if is_near(key, list(keys(model))) else _home_of(key, place.path[:-1])
    hint = f"`{key}` belongs under {home}; a line belongs to the nearest header above it" if home else ""
    what = f"there is no `{key}` in {_owner_of(place, model)}"
    place.report("IE010", what, hint or hint_for_key(key, list(keys(model))), on_key=True)


def _owner_of(place: Place, model: type[Table]) -> str:
    if model is PackTable:
        return "a pack"
    if model is AttributeTable:
        return f"the attribute `{place.path[-2]}`"
    return model.header.replace("<name>", str(place.path[1]) if len(place.path) > 1 else "")


def _home_of(key: str, path: DataPath) -> str:
    """The header a key belongs under: that of a table around this one, or of the only other that has such a key."""
    around = (_model_at(path[:length]) for length in range(len(path) - 1, 0, -1))
    inside = [model.header for model in around if model and key in keys(model)]
    if inside:
        return inside[0]
    others = [table.header for table in TABLES if key in keys(table)]
    return others[0] if len(others) == 1 or (others and set(others) <= _INDICATORS) else ""


def _report_missing(place: Place, table: Table) -> None:
    """Report each required key that is not given or empty, here and in all tables within."""
    lacking = [key for key in table.required if _is_empty(getattr(table, key))]
    if lacking and not place.spoiled:
        for key in lacking:
            if not (place / key).spoiled:
                _report_lack(place, table, key)
    for step, inner in _tables_in(table):
        inside = place
        for part in step:
            inside /= part
        _report_missing(inside, inner)


def _is_empty(value: object) -> bool:
    return not value.strip() if isinstance(value, str) else value is None or value == {}


def _report_lack(place: Place, table: Table, key: str) -> None:
    given = key in table.written
    who = f"the attribute {name_of(place)}" if isinstance(table, AttributeTable) else table.header
    hint = _EXAMPLES.get(f"{table.header} {key}") or _EXAMPLES.get(key, "")
    fact = f"`{key}` is empty" if given else f"{who} needs `{key}`"
    (place / key if given else place).report("IE011", fact, hint)


def _tables_in(table: Table) -> Iterator[tuple[DataPath, Table]]:
    for name in (key.name for key in keys(type(table)).values() if key.name in table.written):
        value = getattr(table, name)
        if isinstance(value, Table):
            yield (name,), value
        elif isinstance(value, list | dict):
            pairs = enumerate(value) if isinstance(value, list) else value.items()
            yield from (((name, step), item) for step, item in pairs if isinstance(item, Table))


_EXAMPLES: Mapping[str, str] = {
    "[[aim]] id": 'write its number as the document has it: `id = "2.1"`',
    "[statement] id": 'write a short name that will never change: `id = "nottinghamshire-2009-10"`',
    "id": 'write a short name that will never change: `id = "pledge-commitment"`',
    "title": 'write the words of the document: `title = "…"`',
    "period": 'write the year the statement is for: `period = "2009-10"`',
    "type": 'write what sort of value it holds: `type = "integer"`',
    "name": 'say in a sentence what the test shows: `name = "…"`',
    "as_of": "write the day to evaluate for: `as_of = 2010-03-31`",
    "expect": 'write what an indicator must say: `expect.pledge-commitment = { verdict = "met" }`',
    "label": 'say what the listed records are: `label = "Tenders to be decided"`',
    "select": 'write an expression that selects records: `select = "tender[missing(viable)]"`',
}

_WANTED = {
    "string_type": "text",
    "literal_error": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "date_type": "a date",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}


# ── looking things up in the shape  ──────────────────────────────────────────────────────────────────────────────────


def _at(path: DataPath) -> Any:  # any type
    """What type is declared at a path of the data."""
    here: Any = PackTable
    for step in path:
        if isinstance(here, type) and issubclass(here, Table):
            found = keys(here).get(str(step))
            here = found.type if found else None
        else:
            here = get_args(here)[-1] if get_args(here) else None
        here = _without_none(here)
    return here


def _without_none(annotation: Any) -> Any:  # any type
    parts = [part for part in get_args(annotation) if part is not type(None)]
    return parts[0] if type(None) in get_args(annotation) and len(parts) == 1 else annotation


def _model_at(path: DataPath) -> type[Table] | None:
    found = _at(path)
    return found if isinstance(found, type) and issubclass(found, Table) else None


def _words_at(path: DataPath) -> tuple[str, ...]:
    return tuple(map(str, get_args(_at(path))))


TABLES: tuple[type[Table], ...] = (
    shape.StatementTable, shape.AimTable, shape.SubjectTable, shape.EventTable, shape.PopulationTable,
    shape.PriorityTable, shape.IndicatorTable, shape.PartTable, shape.CaseTable, shape.SourceTable,
)  # fmt: skip
"""The tables that have a header of their own."""

_INDICATORS = {shape.IndicatorTable.header, shape.PartTable.header}
