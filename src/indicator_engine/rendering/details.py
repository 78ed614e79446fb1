"""What stands behind one figure: why its status, where its target comes from, who counts, its course and its chart.

`detail_of` puts it into words and numbers; what is laid out of it, and how, is left to the outputs.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.evaluation.targets import LIMITS
from indicator_engine.frozen import dataclass
from indicator_engine.language import nodes
from indicator_engine.rendering import words
from indicator_engine.rendering.phrases import Phrases, phrases_of
from indicator_engine.rendering.plots import Multiples, Plot, Strip, multiples_of, plot_of, strip_of, table_of
from indicator_engine.rendering.sources import provenance
from indicator_engine.rendering.text import clean
from indicator_engine.rendering.versions import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.amounts import Unit
    from indicator_engine.definitions.model import Indicator
    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.language.nodes import Node

Group = tuple[str, tuple[str, ...]]
"""A reason, and those it holds for."""


@dataclass(frozen=True)
class Detail:
    """What stands behind one figure. Every text may be empty."""

    verdict: str
    kind: str
    direction: str
    """Which way is better, in words."""
    outcome: str
    message: str
    """What its chart says, in a sentence."""
    described: str
    """The chart for those who do not see it."""
    why: tuple[str, ...]
    source: tuple[str, ...]
    """Who set and ratified the target, and where it is written."""
    quote: str
    history: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    raised: tuple[str, ...]
    """The flags that tell more than how the text was read: those to show beside the figure."""
    counted: tuple[str, ...]
    """Those who count, by name."""
    left_out: tuple[Group, ...]
    not_arisen: tuple[str, ...]
    assumptions: tuple[str, ...]
    unit: Unit
    amount: Fraction | None
    goal: Fraction | None
    """What the amount is to reach, or not to pass; None for a range."""
    plot: Plot | None
    strip: Strip | None
    multiples: Multiples | None
    """The same figure by groups of the register."""
    numbers: tuple[tuple[str, str], ...]
    """The chart's numbers: day and figure."""


def detail_of(result: Result, results: Results, require: int = 0, above: str = "") -> Detail:
    """Everything behind a result; `require` of its parts must be met, `above` is whose part it is itself."""
    say, indicator = phrases_of(results.convention), _definition(result, results, above)
    name = f"{above}/{result.id}" if above else result.id
    points, told_then = results.series.get(name, ()), results.restated.get(name, ())
    period = results.statement.period
    plot = plot_of(result, indicator, points, period, results.convention.tolerance, told_then)
    target = result.target
    return Detail(
        verdict=result.verdict,
        kind=result.kind,
        direction=say(result.better) if result.better else "",
        outcome=clean(result.outcome),
        message=clean(_message(result, say)),
        described=_described(plot, result, say) if plot else "",
        why=tuple(map(clean, _why(result, results, require, _measure(result, results, above)))),
        source=tuple(provenance(target.provenance)) if target else (),
        quote=clean(target.provenance.quote) if target else "",
        history=tuple(_history(result, indicator, say)),
        flags=tuple((clean(words.flag(name, say)), words.meaning(name, say)) for name in result.flags),
        raised=tuple(clean(words.flag(name, say)) for name in result.flags if name not in words.QUIET),
        counted=tuple(_called(who, results.names) for who in result.who),
        left_out=tuple(_grouped(result.why_not, results.names)),
        not_arisen=tuple(_called(who, results.names) for who in result.none_arose),
        assumptions=tuple(map(clean, result.assumptions)),
        unit=result.unit,
        amount=result.value if isinstance(result.value, Fraction) else None,
        goal=None if target and target.upper is not None else result.target_value,
        plot=plot,
        strip=strip_of(result, points, period),
        multiples=multiples_of(results.groups, name, result, say),
        numbers=table_of(points, result, say, told_then),
    )


def _definition(result: Result, results: Results, above: str) -> Indicator | None:
    """What the pack says of it; None for a stage of an indicator, and where the pack does not have it."""
    whole = next((one for _, one in results.statement.indicators() if one.id == (above or result.id)), None)
    if whole is None or not above:
        return whole
    return next((part for part in whole.parts if part.id == result.id), None)


def behind_by(result: Result) -> Fraction | None:
    """The share of the path's value that is lacking; None where there is no path to be behind of."""
    if result.expected is None or isinstance(result.value, bool) or result.value is None:
        return None
    lacking = result.expected - result.value
    if result.better == "lower":
        lacking = -lacking
    return lacking / abs(result.expected) if result.expected else Fraction(lacking > 0)


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _called(subject: str, names: Mapping[str, str]) -> str:
    return clean(names.get(subject, subject))


def _grouped(why_not: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Group]:
    """Those left out by their reason, in the order in which the reasons first come."""
    found: dict[str, list[str]] = {}
    for who, reason in why_not.items():
        found.setdefault(reason, []).append(who)
    for reason, those in found.items():
        yield clean(reason), tuple(_called(who, names) for who in those)


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _why(result: Result, results: Results, require: int, measure: Node | None) -> Iterator[str]:
    """The verdict's meaning, then the numbers it rests on, a sentence each."""
    say = phrases_of(results.convention)
    status = results.convention.status(result.verdict).word
    if result.verdict in words.MEANINGS:
        yield say("why_means", status=status, meaning=words.meaning_on(result.verdict, _ground(result, measure), say))
    if result.value is not None and result.expression:
        yield say("why_value", day=say.day(result.evaluated_on), value=words.value(result, say))
    if bounds := words.bounds(result, say):
        anything = bounds == say("bounds_none")
        yield say("why_could_be_anything") if anything else say("why_could_be", bounds=bounds)
    if target := words.target(result, require, say):
        yield say("why_target", target=target)
    if result.target and (due := words.due(result, say)):
        yield say("why_due", due=due)
    yield from _why_off_the_path(result, results, say)


def _measure(result: Result, results: Results, above: str) -> Node | None:
    """What is measured, as the pack says it; a stage measures what its indicator does."""
    found = _definition(result, results, above) or _definition(replace(result, id=above), results, "")
    return found.measure.node if found and found.measure else None


def _ground(result: Result, measure: Node | None) -> words.Ground:
    """What a verdict before the deadline rests on, as `evaluation/answer.py` decides it."""
    if result.kind == "compound":
        return "parts"
    if measure and any(isinstance(node, nodes.Each) for node in nodes.walk(measure)):
        return "duty"
    target = result.target
    limit = target and target.relative is None and target.comparator in LIMITS and not target.delivered
    return "limit" if limit else "path"


def _why_off_the_path(result: Result, results: Results, say: Phrases) -> Iterator[str]:
    if expected := words.expected(result, say):
        yield say("why_expected", expected=expected)
    lacking = behind_by(result)
    if result.verdict == "behind" and lacking is not None and results.convention.tolerance:
        shares = {"share": lacking, "tolerance": results.convention.tolerance}
        yield say("why_tolerance", **{name: amounts.shown(value, "ratio") for name, value in shares.items()})
    if needed := words.needed(result, say):
        yield say("why_needed", needed=needed)


def _history(result: Result, indicator: Indicator | None, say: Phrases) -> Iterator[str]:
    """Each version of the target up to the one in force, where there is more than one."""
    if indicator is None or result.target_version < 2:
        return
    stage = next((one for one in indicator.stages if result.target in one), ())
    for number, version in enumerate(stage[: result.target_version], 1):
        yield say("version", number=number, told="; ".join(told(version, indicator)))


# ── the chart in words ───────────────────────────────────────────────────────────────────────────────────────────────

_REACHED = ("met", "met_known_late")


def _message(result: Result, say: Phrases) -> str:
    """What the chart says: what is reached, what is lacking, or how the figure moved."""
    value, needed = words.value(result, say), words.needed(result, say)
    due = say.day(result.due.day) if result.due else ""
    if result.verdict in _REACHED:
        return say("message_reached", value=value)
    over = result.due is not None and result.evaluated_on >= result.due.day
    if result.verdict in ("missed", "met_then_lost") and needed and over:
        return say.plural("message_missed", words.needed_count(result), value=value, needed=needed, day=due)
    if result.expected is not None and result.verdict in ("behind", "on_track"):
        return say("message_path", value=value, expected=words.expected(result, say))
    if needed and result.target and due:
        return say("message_short_by", value=value, needed=needed, day=due)
    trend = words.trend(result, say)
    return say("message_trend", value=value, trend=trend) if trend else value


def _described(plot: Plot, result: Result, say: Phrases) -> str:
    first, last = plot.points[0], plot.points[-1]
    shown = [f"{amounts.shown(value, plot.unit)} ({say.day(day)})" for day, value in (first, last)]
    sentences = [say("chart_described", count=len(plot.points), first=shown[0], last=shown[1])]
    if plot.goals:
        sentences.append(say("chart_described_target", target=clean(words.target(result, say=say))))
    if plot.path:
        sentences.append(say("chart_described_path"))
    sentences += [say("chart_described_revised", day=say.day(step.start)) for step in plot.revised]
    now = dict(plot.points)
    for day, before in plot.restated:
        figures = {name: amounts.shown(value, plot.unit) for name, value in (("before", before), ("value", now[day]))}
        sentences.append(say("chart_described_restated", day=say.day(day), **figures))
    if plot.due:
        sentences.append(say("chart_described_due", day=say.day(plot.due)))
    return " ".join(sentences)
