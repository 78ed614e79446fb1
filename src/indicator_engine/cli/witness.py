"""`indicators witness`: the smallest histories on which an indicator's verdict turns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, pack_at, plugin_options
from indicator_engine.problems import IndicatorEngineError, errors_in

if TYPE_CHECKING:
    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins
    from indicator_engine.testing.witnesses import Witnesses


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="PACK")
@click.argument("names", nargs=-1, metavar="[INDICATOR]...")
@click.option("--save", is_flag=True, help="Add the histories as tests to the pack's file of tests.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
@click.pass_context
def witness(
    ctx: click.Context, path: Path, names: tuple[str, ...], form: str, chosen: PluginChoice, *, save: bool
) -> None:
    """Show the smallest histories that meet and miss a target.

    With the days around its deadline, one that leaves it undecided, one in which it is met and then lost; for
    INDICATOR (or "indicator/part"), or for every indicator. Exit code 1 where no history meets or misses a target.

    \b
    indicators witness indicators/nottinghamshire/2009-10.toml pledge-commitment
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.engine.answering import provenance_of
    from indicator_engine.rendering.explained import as_text, rests
    from indicator_engine.testing.witness_words import SCHEMA, as_data, told
    from indicator_engine.testing.witnesses import witnesses

    registered = chosen.load()
    files, loaded = pack_at(path, registered)
    statement = loaded.statement
    assert statement is not None  # noqa: S101  # a pack with errors has been refused
    wanted = names or tuple(indicator.id for _, indicator in statement.indicators())
    found = []
    for name in wanted:
        one = witnesses(statement, name)
        found.append(one)
        if form == "text":
            click.echo(told(statement, one) + "\n")
    provenance = provenance_of(statement, registered=registered)
    if form == "json":
        data = {"schema": SCHEMA, "provenance": provenance.to_dict(), "indicators": [as_data(one) for one in found]}
        screen.write(screen.as_json(data), None)
    else:
        click.echo(as_text([rests(provenance)]))
    if save:
        _save(files, statement, found, registered)
    ctx.exit(int(not all(one.is_sound for one in found)))


def _save(files: PackFiles, statement: Statement, found: list[Witnesses], registered: Plugins) -> None:
    """Add the tests, once the pack with them has no errors and passes them."""
    from indicator_engine.definitions.load import load
    from indicator_engine.testing.pack_tests import run_check
    from indicator_engine.testing.witness_saving import saving

    made = saving(files, statement, found)
    again = load(made.files, registered.conventions, registered.checks)
    if again.statement is None or errors_in(again.problems):
        raise screen.RefusedPackError(again.problems, again.sources)
    for check in again.statement.checks:
        if check.name in made.added and not run_check(again.statement, check).passed:
            raise IndicatorEngineError(f'nothing was written: the test "{check.name}" would not pass')
    if made.added:
        screen.write_over(made.content, made.path, made.before)
        screen.say(f"Added {screen.number(len(made.added), 'test')} to {made.name}.")
    for name in made.kept:
        screen.say(f'There is a test "{name}" already; it stays as it is.')
