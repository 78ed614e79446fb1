"""Reads the bytes of one TOML file: the answer is data or problems, never an exception.

`precheck` holds the caps before `tomllib` sees the file, which has none of its own: 40 KB of dotted key cost it
3 s and 1.5 GB. With them any file is read within a second and 100 MB, also in a thread with a stack of 256 KiB.
`parse` reads on, and tells what `tomllib` refuses in the words of people who write indicators. What the data mean
is left to others.
"""

from __future__ import annotations

import codecs
import re
import string
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.positions import TEXT, Span, location, scan
from indicator_engine.problems import Location, Problem, file_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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

MOST_PARTS = 20_000
"""Keys, values and tables of one file, counted by the marks = , . [ { outside quotes."""

MOST_TOLD = 20
"""Problems told of one file before it is read as data."""

Fact = tuple[Span, str, str]
"""A place in the text, what is wrong there, and what to do."""


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
    try:
        data = tomllib.loads(text, parse_float=_exact)
    except tomllib.TOMLDecodeError as error:
        plain = text.replace("\r\n", "\n")
        return None, text, [_problem("IE001", plain, file, _explanation(str(error), plain))]
    except (ValueError, ArithmeticError, RecursionError) as error:  # none known within the caps
        return None, text, [Problem("IE001", f"cannot be read as TOML: {error}", where=Location(file))]
    problems = _number_problems(data, text, file)
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


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


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


_TOKEN = re.compile(
    rf"(?P<text>{TEXT})|(?P<line>\n(?:\s++|#[^\n]*+)*+)|#[^\n]*+|(?P<mark>[\[\]{{}}=,.])"
    r"|(?P<word>[^\s\[\]{}=,.\"'#]++)|[^\S\n]++",
    re.DOTALL,
)
_INTEGER = re.compile(r"[+-]?(?:0x([\da-f_]++)|(?:0[ob])?([\d_]++))(?![ \t]*+=)", re.ASCII | re.IGNORECASE)


def _cap_facts(text: str) -> list[Fact]:
    return [*_long_lines(text), *islice(_Structure(text).facts(), MOST_TOLD)][:MOST_TOLD]


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
        for token in _TOKEN.finditer(self.text):
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


def _exact(literal: str) -> Decimal:
    try:
        return Decimal(literal)
    except InvalidOperation:  # an exponent of twenty digits
        return Decimal("NaN")


def _number_problems(data: dict[str, Any], text: str, file: str) -> list[Problem]:
    """IE003 for numbers that are not finite, IE002 for those too long to write out."""
    odd = list(islice((path for path, number in _decimals(data) if _digits(number) > MOST_DIGITS), MOST_TOLD))
    if not odd:
        return []
    positions = scan(text)
    return file_order(_odd_number(text, positions.nearest(path), path, file) for path in odd)


def _odd_number(text: str, span: Span, path: DataPath, file: str) -> Problem:
    literal, where = text[span.start : span.end], location(text, span, file)
    if any(map(str.isdigit, literal)):
        return Problem("IE002", *_too_many_digits(_digits(_exact(literal))), where=where, path=path)
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


# --- what tomllib refuses, for analysts -----------------------------------------------------------------------------

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY_CHARACTERS = string.ascii_letters + string.digits + "_-."
_SMART = "“”„‟«»‘’‚‛"
_GENERAL_HINT = "the usual causes are a missing quotation mark, comma or bracket here or on the line before"


@dataclass(frozen=True)
class _Fault:
    """What `tomllib` said and where, with the text around it. Lines end with a line feed only."""

    text: str
    at: int
    said: str

    @classmethod
    def of(cls, error: str, text: str) -> _Fault:
        place = _PLACE.search(error)
        said = error[: place.start()] if place else error
        if place is None or place[1] is None:
            return cls(text, len(text), said)
        from_line = text.split("\n", int(place[1]) - 1)[-1]
        return cls(text, len(text) - len(from_line) + int(place[2]) - 1, said)

    def line_start(self) -> int:
        return self.text.rfind("\n", 0, self.at) + 1

    def line_end(self) -> int:
        return (self.text.find("\n", self.at) + 1 or len(self.text) + 1) - 1

    def here(self) -> str:
        """The character at the fault; empty at the end of the text."""
        return self.text[self.at : self.at + 1]

    def before(self) -> str:
        """The line as far as the fault."""
        return self.text[self.line_start() : self.at]

    def value_start(self) -> int:
        """Where the value that holds the fault begins, were it written without quotes."""
        mark = max(self.before().rfind(mark) for mark in "=[{,")
        start = self.line_start() + mark + 1
        return self.at - len(self.text[start : self.at].lstrip())

    def name(self) -> str:
        """The key that the value belongs to, for a hint; `name` when it stands on another line."""
        head = self.before()[: max(self.before().rfind("="), 0)].rstrip()
        return head[len(head.rstrip(_KEY_CHARACTERS)) :] or "name"

    @cached_property
    def quoted(self) -> Span | None:
        """The last quoted text that begins before the fault."""
        starts = [token.span() for token in _TOKEN.finditer(self.text, 0, self.at) if token.lastgroup == "text"]
        return Span(*starts[-1]) if starts else None

    @cached_property
    def bracket(self) -> int | None:
        """The innermost bracket open at the fault."""
        around: list[int] = []
        for token in _TOKEN.finditer(self.text, 0, self.at):
            if token[0] in ("[", "{"):
                around.append(token.start())
            elif token[0] in ("]", "}") and around:
                around.pop()
        return around[-1] if around else None


def _explanation(error: str, text: str) -> Fact:
    """What `tomllib` refused, in an analyst's words, and the exact place."""
    fault = _Fault.of(error, text)
    for explain in _EXPLAINERS:
        if fact := explain(fault):
            return fact
    said = fault.said[:1].lower() + fault.said[1:]
    return Span(fault.at, min(fault.at + 1, len(text))), f"cannot be read as TOML: {said}", _GENERAL_HINT


def _span(fault: _Fault, start: int, end: int) -> Span:
    return Span(start, min(max(end, start), len(fault.text)))


def _invisible(fault: _Fault) -> Fact | None:
    here = fault.here()
    if here in ("", " ") or unicodedata.category(here) not in ("Zs", "Cf"):
        return None
    name = unicodedata.name(here, "no name").lower()
    message = f"an invisible character (U+{ord(here):04X}, {name}) stands here"
    return Span(fault.at, fault.at + 1), message, "type an ordinary space in its place, or delete it"


def _typographic(fault: _Fault) -> Fact | None:
    if fault.here() == "" or fault.here() not in _SMART:
        return None
    last = max(fault.text.rfind(mark, fault.at, fault.line_end()) for mark in _SMART)
    return Span(fault.at, last + 1), "these are typographic quotation marks", 'write straight ones: "'


_AT_VALUE = ("Invalid value", "Invalid date or datetime")
_AFTER_VALUE = ("Expected newline or end of document after a statement", "Unclosed array", "Unclosed inline table")
_END = r"(?=[ \t]*(?:[,\]}#]|$))"
_DAY_FIRST = "the date `{m[0]}` does not begin with the year"
_UNQUOTED = "`{m[0]}` is text and stands without quotation marks"
_WORDS = (  # what stands there, the fact, the hint; patterns are compiled when first needed
    (r"(?i:TB[ACD]|N/A)\b", _UNQUOTED, 'write "{m[0]}"'),
    (r"(?!true|false)(?i:true|false)\b", "`{m[0]}` is written with capital letters", "write {low}"),
    (rf"(?i:yes|no|on|off){_END}", _UNQUOTED, 'write true or false, or "{m[0]}" where a text is meant'),
    (rf"(?i:none|null|nil){_END}", "TOML has no `{m[0]}`", "leave the line out when there is no value"),
    (r"(1[3-9]|2\d|3[01])[/.-](\d\d?)[/.-](\d{4})(?!\d)", _DAY_FIRST, "write {m[3]}-{m[2]:0>2}-{m[1]:0>2}"),
    (
        r"\d\d?[/.-]\d\d?[/.-](?:\d{4}|\d\d)(?!\d)",
        _DAY_FIRST,
        "write year, month and day: 3 April 2010 is 2010-04-03",
    ),
    (r"\d{4}-\d\d-\d\d(?!\d)", "`{m[0]}` is not a day of the calendar", "look at the month and the day"),
    (
        r"\d{4}-\d\d-\d\d[Tt ]\d[\w:.+-]*",
        "`{m[0]}` is not a time as TOML writes it",
        "write hours, minutes and seconds, as in 2010-03-31T09:30:00",
    ),
    (
        r"(\d{4})[/.-](\d\d?)[/.-](\d\d?)(?!\d)",
        "the date `{m[0]}` needs hyphens and two digits for month and day",
        "write {m[1]}-{m[2]:0>2}-{m[3]:0>2}",
    ),
    (
        r"\d\d?(?:st|nd|rd|th)?[ \t]+[A-Z][a-z]+[ \t]+\d{4}(?!\d)",
        "the date `{m[0]}` is written in words",
        'write year, month and day, as in 2010-03-31, or put the words in quotes: "{m[0]}"',
    ),
    (r"[+-]?\d[\d.,]*[ \t]*%", "a percentage stands without quotation marks", 'write "{plain}"'),
    (r"[£$€][ \t]*\d[\d.,]*", "an amount of money stands without quotation marks", 'write "{plain}"'),
    (r"\d{1,3}(?:,\d{3})+(?!\d)", "the number `{m[0]}` has commas in it", "write {bare}"),
    (
        r"([+-]?)0+(\d[\d.]*)",
        "the number `{m[0]}` begins with 0",
        'write {m[1]}{m[2]}, or "{m[0]}" where a reference is meant',
    ),
    (r"\.\d+", "the number `{m[0]}` has no digit before the point", "write 0{m[0]}"),
    (r"([+-]?\d+)\.", "the number `{m[0]}` has no digit after the point", "write {m[1]}"),
    (
        r"[<>≤≥]=?",
        "a comparison stands where a value belongs",
        'write a target as {{ at_least = 20 }}, and an expression in quotes: "…"',
    ),
    (r"=", "there is one `=` too many", "write one"),
    (
        r"[+-]?\d[\d._:/-]*",
        "`{m[0]}` is neither a number nor a date as TOML writes them",
        'write "{m[0]}" where a text or a reference is meant',
    ),
)


def _unquoted_word(fault: _Fault) -> Fact | None:
    """A value that people write without quotation marks, though TOML needs them or another spelling."""
    start = fault.value_start()
    if fault.said not in _AT_VALUE + _AFTER_VALUE or set("\"'") & set(fault.text[start : fault.at]):
        return None
    rest = fault.text[start : fault.line_end()]
    for pattern, message, hint in _WORDS:
        found = re.match(pattern, rest, re.ASCII)
        if found and start + found.end() > fault.at:
            place = _span(fault, start, start + found.end())
            return place, message.format(m=found), hint.format(m=found, **_spellings(found[0]))
    return None


def _spellings(written: str) -> dict[str, str]:
    """How a value might be meant, for hints."""
    return {"low": written.lower(), "plain": "".join(written.split()), "bare": written.replace(",", "")}


def _never_closed(fault: _Fault) -> Fact | None:
    said = ("Invalid", "Unclosed", "Expected '='")
    if fault.here() != "" or fault.bracket is None or not fault.said.startswith(said):
        return None
    return Span(fault.bracket, fault.bracket + 1), "this bracket is never closed", "close it after its last item"


def _no_value(fault: _Fault) -> Fact | None:
    if fault.said != "Invalid value" or fault.here() not in ("", "\n", "#", ",", "]", "}"):
        return None
    place = _span(fault, fault.at, fault.at + 1)
    if fault.here() == "," and not fault.before().rstrip().endswith("="):
        return place, "there is a comma without a value before it", "take the comma out, or write the value"
    return place, f"`{fault.name()}` has no value", "write one after the `=`, or leave the line out"


def _unquoted_text(fault: _Fault) -> Fact | None:
    start = fault.value_start()
    rest = fault.text[start : fault.line_end()]
    number_first = fault.said == _AFTER_VALUE[0] and re.match(r"[+-]?[\d.:-]+[ \t]*[^\W\d_]", rest)
    if fault.said != "Invalid value" and not (number_first and not set("\"'") & set(rest[: fault.at - start])):
        return None
    if number_first and _next_key(fault):
        return None
    stop = re.compile(r"[,\]}#]" if fault.bracket is not None else "#").search(rest)
    written = rest[: stop.start() if stop else None].strip() or rest[:1]
    key = f" {fault.name()} = " if fault.bracket is None else ""
    hint = f'write {key}"{_short(written.strip(chr(34)))}"'
    return _span(fault, start, start + len(written)), "a text stands without quotation marks", hint


def _short(written: str) -> str:
    return written if len(written) <= 40 else written[:39] + "…"


def _next_key(fault: _Fault) -> re.Match[str] | None:
    """Another key and its `=` at the fault, on one line with what came before."""
    return re.compile(r"[\w.-]++[ \t]*+=").match(fault.text, fault.at)


def _second_on_line(fault: _Fault) -> Fact | None:
    found = _next_key(fault)
    if fault.said != _AFTER_VALUE[0] or not found:
        return None
    return Span(*found.span()), "a second key stands on the same line", "begin a new line before it"


def _after_quotes(fault: _Fault) -> Fact | None:
    quote = fault.before().rstrip()[-1:]
    if fault.said not in _AFTER_VALUE or quote not in ("'", '"') or fault.here() in ("", "\n"):
        return None
    if fault.here() in "\"'" and fault.said != _AFTER_VALUE[0]:
        return None
    inside = 'write \\" for a mark inside the text' if quote == '"' else 'put the whole text in "…"'
    message = f"the text ended at the {quote} before this"
    return _span(fault, fault.at, fault.at + 1), message, f"{inside}, or put a comma between two texts of a list"


def _no_comma(fault: _Fault) -> Fact | None:
    if fault.said not in _AFTER_VALUE[1:]:
        return None
    opened = fault.bracket if fault.bracket is not None else fault.at
    line = fault.text.count("\n", 0, opened) + 1
    if fault.here() == "\n" and fault.said == _AFTER_VALUE[2]:
        return _one_line(opened)
    hint = f"put a comma between two items, or close the bracket opened on line {line}"
    return _span(fault, fault.at, fault.at + 1), "a comma or closing bracket is missing before this", hint


def _one_line(opened: int) -> Fact:
    hint = "write { … } on one line, or give it a [header] and lines of its own"
    return Span(opened, opened + 1), "a table in braces goes on over the end of its line", hint


def _no_equals(fault: _Fault) -> Fact | None:
    if not fault.said.startswith("Expected '='"):
        return None
    start = fault.value_start()
    key = fault.text[start : fault.at].strip()
    if key.isdigit() and fault.text[:start].rstrip().endswith(","):
        hint = "write 1000 instead of 1,000; and a key before each value"
        return _span(fault, start, fault.at), "a comma parts the number, or a key is missing", hint
    return _span(fault, start, fault.at), f"`{_short(key)}` is not followed by `=`", _equals_hint(fault, key)


def _equals_hint(fault: _Fault, key: str) -> str:
    rest = fault.text[fault.at : fault.line_end()]
    if rest.startswith(":"):
        return "write `=` in place of the colon"
    if more := re.match(r"[\w \t-]++=", rest):
        return f"join the words of a key: {'_'.join(f'{key} {more[0][:-1]}'.split())} = …"
    return 'write  name = value ; a text over several lines stands between """ and """'


_ODD_IN_KEY = (
    ("]\n", "a name is missing here", "write the name of the table or key"),
    ("}", "a comma stands before the closing brace", "take the comma out"),
    ("=", "there is no key before the `=`", "write  name = value"),
    ("/;*%", "this does not begin a comment", "begin a comment with #"),
    ("", "this cannot stand in a key without quotation marks", "use a to z, digits, - and _, or put the key in quotes"),
)


def _odd_key(fault: _Fault) -> Fact | None:
    if fault.said not in ("Invalid initial character for a key part", "Invalid statement"):
        return None
    here = fault.here() or "\n"
    if here == "\n" and fault.bracket is not None and fault.text[fault.bracket] == "{":
        return _one_line(fault.bracket)
    message, hint = next((fact, hint) for odd, fact, hint in _ODD_IN_KEY if here in odd or not odd)
    return _span(fault, fault.at, fault.at + 1), message, hint


def _open_header(fault: _Fault) -> Fact | None:
    if not fault.said.startswith("Expected ']"):
        return None
    brackets = "]]" if fault.said.startswith("Expected ']]'") else "]"
    start = fault.line_start()
    hint = f"close it with {brackets}; join a name of several words with - or _, or put it in quotes"
    return _span(fault, start, fault.at), f"this header is not closed with {brackets}", hint


def _backslash(fault: _Fault) -> Fact | None:
    if not fault.said.startswith(("Unescaped", "Invalid hex", "Escaped character")):
        return None
    start = fault.text.rfind("\\", 0, fault.at)
    hint = "write \\\\ for a backslash, or put the text in '…'"
    return Span(start, fault.at), "a backslash has a special meaning between these quotation marks", hint


def _open_text(fault: _Fault) -> Fact | None:
    open_ended = ("Unterminated string", "Illegal character", "Expected \"'", "Found invalid character")
    if not fault.said.startswith(open_ended) or fault.quoted is None:
        return None
    start = fault.quoted.start
    mark = fault.text[start] * (3 if fault.text.startswith(fault.text[start] * 3, start) else 1)
    written = fault.text[start : fault.at].split("\n", 1)[0]
    if mark != "'" and set(_SMART) & set(written):
        return Span(start, start + len(written)), "these quotation marks do not match", 'write straight ones: "'
    hint = f"write {mark} where it ends" + ('; a text over several lines stands between """ and """' * (len(mark) == 1))
    return Span(start, start + len(written)), "this text has no closing quotation mark", hint


def _twice(fault: _Fault) -> Fact | None:
    if not fault.said.startswith(("Cannot", "Duplicate")):
        return None
    opened = fault.bracket
    header = opened is not None and fault.text[opened] == "["
    closing = "]" * (1 + (fault.text[: opened or 0][-1:] == "[")) if header else ""
    read = fault.text[: fault.at] + closing
    places = scan(read).twice
    start = fault.at - len(fault.before().lstrip())
    if not places:
        hint = "write everything of one table under one header; for several, write [[name]] above each"
        return _span(fault, start, fault.at), "this adds to a value or table that is already complete", hint
    first, second = places[-1]
    name = _short(read[second.start : second.end])
    line = fault.text.count("\n", 0, first.start) + 1
    several = f"; for several, write [{name}] above each" if header and not name.startswith("[[") else ""
    return (
        _span(fault, second.start, second.end),
        f"`{name}` is already written on line {line}",
        f"keep one of the two{several}",
    )


_EXPLAINERS: tuple[Callable[[_Fault], Fact | None], ...] = (
    _invisible,
    _typographic,
    _unquoted_word,
    _never_closed,
    _no_value,
    _second_on_line,
    _after_quotes,
    _unquoted_text,
    _no_comma,
    _no_equals,
    _odd_key,
    _open_header,
    _backslash,
    _open_text,
    _twice,
)
