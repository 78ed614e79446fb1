"""How fast events come into a store, beside DuckDB's own COPY in the same run; what they need on disk and in memory.

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACK = Path(__file__).with_name("pack.toml")
SIZES = {"s": (100_000, 1_000), "m": (1_000_000, 10_000), "l": (10_000_000, 10_000)}
"""Events and organisations of each size."""

APPENDED = 100
"""Events of a small import."""


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
    command = [sys.executable, "-m", "benchmarks.store", job, *map(str, arguments)]
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


def append(store: str, start: str) -> None:
    """A hundred events that the store does not have, with the check for duplicates."""
    from indicator_engine import import_rows, load_pack, open_store

    pack = load_pack(PACK)
    rows = [
        {"event_id": f"new-{start}-{n}", "type": "visit", "organisation": f"N{n + 1:07}", "occurred_on": "2010-03-01",
         "recorded_at": "2010-03-02"}
        for n in range(APPENDED)
    ]  # fmt: skip
    with open_store(store, writable=True) as opened:
        receipt = timed(lambda: import_rows(opened, pack, rows), store)
    assert receipt.stored == APPENDED, receipt


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


def rounds(size: str, repeats: int) -> Iterator[list[Figure]]:
    """The figures of each round; the first is to warm up and is not given."""
    events, organisations = SIZES[size]
    with TemporaryDirectory() as name:
        folder = Path(name)
        parquet, text, register = generate.write(folder, events, organisations)
        other = folder / "other.csv"
        shutil.copyfile(text, other)
        with other.open("a") as file:
            file.write("\n")
        for number in range(repeats + 1):
            found = list(_round(folder, (parquet, text, register, other), events, number))
            if number:
                yield found


def _round(folder: Path, files: tuple[Path, Path, Path, Path], events: int, number: int) -> Iterator[Figure]:
    parquet, text, register, other = files
    for kind, file in (("CSV", text), ("Parquet", parquet)):
        store, table = folder / f"{number}{kind}.store", folder / f"{number}{kind}.duckdb"
        prepare(store, register)
        yield measured(f"{kind} into a store", "ours", store, file, events)
        yield measured(f"{kind} by DuckDB's COPY", "copied", table, file, events)
        table.unlink()
        if kind == "Parquet":
            yield measured(f"{APPENDED} events more", "append", store, number)
            yield measured("the same rows again", "again", store, other, events)
        for path in folder.glob(f"{number}{kind}.*"):
            path.unlink()


def prepare(store: Path, register: Path) -> None:
    """A new store with the register."""
    from indicator_engine import import_rows, load_pack, open_store

    with open_store(store, writable=True) as opened:
        import_rows(opened, load_pack(PACK), register, register=True)


def run(size: str, repeats: int) -> list[dict[str, Any]]:
    """The medians of all rounds, a line each."""
    found = list(rounds(size, repeats))
    events = SIZES[size][0]
    lines = []
    for figures in zip(*found, strict=True):
        wall, cpu, memory, disk = (
            statistics.median(getattr(one, name) for one in figures) for name in ("wall", "cpu", "memory", "disk")
        )
        rows = APPENDED if figures[0].name.startswith(str(APPENDED)) else events
        lines.append({
            "what": figures[0].name, "wall_s": round(wall, 3), "cpu_s": round(cpu, 3), "rows_per_s": round(rows / wall),
            "memory_mib": round(memory), "bytes_per_event": round(disk / events, 1),
        })  # fmt: skip
    return lines


if __name__ == "__main__":
    {"ours": ours, "again": again, "append": append, "copied": copied}[sys.argv[1]](*sys.argv[2:])
