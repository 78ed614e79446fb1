"""Saves witnesses as `[[test]]`s of a pack, in the file of tests beside it; tests that are there already stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.files import PackFile
from indicator_engine.definitions.toml_text import quoted, toml_key, toml_value
from indicator_engine.evaluation.results import exact
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.model import Statement
    from indicator_engine.testing.witnesses import Witness, Witnesses

_SAID = {
    "met": "the smallest history that meets it",
    "counts": "the smallest history that moves it",
    "missed": "one that just misses it",
    "in_time": "the last day that counts",
    "late": "a day too late",
    "undecided": "one that leaves it undecided",
    "lost": "met and then lost",
}


@dataclass(frozen=True)
class Saving:
    """The file of tests as it is and is to be, the pack with it, names of the tests added and kept."""

    path: Path
    name: str
    before: bytes
    content: bytes
    files: PackFiles
    added: tuple[str, ...]
    kept: tuple[str, ...]


def saving(files: PackFiles, statement: Statement, found: Iterable[Witnesses]) -> Saving:
    """What saving witnesses makes of a pack's file of tests. Nothing is written."""
    known = {check.name for check in statement.checks}
    every = [one for each in found for one in _all(each)]
    added = [one for one in every if name_of(one) not in known]
    file = _tests_file(files)
    before = file.content.decode()
    end = "\r\n" if "\r\n" in before else "\n"
    blocks = [as_test(one) for one in added]
    gap = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
    text = before + (gap + "\n".join(blocks)).replace("\n", end) if blocks else before
    changed = replace(file, content=text.encode())
    others = tuple(one for one in files.files if one.path != file.path)
    return Saving(
        file.path, file.name, file.content, changed.content, replace(files, files=(*others, changed)),
        tuple(map(name_of, added)), tuple(name_of(one) for one in every if name_of(one) in known),
    )  # fmt: skip


def _all(found: Witnesses) -> Iterator[Witness]:
    yield from found.found
    for part in found.parts:
        yield from _all(part)


def _tests_file(files: PackFiles) -> PackFile:
    """The pack's file of tests, or an empty one to be."""
    first = files.files[0]
    path = first.path.with_name(f"{first.path.stem}.tests.toml")
    found = next((one for one in files.files if one.path == path), None)
    return found or PackFile(path, first.name.removesuffix(".toml") + ".tests.toml", b"")


def name_of(witness: Witness) -> str:
    """The name of the test that a witness makes."""
    return f"witness of {witness.indicator}: {_SAID[witness.kind]}"


def as_test(witness: Witness) -> str:
    """A witness as a `[[test]]`."""
    lines = ["[[test]]", f"name = {quoted(name_of(witness))}", f"as_of = {witness.as_of.isoformat()}"]
    lines += _rows("given.register", witness.register)
    lines += _rows("given.events", [{k: v for k, v in row.items() if k != "event_id"} for row in witness.events])
    return "\n".join([*lines, f"expect.{toml_key(witness.indicator)} = {toml_value(_expected(witness))}", ""])


def _rows(key: str, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = [f"  {toml_value(dict(row))}," for row in rows]
    return [f"{key} = [", *lines, "]"] if lines else []


def _expected(witness: Witness) -> dict[str, Any]:
    result = witness.result
    value = exact(result.value)
    expected: dict[str, Any] = {"value": "unknown" if value is None else value, "verdict": result.verdict}
    if result.value is not None and not isinstance(result.value, bool) and result.value.denominator != 1:
        expected["value"] = f"{result.value.numerator}/{result.value.denominator}"
    if result.needed is not None:
        expected["needed"] = exact(result.needed)
    bounds = [exact(bound) for bound in result.bounds] if result.bounds else []
    if witness.kind == "undecided" and bounds and None not in bounds:
        expected["bounds"] = bounds
    return expected
