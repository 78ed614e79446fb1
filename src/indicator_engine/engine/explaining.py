"""How a figure came about, and what one subject has to do with it, for records in memory and those of a store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from indicator_engine.engine.answering import digest_of, is_small, names_of, provenance_of, question_of, results_of
from indicator_engine.engine.asked import day_of, instant_of, named
from indicator_engine.engine.rows import taken_in
from indicator_engine.engine.stores import Asked, intake_of_store, position_of, require_register
from indicator_engine.evaluation.answer import workings
from indicator_engine.evaluation.explaining import Explaining, Stories, explanation_of
from indicator_engine.evaluation.reads import tells_by_own_events, types_read
from indicator_engine.evaluation.stories import story_of
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.store.recall import Wanted, is_subject, records_of, register_names, subject_names
from indicator_engine.store.records import FOREVER, Records
from indicator_engine.store.registers import lists_anyone

if TYPE_CHECKING:
    from datetime import date, datetime

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.engine.rows import Rows
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.evaluation.compiled.teller import Teller
    from indicator_engine.evaluation.explaining import Explanation, Kept
    from indicator_engine.evaluation.results import Results
    from indicator_engine.evaluation.stories import SubjectStory
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
        _require_subject(statement, subject, _subjects_of(taken.records), names_of(taken.records))
    instant = instant_of(known_at)
    question = Explaining(statement, taken.records, day_of(as_of), instant or FOREVER)
    data = digest_of(taken.records)
    results = results_of(question, instant, [indicator.id], registered, taken.problems, data, None)
    results = replace(results, names=names_of(taken.records))
    found = _explanation(question, question.kept, results, name)
    return replace(found, stories=_stories(question, name, subject)) if subject is not None else found


def explain_store(  # noqa: PLR0913  # what may be asked of a store
    statement: Statement,
    store: Store,
    name: str,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    subject: str | None = None,
    registered: Plugins | None = None,
    evaluator: Literal["compiled", "reference"] | None = None,
) -> Explanation:
    """The same over an event store: from the records of the types that the indicator asks for, or by queries.

    By which of the two, `evaluator` says; else it is by queries where the store is large. Then what is long (reasons,
    ids of records, what is undecided) is found when it is looked at, for which the store has to be open. Raises as
    `evaluate_store` does, and IndicatorEngineError for a subject nothing is known of.
    """
    indicator, _ = named(statement, name)
    by_queries = evaluator == "compiled" or (evaluator is None and not is_small(store.events()))
    asked = Asked(statement, store, day_of(as_of), instant_of(known_at), at_import, None)
    found = (_by_queries if by_queries else _by_records)(asked, indicator, name, registered)
    asked.keep()
    if subject is None:
        return found
    told = stories_of_store(
        statement, store, name, subject, as_of=as_of, known_at=known_at, at_import=at_import, registered=registered
    )
    return replace(found, stories=told.stories)


def _by_records(asked: Asked, indicator: Indicator, name: str, registered: Plugins | None) -> Explanation:
    wanted = Wanted(types_read([indicator], asked.statement.schema))
    taken = intake_of_store(
        asked.statement, asked.store, known_at=asked.known_at, at_import=asked.at_import, wanted=wanted
    )
    question = Explaining(asked.statement, taken.records, asked.as_of, asked.known_at or FOREVER)
    return _told(asked, question, question.kept, taken, name, registered)


def _by_queries(asked: Asked, indicator: Indicator, name: str, registered: Plugins | None) -> Explanation:
    """Figures, members and who counted by queries; of the records only those are read that do not simply stand."""
    position_of(asked.store, asked.at_import)
    question = asked.telling(types_read([indicator], asked.statement.schema))
    found = _told(asked, question, question.kept, asked.odd(question), name, registered)
    return replace(found, left=question.answers.left)


def _told(
    asked: Asked, question: Question, kept: Kept, taken: Intake, name: str, registered: Plugins | None
) -> Explanation:
    """The explanation, with what is odd about the records that were taken in."""
    number, running = position_of(asked.store, asked.at_import)
    indicator, _ = named(asked.statement, name)
    results = results_of(
        question, asked.known_at, [indicator.id], registered, taken.problems, running, (number, running)
    )
    results = replace(results, names=names_of(taken.records), set_aside=len(asked.store.quarantine()))
    return _explanation(question, kept, results, name)


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
        records = records_of(
            store.database, schema, Wanted(types, (subject,)), (subject,), known_at=instant, at_import=at_import
        )
        told = _stories(replace(blank, records=records), name, subject)
    else:
        asked = Asked(statement, store, day, instant, at_import, None)
        records, told = _stories_beside_others(asked, types, name, subject)
    _require_subject_of_store(statement, store, subject, records, at_import)
    return Stories(day, instant, told, provenance_of(statement, running, registered, (number, running)))


def _stories_beside_others(
    asked: Asked, types: frozenset[str], name: str, subject: str
) -> tuple[Records, tuple[SubjectStory, ...]]:
    """Stories in which others matter: by the subject's records, where the rest can be asked of the tables; else by all.

    With them, the records that were read.
    """
    if is_small(asked.store.events()):
        return _stories_of_all(asked, types, name, subject)
    from indicator_engine.evaluation.compiled.few import Page, tells_story

    question = asked.telling(types)
    indicator, part = named(asked.statement, name)
    found = [(one, cast("Teller", one.reference)) for one in workings(question, indicator, part)]
    if not all(tells_story(one.node, teller, one.moment) for one, teller in found):
        return _stories_of_all(asked, types, name, subject)
    own = question.few.of((subject,), types)
    alone = [replace(one, reference=Page(teller, question.few, own).alone(subject)) for one, teller in found]
    return own, tuple(story_of(one, subject) for one in alone)


def _stories_of_all(
    asked: Asked, types: frozenset[str], name: str, subject: str
) -> tuple[Records, tuple[SubjectStory, ...]]:
    """The same by all records of some types."""
    wanted = Wanted(types)
    records = intake_of_store(
        asked.statement, asked.store, known_at=asked.known_at, at_import=asked.at_import, wanted=wanted
    ).records
    return records, _stories(question_of(asked.statement, records, asked.as_of, asked.known_at), name, subject)


def _explanation(question: Question, kept: Kept, results: Results, name: str) -> Explanation:
    """How the one figure of some results came about, by the question that they answer."""
    key, _, part = name.partition("/")
    priority, indicator = next(pair for pair in results.statement.indicators() if pair[1].id == key)
    return explanation_of(question, kept, priority, indicator, results, part=part)


def _stories(question: Question, name: str, subject: str) -> tuple[SubjectStory, ...]:
    """What one subject has to do with a figure, measure by measure."""
    indicator, part = named(question.statement, name)
    return tuple(story_of(one, subject) for one in workings(question, indicator, part))


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
        _require_subject(
            statement, subject, known | subject_names(store.database), register_names(store.database, at_import)
        )


def _require_subject(statement: Statement, subject: str, known: set[str], names: dict[str, str]) -> None:
    if subject not in known:
        fact = f"there is no {statement.schema.subject.singular} `{subject}` on the register or in the events"
        called = [key for key, name in names.items() if name.casefold() == subject.strip().casefold()]
        if called:
            keys = " and ".join(f"`{key}`" for key in sorted(called))
            raise IndicatorEngineError(f"{fact}; the register has it as the name of {keys}: ask for that")
        hint = did_you_mean(subject, known)
        raise IndicatorEngineError(f"{fact}; {hint}" if hint else fact)
