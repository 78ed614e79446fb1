"""Nottinghamshire Public Sector Compact: the county's words, years, phrases and rules.

Its statements are tables of Priority, Outcomes, and Performance Indicators & Targets for a reporting year such as
"09-10". Facts count by the day they happened; late recording repairs. A target named without a comparator is a minimum.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.conventions import Convention, Look, Vocabulary
from indicator_engine.definitions.checks import lints
from indicator_engine.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indicator_engine.definitions.model import Statement
    from indicator_engine.problems import Problem


def member_indicators_need_the_deemed_number(statement: Statement) -> Iterable[Problem]:
    """The head note makes every member indicator depend on how many member organisations there are."""
    return lints.indicators_over_population_without_deemed_size(statement, "members")


CONVENTION = Convention(
    name="nottinghamshire",
    title="Nottinghamshire Public Sector Compact",
    vocabulary=Vocabulary(
        priority="Priority",
        outcome="Outcome",
        indicator="Performance Indicator",
        columns=("Priority", "Outcomes", "Performance Indicators & Targets"),
    ),
    default_comparator="at_least",
    tolerance=Fraction(1, 10),
    forbidden=("aims",),
    look=Look("#12436d", "#8cc4f2"),
    grouped_by="sector",
    lints=(member_indicators_need_the_deemed_number,),
)


@hookimpl
def register_conventions(register: Callable[[Convention], None]) -> None:
    """Offer the county's convention to packs that name it."""
    register(CONVENTION)
