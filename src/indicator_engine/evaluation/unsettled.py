"""Everything that a statement leaves open: numbers to be agreed, reviewed or ratified, baselines, deemed sizes, drafts.

Each item says what is open, who owes it and since when, read off the definition alone. With an as-of date the version
of a target that stood on that day counts, and it can be told what is overdue; without one, the last version does.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine import periods
from indicator_engine.conventions import Provenance
from indicator_engine.evaluation import targets
from indicator_engine.frozen import dataclass
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indicator_engine.definitions.model import Indicator, Statement, Target
    from indicator_engine.language.schema import DeemedSize
    from indicator_engine.periods import FuzzyDate
    from indicator_engine.problems import Location

Matter = Literal["draft", "tbc", "not_set_yet", "to_be_reviewed", "unratified", "no_baseline", "deemed_size"]
MATTERS: dict[Matter, str] = {
    "draft": "the statement is a draft",
    "tbc": "the number is still to be agreed (TBC)",
    "not_set_yet": "the target has not been set yet",
    "to_be_reviewed": "the target is to be reviewed",
    "unratified": "the target has not been ratified",
    "no_baseline": "the baseline is to be established",
    "deemed_size": "the size of a population is still to be agreed (TBC)",
}
"""What can be open, and how it is said."""

SCHEMA = "indicator-engine/open/v1"


@dataclass(frozen=True)
class OpenItem:
    """One thing that is not settled.

    `indicator` is an indicator's id, "indicator/part", "indicator/stage-2", a population's name or "" for the whole
    statement. `owed_by` is "" and `owed_on` None where the pack names nobody and no day. `overdue` is None where no
    as-of date was given, so that it cannot be told.
    """

    statement: str
    indicator: str
    matter: Matter
    fact: str
    owed_by: str
    owed_on: date | None
    since: date
    since_words: str
    overdue: bool | None
    where: Location | None

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape of one item."""
        return {
            "statement": self.statement,
            "indicator": self.indicator or None,
            "matter": self.matter,
            "fact": self.fact,
            "owed_by": self.owed_by or None,
            "owed_on": self.owed_on.isoformat() if self.owed_on else None,
            "since": self.since.isoformat(),
            "since_words": self.since_words,
            "overdue": self.overdue,
            "defined_at": str(self.where) if self.where else None,
        }


def unsettled(statement: Statement, as_of: date | None = None) -> tuple[OpenItem, ...]:
    """What a statement leaves open, in the order of the document; populations come last."""
    found = _Register(statement, as_of)
    return (*found.of_statement(), *found.of_indicators(), *found.of_populations())


@dataclass(frozen=True)
class _Register:
    """Goes through one statement."""

    statement: Statement
    as_of: date | None

    def of_statement(self) -> Iterator[OpenItem]:
        if self.statement.status == "draft":
            yield self._item("", "draft", _At())

    def of_indicators(self) -> Iterator[OpenItem]:
        for _, indicator in self.statement.indicators():
            yield from self._of_indicator(indicator, indicator.id)
            for part in indicator.parts:
                yield from self._of_indicator(part, f"{indicator.id}/{part.id}")

    def _of_indicator(self, indicator: Indicator, name: str) -> Iterator[OpenItem]:
        for number, stage in enumerate(indicator.stages):
            target = self._standing(indicator, number)
            named = f"{name}/stage-{number + 1}" if len(indicator.stages) > 1 else name
            yield from self._of_target(target or stage[0], named, indicator.where, unset=target is None)

    def _standing(self, indicator: Indicator, stage: int) -> Target | None:
        """The version that stood on the day; without a day the last one."""
        if self.as_of is None:
            return indicator.stages[stage][-1]
        found = targets.in_force(indicator, stage, self.as_of, end_of(self.as_of))
        return found.target if found else None

    def _of_target(self, target: Target, name: str, where: Location | None, *, unset: bool) -> Iterator[OpenItem]:
        decided = _At(target.known_from or target.effective_from, target.provenance, where=where)
        if self._lies_ahead(target.provenance.set_on) or unset:
            yield self._item(name, "not_set_yet", decided.owed(target.provenance.set_by, target.provenance.set_on))
        if target.tbc:
            yield self._item(name, "tbc", decided.owed(target.owed_by, target.owed_on))
        if target.to_be_reviewed:
            yield self._item(name, "to_be_reviewed", decided.owed(target.reviewed_by, target.review_on))
        if self._is_unratified(target.provenance):
            yield self._item(
                name, "unratified", decided.owed(target.provenance.ratified_by, target.provenance.ratified_on)
            )
        if target.relative not in (None, "additional") and not (target.baseline or target.baseline_date):
            yield self._item(name, "no_baseline", decided)

    def of_populations(self) -> Iterator[OpenItem]:
        for name, population in self.statement.schema.populations.items():
            for size in self._standing_size(population.deemed):
                if size.size is None:
                    when = _At(size.known_from, Provenance(size.set_by, size.set_on)).owed(size.set_by, None)
                    yield self._item(name, "deemed_size", when)

    def _standing_size(self, sizes: Iterable[DeemedSize]) -> list[DeemedSize]:
        known = [one for one in sizes if self.as_of is None or (one.known_from or date.min) <= self.as_of]
        return known[-1:]

    def _is_unratified(self, provenance: Provenance) -> bool:
        """Whether a ratification is spoken of that has not happened, or of which no day is known."""
        if provenance.ratified_on is None:
            return bool(provenance.ratified_by)
        return self._lies_ahead(provenance.ratified_on)

    def _lies_ahead(self, day: FuzzyDate | None) -> bool:
        return day is not None and self.as_of is not None and day.latest > self.as_of

    def _item(self, name: str, matter: Matter, when: _At) -> OpenItem:
        since, words = when.since(self.statement)
        overdue = None if self.as_of is None else when.owed_on is not None and when.owed_on < self.as_of
        return OpenItem(
            self.statement.id, name, matter, MATTERS[matter], when.owed_by, when.owed_on, since, words, overdue,
            when.where,
        )  # fmt: skip


@dataclass(frozen=True)
class _At:
    """When something was left open, and who owes what by when."""

    decided: date | None = None
    provenance: Provenance | None = None
    owed_by: str = ""
    owed_on: date | None = None
    where: Location | None = None

    def owed(self, who: str, day: FuzzyDate | date | None) -> _At:
        """The same, with who is to settle it; a day known only roughly is its last."""
        last = day.latest if isinstance(day, periods.FuzzyDate) else day
        return _At(self.decided, self.provenance, who, last, self.where)

    def since(self, statement: Statement) -> tuple[date, str]:
        """The day it has been open since, and what that day is."""
        set_on = self.provenance.set_on if self.provenance else None
        if self.decided:
            return self.decided, "the day of the decision"
        if set_on:
            return set_on.latest, f"set {set_on}"
        return statement.period.start, "the start of the period"
