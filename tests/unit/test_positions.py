import tomllib

import pytest

from indicator_engine.definitions.positions import Span, line_column, location, scan
from indicator_engine.problems import Location

DOCUMENT = '''\
# a pack
title = "Skills \\"pledge\\""   # said aloud
"quoted key".'plain' = 'x'

[priority.outcome]
ids = [1, # one
  "two", { at_least = 20, unit.of = 'people' }, [3, 4], ]

[priority]
agreed = 2009-09-30 10:00:00

[[aim]]
id = "1"
  [[aim.part]]
  id = "1.1"
  [[aim.part]]
  id = "1.2"
[[aim]]
  [[aim.part]]
  id = "2.1"
  [aim.part.note]
  text = """
one\\
   two"""
'''


def value(path: tuple[str | int, ...], text: str = DOCUMENT) -> str | None:
    return shown(text, scan(text).value(path))


def key(path: tuple[str | int, ...], text: str = DOCUMENT) -> str | None:
    return shown(text, scan(text).key(path))


def shown(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None


def line_of(text: str, span: Span) -> int:
    return line_column(text, span.start)[0]


def letters(text: str, path: tuple[str | int, ...] = ("x",)) -> list[str]:
    """The source of each character of a text value."""
    positions = scan(text)
    length = len(tomllib.loads(text)["x"])
    return [shown(text, positions.within_text(path, at, at + 1)) or "" for at in range(length)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("title",), r'"Skills \"pledge\""'),
        (("quoted key", "plain"), "'x'"),
        (("priority", "outcome", "ids", 0), "1"),
        (("priority", "outcome", "ids", 1), '"two"'),
        (("priority", "outcome", "ids", 2), "{ at_least = 20, unit.of = 'people' }"),
        (("priority", "outcome", "ids", 2, "at_least"), "20"),
        (("priority", "outcome", "ids", 2, "unit", "of"), "'people'"),
        (("priority", "outcome", "ids", 3), "[3, 4]"),
        (("priority", "outcome", "ids", 3, 1), "4"),
        (("priority", "agreed"), "2009-09-30 10:00:00"),
        (("aim", 0, "id"), '"1"'),
        (("aim", 0, "part", 1, "id"), '"1.2"'),
        (("aim", 1, "part", 0, "id"), '"2.1"'),
        (("aim", 1, "part", 0, "note", "text"), '"""\none\\\n   two"""'),
    ],
)
def test_value(path, expected):
    """A value is where it is written, with its quotes and brackets."""
    assert expected == value(path)


def test_array_over_lines():
    """An array over several lines with comments ends at its own bracket."""
    assert DOCUMENT[DOCUMENT.index("[1") : DOCUMENT.index("[3, 4], ]") + 9] == value(("priority", "outcome", "ids"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("title",), "title"),
        (("quoted key",), '"quoted key"'),
        (("quoted key", "plain"), "'plain'"),
        (("priority", "outcome", "ids", 2, "unit"), "unit"),
        (("priority", "outcome", "ids", 2, "unit", "of"), "of"),
        (("priority", "outcome", "ids", 2), None),
        (("priority", "outcome"), "[priority.outcome]"),
        (("priority",), "[priority]"),
        (("aim",), "[[aim]]"),
        (("aim", 1), "[[aim]]"),
        (("aim", 0, "part", 1), "[[aim.part]]"),
        (("aim", 1, "part", 0, "note"), "[aim.part.note]"),
        (("nothing",), None),
    ],
)
def test_key(path, expected):
    """A key is the last part as written, or the header of a table; list items have none."""
    assert expected == key(path)


def test_headers_of_items():
    """Each item of a list of tables is at its own header, the list at the first."""
    positions = scan(DOCUMENT)
    expected = [12, 12, 18]
    assert expected == [line_of(DOCUMENT, positions.nearest(path)) for path in [("aim",), ("aim", 0), ("aim", 1)]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a.b.c]\n", "a"),
        ("a.b.c = 1\n", "a"),
        ("[[a.b]]\n", "a"),
        ("[a.b]\nx = 1\n[a]\ny = 2\n", "[a]"),
        ("[[a.b]]\nx = 1\n[a]\ny = 2\n", "[a]"),
    ],
)
def test_implied_table(text, expected):
    """A table is at its header, also a later one; without any it is at the name that implies it."""
    assert expected == value(("a",), text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r'"a\tb" = 1', "a\tb"),
        (r'"\u00e9\"" = 1', 'é"'),
        (r'"\U0001F600" = 1', "😀"),
        (r"'a\tb' = 1", r"a\tb"),
        ('"" = 1', ""),
        ('"a.b" = 1', "a.b"),
        ("1234 = 1", "1234"),
    ],
)
def test_key_as_meant(text, name):
    """A quoted key is found by what it means."""
    expected = tomllib.loads(text)
    assert expected == {name: int(value((name,), text) or 0)}


@pytest.mark.parametrize(
    "text",
    [
        'x = """a""""',
        'x = """a"""""',
        'x = """"""',
        'x = """ " "" \\""" """',
        "x = '''a''''",
        "x = '''''a'''''",
        "x = '# no comment'",
        'x = "]"',
        "x = 1979-05-27T07:32:00Z",
        "x = 1979-05-27 07:32:00.5+01:00",
        "x = -0.5e+3",
        "x = [ [ ], { } ]",
        "x = {a={b=[1,{c=2}]}}",
        "x = [ # ]\n]",
    ],
)
def test_whole_value(text):
    """Marks inside a value do not end it."""
    assert text[4:] == value(("x",), text + "  # after\ny = 1\n")


def test_empty_document():
    """A text without data has no places, and all of it is nearest to its start."""
    assert (None, Span(0, 0)) == (scan("# no data\n").value(("a",)), scan("").nearest(("a", 0)))


def test_nearest():
    """What is missing is looked for in the innermost value that holds it."""
    positions = scan(DOCUMENT)
    assert positions.value(("aim", 0, "part", 1)) == positions.nearest(("aim", 0, "part", 1, "target", "due"))
    assert Span(0, 0) == positions.nearest(("nothing", "there"))


def test_carriage_returns():
    """Places count the carriage returns of a text as read."""
    text = DOCUMENT.replace("\n", "\r\n")
    path = ("aim", 1, "part", 0, "id")
    assert value(path) == value(path, text)
    assert line_of(DOCUMENT, scan(DOCUMENT).nearest(path)) == line_of(text, scan(text).nearest(path))


def test_deep_brackets():
    """Nesting costs no stack."""
    deep = "x = " + "[" * 5000 + "]" * 5000
    assert deep[4:] == value(("x",), deep)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x = "ab"', ["a", "b"]),
        (r'x = "a\"b\\\n"', ["a", r"\"", "b", r"\\", r"\n"]),
        (r'x = "é\u00e9\U0001F600"', ["é", r"\u00e9", r"\U0001F600"]),
        (r"x = 'a\n'", ["a", "\\", "n"]),
        ('x = """\nab"""', ["a", "b"]),
        ('x = """\r\na\r\nb"""', ["a", "\r\n", "b"]),
        ('x = """a\\  \n\n   b \\\r\n c"""', ["a", "b", " ", "c"]),
        ('x = """\\\n   a"""', ["a"]),
        ('x = """a"" """""', ["a", '"', '"', " ", '"', '"']),
        ("x = '''\n\na\\\nb'''", ["\n", "a", "\\", "\n", "b"]),
        ("x = '''\r\na''''", ["a", "'"]),
        ('x = ""', []),
    ],
)
def test_letters(text, expected):
    """Each character of a text is where its letter or escape is written."""
    assert expected == letters(text)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(1, 4, r"b\"c"), (0, 99, r"ab\"cd"), (-5, 1, "a"), (2, 2, ""), (5, 9, ""), (4, 2, "")],
)
def test_stretch_of_text(start, end, expected):
    """A stretch of a text is cut at the text's ends."""
    text = r'x = "ab\"cd"'
    assert expected == shown(text, scan(text).within_text(("x",), start, end))


def test_end_of_text():
    """A place past the end is where the closing quote stands."""
    assert Span(7, 7) == scan('x = "ab"').within_text(("x",), 2, 2)


def test_text_elsewhere():
    """A path without a text gives the nearest value."""
    positions = scan('x = [1, 2]\n"y".z = 3\n')
    expected = [Span(5, 6), Span(4, 10), Span(11, 14)]
    assert expected == [positions.within_text(path, 0, 1) for path in [("x", 0), ("x", 7), ("y",)]]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, (1, 1)),
        (2, (1, 3)),
        (3, (1, 3)),
        (4, (2, 1)),
        (5, (2, 2)),
        (6, (3, 1)),
        (7, (3, 2)),
        (99, (3, 2)),
        (-1, (1, 1)),
    ],
)
def test_line_column(offset, expected):
    """Lines and columns count characters from 1, and a CR LF as one line end."""
    assert expected == line_column("é😀\r\nb\nc", offset)


def test_location():
    """A span becomes lines and columns of a file, the end exclusive."""
    assert Location("a.toml", 1, 2, 2, 1) == location("ab\nc", Span(1, 3), "a.toml")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("a = 1\na = 2", "a", "a"),
        ("[a]\n[b]\n[a]", "[a]", "[a]"),
        ("[[a]]\n[a]", "[[a]]", "[a]"),
        ("x = { b = 1, b = 2", "b", "b"),
    ],
)
def test_twice(text, first, second):
    """A name written twice is kept with both places, as far as the text goes."""
    ((before, again),) = scan(text).twice
    assert (first, second, True) == (shown(text, before), shown(text, again), before.start < again.start)
