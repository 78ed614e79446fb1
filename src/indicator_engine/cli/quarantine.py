"""`indicators quarantine`: the rows that could not be used, to look at, repair, read once more or give up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.changes import reason_options, terms
from indicator_engine.cli.outputs import out_option
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.cli.stores import opened, store_option, table
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.store.quarantine import Entry

SHOWN = 50
"""Rows that are listed one by one unless all are asked for."""

_NO_TEXT = (".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".json", ".jsonl", ".ndjson")
"""Endings of files that are no text with commas."""


@click.group()
def quarantine() -> None:
    """Rows that could not be used, kept as they came."""


def choosing(command: Any) -> Any:
    """Give a command the options that choose rows."""
    command = click.option("--code", metavar="CODE", help="Only those with this reason.")(command)
    return click.option("--import", "number", type=int, metavar="N", help="Only those of this import.")(command)


def _chosen(entries: Sequence[Entry], number: int | None, code: str | None) -> list[Entry]:
    return [
        one
        for one in entries
        if number in (None, one.number) and (code is None or one.code.casefold() == code.casefold())
    ]


@quarantine.command("list")
@store_option
@choosing
@click.option("--all", "everything", is_flag=True, help="List every row, also more than fifty.")
@click.option("--resolved", is_flag=True, help="Also those that have left it, and how.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def list_(path: Path, number: int | None, code: str | None, form: str, *, everything: bool, resolved: bool) -> None:
    """List the rows in quarantine: where each stands, why, and what to do."""
    with opened(path) as store:
        entries = _chosen(store.quarantine(resolved=resolved), number, code)
    if form == "json":
        screen.write(screen.as_json([_data(one) for one in entries]), None)
        return
    if not entries:
        click.echo("Nothing is in quarantine.")
        return
    for one in entries if everything else entries[:SHOWN]:
        click.echo(_shown(one))
    if len(entries) > SHOWN and not everything:
        click.echo(f"… and {len(entries) - SHOWN} more; --all lists them.")
    click.echo("\n" + _summary(entries))


def _data(one: Entry) -> dict[str, Any]:
    from indicator_engine.store.quarantine import cell_text

    return {
        "id": one.mark, "file": one.file, "sha256": one.sha256, "sheet": one.sheet, "row": one.line,
        "column": one.column, "code": one.code, "reason": one.fact, "hint": one.hint, "resolved": one.how,
        "cells": dict(zip(one.header, map(cell_text, one.cells), strict=False)) if len(one.cells) == len(one.header)
        else [cell_text(cell) for cell in one.cells],
    }  # fmt: skip


def _shown(one: Entry) -> str:
    from indicator_engine.rendering.text import safe_text
    from indicator_engine.store.quarantine import cell_text

    cells = " | ".join(map(cell_text, one.cells))
    left = f"  (left the quarantine: {one.how})" if one.how else ""
    lines = [f"{one.mark:>8}  {one.code}  {one.fact}{left}", f"          {one.place}: {cells[:300]}"]
    if one.hint:
        lines.append(f"          = help: {one.hint}")
    return "\n".join(safe_text(line, 600) for line in lines)


def _summary(entries: Sequence[Entry]) -> str:
    from indicator_engine.store.codes import CODES

    counts = Counter(one.code for one in entries)
    rows = [(count, code, CODES[code].title if code in CODES else "") for code, count in counts.most_common()]
    return table(rows)


@quarantine.command("export")
@store_option
@choosing
@out_option(help="The file to write; standard output, if left out.")
def export(path: Path, number: int | None, code: str | None, out: Path | None) -> None:
    """Write rows in quarantine as a file to repair, with the columns of the file they came from.

    Two columns stand in front: which row it is, and why it is in quarantine. Import the repaired file like the first
    one, and the rows leave the quarantine.
    """
    from indicator_engine.store import requeue

    if out and out.suffix.casefold() in _NO_TEXT:
        raise click.UsageError(f"the rows are written as text, with commas: name the file {out.with_suffix('.csv')}")
    with opened(path) as store:
        entries = _chosen(store.quarantine(), number, code)
        data = requeue.as_csv(entries)
    screen.write(data, out)
    if out:
        screen.say(f"Wrote {screen.number(len(entries), 'row')} to {out}. Repair them and import the file.")


@quarantine.command("retry")
@click.argument("pack", type=click.Path(path_type=Path))
@store_option
@choosing
@click.option("--by", metavar="NAME", help="Who asks for it; your login name, if left out.")
@plugin_options
@click.pass_context
def retry(
    ctx: click.Context,
    /,
    pack: Path,
    path: Path,
    *,
    number: int | None,
    code: str | None,
    by: str | None,
    chosen: PluginChoice,
) -> None:
    """Read the rows once more, by the pack as it is now; those that can be used are stored and leave the quarantine."""
    from indicator_engine.store import requeue

    statement, _ = one_statement(pack, chosen.load())
    with opened(path, writable=True) as store:
        entries = _chosen(store.quarantine(), number, code)
        done = requeue.retry(store, statement.schema, terms("", by, None, pack=statement.digest), entries)
        left = len(_chosen(store.quarantine(), number, code))
    click.echo(
        f"{sum(one.resolved for one in done)} of {screen.number(len(entries), 'row')} left the quarantine, {left} stay."
    )
    ctx.exit(3 if left else 0)


@quarantine.command("dismiss")
@click.argument("marks", nargs=-1, required=True, metavar="ID...")
@store_option
@reason_options
def dismiss(marks: tuple[str, ...], path: Path, **why: Any) -> None:
    """Decide that rows will never be used. They are kept, with who decided it, when and why."""
    from indicator_engine.store.quarantine import mark_of

    found = {mark: mark_of(mark) for mark in marks}
    if odd := [mark for mark, one in found.items() if one is None]:
        raise IndicatorEngineError(f"`{odd[0]}` is no row in quarantine; write its id, such as 3:17")
    with opened(path, writable=True) as store:
        count = store.dismiss([one for one in found.values() if one], terms(**why))
    screen.say(f"{screen.number(count, 'row')} left the quarantine by your decision.")
