"""The files of a pack as read, and places in them.

A `Source` is one file: its text, its data and the problems found in it so far. A `Place` is a path into its data
that can report a problem there; lines and columns are looked up only when there is something to show. In the finished
statement a path goes through all files as if they were one.
"""

from __future__ import annotations

from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions import positions
from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.definitions.positions import DataPath, Positions


ONLY_SOURCE = ("source", "source")
"""The path of a `[source]` without a name, which is called as its table is."""


def is_only_source(table: object) -> bool:
    """Whether the table `source` is itself one source, and not a table of named ones."""
    return isinstance(table, dict) and any(not isinstance(value, dict) for value in table.values())


@dataclass
class Source:
    """One file of a pack.

    `spoiled` has the paths whose values were refused and are read as if absent; `before` says how many items of each
    list of tables stand in the files before this one.
    """

    file: str
    text: str
    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    spoiled: set[DataPath] = field(default_factory=set)
    before: dict[str, int] = field(default_factory=dict)

    @cached_property
    def positions(self) -> Positions:
        """Where everything stands; scanned once, when first asked for."""
        return positions.scan(self.text)

    @property
    def root(self) -> Place:
        """The place of the file's data as a whole."""
        return Place(self)

    def placed(self) -> Iterator[Problem]:
        """The problems with their lines and columns; the same fault at the same place only once."""
        seen: set[tuple[object, ...]] = set()
        for problem in self.problems:
            what = (problem.code, problem.path, problem.span, problem.message)
            if what not in seen:
                seen.add(what)
                yield problem if problem.where else self.located(problem)

    def located(self, problem: Problem) -> Problem:
        """A problem with the lines and columns of what it is about."""
        return problem.at(self.location(problem.path, problem.span, on_key=problem.on_key))

    def location(self, path: DataPath, span: tuple[int, int] | None = None, *, on_key: bool = False) -> Location:
        """Where a value is written, or its key or header, or some characters of a text."""
        path = self._as_written(path)
        key = self.positions.key(path) if on_key else None
        place = self.positions.within_text(path, *span) if span else key or self.positions.nearest(path)
        return positions.location(self.text, place, self.file)

    def _as_written(self, path: DataPath) -> DataPath:
        """A path in the file: the only source of a pack may be written as `[source]`, without a name."""
        return (path[0], *path[2:]) if path[:2] == ONLY_SOURCE and is_only_source(self.data.get("source")) else path

    def holds(self, path: DataPath) -> DataPath | None:
        """A path through all files as one of this file; None when it does not lead here."""
        if len(path) > 1 and isinstance(path[1], int):
            position = path[1] - self.before.get(str(path[0]), 0)
            items = self.data.get(str(path[0]))
            return (path[0], position, *path[2:]) if isinstance(items, list) and 0 <= position < len(items) else None
        here: Any = self.data
        for step in path[:2]:
            if not isinstance(here, dict) or step not in here:
                return None
            here = here[step]
        return path


def place_problem(problem: Problem, sources: Sequence[Source]) -> Problem:
    """A problem of the statement as a whole, with lines and columns; where it leads nowhere, at the first file."""
    if problem.where:
        return problem
    for source in sources:
        if problem.path and (path := source.holds(problem.path)):
            return source.located(replace(problem, path=path))
    return problem.at(Location(sources[0].file))


@dataclass(frozen=True)
class Place:
    """A place in a file's data. `place / "target" / 0` is the place of what lies within."""

    source: Source
    path: DataPath = ()

    def __truediv__(self, step: str | int) -> Place:
        return Place(self.source, (*self.path, step))

    @property
    def path_in_pack(self) -> DataPath:
        """Its path through all files of the pack as if they were one, by which the statement remembers it."""
        if len(self.path) > 1 and isinstance(self.path[1], int):
            return (self.path[0], self.path[1] + self.source.before.get(str(self.path[0]), 0), *self.path[2:])
        return self.path

    @property
    def location(self) -> Location:
        """Its lines and columns."""
        return self.source.location(self.path)

    @property
    def key_location(self) -> Location:
        """The lines and columns of its key, or of its header."""
        return self.source.location(self.path, on_key=True)

    @property
    def spoiled(self) -> bool:
        """Whether something was written here that has been refused already."""
        return self.path in self.source.spoiled

    def report(  # what a problem has
        self,
        code: str,
        message: str,
        hint: str = "",
        *,
        on_key: bool = False,
        span: tuple[int, int] | None = None,
        severity: Severity = "error",
    ) -> None:
        """Report a problem here."""
        self.source.problems.append(Problem(code, message, hint, severity, path=self.path, span=span, on_key=on_key))

    def report_all(self, problems: Iterable[Problem]) -> None:
        """Report problems of an expression that stands here."""
        self.source.problems.extend(replace(problem, path=self.path) for problem in problems)
