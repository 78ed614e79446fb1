"""Who counted, who did not, and which records are behind a figure, by queries; reasons from the records of a few.

What has no plan is read off the records, which are all read for it then, and told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from indicator_engine.evaluation import evidence
from indicator_engine.evaluation.compiled import doubts
from indicator_engine.evaluation.compiled.few import Page, suffices
from indicator_engine.evaluation.compiled.numbers import NotCompiledError
from indicator_engine.evaluation.compiled.places import Place
from indicator_engine.evaluation.evidence import Evidence, Source, Witness
from indicator_engine.evaluation.later import Found, Later
from indicator_engine.evaluation.reads import types_in
from indicator_engine.evaluation.reasons import Reasons
from indicator_engine.evaluation.reference import Reference
from indicator_engine.evaluation.values import Members, Tally, Unknown
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicator_engine.evaluation.compiled.compiler import Compiler
    from indicator_engine.evaluation.compiled.teller import Few, Teller
    from indicator_engine.evaluation.reference import Moment
    from indicator_engine.language.nodes import Node

T = TypeVar("T")


def sought(measure: Node, teller: Teller, moment: Moment, few: Few) -> Evidence:
    """The evidence of a measure that the teller has just evaluated; reasons and ids are found when asked for."""
    return _Sought(measure, teller, moment, few).evidence()


class _Sought:
    """One figure whose evidence is sought."""

    def __init__(self, measure: Node, teller: Teller, moment: Moment, few: Few) -> None:
        self.measure, self.teller, self.moment, self.few = measure, teller, moment, few
        self.evaluated = tuple(teller.evaluated)
        self.looked_at, self.at = evidence.counted(measure, teller, moment)
        self.witness = QueryWitness(teller)
        self.by_records = cache(self._by_records)

    def evidence(self) -> Evidence:
        """Everything, what is long only as it is asked for."""
        looked_at = self.looked_at
        if looked_at is None:
            return Evidence(events=Later(lambda: self.witness.within(self.measure, self.moment)))
        case = self._planned(lambda: self.witness.who(looked_at, self.at))
        if case is None:
            return self.by_records()
        who, candidates = case
        concerned = who | candidates
        open_ = self._planned(lambda: doubts.undecided(self.teller, self.evaluated, concerned, self.at, self.few))
        return Evidence(
            tuple(sorted(who)),
            self._why_not(looked_at, candidates - who),
            Later(lambda: self._events(looked_at)),
            *((self.by_records().undecided, self.by_records().none_arose) if open_ is None else open_),
        )

    def _planned(self, find: Callable[[], T]) -> T | None:
        """What queries find; None where there is no plan, which is told."""
        try:
            return find()
        except NotCompiledError as fault:
            self.teller.answers.left[str(fault)] = None
            return None

    def _by_records(self) -> Evidence:
        """The evidence by all records."""
        read = self.teller.by_records()
        reference = Reference(read.schema, read.records, read.frame, read.populations)
        for node, moment in self.evaluated:
            reference.value(node, moment)
        return evidence.sought(self.measure, reference, self.moment)

    def _events(self, looked_at: Node) -> Sequence[str]:
        found = self._planned(lambda: self.witness.behind(looked_at, self.at))
        return self.by_records().events if found is None else found

    def _why_not(self, looked_at: Node, subjects: set[str]) -> Found:
        """Reasons, by the records of a page of subjects, or by all where others' matter."""
        if suffices(looked_at, self.teller):
            return Found.paged(subjects, lambda some: self._reasons(looked_at, some))
        return Found(subjects, lambda subject: self._reason_by_all(looked_at, subject))

    def _reasons(self, looked_at: Node, subjects: Sequence[str]) -> list[str]:
        """The reasons of a page of subjects: of each the part that keeps it out, by its records of the types there."""
        failing: dict[Node, list[str]] = defaultdict(list)
        found: dict[str, str] = {}
        for subject in subjects:
            part = self._failing(looked_at, subject)
            if isinstance(part, str):
                found[subject] = part
            else:
                failing[part or looked_at].append(subject)
        for part, some in failing.items():
            page = self._page(part, some)
            found |= {one: Reasons(page.alone(one)).why(part, one, self.at) for one in some}
        left = [subject for subject in subjects if not found[subject]]
        if left:
            page = self._page(looked_at, left)
            found |= {one: Reasons(page.alone(one)).why_not(looked_at, one, self.at) for one in left}
        return [found[subject] for subject in subjects]

    def _page(self, part: Node, subjects: Sequence[str]) -> Page:
        """The records that a part of a set looks at; none but rows of the register where that is all it looks at."""
        return Page(self.teller, self.few, self.few.of(subjects, types_in(part, self.teller.schema)))

    def _failing(self, node: Node, subject: str) -> Node | str | None:
        """The first part of a set that keeps a subject out, or the reason itself; None where it is in."""
        match node:
            case nodes.Combined("&", left, right):
                return self._failing(left, subject) or self._failing(right, subject)
            case nodes.Combined("-", left, right) if node.kind.key == kinds.SUBJECT:
                return self._failing(left, subject) or Reasons(self.teller).why_excluded(right, subject, self.at)
        value = self.teller.value(node, self.at)
        return None if isinstance(value, Members) and subject in value.yes else node

    def _reason_by_all(self, looked_at: Node, subject: str) -> str:
        self.teller.answers.left["reasons that rest on others' records"] = None
        return Reasons(self.teller.by_records()).why_not(looked_at, subject, self.at)


class QueryWitness(Witness):
    """Finds who counted, who could have, and the records behind it, by queries."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(teller)
        self.teller = teller

    def who(self, counted: Node, moment: Moment) -> tuple[set[str], set[str]]:
        """Subjects that counted, and every candidate."""
        value = self.teller.value(counted, moment)
        if isinstance(value, Members) and counted.kind.key == kinds.SUBJECT:
            return {str(key) for key in value.yes}, self.candidates(counted, moment)
        if isinstance(value, Members):
            return self._whose(list(self.sources(counted, moment))), set()
        if isinstance(value, Tally):
            return self._whose([Source(counted, moment)]), self.candidates(counted, moment)
        if isinstance(value, Unknown):
            return set(), self.candidates(counted, moment)
        raise NotCompiledError("records behind a figure that was left")

    def behind(self, counted: Node, moment: Moment) -> list[str]:
        """Ids of the records behind a figure."""
        value, compiler = self.teller.value(counted, moment), self.teller.compiler
        if isinstance(value, Unknown):
            return []
        if isinstance(value, Tally):
            return self._ids([self._part(Source(counted, moment), compiler)])
        parts = [self._part(source, compiler) for source in self.sources(counted, moment)]
        whose = ""
        if counted.kind.key == kinds.SUBJECT:
            whose = f" WHERE s IN ({self._members(counted, moment, compiler)})"
        return self._ids([f"SELECT s, event FROM ({part}){whose}" for part in parts])

    def within(self, measure: Node, moment: Moment) -> list[str]:
        """Ids of every visible record of the types that an expression reads."""
        types = sorted({node.type for node in nodes.walk(measure) if isinstance(node, nodes.Events)})
        return self._ids([f"SELECT s, event FROM ({self._visible(name, moment)})" for name in types])

    def having(self, event_type: str, moment: Moment) -> set[str]:
        """Whoever has a record of a type, whenever that was."""
        return self._names(self._visible(event_type, replace(moment, window=None)))

    def _visible(self, event_type: str, moment: Moment) -> str:
        compiler, place = self.teller.compiler, Place.of(moment)
        return f"SELECT s, event FROM {compiler.records(event_type, place).step} WHERE {compiler.happened(place)}"

    def _whose(self, sources: list[Source]) -> set[str]:
        compiler = self.teller.compiler
        parts = [self._part(source, compiler) for source in sources]
        return self._names(" UNION ALL ".join(parts)) if parts else set()

    def _names(self, query: str) -> set[str]:
        names = self.teller.answers.ground.names
        return {
            name
            for (name,) in self.teller.answers.rows(f"SELECT name FROM {names} WHERE s IN (SELECT s FROM ({query}))")
        }

    def _ids(self, parts: list[str]) -> list[str]:
        if not parts:
            return []
        query = f"SELECT DISTINCT event FROM ({' UNION ALL '.join(parts)}) ORDER BY event"
        return [event for (event,) in self.teller.answers.rows(query)]

    def _part(self, source: Source, compiler: Compiler) -> str:
        """The query of the records that surely are in a selection: `s`, `event`."""
        place = replace(Place.of(source.moment), own=source.kept_by is not None)
        found = compiler.selection(source.selection, place)
        if isinstance(found, Unknown):
            return "SELECT 0 AS s, '' AS event WHERE FALSE"
        columns: dict[str, str] = {"event": "event"} if place.own else {"event": "event", "s": "s"}
        pooled = compiler.pooled(found, place, lambda _cell: columns)
        kept = f" AND s IN ({self._members(source.kept_by, source.moment, compiler)})" if source.kept_by else ""
        return f"SELECT s, event FROM {pooled} WHERE yes{kept}"

    def _members(self, node: Node, moment: Moment, compiler: Compiler) -> str:
        """The query of who surely is in a set."""
        found: Any = compiler.member(node, compiler.everybody(Place.of(moment)))
        if isinstance(found, Unknown):
            return "SELECT 0 WHERE FALSE"
        truth, _, frame = found
        return f"SELECT s FROM {frame.step} WHERE {truth.true}"
