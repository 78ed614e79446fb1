"""What `tomllib` refuses, in the words of people who write indicators: the usual mistakes, one function each.

`explanation` finds the first that fits and gives the place, the fact and what to write instead.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from indicator_engine.definitions.positions import TEXT, Span, scan
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable

Fact = tuple[Span, str, str]
"""A place in the text, what is wrong there, and what to do."""

TOKEN = late(
    rf"(?P<text>{TEXT})|(?P<line>\n(?:\s++|#[^\n]*+)*+)|#[^\n]*+|(?P<mark>[\[\]{{}}=,.])"
    r"|(?P<word>[^\s\[\]{}=,.\"'#]++)|[^\S\n]++",
    re.DOTALL,
)

_PLACE = late(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
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
        starts = [token.span() for token in TOKEN.finditer(self.text, 0, self.at) if token.lastgroup == "text"]
        return Span(*starts[-1]) if starts else None

    @cached_property
    def bracket(self) -> int | None:
        """The innermost bracket open at the fault."""
        around: list[int] = []
        for token in TOKEN.finditer(self.text, 0, self.at):
            if token[0] in ("[", "{"):
                around.append(token.start())
            elif token[0] in ("]", "}") and around:
                around.pop()
        return around[-1] if around else None


def explanation(error: str, text: str) -> Fact:
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


def _keys_without_comma(fault: _Fault) -> Fact | None:
    """Two keys of a table in braces with nothing between them, and on one line."""
    found = _next_key(fault)
    if not found or fault.said != _AFTER_VALUE[2] or fault.bracket is None or fault.text[fault.bracket] != "{":
        return None
    key = found[0].rstrip("= \t")
    return (
        Span(fault.at, fault.at + len(key)),
        f"a comma is missing before the key `{key}`",
        "put one between the keys of a table in braces",
    )


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
        return _over_lines(fault, opened)
    hint = f"put a comma between two items, or close the bracket opened on line {line}"
    return _span(fault, fault.at, fault.at + 1), "a comma or closing bracket is missing before this", hint


def _over_lines(fault: _Fault, opened: int) -> Fact:
    """A table in braces that is not closed on its line: it is closed on another, or nowhere."""
    if not _is_closed(fault.text, opened):
        end = opened + len(fault.text[opened : fault.at].rstrip())
        return Span(opened, end), "the `}` of this table is missing", "write `}` after its last value"
    hint = "write { … } on one line, or give it a [header] and lines of its own"
    return Span(opened, opened + 1), "a table in braces goes on over the end of its line", hint


def _is_closed(text: str, opened: int) -> bool:
    """Whether a brace is closed before the next header, or before the file ends."""
    depth, before = 0, ""
    for token in TOKEN.finditer(text, opened):
        if token.lastgroup == "mark" and token[0] in "[]{}":
            if token[0] == "[" and before == "line":
                return False
            depth += 1 if token[0] in "[{" else -1
            if not depth:
                return True
        before = token.lastgroup or before
    return False


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
        return _over_lines(fault, fault.bracket)
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
    _keys_without_comma,
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
