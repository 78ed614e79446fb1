"""Results as a page of Markdown, for a web page, a pull request or a wiki.

One table a priority and, below it, what there is to say of each indicator. Everything that others wrote is escaped:
it can neither break the table nor become markup or a link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Output, Page, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.differences import Changes
    from indicator_engine.rendering.view import Line, Section, View


@hookimpl
def register_outputs(register: Callable[[Output], None]) -> None:
    """Register Markdown."""
    register(Output("markdown", (".md",), render))


def render(results: Results, page: Page) -> bytes:
    """The page, in UTF-8."""
    from indicator_engine.rendering.view import view_of

    view = view_of(results)
    blocks = [
        *_head(view),
        *(_changes(view.changes) if view.changes else ()),
        *(block for section in view.sections for block in _section(section, view, page)),
        *_foot(view),
    ]
    return ("\n\n".join(blocks) + "\n").encode()


_MARKUP = re.compile(r"[\\`*{}\[\]<>|#~&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINE_START = re.compile(r"^(?:[-+=](?=[-+=\s]|$)|\d+(?=[.)](?:\s|$)))")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=\bwww)(?=\.)")


def escaped(text: str) -> str:
    r"""A text as Markdown shows it, with nothing in it that is markup. Parentheses mean nothing once brackets do not.

    >>> escaped("a|b [x](y) *z*")
    'a\\|b \\[x\\](y) \\*z\\*'
    """
    shown = _ADDRESS.sub(r"\\", _MARKUP.sub(r"\\\g<0>", text))
    return _LINE_START.sub(lambda start: _escaped_start(start[0]), shown)


def _escaped_start(start: str) -> str:
    """A mark, or the number of a list, that would begin a block."""
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"


def _head(view: View) -> Iterator[str]:
    yield f"# {escaped(view.title)}"
    yield f"{escaped(view.document)}  \n{escaped(view.dates)}"
    yield f"**{escaped(view.headline)}**"


def _changes(changes: Changes) -> Iterator[str]:
    """The table of what has changed since an edition."""
    yield f"## {escaped(changes.title)}"
    if changes.rows:
        head = f"| {' | '.join(map(escaped, changes.headings))} |\n|{'---|' * len(changes.headings)}"
        yield "\n".join([head, *(f"| {' | '.join(map(escaped, row.cells))} |" for row in changes.rows)])
    yield escaped(changes.quiet)


def _foot(view: View) -> Iterator[str]:
    say = view.say
    yield from _listed(say("flags_mean"), (f"{flag}: {meaning}" if meaning else flag for flag, meaning in view.flags))
    yield from _listed(say("assumptions"), (text + _for(names) for text, names in view.assumptions))
    yield from _listed(say("statement_notes"), view.notes)
    yield from _listed(say("data"), view.data_notes)
    yield escaped(" · ".join(f"{name} {value}" for name, value in view.provenance))


def _for(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _listed(heading: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"- {escaped(item)}" for item in items]
    if lines:
        yield f"## {heading}"
        yield "\n".join(lines)


def _section(section: Section, view: View, page: Page) -> Iterator[str]:
    yield f"## {escaped(section.heading)}"
    around = [escaped(text) for text in (*section.outcomes, section.aims, *section.notes) if text]
    if around:
        yield "  \n".join(around)
    yield "\n".join(_table(section, view))
    if page.details:
        for line in section.lines:
            yield from _details(line)


def _table(section: Section, view: View) -> Iterator[str]:
    say = view.say
    headings = (
        say("status"),
        view.vocabulary.indicator,
        *(say(key) for key in ("value_told", "target", "due", "remarks")),
    )
    yield f"| {' | '.join(map(escaped, headings))} |"
    yield "|---|---|---|---|---|---|"
    for line in section.lines:
        yield from _rows(line)


def _rows(line: Line, above: str = "") -> Iterator[str]:
    name = escaped(f"{above}{line.name}")
    described = [name if above else f"**{name}**", *map(escaped, (line.statement, line.text))]
    if line.name != line.id:
        described.append(escaped(line.id))
    status = f"{line.status.symbol} {escaped(line.status.word)}"
    figures = map(escaped, (line.value, line.target, line.due, "; ".join(line.remarks)))
    yield f"| {' | '.join((status, '<br>'.join(filter(None, described)), *figures))} |"
    for part in line.parts:
        yield from _rows(part, f"{above}– ")


def _details(line: Line, above: str = "") -> Iterator[str]:
    """Who counted, who did not and why, what could not be decided, and where all this is defined."""
    yield f"### {escaped(above + line.id)}"
    facts = [f"- {escaped(text)}" for text in line.facts]
    if facts:
        yield "\n".join(facts)
    for part in line.parts:
        yield from _details(part, f"{above}{line.id} / ")
