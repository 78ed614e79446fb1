"""Results as an Excel workbook: a summary, a sheet a priority with native charts, who counted, and what it rests on.

The workbook is made in `rendering/workbook.py`; xlsxwriter, of the extra `excel`, is loaded only when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Output, Page, hookimpl
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.evaluation.results import Results


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register the workbook."""
    register(Output("excel", (".xlsx",), render, wants_series=True))


def render(results: Results, _page: Page) -> bytes:
    """The workbook. Raises IndicatorEngineError where xlsxwriter is not installed."""
    try:
        from indicator_engine.rendering.workbook import workbook
    except ModuleNotFoundError as fault:
        hint = "pip install 'indicator-engine[excel]'"
        raise IndicatorEngineError(
            f"workbooks are written with {fault.name}, which is not installed: {hint}"
        ) from fault
    return workbook(results)
