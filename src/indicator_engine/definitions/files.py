"""Which files make a pack.

A file with a `[statement]` table is a pack. `2009-10.tests.toml` beside it belongs to `2009-10.toml`; where a folder
has one statement only, so do all its other TOML files. Nothing outside that folder is ever read, also not through a
link, and nothing is fetched.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine.definitions.precheck import LARGEST_FILE
from indicator_engine.frozen import dataclass
from indicator_engine.patterns import late
from indicator_engine.problems import Location, Problem, did_you_mean, relative_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATEMENT = late(rb"^[ \t]*(?:\[[ \t]*statement[ \t]*\]|statement[ \t]*[.=])", re.MULTILINE)
_OURS = late(
    rb"^[ \t]*\[\[?[ \t]*(?:statement|aim|subject|event|population|define|priority|test|source)[ \t]*[.\]]",
    re.MULTILINE,
)


_OF_NONE = "IE024"
"""The code of what belongs to no statement."""


@dataclass(frozen=True)
class PackFile:
    """One file as read: where it is, how it is called in messages, its bytes (at most one more than may be)."""

    path: Path
    name: str
    content: bytes

    @property
    def has_statement(self) -> bool:
        """Whether it looks as if it had a `[statement]` table; a file that is no proper TOML can be asked, too."""
        return b"statement" in self.content and bool(_STATEMENT.search(self.content))

    @property
    def looks_like_ours(self) -> bool:
        """Whether it has a table that packs have."""
        return bool(_OURS.search(self.content))


@dataclass(frozen=True)
class PackFiles:
    """The files of one pack, the one with the statement first; or no files, and why there is no pack."""

    folder: Path
    files: tuple[PackFile, ...] = ()
    problems: tuple[Problem, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names and contents of the files, in the order of their names."""
        from hashlib import sha256  # noqa: PLC0415  # takes long to import, and a check asks for no digest

        digest = sha256()
        for file in sorted(self.files, key=lambda file: file.path.name):
            name = file.path.name.encode()
            digest.update(b"%d:%s%d:" % (len(name), name, len(file.content)))
            digest.update(file.content)
        return digest.hexdigest()

    def beside(self, name: str) -> Path | str:
        """A data file of the pack, by its name relative to the folder; or in words what is wrong with that name."""
        folder = self.folder.resolve()
        if "\0" in name or "\\" in name or Path(name).is_absolute():
            return "is not a name relative to the pack's folder, with / between folders"
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder):
                return "lies outside the pack's folder"
            return path if path.is_file() else "is not there"
        except (OSError, RuntimeError) as fault:
            return f"cannot be opened ({type(fault).__name__})"


def find_packs(paths: Iterable[Path | str], start: Path | None = None) -> list[PackFiles]:
    """The packs in files and folders, each once; folders are searched with all folders within.

    Messages call files as someone in `start` (the current folder, if left out) would type them. What belongs to no
    pack is an entry of its own, with no files and a problem; loading it gives that problem.
    """
    start = start or Path.cwd()
    return list(dict.fromkeys(pack for path in paths for pack in _packs_at(Path(path), start)))


def without_strays(found: Iterable[PackFiles]) -> list[PackFiles]:
    """Without the files that belong to no statement, where there is one; what cannot be read stays."""
    every = list(found)
    kept = [one for one in every if one.files or any(problem.code != _OF_NONE for problem in one.problems)]
    return kept if any(one.files for one in kept) else every


def _packs_at(path: Path, start: Path) -> list[PackFiles]:
    if path.is_dir():
        found = [pack for folder in _folders(path) for pack in _packs_in(folder, start)]
        hint = "a statement is a TOML file with a table [statement]"
        return found or [_refused(path, start, _OF_NONE, "there is no statement in this folder", hint)]
    if path.is_file():
        packs = _packs_in(path.parent, start, path)
        return [pack for pack in packs if any(file.path.name == path.name for file in pack.files)] or [
            pack for pack in packs if any(p.where and p.where.file == _typed(path, start) for p in pack.problems)
        ]
    beside = [other.name for other in _listed(path.parent)]
    return [_refused(path, start, "IE023", "there is no such file or folder", did_you_mean(path.name, beside))]


def _folders(top: Path) -> Iterator[Path]:
    """A folder and those within, hidden ones left out; links are not followed."""
    for folder, within, _ in os.walk(top):
        within[:] = sorted(name for name in within if not name.startswith((".", "__")))
        yield Path(folder)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _typed(path: Path, start: Path) -> str:
    """A file's name as someone at the start would type it; a link keeps its own name."""
    return (Path(relative_to(path.parent, start)) / path.name).as_posix()


def _refused(path: Path, start: Path, code: str, fact: str, hint: str = "") -> PackFiles:
    return PackFiles(path.parent.resolve(), (), (Problem(code, fact, hint, where=Location(_typed(path, start))),))


def _packs_in(folder: Path, start: Path, named: Path | None = None) -> list[PackFiles]:
    """The packs of one folder. A stray file is told of when it looks like one of ours or was named."""
    files: list[PackFile] = []
    found: list[PackFiles] = []
    for path in _listed(folder):
        if (path.suffix == ".toml" and not path.name.startswith(".")) or (named and path.name == named.name):
            read = _read(path, start)
            if isinstance(read, PackFile):
                files.append(read)
            else:
                found.append(read)
    packs = {file.path: [file] for file in files if file.has_statement}
    for file in files:
        if not file.has_statement:
            owner = _owner(file, list(packs))
            if owner:
                packs[owner].append(file)
            elif packs or file.looks_like_ours or named:
                found.append(_stray(file, start, list(packs)))
    return [*(PackFiles(folder.resolve(), tuple(group)) for group in packs.values()), *found]


def _owner(file: PackFile, statements: list[Path]) -> Path | None:
    """The statement a file belongs to: the one it is named after, or the only one."""
    namesakes = [path for path in statements if file.path.name.startswith(f"{path.stem}.")]
    if namesakes:
        return max(namesakes, key=lambda path: len(path.stem))
    return statements[0] if len(statements) == 1 else None


def _stray(file: PackFile, start: Path, statements: list[Path]) -> PackFiles:
    ending = file.path.name.partition(".")[2]
    if not statements:
        hint = "add a table [statement], or put the file beside the one that has it"
        return _refused(file.path, start, _OF_NONE, "this file belongs to no statement", hint)
    names = " or ".join(f"`{path.stem}.{ending if ending != 'toml' else 'tests.toml'}`" for path in statements[:3])
    fact = f"this file belongs to no statement; there are {len(statements)} in this folder"
    return _refused(file.path, start, _OF_NONE, fact, f"name it after the one it belongs to: {names}")


def _read(path: Path, start: Path) -> PackFile | PackFiles:
    try:
        if not path.resolve().is_relative_to(path.parent.resolve()):
            fact = "this is a link that leads outside the folder; such links are not followed"
            return _refused(path, start, "IE023", fact, "put the file itself here")
        if not path.is_file():
            what = "a folder, though its name ends like a file's" if path.is_dir() else "not a file that can be read"
            return _refused(path, start, "IE023", f"this is {what}", "give it another name")
        with path.open("rb") as file:
            return PackFile(path, _typed(path, start), file.read(LARGEST_FILE + 1))
    except (OSError, RuntimeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else type(fault).__name__
        return _refused(path, start, "IE023", f"this file cannot be read ({reason})", "look at its permissions")
