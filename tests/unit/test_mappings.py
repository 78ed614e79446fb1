"""`[source.<name>]` tables as frozen mappings: what each key gives, what is at fault and where, how they are kept."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers import PRIORITY, VOCABULARY, check, pack

from indicator_engine.definitions.files import PackFile, PackFiles
from indicator_engine.definitions.load import load
from indicator_engine.definitions.mappings import SourceMapping, key_of
from indicator_engine.periods import DayFormat

if TYPE_CHECKING:
    from indicator_engine.problems import Problem

PACK = f"""{VOCABULARY}{PRIORITY}
[[priority.indicator]]
id = "one"
measure = "count(pledge)"
kind = "monitored"

[source.returns]
"""
FIRST_LINE = PACK.count("\n")


def mapping(keys: str) -> SourceMapping:
    """The mapping of a pack whose source has these keys."""
    (found,) = pack(PACK + keys).mappings
    return found


def shown_at(text: str, fault: Problem) -> str:
    """What stands where a fault points."""
    assert fault.where
    return text.splitlines()[fault.where.line - 1][fault.where.column - 1 : fault.where.end_column - 1]


def faults(keys: str) -> list[Problem]:
    """The errors of a pack whose source has these keys."""
    return [problem for problem in check(PACK + keys) if problem.severity == "error"]


# ── what each key gives ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", {}),
        ('file = "returns-*.csv"', {"files": ("returns-*.csv",)}),
        ('file = ["a.csv", "b.csv"]', {"files": ("a.csv", "b.csv")}),
        ('kind = "register"', {"kind": "register"}),
        ('sheet = "Returns"', {"sheet": "Returns"}),
        ("header_row = 3", {"header_row": 3}),
        ('header_contains = "Stage"', {"header_contains": ("Stage",)}),
        ('header_contains = ["Stage", "Who"]', {"header_contains": ("Stage", "Who")}),
        ('names = ["Stage", "Who"]', {"names": ("Stage", "Who")}),
        ('values.type = { "Skills Pledge" = "pledge" }', {"values": {"type": {"Skills Pledge": "pledge"}}}),
        ('stop_at = "Total"', {"stop_at": ("Total",)}),
        ("fill_merged = true", {"fill_merged": True}),
        ('encoding = "cp1252"', {"encoding": "cp1252"}),
        ('delimiter = ";"', {"delimiter": ";"}),
        ('delimiter = "\\t"', {"delimiter": "\t"}),
        ('quote = "\'"', {"quote": "'"}),
        ('quote = ""', {"quote": ""}),
        ('columns = { "Date" = "occurred_on", "Who" = "organisation" }',
         {"columns": {"Date": "occurred_on", "Who": "organisation"}}),
        ('columns = { "Sort" = "kind", "Name" = "name" }\nkind = "register"',
         {"columns": {"Sort": "kind", "Name": "name"}, "kind": "register"}),
        ('constants = { type = "pledge", stage = 2, cost = 0.5, occurred_on = 2009-05-01 }',
         {"constants": {"type": "pledge", "stage": 2, "cost": Decimal("0.5"), "occurred_on": date(2009, 5, 1)}}),
        ('ignore = ["Remarks"]', {"ignore": ("Remarks",)}),
        ('only_where = "Signed"', {"only_where": "Signed"}),
        ('id_from = ["type", "organisation", "stage"]', {"id_from": ("type", "organisation", "stage")}),
        ('recorded_at = "Entered"', {"recorded_at": "Entered"}),
        ('recorded_at = "import"', {"recorded_at": "import"}),
        ('recorded_at = ""', {"recorded_at": None}),
        ("recorded_at = 2010-03-31", {"recorded_at": date(2010, 3, 31)}),
        ("recorded_at = 2010-03-31T12:00:00", {"recorded_at": datetime(2010, 3, 31, 12)}),  # noqa: DTZ001  # no zone
        ('dates = ["%d/%m/%Y", "excel serial"]', {"dates": (DayFormat("%d/%m/%Y"),), "serial_dates": True}),
        ('decimal = ","\nthousands = "."', {"decimal": ",", "thousands": "."}),
        ('yes = ["ja"]\nno = ["nein"]', {"yes": ("ja",), "no": ("nein",)}),
        ('missing = ["-"]', {"missing": ("-",)}),
        ("earliest = 2000-01-01\nlatest = 2000-01-01", {"earliest": date(2000, 1, 1), "latest": date(2000, 1, 1)}),
        ('aliases = { "Ash Ltd." = "A" }', {"aliases": {"Ash Ltd.": "A"}}),
        ("neutralised = true", {"neutralised": True}),
    ],
)  # fmt: skip
def test_what_each_key_gives(keys: str, expected: dict[str, Any]):
    """Everything that is left out is as it is by default."""
    assert SourceMapping(name="returns", **expected) == mapping(keys)


def test_the_sources_of_a_pack_stand_in_its_order():
    """Each under its name."""
    assert ["returns", "a", "register"] == [one.name for one in pack(f"{PACK}[source.a]\n[source.register]").mappings]


def test_the_only_source_needs_no_name():
    """A `[source]` is read like one with a name, and its faults stand where they are written."""
    text = '[source]\nsheet = "Data"\ncolumns = { "Date" = "occurred_on", "Stage" = "stge" }\n'
    whole = (VOCABULARY + text).strip("\n")
    (fault,) = [problem for problem in check(whole) if problem.severity == "error"]

    assert "Data" == pack(whole.replace("stge", "stage")).mappings[0].sheet
    assert ("IE080", '"stge"') == (fault.code, shown_at(whole, fault))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("returns-may.csv", True),
        ("Returns-MAY.CSV", True),
        ("old returns-may.csv", False),
        ("b.csv", True),
        ("c.csv", False),
    ],
)
def test_files_that_a_source_is_for(file: str, *, expected: bool):
    """By their names, capitals apart; a source without any is for none."""
    assert (expected, False) == (
        mapping('file = ["returns-*.csv", "b.csv"]').is_for(file), SourceMapping().is_for(file)
    )  # fmt: skip


@pytest.mark.parametrize("column", ["Date signed", " date  SIGNED ", "DATE\nSIGNED"])
def test_columns_are_compared_without_capitals_and_runs_of_spaces(column: str):
    """Nobody sees the difference."""
    assert "date signed" == key_of(column)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────

MEND, LEAVE = "did you mean", "leave out one"


@pytest.mark.parametrize(
    ("keys", "code", "marked", "hint"),
    [
        ('columns = { "Date" = "ocurred_on" }', "IE080", '"ocurred_on"', MEND),
        ('columns = { "Who" = "nobody" }', "IE080", '"nobody"', ""),
        ("constants = { stagge = 2 }", "IE080", "2", MEND),
        ('constants = { type = "plegde" }', "IE080", '"plegde"', MEND),
        ('id_from = ["type", "stge"]', "IE080", '"stge"', MEND),
        ('id_from = ["event_id"]', "IE080", '"event_id"', ""),
        ('kind = "register"\ncolumns = { "Stage" = "stage" }', "IE080", '"stage"', "there is"),
        ('kind = "register"\nconstants = { type = "pledge" }', "IE080", '"pledge"', "there is"),
        ('dates = ["dd/mm/yyyy"]', "IE081", '"dd/mm/yyyy"', '"%d/%m/%Y"'),
        ('dates = ["%d/%m/%Y", "%d/%m"]', "IE081", '"%d/%m"', '"%d/%m/%Y"'),
        ('columns = { "A" = "stage", "B" = "stage" }', "IE082", '"stage"', "`ignore`"),
        ('columns = { "A" = "stage", "a " = "people" }', "IE082", '"a "', LEAVE),
        ('columns = { "A" = "stage" }\nignore = ["a"]', "IE082", '"stage"', LEAVE),
        ('columns = { "A" = "stage" }\nconstants = { stage = 2 }', "IE082", "2", LEAVE),
        ('columns = { "A" = "event_id" }\nid_from = ["type"]', "IE082", '["type"]', LEAVE),
        ('columns = { "A" = "recorded_at" }\nrecorded_at = "B"', "IE082", '"B"', LEAVE),
        ('columns = { "A" = "recorded_at" }\nrecorded_at = 2010-01-01', "IE082", "2010-01-01", LEAVE),
        ('constants = { recorded_at = 2010-01-01 }\nrecorded_at = "import"', "IE082", '"import"', LEAVE),
        ('columns = { "A" = "stage" }\nrecorded_at = " a"', "IE082", '" a"', LEAVE),
        ('ignore = ["A"]\nrecorded_at = "a"', "IE082", '"a"', LEAVE),
        ("header_row = 0", "IE082", "0", ""),
        ("header_row = -1", "IE082", "-1", ""),
        ('header_row = 1\nheader_contains = "Stage"', "IE082", '"Stage"', LEAVE),
        ('header_row = 1\nnames = ["Stage"]', "IE082", '["Stage"]', LEAVE),
        ('header_contains = "Stage"\nnames = ["Stage"]', "IE082", '["Stage"]', LEAVE),
        ('names = ["Stage", "Who", "stage"]', "IE082", '"stage"', "another name"),
        ('values.stagge = { "1st" = "1" }', "IE080", '{ "1st" = "1" }', MEND),
        ('values.type = { "Pledge" = "plegde" }', "IE080", '"plegde"', MEND),
        ('encoding = "utf-seven"', "IE082", '"utf-seven"', '"cp1252"'),
        ('encoding = "rot13"', "IE082", '"rot13"', '"cp1252"'),
        ('encoding = ""', "IE082", '""', '"cp1252"'),
        ('delimiter = ", "', "IE082", '", "', ""),
        ('delimiter = "\\n"', "IE082", '"\\n"', ""),
        ('quote = "<>"', "IE082", '"<>"', ""),
        ("delimiter = '\"'", "IE082", "'\"'", ""),
        ('thousands = "."', "IE082", '"."', ""),
        ('decimal = ","\nthousands = ","', "IE082", '","', ""),
        ('yes = ["ja"]\nno = ["nein", "JA"]', "IE082", '"JA"', ""),
        ('yes = ["N"]', "IE082", '"N"', ""),
        ('yes = ["?"]', "IE082", '"?"', ""),
        ('no = ["1"]', "IE082", '"1"', ""),
        ('no = ["Unknown"]', "IE082", '"Unknown"', ""),
        ("earliest = 2010-01-02\nlatest = 2010-01-01", "IE082", "2010-01-01", "mend one of the two"),
        ("earliest = 1850-01-01", "IE018", "1850-01-01", "slip of the pen"),
        ("recorded_at = 1850-01-01T12:00:00", "IE018", "1850-01-01T12:00:00", "slip of the pen"),
        ("recorded_at = 5", "IE012", "5", 'in quotes: `"5"`'),
        ("recorded_at = true", "IE012", "true", "in quotes"),
        ("header_contains = [1]", "IE012", "1", "in quotes"),
        ('constants = { type = ["pledge"] }', "IE012", '["pledge"]', ""),
        ("constants = { stage = { at = 1 } }", "IE012", "{ at = 1 }", ""),
        ('decimal = ";"', "IE013", '";"', ""),
        ('kind = "events "', "IE013", '"events "', ""),
        ('colums = { "A" = "stage" }', "IE010", "colums", MEND),
    ],
)  # fmt: skip
def test_a_fault_is_told_once_at_its_place(keys: str, code: str, marked: str, hint: str):
    """On the value that is at fault, with what to do."""
    (problem,) = faults(keys)
    lines, where = (PACK + keys).strip("\n").split("\n"), problem.where
    assert where
    assert (code, marked, True) == (
        problem.code, lines[where.line - 1][where.column - 1 : where.end_column - 1], hint in problem.hint
    )  # fmt: skip


def test_one_name_in_two_files_is_told():
    """Nobody could say which of the two is meant."""
    texts = PACK.replace("[source.returns]", ""), "[source.returns]\n", "[source.returns]\n[source.other]\n"
    files = tuple(PackFile(Path(name), name, text.encode()) for name, text in zip("abc", texts, strict=True))
    found = load(PackFiles(Path(), files), {})
    assert [("IE015", "c:1:1")] == [(one.code, str(one.where)) for one in found.problems if one.severity == "error"]


def test_what_was_refused_elsewhere_is_not_missed_here():
    """An attribute that could not be read may well be what a column is to be."""
    broken = PACK.replace('attributes.item = { type = "text" }', "attributes.item = 5")
    assert [["IE012"]] == [
        [one.code for one in check(f'{broken}columns = {{ "Item" = "item" }}') if one.severity == "error"]
    ]


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────

FULL = SourceMapping(
    name="returns",
    files=("a.csv", "b.csv"), table="hr.returns",
    kind="events",
    sheet="Returns",
    header_row=3,
    header_contains=("Stage",),
    names=("Stage", "Who"),
    stop_at=("Total",),
    fill_merged=True,
    encoding="cp1252",
    delimiter=";",
    quote="'",
    columns={"_day": "stage", "_format": "occurred_on", "Größe": "people"},
    constants={
        "type": "pledge", "cost": Decimal("0.50"), "occurred_on": date(2009, 5, 1), "viable": True, "item": ["a", "b"],
        "recorded_at": datetime(2009, 5, 1, 12),  # noqa: DTZ001  # instants here carry no zone
    },
    ignore=("Remarks",),
    only_where="Signed",
    id_from=("type", "stage"),
    recorded_at=datetime(2010, 3, 31, 12),  # noqa: DTZ001  # as above
    dates=(DayFormat("%d/%m/%Y"), DayFormat("%d %B %y")),
    serial_dates=True,
    decimal=",",
    thousands=".",
    yes=("ja",),
    no=("nein",),
    missing=("-",),
    earliest=date(2000, 1, 1),
    latest=date(2010, 3, 31),
    values={"type": {"_number": "pledge", "": "paper"}},
    aliases={"_instant": "A", "": "B"},
    neutralised=True,
)  # fmt: skip


@pytest.mark.parametrize(
    "kept",
    [SourceMapping(), FULL, replace(FULL, recorded_at=date(2010, 3, 31)), replace(FULL, recorded_at="import")],
    ids=["default", "full", "a day", "import"],
)
def test_a_mapping_is_read_back_as_it_was_written(kept: SourceMapping):
    """Days, instants, exact numbers and formats too, whatever columns are called."""
    assert kept == SourceMapping.from_json(kept.as_json())


def test_a_full_mapping_has_everything():
    """So that the tests above leave nothing out."""
    plain = SourceMapping()
    same = [one.name for one in fields(SourceMapping) if getattr(FULL, one.name) == getattr(plain, one.name)]
    assert ["kind"] == same


@pytest.mark.parametrize("change", [{"name": "other"}, {"files": ()}, {"files": ("c.csv",)}], ids=repr)
def test_a_digest_does_not_depend_on_what_a_mapping_is_called_or_for(change: dict[str, Any]):
    """Nothing is read otherwise for it."""
    assert FULL.digest == replace(FULL, **change).digest


def test_a_digest_does_not_depend_on_the_order_of_columns():
    """Columns are found by their names."""
    assert FULL.digest == replace(FULL, columns=dict(sorted(FULL.columns.items(), reverse=True))).digest


OTHERS: dict[str, Any] = {
    "kind": "register", "columns": {"Stage": "stage"}, "constants": {**FULL.constants, "cost": "0.50"},
    "recorded_at": date(2010, 3, 31), "aliases": {"_instant": "A", "": "C"}, "dates": FULL.dates[::-1],
}  # fmt: skip


@pytest.mark.parametrize("name", [one.name for one in fields(SourceMapping) if one.name not in ("name", "files")])
def test_a_digest_depends_on_everything_else(name: str):
    """Each key decides how a file is read."""
    change: dict[str, Any] = {name: OTHERS.get(name, getattr(SourceMapping(), name))}
    assert FULL.digest != replace(FULL, **change).digest
