"""`indicators serve`: the dashboard and the JSON API over a snapshot of an event store."""

from __future__ import annotations

import stat
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, plugin_options
from indicator_engine.cli.stores import store_option
from indicator_engine.problems import IndicatorEngineError

if TYPE_CHECKING:
    from indicator_engine.evaluation.results import Audience

LEAST_TOKEN = 16
HOME = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.argument("packs", nargs=-1, required=True, metavar="PACK...", type=click.Path(path_type=Path))
@store_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; others need a token.")
@click.option("--token-file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="A file with the token that readers need; only you may read it.")  # fmt: skip
@click.option("--allow-host", multiple=True, metavar="NAME", help="A name by which it may be asked. May be repeated.")
@click.option("--root-path", default="", metavar="PATH", help="Where a proxy puts it, like /indicators.")
@click.option("--audience", type=click.Choice(["internal", "public"]), default="internal", show_default=True,
              help="The public is told no names, and no small counts.")  # fmt: skip
@click.option("--watch", is_flag=True, help="Load the packs anew when their files change.")
@plugin_options
def serve(  # noqa: PLR0913, PLR0917  # what may be said
    packs: tuple[Path, ...],
    path: Path,
    port: int,
    host: str,
    token_file: Path | None,
    allow_host: tuple[str, ...],
    root_path: str,
    audience: Audience,
    chosen: PluginChoice,
    *,
    watch: bool,
) -> None:
    """Show live how statements stand, and answer programs.

    \b
    indicators serve housing.toml --store housing.store --watch

    It reads a copy of the store, made anew after each import, and changes nothing.
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    from indicator_engine.server import MISSING, create_app

    if find_spec("uvicorn") is None:
        raise IndicatorEngineError(MISSING)
    if host not in HOME and token_file is None:
        raise click.UsageError(
            f"anybody could read the figures at {host}: name a file with a token, --token-file FILE "
            "(make one: `openssl rand -hex 32 > token; chmod 600 token`)"
        )
    token = token_of(token_file) if token_file else ""
    if root_path and (not root_path.startswith("/") or root_path.endswith("/")):
        raise click.UsageError("--root-path begins with / and does not end with it, like /indicators")
    app = create_app(
        list(packs), path, audience=audience, token=token, watch=watch, registered=chosen.load(),
        hosts=hosts_of(host, allow_host),
    )  # fmt: skip
    import uvicorn

    named = f"[{host}]" if ":" in host else host
    screen.say(f"indicators: http://{named}:{port}{root_path}/  (Ctrl+C ends it)")
    uvicorn.run(
        app, host=host, port=port, root_path=root_path, log_level="warning", access_log=False, server_header=False,
        date_header=True, h11_max_incomplete_event_size=16_384, limit_concurrency=200, timeout_keep_alive=10,
    )  # fmt: skip


def hosts_of(host: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The names by which the dashboard may be asked."""
    from indicator_engine.server.guard import LOCAL

    own = () if host in {"0.0.0.0", "::"} else (f"[{host}]" if ":" in host else host,)  # noqa: S104  # compared only
    return (*LOCAL, *own, *allowed)


def token_of(path: Path) -> str:
    """The token in a file that only its owner may read. Raises IndicatorEngineError."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise IndicatorEngineError(f"the token file {path} cannot be read: {fault.strerror}") from fault
    except UnicodeError as fault:
        raise IndicatorEngineError(f"the token file {path} is not plain ASCII: write letters and digits") from fault
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise IndicatorEngineError(f"others may read the token file {path}: chmod 600 {path}")
    if len(text) < LEAST_TOKEN or not text.isprintable() or " " in text:
        raise IndicatorEngineError(
            f"the token in {path} is no token of at least {LEAST_TOKEN} characters without blanks: "
            f"`openssl rand -hex 32 > {path}` makes one"
        )
    return text
