"""Adds a dated version to a target in the text of a pack, keeping every comment and the layout around it.

Nothing is written anew: a few characters are put between those that stand there, at places that `positions` finds. The
result is read again, and must differ from what was read before by the new version alone; else nothing is changed.
"""

from __future__ import annotations

import copy
import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.merging import Tables
from indicator_engine.definitions.precheck import parse
from indicator_engine.definitions.sources import Source
from indicator_engine.definitions.toml_text import toml_value
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from indicator_engine.definitions.files import PackFile, PackFiles
    from indicator_engine.definitions.model import Indicator
    from indicator_engine.definitions.positions import DataPath, Positions, Span

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?")
_GAP = re.compile(r"(?:\s++|#[^\n]*+)*+")


@dataclass(frozen=True)
class Amendment:
    """A changed file of a pack that has not been written yet, and the pack's files with it in its place."""

    path: Path
    name: str
    before: str
    after: str
    content: bytes
    files: PackFiles

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = self.before.splitlines(), self.after.splitlines()
        return "\n".join(difflib.unified_diff(old, new, self.name, self.name, n=2, lineterm=""))


@dataclass(frozen=True)
class _Insertion:
    """Characters that are put in before a place of the text."""

    at: int
    text: str


def with_version(files: PackFiles, indicator: Indicator, version: Mapping[str, Any], stage: int = 0) -> Amendment:
    """The pack with one more version of a stage's target, the last one decided.

    Raises IndicatorEngineError, with the line to write, where the target is written in a way that cannot be added to.
    """
    return _with_version(files, indicator.stages[stage][0].path, version)


def with_deemed_size(files: PackFiles, population: str, version: Mapping[str, Any]) -> Amendment:
    """The pack with one more deemed size of a population, the last one decided; raises as `with_version`."""
    path = ("population", population, "deemed")
    _, source, _ = found_in(files, path)
    present = source.data["population"][population].get("deemed")
    if present is None:
        raise IndicatorEngineError(
            f"{source.location(path[:2])}: `{population}` is counted by the register. To deem it a number, write "
            f"`deemed = {toml_value(dict(version))}` there"
        )
    return _with_version(files, (*path, 0) if isinstance(present, list) else path, version)


def with_status(files: PackFiles, status: str) -> Amendment:
    """The pack with another status of its statement."""
    file, source, path = found_in(files, ("statement", "status"))
    span = source.positions.value(path)
    if span is None:
        raise IndicatorEngineError(f"{file.name}: the statement has no `status` to change")
    after = source.text[: span.start] + toml_value(status) + source.text[span.end :]
    return _amendment(files, file, source, after)


def _amendment(files: PackFiles, file: PackFile, source: Source, after: str) -> Amendment:
    changed = replace(file, content=after.encode())
    others = tuple(changed if one is file else one for one in files.files)
    return Amendment(file.path, file.name, source.text, after, changed.content, replace(files, files=others))


def _with_version(files: PackFiles, place: DataPath, version: Mapping[str, Any]) -> Amendment:
    file, source, path = found_in(files, place)
    target = _Target(source, path)
    after = _applied(source.text, target.insertions(dict(version)))
    content = after.encode()
    data, _, problems = parse(content, file.name)
    if problems or data != target.expected(dict(version)):
        raise _by_hand(source, path, version)
    return _amendment(files, file, source, after)


def found_in(files: PackFiles, path: DataPath) -> tuple[PackFile, Source, DataPath]:
    """The file that a path through the whole pack leads into, and the path there."""
    sources = []
    for file in files.files:
        data, text, problems = parse(file.content, file.name)
        sources.append(Source(file.name, text, data or {}, problems))
    Tables.of(sources)
    for file, source in zip(files.files, sources, strict=True):
        if there := source.holds(path):
            return file, source, there
    raise IndicatorEngineError(f"{files.files[0].name}: what was read is not found again")


def _applied(text: str, insertions: Iterable[_Insertion]) -> str:
    """The text with all insertions; of two at one place the first comes first."""
    pieces, done = list[str](), 0
    for one in sorted(insertions, key=lambda one: one.at):
        pieces += [text[done : one.at], one.text]
        done = one.at
    return "".join([*pieces, text[done:]])


def _by_hand(source: Source, path: DataPath, version: Mapping[str, Any]) -> IndicatorEngineError:
    where = source.location(path)
    name = next(str(step) for step in reversed(path) if isinstance(step, str))
    return IndicatorEngineError(
        f"{where}: this {name} is written in a way that nothing can be added to. Write it as "
        f"`{name} = [{{ … }}, {toml_value(dict(version))}]`, the present {name} in the place of {{ … }}"
    )


class _Target:
    """One written target: what is to be put in where, and what the data are then."""

    def __init__(self, source: Source, path: DataPath) -> None:
        self.text = source.text
        self.data = source.data
        self.positions: Positions = source.positions
        self.path = path
        self.version_of_stage = self._is_stage(path)
        self.listed = not self.version_of_stage and isinstance(path[-1], int)

    def _is_stage(self, path: DataPath) -> bool:
        """Whether what stands there has a deadline of its own, and so needs its versions inside it."""
        value = self._value(path)
        return isinstance(value, dict) and "due" in value and path[-2] != "versions"

    def _value(self, path: DataPath) -> Any:
        value: Any = self.data
        for step in path:
            value = value[step]
        return value

    # ── the data ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def expected(self, version: dict[str, Any]) -> dict[str, Any]:
        """The data of the file with the version."""
        data = copy.deepcopy(self.data)
        *outer, last = self.path[:-1] if self.listed else self.path
        around: Any = data
        for step in outer:
            around = around[step]
        old = around[last]
        if self.listed:
            around[last] = [*old, version]
        elif self.version_of_stage:
            around[last] = {"due": old["due"], "versions": [old, version]}
        else:
            around[last] = [old, version]
        return data

    # ── the text ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def insertions(self, version: dict[str, Any]) -> Iterator[_Insertion]:
        """What is to be put in. A target that is written as dotted keys gives nothing that would do."""
        span = self.positions.nearest(self.path)
        is_header = self.positions.key(self.path) == span and self.text.startswith("[", span.start)
        if is_header:
            return self._another_table(span, version)
        if self.listed:
            return self._in_list(self.positions.nearest(self.path[:-1]), version)
        return self._around(span, version)

    def _around(self, span: Span, version: dict[str, Any]) -> Iterator[_Insertion]:
        """A single target becomes the first of a list."""
        indent, end = self._indent(span.start), self._line_end()
        head, tail = f"[{end}{indent}  ", f",{end}{indent}  {toml_value(version)},{end}{indent}]"
        if self.version_of_stage:
            due = self.positions.nearest((*self.path, "due"))
            head = f"{{ due = {self.text[due.start : due.end]}, versions = {head}"
            tail += " }"
        yield _Insertion(span.start, head)
        yield _Insertion(span.end, tail)

    def _in_list(self, span: Span, version: dict[str, Any]) -> Iterator[_Insertion]:
        """One more item at the end of a bracketed list, laid out like the one before it."""
        count = len(self._value(self.path[:-1]))
        last = self.positions.nearest((*self.path[:-1], count - 1))
        gap = self._comma_after(last.end, span.end)
        if gap is None:
            yield _Insertion(last.end, ",")
        if "\n" not in self.text[span.start : last.start]:
            yield _Insertion(gap or last.end, f" {toml_value(version)}" + ("," if gap else ""))
            return
        match = _REST_OF_LINE.match(self.text, gap or last.end)
        place = match.end() if match and self.text[match.end() : match.end() + 1] in ("\r", "\n") else gap or last.end
        yield _Insertion(place, f"{self._line_end()}{self._indent(last.start)}{toml_value(version)}" + "," * bool(gap))

    def _comma_after(self, start: int, end: int) -> int | None:
        """The place behind the comma that follows an item; None where there is none before the bracket."""
        match = _GAP.match(self.text, start, end)
        place = match.end() if match else start
        return place + 1 if self.text[place : place + 1] == "," else None

    def _another_table(self, header: Span, version: dict[str, Any]) -> Iterator[_Insertion]:
        """One more `[[…target]]` below the last one; a single `[…target]` becomes the first of them."""
        written = self.text[header.start : header.end]
        if not self.listed:
            yield _Insertion(header.start, "[")
            yield _Insertion(header.end, "]")
            written = f"[{written}]"
        count = len(self._value(self.path[:-1])) if self.listed else 1
        last = (*self.path[:-1], count - 1) if self.listed else self.path
        indent, end = self._indent(header.start), self._line_end()
        match = _REST_OF_LINE.match(self.text, self.positions.end(last))
        lines = [written, *(f"{key} = {toml_value(value)}" for key, value in version.items())]
        text = "".join(f"{end}{indent}{line}" for line in lines)
        yield _Insertion(match.end() if match else len(self.text), end + text)

    def _indent(self, at: int) -> str:
        """The white space that the line of a place begins with."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _line_end(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"
