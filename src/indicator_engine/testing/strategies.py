"""Hypothesis strategies for packs that are tested by property: packs, schemas, expressions, histories, dates.

    @given(histories(pack), as_of_dates(pack))
    def test_never_fails(history, day):
        evaluate(pack, history.events, history.register, as_of=day)

Of a pack of your own, `histories`, `monotone_pairs` and `as_of_dates` draw what its indicators mention. Without one
everything is drawn from small domains (five organisations, a few days and texts, numbers from 0 to 4), so that records
meet: the same organisation twice on one day, corrections, retractions, deadlines hit exactly. Expressions are query
trees built as elaboration builds them, so that `text` prints each of them back. This module, the two it builds on
(`domains` and `trees`), `drawing` and `laws` import Hypothesis; nothing else in the package does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from hypothesis import strategies as st

from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import COMPARATORS, Expression, Indicator, Priority, Relative, Statement, Target
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.nodes import Constant
from indicator_engine.language.schema import (
    Attribute,
    DeemedSize,
    Ending,
    EventType,
    Population,
    Schema,
    Subject,
)  # fmt: skip
from indicator_engine.language.scopes import REGISTER, TOP, Scope
from indicator_engine.language.text import text
from indicator_engine.periods import Period
from indicator_engine.testing import domains
from indicator_engine.testing.domains import ORGANISATIONS, TEXTS, days
from indicator_engine.testing.pack_histories import History, days_of, histories_of, monotone_pairs
from indicator_engine.testing.trees import Grower

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

    from indicator_engine.language.nodes import Node

__all__ = [
    "ORGANISATIONS",
    "TEXTS",
    "History",
    "as_of_dates",
    "cells",
    "days",
    "expressions",
    "histories",
    "monotone_pairs",
    "packs",
    "registers",
    "rich_schema",
    "schemas",
    "with_attributes",
]

KindName = Literal["number", "truth", "date", "text", "list", "set", "events"]

# ── schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _event(name: str, label: str, *attributes: Attribute) -> EventType:
    return EventType(name, label, {attribute.name: attribute for attribute in attributes})


_ITEM = Attribute("item", "text")
_PEOPLE = Attribute("people", "integer", minimum=Fraction(0), maximum=Fraction(4))

EVENTS: tuple[EventType, ...] = (
    replace(
        _event("pledge", "Skills Pledge stage",
               Attribute("stage", "integer", minimum=Fraction(1), maximum=Fraction(3)),
               Attribute("made_by", "choice", "made by", choices=("board", "executive"))),
        ended_by=(Ending("withdrawal"),),
    ),
    _event("withdrawal", "", Attribute("reason", "choice", choices=("cost", "time"), open=True)),
    _event("tender", "tender", Attribute("viable", "truth"), Attribute("included", "truth", "code included"),
           Attribute("price", "money"), _ITEM),
    _event("training", "training event", _PEOPLE, Attribute("hours", "decimal"), Attribute("participant", "text"),
           Attribute("held_on", "date", "day held"), _ITEM),
    replace(
        _event("contract", "contract", Attribute("partner", "subject", "public body"), Attribute("ends_on", "date"),
               _ITEM),
        ends_on="ends_on",
    ),
    replace(
        _event("deliverable", "deliverable", _ITEM, Attribute("covers", "list"), Attribute("evidence", "evidence"),
               Attribute("approved", "truth")),
        covered_from=date(2008, 7, 1),
    ),
    replace(
        _event("scheme", "apprenticeship scheme", _ITEM, _PEOPLE),
        ended_by=(Ending("scheme_closed", ("item",)),),
    ),
    _event("scheme_closed", "closure", _ITEM),
)  # fmt: skip
COLUMNS: tuple[Attribute, ...] = (
    Attribute("kind", "choice", choices=("member", "public", "contractor")),
    Attribute("sector", "text"),
    Attribute("size", "integer", "number of employees", minimum=Fraction(0), maximum=Fraction(4)),
    Attribute("signed", "truth", "charter signed"),
    Attribute("areas", "list"),
    Attribute("parent", "subject", "parent body"),
    Attribute("joined_on", "date"),
    Attribute("left_on", "date"),
    Attribute("row_from", "date"),
    Attribute("row_to", "date"),
)
DEFINES = {
    "pledged": "{plural}(in_force(pledge))",
    "surveyed_on": 'min(deliverable[item == "survey"].occurred_on)',
}
_DEEMED = (
    (DeemedSize(4, known_from=date(2008, 9, 10)),),
    (DeemedSize(None), DeemedSize(5, known_from=date(2009, 3, 31), effective_from=date(2009, 4, 1))),
    (DeemedSize(0),),
)


def rich_schema(
    subject: tuple[str, str] = ("organisation", "organisations"),
    deemed: tuple[DeemedSize, ...] = _DEEMED[0],
    *,
    spells: bool = True,
    events: Iterable[EventType] = EVENTS,
) -> Schema:
    """A schema with every attribute type, things that end, spells, deemed and undated populations."""
    start, end = ("row_from", "row_to") if spells else (None, None)
    columns = {column.name: column for column in COLUMNS}
    schema = Schema(
        Subject(*subject, attributes=columns, start=start, end=end),
        {event.name: event for event in events},
        defines={name: text.format(plural=subject[1]) for name, text in DEFINES.items()},
    )
    populations = (
        Population("members", "member bodies", 'kind == "member"', None, "joined_on", "left_on", deemed),
        Population("public_bodies", "", 'kind in ("member", "public") and not missing(size)'),
        Population("everyone", "bodies on the register", "True"),
    )
    return replace(schema, populations={each.name: _settled(each, schema) for each in populations})


def _settled(population: Population, schema: Schema) -> Population:
    return replace(population, where=elaborate(population.where_text, schema, REGISTER).node)


def with_attributes(name: str, *attributes: Attribute) -> tuple[EventType, ...]:
    """The rich schema's event types, one of them with more attributes."""
    more = {attribute.name: attribute for attribute in attributes}
    return tuple(
        replace(each, attributes={**each.attributes, **more}) if each.name == name else each for each in EVENTS
    )


@cache
def schemas() -> SearchStrategy[Schema]:
    """The rich schema and variants: other subjects, other deemed sizes, one row a subject, nothing that ends."""
    subjects = (("organisation", "organisations"), ("patient", "patients"))
    on_subjects = with_attributes("training", Attribute("subject", "text"), Attribute("value", "integer"))
    unlabelled = tuple(replace(event, label="", ended_by=(), ends_on=None) for event in EVENTS)
    events = (EVENTS, on_subjects, unlabelled)

    @cache
    def variant(subject: int, deemed: int, event: int, *, spells: bool) -> Schema:
        return rich_schema(subjects[subject], _DEEMED[deemed], spells=spells, events=events[event])

    places = (st.integers(0, len(options) - 1) for options in (subjects, _DEEMED, events))
    return st.builds(variant, *places, spells=st.booleans())


# ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def expressions(
    kind_name: KindName, schema: Schema | None = None, scope: Scope = TOP, depth: int = 5
) -> SearchStrategy[Node]:
    """Well-typed query trees of a kind, as elaboration makes them of some expression in that schema and scope.

    The schema is the rich one where none is given.
    A "set" is one of subjects or of an attribute's values. There is a "list" only where the record or the register row
    at hand has one.
    """
    return _grown(kind_name, schema or _plain_schema(), scope, depth)


@st.composite
def _grown(draw: DrawFn, kind_name: KindName, schema: Schema, scope: Scope, depth: int) -> Node:
    return Grower(draw, schema).of_kind(kind_name, scope, depth)


@cache
def _plain_schema() -> Schema:
    return rich_schema()


# ── packs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_YEAR = Period(date(2009, 4, 1), date(2010, 3, 31), "2009-10")


def packs(most_indicators: int = 3) -> SearchStrategy[Statement]:
    """Whole packs: one to a few indicators over a drawn vocabulary, with targets of every form, or with none."""

    @st.composite
    def drawn(draw: DrawFn) -> Statement:
        schema = draw(schemas())
        names = [f"indicator-{number}" for number in range(1, draw(st.integers(1, most_indicators)) + 1)]
        indicators = tuple(draw(_indicators(name, schema)) for name in names)
        priority = Priority("priority", "A priority", indicators=indicators)
        return Statement("generated", "A generated pack", _YEAR, NEUTRAL, schema, priorities=(priority,))

    return drawn()


@st.composite
def _indicators(draw: DrawFn, name: str, schema: Schema) -> Indicator:
    kind: KindName = draw(st.sampled_from(("number", "number", "truth")))
    node = draw(expressions(kind, schema, depth=3))
    measure = Expression(text(node, schema), node)
    if draw(st.sampled_from((False, False, True))):
        return Indicator(name, f"The words of {name}", kind="monitored", measure=measure)
    target = draw(_number_targets()) if kind == "number" else Target(delivered=True)
    better: Literal["higher", "lower"] = "lower" if target.comparator in ("at_most", "less_than") else "higher"
    due = Due(draw(st.sampled_from((_YEAR.end, _YEAR.end, date(2009, 12, 31)))))
    versions: tuple[Target, ...] = (target,)
    if kind == "number" and draw(st.sampled_from((False, False, True))):
        versions = (Target(tbc=True), replace(target, known_from=draw(days())))
    return Indicator(name, f"The words of {name}", measure=measure, better=better, stages=(versions,), due=due)


@st.composite
def _number_targets(draw: DrawFn) -> Target:
    value = Fraction(draw(st.integers(0, 4)))
    comparator = draw(st.sampled_from(COMPARATORS))
    if comparator == "between":
        return Target(comparator, value, value + draw(st.integers(0, 2)))
    if draw(st.sampled_from((False, False, True))):
        relative: Relative = draw(st.sampled_from(("increase_by", "decrease_by")))
        return Target(relative=relative, value=value or Fraction(1), baseline=Expression("1", Constant(Fraction(1))))
    return Target(comparator, value)


def as_of_dates(pack: Statement | None = None) -> SearchStrategy[date]:
    """Days worth asking about: ends of periods and the days around them, deadlines and decisions of the pack."""
    return days_of(pack) if pack else domains.as_of_dates()


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def cells(attribute: Attribute) -> SearchStrategy[Any]:
    """What may stand under an attribute: a value of its type, or None."""
    values: Mapping[str, SearchStrategy[Any]] = {
        "integer": st.integers(int(attribute.minimum or 0), int(attribute.maximum or 4)),
        "decimal": st.sampled_from((Decimal(0), Decimal("0.5"), Decimal("2.5"), Decimal("0.1"))),
        "money": st.sampled_from((Decimal(0), Decimal("99.99"), Decimal(1000))),
        "text": st.sampled_from(TEXTS),
        "choice": st.sampled_from(attribute.choices or TEXTS),
        "evidence": st.just("minutes.pdf"),
        "date": days(),
        "truth": st.booleans(),
        "subject": st.sampled_from(ORGANISATIONS),
        "list": st.lists(st.sampled_from(attribute.choices or TEXTS), max_size=2, unique=True),
    }
    value = values[attribute.type]
    return st.one_of(value, value, value, st.none())


@overload
def histories(schema: Statement, max_events: int = 12) -> SearchStrategy[History]: ...
@overload
def histories(schema: Schema, max_events: int = 12) -> SearchStrategy[list[dict[str, Any]]]: ...
def histories(
    schema: Schema | Statement, max_events: int = 12
) -> SearchStrategy[History] | SearchStrategy[list[dict[str, Any]]]:
    """Of a pack, small histories of what its indicators mention, as `History`: events and a register.

    Of a schema, rows of events as they were recorded, one after the other, with what befalls records.
    Late recordings, corrections (the same id, recorded later), retractions, and the same content again under another
    id. Columns are `event_id`, `type`, the subject, `occurred_on`, `recorded_at`, `retracted` where it is so, and the
    attributes of the type.
    """
    if isinstance(schema, Statement):
        return histories_of(schema)

    @st.composite
    def recorded(draw: DrawFn) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for _ in range(draw(st.integers(0, max_events))):
            again = draw(st.sampled_from((None, None, None, _corrected, _retracted, _repeated))) if rows else None
            row = again(draw, _newest(draw, rows), schema) if again else _happened(draw, schema)
            rows.append({"event_id": f"e{len(rows) + 1}", **row})
        return rows

    return recorded()


def _happened(draw: DrawFn, schema: Schema) -> dict[str, Any]:
    event = draw(st.sampled_from(tuple(schema.events.values())))
    occurred_on = draw(days())
    return {
        "type": event.name,
        schema.subject.singular: draw(st.sampled_from(ORGANISATIONS)),
        "occurred_on": occurred_on,
        "recorded_at": _later(draw, datetime.combine(occurred_on, time(9))),
        **{name: draw(cells(attribute)) for name, attribute in event.attributes.items()},
    }


def _newest(draw: DrawFn, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The last version of one of the events."""
    return draw(st.sampled_from(list({row["event_id"]: row for row in rows}.values())))


def _later(draw: DrawFn, moment: datetime) -> datetime:
    """The same day, soon, or months later."""
    return moment + timedelta(days=draw(st.sampled_from((0, 0, 1, 30, 200))), minutes=draw(st.integers(1, 3)))


def _corrected(draw: DrawFn, row: dict[str, Any], schema: Schema) -> dict[str, Any]:
    told = {**row, "recorded_at": _later(draw, row["recorded_at"])}
    told.pop("retracted", None)
    attributes = schema.events[row["type"]].attributes
    field = draw(st.sampled_from(("occurred_on", *attributes)))
    return {**told, field: draw(days() if field == "occurred_on" else cells(attributes[field]))}


def _retracted(draw: DrawFn, row: dict[str, Any], _schema: Schema) -> dict[str, Any]:
    return {**row, "recorded_at": _later(draw, row["recorded_at"]), "retracted": True}


def _repeated(draw: DrawFn, row: dict[str, Any], _schema: Schema) -> dict[str, Any]:
    said_again = {name: cell for name, cell in row.items() if name not in ("event_id", "retracted")}
    return {**said_again, "recorded_at": _later(draw, row["recorded_at"])}


def registers(schema: Schema) -> SearchStrategy[list[dict[str, Any]]]:
    """Rows of a register: most subjects once; with spells also twice, one after the other; cells may be blank."""

    @st.composite
    def registered(draw: DrawFn) -> list[dict[str, Any]]:
        listed = draw(st.lists(st.sampled_from(ORGANISATIONS), unique=True, max_size=len(ORGANISATIONS)))
        return [row for subject in listed for row in _spells(draw, subject, schema)]

    return registered()


def _spells(draw: DrawFn, subject: str, schema: Schema) -> list[dict[str, Any]]:
    columns = schema.subject
    rows = [
        {columns.singular: subject, **{name: draw(cells(column)) for name, column in columns.attributes.items()}}
        for _ in range(draw(st.sampled_from((1, 1, 2))) if columns.start and columns.end else 1)
    ]
    if columns.start and columns.end:
        _follow_on(draw, rows, columns.start, columns.end)
    return rows


def _follow_on(draw: DrawFn, rows: list[dict[str, Any]], start: str, end: str) -> None:
    """Dates the rows so that no two hold on one day; the first may lack its start, the last its end."""
    turns = sorted(draw(st.lists(days(), min_size=2 * len(rows), max_size=2 * len(rows), unique=True)))
    for index, row in enumerate(rows):
        row[start], row[end] = turns[2 * index : 2 * index + 2]
    if draw(st.booleans()):
        rows[0][start] = None
    if draw(st.booleans()):
        rows[-1][end] = None
