"""What a movement is compared with: a number, an expression, the measure on another day; and since when to count.

There is no default base year. Where a baseline is the measure itself on a day the author names, or comes from a
document, that is listed with the result.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.definitions import forms
from indicator_engine.definitions.model import Expression
from indicator_engine.definitions.readings import check_keys, day, text
from indicator_engine.definitions.units import check_number, check_same_unit
from indicator_engine.definitions.wording import report_type
from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds, nodes
from indicator_engine.periods import shown

if TYPE_CHECKING:
    from datetime import date

    from indicator_engine.definitions.expressions import Expressions
    from indicator_engine.definitions.readings import County
    from indicator_engine.definitions.sources import Place
    from indicator_engine.language.kinds import Kind

Table = dict[str, Any]


@dataclass
class Judged:
    """What a target judges. `assumptions` collects what was not in the text."""

    county: County
    expressions: Expressions
    measure: Expression | None
    words: str = ""
    assumptions: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What the measure gives; unknown where it could not be read, so that nothing more is said about it."""
        return self.measure.node.kind if self.measure else kinds.UNKNOWN


def read_baseline(judged: Judged, place: Place, table: Table) -> tuple[Expression | None, date | None]:
    """The baseline of a target and its day, each where the target gives one."""
    there, given = place / "baseline", table.get("baseline")
    on = day(place / "baseline_date", table.get("baseline_date"))
    if isinstance(given, dict):
        check_keys(there, given, forms.BASELINE, "a baseline")
        on = on or day(there / "date", given.get("date"))
        if source := text(there / "source", given.get("source")) or text(there / "quote", given.get("quote")):
            judged.assumptions.append(f"the baseline is taken from: {source}")
        if "value" not in given and on is None:
            there.report("IE011", "a baseline needs `value`", "`baseline = { value = 40, date = 2009-03-31 }`")
        there, given = there / "value", given.get("value")
    if given is not None:
        return _value(judged, there, given), on
    return (_measure_on(judged, on) if on else None), on


def _value(judged: Judged, place: Place, given: object) -> Expression | None:
    if number := amounts.read(given):
        check_number(place, given, number, judged.kind)
        return Expression(str(given), nodes.Constant(number.value), place.path_in_pack)
    if not isinstance(given, str):
        report_type(place, "a number or an expression", given)
        return None
    found = judged.expressions.read(place, given)
    if found and found.node.kind.name not in ("number", "unknown"):
        hint = f"write how many there were: `at(period_start, count({given}))`"
        what = judged.expressions.words_for(found.node.kind)
        place.report("IE055", f"a baseline must be a number, and this is {what}",
                     hint if found.node.kind.name in ("set", "events") else "")  # fmt: skip
    elif found:
        check_same_unit(place, "the baseline", found.node.kind, judged.kind)
    return found


def _measure_on(judged: Judged, on: date) -> Expression | None:
    """The measure itself as it stood on a day."""
    if judged.measure is None:
        return None
    judged.assumptions.append(f"the baseline is the measure itself as it stood on {shown(on)}")
    node = nodes.At(nodes.Constant(on), judged.measure.node)
    return Expression(f'at(date("{on.isoformat()}"), {judged.measure.text})', node, judged.measure.path)


def read_since(judged: Judged, place: Place, given: object) -> Expression | None:
    """The date after which additional ones count."""
    if given is None:
        return None
    if not isinstance(given, str):
        found = day(place, given)
        return Expression(f'date("{found.isoformat()}")', nodes.Constant(found), place.path_in_pack) if found else None
    expression = judged.expressions.read(place, given)
    if expression and expression.node.kind.name not in ("date", "unknown"):
        what = judged.expressions.words_for(expression.node.kind)
        place.report("IE055", f"`since` must be a date, and this is {what}",
                     'write `since = 2009-04-01`, or a date such as `since = "target_set_on"`')  # fmt: skip
    return expression
