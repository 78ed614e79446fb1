"""Questions that tests put to every database alike: the conformance cases, the shipped packs, worlds that are drawn."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine import load_pack, plugins
from indicator_engine.cli.data import rows_of_files
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled
from indicator_engine.evaluation.reference import Moment
from indicator_engine.evaluation.values import Unknown
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store.intake import take_in
from indicator_engine.store.records import FOREVER, end_of
from indicator_engine.testing import conformance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.mapped import MappedGround
    from indicator_engine.store.intake import Intake
    from indicator_engine.store.records import Records
    from indicator_engine.testing.conformance import Row

ROOT = Path(__file__).parents[2]
DATA = conformance.DataSets(ROOT / "tests/spec/conformance")
PACKS = {"nottinghamshire/2009-10": "2010-03-31", "derbyshire/2008-09": "2009-03-31"}
"""The shipped packs, each with the last day of its year."""

EXPRESSIONS = (
    "median(training.hours)",
    "distinct(deliverable.covers)",
    'count(deliverable["cost" in covers])',
    "latest(pledge, by=(organisation, stage))",
    "everyone - distinct(contract.other_org)",
    "count(contract[months(occurred_on, ends_on) > 8])",
    "count(contract[years(occurred_on, shift(ends_on, years=3)) >= 3])",
    "count(contract[days(occurred_on, ends_on) > 200])",
    'count(contract[shift(occurred_on, months=1, days=-10) > date("2009-05-05")])',
    "everyone[accredited]",
    "contract[other_org in members]",
    "every(contract, at(occurred_on, organisation in members))",
    'count(training[participant == "ann"])',
    "count(pledge - as_known_on(period_start, pledge))",
    "latest(training, by=(participant, hours))",
    "contract[at(occurred_on, count(members & organisations(training))) >= 1]",
    "everyone[organisation in (distinct(contract.other_org) | at(member_from, members))]",
    "everyone[count(distinct(contract.other_org) & members) >= 1]",
    "everyone[count(training) / 2 in distinct(training.people)]",
    "everyone[sum(training.hours) * sum(training.hours) * count(pledge) / 7 > 0.5]",
)
"""Texts, lists, days, exact numbers, medians, what is bound; beside one row, and over many, on days of their own."""


@cache
def cases() -> tuple[Row, ...]:
    """The conformance cases that are about records."""
    every = conformance.rows(ROOT / "tests/spec/conformance.tsv")
    schema = DATA.statement.schema
    return tuple(
        one
        for one in every
        if not any(problem.severity == "error" for problem in elaborate(one.expression, schema).problems)
    )


def differing(
    asked: Iterable[Row], opened: Callable[[str, Records, frozenset[str] | None], MappedGround]
) -> Iterator[tuple[str, str, str]]:
    """The cases to which a database gives another answer than the table: expression, answer of the table, its own.

    `opened` gives the ground of a data set, under a name that differs for each.
    """
    grounds: dict[tuple[str, str], MappedGround] = {}
    for case in asked:
        key = (case.data_set, case.fixed.get("covered", ""))
        if key not in grounds:
            covered = frozenset(key[1].split(",")) if key[1] else None
            grounds[key] = opened(f"{key[0]}{len(grounds)}", DATA.records(*key), covered)
        found = _answer(case, grounds[key], DATA.records(*key))
        if found != case.answer:
            yield f"{case.expression} {case.bindings}", case.answer, found
    for ground in grounds.values():
        ground.close()


def _answer(case: Row, ground: MappedGround, records: Records) -> str:
    fixed, frame = case.fixed, conformance._frame(case.fixed)
    node = elaborate(case.expression, ground.schema).node
    known_at = end_of(date.fromisoformat(fixed["known_at"])) if "known_at" in fixed else FOREVER
    moment = Moment(date.fromisoformat(fixed.get("as_of", conformance.AS_OF)), known_at, DATA.statement.period)
    evaluator = Compiled(Answers(ground), frame)
    if node.kind.name == "set":
        return conformance.told(evaluator.members_in(node, moment))
    if node.kind.name == "events":
        found = evaluator.events_in(node, moment)
        ordered = found if isinstance(found, Unknown) else conformance._in_order(found, records, frame, moment)
        return conformance.told(ordered)
    return conformance.told(evaluator.value(node, moment))


@cache
def shipped(name: str) -> tuple[Statement, Intake]:
    """A shipped pack and its example events."""
    statement, registered = load_pack(ROOT / f"indicators/{name}.toml"), plugins.load()
    events, register = (
        rows_of_files([str(ROOT / f"indicators/{name}.{kind}.csv")], kind, statement, registered)
        for kind in ("events", "register")
    )
    return statement, take_in(events, register, statement.schema)
