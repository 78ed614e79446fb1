"""Folders of Parquet files, each of which is one table: what its columns are in all of its files.

Readers take the columns of one file for those of all. What others have besides would be left out, and what they have
of another type would be rounded to fit. So files are told apart by their columns, and those of several types are
brought to one that holds them all exactly; where there is none, the column says so, and is refused if a pack asks for
it.
"""

from __future__ import annotations

import re
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.connections import Column
from indicator_engine.evaluation.compiled.dialects import DUCKDB
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Asking = Callable[[str], Sequence[tuple[Any, ...]]]
    """What asks DuckDB a query."""

_WHOLE = {
    "TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "UTINYINT": 3, "USMALLINT": 5, "UINTEGER": 10,
}  # fmt: skip
"""Whole numbers, with their digits at the most."""
_INSTANTS = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"})
_TEXTS = frozenset({"VARCHAR", "UUID"})
_MOST_DIGITS = 38


@dataclass(frozen=True)
class Part:
    """Files with the same columns, and the type of each of these in DuckDB's words."""

    files: tuple[str, ...]
    types: Mapping[str, str]


@dataclass(frozen=True)
class Folder:
    """The files of one table. `casts` are the types to which columns are brought that have several, by small names.

    `differing` are those of which no type holds all; they are texts, so that at least it is known where they are blank.
    """

    parts: tuple[Part, ...]
    casts: Mapping[str, str]
    differing: Mapping[str, Column]

    def cast(self, part: Part) -> dict[str, str]:
        """The columns of a part that are to be another type."""
        return {name: self.casts[name.casefold()] for name in part.types if name.casefold() in self.casts}


def folder_of(files: Sequence[str], ask: Asking) -> Folder:
    """What the files of a table have in common, and what not."""
    if len(files) == 1:
        return Folder((Part(tuple(files), {}),), {}, {})
    parts = tuple(_parts(sorted(files), ask))
    casts: dict[str, str] = {}
    differing: dict[str, Column] = {}
    for name in dict.fromkeys(name.casefold() for part in parts for name in part.types):
        told = _types(name, parts)
        if len(set(told.values())) > 1:
            common = _common(told.values())
            casts[name] = common or "VARCHAR"
            if common is None:
                differing[name] = Column(_told_apart(told), differs=True)
    return Folder(parts, casts, differing)


def read(files: Sequence[str]) -> str:
    """What reads files in DuckDB."""
    return f"read_parquet({_listed(files)})"


def literally(file: str) -> str:
    """The name of a file where a pattern is expected."""
    return re.sub(r"[\[*?]", r"[\g<0>]", file)


def _listed(files: Sequence[str]) -> str:
    return f"[{', '.join(DUCKDB.literal(literally(one)) for one in files)}]"


def _parts(files: Sequence[str], ask: Asking) -> Iterable[Part]:
    """The files, those with the same columns together."""
    rows = ask(
        "SELECT file_name, name, type, type_length, num_children, converted_type, scale, precision, logical_type "
        f"FROM parquet_schema({_listed(files)}) ORDER BY file_name, column_id"  # quoted
    )
    alike: dict[tuple[Any, ...], list[str]] = {}
    for file, columns in groupby(rows, itemgetter(0)):
        alike.setdefault(tuple(row[1:] for row in list(columns)[1:]), []).append(file)  # the first is the whole
    for found in alike.values():
        described = ask(f"DESCRIBE SELECT * FROM {read(found[:1])}")
        yield Part(tuple(found), {name: kind for name, kind, *_ in described})


def _types(name: str, parts: Iterable[Part]) -> dict[str, str]:
    """The type of a column by the first file of each part that has it."""
    return {part.files[0]: kind for part in parts for one, kind in part.types.items() if one.casefold() == name}


def _common(types: Iterable[str]) -> str | None:
    """The type that holds exactly what each of several holds; None: there is none."""
    found = set(types)
    if found <= _WHOLE.keys():
        return "BIGINT"
    if found <= _INSTANTS:
        return "TIMESTAMP"
    if all(one in _TEXTS or one.startswith("ENUM") for one in found):
        return "VARCHAR"
    numbers = [_digits(one) for one in found]
    if None in numbers:
        return None
    digits, places = (max(each) for each in zip(*filter(None, numbers), strict=True))
    return f"DECIMAL({digits + places},{places})" if digits + places <= _MOST_DIGITS else None


def _digits(kind: str) -> tuple[int, int] | None:
    """The digits of an exact number before its point and behind it; None: it is none."""
    if found := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return int(found[1]) - int(found[2]), int(found[2])
    return (_WHOLE[kind], 0) if kind in _WHOLE else None


def _told_apart(told: Mapping[str, str]) -> str:
    """Two files in which a column is of types that do not go together."""
    pairs = list(combinations(told.items(), 2))
    first, other = next((pair for pair in pairs if _common(kind for _, kind in pair) is None), pairs[-1])
    return " and ".join(f"{kind} in {Path(file).name}" for file, kind in (first, other))
