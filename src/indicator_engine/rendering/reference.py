"""The language's reference page, written from the function table, the kinds and the limits it is built from.

`indicators functions --format markdown` prints it; nothing is told twice, so the page cannot differ from the program.
"""

from __future__ import annotations

import ast
import inspect
from itertools import groupby, pairwise
from textwrap import fill
from typing import TYPE_CHECKING

from indicator_engine.language import functions, limits
from indicator_engine.language.functions import TABLE, Function
from indicator_engine.language.schema import NAMED_DATES

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUPS = {
    "sets": "Sets",
    "aggregates": "Counting and adding up",
    "selections": "Which records",
    "time": "Other times",
    "dates": "Dates",
    "values": "Single values",
}
ROLES = {
    "events": "records of one or more event types",
    "values": "an attribute of records, such as `training.participants`",
    "numbers": "a number attribute of records",
    "ordered": "a number or date attribute of records",
    "countable": "records, or a set",
    "share": "a number, or a set (which is counted)",
    "number": "a number",
    "date": "a date",
    "truth": "a condition",
    "any": "a single value",
    "anything": "anything",
    "condition": "a condition on each of those records",
    "key": "an attribute of those records, or several in brackets",
    "unit": "`month`, `quarter` or `year`",
    "text": "a day in quotes, year first",
    "whole": "a whole number written out",
    "population": "a population",
}

SCREEN = 100
"""Characters of a line on a screen."""

BAR = "\\|"
"""A vertical bar that does not end a cell."""

_KINDS = (
    ("Records", "a selection of events of one or more types", "`pledge`, `pledge[stage >= 2]`, `pledge | renewal`"),
    ("Values", "one attribute of each record of a selection", "`training.participants`"),
    ("Set", "distinct subjects, or other keys", "`members`, `organisations(pledge)`, `distinct(training.participant)`"),
    ("Number", "exact, with a unit: count, amount, percentage, money, days", "`count(pledge)`, `3`, `2.5`"),
    ("Date", "a day", '`period_end`, `date("2009-12-31")`'),
    ("Text", "words, compared letter for letter", '`"NHS"`'),
    ("Truth", "true, false or unknown", "`stage >= 2`, `viable`"),
    ("Unknown", "not known, with the reasons", "`TBC`"),
)
_SYNTAX = (
    ("`name`", "an event type, a population, a macro of `[define]`, an attribute, a named date"),
    ('`20`, `2.5`, `"text"`, `True`, `False`, `TBC`', "a number, a text, a condition, a number not agreed yet"),
    ("`x[condition]`", "those of the records, or of the set, for which the condition is definitely true"),
    ("`x.attribute`", "an attribute of each record"),
    ("`a & b`, `a \\| b`, `a - b`", "in both, in either, in the first and not in the second"),
    ("`==`, `!=`, `<`, `<=`, `>`, `>=`", "comparisons, chains such as `1 < x <= 3`, too"),
    ('`x in S`, `x not in ("a", "b")`', "in a set, or in a list of constants in brackets"),
    ("`and`, `or`, `not`", "conditions joined; unknown stays unknown unless the rest decides"),
    ("`+`, `-`, `*`, `/`", "exact arithmetic; dividing by zero is unknown"),
    ("`a if condition else b`", "one of two"),
)

_INTRODUCTION = """# Functions

Every function an expression can use. `indicators functions count` prints one of them. `organisations` is the plural of
the pack's subject: a pack about patients writes `patients(…)`.
"""


def page() -> str:
    """The page, in Markdown."""
    return "\n".join([_INTRODUCTION, *_functions(), *_grammar(), *_limits()])


def _functions() -> Iterator[str]:
    order = list(GROUPS)
    rows = sorted(TABLE, key=lambda function: order.index(function.group))
    for group, found in groupby(rows, key=lambda function: function.group):
        yield f"## {GROUPS[group]}\n"
        yield from map(_section, found)


def _section(function: Function) -> str:
    lines = [f"### `{function.signature}`", "", f"{_sentence(function.meaning)}", ""]
    lines += [f"- `{name}`: {what}" for name, what in parameters(function)]
    lines += [
        f"- gives: {function.gives}",
        f"- in words: *{function.english}*",
        "",
        "```text",
        function.example,
        "```",
        "",
    ]
    return "\n".join(lines)


def parameters(function: Function) -> list[tuple[str, str]]:
    """Each parameter with what it takes."""
    return [(one.name, ROLES[one.role] + ("; may be left out" if one.optional else "")) for one in function.parameters]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def as_text(function: Function) -> str:
    """One function for a screen."""
    rows = [
        *parameters(function),
        ("gives", function.gives),
        ("in words", function.english),
        ("example", function.example),
    ]
    width = max(len(name) for name, _ in rows)
    lines = "\n".join(f"  {name:{width}}  {what.replace('`', '')}" for name, what in rows)
    return f"{function.signature}\n\n{_sentence(function.meaning)}\n\n{lines}"


def overview() -> str:
    """Every function with its meaning, for a screen."""
    width = max(len(function.signature) for function in TABLE) + 2
    return "\n".join(
        fill(f"{function.signature:{width}}{function.meaning}", SCREEN, subsequent_indent=" " * width)
        for function in TABLE
    )


def as_data(function: Function) -> dict[str, object]:
    """One function for a program."""
    taken = [{"name": one.name, "role": one.role, "optional": one.optional} for one in function.parameters]
    told = {
        name: getattr(function, name)
        for name in ("name", "signature", "group", "gives", "meaning", "english", "example")
    }
    return told | {"parameters": taken}


def find(name: str) -> Function | None:
    """The function of that name; of any case."""
    return functions.BY_NAME.get(name.casefold())


# ── the rest of the language ─────────────────────────────────────────────────────────────────────────────────────────


def _grammar() -> Iterator[str]:
    yield "## Kinds\n\nWhat an expression can be. Kinds and units are checked when a pack is loaded.\n"
    yield _table(("Kind", "What it is", "Written as"), _KINDS)
    yield "## Grammar\n\nA part of Python's: what is not in this table or above is refused.\n"
    yield _table(("Written", "Means"), _SYNTAX)
    names = ", ".join(f"`{name}`" for name in NAMED_DATES)
    yield (
        f"Named dates: {names}. Within `E[…]` the records' attributes, `occurred_on`, `recorded_on` and the subject "
        "have names, too; within `S[…]` the register's columns.\n"
    )


def _table(heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in lines) + "\n"


def _limits() -> Iterator[str]:
    yield "## Limits\n\nFar beyond what a person writes; they keep a pack from anywhere safe to check.\n"
    yield _table(("Limit", "Of what"), tuple((f"{value:,}", what.rstrip(".")) for value, what in limits_told()))


def limits_told() -> list[tuple[int, str]]:
    """Each limit with the docstring that stands below it in `language/limits.py`."""
    body = ast.parse(inspect.getsource(limits)).body
    return [
        (getattr(limits, node.targets[0].id), next_node.value.value)
        for node, next_node in pairwise(body)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(next_node, ast.Expr)
        and isinstance(next_node.value, ast.Constant)
        and isinstance(next_node.value.value, str)
    ]
