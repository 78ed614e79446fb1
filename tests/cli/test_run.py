"""`indicators run`."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from indicator_engine.cli import screen
from indicator_engine.problems import IndicatorEngineError


def test_table(run_starter):
    """Without a format the answer is a table, without colour off a terminal, and nothing on the standard error."""
    found = run_starter()

    assert (0, "") == (found.exit_code, found.stderr)
    assert "1 of 3 met; 1 is not yet due; 1 has no target yet" in found.stdout
    assert "\x1b" not in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 100


def test_json(run_starter):
    """JSON is one object."""
    found = json.loads(run_starter("--format", "json").stdout)

    assert (True, "2026-12-31", None) == (found["ok"], found["as_of"], found["known_at"])
    assert ["pledges", "training-held", "participants"] == [result["id"] for result in found["results"]]


@pytest.mark.parametrize(
    ("form", "start"), [("csv", '"statement_id"'), ("csv-raw", '"statement_id"'), ("markdown", "# Riverside")]
)
def test_other_formats(run_starter, form, start):
    """Every output is to be had by its name."""
    assert run_starter("--format", form).stdout.startswith(start)


def test_known_at(run_starter):
    """What was recorded later does not count: the withdrawal was recorded on 12 November."""
    early = json.loads(run_starter("--known-at", "2026-11-11", "--format", "json").stdout)

    assert 3 == early["results"][0]["value"]
    assert early["known_at"].startswith("2026-11-11T23:59:59")
    assert "as known on 11 November 2026\n" in run_starter("--known-at", "2026-11-11").stdout
    assert "as known on 11 November 2026 at 12:00\n" in run_starter("--known-at", "2026-11-11T12:00").stdout


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (["pledges"], ["pledges"]),
        (["pledges, participants"], ["pledges", "participants"]),
        (["pledges", "participants"], ["pledges", "participants"]),
        (["priority:skills"], ["pledges", "training-held", "participants"]),
        (["verdict:met"], ["training-held"]),
    ],
)
def test_select(run_starter, select, expected):
    """Indicators are selected by id, priority and verdict."""
    options = [word for one in select for word in ("--select", one)]
    found = json.loads(run_starter("--format", "json", *options).stdout)

    assert expected == [result["id"] for result in found["results"]]


def test_standard_input(starter, indicators):
    """Events can be piped in."""
    events = (starter / "events.csv").read_text()
    given = ["--events", "csv:-", "--register", starter / "register.csv"]
    found = indicators("run", starter, *given, "--as-of", "2026-12-31", "--format", "json", stdin=events)

    assert 0 == found.exit_code


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--select", "pledgse"], "there is no indicator `pledgse`; did you mean `pledges`"),
        (["--select", "verdict:mett"], "there is no verdict `mett`; did you mean `met`"),
        (["--format", "markdwon"], "there is no output format `markdwon`; did you mean `markdown`"),
        (["--as-of", "31.12.2026"], '"31.12.2026" is not a day; write it year first, like 2010-03-31'),
        (["--as-of", "2026-02-30"], "not a day of the calendar: February 2026 ends on 2026-02-28"),
        (["--as-of", "2201-01-01"], '"2201-01-01" is outside 1900-01-01 to 2200-12-31'),
        (["--known-at", "2026-06-31"], "not a day of the calendar: June 2026 ends on 2026-06-30"),
        (["--known-at", "2026-06-31T10:00"], '"2026-06-31" is not a day of the calendar: June 2026 ends on 2026-06-30'),
        (["--known-at", "yesterday"], '"yesterday" is not a day'),
        (["--known-at", "9999-12-31T23:59:59-14:00"], '"9999-12-31" is outside 1900-01-01 to 2200-12-31'),
        (["--known-at", "00010101T000000+1400"], "0001-01-01T00:00:00+14:00 cannot be brought to UTC"),
        (["--events", "events.pdf"], "nothing reads `events.pdf`"),
        (["--events", "none.csv"], "the file cannot be read"),
        (["--out", "no/such/folder.txt"], "no/such/folder.txt cannot be written"),
    ],
)
def test_could_not_run(run_starter, options, message):
    """What keeps a run from being made is told in a sentence on the standard error, with exit code 2."""
    found = run_starter(*options)

    assert (2, "") == (found.exit_code, found.stdout)
    assert message in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--events", "e.csv"], "--as-of is missing: say for which day"),
        (["--as-of", "2026-12-31"], "--events is missing"),
    ],
)
def test_what_cannot_be_left_out(indicators, arguments, message):
    """The day and the events must be given; the message has an example."""
    found = indicators("run", "x.toml", *arguments)

    assert 2 == found.exit_code
    assert message in found.stderr
    assert "for example" in found.stderr


def test_pack_with_errors(mistake, indicators):
    """A pack with errors is not run: its problems are shown, with exit code 1."""
    found = indicators("run", mistake, "--events", "e.csv", "--as-of", "2026-12-31")

    assert (1, "") == (found.exit_code, found.stdout)
    assert "error[IE103]" in found.stderr
    assert "^^^^^^^^" in found.stderr


def test_no_pack(indicators):
    """A path that is not there cannot be run."""
    found = indicators("run", "none.toml", "--events", "e.csv", "--as-of", "2026-12-31")

    assert 2 == found.exit_code
    assert "there is no such file" in found.stderr


def test_several_statements(starter, mistake, indicators):
    """A folder with several statements is refused, with their names."""
    found = indicators("run", starter.parent, "--events", "e.csv", "--as-of", "2026-12-31")

    assert (2, "") == (found.exit_code, found.stdout)
    assert "holds 2 statements; name one of them" in found.stderr
    assert "pack.toml" in found.stderr


SOURCES = '[[source]]\nname = "theirs"\nkind = "register"\ncolumns = { organisation = "Name" }\n'


def test_files_of_no_statement_are_not_counted_as_such(run_starter, starter):
    """Files of sources in a folder within are not the pack's; which are left out is said, and several are named."""
    (starter / "maps").mkdir()
    (starter / "maps/a.toml").write_text(SOURCES, encoding="utf-8")
    found = run_starter("--format", "json")
    shutil.copy(starter / "pack.toml", starter / "maps/other.toml")
    (starter / "maps/b.toml").write_text(SOURCES, encoding="utf-8")
    shutil.copy(starter / "pack.toml", starter / "maps/second.toml")
    refused = run_starter()

    assert (0, True) == (found.exit_code, "results" in json.loads(found.stdout))
    assert found.stderr.startswith("indicators: left out, as part of no statement: ")
    assert found.stderr.endswith("maps/a.toml\n")
    assert (2, "") == (refused.exit_code, refused.stdout)
    assert "holds 3 statements; name one of them: " in refused.stderr
    assert ["pack.toml", "other.toml", "second.toml"] == [
        one.rsplit("/", 1)[-1] for one in refused.stderr.rpartition(": ")[2].strip().split(", ")
    ]


def test_a_part_of_a_pack_that_cannot_be_read_keeps_it_from_running(run_starter, starter):
    """It is no file of no statement: without it the figures would be others."""
    (starter / "more.toml").symlink_to("/dev/null")
    found = run_starter()

    assert (2, "") == (found.exit_code, found.stdout)
    assert "this is a link that leads outside the folder" in found.stderr


def test_data_with_errors(starter, run_starter):
    """Data that cannot be read are refused, each fault with its line."""
    (starter / "bad.csv").write_text("event_id,type,organisation,occurred_on\nE1,pledge,alder,1.4.2026\n,pledge,elm,\n")
    found = run_starter(events="bad.csv")

    assert (2, "") == (found.exit_code, found.stdout)
    assert "bad.csv:2" in found.stderr
    assert "bad.csv:3" in found.stderr


def test_many_faults_are_counted(starter, run_starter):
    """Of very many faults only some are shown, and how many there are is said."""
    rows = "".join(f"E{number},pledge,alder,soon\n" for number in range(200))
    (starter / "bad.csv").write_text("event_id,type,organisation,occurred_on\n" + rows)
    found = run_starter(events="bad.csv")

    assert screen.MOST_SHOWN == found.stderr.count("error[IE350]")
    assert f"(the first {screen.MOST_SHOWN} of 200)" in found.stderr


@pytest.mark.parametrize(
    ("options", "codes", "exit_code"),
    [
        (["--select", "nothing"], [""], 2),
        (["--events", "none.csv"], ["IE340"], 2),
    ],
)
def test_json_when_it_could_not_run(run_starter, options, codes, exit_code):
    """Also when there is no answer, JSON is one object, which says why."""
    found = run_starter("--format", "json", *options)
    data = json.loads(found.stdout)

    assert (exit_code, False, []) == (found.exit_code, data["ok"], data["results"])
    assert codes == [one["code"] for one in data["diagnostics"]]
    assert data["diagnostics"][0]["message"]


def test_json_of_a_pack_with_errors(mistake, indicators):
    """A pack's errors are in the object, with their places."""
    found = indicators("run", mistake, "--events", "e.csv", "--as-of", "2026-12-31", "--format", "json")
    (problem,) = json.loads(found.stdout)["diagnostics"]

    assert (1, "IE103") == (found.exit_code, problem["code"])
    assert problem["line"] > 0


def test_warnings_of_the_pack_are_counted(starter, run_starter):
    """Warnings do not stop a run; that there are some is said on the standard error."""
    path = starter / "pack.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("as_of = 2027-01-31", "as_of = 2030-01-31"))
    path.write_text(path.read_text().replace("[define]", '[define]\nunused = "count(pledge)"'))
    found = run_starter()

    assert 0 == found.exit_code
    assert "see `indicators check" in found.stderr


class TestOut:
    """`--out`."""

    def test_file(self, run_starter, tmp_path):
        """The answer goes to the file, without colour, and it is said where it went."""
        found = run_starter("--out", tmp_path / "a.txt")

        assert (0, "", f"Wrote {tmp_path / 'a.txt'}.\n") == (found.exit_code, found.stdout, found.stderr)
        assert "Riverside Partnership" in (tmp_path / "a.txt").read_text(encoding="utf-8")

    def test_the_ending_decides_the_format(self, run_starter, tmp_path):
        """Without --format a file gets what its ending says; an ending nobody writes is refused."""
        run_starter("--out", tmp_path / "a.json")
        refused = run_starter("--out", tmp_path / "a.odt")

        assert "riverside-2026-27" == json.loads((tmp_path / "a.json").read_text())["statement"]["id"]
        assert 2 == refused.exit_code
        assert "no output writes `.odt` files" in refused.stderr

    @pytest.mark.parametrize("name", ["events.csv", "register.csv", "pack.toml"])
    def test_what_is_read_is_never_written(self, run_starter, starter, name):
        """A report cannot take the place of what it is made from."""
        before = (starter / name).read_bytes()
        found = run_starter("--out", starter / name)

        assert 2 == found.exit_code
        assert "is read by this run" in found.stderr
        assert before == (starter / name).read_bytes()

    def test_is_replaced_in_one_step(self, run_starter, tmp_path, monkeypatch):
        """When writing fails half way, the file that was there is untouched and nothing else is left."""
        path = tmp_path / "out" / "a.txt"
        path.parent.mkdir()
        path.write_text("before")

        def fail(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)
        found = run_starter("--out", path)

        assert 2 == found.exit_code
        assert f"{path} cannot be written: No space left on device" in found.stderr
        assert ["a.txt"] == [one.name for one in path.parent.iterdir()]
        assert "before" == path.read_text()

    def test_keeps_the_files_rights(self, run_starter, tmp_path):
        """A file keeps who may read it."""
        path = tmp_path / "a.txt"
        path.write_text("before")
        path.chmod(0o600)
        run_starter("--out", path)

        assert 0o600 == stat.S_IMODE(path.stat().st_mode)

    def test_new_file_has_the_usual_rights(self, run_starter, tmp_path):
        """A new file gets the rights that new files get."""
        run_starter("--out", tmp_path / "a.txt")
        (tmp_path / "b.txt").touch()

        assert (tmp_path / "b.txt").stat().st_mode == (tmp_path / "a.txt").stat().st_mode

    def test_is_left_alone_when_there_is_no_answer(self, run_starter, tmp_path):
        """Without an answer no file is written; JSON's message goes to the standard error then."""
        found = run_starter("--format", "json", "--select", "nothing", "--out", tmp_path / "a.json")

        assert (2, "") == (found.exit_code, found.stdout)
        assert "there is no indicator" in found.stderr
        assert not Path(tmp_path / "a.json").exists()


def test_plugins_dir(run_starter, tmp_path):
    """An output of a plugins folder is to be had by its name."""
    (tmp_path / "shout.py").write_text(
        "from indicator_engine.hookspecs import Output, hookimpl\n"
        "@hookimpl\n"
        "def register_outputs(register):\n"
        '    register(Output("shout", (), lambda results, page: results.statement.title.upper().encode()))\n'
    )

    assert "RIVERSIDE PARTNERSHIP: STATEMENT OF PRIORITIES" == run_starter(
        "--plugins-dir", tmp_path, "--format", "shout"
    ).stdout  # fmt: skip


def test_failing_plugin(run_starter, tmp_path):
    """A plugin that fails is named, without a traceback."""
    (tmp_path / "shout.py").write_text(
        "from indicator_engine.hookspecs import Output, hookimpl\n"
        "@hookimpl\n"
        "def register_outputs(register):\n"
        '    register(Output("shout", (), lambda results, page: 1 / 0))\n'
    )
    found = run_starter("--plugins-dir", tmp_path, "--format", "shout")

    assert (2, "") == (found.exit_code, found.stdout)
    assert "indicators: plugin `shout` failed in its output shout: ZeroDivisionError" in found.stderr


def test_a_forgotten_register_is_asked_for(starter, indicators):
    """Without it nobody would belong anywhere, and every figure would be 0."""
    found = indicators("run", starter, "--events", starter / "events.csv", "--as-of", "2026-12-31")

    assert 2 == found.exit_code
    assert "--register is missing: the pack counts members" in found.stderr


def test_a_workbook_is_not_poured_over_a_terminal(tmp_path, monkeypatch):
    """What no terminal can show is refused there, and written to a pipe or a file."""
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))

    with pytest.raises(IndicatorEngineError, match="name a file with --out"):
        screen.write(b"PK\0", None)
    screen.write(b"PK\0", tmp_path / "one.xlsx")
    assert b"PK\0" == (tmp_path / "one.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("changed", "told", "fact"),
    [
        (lambda text: text.replace("occurred_on", "occured_on", 1), 2, "did you mean `occurred_on`?"),
        (lambda text: f"Events of the office\n\n{text}", 1, "line 3 has names that are known"),
    ],
)
def test_columns_of_other_names(changed, told, fact, starter, run_starter):
    """A misspelt column, or a title above the columns, is told once and not for each row."""
    (starter / "other.csv").write_text(changed((starter / "events.csv").read_text()))
    found = run_starter(events="other.csv")

    assert (2, told) == (found.exit_code, found.stderr.count("error["))
    assert fact in found.stderr


def test_a_register_given_as_events(run_starter):
    """It is told as that, and not by the columns it lacks."""
    found = run_starter(events="register.csv")

    assert (2, 1) == (found.exit_code, found.stderr.count("error["))
    assert "this looks like a register, by its columns" in found.stderr
