"""A proposal put to the test: the lines that were looked at, read by it as an import would read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from indicator_engine.problems import DataError
from indicator_engine.store.cells import cut
from indicator_engine.store.inspection.proposal import Example
from indicator_engine.store.intake import EventReader, read_register_row
from indicator_engine.store.layout import Blank, Row, Rows, Unusable, formats_of
from indicator_engine.store.records import FOREVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.language.schema import Schema
    from indicator_engine.store.inspection.proposal import Findings
    from indicator_engine.store.tables import Fault, Line, Table


def tell(findings: Findings, table: Table, lines: Sequence[Line], mapping: SourceMapping, schema: Schema) -> None:
    """Tell how many rows an import could use, and why not the others; nothing where it would refuse them all."""
    try:
        rows = Rows(replace(table, lines=lines, notes=()), mapping, schema, formats_of(mapping))
    except DataError:
        return
    reader = EventReader(schema, recorded=FOREVER, strict=True)
    total = 0
    faults: list[tuple[Fault, Example]] = []
    for item in rows:
        if isinstance(item, Blank):
            continue
        total += 1
        found = (item.fault,) if isinstance(item, Unusable) else _faults(item, mapping, schema, reader)
        faults += [(found[0], Example(item.line, cut(found[0].fact)))] if found else []
    findings.tell("", f"read so, {total - len(faults)} of {total} rows can be used")
    for code, count in Counter(fault.code for fault, _ in faults).most_common():
        examples = [example for fault, example in faults if fault.code == code]
        findings.tell("", f"{count} {'row' if count == 1 else 'rows'} would be kept aside ({code})", examples)


def _faults(row: Row, mapping: SourceMapping, schema: Schema, reader: EventReader) -> tuple[Fault, ...]:
    return (read_register_row(row, schema) if mapping.kind == "register" else reader.read(row)).faults
