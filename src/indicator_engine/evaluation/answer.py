"""The answer to one indicator: measure, find the target in force, judge, say what it rests on.

This is the story of an evaluation. What an expression means is in `reference.py`, which target stands in `targets.py`,
what follows from the numbers in `verdicts.py`, who counted and who did not in `evidence.py`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from indicator_engine import periods
from indicator_engine.evaluation import evidence, measures, targets, verdicts
from indicator_engine.evaluation.reference import Frame, Moment, Reference, deemed_size
from indicator_engine.evaluation.results import Listed, Result, Trend
from indicator_engine.evaluation.tree import calculation
from indicator_engine.evaluation.values import NoneArose, Number, TruthValue, Unknown, compared, number
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.says import says
from indicator_engine.store.records import FOREVER, Records, end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.definitions.model import Expression, Indicator, Statement, Target
    from indicator_engine.evaluation.evidence import Evidence
    from indicator_engine.evaluation.reference import Populations
    from indicator_engine.evaluation.results import Point
    from indicator_engine.evaluation.targets import InForce
    from indicator_engine.language.nodes import Node

TREND_MONTHS = 3

REGISTER_HAS = "the register has"
"""What an assumption says that tells a count of the register."""


@dataclass(frozen=True)
class Question:
    """A statement, its records, and the two times at which they are asked."""

    statement: Statement
    records: Records
    as_of: date
    known_at: datetime = FOREVER
    populations: Populations = field(default_factory=dict, compare=False, repr=False)
    """Who belongs where, found out once for all indicators."""

    def evaluator(self, frame: Frame) -> Reference:
        """What evaluates the expressions of an indicator that fixes these dates."""
        return Reference(self.statement.schema, self.records, frame, self.populations)

    def foresee(self, indicators: Iterable[Indicator]) -> None:
        """Says which indicators will be asked about; here that changes nothing."""

    def foresee_all(self, wanted: Iterable[tuple[Frame, Node, Iterable[Moment]]]) -> None:
        """Says which expressions will be asked about and when; here that changes nothing."""

    def evidence_of(self, measure: Node, evaluator: Reference, moment: Moment) -> Evidence:
        """Who counted and who did not, of a measure that the evaluator has just evaluated."""
        return evidence.of(measure, evaluator, moment)

    def listed(self, events: Node, evaluator: Reference, moment: Moment) -> Sequence[str]:
        """Ids of the records of a selection, surely or perhaps in it."""
        return evaluator.event_ids(events, moment)

    def has_come(self, day: date) -> bool:
        """Whether a deadline has come, so that what is judged by it is judged for good."""
        return self.as_of >= day

    def stage_in_force(self, indicator: Indicator) -> int:
        """The stage of the target that is judged."""
        return targets.stage_in_force(indicator, self.as_of, self.known_at)

    def in_force(self, indicator: Indicator, stage: int) -> InForce | None:
        """The version of the target that is judged; None before the first is known."""
        return targets.in_force(indicator, stage, self.as_of, self.known_at)

    def standing(self, indicator: Indicator) -> InForce | None:
        """The version of its target that an indicator or a part is judged by; None where it has none, or none yet."""
        return self.in_force(indicator, self.stage_in_force(indicator)) if indicator.stages else None

    def is_set(self, target: Target) -> bool:
        """Whether a target had been set."""
        return targets.is_set(target, self.as_of, self.known_at)

    def answer(self, indicator: Indicator, priority: str) -> Result:
        """The result of an indicator. Never raises for anything the data may hold."""
        if indicator.kind == "narrative":
            return self._narrative(indicator, priority)
        if indicator.parts:
            return self._compound(indicator, priority)
        if not indicator.stages:
            return _Answer(self, indicator, priority, None).result()
        stage = self.stage_in_force(indicator)
        found = self._stage(indicator, priority, stage)
        if len(indicator.stages) == 1:
            return found
        earlier = tuple(self._as_part(indicator, priority, index) for index in range(len(indicator.stages)))
        return replace(found, parts=earlier)

    def course(self, indicator: Indicator, days: Iterable[date]) -> Course | None:
        """The course of an indicator's figure; None where it has none."""
        if indicator.measure is None:
            return None
        return Course(_Answer(self, indicator, "", self.standing(indicator)), days)

    def _stage(self, indicator: Indicator, priority: str, stage: int) -> Result:
        standing = self.in_force(indicator, stage)
        return _Answer(self, indicator, priority, standing, unset=standing is None).result()

    def _as_part(self, indicator: Indicator, priority: str, stage: int) -> Result:
        return replace(self._stage(indicator, priority, stage), id=f"stage-{stage + 1}")

    def _narrative(self, indicator: Indicator, priority: str) -> Result:
        """Carried through, never scored; its log is listed."""
        blank = _Answer(self, indicator, priority, None)
        return replace(blank.outline(), verdict="narrative", listed=blank.listed())

    def _compound(self, indicator: Indicator, priority: str) -> Result:
        parts = tuple(self.answer(part, priority) for part in indicator.parts)
        dues = [part.due.day for part in parts if part.due]
        final = self.has_come(max([*dues, indicator.due.day if indicator.due else date.min], default=date.max))
        done = sum(part.verdict in verdicts.DONE for part in parts)
        outline = _Answer(self, indicator, priority, None).outline()
        verdict = verdicts.of_parts(
            [part.verdict for part in parts], indicator.require, final=final, once_met=lambda: self._once_met(indicator)
        )
        return replace(
            outline,
            verdict=verdict,
            value=Fraction(done),
            numerator=Fraction(done),
            denominator=Fraction(len(parts)),
            unit="count",
            needed=Fraction(max(indicator.require - done, 0)),
            parts=parts,
        )

    def _once_met(self, indicator: Indicator) -> bool:
        """Whether as many parts as are required were met on one earlier day."""
        parts = list(_answers(self, indicator))
        days = sorted({day for part in parts for day in part.days_of_change()})
        met = Counter(day for part in parts for day in part.days_met(days))
        return any(many >= indicator.require for many in met.values())


class _Answer:
    """One indicator (or part, or stage) on its way from measure to result."""

    def __init__(
        self, question: Question, indicator: Indicator, priority: str, standing: InForce | None, *, unset: bool = False
    ) -> None:
        self.question = question
        self.statement = question.statement
        self.indicator = indicator
        self.priority = priority
        self.standing = standing
        self.unset = unset
        self.target = standing.target if standing else None
        self.due = (standing.due if standing else None) or indicator.due
        self.last_day = self._last_day()
        self.day = min(question.as_of, self.last_day)
        self.final = self.due is not None and question.has_come(self.due.day)
        self.frame = self._frame()
        self.compared = self._compared() if indicator.measure else nodes.Broken()
        self.moment = Moment(self.day, question.known_at, self.statement.period)
        self.evaluator = self._evaluator()

    def _last_day(self) -> date:
        """Figures of a statement stop at their deadline, or where there is none at the convention's."""
        due = self.due or self.statement.default_due or self.statement.convention.inherited_due(self.statement.period)
        return due.day if due else date.max

    def _frame(self) -> Frame:
        target = self.target or (self.indicator.stages[0][0] if self.indicator.stages else None)
        set_on = target.provenance.set_on if target else None
        return Frame(
            self.indicator.basis,
            self.due.day if self.due else None,
            target.baseline_date if target else None,
            set_on.latest if set_on else None,
        )

    def _evaluator(self) -> Reference:
        return self.question.evaluator(self.frame)

    # ── the result ───────────────────────────────────────────────────────────────────────────────────────────────────

    def result(self) -> Result:
        """Everything the indicator answers."""
        measure = self.compared
        value = self.evaluator.value(measure, self.moment)
        baseline = self._baseline()
        found = self._outcome(value, baseline)
        shown = found.shown if isinstance(found.shown, Number) else None
        proof = self.question.evidence_of(measure, self.evaluator, self.moment)
        return replace(
            self.outline(),
            verdict=found.verdict,
            value=found.shown if isinstance(found.shown, bool) else shown.value if shown else None,
            unknown=found.shown.reasons if isinstance(found.shown, Unknown) else (),
            numerator=shown.numerator.value if shown and shown.numerator else None,
            denominator=shown.denominator.value if shown and shown.denominator else None,
            bounds=(shown.low, shown.high) if shown else None,
            baseline=baseline.value if isinstance(baseline, Number) else None,
            target_value=found.goal,
            expected=found.expected,
            needed=found.needed,
            flags=tuple(self._flags(value)),
            trend=self._trend(shown),
            who=proof.who,
            why_not=proof.why_not,
            events=proof.events,
            undecided=proof.undecided,
            none_arose=proof.none_arose,
            listed=self.listed(),
            assumptions=(*self.indicator.assumptions, *self._assumptions(measure)),
        )

    def plain_value(self, day: date) -> Fraction | bool | None:
        """The figure on a day, without its bounds and reasons."""
        value = self.evaluator.value(self.compared, self.moment.on(day))
        return value if isinstance(value, bool) else value.value if isinstance(value, Number) else None

    def outline(self) -> Result:
        """What the definition alone says of the result."""
        indicator = self.indicator
        measure = indicator.measure
        return Result(
            id=indicator.id,
            priority=self.priority,
            verdict="",
            statement=indicator.statement,
            label=indicator.label,
            kind=indicator.kind,
            outcome=indicator.outcome,
            unit=measure.node.kind.unit if measure else "number",
            target=self.target,
            target_version=self.standing.version if self.standing else 0,
            due=self.due,
            evaluated_on=self.day,
            better=indicator.better,
            assumptions=indicator.assumptions,
            text=indicator.text,
            notes=indicator.notes,
            aims=indicator.aims,
            expression=measure.text if measure else "",
            says=says(measure.node, self.statement.schema) if measure else "",
            defined_at=indicator.where,
        )

    def listed(self) -> tuple[Listed, ...]:
        """The records the indicator asks to be listed."""
        return tuple(
            Listed(watch.label, self.question.listed(watch.select.node, self.evaluator, self.moment))
            for watch in self.indicator.watches
        )

    # ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _compared(self) -> Node:
        """What the target is compared with: the measure, of a deliverable with its evidence, or what is additional."""
        measure, target = cast("Expression", self.indicator.measure).node, self.target
        if target and target.evidence:
            return measures.with_evidence(measure, target.evidence, self.statement.schema)
        return measures.additional_to(measure, self._since()) if target and target.relative == "additional" else measure

    def _since(self) -> Node | None:
        if self.target and self.target.since:
            return self.target.since.node
        return nodes.NamedDate("baseline_date") if self.target and self.target.baseline_date else None

    def _baseline(self) -> Number | Unknown | None:
        """What a movement is measured from; None where no baseline is declared or needed."""
        asked = self._baseline_asked()
        return cast("Number | Unknown", self.evaluator.value(*asked)) if asked else None

    def _baseline_asked(self) -> tuple[Node, Moment] | None:
        """What gives the baseline, and when."""
        target = self.target
        if target is None or target.relative is None:
            return None
        measure = cast("Expression", self.indicator.measure).node
        if target.baseline:
            return target.baseline.node, self.moment
        since = self._since()
        if since is None and target.relative != "additional":
            return None
        if since is None:
            return measure, replace(self.moment, as_of=min(self.statement.period.opening, self.day))
        return nodes.At(since, measure), self.moment

    # ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _outcome(self, value: Any, baseline: Number | Unknown | None) -> _Outcome:
        early = self._before_judging(value, baseline)
        if early:
            return _Outcome(early, value)
        target = cast("Target", self.target)
        if target.delivered:
            return self._delivered(target, value)
        base = baseline if isinstance(baseline, Number) else None
        goal = cast("Fraction", targets.comes_to(target, base))
        start = base.value if base and target.relative != "additional" else Fraction(0)
        expected = targets.expected_by(self.indicator, goal, start, self.day, self.due, self.statement.period)
        judged = verdicts.Judged(
            targets.satisfied(target, value, goal, base),
            self.final,
            self._holds_limits(target),
            self._on_path(value, expected),
            lambda: self._satisfied_at(self._then_known(), base),
            lambda: self._once(target, base),
        )
        whole = measures.is_whole(self.compared, self.statement.schema)
        needed = targets.still_needed(target, value, goal, whole=whole)
        return _Outcome(verdicts.of_value(judged), value, goal, expected, needed)

    def _before_judging(self, value: Any, baseline: Number | Unknown | None) -> str:
        """The verdict where there is nothing to judge by, or nothing to judge; "" when there is."""
        target, question = self.target, self.question
        if self.unset or (target and not question.is_set(target)):
            return "not_set_yet"
        if target is None:
            return verdicts.of_unknown(value.reasons, final=True) if isinstance(value, Unknown) else "monitored"
        if target.tbc:
            return "no_target_yet"
        if target.relative and target.relative != "additional":
            if baseline is None:
                return "no_baseline"
            if isinstance(baseline, Unknown):
                return (
                    "no_baseline"
                    if "undefined" in baseline.reasons
                    else verdicts.of_unknown(baseline.reasons, final=self.final)
                )
        if isinstance(value, Unknown) and not (target.delivered and value.reasons == ("undecided",)):
            return verdicts.of_unknown(value.reasons, final=self.final)
        return ""

    def _delivered(self, target: Target, value: Any) -> _Outcome:
        """A truth that holds, or a figure that is known at last."""
        judged = verdicts.Judged(
            _is_delivered(value), self.final, holds_limits=False, on_path=None,
            satisfied_as_known_then=lambda: self._satisfied_at(self._then_known(), None),
            once_satisfied=lambda: self._once(target, None),
        )  # fmt: skip
        shown = Unknown.because("none arose") if isinstance(value, NoneArose) else value
        return _Outcome(verdicts.of_value(judged), shown)

    def _holds_limits(self, target: Target) -> bool:
        """Whether being satisfied only counts at the deadline: limits, and duties that recur until then."""
        recurs = any(isinstance(node, nodes.Each) for node in nodes.walk(self.compared))
        limit = target.relative is None and target.comparator in targets.LIMITS
        return not target.delivered and (recurs or limit)

    def _on_path(self, value: Number, expected: Fraction | None) -> TruthValue | None:
        if expected is None:
            return None
        falls = self.indicator.better == "lower"
        return compared("<=" if falls else ">=", value, number(expected))

    def _then_known(self) -> Moment:
        """The deadline as it was known at the end of that very day."""
        return replace(self.moment, known_at=min(self.question.known_at, end_of(self.day)))

    def _satisfied_at(self, moment: Moment, baseline: Number | None) -> TruthValue:
        """Whether the target is satisfied at another moment (by a fresh evaluator, so that its notes stay apart)."""
        target = cast("Target", self.target)
        value = self._other.value(self.compared, moment)
        if target.delivered:
            return _is_delivered(value)
        if isinstance(value, Unknown):
            return value
        goal = targets.comes_to(target, baseline)
        return targets.satisfied(target, value, goal, baseline) if goal is not None else Unknown.because("no baseline")

    @property
    def _other(self) -> Reference:
        if not hasattr(self, "_other_evaluator"):
            self._other_evaluator = self._evaluator()
        return self._other_evaluator

    def _once(self, target: Target, baseline: Number | None) -> bool:
        """Whether the target was satisfied on an earlier day of the period and no longer is."""
        if not self._may_have_been_lost(target):
            return False
        moments = [self.moment.on(day) for day in self._days_of_change(self.compared)]
        self._other.foresee(self.compared, moments)
        return any(self._satisfied_at(moment, baseline) is True for moment in moments)

    def days_of_change(self) -> list[date]:
        """Earlier days on which the target could have been met, or could have ceased to be."""
        return self._days_of_change(self.compared) if self.indicator.measure and self.target else []

    def days_met(self, days: Sequence[date]) -> list[date]:
        """Those of some earlier days on which the target was met; a limit never is before its deadline."""
        target = self.target
        if not self.indicator.measure or target is None or self._holds_limits(target):
            return []
        baseline = self._baseline()
        if self._before_judging(number(0), baseline):
            return []
        base = baseline if isinstance(baseline, Number) else None
        moments = {day: self.moment.on(min(day, self.day)) for day in days}
        self._other.foresee(self.compared, list(moments.values()))
        return [day for day, moment in moments.items() if self._satisfied_at(moment, base) is True]

    def _may_have_been_lost(self, target: Target) -> bool:
        return not self._holds_limits(target) and not measures.only_rises(self.compared, self.statement.schema)

    def _days_of_change(self, measure: Node) -> list[date]:
        """Days before the one judged on which the value could have moved, latest first."""
        set_on = self.frame.target_set_on or date.min
        first = max(self.statement.period.start, set_on)
        if measures.moves_unseen(measure, self.statement.schema):
            return [self.day - timedelta(days=back) for back in range(1, (self.day - first).days + 1)]
        days = set(measures.moving_days(measure, self.evaluator, self.question.known_at))
        return sorted((day for day in days | {first} if first <= day < self.day), reverse=True)

    # ── what else is said ────────────────────────────────────────────────────────────────────────────────────────────

    def _trend(self, value: Number | None) -> Trend | None:
        """The movement over the last three months, or since the period opened."""
        if value is None:
            return None
        since = self._trend_since()
        before = self._other.value(self.compared, replace(self.moment, as_of=since))
        if not isinstance(before, Number) or since == self.day:
            return None
        change = value.value - before.value
        return Trend("up" if change > 0 else "down" if change < 0 else "level", change, since)

    def _trend_since(self) -> date:
        back = periods.same_point(self.day, months=-TREND_MONTHS)
        return max(back, min(self.statement.period.opening, self.day))

    def foreseen(self) -> Iterator[tuple[Frame, Node, list[Moment]]]:
        """What an answer asks in any case, and when."""
        if self.indicator.measure:
            yield self.frame, self.compared, [self.moment, replace(self.moment, as_of=self._trend_since())]
            if baseline := self._baseline_asked():
                yield self.frame, baseline[0], [baseline[1]]
            if self.target and self.target.evidence:
                yield self.frame, self.indicator.measure.node, [self.moment]
            for name in _populations(self.indicator.measure.node):
                if self.statement.schema.populations[name].deemed:
                    yield self.frame, nodes.CountMembers(nodes.Members(name)), [self.moment]

    def sizes(self) -> Iterator[tuple[Frame, Node, list[Moment]]]:
        """How many records are to be listed."""
        for watch in self.indicator.watches:
            yield self.frame, nodes.CountRecords(watch.select.node), [self.moment]

    def judged_by(self) -> Iterator[tuple[Frame, Node, list[Moment]]]:
        """What the verdict will ask of other moments, once the figure is known."""
        target = self.target
        if not self.indicator.measure or target is None or target.tbc or self.unset:
            return
        value = self.evaluator.value(self.compared, self.moment)
        baseline = self._baseline()
        if self._before_judging(value, baseline):
            return
        if self._is_satisfied(target, value, baseline) is not False:
            yield self.frame, self.compared, [self._then_known()] if self.final else []
        elif self._may_have_been_lost(target):
            moments = [self.moment.on(day) for day in self._days_of_change(self.compared)]
            yield self.frame, self.compared, moments

    def _is_satisfied(self, target: Target, value: Any, baseline: Number | Unknown | None) -> TruthValue:
        if target.delivered:
            return _is_delivered(value)
        base = baseline if isinstance(baseline, Number) else None
        return targets.satisfied(target, value, cast("Fraction", targets.comes_to(target, base)), base)

    def _flags(self, value: Any) -> Iterator[str]:
        target = self.target
        if self.due and self.due.inherited:
            yield "inherited_due"
        if self._deemed_differences():
            yield "deemed_differs"
        if target is not None:
            yield from self._target_flags(target, value)

    def _target_flags(self, target: Target, value: Any) -> Iterator[str]:
        if target.comparator_inherited:
            yield "inherited_comparator"
        if target.to_be_reviewed or self._is_unratified(target):
            yield "provisional"
        if target.to_be_reviewed:
            yield "to_be_reviewed"
        if self._is_unratified(target):
            yield "unratified"
        yield from self._overdue(target)
        if self.standing and self.standing.previous:
            yield "target_set" if self.standing.previous.tbc and not target.tbc else "target_revised"
        if target.evidence and value is not True and self._is_claimed():
            yield "claimed"

    def _overdue(self, target: Target) -> Iterator[str]:
        """What somebody owed by a day that has gone by."""
        if target.to_be_reviewed and target.review_on and target.review_on < self.question.as_of:
            yield "review_overdue"
        if target.tbc and target.owed_on and target.owed_on < self.question.as_of:
            yield "overdue_tbc"

    def _is_claimed(self) -> bool:
        """Whether a deliverable is said to be delivered, its evidence apart."""
        return self._other.value(cast("Expression", self.indicator.measure).node, self.moment) is True

    def _is_unratified(self, target: Target) -> bool:
        ratified = target.provenance.ratified_on
        return ratified is not None and ratified.latest > min(self.question.as_of, self.question.known_at.date())

    def _assumptions(self, measure: Node) -> Iterator[str]:
        target = self.target
        if self.day < self.question.as_of:
            yield f"judged on {periods.shown(self.day)}; nothing after it counts"
        if self.indicator.basis == "recorded":
            yield "counts by the day of recording, not the day it happened"
        set_on = target.provenance.set_on if target else None
        if set_on and not set_on.is_exact:
            yield f"“{set_on}” is taken as its last day, {periods.shown(set_on.latest)}"
        for population, deemed, registered in self._deemed_differences():
            yield f"{population}: deemed to be {deemed}; {REGISTER_HAS} {registered} on {periods.shown(self.day)}"
        if any(isinstance(node, nodes.Definitely) for node in nodes.walk(measure)):
            yield "what is not known to be true does not qualify; it is listed as undecided"

    def _deemed_differences(self) -> list[tuple[str, int, Fraction]]:
        found = []
        measure = self.indicator.measure
        for name in _populations(measure.node) if measure else []:
            population = self.statement.schema.populations[name]
            deemed = deemed_size(population, self.day, self.question.known_at)
            if deemed and deemed.size is not None:
                registered = self._other.value(nodes.CountMembers(nodes.Members(name)), self.moment)
                if registered.value != deemed.size:
                    found.append((population.label or name, deemed.size, registered.value))
        return found


class Course:
    """What an indicator's figure was on some days up to the one it is judged on, and on that day.

    It is the figure that today's target is compared with; nothing is judged, and nobody is listed.
    """

    def __init__(self, answer: _Answer, days: Iterable[date]) -> None:
        self._answer = answer
        self._days = sorted({day for day in days if day < answer.day} | {answer.day})

    def foreseen(self) -> tuple[Frame, Node, list[Moment]]:
        """What the points will ask."""
        answer = self._answer
        return answer.frame, answer.compared, [answer.moment.on(day) for day in self._days]

    def points(self) -> tuple[Point, ...]:
        """The figure on each day."""
        return tuple((day, self._answer.plain_value(day)) for day in self._days)

    def foreseen_then(self) -> tuple[Frame, Node, list[Moment]]:
        """What `told_then` will ask."""
        answer = self._answer
        moments = [
            replace(answer.moment, as_of=day, known_at=min(answer.moment.known_at, end_of(following)))
            for day, following in pairwise(self._days)
        ]
        return answer.frame, answer.compared, moments

    def told_then(self, points: Iterable[Point]) -> tuple[Point, ...]:
        """What points had been told as, where that was another number than it is now.

        A figure is told when the next one is made: by then the records of its last days have come. What had not been
        recorded at all is first told later, and not told anew.
        """
        _, compared_, moments = self.foreseen_then()
        values = [(moment.as_of, self._answer.evaluator.value(compared_, moment)) for moment in moments]
        found = [(day, value.value) for day, value in values if isinstance(value, Number)]
        now = dict(points)
        return tuple((day, value) for day, value in found if value and now[day] not in (None, value))


@dataclass(frozen=True)
class _Outcome:
    """A verdict and the numbers that go with it."""

    verdict: str
    shown: Any
    goal: Fraction | None = None
    expected: Fraction | None = None
    needed: Fraction | None = None


def _is_delivered(value: Any) -> TruthValue:
    return True if isinstance(value, Number | date) else cast("TruthValue", value)


def _populations(measure: Node) -> list[str]:
    """The populations that a measure names."""
    named = (node for node in nodes.walk(measure) if isinstance(node, nodes.Members | nodes.Deemed))
    return sorted({node.population for node in named})


def foreseen(question: Question, indicator: Indicator) -> Iterator[tuple[Frame, Node, list[Moment]]]:
    """What the answer to an indicator, or to its parts, will ask in any case, and when."""
    for answer in _answers(question, indicator):
        yield from answer.foreseen()


def sizes(question: Question, indicator: Indicator) -> Iterator[tuple[Frame, Node, list[Moment]]]:
    """How many records an indicator, or its parts, list."""
    for answer in _answers(question, indicator):
        yield from answer.sizes()


def judged_by(question: Question, indicator: Indicator) -> Iterator[tuple[Frame, Node, list[Moment]]]:
    """What the verdicts of an indicator, or of its parts, will ask of other moments, once the figures are known."""
    for answer in _answers(question, indicator):
        yield from answer.judged_by()


def _answers(question: Question, indicator: Indicator) -> Iterator[_Answer]:
    for part in indicator.parts or [indicator]:
        standing = question.standing(part)
        yield _Answer(question, part, "", standing, unset=bool(part.stages) and standing is None)


@dataclass(frozen=True)
class Working:
    """How one measure (an indicator's, or a part's) is worked out: what is evaluated, by which evaluator, and when."""

    indicator: Indicator
    node: Node
    reference: Reference
    moment: Moment


def workings(question: Question, indicator: Indicator, part: str = "") -> Iterator[Working]:
    """How an indicator is worked out, part by part; `part` keeps one of them."""
    chosen = (
        [one for one in indicator.parts if one.id == part] or [indicator]
        if not indicator.parts or part
        else indicator.parts
    )
    for one in chosen:
        if one.measure:
            answer = _Answer(question, one, "", question.standing(one))
            yield Working(one, answer.compared, answer.evaluator, answer.moment)


def workings_on(question: Question, indicator: Indicator, days: Sequence[date]) -> Iterator[tuple[date, Working]]:
    """How an indicator is worked out on some days, part by part; what is the same on all of them is found once."""
    parts = indicator.parts or (indicator,)
    if any(one.stages for one in parts):  # which stage is in force hangs on the day
        yield from ((day, one) for day in days for one in workings(replace(question, as_of=day), indicator))
        return
    answers = [_Answer(question, one, "", None) for one in parts if one.measure]
    for day in days:
        for one in answers:
            moment = one.moment.on(min(day, one.last_day))
            yield day, Working(one.indicator, one.compared, one.evaluator, moment)


def calculation_of(question: Question, indicator: Indicator, part: str = "") -> list[str]:
    """The calculation of an indicator's figure (or of a part's), a line a step, as text."""
    found = workings(question, indicator, part)
    return [line for one in found for line in calculation(one.node, one.reference, one.moment)]
