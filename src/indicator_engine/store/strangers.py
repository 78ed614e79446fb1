"""Subjects that the register does not list, with the names in it that come near: suggestions for people, never more.

A near name is not the same name: two associations of one town can differ in two letters. So nothing is ever matched
here; a person decides and records an alias.
"""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from indicator_engine.problems import Problem
from indicator_engine.store import aliases
from indicator_engine.store.catalog import quoted
from indicator_engine.store.registers import standing_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.catalog import Kept
    from indicator_engine.store.database import Database

TOLD = 50
"""Strangers that are told one by one."""

NEAR = 80
"""From so many of a hundred points on, a name comes near."""

MARGIN = 8
"""Names that come so much less near than the nearest are not told."""

_FORMS = re.compile(r"\b(ltd|limited|plc|llp|cic|inc|the|council|assoc|association|trust|company|co)\b")


def of_import(
    database: Database, number: int, schema: Schema, place: Callable[[int], object], tables: Iterable[Kept]
) -> list[Problem]:
    """The subjects of an import's events that the register does not list; none where there is no register yet.

    `tables` are those that have events of the import.
    """
    listed = standing_rows(database, {"name": "VARCHAR"})
    if not listed:
        return []
    known = {key: str(rows[0].attributes.get("name") or "") for key, rows in listed.items()}
    usual = {one.name for one in aliases.standing(database)}
    strangers = {
        name: found
        for name, found in _subjects(database, number, tables).items()
        if name not in known and name not in usual
    }
    problems = [_problem(name, *found, known, schema, place) for name, found in list(strangers.items())[:TOLD]]
    if len(strangers) > TOLD:
        fact = f"and {len(strangers) - TOLD} more that are not in the register"
        problems.append(Problem("IE306", fact, "", "warning"))
    return problems


def _subjects(database: Database, number: int, tables: Iterable[Kept]) -> dict[str, tuple[int, int]]:
    """How many events each subject has in an import, and the line of the first."""
    found: dict[str, tuple[int, int]] = {}
    for kept in tables:
        query = (
            f"SELECT s.name, count(*), min(e._line) FROM {quoted(kept.table)} e "
            "JOIN subject s ON s.number = e._subject "
            "WHERE e._import = ? GROUP BY s.name"
        )
        for name, count, line in database.rows(query, [number]):
            before = found.get(name, (0, line))
            found[name] = (before[0] + count, min(before[1], line))
    return dict(sorted(found.items(), key=lambda pair: pair[1][1]))


def _problem(
    name: str, count: int, line: int, known: Mapping[str, str], schema: Schema, place: Callable[[int], object]
) -> Problem:
    events = "1 event" if count == 1 else f"{count:,} events"
    fact = f"{schema.subject.singular} `{name[:60]}` has {events} but is not in the register"
    return Problem("IE306", fact, hint(name, known), "warning", place(line))  # type: ignore[arg-type]  # a Location


def hint(name: str, known: Mapping[str, str]) -> str:
    """The subjects whose keys or names come near a name, in words; "" when none does."""
    near = nearest(name, known)
    if not near:
        return ""
    shown = [f"`{key}`" + (f" ({known[key]})" if known[key] and known[key] != key else "") for key in near]
    return f"did you mean {' or '.join(shown)}? If so, record it: `indicators alias add`"


def nearest(name: str, known: Mapping[str, str], limit: int = 3) -> list[str]:
    """The subjects that come nearest to a name, by key or by name, best first."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for key, title in known.items():
        for one in {plain(key), plain(title)} - {""}:
            spellings[one].append(key)
    wanted = plain(name)
    found = spellings.get(wanted) or [key for one in _close(wanted, spellings, limit) for key in spellings[one]]
    return list(dict.fromkeys(found))[:limit]


@lru_cache(maxsize=100_000)
def plain(name: str) -> str:
    """A name without capitals, accents' widths, punctuation and the words for a legal form."""
    text = normalize("NFKC", name).casefold().replace("&", " and ")
    text = _FORMS.sub(" ", re.sub(r"[^\w\s]", " ", text))
    return " ".join(text.split())


def _close(wanted: str, spellings: Iterable[str], limit: int) -> list[str]:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        return get_close_matches(wanted, list(spellings), n=limit, cutoff=0.75)
    found = process.extract(wanted, list(spellings), scorer=fuzz.WRatio, score_cutoff=NEAR, limit=limit)
    return [name for name, score, _ in found if score > found[0][1] - MARGIN]
