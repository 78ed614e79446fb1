"""Results as SDMX-CSV 2.0: an observation for each figure on each day of its course.

Indicator and day are the dimensions; unit, status, target and verdict are attributes. Only ids and codes are written,
no text that anybody wrote, and numbers are exact.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.hookspecs import Output, Page, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from fractions import Fraction

    from indicator_engine.evaluation.results import Result, Results

COLUMNS = (
    "STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE",
    "TARGET", "VERDICT",
)  # fmt: skip


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Offer SDMX-CSV as an output."""
    register(Output("sdmx-csv", (), render, wants_series=True))


def render(results: Results, _page: Page) -> bytes:
    """The table, in UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    structure = f"{results.convention.name}:{results.statement.id}(1.0.0)"
    for name, result in _named(results):
        for cells in _observations(name, result, results):
            writer.writerow(("dataflow", structure, "I", *cells))
    return file.getvalue().encode()


def _named(results: Results) -> Iterator[tuple[str, Result]]:
    """Each indicator and each part of one, as its course is found by."""
    for result in results:
        yield result.id, result
        yield from ((f"{result.id}/{part.id}", part) for part in result.parts)


def _observations(name: str, result: Result, results: Results) -> Iterator[tuple[str, ...]]:
    """The days before the one that is judged, then that one, with its target and verdict."""
    code = name.replace("/", "@")
    for day, value in results.series.get(name, ()):
        if day < result.evaluated_on:
            yield code, day.isoformat(), _number(value), "O" if value is None else "A", result.unit, "", ""
    judged: date = result.evaluated_on
    yield (
        code, judged.isoformat(), _number(result.value), _status(result), result.unit, _number(result.target_value),
        result.verdict,
    )  # fmt: skip


def _status(result: Result) -> str:
    """The code of the SDMX list CL_OBS_STATUS."""
    if result.value is None:
        return "Q" if "small" in result.unknown or result.verdict == "withheld" else "O"
    return "P" if "provisional" in result.flags else "A"


def _number(value: Fraction | bool | None) -> str:  # noqa: FBT001  # a figure, no switch
    """The exact number; a thing to be delivered is 1 or 0."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(amounts.exact(value))
