"""Why figures change: on generated histories the parts sum to the whole, and no cause is named that did not arise."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.drawing import (
    DAYS,
    YEAR,
    Rows,
    World,
    chance_of,
    happening,
    law,
    populated,
    types_seen,
    wild_worlds,
    worlds,
)
from tests.generative.drawing import records as records_of
from tests.generative.test_verdicts import PATHS, TRUTH_TARGETS, WHENS, indicator, number_targets

from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import Expression, Indicator, Priority, Statement, Target
from indicator_engine.evaluation.answer import Question
from indicator_engine.evaluation.differences import CAUSES, Difference, Figure
from indicator_engine.history.differences import Side, differences
from indicator_engine.language.elaborate import elaborate
from indicator_engine.language.scopes import TOP
from indicator_engine.store.records import FOREVER
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicator_engine.evaluation.differences import Differences
    from indicator_engine.evaluation.results import Result
    from indicator_engine.store.records import Records

pytestmark = [pytest.mark.generative, pytest.mark.slow]

ANY_DAY = st.sampled_from(DAYS) | st.dates(date(2009, 3, 1), date(2010, 5, 1))
NUMBERS = st.tuples(worlds("number", depth=3) | wild_worlds(kinds=("number",)), number_targets())
MET: Counter[str] = Counter()
"""How often each cause contributed to a number or turned a verdict."""
TRUTHS = st.tuples(worlds("truth", depth=3) | wild_worlds(kinds=("truth",)), TRUTH_TARGETS)


def statement(world: World, *indicators: Indicator) -> Statement:
    """A pack of these indicators."""
    return Statement(
        "sample", "Sample", YEAR, NEUTRAL, world.schema, priorities=(Priority("p", "P", indicators=indicators),)
    )


def side(pack: Statement, records: Records, as_of: date, known_at: datetime) -> Side:
    """One side over records."""
    return Side(pack, as_of, known_at, 0, lambda *_: records)


def figure(found: Result) -> Figure:
    """What a plain evaluation says."""
    return Figure.of(found)


@st.composite
def instants(draw: st.DrawFn, world: World) -> tuple[datetime, datetime]:
    """Two instants, the earlier first: recordings, the end of time."""
    told = st.sampled_from([FOREVER, FOREVER, *(row["recorded_at"] for row in world.events)])
    first, second = sorted((draw(told), draw(told)))
    return first, second


def check_the_chain(one: Difference, before: Figure, after: Figure) -> None:
    """Steps lead from one evaluation to the other without a gap, and parts sum to the change."""
    assert (before, after) == (one.before, one.after)
    figures = [before, *(step.after for step in one.steps)]
    assert figures[:-1] == [step.before for step in one.steps]
    assert after == figures[-1]
    if one.change is not None:
        assert one.change == sum(one.parts.values())
        assert 0 not in one.parts.values()


def causes(found: Differences) -> set[str]:
    """Every cause that is named."""
    return {step.cause for one in found for step in one.steps}


def may_arise(world: World, found: Differences, one: Indicator) -> set[str]:
    """The causes of which anything at all has happened."""
    before, after = found.before, found.after
    arisen: set[str] = set(found.events)
    if before.as_of != after.as_of:
        arisen.add("time_passed")
        if one.basis == "recorded":
            arisen.add("new_events")
    register_days = {cell for row in world.register for cell in row.values() if isinstance(cell, date)}
    decided = {
        day for each in world.schema.populations.values() for size in each.deemed
        for day in (size.known_from, size.effective_from) if day
    }  # fmt: skip
    learnt = before.known_at != after.known_at and decided
    if learnt or any(before.as_of <= day <= after.as_of + timedelta(1) for day in register_days | decided):
        arisen.add("membership")
    if one.due and before.as_of <= one.due.day <= after.as_of:
        arisen.add("deadline_passed")
    return arisen


@law
@given(st.data(), NUMBERS | TRUTHS, WHENS, PATHS, st.sampled_from(("occurred", "occurred", "recorded")))
def test_parts_sum_to_the_whole(data, drawn, due, path, basis):
    """Between any two days as known at any two instants: a chain without a gap, and no cause that did not arise."""
    world, target = drawn
    one = replace(indicator(world.tree, target, due, path), basis=basis)
    pack, records = statement(world, one), world.records
    first, second = sorted((data.draw(ANY_DAY), data.draw(ANY_DAY)))
    earlier, later = data.draw(instants(world))
    found = differences(side(pack, records, first, earlier), side(pack, records, second, later))
    plain = [Question(pack, records, *when).answer(one, "p") for when in ((first, earlier), (second, later))]

    check_the_chain(found["one"], *map(figure, plain))
    assert set() == causes(found) - may_arise(world, found, one)
    MET.update(causes(found))


BUSY = strategies.rich_schema()
MEASURES = (
    "count(members & organisations(in_force(pledge)))",
    "ratio(members & organisations(training[people > 1]), members)",
    "sum(training.people)",
    "count(in_force(contract))",
    "count(distinct(scheme.item)) + count(tender[viable])",
    "count(in_force(scheme))",
    "change(count(pledge[stage >= 2]))",
)
TREES = tuple(elaborate(text, BUSY, TOP).node for text in MEASURES)


def busy_indicators() -> Iterator[Indicator]:
    """Indicators of a crowded history: each measure with a target that is revised once, and deadlines apart."""
    for number, tree in enumerate(TREES):
        unit = tree.kind.unit
        first = Target("at_least", Fraction(1, 4) if unit == "ratio" else Fraction(2), unit=unit)
        revised = replace(first, value=Fraction(1), known_from=date(2009, 12, 31))
        due = Due(date(2009, 12, 31) if number % 2 else date(2010, 3, 31))
        one = Indicator(f"n{number}", measure=Expression(MEASURES[number], tree), better="higher", due=due)
        yield replace(one, stages=((first, revised),), basis="recorded" if number == 4 else "occurred")


def crowded(chance: int) -> Rows:
    """Forty events, many of them told late, and what befalls a third of them later: corrections and retractions."""
    draw, types = chance_of(chance), types_seen(BUSY, TREES)
    rows = [{"event_id": f"e{number}", **happening(draw, draw.choice(types), BUSY)} for number in range(40)]
    for row in draw.sample(rows, 14):
        later = {**row, "recorded_at": row["recorded_at"] + timedelta(days=draw.choice((1, 90, 200)))}
        if draw.random() < 0.5:
            rows.append({**later, "retracted": True})
        else:
            fresh = happening(draw, BUSY.events[row["type"]], BUSY)
            rows.append({**fresh, **{name: later[name] for name in ("event_id", "organisation", "recorded_at")}})
    return rows


@law
@given(st.data(), st.integers(0, 2**32 - 1), populated(BUSY, TREES, most_events=0))
def test_parts_sum_to_the_whole_for_every_indicator(data, chance, rows):
    """On crowded histories with late events, corrections, retractions, members who come and go, targets revised."""
    taken = records_of(BUSY, crowded(chance), rows[1])
    told = sorted({version.recorded_at for version in taken.versions} | {datetime(2010, 1, 15), FOREVER})  # noqa: DTZ001
    earlier, later = sorted((data.draw(st.sampled_from(told)), data.draw(st.sampled_from(told))))
    first, second = sorted((data.draw(ANY_DAY), data.draw(ANY_DAY)))
    pack = Statement("busy", "Busy", YEAR, NEUTRAL, BUSY)
    pack = replace(pack, priorities=(Priority("p", "P", indicators=tuple(busy_indicators())),))
    found = differences(side(pack, taken, first, earlier), side(pack, taken, second, later))

    for _, one in pack.indicators():
        plain = [Question(pack, taken, *when).answer(one, "p") for when in ((first, earlier), (second, later))]
        check_the_chain(found[one.id], *map(figure, plain))
    MET.update(causes(found))
    if earlier == later:
        assert set() == causes(found) & {"late_events", "corrections", "retractions"}
    if first == second:
        assert set() == causes(found) & {"time_passed", "new_events", "deadline_passed"}
    assert set() == causes(found) & {"late_events", "corrections", "retractions"} - set(found.events)


@law
@given(NUMBERS | TRUTHS, WHENS, ANY_DAY)
def test_nothing_changes_between_an_evaluation_and_itself(drawn, due, day):
    """Where nothing is different, nothing is told."""
    world, target = drawn
    pack = statement(world, indicator(world.tree, target, due))
    here = side(pack, world.records, day, FOREVER)

    assert () == differences(here, here).told


@law
@given(st.data(), NUMBERS, number_targets(), WHENS, WHENS)
def test_a_revised_pack_is_split_into_definition_and_target(data, drawn, revised, due, later_due):
    """A pack with another target and another day: the definition is the same, so it is no cause."""
    world, target = drawn
    ones = [indicator(world.tree, *aim) for aim in ((target, due), (revised, later_due))]
    packs = [replace(statement(world, one), digested=partial(str, number)) for number, one in enumerate(ones)]
    day, records = data.draw(ANY_DAY), world.records
    found = differences(*(side(pack, records, day, FOREVER) for pack in packs))
    plain = [Question(pack, records, day).answer(one, "p") for pack, one in zip(packs, ones, strict=True)]

    check_the_chain(found["one"], *map(figure, plain))
    assert causes(found) <= {"target_revised", "definition_changed"}
    MET.update(causes(found))
    if ones[0].better == ones[1].better:
        assert causes(found) <= {"target_revised"}


@law
@given(st.data(), NUMBERS, WHENS)
def test_indicators_come_and_go(data, drawn, due):
    """One that is only in the later pack came by its definition, and one that is only in the earlier went by it."""
    world, target = drawn
    one = indicator(world.tree, target, due)
    packs = [statement(world, replace(one, id="old")), statement(world, replace(one, id="new"))]
    first, second = sorted((data.draw(ANY_DAY), data.draw(ANY_DAY)))
    found = differences(side(packs[0], world.records, first, FOREVER), side(packs[1], world.records, second, FOREVER))

    assert ["new", "old"] == [each.id for each in found]
    assert (None, None) == (found["new"].before, found["old"].after)
    assert ["definition_changed"] == [found["new"].steps[0].cause] == [found["old"].steps[-1].cause]
    assert {} == found["new"].parts
    MET.update(causes(found))


def test_every_cause_was_met():
    """The laws above have seen each cause change something."""
    assert set() == set(CAUSES) - set(MET)
