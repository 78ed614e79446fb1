"""W7: how fast events come into a store, beside DuckDB's own COPY in the same run; on disk and in memory.

Each measurement is a process of its own, contestants in turn, one round to warm up and then as many as asked for; the
medians are shown. Before any time counts, the store's rows are compared with the file's.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import generate
from benchmarks.timing import Gate, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.timing import Report
    from benchmarks.world import World

PACK = Path(__file__).with_name("pack.toml")
INTO_STORE, AGAIN = "Parquet into a store", "the same rows again"
ONE_MORE, HUNDRED_MORE = "one event more", "a hundred events more"


@dataclass(frozen=True)
class Figure:
    """One measurement: seconds on the wall and of all threads, the most memory held, bytes on disk."""

    name: str
    wall: float
    cpu: float
    memory: float
    disk: float = 0.0


def measured(name: str, job: str, *arguments: object) -> Figure:
    """A job of this module, run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.loading", job, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # this very module
    return Figure(name, **json.loads(done.stdout.splitlines()[-1]))


# ── jobs, each in a process of its own ───────────────────────────────────────────────────────────────────────────────


def ours(store: str, file: str, expected: str) -> None:
    """A file into a store that has its register already."""
    from indicator_engine import import_rows, load_pack, open_store

    pack = load_pack(PACK)
    with open_store(store, writable=True) as opened:
        receipt = timed(lambda: import_rows(opened, pack, file), store)
    assert (receipt.read, receipt.stored) == (int(expected), int(expected)), receipt


def again(store: str, file: str, expected: str) -> None:
    """The same rows once more, under other bytes, so that each of them has to be found a duplicate."""
    from indicator_engine import import_rows, load_pack, open_store

    pack = load_pack(PACK)
    with open_store(store, writable=True) as opened:
        receipt = timed(lambda: import_rows(opened, pack, file), store)
    assert (receipt.stored, receipt.duplicate) == (0, int(expected)), receipt


def append(store: str, number: str) -> None:
    """Some events that the store does not have, with the check for duplicates, down to the disk."""
    from indicator_engine import import_rows, load_pack, open_store

    pack = load_pack(PACK)
    rows = [
        {"event_id": f"new-{number}-{n}", "type": "visit", "organisation": f"N{n + 1:07}", "occurred_on": "2010-03-01",
         "recorded_at": "2010-03-02"}
        for n in range(int(number))
    ]  # fmt: skip
    with open_store(store, writable=True) as opened:
        receipt = timed(lambda: import_rows(opened, pack, rows), store)
    assert receipt.stored == int(number), receipt


def copied(store: str, file: str, expected: str) -> None:
    """DuckDB's own reading of the file into one wide table, typed by itself, without any check."""
    import duckdb

    reader = "read_parquet" if file.endswith(".parquet") else "read_csv"
    with duckdb.connect(store) as connection:
        timed(lambda: connection.execute(f"CREATE TABLE events AS FROM {reader}('{file}')"), store)
        assert connection.execute("SELECT count(*) FROM events").fetchall() == [(int(expected),)]


def timed(job: Callable[[], Any], store: str) -> Any:
    """Do a job and print what it took; what it gives."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = job()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory, "disk": Path(store).stat().st_size}))
    return found


# ── the rounds ───────────────────────────────────────────────────────────────────────────────────────────────────────


def run(world: World, report: Report, workload: str, repeats: int) -> None:
    """The medians of all rounds, and what is asked of them."""
    with TemporaryDirectory(dir=world.folder) as name:
        folder, parquet = Path(name), world.folder / "events.parquet"
        text = generate.as_text(parquet)
        other = folder / "other.csv"
        shutil.copyfile(text, other)
        with other.open("a") as file:
            file.write("\n")
        files = Files(parquet, text, world.register, other)
        rounds = [list(_round(folder, files, world.events, number)) for number in range(repeats + 1)]
        text.unlink()
    walls = {}
    for figures in zip(*(rounds[1:] or rounds), strict=True):
        wall, cpu, memory, disk = (
            statistics.median(getattr(one, name) for one in figures) for name in ("wall", "cpu", "memory", "disk")
        )
        note = f"{disk / world.events:.1f} bytes an event" if disk else ""
        taken = Taken(workload, world.told, figures[0].name, wall * 1000, cpu * 1000, len(figures), int(memory), note)
        report.taken.append(taken)
        walls[taken.contestant] = wall
    if world.events >= 1_000_000:
        rate = world.events / walls[INTO_STORE] / 1e6
        report.gates += [
            Gate(workload, world.told, "Parquet, million events a second", rate, 2, at_most=False),
            Gate(workload, world.told, "again, seconds a million", walls[AGAIN] / world.events * 1e6, 1),
            Gate(workload, world.told, "one event more, ms", walls[ONE_MORE] * 1000, 10),
        ]


@dataclass(frozen=True)
class Files:
    """The same events as Parquet, as CSV and as CSV in other bytes; the register."""

    parquet: Path
    text: Path
    register: Path
    other: Path


def _round(folder: Path, files: Files, events: int, number: int) -> Iterator[Figure]:
    for kind, file in (("CSV", files.text), ("Parquet", files.parquet)):
        store, table = folder / f"{number}{kind}.store", folder / f"{number}{kind}.duckdb"
        prepare(store, files.register)
        yield measured(f"{kind} into a store", "ours", store, file, events)
        yield measured(f"{kind} by DuckDB's COPY", "copied", table, file, events)
        table.unlink()
        if kind == "Parquet":
            yield measured(ONE_MORE, "append", store, 1)
            yield measured(HUNDRED_MORE, "append", store, 100)
            yield measured(AGAIN, "again", store, files.other, events)
        for path in folder.glob(f"{number}{kind}.*"):
            path.unlink()


def prepare(store: Path, register: Path) -> None:
    """A new store with the register."""
    from indicator_engine import import_rows, load_pack, open_store

    with open_store(store, writable=True) as opened:
        import_rows(opened, load_pack(PACK), register, register=True)


if __name__ == "__main__":
    JOBS: dict[str, Callable[..., None]] = {"ours": ours, "again": again, "append": append, "copied": copied}
    JOBS[sys.argv[1]](*sys.argv[2:])
