"""Answers from an event store: by queries over its tables, or from its records one by one."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal, cast

from indicator_engine import periods, plugins
from indicator_engine.engine.answering import (
    FEW_RECORDS,
    digest_of,
    figures_of,
    is_small,
    names_of,
    provenance_of,
    question_of,
    question_of_ground,
    results_of,
)
from indicator_engine.engine.asked import day_of, instant_of
from indicator_engine.engine.courses import courses
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, StoreError
from indicator_engine.store.catalog import as_kept
from indicator_engine.store.recall import Wanted, first_register, records_of
from indicator_engine.store.records import FOREVER, Records
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.evaluation.compiled.evaluator import Answers, Query
    from indicator_engine.evaluation.compiled.ground import Ground
    from indicator_engine.evaluation.compiled.kept import Kept
    from indicator_engine.evaluation.compiled.plans import Plan
    from indicator_engine.evaluation.compiled.question import StoreQuestion, TellingQuestion
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.evaluation.reference import Frame, Moment
    from indicator_engine.evaluation.results import Results
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.ledger import Entry
    from indicator_engine.store.store import Store


def evaluate_store(  # noqa: PLR0913  # what may be asked of a store
    statement: Statement,
    store: Store,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    select: Iterable[str] = (),
    covered: Iterable[str] | None = None,
    series: bool = False,
    registered: Plugins | None = None,
    evaluator: Literal["compiled", "reference"] | None = None,
    evidence: bool | None = None,
    state: bool | None = None,
) -> Results:
    """The answers of a statement over an event store; with `at_import`, as the store stood after that import.

    Answers come from queries over the tables of the store, or from its records one by one: as `evaluator` says, else
    from the records where they are few. They are the same. `evidence` says whether who counted, who did not and what is
    odd about the records is said too; left out, it is said for stores of up to EVIDENCE_EVENTS events. `state`
    says whether what makes the next evaluation quick is found out and kept beside the store's file; left out, that is
    done once a large store has grown since it was evaluated; False uses and keeps nothing. Raises IndicatorEngineError
    where the store had no such import, or knew of no register then.
    """
    last = _last_import(store, at_import)
    asked = Asked(
        statement,
        store,
        day_of(as_of),
        instant_of(known_at),
        at_import,
        None if covered is None else frozenset(covered),
        state,
    )
    few = last is None or is_small(store.events())
    with_evidence = few if evidence is None else evidence
    by_records = evaluator == "reference" or (evaluator is None and few and with_evidence)
    question, taken = _asked_of(asked, by_records=by_records, evidence=with_evidence)
    position = (last.number, last.running) if last else (0, "")
    data = digest_of(taken.records) if taken and by_records else position[1]
    results = results_of(question, asked.known_at, select, registered, taken.problems if taken else (), data, position)
    over_time = courses(question, results) if series else {}
    asked.keep()
    return replace(
        results, names=names_of(taken.records) if taken else {}, **over_time, set_aside=len(store.quarantine())
    )


def _asked_of(asked: Asked, *, by_records: bool, evidence: bool) -> tuple[Question, Intake | None]:
    """The question, and the records that what is odd about them is known of."""
    if by_records:
        return asked.reference(), asked.taken()
    if not evidence:
        return asked.compiled(), None
    question = asked.telling(frozenset(asked.statement.schema.events), at_once=True)
    return question, asked.odd(question)


def figures_of_store(  # noqa: PLR0913  # what may be asked of a store
    statement: Statement,
    store: Store,
    *,
    days: Sequence[date | str],
    by: Sequence[str] = (),
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    select: Iterable[str] = (),
    registered: Plugins | None = None,
    evaluator: Literal["compiled", "reference"] | None = None,
    state: bool | None = None,
) -> Figures:
    """The figures of several days, as `rows.figures` has them; from records where they are few, else by queries."""
    number, running = position_of(store, at_import)
    asked = Asked(statement, store, day_of(days[-1]), instant_of(known_at), at_import, None, state)
    by_queries = evaluator == "compiled" or (evaluator is None and store.events() * len(days) > FEW_RECORDS)
    found = figures_of(asked.compiled() if by_queries else asked.reference(), days, by, select)
    asked.keep()
    return replace(found, provenance=provenance_of(statement, running, registered, (number, running)))


def queries_of_store(  # keywords with defaults
    statement: Statement,
    store: Store,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    select: Iterable[str] = (),
) -> tuple[tuple[Query, ...], tuple[str, ...]]:
    """The queries that figures of a store come from, and what was left to the reference for want of a plan."""
    answers = _answers_of_store(statement, store, as_of, known_at, at_import, select, courses=False)
    return answers.queries(), tuple(answers.left)


def plan_of_store(  # keywords with defaults
    statement: Statement,
    store: Store,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    select: Iterable[str] = (),
) -> Plan:
    """How figures of a store are found: what they ask for, each thing once, and which plan each figure takes."""
    return _answers_of_store(statement, store, as_of, known_at, at_import, select, courses=True).plan()


def _answers_of_store(
    statement: Statement,
    store: Store,
    as_of: date | str,
    known_at: date | datetime | str | None,
    at_import: int | None,
    select: Iterable[str],
    *,
    courses: bool,
) -> Answers:
    """`courses`: whether figures may come from what was kept of them."""
    _last_import(store, at_import)
    asked = Asked(statement, store, day_of(as_of), instant_of(known_at), at_import, None)
    question = asked.compiled()
    question.answers.kept = question.answers.kept if courses else None
    results_of(question, question.known_at, select, None, (), "", None)
    asked.keep()
    return question.answers


def intake_of_store(
    statement: Statement,
    store: Store,
    *,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    covered: Iterable[str] | None = None,
    wanted: Wanted | None = None,
) -> Intake:
    """The records of an event store as they stood, or those `wanted`; raises as `evaluate_store` does."""
    _last_import(store, at_import)
    taken = store.intake(
        statement.schema, known_at=instant_of(known_at), at_import=at_import, covered=covered, wanted=wanted
    )
    require_register(statement, store, bool(taken.records.register))
    return taken


def position_of(store: Store, at_import: int | None) -> tuple[int, str]:
    """The import that answers stand at, and its running hash."""
    last = _last_import(store, at_import)
    return (last.number, last.running) if last else (0, "")


def _last_import(store: Store, at_import: int | None) -> Entry | None:
    entries = store.imports()
    if at_import is not None and at_import not in {one.number for one in entries}:
        raise IndicatorEngineError(
            f"the store has no import {at_import}; the last one is {entries[-1].number if entries else 0}"
        )
    return next((one for one in reversed(entries) if at_import is None or one.number <= at_import), None)


def require_register(statement: Statement, store: Store, has_register: bool) -> None:  # noqa: FBT001
    """Without a register every population is empty, and every figure over one would be 0."""
    if has_register or not statement.schema.populations:
        return
    first = first_register(store.database)
    named = ", ".join(sorted(statement.schema.populations))
    if first is None:
        raise IndicatorEngineError(
            f"the store has no register, and the pack counts {named}: `indicators import … --register FILE`"
        )
    raise IndicatorEngineError(
        f"nothing of the register was known then: it was first recorded on {periods.shown(first)}. If it held before, "
        "import it with the day it was recorded: `--recorded-at DATE`"
    )


@dataclass
class Asked:
    """What is asked of a store: its records are read once, and only when something needs them."""

    statement: Statement
    store: Store
    as_of: date
    known_at: datetime | None
    at_import: int | None
    covered: frozenset[str] | None
    state: bool | None = None
    _taken: Intake | None = None
    _kept: Kept | None = None

    def __post_init__(self) -> None:
        self._position, self._loan = position_of(self.store, self.at_import), self.store.loans

    def taken(self) -> Intake:
        """Everything the statement can ask of the store, with what is odd about it."""
        if self._taken is None:
            self._taken = self.store.intake(
                self.statement.schema, known_at=self.known_at, at_import=self.at_import, covered=self.covered
            )
        return self._taken

    def wanted(self, wanted: Wanted, said: Mapping[str, str] | None = None) -> Intake:
        """The records that are wanted, with what is odd about them and about others that `said` something."""
        return self.store.intake(
            self.statement.schema, known_at=self.known_at, at_import=self.at_import, covered=self.covered,
            wanted=wanted, said=said,
        )  # fmt: skip

    def reference(self) -> Question:
        """The question to the records."""
        require_register(self.statement, self.store, bool(self.taken().records.register))
        return question_of(self.statement, self.taken().records, self.as_of, self.known_at)

    def compiled(self) -> StoreQuestion:
        """The question to the tables, without who counted."""
        instant = self.known_at or FOREVER
        question = question_of_ground(
            self.statement, self.ground(), self.as_of, instant, lambda: self.taken().records, evidence=False
        )
        question.answers.kept = self._kept
        return replace(question, look_up=self.look_up)

    def look_up(self, events: Node, frame: Frame, moment: Moment, most: int | None) -> Sequence[str]:
        """Ids of the records of a selection; a store that was closed, given back or has grown is opened as it was."""
        if self._has_store() and position_of(self.store, self.at_import) == self._position:
            return self.compiled().evaluator(frame).event_ids(events, moment, most)
        with self._again() as asked:
            return asked.compiled().evaluator(frame).event_ids(events, moment, most)

    def _has_store(self) -> bool:
        """Whether it can still be asked, and nobody else has it by now."""
        return self.store.is_open and self.store.loans == self._loan

    @contextmanager
    def _again(self) -> Iterator[Asked]:
        """The same asked of the store opened again, as it was. Raises StoreError where it is another one by now."""
        number, running = self._position
        with open_store(self.store.path) if self.store.path else nullcontext(self.store) as store:
            known = {one.number: one.running for one in store.imports()}
            if known.get(number) != running:
                raise StoreError(f"{store.path} is not the store it was when it was asked: evaluate it again")
            newest = self.at_import is None and number == max(known)
            yield replace(self, store=store, at_import=None if newest else number, _taken=None, _kept=None)

    def telling(self, types: frozenset[str], *, at_once: bool = False) -> TellingQuestion:
        """The question to the tables, with who counted among the events of some types; `at_once`, whole."""
        from indicator_engine.evaluation.compiled.evaluator import Answers
        from indicator_engine.evaluation.compiled.question import TellingQuestion

        return TellingQuestion(
            self.statement, Records(), self.as_of, self.known_at or FOREVER, answers=Answers(self.ground()),
            read=cache(lambda: self.wanted(Wanted(types)).records), few=_Few(self), types=types, at_once=at_once,
        )  # fmt: skip

    def odd(self, question: TellingQuestion) -> Intake:
        """The register, and what is odd about it and the events of the types asked about; most of them are not read."""
        ground, types = cast("Ground", question.answers.ground), question.types
        wanted = Wanted(types, tuple(ground.strangers(types)), picked=ground.moved(types))
        return self.wanted(wanted, ground.said(types))

    @cached_property
    def schema(self) -> Schema:
        """The vocabulary as the store has it."""
        return as_kept(self.statement.schema, self.store.database.tables())

    def ground(self) -> Ground:
        """The tables."""
        from indicator_engine.evaluation.compiled.ground import Ground

        schema, instant = self.schema, self.known_at or FOREVER
        ground = Ground(self.store.database, schema, instant, self.at_import, self.covered, earlier=self._remembered())
        require_register(self.statement, self.store, ground.has_register)
        return ground

    def _remembered(self) -> Kept | None:
        """What was kept of earlier runs, unless nothing is to be kept or the store is asked as it once stood."""
        if self._kept or self.state is False or self.at_import is not None:
            return self._kept
        from indicator_engine.evaluation.compiled.kept import Kept

        schema = self.schema
        if findings := self.store.findings(schema, plugins.own_version()):
            self._kept = Kept(self.store.database, schema, findings, self.covered, self.state)
        return self._kept

    def keep(self) -> None:
        """Keep what was found out, for the next run."""
        if self._kept:
            self._kept.keep()


@dataclass(frozen=True)
class _Few:
    """Reads of a store the records of a few."""

    asked: Asked

    def listed(self, subjects: Sequence[str]) -> Records:
        """Their rows of the register alone."""
        return self.of(subjects, frozenset())

    def of(self, subjects: Sequence[str], types: frozenset[str]) -> Records:
        """The records of some subjects, of some types."""
        asked = self.asked
        return records_of(
            asked.store.database, asked.statement.schema, Wanted(types, tuple(subjects)), subjects,
            known_at=asked.known_at, at_import=asked.at_import, covered=asked.covered,
        )  # fmt: skip
