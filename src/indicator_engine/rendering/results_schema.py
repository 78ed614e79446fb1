"""The JSON Schema of what `--format json` writes: every key of it, whether it may be null, and what it means.

The published shape is `Results.to_dict`; nothing else may be in it, so that a key that is added shows in a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from indicator_engine.amounts import Unit
from indicator_engine.conventions import VERDICTS
from indicator_engine.evaluation.differences import CAUSES
from indicator_engine.evaluation.differences import SCHEMA as DIFFERENCES
from indicator_engine.evaluation.results import SCHEMA
from indicator_engine.problems import Severity
from indicator_engine.rendering.audience import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = dict[str, Any]

TEXT: Node = {"type": "string"}
TRUTH: Node = {"type": "boolean"}
DAY: Node = {"type": "string", "format": "date"}
NUMBER: Node = {
    "description": "An exact number: an integer, or a decimal as text.",
    "anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]+$"}],
}
UNIT: Node = {"enum": list(get_args(Unit))}


def json_schema() -> Node:
    """The schema, in JSON Schema 2020-12: of results, and of a run that could not be made."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "Results of a statement",
        "description": "What `indicators run --format json` writes.",
        "if": {"properties": {"ok": {"const": True}}},
        "then": _ref("results"),
        "else": _ref("refusal"),
        "$defs": {
            "results": _results(),
            "refusal": _object(
                {"schema": {"const": SCHEMA}, "ok": {"const": False}, "diagnostics": _listed(_ref("problem")),
                 "results": {"const": []}},
                "A run that could not be made; the diagnostics say why.",
            ),
            "result": _result(),
            "target": _target(),
            "problem": _problem(),
            "differences": _differences(),
            "figure": _figure(),
            "days": _object({"text": TEXT, "earliest": DAY, "latest": DAY}, "A day that is known only roughly."),
        },
    }  # fmt: skip


def _object(properties: Mapping[str, Node], description: str = "", optional: tuple[str, ...] = ()) -> Node:
    """An object that has all of these keys, but for the optional ones, and no others."""
    required = [key for key in properties if key not in optional]
    told = {"description": description} if description else {}
    return {**told, "type": "object", "properties": dict(properties), "required": required,
            "additionalProperties": False}  # fmt: skip


def _listed(item: Node, description: str = "") -> Node:
    return _told({"type": "array", "items": item}, description)


def _told(node: Node, description: str) -> Node:
    return {"description": description, **node} if description else node


def _ref(name: str) -> Node:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(node: Node, description: str = "") -> Node:
    return _told({"anyOf": [node, {"type": "null"}]}, description)


def _results() -> Node:
    period = _object({"label": TEXT, "start": DAY, "end": DAY})
    statement = {"id": TEXT, "title": TEXT, "status": TEXT, "convention": TEXT, "period": period}
    return _object(
        {
            "schema": {"const": SCHEMA},
            "ok": {"const": True},
            "statement": _object(statement),
            "as_of": _told(DAY, "The day that the figures are of."),
            "known_at": _or_null({"type": "string", "format": "date-time"}, "Null: everything known."),
            "provenance": _provenance(),
            "assumptions": _listed(TEXT),
            "uncited_aims": _listed(TEXT, "Aims that nothing refers to."),
            "audience": _told({"const": "public"}, "Only in an edition for the public."),
            "diagnostics": _listed(_ref("problem"), "What was odd about the data."),
            "results": _listed(_ref("result")),
            "since": _told(_ref("differences"), "What has changed since an edition, where that was asked for."),
        },
        optional=("audience", "since"),
    )


def _provenance() -> Node:
    return _object({
        "pack": _told(TEXT, "The digest of the pack's wording."),
        "data": _told(TEXT, "The digest of the data."),
        "store_import": _or_null({"type": "integer"}, "The last import that the answers rest on."),
        "ledger": _or_null(TEXT, "The running hash of the store's ledger at that import."),
        "engine": TEXT,
        "plugins": {"type": "object", "additionalProperties": TEXT},
    })  # fmt: skip


def _differences() -> Node:
    side = _object({
        "edition": _or_null(TEXT), "as_of": DAY, "known_at": _or_null({"type": "string", "format": "date-time"}),
        "at_import": _or_null({"type": "integer"}), "pack": TEXT,
    })  # fmt: skip
    cause: Node = {"enum": list(CAUSES)}
    figure, verdict = _or_null(_ref("figure")), _or_null(TEXT)
    by_cause: Node = {"type": "object", "propertyNames": cause}
    one = _object(
        {
            "id": _told(TEXT, "An indicator, or a part as indicator/part."),
            "statement": TEXT,
            "label": TEXT,
            "unit": UNIT,
            "before": figure,
            "after": figure,
            "change": _or_null(NUMBER),
            "parts": {**by_cause, "additionalProperties": NUMBER, "description": "They sum to the change."},
            "verdict": _listed(_object({"cause": cause, "before": verdict, "after": verdict})),
            "steps": _listed(_object({"cause": cause, "before": figure, "after": figure})),
        }
    )
    return _object(
        {
            "schema": {"const": DIFFERENCES},
            "before": side,
            "after": side,
            "provenance": _object({"before": _or_null(_provenance()), "after": _or_null(_provenance())}),
            "events": {**by_cause, "additionalProperties": _listed(TEXT)},
            "differences": _listed(one),
            "unchanged": _listed(TEXT),
        },
        "As `indicators diff --format json` writes it.",
    )


def _figure() -> Node:
    value = _or_null({"anyOf": [TRUTH, *NUMBER["anyOf"]]})
    number = _or_null(NUMBER)
    return _object({
        "verdict": TEXT, "value": value, "unknown": _listed(TEXT), "numerator": number, "denominator": number,
        "target": number, "due": _or_null(DAY),
    })  # fmt: skip


def _result() -> Node:
    due = _object({"date": DAY, "phrase": TEXT, "inherited": TRUTH})
    trend = _object({"word": {"enum": ["up", "down", "level"]}, "change": NUMBER, "since": DAY})
    undecided = _object({"subject": TEXT, "event_id": TEXT, "reason": TEXT})
    return _object(
        {
            "id": TEXT,
            "priority": TEXT,
            "statement": _told(TEXT, "The literal words of the indicator."),
            "label": TEXT,
            "kind": TEXT,
            "outcome": TEXT,
            "value": _or_null({"anyOf": [TRUTH, *NUMBER["anyOf"]]}, "True or false for a thing to be delivered."),
            "unknown": _listed(TEXT, "Why there is no value."),
            "numerator": _or_null(NUMBER),
            "denominator": _or_null(NUMBER),
            "unit": UNIT,
            "bounds": _or_null(
                {"type": "array", "items": _or_null(NUMBER), "minItems": 2, "maxItems": 2},
                "What the value could be once the undecided is settled; null where there is no limit.",
            ),
            "target": _or_null(_ref("target")),
            "due": _or_null(due),
            "evaluated_on": _told(DAY, "The as-of day, or the deadline where that has passed."),
            "verdict": {"enum": [*VERDICTS, WITHHELD]},
            "flags": _listed(TEXT),
            "needed": _or_null(NUMBER, "What is lacking."),
            "baseline": _or_null(NUMBER),
            "expected": _or_null(NUMBER, "Where the path says that the value should be by now."),
            "better": _or_null({"enum": ["higher", "lower"]}),
            "trend": _or_null(trend),
            "who": _listed(TEXT, "Those who count."),
            "why_not": {"type": "object", "additionalProperties": TEXT},
            "events": _listed(TEXT),
            "undecided": _listed(undecided),
            "none_arose": _listed(TEXT),
            "listed": _listed(_object({"label": TEXT, "events": _listed(TEXT)})),
            "parts": _listed(_ref("result")),
            "assumptions": _listed(TEXT),
            "text": TEXT,
            "notes": _listed(TEXT),
            "aims": _listed(TEXT),
            "expression": TEXT,
            "says": _told(TEXT, "The measure in English."),
            "defined_at": _or_null(TEXT),
        },
        "The answer to one indicator, or to one part of it.",
    )


def _target() -> Node:
    return _object(
        {
            "form": _told(_or_null(TEXT), "How it compares: at_least, at_most, …, increase, delivered."),
            "value": _or_null(NUMBER),
            "upper": _or_null(NUMBER, "The other end of a range."),
            "unit": UNIT,
            "tbc": TRUTH,
            "comes_to": _or_null(NUMBER, "What the value is compared with."),
            "version": {"type": "integer"},
            "known_from": _or_null(DAY),
            "effective_from": _or_null(DAY),
            "to_be_reviewed": TRUTH,
            "reviewed_by": TEXT,
            "review_on": _or_null(DAY),
            "owed_by": TEXT,
            "owed_on": _or_null(DAY),
            "set_by": TEXT,
            "set_on": _or_null(_ref("days")),
            "ratified_by": TEXT,
            "ratified_on": _or_null(_ref("days")),
            "source": TEXT,
            "quote": TEXT,
        },
        "The version of the target that is in force.",
    )


def _problem() -> Node:
    number = _or_null({"type": "integer"})
    place = {"file": _or_null(TEXT), **dict.fromkeys(("line", "column", "end_line", "end_column"), number)}
    severity: Node = {"enum": list(get_args(Severity))}
    return _object(
        {"code": TEXT, "severity": severity, "message": TEXT, "hint": TEXT, **place},
        "Something that is wrong or odd, and where.",
        optional=("end_line", "end_column"),
    )
