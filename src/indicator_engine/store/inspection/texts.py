"""What the bytes of a text file tell: its encoding, its line ends, what parts its cells.

An encoding is proved only where every byte of the file fits it and hardly any other text would. Windows-1252 fits
nearly everything, so it is at best likely, and is told with the letters it would make of the bytes in question.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from contextlib import closing
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from indicator_engine.frozen import dataclass
from indicator_engine.store.cells import cut, is_blank
from indicator_engine.store.inspection.proposal import Example
from indicator_engine.store.tables import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from indicator_engine.store.inspection.proposal import File, Findings
    from indicator_engine.store.tables import Line, Table

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
"""What parts cells in the files that people have."""

_HEAD = 4096
_TRIED = 1000
"""Lines by which it is found what parts cells."""

_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"%PDF")
"""How files begin that are no text, whatever their ending; their reader refuses them."""

_WRONG = re.compile("[\udc80-\udcff]")
_NOT_WINDOWS = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
_MOST_BYTES = 6
_ENDS = {"\r\n": "CR LF", "\n": "LF", "\r": "CR"}


# ── encodings ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Survey:
    """All lines of a file, decoded: what is odd about them, and where."""

    ends: Counter[str] = field(default_factory=Counter)
    nuls: list[int] = field(default_factory=list)
    foreign: list[Example] = field(default_factory=list)
    wrong: list[Example] = field(default_factory=list)
    bytes: Counter[int] = field(default_factory=Counter)

    def take(self, number: int, line: str) -> None:
        """One line with its end."""
        end = next((each for each in _ENDS if line.endswith(each)), "")
        self.ends[end] += 1
        if "\0" in line:
            self.nuls.append(number)
        if not line.isascii():
            self._take_foreign(number, line.rstrip("\r\n").removeprefix("\ufeff"))

    def _take_foreign(self, number: int, line: str) -> None:
        found = _WRONG.search(line)
        if found is None:
            self.foreign += [Example(number, line)] if not line.isascii() else []
            return
        self.bytes.update(ord(one) - 0xDC00 for one in _WRONG.findall(line))
        around = line[max(0, found.start() - 20) : found.end() + 20]
        self.wrong.append(Example(number, around.encode("utf-8", "surrogateescape").decode("cp1252", "replace")))


def propose_encoding(findings: Findings, data: Callable[[], BinaryIO]) -> str:
    """Propose an encoding; gives the one to read on with."""
    with closing(data()) as stream:
        head = stream.read(_HEAD)
    if head.startswith(_BINARY):
        return "utf-8"
    wide = _wide(head)
    survey = _surveyed(data, wide or "utf-8")
    _tell_lines(findings, survey)
    if wide:
        mark = "it begins with the mark of UTF-16" if wide == "utf-16" else "every other byte of its beginning is 0"
        findings.decide("encoding", wide, "proved" if wide == "utf-16" else "likely", mark)
        return wide
    if not survey.wrong:
        _tell_utf8(findings, survey)
        return "utf-8"
    return _propose_narrow(findings, survey)


def _wide(head: bytes) -> str:
    """UTF-16, where bytes look like it; "" where they do not."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = head[0::2], head[1::2]
    if len(second) < 4:
        return ""
    if second.count(0) > 0.4 * len(second) and first.count(0) < 0.05 * len(first):
        return "utf-16-le"
    return "utf-16-be" if first.count(0) > 0.4 * len(first) and second.count(0) < 0.05 * len(second) else ""


def _surveyed(data: Callable[[], BinaryIO], encoding: str) -> _Survey:
    survey = _Survey()
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    with closing(io.TextIOWrapper(data(), encoding, errors=errors, newline="")) as text:
        for number, line in enumerate(text, 1):
            survey.take(number, line)
    return survey


def _tell_lines(findings: Findings, survey: _Survey) -> None:
    ends = {name: survey.ends[end] for end, name in _ENDS.items() if survey.ends[end]}
    if len(ends) > 1:
        told = ", ".join(f"{count} with {name}" for name, count in ends.items())
        findings.tell("", f"lines end in several ways, which does no harm: {told}")
    if survey.nuls:
        says = f"{_lines(len(survey.nuls))} with NUL characters: the file may be damaged, and such rows cannot be used"
        findings.tell("", says, [Example(line) for line in survey.nuls])


def _tell_utf8(findings: Findings, survey: _Survey) -> None:
    if survey.foreign:
        says = f"every byte is UTF-8, and {_lines(len(survey.foreign))} with letters beyond ASCII prove it"
        findings.tell("encoding", says, [Example(one.line, one.text[:200]) for one in survey.foreign], sure="proved")
    else:
        findings.tell("encoding", "every byte is ASCII, which is UTF-8 as well", sure="proved")


def _propose_narrow(findings: Findings, survey: _Survey) -> str:
    """An encoding of one byte a letter, for a file that is not UTF-8."""
    wrong = sorted(survey.bytes)
    shown = ", ".join(f"{one:02x} {_in_windows(one)}".strip() for one in wrong[:_MOST_BYTES])
    shown += " …" if len(wrong) > _MOST_BYTES else ""
    says = f"{_lines(len(survey.wrong))} with bytes that are not UTF-8; as Windows-1252 they read {shown}"
    if survey.foreign:
        says += f", but {_lines(len(survey.foreign))} with letters in UTF-8: the file mixes encodings"
        findings.leave("encoding", says, {"encoding": "cp1252"}, examples=survey.wrong)
        return "cp1252" if not _NOT_WINDOWS & survey.bytes.keys() else "latin-1"
    if unknown := sorted(_NOT_WINDOWS & survey.bytes.keys()):
        says += f"; byte {unknown[0]:02x} is no letter there, and is {bytes(unknown[:1]).decode('cp850')} in cp850"
        findings.leave("encoding", says, {"encoding": "cp850"}, {"encoding": "mac-roman"}, examples=survey.wrong)
        return "latin-1"
    findings.decide("encoding", "cp1252", "likely", says, survey.wrong)
    return "cp1252"


def _in_windows(byte: int) -> str:
    return cut(bytes([byte]).decode("cp1252", "ignore"))


def _lines(count: int) -> str:
    """As in: 1 line has, 3 lines have; what they have is said after it."""
    return "there is 1 line" if count == 1 else f"there are {count} lines"


# ── what parts cells ─────────────────────────────────────────────────────────────────────────────────────────────────


class _Rate(NamedTuple):
    """How well a mark parts the cells: lines with the usual number of cells, how many that is, all lines, the first."""

    fitting: int
    width: int
    total: int


def propose_delimiter(findings: Findings, file: File, encoding: str) -> str:
    """Propose what parts cells; gives what to read on with."""
    rates = {mark: _rate(file, Reading(encoding, mark)) for mark in MARKS}
    parting = {mark: rate for mark, rate in rates.items() if rate.width > 1}
    best = max(parting, key=lambda mark: (*parting[mark][:2], mark == file.delimiter), default="")
    if not best:
        findings.tell("delimiter", f"every line is one cell: none of {', '.join(MARKS.values())} parts it")
        return file.delimiter
    rate = parting[best]
    says = f"{rate.fitting} of {rate.total} lines have {rate.width} cells parted by {MARKS[best]}"
    sure = "proved" if rate.fitting == rate.total and len(parting) == 1 else "likely"
    if best == file.delimiter:
        findings.tell("delimiter", f"{says}, as the file's ending says", sure=sure)  # type: ignore[arg-type]
    else:
        findings.decide("delimiter", best, sure, says)  # type: ignore[arg-type]  # a word of two
    return best


def _rate(file: File, reading: Reading) -> _Rate:
    widths: Counter[int] = Counter()
    for line in lines_of(file.open(reading), _TRIED):
        if line.fault or not all(map(is_blank, line.cells)):
            widths[0 if line.fault else len(line.cells)] += 1
    several = [(count, width) for width, count in widths.items() if width > 1]
    fitting, width = max(several, default=(0, 0))
    return _Rate(fitting, width, widths.total())


def lines_of(table: Table, most: int) -> Iterator[Line]:
    """The first lines of a table; then it is closed."""
    lines = iter(table.lines)
    yield from islice(lines, most)
    if close := getattr(lines, "close", None):
        close()
