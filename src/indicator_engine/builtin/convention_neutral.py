"""The neutral convention: what holds for a statement whose county has no plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.conventions import NEUTRAL, Convention
from indicator_engine.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable


@hookimpl
def register_conventions(register: Callable[[Convention], None]) -> None:
    """Register the neutral convention."""
    register(NEUTRAL)
