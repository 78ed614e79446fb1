"""What CSV on the Web says of the table of results: what each column holds, and how it is written.

The metadata (W3C, "Metadata Vocabulary for Tabular Data") lies beside the table, so that a program reads dates as dates
and lists as lists, and a person finds out what a heading means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.rendering.text import clean
from indicator_engine.rendering.view import publisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.evaluation.results import Results

NAME = "results.csv"
"""What the table is called beside its description."""

SEPARATOR = "; "
"""What parts the items of a list."""

_FIGURE: Mapping[str, str] = {"base": "string", "format": r"true|false|-?[0-9]+(\.[0-9]+)?"}
"""A figure is a number or, for a thing to be delivered, true or false."""

_COLUMNS: Mapping[str, tuple[Any, str]] = {
    "statement_id": ("string", "The statement"),
    "as_of": ("date", "The day that the figures are of"),
    "known_at": ("dateTime", "Only what was recorded by then counts; empty where everything counts"),
    "priority": ("string", "The id of the priority"),
    "part_of": ("string", "The indicator that this is a part of"),
    "id": ("string", "The id of the indicator or of the part"),
    "label": ("string", "Its short name"),
    "statement": ("string", "Its literal words"),
    "outcome": ("string", "The outcome that it serves"),
    "verdict": ("string", "The verdict, as a word that stays the same"),
    "status": ("string", "The verdict in the county's words"),
    "value": (_FIGURE, "The figure, exact; a share is between 0 and 1"),
    "numerator": ("decimal", "What a share counts"),
    "denominator": ("decimal", "Out of how many"),
    "unit": ("string", "number, count, amount, ratio, money or days"),
    "unknown": ([], "Why there is no figure"),
    "low": ("decimal", "The least that it could be once all is decided"),
    "high": ("decimal", "The most that it could be"),
    "target_form": ("string", "How the target compares"),
    "target_value": ("decimal", "The target"),
    "target_upper": ("decimal", "The other end of a target that is a range"),
    "target_unit": ("string", "The unit that the target is written in"),
    "target_comes_to": ("decimal", "What the figure is compared with"),
    "target_tbc": ("boolean", "Whether the target is yet to be agreed"),
    "target_set_by": ("string", "Who set it"),
    "target_ratified_by": ("string", "Who ratified it"),
    "target_source": ("string", "Where it is written"),
    "due": ("date", "The last day that counts"),
    "due_phrase": ("string", "The deadline in the document's words"),
    "needed": ("decimal", "What is lacking"),
    "expected": ("decimal", "Where the path says that the figure should be by now"),
    "baseline": ("decimal", "What a movement is measured from"),
    "better": ("string", "Which way is better: higher or lower"),
    "trend_word": ("string", "up, down or level"),
    "trend_change": ("decimal", "By how much it moved"),
    "trend_since": ("date", "Since when"),
    "flags": ([], "What to know beside the figure"),
    "who": ([], "Those who count"),
    "events": ([], "The records that count"),
    "none_arose": ([], "Those for whom no case arose"),
    "assumptions": ([], "What was taken for granted"),
    "notes": ([], "Notes of the statement"),
    "aims": ([], "The aims referred to"),
    "why_not": ([], "Those who do not count, each with the reason"),
    "undecided": ([], "What could not be decided, each with the reason"),
    "expression": ("string", "The measure"),
    "says": ("string", "The measure in English"),
    "defined_at": ("string", "Where the indicator is defined"),
    "pack": ("string", "The digest of the statement's wording"),
    "data": ("string", "The digest of the data"),
    "engine": ("string", "The version of the program"),
}
"""Each column: its type ([] for a list of texts), and what it holds."""


def metadata(results: Results) -> dict[str, Any]:
    """The description of the table of these results."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": NAME,
        "dc:title": clean(results.statement.title or results.statement.id),
        **({"dc:publisher": county} if (county := publisher(results.convention)) else {}),
        "dc:description": "One row an indicator or part of one. A text that a spreadsheet would take for a formula has "
        "an apostrophe in front.",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"], "quoteChar": '"'},
        "tableSchema": {"columns": list(_columns()), "primaryKey": ["part_of", "id"]},
    }


def _columns() -> Iterator[dict[str, Any]]:
    for name, (kind, told) in _COLUMNS.items():
        column = {"name": name, "titles": name, "dc:description": told, "null": ""}
        if kind == []:
            yield {**column, "datatype": "string", "separator": SEPARATOR}
        else:
            yield {**column, "datatype": kind, "required": name == "id"}
