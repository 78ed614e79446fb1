"""Rows in quarantine on their way back: as a file that people repair and import, or read once more as they are.

The file has the columns of the one the rows came from, with two in front: which entry a row is, and why it is there.
Reading them once more helps where the pack or its vocabulary has changed since.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.problems import IndicatorEngineError
from indicator_engine.store.intake import EventReader, read_register_row
from indicator_engine.store.layout import Row, Rows, formats_of
from indicator_engine.store.quarantine import Entry, cell_text
from indicator_engine.store.tables import MARK, REASON, Line, Table, neutralised, restored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.accounts import Terms
    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.store import Store


def as_csv(entries: Sequence[Entry]) -> bytes:
    """Entries of one layout as a file to repair, encoded as the file they came from.

    A cell that a spreadsheet would take for a formula gets a `'` in front, which reading the file takes away. Raises
    IndicatorEngineError where the entries are of several layouts.
    """
    entries = [_own(one) for one in entries]
    layouts = {(one.header, one.mapping) for one in entries}
    if len(layouts) > 1:
        numbers = ", ".join(str(number) for number in sorted({one.number for one in entries}))
        raise IndicatorEngineError(
            f"these rows come from files of different layouts: choose one of the imports {numbers} with --import"
        )
    if not entries:
        raise IndicatorEngineError("there is nothing in quarantine to export")
    mapping = _mapping(entries[0])
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=mapping.delimiter or ",", quotechar=mapping.quote or '"')
    writer.writerow([MARK, REASON, *entries[0].header])
    for entry in entries:
        cells = (neutralised(cell_text(cell, mapping.decimal)) for cell in entry.cells)
        writer.writerow([entry.mark, f"{entry.code} {entry.fact}", *cells])
    return _encoded(text.getvalue(), mapping.encoding)


def _own(entry: Entry) -> Entry:
    """An entry as its first file had it, without what an export has added to it."""
    if entry.header[:2] != (MARK, REASON):
        return entry
    cells = tuple(restored(cell) if isinstance(cell, str) else cell for cell in entry.cells[2:])
    return replace(entry, header=entry.header[2:], cells=cells)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode("utf-8", "replace").decode().encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raise IndicatorEngineError(
            f"the rows have letters that {encoding} does not have; declare another `encoding`"
        ) from None


def _mapping(entry: Entry) -> SourceMapping:
    return SourceMapping.from_json(entry.mapping) if entry.mapping else SourceMapping(kind="events")


def retry(store: Store, schema: Schema, terms: Terms, entries: Iterable[Entry] | None = None) -> list[Receipt]:
    """Read rows in quarantine once more; those that can be used now are stored and leave it, the others stay.

    One receipt for each import that they came from.
    """
    return [
        store.take_in(table, schema, mapping, terms)
        for table, mapping in _tables(store.quarantine() if entries is None else entries, schema, terms)
    ]


def _tables(entries: Iterable[Entry], schema: Schema, terms: Terms) -> Iterator[tuple[Table, SourceMapping]]:
    """What can be used now, as a table for each import it came from."""
    groups: dict[int, list[Entry]] = defaultdict(list)
    for entry in map(_own, entries):
        if len(entry.cells) == len(entry.header):
            groups[entry.number].append(entry)
    for group in groups.values():
        mapping = replace(_mapping(group[0]), header_row=None, header_contains=())
        lines = [line for line in _lines(group) if _usable(group[0], line, mapping, schema, terms)]
        if lines:
            yield _table(group[0], lines), mapping


def _lines(group: Sequence[Entry]) -> Iterator[Line]:
    for entry in group:
        cells = (neutralised(cell) if isinstance(cell, str) else cell for cell in entry.cells)
        yield Line(entry.line, (entry.mark, "", *cells))


def _table(entry: Entry, lines: list[Line]) -> Table:
    return Table(
        f"{entry.file} (from quarantine)", lines, (MARK, REASON, *entry.header), sheet=entry.sheet, size=len(lines)
    )


def _usable(entry: Entry, line: Line, mapping: SourceMapping, schema: Schema, terms: Terms) -> bool:
    """Whether a row can be used now."""
    rows = Rows(_table(entry, [line]), mapping, schema, formats_of(mapping, terms.at.date()))
    items = list(rows)
    if not items or not isinstance(items[0], Row):
        return False
    if mapping.kind == "register":
        return not read_register_row(items[0], schema).faults
    return EventReader(schema, recorded=terms.at, strict=True).read(items[0]).version is not None
