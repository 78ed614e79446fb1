"""Tests of packs and of those tests, the pytest plugin, witnesses, laws, and Hypothesis strategies for target logic.

    from indicator_engine.testing import check_monotone, histories
    check_monotone(pack, "sfl-participants")

This module re-exports the public names; each is loaded when it is first asked for. Those that draw need Hypothesis.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicator_engine.testing.laws import (
        LawBrokenError,
        check_deadline_edge,
        check_idempotent,
        check_monotone,
        check_order_independent,
        check_unknown_refines,
    )
    from indicator_engine.testing.mutation import changes
    from indicator_engine.testing.pack_tests import run_check, run_checks
    from indicator_engine.testing.strategies import (
        History,
        as_of_dates,
        expressions,
        histories,
        intricate,
        monotone_pairs,
        packs,
        registers,
        schemas,
    )

_HOMES = {
    "LawBrokenError": "laws",
    "check_deadline_edge": "laws",
    "check_idempotent": "laws",
    "check_monotone": "laws",
    "check_order_independent": "laws",
    "check_unknown_refines": "laws",
    "changes": "mutation",
    "run_check": "pack_tests",
    "run_checks": "pack_tests",
    "History": "strategies",
    "as_of_dates": "strategies",
    "expressions": "strategies",
    "histories": "strategies",
    "intricate": "strategies",
    "monotone_pairs": "strategies",
    "packs": "strategies",
    "registers": "strategies",
    "schemas": "strategies",
}

__all__ = [
    "History", "LawBrokenError", "as_of_dates", "changes", "check_deadline_edge", "check_idempotent", "check_monotone",
    "check_order_independent", "check_unknown_refines", "expressions", "histories", "intricate", "monotone_pairs",
    "packs", "registers", "run_check", "run_checks", "schemas",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """The public name, from the module that defines it."""
    if name in _HOMES:
        return getattr(import_module(f"indicator_engine.testing.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
