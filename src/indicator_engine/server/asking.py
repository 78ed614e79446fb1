"""Choosing among results, and evidence as rows: what pages and API have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indicator_engine.evaluation.results import Result, Results


def chosen(
    results: Results, priority: tuple[str, ...] = (), verdict: tuple[str, ...] = (), aim: tuple[str, ...] = ()
) -> Results:
    """The results of these priorities, verdicts and aims; of all where none is named."""
    aims = {one.id: one.aims for one in results.statement.priorities}
    kept = tuple(
        one
        for one in results
        if (not priority or one.priority in priority)
        and (not verdict or one.verdict in verdict)
        and (not aim or any(is_of((*one.aims, *aims.get(one.priority, ())), wanted) for wanted in aim))
    )
    return replace(results, results=kept)


def is_of(cited: Iterable[str], aim: str) -> bool:
    """Whether an aim is cited, or what it belongs to, or a part of it."""
    return any(one == aim or aim.startswith(f"{one}.") or one.startswith(f"{aim}.") for one in cited)


def evidence_of(result: Result, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Who counted and who did not, of the indicator and then of each part."""
    return [*_rows("", result, names), *(row for part in result.parts for row in _rows(part.id, part, names))]


def _rows(part: str, result: Result, names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    def row(outcome: str, subject: str, **more: Any) -> dict[str, str]:
        told = {"part": part, "outcome": outcome, "subject": subject, "name": names.get(subject, subject)}
        return {**told, "event": "", "reason": "", **more}

    yield from (row("counted", who) for who in result.who)
    yield from (row("not_counted", who, reason=reason) for who, reason in result.why_not.items())
    yield from (row("undecided", one.subject, event=one.event_id, reason=one.reason) for one in result.undecided)
    yield from (row("none_arose", who) for who in result.none_arose)
