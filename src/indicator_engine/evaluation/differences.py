"""What two evaluations differ in, as frozen values: the figures of each indicator, and the causes that lead across.

A difference is a chain of steps, each with its cause, from the figure before to the figure after. The parts of the
change of a number are what the steps of each cause moved it by; they sum to the whole exactly. Finding them out is
left to `indicator_engine.history`, words and layout to rendering.
"""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.evaluation.results import exact
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from indicator_engine.evaluation.results import Provenances, Result

Cause = Literal[
    "definition_changed", "membership", "late_events", "corrections", "retractions", "time_passed", "new_events",
    "target_revised", "deadline_passed",
]  # fmt: skip
CAUSES: Mapping[Cause, str] = {
    "definition_changed": "the pack says something else, its targets apart",
    "membership": "who belongs: the register as known, names that mean others, spells that began or ended",
    "late_events": "events of the earlier day or before that were not known then",
    "corrections": "newer versions of events that were known",
    "retractions": "events that were known and have been taken back",
    "time_passed": "what a later day changes by itself: things that ended, buckets that closed",
    "new_events": "events after the earlier day",
    "target_revised": "another version of the target, or another deadline, is in force",
    "deadline_passed": "the deadline has come, so that the verdict is final, or the next stage is judged",
}
"""Every cause of a change, in the order in which they are added, with what it covers."""

SCHEMA = "indicator-engine/differences/v1"


@dataclass(frozen=True)
class Figure:
    """What an indicator said: verdict, value (None when unknown, `unknown` says why), what it was held against."""

    verdict: str
    value: Fraction | bool | None = None
    unknown: tuple[str, ...] = ()
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    target_value: Fraction | None = None
    due: date | None = None

    @classmethod
    def of(cls, result: Result) -> Figure:
        """The figure of a result."""
        due = result.due.day if result.due else None
        return cls(
            result.verdict, result.value, result.unknown, result.numerator, result.denominator, result.target_value, due
        )

    @property
    def number(self) -> Fraction | None:
        """The value where it is a number."""
        return self.value if isinstance(self.value, Fraction) else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "verdict": self.verdict,
            "value": exact(self.value),
            "unknown": list(self.unknown),
            "numerator": exact(self.numerator),
            "denominator": exact(self.denominator),
            "target": exact(self.target_value),
            "due": self.due.isoformat() if self.due else None,
        }


@dataclass(frozen=True)
class Step:
    """One cause added to those before it, and what it made of the figure; None where there is no such indicator."""

    cause: Cause
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True)
class Difference:
    """How one indicator, or a part as "indicator/part", came from one figure to another.

    `before_result` and `after_result` are the whole results, for whoever shows them; None where the pack has no such
    indicator. `steps` are those that changed anything, in the order of CAUSES; membership can come twice.
    """

    id: str
    before_result: Result | None
    after_result: Result | None
    steps: tuple[Step, ...] = ()

    @property
    def before(self) -> Figure | None:
        """The earlier figure."""
        return Figure.of(self.before_result) if self.before_result else None

    @property
    def after(self) -> Figure | None:
        """The later figure."""
        return Figure.of(self.after_result) if self.after_result else None

    @property
    def has_moved(self) -> bool:
        """Whether the later figure is another than the earlier; causes may cancel each other out."""
        return self.before != self.after

    @property
    def change(self) -> Fraction | None:
        """By how much the number changed; None unless it was one before and after."""
        before = self.before.number if self.before else None
        after = self.after.number if self.after else None
        return None if before is None or after is None else after - before

    @property
    def parts(self) -> dict[Cause, Fraction]:
        """What each cause contributed to the change, in the order of CAUSES; they sum to it exactly.

        Where the number is unknown in between, the whole of it falls to the step at which it is known again.
        """
        if self.change is None:
            return {}
        found: dict[Cause, Fraction] = {}
        last = self.before.number if self.before else None
        for step in self.steps:
            now = step.after.number if step.after else None
            if now is not None and last is not None and now != last:
                found[step.cause] = found.get(step.cause, Fraction(0)) + now - last
            last = last if now is None else now
        return {cause: found[cause] for cause in CAUSES if found.get(cause)}

    @property
    def turns(self) -> tuple[Step, ...]:
        """The steps at which the verdict changed."""
        return tuple(
            step
            for step in self.steps
            if (step.before.verdict if step.before else None) != (step.after.verdict if step.after else None)
        )

    @property
    def is_restated(self) -> bool:
        """Whether the number moved because of what was recorded later about days already told."""
        told_later = ("late_events", "corrections", "retractions")
        return any(
            step.cause in told_later and (step.before and step.before.value) != (step.after and step.after.value)
            for step in self.steps
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        result = self.after_result or self.before_result
        return {
            "id": self.id,
            "statement": result.statement if result else "",
            "label": result.label if result else "",
            "unit": result.unit if result else "number",
            "before": _figure(self.before),
            "after": _figure(self.after),
            "change": exact(self.change),
            "parts": {cause: exact(part) for cause, part in self.parts.items()},
            "verdict": [
                {"cause": step.cause, "before": _verdict(step.before), "after": _verdict(step.after)}
                for step in self.turns
            ],
            "steps": [
                {"cause": step.cause, "before": _figure(step.before), "after": _figure(step.after)}
                for step in self.steps
            ],
        }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    return figure.to_dict() if figure else None


def _verdict(figure: Figure | None) -> str | None:
    return figure.verdict if figure else None


@dataclass(frozen=True)
class Named:
    """Which evaluation one side of a comparison is."""

    as_of: date
    known_at: datetime | None
    at_import: int | None
    pack: str
    edition: str = ""
    provenance: Provenances | None = None
    """What it rests on; None where a program has put the evaluation together by itself."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "edition": self.edition or None,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "at_import": self.at_import,
            "pack": self.pack,
        }


@dataclass(frozen=True)
class Differences:
    """Everything that two evaluations differ in, an entry for each indicator and part; `[...]` finds one by its id.

    `events` names the events of each cause that brought any, over the whole pack.
    """

    before: Named
    after: Named
    differences: tuple[Difference, ...]
    events: Mapping[Cause, tuple[str, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def __getitem__(self, key: str) -> Difference:
        """The entry of an indicator or part. Raises KeyError naming those there are."""
        found = next((one for one in self.differences if one.id == key), None)
        if found is None:
            raise KeyError(f"no indicator {key!r}; there are {', '.join(one.id for one in self.differences)}")
        return found

    @property
    def told(self) -> tuple[Difference, ...]:
        """Those in which anything happened, also where it came to nothing in the end."""
        return tuple(one for one in self.differences if one.steps or one.has_moved)

    def to_dict(self) -> dict[str, Any]:
        """The published JSON object."""
        return {
            "schema": SCHEMA,
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "provenance": {
                name: side.provenance.to_dict() if side.provenance else None
                for name, side in (("before", self.before), ("after", self.after))
            },
            "events": {cause: list(self.events[cause]) for cause in CAUSES if cause in self.events},
            "differences": [one.to_dict() for one in self.told],
            "unchanged": [one.id for one in self.differences if one not in self.told],
        }
