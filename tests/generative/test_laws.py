"""Laws that any measure of past events must keep; the numbers are those of the design's list of 25 properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.generative.drawing import (
    DAYS,
    ORGANISATIONS,
    YEAR,
    Rows,
    World,
    another,
    bare,
    chance_of,
    happened,
    has,
    law,
    rebuilt,
    rising,
    wild_worlds,
    worlds,
)  # fmt: skip

from indicator_engine.evaluation.measures import only_rises
from indicator_engine.evaluation.reference import Frame, Moment, Reference
from indicator_engine.evaluation.values import (
    NONE,
    Members,
    Number,
    TruthValue,
    Unknown,
    all_of,
    any_of,
    negated_truth,
)  # fmt: skip
from indicator_engine.language import kinds, nodes
from indicator_engine.periods import Period
from indicator_engine.store.records import FOREVER, Records, end_of
from indicator_engine.testing import strategies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.language.nodes import Node
    from indicator_engine.language.schema import EventType, Schema

pytestmark = pytest.mark.generative

ANY_WORLD = worlds() | wild_worlds()
FIGURES = ("occurrences", "occurrences", "set")
CHANCES = st.integers(0, 2**32 - 1)


# ── truth ────────────────────────────────────────────────────────────────────────────────────────────────────────────

KLEENE = st.sampled_from([True, False, Unknown.because("tbc"), Unknown.because("undecided")])
TRUTHS = st.one_of(KLEENE, KLEENE, st.just(NONE))


def bald(value: TruthValue) -> object:
    """A truth value without the reasons for which it is unknown."""
    return "unknown" if isinstance(value, Unknown) else value


@law
@given(st.lists(TRUTHS, min_size=1, max_size=4), CHANCES)
def test_and_and_or_mind_neither_order_nor_grouping(terms: list[TruthValue], chance: int):
    """4: `and` and `or` are commutative and associative, reasons included."""
    shuffled = chance_of(chance).sample(terms, len(terms))
    for joined in (all_of, any_of):
        assert joined(terms) == joined(shuffled)
        assert joined(terms) == joined([joined(terms[:2]), *terms[2:]])


@law
@given(TRUTHS, TRUTHS)
def test_de_morgan(a: TruthValue, b: TruthValue):
    """4: not (a and b) is (not a) or (not b), and the other way about; not not a is a."""
    assert negated_truth(all_of([a, b])) == any_of([negated_truth(a), negated_truth(b)])
    assert negated_truth(any_of([a, b])) == all_of([negated_truth(a), negated_truth(b)])
    assert a == negated_truth(negated_truth(a))


@law
@given(KLEENE, KLEENE)
def test_absorption(a: TruthValue, b: TruthValue):
    """4: a and (a or b) is a, a or (a and b) is a; "none arose", neither true nor false, stands outside this law."""
    assert bald(a) == bald(all_of([a, any_of([a, b])]))
    assert bald(a) == bald(any_of([a, all_of([a, b])]))


@law
@given(worlds("truth", depth=3), st.data())
def test_trees_of_conditions_keep_kleenes_laws(world: World, data: st.DataObject):
    """4: the same holds of conditions over records, evaluated as wholes."""
    other = data.draw(another(world, "truth"))
    a, b = world.tree, other
    pairs: list[tuple[Node, Node]] = [
        (nodes.AllOf((a, b)), nodes.AllOf((b, a))),
        (nodes.AnyOf((a, b)), nodes.AnyOf((b, a))),
        (nodes.Not(nodes.AllOf((a, b))), nodes.AnyOf((nodes.Not(a), nodes.Not(b)))),
        (nodes.Not(nodes.Not(a)), a),
    ]
    for left, right in pairs:
        assert world.value(left) == world.value(right)


# ── events come and go ───────────────────────────────────────────────────────────────────────────────────────────────


@law
@given(worlds(FIGURES, depth=3, change=rising), CHANCES)
def test_more_events_never_lower_what_only_rises(world: World, chance: int):
    """7: one more event never lowers a count of what has happened, nor any end of its bounds."""
    assume(only_rises(world.tree, world.schema))
    before, after = world.value(), world.value(events=[*world.events, happened(world, chance)])
    if isinstance(before, Number):
        assert (before.low <= after.low, before.high <= after.high) == (True, True)
    elif isinstance(before, Members):
        assert (before.yes <= after.yes, before.possible <= after.possible) == (True, True)
    else:
        assert before is not True or after is True


@law
@given(ANY_WORLD, CHANCES, st.integers(1, 400))
def test_what_happens_later_changes_nothing_now(world: World, chance: int, days: int):
    """8: an event after the as-of date never changes the answer."""
    later = happened(world, chance, occurred_on=world.as_of + timedelta(days=days))
    later["recorded_at"] = datetime.combine(later["occurred_on"], time(9))
    assert bare(world.value()) == bare(world.value(events=[*world.events, later]))


def looks_only_at_its_own(condition: Node) -> bool:
    return not has(condition, nodes.Overall, nodes.Subjects, nodes.Members, nodes.IsIn)


@law
@given(worlds("on_subject", depth=3), CHANCES)
def test_others_events_change_nothing_for_one(world: World, chance: int):
    """10: inside `S[...]`, events of other organisations never change whether one is in."""
    assume(looks_only_at_its_own(world.tree))
    tree = nodes.Filter(nodes.Members("everyone"), world.tree)
    one, other = chance_of(chance).sample(ORGANISATIONS, 2)
    before, after = world.value(tree), world.value(tree, events=[*world.events, happened(world, chance, subject=other)])
    assert before.has(one) == after.has(one)


@law
@given(ANY_WORLD, CHANCES)
def test_order_of_rows_means_nothing(world: World, chance: int):
    """11, 12: rows of events and of the register may stand in any order, and in any order of files."""
    draw = chance_of(chance)
    events, register = (draw.sample(rows, len(rows)) for rows in (world.events, world.register))
    assert bare(world.value()) == bare(world.value(events=events, register=register))


@law
@given(ANY_WORLD, CHANCES)
def test_telling_twice_is_telling_once(world: World, chance: int):
    """A row told again, or the same content under another id and recorded no earlier, counts once."""
    assume(world.events)
    row = chance_of(chance).choice(world.events)
    again = [*world.events, dict(row)]
    assert bare(world.value()) == bare(world.value(events=again))


# ── who is counted ───────────────────────────────────────────────────────────────────────────────────────────────────


@law
@given(worlds("set", depth=3), st.sets(st.sampled_from(ORGANISATIONS)))
def test_parts_sum_to_the_whole(world: World, some: set[str]):
    """15: the counts over a partition of the organisations sum to the count over all, bounds included."""
    assume(world.tree.kind.key == kinds.SUBJECT and not has(world.tree, nodes.Distinct))
    chosen = nodes.IsOneOf(nodes.TheSubject(), tuple(nodes.Constant(each) for each in sorted(some)))
    whole = world.value(nodes.CountMembers(world.tree))
    assume(isinstance(whole, Number))
    first = world.value(nodes.CountMembers(nodes.Filter(world.tree, chosen)))
    second = world.value(nodes.CountMembers(nodes.Filter(world.tree, nodes.Not(chosen))))
    assert (whole.value, whole.low, whole.high) == (
        first.value + second.value, first.low + second.low, first.high + second.high
    )  # fmt: skip


@law
@given(worlds("set", depth=3), st.sets(st.sampled_from(ORGANISATIONS)))
def test_shares_recombine_by_their_weights(world: World, some: set[str]):
    """15: the shares over a partition, weighted by its denominators, make the share over all."""
    chosen = nodes.IsOneOf(nodes.TheSubject(), tuple(nodes.Constant(each) for each in sorted(some)))
    everyone = nodes.Members("everyone")
    groups = [nodes.Filter(everyone, each) for each in (chosen, nodes.Not(chosen))]
    whole = world.value(nodes.Ratio(nodes.Combined("&", everyone, world.tree), everyone))
    parts = [world.value(nodes.Ratio(nodes.Combined("&", group, world.tree), group)) for group in groups]
    assume(isinstance(whole, Number))
    counted = [part for part in (whole, *parts) if isinstance(part, Number)]
    weighted = [part.value * part.denominator.value for part in counted if part.denominator]
    assert weighted[0] == sum(weighted[1:])


@law
@given(worlds("set", depth=3), st.data())
def test_a_share_of_a_whole_lies_between_0_and_1(world: World, data: st.DataObject):
    """15: the share of a set that is part of the whole, and both its bounds, lie between 0 and 1."""
    whole = data.draw(another(world, "set"))
    part = nodes.Combined("&", world.tree, whole)
    found = world.value(nodes.Ratio(part, whole))
    if isinstance(found, Number):
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.numerator
        assert found.denominator
        assert found.numerator.value <= found.denominator.value


@law
@given(worlds("events", depth=3))
def test_an_organisation_without_events_never_raises_a_share(world: World):
    """16: a member with no events enters the denominator and nothing else."""
    doing = nodes.Subjects(world.tree)
    tree = nodes.Ratio(nodes.Combined("&", nodes.Members("members"), doing), nodes.Members("members"))
    about = world.schema.subject
    fresh = {**dict.fromkeys(about.attributes), about.singular: "newcomer", "kind": "member"}
    before, after = world.value(tree), world.value(tree, register=[*world.register, fresh])
    if isinstance(before, Number):
        assert (after.value <= before.value, after.low <= before.low, after.high <= before.high) == (True, True, True)


@law
@given(ANY_WORLD, st.permutations(strategies.ORGANISATIONS))
def test_other_names_change_the_names_only(world: World, permuted: list[str]):
    """17: organisations renamed, in rows and in expressions, give the same answers about the renamed."""
    name = dict(zip(strategies.ORGANISATIONS, permuted, strict=True))
    renamed = replace(
        world, tree=rebuilt(world.tree, lambda node: _renamed_node(node, name)),
        events=[_renamed(row, name) for row in world.events], register=[_renamed(row, name) for row in world.register],
    )  # fmt: skip
    assert _renamed_value(world.value(), name) == bare(renamed.value())


def _renamed(row: Mapping[str, Any], name: Mapping[str, str]) -> dict[str, Any]:
    return {key: name.get(cell, cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def _renamed_node(node: Node, name: Mapping[str, str]) -> Node:
    if isinstance(node, nodes.Constant) and isinstance(node.value, str):
        return nodes.Constant(name.get(node.value, node.value))
    return node


def _renamed_value(found: Any, name: Mapping[str, str]) -> Any:
    if isinstance(found, Members):
        yes, maybe = (frozenset(name.get(str(key), key) for key in keys) for keys in (found.yes, found.maybe))
        return Members(yes, maybe, found.unnamed)
    return name.get(found, found) if isinstance(found, str) else bare(found)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CALENDAR = (nodes.Each, nodes.Previous)
FOUR_CENTURIES = 146_097


def has_calendar_terms(tree: Node) -> bool:
    """Whether months or years matter to a tree, and not days alone."""
    by_month = (
        isinstance(node, CALENDAR)
        or (isinstance(node, nodes.Elapsed) and node.unit != "days")
        or (isinstance(node, nodes.Shifted) and (node.months or node.years))
        for node in nodes.walk(tree)
    )
    return any(by_month)


@law
@given(ANY_WORLD, st.integers(-2000, 2000))
def test_moving_all_dates_by_days_changes_no_answer(world: World, days: int):
    """19: all dates moved by the same number of days, in records, register and expression, give the same answer."""
    assume(not has_calendar_terms(world.tree))
    assert _moved_value(bare(world.value()), days) == bare(_moved(world, days))


@law
@given(ANY_WORLD)
def test_moving_all_dates_by_four_centuries_changes_no_answer(world: World):
    """19: the calendar repeats after 400 years, so months and years may matter too."""
    assert _moved_value(bare(world.value()), FOUR_CENTURIES) == bare(_moved(world, FOUR_CENTURIES))


def _moved(world: World, days: int) -> Any:
    by = timedelta(days=days)
    schema, frame = _moved_schema(world.schema, by), world.frame
    moved_frame = Frame(
        frame.basis, *(day and day + by for day in (frame.due, frame.baseline_date, frame.target_set_on))
    )
    tree = rebuilt(world.tree, lambda node: _moved_node(node, by))
    found = world.records
    records = Records(
        tuple(
            replace(
                v,
                recorded_at=v.recorded_at + by,
                occurred_on=_plus(v.occurred_on, by),
                attributes=_moved_cells(v.attributes, by),
            )
            for v in found.versions
        ),
        tuple(replace(row, attributes=_moved_cells(row.attributes, by)) for row in found.register),
    )
    moment = Moment(world.as_of + by, FOREVER, Period(YEAR.start + by, YEAR.end + by))
    return Reference(schema, records, moved_frame).value(tree, moment)


def _plus(day: date, by: timedelta) -> date:
    return day if day == date.min else day + by


def _moved_cells(cells: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    return {name: cell + by if isinstance(cell, date) else cell for name, cell in cells.items()}


def _moved_node(node: Node, by: timedelta) -> Node:
    return (
        nodes.Constant(node.value + by) if isinstance(node, nodes.Constant) and isinstance(node.value, date) else node
    )


def _moved_schema(schema: Schema, by: timedelta) -> Schema:
    def event(each: EventType) -> EventType:
        return replace(each, covered_from=each.covered_from and each.covered_from + by)

    def known(day: date | None) -> date | None:
        return day and day + by

    populations = {
        name: replace(
            each,
            deemed=tuple(
                replace(size, known_from=known(size.known_from), effective_from=known(size.effective_from))
                for size in each.deemed
            ),
        )
        for name, each in schema.populations.items()
    }
    return replace(schema, events={name: event(each) for name, each in schema.events.items()}, populations=populations)


def _moved_value(found: Any, days: int) -> Any:
    by = timedelta(days=days)
    if isinstance(found, Members):
        yes, maybe = (
            frozenset(key + by if isinstance(key, date) else key for key in keys) for keys in (found.yes, found.maybe)
        )
        return Members(yes, maybe, found.unnamed)
    return found + by if isinstance(found, date) else found


@law
@given(ANY_WORLD, st.sampled_from(DAYS), CHANCES)
def test_what_is_recorded_later_does_not_change_what_was_known(world: World, day: date, chance: int):
    """23: the answer as known at an instant is the same after later recordings, corrections and retractions."""
    then = replace(world, known_at=end_of(day))
    draw = chance_of(chance)
    late = datetime.combine(day + timedelta(days=draw.randint(1, 300)), time(9))
    rows: Rows = [{**happened(world, chance), "recorded_at": late}]
    if world.events:
        corrected = {**draw.choice(world.events), "occurred_on": draw.choice(DAYS), "recorded_at": late}
        rows += [corrected, {**draw.choice(world.events), "recorded_at": late, "retracted": True}]
    assert bare(then.value()) == bare(then.value(events=[*world.events, *rows]))
