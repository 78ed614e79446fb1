"""What is odd about rows that were read: told once each, and nothing refused."""

from __future__ import annotations

from typing import Any

import pytest

from indicator_engine.language.schema import Attribute, EventType, Population, Schema, Subject
from indicator_engine.store.intake import rows_of, take_in

DATES = {name: Attribute(name, "date") for name in ("member_from", "member_to")}
SCHEMA = Schema(
    Subject(attributes=DATES, start="member_from", end="member_to"),
    {name: EventType(name) for name in ("pledge", "training")},
    {"members": Population("members", start="member_from", end="member_to")},
)
PLEDGE = {
    "event_id": "e1",
    "type": "pledge",
    "organisation": "A",
    "occurred_on": "2009-05-01",
    "recorded_at": "2009-05-02",
}


def told(events: list[dict[str, Any]], register: list[dict[str, Any]] | None = None) -> list[tuple[str, str]]:
    """Codes and severities of what is said."""
    found = take_in(rows_of(events, "events"), rows_of(register or [], "register"), SCHEMA)
    return [(problem.code, problem.severity) for problem in found.problems]


@pytest.mark.parametrize("change", [{"organisation": "B"}, {"type": "training"}])
def test_an_id_of_two_events_is_told(change):
    """A later version of another organisation or type may be a correction, or an id typed twice."""
    assert [("IE312", "warning")] == told([PLEDGE, {**PLEDGE, **change, "recorded_at": "2009-06-01"}])


def test_a_plain_correction_is_not_odd():
    """A later version of the same organisation and type is how corrections are made."""
    assert [] == told([PLEDGE, {**PLEDGE, "occurred_on": "2009-04-30", "recorded_at": "2009-06-01"}])


def test_the_same_thing_under_two_ids_is_told():
    """It counts once, and a note says so."""
    assert [("IE313", "note")] == told([PLEDGE, {**PLEDGE, "event_id": "e2", "recorded_at": "2009-07-01"}])


def test_what_was_corrected_apart_is_not_told_twice():
    """Only what the newest versions say is compared."""
    other = {**PLEDGE, "event_id": "e2"}
    assert [] == told([PLEDGE, other, {**other, "occurred_on": "2009-05-09", "recorded_at": "2009-06-01"}])


def test_a_misspelt_column_of_dates_is_told():
    """Blank would mean that everybody belongs always."""
    codes = told([], [{"organisation": "A", "member_from": "2009-04-01", "member_until": "2009-06-30"}])
    assert [("IE303", "warning"), ("IE314", "warning")] == codes


def test_a_register_without_dates_is_not_odd():
    """Where neither column is there, nobody meant one."""
    assert [] == told([], [{"organisation": "A", "name": "Alder"}])


def test_an_end_before_the_beginning_is_told():
    """Such a spell covers no day."""
    row = {"organisation": "A", "member_from": "2009-06-01", "member_to": "2009-05-01"}
    assert [("IE315", "warning")] == told([], [row])


def test_two_rows_for_the_same_days_are_told():
    """Rows that follow one another are spells; rows that overlap cannot both hold."""
    first = {"organisation": "A", "member_from": "2009-01-01", "member_to": "2009-06-30"}
    assert [] == told([], [first, {**first, "member_from": "2009-07-01", "member_to": ""}])
    assert [("IE316", "warning")] == told([], [first, {**first, "member_from": "2009-06-30", "member_to": ""}])


def test_an_organisation_whose_row_cannot_be_read_is_still_listed():
    """One fault is not told as two."""
    assert [("IE350", "error")] == told([PLEDGE], [{"organisation": "A", "member_from": "soon"}])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"occurred_on": "2009-04-30"}, ["1 event"], id="corrected"),
        pytest.param({"event_id": "e2", "occurred_on": "2009-06-01"}, ["2 events"], id="two"),
        pytest.param({"organisation": "B"}, [], id="moved to another"),
        pytest.param({"retracted": "yes"}, [], id="retracted"),
    ],
)
def test_events_of_a_stranger_are_counted_as_they_stand(change, expected):
    """Versions and retractions were counted as events."""
    rows = [PLEDGE, {**PLEDGE, **change, "recorded_at": "2009-07-01"}]
    register = [{"organisation": "B", "member_from": "", "member_to": ""}]
    found = take_in(rows_of(rows, "events"), rows_of(register, "register"), SCHEMA).problems
    facts = [problem.message for problem in found if problem.code == "IE306"]
    assert [f"organisation `A` has {events} but is not in the register" for events in expected] == facts
