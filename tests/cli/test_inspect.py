"""`indicators inspect`."""

from __future__ import annotations

import json
import tomllib

import pytest
from click.testing import CliRunner

from indicator_engine.cli.inspect import inspect
from indicator_engine.definitions.mapping_files import load_mappings
from indicator_engine.engine.packs import load_packs
from indicator_engine.problems import DataError, IndicatorEngineError

xlsxwriter = pytest.importorskip("xlsxwriter")

HEADER = ("event_id", "type", "organisation", "occurred_on", "participants")
ROWS = [HEADER, ("E1", "training", "A", "25/03/2026", "12"), ("E2", "training", "B", "03/04/2026", "8")]


@pytest.fixture
def looked():
    """Run the command; the result has `exit_code`, `stdout`, `stderr`."""

    def run(*arguments):
        return CliRunner().invoke(inspect, [str(one) for one in (*arguments, "--no-plugins")])

    return run


def statement_of(folder):
    """The statement of a pack that has no errors."""
    (loaded,) = load_packs([folder])
    assert loaded.statement, loaded.problems
    return loaded.statement


@pytest.fixture
def returns(tmp_path):
    """A file of events that leaves nothing open."""
    path = tmp_path / "Returns 2026.csv"
    path.write_text("\n".join(map(",".join, ROWS)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def workbook(tmp_path):
    """Write a workbook: its sheets by name, each hidden or not, with its rows."""

    def written(*sheets):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for name, hidden, rows in sheets:
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
                if hidden:
                    sheet.hide()
                else:
                    sheet.activate()
                    sheet.set_first_sheet()
        return path

    return written


def test_proposal_and_evidence(looked, returns, starter):
    """The proposal alone goes to the standard output; the columns and the evidence go to the standard error."""
    found = looked(returns, "--pack", starter)

    source = tomllib.loads(found.stdout)["source"]["returns-2026"]
    assert (0, ["%d/%m/%Y"], "Returns 2026.csv") == (found.exit_code, source["dates"], source["file"])
    assert "  participants  2 numbers  12 (line 2)          participants\n" in found.stderr
    assert (
        f'{returns}:2: proved: dates of `occurred_on` = ["%d/%m/%Y"]: 1 of 2 days proves that the day comes first, '
        "1 could be read either way [25/03/2026 (line 2)]\n"
    ) in found.stderr
    assert found.stderr.endswith("Nothing is left to decide. Read the proposal before you import by it.\n\n")


def test_proposal_is_a_source(looked, returns, starter):
    """What is printed can be kept beside a pack as it is."""
    (starter / "returns.toml").write_text(looked(returns, "--pack", starter).stdout, encoding="utf-8")

    assert ["returns-2026"] == [one.name for one in statement_of(starter).mappings]


def test_open(looked, returns):
    """What is left to decide is counted and stands in the proposal as comments."""
    found = looked(returns, "--source-name", "mine")

    assert "One thing is left to decide: " in found.stderr
    assert '\n# "participants" = "participants"  # if the pack has such an attribute' in found.stdout
    assert ["mine"] == list(tomllib.loads(found.stdout)["source"])


def test_register(looked, tmp_path, starter):
    """A register says which subjects there are."""
    path = tmp_path / "pledges.csv"
    path.write_text("event_id,type,who,occurred_on\nE1,pledge,alder,2026-03-25\n", encoding="utf-8")
    found = looked(path, "--pack", starter, "--register", starter / "register.csv")

    assert "1 of its 1 cells are subjects of the register" in found.stdout


def test_register_without_subjects(looked, returns, tmp_path):
    """A register has to name its subjects as the pack does."""
    register = tmp_path / "register.csv"
    register.write_text("firm\nA\n", encoding="utf-8")
    found = looked(returns, "--register", register)

    assert isinstance(found.exception, IndicatorEngineError)
    assert str(found.exception) == f"{register} has no column `organisation`, by which a register names its subjects"


def test_kind(looked, starter):
    """Whether rows are events or a register can be said."""
    found = looked(starter / "register.csv", "--pack", starter, "--kind", "register")

    assert "register" == tomllib.loads(found.stdout)["source"]["register"]["kind"]


def test_some_lines(looked, returns):
    """How many lines are looked at can be said."""
    assert (
        f"{returns}: 2 lines, 5 columns looked at; there are more, which --lines can take in"
        in looked(returns, "--lines", 2).stderr.splitlines()
    )


def test_json(looked, returns, starter):
    """Everything can be had as JSON."""
    found = looked(returns, "--pack", starter, "--format", "json")
    data = json.loads(found.stdout)

    assert ("", True, 3, True) == (found.stderr, data["ok"], data["lines"], data["whole"])
    assert data["source"] == tomllib.loads(data["toml"])["source"]
    assert ["occurred_on", "2 days", "occurred_on", "proved"] == [
        data["columns"][3][key] for key in ("name", "holds", "means", "sure")
    ]
    assert [["%d/%m/%Y"]] == [one["value"] for one in data["evidence"] if one["key"] == "dates"]
    assert [] == data["open"]


def test_json_of_what_is_open(looked, returns):
    """With all the ways to settle what is open."""
    data = json.loads(looked(returns, "--format", "json").stdout)

    assert [("columns", "columns", [{"participants": "participants"}])] == [
        (one["key"], one["table"], one["ways"]) for one in data["open"]
    ]


def test_hostile_cells(looked, tmp_path, starter):
    """Escape sequences and reading marks reach no terminal, and names come back from the proposal as they were."""
    path = tmp_path / "bad\x1b[31m.csv"
    name = "zz \x1b]0;title\x07 \u202e"
    path.write_text(f"{','.join(HEADER)},{name}\nE1,training,\x1b[2J,03/04/2026,5,\x9b31m\n", encoding="utf-8")
    found = looked(path, "--pack", starter)

    assert all(one.isprintable() or one == "\n" for one in found.stdout + found.stderr)
    assert '# ignore = ["zz \\u001b]0;title\\u0007 \\u202e"]' in found.stdout
    assert "\\x1b[2J" in found.stderr
    assert 0 == found.exit_code


def test_workbook(looked, workbook, starter):
    """A hidden first sheet is named and not read; of two others that hold something none is chosen."""
    found = looked(workbook(("Old", True, ROWS), ("Events", False, ROWS), ("More", False, ROWS)), "--pack", starter)

    assert '# sheet = "Events"  # or "More", several hold something' in found.stdout
    assert "hidden, and not looked at: “Old”" in found.stderr


def test_sheet(looked, workbook, starter):
    """A sheet that is asked for is proposed, and nothing is left to decide."""
    path = workbook(("Events", False, ROWS), ("More", False, ROWS))
    found = looked(path, "--pack", starter, "--sheet", "More")
    source = starter.parent / "book.toml"
    source.write_text(found.stdout, encoding="utf-8")

    assert "More" == load_mappings(source, statement_of(starter).schema)[0].sheet


def test_only_sheet(looked, workbook, starter):
    """The only sheet that holds something need not be named."""
    found = looked(workbook(("Cover", False, []), ("Events", False, ROWS)), "--pack", starter)

    assert "sheet" not in tomllib.loads(found.stdout)["source"]["book"]
    assert "“Events” is the only sheet of 2 that can be seen that holds something" in found.stderr


def test_no_workbook(looked, workbook):
    """What is no workbook is refused by its reader."""
    path = workbook(("Events", False, ROWS))
    path.write_bytes(b"PK\x03\x04 and nothing more")
    found = looked(path)

    assert isinstance(found.exception, DataError)
    assert ["IE371"] == [problem.code for problem in found.exception.problems]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("none.csv", "none.csv cannot be read: No such file or directory"),
        ("csv:-", "the standard input can be read only once: save it as a file, and inspect that"),
    ],
)
def test_files_that_cannot_be_read(looked, address, said):
    """A file has to be there, and to be one that can be read again."""
    found = looked(address)

    assert (said, IndicatorEngineError) == (str(found.exception), type(found.exception))
