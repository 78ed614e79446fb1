"""`indicators plugins`: which plugins there are, and what each registers."""

from __future__ import annotations

import click

from indicator_engine.cli.packs import PluginChoice, plugin_options


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@plugin_options
def plugins(form: str, chosen: PluginChoice) -> None:
    """List the plugins and what each registers."""
    from indicator_engine.rendering.data import json_text

    found = chosen.load().names
    if form == "json":
        click.echo(json_text([plugin._asdict() for plugin in found]), nl=False)
        return
    widths = [max(len(plugin[column]) for plugin in found) for column in (0, 1)]
    for plugin in found:
        registers = ", ".join(plugin.registers) or "nothing"
        click.echo(f"{plugin.name:{widths[0]}}  {plugin.version:{widths[1]}}  {registers}")
