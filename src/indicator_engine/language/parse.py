"""From text to a syntax tree that holds nothing but this language's own constructs.

Three gates in a row: length and characters, looked at one by one before Python's parser sees them; the parser; an
allow-list of node types and shapes. What passes is safe to elaborate on any stack; what does not is a `Problem` with
the characters at fault. Nothing here knows names, kinds or meanings.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from indicator_engine.language import functions, limits
from indicator_engine.patterns import late
from indicator_engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

ALLOWED: frozenset[type[ast.AST]] = frozenset(
    {
        ast.Name, ast.Load, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.keyword, ast.Tuple, ast.IfExp,
        ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub,
        ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr,
        ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    }
)  # fmt: skip

_REFUSED_WORDS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Pow: ("powers (`**`) are not part of the language", "multiply instead: `x * x`"),
    ast.Mod: ("`%` is not part of the language", 'write a percentage as text in the target: `"50%"`'),
    ast.FloorDiv: ("`//` is not part of the language", "`/` divides exactly"),
    ast.Invert: ("`~` is not part of the language", "write `not`"),
    ast.UAdd: ("a plus sign in front of a value does nothing", "leave it out"),
    ast.Is: ("`is` is not part of the language", "write `==`"),
    ast.IsNot: ("`is not` is not part of the language", "write `!=`"),
    ast.List: ("a list in square brackets is not part of the language", 'write it in round ones: `in ("a", "b")`'),
    ast.Slice: ("a range in square brackets is not part of the language", "write a condition: `pledge[stage >= 2]`"),
    ast.NamedExpr: ("`:=` is not part of the language", "put the expression under [define] and use its name"),
    ast.JoinedStr: ("text with `f` in front is not part of the language", 'write plain text: `"..."`'),
}

_NUMBER = late(r"\d+(?:\.\d+)?", re.ASCII)
_WRITE_NUMBERS = "write digits and a point: 1000, 0.5"

# Mistakes that spreadsheet users and SQL users make, found before the parser can misread them: what each has in it,
# how it looks, what to say.
_SLIPS: tuple[tuple[tuple[str, ...], re.Pattern[str], str, str], ...] = (
    (("-",), late(r"\d{4}-\d{1,2}-\d{1,2}"), "a date needs quotes; unquoted it is a subtraction",
     "write `date('{0}')`"),
    (("/",), late(r"\d{1,2}/\d{1,2}/\d{2,4}"), "a date needs quotes and the year first; like this it is a division",
     "write `date('2009-12-31')`, year first"),
    (("%",), late(r"(?<![\d.])\d+(?:\.\d+)?\s*%"), "`%` is not part of the language",
     'write the share as a decimal here (`0.5`), or as "50%" in the target'),
    (("<>",), late(r"<>"), "`<>` is not part of the language", "write `!=`"),
    (("&&",), late(r"&&"), "`&&` is not part of the language",
     "write `and` between conditions, `&` between sets"),
    (("||",), late(r"\|\|"), "`||` is not part of the language",
     "write `or` between conditions, `|` between sets"),
    (("AND", "OR", "NOT"), late(r"\b(?:AND|OR|NOT)\b"), "`{0}` is written in small letters",
     "write `{lower}` with conditions; between sets write `&`, `|` or `-`"),
    (("IF",), late(r"\bIF\b"), "`{0}` is written in small letters", "write `1 if … else 0`"),
    (("IN", "ELSE"), late(r"\b(?:IN|ELSE)\b"), "`{0}` is written in small letters", "write `{lower}`"),
    (("true", "false"), late(r"\b(?:true|false)\b"), "`{0}` is written with a capital in an expression",
     "write `{capital}`"),
    (("tbc", "Tbc"), late(r"\b(?:tbc|Tbc)\b"), "`{0}` is written in capitals", "write `TBC`"),
    (("null", "None"), late(r"\bnull\b|\bNone\b"), "`{0}` is not part of the language",
     "ask `known(x)` or `missing(x)`"),
    (("!",), late(r"!(?!=)"), "`!` is not part of the language", "write `not`"),
)  # fmt: skip


@lru_cache(maxsize=2_000)
def parse(text: str) -> tuple[ast.expr | None, tuple[Problem, ...]]:
    """The syntax tree of an expression, or the problems that forbid it. Offsets are those of `offset_of`.

    What many measures use is read once; nobody changes the tree.
    """
    if problems := tuple(_look_at_characters(text)):
        return None, problems
    try:
        tree = ast.parse(f"({_one_line(text)})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError, UnicodeError) as fault:
        return None, (_syntax_problem(text, fault),)
    problems = tuple(_look_at_shape(tree, text))
    return (None if problems else tree), problems


def span_of(node: ast.AST, text: str) -> tuple[int, int]:
    """Start and end of a syntax node, in characters of the text."""
    start, end = getattr(node, "col_offset", 1), getattr(node, "end_col_offset", None)
    return _characters(text, start), _characters(text, len(text) + 1 if end is None else end)


def source_of(node: ast.AST, text: str) -> str:
    """The very characters a syntax node was written with."""
    start, end = span_of(node, text)
    return text[start:end]


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")


def _characters(text: str, column: int) -> int:
    """Python counts UTF-8 bytes, and our opening bracket; we count characters."""
    encoded = text.encode()
    return len(encoded[: max(column - 1, 0)].decode(errors="ignore"))


# ── before the parser ────────────────────────────────────────────────────────────────────────────────────────────────


def _look_at_characters(text: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem("IE100", "the expression is empty", "write one, such as `count(members)`")
        return
    if len(text) > limits.TEXT_LENGTH:
        fact = f"the expression has {len(text):,} characters; at most {limits.TEXT_LENGTH:,} are read"
        yield Problem("IE101", fact, "put parts of it under [define] and use their names")
        return
    outside, problems = _blank_out_texts(text)
    yield from problems
    if problems:
        return
    misspelt = [*_odd_comparisons(outside), *_odd_amounts(outside)]
    yield from misspelt
    outside = _without(outside, misspelt)
    yield from _first(_odd_characters(outside))
    yield from _first(_odd_numbers(outside))
    yield from _slips(outside)
    yield from _first(_depths(outside))


def _first(problems: Iterator[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield problem
        return


def _blank_out_texts(text: str) -> tuple[str, list[Problem]]:
    """The text with what stands in quotes replaced by spaces (the quotes stay), and faults of quoting."""
    out: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character not in "\"'":
            out.append(character)
            position += 1
            continue
        end = text.find(character, position + 1)
        if problem := _quoting_problem(text, position, end):
            return "", [problem]
        out.append(character + " " * (end - position - 1) + character)
        position = end + 1
    return "".join(out), []


def _quoting_problem(text: str, start: int, end: int) -> Problem | None:
    if end < 0:
        return Problem("IE100", "a quotation mark is never closed", "close it", span=(start, len(text)))
    inside, span = text[start + 1 : end], (start, end + 1)
    if len(inside) > limits.TEXT_LITERAL:
        return Problem(
            "IE101", f"a text has {len(inside)} characters; at most {limits.TEXT_LITERAL} are read", span=span
        )
    if "\\" in inside or any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in inside):
        return Problem("IE100", "a text may not hold a backslash, a line break or a control character", span=span)
    if start and (text[start - 1].isalnum() or text[start - 1] in "_\"'"):
        return Problem(
            "IE102", "a letter or another quote directly before a text", 'write plain text: `"..."`', span=span
        )
    if text[end + 1 :].lstrip().startswith(('"', "'")):
        return Problem("IE100", "two texts stand side by side", "put a comma between them", span=(start, end + 1))
    return None


def _without(outside: str, told: list[Problem]) -> str:
    """The text with spaces in place of what is told already, so that nothing else is said of it."""
    for start, end in (problem.span for problem in told if problem.span):
        outside = outside[:start] + " " * (end - start) + outside[end:]
    return outside


_LOOK_LIKE = {
    "‹": "<", "›": ">", "＜": "<", "＞": ">", "＝": "=", "≠": "!=",
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=",
}  # fmt: skip
"""Signs that keyboards and word processors give for a comparison."""

_ODD_SIGNS = "".join(_LOOK_LIKE)
_ODD_COMPARISON = late(rf"[<>=!]*[{_ODD_SIGNS}][<>=!{_ODD_SIGNS}]*|=[<>]")


def _odd_comparisons(outside: str) -> Iterator[Problem]:
    """Comparisons in other signs, or with their two signs the wrong way round."""
    for found in _ODD_COMPARISON.finditer(outside):
        plain = "".join(_LOOK_LIKE.get(sign, sign) for sign in found[0])
        hint = f"write `{_comparison_of(plain)}`"
        yield Problem("IE100", f"`{found[0]}` is not part of the language", hint, span=found.span())


def _comparison_of(signs: str) -> str:
    if "!" in signs or {"<", ">"} <= set(signs):
        return "!="
    direction = next((sign for sign in "<>" if sign in signs), "=")
    return f"{direction}=" if "=" in signs else direction


_ODD_AMOUNT = late(r"(?P<sign>[£$€])\s*\d[\d,]*(?:\.\d+)?|(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])(?:\.\d+)?", re.ASCII)


def _odd_amounts(outside: str) -> Iterator[Problem]:
    """Numbers with the sign of a currency before them, or with commas where no list can be meant."""
    for found in _ODD_AMOUNT.finditer(outside):
        written = found[0].rstrip(",")
        plain = written.lstrip("£$€ \t\r\n").replace(",", "")
        without = f"the number without the {found['sign']}" if found["sign"] else "numbers without commas"
        if found["sign"] or not _may_be_a_list(outside, found):
            fact, span = f"`{written}` is not how a number is written", (found.start(), found.start() + len(written))
            yield Problem("IE109", fact, f"write {without}: {plain}", span=span)


def _may_be_a_list(outside: str, found: re.Match[str]) -> bool:
    """Whether commas here may part items: between round brackets, where none of the numbers begins with 0."""
    waiting = [""]
    for bracket in re.finditer(r"[()\[\]]", outside[: found.start()]):
        if bracket[0] in "([":
            waiting.append(bracket[0])
        elif len(waiting) > 1:
            waiting.pop()
    return waiting[-1] == "(" and not re.search(r",0", found[0])


_ODD = late(r"[^\x20-\x7e\r\n\t]|[\\#;@$`?{}]")


def _odd_characters(outside: str) -> Iterator[Problem]:
    for found in _ODD.finditer(outside):
        character, span = found[0], found.span()
        if character in "“”‘’„«»":
            yield Problem("IE100", "these are typographic quotation marks", 'write straight ones: `"`', span=span)
        elif character in "–—−":
            yield Problem("IE100", "this is a dash, not a minus sign", "write `-`", span=span)
        elif character in "×÷":
            plain = {"×": "*", "÷": "/"}[character]
            yield Problem("IE100", f"`{character}` is not part of the language", f"write `{plain}`", span=span)
        elif not " " <= character <= "~":
            yield Problem("IE110", "only plain letters (a to z), digits and _ may form a name", span=span)
        else:
            shown = f"`{character}`" if character != "`" else "a backquote"
            yield Problem("IE102", f"{shown} is not part of the language", span=span)


def _odd_numbers(outside: str) -> Iterator[Problem]:
    """Digits with letters directly behind them, of which Python's parser would warn on the screen."""
    for match in re.finditer(r"(?<![\w.])\d[\w.]*[A-Za-z_][\w.]*", outside, re.ASCII):
        yield Problem("IE109", f"`{match[0]}` is not how a number is written", _WRITE_NUMBERS, span=match.span())


def _slips(outside: str) -> Iterator[Problem]:
    for signs, pattern, fact, hint in _SLIPS:
        if any(sign in outside for sign in signs) and (match := pattern.search(outside)):
            words = {"lower": match[0].lower(), "capital": match[0].capitalize()}
            yield Problem("IE100", fact.format(match[0]), hint.format(match[0], **words), span=match.span())
            return
    if outside.lstrip().startswith("=") and (match := re.match(r"\s*=(?!=)", outside)):
        yield Problem("IE100", "an expression does not begin with `=`", "leave it out", span=match.span())
        return
    if any(f"{name} " in outside or f"{name}\t" in outside for name in functions.BY_NAME) and (
        match := _CALLED_WITHOUT.search(outside)
    ):
        fact = f"`{match[1]}` needs round brackets around what it looks at"
        yield Problem("IE100", fact, f"write `{match[1]}(…)`", span=match.span(1))
        return
    yield from _first(_single_equals(outside))


_CALLED_WITHOUT = late(rf"\b({'|'.join(functions.BY_NAME)})[ \t]+(?!(?:and|or|not|in|if|else)\b)[A-Za-z_]", re.ASCII)
"""A function's name with the next word right behind it."""


def _single_equals(outside: str) -> Iterator[Problem]:
    """`=` gives an argument its name between round brackets; anywhere else it was meant to compare."""
    single = {match.start() for match in re.finditer(r"(?<![=!<>:])=(?!=)", outside)}
    waiting = [""]
    for position, character in enumerate(outside):
        if character in "([":
            waiting.append(character)
        elif character in ")]" and len(waiting) > 1:
            waiting.pop()
        elif position in single and waiting[-1] != "(":
            yield Problem("IE100", "one `=` does not compare", "write `==`", span=(position, position + 1))


def _depths(outside: str) -> Iterator[Problem]:
    depth = 0
    for bracket in re.finditer(r"[()\[\]]", outside):
        depth += 1 if bracket[0] in "([" else -1
        if depth < 0:
            yield Problem("IE100", "this bracket closes nothing", "leave it out", span=bracket.span())
        if depth > limits.BRACKET_DEPTH:
            fact = f"brackets nest deeper than {limits.BRACKET_DEPTH}"
            hint = "put inner parts under [define] and use their names"
            yield Problem("IE101", fact, hint, span=bracket.span())
    if depth > 0:
        yield Problem(
            "IE100", f"{depth} bracket{'s are' if depth > 1 else ' is'} never closed", span=_last_open(outside)
        )
    many = sum(map(outside.count, ("-", "+", "~", "not"))) > limits.UNARY_RUN
    if many and (match := re.search(rf"(?:(?:-|\+|~|\bnot\b)\s*){{{limits.UNARY_RUN + 1},}}", outside)):
        fact = f"more than {limits.UNARY_RUN} signs or `not` in a row"
        yield Problem("IE101", fact, span=match.span())


def _last_open(outside: str) -> tuple[int, int]:
    waiting: list[int] = []
    for position, character in enumerate(outside):
        if character in "([":
            waiting.append(position)
        elif character in ")]":
            waiting.pop()
    return waiting[-1], waiting[-1] + 1


# ── after the parser ─────────────────────────────────────────────────────────────────────────────────────────────────


def _syntax_problem(text: str, fault: Exception) -> Problem:
    column = getattr(fault, "offset", None) or 1
    start = min(max(column - 2, 0), max(len(text) - 1, 0))
    words = re.match(r"\s*(\S{0,20})", text[start:])
    near = f" near `{words[1]}`" if words and words[1] else ""
    hint = "an operator or a comma is missing, or a word too many" if isinstance(fault, SyntaxError) else ""
    return Problem("IE100", f"this cannot be read{near}", hint, span=(start, start + 1))


def _look_at_shape(tree: ast.expr, text: str) -> Iterator[Problem]:
    if fact := _too_big(tree):
        yield Problem("IE101", fact, "put parts of it under [define] and use their names")
        return
    seen: set[tuple[int, int] | None] = set()
    for node in ast.walk(tree):
        found = _odd_shape(node, text) if type(node) in ALLOWED else iter((_refusal(node, tree, text),))
        for problem in found:
            if problem.span not in seen:
                seen.add(problem.span)
                yield problem


def _too_big(tree: ast.expr) -> str:
    """What limit the tree breaks; it is walked without recursion."""
    count, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > limits.SYNTAX_DEPTH:
            return f"the expression nests deeper than {limits.SYNTAX_DEPTH}"
        below = (child.value if isinstance(child, ast.keyword) else child for child in ast.iter_child_nodes(node))
        waiting.extend((child, depth + 1) for child in below if isinstance(child, ast.expr))
    return (
        f"the expression has {count} parts; at most {limits.SYNTAX_NODES} are read"
        if count > limits.SYNTAX_NODES
        else ""
    )


def _refusal(node: ast.AST, tree: ast.expr, text: str) -> Problem:
    generic = (f"`{_shown_name(node)}` is not part of the language", "see `indicators functions`")
    fact, hint = _REFUSED_WORDS.get(type(node), generic)
    placed = (
        node
        if hasattr(node, "col_offset")
        else next((p for p in ast.walk(tree) if node in ast.iter_child_nodes(p)), tree)
    )
    return Problem("IE102", fact, hint, span=span_of(placed, text))


def _shown_name(node: ast.AST) -> str:
    words = {ast.Lambda: "lambda", ast.Starred: "*", ast.Dict: "{}", ast.Set: "{}", ast.Await: "await"}
    return words.get(type(node), type(node).__name__)


def _odd_shape(node: ast.AST, text: str) -> Iterator[Problem]:
    """Allowed constructs in a form that is not."""
    if isinstance(node, ast.Constant):
        yield from _odd_constant(node, text, span_of(node, text))
    elif isinstance(node, ast.Name) and node.id.startswith("_"):
        yield Problem("IE110", f"`{node.id}`: a name may not begin with `_`", span=span_of(node, text))
    elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        yield Problem("IE110", f"`{node.attr}`: a name may not begin with `_`", span=span_of(node, text))
    elif isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
        hint = "functions are written in front: `count(pledge)`, not `pledge.count()`"
        yield Problem("IE102", "only a function's name may stand before a bracket", hint, span=span_of(node, text))
    elif isinstance(node, ast.keyword) and node.arg is None:
        yield Problem("IE102", "`**` is not part of the language", span=span_of(node, text))
    elif isinstance(node, ast.Tuple) and len(node.elts) > limits.LIST_LENGTH:
        fact = f"a list of {len(node.elts)} items; at most {limits.LIST_LENGTH} are read"
        yield Problem("IE101", fact, span=span_of(node, text))


def _odd_constant(node: ast.Constant, text: str, span: tuple[int, int]) -> Iterator[Problem]:
    if isinstance(node.value, bool | str):
        return
    written = text[span[0] : span[1]]
    if isinstance(node.value, int | float) and _NUMBER.fullmatch(written):
        if sum(c.isdigit() for c in written) > limits.DIGITS:
            yield Problem("IE101", f"a number of more than {limits.DIGITS} digits", span=span)
        return
    if isinstance(node.value, int | float):
        yield Problem("IE109", f"`{written}` is not how a number is written", _WRITE_NUMBERS, span=span)
        return
    yield Problem("IE102", f"`{written}` is not part of the language", span=span)
