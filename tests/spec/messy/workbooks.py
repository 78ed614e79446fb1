"""Workbooks: sheets, merged cells, formulas, days, cells far away; and files that only claim to be workbooks."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.spec.messy.case import FIXED, Case, Refused, Taken, people, row, text, who
from tests.spec.messy.headers import DECLARED
from tests.spec.messy.making import Formula, Sheet, Shown, changed, ods, parts_of, xls, xlsx, zipped

FIRST = "xl/worksheets/sheet1.xml"
HEAD = (*FIXED.split(","), "people")
JUNE = date(2009, 6, 5)
NOON = datetime(2009, 6, 5, 12)  # noqa: DTZ001  # cells of workbooks have no zones
MIDNIGHT = datetime(2009, 6, 5)  # noqa: DTZ001  # as above


def training(number: int, count: Any = 5, *, day: Any = JUNE, organisation: str | None = "") -> tuple[Any, ...]:
    """A row of a training day, of an organisation of its own unless one is named; None leaves it out."""
    return (f"E{number}", "training", who(number) if organisation == "" else organisation, day, count)


ROWS = (HEAD, training(1, 5), training(2, 6))
BOTH = people(E1=5, E2=6)
RETURNS = Sheet("Returns", ROWS)


def of_cells(column: str, *cells: Any) -> tuple[tuple[Any, ...], ...]:
    """Rows of training days that have these cells in a column."""
    head = (*HEAD[:4], column)
    return (head, *(training(number, cell) for number, cell in enumerate(cells, 1)))


def of_days(*days: Any) -> tuple[tuple[Any, ...], ...]:
    """Rows of training days on these days."""
    return (HEAD, *(training(number, day=day) for number, day in enumerate(days, 1)))


def book(name: str, odd: str, *sheets: Sheet, expected: Taken | Refused, **more: Any) -> Case:
    """A case of an .xlsx."""
    options = more.pop("options", {})
    return Case(name, odd, lambda: xlsx(*sheets, **options), expected, file="returns.xlsx", **more)


SHEETS = (
    book("plain-workbook", "a workbook of one sheet with nothing odd in it", RETURNS, expected=Taken(2, 2, holds=BOTH)),
    book(
        "hidden-first-sheet",
        "the first sheet is hidden, and the rows are in the second",
        Sheet("Lists", (("safety",), ("care",)), hidden=True),
        RETURNS,
        expected=Taken(2, stored=2, told=(("IE378", 0),), holds=BOTH),
        says=("`Lists`",),
    ),
    book(
        "hidden-sheet-declared",
        "the sheet that is declared is hidden",
        Sheet("Returns", ROWS, hidden=True),
        Sheet("Notes", (("by the office",),)),
        expected=Taken(2, stored=2, told=(("IE378", 0),), holds=BOTH),
        source='sheet = "Returns"',
    ),
    book(
        "two-sheets",
        "two sheets that can be seen, and nobody declares which",
        Sheet("Spring", ROWS),
        Sheet("Autumn", ROWS),
        expected=Refused((("IE372", 0),)),
        says=("`Spring`, `Autumn`",),
    ),
    book(
        "sheet-declared",
        "two sheets that can be seen, one of them declared",
        Sheet("Spring", (HEAD, training(9, 9))),
        Sheet("Autumn", ROWS),
        expected=Taken(2, stored=2, holds=BOTH, gone=("E9",)),
        source='sheet = "Autumn"',
    ),
    book(
        "sheet-misspelt",
        "a sheet is declared that the workbook does not have",
        Sheet("Spring", ROWS),
        Sheet("Autumn", ROWS),
        expected=Refused((("IE372", 0),)),
        source='sheet = "Autum"',
        says=("did you mean `Autumn`?",),
    ),
    book(
        "empty-sheets",
        "sheets that can be seen and have nothing in them, beside one that has",
        RETURNS,
        Sheet("Sheet2", ()),
        Sheet("Sheet3", ()),
        expected=Taken(2, stored=2, holds=BOTH),
    ),
    book("empty-workbook", "a workbook with nothing in it", Sheet("Sheet1", ()), expected=Refused((("IE343", 0),))),
    book("only-names-in-workbook", "a sheet with the names of columns and nothing else", Sheet("Returns", (HEAD,)),
         expected=Taken(0)),
    book(
        "total-in-workbook",
        "a totals row with a formula at the end, and nobody declares it",
        Sheet("Returns", (*ROWS, ("Total", None, None, None, Formula("=SUM(E2:E3)", 11)))),
        expected=Taken(3, stored=2, aside=((4, "IE302", "occurred_on"),), holds=BOTH, gone=("Total",)),
    ),
    book(
        "total-in-workbook-declared",
        "a title, a totals row and notes round the table, all declared",
        Sheet("Returns", (("Returns 2009-10",), (), *ROWS, (None, None, None, "Total", 11), ("Source: the office",))),
        expected=Taken(2, stored=2, told=(("IE377", 6),), holds=BOTH),
        source='header_contains = ["event_id"]\nstop_at = "Total"',
        says=("1 filled line below not read",),
    ),
    book(
        "table-at-c5",
        "the table begins at C5, and nothing else is on the sheet",
        Sheet("Returns", (*ROWS, training(3, "x")), top=4, left=2),
        expected=Taken(3, stored=2, aside=((8, "IE354", "people"),), holds=BOTH),
    ),
    book(
        "table-at-c5-below-a-title",
        "the same below a title in A1, where the line of names is declared",
        Sheet("Returns", (("Returns 2009-10",), (), (), (), *((None, None, *one) for one in ROWS))),
        expected=Taken(2, stored=2, holds=BOTH),
        source='header_contains = ["event_id"]',
    ),
    book(
        "stray-cell-below",
        "a stray cell in the very last row of the sheet",
        Sheet("Returns", ROWS, stray=(1_048_575, 0, "x")),
        expected=Taken(1_048_575, stored=2, blank=1_048_572, aside=((1_048_576, "IE302", "occurred_on"),), holds=BOTH),
    ),
    book(
        "stray-cell-far-off",
        "a stray cell in the very last row and column of the sheet",
        Sheet("Returns", ROWS, stray=(1_048_575, 16_383, "x")),
        expected=Refused((("IE370", 0),)),
        says=("XFD1048576", "delete the rows and columns"),
    ),
    book(
        "text-in-one-column",
        "a CSV file that was pasted into the first column",
        Sheet("Returns", ((f"{FIXED},people",), (row(1, "5"),))),
        expected=Refused((("IE343", 1),)),
        says=("each line stands in one cell",),
    ),
    book(
        "hidden-rows",
        "rows that are hidden, by hand or by a filter",
        Sheet("Returns", ROWS, hidden_rows=(2,)),
        expected=Taken(2, stored=2, told=(("IE378", 0),), holds=BOTH),
        says=("1 row of the sheet is hidden",),
    ),
    book(
        "blank-rows-in-workbook",
        "blank rows between the rows, and a fault below them",
        Sheet("Returns", (HEAD, training(1, 5), (), ("", " "), training(2, "x"))),
        expected=Taken(4, stored=1, blank=2, aside=((5, "IE354", "people"),), holds=people(E1=5)),
    ),
    book(
        "line-breaks-in-names",
        "a line break in the name of a column",
        Sheet("Returns", (("Ref", "Body", "Date\nheld", "Number"), ("E1", "A", JUNE, 5))),
        expected=Taken(1, stored=1, holds=people(E1=5)),
        source=DECLARED,
    ),
)  # fmt: skip

CELLS = (
    book(
        "merged",
        "an organisation in a cell that is merged over two rows, and nobody declares that it counts for both",
        Sheet("Returns", (HEAD, training(1, 5, organisation=None), training(2, 6, organisation=None)),
              merged=((1, 2, 2, 2, "A"),)),
        expected=Taken(2, stored=1, aside=((3, "IE302", "organisation"),), told=(("IE379", 0),), holds=people(E1=5)),
        says=("fill_merged",),
    ),
    book(
        "merged-filled",
        "the same, declared",
        Sheet("Returns", (HEAD, training(1, 5, organisation=None), training(2, 6, organisation=None)),
              merged=((1, 2, 2, 2, "A"),)),
        expected=Taken(2, stored=2, holds=BOTH),
        source="fill_merged = true",
    ),
    book(
        "title-merged",
        "a title in a cell that is merged over all columns",
        Sheet("Returns", ((), *ROWS), merged=((0, 0, 0, 4, "Returns 2009-10"),)),
        expected=Taken(2, stored=2, holds=BOTH),
        source="header_row = 2",
    ),
    book(
        "formula",
        "formulas that have a value",
        Sheet("Returns", of_cells("people", Formula("=2+3", 5), Formula("=2*3", 6))),
        expected=Taken(2, stored=2, holds=BOTH),
    ),
    book(
        "formula-without-value",
        "a formula that was never worked out",
        Sheet("Returns", of_cells("people", Formula("=2+3"), 6)),
        expected=Taken(2, stored=1, aside=((2, "IE361", "people"),), holds=people(E2=6)),
    ),
    book(
        "formula-without-value-ignored",
        "a formula that was never worked out, in a column that is not read",
        Sheet("Returns", tuple((*one, extra) for one, extra in zip(ROWS, ("Check", Formula("=1"), Formula("=1")),
                                                                   strict=True))),
        expected=Taken(2, stored=2, holds=BOTH),
        source='ignore = ["Check"]',
    ),
    book(
        "errors-in-workbook",
        "formulas that came to an error",
        Sheet("Returns", of_cells("people", Formula("=#REF!", "#REF!"), Formula("=NA()", "#N/A"), 6)),
        expected=Taken(3, stored=1, aside=((2, "IE360", "people"), (3, "IE360", "people")), holds=people(E3=6)),
    ),
    book(
        "numbers-in-workbook",
        "numbers as numbers, as text, as truth, as percentages and with more digits than are kept",
        Sheet("Returns", of_cells("cost", 0.1, "12.50", True, Shown(0.45, "0%"), Shown(12.5, "£0.00"), 1e21, 12.0)),  # noqa: FBT003  # a cell
        expected=Taken(
            7, stored=5, aside=((4, "IE354", "cost"), (7, "IE363", "cost")),
            holds={name: {"cost": Fraction(value)} for name, value in
                   (("E1", "0.1"), ("E2", "12.5"), ("E4", "0.45"), ("E5", "12.5"), ("E7", "12"))},
        ),
    ),
    book(
        "truth-in-workbook",
        "truth as truth, as numbers and as words",
        Sheet("Returns", of_cells("paid", True, False, 1, 0, "yes", 2)),  # noqa: FBT003  # cells
        expected=Taken(
            6, stored=5, aside=((7, "IE357", "paid"),),
            holds={f"E{n}": {"paid": value} for n, value in enumerate((True, False, True, False, True), 1)},
        ),
    ),
    book(
        "ids-as-numbers",
        "ids that the workbook has as numbers",
        Sheet("Returns", (HEAD, (1, "training", "A", JUNE, 5), (2.0, "training", 7, JUNE, 6))),
        expected=Taken(2, stored=2, holds={"1": {"people": 5}, "2": {"people": 6, "organisation": "7"}}),
    ),
)  # fmt: skip

DATES = (
    book(
        "real-days",
        "days as days, at midnight, and with a time",
        Sheet("Returns", of_days(JUNE, MIDNIGHT, NOON)),
        expected=Taken(
            3, stored=2, aside=((4, "IE353", "occurred_on"),),
            holds={"E1": {"occurred_on": JUNE}, "E2": {"occurred_on": JUNE}},
        ),
    ),
    book(
        "text-days-undeclared",
        "days as text, in an order that nobody declares",
        Sheet("Returns", of_days("05/06/2009", JUNE, "2009-06-05")),
        expected=Taken(3, stored=2, aside=((2, "IE350", "occurred_on"),)),
    ),
    book(
        "text-days-declared",
        "days as text among real days, their order declared",
        Sheet("Returns", of_days("05/06/2009", JUNE)),
        expected=Taken(2, stored=2, holds={"E1": {"occurred_on": JUNE}, "E2": {"occurred_on": JUNE}}),
        source='dates = ["%d/%m/%Y"]',
    ),
    book(
        "numbers-for-days",
        "days that lost their format and are plain numbers",
        Sheet("Returns", of_days(39969, JUNE)),
        expected=Taken(2, stored=1, aside=((2, "IE350", "occurred_on"),)),
        says=("2009-06-05", "excel serial"),
    ),
    book(
        "numbers-for-days-declared",
        "the same, declared",
        Sheet("Returns", of_days(39969, JUNE)),
        expected=Taken(2, stored=2, holds={"E1": {"occurred_on": JUNE}, "E2": {"occurred_on": JUNE}}),
        source='dates = ["excel serial"]',
    ),
    book(
        "epoch-1904",
        "a workbook that counts days from 1904",
        Sheet("Returns", of_days(JUNE)),
        expected=Taken(1, stored=1, holds={"E1": {"occurred_on": JUNE}}),
        options={"date_1904": True},
    ),
    book(
        "epoch-1904-numbers",
        "a workbook that counts days from 1904, where the source declares plain numbers, which count from 1900",
        Sheet("Returns", of_days(38507)),
        expected=Refused((("IE350", 0),)),
        source='dates = ["excel serial"]',
        says=("from 1904",),
        options={"date_1904": True},
    ),
    book(
        "days-that-never-were",
        "day 60, which spreadsheets call 29 February 1900; a time without a day; a day after 9999",
        Sheet("Returns", of_cells("ends", Shown(60, "yyyy-mm-dd"), Shown(0.5, "hh:mm"), Shown(3_000_000, "yyyy-mm-dd"),
                                  date(2009, 12, 31))),
        expected=Taken(
            4, stored=1, aside=((2, "IE350", "ends"), (3, "IE350", "ends"), (4, "IE350", "ends")),
            holds={"E4": {"ends": date(2009, 12, 31)}},
        ),
    ),
)  # fmt: skip


def bomb() -> bytes:
    """A small workbook with a part that unpacks to forty megabytes."""
    return changed(
        xlsx(RETURNS), FIRST, lambda sheet: sheet.replace(b"</sheetData>", b" " * 40_000_000 + b"</sheetData>")
    )


def declaring(declaration: bytes, use: bytes = b"") -> bytes:
    """A workbook whose sheet declares entities, and uses one in place of an id."""
    inline = changed(
        xlsx(RETURNS), "xl/sharedStrings.xml", lambda part: part.replace(b"<t>E1</t>", b"<t>" + use + b"</t>")
    )
    head = b'standalone="yes"?>'
    return changed(inline, "xl/sharedStrings.xml", lambda part: part.replace(head, head + declaration))


LAUGHS = b"<!DOCTYPE sst [" + b"".join(
    b'<!ENTITY l%d "%s">' % (depth, b"ha" if not depth else b"&l%d;" % (depth - 1) * 10) for depth in range(10)
) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///secret">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PAGE = b"<html><body><table><tr><td>event_id</td></tr></table></body></html>"


def no_workbook(
    name: str, odd: str, content: Any, code: str = "IE371", says: str = "", file: str = "returns.xlsx"
) -> Case:
    return Case(name, odd, content, Refused(((code, 0),)), file=file, says=(says,) if says else ())


CLAIMED = (
    no_workbook("zip-bomb", "a small archive that unpacks to far more than its size", bomb, "IE370", "too densely"),
    no_workbook("many-parts", "an archive of more parts than a workbook has",
                lambda: zipped(parts_of(xlsx(RETURNS)) | {f"xl/{n}.xml": b"" for n in range(1001)}), "IE370"),
    no_workbook("part-outside", "an archive with a part that lies outside of it",
                lambda: zipped(parts_of(xlsx(RETURNS)) | {"../secret.xml": b"<x/>"}), "IE370"),
    no_workbook("entity-bomb", "XML that declares entities which grow a thousand million times",
                lambda: declaring(LAUGHS, b"&l9;"), "IE370"),
    no_workbook("external-entity", "XML that asks for a file of the machine",
                lambda: declaring(OUTSIDE, b"&x;"), "IE370"),
    no_workbook("web-page", "a web page that is named .xlsx, as some systems export tables", PAGE, says="web page"),
    no_workbook("web-page-xls", "a web page that is named .xls", PAGE, says="web page", file="returns.xls"),
    no_workbook("csv-as-xlsx", "a CSV file that is named .xlsx", text(FIXED, row(1, "5")), says=".csv"),
    no_workbook("cut-short", "a workbook that was cut short", lambda: xlsx(RETURNS)[:-300], says="cut short"),
    no_workbook("encrypted", "a workbook behind a password",
                OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512), says="encrypted"),
    no_workbook("no-bytes-as-workbook", "a .xlsx of no bytes", b"", says="empty"),
    no_workbook("document-as-workbook", "a text document that is named .xlsx",
                lambda: zipped({"word/document.xml": b"<document/>", "[Content_Types].xml": b"<Types/>"}),
                says="not a workbook"),
    no_workbook("pdf-as-workbook", "a PDF that is named .xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", says="PDF"),
    Case("workbook-as-csv", "a workbook that is named .csv", lambda: xlsx(RETURNS), Refused((("IE371", 0),)),
         says=("workbook",)),
)  # fmt: skip

OLDER = (
    Case(
        "ods",
        "an .ods with days, numbers, a formula without a value and a fault",
        lambda: ods((*ROWS, training(3, Formula("=2+3")), training(4, "x"), (), training(5, 7, day="05/06/2009"))),
        Taken(
            6, stored=2, blank=1, aside=((4, "IE361", "people"), (5, "IE354", "people"), (7, "IE350", "occurred_on")),
            holds=BOTH,
        ),
        file="returns.ods",
    ),
    Case(
        "xls",
        "an .xls with days, numbers and a fault",
        lambda: xls((*ROWS, training(3, "x"), (), training(4, 7, day="05/06/2009"))),
        Taken(5, stored=2, blank=1, aside=((4, "IE354", "people"), (6, "IE350", "occurred_on")), holds=BOTH),
        file="returns.xls",
    ),
    Case(
        "ods-hidden-row",
        "an .ods with a row that is hidden by a filter",
        lambda: ods(ROWS, hidden_row=1),
        Taken(2, stored=2, told=(("IE378", 0),), holds=BOTH),
        file="returns.ods",
    ),
    Case(
        "xls-hidden-row",
        "an .xls with a hidden row",
        lambda: xls(ROWS, hidden_row=1),
        Taken(2, stored=2, told=(("IE378", 0),), holds=BOTH),
        file="returns.xls",
    ),
    Case(
        "register-workbook",
        "a register in a workbook, with a row that has only an end",
        lambda: xlsx(Sheet("Members", (
            ("organisation", "kind", "since", "until"), ("A", "member", JUNE, None), ("B", "membr", JUNE, None),
        ))),
        Taken(2, stored=1, aside=((3, "IE358", "kind"),), holds={"A": {"kind": "member", "since": JUNE}}),
        file="members.xlsx",
        register=True,
    ),
)  # fmt: skip

WORKBOOKS = (*SHEETS, *CELLS, *DATES, *CLAIMED, *OLDER)
