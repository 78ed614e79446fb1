"""Text that others wrote, made safe and measured for a terminal or a log.

What a reader cannot see, or what would move the cursor or turn the reading direction, is written out, so that no
pack and no file name can pass for something else. Escaping for HTML, Excel and the like is left to each output.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

from indicator_engine.patterns import late

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, formats (bidi, zero width), surrogates, line separators
_NOT_XML = late("[\ufffe\uffff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe_text(text: str, limit: int = 200) -> str:
    r"""The text on one line of at most `limit` characters, `…` in place of the rest.

    >>> safe_text("a\x1b[31m\u202e")
    'a\\x1b[31m\\u202e'
    """
    shown = "".join(map(visible, text[: limit + 1]))
    return shown if len(shown) <= limit else shown[: max(limit - 1, 0)] + "…"


def clean(text: str) -> str:
    r"""A text on one line, with what a reader could not see written out.

    >>> clean("Care\n  Trust\u202e")
    'Care Trust\\u202e'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(map(visible, line))


def for_xml(text: str) -> str:
    r"""A text as a cell of a workbook or document can hold it: its lines kept, what nobody sees written out.

    >>> for_xml("=1+1\n\x1b[31m\ufffe")
    '=1+1\n\\x1b[31m\\ufffe'
    """
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", "\n".join(map(clean, text.split("\n"))))


_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are written from right to left, by their first subtag."""


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way a language is read.

    >>> direction("ar-EG"), direction("cy")
    ('rtl', 'ltr')
    """
    return "rtl" if language.partition("-")[0].casefold() in _RIGHT_TO_LEFT else "ltr"


def visible(character: str) -> str:
    """A character as a reader may see it: itself, or its escape when it is a control or has no shape."""
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return _SHORT.get(character, escape)


def width(character: str) -> int:
    """Columns of a terminal that one visible character takes: 0 for a combining mark, 2 for a wide one."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
