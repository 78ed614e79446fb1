"""What an evaluation costs after a thousand new events, beside one that looks at everything: by turns, on one store.

Each round imports a thousand events: most of them new, some early ones told later, some that correct an event that was
there, at times to be of another organisation. Then the thirty indicators of `evaluation.toml` are asked: by what was
kept and the subjects touched; again, with nothing new; of all records, with what is known of their versions; and with
nothing known at all, as the first evaluation after an import is without anything kept. Answers are compared.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import generate
from benchmarks.evaluation import DAYS, PACK, Timed, timed
from benchmarks.store import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {"s": (100_000, 10_000), "m": (1_000_000, 100_000), "l": (10_000_000, 1_000_000)}
"""Events and organisations of each size: ten events an organisation, on the average."""

NEW = 1_000
CORRECTED = 100
TYPES = ("visit", "training", "pledge", "survey", "document", "support")


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
    from indicator_engine import import_rows, load_pack, open_store

    parquet, _, register = generate.write(folder, *SIZES[size])
    store = folder / "a.store"
    prepare(store, register)
    with open_store(store, writable=True) as opened:
        import_rows(opened, load_pack(PACK), parquet)
    return store


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
    from indicator_engine.engine import evaluate_store

    with open_store(store) as opened:
        found = evaluate_store(pack, opened, as_of=DAYS[0], evaluator="compiled", evidence=False, state=state)
    return found.results


def queried(store: Path, pack: Any) -> Any:
    """The same by queries over all records, without what was kept of figures."""
    from indicator_engine import open_store
    from indicator_engine.engine import queries_of_store

    with open_store(store) as opened:
        return queries_of_store(pack, opened, as_of=DAYS[0])


def summed(found: list[list[Timed]]) -> list[dict[str, object]]:
    """The medians of each job, and how often as long as by what was kept and news."""
    by_name: dict[str, list[Timed]] = {}
    for row in found:
        for one in row:
            by_name.setdefault(one.name, []).append(one)
    medians = {
        name: [statistics.median(getattr(one, kind) for one in timings) for kind in ("wall", "cpu")]
        for name, timings in by_name.items()
    }
    ours = medians["what was kept, and news"][1]
    return [
        {
            "what": name,
            "wall_ms": round(wall * 1000),
            "cpu_ms": round(cpu * 1000),
            "cpu_beside_news": round(cpu / ours, 2),
        }
        for name, (wall, cpu) in medians.items()
    ]


def run(size: str, repeats: int) -> list[dict[str, object]]:
    """The medians of all rounds."""
    with TemporaryDirectory() as folder:
        return summed(list(rounds(made(Path(folder), size), size, repeats)))
