"""A proposal as text for a file of a pack: what is decided as keys, what is open as comments beside them.

Written by hand, because nothing else keeps comments. Whatever comes from the file is escaped: names of columns as
TOML asks, reasons so that a comment stays one line and holds nothing that cannot be seen.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from indicator_engine.definitions.mappings import SERIAL, SourceMapping
from indicator_engine.definitions.toml_text import quoted, toml_key, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.store.inspection.proposal import Choice, Proposal

KEYS = (
    "kind", "file", "sheet", "encoding", "delimiter", "quote", "header_row", "header_contains", "stop_at",
    "fill_merged", "constants", "type", "id_from", "recorded_at", "dates", "decimal", "thousands", "yes", "no",
    "missing", "only_where", "earliest", "latest", "neutralised", "ignore",
)  # fmt: skip
"""The keys of a source in the order in which they are written; then come its tables."""

TABLES = ("columns", "values.type", "aliases")
LONGEST = 400
"""Characters of a name that can be written; the lines of a pack have a limit."""

_WIDE = 100
_MOST_SAID = 160
_MOST_WAYS = 6


def written(mapping: SourceMapping) -> dict[str, Any]:
    """The keys of a `[source.<name>]` that make a mapping; what goes without saying is left out."""
    usual = SourceMapping()
    found = {one.name: getattr(mapping, one.name) for one in fields(mapping) if one.name != "name"}
    said = {key: value for key, value in found.items() if value != getattr(usual, key)}
    dates = [*(one.text for one in said.pop("dates", ())), *([SERIAL] if said.pop("serial_dates", False) else [])]
    if dates:
        said["dates"] = dates
    if "files" in said:
        files = said.pop("files")
        said["file"] = files[0] if len(files) == 1 else files
    return said


def toml_of(proposal: Proposal) -> str:
    """The proposal as TOML. What is open is a comment, so that an import refuses until somebody has decided."""
    said = written(proposal.mapping)
    name = toml_key(proposal.mapping.name)
    lines = [*_head(proposal), "", f"[source.{name}]"]
    others = (one.key for one in proposal.choices if one.key not in TABLES)
    for key in dict.fromkeys((*KEYS, *others)):
        if key in said and key not in TABLES:
            lines += _assigned(key, said[key], _reason(proposal, key))
        open_here = [one for one in proposal.choices if one.key == key and not one.table and key not in TABLES]
        lines += [line for one in open_here for line in _commented(one, said)]
    for table in TABLES:
        outer, _, inner = table.partition(".")
        entries = said.get(outer, {})
        lines += _table(proposal, name, table, entries.get(inner, {}) if inner else entries)
    return "\n".join(lines) + "\n"


def _head(proposal: Proposal) -> Iterator[str]:
    count = f"its first {proposal.lines} lines" if not proposal.whole else f"its {proposal.lines} lines"
    yield f"# Proposed by `indicators inspect` from {count}. Read it before you import by it."
    if proposal.choices:
        yield "# Lines that begin with # are still to be decided: take the # away, change them, or leave them out."


def _reason(proposal: Proposal, key: str, entry: str = "") -> str:
    """Why, as a comment behind a value."""
    for one in proposal.evidence:
        if one.key == key and one.value is not None and (not entry or one.column == entry):
            return f"  # {one.sure}: {_said(one.says)}"
    return ""


def _commented(choice: Choice, said: Mapping[str, Any]) -> Iterator[str]:
    """A choice as lines that would be its first way, with the others behind it."""
    if not choice.ways:
        yield f"# {choice.key}: {_said(choice.why)}"
        return
    first, *others = choice.ways
    alternatives = "".join(f" or {_shown(way, choice)}," for way in others[:_MOST_WAYS])
    instead = " instead of the line above:" if not choice.table and first.keys() & said.keys() else ""
    reason = f"  #{instead}{alternatives}{' …' if len(others) > _MOST_WAYS else ''} {_said(choice.why)}"
    for place, (key, value) in enumerate(first.items(), 1):
        lines = _assigned(quoted(key) if choice.table else key, value, reason if place == len(first) else "")
        yield from (f"# {line}" for line in lines)


def _assigned(key: str, value: Any, reason: str) -> list[str]:
    """A key with its value: on one line or, where it is a long list, on a line for each of its items."""
    line = f"{key} = {toml_value(value)}"
    if len(line) <= _WIDE or not isinstance(value, list | tuple):
        return [line + reason]
    return [f"{key} = [{reason}", *(f"    {toml_value(one)}," for one in value), "]"]


def _shown(way: Mapping[str, Any], choice: Choice) -> str:
    if choice.table:
        return toml_value(next(iter(way.values())))
    same = way.keys() == choice.ways[0].keys() and len(way) == 1
    return " and ".join(toml_value(value) if same else f"{key} = {toml_value(value)}" for key, value in way.items())


def _table(proposal: Proposal, name: str, table: str, entries: Mapping[str, Any]) -> Iterator[str]:
    """A table of the source: its entries, and those that are open as comments."""
    choices = [one for one in proposal.choices if table in {one.table, one.key}]
    if not entries and not choices:
        return
    yield ""
    yield f"{'' if entries or '.' not in table else '# '}[source.{name}.{table}]"
    for key, value in entries.items():
        yield from _assigned(quoted(key), value, _reason(proposal, table, key))
    for one in choices:
        yield from _commented(one, {})


# ── TOML ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def writable(text: str) -> bool:
    """Whether a text can stand in a file of a pack."""
    return len(text) <= LONGEST and not any(0xD800 <= ord(one) <= 0xDFFF for one in text)


def _said(text: str) -> str:
    """A reason for a comment: one line, cut, nothing in it that cannot be seen."""
    shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return shown if len(shown) <= _MOST_SAID else shown[: _MOST_SAID - 1] + "…"
