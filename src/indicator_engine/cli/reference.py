"""`indicators functions`, `problems` and `schema`: what the program knows about itself, for people and for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import FOLDER
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_FILE = "statement.schema.json"


@click.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["table", "markdown", "json"]), default="table")
def functions(name: str | None, form: str) -> None:
    """Print the functions of the language.

    With a NAME, all there is to say of that one.
    """
    from indicator_engine.language.functions import BY_NAME, TABLE
    from indicator_engine.rendering import data, reference

    found = reference.find(name) if name else None
    if name and not found:
        raise IndicatorEngineError(f"there is no function `{name}`; {did_you_mean(name, BY_NAME)}".rstrip("; "))
    if form == "json":
        click.echo(data.json_text([reference.as_data(one) for one in ([found] if found else TABLE)]), nl=False)
    elif found:
        click.echo(reference.as_text(found))
    else:
        click.echo(reference.page() if form == "markdown" else reference.overview(), nl=form != "markdown")


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "markdown"]), default="table")
def problems(form: str) -> None:
    """Print every code a problem can have.

    `indicators explain CODE` tells more of one.
    """
    from indicator_engine.definitions import catalogue
    from indicator_engine.store import codes

    if form == "markdown":
        click.echo(f"{catalogue.reference_page().rstrip()}\n\n{codes.reference_chapter().rstrip()}")
        return
    titles = {code: one.title for code, one in catalogue.CATALOGUE.items()}
    titles |= {code: one.title for code, one in codes.CODES.items()}
    for code, title in titles.items():
        click.echo(f"{code}  {title}")


@click.command()
@click.option("--format", "form", type=click.Choice(["json", "markdown"]), default="json")
@click.option("--write", type=FOLDER, metavar="FOLDER", help=f"Write it to {SCHEMA_FILE} in this folder.")
def schema(form: str, write: Path | None) -> None:
    """Print the JSON Schema of pack files, or their page.

    A pack's first line, `#:schema ./statement.schema.json`, lets an editor find it.
    """
    from indicator_engine.definitions.shape import json_schema
    from indicator_engine.rendering.pack_reference import page

    if form == "markdown":
        click.echo(page(), nl=False)
        return

    text = screen.as_json(json_schema())
    if write is None:
        screen.write(text, None)
    else:
        screen.write_whole(text, write / SCHEMA_FILE)
        screen.say(f"Wrote {write / SCHEMA_FILE}.")
