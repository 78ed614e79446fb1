"""Results as a Word document that can be edited: the statement's table as the county lays it out, with the results.

The document is made in `rendering/document.py`; python-docx, of the extra `word`, is loaded only when one is asked for.
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
    """Register the document."""
    register(Output("word", (".docx",), render))


def render(results: Results, page: Page) -> bytes:
    """The document. Raises IndicatorEngineError where python-docx is not installed."""
    try:
        from indicator_engine.rendering.document import document
    except ModuleNotFoundError as fault:
        fact = f"documents are written with python-docx, and there is no {fault.name}"
        raise IndicatorEngineError(f"{fact}: pip install 'indicator-engine[word]'") from fault
    return document(results, details=page.details)
