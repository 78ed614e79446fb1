"""Parts of expressions as their author wrote them, and where: for the messages of checks, and for their places.

A query tree does not remember its text. A part is printed again and looked for, spaces and quotation marks aside, in
the expression and then in the macros it uses; a problem inside a macro so stands at the macro, and is told once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.language import text
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Expression, Statement
    from indicator_engine.language.nodes import Node
    from indicator_engine.problems import Problem

LONGEST = 90
"""Characters of an expression that a message repeats."""

_TEXTS = late(r"\"[^\"]*\"|'[^']*'")
_NAMES = late(r"(?<![.\w])[A-Za-z]\w*")
_TOKENS = late(r"\"[^\"]*\"|'[^']*'|[\w.]+|[<>=!]=|\S")


def names_in(expression: str) -> set[str]:
    """Every word of an expression that could be a name; those in quotation marks and after a point are none."""
    return set(_NAMES.findall(_TEXTS.sub('""', expression)))


class Wording:
    """The texts of one statement's expressions and macros."""

    def __init__(self, statement: Statement) -> None:
        self.schema = statement.schema
        inherited = statement.convention.defines
        self.written = {name: text_ for name, text_ in self.schema.defines.items() if inherited.get(name) != text_}
        """The macros of the pack itself."""

    def of(self, node: Node) -> str:
        """A part of an expression as an author would write it, cut when it is long."""
        printed = text.text(node, self.schema)
        return printed if len(printed) <= LONGEST else f"{printed[: LONGEST - 2]} …"

    def placed(self, problem: Problem, expression: Expression, *nodes: Node) -> Problem:
        """The problem at the characters that mean the first node to be found; or else at the whole expression."""
        for node in nodes:
            wanted = _pattern(text.text(node, self.schema))
            if found := wanted.search(expression.text):
                return replace(problem, path=expression.path, span=found.span())
            for name in self._macros_of(expression.text):
                if found := wanted.search(self.written[name]):
                    return replace(problem, path=("define", name), span=found.span())
        return replace(problem, path=expression.path)

    def _macros_of(self, expression: str) -> Iterator[str]:
        """The pack's macros that an expression uses, also by way of others."""
        seen: set[str] = set()
        waiting = [expression]
        while waiting:
            for name in sorted(names_in(waiting.pop()) - seen):
                seen.add(name)
                if name in self.schema.defines:
                    waiting.append(self.schema.defines[name])
                if name in self.written:
                    yield name


def _pattern(printed: str) -> re.Pattern[str]:
    tokens = _TOKENS.findall(printed)
    return re.compile(r"(?<!\w)" + r"\s*".join(map(_spelling, tokens)) + r"(?!\w)")


def _spelling(token: str) -> str:
    if token[0] in "\"'":
        return f"[\"']{re.escape(token[1:-1])}[\"']"
    return re.escape(token)
