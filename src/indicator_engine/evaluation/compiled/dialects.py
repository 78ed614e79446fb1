"""How SQL engines spell what the compiler says: one plan, written in the words of each of them.

The compiler writes plain SQL that DuckDB, Postgres and Spark understand alike. Where they differ it asks the dialect
for the spelling, and every query passes through `translated` on its way, which sees to names, bound texts and types.
A dialect of another engine is a subclass that says what that engine spells otherwise than DuckDB.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PIECE = re.compile(r""""((?:[^"]|"")*)"|('(?:[^']|'')*')|\$(t\d+)\b|(?<!\w)([A-Z]+)\b""")
"""A name in quotes, a text, a bound text, a word in capitals."""

_NAME = re.compile(r'"(?:[^"]|"")*"')
"""A name in quotes, which may be somebody else's and have anything in it."""
_STEP = re.compile(r"\bstep\d+\b")
_BOUND = re.compile(r"\$(t\d+)\b")
_FENCED = re.compile(r"\b(?:GROUP BY|OVER|DISTINCT|UNION)\b")
"""What keeps a planner from putting one step into another."""
_DEAR = re.compile(r"\b(?:JOIN|GROUP BY|OVER|DISTINCT|UNION(?! ALL))\b")


def steps_in(query: str) -> list[str]:
    """The steps that a query names, in order."""
    return _STEP.findall(_NAME.sub("", query))


def bound_in(query: str) -> set[str]:
    """The marks of texts that a query binds."""
    return set(_BOUND.findall(_NAME.sub("", query)))


def is_dear(step: str) -> bool:
    """Whether a step does more than look at rows one by one, so that it is better done once than again and again."""
    return bool(_DEAR.search(_NAME.sub("", step)))


DEEPEST = 4
"""So many steps that only look at rows are put into each other: a table's rows, those of a type, those that stand."""


class Dialect:
    """DuckDB's spelling, and what others are told apart by."""

    name = "duckdb"
    types: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What it calls HUGEINT (whole numbers of 38 digits), VARCHAR, TIMESTAMP (without a zone) and other types."""
    binds = True
    """Whether it takes texts beside a query; where not, they are written into it by `literal`."""

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def translated(self, query: str, values: Mapping[str, str] = MappingProxyType({})) -> str:
        """A query of the compiler in the words of the engine; `values` are the texts that it binds."""

        def piece(found: re.Match[str]) -> str:
            name, text, mark, word = found.groups()
            if name is not None:
                return self.identifier(name.replace('""', '"'))
            if mark is not None:
                return self.mark(mark) if self.binds else self.literal(values[mark])
            return text if text is not None else self.types.get(word, word)

        return _PIECE.sub(piece, self.prepared(query))

    def prepared(self, query: str) -> str:
        """A query before its pieces are looked at."""
        return query

    def together(self, steps: Mapping[str, str], query: str) -> str:
        """A query after the steps that it needs."""
        told = self.told_of(steps)
        written = ", ".join(f"{name} AS {told.get(name, '')}({text})" for name, text in steps.items())
        return f"WITH {written} {query}" if written else query

    def told_of(self, _steps: Mapping[str, str]) -> Mapping[str, str]:
        """What the database is told of steps: whether they are put in wherever they are named, or worked out once."""
        return {}

    def apart(self, query: str) -> str:
        """A step whose columns are worked out once, however often they are named."""
        return query

    def identifier(self, name: str) -> str:
        """A name in quotes."""
        return '"' + name.replace('"', '""') + '"'

    def mark(self, name: str) -> str:
        """Where a bound text stands."""
        return f"${name}"

    def literal(self, text: str) -> str:
        """A text written out."""
        return "'" + text.replace("'", "''") + "'"

    # ── texts and lists ──────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, value: str) -> str:
        """A value of a table as a text that is compared and put in order by its characters, as Python does it."""
        return f"CAST({value} AS VARCHAR)"

    def kind(self, kind: str) -> str:
        """A type of the store's columns; lists are called `VARCHAR[]`."""
        return kind

    def list_of(self, items: Sequence[str]) -> str:
        """A list of texts."""
        return f"CAST([{', '.join(items)}] AS VARCHAR[])"

    def contains(self, values: str, item: str) -> str:
        """Whether a list has a text; NULL where either is."""
        return f"list_contains({values}, {item})"

    def each(self, values: str) -> str:
        """A row for each item of a list."""
        return f"unnest({values})"

    def within(self, values: str, known: str) -> str:
        """Whether every text of a list is in another; NULL where there is no list."""
        return f"list_has_all({known}, {values})"

    def tidy(self, values: str, marks: str) -> str:
        """The texts of a list, each once and without some marks round it, in their order; none of no list."""
        trimmed = f"list_transform({values}, lambda one: trim(BOTH {marks} FROM one))"
        first = f"list_filter({trimmed}, lambda one, place: one <> '' AND list_position({trimmed}, one) = place)"
        return f"coalesce(CAST({first} AS VARCHAR[]), {self.list_of([])})"

    def joined(self, values: str) -> str:
        """The items of a list in one text, parted by chr(30)."""
        return f"array_to_string({values}, chr(30))"

    def in_order(self, value: str, order: str) -> str:
        """The values of rows as a list, in the order of something else."""
        return f"list({value} ORDER BY {order})"

    def iso(self, day: str) -> str:
        """A day as a text, year first."""
        return f"strftime({day}, '%Y-%m-%d')"

    # ── days and numbers ─────────────────────────────────────────────────────────────────────────────────────────────

    def is_no_number(self, _value: str) -> str:
        """Whether a decimal of a table is none (NaN), or has no end; "" where it is always a number."""
        return ""

    def without_end(self, *, before: bool = False) -> str:
        """The day after all others, or before them; "" where there is none."""
        return f"CAST('{'-' if before else ''}infinity' AS DATE)"

    def days_between(self, start: str, end: str) -> str:
        """How many days one day is after another."""
        return f"date_diff('day', {start}, {end})"

    def shifted(self, day: str, months: int, days: int) -> str:
        """A day moved by months, then by days; the 31st of a shorter month is its last."""
        return f"CAST({day} + INTERVAL ({months}) MONTH + INTERVAL ({days}) DAY AS DATE)"

    def last_of_month(self, day: str) -> str:
        """The last day of a day's month."""
        return f"last_day({day})"

    def days(self, before: str, last: str) -> str:
        """A row for each day after one, up to another."""
        return f"CAST(unnest(generate_series({before} + 1, {last}, INTERVAL 1 DAY)) AS DATE)"

    def numbers(self, first: str, until: str) -> str:
        """A row for each whole number from one up to, but not including, another above it."""
        return f"unnest(range({first}, {until}))"

    def middle(self, value: str, *, upper: bool = False) -> str:
        """The middle of the values of rows, exactly; of two, the lower or the upper one."""
        return f"-quantile_disc(-({value}), 0.5)" if upper else f"quantile_disc({value}, 0.5)"


class Postgres(Dialect):
    """PostgreSQL 13 and later. Whole numbers that may be large are `numeric`, which has no end."""

    name = "postgres"
    types = MappingProxyType({"HUGEINT": "NUMERIC", "VARCHAR": "TEXT"})

    def prepared(self, query: str) -> str:
        return query.replace("%", "%%")

    def told_of(self, steps: Mapping[str, str]) -> Mapping[str, str]:
        """What only looks at rows is put in, or it would be copied, and by one process; but never many steps deep.

        A column that others name again and again would be put into each of them, and these into others: a plan of some
        hundred steps grew to ten gigabytes.
        """
        depths: dict[str, int] = {}
        told = {}
        for name, text in steps.items():
            depth = 1 + max((depths.get(one, 0) for one in steps_in(text)), default=0)
            if depth > DEEPEST:
                told[name] = "MATERIALIZED "
            elif not _FENCED.search(_NAME.sub("", text)):
                depths[name] = depth
                told |= {} if is_dear(text) else {name: "NOT MATERIALIZED "}
        return told

    def apart(self, query: str) -> str:
        return f"{query} OFFSET 0"

    def mark(self, name: str) -> str:
        return f"CAST(%({name})s AS TEXT)"

    def text(self, value: str) -> str:
        return f'CAST({value} AS VARCHAR) COLLATE "C"'

    def list_of(self, items: Sequence[str]) -> str:
        return f"CAST(ARRAY[{', '.join(items)}] AS VARCHAR[])"

    def contains(self, values: str, item: str) -> str:
        return f"({item} = ANY ({values}))"

    def within(self, values: str, known: str) -> str:
        return f"({values} <@ {known})"

    def tidy(self, values: str, marks: str) -> str:
        each = f"unnest({values}) WITH ORDINALITY"
        mine, other = f"trim(BOTH {marks} FROM e.item)", f"trim(BOTH {marks} FROM b.item)"
        before = f"SELECT 1 FROM {each} AS b(item, place) WHERE b.place < e.place AND {other} = {mine}"
        items = f"{mine} <> '' AND NOT EXISTS ({before}) ORDER BY e.place"
        return f"CAST(ARRAY(SELECT {mine} FROM {each} AS e(item, place) WHERE {items}) AS VARCHAR[])"

    def in_order(self, value: str, order: str) -> str:
        return f"array_agg({value} ORDER BY {order})"

    def iso(self, day: str) -> str:
        return f"to_char({day}, 'YYYY-MM-DD')"

    def is_no_number(self, value: str) -> str:
        return f"({value} - {value} <> 0)"

    def days_between(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def shifted(self, day: str, months: int, days: int) -> str:
        return f"CAST({day} + make_interval(0, {months}, 0, {days}) AS DATE)"

    def last_of_month(self, day: str) -> str:
        return f"CAST(date_trunc('month', CAST({day} AS TIMESTAMP)) + INTERVAL '1 month - 1 day' AS DATE)"

    def days(self, before: str, last: str) -> str:
        return f"({before} + generate_series(1, {last} - {before}))"

    def numbers(self, first: str, until: str) -> str:
        return f"generate_series({first}, {until} - 1)"

    def middle(self, value: str, *, upper: bool = False) -> str:
        lower = "percentile_disc(0.5) WITHIN GROUP (ORDER BY {})"
        return f"-{lower.format(f'-({value})')}" if upper else lower.format(value)


class Spark(Dialect):
    """Spark 4 in its ANSI mode. There are no whole numbers of 38 digits, but decimals of as many."""

    name = "spark"
    types = MappingProxyType({"HUGEINT": "DECIMAL(38,0)", "VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"})

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def mark(self, name: str) -> str:
        return f":{name}"

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def kind(self, kind: str) -> str:
        return "ARRAY<VARCHAR>" if kind == "VARCHAR[]" else kind

    def list_of(self, items: Sequence[str]) -> str:
        return f"CAST(array({', '.join(items)}) AS ARRAY<VARCHAR>)"

    def contains(self, values: str, item: str) -> str:
        return f"array_contains({values}, {item})"

    def within(self, values: str, known: str) -> str:
        return f"(size(array_except({values}, {known})) = 0)"

    def tidy(self, values: str, marks: str) -> str:
        trimmed = f"transform({values}, one -> trim(BOTH {marks} FROM one))"
        each = f"array_distinct(filter({trimmed}, one -> one <> ''))"
        return f"coalesce({each}, {self.list_of([])})"

    def each(self, values: str) -> str:
        return f"explode({values})"

    def joined(self, values: str) -> str:
        return f"array_join({values}, chr(30))"

    def in_order(self, value: str, order: str) -> str:
        return f"transform(array_sort(collect_list(struct({order}, {value}))), one -> one.{value})"

    def iso(self, day: str) -> str:
        return f"CAST({day} AS VARCHAR)"

    def without_end(self, *, before: bool = False) -> str:  # noqa: ARG002  # there is neither
        return ""

    def days_between(self, start: str, end: str) -> str:
        return f"datediff({end}, {start})"

    def shifted(self, day: str, months: int, days: int) -> str:
        return f"date_add(add_months({day}, {months}), {days})"

    def days(self, before: str, last: str) -> str:
        return f"explode(sequence(date_add({before}, 1), {last}, INTERVAL 1 DAY))"

    def numbers(self, first: str, until: str) -> str:
        return f"explode(sequence({first}, {until} - 1))"

    def middle(self, value: str, *, upper: bool = False) -> str:
        found = f"collect_list({value})"
        place = (
            f"CAST(floor(size({found}) / 2) AS INT) + 1" if upper else f"CAST(floor((size({found}) + 1) / 2) AS INT)"
        )
        return f"CASE WHEN size({found}) > 0 THEN element_at(sort_array({found}), greatest({place}, 1)) END"


DUCKDB, POSTGRES, SPARK = Dialect(), Postgres(), Spark()
