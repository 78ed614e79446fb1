"""How a file writes its days, and which of its cells prove it.

`03/04/2010` is a day in April or in March. A format is proposed only when cells such as `25/03/2010` leave no other, in
all columns of days together, because a source has one list of formats. Where none does, nothing is proposed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from indicator_engine.definitions.mappings import SERIAL
from indicator_engine.frozen import dataclass
from indicator_engine.periods import DayFormat
from indicator_engine.store.cells import PLAIN, CellError, Formats, cut, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from indicator_engine.store.inspection.columns import Cells, Seen
    from indicator_engine.store.inspection.proposal import Findings

_GAP = r"([ ,./–—-]{1,2})"
_PARTS = re.compile(rf"(\d{{1,4}}|[A-Za-z]{{3,9}}){_GAP}(\d{{1,2}}|[A-Za-z]{{3,9}}){_GAP}(\d{{4}}|\d{{1,2}})", re.ASCII)
_COMPACT = re.compile(r"\d{8}", re.ASCII)
_TIMED = re.compile(r"(.+?)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_SERIAL = re.compile(r"[2-6]\d{4}(\.0+)?", re.ASCII)
_LONGEST = 60
_FIRST = {"d": "the day", "m": "the month", "Y": "the year", "y": "the year", "b": "the month", "B": "the month"}
_SERIALS = Formats(serial_dates=True)


class Shape(NamedTuple):
    """How a day is written but for its digits: the sorts of its parts and what stands between them."""

    first: str
    gap: str
    second: str
    other_gap: str
    third: str

    def formats(self) -> tuple[str, ...]:
        """The formats it could be in, likelier ones first."""
        return tuple(
            f"%{order[0]}{self.gap}%{order[1]}{self.other_gap}%{order[2]}"
            for order in _ORDERS.get((self.first, self.second, self.third), ())
        )


_ORDERS: Mapping[tuple[str, str, str], tuple[str, ...]] = {
    ("n", "n", "Y"): ("dmY", "mdY"),
    ("n", "n", "n"): ("dmy", "mdy", "ymd"),
    ("Y", "n", "n"): ("Ymd",),
    ("n", "b", "Y"): ("dBY",),
    ("n", "b", "n"): ("dBy",),
    ("b", "n", "Y"): ("BdY",),
    ("b", "n", "n"): ("Bdy",),
    ("Y", "b", "n"): ("YBd",),
}
COMPACT = Shape("8", "", "", "", "")
_COMPACT_FORMATS = ("%Y%m%d", "%d%m%Y", "%m%d%Y")


@lru_cache(maxsize=256)
def _format(text: str) -> DayFormat:
    return DayFormat(text)


def _day(text: str, one: str) -> date | None:
    return _format(one).day(text)


def year_first(text: str) -> bool:
    """Whether a text is a day year first, which needs no declaring."""
    try:
        return len(text) == 10 and text[4] == "-" and read_day(text) is not None
    except CellError:
        return False


def is_day(text: str) -> bool:
    """Whether a text is a day in any format; numbers alone are none."""
    if year_first(text):
        return True
    shape = shape_of(text)
    return bool(shape and _fitting(shape, text))


def day_part(text: str) -> str:
    """The day of a day with a time; "" for any other text."""
    found = _TIMED.fullmatch(text) if len(text) <= _LONGEST else None
    return found[1] if found else ""


def shape_of(text: str) -> Shape | None:
    """How a text is written, if it could be a day."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    first, gap, second, other_gap, third = found.groups()
    return Shape(_sort(first), gap, _sort(second), other_gap, _sort(third))


def _sort(part: str) -> str:
    if part.isdigit():
        return "Y" if len(part) == 4 else "n"
    return "b"


# ── what the cells prove ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """The days of one column that are written in one shape: those that fit one format alone, those that fit several."""

    proofs: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    either: list[Seen] = field(default_factory=list)

    def take(self, one: Seen, fitting: Sequence[str]) -> None:
        """Count a cell. That a year of two digits stands first is believed only where nothing else fits."""
        usual = [each for each in fitting if not each.startswith("%y")] or fitting
        if len(usual) == 1:
            self.proofs[usual[0]].append(one)
        elif usual:
            self.either.append(one)

    @property
    def total(self) -> int:
        """How many cells there are."""
        return sum(map(_count, self.proofs.values())) + _count(self.either)


Columns = dict[str, Tally]
"""The tallies of one shape by the names of their columns."""


@dataclass
class _Days:
    """All days of a file by the shape they are written in; `wanted` columns are those that the pack says hold days."""

    findings: Findings
    wanted: frozenset[int]
    shapes: dict[Shape, Columns] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))

    def take(self, column: Cells) -> None:
        """Count the cells of a column by their shapes."""
        compact = column.index in self.wanted
        plain = []
        for one in column.of("day", "instant", "number") if compact else column.of("day", "instant"):
            text = day_part(one.text) or one.text
            shape = COMPACT if compact and _COMPACT.fullmatch(text) else shape_of(text)
            if not isinstance(one.cell, str) or year_first(text):
                plain += [one] if one.kind != "number" else []
            elif shape and (fitting := _fitting(shape, text)):
                self.shapes[shape][column.name].take(replace(one, text=text), fitting)
        if plain:
            says = f"{_days(plain)} written year first, or kept as such by a spreadsheet: nothing to declare"
            self.findings.tell("dates", says, [plain[0].example], column=column.name)

    def decided(self) -> Iterator[str]:
        """The format of each shape whose cells prove it."""
        for shape, tallies in self.shapes.items():
            if len(proved := _proved(tallies)) == 1:
                yield _spelt(proved[0], tallies)
                self._tell_proved(shape, proved[0], tallies)

    def leave_rest(self) -> None:
        """Tell the shapes whose cells prove nothing, or more than can hold."""
        for shape, tallies in self.shapes.items():
            if not (proved := _proved(tallies)):
                self._leave_open(shape, tallies)
            elif len(proved) > 1:
                self._leave_mixed(proved, tallies)

    def serials(self, column: Cells) -> bool:
        """Whether a column of days holds the numbers that spreadsheets count them with."""
        numbers = [one for one in column.of("number") if not _COMPACT.fullmatch(one.text)]
        counted = [one for one in numbers if _SERIAL.fullmatch(one.text)]
        if not counted:
            return False
        first = counted[0]
        says = f"{_count(counted)} of its cells are numbers with which spreadsheets count days"
        says += f": {first.text} would be {read_day(first.text, _SERIALS)}"
        if len(counted) < len(numbers):
            says += f"; {_count(numbers) - _count(counted)} are other numbers"
            dates = [*self.findings.values.get("dates", ()), SERIAL]
            self.findings.leave("dates", says, {"dates": dates}, examples=[first.example])
            return False
        self.findings.decide("dates", (SERIAL,), "likely", says, [first.example], column=column.name)
        return True

    def _tell_proved(self, shape: Shape, proved: str, tallies: Columns) -> None:
        """What each column says of the format: it proves it, or it could be read otherwise and others prove it."""
        prover = next(name for name, tally in tallies.items() if tally.proofs)
        for name, tally in tallies.items():
            unsure = not tally.proofs or _year_could_be_first(shape, proved, tally)
            says = _proof(shape, proved, tally) if tally.proofs else (
                f"{_days(tally.either)} could be read either way; `{cut(prover)}` proves how days are written here"
            )  # fmt: skip
            says += "; the year could stand first as well" if tally.proofs and unsure else ""
            examples = [one.example for one in tally.proofs.get(proved, tally.either)]
            value = (_spelt(proved, tallies),)
            self.findings.decide("dates", value, "likely" if unsure else "proved", says, examples, column=name)

    def _leave_mixed(self, proved: Sequence[str], tallies: Columns) -> None:
        """Some cells prove one order and some another: no list of formats reads the file."""
        where = "; ".join(_where(one, tallies) for one in proved)
        mixing = [name for name, tally in tallies.items() if len(tally.proofs) > 1]
        who = f"`{cut(mixing[0])}` mixes orders" if mixing else "columns are written in different orders"
        says = f"{who}, and no format reads that: {where}"
        examples = [tally.proofs[one][0].example for one in proved for tally in tallies.values() if one in tally.proofs]
        self.findings.leave("dates", says, examples=examples, why=f"{says}; mend the file")

    def _leave_open(self, shape: Shape, tallies: Columns) -> None:
        """Every cell could be read in more than one way."""
        seen = [one for tally in tallies.values() for one in tally.either]
        formats = [one for one in _formats(shape) if not one.startswith("%y")]
        usual = [one for one in formats if all(_day(each.text, one) for each in seen)]
        shown = " or ".join(str(_day(seen[0].text, one)) for one in usual)
        names = ", ".join(f"`{cut(name)}`" for name in tallies)
        says = f"none of {_days(seen)} in {names} proves which part comes first"
        why = f"nothing proves which; {cut(seen[0].text)} could be {shown}"
        before = self.findings.values.get("dates", ())
        ways = [{"dates": [*before, one]} for one in usual]
        self.findings.leave("dates", f"{says}: {why}", *ways, why=why, examples=[one.example for one in seen])


def propose(findings: Findings, columns: Iterable[Cells], wanted: frozenset[int]) -> None:
    """Propose how days are read, from the columns that hold some; `wanted` are those that the pack says are days."""
    days = _Days(findings, wanted)
    told = list(columns)
    for column in told:
        days.take(column)
    if dates := tuple(days.decided()):
        findings.values["dates"] = dates
    if any([days.serials(column) for column in told if column.index in wanted]):  # noqa: C419  # each is told
        findings.values["dates"] = (*dates, SERIAL)
    days.leave_rest()


def _formats(shape: Shape) -> tuple[str, ...]:
    return _COMPACT_FORMATS if shape == COMPACT else shape.formats()


def _fitting(shape: Shape, text: str) -> list[str]:
    return [one for one in _formats(shape) if _day(text, one)]


def _proved(tallies: Columns) -> list[str]:
    """The formats that some cell proves."""
    return list(dict.fromkeys(one for tally in tallies.values() for one in tally.proofs))


def _spelt(one: str, tallies: Columns) -> str:
    """The format, with `%b` where all months are of three letters."""
    texts = [seen.text for tally in tallies.values() for each in tally.proofs.values() for seen in each]
    return one if any(re.search(r"[A-Za-z]{4}", text) for text in texts) else one.replace("%B", "%b")


def _proof(shape: Shape, proved: str, tally: Tally) -> str:
    """As in: 12 of 40 days prove that the day comes first, 28 could be read either way."""
    count = _count(tally.proofs[proved])
    if len(_formats(shape)) == 1:
        return f"{count} of {_days_in(tally.total)} can be read in no other way"
    says = f"{count} of {_days_in(tally.total)} {_prove(count)} that {_FIRST[proved[1]]} comes first"
    return says + (f", {_count(tally.either)} could be read either way" if tally.either else "")


def _year_could_be_first(shape: Shape, proved: str, tally: Tally) -> bool:
    """Whether every day of a column, its years of two digits, would also be one with the year first."""
    other = f"%y{shape.gap}%m{shape.other_gap}%d"
    if proved == other or other not in _formats(shape):
        return False
    return all(_day(one.text, other) for each in (*tally.proofs.values(), tally.either) for one in each)


def _where(one: str, tallies: Columns) -> str:
    seen = [each for tally in tallies.values() for each in tally.proofs.get(one, ())]
    lines = ", ".join(f"line {each.line}" for each in seen[:3]) + (" …" if len(seen) > 3 else "")
    total, count = sum(tally.total for tally in tallies.values()), _count(seen)
    return f"{count} of {_days_in(total)} {_prove(count)} that {_FIRST[one[1]]} comes first ({lines})"


def _prove(count: int) -> str:
    return "proves" if count == 1 else "prove"


def could_be(text: str) -> bool:
    """Whether digits alone could be a day: without anything between its parts, or counted."""
    return bool(_COMPACT.fullmatch(text) or _SERIAL.fullmatch(text))


def is_readable(one: Seen, read: Callable[[Any, Formats], object]) -> bool:
    """Whether a reader of cells takes a day with a time, with one format declared or none."""
    shape = shape_of(day_part(one.text))
    declared = [Formats(dates=(_format(each),)) for each in _formats(shape)] if shape else []
    return any(_takes(read, one, formats) for formats in (PLAIN, *declared))


def _takes(read: Callable[[Any, Formats], object], one: Seen, formats: Formats) -> bool:
    try:
        return read(one.cell, formats) is not None
    except CellError:
        return False


def _count(seen: Iterable[Seen]) -> int:
    return sum(one.count for one in seen)


def _days(seen: Iterable[Seen]) -> str:
    return _days_in(_count(seen))


def _days_in(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
