"""What the laws draw: worlds (schema, query tree, records, dates), and the ways in which a law changes one.

The strategies are those of `indicator_engine.testing.strategies`; here they are put together so that a tree meets
records of the types it looks at. Set `GENERATIVE_EXAMPLES` for more examples than the 200 of an ordinary run (drawn at
random then, so that each run sees others), or for fewer: 20 make a quick profile.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.generative.growing import likely

from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.evaluation.values import Members, Number, Selection, Unknown
from indicator_engine.language import nodes
from indicator_engine.language.nodes import Node
from indicator_engine.periods import Period
from indicator_engine.store.intake import rows_of, take_in
from indicator_engine.store.records import FOREVER, Records
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hypothesis.strategies import DrawFn, SearchStrategy

    from indicator_engine.language.schema import Attribute, EventType, Schema

EXAMPLES = os.environ.get("GENERATIVE_EXAMPLES")
law = settings(
    max_examples=int(EXAMPLES or 200),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
"""How every law is put to the test."""

costly = settings(law, max_examples=max(int(EXAMPLES or 200) * 2 // 5, 1))
"""The same for laws of which one example takes a fifth of a second."""

thorough = settings(law, max_examples=int(EXAMPLES or 500))
"""The same for the law on which every figure rests."""

thorough = settings(law, max_examples=int(EXAMPLES or 500))
"""The same for the law on which every figure rests."""

YEAR = Period(date(2009, 4, 1), date(2010, 3, 31), "2009-10")
FRAME = Frame(due=date(2010, 3, 31), baseline_date=date(2009, 3, 31), target_set_on=date(2009, 6, 10))
KINDS: tuple[strategies.KindName, ...] = ("number", "truth", "date", "text", "set", "events")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class World:
    """A tree and everything its value depends on."""

    schema: Schema
    tree: Node
    events: Rows
    register: Rows
    as_of: date = YEAR.end
    known_at: datetime = FOREVER
    frame: Frame = FRAME

    @cached_property
    def records(self) -> Records:
        """The rows as records."""
        return records(self.schema, self.events, self.register)

    @property
    def moment(self) -> Moment:
        """The day, in the reporting year."""
        return Moment(self.as_of, self.known_at, YEAR)

    def value(self, tree: Node | None = None, **changes: Any) -> Any:
        """What the tree (or another one) gives, with some of the world changed."""
        return value(replace(self, tree=tree or self.tree, **changes))


def records(schema: Schema, events: Rows, register: Rows) -> Records:
    """Rows as records; the strategies draw none that cannot be read."""
    taken = take_in(rows_of(events, "events"), rows_of(register, "register"), schema)
    assert not [problem for problem in taken.problems if problem.severity == "error"]
    return taken.records


def value(world: World) -> Any:
    """What a world's tree gives."""
    return Reference(world.schema, world.records, world.frame).value(world.tree, world.moment)


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def worlds(
    draw: DrawFn,
    kind: str | Iterable[str] = ("number", "number", "truth", "set", "events", "date"),
    depth: int = 4,
    change: Callable[[Node], Node] | None = None,
) -> World:
    """A world whose tree is of one of the kinds, one as packs hold them; `change` is put to every node of it."""
    schema = draw(strategies.schemas())
    name = draw(st.sampled_from([kind] if isinstance(kind, str) else list(kind)))
    tree = draw(likely(name, schema, DAYS, draw(st.integers(2, depth))))
    tree = rebuilt(tree, change) if change else tree
    events, register = draw(populated(schema, [tree]))
    return World(schema, tree, events, register, draw(st.sampled_from(DAYS)))


@st.composite
def wild_worlds(
    draw: DrawFn, change: Callable[[Node], Node] | None = None, kinds: Iterable[strategies.KindName] = KINDS
) -> World:
    """A world whose tree is any that elaboration can make, and whose records befalls whatever can befall records."""
    schema = draw(strategies.schemas())
    tree = draw(strategies.expressions(draw(st.sampled_from(list(kinds))), schema))
    tree = rebuilt(tree, change) if change else tree
    events, register = draw(populated(schema, [tree]))
    return World(schema, tree, events, register, draw(strategies.as_of_dates()))


@st.composite
def intricate_worlds(draw: DrawFn) -> World:
    """A world whose tree hangs on the records or subjects at hand in ways that are hard to ask of a database."""
    schema = draw(strategies.schemas())
    tree = draw(strategies.intricate(schema))
    events, register = draw(populated(schema, [tree]))
    return World(schema, tree, events, register, draw(st.sampled_from(DAYS)))


def trees() -> SearchStrategy[Node]:
    """The trees of both sorts of world."""
    rich = strategies.rich_schema()
    every_kind = [strategies.expressions(kind, rich) for kind in KINDS]
    return st.one_of(*every_kind, likely("number", rich, DAYS), likely("truth", rich, DAYS))


@st.composite
def populated(draw: DrawFn, schema: Schema, trees: Iterable[Node], most_events: int = 10) -> tuple[Rows, Rows]:
    """Events of the types that trees look at (and what ends them), and a register, both crowded into few days.

    A row is made from one drawn number, which is many times faster than drawing each of its cells.
    """
    types = types_seen(schema, trees)
    chances = draw(_numbers(min(3, most_events), most_events)) if types else []
    rows: Rows = []
    for index, chance in enumerate(chances):
        rows.append({"event_id": f"e{index + 1}", **_told(chance_of(chance), rows, types, schema)})
    subjects = draw(_numbers(len(ORGANISATIONS), len(ORGANISATIONS)))
    return rows, [
        row
        for subject, chance in zip(ORGANISATIONS, subjects, strict=True)
        for row in _registered(chance_of(chance), subject, schema)
    ]


@cache
def _numbers(least: int, most: int) -> SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 2**32 - 1), min_size=least, max_size=most)


def types_seen(schema: Schema, trees: Iterable[Node]) -> list[EventType]:
    """The event types that trees look at, and those that end them."""
    named = {node.type for tree in trees for node in nodes.walk(tree) if isinstance(node, nodes.Events)}
    named |= {ending.type for name in named for ending in schema.events[name].ended_by}
    return [event for name, event in schema.events.items() if name in named]


def another(world: World, kind: str, depth: int = 2) -> SearchStrategy[Node]:
    """Another tree over the event types that the world has records of, or the most like them."""
    types = {event.name: event for event in types_seen(world.schema, [world.tree])}
    wanted = {*types, "contract", "training"}
    having = {name: event for name, event in world.schema.events.items() if name in wanted}
    return likely(kind, replace(world.schema, events=having), DAYS, depth)


def chance_of(number: int) -> Random:
    """A source of choices that one drawn number settles."""
    return Random(number)  # noqa: S311  # chance, not secrets


ORGANISATIONS = strategies.ORGANISATIONS[:4]
DAYS = tuple(date.fromisoformat(day) for day in (
    "2010-03-31", "2009-12-31", "2009-12-30", "2010-01-01", "2009-06-30", "2009-03-31", "2010-04-30", "2008-09-30",
))  # fmt: skip


def _told(chance: Random, rows: Rows, types: list[EventType], schema: Schema) -> dict[str, Any]:
    """A new event or, at times, an earlier one corrected, retracted or told again under another id."""
    again = chance.choice(("", "", "", "", "", "corrected", "corrected", "retracted", "repeated")) if rows else ""
    if not again:
        return happening(chance, chance.choice(types), schema)
    row = dict(chance.choice(rows))
    row["recorded_at"] += timedelta(days=chance.choice((0, 1, 200)), minutes=chance.randint(0, 3))
    row.pop("retracted", None)
    if again == "repeated":
        row.pop("event_id")
    elif again == "retracted":
        row["retracted"] = True
    else:
        event = schema.events[row["type"]]
        fresh = happening(chance, event, schema)
        name = chance.choice(("occurred_on", *event.attributes))
        row[name] = fresh[name]
    return row


def happening(chance: Random, event: EventType, schema: Schema) -> dict[str, Any]:
    """An event of a type: its row without an id."""
    day = chance.choice(DAYS)
    return {
        "type": event.name,
        schema.subject.singular: chance.choice(ORGANISATIONS),
        "occurred_on": day,
        "recorded_at": datetime.combine(day, time(9)) + timedelta(days=chance.choice((0, 0, 1, 200))),
        **{name: cell(chance, attribute) for name, attribute in event.attributes.items()},
    }


def happened(world: World, chance: int, **said: Any) -> dict[str, Any]:
    """One more event of a type that the tree looks at, under an id of its own."""
    types = types_seen(world.schema, [world.tree]) or list(world.schema.events.values())
    draw = chance_of(chance)
    row = {**happening(draw, draw.choice(types), world.schema), "event_id": "one-more"}
    return {**row, **{world.schema.subject.singular if key == "subject" else key: value for key, value in said.items()}}


def _registered(chance: Random, subject: str, schema: Schema) -> Rows:
    """No row (at times), one, or two that follow each other where rows have spells."""
    about = schema.subject
    ends = sorted(chance.sample(DAYS, 4))
    found: Rows = []
    for index in range(chance.choice((0, 1, 1, 1, 1, 2 if about.start else 1))):
        row = {name: cell(chance, column) for name, column in about.attributes.items()}
        if about.start and about.end:
            row |= {about.start: ends[2 * index], about.end: ends[2 * index + 1]}
        found.append({about.singular: subject, **row, "joined_on": chance.choice((None, None, *DAYS)), "left_on": None})
    return found


def cell(chance: Random, attribute: Attribute, *, known: bool = False) -> Any:
    """What may stand under an attribute: a value of its type or, if it need not be `known`, nothing."""
    if not known and chance.random() < 0.4:
        return None
    values: Mapping[str, tuple[Any, ...]] = {
        "integer": tuple(range(int(attribute.minimum or 0), int(attribute.maximum or 4) + 1)),
        "decimal": (Decimal(0), Decimal("0.5"), Decimal("2.5"), Decimal(-1)),
        "money": (Decimal(0), Decimal("99.99"), Decimal(1000)),
        "text": strategies.TEXTS,
        "choice": attribute.choices or strategies.TEXTS,
        "evidence": ("minutes.pdf",),
        "date": DAYS,
        "truth": (True, False),
        "subject": strategies.ORGANISATIONS,
        "list": ([], ["survey"], ["cost", "survey"]),
    }
    return chance.choice(values[attribute.type])


# ── changing trees ───────────────────────────────────────────────────────────────────────────────────────────────────


def rebuilt(tree: Node, change: Callable[[Node], Node]) -> Node:
    """A tree with a change put to every node, the lowest first."""
    fields: Mapping[str, Any] = vars(tree)
    below = {name: _rebuilt_field(field, change) for name, field in fields.items()}
    return change(type(tree)(**below))


def _rebuilt_field(field: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(field, Node):
        return rebuilt(field, change)
    if isinstance(field, tuple):
        return tuple(_rebuilt_field(item, change) for item in field)
    return field


def monotone(node: Node) -> Node:
    """Without what is made to tell known from unknown: `known`, `missing`, `definitely`, `coalesce`."""
    match node:
        case nodes.Known():
            return nodes.Constant(value=True)
        case nodes.Missing():
            return nodes.Constant(value=False)
        case nodes.Definitely(operand):
            return operand
        case nodes.Coalesce(first, _):
            return first
        case nodes.Members("public_bodies"):
            return nodes.Members("members")
    return node


def rising(node: Node) -> Node:
    """Without most of what can take back what has happened, so that `only_rises` holds of more trees than few."""
    match node:
        case nodes.At(_, operand) | nodes.InForce(operand) | nodes.Latest(operand):
            return operand
        case nodes.Combined("-", left, right):
            return nodes.Combined("|", left, right)
    return node


def has(tree: Node, *classes: type[Node]) -> bool:
    """Whether any node of a tree is of one of the classes."""
    return any(isinstance(node, classes) for node in nodes.walk(tree))


# ── changing records ─────────────────────────────────────────────────────────────────────────────────────────────────


def refined(world: World) -> SearchStrategy[World]:
    """The same world with all of its missing values known, in any way that the schema allows.

    A blank end date is no missing value: it says that something goes on. A blank list is an empty one.
    """
    return st.integers(0, 2**32 - 1).map(lambda chance: _refined(chance_of(chance), world))


def _refined(chance: Random, world: World) -> World:
    schema, subject = world.schema, world.schema.subject
    dated = {subject.start, subject.end}
    dated |= {column for each in schema.populations.values() for column in (each.start, each.end)}
    columns = [each for name, each in subject.attributes.items() if name not in dated]
    return replace(
        world,
        events=[_filled(chance, row, _fillable(schema.events[row["type"]])) for row in world.events],
        register=[_filled(chance, row, columns) for row in world.register],
    )


def _fillable(event: EventType) -> list[Attribute]:
    return [each for each in event.attributes.values() if each.name != event.ends_on]


def _filled(chance: Random, row: dict[str, Any], attributes: Iterable[Attribute]) -> dict[str, Any]:
    missing = [each for each in attributes if row.get(each.name) is None and each.type != "list"]
    return {**row, **{each.name: cell(chance, each, known=True) for each in missing}}


def same_events_stand(one: Records, other: Records) -> bool:
    """Whether two tellings have the same events at every instant: no two rows became, or ceased to be, duplicates."""
    instants = {version.recorded_at for version in one.versions} | {FOREVER}
    return all(_standing(one, instant) == _standing(other, instant) for instant in instants)


def _standing(found: Records, instant: datetime) -> set[str]:
    return {record.event_id for group in found.standing(instant).values() for record in group}


# ── comparing values ─────────────────────────────────────────────────────────────────────────────────────────────────


def bare(found: Any) -> Any:
    """A value that can be compared between two sets of records: records by their ids."""
    if isinstance(found, Selection):
        return ("records", tuple(r.event_id for r in found.yes), tuple(r.event_id for r in found.maybe))
    if isinstance(found, Number):
        parts = [bare(part) for part in (found.numerator, found.denominator)]
        return ("number", found.value, found.low, found.high, *parts)
    return found


def agrees_with(later: Any, earlier: Any) -> bool:
    """Whether a value is one that an earlier, less decided one allowed."""
    match earlier:
        case Unknown():
            return True
        case Number():
            return isinstance(later, Number) and earlier.low <= later.low <= later.high <= earlier.high
        case Members():
            kept = isinstance(later, Members) and earlier.yes <= later.yes
            return kept and (earlier.unnamed > 0 or later.possible <= earlier.possible) and agrees_with(
                later.count(), earlier.count()
            )  # fmt: skip
        case Selection():
            return isinstance(later, Selection) and _ids(earlier.yes) <= _ids(later.yes) and (
                _ids(later.yes + later.maybe) <= _ids(earlier.yes + earlier.maybe)
            )  # fmt: skip
    return bool(later == earlier)


def _ids(found: Iterable[Any]) -> set[str]:
    return {record.event_id for record in found}
