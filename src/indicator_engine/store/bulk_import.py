"""Reads a large table in bulk: chunks of it are staged as they came, typed by the database, and stored.

Text files go through a spool: lines that are plain are written, without quotes, to a file that a sandboxed connection
hands over as an Arrow stream; lines that are not plain, and rows that the database does not take, are read one by one.
Every line is counted here, and what the database hands back must make up the same number.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from indicator_engine.problems import StoreError
from indicator_engine.store.bulk import Sql, can_read
from indicator_engine.store.catalog import quoted
from indicator_engine.store.cells import encodes
from indicator_engine.store.raw_text import Blocks
from indicator_engine.store.sandbox import sandbox
from indicator_engine.store.tables import CELL_LENGTH, MARK, Line
from indicator_engine.store.typed_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indicator_engine.language.schema import EventType
    from indicator_engine.store.event_import import EventImport
    from indicator_engine.store.raw_text import Block, RawText
    from indicator_engine.store.tables import Stream

WORTHWHILE = 20_000
"""Lines from which on the bulk way is faster."""

SPOOLED = 500_000
"""Lines that are spooled at a time."""

_NEVER = "\x01"
"""A character that no spooled line has; the database is told that it alone would mean nothing."""


class BulkImport:
    """The bulk way of one import of events."""

    def __init__(self, work: EventImport) -> None:
        self.work = work
        self.rows, self.database, self.table = work.rows, work.database, work.table
        self.header = self.rows.layout.header
        self._spooled = 0

    def possible(self) -> bool:
        """Whether the table is large and plain enough."""
        if MARK in self.header:
            return False
        if self.table.streams is not None:
            return self.table.size >= WORTHWHILE and not self.rows.mapping.stop_at
        texts = ["VARCHAR"] * len(self.header)
        return self.table.text and can_read(self.rows, texts) and self.rows.first(WORTHWHILE) == WORTHWHILE

    def read(self) -> None:
        """Read every line."""
        if self.table.streams is None:
            self._read_text()
            return
        before = 0
        for stream in self.table.streams():
            before += self._take_stream(stream, before)

    # ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_text(self) -> None:
        kinds = {f"c{place}": "VARCHAR" for place in range(len(self.header))}
        with _temporary_folder() as folder:
            lines = self._after_blocks(folder / "block.txt", kinds)
            while self._spool(lines, folder / "spool.tsv"):
                self._take_spool(folder / "spool.tsv", kinds)

    def _after_blocks(self, spool: Path, kinds: Mapping[str, str]) -> Iterator[Line]:
        """Read what can be read in blocks; the lines that are left."""
        raw, last = self.table.raw, 0
        if raw is None or self.rows.mapping.stop_at:
            return self.rows.until_end()
        blocks = Blocks(raw, self.rows.layout.line, len(self.header))
        for block in blocks:
            self._take_block(block, raw, spool, kinds)
            last = block.last
            self.work.tell_progress(done=block.done)
        return iter(()) if blocks.complete else (line for line in self.rows.until_end() if line.number > last)

    def _take_block(self, block: Block, raw: RawText, spool: Path, kinds: Mapping[str, str]) -> None:
        """The plain lines of a block by way of the database, the others one by one."""
        lines = list(block.lines)
        for place in block.odd:
            lines[place] = raw.delimiter * (len(self.header) - 1) or b"-"
            self.work.take(self.rows.item(raw.parse(block.lines[place].decode(), block.first + place)))
        spool.write_bytes(b"\n".join(lines) + b"\n")
        numbered = f"SELECT CAST(row_number() OVER () + {block.first - 1} AS BIGINT) AS _line, *"
        with sandbox(folders=[spool.parent]) as reader:
            relation = reader.sql(f"{numbered} FROM {_csv(raw.delimiter.decode(), kinds)}", params=[str(spool)])
            with self.database.stream("incoming", relation):
                self._hold("*", kinds)
        self._check_ends(block, lines, raw.delimiter)
        if block.odd:
            odd = [block.first + place for place in block.odd]
            self.database.run("DELETE FROM bulk WHERE list_contains(?, _line)", [odd])
        self._type(kinds, len(lines) - len(block.odd))

    def _check_ends(self, block: Block, lines: list[bytes], delimiter: bytes) -> None:
        """That the first and the last line have come to stand under their own numbers."""
        for number, line in ((block.first, lines[0]), (block.last, lines[-1])):
            found = self.database.rows("SELECT * EXCLUDE (_line, _sure) FROM bulk WHERE _line = ?", [number])
            cells = [cell or "" for row in found for cell in row]
            if delimiter.join(cell.encode() for cell in cells) != line:
                raise StoreError(f"line {number} was not read as it stands in the file: nothing was stored")

    def _spool(self, lines: Iterator[Line], spool: Path) -> int:
        """Write the plain ones of the next lines to the spool, and read the others at once; how many were looked at."""
        seen = written = 0
        with spool.open("w", encoding="utf-8", newline="\n") as file:
            for line in islice(lines, SPOOLED):
                seen += 1
                if text := self._plain(line):
                    file.write(f"{line.number}\t{text}\n")
                    written += 1
                else:
                    self.work.take(self.rows.item(line))
                if seen % 10_000 == 0:
                    self.work.tell_progress(seen)
        self._spooled = written
        return seen

    def _plain(self, line: Line) -> str:
        """A line as the spool has it; "" where it must be read with care, because of what it has or lacks."""
        cells = line.cells
        if line.fault or len(cells) != len(self.header) or self._names_columns(cells[0]):
            return ""
        text = "\t".join(cells)
        if text.count("\t") >= len(cells) or len(text) > CELL_LENGTH:
            return ""
        odd = "\n" in text or "\r" in text or "\0" in text or _NEVER in text
        return "" if odd or text.isspace() or not encodes(text) else text

    def _names_columns(self, first: str) -> bool:
        """Whether a line may be the names of the columns once more."""
        return first[:1] == self.header[0][:1] and " ".join(first.split()) == self.header[0]

    def _take_spool(self, spool: Path, kinds: Mapping[str, str]) -> None:
        if not self._spooled:
            return
        with sandbox(folders=[spool.parent]) as reader:
            table = _csv("\t", {"_line": "BIGINT", **kinds})
            self._take(reader.sql(f"SELECT * FROM {table}", params=[str(spool)]), "*", kinds, self._spooled)

    # ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_stream(self, stream: Stream, before: int) -> int:
        """The rows of one stream, of which so many rows came before; how many it has."""
        names = ", ".join(f"c{place}" for place in range(len(self.header)))
        with self.database.stream("incoming", stream):
            self.database.run(
                "CREATE OR REPLACE TEMP TABLE held AS "
                f"SELECT row_number() OVER () + ? AS _line, * FROM incoming AS t({names})",
                [before],
            )
        there = {name: kind.partition("(")[0] for name, kind in self.database.columns("held").items()}
        kinds = {name: kind for name, kind in there.items() if name != "_line"}
        count = int(self.database.value("SELECT count(*) FROM held"))
        self._hold("*", kinds, "held")
        self.database.run("DROP TABLE held")
        self._type(kinds, count)
        return count

    # ── typing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, stream: Stream, columns: str, kinds: Mapping[str, str], count: int) -> None:
        with self.database.stream("incoming", stream):
            self._hold(columns, kinds)
        self._type(kinds, count)

    def _hold(self, columns: str, kinds: Mapping[str, str], table: str = "incoming") -> None:
        """Hold rows as they came, with whether their cells can be taken as they are."""
        sql = Sql(self.rows, self.work.schema, kinds)
        query = f"SELECT {columns}, NOT ({sql.unsure()}) AS _sure FROM {table}"
        self.database.run(f"CREATE OR REPLACE TEMP TABLE bulk AS {query}", sql.values)

    def _type(self, kinds: Mapping[str, str], count: int) -> None:
        """Stage the rows that are plainly good, and read the others one by one."""
        if self.database.value("SELECT count(*) FROM bulk") != count:
            raise StoreError(f"{count} rows were read, and the database has another number of them: nothing was stored")
        if can_read(self.rows, kinds.values()):
            self.work.counting.read += sum(self._stage(event, kinds) for event in self.work.schema.events.values())
            self._tell_mended()
        self._read_the_others(kinds)
        self.database.run("DROP TABLE bulk")
        self.work.store()
        self.work.tell_progress()

    def _stage(self, event: EventType, kinds: Mapping[str, str]) -> int:
        """Stage the rows that are plainly good ones of an event type; how many."""
        sql = Sql(self.rows, self.work.schema, kinds)
        accepted, values = sql.accepted(event), ", ".join(sql.values_of(event))
        is_of = sql.is_of(event)
        if not self.database.rows(f"SELECT 1 FROM bulk WHERE {is_of} LIMIT 1", sql.used(is_of)):
            return 0
        staged = self.work.staging.table(event.name)
        count = self.database.run(
            f"INSERT INTO {quoted(staged.name)} SELECT _line, {values} FROM bulk WHERE _sure AND {accepted}", sql.values
        )
        self.work.staging.rows += count
        return count

    def _read_the_others(self, kinds: Mapping[str, str]) -> None:
        """Read the rows one by one that the database did not take."""
        taken = [f"SELECT _line FROM {quoted(one.name)}" for one in self.work.staging.tables.values()]
        without = f"ANTI JOIN ({' UNION ALL '.join(taken)}) USING (_line) " if taken else ""
        query = f"SELECT _line, {', '.join(kinds)} FROM bulk {without}ORDER BY _line"
        for number, *cells in self.database.rows(query):
            self.work.take(self.rows.item(line_of(number, tuple(cells), self.header)))

    def _tell_mended(self) -> None:
        """Tell the quarantine of rows that may take the place of some in it."""
        entries = self.work.counting.mended.open
        if not entries:
            return
        lines = [one.line for one in entries]
        for staged in self.work.staging.tables.values():
            query = (
                f"SELECT bulk.* EXCLUDE (_sure) FROM {quoted(staged.name)} JOIN bulk USING (_line) "
                "WHERE list_contains(?, _line)"
            )
            for number, *cells in self.database.rows(query, [lines]):
                self.work.counting.good(number, tuple(cells))


def _csv(delimiter: str, columns: Mapping[str, str]) -> str:
    """A text file of plain lines as a table; its path is to be bound. Nothing about it is left to be guessed."""
    named = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    parting = delimiter.replace("'", "''")
    return (
        f"read_csv(?, auto_detect = false, header = false, delim = '{parting}', quote = '', escape = '', comment = '', "
        f"columns = {{{named}}}, nullstr = '{_NEVER}', null_padding = false, strict_mode = true, "
        "max_line_size = 4194304)"
    )


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder for what is on its way, which is gone afterwards. Raises StoreError where it cannot be written."""
    folder: Path | None = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="indicators-"))
        yield folder
    except OSError as fault:
        full = "the disk is full" if fault.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) else fault.strerror
        where = "any folder for temporary files" if folder is None else folder
        raise StoreError(f"{full}: rows could not be put into {where} on their way; nothing was stored") from fault
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
