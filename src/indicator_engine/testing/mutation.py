"""Changes each target, comparator, deadline, filter and set operator of a pack in turn, and sees which no test notices.

A change is made to the statement in memory, everywhere the same expression stands, and only the tests that expect
something of the indicator are run. A change that none of them notices could be made to the pack by a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.evaluation.results import Result
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.language.text import text
from indicator_engine.rendering import words
from indicator_engine.testing.pack_tests import agrees, prepared

if TYPE_CHECKING:
    from indicator_engine.conventions import Due
    from indicator_engine.definitions.model import Check, Indicator, Relative, Statement, Target
    from indicator_engine.evaluation.answer import Question
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.problems import Location

_STEP_OF_SHARES = Fraction(1, 4)
"""By how much a share is moved: by less than one of a small whole nothing could notice."""
_STRICTER = {
    "at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most",
    "exactly": "at_least", "between": "exactly",
}  # fmt: skip
_BESIDE = {">=": ">", ">": ">=", "<=": "<", "<": "<=", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class Change:
    """One change of an indicator, or of a part written "indicator/part"; `tests` is how many could notice it."""

    indicator: str
    what: str
    fact: str
    where: Location | None
    noticed: bool
    tests: int


def changes(statement: Statement) -> Iterator[Change]:
    """Every change of every indicator, with whether a test notices it."""
    suite = [(check, prepared(statement, check)) for check in statement.checks]
    for priority, indicator in statement.indicators():
        own = [(check, question) for check, question in suite if question and _expects(check, indicator.id)]
        for name, what, fact, changed in _changed(statement, indicator):
            noticed = any(_notices(check, question, indicator.id, priority.id, changed) for check, question in own)
            yield Change(name, what, fact, _where(indicator, name), noticed, len(own))


def _where(indicator: Indicator, name: str) -> Location | None:
    """Where an indicator, or the part that is named, is written."""
    part = name.partition("/")[2]
    return next((one.where for one in indicator.parts if one.id == part), None) or indicator.where


def _expects(check: Check, indicator: str) -> bool:
    return any(key.partition("/")[0] == indicator for key in check.expect)


def _notices(check: Check, question: Question, name: str, priority: str, changed: Indicator) -> bool:
    """Whether what a test expects of an indicator does not hold once that is changed."""
    result = question.answer(changed, priority)
    for key, wanted in check.expect.items():
        indicator, _, part = key.partition("/")
        if indicator == name:
            own = next((one for one in result.parts if one.id == part), None) if part else result
            if own is None or not agrees(wanted, own):
                return True
    return False


# ── changes of an indicator ──────────────────────────────────────────────────────────────────────────────────────────

_Changed = Iterator[tuple[str, str, str, "Indicator"]]


def _changed(statement: Statement, indicator: Indicator) -> _Changed:
    """What is changed, in words, and the indicator with the change."""
    for what, fact, changed in _of_one(statement, indicator):
        yield indicator.id, what, fact, changed
    for number, part in enumerate(indicator.parts):
        for what, fact, changed in _of_one(statement, part):
            parts = (*indicator.parts[:number], changed, *indicator.parts[number + 1 :])
            yield f"{indicator.id}/{part.id}", what, fact, replace(indicator, parts=parts)


def _of_one(statement: Statement, indicator: Indicator) -> Iterator[tuple[str, str, Indicator]]:
    for what, fact, stages in _of_targets(indicator):
        yield what, fact, replace(indicator, stages=stages)
    if indicator.due and not indicator.parts:  # of several parts each has its own
        for fact, due in _other_days(indicator.due):
            yield "deadline", fact, replace(indicator, due=due)
    if indicator.measure:
        for what, fact, node in _of_tree(indicator.measure.node, statement.schema):
            yield what, fact, replace(indicator, measure=replace(indicator.measure, node=node))


def _of_targets(indicator: Indicator) -> Iterator[tuple[str, str, tuple[tuple[Target, ...], ...]]]:
    """Every version of every stage with another number, comparator, direction or deadline."""
    for at, stage in enumerate(indicator.stages):
        for version, target in enumerate(stage):
            for what, fact, other in _other_targets(indicator, target):
                changed = (*stage[:version], other, *stage[version + 1 :])
                yield what, fact, (*indicator.stages[:at], changed, *indicator.stages[at + 1 :])


def _other_targets(indicator: Indicator, target: Target) -> Iterator[tuple[str, str, Target]]:
    if target.value is not None and not target.tbc:
        step = _STEP_OF_SHARES if target.unit == "ratio" else Fraction(1)
        for value in (target.value + step, target.value - step):
            other = replace(target, value=value)
            yield "target", f"{_told(indicator, target)} becomes {_told(indicator, other)}", other
        if target.relative is None:
            other = replace(target, comparator=_STRICTER[target.comparator])  # type: ignore[arg-type]
            yield "comparator", f"{_told(indicator, target)} becomes {_told(indicator, other)}", other
    if target.relative in ("increase", "decrease") and (target.baseline or target.baseline_date):
        turned: Relative = "decrease" if target.relative == "increase" else "increase"
        yield "target", f"{target.relative} becomes {turned}", replace(target, relative=turned)
    if target.evidence:
        yield "target", f"`evidence = {target.evidence}` is taken out", replace(target, evidence=None)
    for fact, due in _other_days(target.due) if target.due else ():
        yield "deadline", fact, replace(target, due=due)


def _told(indicator: Indicator, target: Target) -> str:
    unit = indicator.measure.node.kind.unit if indicator.measure else "number"
    return words.target(Result(indicator.id, "", "", target=target, unit=unit))


def _other_days(due: Due) -> Iterator[tuple[str, Due]]:
    for days in (-1, 1):
        day = due.day + timedelta(days=days)
        yield f"{periods.shown(due.day)} becomes {periods.shown(day)}", replace(due, day=day)


# ── changes of an expression ─────────────────────────────────────────────────────────────────────────────────────────


def _of_tree(tree: Node, schema: Schema) -> Iterator[tuple[str, str, Node]]:
    """An expression with one of its parts changed wherever that part stands."""
    for node in dict.fromkeys(nodes.walk(tree)):
        for what, fact, other in _others(node, schema):
            yield what, fact, _replaced(tree, node, other)


def _others(node: Node, schema: Schema) -> Iterator[tuple[str, str, Node]]:
    """What could stand in the place of a node."""
    match node:
        case nodes.Filter(source, condition):
            yield "filter", f"`[{text(condition, schema)}]` is taken out", source
        case nodes.Combined(operator, left, right):
            yield from _other_operators(operator, left, right, schema)
        case nodes.InForce(events) | nodes.InPeriod(events):
            yield "filter", f"`{text(node, schema)}` becomes `{text(events, schema)}`", events
        case nodes.Latest(events, by, first):
            yield "filter", f"`{text(node, schema)}` takes the other end", nodes.Latest(events, by, not first)
        case nodes.Every(events, condition):
            other = nodes.Exists(nodes.Filter(events, condition))
            yield "filter", f"`{text(node, schema)}` asks for one of them only", other
        case _ if node.kind.name == "truth":
            yield from (("filter", fact, other) for fact, other in _other_conditions(node, schema))


def _other_operators(operator: str, left: Node, right: Node, schema: Schema) -> Iterator[tuple[str, str, Node]]:
    before = f"{text(left, schema)} {operator} {text(right, schema)}"
    for other in "|&-":
        if other != operator:
            yield "set operator", f"`{before}` with `{other}`", nodes.Combined(other, left, right)  # type: ignore[arg-type]


def _other_conditions(node: Node, schema: Schema) -> Iterator[tuple[str, Node]]:
    """A condition with a part of it taken out, or its comparison moved by the edge."""
    match node:
        case nodes.AllOf(terms) | nodes.AnyOf(terms):
            for number, term in enumerate(terms):
                left = (*terms[:number], *terms[number + 1 :])
                yield f"`{text(term, schema)}` is taken out", left[0] if len(left) == 1 else type(node)(left)
        case nodes.Comparison(operator, left, right):
            other = nodes.Comparison(_BESIDE[operator], left, right)  # type: ignore[arg-type]
            yield f"`{text(node, schema)}` becomes `{text(other, schema)}`", other
        case nodes.IsOneOf(item, values) if len(values) > 1:
            for value in values:
                others = tuple(one for one in values if one != value)
                yield f"{text(value, schema)} is taken out of `{text(node, schema)}`", nodes.IsOneOf(item, others)
        case nodes.Not(operand) | nodes.Definitely(operand):
            yield f"`{text(node, schema)}` becomes `{text(operand, schema)}`", operand


def _replaced(tree: Node, old: Node, new: Node) -> Node:
    """A tree with another node in every place where one stands."""
    if tree == old:
        return new
    changed: dict[str, Any] = {}
    for field in fields(tree):
        value = getattr(tree, field.name)
        if isinstance(value, nodes.Node):
            changed[field.name] = _replaced(value, old, new)
        elif isinstance(value, tuple) and any(isinstance(item, nodes.Node) for item in value):
            changed[field.name] = tuple(_replaced(item, old, new) for item in value)
    return replace(tree, **changed) if changed else tree
