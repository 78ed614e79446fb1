"""Names and ids: what may be one, and that none means two things.

Ids name statements, priorities and indicators in outputs and addresses for good; names stand in expressions. Both
are compared without regard to capitals, because file systems and databases do so.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import field
from typing import TYPE_CHECKING
from unicodedata import normalize

from indicator_engine.definitions.wording import quoted
from indicator_engine.frozen import dataclass
from indicator_engine.language import functions
from indicator_engine.language.schema import NAMED_DATES, RECORD_DATES
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.definitions.sources import Place
    from indicator_engine.language.schema import Subject

LONGEST = 64
"""Characters of an id or a name."""

_ID = late(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST - 1}}}")
_AIM = late(r"[A-Za-z0-9][A-Za-z0-9.]{0,15}")
_NAME = late(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST - 1}}}")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""What Windows takes for devices, so that no file or folder can be called so."""

_LANGUAGE = frozenset(word.casefold() for word in (*keyword.kwlist, "TBC", "null"))
_UNITS = ("month", "quarter", "year")


def check_id(place: Place, text: str) -> bool:
    """Whether a text may be an id; reports it when not."""
    if text.casefold() in _DEVICES:
        place.report("IE014", f"{quoted(text)} is what Windows calls a device, so no file can be called so",
                     f'write another id, such as "{text.casefold()}-1"')  # fmt: skip
        return False
    if _ID.fullmatch(text):
        return True
    suggestion = suggested_id(text)
    hint = f'write "{suggestion}"' if suggestion else 'write something like "pledge-commitment"'
    fact = f"{quoted(text)} cannot be an id: small letters a to z, digits, `-` and `_`, at most {LONGEST} of them"
    place.report("IE014", fact, hint)
    return False


def suggested_id(text: str) -> str:
    """The id nearest to a text; "" when nothing of it can stay."""
    return re.sub(r"[^a-z0-9_]+", "-", _plain(text)).strip("-_")[:LONGEST].rstrip("-_")


def _plain(text: str) -> str:
    """Small letters without accents."""
    return normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()


def check_aim_id(place: Place, text: str) -> bool:
    """Whether a text may be the number of an aim; reports it when not."""
    if _AIM.fullmatch(text):
        return True
    fact = f"{quoted(text)} cannot be the number of an aim: letters, digits and points only"
    place.report("IE014", fact, 'write it as the document does: "2.1"')
    return False


@dataclass
class Taken:
    """Ids, or names, that are in use, and where."""

    what: str
    hint: str = "give this one another id"
    places: dict[str, Place] = field(default_factory=dict)

    def take(self, place: Place, text: str) -> bool:
        """Whether an id is still free; it is taken from now on. Reports a second use."""
        if not text:
            return False
        first = self.places.setdefault(text.casefold(), place)
        if first is place:
            return True
        where = first.location
        here = "" if where.file == place.source.file else f" of {where.file}"
        place.report("IE015", f"{self.what} {quoted(text)} is there already, in line {where.line}{here}", self.hint)
        return False


@dataclass
class Names:
    """The names that expressions of one pack can use, and what each of them means already."""

    subject: Subject
    meanings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plural = self.subject.plural
        self._mean("a word of the language", *_LANGUAGE)
        self._mean("a function", *functions.names(plural))
        self._mean("a date that every expression knows", *NAMED_DATES, *RECORD_DATES)
        self._mean("a column that every record has", "event_id", "recorded_at")
        self._mean("the word for what is counted", self.subject.singular, plural)

    def _mean(self, meaning: str, *names: str) -> None:
        self.meanings |= {name.casefold(): meaning for name in names}

    def take(self, place: Place, name: str, meaning: str) -> bool:
        """Whether a name may mean this: well formed and free. It is taken from now on; faults are reported."""
        if not check_name(place, name):
            return False
        unit = "a calendar unit of `each`" if name.casefold() in _UNITS else ""
        if other := unit or self.meanings.get(name.casefold(), ""):
            return _twice(place, name, other)
        self._mean(meaning, name)
        return True

    def take_attributes(self, pairs: Iterable[tuple[Place, str]], owner: str) -> set[str]:
        """Those of an owner's attributes whose names will do. Two owners may have attributes of the same name."""
        used = {"type": "a column that every record has", "retracted": "a column that every record has"}
        used["rowid"] = "the database's own word for the place of a row"
        good: set[str] = set()
        for place, name in pairs:
            other = used.get(name.casefold()) or self.meanings.get(name.casefold(), "")
            if other and check_name(place, name):
                _twice(place, name, other)
            elif check_name(place, name):
                used[name.casefold()] = f"an attribute of {owner}"
                good.add(name)
        return good


def _twice(place: Place, name: str, other: str) -> bool:
    fact = f"`{name}` is already {other}; a name can mean one thing only"
    place.report("IE017", fact, "give this one another name", on_key=True)
    return False


def check_name(place: Place, name: str) -> bool:
    """Whether a text may be a name in expressions; reports it when not."""
    if _NAME.fullmatch(name):
        return True
    suggestion = re.sub(r"[^a-z0-9_]+", "_", _plain(name)).strip("_0123456789")[:LONGEST]
    hint = f"write `{suggestion}`" if _NAME.fullmatch(suggestion) else "write something like `pledge_stage`"
    fact = f"{quoted(name)} cannot be a name: letters a to z, digits and `_`, a letter first, at most {LONGEST} of them"
    place.report("IE016", fact, hint, on_key=True)
    return False
