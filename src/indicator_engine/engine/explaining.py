"""How a figure came about, and what one subject has to do with it, for records in memory and those of a store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.engine.answering import digest_of, names_of, provenance_of, question_of, results_of
from indicator_engine.engine.asked import day_of, instant_of, named
from indicator_engine.engine.rows import taken_in
from indicator_engine.engine.stores import intake_of_store, position_of, require_register
from indicator_engine.evaluation.answer import workings
from indicator_engine.evaluation.explaining import Explaining, Stories, explanation_of
from indicator_engine.evaluation.reads import tells_by_own_events, types_read
from indicator_engine.evaluation.stories import story_of
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.store.recall import Wanted, is_subject, records_of, subject_names
from indicator_engine.store.records import FOREVER, Records
from indicator_engine.store.registers import lists_anyone

if TYPE_CHECKING:
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.engine.rows import Rows
    from indicator_engine.evaluation.explaining import Explanation
    from indicator_engine.evaluation.results import Results
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.store import Store


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
    taken = taken_in(statement, events, register)
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
    indicator, _ = named(statement, name)
    if subject is not None:
        _require_subject(statement, subject, _subjects_of(taken.records))
    instant = instant_of(known_at)
    question = Explaining(statement, taken.records, day_of(as_of), instant or FOREVER)
    data = digest_of(taken.records)
    results = results_of(question, instant, [indicator.id], registered, taken.problems, data, None)
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
    indicator, _ = named(statement, name)
    wanted = Wanted(types_read([indicator], statement.schema))
    taken = intake_of_store(statement, store, known_at=known_at, at_import=at_import, wanted=wanted)
    if subject is not None:
        _require_subject_of_store(statement, store, subject, taken.records, at_import)
    day, instant = day_of(as_of), instant_of(known_at)
    question = Explaining(statement, taken.records, day, instant or FOREVER)
    number, running = position_of(store, at_import)
    results = results_of(question, instant, [indicator.id], registered, taken.problems, running, (number, running))
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
    indicator, part = named(statement, name)
    schema, day, instant = statement.schema, day_of(as_of), instant_of(known_at)
    blank = question_of(statement, Records(), day, instant)
    number, running = position_of(store, at_import)
    types = types_read([indicator], schema)
    if all(tells_by_own_events(one.node, schema) for one in workings(blank, indicator, part)):
        require_register(statement, store, lists_anyone(store.database, instant, at_import))
        records = records_of(store.database, schema, Wanted(types, (subject,)), known_at=instant, at_import=at_import)
    else:
        wanted = Wanted(types)
        records = intake_of_store(statement, store, known_at=known_at, at_import=at_import, wanted=wanted).records
    _require_subject_of_store(statement, store, subject, records, at_import)
    question = replace(blank, records=records)
    return Stories(
        day, instant,
        tuple(story_of(one, subject) for one in workings(question, indicator, part)),
        provenance_of(statement, running, registered, (number, running)),
    )  # fmt: skip


def _explanation(question: Explaining, results: Results, name: str, subject: str | None) -> Explanation:
    """How the one figure of some results came about, by the question that they answer."""
    key, _, part = name.partition("/")
    priority, indicator = next(pair for pair in results.statement.indicators() if pair[1].id == key)
    return explanation_of(question, priority, indicator, results, part=part, subject=subject)


def _subjects_of(records: Records) -> set[str]:
    return {*records.rows, *(version.subject for version in records.versions)}


def _require_subject_of_store(
    statement: Statement, store: Store, subject: str, records: Records, at_import: int | None
) -> None:
    """The same of a store of which not everything was read."""
    known = _subjects_of(records)
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
