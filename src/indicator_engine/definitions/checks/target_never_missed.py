"""A target that is met whatever happens: at least 0, at most all of them.

Some statements set such a target on purpose, to have a line in the report; `kind = "monitored"` says that plainly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import accepted, indicators, measure_of, standing, target_words
from indicator_engine.definitions.checks.ranges import Setting, range_of
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.checks.ranges import End, Range
    from indicator_engine.definitions.model import Statement, Target

CODE = Code(
    "IE201",
    "target that cannot be missed",
    "The target is met from the start and stays so, whatever happens: no count is below 0, and none is above the "
    "number there can be.",
    "A verdict that is always “met” says nothing and makes the rest of the report look better than it is. Often the "
    "number was forgotten, or the comparison is the wrong way round.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 0 }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each target that every value its measure can have would meet."""
    setting = Setting.of(statement)
    for indicator in indicators(statement):
        if measure := measure_of(indicator):
            possible = range_of(measure, setting)
            for target in standing(indicator):
                if ends := always_within(target, possible):
                    why = " and ".join(dict.fromkeys(end.why for end in ends if end.why))
                    fact = f"the target of {target_words(target)} cannot be missed: {why}"
                    hint = "correct the number, or leave the target out to monitor the figure without one"
                    yield Problem(CODE.code, fact, hint, "warning", path=target.path)


def always_within(target: Target, possible: Range) -> tuple[End, ...]:
    """The ends of what is possible that keep it within the target; () where it can be missed."""
    wanted = accepted(target)
    if wanted is None:
        return ()
    pairs = ((wanted.low, possible.low), (wanted.high, possible.high))
    ends = tuple(end for limit, end in pairs if limit is not None and end and wanted.has(end.value))
    return ends if len(ends) == sum(limit is not None for limit, _ in pairs) else ()
