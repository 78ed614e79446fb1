"""What queries stand on, wherever it is kept, and how columns, days and instants are written in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from indicator_engine.store.catalog import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from indicator_engine.conventions import Basis
    from indicator_engine.evaluation.compiled.program import Program
    from indicator_engine.language.schema import Schema

SEVERAL_ROWS = "SELECT 1 AS one FROM {register} GROUP BY s HAVING count(*) > 1 LIMIT 1"
"""Asks whether a register has several rows of one subject."""


def column(attribute: str) -> str:
    """The column of an attribute; packs do not tell capitals apart, and neither do databases."""
    return quoted(f"a_{attribute.casefold()}")


def day_literal(day: date) -> str:
    """A day written out."""
    return f"DATE '{day.isoformat()}'"


def happened_by(day: date) -> str:
    """Whether a row of records had happened by a day."""
    return f"day <= {day_literal(day)}"


def instant_literal(instant: datetime) -> str:
    """An instant written out."""
    return f"TIMESTAMP '{instant.isoformat(sep=' ', timespec='microseconds')}'"


class Workbench(Protocol):
    """What a database of ours offers beside its relations: tables to be made, shorter ways, facts about columns."""

    @property
    def everybody(self) -> str:
        """A relation with every subject that a row is of: `s`."""

    @property
    def has_many_subjects(self) -> bool:
        """Whether these are so many that plans which take a row for each take less time than others."""

    def standing_without_first(self, name: str, known_at: datetime, basis: Basis, *, twins: bool) -> str:
        """A query that costs less, for those who need no `first`: that column says anything; "" where there is none."""

    def always_told(self, attribute: str, event: str = "") -> bool:
        """Whether every version of a type says what an attribute is, or every row of the register; False if unsure."""

    def make(self, query: str, values: Mapping[str, str]) -> str:
        """Make a table of what a query finds; its name."""

    def drop(self, table: str) -> None:
        """Take back a table that was made."""


class Relations(Protocol):
    """The relations of one vocabulary; `ground.py` makes them of a store, `mapped.py` of somebody else's tables."""

    @property
    def schema(self) -> Schema:
        """The vocabulary of the pack."""

    @property
    def covered(self) -> frozenset[str] | None:
        """The event types of which there are data; None: all."""

    @property
    def nobody(self) -> str:
        """What stands for a subject that there is not."""

    @property
    def names(self) -> str:
        """The relation of subjects: `s`, `name`."""

    @property
    def register(self) -> str:
        """The relation of register rows: `s`, the order `place` of those of one, and a column for each attribute."""

    def register_at(self, known_at: datetime) -> str:
        """The relation of register rows as known at an instant."""

    @property
    def has_spells(self) -> bool:
        """Whether a register has several rows of one subject, each with its days, whenever that was known."""

    def standing(self, name: str, known_at: datetime, basis: Basis) -> str:
        """A query for the records of a type as known at an instant."""

    def standing_or_twin(self, name: str, known_at: datetime, basis: Basis) -> str:
        """The same with records that say what another says, for sets."""

    def told(self, name: str, known_at: datetime, basis: Basis) -> str:
        """A query for `day` and attributes of the records that stand, and perhaps of others, which costs less."""

    def part(self, rows: str) -> tuple[str, int] | None:
        """The relation of records of several types that a step is part of, and their `kind` in it; None: it is none."""

    def program(self) -> Program:
        """A program for queries over these relations."""

    def rows(self, query: str, values: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Every row of a query."""

    @property
    def workbench(self) -> Workbench | None:
        """What else there is where the database is ours; None where it is somebody else's."""
