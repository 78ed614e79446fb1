"""The tests that stand beside definitions: rows and expectations are checked, and stay as written."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest

from indicator_engine.definitions.cases import RESULT_FIELDS
from indicator_engine.definitions.data_files import LARGEST_DATA, MOST_TOLD
from indicator_engine.definitions.files import find_packs
from indicator_engine.definitions.load import Loaded, load
from indicator_engine.definitions.rows import Rows, misfit
from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.testing import pack_tests

PACK = """
[statement]
id = "sample"
title = "Statement"
period = "09-10"

[subject.attributes]
kind = { type = "text" }

[event.pledge]
attributes.stage = { type = "integer" }

[[priority]]
id = "p"
title = "P"

[[priority.indicator]]
id = "pledges"
measure = "count(pledge)"

[[test]]
name = "a test"
as_of = 2010-03-31
"""
EXPECT = "expect.pledges = { value = 1 }\n"


@pytest.fixture
def loaded(tmp_path):
    """Load a pack whose only test has these keys, with data files beside it."""

    def loading(keys: str, **files: str) -> Loaded:
        (tmp_path / "pack.toml").write_text(PACK + keys, "utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        (pack,) = find_packs([tmp_path], tmp_path)
        return load(pack, {})

    return loading


def codes(found: Loaded) -> list[str]:
    """The codes of the problems."""
    return [problem.code for problem in found.problems]


def test_a_test(loaded):
    """A test has its rows as written, and knows where each expectation stands."""
    found = loaded(
        "known_at = 2010-04-30\n"
        'given.events = [{ type = "pledge", organisation = "N1", occurred_on = 2009-05-01, stage = 2 }]\n'
        f'given.register = [{{ organisation = "N1", name = "One", kind = "member" }}]\n{EXPECT}'
    )

    assert () == found.problems
    (check,) = found.statement.checks
    assert ("a test", date(2010, 3, 31), date(2010, 4, 30)) == (check.name, check.as_of, check.known_at)
    assert ({"type": "pledge", "organisation": "N1", "occurred_on": date(2009, 5, 1), "stage": 2},) == check.events
    assert ({"organisation": "N1", "name": "One", "kind": "member"},) == check.register
    assert {"pledges": {"value": 1}} == check.expect
    where, expected = check.where(), check.where("pledges")
    assert where is not None
    assert expected is not None
    assert (21, 27) == (where.line, expected.line)


def test_rows_from_files(loaded):
    """Rows can stand in CSV files of the pack; their cells are text."""
    found = loaded(
        f'given.events = "events.csv"\ngiven.register = "register.csv"\n{EXPECT}',
        events="type,organisation,occurred_on,stage\npledge,N1,2009-05-01,2\n,,,\n",
        register="\ufefforganisation,kind\nN1,member\n",
    )

    assert () == found.problems
    (check,) = found.statement.checks
    assert ({"type": "pledge", "organisation": "N1", "occurred_on": "2009-05-01", "stage": "2"},) == check.events
    assert ({"organisation": "N1", "kind": "member"},) == check.register


def test_a_file_is_told_once(loaded):
    """A file that several tests name is read once, and its faults are told once."""
    second = '\n[[test]]\nname = "another"\nas_of = 2010-03-31\ngiven.events = "events.csv"\n' + EXPECT

    found = loaded(
        f'given.events = "events.csv"\n{EXPECT}{second}', events="type,organisation,occurred_on\npledge,,2009-05-01\n"
    )

    assert ["IE073"] == codes(found)
    assert "events.csv, row 2: this row has no `organisation`" == found.problems[0].message


def test_not_every_fault_of_a_file_is_told(loaded):
    """A file of another kind does not flood the screen."""
    rows = "type,organisation,occurred_on\n" + "plegde,N1,2009-05-01\n" * 50

    found = loaded(f'given.events = "events.csv"\n{EXPECT}', events=rows)

    assert ["IE070"] * MOST_TOLD + ["IE076"] == sorted(codes(found))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("type,type\n", "its first line must name each column once"),
        ("type,\n", "its first line must name each column once"),
        ("", "its first line must name each column once"),
        ('type,organisation\n"pledge,N1\n', "unexpected end of data"),
        ("type,organisation\npledge\n", "row 2 has 1 cells, and there are 2 columns"),
        ("x" * (LARGEST_DATA + 1), "it has more than 1,048,576 bytes"),
    ],
)
def test_files_that_cannot_be_read(loaded, text, reason):
    """Whatever is wrong with a file as a whole is told in one sentence."""
    (problem,) = loaded(f'given.events = "events.csv"\n{EXPECT}', events=text).problems

    assert ("IE076", f'"events.csv" cannot be read: {reason}') == (problem.code, problem.message)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", (3, -1, "3", " 12 "), (True, 2.5, "2.5", "three", date(2009, 1, 1))),
        ("decimal", (3, "2.50", "-1"), (True, "50%", "1,5", "1e3")),
        ("money", (3, "2.50"), ("£3",)),
        ("text", ("a", ""), (3, True, ["a"])),
        ("date", (date(2009, 5, 1), "2009-05-01"), (datetime(2009, 5, 1, 12), "1 May 2009", "2009-13-01", 2009)),  # noqa: DTZ001
        ("truth", (True, False, "yes", "No", "unknown"), ("perhaps", 1, 0)),
        ("subject", ("N1",), (1,)),
        ("evidence", ("minutes, p. 4",), (1,)),
        ("list", (["a", "b"], "a; b"), (1, [1])),
    ],
)
def test_values_of_each_type(kind, good, bad):
    """What a type can hold, typed by TOML or as text, and what it cannot."""
    attribute = Attribute("a", kind)

    assert [] == [value for value in good if misfit(attribute, value)]
    assert [] == [value for value in bad if not misfit(attribute, value)]


def test_choices_and_limits():
    """A closed choice and the limits of a number hold for rows, too; an open choice lets every word pass."""
    closed, free = Attribute("a", "choice", choices=("x",)), Attribute("a", "choice", choices=("x",), open=True)
    words = Attribute("a", "list", choices=("x", "y"))
    number = Attribute("a", "integer", minimum=Fraction(1), maximum=Fraction(3))

    assert [True, False] == [bool(misfit(closed, "z")), bool(misfit(free, "z"))]
    assert [True, False] == [bool(misfit(words, "x; z")), bool(misfit(words, ["x", "y"]))]
    assert [True, False, True] == [bool(misfit(number, value)) for value in (0, "2", "4")]


def test_a_retraction_needs_its_event_only(loaded):
    """A row that retracts an event says which; one that says so wrongly is not blamed for the rest."""
    assert () == loaded(f'given.events = [{{ event_id = "E1", retracted = true }}]\n{EXPECT}').problems
    assert ["IE073"] == codes(loaded(f"given.events = [{{ retracted = true }}]\n{EXPECT}"))


def test_what_can_be_expected():
    """The loader knows the fields that the tests can look at, no more and no fewer."""
    assert {*pack_tests.FIELDS, "within"} == set(RESULT_FIELDS)


def test_an_unknown_verdict_is_met_with_the_nearest(loaded):
    """A misspelt verdict is told with the one that was meant."""
    (problem,) = loaded('expect.pledges = { verdict = "mett" }\n').problems

    assert ("IE075", "did you mean `met`?") == (problem.code, problem.hint)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("type", ("", "pledge", "plegde")),
        ("organisation", ("", "N1")),
        ("occurred_on", ("", "2009-05-01", "1 May 2009")),
        ("recorded_at", ("", "2009-05-01T12:00", "noon")),
        ("retracted", ("", "no", "yes", "perhaps")),
        ("event_id", ("", "E1")),
        ("stage", ("", "2", "two")),
        ("surprise", ("", "x")),
    ],
)
@pytest.mark.parametrize("retracted", ["", "yes"])
def test_by_columns_as_by_rows(column, words, retracted):
    """The events of a file surely fit where no row of it has a fault, and nowhere else; so do rows of a register."""
    attributes = {"stage": Attribute("stage", "integer")}
    rules = Rows(Schema(Subject(attributes=attributes), {"pledge": EventType("pledge", attributes=attributes)}))
    good = {"event_id": "E1", "type": "pledge", "organisation": "N1", "occurred_on": "2009-05-01", "stage": "1"}
    event = {**good, "retracted": retracted}
    person = {"organisation": "N1", "name": "One", "stage": ""}

    for kind, row in ((rules.events, event), (rules.register, person)):
        for word in words:
            rows = [row | {column: ""}, row | {column: word}] if word else [row | {column: ""}]
            assert kind.surely_fit(rows) == (not any(fault for one in rows for fault in kind.faults(one)))
