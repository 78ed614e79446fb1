"""Large text files a block at a time, as bytes: cut into lines without looking into cells, where that is safe.

It is where no line has a quotation mark left open, for then each line is a record. Lines that have quotation marks,
or more or fewer delimiters than there are columns, are named to be read with care; a block that cannot be cut ends the
reading here, and the rest of the file is read with care from there on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indicator_engine.store.tables import Line

BLOCK = 64 << 20
"""Bytes that are read at a time, up to the end of a line."""

LONGEST_LINE = 1 << 20
"""Bytes of the longest line that is not read with care."""


@dataclass(frozen=True)
class RawText:
    """A text file in UTF-8 with records in lines; `parse` reads one line, of a number, with care."""

    path: str
    delimiter: bytes
    quote: bytes
    parse: Callable[[str, int], Line]


@dataclass(frozen=True)
class Block:
    """Lines of a file without their ends: the number of the first, and the places of those to be read with care."""

    first: int
    lines: list[bytes]
    odd: list[int]
    done: int
    """Bytes of the file that are read now."""

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + len(self.lines) - 1


class Blocks:
    """The blocks below the line that names the columns. `complete` says in the end whether they are the whole file."""

    def __init__(self, raw: RawText, header: int, columns: int) -> None:
        self.raw, self.header, self.columns = raw, header, columns
        self.complete = False
        self.size = BLOCK

    def __iter__(self) -> Iterator[Block]:
        with Path(self.raw.path).open("rb") as file:
            if not self._skipped(file):
                return
            first = self.header + 1
            while content := file.read(self.size) + file.readline():
                block = self._block(first, content, file.tell())
                if block is None:
                    return
                yield block
                first = block.last + 1
        self.complete = True

    def _skipped(self, file: BinaryIO) -> bool:
        """Skip the lines up to the names of the columns; whether each of them is a record of its own."""
        lines = [file.readline() for _ in range(self.header)]
        return not any(b"\r" in line.rstrip(b"\r\n") or self._goes_on(line) for line in lines)

    def _is_open(self, line: bytes) -> bool:
        return bool(self.raw.quote) and line.count(self.raw.quote) % 2 == 1

    def _goes_on(self, line: bytes) -> bool:
        """Whether a line may be but the beginning of a record: marks in the middle of cells open and close nothing."""
        if not self.raw.quote or self.raw.quote not in line:
            return False
        return self._is_open(line) or self.raw.parse(line.decode("utf-8", "replace"), 0).fault is not None

    def _block(self, first: int, content: bytes, done: int) -> Block | None:
        """The lines of a block; None where they cannot be told without looking into cells."""
        if b"\0" in content or b"\x01" in content or content.count(b"\r") != content.count(b"\r\n"):
            return None
        lines = content.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
        delimiter, wanted = self.raw.delimiter, self.columns - 1
        odd = [at for at, line in enumerate(lines) if line.count(delimiter) != wanted or len(line) > LONGEST_LINE]
        quote = self.raw.quote
        if quote and quote in content:
            marked = [at for at, line in enumerate(lines) if quote in line]
            if any(self._goes_on(lines[at]) for at in marked):
                return None
            odd = sorted({*odd, *marked})
        if not wanted:
            odd = sorted({*odd, *(at for at, line in enumerate(lines) if not line.strip())})
        try:
            content.decode()
        except UnicodeDecodeError:
            return None
        return Block(first, lines, odd, done)
