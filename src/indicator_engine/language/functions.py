"""The function table: name, parameters, result, meaning, English, example. The language has these and no others.

The table is data. Elaboration binds and checks arguments by it, `indicators functions` and the reference page print
it, did-you-mean searches it. `build` makes the node; parameters arrive under their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicator_engine.language.nodes import Node

Role = Literal[
    "events",  # a selection of records
    "values",  # one attribute over a selection
    "numbers",  # such a selection whose values are numbers
    "ordered",  # numbers or dates
    "countable",  # records or a set
    "share",  # a number or a set
    "number",
    "date",
    "truth",
    "any",  # a single value
    "anything",  # also a selection or a set
    "condition",  # a truth over each record of the first argument
    "key",  # attribute names of the first argument
    "unit",  # month, quarter or year
    "text",  # a text written out
    "whole",  # a whole number written out
    "population",
]


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, what it takes, whether it may be left out."""

    name: str
    role: Role
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.name}=…" if self.optional else self.name


@dataclass(frozen=True)
class Function:
    """One row of the table. `gives` and `meaning` are for people; `english` is how it is read aloud."""

    name: str
    parameters: tuple[Parameter, ...]
    gives: str
    meaning: str
    english: str
    example: str
    build: Callable[[Mapping[str, Any]], Node]
    group: str = "values"

    @property
    def signature(self) -> str:
        """`latest(events, by=…)`."""
        return f"{self.name}({', '.join(map(str, self.parameters))})"


def _p(name: str, role: Role | None = None, *, optional: bool = False) -> Parameter:
    return Parameter(name, role or name, optional)  # type: ignore[arg-type]  # a name that is its own role


def _aggregate(function: str, role: Role, meaning: str, english: str, example: str) -> Function:
    gives = "amount or date" if role == "ordered" else "amount"
    return Function(
        function, (_p("values", role),), gives, meaning, english, example,
        lambda a: nodes.Aggregate(function, a["values"]), "aggregates",  # type: ignore[arg-type]  # one of five names
    )  # fmt: skip


def _elapsed(unit: Literal["days", "months", "years"]) -> Function:
    gives = "days" if unit == "days" else "number"
    meaning = f"whole {unit} from the first date to the second"
    if unit != "days":
        meaning += "; counted from the earlier date, clamped at the month's end"
    return Function(
        unit, (_p("start", "date"), _p("end", "date")), gives, meaning, f"the {unit} from {{start}} to {{end}}",
        f"{unit}(period_start, as_of)", lambda a: nodes.Elapsed(unit, a["start"], a["end"]), "dates",
    )  # fmt: skip


def _clamp(side: Literal["at_least", "at_most"], words: str) -> Function:
    return Function(
        side, (_p("x", "number"), _p("y", "number")), "number", f"x, or y where x is {words}",
        f"{{x}}, but {side.replace('_', ' ')} {{y}}", f"{side}(count(members) - 10, {0 if side == 'at_least' else 50})",
        lambda a: nodes.Clamp(side, a["x"], a["y"]),
    )  # fmt: skip


SUBJECTS = "organisations"
"""The row of the function named by the subject's plural; a pack about patients writes `patients(...)`."""

TABLE: tuple[Function, ...] = (
    Function(
        SUBJECTS, (_p("events"),), "set", "the subjects with at least one record in the selection",
        "the {plural} with {events}", "organisations(pledge[stage >= 2])",
        lambda a: nodes.Subjects(a["events"]), "sets",
    ),
    Function(
        "distinct", (_p("values"),), "set", "the distinct known values of an attribute",
        "the distinct {values}", "distinct(training.participant)",
        lambda a: nodes.Distinct(a["values"]), "sets",
    ),
    Function(
        "count", (_p("x", "countable"),), "count", "how many records, or how many members of a set",
        "the number of {x}", "count(members & organisations(pledge))",
        lambda a: (nodes.CountRecords if a["x"].kind.name == "events" else nodes.CountMembers)(a["x"]), "aggregates",
    ),
    _aggregate("sum", "numbers", "total of the known values; unknown ones are counted and reported; nothing is 0",
               "the total of {values}", "sum(training.participants)"),
    _aggregate("mean", "numbers", "mean of the known values; nothing at all is unknown (no data)",
               "the mean of {values}", "mean(training.participants)"),
    _aggregate("median", "numbers", "middle of the known values, or the mean of the middle two",
               "the median of {values}", "median(training.participants)"),
    _aggregate("min", "ordered", "smallest or earliest known value", "the smallest of {values}",
               "min(training.occurred_on)"),
    _aggregate("max", "ordered", "largest or latest known value", "the largest of {values}",
               "max(training.participants)"),
    Function(
        "ratio", (_p("a", "share"), _p("b", "share")), "ratio",
        "a over b, exactly; sets are counted (a population with a deemed size counts as that size); b = 0 is unknown",
        "{a} as a share of {b}", "ratio(members & organisations(pledge), members)",
        lambda a: nodes.Ratio(a["a"], a["b"]), "aggregates",
    ),
    Function(
        "deemed", (_p("population"),), "count", "the number a population is deemed to have, whatever the register has",
        "the deemed number of {population}", "deemed(members)",
        lambda a: nodes.Deemed(a["population"].population), "aggregates",
    ),
    Function(
        "exists", (_p("events"),), "truth", "whether there is at least one record; inside S[...] of that subject",
        "there is {events}", 'exists(deliverable[item == "survey"])',
        lambda a: nodes.Exists(a["events"]), "aggregates",
    ),
    Function(
        "every", (_p("events"), _p("condition")), "truth",
        "true if there are records and all satisfy the condition; with no record at all: none arose, which is neither",
        "every {events} satisfies: {condition}", "members[every(tender[viable], code_included)]",
        lambda a: nodes.Every(a["events"], a["condition"]), "aggregates",
    ),
    Function(
        "latest", (_p("events"), _p("by", "key", optional=True)), "records",
        "for each subject (or each value of `by`) only its last record: by day, then by recording, then by id",
        "the latest {events}", "latest(headcount)",
        lambda a: nodes.Latest(a["events"], a.get("by", ())), "selections",
    ),
    Function(
        "first", (_p("events"), _p("by", "key", optional=True)), "records",
        "for each subject (or each value of `by`) only its first record",
        "the first {events}", "first(pledge)",
        lambda a: nodes.Latest(a["events"], a.get("by", ()), first=True), "selections",
    ),
    Function(
        "in_force", (_p("events"),), "records",
        "records that nothing has ended: no event of a type declared in `ended_by`, no `ends_on` date gone by",
        "{events} still in force", "organisations(in_force(pledge))",
        lambda a: nodes.InForce(a["events"]), "selections",
    ),
    Function(
        "in_period", (_p("events"),), "records", "records whose day lies in the period",
        "{events} in the period", "count(in_period(training))",
        lambda a: nodes.InPeriod(a["events"]), "selections",
    ),
    Function(
        "at", (_p("date"), _p("x", "anything")), "as x",
        "x as it stood at the end of that date; a date that has not come reads as the as-of date",
        "{x} as at {date}", "at(period_start, count(members))",
        lambda a: nodes.At(a["date"], a["x"]), "time",
    ),
    Function(
        "as_known_on", (_p("date"), _p("x", "anything")), "as x",
        "x from what had been recorded by the end of that date: what was recorded later does not reach it",
        "{x} as known on {date}", "as_known_on(period_end, count(members & organisations(pledge)))",
        lambda a: nodes.AsKnownOn(a["date"], a["x"]), "time",
    ),
    Function(
        "change", (_p("x", "number"), _p("since", "date", optional=True)), "as x",
        "x now minus x at the close of that date; without one, at the close of the day before the period",
        "the change in {x} since {since}", "change(count(in_force(scheme)))",
        lambda a: nodes.Change(a["x"], a.get("since")), "time",
    ),
    Function(
        "previous", (_p("x", "anything"),), "as x", "x at the same point of the previous period",
        "{x} at the same point of the previous period", "previous(count(in_period(training)))",
        lambda a: nodes.Previous(a["x"]), "time",
    ),
    Function(
        "each", (_p("unit"), _p("x", "truth"), _p("since", "date", optional=True)), "ratio",
        "in how many of the period's months, quarters or years that have ended x was true, from the one that contains "
        "`since`; a bare event type means the records of that bucket; latest, in_force and at look back further",
        "the {unit}s in which {x}", "each(quarter, exists(matrix_updated))",
        lambda a: nodes.Each(a["unit"], a["x"], a.get("since")), "time",
    ),
    Function(
        "overall", (_p("x", "anything"),), "as x", "x over all subjects: the way out of S[...]",
        "{x} overall", "members[count(training) >= overall(mean(survey.score))]",
        lambda a: nodes.Overall(a["x"]), "time",
    ),
    Function(
        "date", (_p("text"),), "date", "a day written year first", "{text}", 'date("2009-12-31")',
        lambda a: nodes.Constant(a["text"]), "dates",
    ),
    _elapsed("days"), _elapsed("months"), _elapsed("years"),
    Function(
        "shift",
        (_p("date"), _p("years", "whole", optional=True), _p("months", "whole", optional=True),
         _p("days", "whole", optional=True)),
        "date", "the date moved by whole years, months, days; clamped at the month's end, then the days",
        "{date} moved by {years} {months} {days}", "shift(period_start, years=2, days=-1)",
        lambda a: nodes.Shifted(a["date"], a.get("years", 0), a.get("months", 0), a.get("days", 0)), "dates",
    ),
    Function(
        "known", (_p("x", "any"),), "truth", "whether x is known; never unknown itself",
        "{x} is known", "deliverable[known(evidence)]", lambda a: nodes.Known(a["x"]),
    ),
    Function(
        "missing", (_p("x", "any"),), "truth", "whether x is missing; never unknown itself",
        "{x} is missing", "count(tender[missing(viable)])", lambda a: nodes.Missing(a["x"]),
    ),
    Function(
        "definitely", (_p("x", "truth"),), "truth",
        "true only where x is known to be true; an unknown one does not qualify, and is listed as undecided",
        "definitely {x}", "tender[definitely(viable)]", lambda a: nodes.Definitely(a["x"]),
    ),
    Function(
        "coalesce", (_p("x", "any"), _p("y", "any")), "as x", "x, or y where x is unknown",
        "{x}, or {y} where that is unknown", "sum(training[coalesce(participants, 0) >= 20].participants)",
        lambda a: nodes.Coalesce(a["x"], a["y"]),
    ),
    Function(
        "abs", (_p("x", "number"),), "number", "x without its sign", "the size of {x}",
        "abs(count(members) - deemed(members))", lambda a: nodes.Absolute(a["x"]),
    ),
    _clamp("at_least", "below it"), _clamp("at_most", "above it"),
)  # fmt: skip

BY_NAME: Mapping[str, Function] = {function.name: function for function in TABLE}


def named(name: str, plural: str) -> Function | None:
    """The function an author calls by that name in a pack whose subject has this plural."""
    if name == plural:
        return BY_NAME[SUBJECTS]
    return BY_NAME.get(name) if name != SUBJECTS else None


def names(plural: str) -> tuple[str, ...]:
    """Every function name of a pack whose subject has this plural."""
    return tuple(plural if function.name == SUBJECTS else function.name for function in TABLE)
