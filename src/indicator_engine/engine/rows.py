"""Answers from rows in memory, read anew for each question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine.engine.answering import digest_of, figures_of, names_of, provenance_of, question_of, results_of
from indicator_engine.engine.asked import day_of, instant_of
from indicator_engine.engine.courses import courses
from indicator_engine.problems import DataError, errors_in
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.layout import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.evaluation.results import Results
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake

    Rows = Sequence[Mapping[str, Any]] | Sequence[Row]


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
    taken = taken_in(statement, events, register, covered)
    return evaluate_records(
        statement, taken, as_of=as_of, known_at=known_at, select=select, series=series, registered=registered
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
    instant = instant_of(known_at)
    question = question_of(statement, taken.records, day_of(as_of), instant)
    results = results_of(question, instant, select, registered, taken.problems, digest_of(taken.records), position)
    return replace(results, names=names_of(taken.records), **(courses(question, results) if series else {}))


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
    taken = taken_in(statement, events, register)
    question = question_of(statement, taken.records, day_of(days[-1]), instant_of(known_at))
    found = figures_of(question, days, by, select)
    return replace(found, provenance=provenance_of(statement, digest_of(taken.records), registered))


def taken_in(statement: Statement, events: Rows, register: Rows, covered: Iterable[str] | None = None) -> Intake:
    """The records of rows. Raises DataError where one could not be read."""
    return usable(take_in(_placed(events, "events"), _placed(register, "register"), statement.schema, covered=covered))


def usable(taken: Intake) -> Intake:
    """Records taken in. Raises DataError where a row could not be read."""
    if errors_in(taken.problems):
        raise DataError(taken.problems)
    return taken


def _placed(rows: Rows, name: str) -> list[Row]:

    plain = [row for row in rows if not isinstance(row, Row)]
    return rows_of(plain, name) if plain else [row for row in rows if isinstance(row, Row)]
