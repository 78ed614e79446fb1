"""What the problems of data mean: the codes of reading, importing and testing, each explained once.

The codes of packs are explained in `definitions/catalogue.py`; `indicators explain` and the reference page have both.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from indicator_engine.frozen import dataclass

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
        "IE302", "cell that is blank",
        "An event lacks its id, its type, its day or whose it is; a retraction lacks when it was recorded; or a "
        "row of the register lacks its subject.",
        "Without it nobody can say whether the event counts.",
        "Fill the cell in, or take the row out.",
    ),
    DataCode(
        "IE303", "column the pack does not know",
        "Neither the pack nor the source says what a column is. An import refuses the file; an "
        "evaluation of files tells where such a column has values, and does not read it.",
        "A misspelt column is blank in every row, and a blank is unknown.",
        "Mend the column's name, declare it in the pack or under `columns` of the source, or put it under `ignore`.",
    ),
    DataCode(
        "IE304", "event type the pack does not have",
        "Rows are of an event type that the pack does not declare. An import keeps them in quarantine; an "
        "evaluation of files says how many there are, and does not count them.",
        "A misspelt type would leave events out.",
        "Mend the type's name, or declare it in the pack. Where a file that serves several packs is evaluated, "
        "nothing need be done.",
    ),
    DataCode(
        "IE305", "attribute the event type does not have",
        "A cell is filled in under an attribute that events of this type do not have. An import keeps the row in "
        "quarantine; an evaluation of files counts the row, and does not read the cell.",
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
        "IE311", "row of the register with nothing but a name",
        "In a row of the register that is being imported, nothing but the subject is filled in. It is listed.",
        "Totals and notes below a table look like that, and each would count as one more subject.",
        "Take the line out, or declare where the table ends: `stop_at`. Nothing, if nothing is known of the subject.",
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
        "IE317", "subjects that a register file leaves out",
        "The register that is being imported does not name subjects that earlier imports listed. They stay as "
        "they were.",
        "A file with only what is new looks just like a file from which somebody was lost.",
        "Nothing, where the file has only what is new. Where it lists everybody, say so with `--complete`: then "
        "they end.",
    ),
    DataCode(
        "IE318", "merged subject that still belongs",
        "A subject is declared to mean another one from some day on, but the register lists it in a population "
        "that has no column for a last day.",
        "It would belong twice, under its old name and under the new one.",
        "Take it out of the register where it no longer belongs, or give the population a last day with `to`.",
    ),
    DataCode(
        "IE319", "column that earlier imports filled",
        "A file tells events or subjects anew that the store has, and lacks a column that the store has values in. "
        "They are blank there from now on.",
        "A newer version replaces an older one as a whole; a blank is unknown, and figures that need it change.",
        "Import a file that has the column.",
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
        "IE341", "file in another encoding",
        "The bytes are not of the encoding that is expected: UTF-8, unless the source declares another.",
        "An encoding that is guessed turns names into other names.",
        'Save it as “CSV UTF-8”, or declare what it is: `encoding = "cp1252"`.',
    ),
    DataCode(
        "IE342", "character that no text has",
        "A line or a cell has a NUL character, or half of a character of two halves (a surrogate).",
        "The file is damaged, or is not the kind of file its ending says.",
        "Export it again; where it is UTF-16, declare `encoding`.",
    ),
    DataCode(
        "IE343", "columns without names",
        "The line that names the columns leaves one without a name that has values, or is blank; the file is empty; or "
        "its separator is not the one expected. The file is not read.",
        "Cells are found by the names of their columns.",
        "Name each column once, in the first line or in the one that `header_row` or `header_contains` declares. "
        "Part columns with commas (.csv) or tabs (.tsv), or declare `delimiter`.",
    ),
    DataCode(
        "IE344", "name given twice",
        "Two columns have the same name, or mean the same thing: the file is not read. Or two keys of one object "
        "are the same: that object is not.",
        "Nobody can say which of them is meant.",
        "Rename or remove one, or put it under `ignore`.",
    ),
    DataCode(
        "IE345", "row that is too short or too long",
        "A row has fewer cells than there are columns, or a value beyond the last one or in a column without a name. "
        "An import keeps it in quarantine; an evaluation of files stops.",
        "A cell too many shifts all that follow it into wrong columns.",
        "Put a cell that has a comma in it in quotation marks.",
    ),
    DataCode(
        "IE346", "quotation mark that does not fit",
        "A quotation mark is opened and never closed, or closed before its cell ends. Only the line where it is "
        "opened is lost; an import keeps it in quarantine, an evaluation of files stops. Or another mark far below "
        "seems to close it: then all lines between the two are in quarantine as one row.",
        "All lines up to the next mark would become one cell, and their events would be lost.",
        'Write a quotation mark inside a cell twice: `""`.',
    ),
    DataCode(
        "IE347", "cell that is too long",
        "A cell has more characters than any cell should. An import keeps its row in quarantine; an evaluation of "
        "files stops.",
        "Nearly always a quotation mark was never closed, and many rows became one cell.",
        "Look for the quotation mark on the line named.",
    ),
    DataCode(
        "IE348", "not JSON",
        "The text is not JSON, or has NaN, infinity, too deep a nesting or a number with too many digits.",
        "What cannot be read exactly is not read at all.",
        "Export it again; leave out what is not known.",
    ),
    DataCode(
        "IE349", "not rows",
        "The file is JSON, but not objects of plain values, one for each row; or the objects have too many "
        "different keys.",
        "Rows are tables: each cell is a value, or a list of values.",
        'Write `{ "event_id": "E1", "type": "pledge", … }` for each row.',
    ),
    DataCode(
        "IE350", "not a day",
        "A cell of a date holds something else, a day that no calendar has, or a day in a way of writing that "
        "nobody declared.",
        "31/03 can be told from 03/31, but 05/06 cannot; a day that is guessed at moves an event into another period.",
        'Write days year first (2010-03-31), or declare how they are written: `dates = ["%d/%m/%Y"]`.',
    ),
    DataCode(
        "IE351", "day that can be read in two ways",
        "The source declares several ways to write days, and this text is a different day in each.",
        "Nobody can say which is meant.",
        "Declare the one way in which this file writes days.",
    ),
    DataCode(
        "IE352", "day outside the years expected",
        "A day is before 1900 or after 2200; or an import, or a table of a database, says that something happened "
        "before `earliest` or after `latest` of its source, which are 1950 and a year from now unless declared.",
        "Such a day is nearly always a slip of the pen, and the event would count in no period.",
        "Mend the year. If it is right, declare `earliest` or `latest`.",
    ),
    DataCode(
        "IE353", "day with a time of day",
        "A cell of a date holds a date and a time.",
        "Near midnight the day depends on the time zone, and that is not in the cell.",
        "Leave the time out.",
    ),
    DataCode(
        "IE354", "not a number",
        "A cell of a number holds something else: words, a unit, NaN, or marks between digits that nobody declared.",
        "1.204 is one number where the point parts decimals, and another where it parts thousands.",
        'Write digits and a point (1204, 2.5), or declare `decimal = ","` or `thousands = ","`.',
    ),
    DataCode(
        "IE355", "not a whole number",
        "A cell of a whole number has decimals.",
        "What is counted in whole numbers has no halves; a rounded one is a guess.",
        "Mend the number, or declare the attribute as a decimal.",
    ),
    DataCode(
        "IE356", "number outside its limits",
        "A number is below the `minimum` or above the `maximum` that the pack declares for the attribute.",
        "Bounds of what is undecided are computed from these limits, so no record may pass them.",
        "Mend the number, or the limits.",
    ),
    DataCode(
        "IE357", "neither yes nor no",
        "A cell of yes or no holds another word.",
        "A word that is taken for no leaves somebody out, and one that is taken for yes lets somebody in.",
        'Write yes, no or unknown, or declare other words: `yes = ["signed"]`.',
    ),
    DataCode(
        "IE358", "not one of the choices",
        "A cell holds a word that is not among the `choices` of the attribute.",
        "A misspelt word is in no filter, so its row would count nowhere.",
        "Mend the word, or add it to the choices.",
    ),
    DataCode(
        "IE359", "not an instant",
        "A cell of when something was recorded holds neither a day nor a day and time.",
        "When it was recorded decides which version stands, and since when it is known.",
        "Write 2010-03-31 or 2010-03-31T14:30.",
    ),
    DataCode(
        "IE360", "error value of a spreadsheet",
        "A cell holds #REF!, #N/A or another error of the formula that stood in it.",
        "It is nobody's answer, and no blank either.",
        "Mend the formula in the spreadsheet.",
    ),
    DataCode(
        "IE361", "formula without a value",
        "A cell of a workbook has a formula, and the workbook does not say what came of it.",
        "Formulas are not worked out here; read as a blank, the cell would be unknown.",
        "Open the workbook in a spreadsheet program and save it again.",
    ),
    DataCode(
        "IE362", "id that a spreadsheet has shortened",
        "An id, or the key of a subject, is a number with an exponent, such as 1.23457E+11.",
        "Its last digits are gone, and others have become the same: events would swallow one another.",
        "Show the column as text in the spreadsheet, and export it again.",
    ),
    DataCode(
        "IE363", "more digits than are kept",
        "A number has more than 18 digits before its point, or more than 20 after it.",
        "It could not be stored exactly, and a number that is cut is another number.",
        "Round it where it is made.",
    ),
    DataCode(
        "IE364", "line that names the columns once more",
        "A line below the first has the names of the columns in its cells.",
        "Files that were put together from several often have such lines; read as a row it would be none.",
        "Take the line out; nothing is lost with it.",
    ),
    DataCode(
        "IE365", "subject of which only some rows can be used",
        "The register that is being imported has several rows for a subject, and some of them are in quarantine. The "
        "others stand alone until those are mended.",
        "What a register says of a subject replaces what was said before; half of it may leave out a membership.",
        "Mend the rows in quarantine, or import the file with `--all-or-nothing`.",
    ),
    DataCode(
        "IE370", "archive beyond its limits",
        "A workbook is an archive, and what is in it is larger, or more, than any table needs. It is not read.",
        "A small file can unpack to more than the machine holds.",
        "Open it in a spreadsheet program and save what is needed as a new workbook.",
    ),
    DataCode(
        "IE371", "file that is not what its ending says",
        "The file is damaged, encrypted, or of another kind than the ending of its name says.",
        "What can be read of it may not be all there is.",
        "Fetch it again, or open it in the program it was made with and save it anew.",
    ),
    DataCode(
        "IE372", "sheet or table that must be chosen",
        "The sheet of a workbook or the table of a database that is asked for is not there, or there are several "
        "and none is asked for.",
        "Rows of the wrong sheet look like rows of the right one.",
        'Declare which: `sheet = "Returns"`.',
    ),
    DataCode(
        "IE373", "declared column that the file lacks",
        "The source says what a column is, and the file has no column of that name. The file is not read.",
        "A column that was renamed would be blank in every row, and a blank is unknown.",
        "Mend the name under `columns`, or in the file.",
    ),
    DataCode(
        "IE374", "line of column names not found",
        "No line near the beginning has the cells that `header_contains` asks for; or the file ends before "
        "`header_row`; or the line that is to name the columns has no name that the pack or the source knows.",
        "Cells are found by the names of their columns.",
        "Declare `header_row` or `header_contains`, or mend them; `indicators inspect FILE` shows what the file looks "
        "like.",
    ),
    DataCode(
        "IE375", "library that is not installed",
        "Reading files of this kind takes a library that is not installed with the engine itself.",
        "Most people need only some kinds of file.",
        "Install what the hint names, such as `pip install 'indicator-engine[excel]'`.",
    ),
    DataCode(
        "IE376", "column that every row needs",
        "A file that is to be imported has no column for the id, the type, the subject or the day of events, or "
        "for the subject of the register; and its source makes up for none of them.",
        "Every row would be refused for the same reason.",
        "Declare which column it is under `columns`, give it for all rows under `constants`, or make ids with "
        "`id_from`.",
    ),
    DataCode(
        "IE377", "end of the table",
        "A line begins with a word of `stop_at`: the table ends there, and filled lines below are counted and not "
        "read. It is a warning where some of them look like rows.",
        "If the word stood too early, rows would be left out.",
        "Nothing, if that is where the table ends.",
    ),
    DataCode(
        "IE378", "hidden sheet, or hidden rows",
        "The workbook has a hidden sheet that is not read; or the sheet that is read is hidden, or has rows that are "
        "hidden by hand or by a filter, and are read like the others.",
        "People who look at the workbook do not see them.",
        "Nothing, if the right sheet is read; else declare `sheet`. Delete rows that are not meant.",
    ),
    DataCode(
        "IE379", "merged cells",
        "Cells of the table are merged. What stands in them counts for the first of their rows only.",
        "To the eye it stands for all of them.",
        "Declare `fill_merged = true` if every row is to have it.",
    ),
    DataCode(
        "IE380", "column that cannot hold what it is to be",
        "A column of a table of a database is mapped to something of another type: a text to a number, say, or a "
        "floating-point number to an exact one. Or the files of a folder have it as types that do not go together.",
        "A database compares values as their types say, and texts that look like numbers are not compared as numbers.",
        "Map another column, or a view in which it is cast to what it is; write files anew that differ.",
    ),
    DataCode(
        "IE381", "database of which no table is mapped",
        "The pack is to be evaluated over a database, and none of its sources says which tables hold the events.",
        "Tables are never guessed by their names.",
        'Declare one for each event type: `[source.pledges]` with `table = "schema.pledges"` and its `columns`.',
    ),
    DataCode(
        "IE382", "figure worked out from the records",
        "A part of an indicator has no plan as a query, so that all records were read from the database and it was "
        "worked out from them. It is a note: the figure is the same.",
        "Reading all records takes longer than a query.",
        "Nothing; where it takes too long, write the indicator another way, or import the events into a store.",
    ),
    DataCode(
        "IE383", "file that another source fits",
        "The columns of a file are not those it was read by, and they are those of another source of the pack, or of "
        "a register where events were expected, or the other way round.",
        "A source is found by the name of the file. Under another name the file is read as if its columns were called "
        "as in the pack, and every one of them looks wrong.",
        "Name the source with `--source`, or the register with `--register`; or give the file a name that the source "
        "is for.",
    ),
)  # fmt: skip

CODES: Mapping[str, DataCode] = MappingProxyType({code.code: code for code in _ALL})

QUARANTINE_REASONS = frozenset({
    "IE302", "IE304", "IE305", "IE342", "IE344", "IE345", "IE346", "IE347", "IE348", "IE349", "IE350", "IE351", "IE352",
    "IE353", "IE354", "IE355", "IE356", "IE357", "IE358", "IE359", "IE360", "IE361", "IE362", "IE363", "IE364",
})  # fmt: skip
"""Why a row can be in quarantine. The list is closed: other codes are about whole files, or about what is stored."""


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
    reasons = ", ".join(sorted(QUARANTINE_REASONS))
    about = (
        "An import into a store keeps every row that it cannot use in quarantine, with its reason. The reasons are "
        f"these and no others: {reasons}.\n"
    )
    return "\n".join(["## Data and tests\n", about, *sections])
