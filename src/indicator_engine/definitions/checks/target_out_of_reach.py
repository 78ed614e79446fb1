"""A target that no data can ever meet: 60 of the 50 members there are deemed to be, 110% of a whole.

It looks only at the newest version of a target; what an older one asked for is history and stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import accepted, indicators, measure_of, standing, target_words
from indicator_engine.definitions.checks.logic import Allowed
from indicator_engine.definitions.checks.ranges import Setting, range_of
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.checks.ranges import End, Range
    from indicator_engine.definitions.model import Statement, Target

CODE = Code(
    "IE200",
    "target out of reach",
    "The target can never be met, whatever happens: what is measured cannot become so large, or so small. A count of "
    "members is never above the number there are deemed to be, a share of a whole never above 100%, and an attribute "
    "keeps to its declared minimum and maximum.",
    "A target that cannot be met is nearly always a slip: a digit too many, a percentage of the wrong whole, or a "
    "population that has been revised since. Reported year after year as missed, it would blame the wrong people.",
    """
[population.members]
where = 'kind == "member"'
deemed = { size = 50, source = "note under the table" }

[[priority.indicator]]
id = "pledge-commitment"
statement = "60 member organisations to commit to the Pledge by March 2010"
measure = "count(members & organisations(pledge))"
better = "higher"
target = { at_least = 60 }
due = "by March 2010"
""",
    """
[population.members]
where = 'kind == "member"'
deemed = { size = 50, source = "note under the table" }

[[priority.indicator]]
id = "pledge-commitment"
statement = "20 member organisations to commit to the Pledge by March 2010"
measure = "count(members & organisations(pledge))"
better = "higher"
target = { at_least = 20 }
due = "by March 2010"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """An error for each target beyond every value its measure can have."""
    setting = Setting.of(statement)
    for indicator in indicators(statement):
        if measure := measure_of(indicator):
            possible = range_of(measure, setting)
            for target in standing(indicator):
                if end := beyond(target, possible):
                    fact = f"the target of {target_words(target)} can never be met: {end.why}"
                    hint = "correct the target, or what it is measured against"
                    yield Problem(CODE.code, fact, hint, path=target.path)


def beyond(target: Target, possible: Range) -> End | None:
    """The end of what is possible that the target lies beyond; None where it can be met."""
    low, high = possible.low, possible.high
    if target.relative == "additional" and target.value is not None and low and high:
        return high if target.value > high.value - low.value else None
    wanted = accepted(target)
    if wanted and high and (wanted & Allowed(high=high.value)).empty:
        return high
    return low if wanted and low and (wanted & Allowed(low=low.value)).empty else None
