"""A later stage of a target that asks for nothing new: 20 by September, and then 14 by March."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import accepted, indicators, measure_of, standing, target_words
from indicator_engine.definitions.codes import Code
from indicator_engine.language import nodes
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Indicator, Statement

CODE = Code(
    "IE218",
    "stage that asks for nothing new",
    "A later stage of the target asks for no more than the one before it: whatever meets that one meets this one, too.",
    "Such a stage asks for nothing new. The numbers, or the deadlines, have usually been swapped.",
    """
measure = "count(pledge)"
better = "higher"
target = [
    { at_least = 20, due = "by September 2009" },
    { at_least = 14, due = "by March 2010" },
]
""",
    """
measure = "count(pledge)"
better = "higher"
target = [
    { at_least = 14, due = "by September 2009" },
    { at_least = 20, due = "by March 2010" },
]
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each stage that everything meets which met the stage before it."""
    for indicator in filter(_measures_all_stages_alike, indicators(statement)):
        for earlier, later in pairwise(standing(indicator)):
            before, after = accepted(earlier), accepted(later)
            if before and after and earlier.unit == later.unit and before.within(after):
                asked, already = target_words(later), target_words(earlier)
                fact = f"this stage ({asked}) is met as soon as the one before it ({already}) is"
                yield Problem(
                    CODE.code, fact, "put the numbers in the order of their deadlines", "warning", path=later.path
                )


_OF_ONE_STAGE = frozenset({"due", "target_set_on", "baseline_date"})
"""Named dates that each stage of a target has for itself."""


def _measures_all_stages_alike(indicator: Indicator) -> bool:
    """Whether one value is held against all stages: what counts back from `due` counts other records for each."""
    measure = measure_of(indicator)
    named = (node.name for node in nodes.walk(measure) if isinstance(node, nodes.NamedDate)) if measure else ()
    return _OF_ONE_STAGE.isdisjoint(named)
