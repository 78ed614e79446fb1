"""What an inspection comes to: a proposed mapping, the evidence for each part of it, and what stays open.

`Findings` gathers all of it while the file is looked at; a `Proposal` is what came of it and never changes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.definitions.mappings import SERIAL, SourceMapping
from indicator_engine.frozen import dataclass
from indicator_engine.periods import DayFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import BinaryIO

    from indicator_engine.store.tables import Reading, Table

Sure = Literal["proved", "likely", "open", "seen"]
"""How sure a thing is. What is only "seen" asks for no decision; what is "open" is left to a person."""

MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook."""

    name: str
    visible: bool = True
    filled: bool = True


@dataclass(frozen=True)
class File:
    """A file to look at, which may be opened as often as need be.

    `data` gives the bytes of a file of text. `delimiter` is what parts its cells by its ending, where it has such.
    """

    name: str
    open: Callable[[Reading], Table]
    data: Callable[[], BinaryIO] | None = None
    delimiter: str = ""
    sheets: Callable[[], Sequence[Sheet]] | None = None


@dataclass(frozen=True)
class Example:
    """What stands in a line, as it came (0: not in one line)."""

    line: int
    text: str = ""


@dataclass(frozen=True)
class Evidence:
    """One thing that was found out: which key of the source it is about, in words, and where to see it.

    `value` is what is proposed for the key, as it is written in TOML; None where nothing is.
    """

    key: str
    sure: Sure
    says: str
    value: Any = None
    column: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Something that only a person can decide: the ways in which it could be written, and why none was chosen.

    Each way is keys with their values; they are entries of a `table` of the source where one is named. There may be
    no way to write it, when the file has to be mended.
    """

    key: str
    why: str
    ways: tuple[Mapping[str, Any], ...] = ()
    table: str = ""


@dataclass(frozen=True)
class Column:
    """A column of the file: its name there, what it holds in words, what it is proposed to be ("" for nothing).

    `near` are names of the pack that its own is like, each with how much of 100.
    """

    name: str
    holds: str
    example: Example | None = None
    means: str = ""
    sure: Sure = "open"
    near: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Proposal:
    """How a file could be read: the mapping holds what is decided, the choices what is not."""

    file: str
    mapping: SourceMapping
    columns: tuple[Column, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    choices: tuple[Choice, ...] = ()
    lines: int = 0
    """So many lines were looked at."""
    whole: bool = True
    """Whether those were all there are."""

    @property
    def complete(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.choices


@dataclass
class Findings:
    """What has been found out so far; `values` are the keys of the source that are decided."""

    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)

    def decide(
        self, key: str, value: Any, sure: Sure, says: str, examples: Iterable[Example] = (), *, column: str = ""
    ) -> None:
        """Propose a value."""
        self.values[key] = value
        self.evidence.append(Evidence(key, sure, says, value, column, _few(examples)))

    def enter(self, table: str, key: str, value: str, sure: Sure, says: str, examples: Iterable[Example] = ()) -> None:
        """Propose an entry of a table of the source, such as `aliases` or `values.type`."""
        outer, _, inner = table.partition(".")
        there = self.values.setdefault(outer, {})
        self.values[outer] = {**there, inner: {**there.get(inner, {}), key: value}} if inner else {**there, key: value}
        self.evidence.append(Evidence(table, sure, says, value, key, _few(examples)))

    def leave(
        self,
        key: str,
        says: str,
        *ways: Mapping[str, Any],
        why: str = "",
        table: str = "",
        examples: Iterable[Example] = (),
    ) -> None:
        """Leave something to a person; `why` is said beside the ways to write it."""
        self.choices.append(Choice(key, why or says, ways, table))
        self.evidence.append(Evidence(key, "open", says, examples=_few(examples)))

    def tell(
        self, key: str, says: str, examples: Iterable[Example] = (), *, column: str = "", sure: Sure = "seen"
    ) -> None:
        """Tell something without proposing a value for it."""
        self.evidence.append(Evidence(key, sure, says, None, column, _few(examples)))

    def mapping(self, name: str) -> SourceMapping:
        """The mapping that the decided values make."""
        values = dict(self.values)
        dates = values.pop("dates", ())
        formats = tuple(DayFormat(text) for text in dates if text != SERIAL)
        return SourceMapping(name=name, dates=formats, serial_dates=SERIAL in dates, **values)


def _few(examples: Iterable[Example]) -> tuple[Example, ...]:
    return tuple(examples)[:MOST_EXAMPLES]
