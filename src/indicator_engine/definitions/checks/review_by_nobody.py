"""A target that is to be reviewed, and nobody who will do it, or no day for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import indicators, standing
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement, Target

CODE = Code(
    "IE210",
    "review by nobody",
    "The target is to be reviewed, and it is not said by whom, or when.",
    "A number “to be reviewed” without a reviewer and a day stays provisional until the year is over. With both, "
    "reports can say whose turn it is.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 4, to_be_reviewed = true }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 4, to_be_reviewed = true, reviewed_by = "Steering Group", review_on = 2009-09-30 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A note for each such target."""
    for indicator in indicators(statement):
        for target in standing(indicator):
            if target.to_be_reviewed and (lacking := _lacking(target)):
                fact = f"this target is to be reviewed, but it is not said {lacking}"
                hint = "add `reviewed_by` and `review_on` once they are known"
                yield Problem(CODE.code, fact, hint, "note", path=target.path)


def _lacking(target: Target) -> str:
    lacking = [words for words, given in (("by whom", target.reviewed_by), ("when", target.review_on)) if not given]
    return " or ".join(lacking)
