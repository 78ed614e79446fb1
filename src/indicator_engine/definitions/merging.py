"""The tables of all files of a pack, put together in the order of the files.

Lists are continued from file to file, named tables gathered; a table that there can be only one of, such as
`[statement]`, is reported where it stands a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from indicator_engine.definitions.refused import Refused
from indicator_engine.definitions.structure import read_structure
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.shape import (
        AimTable,
        CaseTable,
        PackTable,
        PriorityTable,
        StatementTable,
        SubjectTable,
    )
    from indicator_engine.definitions.sources import Place, Source

T = TypeVar("T")
Named = list[tuple["Place", str, Any]]
"""Named tables: where each stands, its name, the table."""

_LISTS = ("aim", "priority", "test")


@dataclass(frozen=True)
class Tables:
    """The tables of each file, with the place of the file as a whole."""

    files: tuple[tuple[Place, PackTable], ...]

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Tables:
        """The tables of each file; faults of their shape are reported."""
        before = dict.fromkeys(_LISTS, 0)
        files = []
        for source in sources:
            source.before = dict(before)
            files.append((source.root, read_structure(source)))
            before = {key: count + _length(source.data.get(key)) for key, count in before.items()}
        return cls(tuple(files))

    def statement(self) -> tuple[Place, StatementTable] | None:
        """The one `[statement]`."""
        return _only_one([(place / "statement", pack.statement) for place, pack in self.files if pack.statement])

    def subject(self) -> tuple[Place, SubjectTable] | None:
        """The one `[subject]`, if there is any."""
        return _only_one([(place / "subject", pack.subject) for place, pack in self.files if pack.subject])

    def aims(self) -> Iterator[tuple[Place, AimTable]]:
        """Every `[[aim]]`."""
        return self._listed("aim")

    def priorities(self) -> Iterator[tuple[Place, PriorityTable]]:
        """Every `[[priority]]`."""
        return self._listed("priority")

    def cases(self) -> Iterator[tuple[Place, CaseTable]]:
        """Every `[[test]]`."""
        return self._listed("test")

    def named(self, key: Literal["event", "population", "define", "source"]) -> Named:
        """Every `[event.<name>]`, `[population.<name>]`, `[source.<name>]` or line of `[define]`, also twice."""
        return [
            (place / key / name, name, table)
            for place, pack in self.files
            for name, table in getattr(pack, key).items()
        ]

    def refused(self) -> Refused:
        """What may have been declared in parts of the files that were refused."""
        return Refused.of([place.source for place, _ in self.files])

    def _listed(self, key: str) -> Iterator[tuple[Place, Any]]:
        for place, pack in self.files:
            for position, table in enumerate(getattr(pack, key)):
                yield place / key / position, table


def _only_one(found: list[tuple[Place, T]]) -> tuple[Place, T] | None:
    for place, _ in found[1:]:
        first = found[0][0].location
        place.report("IE025", f"[{place.path[-1]}] stands already in {first.file}, line {first.line}",
                     "move its lines there; a pack has one only", on_key=True)  # fmt: skip
    return found[0] if found else None


def _length(items: object) -> int:
    return len(items) if isinstance(items, list) else 0
