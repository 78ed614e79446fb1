"""One figure explained: its definition, its result, every step of its calculation, what it cost, and any one's story.

An `Explanation` is a frozen value that renderers and programs read. Everything in it comes from the evaluation that
gave the figure.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.answer import Question, workings
from indicator_engine.evaluation.tree import Step, steps
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from indicator_engine.definitions.model import Indicator, Priority
    from indicator_engine.evaluation.answer import Working
    from indicator_engine.evaluation.evidence import Evidence
    from indicator_engine.evaluation.reference import Frame, Moment, Reference
    from indicator_engine.evaluation.results import Provenances, Results
    from indicator_engine.evaluation.stories import SubjectStory
    from indicator_engine.language.nodes import Node

SCHEMA = "indicator-engine/explanation/v1"
STORIES_SCHEMA = "indicator-engine/stories/v1"


class Kept:
    """What answered a question, to tell the steps of a figure without working it out again."""

    def __init__(self) -> None:
        self._found: dict[tuple[Node, Moment, Frame], tuple[Node, Reference]] = {}

    def keep(self, measure: Node, evaluator: Reference, moment: Moment) -> None:
        """Keep what has evaluated a measure."""
        self._found[measure, moment, evaluator.frame] = (measure, evaluator)

    def worked(self, working: Working) -> Working:
        """The working by what has evaluated it, where something has."""
        key = (working.node, working.moment, working.reference.frame)
        node, reference = self._found.get(key, (working.node, working.reference))
        return replace(working, node=node, reference=reference)


@dataclass(frozen=True)
class Explaining(Question):
    """A question that keeps what answered it. Why somebody did not count is found when it is asked for."""

    kept: Kept = field(default_factory=Kept, compare=False, repr=False)

    def evidence_of(self, measure: Node, evaluator: Reference, moment: Moment) -> Evidence:
        """Who counted and, as it is asked for, why others did not."""
        self.kept.keep(measure, evaluator, moment)
        return evidence.sought(measure, evaluator, moment)


@dataclass(frozen=True)
class Cost:
    """What a figure costs to work out: the nodes of its tree, and the records of each event type that it reads."""

    nodes: int
    records: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Nodes times records: an upper bound of the conditions asked about, known before anything is evaluated."""
        return self.nodes * max(sum(count for _, count in self.records), 1)


@dataclass(frozen=True)
class Calculation:
    """How one measure (the indicator's, or a part's) came to its figure."""

    id: str
    step: Step
    cost: Cost


@dataclass(frozen=True)
class Explanation:
    """Everything about one figure. `results` has its one result, with provenance, data problems and assumptions.

    Why somebody did not count is found when it is first asked for, in the records that this holds on to. `stories` are
    those of the subject asked about, one a measure; none where nobody was asked about.
    """

    priority: Priority
    indicator: Indicator
    results: Results
    calculations: tuple[Calculation, ...]
    stories: tuple[SubjectStory, ...] = ()
    left: Collection[str] = field(default=(), compare=False)
    """Of an explanation by queries, what was worked out from the records so far, for want of a plan."""

    @property
    def told(self) -> Stories:
        """The stories by themselves."""
        results = self.results
        return Stories(results.as_of, results.known_at, self.stories, results.provenance)

    @property
    def subject_story(self) -> SubjectStory | None:
        """The story of the subject asked about; of several measures the first one's."""
        return self.stories[0] if self.stories else None

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape: that of results, and what explains them."""
        return {
            **self.results.to_dict(),
            "schema": SCHEMA,
            "calculations": [
                {
                    "id": one.id,
                    "tree": one.step.to_dict(),
                    "cost": {"nodes": one.cost.nodes, "records": dict(one.cost.records), "total": one.cost.total},
                }
                for one in self.calculations
            ],
            "stories": [story.to_dict() for story in self.stories],
            "left": list(self.left),
        }


@dataclass(frozen=True)
class Stories:
    """What one subject has to do with a figure, measure by measure, and what the answer rests on."""

    as_of: date
    known_at: datetime | None
    stories: tuple[SubjectStory, ...]
    provenance: Provenances

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape."""
        return {
            "schema": STORIES_SCHEMA,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "provenance": self.provenance.to_dict(),
            "stories": [story.to_dict() for story in self.stories],
        }


def explanation_of(
    question: Question,
    kept: Kept,
    priority: Priority,
    indicator: Indicator,
    results: Results,
    *,
    part: str = "",
) -> Explanation:
    """The explanation of an indicator's result, or of one part of it, by the question and what answered it."""
    found = workings(question, indicator, part)
    return Explanation(priority, indicator, results, tuple(_calculation(kept.worked(one)) for one in found))


def _calculation(working: Working) -> Calculation:
    step = steps(working.node, working.reference, working.moment)
    every = list(nodes.walk(working.node))
    types = dict.fromkeys(node.type for node in every if isinstance(node, nodes.Events))
    counts = working.reference.standing_counts(types, working.moment.known_at)
    cost = Cost(len(every), tuple(counts.items()))
    return Calculation(working.indicator.id, step, cost)
