"""A target, or a deemed size, that was ratified before it was set.

Dates known only roughly are compared at their ends: "September" is not before "early September".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import indicators, versions, when
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.checks.contents import DataPath
    from indicator_engine.definitions.model import Statement
    from indicator_engine.periods import FuzzyDate

CODE = Code(
    "IE216",
    "ratified before it was set",
    "The day of ratification is earlier than the day on which the thing was set.",
    "Between the two days a target is provisional, so their order decides how results are labelled. One of the two "
    "dates is a slip.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 10, set_by = "Task Group", set_on = 2009-09-05, ratified_on = 2009-05-09 }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 10, set_by = "Task Group", set_on = 2009-09-05, ratified_on = 2009-09-25 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """An error for each target and each deemed size ratified certainly before it was set."""
    for set_on, ratified_on, path in _dated(statement):
        if set_on and ratified_on and ratified_on.latest < set_on.earliest:
            fact = f"this was ratified {when(ratified_on)}, before it was set {when(set_on)}"
            yield Problem(CODE.code, fact, "correct one of the two dates", path=path)


def _dated(statement: Statement) -> Iterator[tuple[FuzzyDate | None, FuzzyDate | None, DataPath]]:
    for indicator in indicators(statement):
        for target in versions(indicator):
            yield target.provenance.set_on, target.provenance.ratified_on, (*target.path, "ratified_on")
    for name, population in statement.schema.populations.items():
        for size in population.deemed:
            yield size.set_on, size.ratified_on, ("population", name, "deemed")
