"""Whatever stands in a file, loading it ends in a statement or in problems, and in nothing else."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from indicator_engine.conventions import NEUTRAL
from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.problems import errors_in, file_order

if TYPE_CHECKING:
    from collections.abc import Iterator

CONVENTIONS = {"county": replace(NEUTRAL, name="county", title="County", default_comparator="at_least")}
GOOD = tomllib.loads((Path(__file__).parents[1] / "golden" / "good" / "every-form.toml").read_text("utf-8"))


def paths(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where anything stands in a pack."""
    if path:
        yield path
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield from paths(value, (*path, step))


KEYS = st.sampled_from(
    [
        "id",
        "measure",
        "target",
        "due",
        "versions",
        "known_from",
        "at_least",
        "between",
        "type",
        "where",
        "deemed",
        "x",
        "",
    ]
)
WORDS = st.sampled_from(
    [
        "",
        "x",
        "TBC",
        "50%",
        "20",
        "by March 2010",
        "count(pledge)",
        "members",
        "pledge",
        "linear",
        "all",
        "../x",
        "ü-ü",
        "con",
    ]
)
SCALARS = st.one_of(
    WORDS,
    st.integers(-3, 10**6),
    st.booleans(),
    st.dates(date(1000, 1, 1)),
    st.just(datetime(2010, 3, 31, 12)),  # noqa: DTZ001  # TOML's local date and time
    st.just(time(12)),
    st.just(Decimal("1.5")),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(list(paths(GOOD))), st.sampled_from(["replace", "remove", "add"]), KEYS, VALUES),
    min_size=1,
    max_size=4,
)


def changed(changes: list[tuple[tuple[str | int, ...], str, str, Any]]) -> str:
    """The good pack with some things replaced, removed or added; a change whose place is gone is left out."""
    data = copy.deepcopy(GOOD)
    for path, how, key, value in changes:
        place: Any = data
        try:
            for step in path[:-1]:
                place = place[step]
            if isinstance(place, dict) and isinstance(path[-1], int):
                continue  # another change has put a table where a list was
            if how == "remove":
                del place[path[-1]]
            elif how == "replace":
                place[path[-1]] = value
            elif isinstance(place, dict):
                place[key] = value
            else:
                place.insert(0, value)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return tomli_w.dumps(data)


def loaded(text: str) -> Loaded:
    """A pack of one file, its checks included."""
    return load(PackFiles(Path(), (PackFile(Path("pack.toml"), "pack.toml", text.encode()),)), CONVENTIONS, ())


@pytest.mark.generative
@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(changes=CHANGES)
def test_loading_never_raises(changes):
    """A pack in which anything may stand anywhere has a statement or errors; every problem has a place."""
    found = loaded(changed(changes))

    assert (found.statement is None) == errors_in(found.problems)
    assert [] == [problem for problem in found.problems if problem.where is None]
    assert file_order(found.problems) == list(found.problems)
    assert len(set(found.problems)) == len(found.problems)


@pytest.mark.generative
@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(changes=CHANGES)
def test_loading_twice_gives_the_same(changes):
    """What loading says of a pack depends on the pack alone."""
    text = changed(changes)

    assert loaded(text).problems == loaded(text).problems
