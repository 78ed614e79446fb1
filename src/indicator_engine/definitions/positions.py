"""Where in a TOML file each key and value stands.

`tomllib` decides what is TOML but keeps no places. This scanner reads text that `tomllib` has accepted and
remembers, for every path of the data, where its key and its value are written; so it checks nothing itself.
It runs only when there is something to show. Offsets count characters (code points) of the text as read,
carriage returns included; the time is proportional to the text's length and nesting costs no stack.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.problems import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

DataPath = tuple[str | int, ...]

TEXT = (  # each kind of quoted text, longest first; a missing closing quote is let pass
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}+)?+'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}+)?+"
    r'|"(?:[^"\\\n]++|\\[^\n])*+"?+'
    r"|'[^'\n]*+'?+"
)
_SCALAR = late(rf"{TEXT}|[^\s,\]}}#]++(?: \d\d:[^\s,\]}}#]*+)?+", re.DOTALL)  # a date may have a space
_BLANK = late(r"(?:[\s,]++|#[^\n]*+)*+")  # commas too: accepted text has them where they belong
_KEY_PART = late(rf"[ \t]*+({TEXT}|[\w-]++)[ \t]*+([.=\]])", re.DOTALL)
_ESCAPE = late(r"\\(?:u(.{4})|U(.{8})|x(..)|(.))")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_OPENING = late(r"(?:\"{3}|'{3})(?:\r?\n)?|[\"']")
_LITERAL_PIECE = late(r"\r\n|.", re.DOTALL)
_BASIC_PIECE = late(r"(?P<nothing>\\[ \t]*+\r?\n[ \t\r\n]*+)|\\(?:u.{4}|U.{8}|x..|.)|\r\n|.", re.DOTALL)


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, both from 0."""

    start: int
    end: int


class _Node:
    """A value of the data: where it and its key are written, and what it holds."""

    __slots__ = ("children", "key", "repeated", "value", "written")

    def __init__(self, value: Span, key: Span | None = None) -> None:
        self.value = value
        self.key = key
        self.children: dict[str | int, _Node] = {}
        self.written = False  # in its own right; until then only implied by a longer name
        self.repeated = False  # a list of [[tables]]

    def write(self, place: Span) -> _Node:
        self.value, self.key, self.written = place, place, True
        return self

    def named(self, name: str, place: Span) -> _Node:
        """The child of that name, implied at `place` when it is new."""
        return self.children.get(name) or self.children.setdefault(name, _Node(place, place))

    def item(self, place: Span) -> _Node:
        """A new item at the end of a list."""
        return self.children.setdefault(len(self.children), _Node(place))

    def latest(self) -> _Node:
        """The table that a longer name continues: the last one of a list of [[tables]]."""
        return self.children[len(self.children) - 1] if self.repeated else self


@dataclass(frozen=True)
class Positions:
    """The places of one text's data. Paths are keys and list positions, as in `("priority", 0, "id")`.

    `twice` has the first and second place of each name written twice; accepted text has none, but a text
    that was refused for it can be scanned as far as the second place.
    """

    text: str
    root: _Node
    twice: tuple[tuple[Span, Span], ...] = ()

    def value(self, path: DataPath) -> Span | None:
        """Where the value is written, quotes and brackets included; None when the data has no such path.

        A table or item that has a header is there: `[priority]`, `[[priority.indicator]]`; a list of
        [[tables]] at its first header; a table that is only implied at the name that implies it.
        """
        node = self._node(path)
        return node.value if node else None

    def key(self, path: DataPath) -> Span | None:
        """Where the last part of the key is written, quotes included, or the table's header.

        None for an item of a bracketed list, which has no key, and when the data has no such path.
        """
        node = self._node(path)
        return node.key if node else None

    def nearest(self, path: DataPath) -> Span:
        """Where the value is written, or the innermost value around it; the start of the text at worst."""
        return self._walk(path)[-1].value

    def end(self, path: DataPath) -> int:
        """The place behind everything written at a path, in tables below its header too."""
        waiting, last = [self._walk(path)[-1]], 0
        while waiting:
            node = waiting.pop()
            last = max(last, node.value.end)
            waiting.extend(node.children.values())
        return last

    def within_text(self, path: DataPath, start: int, end: int) -> Span:
        """Where characters `start` to `end` (exclusive) of the text value at `path` are written.

        An escape counts as the one character it stands for, a folded line end as none. Places past the
        text's end are taken as its end. A path without a text gives `nearest`.
        """
        node, span = self._node(path), self.nearest(path)
        opening = _OPENING.match(self.text, span.start, span.end)
        if opening is None or node is None or node.value == node.key:
            return span
        pieces = list(self._pieces(opening, span.end, max(start, end, 0)))
        start, end = (min(max(place, 0), len(pieces) - 1) for place in (start, end))
        return Span(pieces[start].start, pieces[end - 1].end if end > start else pieces[start].start)

    def _pieces(self, opening: re.Match[str], end: int, most: int) -> Iterator[Span]:
        """The source of each character of a text, at most so many, and an empty span after the last."""
        mark = opening[0][0]
        stop = end - len(opening[0].rstrip("\r\n"))
        for piece in (_BASIC_PIECE if mark == '"' else _LITERAL_PIECE).finditer(self.text, opening.end(), stop):
            if piece.lastgroup is None:
                yield Span(*piece.span())
                most -= 1
            if most < 0:
                return
        yield Span(stop, stop)

    def _walk(self, path: DataPath) -> list[_Node]:
        """The nodes along a path, from the root as far as there are any."""
        nodes = [self.root]
        for step in path:
            child = nodes[-1].children.get(step)
            if child is None:
                break
            nodes.append(child)
        return nodes

    def _node(self, path: DataPath) -> _Node | None:
        nodes = self._walk(path)
        return nodes[-1] if path and len(nodes) == len(path) + 1 else None


class _Scanner:
    """Reads statement after statement; `at` is the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = self.table = _Node(Span(0, 0))
        self.twice: list[tuple[Span, Span]] = []

    def scan(self) -> Positions:
        while mark := self._next_mark():
            if mark == "[":
                self._header()
            else:
                self._values(self._key(self.table))
        return Positions(self.text, self.root, tuple(self.twice))

    def _next_mark(self) -> str:
        """Skip what carries no data and show the character there; empty at the end of the text."""
        self.at = _end(_BLANK.match(self.text, self.at), self.text)
        return self.text[self.at : self.at + 1]

    def _parts(self) -> list[tuple[str, Span]]:
        """The parts of a dotted key, as meant and as placed; moves past the `=` or `]` after it."""
        parts = []
        while part := _KEY_PART.match(self.text, self.at):
            parts.append((_meant(part[1]), Span(*part.span(1))))
            self.at = part.end()
            if part[2] != ".":
                break
        return parts

    def _header(self) -> None:
        """`[a.b]` opens a table, `[[a.b]]` adds one to a list."""
        start = self.at
        repeated = self.text.startswith("[[", start)
        self.at += 1 + repeated
        *outer, (name, place) = self._parts()
        self.at += repeated
        table = self.root
        for part in outer:
            table = table.named(*part).latest()
        known = table.children.get(name)
        place = Span(start, self.at)
        if known and known.written and not (repeated and known.repeated):
            self.twice.append((known.key or place, place))
        node = table.named(name, place)
        self.table = self._added(node, place) if repeated else node.write(place)

    @staticmethod
    def _added(node: _Node, place: Span) -> _Node:
        """One more table of a list, which is itself placed at its first."""
        if not node.repeated:
            node.write(place).repeated = True
        return node.item(place).write(place)

    def _key(self, table: _Node) -> _Node:
        """The node that a dotted key names."""
        *outer, (name, place) = self._parts()
        for part in outer:
            table = table.named(*part)
        if known := table.children.get(name):
            self.twice.append((known.key or place, place))
        return table.named(name, place).write(place)

    def _values(self, node: _Node | None) -> None:
        """A value and everything inside it. The brackets still open are kept in a list, innermost last."""
        around: list[_Node] = []
        while node is not None:
            mark, start = self._next_mark(), self.at
            if mark in ("[", "{"):
                around.append(node)
                self.at += 1
            else:
                self.at = _end(_SCALAR.match(self.text, start), self.text)
            node.value = Span(start, self.at)
            node = self._next_inside(around)

    def _next_inside(self, around: list[_Node]) -> _Node | None:
        """The next item or pair of the innermost open bracket, once those that end here are closed."""
        while around:
            mark, outer = self._next_mark(), around[-1]
            if mark in ("]", "}", ""):
                self.at += len(mark)
                outer.value = Span(outer.value.start, self.at)
                around.pop()
            elif self.text[outer.value.start] == "[":
                return outer.item(outer.value)
            else:
                return self._key(outer)
        return None


def scan(text: str) -> Positions:
    """The places of everything in a TOML text. `text` is as read, and `tomllib` has accepted it."""
    return _Scanner(text).scan()


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, both from 1. A line ends at its line feed; CR LF is one line end."""
    offset = min(max(offset, 0), len(text))
    column = offset - text.rfind("\n", 0, offset)
    inside_line_end = text[offset - 1 : offset + 1] == "\r\n"
    return text.count("\n", 0, offset) + 1, column - inside_line_end


def location(text: str, span: Span, file: str) -> Location:
    """A span as lines and columns of a file."""
    return Location(file, *line_column(text, span.start), *line_column(text, span.end))


def _end(found: re.Match[str] | None, text: str) -> int:
    return found.end() if found else len(text)


def _meant(part: str) -> str:
    """A part of a key without quotes and escapes."""
    if part[0] == '"':
        return _ESCAPE.sub(_character, part[1:-1])
    return part[1:-1] if part[0] == "'" else part


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _ESCAPED.get(escape[4], escape[4])
