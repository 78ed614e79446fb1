"""Small stores: files to import, a program of its own that imports them, and what a store then says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicator_engine import plugins
from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.store import care
from indicator_engine.store.accounts import Terms
from indicator_engine.store.store import open_store
from indicator_engine.store.tables import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.store import Store

ROOT = Path(__file__).parents[2]
TERMS = Terms(at=datetime.fromisoformat("2010-06-01T12:00"), by="a test")


def _typed(*attributes: Attribute) -> dict[str, Attribute]:
    return {one.name: one for one in attributes}


SCHEMA = Schema(
    Subject(attributes=_typed(Attribute("kind", "text"))),
    {
        "visit": EventType("visit", attributes=_typed(Attribute("people", "integer"), Attribute("note", "text"))),
        "pledge": EventType("pledge", attributes=_typed(Attribute("stage", "integer"))),
    },
)
"""A vocabulary of two types."""

GROWN = Schema(
    SCHEMA.subject,
    {
        "visit": EventType(
            "visit",
            attributes=_typed(Attribute("people", "decimal"), Attribute("note", "text"), Attribute("cost", "money")),
        ),
        "pledge": SCHEMA.events["pledge"],
        "tender": EventType("tender", attributes=_typed(Attribute("viable", "truth"))),
    },
)
"""The same, grown: whole numbers that became decimal, one more attribute, one more type."""


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class File:
    """A file of events, with how many rows it has."""

    path: Path
    rows: int


def file_of(folder: Path, name: str, rows: int) -> File:
    """A file of visits and pledges, each with an id of its own."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("event_id,type,organisation,occurred_on,people,stage,note\n")
        for row in range(rows):
            said = f"{row % 90},,a note on {row}" if row % 3 else f",{1 + row % 3},"
            type_ = "visit" if row % 3 else "pledge"
            file.write(f"{name}-{row},{type_},body {row % 40},2010-{1 + row % 3:02}-{1 + row % 28:02},{said}\n")
    return File(path, rows)


def grown_file_of(folder: Path, name: str, rows: int) -> File:
    """A file that needs the grown vocabulary."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("event_id,type,organisation,occurred_on,people,cost,viable\n")
        for row in range(rows):
            said = (
                f"visit,body {row % 40},2010-02-01,{row}.5,{row}.25,"
                if row % 2
                else f"tender,new {row},2010-02-02,,,yes"
            )
            file.write(f"{name}-{row},{said}\n")
    return File(path, rows)


@cache
def _csv() -> Any:
    return plugins.load(installed=False).sources["csv"]


def take(store: Store, file: File | Path, schema: Schema = SCHEMA, terms: Terms = TERMS) -> Receipt:
    """Import a file."""
    path = file.path if isinstance(file, File) else file
    return store.take_in(_csv().open(str(path), Reading()), schema, terms=terms)


def made(path: Path, *files: File) -> Path:
    """A store with these files imported."""
    with open_store(path, writable=True) as store:
        for file in files:
            take(store, file)
    return path


# ── what a store says ────────────────────────────────────────────────────────────────────────────────────────────────


def faults(store: Store) -> list[str]:
    """What `verify` finds that is not well."""
    return [one.what for one in care.verify(store) if not one.well]


def said(path: Path) -> tuple[list[str], list[str]]:
    """What a reader of a store is told: what is not well, and every version with its import and its place."""
    with open_store(path) as store:
        versions = store.intake(GROWN).records.versions
        return faults(store), [f"{one.position} {one.source} {one.content} {one.recorded_at}" for one in versions]


def names_beside(path: Path) -> set[str]:
    """The files and folders in a store's folder that belong to it, by what follows its name."""
    return {one.name.removeprefix(path.name) for one in path.parent.iterdir() if one.name.startswith(path.name)}


# ── a disk of one's own ──────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A disk of 8 MiB at a new folder; whether there is one, which only root can have."""
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() or not mount or not umount:
        yield False
        return
    command = [mount, "-t", "tmpfs", "-o", "size=8m", "none", str(folder)]
    there = not subprocess.run(command, check=False, capture_output=True).returncode
    try:
        yield there
    finally:
        if there:
            subprocess.run([umount, str(folder)], check=True)


def seal(folder: Path) -> None:
    """Let nothing be written to such a disk any more."""
    subprocess.run([shutil.which("mount") or "", "-o", "remount,ro", str(folder)], check=True)


# ── a program that imports ───────────────────────────────────────────────────────────────────────────────────────────

DEAD = 86
"""The exit code of an importer that died where it was told to."""


def importer(path: Path, files: Sequence[File], *, place: str = "", grown: bool = False) -> subprocess.Popen[bytes]:
    """A program that imports files one after the other, and has only now begun.

    Each line it writes acknowledges an import, as `acknowledged` reads it. `place` is where it is to die.
    """
    command = [sys.executable, str(Path(__file__).with_name("importer.py")), str(path), place, "grown" if grown else ""]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "TMPDIR": str(path.parent)}
    process = subprocess.Popen(
        [*command, *(str(file.path) for file in files)], env=environment, bufsize=0,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    if b"ready\n" != process.stdout.readline():
        raise AssertionError(process.communicate()[1].decode())
    return process


@dataclass(frozen=True)
class Acknowledged:
    """What the program was told of an import."""

    file: str
    number: int
    stored: int


def acknowledged(output: bytes) -> list[Acknowledged]:
    """The imports that the program has acknowledged; a line cut short is none."""
    return [Acknowledged(**json.loads(line)) for line in output.split(b"\n")[:-1]]
