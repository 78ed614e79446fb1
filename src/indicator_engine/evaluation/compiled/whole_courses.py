"""The courses of figures over all days there are: what is added to each on which days, put into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.changes import course_of
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.transitions import Transitions
from indicator_engine.evaluation.compiled.turns import looks_at_others
from indicator_engine.language import nodes
from indicator_engine.problems import StoreError
from indicator_engine.store.findings import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.evaluation.compiled.ground import Ground
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.language.nodes import Node

    Figure = tuple[Node, Moment, Frame]

COLUMNS = tuple(name for name in TABLES["course"] if name.startswith("n"))
"""Columns of the table of courses, for what is added."""


class WholeCourses:
    """The courses of some figures over one ground."""

    def __init__(self, ground: Ground, figures: Sequence[Figure], weight: str = "1") -> None:
        self.ground = ground
        self.program: Program = ground.program()
        self.done = set(figures)
        self._batch = Transitions(ground, self.program, weight)
        self._alone: dict[Figure, tuple[str, tuple[str, ...]]] = {}
        self._together: list[Figure] = []
        answers = Answers(ground)
        answers.program = self.program
        for one in figures:
            node, moment, frame = one
            if weight != "1" and looks_at_others(node, ground.schema.subject.singular):
                self.done.discard(one)
                continue
            evaluator = _NoFigures(answers, frame)
            if self._batch.follow(node, moment, evaluator):
                self._together.append(one)
                continue
            try:
                self._alone[one] = course_of(node, moment, evaluator.compiler, weight)
            except NotCompiledError:
                self.done.discard(one)

    def added(self, table: str, numbers: dict[Figure, int]) -> set[Figure]:
        """Add the courses to a table; the figures of which that could be done."""
        if self._together:
            self._add_together(table, numbers)
        for one, (step, names) in self._alone.items():
            self._insert(
                table, [self._course(numbers[one], "asked", dict(zip(names, names, strict=True)), step)], [one]
            )
        return self.done

    def _add_together(self, table: str, numbers: dict[Figure, int]) -> None:
        wide = f"{self.ground.prefix}_wide"
        query = self._batch.query()
        if not self._run(f"CREATE OR REPLACE TEMP TABLE {wide} AS ", query, self._together):
            return
        parts = []
        for index, one in enumerate(self._together):
            start = self._batch.start_of(index)
            columns = {name: f"c{start + at}" for name, at in _places(one[0]).items()}
            parts.append(self._course(numbers[one], "day", columns, wide))
        self._insert(table, parts, self._together)

    def _course(self, number: int, day: str, columns: dict[str, str], source: str) -> str:
        listed = ", ".join(columns.get(name, "0") for name in COLUMNS)
        some = " OR ".join(f"{one} <> 0" for one in columns.values())
        return f"SELECT {number}, {day}, {listed} FROM {source} WHERE {some}"

    def _insert(self, table: str, parts: Iterable[str], figures: Iterable[Figure]) -> None:
        self._run(f"INSERT INTO {table} ", " UNION ALL ".join(parts), figures)

    def _run(self, head: str, query: str, figures: Iterable[Figure]) -> bool:
        """Run a statement; figures whose numbers are too large for the database are not done."""
        text = self.program.written(query)
        self.ground.need(text)
        try:
            self.ground.database.run(f"{head}{text}", self.program.values(text))
        except StoreError:
            self.done.difference_update(figures)
            return False
        return True


def _places(node: Node) -> dict[str, int]:
    """Which columns of a figure stand in which of its course; sets leave room for members of no name."""
    match node:
        case nodes.CountMembers():
            order: Iterator[tuple[int, int]] = iter(((0, 0), (1, 1)))
        case nodes.Ratio():
            order = iter(((0, 0), (1, 1), (3, 2), (4, 3), (6, 4)))
        case nodes.Aggregate():
            order = iter(enumerate(range(4)))
        case _:
            order = iter(((0, 0), (1, 1)))
    return {f"n{place}": at for place, at in order}


class _NoFigures(Compiled):
    """Plans figures whose every day is written out; asks for no other figure."""

    def _figure(self, node: Node, _moment: Moment) -> Any:
        raise NotCompiledError(f"{type(node).__name__} within the course of another figure")
