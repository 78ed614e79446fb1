"""Values as TOML writes them, on one line and harmless to show: what is added to a pack, or proposed for one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    r"""A text as a TOML string in which everything can be seen.

    >>> print(quoted('say "ab\u202e"'))
    "say \"ab\u202e\""
    """
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(one: str) -> str:
    if found := _ESCAPES.get(one):
        return found
    if one.isprintable():
        return one
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"


def toml_value(value: Any) -> str:
    """A text, a truth, a number, a day, a list or a table as TOML has it, on one line."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(one)}" for key, one in value.items()) + " }"
    return f"[{', '.join(map(toml_value, value))}]" if isinstance(value, list | tuple) else str(value)


def toml_key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE.fullmatch(name) else quoted(name)
