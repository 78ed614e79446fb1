"""A file whose columns do not fit the way it was read: which other way they fit, said in place of what follows from it.

Without this, a repaired file that was saved under another name is told of each of its columns, and none of the
problems names the cause.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from indicator_engine.problems import DataError, IndicatorEngineError, Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.cli.mappings import Mappings
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins

    Kind = Literal["events", "register"]

_OF_COLUMNS = frozenset({"IE303", "IE343", "IE373", "IE374", "IE376"})
"""Problems that a file has whose columns are not those that were expected."""


def explained(
    fault: DataError,
    address: str,
    kind: Kind,
    mappings: Mappings,
    statement: Statement,
    registered: Plugins,
    *,
    choosing: bool,
) -> DataError:
    """The fault, or in its place the one that caused it; `choosing` is whether the command has `--source`."""
    if {one.code for one in fault.problems} - _OF_COLUMNS or address.endswith(":-"):
        return fault
    fitting = [one for one in _others(address, kind, mappings) if _fits(address, one, statement, registered)]
    if not fitting:
        return fault
    taken = mappings.mapping(address, kind).name
    fact, hint = _advice(fitting, kind, address, taken, choosing=choosing)
    place = next((one.where for one in fault.problems if one.where), Location(address))
    return DataError([Problem("IE383", fact, hint, where=Location(place.file))])


def _others(address: str, kind: Kind, mappings: Mappings) -> Iterator[SourceMapping]:
    """Every way to read a file but the one that was taken, those of its own kind first."""
    taken = mappings.mapping(address, kind)
    files = [one for one in mappings.known if not one.table]
    for other in sorted(files, key=lambda one: one.kind != kind):
        if other.name != taken.name:
            yield replace(other, ignore=(*other.ignore, *mappings.ignore))
    yield mappings.plain("events" if kind == "register" else "register")


def _fits(address: str, mapping: SourceMapping, statement: Statement, registered: Plugins) -> bool:
    """Whether the columns of a file are those of a mapping; no row is looked at."""
    from indicator_engine.store.layout import Rows, reading_of

    source, path = registered.source(address)
    try:
        Rows(source.open(path, reading_of(mapping)), mapping, statement.schema).close()
    except IndicatorEngineError:
        return False
    return True


def _advice(fitting: list[SourceMapping], kind: Kind, address: str, taken: str, *, choosing: bool) -> tuple[str, str]:
    """What the file is by its columns, and how to have it read so."""
    best = [one for one in fitting if one.kind == fitting[0].kind]
    named = [one for one in best if one.name]
    if best[0].kind != kind:
        what, option = ("a register", "--register") if kind == "events" else ("a file of events", "--events")
        give = "give it without --register" if choosing and kind == "register" else f"use {option} {address}"
        return f"this looks like {what}, by its columns", give
    sources = " and ".join(f"[source.{one.name}]" for one in named)
    why = f"the file does not fit [source.{taken}]" if taken else "no [source] is for files of this name"
    fact = f"{why}, and its columns are those of {sources}"
    if choosing:
        return fact, "use " + " or ".join(f"--source {one.name}" for one in named)
    patterns = [pattern for one in named for pattern in one.files]
    return fact, "call the file " + " or ".join(f"`{one}`" for one in patterns) if patterns else "declare its `file`"
