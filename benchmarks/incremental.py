"""What an evaluation costs after a thousand new events: `python -m benchmarks.incremental --size s|m|l [--repeats N]`.

Each round imports a thousand events: most of them new, some early ones told later, some that correct an event that was
there, at times to be of another organisation. Then the thirty indicators of `evaluation.toml` are asked: by what was
kept and the subjects touched; again, with nothing new; of all records, with what is known of their versions; and with
nothing known at all, as the first evaluation after an import is without anything kept. Answers are compared.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import generate
from benchmarks.questions import DAY, PACK
from benchmarks.world import filled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {"s": (100_000, 10_000), "m": (1_000_000, 100_000), "l": (10_000_000, 1_000_000)}
"""Events and organisations of each size: ten events an organisation, on the average."""

NEW = 1_000
CORRECTED = 100
TYPES = ("visit", "training", "pledge", "survey", "document", "support")


@dataclass(frozen=True)
class Timed:
    """Seconds of a job: on the wall, and of all threads."""

    name: str
    wall: float
    cpu: float


def timed(name: str, job: Callable[[], Any]) -> Timed:
    """What a job takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return Timed(name, time.perf_counter() - wall, time.process_time() - cpu)


def news(seed: int, events: int, organisations: int) -> list[dict[str, Any]]:
    """The rows of one import."""
    chance = Random(seed)  # noqa: S311  # chance, not secrets
    rows = []
    for number in range(NEW):
        known = number < CORRECTED
        rows.append({
            "event_id": f"e{chance.randrange(events):09}" + ("" if known else f"-{seed}"),
            "type": chance.choice(TYPES), "organisation": f"N{1 + chance.randrange(organisations):07}",
            "occurred_on": f"20{chance.choice(('06', '08', '09'))}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            "recorded_at": "2010-04-01",
        })  # fmt: skip
    return rows


def made(folder: Path, size: str) -> Path:
    """A store of a size."""
    parquet, register = generate.write(folder, *SIZES[size])
    filled(folder / "a.store", register, parquet)
    return folder / "a.store"


def rounds(store: Path, size: str, repeats: int) -> Iterator[list[Timed]]:
    """The seconds of each round; the first has the courses made, which the others do not."""
    from indicator_engine import import_rows, load_pack, open_store

    pack = load_pack(PACK)
    evaluated(store, pack)
    for number in range(repeats + 1):
        with open_store(store, writable=True) as opened:
            import_rows(opened, pack, news(len(opened.imports()), *SIZES[size]))
        answers: dict[str, Any] = {}

        def keeping(name: str, job: Callable[[], Any], kept: dict[str, Any] = answers) -> Callable[[], None]:
            return lambda: kept.update({name: job()})

        jobs = {
            "everything anew": lambda: evaluated(store, pack, state=False),
            "the courses made" if not number else "what was kept, and news": lambda: evaluated(store, pack),
            "what was kept": lambda: evaluated(store, pack),
            "everything, versions known": lambda: queried(store, pack),
        }
        found = [timed(name, keeping(name, job)) for name, job in jobs.items()]
        one, *others = (answer for name, answer in answers.items() if name != "everything, versions known")
        assert all(other == one for other in others), answers
        yield found


def evaluated(store: Path, pack: Any, state: bool | None = None) -> Any:  # noqa: FBT001  # as the API has it
    """The results of the pack, by the public API."""
    from indicator_engine import open_store
    from indicator_engine.engine.stores import evaluate_store

    with open_store(store) as opened:
        found = evaluate_store(pack, opened, as_of=DAY, evaluator="compiled", evidence=False, state=state)
    return found.results


def queried(store: Path, pack: Any) -> Any:
    """The same by queries over all records, without what was kept of figures."""
    from indicator_engine import open_store
    from indicator_engine.engine.stores import queries_of_store

    with open_store(store) as opened:
        return queries_of_store(pack, opened, as_of=DAY)


def summed(found: list[list[Timed]]) -> str:
    """A line for each job: medians, and how often as long as by what was kept and news."""
    by_name: dict[str, list[Timed]] = {}
    for row in found:
        for one in row:
            by_name.setdefault(one.name, []).append(one)
    medians = {
        name: [statistics.median(getattr(one, kind) for one in timings) for kind in ("wall", "cpu")]
        for name, timings in by_name.items()
    }
    ours = medians["what was kept, and news"][1]
    lines = [f"{name:30} {wall:8.2f} {cpu:8.2f} {cpu / ours:8.2f}" for name, (wall, cpu) in medians.items()]
    return "\n".join([f"{'':30} {'wall s':>8} {'cpu s':>8} {'beside':>8}", *lines])


def main() -> None:
    """Make a store, and print what each job takes on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="s", help="events: 100 k, 1 M or 10 M")
    parser.add_argument("--repeats", type=int, default=3, help="rounds that count, after one in which courses are made")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        print(summed(list(rounds(made(Path(folder), given.size), given.size, given.repeats))))


if __name__ == "__main__":
    main()
