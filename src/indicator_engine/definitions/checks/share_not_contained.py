"""A ratio whose numerator is not provably part of its denominator.

A share says "so many of those". Where what is counted above need not be among what is counted below, the result can
pass 100% and nobody notices. Only counts are looked at: an amount divided by an amount may well be a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.containment import counted, share_is_contained
from indicator_engine.definitions.checks.contents import expressions
from indicator_engine.definitions.checks.wording import Wording
from indicator_engine.definitions.codes import Code
from indicator_engine.language import nodes
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement

CODE = Code(
    "IE203",
    "share of something else",
    "A ratio counts something that need not be among what it is divided by, as far as can be seen from how both are "
    "written.",
    "“50% of those” means that the ones counted are some of those. If others are counted too (organisations that are "
    "no members, say), the share can pass 100%, and below that it is too high without anyone noticing.",
    """
measure = "ratio(organisations(pledge), members)"
better = "higher"
target = { at_least = "50%" }
""",
    """
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "50%" }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each ratio of counts whose numerator is not provably inside its denominator."""
    wording = Wording(statement)
    for expression in expressions(statement):
        for node in nodes.walk(expression.node):
            if isinstance(node, nodes.Ratio) and share_is_contained(node) is False:
                ratio = as_sets(node)
                yield wording.placed(_problem(ratio, wording), expression, node, ratio)


def as_sets(ratio: nodes.Ratio) -> nodes.Ratio:
    """A ratio of what its two counts count, as authors write it."""
    above, below = counted(ratio.numerator), counted(ratio.denominator)
    return ratio if above is None or below is None else nodes.Ratio(above, below)


def _problem(ratio: nodes.Ratio, wording: Wording) -> Problem:
    above, below = wording.of(ratio.numerator), wording.of(ratio.denominator)
    fact = f"`{above}` need not be part of `{below}`, so this share can pass 100%"
    hint = "count above only what is counted below; where a rate is meant and no share, write `a / b`"
    if ratio.numerator.kind == ratio.denominator.kind and ratio.numerator.kind.name == "set":
        hint = f"write `ratio({below} & {above}, {below})`"
    return Problem(CODE.code, fact, hint, "warning")
