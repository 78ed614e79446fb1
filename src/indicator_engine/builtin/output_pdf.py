"""Results as a PDF to print and to publish: tagged, with bookmarks, for every reader (PDF/UA).

The file is made in `rendering/pdf.py`; typst, of the extra `pdf`, is loaded only when one is asked for.
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
    """Register the PDF."""
    register(Output("pdf", (".pdf",), render, wants_series=True))


def render(results: Results, page: Page) -> bytes:
    """The file. Raises IndicatorEngineError where typst is not installed."""
    try:
        from indicator_engine.rendering.pdf import pdf
    except ModuleNotFoundError as fault:
        fact = f"PDF is written with {fault.name}, which is not installed"
        raise IndicatorEngineError(f"{fact}: pip install 'indicator-engine[pdf]'") from fault
    return pdf(results, details=page.details)
