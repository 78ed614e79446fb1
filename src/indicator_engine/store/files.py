"""Data files as text: read whole, decoded strictly, every fault a problem with its file and line.

UTF-8, with or without the mark that spreadsheets put in front; nothing else is guessed. What the text means is left
to the readers of each format.
"""

from __future__ import annotations

import sys
from pathlib import Path

from indicator_engine.problems import DataError, Location, Problem

CELL_LENGTH = 65_536
"""Characters one cell may hold; a longer one is nearly always a quotation mark that was never closed."""

_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: str) -> str:
    """The text of a file (`-`: the standard input). Raises DataError when it cannot be read or is not UTF-8."""
    data = _bytes_of(path)
    if data.startswith(_OTHER_MARKS):
        raise _refused(path, 0, "IE341", "the file is UTF-16, and UTF-8 is needed")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        fact = f"this line is not UTF-8: byte {data[fault.start]:02x} at position {fault.start}"
        raise _refused(path, data.count(b"\n", 0, fault.start) + 1, "IE341", fact) from None
    if (found := text.find("\0")) >= 0:
        hint = "the file may be damaged, or be no text at all"
        raise DataError([problem(path, text.count("\n", 0, found) + 1, "IE342", "this line has a NUL character", hint)])
    return text


def _bytes_of(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise DataError([problem(path, 0, "IE340", f"the file cannot be read: {reason}")]) from fault


def _refused(path: str, line: int, code: str, fact: str) -> DataError:
    return DataError([problem(path, line, code, fact, "save it as “CSV UTF-8”, or as UTF-8 text")])


def problem(path: str, line: int, code: str, fact: str, hint: str = "") -> Problem:
    """A problem of one line of a data file (0: of the whole file)."""
    return Problem(code, fact, hint, where=place(path, line))


def place(path: str, line: int) -> Location:
    """A line of a data file, as messages name it."""
    return Location("standard input" if path == "-" else path, line, 1 if line else 0)
