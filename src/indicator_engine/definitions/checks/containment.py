"""Whether everything in one selection is provably also in another, by the shape of their query trees.

A search for a proof, not a calculation: it looks at filters, unions, intersections and differences as they are
written and at conditions as `logic` compares them. No proof means "not provable", never "not so". The search is
capped, so that no pack can make it long.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.definitions.checks import logic
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

STEPS = 500
"""How many pairs of trees one search looks at before it gives up."""

_NARROWING = (nodes.Filter, nodes.InForce, nodes.InPeriod, nodes.Latest)


def inside(part: Node, whole: Node) -> bool:
    """Whether all of `part` is provably in `whole`: two sets, or two selections of records.

    `members & organisations(pledge)` is inside `members`; `pledge[stage >= 3]` is inside `pledge[stage >= 2]`.
    """
    return part.kind.name == whole.kind.name and _Search().inside(part, whole)


def share_is_contained(ratio: nodes.Ratio) -> bool | None:
    """Whether a ratio's numerator is provably inside its denominator; None when they are not counts of things."""
    numerator, denominator = counted(ratio.numerator), counted(ratio.denominator)
    if numerator is None or denominator is None:
        return None
    return inside(numerator, denominator)


def counted(node: Node) -> Node | None:
    """The set or the records that a number counts; None for other numbers."""
    match node:
        case nodes.CountMembers(things) | nodes.CountRecords(things):
            return things
        case nodes.Deemed(population):
            return nodes.Members(population)
        case nodes.At(operand=operand) | nodes.AsKnownOn(operand=operand) | nodes.Overall(operand=operand):
            inner = counted(operand)
            return None if inner is None else replace(node, operand=inner)
        case _:
            return node if node.kind.name in ("set", "events") else None


def conditions_on(selection: Node) -> tuple[Node, ...]:
    """What is known of each record or member of a selection, from the filters it went through."""
    match selection:
        case nodes.Filter(source, condition):
            return (*logic.terms(condition), *conditions_on(source))
        case nodes.InForce(events) | nodes.InPeriod(events) | nodes.Latest(events):
            return conditions_on(events)
        case nodes.Combined("&", left, right):
            return (*conditions_on(left), *conditions_on(right))
        case nodes.Combined("-", left, _):
            return conditions_on(left)
        case _:
            return ()


def sets_around(selection: Node) -> tuple[Node, ...]:
    """The sets that the subject of each record is in, from conditions such as `organisation in members`."""
    return tuple(
        condition.members
        for condition in conditions_on(selection)
        if isinstance(condition, nodes.IsIn) and isinstance(condition.item, nodes.TheSubject)
    )


class _Search:
    """One search for a proof. Each rule is right by itself; `steps` ends the search when it grows too long."""

    def __init__(self) -> None:
        self.steps = 0

    def inside(self, part: Node, whole: Node) -> bool:
        self.steps += 1
        if self.steps > STEPS:
            return False
        if part == whole:
            return True
        if isinstance(part, nodes.Combined) and part.operator == "|":
            return self.inside(part.left, whole) and self.inside(part.right, whole)
        if self._by_whole(part, whole):
            return True
        filtered = isinstance(whole, nodes.Filter) and not isinstance(part, nodes.Subjects)
        return not filtered and self._by_part(part, whole)  # what the part is made of meets even fewer conditions

    def _by_whole(self, part: Node, whole: Node) -> bool:
        match whole:
            case nodes.Combined("|", left, right):
                return self.inside(part, left) or self.inside(part, right)
            case nodes.Combined("&", left, right):
                return self.inside(part, left) and self.inside(part, right)
            case nodes.Combined("-", left, right):
                return self.inside(part, left) and self.apart(part, right)
            case nodes.Filter(source, condition):
                return logic.implies(conditions_on(part), condition) and self.inside(part, source)
            case nodes.InForce(events) | nodes.InPeriod(events):
                return _went_through(part, type(whole)) and self.inside(part, events)
            case _:
                return self._by_wrapping(part, whole)

    def _by_wrapping(self, part: Node, whole: Node) -> bool:
        """Two of one operation, one inside the other because what they are made of is."""
        match part, whole:
            case (nodes.Subjects(a), nodes.Subjects(b)) | (nodes.Overall(a), nodes.Overall(b)):
                return self.inside(a, b)
            case nodes.Distinct(nodes.Values(a, one)), nodes.Distinct(nodes.Values(b, other)):
                return one == other and self.inside(a, b)
            case (nodes.At(day, a), nodes.At(other_day, b)) | (nodes.AsKnownOn(day, a), nodes.AsKnownOn(other_day, b)):
                return day == other_day and self.inside(a, b)
            case _:
                return False

    def _by_part(self, part: Node, whole: Node) -> bool:
        match part:
            case nodes.Combined("&", left, right):
                return self.inside(left, whole) or self.inside(right, whole)
            case nodes.Combined("-", left, _):
                return self.inside(left, whole)
            case nodes.Filter(source, _):
                return self.inside(source, whole)
            case nodes.InForce(events) | nodes.InPeriod(events) | nodes.Latest(events):
                return self.inside(events, whole)
            case nodes.Subjects(events):
                return any(self.inside(around, whole) for around in sets_around(events))
            case _:
                return False

    def apart(self, one: Node, other: Node) -> bool:
        """Whether nothing can be in both."""
        self.steps += 1
        if self.steps > STEPS:
            return False
        return bool(logic.clash((*conditions_on(one), *conditions_on(other)))) or self._apart_by_shape(one, other)

    def _apart_by_shape(self, one: Node, other: Node) -> bool:
        match one:
            case nodes.Combined("-", left, right):
                return self.inside(other, right) or self.apart(left, other)
            case nodes.Combined("&", left, right):
                return self.apart(left, other) or self.apart(right, other)
            case nodes.Combined("|", left, right):
                return self.apart(left, other) and self.apart(right, other)
            case nodes.Filter(source, _):
                return self.apart(source, other)
            case _:
                return False


def _went_through(selection: Node, operation: type[Node]) -> bool:
    """Whether every record of a selection has passed `in_force` or `in_period`."""
    while isinstance(selection, _NARROWING):
        if isinstance(selection, operation):
            return True
        selection = selection.source if isinstance(selection, nodes.Filter) else selection.events
    return False
