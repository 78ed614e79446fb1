"""A condition on the bits of a mask as terms of which at most one holds: some bits are set, some are not.

A database takes half a millisecond to plan a column that counts rows by a condition, and hardly any time for a row of
a table of terms. So conditions are written as terms, and the masks joined with them.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Formula = bool | str | tuple["Formula", ...]
"""What is settled, the name of a bit, or an operator with its operands."""

Term = dict[str, bool]
"""Which bits are set, and which are not."""

MOST = 64
"""A condition is looked through up to so many terms, those by which it does not hold among them."""

_WORD = re.compile(r"\w+|[()]")


def terms_of(condition: str) -> list[Term] | None:
    """The terms of a condition over names of bits, as `truths.py` writes it; None for too many."""
    found = list(islice(_terms(_read(condition), {}), MOST + 1))
    return [term for term, holds in found if holds] if len(found) <= MOST else None


def _read(condition: str) -> Formula:
    words: Iterator[str] = iter(_WORD.findall(condition))
    return _formula(next(words), words)


def _formula(word: str, words: Iterator[str]) -> Formula:
    """What begins with a word: in brackets stand a negation, or operands with the same operator between them."""
    if word != "(":
        return word == "TRUE" if word in ("TRUE", "FALSE") else word
    operator = "AND"
    if (word := next(words)) == "NOT":
        operator, word = word, next(words)
    operands = [_formula(word, words)]
    while (word := next(words)) != ")":
        operator = word
        operands.append(_formula(next(words), words))
    return (operator, *operands)


def _terms(formula: Formula, settled: Term) -> Iterator[tuple[Term, bool]]:
    """The terms that settle a formula, and whether it then holds: by the first bit it asks, then by the next."""
    if isinstance(formula, bool):
        yield settled, formula
        return
    name = _first(formula)
    for is_set in (True, False):
        yield from _terms(_given(formula, name, is_set=is_set), {**settled, name: is_set})


def _first(formula: Formula) -> str:
    while isinstance(formula, tuple):
        formula = formula[1]
    return str(formula)


def _given(formula: Formula, name: str, *, is_set: bool) -> Formula:
    """A formula once a bit is settled."""
    if not isinstance(formula, tuple):
        return is_set if formula == name else formula
    operator, *operands = formula
    found = [_given(one, name, is_set=is_set) for one in operands]
    if operator == "NOT":
        return not found[0] if isinstance(found[0], bool) else ("NOT", found[0])
    stops = operator == "OR"
    if stops in [one for one in found if isinstance(one, bool)]:
        return stops
    open_ = [one for one in found if not isinstance(one, bool)]
    return (operator, *open_) if len(open_) > 1 else open_[0] if open_ else not stops
