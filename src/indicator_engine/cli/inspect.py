"""`indicators inspect`: what a file holds and how it could be read, with the evidence.

The proposed `[source.<name>]` goes to the standard output, to be kept with a pack; everything else, for people, to the
standard error. What comes from the file is shown only through `safe_text`.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.problems import DataError, IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from indicator_engine.hookspecs import Source
    from indicator_engine.language.schema import Schema
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.inspection import Column, Evidence, Example, File, Proposal, Sheet

SCHEMA = "indicator-engine/inspect/v1"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
UNSETTLED = "IE372"
"""The code under which a reader of workbooks says that a sheet has to be named."""

DELIMITED = {"csv": ",", "tsv": "\t"}
TEXTS = ("csv", "tsv", "json", "jsonl")

_WIDEST = (28, 34, 32, 24)
_HEADS = ("Column", "Holds", "Example", "In the pack")


@click.command("inspect")
@click.argument("file", metavar="FILE")
@click.option("--pack", type=click.Path(path_type=Path), help="The pack whose names the columns are to have.")
@click.option("--register", metavar="FILE", help="The register, by which subjects are known.")
@click.option("--kind", type=click.Choice(["events", "register"]), help="What the rows are.")
@click.option("--sheet", default="", metavar="NAME", help="The sheet of a workbook.")
@click.option(
    "--source-name", default="", metavar="NAME", help="What to call the source; the file's name, if left out."
)
@click.option("--lines", type=click.IntRange(min=1), default=10_000, show_default=True, help="So many lines are read.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
def inspect(
    file: str, pack: Path | None, register: str | None, form: str, chosen: PluginChoice, **options: Any
) -> None:
    """Look at FILE and propose how to read it.

    The standard output is a [source] table for a pack, with comments where something is left to decide; the evidence
    goes to the standard error. Nothing is imported and nothing is guessed.

    \b
    indicators inspect returns.csv --pack housing.toml > housing.returns.toml
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.store.inspection import toml_of

    proposal = _proposal(file, pack, register, chosen.load(), **options)
    if form == "json":
        screen.write(screen.as_json(_as_data(proposal)), None)
        return
    screen.say("\n".join(_told(proposal)))
    click.echo(toml_of(proposal), nl=False)


def _proposal(
    address: str,
    pack: Path | None,
    register: str | None,
    registered: Plugins,
    *,
    kind: Literal["events", "register"] | None,
    sheet: str,
    source_name: str,
    lines: int,
) -> Proposal:
    from indicator_engine.store import inspection

    schema = one_statement(pack, registered)[0].schema if pack else None
    subjects = _subjects(register, schema, registered) if register else {}
    file = _file(address, registered)
    return inspection.inspect(
        file, schema, subjects=subjects, kind=kind, sheet=sheet, name=source_name, lines=lines
    )  # fmt: skip


def _subjects(address: str, schema: Schema | None, registered: Plugins) -> dict[str, str]:
    """The keys of a register whose columns are called as in the pack, each with its name."""
    from indicator_engine.language.schema import Schema as AnySchema
    from indicator_engine.store.cells import text_of

    singular = (schema or AnySchema()).subject.singular
    source, path = registered.source(address)
    rows = source.read(path)
    if rows and singular not in rows[0].cells:
        raise IndicatorEngineError(f"{address} has no column `{singular}`, by which a register names its subjects")
    found = {text_of(row.cells.get(singular)): text_of(row.cells.get("name")) for row in rows}
    return {key: name for key, name in found.items() if key}


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _file(address: str, registered: Plugins) -> File:
    """A file that can be opened several times, which the standard input cannot."""
    from indicator_engine.store.inspection import File

    source, path = registered.source(address)
    if path == "-":
        raise IndicatorEngineError("the standard input can be read only once: save it as a file, and inspect that")
    return File(
        path,
        partial(source.open, path),
        partial(_data, path) if source.name in TEXTS else None,
        DELIMITED.get(source.name, ""),
        partial(_sheets, source, path) if path.casefold().endswith(WORKBOOKS) else None,
    )


def _data(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as fault:
        raise IndicatorEngineError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}") from fault


def _sheets(source: Source, path: str) -> list[Sheet]:
    """The sheets of cells of a workbook, listed only after its reader has found it harmless to open."""
    from indicator_engine.store.inspection import Sheet
    from indicator_engine.store.tables import Reading

    _check_workbook(source, path)
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    found = []
    for one in load_workbook(path).sheets_metadata:
        if one.typ == SheetTypeEnum.WorkSheet:
            visible = one.visible == SheetVisibleEnum.Visible
            filled = visible and source.open(path, Reading(sheet=one.name)).size > 0
            found.append(Sheet(one.name, visible, filled))
    return found


def _check_workbook(source: Source, path: str) -> None:
    """Have the reader look at a workbook. Raises DataError, but for there being no one sheet to read."""
    from indicator_engine.store.tables import Reading

    try:
        source.open(path, Reading())
    except DataError as fault:
        if any(problem.code != UNSETTLED for problem in fault.problems):
            raise


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(proposal: Proposal) -> Iterator[str]:
    """The columns as a table, then the evidence, then what is open."""
    from indicator_engine.rendering.text import safe_text

    file = safe_text(proposal.file)
    more = "" if proposal.whole else "; there are more, which --lines can take in"
    counted = f"{screen.number(proposal.lines, 'line')}, {screen.number(len(proposal.columns), 'column')}"
    yield f"{file}: {counted} looked at{more}"
    yield ""
    if proposal.columns:
        yield from _table([_HEADS, *map(_row, proposal.columns)])
        yield ""
    yield from (_line(file, one) for one in proposal.evidence if (one.key, one.sure) != ("columns", "proved"))
    yield ""
    yield _summary(proposal)
    yield ""


def _summary(proposal: Proposal) -> str:
    count = len(proposal.choices)
    if not count:
        return "Nothing is left to decide. Read the proposal before you import by it."
    are = "One thing is" if count == 1 else f"{count} things are"
    return f"{are} left to decide: they are comments in the proposal, and until then rows may be refused or kept aside."


def _row(column: Column) -> tuple[str, ...]:
    example = _example(column.example) if column.example else ""
    near = " or ".join(f"{name}?" for name, _ in column.near)
    return (column.name or "(no name)", column.holds, example, column.means or near or "?")


def _example(one: Example) -> str:
    return f"{one.text} (line {one.line})" if one.line else one.text


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns, each as wide as it needs within limits."""
    from indicator_engine.rendering.text import safe_text

    cut = [[safe_text(cell, most) for cell, most in zip(row, _WIDEST, strict=True)] for row in rows]
    widths = [max(_width(row[place]) for row in cut) for place in range(len(_WIDEST))]
    for row in cut:
        cells = (cell + " " * (most - _width(cell)) for cell, most in zip(row, widths, strict=True))
        yield "  ".join(("", *cells)).rstrip()


def _width(text: str) -> int:
    from indicator_engine.rendering.text import width

    return sum(map(width, text))


def _line(file: str, one: Evidence) -> str:
    """One thing found out, with the place where it shows first: `returns.csv:5: proved: dates of `Date`: …`."""
    from indicator_engine.definitions.toml_text import toml_value
    from indicator_engine.rendering.text import safe_text

    line = next((example.line for example in one.examples if example.line), 0)
    about = f"{one.key} of `{safe_text(one.column, 40)}`" if one.column and one.key else one.key
    value = f" = {safe_text(toml_value(one.value), 120)}" if one.value is not None else ""
    told = [f"{file}:{line}" if line else file, one.sure, f"{about}{value}", safe_text(one.says, 400)]
    shown = "; ".join(safe_text(_example(example), 80) for example in one.examples if example.text)
    return ": ".join(filter(None, told)) + (f" [{shown}]" if shown else "")


def _as_data(proposal: Proposal) -> dict[str, Any]:
    """Everything, for a program to read."""
    from indicator_engine.store.inspection import toml_of, written

    return {
        "schema": SCHEMA,
        "ok": proposal.complete,
        "file": proposal.file,
        "lines": proposal.lines,
        "whole": proposal.whole,
        "source": {proposal.mapping.name: _plain(written(proposal.mapping))},
        "columns": [asdict(one) for one in proposal.columns],
        "evidence": [asdict(one) for one in proposal.evidence],
        "open": [
            {"key": one.key, "why": one.why, "table": one.table, "ways": list(one.ways)} for one in proposal.choices
        ],
        "toml": toml_of(proposal),
    }


def _plain(value: Any) -> Any:
    """Values of TOML as JSON has them."""
    from datetime import date

    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
