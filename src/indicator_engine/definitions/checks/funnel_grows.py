"""A funnel that grows: more organisations are to reach stage 3 than stage 2, though who is at 3 has passed 2.

Two indicators of one priority form a funnel where all that one counts is provably counted by the other, too. The
narrower one may well have the higher target if it is due later; then nothing is said.
"""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine import amounts
from indicator_engine.definitions.checks.containment import counted, inside
from indicator_engine.definitions.checks.contents import accepted, due_of, measure_of, standing, with_parts
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from fractions import Fraction

    from indicator_engine.definitions.model import Priority, Statement
    from indicator_engine.language.nodes import Node

CODE = Code(
    "IE202",
    "funnel that grows",
    "Everything this indicator counts is counted by another indicator of the same priority, too, and yet its target "
    "is the higher of the two although it is due no later.",
    "Who reaches stage 3 has reached stage 2. If 12 are to reach stage 3, then at least 12 must reach stage 2, and a "
    "target of 10 for stage 2 asks for nothing. Usually the two numbers, or the two stages, have been swapped.",
    """
[[priority.indicator]]
id = "pledge-stage-2"
statement = "10 organisations to reach stage 2 of the Pledge"
measure = "count(organisations(pledge[stage >= 2]))"
better = "higher"
target = { at_least = 10 }

[[priority.indicator]]
id = "pledge-stage-3"
statement = "12 organisations to reach stage 3 of the Pledge"
measure = "count(organisations(pledge[stage >= 3]))"
better = "higher"
target = { at_least = 12 }
""",
    """
[[priority.indicator]]
id = "pledge-stage-2"
statement = "12 organisations to reach stage 2 of the Pledge"
measure = "count(organisations(pledge[stage >= 2]))"
better = "higher"
target = { at_least = 12 }

[[priority.indicator]]
id = "pledge-stage-3"
statement = "10 organisations to reach stage 3 of the Pledge"
measure = "count(organisations(pledge[stage >= 3]))"
better = "higher"
target = { at_least = 10 }
""",
)


MOST_RUNGS = 50
"""How many targets of one priority are compared, each with each: more than any document has."""


class Rung(NamedTuple):
    """What one indicator counts, how many there should be at least, and by when."""

    id: str
    counted: Node
    wanted: Fraction
    due: date
    path: tuple[str | int, ...]


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each indicator whose target exceeds that of a wider one; of several, the lowest is named."""
    for priority in statement.priorities:
        lowest: dict[Rung, Rung] = {}
        for narrow, wide in permutations(islice(_rungs(priority), MOST_RUNGS), 2):
            lower = narrow.due <= wide.due and wide.wanted < lowest.get(narrow, narrow).wanted
            if lower and is_narrower(narrow.counted, wide.counted):
                lowest[narrow] = wide
        yield from (_problem(narrow, wide) for narrow, wide in lowest.items())


def _problem(narrow: Rung, wide: Rung) -> Problem:
    more, fewer = amounts.shown(narrow.wanted), amounts.shown(wide.wanted)
    fact = f"the target of {more} exceeds the {fewer} of `{wide.id}`, which counts all of these and more"
    hint = f"swap the two numbers if they were mixed up; otherwise `{wide.id}` asks for nothing of its own"
    return Problem(CODE.code, fact, hint, "warning", path=narrow.path)


def _rungs(priority: Priority) -> Iterator[Rung]:
    for indicator in (inner for outer in priority.indicators for inner in with_parts(outer)):
        measure = measure_of(indicator)
        selection = counted(measure) if measure and measure.kind.unit == "count" else None
        for target in standing(indicator):
            due, wanted = due_of(target, indicator), accepted(target)
            if selection is not None and due and wanted and wanted.low is not None:
                yield Rung(indicator.id, selection, wanted.low, due.day, target.path)


def is_narrower(narrow: Node, wide: Node) -> bool:
    """Whether one selection is provably a part of another, and not the same."""
    return narrow != wide and inside(narrow, wide) and not inside(wide, narrow)
