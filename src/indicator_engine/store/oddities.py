"""What is odd about rows that were read: nothing is refused for it, and nothing of it goes unsaid.

An id used twice, the same thing told twice, subjects nobody listed, spells that end before they begin: each changes a
count, and each may be just what is meant. So each is told once, with what was made of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass
from indicator_engine.problems import Location, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import RegisterRow, Version

SUGGESTED_FROM = 5000
"""Near names are looked for in registers of fewer subjects than this."""

TOLD = 20
"""Of one oddity that many events share, this many are told one by one."""


@dataclass(frozen=True)
class Twins:
    """Events of one version that were not read: what each says, as `Version.said` has it, and where some are."""

    said: Mapping[str, str]
    placed: Callable[[Sequence[str]], Mapping[str, Location]]


def of_events(
    versions: list[Version], listed: Collection[str], schema: Schema, twins: Twins | None = None
) -> list[Problem]:
    """What is odd about events; `listed` are the subjects that the register names, also in rows that cannot be read.

    With `twins`, those of a store of which else only such versions were read as may be odd.
    """
    found = [*_strangers(versions, listed, schema), *_at_one_instant(versions)]
    found += _at_most(list(_ids_used_twice(versions, schema)))
    return [*found, *_told_twice(versions, twins)]


def of_register(rows: list[RegisterRow], columns: Collection[str], schema: Schema) -> list[Problem]:
    """What is odd about the register; `columns` are those of its file."""
    if not rows:
        return []
    return [*_missing_columns(columns, schema), *_spells_reversed(rows, schema), *_spells_overlapping(rows, schema)]


def _at_most(problems: list[Problem]) -> Iterator[Problem]:
    yield from problems[:TOLD]
    yield from _more(len(problems) - TOLD, problems)


def _more(count: int, problems: Sequence[Problem]) -> Iterator[Problem]:
    """That there are more like these."""
    if count > 0:
        yield Problem(problems[0].code, f"and {count} more like it", "", problems[0].severity)


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _strangers(versions: list[Version], listed: Collection[str], schema: Schema) -> Iterator[Problem]:
    """Events of subjects that the register does not list, as they stand."""
    if not listed:
        return
    last: dict[str, Version] = {}
    for version in versions:
        other = last.setdefault(version.event_id, version)
        if other.order < version.order:
            last[version.event_id] = version
    stand = [one for one in last.values() if one.subject and one.subject not in listed and not one.retracted]
    first: dict[str, Version] = {}
    for version in stand:
        first.setdefault(version.subject, version)
    counts = Counter(version.subject for version in stand)
    for subject, version in sorted(first.items()):
        events = f"{counts[subject]} events" if counts[subject] > 1 else "1 event"
        fact = f"{schema.subject.singular} `{subject[:60]}` has {events} but is not in the register"
        near = did_you_mean(subject, listed) if len(listed) < SUGGESTED_FROM else ""
        yield Problem("IE306", fact, near if near.startswith("did") else "", "warning", _place(version))


def _at_one_instant(versions: list[Version]) -> Iterator[Problem]:
    """Two versions of one event recorded at the same instant that say different things."""
    seen: dict[tuple[str, datetime, int], Version] = {}
    for version in versions:
        other = seen.setdefault((version.event_id, version.recorded_at, version.position), version)
        if other is not version and (other.content, other.retracted) != (version.content, version.retracted):
            fact = f"event {version.event_id} has two versions recorded at the same instant that differ"
            hint = "give the later one a later recorded_at; until then a fixed rule, not the order of rows, decides"
            yield Problem("IE307", fact, hint, "warning", _place(version))


def _ids_used_twice(versions: list[Version], schema: Schema) -> Iterator[Problem]:
    """Versions of one event that are of different subjects or types: a correction, or an id used twice."""
    first: dict[str, Version] = {}
    for version in (one for one in versions if not one.retracted):
        other = first.setdefault(version.event_id, version)
        if (other.subject, other.type) == (version.subject, version.type):
            continue
        what = schema.subject.singular if other.subject != version.subject else "type"
        was, is_ = (one.subject if what != "type" else one.type for one in (other, version))
        fact = (
            f"event {version.event_id} is told of two {what}s, {was} and {is_}; only the version recorded last counts"
        )
        hint = "if these are two events, give one of them an id of its own"
        yield Problem("IE312", fact, hint, "warning", _place(version))


def _told_twice(versions: list[Version], twins: Twins | None) -> Iterator[Problem]:
    """Events that say the same as another one under a different id: they count once."""
    newest = {version.event_id: version for version in sorted(versions, key=lambda one: one.recorded_at)}
    said: dict[str, object] = dict(twins.said) if twins else {}
    for event_id, version in newest.items():
        if not version.retracted:
            said[event_id] = version.said if twins else version.content
    first: dict[object, str] = {}
    pairs = [(one, other) for one, told in sorted(said.items()) if (other := first.setdefault(told, one)) != one]
    places = {one: _place(newest[one]) for one, _ in pairs[:TOLD] if one in newest}
    places |= twins.placed([one for one, _ in pairs[:TOLD] if one not in newest]) if twins else {}
    found = [
        Problem("IE313", f"event {one} says the same as event {other}; the two count once", "", "note", places[one])
        for one, other in pairs[:TOLD]
    ]
    return iter([*found, *_more(len(pairs) - TOLD, found)])


def _place(version: Version) -> Location:
    return Location(version.source)


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _dated(schema: Schema) -> list[tuple[str | None, str | None]]:
    """The columns with the first and the last day of a row, and of each population."""
    subject = (schema.subject.start, schema.subject.end)
    return [subject, *((one.start, one.end) for one in schema.populations.values())]


def _missing_columns(columns: Collection[str], schema: Schema) -> Iterator[Problem]:
    """A column of dates that is not there beside its fellow, or beside one the pack does not know, was misspelt."""
    strange = [name for name in columns if name not in {"name", schema.subject.singular, *schema.subject.attributes}]
    wanted = {one for pair in _dated(schema) for one in pair if one and (strange or set(pair) & set(columns))}
    for column in sorted(wanted - set(columns)):
        fact = f"the register has no column `{column}`, which says who belongs when; it is read as blank in every row"
        near = did_you_mean(column, strange)
        yield Problem("IE314", fact, near if near.startswith("did") else "", "warning")


def _spells_reversed(rows: Iterable[RegisterRow], schema: Schema) -> Iterator[Problem]:
    for row in rows:
        for start, end in sorted({(start, end) for start, end in _dated(schema) if start and end}):
            first, last = row.attributes.get(start), row.attributes.get(end)
            if isinstance(first, date) and isinstance(last, date) and last < first:
                fact = f"{row.subject}: {end} ({last}) is before {start} ({first}), so it never belongs"
                yield Problem("IE315", fact, "mend one of the two dates", "warning", row.where)


def _spells_overlapping(rows: Iterable[RegisterRow], schema: Schema) -> Iterator[Problem]:
    """A subject with two rows for the same days that differ: what they disagree on is undecided on those days."""
    by_subject: Mapping[str, list[RegisterRow]] = defaultdict(list)
    for row in rows:
        by_subject[row.subject].append(row)
    for subject, own in by_subject.items():
        for index, row in enumerate(own):
            if any(_both_hold(row, other, schema) for other in own[:index]):
                fact = f"{schema.subject.singular} `{subject[:60]}` has two rows in the register for the same days"
                hint = "leave one; what the rows disagree on counts as undecided"
                yield Problem("IE316", fact, hint, "warning", row.where)
                break


def _both_hold(row: RegisterRow, other: RegisterRow, schema: Schema) -> bool:
    start, end = schema.subject.start, schema.subject.end
    first = [_day(one, start, date.min) for one in (row, other)]
    last = [_day(one, end, date.max) for one in (row, other)]
    return max(first) <= min(last)


def _day(row: RegisterRow, column: str | None, otherwise: date) -> date:
    value = row.attributes.get(column) if column else None
    return value if isinstance(value, date) else otherwise
