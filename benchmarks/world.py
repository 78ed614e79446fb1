"""The data of a benchmark: a store, and beside it the tables and files that other contestants look at.

What was made once in a folder is used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks import generate
from benchmarks.contestants.rows import SAMPLED
from benchmarks.questions import PACK

if TYPE_CHECKING:
    from pathlib import Path

SIZES = {"s": (100_000, 1_000), "m": (1_000_000, 10_000), "l": (10_000_000, 10_000)}
"""Events and organisations of each size."""

MANY = 1_000_000
"""Organisations of a state rather than a county; at ten million events."""

BEFORE = datetime(2005, 1, 1, tzinfo=UTC)
"""When the register was recorded: before all events, so that it is known whenever they are."""


@dataclass(frozen=True)
class World:
    """Events and a register, in every form that a contestant needs."""

    folder: Path
    events: int
    organisations: int

    @property
    def store(self) -> Path:
        """The event store."""
        return self.folder / "a.store"

    @property
    def tables(self) -> Path:
        """A database with the same events as wide tables: by type and day, as they came, and a sample."""
        return self.folder / "tables.duckdb"

    @property
    def parquet(self) -> Path:
        """The events by type and day as a file."""
        return self.folder / "clustered.parquet"

    @property
    def register(self) -> Path:
        """The register as a file."""
        return self.folder / "register.csv"

    @property
    def told(self) -> str:
        """What it is, for a table."""
        return f"{_short(self.events)} events, {_short(self.organisations)} organisations"


def _short(number: int) -> str:
    return f"{number // 1_000_000} M" if number >= 1_000_000 else f"{number // 1000} k"


def world(folder: Path, size: str) -> World:
    """The world of a size."""
    return made(folder, *SIZES[size])


def made(folder: Path, events: int, organisations: int, months: int = generate.MONTHS) -> World:
    """A world of any size."""
    found = World(folder / f"{events}-{organisations}-{months}", events, organisations)
    if not (found.folder / "made").exists():
        parquet, register = generate.write(found.folder, events, organisations, months=months)
        filled(found.store, register, parquet)
        _tables(found, parquet)
        (found.folder / "made").touch()
    return found


def filled(store: Path, register: Path, *events: Path) -> None:
    """Make a store of files."""
    from indicator_engine import import_rows, load_pack, open_store

    store.unlink(missing_ok=True)
    pack = load_pack(PACK)
    with open_store(store, writable=True) as opened:
        import_rows(opened, pack, register, register=True, recorded_at=BEFORE)
        for file in events:
            receipt = import_rows(opened, pack, file)
            assert receipt.read == receipt.stored, receipt


def _tables(found: World, parquet: Path) -> None:
    import duckdb

    found.tables.unlink(missing_ok=True)
    with duckdb.connect(found.tables) as connection:
        connection.execute(f"CREATE TABLE ingested AS FROM '{parquet}'")
        connection.execute("CREATE TABLE clustered AS FROM ingested ORDER BY type, occurred_on")
        connection.execute(
            f"CREATE TABLE sample AS FROM ingested WHERE rowid % greatest({found.events // SAMPLED}, 1) = 0 "
            f"LIMIT {SAMPLED}"
        )
        connection.execute(f"CREATE TABLE register AS FROM '{found.register}'")
        connection.execute(f"COPY clustered TO '{found.parquet}' (FORMAT parquet)")
