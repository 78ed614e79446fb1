"""`indicators completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

_HOW = {
    "bash": 'add to ~/.bashrc:  eval "$(indicators completion bash)"',
    "zsh": 'add to ~/.zshrc:  eval "$(indicators completion zsh)"',
    "fish": "save as ~/.config/fish/completions/indicators.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_HOW)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script for completion in a shell.

    Its first line tells where to put it.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover  # click has all three
        raise click.UsageError(f"there is no completion for {shell}", ctx)
    click.echo(f"# {_HOW[shell]}")
    click.echo(found(ctx.find_root().command, {}, "indicators", "_INDICATORS_COMPLETE").source())
