"""What knowledge time costs: one record in a hundred corrected or retracted, beside the same records without.

Both are asked as known now, and the corrected ones as known at three instants in the past. What was known then by those
who count is compared with a query by hand over the rows as they came.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import duckdb

from benchmarks.contestants import by_hand, ours
from benchmarks.contestants.layouts import Layout
from benchmarks.day import OURS
from benchmarks.questions import DAY, PACK, THIRTY, disagreements
from benchmarks.timing import Contestant, contest
from benchmarks.world import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.questions import Answers
    from benchmarks.timing import Report
    from benchmarks.world import World

NONE, SOME = f"{OURS}, nothing corrected", f"{OURS}, one record in a hundred corrected"
INSTANTS = ("2007-06-30T12:00:00", "2009-12-31T12:00:00", "2010-04-30T12:00:00")
"""Early, late, and when some of the last corrections had come."""

LATER = """
SELECT * REPLACE (recorded_at + INTERVAL 20 DAY AS recorded_at, {changed}), n % 500 = 0 AS retracted
FROM (SELECT *, CAST(substr(event_id, 2) AS INTEGER) AS n FROM '{parquet}')
WHERE n % 100 = 0
"""
"""Each hundredth record again twenty days later: one in five of them retracted, the others with other attributes."""

CHANGED = "1 + stage % 3 AS stage, participants + 5 AS participants, value / 2 AS value, NOT viable AS viable"


def run(world: World, report: Report, workload: str, repeats: int) -> None:
    """The contest over a world and its corrected twin."""
    corrected, rows = _corrected(world)
    report.taken += contest(workload, world.told, list(_contestants(world, corrected, rows)), repeats)
    if world.events < 1_000_000:
        return
    report.beside(workload, world.told, SOME, NONE, 1.3, at_most=True)
    for instant in INSTANTS:
        report.beside(workload, world.told, then(instant), NONE, 3, at_most=True)


def then(instant: str) -> str:
    """The contestant that is asked for an instant."""
    return f"{SOME}, as known on {instant[:10]}"


def _contestants(world: World, corrected: Path, rows: Path) -> Iterator[Contestant]:
    plain = lambda: ours.answers(world.store, PACK, DAY)  # noqa: E731  # as all others are
    yield Contestant(NONE, plain, partial(_wrong, lambda: by_hand.answers(world.store, THIRTY, DAY)))
    yield Contestant(SOME, lambda: ours.answers(corrected, PACK, DAY), partial(_wrong, partial(_standing, rows, None)))
    for instant in INSTANTS:
        yield Contestant(
            then(instant),
            partial(ours.answers, corrected, PACK, DAY, instant),
            partial(_wrong, partial(_standing, rows, instant)),
        )


def _wrong(expected: Callable[[], Answers], found: Answers) -> Sequence[str]:
    return disagreements(expected(), found)


def _corrected(world: World) -> tuple[Path, Path]:
    """The same store with corrections taken in, and a database with all rows as they came."""
    store, rows = world.folder / "corrected.store", world.folder / "corrected.duckdb"
    if not rows.exists():
        parquet, later = world.folder / "events.parquet", world.folder / "later.parquet"
        with duckdb.connect() as connection:
            query = LATER.format(changed=CHANGED, parquet=parquet)
            connection.execute(f"COPY (SELECT * EXCLUDE n FROM ({query})) TO '{later}' (FORMAT parquet)")
        filled(store, world.register, parquet, later)
        with duckdb.connect(rows) as connection:
            both = f"SELECT *, FALSE AS retracted FROM '{parquet}' UNION ALL FROM '{later}'"
            connection.execute(f"CREATE TABLE told AS {both}")
            connection.execute(f"CREATE TABLE register AS FROM '{world.register}'")
    return store, rows


def _standing(rows: Path, instant: str | None) -> Answers:
    """The figures by hand over the versions that stood at an instant."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{rows}' AS data (READ_ONLY)")
        known = f"WHERE recorded_at <= TIMESTAMP '{instant}'" if instant else ""
        latest = "QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY recorded_at DESC) = 1"
        connection.execute(f"CREATE TEMP TABLE standing AS FROM (FROM data.told {known} {latest}) WHERE NOT retracted")
        connection.execute("CREATE TEMP VIEW register AS FROM data.register")
        return by_hand.figures(connection, THIRTY, DAY, Layout("standing", "organisation", "occurred_on"))
