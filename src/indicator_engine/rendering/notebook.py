"""What a notebook shows of results, or of one: a piece of the page, with styles that reach nothing else.

`Results` and `Result` ask for it themselves (`_repr_html_`), which is why this one module is used from below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine.conventions import NEUTRAL
from indicator_engine.definitions.model import Priority, Statement
from indicator_engine.evaluation.results import Provenances, Results
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period
from indicator_engine.rendering.view import view_of

if TYPE_CHECKING:
    from indicator_engine.evaluation.results import Result


def shown(results: Results) -> str:
    """A table of results."""
    from indicator_engine.rendering.page import fragment  # noqa: PLC0415  # jinja2 waits until it is needed

    return fragment(view_of(results), results.convention.look)


def one_shown(result: Result) -> str:
    """One result, in neutral words: it does not know its statement."""
    day = result.evaluated_on
    priority = Priority(result.priority, "")
    statement = Statement(result.id, "", Period(day, day), NEUTRAL, Schema(), priorities=(priority,))
    return shown(Results(statement, day, None, (result,), Provenances("", "", "")))
