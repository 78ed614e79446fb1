"""The compiled evaluator over a store: findings beside it, what is left to the reference, figures asked together."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack

from indicator_engine import open_store
from indicator_engine.engine.stores import evaluate_store
from indicator_engine.evaluation.compiled import times
from indicator_engine.evaluation.compiled.evaluator import Answers, Compiled, NotCompiledError
from indicator_engine.evaluation.compiled.ground import Ground
from indicator_engine.evaluation.compiled.versions import stretches
from indicator_engine.evaluation.reference import Moment, Reference
from indicator_engine.evaluation.values import number
from indicator_engine.language.elaborate import elaborate
from indicator_engine.store.accounts import Terms
from indicator_engine.store.aliases import Alias
from indicator_engine.store.records import FOREVER
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.store import Store

pytestmark = pytest.mark.slow

AT = datetime(2010, 4, 1)  # noqa: DTZ001  # instants of a store carry no zone


@pytest.fixture
def statement() -> Statement:
    """Two indicators over pledges."""
    measures = ("count(members & organisations(pledge))", "sum(training.people)")
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\n" for index, text in enumerate(measures)
    )
    return pack(f"{VOCABULARY}{PRIORITY}{indicators}")


@pytest.fixture
def store(tmp_path: Path, statement: Statement) -> Iterator[Store]:
    """A store with members A, B and C, a pledge of A told twice, one of B taken back, and two trainings."""
    with open_store(tmp_path / "a.store", writable=True) as opened:
        opened.take_in(table_of(members("A", "B", "C"), "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        rows = [
            event("pledge", "A", event_id="p1"), event("pledge", "A", event_id="p2"),
            event("pledge", "B", event_id="p3"), event("training", "A", event_id="t1", people=3),
            event("training", "C", event_id="t2", people=4),
        ]  # fmt: skip
        opened.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        opened.retract("p3", Terms(AT))
        yield opened


def values(statement: Statement, store: Store, **asked: Any) -> list[object]:
    """The figures on the last day of the year."""
    return [one.value for one in evaluate_store(statement, store, as_of="2010-03-31", **asked).results]


def test_both_evaluators_say_the_same(statement: Statement, store: Store):
    """With evidence and without, every field of every result."""
    reference = evaluate_store(statement, store, as_of="2010-03-31", evaluator="reference")
    assert reference.results == evaluate_store(statement, store, as_of="2010-03-31", evaluator="compiled").results
    assert [1, 7] == values(statement, store, evidence=False)


def test_a_set_of_many_parts(store: Store):
    """Of which each doubles how many ways there are to be in it: it is counted as one bit beside those of records."""
    parts = " | ".join(f"(organisations(pledge[stage == {stage}]) - organisations(training[people > {stage}]))"
                       for stage in (1, 2, 3))  # fmt: skip
    others = " | ".join(f"(organisations(training[people == {size}]) - organisations(pledge[stage < {size}]))"
                        for size in (2, 3, 4, 5))  # fmt: skip
    measures = (f"count({parts} | {others})", f"count(members - ({parts} | {others}))", "count(members)")
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\n" for index, text in enumerate(measures)
    )
    many = pack(f"{VOCABULARY}{PRIORITY}{indicators}")
    assert values(many, store, evidence=False) == values(many, store, evaluator="reference") == [1, 1, 3]


def test_as_the_store_stood(statement: Statement, store: Store):
    """Before the retraction there were two who had pledged."""
    assert [[2, 7], [1, 7]] == [values(statement, store, at_import=number, evidence=False) for number in (2, 3)]


def test_findings_are_kept_for_one_state(statement: Statement, store: Store, tmp_path: Path):
    """They are written once, read the next time, found anew after an import, and never needed."""
    file = tmp_path / "a.store.findings"
    first = values(statement, store, evidence=False)
    written = file.read_bytes()
    assert [first, written] == [values(statement, store, evidence=False), file.read_bytes()]
    store.retract("p1", Terms(AT))
    store.retract("p2", Terms(AT))
    assert [0, 7] == values(statement, store, evidence=False)
    assert file.read_bytes() != written
    file.write_bytes(b"no database")
    assert [0, 7] == values(statement, store, evidence=False)


def test_nothing_is_contested(statement: Statement, tmp_path: Path):
    """Where every event has one version and no twin, there is nothing to pick."""
    with open_store(tmp_path / "plain.store", writable=True) as opened:
        opened.take_in(table_of(members("A"), "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        opened.take_in(table_of([event("pledge", "A")], "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        assert [1, 0] == values(statement, opened, evidence=False) == values(statement, opened, evidence=False)


def test_names_are_those_that_are_meant(statement: Statement, store: Store):
    """A renamed organisation counts under its name, from the day on which it has it."""
    store.alias("C", "A", Terms(AT), since=date(2009, 6, 1))
    for day in ("2009-05-31", "2010-03-31"):
        found = [
            evaluate_store(statement, store, as_of=day, evaluator=one, evidence=True).results
            for one in ("reference", "compiled")
        ]
        assert found[0] == found[1]


def test_stretches_of_a_name():
    """A name that means another from a day on means itself before; chains are followed."""
    day = date(2009, 4, 1)
    aliases = [Alias("a", "b", day, AT), Alias("b", "c", None, AT)]
    assert [("a", day, None, "c"), ("b", None, date(2009, 3, 31), "c"), ("b", day, None, "c")] == list(
        stretches(aliases)
    )


WITHOUT_PLAN = {
    "count(members[exists(overall(training)[occurred_on > min(training.occurred_on)])])":
        "records of everybody, looked at anew by each subject",
    "count(members[organisation in organisations(training[people > size])])":
        "records of everybody, looked at anew by each subject",
    "count(training[as_known_on(occurred_on, organisation in members)])":
        "what was known on a day that differs from row to row, of which there are more than 1",
    f"count(training[people < {10**37}])": "a number of more than 37 digits",
    f"count(members[count(training) * count(pledge) * {10**20} * {10**19} > 1])":
        "numbers of more digits than the database takes",
}  # fmt: skip
"""Expressions for which a plan would be absurd, and how that is told."""


@pytest.mark.parametrize("text", WITHOUT_PLAN)
def test_what_has_no_plan_is_told(monkeypatch: pytest.MonkeyPatch, statement: Statement, store: Store, text: str):
    """Without a reference to leave it to, an error names the part; with one, the plan tells what was left, and why."""
    monkeypatch.setattr(times, "MOST_DAYS", 1)
    rows = [event("training", "A", "2009-06-01", event_id="t3", people=3), event("pledge", "A", event_id="p4")]
    store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
    node, told = elaborate(text, statement.schema).node, WITHOUT_PLAN[text]
    answers = Answers(Ground(store.database, statement.schema))
    moment = Moment(date(2010, 3, 31), FOREVER, statement.period)
    with pytest.raises(NotCompiledError, match=told):
        Compiled(answers).value(node, moment)
    reference = Reference(statement.schema, store.intake(statement.schema).records)
    found = Compiled(answers, None, lambda: reference).value(node, moment)
    assert reference.value(node, moment) == found
    plan = str(answers.plan())
    assert f"Left to the records for want of a plan\n  {told}" in plan
    assert "from the records one by one (31 March 2010)" in plan


def test_a_pack_is_asked_in_one_query(statement: Statement, store: Store):
    """Figures of one day whose conditions look at a record alone are asked together."""
    nodes = [elaborate(text, statement.schema).node for text in (
        "count(members & organisations(pledge))", "ratio(members & organisations(training), members)",
        "count(pledge)", "sum(training[people >= 4].people)", "count(members - organisations(pledge))",
    )]  # fmt: skip
    answers = Answers(Ground(store.database, statement.schema))
    evaluator = Compiled(answers)
    moment = Moment(date(2010, 3, 31), FOREVER, statement.period)
    answers.foresee((evaluator.frame, node, [moment]) for node in nodes)
    found = [evaluator.value(node, moment).value for node in nodes]
    assert ([1, number(2).value / 3, 1, 4, 2], 1) == (found, len(answers.asked))
