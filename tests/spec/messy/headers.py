"""Columns: which line names them, names that are missing, misspelt or given twice, and what parts them."""

from __future__ import annotations

from tests.spec.messy.case import FIXED, Case, Refused, Taken, people, row, text, who

HEAD = f"{FIXED},people"
TITLE = ('"Returns of training, 2009-10"', "Collected by the office")
DECLARED = """columns."Ref" = "event_id"
columns."Body" = "organisation"
columns."Date held" = "occurred_on"
columns."Number" = "people"
constants = { type = "training" }"""
NAMED = "Ref,Body,Date held,Number"


HEADERS = (
    Case(
        "title-above-undeclared",
        "two lines of title above the names of the columns, and nobody declares it",
        text(*TITLE, HEAD, row(1, "5")),
        Refused((("IE374", 1),)),
        says=("header_row = 3",),
    ),
    Case(
        "title-above-by-number",
        "a title, and the line of names declared by its number",
        text(*TITLE, "", HEAD, row(1, "5"), row(2, "x")),
        Taken(2, stored=1, aside=((6, "IE354", "people"),), holds=people(E1=5)),
        "header_row = 4",
    ),
    Case(
        "title-above-by-text",
        "a title, and the line of names declared by what stands in it",
        text(*TITLE, "", HEAD, row(1, "5"), row(2, "x")),
        Taken(2, stored=1, aside=((6, "IE354", "people"),), holds=people(E1=5)),
        'header_contains = ["event_id", "occurred_on"]',
    ),
    Case(
        "names-not-where-declared",
        "the line of names is declared to be the third, and it is the second",
        text("Returns", HEAD, row(1, "5"), row(2, "6")),
        Refused((("IE374", 3),)),
        "header_row = 3",
        says=("header_row = 2",),
    ),
    Case(
        "names-nowhere",
        "no line has the cells by which the names are to be found",
        text("Returns", HEAD, row(1, "5")),
        Refused((("IE374", 0),)),
        'header_contains = ["Date held"]',
        says=('"Date held"', "header_contains"),
    ),
    Case(
        "names-missing",
        "the first line is a row already: nothing names the columns",
        text(row(1, "5"), row(2, "6")),
        Refused((("IE374", 1),)),
        says=("E1",),
    ),
    Case(
        "names-declared",
        "the same, where the source declares what the columns are called",
        text(row(1, "5"), row(2, "6")),
        Taken(2, stored=2, holds=people(E1=5, E2=6)),
        'names = ["event_id", "type", "organisation", "occurred_on", "people"]',
    ),
    Case(
        "names-declared-and-there",
        "the source declares what the columns are called, and the first line names them after all",
        text(HEAD, row(1, "5")),
        Taken(2, stored=1, aside=((1, "IE364", ""),), holds=people(E1=5)),
        'names = ["event_id", "type", "organisation", "occurred_on", "people"]',
    ),
    Case(
        "names-too-few",
        "fewer names are declared than the lines have cells",
        text(row(1, "5"), row(2, "6")),
        Taken(2, aside=((1, "IE345", ""), (2, "IE345", ""))),
        'names = ["event_id", "type", "organisation", "occurred_on"]',
    ),
    Case(
        "names-once-more",
        "the line of names stands in the middle once more, as in files that were put together",
        text(HEAD, row(1, "5"), HEAD, row(2, "6"), HEAD.upper(), row(3, "7")),
        Taken(5, stored=3, aside=((3, "IE364", ""), (5, "IE364", "")), holds=people(E1=5, E2=6, E3=7)),
    ),
    Case(
        "names-over-two-lines",
        "a name of a column that goes on over two lines, in quotation marks",
        text('Ref,"Body', '(key)",Date held,Number', "E1,A,2009-06-05,5", "E2,B,2009-06-05,x"),
        Taken(2, stored=1, aside=((4, "IE354", "Number"),), holds=people(E1=5)),
        DECLARED.replace("Body", "Body (key)"),
    ),
    Case(
        "remarks-above",
        "lines that begin with # above the names of the columns",
        text("# made by the office", "# on 1 July 2009", HEAD, row(1, "5")),
        Refused((("IE374", 1),)),
        says=("header_row = 3",),
    ),
    Case(
        "names-in-quotation-marks",
        "each line stands in quotation marks as a whole",
        text(f'"{HEAD}"', f'"{row(1, "5")}"'),
        Refused((("IE343", 1),)),
        says=("quotation marks as a whole",),
    ),
    Case(
        "units-below",
        "a second line below the names has units",
        text(HEAD, ",,,year-month-day,number", row(1, "5")),
        Taken(2, stored=1, aside=((2, "IE302", "event_id"),)),
    ),
    Case(
        "columns-in-another-order",
        "the columns in another order, their names with other capitals and spaces than declared",
        text("number,DATE  HELD, Ref ,Body", "5,2009-06-05,E1,A"),
        Taken(1, stored=1, holds=people(E1=5)),
        DECLARED,
    ),
    Case(
        "two-columns-of-one-name",
        "two columns have the same name",
        text(f"{HEAD},people", f"{row(1, '5')},6"),
        Refused((("IE344", 1),)),
    ),
    Case(
        "two-columns-for-one-thing",
        "one column is declared to be what another is called",
        text(f"{FIXED},Number,people", f"{row(1, '5')},6"),
        Refused((("IE303", 1),)),
        'columns."Number" = "people"',
    ),
    Case(
        "column-without-a-name",
        "a column with values and without a name",
        text("event_id,,type,organisation,occurred_on", "E1,x,pledge,A,2009-06-05"),
        Refused((("IE343", 1),)),
        says=('ignore = [""]',),
    ),
    Case(
        "column-without-a-name-ignored",
        "the same, where it is declared to be ignored",
        text("event_id,,type,organisation,occurred_on", "E1,x,pledge,A,2009-06-05"),
        Taken(1, stored=1),
        'ignore = [""]',
    ),
    Case(
        "empty-column",
        "a column with neither a name nor values, and values in it only far down",
        text(
            "event_id,,type,organisation,occurred_on",
            *(f"E{number},,pledge,{who(number)},2009-06-05" for number in range(1, 151)),
            "E151,x,pledge,Z,2009-06-05",
        ),
        Taken(151, stored=150, aside=((152, "IE345", ""),)),
    ),
    Case(
        "misspelt-column",
        "a column whose name is misspelt",
        text("event_id,type,organisation,ocurred_on", "E1,pledge,A,2009-06-05"),
        Refused((("IE376", 1), ("IE303", 1))),
        says=("did you mean `occurred_on`?",),
    ),
    Case(
        "misspelt-attribute",
        "a column of an attribute whose name is misspelt, so that it would be blank in every row",
        text(f"{FIXED},poeple", row(1, "5")),
        Refused((("IE303", 1),)),
        says=("did you mean `people`?",),
    ),
    Case(
        "column-in-capitals",
        "a column of the pack in capitals, which nobody declares",
        text(HEAD.replace("people", "PEOPLE"), row(1, "5")),
        Refused((("IE303", 1),)),
        says=("did you mean `people`?",),
    ),
    Case(
        "undeclared-column",
        "a column that nobody declares",
        text(f"{HEAD},Remarks", f"{row(1, '5')},none"),
        Refused((("IE303", 1),)),
        says=("Remarks", 'ignore = ["Remarks"]'),
    ),
    Case(
        "ignored-column",
        "the same column, declared to be ignored",
        text(f"{HEAD},Remarks", f"{row(1, '5')},none"),
        Taken(1, stored=1, holds=people(E1=5)),
        'ignore = ["remarks"]',
    ),
    Case(
        "declared-column-missing",
        "a column that the source declares is not in the file",
        text("Ref,Body,Held on,Number", "E1,A,2009-06-05,5"),
        Refused((("IE373", 1), ("IE303", 1))),
        DECLARED,
        says=("Date held",),
    ),
    Case(
        "no-column-of-ids",
        "the file has no ids, and nothing says how to make them",
        text("type,organisation,occurred_on,people", "training,A,2009-06-05,5"),
        Refused((("IE376", 1),)),
        says=("id_from",),
    ),
    Case(
        "semicolons-undeclared",
        "cells are parted by semicolons in a .csv",
        text(HEAD.replace(",", ";"), row(1, "5").replace(",", ";")),
        Refused((("IE343", 1),)),
        says=('delimiter = ";"',),
    ),
    Case(
        "semicolons-declared",
        "the same, declared",
        text(HEAD.replace(",", ";"), row(1, "5").replace(",", ";")),
        Taken(1, stored=1, holds=people(E1=5)),
        'delimiter = ";"',
    ),
    Case(
        "tabs-in-csv",
        "cells are parted by tabs in a .csv",
        text(HEAD.replace(",", "\t"), row(1, "5").replace(",", "\t")),
        Refused((("IE343", 1),)),
        says=("delimiter",),
    ),
    Case(
        "tabs-in-tsv",
        "cells are parted by tabs in a .tsv",
        text(HEAD.replace(",", "\t"), row(1, "5").replace(",", "\t")),
        Taken(1, stored=1, holds=people(E1=5)),
        file="returns.tsv",
    ),
    Case(
        "commas-in-tsv",
        "cells are parted by commas in a .tsv",
        text(HEAD, row(1, "5")),
        Refused((("IE343", 1),)),
        file="returns.tsv",
        says=('delimiter = ","',),
    ),
    Case(
        "bars-declared",
        "cells are parted by bars, declared",
        text(HEAD.replace(",", "|"), row(1, "5").replace(",", "|")),
        Taken(1, stored=1, holds=people(E1=5)),
        'delimiter = "|"',
    ),
    Case(
        "sep-line",
        "the first line says `sep=;`, as some spreadsheet programs write it",
        text("sep=;", HEAD.replace(",", ";"), row(1, "5").replace(",", ";")),
        Refused((("IE374", 1),)),
        'delimiter = ";"',
        says=("header_row = 2",),
    ),
    Case("only-names", "a file with the names of columns and nothing else", text(HEAD), Taken(0)),
    Case("empty", "a file of no bytes", b"", Refused((("IE343", 0),)), says=("empty",)),
    Case("blank", "a file of blank lines", b"\n\n,,,\n", Refused((("IE343", 0),))),
    Case(
        "only-where",
        "rows without a number tell nothing, and are declared to be passed over",
        text(HEAD, row(1, "5"), row(2, ""), row(3, "7")),
        Taken(3, stored=2, blank=1, holds=people(E1=5, E3=7)),
        'only_where = "people"',
    ),
    Case(
        "constants",
        "a file without a column for the type, which is declared for all rows",
        text(NAMED, "E1,A,2009-06-05,5"),
        Taken(1, stored=1, holds=people(E1=5)),
        DECLARED,
    ),
)
