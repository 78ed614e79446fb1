"""What a query tree means: the executable specification, slow, obvious and exact.

One short method for each node. A value is a `Number`, `Members`, `Selection`, truth, date, text, tuple of texts, or
`Unknown` with its reasons. Whatever else computes indicators must agree with this module, value by value.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar, cast

from indicator_engine import periods
from indicator_engine.evaluation.aggregates import AGGREGATES, date_of, span
from indicator_engine.evaluation.values import (
    ARITHMETIC,
    CLAMPED,
    COMBINED,
    NO_DATA,
    NONE,
    NONE_AROSE,
    NOT_ESTABLISHED,
    TBC,
    UNDECIDED,
    Bound,
    Members,
    NoneArose,
    Number,
    Selection,
    TruthValue,
    Unknown,
    absolute,
    all_of,
    any_of,
    compared,
    merged,
    negated_truth,
    negative,
    number,
    selection,
    share,
    share_inside,
    share_of_sets,
    subtracted,
)  # fmt: skip
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.store.records import Record, Records, RegisterRow, Value, Version, end_of, subjects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indicator_engine.conventions import Basis
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import DeemedSize, Population, Schema
    from indicator_engine.periods import Period

    Populations = dict[tuple[str, date, datetime, Period, "Frame"], Members]

T = TypeVar("T")


@dataclass(frozen=True)
class Moment:
    """Where an expression is evaluated: the day, what is known, the period, and the record or subject at hand.

    `own` limits records to one subject's (inside `S[...]`); `window` to those since a day (inside `each`).
    """

    as_of: date
    known_at: datetime
    period: Period
    subject: str | None = None
    own: str | None = None
    window: date | None = None
    record: Record | None = None
    row: RegisterRow | None = None

    @property
    def bucket(self) -> str:
        """The quarter (or month, or year) at hand in words, inside `each`."""
        return f"{self.period.label}, to {periods.shown(self.as_of)}"

    def on(self, day: date) -> Moment:
        """The same on another day; written out, since it is asked for each figure of each day."""
        return Moment(
            day, self.known_at, self.period, self.subject, self.own, self.window, self.record, self.row
        )  # fmt: skip

    def beside(self, record: Record | None) -> Moment:
        """The same with another record at hand, or none; written out, since it is asked for each record."""
        return Moment(
            self.as_of, self.known_at, self.period, self.subject, self.own, self.window, record, self.row
        )  # fmt: skip

    def inside(self, subject: str, window: date | None, row: RegisterRow | None = None) -> Moment:
        """The same of one subject, without a record at hand; written out, since it is asked for each subject."""
        return Moment(self.as_of, self.known_at, self.period, subject, subject, window, None, row)


@dataclass(frozen=True)
class Frame:
    """What an indicator fixes for its expressions: how time counts, and the dates its target names."""

    basis: Basis = "occurred"
    due: date | None = None
    baseline_date: date | None = None
    target_set_on: date | None = None


@dataclass(frozen=True)
class Note:
    """Something met on the way that could not be decided (`undecided`), or a universal over nothing (`none_arose`)."""

    kind: str
    subject: str
    event_id: str = ""
    condition: Node | None = None


class Reference:
    """Evaluates query trees over records. One instance serves one indicator; `notes` gathers what was undecided."""

    def __init__(
        self, schema: Schema, records: Records, frame: Frame | None = None, populations: Populations | None = None
    ) -> None:
        """`populations` remembers who belongs where for several indicators of the same schema and records."""
        self.schema = schema
        self.records = records
        self.frame = frame or Frame()
        self.populations: Populations = {} if populations is None else populations
        self.notes: dict[Note, None] = {}
        self._remembered: dict[tuple[int, Moment], Any] = {}
        self._alone: dict[int, bool] = {}
        self._fitting: dict[str, dict[int, TruthValue] | None] = {}
        self._kept: list[Node] = []

    def value(self, node: Node, moment: Moment) -> Any:
        """What a node gives at a moment. Selections and sets that do not look at the record at hand are remembered."""
        if type(node) not in _REMEMBERED or (moment.record and not self._stands_alone(node)):
            return self._visit(node, moment)
        key = (id(node), moment.beside(None) if moment.record else moment)
        if key not in self._remembered:
            self._kept.append(node)
            self._remembered[key] = self._visit(node, moment)
        return self._remembered[key]

    def _visit(self, node: Node, moment: Moment) -> Any:
        method: Callable[[Node, Moment], Any] = getattr(self, _VISITS[type(node)])
        return method(node, moment)

    def _of_known(self, combine: Callable[..., T], moment: Moment, *parts: Node) -> T | Unknown:
        """What a function makes of some values; unknown, with all the reasons, when any of them is."""
        values = [self.value(part, moment) for part in parts]
        return merged(*values) if Unknown in map(type, values) else combine(*values)

    def _stands_alone(self, node: Node) -> bool:
        """Whether a node says the same whatever record is at hand; conditions in brackets have records of their own."""
        if id(node) not in self._alone:
            self._kept.append(node)
            self._alone[id(node)] = not isinstance(node, nodes.RecordAttribute | nodes.TheSubject) and all(
                self._stands_alone(child) for child in _read_outside(node)
            )
        return self._alone[id(node)]

    # ── single values ────────────────────────────────────────────────────────────────────────────────────────────────

    def visit_Constant(self, node: nodes.Constant, _moment: Moment) -> Any:
        return number(node.value) if isinstance(node.value, Fraction) else node.value

    def visit_Tbc(self, _node: nodes.Tbc, _moment: Moment) -> Unknown:
        return Unknown.because(TBC)

    def visit_NamedDate(self, node: nodes.NamedDate, moment: Moment) -> date | Unknown:
        of_moment = {"as_of": moment.as_of, "period_start": moment.period.start, "period_end": moment.period.end}
        return of_moment.get(node.name) or getattr(self.frame, node.name) or Unknown.because(NOT_ESTABLISHED)

    def visit_RecordAttribute(self, node: nodes.RecordAttribute, moment: Moment) -> Any:
        return _typed(self.attribute(cast("Record", moment.record), node.name))

    def visit_RegisterAttribute(self, node: nodes.RegisterAttribute, moment: Moment) -> Any:
        if moment.row:
            return _typed(moment.row.attributes.get(node.name))
        return self._register_value(cast("str", moment.subject), node.name, moment)

    def visit_TheSubject(self, _node: nodes.TheSubject, moment: Moment) -> str:
        return moment.record.subject if moment.record else cast("str", moment.subject)

    def visit_Arithmetic(self, node: nodes.Arithmetic, moment: Moment) -> Number | Unknown:
        return self._of_known(ARITHMETIC[node.operator], moment, node.left, node.right)

    def visit_Negative(self, node: nodes.Negative, moment: Moment) -> Number | Unknown:
        return self._of_known(negative, moment, node.operand)

    def visit_Absolute(self, node: nodes.Absolute, moment: Moment) -> Number | Unknown:
        return self._of_known(absolute, moment, node.operand)

    def visit_Clamp(self, node: nodes.Clamp, moment: Moment) -> Number | Unknown:
        return self._of_known(CLAMPED[node.side], moment, node.operand, node.limit)

    def visit_Comparison(self, node: nodes.Comparison, moment: Moment) -> TruthValue:
        left, right = self.value(node.left, moment), self.value(node.right, moment)
        if isinstance(left, Unknown | NoneArose) or isinstance(right, Unknown | NoneArose):
            return merged(left, right) if isinstance(left, Unknown) or isinstance(right, Unknown) else NONE
        return compared(node.operator, left, right)

    def visit_AllOf(self, node: nodes.AllOf, moment: Moment) -> TruthValue:
        return all_of(self.value(term, moment) for term in node.terms)

    def visit_AnyOf(self, node: nodes.AnyOf, moment: Moment) -> TruthValue:
        return any_of(self.value(term, moment) for term in node.terms)

    def visit_Not(self, node: nodes.Not, moment: Moment) -> TruthValue:
        return negated_truth(self.value(node.operand, moment))

    def visit_IsIn(self, node: nodes.IsIn, moment: Moment) -> TruthValue:
        return self._of_known(lambda item, members: members.has(item), moment, node.item, node.members)

    def visit_IsOneOf(self, node: nodes.IsOneOf, moment: Moment) -> TruthValue:
        pairs = [nodes.Comparison("==", node.item, constant) for constant in node.values]
        return any_of(self.visit_Comparison(pair, moment) for pair in pairs)

    def visit_Holds(self, node: nodes.Holds, moment: Moment) -> TruthValue:
        return self._of_known(lambda values, item: item in values, moment, node.values, node.item)

    def visit_Conditional(self, node: nodes.Conditional, moment: Moment) -> Any:
        condition = self.value(node.condition, moment)
        if isinstance(condition, bool):
            return self.value(node.then if condition else node.otherwise, moment)
        return condition if isinstance(condition, Unknown) else Unknown.because(NONE_AROSE)

    def visit_Known(self, node: nodes.Known, moment: Moment) -> bool:
        return not isinstance(self.value(node.operand, moment), Unknown)

    def visit_Missing(self, node: nodes.Missing, moment: Moment) -> bool:
        return isinstance(self.value(node.operand, moment), Unknown)

    def visit_Definitely(self, node: nodes.Definitely, moment: Moment) -> bool:
        value = self.value(node.operand, moment)
        if isinstance(value, Unknown):
            self._note("undecided", moment, node.operand)
        return value is True

    def visit_Coalesce(self, node: nodes.Coalesce, moment: Moment) -> Any:
        first = self.value(node.first, moment)
        return self.value(node.second, moment) if isinstance(first, Unknown) else first

    def visit_Elapsed(self, node: nodes.Elapsed, moment: Moment) -> Number | Unknown:
        return self._of_known(lambda *days: number(_ELAPSED[node.unit](*days)), moment, node.start, node.end)

    def visit_Shifted(self, node: nodes.Shifted, moment: Moment) -> date | Unknown:
        by = {"years": node.years, "months": node.months, "days": node.days}
        return self._of_known(lambda day: periods.shift(day, **by), moment, node.date)

    # ── aggregates ───────────────────────────────────────────────────────────────────────────────────────────────────

    def visit_CountRecords(self, node: nodes.CountRecords, moment: Moment) -> Number | Unknown:
        return self._of_known(Selection.count, moment, node.events)

    def visit_CountMembers(self, node: nodes.CountMembers, moment: Moment) -> Number | Unknown:
        return self._of_known(Members.count, moment, node.members)

    def visit_Exists(self, node: nodes.Exists, moment: Moment) -> TruthValue:
        return self._of_known(lambda found: compared(">", found.count(), number(0)), moment, node.events)

    def visit_Every(self, node: nodes.Every, moment: Moment) -> TruthValue:
        """False when one surely fails; over nothing, none arose; a record that may not belong can only fail it."""
        found = self.value(node.events, moment)
        if isinstance(found, Unknown):
            return found
        places = [(moment.beside(record), sure) for record, sure in found.all()]
        answers = [(self.value(node.condition, place), place, sure) for place, sure in places]
        if any(sure and answer in (False, NONE) for answer, _, sure in answers):
            return False
        if not answers:
            self._note("none_arose", moment, None)
            return NONE
        for answer, place, _ in answers:
            if isinstance(answer, Unknown):
                self._note("undecided", place, node.condition)
        decided = bool(found.yes) and all(answer is True for answer, _, _ in answers)
        return True if decided else Unknown.because(UNDECIDED)

    def visit_Aggregate(self, node: nodes.Aggregate, moment: Moment) -> Any:
        values = cast("nodes.Values", node.values)
        found = self.value(values.events, moment)
        if isinstance(found, Unknown):
            return found
        pairs = [(self._value_of(values, record, moment), sure) for record, sure in found.all()]
        if node.kind.name == "date":
            return date_of(node.function, cast("list[tuple[date | None, bool]]", pairs))
        floor, ceiling = self._range(values)
        spans = [span(cast("Fraction | None", value), floor, ceiling, sure=sure) for value, sure in pairs]
        return AGGREGATES[node.function](spans)

    def _value_of(self, values: nodes.Values, record: Record, moment: Moment) -> Value:
        """One of the values that are summed up or told apart; a missing one is noted."""
        value = self.attribute(record, values.attribute)
        if value is None:
            self._note("undecided", moment.beside(record), nodes.RecordAttribute(values.attribute, values.of))
        return value

    def _range(self, values: nodes.Values) -> tuple[Bound, Bound]:
        """The declared least and greatest value of an attribute, over all event types of the selection."""
        declared = [self.schema.events[name].attributes[values.attribute] for name in values.events.kind.types]
        low = [-math.inf if one.minimum is None else one.minimum for one in declared]
        high = [math.inf if one.maximum is None else one.maximum for one in declared]
        return min(low), max(high)

    def visit_Ratio(self, node: nodes.Ratio, moment: Moment) -> Number | Unknown:
        inside = lies_inside(node.numerator, node.denominator)
        divide = share if node.numerator.kind.name != "set" else share_inside if inside else share_of_sets
        return self._of_known(divide, moment, node.numerator, node.denominator)

    def visit_Deemed(self, node: nodes.Deemed, moment: Moment) -> Number | Unknown:
        standing = deemed_size(self.schema.populations[node.population], moment.as_of, moment.known_at)
        if standing is None:
            return Unknown.because(NOT_ESTABLISHED)
        return Unknown.because(TBC) if standing.size is None else number(standing.size)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def visit_At(self, node: nodes.At, moment: Moment) -> Any:
        """A date that has not come reads as the as-of date, so that nothing later is ever seen."""
        day = self.value(node.date, moment)
        if isinstance(day, Unknown):
            return never_established(day)
        return self.value(node.operand, replace(moment, as_of=min(day, moment.as_of), window=None))

    def visit_AsKnownOn(self, node: nodes.AsKnownOn, moment: Moment) -> Any:
        day = self.value(node.date, moment)
        if isinstance(day, Unknown):
            return never_established(day)
        return self.value(node.operand, replace(moment, known_at=min(end_of(day), moment.known_at)))

    def visit_Change(self, node: nodes.Change, moment: Moment) -> Number | Unknown:
        """Both sides look back alike, also inside `each`."""
        since = node.since or nodes.Constant(moment.period.opening)
        return self._of_known(subtracted, replace(moment, window=None), node.operand, nodes.At(since, node.operand))

    def visit_Previous(self, node: nodes.Previous, moment: Moment) -> Any:
        period = periods.previous(moment.period)
        months = periods.months_between(period.start, moment.period.start)
        whole = periods.shift(period.start, months=months) == moment.period.start
        days = (period.start - moment.period.start).days
        as_of = (
            periods.same_point(moment.as_of, months=-months) if whole else periods.shift(moment.as_of, days=days)
        )  # fmt: skip
        window = period.start if moment.window else None
        return self.value(node.operand, replace(moment, as_of=as_of, period=period, window=window))

    def visit_Each(self, node: nodes.Each, moment: Moment) -> Number | Unknown:
        ended = self.buckets_ended(node, moment)
        if isinstance(ended, Unknown):
            return ended
        answers = [self.value(node.condition, at) for at in ended]
        held = sum(answer is True for answer in answers)
        open_ = sum(isinstance(answer, Unknown) for answer in answers)
        return share(number(held, held, held + open_), number(len(ended)))

    def buckets_ended(self, node: nodes.Each, moment: Moment) -> list[Moment] | Unknown:
        """The last moments of the buckets that have ended, each with its bucket as period and window."""
        since = self.value(node.since, moment) if node.since else moment.period.start
        if isinstance(since, Unknown):
            return never_established(since)
        ended = [bucket for bucket in periods.buckets(moment.period, node.unit) if since <= bucket.end <= moment.as_of]
        return [replace(moment, as_of=bucket.end, period=bucket, window=bucket.start) for bucket in ended]

    def visit_Overall(self, node: nodes.Overall, moment: Moment) -> Any:
        return self.value(node.operand, replace(moment, own=None))

    # ── selections of records ────────────────────────────────────────────────────────────────────────────────────────

    def visit_Events(self, node: nodes.Events, moment: Moment) -> Selection | Unknown:
        """Records of the type that have happened and are known; not covered is no data, covered and empty is none."""
        return self._gap(node.type, moment.as_of) or Selection(tuple(self.visible(node.type, moment)))

    def _gap(self, event_type: str, day: date) -> Unknown | None:
        """`no data` where records of a type are not covered by the sources, or were not kept yet on the day."""
        covered, since = self.records.covered, self.schema.events[event_type].covered_from
        is_covered = (covered is None or event_type in covered) and (since is None or since <= day)
        return None if is_covered else Unknown.because(NO_DATA)

    def visible(self, event_type: str, moment: Moment) -> list[Record]:
        """Records of one type that exist at a moment: happened by its day, known by its instant, of its subject."""
        known_at, basis = moment.known_at, self.frame.basis
        there: Sequence[Record]
        if moment.own is None:
            there = self.records.standing(known_at, basis).get(event_type, ())
        else:
            there = self.records.own(moment.own, event_type, known_at, basis)
        return [
            record
            for record in there
            if record.day <= moment.as_of and (moment.window is None or record.day >= moment.window)
        ]

    def attribute(self, record: Record, name: str) -> Value:
        """An attribute of a record, its day, its recording or its subject; None when it is missing."""
        if name == "occurred_on":
            return record.day
        if name == "recorded_on":
            return record.recorded_on
        if name == self.schema.subject.singular:
            return record.subject
        return record.version.attributes.get(name)

    def visit_Filter(self, node: nodes.Filter, moment: Moment) -> Selection | Members | Unknown:
        keep = self._kept_records if node.kind.name == "events" else self._kept_members
        return self._of_known(lambda source: keep(node, source, moment), moment, node.source)

    def _kept_records(self, node: nodes.Filter, source: Selection, moment: Moment) -> Selection:
        yes, maybe = list[Record](), list[Record]()
        for record, sure in source.all():
            here = moment.beside(record)
            answer = self.value(node.condition, here)
            if answer is True:
                (yes if sure else maybe).append(record)
            elif isinstance(answer, Unknown):
                maybe.append(record)
                self._note("undecided", here, node.condition)
        return Selection(tuple(yes), tuple(maybe))

    def _kept_members(self, node: nodes.Filter, source: Members, moment: Moment) -> Members:
        yes, maybe = set[str](), set[str]()
        for key in sorted(cast("frozenset[str]", source.possible)):
            here = moment.inside(key, moment.window)
            answer = self.value(node.condition, here)
            if answer is True:
                (yes if key in source.yes else maybe).add(key)
            elif isinstance(answer, Unknown):
                maybe.add(key)
                self._note("undecided", here, node.condition)
        return Members(frozenset(yes), frozenset(maybe), source.unnamed)

    def visit_Combined(self, node: nodes.Combined, moment: Moment) -> Any:
        return self._of_known(COMBINED[node.operator], moment, node.left, node.right)

    def visit_Latest(self, node: nodes.Latest, moment: Moment) -> Selection | Unknown:
        """A record that may not belong, or part of whose key is missing, leaves those it could replace undecided."""
        found = self.value(node.events, replace(moment, window=None))
        if isinstance(found, Unknown):
            return found
        by = node.by or (self.schema.subject.singular,)
        groups: dict[tuple[Value, ...], list[tuple[Record, bool]]] = defaultdict(list)
        for record, sure in found.all() if node.first else reversed(found.all()):
            groups[tuple(self.attribute(record, name) for name in by)].append((record, sure))
        loose = [key for key in groups if None in key]
        yes, maybe = list[Record](), list[Record]()
        for key, members in groups.items():
            others = [other for other in (groups if key in loose else loose) if _may_be_same(key, other)]
            rivals = [other for each in others if each != key for other, _ in groups[each]]
            for place, (record, sure) in enumerate(members):
                ahead = any((other.order < record.order) == node.first for other in rivals)
                (yes if sure and place == 0 and not ahead else maybe).append(record)
                if sure and key not in loose:
                    break
        return selection(yes, maybe)

    def visit_InForce(self, node: nodes.InForce, moment: Moment) -> Selection | Unknown:
        """Without data on what ends them, nobody knows which are in force. A blank end date says: no end."""
        found = self.value(node.events, replace(moment, window=None))
        endings = {ending.type for name in node.kind.types for ending in self.schema.events[name].ended_by}
        without = [gap for name in endings if (gap := self._gap(name, moment.as_of))]
        if isinstance(found, Unknown) or without:
            return merged(found, *without)
        yes, maybe = list[Record](), list[Record]()
        for record, sure in found.all():
            ended = self.ended(record, moment)
            if ended is not True:
                (yes if sure and ended is False else maybe).append(record)
        return selection(yes, maybe)

    def ended(self, record: Record, moment: Moment) -> TruthValue:
        """Whether a record is over: its end date has gone by, or an ending event of the same day or later matches."""
        event = self.schema.events[record.version.type]
        until = self.attribute(record, event.ends_on) if event.ends_on else None
        if isinstance(until, date) and until < moment.as_of:
            return True
        here = replace(moment, own=record.subject, window=None)
        return any_of(
            self._ends(record, other, ending.match)
            for ending in event.ended_by
            for other in self.visible(ending.type, here)
        )

    def _ends(self, record: Record, other: Record, match: Iterable[str]) -> TruthValue:
        if other.day < record.day:
            return False
        return all_of(_equal(self.attribute(record, name), self.attribute(other, name)) for name in match)

    def visit_InPeriod(self, node: nodes.InPeriod, moment: Moment) -> Selection | Unknown:
        return self._of_known(lambda found: found.within(moment.period), moment, node.events)

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def visit_Members(self, node: nodes.Members, moment: Moment) -> Members:
        population = self.schema.populations[node.population]
        dated = population.start or population.end or self._fitting_rows(population) is None
        day = moment.as_of if dated or self.schema.picks_rows(population) else date.min
        key = (node.population, day, moment.known_at, moment.period, self.frame)
        if key not in self.populations:
            rows = self.records.rows_at(moment.known_at)
            answers = {subject: self.belongs(population, subject, moment) for subject in rows}
            self.populations[key] = Members(
                frozenset(subject for subject, answer in answers.items() if answer is True),
                frozenset(subject for subject, answer in answers.items() if isinstance(answer, Unknown)),
            )
        return self.populations[key]

    def belongs(self, population: Population, subject: str, moment: Moment) -> TruthValue:
        """Whether a subject is in a population: a row of it that holds on the day satisfies it and covers the day."""
        picks = self.schema.picks_rows(population)
        there = self.records.rows_at(moment.known_at).get(subject, ())
        rows = self.rows_that_hold(subject, moment) if picks else there
        return any_of(self._row_belongs(population, row, moment) for row in rows)

    def _row_belongs(self, population: Population, row: RegisterRow, moment: Moment) -> TruthValue:
        if not _covers(row, population.start, population.end, moment.as_of):
            return False
        if population.where is None:
            return True
        fitting = self._fitting_rows(population)
        if fitting is not None and id(row) in fitting:
            return fitting[id(row)]
        here = moment.inside(row.subject, None, row)
        answer = cast("TruthValue", self.value(population.where, here))
        if fitting is not None:
            fitting[id(row)] = answer
        return answer

    def _fitting_rows(self, population: Population) -> dict[int, TruthValue] | None:
        """Whether rows of the register satisfy a population, as far as was asked; None where that hangs on the day."""
        if population.name not in self._fitting:
            self._fitting[population.name] = {} if _says_always(population.where) else None
        return self._fitting[population.name]

    def _register_value(self, subject: str, name: str, moment: Moment) -> Any:
        """The value on the day; undecided where the rows that hold disagree."""
        rows = self.rows_that_hold(subject, moment)
        if len(rows) == 1:
            return _typed(rows[0].attributes.get(name))
        found = {row.attributes.get(name) for row in rows}
        return _typed(found.pop()) if len(found) == 1 else Unknown.because(UNDECIDED if found else NO_DATA)

    def rows_that_hold(self, subject: str, moment: Moment) -> Sequence[RegisterRow]:
        """The rows of a subject that hold on a day: those that cover it.

        On a day that none covers, the row that began last before it still holds, or else the first one already.
        """
        about, own, day = self.schema.subject, self.records.rows_at(moment.known_at).get(subject, ()), moment.as_of
        if len(own) == 1:
            return own
        rows = sorted(own, key=lambda row: _start(row, about.start))
        begun = [row for row in rows if _start(row, about.start) <= day]
        return [row for row in rows if _covers(row, about.start, about.end, day)] or begun[-1:] or rows[:1]

    def visit_Subjects(self, node: nodes.Subjects, moment: Moment) -> Members | Unknown:
        """Always over all subjects, also inside `S[...]`."""
        everywhere = replace(moment, own=None)
        return self._of_known(
            lambda found: Members(subjects_of(found.yes), subjects_of(found.maybe)), everywhere, node.events
        )

    def visit_Distinct(self, node: nodes.Distinct, moment: Moment) -> Members | Unknown:
        values = cast("nodes.Values", node.values)
        found = self.value(values.events, moment)
        if isinstance(found, Unknown):
            return found
        known, undecided, unnamed = set[object](), set[object](), 0
        for record, sure in found.all():
            value = self._value_of(values, record, moment)
            unnamed += value is None
            keys = value if isinstance(value, tuple) else () if value is None else (value,)
            (known if sure else undecided).update(keys)
        return Members(frozenset(known), frozenset(undecided), unnamed)

    # ── what else is asked ───────────────────────────────────────────────────────────────────────────────────────────

    def foresee(self, node: Node, moments: Iterable[Moment]) -> None:
        """Says that a node will be asked about at these moments; here that changes nothing."""

    def knowing(self, _item: Node, _members: Node, _key: str) -> Reference:
        """What has the records by which whoever an item names is, or is not, in a set: here all are at hand."""
        return self

    def event_ids(self, node: Node, moment: Moment, most: int | None = None) -> tuple[str, ...]:
        """Ids of the records of a selection, surely or perhaps in it, in order; at `most` so many."""
        found = self.value(node, moment)
        return tuple(sorted(one.event_id for one, _ in found.all())[:most]) if isinstance(found, Selection) else ()

    def standing_counts(self, types: Iterable[str], known_at: datetime) -> dict[str, int]:
        """How many records of each type stand."""
        standing = self.records.standing(known_at, self.frame.basis)
        return {name: len(standing.get(name, ())) for name in types}

    def register_values(self, name: str) -> set[Value]:
        """Every value that the register has in a column."""
        return {row.attributes.get(name) for rows in self.records.rows.values() for row in rows} - {None}

    def days_of(self, types: Iterable[str], known_at: datetime) -> tuple[set[date], set[date]]:
        """The days of records of some types, and every date that they or the register hold; others are no harm.

        Those of every version, for what was known on another day may stand there.
        """
        standing, wanted = self.records.standing(known_at, self.frame.basis), set(types)
        versions = [one for one in self.records.versions if one.type in wanted and not one.retracted]
        told = [one.attributes for one in versions]
        told += [row.attributes for rows in self.records.rows.values() for row in rows]
        dates = {value for attributes in told for value in attributes.values() if isinstance(value, date)}
        days = {record.day for name in wanted for record in standing.get(name, ())}
        return days | {self._day_of(one) for one in versions}, dates

    def _day_of(self, version: Version) -> date:
        return version.recorded_at.date() if self.frame.basis == "recorded" else version.occurred_on

    # ── notes ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _note(self, kind: str, moment: Moment, condition: Node | None) -> None:
        if moment.record:
            self.notes[Note(kind, moment.record.subject, moment.record.event_id, condition)] = None
        elif moment.subject:
            self.notes[Note(kind, moment.subject, "", condition)] = None


# ── small pieces ─────────────────────────────────────────────────────────────────────────────────────────────────────

_REMEMBERED = frozenset({
    nodes.Events, nodes.Filter, nodes.Combined, nodes.Latest, nodes.InForce, nodes.InPeriod, nodes.Members,
    nodes.Subjects, nodes.Distinct, nodes.Aggregate, nodes.At, nodes.AsKnownOn,
})  # fmt: skip
_OF_THE_ROW = (
    nodes.Constant, nodes.RegisterAttribute, nodes.TheSubject, nodes.Comparison, nodes.AllOf, nodes.AnyOf, nodes.Not,
    nodes.IsOneOf, nodes.Holds, nodes.Known, nodes.Missing,
)  # fmt: skip
_ELAPSED: dict[str, Callable[[date, date], int]] = {
    "days": lambda start, end: (end - start).days, "months": periods.months_between, "years": periods.years_between,
}  # fmt: skip


def deemed_size(population: Population, as_of: date, known_at: datetime) -> DeemedSize | None:
    """The deemed size in force: the last one decided by then and effective on the day; None before the first."""
    standing = [
        one
        for one in population.deemed
        if (one.known_from or date.min) <= known_at.date()
        and (one.effective_from or one.known_from or date.min) <= as_of
    ]
    return standing[-1] if standing else None


def _read_outside(node: Node) -> tuple[Node, ...]:
    """The children evaluated with the record at hand; the condition of a filter or of `every` has its own."""
    if isinstance(node, nodes.Filter):
        return (node.source,)
    return (node.events,) if isinstance(node, nodes.Every) else nodes.children(node)


def _says_always(where: Node | None) -> bool:
    """Whether a condition says the same of a row on every day, and notes nothing."""
    return where is None or all(isinstance(node, _OF_THE_ROW) for node in nodes.walk(where))


def _typed(value: Value) -> Any:
    if value is None:
        return Unknown.because(UNDECIDED)
    return number(value) if isinstance(value, Fraction) else value


def _equal(left: Value, right: Value) -> TruthValue:
    return Unknown.because(UNDECIDED) if left is None or right is None else left == right


class _Visits(dict[type, str]):
    """What the methods are called by which kinds of nodes are evaluated."""

    def __missing__(self, kind: type) -> str:
        self[kind] = f"visit_{kind.__name__}"
        return self[kind]


_VISITS = _Visits()


def _covers(row: RegisterRow, start: str | None, end: str | None, day: date) -> bool:
    last = row.attributes.get(end) if end else None
    return _start(row, start) <= day and (not isinstance(last, date) or day <= last)


def _start(row: RegisterRow, column: str | None) -> date:
    """The first day of a row; a blank one means always."""
    first = row.attributes.get(column) if column else None
    return first if isinstance(first, date) else date.min


def _may_be_same(key: tuple[Value, ...], other: tuple[Value, ...]) -> bool:
    """Whether two keys, of which parts are missing, could turn out to be one."""
    return all(a is None or b is None or a == b for a, b in zip(key, other, strict=True))


def never_established(day: Unknown) -> Unknown:
    """A date that nothing has fixed yet: what hangs on it is not established."""
    return Unknown.because(*(NOT_ESTABLISHED if reason == NO_DATA else reason for reason in day.reasons))


def lies_inside(part: Node, whole: Node) -> bool:
    """Whether one set lies within another by the way it is written, whatever the records hold."""
    match part, whole:
        case nodes.Filter(source, told), nodes.Filter(wider, same) if told == same and lies_inside(source, wider):
            return True  # of a group: whoever is in it is in it on both sides
        case ((nodes.Filter(source, _) | nodes.Combined("-", source, _)), _):
            return part == whole or lies_inside(source, whole)
        case nodes.Combined("&", left, right), _:
            return part == whole or lies_inside(left, whole) or lies_inside(right, whole)
    return part == whole
