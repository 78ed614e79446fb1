"""A statement asked of a store: figures by queries, and records only for what has to be shown one by one."""

from __future__ import annotations

from dataclasses import field
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.answer import Question, foreseen, judged_by, sizes
from indicator_engine.evaluation.compiled import witness
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.compiled.teller import Teller
from indicator_engine.evaluation.evidence import Evidence
from indicator_engine.evaluation.explaining import Kept
from indicator_engine.evaluation.later import Counted
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.values import Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.compiled.teller import Few
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Records

    LookUp = Callable[[Node, Frame, Moment, int | None], Sequence[str]]


@dataclass(frozen=True)
class StoreQuestion(Question):
    """The same, of the tables of a store. `read` reads its records, which is done for evidence and at need only."""

    answers: Answers = field(kw_only=True)
    read: Callable[[], Records] = field(kw_only=True)
    with_evidence: bool = field(default=True, kw_only=True)
    look_up: LookUp | None = field(default=None, kw_only=True)
    """Finds the ids of the records of a selection, or so many of them, also later; None: they are found at once."""

    def evaluator(self, frame: Frame) -> Reference:
        """Queries; what has no plan is left to the reference, and told."""
        return Compiled(self.answers, frame, lambda: self.reference(frame))

    def foresee(self, indicators: Iterable[Indicator]) -> None:
        """Ask together what the answers will ask: the figures, then what the verdicts on them look back at."""
        chosen = list(indicators)
        self.answers.foresee(one for indicator in chosen for one in self._asked_by(indicator))
        self.answers.foresee([one for indicator in chosen for one in judged_by(self, indicator)])

    def _asked_by(self, indicator: Indicator) -> Iterator[tuple[Frame, Node, Iterable[Moment]]]:
        yield from foreseen(self, indicator)
        if self.look_up:
            yield from sizes(self, indicator)

    def listed(self, events: Node, evaluator: Reference, moment: Moment) -> Sequence[str]:
        """Ids of the records of a selection; how many there are is known, and they are looked up when looked at."""
        if self.look_up is None:
            return super().listed(events, evaluator, moment)
        count = evaluator.value(nodes.CountRecords(events), moment)
        if isinstance(count, Unknown):
            return ()
        return Counted(int(count.high), partial(self.look_up, events, evaluator.frame, moment))

    def foresee_all(self, wanted: Iterable[tuple[Frame, Node, Iterable[Moment]]]) -> None:
        """Ask these together."""
        self.answers.foresee(wanted)

    def reference(self, frame: Frame) -> Reference:
        return Reference(self.statement.schema, self.read(), frame, self.populations)

    def evidence_of(self, measure: Node, evaluator: Reference, moment: Moment) -> Evidence:
        """Who counted and who did not, by the records; nothing where nobody asked for it."""
        if not self.with_evidence:
            return Evidence()
        reference = self.reference(evaluator.frame)
        reference.value(measure, moment)
        return evidence.of(measure, reference, moment)


@dataclass(frozen=True)
class TellingQuestion(StoreQuestion):
    """The same, to tell how figures came about: what answered it is kept, who counted is found by queries."""

    few: Few = field(kw_only=True)
    types: frozenset[str] = field(kw_only=True)
    """The event types of which `read` gives the records."""
    at_once: bool = field(default=False, kw_only=True)
    """Whether reasons, ids and what is undecided are found at once, to be kept when the store is closed."""
    kept: Kept = field(default_factory=Kept, compare=False, repr=False, kw_only=True)

    def evaluator(self, frame: Frame) -> Reference:
        """Queries, that also tell of sets and selections."""
        return Teller(self.answers, frame, cache(lambda: self.reference(frame)))

    def evidence_of(self, measure: Node, evaluator: Reference, moment: Moment) -> Evidence:
        """Who counted and why others did not."""
        self.kept.keep(measure, evaluator, moment)
        found = witness.sought(measure, cast("Teller", evaluator), moment, self.few)
        return found.whole() if self.at_once else found
