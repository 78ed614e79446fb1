"""Laws of whole indicators: measure, target and deadline together, from records to verdict."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.generative.drawing import (
    DAYS,
    YEAR,
    World,
    chance_of,
    happened,
    law,
    refined,
    rising,
    same_events_stand,
    wild_worlds,
    worlds,
)  # fmt: skip

from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import Expression, Indicator, Relative, Statement, Target, Trajectory
from indicator_engine.evaluation import targets
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.measures import only_rises
from indicator_engine.evaluation.values import number
from indicator_engine.evaluation.verdicts import DONE, LOST
from indicator_engine.language import nodes
from indicator_engine.store.records import end_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from indicator_engine.amounts import Unit
    from indicator_engine.evaluation.results import Result
    from indicator_engine.language.nodes import Node

pytestmark = pytest.mark.generative

CHANCES = st.integers(0, 2**32 - 1)
FIGURES = st.sampled_from([Fraction(n) for n in ("0", "1", "2", "3", "0.5", "-1", "1/3")])
NUMBERS = (("at_least", "higher"), ("more_than", "higher"), ("at_most", "lower"), ("less_than", "lower"))


@st.composite
def number_targets(draw: st.DrawFn) -> Target:
    """A target of any form that a number can be judged by."""
    value = draw(FIGURES)
    form = draw(st.sampled_from(("compare", "compare", "between", "move", "additional", "percent")))
    if form == "compare":
        return Target(draw(st.sampled_from(("at_least", "at_most", "exactly", "more_than", "less_than"))), value)
    if form == "between":
        return Target("between", value, value + abs(draw(FIGURES)))
    if form == "percent":
        return Target("at_least", value, unit="ratio")
    since = Expression("", nodes.Constant(draw(st.sampled_from(DAYS))))
    if form == "additional":
        return Target(relative="additional", value=value, since=since)
    relative: Relative = draw(st.sampled_from(("increase", "decrease", "increase_by", "decrease_by")))
    baseline = draw(st.sampled_from((None, Expression("", nodes.Constant(value)))))
    unit: Unit = draw(st.sampled_from(("number", "ratio")))
    return Target(relative=relative, value=abs(value) or Fraction(1), unit=unit, baseline=baseline, since=since)


TRUTH_TARGETS = st.sampled_from([Target(delivered=True), Target(delivered=True, evidence="item")])
WHENS: SearchStrategy[date] = st.sampled_from((*DAYS, YEAR.end))
PATHS = st.sampled_from([
    None, None, Trajectory(linear=True),
    Trajectory(((date(2009, 6, 30), Fraction(1)), (date(2009, 12, 31), Fraction(2)))),
])  # fmt: skip


def indicator(measure: Node, target: Target, due: date, path: Trajectory | None = None) -> Indicator:
    better: Literal["higher", "lower"] = "lower" if target.comparator in ("at_most", "less_than") else "higher"
    return Indicator(
        "one", measure=Expression("", measure), better=better, stages=((target,),), due=Due(due), trajectory=path
    )  # fmt: skip


def answer(world: World, one: Indicator, **changes: Any) -> Result:
    """The result of an indicator in a world."""
    there = replace(world, **changes)
    statement = Statement("sample", "Sample", YEAR, NEUTRAL, world.schema)
    return Question(statement, there.records, there.as_of, there.known_at).answer(one, "first")


MEASURED = worlds("number", depth=3)
GROUPS = (("done", DONE), ("lost", LOST))


def side(result: Result) -> str:
    """Whether a result is decided: a pass, a fail, or open."""
    return next((name for name, verdicts in GROUPS if result.verdict in verdicts), "open")


@law
@given(MEASURED | wild_worlds(kinds=("number",)), number_targets(), WHENS, PATHS)
def test_any_figure_is_answered(world: World, target: Target, due: date, path: Trajectory | None):
    """Any measure of any records, judged by any target, has a result that can be told to a machine."""
    result = answer(world, indicator(world.tree, target, due, path))
    assert result.verdict in {*NEUTRAL.statuses}
    assert result.to_dict()["verdict"] == result.verdict


@law
@given(worlds("truth", depth=3) | wild_worlds(kinds=("truth",)), TRUTH_TARGETS, WHENS)
def test_any_deliverable_is_answered(world: World, target: Target, due: date):
    """Any condition on any records, as a deliverable, has a result that can be told to a machine."""
    result = answer(world, indicator(world.tree, target, due))
    assert result.verdict in {*NEUTRAL.statuses}
    assert result.to_dict()["verdict"] == result.verdict


@law
@given(st.data(), MEASURED, number_targets(), WHENS)
def test_what_was_decided_stays(data: st.DataObject, world: World, target: Target, due: date):
    """5: whatever the missing values turn out to be, a pass stays a pass and a fail a fail."""
    later = data.draw(refined(world))
    assume(same_events_stand(world.records, later.records))
    one = indicator(world.tree, target, due)
    decided = side(answer(world, one))
    assert decided in ("open", side(answer(later, one)))


@law
@given(st.data(), worlds("truth", depth=3), WHENS)
def test_a_deliverable_decided_stays(data: st.DataObject, world: World, due: date):
    """5: the same of deliverables."""
    later = data.draw(refined(world))
    assume(same_events_stand(world.records, later.records))
    one = indicator(world.tree, Target(delivered=True), due)
    decided = side(answer(world, one))
    assert decided in ("open", side(answer(later, one)))


@law
@given(world=worlds("on_attribute"), target=st.integers(0, 4), of_subjects=st.booleans())
def test_with_every_value_unknown_nothing_passes_or_fails(world: World, target: int, *, of_subjects: bool):
    """6: a count of at least something is neither reached nor missed while no value is known.

    Unless none is needed, or more than there are records.
    """
    events = [row | dict.fromkeys(world.schema.events[row["type"]].attributes) for row in world.events]
    measure = nodes.CountMembers(nodes.Subjects(world.tree)) if of_subjects else nodes.CountRecords(world.tree)
    result = answer(world, indicator(measure, Target("at_least", Fraction(target)), YEAR.end), events=events)
    reachable = result.bounds is not None and target <= result.bounds[1]
    expected = "done" if target == 0 else "open" if reachable else "lost"
    if result.verdict not in ("no_data", "not_yet_due"):
        assert expected == side(result)


@law
@given(worlds("occurrences", depth=3, change=rising), FIGURES, CHANCES)
def test_more_events_never_turn_a_pass_into_a_fail(world: World, value: Fraction, chance: int):
    """7: one more event never turns "at least" from passed to anything else, nor "at most" from failed."""
    assume(only_rises(world.tree, world.schema))
    events = [*world.events, happened(world, chance)]
    for target, kept in ((Target("at_least", value), "done"), (Target("at_most", value), "lost")):
        one = indicator(world.tree, target, YEAR.end)
        if side(answer(world, one)) == kept:
            assert kept == side(answer(world, one, events=events))


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    """A time zone of the machine, and languages that have nothing to do with each other."""
    monkeypatch.setenv("TZ", request.param)
    monkeypatch.setenv("LC_ALL", {"UTC": "C"}.get(request.param, "tr_TR.UTF-8"))
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_the_deadline_is_a_whole_day():
    """20: an event on the day of the deadline passes, on the day after it fails, wherever the computer stands."""

    @settings(law, max_examples=50)
    @given(worlds("set", depth=2), WHENS, st.integers(0, 400))
    def holds(world: World, due: date, later: int) -> None:
        subject = world.schema.subject.singular
        row = {"event_id": "e1", "type": "withdrawal", subject: "clifton", "recorded_at": due, "reason": None}
        one = indicator(nodes.CountRecords(nodes.Events("withdrawal")), Target("at_least", Fraction(1)), due)
        as_of = due + timedelta(days=later)
        on_the_day, after = (
            answer(world, one, as_of=as_of, events=[{**row, "occurred_on": due + timedelta(days=late)}])
            for late in (0, 1)
        )
        assert ("met", "missed") == (on_the_day.verdict, after.verdict)

    holds()


@law
@given(st.integers(1, 1000), st.integers(0, 1000))
def test_a_share_met_exactly_is_met(denominator: int, numerator: int):
    """21: n of d meets a target of n/d, and misses one of a millionth more, for every d up to 1000."""
    exactly = Fraction(min(numerator, denominator), denominator)
    share = number(exactly)
    more = Target("at_least", exactly + Fraction(1, 10**6), unit="ratio")
    assert targets.satisfied(Target("at_least", exactly, unit="ratio"), share, exactly, None) is True
    assert targets.satisfied(more, share, exactly + Fraction(1, 10**6), None) is False


@law
@given(MEASURED, st.sampled_from(NUMBERS), FIGURES, FIGURES, WHENS)
def test_a_tighter_target_never_turns_a_fail_into_a_pass(
    world: World, form: tuple[Any, str], one: Fraction, other: Fraction, due: date
):
    """22: what misses the looser of two targets does not meet the tighter one; what meets the tighter, the looser."""
    comparator, better = form
    loose, tight = sorted((one, other), reverse=better == "lower")
    looser, tighter = (
        side(answer(world, indicator(world.tree, Target(comparator, value), due))) for value in (loose, tight)
    )
    assert (looser, tighter) not in {("lost", "done"), ("lost", "open"), ("open", "done")}


@law
@given(MEASURED, number_targets(), st.sampled_from(DAYS), CHANCES)
def test_a_result_as_known_then_is_never_rewritten(world: World, target: Target, day: date, chance: int):
    """23: the whole result as known at an instant is the same after later recordings, corrections, retractions."""
    then = replace(world, known_at=end_of(day))
    late = end_of(day + timedelta(days=1 + chance % 300))
    draw = chance_of(chance)
    rows = [{**happened(world, chance), "recorded_at": late}]
    if world.events:
        rows += [{**draw.choice(world.events), "occurred_on": draw.choice(DAYS), "recorded_at": late}]
        rows += [{**draw.choice(world.events), "recorded_at": late, "retracted": True}]
    one = indicator(world.tree, target, YEAR.end)
    assert answer(then, one).to_dict() == answer(then, one, events=[*world.events, *rows]).to_dict()


@law
@given(MEASURED, number_targets(), CHANCES)
def test_a_result_does_not_depend_on_the_order_of_rows(world: World, target: Target, chance: int):
    """11: the whole result, reasons and all, is the same in whatever order the rows come."""
    draw = chance_of(chance)
    events, register = (draw.sample(rows, len(rows)) for rows in (world.events, world.register))
    one = indicator(world.tree, target, YEAR.end)
    assert answer(world, one).to_dict() == answer(world, one, events=events, register=register).to_dict()


@law
@given(worlds("number", depth=3), number_targets(), WHENS)
def test_nobody_both_counts_and_does_not(world: World, target: Target, due: date):
    """Who counted and who did not have nobody in common, and everyone who did not has a reason."""
    result = answer(world, indicator(world.tree, target, due))
    assert set() == set(result.who) & set(result.why_not)
    assert all(reason.strip() for reason in result.why_not.values())
