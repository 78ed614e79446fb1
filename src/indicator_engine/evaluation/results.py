"""What an evaluation answers, as frozen values: one `Result` an indicator, and `Results` with what they rest on.

`to_dict` gives the stable JSON names of the published shape. Words, colours and layout are left to rendering.
"""

from __future__ import annotations

import math
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine import amounts
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    import pandas as pd
    import polars as pl

    from indicator_engine.amounts import Unit
    from indicator_engine.conventions import Convention, Due, Provenance
    from indicator_engine.definitions.model import Statement, Target
    from indicator_engine.evaluation.differences import Differences
    from indicator_engine.evaluation.values import Bound
    from indicator_engine.problems import Location, Problem

Audience = Literal["internal", "public"]

Point = tuple["date", "Fraction | bool | None"]
"""A day and the figure on it; None where it was not known."""

SCHEMA = "indicator-engine/results/v1"


@dataclass(frozen=True)
class Undecided:
    """One record or subject that could not be decided, and what is not known about it."""

    subject: str
    event_id: str
    reason: str


@dataclass(frozen=True)
class Trend:
    """How a value moved since an earlier day: `up`, `down` or `level`, and by how much."""

    word: str
    change: Fraction
    since: date


@dataclass(frozen=True)
class Listed:
    """Records that an indicator asks to be listed beside its figure."""

    label: str
    events: Sequence[str]
    """Their ids in order; of a store, how many there are is known, and they are looked up as they are looked at."""


@dataclass(frozen=True)
class Result:
    """The answer to one indicator, or to one part of it.

    `value` is exact, True or False for a deliverable, and None when unknown (then `unknown` says why). `bounds` are
    what it could be once the undecided is settled. `target` is the version in force. `who` counted; `why_not` says of
    every other candidate what kept it out. `evaluated_on` is the as-of date, or the deadline when that has passed.
    """

    id: str
    priority: str
    verdict: str
    statement: str = ""
    label: str = ""
    kind: str = "measured"
    outcome: str = ""
    value: Fraction | bool | None = None
    unknown: tuple[str, ...] = ()
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    unit: Unit = "number"
    bounds: tuple[Bound, Bound] | None = None
    target: Target | None = None
    target_value: Fraction | None = None
    """What the value is compared with: the target's own number, or for a movement the number that it comes to."""
    target_version: int = 0
    baseline: Fraction | None = None
    expected: Fraction | None = None
    """Where the declared path says the value should be by now."""
    due: Due | None = None
    evaluated_on: date = date.min
    flags: tuple[str, ...] = ()
    needed: Fraction | None = None
    better: str | None = None
    trend: Trend | None = None
    who: Sequence[str] = ()
    why_not: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[str] = ()
    undecided: Sequence[Undecided] = ()
    none_arose: Sequence[str] = ()
    listed: tuple[Listed, ...] = ()
    parts: tuple[Result, ...] = ()
    assumptions: tuple[str, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()
    expression: str = ""
    says: str = ""
    defined_at: Location | None = None

    def _repr_html_(self) -> str:
        """What a notebook shows of it, in the neutral words."""
        from indicator_engine.rendering.notebook import one_shown  # noqa: PLC0415  # a notebook asks, nobody else

        return one_shown(self)

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape: exact numbers as integers or decimal strings, dates in ISO form."""
        return {
            "id": self.id,
            "priority": self.priority,
            "statement": self.statement,
            "label": self.label,
            "kind": self.kind,
            "outcome": self.outcome,
            "value": exact(self.value),
            "unknown": list(self.unknown),
            "numerator": exact(self.numerator),
            "denominator": exact(self.denominator),
            "unit": self.unit,
            "bounds": [exact(bound) for bound in self.bounds] if self.bounds else None,
            "target": self._target(),
            "due": {"date": self.due.day.isoformat(), "phrase": self.due.phrase, "inherited": self.due.inherited}
            if self.due
            else None,
            "evaluated_on": self.evaluated_on.isoformat(),
            "verdict": self.verdict,
            "flags": list(self.flags),
            "needed": exact(self.needed),
            "baseline": exact(self.baseline),
            "expected": exact(self.expected),
            "better": self.better,
            "trend": self._trend(),
            "who": list(self.who),
            "why_not": dict(self.why_not),
            "events": list(self.events),
            "undecided": [
                {"subject": one.subject, "event_id": one.event_id, "reason": one.reason} for one in self.undecided
            ],
            "none_arose": list(self.none_arose),
            "listed": [{"label": one.label, "events": list(one.events)} for one in self.listed],
            "parts": [part.to_dict() for part in self.parts],
            "assumptions": list(self.assumptions),
            "text": self.text,
            "notes": list(self.notes),
            "aims": list(self.aims),
            "expression": self.expression,
            "says": self.says,
            "defined_at": str(self.defined_at) if self.defined_at else None,
        }

    def _trend(self) -> dict[str, Any] | None:
        if not self.trend:
            return None
        return {"word": self.trend.word, "change": exact(self.trend.change), "since": self.trend.since.isoformat()}

    def _target(self) -> dict[str, Any] | None:
        target = self.target
        if target is None:
            return None
        return {
            "form": target.relative or ("delivered" if target.delivered else target.comparator),
            "value": exact(target.value),
            "upper": exact(target.upper),
            "unit": target.unit,
            "tbc": target.tbc,
            "comes_to": exact(self.target_value),
            "version": self.target_version,
            "known_from": _iso(target.known_from),
            "effective_from": _iso(target.effective_from),
            "to_be_reviewed": target.to_be_reviewed,
            "reviewed_by": target.reviewed_by,
            "review_on": _iso(target.review_on),
            "owed_by": target.owed_by,
            "owed_on": _iso(target.owed_on),
            **provenance_dict(target.provenance),
        }


def provenance_dict(provenance: Provenance) -> dict[str, Any]:
    """Who set and ratified something, when (a range where it is fuzzy), and its source."""
    return {
        "set_by": provenance.set_by,
        "set_on": _range(provenance.set_on),
        "ratified_by": provenance.ratified_by,
        "ratified_on": _range(provenance.ratified_on),
        "source": provenance.source,
        "quote": provenance.quote,
    }


def _range(fuzzy: Any) -> dict[str, str] | None:
    if fuzzy is None:
        return None
    return {"text": str(fuzzy), "earliest": fuzzy.earliest.isoformat(), "latest": fuzzy.latest.isoformat()}


def exact(value: Any) -> int | str | bool | None:
    """A number for machines; an infinite bound is null."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return None if math.isinf(value) else str(value)
    return amounts.exact(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


@dataclass(frozen=True)
class Provenances:
    """What names an answer exactly: the wording of the pack, the data, the programs."""

    pack: str
    data: str
    engine: str
    plugins: tuple[tuple[str, str], ...] = ()
    store_import: int | None = None
    """The last import of the event store that the answers rest on; None where they rest on no store."""
    ledger: str = ""
    """The running hash of the store's ledger at that import."""

    def to_dict(self) -> dict[str, Any]:
        """The published JSON shape."""
        return {
            "pack": self.pack,
            "data": self.data,
            "store_import": self.store_import,
            "ledger": self.ledger or None,
            "engine": self.engine,
            "plugins": dict(self.plugins),
        }


@dataclass(frozen=True)
class Grouped:
    """How figures came about in each group of a column of the register; None is the group of those not known."""

    column: str
    groups: tuple[str | bool | None, ...]
    courses: Mapping[str, tuple[tuple[Point, ...], ...]]
    """A course for each of the groups, by "indicator" or "indicator/part"."""
    closed: bool = False
    """Whether the pack lists the values of the column, or the county named it: then its words name nobody."""


@dataclass(frozen=True)
class Results:
    """The answers of one statement at one date, as known at one instant; `results["id"]` finds one."""

    statement: Statement
    as_of: date
    known_at: datetime | None
    """None: everything known."""
    results: tuple[Result, ...]
    provenance: Provenances
    problems: tuple[Problem, ...] = ()
    """What was odd about the data: unknown columns, organisations that are not in the register and the like."""
    assumptions: tuple[str, ...] = ()
    uncited_aims: tuple[str, ...] = ()
    series: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """How each figure came about, by "indicator" or "indicator/part"; empty unless the evaluation was asked for it."""
    restated: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """What points of a course had been told as, where later recordings made another number of them."""
    groups: Grouped | None = None
    """The courses in each group of a column of the register, where one is known to tell the groups."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the register calls its subjects, by their ids."""
    set_aside: int = 0
    """How many rows of the event store wait in quarantine now, and are in no figure."""
    since: Differences | None = None
    """What has changed since an edition, where that was asked for; `history.since.compared` finds it out."""
    audience: Audience = "internal"
    """Whom this edition is for; `rendering.audience.published` makes the one for the public."""

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, key: str) -> Result:
        """The result of an indicator; a part is found as "indicator/part". Raises KeyError naming those there are."""
        name, _, part = key.partition("/")
        found = next((result for result in self.results if result.id == name), None)
        if found and part:
            found = next((one for one in found.parts if one.id == part), None)
        if found is None:
            raise KeyError(f"no indicator {key!r}; there are {', '.join(result.id for result in self.results)}")
        return found

    def _repr_html_(self) -> str:
        """What a notebook shows of them."""
        from indicator_engine.rendering.notebook import shown  # noqa: PLC0415  # a notebook asks, nobody else

        return shown(self)

    @property
    def convention(self) -> Convention:
        """The county's convention, for words and colours."""
        return self.statement.convention

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dictionary a result, in the published JSON shape."""
        return [result.to_dict() for result in self.results]

    def to_polars(self) -> pl.DataFrame:
        """A frame of Polars, one row a result or part of one; numbers are floating-point."""
        from indicator_engine.evaluation import frames  # noqa: PLC0415  # who calculates on asks, nobody else

        return frames.to_polars(self)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a frame of pandas."""
        from indicator_engine.evaluation import frames  # noqa: PLC0415  # as above

        return frames.to_pandas(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The same rows as an Arrow stream, which DuckDB, Polars and others read as they are."""
        from indicator_engine.evaluation import frames  # noqa: PLC0415  # as above

        return frames.arrow_stream(self)

    def to_dict(self) -> dict[str, Any]:
        """The whole published JSON object."""
        return {
            "schema": SCHEMA,
            "ok": True,
            "statement": {
                "id": self.statement.id,
                "title": self.statement.title,
                "status": self.statement.status,
                "convention": self.statement.convention.name,
                "period": {
                    "label": self.statement.period.label,
                    "start": self.statement.period.start.isoformat(),
                    "end": self.statement.period.end.isoformat(),
                },
            },
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "provenance": self.provenance.to_dict(),
            "assumptions": list(self.assumptions),
            "uncited_aims": list(self.uncited_aims),
            **({"audience": self.audience} if self.audience == "public" else {}),
            "diagnostics": [_problem(problem) for problem in self.problems],
            "results": self.to_dicts(),
            **({"since": self.since.to_dict()} if self.since else {}),
        }


def _problem(problem: Problem) -> dict[str, Any]:
    where = problem.where
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
    }
