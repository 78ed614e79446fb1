"""How a figure came about: its values at the ends of months, as today's target is compared with them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from tests.helpers import event, members, pack, results

from indicator_engine import evaluate_store, import_rows, memory_store
from indicator_engine.engine.courses import MOST_POINTS, month_ends

COUNTED = """
    measure = "count(members & organisations(pledge))"
    better = "higher"
    target = { at_least = 3 }
    due = "by December 2009"
"""


def test_course_atmonth_ends():
    """A figure's course is its value at each month's end, up to the day that it is judged on."""
    events = [event("pledge", "A", "2009-04-30"), event("pledge", "B", "2009-06-01")]
    found = results(COUNTED, *events, as_of="2009-07-15", series=True).series["one"]

    assert [(date(2009, 4, 30), 1), (date(2009, 5, 31), 1), (date(2009, 6, 30), 2), (date(2009, 7, 15), 2)] == list(
        found
    )


def test_course_stops_at_the_deadline():
    """What happens after the deadline is not in it."""
    found = results(COUNTED, event("pledge", "A"), as_of="2010-03-31", series=True).series["one"]

    assert date(2009, 12, 31) == found[-1][0]


def test_last_point_is_the_figure():
    """The course ends in the very value that is reported."""
    events = [event("pledge", name, f"2009-{month:02d}-10") for name, month in (("A", 4), ("B", 9), ("C", 12))]
    found = results(COUNTED, *events, series=True)

    assert found["one"].value == found.series["one"][-1][1]


def test_course_of_what_is_additional():
    """What is additional is counted from the day it was set, over the whole course."""
    text = """
        measure = "count(members & organisations(pledge))"
        better = "higher"
        target = { additional = 2, since = 2009-06-30 }
        due = "by March 2010"
    """
    events = [event("pledge", "A", "2009-05-01"), event("pledge", "B", "2009-08-01")]
    found = dict(results(text, *events, as_of="2009-09-30", series=True).series["one"])

    assert [0, 0, 1] == [found[day] for day in (date(2009, 5, 31), date(2009, 6, 30), date(2009, 9, 30))]


def test_nothing_unless_asked():
    """Without being asked for, nothing more is computed."""
    assert {} == results(COUNTED, event("pledge")).series


def test_names_of_the_register():
    """Results tell what the register calls its subjects, where that is not their id."""
    register = [*members("A", name="Quillingham"), *members("B", name="B")]

    assert {"A": "Quillingham"} == results(COUNTED, event("pledge"), register=register).names


def test_points_are_bounded():
    """A long period has its points further apart, never more of them."""
    days = month_ends(date(1990, 1, 1), date(2020, 12, 31))

    assert len(days) <= MOST_POINTS
    assert {True} == {(later - earlier).days > 180 for earlier, later in pairwise(days)}


def test_course_over_a_store_is_that_of_the_records():
    """A store's tables and its records, asked one by one, give the same course."""
    statement = pack(COUNTED)
    rows = [event("pledge", name, f"2009-{month:02d}-10") for name, month in (("A", 4), ("B", 9), ("C", 12))]
    with memory_store() as store:
        import_rows(store, statement, members("A", "B", "C"), register=True)
        import_rows(store, statement, rows)
        compiled = evaluate_store(statement, store, as_of="2010-03-31", series=True)
        records = evaluate_store(statement, store, as_of="2010-03-31", series=True, evaluator="reference")

    assert 9 == len(compiled.series["one"])
    assert records.series == compiled.series
