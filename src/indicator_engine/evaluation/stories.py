"""The story of one organisation: which of its events counted, which condition failed, what would make it count.

A figure that counts subjects rests on a set or a selection. The story takes that apart into conditions that a subject
must all satisfy, and asks the evaluator about each; it never decides anything itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine import periods
from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.reasons import Reasons, shown
from indicator_engine.evaluation.values import Members, Selection, Unknown, number
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes
from indicator_engine.language.says import condition_says, says
from indicator_engine.language.scopes import REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicator_engine.evaluation.answer import Working
    from indicator_engine.evaluation.reference import Moment, Reference
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Record

Outcome = Literal["counted", "not_counted", "undecided", "has_part", "no_candidate"]


@dataclass(frozen=True)
class Condition:
    """One thing that a subject must satisfy: in words, whether it holds (None: not known), and why it does not."""

    words: str
    holds: bool | None
    reason: str = ""


@dataclass(frozen=True)
class EventTold:
    """One event of a subject: whether it counted and, where it did not, why. `fits` is whether it would by itself.

    `part` is what it brought to the figure, where that is more than itself: a value, the quarters in which it counted.
    """

    event_id: str
    label: str
    day: date
    recorded_on: date
    counted: bool
    fits: bool
    reason: str = ""
    part: str = ""


@dataclass(frozen=True)
class SubjectStory:
    """What one subject has to do with one figure.

    `outcome` is what the evaluator says of it; of a figure that no one set or selection makes up, such as a share of
    quarters, whether any of its events has a part in it. `reason` is the first thing that keeps it out, `lacking` what
    would have to be otherwise for it to count. `register` has the columns of its rows. `evaluated_on` is the last day
    that counts.
    """

    subject: str
    indicator: str
    outcome: Outcome
    reason: str
    evaluated_on: date
    register: tuple[tuple[tuple[str, str], ...], ...]
    conditions: tuple[Condition, ...]
    events: tuple[EventTold, ...]
    lacking: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape."""
        return {
            "subject": self.subject,
            "indicator": self.indicator,
            "outcome": self.outcome,
            "reason": self.reason,
            "evaluated_on": self.evaluated_on.isoformat(),
            "register": [dict(row) for row in self.register],
            "conditions": [{"words": c.words, "holds": c.holds, "reason": c.reason} for c in self.conditions],
            "events": [
                {**vars(one), "day": one.day.isoformat(), "recorded_on": one.recorded_on.isoformat()}
                for one in self.events
            ],
            "lacking": list(self.lacking),
        }


def story_of(working: Working, subject: str) -> SubjectStory:
    """The story of a subject in one figure."""
    (found,) = stories_of(working, [subject])
    return found


def stories_of(working: Working, subjects: Sequence[str]) -> list[SubjectStory]:
    """The stories of several subjects in one figure, which is worked out once."""
    found = evidence.sought(working.node, working.reference, working.moment)
    return [_Story(working, subject, found).told() for subject in subjects]


class _Story:
    """Asks the evaluator about one subject."""

    def __init__(self, working: Working, subject: str, found: evidence.Evidence) -> None:
        self.found = found
        self.working = working
        self.subject = subject
        self.reference: Reference = working.reference
        self.schema = self.reference.schema
        self.reasons = Reasons(self.reference)
        self.counted, self.moment = evidence.counted(working.node, self.reference, working.moment)
        self.values = _values_of(working.node, self.counted)
        self._sure: dict[tuple[int, str], tuple[Selection, frozenset[Record]]] = {}

    def told(self) -> SubjectStory:
        """Everything there is to tell."""
        found = self.found
        conditions = tuple(self._conditions(self.counted, self.moment)) if self.counted else ()
        events = tuple(self._events(found))
        outcome = self._outcome(found, events)
        reason = found.why_not.get(self.subject, "")
        return SubjectStory(
            self.subject,
            self.working.indicator.id,
            outcome,
            reason,
            self.moment.as_of,
            tuple(self._register()),
            conditions,
            events,
            tuple(_lacking(conditions)) if outcome != "counted" else (),
        )

    def _outcome(self, found: evidence.Evidence, events: Sequence[EventTold]) -> Outcome:
        if self.subject in found.who:
            return "counted"
        if self.counted is None and any(one.counted for one in events):
            return "has_part"
        if self.counted and self._membership(self.counted, self.moment) is None:
            return "undecided"
        return "not_counted" if self.subject in found.why_not else "no_candidate"

    def _register(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Its rows of the register, the columns by their labels, blank ones left out."""
        known = self.schema.subject.attributes
        for row in self.reference.records.rows.get(self.subject, ()):
            yield tuple(
                (known[name].label or name.replace("_", " ") if name in known else name, shown(value))
                for name, value in row.attributes.items()
                if value is not None
            )

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _conditions(self, node: Node, moment: Moment) -> Iterator[Condition]:
        """What the subject must satisfy to be in a set, or to have a record in a selection."""
        match node:
            case nodes.Combined("&", left, right):
                yield from self._conditions(left, moment)
                yield from self._conditions(right, moment)
            case nodes.Combined("-", left, right) if node.kind.name == "set":
                yield from self._conditions(left, moment)
                yield self._not_among(right, moment)
            case nodes.Filter(source, condition) if node.kind.name == "set":
                yield from self._conditions(source, moment)
                yield from self._terms(condition, moment)
            case nodes.Subjects(events):
                yield from self._levels(events, replace(moment, own=None))
            case nodes.At(day, operand):
                yield from self._then(node, day, operand, moment)
            case _ if node.kind.name == "events":
                yield from self._levels(node, moment)
            case _:
                yield self._among(node, moment)

    def _then(self, node: Node, day: Node, operand: Node, moment: Moment) -> Iterator[Condition]:
        when = self.reference.value(day, moment)
        if not isinstance(when, date):
            yield self._among(node, moment)
            return
        at = replace(moment, as_of=min(when, moment.as_of), window=None)
        day_words = periods.shown(at.as_of)
        for one in self._conditions(operand, at):
            yield one if day_words in one.words else replace(one, words=f"on {day_words}: {one.words}")

    def _among(self, node: Node, moment: Moment) -> Condition:
        holds = self._membership(node, moment)
        words = f"is among {says(node, self.schema)}"
        return Condition(words, holds, "" if holds else self.reasons.why_not(node, self.subject, moment))

    def _not_among(self, node: Node, moment: Moment) -> Condition:
        inside = self._membership(node, moment)
        holds = None if inside is None else not inside
        words = says(node, self.schema)
        reason = "" if holds else f"{'perhaps' if holds is None else 'it is'} among {words}"
        return Condition(f"is not among {words}", holds, reason)

    def _terms(self, condition: Node, moment: Moment) -> Iterator[Condition]:
        """The parts of a condition on the subject's own register row and events."""
        here = replace(moment, subject=self.subject, own=self.subject, record=None, row=None)
        for term in condition.terms if isinstance(condition, nodes.AllOf) else (condition,):
            value = self.reference.value(term, here)
            holds = value if isinstance(value, bool) else None
            reason = "" if holds else self.reasons.why_false(term, here)
            yield Condition(condition_says(term, self.schema, REGISTER), holds, reason)

    def _levels(self, node: Node, moment: Moment) -> Iterator[Condition]:
        """A selection from the event type outwards, up to the first that fails: has it a record, one still in force."""
        for level in _nested(node):
            holds = self._membership(level, moment)
            reason = "" if holds else self.reasons.why_not(level, self.subject, moment)
            yield Condition(f"has {says(level, self.schema)}", holds, reason)
            if not holds:
                return

    def _membership(self, node: Node, moment: Moment) -> bool | None:
        """Whether the subject is in a set, or has a record in a selection; None where that is not known."""
        value = self.reference.value(node, moment)
        if isinstance(value, Selection):
            own = value.own(self.subject)
            return True if own.yes else None if own.maybe else False
        if isinstance(value, Members) and node.kind.key == kinds.SUBJECT:
            found = value.has(self.subject)
            return found if isinstance(found, bool) else None
        return False if isinstance(value, Members) else None

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _events(self, found: evidence.Evidence) -> Iterator[EventTold]:
        """Its records of the types that the figure reads, in their order."""
        types = {node.type for node in nodes.walk(self.working.node) if isinstance(node, nodes.Events)}
        basis = self.reference.frame.basis
        own = [
            one for name in types for one in self.reference.records.own(self.subject, name, self.moment.known_at, basis)
        ]
        behind = frozenset(found.events) if self.subject in found.who else frozenset[str]()
        for record in sorted(own, key=lambda one: one.order):
            yield self._event(record, behind)

    def _event(self, record: Record, behind: frozenset[str]) -> EventTold:
        event = self.schema.events[record.version.type]
        counted, reason, part = record.event_id in behind, "", ""
        if self.counted is None:
            part, reason = self._part(record)
            counted = not reason
        elif not counted:
            reason = self._why_out(record)
        elif self.values and record.version.type in self.values.events.kind.types:
            part, reason = self._brought(record, self.values.attribute)
            counted = not reason
        fits = not reason
        if fits and not counted:
            reason = "by itself it fits, but something else is lacking"
        label = event.label or event.name.replace("_", " ")
        return EventTold(record.event_id, label, record.day, record.recorded_on, counted, fits, reason, part)

    def _brought(self, record: Record, name: str) -> tuple[str, str]:
        """The value that a record brought to a total or a mean; else that it is not known."""
        attribute = self.schema.events[record.version.type].attributes.get(name)
        word = attribute.label if attribute and attribute.label else name.replace("_", " ")
        value = self.reference.attribute(record, name)
        if value is None:
            return "", f"{word} not known"
        return f"{word} {shown(number(value) if isinstance(value, Fraction) else value)}", ""

    def _part(self, record: Record) -> tuple[str, str]:
        """In which quarters (or months, or years) a record has a part in the figure; else why in none."""
        found = [
            (at, self._why_out_of(record, selection, at))
            for selection, at in self._selections(self.working.node, self.moment)
            if record.version.type in selection.kind.types
        ]
        if not found:
            return "", "nothing of its kind is counted here"
        within = dict.fromkeys(at.bucket for at, reason in found if not reason and at.window)
        if within or not all(reason for _, reason in found):
            return "; ".join(within), ""
        then = [reason for at, reason in found if at.window and at.window <= record.day <= at.as_of]
        return "", (then or [f"in none of the times looked at, up to {periods.shown(self.moment.as_of)}"])[0]

    def _why_out(self, record: Record) -> str:
        """Why a record is in none of the selections of its type; "" when it is in one."""
        reasons = [
            self._why_out_of(record, selection, at)
            for selection, at in self._selections(self.counted or self.working.node, self.moment)
            if record.version.type in selection.kind.types
        ]
        if not reasons:
            return "nothing of its kind is counted here"
        return "" if "" in reasons else reasons[0]

    def _selections(self, node: Node, moment: Moment) -> Iterator[tuple[Node, Moment]]:
        """The outermost selections of an expression, each with the moment at which it is looked at."""
        if node.kind.name == "events":
            yield node, moment
            return
        if isinstance(node, nodes.At):
            when = self.reference.value(node.date, moment)
            at = replace(moment, as_of=min(when, moment.as_of), window=None) if isinstance(when, date) else moment
            yield from self._selections(node.operand, at)
            return
        if isinstance(node, nodes.Each):
            ended = self.reference.buckets_ended(node, moment)
            for at in [] if isinstance(ended, Unknown) else ended:
                yield from self._selections(node.condition, at)
            return
        own = replace(moment, subject=self.subject, own=self.subject)
        for child in nodes.children(node):
            is_condition = isinstance(node, nodes.Filter) and child is node.condition
            yield from self._selections(child, own if is_condition else moment)

    def _why_out_of(self, record: Record, selection: Node, moment: Moment) -> str:
        if record.day > moment.as_of:
            return f"after {periods.shown(moment.as_of)}, the last day that counts"
        for level in _nested(selection):
            value = self.reference.value(level, moment)
            if isinstance(value, Selection) and record not in self._surely(value, record.subject):
                return self._why_dropped(record, level, moment)
        return ""

    def _surely(self, value: Selection, subject: str) -> frozenset[Record]:
        """The records of a subject that surely are in a selection, put together once for each selection."""
        key = (id(value), subject)
        if key not in self._sure:
            self._sure[key] = (value, frozenset(value.own(subject).yes))
        return self._sure[key][1]

    def _why_dropped(self, record: Record, level: Node, moment: Moment) -> str:
        """What takes a record out at one level of a selection."""
        match level:
            case nodes.Filter(_, condition):
                return self.reasons.why_false(condition, replace(moment, record=record)) or "undecided"
            case nodes.InForce():
                return self.reasons.why_ended(record, moment)
            case nodes.InPeriod():
                return "outside the period"
            case nodes.Latest(_, _, first):
                return f"an {'earlier' if first else 'later'} one stands in its place"
        return f"not among {says(level, self.schema)}"


def _values_of(measure: Node, counted: Node | None) -> nodes.Values | None:
    """The values of what is counted that a measure aggregates; None where it counts."""
    aggregated = (node.values for node in nodes.walk(measure) if isinstance(node, nodes.Aggregate))
    return next((one for one in aggregated if isinstance(one, nodes.Values) and one.events is counted), None)


def _nested(node: Node) -> list[Node]:
    """A selection and those within it, the innermost first; what joins several selections stands for them all."""
    match node:
        case nodes.Filter(source, _) | nodes.InForce(source) | nodes.InPeriod(source) | nodes.Latest(source, _, _):
            return [*_nested(source), node]
    return [node]


def _lacking(conditions: tuple[Condition, ...]) -> Iterator[str]:
    """What would have to be otherwise: of conditions that build on each other, the first that fails says it."""
    told = set[str]()
    for one in conditions:
        if one.holds is not True and one.reason not in told:
            told.add(one.reason)
            now = f" (now: {one.reason})" if one.reason else ""
            yield f"it {one.words}{now}" if one.holds is False else f"it is known whether it {one.words}{now}"
