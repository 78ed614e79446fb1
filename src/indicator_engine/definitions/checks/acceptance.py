"""Warnings an author has looked at and accepted, with the reason, at the indicator they are about.

`accept = { IE213 = "the charter runs to 2010" }` takes that warning away there and nowhere else. Errors cannot be
accepted, and an acceptance that no longer accepts anything is a warning of its own, so that none is left behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import indicators
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.checks.contents import DataPath
    from indicator_engine.definitions.model import Indicator, Statement

CODE = Code(
    "IE220",
    "accepted for nothing",
    "The indicator accepts a warning that it does not have, or an error, which cannot be accepted.",
    "A warning is accepted because somebody looked at it. When the cause has gone, the acceptance would hide the next "
    "one, about something else.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
accept = { IE213 = "the charter runs to 2010" }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
)


def settle(statement: Statement, found: Iterable[Problem]) -> Iterator[Problem]:
    """The problems that nobody has accepted, and the acceptances that are of no use."""
    accepting = [indicator for indicator in indicators(statement) if indicator.accepted]
    used: set[tuple[DataPath, str]] = set()
    for problem in found:
        owners = [indicator for indicator in accepting if _accepts(indicator, problem)]
        used |= {(indicator.path, problem.code) for indicator in owners}
        if not owners:
            yield problem
    for indicator in accepting:
        for code in indicator.accepted:
            if (indicator.path, code) not in used:
                fact = f"{code} is accepted here, and there is no such warning"
                path = (*indicator.path, "accept", code)
                yield Problem(CODE.code, fact, "take it out", "warning", path=path, on_key=True)


def _accepts(indicator: Indicator, problem: Problem) -> bool:
    inside = problem.path[: len(indicator.path)] == indicator.path
    return inside and problem.severity != "error" and problem.code in indicator.accepted
