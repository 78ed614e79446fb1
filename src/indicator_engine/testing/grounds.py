"""What a search for histories draws from: everything that an indicator's expression mentions, the likeliest first.

Event types, their attributes with the constants they are compared with, columns of the populations named, deadlines
and the days beside them. Nothing else can make a difference to the figure, so nothing else is tried.
"""

from __future__ import annotations

import math
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.testing.scenes import SELF, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.definitions.model import Indicator, Statement
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Attribute, Schema

HELPER = "H"
"""The role of the one organisation that others refer to."""

ANY_TEXT = ("first", "second")
"""Texts where the expression names none: only whether they are the same can matter."""

MOST_COPIES = 400
"""Organisations that are alike in one history."""

Choices = dict[str, tuple[Any, ...]]
"""Values by cell, the likeliest first; None is "not known"."""


@dataclass(frozen=True)
class Grounds:
    """What may happen. `types` and `enders` have, by event type, the cells that an event of it can have."""

    types: dict[str, Choices]
    enders: dict[str, Choices]
    rows: tuple[Choices, ...]
    """Columns of the register, once a population; none where the figure does not look at the register."""
    helpers: tuple[Choices, ...]
    """The same for the populations that an organisation referred to must be of; none where none is."""
    copies: tuple[int, ...]
    days: tuple[date, ...]
    last: date
    """The last day that counts."""
    by_recording: bool


def grounds_of(statement: Statement, indicator: Indicator, last: date, goal: Fraction | None = None) -> Grounds:
    """What can make a difference to an indicator; `goal` is what its target comes to, where it is a movement."""
    return _Reader(statement, indicator, last, goal).read()


@dataclass
class _Mentioned:
    """Values that attributes are compared with, by event type ("" is the register) and name, in order of mention."""

    values: dict[tuple[str, str], dict[Any, None]] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)
    enders: dict[str, None] = field(default_factory=dict)
    populations: dict[str, None] = field(default_factory=dict)
    referred: dict[str, None] = field(default_factory=dict)
    recorded: bool = False

    def note(self, owners: Iterable[str], name: str, values: Iterable[Any] = ()) -> None:
        for owner in owners:
            self.values.setdefault((owner, name), {}).update(dict.fromkeys(values))


class _Reader:
    """Reads the grounds off one indicator."""

    def __init__(self, statement: Statement, indicator: Indicator, last: date, goal: Fraction | None) -> None:
        self.schema: Schema = statement.schema
        self.statement = statement
        self.indicators = indicator.parts or (indicator,)
        self.targets = tuple(one.stages[-1][-1] for one in self.indicators if one.stages)
        self.last = last
        self.goal = goal
        self.days = tuple(dict.fromkeys(self._days()))
        self.goals = tuple(dict.fromkeys(self._goals()))

    def read(self) -> Grounds:
        found = _Mentioned()
        for node in self._trees():
            self._visit(node, (), found)
        by_recording = found.recorded or any(one.basis == "recorded" for one in self.indicators)
        looked_up = found.populations or any(owner == "" for owner, _ in found.values)
        return Grounds(
            {name: self._cells(name, found) for name in found.types},
            {name: self._cells(name, found) for name in found.enders},
            tuple(self._row(name, found) for name in found.populations or ("",)) if looked_up else (),
            tuple(self._row(name, found) for name in found.referred),
            self._copies(found),
            self.days,
            self.last,
            by_recording,
        )

    def _trees(self) -> Iterator[Node]:
        yield from (one.measure.node for one in self.indicators if one.measure)
        yield from (target.baseline.node for target in self.targets if target.baseline)

    # ── what is mentioned ────────────────────────────────────────────────────────────────────────────────────────────

    def _visit(self, node: Node, types: tuple[str, ...], found: _Mentioned) -> None:
        """Note what a node mentions; `types` are those of the record at hand, none where a register row is."""
        if isinstance(node, nodes.Filter | nodes.Every):
            source = node.source if isinstance(node, nodes.Filter) else node.events
            self._visit(source, types, found)
            inner = source.kind.types if source.kind.name == "events" else ()
            self._condition(node.condition, inner, found, positive=True)
            return
        self._note_selection(node, found)
        self._note_value(node, types, found)
        for child in nodes.children(node):
            self._visit(child, types, found)

    def _note_selection(self, node: Node, found: _Mentioned) -> None:
        match node:
            case nodes.Events(name):
                found.types[name] = None
                for target in self.targets:
                    if target.evidence:
                        found.note([name], target.evidence, ["minutes.pdf"])
            case nodes.Latest(events, by, _):
                for name in by:
                    found.note(events.kind.types, name)
            case nodes.InForce(events):
                self._endings(events.kind.types, found)
            case nodes.Members(name) | nodes.Deemed(name):
                self._population(name, found)

    def _note_value(self, node: Node, types: tuple[str, ...], found: _Mentioned) -> None:
        match node:
            case nodes.Values(events, attribute, _):
                found.note(events.kind.types, attribute, map(_plain, self.goals) if _is_numeric(node) else ())
            case nodes.RecordAttribute(name, _):
                found.note(types, name)
            case nodes.RegisterAttribute(name, _):
                found.note([""], name)
            case nodes.AsKnownOn():
                found.recorded = True

    def _population(self, name: str, found: _Mentioned) -> None:
        if name not in found.populations:
            found.populations[name] = None
            where = self.schema.populations[name].where
            if where:
                self._visit(where, (), found)

    def _endings(self, types: Iterable[str], found: _Mentioned) -> None:
        for name in types:
            event = self.schema.events[name]
            if event.ends_on:
                found.note([name], event.ends_on, [None])
            for ending in event.ended_by:
                found.enders[ending.type] = None
                for attribute in ending.match:
                    found.note([name, ending.type], attribute)

    def _condition(self, node: Node, types: tuple[str, ...], found: _Mentioned, *, positive: bool) -> None:
        """Note the values that make a condition true, or false where it is negated."""
        match node:
            case nodes.Not(operand):
                self._condition(operand, types, found, positive=not positive)
            case nodes.AllOf(terms) | nodes.AnyOf(terms):
                for term in terms:
                    self._condition(term, types, found, positive=positive)
            case nodes.Definitely(operand):
                self._condition(operand, types, found, positive=positive)
            case _:
                self._term(node, types or ("",), found, positive=positive)
                self._visit(node, types, found)

    def _term(self, node: Node, owners: tuple[str, ...], found: _Mentioned, *, positive: bool) -> None:
        match node:
            case nodes.RecordAttribute(name, _) | nodes.RegisterAttribute(name, _):
                found.note(owners, name, [positive])
            case nodes.Known(operand) if _attribute(operand):
                found.note(owners, _attribute(operand))
            case nodes.Comparison(operator, left, nodes.Constant(value)) if _attribute(left):
                found.note(owners, _attribute(left), _around(operator, value, positive=positive))
            case nodes.IsOneOf(item, values) if _attribute(item):
                found.note(owners, _attribute(item), [_plain(constant.value) for constant in values])
            case nodes.Holds(values, nodes.Constant(value)) if _attribute(values):
                found.note(owners, _attribute(values), [(value,)])
            case nodes.IsIn(item, members) if isinstance(item, nodes.RecordAttribute):
                found.note(owners, item.name, [Role(HELPER)])
                named = (one.population for one in nodes.walk(members) if isinstance(one, nodes.Members))
                found.referred.update(dict.fromkeys(named))

    # ── what there is to choose ──────────────────────────────────────────────────────────────────────────────────────

    def _cells(self, name: str, found: _Mentioned) -> Choices:
        known = self.schema.events[name].attributes
        cells: Choices = {"occurred_on": self.days}
        for (owner, attribute), values in found.values.items():
            if owner == name and attribute in known:
                cells[attribute] = self._choices(known[attribute], values)
        return cells

    def _choices(self, attribute: Attribute, mentioned: Iterable[Any]) -> tuple[Any, ...]:
        """Values of an attribute: those mentioned, some others of its type, and not known."""
        given = list(mentioned)
        if attribute.type == "list" and given:
            given = [tuple(dict.fromkeys(word for words in given for word in words)), *given]
        values = dict.fromkeys([*given, *self._others(attribute)])
        fitting = [value for value in values if value is None or _fits(value, attribute)]
        return tuple(fitting if None in values else [*fitting, None])

    def _others(self, attribute: Attribute) -> Sequence[Any]:
        low = int(attribute.minimum) if attribute.minimum is not None else 0
        return {
            "integer": (low + 1, low, low + 2),
            "decimal": (low + 1, low),
            "money": (low + 1, low),
            "text": ANY_TEXT,
            "choice": attribute.choices[:3],
            "evidence": ("minutes.pdf",),
            "date": self.days,
            "truth": (True, False),
            "subject": (Role(HELPER), Role(SELF)),
            "list": ((), *((choice,) for choice in attribute.choices[:2])),
        }[attribute.type]

    def _row(self, population: str, found: _Mentioned) -> Choices:
        """The columns that matter, with the values that put a subject into a population first."""
        own, schema = _Mentioned(), self.schema
        dates = dict.fromkeys(filter(None, (schema.subject.start, schema.subject.end)))
        required = set[str]()
        if population:
            about = schema.populations[population]
            dates |= dict.fromkeys(filter(None, (about.start, about.end)))
            if about.where:
                self._condition(about.where, (), own, positive=True)
                required = {
                    _attribute(node.operand) for node in nodes.walk(about.where) if isinstance(node, nodes.Known)
                }
        columns = dict.fromkeys([name for owner, name in [*own.values, *found.values] if owner == ""])
        return {
            name: self._column(name, {**own.values.get(("", name), {}), **found.values.get(("", name), {})},
                               optional=name in dates and name not in required)
            for name in [*columns, *(name for name in dates if name not in columns)]
            if name in schema.subject.attributes
        }  # fmt: skip

    def _column(self, name: str, mentioned: dict[Any, None], *, optional: bool) -> tuple[Any, ...]:
        values = self._choices(self.schema.subject.attributes[name], mentioned)
        return (None, *(value for value in values if value is not None)) if optional else values

    # ── numbers and days ─────────────────────────────────────────────────────────────────────────────────────────────

    def _goals(self) -> Iterator[Fraction]:
        """The numbers that a target could turn on, and their neighbours."""
        values = [self.goal, *(value for target in self.targets for value in (target.value, target.upper))]
        for value in values:
            if value is not None:
                yield from (value, value + 1, value - 1)

    def _copies(self, found: _Mentioned) -> tuple[int, ...]:
        """How many organisations it may take."""
        goals = [goal for goal in self.goals if goal > 0]
        deemed = (size.size for name in found.populations for size in self.schema.populations[name].deemed)
        shares = [goal * size for goal in goals for size in deemed if size is not None and goal <= 1]
        needed = {min(math.floor(number) + more, MOST_COPIES) for number in [*goals, *shares] for more in (0, 1)}
        return (1, 2, *sorted(number for number in needed if number > 2))

    def _days(self) -> Iterator[date]:
        """The first day on which everything counts, then days on which something turns."""
        period, last = self.statement.period, self.last
        yield min(max([period.start, *self._starts()]), last)
        yield period.start
        yield period.opening
        yield from (last, last - timedelta(days=1), last + timedelta(days=1))
        yield from (bucket.end for bucket in periods.buckets(period, "quarter"))
        yield from (periods.shift(period.start, years=-years) for years in (1, 2))
        yield period.start + (last - period.start) // 2

    def _starts(self) -> Iterator[date]:
        """Days after which a target's figure begins to count."""
        for target in self.targets:
            set_on = target.provenance.set_on
            since = target.since.node if target.since else None
            days = (
                set_on.latest if set_on else None,
                target.baseline_date,
                since.value if isinstance(since, nodes.Constant) and isinstance(since.value, date) else None,
            )
            yield from (day + timedelta(days=1) for day in days if day and day < self.last)
        for name in (
            node.type for tree in self._trees() for node in nodes.walk(tree) if isinstance(node, nodes.Events)
        ):
            yield self.schema.events[name].covered_from or date.min


def _attribute(node: Node) -> str:
    """The name of an attribute; "" for anything else."""
    return node.name if isinstance(node, nodes.RecordAttribute | nodes.RegisterAttribute) else ""


def _is_numeric(node: nodes.Values) -> bool:
    return node.kind.of is not None and node.kind.of.name == "number"


def _around(operator: str, value: Any, *, positive: bool) -> list[Any]:
    """Values on either side of a comparison with a constant, one that makes it true first."""
    if isinstance(value, bool):
        return [value == ((operator == "==") == positive)]
    if isinstance(value, Fraction):
        steps = {"==": (0, 1), "!=": (1, 0), ">=": (0, 1, -1), ">": (1, 0), "<=": (0, -1, 1), "<": (-1, 0)}[operator]
        return [_plain(value + step) for step in (steps if positive else reversed(steps))]
    if isinstance(value, date):
        days = {"==": (0, 1), "!=": (1, 0), ">=": (0, -1), ">": (1, 0), "<=": (0, 1), "<": (-1, 0)}[operator]
        return [value + timedelta(days=step) for step in days]
    return [value] if (operator == "==") == positive else []


def _plain(value: Any) -> Any:
    """A number as a row has it."""
    if not isinstance(value, Fraction):
        return value
    return value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)


def _fits(value: Any, attribute: Attribute) -> bool:
    """Whether a value can stand under an attribute."""
    if attribute.type in ("integer", "decimal", "money"):
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
        if attribute.type == "integer" and not isinstance(value, int):
            return False
        low, high = attribute.minimum, attribute.maximum
        return (low is None or value >= low) and (high is None or value <= high)
    if attribute.choices and not attribute.open:
        return all(word in attribute.choices for word in (value if isinstance(value, tuple) else (value,)))
    wanted = {"truth": bool, "date": date, "list": tuple, "subject": Role}.get(attribute.type, str)
    return isinstance(value, wanted)
