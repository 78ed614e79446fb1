"""Results as a table for a terminal, or for a file that people read: the default output.

Nothing is cut: what does not fit on a line goes on in the next. Status is a symbol, a word and, where there is colour,
a colour. Only layout is decided here; the words come from `rendering/view.py`, which has made them safe to show.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Output, Page, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.table import Table

    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.differences import ChangedLine
    from indicator_engine.rendering.view import Line, Section, View

STYLES = {"green": "green", "amber": "yellow", "red": "bold red", "grey": "dim"}
WIDE = 120
"""From so many columns on, the deadline has a column of its own."""
NARROWEST = 68
DIGEST = 64
NOTES_SHOWN = 20
"""So many notes about the data are listed; how many more there are is said."""


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register the table."""
    register(Output("table", (".txt",), render))


def render(results: Results, page: Page) -> bytes:
    """The table, in UTF-8."""
    from rich.console import Console

    from indicator_engine.rendering.view import view_of

    view = view_of(results)
    file = io.StringIO()
    console = Console(
        file=file,
        width=max(page.columns, NARROWEST),
        force_terminal=page.colour,
        color_system="standard" if page.colour else None,
        no_color=not page.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    _head(console, view)
    _column_heads(console, view, page)
    for section in view.sections:
        _section(console, section, page)
    _foot(console, view)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()).encode() + b"\n"


# ── head and foot ────────────────────────────────────────────────────────────────────────────────────────────────────


def _head(console: Console, view: View) -> None:
    console.print(view.title, style="bold")
    console.print(view.document)
    console.print(view.dates)
    console.print()
    console.print(view.headline, style="bold")


def _foot(console: Console, view: View) -> None:
    if changes := view.changes:
        _list(console, changes.title, [*(_moved(row) for row in changes.rows), changes.quiet])
    _list(console, "What the flags mean", [f"{flag}: {meaning}" if meaning else flag for flag, meaning in view.flags])
    _list(console, "Assumptions", [text + _for(names) for text, names in view.assumptions])
    _list(console, "Notes of the statement", view.notes)
    left_out = len(view.data_notes) - NOTES_SHOWN
    more = [f"and {left_out} more, which --format json lists"] if left_out > 0 else []
    _list(console, "About the data", [*view.data_notes[:NOTES_SHOWN], *more])
    console.print()
    console.print(" · ".join(f"{name} {_short(value)}" for name, value in view.provenance), style="dim")


def _moved(row: ChangedLine) -> str:
    told = ", ".join(filter(None, (row.change, row.status, *row.causes)))
    return f"{row.name}: {row.before} → {row.after} ({told})"


def _short(value: str) -> str:
    """A digest by its beginning, which names it well enough for people; JSON and CSV have all of it."""
    return " ".join(f"{word[:12]}…" if len(word) == DIGEST else word for word in value.split(" "))


def _for(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _list(console: Console, heading: str, items: Iterable[str]) -> None:
    items = list(items)
    if items:
        console.print()
        console.print(heading, style="bold")
        console.print(_bullets(items))


def _bullets(items: Iterable[str], mark: str = "-") -> Table:
    """A list whose items, where they wrap, stay clear of their marks."""
    table = _grid()
    table.add_column(width=len(mark) + 1)
    table.add_column(overflow="fold")
    for item in items:
        table.add_row(f"{mark} ", item)
    return table


def _grid(gap: int = 0) -> Table:
    from rich.table import Table

    return Table.grid(padding=(0, gap, 0, 0))


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _column_heads(console: Console, view: View, page: Page) -> None:
    heads = [
        "Status",
        view.vocabulary.indicator,
        "Value",
        *(("Target", "Due") if _wide(page) else ("Target, due date",)),
    ]
    table = _table(page)
    table.add_row(*heads, style="dim")
    console.print()
    console.print(table)


def _wide(page: Page) -> bool:
    return page.columns >= WIDE


def _table(page: Page) -> Table:
    """An empty table; every section's columns have the same widths, so that they stand below each other."""
    table = _grid(gap=1)
    status, *figures = (16, 15, 24, 20) if _wide(page) else (13, 12, 19)
    gaps = 1 + len(figures)
    described = max(page.columns, NARROWEST) - status - sum(figures) - gaps
    for width in (status, described, *figures):
        table.add_column(width=width, overflow="fold")
    return table


def _section(console: Console, section: Section, page: Page) -> None:
    console.print()
    console.print(section.heading, style="bold")
    for text in (*section.outcomes, section.aims, *section.notes):
        if text:
            console.print(text, style="dim")
    console.rule(characters="─", style="dim")
    table = _table(page)
    for index, line in enumerate(section.lines):
        if index:
            table.add_row()
        for row in _rows(line, page):
            table.add_row(*row)
    console.print(table)


def _rows(line: Line, page: Page, depth: int = 0) -> Iterator[Sequence[RenderableType]]:
    """The row of an indicator, then those of its parts."""
    due = _on_two_lines(line.due)
    times = (line.target, due) if _wide(page) else ("\n".join(filter(None, (line.target, due))),)
    yield (_status(line), _described(line, page, depth), _on_two_lines(line.value), *times)
    for part in line.parts:
        yield from _rows(part, page, depth + 1)


def _on_two_lines(text: str) -> str:
    """What stands in brackets goes below: a narrow column would break it anywhere."""
    return text.replace(" (", "\n(", 1)


def _status(line: Line) -> RenderableType:
    """Symbol and word; a word that wraps stays clear of the symbol."""
    table = _grid(gap=1)
    table.add_row(line.status.symbol, line.status.word, style=STYLES[line.status.light])
    return table


def _described(line: Line, page: Page, depth: int) -> RenderableType:
    """What the indicator is, its id, and the remarks beside its figures."""
    from rich.padding import Padding
    from rich.text import Text

    text = Text()
    text.append(line.name, style="" if depth else "bold")
    if line.statement:
        text.append(f"\n{line.statement}")
    if line.text:
        text.append(f"\n{line.text}")
    text.append(f"\n{' · '.join(_marked(line))}", style="dim")
    for fact in line.facts if page.details else ():
        text.append(f"\n{fact}")
    return Padding(text, (0, 0, 0, 2 * depth)) if depth else text


def _marked(line: Line) -> Iterator[str]:
    if line.id != line.name:
        yield line.id
    yield from line.remarks
