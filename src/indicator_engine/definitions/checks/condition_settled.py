"""A condition that is always true, or never: `stage >= 4` where 3 is the highest, `kind == "a" and kind == "b"`.

`stage >= 1` where 1 is the lowest is let pass: on the first rung of a ladder it is how the rungs below are written,
too, and it also says that the stage must be known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.definitions.checks import containment, logic
from indicator_engine.definitions.checks.contents import expressions
from indicator_engine.definitions.checks.ranges import Setting, range_of
from indicator_engine.definitions.checks.wording import Wording
from indicator_engine.definitions.codes import Code
from indicator_engine.definitions.model import Expression
from indicator_engine.language import nodes
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.checks.ranges import End
    from indicator_engine.definitions.model import Statement
    from indicator_engine.language.nodes import Node

CODE = Code(
    "IE204",
    "condition that decides nothing",
    "A condition is true whatever the data say, or can never be true: a constant compared with a constant, a number "
    "beyond its declared minimum or maximum, two demands that exclude each other.",
    "A filter that keeps nothing gives 0 for ever, one that keeps everything only looks like one; both read as if "
    "something had been checked. Often `and` was written for `or`, or the other way round.",
    """
measure = "count(organisations(pledge[stage >= 4]))"
better = "higher"
target = { at_least = 10 }

[event.pledge.attributes]
stage = { type = "integer", minimum = 1, maximum = 3 }
""",
    """
measure = "count(organisations(pledge[stage >= 3]))"
better = "higher"
target = { at_least = 10 }

[event.pledge.attributes]
stage = { type = "integer", minimum = 1, maximum = 3 }
""",
)


class Settled(NamedTuple):
    """A condition that decides nothing: which way it always goes, and why."""

    condition: Node
    always: bool
    why: str


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each condition that is always or never true, in measures and in populations."""
    wording, setting = Wording(statement), Setting.of(statement)
    for expression in (*expressions(statement), *_populations(statement)):
        for found in settled_in(expression.node, setting):
            problem = _problem(found, wording)
            yield wording.placed(problem, expression, found.condition, *logic.terms(found.condition)[-1:])


def _populations(statement: Statement) -> Iterator[Expression]:
    for name, population in statement.schema.populations.items():
        if population.where:
            yield Expression(population.where_text, population.where, ("population", name, "where"))


def _problem(found: Settled, wording: Wording) -> Problem:
    because = f": {found.why}" if found.why else ""
    fact = f"`{wording.of(found.condition)}` is {'always' if found.always else 'never'} true{because}"
    hint = "leave it out, or correct it" if found.always else "correct it; nothing can pass it"
    return Problem(CODE.code, fact, hint, "warning")


def settled_in(node: Node, setting: Setting) -> Iterator[Settled]:
    """The outermost conditions within a tree that decide nothing."""
    if found := _settled(node, setting):
        yield found
        return
    match node:
        case nodes.Filter(source, condition) | nodes.Every(source, condition):
            yield from settled_in(source, setting)
            inner = list(settled_in(condition, setting.inside(source)))
            yield from inner
            yield from () if inner else _against_earlier(source, condition, setting)
        case _:
            for child in nodes.children(node):
                yield from settled_in(child, setting)


def _against_earlier(source: Node, condition: Node, setting: Setting) -> Iterator[Settled]:
    """A condition that contradicts those of the filters before it."""
    earlier = containment.conditions_on(source)
    if not earlier or logic.clash(earlier, setting.period):
        return
    if others := logic.clash((*earlier, *logic.terms(condition)), setting.period):
        yield Settled(nodes.AllOf(others), always=False, why="the two exclude each other")


def _settled(node: Node, setting: Setting) -> Settled | None:
    match node:
        case nodes.Comparison():
            return _settled_comparison(node, setting)
        case nodes.AllOf():
            clash = logic.clash(logic.terms(node), setting.period)
            return Settled(nodes.AllOf(clash), always=False, why="they exclude each other") if clash else None
        case nodes.AnyOf():
            clash = logic.clash(logic.terms(logic.negation(node)), setting.period)
            return Settled(node, always=True, why="one of them always holds") if clash else None
        case nodes.IsOneOf(nodes.Constant() as item, values):
            return Settled(node, item in values, "")
        case _:
            return None


def _settled_comparison(node: nodes.Comparison, setting: Setting) -> Settled | None:
    if node.left == node.right:
        return Settled(node, node.operator in ("==", "<=", ">="), "both sides are the same")
    left, right = logic.constant(node.left, setting.period), logic.constant(node.right, setting.period)
    if left is not None and right is not None and node.operator in ("==", "!="):
        return Settled(node, (left == right) == (node.operator == "=="), "")
    return _settled_by_range(node, setting)


def _settled_by_range(node: nodes.Comparison, setting: Setting) -> Settled | None:
    """What the ends of both sides decide. `<` and `<=` are read as `>` and `>=` from the right."""
    operator, a, b = node.operator, range_of(node.left, setting), range_of(node.right, setting)
    if operator in ("<", "<="):
        operator, a, b = logic.FLIPPED[operator], b, a
    strict = operator == ">"
    if operator in ("==", "!="):
        ends = _apart(a.low, b.high, strict=True) or _apart(b.low, a.high, strict=True)
        return Settled(node, operator == "!=", _why(*ends)) if ends else None
    if ends := _apart(a.low, b.high, strict=strict):
        return None if _is_first_rung(node, *ends) else Settled(node, always=True, why=_why(*ends))
    ends = _apart(b.low, a.high, strict=not strict)
    return Settled(node, always=False, why=_why(*ends)) if ends else None


def _apart(low: End | None, high: End | None, *, strict: bool) -> tuple[End, End] | None:
    """Both ends where the low one lies above the high one (or, unless strict, at it)."""
    if low is None or high is None or low.value < high.value or (strict and low.value == high.value):
        return None
    return low, high


def _is_first_rung(node: nodes.Comparison, low: End, high: End) -> bool:
    """Whether an attribute is compared with exactly its own declared end."""
    attributes = (nodes.RecordAttribute, nodes.RegisterAttribute)
    return low.value == high.value and isinstance(node.left, attributes) | isinstance(node.right, attributes)


def _why(*ends: End) -> str:
    return " and ".join(dict.fromkeys(end.why for end in ends if end.why))
