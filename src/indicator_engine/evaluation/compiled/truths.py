"""Truth as SQL: whether a condition is true, whether it is possibly true, and whether nothing arose.

Each part is a boolean expression that is never NULL. What is neither true nor impossible is undecided, but for what
never arose, which is neither; see `values.py` for the order of the four.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from indicator_engine.evaluation.values import NoneArose, Unknown
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.evaluation.values import TruthValue

YES, NO = "TRUE", "FALSE"


@dataclass(frozen=True)
class Truth:
    """A condition: `true` where it holds, `possible` where it is not false, `none` where nothing arose."""

    true: str
    possible: str
    none: str = NO
    bare: str = field(default="", compare=False)
    """The same in SQL's own logic, where it has that: NULL where it is undecided."""

    @property
    def holds(self) -> str:
        """Where it holds, as shortly as can be: it may be NULL where it does not."""
        return self.bare or self.true

    @property
    def undecided(self) -> str:
        """Where it is unknown."""
        return both(both(self.possible, negated(self.true)), negated(self.none))

    @property
    def keeps(self) -> str:
        """Where a filter keeps a record, surely or perhaps."""
        return both(self.possible, negated(self.none))


UNKNOWN = Truth(NO, YES)


def of_value(value: TruthValue) -> Truth:
    """A truth that is known before anything is asked of the data."""
    if isinstance(value, NoneArose):
        return Truth(NO, YES, YES)
    if isinstance(value, Unknown):
        return UNKNOWN
    return plain(YES if value else NO)


def plain(expression: str) -> Truth:
    """A condition that is always decided."""
    return Truth(expression, expression, bare=expression)


def bare(expression: str) -> Truth:
    """A condition that SQL calls NULL where it is undecided."""
    return Truth(f"coalesce({expression}, FALSE)", f"coalesce({expression}, TRUE)", bare=expression)


def where_known(known: str, expression: str) -> Truth:
    """A condition that is undecided where something is not known."""
    if known == YES:
        return plain(expression)
    return Truth(both(known, expression), either(negated(known), expression))


def both(*parts: str) -> str:
    """SQL's `AND` over what is never NULL."""
    found = [part for part in dict.fromkeys(parts) if part != YES]
    if NO in found:
        return NO
    return f"({' AND '.join(found)})" if len(found) > 1 else found[0] if found else YES


def either(*parts: str) -> str:
    """SQL's `OR` over what is never NULL."""
    found = [part for part in dict.fromkeys(parts) if part != NO]
    if YES in found:
        return YES
    return f"({' OR '.join(found)})" if len(found) > 1 else found[0] if found else NO


def negated(part: str) -> str:
    """SQL's `NOT`."""
    if part in (YES, NO):
        return NO if part == YES else YES
    return part[5:-1] if part.startswith("(NOT ") and _closes(part) else f"(NOT {part})"


def _closes(part: str) -> bool:
    """Whether the first bracket is closed by the last one."""
    depth = 0
    for place, letter in enumerate(part):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(part) - 1
    return False


def all_of(terms: Sequence[Truth]) -> Truth:
    """`and`: nothing that arose leaves what is true as it is, and never settles what is undecided."""
    true, possible = both(*(one.true for one in terms)), both(*(one.possible for one in terms))
    if all(one.none == NO for one in terms):
        bare_ = both(*(one.bare for one in terms)) if all(one.bare for one in terms) else ""
        return Truth(true, possible, bare=bare_)
    none = both(either(*(one.none for one in terms)), *(either(one.none, one.true) for one in terms))
    return Truth(true, possible, none)


def any_of(terms: Sequence[Truth]) -> Truth:
    """`or`."""
    true, possible = either(*(one.true for one in terms)), either(*(one.possible for one in terms))
    if all(one.none == NO for one in terms):
        bare_ = either(*(one.bare for one in terms)) if all(one.bare for one in terms) else ""
        return Truth(true, possible, bare=bare_)
    none = both(either(*(one.none for one in terms)), *(either(one.none, negated(one.possible)) for one in terms))
    return Truth(true, possible, none)


def opposite(one: Truth) -> Truth:
    """`not`."""
    if one.none == NO:
        return Truth(negated(one.possible), negated(one.true), bare=one.bare and negated(one.bare))
    return Truth(negated(one.possible), negated(one.true), one.none)


def without_none(one: Truth) -> Truth:
    """As a filter takes it: where nothing arose, the condition is not true."""
    return one if one.none == NO else Truth(one.true, one.keeps)


def difference(one: Truth, other: Truth) -> Truth:
    """In the first and not in the second."""
    return all_of([one, opposite(other)])


def chosen(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """One of two, by a condition; unknown where that is not decided."""
    open_ = negated(either(condition.true, negated(condition.possible)))
    is_false = negated(condition.possible)
    parts = [
        either(both(condition.true, one), both(is_false, two))
        for one, two in ((then.true, otherwise.true), (then.possible, otherwise.possible), (then.none, otherwise.none))
    ]
    return Truth(parts[0], either(open_, parts[1]), parts[2])
