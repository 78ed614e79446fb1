"""Who counted, who did not, and why: the reasons behind one figure, read off the same tree that gave it.

For every candidate that did not count, the first condition that kept it out is said in words. Candidates are the
members of the populations named and every subject with a record of the event types counted.
"""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from indicator_engine.evaluation.later import Found
from indicator_engine.evaluation.reasons import Reasons
from indicator_engine.evaluation.results import Undecided
from indicator_engine.evaluation.values import Members, Selection
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indicator_engine.evaluation.reference import Moment, Reference
    from indicator_engine.language.nodes import Node
    from indicator_engine.store.records import Record


@dataclass(frozen=True)
class Evidence:
    """Subjects that counted, every other candidate with its reason, the records behind the figure, and what is open."""

    who: Sequence[str] = ()
    why_not: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[str] = ()
    undecided: Sequence[Undecided] = ()
    none_arose: Sequence[str] = ()

    def whole(self) -> Evidence:
        """The same with nothing left to be found."""
        lists = {name: tuple(getattr(self, name)) for name in ("who", "events", "undecided", "none_arose")}
        return replace(self, why_not=dict(self.why_not), **lists)


def of(measure: Node, reference: Reference, moment: Moment) -> Evidence:
    """The evidence of a measure that the reference has just evaluated at that moment."""
    return sought(measure, reference, moment).whole()


def sought(measure: Node, reference: Reference, moment: Moment) -> Evidence:
    """The same, of which each reason is found when it is asked for: for whoever shows a few of many."""
    notes = tuple(reference.notes)
    witness = Witness(reference)
    looked_at, at = counted(measure, reference, moment)
    if looked_at is None:
        return Evidence(events=tuple(sorted(_events_within(measure, reference, moment))))
    who, candidates, found = witness.case(looked_at, at)
    reasons = Reasons(reference)
    why_not = Found(candidates - who, lambda key: reasons.why_not(looked_at, key, at))
    concerned = candidates | who
    undecided = tuple(
        Undecided(note.subject, note.event_id, reasons.unknown_words(note.subject, note.event_id, note.condition, at))
        for note in notes
        if note.kind == "undecided" and note.subject in concerned and note.condition is not None
    )
    none_arose = tuple(
        sorted({note.subject for note in notes if note.kind == "none_arose" and note.subject in concerned})
    )
    return Evidence(tuple(sorted(who)), why_not, tuple(sorted(found)), tuple(dict.fromkeys(undecided)), none_arose)


def counted(measure: Node, reference: Reference, moment: Moment) -> tuple[Node | None, Moment]:
    """The selection or set whose members make the figure, and the moment at which it is looked at."""
    match measure:
        case nodes.CountMembers(members):
            return members, moment
        case nodes.CountRecords(events) | nodes.Exists(events) | nodes.Every(events, _):
            return events, moment
        case nodes.Aggregate(_, values):
            return cast("nodes.Values", values).events, moment
        case nodes.Ratio(numerator, _) if numerator.kind.name == "set":
            return numerator, moment
        case nodes.At(day, operand):
            return _counted_on(reference.value(day, moment), operand, reference, moment)
        case nodes.Change() | nodes.Each():
            return counted(measure.operand, reference, moment) if isinstance(measure, nodes.Change) else (None, moment)
    for child in nodes.children(measure):
        found, at = counted(child, reference, moment)
        if found is not None:
            return found, at
    return None, moment


def _counted_on(day: Any, operand: Node, reference: Reference, moment: Moment) -> tuple[Node | None, Moment]:
    if not isinstance(day, date):
        return None, moment
    return counted(operand, reference, replace(moment, as_of=min(day, moment.as_of), window=None))


def _events_within(measure: Node, reference: Reference, moment: Moment) -> set[str]:
    """Ids of every visible record of the types an expression reads, for figures with no one set behind them."""
    types = {node.type for node in nodes.walk(measure) if isinstance(node, nodes.Events)}
    return {record.event_id for name in types for record in reference.visible(name, moment)}


@dataclass(frozen=True)
class Source:
    """A selection that puts subjects into a set: of everybody's records, or of each one's own that a filter kept."""

    selection: Node
    moment: Moment
    kept_by: nodes.Filter | None = None


class Witness:
    """Finds who counted, who could have, and the records behind it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.schema = reference.schema

    def case(self, counted: Node, moment: Moment) -> tuple[set[str], set[str], set[str]]:
        """Subjects that counted, every candidate, ids of the records behind them."""
        value = self.reference.value(counted, moment)
        if isinstance(value, Selection):
            who = {record.subject for record in value.yes}
            return who, self.candidates(counted, moment), {record.event_id for record in value.yes}
        if not isinstance(value, Members):
            return set(), self.candidates(counted, moment), set()
        if counted.kind.key != kinds.SUBJECT:
            records = self.records_of(counted, moment)
            return {r.subject for r in records}, set(), {r.event_id for r in records}
        who = cast("set[str]", set(value.yes))
        behind = {record.event_id for record in self.records_of(counted, moment) if record.subject in who}
        return who, self.candidates(counted, moment), behind

    def records_of(self, node: Node, moment: Moment) -> list[Record]:
        """The records that put subjects into a set."""
        return [record for source in self.sources(node, moment) for record in self._records(source)]

    def _records(self, source: Source) -> tuple[Record, ...]:
        if source.kept_by is None:
            return self._yes(source.selection, source.moment)
        kept = self.reference.value(source.kept_by, source.moment)
        return tuple(
            record
            for key in sorted(cast("frozenset[str]", kept.yes) if isinstance(kept, Members) else ())
            for record in self._yes(source.selection, replace(source.moment, subject=key, own=key, record=None))
        )

    def sources(self, node: Node, moment: Moment) -> Iterator[Source]:
        """The selections that put subjects into a set."""
        match node:
            case nodes.Subjects(events) | nodes.Values(events, _, _):
                yield Source(events, replace(moment, own=None))
            case nodes.At(day, operand):
                yield from self.sources(operand, self._at(day, moment))
            case nodes.Combined("-", left, _):
                yield from self.sources(left, moment)
            case nodes.Filter(source, condition) if source.kind.name == "set":
                yield from self.sources(source, moment)
                yield from (Source(one, moment, node) for one in outermost_selections(condition))
            case _:
                for child in nodes.children(node):
                    yield from self.sources(child, moment)

    def _at(self, day: Node, moment: Moment) -> Moment:
        when = self.reference.value(day, moment)
        return replace(moment, as_of=min(when, moment.as_of), window=None) if isinstance(when, date) else moment

    def _yes(self, selection: Node, moment: Moment) -> tuple[Record, ...]:
        value = self.reference.value(selection, moment)
        return value.yes if isinstance(value, Selection) else ()

    def having(self, event_type: str, moment: Moment) -> set[str]:
        """Whoever has a record of a type, whenever that was."""
        return {record.subject for record in self.reference.visible(event_type, replace(moment, own=None, window=None))}

    @staticmethod
    def _possible(value: Any) -> set[str]:
        return cast("set[str]", set(value.possible)) if isinstance(value, Members) else set()

    def candidates(self, node: Node, moment: Moment) -> set[str]:
        """Subjects that could have counted: members of populations, whoever has a record of the types or is named."""
        match node:
            case nodes.Members():
                return self._possible(self.reference.value(node, moment))
            case nodes.Events(name):
                return self.having(name, moment)
            case nodes.Combined("-", left, _):
                return self.candidates(left, moment)
            case nodes.Filter(source, _):
                return self.candidates(source, moment)
            case nodes.At(day, operand):
                return self.candidates(operand, self._at(day, moment))
            case nodes.Distinct(values) if node.kind.key == kinds.SUBJECT:
                named = self.reference.value(node, moment)
                return self.candidates(values, moment) | self._possible(named)
        return {key for child in nodes.children(node) for key in self.candidates(child, moment)}


def outermost_selections(node: Node) -> Iterator[Node]:
    """The selections in an expression that are in no other."""
    if node.kind.name == "events":
        yield node
        return
    for child in nodes.children(node):
        yield from outermost_selections(child)
