"""From values to verdicts: every branch by itself, and every word of the list reached by a whole indicator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.helpers import event, members, verdict

from indicator_engine.conventions import VERDICTS
from indicator_engine.evaluation.values import NONE, Unknown
from indicator_engine.evaluation.verdicts import DONE, LOST, OPEN, Judged, of_parts, of_unknown, of_value

YES, NO = True, False
UNKNOWN = Unknown.because("undecided")


def judged(
    satisfied: Any,
    *,
    final: bool = True,
    limits: bool = False,
    on_path: Any = None,
    then: Any = True,
    once: bool = False,
) -> Judged:
    return Judged(satisfied, final, limits, on_path, lambda: then, lambda: once)


# ── unknown values ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (("tbc",), "no_target_yet"),
        (("not established",), "not_established"),
        (("no baseline",), "no_baseline"),
        (("no data",), "no_data"),
        (("undecided",), "undecided"),
        (("undefined",), "none_arose"),
        (("none arose",), "none_arose"),
        (("tbc", "undecided"), "no_target_yet"),
        (("no data", "undefined"), "no_data"),
        (("not established", "no data"), "not_established"),
        (("something new",), "undecided"),
    ],
)
def test_an_unknown_value_is_told_by_its_weightiest_reason(reasons: tuple[str, ...], expected: str):
    """What must be settled first comes first: a number to agree, a cohort, a baseline, data, a decision."""
    assert expected == of_unknown(reasons, final=True)


@pytest.mark.parametrize(
    ("reason", "expected"), [("undefined", "not_yet_due"), ("none arose", "not_yet_due"), ("no data", "no_data")]
)
def test_before_the_deadline_something_may_still_arise(reason: str, expected: str):
    """Nothing so far is only not yet due."""
    assert expected == of_unknown((reason,), final=False)


# ── known values ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (judged(YES), "met"),
        (judged(YES, then=False), "met_known_late"),
        (judged(YES, then=UNKNOWN), "met_known_late"),
        (judged(YES, final=False), "met"),
        (judged(YES, final=False, then=False), "met"),
        (judged(YES, final=False, limits=True), "on_track"),
        (judged(YES, limits=True), "met"),
        (judged(NO), "missed"),
        (judged(NO, once=True), "met_then_lost"),
        (judged(NO, final=False, once=True), "met_then_lost"),
        (judged(NO, final=False), "not_yet_due"),
        (judged(NO, final=False, on_path=True), "on_track"),
        (judged(NO, final=False, on_path=False), "behind"),
        (judged(NO, final=False, on_path=UNKNOWN), "undecided"),
        (judged(NO, final=False, limits=True), "behind"),
        (judged(UNKNOWN), "undecided"),
        (judged(UNKNOWN, once=True), "undecided"),
        (judged(UNKNOWN, final=False), "not_yet_due"),
        (judged(UNKNOWN, final=False, on_path=True), "on_track"),
        (judged(UNKNOWN, final=False, limits=True), "not_yet_due"),
        (judged(NONE), "none_arose"),
        (judged(NONE, final=False), "not_yet_due"),
    ],
)
def test_a_known_value_is_judged_by_the_day(case: Judged, expected: str):
    """Satisfied, not satisfied or undecided; before the deadline and on it."""
    assert expected == of_value(case)


def test_what_costs_an_evaluation_is_asked_only_when_it_matters():
    """What was known on the day matters to what is satisfied, what once was to what is not."""

    def never() -> bool:
        raise AssertionError

    assert "met" == of_value(replace(judged(YES), once_satisfied=never))
    assert "missed" == of_value(replace(judged(NO), satisfied_as_known_then=never))


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parts", "require", "final", "expected"),
    [
        (("met", "met"), 2, True, "met"),
        (("met", "missed"), 1, True, "met"),
        (("met", "met_known_late"), 2, True, "met_known_late"),
        (("met", "met_known_late"), 1, True, "met"),
        (("met", "missed"), 2, True, "missed"),
        (("met", "met_then_lost"), 2, True, "missed"),
        (("met_then_lost", "undecided"), 2, True, "missed"),
        (("met_then_lost", "not_yet_due"), 2, False, "not_yet_due"),
        (("met", "met_then_lost"), 2, False, "not_yet_due"),
        (("missed", "met_then_lost"), 2, True, "missed"),
        (("met", "undecided"), 2, True, "undecided"),
        (("met", "no_data"), 2, True, "no_data"),
        (("undecided", "no_data"), 2, True, "undecided"),
        (("met", "none_arose"), 2, True, "none_arose"),
        (("missed", "undecided", "met"), 2, True, "undecided"),
        (("met", "no_target_yet"), 2, True, "no_target_yet"),
        (("met", "not_yet_due"), 2, False, "not_yet_due"),
        (("met", "behind"), 2, False, "behind"),
        (("on_track", "not_yet_due"), 2, False, "not_yet_due"),
        (("met", "on_track"), 2, False, "on_track"),
        (("met", "undecided"), 2, False, "undecided"),
        (("missed", "not_yet_due"), 2, False, "missed"),
        (("missed", "not_yet_due"), 1, False, "not_yet_due"),
        (("met", "monitored"), 2, True, "undecided"),
        (("met", "monitored"), 2, False, "not_yet_due"),
        (("met", "not_yet_due"), 1, False, "met"),
        ((), 0, True, "met"),
    ],
)
def test_parts_make_a_whole(parts: tuple[str, ...], require: int, final: bool, expected: str):  # noqa: FBT001  # the case
    """Met when enough are, missed when enough cannot be any more, else the part that stands in the way."""
    assert expected == of_parts(parts, require, final=final)


@pytest.mark.parametrize("final", [True, False])
def test_a_whole_that_was_met_once(final: bool):  # noqa: FBT001  # the case
    """It is lost where it was met; where a part is missed for good, nothing was lost, and what is met needs no past."""
    once: list[bool] = []

    def asked() -> bool:
        once.append(True)
        return True

    assert "met_then_lost" == of_parts(("met", "met_then_lost"), 2, final=final, once_met=asked)
    assert [True] == once
    assert "missed" == of_parts(("missed", "met_then_lost"), 2, final=final, once_met=asked)
    assert "met" == of_parts(("met", "met_then_lost"), 1, final=final, once_met=asked)
    assert [True] == once


def test_no_verdict_is_both_done_and_lost():
    """The groups share nothing, and hold only words of the list."""
    assert set() == (DONE & LOST) | (DONE & set(OPEN)) | (LOST & set(OPEN))
    assert {*DONE, *LOST, *OPEN} <= set(VERDICTS)


# ── every verdict ────────────────────────────────────────────────────────────────────────────────────────────────────

COUNT = 'measure = "count(in_force(pledge))"\nbetter = "higher"\n'
HALF_YEAR = {"as_of": "2009-10-01"}
PLEDGE, LATE = event("pledge", stage=1), event("pledge", stage=1, recorded_at="2010-04-20")
LOST_AGAIN = (PLEDGE, event("withdrawal", day="2009-08-01"))

REACHED: dict[str, tuple[str, tuple[dict[str, Any], ...], dict[str, Any]]] = {
    "met": (COUNT + "target = { at_least = 1 }", (PLEDGE,), {}),
    "met_known_late": (COUNT + "target = { at_least = 1 }", (LATE,), {"as_of": "2010-05-01"}),
    "on_track": (COUNT + "target = { at_least = 4 }\npath = { 2009-09-30 = 1 }", (PLEDGE,), HALF_YEAR),
    "behind": (COUNT + "target = { at_least = 4 }\npath = { 2009-09-30 = 2 }", (PLEDGE,), HALF_YEAR),
    "not_yet_due": (COUNT + "target = { at_least = 4 }", (PLEDGE,), HALF_YEAR),
    "missed": (COUNT + "target = { at_least = 4 }", (PLEDGE,), {}),
    "met_then_lost": (COUNT + "target = { at_least = 1 }", LOST_AGAIN, {}),
    "monitored": ('measure = "count(pledge)"\nkind = "monitored"', (PLEDGE,), {}),
    "narrative": ('kind = "narrative"\ntext = "Much was done."', (), {}),
    "no_target_yet": (COUNT + 'target = { at_least = "TBC" }', (PLEDGE,), {}),
    "not_set_yet": (COUNT + "target = { at_least = 1, set_on = 2009-12-01 }", (PLEDGE,), HALF_YEAR),
    "not_established": (
        'measure = "at(min(paper.occurred_on), count(members))"\nbetter = "higher"\ntarget = { at_least = 1 }',
        (PLEDGE,), {},
    ),
    "no_baseline": (COUNT + "target = { increase = true }", (PLEDGE,), {}),
    "no_data": ('measure = "mean(training.people)"\nbetter = "higher"\ntarget = { at_least = 1 }', (), {}),
    "none_arose": ('measure = "every(tender, viable)"\ntarget = { delivered = true }', (), {}),
    "undecided": (
        'measure = "count(pledge[stage >= 2])"\nbetter = "higher"\ntarget = { at_least = 1 }',
        (event("pledge", stage=""),), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("expected", VERDICTS)
def test_every_verdict_is_reached(expected: str):
    """Each word of the list is what some indicator over some records comes to."""
    text, events, when = REACHED[expected]
    assert expected == verdict(text, *events, **when)


# ── the deadline ─────────────────────────────────────────────────────────────────────────────────────────────────────

AT_LEAST_ONE = 'measure = "count(pledge)"\nbetter = "higher"\ntarget = { at_least = 1 }\ndue = "by December 2009"'


@pytest.mark.parametrize(
    ("day", "as_of", "expected"),
    [
        ("2009-12-31", "2009-12-30", "not_yet_due"),
        ("2009-12-31", "2009-12-31", "met"),
        ("2009-12-31", "2010-03-31", "met"),
        ("2010-01-01", "2009-12-31", "missed"),
        ("2010-01-01", "2010-01-01", "missed"),
        ("2009-04-01", "2009-04-01", "met"),
    ],
)
def test_the_deadline_is_the_last_day_that_counts(day: str, as_of: str, expected: str):
    """What happens on it is in time, what happens after it never is."""
    assert expected == verdict(AT_LEAST_ONE, event("pledge", day=day), as_of=as_of)


def test_a_limit_is_kept_only_when_the_time_is_over():
    """A figure that may be at most so large is on track until the deadline, and met on it."""
    text = 'measure = "count(pledge)"\nbetter = "lower"\ntarget = { at_most = 1 }'
    found = [verdict(text, PLEDGE, as_of=day) for day in ("2009-10-01", "2010-03-30", "2010-03-31")]
    assert ["on_track", "on_track", "met"] == found


def test_a_correction_after_the_deadline_restates_the_verdict():
    """A pledge withdrawn from the record was never made; as known then, it was."""
    rows = [{**PLEDGE, "recorded_at": "2009-05-02"}, {**PLEDGE, "recorded_at": "2010-06-01", "retracted": "yes"}]
    found = [
        verdict(AT_LEAST_ONE, *rows, register=members("A"), as_of="2010-07-01", known_at=day)
        for day in (None, "2010-05-31")
    ]
    assert ["missed", "met"] == found


def test_what_was_missed_is_not_met_by_what_comes_later():
    """A pledge in January does not mend December."""
    rows = [event("pledge", name, "2010-01-05") for name in "ABC"]
    assert "missed" == verdict(AT_LEAST_ONE, *rows, as_of="2010-03-31")
