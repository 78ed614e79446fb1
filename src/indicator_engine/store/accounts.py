"""The account of an import: under which terms it is done, and what becomes of each row while it is read.

Every row is counted once. One that cannot be used goes to the quarantine with its reasons; one that can may take the
place of rows that are there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.store import quarantine
from indicator_engine.store.receipts import Receipt, RefusedImportError
from indicator_engine.store.tables import MARK, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from indicator_engine.problems import Problem
    from indicator_engine.store.quarantine import Mended, Waiting
    from indicator_engine.store.tables import Table

TOLD = 20
"""Rows in quarantine that a receipt tells one by one."""


@dataclass(frozen=True)
class Terms:
    """What an import is done for and under which terms.

    `at` is its instant, which is when rows were recorded that do not say it themselves. `most_quarantined` is a share
    of the rows that tell something; `complete` says that a register file lists everybody.
    """

    at: datetime
    by: str = ""
    reason: str = ""
    pack: str = ""
    recorded_at: datetime | None = None
    all_or_nothing: bool = False
    most_quarantined: Fraction | None = None
    complete: bool = False
    progress: Callable[[int, int], None] | None = None
    """Called now and then with the lines read and how far into the file they reach."""


@dataclass
class Counting:
    """Counts rows while they are read, and hands those that cannot be used to the quarantine."""

    waiting: Waiting
    table: Table
    mended: Mended
    header: tuple[str, ...] = ()
    read: int = 0
    blank: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    told: list[Problem] = field(default_factory=list)
    resolved: list[tuple[int, int]] = field(default_factory=list)
    replaced: list[tuple[int, int]] = field(default_factory=list)

    @property
    def quarantined(self) -> int:
        """Rows in quarantine."""
        return sum(self.reasons.values())

    def set_aside(self, line: int, faults: tuple[Fault, ...], cells: tuple[Any, ...], event: str = "") -> None:
        """A row that cannot be used. One that was exported from the quarantine takes its old place."""
        self.reasons[faults[0].code] += 1
        self.waiting.add(line, faults, cells, event)
        self.replaced += [*self._named(cells), *self.mended.again(cells)]
        if len(self.told) < TOLD:
            fault = replace(faults[0], fact="; ".join(one.fact for one in faults))
            place = self.header.index(fault.column) if fault.column in self.header else None
            self.told.append(self.table.problem(line, fault, cell=place))

    def good(self, line: int, cells: tuple[Any, ...]) -> None:
        """A row that can be used: what it takes the place of has left the quarantine."""
        if self.mended.open:
            self.resolved += [*self._named(cells), *self.mended.by(line, cells)]

    def _named(self, cells: tuple[Any, ...]) -> Iterator[tuple[int, int]]:
        """The entry in quarantine that an exported row names."""
        if self.header[:1] == (MARK,) and (mark := quarantine.mark_of(cells[0] if cells else "")) in self.mended.marks:
            yield mark


def settled(receipt: Receipt, terms: Terms) -> Receipt:
    """The receipt, where its terms allow it. Raises RefusedImportError where too much would be in quarantine."""
    if terms.all_or_nothing and receipt.quarantined:
        raise RefusedImportError("nothing was stored, because not every row can be", receipt)
    telling = receipt.read - receipt.blank
    most = terms.most_quarantined
    if most is not None and telling and Fraction(receipt.quarantined, telling) > most:
        share = f"{float(Fraction(receipt.quarantined, telling)):.1%}"
        raise RefusedImportError(f"nothing was stored, because {share} of the rows cannot be", receipt)
    return receipt
