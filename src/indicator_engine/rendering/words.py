"""The figures of one result in words: its value, target, deadline, what is lacking, how it moved, what its flags mean.

Every function gives a few words, or nothing where there is nothing to say; `say` holds the county's phrases, English
without it. Texts of others go in as they are; the view makes them visible.
"""

from __future__ import annotations

import math
from datetime import datetime, time
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from indicator_engine import amounts, periods
from indicator_engine.amounts import QUANTITIES, Unit
from indicator_engine.rendering.phrases import ENGLISH, IN_ENGLISH, Phrases
from indicator_engine.rendering.text import clean
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicator_engine.definitions.model import Target
    from indicator_engine.evaluation.results import Provenances, Result
    from indicator_engine.evaluation.values import Bound

# ── verdicts and flags ───────────────────────────────────────────────────────────────────────────────────────────────


def counted(verdict: str, count: int, say: Phrases = IN_ENGLISH) -> str:
    """How many have a verdict, as a clause: `2 have no target yet`. Nothing for those that are met.

    >>> counted("no_target_yet", 2)
    '2 have no target yet'
    """
    key = f"counted_{verdict}"
    return say.plural(key, count) if key in ENGLISH and verdict != "met" else ""


QUIET = frozenset({"inherited_due", "inherited_comparator", "deemed_differs"})
"""Flags that only tell how the text was read; they need not stand beside a figure."""

FLAGS = tuple(key.removeprefix("flag_") for key in ENGLISH if key.startswith("flag_") and not key.endswith("_means"))
"""The engine's own flags, in the order in which they are explained."""

MEANINGS = {key.removeprefix("means_"): text for key, text in ENGLISH.items() if key.startswith("means_")}
"""What each verdict means, in a clause, in English."""


def meaning_of(verdict: str, say: Phrases = IN_ENGLISH) -> str:
    """What a verdict means, in a clause; nothing for one that is not the engine's own."""
    return say(f"means_{verdict}") if verdict in MEANINGS else ""


Ground = Literal["path", "limit", "duty", "parts"]
"""What a verdict rests on that can rest on several things: how far its path asks, a limit, a duty that recurs."""


def meaning_on(verdict: str, ground: Ground, say: Phrases = IN_ENGLISH) -> str:
    """What a verdict means on one of its grounds; on any of them where a county has words for that only."""
    key = f"ground_{verdict}_{ground}"
    own_words = f"means_{verdict}" in say.own and key not in say.own
    return say(key) if key in ENGLISH and not own_words else meaning_of(verdict, say)


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
        *(f"| `{name}` | {flag(name)} | {meaning(name)} |" for name in FLAGS),
        "",
        "Everything is judged on the earlier of the as-of date and the deadline. What happens later never turns missed",
        "into met; what is recorded later does, and the verdict says so.",
    ]
    return "\n".join(lines) + "\n"


def flag(name: str, say: Phrases = IN_ENGLISH) -> str:
    """A flag in a few words."""
    return say(f"flag_{name}") if name in FLAGS else name.replace("_", " ")


def meaning(name: str, say: Phrases = IN_ENGLISH) -> str:
    """What a flag means, in a clause; nothing for a flag that is not the engine's own."""
    return say(f"flag_{name}_means") if name in FLAGS else ""


def ordered(names: Iterable[str]) -> list[str]:
    """Flags in the order in which they are explained."""
    return sorted(names, key=lambda name: (FLAGS.index(name) if name in FLAGS else len(FLAGS), name))


# ── the value ────────────────────────────────────────────────────────────────────────────────────────────────────────


def value(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """The value: `17 of 20`, `52.9% (9 of 17)`, `delivered`, or why there is none."""
    if result.value is None:
        return ", ".join(_unknown(reason, say) for reason in result.unknown)
    if isinstance(result.value, bool):
        return _truth(result, say)
    if result.kind == "compound":
        return say("value_parts", value=_whole(result.value), count=len(result.parts))
    shown = amounts.shown(result.value, result.unit)
    if result.unit == "ratio" and result.numerator is not None and result.denominator is not None:
        return say("value_share", value=shown, part=_whole(result.numerator), whole=_whole(result.denominator))
    goal = _goal_ahead(result)
    return shown if goal is None else say("value_of", value=shown, whole=amounts.shown(goal, result.unit))


def _unknown(reason: str, say: Phrases) -> str:
    key = f"unknown_{reason.replace(' ', '_')}"
    return say(key) if key in ENGLISH else reason


def _truth(result: Result, say: Phrases) -> str:
    if not (result.target and result.target.delivered):
        return say("yes" if result.value else "no")
    if result.value:
        return say("delivered")
    return say("claimed" if "claimed" in result.flags else "not_delivered")


def _goal_ahead(result: Result) -> Fraction | None:
    """The number a quantity still has to reach, or has just reached; None where `17 of 20` would mislead."""
    target = result.target
    if target is None or result.target_value is None or result.unit not in QUANTITIES or isinstance(result.value, bool):
        return None
    rises = target.relative == "additional" or (target.relative is None and target.comparator == "at_least")
    return result.target_value if rises and result.value is not None and result.value <= result.target_value else None


def bounds(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """What the value could still turn out to be: `between 17 and 20`; nothing when it is certain."""
    if not result.bounds or result.bounds[0] == result.bounds[1]:
        return ""
    low, high = (_bound(bound, result.unit) for bound in result.bounds)
    if low and high:
        return say("bounds_between", low=low, high=high)
    return say("bounds_low", low=low) if low else say("bounds_high", high=high) if high else say("bounds_none")


def _bound(bound: Bound, unit: Unit) -> str:
    return "" if isinstance(bound, float) and math.isinf(bound) else amounts.shown(Fraction(bound), unit)


def _whole(number: Fraction) -> str:
    return amounts.shown(number)


# ── the target ───────────────────────────────────────────────────────────────────────────────────────────────────────


def target(result: Result, require: int = 0, say: Phrases = IN_ENGLISH) -> str:
    """The target: `at least 20`, `at least 50%: 9 of 17`, `TBC (owed by Steering Group by 30 September 2009)`.

    `require` is how many parts of a compound indicator must be met.
    """
    aimed = result.target
    if aimed is None:
        return _required(len(result.parts), require, say) if result.kind == "compound" else ""
    if aimed.tbc:
        return _owed(aimed, say)
    if aimed.delivered:
        done = say("established" if _is_figure(result) else "delivered")
        return say("with_evidence", target=done) if aimed.evidence else done
    return _movement(aimed, result, say) if aimed.relative else _comparison(aimed, result, say)


def _is_figure(result: Result) -> bool:
    """Whether what is to be delivered is a figure that is to be found out."""
    return result.unit != "number" or isinstance(result.value, Fraction)


def _required(parts: int, require: int, say: Phrases) -> str:
    if require >= parts:
        return say("all_parts", count=parts)
    return say("some_parts", required=require, count=parts) if require else say("any_parts")


def _owed(aimed: Target, say: Phrases) -> str:
    key = "tbc" + ("_owed" if aimed.owed_by or aimed.owed_on else "")
    key += ("_by" if aimed.owed_by else "") + ("_on" if aimed.owed_on else "")
    return say(key, who=aimed.owed_by, day=say.day(aimed.owed_on) if aimed.owed_on else "")


def _comparison(aimed: Target, result: Result, say: Phrases) -> str:
    unit = _unit(aimed, result)
    if aimed.value is None:
        return ""
    shown = amounts.shown(aimed.value, unit)
    if aimed.comparator == "between":
        upper = aimed.value if aimed.upper is None else aimed.upper
        return say("between", value=shown, upper=amounts.shown(upper, unit))
    return _in_numbers(say(aimed.comparator, value=shown), aimed, result, say)


def _in_numbers(told: str, aimed: Target, result: Result, say: Phrases) -> str:
    """A share of a known whole, with the whole number that it comes to: `: 9 of 17`."""
    whole = result.denominator
    if result.unit != "ratio" or aimed.value is None or not whole or whole.denominator != 1:
        return told
    exact = aimed.value * whole
    rounded = {
        "at_least": math.ceil(exact),
        "more_than": math.floor(exact) + 1,
        "at_most": math.floor(exact),
        "less_than": math.ceil(exact) - 1,
    }.get(aimed.comparator)
    return told if rounded is None else say("in_numbers", target=told, part=f"{rounded:,}", whole=_whole(whole))


def _movement(aimed: Target, result: Result, say: Phrases) -> str:
    amount = "" if aimed.value is None else amounts.shown(aimed.value, _unit(aimed, result))
    if aimed.relative == "additional":
        return say("additional", value=amount)
    base = "" if result.baseline is None else amounts.shown(result.baseline, result.unit)
    if aimed.relative in ("increase", "decrease"):
        movement = say(aimed.relative)
        told = say("movement_on", movement=movement, base=base) if base else movement
    else:
        way = "more" if aimed.relative == "increase_by" else "less"
        told = say(f"{way}_than_base", value=amount, base=base) if base else say(f"{way}_by", value=amount)
    if aimed.baseline_date:
        told = say("movement_day", movement=told, day=say.day(aimed.baseline_date))
    if aimed.relative in ("increase", "decrease") or not base or result.target_value is None:
        return told
    return say("comes_to", target=told, value=amounts.shown(result.target_value, result.unit))


def _unit(aimed: Target, result: Result) -> Unit:
    """The unit a target's number is shown in: a plain number takes the measure's, unless that is a share."""
    return result.unit if aimed.unit == "number" and result.unit not in ("ratio", "number") else aimed.unit


def known(known_at: datetime | None, say: Phrases = IN_ENGLISH) -> str:
    """From what had been recorded by when."""
    if known_at is None or known_at == FOREVER:  # the store's word for "everything"
        return say("known_all")
    day = say.day(known_at.date())
    ends = known_at.time() >= time(23, 59, 59)
    return say("known_day", day=day) if ends else say("known_time", day=day, time=f"{known_at:%H:%M}")


def rests_on(found: Provenances) -> tuple[tuple[str, str], ...]:
    """What answers rest on, each with its name; what there is not is left out."""
    plugins = ", ".join(f"{name} {version}".strip() for name, version in found.plugins)
    store = "" if found.store_import is None else f"import {found.store_import} {found.ledger}".strip()
    pairs = (
        ("pack", found.pack), ("data", found.data), ("store", store), ("engine", found.engine), ("plugins", plugins),
    )  # fmt: skip
    return tuple((name, clean(value)) for name, value in pairs if value)


# ── time, and what is lacking ────────────────────────────────────────────────────────────────────────────────────────


def due(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """The deadline: the literal phrase and the day it means; whether it was inherited."""
    if not result.due:
        return ""
    day, phrase = say.day(result.due.day), result.due.phrase.strip()
    if not phrase or periods.day_from(phrase) == result.due.day:
        return say("inherited", day=day) if result.due.inherited else day
    return say("due_read_inherited" if result.due.inherited else "due_read", phrase=phrase, day=day)


def needed(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """What is still lacking: `3 more`."""
    if not result.needed:
        return ""
    if result.kind == "compound":
        return say.plural("needed_parts", result.needed, value=_whole(result.needed))
    share = result.unit == "ratio"
    if share and result.numerator is None:
        return say("needed_more", value=_points(result.needed, say))
    return say("needed_more", value=_whole(result.needed) if share else amounts.shown(result.needed, result.unit))


def needed_count(result: Result) -> Fraction | None:
    """How many things are lacking, as `needed` tells them: parts, subjects, points of a share."""
    if result.needed is None:
        return None
    return result.needed * 100 if result.unit == "ratio" and result.numerator is None else result.needed


def expected(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """Where the path says the value should be: `14 expected by 31 December 2009`."""
    if result.expected is None:
        return ""
    return say("expected", value=amounts.shown(result.expected, result.unit), day=say.day(result.evaluated_on))


def trend(result: Result, say: Phrases = IN_ENGLISH) -> str:
    """How the value moved: `up 2 since 31 December 2009`."""
    if not result.trend:
        return ""
    since = say.day(result.trend.since)
    if not result.trend.change:
        return say("unchanged", day=since)
    change = abs(result.trend.change)
    size = _points(change, say) if result.unit == "ratio" else amounts.shown(change, result.unit)
    return say("up" if result.trend.change > 0 else "down", value=size, day=since)


def movement(change: Fraction, unit: Unit, say: Phrases = IN_ENGLISH) -> str:
    """A change with its sign: `+3`, `−5 percentage points`."""
    size = _points(abs(change), say) if unit == "ratio" else amounts.shown(abs(change), unit)
    return f"{'−' if change < 0 else '+'}{size}"


def _points(share: Fraction, say: Phrases) -> str:
    points = amounts.shown(share, "ratio").removesuffix("%")
    return say.plural("points", 1 if points == "1" else 2, value=points)
