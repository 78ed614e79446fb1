"""Data files as text: decoded strictly as declared, hashed, read line by line; every fault is told with its line.

UTF-8, with or without the mark that spreadsheets put in front, unless the source declares another encoding; nothing is
guessed. What the text means is left to the readers of each format.
"""

from __future__ import annotations

import codecs
import io
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from indicator_engine.problems import DataError, Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHERS = (
    (b"PK\x03\x04", "a workbook, or another archive"), (b"\xd0\xcf\x11\xe0", "an old workbook, or another office file"),
    (b"PAR1", "a Parquet file"), (b"%PDF", "a PDF"), (b"\x1f\x8b", "a compressed file"),
)  # fmt: skip
"""How files begin that are no text, and what they are."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLOCK = 1 << 20


class TextFile:
    """The lines of a text file, to be read once, with their ends as they are. `digest` is the SHA-256 of its bytes."""

    def __init__(self, path: str, encoding: str = "utf-8") -> None:
        self.path, self.encoding = path, encoding
        self.name = shown_name(path)
        data = _open(path)
        self._kept = data if isinstance(data, io.BytesIO) else None
        """What can be read only once; a file on disk is opened when its lines are asked for."""
        self._data: BinaryIO | None = None
        try:
            self._refuse_other_marks(data)
            self.digest, self.size = _digest(data)
            if self._is_of_single_bytes:
                self._refuse_utf8(data)
        finally:
            if self._kept is None:
                data.close()

    def __iter__(self) -> Iterator[str]:
        """Lines that end in LF, CR LF or CR. Raises DataError where bytes are none of the encoding."""
        with closing(self._opened()) as data:
            self._data = data
            text = io.TextIOWrapper(data, self.encoding, errors="strict", newline="")
            try:
                yield from (line.removeprefix("\ufeff") for line in islice(text, 1))
                yield from text
            except UnicodeError:
                raise self._undecodable() from None

    def _opened(self) -> BinaryIO:
        return io.BytesIO(self._kept.getvalue()) if self._kept else _open(self.path)

    def done(self) -> int:
        """Bytes read so far."""
        if self._data is None:
            return 0
        return self.size if self._data.closed else self._data.tell()

    @property
    def is_on_disk(self) -> bool:
        """Whether it can be read more than once."""
        return self._kept is None

    @property
    def is_utf8(self) -> bool:
        """Whether it is read as UTF-8."""
        return self._is("utf-8")

    def _refuse_other_marks(self, data: BinaryIO) -> None:
        start = data.read(4)
        data.seek(0)
        for mark, what in _OTHERS:
            if start.startswith(mark):
                hint = "let its name end as that of such a file does, or save it as CSV"
                raise DataError([problem(self.path, 0, "IE371", f"this is {what}, and no text", hint)])
        for mark, name in _MARKS:
            if start.startswith(mark) and not self._is((name, "utf-32")):
                fact = f"the file is {name.upper()}, and {self._wanted} is expected"
                hint = f'save it as “CSV UTF-8”, or declare `encoding = "{name}"`'
                raise DataError([problem(self.path, 0, "IE341", fact, hint)])

    @property
    def _is_of_single_bytes(self) -> bool:
        """Whether each byte is a character in the encoding, so that nearly everything can be read as it."""
        return not self._is("utf") and len(bytes(range(128, 256)).decode(self.encoding, "replace")) == 128

    def _refuse_utf8(self, data: BinaryIO) -> None:
        """What is UTF-8 to its last byte, and has more than ASCII in it, is hardly anything else."""
        decoder, plain = codecs.getincrementaldecoder("utf-8")(), True
        try:
            while block := data.read(_BLOCK):
                decoder.decode(block)
                plain = plain and block.isascii()
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return
        finally:
            data.seek(0)
        if plain:
            return
        with closing(self._opened()) as again:
            lines = io.TextIOWrapper(again, "utf-8", newline="")
            line = next(number for number, text in enumerate(lines, 1) if not text.isascii())
        fact = f"the file is UTF-8 to its last byte, and {self._wanted} is expected; this line would be read wrongly"
        raise DataError([problem(self.path, line, "IE341", fact, 'declare `encoding = "utf-8"`')])

    def _is(self, names: str | tuple[str, ...]) -> bool:
        return codecs.lookup(self.encoding).name.startswith(names)

    @property
    def _wanted(self) -> str:
        return "UTF-8" if self._is("utf-8") else f"`{self.encoding}`"

    def _undecodable(self) -> DataError:
        """The line with the first bytes that the encoding does not have."""
        with closing(self._opened()) as data:
            content = data.read()
        try:
            content.decode(self.encoding)
        except UnicodeDecodeError as fault:
            line = _lines_in(content[: fault.start].decode(self.encoding, "replace"))
            byte = content[fault.start : fault.start + 1]
            letter = byte.decode("cp1252", "replace")
            fact = f"this line is not {self._wanted}: it has the byte {byte.hex()}"
            fact += f", which is {letter} in cp1252" if letter.isprintable() and letter != "\ufffd" else ""
            if self._is("utf-8") and not content[: fault.start].isascii():
                hint = "lines above it are, so the file has two encodings: put it together anew from files of one"
                return DataError([problem(self.path, line, "IE341", fact, hint)])
        except UnicodeError as fault:
            line, fact = 0, f"the file is not {self._wanted}: {fault}"
        else:
            line, fact = 0, f"the file is not {self._wanted}"
        hint = 'save it as “CSV UTF-8”, or declare its encoding, such as `encoding = "cp1252"`'
        return DataError([problem(self.path, line, "IE341", fact, hint)])


def open_text(path: str, encoding: str = "utf-8") -> TextFile:
    """A text file (`-`: the standard input). Raises DataError when it cannot be read or is of another encoding."""
    return TextFile(path, encoding)


def read_text(path: str, encoding: str = "utf-8") -> tuple[str, str]:
    """The whole text of a file, and the SHA-256 of its bytes. Raises DataError, also for a NUL character."""
    file = open_text(path, encoding)
    text = "".join(file)
    if (found := text.find("\0")) >= 0:
        hint = "the file may be damaged, or be no text at all"
        raise DataError([problem(path, _lines_in(text[:found]), "IE342", "this line has a NUL character", hint)])
    return text, file.digest


def read_bytes(path: str) -> bytes:
    """The bytes of a file. Raises DataError when it cannot be read."""
    with closing(_open(path)) as data:
        return data.read()


def _open(path: str) -> BinaryIO:
    try:
        if path == "-":
            return io.BytesIO(sys.stdin.buffer.read())
        data = Path(path).open("rb")  # noqa: SIM115  # whoever reads it closes it
        if data.seekable():
            return data
        with data:
            return io.BytesIO(data.read())
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise DataError([problem(path, 0, "IE340", f"the file cannot be read: {reason}")]) from fault


def _lines_in(text: str) -> int:
    """How many lines a text has, the last one begun, whichever way they end."""
    return text.count("\n") + text.count("\r") - text.count("\r\n") + 1


def _digest(data: BinaryIO) -> tuple[str, int]:
    from hashlib import sha256

    digest = sha256()
    while block := data.read(_BLOCK):
        digest.update(block)
    size = data.tell()
    data.seek(0)
    return digest.hexdigest(), size


def problem(path: str, line: int, code: str, fact: str, hint: str = "") -> Problem:
    """A problem of one line of a data file (0: of the whole file)."""
    return Problem(code, fact, hint, where=place(path, line))


def place(path: str, line: int) -> Location:
    """A line of a data file, as messages name it."""
    return Location(shown_name(path), line, 1 if line else 0)


def shown_name(path: str) -> str:
    """How messages call a file."""
    return "standard input" if path == "-" else path
