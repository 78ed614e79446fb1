"""The tables that SQL contestants look at: those of an event store, or one wide table of all events."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from benchmarks.questions import Condition

LISTED = "kind = 'member'"


@dataclass(frozen=True)
class Layout:
    """Where events are, and what the columns of organisations and days are called."""

    events: str
    """The table of all events; "" where each type has its own."""
    subject: str
    day: str

    def table(self, type_: str) -> str:
        """The table with the events of a type."""
        return self.events or f"event_{type_}"

    def where(self, type_: str, *conditions: str) -> str:
        """What is asked of its rows, for which nothing need be asked."""
        told = [f"type = '{type_}'"] * bool(self.events) + [one for one in conditions if one]
        return f" WHERE {' AND '.join(told)}" if told else ""

    def until(self, day: date) -> str:
        """The rows that had happened by a day."""
        return f"{self.day} <= {literal(day)}"

    def having(self, condition: Condition, day: date) -> str:
        """The organisations of a condition, with repeats."""
        where = self.where(condition.type, self.until(day), condition.sql)
        return f"SELECT {self.subject} AS s FROM {self.table(condition.type)}{where}"

    def members(self, day: date) -> str:
        """The members on a day."""
        return f"SELECT {self.subject} AS s FROM register WHERE {LISTED} AND {is_member(literal(day))}"


STORE = Layout("", "_subject", "_occurred")
"""An event store: a table a type in the order in which events came, organisations as whole numbers."""
CLUSTERED = Layout("clustered", "organisation", "occurred_on")
"""One wide table in the order of types and days, which is the best that it can have."""
INGESTED = Layout("ingested", "organisation", "occurred_on")
"""One wide table in the order in which events came: what a tool meets that somebody points at a table."""
SAMPLE = Layout("sample", "organisation", "occurred_on")
"""Some of the rows, for what would take hours over all of them."""


def literal(day: date) -> str:
    """A day in SQL."""
    return f"DATE '{day.isoformat()}'"


def is_member(day: str, row: str = "") -> str:
    """Whether a row of the register is one of a member on a day."""
    return f"coalesce({row}member_from <= {day}, TRUE) AND coalesce({row}member_to >= {day}, TRUE)"


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to look at the tables of a file."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS data (READ_ONLY)")
        connection.execute("USE data")
        yield connection
