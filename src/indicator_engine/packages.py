"""Installed packages: their versions and entry points, read from the folders that installers write beside them.

`importlib.metadata` tells the same, and is asked where packages are kept in any other way; but it brings in the
library for e-mail, and importing that takes as long as checking a pack.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class EntryPoint(NamedTuple):
    """What a package offers under a name: `package.module` or `package.module:attribute`; and the package's version."""

    name: str
    value: str
    version: str

    def load(self) -> object:
        """The module, or what it calls so."""
        module, _, attributes = self.value.partition("[")[0].strip().partition(":")
        found: object = import_module(module.strip())
        for attribute in filter(None, attributes.strip().split(".")):
            found = getattr(found, attribute)
        return found


def entry_points(group: str) -> list[EntryPoint]:
    """Every entry point of a group, package by package; read once, unless packages come or go."""
    try:
        return list(_entry_points(_packages(), group))
    except _UnusualError:
        return _asked(group)


def version(name: str) -> str:
    """The version of an installed package; empty where there is none of that name."""
    try:
        return next((package.version for package in _packages() if package.name == _normal(name)), "")
    except _UnusualError:
        return _asked_version(name)


@functools.lru_cache(maxsize=4)
def _entry_points(packages: tuple[_Package, ...], group: str) -> tuple[EntryPoint, ...]:
    return tuple(one for package in packages for one in package.entry_points(group))


class _UnusualError(Exception):
    """Packages are kept otherwise than in folders."""


class _Package(NamedTuple):
    """An installed package, by its folder `name-version.dist-info`."""

    name: str
    version: str
    folder: Path

    def entry_points(self, group: str) -> Iterator[EntryPoint]:
        try:
            text = (self.folder / "entry_points.txt").read_text("utf-8")
        except OSError:
            return
        section = ""
        for line in filter(None, map(str.strip, text.splitlines())):
            if line.startswith("["):
                section = line.strip("[]")
            elif section == group and not line.startswith("#"):
                if not self.version:
                    raise _UnusualError
                name, _, value = line.partition("=")
                yield EntryPoint(name.strip(), value.strip(), self.version)


def _packages() -> tuple[_Package, ...]:
    """Each package once: as it is found first along `sys.path`."""
    return _along(tuple((place, _changed(place)) for place in sys.path), tuple(sys.meta_path))


def _changed(place: str) -> int:
    """When anything was put into a folder or taken out of it; 0 where it is none."""
    try:
        return os.stat(place or ".").st_mtime_ns  # noqa: PTH116  # asked for every plugin that is loaded
    except OSError:
        return 0


@functools.lru_cache(maxsize=1)
def _along(places: tuple[tuple[str, int], ...], finders: tuple[object, ...]) -> tuple[_Package, ...]:
    if any(hasattr(finder, "find_distributions") for finder in finders if finder is not PathFinder):
        raise _UnusualError
    found: dict[str, _Package] = {}
    for place in (Path(place) for place, _ in places):
        if place.suffix == ".egg" or place.is_file():
            raise _UnusualError
        for package in _in_folder(place):
            found.setdefault(package.name, package)
    return tuple(found.values())


def _in_folder(place: Path) -> Iterator[_Package]:
    try:
        with os.scandir(place) as children:
            names = [child.name for child in children if child.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for stem, _, ending in (name.rpartition(".") for name in names):
        name, _, told = stem.partition("-")
        yield _Package(_normal(name), told if ending == "dist-info" else "", place / f"{stem}.{ending}")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _asked(group: str) -> list[EntryPoint]:
    from importlib import metadata  # noqa: PLC0415  # costly, and seldom needed

    found = metadata.entry_points(group=group)
    return [EntryPoint(one.name, one.value, one.dist.version if one.dist else "") for one in found]


def _asked_version(name: str) -> str:
    from importlib import metadata  # noqa: PLC0415  # as above

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
