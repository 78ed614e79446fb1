"""The `indicators` command: its group of commands, and what happens to errors on the way out."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import click

from indicator_engine.cli.screen import show_error
from indicator_engine.problems import IndicatorEngineError

INTERRUPTED = 130
PIPE_CLOSED = 141

_HOMES = {
    "init": "init.init",
    "check": "check.check",
    "test": "test.test",
    "inspect": "inspect.inspect",
    "import": "importing.import_",
    "run": "run.run",
    "report": "run.report",
    "figures": "figures.figures",
    "explain": "explain.explain",
    "serve": "serve.serve",
    "witness": "witness.witness",
    "quarantine": "quarantine.quarantine",
    "open": "unsettled.open_",
    "settle": "unsettled.settle",
    "correct": "changes.correct",
    "retract": "changes.retract",
    "history": "changes.history",
    "alias": "changes.alias",
    "publish": "editions.publish",
    "editions": "editions.editions_",
    "reproduce": "editions.reproduce",
    "diff": "diff.diff",
    "store": "stores.store",
    "verify": "stores.verify",
    "doctor": "stores.doctor",
    "export": "stores.export",
    "restore": "stores.restore",
    "functions": "reference.functions",
    "problems": "reference.problems",
    "schema": "reference.schema",
    "plugins": "plugins.plugins",
    "completion": "completion.completion",
}
"""The commands in the order in which they are first needed, each with its module and its name there."""


class _Commands(MutableMapping[str, click.Command]):
    """The commands by name, each imported when it is asked for; click may add others."""

    def __init__(self) -> None:
        self._known: dict[str, str | click.Command] = {**_HOMES}

    def __getitem__(self, name: str) -> click.Command:
        found = self._known[name]
        if isinstance(found, click.Command):
            return found
        module, _, attribute = found.partition(".")
        command: click.Command = getattr(import_module(f"indicator_engine.cli.{module}"), attribute)
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class _ShownError(click.ClickException):
    """An error of ours on its way through click."""

    def __init__(self, error: IndicatorEngineError) -> None:
        super().__init__(str(error))
        self.error = error
        self.exit_code = error.exit_code  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: Any = None) -> None:  # noqa: ARG002  # as click declares it
        """Show the error, with the problems it carries."""
        show_error(self.error)


class _Indicators(click.Group):
    """A group whose commands may raise our errors; an interrupt and a closed pipe end it quietly."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        _show_every_letter()
        try:
            return self._invoked(ctx)
        except IndicatorEngineError as error:
            if ctx.params["traceback"]:
                raise
            raise _ShownError(error) from error
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_output()
            ctx.exit(PIPE_CLOSED)

    def _invoked(self, ctx: click.Context) -> object:
        """Run the command and hand its output over; that a reader has gone away shows here, not at exit."""
        try:
            return super().invoke(ctx)
        finally:
            sys.stdout.flush()

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click declares it
        """The commands in the order in which they are first needed."""
        return list(self.commands)


def _show_every_letter() -> None:
    """A letter that the terminal's encoding does not have is written as an escape, and stops nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Nobody reads the output any more: what is left of it goes nowhere, without a complaint at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _show_version(ctx: click.Context) -> None:
    from indicator_engine.plugins import own_version

    click.echo(f"indicators {own_version() or '(not installed)'}")
    ctx.exit()


@click.group(cls=_Indicators, commands=_Commands(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, asked: _show_version(ctx) if asked else None,
    help="Show the version and exit.",
)
@click.option("--traceback", is_flag=True, help="Show where in the program an error arose.")
def main(*, traceback: bool) -> None:  # `_Indicators.invoke` reads it
    """Indicators written by the people who own them: checked, evaluated over events, judged and explained."""
