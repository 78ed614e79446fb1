"""Values that may be written in several ways, as an editor is told about them: JSON Schema fragments by name.

Their keys are also the keys the loader accepts, so that the two cannot differ. How each form is read, and what is
said of a wrong one, is in `targets.py`, `vocabulary.py` and `readings.py`.
"""

from __future__ import annotations

from typing import Any

Fragment = dict[str, Any]


def table(properties: Fragment, *required: str, **more: Any) -> Fragment:  # JSON
    """A table with these keys and no others."""
    found: Fragment = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    return found | {"required": list(required)} if required else found


def listed(items: Fragment) -> Fragment:
    """A list of at least one of these."""
    return {"type": "array", "items": items, "minItems": 1}


def one_of(*fragments: Fragment) -> Fragment:
    """Any of several ways to write a thing."""
    return {"anyOf": list(fragments)}


TEXT: Fragment = {"type": "string"}
NUMBER: Fragment = {"type": "number"}
DATE: Fragment = {"type": "string", "format": "date"}
TBC: Fragment = {"const": "TBC", "description": "Still to be agreed."}
WORDS = one_of(TEXT, {"type": "array", "items": TEXT})
DUE = one_of(DATE, TEXT) | {"examples": ["by March 2010", "before the end of March 2010", "2010-03-31"]}
FUZZY = one_of(DATE, TEXT) | {"examples": ["2008-09-10", "early September 2008"]}
AMOUNT = one_of(NUMBER, TEXT) | {"examples": [20, "50%", "TBC"]}

PROVENANCE: Fragment = {
    "set_by": TEXT | {"description": "Who set it."},
    "set_on": FUZZY | {"description": "When it was set, as exactly as is known; before that it is “not set yet”."},
    "ratified_by": TEXT | {"description": "Who ratified it."},
    "ratified_on": FUZZY | {"description": "When it was ratified; between being set and that day it is provisional."},
    "source": TEXT | {"description": "The document and section it is written in."},
    "quote": TEXT | {"description": "The literal words of the source."},
}
VERSION: Fragment = {
    "known_from": DATE | {"description": "The day the decision was made; until then the version before it holds."},
    "effective_from": DATE | {"description": "The day from which it applies, where that is another day."},
}
DEEMED: Fragment = {
    "size": one_of({"type": "integer", "minimum": 0}, TBC) | {"description": "The number."},
    **PROVENANCE,
    **VERSION,
}
COMPARING: Fragment = {
    "at_least": AMOUNT | {"description": "This number or more."},
    "at_most": AMOUNT | {"description": "This number or less."},
    "exactly": AMOUNT | {"description": "This very number."},
    "between": one_of({"type": "array", "items": AMOUNT, "minItems": 2, "maxItems": 2}, TBC)
    | {"description": "From the first number to the second, both included."},
    "more_than": AMOUNT | {"description": "More than this number."},
    "less_than": AMOUNT | {"description": "Less than this number."},
}
RELATIVE: Fragment = {
    "increase": {"const": True, "description": "Any increase over the baseline."},
    "increase_by": AMOUNT | {"description": "So much more than the baseline; “10%” is a tenth of the baseline."},
    "decrease": {"const": True, "description": "Any decrease from the baseline."},
    "decrease_by": AMOUNT | {"description": "So much less than the baseline; “10%” is a tenth of the baseline."},
    "additional": AMOUNT | {"description": "So many more than there were by the day that `since` names."},
}
DELIVERED: Fragment = {
    "delivered": {"const": True, "description": "A deliverable: met when the measure, a condition, is true."},
    "established": {
        "const": True,
        "description": "A figure to be found out: met when the measure, a number, is known.",
    },
}
TARGET_FORMS = {**COMPARING, **RELATIVE, **DELIVERED}
BASELINE: Fragment = {
    "value": one_of(NUMBER, TEXT) | {"description": "The number, or an expression."},
    "date": DATE | {"description": "The day it is of."},
    "source": TEXT | {"description": "The document it is taken from."},
    "quote": TEXT | {"description": "The literal words of the source."},
}
OF_RELATIVE: Fragment = {
    "baseline": one_of(NUMBER, TEXT, table(BASELINE, "value"))
    | {
        "description": "What to compare with: a number, an expression such as `at(period_start, count(pledge))`, "
        "or either with its origin: `{ value = …, date = …, source = …, quote = … }`."
    },
    "baseline_date": DATE | {"description": "The day of the baseline."},
}
OF_ADDITIONAL: Fragment = {
    "since": one_of(DATE, TEXT) | {"description": "The day from which to count, or a date such as `target_set_on`."}
}
OF_DELIVERED: Fragment = {
    "evidence": TEXT | {"description": "The attribute that must be known before a deliverable counts."}
}
OF_TBC: Fragment = {
    "owed_by": TEXT | {"description": "Who owes the number that is still to be agreed."},
    "owed_on": DATE | {"description": "When that number is owed."},
}
OF_NUMBERS: Fragment = {"unit": {"enum": ["percent", "number"], "description": "What the number is, or will be."}}
OF_ANY_TARGET: Fragment = {
    "to_be_reviewed": {"type": "boolean", "description": "Whether the number is still to be reviewed."},
    "reviewed_by": TEXT | {"description": "Who will review it."},
    "review_on": DATE | {"description": "When it is due for review."},
    "due": DUE | {"description": "The deadline of this stage or version alone."},
    **VERSION,
    **PROVENANCE,
}
TARGET_KEYS: Fragment = {
    **TARGET_FORMS,
    **OF_NUMBERS,
    **OF_RELATIVE,
    **OF_ADDITIONAL,
    **OF_DELIVERED,
    **OF_TBC,
    **OF_ANY_TARGET,
}
_VERSION = one_of(NUMBER, TEXT, table(TARGET_KEYS))
STAGE_KEYS: Fragment = {
    **TARGET_KEYS,
    "versions": listed(_VERSION) | {"description": "The versions of this stage, each with its `known_from`."},
}
PERIOD: Fragment = {
    "start": DATE | {"description": "The first day."},
    "end": DATE | {"description": "The last day."},
    "label": TEXT | {"description": "How the document calls it."},
}
ENDING: Fragment = {
    "type": TEXT | {"description": "The event type that ends it."},
    "match": {"type": "array", "items": TEXT, "description": "The attributes that must be the same in both."},
}
_STAGE = one_of(NUMBER, TEXT, table(STAGE_KEYS))

_ONE_SIZE = one_of(DEEMED["size"], {"$ref": "#/$defs/DeemedSize"})

NAMED: dict[str, Fragment] = {
    "Texts": WORDS,
    "Label": one_of(TEXT, {"type": "integer"}),
    "Number": NUMBER,
    "Period": one_of(TEXT, table(PERIOD, "start", "end")),
    "Due": DUE,
    "Stage": _STAGE,
    "Target": one_of({"$ref": "#/$defs/Stage"}, listed({"$ref": "#/$defs/Stage"})),
    "Trajectory": one_of({"const": "linear"}, {"type": "object", "additionalProperties": AMOUNT}),
    "Require": one_of({"enum": ["all", "any"]}, {"type": "integer", "minimum": 1}),
    "DeemedSize": table(DEEMED, "size"),
    "Deemed": one_of(_ONE_SIZE, listed(_ONE_SIZE)),
    "Endings": listed(one_of(TEXT, table(ENDING, "type"))),
    "Recorded": one_of(DATE, TEXT),
    "Rows": one_of({"type": "array", "items": {"type": "object"}}, TEXT),
}
"""The fragments that `shape.json_schema` puts under `$defs`."""
