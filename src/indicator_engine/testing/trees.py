"""Grows query trees as elaboration makes them: well-typed, with `and` in `and` on one level, no constant negated.

Where elaboration has a rule (units of a product, what may be compared, flattening) that very rule is used. Strategies
for the public stand in `strategies.py`. Needs Hypothesis.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from hypothesis import strategies as st

from indicator_engine import amounts
from indicator_engine.language import elaborate, fitting, kinds, nodes
from indicator_engine.language.kinds import Kind
from indicator_engine.language.schema import NAMED_DATES, RECORD_DATES, Attribute
from indicator_engine.language.scopes import REGISTER, TOP
from indicator_engine.testing.domains import NUMBERS, ORGANISATIONS, QUOTED, TEXTS, days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from fractions import Fraction

    from hypothesis.strategies import DrawFn, SearchStrategy

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import EventType, Schema
    from indicator_engine.language.scopes import Scope
    from indicator_engine.periods import BucketUnit

    Leaf = Callable[[], Node]
    Branch = Callable[[int], Node]

T = TypeVar("T")
_Operator = Literal["+", "-", "*", "/"]
PARTS = 40
"""Once a tree has this many parts it is finished with the shortest ones."""


@cache
def _one_of(options: tuple[T, ...]) -> SearchStrategy[T]:
    return st.sampled_from(options)


class Grower:
    """Grows one tree. Every method gives a node of its kind, at most `depth` deep but for what its leaves need."""

    def __init__(self, draw: DrawFn, schema: Schema) -> None:
        self.draw = draw
        self.schema = schema
        self.parts = 0

    def of_kind(self, kind_name: str, scope: Scope, depth: int) -> Node:
        """A tree of a kind: number, truth, date, text, list, set or events."""
        makers = {
            "number": self.number, "truth": self.truth, "date": self.day, "text": self.word, "list": self.words,
            "set": self.keys, "events": self.records,
        }  # fmt: skip
        return makers[kind_name](scope, depth)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        index: int = self.draw(_one_of(tuple(range(len(options)))))
        return options[index]

    def one_in(self, count: int) -> bool:
        """True once in so many times."""
        return self.pick((True, *[False] * (count - 1)))

    def weighed(self, *options: tuple[int, T]) -> T:
        """One of the options, each as likely as its weight says."""
        return self.pick([option for weight, option in options for _ in range(weight)])

    def grow(self, leaves: Sequence[tuple[int, Leaf]], depth: int, *branches: tuple[int, Branch]) -> Node:
        """A leaf when there is no depth or room left, else mostly a branch; always a branch at the root."""
        self.parts += 1
        is_finished = depth <= 0 or self.parts > PARTS
        if leaves and (is_finished or (self.parts > 1 and self.one_in(6))):
            return self.weighed(*leaves)()
        return branches[0][1](0) if is_finished else self.weighed(*branches)(depth - 1)

    # ── what names mean ──────────────────────────────────────────────────────────────────────────────────────────────

    def in_scope(self, scope: Scope) -> dict[str, Node]:
        """The names that stand for something of the record or of the register row at hand."""
        found: dict[str, Node] = {}
        if scope.record or scope.subject:
            found[self.schema.subject.singular] = nodes.TheSubject()
        if scope.subject:
            columns = self.schema.subject.attributes.values()
            found |= {each.name: nodes.RegisterAttribute(each.name, kinds.of_attribute(each)) for each in columns}
        if scope.record:
            shared = self.schema.shared_attributes(scope.record).values()
            found |= {each.name: nodes.RecordAttribute(each.name, kinds.of_attribute(each)) for each in shared}
            found |= {name: nodes.RecordAttribute(name, kinds.DATE) for name in RECORD_DATES}
        return found

    def at_hand(self, scope: Scope, kind_name: str) -> list[tuple[int, Leaf]]:
        """Attributes of a kind, as leaves; likely ones, as conditions are mostly about them."""
        found = [node for node in self.in_scope(scope).values() if node.kind.name == kind_name]
        return [(6, lambda: self.pick(found))] if found else []

    def visible(self, names: Iterable[str], scope: Scope) -> list[str]:
        """Names of the pack that no attribute hides."""
        hidden = self.in_scope(scope)
        return [name for name in names if name not in hidden]

    def attribute_of(self, node: Node, scope: Scope) -> Attribute | None:
        """The attribute a node reads, if it reads one."""
        if isinstance(node, nodes.RecordAttribute) and scope.record:
            return self.schema.shared_attributes(scope.record).get(node.name)
        return self.schema.subject.attributes.get(node.name) if isinstance(node, nodes.RegisterAttribute) else None

    # ── what any kind can be ─────────────────────────────────────────────────────────────────────────────────────────

    def moved(self, same: Branch, scope: Scope, depth: int) -> Node:
        """The same at another time or for everybody."""
        operand = same(depth)
        match self.pick(("at", "as known on", "previous", "overall")):
            case "at":
                return nodes.At(self.day(scope, depth), operand)
            case "as known on":
                return nodes.AsKnownOn(self.day(scope, depth), operand)
            case "previous":
                return nodes.Previous(operand)
        return nodes.Overall(operand)

    def chosen(self, same: Branch, scope: Scope, depth: int) -> Node:
        """One of two, by a condition or by what is known."""
        first, second = self.alike(same(depth), same(depth))
        if self.one_in(2):
            return nodes.Conditional(self.truth(scope, depth), first, second)
        return nodes.Coalesce(first, second)

    def alike(self, left: Node, right: Node) -> tuple[Node, Node]:
        """Two values that may be compared: a number of another unit gives way to a plain one."""
        are_numbers = left.kind.name == right.kind.name == "number"
        if are_numbers and not amounts.comparable(left.kind.unit, right.kind.unit):
            return left, self.plain_number()
        return left, right

    def single(self, scope: Scope, depth: int) -> Node:
        """A value of any kind that is one."""
        makers = [self.number, self.day, self.word, self.truth]
        if self.at_hand(scope, "list"):
            makers.append(self.words)
        return self.pick(makers)(scope, depth)

    # ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def number(self, scope: Scope, depth: int) -> Node:
        """A number of any unit."""

        def same(depth: int) -> Node:
            return self.number(scope, depth)

        leaves: list[tuple[int, Leaf]] = [(4, self.plain_number), (1, nodes.Tbc), *self.at_hand(scope, "number")]
        if deemed := self.deemed(scope):
            leaves.append((2, lambda: nodes.Deemed(self.pick(deemed))))
        return self.grow(
            leaves, depth,
            (3, lambda depth: nodes.CountRecords(self.records(scope, depth))),
            (3, lambda depth: nodes.CountMembers(self.keys(scope, depth))),
            (4, lambda depth: self.aggregate(scope, depth)),
            (2, lambda depth: self.ratio(scope, depth)),
            (2, lambda depth: self.arithmetic(same(depth), same(depth))),
            (1, lambda depth: self.product(scope, depth)),
            (2, lambda depth: self.negative(same(depth))),
            (1, lambda depth: nodes.Absolute(same(depth))),
            (2, lambda depth: self.clamp(same(depth), same(depth))),
            (2, lambda depth: self.elapsed(scope, depth)),
            (2, lambda depth: nodes.Change(same(depth), self.since(scope, depth))),
            (2, lambda depth: self.each(scope, depth)),
            (1, lambda depth: self.moved(same, scope, depth)),
            (1, lambda depth: self.chosen(same, scope, depth)),
        )  # fmt: skip

    def plain_number(self) -> nodes.Constant:
        """A number written out."""
        return nodes.Constant(self.pick(NUMBERS))

    def deemed(self, scope: Scope) -> list[str]:
        """The populations that have a deemed size."""
        populations = self.schema.populations
        return [name for name in self.visible(populations, scope) if populations[name].deemed]

    def negative(self, operand: Node) -> Node:
        """A minus sign, which is part of a number written out."""
        if isinstance(operand, nodes.Constant):
            return nodes.Constant(-cast("Fraction", operand.value))
        return nodes.Negative(operand)

    def clamp(self, operand: Node, limit: Node) -> Node:
        """A number held above or below another."""
        side: Literal["at_least", "at_most"] = self.pick(("at_least", "at_most"))
        return nodes.Clamp(side, *self.alike(operand, limit))

    def arithmetic(self, left: Node, right: Node, operators: Sequence[_Operator] = ("+", "-", "*", "/")) -> Node:
        """Two numbers with whatever between them their units allow."""
        operator = self.pick(operators)
        unit = fitting.unit_of(operator, left.kind.unit, right.kind.unit)
        if unit is None:
            return self.arithmetic(left, self.plain_number(), operators)
        return nodes.Arithmetic(operator, left, right, kinds.number(unit))

    def product(self, scope: Scope, depth: int) -> Node:
        """Two figures of records, of which neither need be decided, times or over each other."""

        def figure() -> Node:
            return self.weighed((1, nodes.CountRecords(self.records(scope, depth))), (2, self.aggregate(scope, depth)))

        return self.arithmetic(figure(), figure(), ("*", "*", "/"))

    def aggregate(self, scope: Scope, depth: int) -> Node:
        """A figure over an attribute of records."""
        values = self.values(scope, depth, "number")
        function: Literal["sum", "mean", "median", "min", "max"] = self.pick(("sum", "mean", "median", "min", "max"))
        return nodes.Aggregate(function, values) if values else nodes.Tbc()

    def ratio(self, scope: Scope, depth: int) -> Node:
        """A share of numbers or of sets of subjects; a population with a deemed size counts as that size."""
        if self.one_in(2):
            return nodes.Ratio(*self.alike(self.number(scope, depth), self.number(scope, depth)))
        part, whole = self.subjects(scope, depth), self.subjects(scope, depth)
        if isinstance(whole, nodes.Members) and self.schema.populations[whole.population].deemed:
            return nodes.Ratio(nodes.CountMembers(part), nodes.Deemed(whole.population))
        return nodes.Ratio(part, whole)

    def elapsed(self, scope: Scope, depth: int) -> Node:
        """The time between two dates."""
        unit: Literal["days", "months", "years"] = self.pick(("days", "months", "years"))
        return nodes.Elapsed(unit, self.day(scope, depth), self.day(scope, depth))

    def each(self, scope: Scope, depth: int) -> Node:
        """In how many months, quarters or years."""
        unit: BucketUnit = self.pick(("month", "quarter", "year"))
        return nodes.Each(unit, self.truth(scope, depth), self.since(scope, depth))

    def since(self, scope: Scope, depth: int) -> Node | None:
        """A date that may be left out."""
        return self.day(scope, depth) if self.one_in(2) else None

    # ── dates, texts, lists ──────────────────────────────────────────────────────────────────────────────────────────

    def day(self, scope: Scope, depth: int) -> Node:
        """A date."""

        def same(depth: int) -> Node:
            return self.day(scope, depth)

        named = self.visible(NAMED_DATES, scope)
        leaves: list[tuple[int, Leaf]] = [
            (3, lambda: nodes.NamedDate(self.pick(named))),
            (3, lambda: nodes.Constant(self.draw(days()))),
            (1, nodes.Tbc),
            *self.at_hand(scope, "date"),
        ]
        return self.grow(
            leaves, min(depth, 2),
            (1, lambda depth: nodes.Shifted(same(depth), *(self.pick((0, 0, 1, -1, 2)) for _ in range(3)))),
            (1, lambda depth: self.extreme_day(scope, depth)),
            (1, lambda depth: self.moved(same, scope, depth)),
            (1, lambda depth: self.chosen(same, scope, depth)),
        )  # fmt: skip

    def extreme_day(self, scope: Scope, depth: int) -> Node:
        """The first or the last day of records."""
        values = self.values(scope, depth, "date")
        function: Literal["min", "max"] = self.pick(("min", "max"))
        return nodes.Aggregate(function, values) if values else nodes.Tbc()

    def word(self, scope: Scope, depth: int) -> Node:
        """A text."""

        def same(depth: int) -> Node:
            return self.word(scope, depth)

        leaves: list[tuple[int, Leaf]] = [
            (2, lambda: nodes.Constant(self.pick(TEXTS))),
            (2, lambda: nodes.Constant(self.pick(ORGANISATIONS + QUOTED))),
            (1, nodes.Tbc),
            *self.at_hand(scope, "text"),
        ]
        return self.grow(
            leaves, min(depth, 2),
            (1, lambda depth: self.moved(same, scope, depth)),
            (1, lambda depth: self.chosen(same, scope, depth)),
        )  # fmt: skip

    def words(self, scope: Scope, depth: int) -> Node:
        """A list of texts; there is one only where the record or row at hand has one."""

        def same(depth: int) -> Node:
            return self.words(scope, depth)

        return self.grow(
            self.at_hand(scope, "list"), min(depth, 1),
            (1, lambda depth: self.moved(same, scope, depth)),
            (1, lambda depth: self.chosen(same, scope, depth)),
        )  # fmt: skip

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def truth(self, scope: Scope, depth: int) -> Node:
        """A condition."""

        def same(depth: int) -> Node:
            return self.truth(scope, depth)

        leaves: list[tuple[int, Leaf]] = [
            *self.at_hand(scope, "truth"),
            (2, lambda: nodes.Constant(self.one_in(2))),
            (1, nodes.Tbc),
        ]
        return self.grow(
            leaves, depth,
            (8, lambda depth: self.comparison(scope, depth)),
            (3, lambda depth: self.several(same, depth)),
            (2, lambda depth: nodes.Not(same(depth))),
            (2, lambda depth: self.is_in(scope, depth)),
            (2, lambda depth: self.is_one_of(scope, depth)),
            (4 if self.at_hand(scope, "list") else 0, lambda depth: self.holds(scope, depth)),
            (1, lambda depth: nodes.Known(self.single(scope, depth))),
            (1, lambda depth: nodes.Missing(self.single(scope, depth))),
            (1, lambda depth: nodes.Definitely(same(depth))),
            (3, lambda depth: nodes.Exists(self.records(scope, depth))),
            (2, lambda depth: self.every(scope, depth)),
            (1, lambda depth: self.moved(same, scope, depth)),
            (1, lambda depth: self.chosen(same, scope, depth)),
            (4 if self.at_hand(scope, "date") else 0, lambda depth: self.on_its_day(scope, depth)),
        )  # fmt: skip

    def on_its_day(self, scope: Scope, depth: int) -> Node:
        """A condition on what was so, or was known, on a day of the record or subject at hand."""
        seen: Callable[[Node, Node], Node] = nodes.AsKnownOn if self.one_in(4) else nodes.At
        (_, leaf), *_ = self.at_hand(scope, "date")
        if self.one_in(3):
            return nodes.IsIn(nodes.TheSubject(), seen(leaf(), self.subjects(scope, depth)))
        number = self.weighed((3, self.size), (2, self.product), (2, self.number))(scope, depth)
        operator: nodes.Comparing = self.pick((">=", "<", "=="))
        return nodes.Comparison(operator, seen(leaf(), number), self.plain_number())

    def intricate(self, depth: int) -> Node:
        """A selection or set that hangs on a day of each record or subject, on knowledge of another day, or on more."""

        def condition(scope: Scope) -> Node:
            return self.pick((self.on_its_day, self.on_its_day, self.sought, self.of_product))(scope, depth)

        match self.pick(("keys", "known then", "records", "records", "subjects", "subjects")):
            case "keys":
                return self.latest(self.records(TOP, depth), (2, 2, 3))
            case "known then":
                one, other = self.records(TOP, depth), nodes.AsKnownOn(self.day(TOP, 0), self.records(TOP, depth))
                return nodes.Combined(self.pick(_JOINS), *self.pick(((one, other), (other, one))))
            case "records":
                source = self.records(TOP, depth)
                return nodes.Filter(source, condition(TOP.of_record(source.kind.types)))
        return nodes.Filter(self.subjects(TOP, depth), condition(REGISTER))

    def sought(self, scope: Scope, depth: int) -> Node:
        """Whether a subject is in a set of which a part is seen from a day of the record or subject at hand."""
        found = [node for node in self.in_scope(scope).values() if node.kind.key == kinds.SUBJECT]
        (_, leaf), *_ = self.at_hand(scope, "date")
        parts = nodes.At(leaf(), self.subjects(scope, depth)), self.subjects(scope, depth)
        return nodes.IsIn(self.pick(found), nodes.Combined(self.pick(_JOINS), *self.pick((parts, parts[::-1]))))

    def of_product(self, scope: Scope, depth: int) -> Node:
        """A condition on the product or share of two figures."""
        operator: nodes.Comparing = self.pick((">=", "<", "=="))
        left, right = self.alike(self.product(scope, depth), self.plain_number())
        return nodes.Comparison(operator, left, right)

    def size(self, scope: Scope, depth: int) -> Node:
        """How many there are, or what share of others."""
        match self.pick(("records", "members", "members", "share")):
            case "records":
                return nodes.CountRecords(self.records(scope, depth))
            case "members":
                return nodes.CountMembers(self.keys(scope, depth))
        return nodes.Ratio(self.subjects(scope, depth), self.subjects(scope, depth))

    def several(self, same: Branch, depth: int) -> Node:
        """Two or three conditions joined by `and` or `or`, with none of the same join among them."""
        terms = [same(depth) for _ in range(self.pick((2, 2, 3)))]
        if self.one_in(2):
            return nodes.AllOf(elaborate.flattened(terms, nodes.AllOf))
        return nodes.AnyOf(elaborate.flattened(terms, nodes.AnyOf))

    def comparison(self, scope: Scope, depth: int) -> Node:
        """Two values of a kind; texts and truths are only equal or not."""
        kind = self.weighed((3, self.number), (1, self.day), (1, self.word), (1, self.truth))
        left, right = self.alike(kind(scope, depth), kind(scope, depth))
        left, right = self.sayable(left, right, scope), self.sayable(right, left, scope)
        unordered = {"text", "truth"} & {left.kind.name, right.kind.name}
        operator: nodes.Comparing = self.pick(("==", "!=") if unordered else (">=", "==", "!=", "<", "<=", ">"))
        return nodes.Comparison(operator, left, right)

    def sayable(self, node: Node, other: Node, scope: Scope) -> Node:
        """A text compared with a closed list of choices is one of them."""
        attribute = self.attribute_of(other, scope)
        if isinstance(node, nodes.Constant) and attribute and attribute.type == "choice" and not attribute.open:
            return nodes.Constant(self.pick(attribute.choices))
        return node

    def is_one_of(self, scope: Scope, depth: int) -> Node:
        """Whether a value is among constants, of which there may be none."""
        kind: Literal["text", "number", "date", "truth"] = self.pick(("text", "text", "number", "date", "truth"))
        item = self.of_kind(kind, scope, depth)
        constants = [self.sayable(self.constant(kind), item, scope) for _ in range(self.pick((1, 2, 2, 3, 0)))]
        return nodes.IsOneOf(item, tuple(cast("list[nodes.Constant]", constants)))

    def constant(self, kind: Literal["text", "number", "date", "truth"]) -> nodes.Constant:
        """A value written out."""
        match kind:
            case "number":
                return self.plain_number()
            case "date":
                return nodes.Constant(self.draw(days()))
            case "truth":
                return nodes.Constant(self.one_in(2))
        return nodes.Constant(self.pick(TEXTS + QUOTED))

    def is_in(self, scope: Scope, depth: int) -> Node:
        """Whether the subject at hand is in a set of subjects, or a value among the values of an attribute."""
        subjects = [node for node in self.in_scope(scope).values() if node.kind.key == kinds.SUBJECT]
        if subjects and not self.one_in(4):
            return nodes.IsIn(self.pick(subjects), self.subjects(scope, depth))
        attribute = self.pick([each for each in self.attributes() if each.type != "subject"])
        members = self.distinct(attribute, scope, depth)
        of = members.kind.of if members else None
        if members is None or of is None:
            return nodes.Tbc()
        item = self.of_kind(cast("Any", of.name), scope, depth)
        fitting_item = item if fitting.alike(item.kind, of) else self.plain_number()
        return nodes.IsIn(fitting_item, members)

    def holds(self, scope: Scope, depth: int) -> Node:
        """Whether a list holds a text."""
        return nodes.Holds(self.words(scope, depth), self.word(scope, depth))

    def every(self, scope: Scope, depth: int) -> Node:
        """Whether all of some records satisfy a condition."""
        records = self.records(scope, depth)
        return nodes.Every(records, self.truth(scope.of_record(records.kind.types), depth))

    # ── records ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def records(self, scope: Scope, depth: int, among: Iterable[str] = ()) -> Node:
        """A selection of records, of some event types or of any."""
        types = self.visible(among or self.schema.events, scope)

        def same(depth: int) -> Node:
            return self.records(scope, depth, types)

        return self.grow(
            [(1, lambda: nodes.Events(self.pick(types)))], depth,
            (4, lambda depth: self.filtered(same(depth), scope, depth)),
            (2, lambda depth: nodes.InForce(same(depth))),
            (2, lambda depth: self.latest(same(depth))),
            (2, lambda depth: nodes.Combined(self.pick(_JOINS), same(depth), same(depth))),
            (1, lambda depth: nodes.InPeriod(same(depth))),
            (1, lambda depth: self.moved(same, scope, depth)),
        )  # fmt: skip

    def filtered(self, source: Node, scope: Scope, depth: int) -> Node:
        """Records or subjects for which a condition holds."""
        inner = scope.of_record(source.kind.types) if source.kind.name == "events" else REGISTER
        return nodes.Filter(source, self.truth(inner, depth))

    def latest(self, records: Node, counts: Sequence[int] = (0, 0, 1, 2, 3)) -> Node:
        """Only the last or the first record of each subject, or by up to three keys."""
        keys = [*self.schema.shared_attributes(records.kind.types), self.schema.subject.singular]
        by = dict.fromkeys(self.pick(keys) for _ in range(self.pick(counts)))
        return nodes.Latest(records, tuple(by), first=self.one_in(2))

    def values(self, scope: Scope, depth: int, kind_name: str) -> Node | None:
        """An attribute of a kind over records that all have it; None where every type that has it is hidden."""
        dates = [Attribute(name, "date") for name in RECORD_DATES] if kind_name == "date" else []
        return self.over_records(self.pick([*self.attributes(kind_name), *dates]), scope, depth)

    def attributes(self, *kind_names: str) -> list[Attribute]:
        """The attributes that any event type has, of some kinds or of all whose values are told apart."""
        wanted = kind_names or ("number", "date", "text", "list")
        found = {each: None for event in self.schema.events.values() for each in event.attributes.values()}
        return [each for each in found if kinds.of_attribute(each).name in wanted]

    def over_records(self, attribute: Attribute, scope: Scope, depth: int) -> Node | None:
        """An attribute over records of types that have it."""
        events = self.schema.events.values()
        having = [each.name for each in events if attribute.name in RECORD_DATES or _has(each, attribute)]
        if not self.visible(having, scope):
            return None
        key = kinds.SUBJECT if attribute.type == "subject" else attribute.name
        of = kinds.values(kinds.of_attribute(attribute), key)
        return nodes.Values(self.records(scope, depth, having), attribute.name, of)

    # ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def keys(self, scope: Scope, depth: int) -> Node:
        """A set of subjects or, less often, of an attribute's values."""
        if not self.one_in(4):
            return self.subjects(scope, depth)
        return self.distinct(self.pick(self.attributes()), scope, depth) or self.subjects(scope, depth)

    def subjects(self, scope: Scope, depth: int) -> Node:
        """A set of subjects."""

        def same(depth: int) -> Node:
            return self.subjects(scope, depth)

        populations = self.visible(self.schema.populations, scope)
        return self.grow(
            [(1, lambda: nodes.Members(self.pick(populations)))] if populations else [], depth,
            (4, lambda depth: nodes.Subjects(self.records(scope, depth))),
            (3, lambda depth: self.filtered(same(depth), scope, depth)),
            (3, lambda depth: nodes.Combined(self.pick(_JOINS), same(depth), same(depth))),
            (1, lambda depth: nodes.Distinct(self.of_subjects(scope, depth))),
            (1, lambda depth: self.moved(same, scope, depth)),
        )  # fmt: skip

    def of_subjects(self, scope: Scope, depth: int) -> Node:
        """The subjects that records belong to, or that an attribute of theirs refers to."""
        referring = [each for each in self.attributes("text") if each.type == "subject"]
        if referring and self.one_in(2):
            found = self.over_records(self.pick(referring), scope, depth)
            if found:
                return found
        of = kinds.values(Kind("text", key=kinds.SUBJECT), kinds.SUBJECT)
        return nodes.Values(self.records(scope, depth), self.schema.subject.singular, of)

    def distinct(self, attribute: Attribute, scope: Scope, depth: int) -> Node | None:
        """A set of an attribute's values; None where no record that has it can be named."""
        if attribute.type == "subject":
            return self.subjects(scope, depth)

        def over(depth: int) -> Node:
            return nodes.Distinct(cast("Node", self.over_records(attribute, scope, depth)))

        def same(depth: int) -> Node:
            return cast("Node", self.distinct(attribute, scope, depth))

        if self.over_records(attribute, scope, 0) is None:
            return None
        return self.grow(
            [(1, lambda: over(0))], depth,
            (4, over),
            (1, lambda depth: nodes.Combined(self.pick(_JOINS), same(depth), same(depth))),
            (1, lambda depth: self.moved(same, scope, depth)),
        )  # fmt: skip


_JOINS: tuple[Literal["|", "&", "-"], ...] = ("|", "&", "-")


def _has(event: EventType, attribute: Attribute) -> bool:
    own = event.attributes.get(attribute.name)
    return own is not None and own.type == attribute.type
