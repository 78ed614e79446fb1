"""From a query tree back to an expression: the same tree, in one canonical spelling.

Spaces stand round operators, texts in double quotes, and brackets only where Python's precedence needs them. Macros
are written out, so that the text of a tree may be longer than one expression may be; whatever keeps the limits
elaborates, in the same schema and scope, to the very same tree. Reading a tree aloud is `says.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from indicator_engine import amounts
from indicator_engine.language import limits, nodes
from indicator_engine.language.schema import Schema
from indicator_engine.patterns import late

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.language.nodes import Node


class Binding(IntEnum):
    """How tightly the parts of a written expression hold together, loosest first, as in Python."""

    CONDITIONAL = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    UNION = 5
    INTERSECTION = 6
    SUM = 7
    PRODUCT = 8
    SIGN = 9
    WHOLE = 10


class Written(NamedTuple):
    """An expression and the loosest binding in it that no brackets enclose."""

    text: str
    binding: Binding = Binding.WHOLE


Writer = Callable[[Any, Schema], Written]


def text(node: Node, schema: Schema) -> str:
    """The expression that means this tree.

    A text that holds both kinds of quotation mark, and a number whose decimals never end, cannot be written in the
    language and do not come from it; they are printed as nearly as may be.
    """
    return _write(node, schema).text


def _write(node: Node, schema: Schema) -> Written:
    return WRITERS[type(node)](node, schema)


def _put(node: Node, schema: Schema, binding: Binding) -> str:
    """The text of an operand, in brackets where it holds less tightly than its place asks for."""
    written = _write(node, schema)
    return written.text if written.binding >= binding else f"({written.text})"


# ── single values ────────────────────────────────────────────────────────────────────────────────────────────────────


def _constant(node: nodes.Constant, _schema: Schema) -> Written:
    value = node.value
    if isinstance(value, bool):
        return Written(str(value))
    if isinstance(value, str):
        return Written(_quoted(value))
    if isinstance(value, date):
        return Written(f'date("{value.isoformat()}")')
    return Written(str(amounts.exact(value)), Binding.SIGN if value < 0 else Binding.WHOLE)


def _quoted(value: str) -> str:
    mark = "'" if '"' in value else '"'
    return f"{mark}{value}{mark}"


def _named(node: nodes.NamedDate | nodes.RecordAttribute | nodes.RegisterAttribute, _schema: Schema) -> Written:
    return Written(node.name)


def _the_subject(_node: nodes.TheSubject, schema: Schema) -> Written:
    return Written(schema.subject.singular)


def _conditional(node: nodes.Conditional, schema: Schema) -> Written:
    then, condition = (_put(side, schema, Binding.OR) for side in (node.then, node.condition))
    otherwise = _put(node.otherwise, schema, Binding.CONDITIONAL)
    return Written(f"{then} if {condition} else {otherwise}", Binding.CONDITIONAL)


# ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────

_INFIX = {
    "|": Binding.UNION, "&": Binding.INTERSECTION,
    "+": Binding.SUM, "-": Binding.SUM, "*": Binding.PRODUCT, "/": Binding.PRODUCT,
}  # fmt: skip


def _infix(node: nodes.Arithmetic | nodes.Combined, schema: Schema) -> Written:
    """Operators of one rank are read from left to right, so that the right side needs the tighter binding."""
    binding = _INFIX[node.operator]
    left, right = _put(node.left, schema, binding), _put(node.right, schema, Binding(binding + 1))
    return Written(f"{left} {node.operator} {right}", binding)


def _comparison(node: nodes.Comparison, schema: Schema) -> Written:
    return _compared(node.left, node.operator, node.right, schema)


def _is_in(node: nodes.IsIn, schema: Schema, word: str = "in") -> Written:
    return _compared(node.item, word, node.members, schema)


def _holds(node: nodes.Holds, schema: Schema, word: str = "in") -> Written:
    return _compared(node.item, word, node.values, schema)


def _compared(left: Node, symbol: str, right: Node, schema: Schema) -> Written:
    sides = [_put(side, schema, Binding.UNION) for side in (left, right)]
    return Written(f"{sides[0]} {symbol} {sides[1]}", Binding.COMPARISON)


def _is_one_of(node: nodes.IsOneOf, schema: Schema, word: str = "in") -> Written:
    values = [text(value, schema) for value in node.values]
    listed = f"({values[0]},)" if len(values) == 1 else f"({', '.join(values)})"
    return Written(f"{_put(node.item, schema, Binding.UNION)} {word} {listed}", Binding.COMPARISON)


_MEMBERSHIP: Mapping[type[Node], Callable[[Any, Schema, str], Written]] = {
    nodes.IsIn: _is_in, nodes.Holds: _holds, nodes.IsOneOf: _is_one_of,
}  # fmt: skip


def _all_of(node: nodes.AllOf, schema: Schema) -> Written:
    return Written(" and ".join(_put(term, schema, Binding.NOT) for term in node.terms), Binding.AND)


def _any_of(node: nodes.AnyOf, schema: Schema) -> Written:
    return Written(" or ".join(_put(term, schema, Binding.AND) for term in node.terms), Binding.OR)


def _not(node: nodes.Not, schema: Schema) -> Written:
    if membership := _MEMBERSHIP.get(type(node.operand)):
        return membership(node.operand, schema, "not in")
    return Written(f"not {_signed(_put(node.operand, schema, Binding.NOT))}", Binding.NOT)


def _negative(node: nodes.Negative, schema: Schema) -> Written:
    return Written(f"-{_signed(_put(node.operand, schema, Binding.SIGN))}", Binding.SIGN)


_SIGNS = late(r"(?:-|not )*")


def _signed(operand: str) -> str:
    """An operand for one more sign; brackets interrupt a run of signs while it is well within the limit."""
    run = _SIGNS.match(operand)
    signs = len(re.findall("-|not ", run[0])) if run else 0
    return f"({operand})" if signs >= limits.UNARY_RUN // 2 else operand


# ── selections ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _events(node: nodes.Events, _schema: Schema) -> Written:
    return Written(node.type)


def _members(node: nodes.Members, _schema: Schema) -> Written:
    return Written(node.population)


def _filter(node: nodes.Filter, schema: Schema) -> Written:
    return Written(f"{_put(node.source, schema, Binding.WHOLE)}[{text(node.condition, schema)}]")


def _values(node: nodes.Values, schema: Schema) -> Written:
    return Written(f"{_put(node.events, schema, Binding.WHOLE)}.{node.attribute}")


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _call(name: str, *arguments: str) -> Written:
    return Written(f"{name}({', '.join(arguments)})")


def _function(name: str, *operands: str) -> Writer:
    """A call of the function with the node's fields of these names as its arguments."""
    return lambda node, schema: _call(name, *(text(getattr(node, operand), schema) for operand in operands))


def _subjects(node: nodes.Subjects, schema: Schema) -> Written:
    return _call(schema.subject.plural, text(node.events, schema))


def _deemed(node: nodes.Deemed, _schema: Schema) -> Written:
    return _call("deemed", node.population)


def _aggregate(node: nodes.Aggregate, schema: Schema) -> Written:
    return _call(node.function, text(node.values, schema))


def _clamp(node: nodes.Clamp, schema: Schema) -> Written:
    return _call(node.side, text(node.operand, schema), text(node.limit, schema))


def _elapsed(node: nodes.Elapsed, schema: Schema) -> Written:
    return _call(node.unit, text(node.start, schema), text(node.end, schema))


def _shifted(node: nodes.Shifted, schema: Schema) -> Written:
    moves = (f"{unit}={getattr(node, unit)}" for unit in ("years", "months", "days") if getattr(node, unit))
    return _call("shift", text(node.date, schema), *moves)


def _latest(node: nodes.Latest, schema: Schema) -> Written:
    keys = node.by[0] if len(node.by) == 1 else f"({', '.join(node.by)})"
    by = (f"by={keys}",) if node.by else ()
    return _call("first" if node.first else "latest", text(node.events, schema), *by)


def _change(node: nodes.Change, schema: Schema) -> Written:
    return _call("change", text(node.operand, schema), *_since(node, schema))


def _each(node: nodes.Each, schema: Schema) -> Written:
    return _call("each", node.unit, text(node.condition, schema), *_since(node, schema))


def _since(node: nodes.Change | nodes.Each, schema: Schema) -> tuple[str, ...]:
    return (f"since={text(node.since, schema)}",) if node.since else ()


WRITERS: Mapping[type[Node], Writer] = {
    nodes.Broken: lambda _node, _schema: Written("…"),
    nodes.Constant: _constant,
    nodes.Tbc: lambda _node, _schema: Written("TBC"),
    nodes.NamedDate: _named,
    nodes.RecordAttribute: _named,
    nodes.RegisterAttribute: _named,
    nodes.TheSubject: _the_subject,
    nodes.Arithmetic: _infix,
    nodes.Negative: _negative,
    nodes.Comparison: _comparison,
    nodes.AllOf: _all_of,
    nodes.AnyOf: _any_of,
    nodes.Not: _not,
    nodes.IsIn: _is_in,
    nodes.IsOneOf: _is_one_of,
    nodes.Holds: _holds,
    nodes.Conditional: _conditional,
    nodes.Known: _function("known", "operand"),
    nodes.Missing: _function("missing", "operand"),
    nodes.Definitely: _function("definitely", "operand"),
    nodes.Coalesce: _function("coalesce", "first", "second"),
    nodes.Absolute: _function("abs", "operand"),
    nodes.Clamp: _clamp,
    nodes.Elapsed: _elapsed,
    nodes.Shifted: _shifted,
    nodes.CountRecords: _function("count", "events"),
    nodes.CountMembers: _function("count", "members"),
    nodes.Aggregate: _aggregate,
    nodes.Ratio: _function("ratio", "numerator", "denominator"),
    nodes.Deemed: _deemed,
    nodes.Exists: _function("exists", "events"),
    nodes.Every: _function("every", "events", "condition"),
    nodes.At: _function("at", "date", "operand"),
    nodes.AsKnownOn: _function("as_known_on", "date", "operand"),
    nodes.Change: _change,
    nodes.Previous: _function("previous", "operand"),
    nodes.Each: _each,
    nodes.Overall: _function("overall", "operand"),
    nodes.Events: _events,
    nodes.Filter: _filter,
    nodes.Combined: _infix,
    nodes.Latest: _latest,
    nodes.InForce: _function("in_force", "events"),
    nodes.InPeriod: _function("in_period", "events"),
    nodes.Values: _values,
    nodes.Members: _members,
    nodes.Subjects: _subjects,
    nodes.Distinct: _function("distinct", "values"),
}
