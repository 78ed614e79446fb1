"""The bulk way of an import agrees with the careful reading on every row: what it takes, it takes to mean the same.

Each table is imported twice into two stores, in bulk and row by row, and everything the stores then say is compared.
The cells are those at the edges of what each type can be; where the bulk way is unsure of one, it must hand it on.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.drawing import law

from indicator_engine import plugins
from indicator_engine.definitions.mappings import IMPORT, SourceMapping
from indicator_engine.language.schema import Attribute, EventType, Schema, Subject
from indicator_engine.periods import DayFormat
from indicator_engine.store import bulk_import, raw_text
from indicator_engine.store.accounts import Terms
from indicator_engine.store.event_import import EventImport
from indicator_engine.store.sandbox import ArrowStream
from indicator_engine.store.store import Store, memory_store
from indicator_engine.store.tables import CELL_LENGTH, Line, Reading, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from indicator_engine.store.receipts import Receipt
    from indicator_engine.store.records import Version

pytestmark = pytest.mark.generative

CSV = plugins.load(installed=False).sources["csv"]
TERMS = Terms(at=datetime.fromisoformat("2010-06-01T12:00"))
fewer = settings(law, max_examples=max(law.max_examples // 20, 5))
"""Each case is a table of many rows, imported several times."""


def _event(name: str, *attributes: Attribute) -> EventType:
    return EventType(name, attributes={one.name: one for one in attributes})


SCHEMA = Schema(
    Subject("organisation", "organisations"),
    {
        event.name: event
        for event in (
            _event(
                "survey",
                Attribute("people", "integer", minimum=Fraction(1), maximum=Fraction(40)),
                Attribute("units", "integer"),
                Attribute("half", "integer", minimum=Fraction(1, 2), maximum=Fraction(10**18)),
                Attribute("score", "decimal", minimum=Fraction(-5, 2), maximum=Fraction(10**17)),
                Attribute("third", "decimal", minimum=Fraction(1, 3)),
                Attribute("cost", "money"),
                Attribute("note", "text"),
                Attribute("kind", "choice", choices=("board", "executive", "yes")),
                Attribute("sort", "choice", choices=("board",), open=True),
                Attribute("held", "date"),
                Attribute("viable", "truth"),
                Attribute("partner", "subject"),
                Attribute("proof", "evidence"),
                Attribute("areas", "list", choices=("board", "1", "007")),
                Attribute("tags", "list"),
            ),
            _event("visit", Attribute("people", "text"), Attribute("held", "truth"), Attribute("place", "text")),
        )
    },
)
ATTRIBUTES = tuple(dict.fromkeys(name for event in SCHEMA.events.values() for name in event.attributes))
COLUMNS = ("event_id", "type", "organisation", "occurred_on", "recorded_at", "retracted", *ATTRIBUTES)
PLAIN = {"type": "survey", "organisation": "ashfield", "occurred_on": "2010-02-03"}

SPACES = ("\u00a0", "\u2003", "\u202f", "\u3000", "\u1680", "\u2028", "\x85", "\x1c", "\x1f", "\x0b", "\x0c", "\t")
NO_SPACES = ("\ufeff", "\u200b", "\u00ad")
NUMBERS = (
    "0", "-0", "+0", "1", "40", "41", "5", "+5", "-5", "--5", "007", "00", "1e3", "1E3", "1e+3", "1e-3", "1_000",
    "1.50", "1.0", ".5", "5.", "-2.5", "-2.51", "1,5", "1.500", "1,000", "1.000,5", "1,000.5", "1'000", "1 000", "0x10",
    "٣", "nan", "inf", "-Infinity", "9" * 18, "1" + "0" * 17, "1" + "0" * 18, "9223372036854775807",
    "-9223372036854775808", "9" * 19, "9" * 40, "0." + "3" * 20, "0." + "3" * 21, "0" * 30 + "1", "1." + "0" * 30,
    "0.33333333333333333333", "0.33333333333333333334", "¼", "½", "5%", "£5", "1/2", "1;2",
)  # fmt: skip
WORDS = (
    "", "yes", "Yes", "YES", "y", "Y", "TRUE", "t", "1", "no", "NO", "n", "f", "0", "false", "?", "unknown", "Unknown",
    "not known", "not  known", "n/k", "N/K", "n/\u212a", "ja", "JA", "nein", "straße", "STRASSE", "STRAẞE", "si", "Sİ",
    "sı", "ſi", "board", "Board", "board ", "survey", "visit", "SURVEY", "null", "NULL", "None", "NaN", "nil", "n/a",
    "N/A", "-", "'", "'=1", "'-5", "=1+1", '"', '""', '"quoted"', 'in "the" middle', "board;board", "board;", ";", ";;",
    "1;007", " ;board", "board ;1", "board; ;1", "#REF!", "#ref!", "#N/A", "#VALUE! ", "#", "#1", "a#REF!", "clifton",
    "Clifton", "CLIFTON", "clifton ltd", "\x00", "a\x00b", "\x01", "a\x01b", "a\tb", "a\nb", "a\r\nb", "a\rb", "é",
    "e\u0301", "ﬁ", "\U0001f600", "\\", "\\N", "\\n", "a,b", "x" * (CELL_LENGTH - 1), "é" * (CELL_LENGTH // 2 + 1),
    "total", "Total of all", "event_id", "organisation",
)  # fmt: skip
DAYS = (
    "2010-02-28", "2010-02-29", "2010-02-30", "2012-02-29", "2010-2-3", "2010-02-3", "20100203", "2010/02/03",
    "2010-034", "2010-W05-3", "0001-01-01", "0000-01-01", "1899-12-31", "1900-01-01", "1949-12-31", "1950-01-01",
    "2011-06-01", "2011-06-02", "2200-12-31", "2201-01-01", "9999-12-31", "10000-01-01", "-2010-02-03", "+2010-02-03",
    "02010-02-03", "2010-02-03 (BC)", "infinity", "-infinity", "epoch", "today", "now", "1/4/2010", "01/04/2010",
    "01/4/2010", "04/13/2010", "13/04/2010", "1/4/10", "01/04/10", "01/04/2010 ", "01 / 04 / 2010", "01.04.2010",
    "01042010", "2010-13-04", "2010-04-01", "40268", "40268.0", "60", "61", "3 February 2010", "03-Feb-2010",
    "٢٠١٠-٠٢-٠٣", "2010-02-03T", "31/11/2010", "29/02/2010", "01/04/0001", "01/04/1899", "01/04/2201", "1 4 2010",
)  # fmt: skip
INSTANTS = (
    "2010-02-03T14:30", "2010-02-03 14:30", "2010-02-03t14:30", "2010-02-03  14:30", "2010-02-03T14", "2010-02-03T1430",
    "2010-02-03T14:30:59", "2010-02-03T14:30:60", "2010-02-03T24:00", "2010-02-03T24:00:00", "2010-02-03T23:59:59",
    "2010-02-03T00:00", "2010-02-03T00:00:00", "2010-02-03 00:00:00.000", "2010-02-03T14:30:00.1",
    "2010-02-03T14:30:00.12", "2010-02-03T14:30:00.123", "2010-02-03T14:30:00.1234", "2010-02-03T14:30:00.123456",
    "2010-02-03T14:30:00.1234567", "2010-02-03T14:30:00,123", "2010-02-03T14:30Z", "2010-02-03T14:30z",
    "2010-02-03T14:30+01:00", "2010-02-03T14:30:00+01", "2010-02-03 14:30 UTC", "2010-02-30T14:30", "1899-12-31T23:59",
    "2200-12-31T23:59:59.999999", "2201-01-01T00:00", "1900-01-01T00:00+01:00", "2010-02-03T7:30", "14:30",
    "01/04/2010 14:30",
)  # fmt: skip
AROUND = tuple(
    f"{space}{cell}" if before else f"{cell}{space}"
    for space in (" ", *SPACES, *NO_SPACES)
    for before in (True, False)
    for cell in ("5", "yes", "board", "2010-02-03", "")
)
CELLS = tuple(dict.fromkeys((*NUMBERS, *WORDS, *DAYS, *INSTANTS, *AROUND)))
SHORT = tuple(cell for cell in WORDS if len(cell) < 100)

MAPPINGS: dict[str, tuple[SourceMapping, tuple[str, ...]]] = {
    "as the pack": (SourceMapping(), CELLS),
    "days in words": (SourceMapping(dates=(DayFormat("%d %B %Y"), DayFormat("%d-%b-%Y"))), DAYS),
    "day first": (SourceMapping(dates=(DayFormat("%d/%m/%Y"),)), (*DAYS, *INSTANTS)),
    "month first": (SourceMapping(dates=(DayFormat("%m/%d/%Y"),)), DAYS),
    "both orders": (SourceMapping(dates=(DayFormat("%d/%m/%Y"), DayFormat("%m/%d/%Y"))), DAYS),
    "year, day, month": (SourceMapping(dates=(DayFormat("%Y-%d-%m"),)), (*DAYS, *INSTANTS)),
    "no separator": (SourceMapping(dates=(DayFormat("%d%m%Y"),)), DAYS),
    "spaces between": (SourceMapping(dates=(DayFormat("%d %m %Y"),)), (*DAYS, *INSTANTS)),
    "a sign at the end": (SourceMapping(dates=(DayFormat("%d/%m/%Y%"),)), DAYS),
    "numbers of spreadsheets": (SourceMapping(serial_dates=True), (*DAYS, *NUMBERS)),
    "decimal comma": (SourceMapping(decimal=","), NUMBERS),
    "decimal comma, thousands": (SourceMapping(decimal=",", thousands="."), NUMBERS),
    "thousands": (SourceMapping(thousands=","), NUMBERS),
    "words": (SourceMapping(yes=("Ja", "straße", "si", "t"), no=("Nein", "sı", "f")), SHORT),
    "gaps": (
        SourceMapping(missing=("N/A", "nil", "-", "0", "1", "99", "2010-02-28", "ﬁ", "board ", "#N/A")),
        (*SHORT, *NUMBERS, *DAYS[:4]),
    ),
    "gaps in plain letters": (
        SourceMapping(missing=("N/A", "nil", "si", "-", "0", "unknown", "2010-02-28")), (*SHORT, *NUMBERS, *DAYS[:4])
    ),
    "aliases": (SourceMapping(aliases={"clifton ltd": "clifton", "Board": "board", "5": "five"}), (*SHORT, "5")),
    "constants": (
        SourceMapping(constants={"note": "#REF!", "place": "", "units": 7, "tags": "a"}), ("", "5", "board", "yes")
    ),
    "other constants": (
        SourceMapping(
            constants={
                "note": " as said ", "cost": Decimal("1E+2"), "held": date(2010, 2, 3), "viable": True, "units": 2.0,
                "score": float("nan"), "recorded_at": datetime.fromisoformat("2010-03-04T05:06"),
            }
        ),
        ("", "5", "board", "yes"),
    ),
    "a constant elsewhere": (SourceMapping(constants={"place": "here"}), ("", "5", "visit")),
    "one type": (SourceMapping(constants={"type": "survey"}), SHORT),
    "made ids": (
        SourceMapping(id_from=("organisation", "note", "people", "occurred_on"), aliases={"clifton ltd": "c"}),
        (*SHORT, "5"),
    ),
    "an import's recording": (SourceMapping(recorded_at=IMPORT, ignore=("recorded_at",)), (*DAYS, *INSTANTS)),
    "a day's recording": (SourceMapping(recorded_at=date(2010, 3, 1), ignore=("recorded_at",)), DAYS),
    "other years": (SourceMapping(earliest=date(1800, 1, 1), latest=date(2300, 1, 1)), DAYS),
    "few years": (SourceMapping(earliest=date(2010, 2, 3), latest=date(2010, 2, 28)), DAYS),
    "where there is a note": (SourceMapping(only_where="note"), ("", " ", "5", "board")),
    "up to the total": (SourceMapping(stop_at=("Total",)), ("", " ", "5", "board", "totally", "total")),
    "our own output": (SourceMapping(neutralised=True), SHORT),
    "tabs": (SourceMapping(delimiter="\t"), SHORT),
    "no quotes": (SourceMapping(quote="", delimiter="|"), tuple(cell for cell in SHORT if not {*cell} & {*"\r\n"})),
}  # fmt: skip
"""Ways to read a file, by what is special about them, each with the cells that it could make a difference to."""


# ── two ways to import ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Way:
    """A way to read a table: from how many lines on in bulk, how many bytes and lines at a time."""

    worthwhile: int
    block: int = 1 << 20
    spooled: int = 1000
    blocks: bool = True

    def imported(self, *tables: Table, mapping: SourceMapping) -> tuple[list[Receipt], dict[str, Any]]:
        """What imports of tables, one after the other, come to, and everything that the store then says."""
        with pytest.MonkeyPatch.context() as patch, memory_store() as store:
            patch.setattr(bulk_import, "WORTHWHILE", self.worthwhile)
            patch.setattr(bulk_import, "SPOOLED", self.spooled)
            patch.setattr(raw_text, "BLOCK", self.block)
            read = [table if self.blocks else replace(table, raw=None) for table in tables]
            receipts = [store.take_in(table, SCHEMA, mapping, TERMS) for table in read]
            return [replace(receipt, notes=()) for receipt in receipts], everything(store)


CAREFULLY = Way(worthwhile=10**9)
IN_BLOCKS = Way(worthwhile=0)
BY_SPOOL = Way(worthwhile=0, blocks=False)
IN_SMALL_BLOCKS = Way(worthwhile=0, block=60)
BY_SMALL_SPOOLS = Way(worthwhile=0, blocks=False, spooled=3)


def everything(store: Store) -> dict[str, Any]:
    """Every version with all of its fields, every entry of the quarantine, every subject."""
    versions = sorted(store.intake(SCHEMA).records.versions, key=_line_of)
    subjects = store.database.rows("SELECT name, _import FROM subject ORDER BY ALL")
    entries = {one.mark: replace(one, sha256="") for one in store.quarantine(resolved=True)}
    return {"versions": versions, "subjects": subjects, "quarantine": entries}


def _line_of(version: Version) -> tuple[int, int]:
    return version.position, int(version.source.split(":")[-2])


def assert_agrees(open_: Callable[[], list[Table]], mapping: SourceMapping, *ways: Way) -> None:
    """Every way comes to what the careful reading comes to, line by line."""
    receipts, careful = CAREFULLY.imported(*open_(), mapping=mapping)
    for way in ways:
        found, told = way.imported(*open_(), mapping=mapping)
        for what, wanted in careful.items():
            assert wanted == told[what], f"{what} {way}"
        assert receipts == found
        assert all(receipt.balanced for receipt in found)


# ── tables of text ───────────────────────────────────────────────────────────────────────────────────────────────────


def written(rows: Iterable[Sequence[str]], mapping: SourceMapping) -> bytes:
    """Rows as the mapping says that their file is written."""
    text = io.StringIO(newline="")
    delimiter = mapping.delimiter or ","
    if mapping.quote:
        csv.writer(text, delimiter=delimiter, quotechar=mapping.quote, lineterminator="\n").writerows(rows)
    else:
        text.writelines(delimiter.join(row) + "\n" for row in rows)
    return text.getvalue().encode()


def opened(path: Path, mapping: SourceMapping) -> Table:
    """A file as its source opens it."""
    return CSV.open(str(path), Reading(delimiter=mapping.delimiter, quote=mapping.quote))


def line_of(number: int, **cells: str) -> list[str]:
    """A good row, but for the cells given."""
    row = {"event_id": f"e{number}", **PLAIN, **cells}
    return [row.get(column, "") for column in COLUMNS]


def columns_for(mapping: SourceMapping) -> list[str]:
    """The columns of a file that can be read so."""
    return [one for one in COLUMNS if one not in mapping.constants and (one != "event_id" or not mapping.id_from)]


def file_of(rows: Sequence[Sequence[str]], mapping: SourceMapping) -> bytes:
    """Rows with the names of the columns above, without those that the mapping has elsewhere."""
    places = [COLUMNS.index(one) for one in columns_for(mapping)]
    fitting = [[row[place] for place in places] if len(row) == len(COLUMNS) else list(row) for row in rows]
    return written([columns_for(mapping), *fitting], mapping)


@pytest.mark.parametrize("name", MAPPINGS)
def test_each_cell_at_an_edge_in_each_column(name: str, tmp_path: Path):
    """A row with one such cell comes to the same in bulk and with care, in every column, read in every way."""
    mapping, cells = MAPPINGS[name]
    wanted = [(column, cell) for cell in sorted(set(cells), key=_stops_blocks) for column in columns_for(mapping)]
    rows = [line_of(number, **{column: cell}) for number, (column, cell) in enumerate(wanted)]
    path = tmp_path / "events.csv"
    path.write_bytes(file_of(rows, mapping))
    assert_agrees(lambda: [opened(path, mapping)], mapping, IN_BLOCKS)


def _stops_blocks(cell: str) -> tuple[bool, str]:
    """Those last from which on a file is no longer read in blocks."""
    return any(mark in cell for mark in "\0\1\r\n"), cell


def test_what_is_plainly_good_is_not_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The bulk way takes good rows itself; else these tests would hold a reading against itself."""
    read: list[int] = []
    monkeypatch.setattr(EventImport, "take", lambda work, item: read.append(item.line))
    cells = {
        "recorded_at": "2010-02-03T14:30", "people": "40", "score": "-2.5", "cost": "+1.50", "note": "as said",
        "kind": "board", "held": "2012-02-29", "viable": "YES", "areas": "007", "tags": "é",
    }  # fmt: skip
    path = tmp_path / "events.csv"
    path.write_bytes(file_of([line_of(number, **cells) for number in range(10)], SourceMapping()))
    for way in (IN_BLOCKS, BY_SPOOL):
        (receipt,), _ = way.imported(opened(path, SourceMapping()), mapping=SourceMapping())
        assert (10, []) == (receipt.stored, read)


# ── tables drawn ─────────────────────────────────────────────────────────────────────────────────────────────────────

LETTERS = st.sampled_from([*"0123456789-+.,:;/T eEyn'\"#K\\", "\t", "\n", "\r", "\0", "\x01", "é", "\u212a", *SPACES])
ANY_CELL = st.sampled_from(SHORT + NUMBERS + DAYS + INSTANTS) | st.text(LETTERS, max_size=6)


@st.composite
def merged(draw: st.DrawFn) -> SourceMapping:
    """One of the mappings, or what is special about two of them."""
    one, other = (draw(st.sampled_from(tuple(MAPPINGS.values())))[0] for _ in range(2))
    plain = SourceMapping()
    special = {name: value for name, value in vars(other).items() if value != getattr(plain, name)}
    both = replace(one, **special)
    return replace(both, id_from=tuple(name for name in both.id_from if name not in both.constants))


@st.composite
def lines(draw: st.DrawFn, *, again: bool) -> list[list[str]]:
    """Good rows but for a cell or two, lines that are none, and (where `again`) rows that were there before."""
    found: list[list[str]] = []
    columns = COLUMNS if again else COLUMNS[1:]
    for number in range(draw(st.integers(1, 25))):
        wrong = draw(st.dictionaries(st.sampled_from(columns), ANY_CELL, max_size=2))
        row = line_of(number, **wrong)
        shape = draw(st.sampled_from(("whole",) * 6 + ("blank", "header", "short", "long", "again", "later")))
        if shape == "again" and found and again:
            row = list(draw(st.sampled_from(found)))
        elif shape == "later" and found and again:
            row = list(draw(st.sampled_from(found)))
            row[COLUMNS.index("recorded_at") : COLUMNS.index("recorded_at") + 1] = ["2010-04-01"]
        shapes = {"blank": ["", " "], "header": list(COLUMNS), "short": row[:4], "long": [*row, "more"]}
        found.append(shapes.get(shape, row))
    return found


@fewer
@given(st.data(), merged())
def test_any_table_of_text(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, mapping: SourceMapping):
    """Duplicates, corrections, lines of other lengths and cells at the edges come to the same in every way."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(file_of(data.draw(lines(again=True)), mapping))
    assert_agrees(lambda: [opened(path, mapping)], mapping, IN_BLOCKS, BY_SPOOL)


@fewer
@given(st.data(), merged())
def test_any_table_mended(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, mapping: SourceMapping):
    """A file that comes again, some of its lines mended, meets what it left in quarantine in every way."""
    path = tmp_path_factory.getbasetemp()
    rows = data.draw(lines(again=True))
    mend = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    mended = [line_of(number) if good else row for number, (row, good) in enumerate(zip(rows, mend, strict=True))]
    for name, content in (("first", rows), ("again", mended)):
        (path / name).mkdir(exist_ok=True)
        (path / name / "events.csv").write_bytes(file_of(content, mapping))
    names = [path / name / "events.csv" for name in ("first", "again")]
    assert_agrees(lambda: [opened(name, mapping) for name in names], mapping, IN_BLOCKS, BY_SPOOL)


@fewer
@given(st.data(), merged())
def test_any_table_in_small_pieces(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, mapping: SourceMapping
):
    """It does not matter either where a table is cut into the pieces that are stored together."""
    mapping = replace(mapping, id_from=())
    path = tmp_path_factory.getbasetemp() / "pieces.csv"
    path.write_bytes(file_of(data.draw(lines(again=False)), mapping))
    assert_agrees(lambda: [opened(path, mapping)], mapping, IN_SMALL_BLOCKS, BY_SMALL_SPOOLS)


# ── tables with types ────────────────────────────────────────────────────────────────────────────────────────────────

_WHOLE = ("0", "1", "5", "40", "41", "99", "-1", "-5")
TYPED: dict[str, tuple[str, ...]] = {
    "TINYINT": _WHOLE,
    "UTINYINT": _WHOLE[:5],
    "BIGINT": (*_WHOLE, "9" * 18, "1" + "0" * 18, "9223372036854775807", "-9223372036854775808"),
    "HUGEINT": (*_WHOLE, "9" * 18, "1" + "0" * 18, "1" + "0" * 30),
    "DOUBLE": (
        *_WHOLE, "0.1", "-2.5", "-2.51", "-0.0", "1.5", "1e15", "1e16", "1e17", "1e18", "1e-4", "1e-5", "1e-20",
        "1e-21", "1e300", "nan", "inf", "0.30000000000000004", "123456789.123456789", "2.2250738585072014e-308",
    ),
    "FLOAT": (*_WHOLE, "0.1", "1.5", "16777217", "1e20", "nan"),
    "DECIMAL(18,3)": (*_WHOLE, "0.001", "1.5", "999999999999999.999"),
    "DECIMAL(38,20)": (*_WHOLE, "0.00000000000000000001", "1.5", "999999999999999999.9"),
    "DECIMAL(38,30)": (*_WHOLE, "0.000000000000000000000000000001", "1.5"),
    "DATE": (
        "2010-02-03", "2012-02-29", "1899-12-31", "1900-01-01", "1949-12-31", "1950-01-01", "2010-02-28", "2200-12-31",
        "2201-01-01", "0001-01-01", "9999-12-31",
    ),
    "TIMESTAMP": (
        "2010-02-03", "2010-02-03 14:30", "2010-02-03 14:30:59", "2010-02-03 14:30:59.1", "2010-02-03 14:30:59.123456",
        "2200-12-31 23:59:59.999999", "2201-01-01", "1899-12-31 23:59:59.999999", "1900-01-01",
    ),
    "TIMESTAMP_S": ("2010-02-03", "2010-02-03 14:30:59"),
    "TIMESTAMP_MS": ("2010-02-03", "2010-02-03 14:30:59.123"),
    "TIMESTAMP_NS": ("2010-02-03", "2010-02-03 14:30:59.123456789", "2010-02-03 14:30:59.123"),
    "TIMESTAMPTZ": ("2010-02-03 14:30:00+02", "1900-01-01 00:00:00+05"),
    "BOOLEAN": ("true", "false"),
    "VARCHAR[]": ("[]", "[board]", "[board, board]", "[a;b]", "['', x]", "[' x ']"),
    "TIME": ("14:30:00",),
    "VARCHAR": tuple(cell for cell in SHORT + NUMBERS + DAYS[:8] + AROUND if "\0" not in cell),
}  # fmt: skip
"""Types that a column of a file or a data frame can have, with values of them."""
LIKELY = {
    "event_id": ("BIGINT",), "occurred_on": ("DATE", "TIMESTAMP"), "recorded_at": ("TIMESTAMP", "DATE", "TIMESTAMP_NS"),
    "retracted": ("BOOLEAN",), "viable": ("BOOLEAN",), "people": ("BIGINT", "UTINYINT", "DOUBLE", "HUGEINT"),
    "units": ("BIGINT", "DOUBLE", "DECIMAL(18,3)"), "half": ("BIGINT", "HUGEINT", "DOUBLE"),
    "held": ("DATE", "TIMESTAMP"),
    "score": ("DOUBLE", "DECIMAL(18,3)", "FLOAT"), "cost": ("DOUBLE", "DECIMAL(38,20)", "DECIMAL(38,30)"),
    "partner": ("BIGINT",), "note": ("BIGINT", "DOUBLE", "DATE"), "areas": ("VARCHAR[]",), "tags": ("VARCHAR[]",),
}  # fmt: skip


@dataclass(frozen=True)
class TypedTable:
    """Columns of types, and rows of texts that are values of them (None: nothing)."""

    columns: dict[str, str]
    rows: list[dict[str, str | None]]

    def table(self) -> Table:
        """The table, which hands its rows over as lines and as Arrow streams, each of half of them."""
        half = len(self.rows) // 2
        with duckdb.connect() as connection:
            found = self._relation(connection, self.rows).fetchall()
        lines = [Line(number, row) for number, row in enumerate(found, 1)]

        def streams() -> Iterator[ArrowStream]:
            for part in (self.rows[:half], self.rows[half:]):
                if part:
                    with duckdb.connect() as connection:
                        yield ArrowStream(self._relation(connection, part))

        return Table("events.parquet", lines, tuple(self.columns), streams=streams, size=len(self.rows))

    def _relation(self, connection: duckdb.DuckDBPyConnection, rows: list[dict[str, str | None]]) -> Any:
        names = ", ".join(f'"{name}"' for name in self.columns)
        cast = ", ".join(f"CAST(? AS {kind})" for kind in self.columns.values())
        values = [row.get(name) for row in rows for name in self.columns]
        query = f"SELECT * FROM (VALUES {', '.join([f'({cast})'] * len(rows))}) t({names})"  # noqa: S608  # its own names
        return connection.sql(query, params=values)


@st.composite
def typed(draw: st.DrawFn, mapping: SourceMapping) -> TypedTable:
    """A table with a few typed columns, its rows good but for a cell or two."""
    columns = dict.fromkeys(columns_for(mapping), "VARCHAR")
    for name in draw(st.lists(st.sampled_from([name for name in LIKELY if name in columns]), max_size=4, unique=True)):
        columns[name] = draw(st.sampled_from(LIKELY[name]) | st.sampled_from(tuple(TYPED)))
    rows = []
    for number in range(draw(st.integers(1, 25))):
        cells = {name: cell or None for name, cell in zip(COLUMNS, line_of(number), strict=True)}
        given = {name: draw(_values(kind)) for name, kind in columns.items() if kind != "VARCHAR"}
        wrong = draw(st.dictionaries(st.sampled_from([*columns]), st.booleans(), max_size=1))
        rows.append(cells | given | {name: draw(_values(columns[name])) for name in wrong})
    return TypedTable(columns, rows)


def _values(kind: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from(TYPED[kind]) | st.none()


@fewer
@given(st.data(), merged())
def test_any_table_with_types(data: st.DataObject, mapping: SourceMapping):
    """Numbers, days and truths that come typed are what they are one by one."""
    found = data.draw(typed(mapping))
    assert_agrees(lambda: [found.table()], mapping, IN_BLOCKS)
