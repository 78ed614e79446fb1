"""What the checks call proved must hold for all data: their proofs are put to random trees over random records."""

from __future__ import annotations

from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicator_engine.definitions.checks import logic
from indicator_engine.definitions.checks.containment import inside
from indicator_engine.language import kinds, nodes

if TYPE_CHECKING:
    from indicator_engine.language.nodes import Node

pytestmark = pytest.mark.generative


class Record(NamedTuple):
    """A record of one organisation; a stage of None is unknown."""

    id: int
    organisation: str
    stage: int | None
    sector: str | None
    in_force: bool


class World(NamedTuple):
    """All records, and who belongs to which population."""

    records: tuple[Record, ...]
    populations: dict[str, frozenset[str]]


T = TypeVar("T")
ORGANISATIONS = ("A", "B", "C")
COMPARING = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
STAGE = nodes.RecordAttribute("stage", kinds.number("amount"))
SECTOR = nodes.RecordAttribute("sector", kinds.TEXT)

stages = st.integers(0, 3)
sectors = st.sampled_from(["x", "y", "z"])
organisations = st.sampled_from(ORGANISATIONS)


def numbers() -> st.SearchStrategy[nodes.Constant]:
    return stages.map(lambda n: nodes.Constant(Fraction(n)))


simple_conditions = st.one_of(
    st.builds(nodes.Comparison, st.sampled_from(sorted(COMPARING)), st.just(STAGE), numbers()),
    st.builds(nodes.Comparison, st.sampled_from(sorted(COMPARING)), numbers(), st.just(STAGE)),
    st.builds(nodes.Comparison, st.sampled_from(["==", "!="]), st.just(SECTOR), sectors.map(nodes.Constant)),
    st.builds(nodes.IsOneOf, st.just(SECTOR), st.lists(sectors.map(nodes.Constant), min_size=1, max_size=2).map(tuple)),
    st.builds(nodes.Known, st.sampled_from([STAGE, SECTOR])),
    st.builds(nodes.IsIn, st.just(nodes.TheSubject()), st.sampled_from(["members", "schools"]).map(nodes.Members)),
)
conditions = st.recursive(
    simple_conditions,
    lambda inner: st.one_of(
        st.builds(nodes.Not, inner),
        st.builds(nodes.Definitely, inner),
        st.builds(nodes.AllOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(nodes.AnyOf, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=4,
)
operators = st.sampled_from(["|", "&", "-"])
selections = st.recursive(
    st.just(nodes.Events("pledge")),
    lambda inner: st.one_of(
        st.builds(nodes.Filter, inner, conditions),
        st.builds(nodes.Combined, operators, inner, inner),
        st.builds(nodes.InForce, inner),
        st.builds(nodes.Latest, inner),
    ),
    max_leaves=4,
)
sets = st.recursive(
    st.one_of(st.sampled_from(["members", "schools"]).map(nodes.Members), st.builds(nodes.Subjects, selections)),
    lambda inner: st.builds(nodes.Combined, operators, inner, inner),
    max_leaves=4,
)
worlds = st.builds(
    lambda rows, members, schools: World(
        tuple(Record(number, *row) for number, row in enumerate(rows)), {"members": members, "schools": schools}
    ),
    st.lists(st.tuples(organisations, st.none() | stages, st.none() | sectors, st.booleans()), max_size=6),
    st.frozensets(organisations),
    st.frozensets(organisations),
)


def holds(condition: Node, record: Record, world: World) -> bool | None:  # noqa: PLR0911  # one line each
    """Whether a condition holds for a record; None is unknown."""
    match condition:
        case nodes.Comparison(operator, left, right):
            a, b = value(left, record), value(right, record)
            return None if a is None or b is None else COMPARING[operator](a, b)
        case nodes.IsOneOf(item, values):
            found = value(item, record)
            return None if found is None else found in {constant.value for constant in values}
        case nodes.Known(operand):
            return value(operand, record) is not None
        case nodes.IsIn(_, nodes.Members(population)):
            return record.organisation in world.populations[population]
        case nodes.Not(operand):
            found = holds(operand, record, world)
            return None if found is None else not found
        case nodes.Definitely(operand):
            return holds(operand, record, world) is True
        case nodes.AllOf(terms) | nodes.AnyOf(terms):
            decisive = isinstance(condition, nodes.AnyOf)
            all_found = [holds(term, record, world) for term in terms]
            return decisive if decisive in all_found else None if None in all_found else not decisive
    raise AssertionError(condition)


def value(node: Node, record: Record) -> Any:
    if isinstance(node, nodes.Constant):
        return node.value
    assert isinstance(node, nodes.RecordAttribute)
    return getattr(record, node.name)


def records(selection: Node, world: World) -> frozenset[Record]:
    match selection:
        case nodes.Events():
            return frozenset(world.records)
        case nodes.Filter(source, condition):
            return frozenset(r for r in records(source, world) if holds(condition, r, world) is True)
        case nodes.InForce(events):
            return frozenset(r for r in records(events, world) if r.in_force)
        case nodes.Latest(events):
            newest = {r.organisation: r for r in sorted(records(events, world))}
            return frozenset(newest.values())
        case nodes.Combined(operator, left, right):
            return joined(operator, records(left, world), records(right, world))
    raise AssertionError(selection)


def members(selection: Node, world: World) -> frozenset[str]:
    match selection:
        case nodes.Members(population):
            return world.populations[population]
        case nodes.Subjects(events):
            return frozenset(record.organisation for record in records(events, world))
        case nodes.Combined(operator, left, right):
            return joined(operator, members(left, world), members(right, world))
    raise AssertionError(selection)


def joined(operator: str, left: frozenset[T], right: frozenset[T]) -> frozenset[T]:
    return left | right if operator == "|" else left & right if operator == "&" else left - right


@given(selections, selections, worlds)
def test_records_proved_to_be_inside_are_inside(part, whole, world):
    """Records of a selection that is provably part of another are always among the other's."""
    assert not inside(part, whole) or records(part, world) <= records(whole, world)


@given(sets, sets, worlds)
def test_members_proved_to_be_inside_are_inside(part, whole, world):
    """Members of a set that is provably part of another are always among the other's."""
    assert not inside(part, whole) or members(part, world) <= members(whole, world)


@given(st.lists(conditions, max_size=3), conditions, worlds)
def test_what_is_implied_holds(given_, wanted, world):
    """A condition that others imply holds for every record for which these hold."""
    if logic.implies([term for condition in given_ for term in logic.terms(condition)], wanted):
        for record in world.records:
            if all(holds(condition, record, world) is True for condition in given_):
                assert holds(wanted, record, world) is True


@given(st.lists(conditions, max_size=4), worlds)
def test_what_clashes_never_holds(several, world):
    """No record satisfies conditions that are said to exclude each other."""
    clashing = logic.clash([term for condition in several for term in logic.terms(condition)])

    assert not clashing or not any(
        all(holds(condition, record, world) is True for condition in clashing) for record in world.records
    )


@given(conditions, worlds)
def test_a_negation_is_the_opposite(condition, world):
    """A condition and its negation are never both true, and both unknown or neither."""
    for record in world.records:
        found, opposite = holds(condition, record, world), holds(logic.negation(condition), record, world)

        assert (None if found is None else not found) == opposite
