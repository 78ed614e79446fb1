"""A number still to be confirmed that is owed only after the period it is meant for.

Whether it is overdue on a given day is told with the results; here only the statement's own dates are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import due_of, indicators, standing
from indicator_engine.definitions.codes import Code
from indicator_engine.periods import shown
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement

CODE = Code(
    "IE207",
    "TBC owed too late",
    "The number is owed only after the target is due, or after the period has ended.",
    "A target that is agreed when its time is over cannot guide anybody and will never be judged fairly.",
    """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "TBC", unit = "percent", owed_by = "Steering Group", owed_on = 2010-09-30 }
due = "by March 2010"
""",
    """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "TBC", unit = "percent", owed_by = "Steering Group", owed_on = 2009-09-30 }
due = "by March 2010"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each number owed after its due date or the period's end, whichever is the later."""
    for indicator in indicators(statement):
        for target in standing(indicator):
            due = due_of(target, indicator)
            last = max(due.day, statement.period.end) if due else statement.period.end
            if target.tbc and target.owed_on and target.owed_on > last:
                fact = f"the number is owed on {shown(target.owed_on)}, and the time it is for ends on {shown(last)}"
                hint = "correct one of the two dates"
                yield Problem(CODE.code, fact, hint, "warning", path=(*target.path, "owed_on"))
