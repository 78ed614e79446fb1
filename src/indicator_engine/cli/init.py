"""`indicators init`: a small pack that runs at once, to begin from. Its files stand in `starter/`."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from indicator_engine.cli import screen
from indicator_engine.cli.reference import SCHEMA_FILES
from indicator_engine.problems import IndicatorEngineError

FILES = ("pack.toml", "events.csv", "register.csv", "training-returns.csv")
AS_OF = "2026-12-31"
"""A day on which the starter's indicators stand differently."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Write a small pack to begin from.

    FOLDER gets a pack with tests, events and a register. Nothing in it is overwritten.
    """
    from indicator_engine.definitions.shape_models import json_schema

    starter = resources.files("indicator_engine.cli").joinpath("starter")
    contents = {name: starter.joinpath(name).read_bytes() for name in FILES}
    contents[SCHEMA_FILES["pack"]] = screen.as_json(json_schema())
    _refuse_overwriting(folder, contents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise IndicatorEngineError(f"{folder} cannot be made: {fault.strerror or fault}") from fault
    for name, content in contents.items():
        screen.write_whole(content, folder / name)
    click.echo(_next_steps(folder))


def _refuse_overwriting(folder: Path, names: dict[str, bytes]) -> None:
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise IndicatorEngineError(f"{folder} has {', '.join(there)} already; nothing is overwritten")


def _next_steps(folder: Path) -> str:
    data = f"--events {folder / 'events.csv'} --register {folder / 'register.csv'}"
    return "\n".join(
        (
            f"Wrote a small pack to {folder}. Look at its comments, then try:",
            "",
            f"    indicators check {folder}",
            f"    indicators test {folder}",
            f"    indicators run {folder} {data} --as-of {AS_OF}",
        )
    )
