"""Draws histories from the grounds of an indicator with Hypothesis, and shrinks the first one that will do.

Each choice has its likeliest value first, so that the simplest history Hypothesis can draw is a likely one, and a
shrunk one has likely values wherever others make no difference.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from indicator_engine.testing.grounds import ANY_TEXT, HELPER, Choices, Grounds
from indicator_engine.testing.scenes import Case, Happening, Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn, SearchStrategy

LIKELY = 8
"""How often the likeliest value is drawn for each of the others."""


def find_scene(grounds: Grounds, is_it: Callable[[Scene], bool], most: int, *, enders: bool) -> Scene | None:
    """The simplest history found for which `is_it`; None after so many without one. The same in every run."""
    quiet = settings(
        max_examples=most, database=None, deadline=None, derandomize=True, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        return find(scenes(grounds, enders=enders), is_it, settings=quiet, random=Random(0))  # noqa: S311  # no secret
    except NoSuchExample:
        return None


def scenes(grounds: Grounds, *, enders: bool = False) -> SearchStrategy[Scene]:
    """Histories of one organisation, or of several alike, with another one that they refer to."""

    @st.composite
    def drawn(draw: DrawFn) -> Scene:
        types = {**grounds.types, **(grounds.enders if enders else {})}
        copies = draw(st.sampled_from(grounds.copies))
        cases = [Case("A", _row(draw, grounds.rows), _happenings(draw, types), copies)]
        if draw(st.sampled_from((False, False, True))):
            cases.append(Case("B", _row(draw, grounds.rows), _happenings(draw, types)))
        if grounds.helpers:
            cases.append(Case(HELPER, _row(draw, grounds.helpers)))
        return Scene(tuple(one for one in cases if one.row is not None or one.happenings))

    return drawn()


def _row(draw: DrawFn, rows: tuple[Choices, ...]) -> tuple[tuple[str, Any], ...] | None:
    return _cells(draw, draw(st.sampled_from(rows))) if rows else None


def _happenings(draw: DrawFn, types: dict[str, Choices]) -> tuple[Happening, ...]:
    """Events of each type, mostly one of each."""
    return tuple(
        Happening(name, _cells(draw, choices))
        for name, choices in types.items()
        for _ in range(draw(st.sampled_from((1, 1, 1, 0, 2))))
    )


def _cells(draw: DrawFn, choices: Choices) -> tuple[tuple[str, Any], ...]:
    drawn = ((name, draw(_value(values))) for name, values in choices.items())
    return tuple((name, value) for name, value in drawn if value is not None)


def _value(values: tuple[Any, ...]) -> SearchStrategy[Any]:
    return st.sampled_from(values if values[0] in ANY_TEXT else (values[0],) * LIKELY + values[1:])
