"""Which of a pack's sources a file is read by: the one named, the one declared for files of its name, or none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement


@dataclass(frozen=True)
class Mappings:
    """The sources there are. `named` is the one asked for; `ignore` are further columns that are not to be read."""

    known: tuple[SourceMapping, ...]
    named: str | None = None
    ignore: tuple[str, ...] = ()
    given: tuple[SourceMapping, ...] = ()
    """Those of a file that was given for this import; one that names no files is for all of its kind."""

    @classmethod
    def of(
        cls, statement: Statement, file: Path | None = None, named: str | None = None, ignore: Sequence[str] = ()
    ) -> Mappings:
        """The sources of a file, and those of the statement that it does not tell anew.

        Raises an error where the one named is none of them.
        """
        from indicator_engine.definitions.mapping_files import load_mappings

        beside = load_mappings(file, statement.schema) if file else ()
        names = {one.name for one in beside}
        known = (*beside, *(one for one in statement.mappings if one.name not in names))
        if named and named not in {one.name for one in known}:
            hint = did_you_mean(named, [one.name for one in known]) or "the pack declares none"
            raise IndicatorEngineError(f"there is no source `{named}`; {hint}")
        return cls(known, named, tuple(ignore), beside)

    def declared(self, address: str, kind: Literal["events", "register"]) -> SourceMapping | None:
        """The source that says how a file of this kind is read; None where none does."""
        own = [one for one in self.known if one.kind == kind]
        if named := [one for one in own if one.name == self.named]:
            return named[0]
        found = [one for one in own if one.is_for(file_name(address))] or [
            one for one in self.given if one.kind == kind and not one.files and not one.table
        ]
        if len(found) > 1:
            names = " or ".join(f"`{one.name}`" for one in found)
            raise IndicatorEngineError(f"several sources are for {address}: choose {names} with --source")
        return found[0] if found else None

    def mapping(self, address: str, kind: Literal["events", "register"]) -> SourceMapping:
        """How a file is read; where no source says it, its columns are called as in the pack."""
        found = self.declared(address, kind) or self.plain(kind)
        return replace(found, ignore=(*found.ignore, *self.ignore)) if self.ignore else found

    @staticmethod
    def plain(kind: Literal["events", "register"]) -> SourceMapping:
        """How a file is read whose columns are called as in the pack."""
        from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER

        return PLAIN_REGISTER if kind == "register" else PLAIN_EVENTS


def file_name(address: str) -> str:
    """The name of a file, without its folder and without the reader that stands in front of it."""
    return Path(address if "://" in address else address.rpartition(":")[2]).name
