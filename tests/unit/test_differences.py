"""What a difference says of its steps: parts of numbers, turns of verdicts, what is unknown on the way."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

from indicator_engine.conventions import NEUTRAL
from indicator_engine.evaluation.differences import CAUSES, Difference, Differences, Figure, Named, Step
from indicator_engine.evaluation.results import Result
from indicator_engine.rendering.differences import changed, named
from indicator_engine.rendering.words import movement

SIDE = Named(date(2010, 3, 31), None, None, "abc")


def result(verdict, value, **more):
    """A result of an indicator."""
    number = Fraction(value) if isinstance(value, str) else value
    return Result("one", "p", verdict, value=number, unit="count", **more)


def difference(*steps):
    """A difference whose steps are (cause, verdict, value); the first has no cause."""
    results = [result(verdict, value) for _, verdict, value in steps]
    figures = [Figure.of(one) for one in results]
    pairs = pairwise(figures)
    chain = tuple(Step(cause, *pair) for (cause, *_), pair in zip(steps[1:], pairs, strict=True))
    return Difference("one", results[0], results[-1], chain)


def test_parts_of_one_cause_are_added_up():
    """Membership comes twice in the chain, and once in the parts."""
    one = difference(
        (None, "behind", "5"), ("membership", "behind", "4"), ("new_events", "behind", "7"),
        ("membership", "behind", "5"),
    )  # fmt: skip

    assert ({"membership": -3, "new_events": 3}, 0) == (one.parts, one.change)
    assert not one.has_moved


def test_causes_that_cancel_out_leave_no_part():
    """A part that comes to nothing is none."""
    one = difference((None, "behind", "5"), ("membership", "behind", "4"), ("membership", "behind", "5"))

    assert {} == one.parts


def test_what_is_unknown_on_the_way_falls_to_the_step_that_knows_again():
    """Nothing is lost of the sum."""
    one = difference(
        (None, "met", "5"), ("retractions", "no_data", None), ("time_passed", "no_data", None),
        ("new_events", "met", "9"),
    )  # fmt: skip

    assert ({"new_events": 4}, 4) == (one.parts, one.change)
    assert ["retractions", "new_events"] == [step.cause for step in one.turns]


def test_a_number_that_comes_to_be_known_has_no_parts():
    """There is nothing to subtract from; the steps still say which cause it was."""
    one = difference((None, "no_data", None), ("late_events", "met", "3"))

    assert (None, {}, ["late_events"]) == (one.change, one.parts, [step.cause for step in one.steps])


def test_a_deliverable_turns():
    """A truth has no parts, and its verdict says what turned it."""
    one = difference((None, "not_yet_due", False), ("new_events", "met", True))
    (row,) = changed(Differences(SIDE, SIDE, (one,)), NEUTRAL)

    assert (("new events", "Not yet due", "Met"),) == row.turns
    assert ("", ()) == (row.change, row.parts)


def test_a_row_for_a_report():
    """Everything that a table of changes shows, in words."""
    one = difference((None, "behind", "5"), ("corrections", "behind", "4"), ("new_events", "met", "7"))
    quiet = Difference("quiet", result("met", "1"), result("met", "1"))
    (row,) = changed(Differences(SIDE, SIDE, (one, quiet)), NEUTRAL)

    assert ("5", "7", "+2", "Behind", "Met", True) == (
        row.before, row.after, row.change, row.status_before, row.status_after, row.moved,
    )  # fmt: skip
    assert (("corrections", "−1"), ("new events", "+3")) == row.parts
    assert ("corrections", "new events") == row.causes


def test_an_indicator_that_is_gone():
    """It is not in the pack any more, and nothing is subtracted."""
    before = result("met", "5")
    one = Difference("one", before, None, (Step("definition_changed", Figure.of(before), None),))
    (row,) = changed(Differences(SIDE, SIDE, (one,)), NEUTRAL)

    assert ("5", "not in the pack", "not in the pack") == (row.before, row.after, row.status_after)
    assert None is one.to_dict()["after"]


def test_movements_have_a_sign():
    """Shares move by percentage points."""
    assert ["+3", "−1", "+5 percentage points", "−1 percentage point"] == [
        movement(Fraction(3), "count"), movement(Fraction(-1), "count"),
        movement(Fraction(1, 20), "ratio"), movement(Fraction(-1, 100), "ratio"),
    ]  # fmt: skip


def test_every_cause_reads_as_words():
    """The causes are those that the documentation lists, in the order of the chain."""
    first = ["definition changed", "membership", "late events", "corrections", "retractions", "time passed"]

    assert [*first, "new events", "target revised", "deadline passed"] == list(map(named, CAUSES))
