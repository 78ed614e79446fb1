"""Traps that databases and languages lay for whoever computes indicators with them: each is stepped over."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.helpers import codes, event, members, result, verdict

from indicator_engine.problems import DataError


def monitored(measure: str) -> str:
    return f"measure = '{measure}'\nkind = \"monitored\""


def at_least(measure: str, target: str) -> str:
    return f"measure = '{measure}'\nbetter = \"higher\"\ntarget = {{ at_least = {target} }}"


# ── no number that is none ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("measure", ["0 / 0", "1 / 0", "count(pledge) / count(tender)", "ratio(0, 0)"])
def test_dividing_by_nothing_meets_nothing(measure: str):
    """0/0 >= 0.5 is true in a database; here it is unknown, and none arose."""
    found = result(at_least(measure, "0.5" if "ratio" not in measure else '"50%"'), event("pledge"))
    assert ("none_arose", ("undefined",)) == (found.verdict, found.unknown)


@pytest.mark.parametrize("cell", ["nan", "NaN", "inf", "-inf", "Infinity", "1e999", "١٢", "1_000", "0x10", True])
@pytest.mark.parametrize("column", ["people", "cost", "score"])
def test_no_nan_or_infinity_enters_with_events(cell: Any, column: str):
    """What is no plain number is refused at intake."""
    with pytest.raises(DataError, match="not a number"):
        result(monitored("count(training)"), event("training", **{column: cell}))


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("Infinity")])
def test_no_nan_or_infinity_enters_with_a_data_frame(cell: Any):
    """Floats and decimals that are no numbers are refused like their texts; a blank is written as None or nothing."""
    with pytest.raises(DataError, match="not a number"):
        result(monitored("count(training)"), event("training", score=cell))


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "+nan"])
def test_no_nan_or_infinity_enters_with_a_pack(number: str):
    """TOML allows them; a pack does not."""
    assert codes(at_least("count(pledge)", number)) == ["IE003"]


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1/0"])
def test_no_nan_or_infinity_enters_as_text(text: str):
    """Nor in quotes."""
    assert codes(at_least("count(pledge)", f'"{text}"')) == ["IE043"]


def test_an_infinite_bound_is_null_for_machines():
    """What has no upper end has none; JSON is given null and never Infinity."""
    found = result(monitored("sum(training.people)"), event("training", people="")).to_dict()
    assert [0, None] == found["bounds"]


def test_figures_too_large_for_a_float_stay_exact():
    """Bounds that are infinite on one side go with numbers of any size."""
    huge = "9" * 40
    product = " * ".join([huge] * 9)
    found = result(monitored(f"sum(training.people) * {product} + {product}"), event("training", people=""))
    assert (Fraction(int(huge)) ** 9, float("inf")) == (found.value, found.bounds and found.bounds[1])
    found = result(monitored(f"sum(training.people) / ({product})"), event("training", people=""))
    assert (Fraction(0), (0, float("inf"))) == (found.value, found.bounds)


# ── all of, share of ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("yes", "yes"), "met"),
        (("yes", ""), "undecided"),
        (("", ""), "undecided"),
        (("yes", "no"), "missed"),
        (("", "no"), "missed"),
        ((), "none_arose"),
    ],
)
def test_all_of_true_and_unknown_is_unknown(cells: tuple[str, ...], expected: str):
    """`bool_and(TRUE, NULL)` is true in a database; here one that is unknown leaves all of them undecided."""
    rows = [event("tender", name, code_included=cell) for name, cell in zip("AB", cells, strict=False)]
    assert expected == verdict('measure = "every(tender, code_included)"\ntarget = { delivered = true }', *rows)


@pytest.mark.parametrize(("target", "expected"), [("50%", "met"), ("51%", "undecided"), ("100%", "undecided")])
def test_a_share_with_an_unknown_is_an_interval(target: str, expected: str):
    """One yes and one unknown of two is between a half and all: met only where the lower end meets."""
    rows = [event("tender", name, code_included=cell) for name, cell in (("A", "yes"), ("B", ""))]
    found = result(at_least("ratio(organisations(tender[code_included]) & members, members)", f'"{target}"'), *rows)
    assert (expected, Fraction(1, 2), (Fraction(1, 2), 1)) == (found.verdict, found.value, found.bounds)


def test_a_share_is_missed_only_where_its_upper_end_misses():
    """One unknown and one no of two is at most a half."""
    rows = [event("tender", name, code_included=cell) for name, cell in (("A", "no"), ("B", ""))]
    measure = "ratio(organisations(tender[code_included]) & members, members)"
    verdicts = [verdict(at_least(measure, target), *rows) for target in ('"51%"', '"50%"')]
    assert ["missed", "undecided"] == verdicts


def test_a_share_of_what_only_seems_to_lie_inside_has_its_full_bounds():
    """An organisation that pledged and may not be a member can put the share above the whole."""
    register = [*members("A"), {"organisation": "B", "kind": ""}]
    rows = [event("pledge", "B", stage="")]
    found = result(monitored("ratio(organisations(pledge[stage >= 2]), members)"), *rows, register=register)
    assert (Fraction(0), (0, 1)) == (found.value, found.bounds)


@pytest.mark.parametrize("condition", ["organisation not in organisations(pledge[stage >= 2])", "not stage >= 2"])
def test_not_in_a_set_with_unknowns_is_unknown(condition: str):
    """`1 NOT IN (2, NULL)` is unknown: who may be in the set is not surely outside it."""
    rows = [event("pledge", stage="")]
    found = result(monitored(f"count(pledge[{condition}])"), *rows)
    assert (Fraction(0), (0, 1)) == (found.value, found.bounds)


def test_a_reference_that_is_missing_may_be_anybody():
    """A set of organisations named by records, one of whom is blank, keeps room for it under any condition."""
    rows = [event("sighting", other_org="B"), event("sighting", day="2009-06-01", other_org="")]
    measure = 'count(distinct(sighting.other_org)[kind == "member"])'
    found = result(monitored(measure), *rows, register=members("A", "B"))
    assert (Fraction(1), (1, 2)) == (found.value, found.bounds)


def test_a_count_that_is_not_decided_is_in_no_set_for_sure():
    """Whether an undecided count is among some numbers is undecided."""
    rows = [event("pledge", stage=""), event("training", people=0)]
    text = 'measure = "count(pledge[stage >= 2]) in distinct(training.people)"\ntarget = { delivered = true }'
    assert "undecided" == verdict(text, *rows)


@pytest.mark.parametrize("divisor", ["count(pledge[stage >= 2])", "(count(pledge[stage >= 2]) - 1)"])
def test_dividing_by_what_may_be_nothing_is_undecided(divisor: str):
    """No bound can hold where the divisor may turn out to be 0."""
    rows = [event("pledge", "A", stage=2), event("pledge", "B", stage="")]
    only_unknown = rows[1:] if "- 1" not in divisor else [event("pledge", "C", stage=2), *rows]
    found = result(monitored(f"10 / {divisor}"), *only_unknown)
    expected = ("undecided",) if "- 1" not in divisor else ()
    assert expected == found.unknown


def test_a_divisor_whose_bounds_reach_0_is_undecided():
    """Also where what is known so far is not 0."""
    rows = [event("pledge", "A", stage=2), event("pledge", "B", stage="")]
    assert ("undecided",) == result(monitored("10 / (2 - count(pledge[stage >= 2]))"), *rows).unknown


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "measure", ['count(pledge[stage == "1"])', "count(tender[viable == 1])", "count(pledge[stage == True])"]
)
def test_text_truth_and_numbers_are_never_equal(measure: str):
    """'1' = 1 and TRUE = 1 are true in a database; here they are errors when the pack is loaded."""
    assert ["IE107"] == codes(monitored(measure))


def test_chains_of_comparisons_are_all_meant():
    """0 < 5 < 3 is false, not "(0 < 5) < 3"."""
    rows = [event("training", people=5), event("training", "B", people=2)]
    assert Fraction(1) == result(monitored("count(training[0 < people < 3])"), *rows).value


@pytest.mark.parametrize("measure", ["count(pledge) // 2", "count(pledge) % 2", "count(pledge) ** 2"])
def test_operators_on_which_languages_differ_are_left_out(measure: str):
    """Whole division and remainders are not part of the language."""
    assert codes(monitored(measure)) in (["IE100"], ["IE102"])


# ── exactness ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_decimal_sums_are_exact():
    """0.1 + 0.7 is 0.8, and meets it."""
    rows = [event("training", "A", score="0.1"), event("training", "B", score="0.7")]
    assert "met" == verdict(at_least("sum(training.score)", "0.8"), *rows)


@pytest.mark.parametrize("cell", ["0.1", Decimal("0.1"), 0.1], ids=["text", "decimal", "float"])
def test_a_tenth_is_a_tenth(cell: Any):
    """However a tenth arrives, as text, as a decimal or as a float, it is one tenth."""
    assert Fraction(1, 10) == result(monitored("sum(training.score)"), event("training", score=cell)).value


def test_seven_hundredths_times_a_hundred_need_no_eighth():
    """0.07 × 100 is 7."""
    assert Fraction(7) == result(monitored("0.07 * 100")).value


@pytest.mark.parametrize(("count", "expected", "needed"), [(8, "missed", 1), (9, "met", 0)])
def test_half_of_seventeen_is_nine(count: int, expected: str, needed: int):
    """8.5 organisations are reached by 9; the target is never rounded down."""
    names = [f"O{n}" for n in range(17)]
    rows = [event("pledge", name, stage=1) for name in names[:count]]
    found = result(
        at_least("ratio(members & organisations(pledge), members)", '"50%"'), *rows, register=members(*names)
    )
    assert (expected, Fraction(needed)) == (found.verdict, found.needed)


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "cell",
    ["2010-03-31T10:00", "2010-03-31 10:00", datetime.fromisoformat("2010-03-31T10:00"), "31/03/2010", "03/04/2010"],
)
def test_an_event_has_a_day_and_no_time(cell: Any):
    """A deadline day compared with a time of that day is lost in a database; here only days enter."""
    with pytest.raises(DataError, match="2010"):
        result(monitored("count(pledge)"), event("pledge", day=cell))


def test_midnight_is_its_day():
    """A spreadsheet's date, which is a midnight, is that day."""
    row = event("pledge", day=datetime.fromisoformat("2010-03-31T00:00"))  # type: ignore[arg-type]  # as a spreadsheet gives it
    assert "met" == verdict(at_least("count(pledge)", "1"), row)


def test_the_whole_of_the_last_day_is_known_by_it():
    """What was recorded in the evening of the last day is known on that day; a minute after midnight is not."""
    evening, night = (
        verdict(at_least("count(pledge)", "1"), event("pledge", day="2010-03-30", recorded_at=at))
        for at in ("2010-03-31T23:59", "2010-04-01T00:01")
    )
    assert ("met", "met_known_late") == (evening, night)


def test_an_instant_with_a_zone_is_compared_in_one_zone():
    """Half past midnight in Nottingham in summer is still the day before in UTC."""
    zone = datetime.fromisoformat("2009-07-01T00:30+01:00")
    row = event("pledge", day="2009-06-30", recorded_at=zone)
    assert Fraction(1) == result(monitored("count(pledge)"), row, known_at="2009-06-30").value
    assert "+01:00" == zone.isoformat()[-6:]


# ── order and repetition ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_register_row_of_the_future_says_nothing_yet():
    """Between two spells the earlier row still holds; before the first, the first already; order does not matter."""
    text = """
        [statement]
        id = "spells"
        title = "Spells"
        period = "2009-10"

        [subject]
        singular = "organisation"
        plural = "organisations"
        from = "since"
        to = "until"
        attributes.since = { type = "date" }
        attributes.until = { type = "date" }
        attributes.size = { type = "integer" }

        [population.everyone]

        [[priority]]
        id = "first"
        title = "First"

        [[priority.indicator]]
        id = "one"
        kind = "monitored"
        measure = "count(everyone[size == 1])"
    """
    rows = [
        {"organisation": "A", "since": "2009-04-01", "until": "2009-06-30", "size": 1},
        {"organisation": "A", "since": "2009-10-01", "until": "", "size": 2},
    ]
    days = ("2009-01-01", "2009-06-30", "2009-09-30", "2009-10-01")
    found = [[result(text, register=order, as_of=day).value for day in days] for order in (rows, rows[::-1])]
    assert [[1, 1, 1, 0]] * 2 == found


def test_a_total_lies_within_its_bounds_where_nothing_can_be_0():
    """A missing figure that is at least 5 leaves the total known so far within what it could be."""
    text = """
        [statement]
        id = "totals"
        title = "Totals"
        period = "2009-10"

        [event.training]
        attributes.people = { type = "integer", minimum = 5, maximum = 9 }

        [[priority]]
        id = "first"
        title = "First"

        [[priority.indicator]]
        id = "one"
        kind = "monitored"
        measure = "sum(training.people)"
    """
    found = result(text, event("training", people=6), event("training", "B", people=""))
    assert (Fraction(6), (6, 15)) == (found.value, found.bounds)


def test_a_movement_from_an_undecided_baseline_is_judged_where_its_sign_turns():
    """A goal three times its size away from a baseline between -1 and 1 may also be 0."""
    rows = [event("pledge", "A", "2009-03-01", stage=""), event("pledge", "B", "2009-03-01", stage="")]
    text = """
        measure = "count(pledge[stage >= 2]) * 0 + 1"
        better = "higher"
        target = { increase_by = "300%", baseline = "count(pledge[stage >= 2]) - 1" }
    """
    assert "undecided" == verdict(text, *rows)


def test_the_latest_by_several_keys_leaves_undecided_only_what_may_be_replaced():
    """A record whose item is missing may replace those of its own organisation, and nobody else's."""
    rows = [
        event("paper", "A", "2009-05-01", item="x"),
        event("paper", "B", "2009-05-01", item="x"),
        event("paper", "B", "2009-06-01", item=""),
    ]
    found = result(monitored("count(latest(paper, by=(organisation, item)))"), *rows)
    assert (Fraction(2), (2, 3)) == (found.value, found.bounds)


# ── inside `each`, both sides of a comparison look at the same stretch ───────────────────────────────────────────────

QUARTERS = [event("paper", day=day, item=day) for day in ("2009-04-30", "2009-05-31", "2009-08-20", "2010-01-15")]


def test_a_change_within_a_quarter_has_no_side_that_forgets():
    """What there was before the quarter is not taken from what there was in it."""
    assert Fraction(3, 4) == result(monitored("each(quarter, change(count(paper)) >= 1)"), *QUARTERS).value


def test_the_quarter_before_is_a_quarter():
    """As many as in the quarter before, not as many as ever before."""
    found = result(monitored("each(quarter, count(paper) >= previous(count(paper)))"), *QUARTERS)
    assert Fraction(1, 2) == found.value


def test_the_range_of_a_figure_is_that_of_all_types_that_have_it():
    """A blank among two types of record could be as small or large as either allows."""
    text = """
        [statement]
        id = "ranges"
        title = "Ranges"
        period = "2009-10"

        [event.course]
        attributes.people = { type = "integer", minimum = 5, maximum = 9 }

        [event.talk]
        attributes.people = { type = "integer", minimum = 1, maximum = 20 }

        [[priority]]
        id = "first"
        title = "First"

        [[priority.indicator]]
        id = "one"
        kind = "monitored"
        measure = "mean((course | talk).people)"
    """
    found = result(text, event("course", people=6), event("talk", "B", people=""))
    assert (Fraction(6), (Fraction(7, 2), 13)) == (found.value, found.bounds)


# ── wholes and their parts ───────────────────────────────────────────────────────────────────────────────────────────

WHOLE = """
require = "all"
[[priority.indicator.part]]
id = "pledged"
measure = "count(organisations(in_force(pledge)))"
better = "higher"
target = { at_least = 2 }
[[priority.indicator.part]]
id = "trained"
measure = "count(training)"
better = "higher"
target = { at_least = 1 }
"""
TWO = event("pledge", "A", "2009-05-01"), event("pledge", "B", "2009-05-02")


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        pytest.param((event("training", "A", "2009-05-20"),), "2010-03-31", "met_then_lost", id="both at once"),
        pytest.param((event("training", "A", "2009-07-20"),), "2010-03-31", "missed", id="one after the other"),
        pytest.param((), "2010-03-31", "missed", id="one never"),
        pytest.param(
            (event("training", "A", "2009-05-20"),), "2009-09-30", "met_then_lost", id="both, before it is due"
        ),
        pytest.param((), "2009-09-30", "not_yet_due", id="one never, not yet due"),
    ],
)
def test_a_whole_is_lost_only_if_it_was_met(events: tuple[Any, ...], as_of: str, expected: str):
    """Parts that were met on different days never made a whole: it was said to be met, then lost."""
    lost = event("withdrawal", "B", "2009-06-30")
    assert expected == verdict(WHOLE, *TWO, lost, *events, as_of=as_of)
