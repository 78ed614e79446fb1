import sys
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from indicator_engine.definitions import precheck as caps
from indicator_engine.definitions.precheck import parse, precheck
from indicator_engine.problems import Location, Problem


def only(text: str | bytes) -> Problem:
    """The one problem of a text, which then has no data."""
    data, _, problems = parse(text if isinstance(text, bytes) else text.encode(), "a.toml")
    assert data is None
    (problem,) = problems
    return problem


def codes(text: str) -> list[str]:
    return [problem.code for problem in precheck(text.encode(), "a.toml")]


def nested(depth: int) -> str:
    return "x = " + "[" * depth + "]" * depth


def dotted(dots: int) -> str:
    return ".".join("abcdefghijklm"[: dots + 1]) + " = 1"


def spread(marks: int) -> str:
    """A list over many lines that has so many marks, its `=` and bracket included."""
    return "x = [\n" + "1,\n" * (marks - 2) + "]\n"


# --- what is read


def test_data():
    """A sound file gives its data, its text as written and no problems."""
    text = 'a = 1.50\r\nb = "é"\r\n'
    assert ({"a": Decimal("1.50"), "b": "é"}, text, []) == parse(text.encode(), "a.toml")


def test_exact_numbers():
    """Numbers with a point never go through a binary float."""
    data, _, _ = parse(b"a = 0.1\nb = 1_0.5e-3\n", "a.toml")
    expected = {"a": Decimal("0.1"), "b": Decimal("0.0105")}
    assert expected == data


@pytest.mark.parametrize("size", [0, 1])
def test_empty_file(size):
    """An empty file is a file without data."""
    assert ({}, "\n" * size, []) == parse(b"\n" * size, "a.toml")


# --- characters


@pytest.mark.parametrize(
    ("content", "place", "message", "hint"),
    [
        (b"\xef\xbb\xbfa = 1\n", (1, 1), "byte order mark", "without BOM"),
        (b"a = 1\nb = '\xe9'\n", (2, 6), "the byte E9 stands here; in Windows-1252 it would be `é`", "as UTF-8"),
        ("é = '".encode() + b"\x81'", (1, 6), "the byte 81 stands here", "as UTF-8"),
        ("a = 1".encode("utf-16"), (1, 1), "UTF-16", "as UTF-8"),
        (b"a = 1\nb = \x00\n", (2, 5), "(U+0000) stands here", "may be UTF-16"),
        (b"a = '\x0b'\nb = '\x0b'\n", (1, 6), "(U+000B) stands here, and 1 more", "delete it"),
        (b"a = 1\rb = 2\r\nc = 3\r", (1, 6), "(U+000D) stands here, and 1 more", "line ends"),
        (b"a = 1\r\nb\r = 2", (2, 2), "(U+000D) stands here", "line ends"),
        ("a = '\u0092'".encode(), (1, 6), "(U+0092) stands here", "Windows-1252"),
        (b"# \x7f\n", (1, 3), "(U+007F) stands here", "delete it"),
    ],
)
def test_unreadable_characters(content, place, message, hint):
    """Characters that TOML does not allow are told where they stand, with the way out."""
    problem = only(content)
    assert problem.where is not None
    assert ("IE001", place) == (problem.code, (problem.where.line, problem.where.column))
    assert message in problem.message
    assert hint in problem.hint


def test_each_control_character():
    """Each kind of control character is told once, in file order."""
    problems = precheck(b"\r\n\x03\x01\x01\n\x02\r" * 10, "a.toml")
    expected = [(2, 1), (2, 2), (3, 1), (3, 2)]
    assert expected == [(p.where.line, p.where.column) for p in problems if p.where]


def test_allowed_characters():
    """Tabs, accents, wide letters and emoji are plain text."""
    assert not precheck("\t# é日😀\u202e\r\n".encode(), "a.toml")


# --- caps


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ("#" * caps.LONGEST_LINE, "#" * (caps.LONGEST_LINE + 1)),
        ("é" * caps.LONGEST_LINE + "\r\n", "é" * (caps.LONGEST_LINE + 1) + "\r\n"),
        (dotted(caps.MOST_DOTS), dotted(caps.MOST_DOTS + 1)),
        (f"[{dotted(caps.MOST_DOTS)[:-4]}]", f"[{dotted(caps.MOST_DOTS + 1)[:-4]}]"),
        (f"x = {{ {dotted(caps.MOST_DOTS)} }}", f"x = {{ {dotted(caps.MOST_DOTS + 1)} }}"),
        ('a . "b.c" . ' + dotted(caps.MOST_DOTS - 2), 'a . "b.c" . ' + dotted(caps.MOST_DOTS - 1)),
        (nested(caps.DEEPEST_BRACKETS), nested(caps.DEEPEST_BRACKETS + 1)),
        (nested(16).replace("[", "[ # [\n"), nested(17).replace("[", "[ # [\n")),
        ("x = " + "9" * caps.MOST_DIGITS, "x = " + "9" * (caps.MOST_DIGITS + 1)),
        ("x = [\n" + "-" + "9" * 40 + "]", "x = [\n" + "-" + "9" * 41 + "]"),
        ("x = {a=1, b=" + "9" * 40 + "}", "x = {a=1, b=" + "9" * 41 + "}"),
        ("x = " + "9_" * 39 + "9", "x = " + "9_" * 40 + "9"),
        ("x = 0x" + "f" * 40, "x = 0x" + "f" * 41),
        ("x = 0b" + "1" * 40, "x = 0b" + "1" * 41),
        (spread(caps.MOST_PARTS), spread(caps.MOST_PARTS + 1)),
    ],
)
def test_caps(within, beyond):
    """A file at a cap is read, one past it is not."""
    assert not codes(within)
    expected = ["IE002"]
    assert expected == codes(beyond)


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ("x = 1e39", "x = 1e40"),
        ("x = 1e-39", "x = 1e-40"),
        ("x = " + "9" * 20 + "." + "9" * 20, "x = " + "9" * 20 + "." + "9" * 21),
        ("x = 0.5", "x = 0e99999999999999999999"),
    ],
)
def test_long_decimals(within, beyond):
    """A number with a point or exponent counts its digits as written out."""
    assert not parse(within.encode(), "a.toml")[2]
    assert only(beyond).code == "IE002"


def test_largest_file():
    """A file of one byte too many is not even decoded."""
    content = b"#\n" * (caps.LARGEST_FILE // 2)
    assert not precheck(content, "a.toml")
    problem = only(content + b"\xff")
    assert ("IE002", Location("a.toml")) == (problem.code, problem.where)


@pytest.mark.parametrize(
    "text",
    [
        'x = "' + "[" * 20 + "." * 20 + '"',
        "x = '''\n" + "[" * 20 + '\n"""' + "." * 20 + "'''",
        'x = """\\"""' + "[" * 20 + '"""',
        "# " + "[" * 20 + "." * 20 + "9" * 50,
        "x = 'a' # \"" + "[" * 20,
        "9" * 50 + " = 1",
        "[" + "9" * 50 + "]",
        "x = [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]",
        "x = '" + "9" * 50 + "'",
    ],
)
def test_marks_in_texts(text):
    """What stands in quotes, in comments and in keys is not counted."""
    assert not parse(text.encode(), "a.toml")[2]


@pytest.mark.parametrize(
    ("text", "place", "figure"),
    [
        ("\n" + nested(17), (2, 21), "16"),
        (dotted(9), (1, 18), "8"),
        ("x = [1,\n" + "9" * 41 + "]", (2, 1), "40"),
        ("\n" + "a" * 8193, (2, 8193), "8,192"),
        (spread(caps.MOST_PARTS + 1), (caps.MOST_PARTS, 2), f"{caps.MOST_PARTS:,}"),
    ],
)
def test_place_of_cap(text, place, figure):
    """A cap is told where it is passed, with its figure and what to do."""
    problem = only(text)
    assert problem.where is not None
    assert ("IE002", place) == (problem.code, (problem.where.line, problem.where.column))
    assert figure in problem.message
    assert problem.hint


def test_open_headers_do_not_add_up():
    """A header that is not closed counts for its own line only."""
    assert only("[a\n" * 20).code == "IE001"


def test_several_caps():
    """All passed caps are told at once, in file order."""
    expected = ["IE002"] * 3
    assert expected == codes(f"{dotted(9)}\n{nested(17)}\nx = {'9' * 41}\n")


def test_many_findings():
    """A file full of faults is told by its first ones."""
    expected = caps.MOST_TOLD
    assert expected == len(codes((dotted(9) + "\n") * 100))


# --- what tomllib refuses


@pytest.mark.parametrize(
    ("text", "column", "marked", "message", "hint"),
    [
        ("title = Support, and more # c", 9, "Support, and more", "without quotation", 'title = "Support, and more"'),
        ("x = 20 organisations", 5, "20 organisations", "without quotation marks", 'x = "20 organisations"'),
        ("x = [a, b]", 6, "a", "without quotation marks", 'write "a"'),
        ("target = TBC", 10, "TBC", "`TBC` is text", 'write "TBC"'),
        ("x = { at_least = TBC }", 18, "TBC", "`TBC` is text", 'write "TBC"'),
        ("x = n/a", 5, "n/a", "`n/a` is text", 'write "n/a"'),
        ("due = 31/03/2010", 7, "31/03/2010", "does not begin with the year", "write 2010-03-31"),
        ("due = 31.3.2010", 7, "31.3.2010", "does not begin with the year", "write 2010-03-31"),
        ("due = [31-03-2010]", 8, "31-03-2010", "does not begin with the year", "write 2010-03-31"),
        ("due = 03/04/2010", 7, "03/04/2010", "does not begin with the year", "3 April 2010 is 2010-04-03"),
        ("due = 2010-3-31", 7, "2010-3-31", "two digits", "write 2010-03-31"),
        ("due = 2010/03/31", 7, "2010/03/31", "needs hyphens", "write 2010-03-31"),
        ("due = 2010-02-30", 7, "2010-02-30", "not a day of the calendar", "month"),
        ("due = 2010-13-01", 7, "2010-13-01", "not a day of the calendar", "month"),
        ("due = 31 March 2010", 7, "31 March 2010", "written in words", '"31 March 2010"'),
        ("due = 2010-03-31 09:30", 7, "2010-03-31 09:30", "not a time", "seconds"),
        ("x = 50%", 5, "50%", "percentage", 'write "50%"'),
        ("x = { at_least = 50 % }", 18, "50 %", "percentage", 'write "50%"'),
        ("x = [50%]", 6, "50%", "percentage", 'write "50%"'),
        ("x = £1,000", 5, "£1,000", "money", 'write "£1,000"'),
        ("x = 1,000", 5, "1,000", "commas", "write 1000"),
        ("x = { a = 1,000 }", 13, "000 ", "a comma parts the number", "1000 instead of 1,000"),
        ("x = 007", 5, "007", "begins with 0", 'write 7, or "007"'),
        ("x = .5", 5, ".5", "no digit before", "write 0.5"),
        ("x = 5.", 5, "5.", "no digit after", "write 5"),
        ("x = 1.2.3", 5, "1.2.3", "neither a number nor a date", 'write "1.2.3"'),
        ("x = True", 5, "True", "capital", "write true"),
        ("x = [FALSE]", 6, "FALSE", "capital", "write false"),
        ("x = yes", 5, "yes", "is text", 'true or false, or "yes"'),
        ("x = None", 5, "None", "TOML has no `None`", "leave the line out"),
        ("x = >= 20", 5, ">=", "comparison", "{ at_least = 20 }"),
        ("x == 20", 4, "=", "one `=` too many", "write one"),
        ("x =", 4, "", "`x` has no value", "leave the line out"),
        ("x = # later", 5, "#", "`x` has no value", "leave the line out"),
        ("x = [1,,2]", 8, ",", "comma without a value", "take the comma out"),
        ("x = “abc”", 5, "“abc”", "typographic", "straight"),
        ("x = [“a”, “b”]", 6, "“a”, “b”", "typographic", "straight"),
        ('x = "abc”', 5, '"abc”', "do not match", "straight"),
        ('x = "abc', 5, '"abc', "no closing quotation mark", 'write "'),
        ("x = 'abc", 5, "'abc", "no closing quotation mark", "write '"),
        ('x = """abc\ny = 1', 5, '"""abc', "no closing quotation mark", 'write """'),
        ("x = '''abc\ny = 1", 5, "'''abc", "no closing quotation mark", "write '''"),
        ('x = "the "Pledge""', 11, "P", 'ended at the "', r"write \""),
        ("x = 'Children's'", 15, "s", "ended at the '", 'in "…"'),
        ('x = ["a" "b"]', 10, '"', "comma or closing bracket is missing", "bracket opened on line 2"),
        ("x = [1 2]", 8, "2", "comma or closing bracket is missing", "put a comma"),
        ('x = ["a"', 5, "[", "never closed", "close it"),
        ("x = { a = 1", 5, "{", "never closed", "close it"),
        ("x = { a = 1 b = 2 }", 13, "b", "a comma is missing before the key `b`", "between the keys"),
        ('x = { a = "60%" b-c = true }', 17, "b-c", "a comma is missing before the key `b-c`", "between the keys"),
        ('x = { a = "60%" "b" }', 17, '"', "comma or closing bracket is missing", "bracket opened on line 2"),
        ("x = { a = 1, }", 14, "}", "comma stands before the closing brace", "take the comma out"),
        ("title", 1, "title", "`title` is not followed by `=`", "name = value"),
        ('title "x"', 1, "title ", "`title` is not followed by `=`", "name = value"),
        ('title: "x"', 1, "title", "`title` is not followed by `=`", "colon"),
        ("due date = 1", 1, "due ", "`due` is not followed by `=`", "due_date = …"),
        ("= 5", 1, "=", "no key before", "name = value"),
        ("// comment", 1, "/", "does not begin a comment", "#"),
        ("é = 1", 1, "é", "cannot stand in a key", "in quotes"),
        ("[]", 2, "]", "a name is missing", "name of the table"),
        ("[priority", 1, "[priority", "not closed with ]", "close it with ]"),
        ("[[priority]", 1, "[[priority", "not closed with ]]", "close it with ]]"),
        ("[my table]", 1, "[my ", "not closed with ]", "join"),
        ('x = "C:\\Users"', 8, "\\U", "backslash", r"write \\"),
        ('x = "\\uD800"', 6, "\\uD800", "backslash", r"write \\"),
        ("x\u00a0= 1", 2, "\u00a0", "U+00A0, no-break space", "ordinary space"),
        ("x =\u200b1", 4, "\u200b", "U+200B, zero width space", "ordinary space"),
        ("x = 1 y = 2", 7, "y =", "second key", "new line"),
        ('x = "a" y = 2', 9, "y =", "second key", "new line"),
        ("x = @", 5, "@", "without quotation marks", 'x = "@"'),
        ("[a]]", 4, "]", "cannot be read as TOML: expected newline", "usual causes"),
    ],
)
def test_usual_mistakes(text, column, marked, message, hint):
    """The usual mistakes are marked exactly and told in an analyst's words."""
    problem = only("# first line\r\n" + text)
    assert problem.where is not None
    assert ("IE001", "a.toml", 2, column) == (
        problem.code,
        problem.where.file,
        problem.where.line,
        problem.where.column,
    )
    assert marked == text.split("\n")[0][column - 1 : problem.where.end_column - 1]
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("b = 1\nb = 2", (2, 1), "`b` is already written on line 1", "keep one of the two"),
        ("b = 1\nb = [\n[1]\n]\n", (2, 1), "`b` is already written on line 1", "keep one of the two"),
        ("a.b = 1\na.b = 2", (2, 3), "`b` is already written on line 1", "keep one of the two"),
        ("[a]\nb = 1\n[a]", (3, 1), "`[a]` is already written on line 1", "write [[a]] above each"),
        ("[a]\nb = 1\n[a", (3, 1), "`[a]` is already written on line 1", "write [[a]] above each"),
        ("[[a]]\n[a]", (2, 1), "`[a]` is already written on line 1", "write [[a]] above each"),
        ("[a]\n[[a]]", (2, 1), "`[[a]]` is already written on line 1", "keep one of the two"),
        ("[[p]]\nid = 1\n[[p]]\nid = 1\nid = 2", (5, 1), "`id` is already written on line 4", "keep one"),
        ("x = { a = 1, a = 2 }", (1, 14), "`a` is already written on line 1", "keep one of the two"),
        ("x = [\n{ a = 1 },\n{ a = 1, a = 2 }]", (3, 10), "`a` is already written on line 3", "keep one"),
        ("a = { b = 1 }\n[a.c]", (2, 1), "already complete", "under one header"),
        ("a = { b = 1 }\na.c = 1", (2, 1), "already complete", "under one header"),
        ("a = 1\n  [a.b]", (2, 3), "already complete", "under one header"),
        ("[a.b]\n[[a]]", (2, 1), "already complete", "under one header"),
        ("[a.b]\nx = 1\n[a]\nb.y = 2", (4, 1), "already complete", "under one header"),
    ],
)
def test_written_twice(text, place, message, hint):
    """A name written twice is told at its second place, with the line of the first."""
    problem = only(text)
    assert problem.where is not None
    assert ("IE001", place) == (problem.code, (problem.where.line, problem.where.column))
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("x = [\n  'a'\n  'b'\n]", (3, 3), "a comma or closing bracket is missing before this"),
        ("x = [1\ny = 2", (2, 1), "a comma or closing bracket is missing before this"),
        ("y = 1\nx = [", (2, 5), "this bracket is never closed"),
        ("x = [\n{ a = [1,\n2,\n\n", (2, 7), "this bracket is never closed"),
        ("x = { a", (1, 5), "this bracket is never closed"),
        ('x = [ 1 ]\ny = """\n[[[', (2, 5), "this text has no closing quotation mark"),
    ],
)
def test_brackets_over_lines(text, place, message):
    """A bracket that is never closed is told where it opens, or where the next item has no comma."""
    problem = only(text)
    assert problem.where is not None
    assert (place, message) == ((problem.where.line, problem.where.column), problem.message)


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="TOML 1.1 allows it")
@pytest.mark.parametrize("text", ["x = { a = 1,\n b = 2 }", "x = { a = 1\n, b = 2 }", "x = {\na = 1 }"])
def test_braces_over_lines(text):
    """A table in braces that goes on over the line is told at its brace."""
    problem = only(text)
    expected = Problem(problem.code, "a table in braces goes on over the end of its line", problem.hint)
    assert expected.at(Location("a.toml", 1, 5, 1, 6)) == problem


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="TOML 1.1 allows tables in braces to go on")
@pytest.mark.parametrize(
    "text",
    [
        'x = { a = "60%"\ny = 1\n',
        'x = { a = "60%"\n\n[[z]]\nb = { c = 1 }\n',
        'x = { a = "60%"\ny = { b = [1, 2] }\n[z]\n}',
    ],
)
def test_a_brace_that_is_never_closed(text):
    """Where no brace closes the table before the next header, one is missing on its own line."""
    problem = only(text)
    expected = Problem(problem.code, "the `}` of this table is missing", "write `}` after its last value")
    assert expected.at(Location("a.toml", 1, 5, 1, 16)) == problem


# --- numbers that are none


def test_not_finite():
    """Every `nan` and `inf` is refused at its place, in file order."""
    _, _, problems = parse(b"a = [1.5, { b = -inf }]\n[c]\nd = nan\ne = +inf\n", "a.toml")
    expected = [
        ("IE003", ("a", 1, "b"), Location("a.toml", 1, 17, 1, 21)),
        ("IE003", ("c", "d"), Location("a.toml", 3, 5, 3, 8)),
        ("IE003", ("c", "e"), Location("a.toml", 4, 5, 4, 9)),
    ]
    assert expected == [(problem.code, problem.path, problem.where) for problem in problems]


def test_many_not_finite():
    """A file full of them is told by twenty."""
    data, _, problems = parse(b"x = [" + b"nan, " * 1000 + b"]", "a.toml")
    expected = caps.MOST_TOLD
    assert data is None
    assert expected == len(problems)
    assert all(before.where and after.where and before.where < after.where for before, after in pairwise(problems))


PIECES = [
    '"',
    "'",
    '"' * 3,
    "'" * 3,
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "a",
    "1" * 21,
    "\n",
    "#",
    " ",
    "\\",
    '["]"]',
    "[" * 8,
]


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(["[", "{", ".", "1" * 21, "\n"]), max_size=60).map("".join))
def test_what_is_far_below_the_caps_passes_none(text):
    """The quick count never lets a text pass in which the exact one finds something."""
    found = list(caps._Structure(text).facts())
    event(f"far below: {caps._is_far_below_caps(text)}, over a cap: {bool(found)}")

    assert not (found and caps._is_far_below_caps(text))


def test_the_shipped_packs_are_far_below_the_caps():
    """So that checking them takes the quick way."""
    packs = sorted((Path(__file__).parents[2] / "indicators").glob("*/*.toml"))

    assert [True] * 4 == [caps._is_far_below_caps(path.read_text("utf-8")) for path in packs]
