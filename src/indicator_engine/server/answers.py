"""What is asked of packs and a snapshot, worked out once: results, evidence, breakdowns, comparisons, explanations.

Figures come from the engine's own functions and are kept by pack, position of the store, and what was asked. What the
public may not see never leaves here: results are published, figures by groups suppressed, the rest is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.engine.answering import names_of
from indicator_engine.engine.explaining import explain_records
from indicator_engine.engine.stores import evaluate_store, figures_of_store, intake_of_store
from indicator_engine.evaluation.differences import Difference, Differences, Named
from indicator_engine.evaluation.results import Listed
from indicator_engine.frozen import dataclass
from indicator_engine.hookspecs import Page
from indicator_engine.problems import IndicatorEngineError, did_you_mean
from indicator_engine.rendering.audience import published
from indicator_engine.rendering.suppression import published_figures
from indicator_engine.server.memory import Memory

if TYPE_CHECKING:
    from datetime import date, datetime

    from indicator_engine.definitions.model import Indicator, Priority, Statement
    from indicator_engine.evaluation.explaining import Explanation
    from indicator_engine.evaluation.figures import Figures
    from indicator_engine.evaluation.results import Audience, Result, Results
    from indicator_engine.history.editions import Edition
    from indicator_engine.plugins import Plugins
    from indicator_engine.server.snapshots import Snapshot
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.records import Records

PLAIN_WORK = 200_000
"""Events times indicators up to which everything is asked of the records, with evidence and causes, in one go."""

Every = periods.BucketUnit


class NotFoundError(IndicatorEngineError):
    """There is no such pack, indicator or edition."""


class NotForPublicError(IndicatorEngineError):
    """The public is not told this."""


@dataclass(frozen=True)
class Limits:
    """What one request, and all together, may cost."""

    figures: int = 5_000
    """Dates times indicators times groups of one request."""
    days: int = 60
    query: int = 2_048
    """Characters of an address."""
    seconds: float = 10.0
    """How long a request waits for its answer."""
    workers: int = 2
    waiting: int = 64
    """Different answers that may be waited for at a time."""
    evidence_events: int = 1_000_000
    """Events of a store up to which who counted is looked up."""


@dataclass(frozen=True)
class Place:
    """A pack and a snapshot, asked as of a day and as known at an instant."""

    statement: Statement
    snapshot: Snapshot
    as_of: date
    known_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, date, datetime | None]:
        """What names the answers to it."""
        return self.statement.id, self.statement.digest, self.snapshot.position, self.as_of, self.known_at


class Answers:
    """Answers about packs, for one audience."""

    def __init__(self, registered: Plugins, audience: Audience, limits: Limits) -> None:
        self.registered, self.audience, self.limits = registered, audience, limits
        self._kept = Memory(256)
        self._records = Memory(3)

    @property
    def is_public(self) -> bool:
        """Whether answers are for the public."""
        return self.audience == "public"

    # ── results ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def results(self, at: Place) -> Results:
        """Every indicator's result, with its course. Who counted is said where the store is small."""

        def work() -> Results:
            plain = _is_plain(at)
            with at.snapshot.lent() as store:
                found = evaluate_store(
                    at.statement, store, as_of=at.as_of, known_at=at.known_at, series=True, registered=self.registered,
                    evaluator=None if plain else "compiled", evidence=plain,
                )  # fmt: skip
            return published(found) if self.is_public else found

        found: Results = self._kept.get(("results", at.key), work)
        return found

    def result(self, at: Place, indicator: str) -> Results:
        """The result of one indicator, with who counted and who did not where that is looked up."""
        _, definition = self.require(at.statement, indicator)
        everything = self.results(at)
        one = replace(everything, results=(everything[indicator],))
        if self.is_public or _is_plain(at) or at.snapshot.events > self.limits.evidence_events:
            return one

        def work() -> Results:
            taken = self._intake(at)
            found = with_evidence(at, definition, everything[indicator], taken.records)
            return replace(one, results=(found,), names=names_of(taken.records), problems=taken.problems)

        found: Results = self._kept.get(("result", at.key, indicator), work)
        return found

    def evidence(self, at: Place, indicator: str) -> tuple[Result, Results]:
        """One indicator's result with who counted. Raises NotForPublicError, and an error for too large a store."""
        self._refuse_public("who counted")
        if at.snapshot.events > self.limits.evidence_events:
            raise IndicatorEngineError(
                f"who counted is not looked up among {at.snapshot.events:,} events here: ask "
                f"`indicators run --select {indicator} --evidence`"
            )
        found = self.result(at, indicator)
        return found[indicator], found

    def _intake(self, at: Place) -> Intake:
        def work() -> Intake:
            with at.snapshot.lent() as store:
                return intake_of_store(at.statement, store, known_at=at.known_at)

        key = (at.statement.id, at.statement.digest, at.snapshot.position, at.known_at)
        found: Intake = self._records.get(key, work)
        return found

    def whole(self, at: Place, form: str) -> bytes:
        """The file that `indicators run --format` writes. Raises IndicatorEngineError for a format there is not.

        The store is borrowed until it is written: long lists are looked up only then.
        """
        output = self.registered.output(form)

        def work() -> bytes:
            with at.snapshot.lent() as store:
                found = evaluate_store(
                    at.statement, store, as_of=at.as_of, known_at=at.known_at, series=output.wants_series,
                    registered=self.registered,
                )  # fmt: skip
                return output.render(published(found) if self.is_public else found, Page(details=True))

        return work()

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def figures(self, at: Place, indicator: str, by: tuple[str, ...], days: tuple[date, ...]) -> Figures:
        """The figures of an indicator by groups of the register, on some days."""
        found_of = self.require(at.statement, indicator)
        for column in by:
            self._require_column(at.statement, column)
        if len(days) > self.limits.days:
            raise IndicatorEngineError(f"{len(days)} days are asked for, and at most {self.limits.days} at once")
        if self.is_public and len(by) > 1:
            raise NotForPublicError("the public is told groups of one column at a time")

        def work() -> Figures:
            with at.snapshot.lent() as store:
                found = figures_of_store(
                    at.statement, store, days=days, by=by, known_at=at.known_at, select=[indicator],
                    evaluator=None if _is_plain(at) else "compiled",
                )  # fmt: skip
            if len(found.figures) > self.limits.figures:
                raise IndicatorEngineError(
                    f"that is {len(found.figures):,} figures, and at most {self.limits.figures:,} are told at once: "
                    "ask for fewer days or columns"
                )
            if not self.is_public:
                return found
            return published_figures(found, _units(found_of), at.statement.convention.smallest_published)

        key = ("figures", at.key, indicator, by, days)
        found: Figures = self._kept.get(key, work)
        return found

    def columns(self, statement: Statement) -> dict[str, str]:
        """The columns of the register that may group figures, with what they are called."""
        return {
            name: one.label or name.replace("_", " ")
            for name, one in statement.schema.subject.attributes.items()
            if one.type in ({"choice", "truth"} if self.is_public else {"choice", "truth", "text", "integer"})
            and not (self.is_public and one.open)
        }

    def _require_column(self, statement: Statement, column: str) -> None:
        known = self.columns(statement)
        if column in known:
            return
        hint = did_you_mean(column, known) or (
            f"there are {', '.join(known)}" if known else "there is none to group by"
        )
        raise IndicatorEngineError(f"figures are not grouped by `{column}`; {hint}")

    # ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def compared(self, before: Place, after: Place) -> tuple[Differences, bool]:
        """What changed from one place to a later one, and whether the causes are told."""
        if (before.as_of, _or_last(before)) > (after.as_of, _or_last(after)):
            raise IndicatorEngineError("the first day is after the second: name the earlier one first")
        causes = not self.is_public and _is_plain(after)

        def work() -> Differences:
            if causes:
                from indicator_engine.history.differences import differences, store_side

                with after.snapshot.lent() as store:
                    sides = [
                        store_side(store, one.statement, as_of=one.as_of, known_at=one.known_at)
                        for one in (before, after)
                    ]
                    return differences(*sides)
            return _side_by_side(self.results(before), self.results(after))

        return self._kept.get(("compared", before.key, after.key), work), causes

    # ── explaining ───────────────────────────────────────────────────────────────────────────────────────────────────

    def explanation(self, at: Place, indicator: str, subject: str | None) -> Explanation:
        """How a figure came about, step by step; with a subject, its story."""
        self._refuse_public("how a figure comes about, step by step,")
        self.require(at.statement, indicator)
        if at.snapshot.events > self.limits.evidence_events:
            raise IndicatorEngineError(
                f"a figure is not explained among {at.snapshot.events:,} events here: ask `indicators explain`"
            )

        def work() -> Explanation:
            return explain_records(
                at.statement, indicator, self._intake(at), as_of=at.as_of, known_at=at.known_at, subject=subject,
                registered=self.registered,
            )  # fmt: skip

        found: Explanation = self._kept.get(("explanation", at.key, indicator, subject), work)
        return found

    # ── editions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def editions(self, statement: Statement, snapshot: Snapshot) -> list[Edition]:
        """What was published of a statement, oldest first."""
        from indicator_engine.history.editions import editions_of  # with git and more

        def work() -> list[Edition]:
            with snapshot.lent() as store:
                return [one for one in editions_of(store) if _is_of(one, statement)]

        found: list[Edition] = self._kept.get(("editions", statement.id, snapshot.position), work)
        return found

    def edition(self, statement: Statement, snapshot: Snapshot, name: str) -> Edition:
        """One of them. Raises NotFoundError, and NotForPublicError: it was published to the partnership."""
        self._refuse_public("what an internal edition says")
        known = {one.name: one for one in self.editions(statement, snapshot)}
        if name not in known:
            hint = did_you_mean(name, known)
            raise NotFoundError(f"there is no edition `{name}`" + (f"; {hint}" if hint else ""))
        return known[name]

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────

    def require(self, statement: Statement, indicator: str) -> tuple[Priority, Indicator]:
        """An indicator with its priority. Raises NotFoundError with the nearest name."""
        known = {one.id: (priority, one) for priority, one in statement.indicators()}
        if indicator not in known:
            hint = did_you_mean(indicator, known)
            raise NotFoundError(f"there is no indicator `{indicator}`" + (f"; {hint}" if hint else ""))
        return known[indicator]

    def _refuse_public(self, what: str) -> None:
        if self.is_public:
            raise NotForPublicError(f"{what} is for the partnership, and this is the edition for the public")


def with_evidence(at: Place, indicator: Indicator, result: Result, records: Records) -> Result:
    """A result whose figure is known, with who counted and who did not, of its parts as well."""
    from indicator_engine.evaluation import evidence
    from indicator_engine.evaluation.answer import Question, workings

    question, proofs = Question(at.statement, records, at.as_of, _or_last(at)), {}
    for working in workings(question, indicator):
        working.reference.value(working.node, working.moment)
        proof = evidence.of(working.node, working.reference, working.moment)
        watched = tuple(
            Listed(one.label, working.reference.event_ids(one.select.node, working.moment))
            for one in working.indicator.watches
        )
        proofs[working.indicator.id] = {**vars(proof), "listed": watched}
    parts = tuple(replace(part, **proofs.get(part.id, {})) for part in result.parts)
    return replace(result, parts=parts, **proofs.get(result.id, {}))


def _is_plain(at: Place) -> bool:
    return at.snapshot.events * max(sum(1 for _ in at.statement.indicators()), 1) <= PLAIN_WORK


def _units(found: tuple[Priority, Indicator]) -> dict[str, Any]:
    _, indicator = found
    parts = {f"{indicator.id}/{part.id}": part for part in indicator.parts}
    return {name: one.measure.node.kind.unit for name, one in {indicator.id: indicator, **parts}.items() if one.measure}


def _or_last(at: Place) -> datetime:
    from indicator_engine.store.records import FOREVER  # a word of the store's

    return at.known_at or FOREVER


def _is_of(edition: Edition, statement: Statement) -> bool:
    import json  # editions are rare

    found: dict[str, Any] = json.loads(edition.results)
    return bool(found["statement"]["id"] == statement.id)


def _side_by_side(before: Results, after: Results) -> Differences:
    """Two evaluations without the causes between them."""
    earlier, later = ({name: one for result in side for name, one in _with_parts(result)} for side in (before, after))
    return Differences(
        _named(before),
        _named(after),
        tuple(Difference(name, earlier.get(name), later.get(name)) for name in {**later, **earlier}),
    )


def _with_parts(result: Result) -> list[tuple[str, Result]]:
    return [(result.id, result), *((f"{result.id}/{part.id}", part) for part in result.parts)]


def _named(results: Results) -> Named:
    return Named(results.as_of, results.known_at, results.provenance.store_import, results.provenance.pack)


def days_of(statement: Statement, every: Every | None, as_of: date) -> tuple[date, ...]:
    """The ends of the period's months, quarters or years before a day, and the day; the day alone without `every`."""
    if every is None:
        return (as_of,)
    ends = [bucket.end for bucket in periods.buckets(statement.period, every)]
    return (*(day for day in ends if day < as_of), as_of)
