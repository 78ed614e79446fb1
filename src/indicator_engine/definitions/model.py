"""A statement as frozen values: aims, priorities, indicators, targets, tests.

This is what the loader makes of TOML and everything after it reads. Expressions are query trees already; every
default that was inherited rather than written is listed in `assumptions`. Nothing here computes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.conventions import Basis, Convention, Due, Provenance
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from indicator_engine.amounts import Unit
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import Schema
    from indicator_engine.periods import Period
    from indicator_engine.problems import Location

Comparator = Literal["at_least", "at_most", "exactly", "between", "more_than", "less_than"]
COMPARATORS: tuple[Comparator, ...] = ("at_least", "at_most", "exactly", "between", "more_than", "less_than")
Relative = Literal["increase", "increase_by", "decrease", "decrease_by", "additional"]
IndicatorKind = Literal["measured", "monitored", "narrative", "compound"]


@dataclass(frozen=True)
class Expression:
    """An expression as written and as understood. `text` is the author's; `path` is where it stands in the file."""

    text: str
    node: Node
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Target:
    """One version of one target.

    Exactly one form holds: a number to compare with (`comparator`, `value`, for `between` also `upper`), a number
    not agreed yet (`value` None and `tbc`), a movement against a baseline (`relative`), or a deliverable
    (`delivered`). `unit` is "ratio" for percentages, else "number".
    """

    comparator: Comparator = "at_least"
    value: Fraction | None = None
    upper: Fraction | None = None
    unit: Unit = "number"
    tbc: bool = False
    relative: Relative | None = None
    baseline: Expression | None = None
    baseline_date: date | None = None
    since: Expression | None = None
    delivered: bool = False
    evidence: str | None = None
    to_be_reviewed: bool = False
    reviewed_by: str = ""
    review_on: date | None = None
    owed_by: str = ""
    owed_on: date | None = None
    due: Due | None = None
    """A deadline of this version or stage alone; the indicator's holds where it is None."""
    known_from: date | None = None
    effective_from: date | None = None
    provenance: Provenance = field(default_factory=Provenance)
    comparator_inherited: bool = False
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Trajectory:
    """The way to a target: declared points (date, value), or a straight line from the period's start."""

    points: tuple[tuple[date, Fraction], ...] = ()
    linear: bool = False


@dataclass(frozen=True)
class Watch:
    """A selection listed beside an indicator's result, such as the records still to be decided."""

    label: str
    select: Expression


@dataclass(frozen=True)
class Indicator:
    """One indicator, or one part of a compound one.

    `stages` are the target's stages in order of their deadlines (one for most indicators, none where it is only
    monitored); each stage is its versions in order of `known_from`. `require` says how many parts must be met.
    """

    id: str
    statement: str = ""
    label: str = ""
    kind: IndicatorKind = "measured"
    measure: Expression | None = None
    better: Literal["higher", "lower"] | None = None
    stages: tuple[tuple[Target, ...], ...] = ()
    trajectory: Trajectory | None = None
    due: Due | None = None
    basis: Basis = "occurred"
    parts: tuple[Indicator, ...] = ()
    require: int = 0
    outcome: str = ""
    aims: tuple[str, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    watches: tuple[Watch, ...] = ()
    accepted: Mapping[str, str] = field(default_factory=dict)
    """Codes of warnings that were looked at and accepted here, each with its reason."""
    path: tuple[str | int, ...] = ()
    place: Callable[[], Location] | None = field(default=None, compare=False, repr=False)
    """Finds where it is written; looking costs, so it is done when asked."""

    @property
    def where(self) -> Location | None:
        """Where it is written."""
        return self.place() if self.place else None


@dataclass(frozen=True)
class Aim:
    """An aim of the charter that priorities and indicators refer to; "2" includes "2.1" to "2.4"."""

    id: str
    text: str = ""
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Priority:
    """One priority: its words, outcomes, the aims it serves, and its indicators."""

    id: str
    title: str
    number: str = ""
    text: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    notes: tuple[str, ...] = ()
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Check:
    """One `[[test]]` of a pack: the events and register given, the date, and what each indicator must say.

    `given` holds rows as an author wrote them (or read from the CSV files named); `expect` maps an indicator's id to
    the fields of its result that must hold.
    """

    name: str
    as_of: date
    known_at: date | None = None
    events: tuple[Mapping[str, Any], ...] = ()
    register: tuple[Mapping[str, Any], ...] = ()
    expect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()
    """Where `expect` stands in the pack."""
    place: Callable[[str], Location] | None = field(default=None, compare=False, repr=False)
    """Finds where the test, or what it expects of an indicator, is written; looking costs, so it is done when asked."""
    diagnostics: tuple[str, ...] | None = None
    """The codes of all that is to be odd about the rows; None where the test does not say."""
    diagnosed_at: Callable[[], Location] | None = field(default=None, compare=False, repr=False)

    def where(self, indicator: str = "") -> Location | None:
        """Where the test is written, or what it expects of an indicator."""
        return self.place(indicator) if self.place else None


@dataclass(frozen=True)
class Statement:
    """A whole pack: what was declared, checked and ready to evaluate."""

    id: str
    title: str
    period: Period
    convention: Convention
    schema: Schema
    status: str = "agreed"
    source: str = ""
    notes: tuple[str, ...] = ()
    aims: tuple[Aim, ...] = ()
    priorities: tuple[Priority, ...] = ()
    checks: tuple[Check, ...] = ()
    mappings: tuple[SourceMapping, ...] = ()
    default_due: Due | None = None
    file: str = ""
    digested: Callable[[], str] | None = field(default=None, compare=False, repr=False)
    """Computes the digest, for those who want it."""

    @property
    def digest(self) -> str:
        """SHA-256 over the pack's files, which names this exact wording in every output."""
        return self.digested() if self.digested else ""

    def indicators(self) -> Iterator[tuple[Priority, Indicator]]:
        """Every indicator with its priority, in the order of the document (parts are inside their indicator)."""
        for priority in self.priorities:
            for indicator in priority.indicators:
                yield priority, indicator
