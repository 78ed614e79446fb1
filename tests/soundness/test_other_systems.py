"""Silent wrong answers that other systems are known for, row by row of the design's table: ours stays right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.helpers import check, codes, event, members, result, results, verdict

from indicator_engine import amounts
from indicator_engine.conventions import NEUTRAL

PLEDGES = """
measure = "count(pledge)"
better = "higher"
"""


# ── results-framework software: 0 stored as empty text, "cap" that floors ────────────────────────────────────────────


def test_nothing_counted_is_the_number_0():
    """An actual of 0 is the number 0 in the result and in what machines read, not an absence."""
    found = result(PLEDGES + "target = { at_least = 1 }")
    assert (Fraction(0), ()) == (found.value, found.unknown)
    assert (0, [0, 0], []) == tuple(found.to_dict()[name] for name in ("value", "bounds", "unknown"))


def test_a_recorded_0_is_a_value():
    """A 0 that somebody recorded enters a mean, and is not taken for a blank."""
    rows = [event("training", people=0), event("training", day="2009-06-01", people=4)]
    assert Fraction(2) == result('measure = "mean(training.people)"\nkind = "monitored"', *rows).value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("at_most(count(pledge) / 2, 1)", 1),
        ("at_least(count(pledge) / 2, 1)", Fraction(3, 2)),
        ("at_most(0 / 1, 1)", 0),
    ],
)
def test_a_cap_holds_down_and_a_floor_holds_up(expression: str, expected: Fraction):
    """`at_most` caps and `at_least` floors, whatever the figure."""
    rows = [event("pledge", name) for name in "ABC"]
    assert expected == result(f'measure = "{expression}"\nkind = "monitored"', *rows).value


# ── a sustainable-development build tool: zero targets, default directions, moving base years ────────────────────────


@pytest.mark.parametrize(("count", "expected"), [(0, "met"), (1, "missed")])
def test_a_target_of_0_is_kept(count: int, expected: str):
    """None at all is a target like any other."""
    rows = [event("pledge", name) for name in "ABC"[:count]]
    found = result('measure = "count(pledge)"\nbetter = "lower"\ntarget = { at_most = 0 }', *rows)
    assert (expected, Fraction(0)) == (found.verdict, found.target_value)


@pytest.mark.parametrize(("count", "expected"), [(3, "met"), (2, "missed"), (5, "missed")])
def test_an_upper_end_of_0_is_kept(count: int, expected: str):
    """A range that ends at 0 ends there, and not where it begins."""
    rows = [event("pledge", name) for name in "ABCDE"[:count]]
    text = 'measure = "count(pledge) - 4"\nbetter = "higher"\ntarget = { between = [-1, 0] }'
    assert expected == verdict(text, *rows)


def test_a_baseline_of_0_is_a_baseline():
    """An increase from nothing is measured from nothing."""
    text = PLEDGES + "target = { increase = true, baseline = 0 }"
    assert ["missed", "met"] == [verdict(text), verdict(text, event("pledge"))]


@pytest.mark.parametrize("target", ["{ at_least = 2 }", "{ at_most = 2 }", "{ more_than = 2 }", "{ less_than = 2 }"])
def test_no_direction_is_assumed(target: str):
    """A target that compares needs to be told which way is better."""
    assert ["IE045"] == codes(f'measure = "count(pledge)"\ntarget = {target}')


def test_a_direction_and_a_target_may_not_contradict_each_other():
    """Lower cannot be better where at least so many are wanted."""
    assert ["IE046"] == codes('measure = "count(pledge)"\nbetter = "lower"\ntarget = { at_least = 2 }')


def test_no_comparator_is_assumed():
    """A bare number is refused where the convention does not say how to read one."""
    assert ["IE042"] == codes(PLEDGES + "target = 2")


@pytest.mark.parametrize("target", ["{ increase = true }", '{ increase_by = "10%" }', "{ increase_by = 3 }"])
def test_no_base_year_is_assumed(target: str):
    """An increase over nothing that is named has no baseline, and no verdict."""
    found = result(PLEDGES + f"target = {target}", event("pledge"))
    assert ("no_baseline", Fraction(1), None) == (found.verdict, found.value, found.baseline)


def test_a_baseline_without_data_does_not_move_to_where_there_are_some():
    """The first year that has data does not stand in for the year named."""
    text = """
        measure = "mean(training.people)"
        better = "higher"
        target = { increase = true, baseline_date = 2009-03-31 }
    """
    found = result(text, event("training", day="2009-05-01", people=4))
    assert ("no_data", None) == (found.verdict, found.baseline)


# ── a local-authority scoring engine: a hand-coded direction ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("better", "target", "values"),
    [
        ("higher", "{ at_least = 10 }", {4: "behind", 5: "on_track", 6: "on_track"}),
        ("lower", "{ less_than = 3 }", {4: "behind", 5: "behind", 2: "on_track"}),
    ],
)
def test_a_path_is_followed_in_its_own_direction(better: str, target: str, values: dict[int, str]):
    """Half-way through the year, more than the path asks is ahead where higher is better, behind where lower is."""
    path = "path = { 2009-09-30 = 5 }" if better == "higher" else "path = { 2009-09-30 = 3 }"
    text = f'measure = "count(pledge)"\nbetter = "{better}"\ntarget = {target}\n{path}'
    found = {n: verdict(text, *[event("pledge", f"O{i}") for i in range(n)], as_of="2009-10-01") for n in values}
    assert values == found


# ── json-logic: a missing variable compares as 0 ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("condition", ["stage < 2", "stage >= 0", "stage == 0", "stage != 3", "not stage > 3"])
def test_a_missing_value_is_neither_small_nor_large(condition: str):
    """A pledge without a stage satisfies no comparison with one, and its count is between 0 and 1."""
    found = result(f'measure = "count(pledge[{condition}])"\nkind = "monitored"', event("pledge", stage=""))
    assert (Fraction(0), (0, 1), ["A"]) == (found.value, found.bounds, [one.subject for one in found.undecided])


def test_a_missing_value_turns_nothing_on():
    """What depends on a missing value is undecided at the deadline, not met."""
    text = 'measure = "count(pledge[stage < 2])"\nbetter = "higher"\ntarget = { at_least = 1 }'
    assert "undecided" == verdict(text, event("pledge", stage=""))


def test_an_organisation_of_unknown_kind_is_not_taken_for_a_member():
    """A blank in the register leaves membership undecided."""
    register = [{"organisation": "A", "kind": ""}, *members("B")]
    found = result('measure = "count(members)"\nkind = "monitored"', register=register)
    assert (Fraction(1), (1, 2)) == (found.value, found.bounds)


# ── empty sets that pass, or show 0 % ────────────────────────────────────────────────────────────────────────────────


def test_all_of_none_is_not_met():
    """An organisation without a tender has not included the code in every tender, nor failed to."""
    text = """
        measure = "count(members[every(tender, code_included)])"
        better = "higher"
        target = { at_least = 1 }
    """
    found = result(text, register=members("A"))
    assert ("missed", Fraction(0), ("A",)) == (found.verdict, found.value, found.none_arose)


def test_a_universal_over_nothing_neither_passes_nor_fails():
    """With no tender at all, "every tender" has arisen for nobody."""
    text = 'measure = "every(tender, code_included)"\ntarget = { delivered = true }'
    found = result(text)
    assert ("none_arose", None, ("none arose",)) == (found.verdict, found.value, found.unknown)


def test_a_share_of_nobody_is_no_share():
    """0 of 0 is neither 0 % nor 100 %: it is undefined, and none arose."""
    text = """
        measure = "ratio(organisations(pledge) & organisations(tender), organisations(tender))"
        better = "higher"
        target = { at_least = "50%" }
    """
    found = result(text, event("pledge"))
    assert ("none_arose", None, ("undefined",)) == (found.verdict, found.value, found.unknown)


@pytest.mark.parametrize("target", ['{ at_least = "0%" }', '{ at_most = "100%" }'])
def test_a_share_of_nobody_meets_not_even_what_any_share_would(target: str):
    """No share is undefined and within 0 to 100 % at once."""
    better = "higher" if "least" in target else "lower"
    text = f'measure = "ratio(organisations(pledge), organisations(tender))"\nbetter = "{better}"\ntarget = {target}'
    assert "none_arose" == verdict(text)


# ── health indicators: blanks act as zeros ───────────────────────────────────────────────────────────────────────────


def test_blank_figures_are_left_out_of_a_total_and_reported():
    """A blank is not 0 people: the total is of those known, without an upper end, and the record is listed."""
    rows = [event("training", people=4), event("training", "B", people="")]
    found = result('measure = "sum(training.people)"\nkind = "monitored"', *rows)
    assert (Fraction(4), (4, float("inf")), ["B"]) == (
        found.value,
        found.bounds,
        [one.subject for one in found.undecided],
    )


def test_blank_figures_are_left_out_of_a_mean():
    """A mean over 4 and a blank is 4, not 2."""
    rows = [event("training", people=4), event("training", "B", people="")]
    assert Fraction(4) == result('measure = "mean(training.people)"\nkind = "monitored"', *rows).value


def test_three_absences_stay_apart():
    """Nothing happened, nobody kept records, somebody left a blank: three different answers."""
    text = 'measure = "count(pledge[stage >= 2])"\nbetter = "higher"\ntarget = { at_least = 1 }'
    nothing, unkept = verdict(text), verdict(text, covered=["tender"])
    assert ("missed", "no_data", "undecided") == (nothing, unkept, verdict(text, event("pledge", stage="")))


def test_records_that_were_not_kept_yet_are_no_zeros():
    """Before the day since when a type is recorded, its count is no data."""
    text = VOTES + '\n[[priority.indicator]]\nid = "one"\nkind = "monitored"\nmeasure = "count(vote)"\n'
    before, after = (result(text, as_of=day) for day in ("2009-06-30", "2009-07-01"))
    assert (("no data",), Fraction(0)) == (before.unknown, after.value)


VOTES = """
[statement]
id = "votes"
title = "Votes"
period = "2009-10"

[event.vote]
covered_from = 2009-07-01

[[priority]]
id = "first"
title = "First"
"""


def test_a_withdrawal_that_nobody_records_is_not_taken_for_none():
    """What is in force cannot be told where the source does not say what ended it."""
    text = 'measure = "count(in_force(pledge))"\nkind = "monitored"'
    row = event("pledge", stage=1)
    partly, wholly = (result(text, row, covered=kinds) for kinds in (["pledge"], ["pledge", "withdrawal"]))
    assert (("no data",), Fraction(1)) == (partly.unknown, wholly.value)


# ── tax-benefit engine: expected values dropped, a passed date that stops production ─────────────────────────────────


def test_what_is_to_be_confirmed_is_kept():
    """A target to be confirmed shows its value, gives no verdict, and stays to be confirmed."""
    text = PLEDGES + 'target = { at_least = "TBC" }'
    found = result(text, *[event("pledge", name) for name in "ABC"])
    assert ("no_target_yet", Fraction(3)) == (found.verdict, found.value)
    assert found.target
    assert found.target.tbc


@pytest.mark.parametrize("as_of", ["2009-03-31", "2010-03-31", "2010-04-01", "2035-01-01", "1995-01-01"])
def test_no_date_stops_the_engine(as_of: str):
    """Before the year, after it and decades away there is an answer."""
    text = PLEDGES + "target = { at_least = 1 }\npath = { 2009-09-30 = 1 }"
    assert verdict(text, event("pledge"), as_of=as_of) in ("met", "not_yet_due")


def test_a_passed_date_is_a_finding():
    """A review and a decision that are overdue are flagged with the result."""
    reviewed = PLEDGES + 'target = { at_least = 1, to_be_reviewed = true, reviewed_by = "SG", review_on = 2009-09-30 }'
    owed = PLEDGES + 'target = { at_least = "TBC", owed_by = "SG", owed_on = 2009-09-30 }'
    assert [True, False] == [
        "review_overdue" in result(reviewed, as_of=day).flags for day in ("2009-10-01", "2009-09-30")
    ]
    assert [True, False] == ["overdue_tbc" in result(owed, as_of=day).flags for day in ("2009-10-01", "2009-09-30")]


# ── target dashboards: TBC → number announced as more ambitious ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("first", "expected"), [('"TBC"', {"target_set"}), ("10", {"target_revised"}), ("30", {"target_revised"})]
)
def test_a_number_after_tbc_is_set_and_not_raised(first: str, expected: set[str]):
    """The first number that is agreed sets a target; only another number after a number revises it."""
    text = f"""
        measure = "count(pledge)"
        better = "higher"
        target = {{ versions = [{{ at_least = {first} }}, {{ at_least = 20, known_from = 2009-10-01 }}] }}
    """
    flags = {
        day: {"target_set", "target_revised"} & {*result(text, known_at=day).flags}
        for day in ("2009-09-30", "2009-10-01")
    }
    assert {"2009-09-30": set(), "2009-10-01": expected} == flags


# ── metric layers: stocks summed twice, April years, options ignored, fan-out ────────────────────────────────────────


def test_a_stock_is_not_summed_over_time():
    """Of each organisation's head-counts the latest stands; earlier ones are not added to it."""
    rows = [
        event("headcount", day=day, people=n) for day, n in (("2009-04-30", 10), ("2009-09-30", 12), ("2010-01-31", 11))
    ]
    assert Fraction(11) == result('measure = "sum(latest(headcount).people)"\nkind = "monitored"', *rows).value


def test_the_year_is_the_conventions():
    """The reporting year 2009-10 runs from April, and what happened in January 2009 is not in it."""
    rows = [
        event("pledge", name, day)
        for name, day in zip("ABCD", ("2009-01-15", "2009-03-31", "2009-04-01", "2010-03-31"), strict=True)
    ]
    assert Fraction(2) == result('measure = "count(in_period(pledge))"\nkind = "monitored"', *rows).value


@pytest.mark.parametrize(
    "text",
    [
        PLEDGES + "target = { at_least = 2, tolerence = 3 }",
        PLEDGES + 'target = { at_least = 2 }\naggregation = "sum"',
        'measure = "latest(pledge, order=stage)"\nkind = "monitored"',
    ],
)
def test_no_option_is_ignored(text: str):
    """A key or an argument that does not exist is an error."""
    assert codes(text)[0] in ("IE010", "IE106")


def test_joining_never_counts_twice():
    """An organisation with several pledges and several tenders is one organisation in every count and share."""
    rows = [event("pledge", day=f"2009-05-0{n}", stage=1) for n in (1, 2, 3)]
    rows += [event("tender", day=f"2009-06-0{n}", viable="yes") for n in (1, 2)]
    text = 'measure = "ratio(organisations(pledge) & organisations(tender), members)"\nkind = "monitored"'
    found = result(text, *rows, register=members("A", "B"))
    assert (Fraction(1, 2), Fraction(1), Fraction(2)) == (found.value, found.numerator, found.denominator)


def test_one_event_told_by_two_files_counts_once():
    """The same event in two extracts, under one id or under two, is one event."""
    row = event("training", people=5)
    rows = [row, dict(row), {**row, "event_id": "other-id"}]
    assert Fraction(5) == result('measure = "sum(training.people)"\nkind = "monitored"', *rows).value


# ── service-level tools: NaN shown, one-off and recurring duties confused ────────────────────────────────────────────


def test_nobody_is_shown_nan():
    """Dividing by nothing gives a reason, and no number in any bound."""
    found = result('measure = "count(pledge) / count(tender)"\nkind = "monitored"', event("pledge")).to_dict()
    assert (None, ["undefined"], None) == (found["value"], found["unknown"], found["bounds"])


def test_a_recurring_duty_is_not_done_by_doing_it_once():
    """Something to be done every quarter is judged by the quarters that have ended; four times in one is one."""
    text = 'measure = "each(quarter, exists(paper))"\nbetter = "higher"\ntarget = { at_least = "100%" }'
    rows = [event("paper", day=f"2009-05-0{n}", item=str(n)) for n in (1, 2, 3, 4)]
    found = result(text, *rows)
    assert ("missed", Fraction(1, 4)) == (found.verdict, found.value)


def test_a_quarter_that_has_not_ended_is_not_held_against_anybody():
    """In the second quarter only the first is judged."""
    text = 'measure = "each(quarter, exists(paper))"\nkind = "monitored"'
    found = result(text, event("paper", day="2009-05-01", item="x"), as_of="2009-09-29")
    assert (Fraction(1), Fraction(1)) == (found.value, found.denominator)


# ── council scorecards: compared after rounding, 0 for not reported, a light against its own direction ───────────────


def scores(*values: str):
    return [event("training", name, score=value) for name, value in zip("ABCDEFGHIJ", values, strict=False)]


@pytest.mark.parametrize(
    ("score", "expected"), [("96.6", "missed"), ("96.9999", "missed"), ("97", "met"), ("97.0", "met")]
)
def test_what_rounds_to_the_target_has_not_reached_it(score: str, expected: str):
    """96.6 is shown as 97 by many; it does not meet 97."""
    text = 'measure = "mean(training.score)"\nbetter = "higher"\ntarget = { at_least = 97 }'
    assert expected == verdict(text, *scores(score))


def test_rounding_is_for_the_eye_only():
    """Halves are shown away from zero, and the number judged stays exact."""
    assert ["2.5", "3", "12.4%", "-0.13"] == [
        amounts.shown(Fraction("2.5")), amounts.shown(Fraction("2.999")), amounts.shown(Fraction("0.1235"), "ratio"),
        amounts.shown(Fraction("-0.125")),
    ]  # fmt: skip


def test_every_verdict_has_a_light_a_word_and_a_symbol():
    """Nothing is told by a colour alone, and no bad verdict is green nor a good one red."""
    lights = {verdict: status.light for verdict, status in NEUTRAL.statuses.items()}
    assert all(status.word and status.symbol for status in NEUTRAL.statuses.values())
    assert {"met": "green", "missed": "red", "undecided": "grey", "no_data": "grey"}.items() <= lights.items()


# ── a culture programme: rows for organisations, growth divided by the new value ─────────────────────────────────────


def test_organisations_are_counted_and_not_rows():
    """66 rows of 49 organisations are 49 organisations."""
    rows = [event("pledge", f"O{n % 49}", f"2009-05-{1 + n // 49:02}", stage=1) for n in range(66)]
    records, organisations = (
        result(f'measure = "count({what})"\nkind = "monitored"', *rows).value
        for what in ("pledge", "organisations(pledge)")
    )
    assert (66, 49) == (records, organisations)


@pytest.mark.parametrize(("count", "expected"), [(54, "missed"), (55, "met")])
def test_growth_is_measured_by_what_it_grew_from(count: int, expected: str):
    """Ten per cent more than 50 is 55, though 5 is only 9 per cent of 55."""
    rows = [event("pledge", f"O{n}", stage=1) for n in range(count)]
    assert expected == verdict(PLEDGES + 'target = { increase_by = "10%", baseline = 50 }', *rows)


def test_the_sample_pack_has_no_errors():
    """The packs of these tests are right but for what each test says is wrong."""
    assert [] == [problem for problem in check(PLEDGES + "target = { at_least = 1 }") if problem.severity == "error"]
    assert ["one"] == [each.id for each in results(PLEDGES + "target = { at_least = 1 }")]
