"""Contestants by turns in one process: a round to warm up, then rounds that count; answers are compared before.

The memory of each is that of a process of its own.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SLOW = 20.0
"""Processor seconds from which on a contestant takes part in one round that counts, and no more."""


class WrongAnswerError(Exception):
    """A contestant answers something else: its time says nothing."""


@dataclass(frozen=True)
class Contestant:
    """Somebody who gives answers."""

    name: str
    ask: Callable[[], Any]
    agrees: Callable[[Any], Sequence[str]] | None = None
    """What is wrong with an answer; None: it is not asked for one."""
    needs: str = ""
    """A library that it needs, without which it is told to be absent."""
    times: float = 1.0
    """How often as much work the question is as what is measured."""

    @property
    def is_absent(self) -> bool:
        """Whether its library is not installed."""
        return bool(self.needs) and find_spec(self.needs) is None


@dataclass(frozen=True)
class Taken:
    """What a contestant took: medians of rounds in milliseconds, and the most memory it held."""

    workload: str
    data: str
    contestant: str
    wall_ms: float | None = None
    cpu_ms: float | None = None
    rounds: int = 0
    memory_mib: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Gate:
    """What is asked of figures: a contestant beside another (or a figure by itself), at most or at least so much."""

    workload: str
    data: str
    what: str
    found: float
    bound: float
    at_most: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it holds."""
        return self.found <= self.bound if self.at_most else self.found >= self.bound


@dataclass
class Report:
    """Everything that a run of the benchmarks found."""

    about: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)

    def cpu(self, workload: str, data: str, contestant: str) -> float:
        """Processor milliseconds of a contestant."""
        return next(
            one.cpu_ms
            for one in self.taken
            if (one.workload, one.data, one.contestant) == (workload, data, contestant) and one.cpu_ms is not None
        )

    def within(self, workload: str, data: str, contestant: str, bound: float) -> None:
        """A gate on a contestant's milliseconds on the wall, where it was timed."""
        for one in self.taken:
            if (one.workload, one.data, one.contestant) == (workload, data, contestant) and one.wall_ms is not None:
                self.gates.append(Gate(workload, data, f"{contestant}, milliseconds on the wall", one.wall_ms, bound))

    def beside(self, workload: str, data: str, one: str, other: str, bound: float, *, at_most: bool) -> None:
        """A gate on the ratio of two contestants' processor time, where both took part."""
        there = {found.contestant for found in self.taken if found.workload == workload and found.data == data
                 and found.cpu_ms is not None}  # fmt: skip
        if {one, other} <= there:
            ratio = self.cpu(workload, data, one) / self.cpu(workload, data, other)
            self.gates.append(Gate(workload, data, f"{one} / {other}", ratio, bound, at_most))


def contest(workload: str, data: str, contestants: Sequence[Contestant], repeats: int) -> list[Taken]:
    """The medians of all contestants; with no repeats only whether they agree.

    Raises WrongAnswerError before any time counts.
    """
    there = [one for one in contestants if not one.is_absent]
    found: dict[str, list[tuple[float, float]]] = {one.name: [] for one in there}
    warm = {}
    for one in there:
        answer, _, cpu = clocked(one.ask)
        _say(f"{workload}, {data}: {one.name}: {cpu * one.times:.2f} s to warm up")
        warm[one.name] = cpu
        if one.agrees and (wrong := one.agrees(answer)):
            told = "\n  ".join(wrong[:10])
            raise WrongAnswerError(f"{workload}, {data}: {one.name} answers something else:\n  {told}")
    for number in range(repeats):
        for one in there:
            if number == 0 or warm[one.name] < SLOW:
                _, wall, cpu = clocked(one.ask)
                found[one.name].append((wall * one.times, cpu * one.times))
    return [_median(workload, data, one, found.get(one.name, [])) for one in contestants]


def _median(workload: str, data: str, one: Contestant, found: list[tuple[float, float]]) -> Taken:
    if one.is_absent:
        return Taken(workload, data, one.name, note=f"absent: {one.needs} is not installed")
    if not found:
        return Taken(workload, data, one.name, note="the same answers, not timed")
    wall, cpu = (round(statistics.median(each) * 1000, 1) for each in zip(*found, strict=True))
    note = "" if one.times == 1 else f"{one.times:,.0f} times what a sample took"
    return Taken(workload, data, one.name, wall, cpu, len(found), note=note)


def clocked(job: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a job gives, and its seconds on the wall and of all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = job()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def memory(job: Callable[..., Any], *arguments: Any) -> int:
    """The most mebibytes that a process of its own holds for a job, libraries and all."""
    receiving, sending = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_measured, args=(sending, job, arguments))
    process.start()
    sending.close()
    try:
        return int(receiving.recv())
    except EOFError:
        raise RuntimeError(f"{job} did not come to an end") from None
    finally:
        process.join()


def _measured(sending: Any, job: Callable[..., Any], arguments: Iterable[Any]) -> None:
    job(*arguments)
    sending.send(_most_held())


def _most_held() -> int:
    """The most mebibytes that this process has held since its program was loaded; before, it was a copy of another."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
