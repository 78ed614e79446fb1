"""The story of an import of a register: each subject that a file names has new rows from their recording on.

A subject that a file does not name stays as it was, unless the file is said to be complete.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from indicator_engine.store import oddities, quarantine
from indicator_engine.store.accounts import TOLD, Counting, settled
from indicator_engine.store.catalog import COLUMN_TYPES, REGISTER, quoted
from indicator_engine.store.cells import cut, text_of
from indicator_engine.store.intake import read_register_row
from indicator_engine.store.layout import Blank, Row, Rows, Unusable, formats_of
from indicator_engine.store.quarantine import Mended, Waiting
from indicator_engine.store.receipts import Receipt
from indicator_engine.store.records import RegisterRow, Value
from indicator_engine.store.registers import Statement, known, statements
from indicator_engine.store.staging import as_text, as_values, name_subjects, values_query
from indicator_engine.store.tables import MARK, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sized

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.database import Database
    from indicator_engine.store.tables import Table

_NO_LINE = "0"
"""The line of what no line of the file says."""

_Told = tuple[int, RegisterRow, datetime | None]
"""A row of a register file: its line, what it says, when it was recorded where it says so."""


class RegisterImport:
    """One register file on its way into the store."""

    def __init__(
        self, database: Database, number: int, table: Table, mapping: SourceMapping, schema: Schema, terms: Terms
    ) -> None:
        self.database, self.number, self.table, self.terms, self.schema = database, number, table, terms, schema
        self.rows = Rows(table, mapping, schema, formats_of(mapping))
        entries = tuple(one for one in quarantine.entries(database) if one.kind == "register")
        mended = Mended(entries, table.name, table.sheet)
        self.counting = Counting(Waiting(database, number), table, mended, self.rows.layout.header)
        self.attributes = {name: one.type for name, one in schema.subject.attributes.items()}
        self.attributes.setdefault("name", "text")
        self.named: set[str] = set()
        """The subjects that the file names, also in rows that cannot be used."""
        self.faulty: Counter[str] = Counter()
        """How many rows of each subject cannot be used."""
        self.removed = 0

    def receipt(self) -> Receipt:
        """Read and store everything. Raises RefusedImportError where the terms do not allow what came of it."""
        told = self._told()
        stored = self._stored(told)
        self._tell_odd([row for _, row, _ in told])
        counting = self.counting
        counting.waiting.flush()
        resolved = quarantine.resolve(self.database, self.number, counting.resolved, "repaired")
        quarantine.resolve(self.database, self.number, counting.replaced, "came again")
        return settled(
            Receipt(
                self.number, self.table.place, "register", counting.read, stored, len(told) - stored,
                counting.quarantined, counting.blank, dict(counting.reasons.most_common()), resolved, self.removed,
                notes=(*self.rows.notes, *counting.told),
            ),
            self.terms,
        )  # fmt: skip

    def _told(self) -> list[_Told]:
        """The rows that can be used; the others go to the quarantine."""
        found: list[_Told] = []
        for item in self.rows:
            self.counting.read += 1
            if isinstance(item, Blank):
                self.counting.blank += 1
            elif isinstance(item, Unusable):
                self.counting.set_aside(item.line, (item.fault,), item.raw)
            else:
                self._take(item, found)
        return found

    def _take(self, row: Row, found: list[_Told]) -> None:
        typed = read_register_row(row, self.schema)
        self.named.add(text_of(row.cells.get(self.schema.subject.singular)))
        if typed.row is None:
            self.faulty[text_of(row.cells.get(self.schema.subject.singular))] += 1
            self.counting.set_aside(row.line, typed.faults, row.raw)
            return
        found.append((row.line, typed.row, typed.recorded_at))
        self.counting.good(row.line, row.raw)

    def _stored(self, told: list[_Told]) -> int:
        """Store the rows of each subject that says something new; how many rows."""
        by_subject: dict[str, list[_Told]] = defaultdict(list)
        for row in told:
            by_subject[row[1].subject].append(row)
        said = statements(self.database, {name: COLUMN_TYPES[kind] for name, kind in self.attributes.items()})
        written = [row for key, rows in by_subject.items() for row in self._news(rows, said.get(key, []))]
        stored = sum(line != _NO_LINE for _, line, *_ in written)
        gone = sorted(key for key, one in said.items() if known(one, self._recording) and key not in self.named)
        if self.terms.complete:
            written += [self._gone(key) for key in gone]
            self.removed = len(gone)
        elif gone:
            self._tell_left_out(gone)
        self._tell_halves(by_subject)
        self._tell_lost(said, [row for _, row, _ in told])
        self._write(written)
        return stored

    @property
    def _recording(self) -> datetime:
        """When rows were recorded that do not say it."""
        return self.terms.recorded_at or self.terms.at

    def _news(self, rows: list[_Told], said: list[Statement]) -> list[list[str | None]]:
        """The rows of one subject as they are to be written; none where they say what was known then.

        Rows that come back from the quarantine do not replace those that went with them, but join them.
        """
        once = {self._content(row): (line, row) for line, row, _ in reversed(rows)}
        recorded = max((at for _, _, at in rows if at), default=self._recording)
        before = known(said, recorded)
        if MARK in self.rows.layout.header:
            once = {self._content(row): (int(_NO_LINE), row) for row in before} | once
        if Counter(once.keys()) == Counter(map(self._content, before)):
            return []
        return [self._written(line, row, recorded) for line, row in sorted(once.values(), key=lambda pair: pair[0])]

    def _content(self, row: RegisterRow) -> tuple[Value, ...]:
        return tuple(
            row.attributes.get(name) or None if name == "name" else row.attributes.get(name) for name in self.attributes
        )

    def _written(self, line: int, row: RegisterRow, recorded: datetime) -> list[str | None]:
        own = [str(self.number), str(line), row.subject, recorded.isoformat(), "true"]
        return [*own, *(as_text(row.attributes.get(name)) for name in self.attributes)]

    def _gone(self, key: str) -> list[str | None]:
        own = [str(self.number), _NO_LINE, key, self._recording.isoformat(), "false"]
        return [*own, *(None for _ in self.attributes)]

    def _tell_left_out(self, gone: list[str]) -> None:
        shown = ", ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
        noun = self.schema.subject.singular if len(gone) == 1 else self.schema.subject.plural
        fact = f"{len(gone)} {noun} of earlier imports are not in this file and stay as they were: {shown}"
        hint = "where the file is to list everybody, import it with --complete"
        self.rows.notes.append(replace(self.table.problem(0, Fault("IE317", fact, hint)), severity="note"))

    def _tell_halves(self, used: Mapping[str, list[_Told]]) -> None:
        """Subjects that are told anew by some of their rows only."""
        halves = [(key, rows) for key, rows in used.items() if self.faulty[key]]
        for key, rows in halves[:TOLD]:
            fact = (
                f"{self.schema.subject.singular} `{cut(key)}` has {self.faulty[key] + len(rows)} rows in this file, and"
            )
            fact += f" {self.faulty[key]} of them cannot be used: until they are mended, the others stand alone"
            self._tell(rows[0][0], Fault("IE365", fact, "mend them, or import with --all-or-nothing"))
        self._tell_more(halves, "IE365")

    def _tell_lost(self, said: Mapping[str, list[Statement]], rows: list[RegisterRow]) -> None:
        """Columns that the file lacks and that the store has something in, for subjects of the file."""
        given = {*self.rows.layout.targets, *self.rows.mapping.constants}
        named = {row.subject for row in rows}
        for column in sorted(set(self.attributes) - given):
            before = {
                key for key, own in said.items() for row in known(own, self._recording) if row.attributes.get(column)
            }
            if count := len(named & before):
                noun = self.schema.subject.singular if count == 1 else self.schema.subject.plural
                fact = f"the file has no column `{column}`, which earlier imports filled"
                hint = "import a file that has the column"
                self._tell(0, Fault("IE319", f"{fact}: it is blank now for {count} {noun}", hint))

    def _tell_odd(self, rows: list[RegisterRow]) -> None:
        """What is odd about the rows of the file, and those that say nothing of their subject."""
        given = [name for name in self.rows.layout.targets if name]
        once = {(row.subject, *self._content(row)): row for row in reversed(rows)}
        odd = oddities.of_register(list(once.values())[::-1], [*given, *self.rows.mapping.constants], self.schema)
        self.counting.told += [one if one.where else one.at(self.table.at()) for one in odd[:TOLD]]
        self._tell_more(odd, odd[-1].code if odd else "")
        columns = [name for name in given if name in self.attributes]
        bare = [row for row in rows if columns and not any(row.attributes.get(name) for name in columns)]
        for row in bare[:TOLD] if len(bare) < len(rows) else ():
            fact = f"nothing but the name `{cut(row.subject)}` stands in this row, and it is listed all the same"
            hint = "where it is a total or a note, take it out, or declare `stop_at`"
            self._tell(row.where.line if row.where else 0, Fault("IE311", fact, hint))

    def _tell(self, line: int, fault: Fault) -> None:
        self.counting.told.append(replace(self.table.problem(line, fault), severity="warning"))

    def _tell_more(self, found: Sized, code: str) -> None:
        if len(found) > TOLD:
            self._tell(0, Fault(code, f"and {len(found) - TOLD} more like it"))

    def _write(self, rows: list[list[str | None]]) -> None:
        if not rows:
            return
        columns = {**REGISTER, **{name: COLUMN_TYPES[kind] for name, kind in self.attributes.items()}}
        staged = {**columns, "_subject": "VARCHAR"}
        self.database.run(f"CREATE OR REPLACE TEMP TABLE in_register AS {values_query(staged)}", [as_values(rows)])
        name_subjects(self.database, "in_register", self.number)
        names = ", ".join(map(quoted, columns))
        picked = ", ".join("s.number" if name == "_subject" else f"i.{quoted(name)}" for name in columns)
        self.database.run(
            f"INSERT INTO register ({names}) SELECT {picked} FROM in_register i JOIN subject s ON s.name = i._subject"
        )
        self.database.run("DROP TABLE in_register")
