"""How fast a pack is evaluated from a store, beside the best query written by hand and one query an indicator.

All contestants take turns in one process on one store, one round to warm up and then as many as asked for. Thirty
indicators over seventeen conditions (`evaluation.toml`) are asked of one day; answers are compared before any time
counts. Ours is the public API with everything it does: parsing, planning, asking, judging, and the trend since three
months ago, which asks every figure of a second day; so both others ask for two days as well.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import generate
from benchmarks.store import SIZES, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACK = Path(__file__).with_name("evaluation.toml")
DAYS = ("2010-03-31", "2009-12-31")


@dataclass(frozen=True)
class Timed:
    """Seconds of a contestant: on the wall, and of all threads."""

    name: str
    wall: float
    cpu: float


def masks(day: str) -> list[str]:
    """The sets of the pack by hand: a mask of bits for each organisation, then everything over the few masks."""
    before = f"_occurred <= DATE '{day}'"
    bits = {
        "event_membership": "1",
        "event_pledge": "2 + CASE WHEN stage >= 2 THEN 4 ELSE 0 END + CASE WHEN stage = 3 THEN 8 ELSE 0 END",
        "event_training": "16 + CASE WHEN participants >= 20 THEN 32 ELSE 0 END",
        "event_tender": "CASE WHEN viable THEN 64 ELSE 0 END + CASE WHEN viable AND code = 'full' THEN 128 ELSE 0 END"
                        " + CASE WHEN viable AND code = 'none' THEN 256 ELSE 0 END",
        "event_survey": "CASE WHEN has_scheme THEN 512 ELSE 0 END + CASE WHEN NOT has_scheme THEN 1024 ELSE 0 END",
        "event_document": "2048", "event_visit": "4096",
        "event_contract": "8192 + CASE WHEN value >= 50000 THEN 16384 ELSE 0 END",
        "event_support": "32768", "event_plan": "65536",
    }  # fmt: skip
    rows = [f"SELECT _subject AS s, {bit} AS m FROM {table} WHERE {before}" for table, bit in bits.items()]
    member = f"coalesce(member_from <= DATE '{day}', TRUE) AND coalesce(member_to >= DATE '{day}', TRUE)"
    rows.append(f"SELECT _subject, 131072 FROM register WHERE kind = 'member' AND {member}")
    columns = ", ".join(f"sum(CASE WHEN {_holds(one)} THEN n ELSE 0 END)" for one in SETS)
    great = "sum(CASE WHEN participants >= 20 THEN {} END)"
    trainings = f"sum(participants), {great.format('participants')}, count(*), {great.format('cost')}"
    each = f"SELECT s, bit_or(m) AS m FROM ({' UNION ALL '.join(rows)}) GROUP BY s"
    return [
        f"SELECT {columns} FROM (SELECT m, count(*) AS n FROM ({each}) GROUP BY m)",
        f"SELECT {trainings} FROM event_training WHERE {before}",
        f"SELECT sum(value), sum(CASE WHEN value >= 50000 THEN 1 END) FROM event_contract WHERE {before}",
    ]


SETS = (
    (131072, 2), (131072, 4), (131072, 8), (131072, 16), (131072, 64), (131072, 512), (131072, 2048), (131072, 4096),
    (131072, 16384), (131072, 32768), (131072, 4, 16), (131072, 64, -256), (131072, 4096, -2048), (131072, 16384, 128),
    (1, -131072), (8192, 4096), (131072,), (131072, 32), (131072, 128), (131072, 65536), (131072, 1024),
    (131072, 1024, 32768),
)  # fmt: skip
"""Which bits an organisation has, and which it has not, to be counted."""

COMPARED = {
    "members-pledged": 0, "members-stage_2": 1, "members-stage_3": 2, "members-trained": 3, "members-viably": 4,
    "members-schemed": 5, "members-documented": 6, "members-visited": 7, "members-large": 8, "members-supported": 9,
    "stage-2-and-trained": 10, "visited-not-documented": 12, "large-and-coded": 13,
    "joined-not-member": 14, "contracted-visited": 15,
}  # fmt: skip
"""The indicators that are one of the sets. All-viable-coded is left out: by hand, a tender of which nobody knows
whether it is viable counts as not viable, and ours counts only whoever surely has no such tender without the code."""


def _holds(bits: tuple[int, ...]) -> str:
    return " AND ".join(f"(m & {abs(bit)}) {'<>' if bit > 0 else '='} 0" for bit in bits)


def one_by_one(day: str) -> list[str]:
    """One query an indicator, as metric layers ask: members that have an event, or have not."""
    before = f"_occurred <= DATE '{day}'"
    member = f"coalesce(member_from <= DATE '{day}', TRUE) AND coalesce(member_to >= DATE '{day}', TRUE)"
    members = f"SELECT _subject FROM register WHERE kind = 'member' AND {member}"
    having = {
        2: "event_pledge", 4: "event_pledge WHERE stage >= 2", 8: "event_pledge WHERE stage = 3", 16: "event_training",
        32: "event_training WHERE participants >= 20", 64: "event_tender WHERE viable",
        128: "event_tender WHERE viable AND code = 'full'", 256: "event_tender WHERE viable AND code = 'none'",
        512: "event_survey WHERE has_scheme", 1024: "event_survey WHERE NOT has_scheme", 2048: "event_document",
        4096: "event_visit", 8192: "event_contract", 16384: "event_contract WHERE value >= 50000",
        32768: "event_support", 65536: "event_plan", 1: "event_membership",
    }  # fmt: skip

    def people(bit: int) -> str:
        if bit == 131072:
            return members
        table, _, condition = having[bit].partition(" WHERE ")
        return f"SELECT _subject FROM {table} WHERE {before}" + (f" AND {condition}" if condition else "")

    queries = []
    for first, *others in SETS:
        joined = "".join(f" {'INTERSECT' if bit > 0 else 'EXCEPT'} ({people(abs(bit))})" for bit in others)
        queries.append(f"SELECT count(*) FROM (SELECT DISTINCT _subject FROM ({people(first)}){joined})")
    return [*queries, *masks(day)[1:]]


def rounds(size: str, repeats: int) -> Iterator[list[Timed]]:
    """The seconds of each round; the first is to warm up and is not given."""
    from indicator_engine import import_rows, load_pack, open_store

    events, organisations = SIZES[size]
    with TemporaryDirectory() as name:
        folder = Path(name)
        parquet, _, register = generate.write(folder, events, organisations)
        store, pack = folder / "a.store", load_pack(PACK)
        prepare(store, register)
        with open_store(store, writable=True) as opened:
            import_rows(opened, pack, parquet)
        compared(store, pack)
        for number in range(repeats + 1):
            found = [timed(one, job) for one, job in contestants(store, pack).items()]
            if number:
                yield found


def contestants(store: Path, pack: Any) -> dict[str, Callable[[], Any]]:
    """What is measured."""
    return {
        "ours": lambda: ours(store, pack),
        "by hand": lambda: [asked(store, masks(day)) for day in DAYS],
        "one query an indicator": lambda: [asked(store, one_by_one(day)) for day in DAYS],
    }


def ours(store: Path, pack: Any) -> dict[str, Any]:
    """The figures of the pack."""
    from indicator_engine import open_store
    from indicator_engine.engine.stores import evaluate_store

    with open_store(store) as opened:
        found = evaluate_store(pack, opened, as_of=DAYS[0], evaluator="compiled", evidence=False)
    return {one.id: one.value for one in found.results}


def asked(store: Path, queries: list[str]) -> list[Any]:
    """Everything that some queries find, in order."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{store}' AS store (READ_ONLY)")
        connection.execute("USE store")
        return [cell for query in queries for cell in connection.execute(query).fetchall()[0]]


def compared(store: Path, pack: Any) -> None:
    """Refuse to measure where two contestants do not agree."""
    figures, by_hand, each = ours(store, pack), asked(store, masks(DAYS[0])), asked(store, one_by_one(DAYS[0]))
    assert by_hand == each, (by_hand, each)
    expected = {name: by_hand[at] for name, at in COMPARED.items()}
    assert expected == {name: figures[name] for name in COMPARED}, (expected, figures)


def timed(name: str, job: Callable[[], Any]) -> Timed:
    """What a job takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return Timed(name, time.perf_counter() - wall, time.process_time() - cpu)


def run(size: str, repeats: int) -> list[dict[str, object]]:
    """The medians, and how often as long as ours."""
    found = list(rounds(size, repeats))
    names = [one.name for one in found[0]]
    medians = {
        name: [statistics.median(getattr(row[at], kind) for row in found) for kind in ("wall", "cpu")]
        for at, name in enumerate(names)
    }
    return [
        {"what": name, "wall_ms": round(wall * 1000), "cpu_ms": round(cpu * 1000),
         "cpu_beside_ours": round(cpu / medians["ours"][1], 2)}
        for name, (wall, cpu) in medians.items()
    ]  # fmt: skip
