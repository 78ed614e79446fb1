"""The workbook: a view as sheets of tables, with native charts and the verdicts in colour.

What is said comes from `view.py` and the county's columns from `county_table.py`; cells are written by `sheets.py`
alone. Numbers stay numbers, so that a reader can sort, sum and draw them.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from indicator_engine import periods
from indicator_engine.frozen import dataclass
from indicator_engine.rendering import county_table
from indicator_engine.rendering.county_table import with_parts
from indicator_engine.rendering.plots import standing_on
from indicator_engine.rendering.sheets import MOST_ROWS, Book, Cell, Column, Figure, Sheet
from indicator_engine.rendering.text import clean
from indicator_engine.rendering.view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indicator_engine.evaluation.results import Results
    from indicator_engine.rendering.differences import Changes
    from indicator_engine.rendering.plots import Plot
    from indicator_engine.rendering.view import Line, Section, View

LIGHTS: Mapping[str, tuple[str, str]] = {
    "green": ("#0b6b37", "#e2f3e8"),
    "amber": ("#7a4a00", "#fdf0d3"),
    "red": ("#9b1526", "#fbe4e6"),
    "grey": ("#46525e", "#edf0f3"),
}
"""The ink and the paper of each light, as on the page."""
FILLS: Mapping[str, str] = {"green": "#2f9e5f", "amber": "#e0a030", "red": "#c93a4b", "grey": "#a9b4be"}
CHART_ROWS, CHART_SIZE = 16, (760, 300)
"""So many rows of a sheet a chart takes; how wide and how high it is."""
FOR_PROGRAMS = 2
"""So many columns at the end of a table are for rules and for programs, and are not printed."""


def workbook(results: Results) -> bytes:
    """The whole file. The same results give the same bytes."""
    view = view_of(results)
    book = Book(results.as_of, results.convention.look.accent, right_to_left=view.direction == "rtl")
    book.named(title=view.title, subject=view.dates, author=view.county, comments=view.headline)
    summary = book.sheet(view.say("sheet_summary"))
    if view.changes:
        _changes(book, view.changes)
    sheets = [(section, book.sheet(_short(section, view))) for section in view.sections]
    drawn = _course(book, view)
    for section, sheet in sheets:
        _priority(sheet, section, view, drawn)
    _summary(summary, view, results.convention.look.accent)
    _evidence(book, view, {clean(who): clean(name) for who, name in results.names.items()})
    _data(book, view)
    _provenance(book, view)
    return book.finished()


def _short(section: Section, view: View) -> str:
    return " ".join(filter(None, (view.vocabulary.priority, section.number, section.title)))


# ── the summary ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _summary(sheet: Sheet, view: View, accent: str) -> None:
    columns = _summary_columns(view)
    sheet.widths(columns)
    _head(sheet, view, accent)
    top = sheet.row
    counts = sheet.table(
        [Column(view.say("status")), Column(view.say("count")), Column(view.say("light"))],
        [(_word(status.symbol, status.word), count, status.light) for _, status, count in view.tally],
    )
    _coloured(sheet, counts, 0, 2)
    if view.tally:
        sheet.cells.insert_chart(top, 3, _tally_chart(sheet, counts, view), {"description": view.headline})
    sheet.row = max(sheet.row, top + 12) + 1
    heading = sheet.row
    rows = [
        _summary_row(section, name, line, view) for section in view.sections for name, line in with_parts(section.lines)
    ]
    found = sheet.table(columns, rows)
    _coloured(sheet, found, 0, len(columns) - 1)
    sheet.printed(view.title)
    sheet.cells.print_area(0, 0, max(found.stop - 1, heading + 1), len(columns) - 1 - FOR_PROGRAMS)
    sheet.cells.hide_gridlines(2)


def _head(sheet: Sheet, view: View, accent: str) -> None:
    sheet.line(view.title, bold=True, font_size=18, font_color=accent)
    if view.county:
        sheet.line(view.county, font_size=12)
    sheet.line(view.document)
    sheet.line(view.dates)
    if view.public:
        sheet.line(view.say("public", subjects=view.subjects, most=view.smallest - 1), italic=True)
    sheet.row += 1
    sheet.line(view.headline, bold=True, font_size=13)
    sheet.row += 1


def _summary_columns(view: View) -> list[Column]:
    say = view.say
    return [
        Column(say("status"), 20),
        Column(view.vocabulary.priority, 28),
        Column(view.vocabulary.indicator, 52),
        Column(say("figure"), 12),
        Column(say("goal"), 12),
        Column(say("value"), 24),
        Column(say("target"), 28),
        Column(say("due"), 26),
        Column(say("remarks"), 40),
        Column(say("id"), 20),
        Column(say("light"), 8),
    ]


def _summary_row(section: Section, name: str, line: Line, view: View) -> tuple[Cell, ...]:
    return (
        _word(line.status.symbol, line.status.word),
        county_table.around("priority", section),
        line.name,
        _figure(line),
        _goal(line),
        line.value,
        line.target,
        line.due,
        "; ".join(county_table.remarks(line, view)),
        name,
        line.status.light,
    )


def _figure(line: Line) -> Cell:
    """The figure as a number; in words where it is none, such as `delivered` or `TBC`."""
    return line.value if line.detail.amount is None else Figure(line.detail.amount, line.detail.unit)


def _goal(line: Line) -> Cell:
    return None if line.detail.goal is None else Figure(line.detail.goal, line.detail.unit)


def _word(symbol: str, word: str) -> str:
    return f"{symbol} {word}".strip()


def _tally_chart(sheet: Sheet, counts: range, view: View) -> Any:
    """How many have each verdict, as bars in the colours of the verdicts."""
    chart = sheet.book.book.add_chart({"type": "bar"})
    chart.add_series({
        "name": [sheet.name, counts.start - 1, 1],
        "categories": [sheet.name, counts.start, 0, counts.stop - 1, 0],
        "values": [sheet.name, counts.start, 1, counts.stop - 1, 1],
        "points": [{"fill": {"color": FILLS[status.light]}} for _, status, _ in view.tally],
        "data_labels": {"value": True},
        "gap": 40,
    })  # fmt: skip
    chart.set_title({"none": True})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 620, "height": 230})
    return chart


def _coloured(sheet: Sheet, rows: range, column: int, light: int) -> None:
    """Colour a column by the name of the light in another: a rule of the sheet, so that sorting keeps it right."""
    for name, (ink, paper) in LIGHTS.items() if rows else ():
        rule = f'=${_letter(light)}{rows.start + 1}="{name}"'
        style = sheet.book.book.add_format({"font_color": ink, "bg_color": paper, "bold": True})
        options = {"type": "formula", "criteria": rule, "format": style}
        sheet.cells.conditional_format(rows.start, column, rows.stop - 1, column, options)


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def _changes(book: Book, changes: Changes) -> None:
    """What has changed since an edition, a row an indicator."""
    sheet = book.sheet(changes.sheet)
    columns = [Column(heading, width) for heading, width in zip(changes.headings, _CHANGES, strict=True)]
    sheet.widths(columns)
    sheet.line(changes.title, bold=True, font_size=14)
    heading = sheet.row
    if changes.rows:
        sheet.table(columns, [row.cells for row in changes.rows])
    sheet.line(changes.quiet)
    sheet.printed(changes.title, heading)
    sheet.cells.hide_gridlines(2)


_CHANGES = (52, 18, 18, 14, 30, 40)


# ── a priority ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _priority(sheet: Sheet, section: Section, view: View, drawn: Mapping[str, _Drawn]) -> None:
    columns = _priority_columns(view)
    sheet.widths(columns)
    sheet.line(section.heading, bold=True, font_size=14)
    for note in section.notes:
        sheet.line(note)
    heading = sheet.row
    named = list(with_parts(section.lines))
    rows = sheet.table(columns, [_priority_row(section, name, line, view) for name, line in named])
    _coloured(sheet, rows, len(view.columns), len(columns) - 1)
    sheet.printed(section.heading, heading)
    sheet.cells.hide_gridlines(2)
    sheet.row += 1
    _charts(sheet, [drawn[name] for name, _ in named if name in drawn])
    sheet.cells.print_area(0, 0, sheet.row, len(columns) - 1 - FOR_PROGRAMS)


_WIDTHS: Mapping[str, float] = {"priority": 24, "outcome": 36, "aim": 16, "indicator": 52, "target": 30}


def _priority_columns(view: View) -> list[Column]:
    """The county's own columns, then what is found."""
    say = view.say
    return [
        *(Column(heading, _WIDTHS[kind]) for kind, heading in view.columns),
        Column(say("status"), 20),
        Column(say("figure"), 12),
        Column(say("goal"), 12),
        Column(say("value"), 24),
        Column(say("remarks"), 40),
        Column(say("id"), 20),
        Column(say("light"), 8),
    ]


def _priority_row(section: Section, name: str, line: Line, view: View) -> tuple[Cell, ...]:
    return (
        *(_county_cell(kind, section, line, view) for kind, _ in view.columns),
        _word(line.status.symbol, line.status.word),
        _figure(line),
        _goal(line),
        line.value,
        "; ".join(county_table.remarks(line, view)),
        name,
        line.status.light,
    )


def _county_cell(kind: str, section: Section, line: Line, view: View) -> str:
    if kind in county_table.AROUND:
        return county_table.around(kind, section)
    return "\n".join(county_table.inside(kind, line, view))


# ── the course of the figures, and its charts ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Drawn:
    """Where the numbers of one chart stand, and how the chart is told to those who do not see it."""

    sheet: str
    rows: range
    described: str
    unit: str
    shown: tuple[int, ...]
    """Which of the columns have a line."""
    months: int
    """How many months there are from one label of its axis to the next."""


def _course(book: Book, view: View) -> dict[str, _Drawn]:
    """The sheet of numbers that the charts are drawn from; where each indicator's rows are."""
    plotted = [
        (name, line, line.detail.plot)
        for section in view.sections
        for name, line in with_parts(section.lines)
        if line.detail.plot
    ]
    if not plotted:
        return {}
    sheet, columns = book.sheet(view.say("sheet_course")), _course_columns(view)
    sheet.widths(columns)
    rows: list[tuple[Cell, ...]] = []
    drawn = {}
    for name, line, plot in plotted:
        start = len(rows) + 1
        rows += _course_rows(name, line, plot)
        there = range(start, len(rows) + 1)
        lines, months = _lines_of(rows[start - 1 :]), max(periods.months_between(plot.days[0], plot.days[-1]) // 6, 1)
        drawn[name] = _Drawn(sheet.name, there, line.detail.described, plot.unit, lines, months)
    sheet.table(columns, rows, wrapped=False)
    sheet.printed(view.title, 0)
    return drawn


def _course_columns(view: View) -> list[Column]:
    say = view.say
    return [
        Column(say("id"), 24),
        Column(say("title"), 70),
        Column(say("day"), 14),
        Column(say("figure"), 12),
        Column(say("target"), 12),
        Column(say("goal_upper"), 12),
        Column(say("path"), 12),
    ]


def _course_rows(name: str, line: Line, plot: Plot) -> Iterator[tuple[Cell, ...]]:
    """A row a day on which something is known: the figure, a corner of its target or of its path."""
    figures = dict(plot.points)
    title = f"{line.name}: {line.detail.message}" if line.detail.message else line.name
    for at, day in enumerate(plot.days):
        goal, upper, path = standing_on(plot, day)
        numbers = (figures.get(day), goal, upper, path)
        cells = (None if number is None else Figure(number, plot.unit) for number in numbers)
        yield (name, "" if at else title, day, *cells)


def _lines_of(rows: Sequence[tuple[Cell, ...]]) -> tuple[int, ...]:
    return tuple(column for column in range(3, 7) if any(row[column] is not None for row in rows))


_LINES: Mapping[int, dict[str, Any]] = {
    3: {"line": {"width": 2.5}, "marker": {"type": "circle", "size": 5}},
    4: {"line": {"color": "#17202a", "width": 1.5}},
    5: {"line": {"color": "#17202a", "width": 1.5, "dash_type": "round_dot"}},
    6: {"line": {"color": "#46525e", "width": 1.25, "dash_type": "dash"}},
}
"""How the line of each column of the course looks; that of the figure has the county's accent."""


def _line(column: int, accent: str) -> dict[str, Any]:
    look = _LINES[column]
    if column != 3:
        return look
    filled = {"fill": {"color": accent}, "border": {"color": accent}}
    return {"line": {**look["line"], "color": accent}, "marker": {**look["marker"], **filled}}


def _charts(sheet: Sheet, drawn: Sequence[_Drawn]) -> None:
    """The priority's charts below its table, two beside each other."""
    for at, one in enumerate(drawn):
        place = {"x_offset": at % 2 * (CHART_SIZE[0] + 12), "object_position": 2}
        sheet.cells.insert_chart(sheet.row, 0, _line_chart(sheet.book, one), {"description": one.described, **place})
        if at % 2 or at == len(drawn) - 1:
            sheet.row += CHART_ROWS


def _line_chart(book: Book, drawn: _Drawn) -> Any:
    chart = book.book.add_chart({"type": "line"})
    first, last = drawn.rows.start, drawn.rows.stop - 1
    for column in drawn.shown:
        chart.add_series({
            "name": [drawn.sheet, 0, column],
            "categories": [drawn.sheet, first, 2, last, 2],
            "values": [drawn.sheet, first, column, last, column],
            **_line(column, book.accent),
        })  # fmt: skip
    shown = {"ratio": "0%", "money": '"£"#,##0'}.get(drawn.unit, "#,##0.##" if drawn.unit == "number" else "#,##0")
    chart.set_title({"name": [drawn.sheet, first, 1], "name_font": {"size": 11}, "overlay": False})
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yyyy",
            "name": "",
            "major_unit_type": "months",
            "major_unit": drawn.months,
        }
    )
    chart.set_y_axis({"num_format": shown, "major_gridlines": {"visible": True, "line": {"color": "#dde3e8"}}})
    chart.set_legend({"position": "bottom"} if len(drawn.shown) > 1 else {"none": True})
    chart.show_blanks_as("span")
    chart.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1]})
    return chart


# ── who counted, and what it all rests on ────────────────────────────────────────────────────────────────────────────


def _evidence(book: Book, view: View, names: Mapping[str, str]) -> None:
    """Who counted and who did not, a row each; no sheet where that is not told."""
    found = iter(_standings(view))
    rows = [(name, standing, who, names.get(who, ""), why) for name, standing, who, why in islice(found, MOST_ROWS)]
    if not rows:
        return
    say = view.say
    columns = [Column(say("id"), 24), Column(say("standing"), 16), Column(say("subject"), 24),
               Column(say("name"), 40), Column(say("reason"), 70)]  # fmt: skip
    sheet = book.sheet(say("sheet_evidence"))
    sheet.widths(columns)
    sheet.table(columns, rows, wrapped=False)
    if left := sum(1 for _ in found):
        sheet.line(say("left_off", count=left))
    sheet.printed(view.title, 0)


def _standings(view: View) -> Iterator[tuple[str, str, str, str]]:
    say = view.say
    for section in view.sections:
        for name, line in with_parts(section.lines):
            yield from ((name, say("standing_counted"), who, "") for who in line.who)
            yield from ((name, say("standing_not"), who, why) for who, why in line.why_not)
            yield from ((name, say("standing_undecided"), "", one) for one in line.undecided)
            yield from ((name, say("standing_none_arose"), who, "") for who in line.none_arose)
            yield from ((name, label, event, "") for label, events in line.listed for event in events)


def _data(book: Book, view: View) -> None:
    say = view.say
    sheet, columns = book.sheet(say("sheet_data")), [Column(say("topic"), 28), Column(say("said"), 110)]
    rows = list(_remarks(view)) or [(say("data"), say("data_clean"))]
    sheet.widths(columns)
    sheet.table(columns, rows[:MOST_ROWS])
    sheet.printed(view.title, 0)


def _remarks(view: View) -> Iterator[tuple[str, str]]:
    say = view.say
    if view.undecided:
        yield say("data"), say.plural("data_undecided", view.undecided)
    if view.set_aside:
        yield say("data"), say.plural("data_set_aside", view.set_aside)
    yield from ((say("data"), note) for note in view.data_notes)
    for text, names in view.assumptions:
        yield say("assumptions"), f"{text} ({', '.join(names)})" if names else text
    yield from ((say("statement_notes"), note) for note in view.notes)


def _provenance(book: Book, view: View) -> None:
    say = view.say
    sheet, columns = book.sheet(say("sheet_provenance")), [Column(say("topic"), 28), Column(say("said"), 110)]
    sheet.widths(columns)
    sheet.table(columns, [(say(f"digest_{name}"), value) for name, value in view.provenance])
    sheet.line(say("provenance_told"))
    sheet.row += 1
    words = [(_word(status.symbol, status.word), meaning) for _, status, meaning in view.meanings]
    sheet.table([Column(say("word")), Column(say("means"))], [*words, *view.flags])
    sheet.row += 1
    sources = list(_sources(view))
    if sources:
        sheet.table([Column(say("id")), Column(say("source"))], sources)
    sheet.printed(view.title)


def _sources(view: View) -> Iterator[tuple[str, str]]:
    """Where each target comes from, how it changed, and where the indicator is defined."""
    for section in view.sections:
        for name, line in with_parts(section.lines):
            place = view.say("defined", place=line.defined_at) if line.defined_at else ""
            told = (*line.detail.source, line.detail.quote, *line.detail.history, line.says, place)
            if text := "\n".join(filter(None, told)):
                yield name, text
