"""Figures on several days and by groups of the register: the same measures, asked more than once.

A group is a condition on whoever is counted, written into the measure's own tree; nothing is added up afterwards. Where
the groups of a measure need not come to its whole, that is said.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.answer import workings_on
from indicator_engine.evaluation.reference import Frame
from indicator_engine.evaluation.results import exact
from indicator_engine.evaluation.values import NONE_AROSE, NoneArose, Number, Unknown
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes
from indicator_engine.language.nodes import Node
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from fractions import Fraction

    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.answer import Question, Working
    from indicator_engine.evaluation.results import Provenances
    from indicator_engine.evaluation.values import Bound
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.records import Value

MOST_FIGURES = 120_000
"""Indicators times days times groups; more are refused. Thirty indicators on each day of ten years are 109,560."""

MOST_LOOKS = 50_000_000
"""Figures times the records that each of them looks at, where no query does; more are refused. They take minutes."""

Group = tuple["Value", ...]
"""A value of each column; None where it is not known."""


@dataclass(frozen=True)
class Figure:
    """One figure: of an indicator (or "indicator/part"), on a day, of a group (None: of all)."""

    indicator: str
    day: date
    group: Group | None
    value: Fraction | bool | None
    bounds: tuple[Bound, Bound] | None = None
    unknown: tuple[str, ...] = ()

    def to_dict(self, columns: Sequence[str]) -> dict[str, Any]:
        """The published JSON shape."""
        group = None if self.group is None else dict(zip(columns, map(_told, self.group), strict=True))
        return {
            "indicator": self.indicator,
            "day": self.day.isoformat(),
            "group": group,
            "value": exact(self.value),
            "bounds": [exact(bound) for bound in self.bounds] if self.bounds else None,
            "unknown": list(self.unknown),
        }


@dataclass(frozen=True)
class Figures:
    """All figures asked for, and what they rest on.

    `remarks` says of an indicator why its groups need not come to the whole. `known_at` is None where everything known
    counts.
    """

    statement: str
    days: tuple[date, ...]
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    figures: tuple[Figure, ...]
    remarks: tuple[tuple[str, str], ...]
    known_at: datetime | None = None
    provenance: Provenances | None = None

    def to_dict(self) -> dict[str, Any]:
        """The published JSON object."""
        return {
            "statement": self.statement,
            "days": [day.isoformat() for day in self.days],
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "provenance": self.provenance.to_dict() if self.provenance else None,
            "by": list(self.columns),
            "figures": [figure.to_dict(self.columns) for figure in self.figures],
            "remarks": dict(self.remarks),
        }


def figures(
    question: Question, indicators: Iterable[Indicator], days: Sequence[date], columns: Sequence[str]
) -> Figures:
    """The figures of some indicators on some days, of all and by groups of the register's columns.

    Raises IndicatorEngineError for a column that there is not, or that groups nothing, and for more than can be worked
    out at once: MOST_FIGURES, and MOST_LOOKS where the question has records and no tables to ask.
    """
    schema, chosen, columns = question.statement.schema, list(indicators), list(dict.fromkeys(columns))
    for column in columns:
        _require_column(column, schema)
    evaluator = question.evaluator(Frame())
    groups = list(product(*(in_order(evaluator.register_values(column)) for column in columns))) if columns else []
    _require_few(len(chosen), len(days), len(groups), len(question.records.versions))
    asked = list(_asked(question, chosen, days, columns, groups))
    question.foresee_all((one.working.reference.frame, one.node, [one.working.moment]) for one in asked)
    told = {one.indicator: whole_or_why(one.working.node) for one in asked} if columns else {}
    return Figures(
        question.statement.id,
        tuple(days),
        tuple(columns),
        tuple(groups),
        tuple(one.figure() for one in asked),
        tuple((name, why) for name, why in told.items() if why),
        None if question.known_at == FOREVER else question.known_at,
    )


@dataclass(frozen=True)
class _Asked:
    """One figure to be worked out."""

    indicator: str
    day: date
    group: Group | None
    node: Node
    working: Working

    def figure(self) -> Figure:
        found = self.working.reference.value(self.node, self.working.moment)
        if isinstance(found, Number):
            return Figure(self.indicator, self.day, self.group, found.value, (found.low, found.high))
        if isinstance(found, bool):
            return Figure(self.indicator, self.day, self.group, found)
        reasons = found.reasons if isinstance(found, Unknown) else (NONE_AROSE,) * isinstance(found, NoneArose)
        return Figure(self.indicator, self.day, self.group, None, None, reasons)


def _asked(
    question: Question, indicators: list[Indicator], days: Sequence[date], columns: Sequence[str], groups: list[Group]
) -> Iterator[_Asked]:
    for indicator in indicators:
        for day, working in workings_on(question, indicator, days):
            part = f"/{working.indicator.id}" if working.indicator.id != indicator.id else ""
            for group in (None, *groups):
                node = within(working.node, group, columns, question.statement.schema) if group else working.node
                yield _Asked(indicator.id + part, day, group, node, working)


def _require_few(indicators: int, days: int, groups: int, records: int) -> None:
    """Refuse what would take hours, with what to ask for instead."""
    count = indicators * days * (groups + 1)
    told = f"{count:,} figures ({_counted(indicators, 'indicator')} on {_counted(days, 'day')}"
    told += f", of all and of {_counted(groups, 'group')})" if groups else ")"
    if count > MOST_FIGURES:
        raise IndicatorEngineError(
            f"that is {told}; at most {MOST_FIGURES:,} are worked out at once: ask for fewer days, such as the ends of "
            "quarters, for fewer columns, or for some indicators at a time"
        )
    if count * records > MOST_LOOKS:
        raise IndicatorEngineError(
            f"that is {told} over {records:,} records, and each figure looks at each record: at most {MOST_LOOKS:,} "
            "looks are taken. Put the records into a store (`indicators import`), which finds all days by one query, "
            "or ask for fewer days or indicators"
        )


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + "s" * (number != 1)


def _require_column(column: str, schema: Schema) -> None:
    known = schema.subject.attributes
    if column not in known:
        hint = did_you_mean(column, known)
        raise IndicatorEngineError(f"the register has no column `{column}`" + (f"; {hint}" if hint else ""))
    if known[column].type == "list":
        raise IndicatorEngineError(f"`{column}` is a list, and an organisation would be in several of its groups")


def in_order(values: set[Any]) -> list[Any]:
    """Values in their order; the group of those of whom it is not known comes last, and always."""
    return [*sorted((value for value in values if value is not None), key=lambda one: (str(type(one)), one)), None]


# ── groups within a measure ──────────────────────────────────────────────────────────────────────────────────────────


def within(measure: Node, group: Group, columns: Sequence[str], schema: Schema) -> Node:
    """The measure over those of a group only: whoever is counted, or whose records are, must be of it."""
    conditions = [_is_of(column, value, schema) for column, value in zip(columns, group, strict=True)]
    return _Within(conditions[0] if len(conditions) == 1 else nodes.AllOf(tuple(conditions))).of(measure)


def _is_of(column: str, value: Value, schema: Schema) -> Node:
    attribute = nodes.RegisterAttribute(column, kinds.of_attribute(schema.subject.attributes[column]))
    if value is None:
        return nodes.Missing(attribute)
    return nodes.Comparison("==", attribute, nodes.Constant(value))  # type: ignore[arg-type]  # lists are refused


@dataclass(frozen=True)
class _Within:
    """Writes a condition on subjects into a tree."""

    condition: Node

    def of(self, node: Node) -> Node:
        """The same over those who satisfy the condition."""
        if node.kind.name == "events":
            return self._records(node)
        if isinstance(node, nodes.Deemed):  # what a population is taken to have says nothing of a part of it
            return nodes.CountMembers(nodes.Filter(nodes.Members(node.population), self.condition))
        if node.kind.name == "set" and node.kind.key == kinds.SUBJECT:
            return nodes.Filter(node, self.condition)
        names = [field.name for field in fields(node) if field.name not in _AS_THEY_ARE]
        changes: dict[str, Any] = {name: self._field(getattr(node, name)) for name in names}
        return replace(node, **changes)

    def _field(self, value: Any) -> Any:
        if isinstance(value, Node):
            return self.of(value)
        return tuple(map(self._field, value)) if isinstance(value, tuple) else value

    def _records(self, events: Node) -> Node:
        of_types: Node = nodes.Events(events.kind.types[0])
        for name in events.kind.types[1:]:
            of_types = nodes.Combined("|", of_types, nodes.Events(name))
        whose = nodes.Filter(nodes.Subjects(of_types), self.condition)
        return nodes.Filter(events, nodes.IsIn(nodes.TheSubject(), whose))


_AS_THEY_ARE = frozenset({"date", "since", "of", "kind"})
"""Parts of a tree that say when, not who."""


def whole_or_why(node: Node) -> str:
    """Why the figures of all groups need not come to that of all; "" where they do."""
    if any(isinstance(one, nodes.Deemed) for one in nodes.walk(node)):
        return "the whole has its deemed size, and each group those of it that the register lists"
    match node:
        case nodes.CountRecords() | nodes.Aggregate("sum", _):
            return ""
        case nodes.CountMembers(members):
            return "" if members.kind.key == kinds.SUBJECT else "the same value may be told in several groups"
        case nodes.Arithmetic("+" | "-", left, right):
            return whole_or_why(left) or whole_or_why(right)
        case nodes.At(_, operand) | nodes.Previous(operand) | nodes.Change(operand, _) | nodes.AsKnownOn(_, operand):
            return whole_or_why(operand)
        case nodes.Ratio():
            return "a share is of each group's own"
        case nodes.Aggregate(function, _):
            return f"the {function} is of each group's own"
    return "it is no plain count or total"


def _told(value: Value) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
