"""Packs and plugins as commands take them: the options that choose plugins, the one statement at a path."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicator_engine.cli.screen import RefusedPackError
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, Problem, errors_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicator_engine.definitions.files import PackFiles
    from indicator_engine.definitions.load import Loaded
    from indicator_engine.definitions.model import Statement
    from indicator_engine.plugins import Plugins

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True)
class PluginChoice:
    """Which plugins a command is to use."""

    folder: Path | None
    installed: bool
    block: tuple[str, ...]

    def load(self) -> Plugins:
        """Load them."""
        from indicator_engine import plugins

        return plugins.load(installed=self.installed, folder=self.folder, block=self.block)


def plugin_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose plugins; it gets a `chosen: PluginChoice`."""

    @click.option("--plugins-dir", type=FOLDER, help="Also use each .py file of this folder as a plugin.")
    @click.option("--no-plugins", is_flag=True, help="Use no plugins of installed packages.")
    @click.option("--block-plugin", multiple=True, metavar="NAME", help="Leave out this plugin.")
    @wraps(command)
    def with_choice(*args: object, **options: Any) -> object:
        chosen = PluginChoice(options.pop("plugins_dir"), not options.pop("no_plugins"), options.pop("block_plugin"))
        return command(*args, chosen=chosen, **options)

    return with_choice


def load_all(paths: tuple[Path, ...], registered: Plugins) -> list[Loaded]:
    """Every pack at the paths, with its problems."""
    from indicator_engine.engine.packs import load_packs

    return load_packs(paths, registered=registered)


def one_statement(path: Path, registered: Plugins) -> tuple[Statement, tuple[Problem, ...]]:
    """The statement at a path, with its warnings. Raises an error when it has errors, or when there are several."""
    loaded = load_all((path,), registered)
    if len(loaded) > 1:
        names = ", ".join(next(iter(one.sources), "?") for one in loaded)
        raise IndicatorEngineError(f"{path} holds {len(loaded)} statements; name one of them: {names}")
    found = loaded[0]
    if found.statement is None or errors_in(found.problems):
        raise RefusedPackError(found.problems, found.sources)
    return found.statement, found.problems


def pack_at(path: Path, registered: Plugins) -> tuple[PackFiles, Loaded]:
    """The one pack at a path with its files. Raises an error when it has errors, or when there are several."""
    from indicator_engine.definitions.files import find_packs
    from indicator_engine.definitions.load import load

    found = find_packs([path])
    if len(found) > 1:
        names = ", ".join(one.files[0].name for one in found if one.files)
        raise IndicatorEngineError(f"{path} holds {len(found)} statements; name one of them: {names}")
    loaded = load(found[0], registered.conventions, registered.checks)
    if loaded.statement is None or errors_in(loaded.problems):
        raise RefusedPackError(loaded.problems, loaded.sources)
    return found[0], loaded
