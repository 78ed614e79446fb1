"""From a query tree to plain English, through the labels of the pack.

Every operation has its words; what would be misheard where it stands is put in brackets. Conditions inside the brackets
of `S[...]` speak of "they" and "their", so that it is heard whose records are meant. Layout, capitals and full stops
are left to whoever shows the words; how phrases are put together is told in `phrases.py`, records and sets are said in
`says_selections.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import periods
from indicator_engine.language import nodes, says_selections
from indicator_engine.language.phrases import (
    TRUTH_VALUES,
    Here,
    Reach,
    Said,
    Speaker,
    clause,
    joined,
    listed,
    number_says,
    plain,
    put,
    reaching,
)
from indicator_engine.language.scopes import TOP, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.amounts import Unit
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema


def says(node: Node, schema: Schema) -> str:
    """A whole expression: "the number of Compact member organisations with a Skills Pledge stage in force"."""
    return Here(schema, SPEAKERS).said(node).words


def condition_says(node: Node, schema: Schema, scope: Scope = TOP) -> str:
    """A condition on its own, such as a population's: "kind is “member”". `scope` is where its names belong."""
    return Here(schema, SPEAKERS, scope, bare=True).said(node).words


# ── single values ────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMED_DATES = {
    "as_of": "the as-of date",
    "period_start": "the start of the period",
    "period_end": "the end of the period",
    "due": "the due date",
    "baseline_date": "the baseline date",
    "target_set_on": "the day the target was set",
}
_RECORD_DATES = {"occurred_on": "the day it occurred", "recorded_on": "the day it was recorded"}
_OPERATIONS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def _constant(node: nodes.Constant, _here: Here) -> Said:
    if isinstance(node.value, bool):
        return Said(str(node.value).lower())
    if isinstance(node.value, str):
        return Said(f"“{node.value}”")
    return Said(periods.shown(node.value) if isinstance(node.value, date) else number_says(node.value, "number"))


def _tbc(_node: nodes.Tbc, _here: Here) -> Said:
    return Said("a value still to be agreed (TBC)")


def _named_date(node: nodes.NamedDate, _here: Here) -> Said:
    return Said(_NAMED_DATES[node.name])


def _record_attribute(node: nodes.RecordAttribute, here: Here) -> Said:
    if node.name in _RECORD_DATES:
        return Said(_RECORD_DATES[node.name])
    return Said(here.attribute_label(node.name, here.scope.record or ()))


def _register_attribute(node: nodes.RegisterAttribute, here: Here) -> Said:
    label = here.column_label(node.name)
    return Said(label if here.bare else f"their {label}")


def _the_subject(_node: nodes.TheSubject, here: Here) -> Said:
    return Said(f"the {here.schema.subject.singular}")


def _arithmetic(node: nodes.Arithmetic, here: Here) -> Said:
    """Sums are heard from left to right; everything else nested is in brackets."""
    is_sum = node.operator in "+-"
    in_line = is_sum and isinstance(node.left, nodes.Arithmetic) and node.left.operator in "+-"
    unit: Unit = node.kind.unit if is_sum else "number"
    left = here.value(node.left, Reach.JOINED if in_line else Reach.NOUN, unit)
    right = here.value(node.right, Reach.NOUN, unit)
    return Said(f"{left} {_OPERATIONS[node.operator]} {right}", Reach.JOINED)


def _negative(node: nodes.Negative, here: Here) -> Said:
    return Said(f"minus {here.value(node.operand, Reach.NOUN)}", Reach.JOINED)


def _absolute(node: nodes.Absolute, here: Here) -> Said:
    return Said(f"the size, without its sign, of {here.value(node.operand, Reach.NOUN)}", Reach.MODIFIED)


def _clamp(node: nodes.Clamp, here: Here) -> Said:
    operand, limit = here.value(node.operand), here.value(node.limit, unit=node.operand.kind.unit)
    return Said(f"{operand}, but {plain(node.side)} {limit}", Reach.JOINED)


def _conditional(node: nodes.Conditional, here: Here) -> Said:
    then, otherwise = (_branch(side, here, node.kind.unit) for side in (node.then, node.otherwise))
    condition = put(here.said(node.condition), Reach.NOUN)
    return Said(f"{then} if {condition}, otherwise {otherwise}", Reach.JOINED)


def _coalesce(node: nodes.Coalesce, here: Here) -> Said:
    first, second = (_branch(side, here, node.kind.unit) for side in (node.first, node.second))
    return Said(f"{first}, or {second} where that is unknown", Reach.JOINED)


def _branch(node: Node, here: Here, unit: Unit) -> str:
    """One of two alternatives: a value, or a clause where they are truths."""
    return put(here.said(node), Reach.NOUN) if node.kind.name == "truth" else here.value(node, unit=unit)


def _elapsed(node: nodes.Elapsed, here: Here) -> Said:
    start, end = here.value(node.start, Reach.NOUN), here.value(node.end, Reach.NOUN)
    return Said(f"the number of {node.unit} from {start} to {end}", Reach.MODIFIED)


def _shifted(node: nodes.Shifted, here: Here) -> Said:
    day = here.value(node.date, Reach.NOUN)
    moves = [(getattr(node, unit), unit[:-1]) for unit in ("years", "months", "days") if getattr(node, unit)]
    lengths = [f"{abs(count)} {unit}{'s' * (abs(count) != 1)}" for count, unit in moves]
    if not moves:
        return Said(day, Reach.NOUN)
    if len({count > 0 for count, _ in moves}) == 1:
        return Said(f"{listed(lengths, 'and')} {'after' if moves[0][0] > 0 else 'before'} {day}", Reach.NOUN)
    ways = [f"{length} {'on' if count > 0 else 'back'}" for length, (count, _) in zip(lengths, moves, strict=True)]
    return Said(f"{day} moved {listed(ways, 'and')}", Reach.MODIFIED)


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────

_NUMBERS = {
    "==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least",
}  # fmt: skip
_DAYS = {"==": "on", "!=": "on", "<": "before", "<=": "on or before", ">": "after", ">=": "on or after"}
_MIRRORED: Mapping[str, nodes.Comparing] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_HAPPENED = {
    "occurred_on": ("it occurred", "it did not occur"),
    "recorded_on": ("it was recorded", "it was not recorded"),
}


def _comparison(node: nodes.Comparison, here: Here) -> Said:
    if isinstance(node.left, nodes.Constant) and not isinstance(node.right, nodes.Constant):
        node = nodes.Comparison(_MIRRORED[node.operator], node.right, node.left)
    left, right = node.left.kind, node.right.kind
    if "truth" in (left.name, right.name):
        return _same_truth(node, here)
    if isinstance(node.left, nodes.RecordAttribute) and node.left.name in _HAPPENED:
        return _happened(node, *_HAPPENED[node.left.name], here)
    verb = _NUMBERS[node.operator]
    if "date" in (left.name, right.name) and node.operator not in ("==", "!="):
        verb = f"is {_DAYS[node.operator]}"
    return clause(f"{here.value(node.left, unit=right.unit)} {verb}", _object(node.right, here, left.unit))


def _happened(node: nodes.Comparison, did: str, did_not: str, here: Here) -> Said:
    return clause(f"{did_not if node.operator == '!=' else did} {_DAYS[node.operator]}", here.said(node.right))


def _object(node: Node, here: Here, unit: Unit) -> Said:
    is_number = isinstance(node, nodes.Constant) and isinstance(node.value, Fraction)
    return Said(here.value(node, unit=unit)) if is_number else here.said(node)


def _same_truth(node: nodes.Comparison, here: Here) -> Said:
    """Truths are equal or not; one written out is simply said of the other."""
    equal = node.operator == "=="
    if isinstance(node.right, nodes.Constant) and not isinstance(node.left, nodes.Constant):
        verb = "is" if equal else "is not"
        return Said(f"{here.value(node.left)} {verb} {str(node.right.value).lower()}", Reach.NOUN)
    left, right = here.value(node.left, Reach.CLOSED), here.value(node.right, Reach.CLOSED)
    return Said(f"{left} is {'the same as' if equal else 'different from'} {right}", Reach.MODIFIED)


def _all_of(node: nodes.AllOf, here: Here) -> Said:
    return joined(node.terms, "and", here)


def _any_of(node: nodes.AnyOf, here: Here) -> Said:
    return joined(node.terms, "or", here)


def _not(node: nodes.Not, here: Here) -> Said:
    operand = node.operand
    match operand:
        case nodes.RecordAttribute() | nodes.RegisterAttribute():
            return Said(f"{here.value(operand)} is false", Reach.NOUN)
        case nodes.IsIn():
            return _is_in(operand, here, "not among")
        case nodes.IsOneOf():
            return _is_none_of(operand, here)
        case nodes.Holds():
            return _holds(operand, here, "does not include")
        case nodes.Exists():
            return says_selections.exists(operand, here, negated=True)
    return Said(f"not {put(here.said(operand), Reach.CLOSED)}", Reach.NOUN)


def _is_in(node: nodes.IsIn, here: Here, word: str = "among") -> Said:
    """Of the subject of a register row it is said in the plural, as everything there."""
    they = isinstance(node.item, nodes.TheSubject) and here.own and not here.scope.record
    subject = "they are" if they else f"{here.value(node.item)} is"
    return clause(f"{subject} {word}", here.said(node.members))


def _is_one_of(node: nodes.IsOneOf, here: Here) -> Said:
    values = _choices(node, here)
    return Said(f"{here.value(node.item)} is {'either ' * (len(values) > 1)}{listed(values, 'or')}", Reach.NOUN)


def _is_none_of(node: nodes.IsOneOf, here: Here) -> Said:
    values = _choices(node, here)
    verb = "is neither" if len(values) > 1 else "is not"
    return Said(f"{here.value(node.item)} {verb} {listed(values, 'nor')}", Reach.NOUN)


def _choices(node: nodes.IsOneOf, here: Here) -> list[str]:
    return [here.value(value, unit=node.item.kind.unit) for value in node.values] or ["any of none"]


def _holds(node: nodes.Holds, here: Here, verb: str = "includes") -> Said:
    return Said(f"{here.value(node.values)} {verb} {here.value(node.item)}", Reach.NOUN)


def _known(node: nodes.Known, here: Here) -> Said:
    return _is_it_known(node.operand, here, "is known", "it is known whether")


def _missing(node: nodes.Missing, here: Here) -> Said:
    return _is_it_known(node.operand, here, "is missing", "it is not known whether")


def _is_it_known(operand: Node, here: Here, of_value: str, of_clause: str) -> Said:
    if operand.kind.name == "truth" and not isinstance(operand, TRUTH_VALUES):
        return Said(f"{of_clause} {put(here.said(operand), Reach.CLOSED)}", Reach.NOUN)
    return Said(f"{here.value(operand)} {of_value}", Reach.NOUN)


def _definitely(node: nodes.Definitely, here: Here) -> Said:
    if isinstance(node.operand, nodes.RecordAttribute | nodes.RegisterAttribute):
        return Said(f"{here.value(node.operand)} is definitely true", Reach.NOUN)
    return Said(f"it is definitely so that {put(here.said(node.operand), Reach.CLOSED)}", Reach.NOUN)


# ── aggregates ───────────────────────────────────────────────────────────────────────────────────────────────────────

_AGGREGATES = {"sum": "total of", "mean": "mean of", "median": "median of", "min": "smallest", "max": "largest"}
_EXTREME_DAYS = {"min": "earliest", "max": "latest"}


def _count_records(node: nodes.CountRecords, here: Here) -> Said:
    return reaching("the number of", here.said(node.events))


def _count_members(node: nodes.CountMembers, here: Here) -> Said:
    return reaching("the number of", here.said(node.members))


def _aggregate(node: nodes.Aggregate, here: Here) -> Said:
    if node.kind.name != "date":
        return reaching(f"the {_AGGREGATES[node.function]}", here.said(node.values))
    extreme, values = _EXTREME_DAYS[node.function], node.values
    is_day = isinstance(values, nodes.Values) and values.attribute == "occurred_on"
    if isinstance(values, nodes.Values) and is_day and not here.own and says_selections.is_noun(values.events):
        return reaching(f"the day of the {extreme}", says_selections.noun(values.events, here))
    return reaching(f"the {extreme}", here.said(values))


def _ratio(node: nodes.Ratio, here: Here) -> Said:
    numerator, denominator = here.said(node.numerator), here.said(node.denominator)
    comma = "," if numerator.reach > Reach.NOUN else ""
    share = f"{put(numerator, Reach.OPEN)}{comma} as a share of {put(denominator, Reach.OPEN)}"
    return Said(share, Reach.JOINED)


def _deemed(node: nodes.Deemed, here: Here) -> Said:
    return Said(f"the deemed number of {here.population_label(node.population)}", Reach.NOUN)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _elsewhen(node: nodes.At | nodes.AsKnownOn | nodes.Previous, here: Here) -> Said:
    return _moved(node.operand, says_selections.moment(node, here), here)


def _overall(node: nodes.Overall, here: Here) -> Said:
    return _moved(node.operand, f"over all {here.schema.subject.plural}", replace(here, overall=True))


def _moved(operand: Node, words: str, here: Here) -> Said:
    """A clause is put in brackets, so that it is not only its last word that is moved."""
    at_most = Reach.CLOSED if operand.kind.name == "truth" else Reach.NOUN
    return Said(f"{put(here.said(operand), at_most)} {words}", Reach.MODIFIED)


def _change(node: nodes.Change, here: Here) -> Said:
    since = f"since {here.value(node.since, Reach.NOUN)}" if node.since else "over the period"
    return Said(f"the change in {here.value(node.operand, Reach.NOUN)} {since}", Reach.MODIFIED)


def _each(node: nodes.Each, here: Here) -> Said:
    since = f"starting with the {node.unit} of {here.value(node.since, Reach.OPEN)}, " if node.since else ""
    return Said(f"{since}the {node.unit}s in which {here.said(node.condition).words}", Reach.OPEN)


SPEAKERS: Mapping[type[Node], Speaker] = {
    nodes.Broken: lambda _node, _here: Said("something that could not be read"),
    nodes.Constant: _constant,
    nodes.Tbc: _tbc,
    nodes.NamedDate: _named_date,
    nodes.RecordAttribute: _record_attribute,
    nodes.RegisterAttribute: _register_attribute,
    nodes.TheSubject: _the_subject,
    nodes.Arithmetic: _arithmetic,
    nodes.Negative: _negative,
    nodes.Comparison: _comparison,
    nodes.AllOf: _all_of,
    nodes.AnyOf: _any_of,
    nodes.Not: _not,
    nodes.IsIn: _is_in,
    nodes.IsOneOf: _is_one_of,
    nodes.Holds: _holds,
    nodes.Conditional: _conditional,
    nodes.Known: _known,
    nodes.Missing: _missing,
    nodes.Definitely: _definitely,
    nodes.Coalesce: _coalesce,
    nodes.Absolute: _absolute,
    nodes.Clamp: _clamp,
    nodes.Elapsed: _elapsed,
    nodes.Shifted: _shifted,
    nodes.CountRecords: _count_records,
    nodes.CountMembers: _count_members,
    nodes.Aggregate: _aggregate,
    nodes.Ratio: _ratio,
    nodes.Deemed: _deemed,
    nodes.At: _elsewhen,
    nodes.AsKnownOn: _elsewhen,
    nodes.Previous: _elsewhen,
    nodes.Overall: _overall,
    nodes.Change: _change,
    nodes.Each: _each,
    **says_selections.SPEAKERS,
}
