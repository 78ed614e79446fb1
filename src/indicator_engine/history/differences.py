"""Why figures changed: a chain of worlds from one evaluation to another, each with one more cause than the one before.

    found = differences(store_side(store, pack, as_of="2010-01-31"), store_side(store, pack, as_of="2010-03-31"))
    found["pledge-commitment"].parts        # {"new_events": Fraction(2)}

First the pack changes, then what is known of the earlier day, then the day itself. Since every world is evaluated, and
the last is the later evaluation, the parts of a change sum to the whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from indicator_engine import plugins
from indicator_engine.engine.answering import digest_of, provenance_of
from indicator_engine.engine.asked import day_of, instant_of
from indicator_engine.engine.stores import intake_of_store, position_of
from indicator_engine.evaluation.differences import Difference, Differences, Figure, Named, Step
from indicator_engine.evaluation.reads import types_read
from indicator_engine.frozen import dataclass
from indicator_engine.history.held import Held, HeldQuestion, day_counted, known, with_targets_of
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.store.recall import Wanted
from indicator_engine.store.records import FOREVER, Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.differences import Cause
    from indicator_engine.evaluation.reference import Populations
    from indicator_engine.evaluation.results import Provenances, Result
    from indicator_engine.language.schema import Schema
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.records import Version
    from indicator_engine.store.store import Store


@dataclass(frozen=True)
class Side:
    """One of two evaluations: a statement, the day, what is known, and how records are read in a vocabulary.

    `read` gives at least the events of the types named. `at_import` is the last import that counts; 0 where records
    came from no store. Two sides of one `source` that know the same read the same.
    """

    statement: Statement
    as_of: date
    known_at: datetime
    at_import: int
    read: Callable[[Schema, frozenset[str]], Records]
    edition: str = ""
    source: object = None
    provenance: Provenances | None = None

    def knows(self, version: Version) -> bool:
        """Whether a version had been recorded and imported."""
        return version.recorded_at <= self.known_at and version.position <= self.at_import

    def reads_as(self, other: Side) -> bool:
        """Whether the same is read for both."""
        where = self.source is not None and self.source is other.source
        same = (self.known_at, self.at_import) == (other.known_at, other.at_import)
        return where and same and self.statement.schema == other.statement.schema

    def named(self) -> Named:
        """Which evaluation this is."""
        return Named(
            self.as_of, None if self.known_at == FOREVER else self.known_at, self.at_import or None,
            self.statement.digest, self.edition, self.provenance,
        )  # fmt: skip


def store_side(
    store: Store,
    statement: Statement,
    *,
    as_of: date | str,
    known_at: date | datetime | str | None = None,
    at_import: int | None = None,
    edition: str = "",
    registered: Plugins | None = None,
) -> Side:
    """One side over an event store. Raises IndicatorEngineError where it had no such import, or no register then."""
    instant = instant_of(known_at)
    last = at_import if at_import is not None else max((one.number for one in store.imports()), default=0)
    intake_of_store(
        statement, store, known_at=instant, at_import=last or None, wanted=Wanted(frozenset())
    )  # refuses what cannot be answered

    def read(schema: Schema, types: frozenset[str]) -> Records:
        return store.intake(schema, known_at=instant, at_import=last or None, wanted=Wanted(types)).records

    number, running = position_of(store, at_import)
    provenance = provenance_of(statement, running, registered, (number, running))
    return Side(statement, day_of(as_of), instant or FOREVER, last, read, edition, store, provenance)


def edition_side(store: Store, name: str, *, registered: Plugins | None = None) -> Side:
    """One side as it was published, evaluated anew from the store. Raises as `edition_of` does."""
    from indicator_engine.history.editions import edition_of, thawed

    edition = edition_of(store, name)
    registered = registered or plugins.load()
    statement = thawed(edition.pack, registered)
    asked = edition.asked
    return store_side(
        store, statement, as_of=asked.as_of, known_at=asked.known_at, at_import=asked.at_import, edition=name,
        registered=registered,
    )  # fmt: skip


def side_of(
    statement: Statement, taken: Intake, *, as_of: date | str, known_at: date | datetime | str | None = None
) -> Side:
    """One side over records taken in, whose register has no history."""
    last = max((version.position for version in taken.records.versions), default=0)
    instant = instant_of(known_at) or FOREVER
    provenance = provenance_of(statement, digest_of(taken.records))
    return Side(statement, day_of(as_of), instant, last, lambda *_: taken.records, provenance=provenance)


def differences(before: Side, after: Side, *, select: Iterable[str] = ()) -> Differences:
    """What changed from one evaluation to a later one, indicator by indicator, and why.

    `select` keeps some indicators of either pack: ids, "priority:<id>". Only events that these ask for are read, and
    told. Raises IndicatorEngineError for a name in neither pack, and where the second evaluation is earlier than the
    first by its day, its knowledge or its import.
    """
    _refuse_backwards(before, after)
    chosen = _Chosen.of(before.statement, after.statement, tuple(select))
    worlds = _worlds(before, after, chosen.types)
    results = [_results(world.question, chosen.ids) for world in worlds]
    causes = [world.cause for world in worlds if world.cause]
    found = tuple(
        Difference(name, results[0].get(name), results[-1].get(name), tuple(_steps(name, causes, results)))
        for name in {**results[-1], **results[0]}
    )
    records = worlds[-1].question.records
    return Differences(before.named(), after.named(), found, _events(before, after, records, chosen.types))


@dataclass(frozen=True)
class _Chosen:
    """The indicators that are compared, and the event types that they ask for in either pack."""

    ids: frozenset[str]
    types: frozenset[str]

    @classmethod
    def of(cls, before: Statement, after: Statement, select: Sequence[str]) -> _Chosen:
        """Those that are selected; all where nothing is."""
        ids, types, known = set[str](), set[str](), set[str]()
        for statement in (before, after):
            pairs = list(statement.indicators())
            known |= {one.id for _, one in pairs} | {f"priority:{priority.id}" for priority, _ in pairs}
            own = [one for priority, one in pairs if not select or {one.id, f"priority:{priority.id}"} & {*select}]
            ids |= {one.id for one in own}
            types |= types_read(own, statement.schema)
        for word in select:
            if word not in known:
                hint = did_you_mean(word, known)
                raise IndicatorEngineError(f"there is no indicator `{word}`" + (f"; {hint}" if hint else ""))
        return cls(frozenset(ids), frozenset(types))


def _refuse_backwards(before: Side, after: Side) -> None:
    words = (
        ("as-of date", before.as_of, after.as_of), ("known-at instant", before.known_at, after.known_at),
        ("import", before.at_import, after.at_import),
    )  # fmt: skip
    for word, first, second in words:
        if first > second:  # type: ignore[operator]  # of one type in each row
            raise IndicatorEngineError(
                f"the {word} of the second ({second}) is before that of the first ({first}): name the earlier one first"
            )


def _steps(name: str, causes: Sequence[Cause], results: Sequence[Mapping[str, Result]]) -> Iterator[Step]:
    for cause, (earlier, later) in zip(causes, pairwise(results), strict=True):
        before, after = (Figure.of(one[name]) if name in one else None for one in (earlier, later))
        if before != after:
            yield Step(cause, before, after)


def _results(question: HeldQuestion, ids: frozenset[str]) -> dict[str, Result]:
    """The results of indicators, and of their parts and stages under names of their own."""
    found: dict[str, Result] = {}
    for priority, indicator in question.statement.indicators():
        if indicator.id not in ids:
            continue
        result = question.answer(indicator, priority.id)
        found[indicator.id] = result
        found.update({f"{indicator.id}/{part.id}": part for part in result.parts})
    return found


# ── the worlds ───────────────────────────────────────────────────────────────────────────────────────────────────────

_LEARNT: tuple[tuple[Cause, frozenset[Cause]], ...] = (
    ("membership", frozenset()),
    ("late_events", frozenset(("late_events", "new_events"))),
    ("corrections", frozenset(("corrections",))),
    ("retractions", frozenset(("retractions",))),
)
"""What is learnt of the earlier day, in this order, and the events that come with it; new ones cannot be seen yet."""


def _worlds(before: Side, after: Side, types: frozenset[str]) -> list[_World]:
    """The chain of questions, each with the cause it adds; those in which nothing can have changed are left out."""
    first = _asked(before, before.read(before.statement.schema, types))
    last = _asked(after, first.records if before.reads_as(after) else after.read(after.statement.schema, types))
    chain: list[_World] = [_World(None, first)]
    mixed = replace(first, held=Held(targets=(before.as_of, before.known_at)))
    statement = _retargeted(before, after)
    if statement is not before.statement:
        same = statement.schema == before.statement.schema
        records = first.records if same else before.read(statement.schema, types)
        mixed = _anew(mixed, statement=statement, records=records)
        chain.append(_World("definition_changed", mixed))
    if (before.known_at, before.at_import) != (after.known_at, after.at_import):
        chain += _learning(before, mixed, last)
    if before.as_of != after.as_of:
        chain += _passing(before, mixed, last)
        return [*chain, _World("target_revised", replace(last, held=Held(deadlines=before.as_of))),
                _World("deadline_passed", last)]  # fmt: skip
    return [*chain, _World("target_revised", last)]


@dataclass(frozen=True)
class _World:
    """One question of the chain, and the cause that it adds to the one before; None for the first."""

    cause: Cause | None
    question: HeldQuestion


def _asked(side: Side, records: Records) -> HeldQuestion:
    return HeldQuestion(side.statement, records, side.as_of, side.known_at)


def _retargeted(before: Side, after: Side) -> Statement:
    """The later pack with the targets of the earlier; the earlier itself where the two are one."""
    one, other = before.statement, after.statement
    same = one is other or (one.digest == other.digest != "" and one.convention == other.convention)
    return one if same else with_targets_of(other, one)


def _anew(question: HeldQuestion, **changes: Any) -> HeldQuestion:
    """A question with something changed, and nothing remembered of what was found out before."""
    return replace(question, **{"populations": {}, "kept": {}, **changes})


def _learning(before: Side, mixed: HeldQuestion, last: HeldQuestion) -> Iterator[_World]:
    """What is known now of the earlier day: of the register, then of events, by what has become of each."""
    kinds, records = _kinds(before, last.records, last.known_at), last.records
    populations = _populations(mixed, last)
    added: set[str] = set()
    for cause, brought in _LEARNT:
        added |= {event for event, kind in kinds.items() if kind in brought}
        kept = tuple(one for one in records.versions if one.event_id in added or before.knows(one))
        there = Records(kept, records.register, records.covered, records.earlier)
        yield _World(cause, _anew(mixed, records=there, known_at=last.known_at, populations=populations))


def _populations(mixed: HeldQuestion, last: HeldQuestion) -> Populations:
    """Who belongs where, once for all worlds with the later register."""
    return last.populations if mixed.statement.schema == last.statement.schema else {}


def _passing(before: Side, mixed: HeldQuestion, last: HeldQuestion) -> Iterator[_World]:
    """What the later day brings: by itself, with what happened since, with who has come and gone."""
    day = before.as_of
    held = replace(mixed.held, deadlines=day, membership=day, happened=day)
    moved = replace(last, statement=mixed.statement, held=held, populations=_populations(mixed, last), kept={})
    yield _World("time_passed", moved)
    yield _World("new_events", replace(moved, held=replace(held, happened=None)))
    yield _World("membership", replace(moved, held=replace(held, happened=None, membership=None)))


# ── what became of events ────────────────────────────────────────────────────────────────────────────────────────────


def _kinds(before: Side, records: Records, known_at: datetime) -> dict[str, Cause]:
    """What became of each event since: it came late, was corrected or retracted, or happened later; not the others."""
    found: dict[str, Cause] = {}
    for event in dict.fromkeys(version.event_id for version in records.versions):
        versions = known(records, event, known_at)
        if not versions or all(map(before.knows, versions)):
            continue
        retracted = versions[-1].retracted
        if any(map(before.knows, versions)):
            found[event] = "retractions" if retracted else "corrections"
        else:
            found[event] = "late_events" if retracted or day_counted(versions) <= before.as_of else "new_events"
    return found


def _events(before: Side, after: Side, records: Records, types: frozenset[str]) -> Mapping[Cause, tuple[str, ...]]:
    """The events of each cause, of some types."""
    told = dict.fromkeys(one.event_id for one in records.versions if one.type in types)
    found: dict[Cause, list[str]] = defaultdict(list)
    for event, cause in _kinds(before, records, after.known_at).items():
        if cause != "new_events" and event in told:
            found[cause].append(event)
    for event in told:
        versions = known(records, event, after.known_at)
        if versions and not versions[-1].retracted and before.as_of < day_counted(versions) <= after.as_of:
            found["new_events"].append(event)
    return {cause: tuple(sorted(events)) for cause, events in found.items()}
