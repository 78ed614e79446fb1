"""Records in two times: which version of which event stands on a day, as known at an instant."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from indicator_engine.store.records import FOREVER, Records, RegisterRow, Version, end_of, subjects_of


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def version(event_id: str, recorded: str, occurred: str = "2009-05-01", **more: Any) -> Version:
    """A version of a pledge of A, recorded at the start of a day."""
    attributes = {name: more.pop(name) for name in list(more) if name not in ("retracted", "subject", "type")}
    return Version(
        event_id, datetime.fromisoformat(recorded), more.get("type", "pledge"), more.get("subject", "A"),
        date.fromisoformat(occurred), attributes, more.get("retracted", False),
    )  # fmt: skip


def standing(*versions: Version, known_at: str = "", basis: Any = "occurred", kind: str = "pledge") -> list[str]:
    """Ids of the pledges that stand at the end of a day."""
    instant = end_of(date.fromisoformat(known_at)) if known_at else FOREVER
    return [record.event_id for record in Records(versions).standing(instant, basis).get(kind, ())]


def test_nothing_stands_before_it_is_recorded():
    """What happened in May and was recorded in July is not known in June."""
    told = version("e1", "2009-07-01")
    assert [[], ["e1"], ["e1"]] == [standing(told, known_at=day) for day in ("2009-06-30", "2009-07-01", "")]


def test_the_newest_version_known_stands():
    """A correction replaces a record from its own recording on."""
    versions = (version("e1", "2009-05-02", stage=1), version("e1", "2009-08-01", stage=2))
    found = [
        Records(versions).standing(end_of(date.fromisoformat(day)))["pledge"][0].version.attributes["stage"]
        for day in ("2009-07-31", "2009-08-01")
    ]
    assert [1, 2] == found


def test_a_retracted_event_does_not_stand():
    """From its retraction on; before that it did, and after a still later telling it does again."""
    versions = (
        version("e1", "2009-05-02"), version("e1", "2009-08-01", retracted=True), version("e1", "2009-09-01", stage=3),
    )  # fmt: skip
    found = [standing(*versions, known_at=day) for day in ("2009-07-31", "2009-08-01", "2009-09-01")]
    assert [["e1"], [], ["e1"]] == found


def test_at_one_instant_a_retraction_has_the_last_word():
    """Whichever way round the two rows stand."""
    told, taken_back = version("e1", "2009-05-02"), version("e1", "2009-05-02", retracted=True)
    assert [[], []] == [standing(told, taken_back), standing(taken_back, told)]


def test_two_tellings_of_one_instant_are_settled_by_what_they_say():
    """Never by the order of rows."""
    one, other = version("e1", "2009-05-02", stage=1), version("e1", "2009-05-02", stage=2)
    found = {
        Records(pair).standing(FOREVER)["pledge"][0].version.attributes["stage"]
        for pair in ((one, other), (other, one))
    }
    assert 1 == len(found)


def test_the_same_content_counts_once():
    """Rows equal in everything but id and recording are one event: the one recorded first."""
    versions = (version("e2", "2009-05-02", stage=1), version("e1", "2009-06-01", stage=1))
    assert ["e2"] == standing(*versions)


@pytest.mark.parametrize("differing", [{"stage": 2}, {"subject": "B"}, {"occurred": "2009-05-02"}, {"stage": None}])
def test_other_content_is_another_event(differing: dict[str, Any]):
    """Another value, organisation or day, or a value that is missing."""
    occurred = differing.pop("occurred", "2009-05-01")
    other = version("e2", "2009-06-01", occurred, **{"stage": 1, **differing})
    assert {"e1", "e2"} == {*standing(version("e1", "2009-05-02", stage=1), other)}


def test_a_missing_value_is_the_same_as_none_given():
    """A blank cell and no cell say the same."""
    assert ["e1"] == standing(version("e1", "2009-05-02"), version("e2", "2009-05-03", stage=None))


def test_a_duplicate_stands_when_its_twin_is_retracted():
    """Each of two tellings of one event carries it alone."""
    versions = (version("e1", "2009-05-02"), version("e2", "2009-05-03"), version("e1", "2009-06-01", retracted=True))
    assert [["e1"], ["e2"]] == [standing(*versions, known_at=day) for day in ("2009-05-31", "2009-06-01")]


def test_records_stand_in_order_of_day_recording_and_id():
    """However the rows come."""
    versions = (
        version("b", "2009-06-02", "2009-06-01", subject="B"),
        version("a", "2009-06-02", "2009-06-01", subject="C"),
        version("c", "2009-06-01", "2009-06-01", subject="D"),
        version("z", "2009-07-01", "2009-05-01", subject="E"),
    )
    assert ["z", "c", "a", "b"] == standing(*versions) == standing(*versions[::-1])


def test_by_recording_the_day_of_the_first_recording_counts():
    """A later correction moves neither the day nor `recorded_on`."""
    versions = (version("e1", "2009-06-10", stage=1), version("e1", "2009-09-01", stage=2))
    (record,) = Records(versions).standing(FOREVER, "recorded")["pledge"]
    assert (date(2009, 6, 10), date(2009, 6, 10), date(2009, 5, 1)) == (
        record.day, record.recorded_on, record.version.occurred_on
    )  # fmt: skip


def test_types_are_kept_apart():
    """A correction may even change the type."""
    versions = (version("e1", "2009-05-02"), version("e1", "2009-06-01", type="withdrawal"))
    assert ([], ["e1"]) == (standing(*versions), standing(*versions, kind="withdrawal"))


def test_the_history_of_an_event_is_told_from_its_first_version():
    """Retractions included; an event nobody has told of has none."""
    versions = (version("e1", "2009-08-01", retracted=True), version("e1", "2009-05-02"))
    records = Records(versions)
    assert [False, True] == [each.retracted for each in records.history("e1")]
    assert () == records.history("e2")
    assert instant("2009-08-01") == records.last_recording()
    assert Records().last_recording() is None


def test_the_register_is_kept_by_subject():
    """In the order of names, the rows of each together."""
    rows = tuple(RegisterRow(name, {"size": Fraction(n)}) for n, name in enumerate("BAB"))
    assert {"A": [1], "B": [0, 2]} == {
        name: [row.attributes["size"] for row in found] for name, found in Records(register=rows).rows.items()
    }


def test_the_subjects_of_records():
    """Each once."""
    found = Records((version("e1", "2009-05-02"), version("e2", "2009-05-02", stage=1))).standing(FOREVER)["pledge"]
    assert frozenset({"A"}) == subjects_of(found)


def test_a_day_ends_with_its_last_instant():
    """What is recorded at 23:59 is recorded on that day."""
    assert instant("2010-03-31T23:59:59.999999") == end_of(date(2010, 3, 31))
