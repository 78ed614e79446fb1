"""Rows in, typed records out: what each kind of cell may hold, and what is said of every row that cannot be used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.problems import Location, Problem
from indicator_engine.store.cells import read_day, read_instant, read_value
from indicator_engine.store.intake import EventReader, Intake, read_register_row, rows_of, take_in
from indicator_engine.store.layout import Row
from indicator_engine.store.records import FOREVER, Record


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def attribute(kind: Any, name: str = "x", **more: Any) -> Attribute:
    return Attribute(name, kind, **more)


STAGE = Attribute("stage", "integer", minimum=Fraction(1), maximum=Fraction(3))
SCHEMA = Schema(
    Subject(attributes={
        "kind": Attribute("kind", "choice", choices=("member", "public")), "size": Attribute("size", "integer"),
    }),
    {
        "pledge": EventType("pledge", attributes={"stage": STAGE}),
        "paper": EventType("paper", attributes={"item": Attribute("item", "text")}),
    },
)  # fmt: skip
PLEDGE = {"event_id": "e1", "type": "pledge", "organisation": "A", "occurred_on": "2009-05-01"}


def take(*events: dict[str, Any], register: tuple[dict[str, Any], ...] = (), **more: Any) -> Intake:
    return take_in(rows_of(events, "events"), rows_of(register, "register"), SCHEMA, **more)


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity) for problem in problems]


def standing(found: Intake, kind: str = "pledge") -> tuple[Record, ...]:
    return found.records.standing(FOREVER).get(kind, ())


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("integer", "3", Fraction(3)),
        ("integer", 3, Fraction(3)),
        ("integer", " 3.0 ", Fraction(3)),
        ("integer", "-3", Fraction(-3)),
        ("integer", 3.0, Fraction(3)),
        ("integer", "0", Fraction(0)),
        ("decimal", "0.1", Fraction(1, 10)),
        ("decimal", 0.1, Fraction(1, 10)),
        ("decimal", Decimal("0.1"), Fraction(1, 10)),
        ("decimal", "1e-3", Fraction(1, 1000)),
        ("money", "1204.50", Fraction("1204.5")),
        ("money", Fraction(1, 8), Fraction(1, 8)),
        ("text", "  Acme  ", "Acme"),
        ("text", "007", "007"),
        ("text", 7, "7"),
        ("evidence", "minutes.pdf", "minutes.pdf"),
        ("subject", "A", "A"),
        ("date", "2009-05-01", date(2009, 5, 1)),
        ("date", date(2009, 5, 1), date(2009, 5, 1)),
        ("date", instant("2009-05-01"), date(2009, 5, 1)),
        ("truth", "yes", True),
        ("truth", "TRUE", True),
        ("truth", "Y", True),
        ("truth", "1", True),
        ("truth", 1, True),
        ("truth", True, True),
        ("truth", "no", False),
        ("truth", "0", False),
        ("truth", False, False),
        ("truth", "unknown", None),
        ("truth", "N/K", None),
        ("truth", "?", None),
        ("list", "cost; benefits ;cost", ("cost", "benefits")),
        ("list", ["cost", "benefits"], ("cost", "benefits")),
        ("list", "", ()),
        ("list", None, ()),
    ],
    ids=repr,
)
def test_a_cell_is_read_by_the_type_its_attribute_declares(kind: str, cell: Any, expected: Any):
    """Exactly, and whether it comes as text or as a value."""
    assert expected == read_value(cell, attribute(kind))


@pytest.mark.parametrize(
    "kind", ["integer", "decimal", "money", "text", "date", "truth", "choice", "subject", "evidence"]
)
@pytest.mark.parametrize("cell", [None, "", "   "], ids=repr)
def test_a_blank_cell_is_a_missing_value(kind: str, cell: Any):
    """It is nothing: not nought, not no, not an empty text."""
    assert read_value(cell, attribute(kind, choices=("a",))) is None


@pytest.mark.parametrize(
    ("kind", "cell", "words"),
    [
        ("integer", "2.5", "not a whole number"),
        ("integer", "four", "not a number"),
        ("integer", "1,204", "not a number"),
        ("integer", "9" * 41, "more than 18 digits"),
        ("integer", 10**41, "more than 18 digits"),
        ("money", Fraction(1, 3), "or 20 after it"),
        ("integer", True, "not a number"),
        ("decimal", "£5", "not a number"),
        ("decimal", "nan", "not a number"),
        ("truth", "maybe", "neither yes, no nor unknown"),
        ("truth", 2, "neither yes, no nor unknown"),
        ("date", "31/03/2010", "year first"),
        ("date", "2010-02-30", "not a day"),
        ("date", "20100331", "not a day"),
        ("date", "31 March 2010", "not a day"),
        ("date", "1899-12-31", "1900 to 2200"),
        ("date", date(1899, 12, 31), "1900 to 2200"),
        ("date", instant("2010-03-31T10:00"), "time of day"),
        ("date", 40268, "not a day"),
        ("choice", "membr", "member"),
    ],
    ids=repr,
)
def test_a_cell_that_cannot_be_read_says_what_would_be_right(kind: str, cell: Any, words: str):
    """The fault names the cell and the form that is wanted."""
    with pytest.raises(Exception, match=words):
        read_value(cell, attribute(kind, choices=("member", "public")))


@pytest.mark.parametrize(("cell", "fits"), [("1", True), ("3", True), ("0", False), ("4", False)])
def test_a_number_outside_its_range_is_refused(cell: str, *, fits: bool):
    """Both ends belong to the range."""
    found = take({**PLEDGE, "stage": cell})
    assert ([] if fits else [("IE356", "error")]) == told(found.problems)
    assert fits == bool(standing(found))


@pytest.mark.parametrize(("open_", "expected"), [(True, "press"), (False, None)])
def test_an_open_list_of_words_takes_others(open_: bool, expected: str | None):  # noqa: FBT001  # the case
    """A closed one does not."""
    words = attribute("choice", choices=("post", "mail"), open=open_)
    if expected:
        assert expected == read_value("press", words)
    else:
        with pytest.raises(Exception, match="press"):
            read_value("press", words)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2009-05-01", instant("2009-05-01")),
        (date(2009, 5, 1), instant("2009-05-01")),
        ("2009-05-01T14:30", instant("2009-05-01T14:30")),
        ("2009-05-01 14:30:15", instant("2009-05-01T14:30:15")),
        ("2009-05-01T00:30+01:00", instant("2009-04-30T23:30")),
        (instant("2009-05-01T00:30+01:00"), instant("2009-04-30T23:30")),
        (instant("2009-05-01T12:00+00:00"), instant("2009-05-01T12:00")),
        ("", None),
        (None, None),
    ],
    ids=repr,
)
def test_an_instant_is_a_day_or_a_day_and_time(cell: Any, expected: datetime | None):
    """With a zone it is brought to one zone; a day alone is its start."""
    assert expected == read_instant(cell)


@pytest.mark.parametrize(
    "cell", ["14:30", "1 May 2009", "2009-05", "20090501", "20090501T1430", "2009-W18-5", "2009-05-01/14:30", "now"]
)
def test_what_is_no_instant_is_refused(cell: str):
    """No other way of writing is guessed at."""
    with pytest.raises(Exception, match=r"day and a?"):
        read_instant(cell)


def test_a_day_is_not_read_from_anything_else():
    """A long text is cut in the message, and control characters are not shown."""
    with pytest.raises(Exception, match=r"…") as fault:
        read_day("\x1b[31m" + "x" * 500)
    assert "\x1b" not in str(fault.value)


# ── rows of events ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_becomes_a_version():
    """With its id, type, subject, day and typed attributes, and the place it came from."""
    found = take({**PLEDGE, "recorded_at": "2009-05-02T10:00", "stage": "2"})
    (version,) = found.records.versions
    recorded = instant("2009-05-02T10:00")
    assert ("e1", "pledge", "A", date(2009, 5, 1), recorded, {"stage": Fraction(2)}, "events[0]") == (
        version.event_id, version.type, version.subject, version.occurred_on, version.recorded_at, version.attributes,
        version.source,
    )  # fmt: skip
    assert () == found.problems


def test_a_row_without_a_recording_was_recorded_when_it_happened():
    """At the start of that day, so that any telling with a time corrects it."""
    (version,) = take(PLEDGE).records.versions
    assert instant("2009-05-01") == version.recorded_at


@pytest.mark.parametrize("column", ["event_id", "type", "organisation", "occurred_on"])
@pytest.mark.parametrize("blank", ["", None, "  "], ids=repr)
def test_what_a_row_cannot_do_without(column: str, blank: Any):
    """Its id, type, subject and day; without one it is not used, and the row is named."""
    found = take({**PLEDGE, column: blank})
    assert [("IE302", "error", "events[0]")] == [(p.code, p.severity, str(p.where)) for p in found.problems]
    assert () == found.records.versions


def test_every_fault_of_every_row_is_told():
    """One bad row hides neither its own other faults nor another row's."""
    found = take({**PLEDGE, "occurred_on": "soon", "stage": "many"}, PLEDGE, {**PLEDGE, "event_id": "", "stage": "9"})
    assert ["events[0]", "events[0]", "events[2]", "events[2]"] == [str(problem.where) for problem in found.problems]
    assert ["e1"] == [version.event_id for version in found.records.versions]


def test_a_retraction_may_give_the_id_alone():
    """It takes back what another row tells."""
    found = take(PLEDGE, {"event_id": "e1", "retracted": "yes", "recorded_at": "2009-06-01"})
    assert ((), ()) == (standing(found), found.problems)


def test_a_retraction_of_something_nobody_told_is_odd():
    """It is kept, and a warning says so."""
    found = take({"event_id": "e9", "retracted": "yes", "recorded_at": "2009-06-01"})
    assert [("IE310", "warning")] == told(found.problems)


def test_a_retraction_must_say_when():
    """Without its recording nobody could say since when the event no longer stands."""
    found = take(PLEDGE, {**PLEDGE, "retracted": "yes"})
    assert [("IE302", "error")] == told(found.problems)


@pytest.mark.parametrize("cell", ["no", "", "unknown", None, False], ids=repr)
def test_only_yes_retracts(cell: Any):
    """Anything else leaves the event standing."""
    assert ["e1"] == [record.event_id for record in standing(take({**PLEDGE, "retracted": cell}))]


def test_events_of_other_types_are_named_once_and_counted():
    """They are not the pack's concern."""
    found = take(PLEDGE, *[{**PLEDGE, "event_id": f"x{n}", "type": "plegde"} for n in range(3)])
    (problem,) = found.problems
    assert ("IE304", "warning", "did you mean `pledge`?") == (problem.code, problem.severity, problem.hint)
    assert "3 rows" in problem.message
    assert 1 == len(found.records.versions)


def test_a_column_that_nobody_knows_is_named_once():
    """Where it is filled; an empty one troubles nobody."""
    found = take({**PLEDGE, "stge": "2", "empty": ""}, {**PLEDGE, "event_id": "e2", "stge": "3", "organisation": "N2"})
    problem = next(one for one in found.problems if one.code == "IE303")
    assert ("IE303", "warning", "did you mean `stage`?") == (problem.code, problem.severity, problem.hint)


def test_a_cell_under_another_types_column_is_not_read():
    """A pledge has no item; the row counts without it."""
    found = take({**PLEDGE, "item": "x"})
    assert [("IE305", "warning")] == told(found.problems)
    assert 1 == len(standing(found))


def test_an_organisation_that_the_register_does_not_list_is_named():
    """With the nearest name that it does list; without a register nobody is a stranger."""
    found = take({**PLEDGE, "organisation": "Ashfeild"}, register=({"organisation": "Ashfield"},))
    (problem,) = found.problems
    assert ("IE306", "warning", "did you mean `Ashfield`?") == (problem.code, problem.severity, problem.hint)
    assert () == take(PLEDGE).problems


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"stage": "2"}, [("IE307", "warning")]),
        ({"retracted": "yes"}, [("IE307", "warning")]),
        ({}, []),
        ({"stage": "2", "recorded_at": "2009-06-02"}, []),
    ],
    ids=["another value", "retracted", "the same", "later"],
)
def test_two_tellings_of_one_instant_that_differ_are_odd(change: dict[str, str], expected: list[tuple[str, str]]):
    """Which of them holds would be chance; a later one corrects."""
    row = {**PLEDGE, "recorded_at": "2009-06-01", "stage": "1"}
    assert expected == told(take(row, {**row, **change}).problems)


def test_what_the_sources_cover_is_kept():
    """None means all types."""
    assert frozenset({"pledge"}) == take(covered=["pledge"]).records.covered
    assert take().records.covered is None


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_of_the_register_are_typed():
    """Every column the pack declares, and the name."""
    found = take(register=({"organisation": "A", "name": "Ashfield", "kind": "member", "size": "12"},))
    (row,) = found.records.register
    assert ("A", {"kind": "member", "size": Fraction(12), "name": "Ashfield"}) == (row.subject, row.attributes)


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        ({"organisation": "", "kind": "member"}, "IE302", "error"),
        ({"organisation": "A", "kind": "membr"}, "IE358", "error"),
        ({"organisation": "A", "size": "many"}, "IE354", "error"),
        ({"organisation": "A", "knd": "member"}, "IE303", "warning"),
    ],
)
def test_faults_of_the_register_are_told(row: dict[str, str], code: str, severity: str):
    """As those of events are."""
    found = take(register=(row,))
    assert [(code, severity, "register[0]")] == [(p.code, p.severity, str(p.where)) for p in found.problems]
    assert (severity == "warning") == bool(found.records.register)


def test_a_problem_stands_where_its_row_stands():
    """Rows that a file's reader placed keep their file and line."""
    row = Row({**PLEDGE, "stage": "many"}, Location("events.csv", 7, 1))
    (problem,) = take_in([row], [], SCHEMA).problems
    assert "events.csv:7:1" == str(problem.where)


# ── reading strictly, as an import does ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"type": "plegde"}, [("IE304", "type")]),
        ({"type": "plegde", "occurred_on": "soon"}, [("IE350", "occurred_on"), ("IE304", "type")]),
        ({"item": "x"}, [("IE305", "item")]),
        ({"item": " "}, []),
        ({"stage": "9"}, [("IE356", "stage")]),
        ({"stage": "9", "item": "x", "event_id": None}, [("IE302", "event_id"), ("IE356", "stage"), ("IE305", "item")]),
        ({"organisation": "#N/A"}, [("IE360", "organisation")]),
        ({"organisation": "\ud800"}, [("IE342", "organisation")]),
        ({"event_id": "#REF!"}, [("IE360", "event_id")]),
        ({"type": "#REF!"}, [("IE360", "type")]),
        ({"recorded_at": "now"}, [("IE359", "recorded_at")]),
        ({"retracted": "perhaps"}, [("IE357", "retracted")]),
        ({"retracted": "yes", "occurred_on": "soon", "item": "x"}, []),
        ({"retracted": "yes", "event_id": ""}, [("IE302", "event_id")]),
    ],
)
def test_a_row_is_read_strictly(change: dict[str, Any], expected: list[tuple[str, str]]):
    """Every fault is told with its column; a cell that the pack has no place for is one as well."""
    (row,) = rows_of([{**PLEDGE, **change}], "events")
    typed = EventReader(SCHEMA, recorded=instant("2010-01-01"), strict=True).read(row)
    assert (expected, bool(expected), ()) == (
        [(fault.code, fault.column) for fault in typed.faults], typed.version is None, typed.remarks
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "recorded", "dated"),
    [("2009-06-01", "2009-06-01", True), ("", "2010-01-01", False), (None, "2010-01-01", False)],
)
@pytest.mark.parametrize("retracted", ["no", "yes"])
def test_a_row_that_does_not_say_when_was_recorded_by_the_import(
    cell: Any, recorded: str, retracted: str, *, dated: bool
):
    """And whether it says so itself is known."""
    (row,) = rows_of([{**PLEDGE, "recorded_at": cell, "retracted": retracted}], "events")
    typed = EventReader(SCHEMA, recorded=instant("2010-01-01"), strict=True).read(row)
    assert typed.version
    assert (instant(recorded), dated) == (typed.version.recorded_at, typed.dated)


def test_a_fault_names_the_column_as_the_file_does():
    """So that it is found where it stands."""
    row = Row({**PLEDGE, "stage": "many"}, Location("e.csv", 2, 1), names={"stage": "Pledge stage"})
    (fault,) = EventReader(SCHEMA, strict=True).read(row).faults
    assert ("Pledge stage", True) == (fault.column, fault.fact.startswith("Pledge stage: "))


def test_a_row_of_the_register_says_when_it_was_recorded():
    """Where it has such a column."""
    told_so = [
        read_register_row(row, SCHEMA).recorded_at
        for row in rows_of([{"organisation": "A", "recorded_at": "2009-06-01"}, {"organisation": "A"}], "register")
    ]
    assert [instant("2009-06-01"), None] == told_so
