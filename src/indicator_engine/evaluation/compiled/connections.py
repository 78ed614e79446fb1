"""A connection to a database of somebody else's: which tables it has, what their columns hold, and queries.

Nothing is ever written through it. The shipped engines and those of plugins make such connections.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal

from indicator_engine.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicator_engine.evaluation.compiled.dialects import Dialect
    from indicator_engine.evaluation.compiled.program import Parts

Holds = Literal["whole", "decimal", "float", "text", "date", "instant", "zoned", "truth", "texts"]
"""What a column can hold: whole numbers, exact ones, others; texts, days, instants (with a zone), truths, lists."""

HOLDS: tuple[Holds, ...] = ("whole", "decimal", "float", "text", "date", "instant", "zoned", "truth", "texts")


DIGITS, PLACES = 18, 20
"""How many digits are kept of a number before the point, and behind it."""


@dataclass(frozen=True)
class Column:
    """What a column holds: one of HOLDS, or else the engine's word for its type; of decimals, how many digits.

    Where it `differs` between the files of a table, `holds` says what it is in which of them.
    """

    holds: str
    digits: int = DIGITS
    places: int = PLACES
    differs: bool = False

    @staticmethod
    def decimal(precision: int, scale: int) -> Column:
        """A decimal of so many digits in all, and so many behind the point."""
        return Column("decimal", precision - scale, scale)


class Connection(ABC):
    """One open connection. `dialect` says how its queries are spelt, `shown` what messages call the database."""

    dialect: Dialect
    shown: str

    @abstractmethod
    def tables(self) -> Sequence[str]:
        """Its tables and views, as `table` of a source names them."""

    @abstractmethod
    def columns(self, table: str) -> Mapping[str, Column] | None:
        """What each column of a table holds; None where there is no such table."""

    @abstractmethod
    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query in the engine's own words, with the texts it binds.

        Numbers come as int or Decimal, days as date, instants as datetime without a zone, lists as list. Raises
        StoreError for what goes wrong; a number too large says `overflow` or `out of range`.
        """

    def answer(self, parts: Parts, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query in neutral words with its steps; an engine may keep what steps come to, for the next."""
        return self.rows(self.dialect.translated(self.dialect.together(parts.steps, parts.query), values), values)

    def ways(self) -> Sequence[str]:
        """What it did otherwise than DuckDB with the queries so far, for `explain --plan`."""
        return ()

    def relation(self, table: str) -> str:
        """A table in a query, in neutral words: each part of its name in quotes."""
        return ".".join(f'"{part.replace(chr(34), chr(34) * 2)}"' for part in table.split("."))

    @abstractmethod
    def close(self) -> None:
        """Close it. Closing twice does nothing."""
