"""The county's own table as texts: what each of its columns holds for an indicator, and what stands beside it.

Workbook and document lay these texts out; the page does the same in its templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.rendering.view import Line, Section, View

AROUND = frozenset({"priority", "outcome", "aim"})
"""Columns that tell of the priority as a whole: the same for each of its indicators."""


def around(kind: str, section: Section) -> str:
    """What a column holds that tells of the priority."""
    if kind == "priority":
        return f"{section.number} {section.title}".strip()
    return "\n".join(section.plain_outcomes) if kind == "outcome" else ", ".join(aim for aim, _ in section.aims_cited)


def inside(kind: str, line: Line, view: View) -> tuple[str, ...]:
    """What a column holds that tells of one indicator, a paragraph each."""
    if kind == "target":
        return tuple(filter(None, (line.target, line.due)))
    has_target = any(column == "target" for column, _ in view.columns)
    aimed = () if has_target else (labelled(view.say("target"), line.target), labelled(view.say("due"), line.due))
    return tuple(filter(None, (line.name, line.statement, line.text, *aimed)))


def labelled(label: str, text: str) -> str:
    """A text behind the word for it; nothing where there is no text."""
    return f"{label}: {text}" if text else ""


def remarks(line: Line, view: View) -> tuple[str, ...]:
    """What stands beside the figure: what is lacking, the path, the bounds, how it moved, the flags worth showing."""
    needed = view.say("needed", needed=line.needed) if line.needed else ""
    return tuple(filter(None, (needed, line.expected, line.bounds, line.trend, *line.detail.raised)))


def with_parts(lines: tuple[Line, ...], above: str = "") -> Iterator[tuple[str, Line]]:
    """Each indicator and each part of one, a part as `indicator/part`."""
    for line in lines:
        yield above + line.id, line
        yield from with_parts(line.parts, f"{above}{line.id}/")
