"""The words for what an author has written: how a value is called, what sort it is, what could be meant instead.

Every message of the loader takes these words from here, so that one thing is called the same everywhere.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from indicator_engine.amounts import read
from indicator_engine.periods import day_from
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from indicator_engine.definitions.sources import Place

MOST_LISTED = 13
"""Keys told of a table that has many."""

LONGEST_QUOTE = 60
"""Characters of a text that a message repeats."""


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def quoted(text: str) -> str:
    """A text as an author would write it, cut when it is long."""
    return f'"{text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"}"'


def as_written(given: object) -> str:
    """A value as an author would write it; "…" for what is too long for that."""
    if isinstance(given, str):
        return quoted(given)
    if isinstance(given, bool):
        return str(given).lower()
    return "…" if isinstance(given, list | dict) else str(given)


def listed(words: Sequence[str]) -> str:
    """Words one after the other, each as it is written."""
    return ", ".join(f"`{word}`" for word in words)


def sort_of(value: object) -> str:
    """What sort of value an author has written."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, datetime):
        return "a date with a time"
    return next((words for sort, words in _SORTS.items() if isinstance(value, sort)), "something else")


_SORTS: Mapping[type, str] = {
    str: "text",
    int: "a number",
    Decimal: "a number",
    date: "a date",
    time: "a time",
    list: "a list",
    dict: "a table",
}


def name_of(place: Place) -> str:
    """The key that a place has, as an author would say it: `title`, or item 2 of `outcomes`."""
    last = place.path[-1]
    return f"`{last}`" if isinstance(last, str) else f"item {last + 1} of `{_key_of(place)}`"


def _key_of(place: Place) -> str:
    """The innermost key on the way to a place."""
    return next((step for step in reversed(place.path) if isinstance(step, str)), "")


# ── values of the wrong sort ─────────────────────────────────────────────────────────────────────────────────────────


def report_type(place: Place, wanted: str, given: object) -> None:
    """Report a value of the wrong sort, and how to write the right one. `wanted` begins with the sort."""
    hint = next((hint(place, given) for sort, hint in _HINTS.items() if wanted.startswith(sort)), "")
    place.report("IE012", f"{name_of(place)} must be {wanted}, and this is {sort_of(given)}", hint)


def _text_hint(_place: Place, given: object) -> str:
    simple = isinstance(given, bool | int | Decimal | date | time)
    return f'put it in quotes: `"{as_written(given)}"`' if simple else ""


def _list_hint(place: Place, given: object) -> str:
    if isinstance(given, dict):
        return f"write the header with two brackets on each side: `[[{_header_of(place)}]]`"
    return f"put it in square brackets: `{_key_of(place)} = [{as_written(given)}]`"


def _table_hint(place: Place, given: object) -> str:
    if not isinstance(place.path[-1], str):
        return "write it in braces: `{ … }`"
    if isinstance(given, list):
        return f"write the header with one bracket on each side: `[{_header_of(place)}]`"
    return f"write `{_key_of(place)} = {{ … }}`, or a header `[{_header_of(place)}]` with its keys on the lines below"


def _header_of(place: Place) -> str:
    return ".".join(step for step in place.path if isinstance(step, str))


def _date_hint(_place: Place, given: object) -> str:
    if isinstance(given, datetime):
        return f"leave the time out: {given.date().isoformat()}"
    day = day_from(given) if isinstance(given, str) else None
    return f"write the day year first, without quotes: {day.isoformat() if day else '2010-03-31'}"


def _number_hint(_place: Place, given: object) -> str:
    return f"write it without quotes: {given}" if isinstance(given, str) and read(given) else ""


def _digits(given: object) -> str:
    return given.strip() if isinstance(given, str) and given.strip().isdecimal() else "3"


_HINTS: Mapping[str, Callable[[Place, object], str]] = {
    "text": _text_hint,
    "a list of tables, or": lambda _place, _given: "",
    "a list": _list_hint,
    "a table": _table_hint,
    "a date": _date_hint,
    "a number": _number_hint,
    "a whole number": lambda _place, given: f"write digits only, without quotes: {_digits(given)}",
    "true or false": lambda _place, _given: "write `true` or `false`, in small letters and without quotes",
}


# ── words and keys that are not known ────────────────────────────────────────────────────────────────────────────────


def is_near(word: str, known: Sequence[str]) -> bool:
    """Whether a word is nearly one of those that are known."""
    return did_you_mean(word, known).startswith("did you mean")


def hint_for_word(word: str, known: Sequence[str]) -> str:
    """What to write instead of a word that a key cannot be."""
    if _MEANT.get(word.casefold()) in known:
        return f'write "{_MEANT[word.casefold()]}"'
    if is_near(word, known):
        return did_you_mean(word, known)
    return "write " + " or ".join(f'"{each}"' for each in known)


def hint_for_key(key: str, known: Sequence[str]) -> str:
    """What to write instead of a key that is not known."""
    if _SYNONYMS.get(key.casefold()) in known:
        return f"write `{_SYNONYMS[key.casefold()]}`"
    if is_near(key, known):
        return did_you_mean(key, known)
    return f"it can have {listed(known[:MOST_LISTED])}" + (" and others" if len(known) > MOST_LISTED else "")


_MEANT: Mapping[str, str] = {
    "float": "decimal", "number": "decimal", "boolean": "truth", "bool": "truth", "string": "text", "int": "integer",
    "currency": "money", "link": "evidence", "enum": "choice", "up": "higher", "more": "higher", "high": "higher",
    "down": "lower", "less": "lower", "low": "lower", "final": "agreed", "approved": "agreed", "at least": "at_least",
    "percentage": "percent", "per cent": "percent", "%": "percent",
}  # fmt: skip
"""What people write for words that are called otherwise here."""

_SYNONYMS: Mapping[str, str] = {
    "by": "due", "deadline": "due", "due_date": "due", "formula": "measure", "expression": "measure",
    "value": "measure", "goal": "target", "direction": "better", "description": "text", "name": "label",
    "year": "period", "minimum": "at_least", "min": "at_least", "maximum": "at_most", "max": "at_most",
    "equals": "exactly", "owner": "set_by", "author": "set_by", "definition": "define", "county": "convention",
    "number": "id", "kind": "type", "no_more_than": "at_most", "not_more_than": "at_most", "up_to": "at_most",
    "no_less_than": "at_least", "no_fewer_than": "at_least", "not_less_than": "at_least", "over": "more_than",
    "above": "more_than", "under": "less_than", "below": "less_than", "fewer_than": "less_than", "equal": "exactly",
}  # fmt: skip
"""What people write for keys that are called otherwise here."""
