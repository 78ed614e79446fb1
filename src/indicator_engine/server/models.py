"""What the API answers, as models: the OpenAPI document is made of them, and tests read every answer back by them.

Numbers are exact, as in `indicators run --format json`: an integer, or a decimal as text.
"""

from __future__ import annotations

import datetime as dt  # pydantic reads the annotations
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from indicator_engine.amounts import Unit  # as above

Number = int | str
Figure = bool | int | str | None


class Model(BaseModel):
    """Exactly these keys."""

    model_config = ConfigDict(extra="forbid")


class Refusal(Model):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no indicator `pledge`; did you mean `pledges`?"])


class Period(Model):
    """The statement's period."""

    label: str = Field(examples=["2009-10"])
    start: dt.date = Field(examples=["2009-04-01"])
    end: dt.date = Field(examples=["2010-03-31"])


class Pack(Model):
    """A statement that is served."""

    id: str = Field(examples=["nottinghamshire-2009-10"])
    title: str
    status: str = Field(examples=["agreed"])
    convention: str = Field(examples=["nottinghamshire"])
    period: Period
    digest: str = Field(description="SHA-256 over the pack's files.")
    standing_day: dt.date = Field(description="The day that is shown where none is asked for.")
    priorities: list[Priority]
    columns: dict[str, str] = Field(description="Columns of the register that figures can be grouped by.")


class Priority(Model):
    """A priority of the statement."""

    id: str
    number: str
    title: str


class Packs(Model):
    """The statements that are served, and where the store stands."""

    packs: list[Pack]
    store: Position
    problems: list[str] = Field(
        description="What is wrong with packs that were changed since; the last good ones stand."
    )


class Position(Model):
    """Where the published snapshot of the store stands."""

    store_import: int
    ledger: str
    recorded_at: str


class Definition(Model):
    """What the pack says of an indicator."""

    id: str
    priority: str
    statement: str
    label: str
    kind: str
    better: Literal["higher", "lower"] | None
    expression: str
    says: str
    due: dt.date | None
    aims: list[str]
    parts: list[str]


class Definitions(Model):
    """The indicators of a pack, in the order of the document."""

    indicators: list[Definition]


class Days(Model):
    """A day that is known only roughly."""

    text: str
    earliest: dt.date
    latest: dt.date


class Provenance(Model):
    """Who set and ratified a target, and where it is written."""

    set_by: str
    set_on: Days | None
    ratified_by: str
    ratified_on: Days | None
    source: str
    quote: str


class Target(Provenance):
    """The target in force."""

    form: str = Field(examples=["at_least"])
    value: Number | None
    upper: Number | None
    unit: Unit
    tbc: bool
    comes_to: Number | None = Field(description="What the figure is compared with.")
    version: int
    known_from: dt.date | None
    effective_from: dt.date | None
    to_be_reviewed: bool
    reviewed_by: str
    review_on: dt.date | None
    owed_by: str
    owed_on: dt.date | None


class Due(Model):
    """The deadline."""

    date: dt.date
    phrase: str = Field(examples=["by March 2010"])
    inherited: bool


class Trend(Model):
    """How the figure moved."""

    word: Literal["up", "down", "level"]
    change: Number
    since: dt.date


class Result(Model):
    """One indicator's answer; who counted is under `evidence`."""

    id: str = Field(examples=["pledge-commitment"])
    priority: str
    statement: str
    label: str
    kind: str
    outcome: str
    value: Figure = Field(examples=[17])
    unknown: list[str]
    numerator: Number | None
    denominator: Number | None
    unit: Unit
    bounds: tuple[Number | None, Number | None] | None
    target: Target | None
    due: Due | None
    evaluated_on: dt.date
    verdict: str = Field(examples=["not_yet_due"])
    flags: list[str]
    needed: Number | None
    baseline: Number | None
    expected: Number | None
    better: Literal["higher", "lower"] | None
    trend: Trend | None
    parts: list[Result]
    assumptions: list[str]
    text: str
    notes: list[str]
    aims: list[str]
    expression: str
    says: str
    defined_at: str | None


class Asked(Model):
    """What an answer is of."""

    statement: str = Field(examples=["nottinghamshire-2009-10"])
    as_of: dt.date
    known_at: dt.datetime | None = Field(description="Null: everything known.")
    audience: Literal["internal", "public"]
    pack: str = Field(description="The digest of the pack's wording.")
    store_import: int
    ledger: str
    engine: str
    plugins: dict[str, str]


class Results(Model):
    """The results of a statement, or some of them."""

    asked: Asked
    headline: str = Field(examples=["8 of 27 met; 3 missed; 16 not yet due"])
    results: list[Result]


class OneResult(Model):
    """The result of one indicator."""

    asked: Asked
    result: Result


class Point(Model):
    """A figure on a day."""

    day: dt.date
    value: Figure


class Course(Model):
    """How a figure came about."""

    indicator: str = Field(description="The indicator, or indicator/part.")
    unit: Unit
    points: list[Point]


class Series(Model):
    """The course of an indicator and of its parts."""

    asked: Asked
    series: list[Course]


class GroupFigure(Model):
    """A figure of one group on one day; of all where there is no group."""

    indicator: str
    day: dt.date
    group: dict[str, Any] | None
    value: Figure
    bounds: tuple[Number | None, Number | None] | None
    unknown: list[str]


class Breakdown(Model):
    """Figures by groups of the register, as `indicators figures --format json` writes them."""

    asked: Asked
    days: list[dt.date]
    by: list[str]
    figures: list[GroupFigure]
    remarks: dict[str, str] = Field(description="Why the groups need not come to the whole.")


Outcome = Literal["counted", "not_counted", "undecided", "none_arose"]


class Subject(Model):
    """One organisation (or whoever is counted), and what became of it."""

    part: str = Field(description='The part of the indicator; "" for the whole.')
    outcome: Outcome
    subject: str
    name: str
    event: str
    reason: str


class Evidence(Model):
    """Who counted and who did not, a page at a time."""

    asked: Asked
    total: int
    offset: int
    counts: dict[Outcome, int]
    subjects: list[Subject]


class Version(Provenance):
    """One version of a target."""

    stage: int
    version: int
    told: str = Field(examples=["at least 20"])
    in_force: bool
    tbc: bool
    known_from: dt.date | None
    effective_from: dt.date | None


class TargetHistory(Model):
    """Every version of an indicator's target, and of its parts'."""

    asked: Asked
    targets: dict[str, list[Version]]


class Explanation(Model):
    """How a figure came about: what `indicators explain --format json` says of it."""

    asked: Asked
    calculations: list[dict[str, Any]]
    stories: list[dict[str, Any]]


class Side(Model):
    """One side of a comparison."""

    edition: str | None
    as_of: dt.date
    known_at: dt.datetime | None
    at_import: int | None
    pack: str


class Comparison(Model):
    """What changed between two days; with its causes as `indicators diff --format json` writes it."""

    before: Side
    after: Side
    causes: bool = Field(description="Whether steps and parts say why.")
    events: dict[str, list[str]]
    differences: list[dict[str, Any]]
    unchanged: list[str]


class EditionLine(Model):
    """A published edition."""

    name: str
    published_at: str
    as_of: dt.date
    known_at: str | None
    at_import: int
    pack: str
    engine: str
    by: str = Field(description='Who published it; "" where the public asks.')
    reason: str
    sha256: str


class Editions(Model):
    """The editions of a statement, oldest first."""

    editions: list[EditionLine]


for _model in (Pack, Packs, Result, Results):
    _model.model_rebuild()
