"""Two indicators with the same measure, target and deadline: one of them was copied and not changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.conventions import Provenance
from indicator_engine.definitions.checks.contents import due_of, indicators, measure_of, standing
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from indicator_engine.definitions.model import Expression, Indicator, Statement, Target

CODE = Code(
    "IE217",
    "same indicator twice",
    "Another indicator has the same measure, the same target and the same deadline.",
    "Counted twice, one success looks like two. Most often a copied indicator still has the measure of its original.",
    """
[[priority.indicator]]
id = "pledge-commitment"
statement = "20 organisations to commit to the Pledge"
measure = "count(organisations(pledge))"
better = "higher"
target = { at_least = 20 }

[[priority.indicator]]
id = "pledge-stage-2"
statement = "20 organisations to reach stage 2 of the Pledge"
measure = "count(organisations(pledge))"
better = "higher"
target = { at_least = 20 }
""",
    """
[[priority.indicator]]
id = "pledge-commitment"
statement = "20 organisations to commit to the Pledge"
measure = "count(organisations(pledge))"
better = "higher"
target = { at_least = 20 }

[[priority.indicator]]
id = "pledge-stage-2"
statement = "20 organisations to reach stage 2 of the Pledge"
measure = "count(organisations(pledge[stage >= 2]))"
better = "higher"
target = { at_least = 20 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each indicator, or part, that asks for nothing an earlier one does not."""
    earlier: dict[Hashable, Indicator] = {}
    for indicator in indicators(statement):
        measure = measure_of(indicator)
        if measure is None:
            continue
        first = earlier.setdefault((measure, indicator.basis, *_asked(indicator)), indicator)
        if first is not indicator:
            fact = f"`{indicator.id}` has the same measure, target and deadline as `{first.id}`"
            path = indicator.measure.path if indicator.measure else indicator.path
            yield Problem(CODE.code, fact, "correct the measure, or leave one of the two out", "warning", path=path)


def _asked(indicator: Indicator) -> tuple[Hashable, ...]:
    """What the targets ask for and by when, without who said so and where it is written."""
    return tuple(
        (_bare(target), due.day if (due := due_of(target, indicator)) else None) for target in standing(indicator)
    )


def _bare(target: Target) -> Target:
    return replace(
        target, provenance=Provenance(), due=None, path=(), comparator_inherited=False,
        baseline=_tree(target.baseline), since=_tree(target.since),
    )  # fmt: skip


def _tree(expression: Expression | None) -> Expression | None:
    return replace(expression, text="", path=()) if expression else None
