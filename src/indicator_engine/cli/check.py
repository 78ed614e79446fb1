"""`indicators check`: whether packs are free of errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indicator_engine.cli import screen
from indicator_engine.cli.packs import PluginChoice, load_all, plugin_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.definitions.load import Loaded
    from indicator_engine.problems import Problem

SCHEMA = "indicator-engine/check/v1"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text")
@click.option("--strict", is_flag=True, help="Let warnings count as findings, too.")
@plugin_options
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str, *, strict: bool, chosen: PluginChoice) -> None:
    """Tell every problem of packs, with its place.

    A PATH is a file or a folder. Exit code 1 when there are errors (with --strict: or warnings).
    """
    from indicator_engine.problems import file_order

    loaded = load_all(paths, chosen.load())
    problems = file_order(problem for one in loaded for problem in one.problems)
    click.echo(_shown(form, problems, loaded), nl=False)
    ctx.exit(_exit_code(problems, strict=strict))


def _exit_code(problems: Sequence[Problem], *, strict: bool) -> int:
    if screen.is_missing(problems):
        return 2
    findings = ("error", "warning") if strict else ("error",)
    return int(any(problem.severity in findings for problem in problems))


def _shown(form: str, problems: Sequence[Problem], loaded: Sequence[Loaded]) -> str:
    from indicator_engine.rendering import problems as rendering

    if form == "json":
        return _json_text(_as_data(problems, loaded))
    if form == "sarif":
        from indicator_engine.definitions.catalogue import CATALOGUE

        return _json_text(rendering.as_sarif(problems, {code: one.title for code, one in CATALOGUE.items()}))
    if form == "github":
        return f"{rendering.as_github(problems)}\n" if problems else ""
    sources = {file: text for one in loaded for file, text in one.sources.items()}
    text = rendering.as_text(problems, sources, color=screen.colour(sys.stdout))
    return "\n\n".join(filter(None, (text, summary(problems, loaded)))) + "\n"


def _json_text(value: object) -> str:
    from indicator_engine.rendering.data import json_text

    return json_text(value)


def summary(problems: Sequence[Problem], loaded: Sequence[Loaded]) -> str:
    """How much was checked; nothing where a pack could not be read."""
    if any(one.statement is None for one in loaded):
        return ""
    indicators = screen.number(_indicators(loaded), "indicator")
    found = "no problems" if not problems else "no errors"
    return f"All {indicators} of {screen.number(len(loaded), 'pack')} checked: {found}."


def _indicators(loaded: Sequence[Loaded]) -> int:
    return sum(len(list(one.statement.indicators())) for one in loaded if one.statement)


def _as_data(problems: Sequence[Problem], loaded: Sequence[Loaded]) -> dict[str, object]:
    from indicator_engine.problems import errors_in
    from indicator_engine.rendering.problems import as_json

    return {
        "schema": SCHEMA,
        "ok": not errors_in(problems),
        "packs": len(loaded),
        "indicators": _indicators(loaded),
        "diagnostics": as_json(problems),
    }
