"""Wrong answers that both evaluators agreed on, each worked out by hand and pinned."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack

from indicator_engine import open_store
from indicator_engine.engine.rows import figures
from indicator_engine.engine.stores import figures_of_store
from indicator_engine.store.accounts import Terms
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from pathlib import Path

    from indicator_engine.definitions.model import Statement

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
