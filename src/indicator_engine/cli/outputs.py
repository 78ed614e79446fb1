"""The file that a command writes: none that it reads, and none that belongs to a store or a database that it reads."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import click

from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

READ = ("path", "pack", "events", "register", "store", "source", "mapping", "plugins_dir")
"""The options and arguments that name what a command reads."""

BESIDE = (".ledger", ".findings", ".lock")
"""What the names of the files beside a store end with."""

WITHIN = (".toml", ".py", ".parquet")
"""Endings of files that are read where a folder is named: those of a pack, plugins, tables."""


def out_option(**more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--out`, the file it writes. It is refused at once where the command reads it."""

    def give(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), **more)
        @wraps(command)
        def sparing(*args: object, **options: Any) -> object:
            spare_what_is_read(options["out"], options)
            return command(*args, **options)

        return sparing

    return give


def spare_what_is_read(out: Path | None, options: Mapping[str, Any]) -> None:
    """Raise an error where a file to be written is read, under whatever name, or belongs to what is read."""
    for named in _named(options) if out else ():
        if out and _is_read(out, named):
            belongs = "is read" if _is_same(out, named) else f"belongs to {named}, which is read"
            raise IndicatorEngineError(f"{out} {belongs} by this run: name another file for --out")


def _named(options: Mapping[str, Any]) -> Iterator[Path]:
    """What the options may mean by the paths and addresses that they have."""
    for name in READ:
        given = options.get(name)
        for one in given if isinstance(given, tuple) else (given,) if given else ():
            yield from [one] if isinstance(one, Path) else map(Path, _paths_in(one))


def _paths_in(address: str) -> Iterator[str]:
    """The address as it stands, without the reader that stands in front, and the file of a database."""
    yield address
    yield address.partition(":")[2] or address
    if "://" in address:
        yield unquote(address.partition("://")[2].partition("/")[2].partition("?")[0]) or address


def _is_read(out: Path, named: Path) -> bool:
    """Whether a file is what was named, belongs to it, or is one of those that are read beside it or in it."""
    from indicator_engine.store.database import ENDINGS

    if any(_is_same(out, named.with_name(named.name + ending)) for ending in (*ENDINGS, *BESIDE) if named.name):
        return True
    if out.suffix in WITHIN and named.is_dir():
        return out.resolve().is_relative_to(named.resolve())
    return out.suffix == named.suffix == ".toml" and _is_same(out.parent, named.parent)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are those of one file: also through links of both kinds, and where there is no file yet."""
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError, ValueError):
        return False
