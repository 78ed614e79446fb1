"""`indicators run`: a statement evaluated over events."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indicator_engine.cli import screen
from indicator_engine.cli.data import FILE_HELP, STATE, refuse_beside_source, require_register, rows_of_files
from indicator_engine.cli.outputs import out_option
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.frozen import dataclass
from indicator_engine.problems import DataError, IndicatorEngineError, PackError, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.results import Audience, Results
    from indicator_engine.hookspecs import Page
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.store import Store


REPORTS = (".pdf", ".docx", ".xlsx", ".md")
"""Endings of files that `report` writes in another form than a page."""


@dataclass(frozen=True)
class _Request:
    """What the command line asks for."""

    path: Path
    events: tuple[str, ...]
    store: Path | None
    source: str | None
    mapping: Path | None
    at_import: int | None
    register: tuple[str, ...]
    as_of: str
    known_at: str | None
    form: str | None
    select: tuple[str, ...]
    out: Path | None
    details: bool
    evaluator: Literal["compiled", "reference"] | None
    evidence: bool | None
    audience: Audience
    since: str | None
    state: bool | None


def evaluation_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the pack, and the options that say what is evaluated and for whom."""
    file = click.Path(path_type=Path, dir_okay=False)
    options = (
        click.argument("path", type=click.Path(path_type=Path)),
        click.option("--events", multiple=True, metavar="FILE",
                     help=FILE_HELP.format(what="events") + " May be repeated."),
        click.option("--register", multiple=True, metavar="FILE", help=FILE_HELP.format(what="the register")),
        click.option("--store", type=file, envvar="INDICATORS_STORE", metavar="FILE",
                     help="An event store to evaluate from, in place of files (or set INDICATORS_STORE)."),
        click.option("--source", metavar="ADDRESS",
                     help="A database to evaluate in, by the tables that the pack's sources map: postgresql://…, "
                          "parquet:FOLDER, duckdb:FILE, spark:FOLDER or a plugin's."),
        click.option("--mapping", type=file, metavar="FILE",
                     help="With --source: a file of sources, beside those of the pack."),
        click.option("--at-import", type=int, metavar="N", help="With --store: as the store stood after this import."),
        click.option("--as-of", metavar="DATE",
                     help="The day to evaluate for, like 2010-03-31. There is no hidden today."),
        click.option("--known-at", metavar="DATE",
                     help="Only what was recorded by then, a day or a day and time counts."),
        click.option("--select", multiple=True, metavar="WHAT",
                     help="Indicator ids, priority:<id>, verdict:<verdict>; commas."),
        click.option("--since", metavar="EDITION",
                     help="With --store: also what changed since an edition and why; `last` is the newest."),
        STATE,
        click.option("--audience", type=click.Choice(["internal", "public"]), default="internal", show_default=True,
                     help="The public is told no names, and no small counts."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@evaluation_options
@click.option(
    "--format", "form", help="table (default), json, csv, csv-raw, markdown, html, excel, word, pdf or a plugin's."
)
@out_option(help="Write to this file, whole or not at all.")
@click.option("--details", is_flag=True, help="Also list who counted, who did not and why.")
@click.option("--evaluator", type=click.Choice(["compiled", "reference"]), help="With --store or "
              "--source: figures by queries, or from the records one by one. They are the same.")  # fmt: skip
@click.option("--evidence/--no-evidence", default=None, help="With --store or --source: whether to find out who "
              "counted and who did not; without either, for up to 200,000 events.")  # fmt: skip
@plugin_options
@click.pass_context
def run(ctx: click.Context, /, chosen: PluginChoice, **options: Any) -> None:
    """Evaluate the statement at PATH over events, as of a day.

    \b
    indicators run housing.toml --events events.csv --register register.csv --as-of 2010-03-31
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    request = _request(ctx, options)
    try:
        data = _evaluated(request, chosen.load())
    except IndicatorEngineError as error:
        if request.form != "json" or request.out:
            raise
        screen.write(screen.as_json(_refusal(error)), None)
        ctx.exit(error.exit_code)
    screen.write(data, request.out)
    if request.out:
        screen.say(f"Wrote {request.out}.")


@click.command()
@evaluation_options
@out_option(default="report.html", show_default=True, help="The file to write, whole or not at all.")
@plugin_options
@click.pass_context
def report(ctx: click.Context, /, chosen: PluginChoice, **options: Any) -> None:
    """Write a page about the statement at PATH, to publish or print.

    \b
    indicators report housing.toml --events events.csv --register register.csv --as-of 2010-03-31

    With a name that ends in .pdf, .docx, .xlsx or .md, --out writes it in that form.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    form = None if options["out"].suffix.casefold() in REPORTS else "html"
    request = _request(ctx, {**options, "form": form, "details": True, "evaluator": None, "evidence": None})
    screen.write(_evaluated(request, chosen.load()), request.out)
    screen.say(f"Wrote {request.out}.")


def _request(ctx: click.Context, options: dict[str, Any]) -> _Request:
    """The options, checked for what cannot be left out."""
    if not options["as_of"]:
        raise click.UsageError(
            "--as-of is missing: say for which day the indicators are evaluated, for example --as-of 2010-03-31. "
            "(Without it the same command would answer differently every day.)",
            ctx,
        )
    if options["source"]:
        refuse_beside_source(store=options["store"], files=options["events"] or options["register"])
        options["store"] = None
    elif options["events"] or options["register"]:
        _refuse_store_beside_files(ctx, options)
        options["store"] = None
    elif not options["store"]:
        raise click.UsageError("--events is missing: name the file of events, for example --events events.csv, "
                               "an event store with --store, or a database with --source", ctx)  # fmt: skip
    _refuse_strays(ctx, options)
    if not options["events"] and not options["store"] and not options["source"]:
        raise click.UsageError("--events is missing: name the file of events, for example --events events.csv", ctx)
    select = tuple(word.strip() for one in options.pop("select") for word in one.split(",") if word.strip())
    return _Request(select=select, **options)


def _refuse_strays(ctx: click.Context, options: dict[str, Any]) -> None:
    """What belongs to a store or to a database has no meaning without one."""
    owners = {
        "at_import": ("store",), "since": ("store",), "mapping": ("source",), "evaluator": ("store", "source"),
        "evidence": ("store", "source"), "state": ("store",),
    }  # fmt: skip
    for name, owned in owners.items():
        if options[name] is not None and not any(options[one] for one in owned):
            named = " and ".join(f"--{one}" for one in owned)
            raise click.UsageError(f"--{name.replace('_', '-')} belongs to {named}", ctx)


def _refuse_store_beside_files(ctx: click.Context, options: dict[str, Any]) -> None:
    """A run is over files or over a store; files given win over a store that only the environment names."""
    if options["store"] and ctx.get_parameter_source("store") is not click.core.ParameterSource.ENVIRONMENT:
        raise click.UsageError("--store and files of events or of the register exclude each other", ctx)


def _evaluated(request: _Request, registered: Plugins) -> bytes:
    """The story of a run: output, statement, rows, results, rendered."""
    output = registered.output(_form(request, registered))
    _check_verdicts(request.select)
    statement, problems = one_statement(request.path, registered)
    with ExitStack() as until_it_is_written:
        results = _results(request, statement, registered, until_it_is_written, series=output.wants_series)
        _mention_warnings(problems, request.path)
        return output.render(_for(request.audience, results), _page(request))


def _results(request: _Request, statement: Statement, registered: Plugins, held: ExitStack, *, series: bool) -> Results:
    """The results; a store stays open, for long lists of records are read only as they are written."""
    if request.source:
        return _over_source(request, statement, registered, series=series)
    if not request.store:
        return _over_files(request, statement, registered, series=series)
    from indicator_engine.cli.stores import opened

    return _over_store(request, held.enter_context(opened(request.store)), statement, registered, series=series)


def _for(audience: Audience, results: Results) -> Results:
    """The edition for those who are to read it."""
    from indicator_engine.rendering.audience import published

    return published(results) if audience == "public" else results


def _over_files(request: _Request, statement: Statement, registered: Plugins, *, series: bool) -> Results:
    from indicator_engine.engine.rows import evaluate

    require_register(request.register, statement)
    return evaluate(
        statement,
        rows_of_files(request.events, "events", statement, registered),
        rows_of_files(request.register, "register", statement, registered),
        as_of=request.as_of,
        known_at=request.known_at,
        select=request.select,
        series=series,
        registered=registered,
    )


def _over_store(request: _Request, store: Store, statement: Statement, registered: Plugins, *, series: bool) -> Results:
    from indicator_engine.engine.stores import evaluate_store

    results = evaluate_store(
        statement,
        store,
        as_of=request.as_of,
        known_at=request.known_at,
        at_import=request.at_import,
        select=request.select,
        series=series,
        registered=registered,
        evaluator=request.evaluator,
        evidence=_wants_evidence(request, store),
        state=request.state,
    )
    return _since(results, store, request.since, registered)


def _since(results: Results, store: Store, edition: str | None, registered: Plugins) -> Results:
    """The results, with what changed since an edition where that is asked for."""
    if edition is None:
        return results
    from indicator_engine.history.since import compared

    return compared(results, store, edition, registered=registered)


def _over_source(request: _Request, statement: Statement, registered: Plugins, *, series: bool) -> Results:
    from indicator_engine.definitions.mapping_files import load_mappings
    from indicator_engine.engine.databases import evaluate_source

    results = evaluate_source(
        statement,
        request.source or "",
        as_of=request.as_of,
        known_at=request.known_at,
        mappings=load_mappings(request.mapping, statement.schema) if request.mapping else (),
        select=request.select,
        series=series,
        registered=registered,
        evaluator=request.evaluator,
        evidence=True if request.details and request.evidence is None else request.evidence,
    )
    _tell_of_tables(results)
    return results


def _tell_of_tables(results: Results) -> None:
    """Say which rows of the tables are in no figure, and what no query could answer."""
    from indicator_engine.rendering.problems import as_text
    from indicator_engine.store.codes import QUARANTINE_REASONS

    told = [one for one in results.problems if one.code in QUARANTINE_REASONS or one.code == "IE382"]
    if told:
        screen.say(as_text(told, {}, color=screen.colour(sys.stderr)))


def _wants_evidence(request: _Request, store: Store) -> bool | None:
    """Who asks for details asks for evidence; where it is left out for a large store, that is said."""
    from indicator_engine.engine.answering import is_small

    if request.evidence is not None or request.details:
        return request.evidence is not False
    if not is_small(count := store.events()):
        screen.say(f"indicators: who counted is not looked up among {count:,} events; ask for it with --evidence")
    return None


def _form(request: _Request, registered: Plugins) -> str:
    """The format asked for; without one, what the ending of the file to write says, else the table."""
    if request.form or not request.out:
        return request.form or "table"
    ending = request.out.suffix.casefold()
    for name, output in registered.outputs.items():
        if ending and ending in output.suffixes:
            return name
    if ending in {"", ".txt"}:
        return "table"
    raise IndicatorEngineError(f"no output writes `{ending}` files: name one with --format, or another ending")


def _mention_warnings(problems: Iterable[Problem], path: Path) -> None:
    warnings = sum(problem.severity == "warning" for problem in problems)
    if warnings:
        screen.say(f"indicators: the pack has {screen.number(warnings, 'warning')}; see `indicators check {path}`")


def _page(request: _Request) -> Page:
    """A file is as wide as a pipe, and never coloured."""
    from indicator_engine.hookspecs import Page

    if request.out:
        return Page(screen.PIPED, colour=False, details=request.details)
    return Page(screen.columns(), colour=screen.colour(sys.stdout), details=request.details)


def _check_verdicts(select: Iterable[str]) -> None:
    from indicator_engine.conventions import VERDICTS

    for word in select:
        kind, colon, name = word.partition(":")
        if kind == "verdict" and colon and name not in VERDICTS:
            hint = did_you_mean(name, VERDICTS) or "there is " + ", ".join(VERDICTS)
            raise IndicatorEngineError(f"there is no verdict `{name}`; {hint}")


def _refusal(error: IndicatorEngineError) -> dict[str, object]:
    """The published JSON object of a run that could not be made."""
    from indicator_engine.evaluation.results import SCHEMA
    from indicator_engine.rendering.problems import as_json

    carried = error.problems if isinstance(error, PackError | DataError) else ()
    problems = carried or (Problem("", str(error)),)
    return {"schema": SCHEMA, "ok": False, "diagnostics": as_json(problems), "results": []}
