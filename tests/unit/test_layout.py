"""Tables as their mappings lay them out: which line names the columns, what each column is, what each line comes to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indicator_engine.definitions.mappings import SourceMapping
from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.problems import DataError
from indicator_engine.store.layout import HEADER_WITHIN, Blank, Row, Rows, Unusable, formats_of, plain_rows
from indicator_engine.store.tables import CELL_LENGTH, Fault, Line, Table, table_of

SCHEMA = Schema(
    Subject(attributes={"kind": Attribute("kind", "text")}),
    {
        "pledge": EventType("pledge", attributes={"stage": Attribute("stage", "integer")}),
        "paper": EventType("paper", attributes={"item": Attribute("item", "text")}),
    },
)
HEADER = ("event_id", "type", "organisation", "occurred_on")
ROW = ("E1", "pledge", "A", "2009-05-01")


def table(*lines: tuple[Any, ...] | Line) -> Table:
    """A table of these lines, numbered from 1."""
    return Table(
        "t.csv",
        [line if isinstance(line, Line) else Line(number, line) for number, line in enumerate(lines, 1)],
    )


def laid_out(*lines: tuple[Any, ...] | Line, **mapping: Any) -> Rows:
    """A table read strictly by a mapping."""
    return Rows(table(*lines), SourceMapping(**mapping), SCHEMA)


def items(*lines: tuple[Any, ...] | Line, **mapping: Any) -> list[tuple[str, int]]:
    """What each line of a table comes to, with its number; for lines that cannot be used, the code."""
    return [
        (item.fault.code, item.line)
        if isinstance(item, Unusable)
        else ("blank", item.line)
        if isinstance(item, Blank)
        else ("row", item.line)
        for item in laid_out(*lines, **mapping)
    ]


def cells(*lines: tuple[Any, ...] | Line, **mapping: Any) -> list[dict[str, Any]]:
    """The cells of the rows of a table by their names in the pack."""
    return [dict(item.cells) for item in laid_out(*lines, **mapping) if isinstance(item, Row)]


def cell(name: str, header: tuple[Any, ...], row: tuple[Any, ...], **mapping: Any) -> Any:
    """One cell of the only row of a table."""
    (found,) = cells(header, row, **mapping)
    return found.get(name)


def refused(*lines: tuple[Any, ...] | Line, **mapping: Any) -> list[tuple[str, int, str]]:
    """Why a table as a whole is refused: code, line and hint."""
    with pytest.raises(DataError) as caught:
        laid_out(*lines, **mapping)
    return [(one.code, one.where.line if one.where else -1, one.hint) for one in caught.value.problems]


def codes(*lines: tuple[Any, ...] | Line, **mapping: Any) -> list[tuple[str, int]]:
    return [(code, line) for code, line, _ in refused(*lines, **mapping)]


# ── the line that names the columns ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("above", "mapping"),
    [
        ((), {}),
        (((), ("", " ", None)), {}),
        ((("Returns 2009-10",), ()), {"header_row": 3}),
        ((("Returns 2009-10", "pledge"), ()), {"header_contains": ("event_id", "type")}),
        ((("type",), ()), {"header_contains": (" Event_ID ", "TYPE")}),
        ((Line(1, ("a", "b"), Fault("IE345", "too long")),), {"header_row": 2}),
        ((Line(1, ("a", "b"), Fault("IE345", "too long")),), {"header_contains": ("type",)}),
        (((),) * (HEADER_WITHIN - 1), {}),
        ((("x",),) * (HEADER_WITHIN - 1), {"header_contains": ("type",)}),
        ((("x",),) * (HEADER_WITHIN + 1), {"header_row": HEADER_WITHIN + 2}),
    ],
    ids=["first", "first not blank", "by number", "by text", "by text, capitals", "ragged above the number",
         "ragged above the text", "last of many blank", "last looked at", "far down by number"],
)  # fmt: skip
def test_the_line_that_names_the_columns(above: tuple[Any, ...], mapping: dict[str, Any]):
    """The first that is not blank, or the one that the mapping names; nothing above it is a row."""
    rows = laid_out(*above, HEADER, ROW, **mapping)
    assert (HEADER, len(above) + 1, 1) == (rows.layout.header, rows.layout.line, len(list(rows)))


@pytest.mark.parametrize(
    ("lines", "mapping", "expected"),
    [
        ((), {}, [("IE343", 0)]),
        (((), ("",)), {}, [("IE343", 0)]),
        ((HEADER, ROW), {"header_contains": ("Stage",)}, [("IE374", 0)]),
        (((("x",),) * HEADER_WITHIN) + (HEADER,), {"header_contains": ("type",)}, [("IE374", 0)]),
        ((HEADER, ROW), {"header_row": 3}, [("IE374", 0)]),
        ((HEADER, ("", " "), ROW), {"header_row": 2}, [("IE343", 2)]),
        ((Line(1, ("a",)), Line(4, HEADER)), {"header_row": 2}, [("IE343", 2)]),
        ((Line(1, ("a",), Fault("IE346", "quotes")), HEADER), {}, [("IE346", 1)]),
        ((Line(1, ("a",), Fault("IE345", "too long")), HEADER), {}, [("IE345", 1)]),
    ],
    ids=["empty", "blank", "no such text", "text too far down", "ends before", "blank by number", "within a cell",
         "quotes", "ragged"],
)  # fmt: skip
def test_a_table_without_such_a_line_is_refused(
    lines: tuple[Any, ...], mapping: dict[str, Any], expected: list[tuple[str, int]]
):
    """With what was looked for."""
    assert expected == codes(*lines, **mapping)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (("event_id", "type", "organisation", "", "occurred_on"), [("IE343", 1)]),
        (("event_id", "type", "type", "organisation", "occurred_on"), [("IE344", 1)]),
        (("event_id;type;organisation;occurred_on",), [("IE343", 1)]),
        (("event_id", "ty\0pe"), [("IE342", 1)]),
        (("event_id", "", "", "event_id"), [("IE343", 1), ("IE343", 1), ("IE344", 1)]),
    ],
    ids=["nameless", "twice", "one name of several", "nul", "all of them"],
)
def test_names_of_columns_that_cannot_be_used(header: tuple[str, ...], expected: list[tuple[str, int]]):
    """All faults of the line are told at once."""
    assert expected == codes(header, ROW)


def test_blank_columns_at_the_end_are_none():
    """Spreadsheets write them; rows may have them as well, or not."""
    rows = laid_out((*HEADER, "", None, " "), ROW, (*ROW, "", None))
    assert (HEADER, 2) == (rows.layout.header, len(list(rows)))


def test_columns_of_a_format_with_names_of_its_own():
    """No line of the table names them, so its first line is a row."""
    rows = Rows(Table("t.parquet", [Line(1, ROW)], HEADER), SourceMapping(), SCHEMA)
    assert (0, [1]) == (rows.layout.line, [item.line for item in rows])


# ── what the columns are ─────────────────────────────────────────────────────────────────────────────────────────────

DECLARED = {"Id": "event_id", "Sort": "type", "Who": "organisation", "Date  Signed": "occurred_on"}


@pytest.mark.parametrize(
    "header",
    [
        ("Id", "Sort", "Who", "Date Signed"),
        ("ID", " sort", "who ", "date  signed"),
        ("id", "SORT", "WHO", "DATE\nSIGNED"),
    ],
)
def test_capitals_and_spaces_do_not_tell_columns_apart(header: tuple[str, ...]):
    """Neither in the file nor in the mapping."""
    assert [dict(zip(HEADER, ROW, strict=True))] == cells(header, ROW, columns=DECLARED)


@pytest.mark.parametrize("header", [("Event_ID", *HEADER[1:]), ("EVENT_ID", *HEADER[1:])])
def test_a_name_of_the_pack_is_written_as_the_pack_has_it(header: tuple[str, ...]):
    """Only what the mapping declares is found without regard to capitals."""
    assert [("IE376", 1), ("IE303", 1)] == codes(header, ROW)


def test_a_row_knows_what_its_columns_are_called():
    """So that messages name them as the file does; its line is kept as it came."""
    (row,) = laid_out(("Id", "Sort", "Who", "Date signed"), ROW, columns=DECLARED)
    assert isinstance(row, Row)
    assert ("Date signed", ROW, "t.csv:2:1") == (row.names["occurred_on"], row.raw, str(row.where))


@pytest.mark.parametrize(
    ("header", "mapping", "code", "hint"),
    [
        ((*HEADER, "stge"), {}, "IE303", "did you mean `stage`?"),
        ((*HEADER, "Remarks"), {}, "IE303", '`ignore = ["Remarks"]`'),
        ((*HEADER, "stage"), {"constants": {"stage": 2}}, "IE303", '`ignore = ["stage"]`'),
        ((*HEADER, "recorded_at"), {"recorded_at": "import"}, "IE303", '`ignore = ["recorded_at"]`'),
        ((*HEADER, "recorded_at"), {"recorded_at": date(2010, 1, 1)}, "IE303", '`ignore = ["recorded_at"]`'),
        ((*HEADER, "Step", "stage"), {"columns": {"Step": "stage"}}, "IE303", '`ignore = ["stage"]`'),
        ((*HEADER, "Step", "STEP"), {"columns": {"Step": "stage"}}, "IE344", "put one of them under `ignore`"),
        ((*HEADER, "Stag"), {"columns": {"Stage": "stage"}, "ignore": ("Stag",)}, "IE373", "did you mean `Stag`?"),
        (HEADER, {"only_where": "Stage"}, "IE373", ""),
        (HEADER, {"recorded_at": "Entered"}, "IE373", ""),
        (HEADER[1:], {}, "IE376", "`id_from ="),
        (HEADER[1:], {"id_from": ("type", "item")}, "IE376", '`columns = { "…" = "item" }`'),
        (HEADER[:-1], {}, "IE376", '`columns = { "…" = "occurred_on" }`'),
    ],
    ids=["misspelt", "undeclared", "constant", "recorded by import", "recorded on a day", "twice, own name", "twice",
         "declared", "only where", "recorded", "id", "part of the id", "day"],
)  # fmt: skip
def test_a_table_that_does_not_fit_is_refused(header: tuple[str, ...], mapping: dict[str, Any], code: str, hint: str):
    """Once for each fault, with what to do; a column that was promised is not missed twice."""
    ((found, line, said),) = refused(header, **mapping)
    assert (code, 1, True) == (found, line, hint in said)


def test_a_declared_column_that_is_missing_is_told_once():
    """Not as a column that every row needs as well."""
    assert [("IE373", 1)] == codes(("Sort", "Who", "Date Signed"), columns=DECLARED)


@pytest.mark.parametrize("ignored", ["Remarks", "REMARKS", " remarks  of all"])
def test_ignored_columns_are_not_read(ignored: str):
    """They may be blank, twice or called like something else."""
    header = ("Remarks", *HEADER, "remarks of all", "Remarks", "Remarks of  all")
    row = ("x", *ROW, "x", "x", "x")
    assert [dict(zip(HEADER, ROW, strict=True))] == cells(header, row, ignore=(ignored, "Remarks", "remarks of all"))


def test_a_register_has_columns_of_its_own():
    """A subject is all it needs; what events have is strange to it."""
    assert [{"organisation": "A", "kind": "member"}] == cells(
        ("organisation", "kind"), ("A", "member"), kind="register"
    )
    assert [("IE376", 1), ("IE303", 1)] == codes(("Organisation",), ("A",), kind="register")
    assert [("IE303", 1)] == codes(("organisation", "stage"), ("A", 2), kind="register")


def test_without_a_schema_every_column_keeps_its_name():
    """Nothing is declared, so nothing is strange."""
    rows = plain_rows(table(("a", " b  c "), ("1", "2")))
    assert [{"a": "1", "b c": "2"}] == [dict(row.cells) for row in rows]


def test_names_in_a_mapping_name_the_columns():
    """Then the first line is a row; an export of such rows has a line of names all the same."""
    mapping = {"names": ("Who", *HEADER[:2], "When"), "columns": {"who": "organisation", "When": "occurred_on"}}
    row, expected = ("A", "E1", "pledge", "2009-05-01"), [dict(zip(HEADER, ROW, strict=True))]
    assert (expected, [("row", 1), ("IE345", 2)]) == (cells(row, **mapping), items(row, (*row, "x"), **mapping))
    assert expected == cells(("quarantine", "reason", *mapping["names"]), ("3:7", "IE350", *row), **mapping)


def test_a_column_called_reason_is_like_any_other():
    """Only the two columns that an export of the quarantine puts in front are its own."""
    schema = Schema(events={"pledge": EventType("pledge", attributes={"reason": Attribute("reason", "text")})})
    found = [
        next(iter(Rows(table((*front, *HEADER, "reason"), (*marks, *ROW, "ill")), SourceMapping(), schema)))
        for front, marks in (((), ()), (("quarantine", "reason"), ("3:7", "IE350")))
    ]
    assert ["ill", "ill"] == [item.cells["reason"] for item in found if isinstance(item, Row)]


def test_an_export_of_the_quarantine_names_its_columns_in_its_first_line():
    """Wherever the file it came from had them; what looked like a formula is as it was."""
    lines = (("quarantine", "reason", *HEADER), ("3:7", "IE350", "'-E1", "pledge", "'A", "'=1"))
    assert [{**dict(zip(HEADER, ROW, strict=True)), "event_id": "-E1", "organisation": "'A", "occurred_on": "=1"}] == (
        cells(*lines, header_row=5)
    )


# ── the lines ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (ROW, "row"),
        ((*ROW, ""), "row"),
        ((*ROW, None, " "), "row"),
        ((*ROW, "", "x"), "IE345"),
        ((*ROW, "x"), "IE345"),
        (ROW[:-1], "IE345"),
        (("E1",), "IE345"),
        ((), "blank"),
        (("",), "blank"),
        (("", " ", None, "\t", ""), "blank"),
        ((None,) * 9, "blank"),
        (HEADER, "IE364"),
        ((*HEADER, ""), "IE364"),
        (tuple(f" {name} " for name in HEADER), "IE364"),
        (("event_id", "pledge", "A", "2009-05-01"), "row"),
        (("E1", "pledge", "A\0", "2009-05-01"), "IE342"),
        (("E1", "pledge", "A" * CELL_LENGTH, "2009-05-01"), "row"),
        (("E1", "pledge", "A" * (CELL_LENGTH + 1), "2009-05-01"), "IE347"),
        (Line(3, ("raw",), Fault("IE346", "quotes")), "IE346"),
        (Line(3, (), Fault("IE346", "quotes")), "IE346"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_a_line_comes_to(line: tuple[Any, ...] | Line, expected: str):
    """A row, a blank, or neither with the reason; the lines round it are rows."""
    assert [("row", 2), (expected, 3), ("row", 4)] == items(HEADER, ROW, line, ROW)


@pytest.mark.parametrize(
    ("bad", "column"), [("\0", "organisation"), ("x" * (CELL_LENGTH + 1), "organisation")], ids=["nul", "too long"]
)
def test_a_fault_of_a_cell_names_its_column(bad: str, column: str):
    """As the file calls it."""
    (item,) = laid_out(HEADER, ("E1", "pledge", bad, "2009-05-01"))
    assert isinstance(item, Unusable)
    assert column == item.fault.column


@pytest.mark.parametrize(("line", "hint"), [((*ROW, "x"), True), (ROW[:-1], False)], ids=["too long", "too short"])
def test_a_row_that_is_too_long_has_probably_a_comma(line: tuple[str, ...], *, hint: bool):
    """One that is too short has not."""
    (item,) = laid_out(HEADER, line)
    assert isinstance(item, Unusable)
    assert hint is ("comma" in item.fault.hint)


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line",
    [("Total",), ("TOTAL 2009-10", "", "7"), ("", None, " total "), ("Total", "pledge", "A", "2009-05-01"), ("Sum:",)],
)
def test_the_table_ends_where_the_mapping_says(line: tuple[Any, ...]):
    """At the first line that begins with one of the words; how many filled lines follow is told."""
    rows = laid_out(HEADER, ROW, line, (), ROW, ("", ""), ("note",), stop_at=("Total", "Sum:"))
    lines = [item.line for item in rows]
    (note,) = rows.notes
    assert ([2], "IE377", "warning", "t.csv:3:1") == (lines, note.code, note.severity, str(note.where))
    assert "2 filled lines below not read, 1 of which looks like a row" in note.message


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        (("Total: 2", "", "", ""), True),
        (("Total Housing", "pledge", "A", "2009-05-01"), False),
        (("Total Housing", "pledge", "A", ""), True),
        (("Totally", "", "", ""), False),
    ],
)
def test_a_row_that_begins_with_the_word_and_more_is_a_row(line: tuple[Any, ...], *, ends: bool):
    """Where it has all that a row needs; an organisation may well be called Total Housing."""
    (item, *_) = (*laid_out(HEADER, line, stop_at=("Total",)), None)
    assert ends is (item is None)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ((), ""),
        (((),), ""),
        ((ROW,), "1 filled line below"),
        ((Line(4, (), Fault("IE346", "quotes")),), "1 filled line below"),
    ],
    ids=["nothing", "blank", "a row", "a faulty line"],
)
def test_lines_below_the_end_are_counted(after: tuple[Any, ...], expected: str):
    """Those that hold something."""
    rows = laid_out(HEADER, ROW, ("Total",), *after, stop_at=("Total",))
    list(rows)
    (note,) = rows.notes
    assert (True, bool(expected)) == (expected in note.message, "below" in note.message)


@pytest.mark.parametrize("line", [("Totals", "pledge", "A", "2009-05-01"), ("E1", "pledge", "Total", "2009-05-01")])
def test_a_word_elsewhere_ends_nothing(line: tuple[Any, ...]):
    """Only the first cell does, and only whole words."""
    assert [("row", 2), ("row", 3)] == items(HEADER, line, ROW, stop_at=("Total",))


# ── what the cells become ────────────────────────────────────────────────────────────────────────────────────────────


def test_constants_hold_for_every_row():
    """A column that is called so must not be there."""
    assert ["pledge", "pledge"] == [
        one["type"]
        for one in cells(HEADER[:1] + HEADER[2:], ("E1", "A", "x"), ("E2", "B", "x"), constants={"type": "pledge"})
    ]


@pytest.mark.parametrize(
    ("name", "expected"), [("Ash Ltd.", "A"), (" Ash Ltd. ", "A"), ("ash ltd.", "ash ltd."), ("A", "A"), ("B", "B")]
)
def test_aliases_are_other_spellings_of_subjects(name: str, expected: str):
    """Letter for letter; other names stay as they are."""
    row = ("E1", "pledge", name, "2009-05-01")
    assert expected == cell("organisation", HEADER, row, aliases={"Ash Ltd.": "A"})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("pledge", "A", "2009-05-01"), "pledge/A/2009-05-01"),
        ((" pledge ", "A", date(2009, 5, 1)), "pledge/A/2009-05-01"),
        (("pledge", "Ash Ltd.", ""), "pledge/A/"),
        ((7.0, "A", None), "7/A/"),
    ],
)
def test_ids_are_made_of_what_the_mapping_says(row: tuple[Any, ...], expected: str):
    """Of cells as text, subjects by their usual names."""
    mapping = {"id_from": ("type", "organisation", "occurred_on"), "aliases": {"Ash Ltd.": "A"}}
    assert expected == cell("event_id", HEADER[1:], row, **mapping)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Skills Pledge", "pledge"),
        (" Skills Pledge ", "pledge"),
        ("skills pledge", "skills pledge"),
        ("paper", "paper"),
    ],
)
def test_words_that_mean_something_in_the_pack(raw: str, expected: str):
    """Letter for letter; others stay as they are."""
    row = ("E1", raw, "A", "2009-05-01")
    assert expected == cell("type", HEADER, row, values={"type": {"Skills Pledge": "pledge"}})


def test_no_id_is_made_of_nothing():
    """Where all that it is made of is blank, it is blank."""
    header = (*HEADER[1:], "stage")
    assert cell("event_id", header, ("", "A", "", "2"), id_from=("type", "occurred_on")) is None


@pytest.mark.parametrize(
    ("mark", "expected"), [("x", "row"), (0, "row"), ("", "blank"), (" ", "blank"), (None, "blank"), ("-", "row")]
)
def test_rows_that_tell_nothing_are_passed_over(mark: Any, expected: str):
    """They are blank where the mapping says so, though other cells are filled; the column need not be read."""
    assert [(expected, 2)] == items((*HEADER, "Signed?"), (*ROW, mark), only_where="signed?", missing=("-",))


@pytest.mark.parametrize(
    ("raw", "expected"), [("n/a", None), (" N/A ", None), ("-", None), ("", ""), ("n/a.", "n/a."), (0, 0)], ids=repr
)
def test_words_for_what_is_missing(raw: Any, expected: Any):
    """Such a cell holds nothing, capitals and spaces apart."""
    assert expected == cell("stage", (*HEADER, "stage"), (*ROW, raw), missing=("n/a", "-"))


@pytest.mark.parametrize(
    ("raw", "neutralised", "expected"),
    [
        ("'=1+1", True, "=1+1"),
        ("'-5", True, "-5"),
        ("' @x", True, " @x"),
        ("'\tx", True, "\tx"),
        ("''=1", True, "'=1"),
        ("'tis", True, "'tis"),
        ("'", True, "'"),
        ("=1+1", True, "=1+1"),
        ("'=1+1", False, "'=1+1"),
        (5, True, 5),
    ],
    ids=repr,
)
def test_the_mark_before_formulas_is_taken_away(raw: Any, expected: Any, *, neutralised: bool):
    """Where our own output has put it, and nowhere else."""
    assert expected == cell("stage", (*HEADER, "stage"), (*ROW, raw), neutralised=neutralised)


@pytest.mark.parametrize(
    ("header", "recorded_at", "expected"),
    [
        ("recorded_at", None, "2010-01-01"),
        ("Entered", "Entered", "2010-01-01"),
        ("Entered", " ENTERED ", "2010-01-01"),
        ("stage", date(2010, 2, 1), date(2010, 2, 1)),
        ("stage", "import", None),
        ("stage", None, None),
    ],
)
def test_when_it_was_recorded(header: str, recorded_at: Any, expected: Any):
    """A column of that name, the one declared, a day for all rows, or nothing: then it is the import."""
    assert expected == cell("recorded_at", (*HEADER, header), (*ROW, "2010-01-01"), recorded_at=recorded_at)


@pytest.mark.parametrize(
    ("mapping", "today", "expected"),
    [
        ({}, date(2010, 3, 31), (date(1950, 1, 1), date(2011, 3, 31))),
        ({}, None, (date(1900, 1, 1), date(2200, 12, 31))),
        (
            {"earliest": date(1920, 1, 1), "latest": date(2010, 1, 1)},
            date(2010, 3, 31),
            (date(1920, 1, 1), date(2010, 1, 1)),
        ),
    ],
    ids=["import", "no import", "declared"],
)
def test_when_things_can_have_happened(mapping: dict[str, Any], today: date | None, expected: tuple[date, date]):
    """In living memory and within a year, unless the source says otherwise."""
    formats = formats_of(SourceMapping(**mapping), today)
    assert expected == (formats.earliest, formats.latest)


def test_words_of_a_source_are_compared_without_capitals():
    """As all words for yes and no are."""
    formats = formats_of(SourceMapping(yes=("JA",), no=("Nein",)))
    assert (frozenset({"ja"}), frozenset({"nein"})) == (formats.yes, formats.no)


# ── lists of dicts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_of_dicts_is_a_table():
    """Its columns are all keys, whatever they are, and what a row does not have is nothing."""
    told: list[Any] = [{"a": 1, 2: "x"}, {"b": None}]
    found = table_of(told, "rows")
    assert (("a", "2", "b"), [(1, "x", None), (None, None, None)], 2) == (
        found.columns, [line.cells for line in found.lines], found.size
    )  # fmt: skip


def test_a_list_of_dicts_is_known_by_what_it_says():
    """The order of keys does not matter; the order of rows and every value do."""
    one, again, two = {"a": 1, "b": date(2010, 1, 1)}, {"b": date(2010, 1, 1), "a": 1}, {"a": 2}
    tellings: list[list[dict[str, Any]]] = [[one, two], [again, two], [two, one], [one]]
    digests = [table_of(rows, "rows").digest for rows in tellings]
    assert (digests[0], 3) == (digests[1], len(set(digests)))
