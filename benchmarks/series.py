"""W3 and W4: thirty indicators at 36 ends of months."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contestants import by_hand, one_by_one, ours
from benchmarks.contestants.layouts import CLUSTERED, INGESTED
from benchmarks.day import BY_HAND, EACH, EACH_AS_CAME, EACH_BEST, FILTER, OURS
from benchmarks.questions import MONTHS, PACK, THIRTY, disagreements
from benchmarks.timing import Contestant, contest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.questions import Course
    from benchmarks.timing import Report
    from benchmarks.world import World


def run(world: World, report: Report, workload: str, repeats: int) -> None:
    """The contest over a world."""
    report.taken += contest(workload, world.told, list(contestants(world)), repeats)
    _gates(world, report, workload)


def contestants(world: World) -> Iterator[Contestant]:
    """Whoever can be asked for months in one go."""
    agrees = agreeing_on(lambda: by_hand.course(world.store, THIRTY, MONTHS))
    yield Contestant(OURS, lambda: ours.course(world.store, PACK, MONTHS), agrees)
    yield Contestant(BY_HAND, lambda: by_hand.course(world.store, THIRTY, MONTHS), agrees)
    yield Contestant(EACH_BEST, lambda: one_by_one.course_in_best_form(world.store, THIRTY, MONTHS), agrees)
    for name, layout in ((EACH, CLUSTERED), (EACH_AS_CAME, INGESTED)):
        yield Contestant(name, partial(one_by_one.course, world.tables, layout, THIRTY, MONTHS), agrees)
    yield Contestant(FILTER, lambda: one_by_one.filtered(world.tables, THIRTY, MONTHS), agrees)


def agreeing_on(expected: Callable[[], Course]) -> Callable[[Course], Sequence[str]]:
    """What is wrong with answers of several days, beside those that are worked out once, when they are needed."""
    known: list[Course] = []

    def wrong(found: Course) -> Sequence[str]:
        known[:] = known or [expected()]
        days = known[0]
        return [f"{day}, {one}" for day in days for one in disagreements(days[day], found[day])]

    return wrong


def _gates(world: World, report: Report, workload: str) -> None:
    if world.events < 1_000_000:
        return

    def ask(one: str, bound: float) -> None:
        report.beside(workload, world.told, one, OURS, bound, at_most=False)

    if world.organisations >= 1_000_000:
        ask(EACH, 15)
        report.within(workload, world.told, OURS, 1200)
        return
    ask(EACH, 3.5)
    ask(EACH_BEST, 2.2)
