"""What an author got wrong, as values.

A `Problem` names the place, the fact and what to write instead. Problems are collected, never raised one
by one; `PackError` carries them to a caller who asked for a pack that has none. What each code means is
told in `definitions/catalogue.py`; how a problem looks on a screen or in an editor, in `rendering/problems.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Location:
    """A stretch of one file. Lines and columns count characters from 1; `end_column` is exclusive.

    `line` 0 means the file as a whole. In a sheet, a column is a cell: 7 is column G.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """`file:line:column`, which editors and terminals can follow."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable code, the fact, the place, and what to write instead.

    `path` is where in the file's data the problem stands (keys and list positions); `span` narrows it to
    characters of an expression. The loader turns both into `where` when there is something to show.
    """

    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    where: Location | None = None
    path: tuple[str | int, ...] = ()
    span: tuple[int, int] | None = None
    on_key: bool = False

    def at(self, where: Location) -> Problem:
        """The same problem at a known place."""
        return replace(self, where=where)

    def under(self, *path: str | int) -> Problem:
        """The same problem, its path continued from a longer one."""
        return replace(self, path=(*path, *self.path))


class IndicatorEngineError(Exception):
    """Base of every error meant to be shown without a traceback; `exit_code` is the command's."""

    exit_code = 2


class PackError(IndicatorEngineError):
    """A pack that was asked to be free of errors is not. `problems` has all of them, in file order."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in self.problems if problem.severity == "error"]
        lines = [f"{problem.where or ''} {problem.code} {problem.message}".strip() for problem in errors[:20]]
        super().__init__("\n".join(lines) or "the pack has errors")


class DataError(IndicatorEngineError):
    """Events or a register that cannot be read. `problems` has all of them."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.where or ''} {p.message}".strip() for p in self.problems[:20]))


class StoreError(IndicatorEngineError):
    """An event store that cannot be opened, written or trusted. What it held before is untouched."""

    exit_code = 4


def errors_in(problems: Sequence[Problem]) -> bool:
    """Whether any of the problems is an error (warnings and notes do not stop a run)."""
    return any(problem.severity == "error" for problem in problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or lists the few there are.

    >>> did_you_mean("memmbers", ["members", "pledge"])
    'did you mean `members`?'
    """
    from difflib import get_close_matches  # noqa: PLC0415  # only where something is misspelt

    names = sorted(set(known))
    near = get_close_matches(word, names, n=2, cutoff=0.6) or [
        name for name in names if name.casefold() == word.casefold()
    ]
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    if 0 < len(names) <= 12:
        return "there is " + ", ".join(f"`{name}`" for name in names)
    return ""


def file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as a reader meets them: by file, line and column, errors first at one place."""
    rank = {"error": 0, "warning": 1, "note": 2}
    nowhere = Location("")
    return sorted(problems, key=lambda p: (p.where or nowhere, rank[p.severity], p.code, p.message))


def relative_to(path: Path, start: Path) -> str:
    """A path as an author would type it from `start`; unchanged when it lies elsewhere."""
    try:
        return str(path.resolve().relative_to(start.resolve()))
    except ValueError:
        return str(path)
