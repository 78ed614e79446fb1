"""One cell at a time: read as its attribute declares and as its source writes, or refused with the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from indicator_engine.language.schema import Attribute
from indicator_engine.periods import DayFormat
from indicator_engine.store.cells import (
    NO_VALUE,
    PLAIN,
    CellError,
    Formats,
    is_blank,
    read_day,
    read_instant,
    read_occurrence,
    read_text,
    read_truth,
    read_value,
    text_of,
)


def days(*formats: str, **more: Any) -> Formats:
    """How a source writes that declares these formats of days."""
    return Formats(dates=tuple(map(DayFormat, formats)), **more)


def attribute(kind: Any, **more: Any) -> Attribute:
    return Attribute("x", kind, **more)


def refusal(read: Any, *arguments: Any, **more: Any) -> CellError:
    """Why a cell is refused."""
    with pytest.raises(CellError) as caught:
        read(*arguments, **more)
    return caught.value


def code(read: Any, *arguments: Any, **more: Any) -> str:
    return refusal(read, *arguments, **more).code


BRITISH, AMERICAN = days("%d/%m/%Y"), days("%m/%d/%Y")
SERIAL = days(serial_dates=True)

# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2010-03-31", BRITISH, date(2010, 3, 31)),
        ("31/03/2010", BRITISH, date(2010, 3, 31)),
        ("1/3/2010", BRITISH, date(2010, 3, 1)),
        ("03/31/2010", AMERICAN, date(2010, 3, 31)),
        ("05/06/2010", BRITISH, date(2010, 6, 5)),
        ("05/06/2010", AMERICAN, date(2010, 5, 6)),
        (" 31.03.10 ", days("%d.%m.%y"), date(2010, 3, 31)),
        ("31.03.68", days("%d.%m.%y"), date(2068, 3, 31)),
        ("31.03.69", days("%d.%m.%y"), date(1969, 3, 31)),
        ("31 March 2010", days("%d %B %Y"), date(2010, 3, 31)),
        ("31 MAR 2010", days("%d %b %Y"), date(2010, 3, 31)),
        ("March 31, 2010", days("%B %d, %Y"), date(2010, 3, 31)),
        ("20100331", days("%Y%m%d"), date(2010, 3, 31)),
        ("31/03/2010", days("%d.%m.%Y", "%d/%m/%Y"), date(2010, 3, 31)),
        ("2010-03-31 00:00:00", PLAIN, date(2010, 3, 31)),
        ("2010-03-31T00:00:00.000000", PLAIN, date(2010, 3, 31)),
        ("31/03/2010 0:00", BRITISH, date(2010, 3, 31)),
        ("31/03/2010", days("%d/%m/%Y", "%m/%d/%Y"), date(2010, 3, 31)),
        ("04/04/2010", days("%d/%m/%Y", "%m/%d/%Y"), date(2010, 4, 4)),
        (date(2010, 3, 31), AMERICAN, date(2010, 3, 31)),
        (datetime(2010, 3, 31), AMERICAN, date(2010, 3, 31)),  # noqa: DTZ001  # instants here carry no zone
        ("1900-01-01", PLAIN, date(1900, 1, 1)),
        ("2200-12-31", PLAIN, date(2200, 12, 31)),
        ("", BRITISH, None),
        (None, BRITISH, None),
    ],
    ids=repr,
)
def test_days_are_read_year_first_and_as_declared(cell: Any, formats: Formats, expected: date | None):
    """In no other way, and alike wherever formats agree on the day."""
    assert expected == read_day(cell, formats)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("61", date(1900, 3, 1)),
        ("40268", date(2010, 3, 31)),
        ("40268.0", date(2010, 3, 31)),
        (40268, date(2010, 3, 31)),
        (40268.0, date(2010, 3, 31)),
        ("109939", date(2200, 12, 31)),
    ],
    ids=repr,
)
def test_numbers_of_spreadsheets_are_days_where_that_is_declared(number: Any, expected: date):
    """Counted as spreadsheets do from March 1900 on."""
    assert expected == read_day(number, SERIAL)


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("soon", PLAIN, "IE350"),
        ("2010-02-29", PLAIN, "IE350"),
        ("2010-3-31", PLAIN, "IE350"),
        ("2010/03/31", PLAIN, "IE350"),
        ("2010-W13-3", PLAIN, "IE350"),
        ("2010-W01-1", PLAIN, "IE350"),
        ("٢٠١٠-٠٣-٣١", PLAIN, "IE350"),
        ("31/03/2010", PLAIN, "IE350"),
        ("31/03/2010", AMERICAN, "IE350"),
        ("31/03/10", BRITISH, "IE350"),
        ("31/02/2010", BRITISH, "IE350"),
        ("٣١/٠٣/٢٠١٠", BRITISH, "IE350"),
        ("31 Marz 2010", days("%d %B %Y"), "IE350"),
        ("40268", BRITISH, "IE350"),
        ("-1", SERIAL, "IE350"),
        ("0", SERIAL, "IE350"),
        ("59", SERIAL, "IE350"),
        ("60", SERIAL, "IE350"),
        (True, SERIAL, "IE350"),
        ("05/06/2010", days("%d/%m/%Y", "%m/%d/%Y"), "IE351"),
        ("1899-12-31", PLAIN, "IE352"),
        ("2201-01-01", PLAIN, "IE352"),
        ("31/12/1899", BRITISH, "IE352"),
        ("31/03/0010", BRITISH, "IE352"),
        ("109940", SERIAL, "IE352"),
        (date(1899, 12, 31), PLAIN, "IE352"),
        (datetime(2010, 3, 31, 0, 0, 1), PLAIN, "IE353"),  # noqa: DTZ001  # instants here carry no zone
        ("40268.5", SERIAL, "IE353"),
        ("2010-03-31 14:30", PLAIN, "IE353"),
        ("2010-03-31T00:00:00.5", PLAIN, "IE353"),
        ("2010-03-31 00:00+00:00", PLAIN, "IE353"),
        ("31/03/2010 14:30", BRITISH, "IE353"),
        ("31/03/2010 00:00", PLAIN, "IE350"),
        ("2010-03-31 24:00", PLAIN, "IE350"),
        ("2010-02-29 00:00", PLAIN, "IE350"),
        ("#REF!", PLAIN, "IE360"),
        (" #n/a", BRITISH, "IE360"),
        (NO_VALUE, PLAIN, "IE361"),
    ],
    ids=repr,
)
def test_what_is_no_day_is_refused(cell: Any, formats: Formats, expected: str):
    """With the reason: no day, one of two days, a year that must be wrong, a time of day."""
    assert expected == code(read_day, cell, formats)


@pytest.mark.parametrize(
    ("cell", "formats", "words"),
    [
        ("31/03/2010", PLAIN, '`dates = ["%d/%m/%Y"]`'),
        ("40268", PLAIN, "counts 2010-03-31 so"),
        ("05/06/2010", days("%d/%m/%Y", "%m/%d/%Y"), "declare one format"),
        ("1899-12-31", PLAIN, "slip of the pen"),
        ("31.03.10", PLAIN, '`dates = ["%d.%m.%y"]`'),
        ("31 March 2010", PLAIN, '`dates = ["%d %B %Y"]`'),
        ("31-Mar-10", PLAIN, '`dates = ["%d-%B-%y"]`'),
        ("March 31, 2010", PLAIN, '`dates = ["%B %d, %Y"]`'),
        ("2010/3/31", PLAIN, '`dates = ["%Y/%m/%d"]`'),
        ("20100331", PLAIN, '`dates = ["%Y%m%d"]`'),
        ("03/31/2010", BRITISH, "in the format %m/%d/%Y it is 2010-03-31: does the file have days in both orders?"),
    ],
)
def test_a_refused_day_says_what_to_declare(cell: str, formats: Formats, words: str):
    """The hint names what is likely meant."""
    assert words in refusal(read_day, cell, formats).hint


@pytest.mark.parametrize(("cell", "words"), [("31/02/2010", "no calendar has"), ("2010-02-30", "no calendar has"),
                                             ("31/03/2010x", ""), ("soon", "")])  # fmt: skip
def test_what_no_declaration_would_make_a_day(cell: str, words: str):
    """A day that no calendar has is one in no format."""
    hint = refusal(read_day, cell, BRITISH).hint
    assert words in hint
    assert bool(words) is bool(hint)


def test_an_ambiguous_day_names_both():
    """So that whoever knows the file can tell which is meant."""
    fact = str(refusal(read_day, "05/06/2010", days("%d/%m/%Y", "%m/%d/%Y")))
    assert '"05/06/2010" could be 2010-05-06 or 2010-06-05' == fact


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("2009-03-31", False), ("2009-04-01", True), ("2010-03-31", True), ("2010-04-01", False)],
)
def test_what_happened_lies_within_the_days_of_its_source(cell: str, *, expected: bool):
    """Both ends belong; a day outside is refused with what to declare."""
    formats = Formats(earliest=date(2009, 4, 1), latest=date(2010, 3, 31))
    if expected:
        assert date.fromisoformat(cell) == read_occurrence(cell, formats)
    else:
        fault = refusal(read_occurrence, cell, formats)
        assert ("IE352", True) == (fault.code, "`earliest` or `latest`" in fault.hint)


# ── instants ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2010-03-31", PLAIN, "2010-03-31"),
        ("2010-03-31T14:30", PLAIN, "2010-03-31T14:30"),
        ("2010-03-31 14:30:15.5", PLAIN, "2010-03-31T14:30:15.5"),
        ("2010-03-31T00:30+01:00", PLAIN, "2010-03-30T23:30"),
        ("2010-03-31T14:30Z", PLAIN, "2010-03-31T14:30"),
        ("31/03/2010", BRITISH, "2010-03-31"),
        ("40268", SERIAL, "2010-03-31"),
        ("31/03/2010 14:30", BRITISH, "2010-03-31T14:30"),
        ("31/03/2010 9:30:15.5 +01:00", BRITISH, "2010-03-31T08:30:15.5"),
        (date(2010, 3, 31), PLAIN, "2010-03-31"),
        (datetime(2010, 3, 31, 14, 30, tzinfo=timezone(timedelta(hours=2))), PLAIN, "2010-03-31T12:30"),
    ],
    ids=repr,
)
def test_an_instant_is_a_day_or_a_day_and_time(cell: Any, formats: Formats, expected: str):
    """As days are written here; with a zone it is brought to UTC."""
    assert datetime.fromisoformat(expected) == read_instant(cell, formats)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2010-W13-3", "IE359"),
        ("2010-W13", "IE359"),
        ("2010-03-31/14:30", "IE359"),
        ("2010-03-31114:30", "IE359"),
        ("2010-03-31T25:00", "IE359"),
        ("14:30", "IE359"),
        ("31/03/2010 14:30", "IE359"),
        ("31/03/2010", "IE359"),
        ("1899-12-31T23:59", "IE352"),
        ("0001-01-01T00:00+01:00", "IE352"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-2))), "IE352"),
        (datetime(1, 1, 1, tzinfo=UTC), "IE352"),
        (date(1899, 12, 31), "IE352"),
        ("#VALUE!", "IE360"),
    ],
    ids=repr,
)
def test_what_is_no_instant_is_refused(cell: Any, expected: str):
    """Weeks, other separators and times that are none; and years that must be wrong."""
    assert expected == code(read_instant, cell)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

COMMA = Formats(decimal=",", thousands=".")
POINT = Formats(thousands=",")


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("1204", PLAIN, Fraction(1204)),
        ("+2.50", PLAIN, Fraction(5, 2)),
        ("-0", PLAIN, Fraction(0)),
        (".5", PLAIN, Fraction(1, 2)),
        ("1204,5", COMMA, Fraction("1204.5")),
        ("1.204,5", COMMA, Fraction("1204.5")),
        ("1.204", COMMA, Fraction(1204)),
        ("-1.204.000", COMMA, Fraction(-1_204_000)),
        ("1,204.5", POINT, Fraction("1204.5")),
        ("1204.5", POINT, Fraction("1204.5")),
        ("1 204", Formats(thousands=" "), Fraction(1204)),
        ("1\N{NARROW NO-BREAK SPACE}204", Formats(thousands=" "), Fraction(1204)),
        ("1'204.5", Formats(thousands="'"), Fraction("1204.5")),
        (1.204, COMMA, Fraction("1.204")),
        (Decimal("1.204"), COMMA, Fraction("1.204")),
        (Decimal("1E+3"), PLAIN, Fraction(1000)),
        (1e16, PLAIN, Fraction(10**16)),
        (1e-7, PLAIN, Fraction(1, 10**7)),
        (12, COMMA, Fraction(12)),
    ],
    ids=repr,
)
def test_numbers_are_read_as_their_source_writes_them(cell: Any, formats: Formats, expected: Fraction):
    """Exactly; a number that came as a number has no marks to be taken for others."""
    assert expected == read_value(cell, attribute("decimal"), formats)


@pytest.mark.parametrize(
    ("cell", "formats"),
    [
        ("1,204", PLAIN),
        ("1,2", PLAIN),
        ("1.2.3", PLAIN),
        ("1 204", PLAIN),
        ("1e+3", PLAIN),
        ("1E+05", PLAIN),
        ("1e999", PLAIN),
        ("0x10", PLAIN),
        ("1_204", PLAIN),
        ("١٢", PLAIN),
        ("£5", PLAIN),
        ("12%", PLAIN),
        ("--1", PLAIN),
        ("1,20", POINT),
        ("12,04,000", POINT),
        ("1204,000", POINT),
        ("2.5", Formats(decimal=",")),
        ("1.5", COMMA),
        ("12.04,5", COMMA),
        ("1,2,3", COMMA),
        ("nan", PLAIN),
        ("Infinity", PLAIN),
        (float("nan"), PLAIN),
        (float("inf"), PLAIN),
        (Decimal("NaN"), PLAIN),
        (Decimal("-Infinity"), PLAIN),
        (True, PLAIN),
        ("7" * 77, PLAIN),
        ([1], PLAIN),
    ],
    ids=repr,
)
def test_what_is_no_number_is_refused(cell: Any, formats: Formats):
    """Marks that nobody declared, or in the wrong place, words, and numbers that are none."""
    assert "IE354" == code(read_value, cell, attribute("money"), formats)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1,204", 'thousands = ","'),
        ("1,204.50", 'thousands = ","'),
        ("2,5", 'decimal = ","'),
        ("1\N{NO-BREAK SPACE}204", 'thousands = " "'),
        ("1.204,50", '`thousands = "."` and `decimal = ","`'),
        ("1.2E+05", "shortened"),
        ("45 %", "without the %"),
        ("£5", "without the sign"),
        ("n/a", '`missing = ["n/a"]`'),
    ],
)
def test_a_refused_number_says_what_to_declare(cell: str, words: str):
    """The hint names what is likely meant."""
    assert words in refusal(read_value, cell, attribute("money")).hint


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9" * 18, True),
        ("-" + "9" * 18, True),
        ("1" + "0" * 18, False),
        (10**18 - 1, True),
        (10**18, False),
        (-(10**18), False),
        ("0." + "1" * 20, True),
        ("0." + "1" * 21, False),
        ("9" * 18 + "." + "9" * 20, True),
        ("0.5" + "0" * 30, True),
        (Fraction(1, 3), False),
        (Fraction(1, 2**20), True),
        (Fraction(1, 2**21), False),
        (1e18, False),
        (1e-21, False),
        ("1e-20", True),
    ],
    ids=repr,
)
def test_digits_that_are_kept(cell: Any, *, expected: bool):
    """Eighteen before the point and twenty after it; one more cannot be stored exactly, and is refused."""
    if expected:
        assert Fraction(cell) == read_value(cell, attribute("money"))
    else:
        assert "IE363" == code(read_value, cell, attribute("money"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("0.9", "IE355"), ("1", None), ("1.0", None), ("3", None), ("0", "IE356"), ("4", "IE356"), ("2.5", "IE355")],
)
def test_a_whole_number_within_its_limits(cell: str, expected: str | None):
    """Both ends belong; one past them is refused, as are halves."""
    stage = attribute("integer", minimum=Fraction(1), maximum=Fraction(3))
    if expected:
        assert expected == code(read_value, cell, stage)
    else:
        assert Fraction(cell) == read_value(cell, stage)


# ── yes and no ───────────────────────────────────────────────────────────────────────────────────────────────────────

GERMAN = Formats(yes=frozenset({"ja", "✓"}), no=frozenset({"nein"}))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("JA", True),
        ("✓", True),
        (" yes ", True),
        (1, True),
        (1.0, True),
        (True, True),
        ("Nein", False),
        ("n", False),
        (0.0, False),
        (False, False),
        ("n/k", None),
        ("Not known", None),
        ("", None),
        (None, None),
        (float("nan"), None),
    ],
    ids=repr,
)
def test_words_for_yes_and_no(cell: Any, *, expected: bool | None):
    """The everyday words, and those that the source declares besides."""
    assert expected is read_truth(cell, GERMAN)


@pytest.mark.parametrize(("cell", "formats"), [("ja", PLAIN), ("maybe", GERMAN), (2, GERMAN), ("1.0", GERMAN)])
def test_other_words_are_neither(cell: Any, formats: Formats):
    """The hint says where others can be declared."""
    fault = refusal(read_truth, cell, formats)
    assert ("IE357", True) == (fault.code, "`yes` and `no`" in fault.hint)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("choice", "member", "member"),
        ("choice", " public ", "public"),
        ("list", "member;public", ("member", "public")),
        ("list", "member; ;member", ("member",)),
        ("list", ("public",), ("public",)),
    ],
)
def test_choices(kind: str, cell: Any, expected: Any):
    """Letter for letter, spaces at the ends apart."""
    assert expected == read_value(cell, attribute(kind, choices=("member", "public")))


@pytest.mark.parametrize(
    ("kind", "cell"), [("choice", "Member"), ("choice", "membr"), ("list", "member,public"), ("list", "member;x")]
)
def test_what_is_no_choice_is_refused(kind: str, cell: str):
    """Capitals count, as they do in expressions."""
    assert "IE358" == code(read_value, cell, attribute(kind, choices=("member", "public")))


@pytest.mark.parametrize("kind", ["text", "subject", "evidence", "choice", "list"])
@pytest.mark.parametrize("character", ["\0", chr(0xD800), chr(0xDFFF)], ids=repr)
def test_characters_that_no_text_has_are_refused(kind: str, character: str):
    """A NUL, or half of a character of two halves; no file and no database could hold them."""
    assert "IE342" == code(read_value, f"a{character}b", attribute(kind, open=True, choices=("a",)))


def test_a_character_of_two_halves_is_text():
    """Whole it is like any other."""
    assert "\U0001f600" == read_text("\U0001f600")


@pytest.mark.parametrize(
    "kind", ["integer", "decimal", "money", "text", "date", "truth", "choice", "subject", "evidence", "list"]
)
@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "#value!", " #DIV/0! ", "#NAME?", "#NULL!", "#NUM!"])
def test_errors_of_spreadsheets_are_refused(kind: str, cell: str):
    """They are nobody's answer, whatever the column."""
    assert "IE360" == code(read_value, cell, attribute(kind))


@pytest.mark.parametrize("cell", ["#1", "#", "# REF!", "see #REF!"])
def test_a_hash_alone_is_no_error(cell: str):
    """Only the errors themselves are."""
    assert cell == read_value(cell, attribute("text"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(None, ""), (float("nan"), ""), (" a ", "a"), (7.0, "7"), (7.5, "7.5"), (7, "7"), ("7.0", "7.0")],
)
def test_a_cell_as_text(cell: Any, expected: str):
    """A whole number has no point, however a spreadsheet keeps it."""
    assert expected == text_of(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(None, True), ("", True), (" \t", True), (float("nan"), True), ("0", False), (False, False), ([], False)],
)
def test_what_is_blank(cell: Any, *, expected: bool):
    """Nothing, spaces and what data frames write for nothing; nought and no are something."""
    assert expected is is_blank(cell)


def test_a_refusal_is_short_and_harmless_to_show():
    """A long cell is cut, and control characters are not shown."""
    facts = [
        str(refusal(read_value, f"\x1b[31m{'x' * 500}", attribute(kind, choices=("a",))))
        for kind in ("date", "money", "truth", "choice")
    ]
    assert [True] * 4 == [len(fact) < 160 and "\x1b" not in fact and "…" in fact for fact in facts]
