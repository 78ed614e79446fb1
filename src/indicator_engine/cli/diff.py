"""`indicators diff`: why figures changed between two days, two instants, two imports, two editions, two packs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.cli.stores import opened, store_option

if TYPE_CHECKING:
    from indicator_engine.definitions.model import Statement
    from indicator_engine.history.differences import Side
    from indicator_engine.plugins import Plugins
    from indicator_engine.store.store import Store


@click.command()
@click.argument("pack", type=click.Path(path_type=Path), required=False)
@store_option
@click.option("--as-of", metavar="DATE", help="The earlier day, like 2009-12-31.")
@click.option("--and-as-of", metavar="DATE", help="The later day; the same, if left out.")
@click.option("--known-at", metavar="DATE", help="What the earlier side knew: a day, or a day and time.")
@click.option("--and-known-at", metavar="DATE", help="What the later side knows; everything, if left out.")
@click.option("--at-import", type=click.IntRange(min=1), metavar="N", help="The import the earlier side stood at.")
@click.option("--and-at-import", type=click.IntRange(min=1), metavar="N", help="That of the later side; the last.")
@click.option("--edition", metavar="NAME", help="An edition as the earlier side: its pack, dates and import.")
@click.option("--and-edition", metavar="NAME", help="An edition as the later side.")
@click.option(
    "--and-pack", type=click.Path(path_type=Path), metavar="PACK", help="Another version of the pack, or REVISION:PATH."
)
@click.option("--select", multiple=True, metavar="WHAT", help="Indicator ids, priority:<id>; commas.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
def diff(pack: Path | None, path: Path, form: str, chosen: PluginChoice, **options: Any) -> None:
    """Tell which figures changed between two evaluations, and why.

    \b
    indicators diff housing.toml --store housing.store --as-of 2009-12-31 --and-as-of 2010-03-31
    indicators diff housing.toml --store housing.store --edition annual --and-as-of 2010-06-30

    Each change is split into what every cause contributed: the pack, membership, late events, corrections,
    retractions, the passing of time, new events, targets, deadlines. The parts sum to the whole. PACK may be
    REVISION:PATH, as git has it.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.history.differences import differences
    from indicator_engine.rendering.differences import as_text

    select = tuple(word.strip() for one in options.pop("select") for word in one.split(",") if word.strip())
    _check(pack, options)
    registered = chosen.load()
    with opened(path) as store:
        before = _earlier(pack, options, store, registered)
        after = _later(pack, options, store, registered, before)
        found = differences(before, after, select=select)
    if form == "json":
        screen.write(screen.as_json(found.to_dict()), None)
    else:
        click.echo(as_text(found, after.statement.convention))


def _check(pack: Path | None, options: dict[str, Any]) -> None:
    """Refuse what does not go together, and an earlier side that says too little."""
    for dashes, prefix in (("--", ""), ("--and-", "and_")):
        given = [name for name in ("as_of", "known_at", "at_import") if options[prefix + name] is not None]
        if options[f"{prefix}edition"] and given:
            told = dashes + given[0].replace("_", "-")
            raise click.UsageError(f"{dashes}edition has its own dates and its own import: leave out {told}")
    if options["and_edition"] and options["and_pack"]:
        raise click.UsageError("--and-edition and --and-pack exclude each other: an edition has its own pack")
    if options["edition"]:
        return
    if pack is None:
        raise click.UsageError("name the PACK, or the edition to compare from: --edition NAME")
    if options["as_of"] is None:
        raise click.UsageError("--as-of is missing: say for which day, for example --as-of 2009-12-31")


def _earlier(pack: Path | None, options: dict[str, Any], store: Store, registered: Plugins) -> Side:
    from indicator_engine.history.differences import edition_side, store_side

    if options["edition"]:
        return edition_side(store, options["edition"], registered=registered)
    statement = _statement(pack or Path(), registered)
    dates = {name: options[name] for name in ("as_of", "known_at", "at_import")}
    return store_side(store, statement, **dates)


def _statement(pack: Path, registered: Plugins) -> Statement:
    """The pack at a path, or at a path in a revision of git."""
    from indicator_engine.history.revisions import is_revision, pack_of_revision

    return pack_of_revision(pack, registered) if is_revision(pack) else one_statement(pack, registered)[0]


def _later(pack: Path | None, options: dict[str, Any], store: Store, registered: Plugins, before: Side) -> Side:
    """The later side. It is the pack and the day of the earlier one, unless it says otherwise."""
    from indicator_engine.history.differences import edition_side, store_side

    if options["and_edition"]:
        return edition_side(store, options["and_edition"], registered=registered)
    other = options["and_pack"] or (pack if options["edition"] else None)
    statement = _statement(other, registered) if other else before.statement
    return store_side(
        store, statement, as_of=options["and_as_of"] or before.as_of, known_at=options["and_known_at"],
        at_import=options["and_at_import"],
    )  # fmt: skip
