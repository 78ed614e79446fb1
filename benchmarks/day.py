"""W1, W2 and W6: thirty indicators as of one day, beside everybody who could answer them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contestants import by_hand, frames, layers, one_by_one, ours, rows
from benchmarks.contestants.layouts import CLUSTERED, INGESTED, SAMPLE, STORE
from benchmarks.questions import DAY, PACK, THIRTY, disagreements
from benchmarks.timing import Contestant, contest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.questions import Answers
    from benchmarks.timing import Report
    from benchmarks.world import World

OURS, BY_HAND, SCAN = "ours", "by hand", "a bare scan of the columns"
FILTER = "one scan, min FILTER"
EACH, EACH_BEST, EACH_AS_CAME = (
    "one query an indicator", "one query an indicator, each the best", "one query an indicator, rows as they came",
)  # fmt: skip
EACH_STORE = "one query an indicator, a store's tables"
POLARS, IBIS = "Polars, lazy", "Ibis"
PANDAS, PANDAS_PLAIN = "pandas, helped", "pandas, a mask over all rows for each condition"
SIMPLEEVAL, SIMPLEEVAL_PLAIN = "simpleeval, each expression parsed once", "simpleeval, a call for each row"


def run(world: World, report: Report, workload: str, repeats: int) -> None:
    """The contest over a world."""
    report.taken += contest(workload, world.told, list(contestants(world)), repeats)
    _gates(world, report, workload)


def contestants(world: World) -> Iterator[Contestant]:
    """Everybody, the query by hand first: all others have to agree with it."""
    yield from queries(world)
    yield from programs(world)


def queries(world: World) -> Iterator[Contestant]:
    """Ours, and queries of SQL."""
    agrees = agreeing(lambda: by_hand.answers(world.store, THIRTY, DAY))
    yield Contestant(OURS, lambda: ours.answers(world.store, PACK, DAY), agrees)
    yield Contestant(f"{OURS}, with verdicts and trends", lambda: ours.run(world.store, PACK, DAY), agrees)
    yield Contestant(BY_HAND, lambda: by_hand.answers(world.store, THIRTY, DAY), agrees)
    yield Contestant(SCAN, lambda: one_by_one.scanned(world.tables, THIRTY))
    yield Contestant(EACH_BEST, lambda: one_by_one.in_best_form(world.store, THIRTY, DAY), agrees)
    for name, path, layout in (
        (EACH_STORE, world.store, STORE), (EACH, world.tables, CLUSTERED), (EACH_AS_CAME, world.tables, INGESTED),
    ):  # fmt: skip
        yield Contestant(name, partial(one_by_one.answers, path, layout, THIRTY, DAY), agrees)
    yield Contestant(FILTER, lambda: one_by_one.filtered(world.tables, THIRTY, [DAY])[DAY], agrees)


def programs(world: World) -> Iterator[Contestant]:
    """What people use instead."""
    agrees = agreeing(lambda: by_hand.answers(world.store, THIRTY, DAY))
    yield Contestant(IBIS, lambda: layers.answers(world.tables, THIRTY, DAY), agrees, needs="ibis")
    yield Contestant(POLARS, lambda: frames.lazy(world.parquet, world.register, THIRTY, DAY), agrees, needs="polars")
    yield Contestant(PANDAS, _held(lambda: frames.helped(world.tables), frames.script), agrees, needs="pandas")
    plain = _held(lambda: frames.loaded(world.tables), frames.plain_script)
    yield Contestant(PANDAS_PLAIN, plain, agrees, needs="pandas")
    sample = rows.loaded(world.tables)
    sampled = agreeing(lambda: one_by_one.answers(world.tables, SAMPLE, THIRTY, DAY))
    for name, asked in ((SIMPLEEVAL, rows.answers), (SIMPLEEVAL_PLAIN, rows.plain_answers)):
        yield Contestant(name, partial(asked, *sample, THIRTY, DAY), sampled, times=world.events / len(sample[0]))


def _held(load: Callable[[], frames.Frames], script: Callable[..., Answers]) -> Callable[[], Answers]:
    """A script over what is loaded once, when it is first asked for."""
    held: list[frames.Frames] = []

    def asked() -> Answers:
        held[:] = held or [load()]
        return script(*held[0], THIRTY, DAY)

    return asked


def agreeing(expected: Callable[[], Answers]) -> Callable[[Answers], Sequence[str]]:
    """What is wrong with an answer, beside one that is worked out once, when it is needed."""
    known: list[Answers] = []

    def wrong(found: Answers) -> Sequence[str]:
        known[:] = known or [expected()]
        return disagreements(known[0], found)

    return wrong


def _gates(world: World, report: Report, workload: str) -> None:
    events, many = world.events, world.organisations >= 1_000_000
    if events < 1_000_000:
        return

    def ask(one: str, other: str, bound: float, *, at_most: bool = False) -> None:
        report.beside(workload, world.told, one, other, bound, at_most=at_most)

    if many:
        ask(EACH, OURS, 6)
        ask(OURS, SCAN, 8, at_most=True)
        return
    ask(OURS, BY_HAND, 1.15 if events >= 10_000_000 else 1.3, at_most=True)
    ask(EACH, OURS, 3)
    ask(FILTER, OURS, 4)
    if events >= 10_000_000:
        ask(PANDAS_PLAIN, OURS, 30)
        ask(POLARS, OURS, 4)
        ask(SIMPLEEVAL_PLAIN, OURS, 1000)
