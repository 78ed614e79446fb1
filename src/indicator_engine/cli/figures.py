"""`indicators figures`: the figures of a statement on several days, or by groups of the register."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine import periods
from indicator_engine.cli import screen
from indicator_engine.cli.data import STATE, DataChoice, data_options, require_register, rows_of_files
from indicator_engine.cli.outputs import out_option
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.figures import Figure, Figures
    from indicator_engine.plugins import Plugins

UNITS: dict[str, periods.BucketUnit] = {"monthly": "month", "quarterly": "quarter", "yearly": "year"}


@dataclass(frozen=True)
class _Wanted:
    """Which figures are asked for, and how they are to be told."""

    series: str
    by: tuple[str, ...]
    select: tuple[str, ...]
    form: str
    out: Path | None
    state: bool | None


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--series", default="", metavar="WHEN",
              help="monthly, quarterly or yearly: the ends of the period's months and so on up to the as-of date; "
                   "or days, with commas.")  # fmt: skip
@click.option("--by", multiple=True, metavar="COLUMN", help="A column of the register to group by. May be repeated.")
@click.option("--select", multiple=True, metavar="WHAT", help="Indicator ids, priority:<id>; commas.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@out_option(help="Write to this file, whole or not at all.")
@STATE
@data_options
@plugin_options
def figures(path: Path, data: DataChoice, chosen: PluginChoice, **options: Any) -> None:
    """Print the figures of a statement over time, or by groups.

    \b
    indicators figures housing.toml --store housing.store --as-of 2010-03-31 --series quarterly
    indicators figures housing.toml --store housing.store --as-of 2010-03-31 --by sector
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    data.require()
    select = tuple(word.strip() for one in options.pop("select") for word in one.split(",") if word.strip())
    wanted = _Wanted(select=select, **options)
    registered = chosen.load()
    statement, _ = one_statement(path, registered)
    found = _found(statement, data, wanted, registered)
    screen.write(_TOLD[wanted.form](found), wanted.out)
    if wanted.out:
        screen.say(f"Wrote {wanted.out}.")


def _found(statement: Statement, data: DataChoice, wanted: _Wanted, registered: Plugins) -> Figures:
    from indicator_engine.cli.stores import opened
    from indicator_engine.engine.rows import figures
    from indicator_engine.engine.stores import figures_of_store

    days = _days(wanted.series, data.as_of or "", statement.period)
    if data.store:
        with opened(data.store) as store:
            return figures_of_store(
                statement, store, days=days, by=wanted.by, known_at=data.known_at, at_import=data.at_import,
                select=wanted.select, registered=registered, state=wanted.state,
            )  # fmt: skip
    if wanted.state is not None:
        raise click.UsageError("--state and --no-state belong to --store")
    require_register(data.register, statement)
    events = rows_of_files(data.events, "events", statement, registered)
    register = rows_of_files(data.register, "register", statement, registered)
    return figures(
        statement, events, register, days=days, by=wanted.by, known_at=data.known_at, select=wanted.select,
        registered=registered,
    )  # fmt: skip


def _days(series: str, as_of: str, period: periods.Period) -> list[date | str]:
    """The days asked about, the as-of date always among them."""
    from indicator_engine.engine.asked import day_of

    last = day_of(as_of)
    if not series:
        return [last]
    if series not in UNITS:
        return _listed_days(series, last)
    ends = [bucket.end for bucket in periods.buckets(period, UNITS[series])]
    return [*(day for day in ends if day < last), last]


def _listed_days(series: str, last: date) -> list[date | str]:
    found: list[date | str] = []
    for word in series.split(","):
        day = periods.day_from(word.strip())
        if day is None:
            raise IndicatorEngineError(
                periods.no_such_day(word.strip())
                or f'--series takes monthly, quarterly, yearly, or days with commas; "{word.strip()}" is none of them'
            )
        if day > last:
            raise IndicatorEngineError(f"{day} is after the as-of date: ask with --as-of {day}")
        found.append(day)
    return [*found, last]


# ── telling them ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_table(found: Figures) -> bytes:
    """A table for each day where there are groups, else one with a column a day; then what they rest on."""
    blocks = [_by_group(found, day) for day in found.days] if found.columns else [_by_day(found)]
    remarks = [f"{name}: the groups need not come to the whole: {why}" for name, why in found.remarks]
    told = [*blocks, *(["\n".join(remarks)] if remarks else []), *_rests(found)]
    return "\n\n".join(told).encode() + b"\n"


def _rests(found: Figures) -> Iterator[str]:
    from indicator_engine.rendering.explained import as_text, rests
    from indicator_engine.rendering.words import known

    if found.provenance:
        yield as_text([rests(found.provenance, known(found.known_at))])


def _by_day(found: Figures) -> str:
    cells = {(one.indicator, one.day): _shown(one) for one in found.figures}
    names = dict.fromkeys(one.indicator for one in found.figures)
    head = ["", *(day.isoformat() for day in found.days)]
    return _columns([head, *([name, *(cells[name, day] for day in found.days)] for name in names)])


def _by_group(found: Figures, day: date) -> str:
    cells = {(one.indicator, one.group): _shown(one) for one in found.figures if one.day == day}
    names = dict.fromkeys(one.indicator for one in found.figures)
    head = [day.isoformat(), "all", *(_group_name(group) for group in found.groups)]
    rows = [head, *([name, *(cells[name, group] for group in (None, *found.groups))] for name in names)]
    return _columns(rows if len(names) > len(found.groups) else list(zip(*rows, strict=True)))


def _group_name(group: tuple[Any, ...]) -> str:
    return " / ".join("not known" if value is None else _value(value) for value in group)


def _value(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "; ".join(figure.unknown) or "–"
    low, high = figure.bounds or (figure.value, figure.value)
    told = screen.figure(figure.value)
    return told if low == high else f"{told}?"


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)


def _as_csv(found: Figures) -> bytes:
    """A line a figure."""
    from indicator_engine.builtin.output_csv import harmless

    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["indicator", "day", *found.columns, "value", "low", "high", "unknown"])
    for one in found.to_dict()["figures"]:
        group = (one["group"] or dict.fromkeys(found.columns, "all")).values()
        bounds, unknown = one["bounds"] or ["", ""], "; ".join(one["unknown"])
        cells = [one["indicator"], one["day"], *group, one["value"], *bounds, unknown]
        writer.writerow([harmless(_plain(cell)) for cell in cells])
    return file.getvalue().encode()


def _plain(cell: Any) -> str:
    """A cell of a CSV: what JSON has for it, so `true` and `false`; blank where it has null."""
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def _as_json(found: Figures) -> bytes:
    return screen.as_json(found.to_dict())


_TOLD: dict[str, Callable[[Figures], bytes]] = {"table": _as_table, "csv": _as_csv, "json": _as_json}
