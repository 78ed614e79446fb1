"""Lines of CSV files (commas) and TSV files (tabs), read strictly: what does not fit is told, never guessed at.

Cells stay text, dates and numbers too; typing them is `store/intake.py`. A line is numbered by where it begins, also
when a cell in quotes goes on over several lines. Where a quotation mark does not fit, that one line cannot be read, and
reading goes on with the next: no other line is lost to it. No line is read more than twice, however many do not fit.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from indicator_engine.hookspecs import Source, hookimpl
from indicator_engine.store.files import TextFile, open_text
from indicator_engine.store.raw_text import RawText
from indicator_engine.store.tables import CELL_LENGTH, Fault, Line, Reading, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


LONGEST_RECORD = 16 * CELL_LENGTH
"""Characters one record of several lines may have."""


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Register CSV and TSV."""
    register(Source("csv", (".csv", ".txt"), lambda path, reading: _open(path, reading, ",")))
    register(Source("tsv", (".tsv", ".tab"), lambda path, reading: _open(path, reading, "\t")))


def _open(path: str, reading: Reading, separator: str) -> Table:
    file = open_text(path, reading.encoding)
    separator = reading.delimiter or separator
    return Table(
        file.name,
        _lines(file, separator, reading.quote),
        digest=file.digest,
        text=True,
        raw=_raw(file, separator, reading.quote),
        size=file.size,
        done=file.done,
    )


def _raw(file: TextFile, separator: str, quote: str) -> RawText | None:
    """The file for a reading in blocks: one in UTF-8 whose cells are parted by a character of one byte."""
    if not file.is_on_disk or not file.is_utf8 or not (separator + quote).isascii():
        return None

    def parse(text: str, number: int) -> Line:
        return next(_lines([text], separator, quote), Line(number, ()))._replace(number=number)

    return RawText(file.path, separator.encode(), quote.encode(), parse)


def _lines(file: Iterable[str], separator: str, quote: str) -> Iterator[Line]:
    """Every record, blank ones too, with the line it begins on."""
    physical = _Physical(iter(file))
    while True:
        reader = csv.reader(
            physical,
            delimiter=separator,
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            for cells in reader:
                yield Line(physical.begin(), tuple(cells))
        except csv.Error as fault:
            yield physical.give_up(str(fault))
        else:
            return


class _Physical:
    """The lines of a file, those of the record that is being read remembered.

    The lines of a record that cannot be read, but for its first, are read again, each as the beginning of a record.
    Where such a record would go on with the next of these lines, it cannot be read either: that line would stand in
    quotes, as it did before, and from there on everything would come to the same end.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self._why = ""
        self._record: list[str] = []
        self._length = 0
        self._number = 1

    def __iter__(self) -> _Physical:
        return self

    def __next__(self) -> str:
        if self._record and self._again:
            raise csv.Error(self._why)
        line = self._again.pop() if self._again else next(self._lines)
        self._record.append(line)
        self._length += len(line)
        if self._length > LONGEST_RECORD and len(self._record) > 1:
            raise csv.Error(_TOO_LONG)
        return line

    def begin(self) -> int:
        """The number of the line on which the record just read began; the next begins after it."""
        began, self._number = self._number, self._number + len(self._record)
        self._record.clear()
        self._length = 0
        return began

    def give_up(self, why: str) -> Line:
        """The first line of a record that cannot be read; the lines after it are read anew."""
        first, *rest = self._record
        if rest:
            self._again, self._why = rest[::-1], why
        self._record = [first]
        return Line(self.begin(), (first.rstrip("\r\n")[:CELL_LENGTH],), _fault(why))


_TOO_LONG = "the record is too long"


def _fault(message: str) -> Fault:
    if message == _TOO_LONG:
        fact = f"a quotation mark opened here goes on over more than {LONGEST_RECORD:,} characters"
        return Fault("IE346", fact, "was it never closed?")
    if "field limit" in message:
        return Fault("IE347", f"a cell has more than {CELL_LENGTH:,} characters", "was a quotation mark never closed?")
    hint = 'write a quotation mark inside a cell twice: ""'
    if "end of data" in message:
        return Fault("IE346", "a quotation mark opened here is never closed", hint)
    if "expected after" in message:
        return Fault("IE346", "a cell of this row goes on after its closing quotation mark", hint)
    return Fault("IE346", f"the quotation marks of this row do not fit: {message}", hint)
