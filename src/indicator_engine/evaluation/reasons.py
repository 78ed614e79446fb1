"""Why a subject is not in a set: the first condition that kept it out, in words, with the values at hand.

The reasons are read off the tree that gave the figure, by asking the evaluator about each part in turn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from indicator_engine import amounts, periods
from indicator_engine.evaluation.values import Members, NoneArose, Number, Selection, Unknown
from indicator_engine.language import kinds, nodes
from indicator_engine.language.says import condition_says, says
from indicator_engine.language.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.reference import Moment, Reference
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Record


class Reasons:
    """Tells of one subject why a set or selection does not have it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.schema = reference.schema

    def why_not(self, node: Node, key: str, moment: Moment) -> str:
        """The first thing that keeps a subject out of a set or selection; never empty for one that is out."""
        return self.why(node, key, moment) or f"not among {says(node, self.schema)}"

    def why(self, node: Node, key: str, moment: Moment) -> str:
        """The same, but empty when the subject is surely in."""
        match node:
            case nodes.Members(name):
                return self._why_no_member(name, key, moment)
            case nodes.Subjects(events):
                return self._why_no_record(events, key, replace(moment, own=None))
            case nodes.Combined("&", left, right):
                return self.why(left, key, moment) or self.why(right, key, moment)
            case nodes.Combined("|", left, right):
                first, second = self.why(left, key, moment), self.why(right, key, moment)
                return f"{first}; and {second}" if first and second else ""
            case nodes.Combined("-", left, right):
                return self.why(left, key, moment) or self.why_excluded(right, key, moment)
            case nodes.Filter(source, condition) if source.kind.name == "set":
                here = replace(moment, subject=key, own=key, record=None)
                return self.why(source, key, moment) or self.why_false(condition, here)
            case nodes.At(day, operand):
                return self._why_then(day, operand, key, moment)
        if node.kind.name == "events":
            return self._why_no_record(node, key, moment)
        value = self.reference.value(node, moment)
        return "" if isinstance(value, Members) and key in value.yes else f"not among {says(node, self.schema)}"

    def _why_then(self, day: Node, operand: Node, key: str, moment: Moment) -> str:
        when = self.reference.value(day, moment)
        if not isinstance(when, date):
            return f"{says(day, self.schema)} is not known"
        at = replace(moment, as_of=min(when, moment.as_of), window=None)
        reason, day_words = self.why(operand, key, at), periods.shown(at.as_of)
        return reason if not reason or day_words in reason else f"on {day_words}: {reason}"

    def why_excluded(self, node: Node, key: str, moment: Moment) -> str:
        """That a subject is, or may be, in a set that takes it out of another; empty when it is not."""
        value = self.reference.value(node, moment)
        if isinstance(value, Unknown):
            return f"{says(node, self.schema)} is not known"
        answer = value.has(key) if isinstance(value, Members) else False
        if answer is False:
            return ""
        return f"{'already' if answer is True else 'perhaps'} among {says(node, self.schema)}"

    def _why_no_member(self, name: str, key: str, moment: Moment) -> str:
        population = self.schema.populations[name]
        label = population.label or name.replace("_", " ")
        rows = self.reference.records.rows_at(moment.known_at).get(key)
        if not rows:
            return "not in the register"
        answer = self.reference.belongs(population, key, moment)
        if answer is True:
            return ""
        if isinstance(answer, Unknown):
            return f"it is not known whether it is one of the {label}"
        picks = self.reference.schema.picks_rows(population)
        looked_at = self.reference.rows_that_hold(key, moment) if picks else rows
        fitting = [row for row in looked_at if self._fits(population.where, row, moment)]
        ends = [row.attributes.get(population.end) for row in fitting] if population.end else []
        starts = [row.attributes.get(population.start) for row in fitting] if population.start else []
        if past := [day for day in ends if isinstance(day, date) and day < moment.as_of]:
            return f"one of the {label} only until {periods.shown(max(past))}"
        if coming := [day for day in starts if isinstance(day, date) and day > moment.as_of]:
            return f"one of the {label} only from {periods.shown(min(coming))}"
        return f"not one of the {label}"

    def _fits(self, where: Node | None, row: Any, moment: Moment) -> bool:
        here = replace(moment, subject=row.subject, own=row.subject, row=row, record=None)
        return where is None or self.reference.value(where, here) is True

    def _why_no_record(self, node: Node, key: str, moment: Moment) -> str:
        value = self.reference.value(node, moment)
        if isinstance(value, Unknown):
            return f"there is no data on {says(node, self.schema)}"
        own = value.own(key)
        if own.yes:
            return ""
        match node:
            case nodes.Events(name):
                return self._why_no_event(name, key, moment)
            case nodes.Filter(source, condition):
                return self._why_no_record(source, key, moment) or self._why_filtered(source, condition, key, moment)
            case nodes.InForce(events):
                return self._why_no_record(events, key, replace(moment, window=None)) or self._why_ended(
                    events, key, moment
                )
            case nodes.InPeriod(events):
                return self._why_no_record(events, key, moment) or self._why_outside(events, key, moment)
            case nodes.Latest(events):
                return (
                    self._why_no_record(events, key, replace(moment, window=None)) or "its latest record is undecided"
                )
            case nodes.Combined("|", left, right):
                parts = (self._why_no_record(left, key, moment), self._why_no_record(right, key, moment))
                return f"{parts[0]}; and {parts[1]}"
            case nodes.At(day, operand):
                return self._why_then(day, operand, key, moment)
        return "undecided" if own.maybe else f"has no {says(node, self.schema)}"

    def _why_no_event(self, name: str, key: str, moment: Moment) -> str:
        """No record of the type: none at all, only later ones, or ones not yet recorded then."""
        label = self._label(name)
        later = [
            record
            for record in self.reference.records.own(key, name, moment.known_at, self.reference.frame.basis)
            if record.day > moment.as_of
        ]
        if later:
            return f"{label} only on {periods.shown(later[0].day)}, after {periods.shown(moment.as_of)}"
        return f"no {label} by {periods.shown(moment.as_of)}"

    def _why_filtered(self, source: Node, condition: Node, key: str, moment: Moment) -> str:
        """What the record that comes nearest to the condition lacks (of several as near, the last one)."""
        value = cast("Selection", self.reference.value(source, moment))
        own = [record for record, _sure in value.own(key).all()]
        nearest = max(
            own, key=lambda record: (self._terms_met(condition, replace(moment, record=record)), record.order)
        )
        reason = self.why_false(condition, replace(moment, record=nearest))
        return f"{self._label(nearest.version.type)} of {periods.shown(nearest.day)}: {reason}"

    def _terms_met(self, condition: Node, moment: Moment) -> int:
        terms = condition.terms if isinstance(condition, nodes.AllOf) else (condition,)
        return sum(self.reference.value(term, moment) is True for term in terms)

    def _why_ended(self, events: Node, key: str, moment: Moment) -> str:
        value = cast("Selection", self.reference.value(events, replace(moment, window=None)))
        own = [record for record, _sure in value.own(key).all()]
        return self.why_ended(own[-1], moment)

    def why_ended(self, record: Record, moment: Moment) -> str:
        """What ended a record that is no longer in force."""
        label = f"{self._label(record.version.type)} of {periods.shown(record.day)}"
        event = self.schema.events[record.version.type]
        until = record.version.attributes.get(event.ends_on) if event.ends_on else None
        if isinstance(until, date) and until < moment.as_of:
            return f"{label} ended on {periods.shown(until)}"
        enders = [
            other
            for ending in event.ended_by
            for other in self.reference.visible(ending.type, replace(moment, own=record.subject, window=None))
            if other.day >= record.day
        ]
        if enders:
            return f"{label} was ended by {self._label(enders[0].version.type)} on {periods.shown(enders[0].day)}"
        return f"{label} may have ended"

    def _why_outside(self, events: Node, key: str, moment: Moment) -> str:
        value = cast("Selection", self.reference.value(events, moment))
        own = [record for record, _sure in value.own(key).all()]
        record = own[-1]
        return f"{self._label(record.version.type)} of {periods.shown(record.day)} is outside the period"

    def _label(self, event_type: str) -> str:
        return self.schema.events[event_type].label or event_type.replace("_", " ")

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def why_false(self, condition: Node, moment: Moment) -> str:
        """The first part of a condition that does not hold, with the values at hand."""
        value = self.reference.value(condition, moment)
        if value is True:
            return ""
        match condition:
            case nodes.AllOf(terms):
                return next((reason for term in terms if (reason := self.why_false(term, moment))), "")
            case nodes.AnyOf(terms):
                return "; and ".join(self.why_false(term, moment) for term in terms)
            case nodes.Definitely(operand):
                return self.why_false(operand, moment)
            case nodes.Comparison(operator, left, right):
                return self._why_unequal(operator, left, right, moment)
            case nodes.Every(events, inner):
                return self._why_not_every(events, inner, moment)
            case nodes.Exists(events):
                key = moment.own or moment.subject or ""
                reason = self._why_no_record(events, key, moment) if key else ""
                return reason or f"there is no {says(events, self.schema)}"
            case nodes.IsIn(item, members) if members.kind.key == kinds.SUBJECT:
                return self._why_not_in(item, members, moment)
        return self._why_plainly_false(condition, value, moment)

    def _why_plainly_false(self, condition: Node, value: Any, moment: Moment) -> str:
        """A condition with no parts to tell apart: an attribute, its opposite, whether it is known, anything else."""
        operand = condition.operand if isinstance(condition, nodes.Not | nodes.Known) else condition
        if isinstance(operand, nodes.RecordAttribute | nodes.RegisterAttribute):
            word = "yes" if isinstance(condition, nodes.Not) else "no"
            unknown = isinstance(value, Unknown) or isinstance(condition, nodes.Known)
            return f"{self._attribute_label(operand, moment)} is {'not known' if unknown else word}"
        if isinstance(value, Unknown):
            return self._missing_words(condition, moment)
        return f"not so: {self._condition_words(condition, moment)}"

    def _why_not_in(self, item: Node, members: Node, moment: Moment) -> str:
        key = self.reference.value(item, moment)
        if not isinstance(key, str):
            return self._missing_words(item, moment)
        there = Reasons(self.reference.knowing(item, members, key))
        reason = there.why_not(members, key, replace(moment, own=None, record=None) if self._alone(members) else moment)
        return reason if isinstance(item, nodes.TheSubject) else f"{key}: {reason}"

    def _alone(self, members: Node) -> bool:
        return not any(isinstance(node, nodes.RecordAttribute | nodes.TheSubject) for node in nodes.walk(members))

    def _why_unequal(self, operator: nodes.Comparing, left: Node, right: Node, moment: Moment) -> str:
        found = self.reference.value(left, moment)
        if isinstance(found, Unknown | NoneArose):
            return self._missing_words(left, moment)
        wanted = self._condition_words(nodes.Comparison(operator, left, right), moment)
        if isinstance(self.reference.value(right, moment), Unknown):
            return f"{self._missing_words(right, moment)} (wanted: {wanted})"
        return f"{self._name(left, moment)} is {shown(found)} (wanted: {wanted})"

    def _name(self, node: Node, moment: Moment) -> str:
        if isinstance(node, nodes.RecordAttribute | nodes.RegisterAttribute):
            return self._attribute_label(node, moment)
        return says(node, self.schema)

    def _attribute_label(self, node: nodes.RecordAttribute | nodes.RegisterAttribute, moment: Moment) -> str:
        """The label that the type of the record at hand gives the attribute."""
        if isinstance(node, nodes.RecordAttribute) and node.name in _DATES:
            return _DATES[node.name]
        known = self.schema.subject.attributes
        if isinstance(node, nodes.RecordAttribute) and moment.record:
            known = self.schema.events[moment.record.version.type].attributes
        label = known[node.name].label if node.name in known else ""
        return label or node.name.replace("_", " ")

    def _condition_words(self, condition: Node, moment: Moment) -> str:
        types = (moment.record.version.type,) if moment.record else None
        return condition_says(condition, self.schema, Scope(types, subject=moment.own is not None))

    def _why_not_every(self, events: Node, inner: Node, moment: Moment) -> str:
        value = self.reference.value(events, moment)
        if not isinstance(value, Selection) or not (value.yes or value.maybe):
            return f"none arose: no {says(events, self.schema)}"
        failing = [
            record
            for record, sure in value.all()
            if sure and self.reference.value(inner, replace(moment, record=record)) is False
        ]
        if not failing:
            return "undecided: not every record can be judged"
        first = failing[0]
        reason = self.why_false(inner, replace(moment, record=first))
        more = f", and {len(failing) - 1} more" if len(failing) > 1 else ""
        return f"{self._label(first.version.type)} {first.event_id} of {periods.shown(first.day)}: {reason}{more}"

    def unknown_words(self, subject: str, event_id: str, condition: Node, moment: Moment) -> str:
        """What is not known about a record or subject that could not be decided."""
        record = self.reference.records.record(event_id, moment.known_at, self.reference.frame.basis)
        here = replace(moment, record=record) if record else replace(moment, subject=subject, own=subject, record=None)
        return self._missing_words(condition, here)

    def _missing_words(self, node: Node, moment: Moment) -> str:
        names = dict.fromkeys(self._missing(node, moment))
        return f"{', '.join(names)} not known" if names else "undecided"

    def _missing(self, node: Node, moment: Moment) -> Iterator[str]:
        """Names of attributes of the record or register row at hand that are missing."""
        if isinstance(node, nodes.RecordAttribute | nodes.RegisterAttribute):
            at_hand = moment.record if isinstance(node, nodes.RecordAttribute) else moment.subject
            if at_hand and isinstance(self.reference.value(node, moment), Unknown):
                yield self._attribute_label(node, moment)
        elif not isinstance(node, nodes.Every | nodes.Filter):
            for child in nodes.children(node):
                yield from self._missing(child, moment)


_DATES = {"occurred_on": "the day", "recorded_on": "the day of recording"}


def shown(value: Any) -> str:
    """A single value as a person reads it."""
    if isinstance(value, Number):
        return amounts.shown(value.value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return periods.shown(value)
    return ", ".join(value) if isinstance(value, tuple) else f"“{value}”"
