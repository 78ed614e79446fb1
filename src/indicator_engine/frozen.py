"""Dataclasses that cost little to define: what `dataclasses.dataclass` gives, with methods compiled when first used.

The standard library writes the source of six methods for each frozen class and compiles them whenever the program
starts; for the classes that checking a pack needs, this took longer than the check. Here a method is compiled when it
is first called, `__init__` after some calls, and most never are. Fields, `replace`, `asdict` and matching are the
standard library's.
"""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import cache, cached_property, partial
from operator import ge, gt, le, lt
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, order: bool = False, **more: bool) -> Any:
        """As `dataclasses.dataclass`, which also serves whatever is asked for besides `frozen` and `order`."""
        if cls is None:
            return partial(dataclass, frozen=frozen, order=order, **more)
        if more:
            return dataclasses.dataclass(frozen=frozen, order=order, **more)(cls)
        return _made(cls, frozen=frozen, order=order)


def _made(cls: type, *, frozen: bool, order: bool = False) -> type:
    """The class with its fields and methods; those it defines itself stay, as with the standard library."""
    own = {name for name, value in vars(cls).items() if value is not None}
    cls.__doc__ = cls.__doc__ or cls.__name__
    _record_fields(cls)
    for name, method in _methods(cls, frozen=frozen):
        if name not in own:
            setattr(cls, name, method)
    for compare in (lt, le, gt, ge) if order else ():
        setattr(cls, f"__{compare.__name__}__", _ordered(compare, _compared(cls)))
    return cls


def _record_fields(cls: type) -> None:
    """The standard library's record of the fields.

    Most of what it takes is to look in each annotation's text for `ClassVar` and the like, under any name that the
    module may have for them. We import them by their own names, so that it need not look where a text has none.
    """
    told = vars(cls).get("__annotations__", {})
    record = dataclasses.dataclass(init=False, repr=False, eq=False)
    if not all(isinstance(text, str) and not any(word in text for word in NO_FIELDS) for text in told.values()):
        record(cls)
        return
    cls.__annotations__ = dict.fromkeys(told, object)
    record(cls)
    cls.__annotations__ = told
    for one in fields(cls):
        one.type = told.get(one.name, one.type)


NO_FIELDS = ("ClassVar", "InitVar", "KW_ONLY")
"""What an annotation names that tells of no field, or not only of one."""


def _methods(cls: type, *, frozen: bool) -> Iterator[tuple[str, object]]:
    yield "__init__", _Late(cls, _fill, _frozen_init if frozen else _init)
    yield "__repr__", _repr
    yield "__eq__", _Late(cls, _is_equal, _eq)
    yield "__hash__", _Late(cls, _hash_of, _hash) if frozen else None
    if frozen:
        yield "__setattr__", _setattr(cls)
        yield "__delattr__", _delattr(cls)


FEW = 64
"""So many calls a method does without being compiled, which takes longer; most get no more while a command runs."""

_Source = tuple[str, dict[str, object]]
"""The text of a method, and what it uses besides the names of its module."""


class _Late:
    """Stands for a method: the first calls are done slowly, then it is compiled and the method takes this one's place.

    Who asks the class for the method, and not an instance, gets it compiled.
    """

    def __init__(self, cls: type, slowly: Callable[..., Any], source: Callable[[type], _Source]) -> None:
        self.cls, self.slowly, self.source = cls, slowly, source
        self.calls = 0

    def __get__(self, thing: object, owner: type) -> Any:
        if thing is None or self.calls >= FEW:
            return self.compiled().__get__(thing, owner)
        self.calls += 1
        return partial(self.slowly, self, thing)

    @cached_property
    def plain_fields(self) -> tuple[Field[Any], ...]:
        """The fields, where each is an argument that may be given without its name; otherwise none."""
        known = fields(self.cls)
        return known if all(one.init and not one.kw_only for one in known) else ()

    def compiled(self) -> Any:
        """The method, which is that of the class from now on."""
        method = _compiled(*self.source(self.cls), self.cls)
        setattr(self.cls, method.__name__, method)
        return method


def _compiled(text: str, outside: dict[str, object], cls: type) -> Any:
    """The method of that source, in the module of its class; `outside` is what it uses besides."""
    inside = text.replace("\n", "\n ")
    name = text.partition("(")[0].removeprefix("def ")
    space: dict[str, Any] = {}
    whole = f"def make({', '.join(outside)}):\n {inside}\n return {name}"
    code = compile(whole, "<frozen>", "exec", dont_inherit=True)
    exec(code, vars(sys.modules[cls.__module__]), space)  # noqa: S102  # as the standard library, of names of fields
    method = space["make"](**outside)
    method.__qualname__ = f"{cls.__qualname__}.{name}"
    return method


# ── the methods ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _LeftOut:
    """Stands in a signature for what a factory makes; shown as the standard library shows it."""

    def __repr__(self) -> str:
        return "<factory>"


_LEFT_OUT = _LeftOut()


def _frozen_init(cls: type) -> _Source:
    return _init(cls, "_set(self, {0!r}, {1})")


def _init(cls: type, assignment: str = "self.{0} = {1}") -> _Source:
    """`__init__`: an argument a field, each set in turn, then `__post_init__` where there is one."""
    given = [one for one in fields(cls) if one.init]
    keywords = [_argument(one) for one in given if one.kw_only]
    arguments = ["self", *(_argument(one) for one in given if not one.kw_only), *(["*", *keywords] if keywords else ())]
    kept = [one for one in fields(cls) if one.init or one.default_factory is not MISSING]
    lines = [assignment.format(one.name, _value(one)) for one in kept]
    lines += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    outside: dict[str, object] = {"_set": object.__setattr__, "_left_out": _LEFT_OUT}
    outside |= {f"_type_{one.name}": one.type for one in given}
    outside |= {f"_default_{one.name}": one.default for one in given if one.default is not MISSING}
    outside |= {f"_new_{one.name}": one.default_factory for one in kept if one.default_factory is not MISSING}
    return f"def __init__({', '.join(arguments)}) -> None:\n " + "\n ".join(lines or ["pass"]), outside


def _fill(late: _Late, thing: Any, /, *args: object, **given: object) -> None:
    """The same without compiling; whatever is not plain is for the compiled method, also to refuse it."""
    known, values, named = late.plain_fields, [*args], 0
    for one in known[len(args) :]:
        if one.name in given:
            values.append(given[one.name])
            named += 1
        elif one.default is not MISSING:
            values.append(one.default)
        elif one.default_factory is not MISSING:
            values.append(one.default_factory())
    if not known or len(values) != len(known) or named != len(given):
        late.compiled()(thing, *args, **given)
        return
    for one, value in zip(known, values, strict=True):
        object.__setattr__(thing, one.name, value)
    if hasattr(thing, "__post_init__"):
        thing.__post_init__()


def _argument(one: Field[Any]) -> str:
    typed = f"{one.name}: _type_{one.name}"
    if one.default is not MISSING:
        return f"{typed} = _default_{one.name}"
    return f"{typed} = _left_out" if one.default_factory is not MISSING else typed


def _value(one: Field[Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    return f"_new_{one.name}() if {one.name} is _left_out else {one.name}" if one.init else f"_new_{one.name}()"


def _eq(cls: type) -> _Source:
    names = _compared(cls)
    test = f"{_tuple('self', names)} == {_tuple('other', names)}"
    return f"def __eq__(self, other):\n return {test} if other.__class__ is self.__class__ else NotImplemented", {}


def _is_equal(late: _Late, thing: object, other: object) -> Any:  # bool, or NotImplemented
    if other.__class__ is not thing.__class__:
        return NotImplemented
    names = _compared(late.cls)
    return [getattr(thing, name) for name in names] == [getattr(other, name) for name in names]


def _compared(cls: type) -> list[str]:
    return [one.name for one in fields(cls) if one.compare]


def _hash(cls: type) -> _Source:
    return f"def __hash__(self):\n return hash({_tuple('self', _hashed(cls))})", {}


def _hash_of(late: _Late, thing: object) -> int:
    return hash(tuple(getattr(thing, name) for name in _hashed(late.cls)))


def _hashed(cls: type) -> list[str]:
    return [one.name for one in fields(cls) if (one.compare if one.hash is None else one.hash)]


def _tuple(of: str, names: list[str]) -> str:
    return f"({''.join(f'{of}.{name}, ' for name in names)})"


def _ordered(compare: Callable[[Any, Any], Any], names: list[str]) -> Callable[[object, object], Any]:
    def method(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compare([getattr(self, name) for name in names], [getattr(other, name) for name in names])

    return method


@recursive_repr()
def _repr(self: Any) -> str:
    cls: Any = type(self)
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in _shown(cls))
    return f"{cls.__qualname__}({shown})"


@cache
def _shown(cls: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cls) if one.repr)


def _setattr(cls: Any) -> Callable[[object, str, object], None]:
    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    return __setattr__


def _delattr(cls: Any) -> Callable[[object, str], None]:
    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is cls or name in cls.__dataclass_fields__:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __delattr__
