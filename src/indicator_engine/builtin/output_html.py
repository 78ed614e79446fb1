"""Results as one HTML file that people like to read: no script, no request, on screen, phone and paper alike.

The page is made in `rendering/page.py`; Jinja2 is loaded only when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Output, Page, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.evaluation.results import Results


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register the page."""
    register(Output("html", (".html", ".htm"), render, wants_series=True))


def render(results: Results, _page: Page) -> bytes:
    """The page, in UTF-8."""
    from indicator_engine.rendering.page import page

    return page(results)
