"""Lines: too short, too long, totals and footers, quotation marks that do not fit, lines in cells, ends of lines."""

from __future__ import annotations

from tests.spec.messy.case import FIXED, Case, Refused, Taken, cells, people, row, text

PEOPLE, NOTE = f"{FIXED},people", f"{FIXED},note"
LONG = 10_000_000


def many(lines: dict[int, str], count: int = 50) -> bytes:
    """A file with so many rows of notes; some of its lines are these instead."""
    rows = {number: row(number - 1, f"note {number}") for number in range(2, count + 2)}
    return text(NOTE, *(rows | lines).values())


def notes(**of: str) -> dict[str, dict[str, str]]:
    """What training days must hold: these notes."""
    return {event: {"note": note} for event, note in of.items()}


RAGGED = (
    Case(
        "short-row",
        "a row with fewer cells than there are columns",
        text(PEOPLE, row(1, "5"), "E2,training,A,2009-06-05", row(3, "7")),
        Taken(3, stored=2, aside=((3, "IE345", ""),), holds=people(E1=5, E3=7)),
    ),
    Case(
        "long-row",
        "a row with more cells, from a comma that is not in quotation marks",
        text(NOTE, row(1, "heard, and noted"), row(2, "fine")),
        Taken(2, stored=1, aside=((2, "IE345", ""),), holds=notes(E2="fine")),
        says=("quotation marks",),
    ),
    Case(
        "thousands-without-quotes",
        "1,204 without quotation marks, which shifts what follows",
        text(f"{FIXED},people,note", "E1,training,A,2009-06-05,1,204,x", "E2,training,A,2009-06-05,5,x"),
        Taken(2, stored=1, aside=((2, "IE345", ""),), holds=people(E2=5)),
    ),
    Case(
        "delimiters-at-the-end",
        "delimiters at the end of rows, and at the end of the line of names",
        text(f"{PEOPLE},,", f"{row(1, '5')},,", f"{row(2, '6')},", row(3, "7"), f"{row(4, '8')},,,,"),
        Taken(4, stored=4, holds=people(E1=5, E2=6, E3=7, E4=8)),
    ),
    Case(
        "value-beyond-the-last-column",
        "a value beyond the last column that has a name",
        text(f"{PEOPLE},", f"{row(1, '5')},x", f"{row(2, '6')},"),
        Taken(2, stored=1, aside=((2, "IE345", ""),), holds=people(E2=6)),
    ),
    Case(
        "blank-lines",
        "blank lines, lines of spaces and lines of delimiters between the rows",
        text(PEOPLE, "", row(1, "5"), "  ", ",,,,", row(2, "x"), "", ""),
        Taken(7, stored=1, blank=5, aside=((6, "IE354", "people"),), holds=people(E1=5)),
    ),
    Case(
        "lines-broken-in-two",
        "a line break in a cell without quotation marks: two lines, each too short",
        text(NOTE, "E1,training,A,2009-06-05,heard", "and noted", row(2, "fine")),
        Taken(3, stored=2, aside=((3, "IE345", ""),), holds=notes(E1="heard", E2="fine")),
    ),
)

ENDS = (
    Case(
        "total-undeclared",
        "a totals row at the end, and nobody declares it",
        text(PEOPLE, row(1, "5"), row(2, "6"), "Total,,,,11"),
        Taken(3, stored=2, aside=((4, "IE302", "occurred_on"),), holds=people(E1=5, E2=6), gone=("Total",)),
    ),
    Case(
        "total-declared",
        "a totals row at the end, declared",
        text(PEOPLE, row(1, "5"), row(2, "6"), "Total,,,,11"),
        Taken(2, stored=2, told=(("IE377", 4),), holds=people(E1=5, E2=6)),
        'stop_at = "Total"',
    ),
    Case(
        "total-with-more-words",
        "totals rows that begin with more than the declared word",
        text(PEOPLE, row(1, "5"), ",TOTAL for the year,,,5", "Source: the office"),
        Taken(1, stored=1, told=(("IE377", 3),)),
        'stop_at = "total"',
        says=("1 filled line below not read",),
    ),
    Case(
        "total-with-a-colon",
        "a totals row that has a colon after the declared word",
        text(PEOPLE, row(1, "5"), "Total:,,,,5"),
        Taken(1, stored=1, told=(("IE377", 3),)),
        'stop_at = "Total"',
    ),
    Case(
        "rows-below-the-total",
        "rows below the totals row: the word that ends the table stood too early",
        text(PEOPLE, row(1, "5"), "Total,,,,5", "", row(2, "6"), row(3, "7"), "Source: the office"),
        Taken(1, stored=1, told=(("IE377", 3),)),
        'stop_at = "Total"',
        says=("3 filled lines below", "2 of which look like rows"),
    ),
    Case(
        "no-total",
        "no row begins with the word that is declared to end the table",
        text(PEOPLE, row(1, "5"), row(2, "6")),
        Taken(2, stored=2, holds=people(E1=5, E2=6)),
        'stop_at = "Total"',
    ),
    Case(
        "organisation-called-total",
        "an organisation whose name begins with the word that ends the table",
        text("organisation,type,occurred_on,people", "Total Housing,training,2009-06-05,5", "B,training,2009-06-05,6"),
        Taken(2, stored=2),
        'stop_at = "Total"\nid_from = ["organisation", "occurred_on"]',
    ),
    Case(
        "footers-undeclared",
        "lines of notes below the table, and nobody declares where it ends",
        text(PEOPLE, row(1, "5"), "", "Source: the office", '"Figures, as usual, are provisional"'),
        Taken(4, stored=1, blank=1, aside=((4, "IE345", ""), (5, "IE345", ""))),
    ),
)

QUOTES = (
    Case(
        "quote-never-closed",
        "a quotation mark that is opened in line 5 of 51 and never closed",
        many({5: row(4, '"heard')}),
        Taken(50, stored=49, aside=((5, "IE346", ""),), gone=("E4",)),
    ),
    Case(
        "quote-closed-by-another",
        "a quotation mark that is never closed, and another one far below that seems to close it",
        many({5: row(4, '"heard'), 9: row(8, 'noted"')}),
        Taken(46, stored=45, aside=((5, "IE346", "note"),), gone=("E4",)),
        says=("look like rows",),
    ),
    Case(
        "quote-in-the-middle",
        "quotation marks in the middle of a cell, for inches",
        cells("note", '12" pipes', 'pipes of 12"'),
        Taken(2, stored=2, holds=notes(E1='12" pipes', E2='pipes of 12"')),
    ),
    Case(
        "quote-closed-too-early",
        "a cell that goes on after its closing quotation mark",
        cells("note", '"Care" and safety', "fine"),
        Taken(2, stored=1, aside=((2, "IE346", ""),), holds=notes(E2="fine")),
        says=("twice",),
    ),
    Case(
        "quotes-doubled",
        "quotation marks inside a cell, written twice as they should be",
        cells("note", '"the ""Care"" day"', '""""'),
        Taken(2, stored=2, holds=notes(E1='the "Care" day', E2='"')),
    ),
    Case(
        "quotes-escaped",
        "quotation marks inside a cell, written with a backslash, which CSV does not know",
        cells("note", r'"the \"Care\" day"', "fine"),
        Taken(2, stored=1, aside=((2, "IE346", ""),), holds=notes(E2="fine")),
    ),
    Case(
        "other-quotes",
        "cells in single quotation marks, declared",
        cells("note", "'heard, and noted'", "'it''s'"),
        Taken(2, stored=2, holds=notes(E1="heard, and noted", E2="it's")),
        'quote = "\'"',
    ),
    Case(
        "curly-quotes",
        "curly quotation marks round a cell, which quote nothing",
        cells("note", "“heard, and noted”", "“heard”"),
        Taken(2, stored=1, aside=((2, "IE345", ""),), holds=notes(E2="“heard”")),
    ),
    Case(
        "line-break-in-a-cell",
        "a line break in a cell, and rows after it that are counted from where they begin",
        text(NOTE, row(1, '"heard'), 'and noted"', row(2, "fine"), row(3, "x", day="05/06/2009")),
        Taken(3, stored=2, aside=((5, "IE350", "occurred_on"),), holds=notes(E1="heard\nand noted", E2="fine")),
    ),
    Case(
        "commas-in-a-cell-of-lines",
        "a cell of several lines, one of which has as many commas as a row",
        text(NOTE, row(1, '"safety,'), "care, fire, first aid, and, more", 'of that"', row(2, "fine")),
        Taken(2, stored=2, holds=notes(E1="safety,\ncare, fire, first aid, and, more\nof that", E2="fine")),
    ),
)

LINES = (
    Case(
        "ends-mixed",
        "lines that end in LF, CR LF and CR in one file",
        f"{PEOPLE}\r\n{row(1, '5')}\n{row(2, 'x')}\r{row(3, '7')}\r\n{row(4, 'y')}".encode(),
        Taken(4, stored=2, aside=((3, "IE354", "people"), (5, "IE354", "people")), holds=people(E1=5, E3=7)),
    ),
    Case(
        "ends-of-old-macs",
        "lines that end in CR alone",
        text(PEOPLE, row(1, "5"), row(2, "x"), end="\r"),
        Taken(2, stored=1, aside=((3, "IE354", "people"),), holds=people(E1=5)),
    ),
    Case(
        "no-end",
        "a last line without an end",
        text(PEOPLE, row(1, "5"), row(2, "6"))[:-1],
        Taken(2, stored=2, holds=people(E1=5, E2=6)),
    ),
    Case(
        "other-separators-of-lines",
        "characters in a cell that some programs take for ends of lines, and CSV does not",
        text(NOTE, row(1, "one\u2028two\x0bthree\x0cfour\x85five"), row(2, "x", day="05/06/2009")),
        Taken(
            2,
            stored=1,
            aside=((3, "IE350", "occurred_on"),),
            holds=notes(E1="one\u2028two\x0bthree\x0cfour\x85five"),
        ),
    ),
    Case(
        "long-cell",
        "a cell of ten million characters",
        lambda: text(NOTE, row(1, "x" * LONG), row(2, "fine")),
        Taken(2, stored=1, aside=((2, "IE347", ""),), holds=notes(E2="fine")),
    ),
    Case(
        "long-cell-in-quotes",
        "the same in quotation marks",
        lambda: text(NOTE, row(1, '"' + "x" * LONG + '"'), row(2, "fine")),
        Taken(2, stored=1, aside=((2, "IE347", ""),), holds=notes(E2="fine")),
    ),
    Case(
        "cell-a-little-too-long",
        "a cell of 65,536 characters, and one of one more",
        lambda: text(NOTE, row(1, "x" * 65_536), row(2, "x" * 65_537)),
        Taken(2, stored=1, aside=((3, "IE347", "note"),)),
    ),
    Case(
        "nuls-at-the-end",
        "NUL characters after the last line, as a disk that was full leaves them",
        text(NOTE, row(1, "fine")) + bytes(100),
        Taken(2, stored=1, aside=((3, "IE342", ""),), holds=notes(E1="fine")),
    ),
    Case(
        "end-of-file-mark",
        "the mark for the end of a file of old systems after the last line",
        text(NOTE, row(1, "fine")) + b"\x1a",
        Taken(2, stored=1, aside=((3, "IE345", ""),), holds=notes(E1="fine")),
    ),
    Case(
        "nul",
        "a NUL character in a cell",
        text(NOTE, row(1, "he\0ard"), row(2, "fine")),
        Taken(2, stored=1, aside=((2, "IE342", "note"),), holds=notes(E2="fine")),
    ),
)

ENCODED = (
    Case(
        "utf8-mark",
        "UTF-8 with the mark that spreadsheets put in front",
        b"\xef\xbb\xbf" + text(f'"event_id",{PEOPLE[9:]}', row(1, "5")),
        Taken(1, stored=1, holds=people(E1=5)),
    ),
    Case(
        "utf8-marks-within",
        "files with the mark of UTF-8 that were put together: it stands before a line of names, and before an id",
        text(NOTE, row(1, "one"))
        + b"\xef\xbb\xbf"
        + text(NOTE, row(2, "two"))
        + b"\xef\xbb\xbf"
        + text(row(3, "three")),
        Taken(4, stored=3, aside=((3, "IE364", ""),), holds=notes(E1="one", E2="two", E3="three")),
    ),
    Case(
        "invisible-marks",
        "marks of no width round an id and an organisation, which nobody sees",
        text(NOTE, "\u200bE1,training,A\u200b,2009-06-05,one", row(1, "one")),
        Taken(2, stored=1, duplicate=1, holds=notes(E1="one")),
    ),
    Case(
        "utf16-undeclared",
        "UTF-16 with its mark, and nobody declares it",
        "\ufeff".encode("utf-16-le") + text(PEOPLE, row(1, "5")).decode().encode("utf-16-le"),
        Refused((("IE341", 0),)),
        says=('encoding = "utf-16"',),
    ),
    Case(
        "utf16-be-undeclared",
        "UTF-16 the other way round with its mark, and nobody declares it",
        "\ufeff".encode("utf-16-be") + text(PEOPLE, row(1, "5")).decode().encode("utf-16-be"),
        Refused((("IE341", 0),)),
        says=('encoding = "utf-16"',),
    ),
    Case(
        "utf16-declared",
        "UTF-16 with its mark, declared",
        "\ufeff".encode("utf-16-be") + text(NOTE, row(1, "café"), row(2, "x", day="x")).decode().encode("utf-16-be"),
        Taken(2, stored=1, aside=((3, "IE350", "occurred_on"),), holds=notes(E1="café")),
        'encoding = "utf-16"',
    ),
    Case(
        "utf16-without-mark-undeclared",
        "UTF-16 without its mark, and nobody declares it",
        text(PEOPLE, row(1, "5")).decode().encode("utf-16-le"),
        Refused((("IE342", 1),)),
        says=("UTF-16",),
    ),
    Case(
        "utf16-without-mark-declared",
        "UTF-16 without its mark, declared with the order of its bytes",
        text(NOTE, row(1, "café")).decode().encode("utf-16-le"),
        Taken(1, stored=1, holds=notes(E1="café")),
        'encoding = "utf-16-le"',
    ),
    Case(
        "cp1252-undeclared",
        "Windows' cp1252, and nobody declares it",
        text(NOTE, row(1, "tea"), row(2, "café")).decode().encode("cp1252"),
        Refused((("IE341", 3),)),
        says=('encoding = "cp1252"', "é in cp1252"),
    ),
    Case(
        "cp1252-declared",
        "Windows' cp1252, declared",
        text(NOTE, row(1, "café – 5 €")).decode().encode("cp1252"),
        Taken(1, stored=1, holds=notes(E1="café – 5 €")),
        'encoding = "cp1252"',
    ),
    Case(
        "latin1-declared",
        "ISO 8859-1, declared",
        text(NOTE, row(1, "café")).decode().encode("latin-1"),
        Taken(1, stored=1, holds=notes(E1="café")),
        'encoding = "latin-1"',
    ),
    Case(
        "utf8-declared-cp1252",
        "UTF-8 that is declared to be cp1252, so that café would become cafÃ©",
        text(NOTE, row(1, "tea"), row(2, "café")),
        Refused((("IE341", 3),)),
        'encoding = "cp1252"',
        says=("UTF-8",),
    ),
    Case(
        "cp1252-declared-utf16",
        "cp1252 that is declared to be UTF-16",
        text(NOTE, row(1, "café")).decode().encode("cp1252"),
        Refused((("IE341", 0),)),
        'encoding = "utf-16"',
    ),
    Case(
        "cp1252-declared-ascii",
        "an accent in what is declared to be ASCII",
        text(NOTE, row(1, "tea"), row(2, "café")),
        Refused((("IE341", 3),)),
        'encoding = "ascii"',
    ),
    Case(
        "encodings-mixed",
        "UTF-8 with one line of cp1252, as in files that were put together",
        text(NOTE, row(1, "café")) + row(2, "café\n").encode("cp1252") + text(row(3, "café")),
        Refused((("IE341", 3),)),
        says=("two encodings",),
    ),
)

ROWS = (*RAGGED, *ENDS, *QUOTES, *LINES)
