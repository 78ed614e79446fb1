"""Every hook of the engine, on one screen. A plugin is a module whose functions carry `@hookimpl`.

Each hook is handed a `register` function and returns nothing; what is registered is a value. The shipped plugins in
`builtin/` use these hooks and no others. Finding and checking plugins is `plugins.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.conventions import Convention, Lint
    from indicator_engine.evaluation.compiled.connections import Connection
    from indicator_engine.evaluation.results import Results
    from indicator_engine.store.layout import Row
    from indicator_engine.store.tables import Reading, Table

GROUP = "indicator_engine"
"""The entry-point group in which an installed package names its plugin."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@dataclass(frozen=True)
class Source:
    """A kind of file, or of database, that holds rows. `open(address, reading)` gives its lines, or raises `DataError`.

    Lines that cannot be read carry the reason; none is left out. `suffixes` are the endings of its files.
    """

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[str, Reading], Table]

    def read(self, address: str) -> list[Row]:
        """Every row under the names of its own columns. Raises DataError with all faults."""
        from indicator_engine.store.layout import plain_rows  # noqa: PLC0415  # only where a file is read
        from indicator_engine.store.tables import Reading  # noqa: PLC0415  # as above

        return plain_rows(self.open(address, Reading()))


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
    wants_series: bool = False
    """Whether it shows how figures came about: `results.series` is filled only for outputs that say so."""


@dataclass(frozen=True)
class Engine:
    """A kind of database that runs queries itself: `open(address)` connects to it, or raises `StoreError`.

    `--source` finds it by what stands before the address's first colon: its name, or one of `also`.
    """

    name: str
    open: Callable[[str], Connection]
    also: tuple[str, ...] = ()


@hookspec
def register_conventions(register: Callable[[Convention], None]) -> None:
    """Register what a county decides, e.g. `register(Convention(name="rutland", …))`."""


@hookspec
def register_sources(register: Callable[[Source], None]) -> None:
    """Register a kind of file that rows can be read from, e.g. `register(Source("ods", (".ods",), open_ods))`."""


@hookspec
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register a form results can be written in, e.g. `register(Output("html", (".html",), render))`."""


@hookspec
def register_checks(register: Callable[[Lint], None]) -> None:
    """Register a check of every statement, whatever its convention: a function from a statement to problems."""


@hookspec
def register_engines(register: Callable[[Engine], None]) -> None:
    """Register a database that answers queries itself, e.g. `register(Engine("sqlite", open_sqlite))`."""
