"""Event types, populations and macros that are declared and that nothing uses.

What is used only by something unused is unused, too. A name counts as used wherever it is written in an expression,
even where it happens to mean something else there: a warning may be missing, but none is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import expressions
from indicator_engine.definitions.checks.wording import names_in
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.model import Statement

CODE = Code(
    "IE212",
    "declared and never used",
    "An event type, a population or a macro is declared, and no indicator uses it, not even by way of others.",
    "Data would be collected that nobody counts; or a measure was meant to use it and uses something else.",
    """
[[priority.indicator]]
id = "pledges"
measure = "count(members & organisations(pledge))"

[event.jobs_pledge]
label = "Jobs Pledge"
""",
    """
[[priority.indicator]]
id = "pledges"
measure = "count(members & organisations(pledge))"

[[priority.indicator]]
id = "jobs-pledges"
measure = "count(jobs_pledge)"

[event.jobs_pledge]
label = "Jobs Pledge"
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each declaration that no indicator reaches."""
    used = _reached(statement)
    schema, inherited = statement.schema, statement.convention.defines
    macros = [name for name, text in schema.defines.items() if inherited.get(name) != text]
    yield from _unused("event", "event type", schema.events, used)
    yield from _unused("population", "population", schema.populations, used)
    yield from _unused("define", "macro", macros, used)


def _unused(table: str, word: str, names: Iterable[str], used: set[str]) -> Iterator[Problem]:
    for name in names:
        if name not in used:
            fact, hint = f"no indicator uses the {word} `{name}`", "leave it out, or use it in a measure"
            yield Problem(CODE.code, fact, hint, "warning", path=(table, name), on_key=True)


def _reached(statement: Statement) -> set[str]:
    """Every name that indicators use, directly or by way of others."""
    leads_to = _leads_to(statement)
    waiting = set().union(*(names_in(expression.text) for expression in expressions(statement)))
    reached: set[str] = set()
    while waiting:
        reached |= waiting
        waiting = set().union(*(leads_to.get(name, ()) for name in waiting)) - reached
    return reached


def _leads_to(statement: Statement) -> dict[str, set[str]]:
    """For each declaration, the names it uses: a macro those in its text, an event type those that end it."""
    schema = statement.schema
    found = {name: names_in(text) for name, text in schema.defines.items()}
    found |= {name: names_in(population.where_text) for name, population in schema.populations.items()}
    return found | {name: {ending.type for ending in event.ended_by} for name, event in schema.events.items()}
