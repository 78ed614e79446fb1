"""Every case of messy data, in groups, in the order of the reference page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.spec.messy.days import DAYS
from tests.spec.messy.headers import HEADERS
from tests.spec.messy.identity import IDS, ORGANISATIONS, REGISTERS
from tests.spec.messy.mappings import MAPPINGS
from tests.spec.messy.rows import ENCODED, ENDS, LINES, QUOTES, RAGGED
from tests.spec.messy.structured import JSON, PARQUET
from tests.spec.messy.values import NUMBERS, WORDS
from tests.spec.messy.workbooks import CELLS, CLAIMED, DATES, OLDER, SHEETS

if TYPE_CHECKING:
    from tests.spec.messy.case import Case

GROUPS: dict[str, tuple[Case, ...]] = {
    "Days": DAYS,
    "Names of columns": HEADERS,
    "Rows that are too short or too long": RAGGED,
    "Where a table ends": ENDS,
    "Quotation marks": QUOTES,
    "Lines and cells": LINES,
    "Encodings": ENCODED,
    "Numbers": NUMBERS,
    "Words": WORDS,
    "Ids, corrections and retractions": IDS,
    "Organisations": ORGANISATIONS,
    "Registers": REGISTERS,
    "Sheets of a workbook": SHEETS,
    "Cells of a workbook": CELLS,
    "Days in a workbook": DATES,
    "Files that are no workbook": CLAIMED,
    "Other workbooks": OLDER,
    "JSON": JSON,
    "Parquet": PARQUET,
    "Mappings": MAPPINGS,
}

CASES = tuple(replace(case, group=group) for group, cases in GROUPS.items() for case in cases)
