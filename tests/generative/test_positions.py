"""Any data, written in any layout that TOML allows: every place found is the place of what stands there."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from indicator_engine.definitions.positions import Positions, Span, line_column, scan

pytestmark = pytest.mark.generative

LETTERS = st.one_of(
    st.sampled_from("abz \t\n\r\"'\\#[]{}=,.é\u0301日😀\u202e\x00\x7f"),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.text(LETTERS, max_size=12)
NAMES = st.one_of(st.text("ab1-_", min_size=1, max_size=3), st.text(LETTERS, max_size=4))
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SCALARS = st.one_of(
    TEXTS,
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.none() | ZONES),
    st.times(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(NAMES, inner, max_size=3),
        st.lists(st.dictionaries(NAMES, inner, max_size=2), min_size=1, max_size=3),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


class Writer:
    """Writes data as TOML, choosing by chance among the layouts that mean the same."""

    def __init__(self, chance: Random, line_end: str) -> None:
        self.chance = chance
        self.line_end = line_end

    def document(self, data: dict[str, Any]) -> str:
        """The whole document."""
        return self._section([], data, listed=False)

    def _maybe(self) -> bool:
        return self.chance.random() < 0.5

    def _space(self) -> str:
        return self.chance.choice(["", "", " ", "  ", "\t"])

    def _comment(self) -> str:
        return self.chance.choice(["", "", ' # "a" = [ ] \' é', "#"])

    def _filler(self) -> str:
        """Blank and comment lines."""
        return "".join(self._space() + self._comment() + self.line_end for _ in range(self.chance.choice([0, 0, 1, 2])))

    def _end(self) -> str:
        return self._space() + self._comment() + self.line_end + self._filler()

    # --- tables

    def _section(self, path: list[str], table: dict[str, Any], *, listed: bool) -> str:
        """A table with its header, before or after the tables inside it."""
        under = {name: value for name, value in table.items() if self._under_header(value)}
        lines = "".join(self._line([name], value) for name, value in table.items() if name not in under)
        inner = "".join(self._sections([*path, name], value) for name, value in under.items())
        if not path:
            return self._filler() + lines + inner
        if not listed and not lines and inner and self._maybe():
            return inner
        own = self._header(path, listed=listed) + lines
        return inner + own if not listed and self._maybe() else own + inner

    def _under_header(self, value: object) -> bool:
        return (isinstance(value, dict) or self._is_tables(value)) and self._maybe()

    @staticmethod
    def _is_tables(value: object) -> bool:
        return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)

    def _sections(self, path: list[str], value: dict[str, Any] | list[dict[str, Any]]) -> str:
        if isinstance(value, dict):
            return self._section(path, value, listed=False)
        return "".join(self._section(path, item, listed=True) for item in value)

    def _header(self, path: list[str], *, listed: bool) -> str:
        opening, closing = ("[[", "]]") if listed else ("[", "]")
        return self._space() + opening + self._space() + self._key(path) + self._space() + closing + self._end()

    def _line(self, path: list[str], value: object) -> str:
        """A key and its value, or a table's items under dotted keys."""
        if isinstance(value, dict) and value and self._maybe():
            return "".join(self._line([*path, name], inner) for name, inner in value.items())
        return self._space() + self._pair(path, value) + self._end()

    def _pair(self, path: list[str], value: object) -> str:
        return self._key(path) + self._space() + "=" + self._space() + self._value(value)

    def _key(self, path: list[str]) -> str:
        return (self._space() + "." + self._space()).join(map(self._name, path))

    def _name(self, name: str) -> str:
        forms = [self._basic(name)]
        if re.fullmatch(r"[A-Za-z0-9_-]+", name):
            forms.append(name)
        if self._fits_literal(name):
            forms.append(f"'{name}'")
        return self.chance.choice(forms)

    # --- values

    def _value(self, value: object) -> str:
        forms: dict[type, Callable[[Any], str]] = {
            str: self.text,
            bool: lambda truth: str(truth).lower(),
            int: self._integer,
            float: lambda number: self.chance.choice([repr(number), f"{number:.17e}"]),
            datetime: lambda moment: moment.isoformat(sep=self.chance.choice("T ")),
            date: date.isoformat,
            time: time.isoformat,
            list: self._array,
            dict: self._inline,
        }
        return forms[type(value)](value)

    def _integer(self, value: int) -> str:
        return self.chance.choice([str(value), f"{value:_}", hex(value) if value >= 0 else str(value)])

    def _array(self, items: list[Any]) -> str:
        def gap() -> str:
            return self.chance.choice([self._space(), self._end()])

        inner = ",".join(gap() + self._value(item) + gap() for item in items)
        return "[" + inner + ("," if items and self._maybe() else "") + gap() + "]"

    def _inline(self, table: dict[str, Any]) -> str:
        inner = ",".join(f"{self._space()}{pair}{self._space()}" for pair in self._pairs([], table))
        return "{" + (inner or self._space()) + "}"

    def _pairs(self, path: list[str], table: dict[str, Any]) -> Iterator[str]:
        for name, value in table.items():
            if isinstance(value, dict) and value and self._maybe():
                yield from self._pairs([*path, name], value)
            else:
                yield self._pair([*path, name], value)

    # --- texts

    def text(self, text: str) -> str:
        """A text in any of the four kinds of quotation marks that can hold it."""
        forms = [self._basic(text), self._folded(text)]
        if self._fits_literal(text):
            forms.append(f"'{text}'")
        if self._fits_literal(text.replace("\n", ""), quotes=3) and not text.endswith("'''"):
            opening = self.line_end if text.startswith("\n") or self._maybe() else ""
            forms.append("'''" + opening + text.replace("\n", self.line_end) + "'''")
        return self.chance.choice(forms)

    @staticmethod
    def _fits_literal(text: str, quotes: int = 1) -> bool:
        return "'" * quotes not in text and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text)

    def _basic(self, text: str) -> str:
        return '"' + "".join(self._letter(letter) for letter in text) + '"'

    def _folded(self, text: str) -> str:
        '''A text between """, with raw line ends and quotes and with folds.'''
        written = ['"""', self.line_end if text.startswith("\n") or self._maybe() else ""]
        folded = False
        for letter in text:
            if not folded and self.chance.random() < 0.2:
                written.append("\\" + self._space() + self.line_end + self._space() + self.line_end * self._maybe())
                folded = True
            if folded and letter in " \t\n":
                written.append(self._escape(letter))
            else:
                written.append(self._folded_letter(letter, written))
            folded = False
        return "".join(written) + '"""'

    def _folded_letter(self, letter: str, before: list[str]) -> str:
        if letter == "\n" and self._maybe():
            return self.line_end
        if letter == '"' and before[-2:] != ['"', '"'] and self._maybe():
            return letter
        return self._letter(letter)

    def _letter(self, letter: str) -> str:
        raw = letter == "\t" or not (letter in '"\\' or letter < " " or letter == "\x7f")
        return letter if raw and self.chance.random() < 0.8 else self._escape(letter)

    def _escape(self, letter: str) -> str:
        short = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "\\": "\\"}
        forms = [f"U{ord(letter):08X}"]
        if letter in short:
            forms.append(short[letter])
        if ord(letter) <= 0xFFFF:
            forms.append(f"u{ord(letter):04x}")
        return "\\" + self.chance.choice(forms)


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each scalar with its path."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, name))
    else:
        yield path, value


def tables(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each table and list."""
    if isinstance(value, dict | list):
        if path:
            yield path
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from tables(inner, (*path, name))


def cut(text: str, span: Span | None) -> str:
    assert span is not None
    return text[span.start : span.end]


def check(data: dict[str, Any], text: str) -> None:
    """Every place of the text is that of its datum."""
    assert data == tomllib.loads(text)
    positions = scan(text)
    assert not positions.twice
    for path, leaf in leaves(data):
        check_leaf(positions, path, leaf)
    for path in tables(data):
        check_table(positions, path)


def check_leaf(positions: Positions, path: tuple[str | int, ...], leaf: object) -> None:
    read = tomllib.loads("x = " + cut(positions.text, positions.value(path)))["x"]
    assert (leaf, type(leaf)) == (read, type(read))
    check_key(positions, path)
    if isinstance(leaf, str):
        check_letters(positions, path, leaf)


def check_key(positions: Positions, path: tuple[str | int, ...]) -> None:
    if isinstance(path[-1], int):
        assert None is positions.key(path)
    else:
        assert {path[-1]: 0} == tomllib.loads(cut(positions.text, positions.key(path)) + " = 0")


def check_letters(positions: Positions, path: tuple[str | int, ...], leaf: str) -> None:
    last = 0
    for at, letter in enumerate(leaf):
        span = positions.within_text(path, at, at + 1)
        source = cut(positions.text, span)
        escaped = source.startswith("\\") and len(source) > 1
        assert letter == (tomllib.loads(f'x = "{source}"')["x"] if escaped else source.replace("\r\n", "\n"))
        assert last <= span.start < span.end
        last = span.end
    assert positions.within_text(path, 0, len(leaf)).end in (last, positions.within_text(path, 0, 0).end)


def check_table(positions: Positions, path: tuple[str | int, ...]) -> None:
    """A table's place is its brackets, its header, or the name that implies it."""
    written = cut(positions.text, positions.value(path))
    if written[0] in "[{":
        assert {"[": "]", "{": "}"}[written[0]] == written[-1]
    else:
        assert {path[-1]: 0} == tomllib.loads(written + " = 0")
    assert positions.value(path) == positions.nearest((*path, "no such name"))


@given(DOCUMENTS)
@settings(deadline=None)
def test_plain_layout(data):
    """Every leaf's span re-parses to its value in the layout of tomli-w."""
    check(data, tomli_w.dumps(data))


@given(DOCUMENTS)
@settings(deadline=None)
def test_plain_layout_with_carriage_returns(data):
    """It does so with line ends of Windows."""
    check(data, tomli_w.dumps(data).replace("\n", "\r\n"))


@given(DOCUMENTS, st.randoms(use_true_random=False), st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None, max_examples=400)
def test_any_layout(data, chance, line_end):
    """Every leaf's span re-parses to its value, and every character of a text is found, in any layout."""
    check(data, Writer(chance, line_end).document(data))


@given(TEXTS, st.integers(-2, 15), st.integers(-2, 15), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_any_stretch(text, start, end, chance):
    """A stretch of a text lies inside its quotation marks and begins where its first character does."""
    source = "x = " + Writer(chance, "\n").text(text)
    positions = scan(source)
    span = positions.within_text(("x",), start, end)
    assert positions.within_text(("x",), start, start).start == span.start
    assert 4 < span.start <= span.end < len(source)


@given(st.text(st.sampled_from("a\n\ré")), st.integers(0, 20))
def test_line_and_column(text, offset):
    """The line and column of a character are what an editor counts."""
    before = text[:offset]
    inside = text[offset - 1 : offset + 1] == "\r\n" if offset else False
    assert (before.count("\n") + 1, len(before.split("\n")[-1]) + 1 - inside) == line_column(text, offset)
