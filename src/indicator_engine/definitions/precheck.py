"""Reads the bytes of one TOML file: the answer is data or problems, never an exception.

`precheck` holds the caps before `tomllib` sees the file, which has none of its own: 40 KB of dotted key cost it
3 s and 1.5 GB. With them any file is read within a second and 100 MB, also in a thread with a stack of 256 KiB.
`parse` reads on, and tells what `tomllib` refuses in the words of people who write indicators. What the data mean
is left to others.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.mistakes import TOKEN, Fact, explanation
from indicator_engine.definitions.positions import TEXT, Span, location, scan
from indicator_engine.patterns import late
from indicator_engine.problems import Location, Problem, file_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.definitions.mistakes import Fact
from indicator_engine.definitions.positions import DataPath

LARGEST_FILE = 1024 * 1024
"""Bytes of one file."""

LONGEST_LINE = 8 * 1024
"""Characters of one line, without its line end."""

MOST_DOTS = 8
"""Dots of one key or table header."""

DEEPEST_BRACKETS = 16
"""Square brackets and braces open at the same time."""

MOST_DIGITS = 40
"""Digits of one number, written out without an exponent."""

MOST_PARTS = 12_000
"""Keys, values and tables of one file, counted by the marks = , . [ { outside quotes."""

MOST_TOLD = 20
"""Problems told of one file before it is read as data."""


def precheck(text_bytes: bytes, file: str) -> list[Problem]:
    """What keeps a file from being read at all, in file order: IE001 for its characters, IE002 for a cap."""
    return _decode(text_bytes, file)[1]


def parse(text_bytes: bytes, file: str) -> tuple[dict[str, Any] | None, str, list[Problem]]:
    """A file's data, its text (as written, without a byte order mark), and its problems.

    The data are None when there is any problem: IE001 cannot be read as TOML, IE002 over a cap, IE003 a number
    that is not finite. Numbers with a point or exponent are `Decimal`, so none goes through a binary float.
    """
    text, problems = _decode(text_bytes, file)
    if problems:
        return None, text, problems
    numbers: list[Decimal] = []
    try:
        data = tomllib.loads(text, parse_float=partial(_exact, numbers))
    except tomllib.TOMLDecodeError as error:
        plain = text.replace("\r\n", "\n")
        return None, text, [_problem("IE001", plain, file, explanation(str(error), plain))]
    except (ValueError, ArithmeticError, RecursionError) as error:  # none known within the caps
        return None, text, [Problem("IE001", f"cannot be read as TOML: {error}", where=Location(file))]
    problems = _number_problems(data, text, file) if any(_digits(one) > MOST_DIGITS for one in numbers) else []
    return (None if problems else data), text, problems


def _problem(code: str, text: str, file: str, fact: Fact) -> Problem:
    span, message, hint = fact
    return Problem(code, message, hint, where=location(text, span, file))


# --- before tomllib -------------------------------------------------------------------------------------------------


def _decode(text_bytes: bytes, file: str) -> tuple[str, list[Problem]]:
    """The text, bytes that are no UTF-8 replaced, and what keeps it from being read."""
    if len(text_bytes) > LARGEST_FILE:
        fact = f"the file has {len(text_bytes):,} bytes; at most {LARGEST_FILE:,} (1 MiB) are read"
        hint = "split the pack into several files; keep events and registers in CSV"
        return text_bytes[:LARGEST_FILE].decode(errors="replace"), [Problem("IE002", fact, hint, where=Location(file))]
    content = text_bytes.removeprefix(codecs.BOM_UTF8)
    text = content.decode(errors="replace")
    problems = [_problem("IE001", text, file, fact) for fact in _character_facts(text_bytes, content, text)]
    if not problems:
        problems = [_problem("IE002", text, file, fact) for fact in _cap_facts(text)]
    return text, file_order(problems)


def _character_facts(text_bytes: bytes, content: bytes, text: str) -> list[Fact]:
    mark = [_byte_order_mark()] if len(content) < len(text_bytes) else []
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return [*mark, _not_utf8(error)]
    return [*mark, *_control_facts(text)]


def _byte_order_mark() -> Fact:
    message = "the file begins with a byte order mark, which TOML does not allow"
    return Span(0, 0), message, "save it as UTF-8 without BOM (in Notepad: `UTF-8`, not `UTF-8 with BOM`)"


def _not_utf8(error: UnicodeDecodeError) -> Fact:
    hint = "save the file as UTF-8 (an editor offers it as `Encoding` under `Save as`)"
    if error.object[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return Span(0, 0), "the file is UTF-16 (`Unicode` in older editors), not UTF-8", hint
    place = len(error.object[: error.start].decode())
    byte = error.object[error.start : error.start + 1]
    meant = byte.decode("cp1252", errors="ignore")
    guess = f"; in Windows-1252 it would be `{meant}`" if meant.isprintable() and meant else ""
    return Span(place, place + 1), f"the file is not UTF-8: the byte {byte.hex().upper()} stands here{guess}", hint


_CONTROL = late(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _control_facts(text: str) -> Iterator[Fact]:
    """The first of each control character that the text has, and how many more there are."""
    text = text.replace("\r\n", "\n\n")  # the same places without the returns that are allowed
    for control in sorted(filter(_CONTROL.match, set(text))):
        place, more = text.index(control), text.count(control) - 1
        others = f", and {more:,} more in the file" if more else ""
        message = f"a control character (U+{ord(control):04X}) stands here{others}"
        yield Span(place, place + 1), message, _control_hint(control)


def _control_hint(control: str) -> str:
    if control == "\0":
        return "save the file as UTF-8 text; it may be UTF-16 or no text at all"
    if control == "\r":
        return "save the file with line ends of Windows (CR LF) or Unix (LF)"
    if control >= "\x80":
        return "type the character again; a conversion from Windows-1252 went wrong"
    return "delete it; pasting from a document brings such characters in"


_INTEGER = late(r"[+-]?(?:0x([\da-f_]++)|(?:0[ob])?([\d_]++))(?![ \t]*+=)", re.ASCII | re.IGNORECASE)


def _cap_facts(text: str) -> list[Fact]:
    passed = () if _is_far_below_caps(text) else islice(_Structure(text).facts(), MOST_TOLD)
    return [*_long_lines(text), *passed][:MOST_TOLD]


_IN_NUMBERS = b"0123456789abcdefABCDEFxXoO_+-"
_AS_DIGITS = bytes(ord("0" if byte in _IN_NUMBERS else " ") for byte in range(256))
"""What may stand in a number as 0, all else as blanks."""

_BRACKET = late(rf"(?:[^\[\]{{}}\"'#]++|{TEXT}|#[^\n]*+|[\"'])*+(?:([\[\]{{}}])|\Z)", re.DOTALL)


def _is_far_below_caps(text: str) -> bool:
    """Whether no cap can be passed, by counts that may be too high: marks and dots in texts count, headers add up."""
    if sum(map(text.count, "=,.[{")) > MOST_PARTS or any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        return False
    if b"0" * (MOST_DIGITS + 1) in text.encode().translate(_AS_DIGITS):
        return False
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in ("[", "{") else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest <= DEEPEST_BRACKETS


def _long_lines(text: str) -> list[Fact]:
    facts: list[Fact] = []
    start = 0
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE and (length := len(line.removesuffix("\r"))) > LONGEST_LINE:
            message = f"this line has {length:,} characters; at most {LONGEST_LINE:,} are read"
            hint = 'break a list after its commas; write a long text over several lines between """ and """'
            facts.append((Span(start + LONGEST_LINE, start + length), message, hint))
        start += len(line) + 1
    return facts


class _Structure:
    """Counts brackets, dots and digits as `tomllib` would meet them, up to the first thing it would refuse.

    Beyond that place the counts may be wrong, which does no harm: `tomllib` does not get there.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = self.dots = self.parts = 0
        self.before = ""  # the last mark but dots; empty at the start of a statement
        self.in_header = False

    def facts(self) -> Iterator[Fact]:
        """Each place where a cap is passed."""
        tell = {"mark": self._mark, "word": self._word, "line": self._line}
        for token in TOKEN.finditer(self.text):
            if token.lastgroup in tell and (fact := tell[token.lastgroup](token)):
                yield Span(*token.span()), *fact
                if self.parts > MOST_PARTS:
                    return

    def _line(self, _: re.Match[str]) -> None:
        self.depth = 0 if self.in_header else self.depth
        self.before = self.before if self.depth else ""
        self.dots, self.in_header = 0, False

    def _mark(self, token: re.Match[str]) -> tuple[str, str] | None:
        mark = token[0]
        if mark in "]}":
            self.depth = max(self.depth - 1, 0)
            return None
        self.parts += 1
        if self.parts > MOST_PARTS:
            hint = "split the pack into several files; keep events and registers in CSV"
            return f"the file has more than {MOST_PARTS:,} keys and values (marks = , . [ and {{ outside quotes)", hint
        if mark == ".":
            return self._dot()
        self.in_header |= mark == "[" and not self.before and not self.depth
        self.dots, self.before = 0, mark
        return self._bracket() if mark in "[{" else None

    def _dot(self) -> tuple[str, str] | None:
        self.dots += self.before != "="
        if self.dots != MOST_DOTS + 1:
            return None
        return f"a key has more than {MOST_DOTS} dots", "put fewer tables within tables"

    def _bracket(self) -> tuple[str, str] | None:
        self.depth += 1
        if self.depth != DEEPEST_BRACKETS + 1:
            return None
        message = f"{self.depth} brackets are open here; at most {DEEPEST_BRACKETS} may be"
        return message, "give inner tables headers of their own, or look for a bracket that is never closed"

    def _word(self, token: re.Match[str]) -> tuple[str, str] | None:
        if self.in_header or self.before not in ("=", ",", "[") or len(token[0]) <= MOST_DIGITS:
            return None
        number = _INTEGER.match(self.text, token.start())
        if number is None or number.end() != token.end():
            return None
        digits = len((number[1] or number[2]).replace("_", ""))
        return _too_many_digits(digits) if digits > MOST_DIGITS else None


def _too_many_digits(digits: int) -> tuple[str, str]:
    hint = "if it is a reference and not an amount, put it in quotes"
    many = f"{digits:,}" if digits < 10**9 else "far too many"
    return f"a number has {many} digits when written out; at most {MOST_DIGITS} are read", hint


# --- numbers --------------------------------------------------------------------------------------------------------


def _exact(numbers: list[Decimal], literal: str) -> Decimal:
    """The number, which is also added to those of the file."""
    try:
        number = Decimal(literal)
    except InvalidOperation:  # an exponent of twenty digits
        number = Decimal("NaN")
    numbers.append(number)
    return number


def _number_problems(data: dict[str, Any], text: str, file: str) -> list[Problem]:
    """IE003 for numbers that are not finite, IE002 for those too long to write out."""
    odd = list(islice((path for path, number in _decimals(data) if _digits(number) > MOST_DIGITS), MOST_TOLD))
    positions = scan(text)
    return file_order(_odd_number(text, positions.nearest(path), path, file) for path in odd)


def _odd_number(text: str, span: Span, path: DataPath, file: str) -> Problem:
    literal, where = text[span.start : span.end], location(text, span, file)
    if any(map(str.isdigit, literal)):
        return Problem("IE002", *_too_many_digits(_digits(_exact([], literal))), where=where, path=path)
    hint = 'leave the line out when there is no value, or write "TBC" in quotes'
    message = f"`{literal}` is not a number that can be counted or compared"
    return Problem("IE003", message, hint, where=where, path=path)


def _digits(number: Decimal) -> int:
    """How many digits a number has without an exponent; very many when it is not finite."""
    _, digits, exponent = number.as_tuple()
    if isinstance(exponent, str):
        return 10**18
    return max(len(digits) + exponent, 1) + max(-exponent, 0)


def _decimals(data: dict[str, Any]) -> Iterator[tuple[DataPath, Decimal]]:
    waiting: list[tuple[DataPath, dict[str, Any] | list[Any]]] = [((), data)]
    while waiting:
        path, inner = waiting.pop()
        for name, value in inner.items() if isinstance(inner, dict) else enumerate(inner):
            if isinstance(value, Decimal):
                yield (*path, name), value
            elif isinstance(value, dict | list):
                waiting.append(((*path, name), value))
