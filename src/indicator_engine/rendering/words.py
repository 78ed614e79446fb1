"""The figures of one result in words: its value, target, deadline, what is lacking, how it moved, what its flags mean.

Every function gives a few words, or nothing where there is nothing to say. Texts of others go in as they are; the view
makes them visible.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import amounts, periods
from indicator_engine.amounts import QUANTITIES, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.definitions.model import Target
    from indicator_engine.evaluation.results import Result
    from indicator_engine.evaluation.values import Bound

# ── verdicts and flags ───────────────────────────────────────────────────────────────────────────────────────────────

_COUNTED = {
    "on_track": ("is on track", "are on track"),
    "behind": ("is behind", "are behind"),
    "not_yet_due": ("is not yet due", "are not yet due"),
    "missed": ("missed", "missed"),
    "met_then_lost": ("was met, then lost", "were met, then lost"),
    "monitored": ("is monitored", "are monitored"),
    "narrative": ("is narrative", "are narrative"),
    "no_target_yet": ("has no target yet", "have no target yet"),
    "not_set_yet": ("has a target not set yet", "have targets not set yet"),
    "not_established": ("is not established", "are not established"),
    "no_baseline": ("has no baseline", "have no baseline"),
    "no_data": ("has no data", "have no data"),
    "none_arose": ("had no case arise", "had no case arise"),
    "undecided": ("is undecided", "are undecided"),
}


def counted(verdict: str, count: int) -> str:
    """How many have a verdict, as a clause: `2 have no target yet`. Nothing for those that are met.

    >>> counted("no_target_yet", 2)
    '2 have no target yet'
    """
    forms = _COUNTED.get(verdict)
    return f"{count} {forms[count != 1]}" if forms else ""


_FLAGS = {
    "provisional": ("provisional", "the target is to be reviewed, or has not been ratified yet"),
    "to_be_reviewed": ("to be reviewed", "the document itself says that the target will be reviewed"),
    "review_overdue": ("review overdue", "the day on which the target was to be reviewed has passed"),
    "unratified": ("not ratified yet", "the target had been set by the as-of date, but not ratified"),
    "overdue_tbc": ("TBC overdue", "the day by which the target was to be agreed has passed"),
    "target_set": ("target set", "the target was TBC before and has been set since"),
    "target_revised": ("target revised", "another target was in force before this one"),
    "claimed": ("claimed", "recorded as delivered, but the evidence is not recorded: it does not count yet"),
    "inherited_due": ("inherited due date", "the indicator names no date, so the statement's own holds"),
    "inherited_comparator": ("inherited comparator", "the target is a bare number, read the way the statement says"),
    "deemed_differs": ("deemed ≠ registered", "a population is deemed to have another size than the register counts"),
    "restated": ("restated", "later recordings changed the figure since the last edition"),
}


QUIET = frozenset({"inherited_due", "inherited_comparator", "deemed_differs"})
"""Flags that only tell how the text was read; they need not stand beside a figure."""

MEANINGS = {
    "met": "the target is reached; a limit, or a duty that recurs, is met only at its deadline",
    "met_known_late": "it was reached in time, which was recorded only after the deadline",
    "on_track": "not due yet, and as far as its path asks by now; a limit or a recurring duty has been kept so far",
    "behind": "not due yet, and short of its path; or a limit is broken, or a recurring duty was missed once",
    "not_yet_due": "not reached, not due, and no path says how far it should be",
    "missed": "the deadline has come and the target is not reached",
    "met_then_lost": "reached on an earlier day of the period, and not on the day it is judged",
    "monitored": "there is no target: the figure and its movement are reported",
    "narrative": "told, never scored",
    "no_target_yet": "the target is TBC: the figure is reported, and nothing is judged",
    "not_set_yet": "on this day the target had not been set; the figure is reported",
    "not_established": "whoever is to be counted is fixed on a day that has not come, or has not been recorded",
    "no_baseline": "an increase or decrease, and nothing to measure it from",
    "no_data": "nothing is recorded of this kind, which is not the same as none",
    "none_arose": "no case arose that could be judged: neither met nor missed",
    "undecided": "what is not known could turn it either way; the bounds say how far",
}
"""What each verdict means, in a clause."""


def verdicts_and_flags() -> str:
    """The reference page of verdicts and flags, as Markdown."""
    lines = [
        "# Verdicts and flags",
        "",
        "*Generated from the program; do not edit.* A convention chooses the words and colours, never the verdict.",
        "",
        "| verdict | means |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in MEANINGS.items()),
        "",
        "| flag | shown as | means |",
        "|---|---|---|",
        *(f"| `{name}` | {short} | {text} |" for name, (short, text) in _FLAGS.items()),
        "",
        "Everything is judged on the earlier of the as-of date and the deadline. What happens later never turns missed",
        "into met; what is recorded later does, and the verdict says so.",
    ]
    return "\n".join(lines) + "\n"


def flag(name: str) -> str:
    """A flag in a few words."""
    return _FLAGS[name][0] if name in _FLAGS else name.replace("_", " ")


def meaning(name: str) -> str:
    """What a flag means, in a clause; nothing for a flag that is not the engine's own."""
    return _FLAGS[name][1] if name in _FLAGS else ""


def ordered(names: Iterable[str]) -> list[str]:
    """Flags in the order in which they are explained."""
    order = list(_FLAGS)
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


# ── the value ────────────────────────────────────────────────────────────────────────────────────────────────────────

_UNKNOWN = {
    "tbc": "TBC",
    "not established": "not established yet",
    "no baseline": "no baseline",
    "no data": "no data",
    "undecided": "undecided",
    "undefined": "nothing to divide by",
    "none arose": "none arose",
}


def value(result: Result) -> str:
    """The value: `17 of 20`, `52.9% (9 of 17)`, `delivered`, or why there is none."""
    if result.value is None:
        return ", ".join(_UNKNOWN.get(reason, reason) for reason in result.unknown)
    if isinstance(result.value, bool):
        return _truth(result)
    if result.kind == "compound":
        return f"{_whole(result.value)} of {len(result.parts)} parts"
    shown = amounts.shown(result.value, result.unit)
    if result.unit == "ratio" and result.numerator is not None and result.denominator is not None:
        return f"{shown} ({_whole(result.numerator)} of {_whole(result.denominator)})"
    return f"{shown} of {amounts.shown(goal, result.unit)}" if (goal := _goal_ahead(result)) is not None else shown


def _truth(result: Result) -> str:
    if not (result.target and result.target.delivered):
        return "yes" if result.value else "no"
    if result.value:
        return "delivered"
    return "claimed, no evidence" if "claimed" in result.flags else "not delivered"


def _goal_ahead(result: Result) -> Fraction | None:
    """The number a quantity still has to reach, or has just reached; None where `17 of 20` would mislead."""
    target = result.target
    if target is None or result.target_value is None or result.unit not in QUANTITIES or isinstance(result.value, bool):
        return None
    rises = target.relative == "additional" or (target.relative is None and target.comparator == "at_least")
    return result.target_value if rises and result.value is not None and result.value <= result.target_value else None


def bounds(result: Result) -> str:
    """What the value could still turn out to be: `between 17 and 20`; nothing when it is certain."""
    if not result.bounds or result.bounds[0] == result.bounds[1]:
        return ""
    low, high = (_bound(bound, result.unit) for bound in result.bounds)
    if low and high:
        return f"between {low} and {high}"
    return f"{low} or more" if low else f"{high} or less" if high else "could be anything"


def _bound(bound: Bound, unit: Unit) -> str:
    return "" if isinstance(bound, float) and math.isinf(bound) else amounts.shown(Fraction(bound), unit)


def _whole(number: Fraction) -> str:
    return amounts.shown(number)


# ── the target ───────────────────────────────────────────────────────────────────────────────────────────────────────

_COMPARATORS = {
    "at_least": "at least",
    "at_most": "at most",
    "exactly": "exactly",
    "more_than": "more than",
    "less_than": "less than",
}


def target(result: Result, require: int = 0) -> str:
    """The target: `at least 20`, `at least 50%: 9 of 17`, `TBC (owed by Steering Group by 30 September 2009)`.

    `require` is how many parts of a compound indicator must be met.
    """
    aimed = result.target
    if aimed is None:
        return _required(len(result.parts), require) if result.kind == "compound" else ""
    if aimed.tbc:
        return "TBC" + _owed(aimed)
    if aimed.delivered:
        done = "established" if _is_figure(result) else "delivered"
        return f"{done}, with evidence" if aimed.evidence else done
    return _movement(aimed, result) if aimed.relative else _comparison(aimed, result)


def _is_figure(result: Result) -> bool:
    """Whether what is to be delivered is a figure that is to be found out."""
    return result.unit != "number" or isinstance(result.value, Fraction)


def _required(parts: int, require: int) -> str:
    return (
        f"all {parts} parts met" if require >= parts else f"{require} of {parts} parts met" if require else "parts met"
    )


def _owed(aimed: Target) -> str:
    who = f" by {aimed.owed_by}" if aimed.owed_by else ""
    when = f" by {periods.shown(aimed.owed_on)}" if aimed.owed_on else ""
    return f" (owed{who}{when})" if who or when else ""


def _comparison(aimed: Target, result: Result) -> str:
    unit = _unit(aimed, result)
    if aimed.value is None:
        return ""
    if aimed.comparator == "between":
        upper = aimed.value if aimed.upper is None else aimed.upper
        return f"between {amounts.shown(aimed.value, unit)} and {amounts.shown(upper, unit)}"
    words = f"{_COMPARATORS[aimed.comparator]} {amounts.shown(aimed.value, unit)}"
    return words + _in_numbers(aimed, result)


def _in_numbers(aimed: Target, result: Result) -> str:
    """A share of a known whole as the whole number it comes to: `: 9 of 17`."""
    whole = result.denominator
    if result.unit != "ratio" or aimed.value is None or not whole or whole.denominator != 1:
        return ""
    exact = aimed.value * whole
    rounded = {
        "at_least": math.ceil(exact),
        "more_than": math.floor(exact) + 1,
        "at_most": math.floor(exact),
        "less_than": math.ceil(exact) - 1,
    }.get(aimed.comparator)
    return "" if rounded is None else f": {rounded:,} of {_whole(whole)}"


def _movement(aimed: Target, result: Result) -> str:
    amount = "" if aimed.value is None else amounts.shown(aimed.value, _unit(aimed, result))
    if aimed.relative == "additional":
        return f"{amount} additional"
    day = f" (on {periods.shown(aimed.baseline_date)})" if aimed.baseline_date else ""
    base = "" if result.baseline is None else amounts.shown(result.baseline, result.unit)
    if aimed.relative in ("increase", "decrease"):
        movement = "an increase" if aimed.relative == "increase" else "a decrease"
        return f"{movement} on {base}{day}" if base else movement + day
    direction = "more" if aimed.relative == "increase_by" else "less"
    reached = "" if result.target_value is None else f": {amounts.shown(result.target_value, result.unit)}"
    return f"{amount} {direction} than {base}{day}{reached}" if base else f"{amount} {direction}{day}"


def _unit(aimed: Target, result: Result) -> Unit:
    """The unit a target's number is shown in: a plain number takes the measure's, unless that is a share."""
    return result.unit if aimed.unit == "number" and result.unit not in ("ratio", "number") else aimed.unit


# ── time, and what is lacking ────────────────────────────────────────────────────────────────────────────────────────


def due(result: Result) -> str:
    """The deadline: the literal phrase and the day it means; whether it was inherited."""
    if not result.due:
        return ""
    day, phrase = periods.shown(result.due.day), result.due.phrase.strip()
    inherited = "inherited" if result.due.inherited else ""
    if not phrase or periods.day_from(phrase) == result.due.day:
        return f"{day} (inherited)" if inherited else day
    return f"{phrase} ({', '.join(filter(None, (day, inherited)))})"


def needed(result: Result) -> str:
    """What is still lacking: `3 more`."""
    if not result.needed:
        return ""
    if result.kind == "compound":
        return f"{_whole(result.needed)} more {'part' if result.needed == 1 else 'parts'}"
    if result.unit == "ratio":
        return f"{_whole(result.needed)} more" if result.numerator is not None else f"{_points(result.needed)} more"
    return f"{amounts.shown(result.needed, result.unit)} more"


def expected(result: Result) -> str:
    """Where the path says the value should be: `14 expected by 31 December 2009`."""
    if result.expected is None:
        return ""
    return f"{amounts.shown(result.expected, result.unit)} expected by {periods.shown(result.evaluated_on)}"


def trend(result: Result) -> str:
    """How the value moved: `up 2 since 31 December 2009`."""
    if not result.trend:
        return ""
    since = periods.shown(result.trend.since)
    if not result.trend.change:
        return f"unchanged since {since}"
    change = abs(result.trend.change)
    size = _points(change) if result.unit == "ratio" else amounts.shown(change, result.unit)
    return f"{result.trend.word} {size} since {since}"


def _points(share: Fraction) -> str:
    points = amounts.shown(share, "ratio").removesuffix("%")
    return f"{points} percentage {'point' if points == '1' else 'points'}"
