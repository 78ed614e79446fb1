"""How long each output of a large statement takes to write and how big it is: `python -m benchmarks.outputs`.

Two hundred indicators over two thousand organisations with a course of 36 months each, and one in each of six groups.
What is measured is the writing; what is evaluated before it is measured elsewhere.
"""

from __future__ import annotations

import time
from datetime import date
from fractions import Fraction

from indicator_engine import plugins
from indicator_engine.conventions import NEUTRAL, Due
from indicator_engine.definitions.model import Indicator, Priority, Statement, Target
from indicator_engine.evaluation.results import Grouped, Provenances, Result, Results
from indicator_engine.hookspecs import Page
from indicator_engine.language.schema import Schema
from indicator_engine.periods import Period, month_end

PRIORITIES, EACH, ORGANISATIONS, COUNTED = 20, 10, 2000, 900
PERIOD = Period(date(2008, 4, 1), date(2011, 3, 31), "2008-11")
GROUPS = ("Abbotsby", "Brindle", "Cold Ash", "Deeping", "Elmstead", "Fernham")
REASONS = ("no pledge by 31 March 2011", "left on 30 June 2010", "not one of the members")


def results() -> Results:
    """Results of a large statement."""
    names = {f"O{number}": f"Organisation number {number} of the county" for number in range(ORGANISATIONS)}
    found = [
        _result(f"p{priority}", f"i{priority}-{at}", list(names))
        for priority in range(PRIORITIES)
        for at in range(EACH)
    ]
    ends = [month_end(2008 + (3 + month) // 12, (3 + month) % 12 + 1) for month in range(PERIOD.months)]
    course = tuple((day, Fraction(25 * number)) for number, day in enumerate(ends, 1))
    priorities = tuple(
        Priority(f"p{at}", f"Priority number {at}", str(at), outcomes=("More organisations with a pledge",),
                 indicators=tuple(Indicator(one.id) for one in found if one.priority == f"p{at}"))
        for at in range(PRIORITIES)
    )  # fmt: skip
    statement = Statement("large", "A large statement", PERIOD, NEUTRAL, Schema(), priorities=priorities)
    series = {one.id: course for one in found}
    few = tuple((day, value / len(GROUPS)) for day, value in course[::9])
    groups = Grouped("town", GROUPS, {one.id: (few,) * len(GROUPS) for one in found})
    return Results(
        statement, PERIOD.end, None, tuple(found), Provenances("p", "d", "e"), series=series, groups=groups, names=names
    )


def _result(priority: str, name: str, organisations: list[str]) -> Result:
    return Result(
        name,
        priority,
        "missed",
        statement="1,000 member organisations to commit to the Pledge by March 2011",
        value=Fraction(COUNTED),
        unit="count",
        target=Target(value=Fraction(1000)),
        target_value=Fraction(1000),
        due=Due(PERIOD.end, "by March 2011"),
        evaluated_on=PERIOD.end,
        needed=Fraction(1000 - COUNTED),
        who=tuple(organisations[:COUNTED]),
        why_not={one: REASONS[number % len(REASONS)] for number, one in enumerate(organisations[COUNTED:])},
        says="the number of members with a pledge",
        expression="count(members & organisations(pledge))",
    )


def main() -> None:
    """Write every form three times and say how long the quickest took."""
    found = results()
    print(f"{len(found)} indicators, {ORGANISATIONS} organisations: processor seconds, megabytes")
    for name, output in plugins.load().outputs.items():
        files, seconds = set(), []
        for _ in range(3):
            begun = time.process_time()
            files.add(output.render(found, Page()))
            seconds.append(time.process_time() - begun)
        assert len(files) == 1, f"{name} writes other bytes each time"
        print(f"{name:12} {min(seconds):6.2f} {len(files.pop()) / 1e6:7.2f}")


if __name__ == "__main__":
    main()
