"""The reference page of messy data: what is odd about a file, and what becomes of it. Printed to the standard output.

python -m tests.spec.messy.page
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.spec.messy.case import Refused
from tests.spec.messy.cases import CASES

from indicator_engine import periods
from indicator_engine.store import cells, layout, tables
from indicator_engine.store.workbooks import archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.spec.messy.case import Case, Taken

INTRODUCTION = """# What becomes of messy data

*Generated from the tests in `tests/spec/messy`; do not edit.*

Each line is a file that the tests take in, both row by row and in bulk. A row that cannot be used is in quarantine,
whole, with the reason; a file that does not fit its mapping is refused, and nothing of it is stored. What each code
means is told by [its page](problems.md) and by `indicators explain CODE`."""


def page() -> str:
    """The page as Markdown."""
    sections = [INTRODUCTION]
    for group, cases in groupby(CASES, key=lambda case: case.group):
        lines = [f"## {group}", "", "| what is odd | what becomes of it |", "|---|---|"]
        sections.append("\n".join([*lines, *(f"| {_cell(case.odd)} | {_outcome(case)} |" for case in cases)]))
    return "\n\n".join([*sections, _limits()]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _outcome(case: Case) -> str:
    expected = case.expected
    if isinstance(expected, Refused):
        return f"refused: {', '.join(dict.fromkeys(code for code, _ in expected.told))}"
    return "; ".join(_parts(expected)) or "nothing to read"


def _parts(taken: Taken) -> Iterator[str]:
    counts = (("stored", taken.stored), ("duplicate", taken.duplicate), ("blank", taken.blank))
    if words := [f"{count} {word}" for word, count in counts if count]:
        yield ", ".join(words)
    for code in dict.fromkeys(code for _, code, _ in taken.aside):
        rows = [str(row) for row, one, _ in taken.aside if one == code]
        yield f"{'row' if len(rows) == 1 else 'rows'} {', '.join(rows)} in quarantine: {code}"
    if told := list(dict.fromkeys(code for code, _ in taken.told)):
        yield f"told: {', '.join(told)}"


def _limits() -> str:
    years = f"{periods.EARLIEST.year} to {periods.LATEST.year}"
    happened = f"from {periods.WITHIN_MEMORY.year} to a year after the import"
    rows = (
        ("characters of a cell", f"{tables.CELL_LENGTH:,}"),
        ("lines among which the names of the columns are looked for", f"{layout.HEADER_WITHIN:,}"),
        ("digits of a number before its point, and after", f"{cells.WHOLE_DIGITS} and {cells.DECIMAL_DIGITS}"),
        ("years of a day", years),
        ("years of what happened, unless the source says otherwise", happened),
        ("bytes that a workbook may unpack to", f"{archive.LARGEST:,}"),
        ("times that a part of it may grow when unpacked", f"{archive.RATIO:,}"),
        ("parts of a workbook", f"{archive.MEMBERS:,}"),
    )  # fmt: skip
    return "\n".join(["## Limits", "", "| | |", "|---|---|", *(f"| {what} | {most} |" for what, most in rows)])


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201  # that is what it is for
