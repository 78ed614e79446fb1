"""What the dashboard shows beside the view of results: filters, groups, changes, steps of a calculation, gauges."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from indicator_engine import amounts
from indicator_engine.builtin.output_openmetrics import render as openmetrics
from indicator_engine.evaluation.tree import told as told_value
from indicator_engine.frozen import dataclass
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.rendering import words
from indicator_engine.rendering.differences import named
from indicator_engine.rendering.phrases import ENGLISH, phrases_of
from indicator_engine.rendering.text import clean
from indicator_engine.rendering.view import Tally, status_of, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indicator_engine.conventions import Status
    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.differences import Cause, Difference, Differences
    from indicator_engine.evaluation.explaining import Explanation
    from indicator_engine.evaluation.figures import Figure, Figures
    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.evaluation.tree import Step
    from indicator_engine.rendering.view import Line

OUTCOMES = {
    "counted": "Counted", "not_counted": "Not counted", "undecided": "Not decided yet", "none_arose": "None arose",
}  # fmt: skip


# ── the overview ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Board:
    """The filters of the overview: what there is to choose, what is chosen, and how many are shown of all."""

    tally: Tally
    priorities: tuple[tuple[str, str], ...]
    aims: tuple[tuple[str, str], ...]
    chosen: Mapping[str, tuple[str, ...]]
    shown: int
    total: int

    @property
    def is_filtered(self) -> bool:
        """Whether anything is chosen."""
        return any(self.chosen.values())


def board_of(everything: Results, shown: Results, wanted: Mapping[str, tuple[str, ...]]) -> Board:
    """The filters over some results."""
    statement = everything.statement
    return Board(
        tally(everything, everything),
        tuple((one.id, clean(f"{one.number} {one.title}".strip())) for one in statement.priorities),
        tuple((one.id, clean(f"{one.id} {one.text}".strip())) for one in statement.aims),
        wanted,
        len(shown),
        len(everything),
    )


def refuse_unknown(wanted: Mapping[str, tuple[str, ...]], results: Results) -> None:
    """Raise IndicatorEngineError for a priority, verdict or aim that there is not."""
    from indicator_engine.conventions import VERDICTS
    from indicator_engine.rendering.audience import WITHHELD

    statement = results.statement
    known: dict[str, set[str]] = {
        "priority": {one.id for one in statement.priorities},
        "verdict": {*VERDICTS, WITHHELD},
        "aim": {one.id for one in statement.aims},
    }
    for name, values in wanted.items():
        for value in values:
            if value not in known[name]:
                hint = did_you_mean(value, known[name])
                raise IndicatorEngineError(f"there is no {name} `{clean(value)[:80]}`" + (f"; {hint}" if hint else ""))


def neighbours(statement: Statement, indicator: str) -> tuple[str, str]:
    """The indicators before and after one; "" where there is none."""
    ids = [one.id for _, one in statement.indicators()]
    at = ids.index(indicator)
    return ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else ""


# ── figures by groups ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class GroupLine:
    """A group: its name, its figure on each day in words, its length as a bar in hundredths, and its course."""

    name: str
    cells: tuple[str, ...]
    width: str
    line: str
    end: tuple[str, str] | None


@dataclass(frozen=True)
class Groups:
    """The figures of one indicator (or part) by groups."""

    id: str
    days: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    nothing: tuple[str, ...]
    """Groups in which there is nothing on any day, where they are many."""
    remark: str


def groups_of(found: Figures, results: Results) -> tuple[Groups, ...]:
    """A table for the indicator, and one for each part."""
    remarks = dict(found.remarks)
    return tuple(
        _groups(name, found, results, remarks.get(name, ""))
        for name in dict.fromkeys(o.indicator for o in found.figures)
    )


def _groups(name: str, found: Figures, results: Results, remark: str) -> Groups:
    say = phrases_of(results.convention)
    cells = {(one.group, one.day): one for one in found.figures if one.indicator == name}
    unit = results[name].unit
    groups = [None, *found.groups]
    numbers = [
        abs(one.value) for (group, _), one in cells.items() if isinstance(one.value, Fraction) and group is not None
    ]
    most = Fraction(1) if unit == "ratio" else max(numbers, default=Fraction(0))
    lines = []
    for group in groups:
        row = [cells[group, day] for day in found.days]
        label = "All" if group is None else " / ".join(_group_name(value, say) for value in group)
        line, end = _course(row, max([most, *numbers, Fraction(1, 1000)]))
        lines.append(
            GroupLine(label, tuple(_cell(one, unit, say) for one in row), _width(row[-1], most, group), line, end)
        )
    blank = [one for one in lines[1:] if unit != "ratio" and set(one.cells) == {"0"}]
    blank = blank if len(blank) > FEW else []
    return Groups(
        name, tuple(say.day(day) for day in found.days), tuple(one for one in lines if one not in blank),
        tuple(one.name for one in blank), remark,
    )  # fmt: skip


FEW = 4
"""So many groups with nothing in them are lines of their own."""


def without_names(line: Line) -> Line:
    """A line, and its parts, without who counted and who did not: they have a page of their own."""
    detail = replace(line.detail, counted=(), left_out=(), not_arisen=())
    return replace(line, detail=detail, undecided=(), listed=(), parts=tuple(map(without_names, line.parts)))


def counts_in(line: Line) -> str:
    """How many counted and how many did not, in a sentence; nothing where that is not known here."""
    told = {
        "counted": len(line.who), "did not": len(line.why_not), "not decided yet": len(line.undecided),
        "for whom none arose": len(line.none_arose),
    }  # fmt: skip
    return ", ".join(f"{count} {word}" for word, count in told.items() if count)


def _group_name(value: Any, say: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return str(say("yes") if value else say("no"))
    return clean(str(value)) or "blank"


def _cell(one: Figure, unit: Any, say: Any) -> str:
    if one.value is None:
        return "; ".join(_reason(reason, say) for reason in one.unknown) or "–"
    if isinstance(one.value, bool):
        return str(say("yes") if one.value else say("no"))
    return amounts.shown(one.value, unit)


def _reason(reason: str, say: Any) -> str:
    key = f"unknown_{reason.replace(' ', '_')}"
    return str(say(key)) if key in ENGLISH else reason


def _width(one: Figure, most: Fraction, group: Any) -> str:
    if not isinstance(one.value, Fraction) or group is None or most <= 0 or one.value < 0:
        return ""
    return f"{float(one.value / most) * 100:.1f}"


def _course(row: Sequence[Figure], most: Fraction) -> tuple[str, tuple[str, str] | None]:
    """Points of a small line, 120 by 32, on a scale that all groups share; nothing for a single day."""
    known = [(at, one.value) for at, one in enumerate(row) if isinstance(one.value, Fraction)]
    if len(known) < 2:
        return "", None
    places = [
        (f"{3 + 112 * at / max(len(row) - 1, 1):.1f}", f"{28 - 23 * min(float(value / most), 1.0):.1f}")
        for at, value in known
    ]
    return " ".join(f"{x},{y}" for x, y in places), places[-1]


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """How one indicator (or part) moved between two days."""

    id: str
    name: str
    before: str
    after: str
    status_before: tuple[str, Status] | None
    status_after: tuple[str, Status] | None
    change: str
    parts: tuple[tuple[str, str], ...]
    turns: tuple[str, ...]

    @property
    def indicator(self) -> str:
        """The indicator without its part."""
        return self.id.partition("/")[0]


def changes_of(found: Differences, before: Results, after: Results) -> tuple[Change, ...]:
    """A row for each indicator in which anything happened, in the order of the document."""
    return tuple(_change(one, before, after) for one in found if one.steps or one.has_moved)


def _change(one: Difference, before: Results, after: Results) -> Change:
    result = one.after_result or one.before_result
    say = phrases_of(after.convention)
    unit = result.unit if result else "number"
    return Change(
        clean(one.id),
        clean(result.label or result.statement or one.id) if result else one.id,
        _said(one.before_result, say),
        _said(one.after_result, say),
        _status(one.before_result, before),
        _status(one.after_result, after),
        words.movement(one.change, unit, say) if one.change else "",
        tuple((named(cause), words.movement(part, unit, say)) for cause, part in one.parts.items()),
        tuple(dict.fromkeys(named(step.cause) for step in one.turns)),
    )


def _said(result: Result | None, say: Any) -> str:
    return clean(words.value(result, say)) if result else "not in the pack"


def _status(result: Result | None, results: Results) -> tuple[str, Status] | None:
    return (result.verdict, status_of(result.verdict, results)) if result else None


def cause(name: Cause) -> str:
    """A cause in words."""
    return named(name)


# ── a calculation ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Node:
    """A step of a calculation in words, with its value and the steps it rests on."""

    says: str
    text: str
    value: str
    dropped: str
    steps: tuple[Node, ...]


def trees_of(found: Explanation) -> list[tuple[str, Node, str]]:
    """The calculation of an indicator, or of each part of it, and what it cost."""
    return [
        (
            clean(one.id),
            _node(one.step),
            f"{one.cost.nodes} steps; records read: "
            + (", ".join(f"{count:,} of {clean(name)}" for name, count in one.cost.records) or "none"),
        )
        for one in found.calculations
    ]


def _node(step: Step) -> Node:
    dropped = f"{step.dropped} dropped" if step.dropped else ""
    words, expression = (clean(step.led_in + one) for one in (step.says, step.text))
    return Node(words, expression, clean(told_value(step.value)), dropped, tuple(map(_node, step.steps)))


# ── gauges ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def gauges(results: Iterable[Results]) -> bytes:
    """Results of several statements as OpenMetrics, each family of samples once, without the mark of the end."""
    families: dict[str, tuple[list[str], list[str]]] = {}
    for one in results:
        family = ""
        for line in openmetrics(one, Page()).decode().splitlines():
            if line == "# EOF":
                continue
            family = line.split(" ")[2] if line.startswith("# TYPE ") else family
            heads, samples = families.setdefault(family, ([], []))
            into = heads if line.startswith("#") else samples
            if not (line.startswith("#") and line in heads):
                into.append(line)
    return "".join(f"{line}\n" for heads, samples in families.values() for line in (*heads, *samples)).encode()
