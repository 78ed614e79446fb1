"""The query tree: what an expression means, as frozen values.

One class an operation, one to four annotated fields, and a `kind`. The reference evaluator has one short method for
each of these, the compiled one a plan for each; `text.py` prints them back and `says.py` reads them aloud.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from indicator_engine.frozen import dataclass
from indicator_engine.language import kinds
from indicator_engine.language.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from indicator_engine.periods import BucketUnit

Comparing = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Node:
    """Base of every operation. `kind` says what sort of thing it gives.

    A tree is looked up many times, so its hash is worked out once.
    """

    __slots__ = ("_hash",)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__hash__ = Node._remembered_hash  # type: ignore[assignment, method-assign]

    def _remembered_hash(self) -> int:
        try:
            return cast("int", self._hash)  # type: ignore[attr-defined]
        except AttributeError:
            found = hash((type(self), *(getattr(self, name) for name in _names(self))))
            object.__setattr__(self, "_hash", found)
            return found

    def __getstate__(self) -> dict[str, object]:
        """Without the hash: that of a text differs from process to process."""
        return dict(vars(self))

    @property
    def kind(self) -> Kind:
        """What sort of thing this gives."""
        return kinds.BROKEN


def _names(node: Node) -> tuple[str, ...]:
    """The names of a node's fields."""
    return cast("tuple[str, ...]", node.__match_args__)


class AsOperand(Node):
    """Base of what gives the same sort of thing as its operand."""

    operand: Node

    @property
    def kind(self) -> Kind:
        return self.operand.kind


class AsEvents(Node):
    """Base of what gives the same sort of records as its selection."""

    events: Node

    @property
    def kind(self) -> Kind:
        return self.events.kind


class OfKind(Node):
    """Base of what carries its kind with it."""

    of: Kind

    @property
    def kind(self) -> Kind:
        return self.of


class Day(Node):
    """Base of dates."""

    @property
    def kind(self) -> Kind:
        return kinds.DATE


class Counted(Node):
    """Base of counts."""

    @property
    def kind(self) -> Kind:
        return kinds.number("count")


class Share(Node):
    """Base of shares."""

    @property
    def kind(self) -> Kind:
        return kinds.number("ratio")


class OfSubjects(Node):
    """Base of sets of subjects."""

    @property
    def kind(self) -> Kind:
        return kinds.SUBJECTS


@dataclass(frozen=True)
class Broken(Node):
    """Stands where something could not be understood; a problem has been reported, no other one follows from it."""


# ── single values ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Constant(Node):
    """A number, text, truth or date written out."""

    value: Fraction | str | bool | date

    @property
    def kind(self) -> Kind:
        if isinstance(self.value, bool):
            return kinds.TRUTH
        if isinstance(self.value, str):
            return kinds.TEXT
        return kinds.DATE if isinstance(self.value, date) else kinds.number()


@dataclass(frozen=True)
class Tbc(Node):
    """A value still to be agreed."""

    @property
    def kind(self) -> Kind:
        return kinds.UNKNOWN


@dataclass(frozen=True)
class NamedDate(Day):
    """`as_of`, `period_start`, `period_end`, `due`, `baseline_date` or `target_set_on`."""

    name: str


@dataclass(frozen=True)
class RecordAttribute(OfKind):
    """Inside `E[...]`: an attribute of the record at hand, or `occurred_on`, `recorded_on`."""

    name: str
    of: Kind


@dataclass(frozen=True)
class RegisterAttribute(OfKind):
    """Inside `S[...]`: a column of the register for the subject at hand."""

    name: str
    of: Kind


@dataclass(frozen=True)
class TheSubject(Node):
    """The subject of the record or of the register row at hand."""

    @property
    def kind(self) -> Kind:
        return Kind("text", key=kinds.SUBJECT)


@dataclass(frozen=True)
class Arithmetic(OfKind):
    """Exact `+ - * /`; dividing by zero is unknown (`undefined`)."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node
    of: Kind


@dataclass(frozen=True)
class Negative(AsOperand):
    """A number with its sign turned."""

    operand: Node


class Truth(Node):
    """Base of everything that is true, false or unknown."""

    @property
    def kind(self) -> Kind:
        return kinds.TRUTH


@dataclass(frozen=True)
class Comparison(Truth):
    """An exact comparison; unknown when either side is, unless their bounds settle it."""

    operator: Comparing
    left: Node
    right: Node


@dataclass(frozen=True)
class AllOf(Truth):
    """`and` of two or more."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class AnyOf(Truth):
    """`or` of two or more."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Truth):
    """`not`."""

    operand: Node


@dataclass(frozen=True)
class IsIn(Truth):
    """Whether a key is in a set: `organisation in members`."""

    item: Node
    members: Node


@dataclass(frozen=True)
class IsOneOf(Truth):
    """Whether a value is among constants: `role in ("chair", "deputy")`."""

    item: Node
    values: tuple[Constant, ...]


@dataclass(frozen=True)
class Holds(Truth):
    """Whether a list attribute holds a text: `"cost" in covers`."""

    values: Node
    item: Node


@dataclass(frozen=True)
class Conditional(Node):
    """`a if condition else b`."""

    condition: Node
    then: Node
    otherwise: Node

    @property
    def kind(self) -> Kind:
        then = self.then.kind
        return self.otherwise.kind if then == kinds.UNKNOWN else then


@dataclass(frozen=True)
class Known(Truth):
    """Whether a value is known; never unknown itself."""

    operand: Node


@dataclass(frozen=True)
class Missing(Truth):
    """Whether a value is missing; never unknown itself."""

    operand: Node


@dataclass(frozen=True)
class Definitely(Truth):
    """True where the condition is; unknown counts as not true, and the record is reported as undecided."""

    operand: Node


@dataclass(frozen=True)
class Coalesce(Node):
    """The first value, or the second where the first is unknown."""

    first: Node
    second: Node

    @property
    def kind(self) -> Kind:
        first = self.first.kind
        return self.second.kind if first == kinds.UNKNOWN else first


@dataclass(frozen=True)
class Absolute(AsOperand):
    """A number without its sign."""

    operand: Node


@dataclass(frozen=True)
class Clamp(AsOperand):
    """A number held at or above (`at_least`), or at or below (`at_most`), another."""

    side: Literal["at_least", "at_most"]
    operand: Node
    limit: Node


@dataclass(frozen=True)
class Elapsed(Node):
    """Whole days, months or years from one date to another."""

    unit: Literal["days", "months", "years"]
    start: Node
    end: Node

    @property
    def kind(self) -> Kind:
        return kinds.number("days" if self.unit == "days" else "number")


@dataclass(frozen=True)
class Shifted(Day):
    """A date moved by whole years, months and days, clamped at the month's end."""

    date: Node
    years: int = 0
    months: int = 0
    days: int = 0


# ── aggregates ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CountRecords(Counted):
    """How many records a selection has."""

    events: Node


@dataclass(frozen=True)
class CountMembers(Counted):
    """How many members a set has."""

    members: Node


@dataclass(frozen=True)
class Aggregate(Node):
    """`sum`, `mean`, `median`, `min` or `max` over the known values of an attribute."""

    function: Literal["sum", "mean", "median", "min", "max"]
    values: Node

    @property
    def kind(self) -> Kind:
        return self.values.kind.of or kinds.BROKEN


@dataclass(frozen=True)
class Ratio(Share):
    """An exact share of two numbers or two sets, numerator and denominator kept; unknown when the latter is 0."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True)
class Deemed(Counted):
    """The number a population is deemed to have."""

    population: str


@dataclass(frozen=True)
class Exists(Truth):
    """Whether a selection has at least one record."""

    events: Node


@dataclass(frozen=True)
class Every(Truth):
    """Whether a selection has records and all satisfy a condition; with none, "none arose"."""

    events: Node
    condition: Node


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class At(AsOperand):
    """A value as it stood on a date."""

    date: Node
    operand: Node


@dataclass(frozen=True)
class AsKnownOn(AsOperand):
    """A value from what had been recorded by the end of a date."""

    date: Node
    operand: Node


@dataclass(frozen=True)
class Change(AsOperand):
    """A number now minus the number at a date, or at the opening of the period."""

    operand: Node
    since: Node | None = None


@dataclass(frozen=True)
class Previous(AsOperand):
    """A value at the same point of the previous period."""

    operand: Node


@dataclass(frozen=True)
class Each(Share):
    """In how many of the period's months, quarters or years that have ended a condition held."""

    unit: BucketUnit
    condition: Node
    since: Node | None = None


@dataclass(frozen=True)
class Overall(AsOperand):
    """A value over all subjects, also inside `S[...]`."""

    operand: Node


# ── selections of records ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Events(Node):
    """All records of one event type."""

    type: str

    @property
    def kind(self) -> Kind:
        return kinds.events(self.type)


@dataclass(frozen=True)
class Filter(Node):
    """The records of a selection, or the members of a set, for which a condition is true."""

    source: Node
    condition: Node

    @property
    def kind(self) -> Kind:
        return self.source.kind


@dataclass(frozen=True)
class Combined(Node):
    """Union, intersection or difference of two selections, or of two sets of the same key."""

    operator: Literal["|", "&", "-"]
    left: Node
    right: Node

    @property
    def kind(self) -> Kind:
        left, right = self.left.kind, self.right.kind
        return kinds.events(*left.types, *right.types) if left.name == "events" and self.operator == "|" else left


@dataclass(frozen=True)
class Latest(AsEvents):
    """For each subject, or each value of the key attributes, only its last (or first) record."""

    events: Node
    by: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True)
class InForce(AsEvents):
    """Records that nothing has ended."""

    events: Node


@dataclass(frozen=True)
class InPeriod(AsEvents):
    """Records whose day lies in the period."""

    events: Node


@dataclass(frozen=True)
class Values(OfKind):
    """One attribute over a selection."""

    events: Node
    attribute: str
    of: Kind


# ── sets ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Members(OfSubjects):
    """The subjects of a population on the day."""

    population: str


@dataclass(frozen=True)
class Subjects(OfSubjects):
    """The subjects that have at least one record in a selection."""

    events: Node


@dataclass(frozen=True)
class Distinct(Node):
    """The distinct known values of an attribute over a selection."""

    values: Node

    @property
    def kind(self) -> Kind:
        of = self.values.kind.of
        return kinds.set_of(self.values.kind.key, kinds.TEXT if of == kinds.LIST else of)


OPERATIONS: tuple[type[Node], ...] = tuple(
    found
    for found in list(globals().values())
    if isinstance(found, type)
    and issubclass(found, Node)
    and found is not Node
    and "__dataclass_fields__" in vars(found)
)
"""Every operation there is, and `Broken`; the bases are none."""


# ── looking at trees ─────────────────────────────────────────────────────────────────────────────────────────────────


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one, in the order in which they are written."""
    found: list[Node] = []
    for name in _names(node):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found.extend(item for item in value if isinstance(item, Node))
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, top first, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
