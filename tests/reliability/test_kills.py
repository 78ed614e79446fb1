"""A process that imports is killed: what was acknowledged is there, nothing is half there, doing it again does it once.

`KILLS=200` kills as often as that.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.reliability import importer, stores
from tests.reliability.stores import (
    DEAD,
    GROWN,
    SCHEMA,
    Acknowledged,
    acknowledged,
    faults,
    file_of,
    grown_file_of,
    made,
    take,
)  # fmt: skip

from indicator_engine.problems import StoreError
from indicator_engine.store.catalog import quoted
from indicator_engine.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.reliability.stores import File

    from indicator_engine.language.schema import Schema
    from indicator_engine.store.store import Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")

KILLS = int(os.environ.get("KILLS", "20"))
SEED = int(os.environ.get("KILLS_SEED", "2010"))


# ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Outcome:
    """What came of a store whose importer died, or of many."""

    lost: int = 0
    """Imports that were acknowledged and are not there."""
    partial: int = 0
    """Imports of which not every row is there, and faults that `verify` finds."""
    shut: int = 0
    """Stores that did not open, to a reader or to a writer."""
    at_odds: int = 0
    """Stores whose ledger names other imports than they have."""
    wrong: int = 0
    """Files that were not stored exactly once, after all of them were imported again."""
    litter: tuple[str, ...] = ()
    """What lies beside a store that has been used again since, and does not belong there."""
    unheard: int = field(default=0, compare=False)
    """Imports that are there although nobody heard so."""

    def __add__(self, other: Outcome) -> Outcome:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Outcome(*(mine + others for mine, others in pairs))


WELL = Outcome()


def outcome(path: Path, files: Sequence[File], heard: Sequence[Acknowledged], schema: Schema = SCHEMA) -> Outcome:
    """What came of a store into which these files were imported, as far as it was heard; and of doing so again."""
    try:
        if path.exists():
            open_store(path).close()
        with open_store(path, writable=True) as store:
            entries = {entry.file: entry for entry in store.imports()}
            lost = [one for one in heard if one.file not in entries or entries[one.file].number != one.number]
            partial, at_odds = _partial(store, files), store.imports() != store.ledger.entries()
            wrong = _wrong_after_again(store, files, schema)
    except StoreError as fault:
        sys.stdout.write(f"{fault}\n")
        return Outcome(shut=1)
    litter = tuple(sorted(stores.names_beside(path) - {"", ".ledger", ".lock"}))
    return Outcome(len(lost), partial, 0, int(at_odds), wrong, litter, len(set(entries) - {one.file for one in heard}))


def _partial(store: Store, files: Sequence[File]) -> int:
    """Imports that do not have every row of their file, rows of no import, and faults that `verify` finds."""
    there: Counter[int] = Counter()
    for kept in store.database.kept():
        found = store.database.rows(f"SELECT _import, count(*) FROM {quoted(kept.table)} GROUP BY 1")  # noqa: S608  # our names
        there.update(dict(found))
    rows, entries = {str(file.path): file.rows for file in files}, store.imports()
    expected = Counter({entry.number: rows[entry.file] for entry in entries})
    odd = [entry for entry in entries if entry.stored != rows[entry.file]]
    return len(odd) + len((there - expected) | (expected - there)) + len(faults(store))


def _wrong_after_again(store: Store, files: Sequence[File], schema: Schema) -> int:
    """Import every file once more; how many then are not there exactly once."""
    there = {entry.file for entry in store.imports()}
    stored = {file: take(store, file, schema).stored for file in files}
    wrong = [file for file in files if stored[file] != (0 if str(file.path) in there else file.rows)]
    found = Counter(one.event_id for one in store.intake(schema).records.versions)
    expected = Counter(f"{file.path.stem}-{row}" for file in files for row in range(file.rows))
    return len(wrong) + int(found != expected) + len(faults(store))


# ── any moment ───────────────────────────────────────────────────────────────────────────────────────────────────────


def killed(path: Path, files: Sequence[File], moment: float) -> list[Acknowledged]:
    """Import files, be killed so many seconds after the beginning; what was acknowledged."""
    process = stores.importer(path, files)
    try:
        output, _ = process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    return acknowledged(output)


def moments(path: Path, files: Sequence[File], count: int) -> list[float]:
    """Moments spread over all of an import, and a little more; in each stretch a random one."""
    drawn, process = random.Random(SEED), stores.importer(path, files)  # noqa: S311  # chance, no secret
    start = time.perf_counter()
    assert len(files) == len(acknowledged(process.communicate()[0]))
    stretch = (time.perf_counter() - start) * 1.05 / count
    return [(number + drawn.random()) * stretch for number in range(count)]


def cleared(path: Path, found: Outcome) -> Outcome:
    """Take away a store that came to no harm; others stay, to be looked at."""
    if found == WELL:
        for name in stores.names_beside(path):
            path.with_name(path.name + name).unlink()
    return found


def told(kind: str, count: int, found: Outcome, start: float) -> None:
    """Write what came of it all, for who wants to know."""
    sys.stdout.write(f"{kind}: {count} kills in {time.perf_counter() - start:.0f} s: {found}\n")


@pytest.mark.slow
def test_many_small_files(tmp_path):
    """An importer of many small files into a new store is killed at any moment."""
    files, start, total = [file_of(tmp_path, f"small{number}", 40) for number in range(6)], time.perf_counter(), WELL
    for number, moment in enumerate(moments(tmp_path / "undisturbed.store", files, KILLS // 2)):
        path = tmp_path / f"{number}.store"
        total += cleared(path, outcome(path, files, killed(path, files, moment)))
    told("many small files", KILLS // 2, total, start)
    assert WELL == total


@pytest.mark.slow
def test_one_large_file(tmp_path):
    """An importer of one file that is read in bulk, into a store that has another, is killed at any moment."""
    small, large = file_of(tmp_path, "small", 40), file_of(tmp_path, "large", 21_000)
    start, total = time.perf_counter(), WELL
    for number, moment in enumerate(moments(copied(tmp_path, "undisturbed", small), [large], KILLS - KILLS // 2)):
        path = copied(tmp_path, str(number), small)
        heard = killed(path, [large], moment)
        heard = [Acknowledged(str(small.path), 1, small.rows), *heard]
        total += cleared(path, outcome(path, [small, large], heard))
    told("one large file", KILLS - KILLS // 2, total, start)
    assert WELL == total


def copied(folder: Path, name: str, *files: File) -> Path:
    """A store with these files, copied from the one that was made first."""
    first, path = folder / "first.store", folder / f"{name}.store"
    if not first.exists():
        made(first, *files)
    for ending in ("", ".ledger"):
        shutil.copy(f"{first}{ending}", f"{path}{ending}")
    return path


# ── the worst moments ────────────────────────────────────────────────────────────────────────────────────────────────


def dead(path: Path, file: File, place: str, *, grown: bool = False) -> list[Acknowledged]:
    """Import a file and die at a place; what was acknowledged until then."""
    process = stores.importer(path, [file], place=place, grown=grown)
    output, errors = process.communicate()
    assert (DEAD, "") == (process.returncode, errors.decode())
    return acknowledged(output)


def numbers(path: Path) -> list[int]:
    """The imports of a store, as a reader is told."""
    with open_store(path) as store:
        return [entry.number for entry in store.imports()]


@pytest.mark.slow
@pytest.mark.parametrize("place", importer.WHILE_MAKING)
def test_while_it_is_made(tmp_path, place):
    """A store that was being made is made anew; nothing is left of the first attempt."""
    file, path = file_of(tmp_path, "first", 40), tmp_path / "new.store"
    assert ([], False) == (dead(path, file, place), path.exists())
    assert WELL == outcome(path, [file], [])


@pytest.mark.parametrize("length", [0, 1, 4096, 8192, 12288, 20000])
def test_a_file_that_is_half_made(tmp_path, length):
    """What is left of a store that was being made is no store, and stands in nobody's way."""
    whole = made(tmp_path / "whole.store").read_bytes()
    (tmp_path / "new.store.new").write_bytes(whole[:length])
    assert WELL == outcome(tmp_path / "new.store", [file_of(tmp_path, "first", 40)], [])


@pytest.mark.slow
@pytest.mark.parametrize("place", importer.BEFORE_COMMIT)
def test_before_the_commit(tmp_path, place):
    """Of an import that did not come to its commit nothing is there."""
    first, second = file_of(tmp_path, "first", 40), file_of(tmp_path, "second", 50)
    path = made(tmp_path / "the.store", first)
    assert ([], [1]) == (dead(path, second, place), numbers(path))
    assert WELL == outcome(path, [first, second], [])


@pytest.mark.slow
@pytest.mark.parametrize("place", importer.AFTER_COMMIT)
def test_after_the_commit(tmp_path, place):
    """An import that came to its commit is there, whatever was still to be done."""
    first, second = file_of(tmp_path, "first", 40), file_of(tmp_path, "second", 50)
    path = made(tmp_path / "the.store", first)
    assert ([], [1, 2]) == (dead(path, second, place), numbers(path))
    assert WELL == outcome(path, [first, second], [])


@pytest.mark.slow
@pytest.mark.parametrize("place", ["after the commit", "before the header", "before the log is cut"])
def test_after_the_commit_of_what_made_it_grow(tmp_path, place):
    """So is one for which the store had to grow, although it has to be replayed."""
    first, second = file_of(tmp_path, "first", 40), grown_file_of(tmp_path, "second", 50)
    path = made(tmp_path / "the.store", first)
    assert ([], [1, 2]) == (dead(path, second, place, grown=True), numbers(path))
    assert WELL == outcome(path, [first, second], [], GROWN)


@pytest.mark.slow
@pytest.mark.parametrize("place", importer.GROWING)
def test_while_it_grows(tmp_path, place):
    """A store that was growing is as it was before."""
    first, second = file_of(tmp_path, "first", 40), grown_file_of(tmp_path, "second", 50)
    path = made(tmp_path / "the.store", first)
    with open_store(path) as store:
        before = store.database.tables()
    assert ([], [1]) == (dead(path, second, place, grown=True), numbers(path))
    with open_store(path) as store:
        assert before == store.database.tables()
    assert WELL == outcome(path, [first, second], [], GROWN)


@pytest.mark.slow
def test_a_reader_of_a_store_that_was_not_put_in_order(tmp_path):
    """A reader sees an import that is only in the log of changes, and writes nothing."""
    first, second = file_of(tmp_path, "first", 40), file_of(tmp_path, "second", 50)
    path = made(tmp_path / "the.store", first)
    assert [] == dead(path, second, "after the commit")
    before = {name: (tmp_path / f"the.store{name}").read_bytes() for name in stores.names_beside(path)}
    assert (0, 90) == tuple(map(len, stores.said(path)))
    assert before == {name: (tmp_path / f"the.store{name}").read_bytes() for name in stores.names_beside(path)}
