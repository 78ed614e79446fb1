"""What a command shows: colour or none, how wide, problems and errors, files written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from indicator_engine.problems import DataError, IndicatorEngineError, PackError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

PIPED = 100
"""Columns of text that goes to no terminal."""

MOST_SHOWN = 50
"""So many problems are shown when a command cannot run; how many more there are is said."""


class RefusedPackError(PackError):
    """A pack that cannot be run, with its files' texts to show the places in."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(problems)
        self.sources = sources
        self.exit_code = 2 if is_missing(problems) else 1


def is_missing(problems: Sequence[Problem]) -> bool:
    """Whether a path named on the command line is not there, or cannot be read."""
    return any(problem.code == "IE023" for problem in problems)


def colour(stream: IO[Any]) -> bool:
    """Whether a stream is a terminal whose owner wants colour (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """How wide the output may be."""
    import shutil

    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPED


def number(count: int, noun: str) -> str:
    """`1 pack`, `2 packs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def say(message: str) -> None:
    """A message to the standard error."""
    click.echo(message, err=True)


def show_error(error: IndicatorEngineError) -> None:
    """An error on the standard error, with every problem it carries."""
    from indicator_engine.rendering.problems import as_text
    from indicator_engine.rendering.text import safe_text

    if not isinstance(error, PackError | DataError):
        return say(f"indicators: {safe_text(str(error), 2000)}")
    sources = error.sources if isinstance(error, RefusedPackError) else {}
    shown = error.problems[:MOST_SHOWN]
    say(as_text(shown, sources, color=colour(sys.stderr)))
    if len(error.problems) > len(shown):
        say(f"(the first {len(shown)} of {len(error.problems)})")
    return None


def write(data: bytes, out: Path | None) -> None:
    """Data to the standard output, or to a file; what no terminal can show goes only to a file or a pipe."""
    if out is None and b"\0" in data and sys.stdout.isatty():
        raise IndicatorEngineError("this format is not one for a terminal: name a file with --out")
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        write_whole(data, out)


def write_whole(data: bytes, path: Path) -> None:
    """A file, whole or not at all: written beside its place, put to disk, then moved there in one step."""
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as fault:
        raise _not_written(path, fault) from fault
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_usual_mode(path))
        Path(name).replace(path)
    except OSError as fault:
        raise _not_written(path, fault) from fault
    finally:
        Path(name).unlink(missing_ok=True)


def write_over(data: bytes, path: Path, before: bytes) -> None:
    """The same over a file that has been read before. Raises an error where somebody has changed it since."""
    now = path.read_bytes() if path.exists() else b""
    if now != before:
        raise IndicatorEngineError(f"{path} was changed meanwhile: nothing was written; run the command again")
    write_whole(data, path.resolve())


def _not_written(path: Path, fault: OSError) -> IndicatorEngineError:
    return IndicatorEngineError(f"{path} cannot be written: {fault.strerror or fault}")


def _usual_mode(path: Path) -> int:
    """The rights of the file that is replaced, or what a new file gets here."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def as_json(value: object) -> bytes:
    """JSON that is harmless on a terminal, for a program to read."""
    from indicator_engine.rendering.data import json_text

    return json_text(value).encode()


def figure(value: Fraction | bool | None) -> str:  # noqa: FBT001  # a figure may be one
    """A figure for a table on the screen, as near as people read one: `20`, `52,341.5`, `0.5714`, `yes`."""
    from indicator_engine.amounts import shown

    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(value) if value.denominator == 1 or abs(value) >= 1 else f"{float(value):.4g}"
