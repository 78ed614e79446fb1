"""The shape is one: what the reader takes is what the models take, and both read the same from it."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from indicator_engine.definitions import shape
from indicator_engine.definitions.shape import MisfitError, PackTable, Table
from indicator_engine.definitions.shape_models import model_of

pytestmark = pytest.mark.generative

GOLDEN = Path(__file__).parents[1] / "golden"
PACKS = [tomllib.loads(path.read_text("utf-8"), parse_float=Decimal) for path in sorted(GOLDEN.glob("good/*.toml"))]
ODD = st.sampled_from(
    ["x", "", 1, True, Decimal("0.5"), dt.date(2010, 3, 31), dt.datetime(2010, 3, 31, 12), dt.time(12), [], {}, ["x"],  # noqa: DTZ001  # as TOML
     [1], [{}], [["x"]], {"a": "x"}, {"a": 1}, {"a": {}}, {"id": "x"}, [{"id": "x"}, {"nothing": 1}]]
)  # fmt: skip
KEYS = st.sampled_from(sorted({key for table in Table.__subclasses__() for key in shape.keys(table)} | {"nothing"}))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """The data of a good pack with up to three changes: a value, a key more, a key less."""
    data: dict[str, Any] = copied(draw(st.sampled_from(PACKS)))
    for _ in range(draw(st.integers(0, 3))):
        around = draw(st.sampled_from([one for one in containers(data) if one]))
        if isinstance(around, list):
            around[draw(st.integers(0, len(around) - 1))] = copied(draw(ODD))
        else:
            key = draw(st.sampled_from(sorted(around)) | KEYS)
            if draw(st.booleans()):
                around[key] = copied(draw(ODD))
            else:
                around.pop(key, None)
    return data


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def containers(value: Any) -> list[Any]:
    """Every table and list within, the whole one first."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict | list) else []), *(one for item in inner for one in containers(item))]


def by_models(data: object) -> Any:
    try:
        return plain(model_of(PackTable).model_validate(data))
    except ValidationError:
        return None


def by_reader(data: object) -> Any:
    try:
        return plain(shape.read(PackTable, data))
    except MisfitError:
        return None


def plain(value: Any) -> Any:
    """What a table or a model holds, and which keys were given."""
    if isinstance(value, Table):
        named = [key.name for key in shape.keys(type(value)).values()]
        return {name: plain(getattr(value, name)) for name in named}, value.written
    if isinstance(value, BaseModel):
        named = [*type(value).model_fields]
        return {name: plain(getattr(value, name)) for name in named}, frozenset(value.model_fields_set)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return type(value), value


@settings(max_examples=300, derandomize=True, deadline=None)
@given(documents())
def test_reader_and_models_agree(data):
    """Whatever is in a file, both take it or neither does, and what they read is the same."""
    assert by_models(data) == by_reader(data)


def test_a_default_is_the_same():
    """A table of which nothing is given holds what its model holds."""
    assert by_models({}) == by_reader({}) == plain(PackTable())
