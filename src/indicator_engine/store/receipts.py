"""What an import came to: each row read is stored, a duplicate, in quarantine or blank, and the four are the whole."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.problems import Problem


@dataclass(frozen=True)
class Receipt:
    """The account of one file. `number` is the import's; 0 where nothing was recorded because nothing was new."""

    number: int
    file: str
    kind: str = "events"
    read: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    blank: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    """How many rows are in quarantine for each code."""
    resolved: int = 0
    """Rows of earlier imports that left the quarantine by this one."""
    removed: int = 0
    """Subjects that a register does not list any more, though it lists everybody."""
    already: int = 0
    """The earlier import of the very same file, which is why nothing was done; else 0."""
    notes: tuple[Problem, ...] = ()
    """What is odd about the rows, and the first rows in quarantine with their reasons."""

    @property
    def balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.stored + self.duplicate + self.quarantined + self.blank


class RefusedImportError(IndicatorEngineError):
    """An import that was given up because too many rows would be in quarantine. Nothing of it was stored."""

    def __init__(self, message: str, receipt: Receipt) -> None:
        super().__init__(message)
        self.receipt = receipt
