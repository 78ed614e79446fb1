"""Which kinds go together: what may be compared or added, and what comes of it. Pure rules over kinds and units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from indicator_engine.language.kinds import Kind
    from indicator_engine.language.nodes import Node

SINGLE = ("number", "date", "text", "truth", "list")
NUMBERS = ("values of number",)
ACCEPTS: dict[str, tuple[tuple[str, ...], str]] = {
    "events": (("events",), "a selection of records"),
    "values": (("values of number", "values of date", "values of text", "values of list"), "an attribute of records"),
    "numbers": (NUMBERS, "a numeric attribute of records"),
    "ordered": ((*NUMBERS, "values of date"), "an attribute that is a number or a date"),
    "countable": (("events", "set"), "records or a set"),
    "share": (("number", "set"), "a number or a set"),
    "number": (("number",), "a number"),
    "date": (("date",), "a date"),
    "truth": (("truth",), "a condition"),
    "any": (SINGLE, "a single value"),
    "anything": ((*SINGLE, "events", "set"), "a value, a selection or a set"),
}


def as_number_hint(kind: Kind) -> str:
    """How to make a number of records, a set or values; "" where there is no way."""
    if kind.name in ("events", "set"):
        return "write `count(…)` for how many there are"
    return "write `sum(…)`, `mean(…)`, or `count(distinct(…))`" if kind.name == "values" else ""


def alike(left: Kind, right: Kind) -> bool:
    """Whether two single values are of one kind, or one of them is not known yet."""
    if "unknown" in (left.name, right.name):
        return True
    if left.name == right.name == "number":
        return amounts.comparable(left.unit, right.unit)
    return left.name == right.name


def uncomparable(symbol: str, left: Kind, right: Kind) -> str:
    """What is wrong with comparing the two; "" when nothing is."""
    if not alike(left, right) or "list" in (left.name, right.name):
        return f"{left} cannot be compared with {right}"
    if symbol not in ("==", "!=") and {left.name, right.name} & {"text", "truth"}:
        return f"{left} has no order; only == and != apply"
    return ""


def comparing_hint(left: Node, right: Node) -> str:
    """What was probably meant by a comparison that makes no sense."""
    if "date" in (left.kind.name, right.kind.name) and "text" in (left.kind.name, right.kind.name):
        text = next((side.value for side in (left, right) if isinstance(side, nodes.Constant)), "2009-12-31")
        return f"write the day as `date('{text}')`"
    if "truth" in (left.kind.name, right.kind.name) and "text" in (left.kind.name, right.kind.name):
        return "write `True` or `False`, or the attribute alone"
    return ""


def unit_of(  # noqa: PLR0911  # one a rule
    operator: str, left: amounts.Unit, right: amounts.Unit
) -> amounts.Unit | None:
    """The unit of a sum, difference, product or quotient; None when it makes no sense."""
    if operator in "+-":
        if not amounts.comparable(left, right):
            return None
        if left == "number":
            return right
        return left if right in {left, "number"} else "amount"
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
