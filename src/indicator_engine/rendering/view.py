"""Results in words: what every page about them says, ready to be laid out.

`view_of` turns results into frozen lines of text in the county's own vocabulary. Texts that others wrote are made
visible here (controls and reading-direction marks written out, line breaks folded), so that an output escapes only for
its own format. Colours stay names of lights; layout is left to the outputs.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from indicator_engine.conventions import NEUTRAL, VERDICTS, Convention, Status, Vocabulary
from indicator_engine.evaluation.later import Each
from indicator_engine.frozen import dataclass
from indicator_engine.rendering import words
from indicator_engine.rendering.details import Detail, behind_by, detail_of
from indicator_engine.rendering.differences import Changes, changes_of
from indicator_engine.rendering.phrases import IN_ENGLISH, Phrases, phrases_of
from indicator_engine.rendering.text import clean, direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from indicator_engine.definitions.model import Priority
    from indicator_engine.evaluation.results import Result, Results
    from indicator_engine.problems import Problem


@dataclass(frozen=True)
class Line:
    """One indicator, or one part of it. Every text may be empty, but for `id` and the status."""

    id: str
    status: Status
    name: str
    """Its short name or, where it has none, its literal words."""
    statement: str
    """Its literal words, where `name` is not already those."""
    value: str
    bounds: str
    target: str
    due: str
    needed: str
    expected: str
    trend: str
    flags: tuple[str, ...]
    text: str
    notes: tuple[str, ...]
    who: tuple[str, ...]
    why_not: tuple[tuple[str, str], ...]
    undecided: tuple[str, ...]
    none_arose: tuple[str, ...]
    listed: tuple[tuple[str, Sequence[str]], ...]
    says: str
    expression: str
    defined_at: str
    parts: tuple[Line, ...]
    detail: Detail

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stands beside the figures, each in a few words."""
        needed = f"{self.needed} needed" if self.needed else ""
        undecided = f"{len(self.undecided)} undecided" if self.undecided else ""
        none_arose = f"none arose for {len(self.none_arose)}" if self.none_arose else ""
        listed = (f"{label}: {len(events)}" for label, events in self.listed)
        found = (self.bounds, needed, self.expected, self.trend, undecided, none_arose, *listed, *self.flags)
        return tuple(filter(None, found))

    @property
    def facts(self) -> tuple[str, ...]:
        """What the figure rests on: who counted, who did not and why, what is undecided, where it is defined."""
        return tuple(
            filter(
                None,
                (
                    f"Measures: {self.says}" if self.says else "",
                    f"Counted: {', '.join(self.who)}" if self.who else "",
                    *(f"Not {who}: {reason}" for who, reason in self.why_not),
                    *(f"Undecided: {one}" for one in self.undecided),
                    f"None arose: {', '.join(self.none_arose)}" if self.none_arose else "",
                    *(f"{label}: {', '.join(events) or 'none'}" for label, events in self.listed),
                    *(f"Note: {note}" for note in self.notes),
                    f"Defined at {self.defined_at}" if self.defined_at else "",
                ),
            )
        )


Tally = tuple[tuple[str, Status, int], ...]
"""How many have each verdict that occurs: verdict, status, count, in the order in which reports list them."""


@dataclass(frozen=True)
class Section:
    """One priority: its heading, the document's words around it, its indicators."""

    heading: str
    outcomes: tuple[str, ...]
    aims: str
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    id: str
    number: str
    title: str
    plain_outcomes: tuple[str, ...]
    """The outcomes without the county's word in front."""
    aims_cited: tuple[tuple[str, str], ...]
    """Each aim that is referred to, with its words."""
    tally: Tally


@dataclass(frozen=True)
class View:
    """A page about one statement's results."""

    title: str
    document: str
    """Draft or agreed, the period and its days, the source."""
    dates: str
    """As of which day, and from what had been recorded by when."""
    headline: str
    vocabulary: Vocabulary
    sections: tuple[Section, ...]
    assumptions: tuple[tuple[str, tuple[str, ...]], ...]
    """Each assumption, and the indicators it holds for (none: for all)."""
    flags: tuple[tuple[str, str], ...]
    """Each flag that occurs, and what it means."""
    notes: tuple[str, ...]
    data_notes: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    language: str
    direction: Literal["ltr", "rtl"]
    """Which way that language is read."""
    county: str
    """What the convention is called; empty where it is nobody's own."""
    day: str
    columns: tuple[tuple[str, str], ...]
    """The county's own columns: what each holds (priority, outcome, aim, indicator or target), and its heading."""
    tally: Tally
    grouped_by: str
    """What the register calls its groups; empty where figures are not told by groups."""
    changes: Changes | None
    """What has changed since an edition, where that was asked for."""
    aims: tuple[AimLine, ...]
    meanings: tuple[tuple[str, Status, str], ...]
    """Each verdict that occurs, its status, and what it means."""
    undecided: int
    """How many records or subjects could not be decided."""
    set_aside: int
    """How many rows wait in quarantine."""
    public: bool
    smallest: int
    """A count below this one is not told in an edition for the public."""
    subjects: str
    """What is counted, such as organisations."""
    say: Phrases


@dataclass(frozen=True)
class AimLine:
    """An aim of the charter, and what refers to it."""

    id: str
    text: str
    served_by: tuple[tuple[int, str], ...]
    """The priorities whose indicators refer to it: the manieth section of the page, and the title."""
    tally: Tally
    """How the indicators stand that refer to it."""


def view_of(results: Results) -> View:
    """The page about these results."""
    statement, say = results.statement, phrases_of(results.convention)
    return View(
        title=clean(statement.title or statement.id),
        document=_document(results),
        dates=say("as_of", day=say.day(results.as_of), known=words.known(results.known_at, say)),
        county=publisher(results.convention),
        day=say.day(results.as_of),
        columns=_columns(_vocabulary(results)),
        tally=tally(results, results),
        grouped_by=_grouped_by(results),
        changes=changes_of(results.since, results.convention) if results.since else None,
        aims=tuple(_aims(results)),
        meanings=_meanings(results),
        undecided=len({(one.subject, one.event_id) for _, result in _with_parts(results) for one in result.undecided}),
        set_aside=results.set_aside,
        public=results.audience == "public",
        smallest=results.convention.smallest_published,
        subjects=clean(statement.schema.subject.plural),
        say=say,
        headline=headline(results, say),
        vocabulary=_vocabulary(results),
        sections=tuple(_sections(results)),
        assumptions=_assumptions(results),
        flags=_legend(results),
        notes=_all_clean(statement.notes),
        data_notes=(*_uncited(results), *map(data_note, results.problems)),
        provenance=words.rests_on(results.provenance),
        language=statement.convention.language,
        direction=direction(statement.convention.language),
    )


def _grouped_by(results: Results) -> str:
    if results.groups is None:
        return ""
    attribute = results.statement.schema.subject.attributes.get(results.groups.column)
    return clean(attribute.label if attribute and attribute.label else results.groups.column)


def _all_clean(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean(text) for text in texts if text.strip())


def publisher(convention: Convention) -> str:
    """Whose page it is; empty for the neutral convention, which is no county's."""
    return "" if convention.name == NEUTRAL.name else clean(convention.title)


# ── the head of the page ─────────────────────────────────────────────────────────────────────────────────────────────


def _vocabulary(results: Results) -> Vocabulary:
    found = results.convention.vocabulary
    return Vocabulary(
        priority=clean(found.priority),
        outcome=clean(found.outcome),
        indicator=clean(found.indicator),
        aim=clean(found.aim),
        columns=_all_clean(found.columns),
    )


def _document(results: Results) -> str:
    statement, period = results.statement, results.statement.period
    say = phrases_of(results.convention)
    days = say("span", first=say.day(period.start), last=say.day(period.end))
    span = f"{clean(period.label)} ({days})" if period.label else days
    return " · ".join(filter(None, (clean(statement.status).capitalize(), span, clean(statement.source))))


def headline(results: Iterable[Result], say: Phrases = IN_ENGLISH) -> str:
    """How many indicators stand where: `8 of 27 met; 3 missed; 2 have no target yet`."""
    counts = Counter(result.verdict for result in results)
    met = counts["met"] + counts["met_known_late"]
    late = say("counted_late", count=counts["met_known_late"]) if counts["met_known_late"] else ""
    parts = [say("counted_met", count=met, total=counts.total()) + late]
    parts += [words.counted(verdict, counts[verdict], say) for verdict in (*VERDICTS, "withheld") if counts[verdict]]
    return "; ".join(filter(None, parts)) if counts else say("counted_none")


def tally(found: Iterable[Result], results: Results) -> Tally:
    """How many of some results have each verdict; one behind its path is in the light it is most often in."""
    counts = Counter(result.verdict for result in found)
    order = [*VERDICTS, *sorted(set(counts) - set(VERDICTS))]
    return tuple((verdict, status_of(verdict, results), counts[verdict]) for verdict in order if counts[verdict])


def _columns(vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """What the columns of the county's own table hold, told from the words in their headings.

    Priority and indicator are always among them.
    """
    kinds = (("indicator", vocabulary.indicator), ("outcome", vocabulary.outcome), ("aim", vocabulary.aim))
    found: dict[str, str] = {}
    for heading in vocabulary.columns:
        words_in = heading.casefold()
        kind = next((kind for kind, word in kinds if word and word.casefold() in words_in), "")
        kind = kind or ("priority" if vocabulary.priority.casefold() in words_in else "target")
        found.setdefault(kind, heading)
    found.setdefault("indicator", vocabulary.indicator)
    return tuple({"priority": found.get("priority", vocabulary.priority), **found}.items())


# ── the sections ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _sections(results: Results) -> Iterator[Section]:
    """The priorities of which there are results, in the order of the document."""
    for priority in results.statement.priorities:
        found = [result for result in results if result.priority == priority.id]
        if found:
            yield _section(priority, found, results)


def _section(priority: Priority, found: Sequence[Result], results: Results) -> Section:
    vocabulary = _vocabulary(results)
    number = f" {clean(priority.number)}" if priority.number else ""
    required = {indicator.id: indicator.require for indicator in priority.indicators}
    texts = {aim.id: clean(aim.text) for aim in results.statement.aims}
    return Section(
        heading=f"{vocabulary.priority}{number}: {clean(priority.title)}",
        id=clean(priority.id),
        number=clean(priority.number),
        title=clean(priority.title),
        plain_outcomes=_all_clean(priority.outcomes),
        aims_cited=tuple((clean(aim), texts.get(aim, "")) for aim in priority.aims),
        tally=tally(found, results),
        outcomes=tuple(f"{vocabulary.outcome}: {outcome}" for outcome in _all_clean(priority.outcomes)),
        aims=f"{vocabulary.aim}: {', '.join(map(clean, priority.aims))}" if priority.aims else "",
        notes=_all_clean((*priority.text, *priority.notes)),
        lines=tuple(line_of(result, results, required.get(result.id, 0)) for result in found),
    )


def line_of(result: Result, results: Results, require: int = 0, above: str = "") -> Line:
    """One indicator in words, its parts within; `require` of those must be met. `above` is whose part it is itself."""
    statement, label, say = clean(result.statement), clean(result.label), phrases_of(results.convention)
    return Line(
        id=clean(result.id),
        status=_status(result, results),
        name=label or statement or clean(result.id),
        statement=statement if label and statement != label else "",
        value=clean(words.value(result, say)),
        bounds=words.bounds(result, say),
        target=clean(words.target(result, require, say)),
        due=clean(words.due(result, say)),
        needed=words.needed(result, say),
        expected=words.expected(result, say),
        trend=words.trend(result, say),
        flags=tuple(clean(words.flag(name, say)) for name in result.flags),
        text=clean(result.text),
        notes=_all_clean(result.notes),
        who=tuple(map(clean, result.who)),
        why_not=tuple((clean(who), clean(reason)) for who, reason in result.why_not.items()),
        undecided=tuple(_undecided(result)),
        none_arose=tuple(map(clean, result.none_arose)),
        listed=tuple((clean(one.label), Each(one.events, clean)) for one in result.listed),
        says=clean(result.says),
        expression=clean(result.expression),
        defined_at=clean(str(result.defined_at or "")),
        parts=tuple(line_of(part, results, above=result.id) for part in result.parts),
        detail=detail_of(result, results, require, above),
    )


def _status(result: Result, results: Results) -> Status:
    return status_of(result.verdict, results, behind_by=behind_by(result))


def status_of(verdict: str, results: Results, *, behind_by: Fraction | None = None) -> Status:
    """How a verdict looks in this county, safe to show."""
    found = results.convention.status(verdict, behind_by=behind_by)
    return Status(found.light, clean(found.word), clean(found.symbol))


def _undecided(result: Result) -> Iterator[str]:
    for one in result.undecided:
        record = f" (record {clean(one.event_id)})" if one.event_id else ""
        yield f"{clean(one.subject)}{record}: {clean(one.reason)}"


# ── the foot of the page ─────────────────────────────────────────────────────────────────────────────────────────────


def _assumptions(results: Results) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each assumption once, with the indicators it was made for; those that hold for all of them come without names."""
    found: dict[str, dict[str, None]] = {clean(text): {} for text in results.assumptions}
    general = set(found)
    for name, result in _with_parts(results):
        for text in map(clean, result.assumptions):
            found.setdefault(text, {})[name] = None
    everywhere = {name for name, result in _with_parts(results) if result.expression}
    general |= {text for text, names in found.items() if len(everywhere) > 1 and everywhere <= names.keys()}
    return tuple((text, () if text in general else tuple(names)) for text, names in found.items())


def _with_parts(results: Iterable[Result], above: str = "") -> Iterator[tuple[str, Result]]:
    for result in results:
        name = above + clean(result.id)
        yield name, result
        yield from _with_parts(result.parts, f"{name}/")


def _legend(results: Results) -> tuple[tuple[str, str], ...]:
    occurring = {flag for _, result in _with_parts(results) for flag in result.flags}
    say = phrases_of(results.convention)
    return tuple((clean(words.flag(name, say)), words.meaning(name, say)) for name in words.ordered(occurring))


def _aims(results: Results) -> Iterator[AimLine]:
    """Each aim with what refers to it; an indicator refers to the aims of its priority as well as to its own."""
    shown = [one for one in results.statement.priorities if any(found.priority == one.id for found in results)]
    for aim in results.statement.aims:
        serving = [one for one in results if any(_cites(cited, aim.id) for cited in _cited(one, shown))]
        served = {one.priority for one in serving}
        places = tuple((at, clean(one.title)) for at, one in enumerate(shown, 1) if one.id in served)
        yield AimLine(clean(aim.id), clean(aim.text), places, tally(serving, results))


def _cited(result: Result, priorities: Sequence[Priority]) -> tuple[str, ...]:
    return (*result.aims, *(aim for one in priorities if one.id == result.priority for aim in one.aims))


def _cites(cited: str, aim: str) -> bool:
    """Whether what is cited is the aim, what it belongs to, or a part of it: "2" cites "2.1", "2.1" touches "2"."""
    return cited == aim or aim.startswith(f"{cited}.") or cited.startswith(f"{aim}.")


def _meanings(results: Results) -> tuple[tuple[str, Status, str], ...]:
    occurring = {result.verdict for _, result in _with_parts(results)}
    say = phrases_of(results.convention)
    return tuple(
        (verdict, status_of(verdict, results), words.meaning_of(verdict, say))
        for verdict in words.MEANINGS
        if verdict in occurring
    )


def _uncited(results: Results) -> Iterator[str]:
    texts = {aim.id: aim.text for aim in results.statement.aims}
    for aim in results.uncited_aims:
        said = f": {clean(texts[aim])}" if texts.get(aim) else ""
        yield f"nothing refers to {_vocabulary(results).aim.lower()} {clean(aim)}{said}"


def data_note(problem: Problem) -> str:
    """A problem of the data on one line."""
    where = f"{clean(str(problem.where))}: " if problem.where else ""
    hint = f" ({clean(problem.hint)})" if problem.hint else ""
    return f"{where}{problem.severity} {problem.code}: {clean(problem.message)}{hint}"
