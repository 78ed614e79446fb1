"""A target that is to be reviewed only after it is due."""

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
    "IE209",
    "review after the deadline",
    "The target is to be reviewed on a day after it is due.",
    "By then it has been met or missed, and a review could only change the past. Often one of the two years is wrong.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 4, to_be_reviewed = true, reviewed_by = "Steering Group", review_on = 2010-09-30 }
due = "by March 2010"
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 4, to_be_reviewed = true, reviewed_by = "Steering Group", review_on = 2009-09-30 }
due = "by March 2010"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each review later than its target's deadline."""
    for indicator in indicators(statement):
        for target in standing(indicator):
            due = due_of(target, indicator)
            if due and target.review_on and target.review_on > due.day:
                fact = f"the review is on {shown(target.review_on)}, and the target is due on {shown(due.day)}"
                hint = "correct one of the two dates"
                yield Problem(CODE.code, fact, hint, "warning", path=(*target.path, "review_on"))
