"""What is asked: a day, an instant, some indicators; each however it was given, refused where there is none such."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.evaluation.results import Result


def day_of(day: date | str) -> date:
    """A day, however it was given. Raises IndicatorEngineError for what is none."""
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    found = periods.day_from(day)
    if found is None:
        raise IndicatorEngineError(periods.no_day(day))
    return found


def instant_of(known_at: date | datetime | str | None) -> datetime | None:
    """The instant, without a zone (one given is brought to UTC); a day means its end."""
    if isinstance(known_at, str) and "T" in known_at.strip():
        known_at = _instant_from(known_at.strip())
    if isinstance(known_at, datetime):
        return _without_zone(known_at)
    return None if known_at is None else datetime.combine(day_of(known_at), time.max)


def _instant_from(text: str) -> datetime:
    """A day and time. Raises IndicatorEngineError for what is none, or lies on a day that is none."""
    if fault := periods.no_such_day(text.partition("T")[0]):
        raise IndicatorEngineError(fault)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise IndicatorEngineError(f'"{text}" is not a day and time; write 2010-03-31T14:30') from None


def _without_zone(instant: datetime) -> datetime:
    """The same in UTC. Raises IndicatorEngineError where that lies before the calendar begins, or after it ends."""
    try:
        return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
    except OverflowError:
        raise IndicatorEngineError(f"{instant.isoformat()} cannot be brought to UTC: the calendar ends there") from None


def chosen(statement: Statement, select: Sequence[str]) -> list[tuple[str, Indicator]]:
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


def has_verdict(result: Result, select: Sequence[str]) -> bool:
    """Whether a result has a verdict that was selected, or none was."""
    verdicts = [word.removeprefix("verdict:") for word in select if word.startswith("verdict:")]
    return not verdicts or result.verdict in verdicts


def is_stage(indicator: Indicator, part: str) -> bool:
    """Whether this is what results call one of several stages of the indicator's target: "stage-2"."""
    stages = len(indicator.stages)
    return stages > 1 and part in {f"stage-{number}" for number in range(1, stages + 1)}


def named(statement: Statement, name: str) -> tuple[Indicator, str]:
    """The indicator, and the part, that "indicator" or "indicator/part" names. Raises IndicatorEngineError."""
    key, _, part = name.partition("/")
    ((_, indicator),) = chosen(statement, [key])
    parts = [one.id for one in indicator.parts]
    if part and part not in parts and is_stage(indicator, part):
        raise IndicatorEngineError(f"`{part}` is a stage of `{key}`, and is told with it: ask for `{key}`")
    if part and part not in parts:
        raise IndicatorEngineError(f"`{key}` has no part `{part}`; {did_you_mean(part, parts)}".rstrip("; "))
    return indicator, part
