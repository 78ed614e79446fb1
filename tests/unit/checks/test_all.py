from pathlib import Path
from time import process_time

import pytest

from indicator_engine.definitions import checks
from indicator_engine.definitions.checks.all import CHECKS, CODES, run

HELPERS = {"__init__", "acceptance", "all", "containment", "contents", "lints", "logic", "ranges", "wording"}
PRIORITY = """
[[priority]]
id = "priority-{number}"
title = "Priority {number}"
"""
INDICATORS = "".join(
    f"""{PRIORITY.format(number=number) if number % 10 == 0 else ""}
[[priority.indicator]]
id = "indicator-{number}"
statement = "{number + 1} members"
measure = "count(members & organisations(in_force(pledge[stage >= {number % 3 + 1} and item == 'a{number}'])))"
better = "higher"
target = {{ at_least = {number + 1}, set_by = "Board", set_on = "early May 2009" }}
due = "by March 2010"
path = {{ 2009-09-30 = 0, 2009-12-31 = 1 }}
"""
    for number in range(50)
)
PACK = f"""
[event.pledge.attributes]
stage = {{ type = "integer", minimum = 1, maximum = 3 }}
item = {{ type = "text" }}
{INDICATORS}
"""


def test_every_check_is_listed():
    """Each module of the folder is a check that is run, or one of the few that help them."""
    modules = {path.stem for path in Path(checks.__path__[0]).glob("*.py")}

    assert modules - HELPERS == {getattr(check, "__name__", "").rpartition(".")[2] for check in CHECKS}


def test_codes():
    """Each check has a code of its own, and they are listed in order."""
    codes = [code.code for code in CODES]

    assert sorted(set(codes)) == codes


def test_each_problem_is_told_once(told):
    """What two indicators share is told once."""
    found = told("IE203", """
        [define]
        share = "ratio(organisations(pledge), members)"

        [[priority.indicator]]
        id = "first"
        measure = "share"

        [[priority.indicator]]
        id = "second"
        measure = "share - 0.5"
    """)  # fmt: skip

    assert [t.at for t in found] == ["ratio(organisations(pledge), members)"]


@pytest.mark.slow
def test_fifty_indicators(load):
    """All checks over fifty indicators take a fraction of what reading them takes."""
    statement = load(PACK).statement
    assert statement

    times = []
    for _ in range(5):
        start = process_time()
        run(statement)
        times.append(process_time() - start)

    assert min(times) < 0.1
