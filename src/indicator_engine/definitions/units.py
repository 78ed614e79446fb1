"""Whether the numbers of a target and what the measure gives can be compared at all.

A count against a percentage, or a share against a number that could be either, is refused when the pack is loaded:
nobody would see it in the results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.amounts import comparable
from indicator_engine.definitions.readings import written_with_point
from indicator_engine.definitions.wording import quoted

if TYPE_CHECKING:
    from fractions import Fraction

    from indicator_engine.amounts import Amount
    from indicator_engine.definitions.sources import Place
    from indicator_engine.language.kinds import Kind


def check_number(place: Place, given: object, number: Amount, measure: Kind) -> None:
    """Report a number that cannot be compared with what the measure gives."""
    if measure.name != "number":
        return
    if not comparable(number.unit, measure.unit):
        check_percentage(place, quoted(given) if isinstance(given, str) else str(given), measure)
    elif measure.unit == "ratio" and number.unit == "number":
        _check_share(place, given, number.value)


def check_percentage(place: Place, written: str, measure: Kind) -> None:
    """Report a percentage where the measure gives something else than a share."""
    if measure.name == "number" and not comparable("ratio", measure.unit):
        fact = f"{written} is a percentage, and the measure gives {measure}"
        hint = "write the number itself, without %, or make the measure a share: `ratio(…, members)`"
        place.report("IE050", fact, hint)


def _check_share(place: Place, given: object, value: Fraction) -> None:
    """A share is written as a percentage, or as a decimal with a point that is at most 1; 0 is 0 either way."""
    if value == 0 or (written_with_point(given) and abs(value) <= 1):
        return
    written = str(given)
    if abs(value) == 1:
        fact = f"the measure gives a percentage, and {written} could be 1% or 100%"
        place.report("IE051", fact, f'write "{written}00%" or "{written}%"')
    else:
        fact = f"the measure gives a percentage, and {written} is not written as one"
        place.report("IE051", fact, f'write "{written}%"')


def check_same_unit(place: Place, what: str, kind: Kind, measure: Kind) -> None:
    """Report an expression whose number cannot be compared with what the measure gives."""
    if kind.name == measure.name == "number" and not comparable(kind.unit, measure.unit):
        place.report("IE050", f"{what} gives {kind}, and the measure gives {measure}",
                     "both must be of the same kind: two counts, or two percentages")  # fmt: skip
