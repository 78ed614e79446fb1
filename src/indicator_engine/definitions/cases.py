"""The tests that stand beside definitions: what each gives, and what it expects.

Rows and expectations are checked against the pack here, so that a slip in a test is told where it was written and
not as a strange result. They stay as written; what they mean is decided where data are read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from indicator_engine.conventions import VERDICTS
from indicator_engine.definitions.model import Check
from indicator_engine.definitions.readings import day
from indicator_engine.definitions.wording import as_written, hint_for_key, hint_for_word, quoted, report_type
from indicator_engine.frozen import dataclass
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indicator_engine.definitions.data_files import DataFiles
    from indicator_engine.definitions.names import Taken
    from indicator_engine.definitions.rows import Row, RowFault, RowKind, Rows
    from indicator_engine.definitions.shape import AlsoTable, CaseTable
    from indicator_engine.definitions.sources import Place
    from indicator_engine.problems import Location

RESULT_FIELDS = (
    "value", "verdict", "numerator", "denominator", "needed", "baseline", "expected", "bounds", "unknown", "flags",
    "who", "why_not", "events", "undecided", "none_arose", "due", "target", "within",
)  # fmt: skip
"""What a test can expect of a result; `within` is by how much a value may differ."""


@dataclass(frozen=True)
class CaseReader:
    """Reads the tests of one pack. `indicators` has the names of each indicator's parts, by its id; None if unsure."""

    rows: Rows
    data: DataFiles
    indicators: Mapping[str, tuple[str, ...]] | None
    names: Taken

    def cases(self, place: Place, table: CaseTable) -> Iterator[Check]:
        """One test, and one for each other day that it asks about; none that could not be run, which is reported."""
        if place.spoiled:
            return
        self.names.take(place / "name", table.name)
        given = place / "given"
        events = self._given(given / "events", table.given.events, self.rows.events)
        register = self._given(given / "register", table.given.registered, self.rows.register)
        if found := self._on_a_day(place, table, table.name):
            codes = _codes(place / "diagnostics", table.diagnostics)
            yield replace(
                found, events=events, register=register, diagnostics=codes,
                diagnosed_at=lambda: (place / "diagnostics").key_location,
            )  # fmt: skip
        for number, other in enumerate(table.also):
            there = place / "also" / number
            if not there.spoiled and (found := self._on_a_day(there, other, f"{table.name}, as of {other.as_of}")):
                yield replace(found, events=events, register=register)

    def _on_a_day(self, place: Place, table: CaseTable | AlsoTable, name: str) -> Check | None:
        """What is expected on one day; None where that is no day."""
        as_of = day(place / "as_of", table.as_of)
        known_at = day(place / "known_at", table.known_at)
        there = place / "expect"
        self._check_expectations(there, table.expect)

        def find(indicator: str) -> Location:
            return (there / indicator).key_location if indicator else place.location

        return Check(name, as_of, known_at, expect=table.expect, path=there.path_in_pack, place=find) if as_of else None

    # ── what is given ────────────────────────────────────────────────────────────────────────────────────────────────

    def _given(self, place: Place, given: object, kind: RowKind) -> tuple[Row, ...]:
        if given is None:
            return ()
        if isinstance(given, str):
            return self.data.rows(place, given, kind)
        if not isinstance(given, list):
            report_type(place, "a list of tables, or the name of a CSV file", given)
            return ()
        for position, row in enumerate(given):
            if isinstance(row, dict):
                _report_row(place / position, kind.faults(row))
            else:
                report_type(place / position, "a table", row)
        return tuple(row for row in given if isinstance(row, dict))

    # ── what is expected ─────────────────────────────────────────────────────────────────────────────────────────────

    def _check_expectations(self, place: Place, expect: Mapping[str, Mapping[str, Any]]) -> None:
        for name, fields in expect.items():
            if self._is_expected(place / name, name):
                _check_fields(place / name, name, fields)

    def _is_expected(self, place: Place, name: str) -> bool:
        """Whether there is an indicator, or a part or stage of one, of that name."""
        indicator, _, part = name.partition("/")
        if self.indicators is None:
            return True
        if indicator not in self.indicators:
            hint = did_you_mean(indicator, self.indicators)
            place.report("IE074", f"there is no indicator {quoted(indicator)}", hint, on_key=True)
            return False
        parts = self.indicators[indicator]
        if part and part not in parts and not re.fullmatch(r"stage-\d+", part, re.ASCII):
            fact = f"{quoted(indicator)} has no part {quoted(part)}"
            place.report("IE074", fact, did_you_mean(part, parts), on_key=True)
            return False
        return True


def _codes(place: Place, codes: list[str] | None) -> tuple[str, ...] | None:
    """The codes that a test expects of its rows."""
    for number, code in enumerate(codes or ()):
        if not re.fullmatch(r"IE3\d\d", code, re.ASCII):
            place_of_code = place / number
            place_of_code.report("IE075", f"{quoted(code)} is no code of data", "they are IE3 and two digits: `IE313`")
    return None if codes is None else tuple(codes)


def _check_fields(place: Place, name: str, fields: Mapping[str, Any]) -> None:
    for key, value in fields.items():
        there = place / key
        if key == "parts":
            hint = f'name the part after a stroke: `expect."{name}/…" = {{ verdict = "met" }}`'
            there.report("IE075", "what is expected of a part stands on a line of its own", hint, on_key=True)
        elif key not in RESULT_FIELDS:
            there.report("IE075", f"a result has no `{key}`", hint_for_key(key, RESULT_FIELDS), on_key=True)
        elif key == "verdict" and value not in VERDICTS:
            there.report("IE075", f"there is no verdict {as_written(value)}", hint_for_word(str(value), VERDICTS))


def _report_row(place: Place, faults: Iterable[RowFault]) -> None:
    for fault in faults:
        there = place / fault.key if fault.key else place
        there.report(fault.code, fault.fact, fault.hint, on_key=fault.on_key)
