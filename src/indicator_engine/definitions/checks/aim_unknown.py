"""A priority or an indicator refers to an aim that the charter does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import with_parts
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Indicator, Priority, Statement

CODE = Code(
    "IE205",
    "unknown aim",
    "A priority or an indicator refers to an aim that is not among the `[[aim]]` of the pack.",
    "References to aims show which of them somebody works on. A wrong number credits the work to an aim that does "
    "not exist, and leaves the right one looking neglected.",
    """
[[aim]]
id = "1"
text = "bring together public service sector employers"

[[priority]]
id = "skills-pledge"
title = "Skills Pledge"
aims = ["1", "7"]
""",
    """
[[aim]]
id = "1"
text = "bring together public service sector employers"

[[priority]]
id = "skills-pledge"
title = "Skills Pledge"
aims = ["1"]
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """An error for each reference to an aim that is not declared; "2" may stand for "2.1" and "2.2"."""
    declared = {aim.id for aim in statement.aims}
    known = declared.union(*map(groups_of, declared))
    for owner in owners(statement):
        for aim in owner.aims:
            if aim not in known:
                hint = did_you_mean(aim, declared) or "declare it with `[[aim]]`, or leave the reference out"
                yield Problem(CODE.code, f"there is no aim `{aim}`", hint, path=(*owner.path, "aims"))


def groups_of(aim: str) -> set[str]:
    """The aims that an aim belongs to: for "2.1.3" those are "2" and "2.1"."""
    return {aim[:place] for place, character in enumerate(aim) if character == "."}


def owners(statement: Statement) -> Iterator[Priority | Indicator]:
    """Everything that can refer to aims: priorities, their indicators, the parts of these."""
    for priority in statement.priorities:
        yield priority
        for indicator in priority.indicators:
            yield from with_parts(indicator)
