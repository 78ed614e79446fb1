"""The story, and the embedding API: load a pack, evaluate it, get results.

    from indicator_engine import evaluate, load_pack
    pack = load_pack("indicators/nottinghamshire/2009-10.toml")
    results = evaluate(pack, events, register, as_of="2010-03-31")

Everything here is a few lines that hand on to the layer that knows. Files and plugins are read; nothing is kept. What
evaluates is imported when it is needed, so that checking a pack stays quick.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine import periods, plugins
from indicator_engine.frozen import dataclass
from indicator_engine.problems import (
    DataError,
    IndicatorEngineError,
    Location,
    PackError,
    Problem,
    did_you_mean,
    errors_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indicator_engine.conventions import Convention
    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.evaluation.compiled.evaluator import Answers, Query
    from indicator_engine.evaluation.compiled.kept import Kept
    from indicator_engine.evaluation.compiled.mapped import MappedGround
    from indicator_engine.evaluation.compiled.plans import Plan
    from indicator_engine.evaluation.compiled.question import StoreQuestion
    from indicator_engine.evaluation.explaining import Explaining, Explanation, Stories
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.evaluation.results import Point, Provenances, Result, Results
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.layout import Row
    from indicator_engine.store.ledger import Entry
    from indicator_engine.store.recall import Wanted
    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.records import Records
    from indicator_engine.store.store import Store
    from indicator_engine.store.tables import Stream, Table

    Rows = Sequence[Mapping[str, Any]] | Sequence[Row]


def load_packs(paths: Iterable[str | Path], *, registered: Plugins | None = None) -> list[Loaded]:
    """Every pack at the paths (files or folders), each with its statement or the problems that forbid it."""
    from indicator_engine.definitions import load
    from indicator_engine.definitions.files import find_packs

    registered = registered or plugins.load()
    return [
        load.load(files, registered.conventions, registered.checks) for files in find_packs([Path(p) for p in paths])
    ]


def load_pack(
    path: str | Path, *, convention: Convention | None = None, registered: Plugins | None = None
) -> Statement:
    """The one statement at a path. `convention` stands in for the one the pack names, to try another reading.

    Raises PackError with every problem when there are errors, or when the path holds no or several statements.
    """
    registered = registered or plugins.load()
    if convention:
        stand_ins = dict.fromkeys([*registered.conventions, convention.name], convention)
        registered = replace(registered, conventions=stand_ins)
    found = load_packs([path], registered=registered)
    if len(found) != 1:
        where = Location(str(path))
        fact = (
            "there is no statement here" if not found else f"there are {len(found)} statements here; name one of them"
        )
        raise PackError([Problem("IE024", fact, "a pack has one [statement] table", where=where)])
    if found[0].statement is None or errors_in(found[0].problems):
        raise PackError(found[0].problems)
    return found[0].statement


def evaluate(  # noqa: PLR0913  # keywords with defaults
    statement: Statement,
    events: Rows,
    register: Rows = (),
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    select: Iterable[str] = (),
    covered: Iterable[str] | None = None,
    series: bool = False,
    registered: Plugins | None = None,
) -> Results:
    """The answers of a statement on a day, as known at an instant (None: everything recorded so far).

    `events` and `register` are lists of dicts in the columns of the pack (or rows that a source has read). `known_at`
    given as a day means its end. `select` keeps some indicators: ids, "priority:<id>", "verdict:<verdict>". `covered`
    names the event types the data covers, where it is not all of them. `series` also asks how each figure came about,
    month by month. Raises DataError when rows cannot be read.
    """
    from indicator_engine.store.intake import take_in

    taken = usable(take_in(_placed(events, "events"), _placed(register, "register"), statement.schema, covered=covered))
    return evaluate_records(
        statement, taken, as_of=as_of, known_at=known_at, select=select, series=series, registered=registered
    )


def import_rows(
    store: Store,
    statement: Statement,
    data: str | Path | Rows | Table | Stream,
    *,
    register: bool = False,
    mapping: SourceMapping | str | None = None,
    registered: Plugins | None = None,
    **terms: Any,
) -> Receipt:
    """Take events, or a register, into an event store by the vocabulary of a statement.

    `data` is the path or address of something a source plugin reads, a list of dicts, or anything that hands its rows
    over as an Arrow stream. `mapping` is a `[source.<name>]` of the pack by its name, or one of your own; without one,
    columns are called as in the pack. `terms` are those of `indicator_engine.store.accounts.Terms`, such as `at`, `by`,
    `recorded_at`, `all_or_nothing`. Raises DataError, RefusedImportError or StoreError; nothing is stored then.
    """
    from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER, terms_of

    plain = PLAIN_REGISTER if register else PLAIN_EVENTS
    chosen = _named_mapping(statement, mapping) if isinstance(mapping, str) else mapping or plain
    table = _table_of(data, chosen, registered)
    return store.take_in(table, statement.schema, chosen, terms_of(pack=statement.digest, **terms))


def _named_mapping(statement: Statement, name: str) -> SourceMapping:
    found = {one.name: one for one in statement.mappings}
    if name not in found:
        hint = did_you_mean(name, found) or "the pack declares none"
        raise IndicatorEngineError(f"there is no source `{name}`; {hint}")
    return found[name]


def _table_of(data: str | Path | Rows | Table | Stream, mapping: SourceMapping, registered: Plugins | None) -> Table:
    from indicator_engine.store.layout import Row, reading_of
    from indicator_engine.store.tables import Table, table_of

    if isinstance(data, Table):
        return data
    if isinstance(data, str | Path):
        source, address = (registered or plugins.load()).source(str(data))
        return source.open(address, reading_of(mapping))
    if hasattr(data, "__arrow_c_stream__"):
        from indicator_engine.store.tables import table_of_stream

        return table_of_stream(data, type(data).__name__)
    return table_of([row.cells if isinstance(row, Row) else row for row in data], "rows")


EVIDENCE_EVENTS = 200_000
"""Events of a store up to which who counted and who did not is said without being asked for."""

FEW_RECORDS = 2_000
"""Events times days up to which figures are worked out from records in less time than a query takes to plan."""


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
    """The same over an event store; with `at_import`, as the store stood after that import.

    Figures come from queries over the store's tables, or from its records one by one: whichever `evaluator` says, else
    the records where they are read anyway. They are the same. `evidence` says whether who counted, who did not and what
    is odd about the records is said too, for which all records are read; left out, it is said for stores of up to
    EVIDENCE_EVENTS events. `state` says whether what makes the next evaluation quick is found out and kept beside the
    store's file; left out, that is done once a store has grown since it was evaluated; False uses and keeps nothing.
    Raises IndicatorEngineError where the store had no such import, or knew of no register then.
    """
    last = _last_import(store, at_import)
    asked = _Asked(
        statement,
        store,
        day_of(as_of),
        instant_of(known_at),
        at_import,
        None if covered is None else frozenset(covered),
        state,
    )
    with_evidence = last is None or store.events() <= EVIDENCE_EVENTS if evidence is None else evidence
    compiled = evaluator == "compiled" or (evaluator is None and not with_evidence)
    question = asked.compiled(evidence=with_evidence) if compiled else asked.reference()
    taken = asked.taken() if with_evidence or not compiled else None
    position = (last.number, last.running) if last else (0, "")
    data = digest_of(taken.records) if taken else position[1]
    results = _results(question, asked.known_at, select, registered, taken.problems if taken else (), data, position)
    courses = _courses(question, results) if series else {}
    asked.keep()
    return replace(
        results, names=names_of(taken.records) if taken else {}, **courses, set_aside=len(store.quarantine())
    )


def _last_import(store: Store, at_import: int | None) -> Entry | None:
    entries = store.imports()
    if at_import is not None and at_import not in {one.number for one in entries}:
        raise IndicatorEngineError(
            f"the store has no import {at_import}; the last one is {entries[-1].number if entries else 0}"
        )
    return next((one for one in reversed(entries) if at_import is None or one.number <= at_import), None)


def figures(
    statement: Statement,
    events: Rows,
    register: Rows = (),
    *,
    days: Sequence[date | str],
    by: Sequence[str] = (),
    known_at: date | datetime | str | None = None,
    select: Iterable[str] = (),
    registered: Plugins | None = None,
) -> Figures:
    """The figures of a statement on several days, of all and by groups of the register's columns.

    `days` are asked about one by one, as `evaluate` would be; raises as it does, and IndicatorEngineError for a column
    that there is not or for too many figures.
    """
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.store.intake import take_in
    from indicator_engine.store.records import FOREVER

    taken = usable(take_in(_placed(events, "events"), _placed(register, "register"), statement.schema))
    question = Question(statement, taken.records, day_of(days[-1]), instant_of(known_at) or FOREVER)
    found = _figures(question, days, by, select)
    return replace(found, provenance=provenance_of(statement, digest_of(taken.records), registered))


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
    """The same over an event store; from its records where these are few or `evaluator` says so, else by queries."""
    number, running = position_of(store, at_import)
    asked = _Asked(statement, store, day_of(days[-1]), instant_of(known_at), at_import, None, state)
    by_queries = evaluator == "compiled" or (evaluator is None and store.events() * len(days) > FEW_RECORDS)
    found = _figures(asked.compiled(evidence=False) if by_queries else asked.reference(), days, by, select)
    asked.keep()
    return replace(found, provenance=provenance_of(statement, running, registered, (number, running)))


def _figures(question: Question, days: Sequence[date | str], by: Sequence[str], select: Iterable[str]) -> Figures:
    from indicator_engine.evaluation import figures as found

    chosen = [indicator for _, indicator in _chosen(question.statement, tuple(select))]
    return found.figures(question, chosen, sorted({day_of(day) for day in days}), by)


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


def _answers_of_store(  # from two places
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
    asked = _Asked(statement, store, day_of(as_of), instant_of(known_at), at_import, None)
    question = asked.compiled(evidence=False, courses=courses)
    _results(question, question.known_at, select, None, (), "", None)
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
    _require_register(statement, store, bool(taken.records.register))
    return taken


def usable(taken: Intake) -> Intake:
    """Records taken in. Raises DataError where a row could not be read."""
    if errors_in(taken.problems):
        raise DataError(taken.problems)
    return taken


@dataclass
class _Asked:
    """What is asked of a store: its records are read once, and only when something needs them."""

    statement: Statement
    store: Store
    as_of: date
    known_at: datetime | None
    at_import: int | None
    covered: frozenset[str] | None
    state: bool | None = None
    _taken: Intake | None = None
    _remembered: Kept | None = None

    def taken(self) -> Intake:
        """Everything the statement can ask of the store, with what is odd about it."""
        if self._taken is None:
            self._taken = self.store.intake(
                self.statement.schema, known_at=self.known_at, at_import=self.at_import, covered=self.covered
            )
        return self._taken

    def reference(self) -> Question:
        """The question to the records."""
        from indicator_engine.evaluation.answer import Question
        from indicator_engine.store.records import FOREVER

        _require_register(self.statement, self.store, bool(self.taken().records.register))
        return Question(self.statement, self.taken().records, self.as_of, self.known_at or FOREVER)

    def compiled(self, *, evidence: bool, courses: bool = True) -> StoreQuestion:
        """The question to the tables."""
        from indicator_engine.evaluation.compiled.evaluator import Answers
        from indicator_engine.evaluation.compiled.ground import Ground
        from indicator_engine.evaluation.compiled.question import StoreQuestion
        from indicator_engine.store.records import FOREVER, Records

        instant = self.known_at or FOREVER
        schema = self.statement.schema
        kept = self._kept()
        ground = Ground(self.store.database, schema, instant, self.at_import, self.covered, kept)
        _require_register(self.statement, self.store, ground.has_register)
        return StoreQuestion(
            self.statement, Records(), self.as_of, instant, answers=Answers(ground, kept=kept if courses else None),
            read=lambda: self.taken().records, with_evidence=evidence,
        )  # fmt: skip

    def _kept(self) -> Kept | None:
        """What was kept of earlier runs, unless nothing is to be kept or the store is asked as it once stood."""
        if self.state is False or self.at_import is not None:
            return None
        from indicator_engine.evaluation.compiled.kept import Kept

        schema = self.statement.schema
        findings = self.store.findings(schema, plugins.own_version())
        if findings:
            self._remembered = Kept(self.store.database, schema, findings, self.covered, self.state)
        return self._remembered

    def keep(self) -> None:
        """Keep what was found out, for the next run."""
        if self._remembered:
            self._remembered.keep()


def evaluate_source(  # noqa: PLR0913  # what may be asked of a database
    statement: Statement,
    source: str | Mapping[str, Stream],
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    mappings: Sequence[SourceMapping] = (),
    select: Iterable[str] = (),
    covered: Iterable[str] | None = None,
    series: bool = False,
    registered: Plugins | None = None,
    evaluator: Literal["compiled", "reference"] | None = None,
    evidence: bool | None = None,
) -> Results:
    """The same over tables of a database, which is only read: those that sources of the pack map to its events.

    `source` is the address of a database that an engine knows, such as `postgresql://host/database`, `parquet:FOLDER`
    or `spark:FOLDER`; or Arrow tables in memory by the names that sources have for them. `mappings` go before the
    pack's own. Figures come from queries that the database runs; what has no plan, and who counted, from its records,
    which are read then. Raises DataError where a table does not fit, and StoreError where the database fails.
    """
    registered = registered or plugins.load()
    ground = _mapped(statement, source, mappings, known_at, covered, registered)
    try:
        return _of_ground(ground, statement, as_of, select, registered, evaluator, evidence, series=series)
    finally:
        ground.close()


def _mapped(  # from one place
    statement: Statement,
    source: str | Mapping[str, Stream],
    mappings: Sequence[SourceMapping],
    known_at: date | datetime | str | None,
    covered: Iterable[str] | None,
    registered: Plugins,
) -> MappedGround:
    from indicator_engine.builtin.engine_duckdb import of_streams
    from indicator_engine.evaluation.compiled.mapped import MappedGround
    from indicator_engine.store.records import FOREVER

    names = {one.name for one in mappings}
    wanted = (*mappings, *(one for one in statement.mappings if one.name not in names))
    instant = instant_of(known_at) or FOREVER
    connection = registered.engine(source).open(source) if isinstance(source, str) else of_streams(source)
    try:
        ground = MappedGround(
            connection, statement.schema, wanted, instant, None if covered is None else frozenset(covered)
        )
        _require_mapped_register(statement, ground)
    except BaseException:
        connection.close()
        raise
    return ground


def _require_mapped_register(statement: Statement, ground: MappedGround) -> None:
    if statement.schema.populations and not ground.has_register:
        named = ", ".join(sorted(statement.schema.populations))
        raise IndicatorEngineError(
            f"{ground.connection.shown} has no register as known then, and the pack counts {named}: declare a source "
            'with `kind = "register"` and its `table`'
        )


def _of_ground(  # noqa: PLR0917  # from one place
    ground: MappedGround,
    statement: Statement,
    as_of: date | str,
    select: Iterable[str],
    registered: Plugins,
    evaluator: Literal["compiled", "reference"] | None,
    evidence: bool | None,  # noqa: FBT001  # as it was given
    *,
    series: bool,
) -> Results:
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.evaluation.compiled.evaluator import Answers
    from indicator_engine.evaluation.compiled.question import StoreQuestion
    from indicator_engine.store.records import FOREVER, Records

    day, read = day_of(as_of), cache(ground.records)
    with_evidence = ground.events <= EVIDENCE_EVENTS if evidence is None else evidence
    answers = Answers(ground)
    question: Question = StoreQuestion(
        statement, Records(), day, ground.known_at, answers=answers, read=read, with_evidence=with_evidence
    )
    if evaluator == "reference":
        question = Question(statement, read(), day, ground.known_at)
    known_at = None if ground.known_at == FOREVER else ground.known_at
    records = read() if with_evidence or evaluator == "reference" else None
    data = digest_of(records) if records else ""
    problems = (*ground.problems, *(_odd(records, statement) if records else ()))
    results = _results(question, known_at, select, registered, problems, data, None)
    found = _courses(question, results) if series else {}
    left = [Problem("IE382", f"worked out from the records, for want of a plan: {one}", "", "note")
            for one in answers.left]  # fmt: skip
    return replace(
        results,
        names=names_of(records) if records else {},
        problems=(*results.problems, *left),
        **found,
    )


def _odd(records: Records, statement: Statement) -> list[Problem]:
    """What is odd about records that were read."""
    from indicator_engine.store import oddities

    attributes = statement.schema.subject.attributes
    listed = {row.subject for row in records.register}
    return [
        *oddities.of_register(list(records.register), attributes, statement.schema),
        *oddities.of_events(list(records.versions), listed, statement.schema),
    ]


def figures_of_source(
    statement: Statement,
    source: str | Mapping[str, Stream],
    *,
    days: Sequence[date | str],
    by: Sequence[str] = (),
    known_at: date | datetime | str | None = None,
    mappings: Sequence[SourceMapping] = (),
    select: Iterable[str] = (),
    registered: Plugins | None = None,
) -> Figures:
    """The figures of several days over tables of a database, as `figures` has them."""
    from indicator_engine.evaluation.compiled.evaluator import Answers
    from indicator_engine.evaluation.compiled.question import StoreQuestion
    from indicator_engine.store.records import Records

    ground = _mapped(statement, source, mappings, known_at, None, registered or plugins.load())
    try:
        question = StoreQuestion(
            statement, Records(), day_of(days[-1]), ground.known_at, answers=Answers(ground),
            read=cache(ground.records), with_evidence=False,
        )  # fmt: skip
        return replace(_figures(question, days, by, select), provenance=provenance_of(statement, "", registered))
    finally:
        ground.close()


def _require_register(statement: Statement, store: Store, has_register: bool) -> None:  # noqa: FBT001
    """Without a register every population is empty, and every figure over one would be 0."""
    from indicator_engine.store.recall import first_register

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


def evaluate_records(
    statement: Statement,
    taken: Intake,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    select: Iterable[str] = (),
    series: bool = False,
    registered: Plugins | None = None,
    position: tuple[int, str] | None = None,
) -> Results:
    """The same for records taken in already; `position` is the import of a store that they stand at, and its hash."""
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.store.records import FOREVER

    day, instant = day_of(as_of), instant_of(known_at)
    question = Question(statement, taken.records, day, instant or FOREVER)
    results = _results(question, instant, select, registered, taken.problems, digest_of(taken.records), position)
    return replace(results, names=names_of(taken.records), **(_courses(question, results) if series else {}))


def _results(  # noqa: PLR0917  # from one place
    question: Question,
    known_at: datetime | None,
    select: Iterable[str],
    registered: Plugins | None,
    problems: tuple[Problem, ...],
    data: str,
    position: tuple[int, str] | None,
) -> Results:
    """The answers to a question; `data` identifies what they were found in."""
    from indicator_engine.evaluation.results import Results

    statement, wanted = question.statement, tuple(select)
    chosen = _chosen(statement, wanted)
    question.foresee(indicator for _, indicator in chosen)
    results = [question.answer(indicator, priority) for priority, indicator in chosen]
    return Results(
        statement=statement,
        as_of=question.as_of,
        known_at=known_at,
        results=tuple(result for result in results if _has_verdict(result, wanted)),
        provenance=provenance_of(statement, data, registered, position),
        problems=problems,
        assumptions=tuple(_assumptions(statement)),
        uncited_aims=_uncited(statement),
    )


MOST_POINTS = 48
"""A figure's course has at most so many points; over longer periods they are further apart than a month."""


def _courses(question: Question, results: Results) -> dict[str, Any]:
    """What results say of how figures came about: their courses, what was told of them then, those of groups."""
    from indicator_engine.evaluation.grouped import grouped

    series = _series(question, results)
    wanted = {result.id for result in results}
    chosen = [one for _, one in question.statement.indicators() if one.id in wanted]
    return {
        "series": series,
        "restated": dict(_restated(question, chosen, series)),
        "groups": grouped(question, chosen, series),
    }


def _restated(
    question: Question, chosen: Iterable[Indicator], series: Mapping[str, tuple[Point, ...]]
) -> Iterable[tuple[str, tuple[Point, ...]]]:
    """What was told of the points of each course before later recordings changed them."""
    measured = [(f"{one.id}/{part.id}", part) for one in chosen for part in one.parts]
    for name, indicator in [*((one.id, one) for one in chosen), *measured]:
        if name in series and (found := question.told_then(indicator, series[name])):
            yield name, found


def _series(question: Question, results: Results) -> dict[str, tuple[Point, ...]]:
    """How each figure came about, at the ends of the period's months up to the day asked for."""
    days = _month_ends(question.statement.period.start, question.as_of)
    wanted = {result.id for result in results}
    found = {}
    for indicator in (one for _, one in question.statement.indicators() if one.id in wanted):
        found[indicator.id] = question.course(indicator, days)
        found |= {f"{indicator.id}/{part.id}": question.course(part, days) for part in indicator.parts}
    return {name: points for name, points in found.items() if points}


def _month_ends(first: date, last: date) -> list[date]:
    """The last days of the months between two days, thinned out evenly where they are many."""
    months = max(periods.months_between(first, last), 0) + 1
    step = -(-months // MOST_POINTS)
    starts = (periods.shift(first.replace(day=1), months=number) for number in range(step - 1, months, step))
    return [day for day in (periods.month_end(one.year, one.month) for one in starts) if day < last]


def names_of(records: Records) -> dict[str, str]:
    """What the register calls its subjects, where that is not their id."""
    told = ((row.subject, row.attributes.get("name")) for row in records.register)
    return {subject: name for subject, name in told if isinstance(name, str) and name and name != subject}


def explain(
    statement: Statement,
    name: str,
    events: Rows,
    register: Rows = (),
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    subject: str | None = None,
    registered: Plugins | None = None,
) -> Explanation:
    """How an indicator, or a part written "indicator/part", came to its figure; with `subject`, the story of one.

    Takes rows as `evaluate` does, and raises as it does.
    """
    from indicator_engine.store.intake import take_in

    taken = usable(take_in(_placed(events, "events"), _placed(register, "register"), statement.schema))
    return explain_records(
        statement, name, taken, as_of=as_of, known_at=known_at, subject=subject, registered=registered
    )


def explain_records(
    statement: Statement,
    name: str,
    taken: Intake,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    subject: str | None = None,
    registered: Plugins | None = None,
) -> Explanation:
    """The same for records taken in already. Raises IndicatorEngineError for a subject nothing is known of."""
    from indicator_engine.evaluation.explaining import Explaining
    from indicator_engine.store.records import FOREVER

    indicator, _ = _named_indicator(statement, name)
    if subject is not None:
        _require_subject(statement, subject, _subjects_of(taken.records))
    instant = instant_of(known_at)
    question = Explaining(statement, taken.records, day_of(as_of), instant or FOREVER)
    data = digest_of(taken.records)
    results = _results(question, instant, [indicator.id], registered, taken.problems, data, None)
    return _explanation(question, replace(results, names=names_of(taken.records)), name, subject)


def explain_store(
    statement: Statement,
    store: Store,
    name: str,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    subject: str | None = None,
    registered: Plugins | None = None,
) -> Explanation:
    """The same over an event store, of which only the event types are read that the indicator asks for.

    Raises as `evaluate_store` does, and IndicatorEngineError for a subject nothing is known of.
    """
    from indicator_engine.evaluation.explaining import Explaining
    from indicator_engine.evaluation.reads import types_read
    from indicator_engine.store.recall import Wanted
    from indicator_engine.store.records import FOREVER

    indicator, _ = _named_indicator(statement, name)
    wanted = Wanted(types_read([indicator], statement.schema))
    taken = intake_of_store(statement, store, known_at=known_at, at_import=at_import, wanted=wanted)
    if subject is not None:
        _require_subject_of_store(statement, store, subject, taken, at_import)
    day, instant = day_of(as_of), instant_of(known_at)
    question = Explaining(statement, taken.records, day, instant or FOREVER)
    number, running = position_of(store, at_import)
    results = _results(question, instant, [indicator.id], registered, taken.problems, running, (number, running))
    results = replace(results, names=names_of(taken.records), set_aside=len(store.quarantine()))
    return _explanation(question, results, name, subject)


def stories_of_store(
    statement: Statement,
    store: Store,
    name: str,
    subject: str,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    registered: Plugins | None = None,
) -> Stories:
    """What one subject has to do with an indicator's figure; where nobody else's events matter, only its own are read.

    They are the stories of `explain_store`, which also works out the whole figure. Raises as it does.
    """
    from indicator_engine.evaluation.answer import Question, workings
    from indicator_engine.evaluation.explaining import Stories
    from indicator_engine.evaluation.reads import tells_by_own_events, types_read
    from indicator_engine.evaluation.stories import story_of
    from indicator_engine.store.recall import Wanted
    from indicator_engine.store.records import FOREVER, Records

    indicator, part = _named_indicator(statement, name)
    schema, day, instant = statement.schema, day_of(as_of), instant_of(known_at)
    blank = Question(statement, Records(), day, instant or FOREVER)
    alone = all(tells_by_own_events(one.node, schema) for one in workings(blank, indicator, part))
    wanted = Wanted(types_read([indicator], schema), subject if alone else "")
    taken = intake_of_store(statement, store, known_at=known_at, at_import=at_import, wanted=wanted)
    _require_subject_of_store(statement, store, subject, taken, at_import)
    question = replace(blank, records=taken.records)
    number, running = position_of(store, at_import)
    return Stories(
        day, instant,
        tuple(story_of(one, subject) for one in workings(question, indicator, part)),
        provenance_of(statement, running, registered, (number, running)),
    )  # fmt: skip


def position_of(store: Store, at_import: int | None) -> tuple[int, str]:
    """The import that answers stand at, and its running hash."""
    last = _last_import(store, at_import)
    return (last.number, last.running) if last else (0, "")


def _named_indicator(statement: Statement, name: str) -> tuple[Indicator, str]:
    """The indicator, and the part, that "indicator" or "indicator/part" names. Raises IndicatorEngineError."""
    key, _, part = name.partition("/")
    ((_, indicator),) = _chosen(statement, [key])
    parts = [one.id for one in indicator.parts]
    if part and part not in parts:
        raise IndicatorEngineError(f"`{key}` has no part `{part}`; {did_you_mean(part, parts)}".rstrip("; "))
    return indicator, part


def _explanation(question: Explaining, results: Results, name: str, subject: str | None) -> Explanation:
    """How the one figure of some results came about, by the question that they answer."""
    from indicator_engine.evaluation.explaining import explanation_of

    key, _, part = name.partition("/")
    priority, indicator = next(pair for pair in results.statement.indicators() if pair[1].id == key)
    return explanation_of(question, priority, indicator, results, part=part, subject=subject)


def _subjects_of(records: Records) -> set[str]:
    return {*records.rows, *(version.subject for version in records.versions)}


def _require_subject_of_store(
    statement: Statement, store: Store, subject: str, taken: Intake, at_import: int | None
) -> None:
    """The same of a store of which not everything was read."""
    from indicator_engine.store.recall import is_subject, subject_names

    known = _subjects_of(taken.records)
    if subject in known:
        return
    means = {one.name: one.means for one in store.aliases()}.get(subject)
    if means:
        raise IndicatorEngineError(f"`{subject}` means `{means}` in this store: ask for that")
    if not is_subject(store.database, subject, at_import):
        _require_subject(statement, subject, known | subject_names(store.database))


def _require_subject(statement: Statement, subject: str, known: set[str]) -> None:
    if subject not in known:
        fact = f"there is no {statement.schema.subject.singular} `{subject}` on the register or in the events"
        hint = did_you_mean(subject, known)
        raise IndicatorEngineError(f"{fact}; {hint}" if hint else fact)


def _placed(rows: Rows, name: str) -> list[Row]:
    from indicator_engine.store.intake import rows_of
    from indicator_engine.store.layout import Row

    plain = [row for row in rows if not isinstance(row, Row)]
    return rows_of(plain, name) if plain else [row for row in rows if isinstance(row, Row)]


def day_of(day: date | str) -> date:
    """A day, however it was given. Raises IndicatorEngineError for what is none."""
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    found = periods.day_from(day)
    if found is None:
        raise IndicatorEngineError(f'"{day}" is not a day; write it year first, like 2010-03-31')
    return found


def instant_of(known_at: date | datetime | str | None) -> datetime | None:
    """The instant, without a zone (one given is brought to UTC); a day means its end."""
    if isinstance(known_at, str) and "T" in known_at.strip():
        try:
            known_at = datetime.fromisoformat(known_at.strip())
        except ValueError:
            raise IndicatorEngineError(f'"{known_at}" is not a day and time; write 2010-03-31T14:30') from None
    if isinstance(known_at, datetime):
        return known_at.astimezone(UTC).replace(tzinfo=None) if known_at.tzinfo else known_at
    return None if known_at is None else datetime.combine(day_of(known_at), time.max)


def _chosen(statement: Statement, select: Sequence[str]) -> list[tuple[str, Indicator]]:
    """Indicators with their priority's id; an unknown name in `select` is refused with the nearest."""
    everything = list(statement.indicators())
    wanted = [word for word in select if not word.startswith("verdict:")]
    known = {indicator.id for _, indicator in everything} | {f"priority:{priority.id}" for priority, _ in everything}
    for word in wanted:
        if word not in known:
            hint = did_you_mean(word, known)
            raise IndicatorEngineError(f"there is no indicator `{word}`" + (f"; {hint}" if hint else ""))
    return [
        (priority.id, indicator)
        for priority, indicator in everything
        if not wanted or indicator.id in wanted or f"priority:{priority.id}" in wanted
    ]


def _has_verdict(result: Result, select: Sequence[str]) -> bool:
    verdicts = [word.removeprefix("verdict:") for word in select if word.startswith("verdict:")]
    return not verdicts or result.verdict in verdicts


def provenance_of(
    statement: Statement,
    data: str = "",
    registered: Plugins | None = None,
    position: tuple[int, str] | None = None,
) -> Provenances:
    """What an answer rests on: the pack, `data` by its hash, the programs, and the `position` of a store."""
    from indicator_engine.evaluation.results import Provenances

    names = [plugin for plugin in registered.names if plugin.name not in plugins.SHIPPED] if registered else []
    return Provenances(
        pack=statement.digest,
        data=data,
        engine=plugins.own_version(),
        plugins=tuple((plugin.name, plugin.version) for plugin in names),
        store_import=position[0] if position else None,
        ledger=position[1] if position else "",
    )


def digest_of(records: Records) -> str:
    """SHA-256 over everything the records say, in an order that does not depend on how they came."""
    from hashlib import sha256

    told = sorted(repr((v.event_id, v.recorded_at, v.retracted, v.content)) for v in records.versions)
    rows = sorted(repr((row.subject, sorted(row.attributes.items()))) for row in records.register)
    return sha256("\n".join([*told, "", *rows]).encode()).hexdigest()


def _assumptions(statement: Statement) -> Iterable[str]:
    convention, period = statement.convention, statement.period
    yield f"the period {period.label or 'given'} is {periods.shown(period.start)} to {periods.shown(period.end)}"
    reading = convention.due_reading
    if reading.by_month == "last_day":
        yield "“by March” includes the month's last day"
    else:
        yield "“by March” ends the day before 1 March"
    ends = "includes the last day" if reading.before_end == "inclusive" else "excludes the last day"
    yield f"“before the end of March” {ends}"


def _uncited(statement: Statement) -> tuple[str, ...]:
    """Aims that neither a priority nor an indicator refers to; citing "2" cites "2.1", and citing "2.1" touches "2"."""
    cited = {aim for priority, indicator in statement.indicators() for aim in (*priority.aims, *indicator.aims)}
    return tuple(
        aim.id
        for aim in statement.aims
        if not any(aim.id == one or aim.id.startswith(f"{one}.") or one.startswith(f"{aim.id}.") for one in cited)
    )
