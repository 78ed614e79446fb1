"""How problems look: on a terminal, as data, as annotations on GitHub, in a code scanner.

Every form keeps the order it is given (`problems.file_order` gives the reader's). Messages and source lines are
other people's text, so terminals and logs get them through `safe_text`. What a code means is told elsewhere.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location
from indicator_engine.rendering.text import safe_text, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indicator_engine.problems import Problem

COLUMNS = 100
"""Columns of a terminal that an excerpt of the source may take; longer lines are cut around the place."""

TAB = "    "

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "frame": "1;34", "message": "1"}
_GITHUB_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


# --- for a terminal -------------------------------------------------------------------------------------------------


def as_text(problems: Sequence[Problem], sources: Mapping[str, str], *, color: bool) -> str:
    """Each problem with its place, the source line and carets, its hint; then how many there are.

    `sources` has the text of each file by the name its locations use; without it no line is shown. An empty
    text when there are no problems. No line feed at the end.
    """
    if not problems:
        return ""
    files = {problem.where.file for problem in problems if problem.where}
    lines = {file: text.split("\n") for file, text in sources.items() if file in files}
    blocks = [_Block(problem, lines, color=color).text() for problem in problems]
    return "\n\n".join([*blocks, count(problems)])


def count(problems: Iterable[Problem]) -> str:
    """How many problems of each severity.

    >>> count([])
    'no problems'
    """
    numbers = Counter(problem.severity for problem in problems)
    found = [(numbers[severity], severity) for severity in ("error", "warning", "note") if numbers[severity]]
    return ", ".join(f"{number} {severity}{'s' * (number != 1)}" for number, severity in found) or "no problems"


@dataclass(frozen=True)
class _Block:
    """One problem as lines of text."""

    problem: Problem
    lines: Mapping[str, Sequence[str]]
    color: bool

    def text(self) -> str:
        where = self.problem.where
        indent = " " * len(str(where.line if where else ""))
        parts = [self._title(), *self._place(indent), *self._remarks(indent)]
        return "\n".join(part.rstrip() for part in parts)

    def _title(self) -> str:
        severity = self.problem.severity
        kind = self._paint(severity, f"{severity}[{safe_text(self.problem.code)}]")
        return kind + self._paint("message", f": {safe_text(self.problem.message, 500)}")

    def _place(self, indent: str) -> list[str]:
        where = self.problem.where
        if where is None:
            return []
        arrow = f"{indent}{self._frame('-->')} {safe_text(str(where), 1000)}"
        source = self.lines.get(where.file, ())
        if not 1 <= where.line <= len(source):
            return [arrow]
        shown, before, marked = excerpt(source[where.line - 1], *_columns(where), COLUMNS - len(indent) - 3)
        carets = " " * before + self._paint(self.problem.severity, "^" * marked)
        number, bar = self._frame(f"{where.line} |"), f"{indent} {self._frame('|')}"
        return [arrow, bar, f"{number} {shown}", f"{bar} {carets}"]

    def _remarks(self, indent: str) -> list[str]:
        hint = self.problem.hint.splitlines() or [""]
        rows = [("= help:" if row == 0 else " " * 7, line) for row, line in enumerate(hint) if line.strip()]
        rows.append(("= see: ", f"indicators explain {self.problem.code}"))
        return [f"{indent} {self._frame(label)} {safe_text(line, 500)}" for label, line in rows]

    def _frame(self, text: str) -> str:
        return self._paint("frame", text)

    def _paint(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text.strip() else text


def _columns(where: Location) -> tuple[int, int]:
    """Where the marked stretch of the first line begins and ends, from 0; the end may lie past the line's."""
    start = max(where.column - 1, 0)
    if where.end_line > where.line:
        return start, 1 << 31
    return start, max(where.end_column - 1, start + 1)


def excerpt(line: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    """A line as shown in at most so many columns, and the columns before and under the marked characters.

    Tabs and what cannot be seen are written out; a longer line is cut around `start`, with `…` where it was.
    At least one column is marked, past the line's end if need be.
    """
    line = line.removesuffix("\r")
    start = min(start, len(line))
    end = min(end, len(line))
    skipped = max(start - columns - 1, 0)  # one more than can be shown on either side tells that it is cut
    cells = [TAB if character == "\t" else visible(character) for character in line[skipped : start + columns + 1]]
    first, last = _window(cells, start - skipped, columns)
    left, right = "…" * (skipped + first > 0), "…" * (skipped + last < len(line))
    before = len(left) + _width(cells[first : start - skipped])
    marked = _width(cells[start - skipped : min(end - skipped, last)])
    if not marked and start < end:  # a combining mark alone stands on the character before it
        before = max(before - 1, 0)
    return left + "".join(cells[first:last]) + right, before, max(marked, 1)


def _width(cells: Iterable[str]) -> int:
    return sum(width(character) for cell in cells for character in cell)


def _window(cells: Sequence[str], start: int, columns: int) -> tuple[int, int]:
    """Which cells to show around `start`: all when they fit, else a third of the columns before it."""
    costs = [max(_width([cell]), 1) for cell in cells]
    if sum(costs) <= columns:
        return 0, len(cells)
    columns -= 2  # for both …
    first = last = start
    used = 0
    while first > 0 and used + costs[first - 1] <= columns // 3:
        first -= 1
        used += costs[first]
    while last < len(cells) and used + costs[last] <= columns:
        used += costs[last]
        last += 1
    while first > 0 and used + costs[first - 1] <= columns:
        first -= 1
        used += costs[first]
    return first, last


# --- for programs ---------------------------------------------------------------------------------------------------


def as_json(problems: Iterable[Problem]) -> list[dict[str, str | int | None]]:
    """Each problem with what `Problem` and `Location` call by the same names; places that are not known are None."""
    return [_json(problem, problem.where or Location("")) for problem in problems]


def _json(problem: Problem, where: Location) -> dict[str, str | int | None]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "file": where.file or None,
        "line": where.line or None,
        "column": where.column or None,
        "end_line": where.end_line or None,
        "end_column": where.end_column or None,
    }


def as_github(problems: Iterable[Problem]) -> str:
    """Workflow commands that put each problem beside its line in a pull request, one a line.

    Source: docs.github.com, "Workflow commands for GitHub Actions". Columns are left out when a problem spans
    lines, as GitHub takes them for one line only.
    """
    return "\n".join(map(_github, problems))


def _github(problem: Problem) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _github_properties(problem).items())
    message = "\n".join(safe_text(line, 1000) for line in [problem.message, *problem.hint.splitlines()])
    return f"::{_GITHUB_COMMANDS[problem.severity]} {properties}::{_data(message)}"


def _github_properties(problem: Problem) -> dict[str, str | int]:
    properties: dict[str, str | int] = {}
    if (where := problem.where) is not None:
        properties["file"] = safe_text(where.file.replace("\\", "/"), 1000)
        if where.line:
            properties |= {"line": where.line, **_github_end(where)}
    return properties | {"title": safe_text(problem.code)}


def _github_end(where: Location) -> dict[str, int]:
    if where.end_line > where.line:
        return {"endLine": where.end_line}
    columns = {"col": where.column, "endColumn": where.end_column}
    return {name: column for name, column in columns.items() if column}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: Sequence[Problem], catalogue: Mapping[str, str]) -> dict[str, Any]:
    """One run of the Static Analysis Results Interchange Format 2.1.0, as code scanners read it.

    `catalogue` says what each code means, in one sentence; a code it lacks stands for itself.
    """
    codes = sorted({problem.code for problem in problems})
    rules = [{"id": code, "shortDescription": {"text": catalogue.get(code, code)}} for code in codes]
    run = {
        "tool": {"driver": {"name": "indicator-engine", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    result = {"ruleId": problem.code, "ruleIndex": rule, "level": problem.severity, "message": {"text": message}}
    return result | ({"locations": [_sarif_location(problem.where)]} if problem.where else {})


def _sarif_location(where: Location) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.file)}}
    columns = {"startColumn": where.column, "endLine": where.end_line, "endColumn": where.end_column}
    if where.line:
        place["region"] = {"startLine": where.line} | {name: at for name, at in columns.items() if at}
    return {"physicalLocation": place}


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(file.replace("\\", "/"), errors="replace")
