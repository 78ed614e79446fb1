"""W11: the same figures from every database, one day and 36 months: counts and decimals exactly, shares by a hair.

DuckDB looks at Parquet files, Postgres and Spark at tables of their own, through the sources of a pack; all have to say
what the event store says. What a server does is not this process's time, so only the wall is told.
"""

from __future__ import annotations

import shutil
import statistics
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import duckdb
from tests.databases.servers import postgres_server, programs

from benchmarks.contestants import ours
from benchmarks.questions import DAY, MONTHS, PACK
from benchmarks.series import agreeing_on
from benchmarks.timing import Taken, WrongAnswerError, clocked
from indicator_engine import SourceMapping, load_pack
from indicator_engine.engine.databases import figures_of_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Course
    from benchmarks.timing import Report
    from benchmarks.world import World

MAPPINGS = (SourceMapping("events", table="events"), SourceMapping("register", kind="register", table="register"))
PARQUET, POSTGRES, SPARK = "DuckDB over Parquet", "Postgres", "Spark, local[2]"


def run(world: World, report: Report, workload: str, repeats: int) -> None:
    """Every engine that is installed; those that are not are told."""
    files = _files(world)
    with _postgres(files) as postgres:
        java = find_spec("pyspark") is not None and shutil.which("java") is not None
        addresses = {
            PARQUET: f"parquet:{files}",
            POSTGRES: postgres,
            SPARK: f"spark:local[2]?path={files}" if java else "",
        }
        for what, days in (("a day", [DAY]), ("36 months", list(MONTHS))):
            wrong = agreeing_on(partial(ours.course, world.store, PACK, days))
            for name, address in addresses.items():
                told = f"{workload}, {what}"
                if not address:
                    report.taken.append(Taken(told, world.told, name, note="absent: it is not installed"))
                    continue
                walls = []
                for _ in range(repeats + 1):
                    found, wall, _cpu = clocked(partial(asked, address, days))
                    if problems := wrong(found):
                        raise WrongAnswerError(f"{told}: {name} answers something else:\n  " + "\n  ".join(problems))
                    walls.append(wall * 1000)
                wall = round(statistics.median(walls[1:]), 1)
                report.taken.append(
                    Taken(told, world.told, name, wall_ms=wall, rounds=repeats, note="the same figures")
                )


def asked(address: str, days: Sequence[date]) -> Course:
    """The figures of a pack over the tables of a database."""
    found = figures_of_source(load_pack(PACK), address, days=list(days), mappings=MAPPINGS)
    return ours.told(found, days)


def _files(world: World) -> Path:
    """A folder with the two tables as Parquet files."""
    folder = world.folder / "parquet"
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        events = f"SELECT * FROM '{world.folder / 'events.parquet'}'"
        connection.execute(f"COPY ({events}) TO '{folder / 'events.parquet'}' (FORMAT parquet)")
        connection.execute(f"COPY (FROM '{world.register}') TO '{folder / 'register.parquet'}' (FORMAT parquet)")
    return folder


@contextmanager
def _postgres(files: Path) -> Iterator[str]:
    """The address of a server that has both tables; "" where there is none."""
    found = programs()
    if found is None or find_spec("psycopg") is None:
        yield ""
        return
    with postgres_server(found) as address:
        for name in ("events", "register"):
            _filled(address, name, files / f"{name}.parquet")
        yield address


def _filled(address: str, name: str, file: Path) -> None:
    """Make a table of a Parquet file, with its columns and types."""
    import psycopg

    text = file.with_suffix(".csv")
    with duckdb.connect() as connection:
        columns = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{file}')").fetchall()
        connection.execute(f"COPY (FROM '{file}') TO '{text}' (HEADER false)")
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE TABLE {name} ({', '.join(f'{one} {type_}' for one, type_ in columns)})")
        with server.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy, text.open("rb") as rows:
            while block := rows.read(1 << 20):
                copy.write(block)
        server.execute(f"ANALYZE {name}")
    text.unlink()
