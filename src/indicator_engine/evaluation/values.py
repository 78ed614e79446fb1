"""What expressions give: exact numbers with bounds, three-valued truth, sets and selections with what is undecided.

Everything unknown carries its reasons. A number's `low` and `high` enclose every value it could have once what is
undecided is settled; a comparison is decided only when it is the same at both ends.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property, reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_, sub
from typing import TYPE_CHECKING, Any

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from indicator_engine.periods import Period
    from indicator_engine.store.records import Record

TBC = "tbc"
NOT_ESTABLISHED = "not established"
NO_BASELINE = "no baseline"
NO_DATA = "no data"
UNDECIDED = "undecided"
UNDEFINED = "undefined"
NONE_AROSE = "none arose"


@dataclass(frozen=True)
class Unknown:
    """No value, because of these reasons (sorted, at least one)."""

    reasons: tuple[str, ...]

    @staticmethod
    def because(*reasons: str) -> Unknown:
        """An unknown with its reasons in order, each once."""
        return Unknown(tuple(sorted(set(reasons))))


def merged(*values: object) -> Unknown:
    """One unknown with the reasons of all that are unknown."""
    return Unknown.because(*(reason for value in values if isinstance(value, Unknown) for reason in value.reasons))


@dataclass(frozen=True)
class NoneArose:
    """What `every` gives over nothing: neither true nor false, and not counted."""


NONE = NoneArose()
TruthValue = bool | Unknown | NoneArose
Bound = Fraction | float
"""A bound is exact, or plus or minus infinity."""


@dataclass(frozen=True)
class Number:
    """An exact number, the bounds of what it could be, and for a share its numerator and denominator."""

    value: Fraction
    low: Bound
    high: Bound
    numerator: Number | None = field(default=None, compare=False)
    denominator: Number | None = field(default=None, compare=False)

    @property
    def is_decided(self) -> bool:
        """Whether nothing undecided could change it."""
        return self.low == self.high


def number(value: Fraction | int, low: Bound | int | None = None, high: Bound | int | None = None) -> Number:
    """A number; its bounds are itself unless given."""
    exact = Fraction(value)
    return Number(exact, exact if low is None else _bound(low), exact if high is None else _bound(high))


def _bound(value: Bound | int) -> Bound:
    return value if isinstance(value, float) else Fraction(value)


def _plus(a: Bound, b: Bound) -> Bound:
    """A sum of bounds; an infinite one stays what it is, and never meets its opposite."""
    if isinstance(a, float):
        return a
    return b if isinstance(b, float) else a + b


def total(bounds: Iterable[Bound]) -> Bound:
    """The sum of bounds of one side."""
    start: Bound = Fraction(0)
    return reduce(_plus, bounds, start)


def _times(a: Bound, b: Bound) -> Bound:
    """A product of bounds, in which nought times infinity is nought."""
    if a == 0 or b == 0:
        return Fraction(0)
    if isinstance(a, float) or isinstance(b, float):
        return math.inf if (a > 0) == (b > 0) else -math.inf
    return a * b


def _over(a: Bound, b: Bound) -> Bound:
    """A quotient of bounds; `b` is not nought."""
    if isinstance(b, float) and not isinstance(a, float):
        return Fraction(0)
    return _times(a, b if isinstance(b, float) else 1 / b)


def added(a: Number, b: Number) -> Number:
    """The sum."""
    return Number(a.value + b.value, _plus(a.low, b.low), _plus(a.high, b.high))


def negative(a: Number) -> Number:
    """With its sign turned."""
    return Number(-a.value, -a.high, -a.low)


def subtracted(a: Number, b: Number) -> Number:
    """The difference."""
    return added(a, negative(b))


def multiplied(a: Number, b: Number) -> Number:
    """The product, over all corners of the bounds."""
    corners = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Number(a.value * b.value, min(corners), max(corners))


def divided(a: Number, b: Number) -> Number | Unknown:
    """The quotient; unknown when dividing by zero (`undefined`), also while that is possible (`undecided`)."""
    if b.low <= 0 <= b.high:
        return Unknown.because(UNDEFINED if b.is_decided else UNDECIDED)
    corners = [_over(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return Number(a.value / b.value, min(corners), max(corners))


def absolute(a: Number) -> Number:
    """Without its sign."""
    turned = negative(a)
    low = Fraction(0) if a.low <= 0 <= a.high else max(a.low, turned.low)
    return Number(abs(a.value), low, max(a.high, turned.high))


def _held(hold: Callable[..., Any]) -> Callable[[Number, Number], Number]:
    return lambda a, limit: Number(hold(a.value, limit.value), hold(a.low, limit.low), hold(a.high, limit.high))


ARITHMETIC: Mapping[str, Callable[[Number, Number], Number | Unknown]] = {
    "+": added, "-": subtracted, "*": multiplied, "/": divided,
}  # fmt: skip
CLAMPED: Mapping[str, Callable[[Number, Number], Number]] = {"at_least": _held(max), "at_most": _held(min)}


def share(top: Number, bottom: Number) -> Number | Unknown:
    """A quotient that keeps its numerator and denominator."""
    found = divided(top, bottom)
    return found if isinstance(found, Unknown) else replace(found, numerator=top, denominator=bottom)


def compared(operator: str, a: Any, b: Any) -> bool | Unknown:
    """An exact comparison; of numbers decided by their bounds."""
    if not isinstance(a, Number):
        return bool(_COMPARE[operator](a, b))
    if operator == "!=":
        return negated_truth(compared("==", a, b))  # type: ignore[return-value]  # numbers never give NONE
    if operator == "==":
        if a.high < b.low or b.high < a.low:
            return False
        return True if a.is_decided and b.is_decided else Unknown.because(UNDECIDED)
    if operator in (">", ">="):
        return compared("<" if operator == ">" else "<=", b, a)
    surely, never = (a.high < b.low, a.low >= b.high) if operator == "<" else (a.high <= b.low, a.low > b.high)
    return True if surely else False if never else Unknown.because(UNDECIDED)


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}

# ── truth ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# Kleene's three values, and "none arose" which is neither true nor false. `and` takes the lowest of
#     False < unknown < none arose < True
# and `or` the highest of
#     False < none arose < unknown < True
# so that both stay associative, commutative and De Morgan's, and nothing undecided is ever settled by nothing.
# Mostly there are only true and false, which Python tells at once.

_PLAIN = frozenset((bool,))


def all_of(values: Iterable[TruthValue]) -> TruthValue:
    """`and`."""
    found = list(values)
    if _PLAIN.issuperset(map(type, found)):
        return all(found)
    if any(value is False for value in found):
        return False
    if any(isinstance(value, Unknown) for value in found):
        return merged(*found)
    return NONE if NONE in found else True


def any_of(values: Iterable[TruthValue]) -> TruthValue:
    """`or`."""
    found = list(values)
    if _PLAIN.issuperset(map(type, found)):
        return any(found)
    if any(value is True for value in found):
        return True
    if any(isinstance(value, Unknown) for value in found):
        return merged(*found)
    return NONE if NONE in found else False


def negated_truth(value: TruthValue) -> TruthValue:
    """`not`."""
    return not value if isinstance(value, bool) else value


# ── sets and selections ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Members:
    """A set: keys that are in it, keys that may be, and how many more there may be whose key is not known."""

    yes: frozenset[str | Fraction | object] = frozenset()
    maybe: frozenset[str | Fraction | object] = frozenset()
    unnamed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "maybe", self.maybe - self.yes)

    @property
    def possible(self) -> frozenset[object]:
        """Every key that is or may be in it."""
        return self.yes | self.maybe

    def count(self) -> Number:
        """How many, between those that are and those that may be."""
        return number(len(self.yes), len(self.yes), len(self.possible) + self.unnamed)

    def has(self, item: object) -> bool | Unknown:
        """Whether a key is in it; a number that is not decided may be."""
        if isinstance(item, Number) and not item.is_decided:
            return Unknown.because(UNDECIDED)
        key = item.value if isinstance(item, Number) else item
        if key in self.yes:
            return True
        return Unknown.because(UNDECIDED) if key in self.maybe or self.unnamed else False

    def __or__(self, other: Members) -> Members:
        return Members(self.yes | other.yes, self.maybe | other.maybe, self.unnamed + other.unnamed)

    def __and__(self, other: Members) -> Members:
        both = self.possible & other.possible
        if self.unnamed:
            both |= other.possible
        if other.unnamed:
            both |= self.possible
        return Members(self.yes & other.yes, both, min(self.unnamed, other.unnamed))

    def __sub__(self, other: Members) -> Members:
        certain = self.yes - other.possible if not other.unnamed else frozenset()
        return Members(certain, self.possible - other.yes, self.unnamed)


@dataclass(frozen=True)
class Selection:
    """Records of which the condition is true (`yes`) or undecided (`maybe`), each in order of day, recording and id."""

    yes: tuple[Record, ...] = ()
    maybe: tuple[Record, ...] = ()

    def all(self) -> list[tuple[Record, bool]]:
        """Every record with whether it surely belongs, in order of day, recording and id."""
        found = [(record, True) for record in self.yes] + [(record, False) for record in self.maybe]
        return sorted(found, key=lambda pair: pair[0].order) if self.yes and self.maybe else found

    def own(self, subject: str) -> Selection:
        """Those of one subject."""
        return self._by_subject.get(subject, NO_RECORDS)

    @cached_property
    def _by_subject(self) -> Mapping[str, Selection]:
        yes: dict[str, list[Record]] = defaultdict(list)
        maybe: dict[str, list[Record]] = defaultdict(list)
        for part, found in ((self.yes, yes), (self.maybe, maybe)):
            for record in part:
                found[record.subject].append(record)
        return {one: Selection(tuple(yes.get(one, ())), tuple(maybe.get(one, ()))) for one in {**yes, **maybe}}

    def count(self) -> Number:
        """How many, between those that belong and those that may."""
        return number(len(self.yes), len(self.yes), len(self.yes) + len(self.maybe))

    def within(self, period: Period) -> Selection:
        """Those whose day lies in the period."""
        yes, maybe = (tuple(record for record in part if record.day in period) for part in (self.yes, self.maybe))
        return Selection(yes, maybe)

    def __or__(self, other: Selection) -> Selection:
        told, yes = _told(self, other), _ids(self.yes) | _ids(other.yes)
        return selection(_of(told, yes), _of(told, told.keys() - yes))

    def __and__(self, other: Selection) -> Selection:
        yes, possible = _ids(self.yes) & _ids(other.yes), _told(self).keys() & _told(other).keys()
        told = _told(self, other)
        return selection(_of(told, yes), _of(told, possible - yes))

    def __sub__(self, other: Selection) -> Selection:
        told, certain = _told(self), _ids(other.yes)
        yes = _ids(self.yes) - _told(other).keys()
        return selection(_of(told, yes), _of(told, told.keys() - certain - yes))


def _ids(records: Iterable[Record]) -> set[str]:
    return {record.event_id for record in records}


def _of(told: Mapping[str, Record], events: Iterable[str]) -> Iterator[Record]:
    return (told[event] for event in events)


def _told(*selections: Selection) -> Mapping[str, Record]:
    """The records of selections by their events: where they were known at several instants, as known last."""
    found: dict[str, Record] = {}
    for one in selections:
        for record in one.yes + one.maybe:
            before = found.get(record.event_id)
            if before is None or (before is not record and before.version.order < record.version.order):
                found[record.event_id] = record
    return found


NO_RECORDS = Selection()


@dataclass(frozen=True)
class Tally:
    """How many records a selection of a large store has, surely and perhaps; their ids are found when asked for."""

    yes: int
    maybe: int
    sure: Sequence[str] = field(compare=False, repr=False)
    open: Sequence[str] = field(compare=False, repr=False)


def selection(yes: Iterable[Record], maybe: Iterable[Record]) -> Selection:
    """A selection in its order, each record once."""
    return Selection(
        tuple(sorted(dict.fromkeys(yes), key=lambda record: record.order)),
        tuple(sorted(dict.fromkeys(maybe), key=lambda record: record.order)),
    )


COMBINED: Mapping[str, Callable[[Any, Any], Any]] = {"|": or_, "&": and_, "-": sub}


def share_of_sets(part: Members, whole: Members) -> Number | Unknown:
    """A share of two sets of which either may have what the other has not."""
    return share(part.count(), whole.count())


def share_inside(part: Members, whole: Members) -> Number | Unknown:
    """A share of a set that lies inside the whole whatever happens: what may be in it is then in both or in neither."""
    plain = share_of_sets(part, whole)
    if isinstance(plain, Unknown):
        return plain
    most = Fraction(1) if whole.unnamed else Fraction(len(part.possible), len(part.possible | whole.yes))
    return replace(plain, high=min(plain.high, most))
