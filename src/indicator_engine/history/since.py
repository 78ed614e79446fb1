"""What has changed since an edition, told with the results of today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.history.differences import differences, edition_side, store_side
from indicator_engine.history.editions import editions_of
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from indicator_engine.evaluation.differences import Differences
    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.store import Store

LAST = "last"
"""The edition that was published last, whatever it is called."""


def compared(results: Results, store: Store, edition: str, *, registered: Plugins | None = None) -> Results:
    """The results of a store with what has changed since an edition, each restated figure flagged.

    `edition` is a name, or "last". Raises IndicatorEngineError where there is none such, or where it is later than
    the results by its day, its knowledge or its import.
    """
    after = store_side(
        store, results.statement, as_of=results.as_of, known_at=results.known_at,
        at_import=results.provenance.store_import,
    )  # fmt: skip
    found = differences(edition_side(store, _named(store, edition), registered=registered), after)
    chosen = {result.id for result in results} | _gone(found)
    kept = replace(found, differences=tuple(one for one in found.differences if one.id.partition("/")[0] in chosen))
    restated = {one.id for one in kept.differences if one.is_restated}
    return replace(results, since=kept, results=tuple(_flagged(one, restated) for one in results))


def _named(store: Store, edition: str) -> str:
    names = [one.name for one in editions_of(store)]
    if edition == LAST and LAST not in names:
        if not names:
            raise IndicatorEngineError("the store has no edition yet: `indicators publish` makes one")
        return names[-1]
    return edition


def _gone(found: Differences) -> set[str]:
    """Indicators that the pack no longer has."""
    return {one.id.partition("/")[0] for one in found.differences if one.after_result is None}


def _flagged(result: Result, restated: set[str], above: str = "") -> Result:
    name = f"{above}{result.id}"
    flags = (*result.flags, "restated") if name in restated and "restated" not in result.flags else result.flags
    parts = tuple(_flagged(part, restated, f"{name}/") for part in result.parts)
    return replace(result, flags=flags, parts=parts)
