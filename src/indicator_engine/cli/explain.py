"""`indicators explain`: what a code means, or what an indicator is."""

from __future__ import annotations

import re
from pathlib import Path

import click

from indicator_engine.cli.packs import PluginChoice, one_statement, plugin_options
from indicator_engine.problems import IndicatorEngineError, did_you_mean

_CODE = re.compile(r"[A-Za-z]{2,4}\d{3}")


@click.command()
@click.argument("what", metavar="CODE|INDICATOR")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@plugin_options
def explain(what: str, path: Path | None, chosen: PluginChoice) -> None:
    """Tell what a code means, or what an indicator is.

    CODE is the code of a problem, a verdict or a flag, INDICATOR the id of an indicator of the pack at PATH.

    \b
    indicators explain IE103
    indicators explain pledge-commitment indicators/nottinghamshire/2009-10.toml
    """  # noqa: D301  # click reads \b as "leave the lines as they are"
    if path is None and _CODE.fullmatch(what):
        click.echo(_explained_code(what))
    elif path is None and (told := _explained_word(what)):
        click.echo(told)
    elif path is None:
        raise click.UsageError(f"say which pack `{what}` is an indicator of: indicators explain {what} PATH")
    else:
        click.echo(_explained_indicator(what, path, chosen))


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


def _explained_indicator(name: str, path: Path, chosen: PluginChoice) -> str:
    from indicator_engine.rendering.explained import as_text, explanation

    statement, _ = one_statement(path, chosen.load())
    known = {indicator.id: (priority, indicator) for priority, indicator in statement.indicators()}
    key = name.partition("/")[0]
    if key not in known:
        hint = did_you_mean(key, known)
        raise IndicatorEngineError(f"{path} has no indicator `{key}`" + (f"; {hint}" if hint else ""))
    return as_text(explanation(statement, *known[key]))
