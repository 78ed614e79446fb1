"""Why-questions to a large store: one figure explained, one organisation's story, one figure compared over two days.

Each is asked through the public API in a process of its own, beside the same question to all records read first:
`python -m benchmarks.explaining [--size s|m|l]`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.questions import PACK
from benchmarks.world import SIZES, world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS = ("2009-12-31", "2010-03-31")
NAME = "stage-2-and-trained"
"""An indicator of two event types, a third of all events."""
OPEN = "all-viable-coded"
"""An indicator that looks at one event type twice, of whose records much is not known."""


def questions(store: Any, pack: Any, subject: str) -> dict[str, Callable[[], Any]]:
    """What is asked of an open store."""
    from indicator_engine.engine.explaining import explain_store, stories_of_store
    from indicator_engine.history.differences import differences, store_side
    from indicator_engine.rendering.explained import as_text, evaluated

    def explained(name: str, evaluator: Any = None) -> str:
        return as_text(evaluated(explain_store(pack, store, name, as_of=DAYS[-1], evaluator=evaluator)))

    def two_days(select: tuple[str, ...]) -> Any:
        return differences(*(store_side(store, pack, as_of=day) for day in DAYS), select=select)

    return {
        "explain": lambda: explained(NAME),
        "explain, much not known": lambda: explained(OPEN),
        "explain --subject": lambda: stories_of_store(pack, store, NAME, subject, as_of=DAYS[-1]),
        "explain, from the records": lambda: explained(NAME, "reference"),
        "diff --select": lambda: two_days((NAME,)),
    }


def ask(path: Path, question: str) -> dict[str, float]:
    """What one question takes."""
    from indicator_engine import load_pack, open_store

    with open_store(path) as store:
        subject = store.database.value("SELECT min(name) FROM subject")
        job = questions(store, load_pack(PACK), subject)[question]
        wall, cpu = time.perf_counter(), time.process_time()
        job()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall_s": wall, "cpu_s": cpu, "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    """Print the medians of every question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="s")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        path = world(Path(name), given.size).store
        for question in questions(None, None, ""):
            found = list(_asked(path, question, given.repeats))
            told = ", ".join(f"{name} {median(one[name] for one in found):.1f}" for name in found[0])
            print(f"{question}: {told}")


def _asked(path: Path, question: str, repeats: int) -> Iterator[dict[str, float]]:
    command = [sys.executable, "-m", "benchmarks.explaining", str(path), question]
    for _ in range(repeats):
        yield json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # ourselves


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[2] in questions(None, None, ""):
        print(json.dumps(ask(Path(sys.argv[1]), sys.argv[2])))
    else:
        main()
