"""The way to a target: a straight line, or what is to be reached by which date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.definitions.model import Trajectory
from indicator_engine.definitions.units import check_number
from indicator_engine.definitions.wording import as_written, quoted, sort_of
from indicator_engine.periods import EARLIEST, LATEST, day_from, shown

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.baselines import Judged
    from indicator_engine.definitions.sources import Place

PATH_HINT = 'write `path = "linear"`, or `path = { 2009-09-30 = 8, 2009-12-31 = 14 }`'


def read_trajectory(judged: Judged, place: Place, given: object, due: Due | None) -> Trajectory | None:
    """A `path`; `due` is the deadline it leads to, if that is known."""
    if given is None:
        return None
    if given == "linear":
        return Trajectory(linear=True)
    if not isinstance(given, dict) or not given:
        what = as_written(given) if isinstance(given, str) else sort_of(given)
        place.report("IE054", f"{what} is not a path to a target", PATH_HINT)
        return None
    points: dict[date, Fraction] = {}
    for key, value in given.items():
        when, number = _day(judged, place / key, key, due), _number(judged, place / key, value)
        if when and when in points:
            (place / key).report(
                "IE048", f"two points of the path are both on {shown(when)}", "leave one out", on_key=True
            )
        if when and number is not None:
            points[when] = number
    return Trajectory(tuple(sorted(points.items())))


def _day(judged: Judged, place: Place, key: str, due: Due | None) -> date | None:
    """The day of a point, as a date or in the words of the document."""
    county = judged.county
    found = day_from(key)
    if found is None and (phrase := county.convention.due(key, county.period)):
        found = phrase.day
    if found is None or not EARLIEST <= found <= LATEST:
        place.report("IE054", f"{quoted(key)} is not a date", "write it year first: `2009-09-30 = 8`", on_key=True)
        return None
    if due and found > due.day:
        fact = f"{shown(found)} is after the due date, {shown(due.day)}"
        place.report("IE054", fact, "leave it out, or mend one of the two dates", on_key=True)
    return found


def _number(judged: Judged, place: Place, given: object) -> Fraction | None:
    found = amounts.read(given)
    if found is None:
        place.report("IE054", "what is to be reached by then must be a number", 'write 8, 2.5 or "50%"')
        return None
    check_number(place, given, found, judged.kind)
    return found.value
