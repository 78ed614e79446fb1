"""How files of events and registers are read: each `[source.<name>]` as a frozen mapping.

A mapping says which column is what and how cells are written, so that an import never guesses. What it names must be
in the pack's vocabulary; what a file must have for it is found out when the file is read (`store/layout.py`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.definitions.readings import day, texts
from indicator_engine.definitions.refused import Refused
from indicator_engine.definitions.rows import EVENT_COLUMNS
from indicator_engine.definitions.shape import keys
from indicator_engine.definitions.wording import quoted, report_type
from indicator_engine.frozen import dataclass
from indicator_engine.periods import DayFormat
from indicator_engine.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from indicator_engine.definitions.shape import SourceTable
    from indicator_engine.definitions.sources import Place
    from indicator_engine.language.schema import Schema

SERIAL = "excel serial"
"""The name under which `dates` allows days written as the numbers that spreadsheets count them with."""

IMPORT = "import"
"""What `recorded_at` says where the import itself is the recording."""

TRUE_WORDS = frozenset({"yes", "true", "y", "1"})
FALSE_WORDS = frozenset({"no", "false", "n", "0"})
UNKNOWN_WORDS = frozenset({"", "unknown", "not known", "n/k", "?"})
"""What these words mean in every file; a source can declare others besides, but not these otherwise."""


_ONE_OF_TWO = "leave out one"
_OF_FILES = (
    "file", "sheet", "header_row", "header_contains", "names", "stop_at", "fill_merged", "encoding", "delimiter",
    "quote", "dates", "decimal", "thousands", "yes", "no", "neutralised",
)  # fmt: skip
"""What a source says of a file, and cannot say of a table of a database."""
_MARKS = {
    "tab": r'"\t"', r"\t": r'"\t"', "comma": '","', "semicolon": '";"', "pipe": '"|"', "bar": '"|"', "none": '""',
}  # fmt: skip
"""What people write for characters, and how they are written in TOML."""


@dataclass(frozen=True)
class SourceMapping:
    """One declared way to read a file. The default one reads files whose columns are called as in the pack."""

    name: str = ""
    files: tuple[str, ...] = ()
    table: str = ""
    """The table of a database that it is for, in place of a file."""
    kind: Literal["events", "register"] = "events"
    sheet: str = ""
    header_row: int | None = None
    header_contains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    stop_at: tuple[str, ...] = ()
    fill_merged: bool = False
    encoding: str = "utf-8"
    delimiter: str = ""
    quote: str = '"'
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    only_where: str = ""
    id_from: tuple[str, ...] = ()
    recorded_at: str | date | None = None
    """A column, "import", a day; None: the column of that name where the file has it, else the import."""
    dates: tuple[DayFormat, ...] = ()
    serial_dates: bool = False
    decimal: str = "."
    thousands: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    earliest: date | None = None
    latest: date | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    neutralised: bool = False

    def is_for(self, file: str) -> bool:
        """Whether a file's name is one of those it is declared for."""
        return any(fnmatchcase(file.casefold(), pattern.casefold()) for pattern in self.files)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that decides how a file is read; the name and the files it is for do not."""
        from hashlib import sha256  # noqa: PLC0415  # only where rows are taken in

        return sha256(replace(self, name="", files=()).as_json().encode()).hexdigest()

    def as_json(self) -> str:
        """The mapping as text that `from_json` reads back."""
        import json  # noqa: PLC0415  # as above

        said = {one.name: getattr(self, one.name) for one in fields(self)}
        if not self.table:
            del said["table"]
        return json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain)

    @classmethod
    def from_json(cls, text: str) -> SourceMapping:
        """The mapping that `as_json` wrote."""
        import json  # noqa: PLC0415  # as above

        said = json.loads(text, object_hook=_meant)
        found: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
        return cls(**found)


def key_of(column: str) -> str:
    """A column's name as it is compared: without capitals, runs of spaces as one."""
    return " ".join(column.split()).casefold()


def _plain(value: object) -> object:
    """What JSON has no word for: one key that no column of a pack has, and with it a list, which no name leads to."""
    if isinstance(value, DayFormat):
        return {"": ["format", value.text]}
    if isinstance(value, Decimal):
        return {"": ["number", str(value)]}
    if isinstance(value, datetime):
        return {"": ["instant", value.isoformat()]}
    return {"": ["day", value.isoformat()]} if isinstance(value, date) else str(value)


_MEANT: dict[str, Callable[[str], object]] = {
    "format": DayFormat, "number": Decimal, "instant": datetime.fromisoformat, "day": date.fromisoformat,
}  # fmt: skip


def _meant(found: dict[str, Any]) -> Any:  # JSON
    special = found.get("")
    return _MEANT[special[0]](special[1]) if isinstance(special, list) else found


def read_mapping(
    place: Place, name: str, table: SourceTable, schema: Schema, refused: Refused | None = None
) -> SourceMapping:
    """A `[source.<name>]`; what is at fault in it is reported and left out."""
    reader = _Reader(place, table, schema, refused or Refused())
    formats, serial = reader.dates()
    return SourceMapping(
        name=name,
        files=texts(place / "file", table.file),
        table=reader.of_table(),
        kind=table.kind,
        sheet=table.sheet,
        header_row=reader.header_row(),
        header_contains=texts(place / "header_contains", table.header_contains),
        names=reader.names(),
        stop_at=texts(place / "stop_at", table.stop_at),
        fill_merged=table.fill_merged,
        encoding=reader.encoding(),
        delimiter=reader.character("delimiter"),
        quote=reader.character("quote"),
        columns=reader.columns(),
        constants=reader.constants(),
        ignore=tuple(table.ignore),
        only_where=table.only_where,
        id_from=reader.id_from(),
        recorded_at=reader.recorded_at(),
        dates=formats,
        serial_dates=serial,
        decimal=table.decimal,
        thousands=reader.thousands(),
        yes=reader.words("yes", FALSE_WORDS | UNKNOWN_WORDS),
        no=reader.words("no", TRUE_WORDS | UNKNOWN_WORDS | {word.casefold() for word in table.yes}),
        missing=tuple(table.missing),
        earliest=day(place / "earliest", table.earliest),
        latest=reader.latest(),
        values=reader.values(),
        aliases=dict(table.aliases),
        neutralised=table.neutralised,
    )


@dataclass(frozen=True)
class _Reader:
    place: Place
    table: SourceTable
    schema: Schema
    refused: Refused

    def known(self) -> list[str]:
        """What a column can be."""
        subject = self.schema.subject
        if self.table.kind == "register":
            return [subject.singular, "name", "recorded_at", *subject.attributes]
        attributes = dict.fromkeys(name for event in self.schema.events.values() for name in event.attributes)
        return [subject.singular, *EVENT_COLUMNS, *attributes]

    def _leads_somewhere(self, place: Place, name: str, known: Iterable[str]) -> bool:
        names = list(known)
        if name in names or name in self.refused:
            return True
        what = "column of the register" if self.table.kind == "register" else "attribute of an event"
        place.report("IE080", f"the pack has no {what} called {quoted(name)}", did_you_mean(name, names))
        return False

    def columns(self) -> dict[str, str]:
        """File column → name in the pack; no two columns can be the same thing, and no column two things."""
        taken: dict[str, str] = {}
        good: dict[str, str] = {}
        for column, name in self.table.columns.items():
            place = self.place / "columns" / column
            if not self._leads_somewhere(place, name, self.known()):
                continue
            if key_of(column) in map(key_of, good):
                fact = f"{quoted(column)} is a column twice, since neither capitals nor spaces tell columns apart"
                place.report("IE082", fact, _ONE_OF_TWO, on_key=True)
            elif name in taken:
                place.report("IE082", f"both {quoted(taken[name])} and {quoted(column)} are to be `{name}`",
                             "each name has one column in the file; put the other under `ignore`")  # fmt: skip
            elif self._is_ignored(column):
                place.report("IE082", f"{quoted(column)} is to be read, and under `ignore` as well", _ONE_OF_TWO)
            else:
                taken[name] = column
                good[column] = name
        return good

    def _is_ignored(self, column: str) -> bool:
        return key_of(column) in map(key_of, self.table.ignore)

    def names(self) -> tuple[str, ...]:
        """What the columns are called, where no line of the file says it."""
        place, given = self.place / "names", self.table.names
        if given and (self.table.header_row is not None or self.table.header_contains is not None):
            place.report("IE082", "a line of the file names the columns, and `names` does as well", _ONE_OF_TWO)
        for index, name in enumerate(given):
            if key_of(name) in map(key_of, given[:index]):
                (place / index).report("IE082", f"two columns are called {quoted(name)}", "give one another name")
        return tuple(given)

    def values(self) -> dict[str, dict[str, str]]:
        """What words of the file mean, under each name of the pack."""
        good = {}
        for name, words in self.table.values.items():
            place = self.place / "values" / name
            if not self._leads_somewhere(place, name, self.known()):
                continue
            for word, meant in words.items() if name == "type" else ():
                if meant not in self.schema.events and meant not in self.refused:
                    near = did_you_mean(meant, self.schema.events)
                    (place / word).report("IE080", f"the pack has no event type {quoted(meant)}", near)
            good[name] = dict(words)
        return good

    def constants(self) -> dict[str, Any]:
        """Name in the pack → what holds for every row."""
        good = {}
        for name, value in self.table.constants.items():
            place = self.place / "constants" / name
            if not self._leads_somewhere(place, name, self.known()):
                continue
            if name in self.table.columns.values():
                place.report("IE082", f"`{name}` has a column, and is a constant as well", _ONE_OF_TWO)
            elif isinstance(value, dict):
                report_type(place, "a single value", value)
            elif name == "type" and not isinstance(value, str):
                report_type(place, "text", value)
            elif name == "type" and value not in self.schema.events and value not in self.refused:
                near = did_you_mean(value, self.schema.events)
                place.report("IE080", f"the pack has no event type {quoted(value)}", near)
            else:
                good[name] = value
        return good

    def id_from(self) -> tuple[str, ...]:
        """What ids are made of."""
        place = self.place / "id_from"
        if self.table.id_from and "event_id" in self.table.columns.values():
            place.report("IE082", "there is a column of ids, and `id_from` as well", _ONE_OF_TWO)
        return tuple(
            name
            for index, name in enumerate(self.table.id_from)
            if self._leads_somewhere(place / index, name, [one for one in self.known() if one != "event_id"])
        )

    def recorded_at(self) -> str | date | None:
        """A column, a day or "import"."""
        place, given = self.place / "recorded_at", self.table.recorded_at
        if given is None:
            return None
        if "recorded_at" in self.table.columns.values():
            place.report("IE082", "a column is to be `recorded_at` already", _ONE_OF_TWO)
        elif "recorded_at" in self.table.constants:
            place.report("IE082", "`recorded_at` is a constant already", _ONE_OF_TWO)
        if isinstance(given, datetime):
            return given if day(place, given.date()) else None
        if isinstance(given, date):
            return day(place, given)
        if not isinstance(given, str):
            report_type(place, 'text or a date: the name of a column, a day, or `"import"`', given)
            return None
        if re.fullmatch(r"\d{4}-\d\d-\d\d.*", given):
            place.report("IE082", f"{quoted(given)} is a text, and so the name of a column",
                         f"write the day without quotes: recorded_at = {given[:10]}")  # fmt: skip
        if self._is_ignored(given):
            place.report("IE082", f"{quoted(given)} is to be read, and under `ignore` as well", _ONE_OF_TWO)
        elif key_of(given) in map(key_of, self.table.columns):
            place.report("IE082", f"{quoted(given)} is a column of something else already", _ONE_OF_TWO)
        return given or None

    def latest(self) -> date | None:
        """The last day on which anything can have happened, which is not before the first."""
        first, place = self.table.earliest, self.place / "latest"
        found = day(place, self.table.latest)
        if found and first and found < first:
            place.report(
                "IE082", f"{found.isoformat()} is before `earliest`, {first.isoformat()}", "mend one of the two"
            )
        return found

    def dates(self) -> tuple[tuple[DayFormat, ...], bool]:
        """The ways of writing days, and whether the numbers of spreadsheets are one."""
        found = []
        for index, text in enumerate(self.table.dates):
            place = self.place / "dates" / index
            if text == SERIAL:
                continue
            try:
                found.append(DayFormat(text))
            except ValueError as fault:
                place.report("IE081", f"{quoted(text)} is no way to write days: {fault}",
                             'write one such as `"%d/%m/%Y"`, `"%d %B %Y"` or `"excel serial"`')  # fmt: skip
        return tuple(found), SERIAL in self.table.dates

    def of_table(self) -> str:
        """The table of a database, of which nothing is said that only files have."""
        table = self.table
        for key in _OF_FILES if table.table else ():
            if getattr(table, key) != keys(type(table))[key].default:
                fact = f"`{key}` says how a file is read, and this source is for a table of a database"
                (self.place / key).report("IE082", fact, _ONE_OF_TWO, on_key=True)
        if table.table and self.table.recorded_at == IMPORT:
            fact = "a table is not imported, so that no import can be the recording"
            (self.place / "recorded_at").report("IE082", fact, "name a column, or a day, or leave it out")
        return table.table

    def header_row(self) -> int | None:
        """The number of the line of column names."""
        row = self.table.header_row
        if row is not None and row < 1:
            (self.place / "header_row").report("IE082", f"there is no line {row}; lines count from 1", "")
            return None
        if row is not None and self.table.header_contains:
            (self.place / "header_contains").report("IE082", "`header_row` says already which line it is", _ONE_OF_TWO)
        return row

    def encoding(self) -> str:
        """An encoding that Python knows and that is one of text."""
        try:
            if codecs.lookup(self.table.encoding)._is_text_encoding:  # noqa: SLF001  # Python asks it so itself
                return self.table.encoding
        except (LookupError, ValueError):
            pass
        hint = 'write `"utf-8"`, `"cp1252"` (Windows), `"latin-1"` or `"utf-16"`'
        (self.place / "encoding").report("IE082", f"there is no encoding {quoted(self.table.encoding)}", hint)
        return "utf-8"

    def character(self, key: Literal["delimiter", "quote"]) -> str:
        """A single character."""
        given: str = getattr(self.table, key)
        if len(given) > 1 or given in ("\r", "\n", "\0"):
            mark = _MARKS.get(given.strip().casefold(), "")
            hint = f"write `{key} = {mark}`" if mark else ""
            (self.place / key).report("IE082", f"`{key}` must be one character, and this is {quoted(given)}", hint)
            return "" if key == "delimiter" else '"'
        if key == "delimiter" and given and given == self.table.quote:
            (self.place / key).report("IE082", "one character cannot both part cells and quote them", "")
        return given

    def thousands(self) -> str:
        """What parts thousands, which the decimal point cannot do as well."""
        if self.table.thousands and self.table.thousands == self.table.decimal:
            (self.place / "thousands").report("IE082", "one character cannot part both thousands and decimals", "")
            return ""
        return self.table.thousands

    def words(self, key: Literal["yes", "no"], others: frozenset[str] | set[str]) -> tuple[str, ...]:
        """Words for yes or for no, none of which means something else."""
        given: list[str] = getattr(self.table, key)
        for index, word in enumerate(given):
            if word.strip().casefold() in others:
                (self.place / key / index).report(
                    "IE082", f"{quoted(word)} means something else than {key} already", ""
                )
        return tuple(given)
