"""Commands that look after an event store: `store info`, `store log`, `verify`, `doctor`, `export`, `restore`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from indicator_engine.cli import screen

if TYPE_CHECKING:
    from indicator_engine.store.care import Finding
    from indicator_engine.store.ledger import Entry
    from indicator_engine.store.store import Store

C = TypeVar("C", bound=Callable[..., Any])

FAULT = 4
"""The exit code where a store is not what it should be."""


def store_option(command: C) -> C:
    """Give a command the option that names the store."""
    found: C = click.option(
        "--store", "path", type=click.Path(path_type=Path, dir_okay=False), required=True, envvar="INDICATORS_STORE",
        metavar="FILE", help="The event store (or set INDICATORS_STORE).",
    )(command)  # fmt: skip
    return found


def opened(path: Path, *, writable: bool = False) -> Store:
    """The store at a path. Raises StoreError."""
    from indicator_engine.store.store import open_store

    return open_store(path, writable=writable)


def table(rows: Iterable[Sequence[object]]) -> str:
    """Rows in columns, harmless to show; a column of numbers goes to the right."""
    from indicator_engine.rendering.text import safe_text

    shown = [[safe_text(f"{cell:,}" if type(cell) is int else str(cell), 200) for cell in row] for row in rows]
    columns = [_column([row[place] for row in shown]) for place in range(max(map(len, shown), default=0))]
    return "\n".join("  ".join(cells).rstrip() for cells in zip(*columns, strict=True))


def _column(cells: Sequence[str]) -> list[str]:
    width = max(map(len, cells))
    numbers = len(cells) > 1 and all(cell.replace(",", "").isdecimal() for cell in cells[1:])
    return [cell.rjust(width) if numbers else cell.ljust(width) for cell in cells]


@click.group()
def store() -> None:
    """What an event store holds."""


@store.command()
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def info(path: Path, form: str) -> None:
    """Tell what a store holds: events by type, subjects, versions, quarantine, size."""
    with opened(path) as found:
        facts = _facts(found)
    if form == "json":
        screen.write(screen.as_json(facts), None)
        return
    types = facts.pop("events")
    click.echo(table((name.replace("_", " "), value) for name, value in facts.items()))
    click.echo("\n" + table([("type", "versions"), *types.items()]) if types else "\nno events yet")


def _facts(store: Store) -> dict[str, Any]:
    tables = {kept.table: kept for kept in store.database.kept()}
    count = {name: int(store.database.value(f'SELECT count(*) FROM "{name}"')) for name in (*tables, "subject")}  # noqa: S608  # our names
    last = store.imports()[-1:]
    return {
        "store": store.meta["store"],
        "layout": store.meta["format"],
        "storage_version": store.meta["storage"],
        "size": f"{store.path.stat().st_size / 1e6:.1f} MB" if store.path else "in memory",
        "imports": len(store.imports()),
        "last_import": f"{last[0].number} at {last[0].at[:19]}" if last else "none",
        "ledger": last[0].running if last else "",
        "subjects": count["subject"],
        "retractions": count["retraction"],
        "register_rows": count["register"],
        "aliases": len(store.aliases()),
        "in_quarantine": len(store.quarantine()),
        "events": {name.removeprefix("event_"): count[name] for name in tables if name.startswith("event_")},
    }


@store.command()
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def log(path: Path, form: str) -> None:
    """List the imports of a store: when, who, what, and what became of each row."""
    with opened(path) as found:
        entries = found.imports()
    if form == "json":
        screen.write(screen.as_json([vars(entry) for entry in entries]), None)
        return
    heads = ("import", "at", "by", "kind", "read", "stored", "duplicate", "quarantined", "blank", "what")
    click.echo(table([heads, *map(_logged, entries)]))


def _logged(entry: Entry) -> tuple[object, ...]:
    what = entry.file + (f"[{entry.sheet}]" if entry.sheet else "") + (f": {entry.reason}" if entry.reason else "")
    counts = (entry.read, entry.stored, entry.duplicate, entry.quarantined, entry.blank)
    return (entry.number, entry.at[:19], entry.by, entry.kind, *counts, what)


@click.command()
@store_option
@click.option("--quiet", is_flag=True, help="Tell only what is wrong.")
@click.pass_context
def verify(ctx: click.Context, path: Path, *, quiet: bool) -> None:
    """Compare a store with its ledger.

    Everything is recounted and rehashed. Exit code 4 when anything is not as the ledger says.
    """
    from indicator_engine.store import care

    with opened(path) as found:
        findings = care.verify(found)
    _tell(findings, quiet=quiet)
    ctx.exit(0 if all(one.well for one in findings) else FAULT)


@click.command()
@store_option
@click.option("--repair", is_flag=True, help="Mend what can be mended; nothing that was imported is deleted.")
@click.pass_context
def doctor(ctx: click.Context, path: Path, *, repair: bool) -> None:
    """Tell what is wrong with a store, and mend it.

    It need not open. With --repair, a log of changes that cannot be replayed is put aside; imports that are gone are
    named, so that their files can be imported again; half-written findings of programs that were stopped are removed.
    Exit code 4 when anything is left to do.
    """
    from indicator_engine.store import care

    findings = care.diagnose(path, repair=repair)
    _tell(findings, quiet=False)
    ctx.exit(0 if all(one.well for one in findings) else FAULT)


def _tell(findings: Iterable[Finding], *, quiet: bool) -> None:
    for one in findings:
        if not (quiet and one.well):
            click.echo(
                f"{'ok   ' if one.well else 'FAULT'}  {one.what}" + (f"\n       {one.remedy}" if one.remedy else "")
            )


@click.command()
@store_option
@click.option("--parquet", "folder", type=click.Path(path_type=Path), required=True, metavar="FOLDER",
              help="A new folder for the Parquet files and their manifest.")  # fmt: skip
def export(path: Path, folder: Path) -> None:
    """Write a whole store as Parquet files.

    With a manifest that has the SHA-256 of each, for the archive and for other tools.
    """
    from indicator_engine.store import archive

    with opened(path) as found:
        names = archive.export(found, folder)
    screen.say(f"Wrote {screen.number(len(names), 'file')} to {folder}.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@store_option
def restore(folder: Path, path: Path) -> None:
    """Make a new store of an export.

    FOLDER is what `export` wrote; every file is checked first.
    """
    from indicator_engine.store import archive

    entries = archive.restore(folder, path)
    screen.say(
        f"Restored {screen.number(len(entries), 'import')} to {path}; `indicators verify --store {path}` checks it."
    )
