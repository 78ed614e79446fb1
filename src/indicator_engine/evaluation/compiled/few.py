"""The reference over the records of a few subjects, one at a time: enough for their reasons and their stories.

Whether somebody is in a set is asked of that one subject alone, by its own records; whoever else is named in a record
has its records read as well. What is counted over everybody is asked of the teller.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.reads import types_in
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.values import TruthValue, Unknown
from indicator_engine.language import kinds, nodes
from indicator_engine.store.records import Records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.evaluation.compiled.teller import Few, Teller
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import Version

_OF_RECORDS = (nodes.CountRecords, nodes.Exists, nodes.Every, nodes.Aggregate, nodes.Distinct)
_OF_KEYS = (nodes.CountMembers, nodes.Ratio)


class Page:
    """The records of some subjects, which are read together and asked one by one."""

    def __init__(self, teller: Teller, few: Few, records: Records) -> None:
        self.teller, self.few, self.records = teller, few, records
        self._alone: dict[str, OfOne] = {}
        self._named: dict[tuple[str, Node], Page] = {}

    def alone(self, subject: str) -> OfOne:
        """What evaluates over the records of one of them."""
        if subject not in self._alone:
            rows = self.records.rows.get(subject, ())
            own = Records(tuple(self._versions.get(subject, ())), rows, self.records.covered)
            self._alone[subject] = OfOne(self, own)
        return self._alone[subject]

    @cached_property
    def _versions(self) -> Mapping[str, list[Version]]:
        """By subject, every version of the events that any version says are its own."""
        whose: dict[str, dict[str, None]] = defaultdict(dict)
        for version in self.records.versions:
            whose[version.event_id][version.subject] = None
        found: dict[str, list[Version]] = defaultdict(list)
        for version in self.records.versions:
            for subject in whose[version.event_id]:
                found[subject].append(version)
        return found

    def named(self, attribute: str, members: Node) -> Page:
        """Whoever the records name in an attribute, with what says whether they are in a set."""
        key = (attribute, members)
        if key not in self._named:
            values = (version.attributes.get(attribute) for version in self.records.versions)
            names = sorted({value for value in values if isinstance(value, str)})
            read = self.few.of(names, types_in(members, self.teller.schema))
            self._named[key] = Page(self.teller, self.few, read)
        return self._named[key]


class OfOne(Reference):
    """Evaluates what rests on the records of one subject; asks others about others, and the teller about everybody."""

    def __init__(self, page: Page, records: Records) -> None:
        super().__init__(page.teller.schema, records, page.teller.frame)
        self.page = page

    def _of_everybody(self, node: Node, moment: Moment) -> Any:
        """What is found over the records of everybody, or over sets of subjects, by the teller; the rest here."""
        if _is_of_everybody(node, own=moment.own is not None):
            return self.page.teller.value(node, replace(moment, subject=None, own=None, record=None, row=None))
        return getattr(Reference, f"visit_{type(node).__name__}")(self, node, moment)

    visit_CountRecords = visit_Exists = visit_Every = visit_Aggregate = visit_Distinct = _of_everybody
    visit_CountMembers = visit_Ratio = _of_everybody

    def visit_IsIn(self, node: nodes.IsIn, moment: Moment) -> TruthValue:
        """A set of subjects is asked about whoever the item names."""
        key = self.value(node.item, moment)
        if node.members.kind.key != kinds.SUBJECT or isinstance(key, Unknown):
            return super().visit_IsIn(node, moment)
        found = self.knowing(node.item, node.members, key).value(node.members, moment)
        return found if isinstance(found, Unknown) else found.has(key)

    def knowing(self, item: Node, members: Node, key: str) -> OfOne:
        """What has the records of whoever an item names; of the subject itself, they are at hand."""
        if isinstance(item, nodes.RecordAttribute) and item.name != self.schema.subject.singular:
            return self.page.named(item.name, members).alone(key)
        return self


# ── whether a few are enough ─────────────────────────────────────────────────────────────────────────────────────────


def tells_story(measure: Node, teller: Teller, moment: Moment) -> bool:
    """Whether what one subject has to do with a measure can be told so."""
    looked_at, _ = evidence.counted(measure, teller, moment)
    parts = [looked_at] if looked_at else evidence.outermost_selections(measure)
    return all(suffices(one, teller) for one in parts)


def suffices(node: Node, teller: Teller) -> bool:
    """Whether what keeps a subject out of a set or selection can be told by its records and those of whom they name."""
    return _Enough(teller).of(node)


class _Enough:
    """Looks through a set or selection."""

    def __init__(self, teller: Teller) -> None:
        self.schema: Schema = teller.schema
        self.compiler = teller.compiler

    def of(self, node: Node, *, own: bool = False) -> bool:
        """Whether a subject's place in a set, or its records in a selection, can be told so.

        `own` where events in conditions are those of the subject at hand.
        """
        match node:
            case nodes.Events():
                return True
            case nodes.Members(population):
                where = self.schema.populations[population].where
                return where is None or self.told(where, own=True)
            case nodes.Filter(source, condition):
                return self.of(source, own=own) and self.told(condition, own=own or source.kind.name == "set")
            case nodes.At(day, operand):
                return self.of(operand, own=own) and self.told(day, own=own)
            case nodes.Latest(events, by, _):
                return not by and self.of(events, own=own)
            case nodes.Subjects(events):
                return self.of(events)
            case nodes.Combined() | nodes.InForce() | nodes.InPeriod():
                return all(self.of(one, own=own) for one in nodes.children(node))
        return isinstance(node, nodes.Distinct) and not own and self.compiler.is_free(node, own=False)

    def told(self, node: Node, *, own: bool) -> bool:
        """The same of a condition."""
        if _is_of_everybody(node, own=own):
            return self.compiler.is_free(node, own=own)
        match node:
            case nodes.IsIn(item, members) if members.kind.key == kinds.SUBJECT:
                return isinstance(item, nodes.TheSubject | nodes.RecordAttribute) and self.of(members, own=own)
            case nodes.Overall(operand):
                return self.told(operand, own=False)
        if node.kind.name == "events":
            return own and self.of(node, own=own)
        if node.kind.name == "set" and not isinstance(node, nodes.Distinct):
            return False
        return all(self.told(one, own=own) for one in nodes.children(node))


def _is_of_everybody(node: Node, *, own: bool) -> bool:
    """Whether a value is found over the records of everybody, or over sets of subjects."""
    if isinstance(node, _OF_KEYS):
        keyed = [one for one in nodes.children(node) if one.kind.name == "set"]
        return any(one.kind.key == kinds.SUBJECT or not own for one in keyed)
    return isinstance(node, _OF_RECORDS) and not own
