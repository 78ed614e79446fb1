"""One indicator, told from its definition alone: its literal words, what is measured, the target and who set it.

`explanation` gives headings with their lines, ready for a screen or a page; `evaluated` adds what an evaluation found,
and `story` tells of one organisation.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from textwrap import fill
from typing import TYPE_CHECKING

from indicator_engine import amounts, periods
from indicator_engine.language.says import says
from indicator_engine.language.text import text as written
from indicator_engine.rendering import words
from indicator_engine.rendering.text import clean
from indicator_engine.rendering.versions import due_told, told
from indicator_engine.rendering.view import data_note, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicator_engine.definitions.model import Indicator, Priority, Statement, Target
    from indicator_engine.evaluation.explaining import Calculation, Explanation, Stories
    from indicator_engine.evaluation.results import Provenances, Result
    from indicator_engine.evaluation.stories import EventTold, SubjectStory
    from indicator_engine.rendering.view import Line

Entry = tuple[str, list[str]]
WIDTH = 96

NAMED = 200
"""Of those who counted and of those who did not, this many are named; the JSON has all."""


def as_text(entries: list[Entry]) -> str:
    """Headings with their lines below, set in; texts longer than a line are wrapped."""
    return "\n\n".join(f"{heading}\n{_indented(lines)}" for heading, lines in entries)


def _indented(lines: list[str]) -> str:
    return "\n".join(
        fill(line, WIDTH, initial_indent="    ", subsequent_indent=f"    {_deeper(line)}") for line in lines
    )


def _deeper(line: str) -> str:
    """What the second line of a wrapped line begins with, so that a tree stays a tree."""
    return " " * (len(line) - len(line.lstrip(" ")))


def explanation(statement: Statement, priority: Priority, indicator: Indicator) -> list[Entry]:
    """Everything the pack says of an indicator, under headings; a heading with nothing to say is left out."""
    vocabulary = statement.convention.vocabulary
    entries = [
        (
            f"{indicator.id}: {clean(indicator.label)}" if indicator.label else indicator.id,
            _whereabouts(statement, priority, indicator),
        ),
        *_definition(statement, indicator),
        (vocabulary.outcome, [clean(indicator.outcome)] if indicator.outcome else []),
        (vocabulary.aim, [", ".join(map(clean, indicator.aims))] if indicator.aims else []),
        ("Told", [clean(indicator.text)] if indicator.text else []),
        *(entry for part in indicator.parts for entry in _part(statement, part)),
        ("Parts that must be met", [_required(indicator)] if indicator.parts else []),
        ("Listed beside the result", [f"{clean(one.label)}: {clean(one.select.text)}" for one in indicator.watches]),
        ("Assumptions", list(map(clean, indicator.assumptions))),
        ("Notes", list(map(clean, indicator.notes))),
    ]
    return [(heading, lines) for heading, lines in entries if lines]


def _whereabouts(statement: Statement, priority: Priority, indicator: Indicator) -> list[str]:
    number = f" {clean(priority.number)}" if priority.number else ""
    lines = [f"{statement.convention.vocabulary.priority}{number}: {clean(priority.title)}", clean(statement.title)]
    return [*lines, f"defined at {clean(str(indicator.where))}"] if indicator.where else lines


def _part(statement: Statement, part: Indicator) -> Iterator[Entry]:
    yield f"Part {part.id}", [clean(part.label or part.statement or "—")]
    for heading, lines in _definition(statement, part, literal=not part.label and bool(part.statement)):
        yield f"Part {part.id}: {heading[0].lower()}{heading[1:]}", lines


def _required(indicator: Indicator) -> str:
    return "all" if indicator.require >= len(indicator.parts) else f"{indicator.require} of {len(indicator.parts)}"


def _definition(statement: Statement, indicator: Indicator, *, literal: bool = False) -> Iterator[Entry]:
    """What an indicator and a part of one have in common; `literal`: its words have been given already."""
    if indicator.statement and not literal:
        yield "Literal words", [f"“{clean(indicator.statement)}”"]
    if indicator.measure:
        node, schema = indicator.measure.node, statement.schema
        yield "Measures", [clean(says(node, schema))]
        full = written(node, schema)
        yield "Expression", [clean(indicator.measure.text), *_written_out(full, indicator.measure.text)]
    if indicator.better:
        yield "Better", [indicator.better]
    for number, stage in enumerate(indicator.stages, 1):
        yield "Target" if len(indicator.stages) == 1 else f"Target, stage {number}", list(_versions(stage, indicator))
    if indicator.due:
        yield "Due", [due_told(indicator.due, indicator)]
    if indicator.trajectory:
        yield "Path", list(_path(indicator))


def _written_out(full: str, short: str) -> list[str]:
    """The expression with its macros written out, where it has any."""
    return [f"written out: {clean(full)}"] if "".join(full.split()) != "".join(short.split()) else []


# ── what an evaluation adds ──────────────────────────────────────────────────────────────────────────────────────────


def evaluated(explained: Explanation) -> list[Entry]:
    """The figure and its verdict, each step of the calculation, who counted and who did not, what it rests on."""
    results = explained.results
    (result,) = results
    line = line_of(_with_few(result), results, explained.indicator.require)
    more = len(result.undecided) - NAMED
    undecided = [f"undecided: {one}" for one in line.undecided]
    undecided += [f"and {more:,} more undecided, which --format json gives"] if more > 0 else []
    entries = [
        (f"As of {periods.shown(results.as_of)}, {words.known(results.known_at)}", _figure(line)),
        *(_calculation(one, alone=len(explained.calculations) == 1) for one in explained.calculations),
        ("Counted", [_few(line.who)] if line.who else []),
        ("Did not count", [*_by_reason(line), *_others(len(result.why_not) - NAMED), *undecided]),
        ("Assumptions applied", list(map(clean, (*results.assumptions, *result.assumptions)))),
        ("The data", [data_note(problem) for problem in results.problems]),
        ("Worked out from the records, for want of a plan", list(explained.left)),
        rests(results.provenance),
    ]
    return [(heading, lines) for heading, lines in entries if lines]


def _with_few(result: Result) -> Result:
    """Without the reasons, and what is undecided, that are not shown: they are found when they are asked for."""
    parts = tuple(replace(part, why_not={}, undecided=()) for part in result.parts)
    reasons = dict(islice(result.why_not.items(), NAMED))
    return replace(result, why_not=reasons, undecided=result.undecided[:NAMED], parts=parts)


def _few(names: Sequence[str]) -> str:
    more = f", and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _others(count: int) -> Iterator[str]:
    if count > 0:
        yield f"and {count:,} more, whose reasons --format json gives, and --subject of one"


def _by_reason(line: Line) -> list[str]:
    """Each reason once, with everyone it kept out."""
    kept_out: dict[str, list[str]] = {}
    for who, reason in line.why_not:
        kept_out.setdefault(reason, []).append(who)
    return [f"{', '.join(names)}: {reason}" for reason, names in kept_out.items()]


def _figure(line: Line) -> list[str]:
    figure = "; ".join(filter(None, (line.value, line.bounds, f"target {line.target}" if line.target else "")))
    rest = (line.needed and f"{line.needed} needed", line.expected, line.trend, *line.flags)
    parts = [f"{part.id}: {part.status.word}" for part in line.parts]
    return [f"{figure}: {line.status.word}" if figure else line.status.word, *filter(None, (*rest, *parts))]


def _calculation(one: Calculation, *, alone: bool) -> Entry:
    records = ", ".join(f"{count:,} of {clean(name)}" for name, count in one.cost.records) or "none"
    cost = f"({one.cost.nodes} nodes; records read: {records})"
    return "Calculation" if alone else f"Calculation of {one.id}", [*map(_visible, one.step.lines()), cost]


def _visible(line: str) -> str:
    return _deeper(line) + clean(line)


_OUTCOMES = {
    "counted": "It counted.",
    "not_counted": "It did not count",
    "undecided": "It is undecided whether it counts",
    "has_part": "Events of its have a part in this figure.",
    "no_candidate": "It has nothing to do with this figure.",
}
_HOLDS = {True: "yes", False: "NO", None: "not known"}


def story(told: SubjectStory, subject_word: str = "organisation") -> list[Entry]:
    """What one organisation has to do with a figure: outcome, conditions, events, and what would make it count."""
    outcome = _OUTCOMES[told.outcome]
    reason = f": {clean(told.reason)}" if told.reason and not outcome.endswith(".") else ""
    rows = [", ".join(f"{clean(name)} {clean(value)}" for name, value in row) or "(nothing)" for row in told.register]
    entries = [
        (f"{subject_word.capitalize()} {clean(told.subject)} in {told.indicator}", [f"{outcome}{reason}"]),
        ("On the register", rows or ["it is not on the register"]),
        (f"Conditions, on {periods.shown(told.evaluated_on)}", [
            f"{_HOLDS[one.holds]}: {clean(one.words)}" + (f" – {clean(one.reason)}" if one.reason else "")
            for one in told.conditions
        ]),
        ("Its events", [_event(one) for one in told.events] or ["none of the kinds that this figure reads"]),
        ("It would count if", list(map(clean, told.lacking))),
    ]  # fmt: skip
    return [(heading, lines) for heading, lines in entries if lines]


def stories(told: Stories, subject_word: str = "organisation") -> list[Entry]:
    """What one organisation has to do with a figure, measure by measure, and what that rests on."""
    day = f"as of {periods.shown(told.as_of)}, {words.known(told.known_at)}"
    entries = [entry for one in told.stories for entry in story(one, subject_word)]
    return [*entries, rests(told.provenance, day)]


def rests(found: Provenances, *first: str) -> Entry:
    """What an answer rests on, a line each, after any lines of one's own."""
    return "Rests on", [*first, *(f"{name} {value}" for name, value in words.rests_on(found))]


def _event(one: EventTold) -> str:
    late = f" (recorded {periods.shown(one.recorded_on)})" if one.recorded_on != one.day else ""
    head = f"{clean(one.event_id)}, {clean(one.label)}, {periods.shown(one.day)}{late}"
    if not one.counted:
        return f"{head}: not counted – {clean(one.reason)}"
    return f"{head}: counted – {clean(one.part)}" if one.part else f"{head}: counted"


# ── target and provenance ────────────────────────────────────────────────────────────────────────────────────────────


def _versions(stage: tuple[Target, ...], indicator: Indicator) -> Iterator[str]:
    for number, target in enumerate(stage, 1):
        head = f"version {number}: " if len(stage) > 1 else ""
        yield head + "; ".join(told(target, indicator))
        if target.provenance.quote:
            yield f"“{clean(target.provenance.quote)}”"


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _path(indicator: Indicator) -> Iterator[str]:
    path = indicator.trajectory
    if path and path.linear:
        yield "in a straight line from the start of the period to the target"
    for day, value in path.points if path else ():
        yield f"{amounts.shown(value)} by {periods.shown(day)}"
