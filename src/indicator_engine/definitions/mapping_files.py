"""A TOML file of its own with `[source.<name>]` tables: how files are read, kept apart from the pack.

It is read like a file of the pack, with every problem at its place; its sources must fit the pack's vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.mappings import SourceMapping, read_mapping
from indicator_engine.definitions.names import Taken
from indicator_engine.definitions.precheck import LARGEST_FILE, parse
from indicator_engine.definitions.sources import Source
from indicator_engine.definitions.structure import read_structure
from indicator_engine.problems import Location, PackError, Problem, file_order

if TYPE_CHECKING:
    from pathlib import Path

    from indicator_engine.language.schema import Schema


class MappingError(PackError):
    """A file of sources that has problems; `sources` has its text, to show the places in."""

    def __init__(self, problems: list[Problem], sources: dict[str, str]) -> None:
        super().__init__(problems)
        self.sources = sources


def load_mappings(path: Path, schema: Schema) -> tuple[SourceMapping, ...]:
    """The sources of a file. Raises MappingError with everything that is wrong with it."""
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        where = Location(name)
        raise MappingError(
            [Problem("IE023", f"this file cannot be read ({fault.strerror})", where=where)], {}
        ) from fault
    data, text, problems = parse(content, name)
    source = Source(name, text, data or {}, problems)
    found = _read(source, schema) if data is not None else ()
    placed = file_order(source.placed())
    if placed:
        raise MappingError(placed, {name: text})
    return found


def _read(source: Source, schema: Schema) -> tuple[SourceMapping, ...]:
    tables, taken = read_structure(source), Taken("the source", "give this one another name")
    for key in ("statement", "priority", "event", "population", "test", "aim", "define", "subject"):
        if key in source.data:
            (source.root / key).report(
                "IE010", f"a file of sources has no `{key}`", "it has `[source.<name>]` only", on_key=True
            )
    if not tables.source and not source.problems:
        source.root.report("IE011", "there is no table [source.<name>]", "see `indicators inspect FILE`")
    found = []
    for name, table in tables.source.items():
        place = source.root / "source" / name
        if taken.take(place, name):
            found.append(read_mapping(place, name, table, schema))
    return tuple(found)
