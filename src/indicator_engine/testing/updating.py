"""Writes what was computed in the place of what `[[test]]`s expect, where the two differ; everything else stays.

Nobody should accept such a change unread: `update` only makes it, with a diff to look at, and reads the pack again.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.definitions.amending import found_in
from indicator_engine.definitions.toml_text import toml_value
from indicator_engine.frozen import dataclass
from indicator_engine.testing.pack_tests import run_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from indicator_engine.definitions.files import PackFile, PackFiles
    from indicator_engine.definitions.model import Check, Statement
    from indicator_engine.testing.pack_tests import Failure


@dataclass(frozen=True)
class Change:
    """One file with other expectations in it."""

    path: Path
    name: str
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = (text.decode().splitlines() for text in (self.before, self.after))
        return "\n".join(difflib.unified_diff(old, new, self.name, self.name, n=2, lineterm=""))


@dataclass(frozen=True)
class Update:
    """The files that change, the pack with them, and what has to be written by hand: its place and what it is."""

    changes: tuple[Change, ...]
    files: PackFiles
    count: int
    by_hand: tuple[str, ...]


def update(files: PackFiles, statement: Statement) -> Update:
    """What makes the tests of a pack expect what it computes. Nothing is written."""
    edits: dict[Path, list[tuple[int, int, str]]] = {}
    by_hand = list[str]()
    for check in statement.checks:
        for failure in run_check(statement, check).failures:
            found = _edit(files, check, failure)
            if found is None:
                by_hand.append(f"{failure.where}: {failure.name}: {failure.computed}")
            else:
                file, edit = found
                edits.setdefault(file.path, []).append(edit)
    changed = {file.path: replace(file, content=_applied(file, edits[file.path])) for file in files.files
               if file.path in edits}  # fmt: skip
    changes = (Change(one.path, one.name, one.content, changed[one.path].content) for one in files.files
               if one.path in changed)  # fmt: skip
    new = replace(files, files=tuple(changed.get(one.path, one) for one in files.files))
    return Update(tuple(changes), new, sum(map(len, edits.values())), tuple(by_hand))


def _edit(files: PackFiles, check: Check, failure: Failure) -> tuple[PackFile, tuple[int, int, str]] | None:
    """Where the expectation stands, and what is to stand there; None where that cannot be written."""
    place, expected = _expected(check, failure)
    file, source, path = found_in(files, place)
    span = source.positions.value(path)
    written = list(_written(failure.value, expected))
    if span is None or len(written) != 1:
        return None
    return file, (span.start, span.end, toml_value(written[0]))


def _expected(check: Check, failure: Failure) -> tuple[tuple[str | int, ...], Any]:
    """Where an expectation stands in the pack, and what it says."""
    if not failure.indicator:
        return (*check.path[:-1], failure.field), check.diagnostics
    expected: Mapping[str, Any] = check.expect[failure.indicator]
    return (*check.path, failure.indicator, failure.field), expected[failure.field]


def _written(value: Any, expected: Any) -> Iterator[Any]:
    """A computed value as a test expects it, in the way in which it was written before; nothing where it cannot be."""
    if isinstance(value, Fraction):
        yield _number(value, expected)
    elif isinstance(value, dict):
        yield sorted(value) if isinstance(expected, list) else dict(value)
    elif isinstance(value, tuple):
        items = [list(_written(one, None)) for one in value]
        if all(items):
            yield [one for (one,) in items]
    elif isinstance(value, str | bool | date):
        yield value


def _number(value: Fraction, expected: Any) -> Any:
    share = value * 100
    if isinstance(expected, str) and expected.strip().endswith("%") and share.denominator == 1:
        return f"{share.numerator}%"
    if value.denominator == 1:
        return value.numerator
    exact = amounts.exact(value)
    return exact if amounts.read(str(exact)) == amounts.read(str(value)) else str(value)


def _applied(file: PackFile, edits: list[tuple[int, int, str]]) -> bytes:
    text = file.content.decode()
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text.encode()
