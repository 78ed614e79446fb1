"""Wrong answers that both evaluators agreed on, each worked out by hand and pinned."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack

from indicator_engine import open_store
from indicator_engine.engine.rows import figures
from indicator_engine.engine.stores import evaluate_store, figures_of_store
from indicator_engine.store.accounts import Terms
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.store import Store

AT = datetime(2009, 4, 1)  # noqa: DTZ001  # instants of a store carry no zone
Rows = list[dict[str, Any]]


def measured(vocabulary: str, *measures: str) -> Statement:
    """A pack of these measures."""
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\nkind = \"monitored\"\n"
        for index, text in enumerate(measures)
    )
    return pack(f"{vocabulary}{PRIORITY}{indicators}")


def told(folder: Path, statement: Statement, register: Rows, events: Rows, *days: date) -> list[list[Any]]:
    """The figures on some days, a list for each day, once both evaluators say the same."""
    with open_store(folder / "a.store", writable=True) as store:
        store.take_in(table_of(register, "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        if events:
            store.take_in(table_of(events, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        by_queries = figures_of_store(statement, store, days=days, evaluator="compiled").figures
    by_records = figures(statement, events, register, days=days).figures
    assert by_records == by_queries
    return [[one.value for one in by_records if one.day == day] for day in days]


# ── the register on a day ────────────────────────────────────────────────────────────────────────────────────────────

SPELLS = VOCABULARY.replace(
    "[subject.attributes]\n",
    '[subject]\nfrom = "row_from"\nto = "row_to"\n[subject.attributes]\n'
    'row_from = { type = "date" }\nrow_to = { type = "date" }\n',
).replace('from = "member_from"\nto = "member_to"\n', "")


def test_a_population_looks_at_the_row_that_holds(tmp_path: Path):
    """A member until June and a public body since was a member for ever; those with one row are what that row says."""
    statement = measured(
        SPELLS, "count(members)", 'count(members[kind == "member"])', "count(members - organisations(pledge))"
    )
    register = [
        {"organisation": "A", "kind": "member", "row_to": "2009-06-30"},
        {"organisation": "A", "kind": "public", "row_from": "2009-07-01"},
        {"organisation": "B", "kind": "public", "row_to": "2009-05-31"},
        {"organisation": "B", "kind": "member", "row_from": "2009-08-01"},
        {"organisation": "C", "kind": "member", "row_to": "2009-03-31"},
    ]
    events = [event("pledge", "B", "2009-09-01")]
    days = [date(2009, 5, 1), date(2009, 7, 1), date(2009, 8, 1), date(2010, 3, 31)]
    assert [[2, 2, 2], [1, 1, 1], [2, 2, 2], [2, 2, 1]] == told(tmp_path, statement, register, events, *days)


# ── the same point of another period ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("period", "as_of", "before", "after"),
    [
        ("{ start = 2009-04-01, end = 2009-09-30 }", date(2009, 9, 30), "2009-03-31", "2009-04-01"),
        ("{ start = 2009-04-01, end = 2009-06-30 }", date(2009, 6, 30), "2009-03-31", "2009-04-01"),
        ("{ start = 2009-02-01, end = 2009-02-28 }", date(2009, 2, 28), "2009-01-31", "2009-02-01"),
        ("{ start = 2008-03-01, end = 2009-02-28 }", date(2009, 2, 28), "2008-02-29", "2008-03-01"),
        ("{ start = 2009-04-01, end = 2009-09-30 }", date(2009, 9, 29), "2009-03-29", "2009-03-30"),
    ],
)
def test_the_end_of_a_period_is_that_of_the_one_before(
    tmp_path: Path, period: str, as_of: date, before: str, after: str
):
    """On 30 September half a year ago is 31 March: the last day of the financial year was left out."""
    vocabulary = VOCABULARY.replace('period = "2009-10"', f"period = {period}")
    statement = measured(vocabulary, "previous(count(in_period(pledge)))", "count(organisations(previous(pledge)))")
    events = [event("pledge", "A", before), event("pledge", "B", after)]
    assert [[1, 1]] == told(tmp_path, statement, members("A", "B"), events, as_of)


def test_each_quarter_beside_the_one_before(tmp_path: Path):
    """The quarter to June is compared with that to 31 March."""
    statement = measured(VOCABULARY, "each(quarter, count(pledge) >= previous(count(pledge)))")
    events = [
        event("pledge", "A", day) for day in ("2009-03-30", "2009-03-31", "2009-05-01", "2009-07-01", "2009-08-01")
    ]
    assert [["1/2"]] == [
        [str(one) for one in day] for day in told(tmp_path, statement, members("A"), events, date(2009, 9, 30))
    ]


# ── what a verdict rests on ──────────────────────────────────────────────────────────────────────────────────────────

TARGET = '\nbetter = "higher"\ntarget = {{ at_least = {} }}\n'


def judged(
    folder: Path, statement: Statement, register: Rows, *imports: tuple[datetime, Rows], **asked: Any
) -> set[Any]:
    """The verdict of the only indicator by records and by queries, with what is needed still."""
    with open_store(folder / "a.store", writable=True) as store:
        store.take_in(table_of(register, "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        for at, rows in imports:
            store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(at))
        found = [
            evaluate_store(statement, store, evaluator=one, **{"as_of": "2010-03-31", **asked}).results[0]
            for one in ("reference", "compiled")
        ]
    return {(one.verdict, one.needed) for one in found}


def test_met_and_lost_as_sizes_were_deemed_otherwise(tmp_path: Path):
    """Half of four is two, while four were deemed to be there; no record tells of that day."""
    deemed = "".join(
        f"[[population.members.deemed]]\nsize = {size}\nknown_from = {since}\n"
        for size, since in ((10, "2009-04-01"), (4, "2009-09-01"), (10, "2009-12-01"))
    )
    vocabulary = VOCABULARY.replace("[event.pledge]", deemed + "[event.pledge]", 1)
    text = "measure = 'ratio(members & organisations(pledge), members)'" + TARGET.format('"50%"')
    statement = pack(f"{vocabulary}{PRIORITY}[[priority.indicator]]\nid = 'i'\n{text}")
    rows = [event("pledge", name, "2009-05-01") for name in "AB"]
    assert {("met_then_lost", 3)} == judged(tmp_path, statement, members("A", "B"), (AT, rows))


def test_met_and_lost_before_records_were_kept(tmp_path: Path):
    """From the day on which withdrawals are known two have not withdrawn, until one does."""
    vocabulary = VOCABULARY.replace("[event.withdrawal]", "[event.withdrawal]\ncovered_from = 2009-06-01")
    text = "measure = 'count(members - organisations(withdrawal))'" + TARGET.format(2)
    statement = pack(f"{vocabulary}{PRIORITY}[[priority.indicator]]\nid = 'i'\n{text}")
    rows = [event("withdrawal", "A", "2009-09-01")]
    assert {("met_then_lost", 1)} == judged(tmp_path, statement, members("A", "B"), (AT, rows))


def test_met_and_lost_as_known_on_another_day(tmp_path: Path):
    """What was known in June stood in May; the versions that stand now say August."""
    text = "measure = 'count(as_known_on(date(\"2009-06-30\"), in_force(pledge)))'" + TARGET.format(2)
    statement = pack(text.replace("measure", "measure", 1))
    then = [event("pledge", name, "2009-05-02", event_id=name) for name in "AB"]
    then.append(event("withdrawal", "A", "2009-05-20", event_id="w"))
    since = [event("pledge", name, "2009-08-01", event_id=name) for name in "AB"]
    since.append({"event_id": "w", "retracted": "yes"})
    found = judged(
        tmp_path,
        statement,
        members("A", "B"),
        (at("2009-05-21"), then),
        (at("2009-08-02"), since),
    )
    assert {("met_then_lost", 1)} == found


@pytest.mark.parametrize(("hours", "goal", "needed"), [("3", "10.5", "15/2"), ("3.5", "10", "13/2"), ("3", "10", "7")])
def test_as_much_is_needed_as_is_lacking(tmp_path: Path, hours: str, goal: str, needed: str):
    """Of what comes in parts no whole ones are asked for because what there is happens to be whole."""
    statement = pack("measure = 'sum(training.cost)'" + TARGET.format(goal))
    found = judged(tmp_path, statement, members("A"), (AT, [event("training", "A", cost=hours)]))
    assert {("missed", Fraction(needed))} == found


def test_whole_ones_are_needed_of_whole_ones(tmp_path: Path):
    """Of people, ten and a half are eleven."""
    statement = pack("measure = 'sum(training.people)'" + TARGET.format("10.5"))
    found = judged(tmp_path, statement, members("A"), (AT, [event("training", "A", people=3)]))
    assert {("missed", 8)} == found


STAGES = """
measure = "count(pledge)"
better = "higher"
target = [
  { due = 2009-06-30, versions = [
    { at_least = 2, due = 2009-06-30 }, { at_least = 2, due = 2009-12-31, known_from = 2009-11-01 },
  ] },
  { at_least = 3, due = 2010-03-31 },
]
"""


def test_the_stage_in_force_is_that_which_was_known(tmp_path: Path):
    """A deadline that was moved in November does not change what was judged in August."""
    statement = pack(STAGES)
    asked = {"as_of": "2009-08-01", "known_at": "2009-08-01"}
    found = judged(tmp_path, statement, members("A"), (AT, [event("pledge", "A", "2009-05-01")]), **asked)
    assert {("not_yet_due", 2)} == found


# ── registers as they were known ─────────────────────────────────────────────────────────────────────────────────────


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[Store]:
    """A store of two pledges of May; one member was listed in April, three in February, two of them in March."""
    statement = pack('measure = "count(pledge)"')
    with open_store(tmp_path / "a.store", writable=True) as store:
        rows = [event("pledge", name, recorded_at="2009-05-02") for name in "AB"]
        store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(at("2010-03-31")))
        for recorded, names in (("2009-04-01", "A"), ("2010-02-01", "ABC"), ("2010-03-01", "AB")):
            registered = table_of(
                [*members(*names), *([{"organisation": "C", "kind": "public"}] * ("C" not in names))], "r"
            )
            store.take_in(registered, statement.schema, PLAIN_REGISTER, Terms(at(recorded), recorded_at=at(recorded)))
        yield store


def test_a_register_is_asked_as_it_was_known(listed: Store):
    """What was known on a day knew the register of that day, not the one of today."""
    then = 'as_known_on(date("2009-12-31"), {})'.format
    measures = (
        then("count(members)"), then("ratio(members & organisations(pledge), members)"),
        'count(as_known_on(date("2010-02-15"), members) - members)',
        'count(pledge[organisation in as_known_on(date("2009-12-31"), members)])',
        'count(as_known_on(date("2009-01-01"), members))',
        "count(organisations(pledge)[" + then('exists(pledge) and kind == "member"') + "])",
    )  # fmt: skip
    statement = measured(VOCABULARY, *measures)
    found = [
        [one.value for one in evaluate_store(statement, listed, as_of="2010-03-31", evaluator=way).results]
        for way in ("reference", "compiled")
    ]
    assert [[1, 1, 1, 1, 1, 1]] * 2 == found
    by_day = figures_of_store(statement, listed, days=[date(2010, 3, 30), date(2010, 3, 31)], evaluator="compiled")
    assert [1] * 12 == [one.value for one in by_day.figures]


@pytest.mark.parametrize("evaluator", ["reference", "compiled"])
def test_what_a_later_register_made_true_was_known_late(listed: Store, evaluator: Literal["reference", "compiled"]):
    """On the last day of the year one member had pledged, as far as anybody knew then."""
    text = "measure = 'count(members & organisations(pledge))'" + TARGET.format(2) + "due = 2009-12-31\n"
    (found,) = evaluate_store(pack(text), listed, as_of="2010-03-31", evaluator=evaluator).results
    assert (2, "met_known_late") == (found.value, found.verdict)


# ── what another pack has told of ────────────────────────────────────────────────────────────────────────────────────

SMALLER = VOCABULARY.replace('attributes.cost = { type = "money" }\n', "").replace(
    '[event.sighting]\nattributes.other_org = { type = "subject" }\n', ""
)


def test_what_a_pack_does_not_declare_is_told_all_the_same(tmp_path: Path):
    """An event that was corrected to a type of another pack is of that type; two that differ only there are two."""
    whole = measured(VOCABULARY, "count(training)")
    statement = measured(SMALLER, "count(training)", "count(organisations(training))", "sum(training.people)")
    assert "sighting" not in statement.schema.events
    told = [event("training", name, event_id=name, people=2) for name in "AB"]
    told += [event("training", "C", event_id=f"C{cost}", people=3, cost=cost) for cost in (1, 2)]
    since = [{"event_id": "B", "type": "sighting", "organisation": "B", "occurred_on": "2009-05-01"}]
    with open_store(tmp_path / "a.store", writable=True) as store:
        store.take_in(table_of(members("A", "B", "C"), "r"), whole.schema, PLAIN_REGISTER, Terms(AT))
        for recorded, rows in ((at("2009-06-01"), told), (at("2009-07-01"), since)):
            store.take_in(table_of(rows, "e"), whole.schema, PLAIN_EVENTS, Terms(recorded, recorded_at=recorded))
        found = [
            [one.value for one in evaluate_store(statement, store, as_of="2010-03-31", **way).results]
            for way in ({"evaluator": "reference"}, {"evaluator": "compiled"}, {"evidence": False}, {"state": True})
        ]
        before = evaluate_store(statement, store, as_of="2010-03-31", known_at="2009-06-15", evaluator="compiled")
    assert [[3, 2, 8]] * 4 == found
    assert [4, 3, 10] == [one.value for one in before.results]
