"""An aim that nothing serves: no priority and no indicator refers to it.

A statement of one year may leave an aim to another year; then the warning is a fact for its reader, not a fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.aim_unknown import groups_of, owners
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Statement

CODE = Code(
    "IE206",
    "aim that nothing refers to",
    "No priority and no indicator refers to this aim, nor to an aim it belongs to or that belongs to it.",
    "An aim that is in the charter and in no priority is not worked on, or the reference has been forgotten. Either "
    "way its readers should know.",
    """
[[aim]]
id = "1"
text = "bring together public service sector employers"

[[aim]]
id = "2"
text = "strengthen the skills of the workforce"

[[priority]]
id = "skills-pledge"
title = "Skills Pledge"
aims = ["1"]
""",
    """
[[aim]]
id = "1"
text = "bring together public service sector employers"

[[aim]]
id = "2"
text = "strengthen the skills of the workforce"

[[priority]]
id = "skills-pledge"
title = "Skills Pledge"
aims = ["1", "2"]
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A warning for each aim without a reference; where a whole group has none, only for the aim that heads it."""
    cited = {aim for owner in owners(statement) for aim in owner.aims}
    served = cited.union(*map(groups_of, cited))
    uncited = {aim.id for aim in statement.aims if aim.id not in served and cited.isdisjoint(groups_of(aim.id))}
    for aim in statement.aims:
        if aim.id in uncited and uncited.isdisjoint(groups_of(aim.id)):
            fact = f"no priority and no indicator refers to aim `{aim.id}`"
            hint = f'add "{aim.id}" to the `aims` of a priority that serves it'
            yield Problem(CODE.code, fact, hint, "warning", path=(*aim.path, "id"))
