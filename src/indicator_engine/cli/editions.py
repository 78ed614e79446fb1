"""Editions of results: `publish` freezes one into a store, `editions` lists them, `reproduce` works one out anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, plugin_options
from indicator_engine.cli.stores import opened, store_option, table
from indicator_engine.problems import StoreError

if TYPE_CHECKING:
    from indicator_engine.history.editions import Change, Edition, Reproduction

DIFFERS = 1
"""The exit code where an edition does not come out as it was published."""

MOST_TOLD = 20
"""Differences that are told one by one."""


@click.command()
@click.argument("pack", type=click.Path(path_type=Path))
@store_option
@click.option("--as-of", required=True, metavar="DATE", help="The day to evaluate for, like 2010-03-31.")
@click.option("--known-at", metavar="DATE", help="Only what was recorded by then, a day or a day and time, counts.")
@click.option("--at-import", type=click.IntRange(min=1), metavar="N", help="As the store stood after this import.")
@click.option("--edition", "name", required=True, metavar="NAME", help="What to call it; never used again.")
@click.option("--by", metavar="NAME", help="Who publishes it; your login name, if left out.")
@click.option("--reason", default="", metavar="TEXT", help="What for; kept with the edition.")
@plugin_options
def publish(pack: Path, path: Path, name: str, chosen: PluginChoice, **options: Any) -> None:
    """Freeze the results of PACK into a store.

    \b
    indicators publish housing.toml --store housing.store --as-of 2010-03-31 --edition annual-2010

    Kept are the results, the text of the pack, where the store stood, and which programs made them, so that
    `indicators reproduce` can work them out anew at any time.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.history import editions
    from indicator_engine.store.store import terms_of

    by, reason = options.pop("by"), options.pop("reason")
    registered = chosen.load()
    if not path.exists():
        raise StoreError(f"there is no store {path}: `indicators import` makes one")
    with opened(path, writable=True) as store:
        given = {"by": by} if by else {}
        made = editions.publish(
            store, pack, name, registered=registered, terms=terms_of(reason=reason, **given), **options
        )
    screen.say(f"Published `{name}` as of {made.asked.as_of}, at import {made.asked.at_import}.")


@click.command("editions")
@click.argument("name", required=False)
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def editions_(name: str | None, path: Path, form: str) -> None:
    """List the editions of a store.

    With NAME, print the results of that one, the JSON that was published.
    """
    from indicator_engine.history import editions

    with opened(path) as store:
        found = [editions.edition_of(store, name)] if name else editions.editions_of(store)
    if name:
        screen.write(found[0].results.encode(), None)
    elif form == "json":
        screen.write(screen.as_json([_told(one) for one in found]), None)
    else:
        click.echo(_listed(found) if found else "No editions.")


def _told(one: Edition) -> dict[str, Any]:
    return {
        "name": one.name, "published_at": one.published_at, "by": one.by, "reason": one.reason,
        "as_of": one.asked.as_of, "known_at": one.asked.known_at, "at_import": one.asked.at_import,
        "ledger": one.ledger, "pack": one.pack_digest, "engine": one.engine, "plugins": dict(one.plugins),
        "sha256": one.sha256,
    }  # fmt: skip


def _listed(found: list[Edition]) -> str:
    heads = ("edition", "as of", "known at", "import", "published", "by", "pack", "reason")
    rows = [
        (one.name, one.asked.as_of, (one.asked.known_at or "everything")[:19], one.asked.at_import,
         one.published_at[:10], one.by, one.pack_digest[:12], one.reason)
        for one in found
    ]  # fmt: skip
    return table([heads, *rows])


@click.command()
@click.argument("name", metavar="EDITION")
@store_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
@click.pass_context
def reproduce(ctx: click.Context, name: str, path: Path, form: str, chosen: PluginChoice) -> None:
    """Work EDITION out anew and compare.

    From the store as it stood, the pack as it read, and the dates it was published for. Exit code 1 when anything
    differs: what does is said, down to the engine's version.
    """
    from indicator_engine.history import editions

    with opened(path) as store:
        found = editions.reproduce(store, name, registered=chosen.load())
    if form == "json":
        screen.write(screen.as_json(_compared(found)), None)
    else:
        click.echo(_shown(found))
    ctx.exit(0 if found.same else DIFFERS)


def _compared(found: Reproduction) -> dict[str, Any]:
    def told(one: Change) -> dict[str, Any]:
        return {"place": one.place, "before": one.before, "after": one.after}

    return {
        "edition": _told(found.edition),
        "same": found.same,
        "programs": [told(one) for one in found.programs],
        "changes": [told(one) for one in found.changes],
    }


def _shown(found: Reproduction) -> str:
    from indicator_engine.rendering.text import safe_text

    name = found.edition.name
    if found.same:
        return f"`{name}` comes out the same, byte for byte."
    lines = [f"`{name}` does not come out as it was published."]
    lines += [f"    {one}" for one in (*found.programs, *found.changes[:MOST_TOLD])]
    if more := len(found.changes) - MOST_TOLD:
        lines += [f"    ({screen.number(more, 'more difference')})"] if more > 0 else []
    if not found.changes:
        lines.append("    Nothing else differs: every figure and every verdict is the same.")
    return "\n".join(safe_text(line, 400) for line in lines)
