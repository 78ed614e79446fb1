"""From what was measured to a verdict. Pure decisions over values; nothing here evaluates an expression.

What happens after the deadline never turns missed into met; late knowledge of what happened before it does, and says
so. TBC decides nothing; what is undecided is undecided unless both ends of its bounds agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.evaluation.values import (
    NO_BASELINE,
    NO_DATA,
    NOT_ESTABLISHED,
    TBC,
    UNDECIDED,
    UNDEFINED,
    NoneArose,
    TruthValue,
    Unknown,
)  # fmt: skip
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BY_REASON = (
    (TBC, "no_target_yet"),
    (NOT_ESTABLISHED, "not_established"),
    (NO_BASELINE, "no_baseline"),
    (NO_DATA, "no_data"),
    (UNDECIDED, "undecided"),
    (UNDEFINED, "none_arose"),
    ("none arose", "none_arose"),
)


def of_unknown(reasons: Sequence[str], *, final: bool) -> str:
    """The verdict of a value that is unknown; over nothing yet, an indicator that is not due is only not yet due."""
    verdict = next((verdict for reason, verdict in _BY_REASON if reason in reasons), "undecided")
    return "not_yet_due" if verdict == "none_arose" and not final else verdict


@dataclass(frozen=True)
class Judged:
    """What a verdict on a known value rests on.

    `final`: the deadline has come. `holds_limits`: satisfied only counts at the deadline. The questions that cost an
    evaluation are asked only when the answer depends on them.
    """

    satisfied: TruthValue
    final: bool
    holds_limits: bool
    on_path: TruthValue | None
    satisfied_as_known_then: Callable[[], TruthValue]
    once_satisfied: Callable[[], bool]


def of_value(judged: Judged) -> str:
    """met, met_known_late, on_track, behind, not_yet_due, missed, met_then_lost, none_arose or undecided."""
    if isinstance(judged.satisfied, NoneArose):
        return "none_arose" if judged.final else "not_yet_due"
    if judged.satisfied is True:
        return _of_satisfied(judged)
    if isinstance(judged.satisfied, Unknown) and judged.final:
        return "undecided"
    if judged.satisfied is False and judged.once_satisfied():
        return "met_then_lost"
    return "missed" if judged.final else _on_the_way(judged)


def _of_satisfied(judged: Judged) -> str:
    if not judged.final:
        return "on_track" if judged.holds_limits else "met"
    return "met" if judged.satisfied_as_known_then() is True else "met_known_late"


def _on_the_way(judged: Judged) -> str:
    if judged.holds_limits and judged.satisfied is False:
        return "behind"
    if judged.on_path is None:
        return "not_yet_due"
    if isinstance(judged.on_path, bool):
        return "on_track" if judged.on_path else "behind"
    return "undecided"


DONE = frozenset({"met", "met_known_late"})
LOST = frozenset({"missed", "met_then_lost"})
OPEN = ("undecided", "no_data", "not_established", "no_baseline", "no_target_yet", "not_set_yet")


def of_parts(
    verdicts: Sequence[str], require: int, *, final: bool, once_met: Callable[[], bool] = lambda: False
) -> str:
    """The verdict of a compound indicator of which `require` parts must be met.

    `once_met`: whether so many were, on one earlier day; asked only where it matters.
    """
    done = sum(verdict in DONE for verdict in verdicts)
    if done >= require:
        return "met" if sum(verdict == "met" for verdict in verdicts) >= require else "met_known_late"
    still_possible = sum(verdict not in LOST for verdict in verdicts)
    if still_possible < require:
        if "missed" in verdicts:
            return "missed"
        if once_met():
            return "met_then_lost"
        if final:
            return "missed"
    unsettled = next((verdict for verdict in OPEN if verdict in verdicts), None)
    if final:
        return unsettled or ("none_arose" if "none_arose" in verdicts else "undecided")
    for verdict in ("behind", "not_yet_due", "on_track"):
        if verdict in verdicts:
            return verdict
    return unsettled or "not_yet_due"
