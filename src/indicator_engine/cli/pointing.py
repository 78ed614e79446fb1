"""Cells of text files that could not be read, shown in their lines: the very characters, with carets below them.

A reader hands over cells and forgets where they stood, since nearly all of them are fine. For the few that are told,
their lines are read once more.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine.problems import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.plugins import Plugins

DELIMITERS = {"csv": ",", "tsv": "\t"}
"""What parts the cells of a file by its reader, where the source does not say it."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a file of which lines are shown."""


def pointed(
    notes: Sequence[Problem], address: str, mapping: SourceMapping, registered: Plugins
) -> tuple[Sequence[Problem], dict[str, str]]:
    """The problems at the characters they are about, and the text of their file, as `as_text` takes both."""
    source, path = registered.source(address)
    told = [one.where for one in notes if one.where and one.where.line and one.path]
    text = _text(path, mapping.encoding) if source.name in DELIMITERS and told else ""
    if not text:
        return notes, {}
    lines = text.split("\n")
    marks = (mapping.delimiter or DELIMITERS[source.name], mapping.quote)
    return [_pointed(one, lines, marks) for one in notes], {told[0].file: text}


def _text(path: str, encoding: str) -> str:
    """A file that is at hand and not too large; "" for any other."""
    try:
        file = Path(path)
        return file.read_bytes().decode(encoding).removeprefix("\ufeff") if file.stat().st_size <= LARGEST else ""
    except (OSError, ValueError, LookupError):
        return ""


def _pointed(problem: Problem, lines: Sequence[str], marks: tuple[str, str]) -> Problem:
    where = problem.where
    if not where or not problem.path or not isinstance(place := problem.path[0], int) or where.line > len(lines):
        return problem
    spans = list(_cells(lines[where.line - 1].rstrip("\r"), *marks))
    if place >= len(spans):
        return problem  # the cell stands on a later line of the row
    start, end = spans[place]
    return replace(problem, where=Location(where.file, where.line, start + 1, where.line, max(end, start + 1) + 1))


def _cells(line: str, delimiter: str, quote: str) -> Iterator[tuple[int, int]]:
    """Where each cell of a line begins and ends, its quotation marks with it."""
    start, quoted = 0, False
    for position, character in enumerate(line):
        if quote and character == quote:
            quoted = not quoted
        elif character == delimiter and not quoted:
            yield start, position
            start = position + 1
    if not quoted:
        yield start, len(line)
