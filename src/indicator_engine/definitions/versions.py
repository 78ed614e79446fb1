"""Versions of one thing: which of them holds when must be beyond doubt.

One version, the original, may leave out when it was decided; every other says so with `known_from`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from indicator_engine.periods import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.definitions.sources import Place


class Version(Protocol):
    """Anything that holds from the day on which it became known."""

    @property
    def known_from(self) -> date | None:
        """The day the decision was made."""

    @property
    def effective_from(self) -> date | None:
        """The day from which it applies, where that is another."""


V = TypeVar("V", bound=Version)


def in_order(versions: Iterable[tuple[Place, V]]) -> tuple[V, ...]:
    """Versions in the order in which they became known; those that cannot be told apart are reported."""
    seen: set[date | None] = set()
    for place, version in versions:
        _check(place, version, seen)
        seen.add(version.known_from)
    return tuple(sorted((version for _, version in versions), key=lambda version: version.known_from or date.min))


def _check(place: Place, version: Version, seen: set[date | None]) -> None:
    known = version.known_from
    if known is None and None in seen:
        place.report("IE047", "two versions do not say when they were decided; only the original may leave that out",
                     "add `known_from = 2010-02-10`, the day of the decision, to the later one")  # fmt: skip
    elif known in seen and known is not None:
        place.report("IE048", f"two versions are both known from {shown(known)}", "leave one out, or mend its day")
