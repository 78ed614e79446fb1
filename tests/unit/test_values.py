"""Numbers with bounds, sets and selections with what is undecided: every outcome lies within what is said."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from itertools import chain, product
from typing import Any

import pytest

from indicator_engine.evaluation import values
from indicator_engine.evaluation.values import Members, Number, Unknown, compared, number

INTERVALS = [number(low, low, high) for low in range(-2, 3) for high in range(low, 3)]
UNDECIDED = Unknown.because("undecided")


def inside(outcome: Fraction, found: Number | Unknown) -> bool:
    return isinstance(found, Unknown) or found.low <= outcome <= found.high


def points(found: Number) -> list[Fraction]:
    """The whole numbers a small interval has."""
    return [Fraction(n) for n in range(int(found.low), int(found.high) + 1)]


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_bounds_enclose_every_outcome_of_arithmetic(sign: str):
    """Whatever two undecided numbers turn out to be, what comes of them lies in the bounds, which are the tightest."""
    plain = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}[sign]
    for a, b in product(INTERVALS, repeat=2):
        found = values.ARITHMETIC[sign](a, b)
        outcomes = [plain(x, y) for x, y in product(points(a), points(b))]
        assert isinstance(found, Number)
        assert (min(outcomes), max(outcomes)) == (found.low, found.high)


def test_bounds_enclose_every_quotient():
    """A divisor that may be 0 leaves the quotient unknown; it is undefined only when it is 0 for sure."""
    for a, b in product(INTERVALS, repeat=2):
        found = values.divided(a, b)
        if 0 in points(b):
            assert Unknown.because("undefined" if b.is_decided else "undecided") == found
        else:
            assert all(inside(x / y, found) for x, y in product(points(a), points(b)))


def test_bounds_enclose_every_size_and_every_clamped_number():
    """`abs`, `at_least` and `at_most`."""
    for a, b in product(INTERVALS, repeat=2):
        assert {inside(abs(x), values.absolute(a)) for x in points(a)} == {True}
        for side, plain in (("at_least", max), ("at_most", min)):
            found = values.CLAMPED[side](a, b)
            assert {inside(plain(x, y), found) for x, y in product(points(a), points(b))} == {True}


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_is_decided_exactly_when_all_outcomes_agree(sign: str):
    """True where each is, false where none is, undecided where some are."""
    plain = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
             ">": operator.gt, ">=": operator.ge}[sign]  # fmt: skip
    for a, b in product(INTERVALS, repeat=2):
        outcomes = {bool(plain(x, y)) for x, y in product(points(a), points(b))}
        assert (outcomes.pop() if len(outcomes) == 1 else UNDECIDED) == compared(sign, a, b)


ANY = number(3, -math.inf, math.inf)
FROM_0 = number(3, 0, math.inf)


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        (values.added(FROM_0, FROM_0), 0, math.inf),
        (values.subtracted(FROM_0, FROM_0), -math.inf, math.inf),
        (values.negative(FROM_0), -math.inf, 0),
        (values.multiplied(FROM_0, number(0)), 0, 0),
        (values.multiplied(FROM_0, number(-2)), -math.inf, 0),
        (values.multiplied(ANY, FROM_0), -math.inf, math.inf),
        (values.divided(FROM_0, number(2)), 0, math.inf),
        (values.divided(number(2), number(3, 1, math.inf)), 0, 2),
        (values.divided(FROM_0, number(3, 1, math.inf)), 0, math.inf),
        (values.divided(number(2), number(-3, -math.inf, -1)), -2, 0),
        (values.absolute(ANY), 0, math.inf),
        (values.CLAMPED["at_most"](FROM_0, number(5)), 0, 5),
    ],
)
def test_what_has_no_bound_is_carried_along(found: Number, low: float, high: float):
    """Nought times anything is nought, and opposite infinities never meet."""
    assert (low, high) == (found.low, found.high)


# ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

KEYS = ("a", "b")
STATES = ("out", "maybe", "in")


def members(states: tuple[str, ...]) -> Members:
    yes, maybe = (frozenset(k for k, s in zip(KEYS, states, strict=True) if s == wanted) for wanted in ("in", "maybe"))
    return Members(yes, maybe)


def outcomes(found: Members) -> list[frozenset[object]]:
    """Every set it could turn out to be."""
    choices = [[frozenset({key}), frozenset[object]()] for key in sorted(map(str, found.maybe))]
    return [frozenset(chain(found.yes, *chosen)) for chosen in product(*choices)]


@pytest.mark.parametrize("sign", ["|", "&", "-"])
def test_joined_sets_hold_every_outcome(sign: str):
    """What is surely in is in each, what is surely out in none, and the count lies in its bounds."""
    plain: Any = {"|": operator.or_, "&": operator.and_, "-": operator.sub}[sign]
    sets = [members(states) for states in product(STATES, repeat=2)]
    for one, other in product(sets, repeat=2):
        found = values.COMBINED[sign](one, other)
        possible = [plain(x, y) for x, y in product(outcomes(one), outcomes(other))]
        assert (frozenset.intersection(*possible), frozenset.union(*possible)) == (found.yes, found.possible)
        assert {inside(Fraction(len(each)), found.count()) for each in possible} == {True}


def test_a_share_of_a_part_holds_every_outcome():
    """Of a set within another, whatever may be in the part is then in the whole as well."""
    sets = [members(states) for states in product(STATES, repeat=2)]
    for part, whole in product(sets, repeat=2):
        if part.yes <= whole.yes and part.possible <= whole.possible:
            found = values.share_inside(part, whole)
            pairs = [(x, y) for x, y in product(outcomes(part), outcomes(whole)) if x <= y]
            assert all(not y or inside(Fraction(len(x), len(y)), found) for x, y in pairs)
            assert isinstance(found, Unknown) or 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Members(frozenset("a"), unnamed=1) & Members(frozenset("ab")), Members(frozenset("a"), frozenset("b"))),
        (Members(frozenset("a")) & Members(frozenset("b"), unnamed=1), Members(frozenset(), frozenset("a"))),
        (Members(frozenset("a"), unnamed=1) | Members(frozenset("b"), unnamed=1), Members(frozenset("ab"), unnamed=2)),
        (Members(frozenset("ab")) - Members(frozenset("b"), unnamed=1), Members(frozenset(), frozenset("a"))),
        (Members(frozenset("ab"), unnamed=1) - Members(frozenset("b")), Members(frozenset("a"), unnamed=1)),
    ],
)
def test_a_member_that_nobody_can_name_may_be_any(found: Members, expected: Members):
    """It may be one of the other set, or none."""
    assert expected == found


def test_whether_a_key_is_in_a_set():
    """Surely, perhaps, or not; a number by its value, if that is decided."""
    found = Members(frozenset({"a", Fraction(3)}), frozenset({"b"}))
    assert [True, UNDECIDED, False, True, UNDECIDED] == [
        found.has(key) for key in ("a", "b", "c", number(3), number(3, 3, 4))
    ]
    assert UNDECIDED == Members(unnamed=1).has("c")
