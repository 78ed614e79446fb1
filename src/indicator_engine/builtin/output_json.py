"""Results as one JSON object with stable names, for programs. Its shape is `Results.to_dict`; numbers are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Output, Page, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.evaluation.results import Results


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register JSON."""
    register(Output("json", (".json",), render))


def render(results: Results, _page: Page) -> bytes:
    """The object, in UTF-8."""
    from indicator_engine.rendering.data import json_text

    return json_text(results.to_dict()).encode()
