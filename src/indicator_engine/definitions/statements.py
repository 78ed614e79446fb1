"""The statement as a whole: its county and period, its aims and priorities, its tests.

Each part is read by a module of its own; here they are put together in the order of the document.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from indicator_engine.conventions import NEUTRAL, Convention
from indicator_engine.definitions import forms
from indicator_engine.definitions.cases import CaseReader
from indicator_engine.definitions.data_files import DataFiles
from indicator_engine.definitions.indicators import IndicatorReader
from indicator_engine.definitions.measured import Inherited
from indicator_engine.definitions.model import Aim, Check, Priority, Statement
from indicator_engine.definitions.names import Taken, check_aim_id, check_id
from indicator_engine.definitions.readings import County, check_keys, day, text, texts
from indicator_engine.definitions.rows import Rows
from indicator_engine.definitions.targets import Bare
from indicator_engine.definitions.vocabulary import Declarations, read_vocabulary
from indicator_engine.definitions.wording import listed, quoted, report_type
from indicator_engine.frozen import dataclass
from indicator_engine.periods import Period, shown
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicator_engine.conventions import Due
    from indicator_engine.definitions.expressions import Expressions
    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.merging import Tables
    from indicator_engine.definitions.shape import PriorityTable, StatementTable
    from indicator_engine.definitions.sources import Place

_STAND_IN = Period(date(2000, 4, 1), date(2001, 3, 31))
"""The period that phrases are read with where the statement's own could not be read."""


@dataclass
class StatementReader:
    """Reads one statement from the tables of its files."""

    place: Place
    table: StatementTable
    tables: Tables
    files: PackFiles
    conventions: Mapping[str, Convention]

    def read(self) -> Statement:
        """The statement; what is at fault in it is reported and left out."""
        place, table = self.place, self.table
        if table.id.strip():
            check_id(place / "id", table.id)
        found = Statement(
            table.id,
            table.title,
            self.county.period,
            self.county.convention,
            self.expressions.schema,
            table.status,
            table.source,
            texts(place / "notes", table.notes),
            self._aims(),
            self._priorities(),
            self._cases(),
            self._mappings(),
            self.default_due,
            place.source.file,
            lambda: self.files.digest,
        )
        self.expressions.check_other_macros()
        return found

    # ── what everything else is read with ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def county(self) -> County:
        """The convention and the period."""
        convention = self._convention()
        period = self._period(convention)
        known = convention is not None and period is not None
        return County(convention or NEUTRAL, period or _STAND_IN, known)

    def _convention(self) -> Convention | None:
        place, name = self.place / "convention", self.table.convention
        installed = {"neutral": NEUTRAL, **self.conventions}
        if name not in installed and not place.spoiled:
            near = did_you_mean(name, installed)
            names = f"installed: {listed(sorted(installed))}"
            hint = (
                f"{near} ({names})"
                if near.startswith("did you mean")
                else f"{names}; a convention comes with its plugin"
            )
            place.report("IE020", f"there is no convention {quoted(name)}", hint)
        return None if place.spoiled else installed.get(name)

    def _period(self, convention: Convention | None) -> Period | None:
        place, given = self.place / "period", self.table.period
        if isinstance(given, str) and given.strip():
            return self._labelled(place, given, convention)
        if isinstance(given, dict):
            return _period_of_table(place, given)
        if given is not None and not isinstance(given, str):
            report_type(place, 'a text such as "2009-10", or a table with `start` and `end`', given)
        return None

    @staticmethod
    def _labelled(place: Place, label: str, convention: Convention | None) -> Period | None:
        period = convention.period(label) if convention else None
        if convention and not period:
            fact = f"the {convention.title} convention does not understand the period {quoted(label)}"
            place.report("IE019", fact, 'write a year such as "2009-10", or `{ start = 2009-04-01, end = 2010-03-31 }`')
        return period

    @cached_property
    def default_due(self) -> Due | None:
        """The due date of indicators that name none."""
        return None if self.table.due is None else self.county.due(self.place / "due", self.table.due)

    @cached_property
    def expressions(self) -> Expressions:
        """The vocabulary of the pack's expressions."""
        declared = Declarations(
            self.tables.subject(),
            self.tables.named("event"),
            self.tables.named("population"),
            self.tables.named("define"),
            self.tables.refused(),
        )
        return read_vocabulary(declared, self.county)

    # ── aims and priorities ──────────────────────────────────────────────────────────────────────────────────────────

    def _aims(self) -> tuple[Aim, ...]:
        taken = Taken("the aim", "give this one another number")
        found = []
        for place, table in self.tables.aims():
            there = place / "id"
            if table.id.strip() and check_aim_id(there, table.id) and taken.take(there, table.id):
                found.append(Aim(table.id, table.text, place.path_in_pack))
        return tuple(found)

    def _priorities(self) -> tuple[Priority, ...]:
        ids = Taken("the id")
        reader = IndicatorReader(self.county, self.expressions, ids, self._inherited())
        return tuple(
            self._priority(place, table, reader) for place, table in self.tables.priorities() if not place.spoiled
        )

    def _inherited(self) -> Inherited:
        table, convention = self.table, self.county.convention
        if table.comparator:
            bare = Bare(table.comparator, "the statement")
        elif convention.default_comparator != "none":
            bare = Bare(convention.default_comparator, f"the {convention.title} convention")
        else:
            bare = Bare()
        return Inherited(self.default_due, bare)

    def _priority(self, place: Place, table: PriorityTable, reader: IndicatorReader) -> Priority:
        if table.id.strip() and check_id(place / "id", table.id):
            reader.ids.take(place / "id", table.id)
        read = (reader.indicator(place / "indicator" / position, each) for position, each in enumerate(table.indicator))
        return Priority(
            table.id,
            table.title,
            _number(place / "number", table.number),
            texts(place / "text", table.text),
            texts(place / "outcomes", table.outcomes),
            self.county.references(place / "aims", table.aims),
            tuple(indicator for indicator in read if indicator),
            texts(place / "notes", table.notes),
            place.path_in_pack,
        )

    # ── tests ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _cases(self) -> tuple[Check, ...]:
        rows = Rows(self.expressions.schema, self.expressions.refused)
        reader = CaseReader(rows, DataFiles(self.files), self._parts(), Taken("the test", "give this one another name"))
        return tuple(check for place, table in self.tables.cases() for check in reader.cases(place, table))

    def _mappings(self) -> tuple[SourceMapping, ...]:
        if not (named := list(self.tables.named("source"))):
            return ()
        from indicator_engine.definitions.mappings import read_mapping  # noqa: PLC0415  # most packs have none

        taken = Taken("the source", "give this one another name")
        schema, refused = self.expressions.schema, self.expressions.refused
        return tuple(
            read_mapping(place, name, table, schema, refused)
            for place, name, table in named
            if not place.spoiled and taken.take(place, name)
        )

    def _parts(self) -> dict[str, tuple[str, ...]] | None:
        """The names of each indicator's parts, by its id; None where some could not be read."""
        tables = [table for _, priority in self.tables.priorities() for table in priority.indicator]
        parts = {table.id: tuple(part.id or part.name for part in table.part) for table in tables}
        unsure = self.expressions.refused.any_indicator or "" in parts or any("" in names for names in parts.values())
        return None if unsure else parts


def _period_of_table(place: Place, given: dict[str, object]) -> Period | None:
    check_keys(place, given, forms.PERIOD, "a period")
    for key in ("start", "end"):
        if key not in given:
            place.report("IE011", f"a period needs `{key}`", "`{ start = 2009-04-01, end = 2010-03-31 }`")
    start, end = day(place / "start", given.get("start")), day(place / "end", given.get("end"))
    if start is None or end is None:
        return None
    if start > end:
        place.report(
            "IE019", f"the period ends, on {shown(end)}, before it starts, on {shown(start)}", "swap the two days"
        )
        return None
    return Period(start, end, text(place / "label", given.get("label")) or f"{shown(start)} to {shown(end)}")


def _number(place: Place, given: object) -> str:
    """The number of a priority, as the document has it."""
    if given is None or (isinstance(given, str | int) and not isinstance(given, bool)):
        return "" if given is None else str(given)
    report_type(place, "a number or text", given)
    return ""
