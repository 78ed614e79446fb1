"""An evaluator that also tells what the steps of a figure came to: the members of sets, the size of selections."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.evaluation.compiled.base import IN_ORDER
from indicator_engine.evaluation.compiled.evaluator import Compiled
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.later import Later
from indicator_engine.evaluation.values import Number, Selection, Tally, Unknown
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicator_engine.evaluation.compiled.evaluator import Answers
    from indicator_engine.evaluation.reference import Frame, Moment, Reference
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Records


class Few(Protocol):
    """Reads the records of a few, with their rows of the register and nobody else's."""

    def of(self, subjects: Sequence[str], types: frozenset[str]) -> Records:
        """The records of some subjects, of some types."""

    def listed(self, subjects: Sequence[str]) -> Records:
        """Their rows of the register alone."""


class Teller(Compiled):
    """Evaluates by queries. What was asked of it is kept in `evaluated`, in order, for whoever has to ask it again."""

    def __init__(self, answers: Answers, frame: Frame, reference: Callable[[], Reference]) -> None:
        """`reference` evaluates what has no plan."""
        super().__init__(answers, frame, reference)
        self.by_records = reference
        self.evaluated: dict[tuple[Node, Moment], None] = {}
        self._depth = 0

    def value(self, node: Node, moment: Moment) -> Any:
        """What a node gives at a moment; of a selection, its tally."""
        if not self._depth:
            self.evaluated[node, moment] = None
        self._depth += 1
        try:
            return super().value(node, moment)
        finally:
            self._depth -= 1

    def _seen(self, node: Node, moment: Moment) -> Any:
        match node.kind.name:
            case "set":
                return self.members_in(node, moment)
            case "events":
                return self._tally(node, moment)
        return super()._seen(node, moment)

    def _tally(self, node: Node, moment: Moment) -> Tally | Unknown:
        found: Number | Unknown = self.value(nodes.CountRecords(node), moment)
        if isinstance(found, Unknown):
            return found
        ids = cache(lambda: self._ids(node, moment))
        return Tally(int(found.value), int(found.high - found.value), Later(lambda: ids()[0]), Later(lambda: ids()[1]))

    def _ids(self, node: Node, moment: Moment) -> tuple[list[str], list[str]]:
        """Ids of the records that belong, and of those that may, in order of day, recording and id."""
        compiler, place = self.compiler, Place.of(moment)
        try:
            found = compiler.selection(node, place)
            if isinstance(found, Unknown):
                return [], []
            pooled = compiler.pooled(found, place, lambda _cell: IN_ORDER)
            rows = self.answers.rows(f"SELECT event, yes FROM {pooled} ORDER BY day, recorded, event")
        except NotCompiledError as fault:
            self.answers.left[str(fault)] = None
            rows = self._read(node, moment)
        return [event for event, yes in rows if yes], [event for event, yes in rows if not yes]

    def _read(self, node: Node, moment: Moment) -> list[tuple[Any, ...]]:
        found = self.by_records().value(node, moment)
        return [(one.event_id, sure) for one, sure in found.all()] if isinstance(found, Selection) else []
