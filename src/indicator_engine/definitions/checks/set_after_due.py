"""A target that was set only after it was due.

Dates known only roughly are compared at their ends, so "September 2008" is after 10 September only if all of it is.
A later version may be decided after the deadline, as minutes and appeals are; that is told as a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import due_of, indicators, when
from indicator_engine.definitions.codes import Code
from indicator_engine.periods import shown
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement
    from indicator_engine.problems import Severity

CODE = Code(
    "IE215",
    "target set after its deadline",
    "The day on which the target was set is later than the day on which it is due.",
    "Before it is set, a target is “not set yet”; one that is set after its deadline would never be judged at all. "
    "One of the two dates is a slip.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 10, set_by = "Skills Pledge Task Group", set_on = "early September 2010" }
due = "by March 2010"
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 10, set_by = "Skills Pledge Task Group", set_on = "early September 2009" }
due = "by March 2010"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """An error for each first version of a target set certainly after its deadline; a warning for a later version."""
    for indicator in indicators(statement):
        for stage in indicator.stages:
            for target in stage:
                due, set_on = due_of(target, indicator), target.provenance.set_on
                if due and set_on and set_on.earliest > due.day:
                    fact = f"the target was set {when(set_on)}, and it is due on {shown(due.day)}"
                    severity: Severity = "error" if target is stage[0] else "warning"
                    path = (*target.path, "set_on")
                    yield Problem(CODE.code, fact, "correct one of the two dates", severity, path=path)
