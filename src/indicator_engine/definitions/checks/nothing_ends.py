"""`in_force` round records that nothing ends: it says nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import expressions
from indicator_engine.definitions.checks.wording import Wording
from indicator_engine.definitions.codes import Code
from indicator_engine.language import nodes
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import EventType

CODE = Code(
    "IE221",
    "`in_force` where nothing ends",
    "`in_force` looks at records of an event type that has neither `ended_by` nor `ends_on`: once they have happened, "
    "they stay in force for ever.",
    "The measure reads as if withdrawals were taken out, and none can be. Either what ends such records has not been "
    "declared yet, or records of the period were meant: `in_period`.",
    """
[event.pledge]
label = "Skills Pledge"

[[priority.indicator]]
id = "pledges"
measure = "count(in_force(pledge))"
""",
    """
[event.pledge]
label = "Skills Pledge"
ended_by = ["pledge_withdrawn"]

[event.pledge_withdrawn]
label = "withdrawal of a Skills Pledge"

[[priority.indicator]]
id = "pledges"
measure = "count(in_force(pledge))"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each `in_force` that takes nothing out, whatever the data say."""
    wording, types = Wording(statement), statement.schema.events
    for expression in expressions(statement):
        for node in _outside_each(expression.node):
            if isinstance(node, nodes.InForce) and not any(_ends(types[name]) for name in node.events.kind.types):
                yield wording.placed(_problem(node, wording), expression, node)


def _outside_each(root: Node) -> Iterator[Node]:
    """A tree without what `each` asks of every bucket: there `in_force` looks back further than the bucket."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, nodes.Each):
            yield node
            waiting.extend(nodes.children(node))


def _ends(event: EventType) -> bool:
    return bool(event.ended_by or event.ends_on)


def _problem(node: nodes.InForce, wording: Wording) -> Problem:
    fact = f"`{wording.of(node)}` takes nothing out: nothing ends {_listed(node.events.kind.types)}"
    first = node.events.kind.types[0]
    hint = f'declare what does: `ended_by = ["…"]` or `ends_on = "…"` under [event.{first}]; or leave `in_force` out'
    return Problem(CODE.code, fact, hint, "warning")


def _listed(types: tuple[str, ...]) -> str:
    return " and ".join(f"`{name}`" for name in types)
