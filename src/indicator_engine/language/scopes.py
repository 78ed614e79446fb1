"""What names mean at one place of an expression."""

from __future__ import annotations

from dataclasses import replace

from indicator_engine.frozen import dataclass


@dataclass(frozen=True)
class Scope:
    """What names mean at one place: the event types of the record at hand, and whether a register row is at hand."""

    record: tuple[str, ...] | None = None
    subject: bool = False

    def of_record(self, types: tuple[str, ...]) -> Scope:
        """Inside `E[...]`."""
        return replace(self, record=types)


TOP = Scope()
REGISTER = Scope(subject=True)
