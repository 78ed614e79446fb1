"""Answers from tables of a database that is not ours: only read, by the sources that a pack maps to its events."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from indicator_engine import plugins
from indicator_engine.engine.answering import (
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
from indicator_engine.problems import IndicatorEngineError, Problem
from indicator_engine.store import oddities
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.evaluator import Query
    from indicator_engine.evaluation.compiled.mapped import MappedGround
    from indicator_engine.evaluation.compiled.plans import Plan
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.evaluation.results import Results
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.records import Records
    from indicator_engine.store.tables import Stream


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
    """The answers of a statement over tables of a database: those that sources of the pack map to its events.

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
    """The figures of several days over tables of a database, as `rows.figures` has them."""
    ground = _mapped(statement, source, mappings, known_at, None, registered or plugins.load())
    try:
        question = question_of_ground(
            statement, ground, day_of(days[-1]), ground.known_at, cache(ground.records), evidence=False
        )
        return replace(figures_of(question, days, by, select), provenance=provenance_of(statement, "", registered))
    finally:
        ground.close()


def plan_of_source(
    statement: Statement,
    source: str | Mapping[str, Stream],
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    mappings: Sequence[SourceMapping] = (),
    select: Iterable[str] = (),
    registered: Plugins | None = None,
) -> tuple[Plan, tuple[Query, ...]]:
    """How figures over tables of a database are found, and the queries that it was asked."""
    registered = registered or plugins.load()
    ground = _mapped(statement, source, mappings, known_at, None, registered)
    try:
        question = question_of_ground(
            statement, ground, day_of(as_of), ground.known_at, cache(ground.records), evidence=False
        )
        results_of(question, None, select, registered, (), "", None)
        return replace(question.answers.plan(), database=ground.ways()), question.answers.queries()
    finally:
        ground.close()


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
    day, read = day_of(as_of), cache(ground.records)
    with_evidence = is_small(ground.events) if evidence is None else evidence
    compiled = question_of_ground(statement, ground, day, ground.known_at, read, evidence=with_evidence)
    by_records = evaluator == "reference"
    question = question_of(statement, read(), day, ground.known_at) if by_records else compiled
    known_at = None if ground.known_at == FOREVER else ground.known_at
    records = read() if with_evidence or by_records else None
    data = digest_of(records) if records else ""
    problems = (*ground.problems, *(_odd(records, statement) if records else ()))
    results = results_of(question, known_at, select, registered, problems, data, None)
    found = courses(question, results) if series else {}
    left = [Problem("IE382", f"worked out from the records, for want of a plan: {one}", "", "note")
            for one in compiled.answers.left]  # fmt: skip
    return replace(
        results,
        names=names_of(records) if records else {},
        problems=(*results.problems, *left),
        **found,
    )


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
    from indicator_engine.store.store import now

    names = {one.name for one in mappings}
    wanted = (*mappings, *(one for one in statement.mappings if one.name not in names))
    instant = instant_of(known_at) or FOREVER
    connection = registered.engine(source).open(source) if isinstance(source, str) else of_streams(source)
    try:
        ground = MappedGround(
            connection, statement.schema, wanted, instant, None if covered is None else frozenset(covered), now().date()
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


def _odd(records: Records, statement: Statement) -> list[Problem]:
    """What is odd about records that were read."""
    attributes = statement.schema.subject.attributes
    listed = {row.subject for row in records.register}
    return [
        *oddities.of_register(list(records.register), attributes, statement.schema),
        *oddities.of_events(list(records.versions), listed, statement.schema),
    ]
