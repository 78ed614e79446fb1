"""Every hook of the engine, on one screen. A plugin is a module whose functions carry `@hookimpl`.

Each hook is handed a `register` function and returns nothing; what is registered is a value. The shipped plugins in
`builtin/` use these hooks and no others. Finding and checking plugins is `plugins.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.conventions import Convention, Lint
    from indicator_engine.evaluation.results import Results
    from indicator_engine.store.intake import Row

GROUP = "indicator_engine"
"""The entry-point group in which an installed package names its plugin."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@dataclass(frozen=True)
class Source:
    """A kind of file that holds rows. `read(path)` gives each with its place, or raises `DataError` with all faults."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[str], list[Row]]


@dataclass(frozen=True)
class Page:
    """What an output is written for: so many columns of text, with colour or without."""

    columns: int = 100
    colour: bool = False
    details: bool = False
    """Whether to list who counted, who did not and why, beside each figure."""


@dataclass(frozen=True)
class Output:
    """A form results can take. `render(results, page)` gives the whole file; it reads no clock and writes nothing."""

    name: str
    suffixes: tuple[str, ...]
    render: Callable[[Results, Page], bytes]


@hookspec
def register_conventions(register: Callable[[Convention], None]) -> None:
    """Register what a county decides, e.g. `register(Convention(name="rutland", …))`."""


@hookspec
def register_sources(register: Callable[[Source], None]) -> None:
    """Register a kind of file that rows can be read from, e.g. `register(Source("ods", (".ods",), read))`."""


@hookspec
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register a form results can be written in, e.g. `register(Output("html", (".html",), render))`."""


@hookspec
def register_checks(register: Callable[[Lint], None]) -> None:
    """Register a check of every statement, whatever its convention: a function from a statement to problems."""
