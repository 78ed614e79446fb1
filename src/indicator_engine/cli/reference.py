"""`indicators functions`, `problems` and `schema`: what the program knows about itself, for people and for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import FOLDER
from indicator_engine.problems import IndicatorEngineError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_FILES = {"pack": "statement.schema.json", "results": "results.schema.json"}


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
@click.option("--of", "subject", type=click.Choice(list(SCHEMA_FILES)), default="pack", show_default=True,
              help="Pack files, or the JSON of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["json", "markdown"]), default="json",
              help="Markdown gives the page about pack files.")  # fmt: skip
@click.option("--write", type=FOLDER, metavar="FOLDER", help="Write it to a file of its own name in this folder.")
def schema(subject: str, form: str, write: Path | None) -> None:
    """Print the JSON Schema of pack files, or of results.

    A pack's first line, `#:schema ./statement.schema.json`, lets an editor find it.
    """
    from indicator_engine.definitions import shape_models
    from indicator_engine.rendering import pack_reference, results_schema

    if form == "markdown":
        if subject != "pack":
            raise click.UsageError("--format markdown tells of pack files; the JSON of results has its JSON Schema")
        click.echo(pack_reference.page(), nl=False)
        return

    text = screen.as_json(shape_models.json_schema() if subject == "pack" else results_schema.json_schema())
    if write is None:
        screen.write(text, None)
    else:
        screen.write_whole(text, write / SCHEMA_FILES[subject])
        screen.say(f"Wrote {write / SCHEMA_FILES[subject]}.")
