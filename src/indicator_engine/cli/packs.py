"""Packs and plugins as commands take them: the options that choose plugins, the one statement at a path."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from indicator_engine.cli.screen import RefusedPackError, say
from indicator_engine.frozen import dataclass
from indicator_engine.problems import IndicatorEngineError, Problem, errors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    _, loaded = pack_at(path, registered)
    return cast("Statement", loaded.statement), loaded.problems


def pack_at(path: Path, registered: Plugins) -> tuple[PackFiles, Loaded]:
    """The one pack at a path with its files. Raises an error when it has errors, or when there are several.

    Files of ours that belong to no statement, such as sources that an import is given, are left out, and it is said.
    """
    from indicator_engine.definitions.files import find_packs, without_strays
    from indicator_engine.definitions.load import load

    found = find_packs([path])
    packs = [one for one in found if one.files]
    if len(packs) > 1:
        names = ", ".join(one.files[0].name for one in packs)
        raise IndicatorEngineError(f"{path} holds {len(packs)} statements; name one of them: {names}")
    kept = without_strays(found)
    if unread := [problem for one in kept if not one.files for problem in one.problems]:
        raise RefusedPackError(unread, {})
    loaded = load(packs[0], registered.conventions, registered.checks)
    if loaded.statement is None or errors_in(loaded.problems):
        raise RefusedPackError(loaded.problems, loaded.sources)
    _mention([problem for one in found if one not in kept for problem in one.problems])
    return packs[0], loaded


def _mention(left_out: Sequence[Problem]) -> None:
    """Say which files belong to no statement."""
    if left_out:
        names = ", ".join(one.where.file for one in left_out if one.where)
        say(f"indicators: left out, as part of no statement: {names}")
