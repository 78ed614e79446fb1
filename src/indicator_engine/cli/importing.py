"""`indicators import`: files of events and registers taken into an event store, every row accounted for."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.changes import terms
from indicator_engine.cli.mappings import Mappings
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.cli.stores import opened, store_option
from indicator_engine.frozen import dataclass
from indicator_engine.problems import DataError, IndicatorEngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indicator_engine.definitions.mappings import SourceMapping
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.store import Store

QUARANTINED = 3
"""The exit code where some rows went into quarantine."""


@dataclass(frozen=True)
class _File:
    """One file to import: where it is, and how it is read."""

    address: str
    mapping: SourceMapping


@dataclass(frozen=True)
class _Request:
    """What the command line asks for."""

    statement: Statement
    registered: Plugins
    mappings: Mappings
    files: tuple[_File, ...]
    path: Path
    options: dict[str, Any]
    dry_run: bool
    as_of: str | None


@click.command("import")
@click.argument("pack", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--register", "registers", multiple=True, metavar="FILE", help="A file of the register. May be repeated.")
@store_option
@click.option("--source", metavar="NAME", help="Read the files as this [source.NAME] says.")
@click.option("--mapping", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="A TOML file with [source.NAME] tables, beside those of the pack.")  # fmt: skip
@click.option("--ignore", multiple=True, metavar="COLUMN", help="A column that is not to be read. May be repeated.")
@click.option("--recorded-at", metavar="DATE", help="When rows were recorded that do not say it; now, if left out.")
@click.option("--complete", is_flag=True, help="The register files list everybody: who is not in them has left.")
@click.option("--all-or-nothing", is_flag=True, help="Store nothing if any row cannot be used.")
@click.option("--max-quarantine", metavar="SHARE", help="Store nothing if more rows cannot be used, such as 5%.")
@click.option("--dry-run", is_flag=True, help="Store nothing; tell what would be stored and which figures would move.")
@click.option(
    "--as-of", metavar="DATE", help="With --dry-run: the day of the figures; the end of the period, if left out."
)
@click.option("--by", metavar="NAME", help="Who imports; your login name, if left out.")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept with the import.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
@click.pass_context
def import_(ctx: click.Context, /, pack: Path, chosen: PluginChoice, **options: Any) -> None:
    """Take files into an event store, by the vocabulary of PACK.

    \b
    indicators import housing.toml returns.xlsx --register register.csv --store compact.store

    Every row is stored, a duplicate, in quarantine or blank, and the four are told. Importing a file again changes
    nothing. Exit code 3 when rows went into quarantine.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    form = options.pop("form")
    request = _request(ctx, pack, chosen, options)
    with opened(request.path, writable=True) as store:
        receipts, moved = (_rehearsed if request.dry_run else _imported)(request, store)
    if form == "json":
        screen.write(
            screen.as_json({"dry_run": request.dry_run, "files": _as_data(receipts, request), "moves": moved}), None
        )
    else:
        _show(receipts, moved, request)
    ctx.exit(QUARANTINED if any(one.quarantined and not one.already for one in receipts) else 0)


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────────────


def _request(ctx: click.Context, pack: Path, chosen: PluginChoice, options: dict[str, Any]) -> _Request:
    registered = chosen.load()
    if not options["files"] and not options["registers"]:
        raise click.UsageError("name a file of events, or a register with --register", ctx)
    statement, _ = one_statement(pack, registered)
    mappings = Mappings.of(statement, options.pop("mapping"), options.pop("source"), options.pop("ignore"))
    registers = [_File(one, mappings.mapping(one, "register")) for one in options.pop("registers")]
    events = [_File(one, mappings.mapping(one, "events")) for one in options.pop("files")]
    dry_run, as_of, path = options.pop("dry_run"), options.pop("as_of"), options.pop("path")
    if as_of and not dry_run:
        raise click.UsageError("--as-of belongs to --dry-run: an import is of no day", ctx)
    given = {
        "most_quarantined": _share(options.pop("max_quarantine")),
        "pack": statement.digest,
        **options,
    }
    return _Request(statement, registered, mappings, (*registers, *events), path, given, dry_run, as_of)


def _share(text: str | None) -> Fraction | None:
    """A share such as 5% or 0.05. Raises IndicatorEngineError."""
    if text is None:
        return None
    from indicator_engine.amounts import read

    found = read(text.strip())
    if found is None or not 0 <= found.value <= 1:
        raise IndicatorEngineError(f"--max-quarantine must be a share such as 5%, and this is {text}")
    return found.value


# ── doing it ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_Done = tuple[list["Receipt"], list[dict[str, Any]]]


def _imported(request: _Request, store: Store) -> _Done:
    return [_take(one, request, store) for one in request.files], []


def _rehearsed(request: _Request, store: Store) -> _Done:
    """The receipts of an import that is undone again, and which figures it would move."""
    from indicator_engine.engine.stores import evaluate_store

    as_of = request.as_of or request.statement.period.end
    with store.rehearsal():
        before = _figures(request, store, as_of)
        receipts = [_take(one, request, store) for one in request.files]
        after = evaluate_store(request.statement, store, as_of=as_of, registered=request.registered)
    return receipts, _moved(before, {one.id: (one.value, one.verdict) for one in after})


def _figures(request: _Request, store: Store, as_of: Any) -> dict[str, tuple[Any, str]]:
    """The figures before; none where the store has nothing to answer from yet."""
    from indicator_engine.engine.stores import evaluate_store

    try:
        found = evaluate_store(request.statement, store, as_of=as_of, registered=request.registered)
    except IndicatorEngineError:
        if store.imports():
            raise
        return {}
    return {one.id: (one.value, one.verdict) for one in found}


def _moved(before: dict[str, tuple[Any, str]], after: dict[str, tuple[Any, str]]) -> list[dict[str, Any]]:
    from indicator_engine.evaluation.results import exact

    return [
        {
            "id": name,
            "value": [exact(before.get(name, (None, ""))[0]), exact(value)],
            "verdict": [before.get(name, (None, ""))[1] or None, verdict],
        }
        for name, (value, verdict) in after.items()
        if before.get(name) != (value, verdict)
    ]


def _take(file: _File, request: _Request, store: Store) -> Receipt:
    """One file into the store. Raises DataError, which names a source that fits where the one taken does not."""
    from indicator_engine.cli.misread import explained

    try:
        return _stored(file, request, store)
    except DataError as fault:
        kind, given = file.mapping.kind, (request.mappings, request.statement, request.registered)
        raise explained(fault, file.address, kind, *given, choosing=True) from fault


def _stored(file: _File, request: _Request, store: Store) -> Receipt:
    from indicator_engine.store.layout import reading_of
    from indicator_engine.store.receipts import RefusedImportError

    source, address = request.registered.source(file.address)
    table = source.open(address, reading_of(file.mapping))
    with _progress(table.name, table.size) as progress:
        try:
            return store.take_in(
                table, request.statement.schema, file.mapping, terms(**request.options, progress=progress)
            )
        except RefusedImportError as refusal:
            raise IndicatorEngineError(f"{refusal}\n{_told(refusal.receipt)}") from refusal


@contextmanager
def _progress(name: str, size: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar with rate and time left, on a terminal only, once an import takes long enough to want one."""
    if not sys.stderr.isatty() or not size:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f} a second"), TimeElapsedColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
        task = bar.add_task(Path(name).name, total=size, rows=0, rate=0)

        def tell(rows: int, done: int) -> None:
            elapsed = bar.tasks[0].elapsed or 0
            bar.update(task, completed=done, rows=rows, rate=rows / elapsed if elapsed else 0)

        yield tell


# ── telling it ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _show(receipts: Sequence[Receipt], moved: Sequence[dict[str, Any]], request: _Request) -> None:
    for receipt, file in zip(receipts, request.files, strict=True):
        click.echo(_told(receipt))
        _show_notes(receipt, file, request)
    if request.dry_run:
        as_of = request.as_of or request.statement.period.end.isoformat()
        click.echo(_told_moves(moved, str(as_of)))
        click.echo("Nothing was stored: this was a dry run.")


def _told(receipt: Receipt) -> str:
    from indicator_engine.rendering.text import safe_text

    head = f"{receipt.file}: {screen.number(receipt.read, 'row')} read"
    if receipt.already:
        head += f", imported before as import {receipt.already}: nothing changed"
    elif receipt.number:
        head += f", import {receipt.number}"
    counts = (
        ("stored", receipt.stored),
        ("duplicate", receipt.duplicate),
        ("in quarantine", receipt.quarantined),
        ("blank", receipt.blank),
    )
    lines = [
        safe_text(head, 500),
        "  " + " + ".join(f"{count:,} {word}" for word, count in counts) + f" = {receipt.read:,}",
    ]
    if receipt.resolved:
        lines.append(f"  {screen.number(receipt.resolved, 'row')} of earlier imports left the quarantine")
    if receipt.removed:
        lines.append(f"  {receipt.removed:,} of the register {'is' if receipt.removed == 1 else 'are'} in it no more")
    lines += [f"  {count:>7,} {code} {_title(code)}" for code, count in receipt.reasons.items()]
    return "\n".join(lines)


def _title(code: str) -> str:
    from indicator_engine.store.codes import CODES

    return CODES[code].title if code in CODES else ""


def _show_notes(receipt: Receipt, file: _File, request: _Request) -> None:
    """What is odd, and the first rows in quarantine, on the standard error."""
    if not receipt.notes:
        return
    from indicator_engine.cli.pointing import pointed
    from indicator_engine.rendering.problems import as_text

    notes, texts = pointed(receipt.notes, file.address, file.mapping, request.registered)
    screen.say(as_text(notes, texts, color=screen.colour(sys.stderr)))
    quarantined = sum(problem.severity == "error" for problem in receipt.notes)
    if receipt.quarantined > quarantined:
        screen.say(
            f"(the first {quarantined} of {receipt.quarantined} in quarantine; `indicators quarantine list` has all)"
        )


def _told_moves(moved: Sequence[dict[str, Any]], as_of: str) -> str:
    if not moved:
        return f"No figure would move as of {as_of}."
    from indicator_engine.cli.stores import table

    rows = [
        (
            one["id"],
            _word(one["value"][0]),
            "→",
            _word(one["value"][1]),
            one["verdict"][0] or "–",
            "→",
            one["verdict"][1],
        )
        for one in moved
    ]
    return f"{screen.number(len(moved), 'figure')} would move as of {as_of}:\n{table(rows)}"


def _word(value: Any) -> str:
    """An exact number, as JSON has it, for people."""
    return screen.figure(value if value is None or isinstance(value, bool) else Fraction(value))


def _as_data(receipts: Sequence[Receipt], request: _Request) -> list[dict[str, Any]]:
    from indicator_engine.cli.pointing import pointed
    from indicator_engine.rendering.problems import as_json

    found = []
    for receipt, file in zip(receipts, request.files, strict=True):
        notes, _ = pointed(receipt.notes, file.address, file.mapping, request.registered)
        found.append({**vars(receipt), "reasons": dict(receipt.reasons), "notes": as_json(notes)})
    return found
