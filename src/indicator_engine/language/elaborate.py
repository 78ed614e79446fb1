"""From a syntax tree to a query tree: names found, kinds and units checked, macros written out.

`simpleeval` walks the tree; its table of node handlers is replaced whole by the methods below, its operators and
functions are empty, and what it evaluates are symbols: every value it ever sees is one of our own frozen nodes. All
faults of an expression are reported together; a part that is broken stays silent about what follows from it.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, cast

from simpleeval import SimpleEval

from indicator_engine import amounts, periods
from indicator_engine.language import functions, kinds, limits, nodes, parse
from indicator_engine.language.kinds import Kind
from indicator_engine.language.nodes import Node
from indicator_engine.language.schema import NAMED_DATES, RECORD_DATES, Attribute, Schema
from indicator_engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from indicator_engine.language.functions import Function, Parameter

BROKEN = nodes.Broken()
UNITS = tuple(periods.MONTHS_IN)
_SPLIT = "split it into several indicators or parts"


@dataclass(frozen=True)
class Scope:
    """What names mean at one place: the event types of the record at hand, and whether a register row is at hand."""

    record: tuple[str, ...] | None = None
    subject: bool = False

    def of_record(self, types: tuple[str, ...]) -> Scope:
        """Inside `E[...]`."""
        return replace(self, record=types)


TOP = Scope()
REGISTER = Scope(subject=True)


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
        return Elaborated(BROKEN, (*problems, Problem("IE101", fact, _SPLIT, span=(0, len(text)))))
    return Elaborated(node, tuple(problems))


def _too_big(node: Node) -> str:
    count, waiting = 0, [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        count += 1
        if fact := _outgrown(count, depth):
            return fact
        waiting.extend((child, depth + 1) for child in nodes.children(current))
    return ""


def _outgrown(parts: int, depth: int) -> str:
    """Which limit of a tree is broken; "" when none is."""
    if depth > limits.TREE_DEPTH:
        return f"with its macros written out the expression nests deeper than {limits.TREE_DEPTH}"
    if parts > limits.TREE_NODES:
        return f"with its macros written out the expression has more than {limits.TREE_NODES:,} parts"
    return ""


@dataclass
class _Written:
    """How much one expression has become with its macros written out; shared with the macros within.

    It is counted while it grows, so that neither a bomb of macros nor chains within chains, whose middle is written
    twice, cost more than the largest tree would.
    """

    parts: int = 0
    depth: int = 0
    stopped: bool = False
    parsed: dict[str, tuple[ast.expr | None, list[Problem]]] = field(default_factory=dict)
    """Each macro's syntax tree, read once however often it is named; "" is the expression itself."""
    broken: set[tuple[str, Scope]] = field(default_factory=set)
    """Macros whose faults in that scope have been told already."""


@dataclass
class _Elaborator:
    """One text on its way to a tree. `macros` are the names being written out around it."""

    text: str
    schema: Schema
    scope: Scope
    macros: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    written: _Written = field(default_factory=_Written)

    def run(self) -> Node:
        tree, problems = self._parsed()
        self.problems.extend(map(self._placed, problems))
        if tree is None:
            return BROKEN
        self.walker = SimpleEval(operators={}, functions={}, names={})
        self.walker.nodes = self._handlers()
        return self.visit(tree)

    def _parsed(self) -> tuple[ast.expr | None, list[Problem]]:
        name = self.macros[-1] if self.macros else ""
        if name not in self.written.parsed:
            self.written.parsed[name] = parse.parse(self.text)
        return self.written.parsed[name]

    def visit(self, syntax: ast.AST) -> Node:
        """What a part means; nothing more is looked at once the whole is too large or has faults enough."""
        written = self.written
        if written.stopped or len(self.problems) >= limits.PROBLEMS:
            return BROKEN
        written.parts += 1
        if fact := _outgrown(written.parts, written.depth + 1):
            written.stopped = True
            return self.fault("IE101", fact, syntax, _SPLIT)
        written.depth += 1
        node = cast("Node", self.walker._eval(syntax))  # its dispatch is all we use of it
        written.depth -= 1
        return node

    def _handlers(self) -> dict[type[ast.AST], Callable[[Any], Any]]:
        return {
            ast.Name: self._name, ast.Constant: self._constant, ast.Attribute: self._attribute,
            ast.Subscript: self._filter, ast.Call: self._call, ast.Tuple: self._stray_list, ast.IfExp: self._if,
            ast.BoolOp: self._bool, ast.UnaryOp: self._unary, ast.BinOp: self._binary, ast.Compare: self._compare,
        }  # fmt: skip

    # ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _placed(self, problem: Problem) -> Problem:
        return replace(problem, path=("define", self.macros[-1])) if self.macros else problem

    def fault(
        self, code: str, fact: str, at: ast.AST, hint: str = "", severity: Literal["error", "warning"] = "error"
    ) -> Node:
        problem = Problem(code, fact, hint, severity, span=parse.span_of(at, self.text))
        self.problems.append(self._placed(problem))
        return BROKEN

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
            hint = f"write it inside square brackets: `{owners[0]}[{name} …]`, or with its event type: `{owners[0]}.{name}`"
            return self.fault(
                "IE112", f"`{name}` is an attribute of {_listed(owners)}; no record is at hand here", syntax, hint
            )
        if name in RECORD_DATES or name == self.schema.subject.singular:
            return self.fault(
                "IE112", f"`{name}` has a meaning only inside square brackets", syntax, f"`pledge[{name} …]`"
            )
        if name in self.schema.subject.attributes:
            return self.fault("IE112", f"`{name}` is a column of the register; no {self.schema.subject.singular} is at hand here",
                              syntax, f"write it inside square brackets after a set: `members[{name} …]`")  # fmt: skip
        if functions.named(name, self.schema.subject.plural):
            return self.fault("IE105", f"`{name}` is a function and needs its brackets", syntax, f"`{name}(…)`")
        return self.fault("IE103", f"nothing is called `{name}`", syntax, did_you_mean(name, self._names_in_scope()))

    def _names_in_scope(self) -> set[str]:
        schema = self.schema
        found = {*schema.events, *schema.populations, *schema.defines, *NAMED_DATES}
        if self.scope.record:
            found |= {*schema.shared_attributes(self.scope.record), *RECORD_DATES, schema.subject.singular}
        if self.scope.subject:
            found |= {*schema.subject.attributes, schema.subject.singular}
        return found

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

    def _unknown_attribute(self, name: str, types: tuple[str, ...], syntax: ast.AST) -> Node:
        having = [event for event in types if name in self.schema.events[event].attributes]
        if having:
            lacking = [event for event in types if event not in having] or types
            fact = f"`{name}` is not an attribute of the same type in {_listed(lacking)} as in {_listed(having)}"
            return self.fault("IE104", fact, syntax)
        known = {*self.schema.shared_attributes(types), *RECORD_DATES, self.schema.subject.singular}
        return self.fault("IE104", f"{_listed(types)} has no attribute `{name}`", syntax, did_you_mean(name, known))

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

    @contextmanager
    def _inside(self, source: Node) -> Iterator[None]:
        """The scope of a condition over records, or over a set of subjects."""
        outer = self.scope
        self.scope = outer.of_record(source.kind.types) if source.kind.name == "events" else REGISTER
        try:
            yield
        finally:
            self.scope = outer

    # ── logic ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _truth(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, ("truth",), "a condition")

    def _bool(self, syntax: ast.BoolOp) -> Node:
        terms = [self._truth(value) for value in syntax.values]
        if BROKEN in terms:
            return BROKEN
        flat = _flattened(terms, nodes.AllOf if isinstance(syntax.op, ast.And) else nodes.AnyOf)
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
        if not _alike(then.kind, otherwise.kind):
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
        if fact := _uncomparable(symbol, a.kind, b.kind):
            hint = _comparing_hint(a, b)
            return self.fault("IE108" if a.kind.name == b.kind.name == "number" else "IE107", fact, whole, hint)
        self._check_choice(a, b, right)
        self._check_choice(b, a, left)
        return nodes.Comparison(symbol, a, b)

    def _membership(self, left: ast.expr, right: ast.expr) -> Node:
        item = self._single(left)
        if isinstance(right, ast.Tuple) or (isinstance(right, ast.Constant) and isinstance(right.value, str)):
            return self._one_of(item, left, right.elts if isinstance(right, ast.Tuple) else [right])
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
        if container.kind.key == kinds.SUBJECT and item.kind.key != kinds.SUBJECT:
            fact = f"a set of {self.schema.subject.plural} is asked about something that is not one of them"
            return self.fault("IE107", fact, left, f"`{self.schema.subject.singular} in …`")
        return nodes.IsIn(item, container)

    def _one_of(self, item: Node, left: ast.expr, right: list[ast.expr]) -> Node:
        constants = [self._single(element) for element in right]
        for element, constant in zip(right, constants, strict=True):
            if constant != BROKEN and not isinstance(constant, nodes.Constant):
                return self.fault("IE107", "a list after `in` holds only constants", element)
            if BROKEN not in (item, constant) and not _alike(item.kind, constant.kind):
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
        unit = _unit_of(operator, left.kind.unit, right.kind.unit)
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
                    "write `and` / `or` between conditions" if side.kind.name == "truth" else _as_number_hint(side.kind)
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
        if left.kind.name == "set" and left.kind.key != right.kind.key:
            fact = f"a set of {self._key_word(left.kind.key)} cannot be joined with a set of {self._key_word(right.kind.key)}"
            return self.fault("IE108", fact, syntax)
        return nodes.Combined(symbol, left, right)

    def _key_word(self, key: str) -> str:
        return self.schema.subject.plural if key == kinds.SUBJECT else f"`{key}`"

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _call(self, syntax: ast.Call) -> Node:
        name = cast("ast.Name", syntax.func).id
        function = functions.named(name, self.schema.subject.plural)
        if function is None:
            hint = did_you_mean(name, functions.names(self.schema.subject.plural))
            if name in self._names_in_scope():
                hint = f"`{name}` is not a function; leave the brackets out"
            return self.fault("IE105", f"there is no function `{name}`", syntax.func, hint)
        bound = self._bind(function, syntax)
        if bound is None:
            return BROKEN
        arguments = self._arguments(bound)
        return BROKEN if arguments is None else self._built(function, arguments, syntax)

    def _bind(self, function: Function, syntax: ast.Call) -> list[tuple[Parameter, ast.expr]] | None:
        """Which argument is which parameter; faults of number and name are reported."""
        wanted = {parameter.name: parameter for parameter in function.parameters}
        usage = f"`{function.signature.replace(functions.SUBJECTS, self.schema.subject.plural)}`"
        given: dict[str, ast.expr] = {}
        for parameter, argument in zip(function.parameters, syntax.args, strict=False):
            given[parameter.name] = argument
        if len(syntax.args) > len(function.parameters):
            fact = f"`{function.name}` takes {_how_many(function)}, not {len(syntax.args)}"
            self.fault("IE106", fact, syntax.args[len(function.parameters)], usage)
            return None
        for keyword in syntax.keywords:
            word = cast("str", keyword.arg)
            if word not in wanted or word in given:
                fact = (
                    f"`{function.name}` has no parameter `{word}`" if word not in wanted else f"`{word}` is given twice"
                )
                self.fault("IE106", fact, keyword, did_you_mean(word, wanted) or usage)
                return None
            given[word] = keyword.value
        if lacking := [p.name for p in function.parameters if not p.optional and p.name not in given]:
            self.fault("IE106", f"`{function.name}` also needs {_listed(lacking)}", syntax, usage)
            return None
        return [(parameter, given[parameter.name]) for parameter in function.parameters if parameter.name in given]

    def _arguments(self, bound: list[tuple[Parameter, ast.expr]]) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        first: Node = BROKEN
        for parameter, syntax in bound:
            value = self._argument(parameter, syntax, first)
            found[parameter.name] = value
            if isinstance(value, Node) and first == BROKEN:
                first = value
        return None if any(value == BROKEN for value in found.values()) else found

    def _argument(self, parameter: Parameter, syntax: ast.expr, first: Node) -> Any:
        match parameter.role:
            case "condition":
                return self._condition_over(first, syntax)
            case "key":
                return self._keys(first, syntax)
            case "unit":
                return self._unit(syntax)
            case "text":
                return self._day(syntax)
            case "whole":
                return self._whole(syntax)
            case "population":
                return self._population(syntax)
            case role:
                return self._expect(self.visit(syntax), syntax, *_ACCEPTS[role])

    def _condition_over(self, source: Node, syntax: ast.expr) -> Node:
        if source == BROKEN:
            return BROKEN
        with self._inside(source):
            return self._truth(syntax)

    def _keys(self, source: Node, syntax: ast.expr) -> tuple[str, ...] | Node:
        if source == BROKEN:
            return BROKEN
        elements = syntax.elts if isinstance(syntax, ast.Tuple) else [syntax]
        known = self.schema.shared_attributes(source.kind.types)
        for element in elements:
            if not isinstance(element, ast.Name):
                return self.fault("IE107", "`by` takes the name of an attribute", element, "`latest(status, by=item)`")
            if element.id not in known and element.id != self.schema.subject.singular:
                return self._unknown_attribute(element.id, source.kind.types, element)
        return tuple(cast("ast.Name", element).id for element in elements)

    def _unit(self, syntax: ast.expr) -> str | Node:
        word = syntax.id if isinstance(syntax, ast.Name) else getattr(syntax, "value", None)
        if word in UNITS:
            return cast("str", word)
        return self.fault("IE106", "`each` needs month, quarter or year first", syntax, "`each(quarter, …)`")

    def _day(self, syntax: ast.expr) -> date | Node:
        text = syntax.value if isinstance(syntax, ast.Constant) else None
        day = periods.day_from(text) if isinstance(text, str) and text[:4].isdigit() else None
        return day or self.fault("IE114", "this is not a day", syntax, 'write it year first: `date("2009-12-31")`')

    def _whole(self, syntax: ast.expr) -> int | Node:
        node = self._number(syntax)
        value = node.value if isinstance(node, nodes.Constant) else None
        if isinstance(value, Fraction) and value.denominator == 1 and abs(value) <= 10_000:
            return int(value)
        return node if node == BROKEN else self.fault("IE107", "a whole number is needed here, written out", syntax)

    def _population(self, syntax: ast.expr) -> Node:
        node = self.visit(syntax)
        if node == BROKEN or (isinstance(node, nodes.Members) and self.schema.populations[node.population].deemed):
            return node
        having = [name for name, population in self.schema.populations.items() if population.deemed]
        return self.fault("IE107", "this is not a population with a deemed size", syntax, did_you_mean("", having))

    def _built(self, function: Function, arguments: dict[str, Any], syntax: ast.Call) -> Node:
        if function.name == "ratio":
            return self._ratio(arguments["a"], arguments["b"], syntax)
        if function.name in ("coalesce", "at_least", "at_most"):
            x, y = arguments["x"].kind, arguments["y"].kind
            if not _alike(x, y):
                return self.fault("IE107", f"`{function.name}` is given {x} and {y}", syntax)
        return function.build(arguments)

    def _ratio(self, a: Node, b: Node, syntax: ast.Call) -> Node:
        """Sets stay sets where both are (a share of members); a deemed population counts as its deemed size."""
        if isinstance(b, nodes.Members) and self.schema.populations[b.population].deemed:
            b = nodes.Deemed(b.population)
        if a.kind.name == b.kind.name == "set":
            if a.kind.key != b.kind.key:
                fact = f"a set of {self._key_word(a.kind.key)} as a share of a set of {self._key_word(b.kind.key)}"
                return self.fault("IE108", fact, syntax)
            return nodes.Ratio(a, b)
        a, b = (nodes.CountMembers(side) if side.kind.name == "set" else side for side in (a, b))
        if not amounts.comparable(a.kind.unit, b.kind.unit):
            return self.fault("IE108", f"{a.kind} as a share of {b.kind}", syntax)
        return nodes.Ratio(a, b)

    # ── expectations ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _number(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, ("number",), "a number")

    def _single(self, syntax: ast.AST) -> Node:
        return self._expect(self.visit(syntax), syntax, _SINGLE, "a single value")

    def _expect(self, node: Node, at: ast.AST, wanted: Iterable[str], words: str) -> Node:
        kind = node.kind
        if kind.name == "broken":
            return BROKEN
        if kind.name == "unknown":
            if "number" in wanted or "date" in wanted or "truth" in wanted or "text" in wanted:
                return node
        elif kind.name == "values" and kind.of and f"values of {kind.of.name}" in wanted or kind.name in wanted:
            return node
        hint = self._expectation_hint(kind, wanted, at)
        return self.fault("IE107", f"{words} is needed here, and this is {kind}", at, hint)

    def _expectation_hint(self, kind: Kind, wanted: Iterable[str], at: ast.AST) -> str:
        source, wanted = parse.source_of(at, self.text), set(wanted)
        if kind.name == "events" and "set" in wanted and "number" not in wanted:
            return f"write `{self.schema.subject.plural}({source})`"
        if kind.name == "events" and "truth" in wanted:
            return f"write `exists({source})`"
        if "number" in wanted:
            return _as_number_hint(kind)
        if kind.name == "set" and "events" in wanted:
            return "a set has no records; write the event type instead"
        return ""


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_COMPARING: dict[type[ast.cmpop], nodes.Comparing] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip
_COMBINING: dict[type[ast.operator], Literal["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}
_SINGLE = ("number", "date", "text", "truth", "list")
_NUMBERS = ("values of number",)
_ACCEPTS: dict[str, tuple[tuple[str, ...], str]] = {
    "events": (("events",), "a selection of records"),
    "values": (("values of number", "values of date", "values of text", "values of list"), "an attribute of records"),
    "numbers": (_NUMBERS, "a numeric attribute of records"),
    "ordered": ((*_NUMBERS, "values of date"), "an attribute that is a number or a date"),
    "countable": (("events", "set"), "records or a set"),
    "share": (("number", "set"), "a number or a set"),
    "number": (("number",), "a number"),
    "date": (("date",), "a date"),
    "truth": (("truth",), "a condition"),
    "any": (_SINGLE, "a single value"),
    "anything": ((*_SINGLE, "events", "set"), "a value, a selection or a set"),
}


def _as_number_hint(kind: Kind) -> str:
    if kind.name in ("events", "set"):
        return "write `count(…)` for how many there are"
    return "write `sum(…)`, `mean(…)`, or `count(distinct(…))`" if kind.name == "values" else ""


def _key(attribute: Attribute) -> str:
    return kinds.SUBJECT if attribute.type == "subject" else attribute.name


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _how_many(function: Function) -> str:
    count = len(function.parameters)
    return f"{count} value{'s' if count != 1 else ''}"


def _flattened(terms: list[Node], group: type[nodes.AllOf | nodes.AnyOf]) -> tuple[Node, ...]:
    """Nested `and` in `and`, as chains of comparisons make them, on one level."""
    found: list[Node] = []
    for term in terms:
        found.extend(term.terms if isinstance(term, group) else (term,))
    return tuple(found)


def _alike(left: Kind, right: Kind) -> bool:
    if "unknown" in (left.name, right.name):
        return True
    if left.name == right.name == "number":
        return amounts.comparable(left.unit, right.unit)
    return left.name == right.name


def _uncomparable(symbol: str, left: Kind, right: Kind) -> str:
    """What is wrong with comparing the two; "" when nothing is."""
    if not _alike(left, right) or "list" in (left.name, right.name):
        return f"{left} cannot be compared with {right}"
    if symbol not in ("==", "!=") and {left.name, right.name} & {"text", "truth"}:
        return f"{left} has no order; only == and != apply"
    return ""


def _comparing_hint(left: Node, right: Node) -> str:
    if "date" in (left.kind.name, right.kind.name) and "text" in (left.kind.name, right.kind.name):
        text = next((side.value for side in (left, right) if isinstance(side, nodes.Constant)), "2009-12-31")
        return f'write the day as `date("{text}")`'
    if "truth" in (left.kind.name, right.kind.name) and "text" in (left.kind.name, right.kind.name):
        return "write `True` or `False`, or the attribute alone"
    return ""


def _unit_of(operator: str, left: amounts.Unit, right: amounts.Unit) -> amounts.Unit | None:
    """The unit of a sum, difference, product or quotient; None when it makes no sense."""
    if operator in "+-":
        if not amounts.comparable(left, right):
            return None
        return right if left == "number" else left if left == right or right == "number" else "amount"
    if operator == "*":
        return _unit_of_product(left, right)
    if right in ("number", "ratio"):
        return "amount" if left == "count" else left
    if left == "money" and right in amounts.QUANTITIES:
        return "money"
    return "number" if amounts.comparable(left, right) else None


def _unit_of_product(left: amounts.Unit, right: amounts.Unit) -> amounts.Unit | None:
    if left in ("number", "ratio"):
        return "amount" if right == "count" and left == "ratio" else right
    if right in ("number", "ratio"):
        return _unit_of_product(right, left)
    if "money" in (left, right):
        return None if left == right or "days" in (left, right) else "money"
    return None if "days" in (left, right) else "amount"
