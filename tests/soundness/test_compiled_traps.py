"""Silent wrong answers of queries that were found, each pinned."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import pytest
from tests.helpers import PRIORITY, VOCABULARY, codes, event, members, pack

from indicator_engine import open_store
from indicator_engine.engine.stores import evaluate_store, figures_of_store
from indicator_engine.evaluation.compiled import ground as grounds
from indicator_engine.store.accounts import Terms
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.store import Store

AT = datetime(2010, 4, 1)  # noqa: DTZ001  # instants of a store carry no zone
Rows = list[dict[str, Any]]


@contextmanager
def filled(folder: Path, statement: Statement, register: Rows, events: Rows) -> Iterator[Store]:
    """A store with a register and events."""
    with open_store(folder / "a.store", writable=True) as store:
        store.take_in(table_of(register, "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        store.take_in(table_of(events, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        yield store


def by_both(statement: Statement, store: Store) -> list[Any]:
    """The figure on the last day as the reference says it, and as queries do."""
    return [
        evaluate_store(statement, store, as_of="2010-03-31", evaluator=one).results[0].value
        for one in ("reference", "compiled")
    ]


def test_findings_serve_packs_in_any_order(tmp_path: Path):
    """Two packs of one vocabulary share what was found of a store, though they declare their types in another order."""
    first = pack("measure = 'count(pledge)'\nkind = \"monitored\"")
    turned = dict(reversed(list(first.schema.events.items())))
    second = replace(first, schema=replace(first.schema, events=turned))
    rows = [event("pledge", "A", event_id="p1"), event("pledge", "A", event_id="p2"), event("training", "A")]
    with filled(tmp_path, first, members("A"), rows) as store:
        found = [
            evaluate_store(one, store, as_of="2010-03-31", evidence=False).results[0].value for one in (first, second)
        ]
    assert [1, 1] == found


def test_a_day_is_written_out_only_once_its_records_were_asked(tmp_path: Path):
    """Two figures hang on one day, which has another to fall back to: neither takes that while records are unasked."""
    day = "coalesce(min(training.occurred_on), period_start)"
    measure = f"count(at({day}, organisations(pledge))) + count(at({day}, members & organisations(pledge)))"
    statement = pack(f"measure = '{measure}'\nkind = \"monitored\"")
    rows = [event("pledge", "A", "2009-05-01", event_id="p"), event("training", "A", "2009-06-01", event_id="t")]
    with filled(tmp_path, statement, members("A"), rows) as store:
        found = by_both(statement, store)
    assert [2, 2] == found


def test_events_corrected_to_say_the_same_count_once(tmp_path: Path):
    """As two that said it from the beginning do, also where the type has no other twins."""
    statement = pack("measure = 'sum(training.people)'\nkind = \"monitored\"")
    with open_store(tmp_path / "a.store", writable=True) as store:
        store.take_in(table_of(members("A"), "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        for people in (3, 4):
            rows = [event("training", "A", event_id=name, people=people) for name in ("t1", "t2")]
            store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        found = [
            evaluate_store(statement, store, as_of="2010-03-31", **asked).results[0].value
            for asked in ({"evaluator": "reference"}, {"evaluator": "compiled"}, {"evidence": False})
        ]
    assert [4, 4, 4] == found


def test_an_event_known_at_two_instants_is_one(tmp_path: Path):
    """What was told late is what was not known then; joined with what was known then, each event counts once."""
    then = 'as_known_on(date("2009-12-31"), pledge)'
    measures = (f"count(pledge - {then})", f"count(pledge | {then})", f"count(pledge[stage >= 2] & {then})")
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\nkind = \"monitored\"\n"
        for index, text in enumerate(measures)
    )
    statement = pack(f"{VOCABULARY}{PRIORITY}{indicators}")
    told = [
        [event("pledge", "A", event_id="p1", stage=1), event("pledge", "B", event_id="p2", stage=2)],
        [event("pledge", "A", event_id="p1", stage=2), event("pledge", "C", event_id="p3", stage=1)],
    ]
    with open_store(tmp_path / "a.store", writable=True) as store:
        store.take_in(table_of(members("A", "B", "C"), "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        for rows, at in zip(told, (datetime(2009, 6, 1), datetime(2010, 2, 1)), strict=True):  # noqa: DTZ001
            store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(at))
        found = [
            [one.value for one in evaluate_store(statement, store, as_of="2010-03-31", **asked).results]
            for asked in ({"evaluator": "reference"}, {"evaluator": "compiled"}, {"evidence": False})
        ]
    assert [[1, 3, 2]] * 3 == found


def test_records_of_a_day_that_no_record_tells_are_not_none(tmp_path: Path):
    """What was there on a day that is not known is not known either, asked of many days as of one."""
    plans = '[event.plan]\nattributes.ready_on = { type = "date" }\n'
    measure = "count(at(min(plan.ready_on), pledge))"
    indicator = f"[[priority.indicator]]\nid = 'i'\nmeasure = '{measure}'\nkind = \"monitored\"\n"
    statement = pack(f"{VOCABULARY}{plans}{PRIORITY}{indicator}")
    months = [date(2009, month, 28) for month in range(5, 12)]
    rows = [
        event("pledge", "A", event_id="p"),
        event("plan", "A", "2009-08-01", event_id="t", ready_on="2009-07-01"),
    ]
    with filled(tmp_path, statement, members("A"), rows) as store:
        found = [
            [one.value for one in figures_of_store(statement, store, days=months, evaluator=evaluator).figures]
            for evaluator in ("reference", "compiled")
        ]
    assert [[None] * 3 + [1] * 4] * 2 == found


def test_what_two_types_have_in_common_asks_for_attributes_of_the_first(tmp_path: Path):
    """No record is of both; a condition on them looks for no attribute where there is none."""
    statement = pack("measure = 'count(pledge[every(pledge & training, stage >= 2)])'\nkind = \"monitored\"")
    with filled(tmp_path, statement, members("A"), [event("pledge", "A")]) as store:
        found = [
            evaluate_store(statement, store, as_of="2010-03-31", **asked).results[0].value
            for asked in ({"evaluator": "reference"}, {"evaluator": "compiled"}, {"evidence": False})
        ]
    assert len(set(found)) == 1


def test_a_day_of_the_record_at_hand_is_not_asked_of_days(tmp_path: Path):
    """Within a selection seen on the record's day, that day again: it was looked for beside days, and nothing came."""
    before = "count(in_force(at(occurred_on, pledge)))"
    statement = pack(f"measure = 'count(pledge[at(occurred_on, {before}) >= 1])'\nkind = \"monitored\"")
    rows = [event("pledge", "A", day, event_id=day) for day in ("2009-05-01", "2009-06-01")]
    with filled(tmp_path, statement, members("A"), rows) as store:
        found = by_both(statement, store)
    assert [2, 2] == found


MONTHS = ("2009-05-31", "2009-06-30", "2009-07-31")


def test_who_is_there_under_another_name_only_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Courses of many subjects begin with everybody; a name that an alias leads to, and nothing else, is somebody."""
    monkeypatch.setattr(grounds, "MANY_SUBJECTS", 0)
    statement = pack("measure = 'count(organisations(pledge))'\nkind = \"monitored\"")
    rows = [event("pledge", "A", "2009-06-10")]
    with filled(tmp_path, statement, members("Z"), rows) as store:
        store.alias("A", "New name", Terms(AT))
        found = [_by_month(statement, store, one) for one in ("reference", "compiled")]
    assert [[0, 1, 1], [0, 1, 1]] == found


@pytest.mark.parametrize("many", [0, 10**9], ids=["many subjects", "few subjects"])
@pytest.mark.parametrize("beside", [["count(organisations(pledge))"], []], ids=["beside another", "alone"])
def test_nobody_is_counted_within_a_rehearsal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, beside: list[str]
):
    """A population that nobody ever belongs to, with days of its own: no query fails, for that ends the rehearsal."""
    monkeypatch.setattr(grounds, "MANY_SUBJECTS", many)
    never = "[population.never]\nwhere = 'False and size > 1'\nfrom = \"member_from\"\n"
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{number}'\nmeasure = '{measure}'\nkind = 'monitored'\n"
        for number, measure in enumerate([*beside, "count(never)"])
    )
    statement = pack(f"{VOCABULARY}{never}{PRIORITY}{indicators}")
    with open_store(tmp_path / "a.store", writable=True) as store:
        rows = members("A", member_from=date(2009, 6, 5))
        store.take_in(table_of(rows, "register"), statement.schema, PLAIN_REGISTER, Terms(AT))
        rows = [event("pledge", "A", "2009-06-10")]
        store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        with store.rehearsal():
            found = [_by_month(statement, store, one) for one in ("reference", "compiled")]
    expected = [0, 1, 1] * len(beside) + [0, 0, 0]
    assert [expected, expected] == found


def _by_month(statement: Statement, store: Store, evaluator: Literal["reference", "compiled"]) -> list[Any]:
    return [one.value for one in figures_of_store(statement, store, days=MONTHS, evaluator=evaluator).figures]


def test_knowledge_of_a_record_s_own_day_is_asked_of_real_days(tmp_path: Path):
    """Whether a condition is the same on every day is tried beside no day at all, of which none may be looked up."""
    statement = pack(
        "measure = 'count(organisations(pledge[organisation in as_known_on(occurred_on, members)]))'\n"
        'kind = "monitored"'
    )
    with open_store(tmp_path / "a.store", writable=True) as store:
        early = Terms(AT, recorded_at=AT.replace(year=2009))
        store.take_in(table_of(members("A"), "register"), statement.schema, PLAIN_REGISTER, early)
        rows = [event("pledge", name, "2009-06-10") for name in ("A", "B")]
        store.take_in(table_of(rows, "events"), statement.schema, PLAIN_EVENTS, Terms(AT))
        for days in (MONTHS, MONTHS[1:], MONTHS[2:]):
            found = [
                [one.value for one in figures_of_store(statement, store, days=days, evaluator=way).figures]
                for way in ("reference", "compiled")
            ]
            assert found[0] == found[1] == [0, 1, 1][-len(days) :]


# ── what a store keeps otherwise than a pack says ────────────────────────────────────────────────────────────────────

TAGS = '[subject.attributes]\ntags = { type = "list" }\n'


def every_way(statement: Statement, store: Store, **asked: Any) -> list[list[Any]]:
    """The figures on the last day by records, by queries, and by queries alone."""
    ways: tuple[dict[str, Any], ...] = ({"evaluator": "reference"}, {"evaluator": "compiled"}, {"evidence": False})
    return [
        [one.value for one in evaluate_store(statement, store, as_of="2010-03-31", **way, **asked).results]
        for way in ways
    ]


def measured(vocabulary: str, *measures: str) -> Statement:
    """A pack of these measures."""
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\nkind = \"monitored\"\n"
        for index, text in enumerate(measures)
    )
    return pack(f"{vocabulary}{PRIORITY}{indicators}")


def test_a_blank_list_of_the_register_lists_nothing(tmp_path: Path):
    """A store keeps it as nothing at all, which queries took for not known; nor does a column that is not there yet."""
    vocabulary = VOCABULARY.replace("[subject.attributes]\n", TAGS) + "[population.everyone]\n"
    measures = ('count(everyone[not ("b" in tags)])', "count(everyone[missing(tags)])", "count(everyone[known(tags)])")
    statement = measured(vocabulary, *measures)
    rows: Rows = [{"organisation": "A", "tags": ["b"]}, {"organisation": "B", "tags": None}]
    with filled(tmp_path, statement, rows, [event("pledge", "A")]) as store:
        assert [[1, 0, 2]] * 3 == every_way(statement, store)
    (tmp_path / "a.store").unlink()
    (tmp_path / "a.store.ledger").unlink()
    before = measured(VOCABULARY + "[population.everyone]\n", "count(everyone)")
    with filled(tmp_path, before, members("A", "B"), [event("pledge", "A")]) as store:
        assert [[2, 0, 2]] * 3 == every_way(statement, store)


def test_a_list_that_a_store_has_not_yet(tmp_path: Path):
    """Nothing is listed in it, by records as by queries."""
    before = measured(VOCABULARY, "count(pledge)")
    tagged = VOCABULARY.replace("attributes.stage =", 'attributes.tags = { type = "list" }\nattributes.stage =')
    statement = measured(tagged, 'count(pledge["b" in tags])', 'count(pledge["b" not in tags])')
    with filled(tmp_path, before, members("A"), [event("pledge", "A")]) as store:
        assert [[0, 1]] * 3 == every_way(statement, store)


def test_whole_numbers_over_a_store_that_has_decimals(tmp_path: Path):
    """Another pack told of 2.5; a database makes 3 of it where it is asked for a whole number."""
    wide = VOCABULARY.replace(
        'attributes.people = { type = "integer", minimum = 0 }', 'attributes.people = { type = "decimal" }'
    )
    wide = wide.replace('size = { type = "integer", minimum = 0 }', 'size = { type = "decimal" }')
    measures = (
        "sum(training.people)",
        "count(training[people >= 3])",
        "count(members[size >= 3])",
        "mean(training.people)",
    )
    rows = [event("training", "A", people="2.5"), event("training", "A", "2009-05-02", people="2.5")]
    with filled(tmp_path, measured(wide, *measures), members("A", size="2.5"), rows) as store:
        found = every_way(measured(VOCABULARY, *measures), store)
        kept = every_way(measured(VOCABULARY, *measures), store, state=True)
    assert [[5, 0, 0, Fraction(5, 2)]] * 6 == found + kept


def test_an_attribute_called_as_the_database_calls_a_place(tmp_path: Path):
    """It would stand for the place of each row; it is refused where it is declared."""
    text = VOCABULARY + '[event.visit]\nattributes.rowid = { type = "integer" }\n' + PRIORITY
    assert ["IE017"] == codes(text)


def test_of_two_that_say_the_same_the_first_counts(tmp_path: Path):
    """A set has a subject once however many put it there, unless a condition tells them apart by when they came."""
    late = 'pledge[recorded_on >= date("2009-07-01")]'
    statement = measured(
        VOCABULARY,
        f"count(members & organisations({late}))",
        f"count(members - organisations({late}))",
        f"count({late})",
    )
    rows = [
        event("pledge", "A", event_id="p1", recorded_at="2009-05-02"),
        event("pledge", "A", event_id="p2", recorded_at="2009-07-02"),
    ]
    with filled(tmp_path, statement, members("A"), rows) as store:
        assert [[0, 1, 0]] * 3 == every_way(statement, store)
        days = [date(2009, 6, 30), date(2010, 3, 31)]
        found = figures_of_store(statement, store, days=days, evaluator="compiled").figures
    assert [0, 0, 1, 1, 0, 0] == [one.value for one in found]


# ── totals that are kept ─────────────────────────────────────────────────────────────────────────────────────────────


def test_totals_that_are_kept_have_all_their_digits(tmp_path: Path):
    """Python adds decimals up to 28 digits; a store has 38."""
    statement = measured(VOCABULARY, "sum(training.cost)", "sum(in_period(training).cost)")
    rows = [
        event("training", "A", cost="1000000000000"),
        event("training", "A", "2009-05-02", cost="0.123456789012345678"),
    ]
    with filled(tmp_path, statement, members("A"), rows) as store:
        found = every_way(statement, store, state=True)
    assert [[Fraction("1000000000000.123456789012345678")] * 2] * 3 == found


def test_totals_that_are_kept_may_be_too_large(tmp_path: Path):
    """Two days' amounts of a size that a database cannot add up ended every run; they are asked for by other ways."""
    statement = measured(VOCABULARY, "sum(training.cost)", "count(training)")
    rows = [event("training", "A", f"2009-05-0{day}", cost=6 * 10**17) for day in (1, 2)]
    with filled(tmp_path, statement, members("A"), rows) as store:
        found = [*every_way(statement, store, state=True), *every_way(statement, store, state=True)]
    assert [[12 * 10**17, 2]] * 6 == found
