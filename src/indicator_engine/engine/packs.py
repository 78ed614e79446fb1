"""Packs at a path: each statement, or the problems that forbid it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine import plugins
from indicator_engine.definitions import load
from indicator_engine.definitions.files import find_packs, without_strays
from indicator_engine.problems import Location, PackError, Problem, errors_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.conventions import Convention
    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins


def load_packs(paths: Iterable[str | Path], *, registered: Plugins | None = None) -> list[Loaded]:
    """Every pack at the paths (files or folders), each with its statement or the problems that forbid it."""
    registered = registered or plugins.load()
    return [
        load.load(files, registered.conventions, registered.checks) for files in find_packs([Path(p) for p in paths])
    ]


def load_pack(
    path: str | Path, *, convention: Convention | None = None, registered: Plugins | None = None
) -> Statement:
    """The one statement at a path. `convention` stands in for the one the pack names, to try another reading.

    Raises PackError with every problem when there are errors, or when the path holds no or several statements.
    """
    registered = registered or plugins.load()
    if convention:
        stand_ins = dict.fromkeys([*registered.conventions, convention.name], convention)
        registered = replace(registered, conventions=stand_ins)
    found = [
        load.load(files, registered.conventions, registered.checks, warnings=False)
        for files in without_strays(find_packs([Path(path)]))
    ]
    if len(found) != 1:
        where = Location(str(path))
        fact = (
            "there is no statement here" if not found else f"there are {len(found)} statements here; name one of them"
        )
        raise PackError([Problem("IE024", fact, "a pack has one [statement] table", where=where)])
    if found[0].statement is None or errors_in(found[0].problems):
        raise PackError(found[0].problems)
    return found[0].statement
