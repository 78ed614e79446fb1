"""The benchmarks run: who is installed gives the same answers, a wrong one stops the run; no time is asserted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from benchmarks import day, growth, known, loading, plot, told, world
from benchmarks.__main__ import main
from benchmarks.questions import PACK, THIRTY, disagreements
from benchmarks.timing import Contestant, Report, Taken, WrongAnswerError, contest

from indicator_engine import load_pack

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.world import World

pytestmark = [pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="module")
def small(folder: Path) -> World:
    """A hundred thousand events."""
    return world.world(folder, "s")


def names(report: Report) -> list[str]:
    return [one.contestant for one in report.taken]


def test_everybody_answers_alike_as_of_a_day(small: World):
    report = Report()
    day.run(small, report, "W1", 0)
    assert {day.OURS, day.BY_HAND, day.EACH, day.FILTER, day.POLARS, day.PANDAS, day.SIMPLEEVAL, day.IBIS} <= set(
        names(report)
    )
    notes = {one.note for one in report.taken}
    assert notes - {"absent: ibis is not installed"} == {"the same answers, not timed"}


def test_one_command(small: World, folder: Path, capsys: pytest.CaptureFixture[str]):
    """A series, and corrected records as by hand: told as a table, as JSON and as Markdown."""
    file = folder / "found.json"
    given = ["--size", "s", "--only", "W3,known", "--repeats", "0", "--folder", str(folder), "--json", str(file)]

    assert main(given) == 0
    assert "one query an indicator, each the best" in capsys.readouterr().out
    assert json.loads(file.read_text())["about"]["size"] == "s"
    found = told.read(file)
    assert [one.contestant for one in found.taken][-len(known.INSTANTS) :] == [
        known.then(one) for one in known.INSTANTS
    ]
    assert "| by hand |" in told.as_markdown(found)


def test_a_workload_that_there_is_not(capsys: pytest.CaptureFixture[str]):
    assert main(["--only", "W99"]) == 2
    assert "there is no workload W99; there are W1, W2" in capsys.readouterr().err


def test_packs_and_series_grow(small: World):
    report = Report()
    growth.conditions(small, report, (16, 32), 1)
    growth.days(small, report, (1, 12), 1)
    assert [number for number, _ in growth.figures(report.taken, growth.BY_DAYS)[day.OURS]] == [1, 12]


def test_growth_is_drawn(tmp_path: Path):
    pytest.importorskip("matplotlib")
    taken = [Taken(f"{kind}: {number}", "nothing", day.OURS, 1.0, 2.0 * number)
             for kind in (growth.BY_CONDITIONS, growth.BY_DAYS) for number in (1, 10)]  # fmt: skip
    plot.draw(taken, tmp_path / "growth.svg")
    assert "conditions in a pack" in (tmp_path / "growth.svg").read_text()


def test_events_are_loaded(folder: Path):
    report = Report()
    loading.run(world.made(folder, 2_000, 100), report, "W7", 0)
    assert loading.AGAIN in names(report)


def test_a_wrong_answer_stops_the_run():
    liar = Contestant("a liar", lambda: {"one": 2}, lambda found: disagreements({"one": 1}, found))
    with pytest.raises(WrongAnswerError, match="a liar answers something else:\n  one: 1 and 2"):
        contest("W1", "nothing", [liar], 1)


def test_who_is_absent_is_named():
    (one,) = contest("W1", "nothing", [Contestant("somebody", lambda: None, needs="no_such_library")], 1)
    assert one == Taken("W1", "nothing", "somebody", note="absent: no_such_library is not installed")


def test_questions_are_those_of_the_pack():
    assert sorted(indicator.id for _, indicator in load_pack(PACK).indicators()) == sorted(THIRTY.indicators)
