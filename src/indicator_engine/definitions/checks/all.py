"""Every check over a whole statement, in the order of its code, and the one call that runs them.

A check is a module with a `CODE` and a function `check`; adding one is writing the module and naming it here. What a
statement's convention adds of its own comes after them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from indicator_engine.definitions.checks import (
    acceptance,
    aim_uncited,
    aim_unknown,
    condition_settled,
    dates_outside,
    funnel_grows,
    lints,
    marks_of_uncertainty,
    no_test,
    nothing_ends,
    path_astray,
    ratified_before_set,
    review_by_nobody,
    review_late,
    same_indicator_twice,
    set_after_due,
    share_not_contained,
    stage_asks_nothing,
    target_never_missed,
    target_out_of_reach,
    tbc_owed_by_nobody,
    tbc_owed_late,
    unused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.codes import Code
    from indicator_engine.definitions.model import Statement
    from indicator_engine.problems import Problem


class Check(Protocol):
    """What a module of this folder offers."""

    @property
    def CODE(self) -> Code:  # noqa: N802  # a module's constant
        """What the problems it finds mean."""

    def check(self, statement: Statement) -> Iterator[Problem]:
        """The problems it finds."""


CHECKS: tuple[Check, ...] = (
    target_out_of_reach, target_never_missed, funnel_grows, share_not_contained, condition_settled, aim_unknown,
    aim_uncited, tbc_owed_late, tbc_owed_by_nobody, review_late, review_by_nobody, marks_of_uncertainty, unused,
    dates_outside, path_astray, set_after_due, ratified_before_set, same_indicator_twice, stage_asks_nothing, no_test,
    nothing_ends,
)  # fmt: skip

CODES: tuple[Code, ...] = tuple(
    sorted((*(each.CODE for each in CHECKS), acceptance.CODE, *lints.CODES), key=lambda code: code.code)
)


def run(statement: Statement) -> list[Problem]:
    """Every problem the checks and the convention's lints find, each once; their paths are not places yet."""
    found = [problem for each in CHECKS for problem in each.check(statement)]
    found.extend(problem for lint in statement.convention.lints for problem in lint(statement))
    return list(dict.fromkeys(found))
