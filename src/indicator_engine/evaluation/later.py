"""What is found when it is asked for: reasons one by one, long lists a page at a time.

Of what is told of a large store only the first few are shown. These stand for the rest, and find it when asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIRST, PAGE = 200, 2000
"""How many are found together: as many as are shown, then many more."""

K = TypeVar("K")
T = TypeVar("T")


class _Listed(Sequence[T]):
    """A sequence that equals any other of the same things."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it is compared by what it holds

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """As a plain tuple, where it is to leave behind what it asks."""
        return tuple, (tuple(self),)


class Later(_Listed[T]):
    """A list that is found whole, when it is first looked at."""

    def __init__(self, find: Callable[[], Sequence[T]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Sequence[T]:
        return self._find()

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)


class Counted(Later[T]):
    """The same of which it is known how many there are; the first few are found by themselves."""

    def __init__(self, count: int, find: Callable[[int | None], Sequence[T]]) -> None:
        """`find` gives so many of the first, or all."""
        super().__init__(lambda: find(None))
        self._count = count
        self._first = cache(lambda: find(FIRST))

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        wanted = range(self._count)[index]
        places = wanted if isinstance(wanted, range) else (wanted,)
        if "_found" in vars(self) or max(places, default=0) >= FIRST:
            return self._found[index]
        return self._first()[wanted] if isinstance(wanted, int) else [self._first()[place] for place in wanted]

    def __len__(self) -> int:
        return self._count


class Each(_Listed[T]):
    """The things of another list, each made into what is shown of it when it is looked at."""

    def __init__(self, made_of: Sequence[T], make: Callable[[T], T]) -> None:
        self._made_of, self._make = made_of, make

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        found: Any = self._made_of[index]
        return list(map(self._make, found)) if isinstance(index, slice) else self._make(found)

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._made_of)

    def __len__(self) -> int:
        return len(self._made_of)


class Paged(_Listed[T], Generic[K, T]):
    """What is found of each of some keys, a page at a time; how many there are is known without."""

    def __init__(self, keys: Sequence[K], find: Callable[[Sequence[K]], Sequence[T]]) -> None:
        self._keys, self._find = keys, find
        self._pages: dict[int, Sequence[T]] = {}

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        start = 0 if place < FIRST else FIRST + (place - FIRST) // PAGE * PAGE
        if start not in self._pages:
            self._pages[start] = self._find(self._keys[start : start + PAGE if start else FIRST])
        return self._pages[start][place - start]

    def __len__(self) -> int:
        return len(self._keys)


class Found(Mapping[str, str]):
    """Reasons by subject, each of which is found when it is first asked for."""

    def __init__(self, subjects: Iterable[str], find: Callable[[str], str]) -> None:
        self._subjects = dict.fromkeys(sorted(subjects))
        self._find = find
        self._found: dict[str, str] = {}

    @classmethod
    def paged(cls, subjects: Iterable[str], find: Callable[[Sequence[str]], Sequence[str]]) -> Found:
        """The same, found a page at a time."""
        keys = sorted(subjects)
        places = {key: place for place, key in enumerate(keys)}
        reasons = Paged(keys, find)
        return cls(keys, lambda subject: reasons[places[subject]])

    def __getitem__(self, subject: str) -> str:
        """The reason of a subject. Raises KeyError."""
        if subject not in self._found:
            if subject not in self._subjects:
                raise KeyError(subject)
            self._found[subject] = self._find(subject)
        return self._found[subject]

    def __contains__(self, subject: object) -> bool:
        """Whether there is a reason, which is not looked for."""
        return subject in self._subjects

    def __iter__(self) -> Iterator[str]:
        return iter(self._subjects)

    def __len__(self) -> int:
        return len(self._subjects)

    def __repr__(self) -> str:
        return f"<reasons of {len(self)} subjects>"

    def __reduce__(self) -> tuple[Any, ...]:
        """As a plain dict, where it is to leave the records behind."""
        return dict, (dict(self),)
