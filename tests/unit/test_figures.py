"""Figures on several days: how many may be asked for at once, and where they come from."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack

from indicator_engine import import_rows, memory_store
from indicator_engine.engine import stores
from indicator_engine.engine.rows import figures
from indicator_engine.engine.stores import figures_of_store
from indicator_engine.evaluation import figures as limits
from indicator_engine.problems import IndicatorEngineError

TEXT = f"""{VOCABULARY}{PRIORITY}
[[priority.indicator]]
id = "one"
measure = "count(members & organisations(pledge))"
"""
EVENTS = [event("pledge", "A", "2009-05-01"), event("pledge", "B", "2009-06-01")]
JUNE = [date(2009, 6, day) for day in range(1, 31)]


def days(number):
    return [date(2009, 4, 1) + timedelta(days=one) for one in range(number)]


def asked(on):
    return figures(pack(TEXT), EVENTS, members("A", "B"), days=on)


def test_more_figures_than_are_worked_out_at_once():
    """Refused before anything is worked out, with what to ask for instead."""
    with pytest.raises(IndicatorEngineError) as refused:
        asked(days(limits.MOST_FIGURES + 1))

    assert str(refused.value) == (
        "that is 120,001 figures (1 indicator on 120,001 days); at most 120,000 are worked out at once: ask for fewer "
        "days, such as the ends of quarters, for fewer columns, or for some indicators at a time"
    )


def test_groups_count_as_well(monkeypatch):
    """A figure for each group and one for all."""
    monkeypatch.setattr(limits, "MOST_FIGURES", 59)
    with pytest.raises(IndicatorEngineError, match=r"90 figures \(1 indicator on 30 days, of all and of 2 groups\)"):
        figures(pack(TEXT), EVENTS, members("A", "B"), days=JUNE, by=["kind"])


def test_a_share_of_a_group_is_a_share():
    """Whoever may or may not be of a group is so above and below the line: it was between 1/2 and 2."""
    text = TEXT.replace("count(members & organisations(pledge))", "ratio(members & organisations(pledge), members)")
    rows = [*members("A", size=1), *members("B")]
    store, statement = memory_store(), pack(text)
    import_rows(store, statement, rows, register=True, recorded_at=date(2009, 1, 1))
    import_rows(store, statement, EVENTS)
    told = [
        [(one.value, one.bounds) for one in found.figures]
        for found in (
            figures(statement, EVENTS, rows, days=JUNE[-1:], by=["size"]),
            figures_of_store(statement, store, days=JUNE[-1:], by=["size"]),
        )
    ]
    assert [(1, (1, 1)), (1, (Fraction(1, 2), 1)), (1, (1, 1))] == told[0] == told[1]


def test_of_a_group_those_count_that_are_listed():
    """The size that the whole is deemed to have is not that of a part of it; a column that is named twice is one."""
    deemed = TEXT.replace("[event.pledge]", "[population.members.deemed]\nsize = 10\n[event.pledge]", 1)
    text = deemed.replace("count(members & organisations(pledge))", "ratio(members & organisations(pledge), members)")
    rows = [*members("A", "C", size=1), *members("B", size=2)]
    found = figures(pack(text), EVENTS, rows, days=JUNE[-1:], by=["size", "size"])
    assert [(None, Fraction(1, 5)), ((1,), Fraction(1, 2)), ((2,), 1), ((None,), None)] == [
        (one.group, one.value) for one in found.figures
    ]
    assert [("one", "the whole has its deemed size, and each group those of it that the register lists")] == [
        *found.remarks
    ]


def test_more_than_records_are_looked_at(monkeypatch):
    """Without a store each figure looks at each record; at the limit it does, beyond it a store is named."""
    monkeypatch.setattr(limits, "MOST_LOOKS", 60)
    assert len(asked(JUNE).figures) == 30

    with pytest.raises(
        IndicatorEngineError, match=r"31 figures .* over 2 records, .* at most 60 looks are taken\. Put the"
    ):
        asked([*JUNE, date(2009, 7, 1)])


def test_a_store_has_no_such_limit(monkeypatch):
    """Its figures come from a query, but for very few records on very few days."""
    with memory_store() as store:
        import_rows(store, pack(TEXT), members("A", "B"), register=True)
        import_rows(store, pack(TEXT), EVENTS)
        few = figures_of_store(pack(TEXT), store, days=JUNE)
        monkeypatch.setattr(limits, "MOST_LOOKS", 0)
        with pytest.raises(IndicatorEngineError, match="looks are taken"):
            figures_of_store(pack(TEXT), store, days=JUNE)
        monkeypatch.setattr(stores, "FEW_RECORDS", 59)

        assert figures_of_store(pack(TEXT), store, days=JUNE).figures == few.figures
