"""The figures of a pack on many days, by the day on which each condition begins to hold.

What `course.py` tells by masks that change from period to period is told here by one row for each subject, with the
first day of each condition: a term begins on the last of the days of what it wants and ends on the first of the days of
what it does not. Each term is then two counts of days, over whole columns. Membership comes and goes: a subject has a
row for each span in which it does not change, and no term lasts longer than the span.

A day is written as how long it lasts: 1 for the last day asked about, `span` for the first and all before it, 0 for
never. So the last of some days is their least number, the first of some is their greatest, and a subject that has no
record of a type has 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indicator_engine.evaluation.compiled.course import Course
from indicator_engine.evaluation.compiled.relations import day_literal, happened_by
from indicator_engine.evaluation.compiled.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from indicator_engine.evaluation.compiled.terms import Term

MOST_TERMS = 400
"""So many terms are counted, each by parts of a query of its own."""

HASHED = "CAST(s AS DOUBLE)"
"""A subject to group by through its hash. By whole numbers DuckDB would make room for every subject, in each thread; of
many subjects few have records of a type, and that room takes longer to fill and to join than the hash."""

Key = tuple[frozenset[str], frozenset[str]]
"""A term: the conditions that it wants, and those that it does not."""


class Onsets(Course):
    """Figures that are asked of many days in one query."""

    _table = ""
    """The table of subjects, which is made before the query is asked."""

    @property
    def is_planned(self) -> bool:
        """Whether its sets can be: a table has to be made, and those written in too many terms take too many parts."""
        terms = [terms_of(one) for one in self._sets]
        return self.ground.workbench is not None and None not in terms and len(_keys(terms)) <= MOST_TERMS

    def prepare(self, everybody: str, make: Callable[[str], str]) -> None:
        """Make the table that the query looks at: a row for each subject, of `everybody`."""
        if self._sets:
            names = {name for key in _keys(terms_of(one) for one in self._sets) for side in key for name in side}
            self._table = make(self._each_subject(sorted(names), everybody))

    @property
    def _span(self) -> int:
        return (self.days[-1] - self.days[0]).days + 1

    @property
    def _number(self) -> str:
        return "SMALLINT" if self._span < 2**15 else "INTEGER"

    # ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self) -> str:
        """A row for each day: each column of totals once, and the sizes of all sets together."""
        relations = [
            f" JOIN ({self._totals_query(parts)}) of_{name} ON of_{name}.p = x.p"
            for name, parts in self._pooled(self._totals).items()
        ]
        relations += [f" JOIN ({self._sets_query()}) sets ON sets.p = x.p"] * bool(self._sets)
        columns = ["x.asked", *self._placed(self._single_columns()), *["sets.sizes"] * bool(self._sets)]
        return f"SELECT {', '.join(columns)} FROM {self._periods} x{''.join(relations)}"

    def values_on(self, rows: list[tuple[Any, ...]]) -> dict[date, list[Any]]:
        """For each day, the value of each figure that was taken."""
        return {day: self.values(tuple(cells)) for day, *cells in rows}

    def _sets_query(self) -> str:
        """The list of the sizes of all sets in each period."""
        terms = [terms_of(one) or [] for one in self._sets]
        keys = {key: number for number, key in enumerate(_keys(terms))}
        pairs = [(n, keys[key]) for n, found in enumerate(terms) for one in found if (key := _key(one))] or [(0, -1)]
        parts = self.program.step(f"SELECT v.* FROM (VALUES {_rows(pairs)}) AS v(number, t)")
        numbers = self.program.step(f"SELECT v.* FROM (VALUES {_rows((n,) for n in range(len(terms)))}) AS v(number)")
        moved = self.program.step(
            f"SELECT m.p, k.number, sum(m.n) AS n FROM {self._dated(self._moves(keys))} m JOIN {parts} k ON k.t = m.t "
            "GROUP BY m.p, k.number"
        )
        running = self.program.step(
            "SELECT x.p, s.number, coalesce(sum(m.n) OVER (PARTITION BY s.number ORDER BY x.p), 0) AS size "
            f"FROM {self._periods} x CROSS JOIN {numbers} s LEFT JOIN {moved} m ON m.p = x.p AND m.number = s.number"
        )
        return f"SELECT p, {self.program.dialect.in_order('size', 'number')} AS sizes FROM {running} GROUP BY p"

    def _moves(self, keys: Mapping[Key, int]) -> str:
        """The step of how many subjects come to each term on a day, and, below nought, how many leave it."""
        branches = [
            f"SELECT {number} AS t, lasts, {sign}count(*) AS n "
            f"FROM (SELECT {lasts} AS lasts FROM {self._table} WHERE {where}) term GROUP BY lasts"
            for key, number in keys.items()
            for sign, lasts, where in self._counts(*key)
        ]
        counted = self.program.step(" UNION ALL ".join(branches) or "SELECT 0 AS t, 0 AS lasts, 0 AS n")
        first = day_literal(self.days[0])
        return self.program.step(
            f"SELECT t, CAST({first} + CAST({self._span} - lasts AS INTEGER) AS DATE) AS day, n FROM {counted}"
        )

    def _counts(self, wanted: frozenset[str], unwanted: frozenset[str]) -> Iterator[tuple[str, str, str]]:
        """What begins and what ends: a sign, how long it lasts, and of which rows.

        What would end before it has begun ends when it begins. A membership lasts no longer than its span.
        """
        spans = self._spans_end
        begins = sorted(wanted)
        if not begins or (spans and wanted.isdisjoint(self._marks.lasting(self.ground.register))):
            begins.append("starts")
        begun = " AND ".join(f"{one} > 0" for one in begins)
        yield "", _least(begins), begun
        if not unwanted and spans:
            yield "-", _least([*begins, "ends"]), f"{begun} AND ends > 0"
        if unwanted:
            over = _greatest([*sorted(unwanted), *["ends"] * spans])
            yield "-", _least([*begins, over]), f"{begun} AND {over} > 0"

    @property
    def _spans_end(self) -> bool:
        """Whether memberships are asked for that may begin or end."""
        return bool(self._turns) and self.ground.register in self._marks.rows

    def _each_subject(self, names: Sequence[str], everybody: str) -> str:
        """A query for a row for each subject, or for each of its spans: how long each condition lasts."""
        register, joined = self.ground.register, ""
        columns = [] if self._spans_end else [f"CAST({self._span} AS {self._number}) AS starts"]
        if register in self._marks.rows:
            joined += f" LEFT JOIN {self._spans(names)} spans ON spans.s = b.s"
            if self._spans_end:
                columns += [f"coalesce(spans.starts, {self._span}) AS starts", "coalesce(spans.ends, 0) AS ends"]
        for rows in self._marks.rows:
            found = [name for name in self._marks.lasting(rows) if name in names]
            if found and rows != register:
                joined += f" LEFT JOIN {self._firsts_of(rows, found)} {rows}_o ON {rows}_o.s = b.s"
            told = "spans" if rows == register else f"{rows}_o"
            columns += [f"coalesce({told}.{name}, 0) AS {name}" for name in found]
        return f"SELECT {', '.join(columns)} FROM {everybody} b{joined}"

    def _firsts_of(self, rows: str, names: Sequence[str]) -> str:
        """The step of how long conditions on records last, by subject."""
        day = self.program.dialect.days_between(day_literal(self.days[0]), "day")
        dated = self.program.step(
            f"SELECT *, CAST({self._span} - greatest({day}, 0) AS {self._number}) AS lasts FROM {rows} "
            f"WHERE {happened_by(self.days[-1])}"
        )
        lasting = self._marks.lasting(rows)
        columns = ", ".join(f"max({lasting[name]}) AS {name}" for name in names)
        return self.program.step(f"SELECT CAST({HASHED} AS INTEGER) AS s, {columns} FROM {dated} GROUP BY {HASHED}")

    def _spans(self, names: Sequence[str]) -> str:
        """The step of the spans of the register's subjects, in which no membership begins or ends."""
        register, first = self.ground.register, day_literal(self.days[0])
        told = f"SELECT g.*, {self._span} AS lasts, 0 AS ends, {first} AS asked FROM {register} g"
        if self._spans_end:
            told = (
                f"SELECT g.*, coalesce(t.starts, {self._span}) AS lasts, coalesce(t.ends, 0) AS ends, "
                f"coalesce(t.asked, {first}) AS asked FROM {register} g LEFT JOIN {self._turned()} t ON t.s = g.s"
            )
        wanted = {name: found for name, found in self._marks.lasting(register).items() if name in names}
        each, bounds = self.program.step(told), {"lasts": "starts", "ends": "ends"}
        columns = [f"CAST({one} AS {self._number}) AS {name}" for one, name in bounds.items()]
        many = self.ground.has_spells
        columns += [
            f"CAST({f'max({one})' if many else one} AS {self._number}) AS {name}" for name, one in wanted.items()
        ]
        return self.program.step(f"SELECT s, {', '.join(columns)} FROM {each}" + " GROUP BY s, lasts, ends" * many)

    def _turned(self) -> str:
        """The step of the spans of those subjects whose memberships may change after the first day asked about."""
        program, first, last = self.program, day_literal(self.days[0]), day_literal(self.days[-1])
        turns = " UNION ALL ".join(
            f"SELECT s, day FROM ({one}) turn WHERE day > {first} AND day <= {last}" for one in self._turns
        )
        later = program.step(f"SELECT DISTINCT s, p FROM {self._dated(program.step(turns))}")
        both = program.step(f"SELECT s, p FROM {later} UNION ALL SELECT DISTINCT s, 1 AS p FROM {later}")
        spans = program.step(f"SELECT s, p, lead(p) OVER (PARTITION BY s ORDER BY p) AS until FROM {both}")
        starts, ends = (f"{self._span} - {program.dialect.days_between(first, f'{x}.before')} - 1" for x in "xy")
        return program.step(
            f"SELECT t.s, coalesce({starts}, {self._span}) AS starts, coalesce({ends}, 0) AS ends, x.asked "
            f"FROM {spans} t JOIN {self._periods} x ON x.p = t.p LEFT JOIN {self._periods} y ON y.p = t.until"
        )


def _key(term: Term) -> Key | None:
    """A term without what is so anyway, for what holds is possible; None where it never holds."""
    wanted = {name for name, is_set in term.items() if is_set}
    unwanted = set(term) - wanted
    if not unwanted.isdisjoint(map(_possible, wanted)):
        return None
    surely = {name: _possible(name) for name in term if name != _possible(name)}
    return (
        frozenset(wanted - {surely[name] for name in wanted & set(surely)}),
        frozenset(unwanted - {name for name in surely if surely[name] in unwanted}),
    )


def _possible(name: str) -> str:
    """The name of what is possible where what is named holds."""
    return name.replace("_true", "_possible")


def _keys(terms: Iterable[Sequence[Term] | None]) -> list[Key]:
    """The different terms of some sets."""
    return list(dict.fromkeys(key for found in terms for term in found or () if (key := _key(term))))


def _rows(rows: Iterable[tuple[int, ...]]) -> str:
    return ", ".join(f"({', '.join(map(str, row))})" for row in rows)


def _least(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"least({', '.join(values)})"


def _greatest(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"greatest({', '.join(values)})"
