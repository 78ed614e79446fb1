"""The document's words and the target disagree about what is still uncertain.

Which marks a county writes into its words, such as "(TBC)", and what the target must then say, is its convention's
to know. Only the first version of a target is held against the words, as these do not change when it is revised.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import versions, with_parts
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.definitions.model import Indicator, Statement, Target

CODE = Code(
    "IE211",
    "uncertainty in words only",
    "The literal words carry a mark of uncertainty, such as “(TBC)” or “(to be reviewed)”, that the target does not "
    "declare; or the target declares one that the words do not carry.",
    "A provisional number that is reported as if it were agreed binds people to what nobody has decided. A number "
    "reported as provisional that is not can be talked away.",
    """
statement = "That four (to be reviewed) Compact members include a Code of Practice"
measure = "count(pledge)"
better = "higher"
target = { at_least = 4 }
""",
    """
statement = "That four (to be reviewed) Compact members include a Code of Practice"
measure = "count(pledge)"
better = "higher"
target = { at_least = 4, to_be_reviewed = true }
""",
)

_WRITTEN = {"tbc": '"TBC"', "to_be_reviewed": "{ …, to_be_reviewed = true }"}


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each mark without its declaration, and for each declaration without a mark."""
    marks = statement.convention.marks
    for _, indicator in statement.indicators():
        if indicator.statement and indicator.kind != "narrative":
            yield from _undeclared(indicator, marks)
            yield from _unmarked(indicator, marks)


def _undeclared(indicator: Indicator, marks: Mapping[str, str]) -> Iterator[Problem]:
    targets = [target for part in with_parts(indicator) for target in versions(part)]
    words = indicator.statement.casefold()
    for mark, field in marks.items():
        if mark.casefold() in words and not any(getattr(target, field, False) for target in targets):
            fact = f"the words say “{mark}”, and the target does not"
            path = (*indicator.path, "target") if targets else (*indicator.path, "statement")
            yield Problem(CODE.code, fact, f"write `target = {_WRITTEN.get(field, field)}`", "warning", path=path)


def _unmarked(indicator: Indicator, marks: Mapping[str, str]) -> Iterator[Problem]:
    for field in dict.fromkeys(marks.values()):
        possible = [mark for mark, means in marks.items() if means == field]
        target = next((first for first in _first_versions(indicator) if getattr(first, field, False)), None)
        if target and not any(_mentions(indicator.statement, mark) for mark in possible):
            fact = f"the target says `{field}`, and the words of the document say nothing of the kind"
            hint = f"if the document says “{possible[0]}”, its words are not complete here; if not, who says so?"
            yield Problem(CODE.code, fact, hint, "warning", path=target.path)


def _first_versions(indicator: Indicator) -> Iterator[Target]:
    for part in with_parts(indicator):
        for stage in part.stages:
            yield from stage[:1]


def _mentions(words: str, mark: str) -> bool:
    """Whether the words carry a mark, with or without its brackets."""
    return re.search(rf"\b{re.escape(mark.strip('()[] '))}\b", words, re.IGNORECASE) is not None
