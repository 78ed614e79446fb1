"""Numbers, truth and words: written in other ways than the engine's, or none at all."""

from __future__ import annotations

from fractions import Fraction

from tests.spec.messy.case import FIXED, Case, Taken, cells, people, row, text


def cost(**of: str) -> dict[str, dict[str, Fraction]]:
    """What training days must hold: these costs."""
    return {event: {"cost": Fraction(written)} for event, written in of.items()}


def aside(column: str, code: str, *rows: int) -> tuple[tuple[int, str, str], ...]:
    """These rows in quarantine, all for one reason."""
    return tuple((number, code, column) for number in rows)


NUMBERS = (
    Case(
        "decimal-comma-undeclared",
        "12,50 in quotation marks, and nobody declares that the comma parts decimals",
        cells("cost", '"12,50"', "12.50"),
        Taken(2, stored=1, aside=aside("cost", "IE354", 2), holds=cost(E2="12.5")),
        says=('decimal = ","',),
    ),
    Case(
        "decimal-comma-declared",
        "the same, declared; then a point is no decimal point any more",
        cells("cost", '"12,50"', "12.50", "1250"),
        Taken(3, stored=2, aside=aside("cost", "IE354", 3), holds=cost(E1="12.5", E3="1250")),
        'decimal = ","',
    ),
    Case(
        "thousands-undeclared",
        "1,204 in quotation marks, and nobody declares that the comma parts thousands",
        cells("people", '"1,204"'),
        Taken(1, aside=aside("people", "IE354", 2)),
        says=('thousands = ","',),
    ),
    Case(
        "thousands-declared",
        "the same, declared; marks in the wrong places are still told",
        cells("people", '"1,204"', '"1,204,300"', "1204", '"12,04"', '"1204,300"', '"1,204.0"'),
        Taken(
            6,
            stored=4,
            aside=aside("people", "IE354", 5, 6),
            holds=people(E1=1204, E2=1_204_300, E3=1204, E6=1204),
        ),
        'thousands = ","',
    ),
    Case(
        "points-for-thousands",
        "1.204,50 where the point parts thousands and the comma decimals, declared",
        cells("cost", '"1.204,50"', "1.204", '"1,5"'),
        Taken(3, stored=3, holds=cost(E1="1204.5", E2="1204", E3="1.5")),
        'thousands = "."\ndecimal = ","',
    ),
    Case(
        "spaces-for-thousands",
        "1 204 with spaces that part thousands, also those that do not break a line",
        cells("people", "1 204", "1\N{NO-BREAK SPACE}204", "1\N{NARROW NO-BREAK SPACE}204", "12 04"),
        Taken(4, stored=3, aside=aside("people", "IE354", 5), holds=people(E1=1204, E2=1204, E3=1204)),
        'thousands = " "',
    ),
    Case(
        "spaces-undeclared",
        "1 204, and nobody declares that spaces part thousands",
        cells("people", "1 204"),
        Taken(1, aside=aside("people", "IE354", 2)),
        says=('thousands = " "',),
    ),
    Case(
        "one-point",
        "1.204 for a whole number, which cannot have decimals",
        cells("people", "1.204"),
        Taken(1, aside=aside("people", "IE355", 2)),
    ),
    Case(
        "signs-of-money",
        "amounts with the sign of a currency",
        cells("cost", "£12.50", "12.50 €", "GBP 12", '"£1,204.50"'),
        Taken(4, aside=aside("cost", "IE354", 2, 3, 4, 5)),
        says=("£",),
    ),
    Case(
        "percent",
        "numbers with a percent sign",
        cells("cost", "45%", "0.45"),
        Taken(2, stored=1, aside=aside("cost", "IE354", 2), holds=cost(E2="0.45")),
        says=("%",),
    ),
    Case(
        "units",
        "numbers with words",
        cells("people", "12 people", "about 12", "12-15", "12/15", ">12", "12*", "twelve"),
        Taken(7, aside=aside("people", "IE354", 2, 3, 4, 5, 6, 7, 8)),
    ),
    Case(
        "exponents",
        "a number that a spreadsheet shortened, so that its last digits are gone; and exact ones with an exponent",
        cells("cost", "1.2E+05", "1e3", "1E3", "1e-3"),
        Taken(4, stored=3, aside=aside("cost", "IE354", 2), holds=cost(E2="1000", E3="1000", E4="0.001")),
        says=("exponent",),
    ),
    Case(
        "no-numbers",
        "NaN, infinity and hyphens where a number should stand",
        cells("cost", "NaN", "nan", "inf", "-Infinity", "-", "–", "."),
        Taken(7, aside=aside("cost", "IE354", 2, 3, 4, 5, 6, 7, 8)),
        says=("missing",),
    ),
    Case(
        "gaps-declared",
        "n/a, a hyphen and two points where nothing is known, declared",
        cells("people", "n/a", "N/A", "-", " .. ", "0", ""),
        Taken(
            6,
            stored=6,
            holds={f"E{n}": {"people": None} for n in (1, 2, 3, 4, 6)} | people(E5=0),
        ),
        'missing = ["n/a", "-", ".."]',
    ),
    Case(
        "gaps-undeclared",
        "n/a where a number should stand, and nobody declares what it means",
        cells("people", "n/a"),
        Taken(1, aside=aside("people", "IE354", 2)),
        says=("missing",),
    ),
    Case(
        "whole-numbers-with-decimals",
        "12.0 for a whole number; and 12.5, which is none",
        cells("people", "12.0", "12.00", "12.5"),
        Taken(3, stored=2, aside=aside("people", "IE355", 4), holds=people(E1=12, E2=12)),
    ),
    Case(
        "numbers-as-text",
        "numbers with spaces, signs and zeros in front",
        cells("people", '" 12 "', "+12", "0012"),
        Taken(3, stored=3, holds=people(E1=12, E2=12, E3=12)),
    ),
    Case(
        "apostrophe",
        "'12, with the apostrophe that spreadsheets put before numbers kept as text",
        cells("people", "'12"),
        Taken(1, aside=aside("people", "IE354", 2)),
    ),
    Case(
        "minus",
        "negative numbers where none may be, in brackets, with a minus that is no hyphen, and behind",
        cells("people", "-5", "(5)", "−5", "5-"),  # on purpose
        Taken(4, aside=(*aside("people", "IE356", 2), *aside("people", "IE354", 3, 4, 5))),
    ),
    Case(
        "negative-allowed",
        "a negative amount where one may be",
        cells("cost", "-12.50"),
        Taken(1, stored=1, holds=cost(E1="-12.5")),
    ),
    Case(
        "limits",
        "numbers beyond the limits that the pack declares",
        text(f"{FIXED},stage", *(f"E{n},pledge,A,2009-06-05,{n - 1}" for n in range(1, 6))),
        Taken(5, stored=3, aside=aside("stage", "IE356", 2, 6)),
    ),
    Case(
        "too-many-digits",
        "more digits than are kept",
        cells("cost", "1234567890123456789", "0." + "1" * 21, "123456789012345678", "0." + "1" * 20),
        Taken(4, stored=2, aside=aside("cost", "IE363", 2, 3)),
    ),
    Case(
        "tenths",
        "0.1 and 0.2, which no binary number is",
        cells("cost", "0.1", "0.2"),
        Taken(2, stored=2, holds=cost(E1="1/10", E2="1/5")),
    ),
    Case(
        "digits-of-other-scripts-in-numbers",
        "digits of other scripts in a number",
        cells("people", "１２", "١٢"),  # on purpose
        Taken(2, aside=aside("people", "IE354", 2, 3)),
    ),
)

WORDS = (
    Case(
        "yes-and-no",
        "yes and no in the words that everybody is understood to mean, in any capitals",
        cells("paid", "Yes", "TRUE", "y", "1", "No", "false", "N", "0", "unknown", ""),
        Taken(
            10,
            stored=10,
            holds={
                **{f"E{n}": {"paid": True} for n in (1, 2, 3, 4)},
                **{f"E{n}": {"paid": False} for n in (5, 6, 7, 8)},
                "E9": {"paid": None},
                "E10": {"paid": None},
            },
        ),
    ),
    Case(
        "other-yes-and-no-undeclared",
        "signed, x and a tick for yes, and nobody declares them",
        cells("paid", "signed", "x", "✓", "2", "n/a"),
        Taken(5, aside=aside("paid", "IE357", 2, 3, 4, 5, 6)),
        says=("`yes` and `no`",),
    ),
    Case(
        "other-yes-and-no-declared",
        "the same, declared",
        cells("paid", "Signed", "x", "declined"),
        Taken(3, stored=3, holds={"E1": {"paid": True}, "E2": {"paid": True}, "E3": {"paid": False}}),
        'yes = ["signed", "x"]\nno = ["declined"]',
    ),
    Case(
        "choices",
        "words that are none of the choices: misspelt, in other capitals, two at once",
        cells("topic", "safety", "saftey", "Care", "safety; care", " care "),
        Taken(
            5,
            stored=2,
            aside=aside("topic", "IE358", 3, 4, 5),
            holds={"E1": {"topic": "safety"}, "E5": {"topic": "care"}},
        ),
        says=("did you mean `safety`?", "did you mean `care`?"),
    ),
    Case(
        "words-declared",
        "other words for choices and types, declared; and one that is not",
        text(
            f"{FIXED},topic",
            "E1,Training day,A,2009-06-05,H&S",
            "E2,Training day,B,2009-06-05,care",
            "E3,Seminar,C,2009-06-05,care",
        ),
        Taken(3, stored=2, aside=((4, "IE304", "type"),), holds={"E1": {"topic": "safety"}, "E2": {"topic": "care"}}),
        'values.type = { "Training day" = "training" }\nvalues.topic = { "H&S" = "safety" }',
    ),
    Case(
        "errors-of-formulas",
        "errors of a spreadsheet in cells of numbers, words and notes",
        text(
            f"{FIXED},people,topic,note",
            "E1,training,A,2009-06-05,#N/A,,",
            "E2,training,A,2009-06-05,,#REF!,",
            "E3,training,A,2009-06-05,,,#DIV/0!",
            "E4,training,A,2009-06-05,,,a #VALUE! of note",
        ),
        Taken(4, stored=1, aside=((2, "IE360", "people"), (3, "IE360", "topic"), (4, "IE360", "note"))),
    ),
    Case(
        "several-faults",
        "a row with several faults is one row in quarantine, and all are told",
        text(f"{FIXED},people,topic", "E1,training,A,31/11/2009,x,saftey"),
        Taken(1, aside=((2, "IE350", "occurred_on"),)),
        says=('"31/11/2009" is not a day', '"x" is not a number', '"saftey" is not one of the choices'),
    ),
    Case(
        "unknown-type",
        "an event type that the pack does not declare, misspelt or in other capitals",
        text(FIXED, "E1,plegde,A,2009-06-05", "E2,Pledge,A,2009-06-05", "E3,audit,A,2009-06-05", "E4,,A,2009-06-05"),
        Taken(4, aside=((2, "IE304", "type"), (3, "IE304", "type"), (4, "IE304", "type"), (5, "IE302", "type"))),
        says=("did you mean `pledge`?",),
    ),
    Case(
        "value-of-another-type",
        "a value under a column that events of another type have",
        text(f"{FIXED},stage,people", "E1,training,A,2009-06-05,2,5", "E2,training,A,2009-06-05,,5"),
        Taken(2, stored=1, aside=((2, "IE305", "stage"),), holds=people(E2=5)),
    ),
    Case(
        "columns-of-a-file-in-messages",
        "faults under the names that the file has for its columns",
        text("Ref,Body,Date held,Number", "E1,A,2009-06-05,x", "E2,,31/11/2009,5"),
        Taken(2, aside=((2, "IE354", "Number"), (3, "IE350", "Date held"))),
        'columns = { "Ref" = "event_id", "Body" = "organisation", "Date held" = "occurred_on", "Number" = "people" }\n'
        'constants = { type = "training" }',
        says=("Number:", "Date held:", "Body is blank"),
    ),
    Case(
        "formulas-as-text",
        "a note that looks like a formula stays what it is",
        cells("note", "=1+1", "@office", "'=1+1"),
        Taken(3, stored=3, holds={"E1": {"note": "=1+1"}, "E2": {"note": "@office"}, "E3": {"note": "'=1+1"}}),
    ),
    Case(
        "neutralised",
        "a file that this program wrote, with an apostrophe before what looks like a formula, declared",
        cells("note", "'=1+1", "'tis", "plain"),
        Taken(3, stored=3, holds={"E1": {"note": "=1+1"}, "E2": {"note": "'tis"}, "E3": {"note": "plain"}}),
        "neutralised = true",
    ),
    Case(
        "words-of-spaces",
        "texts with spaces round them and in them",
        text(f"{FIXED},note", row(1, "  heard  ", organisation="  A "), row(2, '"two  spaces"')),
        Taken(2, stored=2, holds={"E1": {"note": "heard", "organisation": "A"}, "E2": {"note": "two  spaces"}}),
    ),
)

VALUES = (*NUMBERS, *WORDS)
