"""Query trees of the sort that packs hold: conditions on attributes, sets of organisations, counts, shares, dates.

The strategies of `indicator_engine.testing` draw any tree that elaboration can make, and most of those look past the
records. These trees are narrower and meet them: what a law says of missing values is then put to trees with some.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from hypothesis import strategies as st

from indicator_engine.language import kinds, nodes
from indicator_engine.language.kinds import Kind
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hypothesis.strategies import DrawFn, SearchStrategy

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Attribute, EventType, Schema

T = TypeVar("T")
Types = tuple[str, ...]


def likely(kind: str, schema: Schema, days: Iterable[Any], depth: int = 4) -> SearchStrategy[Node]:
    """A tree of a kind; dates written out are among `days`."""
    return _grown(kind, schema, tuple(days), depth)


@st.composite
def _grown(draw: DrawFn, kind: str, schema: Schema, days: tuple[Any, ...], depth: int) -> Node:
    tree: Node = getattr(_Grower(draw, schema, days), kind)(depth)
    return tree


@cache
def _places(count: int) -> SearchStrategy[int]:
    return st.integers(0, count - 1)


class _Grower:
    """Grows one tree; `types` are those of the record at hand, `own` whether a subject is at hand."""

    def __init__(self, draw: DrawFn, schema: Schema, days: tuple[Any, ...]) -> None:
        self.draw = draw
        self.schema = schema
        self.days = days

    def pick(self, *options: T) -> T:
        return options[self.draw(_places(len(options)))]

    def one_of(self, depth: int, leaf: Callable[[], Node], *branches: Callable[[int], Node]) -> Node:
        return leaf() if depth <= 0 else self.pick(*branches)(depth - 1)

    def attribute(self, types: Types, *wanted: str) -> Attribute | None:
        found = [each for each in self.schema.shared_attributes(types).values() if each.type in wanted]
        return self.pick(*found) if found else None

    def type_with(self, *wanted: str) -> str:
        having = [e.name for e in self.schema.events.values() if any(a.type in wanted for a in e.attributes.values())]
        return self.pick(*having)

    def number_constant(self) -> nodes.Constant:
        return nodes.Constant(Fraction(self.pick("1", "2", "0", "3", "0.5", "2.5", "-1")))

    # ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def events(self, depth: int, *wanted: str) -> Node:
        """Records; of a type that has an attribute of one of the types wanted, if any."""

        def leaf() -> Node:
            return nodes.Events(self.type_with(*wanted) if wanted else self.pick(*self.schema.events))

        def same(depth: int) -> Node:
            return self.events(depth, *wanted)

        def filtered(depth: int) -> Node:
            source = same(depth)
            return nodes.Filter(source, self.on_record(source.kind.types, depth))

        def latest(depth: int) -> Node:
            source = same(depth)
            keys = [*self.schema.shared_attributes(source.kind.types)]
            by = self.pick((), (), (self.pick(*keys),) if keys else ())
            return nodes.Latest(source, by, self.draw(st.booleans()))

        def combined(depth: int) -> Node:
            left = same(depth)
            right = self.pick(left, nodes.Filter(left, self.on_record(left.kind.types, depth)), same(depth))
            operator: Literal["|", "&", "-"] = self.pick("|", "&", "-")
            if operator == "|" and wanted and right.kind.types != left.kind.types:
                right = left
            return nodes.Combined(operator, *self.pick((left, right), (right, left)))

        return self.one_of(
            depth, leaf, filtered, filtered, filtered, latest, lambda depth: nodes.InForce(same(depth)),
            lambda depth: nodes.InPeriod(same(depth)), combined, lambda depth: nodes.At(self.date(depth), same(depth)),
            lambda depth: leaf(),
        )  # fmt: skip

    def on_record(self, types: Types, depth: int) -> Node:
        """A condition on the record at hand."""

        def same(depth: int) -> Node:
            return self.on_record(types, depth)

        def leaf() -> Node:
            return self.pick(self.about_attribute, self.about_attribute, self.about_day)(types)

        return self.one_of(
            depth, leaf, lambda depth: leaf(), lambda depth: leaf(), lambda depth: self.joined(same, depth),
            lambda depth: nodes.Not(same(depth)), lambda depth: nodes.IsIn(self.somebody(types), self.set(depth)),
            lambda depth: nodes.IsIn(
                nodes.TheSubject(), nodes.At(nodes.RecordAttribute("occurred_on", kinds.DATE), self.set(depth))
            ),
            lambda depth: nodes.Conditional(same(depth), same(depth), same(depth)),
        )  # fmt: skip

    def on_attribute(self, _depth: int) -> Node:
        """Records under one condition on one attribute."""
        event = nodes.Events(self.pick(*[each.name for each in self.schema.events.values() if _told(each)]))
        attribute = self.pick(*_told(self.schema.events[event.type]))
        return nodes.Filter(
            event, self.about(attribute, nodes.RecordAttribute(attribute.name, kinds.of_attribute(attribute)))
        )

    def joined(self, same: Callable[[int], Node], depth: int) -> Node:
        terms = (same(depth), same(depth))
        return nodes.AllOf(terms) if self.draw(st.booleans()) else nodes.AnyOf(terms)

    def somebody(self, types: Types) -> Node:
        found = self.attribute(types, "subject")
        return nodes.RecordAttribute(found.name, kinds.of_attribute(found)) if found else nodes.TheSubject()

    def about_attribute(self, types: Types) -> Node:
        attributes = [*self.schema.shared_attributes(types).values()]
        if not attributes:
            return self.about_day(types)
        each = self.pick(*attributes)
        return self.about(each, nodes.RecordAttribute(each.name, kinds.of_attribute(each)))

    def about(self, attribute: Attribute, node: Node) -> Node:
        """A condition on an attribute."""
        match node.kind.name:
            case "truth":
                return node
            case "number":
                return nodes.Comparison(self.pick(">=", "<", "==", "!="), node, self.number_constant())
            case "date":
                return nodes.Comparison(self.pick(">=", "<"), node, self.date(0))
            case "list":
                return nodes.Holds(node, nodes.Constant(self.pick(*strategies.TEXTS)))
        words = attribute.choices or (strategies.ORGANISATIONS if attribute.type == "subject" else strategies.TEXTS)
        constants = (nodes.Constant(self.pick(*words)), nodes.Constant(self.pick(*words)))
        return self.pick(
            nodes.Comparison(self.pick("==", "!="), node, constants[0]), nodes.IsOneOf(node, constants)
        )  # fmt: skip

    def about_day(self, _types: Types) -> Node:
        day = nodes.RecordAttribute(self.pick("occurred_on", "recorded_on"), kinds.DATE)
        return nodes.Comparison(self.pick(">=", "<="), day, self.date(0))

    # ── subjects ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def set(self, depth: int) -> Node:
        """A set of subjects."""

        def combined(depth: int) -> Node:
            left = self.set(depth)
            right = self.pick(self.set(depth), nodes.Filter(left, self.on_subject(depth)))
            return nodes.Combined(self.pick("&", "|", "-"), *self.pick((left, right), (right, left)))

        def referred(depth: int) -> Node:
            source = self.events(depth, "subject")
            found = self.attribute(source.kind.types, "subject")
            of = kinds.values(Kind("text", key=kinds.SUBJECT), kinds.SUBJECT)
            return nodes.Distinct(nodes.Values(source, found.name if found else self.schema.subject.singular, of))

        return self.one_of(
            depth, lambda: nodes.Members(self.pick("members", "members", "everyone")),
            lambda depth: nodes.Subjects(self.events(depth)), lambda depth: nodes.Subjects(self.events(depth)),
            lambda depth: nodes.Filter(self.set(depth), self.on_subject(depth)), combined, combined, referred,
            lambda depth: nodes.At(self.date(depth), self.set(depth)),
        )  # fmt: skip

    def on_subject(self, depth: int) -> Node:
        """A condition on the subject at hand."""

        def column() -> Node:
            each = self.pick(*self.schema.subject.attributes.values())
            return self.about(each, nodes.RegisterAttribute(each.name, kinds.of_attribute(each)))

        return self.one_of(
            depth, column, lambda depth: column(), lambda depth: nodes.Exists(self.events(depth)), self.every,
            lambda depth: self.joined(self.on_subject, depth), lambda depth: nodes.Not(self.on_subject(depth)),
            self.compared, lambda depth: nodes.IsIn(nodes.TheSubject(), self.set(depth)),
        )  # fmt: skip

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def every(self, depth: int) -> Node:
        source = self.events(depth)
        return nodes.Every(source, self.on_record(source.kind.types, depth))

    def compared(self, depth: int) -> Node:
        operator: nodes.Comparing = self.pick(">=", "<", "==", "!=", "<=", ">")
        return nodes.Comparison(operator, self.number(depth), self.number_constant())

    def truth(self, depth: int) -> Node:
        return self.one_of(
            depth, lambda: nodes.Exists(self.events(0)), self.compared, self.compared, self.every,
            lambda depth: nodes.Exists(self.events(depth)), lambda depth: self.joined(self.truth, depth),
            lambda depth: nodes.Not(self.truth(depth)),
        )  # fmt: skip

    def number(self, depth: int) -> Node:
        def arithmetic(depth: int) -> Node:
            sides = self.pick((self.number(depth), self.number_constant()), (self.number(depth), self.number(depth)))
            operator: Literal["+", "-", "*", "/"] = self.pick("+", "-", "*", "/")
            return nodes.Arithmetic(operator, *self.pick(sides, sides[::-1]), kinds.number())

        def ratio(depth: int) -> Node:
            whole = self.set(depth)
            part = self.pick(
                nodes.Combined("&", self.set(depth), whole), nodes.Combined("&", whole, self.set(depth)),
                nodes.Filter(whole, self.on_subject(depth)), self.set(depth),
            )  # fmt: skip
            return nodes.Ratio(part, whole)

        return self.one_of(
            depth, lambda: nodes.CountRecords(self.events(0)),
            lambda depth: nodes.CountRecords(self.events(depth)), lambda depth: nodes.CountMembers(self.set(depth)),
            lambda depth: nodes.CountMembers(self.keyed(depth)), self.aggregate, self.aggregate, ratio, ratio,
            arithmetic, arithmetic, self.each, lambda depth: nodes.Absolute(self.number(depth)),
            lambda depth: nodes.Negative(self.number(depth)),
            lambda depth: nodes.Clamp(self.pick("at_least", "at_most"), self.number(depth), self.number(depth)),
            lambda depth: nodes.Change(self.number(depth), self.pick(None, self.date(depth))),
            lambda depth: nodes.Conditional(self.truth(depth), self.number(depth), self.number(depth)),
            lambda depth: nodes.Previous(self.number(depth)),
            lambda depth: nodes.Elapsed(self.pick("days", "months", "years"), self.date(depth), self.date(depth)),
            lambda depth: nodes.AsKnownOn(self.date(depth), self.number(depth)),
        )  # fmt: skip

    def occurrences(self, depth: int) -> Node:
        """How many records there are, or how many organisations have one."""
        counted = (
            nodes.CountMembers(self.set(depth)) if self.draw(st.booleans()) else nodes.CountRecords(self.events(depth))
        )
        return self.pick(counted, nodes.CountMembers(nodes.Subjects(self.events(depth))))

    def each(self, depth: int) -> Node:
        return nodes.Each(self.pick("quarter", "month", "year"), self.truth(depth), self.pick(None, self.date(depth)))

    def keyed(self, depth: int) -> Node:
        """A set of an attribute's values."""
        name, source, found = self.values(depth, "text", "choice", "date", "integer", "evidence")
        values = nodes.Values(source, name, kinds.values(kinds.of_attribute(found), name))
        other = nodes.Values(self.pick(source, nodes.Events(self.pick(*source.kind.types))), name, values.of)
        return self.pick(
            nodes.Distinct(values),
            nodes.Combined(self.pick("|", "&", "-"), nodes.Distinct(values), nodes.Distinct(other)),
        )  # fmt: skip

    def values(self, depth: int, *wanted: str) -> tuple[str, Node, Attribute]:
        source = self.events(depth, *wanted)
        found = self.attribute(source.kind.types, *wanted)
        if found is None:
            source = nodes.Events(self.type_with(*wanted))
            found = self.attribute(source.kind.types, *wanted)
        assert found
        return found.name, source, found

    def aggregate(self, depth: int) -> Node:
        name, source, found = self.values(depth, "integer", "decimal", "money")
        function: Literal["sum", "mean", "median", "min", "max"] = self.pick("sum", "mean", "median", "min", "max")
        return nodes.Aggregate(function, nodes.Values(source, name, kinds.values(kinds.of_attribute(found), name)))

    # ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def date(self, depth: int) -> Node:
        def extreme(depth: int) -> Node:
            name, source, _ = self.values(depth, "date")
            name = self.pick(name, "occurred_on")
            return nodes.Aggregate(self.pick("min", "max"), nodes.Values(source, name, kinds.values(kinds.DATE, name)))

        def leaf() -> Node:
            return self.pick(
                nodes.Constant(self.pick(*self.days)),
                nodes.NamedDate(self.pick("as_of", "period_start", "baseline_date")),
            )  # fmt: skip

        return self.one_of(
            min(depth, 1), leaf, lambda depth: leaf(), lambda depth: leaf(), extreme,
            lambda depth: nodes.Shifted(self.date(depth), months=self.pick(-3, 1), days=self.pick(0, -1)),
        )  # fmt: skip


def _told(event: EventType) -> list[Attribute]:
    """Attributes that a blank leaves unknown; a blank list is an empty one."""
    return [each for each in event.attributes.values() if each.type != "list"]
