"""A question, however its records are kept, answered: results, figures, and what they rest on."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from indicator_engine import periods, plugins
from indicator_engine.engine.asked import chosen, day_of, has_verdict
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.results import Provenances, Results
from indicator_engine.store.records import FOREVER, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.question import StoreQuestion
    from indicator_engine.evaluation.compiled.relations import Relations
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.plugins import Plugins
    from indicator_engine.problems import Problem

EVIDENCE_EVENTS = 200_000
"""Events up to which who counted and who did not is said without being asked for."""


FEW_RECORDS = 2_000
"""Events times days up to which figures are worked out from records in less time than a query takes to plan."""


def is_small(events: int) -> bool:
    """Whether records are so few that all of them are read for an answer without being asked to."""
    return events <= EVIDENCE_EVENTS


def question_of(statement: Statement, records: Records, day: date, instant: datetime | None) -> Question:
    """The question to records, as known at an instant (None: everything recorded so far)."""
    return Question(statement, records, day, instant or FOREVER)


def question_of_ground(
    statement: Statement,
    ground: Relations,
    day: date,
    instant: datetime,
    read: Callable[[], Records],
    *,
    evidence: bool,
) -> StoreQuestion:
    """The question to tables; `read` gives the records, for evidence and for what has no plan."""
    from indicator_engine.evaluation.compiled.evaluator import Answers
    from indicator_engine.evaluation.compiled.question import StoreQuestion

    return StoreQuestion(statement, Records(), day, instant, answers=Answers(ground), read=read, with_evidence=evidence)


def results_of(  # noqa: PLR0917  # from one place
    question: Question,
    known_at: datetime | None,
    select: Iterable[str],
    registered: Plugins | None,
    problems: tuple[Problem, ...],
    data: str,
    position: tuple[int, str] | None,
) -> Results:
    """The answers to a question; `data` identifies what they were found in."""
    statement, wanted = question.statement, tuple(select)
    found = chosen(statement, wanted)
    question.foresee(indicator for _, indicator in found)
    results = [question.answer(indicator, priority) for priority, indicator in found]
    return Results(
        statement=statement,
        as_of=question.as_of,
        known_at=known_at,
        results=tuple(result for result in results if has_verdict(result, wanted)),
        provenance=provenance_of(statement, data, registered, position),
        problems=problems,
        assumptions=tuple(_assumptions(statement)),
        uncited_aims=_uncited(statement),
    )


def figures_of(question: Question, days: Sequence[date | str], by: Sequence[str], select: Iterable[str]) -> Figures:
    """The figures of several days, of all and by groups."""
    from indicator_engine.evaluation.figures import figures

    indicators = [indicator for _, indicator in chosen(question.statement, tuple(select))]
    return figures(question, indicators, sorted({day_of(day) for day in days}), by)


def names_of(records: Records) -> dict[str, str]:
    """What the register calls its subjects, where that is not their id."""
    told = ((row.subject, row.attributes.get("name")) for row in records.register)
    return {subject: name for subject, name in told if isinstance(name, str) and name and name != subject}


def provenance_of(
    statement: Statement,
    data: str = "",
    registered: Plugins | None = None,
    position: tuple[int, str] | None = None,
) -> Provenances:
    """What an answer rests on: the pack, `data` by its hash, the programs, and the `position` of a store."""
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
