"""Every code of a problem in one table, and how a code explains itself: on a screen, and on the reference page.

The codes stand beside the checks that report them; nothing is told about a code anywhere else. The examples are
parts of a pack: one that starts with a key belongs to an indicator, one that starts with a header is as it stands.
"""

from __future__ import annotations

from textwrap import fill, indent
from types import MappingProxyType
from typing import TYPE_CHECKING

from indicator_engine.definitions import codes_language, codes_structure
from indicator_engine.definitions.checks import all as checks
from indicator_engine.definitions.codes import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indicator_engine.definitions.codes import Code

_GROUPS: Mapping[str, tuple[Code, ...]] = {
    "Files, tables and targets": codes_structure.CODES,
    "Expressions": codes_language.CODES,
    "The statement as a whole": checks.CODES,
}

_TOML = ("example", "instead")

WIDTH = 96
"""Characters of a line on a screen."""


def in_order(group: Iterable[Code]) -> list[Code]:
    """Codes by their number."""
    return sorted(group, key=lambda code: code.code)


CATALOGUE: Mapping[str, Code] = MappingProxyType(
    {code.code: code for group in _GROUPS.values() for code in in_order(group)}
)
"""Every code, in the order of the reference page."""

_INTRODUCTION = """# Problems

Every problem that can be reported, by its code. `indicators explain IE103` prints one of these on the screen. An
example that starts with a key belongs to an indicator; one that starts with a header is a part of a pack as it stands.
"""


def explain(code: str) -> str | None:
    """A code in plain text, under the fixed headings; None when there is no such code. Capitals do not matter."""
    found = CATALOGUE.get(code.strip().upper())
    if found is None:
        return None
    parts = (f"{heading}\n{_indented(getattr(found, name), name)}" for name, heading in HEADINGS.items())
    return "\n\n".join([f"{found.code}: {found.title}", *parts])


def _indented(text: str, name: str) -> str:
    """Prose within a terminal's width, TOML as it is; both set in."""
    lines = text.strip("\n") if name in _TOML else fill(text, WIDTH)
    return indent(lines, "    ")


def reference_page() -> str:
    """The page of all codes, in Markdown, one section for each."""
    chapters = (_chapter(title, group) for title, group in _GROUPS.items())
    return "\n".join([_INTRODUCTION, *chapters])


def _chapter(title: str, group: tuple[Code, ...]) -> str:
    return "\n".join([f"## {title}\n", *map(_section, in_order(group))])


def _section(code: Code) -> str:
    parts = (f"**{heading}**\n\n{_as_markdown(getattr(code, name), name)}\n" for name, heading in HEADINGS.items())
    return "\n".join([f"### {code.code}: {code.title}\n", *parts])


def _as_markdown(text: str, name: str) -> str:
    return "```toml\n" + text.strip("\n") + "\n```" if name in _TOML else text
