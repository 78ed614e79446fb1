"""Indicators of every kind: measured, monitored, narrative, compound.

Which keys an indicator can have depends on its kind, and on its county's convention. What has a measure is read by
`measured.py`, a compound indicator's parts likewise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.definitions.measured import (
    Inherited,
    own_due,
    read_measured,
    read_selection,
    read_watches,
)
from indicator_engine.definitions.model import Indicator, Watch
from indicator_engine.definitions.names import check_id
from indicator_engine.definitions.readings import texts
from indicator_engine.definitions.wording import as_written
from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.definitions.expressions import Expressions
    from indicator_engine.definitions.model import IndicatorKind
    from indicator_engine.definitions.names import Taken
    from indicator_engine.definitions.readings import County
    from indicator_engine.definitions.shape import IndicatorTable, PartTable
    from indicator_engine.definitions.sources import Place

LOG_LABEL = "Evidence log"
"""The label of a narrative indicator's `log` among its watches, where it comes first."""

_UNFIT: Mapping[IndicatorKind, tuple[str, ...]] = {
    "narrative": ("measure", "better", "target", "basis", "path", "require", "part"),
    "monitored": ("target", "path", "require", "part", "log"),
    "measured": ("require", "log"),
    "compound": ("measure", "target", "path", "log"),
}
"""For each kind of indicator the keys it cannot have."""

_KIND_HINTS: Mapping[str, str] = {
    "narrative": 'a narrative indicator is only told; if there is a figure, write `kind = "monitored"`',
    "monitored": 'leave it out, or leave `kind = "monitored"` out',
    "compound": "each part has its own: move it under [[priority.indicator.part]]",
}
_KEY_HINTS: Mapping[str, str] = {
    "require": "it says how many parts must be met; write the parts, each under [[priority.indicator.part]]",
    "path": "write the `target` that it leads to",
    "log": 'write `kind = "narrative"` if nothing is counted, or list the records with `watch`',
}
"""What to do about a key that an indicator cannot have: where its kind was written, and where it was not."""


@dataclass(frozen=True)
class IndicatorReader:
    """Reads the indicators of one pack."""

    county: County
    expressions: Expressions
    ids: Taken
    inherited: Inherited

    def indicator(self, place: Place, table: IndicatorTable) -> Indicator | None:
        """One indicator; None where it has no id to go by, which has been reported."""
        if place.spoiled:
            return None
        named = self._take_id(place / "id", table.id)
        kind = _kind(place, table)
        self._check_keys(place, table, kind)
        if kind == "monitored" and not table.kind and (table.better or table.due):
            given = "better" if table.better else "due"
            place.report("IE062", f"this indicator has `{given}` and no target, so it is only monitored",
                         'write `target = { at_least = 20 }`, or `kind = "monitored"`', severity="warning")  # fmt: skip
        found = self._read(place, table, kind)
        aims = self.county.references(place / "aims", table.aims)
        if not named:
            return None
        return replace(found, kind=kind, outcome=table.outcome, aims=aims, text=table.text, accepted=table.accept)

    def _take_id(self, place: Place, text: str) -> bool:
        return bool(text.strip()) and check_id(place, text) and self.ids.take(place, text)

    def _check_keys(self, place: Place, table: IndicatorTable, kind: IndicatorKind) -> None:
        given, convention = table.written, self.county.convention
        unfit = _UNFIT[kind]
        for key in unfit:
            if key in given:
                written = kind == "compound" or (table.kind and kind != "measured")
                hint = (_KIND_HINTS if written else _KEY_HINTS).get(kind if written else key, "leave it out")
                (place / key).report("IE061", f"{_who(table, kind)} cannot have `{key}`", hint, on_key=True)
        for key in convention.forbidden:
            if key in given:
                fact = f"the {convention.title} convention has no `{key}`"
                (place / key).report("IE066", fact, "leave it out", on_key=True)
        for key in convention.required:
            if key not in given and key not in unfit and not (place / key).spoiled:
                fact = f"the {convention.title} convention wants `{key}` for every indicator"
                place.report("IE065", fact, f"add `{key} = …`")

    def _read(self, place: Place, table: IndicatorTable, kind: IndicatorKind) -> Indicator:
        if kind == "narrative":
            return self._narrative(place, table)
        if kind == "compound":
            return self._compound(place, table)
        if kind == "monitored":
            table = replace(table, target=None, path=None)
        elif table.target is None and not (place / "target").spoiled:
            place.report("IE062", "this indicator has no target",
                         'write `target = { at_least = 20 }`, or `kind = "monitored"` if there is none')  # fmt: skip
        return read_measured(self.county, self.expressions, place, table, self.inherited)

    # ── narrative ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _narrative(self, place: Place, table: IndicatorTable) -> Indicator:
        log = read_selection(self.expressions, place / "log", table.log) if table.log.strip() else None
        watches = read_watches(self.expressions, place / "watch", table.watch)
        return Indicator(
            table.id,
            table.statement,
            table.label,
            due=own_due(self.county, place, table),
            notes=texts(place / "notes", table.notes),
            watches=(Watch(LOG_LABEL, log), *watches) if log else watches,
            path=place.path_in_pack,
            place=lambda: place.location,
        )

    # ── compound ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _compound(self, place: Place, table: IndicatorTable) -> Indicator:
        if not table.part and not (place / "part").spoiled:
            (place / "part").report("IE011", "`part` is empty", "write at least two parts, or leave it out")
        due = own_due(self.county, place, table)
        within = replace(
            self.inherited,
            due=due or self.inherited.due,
            basis=table.basis or (due.basis if due else None),
            better=table.better,
            statement=table.statement,
            own_due=due is not None,
        )
        taken = [self._part(place / "part" / position, part, within) for position, part in enumerate(table.part)]
        parts = tuple(part for part in taken if part)
        return Indicator(
            table.id,
            table.statement,
            table.label,
            better=table.better,
            due=due or max((part.due for part in parts if part.due), key=lambda found: found.day, default=None),
            basis=within.basis or self.county.convention.default_basis,
            parts=parts,
            require=_required(place / "require", table.require, len(table.part)),
            notes=texts(place / "notes", table.notes),
            watches=read_watches(self.expressions, place / "watch", table.watch),
            path=place.path_in_pack,
            place=lambda: place.location,
        )

    def _part(self, place: Place, table: PartTable, inherited: Inherited) -> Indicator | None:
        if place.spoiled:
            return None
        name = self._name_of_part(place, table)
        if table.target is None and not (place / "target").spoiled:
            place.report("IE062", "this part has no target, so it could never be met",
                         "write `target = { at_least = 2 }` or `target = { delivered = true }`")  # fmt: skip
        found = read_measured(self.county, self.expressions, place, table, inherited)
        return replace(found, id=name, accepted=table.accept) if name else None

    def _name_of_part(self, place: Place, table: PartTable) -> str:
        """The part's id, which can be written as `name`, too; "" where it has none that will do."""
        key, name = ("id", table.id) if table.id else ("name", table.name)
        if table.id and table.name:
            fact = "`id` and `name` of a part are the same thing, and both are given"
            (place / "name").report("IE015", fact, "leave one out", on_key=True)
        if not name.strip() and not (place / "id").spoiled and not (place / "name").spoiled:
            place.report("IE011", f"{type(table).header} needs `id`", 'write a short name: `id = "established"`')
        return name if self._take_id(place / key, name) else ""


def _kind(place: Place, table: IndicatorTable) -> IndicatorKind:
    """The kind an indicator says it is, or shows that it is; one without any target is monitored."""
    if table.kind in ("narrative", "monitored"):
        return table.kind
    if "part" in table.written or (place / "part").spoiled:
        return "compound"
    targeted = table.kind == "measured" or table.target is not None or (place / "target").spoiled
    return "measured" if targeted else "monitored"


def _who(table: IndicatorTable, kind: IndicatorKind) -> str:
    """An indicator by its kind, or by what it lacks where its kind was not written."""
    if kind == "measured":
        return "an indicator without parts"
    if kind == "compound":
        return "an indicator with parts"
    return f"a {kind} indicator" if table.kind else "an indicator without a target"


def _required(place: Place, given: object, parts: int) -> int:
    """How many parts must be met."""
    if given is None or given == "all":
        return parts
    if given == "any":
        return 1
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= parts:
        return given
    number = f", or a number from 1 to {parts}" if parts > 1 else ""
    place.report("IE063", f"`require` cannot be {as_written(given)}", f'write "all" or "any"{number}')
    return parts
