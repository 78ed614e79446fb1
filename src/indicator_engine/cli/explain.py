"""`indicators explain`: what a code means, or what an indicator is."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.data import DataChoice, data_options, refuse_beside_source
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indicator_engine.definitions.model import Statement
    from indicator_engine.evaluation.compiled.evaluator import Query
    from indicator_engine.evaluation.explaining import Explanation, Stories
    from indicator_engine.plugins import Plugins

_CODE = re.compile(r"[A-Za-z]{2,4}\d{3}")


@click.command()
@click.argument("what", metavar="CODE|PACK")
@click.argument("name", metavar="INDICATOR", required=False)
@click.option("--subject", metavar="WHO", help="Tell the story of one organisation: what counted, what failed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: with data only.")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--sql", is_flag=True, help="With --store or --source: the queries that its figure comes from.")
@click.option("--plan", is_flag=True,
              help="With --store or --source: how its figures are found; without INDICATOR, of all.")  # fmt: skip
@click.option("--source", metavar="ADDRESS", help="With --plan or --sql: a database, as `indicators run` takes it.")
@click.option("--mapping", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="With --source: a file of sources, beside those of the pack.")  # fmt: skip
@data_options
@plugin_options
def explain(  # noqa: PLR0913  # as many options
    what: str,
    name: str | None,
    subject: str | None,
    form: str,
    data: DataChoice,
    chosen: PluginChoice,
    *,
    as_json: bool,
    sql: bool,
    plan: bool,
    source: str | None,
    mapping: Path | None,
) -> None:
    """Tell what a code means, or what an indicator is.

    CODE is the code of a problem, a verdict or a flag; INDICATOR the id of an indicator of PACK, or "indicator/part".
    With data and a day, also how its figure came about, step by step. A stage of a target is told with its indicator.

    \b
    indicators explain IE103
    indicators explain indicators/nottinghamshire/2009-10.toml pledge-commitment
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    if name is None and _CODE.fullmatch(what):
        click.echo(_explained_code(what))
    elif name is None and (told := _explained_word(what)):
        click.echo(told)
    elif source or mapping:
        _explain_source(what, name, source, mapping, data, chosen, form="plan" if plan else "sql" if sql else "")
    elif name is None and plan:
        click.echo(_planned(one_statement(Path(what), chosen.load())[0], (), data))
    elif name is None:
        raise click.UsageError(f"say which pack `{what}` is an indicator of: indicators explain PACK {what}")
    else:
        asked = "plan" if plan else "sql" if sql else "json" if as_json else form
        _explain_indicator(*_in_order(what, name), Wanted(subject, asked), data, chosen)


@dataclass(frozen=True)
class Wanted:
    """What is to be told of an indicator."""

    subject: str | None
    form: str
    """text, json, sql or plan."""


def _in_order(first: str, second: str) -> tuple[Path, str]:
    """The pack and the indicator, whichever was named first."""
    swapped = Path(second).exists() and not Path(first).exists()
    return (Path(second), first) if swapped else (Path(first), second)


def _explained_code(code: str) -> str:
    from indicator_engine.definitions import catalogue
    from indicator_engine.store import codes

    found = catalogue.explain(code) or codes.explain(code)
    if found is None:
        hint = did_you_mean(code.upper(), [*catalogue.CATALOGUE, *codes.CODES])
        raise IndicatorEngineError(f"there is no code {code}" + (f"; {hint}" if hint else ""))
    return found


def _explained_word(word: str) -> str:
    """What a verdict or a flag means; "" for anything else."""
    from indicator_engine.rendering import words

    name = word.casefold().replace("-", "_").replace(" ", "_")
    text = words.MEANINGS.get(name) or words.meaning(name)
    return f"{name}: {text}" if text else ""


def _explain_indicator(path: Path, name: str, wanted: Wanted, data: DataChoice, chosen: PluginChoice) -> None:
    from indicator_engine.engine.asked import is_stage
    from indicator_engine.rendering.explained import as_text, evaluated, explanation, stories

    data.check()
    if not data.is_given and (wanted.subject or wanted.form == "json"):
        data.require()
    registered = chosen.load()
    statement, _ = one_statement(path, registered)
    known = {indicator.id: (priority, indicator) for priority, indicator in statement.indicators()}
    key = name.partition("/")[0]
    if key not in known:
        hint = did_you_mean(key, known)
        raise IndicatorEngineError(f"{path} has no indicator `{key}`" + (f"; {hint}" if hint else ""))
    if is_stage(known[key][1], name.partition("/")[2]):
        name = key  # what tells of an indicator tells of all its stages
    if wanted.form in ("sql", "plan"):
        click.echo(_queries(statement, key, data) if wanted.form == "sql" else _planned(statement, [key], data))
        return
    if not data.is_given:
        click.echo(as_text(explanation(statement, *known[key])))
        return
    if wanted.subject:
        told = _stories(statement, name, wanted.subject, data, registered)
        _tell(told.to_dict, lambda: as_text(stories(told, statement.schema.subject.singular)), wanted)
        return
    with _evaluated(statement, name, None, data, registered) as found:
        _tell(found.to_dict, lambda: as_text([*explanation(statement, *known[key]), *evaluated(found)]), wanted)


def _explain_source(
    what: str,
    name: str | None,
    source: str | None,
    mapping: Path | None,
    data: DataChoice,
    chosen: PluginChoice,
    *,
    form: str,
) -> None:
    """How figures over tables of a database are found, or by which queries."""
    from indicator_engine.definitions.mapping_files import load_mappings
    from indicator_engine.engine.databases import plan_of_source

    if not source:
        raise click.UsageError("--mapping belongs to --source")
    if not form:
        raise click.UsageError("--source belongs to --plan and --sql; figures themselves come from `indicators run`")
    refuse_beside_source(store=data.store, files=data.events or data.register)
    if data.at_import is not None:
        raise click.UsageError("--at-import belongs to --store: a database has no imports")
    if not data.as_of:
        raise click.UsageError("--as-of is missing: say for which day, for example --as-of 2010-03-31")
    path, key = (Path(what), None) if name is None else _in_order(what, name)
    registered = chosen.load()
    statement, _ = one_statement(path, registered)
    plan, queries = plan_of_source(
        statement, source, as_of=data.as_of, known_at=data.known_at, registered=registered,
        mappings=load_mappings(mapping, statement.schema) if mapping else (), select=() if key is None else [key],
    )  # fmt: skip
    click.echo(str(plan) if form == "plan" else _as_sql(queries, plan.left))


def _tell(data: Callable[[], dict[str, Any]], text: Callable[[], str], wanted: Wanted) -> None:
    """Write what is wanted, as JSON or as text."""
    if wanted.form == "json":
        screen.write(screen.as_json(data()), None)
    else:
        click.echo(text())


def _stories(statement: Statement, name: str, subject: str, data: DataChoice, registered: Plugins) -> Stories:
    """The stories of one subject. Raises IndicatorEngineError for what is told, never scored."""
    found = _found_stories(statement, name, subject, data, registered)
    if not found.stories:
        raise IndicatorEngineError(f"`{name}` is told, never scored: nobody counts in it")
    return found


def _found_stories(statement: Statement, name: str, subject: str, data: DataChoice, registered: Plugins) -> Stories:
    from indicator_engine.cli.stores import opened
    from indicator_engine.engine.explaining import stories_of_store

    if data.store:
        with opened(data.store) as store:
            return stories_of_store(
                statement, store, name, subject, as_of=data.as_of or "", known_at=data.known_at,
                at_import=data.at_import, registered=registered,
            )  # fmt: skip
    with _evaluated(statement, name, subject, data, registered) as found:
        return found.told


@contextmanager
def _evaluated(
    statement: Statement, name: str, subject: str | None, data: DataChoice, registered: Plugins
) -> Iterator[Explanation]:
    """How a figure came about, while the data are at hand: of a large store, more is found as it is looked at."""
    from indicator_engine.cli.stores import opened
    from indicator_engine.engine.explaining import explain_records, explain_store

    if data.store:
        with opened(data.store) as store:
            yield explain_store(
                statement, store, name, as_of=data.as_of or "", known_at=data.known_at, at_import=data.at_import,
                subject=subject, registered=registered,
            )  # fmt: skip
        return
    taken = data.intake(statement, registered)
    yield explain_records(
        statement, name, taken, as_of=data.as_of or "", known_at=data.known_at, subject=subject, registered=registered
    )


def _planned(statement: Statement, select: Iterable[str], data: DataChoice) -> str:
    """How figures are found."""
    from indicator_engine.cli.stores import opened
    from indicator_engine.engine.stores import plan_of_store

    data.check()
    if not data.store:
        raise click.UsageError("--plan belongs to --store and --source: files are evaluated record by record")
    with opened(data.store) as store:
        return str(
            plan_of_store(
                statement, store, as_of=data.as_of or "", known_at=data.known_at, at_import=data.at_import,
                select=select,
            )
        )  # fmt: skip


def _queries(statement: Statement, name: str, data: DataChoice) -> str:
    """The queries of an indicator, with what they bind, and what has none."""
    from indicator_engine.cli.stores import opened
    from indicator_engine.engine.stores import queries_of_store

    if not data.store:
        raise click.UsageError("--sql belongs to --store and --source: files are evaluated record by record")
    with opened(data.store) as store:
        queries, left = queries_of_store(
            statement, store, as_of=data.as_of or "", known_at=data.known_at, at_import=data.at_import, select=[name]
        )
    return _as_sql(queries, left)


def _as_sql(queries: Iterable[Query], left: Iterable[str]) -> str:
    """Queries with what they bind, and what has none."""
    lines = [
        f"{one.text};{''.join(f'{chr(10)}-- ${key}: {value}' for key, value in one.values.items())}" for one in queries
    ]
    return "\n\n".join([*lines, *(f"-- left to the reference evaluator: {one}" for one in left)])
