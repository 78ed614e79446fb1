"""Figures by groups as the public may see them: no small count, and none that the others give away by subtraction.

A group may be a single organisation, so only plain counts are told of groups: a share, a sum of money or an average of
a few would say what one of them told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine.rendering.audience import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from indicator_engine.amounts import Unit
    from indicator_engine.evaluation.figures import Figure, Figures


def published_figures(found: Figures, units: Mapping[str, Unit], smallest: int) -> Figures:
    """The same figures without what is small; of a row with one count withheld, the next smallest goes as well."""
    rows: dict[tuple[str, date], list[Figure]] = defaultdict(list)
    for figure in found.figures:
        rows[figure.indicator, figure.day].append(figure)
    told = [
        one
        for (indicator, _), row in rows.items()
        for one in _row(row, smallest, counted=units.get(indicator) == "count")
    ]
    return replace(found, figures=tuple(told))


def _row(row: list[Figure], smallest: int, *, counted: bool) -> Iterable[Figure]:
    if not counted:
        return map(_withheld, row)
    hidden = {at for at, one in enumerate(row) if _is_small(one.value, smallest)}
    groups = [at for at, one in enumerate(row) if one.group is not None]
    while groups and _gives_away(row, groups, hidden, smallest):
        told = [at for at in groups if at not in hidden and row[at].value]
        if not told:
            hidden |= {at for at, one in enumerate(row) if one.group is None}
            break
        hidden.add(min(told, key=lambda at: (_number(row[at]), at)))
    return [_withheld(one) if at in hidden else replace(one, bounds=None) for at, one in enumerate(row)]


def _gives_away(row: list[Figure], groups: list[int], hidden: set[int], smallest: int) -> bool:
    """Whether what is withheld can be told from the whole: it is one group, or several that are small together."""
    lost = [at for at in groups if at in hidden]
    whole_is_told = any(one.group is None and at not in hidden for at, one in enumerate(row))
    if not whole_is_told:
        return False
    return len(lost) == 1 or 0 < sum(_number(row[at]) for at in lost) < smallest


def _is_small(value: Fraction | bool | None, smallest: int) -> bool:  # noqa: FBT001  # a figure, no switch
    return isinstance(value, Fraction) and 0 < abs(value) < smallest


def _number(figure: Figure) -> Fraction:
    return figure.value if isinstance(figure.value, Fraction) else Fraction(0)


def _withheld(figure: Figure) -> Figure:
    return replace(figure, value=None, bounds=None, unknown=(SMALL,))
