"""Calls: which function is meant, which argument is which parameter, whether each fits, and what comes of it."""

from __future__ import annotations

import ast
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from indicator_engine import amounts, periods
from indicator_engine.language import fitting, functions, nodes
from indicator_engine.language.nodes import Node
from indicator_engine.language.walking import BROKEN, Walker, listed
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from indicator_engine.language.functions import Function, Parameter

UNITS = tuple(periods.MONTHS_IN)


_ELSEWHERE = {
    "countif": "count what a condition keeps: `count(pledge[stage >= 2])`",
    "countifs": "count what conditions keep: `count(pledge[stage >= 2 and …])`",
    "sumif": "add up what a condition keeps: `sum(training[…].participants)`",
    "sumifs": "add up what conditions keep: `sum(training[…].participants)`",
    "average": "write `mean(…)`",
    "avg": "write `mean(…)`",
    "len": "write `count(…)`",
    "size": "write `count(…)`",
    "total": "write `sum(…)`",
    "unique": "write `distinct(…)`",
    "if": "write `1 if … else 0`",
}
"""What spreadsheets and other languages call it, and how it is written here."""


class Calls(Walker):
    """Elaborates calls of the language's functions, by the table of `functions.py`."""

    def _call(self, syntax: ast.Call) -> Node:
        name = cast("ast.Name", syntax.func).id
        function = functions.named(name, self.schema.subject.plural)
        if function is None:
            hint = _ELSEWHERE.get(name.casefold()) or did_you_mean(name, functions.names(self.schema.subject.plural))
            if name in self.schema.events or name in self.schema.populations:
                hint = f"a condition stands in square brackets: `{name}[…]`"
            elif name in self._names_in_scope():
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
            self.fault("IE106", f"`{function.name}` also needs {listed(lacking)}", syntax, usage)
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

    def _argument(self, parameter: Parameter, syntax: ast.expr, first: Node) -> Any:  # noqa: PLR0911  # one a role
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
                return self._expect(self.visit(syntax), syntax, *fitting.ACCEPTS[role])

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
        return day or self.fault("IE114", "this is not a day", syntax, "write it year first: `date('2009-12-31')`")

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
            if not fitting.alike(x, y):
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


def _how_many(function: Function) -> str:
    count = len(function.parameters)
    return f"{count} value{'s' if count != 1 else ''}"
