"""What is installed, as told by the folders of packages: just what `importlib.metadata` tells."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import PurePath
from zipfile import ZipFile

import pytest

from indicator_engine import packages
from indicator_engine.packages import EntryPoint


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder, which comes first of all that Python looks at."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def package(place, folder, entries="", version="1"):
    """A package as an installer leaves it."""
    (place / folder).mkdir()
    (place / folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: some\nVersion: {version}\n")
    (place / folder / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: some\nVersion: {version}\n")
    (place / folder / "entry_points.txt").write_text(entries)


def told_by_the_library(group):
    return sorted((one.name, one.value, one.dist.version) for one in metadata.entry_points(group=group) if one.dist)


@pytest.fixture
def asked(monkeypatch):
    """Whether `importlib.metadata` was asked."""
    found: list[str] = []

    def ask(group):
        found.append(group)
        return []

    monkeypatch.setattr(packages, "_asked", ask)
    return found


def test_all_that_is_installed(monkeypatch):
    """Every entry point of every group, and every version, in the environment that runs the tests."""
    monkeypatch.setattr(packages, "_asked", None)
    groups = {one.group for package in metadata.distributions() for one in package.entry_points}
    names = {package.name: package.version for package in metadata.distributions()}

    assert {"console_scripts", "pytest11", "indicator_engine"} <= groups
    assert {group: told_by_the_library(group) for group in groups} == {
        group: sorted(tuple(one) for one in packages.entry_points(group)) for group in groups
    }
    assert names == {name: packages.version(name) for name in names}


def test_sections_and_comments(place, asked):
    """Only the group that is asked for counts, without comments and blanks."""
    package(
        place,
        "some-1.2.dist-info",
        "[other]\na = b\n\n[made.up]\n# no = no\n one=two.three:four [extra]\n[last]\nc=d\n",
    )

    assert [EntryPoint("one", "two.three:four [extra]", "1.2")] == packages.entry_points("made.up")
    assert [] == asked


def test_the_first_counts(place, tmp_path_factory, monkeypatch):
    """A package that is found twice is the one that Python would import."""
    later = tmp_path_factory.mktemp("later")
    package(place, "Some.Thing-2.dist-info", "[made.up]\na = new\n", "2")
    package(later, "some_thing-1.dist-info", "[made.up]\na = old\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(later)])

    assert [EntryPoint("a", "new", "2")] == packages.entry_points("made.up")
    assert "2" == packages.version("some-thing")


def test_not_installed():
    """A package that is not there has no version."""
    assert "" == packages.version("nobody-would-call-it-so")


@pytest.mark.parametrize("how", ["egg-info", "zip", "egg", "finder"])
def test_kept_otherwise(place, asked, monkeypatch, how):
    """Where packages are not in plain folders, the library is asked."""
    if how == "egg-info":
        package(place, "some.egg-info", "[made.up]\na = b\n")
    elif how == "zip":
        with ZipFile(place / "more.zip", "w") as file:
            file.writestr("some-1.dist-info/METADATA", "")
        monkeypatch.syspath_prepend(place / "more.zip")
    elif how == "egg":
        (place / "some.egg").mkdir()
        monkeypatch.syspath_prepend(place / "some.egg")
    else:
        finder = type("Finder", (), {"find_distributions": list, "find_spec": lambda *_: None})
        monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    packages.entry_points("made.up")

    assert ["made.up"] == asked


def test_an_old_package_is_told_as_well(place):
    """What the library tells is handed on."""
    package(place, "some.egg-info", "[made.up]\na = b\n", "7")

    assert [EntryPoint("a", "b", "7")] == packages.entry_points("made.up")


def test_loading():
    """A module, or what it calls so."""
    assert PurePath is EntryPoint("a", "pathlib:PurePath", "").load()
    assert PurePath.joinpath is EntryPoint("a", "pathlib : PurePath.joinpath [more]", "").load()
    assert sys.modules["pathlib"] is EntryPoint("a", "pathlib", "").load()
