"""Mistakes in a mapping: each is told with its line and column, and no file is opened."""

from __future__ import annotations

from tests.spec.messy.case import Case, Refused, days


def mistake(
    name: str, odd: str, source: str, column: int, *codes: str, line: int = 2, says: tuple[str, ...] = ()
) -> Case:
    """A mapping with a mistake. Its keys stand below `[source.returns]`, so the first of them is line 2."""
    told = tuple((code, line) for code in codes)
    return Case(name, odd, days("2009-06-05"), Refused(told, column), source, says=says)


MAPPINGS = (
    mistake("unknown-key", "a key that sources do not have", 'collumns = { "Date" = "occurred_on" }', 1, "IE010",
            says=("did you mean `columns`?",)),
    mistake("wrong-sort-of-value", "a text where a number belongs", 'header_row = "4"', 14, "IE012"),
    mistake("text-for-a-list", "a text where a list belongs", 'dates = "%d/%m/%Y"', 9, "IE012", says=('["%d/%m/%Y"]',)),
    mistake("text-for-a-day", "a day in quotation marks, which make it a text", 'earliest = "2009-01-01"', 12, "IE012",
            says=("without quotes",)),
    mistake("text-for-the-recording", "the day of the recording in quotation marks, which make it the name of a column",
            'recorded_at = "2010-03-31"', 15, "IE082", says=("without quotes",)),
    mistake("delimiter-in-words", "a word for what parts cells", 'delimiter = "tab"', 13, "IE082", says=('"\\t"',)),
    mistake("unknown-name", "a column is to be what the pack does not have",
            'columns."Date" = "ocurred_on"', 18, "IE080",
            says=("did you mean `occurred_on`?",)),
    mistake("unknown-constant", "a constant is an event type that the pack does not have",
            'constants.type = "trainning"',
            18, "IE080", says=("did you mean `training`?",)),
    mistake("two-columns-one-name", "two columns are to be the same thing",
            'columns."Date held" = "occurred_on"\ncolumns."Date sent" = "occurred_on"', 23, "IE082", line=3,
            says=("Date held",)),
    mistake("column-and-constant", "a column is to be what is a constant as well",
            'columns."Number" = "people"\nconstants = { people = 5 }', 24, "IE082", line=3),
    mistake("column-ignored", "a column is to be read, and to be ignored as well",
            'columns."Number" = "people"\nignore = ["number"]', 20, "IE082"),
    mistake("two-ways-to-the-names", "the line of names is declared in two ways",
            'header_row = 4\nheader_contains = ["event_id"]', 19, "IE082", line=3),
    mistake("bad-format-of-days", "days are declared as people write them, and not as formats are",
            'dates = ["dd/mm/yyyy"]', 10, "IE081", says=("%d/%m/%Y",)),
    mistake("bad-encoding", "an encoding that there is not", 'encoding = "utf-99"', 12, "IE082", says=("cp1252",)),
    mistake("bad-delimiter", "two characters that are to part cells", 'delimiter = ";;"', 13, "IE082",
            says=("one character",)),
    mistake("decimal-and-thousands", "one character for thousands and for decimals",
            'decimal = ","\nthousands = ","', 13, "IE082", line=3),
    mistake("word-of-two-meanings", "a word for yes that means no already", 'yes = ["no"]', 8, "IE082"),
    mistake("latest-before-earliest", "the last day allowed lies before the first",
            "earliest = 2010-01-01\nlatest = 2009-01-01", 10, "IE082", line=3),
    mistake("toml-syntax", "a quotation mark that is never closed, in TOML", 'dates = ["%d/%m/%Y]', 10, "IE001"),
    mistake("key-twice", "the same key twice, which TOML forbids",
            'encoding = "cp1252"\nencoding = "utf-8"', 1, "IE001",
            line=3),
)  # fmt: skip
