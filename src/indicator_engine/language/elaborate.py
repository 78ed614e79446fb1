"""From a syntax tree to a query tree: names found, kinds and units checked, macros written out.

`simpleeval` walks the tree; its table of node handlers is replaced whole by the methods below, its operators and
functions are empty, and what it evaluates are symbols: every value it ever sees is one of our own frozen nodes. All
faults of an expression are reported together; a part that is broken stays silent about what follows from it.
"""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, cast

from simpleeval import SimpleEval

from indicator_engine.frozen import dataclass
from indicator_engine.language import fitting, functions, kinds, limits, nodes, parse
from indicator_engine.language.calls import Calls
from indicator_engine.language.kinds import Kind
from indicator_engine.language.schema import NAMED_DATES, RECORD_DATES, Attribute, Schema
from indicator_engine.language.scopes import TOP, Scope
from indicator_engine.language.walking import BROKEN, SPLIT, listed, outgrown
from indicator_engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.language.nodes import Node


MOST_COLUMNS = 12
"""Columns of the register told of one that has many."""


@dataclass(frozen=True)
class Elaborated:
    """A query tree (`Broken` when there are errors) and everything wrong with the text."""

    node: Node
    problems: tuple[Problem, ...]


def elaborate(text: str, schema: Schema, scope: Scope = TOP) -> Elaborated:
    """What an expression means in a pack's schema. Never raises for anything an author can write.

    Problems carry `span` in characters of the text; those inside a macro have `path` ("define", its name) instead
    and the span in the macro's text.
    """
    writer = _Elaborator(text, schema, scope)
    node = writer.run()
    problems = list(dict.fromkeys(writer.problems))
    if any(problem.severity == "error" for problem in problems):
        return Elaborated(BROKEN, tuple(problems))
    if fact := _too_big(node):
        return Elaborated(BROKEN, (*problems, Problem("IE101", fact, SPLIT, span=(0, len(text)))))
    return Elaborated(node, tuple(problems))


def _too_big(node: Node) -> str:
    count, waiting = 0, [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        count += 1
        if fact := outgrown(count, depth):
            return fact
        waiting.extend((child, depth + 1) for child in nodes.children(current))
    return ""


class _Walker(SimpleEval):  # type: ignore[misc]  # it has no types
    """A walker whose end runs no code: an interrupt that arrived in it would be lost."""

    __del__ = int


class _Elaborator(Calls):
    """Elaborates everything else: names, selections, logic, comparisons, algebra."""

    def run(self) -> Node:
        tree, problems = parse.parse(self.text)
        self.problems.extend(map(self._placed, problems))
        if tree is None:
            return BROKEN
        self.walker = _Walker(operators={}, functions={}, names={})
        self.walker.nodes = self._handlers()
        return self.visit(tree)

    def _handlers(self) -> dict[type[ast.AST], Callable[[Any], Any]]:
        return {
            ast.Name: self._name, ast.Constant: self._constant, ast.Attribute: self._attribute,
            ast.Subscript: self._filter, ast.Call: self._call, ast.Tuple: self._stray_list, ast.IfExp: self._if,
            ast.BoolOp: self._bool, ast.UnaryOp: self._unary, ast.BinOp: self._binary, ast.Compare: self._compare,
        }  # fmt: skip

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _name(self, syntax: ast.Name) -> Node:
        name = syntax.id
        for look in (self._in_scope, self._named_by_the_language, self._named_by_the_pack):
            if (found := look(name, syntax)) is not None:
                return found
        return self._unknown_name(syntax)

    def _in_scope(self, name: str, _syntax: ast.Name) -> Node | None:
        """The record's attributes, then the register's, then the subject itself."""
        if self.scope.record:
            if name in RECORD_DATES:
                return nodes.RecordAttribute(name, kinds.DATE)
            if attribute := self.schema.shared_attributes(self.scope.record).get(name):
                return nodes.RecordAttribute(name, kinds.of_attribute(attribute))
        if self.scope.subject and (attribute := self.schema.subject.attributes.get(name)):
            return nodes.RegisterAttribute(name, kinds.of_attribute(attribute))
        if name == self.schema.subject.singular and (self.scope.record or self.scope.subject):
            return nodes.TheSubject()
        return None

    def _named_by_the_language(self, name: str, _syntax: ast.Name) -> Node | None:
        if name == "TBC":
            return nodes.Tbc()
        return nodes.NamedDate(name) if name in NAMED_DATES else None

    def _named_by_the_pack(self, name: str, syntax: ast.Name) -> Node | None:
        if name in self.schema.events:
            return nodes.Events(name)
        if name in self.schema.populations:
            return nodes.Members(name)
        return self._macro(name, syntax) if name in self.schema.defines else None

    def _macro(self, name: str, syntax: ast.Name) -> Node:
        if name in self.macros:
            circle = " → ".join((*self.macros[self.macros.index(name) :], name))
            return self.fault("IE111", f"`{name}` is defined by itself: {circle}", syntax, "break the circle")
        if len(self.macros) >= limits.MACRO_DEPTH:
            return self.fault("IE101", f"macros nest deeper than {limits.MACRO_DEPTH}", syntax)
        if (name, self.scope) in self.written.broken:
            return BROKEN
        # The name gives way to what it stands for, so it is no part itself.
        self.written.parts -= 1
        self.written.depth -= 1
        text, macros = self.schema.defines[name], (*self.macros, name)
        node = _Elaborator(text, self.schema, self.scope, macros, self.problems, self.written).run()
        self.written.depth += 1
        if node == BROKEN:
            self.written.broken.add((name, self.scope))
        return node

    def _unknown_name(self, syntax: ast.Name) -> Node:
        name = syntax.id
        if owners := [event.name for event in self.schema.events.values() if name in event.attributes]:
            first = owners[0]
            hint = f"write it inside square brackets: `{first}[{name} …]`, or with its event type: `{first}.{name}`"
            return self.fault(
                "IE112", f"`{name}` is an attribute of {listed(owners)}; no record is at hand here", syntax, hint
            )
        if name in RECORD_DATES or name == self.schema.subject.singular:
            return self.fault(
                "IE112", f"`{name}` has a meaning only inside square brackets", syntax, f"`pledge[{name} …]`"
            )
        if name in self.schema.subject.attributes:
            fact = f"`{name}` is a column of the register; no {self.schema.subject.singular} is at hand here"
            return self.fault("IE112", fact, syntax, f"write it inside brackets after a set: `members[{name} …]`")
        if functions.named(name, self.schema.subject.plural):
            return self.fault("IE105", f"`{name}` is a function and needs round brackets", syntax, f"`{name}(…)`")
        return self.fault("IE103", f"nothing is called `{name}`", syntax, self._hint_for_name(name))

    def _hint_for_name(self, name: str) -> str:
        """The name that was meant, of the columns first where a row is at hand, or where to declare this one."""
        schema, record = self.schema, self.scope.record
        columns = {*schema.shared_attributes(record)} if record else set[str]()
        columns |= {*schema.subject.attributes} if self.scope.subject else set()
        for names in (columns, self._names_in_scope()):
            if (near := did_you_mean(name, names)).startswith("did"):
                return near
        if record:
            return f"declare it first: `{name} = …` under {' and '.join(f'[event.{one}.attributes]' for one in record)}"
        if self.scope.subject:
            known = f"; the register has {listed(sorted(columns))}" if 0 < len(columns) <= MOST_COLUMNS else ""
            return f"declare it first: `{name} = …` under [subject.attributes]{known}"
        return f"declare it first: as `[event.{name}]`, `[population.{name}]`, or under [define]"

    # ── constants ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _constant(self, syntax: ast.Constant) -> Node:
        if isinstance(syntax.value, bool | str):
            return nodes.Constant(syntax.value)
        return nodes.Constant(Fraction(parse.source_of(syntax, self.text)))

    def _stray_list(self, syntax: ast.Tuple) -> Node:
        return self.fault("IE107", "a list may stand only after `in`", syntax, 'role in ("chair", "deputy")')

    # ── selections ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _attribute(self, syntax: ast.Attribute) -> Node:
        source = self.visit(syntax.value)
        if source.kind.name == "broken":
            return BROKEN
        if source.kind.name != "events":
            hint = "an attribute is taken from records: `training.participants`"
            return self.fault(
                "IE107", f"`.{syntax.attr}` needs records before it, and this is {source.kind}", syntax.value, hint
            )
        types, name = source.kind.types, syntax.attr
        if name in RECORD_DATES:
            return nodes.Values(source, name, kinds.values(kinds.DATE, name))
        if name == self.schema.subject.singular:
            return nodes.Values(source, name, kinds.values(Kind("text", key=kinds.SUBJECT), kinds.SUBJECT))
        attribute = self.schema.shared_attributes(types).get(name)
        if not attribute:
            return self._unknown_attribute(name, types, syntax)
        return nodes.Values(source, name, kinds.values(kinds.of_attribute(attribute), _key(attribute)))

    def _filter(self, syntax: ast.Subscript) -> Node:
        source = self.visit(syntax.value)
        if source.kind.name == "broken":
            return BROKEN
        if source.kind.name == "set" and source.kind.key != kinds.SUBJECT:
            return self.fault("IE107", f"only a set of {self.schema.subject.plural} can be filtered", syntax.value,
                              "filter the records before taking their values")  # fmt: skip
        if source.kind.name not in ("events", "set"):
            return self.fault(
                "IE107", f"only records and sets can be filtered, and this is {source.kind}", syntax.value
            )
        with self._inside(source):
            condition = self._truth(syntax.slice)
        return BROKEN if condition == BROKEN else nodes.Filter(source, condition)

    # ── logic ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bool(self, syntax: ast.BoolOp) -> Node:
        terms = [self._truth(value) for value in syntax.values]
        if BROKEN in terms:
            return BROKEN
        flat = flattened(terms, nodes.AllOf if isinstance(syntax.op, ast.And) else nodes.AnyOf)
        return nodes.AllOf(flat) if isinstance(syntax.op, ast.And) else nodes.AnyOf(flat)

    def _unary(self, syntax: ast.UnaryOp) -> Node:
        if isinstance(syntax.op, ast.Not):
            operand = self._truth(syntax.operand)
            return BROKEN if operand == BROKEN else nodes.Not(operand)
        operand = self._number(syntax.operand)
        if isinstance(operand, nodes.Constant):
            return nodes.Constant(-cast("Fraction", operand.value))
        return BROKEN if operand == BROKEN else nodes.Negative(operand)

    def _if(self, syntax: ast.IfExp) -> Node:
        condition, then, otherwise = self._truth(syntax.test), self._single(syntax.body), self._single(syntax.orelse)
        if BROKEN in (condition, then, otherwise):
            return BROKEN
        if not fitting.alike(then.kind, otherwise.kind):
            return self.fault("IE107", f"one branch is {then.kind}, the other {otherwise.kind}", syntax)
        return nodes.Conditional(condition, then, otherwise)

    # ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _compare(self, syntax: ast.Compare) -> Node:
        """A chain `a < b < c` is `a < b and b < c`."""
        sides = [syntax.left, *syntax.comparators]
        pairs = [
            self._comparison(operator, left, right, syntax)
            for operator, left, right in zip(syntax.ops, sides, sides[1:], strict=False)
        ]
        if BROKEN in pairs:
            return BROKEN
        return pairs[0] if len(pairs) == 1 else nodes.AllOf(tuple(pairs))

    def _comparison(self, operator: ast.cmpop, left: ast.expr, right: ast.expr, whole: ast.Compare) -> Node:
        if isinstance(operator, ast.In | ast.NotIn):
            found = self._membership(left, right)
            return nodes.Not(found) if isinstance(operator, ast.NotIn) and found != BROKEN else found
        a, b = self._single(left), self._single(right)
        if BROKEN in (a, b):
            return BROKEN
        symbol = _COMPARING[type(operator)]
        if fact := fitting.uncomparable(symbol, a.kind, b.kind):
            hint = fitting.comparing_hint(a, b)
            return self.fault("IE108" if a.kind.name == b.kind.name == "number" else "IE107", fact, whole, hint)
        self._check_choice(a, b, right)
        self._check_choice(b, a, left)
        return nodes.Comparison(symbol, a, b)

    def _membership(self, left: ast.expr, right: ast.expr) -> Node:
        item = self._single(left)
        if isinstance(right, ast.Tuple) or (isinstance(right, ast.Constant) and isinstance(right.value, str)):
            return self._one_of(item, right.elts if isinstance(right, ast.Tuple) else [right])
        container = self.visit(right)
        if BROKEN in (item, container):
            return BROKEN
        if container.kind.name == "list":
            return nodes.Holds(container, self._expect(item, left, ("text",), "a text"))
        if container.kind.name != "set":
            hint = f"write `{self.schema.subject.plural}(…)` around it" if container.kind.name == "events" else ""
            return self.fault(
                "IE107", f"`in` needs a set or a list in brackets after it, and this is {container.kind}", right, hint
            )
        return self._in_set(item, left, container)

    def _in_set(self, item: Node, left: ast.expr, container: Node) -> Node:
        if container.kind.key == kinds.SUBJECT and item.kind.key != kinds.SUBJECT:
            fact = f"a set of {self.schema.subject.plural} is asked about something that is not one of them"
            return self.fault("IE107", fact, left, f"`{self.schema.subject.singular} in …`")
        if container.kind.of and not fitting.alike(item.kind, container.kind.of):
            fact = f"{item.kind} is looked for in a set whose members are each {container.kind.of}"
            return self.fault("IE107", fact, left)
        return nodes.IsIn(item, container)

    def _one_of(self, item: Node, right: list[ast.expr]) -> Node:
        constants = [self._single(element) for element in right]
        for element, constant in zip(right, constants, strict=True):
            if constant != BROKEN and not isinstance(constant, nodes.Constant):
                return self.fault("IE107", "a list after `in` holds only constants", element)
            if BROKEN not in (item, constant) and not fitting.alike(item.kind, constant.kind):
                return self.fault("IE107", f"{item.kind} is looked for among {constant.kind}", element)
            self._check_choice(item, constant, element)
        if item == BROKEN or BROKEN in constants:
            return BROKEN
        return nodes.IsOneOf(item, tuple(cast("list[nodes.Constant]", constants)))

    def _check_choice(self, side: Node, constant: Node, at: ast.AST) -> None:
        """A word that a closed list of choices does not have can never be equal."""
        attribute = self._attribute_of(side)
        if (
            attribute is None
            or attribute.type != "choice"
            or attribute.open
            or not isinstance(constant, nodes.Constant)
        ):
            return
        if constant.value not in attribute.choices:
            hint = did_you_mean(str(constant.value), attribute.choices)
            self.fault("IE113", f'`{attribute.name}` is never "{constant.value}"', at, hint)

    def _attribute_of(self, node: Node) -> Attribute | None:
        if isinstance(node, nodes.RecordAttribute) and self.scope.record:
            return self.schema.shared_attributes(self.scope.record).get(node.name)
        return self.schema.subject.attributes.get(node.name) if isinstance(node, nodes.RegisterAttribute) else None

    # ── arithmetic and set algebra ───────────────────────────────────────────────────────────────────────────────────

    def _binary(self, syntax: ast.BinOp) -> Node:
        left, right = self.visit(syntax.left), self.visit(syntax.right)
        if "broken" in (left.kind.name, right.kind.name):
            return BROKEN
        groups = {left.kind.name, right.kind.name}
        if isinstance(syntax.op, ast.BitAnd | ast.BitOr) or groups & {"events", "set", "values"}:
            return self._combine(syntax, left, right)
        left = self._expect(left, syntax.left, ("number",), "a number")
        right = self._expect(right, syntax.right, ("number",), "a number")
        if BROKEN in (left, right):
            return BROKEN
        operator = _ARITHMETIC[type(syntax.op)]
        unit = fitting.unit_of(operator, left.kind.unit, right.kind.unit)
        if unit is None:
            words = {"+": "added to", "-": "subtracted from", "*": "multiplied with", "/": "divided by"}[operator]
            first, second = (right, left) if operator == "-" else (left, right)
            return self.fault("IE108", f"{first.kind} cannot be {words} {second.kind}", syntax)
        return nodes.Arithmetic(operator, left, right, kinds.number(unit))

    def _combine(self, syntax: ast.BinOp, left: Node, right: Node) -> Node:
        symbol = _COMBINING.get(type(syntax.op))
        for side, at in ((left, syntax.left), (right, syntax.right)):
            if side.kind.name not in ("events", "set"):
                hint = (
                    "write `and` / `or` between conditions"
                    if side.kind.name == "truth"
                    else fitting.as_number_hint(side.kind)
                )
                return self.fault(
                    "IE107", f"this needs records or sets on both sides, and here is {side.kind}", at, hint
                )
        if symbol is None:
            return self.fault(
                "IE107", "records and sets are joined by `&`, `|` and `-` only", syntax, "count(…) gives a number"
            )
        if left.kind.name != right.kind.name:
            records = syntax.left if left.kind.name == "events" else syntax.right
            hint = f"write `{self.schema.subject.plural}({parse.source_of(records, self.text)})`"
            return self.fault("IE107", "a set cannot be joined with records", records, hint)
        if left.kind.name == "set" and (left.kind.key, left.kind.of) != (right.kind.key, right.kind.of):
            first, second = self._key_word(left.kind.key), self._key_word(right.kind.key)
            return self.fault("IE108", f"a set of {first} cannot be joined with a set of {second}", syntax)
        return nodes.Combined(symbol, left, right)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_COMPARING: dict[type[ast.cmpop], nodes.Comparing] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_COMBINING: dict[type[ast.operator], Literal["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}


def _key(attribute: Attribute) -> str:
    return kinds.SUBJECT if attribute.type == "subject" else attribute.name


def flattened(terms: list[Node], group: type[nodes.AllOf | nodes.AnyOf]) -> tuple[Node, ...]:
    """Nested `and` in `and`, as chains of comparisons make them, on one level."""
    found: list[Node] = []
    for term in terms:
        found.extend(term.terms if isinstance(term, group) else (term,))
    return tuple(found)
