"""Questions in which one thing has moved on and another has not: targets, deadlines, membership, what happened.

Each holds some things at an earlier day while the rest is asked at the later one. They are answered by the reference
evaluator, from records, without finding out who counted.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation import targets
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.evidence import Evidence
from indicator_engine.evaluation.reference import Reference
from indicator_engine.frozen import dataclass
from indicator_engine.store.records import Records, in_version_order

if TYPE_CHECKING:
    from datetime import date, datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.definitions.model import Indicator, Statement, Target
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.evaluation.targets import InForce
    from indicator_engine.evaluation.values import Members, Number, Unknown
    from indicator_engine.language import nodes
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Version


@dataclass(frozen=True)
class Held:
    """What is held at an earlier day; None lets it move on.

    `targets` is the day and the knowledge by which versions of targets are chosen, `deadlines` the day by which they
    have come, `membership` the last day for which the register is asked, `happened` the last day of events.
    """

    targets: tuple[date, datetime] | None = None
    deadlines: date | None = None
    membership: date | None = None
    happened: date | None = None


@dataclass(frozen=True)
class HeldQuestion(Question):
    """A question that holds some things."""

    held: Held = field(default_factory=Held, kw_only=True)
    kept: dict[Basis, Records] = field(default_factory=dict, compare=False, repr=False, kw_only=True)
    """The records until the day that is held, by how their days count."""

    def evaluator(self, frame: Frame) -> Reference:
        """The reference, over what had happened, with who belonged."""
        records = self._happened(frame.basis)
        if self.held.membership is None:
            return Reference(self.statement.schema, records, frame, self.populations)
        return _Membership(self.statement.schema, records, frame, self.populations).until(self.held.membership)

    def _happened(self, basis: Basis) -> Records:
        if self.held.happened is None:
            return self.records
        if basis not in self.kept:
            self.kept[basis] = until(self.records, self.known_at, basis, self.held.happened)
        return self.kept[basis]

    def has_come(self, day: date) -> bool:
        """Whether a deadline had come by the day that is held."""
        return (self.held.deadlines or self.as_of) >= day

    def stage_in_force(self, indicator: Indicator) -> int:
        """The stage judged on the day that is held."""
        _, known_at = self._decided
        return targets.stage_in_force(indicator, self.held.deadlines or self.as_of, known_at)

    def in_force(self, indicator: Indicator, stage: int) -> InForce | None:
        """The version of the target that is held."""
        return targets.in_force(indicator, stage, *self._decided)

    def is_set(self, target: Target) -> bool:
        """Whether the target that is held had been set."""
        return targets.is_set(target, *self._decided)

    @property
    def _decided(self) -> tuple[date, datetime]:
        return self.held.targets or (self.as_of, self.known_at)

    def evidence_of(self, _measure: Node, _evaluator: Reference, _moment: Moment) -> Evidence:
        """Nobody asks who counted on the way."""
        return Evidence()


class _Membership(Reference):
    """The reference with a register that says nothing of the days after one."""

    _last: date

    def until(self, day: date) -> Reference:
        """Itself, with the last day."""
        self._last = day
        return self

    def visit_Members(self, node: nodes.Members, moment: Moment) -> Members:  # noqa: N802  # told by the node
        return super().visit_Members(node, self._held(moment))

    def visit_Deemed(self, node: nodes.Deemed, moment: Moment) -> Number | Unknown:  # noqa: N802
        return super().visit_Deemed(node, self._held(moment))

    def _register_value(self, subject: str, name: str, moment: Moment) -> Any:
        return super()._register_value(subject, name, self._held(moment))

    def _held(self, moment: Moment) -> Moment:
        return replace(moment, as_of=min(moment.as_of, self._last))


# ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def day_counted(versions: list[Version], basis: Basis = "occurred") -> date:
    """The day that counts of an event, by its versions in their order."""
    return versions[0].recorded_at.date() if basis == "recorded" else versions[-1].occurred_on


def known(records: Records, event: str, known_at: datetime) -> list[Version]:
    """The versions of an event known at an instant, in their order."""
    return in_version_order(one for one in records.history(event) if one.recorded_at <= known_at)


def until(records: Records, known_at: datetime, basis: Basis, day: date) -> Records:
    """Records without the events that stand on a later day."""
    later = set()
    for event in {version.event_id for version in records.versions}:
        versions = known(records, event, known_at)
        if versions and not versions[-1].retracted and day_counted(versions, basis) > day:
            later.add(event)
    staying = tuple(one for one in records.versions if one.event_id not in later)
    return Records(staying, records.register, records.covered, records.earlier)


# ── targets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_targets_of(after: Statement, before: Statement) -> Statement:
    """A statement whose indicators have the targets and deadlines of their namesakes in another.

    A target that reads data is only understood in the vocabulary it was written for: where that differs, it stays.
    """
    namesakes = {indicator.id: indicator for _, indicator in before.indicators()}
    same_words = after.schema == before.schema
    priorities = (
        replace(
            one,
            indicators=tuple(
                _retargeted(indicator, namesakes.get(indicator.id), same_words) for indicator in one.indicators
            ),
        )
        for one in after.priorities
    )
    return replace(after, priorities=tuple(priorities))


def _retargeted(indicator: Indicator, namesake: Indicator | None, same_words: bool) -> Indicator:  # noqa: FBT001
    if namesake is None or not _fits(indicator, namesake, same_words=same_words):
        return indicator
    parts = {one.id: one for one in namesake.parts}
    return replace(
        indicator, stages=namesake.stages, due=namesake.due, trajectory=namesake.trajectory,
        parts=tuple(_retargeted(one, parts.get(one.id), same_words) for one in indicator.parts),
    )  # fmt: skip


def _fits(indicator: Indicator, namesake: Indicator, *, same_words: bool) -> bool:
    """Whether the targets of one can be held against what the other measures."""
    measured = [one.measure.node.kind if one.measure else None for one in (indicator, namesake)]
    reading = any(map(_reads_data, (*_targets(indicator), *_targets(namesake))))
    return indicator.kind == namesake.kind and measured[0] == measured[1] and (same_words or not reading)


def _targets(indicator: Indicator) -> list[Target]:
    return [version for stage in indicator.stages for version in stage]


def _reads_data(target: Target) -> bool:
    return bool(target.baseline or target.since or target.evidence)
