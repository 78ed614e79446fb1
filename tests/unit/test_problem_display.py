import json
import re
from typing import Any

import pytest

from indicator_engine.problems import Location, Problem, Severity
from indicator_engine.rendering.problems import as_github, as_json, as_sarif, as_text, count, excerpt
from indicator_engine.rendering.text import safe_text, width

TBC = Problem(
    "IE012",
    '"TBC" needs a date by which it will be agreed',
    "write  target = { tbc = true, due = 2027-03-31 }",
    where=Location("housing.toml", 21, 12, 21, 17),
)
HOUSING = "\n" * 20 + '  target = "TBC"\n'
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def shown(problem: Problem, text: str = "", *, color: bool = False) -> list[str]:
    """The lines that a terminal gets for one problem of `a.toml`."""
    return as_text([problem], {"a.toml": text}, color=color).split("\n")


def at(line: int, column: int, end_column: int = 0, end_line: int = 0) -> Problem:
    where = Location("a.toml", line, column, end_line or (line if end_column else 0), end_column)
    return Problem("IE001", "wrong", where=where)


def carets(text: str, column: int, end_column: int = 0) -> tuple[str, str]:
    """The shown line and the line of carets under it, both without the frame."""
    lines = shown(at(1, column, end_column), text)
    return lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")


# --- on a terminal


def test_layout():
    """A problem is its fact, its place, the line with carets, the help and where to read more."""
    expected = """\
error[IE012]: "TBC" needs a date by which it will be agreed
  --> housing.toml:21:12
   |
21 |   target = "TBC"
   |            ^^^^^
   = help: write  target = { tbc = true, due = 2027-03-31 }
   = see:  indicators explain IE012

1 error"""
    assert expected == as_text([TBC], {"housing.toml": HOUSING}, color=False)


def test_no_problems():
    """No problems look like nothing."""
    assert not as_text([], {"a.toml": "x"}, color=True)


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ("", "no problems"),
        ("e", "1 error"),
        ("wee", "2 errors, 1 warning"),
        ("nnwwe", "1 error, 2 warnings, 2 notes"),
    ],
)
def test_count(severities, expected):
    """The last line counts the problems of each severity."""
    names: dict[str, Severity] = {"e": "error", "w": "warning", "n": "note"}
    assert expected == count(Problem("IE001", "", severity=names[letter]) for letter in severities)


def test_several():
    """Problems are parted by an empty line and keep their order."""
    lines = as_text([at(1, 1), at(2, 1)], {"a.toml": "x\ny"}, color=False).split("\n")
    expected = [" --> a.toml:1:1", " --> a.toml:2:1", "2 errors"]
    assert expected == [line for line in lines if "-->" in line or "errors" in line]
    assert expected != lines


@pytest.mark.parametrize("where", [Location("a.toml"), Location("b.toml", 1, 1), Location("a.toml", 9, 1)])
def test_without_source(where):
    """A place whose line is not at hand is named only."""
    problem = Problem("IE001", "wrong", "do this", where=where)
    indent = " " * len(str(where.line))
    expected = [
        "error[IE001]: wrong",
        f"{indent}--> {where}",
        f"{indent} = help: do this",
        f"{indent} = see:  indicators explain IE001",
    ]
    assert expected == shown(problem, "x = 1")[:4]


def test_without_place():
    """A problem without a place has no arrow, and without a hint no help."""
    expected = ["note[IE001]: wrong", " = see:  indicators explain IE001", "", "1 note"]
    assert expected == shown(Problem("IE001", "wrong", severity="note"))


def test_long_hint():
    """A hint of several lines stays in its column."""
    lines = shown(Problem("IE001", "wrong", "write\n[[a]]\n\nx = 1"))
    expected = [" = help: write", "         [[a]]", "         x = 1"]
    assert expected == lines[1:4]


@pytest.mark.parametrize(
    ("text", "column", "end_column", "expected"),
    [
        ('x = "ab"', 5, 9, ('x = "ab"', "    ^^^^")),
        ("x = 1", 5, 0, ("x = 1", "    ^")),
        ("x = 1", 5, 5, ("x = 1", "    ^")),
        ("x =", 4, 4, ("x =", "   ^")),
        ("x =", 99, 120, ("x =", "   ^")),
        ("x = 1\r", 5, 7, ("x = 1", "    ^")),
        ("x = 12345", 5, 99, ("x = 12345", "    ^^^^^")),
        ('x = "日本" 1', 5, 9, ('x = "日本" 1', "    ^^^^^^")),
        ('x = "日本" 1', 10, 11, ('x = "日本" 1', "           ^")),
        ("x = ｅ1", 6, 7, ("x = ｅ1", "      ^")),
        ("e\u0301e\u0301 = 1", 3, 5, ("e\u0301e\u0301 = 1", " ^")),
        ("e\u0301e\u0301 = 1", 8, 9, ("e\u0301e\u0301 = 1", "     ^")),
        ("e\u0301 = 1", 2, 3, ("e\u0301 = 1", "^")),
        ("\tx = 1", 2, 3, ("    x = 1", "    ^")),
        ("\t\tx", 2, 3, ("        x", "    ^^^^")),
        ("x = \x1b1", 5, 6, ("x = \\x1b1", "    ^^^^")),
        ("x = \u202e1", 6, 7, ("x = \\u202e1", "          ^")),
        ("x = 😀1", 6, 7, ("x = 😀1", "      ^")),
        ("x\u200b = 1", 2, 3, ("x\\u200b = 1", " ^^^^^^")),
    ],
)
def test_carets(text, column, end_column, expected):
    """Carets stand under what they mean, whatever the width of the characters."""
    assert expected == carets(text, column, end_column)


def test_several_lines():
    """A place of several lines is marked to the end of its first."""
    lines = shown(at(1, 3, 2, end_line=3), "ab\tcd\nef\ngh")
    expected = ["1 | ab    cd", "  |   ^^^^^^"]
    assert expected == lines[3:5]


def test_line_at_full_width():
    """A line that just fits is shown whole."""
    line = "x" * 96
    shown_line, marks = carets(line, 96, 97)
    assert line == shown_line
    assert shown_line.rindex("x") == marks.index("^")


@pytest.mark.parametrize("filler", ["x", "日", "\t", "e\u0301", "\x1b"])
@pytest.mark.parametrize("before", [0, 1, 30, 50, 95, 96, 97, 98, 5000])
@pytest.mark.parametrize("after", [0, 1, 60, 92, 93, 94, 95, 5000])
def test_long_lines(filler, before, after):
    """A long line is cut around the carets, which stay within a hundred columns."""
    line = filler * before + "[!]" + filler * after
    column = len(filler) * before + 1
    shown_line, marks = carets(line, column, column + 3)
    assert sum(map(width, shown_line)) <= 96
    assert shown_line.index("[!]") == at_column(shown_line, marks.index("^"))
    expected = "^^^"
    assert expected == marks.strip()
    assert shown_line.startswith("…") <= (before > 0)
    assert shown_line.endswith("…") <= (after > 0)


def at_column(line: str, column: int) -> int:
    """The index of the character that begins at a column of the terminal."""
    starts = [sum(map(width, line[:index])) for index in range(len(line) + 1)]
    return max(index for index, start in enumerate(starts) if start == column)


def test_long_mark():
    """Carets of a long place end where the shown line does."""
    shown_line, marks = carets("x = '" + "a" * 9000 + "'", 5, 9007)
    assert shown_line.endswith("a…")
    assert len(shown_line) == len(marks) + 1 <= 96


def test_excerpt_of_any_size():
    """A window shows as much of the line as it can."""
    expected = ("…" + "a" * 18 + "b", 19, 1)
    assert expected == excerpt("a" * 500 + "b", 500, 501, 21)


def test_color():
    """Colours add codes and nothing else."""
    problems = [
        TBC,
        at(1, 1),
        Problem("IE002", "w", "x\ny", severity="warning"),
        Problem("IE003", "n", severity="note"),
    ]
    sources = {"housing.toml": HOUSING, "a.toml": "\tx = 1"}
    colored = as_text(problems, sources, color=True)
    assert as_text(problems, sources, color=False) == ANSI.sub("", colored)
    assert "\x1b[1;31m^^^^^\x1b[0m" in colored


def test_hostile_texts():
    """Nothing that a pack holds reaches the terminal as a control."""
    evil = "\x1b[2J\x07\u202e\u2066\r\n\x9b31m\u2028\ud800"
    problem = Problem("IE001", evil, evil, where=Location(f"{evil}.toml", 1, 1, 1, 5))
    text = as_text([problem], {f"{evil}.toml": evil * 20}, color=False)
    assert text.replace("\n", "").isprintable()
    text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 日", "plain é 日"),
        ("a\tb\nc\rd", r"a\tb\nc\rd"),
        ("\x00\x1b\x7f\x9b", r"\x00\x1b\x7f\x9b"),
        ("\u202e\u2066\u200b\ufeff", r"\u202e\u2066\u200b\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("\u2028\ud800", r"\u2028\ud800"),
        ("no-break\u00a0space", "no-break\u00a0space"),
        ("", ""),
    ],
)
def test_safe_text(text, expected):
    """What cannot be seen is written out."""
    assert expected == safe_text(text)


@pytest.mark.parametrize(("length", "expected"), [(5, "aaaaa"), (6, "aaaa…"), (10**6, "aaaa…")])
def test_safe_text_is_short(length, expected):
    """A long text ends with an ellipsis at the limit."""
    assert expected == safe_text("a" * length, 5)


def test_safe_text_counts_escapes():
    """The limit holds for the text as shown."""
    assert max(len(safe_text("\x1b" * length, 50)) for length in range(60)) == 50


# --- for programs


def test_json():
    """JSON has every field by its name, and null where there is no place."""
    expected: list[dict[str, Any]] = [
        {
            "code": "IE012",
            "severity": "error",
            "message": TBC.message,
            "hint": TBC.hint,
            "file": "housing.toml",
            "line": 21,
            "column": 12,
            "end_line": 21,
            "end_column": 17,
        },
        {
            "code": "IE001",
            "severity": "warning",
            "message": "wrong",
            "hint": "",
            "file": None,
            "line": None,
            "column": None,
            "end_line": None,
            "end_column": None,
        },
    ]
    actual = as_json([TBC, Problem("IE001", "wrong", severity="warning")])
    assert expected == actual
    assert expected == json.loads(json.dumps(actual))


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            TBC,
            f"::error file=housing.toml,line=21,col=12,endColumn=17,title=IE012::{TBC.message}%0A{TBC.hint}",
        ),
        (Problem("IE001", "100%", severity="warning"), "::warning title=IE001::100%25"),
        (Problem("IE001", "x", severity="note", where=Location("a.toml")), "::notice file=a.toml,title=IE001::x"),
        (Problem("IE001", "x", where=Location("a,b:c.toml", 3)), "::error file=a%2Cb%3Ac.toml,line=3,title=IE001::x"),
        (at(2, 3, 1, end_line=4), "::error file=a.toml,line=2,endLine=4,title=IE001::wrong"),
        (Problem("IE001", "a\n::stop-commands::b"), r"::error title=IE001::a\n::stop-commands::b"),
        (Problem("IE001", "a\r\x1b[0m"), r"::error title=IE001::a\r\x1b[0m"),
        (Problem("IE001", "x", where=Location("packs\\a.toml")), "::error file=packs/a.toml,title=IE001::x"),
    ],
)
def test_github(problem, expected):
    """A problem is one workflow command with GitHub's escapes."""
    assert expected == as_github([problem])


def test_github_lines():
    """Each problem is one line, however many it speaks of."""
    assert len(as_github([TBC] * 3).split("\n")) == 3


def test_sarif():
    """SARIF names each rule once, and each result by rule, level, message and region."""
    problems = [TBC, Problem("IE001", "wrong", severity="note", where=Location("a.toml")), TBC, Problem("IE003", "x")]
    log = as_sarif(problems, {"IE012": "A target is not agreed yet."})
    (run,) = log["runs"]
    expected_rules = [
        {"id": "IE001", "shortDescription": {"text": "IE001"}},
        {"id": "IE003", "shortDescription": {"text": "IE003"}},
        {"id": "IE012", "shortDescription": {"text": "A target is not agreed yet."}},
    ]
    expected_result = {
        "ruleId": "IE012",
        "ruleIndex": 2,
        "level": "error",
        "message": {"text": f"{TBC.message}\n{TBC.hint}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "housing.toml"},
                    "region": {"startLine": 21, "startColumn": 12, "endLine": 21, "endColumn": 17},
                }
            }
        ],
    }
    assert expected_rules == run["tool"]["driver"]["rules"]
    assert expected_result == run["results"][0] == run["results"][2]
    assert "region" not in run["results"][1]["locations"][0]["physicalLocation"]
    assert "locations" not in run["results"][3]


def test_sarif_version():
    """The log says which SARIF it is and that columns count code points."""
    log = as_sarif([], {})
    expected = ("2.1.0", "unicodeCodePoints")
    assert expected == (log["version"], log["runs"][0]["columnKind"])


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("packs/a b.toml", "packs/a%20b.toml"),
        ("é#?.toml", "%C3%A9%23%3F.toml"),
        ("packs\\a.toml", "packs/a.toml"),
        ("c:a.toml", "c%3Aa.toml"),
        ("/packs/a b.toml", "file:///packs/a%20b.toml"),
    ],
)
def test_sarif_address(file, expected):
    """A file is named by a valid address."""
    log = as_sarif([Problem("IE001", "x", where=Location(file, 1))], {})
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert expected == place["artifactLocation"]["uri"]
