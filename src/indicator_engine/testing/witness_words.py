"""Witnesses in plain words: each history as a little table, and what the engine says of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.evaluation.results import exact
from indicator_engine.rendering import words
from indicator_engine.rendering.text import clean
from indicator_engine.testing.scenes import SELF, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.definitions.model import Statement
    from indicator_engine.language.schema import Attribute, Schema
    from indicator_engine.testing.scenes import Case, Cells
    from indicator_engine.testing.witnesses import Absence, Witness, Witnesses

SCHEMA = "indicator-engine/witness/v1"

_HEADINGS = {
    "met": "The smallest history that meets it",
    "counts": "The smallest history that moves the figure",
    "in_time": "The last day on which this counts: {day}",
    "late": "A day later, {day}",
    "undecided": "A history that leaves it undecided",
    "lost": "A history in which it is met, and then lost",
}
_ABSENT = {
    "met": "that meets it",
    "counts": "that moves the figure",
    "missed": "that misses it",
    "in_time": "in which a single day decides it",
    "undecided": "that leaves it undecided",
    "lost": "in which it is met and then lost",
}
WRONG = "So the pack must be wrong, or it asks for more than the search tries."


def told(statement: Statement, found: Witnesses) -> str:
    """Everything found for an indicator, its parts after it."""
    blocks = [_head(statement, found)]
    blocks += [_block(statement, one) for one in found.found]
    blocks += map(_absence, found.absent)
    return "\n\n".join([*blocks, *(told(statement, part) for part in found.parts)])


def _absence(one: Absence) -> str:
    """What there is no history of; without a reason, all that is known is that none was found."""
    if one.faulty:
        return f"No history was found {_ABSENT[one.kind]}: {one.reason}. {WRONG}"
    return (
        f"There is no history {_ABSENT[one.kind]}: {one.reason}."
        if one.reason
        else f"No history was found {_ABSENT[one.kind]}."
    )


def _head(statement: Statement, found: Witnesses) -> str:
    key, _, part = found.indicator.partition("/")
    indicator = next(one for _, one in statement.indicators() if one.id == key)
    own = next((one for one in indicator.parts if one.id == part), indicator)
    said = clean(own.label or own.statement)
    title = f"{found.indicator}: {said}" if said else found.indicator
    return f"{title}\n{'─' * min(len(title), 100)}"


def heading(witness: Witness) -> str:
    """What a history shows."""
    if witness.kind == "missed":
        by_one = witness.result.needed == 1
        return "A history that misses it by one" if by_one else "A history close to it that misses it"
    day = periods.shown(witness.turns_on) if witness.turns_on else ""
    return _HEADINGS[witness.kind].format(day=day)


def _block(statement: Statement, witness: Witness) -> str:
    result = witness.result
    verdict = clean(statement.convention.status(result.verdict).word)
    value = words.value(result)
    value = "" if value.casefold() == verdict.casefold() else value
    answer = "; ".join(filter(None, (value, words.bounds(result), verdict)))
    lines = _table(list(_lines(statement.schema, witness))) or ["    (nothing happens)"]
    return "\n".join([f"{heading(witness)}  →  {answer}  (as of {periods.shown(witness.as_of)})", *lines])


def _lines(schema: Schema, witness: Witness) -> Iterator[tuple[str, str, str, str]]:
    """Who, what, when, and the rest in words; a line an event of a case."""
    for case, names in witness.scene.names():
        who = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        if case.row is not None:
            yield who, "on the register", "", _details(case.row, schema.subject.attributes, case)
            who = ""
        for one in case.happenings:
            event = schema.events[one.type]
            rest = tuple(pair for pair in one.cells if pair[0] not in ("occurred_on", "recorded_at"))
            when = periods.shown(one.cell("occurred_on"))
            if recorded := one.cell("recorded_at"):
                when += f", recorded on {periods.shown(recorded)}"
            yield who, clean(event.label or one.type.replace("_", " ")), when, _details(rest, event.attributes, case)
            who = ""


def _details(cells: Cells, attributes: Mapping[str, Attribute], case: Case) -> str:
    return ", ".join(f"{_label(name, attributes)} {_value(value, case)}" for name, value in cells)


def _label(name: str, attributes: Mapping[str, Attribute]) -> str:
    return clean((attributes[name].label if name in attributes else "") or name.replace("_", " "))


def _value(value: Any, case: Case) -> str:
    if isinstance(value, Role):
        return "itself" if value.name in (SELF, case.role) else value.name
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return periods.shown(value)
    if isinstance(value, tuple):
        return " and ".join(map(clean, value)) or "nothing"
    return f"“{clean(value)}”" if isinstance(value, str) else str(value)


def _table(rows: list[tuple[str, str, str, str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(4)] if rows else []
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [f"    {line}".rstrip() for line in lines]


# ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def as_data(found: Witnesses) -> dict[str, Any]:
    """The published JSON shape of what was found for an indicator."""
    return {
        "indicator": found.indicator,
        "sound": found.is_sound,
        "looked_at": found.looked_at,
        "witnesses": [_witness(one) for one in found.found],
        "absent": [{"kind": one.kind, "reason": one.reason, "faulty": one.faulty} for one in found.absent],
        "parts": [as_data(part) for part in found.parts],
    }


def _witness(one: Witness) -> dict[str, Any]:
    result = one.result
    return {
        "kind": one.kind,
        "shows": heading(one),
        "as_of": one.as_of.isoformat(),
        "turns_on": one.turns_on.isoformat() if one.turns_on else None,
        "events": [_row(row) for row in one.events],
        "register": [_row(row) for row in one.register],
        "verdict": result.verdict,
        "value": exact(result.value),
        "bounds": [exact(bound) for bound in result.bounds] if result.bounds else None,
        "needed": exact(result.needed),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else _number(value) for key, value in row.items()}


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
