"""The shape as pydantic models, made of the annotations in `shape.py`: every fault of a file, and the JSON Schema.

Neither is needed for a file that fits, and pydantic takes longer to load than a pack to check; so only those import
this module who have a fault to tell, or a schema to write.
"""

from __future__ import annotations

import operator
from functools import cache, reduce
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, create_model

from indicator_engine.definitions import forms
from indicator_engine.definitions.shape import Form, MisfitError, PackTable, is_table, keys

if TYPE_CHECKING:
    from pydantic.config import JsonDict
    from pydantic_core import ErrorDetails

_FORM = "x-form"


def faults(data: object) -> list[ErrorDetails]:
    """Everything about the shape of a file's data that is wrong: of those that `shape.read` has refused."""
    try:
        model_of(PackTable).model_validate(data)
    except ValidationError as found:
        return found.errors(include_url=False)
    raise MisfitError("`shape.read` refuses what the models take")


def json_schema() -> dict[str, Any]:
    """The shape as a JSON Schema, for editors: `#:schema ./statement.schema.json` at the top of a file."""
    schema: dict[str, Any] = _plain(model_of(PackTable).model_json_schema(by_alias=True))
    schema["$defs"] |= forms.NAMED
    schema["title"] = "A statement of priorities and its indicators"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _plain(part: Any) -> Any:  # JSON
    """Without what TOML cannot say (null) and editors do not need; forms become references."""
    if isinstance(part, list):
        return [_plain(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    found = {
        key: _plain(value)
        for key, value in part.items()
        if key not in ("default", _FORM) and not (key == "title" and isinstance(value, str))
    }
    if _FORM in part:
        found["$ref"] = f"#/$defs/{part[_FORM]}"
    if len(found.get("anyOf", ())) == 1:
        found |= found.pop("anyOf")[0]
    return found


# ── the models ───────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def model_of(table: type[Any]) -> type[BaseModel]:
    """The model with the keys of a table: no others, no conversions."""
    declared: dict[str, Any] = {
        key.name: (_modelled(key.type), Field(key.default, alias=written, description=key.description))
        for written, key in keys(table).items()
    }
    required: JsonDict = {"required": list(table.required)} if table.required else {}
    config = ConfigDict(extra="forbid", strict=True, json_schema_extra=required)
    return create_model(table.__name__, __config__=config, __doc__=table.__doc__, **declared)


def _modelled(declared: Any) -> Any:  # any type
    """The type, with models in place of tables."""
    origin, parts = get_origin(declared), get_args(declared)
    if is_table(declared):
        return model_of(declared)
    if origin is Annotated and isinstance(parts[1], Form):
        return Annotated[Any, WithJsonSchema({_FORM: parts[1].name})]
    if origin in (Union, UnionType):
        return reduce(operator.or_, map(_modelled, parts))
    return origin[tuple(map(_modelled, parts))] if origin in (list, dict) else declared
