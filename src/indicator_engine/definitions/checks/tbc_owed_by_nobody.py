"""A number still to be confirmed, and nobody who owes it, or no day by which it is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import indicators, standing
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement, Target

CODE = Code(
    "IE208",
    "TBC that nobody owes",
    "The target is still to be confirmed, and it is not said who will confirm it, or by when.",
    "A TBC without an owner and a day tends to stay one until the year is over. With both, reports can say whose turn "
    "it is and when the number is overdue.",
    """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = "TBC"
""",
    """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "TBC", unit = "percent", owed_by = "Steering Group", owed_on = 2009-09-30 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each such target."""
    for indicator in indicators(statement):
        for target in standing(indicator):
            if target.tbc and (lacking := _lacking(target)):
                fact = f"this number is still to be confirmed, and it is not said {lacking}"
                hint = 'write `target = { at_least = "TBC", owed_by = "…", owed_on = … }` once it is known'
                yield Problem(CODE.code, fact, hint, "warning", path=target.path)


def _lacking(target: Target) -> str:
    lacking = [words for words, given in (("by whom", target.owed_by), ("by when", target.owed_on)) if not given]
    return " or ".join(lacking)
