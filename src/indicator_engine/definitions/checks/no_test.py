"""A measured indicator with a target that no `[[test]]` of the pack looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import versions, with_parts
from indicator_engine.definitions.codes import Code
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Indicator, Statement

CODE = Code(
    "IE219",
    "indicator without a test",
    "The indicator has a target, and no `[[test]]` of the pack says what it must give.",
    "A measure can be well formed and count the wrong thing. A test with a handful of events and the result one "
    "expects shows what was meant, and keeps it so when the pack is changed.",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }
""",
    """
measure = "count(pledge)"
better = "higher"
target = { at_least = 20 }

[[test]]
name = "a pledge counts from the day it is made"
as_of = 2010-03-31
given.events = [{ type = "pledge", organisation = "N01", occurred_on = 2010-03-31, stage = 1 }]
expect.pledge-commitment = { value = 1 }
""",
)


def check(statement: Statement) -> Iterator[Problem]:
    """A note for each judged indicator without a test; one note in all for a pack that has no tests."""
    judged = [indicator for _, indicator in statement.indicators() if _is_judged(indicator)]
    if judged and not statement.checks:
        hint = "add a `[[test]]` with a few events, a day and what the indicators must then say"
        yield Problem(CODE.code, "the pack has no tests", hint, "note", path=("statement",), on_key=True)
        return
    tested = {id_ for test in statement.checks for id_ in test.expect}
    for indicator in judged:
        if indicator.id not in tested:
            fact = f"no test covers `{indicator.id}`"
            hint = f"add a `[[test]]` with `expect.{indicator.id}`"
            yield Problem(CODE.code, fact, hint, "note", path=(*indicator.path, "id"))


def _is_judged(indicator: Indicator) -> bool:
    return any(True for part in with_parts(indicator) for _ in versions(part))
