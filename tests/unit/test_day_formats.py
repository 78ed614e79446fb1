"""Ways of writing days that a source can declare: which texts are one, and which days other texts mean in it."""

from __future__ import annotations

from datetime import date

import pytest

from indicator_engine.periods import DayFormat

LAST_OF_MARCH = date(2010, 3, 31)


@pytest.mark.parametrize(
    ("text", "cell", "expected"),
    [
        ("%d/%m/%Y", "31/03/2010", LAST_OF_MARCH),
        ("%d/%m/%Y", "31/3/2010", LAST_OF_MARCH),
        ("%d/%m/%Y", "1/3/2010", date(2010, 3, 1)),
        ("%m/%d/%Y", "3/31/2010", LAST_OF_MARCH),
        ("%d.%m.%y", "31.03.10", LAST_OF_MARCH),
        ("%Y-%m-%d", "2010-3-31", LAST_OF_MARCH),
        ("%y%m%d", "100331", LAST_OF_MARCH),
        ("%Y%m%d", "20100331", LAST_OF_MARCH),
        ("%d%m%Y", "31032010", LAST_OF_MARCH),
        ("%d%b%Y", "31Mar2010", LAST_OF_MARCH),
        ("%d %B %Y", "31 March 2010", LAST_OF_MARCH),
        ("%d %B %Y", "31 mar 2010", LAST_OF_MARCH),
        ("%d %b %Y", "31 MARCH 2010", LAST_OF_MARCH),
        ("%B %d, %Y", "March 31, 2010", LAST_OF_MARCH),
        ("(%d|%m|%Y)", "(31|03|2010)", LAST_OF_MARCH),
        ("%d/%m/%Y", "29/02/2008", date(2008, 2, 29)),
        ("%d/%m/%Y", "01/01/1900", date(1900, 1, 1)),
        ("%d/%m/%Y", "31/12/2200", date(2200, 12, 31)),
    ],
)
def test_a_day_is_read(text: str, cell: str, expected: date):
    """With one digit or two, and months in digits or in English."""
    assert expected == DayFormat(text).day(cell)


@pytest.mark.parametrize(
    ("year", "expected"), [("00", 2000), ("10", 2010), ("68", 2068), ("69", 1969), ("70", 1970), ("99", 1999)]
)
def test_two_digits_of_a_year(year: str, expected: int):
    """From 69 on they are of the last century."""
    assert date(expected, 3, 31) == DayFormat("%d/%m/%y").day(f"31/03/{year}")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("%d/%m/%Y", "31/03/10"),
        ("%d/%m/%Y", "031/03/2010"),
        ("%d/%m/%Y", "31/03/2010 "),
        ("%d/%m/%Y", "31/03/2010\n"),
        ("%d/%m/%Y", "31-03-2010"),
        ("%d/%m/%Y", "03/31/2010"),
        ("%d/%m/%Y", "31/02/2010"),
        ("%d/%m/%Y", "29/02/2010"),
        ("%d/%m/%Y", "0/03/2010"),
        ("%d/%m/%Y", "31/00/2010"),
        ("%d/%m/%Y", "31/03/0000"),
        ("%d/%m/%Y", "٣١/٠٣/٢٠١٠"),
        ("%d/%m/%Y", ""),
        ("%d/%m/%y", "31/03/2010"),
        ("%d.%m.%Y", "31x03x2010"),
        ("%d %B %Y", "31 Marz 2010"),
        ("%d %B %Y", "31 03 2010"),
        ("%d %B %Y", "31  March 2010"),
        ("%d%m%Y", "1122010"),
        ("%Y%m%d", "2010111"),
        ("%d%b%Y", "1Mar2010"),
    ],
)
def test_what_is_not_written_so_is_no_day(text: str, cell: str):
    """Nor is a day that no calendar has, or one whose digits could be parted in two ways."""
    assert (None, None) == (DayFormat(text).day(cell), DayFormat(text).in_any_year(cell))


@pytest.mark.parametrize("cell", ["31/12/1899", "01/01/2201", "31/03/0010"])
def test_years_that_must_be_wrong(cell: str):
    """They are no days that can be meant, and days all the same."""
    day, month, year = map(int, cell.split("/"))
    assert (None, date(year, month, day)) == (DayFormat("%d/%m/%Y").day(cell), DayFormat("%d/%m/%Y").in_any_year(cell))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dd/mm/yyyy", "each once"),
        ("", "each once"),
        ("%d/%m", "each once"),
        ("%d/%m/%Y/%y", "each once"),
        ("%d/%m/%B/%Y", "each once"),
        ("%d/%d/%Y", "each once"),
        ("%d/%m/%Y %H:%M", "`%H` is none of"),
        ("%D", "`%D` is none of"),
        ("%%d/%m/%Y", "`%%` is none of"),
        ("%dth %B %Y", "letters or digits of its own"),
        ("%d/%m/20%y", "letters or digits of its own"),
    ],
)
def test_what_is_no_format_says_why(text: str, words: str):
    """It lacks something, has something unknown, or has letters and digits of its own."""
    with pytest.raises(ValueError, match=words):
        DayFormat(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%d/%m/%Y", False), ("%m/%d/%Y", True), ("%Y-%m-%d", True), ("%B %d, %Y", False), ("%d %b %Y", False)],
)
def test_whether_the_month_stands_first(text: str, *, expected: bool):
    """Only a month in digits can be taken for a day."""
    assert expected is DayFormat(text).month_first


def test_formats_are_what_their_texts_are():
    """Equal texts are one format, which shows its text."""
    one, same, other = DayFormat("%d/%m/%Y"), DayFormat("%d/%m/%Y"), DayFormat("%m/%d/%Y")
    assert ({one}, True, False, "DayFormat('%d/%m/%Y')") == ({one, same}, one == same, one == other, repr(one))
    assert one != "%d/%m/%Y"
