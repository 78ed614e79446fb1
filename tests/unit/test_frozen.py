"""Our dataclasses are those of the standard library: each law holds for the slow first calls and the compiled ones."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import typing
from dataclasses import FrozenInstanceError, field, replace
from typing import Any

import pytest

import indicator_engine
from indicator_engine import frozen

TIMES = frozen.FEW + 2


def made(decorate):
    """A class with every sort of field, a subclass, and one with methods of its own."""

    @decorate(frozen=True)
    class Base:
        first: int
        second: str = "two"

    @decorate(frozen=True)
    class Derived(Base):
        third: list[int] = field(default_factory=list, compare=False)
        fourth: int = field(default=4, repr=False)
        fifth: int = field(default=5, kw_only=True)
        sixth: tuple[int, ...] = field(default=(), init=False)

    @decorate(frozen=True)
    class Own:  # noqa: PLW1641  # given by the decorator
        first: int

        def __eq__(self, other):
            return True

        def __repr__(self):
            return "own"

        def __post_init__(self):
            if self.first < 0:
                raise ValueError("below zero")

    @decorate()
    class Loose:
        first: int = 0

    return Base, Derived, Own, Loose


OURS, THEIRS = made(frozen.dataclass), made(dataclasses.dataclass)
PAIRS = list(zip(OURS, THEIRS, strict=True))


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    ("args", "given"),
    [
        ((), {}),
        ((1,), {}),
        ((1, "x"), {}),
        ((1, "x", [3]), {"fourth": 9}),
        ((), {"first": 1}),
        ((1,), {"fifth": 6}),
        ((1,), {"first": 1}),
        ((1,), {"nothing": 1}),
        ((1, 2, 3, 4, 5, 6, 7), {}),
        ((-1,), {}),
    ],
    ids=str,
)
def test_instances(ours, theirs, args, given):
    """What may be given, what is refused and in which words, what an instance shows: all the same, at every call."""
    for _ in range(TIMES):
        assert outcome(theirs, args, given) == outcome(ours, args, given)


def outcome(cls, args, given):
    """What comes of making an instance."""
    try:
        found = cls(*args, **given)
    except (TypeError, ValueError) as fault:
        return type(fault), str(fault)
    return repr(found), list(vars(found).items()), found == cls(*args, **given), found == object()


@pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=lambda one: one.__name__)
def test_classes(ours, theirs):
    """Fields, signature, types, hash and what may be matched are those of the standard library."""
    described = [
        (
            [(one.name, one.type, one.init, one.kw_only) for one in dataclasses.fields(cls)],
            str(inspect.signature(cls)),
            typing.get_type_hints(cls.__init__),
            cls.__hash__ is None,
            cls.__match_args__,
        )
        for cls in (theirs, ours)
    ]

    assert described[0] == described[1]


def test_equal_and_hashed():
    """Equality is that of the compared fields of one class, and equal values have one hash."""
    base, derived, _, loose = OURS
    for number in range(TIMES):
        assert derived(number, third=[1]) == derived(number, third=[2])
        assert hash(derived(number, third=[1])) == hash(derived(number, third=[2]))
        assert derived(number) != derived(number, fifth=7)
        assert base(number) != derived(number)
    with pytest.raises(TypeError, match="unhashable"):
        hash(loose())


def test_frozen():
    """Nothing of a frozen value can be set or deleted; of another, it can."""
    base, derived, _, loose = OURS
    for value in (base(1), derived(1)):
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'first'"):
            value.first = 2
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'other'"):
            value.other = 2
        with pytest.raises(FrozenInstanceError, match="cannot delete field 'first'"):
            del value.first
    open_value = loose(1)
    open_value.first = 3
    assert 3 == open_value.first


def test_replaced():
    """`dataclasses.replace` and `asdict` work on them."""
    changed = replace(OURS[1](1, third=[3]), second="x")

    assert {"first": 1, "second": "x", "third": [3], "fourth": 4, "fifth": 5, "sixth": ()} == dataclasses.asdict(
        changed
    )


@pytest.mark.parametrize("decorate", [frozen.dataclass, dataclasses.dataclass], ids=["ours", "theirs"])
def test_ordered(decorate):
    """Order is that of the compared fields, among instances of the very class only."""

    class Plain:
        first: int
        second: str = field(default="", compare=False)
        third: int = 0

    ordered: Any = decorate(frozen=True, order=True)(Plain)
    assert ordered(1, "x", 2) < ordered(1, "a", 3) < ordered(2) > ordered(1)
    assert ordered(1, "x") <= ordered(1, "a") >= ordered(1)
    with pytest.raises(TypeError, match="not supported"):
        ordered(1) < 2  # noqa: B015


def test_what_else_is_asked_for():
    """Slots are left to the standard library, with order where both are asked for."""

    @frozen.dataclass(frozen=True, order=True, slots=True)
    class Ordered:
        first: int

    assert Ordered(1) < Ordered(2)
    assert not hasattr(Ordered(1), "__dict__")


def test_pickled():
    """An instance survives a process border."""
    value = indicator_engine.Problem("IE001", "is wrong", where=indicator_engine.Location("a.toml", 2, 3))

    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301  # our own


def test_every_method_can_be_compiled():
    """No class has fields that its methods cannot be written for."""
    for module in ("definitions.model", "evaluation.results", "language.nodes", "store.receipts", "testing.witnesses"):
        importlib.import_module(f"indicator_engine.{module}")
    late = [
        (cls, name)
        for cls in every_subclass(object)
        for name, method in vars(cls).items()
        if isinstance(method, frozen._Late)
    ]

    assert len(late) > 300
    for cls, name in late:
        assert f"{cls.__qualname__}.{name}" == getattr(cls, name).__qualname__


def every_subclass(cls):
    """All classes below one."""
    for below in type.__subclasses__(cls):
        yield below
        yield from every_subclass(below)
