"""What may have been declared in parts of the files that were refused.

A name that stands there may well be right, so whoever uses it is not blamed: one fault is told once, where it is.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.positions import DataPath
    from indicator_engine.definitions.sources import Source

_WORD = late(r"\w+")


@dataclass
class Refused:
    """Names that were refused. `any_name` and `any_indicator` say that whole tables of them could not be read."""

    names: set[str] = field(default_factory=set)
    any_name: bool = False
    any_indicator: bool = False

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Refused:
        """What the faults of shape have made unreadable."""
        found = cls()
        for source in sources:
            for path in source.spoiled:
                found.any_name |= _declares_names(path)
                found.any_indicator |= _declares_indicators(path)
                found.names.update(_names_at(path, source))
        return found

    def __contains__(self, name: object) -> bool:
        return self.any_name or name in self.names

    def add(self, name: str) -> None:
        """Refuse a name, and the names that an expression would read it as."""
        self.names |= {name, *_WORD.findall(name)}

    def has_any(self, text: str) -> bool:
        """Whether any word of a text may be one of these names."""
        return self.any_name or not self.names.isdisjoint(_WORD.findall(text))


def _declares_names(path: DataPath) -> bool:
    """Whether a path is that of a table which declares names."""
    if path[0] in ("event", "population", "define"):
        return len(path) == 1 or (path[0] == "event" and path[2:] == ("attributes",))
    return path[0] == "subject" and path[1:] in ((), ("attributes",), ("singular",), ("plural",))


def _declares_indicators(path: DataPath) -> bool:
    """Whether a path is that of a list or an id on the way to an indicator or a part."""
    last = path[-1]
    return path[0] == "priority" and (isinstance(last, int) or last in ("priority", "indicator", "part", "id", "name"))


def _names_at(path: DataPath, source: Source) -> Iterator[str]:
    """The names that a refused value declares, or would have declared under its right key."""
    if path[0] in ("aim", "priority", "test", "statement", "source"):
        return
    for step in (path[1:2], path[3:4] if path[0] == "event" else path[2:3]):
        yield from map(str, step)
    value: Any = source.data
    for key in path:
        value = value[key]
    yield from _keys_within(value)


def _keys_within(data: Any) -> Iterator[str]:  # TOML
    waiting = [data]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield from here
        if isinstance(here, dict | list):
            waiting.extend(here.values() if isinstance(here, dict) else here)
