"""A workbook in which text stays text: the one place where cells are written, and where names of sheets are made.

Nothing that others wrote becomes a formula, a link or a number; what Excel could not hold is written out or cut with a
mark. Numbers are numbers, with a format that shows their unit; one that Excel would round is kept as text.
"""

from __future__ import annotations

import io
import re
import textwrap
from dataclasses import field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import xlsxwriter

from indicator_engine import amounts
from indicator_engine.frozen import dataclass
from indicator_engine.rendering.text import for_xml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from indicator_engine.amounts import Unit

LONGEST = 32_767
"""So many UTF-16 units fit into a cell; Excel drops a longer text as a whole."""
MOST_ROWS = 1_000_000
"""So many rows of a table at most; a sheet ends at 1,048,576."""
LARGEST = 10**15
"""From here on Excel no longer keeps every digit."""

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_FORMULA_START = tuple("=+-@＝＋－＠")

LINE_HEIGHT, HIGHEST = 15, 409
"""Points that a line of a cell takes, and that a row takes at most."""

FORMATS: Mapping[str, str] = {"ratio": "0.0%", "money": '"£"#,##0.00', "days": '#,##0.##" days"'}


@dataclass(frozen=True)
class Figure:
    """An exact number with its unit."""

    value: Fraction
    unit: Unit = "number"


Cell = str | int | date | Figure | None


def cell_text(text: str) -> str:
    """A text as a cell can hold it, cut with a mark where a cell ends."""
    shown = for_xml(text)
    if len(shown.encode("utf-16-le")) <= 2 * LONGEST:
        return shown
    cut = shown.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore")
    return f"{cut}…"


def number_format(figure: Figure) -> str:
    """How Excel shows a number: `52.9%`, `£1,250.00`, `1 day`, `1,234`, `2.5`."""
    if figure.unit == "days" and figure.value.denominator == 1:
        return '[=1]0" day";#,##0" days"'
    return FORMATS.get(figure.unit, "#,##0" if figure.value.denominator == 1 else "#,##0.00")


def row_height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """How high a row is whose texts are wrapped: programs other than Excel do not work it out when they open a file.

    >>> row_height(["a word " * 6, 12], [20, 14])
    45
    """
    texts = ((cell, width) for cell, width in zip(cells, widths, strict=False) if isinstance(cell, str))
    lines = (sum(_lines(part, width) for part in text.split("\n")) for text, width in texts)
    return min(LINE_HEIGHT * max(lines, default=1), HIGHEST)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes; a little narrower than the column, since letters differ."""
    room = max(int(width * 0.92), 1)
    if len(text) <= room:
        return 1
    return len(textwrap.wrap(text, room)) if len(text) < 50 * room else -(-len(text) // room)


@dataclass
class Book:
    """A workbook under way. Formats are kept by what they say, names of sheets and tables by what is taken."""

    created: date
    accent: str = "#12436d"
    right_to_left: bool = False
    file: io.BytesIO = field(default_factory=io.BytesIO)
    book: Workbook = field(init=False)
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)
    _names: set[str] = field(default_factory=lambda: {"history"})  # Excel keeps that name for itself
    _texts: dict[str, tuple[str, bool]] = field(default_factory=dict)
    _tables: int = 0

    def __post_init__(self) -> None:
        off = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self.book = xlsxwriter.Workbook(self.file, {**off, "in_memory": True, "default_date_format": "d mmm yyyy"})

    def named(self, **properties: str) -> None:
        """Name the workbook; its date is that of the results, so that the same results give the same bytes."""
        texts = {key: cell_text(text)[:255] for key, text in properties.items()}
        self.book.set_properties({**texts, "created": datetime.combine(self.created, time())})

    def sheet(self, name: str) -> Sheet:
        """A new sheet, called like this as far as Excel lets it be."""
        cells = self.book.add_worksheet(self._free(name))
        if self.right_to_left:
            cells.right_to_left()
        return Sheet(self, cells)

    def _free(self, name: str) -> str:
        plain = " ".join(_NOT_IN_NAMES.sub(" ", cell_text(name)).split()).strip("' ") or "Sheet"
        shown, number = _cut(plain, 31), 2
        while shown.casefold() in self._names:
            ending = f" ({number})"
            shown, number = _cut(plain, 31 - len(ending)) + ending, number + 1
        self._names.add(shown.casefold())
        return shown

    @property
    def side(self) -> dict[str, str]:
        """Where texts begin; one that says no side is not indented."""
        return {"align": "right" if self.right_to_left else "left"}

    def style(self, **properties: Any) -> Format:
        """The format with these properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(dict(key))
        return self._formats[key]

    def text(self, text: str) -> tuple[str, bool]:
        """A text as a cell can hold it, and whether it looks like a formula; the same ones come again and again."""
        found = self._texts.get(text)
        if found is None:
            shown = cell_text(text)
            found = self._texts[text] = shown, shown.lstrip().startswith(_FORMULA_START)
        return found

    def table_name(self) -> str:
        """A name no other table has."""
        self._tables += 1
        return f"Results_{self._tables}"

    def finished(self) -> bytes:
        """The whole file."""
        self.book.close()
        return self.file.getvalue()


def _cut(name: str, units: int) -> str:
    """The beginning of a name, in UTF-16 units."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip("' ")


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and how wide it is."""

    heading: str
    width: float = 14


@dataclass
class Sheet:
    """A sheet that is written from above to below; `row` is the next free one."""

    book: Book
    cells: Worksheet
    row: int = 0
    wide: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """What the sheet is called."""
        return str(self.cells.get_name())

    def line(self, text: str, **style: Any) -> None:
        """A row with one text, which may run over the cells beside it."""
        self._text(self.row, 0, text, style)
        self.row += 1

    def write(self, row: int, column: int, cell: Cell, **style: Any) -> None:
        """One cell, by its kind."""
        if isinstance(cell, Figure):
            self._figure(row, column, cell, style)
        elif isinstance(cell, date):
            self.cells.write_datetime(
                row, column, datetime.combine(cell, time()), self.book.style(num_format="d mmm yyyy", **style)
            )
        elif isinstance(cell, int):
            self.cells.write_number(row, column, cell, self.book.style(**style))
        elif cell:
            self._text(row, column, cell, style)
        else:
            self.cells.write_blank(row, column, None, self.book.style(**style))

    def _text(self, row: int, column: int, text: str, style: dict[str, Any]) -> None:
        shown, quoted = self.book.text(text)
        look = style | (self.book.side if "indent" in style else {}) | ({"quote_prefix": True} if quoted else {})
        self.cells.write_string(row, column, shown, self.book.style(**look) if look else None)

    def _figure(self, row: int, column: int, figure: Figure, style: dict[str, Any]) -> None:
        if abs(figure.value) >= LARGEST:
            self._text(row, column, str(amounts.exact(figure.value)), style)
            return
        shown = self.book.style(num_format=number_format(figure), align="right", **style)
        self.cells.write_number(row, column, float(figure.value), shown)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, wrapped: bool = True) -> range:
        """A real table with a heading a column; gives the rows its data is in. Long ones are not wrapped."""
        headings = _apart([column.heading for column in columns])
        self.cells.set_row(self.row, row_height(headings, self._widths(columns)))
        first, last = self.row + 1, self.row + max(len(rows), 1)
        style = {"text_wrap": True, "valign": "top", "indent": 1} if wrapped else {}
        for at, cells in enumerate(rows, first):
            if wrapped and (height := row_height(cells, self._widths(columns))) > LINE_HEIGHT:
                self.cells.set_row(at, height)
            for column, cell in enumerate(cells):
                if cell or wrapped:
                    self.write(at, column, cell, **style)
        heading_style = self.book.style(
            bold=True,
            text_wrap=True,
            valign="vcenter",
            indent=1,
            font_color="#ffffff",
            bg_color=self.book.accent,
            **self.book.side,
        )
        self.cells.add_table(self.row, 0, last, len(columns) - 1, {
            "name": self.book.table_name(),
            "style": "Table Style Light 1",
            "columns": [{"header": heading, "header_format": heading_style} for heading in headings],
        })  # fmt: skip
        self.row = last + 1
        return range(first, first + len(rows))

    def widths(self, columns: Sequence[Column]) -> None:
        """Make the sheet's columns as wide as these."""
        self.wide = tuple(column.width for column in columns)
        for at, width in enumerate(self.wide):
            self.cells.set_column(at, at, width)

    def _widths(self, columns: Sequence[Column]) -> tuple[float, ...]:
        """How wide the columns of a table are: the sheet's, where those were set."""
        return self.wide or tuple(column.width for column in columns)

    def printed(self, title: str, heading_row: int | None = None) -> None:
        """A4 on its side, one page wide, the table's heading on each page, the title and the page's number below."""
        self.cells.set_landscape()
        self.cells.set_paper(9)
        self.cells.fit_to_pages(1, 0)
        self.cells.set_margins(0.5, 0.5, 0.6, 0.7)
        self.cells.set_footer(f"&L{cell_text(title)[:80].replace('&', '&&')}&R&P / &N")
        if heading_row is not None:
            self.cells.repeat_rows(heading_row)
            self.cells.freeze_panes(heading_row + 1, 0)


def _apart(headings: Sequence[str]) -> list[str]:
    """Headings of which no two are the same, as a table of Excel asks, and none is empty or longer than 255."""
    found: dict[str, str] = {}
    for at, heading in enumerate(headings, 1):
        plain = " ".join(cell_text(heading).split())[:120] or f"({at})"
        shown, number = plain, 2
        while shown.lower() in found:
            shown, number = f"{plain} ({number})", number + 1
        found[shown.lower()] = shown
    return list(found.values())
