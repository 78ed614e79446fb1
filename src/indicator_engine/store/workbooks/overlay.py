"""What the marks of a sheet say, laid over the cells that its reader gave, row by row from the top."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from indicator_engine.store.tables import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicator_engine.store.workbooks.marks import Marks, Merged


class Overlay:
    """Makes lines of the rows of a sheet, from the first on. Each cell of the ranges in `filled` gets their value."""

    def __init__(self, marks: Marks, filled: Iterable[Merged], width: int) -> None:
        self._special: dict[int, dict[int, object]] = defaultdict(dict)
        for (row, column), value in marks.special.items():
            self._special[row][column] = value
        self._coming = sorted(filled, reverse=True)
        self._open: list[tuple[Merged, Any]] = []
        self._width = width

    def line(self, number: int, cells: Sequence[Any]) -> Line:
        """The line of this number, counted from 1."""
        laid = [*cells, *[""] * (self._width - len(cells))]
        for column, value in self._special.get(number - 1, {}).items():
            laid[column] = value
        self._fill(number - 1, laid)
        return Line(number, tuple(laid))

    def _fill(self, row: int, laid: list[Any]) -> None:
        while self._coming and self._coming[-1].top <= row:
            merged = self._coming.pop()
            self._open.append((merged, laid[merged.left] if merged.left < len(laid) else ""))
        self._open = [(merged, value) for merged, value in self._open if merged.bottom >= row]
        del self._open[len(laid) :]  # ranges do not overlap, so a row has no more of them than cells
        for merged, value in self._open:
            span = range(merged.left, min(merged.right + 1, len(laid)))
            laid[merged.left : span.stop] = [value] * len(span)
