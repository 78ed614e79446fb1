"""What is kept beside a store of its figures: brought up to what imports tell, never needed, never trusted blindly."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from tests.helpers import PRIORITY, VOCABULARY, event, members, pack

from indicator_engine import open_store
from indicator_engine.engine.stores import Asked, evaluate_store, figures_of_store, plan_of_store, queries_of_store
from indicator_engine.evaluation import later
from indicator_engine.evaluation.compiled import kept, touched
from indicator_engine.problems import StoreError
from indicator_engine.store.accounts import Terms
from indicator_engine.store.findings import Findings
from indicator_engine.store.store import PLAIN_EVENTS, PLAIN_REGISTER
from indicator_engine.store.tables import table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indicator_engine.definitions.model import Statement
    from indicator_engine.store.store import Store

pytestmark = pytest.mark.slow

AT = datetime(2010, 4, 1)  # noqa: DTZ001  # instants of a store carry no zone
LATER = Terms(datetime(2010, 4, 2))  # noqa: DTZ001
DAYS = ("2009-05-01", "2009-06-30", "2009-12-31", "2010-03-31")
MEASURES = (
    "count(members & organisations(pledge))", "ratio(members & organisations(in_force(pledge)), members)",
    "sum(training.people)", "count(members[count(training) >= 2])",
    "count(members - organisations(pledge[stage >= 2]))", "max(training.people)",
)  # fmt: skip


@pytest.fixture(scope="module")
def statement() -> Statement:
    """Figures of every sort, one of them with a target that may have been met before."""
    indicators = "".join(
        f"[[priority.indicator]]\nid = 'i{index}'\nmeasure = '{text}'\n" for index, text in enumerate(MEASURES)
    )
    return pack(f"{VOCABULARY}{PRIORITY}{indicators}better = 'higher'\ntarget = {{ at_least = 2, due = 2010-03-31 }}\n")


@pytest.fixture
def store(tmp_path: Path, statement: Statement) -> Iterator[Store]:
    """A store with members A, B and C, pledges of A and B, one of them told twice, and trainings."""
    with open_store(tmp_path / "a.store", writable=True) as opened:
        register(opened, statement, "A", "B", "C")
        told(opened, statement, event("pledge", "A", event_id="p1", stage=1), event("pledge", "A", event_id="p2",
             stage=1), event("pledge", "B", event_id="p3", stage=2), event("training", "A", event_id="t1", people=3),
             event("training", "C", "2009-08-01", event_id="t2", people=4))  # fmt: skip
        yield opened


def register(store: Store, statement: Statement, *names: str, **cells: Any) -> None:
    """Import members."""
    rows = table_of(members(*names, **cells), "register")
    store.take_in(rows, statement.schema, PLAIN_REGISTER, Terms(AT, recorded_at=AT))


def told(store: Store, statement: Statement, *rows: dict[str, Any]) -> None:
    """Import events."""
    store.take_in(table_of(list(rows), "events"), statement.schema, PLAIN_EVENTS, Terms(AT, recorded_at=AT))


def asked(statement: Statement, store: Store, **how: Any) -> Any:
    """The results on the last day, without what they rest on."""
    how = {"evidence": False, **how}
    return evaluate_store(statement, store, as_of=DAYS[-1], evaluator="compiled", **how).results


def plan(statement: Statement, store: Store) -> str:
    """The plan of the figures."""
    return str(plan_of_store(statement, store, as_of=DAYS[-1]))


CHANGES: dict[str, Callable[[Store, Statement], Any]] = {
    "late": lambda store, one: told(store, one, event("pledge", "C", "2009-04-02", event_id="p4", stage=2)),
    "corrected": lambda store, _: store.correct("p3", {"stage": "1"}, LATER),
    "moved": lambda store, _: store.correct("p3", {"organisation": "C"}, LATER),
    "moved back": lambda store, _: store.correct("p3", {"organisation": "B"}, LATER),
    "retracted": lambda store, _: store.retract("p1", LATER),
    "twin": lambda store, one: told(store, one, event("training", "C", "2009-08-01", event_id="t3", people=4)),
    "again": lambda store, one: told(store, one, event("training", "A", "2010-01-01", event_id="t4", people=1)),
    "ended": lambda store, one: told(store, one, event("withdrawal", "A", "2010-01-01", event_id="w1")),
    "stranger": lambda store, one: told(store, one, event("pledge", "Z", event_id="p9", stage=3)),
    "joined": lambda store, one: register(store, one, "Z", member_from="2009-06-01"),
    "left": lambda store, one: register(store, one, "A", member_to="2009-12-31"),
}


def test_each_change_is_found(statement: Statement, store: Store):
    """One after the other, by what was kept as by everything looked at anew; few subjects are looked at."""
    assert asked(statement, store, state=True) == asked(statement, store, state=False)
    for name, change in CHANGES.items():
        change(store, statement)
        by_courses, anew = (figures_of_store(statement, store, days=DAYS, evaluator="compiled", state=one).figures
                      for one in (None, False))  # fmt: skip
        assert by_courses == anew, name
    told(store, statement, event("pledge", "B", "2010-02-01", event_id="p5", stage=2))
    assert "by what was kept, and 2 subjects of new events (2 days to 31 March 2010)" in plan(statement, store)
    assert asked(statement, store) == asked(statement, store, state=False)


def test_some_figures_are_asked_for_later(statement: Statement, store: Store):
    """They are further behind than what is kept of versions, of which all is then looked at again."""
    asked(statement, store, state=True)
    for name in ("late", "corrected"):
        CHANGES[name](store, statement)
        asked(statement, store, select=("i0",))
    assert asked(statement, store) == asked(statement, store, state=False)


def test_the_law_notices_a_subject_left_out(statement: Statement, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Were the subject forgotten that an event was of before it was corrected, figures would be wrong."""
    asked(statement, store, state=True)
    monkeypatch.setattr(touched, "_of_other_versions", lambda *_: [])
    CHANGES["moved"](store, statement)
    assert asked(statement, store) != asked(statement, store, state=False)


def test_marks_of_ids(statement: Statement, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """By them it is found whom events newly told were of before; others may share one; they are made anew at need."""
    monkeypatch.setattr(kept, "LARGE", 1)
    monkeypatch.setattr(kept, "MARK", "CAST(hash({event}) % 3 AS UINTEGER)")
    ways: list[tuple[str, int]] = []
    others = touched._of_other_versions

    def noted(tables: Any, news: str, before: str, upto: int) -> list[str]:
        ways.append((before, upto))
        return others(tables, news, before, upto)

    monkeypatch.setattr(touched, "_of_other_versions", noted)
    asked(statement, store, state=True)
    assert kept_ids(tmp_path) == (2, 5)
    for name, change in CHANGES.items():
        change(store, statement)
        assert asked(statement, store) == asked(statement, store, state=False), name
    assert [bool(before) for before, _ in ways] == [True] * len(CHANGES)
    assert [upto for _, upto in ways][:3] == [2, 3, 3], "made again where more than a tenth is newer"
    kept_before = kept_ids(tmp_path)
    register(store, statement, "A")
    assert asked(statement, store) == asked(statement, store, state=False)
    assert kept_ids(tmp_path) == kept_before, "events are as they were"


def test_marks_made_where_nothing_is_new(
    statement: Statement, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A figure asked for the first time is kept with marks of ids, also where the fates of versions were not read."""
    some = replace(statement, priorities=_but_the_last(statement))
    asked(some, store, state=True)
    monkeypatch.setattr(kept, "LARGE", 1)
    before = courses_kept(tmp_path)[2]
    assert asked(statement, store, state=True) == asked(statement, store, state=False)
    assert kept_ids(tmp_path) == (2, 5)
    assert courses_kept(tmp_path)[2] > before


def _but_the_last(statement: Statement) -> Any:
    first, *rest = statement.priorities
    return (replace(first, indicators=first.indicators[:-2]), *rest)


def test_what_is_new_is_added(statement: Statement, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """To the very file that was read; from time to time, and where it is another by then, it is written whole."""
    path, other = tmp_path / "a.store.findings", tmp_path / "other"
    asked(statement, store, state=True)
    path.replace(other)
    asked(statement, store, state=True)
    (made, whole, rows) = courses_kept(tmp_path)
    assert whole == rows
    CHANGES["late"](store, statement)
    assert asked(statement, store) == asked(statement, store, state=False)
    written, same, more = courses_kept(tmp_path)
    assert (written != made, same) == (True, whole)
    assert more > whole
    keep = Findings.keep

    def of_another(self: Findings, *what: Any) -> None:
        shutil.copyfile(other, path)
        keep(self, *what)

    CHANGES["corrected"](store, statement)
    with monkeypatch.context() as patched:
        patched.setattr(Findings, "keep", of_another)
        asked(statement, store)
    _, whole, rows = courses_kept(tmp_path)
    assert whole == rows
    assert asked(statement, store) == asked(statement, store, state=False)


def courses_kept(folder: Path) -> tuple[str, int, int]:
    """By what the file is told from others, how many rows of courses it had when written whole, and how many it has."""
    with duckdb.connect(folder / "a.store.findings", read_only=True) as file:
        return file.sql("SELECT written, whole, (SELECT count(*) FROM course) FROM of_state").fetchall()[0]


def kept_ids(folder: Path) -> tuple[int, int]:
    """Up to which import marks are kept, and how many."""
    with duckdb.connect(folder / "a.store.findings", read_only=True) as file:
        return file.sql("SELECT (SELECT import FROM of_ids), (SELECT count(*) FROM ids)").fetchall()[0]


def test_nothing_is_made_before_a_large_store_has_grown(
    statement: Statement, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A first run costs no more than it must; the one after the next import makes what later ones go by."""
    asked(statement, store)
    assert "kept" not in plan(statement, store)
    CHANGES["late"](store, statement)
    asked(statement, store)
    assert "kept" not in plan(statement, store)
    monkeypatch.setattr(kept, "LARGE", 5)
    CHANGES["again"](store, statement)
    asked(statement, store, state=False)
    assert "kept" in plan(statement, store)
    assert "by what was kept (" in plan(statement, store)
    assert not [one.name for one in tmp_path.iterdir() if one.name.startswith("a.store.findings.")]


def test_figures_asked_for_later_are_behind(statement: Statement, store: Store):
    """Figures that nobody asked for after an import are brought up when somebody does."""
    asked(statement, store, state=True)
    CHANGES["moved"](store, statement)
    asked(statement, store, select=["i2"])
    CHANGES["again"](store, statement)
    assert asked(statement, store) == asked(statement, store, state=False)


def test_as_it_was_known_is_asked_of_the_records(statement: Statement, store: Store):
    """What is kept says nothing of other states of a store, nor of what was known at another time."""
    asked(statement, store, state=True)
    CHANGES["retracted"](store, statement)
    for how in ({"at_import": 2}, {"known_at": "2010-04-01"}):
        assert asked(statement, store, **how) == asked(statement, store, state=False, **how)
    queries, _ = queries_of_store(statement, store, as_of=DAYS[-1])
    assert queries


def test_names_that_mean_others_are_looked_at_anew(statement: Statement, store: Store):
    """With aliases nothing is kept, and what was kept before is not used."""
    asked(statement, store, state=True)
    store.alias("C", "A", LATER)
    assert asked(statement, store) == asked(statement, store, state=False)
    assert "kept" not in plan(statement, store)


SPOILT: dict[str, Callable[[Path], Any]] = {
    "gone": lambda file: file.unlink(),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:5000]),
    "no database": lambda file: file.write_bytes(b"no database"),
    "of tables it does not know": lambda file: shutil.copyfile(file.with_suffix(""), file),
}


def test_a_spoilt_file_is_made_anew(statement: Statement, store: Store, tmp_path: Path):
    """Whatever is the matter with the file, the answer is right."""
    asked(statement, store, state=True)
    CHANGES["moved"](store, statement)
    expected, file = asked(statement, store, state=False), tmp_path / "a.store.findings"
    whole = file.read_bytes()
    for name, spoil in SPOILT.items():
        file.write_bytes(whole)
        spoil(file)
        assert asked(statement, store) == expected, name


def test_the_file_of_another_store(statement: Statement, store: Store, tmp_path: Path):
    """Of as many imports, and of more."""
    with open_store(tmp_path / "b.store", writable=True) as other:
        register(other, statement, "A")
        told(other, statement, event("pledge", "A", event_id="p1", stage=1))
        for name in ("late", "again"):
            asked(statement, other, state=True)
            shutil.copyfile(tmp_path / "b.store.findings", tmp_path / "a.store.findings")
            assert asked(statement, store) == asked(statement, store, state=False)
            CHANGES[name](other, statement)


def test_definitions_that_change(statement: Statement, store: Store):
    """Who belongs to a population, and what a release knew of a vocabulary, are part of what a figure is."""
    asked(statement, store, state=True)
    population = replace(statement.schema.populations["members"], end=None)
    other = replace(statement, schema=replace(statement.schema, populations={"members": population}))
    CHANGES["left"](store, statement)
    assert asked(other, store) == asked(other, store, state=False)
    assert store.findings(statement.schema, "1") != store.findings(statement.schema, "2")


def test_two_runs_at_the_same_time(statement: Statement, store: Store, tmp_path: Path):
    """Each keeps the whole of what it found, or nothing."""
    asked(statement, store, state=True)
    CHANGES["moved"](store, statement)
    expected, path = asked(statement, store, state=False), store.path
    assert path
    store.close()

    def run(_: int) -> Any:
        with open_store(path) as opened:
            return asked(statement, opened)

    with ThreadPoolExecutor(2) as threads:
        assert [expected] * 2 == list(threads.map(run, range(2)))
    with open_store(path) as opened:
        assert "by what was kept (" in plan(statement, opened)
    assert {one.name for one in tmp_path.iterdir() if "findings" in one.name} == {"a.store.findings"}


def test_where_nothing_can_be_written(statement: Statement, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Then figures are found out anew each time."""
    from indicator_engine.store import findings

    def refused(*_: Any, **__: Any) -> Any:
        raise OSError("read-only")

    monkeypatch.setattr(findings, "Database", refused)
    assert asked(statement, store, state=True) == asked(statement, store, state=False)


def test_a_rehearsal_keeps_nothing(statement: Statement, store: Store, tmp_path: Path):
    """What is undone is not kept."""
    asked(statement, store, state=True)
    before = (tmp_path / "a.store.findings").read_bytes()
    with store.rehearsal() as rehearsed:
        CHANGES["moved"](rehearsed, statement)
        assert asked(statement, rehearsed) == asked(statement, rehearsed, state=False)
    assert (tmp_path / "a.store.findings").read_bytes() == before


def test_without_state_nothing_is_kept(statement: Statement, store: Store, tmp_path: Path):
    """Neither of figures nor of versions."""
    asked(statement, store, state=False)
    assert not (tmp_path / "a.store.findings").exists()


MORE = """
[[priority.indicator]]
id = 'each'
measure = 'each(quarter, exists(training))'
[[priority.indicator]]
id = 'then'
measure = 'count(members & organisations(pledge))'
better = 'higher'
target = { at_least = 1, due = 2009-06-30 }
[[priority.indicator]]
id = 'listing'
measure = 'count(training)'
watch = [{ label = 'pledges at stage 1', select = 'pledge[stage == 1]' }]
"""


@pytest.fixture(scope="module")
def more() -> Statement:
    """Figures of buckets of time and as known then, and one with records that are listed."""
    return pack(f"{VOCABULARY}{PRIORITY}{MORE}")


def test_buckets_and_deadlines_come_from_what_was_kept(more: Statement, store: Store):
    """Each quarter is a part of the course of all days; the figure at a deadline has a course as known then."""
    asked(more, store, state=True)
    for name, change in CHANGES.items():
        change(store, more)
        assert asked(more, store) == asked(more, store, state=False), name
    told_plan = plan(more, store)
    assert "by what was kept" in told_plan
    assert "by masks" not in told_plan


def test_of_many_instants_no_courses_are_made(more: Statement, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Each takes a look at all records as they were known then."""
    monkeypatch.setattr(kept, "MOST_INSTANTS", 0)
    assert asked(more, store, state=True, select=["then"]) == asked(more, store, state=False, select=["then"])
    (of_members,) = [part for part in plan(more, store).split("\n\n") if part.startswith("count(members &")]
    assert "with others, by masks (30 June 2009)" in of_members


def ids_of(found: Any) -> Any:
    """The records that are listed."""
    ((listed,),) = [one.listed for one in found if one.listed]
    return listed.events


def test_what_is_listed_is_counted_and_looked_up_later(
    more: Statement, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """How many there are is known; the first few are asked for by themselves, all of them once somebody looks."""
    monkeypatch.setattr(later, "FIRST", 1)
    told(store, more, *(event("pledge", "B", f"2009-05-0{day}", event_id=f"q{day}", stage=1) for day in (1, 2, 3)),
         event("pledge", "B", event_id="open"))  # fmt: skip
    wanted: list[int | None] = []
    look_up = Asked.look_up

    def looked_up(self: Asked, *how: Any) -> Any:
        wanted.append(how[-1])
        return look_up(self, *how)

    monkeypatch.setattr(Asked, "look_up", looked_up)
    found = ids_of(asked(more, store))
    assert (len(found), wanted) == (5, [])
    assert (found[:1], found[0], wanted) == (["open"], "open", [1])
    assert list(found) == ["open", "p1", "q1", "q2", "q3"]
    assert (found[-1], found[2:4], wanted) == ("q3", ("q1", "q2"), [1, None])
    assert found == ids_of(asked(more, store, state=False)) == ids_of(asked(more, store, evidence=True))
    late = ids_of(asked(more, store))
    told(store, more, event("pledge", "C", event_id="news", stage=1))
    store.close()
    assert list(late) == list(found), "as the store was when it was asked"
    with open_store(tmp_path / "a.store") as again:
        now = ids_of(asked(more, again))
    assert list(now) == sorted([*found, "news"])


def test_what_is_listed_of_a_store_that_is_another_by_now(more: Statement, store: Store, tmp_path: Path):
    """It is not looked up in it."""
    found = ids_of(asked(more, store))
    store.close()
    for left in tmp_path.glob("a.store*"):
        left.unlink()
    with open_store(tmp_path / "a.store", writable=True) as other:
        told(other, more, event("pledge", "A", event_id="x", stage=1))
    with pytest.raises(StoreError, match="is not the store it was"):
        list(found)
