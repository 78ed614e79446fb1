"""What the problems of data mean: the codes of `intake.py` and of the readers of files, each explained once.

The codes of packs are explained in `definitions/catalogue.py`; `indicators explain` and the reference page have both.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class DataCode:
    """One kind of fault in data: what it says, why it matters, what to do."""

    code: str
    title: str
    what: str
    why: str
    instead: str


_ALL = (
    DataCode(
        "IE301", "cell that cannot be read",
        "A cell does not hold what its column is declared to hold: a date, a number, yes or no, one of the choices.",
        "A cell that is guessed at, or dropped, changes a count without a word.",
        "Write days year first (2010-03-31), numbers with digits and a point, and yes, no or unknown.",
    ),
    DataCode(
        "IE302", "cell that is blank",
        "An event lacks its id, its type, its day or whose it is; or a row of the register lacks its subject.",
        "Without it nobody can say whether the event counts.",
        "Fill the cell in, or take the row out.",
    ),
    DataCode(
        "IE303", "column the pack does not know",
        "A column has values, but the pack declares no attribute of that name. It is not read.",
        "A misspelt column is blank in every row, and a blank is unknown.",
        "Mend the column's name, or declare the attribute in the pack.",
    ),
    DataCode(
        "IE304", "event type the pack does not have",
        "Some rows are of an event type that the pack does not declare. They are not counted.",
        "A misspelt type would leave events out.",
        "Mend the type's name; if the file serves several packs, nothing need be done.",
    ),
    DataCode(
        "IE305", "attribute the event type does not have",
        "A cell is filled in under an attribute that events of this type do not have. It is not read.",
        "The value probably belongs to another type, or to another row.",
        "Move the value, or declare the attribute for this type.",
    ),
    DataCode(
        "IE306", "subject that is not in the register",
        "Events name a subject, such as an organisation, that the register does not list.",
        "It belongs to no population, so its events count only where all subjects do. Often it is a slip of the pen.",
        "Mend the name, or add the subject to the register.",
    ),
    DataCode(
        "IE307", "two versions at the same instant",
        "One event has two versions with the same `recorded_at` that say different things.",
        "Only the time of recording can tell which of them stands.",
        "Give the later one a later `recorded_at`.",
    ),
    DataCode(
        "IE310", "retraction of an unknown event",
        "A row retracts an event of which no row tells what it was.",
        "The id is probably misspelt, and the event it meant still counts.",
        "Mend the `event_id`.",
    ),
    DataCode(
        "IE312", "id of two events",
        "Versions of one event are of different subjects or of different types. Only the one recorded last counts.",
        "A correction may well name another organisation. But an id typed twice would make one event swallow another.",
        "Give each event an id of its own.",
    ),
    DataCode(
        "IE313", "event told twice",
        "Two events with different ids agree in everything but the time of recording. They count once.",
        "The same thing entered twice must not count twice.",
        "Nothing, if it is one event. If there were two alike on one day, record what tells them apart.",
    ),
    DataCode(
        "IE314", "register without a column of dates",
        "A column that says since when or until when a subject belongs is not in the register's file.",
        "A blank date means “always” and “still”: everybody would belong on every day.",
        "Mend the column's name, or add it; leave its cells blank where nothing ends.",
    ),
    DataCode(
        "IE315", "end before the beginning",
        "In a row of the register the last day lies before the first.",
        "Such a subject belongs on no day at all.",
        "Mend one of the two dates.",
    ),
    DataCode(
        "IE316", "two rows for the same days",
        "The register has more than one row for a subject, and they hold on the same days.",
        "Nobody can say which holds: what they disagree on is undecided.",
        "Leave one, or give each its own first and last day.",
    ),
    DataCode(
        "IE320", "test of an indicator that is not there",
        "A `[[test]]` expects something of an indicator, or of a part, that the statement does not have.",
        "A test of nothing would always pass.",
        "Mend the id.",
    ),
    DataCode(
        "IE321", "test of a field that is not there",
        "A `[[test]]` expects a field that results do not have.",
        "A test of nothing would always pass.",
        "Write one of the fields that the hint names, such as `value` or `verdict`.",
    ),
    DataCode(
        "IE340", "file that cannot be read",
        "The file is not there, or may not be opened.",
        "An evaluation without it would report zeros.",
        "Look at its name and its permissions.",
    ),
    DataCode(
        "IE341", "file that is not UTF-8",
        "The file is in another encoding, such as Windows-1252 or UTF-16.",
        "Guessing an encoding turns names into other names.",
        "Save it as “CSV UTF-8”.",
    ),
    DataCode(
        "IE342", "NUL character",
        "A line has a character that no text has.",
        "The file is damaged, or is not the kind of file its ending says.",
        "Export the file again.",
    ),
    DataCode(
        "IE343", "columns without names",
        "The first line does not name every column, or the file is empty, or its separator is not the one expected.",
        "Cells are found by the names of their columns.",
        "Name each column once in the first line; part columns with commas (.csv) or tabs (.tsv).",
    ),
    DataCode(
        "IE344", "name given twice",
        "Two columns, or two keys of one object, have the same name.",
        "Nobody can say which of them is meant.",
        "Rename or remove one.",
    ),
    DataCode(
        "IE345", "row that is too short or too long",
        "A row has more or fewer cells than the first line names columns.",
        "A cell too many shifts all that follow it into wrong columns.",
        "Put a cell that has a comma in it in quotation marks.",
    ),
    DataCode(
        "IE346", "quotation mark that does not fit",
        "A quotation mark is opened and never closed, or stands in the middle of a cell.",
        "All lines up to the next mark would become one cell, and their events would be lost.",
        'Write a quotation mark inside a cell twice: `""`.',
    ),
    DataCode(
        "IE347", "cell that is too long",
        "A cell has more characters than any cell should.",
        "Nearly always a quotation mark was never closed, and many rows became one cell.",
        "Look for the quotation mark on the line named.",
    ),
    DataCode(
        "IE348", "not JSON",
        "The text is not JSON, or has NaN, infinity or too deep a nesting.",
        "What cannot be read exactly is not read at all.",
        "Export it again; leave out what is not known.",
    ),
    DataCode(
        "IE349", "not rows",
        "The file is JSON, but not objects of plain values, one for each row.",
        "Rows are tables: each cell is a value, or a list of values.",
        'Write `{ "event_id": "E1", "type": "pledge", … }` for each row.',
    ),
)  # fmt: skip

CODES: Mapping[str, DataCode] = MappingProxyType({code.code: code for code in _ALL})


def explain(code: str) -> str | None:
    """A code in plain text; None when it is none of data. Capitals do not matter."""
    found = CODES.get(code.strip().upper())
    if found is None:
        return None
    parts = (("What it says", found.what), ("Why it matters", found.why), ("What to do", found.instead))
    return "\n\n".join([f"{found.code}: {found.title}", *(f"{heading}\n    {text}" for heading, text in parts)])


def reference_chapter() -> str:
    """The chapter of all codes of data, in Markdown."""
    sections = (
        f"### {one.code}: {one.title}\n\n**What it says**\n\n{one.what}\n\n"
        f"**Why it matters**\n\n{one.why}\n\n**What to do**\n\n{one.instead}\n"
        for one in _ALL
    )
    return "\n".join(["## Data and tests\n", *sections])
