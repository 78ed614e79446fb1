"""Targets: from what an author wrote to stages and versions.

A target is one form and what goes with it: a deadline of its own, a review, who owes the number, who set it. A list
holds either versions, told apart by `known_from`, or stages, told apart by `due`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine import amounts
from indicator_engine.conventions import Provenance
from indicator_engine.definitions import forms
from indicator_engine.definitions.model import Target
from indicator_engine.definitions.readings import check_keys, day, digits, flag, is_tbc, provenance, text
from indicator_engine.definitions.target_forms import FORM_FIELDS, compare, read_form
from indicator_engine.definitions.versions import in_order
from indicator_engine.definitions.wording import as_written, hint_for_word, listed, report_type, sort_of
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.periods import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.baselines import Judged, Table
    from indicator_engine.definitions.model import Comparator
    from indicator_engine.definitions.sources import Place

Stages = tuple[tuple[Target, ...], ...]

FORMS_HINT = 'write `{ at_least = 20 }`, `{ increase = true }`, `{ delivered = true }` or "TBC"'
WHEN_HINT = (
    'if they are stages, give each its own `due = "by September 2009"`; '
    "if one replaces another, say since when: `known_from = 2010-02-10`"
)
STAGES_HINT = (
    'give each stage its own versions: `{ due = "by March 2010", '
    "versions = [{ at_least = 20 }, { at_least = 22, known_from = 2009-11-01 }] }`"
)


@dataclass(frozen=True)
class Bare:
    """What a number means that stands alone, and who says so."""

    comparator: Comparator | None = None
    says: str = ""


@dataclass(frozen=True)
class TargetReader:
    """Reads the targets of one indicator."""

    judged: Judged
    bare: Bare

    # ── stages and versions ──────────────────────────────────────────────────────────────────────────────────────────

    def stages(self, place: Place, given: object) -> Stages:
        """The target's stages in order of their deadlines, each as its versions in order of their decisions."""
        if not isinstance(given, list):
            stage = self._stage(place, given)
            return (stage,) if stage else ()
        tables = [item if isinstance(item, dict) else {} for item in given]
        staged = ["due" in table or "versions" in table for table in tables]
        if not given:
            place.report("IE040", "the list of targets is empty", FORMS_HINT)
        elif any(staged) and any("known_from" in table for table in tables):
            there = place / staged.index(True)
            there.report("IE047", "this list mixes stages (with `due`) and versions (with `known_from`)", STAGES_HINT)
        elif any(staged):
            return self._stages(place, given)
        elif len(given) > 1 and not any("known_from" in table for table in tables):
            (place / 1).report("IE047", "these targets do not say which of them holds when", WHEN_HINT)
        elif versions := self._versions(place, given):
            return (versions,)
        return ()

    def _stages(self, place: Place, given: list[object]) -> Stages:
        found: list[tuple[date, tuple[Target, ...]]] = []
        for position, item in enumerate(given):
            there = place / position
            stage = self._stage(there, item)
            if not (isinstance(item, dict) and "due" in item):
                there.report("IE047", "this stage has no `due`; where there are several, each needs its own",
                             'add `due = "by March 2010"`')  # fmt: skip
            elif stage and (due := stage[-1].due):
                if any(due.day == other for other, _ in found):
                    fact = f"two stages are both due on {shown(due.day)}"
                    there.report("IE048", fact, "leave one out, or mend its due date")
                found.append((due.day, stage))
        return tuple(stage for _, stage in sorted(found, key=lambda pair: pair[0]))

    def _stage(self, place: Place, given: object) -> tuple[Target, ...]:
        if isinstance(given, dict) and "versions" in given:
            return self._stage_of_versions(place, given)
        target = self._target(place, given)
        return (target,) if target else ()

    def _stage_of_versions(self, place: Place, given: Table) -> tuple[Target, ...]:
        check_keys(place, given, forms.STAGE_KEYS, "a target")
        for key in given:
            if key in forms.TARGET_KEYS and key != "due":
                (place / key).report("IE044", f"`{key}` stands beside `versions`, not in one of them",
                                     f"move `{key}` into the version it belongs to", on_key=True)  # fmt: skip
        due, versions = self._due(place, given), given["versions"]
        if not isinstance(versions, list):
            report_type(place / "versions", "a list", versions)
            return ()
        if not versions:
            (place / "versions").report("IE040", "the list of versions is empty", FORMS_HINT)
        found = self._versions(place / "versions", versions)
        return tuple(replace(version, due=version.due or due) for version in found)

    def _versions(self, place: Place, given: list[object]) -> tuple[Target, ...]:
        read = [(place / position, self._target(place / position, item)) for position, item in enumerate(given)]
        return in_order([(there, target) for there, target in read if target])

    def _due(self, place: Place, table: Table) -> Due | None:
        return self.judged.county.due(place / "due", table["due"]) if "due" in table else None

    # ── one target ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _target(self, place: Place, given: object) -> Target | None:
        if isinstance(given, dict):
            found = self._table(place, given)
        elif is_tbc(given):
            found = compare(self.judged, place, self.bare.comparator or "at_least", given, {})
            found = replace(found, comparator_inherited=True) if found else None
        elif amounts.read(given):
            found = self._bare(place, given)
        else:
            _report_no_form(place, given)
            return None
        return replace(found, path=place.path_in_pack, provenance=self._provenance(found)) if found else None

    def _bare(self, place: Place, given: object) -> Target | None:
        comparator = self.bare.comparator
        if comparator is None:
            if self.judged.county.known:
                written = as_written(given)
                fact = f"{written} does not say whether it is at least, at most or exactly that"
                place.report("IE042", fact, f"write `{{ at_least = {written} }}`")
            return None
        words = comparator.replace("_", " ")
        self.judged.assumptions.append(
            f"the target is a bare number: “{words}” is understood, the default of {self.bare.says}"
        )
        found = read_form(self.judged, place, comparator, {comparator: given}, place)
        return replace(found, comparator_inherited=True) if found else None

    def _provenance(self, target: Target) -> Provenance:
        nothing, words, county = Provenance(), self.judged.words, self.judged.county
        if target.provenance != nothing or not words:
            return target.provenance
        read = county.convention.read_provenance(words, county.period)
        if read is None or read == nothing:
            return nothing
        self.judged.assumptions.append("who set the target and when is read from the statement's words")
        return read

    # ── a target written as a table ──────────────────────────────────────────────────────────────────────────────────

    def _table(self, place: Place, table: Table) -> Target | None:
        check_keys(place, table, forms.TARGET_KEYS, "a target")
        given = [key for key in table if key in forms.TARGET_FORMS]
        common = self._common(place, table)
        if len(given) != 1:
            _report_forms(place, table, given)
            return None
        found = read_form(self.judged, place, given[0], table)
        _check_companions(place, given[0], table, tbc=found is None or found.tbc)
        return replace(common, **{name: getattr(found, name) for name in FORM_FIELDS}) if found else None

    def _common(self, place: Place, table: Table) -> Target:
        """What goes with any form."""
        reviewed_by = text(place / "reviewed_by", table.get("reviewed_by"))
        review_on = day(place / "review_on", table.get("review_on"))
        to_be_reviewed = flag(place / "to_be_reviewed", table.get("to_be_reviewed"))
        if (unit := table.get("unit")) not in (None, "percent", "number"):
            hint = hint_for_word(str(unit), ("percent", "number"))
            (place / "unit").report("IE013", f"`unit` cannot be {as_written(unit)}", hint)
        return Target(
            to_be_reviewed=to_be_reviewed or bool(reviewed_by or review_on),
            reviewed_by=reviewed_by,
            review_on=review_on,
            owed_by=text(place / "owed_by", table.get("owed_by")),
            owed_on=day(place / "owed_on", table.get("owed_on")),
            due=self._due(place, table),
            known_from=day(place / "known_from", table.get("known_from")),
            effective_from=day(place / "effective_from", table.get("effective_from")),
            provenance=provenance(place, table),
        )


# ── what is wrong, in words ──────────────────────────────────────────────────────────────────────────────────────────

_PHRASE = late(
    r"(at least|minimum of|at most|maximum of|more than|over|less than|under|exactly)\s+(\d+(?:\.\d+)?|[a-z]+)\s*(%?)",
    re.IGNORECASE | re.ASCII,
)
_AS_FORM = {"minimum of": "at_least", "maximum of": "at_most", "over": "more_than", "under": "less_than"}

_WITH_NUMBER = {**forms.COMPARING, "increase_by": {}, "decrease_by": {}, "additional": {}}
_GOES_WITH: Mapping[str, tuple[forms.Fragment, str]] = {
    **dict.fromkeys(forms.OF_RELATIVE, (forms.RELATIVE, "a movement, such as `increase = true`")),
    **dict.fromkeys(forms.OF_ADDITIONAL, ({"additional": {}}, "`additional`")),
    **dict.fromkeys(forms.OF_DELIVERED, (forms.DELIVERED, "`delivered = true`")),
    **dict.fromkeys((*forms.OF_NUMBERS, *forms.OF_TBC), (_WITH_NUMBER, "a number")),
}
"""Keys that go with some forms only: those forms, and how to say so."""


def _report_no_form(place: Place, given: object) -> None:
    hint = FORMS_HINT
    match = _PHRASE.search(given) if isinstance(given, str) else None
    if match and (number := digits(match[2]))[0].isdigit():
        words = match[1].casefold()
        number = f'"{number}%"' if match[3] else number
        hint = f"write `{{ {_AS_FORM.get(words, words.replace(' ', '_'))} = {number} }}`"
    elif isinstance(given, bool):
        hint = "for a deliverable, write `{ delivered = true }`"
    what = as_written(given) if isinstance(given, str) else sort_of(given)
    place.report("IE040", f"{what} is not a target", hint)


def _report_forms(place: Place, table: Table, given: list[str]) -> None:
    if set(given) == {"at_least", "at_most"}:
        hint = f"write `between = [{as_written(table['at_least'])}, {as_written(table['at_most'])}]`"
        place.report("IE041", "at least and at most together make a range", hint)
    elif given:
        fact = f"a target has one form, and this has {len(given)}: {listed(given)}"
        place.report("IE041", fact, "leave one, or write parts: `[[priority.indicator.part]]`")
    elif all(key in forms.TARGET_KEYS for key in table):
        place.report("IE040", "this target does not say what is to be reached", FORMS_HINT)


def _check_companions(place: Place, form: str, table: Table, *, tbc: bool) -> None:
    for key in table:
        allowed, words = _GOES_WITH.get(key, ({form: {}}, ""))
        there = place / key
        if form not in allowed:
            there.report("IE044", f"`{key}` goes with {words}, not with `{form}`", "leave it out", on_key=True)
        elif key in forms.OF_TBC and not tbc:
            fact = f"`{key}` is about a number that is still to be agreed, but it is given"
            there.report("IE044", fact, f'leave it out, or write `{form} = "TBC"`', on_key=True)
