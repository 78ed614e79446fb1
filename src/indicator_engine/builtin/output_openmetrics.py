"""Results as OpenMetrics text, for monitoring: figures, targets and verdicts as gauges, the text of others as labels.

Shares are between 0 and 1. A verdict is a state: 1 for the one it is, 0 for all others. The unknown has no sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.conventions import VERDICTS
from indicator_engine.hookspecs import Output, Page, hookimpl
from indicator_engine.rendering.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from fractions import Fraction

    from indicator_engine.evaluation.results import Result, Results

PREFIX = "indicators"


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register OpenMetrics."""
    register(Output("openmetrics", (".prom",), render))


def render(results: Results, _page: Page) -> bytes:
    """The text, in UTF-8, its end marked as the standard asks."""
    lines = [
        *_statement(results),
        *_gauge("value", "The figure; 1 or 0 for a thing to be delivered.", _values(results)),
        *_gauge("target", "What the figure is compared with.", _targets(results)),
        *_gauge("needed", "What is lacking to reach the target.", _needed(results)),
        *_gauge("undecided", "Records or subjects that could not be decided.", _undecided(results)),
        *_verdicts(results),
        "# EOF",
    ]
    return ("\n".join(lines) + "\n").encode()


def escaped(text: str) -> str:
    r"""A text as the value of a label.

    >>> escaped('a "b" \\ c')
    'a \\"b\\" \\\\ c'
    """
    return clean(text).replace("\\", "\\\\").replace('"', '\\"')


Sample = tuple[str, "Fraction | int"]
"""The labels of a sample, and its number."""


def _statement(results: Results) -> Iterator[str]:
    named = {
        "statement": results.statement.id,
        "title": results.statement.title,
        "as_of": results.as_of.isoformat(),
        "pack": results.provenance.pack,
        "data": results.provenance.data,
        "engine": results.provenance.engine,
    }
    yield f"# TYPE {PREFIX}_statement info"
    yield f"# HELP {PREFIX}_statement The statement, the day and what the figures rest on."
    yield f"{PREFIX}_statement_info{{{_labels(named)}}} 1"


def _gauge(name: str, told: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# TYPE {PREFIX}_{name} gauge"
    yield f"# HELP {PREFIX}_{name} {told}"
    for labels, number in samples:
        yield f"{PREFIX}_{name}{{{labels}}} {number if isinstance(number, int) else amounts.exact(number)}"


def _verdicts(results: Results) -> Iterator[str]:
    from indicator_engine.rendering.audience import WITHHELD

    name = f"{PREFIX}_verdict"
    yield f"# TYPE {name} stateset"
    yield f"# HELP {name} The verdict."
    for labels, result in _labelled(results):
        for verdict in (*VERDICTS, WITHHELD):
            yield f'{name}{{{labels},{name}="{verdict}"}} {int(verdict == result.verdict)}'


def _values(results: Results) -> Iterator[Sample]:
    for labels, result in _labelled(results):
        if result.value is not None:
            yield labels, int(result.value) if isinstance(result.value, bool) else result.value


def _targets(results: Results) -> Iterator[Sample]:
    for labels, result in _labelled(results):
        if result.target_value is not None:
            yield labels, result.target_value


def _needed(results: Results) -> Iterator[Sample]:
    for labels, result in _labelled(results):
        if result.needed is not None:
            yield labels, result.needed


def _undecided(results: Results) -> Iterator[Sample]:
    """None in an edition for the public: it does not say."""
    if results.audience != "public":
        yield from ((labels, len(result.undecided)) for labels, result in _labelled(results))


def _labelled(results: Results) -> Iterator[tuple[str, Result]]:
    """Each indicator and each part of one, with the labels that name it."""
    for result in results:
        for part in (None, *result.parts):
            found = part or result
            named = {"statement": results.statement.id, "indicator": result.id, "part": part.id if part else ""}
            yield _labels({**named, "priority": result.priority, "unit": found.unit}), found


def _labels(named: dict[str, str]) -> str:
    return ",".join(f'{name}="{escaped(text)}"' for name, text in named.items())
