"""What columns of somebody else's tables say as the types of a pack, and which of their rows say what none can hold.

No row makes an expression fail: what does not fit says nothing. Such rows are set aside; where a table has none, its
columns are read plainly, and the database need not ask of each row whether it fits.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from indicator_engine.evaluation.compiled.connections import DIGITS, PLACES
from indicator_engine.evaluation.compiled.relations import day_literal
from indicator_engine.frozen import dataclass
from indicator_engine.periods import EARLIEST, LATEST
from indicator_engine.store.tables import CELL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicator_engine.evaluation.compiled.connections import Column
    from indicator_engine.evaluation.compiled.dialects import Dialect


@dataclass(frozen=True)
class Fault:
    """Rows of a table that cannot be used: where they are, as a condition, and what is told of them."""

    condition: str
    code: str
    fact: str
    hint: str = ""


@dataclass(frozen=True)
class Told:
    """What a column says: `text` whatever is in it, `plain` where every row fits; and the rows that do not."""

    text: str
    plain: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Years:
    """The days among which those of a column are expected, and what to do about others."""

    first: date = EARLIEST
    last: date = LATEST
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


EXPECTED = Years()


def _where(fits: Sequence[str], plain: str, *faults: Fault) -> Told:
    """What a column says where it fits."""
    return Told(f"CASE WHEN {' AND '.join(fits)} THEN {plain} END" if fits else plain, plain, faults)


def number(name: str, raw: str, kind: str, column: Column, dialect: Dialect) -> Told:
    """A whole number or a decimal, as long as is kept."""
    plain, fits, faults = f"CAST({raw} AS {kind})", [], []
    if column.holds == "whole" or column.digits > DIGITS:
        fits.append(f"{raw} > -{10**DIGITS} AND {raw} < {10**DIGITS}")
    if column.places > PLACES:
        fits.append(f"{raw} = round({raw}, {PLACES})")
    none = dialect.is_no_number(raw) if column.holds == "decimal" else ""
    if fits:
        long = f"NOT ({' AND '.join(fits)})"
        fault = f"({long} AND NOT {none})" if none else long
        faults.append(Fault(fault, "IE363", f"{name} has more digits than are kept"))
    if none:
        fits.insert(0, f"NOT {none}")
        faults.append(Fault(none, "IE354", f"{name} is not a number"))
    return _where(fits, plain, *faults)


def day(name: str, raw: str, column: Column, blank: str = "", years: Years = EXPECTED) -> Told:
    """A day, or an instant at midnight, within the years expected; the day `blank` says nothing."""
    found = f"CAST({raw} AS DATE)"
    found = f"nullif({found}, {blank})" if blank else found
    within = f"{found} BETWEEN {day_literal(years.first)} AND {day_literal(years.last)}"
    outside = Fault(f"NOT ({within})", "IE352", f"{name} is outside {years}", years.hint)
    if column.holds == "date":
        return _where([within], found, outside)
    at_a_time = f"CAST({found} AS TIMESTAMP) <> CAST({raw} AS TIMESTAMP)"
    return _where([within], found, outside, Fault(at_a_time, "IE353", f"{name} has a time of day"))


def instant(name: str, raw: str, column: Column) -> Told:
    """A day or an instant within the years expected; one with a zone in UTC."""
    plain = f"CAST({raw} AS TIMESTAMP)"
    found = raw if column.holds == "date" else plain
    within = f"{found} >= {day_literal(EARLIEST)} AND {found} < {day_literal(LATEST + timedelta(days=1))}"
    return _where([within], plain, Fault(f"NOT ({within})", "IE352", f"{name} is outside {EXPECTED}"))


def is_edged(raw: str, marks: str, dialect: Dialect) -> str:
    """Where a text begins or ends with one of some marks; most begin with a plain character, and are passed over."""
    text = dialect.text(raw)
    first, last = (f"position(nullif({end}({text}, 1), '') IN {marks}) > 0" for end in ("left", "right"))
    return f"({text} NOT BETWEEN '!' AND chr(127) AND {first}) OR {last}"


def too_long(name: str, raw: str, dialect: Dialect) -> Fault:
    """Texts that are longer than a cell can be."""
    fact = f"{name} has more than {CELL_LENGTH:,} characters"
    return Fault(f"length({dialect.text(raw)}) > {CELL_LENGTH}", "IE347", fact)
