"""Checks that only some counties want. A convention picks them up in its `lints`; nobody else runs them.

A lint takes a statement and gives problems; one that needs more is given it with `functools.partial`:
`lints=(partial(indicators_over_population_without_deemed_size, population="members"),)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.definitions.checks.contents import expressions_of, indicators, versions
from indicator_engine.definitions.codes import Code
from indicator_engine.language import nodes
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.model import Indicator, Statement

CODE_DEEMED = Code(
    "IE230",
    "no deemed number to measure against",
    "The indicator counts within a population whose number has not been settled, and this county's statements measure "
    "against a settled number.",
    "“A percentage of member organisations” has no meaning before it is known how many there are taken to be. Counting "
    "whoever is in the register would let the denominator move with the register.",
    """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "09-10"
convention = "nottinghamshire"

[population.members]
where = 'kind == "member"'

[[priority.indicator]]
id = "work-based-learning"
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "50%" }
""",
    """
[statement]
id = "sample-2009-10"
title = "Statement of Priorities"
period = "09-10"
convention = "nottinghamshire"

[population.members]
where = 'kind == "member"'
deemed = { size = 50, source = "note under the table" }

[[priority.indicator]]
id = "work-based-learning"
measure = "ratio(members & organisations(pledge), members)"
better = "higher"
target = { at_least = "50%" }
""",
)

CODE_PROVENANCE = Code(
    "IE231",
    "target that nobody set",
    "The target does not say who set it, and in this county every target does.",
    "A target without an author cannot be asked about, defended or changed. The document names the group that set it; "
    "so should its definition.",
    """
[statement]
id = "sample-2008-09"
title = "Statement of Annual Priorities"
period = "2008-09"
convention = "derbyshire"

[[priority.indicator]]
id = "additional-pledges"
measure = "count(pledge)"
better = "higher"
target = { at_least = 10 }
""",
    """
[statement]
id = "sample-2008-09"
title = "Statement of Annual Priorities"
period = "2008-09"
convention = "derbyshire"

[[priority.indicator]]
id = "additional-pledges"
measure = "count(pledge)"
better = "higher"
target = { at_least = 10, set_by = "Skills Pledge Task Group", set_on = "early September 2008" }
""",
)

CODES = (CODE_DEEMED, CODE_PROVENANCE)


def indicators_over_population_without_deemed_size(statement: Statement, population: str) -> Iterator[Problem]:
    """A warning for each indicator that counts within a population whose size nobody has settled, not even as TBC."""
    declared = statement.schema.populations.get(population)
    if declared is None or declared.deemed:
        return
    hint = f'add `deemed = {{ size = …, source = "…" }}` under [population.{population}], or `deemed = "TBC"`'
    for indicator in indicators(statement):
        if _counts_within(indicator, population):
            fact = f"this counts within `{population}`, and there is no number that `{population}` is deemed to have"
            path = indicator.measure.path if indicator.measure else indicator.path
            yield Problem(CODE_DEEMED.code, fact, hint, "warning", path=path)


def _counts_within(indicator: Indicator, population: str) -> bool:
    return any(
        isinstance(node, nodes.Members) and node.population == population
        for expression in expressions_of(indicator)
        for node in nodes.walk(expression.node)
    )


def measures_without_provenance(statement: Statement) -> Iterator[Problem]:
    """A warning for each target, in each of its versions, that does not say who set it."""
    for indicator in indicators(statement):
        for target in versions(indicator):
            if not target.provenance.set_by:
                fact = "it is not said who set this target"
                hint = 'add `set_by = "…"`, and `set_on` if the day is known, even roughly'
                yield Problem(CODE_PROVENANCE.code, fact, hint, "warning", path=target.path)
